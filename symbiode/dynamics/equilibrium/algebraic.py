"""Real algebraic points: roots isolated exactly, signs decided by verified digits or by a proof of zero.

Comes in: irreducible polynomials with whole coefficients. Goes out: their real roots, and the exact sign of any
polynomial at a `Point` whose coordinates are quotients of polynomials in such a root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import mpmath
import sympy
from mpmath import iv
from sympy.polys.matrices import DomainMatrix

from symbiode.dynamics.equilibrium.signs import UndecidedSignError

Interval = Any  # mpmath's interval numbers, which have no types
Z = sympy.Symbol("z")
ONE = sympy.Poly(1, Z, domain="QQ")
_FIRST_BITS, _PROOF_BITS = 64, 256
_LARGEST_ROOT = 12  # degree of a field beyond which a coordinate is told by its digits


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

    def around(self) -> Interval:
        """Return the interval for interval arithmetic at the precision in force."""
        return iv.mpf([_iv(self.low).a, _iv(self.high).b])

    def exact(self) -> sympy.Expr:
        """Return the root in the one form that sympy gives it: rational, square root, or a numbered root."""
        numbered: sympy.Expr = sympy.rootof(self.polynomial, self.index)
        return numbered


@dataclass(frozen=True, kw_only=True)
class Point:
    """A point whose coordinates are quotients of polynomials in one root.

    Parameters
    ----------
    root : Root
    tops : tuple of sympy.Poly
        Coordinate i is ``tops[i] / bottom`` at the root; reduced modulo its polynomial.
    bottom : sympy.Poly
    """

    root: Root
    tops: tuple[sympy.Poly, ...]
    bottom: sympy.Poly = ONE

    @property
    def field(self) -> sympy.Poly:
        """The irreducible polynomial of the root."""
        field: sympy.Poly = self.root.polynomial.set_domain("QQ")
        return field

    def around(self, bits: int) -> list[Interval]:
        """Enclose the coordinates, with the root in an interval at most 2^-bits wide."""
        z = self.root.narrowed(bits).around()
        below = _horner(self.bottom, z)
        return [_horner(top, z) / below for top in self.tops]

    def signs(self) -> tuple[int, ...]:
        """Return the exact sign of each coordinate."""
        return tuple(_settled_sign(self, k) for k in range(len(self.tops)))

    def exact(self) -> tuple[sympy.Expr, ...]:
        """Return the coordinates: rational, with a square root, as numbered roots, or (large fields) to 30 digits."""
        return tuple(_exact(self, k) for k in range(len(self.tops)))

    def digits(self) -> tuple[mpmath.mpf, ...]:
        """Return the coordinates to 30 digits."""
        return tuple(mpmath.mpf(0) if top.is_zero else _digits(self.around, k) for k, top in enumerate(self.tops))


def sign_at(p: sympy.Poly, point: Point) -> int:
    """Return the exact sign of a polynomial at a point."""
    if p.is_zero:
        return 0
    for bits in working():
        found = interval_sign(enclosed(p, point.around(bits)))
        if found:
            break
        if bits >= _PROOF_BITS and _vanishes(p, point):
            return 0
    return found


def digits_at(p: sympy.Poly, point: Point) -> mpmath.mpf:
    """Return the value of a polynomial at a point to 30 digits, exactly zero where it is."""
    return _digits(lambda bits: [enclosed(p, point.around(bits))]) if sign_at(p, point) else mpmath.mpf(0)


def _digits(told: Callable[[int], list[Interval]], k: int = 0) -> mpmath.mpf:
    for bits in working():
        around = told(bits)[k]
        if interval_sign(around) and around.delta <= abs(around.a) * iv.mpf(10) ** -30:
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


def _settled_sign(point: Point, k: int) -> int:
    if point.tops[k].is_zero:
        return 0
    return next(found for bits in working() if (found := interval_sign(point.around(bits)[k])))


def _exact(point: Point, k: int) -> sympy.Expr:
    """Return a coordinate in the one form that sympy gives a root of its minimal polynomial."""
    g, degree = point.field, point.field.degree()
    if degree > _LARGEST_ROOT:
        with mpmath.workdps(30):
            return sympy.Float(point.digits()[k], 30)
    x = (point.tops[k] * point.bottom.invert(g)).rem(g)
    if x.degree() <= 0:
        constant: sympy.Expr = x.nth(0)
        return constant
    powers = [(x * Z**j).rem(g) for j in range(degree)]
    domain = sympy.QQ
    rows = [[domain.from_sympy(power.nth(i)) for power in powers] for i in range(degree)]
    charpoly = sympy.Poly([domain.to_sympy(c) for c in DomainMatrix(rows, (degree, degree), domain).charpoly()], Z)
    candidates = real_roots(charpoly.factor_list()[1][0][0])
    for bits in working():
        value = point.around(bits)[k]
        candidates = [c for c in (c.narrowed(bits) for c in candidates) if _overlap(c.around(), value)]
        if len(candidates) == 1:
            break
    return candidates[0].exact()


def working() -> Iterator[int]:
    """Yield bits 64, 128, 256, … with interval arithmetic at a precision to match, restored at the end.

    Raises
    ------
    UndecidedSignError
        If 65,536 bits have not been enough.
    """
    before = iv.prec
    try:
        for doubling in range(11):
            bits = _FIRST_BITS << doubling
            iv.prec = 2 * bits
            yield bits
        raise UndecidedSignError("a number given by its digits")
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


def enclosed(p: sympy.Poly, box: Sequence[Interval]) -> Interval:
    """Enclose the values of a polynomial in a box."""
    total = iv.mpf(0)
    for exponents, coefficient in p.terms():
        term = iv.mpf(int(coefficient.p)) / iv.mpf(int(coefficient.q))
        for side, e in zip(box, exponents, strict=True):
            term *= side**e
        total += term
    return total


def interval_sign(around: Interval) -> int:
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
