"""Products of factors whose signs decide a condition: taken apart, simplified by known signs, written as inequalities.

Comes in: quotients of polynomials in the model's symbols. Goes out: sympy expressions with a plus sign where the field
writes one, and conditions such as ``d12 > -1``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import sympy
from sympy.logic.boolalg import Boolean
from sympy.polys.fields import FracElement
from sympy.polys.rings import PolyElement

_SHORT = 4  # terms: longer polynomials are left whole, factoring them takes longer than reading them


@dataclass(frozen=True, kw_only=True)
class Product:
    """A number written as ``sign * positive * product(top) / product(bottom)``.

    `positive` holds what is above zero whatever the values; each factor of `top` and `bottom` stands with the sign
    that makes its constant term (or its first term) positive, so that equal factors are equal.
    """

    sign: int
    positive: sympy.Expr
    top: tuple[sympy.Expr, ...]
    bottom: tuple[sympy.Expr, ...]

    def expression(self) -> sympy.Expr:
        """Return the number itself."""
        found: sympy.Expr = self.positive * self.quotient()
        return found

    @property
    def factors(self) -> tuple[sympy.Expr, ...]:
        """Every factor whose sign is not known."""
        return (*self.top, *self.bottom)

    def quotient(self) -> sympy.Expr:
        """Return it without its positive part; a minus sign goes into a difference if there is one."""
        sign, factors = self.sign, list(self.factors)
        for k, factor in enumerate(factors):
            if sign < 0 and factor.is_Add and any(not t.could_extract_minus_sign() for t in (-factor).expand().args):
                sign, factors[k] = 1, sympy.expand(-factor)
        found: sympy.Expr = sign * sympy.Mul(*factors[: len(self.top)]) / sympy.Mul(*factors[len(self.top) :])
        return found

    def without(self, signs: Mapping[sympy.Expr, int]) -> Product:
        """Return a product of the same sign without the factors whose signs are known."""
        sign = self.sign
        for factor in self.factors:
            sign *= signs.get(factor, 1)
        top = tuple(factor for factor in self.top if factor not in signs)
        bottom = tuple(factor for factor in self.bottom if factor not in signs)
        return replace(self, sign=sign, top=top, bottom=bottom)

    def negative(self) -> Product:
        """Return the product with the other sign."""
        return replace(self, sign=-self.sign)

    def above_zero(self) -> Boolean:
        """Return the condition that it is above zero, solved for a symbol that stands alone."""
        if self.sign == 0 or not self.factors:
            return sympy.true if self.sign > 0 else sympy.false
        if len(self.factors) == 1:
            return _inequality(self.factors[0], self.sign)
        return sympy.Gt(self.quotient(), 0, evaluate=False)


def product(numbers: Sequence[FracElement]) -> Product:
    """Return the product of quotients of polynomials, taken apart into factors and not multiplied out."""
    if not all(numbers):
        return Product(sign=0, positive=sympy.S.One, top=(), bottom=())
    sign, positive = 1, sympy.S.One
    sides: tuple[list[sympy.Expr], list[sympy.Expr]] = ([], [])
    for side, power, factor in (found for number in numbers for found in _factors(number)):
        known = _known_sign(factor)
        flip = known or _first_sign(factor)
        sign *= flip if power % 2 else 1
        written = (flip * factor).as_expr() ** power
        if known:
            positive = positive / written if side else positive * written
        else:
            sides[side].append(written)
    return Product(sign=sign, positive=positive, top=tuple(sides[0]), bottom=tuple(sides[1]))


def quotient(top: FracElement, bottom: FracElement) -> list[FracElement]:
    """Return factors whose product is top/bottom, cancelled if both are short."""
    if len(top.numer) + len(bottom.numer) <= 2 * _SHORT:
        return [top / bottom]
    return [top, bottom.field.raw_new(bottom.denom, bottom.numer)]


def _factors(number: FracElement) -> Iterator[tuple[int, int, PolyElement]]:
    """Yield (0 above the bar or 1 below, power, factor); only short polynomials are factored completely."""
    for side, polynomial in enumerate((number.numer, number.denom)):
        ring = polynomial.ring
        content, rest = polynomial.primitive()
        powers = tuple(map(min, zip(*rest.monoms(), strict=True)))
        rest = rest.exquo(ring({powers: ring.domain.one}))
        yield side, 1, ring(content)
        yield from ((side, power, gen) for gen, power in zip(ring.gens, powers, strict=True) if power)
        if rest.is_ground or _irreducible(rest) or len(rest) > _SHORT:
            yield side, 1, rest
        else:
            content, factors = rest.factor_list()
            yield side, 1, ring(content)
            yield from ((side, power, factor) for factor, power in factors)


def _irreducible(polynomial: PolyElement) -> bool:
    """Whether a primitive polynomial is a x + b in some symbol x, where a or b is a number (enough, not necessary)."""
    for k, degree in enumerate(polynomial.degrees()):
        if degree == 1:
            with_x = [monomial for monomial in polynomial if monomial[k]]
            without = [monomial for monomial in polynomial if not monomial[k]]
            if len(without) == 1 and not any(without[0]):
                return True
            if len(with_x) == 1 and sum(with_x[0]) == 1 and without:
                return True
    return False


def _known_sign(polynomial: PolyElement) -> int:
    """Return the sign that a polynomial has whatever the values, 0 if it may have several."""
    signs = {1 if c > 0 else -1 for c in polynomial.coeffs()}
    used = (gen for gen, degree in zip(polynomial.ring.symbols, polynomial.degrees(), strict=True) if degree > 0)
    return signs.pop() if len(signs) == 1 and all(gen.is_positive for gen in used) else 0


def _first_sign(polynomial: PolyElement) -> int:
    """Return the sign of the constant term, else of the leading one."""
    return 1 if (polynomial.coeff(1) or polynomial.LC) > 0 else -1


def _inequality(factor: sympy.Expr, sign: int) -> Boolean:
    """Return sign * factor > 0 with the constant on the right: d12 > -1, d12*d21 < 1."""
    constant, rest = factor.as_coeff_Add()
    number, rest = rest.as_coeff_Mul() if not rest.is_Add else (sympy.S.One, rest)
    if number == 1 and rest.is_Add and rest.as_ordered_terms()[0].could_extract_minus_sign():
        number, rest = sympy.S.NegativeOne, sympy.expand(-rest)
    bound = -constant / number
    relation = sympy.Gt if (number > 0) == (sign > 0) else sympy.Lt
    return relation(rest, bound, evaluate=False)


def conjunction(products: Sequence[Product]) -> Boolean:
    """Return the condition that all products are above zero, each shortened by what the others say.

    A product of one factor tells its sign, which is then taken out of all others, until nothing changes.
    """
    left, told = list(products), dict[sympy.Expr, int]()
    while True:
        left = [p.without(told) for p in left]
        if any(p.sign <= 0 and not p.factors for p in left):
            return sympy.false
        alone = next((p for p in left if len(p.factors) == 1), None)
        if alone is None:
            break
        told[alone.factors[0]] = alone.sign
    return sympy.And(*(_inequality(*item) for item in told.items()), *(p.above_zero() for p in left))
