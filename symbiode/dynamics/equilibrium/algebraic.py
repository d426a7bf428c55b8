"""Real algebraic numbers in one field: exact arithmetic, exact signs, digits on demand.

Comes in: irreducible polynomials with rational coefficients. Goes out: their real roots, and numbers `Algebraic` made
of one root, whose sign is decided by refining the interval around the root (and zero by division).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import mpmath
import sympy

Z = sympy.Symbol("z")
Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Root:
    """The real root of an irreducible polynomial in `Z` (domain QQ) that lies in an interval with rational ends."""

    polynomial: sympy.Poly
    interval: Interval

    @cached_property
    def coefficients(self) -> tuple[Fraction, ...]:
        return _fractions(self.polynomial)

    def halved(self, interval: Interval) -> Interval:
        """Return the half of an interval that holds the root; an irrational root is never the middle."""
        low, high = interval
        middle = (low + high) / 2
        left, right = _value(self.coefficients, low), _value(self.coefficients, middle)
        return (low, middle) if (left > 0) != (right > 0) else (middle, high)


@dataclass(frozen=True)
class Algebraic:
    """A polynomial in one `Root`, reduced by its polynomial."""

    root: Root
    element: sympy.Poly

    def _of(self, element: sympy.Poly) -> Algebraic:
        return Algebraic(self.root, element.rem(self.root.polynomial))

    def _element(self, other: Algebraic | int) -> sympy.Poly:
        return other.element if isinstance(other, Algebraic) else sympy.Poly(other, Z, domain="QQ")

    def __add__(self, other: Algebraic | int) -> Algebraic:
        return self._of(self.element + self._element(other))

    def __sub__(self, other: Algebraic | int) -> Algebraic:
        return self._of(self.element - self._element(other))

    def __mul__(self, other: Algebraic | int) -> Algebraic:
        return self._of(self.element * self._element(other))

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: int) -> Algebraic:
        return self._of(self._element(other) - self.element)

    def inverse(self) -> Algebraic:
        """Return 1 divided by this number, which is not zero."""
        return self._of(self.element.invert(self.root.polynomial))

    def sign(self) -> int:
        """Return -1, 0 or 1, exactly."""
        if self.element.is_zero:
            return 0
        interval = self.root.interval
        while True:
            low, high = _range(_fractions(self.element), interval)
            if low > 0 or high < 0:
                return 1 if low > 0 else -1
            interval = self.root.halved(interval)

    def digits(self) -> mpmath.mpf:
        """Return the number to 40 digits."""
        interval, coefficients = self.root.interval, _fractions(self.element)
        low, high = _range(coefficients, interval)
        while high - low > 10 ** Fraction(-40) * abs(low + high):
            interval = self.root.halved(interval)
            low, high = _range(coefficients, interval)
        with mpmath.workdps(45):
            middle = (low + high) / 2
            return mpmath.mpf(middle.numerator) / middle.denominator

    def exact(self) -> sympy.Expr:
        """Return the number in the one form that sympy gives it: rational, square root, or a numbered root."""
        found: sympy.Expr = self.element.as_expr() if self.element.degree() <= 0 else self._numbered_root()
        return found

    def _numbered_root(self) -> sympy.Expr:
        t = sympy.Dummy("t")
        whole = sympy.Poly(sympy.resultant(self.root.polynomial.as_expr(), t - self.element.as_expr(), Z), t)
        minimal = whole.factor_list()[1][0][0]
        candidates = real_roots(minimal.replace(Z))
        interval = self.root.interval
        while True:
            low, high = _range(_fractions(self.element), interval)
            near = [k for k, root in enumerate(candidates) if root.interval[0] <= high and root.interval[1] >= low]
            if len(near) == 1:
                found: sympy.Expr = sympy.rootof(minimal.replace(Z), near[0])
                return found
            interval = self.root.halved(interval)


def real_roots(polynomial: sympy.Poly) -> list[Root]:
    """Return the real roots of an irreducible polynomial in `Z`, from left to right."""
    monic = polynomial.set_domain("QQ")
    if monic.degree() == 1:
        at = _fraction(-monic.nth(0) / monic.nth(1))
        return [Root(monic, (at, at))]
    return [Root(monic, (_fraction(low), _fraction(high))) for (low, high), _ in monic.intervals()]


def _fraction(value: sympy.Rational) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _fractions(polynomial: sympy.Poly) -> tuple[Fraction, ...]:
    return tuple(_fraction(c) for c in polynomial.all_coeffs())


def _value(coefficients: tuple[Fraction, ...], at: Fraction) -> Fraction:
    total = Fraction(0)
    for c in coefficients:
        total = total * at + c
    return total


def _range(coefficients: tuple[Fraction, ...], interval: Interval) -> Interval:
    """Enclose the values of a polynomial over an interval (Horner's scheme on intervals)."""
    low = high = Fraction(0)
    for c in coefficients:
        corners = [low * end for end in interval] + [high * end for end in interval]
        low, high = min(corners) + c, max(corners) + c
    return low, high
