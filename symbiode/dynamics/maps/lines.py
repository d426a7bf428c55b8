"""The curves that may be borders, traced over the plane: exact equations, and special points that are followed.

Comes in: a `Plane` and its conditions. Goes out: `Line`s in coordinates in which the area shown is the unit square.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Any

import numpy as np
import sympy

from symbiode.dynamics.continuation.arclength import Curve, Steps, both_ways
from symbiode.dynamics.continuation.curves import curves
from symbiode.dynamics.continuation.implicit import gap, runs
from symbiode.dynamics.maps.conditions import Condition, gain_equations, growth_of
from symbiode.dynamics.maps.plane import Plane
from symbiode.dynamics.maps.results import Floats
from symbiode.dynamics.maps.tracing import Function, zero_curves
from symbiode.dynamics.numerics.kernels import function
from symbiode.errors import SymbiodeError

_SAME, _DENSE, _FAR, _TOUCHES = 1e-6, 1 / 400, 1e6, 0.2
_STEPS = Steps(first=1e-3, largest=0.025, most=2000)


@dataclass(frozen=True, kw_only=True, eq=False)
class Scaled:
    """A condition in coordinates in which the area shown is the unit square."""

    value: Function
    slope: Function


@dataclass(frozen=True, kw_only=True, eq=False)
class Line:
    """A curve that may be a border.

    Parameters
    ----------
    points : array, shape (point, 2)
    condition : Condition or None
        Its equation, where that is known.
    scaled : Scaled or None
        The same as a function.
    name : str
        What is constant on it, where that has no equation.
    kind : str
        What happens on it, where it was followed.
    error : float
        How far a point may be off, as a share of the sides.
    """

    points: Floats
    condition: Condition | None = None
    scaled: Scaled | None = None
    name: str = ""
    kind: str = ""
    error: float = 1e-12


def exact_lines(plane: Plane, found: Sequence[Condition], cells: int) -> Iterator[Line]:
    """Yield the curves of conditions."""
    for condition in found:
        scaled = _scaled(plane, condition.expression)
        for points in zero_curves(scaled.value, scaled.slope, ((0.0, 1.0), (0.0, 1.0)), max(400, 2 * cells + 1)):
            if np.isfinite(points).all():
                yield Line(points=points, condition=condition, scaled=scaled)


def followed_lines(plane: Plane, exact: Sequence[Line]) -> tuple[list[Line], bool]:
    """Return the curves of special points that no exact line is already, and whether each was followed to its end."""
    try:
        found = curves(plane.model, *plane.names, plane.limits)
    except SymbiodeError:
        return [], False
    low, high = np.array(plane.limits, float).T
    lines: list[Line] = []
    for curve in found.curves:
        z = (curve.values - low) / (high - low)
        states = curve.states / np.maximum(np.abs(curve.states).max(axis=0), 1e-300) if len(curve.states) else z[:, :0]
        new = np.ones(len(z), bool)
        for line in [*exact, *lines]:
            on = _on(z, line)
            new &= ~on | (on.mean() < _TOUCHES)
        for part in runs(new):
            points, error = _smooth(z[part], states[part])
            lines.append(Line(points=points, kind=curve.kind.value, error=error))
        own = [line for line in exact if _on(z, line).mean() > 1 - _TOUCHES]
        near = [np.array([gap(line.points, point)[0] for point in z]) < 10 * _SAME for line in own]
        if own and not np.any(near, axis=0).all():  # traced wrongly where branches of one equation cross
            points, error = _smooth(z, states)
            lines.append(replace(own[0], points=points, error=error, kind=curve.kind.value))
    return lines, found.status.ok


def anchored(lines: Sequence[Line], cells: int) -> list[Line]:
    """Return lines with the ends that lie within a cell of another line drawn across it, so that no gap is left there.

    A curve of Hopf points ends on a fold and touches it; where levels run off, a curve ends a little early.
    """
    done = list(lines)
    for n, line in enumerate(lines):
        points = line.points
        for end in (0, -1) if line.condition is None or line.kind else ():
            tip = points[end]
            others = [(*gap(other.points, tip), other) for k, other in enumerate(lines) if k != n]
            away, length, k, other = min(others, key=lambda found: found[0], default=(np.inf, 0.0, 0, line))
            if away > 1 / cells or length == 0 or min(tip.min(), (1 - tip).min()) < _SAME:
                continue
            normal = np.array([-1, 1]) * (other.points[k + 1] - other.points[k])[::-1] / length
            back = points[min(8, len(points) - 1) if end == 0 else -min(9, len(points))]
            beyond = tip - np.copysign(2 / cells, normal @ (back - tip)) * normal
            points = np.vstack([beyond, points] if end == 0 else [points, beyond])
        done[n] = replace(line, points=points)
    return done


def gain_lines(plane: Plane, exact: Sequence[Line]) -> list[Line]:
    """Return where a unit gains nothing, and the edges of the symmetric band, of two units that no exact line holds."""
    if len(plane.model.units) != 2 or not plane.model.law.kolmogorov:
        return []
    low, high = np.array(plane.limits, float).T
    bottom, top, scale = np.array([-1 + 1e-9, *low]), np.array([_FAR, *high]), np.array([1.0, *(high - low)])
    lines: list[Line] = []
    for name, g, growth in gain_equations(plane, growth_of(plane)):
        free = (g, *plane.symbols)
        made: Any = function(free, [*growth, *(sympy.diff(f, symbol) for f in growth for symbol in free)])

        def curve(z: Floats, made: Any = made) -> tuple[Floats, Floats]:
            rows = np.array([float(row) for row in made(*z)])
            return rows[:2], rows[2:].reshape(2, 3)

        for z in _starts(curve, plane):
            if any(_on(((z[1:] - low) / (high - low))[None], line)[0] for line in [*exact, *lines]):
                continue
            way = np.linalg.svd(curve(z)[1] * scale)[2][-1]
            track = both_ways(curve, z, way, low=bottom, high=top, scale=scale, steps=_STEPS)[2].points
            if len(track) > 1:
                points, error = _smooth((track[:, 1:] - low) / (high - low), np.log1p(track[:, :1]))
                lines.append(Line(points=points, name=name, error=error))
    return lines


def _starts(curve: Curve, plane: Plane) -> Iterator[Floats]:
    """Yield points of a curve at gains of many sizes, by Newton's method from a grid of coefficients."""
    low, high = np.array(plane.limits, float).T
    for g in (-0.9, -0.5, -0.2, -0.05, 0.05, 0.2, 0.5, 1.0, 3.0, 10.0, 100.0):
        for share in product((0.1, 0.37, 0.63, 0.9), repeat=2):
            z = np.array([g, *(low + np.array(share) * (high - low))])
            with np.errstate(all="ignore"):
                for _ in range(12):
                    value, J = curve(z)
                    if not np.isfinite(J).all() or abs(np.linalg.det(J[:, 1:])) < 1e-12:
                        break
                    step = np.linalg.solve(J[:, 1:], value)
                    z[1:] -= step
                    if np.abs(step).max() < 1e-12 * (1 + np.abs(z).max()):
                        if (z[1:] > low).all() and (z[1:] < high).all():
                            yield z
                        break


