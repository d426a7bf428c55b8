"""Curves of affine laws in two coefficients as polynomials: factors of determinants.

Comes in: a system with two moving coefficients. Goes out: `Border` polynomials, points on them, and the asymptotes, on
which the matrix of the units present is singular and their levels run off together. Private to `curves`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import sympy
from numpy.typing import NDArray

from symbiode.dynamics.continuation.arclength import Array, Steps, both_ways
from symbiode.dynamics.continuation.results import Kind
from symbiode.dynamics.continuation.scanning import Start, Window, rationals
from symbiode.dynamics.continuation.seeds import supports
from symbiode.dynamics.continuation.systems import System
from symbiode.dynamics.equilibrium import affine
from symbiode.dynamics.numerics.kernels import function

_STEPS = Steps(first=1e-3, largest=0.01, most=2000)


@dataclass(frozen=True, kw_only=True, eq=False)
class Border:
    """A curve of an affine law as a polynomial in both coefficients."""

    kind: Kind
    support: tuple[int, ...]
    unit: int | None
    polynomial: sympy.Expr


def borders(system: System) -> list[Border] | None:
    """Return the curves of an affine law, Hopf points of three units and more left out, as polynomials; else None."""
    if system.growth is None or affine(system.model) is None:
        return None
    growth, variables = system.growth.expressions, system.growth.variables
    x, moving = variables[: system.size], set(variables[system.size :])
    A = sympy.Matrix([[sympy.diff(f, level) for level in x] for f in growth])
    b = sympy.Matrix([f.xreplace(dict.fromkeys(x, sympy.S.Zero)) for f in growth])
    found = []
    for support in supports(system):
        s = list(support)
        block, own = A.extract(s, s), b.extract(s, [0])
        for unit in sorted(set(range(system.size)) - set(support)):
            row = A.extract([unit], s).row_join(b.extract([unit], [0]))
            whole = block.row_join(own).col_join(row)
            found += _factors(Kind.TRANSCRITICAL, support, unit, whole.det(), moving)
        if support:
            found += _factors(Kind.ASYMPTOTE, support, None, block.det(), moving)
        if len(support) == 2:
            found += _factors(Kind.HOPF, support, None, _trace(block, own), moving)
    return found


def _trace(block: sympy.Matrix, own: sympy.Matrix) -> sympy.Expr:
    """Return the trace of the Jacobian of two units, times the determinant of their matrix (Cramer's rule)."""
    first, second = own.row_join(block.col(1)).det(), block.col(0).row_join(own).det()
    trace: sympy.Expr = -(block[0, 0] * first + block[1, 1] * second)
    return trace


def _factors(
    kind: Kind, support: tuple[int, ...], unit: int | None, det: sympy.Expr, moving: set[sympy.Symbol]
) -> list[Border]:
    """Return the factors of a determinant that stand for curves."""
    _, parts = sympy.factor_list(sympy.numer(sympy.together(det)))
    kept = [part for part, _ in parts if part.free_symbols & moving]
    return [Border(kind=kind, support=support, unit=unit, polynomial=part) for part in kept]


def on_border(system: System, border: Border, window: Window, lines: int) -> Iterator[tuple[float, float]]:
    """Yield points of a border on lines across the window."""
    moving = system.rates.variables[system.size :]
    for k, symbol in enumerate(moving):
        if symbol not in border.polynomial.free_symbols:
            continue
        coefficients = sympy.Poly(border.polynomial, symbol).all_coeffs()
        code = function((moving[1 - k],), coefficients)
        for value in map(float, rationals(window[1 - k], lines)):
            roots = np.roots(np.array(code(value), float))
            for root in roots[np.abs(roots.imag) < 1e-9].real:
                if window[k][0] <= root <= window[k][1]:
                    yield (float(root), value) if k == 0 else (value, float(root))


def starts_on(system: System, border: Border, window: Window, lines: int) -> Iterator[Start]:
    """Yield points of a border at which the units present have levels of zero or more."""
    growth, rows, n = system.growth, list(border.support), system.size
    assert growth is not None
    for pair in on_border(system, border, window, lines):
        at = np.array([*np.zeros(n), *pair])
        b, A = growth.value(at)[rows], growth.jacobian(at)[np.ix_(rows, rows)]
        if rows and np.linalg.cond(A) > 1e12:
            continue
        levels = np.linalg.solve(A, -b) if rows else np.zeros(0)
        if (levels >= 0).all():
            yield Start(
                kind=border.kind, support=border.support, z=np.array([*levels, *pair]), unit=border.unit,
                formula=border.polynomial,
            )  # fmt: skip


def asymptotes(system: System, border: Border, window: Window, lines: int) -> Iterator[Array]:
    """Yield the parts of a border along which every level of its units runs off, shape (point, 2)."""
    moving = system.rates.variables[system.size :]
    slopes = [sympy.diff(border.polynomial, symbol) for symbol in moving]
    code = function((list(moving),), [border.polynomial, *slopes])

    def curve(z: Array) -> tuple[Array, Array]:
        value, *slope = map(float, code(list(z)))
        return np.array([value]), np.array([slope])

    low, high = np.transpose(window)
    scale: Array = high - low
    seen: list[Array] = []
    for pair in on_border(system, border, window, lines):
        z = np.array(pair)
        if any(gap(points / scale, z / scale)[0] < 1e-3 for points in seen):
            continue
        way = np.linalg.svd(curve(z)[1] * scale)[2][-1]
        points = both_ways(curve, z, way, low=low, high=high, scale=scale, steps=_STEPS)[2].points
        seen.append(points)
        good = np.array([_runs_off(system, border, point) for point in points])
        yield from (points[part] for part in runs(good))


def _runs_off(system: System, border: Border, pair: Array) -> bool:
    """Whether the null vector of the units' matrix has one sign."""
    growth, rows = system.growth, list(border.support)
    assert growth is not None
    A = growth.jacobian(np.array([*np.zeros(system.size), *pair]))[np.ix_(rows, rows)]
    v = np.linalg.svd(A)[2][-1]
    return bool((v > 1e-9).all() or (v < -1e-9).all())


def gap(points: Array, z: Array) -> tuple[float, float, int]:
    """Return how far a point is from a polyline, the length of the nearest piece, and where it begins."""
    ahead = points[1:] - points[:-1]
    lengths = np.maximum(np.einsum("ij,ij->i", ahead, ahead), 1e-300)
    share = np.clip(np.einsum("ij,ij->i", z - points[:-1], ahead) / lengths, 0, 1)
    gaps = np.linalg.norm(points[:-1] + share[:, None] * ahead - z, axis=1)
    k = int(gaps.argmin())
    return float(gaps[k]), float(np.sqrt(lengths[k])), k


def runs(good: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Return the runs of two true values or more, as indices."""
    at = np.flatnonzero(good)
    parts = np.split(at, np.flatnonzero(np.diff(at) > 1) + 1)
    return [part for part in parts if len(part) > 1]
