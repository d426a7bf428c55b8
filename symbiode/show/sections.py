"""The sections of a report below its first page: the model, its equilibria, each fit, the glossary.

Comes in: parts of a study. Goes out: texts, tables and MathML; the page escapes what is text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import sympy
from markupsafe import Markup

from symbiode.errors import quote
from symbiode.render import significant
from symbiode.show import evidence, naming
from symbiode.show.markup import condition, equation, rate_of
from symbiode.system.model import Model
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.dynamics.equilibrium import Absent, Equilibrium, EquilibriumSet
    from symbiode.inference.results import Fit

Section = dict[str, Any]
Figures = Callable[..., dict[str, str] | None]
MOST_ROWS = 12
_GLOSSARY = (
    "unit", "effect", "capacity", "equilibrium", "parasitism", "commensalism", "asymmetric_mutualism",
    "symmetric_mutualism", "competition", "undetermined",
)  # fmt: skip


def model(model: Model, lang: str) -> Section:
    """Return equations, law and every value with its source."""
    law = say("report_law", lang, name=model.law.name, reference=model.law.reference)
    lines = [equation(rate_of(x), rate) for x, rate in zip(model.states, model.rates, strict=True)]
    rows = []
    shown_symbols = {symbol for rate in model.rates for symbol in rate.free_symbols}
    for p in (*(unit.initial for unit in model.units if unit.initial), *model.parameters):
        if p.path[-1] == "own_growth" and p.symbol not in shown_symbols and p.value == 1:
            continue  # the usual case, written into the equations as a number
        name = ".".join(map(quote, p.path))
        exact = model.values.get(p.symbol, p.value)
        shown = significant(float(exact), 6)
        if not p.value.is_Rational:
            named = {q.symbol: sympy.Symbol(q.path[-1]) for q in model.parameters if q.path[0] == "parameters"}
            shown = f"{p.value.xreplace(named)} = {shown}"
        symbol = p.path[-1] if p.path[0] == "parameters" else naming.symbol(model, name)
        rows.append([symbol, naming.described(model, name, lang), f"{shown} {p.measured_in}".strip(), p.source])
    head = [say(f"report_{key}", lang) for key in ("symbol", "meaning", "value", "source")]
    return {
        "note": say("settle_illustrative", lang) if model.illustrative else "",
        "equations": lines,
        "law": law if model.law.reference else "",
        "meaning": say("report_dij", lang) if model.law.scale == "capacity" else "",
        "table": {"head": head, "rows": rows, "caption": ""},
    }


def equilibria(found: EquilibriumSet, lang: str) -> Section:
    """Return the table of equilibria with conditions, what is absent, and the certificate."""
    labels = {unit.name: unit.shown(lang) for unit in found.model.units}
    comma, here = ", " if lang == "en" else "、", not found.symbolic

    def present(support: Sequence[str]) -> str:
        return comma.join(labels[name] for name in support) or say("report_nobody", lang)

    rows = [
        [
            present(e.support), _point(e.state), _type(e, found.model, lang),
            *(condition(c, lang, here=here) for c in (e.exists_if, e.stable_if)),
            comma.join(map(_complex, e.eigenvalues)),
        ]
        for e in found.equilibria
    ]  # fmt: skip
    heads = ("report_present", "report_state", "report_type", "report_exists", "report_stable")
    head = [say(key, lang) for key in heads]
    head.append(say("report_eigenvalues", lang, unit=naming.time_unit(found.model, lang)))
    repel = ("saddle", "unstable_node", "unstable_focus")
    first = sorted(range(len(rows)), key=lambda k: found.equilibria[k].stability.value in repel)
    kept = sorted(first[:MOST_ROWS])
    rest = [rows[k] for k in range(len(rows)) if k not in kept]
    absent = [
        [present(a.support), condition(a.exists_if, lang, here=here), _because(a, found.model, lang)]
        for a in found.absent
    ]
    missing = {"head": [head[0], head[3], ""], "caption": say("report_absent", lang)}
    families = [naming.pretty(family.describe(lang)) for family in found.families]
    return {
        "table": {"head": head, "rows": [rows[k] for k in kept], "caption": ""},
        "rest": {"head": head, "rows": rest, "caption": ""} if rest else None,
        "absent": {**missing, "rows": absent} if absent else None,
        "families": families,
        "certificate": _certificate(found, lang),
    }


def _certificate(found: EquilibriumSet, lang: str) -> str:
    from symbiode.dynamics.equilibrium.text import sentence

    return sentence(*found.proof, lang)


def _type(e: Equilibrium, model: Model, lang: str) -> Markup:
    """Return the type of an equilibrium with the sentence that says why."""
    why = _because(e, model, lang)
    return Markup("{}<small>{}</small>").format(say(e.stability.value, lang), why)


def _because(e: Equilibrium | Absent, model: Model, lang: str) -> str:
    """Return the reason of an equilibrium with the units' labels."""
    from symbiode.dynamics.equilibrium.text import sentence

    labels: dict[object, str] = {unit.name: unit.shown(lang) for unit in model.units}
    values = tuple(
        (key, tuple(labels.get(part, part) for part in value) if isinstance(value, tuple) else labels.get(value, value))
        for key, value in e.reason_values
    )
    return naming.pretty(sentence(e.reason, values, lang))


