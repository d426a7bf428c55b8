"""Common zeros of polynomials in any number of unknowns: all real ones, exactly, with the count of complex ones.

Comes in: polynomials with rational coefficients. Goes out: `Zeros`. A Groebner basis tells whether the zeros are
isolated and, by the number of monomials outside it, how many complex ones there are (each with its multiplicity). A
linear form z that takes another value at each of them turns the system into one polynomial in z; each coordinate is a
quotient of two more, so no zero can be missing.

References
----------
Cox, Little and O'Shea (2005), Using Algebraic Geometry, chapter 2 (finite-dimensional quotients, trace form).
Rouillier (1999), Solving zero-dimensional systems through the rational univariate representation, AAECC 9, 433-461.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy
from sympy.polys.groebnertools import groebner
from sympy.polys.matrices import DomainMatrix
from sympy.polys.orderings import grevlex
from sympy.polys.rings import PolyElement, PolyRing

from symbiode.dynamics.equilibrium.algebraic import Point, Z, real_roots

Monomial = tuple[int, ...]
QQ = sympy.QQ
MOST_ZEROS = 40  # complex ones: matrices beyond are not worth the wait
_MOST_FORMS = 60
WORK = 120_000  # comparisons of monomials while a basis is built


class TooMuchWorkError(ArithmeticError):
    """Elimination would take longer than its bound."""


@dataclass(frozen=True, kw_only=True)
class Zeros:
    """All common zeros: real points and the number of complex ones; `free` names unknowns if they are not isolated."""

    points: tuple[Point, ...] = ()
    complex_count: int = 0
    free: tuple[sympy.Symbol, ...] = ()


def common_zeros(polys: Sequence[sympy.Poly], avoid: Sequence[sympy.Poly] = ()) -> Zeros:
    """Return the common zeros of polynomials over the rationals in the same unknowns.

    Where they are not isolated, only those off the zeros of `avoid` and with all unknowns above zero are looked for.

    Parameters
    ----------
    polys : sequence of sympy.Poly
        Not all zero.
    avoid : sequence of sympy.Poly
        Zeros of these may be left out.

    Raises
    ------
    TooMuchWorkError
    """
    gens = polys[0].gens
    if len(gens) == 1:
        return _on_a_line(polys)
    zeros = _zeros(polys, gens)
    if zeros.free and avoid:
        w = sympy.Dummy("w")
        whole = sympy.Poly(1, *gens, domain="QQ")
        for p in avoid:
            whole *= p
        apart = sympy.Poly(w * whole.as_expr() - 1, *gens, w, domain="QQ")
        zeros = _zeros([*(sympy.Poly(p.as_expr(), *gens, w, domain="QQ") for p in polys), apart], gens)
    return zeros


def _on_a_line(polys: Sequence[sympy.Poly]) -> Zeros:
    shared = polys[0]
    for p in polys[1:]:
        shared = shared.gcd(p)
    shared = shared.sqf_part() if shared.degree() > 0 else shared
    points = [
        Point(root=root, tops=(sympy.Poly(Z, Z, domain="QQ").rem(root.polynomial.set_domain("QQ")),))
        for g, _ in shared.factor_list()[1]
        for root in real_roots(g)
    ]
    return Zeros(points=tuple(points), complex_count=max(shared.degree(), 0))


def _zeros(polys: Sequence[sympy.Poly], kept: Sequence[Any]) -> Zeros:
    gens = polys[0].gens
    ring = PolyRing(gens, QQ, _counted(WORK))
    basis = groebner([ring.from_expr(p.as_expr()) for p in polys], ring, method="buchberger")
    leading = [g.LM for g in basis]
    if any(not any(m) for m in leading):
        return Zeros()
    bounds = [min((m[k] for m in leading if sum(m) == m[k]), default=0) for k in range(len(gens))]
    if not all(bounds):
        empty = any(_one_sided(g, len(kept)) for g in basis)
        return Zeros() if empty else Zeros(free=_independent(leading, gens, kept))
    outside = [m for m in product(*map(range, bounds)) if not any(_divides(lead, m) for lead in leading)]
    if len(outside) > MOST_ZEROS:
        raise TooMuchWorkError(str(len(outside)))
    return _represented(_Quotient(ring, basis, sorted(outside, key=sum)), [gens.index(x) for x in kept])


def _counted(limit: int) -> Callable[[Monomial], Any]:
    """Return an order of monomials that refuses to compare more than `limit` times."""
    left = iter(range(limit))

    def order(monomial: Monomial) -> Any:
        if next(left, None) is None:
            raise TooMuchWorkError(str(limit))
        return grevlex(monomial)

    return order


def _one_sided(g: PolyElement, size: int) -> bool:
    """Whether a polynomial in the first unknowns alone is never zero where they are above zero."""
    return not any(any(m[size:]) for m in g.monoms()) and len({c > 0 for c in g.coeffs()}) == 1


def _divides(one: Monomial, other: Monomial) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True))


def _independent(
    leading: Sequence[Monomial], gens: Sequence[Any], kept: Sequence[Any]
) -> tuple[sympy.Symbol, ...]:
    """Return a largest set of kept unknowns in which no leading monomial lies: they can be chosen freely."""
    sets = sorted(product(*((0, int(x in kept)) for x in gens)), key=sum, reverse=True)
    free = next(
        s for s in sets if not any(all(inside or not e for inside, e in zip(s, m, strict=True)) for m in leading)
    )
    return tuple(x for x, inside in zip(gens, free, strict=True) if inside)


class _Quotient:
    """Polynomials modulo an ideal with isolated zeros: vectors over the monomials outside the leading ones."""

    def __init__(self, ring: PolyRing, basis: Sequence[PolyElement], outside: Sequence[Monomial]) -> None:
        self.size, self.unknowns = len(outside), len(ring.gens)
        index = {m: k for k, m in enumerate(outside)}
        self.times = [[self._vector((x * ring({m: QQ(1)})).rem(basis), index) for m in outside] for x in ring.gens]
        self.outside = outside

    def _vector(self, p: PolyElement, index: dict[Monomial, int]) -> list[Any]:
        found = [QQ(0)] * self.size
        for m, c in p.terms():
            found[index[m]] = c
        return found

    def multiplied(self, v: Sequence[Any], weights: Sequence[int]) -> list[Any]:
        """Return a vector times the linear form with these weights."""
        found = [QQ(0)] * self.size
        for weight, columns in zip(weights, self.times, strict=True):
            for c, column in zip(v, columns, strict=True):
                if weight and c:
                    for i, e in enumerate(column):
                        if e:
                            found[i] += weight * c * e
        return found

    def unit(self, k: int = 0) -> list[Any]:
        """Return the k-th monomial; number 0 is 1."""
        return [QQ(int(i == k)) for i in range(self.size)]

    def charpoly(self, weights: Sequence[int]) -> sympy.Poly:
        columns = [self.multiplied(self.unit(k), weights) for k in range(self.size)]
        matrix = DomainMatrix([list(row) for row in zip(*columns, strict=True)], (self.size, self.size), QQ)
        return sympy.Poly([QQ.to_sympy(c) for c in matrix.charpoly()], Z, domain="QQ")

    def products(self) -> list[list[list[Any]]]:
        """Return the products of each two monomials."""
        rows = []
        for m in self.outside:
            row = [self.unit(k) for k in range(self.size)]
            for k, e in enumerate(m):
                weights = [int(k == j) for j in range(self.unknowns)]
                for _ in range(e):
                    row = [self.multiplied(v, weights) for v in row]
            rows.append(row)
        return rows


def _forms(size: int) -> Iterator[tuple[int, ...]]:
    """Yield weights of linear forms: each unknown alone, then mixtures, one of which takes different values."""
    for k in range(size):
        yield tuple(int(j == k) for j in range(size))
    for k in range(1, _MOST_FORMS):
        yield tuple(k**j for j in range(size))


def _represented(quotient: _Quotient, kept: Sequence[int]) -> Zeros:
    """Return the points of a quotient ring through the first linear form that tells them apart."""
    functional: list[Any] | None = None
    distinct = 0
    for attempt, weights in enumerate(_forms(quotient.unknowns)):
        charpoly = quotient.charpoly(weights)
        g = charpoly.sqf_part().monic()
        if g.degree() == quotient.size:
            functional = [QQ(1 + k * (k + attempt) % (7 + attempt)) for k in range(quotient.size)]
        elif functional is None:
            # The trace form: its rank is the number of different zeros.
            products = quotient.products()
            functional = [sum((row[k][k] for k in range(quotient.size)), start=QQ(0)) for row in products]
            form = [[_paired(functional, v) for v in row] for row in products]
            distinct = DomainMatrix(form, (quotient.size, quotient.size), QQ).rank()
        if g.degree() == quotient.size or g.degree() == distinct:
            found = _points(quotient, kept, weights, g, functional)
            if found is not None:
                return Zeros(points=tuple(found), complex_count=quotient.size)
    raise TooMuchWorkError("no linear form tells the zeros apart")


def _paired(one: Sequence[Any], other: Sequence[Any]) -> Any:
    return sum((a * b for a, b in zip(one, other, strict=True)), start=QQ(0))


def _points(
    quotient: _Quotient, kept: Sequence[int], weights: Sequence[int], g: sympy.Poly, functional: Sequence[Any]
) -> list[Point] | None:
    """Return the real points above the roots of g, or None if the functional misses one of them."""
    degree, a = g.degree(), g.all_coeffs()
    horner = [sympy.Poly(a[: j + 1], Z, domain="QQ") for j in range(degree)]
    power, sums = quotient.unit(), [sympy.Poly(0, Z, domain="QQ")] * (1 + len(kept))
    units = [[int(k == j) for j in range(quotient.unknowns)] for k in kept]
    for i in range(degree):
        vectors = [power, *(quotient.multiplied(power, unit) for unit in units)]
        told = [QQ.to_sympy(_paired(functional, v)) for v in vectors]
        sums = [total + value * horner[degree - 1 - i] for total, value in zip(sums, told, strict=True)]
        power = quotient.multiplied(power, weights)
    if not sums[0].gcd(g).is_ground:
        return None
    found: list[Point] = []
    for factor, _ in g.factor_list()[1]:
        field = factor.monic()
        reduced = [p.rem(field) for p in sums]
        found.extend(Point(root=root, tops=tuple(reduced[1:]), bottom=reduced[0]) for root in real_roots(factor))
    return found
