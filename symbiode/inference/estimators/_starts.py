"""Starting points of a search: regression of growth per capita on levels, and seeded points around its answers.

Comes in: a `Problem`. Goes out: starts in internal coordinates, inside the box; the first ones are the regressions'
own answers (lagged, midpoint and log-mean levels as regressors), the last quarter is drawn from the whole box.
"""

from __future__ import annotations

import numpy as np

from symbiode.inference.estimators import Array, Flags, Ints, Problem
from symbiode.inference.estimators._least_squares import Function, minimise

_SPREAD = {"growth": 0.5, "capacity": 0.7, "initial": 0.15, "effect": 0.5, "other": 0.5}
_ROWS, _FROM_BOX = 12, 0.25


def scattered(problem: Problem, starts: int, *, stream: int = 0) -> Array:
    """Return `starts` points in internal coordinates, shape (start, parameter).

    Parameters
    ----------
    problem : Problem
    starts : int
        At least 1.
    stream : int
        Another number gives other random points for the same seed.
    """
    rng = np.random.default_rng([problem.seed, stream, starts])
    low, high = problem.inward(problem.lower), problem.inward(problem.upper)
    centres = regressed(problem, rng)
    spread = _spread(problem, low, high)
    theta = np.empty((starts, len(problem.names)))
    for k in range(starts):
        size = 0.0 if k < len(centres) else (0.3, 1.0, 2.0)[k % 3]
        theta[k] = centres[k % len(centres)] + size * spread * rng.standard_normal(len(spread))
        if k >= len(centres) and k >= (1 - _FROM_BOX) * starts:
            theta[k] = np.where(_kinds(problem, "initial"), theta[k], rng.uniform(low / 2, high / 2))
    inside: Array = np.clip(np.vstack([problem.inward(problem.starts), theta]), low, high)
    return inside


def _kinds(problem: Problem, kind: str) -> Flags:
    return np.array([k == kind for k in problem.kinds])


def _spread(problem: Problem, low: Array, high: Array) -> Array:
    """Return how far random starts lie from a regression: a factor for positive parameters, a part of the box else."""
    usual = np.array([_SPREAD[kind] for kind in problem.kinds])
    return np.where(problem.positive, usual, usual * np.where(np.isfinite(high - low), high - low, 1.0) / 8)


def regressed(problem: Problem, rng: np.random.Generator) -> Array:
    """Return the answers of the growth regressions, best first, each with all effects and with none.

    Where a law has no growth per capita there is nothing to regress: the guess alone is returned.
    """
    guess = problem.inward(problem.guess)
    if problem.per_capita is None or len(problem.t) < 3:
        return guess[None]
    low, high = problem.inward(problem.lower), problem.inward(problem.upper)
    effects = _kinds(problem, "effect")
    found = []
    for level in _regressors(problem):
        function = _growth_residuals(problem, *level)
        for alone in (False, True) if effects.any() else (False,):
            start = guess + _spread(problem, low, high) * rng.standard_normal((_ROWS, len(guess)))
            start[0] = guess
            box = [np.where(effects & alone & ((low < 0) & (high > 0)), 0.0, end) for end in (low, high)]
            fit = minimise(function, start, lower=box[0], upper=box[1], precision=1e-6, iterations=40, polish=0)
            best = int(np.argmin(np.where(fit.status <= 2, fit.ssr, np.inf)))
            theta = np.where(_kinds(problem, "initial"), guess, fit.theta[best])
            found.append((float(fit.ssr[best]), theta))
    found.sort(key=lambda pair: pair[0])
    return np.array([theta for _, theta in found])


def _regressors(problem: Problem) -> list[tuple[Array, Array, Array]]:
    """Return (time, levels, growth per capita) of each step: lagged, midpoint and log-mean levels."""
    t = problem.t
    y = np.column_stack([_filled(t, column) for column in problem.y.T])
    before, after = y[:-1], y[1:]
    growth = np.diff(np.log(y), axis=0) / np.diff(t)[:, None]
    ratio = np.log(after / before)
    close = np.abs(ratio) < 1e-6
    mean = np.where(close, (before + after) / 2, (after - before) / np.where(close, 1.0, ratio))
    middle = (t[:-1] + t[1:]) / 2
    return [(middle, mean, growth), (middle, np.sqrt(before * after), growth), (t[:-1], before, growth)]


def _filled(t: Array, column: Array) -> Array:
    """Return positive levels at every time, for a start only: gaps and zeros are bridged on the log scale."""
    seen = np.isfinite(column) & (column > 0)
    if not seen.any():
        return np.ones_like(column)
    bridged: Array = np.exp(np.interp(t, t[seen], np.log(column[seen])))
    return bridged


def _growth_residuals(problem: Problem, t: Array, levels: Array, growth: Array) -> Function:
    per_capita = problem.per_capita
    assert per_capita is not None

    def function(theta: Array, which: Ints) -> tuple[Array, Array, Flags]:
        p = problem.outward(theta)
        predicted, slopes = per_capita(t, levels, p)
        residual = (predicted - growth).reshape(len(p), -1)
        inner = slopes * np.where(problem.positive, p, 1.0)[:, None, None, :]
        jacobian = inner.reshape(len(p), residual.shape[1], -1)
        clean: Flags = np.all(np.isfinite(residual), axis=1) & np.all(np.isfinite(jacobian), axis=(1, 2))
        return residual, jacobian, clean

    return function
