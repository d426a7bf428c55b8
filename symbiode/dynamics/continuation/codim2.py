"""Points on curves in two coefficients where more happens: cusps, Bogdanov-Takens, Bautin, zero- and double Hopf.

Comes in: a followed curve of folds, Hopf points or transcritical points. Goes out: `Corner` points to rounding level,
with their normal-form coefficients.

References
----------
Kuznetsov (2004), Elements of Applied Bifurcation Theory, sections 8.2 to 8.5 and 8.7; Kuznetsov, Meijer, Govaerts and
Sautois (2008), Physica D 237, 3061-3068.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.continuation.arclength import Array, Solved, solve
from symbiode.dynamics.continuation.defining import (
    Condition,
    entering,
    on_curve,
    oscillating,
    pair_sum,
    singular,
)
from symbiode.dynamics.continuation.events import changes
from symbiode.dynamics.continuation.normal_forms import bordered, first_lyapunov
from symbiode.dynamics.continuation.systems import Equations

_STEP, _DOUBLE, _AWAY, _NOTHING = 1e-6, 1e-4, 0.3, 1e-12
Scalar = Callable[[Array], float]


class Meeting(Enum):
    """Kinds of points on curves in two coefficients; the values are keys of `words`."""

    CUSP = "cusp"
    BOGDANOV_TAKENS = "bogdanov_takens"
    GENERALISED_HOPF = "generalised_hopf"
    ZERO_HOPF = "zero_hopf"
    DOUBLE_HOPF = "double_hopf"
    FOLD_TRANSCRITICAL = "fold_transcritical"
    CONTINUUM = "continuum"


@dataclass(frozen=True, kw_only=True, eq=False)
class Corner:
    """A point where a curve meets another or changes its kind.

    Parameters
    ----------
    kind : Meeting
    equations : Equations
        Of the units present around it.
    z : array
        Their levels and the two coefficients.
    error : float
        Newton's last correction, relative to the scales.
    normal_form : dict of str to float
        ``c`` of a cusp (x' = … + c x^3); ``a`` and ``b`` of a Bogdanov-Takens point (y' = … + a x^2 + b x y);
        ``frequency`` of a Hopf point, and ``other`` of a double one.
    """

    kind: Meeting
    equations: Equations
    z: Array
    error: float
    normal_form: dict[str, float]


def on_folds(equations: Equations, points: Array, scale: Array) -> list[Corner]:
    """Return cusps, Bogdanov-Takens and zero-Hopf points on a curve of folds, shape of `points` (point, m + 2)."""
    condition = singular(equations, scale)
    bends = _oriented(equations, points, scale)
    found = [
        _cusp(equations, z, scale, condition)
        for z in _between(points, np.array([bend for bend, _, _ in bends]))
    ]  # fmt: skip
    if len(equations.support) > 1:
        sums = np.array([pair_sum(_jacobian(equations, z, scale)) for z in points])
        found += [_with_pair(equations, z, scale) for z in _between(points, sums)]
    return [corner for corner in found if corner is not None]


def on_hopfs(equations: Equations, points: Array, scale: Array) -> list[Corner]:
    """Return where a curve of Hopf points and neutral saddles meets a zero eigenvalue, l1 = 0 or another pair."""
    dets = np.array([np.linalg.det(_jacobian(equations, z, scale)) for z in points])
    found = [_with_pair(equations, z, scale) for z in _between(points, dets)]
    firsts = np.array([lyapunov(equations, z) for z in points])
    found += [_bautin(equations, z, scale) for z in _between(points, firsts)]
    if len(equations.support) > 3:
        others = np.array([_other_pairs(_jacobian(equations, z, scale)) for z in points])
        found += [_double_hopf(equations, z, scale) for z in _between(points, others)]
    return [corner for corner in found if corner is not None]


def on_transcriticals(equations: Equations, unit: int, points: Array, sizes: Array) -> list[Corner]:
    """Return where folds begin or touch a curve on which an absent unit neither grows nor shrinks.

    `sizes` are those of all units and both coefficients.
    """
    found = []
    wide = equations.system.on(sorted((*equations.support, unit)))
    at = wide.support.index(unit)
    for eq, z, extra in (
        (wide, np.insert(points, at, 0.0, axis=1), _zero(at, len(wide.columns))),
        (equations, points, entering(equations, unit)),
    ):
        k, size = len(eq.support), sizes[eq.columns]
        dets = np.array([np.linalg.det(eq(point)[1][:, :k]) if k else 1.0 for point in z])
        for guess in _between(z, dets):
            solved = solve(on_curve(eq, singular(eq, size), extra), guess, scale=size)
            if _near(solved, guess, size):
                kind = Meeting.CONTINUUM if _flat(eq, solved.point, size) else Meeting.FOLD_TRANSCRITICAL
                found.append(_corner(kind, eq, solved, size, {}))
    return found


def frequency_squared(equations: Equations, z: Array) -> float:
    """Return the product of the two eigenvalues whose sum is closest to zero: positive at Hopf points."""
    values = np.linalg.eigvals(_plain(equations, z)[0])
    pairs = [(abs(a + b), (a * b).real) for i, a in enumerate(values) for b in values[:i]]
    return float(min(pairs)[1])


def lyapunov(equations: Equations, z: Array) -> float:
    """Return the first Lyapunov coefficient l1 of a Hopf point (see `normal_forms`).

    Zero where its terms cancel to rounding level, NaN at neutral saddles and zero-Hopf points.
    """
    if frequency_squared(equations, z) <= 0:
        return float("nan")
    J, B, C = _plain(equations, z)
    if np.linalg.cond(J) > 1e14:
        return float("nan")
    first, size = first_lyapunov(J, B, C)
    return 0.0 if abs(first) <= _NOTHING * size else first


def _cusp(equations: Equations, guess: Array, scale: Array, condition: Condition) -> Corner | None:
    left, right = _kernel(equations, guess, scale)

    def bend(z: Array) -> float:
        return _bend(equations, z, scale, left, right)[0]

    solved = solve(on_curve(equations, condition, _numerical(bend, scale)), guess, scale=scale)
    if not _near(solved, guess, scale):
        return None
    J, B, C = _plain(equations, solved.point)
    U, _, V = np.linalg.svd(J)
    q, p = V[-1], U[:, -1] / (U[:, -1] @ V[-1])
    second = bordered(J, p, q)(-(B @ q @ q))
    c = float(p @ (C @ q @ q @ q + 3 * (B @ second @ q))) / 6
    return _corner(Meeting.CUSP, equations, solved, scale, {"c": c})


def _with_pair(equations: Equations, guess: Array, scale: Array) -> Corner | None:
    """Return the Bogdanov-Takens or zero-Hopf point near a guess: a zero eigenvalue, and two that add up to zero."""
    conditions = (singular(equations, scale), oscillating(equations, scale))
    solved = solve(on_curve(equations, *conditions), guess, scale=scale)
    if not _near(solved, guess, scale):
        return None
    J, B, _ = _plain(equations, solved.point)
    values = np.linalg.eigvals(J)
    values = values[np.argsort(np.abs(values))]
    if abs(values[1]) < _DOUBLE * np.linalg.norm(J):
        return _corner(Meeting.BOGDANOV_TAKENS, equations, solved, scale, _double_zero(J, B))
    omega = abs(values[1].imag)
    if omega < _DOUBLE * abs(values[1]):
        return None
    return _corner(Meeting.ZERO_HOPF, equations, solved, scale, {"frequency": omega})


def _double_zero(J: Array, B: Array) -> dict[str, float]:
    """Return a and b of x' = y, y' = … + a x^2 + b x y (Kuznetsov, section 8.4), eigenvectors of length one."""
    U, _, V = np.linalg.svd(J)
    q0, p1 = V[-1] * np.sign(V[-1][np.abs(V[-1]).argmax()]), U[:, -1]
    q1 = bordered(J, p1, q0)(q0)
    p1 = p1 / (p1 @ q1)
    p0 = bordered(J.T, q0, p1)(p1)
    p0 = p0 - (p0 @ q1) * p1
    return {"a": float(p1 @ (B @ q0 @ q0)) / 2, "b": float(p1 @ (B @ q1 @ q0) + p0 @ (B @ q0 @ q0))}


def _bautin(equations: Equations, guess: Array, scale: Array) -> Corner | None:
    first = _numerical(lambda z: lyapunov(equations, z), scale)
    solved = solve(on_curve(equations, oscillating(equations, scale), first), guess, scale=scale)
    if not _near(solved, guess, scale):
        return None
    squared = frequency_squared(equations, solved.point)
    if squared <= 0:
        return None
    return _corner(Meeting.GENERALISED_HOPF, equations, solved, scale, {"frequency": float(np.sqrt(squared))})


def _other_pairs(J: Array) -> float:
    """Return the product of the sums of two eigenvalues, those that add up to zero left out."""
    values = np.linalg.eigvals(J).astype(complex)
    gone = min(combinations(range(len(values)), 2), key=lambda pair: abs(values[list(pair)].sum()))
    rest = np.delete(values, gone)
    return float(np.prod([a + b for a, b in combinations(rest, 2)]).real)


def _double_hopf(equations: Equations, guess: Array, scale: Array) -> Corner | None:
    """Return the point near a guess at which det(J - i omega) = 0 for two frequencies."""
    m, values = len(equations.support), np.linalg.eigvals(_jacobian(equations, guess, scale))
    turning = sorted(values[values.imag > 0], key=lambda value: abs(value.real))[:2]
    if len(turning) < 2:
        return None

    def residual(y: Array) -> Array:
        J = _jacobian(equations, y[:-2], scale)
        dets = np.array([np.linalg.det(J - 1j * omega * np.eye(m)) for omega in y[-2:]])
        return np.array([*equations(y[:-2])[0], *dets.real, *dets.imag])

    def extended(y: Array) -> tuple[Array, Array]:
        steps = np.diag(_STEP * sizes)
        return residual(y), np.array([(residual(y + s) - residual(y - s)) / (2 * s.max()) for s in steps]).T

    omegas = [value.imag for value in turning]
    sizes = np.array([*scale, *omegas])
    solved = solve(extended, np.array([*guess, *omegas]), scale=sizes)
    low, high = sorted(np.abs(solved.point[-2:]))
    solved = replace(solved, point=solved.point[:-2])
    if not _near(solved, guess, scale) or low < _DOUBLE * high or high - low < _DOUBLE * high:
        return None
    return _corner(Meeting.DOUBLE_HOPF, equations, solved, scale, {"frequency": float(low), "other": float(high)})


def _corner(kind: Meeting, equations: Equations, solved: Solved, scale: Array, form: dict[str, float]) -> Corner:
    error = solved.correction + 4 * float(np.finfo(float).eps)
    return Corner(kind=kind, equations=equations, z=solved.point, error=error, normal_form=form)


def _between(points: Array, values: Array) -> list[Array]:
    """Return where values change sign along a curve, interpolated."""
    return [points[k] + share * (points[k + 1] - points[k]) for k, share in changes(values, 0.0)]


def _near(solved: Solved, guess: Array, scale: Array) -> bool:
    """Whether Newton converged, to a point about as far as a step from its guess."""
    return solved.converged and bool(np.linalg.norm((solved.point - guess)[-2:] / scale[-2:]) < _AWAY)


def _zero(at: int, size: int) -> Condition:
    row = np.eye(size)[at]
    return lambda z: (float(z[at]), row)


def _numerical(scalar: Scalar, scale: Array) -> Condition:
    """Return a function with its slope by central differences, which is enough for Newton's method."""

    def condition(z: Array) -> tuple[float, Array]:
        steps = np.diag(_STEP * (scale + np.abs(z)))
        slopes = [(scalar(z + step) - scalar(z - step)) / (2 * step.max()) for step in steps]
        return scalar(z), np.array(slopes)

    return condition


