"""What levers make of a model: frozen at a time, at chosen strengths, or moving with time.

Comes in: a `Model` and levers. Goes out: models. A moved value is base * (1 + sum times_k s_k) + sum add_k s_k; the
base of a formula follows the named parameters that are moved themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy

from symbiode.errors import InvalidValueError, quote
from symbiode.system.arithmetic import evaluate, number
from symbiode.system.laws import Law, Parameter, Symbols
from symbiode.system.model import TIME, Model, check_value, find_slot, split_path
from symbiode.system.scenario.levers import Lever, Move, Scenario, activity, checked_strengths, events, running

Moves = dict[tuple[str, ...], list[tuple[Lever, Move]]]


@dataclass(frozen=True)
class Moved:
    """The equations of a law with moving values for some symbols: a frozen callable, so that models stay hashable."""

    equations: Callable[[Symbols], tuple[sympy.Expr, ...]]
    replaced: tuple[tuple[sympy.Symbol, sympy.Expr], ...]

    def __call__(self, symbols: Symbols) -> tuple[sympy.Expr, ...]:
        values = dict(self.replaced)
        return tuple(expression.xreplace(values) for expression in self.equations(symbols))


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
    when = number(t, "t")
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
    for p in new.parameters:
        _in_range(new, p, moves, told)
    return new


def _in_range(model: Model, p: Parameter, moves: Moves, told: str) -> None:
    """Refuse a value outside the range of its law or its own bounds, naming the levers that move it."""
    followed = {q.path for q in model.parameters if q.symbol in p.value.free_symbols} | {p.path}
    levers = [lever.name for path in followed & moves.keys() for lever, _ in moves[path]]
    if not levers:
        return
    value = model.values[p.symbol]
    name = f"{'.'.join(map(quote, p.path))}, moved by {', '.join(sorted(set(levers)))}{told},"
    slot = find_slot(model.law, tuple(unit.name for unit in model.units), p.path)
    if slot is not None:
        check_value(slot, value, name)
    if (p.lower is not None and value < p.lower) or (p.upper is not None and value > p.upper):
        ends = [f"{float(end):g}" if end is not None else "…" for end in (p.lower, p.upper)]
        raise InvalidValueError(name, f"{float(value):.10g}", f"its own bounds, {ends[0]} to {ends[1]}")


def moving(model: Model, scenario: Scenario, begin: object, end: object) -> Model:
    """Return the model from one time to another, its rates functions of `TIME`; smooth, as no event lies between.

    Parameters
    ----------
    model : Model
    scenario : Scenario
    begin, end : number
        Times without an event strictly between them; at its ends the model is the limit from inside.

    Returns
    -------
    Model
        The model itself where nothing moves it; a frozen one (`at_time`) where levers stand still. Else its law has a
        name of its own, and the numbers of the levers are parameters below ``levers``: models that differ in dates and
        magnitudes alone share their code. Delays and noise stay those at the beginning.

    Raises
    ------
    InvalidValueError
        If an event lies between, or a value leaves its range at the beginning or at the end.
    """
    first, last = number(begin, "begin"), number(end, "end")
    inside = [t for t in events(scenario) if first < t < last]
    if inside or not first < last:
        raise InvalidValueError("begin, end", f"{first} to {last}", "times without an event between them")
    start = at_time(model, scenario, first)
    at_time(model, scenario, last, before=True)
    active = [lever for lever in scenario.levers if lever.strength != 0 and lever.moves]
    running_now = {lever.name for lever in active if _runs(lever, first, last)}
    moves = moves_of(active)
    if not any(lever.name in running_now for pairs in moves.values() for lever, _ in pairs):
        return start
    return _with_time(with_moved(model, active), active, moves, running_now, first)


def _runs(lever: Lever, first: sympy.Rational, last: sympy.Rational) -> bool:
    """Whether an activity changes between two times."""
    if lever.shape == "ramp":
        return bool(first < lever.until and last > lever.at)
    return lever.shape == "adoption" or (lever.shape == "pulse" and bool(last > lever.at))


def _with_time(model: Model, levers: list[Lever], moves: Moves, now: set[str], first: sympy.Rational) -> Model:
    numbers = _Numbers()
    s = {lever.name: numbers.activity(lever) if lever.name in now else activity(lever, first) for lever in levers}
    by_path = {p.path: p for p in model.parameters}
    replaced: dict[sympy.Symbol, sympy.Expr] = {}

    def value_of(p: Parameter, base: Any) -> Any:
        times, add = sympy.Integer(1), sympy.Integer(0)
        for lever, move in moves.get(p.path, ()):
            if move.times != 0:
                times += numbers.symbol(move.times) * s[lever.name]
            if move.add != 0:
                add += numbers.symbol(move.add) * s[lever.name]
        return base * times + add

    for path in moves:
        if path[0] == "parameters":
            replaced[by_path[path].symbol] = value_of(by_path[path], by_path[path].symbol)
    named = dict(replaced)
    for p in model.parameters:
        if p.path[0] == "parameters":
            continue
        follows = not named.keys().isdisjoint(p.value.free_symbols)
        base = p.value.xreplace(named) if follows else p.symbol
        if follows or p.path in moves:
            replaced[p.symbol] = value_of(p, base)
    law = _moved_law(model.law, tuple(replaced.items()))
    return replace(model, law=law, parameters=(*model.parameters, *numbers.parameters))


def _moved_law(law: Law, replaced: tuple[tuple[sympy.Symbol, sympy.Expr], ...]) -> Law:
    divisors = None if law.divisors is None else Moved(law.divisors, replaced)
    return replace(law, name=f"{law.name}, moved", rates=Moved(law.rates, replaced), divisors=divisors)


class _Numbers:
    """Gives every number of a lever a symbol, so that code does not depend on it; lives for one call."""

    def __init__(self) -> None:
        self.parameters: list[Parameter] = []

    def symbol(self, value: sympy.Rational) -> sympy.Symbol:
        k = str(len(self.parameters) + 1)
        symbol = sympy.Symbol(f"lever{k}", real=True)
        self.parameters.append(Parameter(path=("levers", k), symbol=symbol, value=value))
        return symbol

    def activity(self, lever: Lever) -> Any:
        """Return the activity of a running lever with symbols for its numbers."""
        symbols: dict[str, Any] = {
            key: self.symbol(value)
            for key in ("strength", "at", "until", "lasting", "speed", "lag")
            if (value := getattr(lever, key)) is not None
        }
        return running(replace(lever, **symbols), TIME)


def values_over(model: Model, scenario: Scenario, times: Any, *, before: bool = False) -> dict[str, Any]:
    """Return every value that a scenario moves, and every formula that follows one, at many times at once.

    Parameters
    ----------
    model : Model
    scenario : Scenario
    times : array, shape (time,)
    before : bool
        Whether limits from before are meant, which at steps and pulses are others.

    Returns
    -------
    dict of key path to array, shape (time,)
        Not held to the ranges of values. With `with_moved(model, scenario.levers)` it is what
        `symbiode.dynamics.numerics.vectors` takes.
    """
    import numpy as np

    grid = np.asarray(times, float)
    moves = moves_of(scenario.levers)
    model = with_moved(model, scenario.levers)
    s = {lever.name: activity(lever, grid, before=before) for lever in scenario.levers}
    found: dict[str, Any] = {}
    named: dict[sympy.Symbol, Any] = {}
    for p in sorted(model.parameters, key=lambda p: p.path[0] != "parameters"):
        follows = [q for q in named if q in p.value.free_symbols]
        if p.path not in moves and not follows:
            continue
        value: Any = np.full(grid.shape, float(model.values[p.symbol]))
        if follows:
            others = {q: x for q, x in model.values.items() if q not in named}
            value = value * 0 + sympy.lambdify(follows, evaluate(p.value, others))(*(named[q] for q in follows))
        pairs = moves.get(p.path, ())
        times_now = 1 + sum(float(move.times) * s[lever.name] for lever, move in pairs)
        value = value * times_now + sum(float(move.add) * s[lever.name] for lever, move in pairs)
        found[".".join(map(quote, p.path))] = value
        if p.path[0] == "parameters":
            named[p.symbol] = value
    return found