def _on(z: Floats, line: Line) -> Any:
    """Return which points lie on a line: to first order by its equation, else by its corners."""
    if line.scaled is not None:
        with np.errstate(all="ignore"):
            away = np.abs(line.scaled.value(z)) / np.linalg.norm(line.scaled.slope(z), axis=-1)
        return ~(away > _SAME)
    return np.array([gap(line.points, point)[0] for point in z]) < 10 * _SAME


def _smooth(z: Floats, states: Floats) -> tuple[Floats, float]:
    """Return a followed curve with many points between its own, and how far those may be off."""
    from scipy.interpolate import CubicSpline

    s = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(np.hstack([z, states]), axis=0), axis=1))])
    kept = np.concatenate([[True], np.diff(s) > 1e-12])
    z, s = z[kept], s[kept]
    if len(z) < 8:
        return z, _DENSE
    count = max(2, int(np.ceil(np.linalg.norm(np.diff(z, axis=0), axis=1).max() / _DENSE)))
    dense = np.concatenate([*(np.linspace(a, b, count, endpoint=False) for a, b in pairwise(s)), s[-1:]])
    # Every second point leaves sixteen times the error of all of them.
    half = np.unique([*range(0, len(s), 2), len(s) - 1])
    off = np.abs(CubicSpline(s[half], z[half])(s) - z).max() / 16
    return np.asarray(CubicSpline(s, z)(dense)), float(off)


def _scaled(plane: Plane, expression: sympy.Expr) -> Scaled:
    ours = [sympy.Symbol("p0"), sympy.Symbol("p1")]
    low, high = np.array(plane.limits, float).T
    placed = zip(low, high - low, ours, strict=True)
    lines = [sympy.Float(a, 30) + sympy.Float(w, 30) * o for a, w, o in placed]
    within = expression.xreplace(dict(zip(plane.symbols, lines, strict=True)))
    made: Any = function(ours, [within, *(sympy.diff(within, o) for o in ours)])

    def value(z: Floats) -> Floats:
        return np.asarray(made(z[..., 0], z[..., 1])[0], float)

    def slope(z: Floats) -> Floats:
        rows = made(z[..., 0], z[..., 1])[1:]
        return np.stack([np.broadcast_to(np.asarray(row, float), z.shape[:-1]) for row in rows], axis=-1)

    return Scaled(value=value, slope=slope)
