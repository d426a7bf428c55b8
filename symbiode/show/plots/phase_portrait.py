"""Phase portrait of two units: flow, nullclines, equilibria by type, separatrices, trajectories and the data's path.

Comes in: a model of two units, or a fit. Goes out: curves in the measures of the model. Nullclines of affine laws are
their lines; those of other laws are contours brought onto the curve by Newton's method.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.equilibrium import EquilibriumSet, Stability, affine, equilibria
from symbiode.dynamics.maps.tracing import zero_curves
from symbiode.dynamics.numerics import compiled, vector
from symbiode.dynamics.separatrix import Separatrix, separatrices
from symbiode.errors import Code, RefusedError, refused
from symbiode.show.palette import INK, OUTCOMES, unit
from symbiode.show.plots import _streams
from symbiode.show.plots._cycles import limit_cycles
from symbiode.show.plots._frame import COLUMN, axis_label, draw_equilibria, legend, subject
from symbiode.system.model import TIME, Model, delays_of, noise_of
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
Box = tuple[tuple[float, float], tuple[float, float]]


def size(result: PhasePortrait) -> tuple[float, float]:
    """Return the size of the figure: one journal column, square axes above the legend."""
    return COLUMN, 1.22 * COLUMN


@dataclass(frozen=True, kw_only=True)
class PhasePortrait:
    """What a phase portrait shows, in the measures of the model.

    Parameters
    ----------
    model : Model
        Two units.
    box : pair of (low, high)
        The part of the plane that is shown.
    arrows, trajectories : tuple of array, shape (point, 2)
        Pieces of the flow; whole trajectories in the direction of time.
    nullclines : tuple of (unit index, array of shape (point, 2))
        Where a unit is at rest although it is present; the axes, where it is absent, are nullclines too.
    equilibria : EquilibriumSet
    families : tuple of array, shape (point, 2)
        Lines of equilibria.
    separatrices : tuple of Separatrix
        The stable ones, which part the starts.
    cycles : tuple of (bool, array of shape (point, 2))
        Limit cycles: whether each attracts, and its curve.
    data : array, shape (time, 2), or None
        Observed levels; `data_times` has their times, `measured_in` their measures.
    """

    model: Model
    box: Box
    arrows: tuple[Array, ...]
    trajectories: tuple[Array, ...]
    nullclines: tuple[tuple[int, Array], ...]
    equilibria: EquilibriumSet
    families: tuple[Array, ...] = ()
    separatrices: tuple[Separatrix, ...] = ()
    cycles: tuple[tuple[bool, Array], ...] = ()
    data: Array | None = None
    data_times: Array | None = None
    measured_in: tuple[str, ...] = ()


def compute(
    model_or_result: object, *, box: Box | None = None, trajectories: int = 7, observations: object = None
) -> PhasePortrait:
    """Compute a phase portrait.

    Parameters
    ----------
    model_or_result : Model or a result with `model`
        Two units, equations that do not name the time.
    box : pair of (low, high), optional
        The part of the plane in the model's measures; by default from the origin to beyond every equilibrium,
        capacity, start and observation that matters.
    trajectories : int
        The most whole trajectories.
    observations : Observations, optional
        A path of data to draw; a fit brings its own.

    Returns
    -------
    PhasePortrait

    Raises
    ------
    RefusedError
        If the model has not two units or its rates name the time.
    """
    about = subject(model_or_result, observations)
    model = about.model
    if len(model.units) != 2:
        detail = f"A phase portrait needs two units; {model.name} has {len(model.units)}."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    if any(rate.has(TIME) for rate in model.rates):
        detail = "The equations name the time, so that trajectories may cross: there is no phase portrait."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    found = equilibria(model)
    data = about.y if about.y is not None and np.isfinite(about.y).any() else None
    shown = box or _grown(model, found, _box(model, found, data))
    cycles = _cycles(model, found, shown)
    if box is None:
        ends = [1.05 * curve.max(axis=0) for _, curve in cycles]
        tops = np.max([[high for _, high in shown], *ends], axis=0)
        shown = ((shown[0][0], float(tops[0])), (shown[1][0], float(tops[1])))
    families = tuple(curve for family in found.families for curve in _family(model, family.equations, shown))
    field, rests = _on_unit_square(model, found, shown)
    low, span = np.array(shown)[:, 0], np.ptp(np.array(shown), axis=1)
    along = np.linspace(0, 1, 600)[:, None]
    rests = np.vstack([rests, *(((1 - along) * line[0] + along * line[-1] - low) / span for line in families)])
    divides = tuple(line for line in separatrices(model, shown, kinds=("stable",)) if not line.on_axis)
    avoid = [(line.curve - low) / span for line in divides]
    whole = _streams.spread(field, rests=rests, count=trajectories, avoid=avoid)
    return PhasePortrait(
        model=model,
        box=shown,
        arrows=tuple(low + span * line for line in _streams.arrows(field, rests=rests)),
        trajectories=tuple(low + span * line for line in whole),
        nullclines=tuple((i, curve) for i in (0, 1) for curve in nullcline(model, i, shown)),
        equilibria=found,
        families=families,
        separatrices=divides,
        cycles=cycles,
        data=data,
        data_times=about.t if data is not None else None,
        measured_in=about.measured_in,
    )


def nullcline(model: Model, index: int, box: Box) -> list[Array]:
    """Return the curves in a box where a unit that is present is at rest.

    Parameters
    ----------
    model : Model
        Two units.
    index : int
        The unit at rest.
    box : pair of (low, high)

    Returns
    -------
    list of array, shape (point, 2)
        One line for an affine law, exact; contours corrected to the curve otherwise.
    """
    form = affine(model)
    if form is not None:
        b, row = float(form.b[index]), [float(value) for value in form.A[index]]
        line = _clipped(b, row[0], row[1], box)
        return [] if line is None else [line]
    numerics, p = compiled(model), vector(model)
    values = numerics.per_capita if numerics.kolmogorov else numerics.rates
    slopes = numerics.per_capita_jacobian if numerics.kolmogorov else numerics.jacobian
    (x0, x1), (y0, y1) = box
    inside = (x0 + 1e-6 * (x1 - x0), x1), (y0 + 1e-6 * (y1 - y0), y1)
    # A rate changes its sign at a pole too; times its divisor it does so at rest only.
    poles = None if numerics.divisors is None else numerics.divisors.bind(p)

    def value(z: Array) -> Array:
        f: Array = values(0.0, z, p)[..., index]
        return f if poles is None else f * poles.growth(0.0, np.moveaxis(z, -1, 0))[index]

    def slope(z: Array) -> Array:
        rising: Array = slopes(0.0, z, p)[..., index, :]
        if poles is None:
            return rising
        x, f = np.moveaxis(z, -1, 0), values(0.0, z, p)[..., index]
        divisor, falling = poles.growth(0.0, x)[index], np.moveaxis(poles.jacobian(0.0, x)[index], 0, -1)
        whole: Array = rising * divisor[..., None] + f[..., None] * falling
        return whole

    return zero_curves(value, slope, inside, cells=240)


def _clipped(c: float, a: float, b: float, box: Box) -> Array | None:
    """Return the part of the line c + a x + b y = 0 inside a box, or None."""
    (x0, x1), (y0, y1) = box
    points = [(x, -(c + a * x) / b) for x in (x0, x1) if b != 0] + [(-(c + b * y) / a, y) for y in (y0, y1) if a != 0]
    eps = 1e-9 * max(x1 - x0, y1 - y0)
    inside = sorted({p for p in points if x0 - eps <= p[0] <= x1 + eps and y0 - eps <= p[1] <= y1 + eps})
    return np.array([inside[0], inside[-1]]) if len(inside) > 1 else None


def _family(model: Model, equations: tuple[Any, ...], box: Box) -> list[Array]:
    """Return a family of equilibria as curves: its equations are affine in the two states."""
    import sympy

    x, y = model.states
    for equation in equations:
        e = sympy.expand(equation.lhs - equation.rhs if equation.is_Relational else equation)
        if e.is_polynomial(x, y) and sympy.total_degree(e, x, y) == 1:
            c, a, b = (float(v) for v in (e.xreplace({x: 0, y: 0}), e.coeff(x), e.coeff(y)))
            line = _clipped(c, a, b, box)
            return [] if line is None else [line]
    return []


def _on_unit_square(model: Model, found: EquilibriumSet, box: Box) -> tuple[_streams.Field, Array]:
    """Return the flow and the equilibria of a box in coordinates of the unit square."""
    numerics = compiled(model)
    low, high = np.array(box).T
    span, bound = high - low, numerics.kernel.bind(vector(model))  # once: fields are asked thousands of times

    def field(z: Array) -> Array:
        x = low + span * z
        x = np.maximum(x, 0.0) if numerics.kolmogorov else x
        with np.errstate(all="ignore"):
            f = np.asarray(bound.growth(0.0, x.T).T / span)
            return np.where(x == 0, 0.0, x * f) if numerics.kolmogorov else f

    states = np.array([e.state for e in found.equilibria], float).reshape(-1, 2)
    inside = ((states >= low) & (states <= high)).all(-1)
    return field, (states[inside] - low) / span


def _cycles(model: Model, found: EquilibriumSet, box: Box) -> tuple[tuple[bool, Array], ...]:
    """Return limit cycles, unless a theorem rules them out at all points of a grid."""
    numerics, p = compiled(model), vector(model)
    low, span = np.array(box)[:, 0], np.ptp(np.array(box), axis=1)
    grid = low + span * (np.stack(np.meshgrid(*2 * [np.arange(24)]), -1).reshape(-1, 2) + 0.5) / 12
    with np.errstate(all="ignore"):
        J = (numerics.per_capita_jacobian if numerics.kolmogorov else numerics.jacobian)(0.0, grid, p)
    # With the Dulac function 1/(x y) of Kolmogorov laws the divergence is f_x/y + g_y/x.
    spread = (J[:, [0, 1], [0, 1]] * (grid if numerics.kolmogorov else 1)).sum(axis=1)
    # Bendixson and Dulac; planar systems that cooperate or compete everywhere have none either (Hirsch 1982).
    if affine(model) is not None or (spread <= 0).all() or (J[:, 0, 1] * J[:, 1, 0] >= 0).all():
        return ()
    field, _ = _on_unit_square(model, found, box)
    around = np.array([e.state for e in found.equilibria if e.stability is not Stability.SADDLE], float).reshape(-1, 2)
    with np.errstate(all="ignore"):  # an orbit may leave every bound
        found_cycles = limit_cycles(field, (around[(around > low).all(axis=1)] - low) / span)
    return tuple((stable, low + span * curve) for stable, curve in found_cycles)


def _grown(model: Model, found: EquilibriumSet, box: Box) -> Box:
    """Widen a box so that trajectories which leave it and come back are not cut."""
    field, rests = _on_unit_square(model, found, box)
    (x0, x1), (y0, y1) = box
    wider = _streams.excursion(field, rests=rests)
    wider = np.where(wider > 1.001, wider + 0.02, 1.0)
    return ((x0, x0 + float(wider[0]) * (x1 - x0)), (y0, y0 + float(wider[1]) * (y1 - y0)))


def _box(model: Model, found: EquilibriumSet, data: Array | None) -> Box:
    """Choose the part of the plane: from zero to a little beyond everything that matters."""
    numerics, p = compiled(model), vector(model)
    own = np.asarray(numerics.reference(p), float)
    states = np.array([e.state for e in found.equilibria], float).reshape(-1, 2)
    seen = np.nanmax(data, axis=0) if data is not None else np.zeros(2)
    start = np.array([float(x) if x is not None else 0.0 for x in model.initial])
    alone = np.array([numerics.capacities[i] is not None for i in (0, 1)])
    scale = np.maximum.reduce([np.where(np.isfinite(own), own, 0.0), seen, start])
    scale = np.where(scale > 0, scale, 1.0)
    near = states[(states <= 8 * scale).all(-1)]
    reach = near.max(axis=0) if len(near) else np.zeros(2)
    room = np.where(alone | (data is not None), 1.18, 2.4)
    high = np.maximum(room * np.maximum(reach, np.where(alone, scale, np.maximum(seen, start))), 0)
    high = np.where(high > 0, high, 1.3 * scale)
    low = np.minimum(states.min(axis=0) * 1.2, 0.0) if len(states) else np.zeros(2)
    return ((float(low[0]), float(high[0])), (float(low[1]), float(high[1])))


def draw(ax: Axes, result: PhasePortrait, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw a phase portrait and return its artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    result : PhasePortrait
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    (x0, x1), (y0, y1) = result.box
    ax.set(xlim=(x0, x1), ylim=(y0, y1))
    ax.set_box_aspect(1)
    artists = {
        "flow": _draw_flow(ax, result),
        "trajectories": _draw_trajectories(ax, result, lang),
        "nullclines": _draw_nullclines(ax, result, lang),
        "families": [
            ax.plot(*line.T, color="black", lw=2.4, label=say("figure_family", lang))[0] for line in result.families
        ],
        "separatrices": _draw_separatrices(ax, result, lang),
        "cycles": _draw_cycles(ax, result, lang),
        "data": _draw_data(ax, result, lang),
        "equilibria": draw_equilibria(ax, result.equilibria, result.box, lang),
    }
    ax.set_xlabel(axis_label(result.model, 0, lang, result.measured_in))
    ax.set_ylabel(axis_label(result.model, 1, lang, result.measured_in))
    notes = ["figure_illustrative"] if result.model.illustrative else []
    noisy = any(noise_of(result.model))
    known = result.equilibria.status.ok or (noisy and result.equilibria.equilibria)  # with noise the status warns of it
    notes += [] if known else ["figure_no_equilibria"]
    notes += ["figure_undisturbed"] if noisy or delays_of(result.model) else []
    if notes:
        ax.set_title("\n".join(say(key, lang) for key in notes), fontsize=7, color=INK["axis"], pad=4)
    legend(ax)
    return artists


def _heads(box: Box, tips: list[tuple[Array, Array]], size: float) -> list[Array]:
    """Return arrowheads as triangles that look right on square axes; a tip is (point, point just before it)."""
    low, high = np.array(box).T
    span = high - low
    shapes = []
    for tip, before in tips:
        way = (tip - before) / span
        norm = float(np.linalg.norm(way))
        if norm == 0:
            continue
        along = way / norm
        across = np.array([-along[1], along[0]])
        end = (tip - low) / span + along * size * 0.5
        back, side = end - size * along, 0.36 * size * across
        shapes.append(low + span * np.array([end, back + side, end - 0.78 * size * along, back - side]))
    return shapes


def _draw_flow(ax: Axes, result: PhasePortrait) -> list[Any]:
    from matplotlib.collections import LineCollection, PolyCollection

    tips = [(line[-1], line[-3]) for line in result.arrows]
    stems = LineCollection([line[:-1] for line in result.arrows], colors=INK["flow"], linewidths=0.55, zorder=1)
    heads = PolyCollection(_heads(result.box, tips, 0.013), facecolors=INK["flow"], edgecolors="none", zorder=1)
    return [ax.add_collection(stems, autolim=False), ax.add_collection(heads, autolim=False)]


def _draw_trajectories(ax: Axes, result: PhasePortrait, lang: str) -> list[Any]:
    from matplotlib.collections import PolyCollection

    lines, tips = [], []
    for k, line in enumerate(result.trajectories):
        label = say("figure_trajectory", lang) if k == 0 else None
        lines += ax.plot(*line.T, color=INK["trajectory"], lw=0.9, zorder=2, label=label)
        at = len(line) * 2 // 5
        tips.append((line[at], line[max(at - 3, 0)]))
    heads = PolyCollection(_heads(result.box, tips, 0.024), facecolors=INK["trajectory"], edgecolors="none", zorder=2)
    ax.add_collection(heads, autolim=False)
    return [*lines, heads]


def _draw_nullclines(ax: Axes, result: PhasePortrait, lang: str) -> list[Any]:
    drawn, named = [], set()
    for index, curve in result.nullclines:
        look = unit(index)
        label = say("figure_nullcline", lang, unit=result.model.units[index].shown(lang))
        drawn += ax.plot(
            *curve.T, color=look["colour"], ls=look["dash"], lw=1.5, zorder=3, label=None if index in named else label
        )
        named.add(index)
    return drawn


def _draw_separatrices(ax: Axes, result: PhasePortrait, lang: str) -> list[Any]:
    drawn: list[Any] = []
    for line in result.separatrices:
        label = None if drawn else say("figure_separatrix", lang)
        drawn += ax.plot(*line.curve.T, color=INK["separatrix"], lw=1.3, ls=(0, (6, 1.6)), zorder=3.5, label=label)
    return drawn


def _draw_cycles(ax: Axes, result: PhasePortrait, lang: str) -> list[Any]:
    """Draw limit cycles, solid where they attract and dashed where they repel."""
    drawn, named = [], set()
    for stable, curve in result.cycles:
        label = None if stable in named else say("figure_cycle_stable" if stable else "figure_cycle_unstable", lang)
        dash: Any = "-" if stable else (0, (3, 1.5))
        drawn += ax.plot(*curve.T, color=OUTCOMES["cycle"]["colour"], ls=dash, lw=2.2, zorder=3.8, label=label)
        named.add(stable)
    return drawn


def _draw_data(ax: Axes, result: PhasePortrait, lang: str) -> list[Any]:
    if result.data is None or result.data_times is None:
        return []
    kept = np.isfinite(result.data).all(-1)
    years = result.data_times[kept]
    label = say("figure_data", lang, first=f"{years[0]:g}", last=f"{years[-1]:g}")
    return ax.plot(
        *result.data[kept].T, color=INK["data"], lw=0.7, marker="o", ms=2.4, mfc="white", mew=0.7, zorder=4, label=label
    )
