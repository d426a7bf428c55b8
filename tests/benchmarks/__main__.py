"""Every figure of speed in one run, beside the peers that are installed: ``python -m tests.benchmarks``.

It writes `figures.md` beside this file and the same text between the markers of the README. CPU time on one thread,
median of rounds in which every job of a group has its turn; errors are relative to a 50-digit series, and every other
program is given the loosest tolerance that brings its error to 1e-8. A kernel is the engine without its error estimate.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numba
import numpy as np

import symbiode
from symbiode.dynamics.modes.regions import classify
from symbiode.dynamics.numerics import compiled, vector
from symbiode.dynamics.simulation import fast, lanes
from symbiode.show.plots import drawn
from tests.benchmarks import fast_ensembles, fits, peers, scaling, speed
from tests.benchmarks.speed import LOOPED, MEMBERS, START, D, K, R, timed, worst

HERE = Path(__file__).parent
FIGURES, README = HERE / "figures.md", HERE.parents[1] / "README.md"
BEGIN, END = "<!-- figures of speed: begin -->\n", "<!-- figures of speed: end -->"
PEERS = ("scipy", "numba", "heyoka", "diffrax", "lmfit", "control", "pygom")
Row = tuple[str, str, str, str, str, str]


def compared(
    title: str, jobs: dict[str, Callable[[], np.ndarray]], truth: np.ndarray, members: dict[str, int], share: float = 0
) -> Iterator[Row]:
    """Yield one row a program; the first is what the others are compared with. `share` is of the peak, at 1/s."""
    error = {name: worst(job()[: len(truth)], truth) for name, job in jobs.items()}
    spent = {name: seconds / members.get(name, 1) for name, seconds in timed(jobs).items()}
    first = next(iter(spent.values()))
    for name, seconds in spent.items():
        told = f"{1 / seconds:,.0f}/s" if members else f"{1e6 * seconds:,.0f} us"
        peak = f"{100 * share / seconds:.0f} %" if share and name == KERNEL else ""
        yield title, name, told, f"{error[name]:.0e}", f"{first / seconds:.3g}", peak


KERNEL = "symbiode [fast], kernel"
SECOND = """import numpy, symbiode
model = symbiode.build({{name: {{"growth": 1, "capacity": 1, "initial": 1}} for name in "ab"}}, effects={{"b.a": 1}})
symbiode.ensemble(model, values={{"a.growth": numpy.linspace(0.1, 1, {})}}, times=[0, 50])"""


def one() -> Iterator[Row]:
    """Yield the rows of one trajectory."""
    title, jobs, truth = speed.single()
    jobs[KERNEL] = fast_ensembles.alone()
    numbers, times = (*R, *K, *D), np.linspace(0, 50, 200)
    for name, solve in peers.single(numbers, START, times):
        rtol, _ = speed.loosest(solve, truth)
        jobs[f"{name}, {rtol:.0e}"] = lambda solve=solve, rtol=rtol: solve(rtol)
    yield from compared(title, jobs, truth, {})


def many(times: np.ndarray, peak: float) -> Iterator[Row]:
    """Yield the rows of an ensemble."""
    title, jobs, truth = speed.many(times)
    compiled_, steps = fast_ensembles.pairs(times)
    members = {name: LOOPED if "loop" in name else MEMBERS for name in jobs}
    for name, job in compiled_.items():
        known = KERNEL if name == "kernel" else "symbiode [fast].ensemble"
        jobs[known], members[known] = job, fast_ensembles.MEMBERS
    numbers, start = speed.drawn(MEMBERS)
    for name, solve in peers.many(numbers, start, times):
        few = dict(peers.many(numbers[: speed.CHECKED], start[: speed.CHECKED], times))[name]
        rtol, _ = speed.loosest(few, truth)
        known = f"{name}, {rtol:.0e}"
        jobs[known], members[known] = lambda solve=solve, rtol=rtol: solve(rtol), MEMBERS
    flops = fast_ensembles.operations(speed.pair(k=(1, 1))) * steps
    yield from compared(title, jobs, truth, members, flops / peak)


def fitted() -> Iterator[Row]:
    """Yield the rows of whole fits, and of a bootstrap."""
    jobs = dict(fits.whole())
    best = min(job() for job in jobs.values())
    spent = timed(jobs)
    first = next(iter(spent.values()))
    for name, seconds in spent.items():
        above = f"{jobs[name]() / best - 1:.0e}"
        yield "Hare and lynx, whole fit", name, f"{1e3 * seconds:,.1f} ms", above, f"{first / seconds:.3g}", ""
    job, replicates = fits.bootstrap()
    begun = time.process_time()
    job()
    yield f"Bootstrap, {replicates:,} refits", "symbiode", f"{time.process_time() - begun:,.1f} s", "", "", ""


def waited(anchor: float) -> Iterator[Row]:
    """Yield the rows of what else users wait for, beside one solve_ivp in the same run."""
    rivals = speed.pair(k=(1, 1), d=(-1.5, -1.4))
    rng = np.random.default_rng(3)
    d12, d21 = rng.uniform(-2, 2, (2, 10**7))
    jobs = {f"All equilibria, exact, {n} units": _listed(n) for n in (4, 6)}
    jobs["The same with formulas and conditions, 4 units"] = _written(4)
    jobs["Outcome and mode of 10^7 pairs of effects"] = lambda: classify(d12, d21)
    jobs["Basins of 200 x 200 starts, with separatrices"] = lambda: symbiode.basins(rivals, shock=False)
    jobs["200 x 200 starts of two rivals followed, kernel"] = _plain_basin(rivals)
    jobs["The same, [fast]"] = fast_ensembles.basin()
    jobs["Phase portrait, PNG"] = lambda: drawn(symbiode.plot("phase_portrait", rivals), ".png")
    for job in jobs.values():
        job()
    for name, seconds in timed(jobs).items():
        yield name, "symbiode", f"{1e3 * seconds:,.1f} ms", "", f"{anchor / seconds:.2g}", ""


def _plain_basin(model: symbiode.Model) -> Callable[[], object]:
    axis, times = np.linspace(0.01, 1.5, 200), np.array([0.0, 50.0])
    start, numerics, p = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2), compiled(model), vector(model)
    return lambda: lanes.carry(numerics, start, times, p, tol=1e-8, cap=1e8)


def _model(n: int) -> symbiode.Model:
    rng, names = random.Random(1), [f"u{k}" for k in range(n)]
    effects = {f"{a}.{b}": f"{rng.randint(-9, 9)}/20" for a in names for b in names if a != b}
    return symbiode.build({name: {"growth": 1, "capacity": 1} for name in names}, effects=effects)


def _listed(n: int) -> Callable[[], object]:
    model = _model(n)
    return lambda: symbiode.equilibria(model)


def _written(n: int) -> Callable[[], object]:
    model = _model(n)
    return lambda: [e.stable_if for e in symbiode.equilibria(model).listed]


def started() -> Iterator[Row]:
    """Yield the rows of fresh processes, in CPU time with byte code at hand."""
    symbiode_, python = [sys.executable, "-m", "symbiode"], [sys.executable, "-c"]
    groups = (
        {"import click": [*python, "import click"], "symbiode --help": [*symbiode_, "--help"]},
        {
            "import sympy, click, pydantic": [*python, "import sympy, click, pydantic"],
            "symbiode settle shenzhen-hongkong": [*symbiode_, "settle", "shenzhen-hongkong"],
        },
        {
            "two units, one trajectory": [*python, SECOND.format(1)],
            "two units, 20,000 [fast], kernel on disk": [*python, SECOND.format(fast.FEWEST)],
        },
    )
    with tempfile.TemporaryDirectory() as folder:
        kept = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        for group in groups:
            spent: dict[str, list[float]] = {name: [] for name in group}
            for _ in range(9):
                for name, command in group.items():
                    begun = sum(os.times()[2:4])  # of ended children
                    subprocess.run(command, env=kept, stdout=subprocess.DEVNULL, check=True)
                    spent[name].append(sum(os.times()[2:4]) - begun)
            middle = {name: float(np.median(times)) for name, times in spent.items()}
            first = next(iter(middle.values()))
            for name, seconds in middle.items():
                yield "A fresh process", name, f"{1e3 * seconds:,.0f} ms", "", f"{first / seconds:.2g}", ""


def written() -> str:
    """Return the table as Markdown, with the machine and the day."""
    numba.config.NUMBA_NUM_THREADS = 1
    peak, about = fast_ensembles.peak(), []
    for name in PEERS:
        try:
            about.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            about.append(f"{name} not installed")
    alone = list(one())
    anchor = float(alone[0][2].split()[0].replace(",", "")) / 1e6
    ends, grid = np.array([0.0, 50.0]), np.linspace(0, 50, 52)
    groups = [alone, many(ends, peak), many(grid, peak), fitted(), waited(anchor), started()]
    lines = [
        f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, {datetime.date.today()}; "
        f"{', '.join(about)}. Multiply-adds peak at {peak / 1e9:.0f} Gflop/s a core. The error of a fit is its sum of "
        f"squares above the best; the last column but one compares with the first program of a job, and single jobs "
        f"with solve_ivp on the first line.", "",
        "| job | program | CPU time | error | times as fast | share of the peak |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    lines += ["| " + " | ".join(row) + " |" for group in groups for row in group]
    return "\n".join([*lines, "", scaling.measured()]) + "\n"


def _processor() -> str:
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").is_file() else ""
    names = [line.split(":")[1].strip() for line in told.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def put_into(readme: str, figures: str) -> str:
    """Return a README with the figures between its markers."""
    before, rest = readme.split(BEGIN)
    return before + BEGIN + figures + END + rest.split(END)[1]


if __name__ == "__main__":
    told = written()
    FIGURES.write_text(told, encoding="utf-8")
    README.write_text(put_into(README.read_text(encoding="utf-8"), told), encoding="utf-8")
    sys.stdout.write(told)
