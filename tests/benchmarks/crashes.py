"""Kill workers and drivers of a real Dask cluster while it fits every pair of a panel; nothing may be lost or changed.

``python -m tests.benchmarks.crashes`` (half an hour on two cores, with Dask installed) fits 2,016 pairs of a short
made-up panel three times: undisturbed in one process; on a scheduler and two workers started by the stock commands,
20 of whose worker processes are killed with SIGKILL at even distances; and on such a cluster with the driver itself
killed five times and started again. It compares the three folders byte by byte and writes `crashes.md` beside it.
Three numbers after the command, units, worker kills and driver kills, change that and print only; no kills of one kind
leave its run out, so ``python -m tests.benchmarks.crashes 21 0 5`` kills the driver alone, on 210 pairs.
"""

from __future__ import annotations

import contextlib
import csv
import datetime
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from symbiode.inference.observations import Observations

Process = subprocess.Popen[bytes]
RESULTS = ("pairs.csv", "ledger.csv", "summary.json")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Worker and driver kills, whether the bytes are those of the undisturbed run, and what the ledger holds."""

    workers: int
    drivers: int
    same: bool
    listed: int
    twice: int
    seconds: float


def panel(units: int, years: int = 8) -> Observations:
    """Return whole S-curves with little noise: each pair is quickly fitted."""
    rng, t = np.random.default_rng(7), np.arange(2000.0, 2000 + years)
    middle, rate = rng.uniform(0.3, 0.7, units) * years, rng.uniform(5, 9, units) / years
    y = np.exp(rng.normal(0, 1e-3, (years, units))) / (1 + np.exp(-rate * (t[:, None] - 2000 - middle)))
    return Observations(t=t, y=y, units=tuple(f"u{k}" for k in range(units)))


def start(data: Path, out: Path, *more: str) -> Process:
    """Start the command on a panel, with as little work a pair as it allows."""
    options = ["--starts", "1", "--draws", "50", "--quiet", *more]
    arguments = [sys.executable, "-m", "symbiode", "pairs", str(data), "--out", str(out), *options]
    return subprocess.Popen(arguments, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[Process]]]:
    """Start a scheduler and workers with the stock commands on loopback."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = int(held.getsockname()[1])
    dask, here = Path(sys.executable).parent / "dask", ["--host", "127.0.0.1", "--no-dashboard"]
    address = f"tcp://127.0.0.1:{port}"
    commands = [["scheduler", "--port", str(port)], *[["worker", address, "--nthreads", "1"]] * workers]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen([dask, *command, *here], **quiet) for command in commands]
    try:
        yield address, started[1:]
    finally:
        for process in reversed(started):
            process.send_signal(signal.SIGINT)
        for process in started:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def written(out: Path) -> int:
    """Return how many pairs of a run are on the disk."""
    parts, journal = out / "parts", out / "journal.jsonl"
    whole = sum(part.read_bytes().count(b"\n") for part in parts.glob("*.csv")) if parts.is_dir() else 0
    return whole + (journal.read_bytes().count(b"\n") if journal.is_file() else 0)


def wait_for(run: Process, out: Path, pairs: float) -> bool:
    """Wait until so many pairs are on the disk; False if the run ended before."""
    while run.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            if written(out) >= pairs:
                return True
        time.sleep(0.1)
    return False


def kill_a_worker(nanny: Process) -> int:
    """Kill the process that does the work of a `dask worker`; its nanny starts another."""
    told = Path(f"/proc/{nanny.pid}/task/{nanny.pid}/children").read_text(encoding="ascii")
    for child in told.split()[-1:]:  # the youngest
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)
            return 1
    return 0


def with_workers_killed(data: Path, out: Path, pairs: int, kills: int) -> int:
    """Fit on a cluster and kill a worker at even distances; return how many died."""
    died = 0
    with cluster(2) as (address, workers):
        run = start(data, out, "--dask", address)
        for k in range(kills):
            if wait_for(run, out, pairs * (k + 0.5) / (kills + 1)):
                died += kill_a_worker(workers[k % 2])
        if run.wait():
            raise RuntimeError(f"the run ended with {run.returncode}")
    return died


def with_drivers_killed(data: Path, out: Path, pairs: int, kills: int) -> int:
    """Fit on a cluster and kill the driver at even distances, and start it again; return how many died."""
    died = 0
    with cluster(2) as (address, _):
        for k in range(kills):
            run = start(data, out, "--dask", address)
            if wait_for(run, out, pairs * (k + 0.5) / (kills + 1)):
                run.kill()
                died += 1
            run.wait()
        if start(data, out, "--dask", address).wait():
            raise RuntimeError("the last run failed")
    return died


def outcomes(place: Path, units: int, workers: int, drivers: int) -> tuple[int, float, list[Outcome]]:
    """Return the number of pairs, the seconds of the undisturbed run, and what came of the others."""
    data, pairs, begun = place / "panel.csv", units * (units - 1) // 2, time.perf_counter()
    data.write_text(panel(units).to_csv(), encoding="utf-8")
    if start(data, place / "alone", "--workers", "1").wait():
        raise RuntimeError("the undisturbed run failed")
    alone, found = time.perf_counter() - begun, []
    for name, kills, job in (("workers", workers, with_workers_killed), ("drivers", drivers, with_drivers_killed)):
        if not kills:
            continue
        out, begun = place / name, time.perf_counter()
        died = {"workers": 0, "drivers": 0, name: job(data, out, pairs, kills)}
        with (out / "ledger.csv").open(encoding="utf-8", newline="") as stream:
            listed = Counter((row["a"], row["b"]) for row in csv.DictReader(stream))
        same = all((out / file).read_bytes() == (place / "alone" / file).read_bytes() for file in RESULTS)
        twice, seconds = sum(count > 1 for count in listed.values()), time.perf_counter() - begun
        found.append(Outcome(**died, same=same, listed=len(listed), twice=twice, seconds=seconds))
    return pairs, alone, found


def table(units: int = 64, workers: int = 20, drivers: int = 5) -> str:
    """Return the table as Markdown, with the machine and the day."""
    with tempfile.TemporaryDirectory() as folder:
        pairs, alone, found = outcomes(Path(folder), units, workers, drivers)
    about = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {datetime.date.today()}"
    lines = [
        f"{about}; {pairs:,} pairs.", "",
        "| run | workers killed | drivers killed | pairs in the ledger | twice | bytes | time |",
        "|---|---|---|---|---|---|---|", f"| one process, undisturbed | | | {pairs:,} | 0 | | {alone:,.0f} s |",
    ]  # fmt: skip
    lines += [
        f"| Dask, two workers | {x.workers} | {x.drivers} | {x.listed:,} | {x.twice} | "
        f"{'the same' if x.same else 'DIFFERENT'} | {x.seconds:,.0f} s |"
        for x in found
    ]
    return f"{__doc__.split(chr(10))[0]}\n\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    told = table(*map(int, sys.argv[1:]))
    if len(sys.argv) == 1:
        Path(__file__).with_suffix(".md").write_text(told, encoding="utf-8")
    sys.stdout.write(told)
