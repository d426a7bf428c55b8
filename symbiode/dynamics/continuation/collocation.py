"""Closed orbits by collocation at Gauss points, on a mesh that moves to where it is needed; private to `cycles`.

Comes in: a field and an approximate orbit. Goes out: the orbit, its direction along a branch, its Floquet multipliers
and its error.

References
----------
Doedel, Keller and Kernevez (1991), Int. J. Bifurcation Chaos 1, 745-772, sections 3 and 4; Ascher, Mattheij and
Russell (1995), Numerical Solution of Boundary Value Problems, section 9.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array
from scipy.sparse.linalg import splu

Array = NDArray[np.float64]
Field = Callable[[Array, float], tuple[Array, Array, Array]]
"""Takes points (m, n) and the coefficient; returns velocity (m, n), its Jacobian (m, n, n) and its slope (m, n)."""

DEGREE = 4
_NEWTON, _TIGHT, _LOST = 8, 1e-10, 1e3
_POINTS = np.asarray(np.polynomial.legendre.leggauss(DEGREE)[0]) / 2 + 0.5
_WEIGHTS = np.asarray(np.polynomial.legendre.leggauss(DEGREE)[1]) / 2
_NODES = np.linspace(0.0, 1.0, DEGREE + 1)
_TO_POWERS = np.linalg.inv(np.vander(_NODES, increasing=True))


def _at(points: Array, slopes: bool = False) -> Array:
    """Return the values or slopes at points of [0, 1] of the polynomials that are 1 at one node, (…, node)."""
    powers = np.arange(DEGREE + 1)
    terms = points[..., None] ** powers
    if slopes:
        terms = powers * points[..., None] ** np.maximum(powers - 1, 0)
    return np.asarray(terms @ _TO_POWERS)


_VALUE, _SLOPE = _at(_POINTS), _at(_POINTS, slopes=True)


@dataclass(frozen=True, kw_only=True, eq=False)
class Orbit:
    """A closed orbit, a polynomial in each interval of time.

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

    @property
    def amplitude(self) -> float:
        """The largest range of any unit."""
        return float(np.ptp(self.u.reshape(-1, self.u.shape[2]), axis=0).max())

    def moved(self, flat: Array) -> Orbit:
        """Return the orbit with other unknowns on the same mesh."""
        return replace(self, u=flat[:-2].reshape(self.u.shape), period=float(np.exp(flat[-2])), value=float(flat[-1]))

    def weights(self, width: float) -> Array:
        """Return the weights of the unknowns in lengths along a branch; `width` is that of the coefficient."""
        nodes = np.repeat(np.diff(self.mesh) / DEGREE, DEGREE * self.u.shape[2])
        return np.array([*nodes, 0.01, 1 / width**2])


def even(nodes: Callable[[Array], Array], intervals: int, period: float, value: float) -> Orbit:
    """Return a function of time (in periods) as an orbit on an even mesh."""
    mesh = np.linspace(0.0, 1.0, intervals + 1)
    return Orbit(mesh=mesh, u=nodes(_times(mesh)).reshape(intervals, DEGREE, -1), period=period, value=value)


def _times(mesh: Array) -> Array:
    return np.asarray((mesh[:-1, None] + np.diff(mesh)[:, None] * _NODES[:-1]).ravel())


def at_points(orbit: Orbit) -> tuple[Array, Array]:
    """Return the states at the Gauss points, shape (interval, point, unit), and the weights of integrals over them."""
    return np.einsum("ik,jkn->jin", _VALUE, orbit.nodes), np.diff(orbit.mesh)[:, None] * _WEIGHTS


def at_times(orbit: Orbit, times: Array) -> Array:
    """Return the states at fractions of the period, shape (time, unit)."""
    j = np.clip(np.searchsorted(orbit.mesh, times, side="right") - 1, 0, len(orbit.mesh) - 2)
    within = (times - orbit.mesh[j]) / np.diff(orbit.mesh)[j]
    return np.asarray(np.einsum("tk,tkn->tn", _at(within), orbit.nodes[j]))


