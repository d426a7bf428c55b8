"""Common zeros of two polynomials in two unknowns: all real ones, exactly, or the curve they share.

Comes in: two irreducible polynomials in x and y with rational coefficients. Goes out: their common real zeros as pairs
of `Algebraic`. Every common zero projects to a root of the resultant; x is replaced by x + k y until each root of the
resultant carries one zero only, so the list is complete.

References
----------
Basu, Pollack and Roy (2006), Algorithms in Real Algebraic Geometry, section 12.4 (univariate representation).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import sympy

from symbiode.dynamics.equilibrium.algebraic import Algebraic, Z, real_roots

X, Y = sympy.Symbol("x"), sympy.Symbol("y")
Point = tuple[Algebraic, Algebraic]
_InY = list[sympy.Poly]  # coefficients in QQ[z]/(g), the highest power of y first


def common_zeros(p: sympy.Poly, q: sympy.Poly) -> list[Point]:
    """Return the common real zeros of two polynomials in `X`, `Y` without a common factor."""
    for k in count():
        found = _sheared(p, q, (k + 1) // 2 * (-1) ** (k + 1))
        if found is not None:
            return found
    raise AssertionError("only finitely many shears put two zeros above each other")


def _sheared(p: sympy.Poly, q: sympy.Poly, k: int) -> list[Point] | None:
    """Solve in z = x + k y, or return None if two common zeros share a z."""
    first, second = (sympy.Poly(f.as_expr().subs(X, Z - k * Y), Z, Y, domain="QQ") for f in (p, q))
    if first.degree(Y) <= 0 and second.degree(Y) <= 0:
        return []
    projection = sympy.Poly(sympy.resultant(first.as_expr(), second.as_expr(), Y), Z, domain="QQ")
    found: list[Point] = []
    for g, _ in projection.factor_list()[1]:
        roots = real_roots(g)
        if not roots:
            continue
        shared = _squarefree(_gcd(_in_y(first, g), _in_y(second, g), g), g)
        if len(shared) > 2:
            return None
        if len(shared) == 2:
            y = (-shared[1] * shared[0].invert(g)).rem(g)
            x = (sympy.Poly(Z, Z, domain="QQ") - k * y).rem(g)
            found.extend((Algebraic(root, x), Algebraic(root, y)) for root in roots)
    return found


def _in_y(p: sympy.Poly, g: sympy.Poly) -> _InY:
    inner = [sympy.Poly(c, Z, domain="QQ").rem(g) for c in sympy.Poly(p.as_expr(), Y).all_coeffs()]
    return _trimmed(inner)


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
