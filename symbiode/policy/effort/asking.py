"""From what a caller says to a checked `Question`, and back from a `Plan` to the question it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symbiode.errors import InvalidValueError, UnknownNameError
from symbiode.policy.effort.groups import groups_of
from symbiode.policy.effort.instruments import frames, instruments
from symbiode.policy.effort.regions import TARGETS
from symbiode.policy.effort.results import Plan
from symbiode.policy.effort.search import Question
from symbiode.system.arithmetic import number
from symbiode.system.model import Model
from symbiode.system.scenario import Scenario, events, turns

HORIZON, INSTANTS = 10, 5


def asked(
    model: Model, target: str, *, levers: Any, weights: Any, budget: Any, margin: float, runaway: float, norm: Any,
    by: Any, until: Any, scenario: Scenario | None, between: Any, tau: float, reading: Any, seed: int,
) -> tuple[Question, tuple[Any, ...]]:  # fmt: skip
    """Return a checked question and the times it is about; see `plan`."""
    if target not in TARGETS:
        raise UnknownNameError("target", target, list(TARGETS))
    for name, value, low, high in (
        ("margin", margin, 0, 10), ("runaway", runaway, 0, 1), ("tau", tau, 0, 1), ("norm", norm, 1, 2)
    ):  # fmt: skip
        if not low <= float(number(value, name)) <= high or (name in ("tau", "runaway") and value == high):
            raise InvalidValueError(name, value, f"{low} to {high}")
    if norm not in (1, 2) or tau == 0:
        raise InvalidValueError("norm" if tau else "tau", norm if tau else tau, "1 or 2" if tau else "more than 0")
    if reading not in ("settled", "nominal"):
        raise InvalidValueError("reading", reading, "settled or nominal")
    used = instruments(model, levers, weights or {}, scenario)
    times = _times(by, until, scenario)
    built = frames(model, used, scenario, times)
    payers = {i.payer for i in used}
    budgets = budget if isinstance(budget, Mapping) else {} if budget is None else {"": budget}
    for payer, amount in budgets.items():
        if payer not in payers | {""}:
            raise UnknownNameError("payer", payer, sorted(payers))
        if float(number(amount, "budget")) < 0:
            raise InvalidValueError("budget", amount, "zero or more")
    q = Question(
        model=model, target=target, used=used, frames=built, groups=groups_of(model.units, between),
        margin=float(margin), runaway=float(runaway), tau=float(tau), reading=reading, norm=norm,
        budgets=tuple((p, float(a)) for p, a in budgets.items()), scenario=scenario, seed=seed,
    )  # fmt: skip
    return q, times


def _times(by: Any, until: Any, scenario: Scenario | None) -> tuple[Any, ...]:
    if by is None:
        return ()
    if scenario is None:
        raise InvalidValueError("by", by, "a time, together with a scenario whose levers have times")
    first = number(by, "by")
    last = first + HORIZON if until is None else number(until, "until")
    if last < first:
        raise InvalidValueError("until", until, f"a time not before {by}")
    even = {first + (last - first) * k / (INSTANTS - 1) for k in range(INSTANTS)}
    full = scenario.with_strengths({lever.name: 1 for lever in scenario.levers})
    between = (*events(full), *turns(full, first, last))
    return tuple(sorted({*even, *(t for t in between if first < t < last)}))


def again(made: Plan) -> tuple[Question, tuple[Any, ...]]:
    """Return the question that a plan answers."""
    levers = {
        c.name: {"price": c.price, "payer": c.payer, **({} if c.lever else _ends(c))} for c in made.changes
    }  # fmt: skip
    times = made.times or (None,)
    return asked(
        made.model, made.target, levers=levers, weights=None, budget=dict(made.budgets) or None, margin=made.margin,
        runaway=made.runaway, norm=made.norm, by=times[0], until=times[-1], scenario=made.scenario,
        between=made.groups, tau=made.tau, reading=made.reading, seed=made.seed,
    )  # fmt: skip


def _ends(change: Any) -> dict[str, object]:
    return {name: end for name in ("lower", "upper") if (end := getattr(change, name)) is not None}
