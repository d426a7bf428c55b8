"""The ladder of modes over time: where a system would settle and where it is, with dated events and what each gains.

Comes in: a path of modes, or a model with a scenario. Goes out: the ladder, the gains and a key of the events.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.policy.paths import ModePath, mode_path
from symbiode.policy.telling import paired, when
from symbiode.render import width
from symbiode.show.naming import time_unit
from symbiode.show.palette import INK, MODES, OUTCOMES, unit
from symbiode.show.plots._frame import PAGE, subject
from symbiode.system.model import Model
from symbiode.system.scenario import Lever, Scenario
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from symbiode.policy.results import Pairing, Piece

Array = NDArray[np.float64]
LADDER = ("parasitism", "commensalism", "asymmetric_mutualism", "symmetric_mutualism")
BESIDE = ("neutralism", "amensalism", "competition")
ROW, PANEL, COUNTED, LINE = 0.27, 1.5, 1.0, 0.15
MOST_BARS, MOST_LINES = 3, 4
BAR, GAP, COLUMN = 0.62, 0.022, 58
KEY, ACROSS = 0.13, 120


def size(result: ModePath) -> tuple[float, float]:
    """Return the size of the figure: a page wide, as high as its rungs and its events need."""
    return PAGE, sum(_heights(result)) + 1.15


def _heights(result: ModePath) -> tuple[float, ...]:
    """Return the heights of the ladder, of the pairs of units where they are counted, of the gains and of the key."""
    lines = -(-len(_dated(result)) // 2)
    counted = (COUNTED,) if _counted(result) else ()
    gains = PANEL + KEY * _keys(result)[1]
    return ROW * _stretch(result) * len(_rungs(result)) + 0.2, *counted, gains, LINE * lines + 0.08


def _by_region(result: ModePath) -> bool:
    """Return whether the gains of two regions are drawn in the place of those of many units."""
    return len(result.model.units) > MOST_LINES and len(_barred(result)) == 1


def _keys(result: ModePath) -> tuple[int, int]:
    """Return columns and rows of the names above the gains of three and more units."""
    units = result.model.units
    if len(units) == 2 or _by_region(result):
        return 1, 0
    longest = max(width(text) for one in units for text in (one.shown("en"), one.shown("zh")))
    columns = min(len(units), max(1, ACROSS // (longest + 8)))
    return columns, -(-len(units) // columns)


def _stretch(result: ModePath) -> float:
    """Return how much higher a rung is that holds several bars."""
    return 1 + 0.5 * max(len(_barred(result)) - 1, 0)


def _barred(result: ModePath) -> list[Pairing]:
    """Return the pairs that stand on the ladder, of three and more units: regions, else pairs of units, if few."""
    regions = [p for p in result.frozen.pairings if p.kind == "regions"]
    found = regions or list(result.frozen.pairings)
    known = [p for p in found if any(piece.mode for piece in p.pieces)]
    return known if len(known) <= MOST_BARS else []


def _counted(result: ModePath) -> list[Pairing]:
    """Return the pairs of units that are only counted."""
    pairs = [p for p in result.frozen.pairings if p.kind == "units" and any(piece.mode for piece in p.pieces)]
    return [] if pairs == _barred(result) else pairs


def compute(
    model_or_result: object, *, scenario: Scenario | None = None, times: Any = None, start: Any = None,
    until: float | None = None, tau: float = 0.1,
) -> ModePath:  # fmt: skip
    """Compute the path of modes.

    Parameters
    ----------
    model_or_result : ModePath, Model, or another result that carries a model
    scenario : Scenario, optional
        What moves a model; nothing by default.
    times, start, until, tau
        As for `mode_path`.

    Returns
    -------
    ModePath
    """
    if isinstance(model_or_result, ModePath):
        return model_or_result
    model = subject(model_or_result).model
    return mode_path(model, scenario or Scenario(name=model.name), times, start, until=until, tau=tau)


def draw(ax: Axes, result: ModePath, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw the ladder, the gains and the key, and return the artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its place is divided.
    result : ModePath
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    ladder, *counted, gains, key = _stack(ax, _heights(result))
    artists: dict[str, list[Any]] = {"frozen": [], "actual": [], "event": [], "change": [], "gain": [], "pair": []}
    rungs, barred = _rungs(result), _barred(result)
    for k, bars in enumerate([p.pieces for p in barred] or [result.frozen.pieces]):
        high = BAR / max(len(barred), 1)
        for piece in bars:
            low = rungs.index(_rung(piece)) + BAR / 2 - (k + 1) * high
            artists["frozen"].append(_bar(ladder, piece, low, high, _look(piece)))
        if barred:
            _named(ladder, result, barred[k], (rungs.index(_rung(bars[0])) + BAR / 2 - (k + 0.5) * high), lang)
    for panel in counted:
        artists["pair"] += _counts(panel, result, lang)
    artists["actual"] += _steps(ladder, result, rungs)
    _numbers((ladder, *counted, gains), result, len(rungs), artists)
    _rows(ladder, rungs, lang)
    _legend(ladder, result, lang)
    artists["gain"] += _gains(gains, result, lang)
    _key(key, result, lang)
    title = say("path_figure_ladder", lang, scenario=result.scenario.shown(lang))
    if result.illustrative:
        gap = ("   (", ")") if lang == "en" else ("（", "）")
        title += gap[0] + say("figure_illustrative", lang) + gap[1]
    ladder.set_title(title, pad=28 if _places(result) else 6)
    gains.set_xlabel(time_unit(result.model, lang))
    for place in (ladder, *counted, gains):
        place.set_xlim(result.t[0], result.t[-1])
        for side in ("top", "right"):
            place.spines[side].set_visible(False)
    return artists


def _stack(ax: Axes, heights: tuple[float, ...]) -> list[Axes]:
    """Put axes one above the other in the place of one; the last has no frame."""
    ax.set_axis_off()
    place, figure = ax.get_subplotspec(), ax.figure
    if place is not None:
        grid = place.subgridspec(len(heights), 1, height_ratios=heights)
        parts = [figure.add_subplot(grid[k]) for k in range(len(heights))]
    else:
        total, tops = sum(heights), np.cumsum((0.0, *heights))
        ends = zip(heights, tops[1:], strict=True)
        parts = [ax.inset_axes((0.2, 1 - end / total, 0.8, 0.86 * height / total)) for height, end in ends]
    for part in parts[:-2]:
        part.tick_params(labelbottom=False, length=0)
    parts[-1].set_axis_off()
    return parts


def _rung(piece: Piece) -> str:
    """Return the row of a piece: its mode, else its outcome; an actual path under way has none."""
    return piece.key if piece.mode is not None or piece.outcome is not None else ""


def _rungs(result: ModePath) -> list[str]:
    """Return the rows from the bottom: outcomes and modes beside the ladder where they occur, then the ladder."""
    frozen = [piece for p in _barred(result) for piece in p.pieces] or result.frozen.pieces
    seen = {_rung(piece) for piece in (*frozen, *result.actual.pieces)}
    outcomes = [name for name in reversed(OUTCOMES) if name in seen]
    return [*outcomes, *(name for name in reversed(BESIDE) if name in seen), *LADDER]


def _look(piece: Piece) -> dict[str, str]:
    return {"hatch": "", **(MODES[piece.key] if piece.mode is not None else OUTCOMES[piece.key])}


def _named(ax: Axes, result: ModePath, pairing: Pairing, height: float, lang: str) -> None:
    """Write the names of a pair at the begin of its bars."""
    ax.annotate(
        paired(result, pairing, lang), (result.t[0], height), xytext=(3, 0), textcoords="offset points", va="center",
        fontsize=5.8, zorder=6, bbox={"boxstyle": "square,pad=0.12", "fc": "white", "ec": "none", "alpha": 0.85},
    )  # fmt: skip


def _counts(ax: Axes, result: ModePath, lang: str) -> list[Any]:
    """Draw how many pairs of units are in each mode, one above the other, the lowest rung first."""
    pairs, drawn = _counted(result), []
    low = np.zeros(len(result.t))
    there = [[next(q for q in reversed(p.pieces) if q.begin <= t or q is p.pieces[0]) for p in pairs] for t in result.t]
    for name in (*OUTCOMES, *BESIDE, *LADDER):
        high = low + np.array([sum(_rung(piece) == name for piece in row) for row in there])
        if (high > low).any():
            look = {"hatch": "", **(MODES.get(name) or OUTCOMES[name])}
            drawn.append(ax.fill_between(
                result.t, low, high, step="post", facecolor=look["fill"], edgecolor=look["colour"], lw=0.5,
                hatch=look["hatch"] or None, label=say(name, lang),
            ))  # fmt: skip
        low = high
    ax.set_ylim(0, len(pairs))
    ax.set_ylabel(say("path_figure_pairs", lang))
    ax.legend(handles=drawn[::-1], loc="center left", fontsize=6, framealpha=0.85, frameon=True, edgecolor="none")
    return drawn


def _bar(ax: Axes, piece: Piece, low: float, high: float, look: dict[str, str]) -> Any:
    style: dict[str, Any] = {"facecolor": look["fill"], "edgecolor": look["colour"], "hatch": look["hatch"] or None}
    return ax.broken_barh([(piece.begin, piece.end - piece.begin)], (low, high), lw=0.8, zorder=2, **style)


def _steps(ax: Axes, result: ModePath, rungs: list[str]) -> list[Any]:
    """Draw the actual path as one dark step line over the bars."""
    t, rows = [], []
    for piece in result.actual.pieces:
        row = float(rungs.index(_rung(piece))) if _rung(piece) else np.nan
        t += [piece.begin, piece.end]
        rows += [row, row]
    return list(ax.plot(t, rows, color=INK["text"], lw=1.7, solid_capstyle="butt", solid_joinstyle="miter", zorder=4))


def _rows(ax: Axes, rungs: list[str], lang: str) -> None:
    ax.set_yticks(range(len(rungs)), [say(name, lang) for name in rungs])
    low = len(rungs) - len(LADDER)
    ax.set_ylim(-0.6, len(rungs) - 0.4)
    if low:
        ax.axhline(low - 0.5, color=INK["axis"], lw=0.6, ls=(0, (1, 2)), zorder=1)
    for row in range(len(rungs)):
        ax.axhline(row, color="#E6E6E6", lw=0.6, zorder=0)


def _dated(result: ModePath) -> list[Lever]:
    """Return the levers that are in force, in order of time."""
    there = [lever for lever in result.scenario.levers if lever.strength != 0]
    return sorted(there, key=lambda lever: float("-inf") if lever.at is None else float(lever.at))


def _places(result: ModePath) -> dict[int, tuple[float, float]]:
    """Return for every event inside the axes its time, and where its number stands: as near as its neighbours allow."""
    first, span = result.t[0], result.t[-1] - result.t[0]
    ats = {k: float(lever.at) for k, lever in enumerate(_dated(result), 1) if lever.at is not None}
    ats = {k: at for k, at in ats.items() if first <= at <= result.t[-1]}
    gap = min(GAP, 1 / max(len(ats), 1))
    blocks: list[tuple[float, int]] = []  # the mean place of numbers that touch, less their gaps, and how many
    for n, at in enumerate(ats.values()):
        mean, count = (at - first) / span - n * gap, 1
        while blocks and blocks[-1][0] >= mean:
            before, more = blocks.pop()
            mean, count = (mean * count + before * more) / (count + more), count + more
        blocks.append((mean, count))
    spread = [mean for mean, count in blocks for _ in range(count)]
    last = 1 - (len(ats) - 1) * gap
    found = (float(np.clip(mean, 0, last)) + n * gap for n, mean in enumerate(spread))
    return {k: (ats[k], first + span * place) for k, place in zip(ats, found, strict=True)}


def _numbers(panels: Sequence[Axes], result: ModePath, rows: int, artists: dict[str, list[Any]]) -> None:
    """Mark every event by its number above the ladder and a thin line down to the gains."""
    thin: dict[str, Any] = {"color": INK["threshold"], "lw": 0.5, "zorder": 1}
    ladder, top, up = panels[0], rows - 0.4, 1 / _stretch(result)
    for k, (at, place) in _places(result).items():
        for panel in panels:
            artists["event"].append(panel.axvline(at, ls=(0, (1, 1.6)), **thin))
        ladder.plot([at, place], [top, top + 0.45 * up], clip_on=False, **thin)
        artists["event"].append(
            ladder.text(place, top + 0.75 * up, str(k), ha="center", va="center", fontsize=6, clip_on=False, zorder=5,
                        bbox={"boxstyle": "circle,pad=0.22", "fc": "white", "ec": INK["axis"], "lw": 0.6})
        )  # fmt: skip


def _legend(ax: Axes, result: ModePath, lang: str) -> None:
    """Tell both readings and the units in one line between the panels."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    many = _barred(result)
    grey: dict[str, Any] = {"facecolor": "#D9D9D9", "edgecolor": INK["axis"], "lw": 0.8}
    handles: list[Any] = [Patch(**grey, label=say("path_figure_would" if many else "path_figure_frozen", lang))]
    if not many:
        handles.append(Line2D([], [], color=INK["text"], lw=1.7, label=say("path_figure_actual", lang)))
    elif not _by_region(result):
        for key, thick in (("path_would", 0.8), ("path_is", 1.8)):
            handles.append(Line2D([], [], color=INK["text"], lw=thick, label=say(key, lang)))
    for i, one in enumerate(result.model.units if len(result.model.units) == 2 else ()):
        look = unit(i)
        handles.append(Line2D([], [], color=look["colour"], ls=look["dash"], lw=1.8, label=one.shown(lang)))
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, -0.01), ncols=6, borderaxespad=0.2)


