"""Mode map: which mode, or which outcome, over the plane of two coefficients, with its borders and their formulas.

Comes in: a model, a fit of one, or a `ModeMap`. Goes out: areas and borders of the plane, the model's own point with
its distance to the nearest border, and for a fit its draws with contours that hold a share of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.maps import Label, ModeMap, Piece, mode_map
from symbiode.dynamics.modes import Outcome
from symbiode.errors import InvalidValueError
from symbiode.render import significant
from symbiode.show.naming import pretty
from symbiode.show.palette import INK, MODES, OUTCOMES
from symbiode.show.plots import _labels
from symbiode.show.plots._areas import distinct, fill, rings
from symbiode.show.plots._frame import COLUMN, PAGE, axis_value, legend, subject
from symbiode.system.model import Model, split_path
from symbiode.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

Array = NDArray[np.float64]
Limits = tuple[float, float]
CELLS = 400
LEVELS = (50, 80, 95)
_LONGEST, _ROOM = 44, 0.04


def size(result: Atlas) -> tuple[float, float]:
    """Return the size of the figure: one journal column or a page, square axes above the legend."""
    return (PAGE, 1.06 * PAGE) if result.page else (COLUMN, 1.2 * COLUMN)


@dataclass(frozen=True, kw_only=True)
class Area:
    """A connected part of the plane with one label.

    Parameters
    ----------
    label : Label
    mask : array of bool, shape (cell, cell)
        Rows are the second coefficient, columns the first.
    rings : tuple of array, shape (point, 2)
        Its outline; a hole is a ring of its own, wound the other way.
    """

    label: Label
    mask: NDArray[np.bool_]
    rings: tuple[Array, ...]


@dataclass(frozen=True, kw_only=True)
class Atlas:
    """What a mode map shows.

    Parameters
    ----------
    map : ModeMap
    model : Model
        The model whose point is marked.
    areas : tuple of Area
    lines : tuple of (key, Piece)
        Modes and outcomes that hold on a border only, such as commensalism.
    point : (float, float) or None
        The model's coefficients.
    estimate : (float, float) or None
        The coefficients a fit estimates.
    draws : array, shape (draw, 2), or None
    contours : tuple of (percent, tuple of arrays of shape (point, 2))
        Smallest areas (by a kernel estimate) that hold a share of the draws.
    page : bool
        Whether it is drawn over a page, with formulas along the borders.
    """

    map: ModeMap
    model: Model
    areas: tuple[Area, ...]
    lines: tuple[tuple[str, Piece], ...]
    point: tuple[float, float] | None
    estimate: tuple[float, float] | None
    draws: Array | None
    contours: tuple[tuple[int, tuple[Array, ...]], ...]
    page: bool


def compute(
    model_or_result: object, *, first: str | None = None, second: str | None = None, limits: Any = None,
    start: Any = None, tau: float = 0.1, model: object = None, page: bool = False,
) -> Atlas:  # fmt: skip
    """Compute a mode map.

    Parameters
    ----------
    model_or_result : Model, Fit or ModeMap
    first, second : str, optional
        The coefficients along x and y; by default the effects of the first pair.
    limits : (low, high) or ((low, high), (low, high)), optional
        Of both axes; by default wide enough for every outcome, and for the fit's draws.
    start : as for `settle`
        None asks for every positive start.
    tau : float
        A mutualism is symmetric if the smaller gain is at least ``1 - tau`` of the larger.
    model : Model, optional
        With a fit: another model whose point is marked too.
    page : bool
        Whether to draw it over a page, with formulas along the borders.

    Returns
    -------
    Atlas

    Raises
    ------
    RefusedError
        If the model has no two coefficients.
    """
    if isinstance(model_or_result, ModeMap):
        found, draws, estimate, marked = model_or_result, None, None, model_or_result.model
    else:
        about: Any = subject(model_or_result).model
        draws, estimate = _cloud(model_or_result, about, first, second)
        marked = model if isinstance(model, Model) else about
        between = _between(limits, draws, estimate, marked, first is None and second is None)
        found = mode_map(about, first, second, between=between, start=start, tau=tau, cells=CELLS)
    own = marked if isinstance(model, Model) or estimate is None else None
    return Atlas(
        map=found, model=marked, areas=tuple(_areas(found)), lines=tuple(_lines(found)),
        point=None if own is None else _point(own, found.names), estimate=estimate, draws=draws,
        contours=tuple(_contours(draws, found.limits)) if draws is not None else (), page=page,
    )  # fmt: skip


def _point(model: Model, names: tuple[str, str]) -> tuple[float, float]:
    values = {p.path: float(model.values[p.symbol]) for p in model.parameters}
    return values.get(split_path(names[0]), 0.0), values.get(split_path(names[1]), 0.0)


def _effects(model: Model) -> tuple[str, str]:
    a, b = (unit.name for unit in model.units[:2])
    return f'effects."{a}"."{b}"', f'effects."{b}"."{a}"'


def _cloud(
    result: Any, model: Model, first: str | None, second: str | None
) -> tuple[Array | None, tuple[float, float] | None]:
    """Return the draws of both coefficients and the estimate, if there is a fit that estimates both."""
    draws = getattr(result, "draws", None)
    if draws is None or len(model.units) < 2:
        return None, None
    names = [split_path(name) for name in result.names]
    usual = _effects(model)
    wanted = [split_path(first or usual[0]), split_path(second or usual[1])]
    if not all(name in names for name in wanted):
        return None, None
    cloud = np.asarray(draws, float)[:, [names.index(name) for name in wanted]]
    kept = cloud[np.isfinite(cloud).all(-1)]
    return (kept if len(kept) else None), _point(model, (first or usual[0], second or usual[1]))


def _between(limits: Any, draws: Array | None, estimate: Any, marked: Model, usual: bool) -> Any:
    """Return the limits asked for; for two effects and a fit, limits that its draws fit into."""
    if limits is not None:
        given = np.asarray(limits, float)
        if given.shape not in ((2,), (2, 2)):
            raise InvalidValueError("limits", limits, "(low, high), or one such pair for each axis")
        return np.broadcast_to(given, (2, 2)).tolist()
    if not usual or estimate is None:
        return None
    seen = [draws] if draws is not None else []
    points = np.vstack([*seen, [estimate], [_point(marked, _effects(marked))]])
    finite = points[np.isfinite(points).all(-1)]
    reach = min(float(np.quantile(np.abs(finite), 0.98)) * 1.1, 8.0)
    reach = max(1.6, reach, 1.1 * float(np.abs(finite[-2:]).max()))
    return (-reach, reach), (-reach, reach)


def _areas(found: ModeMap) -> list[Area]:
    areas = []
    for k, region in enumerate(found.regions):
        mask = found.grid == k
        outline = tuple(rings(mask, found.limits)) if mask.any() else ()
        if not outline:  # a strip between two borders that holds no cell: its name points at its widest place
            x, y = region.point
            mask[int(np.abs(found.y - y).argmin()), int(np.abs(found.x - x).argmin())] = True
        areas.append(Area(label=region.label, mask=mask, rings=outline))
    return areas


def _lines(found: ModeMap) -> list[tuple[str, Piece]]:
    """Return what holds on a border only: a mode that neither side has, or growth without bound."""
    kept = []
    for piece in (piece for border in found.borders for piece in border.pieces):
        here = piece.on_it
        if here is None or here.key in {label.key for label in piece.between}:
            continue
        if here.mode is not None or here.outcome in (Outcome.UNBOUNDED, Outcome.CONTINUUM):
            kept.append((here.key, piece))
    return kept


def _contours(draws: Array, limits: tuple[Limits, Limits]) -> list[tuple[int, tuple[Array, ...]]]:
    """Return contours of a kernel estimate at heights that hold a share of the draws."""
    from contourpy import contour_generator
    from scipy.stats import gaussian_kde

    if len(draws) < 40 or np.linalg.matrix_rank(np.cov(draws.T), tol=1e-10) < 2:
        return []
    kde = gaussian_kde(draws.T)
    x, y = (np.linspace(*ends, 160) for ends in limits)
    density = kde(np.array(np.meshgrid(x, y)).reshape(2, -1)).reshape(160, 160)
    heights = np.quantile(kde(draws.T), [1 - level / 100 for level in LEVELS])
    lines: Any = contour_generator(x, y, density)
    return [(level, tuple(lines.lines(height))) for level, height in zip(LEVELS, heights, strict=True)]


def draw(ax: Axes, result: Atlas, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw a mode map and return its artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    result : Atlas
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    shown = result.map
    ax.set(xlim=shown.limits[0], ylim=shown.limits[1])
    ax.set_box_aspect(1)
    ax.set_xlabel(axis_value(shown.model, shown.names[0], lang))
    ax.set_ylabel(axis_value(shown.model, shown.names[1], lang))
    looks: dict[Label, Mapping[str, str]] = {}
    for area in result.areas:
        if area.label not in looks:
            beside = {"hatch": OUTCOMES[area.label.outcome.value]["hatch"]}  # a mode that goes round a cycle
            looks[area.label] = distinct(_look(area.label.key) | beside, looks.values())
    artists: dict[str, list[Any]] = {
        "areas": [fill(ax, area.rings, looks[area.label]) for area in result.areas if area.rings],
        "borders": [
            ax.plot(*piece.curve.T, color=INK["border"], lw=0.7, ls="-" if border.equation is not None else (0, (5, 1)),
                    zorder=3)[0]
            for border in shown.borders for piece in border.pieces
        ],
        "lines": _draw_lines(ax, result, lang),
        "cloud": _draw_cloud(ax, result, lang),
        "point": _draw_points(ax, result, lang),
    }  # fmt: skip
    legend(ax, columns=3 if result.page else 2)
    finer = np.ones((max(1, CELLS // len(shown.x)),) * 2, bool)  # names need small cells to fit well
    names = [(np.kron(area.mask, finer), _name(area, result, lang)) for area in result.areas]
    texts = _formulas(result) if result.page else []
    marked = [result.point] if result.point and _within(result.point, shown.limits) else []
    artists["names"] = _labels.place(ax, names, shown.limits, avoid=marked, along=texts)
    return artists


def _name(area: Area, result: Atlas, lang: str) -> str:
    """Return what an area is called; over a page, where there is room, with the outcome beside the mode."""
    name = area.label.name(result.map.model, lang)
    at_rest = area.label.mode is not None and area.label.outcome is Outcome.COEXISTENCE
    if not result.page or not at_rest or area.mask.mean() < _ROOM:
        return name
    return say("map_both", lang, mode=name, outcome=say(area.label.outcome.value, lang))


def _formulas(result: Atlas) -> list[tuple[Array, str]]:
    """Return the longest stretch of each border and what to write along it."""
    texts = []
    for border in result.map.borders:
        text = border.formula if border.name.startswith("smaller") else border.name
        curve = max((piece.curve for piece in border.pieces), key=lambda c: float(np.abs(np.diff(c, axis=0)).sum()))
        if 0 < len(text) <= _LONGEST:
            texts.append((curve, pretty(text).replace(" · ", " ").replace("*", " ").replace("-", "−")))
    return texts


def _look(key: str) -> dict[str, str]:
    return MODES[key] | {"hatch": ""} if key in MODES else OUTCOMES[key]


def _draw_lines(ax: Axes, result: Atlas, lang: str) -> list[Any]:
    drawn, named = [], set()
    for key, piece in result.lines:
        label = None if key in named else say(key, lang)
        drawn += ax.plot(
            *piece.curve.T, color=_look(key)["colour"], lw=2.4, solid_capstyle="butt", zorder=3.2, label=label
        )
        named.add(key)
    (x0, x1), (y0, y1) = result.map.limits
    effects = all(split_path(name)[0] == "effects" for name in result.map.names)
    if "commensalism" in named and effects and len(result.map.model.units) == 2 and x0 < 0 < x1 and y0 < 0 < y1:
        colour = MODES["neutralism"]["colour"]
        drawn += ax.plot(0, 0, ls="none", marker="s", ms=4, color=colour, zorder=3.4, label=say("neutralism", lang))
    return drawn


def _draw_cloud(ax: Axes, result: Atlas, lang: str) -> list[Any]:
    if result.draws is None:
        return []
    drawn = ax.plot(
        *result.draws.T, ls="none", marker=".", ms=1.8, color=INK["text"], alpha=0.35, mew=0, zorder=4
    )
    drawn += ax.plot([], [], ls="none", marker=".", ms=4, color=INK["text"], label=say("figure_draws", lang))
    shares = (", " if lang == "en" else "、").join(str(level) for level, _ in result.contours)
    for level, curves in result.contours:
        for k, curve in enumerate(curves):
            label = say("figure_contour", lang, levels=shares) if k == 0 and level == LEVELS[-1] else None
            drawn += ax.plot(*curve.T, color=INK["text"], lw=0.5 + 0.4 * (level == LEVELS[-1]), zorder=4.5, label=label)
    return drawn


def _draw_points(ax: Axes, result: Atlas, lang: str) -> list[Any]:
    drawn: list[Any] = []
    style: dict[str, Any] = {"ls": "none", "mec": "black", "mew": 0.9, "zorder": 7, "clip_on": False}
    if result.estimate is not None:
        drawn += ax.plot(*result.estimate, marker="X", ms=7, mfc="white", label=say("figure_estimate", lang), **style)
    if not result.map.status.ok:
        coarse = say("map_coarse", lang, share=significant(100 * result.map.resolution, 2))
        drawn += ax.plot([], [], ls="none", label=coarse)
    if result.point is None or not _within(result.point, result.map.limits):
        return drawn
    label = say("figure_model_illustrative" if result.model.illustrative else "figure_model_point", lang)
    drawn += ax.plot(*result.point, marker="*", ms=10, mfc="#F0E442", label=label, **style)
    nearest = result.map.borders[0] if result.map.borders and result.point == result.map.point else None
    if nearest is not None and nearest.foot is not None and nearest.distance is not None:
        rough = f" ± {significant(nearest.error, 1)}" if nearest.error > nearest.distance / 1000 else ""
        told = say("map_nearest", lang, distance=significant(nearest.distance, 3) + rough)
        if nearest.standard_errors is not None:
            told += say("map_errors", lang, count=significant(nearest.standard_errors, 3))
        ends = np.array([result.point, nearest.foot])
        drawn += ax.plot(*ends.T, color="black", lw=1.1, ls=(0, (1.5, 1)), zorder=6.5, label=told)
    return drawn


def _within(point: tuple[float, float], limits: tuple[Limits, Limits]) -> bool:
    return all(low <= v <= high for v, (low, high) in zip(point, limits, strict=True))