def _linearised(field: Field, orbit: Orbit) -> tuple[Array, Array, Array, Array]:
    """Return the defects at the Gauss points, and their slopes to nodes, log period and coefficient."""
    u, h = orbit.nodes, np.diff(orbit.mesh)[:, None, None]
    count, _, n = u.shape
    at = np.einsum("ik,jkn->jin", _VALUE, u)
    f, J, slope = field(at.reshape(-1, n), orbit.value)
    f, J, slope = f.reshape(at.shape), J.reshape(count, DEGREE, n, n), slope.reshape(at.shape)
    to_nodes = np.einsum("ik,ab->iakb", _SLOPE, np.eye(n)) / h[..., None, None]
    to_nodes = to_nodes - orbit.period * np.einsum("ik,jiab->jiakb", _VALUE, J)
    defect = np.einsum("ik,jkn->jin", _SLOPE, u) / h - orbit.period * f
    return defect, to_nodes.reshape(count, DEGREE * n, -1), -orbit.period * f, -orbit.period * slope


def _solved(field: Field, orbit: Orbit, conditions: Array, left: Array | None) -> Array:
    """Return the change of the unknowns that meets two linear conditions (2, unknown) with residuals `left` (2,).

    Without `left`: the direction that keeps the orbit closed and solves ``conditions @ change == (0, 1)``. The inner
    nodes of each interval are eliminated first, so that only the mesh points are solved together.
    """
    defect, rows, to_period, to_value = _linearised(field, orbit)
    count, block, _ = rows.shape
    n = orbit.u.shape[2]
    right = np.zeros_like(defect) if left is None else defect
    sides = [part.reshape(count, block, 1) for part in (to_period, to_value, right)]
    known = np.concatenate([rows[:, :, :n], *sides], axis=2)
    inner = -np.linalg.solve(rows[:, :, n:], known)  # later nodes from the first, log period, coefficient and defect
    size = count * n
    A, b = np.zeros((size + 2, size + 2)), np.zeros(size + 2)
    b[size:] = (0.0, 1.0) if left is None else -left
    parts = conditions[:, :-2].reshape(2, count, block)
    A[size:, size:] = conditions[:, -2:]
    within = np.einsum("cjk,jkl->cjl", parts[:, :, n:], inner[:, : block - n])
    A[size:, :size] = (parts[:, :, :n] + within[:, :, :n]).reshape(2, size)
    A[size:, size:] += within[:, :, n : n + 2].sum(axis=1)
    b[size:] -= within[:, :, -1].sum(axis=1)
    for j in range(count):
        place, after = slice(j * n, (j + 1) * n), (j + 1) * n % size
        A[place, place] -= inner[j, block - n :, :n]
        A[place, after : after + n] += np.eye(n)
        A[place, size:] = -inner[j, block - n :, n : n + 2]
        b[place] = inner[j, block - n :, -1]
    found = splu(csc_array(A)).solve(b)
    first = found[:size].reshape(count, n)
    mixed = np.concatenate([first, np.tile([*found[size:], 1.0], (count, 1))], axis=1)
    nodes = np.concatenate([first, np.einsum("jkl,jl->jk", inner[:, : block - n], mixed)], axis=1)
    return np.array([*nodes.ravel(), *found[size:]])


def phase_of(orbit: Orbit) -> Array:
    """Return the functional that is zero for orbits in step with this one: the integral of u times u' over time."""
    speed = np.einsum("ik,jkn->jin", _SLOPE, orbit.nodes)
    at_nodes = np.einsum("q,qk,jqn->jkn", _WEIGHTS, _VALUE, speed)
    phase = at_nodes[:, :-1].copy()
    phase[:, 0] += np.roll(at_nodes[:, -1], 1, axis=0)
    return np.asarray(phase.ravel() / np.linalg.norm(phase))


