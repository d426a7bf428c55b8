"""Equilibria of one or two units with rational rates that are not affine per capita: elimination, then exact roots.

Comes in: a model with equations of its own. Goes out: an `EquilibriumSet`: every common zero of the numerators in the
closed orthant, and the curves they share. Whatever is not a quotient of polynomials with rational numbers is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product

import sympy

from symbiode.dynamics.equilibrium.algebraic import Algebraic, Z, real_roots
from symbiode.dynamics.equilibrium.curves import Point, X, Y, common_zeros
from symbiode.dynamics.equilibrium.results import Equilibrium, EquilibriumSet, Family, Stability
from symbiode.dynamics.equilibrium.stability import eigenvalues, stability_of
from symbiode.errors import Code, Status, refused
from symbiode.system.model import TIME, Model

LARGEST_DEGREE = 64  # product of the degrees: an upper bound for the number of isolated equilibria (Bezout)


@dataclass(frozen=True, kw_only=True)
class Rational:
    """Rates as quotients of coprime polynomials in `X` (and `Y`) with rational coefficients."""

    numerators: tuple[sympy.Poly, ...]
    denominators: tuple[sympy.Poly, ...]

    @property
    def size(self) -> int:
        return len(self.numerators)


def polynomial_equilibria(model: Model) -> EquilibriumSet:
    """Return every equilibrium in the closed orthant, or a refused status."""
    rates = _rational(model)
    if isinstance(rates, Status):
        return EquilibriumSet(model=model, equilibria=(), status=rates)
    shared, points = _one(rates) if rates.size == 1 else _two(rates)
    found: dict[tuple[sympy.Expr, ...], Equilibrium] = {}
    for point in points:
        if all(coordinate.sign() >= 0 for coordinate in point) and _has_rates(rates, point):
            exact = tuple(coordinate.exact() for coordinate in point)
            if exact not in found:
                found[exact] = _equilibrium(model, rates, point, exact)
    families = tuple(_family(model, curve) for curve in shared)
    names = _names(model)
    listed = sorted(found.values(), key=lambda e: (len(e.support), [name not in e.support for name in names], e.state))
    degrees = [max(p.total_degree(), 0) for p in rates.numerators]
    key = "eq_complete_root" if rates.size == 1 else "eq_complete_curves"
    values = {"degree": degrees[0], "other": degrees[-1], "present": len(listed), "families": len(families)}
    return EquilibriumSet(
        model=model, equilibria=tuple(listed), families=families, proof=(key, tuple(values.items()))
    )


def _names(model: Model) -> tuple[str, ...]:
    return tuple(unit.name for unit in model.units)


def _rational(model: Model) -> Rational | Status:
    """Return the rates at the model's values as quotients of polynomials, or why this cannot be done."""
    if len(model.units) > 2:
        return refused(Code.NOT_SUPPORTED, "Three or more units are supported where per-capita growth is linear.")
    if any(rate.has(TIME) for rate in model.rates):
        return refused(Code.NOT_SUPPORTED, "The rates depend on time, so the model has no equilibria of its own.")
    to_ours = dict(zip(model.states, (X, Y), strict=False))
    gens = tuple(to_ours.values())
    numerators, denominators = [], []
    for rate in model.rates:
        at_values = rate.xreplace(model.values).xreplace(to_ours)
        if not at_values.is_rational_function(*gens):
            detail = "A rate is not a quotient of polynomials in the states."
            return refused(Code.NOT_SUPPORTED, detail)
        top, bottom = (sympy.Poly(f, *gens) for f in sympy.fraction(sympy.cancel(sympy.together(at_values))))
        if not (top.domain.is_ZZ or top.domain.is_QQ) or not (bottom.domain.is_ZZ or bottom.domain.is_QQ):
            return refused(Code.NOT_SUPPORTED, "A coefficient of a non-linear rate is not a rational number.")
        numerators.append(top.set_domain("QQ"))
        denominators.append(bottom.set_domain("QQ"))
    bound = sympy.prod(max(top.total_degree(), 1) for top in numerators)
    if bound > LARGEST_DEGREE:
        detail = f"The rates may have {bound} isolated equilibria; at most {LARGEST_DEGREE} are enumerated."
        return refused(Code.TOO_LARGE, detail, bound=int(bound))
    return Rational(numerators=tuple(numerators), denominators=tuple(denominators))


def _one(rates: Rational) -> tuple[list[sympy.Poly], list[tuple[Algebraic, ...]]]:
    """Return (shared curves, points) of one unit: the real roots of its numerator."""
    (top,) = rates.numerators
    if top.is_zero:
        return [top], []
    z = sympy.Poly(Z, Z, domain="QQ")
    factors = [factor.replace(Z) for factor, _ in top.factor_list()[1]]
    roots = [root for factor in factors for root in real_roots(factor)]
    return [], [(Algebraic(root, z.rem(root.polynomial)),) for root in roots]


def _two(rates: Rational) -> tuple[list[sympy.Poly], list[Point]]:
    """Return (shared curves, points) of two units: factor against factor."""
    first, second = rates.numerators
    if first.is_zero and second.is_zero:
        return [first], []
    # A rate that is zero everywhere shares every factor of the other.
    ours = _factors(second if first.is_zero else first)
    theirs = _factors(first if second.is_zero else second)
    shared = [factor for factor in ours if factor in theirs]
    pairs = [(p, q) for p, q in product(ours, theirs) if p not in shared and q not in shared]
    points = [point for p, q in pairs for point in common_zeros(p, q)]
    curves = []
    for curve in shared:
        if _meets_orthant(curve):
            curves.append(curve)
        else:
            points.extend(_touching(curve))
    return curves, points


