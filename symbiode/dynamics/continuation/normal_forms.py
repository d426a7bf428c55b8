"""Normal forms at special points: what kind they are, and on which side what appears.

Comes in: a system and a point with an eigenvalue zero or a pair on the imaginary axis. Goes out: coefficients.

References
----------
Kuznetsov (2023), Elements of Applied Bifurcation Theory, 4th edition, equations (5.24) to (5.34); Veltz (2020),
BifurcationKit.jl, for the form x' = a01 dmu + b11 x dmu + b20/2 x^2 + b30/6 x^3.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.continuation.arclength import Array
from symbiode.dynamics.continuation.systems import System

Coefficients = dict[str, float]
Complex = NDArray[np.complex128]
NEGLIGIBLE = 1e-8
"""A coefficient below this share of the sizes of its terms counts as zero."""


def simple_zero(system: System, z: Array, scale: Array) -> Coefficients:
    """Return a01, b11, b20 and b30 of x' = a01 dmu + b11 x dmu + b20/2 x^2 + b30/6 x^3 on the centre manifold.

    Parameters
    ----------
    system : System
        With one moving coefficient.
    z : array, shape (unit + 1,)
        An equilibrium with a simple eigenvalue zero.
    scale : array, shape (unit + 1,)
        Typical sizes of the states, and of a change of the coefficient: what is negligible is judged by them. The
        coefficients are those of plain coordinates, with the eigenvector at length 1 and its largest entry positive;
        a negligible one is exactly zero.
    """
    n = system.size
    A, B, C = _plain(system, z)
    J = A[:, :n]
    sides = scale[None, :n] / scale[:n, None]
    left, _, right = np.linalg.svd(J * sides)
    q, w = right[-1] * scale[:n], left[:, -1] / scale[:n]
    q = q / np.linalg.norm(q)
    q = q if q[np.argmax(np.abs(q))] > 0 else -q
    w = w / (w @ q)
    inverse = bordered(J, q, w)
    p, along = A[:, n], np.append(q, 0.0)
    a01 = w @ p
    bend = B[:, :n, :n] @ q @ q
    b20 = w @ bend
    psi01, psi20 = inverse(a01 * q - p), inverse(b20 * q - bend)
    cross = B[:, :n, n] @ q + B[:, :n, :n] @ psi01 @ q
    cubic, bent = C @ along @ along @ along, 3 * (B[:, :n, :n] @ psi20 @ q)
    stretch = float(np.linalg.norm(q / scale[:n]))  # a move of this many typical sizes for x = 1
    typical, rate = np.append(scale[:n], 0.0), float(np.abs(w) @ np.abs(J) @ np.abs(q))
    cube = float(np.abs(w) @ (np.abs(C) @ np.abs(along) @ np.abs(along) @ np.abs(along)))
    sizes = {
        "a01": float(np.abs(w) @ (np.abs(p) + np.abs(B[:, n]) @ typical + (np.abs(B) @ typical @ typical) / scale[n])),
        "b20": float(np.abs(w) @ (np.abs(B[:, :n, :n]) @ np.abs(q) @ np.abs(q))) + stretch * rate + cube / stretch,
        "b30": cube + float(np.abs(w) @ np.abs(bent)) + stretch**2 * rate,
    }
    found = {"a01": float(a01), "b11": float(w @ cross), "b20": float(b20), "b30": float(w @ (cubic + bent))}
    return {name: 0.0 if abs(v) <= NEGLIGIBLE * sizes.get(name, 0.0) else v for name, v in found.items()}


def oscillation(system: System, z: Array) -> Coefficients:
    """Return frequency, first Lyapunov coefficient and the speed at which the pair crosses the axis.

    `lyapunov` is l1 of Kuznetsov's equation (5.34) with the eigenvector at length 1 (supercritical if negative, exactly
    zero if negligible beside its terms); `crossing` is d Re(lambda) / d(coefficient) along the branch.
    """
    n = system.size
    A, B, C = _plain(system, z)
    J, bend = A[:, :n], B[:, :n, :n]
    omega, q, p = critical_pair(J)
    if np.linalg.cond(J) > 1e12:  # an eigenvalue zero besides: there is no such normal form
        return {"frequency": omega, "period": 2 * np.pi / omega, "lyapunov": 0.0}
    first, size = first_lyapunov(J, bend, C[:, :n, :n, :n])
    moved = np.linalg.solve(J, -A[:, n])
    turned = p.conj() @ (B[:, :n, n] @ q + bend @ moved @ q)
    return {
        "frequency": omega,
        "period": 2 * np.pi / omega,
        "lyapunov": 0.0 if abs(first) <= NEGLIGIBLE * size else first,
        "crossing": float(np.real(turned)),
    }


def critical_pair(J: Array) -> tuple[float, Complex, Complex]:
    """Return omega, q and p of the pair next to the axis: J q = i omega q, |q| = 1, and p its left one, p q = 1."""
    values, vectors = np.linalg.eig(J)
    k = int(np.argmin(np.where(values.imag > 0, np.abs(values.real), np.inf)))
    omega, q = float(values[k].imag), vectors[:, k] / np.linalg.norm(vectors[:, k])
    values_left, vectors_left = np.linalg.eig(J.T)
    p = vectors_left[:, int(np.argmin(np.abs(values_left + 1j * omega)))]
    return omega, q, p / np.conj(p.conj() @ q)


def first_lyapunov(J: Array, B: Array, C: Array) -> tuple[float, float]:
    """Return l1 of Kuznetsov's equation (5.34) from all derivatives to the states, and the size of its terms."""
    omega, q, p = critical_pair(J)
    still = np.linalg.solve(J, B @ q.conj() @ q)
    double = np.linalg.solve(2j * omega * np.eye(len(J)) - J, B @ q @ q)
    parts = (C @ q.conj() @ q @ q, -2 * (B @ still @ q), B @ double @ q.conj())
    terms = [complex(p.conj() @ part) / (2 * omega) for part in parts]
    return float(sum(terms).real), float(sum(map(abs, terms)))


def _plain(system: System, z: Array) -> tuple[Array, Array, Array]:
    """Return first, second and third derivatives of the rates."""
    return system.rates.jacobian(z), system.rates.second(z), system.rates.third(z)


def bordered(J: Array, q: Array, w: Array) -> Callable[[Array], Array]:
    """Return the map from r, with w r = 0, to the solution of J y = r with w y = 0."""
    n = len(q)
    whole = np.block([[J, q[:, None]], [w[None], np.zeros((1, 1))]])
    return lambda r: np.asarray(np.linalg.solve(whole, np.append(r, 0.0))[:n], float)
