"""Many members with their sensitivities by Taylor series, each with steps of its own.

Comes in: coordinates at the start with their derivatives, and the numbers. Goes out: the same at the times asked for,
read off the series of the step that each falls into. A member that takes too many steps, or meets a pole, ends at the
work limit: another method may take it on. Few members are carried by straight-line code, many by whole arrays, and
where numba is installed all that are asked for often by compiled loops.
"""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.numerics.duals import Duals, ahead, summed
from symbiode.dynamics.numerics.kept import available, shared_out
from symbiode.dynamics.numerics.kernels import Array
from symbiode.dynamics.numerics.tangent import LOOSER, straight
from symbiode.dynamics.numerics.tangent_loops import affine, march
from symbiode.dynamics.simulation.results import DONE, RAN_AWAY, WORK_LIMIT

SHARPER = 0.1
WIDE = 4096
BLOCK = 32
FEW = 16_000  # products an order takes for all members, from which on whole arrays are quicker


@dataclass(kw_only=True, eq=False)
class Carried:
    """Coordinates with their derivatives: at the times, shape (time, unit, row, member), and where each member ended.

    Beyond the end of a member it is NaN.
    """

    Y: Array
    Y_end: Array
    status: NDArray[np.int64]
    t_end: Array
    steps: NDArray[np.int64]


def carried(
    duals: Duals, Y: Array, grid: Array, limit: Array, noise: Array, rtol: float, most: int, *, often: bool = False
) -> Carried:
    """Carry members through times.

    Parameters
    ----------
    duals : Duals
    Y : array, shape (unit, row, member)
        Coordinates at the first time, with their derivatives.
    grid : array, shape (time,)
        Strictly increasing, from zero on.
    limit : array, shape (unit, member)
        A member ends once a coordinate is beyond this.
    noise : array, shape (row less one, member)
        The size below which a column of derivatives is rounding.
    rtol : float
        Error allowed in one step.
    most : int
        Steps a member may try.
    often : bool
        Whether compiling is worth the wait.

    References
    ----------
    Jorba and Zou (2005), Experimental Mathematics 14, 99-117; Barrio (2006), SIAM J. Sci. Comput. 27, 1929-1947.
    """
    tol = max(SHARPER * rtol, 1e-15)
    order = min(max(8, round(-0.7 * math.log(tol))), 24)
    if often and affine(duals.made) and available():
        return _by_loops(duals, Y, grid, limit, noise, tol, order, most)
    if Y.shape[1] * Y.shape[2] * max(duals.made.convolutions, 1) * order**2 / 2 <= FEW:
        return _one_by_one(duals, Y, grid, limit, noise, tol, order, most)
    march = _March(duals, Y, grid, limit, noise, tol, order)
    while march.who.size:
        march.step(most)
    return march.found


def _one_by_one(
    duals: Duals, Y: Array, grid: Array, limit: Array, noise: Array, tol: float, order: int, most: int
) -> Carried:
    """Carry members by straight-line code; one that fails at an operation has taken no step."""
    (n, width, m), about = Y.shape, (grid.tolist(), tol ** (1 / order), 10 * tol * (order + 1), most)
    run = straight(duals.made, duals.places, width - 1, order)
    given = [np.moveaxis(a, -1, 0).reshape(m, -1) for a in (Y, duals.c, limit, noise)]
    y, last, t_end = np.empty((m, len(grid), n, width)), np.empty((m, n, width)), np.empty(m)
    status, steps = np.empty((2, m), np.int64)
    for i in range(m):
        own = [rows[i].tolist() for rows in given]
        out: tuple[list[Any], ...] = ([math.nan] * y[i].size, [WORK_LIMIT], [0.0], own[0].copy(), [0])
        with contextlib.suppress(ArithmeticError, ValueError):
            run(0, 1, *own, *about, *out)
        y[i], last[i] = np.reshape(out[0], y[i].shape), np.reshape(out[3], last[i].shape)
        status[i], t_end[i], steps[i] = out[1][0], out[2][0], out[4][0]
    return Carried(
        Y=np.moveaxis(y, 0, -1), Y_end=np.moveaxis(last, 0, -1), status=status, t_end=t_end, steps=steps
    )


