"""Type of an equilibrium from exact numbers: eigenvalues left of, on and right of the imaginary axis.

Comes in: the block of the Jacobian among present units and the growth rates of absent ones, both exact. Goes out: a
`Stability`, and the eigenvalues as floating-point numbers (for reading, never for deciding).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import mpmath
import sympy
from sympy.polys.matrices import DomainMatrix

from symbiode.dynamics.equilibrium.results import Stability
from symbiode.dynamics.equilibrium.signs import Number, UndecidedSignError, sign

Block = Sequence[Sequence[Number]]


@dataclass(frozen=True)
class Spectrum:
    """How many eigenvalues lie left of, on and right of the imaginary axis."""

    left: int
    axis: int
    right: int


def stability_of(block: Block, growths: Sequence[Number] = ()) -> Stability:
    """Return the type of an equilibrium.

    Parameters
    ----------
    block : sequence of sequences of exact numbers, shape (present, present)
        The Jacobian among present units, times any positive number.
    growths : sequence of exact numbers, shape (absent,)
        Growth rates of absent units, times any positive numbers; they are eigenvalues, since the Jacobian is block
        triangular.
    """
    inside, outside = spectrum(block), _real(growths)
    if inside.axis or outside.axis:
        return Stability.DEGENERATE
    if (inside.left or outside.left) and (inside.right or outside.right):
        return Stability.SADDLE
    focus = turning(block)
    if inside.right or outside.right:
        return Stability.UNSTABLE_FOCUS if focus else Stability.UNSTABLE_NODE
    return Stability.STABLE_FOCUS if focus else Stability.STABLE_NODE


def planar(trace: int, determinant: int, discriminant: int) -> Stability:
    """Return the type of an equilibrium in the plane from the signs of its Jacobian's invariants."""
    if determinant < 0:
        return Stability.SADDLE
    if determinant == 0 or trace == 0:
        return Stability.DEGENERATE
    if trace > 0:
        return Stability.UNSTABLE_FOCUS if discriminant < 0 else Stability.UNSTABLE_NODE
    return Stability.STABLE_FOCUS if discriminant < 0 else Stability.STABLE_NODE


def spectrum(block: Block) -> Spectrum:
    """Return where the eigenvalues of a square block lie; with one on the axis the others are not counted."""
    if len(block) < 2:
        return _real([row[0] for row in block])
    if len(block) == 2:
        t, d = map(sign, trace_and_determinant(block))
        if d < 0:
            return Spectrum(1, 0, 1)
        return Spectrum(0, 1, 0) if d == 0 or t == 0 else Spectrum(2 * (t < 0), 0, 2 * (t > 0))
    return _roots(_characteristic(block)) if _integers(block) else _digits(block)


def _real(numbers: Sequence[Number]) -> Spectrum:
    signs = [sign(number) for number in numbers]
    return Spectrum(signs.count(-1), signs.count(0), signs.count(1))


def turning(block: Block) -> bool:
    """Whether a square block has eigenvalues that are not real."""
    if len(block) < 2:
        return False
    if len(block) == 2:
        return sign(discriminant(block)) < 0
    if not _integers(block):
        margin, values = _to_60_digits(block)
        return any(abs(value.imag) > margin for value in values)
    whole = sympy.Poly(_characteristic(block), sympy.Symbol("z"))
    return bool(sum(factor.count_roots() * power for factor, power in whole.sqf_list()[1]) < whole.degree())


def trace_and_determinant(block: Block) -> tuple[Number, Number]:
    """Return trace and determinant of a 2x2 block."""
    (a, b), (c, d) = block
    return a + d, a * d - b * c


def discriminant(block: Block) -> Number:
    """Return trace^2 - 4 determinant of a 2x2 block, in the form that keeps small differences."""
    (a, b), (c, d) = block
    return (a - d) * (a - d) + 4 * b * c


def _integers(block: Block) -> bool:
    return all(isinstance(entry, int) for row in block for entry in row)


def _characteristic(block: Block) -> list[int]:
    rows = [[sympy.ZZ(entry) for entry in row] for row in block]
    return [int(c) for c in DomainMatrix(rows, (len(block),) * 2, sympy.ZZ).charpoly()]


