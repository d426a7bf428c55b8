"""The first page of a report in words: where the model settles and why, what the data say, and the evidence.

Comes in: a `Study`. Goes out: plain texts and tables; the page escapes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symbiode.render import significant
from symbiode.show import evidence
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.inference.results import Fit
    from symbiode.studies import Study

Fits = tuple[tuple[str, "Fit"], ...]


def answer(study: Study, lang: str) -> dict[str, Any]:
    """Return where the model settles: a headline, the reason, the levels, what to keep in mind."""
    settled = study.settlement
    lines = settled.summary(lang).splitlines()
    told = settled.why(lang)
    rest = [line.strip() for line in lines[1:] if line.strip() and line.strip() not in told.splitlines()]
    note = ""
    if study.model.illustrative:
        made = study.model.source.startswith("made for ")
        note = say("report_fitted_start" if made else "report_illustrative", lang)
        rest = [line for line in rest if line != say("settle_illustrative", lang)]
    named = settled.mode.value if settled.mode is not None else settled.outcome.value
    headline = lines[0].split(": ", 1)[-1].split("：", 1)[-1]
    return {"headline": headline[:1].upper() + headline[1:], "swatch": named, "why": told, "lines": rest, "note": note}


def data(study: Study, lang: str) -> dict[str, Any]:
    """Return what the data say: a headline and paragraphs."""
    if not study.fits:
        return {"headline": say("undetermined", lang).capitalize(), "paragraphs": [say("report_no_data", lang)]}
    named = [(series, fit) for series, fit in study.fits if fit.verdict.mode is not None]
    if not named:
        key = "report_none_determined" if len(study.fits) > 1 else "report_one_undetermined"
        paragraphs = [*_flips(study, lang), _why_not(study, lang), say("report_undetermined_means", lang)]
        return {"headline": say(key, lang, count=len(study.fits)), "paragraphs": [p for p in paragraphs if p]}
    parts = [
        say(
            "report_named_mode", lang, series=evidence.basis(fit, series), mode=_verdict(fit, lang),
            probability=significant(fit.verdict.probability, 3),
        )
        for series, fit in named
    ]  # fmt: skip
    joined = "; ".join(parts) if lang == "en" else "；".join(parts)
    headline = say("report_some_determined", lang, count=len(study.fits), named=len(named), modes=joined)
    return {"headline": headline, "paragraphs": [*_flips(study, lang)]}


def _verdict(fit: Fit, lang: str) -> str:
    return say(fit.verdict.mode.value if fit.verdict.mode is not None else "undetermined", lang)


def same_quantity(study: Study) -> Fits:
    """Return the fits of the same quantity under different price bases, the model's own series first."""
    kinds = dict(study.model.data.alternatives) if study.model.data is not None else {}
    return tuple(
        (series, fit) for k, (series, fit) in enumerate(study.fits)
        if k == 0 or (series in kinds and kinds[series].kind == "basis")
    )  # fmt: skip


def _flips(study: Study, lang: str) -> list[str]:
    fits = same_quantity(study)
    told = []
    for name in evidence.flips(fits):
        signs = []
        for series, fit in fits:
            effect = next((e for e in evidence.effects_of(fit) if e.name == name), None)
            if effect is not None:
                word = say(("report_zero", "report_positive", "report_negative")[effect.sign], lang)
                signs.append(say("report_sign", lang, sign=word, basis=evidence.basis(fit, series)))
        what = evidence.described(study.model, name, lang)
        joined = ", ".join(signs) if lang == "en" else "，".join(signs)
        told.append(say("report_flips", lang, symbol=evidence.symbol(study.model, name), what=what, signs=joined))
    return told


def _why_not(study: Study, lang: str) -> str:
    effects = [e for _, fit in study.fits for e in evidence.effects_of(fit)]
    inflation = [v for _, fit in study.fits for v in evidence.vif(fit) if v == v and v != float("inf")]
    ratios = [ratio for _, fit in study.fits for _, ratio in evidence.capacity_ratios(fit)]
    reasons = []
    if inflation and max(inflation) > 10:
        reasons.append(say("report_why_trend", lang, vif=significant(max(inflation), 2)))
    if ratios and max(ratios) > 1 / 0.6:
        reasons.append(say("report_why_capacity", lang, ratio=significant(max(ratios), 2)))
    open_ends = sum(not e.bounded for e in effects)
    if open_ends:
        reasons.append(say("report_why_unbounded", lang, open=open_ends, all=len(effects)))
    joined = ("; " if lang == "en" else "；").join(reasons)
    return say("report_why_not", lang, reasons=joined) if reasons else ""


def table(study: Study, lang: str) -> dict[str, Any]:
    """Return the evidence table, one row per series: estimates with intervals, VIF, K over last level, verdict."""
    from markupsafe import Markup, escape

    symbols = [evidence.symbol(study.model, e.name) for e in evidence.effects_of(study.fits[0][1])]
    rows = []
    for series, fit in study.fits:
        seen = fit.observations
        span = say("report_n", lang, first=f"{seen.t[0]:g}", last=f"{seen.t[-1]:g}", n=fit.nobs)
        cells: list[object] = [Markup("{}<small>{}</small>").format(evidence.basis(fit, series), span)]
        for effect in evidence.effects_of(fit):
            estimate = significant(effect.estimate, 2).replace("-", "−")
            reading = "" if effect.bounded else say(f"reading_{effect.reading}", lang)
            cells.append(Markup("{} {}<small>{}</small>").format(estimate, effect.interval(lang), reading))
        cells.append(significant(max(evidence.vif(fit), default=None), 2))
        ratios = [significant(ratio, 2) for _, ratio in evidence.capacity_ratios(fit)]
        cells.append(", ".join(ratios) or "–")
        key, probability = evidence.likeliest(fit)
        cells.append(Markup("{}<small>{}</small>").format(say(key, lang), significant(probability, 2)))
        cells.append(Markup("<strong>{}</strong>").format(_verdict(fit, lang)))
        rows.append([escape(cell) for cell in cells])
    heads = ("report_vif", "report_ratio", "report_likeliest", "report_verdict")
    head = [say("report_series", lang), *symbols, *(say(key, lang) for key in heads)]
    return {"head": head, "rows": rows, "caption": ""}


def failed(study: Study, lang: str) -> list[dict[str, Any]]:
    """Return for each series without a verdict every condition that failed."""
    return [
        {"name": evidence.basis(fit, series), "reasons": [reason.text(lang) for reason in fit.verdict.reasons]}
        for series, fit in study.fits
        if fit.verdict.mode is None
    ]


def needed(study: Study, lang: str) -> list[str]:
    """Return what would decide the mode, each thing once."""
    lines = [reason.text(lang) for _, fit in study.fits for reason in fit.verdict.needed]
    return list(dict.fromkeys(lines))

