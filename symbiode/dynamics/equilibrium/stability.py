"""Type of an equilibrium from exact numbers: eigenvalues left of, on and right of the imaginary axis.

Comes in: the block of the Jacobian among present units and the growth rates of absent ones, both exact. Goes out: a
`Stability`, and the eigenvalues as floating-point numbers (for reading, never for deciding).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import mpmath
import sympy
from sympy.polys.matrices import DomainMatrix

from symbiode.dynamics.equilibrium.results import Stability
from symbiode.dynamics.equilibrium.signs import Number, UndecidedSignError, sign

Block = Sequence[Sequence[Number]]


@dataclass(frozen=True, kw_only=True)
class Spectrum:
    """How many eigenvalues lie left of, on and right of the imaginary axis, and whether some are not real."""

    left: int
    axis: int
    right: int
    turning: bool

    def __add__(self, other: Spectrum) -> Spectrum:
        return Spectrum(
            left=self.left + other.left,
            axis=self.axis + other.axis,
            right=self.right + other.right,
            turning=self.turning or other.turning,
        )


def kind(spectrum: Spectrum) -> Stability:
    """Return the type that a spectrum means."""
    if spectrum.axis:
        return Stability.DEGENERATE
    if spectrum.left and spectrum.right:
        return Stability.SADDLE
    if spectrum.right:
        return Stability.UNSTABLE_FOCUS if spectrum.turning else Stability.UNSTABLE_NODE
    return Stability.STABLE_FOCUS if spectrum.turning else Stability.STABLE_NODE


def real_spectrum(numbers: Sequence[Number]) -> Spectrum:
    """Return the spectrum of real eigenvalues."""
    signs = [sign(number) for number in numbers]
    return Spectrum(left=signs.count(-1), axis=signs.count(0), right=signs.count(1), turning=False)


def block_spectrum(block: Block) -> Spectrum:
    """Return the spectrum of a square block of exact numbers."""
    if len(block) < 2:
        return real_spectrum([row[0] for row in block])
    if len(block) == 2:
        return pair_spectrum(block[0][0] + block[1][1], block[0][0] * block[1][1] - block[0][1] * block[1][0])
    if all(isinstance(entry, int) for row in block for entry in row):
        matrix = DomainMatrix([[sympy.ZZ(e) for e in row] for row in block], (len(block),) * 2, sympy.ZZ)
        return polynomial_spectrum([int(c) for c in matrix.charpoly()])
    return _digits_spectrum(block)


def pair_spectrum(trace: Number, determinant: Number) -> Spectrum:
    """Return the spectrum of a 2x2 block from its trace and determinant."""
    t, d = sign(trace), sign(determinant)
    if d < 0:
        return Spectrum(left=1, axis=0, right=1, turning=False)
    if d == 0:
        return real_spectrum([trace, 0])
    turning = sign(trace * trace - 4 * determinant) < 0
    return Spectrum(left=2 * (t < 0), axis=2 * (t == 0), right=2 * (t > 0), turning=turning)


def polynomial_spectrum(coefficients: Sequence[int]) -> Spectrum:
    """Return where the roots of an integer polynomial lie (highest power first), by Routh's array and Sturm's chain.

    A root on the imaginary axis is reported as such and the others are not counted then.

    References
    ----------
    Gantmacher (1959), The Theory of Matrices, volume 2, chapter XV, sections 2, 3 and 6.
    """
    whole = sympy.Poly(list(coefficients), sympy.Symbol("z"))
    right = _routh(coefficients)
    if right is None and _on_axis(whole):
        return Spectrum(left=0, axis=1, right=0, turning=False)
    if right is None:
        right = _right_roots(whole)
    one_side = right in (0, whole.degree())
    real = sum(factor.count_roots() * power for factor, power in whole.sqf_list()[1]) if one_side else 0
    return Spectrum(left=whole.degree() - right, axis=0, right=right, turning=real < whole.degree())


def _routh(coefficients: Sequence[int]) -> int | None:
    """Return how many roots lie right of the axis, or None if Routh's array meets a zero in its first column."""
    upper = [Fraction(int(c)) for c in coefficients[0::2]]
    lower = [Fraction(int(c)) for c in coefficients[1::2]]
    column = [upper[0]]
    while lower:
        if lower[0] == 0:
            return None
        column.append(lower[0])
        ratio = upper[0] / lower[0]
        padded = [*lower, Fraction(0)]
        upper, lower = lower, [u - ratio * w for u, w in zip(upper[1:], padded[1:], strict=False)]
    return sum((one > 0) != (other > 0) for one, other in zip(column, column[1:], strict=False))


