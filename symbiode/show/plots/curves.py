"""Curves of special points over two coefficients: where folds, oscillations and invasions begin, and where they meet.

Comes in: a model, a fit, or the result of `follow` along two coefficients. Goes out: one panel over both; each kind of
curve has a colour and a dash of its own, and the points on curves carry letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.continuation import CurvePoint, Curves, Kind, Meeting, SpecialCurve, follow
from symbiode.errors import Code, RefusedError, quote, refused
from symbiode.show.palette import INK
from symbiode.show.plots._frame import COLUMN, axis_value, legend, subject
from symbiode.system.model import Model
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
LOOKS: dict[Kind, dict[str, Any]] = {
    Kind.FOLD: {"color": "#3C9DD0", "ls": "-", "lw": 2.8},  # wide and pale: other curves touch it
    Kind.HOPF: {"color": "#B34700", "ls": "-", "lw": 1.3},
    Kind.TRANSCRITICAL: {"color": "#00785A", "ls": (0, (6, 1.6)), "lw": 1.3},
    Kind.PITCHFORK: {"color": "#A04F7C", "ls": (0, (5, 1.4, 1, 1.4)), "lw": 1.3},
    Kind.ASYMPTOTE: {"color": "#5A5A5A", "ls": (0, (6, 2, 1, 2)), "lw": 1.1},
}
_SUBCRITICAL = (0, (2.2, 1.1))
MARKS = {
    Meeting.CUSP: ("CP", "^"), Meeting.BOGDANOV_TAKENS: ("BT", "s"), Meeting.GENERALISED_HOPF: ("GH", "D"),
    Meeting.ZERO_HOPF: ("ZH", "p"), Meeting.DOUBLE_HOPF: ("HH", "h"),
    Meeting.FOLD_TRANSCRITICAL: ("FT", "X"), Meeting.CONTINUUM: ("L", "d"),
}  # fmt: skip
_HALO = {"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
_SAME = 0.01  # of the panel's side


@dataclass(frozen=True, kw_only=True)
class CurveFigure:
    """What a figure of curves shows: `found`, and where the model itself is in the window (or None)."""

    found: Curves
    own: tuple[float, float] | None

    @property
    def model(self) -> Model:
        """The model whose special points are shown."""
        return self.found.model


def size(result: CurveFigure) -> tuple[float, float]:
    """Return the size of the figure: one journal column."""
    return COLUMN, 3.6


def compute(
    model_or_result: object, *, coefficients: tuple[str, str] | None = None,
    between: tuple[tuple[object, object], tuple[object, object]] = ((None, None), (None, None)),
) -> CurveFigure:  # fmt: skip
    """Follow the curves, unless that has been done.

    Parameters
    ----------
    model_or_result : Curves, Model or Fit
    coefficients : (str, str), optional
        Which two, the horizontal one first; by default the effects of the first pair on each other.
    between : ((low, high), (low, high)), optional
        The window; see `symbiode.follow`.

    Returns
    -------
    CurveFigure

    Raises
    ------
    RefusedError
        If no coefficients are named and the model has one unit, or no effects.
    """
    given = model_or_result
    found = given if isinstance(given, Curves) else None
    if found is None:
        model = subject(given).model
        found = follow(model, coefficients or _first_pair(model), between)
    by_path = {".".join(map(quote, p.path)): float(found.model.values[p.symbol]) for p in found.model.parameters}
    own = (by_path[found.coefficients[0]], by_path[found.coefficients[1]])
    inside = all(low <= value <= high for value, (low, high) in zip(own, found.window, strict=True))
    return CurveFigure(found=found, own=own if inside else None)


def _first_pair(model: Model) -> tuple[str, str]:
    names = [quote(unit.name) for unit in model.units[:2]]
    if len(names) < 2 or model.law.scale == "none":
        detail = "Name two coefficients: the model has no effects of two units on each other."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    return f"effects.{names[0]}.{names[1]}", f"effects.{names[1]}.{names[0]}"


def draw(ax: Axes, result: CurveFigure, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw the curves and return the artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    result : CurveFigure
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    found = result.found
    (low, high), (bottom, top) = found.window
    ax.set(xlim=(low, high), ylim=(bottom, top))
    first, second = (axis_value(found.model, name, lang) for name in found.coefficients)
    first += "\n" + say("figure_illustrative", lang) if found.model.illustrative else ""
    ax.set_xlabel(first)
    ax.set_ylabel(second)
    artists: dict[str, list[Any]] = {"curves": [], "points": [], "labels": [], "own": []}
    for curve in found.curves:
        artists["curves"] += _curve(ax, curve, lang)
    taken = _Taken(found, result.own)
    for point in _distinct(found):
        letters, marker = MARKS[point.kind]
        name = f"{letters}  {say(f'curves_{point.kind.value}', lang)}"
        artists["points"] += ax.plot(
            *point.values, marker=marker, ls="none", ms=5.5, mfc="#F0E442", mec="black", mew=0.9, zorder=6, label=name,
            clip_on=False,
        )  # fmt: skip
        artists["labels"].append(_beside(ax, taken, point.values, letters))
    if result.own is not None:
        artists["own"] += ax.plot(
            *result.own, marker="+", ls="none", ms=8, mec=INK["text"], mew=1.4, zorder=6, label=say("curves_own", lang)
        )
    for curve in found.curves:
        if curve.entering:
            shown = next(unit.shown(lang) for unit in found.model.units if unit.name == curve.entering)
            artists["labels"] += _along(ax, taken, curve, say("curves_enters", lang, unit=shown))
    legend(ax)
    return artists


def _curve(ax: Axes, curve: SpecialCurve, lang: str) -> list[Any]:
    """Draw one curve; of a Hopf curve the subcritical parts are dashed."""
    look, name = LOOKS[curve.kind], say(f"curves_{curve.kind.value}", lang)
    if curve.kind is not Kind.HOPF:
        return ax.plot(*curve.values.T, label=name, zorder=3, **look)
    drawn: list[Any] = []
    below = curve.lyapunov[:-1] + curve.lyapunov[1:] > 0
    for start, end in pairwise([0, *(np.flatnonzero(np.diff(below)) + 1), len(below)]):
        sense = "subcritical" if below[start] else "supercritical"
        style = {**look, "ls": _SUBCRITICAL} if below[start] else look
        label = say("curves_sense", lang, kind=name, sense=say(f"curves_{sense}", lang))
        drawn += ax.plot(*curve.values[start : end + 1].T, label=label, zorder=4, **style)
    return drawn


def _distinct(found: Curves) -> list[CurvePoint]:
    """Return the points of curves, those of one kind at one place once."""
    wide = np.array([high - low for low, high in found.window])
    kept: list[CurvePoint] = []
    for point in found.points:
        gaps = [np.abs((np.array(p.values) - point.values) / wide).max() for p in kept if p.kind is point.kind]
        kept += [point] if all(gap > _SAME for gap in gaps) else []
    return kept


class _Taken:
    """What a text may cover least: curves, points and earlier texts, in shares of the panel."""

    def __init__(self, found: Curves, own: tuple[float, float] | None) -> None:
        self.low = np.array([low for low, _ in found.window])
        self.wide = np.array([high - low for low, high in found.window])
        parts = [self.share(curve.values) for curve in found.curves]
        dense = [
            one[:-1, None] + np.linspace(0, 1, 6)[None, :, None] * np.diff(one, axis=0)[:, None] for one in parts
        ]  # fmt: skip
        marks = [point.values for point in found.points] + ([own] if own is not None else [])
        self.points = self.share(np.array(marks).reshape(-1, 2))
        self.at = np.vstack([*(part.reshape(-1, 2) for part in dense), self.points])

    def share(self, values: Array) -> Array:
        return np.asarray((values - self.low) / self.wide)

    def crowded(self, place: tuple[float, float]) -> float:
        """Return how near a place is to the points, those farther than a text left out."""
        gaps = np.linalg.norm(self.points - place, axis=1)
        return float(np.sum(np.maximum(0.15 - gaps, 0)))

    def best(self, centres: list[tuple[float, float]], width: float, height: float) -> tuple[float, float]:
        """Return the centre at which a text covers least, and take its place."""
        half = np.array([width, height]) / 2
        inside = [c for c in centres if (half < c).all() and (c < 1 - half).all()] or centres
        counts = [int((np.abs(self.at - c) <= half).all(axis=1).sum()) for c in inside]
        centre = inside[int(np.argmin(counts))]
        grid = np.stack(np.meshgrid(*(np.linspace(-h, h, 9) for h in half)), -1).reshape(-1, 2)
        self.at = np.vstack([self.at, grid + centre])
        return centre


def _beside(ax: Axes, taken: _Taken, at: tuple[float, float], text: str) -> Any:
    """Write letters beside a point, farther from every other point."""
    x, y = taken.share(np.array(at))
    turns = np.arange(16) * np.pi / 8
    ways = sorted(((x + 0.055 * np.cos(t), y + 0.052 * np.sin(t)) for t in turns), key=taken.crowded)
    place = taken.best(ways, 0.055, 0.05)
    return ax.text(*place, text, transform=ax.transAxes, ha="center", va="center", fontsize=6.5, zorder=7)


def _along(ax: Axes, taken: _Taken, curve: SpecialCurve, text: str) -> list[Any]:
    """Write what happens beside a curve, where it covers least."""
    line = taken.share(curve.values)
    line = line[(np.abs(line - 0.5) < 0.46).all(axis=1)]
    if not len(line):
        return []
    width = 0.02 * sum(1 if letter.isascii() else 1.9 for letter in text) + 0.02
    picked = line[np.linspace(0, len(line) - 1, min(len(line), 15)).astype(int)]
    sides = [(0, 0.04), (0, -0.04), (width / 2 + 0.015, 0), (-width / 2 - 0.015, 0)]
    centre = taken.best([(float(x + a), float(y + b)) for x, y in picked for a, b in sides], width, 0.05)
    colour = LOOKS[curve.kind]["color"]
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 6.5, "color": colour, "bbox": _HALO}
    return [ax.text(*centre, text, transform=ax.transAxes, zorder=5, **look)]
