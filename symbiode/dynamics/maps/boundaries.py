"""The borders between labelled regions: exact curves cut to the parts that separate, the others bracketed by bisection.

Comes in: a `Survey`. Goes out: `MapBorder`s with the model's distance to each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import sympy

from symbiode.dynamics.equilibrium.affine import per_capita_form
from symbiode.dynamics.maps.conditions import Condition
from symbiode.dynamics.maps.plane import Answers, Plane, label_of
from symbiode.dynamics.maps.results import Floats, Ints, Label, MapBorder, Piece
from symbiode.dynamics.maps.survey import UNDECIDED, Survey
from symbiode.dynamics.maps.tracing import Function, foot, onto, zero_curves
from symbiode.dynamics.modes import Evidence
from symbiode.dynamics.numerics.kernels import function

_SIDE, _ROUNDS, _POINTS, _BRACKET = 1e-6, 20, 48, 1e-8


@dataclass(frozen=True, kw_only=True, eq=False)
class Scaled:
    """A condition in coordinates in which the area shown is the unit square."""

    value: Function
    slope: Function


def exact_borders(
    s: Survey, found: tuple[Condition, ...], answers: Answers, covariance: Floats | None
) -> Iterator[MapBorder]:
    """Yield the borders whose equation is known, each with the parts of it that separate two labels."""
    for condition in found:
        scaled = _scaled(s.plane, condition.expression)
        pieces = [piece for curve in _curves(scaled) for piece in _cut(s, scaled, curve, answers)]
        if pieces:
            pieces = [replace(p, curve=_unscaled(s.plane, p.curve)) for p in pieces]
            pieces = [replace(p, on_it=_on_it(answers, condition.expression, p.curve)) for p in pieces]
            border = MapBorder(
                name=condition.name or condition.formula, formula=condition.formula, equation=condition.expression,
                pieces=tuple(pieces), error=1e-12,
            )  # fmt: skip
            yield _measured(s, border, scaled, covariance)


def _scaled(plane: Plane, expression: sympy.Expr) -> Scaled:
    ours = [sympy.Symbol("p0"), sympy.Symbol("p1")]
    low, span = _frame(plane)
    lines = [sympy.Float(a, 30) + sympy.Float(w, 30) * o for a, w, o in zip(low, span, ours, strict=True)]
    moved = dict(zip(plane.symbols, lines, strict=True))
    within = expression.xreplace(moved)
    made: Any = function(ours, [within, *(sympy.diff(within, o) for o in ours)])

    def value(z: Floats) -> Floats:
        return np.asarray(made(z[..., 0], z[..., 1])[0], float)

    def slope(z: Floats) -> Floats:
        rows = made(z[..., 0], z[..., 1])[1:]
        return np.stack([np.broadcast_to(np.asarray(row, float), z.shape[:-1]) for row in rows], axis=-1)

    return Scaled(value=value, slope=slope)


def _frame(plane: Plane) -> tuple[Floats, Floats]:
    low, high = np.array(plane.limits, float).T
    return low, high - low


def _unscaled(plane: Plane, z: Floats) -> Floats:
    low, span = _frame(plane)
    return np.asarray(low + span * z)


def _curves(scaled: Scaled) -> list[Floats]:
    curves = zero_curves(scaled.value, scaled.slope, ((0.0, 1.0), (0.0, 1.0)))
    return [curve for curve in curves if np.isfinite(curve).all()]


def _sides(s: Survey, scaled: Scaled, z: Floats, answers: Answers) -> Ints:
    """Return the labels on both sides of points of a curve, shape (point, 2): below and above zero."""
    g = scaled.slope(z)
    norm = np.linalg.norm(g, axis=-1, keepdims=True)
    across = _SIDE * np.divide(g, norm, out=np.zeros_like(g), where=norm > 0)
    both = [_unscaled(s.plane, z + way * across) for way in (-1, 1)]
    found = np.stack([s.looked_up(points, answers) for points in both], axis=-1)
    differ = np.flatnonzero(found[:, 0] != found[:, 1])
    if s.searched and len(differ):
        found[differ] = np.stack([s.looked_up(points[differ], answers, sharp=True) for points in both], axis=-1)
    return found


def _cut(s: Survey, scaled: Scaled, curve: Floats, answers: Answers) -> Iterator[Piece]:
    """Yield the stretches of a curve along which the labels on its sides differ and stay the same."""
    sides = _sides(s, scaled, curve, answers)
    breaks = np.flatnonzero((sides[1:] != sides[:-1]).any(axis=1)) + 1
    inner = _changes(s, scaled, curve[breaks - 1], curve[breaks], sides[breaks - 1], answers)
    edges = [curve[:1], *inner[:, None], curve[-1:]]
    for k, (begin, end) in enumerate(pairwise([0, *breaks, len(curve)])):
        pair = sides[begin]
        if pair[0] != pair[1] and UNDECIDED not in (s.labels[pair[0]], s.labels[pair[1]]):
            points = np.concatenate([edges[k], curve[begin:end], edges[k + 1]])
            points = points[np.concatenate([[True], (np.diff(points, axis=0) != 0).any(axis=1)])]
            if len(points) > 1:
                yield Piece(curve=points, between=(s.labels[pair[0]], s.labels[pair[1]]))


def _changes(s: Survey, scaled: Scaled, inside: Floats, outside: Floats, pairs: Ints, answers: Answers) -> Floats:
    """Return where along a curve the labels on its sides change, each between two of its points."""
    for _ in range(_ROUNDS if len(pairs) else 0):
        middle = onto(scaled.value, scaled.slope, (inside + outside) / 2)
        same = (_sides(s, scaled, middle, answers) == pairs).all(axis=1, keepdims=True)
        inside, outside = np.where(same, middle, inside), np.where(same, outside, middle)
    return inside


def _on_it(answers: Answers, expression: sympy.Expr, curve: Floats) -> Label | None:
    """Return what is proved to hold exactly on a curve that can be solved for one coefficient, else None."""
    plane = answers.plane
    if answers.spent or per_capita_form(plane.model) is None or not expression.is_polynomial(*plane.symbols):
        return None
    middle = curve[len(curve) // 2]
    for k in (1, 0):
        if sympy.degree(expression, plane.symbols[k]) == 1:
            other = Fraction(f"{middle[1 - k]:.6g}")
            at = expression.subs(plane.symbols[1 - k], sympy.Rational(other.numerator, other.denominator))
            [solved] = sympy.roots(sympy.Poly(at, plane.symbols[k])) or [None]
            if solved is None or not solved.is_Rational:
                return None
            exact = Fraction(int(solved.p), int(solved.q))
            values = dict(zip(plane.names, (other, exact) if k else (exact, other), strict=True))
            found = answers.settled(plane.model.with_values(values))
            return None if found.evidence is Evidence.SIMULATION else label_of(found, plane.pair)
    return None


def computed_borders(s: Survey, answers: Answers, covariance: Floats | None) -> Iterator[MapBorder]:
    """Yield the borders inside searched parts, every point of them between two answers of `settle`."""
    for whole in sorted(s.searched):
        here = s.wholes == whole
        kinds = np.unique(s.grid[here])
        for n, first in enumerate(kinds):
            for second in kinds[n + 1 :]:
                if UNDECIDED in (s.labels[first], s.labels[second]):
                    continue
                chains = _chains(s, here, int(first), int(second))
                found = [_bracketed(s, chain, int(first), answers) for chain in chains]
                between = s.labels[first], s.labels[second]
                pieces = tuple(Piece(curve=curve, between=between) for curve, _ in found if len(curve) > 1)
                if pieces:
                    unreached = s.step * float(np.hypot(s.x[1] - s.x[0], s.y[1] - s.y[0])) if s.spent else 0.0
                    error = max(unreached, *(error for _, error in found))
                    border = MapBorder(name="", formula="", equation=None, pieces=pieces, error=error)
                    yield _measured(s, border, None, covariance)


def _chains(s: Survey, here: Any, first: int, second: int) -> list[Floats]:
    """Return chains of edges of the grid between two labels: points halfway between cell centres, in cells."""
    from contourpy import contour_generator

    other = ~here | ((s.grid != first) & (s.grid != second))
    lines: Any = contour_generator(z=np.ma.masked_array((s.grid == first).astype(float), other)).lines(0.5)
    return [line[:: max(1, len(line) // _POINTS)] for line in lines]


def _bracketed(s: Survey, chain: Floats, first: int, answers: Answers) -> tuple[Floats, float]:
    """Return a border as points, each found by bisection along one edge of the grid, and the widest bracket."""
    points, error = [], 0.0
    _, span = _frame(s.plane)
    for at in chain:
        ends = np.floor(at).astype(int), np.ceil(at).astype(int)
        inside, outside = ends if s.grid[ends[0][1], ends[0][0]] == first else ends[::-1]
        a, b = (np.array([s.x[end[0]], s.y[end[1]]]) for end in (inside, outside))
        while np.abs((a - b) / span).max() > _BRACKET and not answers.spent:
            middle = (a + b) / 2
            same = s.index(answers.label(float(middle[0]), float(middle[1]))) == first
            a, b = (middle, b) if same else (a, middle)
        points.append((a + b) / 2)
        error = max(error, float(np.linalg.norm(a - b)))
    return np.array(points).reshape(-1, 2), error


def _measured(s: Survey, border: MapBorder, scaled: Scaled | None, covariance: Floats | None) -> MapBorder:
    """Return a border with the distance of the model's point to it."""
    point = np.array(s.plane.point)
    near, piece = _nearest(s.plane, border, scaled, point, np.eye(2))
    low, high = np.array(s.plane.limits).T
    distance = float(np.linalg.norm(near - point))
    label = s.labels[int(s.looked_up(point[None], _silent(s))[0])]
    neighbour = piece.between[1] if piece.between[0] == label else piece.between[0]
    errors = None
    if covariance is not None:
        metric = np.asarray(np.linalg.inv(covariance))
        step = _nearest(s.plane, border, scaled, point, metric)[0] - point
        errors = float(np.sqrt(step @ metric @ step))
    room = float(min((point - low).min(), (high - point).min()))
    return replace(
        border, distance=distance, foot=(float(near[0]), float(near[1])), neighbour=neighbour,
        standard_errors=errors, inside=distance <= room,
    )  # fmt: skip