def _on_axis(p: sympy.Poly) -> bool:
    """Whether p(z) = e(z^2) + z o(z^2) has a root i w: w = 0, or -w^2 is a common root of e and o."""
    z = p.gen
    if p.eval(0) == 0:
        return True
    low_first = p.all_coeffs()[::-1]
    even, odd = (sympy.Poly(low_first[k::2][::-1] or [0], z) for k in (0, 1))
    return bool(even.gcd(odd).count_roots(None, 0))


def _right_roots(p: sympy.Poly) -> int:
    """Count the roots right of the axis if none is on it: mirror pairs split evenly, the rest goes through Routh."""
    mirrored = p.gcd(p.compose(sympy.Poly(-p.gen, p.gen)))
    if mirrored.degree() > 0:
        return int(mirrored.degree() // 2) + _right_roots(p.exquo(mirrored))
    whole = p.clear_denoms(convert=True)[1]
    found, shift = _routh(whole.all_coeffs()), 1
    while found is None:
        # A factor (z + shift) adds no root right of the axis and takes the accidental zero out of the array.
        found, shift = _routh((whole * sympy.Poly(p.gen + shift, p.gen)).all_coeffs()), shift + 1
    return found


def _digits_spectrum(block: Block) -> Spectrum:
    """Return the spectrum of a block with irrational entries to 60 digits; refuse what 40 digits do not decide."""
    with mpmath.workdps(60):
        values = mpmath.eig(mpmath.matrix([[sympy.N(entry, 60) for entry in row] for row in block]), right=False)
        margin = mpmath.mpf(10) ** -20 * max(map(abs, values))
        if any(abs(value.real) <= margin for value in values):
            raise UndecidedSignError("an eigenvalue lies on the imaginary axis to 20 digits")
        right = sum(value.real > 0 for value in values)
        turning = any(abs(value.imag) > margin for value in values)
    return Spectrum(left=len(values) - right, axis=0, right=right, turning=turning)


def eigenvalues(block: Block, scale: Number, growths: Sequence[float]) -> tuple[complex, ...]:
    """Return the eigenvalues of block/scale and the growth rates of absent units, the largest real part first."""
    found = [complex(growth) for growth in growths]
    if len(block) == 1:
        found.append(complex(ratio(block[0][0], scale)))
    elif len(block) == 2:
        trace, determinant = block[0][0] + block[1][1], block[0][0] * block[1][1] - block[0][1] * block[1][0]
        found.extend(pair_eigenvalues(trace, determinant, scale))
    elif block:
        import numpy as np

        found.extend(complex(value) for value in np.linalg.eigvals([[ratio(e, scale) for e in row] for row in block]))
    return tuple(sorted(found, key=lambda value: (-value.real, -value.imag)))


def pair_eigenvalues(trace: Number, determinant: Number, scale: Number = 1) -> tuple[complex, complex]:
    """Return the eigenvalues of a 2x2 block divided by `scale`, without cancellation."""
    with mpmath.workdps(30):
        t, d, s = (mpmath.mpf(sympy.N(value, 40)) if not isinstance(value, int) else mpmath.mpf(value) for value in (trace, determinant, scale))
        spread = trace * trace - 4 * determinant
        root = mpmath.sqrt(mpmath.mpf(sympy.N(spread, 40) if not isinstance(spread, int) else spread))
        larger = (t + root) / 2 if t >= 0 else (t - root) / 2
        if root.imag or larger == 0:
            return complex((t + root) / 2 / s), complex((t - root) / 2 / s)
        return complex(larger / s), complex(d / larger / s)


def ratio(numerator: Number, denominator: Number) -> float:
    """Return a quotient of exact numbers as the nearest float."""
    if isinstance(numerator, int) and isinstance(denominator, int):
        return numerator / denominator
    return float(sympy.N(sympy.sympify(numerator) / denominator, 30))
