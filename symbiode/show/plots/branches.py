"""Bifurcation diagram: every equilibrium along one coefficient, what is stable, the special points, the modes.

Comes in: a model, a fit, or the result of `follow`. Goes out: one panel per unit over the coefficient; lines are solid
where they are stable, and a strip says which mode or outcome holds between the special points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.continuation import Branch, Branches, Cycles, Kind, SpecialPoint, Stretch, follow
from symbiode.show.naming import plain
from symbiode.show.palette import INK, MODES, OUTCOMES
from symbiode.show.plots._frame import COLUMN, axis_label, axis_value, legend, panels, subject
from symbiode.system.model import Model
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
CYCLE = "#6B2C8F"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#A04F7C", "#E69F00", "#56B4E9", "#5A5A5A", "#B8A800")
MARKERS = {
    Kind.FOLD: "s", Kind.TRANSCRITICAL: "X", Kind.PITCHFORK: "P", Kind.HOPF: "*", Kind.CONTINUUM: "d",
    Kind.DEGENERATE: "v", Kind.MODE_CHANGE: "|", Kind.POLE: "o",
}  # fmt: skip
_EDGE: dict[str, Any] = {"color": INK["border"], "lw": 0.9, "ls": (0, (6, 2, 1, 2))}
_CHANGE: dict[str, Any] = {"color": INK["threshold"], "lw": 0.7, "ls": (0, (1, 1.6))}
_HALO = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
_DOTS = 9
_RING: dict[str, Any] = {"ls": "none", "marker": "o", "ms": 3.6, "mfc": "white", "mec": CYCLE, "mew": 1.1}


def size(result: BranchFigure) -> tuple[float, float]:
    """Return the size of the figure: one journal column, a panel per unit."""
    return COLUMN, 1.1 + 1.75 * len(result.found.model.units)


@dataclass(frozen=True, kw_only=True)
class BranchFigure:
    """What a bifurcation diagram shows.

    Parameters
    ----------
    found : Branches
    tops : array, shape (unit,)
        The highest level each panel shows.
    """

    found: Branches
    tops: Array

    @property
    def model(self) -> Model:
        """The model whose equilibria are shown."""
        return self.found.model


def compute(
    model_or_result: object, *, coefficient: str | None = None, between: tuple[object, object] = (None, None)
) -> BranchFigure:
    """Follow the equilibria, unless that has been done.

    Parameters
    ----------
    model_or_result : Branches, Model or Fit
    coefficient : str, optional
        Which to follow; see `symbiode.follow`.
    between : (low, high), optional
        The interval.

    Returns
    -------
    BranchFigure
    """
    given = model_or_result
    found = given if isinstance(given, Branches) else follow(subject(given).model, coefficient, between)
    return BranchFigure(found=found, tops=_tops(found))


def _tops(found: Branches) -> Array:
    """Return how high each panel reaches: above everything bounded, and a part of what goes to infinity."""
    n = len(found.model.units)
    tops = np.zeros(n)
    for branch in found.branches:
        if "far" not in branch.ends:
            tops = np.maximum(tops, branch.states.max(axis=0, initial=0))
    for born in found.cycles:
        tops = np.maximum(tops, born.highest.max(axis=0))
    for p in found.points:
        if p.state is not None:
            tops = np.maximum(tops, p.state)
    low, high = found.between
    for branch in found.branches:
        if "far" in branch.ends:
            at = np.linspace(low, high, 41)
            near = np.abs(branch.values[:, None] - at).argmin(axis=0)
            inside = (branch.values.min() <= at) & (at <= branch.values.max())
            usual = np.quantile(branch.states[near[inside]], 0.8, axis=0) if inside.any() else np.zeros(n)
            tops = np.maximum(tops, np.minimum(usual * 1.5, np.where(tops > 0, 6 * tops, np.inf)))
    return np.where(tops > 0, tops, 1.0) * 1.1


def draw(ax: Axes, result: BranchFigure, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw a bifurcation diagram and return its artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    result : BranchFigure
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    from matplotlib.ticker import MaxNLocator

    found = result.found
    artists: dict[str, list[Any]] = {"branches": [], "cycles": [], "points": [], "stretches": [], "labels": []}
    rows = panels(ax, len(found.model.units), 1)
    for unit, panel in enumerate(rows):
        top = float(result.tops[unit])
        panel.set(xlim=found.between, ylim=(-0.05 * top, top))
        panel.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))  # as wide in every layout
        panel.set_ylabel(axis_label(found.model, unit, lang).replace(" (", "\n(").replace("（", "\n（"))
        note = "\n" + say("figure_illustrative", lang) if found.model.illustrative else ""
        panel.set_xlabel(axis_value(found.model, found.coefficient, lang) + note)
        panel.xaxis.label.set_visible(unit == len(rows) - 1)
        panel.tick_params(labelbottom=unit == len(rows) - 1)
        artists["points"] += _special_lines(panel, found)
        for k, branch in enumerate(found.branches):
            artists["branches"] += _branch(panel, branch, unit, COLOURS[k % len(COLOURS)])
        for born in found.cycles:
            artists["cycles"] += _cycles(panel, born, unit)
        artists["points"] += _special_points(panel, found, unit)
    artists["stretches"] += _strip(rows[0], found, lang)
    _legend(rows[0], found, lang)
    return artists


def _branch(ax: Axes, branch: Branch, unit: int, colour: str) -> list[Any]:
    """Draw one branch: solid with full dots where it is stable, dashed with hollow ones elsewhere."""
    drawn: list[Any] = []
    stable = branch.stable[:-1] | branch.stable[1:]  # of each piece; its ends may be special points
    cuts = np.flatnonzero(np.diff(stable)) + 1
    for first, last in zip([0, *cuts], [*cuts, len(stable)], strict=True):
        x, y = branch.values[first : last + 1], branch.states[first : last + 1, unit]
        look: dict[str, Any] = {"ls": "-", "lw": 1.8, "zorder": 4} if stable[first] else {
            "ls": (0, (4, 2)), "lw": 1.0, "zorder": 3}  # fmt: skip
        drawn += ax.plot(x, y, color=colour, **look)
        dots = _dots(ax, x, y) if stable[first] or y.max() > 0 else []  # many unstable branches may share the axis
        face = colour if stable[first] else "white"
        drawn += ax.plot(
            x[dots], y[dots], ls="none", marker="o", ms=2.6, mfc=face, mec=colour, mew=0.7, zorder=look["zorder"]
        )
    return drawn


def _cycles(ax: Axes, born: Cycles, unit: int) -> list[Any]:
    """Draw the lowest and highest level of cycles, solid where they are stable, and mark their special points."""
    drawn: list[Any] = []
    stable = born.stable[1:]  # of each piece
    cuts = [0, *(np.flatnonzero(np.diff(stable)) + 1), len(stable)]
    low, high = born.lowest[:, unit], born.highest[:, unit]
    for first, last in pairwise(cuts):
        part = slice(first, last + 1)
        look: dict[str, Any] = {"ls": "-", "lw": 1.3} if stable[first] else {"ls": (0, (4, 2)), "lw": 0.9}
        x = born.values[part]
        for level in (low, high):
            drawn += ax.plot(x, level[part], color=CYCLE, zorder=3.5, **look)
        drawn.append(ax.fill_between(x, low[part], high[part], color=CYCLE, alpha=0.1, lw=0, zorder=0.5))
    marked = [(p.value, p.lowest[unit], p.highest[unit]) for p in born.points]
    marked += [(born.values[-1], low[-1], high[-1])] if born.ended == "homoclinic" else []
    for value, *levels in marked:
        drawn += ax.plot([value, value], levels, zorder=5, **_RING)
    return drawn


def _dots(ax: Axes, x: Array, y: Array) -> list[int]:
    """Return points about evenly spaced as they are seen, away from both ends."""
    span = np.array([np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim()) * 1.6])
    steps = np.hypot(np.diff(x) / span[0], np.diff(y) / span[1])
    inside = y[1:] <= ax.get_ylim()[1]
    along = np.concatenate([[0], np.cumsum(np.where(inside, steps, 0))])
    count = int(along[-1] * _DOTS)
    wanted = (np.arange(count) + 0.5) / max(count, 1) * along[-1]
    return sorted({int(k) for k in np.searchsorted(along, wanted)})


def _special_lines(ax: Axes, found: Branches) -> list[Any]:
    """Draw vertical lines where modes change and where levels go to infinity."""
    marked = [p for p in found.points if p.state is None or p.kind is Kind.MODE_CHANGE]
    return [ax.axvline(p.value, zorder=1, **(_EDGE if p.state is None else _CHANGE)) for p in marked]


def _special_points(ax: Axes, found: Branches, unit: int) -> list[Any]:
    drawn: list[Any] = []
    places: list[tuple[SpecialPoint, float]] = []
    for p in found.points:
        if p.state is not None and p.kind is not Kind.MODE_CHANGE and p.state[unit] <= ax.get_ylim()[1]:
            places.append((p, p.state[unit]))
            drawn += ax.plot(p.value, p.state[unit], **_marker(p), zorder=7, clip_on=False)
    return drawn + _values(ax, found, unit, places)


def _values(ax: Axes, found: Branches, unit: int, places: list[tuple[SpecialPoint, float]]) -> list[Any]:
    """Write the values beside the points, each where it covers least."""
    (low, high), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    marks = np.array([[p.value, level] for p, level in places]).reshape(-1, 2)
    ends = [(c.values, end[:, unit]) for c in found.cycles for end in (c.lowest, c.highest)]
    lines = [(b.values, b.states[:, unit]) for b in found.branches] + ends
    taken = np.vstack([*(_dense(*line) for line in lines), marks])
    taken = (taken - [low, bottom]) / [high - low, top - bottom]
    texts = []
    for p, level in places:
        told = plain(p.value, 5)
        x, y, wide = (p.value - low) / (high - low), (level - bottom) / (top - bottom), 0.024 * len(told)
        sides, rises = (0.04, -0.04 - wide, -wide / 2), (0, 0.1, -0.1, 0.18, -0.18)
        boxes = [(x + side, y + rise - 0.05) for side in sides for rise in rises if rise or side != sides[2]]
        boxes = [box for box in boxes if 0 <= box[0] <= 1 - wide and -0.02 <= box[1] <= 0.92]

        left, under = min(boxes, key=partial(_covered, taken, wide))
        middle = (left + wide / 2, under + 0.05)
        texts.append(ax.text(*middle, told, transform=ax.transAxes, ha="center", va="center", fontsize=6.5, zorder=8))
        grid = np.stack(np.meshgrid(np.linspace(left, left + wide, 12), np.linspace(under, under + 0.1, 8)), -1)
        taken = np.vstack([taken, grid.reshape(-1, 2)])
    return texts


def _covered(taken: Array, wide: float, box: tuple[float, float]) -> int:
    """Return how many points lie below a text."""
    gap = taken - box
    return int(((gap >= 0) & (gap <= [wide, 0.1])).all(axis=1).sum())


def _dense(values: Array, levels: Array) -> Array:
    """Return points along a line, eight for each of its pieces."""
    share = np.linspace(0, 1, 8, endpoint=False)[:, None]
    z = np.column_stack([values, levels])
    return np.asarray((z[None, :-1] + share[:, :, None] * np.diff(z, axis=0)[None]).reshape(-1, 2))


def _marker(p: SpecialPoint) -> dict[str, Any]:
    hollow = p.sense == "subcritical"
    size = 8.0 if p.kind is Kind.HOPF else 5.5
    return {
        "marker": MARKERS[p.kind], "ms": size, "mfc": "white" if hollow else "#F0E442", "mec": "black", "mew": 0.9,
        "ls": "none",
    }  # fmt: skip


def _strip(ax: Axes, found: Branches, lang: str) -> list[Any]:
    """Draw what holds between the special points as a strip above the first panel."""
    from matplotlib.patches import Rectangle

    drawn: list[Any] = []
    across = ax.get_xaxis_transform()
    for part in found.stretches:
        outcome = "cycle" if _only_cycles(found, part) else part.outcome.value if part.outcome else None
        look, name = _look(part.mode.value if part.mode else None, outcome)
        told = say(name, lang) if name else say("branches_count", lang, count=len(part.attractors))
        wide = part.high - part.low
        patch = Rectangle(
            (part.low, 1.03), wide, 0.1, transform=across, facecolor=look["fill"], edgecolor=INK["axis"], lw=0.5,
            hatch=look.get("hatch"), clip_on=False, zorder=5, label=told if name else None,
        )  # fmt: skip
        patch.set_gid(name or "")
        drawn.append(ax.add_patch(patch))
        room = wide / np.ptp(ax.get_xlim()) * 60  # characters of the strip
        if len(told) * (1 if told.isascii() else 1.8) <= room:
            drawn.append(ax.text(
                part.low + wide / 2, 1.08, told, transform=across, ha="center", va="center", fontsize=6, zorder=6,
                bbox={**_HALO, "pad": 0.05} if look.get("hatch") else None,
            ))  # fmt: skip
    return drawn


def _only_cycles(found: Branches, part: Stretch) -> bool:
    """Whether no equilibrium is stable in a stretch, but cycles are from end to end."""
    slack = 1e-6 * (found.between[1] - found.between[0])
    spans = [born.values[born.stable] for born in found.cycles if born.stable.any()]
    whole = any(x.min() <= part.low + slack and x.max() >= part.high - slack for x in spans)
    return whole and not part.attractors


def _look(mode: str | None, outcome: str | None) -> tuple[dict[str, str], str]:
    """Return how a stretch is filled, and the key of its name: the mode, else the outcome."""
    if mode is not None and outcome in (None, "coexistence"):
        return MODES[mode], mode
    return (OUTCOMES[outcome], outcome) if outcome is not None else ({"fill": "#FFFFFF"}, "")


def _legend(ax: Axes, found: Branches, lang: str) -> None:
    """Explain lines, branches, markers and those parts of the strip that are too narrow for their name."""
    labels = {unit.name: unit.shown(lang) for unit in found.model.units}
    for k, branch in enumerate(found.branches):
        number = branch.name.rpartition(" ")[2] if branch.name != "+".join(branch.support) and branch.support else ""
        told = " + ".join(labels[name] for name in branch.support) or say("branches_none", lang)
        ax.plot([], [], color=COLOURS[k % len(COLOURS)], lw=1.8, label=f"{told} {number}".strip())
    dot: dict[str, Any] = {"color": INK["axis"], "marker": "o", "ms": 2.6}
    ax.plot([], [], lw=1.8, label=say("branches_stable", lang), **dot)
    ax.plot([], [], lw=1.0, ls=(0, (4, 2)), mfc="white", label=say("branches_unstable", lang), **dot)
    if found.cycles:
        ax.fill([], [], facecolor=f"{CYCLE}22", edgecolor=CYCLE, lw=1.3, label=say("branches_cycle", lang))
    named = sorted({p.kind for born in found.cycles for p in born.points})
    named += ["homoclinic"] if any(born.ended == "homoclinic" for born in found.cycles) else []
    if named:
        told = ", ".join(say(f"branches_{kind}", lang) for kind in named)
        ax.plot([], [], label=told, **_RING)
    seen: set[str] = set()
    for p in found.points:
        told = p.describe(lang) if p.modes is None else say("follow_mode_change", lang)
        if told in seen:
            continue
        seen.add(told)
        if p.state is None or p.kind is Kind.MODE_CHANGE:
            ax.plot([], [], label=told, **(_EDGE if p.state is None else _CHANGE))
        else:
            ax.plot([], [], label=told, **_marker(p))
    written = {text.get_text() for text in ax.texts}
    for patch in ax.patches:
        if patch.get_label() in written:
            patch.set_label("_")
    legend(ax)
