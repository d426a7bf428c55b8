"""Best fits inside smaller boxes: an effect held, its sign kept, or two effects held equal.

Comes in: a problem with its estimate. Goes out: coefficients and sums of squares. All boxes and all starts are one
batch of the estimator's `refit`, so any estimator can be asked.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symbiode.inference.estimators import Array, Estimate, Estimator, Ints, Problem

_STARTS, _FEW, _PRECISION, _STEPS, _SPREAD = 5, 2, 1e-6, 40, 0.5
_DIAGONAL = (11, 5, 5)
Boxes = Sequence[tuple[Array, Array]]


def effect_columns(problem: Problem) -> Ints:
    """Return the columns of the effects among the free coefficients."""
    return np.flatnonzero([kind == "effect" for kind in problem.kinds])


def boxed(problem: Problem, limits: dict[int, tuple[float, float]]) -> tuple[Array, Array]:
    """Return the search box with other limits for some columns, never wider than before."""
    lower, upper = problem.lower.copy(), problem.upper.copy()
    for k, (low, high) in limits.items():
        lower[k], upper[k] = max(low, lower[k]), min(high, upper[k])
    return lower, upper


def restricted(
    problem: Problem, method: Estimator, estimate: Estimate, boxes: Boxes, *, starts: int = _STARTS
) -> tuple[Array, Array]:
    """Return the best coefficients in each box and their sums of squares, infinite where nothing was found.

    Parameters
    ----------
    problem : Problem
    method : Estimator
    estimate : Estimate
        Each box is searched from it, from the guess of the problem and from random points around both.
    boxes : sequence of (lower, upper)
        Arrays (parameter,); equal ends hold a coefficient.
    starts : int
        In each box.

    Returns
    -------
    params : array (box, parameter)
    ssr : array (box,)
    """
    rng = np.random.default_rng([problem.seed, 5])
    centre = np.array([problem.inward(estimate.params), problem.inward(problem.guess)])
    noise = _SPREAD * rng.standard_normal((starts, len(problem.names)))
    noise[:2] = 0
    points = problem.outward(centre[np.arange(starts) % 2] + noise)
    start = np.concatenate([np.clip(points, low, high) for low, high in boxes])
    lower, upper = (np.repeat(np.array([box[side] for box in boxes]), starts, axis=0) for side in (0, 1))
    found = method.refit(
        problem, start, lower=lower, upper=upper, weights=estimate.weights, precision=_PRECISION, iterations=_STEPS
    )
    ssr = np.where(np.isfinite(found.ssr), found.ssr, np.inf).reshape(len(boxes), starts)
    best = np.argmin(ssr, axis=1)
    params = found.params.reshape(len(boxes), starts, -1)[np.arange(len(boxes)), best]
    return params, ssr[np.arange(len(boxes)), best]


def equal(
    problem: Problem, method: Estimator, estimate: Estimate, pair: tuple[int, int], *, least: float = -np.inf
) -> tuple[Array, float]:
    """Return the best fit whose two effects are equal (and at least `least`), and its sum of squares.

    Both are held at the same value, on a grid that is made finer around the best one; a parabola gives the last digits.
    """
    low = max(float(np.max(problem.lower[list(pair)])), least)
    high = float(np.min(problem.upper[list(pair)]))
    seen: dict[float, tuple[float, Array]] = {}
    values = np.linspace(low, high, _DIAGONAL[0])
    for points in (*_DIAGONAL[1:], 1, 0):
        new = [float(v) for v in values if float(v) not in seen]
        if new:
            boxes = [boxed(problem, dict.fromkeys(pair, (v, v))) for v in new]
            params, ssr = restricted(problem, method, estimate, boxes, starts=_FEW)
            seen |= {v: (float(s), p) for v, s, p in zip(new, ssr, params, strict=True)}
        known = sorted(seen)
        k = min(range(len(known)), key=lambda i: seen[known[i]][0])
        near = known[max(k - 1, 0) : k + 2]
        values = np.linspace(near[0], near[-1], points + 2) if points > 1 else np.array([_vertex(near, seen)])
    least_ssr, best = min(seen.values(), key=lambda item: item[0])
    return best, least_ssr


def _vertex(near: Sequence[float], seen: dict[float, tuple[float, Array]]) -> float:
    """Return where a parabola through three points is lowest, the middle one if it has no such place."""
    x, y = np.array(near), np.array([seen[v][0] for v in near])
    if len(x) < 3 or not np.isfinite(y).all():
        return float(x[np.argmin(y)])
    first, second = np.diff(y) / np.diff(x)
    bend = (second - first) / (x[2] - x[0])
    return float(np.clip((x[0] + x[1] - first / bend) / 2, x[0], x[2])) if bend > 0 else float(x[1])
