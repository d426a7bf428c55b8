"""Many trajectories at once by their Taylor series, every member with steps of its own.

Comes in: a `Numerics` whose recurrences are known, starts and numbers, one row a member. Goes out: a `Flow`. Members
step together; the levels at the times asked for are read off the series of the step they fall into. A member that takes
too many steps, or meets a pole, ends at the work limit: another method may take it on.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.numerics import Numerics
from symbiode.dynamics.numerics.kernels import Array
from symbiode.dynamics.numerics.series import batched, constants
from symbiode.dynamics.simulation import fast
from symbiode.dynamics.simulation.flow import DONE, RAN_AWAY, WORK_LIMIT, Flow, flow
from symbiode.dynamics.simulation.taylor import has_series, longest_share

WIDE, MAX_STEPS, CHECK_EVERY, TOO_MANY = 8192, 2000, 64, 2000
RESTING = 0.1
HIGHER, FIRST = 3, 3e-2
_TINY = float(np.finfo(float).tiny)


def followed(
    numerics: Numerics, starts: Array, times: Array, p: Array, rtol: float, *, cap: float, sharper: bool,
    members: int = 0,
) -> Flow:
    """Carry members from their starts through times, by series where they are known and by `flow` where that fails.

    Parameters
    ----------
    numerics : Numerics
    starts : array, shape (member, unit)
    times : array, shape (time,)
    p : array, shape (member, parameter) or (parameter,)
    rtol : float
        The accuracy that is wanted in the end.
    cap : float
        A member ends once a level passes `cap` times its reference.
    sharper : bool
        Whether this is the second run, of another order and tolerance, that tells the error of the first.
    members : int
        How many there are in all: for very many the code is compiled.
    """  # fmt: skip
    tol, refine = tolerances(numerics, rtol, members)[sharper], 1 + sharper
    if not has_series(numerics):
        return flow(numerics, starts, times, p, rtol=tol, cap=cap, refine=refine)
    quick = fast.pays(numerics, members)
    if quick:
        found = fast.carry(numerics, starts, times, p, tol=rtol * FIRST, cap=cap, sharper=sharper)
    else:
        found = carry(numerics, starts, times, p, tol=tol, cap=cap, more=HIGHER * sharper)
    left = np.flatnonzero(found.status == WORK_LIMIT)
    if not len(left):
        return found
    own = p if p.ndim == 1 else p[left]
    if quick:
        other = followed(numerics, starts[left], times, own, rtol, cap=cap, sharper=sharper)
    else:
        tol = max(rtol * (1e-4 if sharper else 1e-1), 1e-15)
        other = flow(numerics, starts[left], times, own, rtol=tol, cap=cap, refine=refine)
    for name in ("y", "status", "t_end", "y_end", "steps"):
        getattr(found, name)[left] = getattr(other, name)
    return found


def tolerances(numerics: Numerics, rtol: float, members: int = 0) -> tuple[float, float]:
    """Return the tolerances of the two runs."""
    if fast.pays(numerics, members):
        return rtol * FIRST, max(rtol * FIRST * fast.SHARPER, 1e-15)
    first, second = (FIRST, 1.5e-3) if has_series(numerics) else (1e-1, 1e-4)
    return rtol * first, max(rtol * second, 1e-15)


def carry(numerics: Numerics, starts: Array, times: Array, p: Array, *, tol: float, cap: float, more: int = 0) -> Flow:
    """Carry members from their starts through times by series; arguments as above.

    Parameters
    ----------
    tol : float
        How large the last terms of a step may be.
    more : int
        By how much the order exceeds the usual one.

    References
    ----------
    Jorba and Zou (2005), Experimental Mathematics 14, 99-117.
    """
    order = max(6, round(-math.log(tol) / 2)) + more
    with np.errstate(all="ignore"):
        lanes = _Lanes(numerics, starts, times, p, tol, order, cap)
        while lanes.who.size:
            lanes.step()
        return lanes.found()


class _Lanes:
    """Members under way, member last. A lane whose member ended rests until there are enough of them to refill."""

    def __init__(
        self, numerics: Numerics, starts: Array, times: Array, p: Array, tol: float, order: int, cap: float
    ) -> None:
        made = numerics.recurrence
        assert made is not None
        self.made, self.series, self.logs, self.tol, self.order = made, batched(made), made.logs, tol, order
        m, n = starts.shape
        wide = min(m, WIDE)
        self.times, self.grid, self.end = times, times - times[0], float(times[-1] - times[0])
        self.starts, self.numbers = starts, constants(made, p.T)
        self.first = np.log(starts.T) if self.logs else starts.T
        reference = numerics.reference(p)
        level = np.where(np.isfinite(reference), reference, 1e242) * cap
        self.limits = np.broadcast_to((np.log(level) if self.logs else level).reshape(-1, n).T, (n, m))
        self.X, self.F, self.Z = (np.empty((order + k, n, wide)) for k in (0, 0, 1))
        self.N, self.T = np.empty((len(made.nodes), order, wide)), np.empty(wide)
        self.ends = (*(np.empty((k, n, wide)) for k in (1, 1, 2)), np.empty((len(made.nodes), 1, wide)))
        self.share = longest_share(made)
        self.out, self.z_end = np.full((m, len(times), n), np.nan), self.first.T.copy()
        self.out[:, 0] = self.first.T
        self.status, self.steps, self.t_end = np.full(m, DONE), np.zeros(m, np.int64), np.zeros(m)
        self.waiting = np.flatnonzero(~(self.first > self.limits).any(axis=0))
        self.status[(self.first > self.limits).any(axis=0)] = RAN_AWAY
        self.who, self.at = np.empty((2, 0), np.int64)
        self.t, self.usual, self.short = np.empty((3, 0))
        self.z, self.peak = self.first[:, :0], self.first[:, :0]
        self.refill(np.empty(0, bool))

    def refill(self, stay: NDArray[np.bool_]) -> None:
        """Drop members that ended from the working arrays, and take in others that wait."""
        room = len(self.T) - np.count_nonzero(stay)
        new, self.waiting = self.waiting[:room], self.waiting[room:]
        self.who, self.t = np.append(self.who[stay], new), np.append(self.t[stay], np.zeros(len(new)))
        self.at = np.append(self.at[stay], np.ones(len(new), np.int64))
        self.usual = np.append(self.usual[stay], np.full(len(new), np.inf))
        self.short = np.append(self.short[stay], np.ones(len(new)))
        self.z, self.peak = (
            np.append(own[:, stay], first[:, new], axis=1)
            for own, first in ((self.z, self.first), (self.peak, np.abs(self.first)))
        )
        self.limit, self.resting = self.limits[:, self.who], np.zeros(len(self.who), bool)
        self.constants = [c[self.who] if np.ndim(c) else c for c in self.numbers]

    def step(self) -> None:
        """Take one step with every member."""
        series, Z = self.fill()
        left = np.where(self.resting, 0.0, self.end - self.t)
        h = np.minimum(np.minimum(self.longest(Z) * self.short, self.end * self.share), left)
        for node in self.made.divisors:
            h = _clear(series[node], h)
        t, z = np.where(h == left, self.end, self.t + h), self.z + _summed(Z, h)
        taken = self.agrees(t, z, Z, h)
        self.steps[self.who] += ~self.resting
        self.short = np.where(taken, 1.0, 0.5 * self.short)
        stuck = ~(t > self.t) | np.isnan(z).any(axis=0)
        moved = taken & ~stuck
        self.read(Z, h, moved)
        late, landed = self.slow(h, left), moved & (h == left)
        self.t, self.z = np.where(moved, t, self.t), np.where(moved, z, self.z)
        over = moved & ((self.z if self.logs else np.abs(self.z)) > self.limit).any(axis=0)
        self.ended(landed, np.where(over, RAN_AWAY, np.where(stuck | (late & ~landed), WORK_LIMIT, DONE)))

    def agrees(self, t: Array, z: Array, Z: Array, h: Array) -> NDArray[np.bool_]:
        """Say in which lanes the rates at the end of a step are those that its series foretold."""
        m, foretold = len(self.who), self.order * Z[-1]
        for k in range(self.order - 1, 0, -1):
            foretold *= h
            foretold += k * Z[k]
        X, F, Z, N = (a[:, :, :m] for a in self.ends)
        X[0] = np.exp(z) if self.logs else z
        self.series(self.times[0] + t, X, Z, F, N, self.constants, self.T[:m])
        size = 1.0 if self.logs else np.maximum(np.maximum(self.peak, np.abs(z)), h * np.abs(foretold))
        allowed = 10 * self.tol * (self.order + 1) * size + 1e-13 * np.abs(foretold) * h
        good = np.abs(F[0] - foretold) * h <= allowed
        return np.asarray((good | (z == -np.inf)).all(axis=0) | self.resting)

    def slow(self, h: Array, left: Array) -> NDArray[np.bool_]:
        """Say which members have too many steps to go; towards a pole steps shrink without end, but they are few."""
        many = self.steps[self.who]
        check = many % CHECK_EVERY == 0
        late = check & (h * TOO_MANY < left) & (h >= 0.5 * self.usual)
        self.usual = np.where(check, h, self.usual)
        return np.asarray((many >= MAX_STEPS) | late)

    def fill(self) -> tuple[dict[int, Array], Array]:
        """Work out the series of all members here; return those of the divisors and those of the coordinates."""
        m = len(self.who)
        X, F, Z, N = (a[..., :m] for a in (self.X, self.F, self.Z, self.N))
        X[0] = np.exp(self.z) if self.logs else self.z
        self.series(self.times[0] + self.t, X, Z, F, N, self.constants, self.T[:m])
        levels = {k: X[:, node[1]] for k, node in enumerate(self.made.nodes) if node[0] == "level"}
        return {k: levels.get(k, N[k]) for k in self.made.divisors}, Z

    def longest(self, Z: Array) -> Array:
        """Return the step at which the last two terms are as small as the tolerance, each unit on its own scale."""
        last, before, order = np.abs(Z[-1]), np.abs(Z[-2]), self.order
        radius = self.tol ** (1 / order)
        if not self.logs:
            size = self.scale(Z, radius)
            last, before = last / size, before / size
        sharpest = np.maximum(last.max(axis=0) ** (1 / order), before.max(axis=0) ** (1 / (order - 1)))
        return np.asarray(radius / sharpest)

    def scale(self, Z: Array, radius: float) -> Array:
        """Return the size of plain coordinates: the largest so far, or what their own growth will make of them."""
        self.peak = np.maximum(self.peak, np.abs(self.z))
        first = np.abs(Z[1])
        grown = first * np.nan_to_num((first / np.abs(Z[-1])) ** (1 / (self.order - 1)) * radius, nan=0.0, posinf=1.0)
        size = np.maximum(np.maximum(self.peak, 1e-6 * self.peak.max(axis=0)), grown)
        return np.asarray(np.where(size > 0, size, 1.0))

    def read(self, Z: Array, h: Array, moved: NDArray[np.bool_]) -> None:
        """Write down the coordinates at the times that fall into this step, but for the last time."""
        until = np.searchsorted(self.grid[:-1], self.t + h, side="right")
        many = np.where(moved & ~self.resting, np.maximum(until - self.at, 0), 0)
        lane = np.repeat(np.arange(len(many)), many)
        if len(lane):
            at = np.arange(len(lane)) + np.repeat(self.at + many - np.cumsum(many), many)
            z = self.z.take(lane, axis=1) + _summed(Z.take(lane, axis=2), self.grid[at] - self.t[lane])
            self.out[self.who[lane], at] = z.T
            self.at = self.at + many

    def ended(self, landed: NDArray[np.bool_], code: NDArray[np.int64]) -> None:
        """Note which members ended; once they are many, their lanes go to others."""
        gone = (landed | (code != DONE)) & ~self.resting
        if not gone.any():
            return
        left, arrived = self.who[gone], gone & (code == DONE)
        self.status[left], self.t_end[left], self.z_end[left] = code[gone], self.t[gone], self.z[:, gone].T
        self.out[self.who[arrived], -1] = self.z[:, arrived].T
        self.resting = self.resting | gone
        if np.count_nonzero(self.resting) > RESTING * len(self.who) or self.resting.all():
            self.refill(~self.resting)

    def found(self) -> Flow:
        """Return levels, where there are any; an underflow is shown as the smallest normal number."""
        y, y_end = self.out, self.z_end
        if self.logs:
            y, y_end = (np.where(z == -np.inf, 0.0, np.maximum(np.exp(z), _TINY)) for z in (y, y_end))
        y[:, 0] = self.starts
        t_end = self.times[0] + self.t_end
        return Flow(y=y, dy=None, status=self.status, t_end=t_end, y_end=y_end, steps=self.steps)


def _summed(Z: Array, h: Array) -> Array:
    """Return the sum of all terms at a distance h, shape (unit, member)."""
    total = Z[-1] * h
    for term in Z[-2:0:-1]:
        total += term
        total *= h
    return np.asarray(total)


def _clear(series: Array, h: Array) -> Array:
    """Return steps in which a divisor cannot reach zero: its series moves it by less than its size."""
    size = 0.9 * np.abs(series[0])
    for _ in range(100):
        moved = _summed(np.abs(series)[:, None], h)[0]
        crossed = moved > size
        if not crossed.any():
            break
        h = np.where(crossed, 0.7 * h, h)
    return h
