"""The least effort that reaches a target mode: which levers to turn, how far, at what price, and what is in the way.

Comes in: a model, a target, levers with limits, prices and payers. Goes out: a `Plan`, settled again by `settle` before
it is told. Two units with effects linear in the levers are solved to a proved optimum, everything else by local
searches from many starts, labelled so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from symbiode.errors import InvalidValueError, UnknownNameError
from symbiode.policy.effort.chances import robust
from symbiode.policy.effort.groups import groups_of
from symbiode.policy.effort.instruments import Instrument, frames, instruments
from symbiode.policy.effort.regions import TARGETS, Reading
from symbiode.policy.effort.results import Certificate, Change, Plan, Reach, Shortfall, Standing
from symbiode.policy.effort.search import Question
from symbiode.policy.effort.settling import answered
from symbiode.system.arithmetic import number
from symbiode.system.model import Model
from symbiode.system.scenario import Scenario, events

__all__ = ["Certificate", "Change", "Instrument", "Plan", "Reach", "Shortfall", "Standing", "answered", "asked", "plan"]

MARGIN, HORIZON, INSTANTS = 0.01, 10, 9


def plan(
    model: Model,
    target: str = "symmetric_mutualism",
    *,
    levers: Any = None,
    weights: Mapping[str, float] | None = None,
    budget: float | Mapping[str, float] | None = None,
    margin: float = MARGIN,
    runaway: float = MARGIN,
    norm: Literal[1, 2] = 1,
    by: object = None,
    until: object = None,
    scenario: Scenario | None = None,
    draws: Any = None,
    probability: float | None = None,
    between: Any = None,
    tau: float = 0.1,
    reading: Reading = "settled",
    seed: int = 0,
) -> Plan:
    """Find the least change of levers that brings a model into a target mode.

    Parameters
    ----------
    model : Model
        Two or more units that live alone, growth linear in the levels of the others.
    target : str
        A mode, such as ``symmetric_mutualism``, or ``coexistence``.
    levers : sequence of str or Instrument, or mapping of str to table, optional
        Key paths of values, or names of levers of the scenario. A table may have `lower`, `upper`, `only` (``up`` or
        ``down``), `price` (of one unit of change) and `payer`. By default the scenario's levers, else the model's
        named parameters with both bounds, else its effects.
    weights : mapping of str to float, optional
        Prices by name.
    budget : float or mapping of payer to float, optional
        The most that all, or each, may spend: the sum of price times change.
    margin : float
        Least distance to the nearest border of the target, in the measure of the effects (Euclidean over them; with
        more than two units to first order).
    runaway : float
        Least 1 - d12*d21; with more than two units, least 1 minus the spectral radius of the positive effects.
    norm : 1 or 2
        Effort is the sum of price times change, or the root of the sum of its squares.
    by, until : number, optional
        With a scenario: the times from and to which the frozen model is to be in the target (checked at nine times
        and at every event between); `until` is by default ten time units later.
    scenario : Scenario, optional
        Its levers are instruments, from strength 0; those that are not chosen act with their own strengths.
    draws : array (draw, 2) of (d12, d21), or (draw, unit, unit), or a Fit, optional
        What the effects may be: the change is added to every draw. See `Reach`.
    probability : float, optional
        With draws: reach the target with at least this probability, 0.9 by default.
    between : pair of names of units or regions, or of tuples of such, optional
        With more than two units: between whom; by default two regions if there are two, else the first two units.
    tau : float
        A mutualism is symmetric if the smaller gain is at least ``1 - tau`` of the larger.
    reading : "settled" or "nominal"
        Whether gains are compared, or effects.
    seed : int

    Returns
    -------
    Plan
        With `reached`, `changes`, `effort`, `certificate`, or `shortfall` where nothing reaches it, and `summary()`.

    Raises
    ------
    InvalidValueError, UnknownNameError
        If a name, a limit or a number is not possible.
    RefusedError
        If the model is of another kind.

    References
    ----------
    Tinbergen (1952), On the Theory of Economic Policy; Tuy (1998), Convex Analysis and Global Optimization, chapter 7.

    Examples
    --------
    >>> import symbiode
    >>> model = symbiode.load("shenzhen-hongkong")
    >>> found = plan(model, levers=["effects.hongkong.shenzhen"])
    >>> found.reached, found.after.mode
    (True, 'symmetric_mutualism')
    """
    q, times = asked(
        model, target, levers=levers, weights=weights, budget=budget, margin=margin, runaway=runaway, norm=norm, by=by,
        until=until, scenario=scenario, between=between, tau=tau, reading=reading, seed=seed,
    )  # fmt: skip
    if draws is not None or probability is not None:
        return robust(q, times, draws, 0.9 if probability is None else probability)
    return answered(q, times)


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
    return tuple(sorted({*even, *(t for t in events(full) if first < t < last)}))
