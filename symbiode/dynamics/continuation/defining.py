"""What is zero along fold, Hopf, transcritical and branch-point curves in two coefficients; private to `curves`.

Comes in: the equations of a set of units over two coefficients. Goes out: systems G(z) = 0 with their Jacobians, one
row short of square, regular wherever such a curve is. A matrix is singular where its smallest singular value is zero;
left and right singular vectors u and v give its slope, u M_z v (the minimally augmented systems of the references).

References
----------
Govaerts (2000), Numerical Methods for Bifurcations of Dynamical Equilibria, sections 3.2, 4.4 and 5.2; Kuznetsov
(2004), Elements of Applied Bifurcation Theory, section 10.2.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np

from symbiode.dynamics.continuation.arclength import Array, Curve
from symbiode.dynamics.continuation.systems import Equations

Condition = Callable[[Array], tuple[float, Array]]
"""A function of z that is zero somewhere, and its gradient (exact where it is zero)."""


def singular(equations: Equations, scale: Array) -> Condition:
    """Return the condition that the equations have a zero eigenvalue: folds, cusps, Bogdanov-Takens points."""
    m = len(equations.support)

    def condition(z: Array) -> tuple[float, Array]:
        return _least(equations(z)[1][:, :m] * scale[:m], equations.hessian(z)[:, :m] * scale[:m, None])

    return condition


def oscillating(equations: Equations, scale: Array) -> Condition:
    """Return the condition that two eigenvalues of the Jacobian add up to zero: Hopf points and neutral saddles."""
    rows, columns, m = list(equations.support), equations.columns, len(equations.support)
    sides = scale[None, :m] / scale[:m, None]
    product = _bialternate(m)

    def condition(z: Array) -> tuple[float, Array]:
        full, rates = equations.full(z), equations.system.rates
        J = rates.jacobian(full)[np.ix_(rows, rows)] * sides
        slopes = rates.second(full)[np.ix_(rows, rows, columns)] * sides[..., None]
        return _least(np.tensordot(product, J, 2), np.tensordot(product, slopes, 2))

    return condition


def entering(equations: Equations, unit: int) -> Condition:
    """Return the condition that an absent unit neither grows nor shrinks when it is rare."""
    growth = equations.system.growth
    assert growth is not None

    def condition(z: Array) -> tuple[float, Array]:
        full = equations.full(z)
        return float(growth.value(full)[unit]), growth.jacobian(full)[unit, equations.columns]

    return condition


def on_curve(equations: Equations, *conditions: Condition) -> Curve:
    """Return the equations with conditions: a curve with one, a point with two."""

    def curve(z: Array) -> tuple[Array, Array]:
        G, D = equations(z)
        told = [condition(z) for condition in conditions]
        return np.append(G, [value for value, _ in told]), np.vstack([D, *(slope for _, slope in told)])

    return curve


def branching(equations: Equations, w: Array) -> Curve:
    """Return branch points as a curve in y = (z, w, e): G + e b = 0, w G_x = 0, w G_p = 0, w w = 1; b is the first w.

    The second coefficient unfolds the first's branch point; e is zero as long as branches really meet.
    """
    m = len(equations.support)
    b = w / np.linalg.norm(w)

    def curve(y: Array) -> tuple[Array, Array]:
        z, left, e = y[: m + 2], y[m + 2 : -1], y[-1]
        G, D = equations(z)
        bent = np.einsum("k,kij->ij", left, equations.hessian(z))[: m + 1]
        jacobian = np.zeros((2 * m + 2, 2 * m + 3))
        jacobian[:m, : m + 2], jacobian[:m, -1] = D, b
        jacobian[m : 2 * m + 1, : m + 2], jacobian[m : 2 * m + 1, m + 2 : -1] = bent, D[:, : m + 1].T
        jacobian[-1, m + 2 : -1] = 2 * left
        return np.concatenate([G + e * b, left @ D[:, : m + 1], [left @ left - 1]]), jacobian

    return curve


def pair_sum(J: Array) -> float:
    """Return the product of all sums of two eigenvalues: zero where two are opposite; the trace for two units."""
    return float(np.linalg.det(np.tensordot(_bialternate(len(J)), J, 2))) if len(J) > 1 else 1.0


def _bialternate(m: int) -> Array:
    """Return the tensor that turns a matrix J into twice its bialternate product with one, shape (pair, pair, m, m)."""
    pairs, one = list(combinations(range(m), 2)), np.eye(m)
    out = np.zeros((len(pairs), len(pairs), m, m))
    for a, (p, q) in enumerate(pairs):
        for b, (r, s) in enumerate(pairs):
            out[a, b, p, r] += one[q, s]
            out[a, b, p, s] -= one[q, r]
            out[a, b, q, s] += one[p, r]
            out[a, b, q, r] -= one[p, s]
    return out


def _least(matrix: Array, slopes: Array) -> tuple[float, Array]:
    """Return the smallest singular value and its slope."""
    if not np.isfinite(matrix).all():
        return float("nan"), np.full(slopes.shape[-1], np.nan)
    left, values, right = np.linalg.svd(matrix)
    return float(values[-1]), np.einsum("i,ijk,j->k", left[:, -1], slopes, right[-1])
