"""From solutions to plans: rounded, settled again, priced, or explained where nothing reaches the target.

Comes in: a `Question`. Goes out: a `Plan`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from symbiode.policy.effort.regions import Curve
from symbiode.policy.effort.results import Certificate, Change, Plan, Standing
from symbiode.policy.effort.search import Answer, Question, after, cheapest, exact, holds, stands, strengthened
from symbiode.policy.effort.shortfall import shortfall

ROUNDING = (0.0, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5)


def answered(q: Question, times: tuple[Any, ...] = (), *, explain: bool = True) -> Plan:
    """Return the plan for a checked question.

    Parameters
    ----------
    q : Question
    times : tuple of Rational
    explain : bool
        Whether to say why nothing reaches the target.
    """
    first = times[0] if times else None
    before = stands(q, after(q, [i.base for i in q.used], first))
    for extra in ROUNDING:
        best, none = cheapest(q, extra=extra)
        if best is None:
            break
        x = exact(q, best.program.x(best.solution.z))
        made = confirmed(q, x, times, before)
        if made is not None:
            return _priced(q, made, best)
    plain = unreached(q, times)
    return replace(plain, shortfall=shortfall(q, none)) if explain else plain


def unreached(q: Question, times: tuple[Any, ...]) -> Plan:
    """Return the plan that changes nothing and reaches nothing."""
    base = [i.base for i in q.used]
    return Plan(
        model=q.model, target=q.target, reached=False, changes=changes(q, base), effort=None, norm=q.norm,
        margin=q.margin, runaway=q.runaway, groups=named(q), times=tuple(map(float, times)), scenario=q.scenario,
        before=stands(q, after(q, base, times[0] if times else None)), **_as_asked(q),
    )  # fmt: skip


def confirmed(q: Question, x: Any, times: tuple[Any, ...], before: Standing) -> Plan | None:
    """Return the plan with instruments at x if the changed model settles in the target, at its times and halfway."""
    halfway = [(a + b) / 2 for a, b in pairwise(times)]
    models = [after(q, x, t) for t in (*times, *halfway) or (None,)]
    found = [stands(q, model) for model in models]
    if not all(holds(q, standing) for standing in found):
        return None
    made = changes(q, x)
    costs = [c.cost for c in made]
    return Plan(
        model=q.model, target=q.target, reached=True, changes=made, effort=float(np.linalg.norm(costs, q.norm)),
        norm=q.norm, margin=q.margin, runaway=q.runaway, groups=named(q), before=before, after=found[0],
        changed=models[0], times=tuple(map(float, times)), scenario=strengthened(q, x), **_as_asked(q),
    )  # fmt: skip


def _as_asked(q: Question) -> dict[str, Any]:
    return {"tau": q.tau, "reading": q.reading, "budgets": q.budgets, "seed": q.seed}


def changes(q: Question, x: Any) -> tuple[Change, ...]:
    """Return what happens to every instrument."""
    return tuple(
        Change(
            name=i.name, payer=i.payer, lever=i.lever, before=i.base, after=v, lower=i.lower, upper=i.upper,
            price=i.price, cost=i.price * abs(float(v - i.base)),
        )
        for i, v in zip(q.used, x, strict=True)
    )  # fmt: skip


def named(q: Question) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names behind both groups."""
    first, second = (tuple(q.model.units[i].name for i in group) for group in q.groups)
    return first, second


def _priced(q: Question, made: Plan, best: Answer) -> Plan:
    """Return a plan with the shadow prices and the certificate of its solution."""
    s, asked_ = best.solution, best.program
    ends: dict[tuple[int, bool], float] = {}
    for column, price in zip(asked_.columns.T, s.limits, strict=True):
        k = int(np.argmax(abs(column)))
        ends[k, bool(column[k] > 0)] = float(price)
    told = tuple(
        replace(c, shadow_lower=ends.get((k, False), 0.0), shadow_upper=ends.get((k, True), 0.0))
        for k, c in enumerate(made.changes)
    )
    lower = best.lower
    tight = lower is not None and s.effort - lower <= 1e-6 * max(1.0, s.effort)
    margin = sum(p * d.margin for p, d in zip(s.demands, asked_.demands, strict=True))
    return replace(
        made, changes=told, shadow_margin=float(margin), shadow_runaway=_by_runaway(q, best),
        shadow_budgets=tuple((payer, float(p)) for (payer, _), p in zip(q.budgets, s.budgets, strict=True)),
        certificate=Certificate(
            kind="global" if tight else "local", lower=lower, residual=s.residual, starts=s.starts, agreed=s.agreed
        ),
    )  # fmt: skip


def _by_runaway(q: Question, best: Answer) -> float:
    """Return by how much the effort rises per unit of the runaway margin."""
    x, total = best.program.x(best.solution.z), 0.0
    for price, d in zip(best.solution.demands, best.program.demands, strict=True):
        if d.name.startswith("1 - "):
            curve = isinstance(d.border, Curve)
            rate = d.border.by_level(_point(q, d, x)) if curve else 1.0  # type: ignore[union-attr]
            total += price * rate
    return float(total)


def _point(q: Question, demand: Any, x: Any) -> Any:
    if demand.plane is not None:
        return demand.at(x)
    D = q.frames[0].effects(x)
    return np.array([D[0, 1], D[1, 0]])
