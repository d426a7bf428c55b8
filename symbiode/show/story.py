"""The first page of a report in words: where the model settles and why, what the data say, and the evidence.

Comes in: a `Study`. Goes out: plain texts and tables; the page escapes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symbiode.render import significant
from symbiode.show import evidence, naming
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.inference.results import Fit
    from symbiode.studies import Study

Fits = tuple[tuple[str, "Fit"], ...]


def answer(study: Study, lang: str) -> dict[str, Any]:
    """Return where the model settles: a headline, the reason, the levels, what to keep in mind."""
    settled, model = study.settlement, study.model
    if study.model_is_made:
        return {
            "headline": say("report_no_model", lang), "swatch": "undecided", "why": say("report_fitted_start", lang),
            "lines": [], "note": "",
        }  # fmt: skip
    words = [say(settled.outcome.value, lang)]
    if settled.mode is not None:
        words.append(say(settled.mode.value, lang))
    headline = (", " if lang == "en" else "，").join(words)
    lines = [_level(study, i, lang) for i in range(len(model.units)) if settled.state is not None]
    if settled.border is not None:
        lines.append(
            say(
                "settle_border", lang, name=_border(settled.border.name, lang),
                distance=significant(settled.border.distance, 2), neighbour=say(settled.border.neighbour, lang),
            )
        )  # fmt: skip
    lines = [line[:1].upper() + line[1:] for line in lines]
    if settled.evidence is not None:
        lines.append(say("report_rests_on", lang, evidence=say(settled.evidence.value, lang)))
    return {
        "headline": headline[:1].upper() + headline[1:],
        "swatch": settled.mode.value if settled.mode is not None else settled.outcome.value,
        "why": naming.pretty(settled.why(lang)),
        "lines": lines,
        "note": say("report_illustrative", lang) if model.illustrative else "",
    }


def _border(name: str, lang: str) -> str:
    return naming.pretty(name).replace("smaller/larger gain", say("report_gain_ratio", lang))


def _level(study: Study, i: int, lang: str) -> str:
    settled, unit = study.settlement, study.model.units[i]
    assert settled.state is not None
    gain = settled.gains[i] if settled.gains is not None else None
    level = naming.plain(settled.state[i])
    if gain is None:
        return say("report_level", lang, unit=unit.shown(lang), level=level)
    change = f"{100 * gain:+.3g}".replace("-", "−")
    return say("report_level_gain", lang, unit=unit.shown(lang), level=level, gain=change)


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
            "report_named_mode", lang, series=evidence.basis(fit, series, lang), mode=_verdict(fit, lang),
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
    """Say which signs change with the price basis, in one paragraph."""
    fits = same_quantity(study)
    changing = evidence.flips(fits)
    if not changing:
        return []
    told = []
    for name in changing:
        signs = []
        for series, fit in fits:
            effect = next(e for e in evidence.effects_of(fit) if e.name == name)
            word = say(("report_zero", "report_positive", "report_negative")[effect.sign], lang)
            signs.append(say("report_sign", lang, sign=word, basis=evidence.basis(fit, series, lang)))
        what = naming.described(study.model, name, lang)
        joined = (", " if lang == "en" else "、").join(signs)
        told.append(say("report_flip", lang, symbol=naming.symbol(study.model, name), what=what, signs=joined))
    years = len({(float(fit.observations.t[0]), float(fit.observations.t[-1])) for _, fit in fits}) == 1
    same = say("report_same_years" if years else "report_same_places", lang)
    return [say("report_flips", lang, signs=("; " if lang == "en" else "；").join(told), same=same)]


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

    heading = Markup("{}<small>{}</small>")
    symbols: list[object] = [
        heading.format(naming.symbol(study.model, e.name), naming.described(study.model, e.name, lang, short=True))
        for e in evidence.effects_of(study.fits[0][1])
    ]
    rows = []
    for series, fit in study.fits:
        seen = fit.observations
        span = say("report_n", lang, first=f"{seen.t[0]:g}", last=f"{seen.t[-1]:g}", n=fit.nobs)
        cells: list[object] = [heading.format(evidence.basis(fit, series, lang), span)]
        for effect in evidence.effects_of(fit):
            estimate = naming.plain(effect.estimate, 2)
            reading = "" if effect.bounded else say(f"reading_{effect.reading}", lang)
            shown = Markup('<b>{}</b> <span class="whole">{}</span><small>{}</small>')
            cells.append(shown.format(estimate, effect.interval(lang), reading))
        cells.append(significant(max(evidence.vif(fit), default=None), 2))
        ratios = [naming.plain(ratio, 2) for _, ratio in evidence.capacity_ratios(fit)]
        cells.append(", ".join(ratios) or "–")
        key, probability = evidence.likeliest(fit)
        cells.append(heading.format(say(key, lang), say("report_chance", lang, p=significant(probability, 2))))
        cells.append(Markup("<strong>{}</strong><small>{}</small>").format(_verdict(fit, lang), _fails(fit, lang)))
        rows.append([escape(cell) for cell in cells])
    units = (", " if lang == "en" else "、").join(unit.shown(lang) for unit in study.model.units)
    ratio = heading.format(say("report_ratio", lang), units)
    after = [say(key, lang) for key in ("report_likeliest", "report_verdict")]
    head = [say("report_series", lang), *symbols, say("report_vif", lang), ratio, *after]
    return {"head": head, "rows": rows, "caption": ""}


_CONDITIONS = (
    ("verdict_status", "verdict_starts", "verdict_box"),
    ("verdict_effect", "verdict_no_effects"),
    ("verdict_capacity",),
    ("verdict_residuals",),
    ("verdict_aicc_none", "verdict_alone", "verdict_random_walk"),
    ("verdict_bases", "verdict_one_basis"),
    ("verdict_probability", "verdict_no_pair", "verdict_no_draws"),
)
"""Which reasons belong to which condition of the verdict rule, in its order."""


def conditions(fit: Fit) -> tuple[int, ...]:
    """Return the numbers of the conditions that a fit fails, as the methods section counts them."""
    keys = [reason.key for reason in fit.verdict.reasons]
    return tuple(k for k, starts in enumerate(_CONDITIONS, start=1) if any(key.startswith(starts) for key in keys))


def _fails(fit: Fit, lang: str) -> str:
    numbers = (", " if lang == "en" else "、").join(map(str, conditions(fit)))
    return say("report_fails", lang, numbers=numbers) if numbers else ""


def failed(study: Study, lang: str) -> list[dict[str, Any]]:
    """Return for each series without a verdict every condition that failed."""
    return [
        {
            "name": evidence.basis(fit, series, lang),
            "reasons": [_in_labels(reason.text(lang), study, lang) for reason in fit.verdict.reasons],
        }
        for series, fit in study.fits
        if fit.verdict.mode is None
    ]


def _in_labels(text: str, study: Study, lang: str) -> str:
    """Return a sentence with price bases called by the labels of their series."""
    for series, fit in study.fits:
        if fit.observations.basis:
            text = text.replace(fit.observations.basis, evidence.basis(fit, series, lang))
    return text


def needed(study: Study, lang: str) -> list[str]:
    """Return what would decide the mode, each thing once."""
    lines = [reason.text(lang) for _, fit in study.fits for reason in fit.verdict.needed]
    return list(dict.fromkeys(lines))

