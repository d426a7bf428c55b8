"""Signs of polynomials on the open orthant, and bounds of quotients there: what proofs for laws of any form stand on.

Comes in: a model, or polynomials with rational coefficients. Goes out: `Growth`, per-capita growth as quotients, and
signs that are proved, None where they are not. Pure sympy, no numpy.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from symbiode.system.model import Model

Polynomials = tuple[sympy.Poly, ...]
MOST_DEGREE, MOST_UNITS = 16, 8
_RATES = tuple(sympy.Rational(1, 2**k) for k in range(12))


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Per-capita growth f_i = tops_i / bottoms_i with bottoms that are positive on the closed orthant.

    Parameters
    ----------
    tops, bottoms : tuple of sympy.Poly, shape (unit,)
        In the states, with rational coefficients; no coefficient of a bottom is negative.
    """

    tops: Polynomials
    bottoms: Polynomials

    @property
    def states(self) -> tuple[sympy.Symbol, ...]:
        """The states, shape (unit,)."""
        gens: tuple[sympy.Symbol, ...] = tuple(self.tops[0].gens)  # type: ignore[arg-type]  # sympy says Expr
        return gens

    def slope(self, i: int, j: int) -> sympy.Poly:
        """Return df_i/dx_j times the square of its bottom."""
        x, top, bottom = self.states[j], self.tops[i], self.bottoms[i]
        slope: sympy.Poly = top.diff(x) * bottom - top * bottom.diff(x)
        return slope

    def sign(self, i: int, j: int) -> int | None:
        """Return the sign of the effect of unit j on unit i on the whole orthant, None if it is not proved."""
        return sign_on(self.slope(i, j))


def growth(model: Model) -> Growth | None:
    """Return per-capita growth at the model's exact values, None if it is no such quotient.

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> found = growth(build({"a": {}, "b": {}}, equations={"a": "a*(1 - a + b/(1 + b))", "b": "b*(1 - b)"}))
    >>> found is not None and (found.sign(0, 1), found.sign(1, 0))
    (1, 0)
    """
    if not model.law.kolmogorov or len(model.units) > MOST_UNITS:
        return None
    tops, bottoms = [], []
    for rate, x in zip(model.rates, model.states, strict=True):
        f = rate.xreplace(dict(model.values)) / x
        if not f.is_rational_function(*model.states):
            return None
        top, bottom = (sympy.Poly(part, *model.states) for part in sympy.fraction(sympy.cancel(sympy.together(f))))
        if not all(part.domain.is_ZZ or part.domain.is_QQ for part in (top, bottom)):
            return None
        if bottom.LC() < 0:
            top, bottom = -top, -bottom
        if min(bottom.coeffs()) < 0 or bottom.nth(*(0,) * len(model.states)) == 0 or top.total_degree() > MOST_DEGREE:
            return None
        tops.append(top.set_domain("QQ"))
        bottoms.append(bottom.set_domain("QQ"))
    return Growth(tops=tuple(tops), bottoms=tuple(bottoms))


def sign_on(p: sympy.Poly) -> int | None:
    """Return 1 or -1 if a polynomial has that sign on the open orthant but for isolated points, 0 if it is zero.

    None if it changes sign or that is not decided; with one or two variables it is always decided.

    Examples
    --------
    >>> x, y = sympy.symbols("x y")
    >>> sign_on(sympy.Poly(x**2 - x * y + y**2, x, y)), sign_on(sympy.Poly(x - y, x, y))
    (1, None)
    """
    if p.is_zero:
        return 0
    lead, factors = p.factor_list()
    found = 1 if lead > 0 else -1
    for factor, power in factors:
        side = 1 if power % 2 == 0 else _factor_sign(factor)
        if side is None:
            return None
        found *= side
    return found


def _factor_sign(p: sympy.Poly) -> int | None:
    """Return the sign of an irreducible polynomial on the open orthant."""
    signs = {c > 0 for c in p.coeffs()}
    if len(signs) == 1:
        return 1 if signs.pop() else -1
    used = sorted(p.free_symbols, key=str)
    if len(used) > 2:
        return None
    if len(used) == 2 and _crosses(p, *used):
        return None
    alone = sympy.Poly(p.as_expr(), used[0])
    if len(used) == 1 and alone.count_roots(0, None):
        return None
    return 1 if p.eval((sympy.Rational(1),) * len(p.gens)) > 0 else -1


def _crosses(p: sympy.Poly, x: sympy.Symbol, y: sympy.Symbol) -> bool:
    """Whether the curve of an irreducible polynomial has a piece in the open quadrant.

    Its branches y(x) change only where the leading coefficient, the discriminant or the value at y = 0 vanishes, so one
    line between each two neighbours decides.
    """
    in_y = sympy.Poly(p.as_expr(), y)
    critical = [in_y.LC(), in_y.nth(0), sympy.discriminant(p.as_expr(), y) if in_y.degree() > 1 else sympy.S.One]
    lines = between_roots(sympy.Poly(sympy.Mul(*(f for f in critical if f)), x))
    return any(sympy.Poly(p.as_expr().subs(x, at), y).count_roots(0, None) for at in lines)


