"""The same effects estimated from several series: what stays, and what changes with the unit of account.

Comes in: fits by name. Goes out: one panel per effect, one row per series; an interval without end is an arrow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

from symbiode.errors import InvalidValueError
from symbiode.show import evidence, naming
from symbiode.show.palette import INK
from symbiode.show.plots._frame import PAGE, legend, panels
from symbiode.system.model import Model
from symbiode.words import LANGUAGES, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POSITIVE, NEGATIVE = "#00548A", "#D55E00"


def size(result: EffectsByBasis) -> tuple[float, float]:
    """Return the size of the figure: a row per series."""
    return PAGE, 0.95 + 0.36 * len(result.series)


@dataclass(frozen=True, kw_only=True)
class EffectsByBasis:
    """Estimates of every effect under every series.

    Parameters
    ----------
    model : Model
    series : tuple of dict
        What each series is, in words, by language.
    effects : tuple of tuple of Effect, shape (series, effect)
    reach : float
        The largest size shown on the axes.
    """

    model: Model
    series: tuple[dict[str, str], ...]
    effects: tuple[tuple[evidence.Effect, ...], ...]
    reach: float


def compute(model_or_result: object) -> EffectsByBasis:
    """Collect the effects of several fits.

    Parameters
    ----------
    model_or_result : mapping of name to Fit, or sequence of (name, Fit)
        Fits of one model to several series.

    Returns
    -------
    EffectsByBasis

    Raises
    ------
    InvalidValueError
        If these are not fits by name, or do not estimate the same effects.
    """
    given: Any = model_or_result
    pairs = list(given.items()) if isinstance(given, Mapping) else given
    named = isinstance(pairs, (list, tuple)) and all(isinstance(p, tuple) and len(p) == 2 for p in pairs)
    if not named or not pairs:
        raise InvalidValueError("effects_by_basis", type(given).__name__, "fits by name")
    effects = tuple(evidence.effects_of(fit) for _, fit in pairs)
    if not effects[0] or len({tuple(e.name for e in row) for row in effects}) > 1:
        raise InvalidValueError("effects_by_basis", "these fits", "fits that estimate the same effects, at least one")
    numbers = [abs(x) for row in effects for e in row for x in (e.estimate, e.low, e.high) if x is not None]
    return EffectsByBasis(
        model=pairs[0][1].model,
        series=tuple({lang: evidence.basis(fit, name, lang) for lang in LANGUAGES} for name, fit in pairs),
        effects=effects,
        reach=1.12 * max([*numbers, 0.5]),
    )


def draw(ax: Axes, result: EffectsByBasis, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw the estimates and return their artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its place is divided into panels.
    result : EffectsByBasis
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    count = len(result.effects[0])
    grid = panels(ax, 1, count)
    artists: dict[str, list[Any]] = {"intervals": [], "estimates": [], "arrows": []}
    for k, place in enumerate(grid):
        for row, effects in enumerate(result.effects):
            _draw_row(place, len(result.series) - 1 - row, effects[k], result.reach, lang, artists)
        _dress(place, k, result, lang)
    legend(grid[0], columns=3)
    return artists


def _draw_row(
    ax: Axes, y: int, effect: evidence.Effect, reach: float, lang: str, artists: dict[str, list[Any]]
) -> None:
    colour = POSITIVE if effect.sign > 0 else NEGATIVE
    low, high = (-reach if effect.low is None else effect.low, reach if effect.high is None else effect.high)
    label = say("figure_interval", lang, level=f"{100 * effect.level:g}")
    artists["intervals"] += ax.plot([low, high], [y, y], color=INK["axis"], lw=1.4, zorder=2, label=label)
    for end, side in ((effect.low, -1), (effect.high, 1)):
        if end is None:
            artists["arrows"] += ax.plot(
                side * reach, y, marker="<" if side < 0 else ">", ms=5, color=INK["axis"], ls="none", clip_on=False,
                zorder=3, label=say("figure_open_end", lang),
            )  # fmt: skip
    face = colour if effect.bounded else "white"
    key = "figure_identified" if effect.bounded else "figure_not_identified"
    marker = "o" if effect.sign > 0 else "s"
    artists["estimates"] += ax.plot(
        effect.estimate, y, marker=marker, ms=5.5, mfc=face, mec=colour, mew=1.4, ls="none", zorder=4, clip_on=False,
        label=say(key, lang, sign=say("report_positive" if effect.sign > 0 else "report_negative", lang)),
    )  # fmt: skip


def _dress(ax: Axes, k: int, result: EffectsByBasis, lang: str) -> None:
    rows = len(result.series)
    ax.axvline(0, color=INK["threshold"], lw=0.8, zorder=1)
    ax.set(xlim=(-result.reach, result.reach), ylim=(-0.6, rows - 0.4))
    names = [fill(name[lang], 30 if lang == "en" else 22) for name in reversed(result.series)]
    ax.set_yticks(range(rows), labels=names if k == 0 else [""] * rows)
    ax.tick_params(axis="y", length=0, pad=9)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    name = result.effects[0][k].name
    ax.set_xlabel(f"{naming.symbol(result.model, name)}: {naming.described(result.model, name, lang, short=True)}")
