"""A common trend or a named covariate in growth, and levels per head or as shares: is an effect only a common cause?

Comes in: a posed problem and columns of the same years. Goes out: a problem with one more coefficient per unit (or one
for all), ready for any estimator that follows trajectories. Growth per capita of unit i becomes ``f_i(x) + c_i z(t)``
with z constant between two rows: the growth of the covariate from one row to the next (or time itself), less its mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import sympy

from symbiode.dynamics.numerics import Numerics, compiled, per_capita_of
from symbiode.dynamics.numerics.kernels import SymbolicKernel
from symbiode.dynamics.simulation.flow import flow
from symbiode.errors import Code, InvalidValueError, RefusedError, quote, refused
from symbiode.inference.estimators import Array, Flags, Kind, Path, Problem
from symbiode.inference.observations import Observations
from symbiode.system.model import Model, split_path

_WIDTH = 2.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Driver:
    """Something outside the model that moves growth per capita.

    Parameters
    ----------
    name : str
    z : array (interval,)
        Its value between two rows, mean zero.
    shared : bool
        Whether one coefficient stands for all units, or each has its own.
    """

    name: str
    z: Array
    shared: bool = False


def trend(t: Array, *, shared: bool = True) -> Driver:
    """Return time itself, from -1/2 to 1/2 over the series; common to all units unless told otherwise."""
    middle = (t[1:] + t[:-1]) / 2
    return Driver(name="trend", z=(middle - middle.mean()) / (t[-1] - t[0]), shared=shared)


def drivers(t: Array, covariates: Observations, *, shared: bool = False) -> tuple[Driver, ...]:
    """Return the growth of each covariate between the rows of a series.

    Parameters
    ----------
    t : array (time,)
        Times of the series.
    covariates : Observations
        Positive levels with a value at each of these times, one column per covariate: another reading of the same file.
    shared : bool

    Raises
    ------
    InvalidValueError
        If a value is missing, not positive, or the covariate never changes its growth.
    """
    levels = _at(t, covariates)
    found = []
    for k, name in enumerate(covariates.units):
        growth = np.diff(np.log(levels[:, k])) / np.diff(t)
        if np.ptp(growth) <= 1e-12:
            raise InvalidValueError(name, "constant growth", "a covariate whose growth varies: it is a trend otherwise")
        found.append(Driver(name=name, z=growth - growth.mean(), shared=shared))
    return tuple(found)


def beside(t: Array, columns: Sequence[Observations]) -> Observations:
    """Return covariates of several files as one, at the times of a series.

    Raises
    ------
    InvalidValueError
        If a covariate has no positive value at one of these times.
    """
    names = tuple(name for each in columns for name in each.units)
    return Observations(t=t, y=np.hstack([_at(t, each) for each in columns]), units=names)


def _at(t: Array, columns: Observations) -> Array:
    rows = {float(time): row for time, row in zip(columns.t, columns.y, strict=True)}
    missing = [f"{time:g}" for time in t if not np.all(rows.get(float(time), np.array([np.nan])) > 0)]
    if missing:
        raise InvalidValueError(", ".join(columns.units), ", ".join(missing[:10]), "a positive value at each time")
    return np.array([rows[float(time)] for time in t])


def relative(observations: Observations, to: Observations) -> Observations:
    """Return levels relative to other ones: per head of each unit's own population, or as shares of one total.

    Parameters
    ----------
    observations : Observations
    to : Observations
        Positive, at the same times; one column for all units, or one for each in their order.

    Returns
    -------
    Observations
        Its `basis` says what it is relative to.
    """
    if len(to.units) not in (1, len(observations.units)):
        raise InvalidValueError("to", to.units, f"one column, or {len(observations.units)} in the order of the units")
    told = f"{observations.basis or observations.path or 'levels'}, relative to {', '.join(to.units)}"
    return replace(observations, y=observations.y / _at(observations.t, to), basis=told, measured_in=())


def driven(problem: Problem, model: Model, drivers: Sequence[Driver]) -> Problem:
    """Return the problem with drivers of growth; their coefficients are named ``covariates.NAME`` or with the unit.

    Parameters
    ----------
    problem : Problem
        Of this model (`symbiode.inference.problems.pose`).
    model : Model
        Of a law in which growth per capita is defined.
    drivers : sequence of Driver

    Returns
    -------
    Problem
        Coefficients follow those of `problem`; they are searched where they change growth by at most twice its bound.

    Raises
    ------
    RefusedError
        `not_supported` for equations without growth per capita; `too_short` if coefficients outnumber observations.
    """
    base = compiled(model)
    if not base.kolmogorov:
        raise RefusedError(refused(Code.NOT_SUPPORTED, "Drivers act on growth per capita, which this law has not."))
    count = len(problem.units)
    each = tuple((i,) for i in range(count))
    columns: list[tuple[Driver, tuple[int, ...]]] = [(d, about) for d in drivers if not d.shared for about in each]
    columns += [(d, tuple(range(count))) for d in drivers if d.shared]
    names = [_name(d, about, problem) for d, about in columns]
    if problem.nobs < len(problem.names) + len(names) + 1:
        counts = {"observations": problem.nobs, "parameters": len(problem.names) + len(names)}
        raise RefusedError(refused(Code.TOO_SHORT, "Too few observations for these drivers.", **counts))
    push = np.zeros((len(problem.t) - 1, count, len(columns)))
    for k, (driver, about) in enumerate(columns):
        push[:, list(about), k] = driver.z[:, None]
    growth = max(problem.upper[[k == "growth" for k in problem.kinds]], default=1.0)
    width = _WIDTH * growth / np.abs(push).max(axis=(0, 1))
    more = len(columns)
    other: Kind = "other"
    functions = _Driven(problem, model, push)
    return replace(
        problem, names=(*problem.names, *names), kinds=(*problem.kinds, *(other for _ in columns)),
        about=(*problem.about, *(about for _, about in columns)), positive=np.append(problem.positive, [False] * more),
        lower=np.append(problem.lower, -width), upper=np.append(problem.upper, width),
        hard_lower=np.append(problem.hard_lower, [-np.inf] * more),
        hard_upper=np.append(problem.hard_upper, [np.inf] * more), guess=np.append(problem.guess, np.zeros(more)),
        starts=np.hstack([problem.starts, np.zeros((len(problem.starts), more))]), trajectory=functions.trajectory,
        per_capita=functions.per_capita if problem.per_capita else None, step=None,
    )  # fmt: skip


def _name(driver: Driver, about: Sequence[int], problem: Problem) -> str:
    unit = () if driver.shared else (problem.units[about[0]],)
    return ".".join(map(quote, ("covariates", driver.name, *unit)))


class _Driven:
    """The functions of a driven problem: the model with one more number per unit, carried from row to row."""

    def __init__(self, problem: Problem, model: Model, push: Array) -> None:
        self.t, self.push, self.inner, self.own = problem.t, push, problem.per_capita, len(problem.names)
        base = compiled(model)
        self.shift = [sympy.Dummy(f"shift{i}") for i in range(len(base.states))]
        own = zip(model.rates, base.states, self.shift, strict=True)
        growth = tuple(per_capita_of(rate, x) + s for rate, x, s in own)
        parameters = (*base.parameters, *self.shift)
        self.numerics = Numerics(
            states=base.states, parameters=parameters, kolmogorov=True, affine=base.affine,
            capacities=base.capacities, kernel=SymbolicKernel(base.states, parameters, growth), divisors=base.divisors,
        )  # fmt: skip
        self.fixed = np.array([float(model.values[symbol]) for symbol in base.parameters])
        by_path = {p.path: p.symbol for p in model.parameters}
        self.column, self.initial = {}, {}
        for k, name in enumerate(problem.names):
            path = split_path(name)
            if path[-1] == "initial" and path[0] in problem.units:
                self.initial[k] = problem.units.index(path[0])
            elif path not in by_path:
                raise RefusedError(refused(Code.NOT_SUPPORTED, f"Growth cannot be driven beside {name}; leave it out."))
            else:
                self.column[k] = base.parameters.index(by_path[path])
        self.start = np.array([np.nan if x is None else float(x) for x in model.initial])

    def trajectory(self, p: Array, times: Array | None = None, *, rtol: float = 1e-9, steps: int = 2000) -> Path:
        """Return trajectories from the first time, with derivatives, by the chain rule from row to row."""
        asked = self.t if times is None else np.asarray(times, float)
        inside = self.t[(self.t > asked[0]) & (self.t < asked[-1])]
        grid = np.union1d(asked, inside)
        y, dy = self._begun(p)
        levels, slopes, clean = [y], [dy], np.ones(len(p), bool)
        for first, last in pairwise(grid):
            y, dy, reached = self._carried(y, dy, p, first, last, rtol, steps)
            clean &= reached
            levels.append(y)
            slopes.append(dy)
        at = np.searchsorted(grid, asked)
        return Path(y=np.stack(levels, 1)[:, at], dy=np.stack(slopes, 1)[:, at], clean=clean)

    def _begun(self, p: Array) -> tuple[Array, Array]:
        y, dy = np.tile(self.start, (len(p), 1)), np.zeros((len(p), len(self.start), p.shape[1]))
        for k, unit in self.initial.items():
            y[:, unit] = p[:, k]
            dy[:, unit, k] = 1.0
        return y, dy

    def _interval(self, t: Array) -> Array:
        return self.push[np.clip(np.searchsorted(self.t, t, side="right") - 1, 0, len(self.push) - 1)]

    def _carried(
        self, y: Array, dy: Array, p: Array, first: float, last: float, rtol: float, steps: int
    ) -> tuple[Array, Array, Flags]:
        push = self._interval(np.array([first]))[0]
        numbers = np.tile(np.append(self.fixed, np.zeros(len(self.shift))), (len(p), 1))
        for k, column in self.column.items():
            numbers[:, column] = p[:, k]
        numbers[:, len(self.fixed) :] = p[:, self.own :] @ push.T
        wrt = (*self.numerics.states, *self.shift, *(self.numerics.parameters[c] for c in self.column.values()))
        found = flow(self.numerics, y, [first, last], numbers, wrt=wrt, rtol=rtol, max_steps=steps)
        assert found.dy is not None
        end, slope, units = found.y[:, 1], found.dy[:, 1], len(self.start)
        reached = np.asarray(np.isfinite(end).all(axis=1) & np.isfinite(slope).all(axis=(1, 2)))
        moved = slope[:, :, :units] @ dy
        moved[:, :, self.own :] += slope[:, :, units : 2 * units] @ push
        moved[:, :, list(self.column)] += slope[:, :, 2 * units :]
        # a row that ran away stays where it was: finite, so that a search can start there, and never clean
        keep = reached[:, None]
        return np.where(keep, end, y), np.where(keep[:, None], moved, dy), reached

    def per_capita(self, t: Array, y: Array, p: Array) -> tuple[Array, Array]:
        """Return growth per capita with the drivers of the interval each time lies in."""
        assert self.inner is not None
        growth, slopes = self.inner(t, y, p[:, : self.own])
        push = self._interval(np.asarray(t, float))
        slopes = np.concatenate([slopes, np.broadcast_to(push, (*growth.shape, push.shape[-1]))], axis=-1)
        return growth + np.einsum("tuk,rk->rtu", push, p[:, self.own :]), slopes
