"""Limit cycles of a plane: zeros of the return map on a ray from each equilibrium that is no saddle.

Comes in: a flow in coordinates of the unit square, equilibria. Goes out: closed curves with whether they attract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

Array = NDArray[np.float64]
Field = Callable[[Array], Array]
_POINTS = 400  # of a curve
_RAYS, _FAR, _TIMES, _STILL, _NOISE = 20, 5.0, 60.0, 1e-4, 1e-5


def limit_cycles(field: Field, rests: Array) -> list[tuple[bool, Array]]:
    """Return (whether it attracts, its curve) of each limit cycle that a ray to the right of an equilibrium meets.

    Parameters
    ----------
    field : callable
        Rates at points of the unit square.
    rests : array, shape (equilibrium, 2)
        Equilibria that are no saddles: every cycle runs around one of them.

    Notes
    -----
    Two cycles between the same two of the 20 points of a ray are missed; orbits of a conserved quantity are no cycles.

    References
    ----------
    Strogatz (2015), Nonlinear Dynamics and Chaos, 2nd edition, section 8.7.
    """
    found: list[tuple[bool, Array]] = []
    for stable, flow in ((True, field), (False, lambda z: -field(z))):  # those that repel attract backwards in time
        for curve in (curve for rest in rests for curve in _around(flow, rest)):
            if all(_reach(curve, other) > 1e-5 for _, other in found):
                found.append((stable, curve))
    return found


def _reach(one: Array, other: Array) -> float:
    """Return how different the boxes around two curves are."""
    low, high = np.abs(one.min(axis=0) - other.min(axis=0)), np.abs(one.max(axis=0) - other.max(axis=0))
    return float(np.maximum(low, high).max())


def _around(field: Field, rest: Array) -> Iterator[Array]:
    """Yield the curves of cycles that attract."""
    reach = np.linspace(0.0, 1.0, _RAYS + 1)[1:] ** 1.5 * (1.6 - rest[0])
    gained = np.array([_returned(field, rest, s, 1e-7)[0] - s for s in reach])
    for k in np.flatnonzero((gained[:-1] > _NOISE) & (gained[1:] < -_NOISE)):
        try:
            s = brentq(lambda s: _returned(field, rest, s)[0] - s, reach[k], reach[k + 1], xtol=1e-7)
        except ValueError:  # an orbit between them does not come back
            continue
        back, path = _returned(field, rest, float(s))
        if path is not None and abs(back - s) < 1e-6:  # else the map jumps there
            yield path.sol(np.linspace(0, path.t[-1], _POINTS)).T


def _returned(field: Field, rest: Array, s: float, rtol: float = 1e-9) -> tuple[float, Any]:
    """Return how far from the equilibrium an orbit crosses its ray again, and the orbit; NaN and None if never."""
    start = rest + np.array([s, 0.0])
    speed = field(start)
    size = float(np.linalg.norm(speed))
    if not np.isfinite(size) or speed[1] == 0:
        return np.nan, None

    def crosses(t: float, z: Array) -> float:
        return float(z[1] - rest[1])

    def lost(t: float, z: Array) -> float:
        return float(min(_FAR - np.abs(z).max(), np.linalg.norm(field(z)) / size - _STILL))

    crosses.terminal, crosses.direction = 2, np.sign(speed[1])  # type: ignore[attr-defined]  # the start is the first
    lost.terminal = True  # type: ignore[attr-defined]
    path = solve_ivp(
        lambda t, z: field(z), (0, _TIMES / size), start, method="DOP853", events=(crosses, lost), rtol=rtol,
        atol=rtol / 10, dense_output=True,
    )  # fmt: skip
    again = path.y_events[0] if path.y_events else np.zeros((0, 2))
    back = float(again[1][0] - rest[0]) if path.status == 1 and len(again) == 2 else np.nan
    return (back, path) if back > 0 else (np.nan, None)
