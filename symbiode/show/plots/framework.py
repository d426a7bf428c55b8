"""The symbiotic system as a diagram: units by region, the flows between them, interface, environment and mode.

Comes in: a model, a settlement or another result with a model. Goes out: a picture drawn from the model itself: what
it has no parameter for is not shown.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from symbiode.dynamics.modes import Settlement, settle
from symbiode.dynamics.modes.effects import Effects, effects
from symbiode.dynamics.modes.links import conductances
from symbiode.errors import Code, RefusedError, refused
from symbiode.render import width
from symbiode.show.naming import plain
from symbiode.show.palette import INK, MODES
from symbiode.show.plots._flows import Box, Flow, curves
from symbiode.show.plots._frame import PAGE, legend, subject
from symbiode.show.plots._frames import FOOT, GATE, HEAD, LETTER, WIDE, environment, frame, interface, wall
from symbiode.system.model import Model
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_UNITS, MOST_FLOWS = 32, 40
SIGNS: dict[int | None, tuple[str, str, Any]] = {
    1: ("framework_helps", "#00548A", "-"),
    -1: ("framework_harms", "#C24E00", (0, (3.2, 1.6))),
    None: ("framework_changing", "#6E6E6E", ":"),
}
ROLES = {
    "core": {"facecolor": "#E3EEF5", "edgecolor": INK["border"], "linestyle": "-"},
    "auxiliary": {"facecolor": "#FFFFFF", "edgecolor": INK["border"], "linestyle": "--"},
    "talent": {"facecolor": "#FBF3DC", "edgecolor": INK["border"], "linestyle": "-"},
    "": {"facecolor": "#F1F1F1", "edgecolor": INK["border"], "linestyle": "-"},
}


@dataclass(frozen=True, kw_only=True)
class Region:
    """Units that stand together: positions of units, and the region's name, empty if there is none."""

    name: str
    units: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Framework:
    """What a framework figure shows.

    Parameters
    ----------
    model : Model
    settled : Settlement
        Where it settles from every start: the mode of the title, and the gains.
    columns : (regions on the left, regions on the right)
    flows : tuple of Flow
        The strongest effects that are not zero.
    count : int
        How many effects there are.
    opening : float or None
        Mean conductance of the links between regions, None if no interface is part of the model.
    sized : bool
        Whether effects have a size; else only their signs are known.
    """

    model: Model
    settled: Settlement
    columns: tuple[tuple[Region, ...], tuple[Region, ...]]
    flows: tuple[Flow, ...]
    count: int
    opening: float | None
    sized: bool = True

    @property
    def row(self) -> float:
        """The height of the place of a unit, in inches."""
        most = max(sum(len(region.units) for region in column) for column in self.columns)
        return 0.78 if most < 3 else 0.58 if most <= 5 else 0.4 if most <= 10 else 0.3

    @property
    def height(self) -> float:
        """The height of what stands in the environment, in inches."""
        return max(1.9 if self.opening is not None else 0.8, *map(self.high, self.columns))

    def high(self, column: Sequence[Region]) -> float:
        """Return the height of a column of regions, in inches."""
        return sum(self.row * len(region.units) + 0.08 + self.head(region) + 0.12 for region in column) - 0.12

    def head(self, region: Region) -> float:
        """Return the height of a region's own heading: none where its only unit has its name."""
        first = self.model.units[region.units[0]]
        alone = len(region.units) == 1 and dict(self.model.regions).get(region.name, ()) == first.label
        return 0.0 if alone or not region.name else 0.28


def size(result: Framework) -> tuple[float, float]:
    """Return the size of the figure: a page wide, as high as its units need."""
    return PAGE, result.height + HEAD + FOOT + 1.05


def compute(model_or_result: object) -> Framework:
    """Compute a framework figure.

    Parameters
    ----------
    model_or_result : Model, Settlement or another result with a model

    Returns
    -------
    Framework

    Raises
    ------
    RefusedError
        If there are more units than a page holds.
    """
    model = subject(model_or_result).model
    if len(model.units) > MOST_UNITS:
        detail = f"{len(model.units)} units do not fit a page; at most {MOST_UNITS} are drawn."
        raise RefusedError(refused(Code.TOO_LARGE, detail))
    settled = model_or_result if isinstance(model_or_result, Settlement) else settle(model)
    columns = _columns(model)
    known = effects(model)
    flows, count = _flows(known)
    where = {unit.name: unit.region for unit in model.units}
    found = [float(c.xreplace(dict(model.values))) for (to, by), c in conductances(model).items()
             if where[to] != where[by]]  # fmt: skip
    opening = min(1.0, max(0.0, math.fsum(found) / len(found))) if found else None
    return Framework(
        model=model, settled=settled, columns=columns, flows=flows, count=count, opening=opening,
        sized=known.scale != "none",
    )  # fmt: skip


