"""One trajectory by its own Taylor series, in plain Python, for laws whose recurrences are known.

Comes in: a `System` and a grid of times. Goes out: a `Leg`. Every step keeps its series, so the levels at the times
asked for are read off it and never dictate a step. A step ends where the last two terms of the series of some
coordinate are as large as the tolerance, and it is taken only if the rates there agree with those that the series
foretold. What it cannot follow to the end (a pole, a stiff system) it leaves to the other engines.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from symbiode.dynamics.numerics import Numerics
from symbiode.dynamics.numerics.kernels import Array
from symbiode.dynamics.numerics.recurrences import Recurrence
from symbiode.dynamics.numerics.series import constants, single
from symbiode.dynamics.simulation.engines import CHECK_EVERY, STIFF_STEPS, End, Leg, System, decay

MAX_STEPS, MOST_CONVOLUTIONS = 20_000, 40
SHRINK, NEARER = 0.5, 0.9
PIECES, LARGEST = 64, 700.0
ORDERS = ((1e-12, 14), (0.0, 18))
HIGHER = 4
Rows = tuple[tuple[float, ...], ...]


def order_of(tol: float) -> int:
    """Return the order that is cheapest for a tolerance, of the few that code is written for."""
    return next(order for least, order in ORDERS if tol >= least)


def has_series(numerics: Numerics) -> bool:
    """Whether the series of a structure are known and short enough to be written out."""
    made = numerics.recurrence
    return made is not None and made.convolutions <= MOST_CONVOLUTIONS


def longest_share(made: Recurrence) -> float:
    """Return the longest step as a share of all time: what time alone does may be short and not foretold."""
    return 1 / PIECES if ("time",) in made.nodes else 1.0


def taylor(system: System, grid: Array, tol: float, cap: float) -> Leg:
    """March by Taylor series.

    References
    ----------
    Jorba and Zou (2005), Experimental Mathematics 14, 99-117, with a scale of its own for every coordinate.
    """
    return _marched(system, grid, cap, tol, order_of(tol))


def higher(system: System, grid: Array, tol: float, cap: float) -> Leg:
    """March by series of higher order: on a common first step too it errs otherwise than `taylor`."""
    return _marched(system, grid, cap, tol, order_of(tol) + HIGHER)


def _marched(system: System, grid: Array, cap: float, tol: float, order: int) -> Leg:
    march = _March(system, cap, tol, order)
    try:
        end = march.through(float(grid[-1]))
    except (OverflowError, ZeroDivisionError, ValueError):
        end = End.STUCK
    return Leg(
        z=march.read(grid), end=end, t=march.t, last=np.array(march.z), steps=len(march.kept), calls=march.calls,
        way=([*(t for t, _, _ in march.kept), march.t], [*(z for _, z, _ in march.kept), march.z]),
    )  # fmt: skip


class _March:
    """One march under way: where it is, and the series of every step taken."""

    def __init__(self, system: System, cap: float, tol: float, order: int) -> None:
        made = system.numerics.recurrence
        assert made is not None
        self.system, self.tol, self.order = system, tol, order
        self.series: Callable[..., Rows] = single(made, order)
        self.constants = constants(made, system.p.tolist())
        self.moving, self.levels = system.moving.tolist(), system.x.tolist()
        self.beyond = _bounds(system, cap)
        self.share = longest_share(made)
        self.z: list[float] = system.first().tolist()
        self.peak = [abs(value) for value in self.z]
        self.t, self.calls, self.usual = 0.0, 0, math.inf
        self.kept: list[tuple[float, list[float], Rows]] = []
        self.root, self.radius = (1 / order, 1 / (order - 1)), tol ** (1 / order)

    def through(self, last: float) -> End:
        """Follow the trajectory to the last time, or to where it ends."""
        rows = self.at(0.0, self.z)
        if self.over(self.z):
            return End.CAP
        while self.t < last:
            h = self.longest(rows, min(last - self.t, last * self.share))
            while True:
                z, foretold = self.moved(rows, h)
                if not h > 1e-13 * max(self.t, 1e-3 * last) or not all(map(math.isfinite, z)):
                    return End.STUCK
                if not self.system.logs or max(z) < LARGEST:
                    after = self.at(self.t + h, z)
                    if self.agrees(after, foretold, h):
                        break
                h *= SHRINK
            self.kept.append((self.t, self.z, rows))
            self.t, self.z, rows = last if h == last - self.t else self.t + h, z, after
            if self.over(z):
                return End.CAP
            if len(self.kept) % CHECK_EVERY == 0 and (end := self.slow(h, last)):
                return end
        return End.DONE

    def at(self, t: float, z: list[float]) -> Rows:
        """Return the series at a point."""
        self.calls += 1
        for i, value in zip(self.moving, z, strict=True):
            self.levels[i] = math.exp(value) if self.system.logs else value
        return self.series(self.system.t0 + t, self.levels, self.constants)

    def longest(self, rows: Rows, most: float) -> float:
        """Return the step at which the last terms are as small as the tolerance, for every unit on its own scale."""
        sharpest, (last, before) = 0.0, self.root
        for k, i in enumerate(self.moving):
            row = rows[i]
            size = 1.0 if self.system.logs else self.scale(k, row)
            sharpest = max(sharpest, (abs(row[0]) / size) ** last, (abs(row[1]) / size) ** before)
        h = min(most, self.radius / sharpest) if sharpest else most
        for series in rows[len(self.levels) :]:
            h = _clear(series, h)
        return h

    def scale(self, k: int, row: tuple[float, ...]) -> float:
        """Return the size of a plain coordinate: its largest so far, or what its own growth will make of it."""
        self.peak[k] = max(self.peak[k], abs(self.z[k]))
        grown = abs(row[-1]) * abs(row[-1] / row[0]) ** self.root[1] * self.radius if row[0] else abs(row[-1])
        return max(self.peak[k], 1e-6 * max(self.peak), grown) or 1.0

    def moved(self, rows: Rows, h: float) -> tuple[list[float], list[float]]:
        """Return the coordinates a step on, and the rates there, both from the series."""
        z, rates = [], []
        for i, start in zip(self.moving, self.z, strict=True):
            total = slope = 0.0
            for term in rows[i]:
                slope = slope * h + total
                total = total * h + term
            rates.append(slope * h + total)
            z.append(start + total * h)
        return z, rates

    def agrees(self, after: Rows, foretold: list[float], h: float) -> bool:
        """Whether the rates at the end of a step are those that its series foretold."""
        allowed = 10 * self.tol * (self.order + 1)
        for k, i in enumerate(self.moving):
            size = 1.0 if self.system.logs else self.scale(k, after[i])
            if not abs(after[i][-1] - foretold[k]) * h <= allowed * size + 1e-13 * abs(foretold[k]) * h:
                return False
        return True

    def over(self, z: list[float]) -> bool:
        """Whether a level is beyond the cap."""
        if self.system.logs:
            return any(value > bound for value, bound in zip(z, self.beyond, strict=True))
        return any(abs(value) > bound for value, bound in zip(z, self.beyond, strict=True))

    def slow(self, h: float, last: float) -> End | None:
        """Say whether there are too many steps to go, and why."""
        if len(self.kept) >= MAX_STEPS:
            return End.WORK
        shrinking, self.usual = h < 0.5 * self.usual, h  # towards a pole steps shrink without end, but they are few
        if shrinking or h * STIFF_STEPS >= last - self.t:
            return None
        return End.STIFF if decay(self.system, self.t, np.array(self.z)) * h > 1 else None

    def read(self, grid: Array) -> Array:
        """Return the coordinates at the times that were reached, shape (reached, coordinate)."""
        first = self.system.first()
        if not self.kept:
            return first[None, :]
        began = np.array([t for t, _, _ in self.kept])
        grid = grid[grid <= self.t]
        step = np.maximum(np.searchsorted(began, grid, side="left") - 1, 0)
        terms = np.array([[rows[i] for i in self.moving] for _, _, rows in self.kept]).T.take(step, axis=2)
        ahead, total = grid - began[step], np.zeros((len(first), len(grid)))
        for term in terms:
            total += term
            total *= ahead
        return np.array([z for _, z, _ in self.kept])[step] + total.T


def _clear(series: tuple[float, ...], h: float) -> float:
    """Return a step in which a divisor cannot reach zero: its series moves it by less than its size."""
    size = NEARER * abs(series[0])
    for _ in range(100):
        moved, power = 0.0, 1.0
        for term in series[1:]:
            power *= h
            moved += abs(term) * power
        if moved <= size:
            break
        h *= SHRINK
    return h


def _bounds(system: System, cap: float) -> list[float]:
    bounds = system.reference * cap
    return list(map(float, np.log(bounds) if system.logs else bounds))
