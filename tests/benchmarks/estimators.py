"""The known bias of every estimator, measured: simulated studies of a growing pair, every method on the same data.

Run: python tests/benchmarks/estimators.py [STUDIES]. Writes `estimators.md` beside it: medians and robust standard
deviations of both effects for noise of measurement (errors of each observation) and for shocks to growth (errors that
the path keeps).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from symbiode.dynamics.simulation import simulate
from symbiode.inference.observations import Observations
from symbiode.inference.problems import pose
from symbiode.inference.side_by_side import every_method
from symbiode.system.building import build

UNITS = {"a": {"growth": 0.35, "capacity": 100, "initial": 20}, "b": {"growth": 0.3, "capacity": 40, "initial": 4}}
EFFECTS = {"a.b": 0.3, "b.a": 0.15}
MODEL = build(UNITS, effects=EFFECTS)


@dataclass(frozen=True)
class Design:
    """How much is observed: points, noise of measurement, shocks to growth (all relative)."""

    points: int
    noise: float
    shock: float = 0.0


DESIGNS = (Design(15, 0.02), Design(30, 0.02), Design(15, 0.005), Design(15, 0.0, 0.02), Design(30, 0.0, 0.02))


def studies(design: Design, count: int, seed: int = 1) -> np.ndarray:
    """Return data (study, time, unit) of a design."""
    rng = np.random.default_rng(seed)
    times = np.arange(float(design.points))
    if not design.shock:
        exact = np.asarray(simulate(MODEL, times).y)
        return exact * np.exp(design.noise * rng.standard_normal((count, *exact.shape)))
    pair = Observations(t=times[:2], y=np.ones((2, 2)), units=("a", "b"))
    problem = pose(MODEL, pair, free=["a.initial", "b.initial"])
    made = np.empty((count, len(times), 2))
    made[:, 0] = 20, 4
    for k in range(1, len(times)):
        made[:, k] = problem.trajectory(made[:, k - 1]).y[:, 1]
        made[:, k] *= np.exp(design.shock * rng.standard_normal((count, 2)))
    return made


def effects(method, y: np.ndarray) -> np.ndarray:
    """Return both effects (study, 2) as a method estimates them from each study, starting at the truth."""
    seen = Observations(t=np.arange(float(y.shape[1])), y=y[0], units=("a", "b"))
    problem = pose(MODEL, seen, error=method.error)
    values = {"a.initial": 20.0, "b.initial": 4.0} | {".".join(p.path): float(p.value) for p in MODEL.parameters}
    start = np.tile([values[name] for name in problem.names], (len(y), 1))
    weights = 1 / y.mean(axis=(0, 1)) if method.error == "level" else None
    found = method.refit(problem, start, lower=problem.lower, upper=problem.upper, y=y, weights=weights)
    return found.params[:, [problem.names.index(name) for name in ("effects.a.b", "effects.b.a")]]


def measured(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return medians and robust standard deviations."""
    middle = np.median(found, axis=0)
    return middle, 1.4826 * np.median(np.abs(found - middle), axis=0)


def table(count: int) -> Iterator[str]:
    """Return the lines of the report."""
    yield f"{count} studies of each design, {UNITS}; median (robust standard deviation) of the effects."
    for design in DESIGNS:
        y = studies(design, count)
        yield f"\n| {design.points} points, noise {design.noise:g}, shocks {design.shock:g} | true 0.30 | true 0.15 |"
        yield "|---|---|---|"
        for name, method in every_method().items():
            if not getattr(method, "accumulated", False) and name not in ("posterior", "state_space"):
                both = zip(*measured(effects(method, y)), strict=True)
                yield f"| {name} |" + "".join(f" {m:.3f} ({s:.3f}) |" for m, s in both)


if __name__ == "__main__":
    told = "\n".join(table(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
    Path(__file__).with_suffix(".md").write_text(f"{told}\n")
