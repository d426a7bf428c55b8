"""Curves where a function of two variables is zero, and the nearest point of such a curve.

Comes in: functions and a box. Goes out: curves whose every point is brought onto the zero set by Newton's method.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]
Box = tuple[tuple[float, float], tuple[float, float]]


def zero_curves(value: Function, slope: Function, box: Box, cells: int = 400) -> list[Floats]:
    """Return the zero set of a function on a box.

    Parameters
    ----------
    value, slope : callable
        Take points of shape (..., 2); return shape (...) and the gradient, shape (..., 2).
    box : ((low, high), (low, high))
    cells : int
        How many lines of the grid that finds them; smaller loops may be missed.

    Returns
    -------
    list of array, shape (point, 2)
    """
    from contourpy import contour_generator

    xs, ys = (np.linspace(low, high, cells) for low, high in box)
    with np.errstate(all="ignore"):
        z = np.broadcast_to(value(np.stack(np.meshgrid(xs, ys), axis=-1)), (cells, cells))
    lines: Any = contour_generator(xs, ys, np.ma.masked_invalid(z)).lines(0.0)
    kept = [np.asarray(line, float) for line in lines if len(line) > 1]
    return [onto(value, slope, line) for line in kept]


def onto(value: Function, slope: Function, points: Floats, rounds: int = 4) -> Floats:
    """Move points onto the zero set along the gradient."""
    for _ in range(rounds):
        with np.errstate(all="ignore"):
            g, f = slope(points), value(points)
            move = np.asarray(f)[..., None] * g / (g * g).sum(-1, keepdims=True)
        points = points - np.where(np.isfinite(move), move, 0.0)
    return points


def foot(value: Function, slope: Function, point: Floats, metric: Floats, near: Floats) -> Floats:
    """Return the point of a zero set where the distance to a point is stationary, next to a point known to be near.

    Parameters
    ----------
    value, slope : callable
        As in `zero_curves`.
    point : array, shape (2,)
        From which the distance is measured.
    metric : array, shape (2, 2)
        The quadratic form of the distance.
    near : array, shape (2,)
        A point of the curve close to the foot.

    Returns
    -------
    array, shape (2,)
        `near` itself where the iteration leaves its surroundings.
    """
    from scipy.optimize import root

    gradient = slope(near)
    scale = float(gradient @ gradient)
    if not np.isfinite(scale) or scale == 0:
        return near
    first = -float(gradient @ (metric @ (near - point))) / scale

    def stationary(z: Floats) -> Floats:
        return np.append(metric @ (z[:2] - point) + z[2] * slope(z[:2]), value(z[:2]))

    with np.errstate(all="ignore"):
        found = root(stationary, np.append(near, first), method="hybr", options={"xtol": 1e-14})
    return np.asarray(found.x[:2]) if np.isfinite(found.x).all() else near
