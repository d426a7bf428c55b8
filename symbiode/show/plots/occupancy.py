"""How many paths of a pair with noise are in each mode as time goes on: areas that add up to all of them.

Comes in: an ensemble, an occupancy, or a model of two or more units. Goes out: one panel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from symbiode.dynamics.modes.residence import Occupancy
from symbiode.dynamics.modes.residence import occupancy as occupied
from symbiode.show.naming import time_unit
from symbiode.show.palette import INK, MODES
from symbiode.show.plots._frame import COLUMN, illustrative_note, legend
from symbiode.show.plots.ensemble import MEMBERS, members_of
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def size(result: Occupancy) -> tuple[float, float]:
    """Return the size of the figure: one column wide."""
    return COLUMN, 0.9 * COLUMN


def compute(
    model_or_result: object, *, pair: tuple[str, str] | None = None, members: int = MEMBERS, until: float | None = None,
    seed: int = 0,
) -> Occupancy:  # fmt: skip
    """Compute the shares.

    Parameters
    ----------
    model_or_result : Occupancy, Ensemble, Model, or another result that carries a model
        A model is followed from its own initial levels.
    pair : (str, str), optional
        The first two units by default.
    members : int
        How many paths of a model.
    until : float, optional
        The last time, in the model's time unit.
    seed : int

    Returns
    -------
    Occupancy
    """
    if isinstance(model_or_result, Occupancy):
        return model_or_result
    return occupied(members_of(model_or_result, members=members, until=until, seed=seed), pair)


def draw(ax: Axes, result: Occupancy, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw the areas and return the artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    result : Occupancy
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    below, artists = np.zeros(len(result.t)), []
    mean = result.mean
    for k, mode in enumerate(result.modes):
        share = np.nan_to_num(result.shares[:, k])
        if share.max(initial=0.0) == 0:
            continue
        label = say("figure_time_share", lang, mode=say(mode.value, lang), share=f"{100 * mean[mode]:.0f}")
        look = MODES[mode.value]
        artists.append(
            ax.fill_between(result.t, below, below + share, facecolor=look["fill"], edgecolor=look["colour"], lw=0.6,
                            label=label)
        )  # fmt: skip
        below = below + share
    since = ax.axvline(result.since, color=INK["threshold"], lw=0.8, ls=(0, (4, 2)))
    labels = {unit.name: unit.shown(lang) for unit in result.model.units}
    ax.set_title(say("figure_occupancy", lang, first=labels[result.pair[0]], second=labels[result.pair[1]]), pad=4)
    ax.set_ylabel(say("figure_share_of_paths", lang))
    ax.set_xlabel(time_unit(result.model, lang))
    ax.set(xlim=(result.t[0], result.t[-1]), ylim=(0, 1))
    legend(ax, columns=2, note=illustrative_note(result.model, lang))
    return {"area": artists, "since": [since]}
