"""Whether the measures that a model states fit together: growth per time, capacity like the state, both sides alike.

Comes in: the parts of a model that `building` has made. Goes out: a fault for each `measured_in` that contradicts.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from symbiode.system.checking import Checker, Path
from symbiode.system.laws import Law, Parameter, Symbols
from symbiode.system.measures import Measure, disagree, measure, of_dimension, of_expression
from symbiode.system.model import TIME, Unit, find_slot

States = dict[str, "Measure | None"]


def check_measures(
    check: Checker, units: Sequence[Unit], parameters: Sequence[Parameter], law: Law, time_unit: str, measured_in: str
) -> None:
    """Note every measure that contradicts the law, or the measures beside it; a value without one is never wrong.

    Parameters
    ----------
    check : Checker
        Takes the faults.
    units, parameters, law, time_unit, measured_in
        The parts of a `Model`.
    """
    time = measure(time_unit)
    states: States = {}
    for unit in units:
        own = [p for p in parameters if p.path[0] == unit.name and _dimension(p, units, law) == "state"]
        told = [p for p in (unit.initial, *own) if p is not None and p.measured_in]
        first = measured_in or (told[0].measured_in if told else "")
        states[unit.name] = measure(first)
        for p in told:
            _compare(check, ("units", *p.path), p, measure(first), first)
    if law.scale == "none":
        _check_equations(check, units, parameters, law, states, time)
        return
    for p in parameters:
        dimension = _dimension(p, units, law)
        if p.measured_in and dimension not in ("", "state"):
            state = states[p.path[0] if len(p.path) == 2 else p.path[-1]]
            said = dimension.replace("time", time_unit).replace("state", "(the measure of the source)")
            path = ("units", *p.path) if len(p.path) == 2 else p.path
            _compare(check, path, p, of_dimension(dimension, time, state), "1" if said == "1" else said)


def _dimension(p: Parameter, units: Sequence[Unit], law: Law) -> str:
    slot = find_slot(law, tuple(unit.name for unit in units), p.path)
    return slot.dimension if slot else ""


def _compare(check: Checker, path: Path, p: Parameter, expected: Measure | None, said: str) -> None:
    fits = not disagree(measure(p.measured_in), expected)
    check.expect(fits, (*path, "measured_in"), f"{p.measured_in!r} was given, but it is measured in {said!r}")


def _check_equations(
    check: Checker,
    units: Sequence[Unit],
    parameters: Sequence[Parameter],
    law: Law,
    states: States,
    time: Measure | None,
) -> None:
    rates = law.rates(Symbols(states=(), units={}, pairs={}))
    if len(rates) != len(units):
        return  # an equation has a fault of its own
    known = {sympy.Symbol(f"x{i + 1}", nonnegative=True): states[unit.name] for i, unit in enumerate(units)}
    known |= {p.symbol: measure(p.measured_in) for p in parameters} | {TIME: time}
    for unit, rate in zip(units, rates, strict=True):
        path, clashes, state = ("equations", unit.name), list[sympy.Expr](), states[unit.name]
        whole = of_expression(rate, known, clashes.append)
        if not check.expect(not clashes, path, "two terms of one sum are measured differently"):
            continue
        fits = state is None or time is None or not disagree(whole, state / time)
        check.expect(fits, path, f"the rate is not measured like {unit.name!r} per time")
