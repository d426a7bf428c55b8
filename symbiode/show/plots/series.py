"""Levels over time: data, fitted trajectory with its band, and the years ahead; or a trajectory alone.

Comes in: a fit, a trajectory, or a model. Goes out: one panel per unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.show.naming import time_unit
from symbiode.show.palette import INK, unit
from symbiode.show.plots._frame import PAGE, Subject, axis_label, illustrative_note, legend, panels, subject
from symbiode.system.model import Model
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
COLUMNS = 2
POINTS = 120


def size(result: Series) -> tuple[float, float]:
    """Return the size of the figure: two panels in a row."""
    rows = -(-len(result.model.units) // COLUMNS)
    return PAGE, 0.35 + 2.1 * rows


@dataclass(frozen=True, kw_only=True)
class Series:
    """What a figure of series shows.

    Parameters
    ----------
    model : Model
    t : array, shape (time,)
        Times of the curve.
    y : array, shape (time, unit)
        The fitted or simulated trajectory; NaN where it ran away.
    low, high : array, shape (time, unit), or None
        The band.
    level : float
        Of the band.
    last : float
        The last time of the data; the curve beyond is a forecast.
    data_t, data : arrays of shape (point,), (point, unit), or None
    measured_in : tuple of str
    """

    model: Model
    t: Array
    y: Array
    low: Array | None = None
    high: Array | None = None
    level: float = 0.95
    last: float = np.inf
    data_t: Array | None = None
    data: Array | None = None
    measured_in: tuple[str, ...] = ()


def compute(model_or_result: object, *, ahead: float | None = None, level: float = 0.95) -> Series:
    """Compute the curves.

    Parameters
    ----------
    model_or_result : Fit, Trajectory or Model
        A fit brings data and band; a model is simulated from its own initial levels.
    ahead : float, optional
        How far beyond the data a fit is drawn, in the model's time unit; a fifth of the span by default.
    level : float
        Of the band, in (0, 1).

    Returns
    -------
    Series
    """
    about = subject(model_or_result)
    given: Any = model_or_result
    if hasattr(given, "get_forecast"):
        return _of_fit(given, about, ahead, level)
    if isinstance(given, Model):
        from symbiode.dynamics.simulation import simulate

        given = simulate(given, np.linspace(0, horizon(given), POINTS), "initial")
    return Series(model=about.model, t=np.asarray(given.t, float), y=np.asarray(given.y, float))


def _of_fit(fit: Any, about: Subject, ahead: float | None, level: float) -> Series:
    assert about.t is not None
    first, last = float(about.t[0]), float(about.t[-1])
    beyond = (last - first) / 5 if ahead is None else ahead
    times = np.unique(np.concatenate([np.linspace(first, last, POINTS), np.linspace(last, last + beyond, POINTS // 4)]))
    told = fit.get_forecast(times, level=level, force=True)
    bands = (np.where(np.isfinite(frame.to_numpy()), frame.to_numpy(), np.nan) for frame in (told.low, told.high))
    low, high = bands
    return Series(
        model=about.model, t=times, y=told.predicted_mean.to_numpy(), low=low, high=high, level=level, last=last,
        data_t=about.t, data=about.y, measured_in=about.measured_in,
    )  # fmt: skip


def horizon(model: Model) -> float:
    """Return a time after which most is over: eight times the slowest own time scale."""
    rates = [abs(float(model.values[p.symbol])) for p in model.parameters if p.path[-1] == "growth"]
    slowest = min((rate for rate in rates if rate > 0), default=1.0)
    return 8 / slowest


def draw(ax: Axes, result: Series, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw the series and return the artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its place is divided into one panel per unit.
    result : Series
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    count = len(result.model.units)
    columns = min(COLUMNS, count)
    grid = panels(ax, -(-count // columns), columns)
    artists: dict[str, list[Any]] = {"data": [], "curve": [], "band": [], "forecast": []}
    for i, place in enumerate(grid[:count]):
        _draw_unit(place, i, result, lang, artists)
    for place in grid[count:]:
        place.set_axis_off()
    legend(grid[0], columns=4, note=illustrative_note(result.model, lang))
    return artists


def _draw_unit(ax: Axes, i: int, result: Series, lang: str, artists: dict[str, list[Any]]) -> None:
    look = unit(i)
    seen, beyond = result.t <= result.last, result.t >= result.last
    fitted = result.data is not None
    if result.low is not None and result.high is not None:
        label = say("figure_band", lang, level=f"{100 * result.level:g}")
        band = ax.fill_between(
            result.t, result.low[:, i], result.high[:, i], color=look["colour"], alpha=0.16, lw=0, label=label
        )
        artists["band"].append(band)
    name = say("figure_fit" if fitted else "figure_trajectory", lang)
    artists["curve"] += ax.plot(result.t[seen], result.y[seen, i], color=look["colour"], lw=1.5, label=name)
    if fitted and beyond.sum() > 1:
        artists["forecast"] += ax.plot(
            result.t[beyond], result.y[beyond, i], color=look["colour"], lw=1.5, ls=(0, (3, 1.6)),
            label=say("figure_forecast", lang),
        )  # fmt: skip
    if result.data is not None and result.data_t is not None:
        artists["data"] += ax.plot(
            result.data_t, result.data[:, i], ls="none", marker=look["marker"], ms=3.2, mfc="white", mec=INK["data"],
            mew=0.8, zorder=4, label=say("figure_observed", lang),
        )  # fmt: skip
    ax.set_title(result.model.units[i].shown(lang), pad=4)
    label = axis_label(result.model, i, lang, result.measured_in)
    ax.set_ylabel(label)
    ax.set_xlabel(time_unit(result.model, lang))
    ax.set(xlim=(result.t[0], result.t[-1]), ylim=(0, _top(result, i)))
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def _top(result: Series, i: int) -> float:
    """Return the top of a panel: all data and the curve; a band that runs away is cut."""
    curve = result.y[:, i][np.isfinite(result.y[:, i])]
    seen = result.data[:, i][np.isfinite(result.data[:, i])] if result.data is not None else np.array([])
    main = float(max([*curve, *seen, 0.0]))
    if result.high is None:
        return 1.06 * main
    band = result.high[:, i][np.isfinite(result.high[:, i])]
    return float(min(1.06 * max([*band, main]), 1.7 * main))

