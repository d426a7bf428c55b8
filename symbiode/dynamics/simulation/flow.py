"""Carry many members at once from their starts through given times, with derivatives to parameters and starts.

Comes in: a `Numerics` with starts and numbers, one row a member. Goes out: a `Flow`, states and first-order
sensitivities at the times. The method is the explicit Runge-Kutta pair 8(5,3) of Dormand and Prince with a step size
of its own for every member, in log coordinates z = ln x for Kolmogorov laws (so x stays positive, an exact zero stays
zero) and in plain coordinates otherwise. It lands on every output time: nothing is interpolated. Where derivatives are
asked for and recurrences are known, Taylor series take its place (`sensitive`); their last digits depend on how many
members there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import DOP853

from symbiode.dynamics.numerics import Numerics
from symbiode.dynamics.numerics.duals import duals, known
from symbiode.dynamics.numerics.kernels import Array, Linearised
from symbiode.dynamics.simulation.results import DONE as DONE
from symbiode.dynamics.simulation.results import RAN_AWAY as RAN_AWAY
from symbiode.dynamics.simulation.results import WORK_LIMIT as WORK_LIMIT
from symbiode.dynamics.simulation.sensitive import carried
from symbiode.errors import InvalidValueError

CAP = 1e8
LOOSER, NOISE = 10.0, 1e-6
STAGES = 12
FEWER = 2  # a step by series reaches more than twice as far
_A, _B, _C = np.asarray(DOP853.A)[:STAGES, :STAGES], np.asarray(DOP853.B), np.asarray(DOP853.C)[:STAGES]
_E3, _E5 = np.asarray(DOP853.E3), np.asarray(DOP853.E5)
_SAFETY, _SHRINK, _GROW = 0.9, 0.2, 6.0


def _terms(weights: Array) -> tuple[tuple[int, float], ...]:
    return tuple((int(k), float(weights[k])) for k in np.flatnonzero(weights))


_STAGE, _LAST = [_terms(row) for row in _A], _terms(_B)
_THIRD, _FIFTH = _terms(_E3), _terms(_E5)


def _sum(terms: tuple[tuple[int, float], ...], K: Array) -> Array:
    """Add weighted stages one by one: a matrix product would round differently in batches of different size."""
    (first, weight), *others = terms
    total = K[first] * weight
    for k, w in others:
        total += K[k] * w
    return np.asarray(total)


def _squares(rows: Array) -> Array:
    total = rows[0] ** 2
    for row in rows[1:]:
        total += row**2
    return np.asarray(total)


@dataclass(frozen=True, kw_only=True, eq=False)
class Flow:
    """Where many members are at given times.

    Parameters
    ----------
    y : array, shape (member, time, unit)
        States; NaN after a member ended.
    dy : array, shape (member, time, unit, k), or None
        Derivatives of `y` to each entry of `wrt`; NaN after a member ended.
    status : array of int, shape (member,)
        0 reached the last time, 1 ran away beyond the cap, 2 stopped at the work limit.
    t_end : array, shape (member,)
        The time each member reached.
    y_end : array, shape (member, unit)
        The state there.
    steps : array of int, shape (member,)
        Steps tried.
    """

    y: Array
    dy: Array | None
    status: NDArray[np.int64]
    t_end: Array
    y_end: Array
    steps: NDArray[np.int64]


def flow(
    numerics: Numerics,
    y0: ArrayLike,
    times: ArrayLike,
    p: ArrayLike,
    *,
    wrt: Sequence[sympy.Symbol] | None = None,
    rtol: float = 1e-9,
    cap: float = CAP,
    max_steps: int = 2000,
    refine: int = 1,
    often: bool = False,
) -> Flow:
    """Carry members from their starts through times.

    Parameters
    ----------
    numerics : Numerics
        From `compiled(model)`.
    y0 : array, shape (member, unit)
        States at the first time; for Kolmogorov laws zero or more.
    times : array, shape (time,)
        Strictly increasing.
    p : array, shape (member, parameter) or (parameter,)
        Numbers in the order of ``numerics.parameters``.
    wrt : sequence of sympy.Symbol, optional
        What to differentiate to: entries of ``numerics.parameters``, and of ``numerics.states`` for the start level of
        that unit.
    rtol : float
        Error allowed in one step, relative to each level (for other than Kolmogorov laws relative to the largest
        level so far); ten times that for each column of derivatives, relative to its largest so far.
    cap : float
        A member ends once a level passes `cap` times its reference (capacity).
    max_steps : int
        Steps a member may try.
    refine : int
        Fewest steps between two output times; a second run with another `refine` shows the error of the first even
        where both would land on the same times.
    often : bool
        Whether so many calls with derivatives follow that compiling their code is worth seconds, where numba is there.

    Returns
    -------
    Flow

    Raises
    ------
    InvalidValueError
        If shapes or times do not fit, or `wrt` names an unknown symbol.

    References
    ----------
    Hairer, Norsett and Wanner (1993), Solving Ordinary Differential Equations I, II.5 and II.10.

    Examples
    --------
    >>> from symbiode.dynamics.numerics import compiled, vector
    >>> from symbiode.system.building import build
    >>> model = build({"a": {"growth": 1, "capacity": 1}})
    >>> found = flow(compiled(model), [[0.5], [1.0]], [0.0, 1.0], vector(model))
    >>> found.y[:, 1, 0].round(6).tolist()
    [0.731059, 1.0]
    """
    problem = _Problem(numerics, y0, times, p, wrt or (), cap)
    with np.errstate(all="ignore"):
        if not wrt or refine > 1 or not known(numerics.recurrence) or numerics.divisors is not None:
            return _integrated(problem, rtol, max_steps, refine)
        found = _by_series(problem, rtol, max_steps // FEWER, often)
        stuck = (found.status == WORK_LIMIT) & (found.steps < max_steps // FEWER)
        left = np.flatnonzero(stuck | problem.dead.any(axis=0))
        if len(left):
            own = problem.p.T if problem.p.ndim == 1 else problem.p.T[left]
            rest = _Problem(numerics, problem.starts.T[left], times, own, wrt, cap)
            other = _integrated(rest, rtol, max_steps, refine)
            for field in fields(Flow):
                getattr(found, field.name)[left] = getattr(other, field.name)
    return found


def _by_series(problem: _Problem, rtol: float, most: int, often: bool) -> Flow:
    """Carry members by their Taylor series; those with a unit that is absent, and those that meet a pole, fail."""
    n, k, m = problem.n, problem.k, problem.starts.shape[1]
    made, first = problem.numerics.recurrence, problem.first()
    assert made is not None
    series = duals(made, problem.p, problem.columns, k, m)
    Y = np.concatenate([first[:n, None], first[n:].reshape(n, k, m)], axis=1)
    about = problem.times - problem.times[0], problem.limit(), problem.noise()
    run = carried(series, Y, *about, rtol, most, often=often)
    y, y_end, dy = run.Y[:, :, 0], run.Y_end[:, 0], run.Y[:, :, 1:]
    if problem.logs:
        dy = np.exp(y)[:, :, None] * dy
        y, y_end = (np.maximum(np.exp(z), np.finfo(float).tiny) for z in (y, y_end))
    return Flow(
        y=np.ascontiguousarray(np.moveaxis(y, -1, 0)), dy=np.ascontiguousarray(np.moveaxis(dy, -1, 0)),
        status=run.status, t_end=problem.times[0] + run.t_end, y_end=y_end.T.copy(), steps=run.steps,
    )  # fmt: skip


def _integrated(problem: _Problem, rtol: float, max_steps: int, refine: int) -> Flow:
    """Carry members by the Runge-Kutta pair."""
    run = _Run(problem, rtol, max_steps, refine)
    while run.members.size:
        run.step()
    return Flow(
        y=run.y, dy=run.dy if problem.k else None, status=run.status, t_end=problem.times[0] + run.t_end,
        y_end=run.y_end, steps=run.steps,
    )  # fmt: skip


class _Problem:
    """The inputs, checked and turned unit first; knows the coordinates."""

    def __init__(
        self, numerics: Numerics, y0: ArrayLike, times: ArrayLike, p: ArrayLike, wrt: Sequence[sympy.Symbol], cap: float
    ) -> None:
        starts, numbers = np.atleast_2d(np.asarray(y0, float)), np.asarray(p, float)
        self.n, self.k = len(numerics.states), len(wrt)
        self.times = np.asarray(times, float)
        self.logs = numerics.kolmogorov
        if starts.ndim != 2 or starts.shape[1] != self.n or not np.isfinite(starts).all():
            raise InvalidValueError("y0", starts.shape, f"finite numbers of shape (member, {self.n})")
        if self.logs and (starts < 0).any():
            raise InvalidValueError("y0", float(starts.min()), "zero or more")
        if self.times.ndim != 1 or len(self.times) == 0 or not (np.diff(self.times) > 0).all():
            raise InvalidValueError("times", self.times.tolist()[:5], "strictly increasing finite numbers")
        if numbers.shape[-1:] != (len(numerics.parameters),) or numbers.shape[:-1] not in ((), starts.shape[:1]):
            raise InvalidValueError("p", numbers.shape, f"shape ({len(starts)}, {len(numerics.parameters)})")
        self.numerics, self.cap = numerics, cap
        self.starts, self.p = starts.T, numbers.T
        self.columns, self.rows = _columns(numerics, wrt)
        self.dead = (self.starts == 0) & self.logs
        self.invasion = bool(self.dead.any()) and bool(self.rows)
        self.side: Array | None = None
        if numerics.divisors is not None:
            first = numerics.divisors.bind(self.p).growth(self.times[0], self.starts)
            self.side = np.where(self.dead, np.nan, np.sign(first))

    def first(self) -> Array:
        """Return the coordinates at the first time, sensitivities behind the states, shape (unit * (1 + k), member)."""
        members = self.starts.shape[1]
        state = np.where(self.dead, 1.0, self.starts)
        S = np.zeros((self.n, self.k, members))
        for column, unit in self.rows:
            S[unit, column] = 1 / state[unit] if self.logs else 1.0
        z = np.log(state) if self.logs else state
        return np.concatenate([z, S.reshape(-1, members)])

    def noise(self) -> Array:
        """Return the size below which a column of derivatives is rounding, shape (k, member).

        At rest a level does not depend on its growth rate: what is computed then is noise that no step size resolves.
        """
        p, m = self.p, self.starts.shape[1]
        size = np.ones((self.k, m))
        for column, k in self.columns:
            size[column] = np.maximum(np.abs(p[k]), 1.0)
        for column, unit in self.rows:
            size[column] = np.maximum(self.starts[unit], 1.0)
        return NOISE / size * (1.0 if self.logs else np.abs(self.starts).max(axis=0))

    def limit(self) -> Array:
        """Return the coordinate that each unit must not pass, shape (unit, member)."""
        reference = self.numerics.reference(self.p.T)
        reference = np.where(np.isfinite(reference), reference, 1e242)
        level = np.broadcast_to(reference.reshape(-1, self.n).T, self.starts.shape) * self.cap
        return np.log(level) if self.logs else level


def _columns(
    numerics: Numerics, wrt: Sequence[sympy.Symbol]
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Return (column of dy, parameter) pairs and (column of dy, unit of the start) pairs."""
    parameters, starts = [], []
    for column, symbol in enumerate(wrt):
        if symbol in numerics.parameters:
            parameters.append((column, numerics.parameters.index(symbol)))
        elif symbol in numerics.states:
            starts.append((column, numerics.states.index(symbol)))
        else:
            allowed = ", ".join(map(str, (*numerics.parameters, *numerics.states)))
            raise InvalidValueError("wrt", str(symbol), allowed)
    return tuple(parameters), tuple(starts)


