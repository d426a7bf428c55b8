"""Follow a curve G(z) = 0, z in R^(m+1), G in R^m, by pseudo-arclength: predictor, corrector, adaptive step.

Comes in: a function that returns G and its Jacobian at z, a point on or near the curve, a direction, and the box to
stay in. Goes out: a `Track`. The step keeps its direction through folds and simple branch points, does not jump to
another branch (`Steps` says which tests stop it), and ends exactly on the edge of the box.

>>> def circle(z):
...     return np.array([z @ z - 1]), 2 * z[None]
>>> track = follow_curve(circle, [1, 0], [0, 1], low=[-2, -2], high=[2, 0.5])
>>> track.ended.value, track.points[-1].round(12).tolist()  # leaves through z[1] = 0.5
('edge', [0.866025403784, 0.5])
>>> solve(lambda z: (np.array([z @ z - 1, z[0] - z[1]]), np.array([2 * z, [1, -1]])), [1, 1]).point.round(12).tolist()
[0.707106781187, 0.707106781187]

References
----------
Keller (1977), in Applications of Bifurcation Theory, 359-384; Allgower and Georg (2003), Introduction to Numerical
Continuation Methods, chapters 6 and 8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Curve = Callable[[Array], tuple[Array, Array]]
"""G and its Jacobian at z: arrays of shape (m,) and (m, m + 1)."""
_NO_SIGN = 1e-12  # a determinant below this is rounding: the curve is singular all along


class Ended(Enum):
    """Why a track ends."""

    EDGE = "edge"
    CLOSED = "closed"
    STALLED = "stalled"
    WORK = "work"


@dataclass(frozen=True, kw_only=True)
class Steps:
    """How a curve is followed; lengths are in scaled coordinates, relative to 1 + |z|.

    Parameters
    ----------
    first, smallest, largest : float
        Lengths of steps.
    most : int
        Bound on the number of points.
    turn : float
        Largest angle between neighbouring tangents, radians.
    sag : float
        Largest distance between a step's chord and what its two tangents predict, relative to the step: a jump to a
        parallel branch shows here.
    contraction : float
        Largest ratio of neighbouring corrections of Newton's method.
    crossing : float
        Longest step over a change of orientation. Neighbouring branches have opposite orientation, so a longer step
        may have jumped; it is shortened until the change is seen to be a branch point, not a near miss.
    """

    first: float = 1e-2
    smallest: float = 1e-9
    largest: float = 0.1
    most: int = 5000
    turn: float = 0.25
    sag: float = 0.02
    contraction: float = 0.5
    crossing: float = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Track:
    """A followed curve.

    Parameters
    ----------
    points, tangents : array, shape (point, m + 1)
        Points with |G| at rounding level, and unit tangents (in scaled coordinates) along the direction of travel.
    orientation : array, shape (point,)
        det [G_z; tangent], rows of G_z at length 1: its sign changes between two points exactly where a simple branch
        point lies between them.
    ended : Ended
        `edge`: on the edge of the box; `closed`: back at the start; `stalled`: no step could be made;
        `work`: after `Steps.most` points.
    edge : int or None
        The coordinate whose edge was reached.
    """

    points: Array
    tangents: Array
    orientation: Array
    ended: Ended
    edge: int | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Solved:
    """What Newton's method found: `point`, the size of its last correction, and whether it converged."""

    point: Array
    correction: float
    converged: bool


