"""What every figure shares: its subject, its labels in a language, its legend.

Comes in: a model or a result. Goes out: the model behind it with the observations, and texts for axes.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.errors import InvalidValueError, quote
from symbiode.render import width
from symbiode.show.fonts import COLUMN, OWN, PAGE
from symbiode.show.naming import described, measured, symbol
from symbiode.show.palette import STABILITIES
from symbiode.system.model import Model, split_path
from symbiode.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from symbiode.dynamics.equilibrium import EquilibriumSet

__all__ = [
    "COLUMN", "PAGE", "Subject", "axis_effect", "axis_label", "axis_value", "draw_equilibria", "legend", "measure",
    "panels", "plain_log", "subject",
]  # fmt: skip



@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a figure is about.

    Parameters
    ----------
    model : Model
        The model, or the fitted model of a fit.
    result : object
        What was given.
    t, y : arrays of shape (time,), (time, unit), or None
        Observations, in the model's units.
    measured_in : tuple of str, shape (unit,), or ()
        What the observations are measured in.
    """

    model: Model
    result: object
    t: NDArray[np.float64] | None = None
    y: NDArray[np.float64] | None = None
    measured_in: tuple[str, ...] = ()


def subject(model_or_result: object, observations: object = None) -> Subject:
    """Return the model behind a model, a fit or another result, with the observations it carries.

    Raises
    ------
    InvalidValueError
        If there is no model in what was given.
    """
    model = model_or_result if isinstance(model_or_result, Model) else getattr(model_or_result, "model", None)
    if not isinstance(model, Model):
        given = type(model_or_result).__name__
        raise InvalidValueError("plot", given, "a Model, or a result that carries one (a Fit, a Settlement, …)")
    seen: Any = observations if observations is not None else getattr(model_or_result, "observations", None)
    if seen is None:
        return Subject(model=model, result=model_or_result)
    order = [tuple(seen.units).index(unit.name) for unit in model.units]
    y = np.asarray(seen.y, float)[:, order]
    told = tuple(seen.measured_in[k] for k in order) if seen.measured_in else ()
    return Subject(model=model, result=model_or_result, t=np.asarray(seen.t, float), y=y, measured_in=told)


def measure(model: Model, index: int, lang: str) -> str:
    """Return what a unit's level is measured in, in words; a level without measure and with capacity 1 is a share."""
    unit = model.units[index]
    capacity = next((p for p in model.parameters if p.path == (unit.name, "capacity")), None)
    told = model.measured_in or (capacity.measured_in if capacity else "")
    if not told and capacity is not None and model.values[capacity.symbol] == 1:
        return say("figure_share", lang)
    return measured(told, lang)


def axis_label(model: Model, index: int, lang: str, told: tuple[str, ...] = ()) -> str:
    """Return the label of an axis that shows a unit's level; `told` is what observations say they are measured in."""
    shown = model.units[index].shown(lang)
    told_here = (measured(told[index], lang) if told else "") or measure(model, index, lang)
    return say("figure_level", lang, unit=shown, measure=told_here) if told_here else shown


def axis_effect(model: Model, i: int, j: int, lang: str) -> str:
    """Return the label of an axis that shows the effect of unit j on unit i."""
    receiver, source = (model.units[k] for k in (i, j))
    name = symbol(model, ".".join(map(quote, ("effects", receiver.name, source.name))))
    return say("figure_effect", lang, name=name, receiver=receiver.shown(lang), source=source.shown(lang))


def axis_value(model: Model, name: str, lang: str) -> str:
    """Return the label of an axis that shows a coefficient by its key path."""
    path, units = split_path(name), [unit.name for unit in model.units]
    if path[0] == "effects" and path[1] in units and path[2] in units:
        return axis_effect(model, units.index(path[1]), units.index(path[2]), lang)
    if path[0] == "parameters":
        return ".".join(path[1:])
    told = described(model, name, lang)
    return f"{symbol(model, name)}, {told}" if told != ".".join(path) else told


def draw_equilibria(ax: Axes, known: EquilibriumSet, box: Sequence[tuple[float, float]], lang: str) -> list[Any]:
    """Mark the equilibria of two units inside a box, each type by shape and colour."""
    drawn, named = [], set()
    order = list(STABILITIES)
    for e in sorted(known.equilibria, key=lambda e: order.index(e.stability.value)):
        kind = e.stability.value
        look = STABILITIES[kind]
        if not all(a <= x <= b for x, (a, b) in zip(e.state, box, strict=True)):
            continue
        drawn += ax.plot(
            *e.state, ls="none", marker=look["marker"], ms=6, mfc=look["face"], mec=look["colour"], mew=1.3, zorder=6,
            clip_on=False, label=None if kind in named else say(kind, lang),
        )  # fmt: skip
        named.add(kind)
    return drawn


def panels(ax: Axes, rows: int, columns: int) -> list[Axes]:
    """Put a grid of axes in the place of one, row by row; the one is left empty.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        In a grid of its figure, or free standing.
    rows, columns : int
    """
    ax.set_axis_off()
    place = ax.get_subplotspec()
    if place is not None:
        grid = place.subgridspec(rows, columns)
        return [ax.figure.add_subplot(grid[i, j]) for i in range(rows) for j in range(columns)]
    gap_x, gap_y = 0.18 / columns, 0.3 / rows
    width, height = 1 / columns - gap_x, 1 / rows - gap_y
    corners = [(j / columns + gap_x, 1 - (i + 1) / rows + gap_y) for i in range(rows) for j in range(columns)]
    return [ax.inset_axes((x, y, width, height)) for x, y in corners]


def plain_log(axis: Any) -> None:
    """Label a logarithmic axis with at most four plain numbers: 1, 2 and 5, or powers of ten."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    low, high = axis.get_view_interval()
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    fine = [s * 10.0**k for k in powers for s in (1, 2, 5) if low <= s * 10.0**k <= high]
    coarse = [10.0**k for k in powers if low <= 10.0**k <= high]
    chosen = fine if len(fine) <= 4 else coarse if len(coarse) > 1 else fine[::2]
    axis.set_major_locator(FixedLocator(chosen[:: -(-len(chosen) // 4)]))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1000 else f"{value:g}"))


def _taken(labels: list[str], columns: int) -> int:
    """Return how many characters wide a legend is; its entries run down the columns."""
    rows = -(-len(labels) // columns)
    return sum(7 + max(map(width, labels[k : k + rows])) for k in range(0, len(labels), rows))


def illustrative_note(model: Model, lang: str) -> str:
    """Return the sentence that says that values are illustrations, or nothing."""
    return say("figure_illustrative", lang) if model.illustrative else ""


def legend(ax: Axes, *, columns: int = 2, note: str = "") -> None:
    """Put the legend, with a note above it, below the axes of our own figure, or where it fits in somebody else's."""
    handles, labels = ax.get_legend_handles_labels()
    kept = [labels.index(label) for label in dict.fromkeys(labels)]
    handles, labels = [handles[k] for k in kept], [labels[k] for k in kept]
    if not handles:
        return
    figure: Any = ax.get_figure(root=True)
    if figure.get_label() == OWN:
        room = figure.get_figwidth() / COLUMN * 62  # characters in a line of the legend
        while columns > 1 and _taken(labels, columns) > room:
            columns -= 1
        labels = ["\n".join(textwrap.wrap(label, int(0.85 * room))) for label in labels]
        figure.legend(handles, labels, loc="outside lower center", ncols=columns, title=note, title_fontsize=6.5)
    else:
        ax.legend(handles, labels, loc="best", title=note, title_fontsize=6.5)
