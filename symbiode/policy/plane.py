"""The plane of two effects along a path: its borders as functions of time, and how far away they are.

Comes in: effects (d12, d21) of two units with linear growth per capita that both live alone, at many times. Goes out:
the functions that are zero on the borders, and the distance to the nearest of them, as `modes.borders` has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symbiode.policy.course import Course

Array = NDArray[np.float64]
Curve = Callable[[Array], tuple[Array, Array, Array, Array]]
_STEPS = 60


@dataclass(frozen=True, kw_only=True, eq=False)
class Plane:
    """Effects, capacities and growth rates at many times.

    Parameters
    ----------
    a, b : array, shape (time,)
        d12 and d21.
    capacity, growth : array, shape (time, 2)
    """

    a: Array
    b: Array
    capacity: Array
    growth: Array

    @property
    def lives(self) -> bool:
        """Whether both units live alone at all times, so that the plane decides."""
        return bool((self.growth > 0).all() and np.isfinite(self.capacity).all() and (self.capacity > 0).all())


def plane_of(course: Course, p: Array) -> Plane | None:
    """Return the plane at the numbers of a course, None where the model has none."""
    numerics = course.numerics
    if len(course.model.units) != 2 or not numerics.affine or not course.plain:
        return None
    nothing = np.zeros((len(p), 2))
    r, A = numerics.per_capita(0.0, nothing, p), numerics.per_capita_jacobian(0.0, nothing, p)
    with np.errstate(all="ignore"):
        K = -r / np.einsum("tii->ti", A)
        a, b = A[:, 0, 1] * K[:, 1] / r[:, 0], A[:, 1, 0] * K[:, 0] / r[:, 1]
    return Plane(a=a, b=b, capacity=K, growth=r)


def borders(a: Array, b: Array, tau: float) -> Mapping[str, Array]:
    """Return for every border a function that changes its sign there, by the border's name."""
    keep = 1 - tau
    band = f"smaller/larger gain = {keep:g}"
    return {
        "d12 = 0": a,
        "d21 = 0": b,
        "d12 = -1": a + 1,
        "d21 = -1": b + 1,
        "d12*d21 = 1": a * b - 1,
        band: b * (1 + a) - keep * a * (1 + b),
        band + " ": a * (1 + b) - keep * b * (1 + a),
    }


def nearest(a: Array, b: Array, tau: float) -> tuple[Array, tuple[str, ...]]:
    """Return the Euclidean distance of each pair of effects to the nearest border, and the name of that border."""
    keep = 1 - tau
    end = (tau + np.sqrt(tau**2 + 4 * keep)) / (2 * keep)

    def hyperbola(s: Array) -> tuple[Array, Array, Array, Array]:
        x = np.exp(s)
        return x, 1 / x, x, -1 / x

    def band(t: Array) -> tuple[Array, Array, Array, Array]:
        return t, keep * t / (1 + tau * t), np.ones_like(t), keep / (1 + tau * t) ** 2

    far = {
        "d12 = 0": np.hypot(a, b - np.maximum(b, -1)),
        "d21 = 0": np.hypot(b, a - np.maximum(a, -1)),
        "d12 = -1": np.abs(a + 1),
        "d21 = -1": np.abs(b + 1),
        "d12*d21 = 1": _to_curve(hyperbola, np.linspace(-12, 12, 193), a, b),
        f"smaller/larger gain = {keep:g}": np.minimum(
            _to_curve(band, np.linspace(0, end, 65), a, b), _to_curve(band, np.linspace(0, end, 65), b, a)
        ),
    }
    names, table = list(far), np.array(list(far.values()))
    return table.min(axis=0), tuple(names[k] for k in table.argmin(axis=0))


def _to_curve(curve: Curve, grid: Array, a: Array, b: Array) -> Array:
    """Return the distance to a curve, by bisection of its slope beside the nearest point of a grid."""
    x, y, *_ = curve(grid)
    k = np.hypot(x - a[:, None], y - b[:, None]).argmin(axis=1)
    low, high = grid[np.maximum(k - 1, 0)], grid[np.minimum(k + 1, len(grid) - 1)]
    for _ in range(_STEPS):
        middle = (low + high) / 2
        x, y, dx, dy = curve(middle)
        rising = (x - a) * dx + (y - b) * dy > 0
        low, high = np.where(rising, low, middle), np.where(rising, middle, high)
    x, y, *_ = curve((low + high) / 2)
    return np.hypot(x - a, y - b)
