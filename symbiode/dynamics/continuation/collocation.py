"""Periodic orbits by collocation at Gauss points on a moving mesh.

Comes in: a field and an approximate orbit. Goes out: orbits on a branch, their multipliers, and how good they are.
Private to `cycles`.

References
----------
Doedel, Keller and Kernevez (1991), Int. J. Bifurcation Chaos 1, 745-772, sections 3 and 4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from symbiode.dynamics.numerics.kernels import Array

Field = Callable[[Array, float], tuple[Array, Array, Array]]
"""Takes points (m, n) and the coefficient; returns velocity (m, n), its Jacobian (m, n, n) and its slope (m, n)."""

DEGREE = 4
_NEWTON, _TIGHT = 10, 1e-11
_POINTS, _WEIGHTS = (np.asarray(part) / 2 for part in np.polynomial.legendre.leggauss(DEGREE))
_NODES = np.linspace(0.0, 1.0, DEGREE + 1)


def _lagrange(at: Array) -> tuple[Array, Array]:
    """Return values and slopes at points of [0, 1] of the polynomials that are 1 at one node, shape (point, node)."""
    made = [np.poly1d(np.delete(_NODES, k), r=True) / np.prod(x - np.delete(_NODES, k)) for k, x in enumerate(_NODES)]
    return np.stack([p(at) for p in made], -1), np.stack([p.deriv()(at) for p in made], -1)


_VALUE, _SLOPE = _lagrange(_POINTS + 0.5)
_HIGHEST = np.linalg.inv(np.vander(_NODES, increasing=True))[-1]


@dataclass(frozen=True, kw_only=True, eq=False)
class Orbit:
    """A closed orbit as a piecewise polynomial in time.

    Parameters
    ----------
    mesh : array, shape (interval + 1,)
        From 0 to 1, in periods.
    u : array, shape (interval, DEGREE, unit)
        At the equidistant nodes of each interval but its last, which is the first of the next.
    period, value : float
        The period, and the coefficient.
    """

    mesh: Array
    u: Array
    period: float
    value: float

    @property
    def nodes(self) -> Array:
        """With the last node of each interval, shape (interval, DEGREE + 1, unit)."""
        return np.concatenate([self.u, np.roll(self.u, -1, axis=0)[:, :1]], axis=1)

    @property
    def flat(self) -> Array:
        """All unknowns: nodes, the logarithm of the period, the coefficient."""
        return np.array([*self.u.ravel(), np.log(self.period), self.value])

    def moved(self, flat: Array) -> Orbit:
        """Return the orbit with other unknowns on the same mesh."""
        return replace(self, u=flat[:-2].reshape(self.u.shape), period=float(np.exp(flat[-2])), value=float(flat[-1]))

    def weights(self, width: float) -> Array:
        """Return the weights of the unknowns in lengths along a branch."""
        nodes = np.repeat(np.diff(self.mesh) / DEGREE, DEGREE * self.u.shape[2])
        return np.array([*nodes, 0.01, 1 / width**2])


def linearised(field: Field, orbit: Orbit) -> tuple[Array, Array, Array, Array]:
    """Return the defects at the Gauss points, and their slopes to the nodes, the log period and the coefficient."""
    u, h = orbit.nodes, np.diff(orbit.mesh)[:, None, None]
    count, _, n = u.shape
    at = np.einsum("ik,jkn->jin", _VALUE, u)
    f, J, slope = field(at.reshape(-1, n), orbit.value)
    f, J, slope = f.reshape(at.shape), J.reshape(count, DEGREE, n, n), slope.reshape(at.shape)
    to_nodes = np.einsum("ik,ab->iakb", _SLOPE, np.eye(n)) / h[..., None, None]
    to_nodes = to_nodes - orbit.period * np.einsum("ik,jiab->jiakb", _VALUE, J)
    defect = np.einsum("ik,jkn->jin", _SLOPE, u) / h - orbit.period * f
    return defect, to_nodes, -orbit.period * f, -orbit.period * slope


def matrix(field: Field, orbit: Orbit, phase: Array) -> tuple[Array, Array]:
    """Return the residual and its derivative, one row short of square; `phase` fixes the start on the orbit."""
    defect, to_nodes, to_period, to_value = linearised(field, orbit)
    count, _, n = defect.shape
    size, block = count * DEGREE * n, DEGREE * n
    A = np.zeros((size + 1, size + 2))
    rows = to_nodes.reshape(count, block, (DEGREE + 1) * n)
    for j in range(count):
        place, after = slice(j * block, (j + 1) * block), (j + 1) * block % size
        A[place, place] = rows[j, :, :block]
        A[place, after : after + n] += rows[j, :, block:]
    A[:size, size], A[:size, size + 1] = to_period.ravel(), to_value.ravel()
    A[size, :size] = phase
    return np.array([*defect.ravel(), phase @ orbit.u.ravel()]), A


def phase_of(orbit: Orbit) -> Array:
    """Return the functional that is zero for orbits in step with this one: the integral of u times u'."""
    u, h = orbit.nodes, np.diff(orbit.mesh)
    speed = np.einsum("ik,jkn->jin", _SLOPE, u) / h[:, None, None]
    at_nodes = np.einsum("q,qk,jqn->jkn", _WEIGHTS * 1.0, _VALUE, speed) * h[:, None, None]
    phase = at_nodes[:, :-1].copy()
    phase[:, 0] += np.roll(at_nodes[:, -1], 1, axis=0)
    flat = phase.ravel()
    return np.asarray(flat / np.linalg.norm(flat))


