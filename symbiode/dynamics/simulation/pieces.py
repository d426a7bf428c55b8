"""The pieces of time between events: in each the rates are smooth, and integration starts anew where one ends.

Comes in: a `Model`, times, and what changes on the way: a `Scenario` or single changes of values. Goes out: `Piece`s,
or a refusal of what no method here can follow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray

from symbiode.dynamics.numerics import Numerics, compiled, vector, vectors
from symbiode.dynamics.numerics.kernels import Array
from symbiode.dynamics.simulation.requests import kind_of
from symbiode.dynamics.simulation.runs import Stretch
from symbiode.errors import Code, InvalidValueError, RefusedError, quote, refused
from symbiode.system.arithmetic import number
from symbiode.system.laws import Parameter
from symbiode.system.model import COMMON, Model, delays_of, find_slot, noise_of, split_path
from symbiode.system.scenario import Scenario, events, moves_of, moving, turns, values_over, with_moved

Breaks = Sequence[tuple[float, Mapping[str, object]]]
_INSIDE = 7


@dataclass(frozen=True, kw_only=True, eq=False)
class Piece:
    """One piece of time.

    Parameters
    ----------
    model : Model
        Its rates name the time where they change on the way.
    numerics : Numerics
    p : array, shape (parameter,) or (member, parameter)
    begin, end : float
    until : float
        How long the same equations hold: beyond `end` for the last piece, unless an event waits there.
    delays : array, shape (unit, unit)
    moved_noise : tuple of (model, scenario) or None
        The model before it is moved, where its noise is.
    """

    model: Model
    numerics: Numerics
    p: Array
    begin: float
    end: float
    until: float
    delays: Array
    moved_noise: tuple[Model, Scenario] | None = None

    def of(self, member: int) -> Array:
        """Return the numbers of one member, shape (parameter,)."""
        return self.p if self.p.ndim == 1 else self.p[member]

    def times(self, grid: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Return the times of this piece, its ends included, and which of them the grid asks for, first end aside."""
        if self.begin == grid[0] and self.end == grid[-1]:
            return grid, np.ones(len(grid), bool)
        inside = grid[(grid >= self.begin) & (grid <= self.end)]
        own = np.unique(np.concatenate([[self.begin], inside, [self.end]]))
        asked = np.isin(own, inside)
        asked[0] &= self.begin == grid[0]
        return own, asked

    def stretch(self, grid: Array, member: int = 0) -> Stretch:
        """Return this piece for the engines of one trajectory."""
        own, asked = self.times(grid)
        return Stretch(model=self.model, numerics=self.numerics, p=self.of(member), grid=own, shown=asked)

    def noise(self, times: Array, *, before: bool = False) -> Array:
        """Return the noise of each unit at some times within it, rounding apart, shape (time, unit)."""
        sigma = np.tile([float(value) for value in noise_of(self.model)], (len(times), 1))
        if self.moved_noise is not None:
            moved = values_over(*self.moved_noise, np.clip(times, self.begin, self.end), before=before)
            for i, unit in enumerate(self.model.units):
                sigma[:, i] = moved.get(f"{quote(unit.name)}.noise", sigma[:, i])
        return sigma


def pieces_of(
    model: Model,
    grid: Array,
    *,
    breaks: Breaks = (),
    scenario: Scenario | None = None,
    values: Mapping[str, ArrayLike] | None = None,
) -> tuple[Piece, ...]:
    """Split the times at every event and where fast activities turn; each piece begins where the one before it ends.

    Parameters
    ----------
    model : Model
    grid : array, shape (time,)
    breaks : sequence of (time, values) pairs
    scenario : Scenario or None
    values : mapping of key path to array, shape (member,)
        What the members of an ensemble have before anything moves.

    Raises
    ------
    RefusedError
        If a delay moves other than by steps, or noise and delays meet.
    """
    found: list[Piece] = []
    changes, dated = _changes(breaks), events(scenario) if scenario is not None else ()
    times = [*map(float, dated), *(t for t, _ in changes)]
    horizon = min((t for t in times if t > grid[-1]), default=math.inf)
    fast = turns(scenario, number(grid[0]), number(grid[-1])) if scenario is not None else ()
    turning = set(map(float, fast))
    exactly: Callable[[Any], Any] = float if scenario is None else number
    for (begin, first), (end, last), base in _spans(model, grid, changes, sorted({*dated, *fast}), exactly):
        now = base if scenario is None else moving(base, scenario, first, last)
        if scenario is not None:
            _steady_delays(base, scenario, np.linspace(begin, end, _INSIDE + 2))
        until = horizon if end == grid[-1] else end
        noisy = scenario is not None and any(key.endswith(".noise") for key in _common(base, scenario, begin))
        if found and found[-1].model == now and not noisy and begin not in turning:
            found[-1] = replace(found[-1], end=end, until=until)
            continue
        p = vector(now) if not values else _members(base, now, scenario, values, (begin, end))
        delays = np.zeros((len(model.units),) * 2)
        for pair, delay in delays_of(now).items():
            delays[pair] = float(delay)
        found.append(Piece(
            model=now, numerics=compiled(now), p=p, begin=begin, end=end, until=until, delays=delays,
            moved_noise=(base, scenario) if noisy and scenario is not None else None,
        ))  # fmt: skip
    return tuple(found)


