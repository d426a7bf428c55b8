"""Basins of attraction: where each start settles, the separatrices, equilibria by type, and the smallest shocks.

Comes in: a model, a fit of one, or `Basins`. Goes out: areas of the plane of two units; with more units a slice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.basin import Basins, Shock, basins
from symbiode.dynamics.modes import Outcome
from symbiode.errors import Code, RefusedError, refused
from symbiode.render import significant
from symbiode.show.palette import INK, OUTCOMES, unit
from symbiode.show.plots import _labels
from symbiode.show.plots._areas import HATCHES, distinct, fill, rings
from symbiode.show.plots._frame import COLUMN, axis_label, draw_equilibria, legend, subject
from symbiode.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

Array = NDArray[np.float64]
Limits = tuple[float, float]
_TINT, _CELLS = 0.28, 400


def size(result: BasinFigure) -> tuple[float, float]:
    """Return the size of the figure: one journal column, square axes above the legend."""
    return COLUMN, 1.24 * COLUMN


@dataclass(frozen=True, kw_only=True)
class BasinFigure:
    """What a basin figure shows.

    Parameters
    ----------
    basins : Basins
    box : ((low, high), (low, high))
        Of the two units along the axes.
    areas : tuple of (position of the end, mask of shape (cell, cell), outline)
    """

    basins: Basins
    box: tuple[Limits, Limits]
    areas: tuple[tuple[int, NDArray[np.bool_], tuple[Array, ...]], ...]


def compute(
    model_or_result: object, *, region: Any = None, plane: Any = None, at: Any = None, cells: int | None = None,
    draws: int = 2000, seed: int = 0, shock: bool = True,
) -> BasinFigure:  # fmt: skip
    """Compute a basin figure; the options are those of `symbiode.basins`.

    Parameters
    ----------
    model_or_result : Model, Fit or Basins
    region, plane, at, cells, draws, seed, shock
        See `symbiode.basins`.

    Returns
    -------
    BasinFigure

    Raises
    ------
    RefusedError
        If the model has one unit, or its starts alone decide nothing.
    """
    found = model_or_result
    if not isinstance(found, Basins):
        model = subject(found).model
        found = basins(model, region=region, plane=plane, at=at, cells=cells, draws=draws, seed=seed, shock=shock)
    if found.grid.ndim != 2:
        raise RefusedError(refused(Code.NOT_SUPPORTED, "A map of basins needs two units or more."))
    names = [u.name for u in found.model.units]
    first, second = (found.region[names.index(name)] for name in found.plane)
    masks = [(k, found.grid == k) for k in np.unique(found.grid).tolist()]
    areas = tuple((k, mask, tuple(rings(mask, (first, second)))) for k, mask in masks)
    return BasinFigure(basins=found, box=(first, second), areas=areas)


def draw(ax: Axes, result: BasinFigure, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw basins and return the artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    result : BasinFigure
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    found, model = result.basins, result.basins.model
    names = [u.name for u in model.units]
    ax.set(xlim=result.box[0], ylim=result.box[1])
    ax.set_box_aspect(1)
    ax.set_xlabel(axis_label(model, names.index(found.plane[0]), lang))
    ax.set_ylabel(axis_label(model, names.index(found.plane[1]), lang))
    looks = _looks(found)
    planar = len(names) == 2
    artists: dict[str, list[Any]] = {
        "areas": [fill(ax, outline, looks[k]) for k, _, outline in result.areas],
        "separatrices": _draw_separatrices(ax, found, lang),
        "shocks": _draw_shocks(ax, found, lang) if planar else [],
        "equilibria": draw_equilibria(ax, found.equilibria, result.box, lang) if planar else [],
    }
    notes = [say("figure_illustrative", lang)] if model.illustrative else []
    labels = {u.name: u.shown(lang) for u in model.units}
    comma = ", " if lang == "en" else "，"
    notes += [comma.join(f"{labels[name]} = {significant(level, 3)}" for name, level in found.at)] if found.at else []
    if notes:
        ax.set_title("\n".join(notes), fontsize=7, color=INK["axis"], pad=4)
    legend(ax)
    finer = np.ones((max(1, _CELLS // len(found.x)),) * 2, bool)  # names need small cells to fit well
    written = [(np.kron(mask, finer), _name(found, k, lang)) for k, mask, _ in result.areas]
    seen = [(e.state[0], e.state[1]) for e in found.equilibria.equilibria] if planar else []
    near = [at for at in seen if all(a <= v <= b for v, (a, b) in zip(at, result.box, strict=True))]
    arrows = [np.array([found.fractions[s.start].state, s.state]) for s in _shown_shocks(found)] if planar else []
    artists["names"] = _labels.place(ax, written, result.box, avoid=near, clear=arrows)
    return artists


def _name(found: Basins, k: int, lang: str) -> str:
    end = found.fractions[k]
    name = end.name(found.model, lang)
    if end.exact:
        return say("basin_every", lang, name=name)
    return name + say("basin_percent", lang, share=f"{100 * end.fraction:.1f}")


def _looks(found: Basins) -> list[dict[str, str]]:
    """Return fill and hatch of each end: who stays alone in its own tint, other ends in the palette of outcomes."""
    looks: list[dict[str, str]] = []
    names = [u.name for u in found.model.units]
    for end in found.fractions:
        stay = end.survivors or ()
        if end.outcome is Outcome.EXCLUSION and len(stay) == 1:
            index = names.index(stay[0])
            look = {"fill": _tinted(unit(index)["colour"]), "hatch": HATCHES[1 + index % (len(HATCHES) - 1)]}
        else:
            look = {key: OUTCOMES[end.outcome.value][key] for key in ("fill", "hatch")}
        looks.append(dict(distinct(look, looks)))
    return looks


def _tinted(colour: str) -> str:
    channels = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(255 - _TINT * (255 - c)):02X}" for c in channels)


def _draw_separatrices(ax: Axes, found: Basins, lang: str) -> list[Any]:
    drawn: list[Any] = []
    for line in found.separatrices:
        label = None if drawn else say("figure_separatrix", lang)
        drawn += ax.plot(*line.curve.T, color=INK["separatrix"], lw=1.3, zorder=3.5, label=label)
    return drawn


def _draw_shocks(ax: Axes, found: Basins, lang: str) -> list[Any]:
    """Draw the smallest shock in the states' own measure from each end as an arrow, numbered if there are several."""
    shown = _shown_shocks(found)
    numbers = [f"{k + 1}" if len(shown) > 1 else "" for k in range(len(shown))]
    drawn: list[Any] = [_arrow(ax, found.fractions[s.start].state or (), s.state) for s in shown]
    for number, s in zip(numbers, shown, strict=True):
        _numbered(ax, found.fractions[s.start].state or (), s.state, number)
    told = [("≤ " if s.upper_bound else "") + significant(s.size, 3) for s in shown]
    sizes = [f"({number}) {size}" if number else size for number, size in zip(numbers, told, strict=True)]
    if drawn:
        label = say("basin_arrow", lang, sizes=(", " if lang == "en" else "、").join(sizes))
        drawn += ax.plot([], [], color="black", lw=1.2, marker=">", ms=4, label=label)
    return drawn


def _numbered(ax: Axes, start: Sequence[float], end: Sequence[float], number: str) -> None:
    """Write a number beside the middle of an arrow."""
    (x0, y0), (x1, y1) = ax.transData.transform([start[:2], end[:2]])
    across = np.array([y0 - y1, x1 - x0]) / max(float(np.hypot(x1 - x0, y1 - y0)), 1e-9) * 6
    at = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    centred: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 7, "zorder": 6}
    ax.annotate(number, at, tuple(across), textcoords="offset points", **centred)


def _shown_shocks(found: Basins) -> list[Shock]:
    """Return the shocks of all units together from a state at rest, in the states' own measure."""
    whole = [s for s in found.shocks if not s.unit and s.measure == "absolute"]
    return [s for s in whole if found.fractions[s.start].state is not None]


def _arrow(ax: Axes, start: Sequence[float], end: Sequence[float]) -> Any:
    style = {"arrowstyle": "-|>,head_length=0.45,head_width=0.2", "lw": 1.2, "color": "black"}
    ends = (end[0], end[1]), (start[0], start[1])
    return ax.annotate("", *ends, arrowprops=style | {"shrinkA": 0, "shrinkB": 0}, zorder=5, annotation_clip=False)
