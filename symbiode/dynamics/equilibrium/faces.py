"""A model with some units absent, as polynomials: what is zero at its equilibria, and what decides their types.

Comes in: rates at exact values. Goes out: for each support a `Face` of the orthant with the rates' numerators,
denominators and slopes as polynomials in the present units; None where a rate is no quotient of such polynomials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy
from sympy.polys.polyerrors import CoercionFailed, PolynomialError

from symbiode.dynamics.equilibrium.algebraic import Z
from symbiode.dynamics.equilibrium.supports import Support


@dataclass(frozen=True, kw_only=True)
class Rational:
    """Rates as quotients of coprime polynomials in the states, with rational coefficients."""

    states: tuple[sympy.Symbol, ...]
    tops: tuple[sympy.Poly, ...]
    bottoms: tuple[sympy.Poly, ...]


def rational(rates: Sequence[sympy.Expr], states: tuple[sympy.Symbol, ...]) -> Rational | None:
    """Return rates as quotients of polynomials, or None if they are not."""
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
