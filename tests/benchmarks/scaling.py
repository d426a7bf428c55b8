"""How cost grows over three decades: with members, with pairs of a panel, and with units.

``python -m tests.benchmarks.scaling`` draws `docs/pictures/scaling.png` and prints the exponents that the README names.
Pairs are counted without their fits, whose cost does not depend on how many there are: what is left is the journal.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from unittest import mock

import numpy as np

import symbiode
from symbiode import pairs as book
from symbiode.dynamics.numerics import compiled, vectors
from symbiode.dynamics.simulation.lanes import followed
from symbiode.inference.observations import Observations
from tests.benchmarks.speed import pair

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "scaling.png"
Curve = tuple[Sequence[int], list[float]]


def cost(job: Callable[[], object]) -> float:
    """Return the CPU seconds of a job after a first run: the least of three if they are short."""
    job()
    spent: list[float] = []
    while len(spent) < 3 and sum(spent) < 1:
        begun = time.process_time()
        job()
        spent.append(time.process_time() - begun)
    return min(spent)


def members(counts: Sequence[int] = (1000, 10_000, 100_000, 1_000_000)) -> Curve:
    """Return the cost of ensembles of two units, end states at t = 50."""
    model, times = pair(k=(1, 1)), np.array([0.0, 50.0])

    def job(count: int) -> Callable[[], object]:
        rng = np.random.default_rng(1)
        values = {"a.growth": rng.uniform(0.2, 1, count), "effects.a.b": rng.uniform(-0.5, 0.8, count)}
        numerics, p, start = compiled(model), vectors(model, values), rng.uniform(0.05, 1.5, (count, 2))
        return lambda: followed(numerics, start, times, p, 1e-8, cap=1e8, sharper=False)

    return counts, [cost(job(count)) for count in counts]


def units(counts: Sequence[int] = (2, 4, 8, 16, 32, 64)) -> Curve:
    """Return the cost of one trajectory among n units that all act on each other."""

    def job(count: int) -> Callable[[], object]:
        rng, names = np.random.default_rng(2), [f"u{k}" for k in range(count)]
        effects = {f"{a}.{b}": f"{rng.uniform(-1, 1) / count:.3f}" for a in names for b in names if a != b}
        every = {name: {"growth": "0.5", "capacity": 1, "initial": "0.1"} for name in names}
        model, times = symbiode.build(every, effects=effects), np.linspace(0, 50, 51)
        return lambda: symbiode.simulate(model, times)

    return counts, [cost(job(count)) for count in counts]


def unfitted(pair: book._Pair) -> book.Row:
    """Stand in for a fit."""
    a, b = pair.seen.units
    return book._failed(a, b, "not fitted", 1)


def panel_pairs(counts: Sequence[int] = (15, 46, 142)) -> tuple[Curve, int]:
    """Return what the bookkeeping of all pairs of a panel costs, and by how many MB it grew the memory."""
    spent, numbers = [], [n * (n - 1) // 2 for n in counts]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for n in counts:
        seen = Observations(t=range(8), y=np.ones((8, n)), units=tuple(f"u{k}" for k in range(n)))
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(book, "_fitted", unfitted):
            begun = time.process_time()
            book.fit_pairs(seen, Path(folder) / "out")
            spent.append(time.process_time() - begun)
    return (numbers, spent), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024


def exponent(curve: Curve) -> float:
    """Return the slope of a curve on logarithmic axes over its upper half."""
    x, y = (np.log(np.asarray(axis)[len(axis) // 2 - 1 :]) for axis in curve)
    return float(np.polyfit(x, y, 1)[0])


def measured() -> str:
    """Draw the picture and return a sentence."""
    from matplotlib.figure import Figure

    (journal, grown), curves = panel_pairs(), {"members of an ensemble": members(), "units of one trajectory": units()}
    curves["pairs, without their fits"] = journal
    figure = Figure(figsize=(6.4, 2.6), layout="constrained")
    for axes, (name, (x, y)) in zip(figure.subplots(1, 3), curves.items(), strict=True):
        axes.loglog(x, y, "o-", color="black", ms=3)
        axes.set(xlabel=f"{name}\nslope {exponent((x, y)):.2f}", xticks=x[::2], xticklabels=[f"{k:,}" for k in x[::2]])
        axes.minorticks_off()
    figure.axes[0].set_ylabel("CPU time (s)")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURE, dpi=150)
    told = ", ".join(f"{name}: {exponent(curve):.2f}" for name, curve in curves.items())
    return f"Cost grows with a power (1 is linear): {told}. {journal[0][-1]:,} pairs grew the memory by {grown} MB."


if __name__ == "__main__":
    print(measured())  # noqa: T201
