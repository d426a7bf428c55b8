"""Which mode every pair of a panel is in, with its probability; hatched where the panel does not say.

Comes in: a `Pooled`. Goes out: half a matrix, one cell a pair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symbiode.errors import InvalidValueError
from symbiode.inference.pooling import Pooled
from symbiode.show.palette import INK, MODES
from symbiode.show.plots._frame import PAGE, legend
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def size(result: Pooled) -> tuple[float, float]:
    """Return the size of the figure: a row per unit."""
    return PAGE, 1.6 + 0.36 * len(result.units)


def compute(model_or_result: object) -> Pooled:
    """Return the pooled panel.

    Parameters
    ----------
    model_or_result : Pooled
        From `pool`.

    Raises
    ------
    InvalidValueError
        If it is something else.
    """
    if not isinstance(model_or_result, Pooled):
        raise InvalidValueError("pair_matrix", type(model_or_result).__name__, "a Pooled, from pool()")
    return model_or_result


def draw(ax: Axes, result: Pooled, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw one cell a pair, its colour the likeliest mode, its number the probability in percent.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    result : Pooled
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    from matplotlib.patches import Rectangle

    artists: dict[str, list[Any]] = {"cells": [], "probabilities": []}
    names = [label[lang] for label in result.labels]
    place = {name: k for k, name in enumerate(result.units)}
    order = list(MODES)
    for pair in sorted(result.modes, key=lambda each: order.index(each.leading.value)):
        j, i = sorted(place[name] for name in pair.pair)
        named = pair.mode is not None
        look = MODES[pair.leading.value]
        cell = Rectangle(
            (j - 0.47, i - 0.47), 0.94, 0.94, facecolor=look["fill"] if named else "white", edgecolor=look["colour"],
            hatch=None if named else "////", lw=0.8, alpha=1 if named else 0.9, label=say(pair.leading.value, lang),
        )  # fmt: skip
        artists["cells"].append(ax.add_patch(cell))
        artists["probabilities"].append(ax.text(
            j, i, f"{100 * pair.probability:.0f}", ha="center", va="center", fontsize=7.5, color=INK["text"],
            bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none"},
        ))  # fmt: skip
    count = len(names)
    ax.set(xlim=(-0.6, count - 1.4), ylim=(count - 0.4, 0.4))
    ax.set_xticks(range(count - 1), labels=names[:-1], rotation=35, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(1, count), labels=names[1:])
    ax.tick_params(length=0)
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
    title = say("pool_cell", lang)
    undetermined = any(pair.mode is None for pair in result.modes)
    ax.set_title(f"{title}; {say('pool_hatched', lang)}" if undetermined else title, fontsize=9, loc="left")
    legend(ax, columns=4)
    return artists
