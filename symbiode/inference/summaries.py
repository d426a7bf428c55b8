"""The summary of a fit, in the order a careful reader asks: verdict, status, coefficients, comparisons.

Comes in: a `Fit`. Goes out: text, HTML or LaTeX in a language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from symbiode.errors import Level, UnknownNameError
from symbiode.inference.draws import Bootstrap
from symbiode.render import escape_html, escape_latex, html_table, latex_table, significant, text_table
from symbiode.system.model import split_path
from symbiode.words import known, say

if TYPE_CHECKING:
    from symbiode.inference.probabilities import Shares
    from symbiode.inference.results import Fit


def summary(fit: Fit, lang: str = "en", form: str = "text") -> str:
    """Return a fit as text, HTML or LaTeX; see `Fit.summary`."""
    if form not in _FORMS:
        raise UnknownNameError("form", form, tuple(_FORMS))
    table, prose, gap = _FORMS[form]
    blocks = [_head(fit, lang), _facts(fit, lang), _probabilities(fit, lang), _comparisons(fit, lang)]
    told = [prose(block) for block in blocks if block]
    coefficients = table(*_table(fit, lang))
    return f"\n{gap}".join([told[0], "\n".join([coefficients, told[1]]), *told[2:]])


def _html(block: str) -> str:
    return f"<p>{escape_html(block)}</p>".replace("\n", "<br>\n")


def _latex(block: str) -> str:
    return "\n" + "\n\n".join(escape_latex(line) for line in block.splitlines() if line)


Made = Callable[[Sequence[str], Sequence[Sequence[str]]], str]
_FORMS: dict[str, tuple[Made, Callable[[str], str], str]] = {
    "text": (partial(text_table, left=2), str, "\n"),
    "html": (html_table, _html, ""),
    "latex": (partial(latex_table, left=2), _latex, "\n"),
}


def _head(fit: Fit, lang: str) -> str:
    seen = fit.observations
    name = Path(seen.path).name if seen.path else "observations"
    title = say("fit_title", lang, model=fit.model.name, file=name, first=f"{seen.t[0]:g}", last=f"{seen.t[-1]:g}")
    lines = [title, ""]
    if fit.status.level is Level.REFUSED:
        lines.append(say("fit_unconverged", lang) if fit.status.code.value == "not_converged" else fit.status.message)
    if fit.model.illustrative:
        lines.append(say("fit_illustrative", lang))
    lines.append(fit.verdict.summary(lang))
    if not fit.status.ok:
        told = say(f"status_{fit.status.code.value}", lang)
        detail = f" {fit.status.detail}" if fit.status.detail and lang == "en" else ""
        lines.append(say("fit_status", lang, status=told + detail))
    return "\n".join(lines)


def _table(fit: Fit, lang: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return heading and rows of the coefficients."""
    heads = ("coefficient", "reading", "estimate", "se", "t", "p", "low", "high")
    rows = []
    for profile in fit.profiles:
        name = profile.name
        reading = say(f"reading_{profile.reading.value}", lang)
        wald = [significant(float(series[name]), 3) for series in (fit.bse, fit.tvalues, fit.pvalues)]
        ends = [significant(profile.low), significant(profile.high)]
        rows.append((name, reading, significant(profile.estimate, 5), *wald, *ends))
    return [say(f"fit_{head}", lang) for head in heads], rows


