"""Stable equilibria followed through time by Newton's method, for laws of every form.

Comes in: a `Course`, an equilibrium at one time. Goes out: the same equilibrium at another time, or where it is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symbiode.policy.course import Course

Array = NDArray[np.float64]
_ITERATIONS, _HALVINGS, _STEPS = 12, 46, 4000
_SMALL = 1e-11


@dataclass(frozen=True, kw_only=True, eq=False)
class Tracked:
    """How far an equilibrium was followed.

    Parameters
    ----------
    t, state
        The last time it was found, and its levels there.
    error : float
        0 if the time asked for was reached; else how far beyond `t` it is lost at the latest.
    how : str
        Empty, or how it is lost: ``fold``, ``hopf`` or ``transcritical``.
    """

    t: float
    state: Array
    error: float = 0.0
    how: str = ""


def corrected(course: Course, p: Array, x: Array) -> Array | None:
    """Return the equilibrium with the same units near a state, None if Newton's method finds none."""
    there = np.flatnonzero(x) if course.numerics.kolmogorov else np.arange(len(x))
    y, square = x.copy(), np.ix_(there, there)
    if not len(there):
        return y
    for _ in range(_ITERATIONS):
        try:
            step = np.linalg.solve(_slopes(course, p, y)[square], _growth(course, p, y)[there])
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(step).all():
            return None
        y[there] -= step
        if course.numerics.kolmogorov and (y[there] <= 0).any():
            return None
        if np.abs(step).max() <= _SMALL * np.abs(y).max():
            return y
    return None


def _growth(course: Course, p: Array, y: Array) -> Array:
    numerics = course.numerics
    return numerics.per_capita(0.0, y, p) if numerics.kolmogorov else numerics.rates(0.0, y, p)


def _slopes(course: Course, p: Array, y: Array) -> Array:
    numerics = course.numerics
    return numerics.per_capita_jacobian(0.0, y, p) if numerics.kolmogorov else numerics.jacobian(0.0, y, p)


def eigenvalues(course: Course, p: Array, x: Array) -> tuple[NDArray[np.complex128], Array]:
    """Return the eigenvalues of the units that are there, and how fast those that could come would grow."""
    there = np.flatnonzero(x) if course.numerics.kolmogorov else np.arange(len(x))
    absent = course.absent(there)
    slopes = _slopes(course, p, x)[np.ix_(there, there)]
    J = x[there, None] * slopes if course.numerics.kolmogorov else slopes
    invading = _growth(course, p, x)[absent] if len(absent) else np.empty(0)
    own = np.linalg.eigvals(J).astype(complex) if len(there) else np.empty(0, complex)
    return own, invading


def resilience(course: Course, p: Array, x: Array) -> float:
    """Return the rate at which small disturbances of an equilibrium fade, infinite where there can be none."""
    own, invading = eigenvalues(course, p, x)
    return -float(max([*own.real, *invading], default=-np.inf))


def followed(course: Course, t: float, state: Array, end: float) -> Tracked:
    """Follow a stable equilibrium to a later time on the same smooth stretch, in steps as small as it takes."""
    x, step = state, end - t
    least = step * 2.0**-_HALVINGS
    for _ in range(_STEPS):
        if t >= end:
            return Tracked(t=end, state=x)
        nxt = min(t + step, end)
        found = _next(course, nxt, x, end)
        if found is not None:
            t, x, step = nxt, found, 2 * step
        elif step <= max(least, 4 * np.spacing(max(abs(t), abs(end)))):
            break
        else:
            step /= 2
    return Tracked(t=t, state=x, error=step, how=_how(course, t, x))


def _next(course: Course, nxt: float, x: Array, end: float) -> Array | None:
    """Return the equilibrium a step on, if it is near, the same and stable."""
    p = course.on(-np.inf, end if nxt >= end and end in course.edges else np.inf, np.array([nxt]))[0]
    found = corrected(course, p, x)
    if found is None or np.abs(found - x).max() > 0.2 * np.abs(x).max():
        return None
    return found if resilience(course, p, found) > 0 else None


def _how(course: Course, t: float, x: Array) -> str:
    """Return how an equilibrium is lost, from its leading eigenvalue where it was last found."""
    p = course.numbers(np.array([t]))[0]
    own, invading = eigenvalues(course, p, x)
    if len(invading) and (not len(own) or invading.max() >= own.real.max()):
        return "transcritical"
    leading = own[own.real.argmax()]
    if abs(leading.imag) > 1e-6 * abs(own).max():
        return "hopf"
    present = x[x > 0] if course.numerics.kolmogorov else np.empty(0)
    rare = len(present) and present.min() < 1e-4 * present.max()
    return "transcritical" if rare else "fold"
