"""What stands around the units of the framework figure: the environment with its levels, the interface with its wall.

Comes in: a model and where the picture begins and ends, in inches. Goes out: artists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symbiode.errors import quote
from symbiode.render import width
from symbiode.show.naming import plain
from symbiode.show.palette import INK
from symbiode.system.laws import Parameter
from symbiode.system.model import Model
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDE, GATE, HEAD, FOOT = 6.66, 1.66, 0.42, 0.12
PAPER = "#F3F6F1"
LETTER = 0.0515  # inches of half a Chinese character at the size of labels


def frame(ax: Axes, corner: tuple[float, float], wide: float, high: float, *, round_: float, **look: Any) -> Any:
    """Draw a rectangle with round corners."""
    from matplotlib.patches import FancyBboxPatch

    style = f"round,pad=0,rounding_size={min(round_, high / 2)}"
    return ax.add_patch(FancyBboxPatch(corner, wide, high, boxstyle=style, **look))


def environment(ax: Axes, model: Model, top: float, lang: str) -> Any:
    """Draw the surrounding frame with the levels of the environment in its head."""
    drawn = frame(ax, (0.02, 0.02), WIDE - 0.04, top + HEAD - 0.04, round_=0.16, facecolor=PAPER, lw=1.1,
                   edgecolor="#6B7F63", zorder=0)  # fmt: skip
    told = say("framework_environment", lang)
    y = top + HEAD - 0.2
    ax.text(0.16, y, told, va="center", fontsize=8.5, color="#3F5138")
    x = 0.16 + 1.25 * LETTER * width(told) + 0.3
    for p in _named(model, "environment"):
        name = say(f"framework_{p.element.split('.')[1]}", lang)
        ax.text(x, y, name, va="center", fontsize=7)
        x += LETTER * width(name) + 0.07
        x += level(ax, model, p, x, y) + 0.28
    return drawn


def level(ax: Axes, model: Model, p: Parameter, x: float, y: float, *, bar: float = 0.34) -> float:
    """Draw a value as a bar from its lower to its upper bound, then as a number; return how wide that is."""
    value = float(model.values[p.symbol])
    low, high = (float(end) if end is not None else usual for end, usual in ((p.lower, 0.0), (p.upper, 1.0)))
    share = min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.0
    look = {"ec": INK["axis"], "lw": 0.6, "zorder": 6}
    ax.add_patch(rectangle(x, y - 0.035, bar, 0.07, fc="#FFFFFF", **look))
    ax.add_patch(rectangle(x, y - 0.035, bar * share, 0.07, fc=INK["axis"], **look))
    told = plain(value, 3)
    ax.text(x + bar + 0.05, y, told, va="center", fontsize=7, zorder=6)
    return bar + 0.05 + LETTER * width(told)


def rectangle(x: float, y: float, wide: float, high: float, **look: Any) -> Any:
    """Return a rectangle, not yet drawn."""
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), wide, high, **look)


def _named(model: Model, part: str) -> list[Parameter]:
    return [p for p in model.parameters if p.element.split(".")[0] == part]


def interface(ax: Axes, model: Model, opening: float, ends: tuple[float, float], lang: str) -> list[Any]:
    """Draw the wall with its opening, the channels of the interface above it, what hinders below it."""
    top = ends[0]
    x, (low, high) = WIDE / 2, wall(model, ends)
    above = [(say(f"framework_{p.element.split('.')[1]}", lang), p) for p in _named(model, "interface")]
    below = [(_where(model, p, lang), p) for part in ("barrier", "leakage", "mobility")
             for p in _named(model, part)]  # fmt: skip
    ax.text(x, top - 0.1, say("framework_interface", lang), ha="center", va="center", fontsize=8.5, zorder=6)
    rows = [(top - 0.28 - 0.15 * k, *row) for k, row in enumerate(above)]
    rows += [(low - 0.13 - 0.15 * k, *row) for k, row in enumerate(below)]
    for y, told, p in rows:
        fit = min(6.5, 6.5 * (GATE - 0.72) / (0.93 * LETTER * width(told)))
        ax.text(x + 0.1, y, told, ha="right", va="center", fontsize=fit, zorder=5,
                bbox={"fc": PAPER, "ec": "none", "pad": 0.6})  # fmt: skip
        level(ax, model, p, x + 0.16, y, bar=0.26)
    middle, half = (low + high) / 2, opening * (high - low) / 2
    look = {"fc": "#DADADA", "ec": INK["border"], "lw": 0.8, "hatch": "////", "zorder": 3}
    pieces = [(low, middle - half - low), (middle + half, high - middle - half)]
    return [ax.add_patch(rectangle(x - 0.05, y, 0.1, tall, **look)) for y, tall in pieces if tall > 0]


def wall(model: Model, ends: tuple[float, float]) -> tuple[float, float]:
    """Return where the wall ends, below and above, between the two lists of values."""
    above = len(_named(model, "interface"))
    below = sum(len(_named(model, part)) for part in ("barrier", "leakage", "mobility"))
    return ends[1] + 0.02 + 0.15 * below, ends[0] - 0.26 - 0.15 * above


def _where(model: Model, p: Parameter, lang: str) -> str:
    """Return what a barrier or leakage is, and of which region: the one that receives, or stands at every end."""
    what = say(f"framework_{p.element}", lang)
    where = {unit.name: unit.region for unit in model.units}
    ends = [(where[q.path[1]], where[q.path[2]]) for q in model.parameters
            if q.path[0] == "effects" and p.symbol in q.value.free_symbols]  # fmt: skip
    into = {receiver for receiver, _ in ends}
    common = set.intersection(*(set(pair) for pair in ends)) if ends else set()
    if len(_named(model, p.element)) == 1 or not (len(into) == 1 or len(common) == 1):
        return what if len(_named(model, p.element)) == 1 else quote(p.path[-1])
    region = next(iter(into if len(into) == 1 else common))
    told = dict(dict(model.regions).get(region, ())).get(lang, region)
    key = "of" if p.element == "leakage" else "into" if len(into) == 1 else "at"
    return say(f"framework_{key}", lang, what=what, region=told)