def _facts(fit: Fit, lang: str) -> str:
    """Return what stands below the coefficients."""
    facts = [
        ("fit_nobs", str(fit.nobs)), ("fit_df", str(fit.df_resid)), ("fit_sigma", _spread(fit)),
        ("log L", significant(fit.llf, 6)), ("AIC", significant(fit.aic, 6)), ("AICc", significant(fit.aicc, 6)),
        ("BIC", significant(fit.bic, 6)),
    ]  # fmt: skip
    line = "   ".join(f"{say(key, lang) if key.startswith('fit_') else key} {value}" for key, value in facts)
    method = say(
        "fit_method", lang, error=say(f"fit_error_{fit.estimate.error}", lang), starts=fit.starts,
        agreeing=fit.estimate.agreeing, seed=fit.seed, failures=fit.estimate.failures,
    )  # fmt: skip
    level = significant(100 * fit.confidence, 3)
    interval = say("fit_interval" if fit.estimate.draws is None else "fit_credible", lang, level=level)
    notes = [note.said(lang) for note in fit.estimate.notes]
    errors = [_errors(fit, lang)] if fit.estimate.draws is None else []
    return "\n".join([interval, *errors, "", line, method, *notes])


def _spread(fit: Fit) -> str:
    """Return the residual standard deviation, of each unit where they differ."""
    return significant(fit.sigma) if fit.estimate.pooled else ", ".join(map(significant, fit.estimate.sigmas.tolist()))


def _errors(fit: Fit, lang: str) -> str:
    """Return the kind of standard error, behind the name of the estimator if it is one of the package's."""
    errors = say(f"errors_{fit.estimate.errors}", lang, lags=fit.estimate.lags)
    key = f"estimator_{type(fit.method).__module__.rpartition('.')[2]}"
    name = say(key, lang) if known(key) else type(fit.method).__name__
    return say("fit_estimator", lang, name=name, errors=errors)


def _probabilities(fit: Fit, lang: str) -> str:
    count = len(fit.draws)
    kind = "bootstrap" if isinstance(fit.drawing, Bootstrap) else type(fit.drawing).__name__.lower()
    how = say(f"fit_{kind}", lang, count=count, failed=fit.draws_failed)
    parts = []
    for pair, shares in fit.shares.pairs:
        title = say("fit_modes", lang, how=how, zero=f"{fit.zero:g}", tau=f"{fit.tau:g}")
        heading = title if len(fit.shares.pairs) == 1 else f"{pair[0]}, {pair[1]}: {title}"
        parts += [heading, *_shares(shares, lang)]
    if fit.shares.pairs and kind in ("bootstrap", "profiledraws"):
        parts.append(say("fit_too_sure", lang))
    if fit.outcome_probabilities:
        parts += [say("fit_outcomes", lang), *_shares(fit.outcome_probabilities, lang)]
    return "\n".join(parts)


def _shares(shares: Shares, lang: str) -> list[str]:
    told = [(key, p, error) for key, (p, error) in shares.items() if p > 0]
    told.sort(key=lambda item: -item[1])
    note = say("fit_mc", lang)
    return [f"  {say(key, lang)}: {p:.3f} ({note} {error:.3f})" for key, p, error in told]


def _comparisons(fit: Fit, lang: str) -> str:
    facts, units = fit.diagnostics, fit.model.units
    lines = []
    if facts.vif is not None:
        values = ", ".join(f"{u.shown(lang)} {significant(v, 3)}" for u, v in zip(units, facts.vif, strict=True))
        lines.append(say("fit_vif", lang, values=values))
    ratios = []
    for unit, last in zip(units, facts.last_levels, strict=True):
        found = [p.estimate for p in fit.profiles if split_path(p.name) == (unit.name, "capacity")]
        ratios += [f"{unit.shown(lang)} {significant(found[0] / last, 3)}"] if found else []
    if ratios:
        lines.append(say("fit_ratio", lang, values=", ".join(ratios)))
    if facts.aicc_alone is not None:
        with_effects, alone = significant(fit.aicc, 5), significant(facts.aicc_alone, 5)
        lines.append(say("fit_alone", lang, aicc=with_effects, alone=alone))
    if facts.random_walk is not None:
        lines.append(say("fit_walk", lang, u=significant(facts.random_walk.pooled_u, 3)))
    if not lines:
        return ""
    return "\n".join([say("fit_diagnostics", lang), *(f"  - {line}" for line in lines)])