def kind_of_all(pieces: Sequence[Piece]) -> str:
    """Return what some pieces need together: ``noise``, ``delays`` or ``plain``; raises as `kind_of`."""
    kinds = {kind_of(piece.model) for piece in pieces}
    kinds |= {"noise" for piece in pieces if piece.moved_noise is not None and piece.noise(_sample(piece)).any()}
    if {"noise", "delays"} <= kinds:
        raise RefusedError(refused(Code.NOT_SUPPORTED, "Noise and delays together are not followed; set one to 0."))
    return "noise" if "noise" in kinds else "delays" if "delays" in kinds else "plain"


def _sample(piece: Piece) -> Array:
    return np.linspace(piece.begin, piece.end, _INSIDE + 2)


Changes = list[tuple[float, dict[str, object]]]
Edge = tuple[float, Any]


def _spans(
    model: Model, grid: Array, changes: Changes, dated: Sequence[sympy.Rational], exactly: Callable[[Any], Any]
) -> Iterator[tuple[Edge, Edge, Model]]:
    """Yield the time between two neighbouring events as numbers and exactly, with the model before levers move it."""
    exact = {float(t): exactly(t) for t in (grid[0], *(t for t, _ in changes), grid[-1])}
    exact |= {float(t): t for t in dated}
    for begin, end in pairwise(sorted(t for t in exact if grid[0] <= t <= grid[-1])):
        for t, values in changes:
            if t == begin or (begin == grid[0] and t < begin):
                model = model.with_values(values)
        yield (begin, exact[begin]), (end, exact[end]), model


def _changes(breaks: Breaks) -> Changes:
    try:
        changes = sorted(((float(t), dict(values)) for t, values in breaks), key=lambda change: change[0])
    except (TypeError, ValueError):
        changes = [(math.nan, {})]
    if any(not math.isfinite(t) for t, _ in changes):
        raise InvalidValueError("breaks", breaks, "pairs of a finite time and values by name")
    return changes


def _common(model: Model, scenario: Scenario, t: float | Array, *, before: bool = False) -> dict[str, Any]:
    """Return the delays and noise levels that a scenario moves, at some times."""
    units, moves = tuple(unit.name for unit in model.units), moves_of(scenario.levers)

    def common(p: Parameter) -> bool:
        return (p.path in moves or not p.value.is_Rational) and find_slot(model.law, units, p.path) in COMMON

    whole = with_moved(model, scenario.levers)
    if not any(map(common, whole.parameters)):
        return {}
    moved = values_over(whole, scenario, t, before=before, wanted=common).items()
    return {key: value for key, value in moved if find_slot(model.law, units, split_path(key)) in COMMON}


def _steady_delays(model: Model, scenario: Scenario, times: Array) -> None:
    after, until = _common(model, scenario, times[:-1]), _common(model, scenario, times[1:], before=True)
    for key, values in after.items():
        if split_path(key)[0] == "delays" and len({*values.tolist(), *until[key].tolist()}) > 1:
            detail = f"{key} changes between t = {times[0]:.6g} and {times[-1]:.6g}; a delay is moved by steps only."
            raise RefusedError(refused(Code.NOT_SUPPORTED, detail))


def _members(
    base: Model, now: Model, scenario: Scenario | None, values: Mapping[str, ArrayLike], ends: tuple[float, float]
) -> Array:
    """Return the numbers of every member, moved from what each has, shape (member, parameter)."""
    if scenario is None or now == base:
        return vectors(base, values)
    known, units = {p.path for p in now.parameters}, tuple(unit.name for unit in base.units)

    members = max(np.size(given) for given in values.values())

    def moved(t: float, *, before: bool = False) -> dict[str, Any]:
        found = values_over(base, scenario, t, before=before, given=values)
        paths = {key: split_path(key) for key in found}
        kept = [key for key in found if paths[key] in known and find_slot(base.law, units, paths[key]) not in COMMON]
        return {**values, **{key: np.broadcast_to(found[key], members) for key in kept}}

    if now.law == base.law:
        return vectors(now, moved(ends[0]))
    still = replace(now, law=base.law)
    for t in np.linspace(*ends, _INSIDE + 2)[:-1]:
        vectors(still, moved(float(t)))  # for its refusal of what is out of range
    vectors(still, moved(ends[1], before=True))
    return vectors(now, values)