def _kernel(equations: Equations, z: Array, scale: Array) -> tuple[Array, Array]:
    m = len(equations.support)
    left, _, right = np.linalg.svd(equations(z)[1][:, :m] * scale[:m])
    return left[:, -1], right[-1]


def _bend(equations: Equations, z: Array, scale: Array, left: Array, right: Array) -> tuple[float, Array, Array]:
    """Return u G_xx (v, v), with null vectors u, v on the side of given ones: zero at a cusp."""
    m = len(equations.support)
    u, v = _kernel(equations, z, scale)
    u, v = u * np.sign(u @ left or 1.0), v * np.sign(v @ right or 1.0)
    along = v * scale[:m]
    return float(u @ (equations.hessian(z)[:, :m, :m] @ along @ along)), u, v


def _flat(equations: Equations, z: Array, scale: Array) -> bool:
    """Whether the equations do not bend along their null vector: levels may move along it freely."""
    m = len(equations.support)
    bend, u, v = _bend(equations, z, scale, *_kernel(equations, z, scale))
    along = np.abs(v) * scale[:m]
    terms = np.abs(u) @ (np.abs(equations.hessian(z)[:, :m, :m]) @ along @ along)
    return abs(bend) <= 1e-8 * float(terms)


def _oriented(equations: Equations, points: Array, scale: Array) -> list[tuple[float, Array, Array]]:
    left, right = _kernel(equations, points[0], scale)
    found = []
    for z in points:
        found.append(_bend(equations, z, scale, left, right))
        _, left, right = found[-1]
    return found


def _jacobian(equations: Equations, z: Array, scale: Array) -> Array:
    m = len(equations.support)
    return _plain(equations, z)[0] * scale[None, :m] / scale[:m, None]


def _plain(equations: Equations, z: Array) -> tuple[Array, Array, NDArray[np.float64]]:
    """Return first, second and third derivatives of the rates to the levels of the units present."""
    full, rates, s = equations.full(z), equations.system.rates, list(equations.support)
    forms = rates.jacobian(full), rates.second(full), rates.third(full)
    return forms[0][np.ix_(s, s)], forms[1][np.ix_(s, s, s)], forms[2][np.ix_(s, s, s, s)]