def corrected(field: Field, orbit: Orbit, phase: Array, extra: Callable[[Orbit], tuple[float, Array]]) -> Orbit | None:
    """Return the orbit after Newton's method with one more condition (value, row), or None."""
    for _ in range(_NEWTON):
        residual, A = matrix(field, orbit, phase)
        left, row = extra(orbit)
        try:
            change = np.linalg.solve(np.vstack([A, row]), -np.append(residual, left))
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(change).all() or abs(change[-2]) > 3 or np.abs(change).max() > 1e3:
            return None
        orbit = orbit.moved(orbit.flat + change)
        if np.abs(change).max() <= _TIGHT * (1 + np.abs(orbit.flat).max()):
            return orbit
    return None


def tangent(field: Field, orbit: Orbit, phase: Array, along: Array, weights: Array) -> Array:
    """Return the direction of the branch, of length one, on the side of `along`."""
    _, A = matrix(field, orbit, phase)
    goal = np.zeros(len(A) + 1)
    goal[-1] = 1.0
    found = np.linalg.solve(np.vstack([A, along * weights]), goal)
    return np.asarray(found / np.sqrt(weights @ found**2))


def multipliers(field: Field, orbit: Orbit) -> Array:
    """Return the Floquet multipliers, the trivial one left out, from the largest down."""
    _, to_nodes, _, _ = linearised(field, orbit)
    count, n = len(to_nodes), orbit.u.shape[2]
    rows = to_nodes.reshape(count, DEGREE * n, -1)
    passes = -np.linalg.solve(rows[:, :, n:], rows[:, :, :n])[:, -n:]
    turned = np.eye(n)
    for step in passes:
        turned = step @ turned
    found = np.linalg.eigvals(turned)
    found = np.delete(found, np.abs(found - 1).argmin())
    return np.asarray(found[np.argsort(-np.abs(found))])


def _curvature(orbit: Orbit) -> Array:
    """Return the size of the derivative beyond the polynomials' degree in each interval, shape (interval,)."""
    h = np.diff(orbit.mesh)[:, None]
    highest = np.einsum("k,jkn->jn", _HIGHEST, orbit.nodes) / h**DEGREE
    jump = np.abs(np.roll(highest, -1, axis=0) - highest) / ((np.roll(h, -1) + h) / 2)
    return np.asarray(((jump + np.roll(jump, 1, axis=0)) / 2).max(axis=1))


def error_of(orbit: Orbit) -> float:
    """Return the size of the local error of interpolation, relative to the orbit's own size."""
    h = np.diff(orbit.mesh)
    size = np.ptp(orbit.u.reshape(-1, orbit.u.shape[2]), axis=0).max()
    return float((h ** (DEGREE + 1) * _curvature(orbit)).max() / 100 / max(size, 1e-300))


def at_times(orbit: Orbit, times: Array) -> Array:
    """Return the states at fractions of the period, shape (time, unit)."""
    j = np.clip(np.searchsorted(orbit.mesh, times, side="right") - 1, 0, len(orbit.mesh) - 2)
    within = (times - orbit.mesh[j]) / np.diff(orbit.mesh)[j]
    return np.asarray(np.einsum("tk,tkn->tn", _lagrange(within)[0], orbit.nodes[j]))


def remeshed(orbit: Orbit, intervals: int) -> tuple[Orbit, Callable[[Array], Array]]:
    """Return the orbit on a mesh that spreads its error evenly, and the same move for directions."""
    h = np.diff(orbit.mesh)
    density = _curvature(orbit) ** (1 / (DEGREE + 1))
    density = density + max(float(h @ density), 1e-12) / 2
    total = np.append(0.0, np.cumsum(h * density))
    mesh = np.interp(np.linspace(0.0, total[-1], intervals + 1), total, orbit.mesh)
    mesh[0], mesh[-1] = 0.0, 1.0
    times = (mesh[:-1, None] + np.diff(mesh)[:, None] * _NODES[:-1]).ravel()

    def carried(flat: Array) -> Array:
        u = at_times(orbit.moved(flat) if flat is not orbit.flat else orbit, times)
        return np.array([*u.ravel(), *flat[-2:]])

    shape = (intervals, DEGREE, orbit.u.shape[2])
    return replace(orbit, mesh=mesh, u=at_times(orbit, times).reshape(shape)), carried
