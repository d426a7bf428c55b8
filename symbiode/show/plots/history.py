"""Change over time: in windows that move along the series, the evidence for the sign of each effect, and the mode.

Comes in: a `History`, a fit or a model with data. Goes out: one panel per effect, the mode that each window names, and
the dated events by number with their key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from symbiode.errors import quote
from symbiode.inference.histories import History, history
from symbiode.inference.observations import Observations
from symbiode.show import naming
from symbiode.show.palette import INK, MODES, unit
from symbiode.show.plots._frame import PAGE, legend, panels, subject
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CEILING, FLOOR, MOST = 40.0, 3.0, 6
BLANK = {"fill": "#FFFFFF", "colour": "#9A9A9A"}


def size(result: History) -> tuple[float, float]:
    """Return the size of the figure: a panel per effect, the modes and the key below each other."""
    return PAGE, 1.15 + 1.35 * len(_pairs(result)) + 0.16 * -(-len(result.events) // 2)


def compute(model_or_result: object, *, observations: object = None, rows: int | None = None) -> History:
    """Return the history of a model, a fit, or itself.

    Parameters
    ----------
    model_or_result : History, Fit or Model
        A model brings its own data, or its own trajectory as if it were data.
    observations : Observations, optional
    rows : int, optional
        Of a window.

    Returns
    -------
    History
    """
    if isinstance(model_or_result, History):
        return model_or_result
    about = subject(model_or_result, observations)
    seen = observations or getattr(model_or_result, "observations", None)
    if seen is None and about.model.data is None:
        from symbiode.dynamics.simulation import simulate
        from symbiode.show.plots.series import horizon

        t = np.linspace(0, horizon(about.model), 24)
        names = tuple(one.name for one in about.model.units)
        seen = Observations(t=t, y=np.asarray(simulate(about.model, t, "initial").y), units=names)
    free = getattr(getattr(model_or_result, "problem", None), "names", None)
    least = min(12, len(seen.t)) if isinstance(seen, Observations) else None
    return history(about.model, seen, rows=rows or least, free=free, draws=0)  # type: ignore[arg-type]


def draw(ax: Axes, result: History, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw evidence, modes and events, and return their artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its place is divided into panels.
    result : History
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    pairs = _pairs(result)
    grid = _stack(ax, len(pairs))
    artists: dict[str, list[Any]] = {"roots": [], "tvalues": [], "limits": [], "modes": [], "events": []}
    for place, at in zip(grid, pairs, strict=False):
        _evidence(place, result, at, lang, artists)
    strip = grid[len(pairs)]
    _modes(strip, result, lang, artists)
    for place in grid:
        ends = [one.last for one in result.windows]
        step = np.diff(ends).min() if len(ends) > 1 else 1.0
        place.set_xlim(min(ends) - step, max(ends) + step)
        for side in ("top", "right"):
            place.spines[side].set_visible(False)
        _events(place, result, artists, numbered=place is grid[0])
    strip.set_xlabel(_caption(result, lang), linespacing=1.5)
    legend(grid[0], columns=4)
    return artists


def _stack(ax: Axes, count: int) -> list[Axes]:
    """Put a panel per effect and a low one for the modes in the place of one axes."""
    place = ax.get_subplotspec()
    if place is None:
        return panels(ax, count + 1, 1)
    ax.set_axis_off()
    grid = place.subgridspec(count + 1, 1, height_ratios=[1.0] * count + [0.28])
    return [ax.figure.add_subplot(grid[k]) for k in range(count + 1)]


def _pairs(result: History) -> list[tuple[int, int]]:
    """Return the effects shown, receiver and source: those of largest evidence where there are many."""
    size = np.nanmax([np.where(np.isfinite(w.roots), np.abs(w.roots), -1.0) for w in result.windows], axis=0)
    there = [(i, j) for i, j in np.ndindex(*size.shape) if size[i, j] >= 0]
    return sorted(sorted(there, key=lambda at: -size[at])[:MOST])


def _evidence(ax: Axes, result: History, at: tuple[int, int], lang: str, artists: dict[str, list[Any]]) -> None:
    look, t = unit(at[0]), [one.last for one in result.windows]
    roots, tvalues = (np.array([getattr(one, name)[at] for one in result.windows]) for name in ("roots", "tvalues"))
    limits = np.array([one.limit for one in result.windows])
    label = say("figure_history_limit", lang, level=f"{100 * result.level:g}")
    for side in (-1, 1):
        artists["limits"] += ax.plot(t, side * limits, color=INK["threshold"], lw=0.8, ls=(0, (4, 2)), label=label)
    ax.axhline(0, color=INK["axis"], lw=0.6)
    seen = [float(np.nanmax(np.abs(each), initial=0.0)) for each in (roots, tvalues, limits)]
    top = max(min(CEILING, 1.1 * max(seen)), FLOOR)  # what lies beyond leaves the axes
    artists["roots"] += ax.plot(
        t, roots, color=look["colour"], lw=1.3, marker=look["marker"], ms=3.4, zorder=4,
        label=say("figure_history_root", lang),
    )  # fmt: skip
    artists["tvalues"] += ax.plot(
        t, tvalues, color=INK["trajectory"], lw=0.9, ls=(0, (1.2, 1.2)), zorder=3,
        label=say("figure_history_t", lang),
    )  # fmt: skip
    ax.set_ylim(-1.06 * top, 1.06 * top)
    ax.locator_params(axis="y", nbins=5)
    ax.tick_params(labelbottom=False)
    names = [one.name for one in result.model.units]
    path = ".".join(map(quote, ("effects", names[at[0]], names[at[1]])))
    named = f"{naming.symbol(result.model, path)}  {naming.described(result.model, path, lang)}"
    ax.set_title(say("figure_history_panel", lang, effect=named), loc="left", pad=3)
    ax.set_ylabel(say("figure_history_axis", lang))


def _modes(ax: Axes, result: History, lang: str, artists: dict[str, list[Any]]) -> None:
    """Draw a box per window in the colour of the mode it names; white is undetermined."""
    named: set[str] = set()
    ends = [one.last for one in result.windows]
    width = np.diff(ends).min() if len(ends) > 1 else 1.0
    for one in result.windows:
        key = one.mode.value if one.mode else "history_undetermined"
        look = MODES.get(key, BLANK)
        label = None if key in named else say(key, lang)
        style: dict[str, Any] = {"facecolor": look["fill"], "edgecolor": look["colour"], "lw": 0.7, "label": label}
        artists["modes"].append(ax.bar(one.last, 1, width=0.86 * width, **style))
        named.add(key)
    ax.set(ylim=(0, 1), yticks=[])
    ax.spines["left"].set_visible(False)
    ax.set_title(say("figure_history_mode", lang), loc="left", pad=3)
    handles, labels = ax.get_legend_handles_labels()
    ax.legend(handles, labels, loc="lower right", bbox_to_anchor=(1, 1.0), ncols=4, borderaxespad=0.1)


def _events(ax: Axes, result: History, artists: dict[str, list[Any]], *, numbered: bool) -> None:
    low, high = ax.get_xlim()
    for k, event in enumerate(result.events, 1):
        if not low <= event.at <= high:
            continue
        artists["events"].append(ax.axvline(event.at, color=INK["threshold"], lw=0.6, ls=(0, (1, 1.6)), zorder=1))
        if numbered:
            artists["events"].append(
                ax.annotate(str(k), (event.at, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 3),
                            textcoords="offset points", ha="center", fontsize=6)
            )  # fmt: skip


def _caption(result: History, lang: str) -> str:
    """Return the label of the time axis with the key of the events below it."""
    axis = say("figure_history_end", lang, unit=naming.time_unit(result.model, lang), rows=result.rows)
    told = [f"{k}  {event.shown(lang)}" for k, event in enumerate(result.events, 1)]
    lines = ["     ".join(told[k : k + 2]) for k in range(0, len(told), 2)]
    return "\n".join([axis, *lines])
