"""One trajectory with scipy's solvers, step by step, with bounded work; `success` is never believed.

Comes in: a `System` (one member with its numbers, in log coordinates for Kolmogorov laws) and a grid of times. Goes
out: a `Leg`, the coordinates at the times that were reached and why it ended there.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import DOP853, LSODA, OdeSolver, Radau

from symbiode.dynamics.numerics import Numerics
from symbiode.dynamics.numerics.kernels import Array, SymbolicKernel

MAX_EXPLICIT, MAX_IMPLICIT, MAX_RADAU = 20_000, 200_000, 20_000
CHECK_EVERY = 50
_MANY_TIMES = 500
STIFF_STEPS = 2000
_TIGHTEST = 2.3e-14
_NOTHING, _ROUNDING = 1e-8, 1e-13


class End(Enum):
    """Why a leg ended."""

    DONE = "done"
    CAP = "cap"
    STUCK = "stuck"
    STIFF = "stiff"
    WORK = "work"


@dataclass(frozen=True, kw_only=True, eq=False)
class Leg:
    """What an engine found between two times.

    Parameters
    ----------
    z : array, shape (reached, coordinate)
        The coordinates at the grid times that were reached, the first included.
    end : End
        Why it ended.
    t, last : float, array of shape (coordinate,)
        Where it ended; beyond the last row unless `end` is `done`.
    steps, calls : int
        Work done.
    way : (list of times, list of coordinates)
        Where the steps met, from the start to the end.
    """

    z: Array
    end: End
    t: float
    last: Array
    steps: int
    calls: int
    way: tuple[list[float], list[Any]]


class System:
    """One member: rates of its moving coordinates, for plain Python floats where that is faster.

    Parameters
    ----------
    numerics : Numerics
    p : array, shape (parameter,)
    t0 : float
        The time that counts as 0, so that late years do not cost digits.
    x0 : array, shape (unit,)
        The start; for Kolmogorov laws a unit at exactly zero stays there and has no coordinate.
    """

    def __init__(self, numerics: Numerics, p: Array, t0: float, x0: Array) -> None:
        self.numerics, self.p, self.t0 = numerics, p, t0
        self.logs = numerics.kolmogorov
        self.moving: NDArray[np.intp] = np.flatnonzero(x0 > 0) if self.logs else np.arange(len(x0))
        self.x = np.array(x0, float)
        self.bound = numerics.kernel.bind(p)
        self.calls = 0
        reference = numerics.reference(p)[self.moving]
        self.reference = np.where(np.isfinite(reference), reference, 1e242)
        self._rates: Callable[[float, Array], Array | list[float]] = self._arrays
        if isinstance(numerics.kernel, SymbolicKernel):
            self._scalar, self._rates = numerics.kernel.scalar, self._floats
        self._p, self._x, self._moving = p.tolist(), self.x.tolist(), self.moving.tolist()
        self.poles = numerics.divisors
        self.side = np.ones(len(self.moving)) if self.poles is None else np.sign(self.divisors(0.0, self.first()))
        self._side = self.side.tolist()

    def __call__(self, t: float, z: Array) -> Any:  # an array or a list: scipy takes both, its types only one
        self.calls += 1
        return self._rates(t, z)

    def _floats(self, t: float, z: Array) -> Array | list[float]:
        x = self._x.copy()
        try:
            for i, value in zip(self._moving, z.tolist(), strict=True):
                x[i] = math.exp(value) if self.logs else value
            # Beyond a pole the equations mean nothing: no number there, and the step is tried again, smaller.
            if self.poles is not None and self._crossed(self.poles.scalar(self.t0 + t, x, self._p)):
                return np.full(len(z), np.nan)
            f = self._scalar(self.t0 + t, x, self._p)
        except (OverflowError, ZeroDivisionError, ValueError):
            return np.full(len(z), np.nan)
        return [f[i] for i in self._moving]

    def _arrays(self, t: float, z: Array) -> Array:
        return self.bound.growth(self.t0 + t, self.levels(z))[self.moving]

    def jacobian(self, t: float, z: Array) -> Array:
        """Return the derivative of the coordinates' rates."""
        x = self.levels(z)
        J = self.bound.jacobian(self.t0 + t, x)[np.ix_(self.moving, self.moving)]
        return J * x[self.moving] if self.logs else J

    def levels(self, z: Array) -> Array:
        """Return all states at given coordinates, shape (..., unit)."""
        x = np.broadcast_to(self.x, (*z.shape[:-1], len(self.x))).copy()
        x[..., self.moving] = np.exp(z) if self.logs else z
        return x

    def divisors(self, t: float, z: Array) -> Array:
        """Return what the rates of the moving units divide by, shape (coordinate,); ones where that cannot be zero."""
        if self.poles is None:
            return np.ones(len(self.moving))
        return self.poles.bind(self.p).growth(self.t0 + t, self.levels(z))[self.moving]

    def vanishing(self, t: float, z: Array) -> tuple[NDArray[np.bool_], float]:
        """Return which divisors reach zero within a millionth of the time so far, and how long that takes.

        Closer, rounding would make up the steps. A divisor may be small and stay so: its unit must feel it, or it must
        be zero but for rounding.
        """
        now, first = self.divisors(t, z), self.divisors(0.0, self.first())
        share = np.abs(now) / np.abs(first)
        if self.poles is None or not (share <= _NOTHING).any():
            return np.zeros(len(z), bool), math.inf
        f = np.asarray(self(t, z), float)
        slopes = self.poles.bind(self.p).jacobian(self.t0 + t, self.levels(z))[np.ix_(self.moving, self.moving)]
        left = np.nan_to_num(np.abs(now / (slopes @ (self.levels(z)[self.moving] * f))), nan=0.0)
        gone = (share <= _NOTHING) & (left <= 1e-6 * t) & ((np.abs(f) * left > 1e-3) | (share <= _ROUNDING))
        return gone, float(left[gone].max(initial=0.0))

    def _crossed(self, divisors: list[float]) -> bool:
        """Whether a divisor has left the side of zero where it began."""
        return any(divisors[i] * side <= 0 for i, side in zip(self._moving, self._side, strict=True))

    def first(self) -> Array:
        """Return the coordinates of the start."""
        x = self.x[self.moving]
        return np.log(x) if self.logs else x

    def beyond(self, z: Array, cap: float) -> bool:
        """Whether a level is above `cap` times its reference."""
        over = z - np.log(self.reference) > math.log(cap) if self.logs else np.abs(z) > cap * self.reference
        return bool(np.any(over))

    def bound_in_words(self, cap: float) -> str:
        """Say what level counts as beyond every bound."""
        if (self.reference < 1e242).all():
            return f"{cap:.0e} times its reference"
        return f"{cap * self.reference.max():.0e}"

    def tolerance(self, tol: float) -> Any:
        """Return the absolute tolerance: in log coordinates an absolute error is a relative one."""
        if self.logs:
            return tol
        size = np.abs(self.x)
        return tol * np.maximum(size, 1e-3 * size.max() if size.any() else 1.0)