def _by_loops(
    duals: Duals, Y: Array, grid: Array, limit: Array, noise: Array, tol: float, order: int, most: int
) -> Carried:
    """Carry members by compiled code."""
    (n, width, m), run = Y.shape, march()
    numbers = np.zeros((n, n + 1, width, m))
    numbers[:, [duals.made.nodes[k][1] for k in duals.used]] = duals.slopes.swapaxes(0, 1)
    numbers[:, n] = duals.free
    given = [np.ascontiguousarray(np.moveaxis(a, -1, 0)).ravel() for a in (Y, numbers, limit, noise)]
    y, last, t_end = np.empty((m, len(grid), n, width)), np.empty((m, n, width)), np.empty(m)
    status, steps = np.empty((2, m), np.int64)
    about = (*given, grid, tol ** (1 / order), 10 * tol * (order + 1), most)
    out = (y.ravel(), status, t_end, last.ravel(), steps)
    shared_out(m, BLOCK, lambda lo, hi: run(lo, hi, n, width, order, *about, *out))
    return Carried(
        Y=np.moveaxis(y, 0, -1), Y_end=np.moveaxis(last, 0, -1), status=status, t_end=t_end, steps=steps
    )


class _March:
    """Members under way, member last."""

    def __init__(
        self, duals: Duals, Y: Array, grid: Array, limit: Array, noise: Array, tol: float, order: int
    ) -> None:
        m = Y.shape[-1]
        self.duals, self.grid, self.end, self.logs = duals, grid, float(grid[-1]), duals.made.logs
        self.tol, self.order, self.radius = tol, order, tol ** (1 / order)
        self.found = Carried(
            Y=np.full((len(grid), *Y.shape), np.nan), Y_end=Y.copy(), status=np.full(m, DONE, np.int64),
            t_end=np.zeros(m), steps=np.zeros(m, np.int64),
        )  # fmt: skip
        self.who, self.Y, self.limit, self.largest = np.arange(m), Y, limit, noise
        self.peak = np.abs(Y[:, 0])
        self.t, self.short, self.next = np.zeros(m), np.ones(m), np.ones(m, np.int64)
        self.found.Y[0] = Y
        self.leave(np.full(m, len(grid) == 1), np.where(self.beyond(Y[:, 0]).any(axis=0), RAN_AWAY, DONE))

    def beyond(self, z: Array) -> NDArray[np.bool_]:
        """Say which coordinates are beyond the cap."""
        return np.asarray((z if self.logs else np.abs(z)) > self.limit)

    def step(self, most: int) -> None:
        """Try one step with every member."""
        Z, N = self.duals.series(self.Y, self.order)
        size, left = self.sizes(Z), self.end - self.t
        h = np.minimum(self.longest(Z, size) * self.short, left)
        for node in self.duals.made.divisors:
            h = _clear(np.abs(N[:, node, :1, None]), h)
        t = np.where(h == left, self.end, self.t + h)
        Y, foretold = ahead(Z, h)
        stuck, taken = ~(t > self.t), self.agrees(Y, foretold, h, size)
        moved = taken & ~stuck
        self.found.steps[self.who] += 1
        self.short = np.where(taken, 1.0, 0.5 * self.short)
        self.read(Z, np.where(moved, t, self.t))
        self.t, self.Y = np.where(moved, t, self.t), np.where(moved, Y, self.Y)
        over, landed = moved & self.beyond(self.Y[:, 0]).any(axis=0), moved & (h == left)
        worn = stuck | (self.found.steps[self.who] >= most) & ~landed
        self.leave(landed, np.where(over, RAN_AWAY, np.where(worn, WORK_LIMIT, DONE)))

    def sizes(self, Z: Array) -> Array:
        """Return the error that counts as the tolerance, for coordinates and their derivatives."""
        size = np.ones(Z.shape[1:])
        if not self.logs:
            self.peak = np.maximum(self.peak, np.abs(Z[0, :, 0]))
            first, last = np.abs(Z[1, :, 0]), np.abs(Z[-1, :, 0])
            grown = first * np.nan_to_num((first / last) ** (1 / (self.order - 1)) * self.radius, nan=0.0, posinf=0.0)
            peak = np.maximum(np.maximum(self.peak, 1e-6 * self.peak.max(axis=0)), grown)
            size[:, 0] = np.where(peak > 0, peak, 1.0)
        h = np.minimum(self.longest(Z[:, :, :1], size[:, :1]), self.end - self.t)
        self.largest = np.maximum(self.largest, np.abs(self.Y[:, 1:]).max(axis=0))
        size[:, 1:] = LOOSER * np.maximum(self.largest, (np.abs(Z[1, :, 1:]) * h).max(axis=0))
        return size

    def longest(self, Z: Array, size: Array) -> Array:
        """Return the step at which the last two terms are as small as the tolerance."""
        last, before = ((np.abs(Z[-k]) / size).max(axis=(0, 1)) ** (1 / (self.order + 1 - k)) for k in (1, 2))
        return np.asarray(self.radius / np.maximum(last, before))

    def agrees(self, Y: Array, foretold: Array, h: Array, size: Array) -> NDArray[np.bool_]:
        """Say for which members the rates at the end of a step, times its length, are those that series foretold."""
        found = self.duals.series(Y, 1)[0][1] * h
        allowed = 10 * self.tol * (self.order + 1) * (size if self.logs else np.maximum(size, np.abs(Y)))
        return np.asarray((np.abs(found - foretold) <= allowed + 1e-13 * np.abs(foretold)).all(axis=(0, 1)))

    def read(self, Z: Array, t: Array) -> None:
        """Write down the coordinates at the times that fall into this step; none beyond the cap."""
        many = np.maximum(np.searchsorted(self.grid, t, side="right") - self.next, 0)
        lanes = np.repeat(np.arange(len(many)), many)
        at = np.arange(len(lanes)) + np.repeat(self.next + many - np.cumsum(many), many)
        for k in range(0, len(lanes), WIDE):
            lane, when = lanes[k : k + WIDE], at[k : k + WIDE]
            Y = summed(Z.take(lane, axis=3), self.grid[when] - self.t[lane])
            z = Y[:, 0] if self.logs else np.abs(Y[:, 0])
            Y[..., (z > self.limit[:, lane]).any(axis=0)] = np.nan
            self.found.Y[when, :, :, self.who[lane]] = np.moveaxis(Y, -1, 0)
        self.next = self.next + many

    def leave(self, landed: NDArray[np.bool_], code: NDArray[np.int64]) -> None:
        """Let those go that ended."""
        gone = landed | (code != DONE)
        if not gone.any():
            return
        left, stay = self.who[gone], ~gone
        self.found.status[left], self.found.t_end[left] = code[gone], self.t[gone]
        self.found.Y_end[..., left] = self.Y[..., gone]
        self.who, self.t, self.short, self.next = (a[stay] for a in (self.who, self.t, self.short, self.next))
        self.Y, self.limit, self.largest, self.peak = (
            np.compress(stay, a, axis=-1) for a in (self.Y, self.limit, self.largest, self.peak)
        )
        self.duals = self.duals.only(stay)


def _clear(series: Array, h: Array) -> Array:
    """Return steps in which a divisor cannot reach zero: its series moves it by less than its size."""
    for _ in range(100):
        crossed = (summed(series, h) > 1.9 * series[0])[0, 0]
        if not crossed.any():
            break
        h = np.where(crossed, 0.7 * h, h)
    return h