def _factors(top: sympy.Poly) -> list[sympy.Poly]:
    """Return the distinct irreducible factors, each with the same sign and content wherever it occurs."""
    return [factor.monic() for factor, _ in top.factor_list()[1]]


def _touching(curve: sympy.Poly) -> Iterator[Point]:
    """Yield where a curve can meet the closed orthant in single points: on an axis, or where it is singular."""
    for other in (sympy.Poly(X, X, Y, domain="QQ"), sympy.Poly(Y, X, Y, domain="QQ"), curve.diff(Y)):
        if not other.is_zero and curve.gcd(other).is_ground:
            yield from common_zeros(curve, other)


def _meets_orthant(curve: sympy.Poly) -> bool:
    """Whether an irreducible curve has a piece in the closed orthant.

    The real branches y(x) change only where the leading coefficient or the discriminant vanishes and cross y = 0 only
    at roots of the curve's restriction, so one test line between each two neighbours decides.
    """
    in_y = sympy.Poly(curve.as_expr(), Y)
    if in_y.degree() <= 0:
        return bool(sympy.Poly(curve.as_expr(), X).count_roots(0, None))
    if curve.as_expr() == Y:
        return True
    critical = [in_y.LC(), in_y.discriminant() if in_y.degree() > 1 else sympy.S.One, in_y.nth(0)]
    product_of_all = sympy.Poly(sympy.prod(f.as_expr() if isinstance(f, sympy.Poly) else f for f in critical), X)
    return any(sympy.Poly(curve.as_expr().subs(X, at), Y).count_roots(0, None) for at in _between_roots(product_of_all))


def _between_roots(p: sympy.Poly) -> list[sympy.Rational]:
    """Return a positive rational before, between and after the positive roots of a polynomial."""
    if p.degree() <= 0:
        return [sympy.S.One]
    squarefree = p.sqf_part()
    intervals = [interval for interval, _ in squarefree.intervals()]
    ends = [sympy.S.Zero, *(end for interval in intervals for end in interval if end > 0)]
    gaps = [(low + high) / 2 for low, high in pairwise(ends)]
    return [at for at in [*gaps, ends[-1] + 1, *(end for end in ends if end > 0)] if squarefree.eval(at) != 0]


def _at(p: sympy.Poly, point: Sequence[Algebraic]) -> Algebraic:
    """Return the value of a polynomial at a point, in the point's field."""
    root = point[0].root
    total = sympy.Poly(0, Z, domain="QQ")
    for powers, c in p.terms():
        term = sympy.Poly(c, Z, domain="QQ")
        for coordinate, power in zip(point, powers, strict=True):
            for _ in range(power):
                term = (term * coordinate.element).rem(root.polynomial)
        total += term
    return Algebraic(root, total)


def _has_rates(rates: Rational, point: Sequence[Algebraic]) -> bool:
    return all(_at(bottom, point).sign() != 0 for bottom in rates.denominators)


def _equilibrium(
    model: Model, rates: Rational, point: Sequence[Algebraic], exact: tuple[sympy.Expr, ...]
) -> Equilibrium:
    gens = rates.numerators[0].gens
    # Where the numerator P is zero, the derivative of P/Q is P'/Q.
    block = [
        [_at(top.diff(gen), point) * _at(bottom, point).inverse() for gen in gens]
        for top, bottom in zip(rates.numerators, rates.denominators, strict=True)
    ]
    stability = stability_of(block)
    state = tuple(float(coordinate.digits()) for coordinate in point)
    stable = stability in (Stability.STABLE_NODE, Stability.STABLE_FOCUS)
    return Equilibrium(
        support=tuple(name for name, c in zip(_names(model), point, strict=True) if c.sign() > 0),
        state=state, exact=exact, expressions=exact, exists_if=sympy.true,
        stable_if=sympy.true if stable else sympy.false, eigenvalues=eigenvalues(block, 1, ()), stability=stability,
        residual=_residual(rates, state), reason="eq_attracts" if stable else f"eq_{stability.value}",
    )  # fmt: skip


def _residual(rates: Rational, state: tuple[float, ...]) -> float:
    """Return the largest |dx_i/dt| at the rounded state, evaluated without further rounding."""
    at = [sympy.Rational(*Fraction(x).as_integer_ratio()) for x in state]
    pairs = zip(rates.numerators, rates.denominators, strict=True)
    return max(abs(float(top.eval(tuple(at)) / bottom.eval(tuple(at)))) for top, bottom in pairs)


def _family(model: Model, curve: sympy.Poly) -> Family:
    expression = curve.as_expr().xreplace(dict(zip((X, Y), model.states, strict=False)))
    names = _names(model)
    absent = {names[model.states.index(expression)]} if expression in model.states else set()
    equations = () if curve.is_zero else (sympy.fraction(sympy.together(expression))[0],)
    return Family(
        support=tuple(name for name in names if name not in absent), equations=equations,
        kind="eq_curve" if equations else "eq_everywhere",
    )  # fmt: skip
