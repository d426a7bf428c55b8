"""Target modes of two groups among several units: what each group gains from the other being there at all.

Comes in: the matrix of effects as a function of the instruments. Goes out: demands. All units rest at u = M^-1 1 with
M = I - (d_ij); a group gains the difference to the same without the other group, in shares of its capacities. Levels
stay bounded if the spectral radius of the positive effects is below 1. Distances to borders are to first order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbiode.policy.effort.instruments import Frame
from symbiode.policy.effort.programs import Demand
from symbiode.policy.effort.regions import CLOSED, OPEN

Array = NDArray[np.float64]
STEP = 1e-6
_Term = tuple[float, float]
# Per piece: rows (x, y, closed) meaning x G_A + y G_B >= 0; and rows that are to be zero.


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What is to be kept between two groups.

    Parameters
    ----------
    target : str
    groups : (tuple of int, tuple of int)
        Positions of units.
    weights : array (unit,)
        Capacities.
    margin, runaway, tau : float
    """

    target: str
    groups: tuple[tuple[int, ...], tuple[int, ...]]
    weights: Array
    margin: float
    runaway: float
    tau: float


def rows_of(target: str, keep: float) -> list[tuple[list[tuple[float, float, bool]], list[_Term]]]:
    """Return per piece of a target what combinations of both gains are positive, and which are zero."""
    first, second = (1.0, 0.0, False), (0.0, 1.0, False)
    lost = [(-1.0, 0.0, False), (0.0, -1.0, False)]
    told: dict[str, Any] = {
        "symmetric_mutualism": [([first, second, (-keep, 1.0, True), (1.0, -keep, True)], [])],
        "asymmetric_mutualism": [
            ([first, second, (keep, -1.0, False)], []), ([first, second, (-1.0, keep, False)], [])
        ],
        "commensalism": [([first], [(0.0, 1.0)]), ([second], [(1.0, 0.0)])],
        "parasitism": [([first, lost[1]], []), ([second, lost[0]], [])],
        "neutralism": [([], [(1.0, 0.0), (0.0, 1.0)])],
        "amensalism": [([lost[0]], [(0.0, 1.0)]), ([lost[1]], [(1.0, 0.0)])],
        "competition": [(lost, [])],
        "coexistence": [([], [])],
    }  # fmt: skip
    found: list[tuple[list[tuple[float, float, bool]], list[_Term]]] = told[target]
    return found


def rest(D: Array) -> tuple[Array, Array]:
    """Return the levels u = M^-1 1 at which all rest, and M^-1."""
    inverse = np.asarray(np.linalg.inv(np.eye(len(D)) - D), float)
    return np.asarray(inverse.sum(axis=1)), inverse


def gains(D: Array, goal: Goal) -> tuple[Array, Array]:
    """Return what each group gains, shape (2,), and the derivatives by the effects, shape (2, unit, unit)."""
    u, inverse = rest(D)
    found, slopes = np.zeros(2), np.zeros((2, *D.shape))
    for k in (0, 1):
        own, other = goal.groups[k], goal.groups[1 - k]
        there = [i for i in range(len(D)) if i not in other]
        v, part = rest(D[np.ix_(there, there)])
        w = np.zeros(len(D))
        w[list(own)] = goal.weights[list(own)] / goal.weights[list(own)].sum()
        found[k] = w @ u - w[there] @ v
        slopes[k] = np.outer(w @ inverse, u)
        slopes[k][np.ix_(there, there)] -= np.outer(w[there] @ part, v)
    return found, slopes


def radius(D: Array) -> tuple[float, Array]:
    """Return the spectral radius of the positive effects and its derivatives by the effects."""
    positive = np.maximum(D, 0)
    values, right = np.linalg.eig(positive)
    k = int(np.argmax(values.real))
    try:
        left = np.linalg.inv(right)[k]
    except np.linalg.LinAlgError:  # a defective matrix has no slope of its radius
        left = np.zeros(len(D))
    return float(values[k].real), np.outer(left, right[:, k]).real


def demands(frame: Frame, goal: Goal, piece: int, active: NDArray[np.bool_]) -> tuple[Demand, ...]:
    """Return the demands of one piece of a target at one time.

    Parameters
    ----------
    frame : Frame
    goal : Goal
    piece : int
        Position in `rows_of`.
    active : array of bool, shape (unit, unit)
        The effects over which distances are measured.
    """
    told, zero = rows_of(goal.target, 1 - goal.tau)[piece]
    names = [*(f"gain {x:+g}, {y:+g}" for x, y, _ in told), *(f"no gain {x:g}, {y:g}" for x, y in zero for _ in (0, 1))]
    names += ["levels above zero", "spectral radius = 1", f"1 - spectral radius = {goal.runaway:g}"]
    weight = [1.0] * len(told) + [0.0] * (2 * len(zero)) + [1.0, 1.0, 0.0]

    def every(x: Array) -> Array:
        D = frame.effects(x)
        G, slopes = gains(D, goal)
        values = []
        for p, q, closed in told:
            size = float(np.linalg.norm((p * slopes[0] + q * slopes[1])[active]))
            values.append((p * G[0] + q * G[1]) / max(size, 1e-12) - max(goal.margin, CLOSED if closed else OPEN))
        for p, q in zero:
            values += [sign * (p * G[0] + q * G[1]) + CLOSED / 10 for sign in (1, -1)]
        rho, slope = radius(D)
        size = max(float(np.linalg.norm(slope[active])), 1e-12)
        low = min(rest(D)[0]) if rho < 1 else rest(np.minimum(D, 0))[0].min()
        values += [low - OPEN, (1 - rho) / size - max(goal.margin, OPEN), 1 - rho - goal.runaway]
        return np.array(values)

    last: dict[bytes, tuple[Array, Array]] = {}

    def both(x: Array) -> tuple[Array, Array]:
        key = x.tobytes()
        if key not in last:
            steps = STEP * np.eye(len(x))
            slopes = np.array([(every(x + s) - every(x - s)) / (2 * STEP) for s in steps]).T
            last.clear()
            last[key] = every(x), slopes
        return last[key]

    def one(k: int) -> Demand:
        def value(x: Array) -> tuple[float, Array]:
            values, slopes = both(x)
            return float(values[k]), slopes[k]

        return Demand(name=names[k], value=value, margin=weight[k])

    return tuple(one(k) for k in range(len(names)))


def groups_of(units: Sequence[Any], between: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the two groups that names of units or regions mean; by default two regions, else the first two units."""
    from symbiode.errors import InvalidValueError

    names, regions = [u.name for u in units], [getattr(u, "region", "") for u in units]
    if between is None:
        told = list(dict.fromkeys(regions))
        between = told if len(told) == 2 and all(told) else names[:2]
    known: dict[str, tuple[int, ...]] = {r: tuple(i for i, x in enumerate(regions) if x == r) for r in regions if r}
    known |= {name: (i,) for i, name in enumerate(names)}
    pair = [(x,) if isinstance(x, str) else tuple(x) for x in between]
    flat = [name for group in pair for name in group]
    if len(pair) != 2 or any(name not in known for name in flat):
        raise InvalidValueError("between", between, f"two of: {', '.join(known)}")
    groups = [tuple(sorted({i for name in group for i in known[name]})) for group in pair]
    if set(groups[0]) & set(groups[1]) or not all(groups):
        raise InvalidValueError("between", between, "two groups without a common unit")
    return groups[0], groups[1]