Engine = Callable[[System, Array, float, float], Leg]


def explicit(system: System, grid: Array, tol: float, cap: float) -> Leg:
    """March with DOP853; gives up as `stiff` where stability alone limits the step.

    It lands on every grid time, unless they are so many that they would dictate the steps: then it reads them off its
    own series, whose error the comparison with a sharper run includes.
    """
    with np.errstate(all="ignore"):
        rtol = _TIGHTEST if system.logs else max(tol, _TIGHTEST)
        solver = DOP853(system, 0.0, system.first(), float(grid[-1]), rtol=rtol, atol=system.tolerance(tol))
        return _march(system, solver, grid, cap, MAX_EXPLICIT, lands=len(grid) <= _MANY_TIMES)


def implicit(system: System, grid: Array, tol: float, cap: float) -> Leg:
    """March with LSODA, which switches between Adams and BDF by itself; grid times are read off its own series."""
    return _implicit(LSODA, system, grid, tol, cap)


def last_resort(system: System, grid: Array, tol: float, cap: float) -> Leg:
    """March with Radau IIA, slow and sure, landing on every grid time."""
    return _implicit(Radau, system, grid, tol, cap)


def _implicit(method: type[LSODA] | type[Radau], system: System, grid: Array, tol: float, cap: float) -> Leg:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rtol = _TIGHTEST if system.logs else max(tol, _TIGHTEST)
        solver = method(
            system, 0.0, system.first(), float(grid[-1]), rtol=rtol, atol=system.tolerance(tol), jac=system.jacobian
        )
        radau = method is Radau
        return _march(system, solver, grid, cap, MAX_RADAU if radau else MAX_IMPLICIT, lands=radau)


def _march(system: System, solver: OdeSolver, grid: Array, cap: float, limit: int, *, lands: bool) -> Leg:
    rows = [np.array(solver.y, float)]
    ts, zs = [float(solver.t)], [rows[0]]
    steps, end = 0, End.CAP if system.beyond(rows[0], cap) else End.DONE
    if not np.isfinite(np.asarray(system(0.0, rows[0]), float)).all():
        end = End.STUCK
    while end is End.DONE and len(rows) < len(grid):
        if lands:
            solver.t_bound, solver.status = float(grid[len(rows)]), "running"
        solver.step()
        steps += 1
        ts.append(float(solver.t))
        zs.append(np.array(solver.y))
        end = _ended(system, solver, cap, steps, limit, float(grid[-1]), explicit=isinstance(solver, DOP853))
        if end is not End.DONE:
            break
        if lands:
            if solver.t == grid[len(rows)]:
                rows.append(np.array(solver.y))
        elif solver.t >= grid[len(rows)]:
            series = solver.dense_output()
            while len(rows) < len(grid) and solver.t >= grid[len(rows)]:
                rows.append(np.asarray(series(grid[len(rows)])))
    return Leg(
        z=np.array(rows), end=end, t=float(solver.t), last=np.array(solver.y, float), steps=steps, calls=system.calls,
        way=(ts, zs),
    )  # fmt: skip


def _ended(
    system: System, solver: OdeSolver, cap: float, steps: int, limit: int, t_end: float, *, explicit: bool
) -> End:
    step = solver.t - solver.t_old if solver.t_old is not None else t_end
    if solver.status == "failed" or not np.isfinite(solver.y).all():
        return End.STUCK
    if system.beyond(solver.y, cap):
        return End.CAP
    if system.poles is not None and system.vanishing(float(solver.t), solver.y)[0].any():
        return End.STUCK
    if step <= 1e-13 * max(solver.t, 1e-3 * t_end) and steps % CHECK_EVERY == 0:
        return End.STUCK
    if steps >= limit:
        return End.WORK
    slow = explicit and steps % CHECK_EVERY == 0 and step * STIFF_STEPS < t_end - solver.t
    return End.STIFF if slow and decay(system, solver.t, solver.y) * step > 1 else End.DONE


def decay(system: System, t: float, z: Array) -> float:
    """Return the fastest rate of decay at a state."""
    J = system.jacobian(t, z)
    if not np.isfinite(J).all():
        return 0.0
    return -float((np.linalg.eigvals(J).real if len(J) <= 50 else np.diag(J)).min())
