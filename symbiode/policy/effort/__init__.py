"""The least effort that reaches a target mode: which levers to turn, how far, at what price, and what is in the way.

Comes in: a model, a target, levers with limits, prices and payers. Goes out: a `Plan`, settled again by `settle` before
it is told. Two units with effects linear in the levers are solved to a proved optimum, everything else by local
searches from many starts, labelled so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from symbiode.policy.effort.asking import asked
from symbiode.policy.effort.chances import robust
from symbiode.policy.effort.instruments import Instrument
from symbiode.policy.effort.regions import Reading
from symbiode.policy.effort.results import Certificate, Change, Plan, Reach, Shortfall, Standing
from symbiode.policy.effort.settling import answered
from symbiode.policy.effort.tradeoffs import Frontier, Worth, frontier, worth
from symbiode.system.model import Model
from symbiode.system.scenario import Scenario

__all__ = [
    "Certificate", "Change", "Frontier", "Instrument", "Plan", "Reach", "Shortfall", "Standing", "Worth", "frontier",
    "plan", "worth",
]  # fmt: skip

MARGIN = 0.01


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
        With a scenario: the times from and to which the frozen model is to be in the target (demanded at five
        times and at every event between, settled halfway between those too); `until` is ten time units later by
        default.
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
