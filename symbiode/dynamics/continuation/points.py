"""Special points: where branches turn, meet or begin to oscillate, located by Newton's method.

Comes in: the equations of a set of units and a guess from a branch. Goes out: points to rounding level.

References
----------
Kuznetsov (2023), Elements of Applied Bifurcation Theory, 4th edition, section 10.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from symbiode.dynamics.continuation.arclength import Array, Solved, solve
from symbiode.dynamics.continuation.defining import Condition, on_curve, oscillating, singular
from symbiode.dynamics.continuation.systems import Equations

_ROUNDING = 4 * float(np.finfo(float).eps)


@dataclass(frozen=True, kw_only=True, eq=False)
class Located:
    """A special point in the coordinates of its equations: z = (levels of the support, coefficient)."""

    point: Array
    error: float


def fold(equations: Equations, scale: Array, guess: Array) -> Located | None:
    """Return the fold next to a guess: the Jacobian is singular."""
    return meeting(equations, scale, singular(equations, scale), guess)


def branch_point(equations: Equations, scale: Array, guess: Array) -> tuple[Located, Array] | None:
    """Return the simple branch point next to a guess and both tangents there, shape (2, m + 1), scaled.

    Solved for (z, w, e): G + e w = 0, w G_z = 0, w w = 1; e = 0 tells a branch point from a near miss.
    """
    m = len(equations.support)
    start = np.concatenate([guess, np.linalg.svd(equations(guess)[1] * scale)[0][:, -1], [0.0]])

    def extended(y: Array) -> tuple[Array, Array]:
        z, w, e = y[: m + 1], y[m + 1 : -1], y[-1]
        G, D = equations(z)
        bent = np.einsum("k,kij->ij", w, equations.hessian(z))
        return np.concatenate([G + e * w, w @ D, [w @ w - 1]]), np.block([
            [D, e * np.eye(m), w[:, None]],
            [bent, D.T, np.zeros((m + 1, 1))],
            [np.zeros((1, m + 1)), 2 * w[None], np.zeros((1, 1))],
        ])  # fmt: skip

    found = solve(extended, start, scale=np.concatenate([scale, np.ones(m + 1)]))
    located = _located(found, m + 1, scale)
    if located is None or abs(found.point[-1]) > 1e-10 * float(np.abs(equations(guess)[1] * scale).max()):
        return None
    tangents = _crossing(equations, found.point[: m + 1], found.point[m + 1 : -1], scale)
    return None if tangents is None else (located, tangents)


def _crossing(equations: Equations, z: Array, w: Array, scale: Array) -> Array | None:
    """Return the directions a n1 + b n2 of the kernel of G_z with w G_zz (., .) = 0, scaled and of length 1."""
    kernel = np.linalg.svd(equations(z)[1] * scale)[2][-2:]
    form = kernel @ (np.einsum("k,kij->ij", w, equations.hessian(z)) * np.outer(scale, scale)) @ kernel.T
    values, vectors = np.linalg.eigh(form)
    if values[0] >= 0 or values[1] <= 0:
        return None
    size = np.sqrt([values[1], -values[0]])
    found = np.array([size * [1, 1], size * [1, -1]]) @ vectors.T @ kernel
    directions: Array = found / np.linalg.norm(found, axis=1, keepdims=True)
    return directions


def hopf(equations: Equations, scale: Array, guess: Array) -> Located | None:
    """Return the Hopf point next to a guess: two eigenvalues add up to zero, and they are not real."""
    found = meeting(equations, scale, oscillating(equations, scale), guess)
    if found is None:
        return None
    rows = list(equations.support)
    values = np.linalg.eigvals(equations.system.rates.jacobian(equations.full(found.point))[np.ix_(rows, rows)])
    a, b = min(combinations(values, 2), key=lambda pair: abs(sum(pair)))
    return found if (a * b).real > 1e-12 * float(np.abs(values).max()) ** 2 else None


def zero_of(equations: Equations, scale: Array, unit: int, guess: Array) -> Located | None:
    """Return where the level of a unit of the support passes zero."""
    column = equations.support.index(unit)
    row = np.eye(len(guess))[column]
    found = meeting(equations, scale, lambda z: (float(row @ z), row), guess)
    if found is not None:
        found.point[column] = 0.0
    return found


def meeting(equations: Equations, scale: Array, test: Condition, guess: Array) -> Located | None:
    """Return where a function of z, given with its gradient, is zero on the curve."""
    return _located(solve(on_curve(equations, test), guess, scale=scale), len(guess), scale)


def _located(found: Solved, count: int, scale: Array) -> Located | None:
    if not found.converged:
        return None
    point = found.point[:count]
    size = 1 + float(np.linalg.norm(point / scale))
    error = found.correction * size * scale[-1] + _ROUNDING * (abs(point[-1]) + scale[-1])
    return Located(point=point, error=float(error))