def solve(
    function: Curve, start: ArrayLike, *, scale: ArrayLike | float = 1.0, most: int = 25, contraction: float = np.inf
) -> Solved:
    """Solve a square system by Newton's method, to rounding level.

    Parameters
    ----------
    function : callable
        Returns the system and its Jacobian, shapes (k,) and (k, k).
    start : array, shape (k,)
    scale : array or float
        Typical size of each coordinate.
    most : int
        Bound on the number of corrections.
    contraction : float
        Give up once a correction is more than this times the one before (but for rounding).

    Returns
    -------
    Solved
        Converged means that corrections fell below 1e-13 of the scaled size, or stopped falling below 1e-9 of it.
    """
    z: Array = np.array(start, float)
    size = _sizes(scale, z)
    before = np.inf
    for _ in range(most):
        G, J = function(z)
        step = _linear(J, G)
        length = float(np.linalg.norm(step / size)) / (1 + float(np.linalg.norm(z / size)))
        if not np.isfinite(length):
            break
        if length >= before and before < 1e-9:
            return Solved(point=z, correction=before, converged=True)
        if length > contraction * before and length > 1e-9:
            break
        z = z - step
        if length < 1e-13:
            return Solved(point=z, correction=length, converged=True)
        before = length
    return Solved(point=z, correction=before, converged=before < 1e-9)


def tangent(J: Array, toward: ArrayLike, scale: ArrayLike | float = 1.0) -> tuple[Array, float]:
    """Return the unit tangent of a curve along a direction, and det [J; tangent] with rows of J at length 1.

    Parameters
    ----------
    J : array, shape (m, m + 1)
        The Jacobian of G.
    toward : array, shape (m + 1,)
        The tangent has a positive product with it.
    scale : array or float
        Lengths are those of z / scale; the tangent is returned in scaled coordinates, as `toward` is given.
    """
    direction: Array = np.asarray(toward, float)
    scaled: Array = J * _sizes(scale, direction)
    rows = np.linalg.norm(scaled, axis=1, keepdims=True)
    scaled = scaled / np.where(rows > 0, rows, 1.0)
    found = _linear(np.vstack([scaled, direction]), np.append(np.zeros(len(J)), 1.0))
    length = float(np.linalg.norm(found))
    if not np.isfinite(length) or length == 0 or length > 1e6 * float(1 / np.linalg.norm(direction)):
        kernel: Array = np.linalg.svd(scaled)[2][-1] if np.isfinite(scaled).all() else direction
        found = kernel if kernel @ direction >= 0 else -kernel
        length = float(np.linalg.norm(found))
    unit = found / length
    return unit, float(np.linalg.det(np.vstack([scaled, unit])))


def onto(curve: Curve, guess: ArrayLike, normal: ArrayLike, scale: ArrayLike | float = 1.0) -> Solved:
    """Return the point of a curve in the plane through `guess` with a given normal (scaled coordinates)."""
    at: Array = np.asarray(guess, float)
    size = _sizes(scale, at)
    return _corrected(curve, at, np.asarray(normal, float) / size, size, np.inf)


def follow_curve(
    curve: Curve, start: ArrayLike, direction: ArrayLike, *, low: ArrayLike, high: ArrayLike,
    scale: ArrayLike | float = 1.0, steps: Steps | None = None,
) -> Track:  # fmt: skip
    """Follow a curve from a point on it until it leaves a box, closes, or cannot be followed.

    Parameters
    ----------
    curve : callable
        Takes z, shape (m + 1,); returns G, shape (m,), and its Jacobian, shape (m, m + 1). NaN where undefined.
    start : array, shape (m + 1,)
        A point of the curve (it is corrected first).
    direction : array, shape (m + 1,)
        Roughly where to go, in scaled coordinates.
    low, high : array, shape (m + 1,)
        The box; infinite where there is no edge.
    scale : array or float
        Typical size of each coordinate: lengths and angles are those of z / scale.
    steps : Steps, optional

    Returns
    -------
    Track
    """
    z: Array = np.asarray(start, float)
    walk = _Walk(curve, _sizes(scale, z), steps or Steps(), (_sizes(low, z), _sizes(high, z)))
    return walk.run(z, np.asarray(direction, float))


