"""Real algebraic points: roots isolated exactly, signs decided by verified digits or by a proof of zero.

Comes in: irreducible polynomials with whole coefficients. Goes out: their real roots, and the exact sign of any
polynomial at a `Point` whose coordinates are such roots.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count
from typing import Any

import mpmath
import sympy
from mpmath import iv

Interval = Any  # mpmath's interval numbers, which have no types
Z = sympy.Symbol("z")
ONE = sympy.Poly(1, Z, domain="QQ")
_FIRST_BITS, _PROOF_BITS = 64, 256


@dataclass(frozen=True, kw_only=True)
class Root:
    """One real root of an irreducible polynomial in `Z`.

    Parameters
    ----------
    polynomial : sympy.Poly
        Irreducible; whole coefficients.
    index : int
        Which of its real roots, from left to right.
    low, high : Fraction
        An interval that holds this root and no other; equal for a rational root.
    """

    polynomial: sympy.Poly
    index: int
    low: Fraction
    high: Fraction

    def narrowed(self, bits: int) -> Root:
        """Return the same root in an interval at most 2^-bits wide, and on one side of zero if it is not zero."""
        low, high, width = self.low, self.high, Fraction(1, 2**bits)
        coefficients = [int(c) for c in self.polynomial.all_coeffs()]
        rising = _scaled_value(coefficients, high) > 0
        while high - low > width or (low <= 0 <= high and low != high):
            middle = (low + high) / 2  # never the root itself: only rational roots have a rational value
            low, high = (low, middle) if (_scaled_value(coefficients, middle) > 0) == rising else (middle, high)
        return replace(self, low=low, high=high)

    def sign(self) -> int:
        """Return -1, 0 or 1, exactly."""
        found = self.narrowed(0)
        return (found.low > 0) - (found.high < 0)

    def around(self) -> Interval:
        """Return the interval for interval arithmetic at the precision in force."""
        return iv.mpf([_iv(self.low).a, _iv(self.high).b])

    def digits(self) -> mpmath.mpf:
        """Return the root to 40 digits."""
        found = self.narrowed(0)
        for bits in working():
            if found.high - found.low <= abs(found.low) / 10**45:
                break
            found = found.narrowed(bits)
        return mpmath.mpf(found.low.numerator) / found.low.denominator

    def exact(self) -> sympy.Expr:
        """Return the root in the one form that sympy gives it: rational, square root, or a numbered root."""
        numbered: sympy.Expr = sympy.rootof(self.polynomial, self.index)
        return numbered


@dataclass(frozen=True, kw_only=True)
class Point:
    """A point whose coordinates are roots, and quotients of polynomials in one root of `field`.

    Parameters
    ----------
    coordinates : tuple of Root
        Where it is.
    field : sympy.Poly
        An irreducible polynomial in `Z`.
    tops : tuple of sympy.Poly
        Coordinate i is ``tops[i] / bottom`` at a root of `field`: for proofs that something is zero.
    bottom : sympy.Poly
    """

    coordinates: tuple[Root, ...]
    field: sympy.Poly
    tops: tuple[sympy.Poly, ...]
    bottom: sympy.Poly = ONE

    def narrowed(self, bits: int) -> Point:
        """Return the same point in a box at most 2^-bits wide."""
        return replace(self, coordinates=tuple(root.narrowed(bits) for root in self.coordinates))


def sign_at(p: sympy.Poly, point: Point) -> int:
    """Return the exact sign of a polynomial at a point."""
    if p.is_zero:
        return 0
    for bits in working():
        point = point.narrowed(bits)
        found = _sign(_enclosed(p, point))
        if found:
            break
        if bits >= _PROOF_BITS and _vanishes(p, point):
            return 0
    return found


def digits_at(p: sympy.Poly, point: Point) -> mpmath.mpf:
    """Return the value of a polynomial at a point to 30 digits, exactly zero where it is."""
    if not sign_at(p, point):
        return mpmath.mpf(0)
    for bits in working():
        point = point.narrowed(bits)
        around = _enclosed(p, point)
        if _sign(around) and around.delta <= abs(around.a) * iv.mpf(10) ** -30:
            break
    with mpmath.workdps(40):
        return mpmath.mpf(around.a)


def real_roots(polynomial: sympy.Poly) -> list[Root]:
    """Return the real roots of an irreducible polynomial, from left to right."""
    whole = polynomial.replace(Z).clear_denoms(convert=True)[1].primitive()[1]
    if whole.degree() == 1:
        at = Fraction(-int(whole.nth(0)), int(whole.nth(1)))
        return [Root(polynomial=whole, index=0, low=at, high=at)]
    intervals = [tuple(Fraction(int(end.p), int(end.q)) for end in interval) for interval, _ in whole.intervals()]
    return [Root(polynomial=whole, index=k, low=low, high=high) for k, (low, high) in enumerate(intervals)]


def chosen(candidates: Sequence[Root], root: Root, top: sympy.Poly, bottom: sympy.Poly) -> Root:
    """Return which of some roots, one of which is top/bottom at `root`, is the one."""
    left = list(candidates)
    for bits in working():
        root = root.narrowed(bits)
        below = _horner(bottom, root.around())
        if _sign(below):
            value = _horner(top, root.around()) / below
            left = [candidate.narrowed(bits) for candidate in left]
            left = [candidate for candidate in left if _overlap(candidate.around(), value)]
        if len(left) == 1:
            break
    return left[0]


def working() -> Iterator[int]:
    """Yield bits 64, 128, 256, … with interval arithmetic at a precision to match, restored at the end."""
    before = iv.prec
    try:
        for doubling in count():
            bits = _FIRST_BITS << doubling
            iv.prec = 2 * bits
            yield bits
    finally:
        iv.prec = before


def _vanishes(p: sympy.Poly, point: Point) -> bool:
    """Whether a polynomial is zero at a point: bottom^degree times its value is zero in the field."""
    g, degree = point.field, p.total_degree()
    tops = [_powers(top, max(p.degree(gen), 0), g) for top, gen in zip(point.tops, p.gens, strict=True)]
    bottoms = _powers(point.bottom, degree, g)
    total = 0 * ONE
    for exponents, coefficient in p.terms():
        term = coefficient * bottoms[degree - sum(exponents)]
        for powers, e in zip(tops, exponents, strict=True):
            term = (term * powers[e]).rem(g)
        total += term
    return bool(total.rem(g).is_zero)


def _powers(element: sympy.Poly, degree: int, g: sympy.Poly) -> list[sympy.Poly]:
    found = [ONE]
    for _ in range(degree):
        found.append((found[-1] * element).rem(g))
    return found


def _enclosed(p: sympy.Poly, point: Point) -> Interval:
    """Enclose the value of a polynomial at a point."""
    box = [root.around() for root in point.coordinates]
    total = iv.mpf(0)
    for exponents, coefficient in p.terms():
        term = iv.mpf(int(coefficient.p)) / iv.mpf(int(coefficient.q))
        for side, e in zip(box, exponents, strict=True):
            term *= side**e
        total += term
    return total


def _sign(around: Interval) -> int:
    """Return the sign of every number of an interval, 0 if they differ."""
    return 1 if around.a > 0 else -1 if around.b < 0 else 0


def _overlap(one: Interval, other: Interval) -> bool:
    return bool(one.a <= other.b) and bool(other.a <= one.b)


def _iv(value: Fraction) -> Interval:
    return iv.mpf(value.numerator) / iv.mpf(value.denominator)


def _scaled_value(coefficients: Sequence[int], at: Fraction) -> int:
    """Return the value of a polynomial at n/d times d^degree."""
    total, scale = 0, 1
    for c in coefficients:
        total = total * at.numerator + c * scale
        scale *= at.denominator
    return total


def _horner(p: sympy.Poly, at: Interval) -> Interval:
    total = iv.mpf(0)
    for c in p.all_coeffs():
        total = total * at + iv.mpf(int(c.p)) / iv.mpf(int(c.q))
    return total
