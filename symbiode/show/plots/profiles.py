"""Profile likelihood of every coefficient: where the data limit it, and where they do not.

Comes in: a fit. Goes out: one panel per coefficient with the distance from the best fit, the threshold of the interval,
and the reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.errors import InvalidValueError
from symbiode.show import evidence, naming
from symbiode.show.palette import INK, unit
from symbiode.show.plots._frame import PAGE, legend, panels, plain_log
from symbiode.system.model import Model, split_path
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
COLUMNS = 4
CEILING = 2.6


def size(result: Profiles) -> tuple[float, float]:
    """Return the size of the figure: four panels in a row."""
    rows = -(-len(result.panels) // COLUMNS)
    return PAGE, 0.3 + 1.55 * rows


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One profile.

    Parameters
    ----------
    name : str
        Key path of the coefficient.
    values, distance : array, shape (point,)
        Values tried; size of the signed root of the rise of the sum of squares, in units of Student t.
    estimate : float
    low, high : float or None
        Ends of the interval.
    reading : str
    positive : bool
        Whether only positive values make sense.
    """

    name: str
    values: Array
    distance: Array
    estimate: float
    low: float | None
    high: float | None
    reading: str
    positive: bool


@dataclass(frozen=True, kw_only=True)
class Profiles:
    """All profiles of a fit; `threshold` is the Student t of `level`."""

    model: Model
    panels: tuple[Panel, ...]
    level: float
    threshold: float


def compute(model_or_result: object) -> Profiles:
    """Collect the profiles of a fit.

    Parameters
    ----------
    model_or_result : Fit

    Returns
    -------
    Profiles

    Raises
    ------
    InvalidValueError
        If there are no profiles.
    """
    from scipy import stats

    fit: Any = model_or_result
    if getattr(fit, "profiles", None) is None:
        raise InvalidValueError("profiles", type(fit).__name__, "a Fit")
    found = evidence.profiles_of(fit)
    levels = {profile.level for profile in found.values()}
    level = max(levels)
    shown = tuple(
        Panel(
            name=name, values=np.asarray(p.values, float), distance=np.abs(np.asarray(p.signed_root, float)),
            estimate=float(p.estimate), low=p.low, high=p.high, reading=p.reading.value,
            positive=split_path(name)[-1] in ("growth", "capacity", "initial") and split_path(name)[0] != "effects",
        )
        for name, p in found.items()
    )  # fmt: skip
    threshold = float(stats.t.ppf((1 + level) / 2, fit.df_resid))
    return Profiles(model=fit.model, panels=shown, level=level, threshold=threshold)


def draw(ax: Axes, result: Profiles, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw profiles and return their artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its place is divided into panels.
    result : Profiles
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    rows = -(-len(result.panels) // COLUMNS)
    grid = panels(ax, rows, min(COLUMNS, len(result.panels)))
    artists: dict[str, list[Any]] = {"curves": [], "thresholds": [], "estimates": [], "intervals": []}
    for place, panel in zip(grid, result.panels, strict=False):
        _draw_panel(place, panel, result, lang, artists)
    for place in grid[len(result.panels) :]:
        place.set_axis_off()
    figure: Any = ax.figure
    figure.supylabel(say("figure_profile_axis", lang), fontsize=7.5)
    legend(grid[0], columns=4)
    return artists


def _draw_panel(ax: Axes, panel: Panel, result: Profiles, lang: str, artists: dict[str, list[Any]]) -> None:
    path = split_path(panel.name)
    units = [u.name for u in result.model.units]
    owner = path[1] if path[0] == "effects" else path[0]
    colour = unit(units.index(owner))["colour"] if owner in units else INK["text"]
    top = CEILING * result.threshold
    order = np.argsort(panel.values)
    x, y = panel.values[order], np.minimum(panel.distance[order], 4 * top)
    artists["curves"] += ax.plot(x, y, color=colour, lw=1.2, marker=".", ms=2.6)
    percent = f"{100 * result.level:g}"
    limit = say("figure_threshold", lang, level=percent)
    artists["thresholds"].append(
        ax.axhline(result.threshold, color=INK["threshold"], lw=0.8, ls=(0, (4, 2)), label=limit)
    )
    artists["estimates"] += ax.plot(
        panel.estimate, 0, marker="o", ms=4, color=colour, clip_on=False, zorder=5, ls="none", label=None
    )
    ax.set(ylim=(0, top), xlim=_limits(panel, x, y, top))
    if panel.positive and x[0] > 0 and x[-1] > 8 * x[0]:
        ax.set_xscale("log")
        plain_log(ax.xaxis)
    else:
        ax.locator_params(axis="x", nbins=4)
    ax.locator_params(axis="y", nbins=4)
    low, high = ax.get_xlim()
    ends = (low if panel.low is None else panel.low, high if panel.high is None else panel.high)
    artists["intervals"].append(ax.axvspan(*ends, color=colour, alpha=0.12, lw=0))
    ax.tick_params(labelsize=6)
    words = naming.described(result.model, panel.name, lang, short=True)
    named = f"{naming.symbol(result.model, panel.name)}  {words}"
    ax.set_title(named, fontsize=6.8, pad=11)
    ax.text(0, 1.03, say(f"reading_{panel.reading}", lang), transform=ax.transAxes, fontsize=6.2, color=INK["axis"])


def _limits(panel: Panel, x: Array, y: Array, top: float) -> tuple[float, float]:
    """Return the part of the axis where the curve is inside the panel, with the whole search where it is flat."""
    inside = x[y <= top]
    low, high = (float(inside.min()), float(inside.max())) if len(inside) > 1 else (float(x[0]), float(x[-1]))
    return (low, high) if high > low else (low - 1, high + 1)
