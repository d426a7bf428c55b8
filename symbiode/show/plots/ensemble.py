"""Many paths of a model with noise: the median over time, bands of half and nine tenths of them, one path as it is.

Comes in: an ensemble, or a model. Goes out: one panel per unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.simulation import Ensemble, ensemble
from symbiode.show.naming import time_unit
from symbiode.show.palette import INK, unit
from symbiode.show.plots._frame import PAGE, axis_label, illustrative_note, legend, panels, subject
from symbiode.show.plots.series import COLUMNS, horizon
from symbiode.system.model import Model
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
MEMBERS, POINTS = 200, 121
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, kw_only=True)
class Fan:
    """What a figure of many paths shows.

    Parameters
    ----------
    model : Model
    t : array, shape (time,)
    quantiles : array, shape (level, time, unit)
        At the levels .05, .25, .5, .75 and .95 of the members that are there; NaN where fewer than half are.
    one : array, shape (time, unit)
        The first member.
    members : int
    """

    model: Model
    t: Array
    quantiles: Array
    one: Array
    members: int


def size(result: Fan) -> tuple[float, float]:
    """Return the size of the figure: two panels in a row."""
    return PAGE, 0.35 + 2.1 * -(-len(result.model.units) // COLUMNS)


def members_of(model_or_result: object, *, members: int, until: float | None, seed: int) -> Ensemble:
    """Return the ensemble that was given, or paths of a model from its own start."""
    if isinstance(model_or_result, Ensemble):
        return model_or_result
    model = subject(model_or_result).model
    times = np.linspace(0, horizon(model) if until is None else until, POINTS)
    return ensemble(model, members=members, times=times, rtol=1e-2, seed=seed)


def compute(
    model_or_result: object, *, members: int = MEMBERS, until: float | None = None, seed: int = 0
) -> Fan:
    """Compute the quantiles.

    Parameters
    ----------
    model_or_result : Ensemble, or Model, or another result that carries a model
        A model is followed from its own initial levels.
    members : int
        How many paths of a model.
    until : float, optional
        The last time, in the model's time unit.
    seed : int

    Returns
    -------
    Fan
    """
    run = members_of(model_or_result, members=members, until=until, seed=seed)
    enough = np.isfinite(run.y).mean(axis=0) >= 0.5
    shown = np.where(enough, np.nan_to_num(run.y, nan=np.inf), 0.0)
    quantiles = np.where(enough, np.quantile(shown, LEVELS, axis=0, method="lower"), np.nan)
    return Fan(
        model=run.model, t=run.t, quantiles=np.where(np.isfinite(quantiles), quantiles, np.nan), one=run.y[0],
        members=len(run.y),
    )  # fmt: skip


def draw(ax: Axes, result: Fan, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw the fan and return the artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its place is divided into one panel per unit.
    result : Fan
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    count = len(result.model.units)
    columns = min(COLUMNS, count)
    grid = panels(ax, -(-count // columns), columns)
    artists: dict[str, list[Any]] = {"band": [], "median": [], "path": []}
    for i, place in enumerate(grid[:count]):
        _draw_unit(place, i, result, lang, artists)
    for place in grid[count:]:
        place.set_axis_off()
    legend(grid[0], columns=4, note=illustrative_note(result.model, lang))
    return artists


def _draw_unit(ax: Axes, i: int, result: Fan, lang: str, artists: dict[str, list[Any]]) -> None:
    look, levels = unit(i), result.quantiles[:, :, i]
    for low, high, alpha in ((0, 4, 0.16), (1, 3, 0.26)):
        label = say("figure_paths_band", lang, level=f"{100 * (LEVELS[high] - LEVELS[low]):g}")
        artists["band"].append(
            ax.fill_between(result.t, levels[low], levels[high], color=look["colour"], alpha=alpha, lw=0, label=label)
        )
    artists["path"] += ax.plot(
        result.t, result.one[:, i], color=INK["trajectory"], lw=0.7, label=say("figure_paths_one", lang)
    )
    artists["median"] += ax.plot(
        result.t, levels[2], color=look["colour"], lw=1.7, label=say("figure_paths_median", lang, count=result.members)
    )
    ax.set_title(result.model.units[i].shown(lang), pad=4)
    ax.set_ylabel(axis_label(result.model, i, lang))
    ax.set_xlabel(time_unit(result.model, lang))
    seen = levels[np.isfinite(levels)]
    ax.set(xlim=(result.t[0], result.t[-1]), ylim=(0, 1.06 * max([*seen, 1e-300])))
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