def between_roots(p: sympy.Poly) -> list[sympy.Rational]:
    """Return a positive rational before, between and after the positive roots of a polynomial in one variable.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> low, high = between_roots(sympy.Poly(x**2 - 2, x))
    >>> bool(0 < low**2 < 2 < high**2)
    True
    """
    if p.degree() < 1:
        return [sympy.Integer(1)]
    width, squarefree = sympy.Rational(1, 2), p.sqf_part()
    while True:
        found = [ends for ends, _ in squarefree.intervals(eps=width, inf=0) if ends[1] > 0]
        marks = [(sympy.Integer(0), sympy.Integer(0)), *found]
        if all(low[1] < high[0] for low, high in zip(marks, found, strict=False)):
            middles = [(low[1] + high[0]) / 2 for low, high in zip(marks, found, strict=False)]
            return [*middles, marks[-1][1] + 1]
        width /= 2**8


def most(top: sympy.Poly, bottom: sympy.Poly) -> sympy.Rational | None:
    """Return C with top <= C bottom on the orthant, coefficient by coefficient; None if there is none.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> most(sympy.Poly(3 * x - 1, x), sympy.Poly(1 + 2 * x, x))
    3/2
    """
    below = dict(bottom.terms())
    found: sympy.Rational = sympy.Integer(0)
    for powers, c in top.terms():
        if c > 0 and not below.get(powers):
            return None
        if c > 0:
            found = max(found, c / below[powers])
    return found


def bounded(f: Growth) -> str | None:
    """Return the key of a proof that every positive orbit of two units stays bounded, None if none is found."""
    return "bounded_box" if _self_limited(f) or _boxed(f) else "bounded_sum" if _summed(f) else None


def _self_limited(f: Growth) -> bool:
    """Whether growth of each unit is at most C - m times its own level, whatever the others do."""
    return all(
        any(most(top + bottom * sympy.Poly(x, *f.states) * m, bottom) is not None for m in _RATES)
        for x, top, bottom in zip(f.states, f.tops, f.bottoms, strict=True)
    )


def _boxed(f: Growth) -> bool:
    """Whether some box shrinks: at its far sides, however large it is, no unit grows.

    With effects of one sign the worst place on the side x_i = t is the corner where each partner is at its own side or
    at zero, so the leading coefficients in t decide.
    """
    x, y = f.states
    t, ratio = sympy.Dummy("t"), sympy.Dummy("ratio")
    signs = f.sign(0, 1), f.sign(1, 0)
    if None in signs:
        return False
    corners = {x: t, y: t * ratio if signs[0] == 1 else 0}, {x: t if signs[1] == 1 else 0, y: t * ratio}
    leads = []
    for top, corner in zip(f.tops, corners, strict=True):
        along = sympy.Poly(top.as_expr().subs(corner, simultaneous=True), t)
        leads.append(sympy.Poly(along.LC(), ratio))
        if along.degree() < 1:
            return False
    product = leads[0] * leads[1]
    return any(all(lead.eval(at) < 0 for lead in leads) for at in between_roots(product))


def _summed(f: Growth) -> bool:
    """Whether (w_1 x_1 + w_2 x_2)' <= C - m (w_1 x_1 + w_2 x_2) for some positive weights w, rate m and constant C."""
    gens = f.states
    common = f.bottoms[0].lcm(f.bottoms[1])
    parts = zip(gens, f.tops, f.bottoms, strict=True)
    rates = [sympy.Poly(x, *gens) * top * common.quo(below) for x, top, below in parts]
    first, second = (dict(rate.terms()) for rate in rates)
    shared = sorted({-first[a] / second[a] for a in first if a in second and first[a] * second[a] < 0 and min(a) > 0})
    between = [(low + high) / 2 for low, high in zip([0, *shared], [*shared, 3 * max(shared, default=1)], strict=True)]
    for ratio in (*between, *shared):
        falls = -(rates[0] + ratio * rates[1])
        level = sympy.Poly(gens[0] + ratio * gens[1], *gens)
        if any(_above_a_bound(falls - level * common * m, common) for m in _RATES):
            return True
    return False


def _above_a_bound(p: sympy.Poly, bottom: sympy.Poly) -> bool:
    """Whether p >= -C bottom on the quadrant for some C: mixed terms are positive, and each axis is bounded below."""
    if any(c < 0 for powers, c in p.terms() if min(powers) > 0):
        return False
    for x in p.gens:
        others = {y: 0 for y in p.gens if y != x}
        along, below = (sympy.Poly(q.as_expr().subs(others), x) for q in (p, bottom))
        if along.LC() < 0 and along.degree() > below.degree():
            return False
    return True
