"""Mode map: which mode, or which outcome, over the plane of the two effects, with exact borders.

Comes in: a logistic model of two units that grow alone, or a fit of one. Goes out: areas and borders of the plane, the
model's own point, and for a fit its draws with contours that hold a share of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.modes import Mode, Outcome
from symbiode.dynamics.modes.regions import Regions, borders, classify
from symbiode.errors import Code, RefusedError, refused
from symbiode.show.palette import INK, MODES, OUTCOMES
from symbiode.show.plots import _labels
from symbiode.show.plots._frame import COLUMN, axis_effect, legend, subject
from symbiode.system.model import Model
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
Limits = tuple[float, float]
CELLS = 600
LEVELS = (50, 80, 95)


def size(result: ModeMap) -> tuple[float, float]:
    """Return the size of the figure: one journal column, square axes above the legend."""
    return COLUMN, 1.2 * COLUMN


@dataclass(frozen=True, kw_only=True)
class Area:
    """A connected part of the plane with one mode or outcome.

    Parameters
    ----------
    key : str
        The mode, or the outcome where there is no mode; a key of `symbiode.words`.
    excluded : int or None
        For an exclusion the index of the unit that disappears.
    mask : array of bool, shape (cell, cell)
        Rows are the second effect, columns the first.
    rings : tuple of array, shape (point, 2)
        Its outline; a hole is a ring of its own, wound the other way.
    """

    key: str
    excluded: int | None
    mask: NDArray[np.bool_]
    rings: tuple[Array, ...]


@dataclass(frozen=True, kw_only=True)
class ModeMap:
    """What a mode map shows; `a` is the effect of unit 2 on unit 1, `b` the other.

    Parameters
    ----------
    model : Model
        The model whose point is marked.
    limits : (low, high)
        Of both axes.
    axis : array, shape (cell,)
        Cell centres along each axis.
    areas : tuple of Area
    edges : tuple of (key, array of shape (2, 2))
        Modes that are only a line, such as commensalism: pieces of the lines a = 0 and b = 0.
    borders : tuple of (name, array of shape (point, 2))
    point : (a, b) or None
        The model's effects.
    estimate : (a, b) or None
        The effects a fit estimates.
    draws : array, shape (draw, 2), or None
    contours : tuple of (percent, tuple of arrays of shape (point, 2))
        Smallest areas (by a kernel estimate) that hold a share of the draws.
    tau : float
    """

    model: Model
    limits: Limits
    axis: Array
    areas: tuple[Area, ...]
    edges: tuple[tuple[str, Array], ...]
    borders: tuple[tuple[str, Array], ...]
    point: tuple[float, float] | None
    estimate: tuple[float, float] | None
    draws: Array | None
    contours: tuple[tuple[int, tuple[Array, ...]], ...]
    tau: float


def compute(
    model_or_result: object, *, limits: Limits | None = None, zero: float = 0.0, tau: float = 0.1, model: object = None
) -> ModeMap:
    """Compute a mode map.

    Parameters
    ----------
    model_or_result : Model or Fit
        Two logistic units with own growth 1.
    limits : (low, high), optional
        Of both effects; by default wide enough for every outcome, and for the fit's draws.
    zero : float
        Effects of at most this size count as none.
    tau : float
        A mutualism is symmetric if the smaller gain is at least ``1 - tau`` of the larger.
    model : Model, optional
        With a fit: another model whose point is marked too.

    Returns
    -------
    ModeMap

    Raises
    ------
    RefusedError
        If the plane of two effects does not decide the mode of this model.
    """
    about = subject(model_or_result).model
    _check(about)
    draws, estimate = _cloud(model_or_result, about)
    marked = model if isinstance(model, Model) else (None if estimate is not None else about)
    point = _effects(marked) if marked is not None else None
    seen = [draws] if draws is not None else []
    seen += [np.array([z]) for z in (point, estimate) if z is not None]
    shown = limits or _limits(np.vstack(seen) if seen else np.zeros((1, 2)))
    axis = np.linspace(*shown, CELLS)
    found = classify(*np.meshgrid(axis, axis), zero=zero, tau=tau)
    return ModeMap(
        model=marked if marked is not None else about,
        limits=shown,
        axis=axis,
        areas=tuple(_areas(found, axis)),
        edges=tuple(_edges(shown, zero, tau)),
        borders=tuple(_borders(shown, zero, tau)),
        point=point,
        estimate=estimate,
        draws=draws,
        contours=tuple(_contours(draws, shown)) if draws is not None else (),
        tau=tau,
    )


def _check(model: Model) -> None:
    alone = [p.value == 1 for p in model.parameters if p.path[-1] == "own_growth"]
    if model.law.name != "logistic" or len(model.units) != 2 or not all(alone):
        detail = "The map is drawn for two logistic units that both grow alone."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))


def _effects(model: Model) -> tuple[float, float]:
    first, second = (unit.name for unit in model.units)
    values = {p.path: float(model.values[p.symbol]) for p in model.parameters}
    return values.get(("effects", first, second), 0.0), values.get(("effects", second, first), 0.0)


def _cloud(result: Any, model: Model) -> tuple[Array | None, tuple[float, float] | None]:
    """Return the draws of both effects and the estimate, if there is a fit that estimates both."""
    draws = getattr(result, "draws", None)
    if draws is None:
        return None, None
    first, second = (unit.name for unit in model.units)
    names = list(result.names)
    wanted = [f"effects.{first}.{second}", f"effects.{second}.{first}"]
    if not all(name in names for name in wanted):
        return None, None
    cloud = np.asarray(draws, float)[:, [names.index(name) for name in wanted]]
    kept = cloud[np.isfinite(cloud).all(-1)]
    return (kept if len(kept) else None), _effects(model)


def _limits(points: Array) -> Limits:
    finite = points[np.isfinite(points).all(-1)]
    reach = float(np.quantile(np.abs(finite), 0.98)) * 1.1 if len(finite) else 0.0
    reach = max(1.6, min(reach, 8.0), 1.1 * float(np.abs(finite[-1]).max()) if len(finite) else 0.0)
    return -reach, reach


def _words() -> list[str]:
    """Return what a code of `_codes` means: the outcomes, then the modes."""
    return [*(o.value for o in Outcome), *(m.value for m in Mode)]


def _codes(found: Regions) -> NDArray[np.int64]:
    """Return the mode, else the outcome, of each point as a position in `_words`."""
    modes, outcomes = found.mode.astype(np.int64), found.outcome.astype(np.int64)
    return np.where(modes >= 0, modes + len(Outcome), outcomes)


def _areas(found: Regions, axis: Array) -> list[Area]:
    from scipy import ndimage

    codes, areas = _codes(found), []
    for code in np.unique(codes):
        parts, count = ndimage.label(codes == code)
        for k in range(1, count + 1):
            mask = parts == k
            if ndimage.binary_erosion(mask).sum() == 0:  # a line of the plane, not an area
                continue
            out = int(np.median(found.excluded[mask]))
            gone = out if _words()[code] == Outcome.EXCLUSION.value else None
            areas.append(Area(key=_words()[code], excluded=gone, mask=mask, rings=tuple(_rings(mask, axis))))
    return areas


def _rings(mask: NDArray[np.bool_], axis: Array) -> list[Array]:
    """Return the outline of a mask without points in the middle of straight pieces."""
    from contourpy import contour_generator

    half = (axis[1] - axis[0]) / 2
    wide = np.concatenate([[axis[0] - half], axis, [axis[-1] + half]])
    lines: Any = contour_generator(wide, wide, np.pad(mask.astype(float), 1)).lines(0.5)
    rings = []
    for ring in lines:
        before, after = np.diff(ring[:-1], axis=0), np.diff(ring[1:], axis=0)
        turn = np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]) > 1e-9 * half * half
        rings.append(ring[np.concatenate([[True], turn, [True]])])
    return rings


def _edges(limits: Limits, zero: float, tau: float) -> list[tuple[str, Array]]:
    """Return the modes that live only on the lines a = 0 and b = 0 as pieces of these lines."""
    if zero > 0:
        return []
    s = np.linspace(*limits, 2 * CELLS)
    on_lines = ((s, 0 * s), (0 * s, s))
    pieces: list[tuple[str, Array]] = []
    for a, b in on_lines:
        codes = _codes(classify(a, b, zero=zero, tau=tau))
        for word in (Mode.COMMENSALISM.value, Mode.AMENSALISM.value):
            here = np.flatnonzero(codes == _words().index(word))
            if len(here):
                ends = _sharpened(np.array([[a[here[0]], b[here[0]]], [a[here[-1]], b[here[-1]]]]), limits)
                pieces.append((word, ends))
    return pieces


def _sharpened(ends: Array, limits: Limits) -> Array:
    """Move the ends of a piece to the border next to them: 0, -1 or a limit."""
    borders_at = np.array([0.0, -1.0, *limits])
    near = borders_at[np.abs(ends[..., None] - borders_at).argmin(-1)]
    return np.asarray(near, float)


def _borders(limits: Limits, zero: float, tau: float) -> list[tuple[str, Array]]:
    return [(name, np.column_stack([a, b])) for name, a, b in borders(limits, zero=zero, tau=tau)]


def _contours(draws: Array, limits: Limits) -> list[tuple[int, tuple[Array, ...]]]:
    """Return contours of a kernel estimate at heights that hold a share of the draws."""
    from contourpy import contour_generator
    from scipy.stats import gaussian_kde

    if len(draws) < 40 or np.linalg.matrix_rank(np.cov(draws.T), tol=1e-10) < 2:
        return []
    kde = gaussian_kde(draws.T)
    axis = np.linspace(*limits, 160)
    density = kde(np.array(np.meshgrid(axis, axis)).reshape(2, -1)).reshape(160, 160)
    heights = np.quantile(kde(draws.T), [1 - level / 100 for level in LEVELS])
    lines: Any = contour_generator(axis, axis, density)
    return [(level, tuple(lines.lines(height))) for level, height in zip(LEVELS, heights, strict=True)]


def draw(ax: Axes, result: ModeMap, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw a mode map and return its artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    result : ModeMap
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    ax.set(xlim=result.limits, ylim=result.limits)
    ax.set_box_aspect(1)
    ax.set_xlabel(axis_effect(result.model, 0, 1, lang))
    ax.set_ylabel(axis_effect(result.model, 1, 0, lang))
    artists: dict[str, list[Any]] = {
        "areas": [_fill(ax, area) for area in result.areas],
        "borders": [ax.plot(*c.T, color=INK["border"], lw=0.7, zorder=3)[0] for _, c in result.borders],
        "edges": _draw_edges(ax, result, lang),
        "cloud": _draw_cloud(ax, result, lang),
        "point": _draw_points(ax, result, lang),
    }
    legend(ax)
    names = [(area.mask, _name(area, result.model, lang)) for area in result.areas]
    artists["names"] = _labels.place(ax, names, result.limits, avoid=result.point)
    return artists


def _look(key: str) -> dict[str, str]:
    return MODES[key] | {"hatch": ""} if key in MODES else OUTCOMES[key]


def _name(area: Area, model: Model, lang: str) -> str:
    if area.excluded is not None:
        return say("figure_exclusion", lang, unit=model.units[area.excluded].shown(lang))
    return say(area.key, lang)


def _fill(ax: Axes, area: Area) -> Any:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    look = _look(area.key)
    outline = Path.make_compound_path(*(Path(ring, closed=True) for ring in area.rings))
    style: dict[str, Any] = {"facecolor": look["fill"], "edgecolor": OUTCOMES["undecided"]["colour"], "linewidth": 0}
    return ax.add_patch(PathPatch(outline, hatch=look["hatch"] or None, zorder=1, **style))


def _draw_edges(ax: Axes, result: ModeMap, lang: str) -> list[Any]:
    drawn, named = [], set()
    for key, line in result.edges:
        label = None if key in named else say(key, lang)
        drawn += ax.plot(*line.T, color=MODES[key]["colour"], lw=2.4, solid_capstyle="butt", zorder=3.2, label=label)
        named.add(key)
    if result.edges:
        colour = MODES["neutralism"]["colour"]
        drawn += ax.plot(0, 0, ls="none", marker="s", ms=4, color=colour, zorder=3.4, label=say("neutralism", lang))
    return drawn


def _draw_cloud(ax: Axes, result: ModeMap, lang: str) -> list[Any]:
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


def _draw_points(ax: Axes, result: ModeMap, lang: str) -> list[Any]:
    drawn: list[Any] = []
    style: dict[str, Any] = {"ls": "none", "mec": "black", "mew": 0.9, "zorder": 7, "clip_on": False}
    if result.estimate is not None:
        drawn += ax.plot(*result.estimate, marker="X", ms=7, mfc="white", label=say("figure_estimate", lang), **style)
    if result.point is not None:
        label = say("figure_model_illustrative" if result.model.illustrative else "figure_model_point", lang)
        drawn += ax.plot(*result.point, marker="*", ms=10, mfc="#F0E442", label=label, **style)
    return drawn
