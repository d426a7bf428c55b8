"""What decides the type of one equilibrium: growth of absent units, and eigenvalues among the others.

Comes in: a `Face` and an exact point on it. Goes out: `Local`, with every sign decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import mpmath
import sympy

from symbiode.dynamics.equilibrium.algebraic import Point, Z, digits_at, enclosed, sign_at, working
from symbiode.dynamics.equilibrium.faces import Face
from symbiode.dynamics.equilibrium.stability import (
    Spectrum,
    eigenvectors,
    enclosed_spectrum,
    pair_eigenvalues,
    planar,
    real,
)
from symbiode.dynamics.equilibrium.supports import Support

Rows = list[list[sympy.Poly]]
_MOST_BITS = 512
UNPROVED = Spectrum(0, 1, 0)  # this very object: counted as on the axis, without a proof


@dataclass(frozen=True, kw_only=True)
class Local:
    """One equilibrium with its linearisation.

    Parameters
    ----------
    support : tuple of int
    state, exact : tuple, shape (unit,)
    growths : tuple of (unit, sign, value)
        Of the absent units, 1/time.
    inside : Spectrum
        Where the other eigenvalues lie; `focus` says that some are not real.
    eigenvalues : tuple of complex
        The other eigenvalues.
    residual : float
    proved : bool
        Whether an eigenvalue that counts as on the axis was proved to be there.
    """

    support: Support
    state: tuple[float, ...]
    exact: tuple[sympy.Expr, ...]
    growths: tuple[tuple[int, int, float], ...]
    inside: Spectrum
    focus: bool
    eigenvalues: tuple[complex, ...]
    residual: float
    proved: bool = True


def exactly(face: Face, point: Point) -> Local:
    """Return the linearisation at an exact point."""
    size = len(face.tops)
    growing = face.growing
    growths = []
    for i in growing:
        slope, bottom = face.slopes[i][i], face.bottoms[i]
        sign = sign_at(slope, point) * sign_at(bottom, point)
        growths.append((i, sign, float(digits_at(slope, point) / digits_at(bottom, point)) if sign else 0.0))
    block = [i for i in range(size) if i not in growing]
    inside, focus, values = _inside(face, point, block)
    digits = dict(zip(face.support, point.digits(), strict=False))
    exact = dict(zip(face.support, point.exact(), strict=False))
    state = tuple(float(digits.get(i, 0)) for i in range(size))
    return Local(
        support=face.support, state=state, exact=tuple(exact.get(i, sympy.S.Zero) for i in range(size)),
        growths=tuple(growths), inside=inside, focus=focus, eigenvalues=values, residual=_residual(face, state),
        proved=inside is not UNPROVED,
    )  # fmt: skip


def _inside(face: Face, point: Point, block: Sequence[int]) -> tuple[Spectrum, bool, tuple[complex, ...]]:
    slopes = [[face.slopes[i][j] for j in block] for i in block]
    bottoms = [face.bottoms[i] for i in block]
    if not block:
        return Spectrum(0, 0, 0), False, ()
    if len(block) == 1:
        sign = sign_at(slopes[0][0], point) * sign_at(bottoms[0], point)
        value = digits_at(slopes[0][0], point) / digits_at(bottoms[0], point)
        return real([sign]), False, (complex(value),)
    return _pair(slopes, bottoms, point) if len(block) == 2 else _several(slopes, bottoms, point)


def _pair(slopes: Rows, bottoms: Sequence[sympy.Poly], point: Point) -> tuple[Spectrum, bool, tuple[complex, ...]]:
    """Decide two eigenvalues by trace, determinant and discriminant, each over a common bottom."""
    ((a, b), (c, d)), (p, q) = slopes, bottoms
    common, trace, determinant = p * q, a * q + d * p, a * d - b * c
    spread = trace**2 - 4 * determinant * common
    side = sign_at(common, point)
    found = planar(side * sign_at(trace, point), side * sign_at(determinant, point))
    with mpmath.workdps(30):
        below = digits_at(common, point)
        t, e, s = (digits_at(invariant, point) / below for invariant in (trace, determinant, spread))
        return found, bool(s < 0), pair_eigenvalues(t, e, s / below)


def _several(slopes: Rows, bottoms: Sequence[sympy.Poly], point: Point) -> tuple[Spectrum, bool, tuple[complex, ...]]:
    """Decide three or more eigenvalues by their discs, and by a proof in the field where one stays on the axis."""
    for bits in working():
        box = point.around(bits)
        below = [enclosed(bottom, box) for bottom in bottoms]
        J = [[enclosed(slope, box) / bottom for slope in row] for row, bottom in zip(slopes, below, strict=True)]
        radius = max(mpmath.mpf(entry.delta.b) for row in J for entry in row)
        if mpmath.isfinite(radius) and radius < mpmath.mpf(10) ** -30:
            with mpmath.workdps(60):
                middle = mpmath.matrix([[mpmath.mpf(entry.mid.a) for entry in row] for row in J])
            found = enclosed_spectrum(middle, radius)
            if found:
                return found
            values = tuple(map(complex, eigenvectors(middle)[0]))
            if _on_axis(slopes, bottoms, point, values):
                return Spectrum(0, 1, 0), False, values
            if bits >= _MOST_BITS:
                return UNPROVED, False, values
    raise AssertionError("`working` ends in an error")


def _on_axis(slopes: Rows, bottoms: Sequence[sympy.Poly], point: Point, values: Sequence[complex]) -> bool:
    """Whether an eigenvalue is proved to have a real part of zero, in the field of the point.

    The determinant is zero; or the last Hurwitz determinant is, so that two eigenvalues (known to many digits) sum to
    zero, and only pairs along the axis can.

    References
    ----------
    Gantmacher (1959), The Theory of Matrices, volume 2, chapter XV, section 7 (Orlando's formula).
    """
    g = point.field
    x = [(top * point.bottom.invert(g)).rem(g) for top in point.tops]
    J = [
        [(_value(slope, x, g) * _value(bottom, x, g).invert(g)).rem(g) for slope in row]
        for row, bottom in zip(slopes, bottoms, strict=True)
    ]
    a = _characteristic(J, g)
    size = len(J)
    orders = [[2 * i - j + 1 for j in range(size - 1)] for i in range(size - 1)]
    hurwitz = [[a[k] if 0 <= k <= size else 0 * a[0] for k in row] for row in orders]
    near = 1e-6 * max(map(abs, values))
    pairs = ((v, w) for v, w in combinations(values, 2) if abs(v + w) <= near)
    along = all(abs(v.real) <= near for v, _ in pairs)
    return bool(a[-1].is_zero or (along and _characteristic(hurwitz, g)[-1].is_zero))


def _value(p: sympy.Poly, x: Sequence[sympy.Poly], g: sympy.Poly) -> sympy.Poly:
    total = sympy.Poly(0, Z, domain="QQ")
    for exponents, c in p.terms():
        term = sympy.Poly(c, Z, domain="QQ")
        for side, e in zip(x, exponents, strict=True):
            for _ in range(e):
                term = (term * side).rem(g)
        total += term
    return total


def _characteristic(J: Rows, g: sympy.Poly) -> list[sympy.Poly]:
    """Return the coefficients of det(z - J) in the field, the highest power first (Faddeev and LeVerrier)."""
    size, one = len(J), sympy.Poly(1, Z, domain="QQ")
    zero = 0 * one
    a, M = [one], [[one if i == j else zero for j in range(size)] for i in range(size)]
    for k in range(1, size + 1):
        JM = [[sum((x * M[m][j] for m, x in enumerate(row)), start=zero).rem(g) for j in range(size)] for row in J]
        a.append(sum((JM[i][i] for i in range(size)), start=zero) * sympy.Rational(-1, k))
        M = [[JM[i][j] + (a[-1] if i == j else zero) for j in range(size)] for i in range(size)]
    return a


def _residual(face: Face, state: tuple[float, ...]) -> float:
    """Return the largest |dx_i/dt| at the rounded state, evaluated without further rounding."""
    at = [sympy.Rational(*Fraction(x).as_integer_ratio()) for x in state]
    pairs = zip(face.rates.tops, face.rates.bottoms, strict=True)
    return max(abs(float(top.eval(tuple(at)) / bottom.eval(tuple(at)))) for top, bottom in pairs)