def _point(state: Sequence[float]) -> str:
    return "(" + ", ".join(significant(x, 5) for x in state) + ")"


def _complex(value: complex) -> str:
    real = significant(value.real, 4).replace("-", "−")
    return real if value.imag == 0 else f"{real} {'+' if value.imag > 0 else '−'} {significant(abs(value.imag), 4)}i"


def fit(series: str, fit: Fit, figures: Figures, lang: str) -> Section:
    """Return one fit: coefficients, probabilities, figures, notices about its data."""
    profiles = evidence.profiles_of(fit)
    rows = []
    for name in fit.names:
        profile = profiles.get(name)
        low, high = (profile.low, profile.high) if profile is not None else (None, None)
        reading = say(f"reading_{profile.reading.value}", lang) if profile is not None else ""
        rows.append([
            naming.symbol(fit.model, name), naming.described(fit.model, name, lang),
            naming.plain(float(fit.params[name])), naming.plain(float(fit.bse[name]), 2),
            naming.interval(low, high, lang), reading,
        ])  # fmt: skip
    level, captions = percent(fit), {key: say(f"report_{key}_caption", lang) for key in ("series", "profiles")}
    heads = ("symbol", "meaning", "estimate", "se")
    head = [say(f"report_{key}", lang) for key in heads]
    head += [say("report_interval", lang, level=level), say("report_reading", lang)]
    tables = (("report_by_gains", fit.settled_probabilities), ("report_by_signs", fit.mode_probabilities))
    kind, modes = next((pair for pair in tables if pair[1]), tables[1])
    chances = []
    for what, shares in ((kind, modes), ("report_outcome", fit.outcome_probabilities)):
        for key, (p, error) in sorted(shares.items(), key=lambda item: -item[1][0]):
            if p > 0 and key != "none":
                chances.append([say(key, lang), say(what, lang), _share(p), f"± {100 * error:.0f} %"])
    return {
        "title": evidence.basis(fit, series, lang),
        "source": say("report_data_source", lang, source=fit.observations.source or fit.observations.path),
        "line": say(
            "report_fit_line", lang, n=fit.nobs, k=len(fit.names), df=fit.df_resid, aicc=naming.plain(fit.aicc, 5),
            llf=naming.plain(fit.llf, 5),
        ),
        "series": figures(f"series-{series}", say("figure_fit", lang), captions["series"], "page"),
        "profiles": figures(f"profiles-{series}", say("report_reading", lang), captions["profiles"], "page"),
        "table": {"head": head, "rows": rows, "caption": ""},
        "probabilities": {
            "head": [say(f"report_{key}", lang) for key in ("mode_or_outcome", "kind", "probability", "mcse")],
            "rows": chances,
            "caption": say("report_probabilities", lang),
        },
        "notices": [notice.said(lang) for notice in fit.observations.notices],
    }  # fmt: skip


def _share(p: float) -> str:
    """Return a share in percent, never 0 % of what happened nor 100 % of what did not always."""
    if 0 < p < 0.005 or 0.995 <= p < 1:
        return "<1 %" if p < 0.5 else ">99 %"
    return f"{100 * p:.0f} %"


def percent(fit: Fit) -> str:
    """Return the confidence level of a fit's profiles, in percent."""
    levels = {profile.level for profile in evidence.profiles_of(fit).values()}
    return " / ".join(f"{100 * level:g}" for level in sorted(levels)) or "95"


def glossary(lang: str) -> Section:
    """Return the terms in both languages."""
    other = "zh" if lang == "en" else "en"
    rows = []
    for key in _GLOSSARY:
        name = f"term_{key}" if key in ("unit", "effect", "capacity", "equilibrium") else key
        rows.append([say(name, lang), say(name, other), say(f"glossary_{key}", lang)])
    head = [say(f"report_{key}", lang) for key in ("term", "chinese", "definition")]
    return {"head": head, "rows": rows, "caption": ""}
