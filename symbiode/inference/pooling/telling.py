"""A pooled panel in words: forecasts first, then chance, then what pooling tells and what it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from symbiode.render import text_table
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.inference.pooling import Pooled
    from symbiode.inference.pooling.scores import Score

SHOWN_PAIRS = 5
Table = tuple[list[str], list[list[str]]]


def told(found: Pooled, lang: str) -> str:
    """Return the summary of a panel."""
    return "\n\n".join(part if isinstance(part, str) else text_table(*part) for part in parts(found, lang)) + "\n"


def parts(found: Pooled, lang: str) -> list[str | Table]:
    """Return the summary as paragraphs and tables, in the order they are read."""
    size = len(found.units)
    head = say(
        "pool_title", lang, units=size, steps=found.steps, first=f"{found.first:g}", last=f"{found.last:g}",
        effects=size * (size - 1),
    )  # fmt: skip
    shared = say("pool_years_out" if found.years else "pool_years_in", lang)
    return [
        head, shared, _forecasts(found, lang), _scores(found, lang), _chance(found, lang), _pooled(found, lang),
        say("pool_likeliest", lang), _modes(found, lang), "\n".join(_limits(found, lang)),
    ]  # fmt: skip


def named(structure: str, reach: float | None, lang: str) -> str:
    """Return what a structure is, in words."""
    return say(f"pool_{structure}", lang, **({"reach": f"{reach:g}"} if reach is not None else {}))


def _forecasts(found: Pooled, lang: str) -> str:
    best = _chosen(found)
    if best.gain <= 0:
        return say("pool_loses", lang, origins=best.origins)
    return say(
        "pool_wins", lang, structure=named(best.name, best.reach, lang), gain=f"{best.gain:.0%}",
        se=f"{best.gain_se:.0%}", origins=best.origins,
    )  # fmt: skip


def _chosen(found: Pooled) -> Score:
    return next(each for each in found.scores if (each.name, each.reach) == (found.structure, found.reach))


def _scores(found: Pooled, lang: str) -> Table:
    head = [say(f"pool_{key}", lang) for key in ("structure", "error", "gain", "se")]
    rows = [
        [named(each.name, each.reach, lang), f"{each.error:.3g}", f"{each.gain:+.0%}", f"{each.gain_se:.0%}"]
        for each in found.scores
    ]
    return head, rows


def _chance(found: Pooled, lang: str) -> str:
    tests = found.tests
    counts = {key: int(np.nansum(getattr(tests, f"q_{key}") < 0.05)) for key in ("bh", "by", "placebo")}
    return "\n".join([
        say("pool_alone", lang, vif=f"{tests.vif:.0f}", large=f"{tests.large:.1%}", chance=f"{tests.placebo_large:.1%}",
            p=f"{tests.placebo_p:.0%}"),
        say("pool_adjusted", lang, effects=len(found.units) * (len(found.units) - 1), **counts),
        *([] if found.above_chance else [say("pool_chance", lang)]),
    ])  # fmt: skip


def _pooled(found: Pooled, lang: str) -> str:
    tau, low, high = (f"{100 * x:.2g}" for x in found.spread)
    structure = named(found.structure, found.reach, lang)
    lines = [say("pool_spread", lang, structure=structure, tau=tau, low=low, high=high)]
    if found.pattern is not None:
        size, low, high = (f"{100 * x:.2g}" for x in found.pattern)
        lines.append(say("pool_pattern", lang, size=size, low=low, high=high))
    beyond = int(np.nansum((found.low > 0) | (found.high < 0)))
    verdicts = sum(each.mode is not None for each in found.modes)
    effects = len(found.units) * (len(found.units) - 1)
    lines.append(say("pool_beyond", lang, count=beyond, effects=effects, named=verdicts, pairs=len(found.modes)))
    return "\n".join(lines)


def _modes(found: Pooled, lang: str) -> Table:
    shown = dict(zip(found.units, (label[lang] for label in found.labels), strict=True))
    best = sorted(found.modes, key=lambda each: (each.mode is None, -each.probability))[:SHOWN_PAIRS]
    rows = [
        [" - ".join(shown[name] for name in each.pair), say(each.leading.value, lang), f"{each.probability:.2f}",
         say(each.mode.value if each.mode else "undetermined", lang)]
        for each in best
    ]  # fmt: skip
    head = [say(f"pool_{key}", lang) for key in ("pair", "mode", "probability", "verdict")]
    return head, rows


def _limits(found: Pooled, lang: str) -> list[str]:
    effects = len(found.units) * (len(found.units) - 1)
    lines = [say("pool_identifies", lang, effects=effects, effective=f"{found.effective:.1f}"), say("pool_not", lang)]
    return [*lines, say("pool_symmetric", lang)] if found.structure in ("decay", "mean") else lines