def _silent(s: Survey) -> Answers:
    return Answers(plane=s.plane, most=1)


def _nearest(
    plane: Plane, border: MapBorder, scaled: Scaled | None, point: Floats, metric: Floats
) -> tuple[Floats, Piece]:
    """Return the nearest point of a border in a metric, and the piece that it is on."""
    best: tuple[float, Floats, Piece] | None = None
    for piece in border.pieces:
        step = piece.curve - point
        k = int(np.argmin(np.einsum("mi,ij,mj->m", step, metric, step)))
        near = _on_segments(piece.curve[max(k - 1, 0) : k + 2], point, metric)
        if scaled is not None and 0 < k < len(piece.curve) - 1:
            near = _polished(plane, scaled, point, metric, near)
        length = float((near - point) @ metric @ (near - point))
        if best is None or length < best[0]:
            best = length, near, piece
    assert best is not None
    return best[1], best[2]


def _on_segments(corners: Floats, point: Floats, metric: Floats) -> Floats:
    """Return the nearest point of a broken line."""
    found = [corners[0]]
    for a, b in pairwise(corners):
        along = b - a
        size = float(along @ metric @ along)
        t = float(np.clip(along @ metric @ (point - a) / size, 0, 1)) if size > 0 else 0.0
        found.append(a + t * along)
    return min(found, key=lambda z: float((z - point) @ metric @ (z - point)))


def _polished(plane: Plane, scaled: Scaled, point: Floats, metric: Floats, near: Floats) -> Floats:
    """Return the foot on an exact curve, from a point close to it."""
    low, span = _frame(plane)
    whole = span[:, None] * metric * span
    found = foot(scaled.value, scaled.slope, (point - low) / span, whole / np.abs(whole).max(), (near - low) / span)
    moved = np.abs(found - (near - low) / span).max()
    return low + span * found if moved < 0.02 else near
