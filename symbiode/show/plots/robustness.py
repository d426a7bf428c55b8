"""The effects under every other choice that could have been made: does the message stay?

Comes in: a `Robustness`, or a `Fit` to make one of. Goes out: one panel per effect, one row per choice; single years
left out share a row. An estimate whose interval is withheld, most often on the bound of the search, is hollow.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

from symbiode.errors import InvalidValueError
from symbiode.inference.robustness import Robustness, Variant, robustness, told
from symbiode.show import naming
from symbiode.show.palette import INK
from symbiode.show.plots._frame import PAGE, legend, panels
from symbiode.show.plots.effects_by_basis import NEGATIVE, POSITIVE
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDEST = 4.5


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What the figure shows.

    Parameters
    ----------
    found : Robustness
    rows : tuple of tuple of Variant
        From top to bottom; more than one where single refits share a row.
    reach : float
        The largest size shown; longer intervals are cut there.
    """

    found: Robustness
    rows: tuple[tuple[Variant, ...], ...]
    reach: float


def size(result: Rows) -> tuple[float, float]:
    """Return the size of the figure: a line per choice."""
    return PAGE, 1.5 + 0.3 * len(result.rows)


def compute(model_or_result: object) -> Rows:
    """Collect the rows.

    Parameters
    ----------
    model_or_result : Robustness or Fit

    Returns
    -------
    Rows

    Raises
    ------
    InvalidValueError
        If it is neither, or no effect was estimated.
    """
    given: Any = model_or_result
    if not isinstance(given, Robustness):
        if not hasattr(given, "estimate"):
            raise InvalidValueError("robustness", type(given).__name__, "a Robustness or a Fit")
        given = robustness(given)
    if not given.effects:
        raise InvalidValueError("robustness", "no effect", "a fit that estimates at least one effect")
    years = tuple(v for v in given.variants if v.kind == "year")
    rows = [(v,) for v in given.variants if v.kind != "year"] + ([years] if years else [])
    largest = max(abs(d) for v in given.variants for d in v.effects)
    return Rows(found=given, rows=tuple(rows), reach=1.12 * min(max(largest, 0.5), _WIDEST))


def draw(ax: Axes, result: Rows, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw the estimates and return their artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its place is divided into panels.
    result : Rows
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    grid = panels(ax, 1, len(result.found.effects))
    artists: dict[str, list[Any]] = {"intervals": [], "estimates": []}
    for k, place in enumerate(grid):
        for y, row in enumerate(reversed(result.rows)):
            for variant in row:
                _draw_one(place, y, variant, k, result.reach, lang, artists)
        _dress(place, k, result, lang)
    legend(grid[0], columns=2)
    return artists


def _draw_one(
    ax: Axes, y: int, variant: Variant, k: int, reach: float, lang: str, artists: dict[str, list[Any]]
) -> None:
    value, low, high = variant.effects[k], variant.low[k], variant.high[k]
    positive = value > 0
    colour = POSITIVE if positive else NEGATIVE
    known = low is not None and high is not None
    if low is not None and high is not None:
        ends = [max(low, -reach), min(high, reach)]
        label = say("robust_wald", lang)
        artists["intervals"] += ax.plot(ends, [y, y], color=INK["axis"], lw=1.2, zorder=2, label=label)
    sign = say("report_positive" if positive else "report_negative", lang)
    key = "robust_estimate" if known or variant.status == "ok" else "robust_withheld"
    artists["estimates"] += ax.plot(
        min(max(value, -reach), reach), y, marker="o" if positive else "s", ms=5, mec=colour, mew=1.3, ls="none",
        mfc="white" if key == "robust_withheld" else colour, alpha=0.55 if variant.kind == "year" else 1.0, zorder=4,
        clip_on=False, label=say(key, lang, sign=sign) if variant.kind != "year" else None,
    )  # fmt: skip


def _dress(ax: Axes, k: int, result: Rows, lang: str) -> None:
    rows, found = len(result.rows), result.found
    ax.axvline(0, color=INK["threshold"], lw=0.8, zorder=1)
    ax.set(xlim=(-result.reach, result.reach), ylim=(-0.6, rows - 0.4))
    names = [fill(_name(row, found, lang), 44 if lang == "en" else 26) for row in reversed(result.rows)]
    ax.set_yticks(range(rows), labels=names if k == 0 else [""] * rows)
    ax.tick_params(axis="y", length=0, pad=9)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    name = found.effects[k]
    symbol = naming.symbol(found.model, name)
    ax.set_xlabel(f"{symbol}: {naming.described(found.model, name, lang, short=True)}")
    share = f"{100 * found.sign_stability[name]:.0f} %"
    ax.set_title(say("robust_sign_kept", lang, share=share), loc="left", fontsize="medium")


def _name(row: tuple[Variant, ...], found: Robustness, lang: str) -> str:
    first = row[0]
    if first.kind == "year":
        return say("robust_years", lang, count=len(row))
    what = told(first.name, lang, found.model)
    kind = say(f"robust_{first.kind}", lang)
    return say("robust_row", lang, kind=kind, what=what) if what else kind