def _columns(model: Model) -> tuple[tuple[Region, ...], tuple[Region, ...]]:
    """Return regions left and right, the largest first, each to where fewer units stand; halves if there are none."""
    groups: dict[str, list[int]] = {}
    for i, unit in enumerate(model.units):
        groups.setdefault(unit.region, []).append(i)
    if len(groups) == 1 and len(model.units) > 1:
        (name, units), half = next(iter(groups.items())), -(-len(model.units) // 2)
        if not name:
            return (Region(name="", units=tuple(units[:half])),), (Region(name="", units=tuple(units[half:])),)
    sides: tuple[list[Region], list[Region]] = ([], [])
    for name, units in sorted(groups.items(), key=lambda group: -len(group[1])):
        counts = [sum(len(region.units) for region in side) for side in sides]
        sides[counts[0] > counts[1]].append(Region(name=name, units=tuple(units)))
    return tuple(sides[0]), tuple(sides[1])


def _flows(known: Effects) -> tuple[tuple[Flow, ...], int]:
    """Return the strongest effects; two that are equal both ways are one arrow with two heads."""
    d = [[None if value is None else float(value) for value in row] for row in known.values]
    found, count = [], 0
    for i, j in combinations(range(len(d)), 2):
        here, back = d[i][j], d[j][i]
        count += (here != 0) + (back != 0)
        if here is not None and back is not None and here != 0 and math.isclose(here, back, rel_tol=0.01):
            found.append(Flow(source=i, receiver=j, value=here, both=True))
            continue
        found += [Flow(source=s, receiver=r, value=d) for s, r, d in ((j, i, here), (i, j, back)) if d != 0]
    found.sort(key=lambda flow: -abs(flow.value or 0.0))
    return tuple(found[:MOST_FLOWS]), count


def draw(ax: Axes, result: Framework, *, lang: str = "en") -> dict[str, Any]:
    """Draw it; returns the artists ``environment``, ``regions``, ``interface``, ``units``, ``flows`` and ``note``."""
    top = FOOT + result.height
    ax.set_xlim(0, WIDE)
    ax.set_ylim(0, top + HEAD)
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    ax.set_title(say("framework_title", lang, what=_mode(result.settled, lang)))
    around = environment(ax, result.model, top, lang)
    regions, boxes = _regions(ax, result, top, lang)
    ends = (top, top - result.height)
    gate = [] if result.opening is None else interface(ax, result.model, result.opening, ends, lang)
    flows = _arrows(ax, result, boxes, top, lang)
    units = [_unit(ax, result, i, box, lang) for i, box in boxes.items()]
    ax.set_xlabel(_note(result, lang), fontsize=6.5, loc="left", linespacing=1.5)
    legend(ax, columns=6)
    return {"environment": around, "regions": regions, "interface": gate, "units": units, "flows": flows,
            "note": ax.xaxis.label}  # fmt: skip


def _mode(settled: Settlement, lang: str) -> str:
    outcome = say(settled.outcome.value, lang)
    if settled.mode is not None:
        return (", " if lang == "en" else "，").join((outcome, say(settled.mode.value, lang)))
    counts = Counter(pair.mode.value for pair in settled.modes if pair.mode is not None)
    told = [say("framework_count", lang, mode=say(m, lang), count=counts[m]) for m in MODES if m in counts]
    join = ", " if lang == "en" else "，"
    return say("framework_pairs", lang, outcome=outcome, counts=join.join(told)) if told else outcome


def _note(result: Framework, lang: str) -> str:
    sizes = [abs(flow.value) for flow in result.flows if flow.value is not None]
    told = []
    if sizes and result.sized:
        told.append(say("framework_width", lang, most=plain(max(sizes), 2)))
    if any(gain is not None for gain in result.settled.gains or ()):
        told.append(say("framework_gains", lang))
    shown = sum(1 + flow.both for flow in result.flows)
    if shown < result.count:
        told.append(say("framework_left_out", lang, shown=shown, all=result.count))
    if result.opening is not None:
        told.append(say("framework_wall", lang, share=plain(100 * result.opening, 2)))
    if result.model.illustrative:
        note = say("figure_illustrative", lang)
        told.append(note[0].upper() + note[1:])
    half = -(-len(told) // 2)
    join, end = (". ", ".") if lang == "en" else ("。", "。")
    return "\n".join(join.join(part) + end for part in (told[:half], told[half:]) if part)


def _regions(ax: Axes, result: Framework, top: float, lang: str) -> tuple[list[Any], dict[int, Box]]:
    """Draw the frames of regions; return them with the places of the units."""
    frames, boxes, labels = [], {}, dict(result.model.regions)
    arcs = {frozenset((flow.source, flow.receiver)) for flow in result.flows}
    reach = (WIDE - GATE) / 2 - 0.2
    wide = min(1.42, LETTER * max(width(_label(result.model, i, lang)) for i in range(len(result.model.units))) + 0.24)
    wide = max(wide, 0.9)
    for side, column in zip((-1, 1), result.columns, strict=True):
        y = top - 0.06 - (result.height - 0.06 - result.high(column)) / 2
        left = 0.16 if side < 0 else WIDE - 0.16 - reach
        here = [i for region in column for i in region.units]
        bent = any(pair <= set(here) for pair in arcs)
        x = left + reach / 2 + side * bent * (wide / 2 + 0.22 - reach / 2) if all(result.columns) else WIDE / 2
        for region in column:
            head = result.head(region)
            high = result.row * len(region.units) + head + 0.08
            if region.name:
                frames.append(frame(ax, (left, y - high), reach, high, round_=0.1, facecolor="#FFFFFF", lw=0.8,
                                     edgecolor=INK["axis"], zorder=1))  # fmt: skip
                told = dict(labels.get(region.name, ())).get(lang, region.name) if head else ""
                ax.text(x, y - 0.17, told, ha="center", va="center", fontsize=8.5)
            for k, i in enumerate(region.units):
                middle = y - head - result.row * (k + 0.5) - 0.04 * (not head)
                boxes[i] = Box(x=x, y=middle, wide=wide, high=min(0.44, 0.74 * result.row), side=side)
            y -= high + 0.12
    return frames, boxes


def _label(model: Model, i: int, lang: str) -> str:
    """Return the label of a unit without the name of the region it stands in."""
    unit = model.units[i]
    region = dict(dict(model.regions).get(unit.region, ())).get(lang, unit.region)
    rest = unit.shown(lang).replace(region, "").strip(" ,，·-—()（）") if region else ""
    return rest or unit.shown(lang)


def _unit(ax: Axes, result: Framework, i: int, box: Box, lang: str) -> Any:
    role = result.model.units[i].role
    drawn = frame(ax, (box.x - box.wide / 2, box.y - box.high / 2), box.wide, box.high, zorder=4, lw=0.9,
                   round_=0.22 if role == "talent" else 0.05, **ROLES[role])  # fmt: skip
    drawn.set_label(say(f"framework_{role or 'unit'}", lang))
    told, gains = _label(result.model, i, lang), result.settled.gains
    gain = gains[i] if gains is not None else None
    small = min(7.0, 7.0 * (box.wide - 0.08) / (LETTER * width(told)))
    if gain is None:
        ax.text(box.x, box.y, told, ha="center", va="center", fontsize=small, zorder=5)
        return drawn
    percent = f"{'+' if gain > 0 else ''}{plain(100 * gain, 2)} %"
    if box.high < 0.36:
        told = f"{told}  {percent}"
        small = min(7.0, 7.0 * (box.wide - 0.06) / (LETTER * width(told)))
        ax.text(box.x, box.y, told, ha="center", va="center", fontsize=small, zorder=5)
    else:
        ax.text(box.x, box.y + 0.075, told, ha="center", va="center", fontsize=small, zorder=5)
        ax.text(box.x, box.y - 0.095, percent, ha="center", va="center", fontsize=6.5, zorder=5, color=INK["axis"])
    return drawn


def _arrows(ax: Axes, result: Framework, boxes: dict[int, Box], top: float, lang: str) -> list[Any]:
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    low, high = top - result.height, top
    if result.opening is not None:
        low, high = wall(result.model, (top, low))
    opening = max(0.08, (high - low) * (1.0 if result.opening is None else result.opening))
    most = max((abs(flow.value) for flow in result.flows if flow.value is not None), default=1.0)
    sign = {flow: None if flow.value is None else 1 if flow.value > 0 else -1 for flow in result.flows}
    for kind in dict.fromkeys(sign.values()):
        key, colour, dash = SIGNS[kind]
        ax.plot([], [], color=colour, ls=dash, lw=1.4, label=say(key, lang))
    drawn = []
    for curve in curves(result.flows, boxes, (WIDE / 2, (low + high) / 2, opening)):
        _, colour, dash = SIGNS[sign[curve.flow]]
        value = curve.flow.value if result.sized else None
        thick = 1.1 if value is None else 0.45 + 2.2 * abs(value) / most
        path = Path(curve.points, [Path.MOVETO, *[Path.CURVE4] * (len(curve.points) - 1)])
        arrow = FancyArrowPatch(
            path=path, arrowstyle="<|-|>" if curve.flow.both else "-|>", mutation_scale=4.5 + 1.6 * thick, lw=thick,
            color=colour, linestyle=dash, alpha=0.85, shrinkA=0, shrinkB=0, zorder=3.5, joinstyle="miter",
        )  # fmt: skip
        drawn.append(ax.add_patch(arrow))
        if len(result.flows) <= 6 and value is not None:
            ax.text(*curve.middle, plain(value, 2), ha="center", va="center", fontsize=7, zorder=7,
                    bbox={"fc": "#FFFFFF", "ec": "none", "pad": 0.8, "alpha": 0.9})  # fmt: skip
    return drawn
