"""Special points: where branches turn, meet or begin to oscillate, located by Newton's method on extended systems.

Comes in: the equations of a set of units and a guess from a branch. Goes out: points to rounding level.

References
----------
Moore and Spence (1980), SIAM J. Numer. Anal. 17, 567-576; Kuznetsov (2023), Elements of Applied Bifurcation Theory,
4th edition, section 10.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from symbiode.dynamics.continuation.arclength import Array, Solved, solve
from symbiode.dynamics.continuation.systems import Equations

Test = Callable[[Array], tuple[float, Array]]
"""A function of z with its gradient."""
_ROUNDING = 4 * float(np.finfo(float).eps)


@dataclass(frozen=True, kw_only=True, eq=False)
class Located:
    """A special point in the coordinates of its equations: z = (levels of the support, coefficient)."""

    point: Array
    error: float


def fold(equations: Equations, scale: Array, guess: Array) -> Located | None:
    """Return the fold next to a guess: G = 0 and G_x v = 0 with |v| = 1 along the guess's own v."""
    m = len(equations.support)
    J = equations(guess)[1][:, :m]
    v = np.linalg.svd(J * scale[:m])[2][-1] * scale[:m]

    def extended(w: Array) -> tuple[Array, Array]:
        z, q = w[: m + 1], w[m + 1 :]
        G, D = equations(z)
        bent = equations.hessian(z)[:, :m, :].transpose(0, 2, 1) @ q
        top = np.hstack([D, np.zeros((m, m))])
        middle = np.hstack([bent, D[:, :m]])
        bottom = np.concatenate([np.zeros(m + 1), c])
        return np.concatenate([G, D[:, :m] @ q, [c @ q - 1]]), np.vstack([top, middle, bottom])

    c = v / (v @ v)
    found = solve(extended, np.concatenate([guess, v]), scale=np.concatenate([scale, np.abs(scale[:m])]))
    return _located(found, m + 1, scale)


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
    """Return the Hopf point next to a guess: G = 0 and J (a + ib) = i omega (a + ib) on the support, omega > 0."""
    system, m, columns = equations.system, len(equations.support), equations.columns
    rows = list(equations.support)
    J = system.rates.jacobian(equations.full(guess))[np.ix_(rows, rows)]
    values, vectors = np.linalg.eig(J)
    pairs = [k for k in range(m) if values[k].imag > 0]
    if not pairs:
        return None
    k = min(pairs, key=lambda k: abs(values[k].real))
    q = vectors[:, k] / scale[:m]
    q = q / np.linalg.norm(q)
    c = q.conj()

    def extended(y: Array) -> tuple[Array, Array]:
        z, a, b, omega = y[: m + 1], y[m + 1 : 2 * m + 1], y[2 * m + 1 : -1], y[-1]
        G, D = equations(z)
        full = equations.full(z)
        A = system.rates.jacobian(full)[np.ix_(rows, rows)] * sides
        bent = system.rates.second(full)[np.ix_(rows, columns, columns)][:, :m, :] * sides[:, :, None]
        zero, one = np.zeros((m, m)), omega * np.eye(m)
        norm = c @ (a + 1j * b) - 1
        residual = np.concatenate([G, A @ a + omega * b, A @ b - omega * a, [norm.real, norm.imag]])
        return residual, np.block([
            [D, zero, zero, np.zeros((m, 1))],
            [np.einsum("ijk,j->ik", bent, a), A, one, b[:, None]],
            [np.einsum("ijk,j->ik", bent, b), -one, A, -a[:, None]],
            [np.zeros((1, m + 1)), c.real[None], -c.imag[None], np.zeros((1, 1))],
            [np.zeros((1, m + 1)), c.imag[None], c.real[None], np.zeros((1, 1))],
        ])  # fmt: skip

    sides = scale[None, :m] / scale[:m, None]  # the Jacobian in scaled coordinates
    start = np.concatenate([guess, q.real, q.imag, [values[k].imag]])
    sizes = np.concatenate([scale, np.ones(2 * m), [abs(values[k].imag)]])
    found = solve(extended, start, scale=sizes)
    located = _located(found, m + 1, scale)
    return None if found.point[-1] <= 1e-6 * float(np.abs(values).max()) else located


def zero_of(equations: Equations, scale: Array, unit: int, guess: Array) -> Located | None:
    """Return where the level of a unit of the support passes zero."""
    column = equations.support.index(unit)
    row = np.eye(len(guess))[column]
    found = meeting(equations, scale, lambda z: (float(row @ z), row), guess)
    if found is not None:
        found.point[column] = 0.0
    return found


def growth_of(equations: Equations, scale: Array, unit: int, guess: Array) -> Located | None:
    """Return where the growth per capita of an absent unit passes zero."""
    growth = equations.system.growth
    assert growth is not None

    def test(z: Array) -> tuple[float, Array]:
        full = equations.full(z)
        return float(growth.value(full)[unit]), growth.jacobian(full)[unit, equations.columns]

    return meeting(equations, scale, test, guess)


def meeting(equations: Equations, scale: Array, test: Test, guess: Array) -> Located | None:
    """Return where a function of z, given with its gradient, is zero on the curve."""

    def extended(z: Array) -> tuple[Array, Array]:
        G, D = equations(z)
        value, slope = test(z)
        return np.append(G, value), np.vstack([D, slope])

    return _located(solve(extended, guess, scale=scale), len(guess), scale)


def _located(found: Solved, count: int, scale: Array) -> Located | None:
    if not found.converged:
        return None
    point = found.point[:count]
    size = 1 + float(np.linalg.norm(point / scale))
    error = found.correction * size * scale[-1] + _ROUNDING * (abs(point[-1]) + scale[-1])
    return Located(point=point, error=float(error))
