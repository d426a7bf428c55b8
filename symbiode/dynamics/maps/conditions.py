"""The exact equations of the borders that a mode map can have, in the two coefficients.

Comes in: a `Plane`. Goes out: `Condition`s, irreducible where they are polynomials. For affine per-capita growth a
border is where an effect, an own growth, a determinant, a level of Cramer's rule, a Hurwitz determinant or the edge of
the symmetric band is zero. For one or two units with other rational growth it is where an equilibrium on an axis can be
invaded (a resultant) or where two equilibria meet (a discriminant). What the list lacks is found by asking `settle`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import sympy

from symbiode.dynamics.equilibrium import Affine
from symbiode.dynamics.equilibrium.affine import per_capita_form
from symbiode.dynamics.maps.plane import Plane
from symbiode.dynamics.numerics import per_capita_of
from symbiode.system.arithmetic import number
from symbiode.system.expressions import written
from symbiode.system.model import TIME, Model, spellings

Named = tuple[str, sympy.Expr]
MOST_UNITS, MOST_DEGREE = 4, 6
ONE = sympy.Integer(1)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """An equation that may be a border.

    Parameters
    ----------
    expression : sympy.Expr
        Zero on the border, in the two coefficients' symbols.
    name : str
        Its short form, empty if it has none.
    formula : str
        Its equation in the two coefficients.
    """

    expression: sympy.Expr
    name: str
    formula: str


def conditions(plane: Plane) -> tuple[Condition, ...]:
    """Return every equation that may be a border."""
    found: dict[sympy.Expr, str] = {}
    for name, expression in _expressions(plane):
        for factor in _factors(expression, plane.symbols):
            found.setdefault(factor, name)
    return tuple(
        Condition(expression=factor, name=name, formula=formula(plane, factor)) for factor, name in found.items()
    )


def complete(model: Model) -> bool:
    """Whether theorems guarantee that nothing but the conditions can separate two regions."""
    return per_capita_form(model) is not None and len(model.units) <= 2


def algebraic(model: Model) -> bool:
    """Whether the conditions tell where equilibria meet: growth is rational in the levels."""
    return all(rate.is_rational_function(*model.states) for rate in model.rates)


def on_a_ray(plane: Plane) -> bool:
    """Whether a start of two units is beside or on a separatrix that is a ray from the origin: equal own growth."""
    form = per_capita_form(plane.model)
    if plane.start is None or form is None or len(form.b) != 2 or not all(level > 0 for level in _levels(plane)):
        return False
    values = plane.values
    return bool(sympy.cancel(form.b[0].xreplace(values) - form.b[1].xreplace(values)) == 0)


def formula(plane: Plane, expression: sympy.Expr) -> str:
    """Return an equation as text, solved for one coefficient if that is possible without roots."""
    spelled = _spelled(plane.model)
    for symbol in reversed(plane.symbols):
        if sympy.degree(expression, symbol) == 1 if expression.is_polynomial(symbol) else False:
            slope, rest = expression.coeff(symbol), expression.subs(symbol, 0)
            solved = sympy.factor(sympy.cancel(-rest / sympy.expand(slope)))
            return f"{spelled[symbol]} = {_text(solved, spelled)}"
    return f"{_text(expression, spelled)} = 0"


def _text(expression: sympy.Expr, spelled: dict[sympy.Symbol, str]) -> str:
    return written(expression, spelled)


def _spelled(model: Model) -> dict[sympy.Symbol, str]:
    """Return how symbols are written: d12 and the like, named numbers by their names."""
    long = spellings(model)
    units = {unit.name for unit in model.units}
    own = {p.symbol for p in model.parameters if p.path[0] in ("effects", *units) or len(p.path) == 3}
    return {symbol: str(symbol) if symbol in own else name for symbol, name in long.items()}


def _factors(expression: sympy.Expr, free: tuple[sympy.Symbol, sympy.Symbol]) -> Iterator[sympy.Expr]:
    """Yield the irreducible factors of the numerator that hold a coefficient, each with its leading sign fixed."""
    top = sympy.fraction(sympy.together(expression))[0]
    if not top.free_symbols & set(free):
        return
    if not top.is_polynomial(*free) or not all(c.is_Rational for c in sympy.Poly(top, *free).coeffs()):
        yield top
        return
    for factor, _ in sympy.factor_list(sympy.expand(top), *free)[1]:
        yield factor if sympy.Poly(factor, *free).LC() > 0 else sympy.expand(-factor)


def _expressions(plane: Plane) -> Iterator[Named]:
    model = plane.model
    form = per_capita_form(model)
    if form is not None and len(model.units) <= MOST_UNITS:
        values = plane.values
        b = tuple(entry.xreplace(values) for entry in form.b)
        yield from _affine(plane, Affine(b=b, A=tuple(tuple(e.xreplace(values) for e in row) for row in form.A)))
    elif form is None and len(model.units) <= 2 and model.law.kolmogorov:
        yield from _rational(plane)
    if form is None:
        for (i, j), effect in model.symbols.pairs.get("effect", {}).items():
            yield _effect_name(model, i, j), effect.xreplace(plane.values)


def _affine(plane: Plane, form: Affine) -> Iterator[Named]:
    b, A, n = form.b, sympy.Matrix(form.A), len(form.b)
    if n == 2:
        yield from _pair(plane, b, A)
    for i in range(n):
        yield from (("", b[i]), ("", A[i, i]))
    for i, j in ((i, j) for i in range(n) for j in range(n) if i != j):
        yield _effect_name(plane.model, i, j), A[i, j]
    levels = {}
    for size in range(2, n + 1):
        for support in combinations(range(n), size):
            part = A.extract(list(support), list(support))
            det = part.det(method="berkowitz")
            tops = [_cramer(part, b, support, k) for k in range(size)]
            levels[support] = det, dict(zip(support, tops, strict=True))
            yield "", det
            yield from (("", top) for top in tops)
            if size == 3:
                yield "", _hurwitz(part, [top / det for top in tops])
    if n > 2:
        yield from _removal(plane, levels, b, A)


def _cramer(part: sympy.Matrix, b: tuple[sympy.Expr, ...], support: tuple[int, ...], k: int) -> sympy.Expr:
    """Return the numerator of a level: A x = -b, column k replaced by -b."""
    replaced = part.copy()
    replaced[:, k] = sympy.Matrix([-b[i] for i in support])
    top: sympy.Expr = replaced.det(method="berkowitz")
    return top


def _hurwitz(part: sympy.Matrix, levels: list[sympy.Expr]) -> sympy.Expr:
    """Return a1 a2 - a3 of the characteristic polynomial of D(x) A: zero at a Hopf bifurcation of three units."""
    J = sympy.diag(*levels) * part
    first = -J.trace()
    second = sum(J.extract([i, j], [i, j]).det() for i, j in combinations(range(3), 2))
    found: sympy.Expr = first * second + J.det(method="berkowitz")
    return found


def _removal(plane: Plane, levels: dict, b: tuple[sympy.Expr, ...], A: sympy.Matrix) -> Iterator[Named]:  # type: ignore[type-arg]
    """Yield where a unit of the pair gains nothing from the other with everybody else there, and the symmetric band."""
    everybody, gains = tuple(range(len(b))), []
    for i, j in (plane.pair, plane.pair[::-1]):
        others = tuple(k for k in everybody if k != j)
        with_all, without = levels[everybody], levels[others]
        gains.append(with_all[1][i] * without[0] / (without[1][i] * with_all[0]) - 1)
        yield "", gains[-1]
    keep = 1 - number(plane.tau, "tau")
    name = f"smaller/larger gain = {float(keep):g}"
    yield from ((name, gains[0] - keep * gains[1]), (name, gains[1] - keep * gains[0]))


def _pair(plane: Plane, b: tuple[sympy.Expr, ...], A: sympy.Matrix) -> Iterator[Named]:
    """Yield the borders of two units under their usual names, the edges of the symmetric band among them."""
    det = A.det()
    tops = [_cramer(A, b, (0, 1), k) for k in (0, 1)]
    names = _short_names(plane.model)
    yield from zip(names, (*tops, det), strict=True)
    gains = [-tops[i] * A[i, i] / (det * b[i]) - 1 for i in (0, 1) if b[i] != 0 and A[i, i] != 0]
    if len(gains) == 2:
        keep = 1 - number(plane.tau, "tau")
        name = f"smaller/larger gain = {float(keep):g}"
        yield from ((name, gains[0] - keep * gains[1]), (name, gains[1] - keep * gains[0]))
    if on_a_ray(plane):
        # Equal own growth: the ratio of the levels obeys an equation of its own, so the separatrix is a ray.
        first, second = _levels(plane)
        yield "", second * tops[0] - first * tops[1]


def _levels(plane: Plane) -> tuple[sympy.Expr, ...]:
    from symbiode.dynamics.modes import starting_levels

    return starting_levels(plane.model, plane.start) or ()


def _short_names(model: Model) -> tuple[str, str, str]:
    """Return the names of "the level of 1 is zero", "the level of 2 is zero" and "det A = 0" of a logistic pair."""
    own = [int(p.value) for p in model.parameters if p.path[-1] == "own_growth" and p.path[0] != "parameters"]
    if model.law.name != "logistic" or len(own) != 2:
        return "", "", ""
    # The level of 1 is zero where s1 + d12 s2 = 0.
    first = f"d12 = {-own[0] * own[1]}" if own[1] else ""
    return first, f"d21 = {-own[0] * own[1]}" if own[0] else "", "d12*d21 = 1"


def _effect_name(model: Model, i: int, j: int) -> str:
    letter = "a" if model.law.scale == "per_capita" else "d"
    if model.law.scale == "none" or max(i, j) > 8:
        return ""
    return f"{letter}{i + 1}{j + 1} = 0"


def _rational(plane: Plane) -> Iterator[Named]:
    """Yield where equilibria of one or two units meet, leave the orthant, or can be invaded."""
    model = plane.model
    growth = growth_of(plane)
    if any(f.has(TIME) or not f.is_rational_function(*model.states, *plane.symbols) for f in growth):
        return
    tops = [sympy.expand(sympy.fraction(sympy.cancel(sympy.together(f)))[0]) for f in growth]
    for i, x in enumerate(model.states):
        others = {y: 0 for y in model.states if y != x}
        alone = sympy.Poly(tops[i].subs(others), x)
        yield from _ends(alone)
        for j in range(len(tops)):
            if j != i and not alone.is_ground:
                yield "", sympy.resultant(alone.as_expr(), tops[j].subs(others), x)
                yield "", tops[j].subs(dict.fromkeys(model.states, 0))
    if len(tops) == 2:
        yield from _interior(tops, model.states)
        yield from _gains(plane, tops)


def growth_of(plane: Plane) -> list[sympy.Expr]:
    """Return growth per head in the levels and the two coefficients."""
    rates = zip(plane.model.rates, plane.model.states, strict=True)
    return [per_capita_of(rate, x).xreplace(plane.values) for rate, x in rates]


def _interior(tops: list[sympy.Expr], states: tuple[sympy.Symbol, ...]) -> Iterator[Named]:
    x, y = states
    degrees = [sympy.Poly(top, x, y).total_degree() for top in tops]
    if not all(d > 0 for d in degrees) or sympy.prod(degrees) > MOST_DEGREE:
        return
    eliminated = sympy.resultant(tops[0], tops[1], y)
    if eliminated != 0:
        for factor, _ in sympy.factor_list(eliminated)[1]:
            if factor.has(x):
                yield from _ends(sympy.Poly(factor, x))


def _gains(plane: Plane, tops: list[sympy.Expr]) -> Iterator[Named]:
    """Yield where a unit gains nothing, and the edges of the symmetric band, of two units that live at capacities."""
    for name, g, along in gain_equations(plane, tops):
        ends = [sympy.Poly(sympy.expand(top), g) for top in along]
        if all(0 < end.degree() <= MOST_DEGREE for end in ends):
            yield name, sympy.resultant(*(end.as_expr() for end in ends), g)


def gain_equations(
    plane: Plane, growth: list[sympy.Expr]
) -> Iterator[tuple[str, sympy.Symbol, tuple[sympy.Expr, sympy.Expr]]]:
    """Yield the growth of two units that live at capacities, where one gains nothing or both gains have a ratio.

    Everybody's gain is a multiple of a symbol, which comes along; where that is 0 both gain nothing.
    """
    model, (x, y), g = plane.model, plane.model.states, sympy.Symbol("g")
    values = {p.path: plane.values.get(p.symbol, p.symbol) for p in model.parameters}
    K = [values.get((unit.name, "capacity"), ONE) for unit in model.units]
    if any(sympy.expand(growth[i].subs({model.states[1 - i]: 0, model.states[i]: K[i]})) != 0 for i in (0, 1)):
        return
    keep = 1 - number(plane.tau, "tau")
    name = f"smaller/larger gain = {float(keep):g}"
    for label, first, second in (
        (name, keep, ONE), (name, ONE, keep), ("", sympy.Integer(0), ONE), ("", ONE, sympy.Integer(0))
    ):  # fmt: skip
        along = {x: K[0] * (1 + first * g), y: K[1] * (1 + second * g)}
        yield label, g, (growth[0].xreplace(along), growth[1].xreplace(along))


def _ends(polynomial: sympy.Poly) -> Iterator[Named]:
    """Yield where roots of a polynomial meet, pass through zero, or come from infinity."""
    if polynomial.degree() > 0:
        yield from (("", polynomial.LC()), ("", polynomial.nth(0)))
    if polynomial.degree() > 1:
        yield "", polynomial.discriminant()
