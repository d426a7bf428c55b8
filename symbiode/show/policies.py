"""A plan as the JSON object of the public contract.

Comes in: a `Plan`. Goes out: plain dicts, lists, strings and numbers; field names are the result's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symbiode.show.answers import per_unit, plain

if TYPE_CHECKING:
    from symbiode.policy.effort import Plan, Standing
    from symbiode.policy.effort.tradeoffs import Frontier, Worth

_PLAIN = (
    "target", "reached", "effort", "norm", "margin", "runaway", "shadow_margin", "shadow_runaway", "times",
    "certificate", "reach", "illustrative", "status",
)  # fmt: skip


def plan(
    found: Plan, frontier: Frontier | None = None, worth: tuple[Worth, ...] = ()
) -> dict[str, Any]:
    """Return the least change of levers that reaches a target mode, with its prices and its proof."""
    changes = [
        {
            "name": c.name, "label": dict(c.lever.label) if c.lever else {},
            "mechanism": (c.lever.mechanism or None) if c.lever else None, "payer": c.payer or None,
            **{k: plain(getattr(c, k)) for k in ("before", "after", "lower", "upper", "price", "cost")},
            "shadow_lower": plain(c.shadow_lower), "shadow_upper": plain(c.shadow_upper),
        }
        for c in found.changes
    ]  # fmt: skip
    short = found.shortfall
    return {
        **{name: plain(getattr(found, name)) for name in _PLAIN},
        "groups": plain(found.groups),
        "changes": changes,
        "payers": {payer: plain(cost) for payer, cost in found.payers},
        "shadow_budgets": {payer: plain(price) for payer, price in found.shadow_budgets},
        "before": _standing(found, found.before),
        "after": None if found.after is None else _standing(found, found.after),
        "shortfall": None if short is None else {
            "proved": short.proved, "gap": plain(short.gap), "missing": {n: plain(v) for n, v in short.missing},
            "levers": {n: plain(v) for n, v in short.levers},
            "binding": [{"name": n, "end": end, "price": plain(v)} for n, end, v in short.binding],
            "relaxed": None if short.relaxed is None else {n: plain(v) for n, v in short.relaxed},
        },
        "frontier": None if frontier is None else [
            {frontier.over: plain(v), "effort": plain(p.effort), "costs": {c.name: plain(c.cost) for c in p.changes}}
            for v, p in zip(frontier.values, frontier.plans, strict=True)
        ],
        "worth": plain(worth),
    }  # fmt: skip


def _standing(found: Plan, standing: Standing) -> dict[str, object]:
    settled = standing.settlement
    return {
        "mode": standing.mode, "outcome": settled.outcome.value, "gains": plain(standing.gains),
        "symmetry": plain(standing.symmetry), "state": per_unit(found.model, settled.state),
        "evidence": plain(settled.evidence), "border": plain(settled.border),
    }  # fmt: skip


def columns(found: Plan) -> dict[str, Any]:
    """Return one column per property of a change, one row per lever."""
    names = ("name", "payer", "before", "after", "lower", "upper", "price", "cost", "shadow_lower", "shadow_upper")
    texts = ("name", "payer")
    return {k: [getattr(c, k) if k in texts else plain(getattr(c, k)) for c in found.changes] for k in names}
