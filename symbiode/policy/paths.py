"""mode_path(): modes along a scenario, by frozen equilibrium and by actual trajectory, and why they change.

Comes in: a `Model`, a `Scenario` and a start. Goes out: a `ModePath`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symbiode.dynamics.modes import Mode, Outcome
from symbiode.dynamics.simulation.requests import numbers, times_of
from symbiode.errors import Code, InvalidValueError, warning
from symbiode.policy import flat, sampling
from symbiode.policy.actual import actual_path, tipping_of
from symbiode.policy.course import Course
from symbiode.policy.pairings import pairings
from symbiode.policy.plane import Plane, nearest, plane_of
from symbiode.policy.results import Change, Frozen, ModePath, Piece
from symbiode.policy.tracking import resilience
from symbiode.system.model import Model
from symbiode.system.scenario import Lever, Scenario
from symbiode.system.starts import Start, levels_of

__all__ = ["ModePath", "joined", "mode_path"]

Array = NDArray[np.float64]
POINTS, _DIGITS = 241, 1e-9
_RESTS = (Outcome.COEXISTENCE, Outcome.EXCLUSION, Outcome.EXTINCTION)


def mode_path(
    model: Model, scenario: Scenario, times: ArrayLike | None = None, start: Start = None, *,
    until: float | None = None, tau: float = 0.1,
) -> ModePath:  # fmt: skip
    """Say which mode a model is in along a scenario: where it would settle at each time, and where it is.

    Parameters
    ----------
    model : Model
    scenario : Scenario
    times : array, shape (time,), optional
        Strictly increasing, in the time unit of the model; the first is the time of the start. By default from a
        little before the first lever moves to one own time scale of the slowest unit after the last.
    start : as for `simulate`
        Levels at the first time; None and "initial" mean the model's own.
    until : float, optional
        The last time, where no times are given.
    tau : float
        A mutualism is symmetric if the smaller gain is at least ``1 - tau`` of the larger.

    Returns
    -------
    ModePath
        With `frozen`, `actual`, `changes`, `tipping` and `summary()`.

    Raises
    ------
    InvalidValueError
        If times are not increasing, or a lever takes a value out of its range; the time and the lever are named.
    RefusedError
        If the actual path cannot be followed to the accuracy of `simulate`.

    References
    ----------
    Ashwin, Wieczorek, Vitolo and Cox (2012), Phil. Trans. R. Soc. A 370, 1166-1184 (rate-induced tipping).

    Examples
    --------
    >>> import symbiode
    >>> model = symbiode.load("shenzhen-hongkong")
    >>> rail = {"at": 2018, "moves": {"effects.hongkong.shenzhen": {"add": 0.14}}}
    >>> path = mode_path(model, symbiode.build_scenario(model, {"rail": rail}), [2010, 2030])
    >>> [(change.time, change.after) for change in path.changes if change.path == "frozen"]
    [(2018.0, 'symmetric_mutualism')]
    """
    if not 0 <= tau < 1:
        raise InvalidValueError("tau", tau, "0 to below 1")
    grid = _times(model, scenario, times, until)
    if grid[-1] - grid[0] < _DIGITS * abs(grid).max():
        raise InvalidValueError("times", grid[[0, -1]].tolist(), "a span that the digits of the times can tell apart")
    levels = tuple(float(x) for x in levels_of(model, start))
    never = tuple(i for i, x in enumerate(levels) if x == 0 and model.law.kolmogorov)
    course = Course(model=model, scenario=scenario, begin=float(grid[0]), end=float(grid[-1]), never=never)
    for edge in course.edges:
        course.frozen(edge)
    frozen, changes = _frozen(course, grid, levels, tau)
    actual, moments = actual_path(course, grid, levels, frozen, tau)
    tipping = tipping_of(course, grid, frozen, actual)
    status = actual.trajectory.status
    if any(piece.outcome is Outcome.UNDECIDED for piece in frozen.pieces):
        status = warning(Code.WORK_LIMIT, "At some times it was not decided where the frozen model settles.")
    return ModePath(
        model=model, scenario=scenario, t=grid, start=levels, tau=float(tau), frozen=frozen, actual=actual,
        changes=tuple(sorted((*changes, *moments), key=lambda change: change.time)), tipping=tipping, status=status,
    )  # fmt: skip


def joined(*scenarios: Scenario) -> Scenario:
    """Return one scenario with the levers of several.

    Raises
    ------
    InvalidValueError
        If two levers have the same name.

    Examples
    --------
    >>> rail, rules = (Scenario(name=n, levers=(Lever(name=n),)) for n in ("rail", "rules"))
    >>> [lever.name for lever in joined(rail, rules).levers]
    ['rail', 'rules']
    """
    if len(scenarios) == 1:
        return scenarios[0]
    levers = tuple(lever for scenario in scenarios for lever in scenario.levers)
    names = [lever.name for lever in levers]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidValueError("levers", ", ".join(twice), "every name once over all scenarios; rename a lever")
    labels = {}
    for lang in {lang for scenario in scenarios for lang, _ in scenario.label}:
        labels[lang] = " + ".join(scenario.shown(lang) for scenario in scenarios)
    return Scenario(
        name=" + ".join(scenario.name for scenario in scenarios), levers=levers, label=tuple(sorted(labels.items())),
        model=scenarios[0].model if scenarios else "", illustrative=any(s.illustrative for s in scenarios),
        source="; ".join(dict.fromkeys(s.source for s in scenarios if s.source)),
    )  # fmt: skip


def _times(model: Model, scenario: Scenario, times: ArrayLike | None, until: float | None) -> Array:
    if times is not None:
        if until is not None:
            raise InvalidValueError("until", until, "None, where times are given")
        return times_of(times)
    marks = [mark for lever in scenario.levers for mark in _marks(lever)]
    rates = [float(model.values[p.symbol]) for p in model.parameters if p.path[-1] == "growth"]
    slowest = 1 / min((abs(rate) for rate in rates if rate), default=0.1)
    first, last = min(marks, default=0.0), max(marks, default=0.0)
    begin = float(math.floor(first - max(1.0, (last - first) / 20))) if marks else 0.0
    end = float(math.ceil(last + slowest)) if until is None else float(numbers("until", until, "a finite number"))
    if not begin < end:
        raise InvalidValueError("until", until, f"more than {begin:g}, where the scenario begins")
    events = Course(model=model, scenario=scenario, begin=begin, end=end).edges
    return np.unique([*np.linspace(begin, end, POINTS), *events])


def _marks(lever: Lever) -> list[float]:
    """Return the times between which most of a lever's activity changes."""
    if lever.at is None:
        return []
    at = float(lever.at)
    if lever.shape == "adoption":
        half = 4 / float(lever.speed or 1)
        return [at, at + float(lever.lag or 0) - half, at + float(lever.lag or 0) + half]
    return [at, *(float(t) for t in (lever.until,) if t is not None), at + 3 * float(lever.lasting or 0)]