def corrected(field: Field, guess: Orbit, phase: Array, row: Array, goal: float) -> tuple[Orbit, int] | None:
    """Return the closed orbit near a guess with ``row @ orbit.flat == goal``, and the corrections it took, or None."""
    orbit, conditions = guess, np.stack([np.append(phase, [0.0, 0.0]), row])
    for count in range(1, _NEWTON + 1):
        flat = orbit.flat
        try:
            change = _solved(field, orbit, conditions, conditions @ flat - [0.0, goal])
        except (np.linalg.LinAlgError, RuntimeError):  # singular
            return None
        if not np.isfinite(change).all() or abs(change[-2]) > 2 or np.abs(change).max() > _LOST:
            return None
        orbit = orbit.moved(flat + change)
        if np.abs(change).max() <= _TIGHT * (1 + np.abs(orbit.flat).max()):
            return orbit, count
    return None


def tangent(field: Field, orbit: Orbit, phase: Array, along: Array, weights: Array) -> Array:
    """Return the direction of the branch, of length one, on the side of `along`."""
    found = _solved(field, orbit, np.stack([np.append(phase, [0.0, 0.0]), along * weights]), None)
    return np.asarray(found / np.sqrt(weights @ found**2))


def multipliers(field: Field, orbit: Orbit) -> Array:
    """Return the Floquet multipliers but the trivial one, the largest first, complex, shape (unit - 1,)."""
    n = orbit.u.shape[2]
    if n == 2:  # Liouville's formula: both multipliers together are exp of the integrated trace
        at, weights = at_points(orbit)
        J = field(at.reshape(-1, n), orbit.value)[1]
        total = orbit.period * float(np.einsum("maa,m->", J, weights.ravel()))
        return np.array([np.exp(min(total, 700.0))], complex)
    _, rows, _, _ = _linearised(field, orbit)
    turned = np.eye(n)
    for passed in -np.linalg.solve(rows[:, :, n:], rows[:, :, :n])[:, -n:]:
        turned = passed @ turned
    found = np.linalg.eigvals(turned).astype(complex)
    found = np.delete(found, np.abs(found - 1).argmin())
    return np.asarray(found[np.argsort(-np.abs(found), kind="stable")])


def _beyond(orbit: Orbit) -> Array:
    """Return the size of the first derivative that the polynomials lack, shape (interval,)."""
    h = np.diff(orbit.mesh)[:, None]
    highest = np.einsum("k,jkn->jn", _TO_POWERS[-1], orbit.nodes) / h**DEGREE
    jump = np.abs(np.roll(highest, -1, axis=0) - highest) / ((np.roll(h, -1, axis=0) + h) / 2)
    return np.asarray(((jump + np.roll(jump, 1, axis=0)) / 2).max(axis=1))


def error_of(orbit: Orbit) -> float:
    """Return an estimate of the error between the nodes, relative to the orbit's size; at the nodes it is smaller."""
    local = np.diff(orbit.mesh) ** (DEGREE + 1) * _beyond(orbit)
    return float(local.max() / 100 / max(orbit.amplitude, 1e-300))


def remeshed(orbit: Orbit, intervals: int) -> tuple[Orbit, Callable[[Array], Array]]:
    """Return the orbit on a mesh that spreads its error evenly, and the same move for a direction."""
    h = np.diff(orbit.mesh)
    density = _beyond(orbit) ** (1 / (DEGREE + 1))
    density = density + max(float(h @ density), 1e-12) / 2
    total = np.append(0.0, np.cumsum(h * density))
    mesh = np.interp(np.linspace(0.0, total[-1], intervals + 1), total, orbit.mesh)
    mesh[0], mesh[-1] = 0.0, 1.0
    times = _times(mesh)

    def carried(flat: Array) -> Array:
        u = at_times(replace(orbit, u=flat[:-2].reshape(orbit.u.shape)), times)
        return np.array([*u.ravel(), *flat[-2:]])

    u = at_times(orbit, times).reshape(intervals, DEGREE, -1)
    return replace(orbit, mesh=mesh, u=u), carried
