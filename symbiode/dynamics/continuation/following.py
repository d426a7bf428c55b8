"""Follow every equilibrium of a model along one coefficient.

Comes in: a `Model`, a coefficient, an interval. Goes out: `Branches`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import overload

import numpy as np
import sympy

from symbiode.dynamics.continuation.assembly import branches_of, points_of
from symbiode.dynamics.continuation.branches import grown
from symbiode.dynamics.continuation.closed import poles, with_closed_forms
from symbiode.dynamics.continuation.curve_results import Curves
from symbiode.dynamics.continuation.curves import curves
from symbiode.dynamics.continuation.cycles import cycles_from
from symbiode.dynamics.continuation.results import Branches, Kind
from symbiode.dynamics.continuation.seeds import seeds_of
from symbiode.dynamics.continuation.stretches import mode_changes, stretches_of
from symbiode.dynamics.continuation.systems import System, system_of
from symbiode.errors import (
    OK,
    Code,
    ExpressionError,
    InputError,
    InvalidValueError,
    RefusedError,
    quote,
    refused,
    warning,
)
from symbiode.system.arithmetic import number
from symbiode.system.laws import Parameter, Slot
from symbiode.system.model import Model, constant, delays_of, find_slot, noise_of, split_path
from symbiode.words import say

Interval = tuple[sympy.Expr, sympy.Expr]
Ends = tuple[object, object]
_FIRST_VALUES = 5
MOST_CYCLING = 2  # units present where cycles are followed unasked: with more they may take minutes


@overload
def follow(
    model: Model, coefficient: str | None = None, between: Ends = (None, None), *, cycles: bool = True
) -> Branches: ...


@overload
def follow(
    model: Model, coefficient: tuple[str, str], between: tuple[Ends, Ends] = ..., *, cycles: bool = True
) -> Curves: ...


def follow(
    model: Model,
    coefficient: str | tuple[str, str] | None = None,
    between: tuple[object, object] = (None, None),
    *,
    cycles: bool = True,
) -> Branches | Curves:
    """Follow every equilibrium along one coefficient, or every special point in two.

    Parameters
    ----------
    model : Model
        Any law, or equations of its own, without noise and delays.
    coefficient : str or (str, str), optional
        Its key path, as `Model.with_values` takes it; by default the first pair's first effect, else the first
        parameter. Formulas of named parameters follow. Of two, special points become curves (`curves`).
    between : (low, high), optional
        The interval (of two coefficients, one for each), numbers or text such as ``"1/3"``. Instead of None the end
        of the coefficient's admissible range if the model gives one, else -2 or 2 for an effect (twice a larger one),
        and up to twice the value for others.
    cycles : bool
        Whether the cycles born at Hopf points of two units are followed too; it may take a minute.

    Returns
    -------
    Branches or Curves
        With `branches`, `points`, `cycles`, `stretches`, `rows` and `summary()`; for two coefficients with `curves`,
        `points` and `summary()`.

    Raises
    ------
    UnknownNameError
        If the coefficient is not a value of this model.
    InvalidValueError
        If the interval is empty or reaches outside the law's range.
    RefusedError
        If the rates depend on time, there are noise or delays, or too many units (12; 6 where growth is not linear in
        the levels).

    References
    ----------
    Keller (1977), in Applications of Bifurcation Theory, 359-384; Kuznetsov (2023), Elements of Applied Bifurcation
    Theory, 4th edition, chapter 10.

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> model = build({"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}}, effects={"b.a": 0.5})
    >>> [(p.kind.value, str(p.exact)) for p in follow(model, "effects.a.b", (-1.5, 0.4)).points]
    [('transcritical', '-1'), ('mode_change', '0')]
    """
    if any(noise_of(model)) or delays_of(model):
        detail = "Noise and delays move what equilibria are worth and where cycles are born; set them to 0 to follow."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    with np.errstate(all="ignore"):  # what overflows on the way is seen as not finite
        if isinstance(coefficient, tuple | list):
            return _in_two(model, coefficient, between)
        return _in_one(model, coefficient, between, cycles)


def _in_one(model: Model, coefficient: str | None, between: object, cycles: bool) -> Branches:
    """Return all branches along one coefficient."""
    system = system_of(model, [coefficient or _first(model)])
    interval = _interval(system, between)
    low, high = map(float, interval)
    undefined = poles(system, (low, high))
    seeds = seeds_of(system, _values(interval, number(system.values[0]), [p.value for p in undefined]))
    tracks, whole = grown(system, seeds, (low, high))
    rounding = 1e-14 * (high - low)
    branches = [
        replace(b, values=np.where(np.abs(b.values) <= rounding, 0.0, b.values))
        for b in branches_of(system, tracks, seeds.scale)
    ]
    points = points_of(system, tracks, branches, seeds.scale, (low, high))
    points += [*undefined, *mode_changes(system, branches, seeds.scale)]
    points = [replace(p, value=0.0) if abs(p.value) <= rounding else p for p in points]
    found = Branches(
        model=system.model, coefficient=system.names[0], symbol=_symbol(system), between=(low, high),
        branches=tuple(branches), points=tuple(sorted(points, key=lambda p: p.value)), proof=seeds.proof,
        families=seeds.families, enters=system.entering[0],
    )  # fmt: skip
    closed = with_closed_forms(system, found)
    stalled = [b.name for b in closed.branches if "stalled" in b.ends]
    status = warning(Code.NOT_CONVERGED, say("follow_stalled", names=", ".join(stalled))) if stalled else OK
    without = [f"{v:.6g}" for v in seeds.without if all(p.value != v for p in undefined)]
    if without:
        status = warning(Code.NOT_SUPPORTED, say("follow_undefined", values=", ".join(without)))
    status = status if whole else warning(Code.WORK_LIMIT, say("follow_too_many", count=len(tracks)))
    hopfs = [(p.state, p.value) for p in closed.points if p.kind is Kind.HOPF and p.state is not None]
    born = [(state, value) for state, value in hopfs if cycles and sum(x != 0 for x in state) == MOST_CYCLING]
    found = replace(closed, cycles=cycles_from(system, born, (low, high)), status=status)
    if not whole:
        return replace(found, proof="follow_incomplete")
    return replace(found, stretches=stretches_of(system, found))


def _in_two(model: Model, names: tuple[str, str], between: tuple[object, object]) -> Curves:
    """Return the curves of special points, over checked intervals."""
    if len(names) != 2:
        raise InvalidValueError("coefficient", names, "one key path, or a pair of them")
    system_of(model, names)
    window = []
    for name, span in zip(names, _two(between), strict=True):
        low, high = _interval(system_of(model, [name]), (None, None) if span is None else span)
        window.append((float(low), float(high)))
    return curves(model, *names, (window[0], window[1]))


def _two(between: object) -> tuple[object, object]:
    if not isinstance(between, tuple | list) or len(between) != 2:
        raise InvalidValueError("between", between, "(low, high), such as (-1, 2); of two coefficients, one for each")
    return between[0], between[1]


def _symbol(system: System) -> sympy.Symbol:
    path = split_path(system.names[0])
    return next(q.symbol for q in system.model.parameters if q.path == path)


def _first(model: Model) -> str:
    """Return the coefficient that is followed when none is named."""
    units = [unit.name for unit in model.units]
    path = ("effects", *units[:2])
    known = any(q.path == path for q in model.parameters)
    effect = known or (model.law.scale != "none" and find_slot(model.law, tuple(units), path) is not None)
    if not effect:
        paths = [q.path for q in model.parameters if q.path[-1] not in ("own_growth", "noise")]
        if not paths:
            raise RefusedError(refused(Code.NOT_SUPPORTED, "The model has no coefficient that could move."))
        path = paths[0]
    return ".".join(map(quote, path))


def _interval(system: System, between: object) -> Interval:
    """Return the interval, checked against the range of the coefficient."""
    path = split_path(system.names[0])
    units = tuple(unit.name for unit in system.model.units)
    slot = find_slot(system.model.law, units, path)
    parameter = next(q for q in system.model.parameters if q.path == path)
    value = system.model.values[parameter.symbol]
    ends = []
    for given, usual in zip(_two(between), _usual(parameter, slot, value), strict=True):
        end = usual if given is None else constant(given, "between")
        try:
            system.model.with_values({system.names[0]: end})
        except InputError as error:
            if given is None:
                end += (value - end) / 20
            elif not isinstance(error, ExpressionError):  # a pole may be an edge
                raise
        ends.append(end)
    low, high = ends
    if not low < high:
        raise InvalidValueError("between", f"{low} to {high}", "two numbers, the lower first")
    return low, high


def _usual(parameter: Parameter, slot: Slot | None, value: sympy.Expr) -> Interval:
    """Return a sensible interval around the value: the admissible range, if the model gives it."""
    effect = slot is not None and slot.per == "pair" and slot.dimension == "1"
    reach = max(sympy.Integer(2), 2 * abs(value)) if effect else abs(value) or sympy.Integer(1)
    low, high = (-reach, reach) if effect else (value - reach, value + reach)
    if slot is not None and slot.lower is not None:
        low = max(low, sympy.Integer(slot.lower)) + (reach / 20 if slot.strict else 0)
    if slot is not None and slot.upper is not None:
        high = min(high, sympy.Integer(slot.upper))
    low = low if parameter.lower is None else parameter.lower
    return low, high if parameter.upper is None else parameter.upper


def _values(interval: Interval, own: sympy.Expr, cuts: list[float]) -> list[sympy.Expr]:
    """Return values at which equilibria are listed: spread over the interval, between cuts, and the model's own."""
    low, high = interval
    spread = [low + (high - low) * sympy.Rational(2 * k + 1, 2 * _FIRST_VALUES) for k in range(_FIRST_VALUES)]
    parts = [float(low), *sorted(cuts), float(high)] if cuts else []
    spread += [number((a + b) / 2) for a, b in pairwise(parts) if a < b]
    return [*spread, own] if low < own < high else spread