class _Run:
    """One integration under way; `members` are those still moving, every working array holds only them."""

    def __init__(self, problem: _Problem, rtol: float, max_steps: int, refine: int) -> None:
        self.problem, self.rtol, self.max_steps = problem, rtol, max_steps
        self.n, self.k, self.logs = problem.n, problem.k, problem.logs
        self.grid = problem.times - problem.times[0]
        self.longest = np.diff(self.grid, prepend=0.0) / refine * (1 + 1e-12)
        m, n = problem.starts.shape[1], self.n
        self.y = np.full((m, len(self.grid), n), np.nan)
        self.dy = np.full((m, len(self.grid), n, self.k), np.nan) if self.k else None
        self.status, self.steps = np.zeros(m, np.int64), np.zeros(m, np.int64)
        self.t_end, self.y_end = np.zeros(m), np.empty((m, n))
        self.members = np.arange(m)
        self.Y, self.limit = problem.first(), problem.limit()
        self.dead = problem.dead if problem.dead.any() else None
        self.side = problem.side
        self.peak, self.largest = np.abs(self.Y[:n]), problem.noise()
        self.t, self.next = np.zeros(m), np.zeros(m, np.int64)
        self.bind()
        self.rates(self.t, self.Y, self.K[0])
        self.h = self.first_step()
        self.arrive(np.ones(m, bool), np.where(self.over(), RAN_AWAY, 0), first=True)

    def bind(self) -> None:
        """Fill in the numbers of the members that still move."""
        p = self.problem.p
        own = p if p.ndim == 1 else np.ascontiguousarray(p[:, self.members])
        kernel, columns = self.problem.numerics.kernel, self.problem.columns
        self.linear: Linearised = kernel.linearised(own, columns, self.k, len(self.members))
        poles = self.problem.numerics.divisors
        self.poles = None if poles is None else poles.bind(own)
        self.K = np.empty((STAGES + 1, *self.Y.shape))

    def rates(self, t: Array, Y: Array, out: Array) -> None:
        """Write the derivatives of states and sensitivities."""
        n, k = self.n, self.k
        w = np.exp(Y[:n]) if self.logs else Y[:n]
        x = w if self.dead is None else np.where(self.dead, 0.0, w)
        t = self.problem.times[0] + t
        if not k:
            out[:] = self.linear.growth(t, x)
        else:
            f, J, F = self.linear(t, x)
            if self.logs:
                J = J * w
            S = Y[n:].reshape(n, k, -1)
            dS = F
            for j in range(n):
                dS = dS + J[:, j, None] * S[j]
            if self.dead is not None:
                dS[np.broadcast_to(self.dead[:, None], dS.shape)] = 0.0
            out[:n] = f
            out[n:] = dS.reshape(n * k, -1)
        if self.dead is not None and not self.problem.invasion:
            out[:n][self.dead] = 0.0
        if self.poles is not None and self.side is not None:  # beyond a pole a step is tried again, smaller
            out[:, (self.poles.growth(t, x) * self.side <= 0).any(axis=0)] = np.nan

    def first_step(self) -> Array:
        """Return a step that resolves the fastest time scale at the start, read off the change of the rates."""
        if len(self.grid) == 1:
            return np.ones(len(self.members))
        n, f = self.n, self.K[0, : self.n]
        size = np.abs(f).max(axis=0) if self.logs else np.abs(f / self.scale(self.Y[:n])).max(axis=0) * self.rtol
        h = np.minimum(1e-3 / (size + 1e-300), self.grid[1])
        probe = np.empty_like(self.Y)
        self.rates(self.t + h, self.Y + h * self.K[0], probe)
        change = np.abs(probe[:n] - f)
        change = change.max(axis=0) if self.logs else (change / self.scale(self.Y[:n])).max(axis=0) * self.rtol
        speed = np.maximum(size, np.sqrt(change / h))
        guess = 2 * self.rtol**0.125 / (speed + 1e-300)
        return np.asarray(np.where(np.isfinite(guess), guess, h))

    def scale(self, z: Array) -> Array:
        """Return the error that counts as 1 in each coordinate."""
        if self.logs:
            return np.asarray(self.rtol)
        self.peak = np.maximum(self.peak, np.abs(z))
        return np.asarray(self.rtol * np.maximum(self.peak, 1e-6 * self.peak.max(axis=0) + 1e-300))

    def step(self) -> None:
        """Try one step with every member."""
        K = self.K
        gap = self.grid[self.next] - self.t
        pieces = np.ceil(gap / np.minimum(self.h, self.longest[self.next]) * (1 - 1e-9))
        h = gap / np.maximum(pieces, 1)
        h = np.where(np.isfinite(h) & (h > 0), h, 0.0)
        for s in range(1, STAGES):
            moved = _sum(_STAGE[s], K)
            moved *= h
            moved += self.Y
            self.rates(self.t + _C[s] * h, moved, K[s])
        new = _sum(_LAST, K)
        new *= h
        new += self.Y
        self.rates(self.t + h, new, K[STAGES])
        error = self.error(h, new)
        taken = error <= 1
        stretch = _SAFETY * np.maximum(error, 1e-16) ** -0.125
        grown = np.minimum(h * stretch, np.maximum(self.h, _GROW * h))
        self.h = np.where(taken, grown, h * np.maximum(_SHRINK, np.minimum(stretch, 1.0)))
        last = taken & (pieces <= 1)
        self.t = np.where(last, self.grid[self.next], np.where(taken, self.t + h, self.t))
        if taken.all():
            self.Y = new
            K[0] = K[STAGES]
        else:
            self.Y[:, taken] = new[:, taken]
            K[0][:, taken] = K[STAGES][:, taken]
        self.steps[self.members] += 1
        self.arrive(last, self.stopped(taken, h))

    def error(self, h: Array, new: Array) -> Array:
        """Return the error of the step in units of the tolerance, shape (member,); infinite if not a number."""
        n = self.n
        fifth, third = _sum(_FIFTH, self.K), _sum(_THIRD, self.K)
        scale = self.scale(new[:n]) if self.logs else np.maximum(self.scale(self.Y[:n]), self.rtol * np.abs(new[:n]))
        e5, e3 = _squares(fifth[:n] / scale) / n, _squares(third[:n] / scale) / n
        if self.k:
            # At rest the states have no error at any step size, but their derivatives still move.
            shape = (n, self.k, len(h))
            size = np.abs(new[n:]).reshape(shape).max(axis=0)
            self.largest = np.maximum(self.largest, size)
            wide = LOOSER * self.rtol * self.largest + 1e-300
            e5 = np.maximum(e5, ((fifth[n:].reshape(shape) / wide) ** 2).max(axis=(0, 1)))
            e3 = np.maximum(e3, ((third[n:].reshape(shape) / wide) ** 2).max(axis=(0, 1)))
        error = h * e5 / np.sqrt(e5 + 0.01 * e3 + 1e-300)
        good = np.isfinite(error) & np.isfinite(new).all(axis=0)
        return np.asarray(np.where(good, error, np.inf))

    def over(self) -> NDArray[np.bool_]:
        """Return which members are beyond the cap."""
        z = self.Y[: self.n]
        over = (z if self.logs else np.abs(z)) > self.limit
        if self.dead is not None:
            over &= ~self.dead
        return np.asarray(over.any(axis=0))

    def stopped(self, taken: NDArray[np.bool_], h: Array) -> NDArray[np.int64]:
        """Return per member 0 to go on, or why it must stop."""
        stuck = ~taken & (h <= 1e-15 * np.maximum(self.t, self.grid[-1] * 1e-6))
        worn = self.steps[self.members] >= self.max_steps
        return np.asarray(np.where(self.over(), RAN_AWAY, np.where(stuck | worn, WORK_LIMIT, 0)))

    def arrive(self, last: NDArray[np.bool_], code: NDArray[np.int64], *, first: bool = False) -> None:
        """Write down members that reached an output time; let those go that ended."""
        landed = last & ((code != RAN_AWAY) | first)
        if landed.any():
            self.write(landed)
            self.next = self.next + landed
        done = self.next == len(self.grid)
        gone = done | (code != 0)
        if gone.any():
            left = self.members[gone]
            self.status[left] = np.where(done, DONE, code)[gone]
            self.t_end[left] = self.t[gone]
            self.y_end[left] = self.levels(gone)[0].T
            self.keep(~gone)

    def write(self, landed: NDArray[np.bool_]) -> None:
        """Copy states and sensitivities of some members to the output."""
        members, at = self.members[landed], self.next[landed]
        shown, level = self.levels(landed)
        self.y[members, at] = shown.T
        if self.dy is not None:
            S = self.Y[self.n :, landed].reshape(self.n, self.k, -1)
            self.dy[members, at] = np.moveaxis(level[:, None] * S if self.logs else S, -1, 0)

    def levels(self, some: NDArray[np.bool_]) -> tuple[Array, Array]:
        """Return the states of some members to show, and their growth since the start where a unit is absent."""
        z = self.Y[: self.n, some]
        if not self.logs:
            return z, z
        level = np.exp(z)
        # The exact solution stays positive: an underflow is shown as the smallest normal number, not as a zero.
        shown = np.maximum(level, np.finfo(float).tiny)
        return shown if self.dead is None else np.where(self.dead[:, some], 0.0, shown), level

    def keep(self, stay: NDArray[np.bool_]) -> None:
        """Drop the members that ended from the working arrays."""
        self.members, self.next = self.members[stay], self.next[stay]
        self.t, self.h = self.t[stay], self.h[stay]
        self.limit, self.peak, self.largest = self.limit[:, stay], self.peak[:, stay], self.largest[:, stay]
        self.dead = None if self.dead is None else self.dead[:, stay]
        self.side = None if self.side is None else self.side[:, stay]
        self.Y, slope = self.Y[:, stay], self.K[0][:, stay]
        if self.members.size:
            self.bind()
            self.K[0] = slope
