"""Equilibria of one or two units with rational rates that are not affine per capita: elimination, then exact roots.

Comes in: a model with equations of its own. Goes out: an `EquilibriumSet`: every common zero of the numerators in the
closed orthant, and the curves they share. Whatever is not a quotient of polynomials with rational numbers is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product

import mpmath
import sympy

from symbiode.dynamics.equilibrium.algebraic import Point, Z, digits_at, real_roots, sign_at
from symbiode.dynamics.equilibrium.curves import X, Y, common_zeros
from symbiode.dynamics.equilibrium.results import Equilibrium, EquilibriumSet, Family, Stability
from symbiode.dynamics.equilibrium.stability import pair_eigenvalues, planar
from symbiode.errors import Code, Status, refused
from symbiode.system.model import TIME, Model

_BITS = 128
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
        poles = (bottom for bottom in rates.denominators if not bottom.is_ground)
        inside = all(root.sign() >= 0 for root in point.coordinates)
        if inside and all(sign_at(bottom, point) for bottom in poles):
            exact = tuple(root.exact() for root in point.coordinates)
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
        if not at_values.is_rational_function(*gens) or at_values.has(sympy.zoo, sympy.nan, sympy.oo):
            return refused(Code.NOT_SUPPORTED, "A rate is not a quotient of polynomials in the states.")
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


def _one(rates: Rational) -> tuple[list[sympy.Poly], list[Point]]:
    """Return (shared curves, points) of one unit: the real roots of its numerator."""
    (top,) = rates.numerators
    if top.is_zero:
        return [top], []
    roots = [root for factor, _ in top.factor_list()[1] for root in real_roots(factor)]
    z = sympy.Poly(Z, Z, domain="QQ")
    fields = [root.polynomial.set_domain("QQ") for root in roots]
    return [], [Point(coordinates=(root,), field=g, tops=(z.rem(g),)) for root, g in zip(roots, fields, strict=True)]


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
    critical = [in_y.LC(), in_y.nth(0), sympy.discriminant(curve.as_expr(), Y) if in_y.degree() > 1 else sympy.S.One]
    tests = _between_roots(sympy.Poly(sympy.Mul(*(f for f in critical if f)), X))
    return any(sympy.Poly(curve.as_expr().subs(X, at), Y).count_roots(0, None) for at in tests)


def _between_roots(p: sympy.Poly) -> list[sympy.Rational]:
    """Return a positive rational before, between and after the positive roots of a polynomial."""
    width, squarefree = sympy.Rational(1, 2), p.sqf_part()
    while True:
        intervals = [interval for interval, _ in squarefree.intervals(eps=width, inf=0)] if p.degree() > 0 else []
        ends = [(sympy.Integer(0), sympy.Integer(0)), *((low, high) for low, high in intervals if high > 0)]
        if all(high < low for (_, high), (low, _) in pairwise(ends)):
            return [*((high + low) / 2 for (_, high), (low, _) in pairwise(ends)), ends[-1][1] + 1]
        width /= 2**8


def _equilibrium(
    model: Model, rates: Rational, point: Point, exact: tuple[sympy.Expr, ...]
) -> Equilibrium:
    near = point.narrowed(_BITS)
    stability, eigenvalues = _planar(rates, near) if rates.size == 2 else _linear(rates, near)
    state = tuple(float(root.digits()) for root in point.coordinates)
    stable = stability in (Stability.STABLE_NODE, Stability.STABLE_FOCUS)
    return Equilibrium(
        support=tuple(name for name, c in zip(_names(model), point.coordinates, strict=True) if c.sign() > 0),
        state=state, exact=exact, expressions=exact, exists_if=sympy.true,
        stable_if=sympy.true if stable else sympy.false, eigenvalues=eigenvalues, stability=stability,
        residual=_residual(rates, state), reason="eq_attracts" if stable else f"eq_{stability.value}",
    )  # fmt: skip


def _linear(rates: Rational, point: Point) -> tuple[Stability, tuple[complex, ...]]:
    """Return type and eigenvalue of one unit; where the numerator P is zero, the derivative of P/Q is P'/Q."""
    (top,), (bottom,) = rates.numerators, rates.denominators
    slope = sign_at(top.diff(), point) * sign_at(bottom, point)
    kinds = (Stability.DEGENERATE, Stability.UNSTABLE_NODE, Stability.STABLE_NODE)
    return kinds[slope], (complex(digits_at(top.diff(), point) / digits_at(bottom, point)),)


def _planar(rates: Rational, point: Point) -> tuple[Stability, tuple[complex, ...]]:
    """Return type and eigenvalues of two units from trace, determinant and discriminant, each over a common bottom."""
    (p, q), (p_bottom, q_bottom) = rates.numerators, rates.denominators
    common = p_bottom * q_bottom
    trace = p.diff(X) * q_bottom + q.diff(Y) * p_bottom
    determinant = p.diff(X) * q.diff(Y) - p.diff(Y) * q.diff(X)
    spread = trace**2 - 4 * determinant * common
    side = sign_at(common, point)
    stability = planar(side * sign_at(trace, point), side * sign_at(determinant, point), sign_at(spread, point))
    with mpmath.workdps(30):
        below = digits_at(common, point)
        t, d, s = (digits_at(invariant, point) / below for invariant in (trace, determinant, spread))
        found = pair_eigenvalues(t, d, s / below)
    return stability, tuple(sorted(found, key=lambda value: (-value.real, -value.imag)))


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