def _gains(ax: Axes, result: ModePath, lang: str) -> list[Any]:
    """Draw the gains, levels where no unit lives alone: thin where it would settle, bold where it is.

    Of many units in two regions, what the regions gain from each other is drawn in their place.
    """
    if _by_region(result):
        return _region_gains(ax, result, _barred(result)[0], lang)
    levels = not np.isfinite(result.frozen.gains).any()
    frozen, actual = (
        (reading.state if levels else 100 * reading.gains) for reading in (result.frozen, result.actual)
    )
    drawn: list[Any] = []
    for i in range(len(result.model.units)):
        look = unit(i)
        drawn += ax.plot(result.t, frozen[:, i], lw=0.8, alpha=0.75, color=look["colour"], ls=look["dash"])
        drawn += ax.plot(result.t, actual[:, i], lw=1.8, color=look["colour"], ls=look["dash"])
    columns, rows = _keys(result)
    if rows:
        names = [one.shown(lang) for one in result.model.units]
        ax.legend(drawn[1::2], names, loc="upper left", fontsize=5.6, ncols=columns, borderaxespad=0.1,
                  labelspacing=0.3, handlelength=3.4)  # fmt: skip
    ax.axhline(0, color=INK["axis"], lw=0.6)
    ax.set_ylabel(say("path_figure_level" if levels else "path_figure_gain", lang))
    seen = np.concatenate([frozen[np.isfinite(frozen)], actual[np.isfinite(actual)], [0.0]])
    reach = max(3 * float(np.percentile(np.abs(seen), 75)), 10.0)  # what runs away leaves the axes
    low, high = (float(pick(np.clip(seen, -reach, reach))) for pick in (np.min, np.max))
    pad = 0.06 * (high - low) or 1.0
    ax.set_ylim(low - pad, high + pad + (high - low + 2 * pad) * KEY * rows / PANEL)  # the names stand above the lines
    if result.tipping.tips and result.tipping.time is not None:
        at, right = result.tipping.time, result.tipping.time > result.t.mean()
        ax.axvline(at, color=INK["text"], lw=1.0, ls=(0, (4, 1.5)), zorder=3)
        ax.annotate(
            say("path_figure_tips", lang), (at, 0.55), xycoords=("data", "axes fraction"), va="center", zorder=6,
            xytext=(-4 if right else 4, 0), textcoords="offset points", ha="right" if right else "left",
            bbox={"boxstyle": "square,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.85},
        )  # fmt: skip
    return drawn


def _region_gains(ax: Axes, result: ModePath, pairing: Pairing, lang: str) -> list[Any]:
    drawn: list[Any] = []
    for k, name in enumerate(paired(result, pairing, lang).split(" – ")):
        look = unit(k)
        drawn += ax.plot(
            result.t, 100 * pairing.gains[:, k], lw=1.2, color=look["colour"], ls=look["dash"], label=name,
        )  # fmt: skip
    ax.axhline(0, color=INK["axis"], lw=0.6)
    ax.set_ylabel(say("path_figure_region_gain", lang))
    ax.legend(loc="best", fontsize=6.5)
    return drawn


def _key(ax: Axes, result: ModePath, lang: str) -> None:
    """List the events by number, date and label in two columns."""
    levers = _dated(result)
    half = -(-len(levers) // 2)
    ax.set(xlim=(0, 1), ylim=(half + 0.5, 0))
    for k, lever in enumerate(levers):
        mechanism = f" ({lever.mechanism})" if lever.mechanism else ""
        told = f"{_date(result.model, lever)}  {_cut(lever.shown(lang))}{mechanism}"
        x, y = (0.0 if k < half else 0.5), k % half + 0.5
        ax.text(x + 0.018, y, str(k + 1), ha="right", va="center", fontsize=6.2)
        ax.text(x + 0.026, y, told, ha="left", va="center", fontsize=6.2)


def _date(model: Model, lever: Lever) -> str:
    """Return the date of a lever: as its source says where that is a plain date, else from its time."""
    if re.fullmatch(r"\d{4}(-\d\d){0,2}", lever.date):
        return lever.date
    if lever.at is None:
        return "–"
    year, part = divmod(float(lever.at), 1)
    if model.time_unit != "year" or part < 1e-6:
        return when(float(lever.at))
    return f"{year:.0f}-{int(12 * part + 1e-6) + 1:02d}"


def _cut(text: str) -> str:
    """Return a label that fits into its column."""
    if width(text) <= COLUMN:
        return text
    while width(text) > COLUMN - 1:
        text = text[:-1]
    return text.rstrip() + "…"
