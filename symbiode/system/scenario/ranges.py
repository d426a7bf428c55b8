"""Values on their way between two events: as expressions, as numbers, and held to their ranges.

Comes in: a `Model` and its levers. Goes out: every moved value in terms of the activities, worked out over arrays of
times or over intervals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import sympy

from symbiode.system.laws import Parameter
from symbiode.system.model import Model, find_slot
from symbiode.system.scenario.changes import Moves, at_time, moves_of, with_moved
from symbiode.system.scenario.levers import Lever, Scenario, activity


def moved_values(
    model: Model,
    moves: Moves,
    s: Mapping[str, Any],
    *,
    coefficient: Callable[[sympy.Rational], Any] = lambda x: x,
    wanted: Callable[[Parameter], bool] = lambda p: True,
) -> dict[sympy.Symbol, sympy.Expr]:
    """Return every value that is moved, or is a formula of one that is, as an expression in unmoved symbols and s."""
    found: dict[sympy.Symbol, sympy.Expr] = {}
    named: dict[sympy.Symbol, sympy.Expr] = {}
    for p in sorted(model.parameters, key=lambda p: p.path[0] != "parameters"):
        if p.path[0] != "parameters" and not wanted(p):
            continue
        follows = not named.keys().isdisjoint(p.value.free_symbols)
        value = p.symbol if p.value.is_Rational else p.value.xreplace(named)
        times, add = [sympy.Integer(1)], []
        for lever, move in moves.get(p.path, ()):
            times += [coefficient(move.times) * s[lever.name]] if move.times != 0 else []
            add += [coefficient(move.add) * s[lever.name]] if move.add != 0 else []
        if follows or p.path in moves:
            found[p.symbol] = sympy.Add(value * sympy.Add(*times), *add)
        if p.path[0] == "parameters" and p.symbol in found:
            named[p.symbol] = found[p.symbol]
    return found


def worked_out(e: Any, leaves: Mapping[Any, Any], module: Any, leaf: Callable[[Any], Any]) -> Any:
    """Return an expression worked out with the numbers of a module: numpy's arrays, mpmath's intervals."""
    if e.is_Symbol:
        return leaves[e]
    if e.is_Rational:
        return leaf(e)
    if e is sympy.E:
        return module.exp(leaf(sympy.Integer(1)))
    parts = [worked_out(part, leaves, module, leaf) for part in e.args]
    if e.is_Add:
        return sum(parts[1:], parts[0])
    if e.is_Mul:
        return math.prod(parts[1:], start=parts[0])
    if e.is_Pow:
        return parts[0] ** (int(e.exp) if e.exp.is_Integer else parts[1])
    if isinstance(e, sympy.tanh):
        return 1 - 2 / (module.exp(2 * parts[0]) + 1)
    name = "absolute" if isinstance(e, sympy.Abs) else e.func.__name__
    return getattr(module, name)(parts[0])


def check_ranges(model: Model, levers: list[Lever], first: sympy.Rational, last: sympy.Rational) -> None:
    """Refuse values that leave their range between two times without an event between them."""
    from mpmath import iv

    model = with_moved(model, levers)
    moves, s = moves_of(levers), {lever.name: sympy.Dummy() for lever in levers}
    limits = {p.path: _limits(model, p) for p in model.parameters}
    found = moved_values(model, moves, s, wanted=lambda p: limits[p.path][:2] != (-math.inf, math.inf))
    used = {symbol for value in found.values() for symbol in value.free_symbols}
    numbers = {x: _interval(iv, value, value) for x, value in model.values.items() if x in used}
    scenario = Scenario(name="", levers=tuple(levers))

    def box(begin: sympy.Rational, end: sympy.Rational) -> dict[Any, Any]:
        ends = ((activity(lever, float(begin)), activity(lever, float(end), before=True)) for lever in levers)
        return {s[lever.name]: _interval(iv, *pair) for lever, pair in zip(levers, ends, strict=True)}

    whole = box(first, last)

    def outside(p: Parameter, begin: sympy.Rational, end: sympy.Rational) -> bool:
        low, high, strict = limits[p.path]
        leaves = numbers | (whole if (begin, end) == (first, last) else box(begin, end))
        value = worked_out(found[p.symbol], leaves, iv, lambda x: _interval(iv, x, x))
        size = 1e-12 * (1 + max(abs(float(value.a)), abs(float(value.b))))
        return bool(value.a < low - size or value.b > high + size or (strict and value.a <= low))

    for p in model.parameters:
        if p.symbol in found:
            waiting = [(first, last)]
            while waiting:
                begin, end = waiting.pop()
                if not outside(p, begin, end):
                    continue
                middle = (begin + end) / 2
                if end - begin <= (last - first) / 2**20:
                    at_time(model, scenario, middle)
                    at_time(model, scenario, end, before=True)
                else:
                    waiting += [(middle, end), (begin, middle)]


def _limits(model: Model, p: Parameter) -> tuple[float, float, bool]:
    slot = find_slot(model.law, tuple(unit.name for unit in model.units), p.path)
    low = [float(x) for x in (p.lower, None if slot is None else slot.lower) if x is not None]
    high = [float(x) for x in (p.upper, None if slot is None else slot.upper) if x is not None]
    return max(low, default=-math.inf), min(high, default=math.inf), slot is not None and slot.strict


def _interval(iv: Any, a: Any, b: Any) -> Any:
    ends = [iv.mpf(int(x.p)) / int(x.q) if getattr(x, "is_Rational", False) else iv.mpf(float(x)) for x in (a, b)]
    return iv.mpf([min(end.a for end in ends), max(end.b for end in ends)])
