"""The borders between labelled regions: lines cut to the parts that separate, the others bracketed by bisection.

Comes in: a `Survey`. Goes out: `MapBorder`s with the model's distance to each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import sympy

from symbiode.dynamics.continuation.implicit import gap
from symbiode.dynamics.equilibrium.affine import per_capita_form
from symbiode.dynamics.maps.lines import Scaled
from symbiode.dynamics.maps.plane import Answers, Plane, label_of
from symbiode.dynamics.maps.results import Floats, Ints, Label, MapBorder, Piece
from symbiode.dynamics.maps.survey import UNDECIDED, Survey
from symbiode.dynamics.maps.tracing import foot, onto
from symbiode.dynamics.modes import Evidence

_POINTS, _BRACKET = 48, 1e-8


def traced_borders(s: Survey, answers: Answers, covariance: Floats | None) -> Iterator[MapBorder]:
    """Yield the lines that are borders, each with the parts of it that separate two labels."""
    changes = _Meetings(s)
    groups: dict[object, list[int]] = {}
    for n, each in enumerate(s.lines):
        groups.setdefault(each.condition or n, []).append(n)
    for numbers in groups.values():
        line = s.lines[numbers[0]]
        whole = [s.lines[n].points for n in numbers if s.lines[n].condition and s.lines[n].kind]
        pieces = [
            piece for n in numbers for piece in _cut(s, n, changes)
            if s.lines[n].kind or not any(_beside(points, piece.curve) for points in whole)
        ]  # fmt: skip
        if not pieces:
            continue
        pieces = [replace(p, curve=_unscaled(s.plane, p.curve)) for p in pieces]
        known, _, span = line.condition, *_frame(s.plane)
        if known is not None:
            pieces = [replace(p, on_it=_on_it(answers, known.expression, p.curve)) for p in pieces]
        border = MapBorder(
            name=known.name or known.formula if known else line.name, formula=known.formula if known else "",
            equation=known.expression if known else None, kind=line.kind, pieces=tuple(pieces),
            error=line.error if known else line.error * float(span.max()),
        )  # fmt: skip
        yield _measured(s, border, line.scaled, answers, covariance)


def _frame(plane: Plane) -> tuple[Floats, Floats]:
    low, high = np.array(plane.limits, float).T
    return low, high - low


def _unscaled(plane: Plane, z: Floats) -> Floats:
    low, span = _frame(plane)
    return np.asarray(low + span * z)


def _cut(s: Survey, n: int, meetings: _Meetings) -> Iterator[Piece]:
    """Yield the stretches of a line along which the labels on its sides differ and stay the same."""
    met, curve = s.cut.crossings[n], s.lines[n].points
    sides = np.array([[s.beside(int(face), at) for face in pair] for pair, at in zip(met.sides, met.at, strict=True)])
    sides = _filled(sides.reshape(-1, 2))
    breaks = (np.flatnonzero((sides[1:] != sides[:-1]).any(axis=1)) + 1).tolist()
    stops = [(0.0, curve[0]), *(meetings.between(n, met.s[k - 1], met.s[k]) for k in breaks)]
    stops.append((len(curve) - 1.0, curve[-1]))
    for k, (begin, end) in enumerate(pairwise([0, *breaks, len(sides)])):
        pair = sides[begin] if end > begin else (-1, -1)
        labels = [s.labels[side] for side in pair if side >= 0]
        if pair[0] != pair[1] and len(labels) == 2 and UNDECIDED not in labels:
            (low, first), (high, last) = stops[k], stops[k + 1]
            inner = curve[int(low) + 1 : int(np.ceil(high))]
            points = np.concatenate([first[None], inner, last[None]])
            points = points[np.concatenate([[True], (np.diff(points, axis=0) != 0).any(axis=1)])]
            if len(points) > 1:
                yield Piece(curve=points, between=(labels[0], labels[1]))


def _beside(whole: Floats, curve: Floats) -> bool:
    """Whether a stretch is part of a line that was followed as a whole."""
    return gap(whole, curve[len(curve) // 2])[0] < 1e-4


def _filled(sides: Ints) -> Ints:
    """Return sides with those that are no face taken from the crossing before, else from the one after."""
    for column in sides.T:
        for order in (range(1, len(column)), range(len(column) - 2, -1, -1)):
            for k in order:
                back = k - 1 if order.step > 0 else k + 1
                column[k] = column[back] if column[k] < 0 else column[k]
    return sides


class _Meetings:
    """Where lines meet each other between two of their crossings."""

    def __init__(self, s: Survey) -> None:
        self.lines = s.lines
        self.first = np.concatenate([line.points[:-1] for line in s.lines] or [np.empty((0, 2))])
        self.along = np.concatenate([np.diff(line.points, axis=0) for line in s.lines] or [np.empty((0, 2))])
        self.owner = np.repeat(np.arange(len(s.lines)), [len(line.points) - 1 for line in s.lines])

    def between(self, n: int, low: float, high: float) -> tuple[float, Floats]:
        """Return where another line meets line n between two positions: the position and the point."""
        curve = self.lines[n].points
        for k in range(int(low), int(np.ceil(high))):
            a, way = curve[k], curve[k + 1] - curve[k]
            away = self.first - a
            with np.errstate(all="ignore"):
                det = way[0] * self.along[:, 1] - way[1] * self.along[:, 0]
                t = (away[:, 0] * self.along[:, 1] - away[:, 1] * self.along[:, 0]) / det
                u = (away[:, 0] * way[1] - away[:, 1] * way[0]) / det
            inside = (u >= 0) & (u <= 1) & (t >= max(low - k, 0)) & (t <= min(high - k, 1)) & (self.owner != n)
            hits = np.flatnonzero(inside)
            if len(hits):
                hit = hits[np.argmin(t[hits])]
                return k + float(t[hit]), self._polished(n, int(self.owner[hit]), a + t[hit] * way)
        middle = (low + high) / 2
        k = min(int(middle), len(curve) - 2)
        return middle, np.asarray(curve[k] + (middle - k) * (curve[k + 1] - curve[k]))

    def _polished(self, n: int, other: int, z: Floats) -> Floats:
        """Return the point where two equations hold, by Newton's method; with one of them, the nearest on it."""
        both = [line.scaled for line in (self.lines[n], self.lines[other]) if line.scaled is not None]
        start = z
        for _ in range(6 if len(both) == 2 else 0):
            J = np.array([f.slope(z) for f in both])
            if not np.isfinite(J).all() or np.linalg.cond(J) > 1e12:
                break
            z = z - np.linalg.solve(J, [float(f.value(z)) for f in both])
        z = z if np.abs(z - start).max() < 1e-3 else start
        own = self.lines[n].scaled
        return z if own is None else onto(own.value, own.slope, z[None])[0]


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
    for face in range(int(s.cut.faces.max()) + 1):
        if face in s.of_face:
            continue
        here = s.cut.faces == face
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
                    yield _measured(s, border, None, answers, covariance)


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


def _measured(
    s: Survey, border: MapBorder, scaled: Scaled | None, answers: Answers, covariance: Floats | None
) -> MapBorder:
    """Return a border with the distance of the model's point to it."""
    point = np.array(s.plane.point)
    near, piece = _nearest(s.plane, border, scaled, point, np.eye(2))
    low, high = np.array(s.plane.limits).T
    distance = float(np.linalg.norm(near - point))
    label = answers.label(*s.plane.point)
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
