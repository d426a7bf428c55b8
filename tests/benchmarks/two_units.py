"""Equilibria of two units, side by side: what each program finds, and in what time.

Run it in an environment with the peers: ``python tests/benchmarks/two_units.py`` writes `two_units.md` beside it.
Peers are asked as their manuals say: xpplab 0.1.2 `find_equilibria` (Newton from 100 random guesses in the box),
python-control 0.10.2 the search behind `phase_plane_plot` (a root search from a grid of 5 x 5 points in the box).
phaseR 2.2 takes one point at a time; its published table for `example11` is `tests/published/rabbits_sheep.toml`.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

import symbiode
from symbiode.dynamics.numerics import compiled, vector

HIGH, TIMES = 4.0, 5
Found = tuple[list[tuple[float, ...]], int]
CASES = {  # name: (r1, r2, d12, d21, equilibria, lines of them); the ends of a line count as points
    "coexistence": (0.3, 0.2, 0.2, 0.6, 4, 0),
    "exclusion": (0.3, 0.2, -1.5, -0.5, 3, 0),
    "founder control": (0.3, 0.2, -1.5, -1.5, 4, 0),
    "runaway mutualism": (0.3, 0.2, 1.2, 1.2, 3, 0),
    "transcritical, d12 = -1": (0.3, 0.2, -1.0, 0.5, 3, 0),
    "a line, d12 = d21 = -1": (0.3, 0.2, -1.0, -1.0, 3, 1),
    "near the border, d12 = -0.999": (0.3, 0.2, -0.999, 0.5, 4, 0),
    "growth 1000 times as fast": (300.0, 0.2, -0.4, 0.3, 4, 0),
}


def model(r1: float, r2: float, a: float, b: float) -> symbiode.Model:
    """Return two logistic units of capacity 1."""
    units = {"x": {"growth": r1, "capacity": 1}, "y": {"growth": r2, "capacity": 1}}
    return symbiode.build(units, effects={"x.y": a, "y.x": b})


def ours(r1: float, r2: float, a: float, b: float) -> Found:
    """Return the points, and how many whole lines of equilibria are named."""
    found = symbiode.equilibria(model(r1, r2, a, b))
    return [e.state for e in found.equilibria], len(found.families)


def xpplab(r1: float, r2: float, a: float, b: float) -> Found:
    """Return what XPPAUT's Newton search finds; it knows no lines."""
    from xpplab.model import Model

    text = f"x'={r1}*x*(1-x+({a})*y)\ny'={r2}*y*(1-y+({b})*x)\ninit x=.1,y=.1\ndone\n"
    found = Model.from_text(text).find_equilibria(box={"x": (0, HIGH), "y": (0, HIGH)})
    return [(float(e["x"]), float(e["y"])) for e in found], 0


def control(r1: float, r2: float, a: float, b: float) -> Found:
    """Return what the phase plane of python-control marks; it knows no lines."""
    import control as ct
    from control.phaseplot import _find_equilpts, _make_points

    numerics, p = compiled(model(r1, r2, a, b)), vector(model(r1, r2, a, b))
    system = ct.nlsys(lambda t, x, u, _: numerics.rates(t, x, p), inputs=0, states=2, name="pair")
    points, _ = _make_points([0, HIGH, 0, HIGH], [5, 5], "meshgrid")
    return [tuple(x) for x in _find_equilpts(system, points, params={})], 0


def kept(points: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """Return the different points of the closed quadrant."""
    found: list[tuple[float, ...]] = []
    for point in points:
        if min(point) > -1e-6 and not any(np.allclose(point, other, atol=1e-5) for other in found):
            found.append(point)
    return found


def true_equilibria(points: list[tuple[float, ...]], numbers: tuple[float, ...]) -> list[tuple[float, ...]]:
    """Return the points at which nothing moves, to 1e-5 of the growth rate."""
    _, _, a, b = numbers
    return [(x, y) for x, y in points if abs(x * (1 - x + a * y)) < 1e-5 and abs(y * (1 - y + b * x)) < 1e-5]


def timed(search: Callable[..., Found], numbers: tuple[float, ...]) -> tuple[int, int, float]:
    """Return points found, lines named, and the median of a few times in milliseconds."""
    spent = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            points, lines = search(*numbers)
        spent.append(1e3 * (time.perf_counter() - begun))
    return len(true_equilibria(kept(points), numbers)), lines, float(np.median(spent))


def table() -> list[tuple[str, int, int, dict[str, tuple[int, int, float]]]]:
    """Return, for each case, its name, the points and lines there are, and what each program found in what time."""
    programs = {"symbiode": ours, "xpplab": xpplab, "python-control": control}
    return [
        (name, points, lines, {who: timed(search, numbers) for who, search in programs.items()})
        for name, (*numbers, points, lines) in CASES.items()
    ]


def written() -> str:
    """Return the table as Markdown."""
    rows = ["| two units | there are | symbiode | xpplab 0.1.2 | python-control 0.10.2 |", "|---|---|---|---|---|"]
    for name, points, lines, found in table():
        there = f"{points} points" + (f" and {lines} line" if lines else "")
        cells = [f"{n}" + (f" + {m} line" if m else "") + f" in {ms:.1f} ms" for n, m, ms in found.values()]
        rows.append(f"| {name} | {there} | " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    told = written()
    Path(__file__).with_suffix(".md").write_text(__doc__.split("\n\n")[0] + "\n\n" + told, encoding="utf-8")
    sys.stdout.write(told)