def _roots(coefficients: Sequence[int]) -> Spectrum:
    """Return where the roots of an integer polynomial lie, the coefficient of the highest power first.

    References
    ----------
    Gantmacher (1959), The Theory of Matrices, volume 2, chapter XV, sections 2, 3 and 6.
    """
    right = _routh(coefficients)
    if right is None:
        whole = sympy.Poly(list(coefficients), sympy.Symbol("z"))
        if _on_axis(whole):
            return Spectrum(0, 1, 0)
        right = _right_roots(whole)
    return Spectrum(len(coefficients) - 1 - right, 0, right)


def _routh(coefficients: Sequence[int]) -> int | None:
    """Return how many roots lie right of the axis, or None if Routh's array meets a zero in its first column."""
    upper, lower = ([Fraction(int(c)) for c in coefficients[k::2]] for k in (0, 1))
    column = [upper[0]]
    while lower:
        if lower[0] == 0:
            return None
        column.append(lower[0])
        ratio = upper[0] / lower[0]
        padded = [*lower, Fraction(0)]
        upper, lower = lower, [u - ratio * w for u, w in zip(upper[1:], padded[1:], strict=False)]
    return sum((one > 0) != (other > 0) for one, other in pairwise(column))


def _on_axis(p: sympy.Poly) -> bool:
    """Whether p(z) = e(z^2) + z o(z^2) has a root i w: w = 0, or -w^2 is a common root of e and o."""
    if p.eval(0) == 0:
        return True
    low_first = p.all_coeffs()[::-1]
    even, odd = (sympy.Poly(low_first[k::2][::-1] or [0], p.gen) for k in (0, 1))
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


def _to_60_digits(block: Block) -> tuple[mpmath.mpf, list[mpmath.mpc]]:
    with mpmath.workdps(60):
        matrix = mpmath.matrix([[mpmath.mpmathify(sympy.N(entry, 60)) for entry in row] for row in block])
        values = [mpmath.mpc(value) for value in mpmath.eig(matrix, left=False, right=False)]
        return mpmath.mpf(10) ** -20 * max(map(abs, values)), values


def _digits(block: Block) -> Spectrum:
    """Return the spectrum of a block with irrational entries to 60 digits; what 20 digits do not decide is refused."""
    margin, values = _to_60_digits(block)
    if any(abs(value.real) <= margin for value in values):
        raise UndecidedSignError("an eigenvalue lies on the imaginary axis to 20 digits")
    right = sum(value.real > 0 for value in values)
    return Spectrum(len(values) - right, 0, right)


def eigenvalues(block: Block, scale: Number, growths: Sequence[float]) -> tuple[complex, ...]:
    """Return the eigenvalues of block/scale and the growth rates of absent units, the largest real part first."""
    found = [complex(growth) for growth in growths]
    if len(block) == 1:
        found.append(complex(ratio(block[0][0], scale)))
    elif len(block) == 2:
        exact = (*trace_and_determinant(block), discriminant(block), scale)
        found.extend(pair_eigenvalues(*map(_digits_of, exact)))
    elif block:
        found.extend(_rounded_eigenvalues([[ratio(e, scale) for e in row] for row in block]))
    return tuple(sorted(found, key=lambda value: (-value.real, -value.imag)))


def _rounded_eigenvalues(block: list[list[float]]) -> list[complex]:
    import numpy as np

    if not np.isfinite(block).all():
        return [complex(math.nan)] * len(block)
    return [complex(value) for value in np.linalg.eigvals(block)]


def pair_eigenvalues(
    trace: mpmath.mpf, determinant: mpmath.mpf, discriminant: mpmath.mpf, scale: mpmath.mpf = 1
) -> tuple[complex, complex]:
    """Return the eigenvalues of a 2x2 block divided by `scale`, without cancellation."""
    with mpmath.workdps(30):
        root = mpmath.sqrt(discriminant)
        larger = (trace + root) / 2 if trace >= 0 else (trace - root) / 2
        if discriminant < 0 or larger == 0:
            return complex((trace + root) / 2 / scale), complex((trace - root) / 2 / scale)
        return complex(larger / scale), complex(determinant / larger / scale)


def _digits_of(value: Number) -> mpmath.mpf:
    return mpmath.mpf(value) if isinstance(value, int) else mpmath.mpmathify(sympy.N(value, 30))


def ratio(numerator: Number, denominator: Number) -> float:
    """Return a quotient of exact numbers as the nearest float."""
    if isinstance(numerator, int) and isinstance(denominator, int):
        try:
            return numerator / denominator
        except OverflowError:
            return math.inf if numerator > 0 else -math.inf
    return float(sympy.N(sympy.sympify(numerator) / denominator, 30))
