"""Which answers of a search are the same, and which are different optima.

Comes in: where every start ended. Goes out: the distinct optima near the best, and how many starts agree with it.
Answers that lie in one valley (no ridge on the straight way between them) are one optimum, however far apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from symbiode.inference.estimators import Array, Flags, Optimum, Problem
from symbiode.inference.estimators._least_squares import CONVERGED, Function, Minimum

NEAR = 2.0
_SAME, _STEPS, _RIDGE = 0.2, 9, 0.05


def distinct(
    problem: Problem, function: Function, found: Minimum, best: Array, jacobian: Array
) -> tuple[tuple[Optimum, ...], int]:
    """Return every optimum within 2 units of log-likelihood of the best, best first, and the starts that reached it.

    Parameters
    ----------
    problem : Problem
    function : callable
        Residuals, as `minimise` takes them.
    found : Minimum
        Where every start ended.
    best, jacobian : arrays (parameter,) and (residual, parameter)
        The polished answer, internal coordinates.

    Returns
    -------
    optima : tuple of Optimum
    agreeing : int
        Starts that ended at the best answer, to a fifth of a standard error in every parameter.
    """
    lowest = float(found.ssr[found.status == CONVERGED].min(initial=np.inf))
    scale = _SAME * _errors(problem, jacobian, lowest)
    same = (np.abs(found.theta - best) <= scale).all(axis=1) & (found.status == CONVERGED)
    agreeing = int(same.sum())
    kept = [_Kept(best, lowest, agreeing)]
    limit = lowest * np.exp(2 * NEAR / problem.nobs)
    rest = [row for row in np.argsort(found.ssr, kind="stable") if not same[row] and found.ssr[row] <= limit]
    rest = [row for row in rest if found.status[row] == CONVERGED]
    while rest:
        apart = _apart(problem, function, found, rest, kept[-1], scale)
        kept[-1] = replace(kept[-1], starts=kept[-1].starts + int((~apart).sum()) - (len(kept) > 1))
        rest = [row for row, other in zip(rest, apart, strict=True) if other]
        if rest:
            kept.append(_Kept(found.theta[rest[0]], float(found.ssr[rest[0]]), 1))
    return tuple(Optimum(params=problem.outward(k.theta), ssr=k.ssr, starts=k.starts) for k in kept), agreeing


@dataclass(frozen=True, eq=False)
class _Kept:
    theta: Array
    ssr: float
    starts: int


def _errors(problem: Problem, jacobian: Array, ssr: float) -> Array:
    """Return standard errors in internal coordinates, never more than the width of the box."""
    norms = np.sqrt(np.sum(jacobian**2, axis=0))
    norms = np.where(norms > 0, norms, 1.0)
    _, size, right = np.linalg.svd(jacobian / norms, full_matrices=False)
    variance = ssr / max(problem.nobs - len(norms), 1)
    with np.errstate(divide="ignore", over="ignore"):
        found = np.sqrt(variance * np.sum((right.T / np.maximum(size, 1e-300)) ** 2, axis=1)) / norms
    width = problem.inward(problem.upper) - problem.inward(problem.lower)
    errors: Array = np.where(np.isfinite(found), np.minimum(found, width), width)
    return np.maximum(errors, 1e-6)


def _apart(
    problem: Problem, function: Function, found: Minimum, rows: list[int], kept: _Kept, scale: Array
) -> Flags:
    """Whether answers differ from a kept one: not near it, and a ridge on the straight way to it."""
    theta, ssr = found.theta[rows], found.ssr[rows]
    near = np.all(np.abs(theta - kept.theta) <= scale, axis=1)
    parts = np.linspace(0, 1, _STEPS)[1:-1, None]
    way = theta[:, None, :] + parts * (kept.theta - theta)[:, None, :]
    residual, _, clean = function(way.reshape(-1, theta.shape[1]), np.zeros(way.shape[0] * way.shape[1], int))
    between = np.where(clean, np.sum(residual**2, axis=1), np.inf).reshape(way.shape[:2])
    ridge = np.maximum(ssr, kept.ssr) * np.exp(2 * _RIDGE / problem.nobs)
    apart: Flags = ~near & (between > ridge[:, None]).any(axis=1)
    return apart