def _frozen(course: Course, t: Array, start: Sequence[float], tau: float) -> tuple[Frozen, Sequence[Change]]:
    """Return the frozen reading at all times."""
    fine = np.concatenate([np.linspace(low, high, 33) for low, high in course.stretches()])
    checked, p = plane_of(course, course.numbers(fine)), course.numbers(t)
    whole = checked is not None and checked.lives and all(start)
    plane = plane_of(course, p) if whole else None
    if plane is not None:
        pieces, changes = flat.pieces_of(course, start, tau)
        here = [_at(pieces, time) for time in t]
        state = flat.attractor(plane, here, [unit.name for unit in course.model.units])
        alone = plane.capacity
    else:
        walk = sampling.Walk(course=course, start=start, tau=tau).run()
        pieces, changes = sampling.pieces_of(walk), tuple(walk.changes)
        here = [_at(pieces, time) for time in t]
        state, alone = sampling.attractor_of(walk, here, t, p)
    found = _readings(course, p, here, pieces, state, alone, plane, tau)
    if len(start) > 2:
        found = replace(found, pairings=pairings(course, walk, pieces, t, p))
    return found, changes


def _at(pieces: Sequence[Piece], t: float) -> Piece:
    return next((piece for piece in reversed(pieces) if piece.begin <= t), pieces[0])


def _readings(
    course: Course, p: Array, here: Sequence[Piece], pieces: tuple[Piece, ...], state: Array, alone: Array,
    plane: Plane | None, tau: float,
) -> Frozen:  # fmt: skip
    """Put together what is read off the attractor at each time."""
    rests = [piece.outcome in _RESTS and bool(np.isfinite(x).all()) for piece, x in zip(here, state, strict=True)]
    known = zip(p, state, rests, strict=True)
    faded = [resilience(course, q, x) if rest and course.plain else np.nan for q, x, rest in known]
    gains = state / alone - 1
    nothing = np.full(len(p), np.nan)
    far, border = (nothing, ("",) * len(p)) if plane is None else nearest(plane.a, plane.b, tau)
    effects = None if plane is None else np.stack([plane.a, plane.b], axis=1)
    return Frozen(
        pieces=pieces, state=state, gains=gains, capacity=alone, total_gain=gains.sum(axis=1),
        nominal_mode=_nominal(effects, tau, len(p)),
        symmetry_gains=_symmetry(gains), symmetry_coefficients=nothing if effects is None else _symmetry(effects),
        margin=_margin(course, p), energy=(gains * alone).sum(axis=1), resilience=np.array(faded), distance=far,
        border=border,
    )  # fmt: skip


def _nominal(effects: Array | None, tau: float, size: int) -> tuple[Mode | None, ...]:
    return (None,) * size if effects is None else tuple(sampling.mode_at(pair, tau) for pair in effects)


def _symmetry(values: Array) -> Array:
    """Return the smaller over the larger of two positive numbers, NaN where one is not, shape (time,)."""
    if values.shape[1] != 2:
        return np.full(len(values), np.nan)
    low, high = values.min(axis=1), values.max(axis=1)
    with np.errstate(all="ignore"):
        return np.where(low > 0, low / high, np.nan)


def _margin(course: Course, p: Array) -> Array:
    """Return the margin to runaway growth of units with linear effects that all live alone, else NaN."""
    numerics, n = course.numerics, len(course.model.units)
    if not numerics.affine or n < 2:
        return np.full(len(p), np.nan)
    nothing = np.zeros((len(p), n))
    r, A = numerics.per_capita(0.0, nothing, p), numerics.per_capita_jacobian(0.0, nothing, p)
    own = np.einsum("tii->ti", A)
    with np.errstate(all="ignore"):
        helps = np.maximum(-A / own[:, :, None], 0.0) * (1 - np.eye(n))
    lives = (r > 0).all(axis=1) & (own < 0).all(axis=1)
    helps = np.where(lives[:, None, None], helps, 0.0)
    if n == 2:
        return np.where(lives, 1 - helps[:, 0, 1] * helps[:, 1, 0], np.nan)
    radius = np.abs(np.linalg.eigvals(helps)).max(axis=1)
    return np.where(lives, 1 - radius, np.nan)


