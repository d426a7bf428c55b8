"""Target modes of two units as regions of the plane (d12, d21): straight borders, and curves around convex sets.

Comes in: a mode. Goes out: pieces, each the set of points that keep a distance from a few borders. Every curved border
(d12*d21 = 1, the edges of the symmetric band) bounds a convex set C, so that the signed distance to it is the largest
distance to its tangents: max over t of n(t).p - s(t). To be outside C is to be beyond one tangent, to be inside is to
be behind all of them; the first is a union of half planes, the second an intersection. No mutualism is convex.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.modes.ladder import Mode

Array = NDArray[np.float64]
Reading = Literal["settled", "nominal"]
OPEN, CLOSED = 1e-6, 1e-9
"""Least distance from a border that does not belong to the target, and from one that does."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a straight border, ``normal . p >= level + margin``; with `exact` the border itself.

    Parameters
    ----------
    name : str
        The equation of the border.
    normal : (float, float)
        Of length one.
    level : float
    exact : bool
    """

    name: str
    normal: tuple[float, float]
    level: float = 0.0
    exact: bool = False

    def value(self, p: Array) -> tuple[float, Array]:
        """Return the signed distance of a point and its gradient."""
        normal = np.array(self.normal)
        return float(normal @ p) - self.level, normal


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One side of a curve that bounds a convex set.

    Parameters
    ----------
    name : str
        The equation of the border.
    kind : "product" or "band"
        ``d12*d21 >= level``, or ``d21 <= keep*d12/(1 + (1 - keep)*d12)`` for positive effects.
    level, keep : float
    flip : bool
        Whether d12 and d21 change places.
    within : bool
        Whether the target is inside the convex set.
    closed : bool
        Whether the border belongs to the target.
    margin : bool
        Whether the margin is kept to it.
    """

    name: str
    kind: Literal["product", "band"]
    level: float = 1.0
    keep: float = 0.9
    flip: bool = False
    within: bool = False
    closed: bool = False
    margin: bool = True

    def tangent(self, t: float) -> tuple[Array, Array]:
        """Return the point of the curve at t > 0 and the unit normal that points out of the convex set."""
        if self.kind == "product":
            root = math.sqrt(self.level)
            point, normal = np.array([root * t, root / t]), -np.array([1 / t, t])
        else:
            bend = 1 + (1 - self.keep) * t
            point, normal = np.array([t, self.keep * t / bend]), np.array([-self.keep / bend**2, 1.0])
        normal /= math.hypot(*normal)
        return (point[::-1], normal[::-1]) if self.flip else (point, normal)

    def foot(self, p: Array) -> float:
        """Return t of the tangent that is farthest behind (or least far before) a point: a root of a quartic.

        Stationary where p - curve(t) is normal to the curve, t^4 - (a/s) t^3 + (b/s) t - 1 = 0 on d12*d21 = s^2.
        """
        a, b = p[::-1] if self.flip else p
        if self.kind == "product":
            root = math.sqrt(self.level)
            roots = np.roots([1.0, -a / root, 0.0, b / root, -1.0])
            low = 1e-9
        else:
            k, tau = self.keep, 1 - self.keep
            cube = np.array([tau**3, 3 * tau**2, 3 * tau, 1.0])
            roots = np.roots(np.polyadd(np.polymul([1.0, -a], cube), k * np.array([k - b * tau, -b])))
            low = 0.0
        real = [float(t.real) for t in roots if abs(t.imag) < 1e-7 * (1 + abs(t)) and t.real > low]
        return max([*real, low or 1e-300], key=lambda t: self._beyond(p, t))

    def _beyond(self, p: Array, t: float) -> float:
        point, normal = self.tangent(t)
        return float(normal @ (p - point))

    def value(self, p: Array) -> tuple[float, Array]:
        """Return the signed distance of a point to the border, positive on the target's side, and its gradient."""
        t = self.foot(p)
        sign = -1.0 if self.within else 1.0
        return sign * self._beyond(p, t), sign * self.tangent(t)[1]

    def by_level(self, p: Array) -> float:
        """Return how fast the signed distance falls when one less than `level` (the runaway margin) rises."""
        if self.kind != "product" or self.margin:
            return 0.0
        t = self.foot(p)
        return 1 / (math.sqrt(self.level) * math.hypot(t, 1 / t))


