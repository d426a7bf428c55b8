"""A model with some units absent, as polynomials: what is zero at its equilibria, and what decides their types.

Comes in: rates at exact values. Goes out: for each support a `Face` of the orthant with the rates' numerators,
denominators and slopes as polynomials in the present units; None where a rate is no quotient of such polynomials.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from sympy.polys.polyerrors import CoercionFailed, PolynomialError

from symbiode.dynamics.equilibrium.algebraic import Z
from symbiode.dynamics.equilibrium.supports import Support

Expression = Any  # a sympy expression whose parts are looked at
HIGHEST, _MOST_TERMS = 32, 2000


@dataclass(frozen=True, kw_only=True)
class Rational:
    """Rates as quotients of coprime polynomials in the states, with rational coefficients."""

    states: tuple[sympy.Symbol, ...]
    tops: tuple[sympy.Poly, ...]
    bottoms: tuple[sympy.Poly, ...]


def rational(rates: Sequence[sympy.Expr], states: tuple[sympy.Symbol, ...]) -> Rational | None:
    """Return rates as quotients of polynomials, or None if they are not, or have too many terms."""
    if max(map(degree, rates)) > HIGHEST or max(map(terms, rates)) > _MOST_TERMS:
        return None
    field = sympy.QQ.frac_field(*states)
    try:
        found = [field.from_sympy(rate) for rate in rates]
    except (CoercionFailed, PolynomialError, ValueError, ZeroDivisionError):
        return None
    return Rational(
        states=states,
        tops=tuple(sympy.Poly(f.numer.as_expr(), *states, domain="QQ") for f in found),
        bottoms=tuple(sympy.Poly(f.denom.as_expr(), *states, domain="QQ") for f in found),
    )


def degree(e: Expression) -> int:
    """Return a degree that an expression does not exceed as a quotient of polynomials (of its parts, if it is none)."""
    if e.is_Add or e.is_Mul:
        parts = [degree(part) for part in e.args]
        return max(parts) if e.is_Add and not any(p.exp.is_negative for p in e.atoms(sympy.Pow)) else sum(parts)
    if e.is_Pow:
        return math.ceil(abs(e.exp)) * degree(e.base) if e.exp.is_Rational else degree(e.base) + degree(e.exp)
    return max(map(degree, e.args), default=int(e.is_Symbol))


def terms(e: Expression) -> int:
    """Return how many terms an expression has at most when multiplied out."""
    if e.is_Add:
        return sum(map(terms, e.args))
    if e.is_Mul:
        return math.prod(map(terms, e.args))
    power = e.is_Pow and e.exp.is_Integer and e.exp > 0
    return math.comb(terms(e.base) + int(e.exp) - 1, int(e.exp)) if power else 1


@dataclass(frozen=True)
class Face:
    """The rates where only the units of a support are present.

    Its polynomials have the present states as unknowns (for no units: one unknown, which is zero).
    """

    rates: Rational
    support: Support

    @property
    def unknowns(self) -> tuple[sympy.Symbol, ...]:
        return tuple(self.rates.states[i] for i in self.support) or (Z,)

    @cached_property
    def tops(self) -> tuple[sympy.Poly, ...]:
        return tuple(map(self.restricted, self.rates.tops))

    @cached_property
    def bottoms(self) -> tuple[sympy.Poly, ...]:
        return tuple(map(self.restricted, self.rates.bottoms))

    @cached_property
    def slopes(self) -> tuple[tuple[sympy.Poly, ...], ...]:
        """Numerators of the Jacobian at an equilibrium: where a numerator P is zero, the slope of P/Q is P'/Q."""
        return tuple(tuple(self.restricted(top.diff(x)) for x in self.rates.states) for top in self.rates.tops)

    @property
    def growing(self) -> tuple[int, ...]:
        """Absent units whose rate depends on no other unit to first order: their slope is an eigenvalue."""
        absent = (i for i in range(len(self.tops)) if i not in self.support)
        return tuple(i for i in absent if all(s.is_zero for j, s in enumerate(self.slopes[i]) if j != i))

    def restricted(self, p: sympy.Poly) -> sympy.Poly:
        """Return a polynomial with the absent units at zero."""
        kept = {
            tuple(m[i] for i in self.support) or (0,): c
            for m, c in p.terms()
            if not any(e for i, e in enumerate(m) if i not in self.support)
        }
        return sympy.Poly(kept, *self.unknowns, domain="QQ")
