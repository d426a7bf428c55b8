"""Where equilibria come and go in pairs, in the model's symbols: the discriminant of an eliminated quadratic.

Comes in: a model of two units with rates that are quotients of polynomials. Goes out: a discriminant, or None where
elimination would be long or leaves no quadratic.
"""

from __future__ import annotations

import sympy

from symbiode.dynamics.equilibrium.faces import HIGHEST, degree
from symbiode.system.model import TIME, Model

_MOST_TERMS, _LONGEST = 40, 400


def pair_threshold(model: Model) -> sympy.Expr | None:
    """Return an expression that is above zero where the equations of both units have two real solutions.

    It is zero where the two meet, and below zero where they have none. Both must still be above zero to count.

    References
    ----------
    Basu, Pollack and Roy (2006), Algorithms in Real Algebraic Geometry, section 4.1 (discriminants).
    """
    if len(model.units) != 2 or any(rate.has(TIME) or degree(rate) > HIGHEST for rate in model.rates):
        return None
    x, y = model.states
    # A value of exactly zero leaves its term out; all others stay symbols.
    absent = {symbol: value for symbol, value in model.values.items() if value == 0}
    growths = (rate.xreplace(absent) / level for rate, level in zip(model.rates, (x, y), strict=True))
    tops = [sympy.fraction(sympy.together(growth))[0] for growth in growths]
    if any(not top.is_polynomial(x, y) for top in tops):
        return None
    first, second = (sympy.Poly(top, x, y) for top in tops)
    if len(first.terms()) + len(second.terms()) > _MOST_TERMS or min(first.degree(y), second.degree(y)) > 1:
        return None
    eliminated = sympy.resultant(first.as_expr(), second.as_expr(), y)
    if not eliminated.free_symbols or eliminated.count_ops() > _LONGEST:
        return None
    factors = [sympy.Poly(f, x) for f, _ in sympy.factor_list(eliminated)[1] if f.has(x)]
    quadratics = [f for f in factors if f.degree() == 2]
    if len(quadratics) != 1:
        return None
    found = sympy.factor(quadratics[0].discriminant())
    told: sympy.Expr = sympy.Mul(*(part for part in sympy.Mul.make_args(found) if not part.is_positive))
    return told
