"""What levers make of a model that moves: its rates as functions of time between two events.

Comes in: a `Model` and a `Scenario`. Goes out: models for integration, and moved values at many times at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import sympy

from symbiode.errors import InvalidValueError, quote
from symbiode.system.laws import Law, Parameter, Symbols
from symbiode.system.model import COMMON, TIME, Model, constant, find_slot, split_path
from symbiode.system.scenario.changes import at_time, moves_of, with_moved
from symbiode.system.scenario.levers import Lever, Scenario, activity, events, running
from symbiode.system.scenario.ranges import check_ranges, moved_values, worked_out


@dataclass(frozen=True)
class Moved:
    """The equations of a law with moving values for some symbols: a frozen callable, so that models stay hashable."""

    equations: Callable[[Symbols], tuple[sympy.Expr, ...]]
    replaced: tuple[tuple[sympy.Symbol, sympy.Expr], ...]

    def __call__(self, symbols: Symbols) -> tuple[sympy.Expr, ...]:
        values = dict(self.replaced)
        return tuple(expression.xreplace(values) for expression in self.equations(symbols))


def moving(model: Model, scenario: Scenario, begin: object, end: object) -> Model:
    """Return the model from one time to another, its rates functions of `TIME`; smooth, as no event lies between.

    Parameters
    ----------
    model : Model
    scenario : Scenario
    begin, end : number
        Times without an event strictly between them; at both ends the model is the limit from inside.

    Returns
    -------
    Model
        The model itself where nothing moves it; a frozen one (`at_time`) where levers stand still. Else its law has a
        name of its own, and the numbers of the levers are parameters below ``levers``: models that differ in dates and
        magnitudes alone share their code. Delays and noise are those at the beginning.

    Raises
    ------
    InvalidValueError
        If an event lies between, or a value leaves its range on the way: with the time, to a millionth of the way.
    """
    first, last = constant(begin, "begin"), constant(end, "end")
    inside = [t for t in events(scenario) if first < t < last]
    if inside or not first < last:
        raise InvalidValueError("begin, end", f"{first} to {last}", "times without an event between them")
    start = at_time(model, scenario, first)
    active = [lever for lever in scenario.levers if lever.strength != 0 and lever.moves]
    if not any(runs(lever, first, last) for lever in active):
        return start
    check_ranges(model, active, first, last)
    return _with_time(with_moved(model, active), start, active, (first, last))


def runs(lever: Lever, first: sympy.Rational, last: sympy.Rational) -> bool:
    """Whether an activity changes between two times."""
    if lever.shape == "ramp":
        return bool(first < lever.until and last > lever.at)
    return lever.shape == "adoption" or (lever.shape == "pulse" and bool(last > lever.at))


def check_course(model: Model, scenario: Scenario) -> None:
    """Refuse a scenario that moves a value out of its range at any time.

    Raises
    ------
    InvalidValueError
        With the value, the time and the levers.
    """
    reach = {"adoption": "speed", "pulse": "lasting"}
    edges = set(events(scenario))
    for lever in scenario.levers:
        if lever.shape in reach and lever.at is not None:
            length = 40 * (lever.lasting or 1 / (lever.speed or 1))  # exp(-40) is rounding
            edges |= {lever.at - length, lever.at + (lever.lag or 0) + length}
    times = sorted(edges) or [sympy.Integer(0)]
    for begin, end in pairwise([times[0] - 1, *times, times[-1] + 1]):
        moving(model, scenario, begin, end)


def _with_time(model: Model, start: Model, levers: list[Lever], ends: tuple[sympy.Rational, sympy.Rational]) -> Model:
    numbers = _Numbers()
    s = {lever.name: numbers.activity(lever) if runs(lever, *ends) else activity(lever, ends[0]) for lever in levers}
    replaced = moved_values(model, moves_of(levers), s, coefficient=numbers.symbol)
    units, now = tuple(unit.name for unit in model.units), {p.path: start.values[p.symbol] for p in start.parameters}
    common = {p.path for p in model.parameters if find_slot(model.law, units, p.path) in COMMON}
    own = (replace(p, value=now.get(p.path, p.value)) if p.path in common else p for p in model.parameters)
    law = _moved_law(model.law, tuple(replaced.items()))
    return replace(model, law=law, parameters=(*own, *numbers.parameters))


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


def values_over(
    model: Model,
    scenario: Scenario,
    times: Any,
    *,
    before: bool = False,
    given: Mapping[str, Any] | None = None,
    wanted: Callable[[Parameter], bool] = lambda p: True,
) -> dict[str, Any]:
    """Return every value that a scenario moves, and every formula that follows one, at many times at once.

    Parameters
    ----------
    model : Model
    scenario : Scenario
    times : array, shape (time,)
    before : bool
        Whether limits from before are meant, which at steps and pulses are others.
    given : mapping of key path to array, optional
        Other numbers for values of the model before they are moved; shapes broadcast with `times`.
    wanted : callable
        Takes a Parameter, says whether to work it out; named parameters are in any case.

    Returns
    -------
    dict of key path to array, shape (time,)
        Not held to the ranges of values. With `with_moved(model, scenario.levers)` it is what
        `symbiode.dynamics.numerics.vectors` takes.

    Examples
    --------
    >>> import symbiode
    >>> model = symbiode.load("shenzhen-hongkong")
    >>> rail = {"shape": "ramp", "at": 0, "until": 2, "moves": {"shenzhen.growth": {"times": 0.5}}}
    >>> scenario = symbiode.build_scenario(model, {"rail": rail})
    >>> values_over(model, scenario, [0, 1, 2])["shenzhen.growth"].round(9).tolist()
    [0.11, 0.1375, 0.165]
    """
    import numpy as np

    grid = np.asarray(times, float)
    model = with_moved(model, scenario.levers)
    s = {lever.name: sympy.Dummy() for lever in scenario.levers}
    leaves: dict[Any, Any] = {symbol: float(value) for symbol, value in model.values.items()}
    named = {p.path: p.symbol for p in model.parameters}
    leaves |= {named[split_path(name)]: np.asarray(value, float) for name, value in (given or {}).items()}
    leaves |= {s[lever.name]: activity(lever, grid, before=before) for lever in scenario.levers}
    paths = {p.symbol: ".".join(map(quote, p.path)) for p in model.parameters}
    found = moved_values(model, moves_of(scenario.levers), s, wanted=wanted).items()
    return {paths[symbol]: worked_out(value, leaves, np, float) + np.zeros(grid.shape) for symbol, value in found}
