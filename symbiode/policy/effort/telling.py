"""A plan in sentences for somebody who decides: what to change, at what price, what binds, why to believe it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from symbiode.policy.effort.instruments import effect_names
from symbiode.policy.effort.results import Change, Plan, Shortfall, shown
from symbiode.render import between, significant, text_table
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.policy.effort.tradeoffs import Worth

SMALL = 5e-5


def lines(plan: Plan, lang: str) -> list[str]:
    """Return the sentences of a plan."""
    told = [*_head(plan, lang)]
    if plan.reached:
        told += [line for part in (_table, _payers, _modes, _kept, _binds) for line in part(plan, lang)]
    told += _reach(plan, lang)
    if plan.reach is not None and not plan.reached:
        told += _table(plan, lang)
    if plan.shortfall is not None:
        told += _short(plan, plan.shortfall, lang)
    told += _why(plan, lang)
    if not plan.status.ok:
        told.append(plan.status.message)
    return [*told, *([say("policy_illustrative", lang)] if plan.illustrative else [])]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _head(plan: Plan, lang: str) -> list[str]:
    target = say(plan.target, lang)
    if plan.reached and not any(c.cost for c in plan.changes):
        return [_sentence(say("policy_already", lang, target=target))]
    if plan.reached:
        return [_sentence(say("policy_reached", lang, target=target, effort=_number(plan.effort)))]
    if plan.reach is not None and plan.shortfall is None:
        return []
    proved = plan.shortfall is not None and plan.shortfall.proved
    return [_sentence(say("policy_not_proved" if proved else "policy_not_found", lang, target=target))]


def _number(value: object) -> str:
    return significant(float(value), 4)  # type: ignore[arg-type]


def _name(plan: Plan, change: Change, lang: str) -> str:
    return shown(plan.model, change.name, change.lever, lang)


def _joined(parts: Iterable[str], lang: str) -> str:
    return (", " if lang == "en" else "、").join(parts)


def _table(plan: Plan, lang: str) -> list[str]:
    moved = [c for c in plan.changes if c.before != c.after]
    if not moved:
        return []
    paid = any(c.payer for c in moved)
    head = say("policy_table", lang).split("\t")[: 6 if paid else 5]
    rows = []
    for c in moved:
        payer = c.payer or say("policy_nobody", lang)
        rows.append([_name(plan, c, lang), *map(_number, (c.before, c.after, c.price, c.cost)), payer][: len(head)])
    kept = [_name(plan, c, lang) for c in plan.changes if c.before == c.after]
    stays = [say("policy_stays", lang, levers=_joined(kept, lang))] if kept else []
    return ["", text_table(head, rows), *stays, ""]


def _payers(plan: Plan, lang: str) -> list[str]:
    total = sum(cost for _, cost in plan.payers)
    if total == 0 or not any(payer for payer, _ in plan.payers):
        return []
    nobody = say("policy_nobody", lang)
    return [
        say("policy_pays", lang, payer=payer or nobody, cost=_number(cost), share=between(100 * cost / total))
        for payer, cost in plan.payers
        if cost > 0
    ]


def _group(plan: Plan, k: int, lang: str) -> str:
    units = {unit.name: unit for unit in plan.model.units}
    names = plan.groups[k]
    regions = {getattr(units[name], "region", "") for name in names}
    if len(names) > 1 and len(regions) == 1 and "" not in regions:
        return str(regions.pop())
    return _joined((units[name].shown(lang) for name in names), lang)


def _modes(plan: Plan, lang: str) -> list[str]:
    assert plan.after is not None
    first, second = _group(plan, 0, lang), _group(plan, 1, lang)
    before, after = say(plan.before.mode, lang), say(plan.after.mode, lang)
    told = [say("policy_mode", lang, first=first, second=second, before=before, after=after)]
    if plan.after.gains is not None:
        gains = [f"{100 * g:+.3g}" for g in plan.after.gains]
        both = (plan.after, plan.before)
        index, earlier = ("–" if s.symmetry is None else significant(s.symmetry, 3) for s in both)
        told.append(say("policy_gains", lang, first=first, second=second, gain_first=gains[0], gain_second=gains[1],
                        index=index, index_before=earlier))  # fmt: skip
    if plan.times:
        told.append(say("policy_held", lang, by=f"{plan.times[0]:g}", until=f"{plan.times[-1]:g}"))
    return told


def _kept(plan: Plan, lang: str) -> list[str]:
    told = [say("policy_margins", lang, margin=f"{plan.margin:g}", runaway=f"{plan.runaway:g}")]
    for key, price in (("policy_price_margin", plan.shadow_margin), ("policy_price_runaway", plan.shadow_runaway)):
        told += [say(key, lang, cost=_number(0.01 * price))] if price > SMALL else []
    return told


def _binds(plan: Plan, lang: str) -> list[str]:
    told = []
    for c in plan.changes:
        price = c.shadow_upper if c.after == c.upper else c.shadow_lower
        if c.binds and price > SMALL:
            values = {"lever": _name(plan, c, lang), "limit": _number(c.after), "saving": _number(0.01 * price)}
            told.append(say("policy_binds", lang, **values))
    for payer, price in plan.shadow_budgets:
        whose = say("policy_of", lang, payer=payer) if payer else ""
        told += [say("policy_budget_binds", lang, payer=whose, saving=_number(price))] if price > SMALL else []
    return told


def _reach(plan: Plan, lang: str) -> list[str]:
    r = plan.reach
    if r is None:
        return []
    values = {name: between(getattr(r, name), 3, top=1.0) for name in ("share", "low", "before")}
    key = "policy_reach" if plan.reached else "policy_chance_short"
    told = [say(key, lang, asked=f"{r.asked:g}", confidence=f"{100 * r.confidence:g}", draws=r.draws, **values)]
    told += [say("policy_likeliest", lang)] if plan.reached and r.likeliest else []
    return [*told, *([say("policy_dropped", lang, kept=r.draws, dropped=r.dropped)] if r.dropped else [])]


def _short(plan: Plan, short: Shortfall, lang: str) -> list[str]:
    changes = {c.name: c for c in plan.changes}
    if short.binding and short.binding[0][1] == "budget":
        told = []
        for name, needed in short.relaxed or ():
            payer = name.removeprefix("budget").strip()
            whose = say("policy_of", lang, payer=payer) if payer else ""
            told.append(say("policy_budget_short", lang, payer=whose, needed=_number(needed)))
        return told
    told = []
    if short.missing:
        parts = [
            say("policy_missing", lang, effect=shown(plan.model, name, None, lang), change=f"{v:+.3g}")
            for name, v in short.missing
        ]
        told.append(say("policy_gap", lang, missing=_joined(parts, lang)))
        stand = [f"{_name(plan, changes[name], lang)} = {_number(v)}" for name, v in short.levers]
        told.append(say("policy_gap_at", lang, levers=_joined(stand, lang)))
    if short.binding and short.relaxed is not None:  # else wider limits would not help, and none is in the way
        limits = [
            say(f"policy_limit_{end}", lang, lever=_name(plan, changes[name], lang)) for name, end, _ in short.binding
        ]
        told.append(say("policy_stands_in_the_way", lang, limits=_joined(limits, lang)))
    if short.relaxed is None and short.gap is None:
        told.append(say("policy_too_safe", lang, margin=f"{plan.margin:g}", runaway=f"{plan.runaway:g}"))
    elif short.relaxed is None:
        told.append(say("policy_never", lang, names=_joined(effect_names(plan.model)[:4], lang)))
    elif short.relaxed:
        to = [
            say("policy_be" if changes[name].lever else "policy_go_to", lang, lever=_name(plan, changes[name], lang),
                value=_number(v))
            for name, v in short.relaxed
        ]
        told.append(say("policy_relaxed", lang, limits=_joined(to, lang)))
    return told


def _why(plan: Plan, lang: str) -> list[str]:
    told, c = [], plan.certificate
    if c is not None and plan.effort:
        if c.kind == "global" and c.lower is not None:
            told.append(say("policy_global", lang, gap=f"{max(plan.effort - c.lower, 1e-9):.1g}"))
        else:
            fits = f"{max(c.residual, 1e-16):.1g}"
            told.append(say("policy_local", lang, starts=c.starts, agreed=c.agreed, residual=fits))
    if plan.after is not None and plan.after.settlement.evidence is not None:
        told.append(say("policy_settled", lang, evidence=say(plan.after.settlement.evidence.value, lang)))
    if plan.reached and plan.effort:
        told.append(say("policy_units" if plan.norm == 1 else "policy_units_square", lang))
    return told


def worths(plan: Plan, found: Iterable[Worth], lang: str) -> list[str]:
    """Return what each lever is worth, by itself and when it is left out."""
    changes, listed = {c.name: c for c in plan.changes}, list(found)
    told = [say("policy_alone", lang)]
    for w in listed:
        name = _name(plan, changes[w.name], lang)
        known = w.alone is not None
        told.append(say("policy_alone_reaches" if known else "policy_alone_not", lang, lever=name,
                        cost=_number(w.alone) if known else ""))  # fmt: skip
    if not plan.reached or len(listed) < 2:
        return told
    told.append(say("policy_most", lang))
    order = sorted(listed, key=lambda w: -(math.inf if w.without is None else w.without))
    for w in order:
        name = _name(plan, changes[w.name], lang)
        known = w.without is not None
        extra = max((w.without or 0.0) - (plan.effort or 0.0), 0.0)
        told.append(say("policy_without" if known else "policy_without_not", lang, lever=name,
                        cost=f"{extra:.4g}" if extra > SMALL else "0"))  # fmt: skip
    return told
