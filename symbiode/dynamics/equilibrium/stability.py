"""Type of an equilibrium from exact numbers: eigenvalues left of, on and right of the imaginary axis.

Comes in: the block of the Jacobian among present units and the growth rates of absent ones, both exact. Goes out: a
`Stability`, and the eigenvalues as floating-point numbers (for reading, never for deciding).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import sympy
from mpmath import iv
from sympy.polys.matrices import DomainMatrix

from symbiode.dynamics.equilibrium.results import Stability
from symbiode.dynamics.equilibrium.signs import Number, UndecidedSignError, sign

Block = Sequence[Sequence[Number]]
Decided = tuple["Spectrum", bool | None]  # where eigenvalues lie, and whether some are not real (None: not known)


@dataclass(frozen=True)
class Spectrum:
    """How many eigenvalues lie left of, on and right of the imaginary axis."""

    left: int
    axis: int
    right: int

    @property
    def one_sided(self) -> bool:
        """Whether all lie on the same side and none on the axis."""
        return not self.axis and not (self.left and self.right)

    def __add__(self, other: Spectrum) -> Spectrum:
        return Spectrum(self.left + other.left, self.axis + other.axis, self.right + other.right)


def stability_of(block: Block, growths: Sequence[Number] = (), known: Decided | None = None) -> Stability:
    """Return the type of an equilibrium.

    Parameters
    ----------
    block : sequence of sequences of exact numbers, shape (present, present)
        The Jacobian among present units, times any positive number.
    growths : sequence of exact numbers, shape (absent,)
        Growth rates of absent units, times any positive numbers; they are eigenvalues, since the Jacobian is block
        triangular.
    known : Decided or None
        What `discs` proved of the block.
    """
    inside, focus = known or (spectrum(block), None)
    whole = inside + real(map(sign, growths))
    return kind(whole, focus=whole.one_sided and (turning(block) if focus is None else focus))


def kind(whole: Spectrum, *, focus: bool) -> Stability:
    """Return the type of an equilibrium from where its eigenvalues lie, and whether some are not real."""
    if whole.axis:
        return Stability.DEGENERATE
    if not whole.one_sided:
        return Stability.SADDLE
    if whole.right:
        return Stability.UNSTABLE_FOCUS if focus else Stability.UNSTABLE_NODE
    return Stability.STABLE_FOCUS if focus else Stability.STABLE_NODE


def planar(trace: int, determinant: int) -> Spectrum:
    """Return where two eigenvalues lie from the signs of trace and determinant."""
    if determinant < 0:
        return Spectrum(1, 0, 1)
    on_axis = determinant == 0 or trace == 0
    return Spectrum(0, 1, 0) if on_axis else Spectrum(2 * (trace < 0), 0, 2 * (trace > 0))


def spectrum(block: Block) -> Spectrum:
    """Return where the eigenvalues of a square block lie; with one on the axis the others are not counted."""
    if len(block) < 2:
        return real(sign(row[0]) for row in block)
    if len(block) == 2:
        return planar(*map(sign, trace_and_determinant(block)))
    return _roots(_characteristic(block)) if _integers(block) else _digits(block)


def real(signs: Iterable[int]) -> Spectrum:
    """Return where real eigenvalues of these signs lie."""
    told = list(signs)
    return Spectrum(told.count(-1), told.count(0), told.count(1))


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
    found = _routh(whole.all_coeffs())
    for shift in range(1, 100):
        if found is not None:
            return found
        # A factor (z + shift) adds no root right of the axis and takes the accidental zero out of the array.
        found = _routh((whole * sympy.Poly(p.gen + shift, p.gen)).all_coeffs())
    raise UndecidedSignError("a coefficient of Routh's array")


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


def discs(blocks: Any) -> list[tuple[tuple[complex, ...], Decided | None]]:
    """Return the eigenvalues of many real matrices, and what their discs prove of where they lie.

    Nothing is proved (None) of those that come too near the axis.

    Parameters
    ----------
    blocks : array, shape (member, k, k)
        Each entry within four roundings of the exact one.

    References
    ----------
    Horn and Johnson (2013), Matrix Analysis, theorems 6.1.1 and 6.1.3 (Gershgorin's discs after diagonalisation).
    """
    import numpy as np

    J = np.asarray(blocks, float)
    count, k, _ = J.shape
    with np.errstate(all="ignore"):
        usable = np.isfinite(J).all(axis=(1, 2))
        values, V = np.linalg.eig(np.where(usable[:, None, None], J, np.eye(k)))
        usable &= np.abs(np.linalg.det(V)) > 1e-200
        W = np.linalg.inv(np.where(usable[:, None, None], V, np.eye(k)))
        near = W @ J @ V
        error = (k + 8) * 1e-15 * (np.abs(W) @ np.abs(J) @ np.abs(V))
        centre = np.einsum("mii->mi", near)
        radius = np.abs(near).sum(axis=2) - np.abs(centre) + error.sum(axis=2)
        decided = usable & (np.abs(centre.real) > radius).all(axis=1)
        apart = np.abs(centre[:, :, None] - centre[:, None, :]) > radius[:, :, None] + radius[:, None, :]
        distinct = (apart | np.eye(k, dtype=bool)).all(axis=(1, 2))
        turns = (np.abs(centre.imag) > radius).any(axis=1)
    right = (centre.real > 0).sum(axis=1)
    return [
        (
            tuple(complex(v) for v in values[m]) if usable[m] else (complex(math.nan),) * k,
            (Spectrum(k - int(right[m]), 0, int(right[m])), True if turns[m] else False if distinct[m] else None)
            if decided[m] else None,
        )
        for m in range(count)
    ]  # fmt: skip


def eigenvalues(
    block: Block, scale: Number, growths: Sequence[float], known: Sequence[complex] = ()
) -> tuple[complex, ...]:
    """Return the eigenvalues of block/scale (if not known) and the growth rates of absent units, the largest first."""
    found = [*known, *(complex(growth) for growth in growths)]
    if len(block) == 1:
        found.append(complex(ratio(block[0][0], scale)))
    elif len(block) == 2:
        exact = (*trace_and_determinant(block), discriminant(block), scale)
        found.extend(pair_eigenvalues(*map(_digits_of, exact)))
    return tuple(sorted(found, key=lambda value: (-value.real, -value.imag)))


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


def _by_routh(
    middle: Any, radius: mpmath.mpf, values: Sequence[mpmath.mpc]
) -> tuple[Spectrum, bool, tuple[complex, ...]] | None:
    """Count by Routh's array in interval arithmetic: repeated eigenvalues without a basis have no useful discs."""
    before, size = iv.prec, middle.rows
    try:
        iv.prec = 240
        J = [[iv.mpf([middle[i, j] - radius, middle[i, j] + radius]) for j in range(size)] for i in range(size)]
        a, M = [iv.mpf(1)], [[iv.mpf(int(i == j)) for j in range(size)] for i in range(size)]
        for k in range(1, size + 1):
            JM = [[sum(x * M[m][j] for m, x in enumerate(row)) for j in range(size)] for row in J]
            a.append(-sum(JM[i][i] for i in range(size)) / k)
            M = [[JM[i][j] + (a[-1] if i == j else 0) for j in range(size)] for i in range(size)]
        upper, lower, column = a[::2], a[1::2], [1]
        while lower:
            if lower[0].a <= 0 <= lower[0].b:
                return None
            column.append(1 if lower[0].a > 0 else -1)
            ratio, padded = upper[0] / lower[0], [*lower, iv.mpf(0)]
            upper, lower = lower, [u - ratio * w for u, w in zip(upper[1:], padded[1:], strict=False)]
    finally:
        iv.prec = before
    right = sum(one != other for one, other in pairwise(column))
    return Spectrum(size - right, 0, right), False, tuple(map(complex, values))


def eigenvectors(J: Any) -> tuple[Any, Any]:
    """Return eigenvalues and eigenvectors, to few digits where multiple ones keep the precise method from ending."""
    try:
        return mpmath.eig(J)  # type: ignore[no-any-return]
    except RuntimeError:
        import numpy as np

        values, V = np.linalg.eig(np.array(J.tolist(), float))
        return list(map(mpmath.mpmathify, values.tolist())), mpmath.matrix(V.tolist())


def enclosed_spectrum(
    middle: Any, radius: mpmath.mpf
) -> tuple[Spectrum, bool, tuple[complex, ...]] | None:
    """Return where the eigenvalues of every matrix within `radius` of `middle` (entry by entry) lie.

    Returns
    -------
    (Spectrum, bool, eigenvalues) or None
        The flag says that some are not real (false where two real ones cannot be told from such a pair); None where
        one may lie on the imaginary axis.

    References
    ----------
    Horn and Johnson (2013), Matrix Analysis, theorems 6.1.1 and 6.1.3 (Gershgorin's discs after diagonalisation).
    """
    size = middle.rows
    with mpmath.workdps(60):
        values, V = eigenvectors(middle)
        try:
            W = V**-1
        except ZeroDivisionError:
            return _by_routh(middle, radius, values)
        near, spread = W * middle * V, W.apply(abs) * mpmath.ones(size) * V.apply(abs)
        rounding = W.apply(abs) * middle.apply(abs) * V.apply(abs)
        discs = [
            (near[i, i], sum(abs(near[i, j]) * (j != i) + spread[i, j] * radius + rounding[i, j] * mpmath.mpf(10) ** -50
                             for j in range(size)))
            for i in range(size)
        ]  # fmt: skip
        if any(abs(centre.real) <= r for centre, r in discs):
            return _by_routh(middle, radius, values)
        focus = any(abs(centre.imag) > r for centre, r in discs)
        right = sum(centre.real > 0 for centre, _ in discs)
        found = tuple(complex(value.real, value.imag if abs(value.imag) > r else 0) for value, (_, r) in
                      zip(values, discs, strict=True))
    return Spectrum(size - right, 0, right), focus, found