def both_ways(
    curve: Curve, start: ArrayLike, direction: Array, *, low: ArrayLike, high: ArrayLike, scale: Array, steps: Steps
) -> tuple[Track, Track, Track]:
    """Follow a curve from a point against a direction and along it; return both tracks, and both as one."""
    back, forth = (
        follow_curve(curve, start, side * direction, low=low, high=high, scale=scale, steps=steps)
        for side in (-1.0, 1.0)
    )
    if back.ended is Ended.CLOSED:
        only = slice(None, 1)
        forth = replace(
            forth, points=forth.points[only], tangents=forth.tangents[only], orientation=forth.orientation[only],
            ended=Ended.CLOSED,
        )  # fmt: skip
    joined = Track(
        ended=forth.ended, points=np.vstack([back.points[::-1], forth.points[1:]]),
        tangents=np.vstack([-back.tangents[::-1], forth.tangents[1:]]),
        orientation=np.concatenate([-back.orientation[::-1], forth.orientation[1:]]),
    )  # fmt: skip
    return back, forth, joined


class _Walk:
    """One curve being followed."""

    def __init__(self, curve: Curve, scale: Array, steps: Steps, box: tuple[Array, Array]) -> None:
        self.curve, self.scale, self.steps, self.box = curve, scale, steps, box
        self.points: list[Array] = []
        self.tangents: list[Array] = []
        self.orientation: list[float] = []

    def run(self, start: Array, direction: Array) -> Track:
        first = onto(self.curve, start, direction, self.scale)
        z = first.point if first.converged else start
        if not first.converged and not self._rests(start):
            self._keep(start, direction / np.linalg.norm(direction), 0.0)
            return self._track(Ended.STALLED)
        self._keep(z, *tangent(self.curve(z)[1], direction, self.scale))
        length = self.steps.first
        while len(self.points) < self.steps.most:
            length, ended, edge = self._advance(length)
            if ended is not None:
                return self._track(ended, edge)
            if length < self.steps.smallest:
                return self._track(Ended.STALLED)
        return self._track(Ended.WORK)

    def _advance(self, length: float) -> tuple[float, Ended | None, int | None]:
        """Try one step; return the next length, and whether the track ends here, at which edge."""
        moved = self._step(length)
        if moved is None:
            return length / 2, None, None
        point, unit, sign, turn = moved
        before, last = self.points[-1], self.orientation[-1]
        if last * sign < 0 and min(abs(last), abs(sign)) > _NO_SIGN and length > self.steps.crossing:
            return length * float(np.clip(0.98 * last / (last - sign), 0.1, 0.9)), None, None
        edge = self._outside(point)
        if edge is not None:
            return (length, Ended.EDGE, edge[0]) if self._exactly(edge) else (length / 2, None, None)
        if self._closes(before, point):
            self._keep(self.points[0], self.tangents[0], self.orientation[0])
            return length, Ended.CLOSED, None
        self._keep(point, unit, sign)
        growth = min(2.0, max(0.5, 0.6 * self.steps.turn / max(turn, 1e-3)))
        return min(length * growth, self.steps.largest), None, None

    def _step(self, length: float) -> tuple[Array, Array, float, float] | None:
        """Return the next point, its tangent, orientation and the angle turned, or None if a test fails."""
        z, t = self.points[-1], self.tangents[-1]
        h = length * (1 + float(np.linalg.norm(z / self.scale)))
        found = _corrected(self.curve, z + h * t * self.scale, t / self.scale, self.scale, self.steps.contraction)
        if not found.converged:
            return None
        J = self.curve(found.point)[1]
        if not np.isfinite(J).all():
            return None
        unit, sign = tangent(J, t, self.scale)
        turn = float(np.arccos(np.clip(unit @ t, -1, 1)))
        sag = float(np.linalg.norm((found.point - z) / self.scale - h * (t + unit) / 2))
        bent = turn > self.steps.turn or sag > self.steps.sag * h
        return None if bent else (found.point, unit, sign, turn)

    def _exactly(self, edge: tuple[int, float]) -> bool:
        """Add the point where the curve meets an edge, if Newton finds it within the step."""
        k, level = edge
        z, t = self.points[-1], self.tangents[-1]
        if z[k] == level and len(self.points) > 1:
            return True
        reach = (level - z[k]) / self.scale[k] / t[k] if t[k] else 0.0
        guess = z + reach * t * self.scale
        guess[k] = level
        found = _corrected(self.curve, guess, np.eye(len(z))[k], self.scale, self.steps.contraction)
        if not found.converged:
            return False
        point = found.point.copy()
        point[k] = level
        unit, sign = tangent(self.curve(point)[1], t, self.scale)
        inside = (point >= self.box[0] - 1e-12 * self.scale) & (point <= self.box[1] + 1e-12 * self.scale)
        far = float(np.linalg.norm((point - z) / self.scale))
        sag = float(np.linalg.norm((point - z) / self.scale - far * (t + unit) / 2))
        if not inside.all() or unit @ t < np.cos(self.steps.turn) or sag > self.steps.sag * far + 1e-12:
            return False
        self._keep(point, unit, sign)
        return True

    def _outside(self, point: Array) -> tuple[int, float] | None:
        """Return the edge that a step crosses first: its coordinate and level."""
        z = self.points[-1]
        crossed = [
            ((side[k] - z[k]) / (point[k] - z[k]), k, float(side[k]))
            for side, sense in ((self.box[0], -1), (self.box[1], 1))
            for k in map(int, np.flatnonzero(sense * (point - side) > 0))
        ]
        return min(crossed)[1:3] if crossed else None

    def _closes(self, before: Array, point: Array) -> bool:
        """Whether a step passes the start, along the start's tangent."""
        if len(self.points) < 4:
            return False
        first, t = self.points[0], self.tangents[0]
        near, past = (float((z - first) / self.scale @ t) for z in (before, point))
        step = float(np.linalg.norm((point - before) / self.scale))
        aside = float(np.linalg.norm((before - first) / self.scale - near * t))
        return near < 0 <= past and -near <= step and aside <= 0.5 * self.steps.turn * step

    def _rests(self, z: Array) -> bool:
        """Whether z is on the curve already (at a branch point no plane is transversal)."""
        G, J = self.curve(z)
        return bool((np.abs(G) <= 1e-11 * (1e-30 + np.abs(J) @ (np.abs(z) + self.scale))).all())

    def _keep(self, point: Array, unit: Array, sign: float) -> None:
        self.points.append(point)
        self.tangents.append(unit)
        self.orientation.append(sign)

    def _track(self, ended: Ended, edge: int | None = None) -> Track:
        return Track(
            points=np.array(self.points), tangents=np.array(self.tangents), orientation=np.array(self.orientation),
            ended=ended, edge=edge,
        )  # fmt: skip


def _corrected(curve: Curve, guess: Array, row: Array, scale: Array, contraction: float) -> Solved:
    """Solve G(z) = 0 in the plane row . (z - guess) = 0."""

    def bordered(z: Array) -> tuple[Array, Array]:
        G, J = curve(z)
        return np.append(G, row @ (z - guess)), np.vstack([J, row])

    return solve(bordered, guess, scale=scale, most=8, contraction=contraction)


def _linear(matrix: Array, right: Array) -> Array:
    """Solve a linear system; of a singular one take the smallest solution; NaN if there is none."""
    found: Array = np.full(matrix.shape[1], np.nan)
    if not np.isfinite(matrix).all() or not np.isfinite(right).all():
        return found
    try:
        found = np.asarray(np.linalg.solve(matrix, right), float)
    except np.linalg.LinAlgError:
        least = np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0], float)
        if np.linalg.norm(matrix @ least - right) <= 1e-8 * np.linalg.norm(right):
            found = least
    return found


def _sizes(given: ArrayLike | float, like: Array) -> Array:
    sizes: Array = np.broadcast_to(np.asarray(given, float), like.shape)
    return sizes
