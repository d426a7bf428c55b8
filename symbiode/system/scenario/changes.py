"""What levers make of a model that stands still: frozen at a time, or with levers at chosen strengths.

Comes in: a `Model` and levers. Goes out: models. A moved value is base * (1 + sum times_k s_k) + sum add_k s_k; the
base of a formula follows the named parameters that are moved themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

import sympy

from symbiode.errors import InvalidValueError, quote
from symbiode.system.arithmetic import number
from symbiode.system.laws import Parameter
from symbiode.system.model import Model, check_exponents, check_value, constant, find_slot, split_path
from symbiode.system.scenario.levers import Lever, Move, Scenario, activity, checked_strengths

Moves = dict[tuple[str, ...], list[tuple[Lever, Move]]]


def moves_of(levers: Iterable[Lever]) -> Moves:
    """Return the moves of some levers by the key path they move."""
    found: Moves = {}
    for lever in levers:
        for move in lever.moves:
            found.setdefault(split_path(move.path), []).append((lever, move))
    return found


def with_moved(model: Model, levers: Iterable[Lever]) -> Model:
    """Return a model that has every value the levers move: an effect, delay or noise that is missing is zero."""
    known = {p.path for p in model.parameters}
    for path in moves_of(levers):
        if path not in known:
            model = model.with_values({".".join(map(quote, path)): 0})
    return model


def with_strengths(model: Model, levers: Iterable[Lever], strengths: Mapping[str, object]) -> Model:
    """Return a model with levers fully in force at given strengths; time plays no part.

    Parameters
    ----------
    model : Model
    levers : sequence of Lever
    strengths : mapping of lever name to number from 0 to 1
        A lever that is not named is not in force.

    Raises
    ------
    UnknownNameError
        If there is no such lever.
    InvalidValueError
        If a strength is not from 0 to 1, or a value leaves its range.

    Examples
    --------
    >>> import symbiode
    >>> model = symbiode.load("shenzhen-hongkong")
    >>> rail = Lever(name="rail", moves=(Move(path="shenzhen.growth", times=sympy.Rational(1, 10)),))
    >>> with_strengths(model, [rail], {"rail": 0}) == model
    True
    """
    levers = tuple(levers)
    return frozen(model, levers, checked_strengths(levers, strengths))


def at_time(model: Model, scenario: Scenario, t: object, *, before: bool = False) -> Model:
    """Return the model frozen at a time of a scenario.

    Parameters
    ----------
    model : Model
    scenario : Scenario
    t : number
        A time. A step counts from its time on.
    before : bool
        Whether the limit from before is meant.

    Returns
    -------
    Model
        Its values are exact for steps, ramps and constant levers; adoptions and pulses count as the decimal of 17
        digits that their activity is. A moved value that is a formula stays a formula.

    Raises
    ------
    InvalidValueError
        If a value leaves the range of its law or its own bounds; the time and the levers are named.
    """
    when = constant(t, "t")
    s = {}
    for lever in scenario.levers:
        exact = activity(lever, when, before=before)
        s[lever.name] = exact if exact.is_Rational else number(float(exact), lever.name)
    return frozen(model, scenario.levers, s, f" at t = {float(when):.10g}")


def frozen(model: Model, levers: Iterable[Lever], s: Mapping[str, sympy.Rational], told: str = "") -> Model:
    """Return the model with levers at given activities; a lever that is missing there has none."""
    changed: dict[tuple[str, ...], sympy.Expr] = {}
    moved = with_moved(model, levers)
    by_path = {p.path: p for p in moved.parameters}
    moves = moves_of(levers)
    for path, pairs in moves.items():
        times = sum((move.times * s.get(lever.name, 0) for lever, move in pairs), sympy.Integer(1))
        add = sum((move.add * s.get(lever.name, 0) for lever, move in pairs), sympy.Integer(0))
        value = by_path[path].value * times + add
        if value != by_path[path].value:
            changed[path] = value
    if not changed:
        return model
    if changed.keys() <= {p.path for p in model.parameters}:
        moved = model
    new = replace(moved, parameters=tuple(
        replace(p, value=changed[p.path], source="") if p.path in changed else p for p in moved.parameters
    ))  # fmt: skip
    by_symbol: dict[sympy.Basic, tuple[str, ...]] = {
        p.symbol: p.path for p in new.parameters if p.path in changed and p.path[0] == "parameters"
    }
    for p in new.parameters:
        # A rational that is not moved cannot have left its range.
        if p.path in changed or not p.value.is_Rational:
            followed = {by_symbol[q] for q in p.value.free_symbols if q in by_symbol}
            _in_range(new, p, [lever.name for path in {p.path, *followed} for lever, _ in moves.get(path, ())], told)
    if new.law.scale == "none":
        for rate in new.rates:
            check_exponents(rate, new.values)
    return new


def _in_range(model: Model, p: Parameter, levers: list[str], told: str) -> None:
    """Refuse a value outside the range of its law or its own bounds, naming the levers that move it."""
    slot = find_slot(model.law, tuple(unit.name for unit in model.units), p.path)
    if not levers or (slot is None and p.lower is None and p.upper is None):
        return
    value = model.values[p.symbol]
    name = f"{'.'.join(map(quote, p.path))}, moved by {', '.join(sorted(set(levers)))}{told}"
    if slot is not None:
        check_value(slot, value, name)
    if (p.lower is not None and value < p.lower) or (p.upper is not None and value > p.upper):
        ends = [f"{float(end):g}" if end is not None else "…" for end in (p.lower, p.upper)]
        raise InvalidValueError(name, Decimal(f"{float(value):.10g}"), f"its own bounds, {ends[0]} to {ends[1]}")