Border = Side | Curve


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Points that keep their distance from all of some borders.

    Parameters
    ----------
    borders : tuple of Side or Curve
    margin : float
        In the measure of the effects.
    """

    borders: tuple[Border, ...]
    margin: float

    def kept(self, border: Border) -> float:
        """Return the distance that is kept from one border."""
        if isinstance(border, Side):
            return 0.0 if border.exact else max(self.margin, OPEN)
        return max(self.margin if border.margin else 0.0, CLOSED if border.closed else OPEN)


def pieces(
    target: str, *, margin: float, runaway: float, tau: float, reading: Reading = "settled"
) -> tuple[Piece, ...]:
    """Return the region of a target mode (or of coexistence) of two units that live alone, as a union of pieces.

    Parameters
    ----------
    target : str
        A mode, or ``coexistence``.
    margin : float
        Least distance to the nearest border.
    runaway : float
        Least 1 - d12*d21.
    tau : float
        Symmetric means that the smaller gain is at least 1 - tau of the larger.
    reading : "settled" or "nominal"
        Whether gains are compared or effects.
    """
    first, second = Side(name="d12 = 0", normal=(1, 0)), Side(name="d21 = 0", normal=(0, 1))
    away = (
        Curve(name="d12*d21 = 1", kind="product"),
        Curve(name=f"1 - d12*d21 = {runaway:g}", kind="product", level=1 - runaway, closed=True, margin=False),
    )[: 2 if runaway > 0 else 1]
    own = {"d12": first, "d21": second}
    zero = {name: replace(side, exact=True) for name, side in own.items()}
    loses = {name: _loser(name) for name in own}
    bands = [_band(tau, reading, flip) for flip in (False, True)]
    mutual: tuple[Border, ...] = (first, second, *away)
    told: dict[str, list[tuple[Border, ...]]] = {
        "symmetric_mutualism": [(*mutual, *bands)],
        "asymmetric_mutualism": [(*mutual, _across(band)) for band in bands],
        "commensalism": [(own[i], zero[j]) for i, j in _orders()],
        "parasitism": [(own[i], *loses[j]) for i, j in _orders()],
        "neutralism": [(zero["d12"], zero["d21"])],
        "amensalism": [(zero[i], *loses[j]) for i, j in _orders()],
        "competition": [(*loses["d12"], *loses["d21"])],
        "coexistence": [(loses["d12"][1], loses["d21"][1], *away)],
    }
    return tuple(Piece(borders=borders, margin=margin) for borders in told[target])


TARGETS = (*(mode.value for mode in Mode), "coexistence")


def _orders() -> Iterator[tuple[str, str]]:
    yield "d12", "d21"
    yield "d21", "d12"


def _loser(name: str) -> tuple[Side, Side]:
    """Return what an effect between -1 and 0 keeps away from."""
    x, y = (1, 0) if name == "d12" else (0, 1)
    return Side(name=f"{name} = 0", normal=(-x, -y)), Side(name=f"{name} = -1", normal=(x, y), level=-1.0)


def _band(tau: float, reading: Reading, flip: bool) -> Border:
    if reading == "settled":
        name = f"smaller/larger gain = {1 - tau:g}"
        return Curve(name=name, kind="band", keep=1 - tau, flip=flip, closed=True)
    size = math.hypot(1, 1 - tau)
    normal = (-(1 - tau) / size, 1 / size)
    return Side(name=f"smaller/larger effect = {1 - tau:g}", normal=normal[::-1] if flip else normal)


def _across(border: Border) -> Border:
    """Return the other side of an edge of the band."""
    if isinstance(border, Curve):
        return replace(border, within=True, closed=False)
    return replace(border, normal=(-border.normal[0], -border.normal[1]))


def slacks(piece: Piece, p: Array) -> Array:
    """Return how much of each border's distance is left over, for many points at once, cheaply.

    Parameters
    ----------
    piece : Piece
    p : array, shape (draw, 2)

    Returns
    -------
    array, shape (draw, border)
        Positive inside; signed distances to straight borders, to curves to first order (only the sign is exact). A
        border that is to be met exactly is met to within `OPEN`.
    """
    columns = [_cheap(border, p) for border in piece.borders]
    return np.stack(columns, axis=-1)


def _cheap(border: Border, p: Array) -> Array:
    if isinstance(border, Side):
        far: Array = p @ np.array(border.normal) - border.level
        return OPEN - np.abs(far) if border.exact else far
    a, b = (p[..., 1], p[..., 0]) if border.flip else (p[..., 0], p[..., 1])
    if border.kind == "product":
        positive = np.maximum(a, 0) * np.maximum(b, 0)
        value = (border.level - positive) / np.maximum(np.hypot(a, b), 1e-9)
    else:
        k = border.keep
        slope_a, slope_b = b - k * (1 + b), 1 + a - k * a
        value = (b * (1 + a) - k * a * (1 + b)) / np.maximum(np.hypot(slope_a, slope_b), 1e-9)
    return np.asarray(-value if border.within else value)

