"""Common zeros of two polynomials in two unknowns: all real ones, exactly, or the curve they share.

Comes in: two irreducible polynomials in x and y with rational coefficients. Goes out: their common real zeros as exact
points. Every common zero projects to a root of the resultant; x is replaced by x + k y until each root of the
resultant carries one zero only, so the list is complete.

References
----------
Basu, Pollack and Roy (2006), Algorithms in Real Algebraic Geometry, section 12.4 (univariate representation).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import sympy

from symbiode.dynamics.equilibrium.algebraic import Point, Root, Z, chosen, real_roots

X, Y = sympy.Symbol("x"), sympy.Symbol("y")
_InY = list[sympy.Poly]  # coefficients in QQ[z]/(g), the highest power of y first


def common_zeros(p: sympy.Poly, q: sympy.Poly) -> list[Point]:
    """Return the common real zeros of two polynomials in `X`, `Y` without a common factor."""
    found = next(zeros for k in count() if (zeros := _sheared(p, q, (k + 1) // 2 * (-1) ** (k + 1))) is not None)
    if not found:
        return []
    sides = [_roots_of_resultant(p, q, gone) for gone in (Y, X)]
    return [
        Point(
            coordinates=tuple(chosen(side, root, top, bottom) for side, top in zip(sides, tops, strict=True)),
            field=root.polynomial.set_domain("QQ"), tops=tops, bottom=bottom,
        )
        for root, tops, bottom in found
    ]  # fmt: skip


def _roots_of_resultant(p: sympy.Poly, q: sympy.Poly, gone: sympy.Symbol) -> list[Root]:
    """Return the real roots of the resultant that eliminates `gone`: the other coordinate is one of them."""
    kept = X if gone == Y else Y
    resultant = sympy.Poly(sympy.resultant(p.as_expr(), q.as_expr(), gone), kept, domain="QQ")
    return [root for factor, _ in resultant.factor_list()[1] for root in real_roots(factor)]


def _sheared(p: sympy.Poly, q: sympy.Poly, k: int) -> list[tuple[Root, tuple[sympy.Poly, ...], sympy.Poly]] | None:
    """Solve in z = x + k y: each zero as (z, (top of x, top of y), bottom); None if two common zeros share a z."""
    first, second = (sympy.Poly(f.as_expr().subs(X, Z - k * Y), Y, Z, domain="QQ") for f in (p, q))
    chain = [sympy.Poly(f, Y, Z, domain="QQ") for f in sympy.subresultants(first.as_expr(), second.as_expr(), Y)]
    if chain[-1].degree(Y) > 0:
        chain.append(sympy.Poly(sympy.resultant(first.as_expr(), second.as_expr(), Y), Y, Z, domain="QQ"))
    linear = next((f for f in chain if f.degree(Y) == 1), None)
    found: list[tuple[Root, tuple[sympy.Poly, ...], sympy.Poly]] = []
    for g, _ in sympy.Poly(chain[-1].as_expr(), Z, domain="QQ").factor_list()[1]:
        roots = real_roots(g)
        above = _above(first, second, linear, g) if roots else []
        if above is None:
            return None
        if above:
            a, b = above  # y = -b/a and x = z - k y
            x = (sympy.Poly(Z, Z, domain="QQ") * a + k * b).rem(g)
            found.extend((root, (x, -b), a) for root in roots)
    return found


def _above(first: sympy.Poly, second: sympy.Poly, linear: sympy.Poly | None, g: sympy.Poly) -> _InY | None:
    """Return a, b with a y + b = 0 above each root of g, nothing if no common zero is there, None if several are.

    Every subresultant is a combination of both polynomials, so one of degree 1 in y vanishes at each common zero; a
    root of the resultant carries one unless both leading coefficients vanish there.
    """
    one, other, told = (_in_y(f, g) for f in (first, second, linear or first))
    finite = len(one) > first.degree(Y) or len(other) > second.degree(Y)
    if linear is not None and finite and len(told) == 2:
        return told
    shared = _squarefree(_gcd(one, other, g), g)
    return None if len(shared) > 2 else shared if len(shared) == 2 else []


def _in_y(p: sympy.Poly, g: sympy.Poly) -> _InY:
    """Return a polynomial as one in y over the field of g; shorter than its degree if leading coefficients vanish."""
    return _trimmed([sympy.Poly(c, Z, domain="QQ").rem(g) for c in sympy.Poly(p.as_expr(), Y).all_coeffs()])


def _trimmed(a: Sequence[sympy.Poly]) -> _InY:
    start = next((k for k, c in enumerate(a) if not c.is_zero), len(a))
    return list(a[start:])


def _remainder(a: _InY, b: _InY, g: sympy.Poly) -> _InY:
    rest, lead = list(a), b[0].invert(g)
    while len(rest) >= len(b):
        factor = (rest[0] * lead).rem(g)
        padded = [*b, *([sympy.Poly(0, Z, domain="QQ")] * (len(rest) - len(b)))]
        rest = _trimmed([(c - factor * d).rem(g) for c, d in zip(rest, padded, strict=True)][1:])
    return rest


def _gcd(a: _InY, b: _InY, g: sympy.Poly) -> _InY:
    while b:
        a, b = (b, _remainder(a, b, g)) if len(a) >= len(b) else (b, a)
    return a


def _squarefree(a: _InY, g: sympy.Poly) -> _InY:
    degree = len(a) - 1
    if degree < 2:
        return a
    slope = [(degree - k) * c for k, c in enumerate(a[:-1])]
    return _quotient(a, _gcd(a, slope, g), g)


def _quotient(a: _InY, b: _InY, g: sympy.Poly) -> _InY:
    rest, lead, found = list(a), b[0].invert(g), []
    while len(rest) >= len(b):
        factor = (rest[0] * lead).rem(g)
        found.append(factor)
        padded = [*b, *([sympy.Poly(0, Z, domain="QQ")] * (len(rest) - len(b)))]
        rest = [(c - factor * d).rem(g) for c, d in zip(rest, padded, strict=True)][1:]
    return found
