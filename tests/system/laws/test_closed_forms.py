"""Equilibria, thresholds and eigenvalues of the laws, in closed form."""

from fractions import Fraction

import pytest
import sympy

from symbiode.dynamics.equilibrium import equilibria
from symbiode.system.building import build

sqrt = sympy.sqrt


def pair(law, a, b, *, own=None, **tables):
    """Return two units with unit growth and capacity; tables give (on a, on b)."""
    unit = {"growth": 1, "capacity": 1, **(own or {})}
    both = {key: {"a.b": str(one), "b.a": str(other)} for key, (one, other) in tables.items()}
    return build({"a": unit, "b": unit}, law=law, effects={"a.b": str(a), "b.a": str(b)}, **both)


def inside(model):
    """Return the equilibria with both units, by the first level."""
    found = [e for e in equilibria(model).equilibria if len(e.support) == 2]
    return sorted(found, key=lambda e: e.state[0])


def local(model, **meaning):
    """Return trace and determinant of the Jacobian where both growth rates vanish, in logarithms of the levels.

    `meaning` writes the effects as the equilibrium makes them.
    """
    x, z = sympy.symbols("x z", positive=True)
    at = dict(zip(model.states, (x, z), strict=True))
    effects = {p.symbol: meaning[f"d{p.symbol.name[1:]}"](x, z) for p in model.parameters if p.path[0] == "effects"}
    numbers = {symbol: value for symbol, value in model.values.items() if symbol not in effects}
    J = sympy.Matrix(model.rates).jacobian(model.states)
    J = J.xreplace(numbers).xreplace(at).subs(effects).applyfunc(sympy.simplify)
    return x, z, sympy.simplify(J.trace()), sympy.simplify(J.det())


# Yukalov, Yukalova and Sornette (2012): x' = x - x^2/(1 + b z), z' = z - z^2/(1 + g x) and its active and mixed forms.


@pytest.mark.parametrize(("b", "g"), [("1/2", "1/2"), ("-1/2", "-1/2"), ("1", "-3/10"), ("2", "1/3")])
def test_passive_symbiosis_rests_at_its_formula_with_its_eigenvalues(b, g):
    """Without direct interactions: x* = (1+b)/(1-bg), z* = (1+g)/(1-bg), J = [[-1, b], [g, -1]]."""
    b, g = Fraction(b), Fraction(g)
    (found,) = inside(pair("carrying_capacity", b, g))
    assert found.exact == tuple(sympy.Rational(value) for value in ((1 + b) / (1 - b * g), (1 + g) / (1 - b * g)))
    root = complex(b * g) ** 0.5
    assert sorted(found.eigenvalues, key=lambda v: (v.real, v.imag)) == pytest.approx([-1 - root, -1 + root])
    assert found.stable


def test_passive_symbiosis_has_nowhere_to_rest_once_the_product_is_one():
    """bg >= 1: unbounded growth."""
    for b, g in ((1, 1), (2, 1), (2, "1/2")):
        assert inside(pair("carrying_capacity", b, g)) == []


@pytest.mark.parametrize("g", ["1/5", "1/4", "3/10"])
def test_active_symbiosis_folds_at_its_threshold(g):
    """With direct interactions: g x^2 + (b-g-1) x + 1 = 0, z = 1 + (g/b)(x-1); two roots iff sqrt(b) + sqrt(g) < 1."""
    b, g = Fraction(1, 4), Fraction(g)
    found = inside(pair("carrying_capacity", b, g, contacts=(1, 1)))
    expected = {Fraction(1, 5): 2, Fraction(1, 4): 1, Fraction(3, 10): 0}
    assert len(found) == expected[g]
    roots = sorted(root.real for root in map(complex, sympy.Poly([g, b - g - 1, 1], sympy.Symbol("x")).nroots()))
    for e, x in zip(found, roots, strict=False):
        assert e.state == pytest.approx((x, 1 + float(g / b) * (x - 1)), rel=1e-7)
    if len(found) == 2:
        assert [e.stable for e in found] == [True, False]
        assert found[1].stability.value == "saddle"
        x, z = found[0].state
        J = sympy.Matrix([[-1 / x, (x - 1) / z], [(z - 1) / x, -1 / z]])
        assert sorted(v.real for v in found[0].eigenvalues) == pytest.approx(sorted(map(float, J.eigenvals())))


@pytest.mark.parametrize(("g", "count"), [("1/2", 2), ("9/16", 1), ("5/8", 0)])
def test_mixed_symbiosis_folds_at_its_threshold(g, count):
    """Asymmetric interactions, K1 = 1 + b x z and K2 = 1 + g x: b g x^2 + (b-1) x + 1 = 0, g <= (1-b)^2/(4b)."""
    b, g = Fraction(1, 4), Fraction(g)
    found = inside(pair("carrying_capacity", b, g, contacts=(1, 0)))
    assert len(found) == count
    for e in found:
        x, z = e.state
        assert float(b * g) * x**2 + float(b - 1) * x + 1 == pytest.approx(0, abs=1e-9)
        assert z == pytest.approx(1 + float(g) * x)


# Yukalov, Yukalova and Sornette (2014): capacities exp(b z), exp(b x z).


def test_passive_exponential_capacities_fold_at_one_over_e():
    """b = g: x = exp(b x) has roots iff b <= 1/e, and they meet at x = e."""
    model = pair("exponential_capacity", 1, 1)
    x, z, trace, det = local(model, d12=lambda x, z: sympy.log(x) / z, d21=lambda x, z: sympy.log(z) / x)
    assert sympy.simplify(det.subs(z, x) - (1 - sympy.log(x) ** 2)) == 0
    assert trace == -2


def test_active_exponential_capacities_fold_before_they_could_oscillate():
    """trace = ln(xz) - 2, det = 1 - ln(xz): where the trace vanishes the determinant is negative, so no Hopf point."""
    model = pair("exponential_capacity", 1, 1, contacts=(1, 1))
    x, z, trace, det = local(
        model, d12=lambda x, z: sympy.log(x) / (x * z), d21=lambda x, z: sympy.log(z) / (x * z)
    )
    total = sympy.log(x) + sympy.log(z)
    assert sympy.simplify(sympy.expand_log(trace - (total - 2))) == 0
    assert sympy.simplify(sympy.expand_log(det - (1 - total))) == 0


def test_mixed_exponential_capacities_begin_to_oscillate_at_e_squared():
    """trace = ln x - 2, det = 1 - ln x (1 + ln z): a Hopf point at x = e^2 where ln z < -1/2, so with g < 0."""
    model = pair("exponential_capacity", 1, 1, contacts=(1, 0))
    x, z, trace, det = local(model, d12=lambda x, z: sympy.log(x) / (x * z), d21=lambda x, z: sympy.log(z) / x)
    assert sympy.simplify(trace - (sympy.log(x) - 2)) == 0
    assert sympy.simplify(sympy.expand(det - (1 - sympy.log(x) * (1 + sympy.log(z))))) == 0


# Saturating mutualism, Wright (1989): u' = r u (s - u + d v/(1 + h v)).


@pytest.mark.parametrize(("d", "h"), [("1/2", "1"), ("2", "1/2"), ("30", "1/10")])
def test_saturating_facultative_mutualism_always_has_one_place_to_rest(d, h):
    """h u^2 + (1 - h - d) u - 1 = 0 has one positive root for every d >= 0, and gains stay below d/h."""
    d, h = sympy.Rational(d), sympy.Rational(h)
    (found,) = inside(pair("saturating", d, d, saturations=(h, h)))
    u = (d + h - 1 + sqrt((1 - h - d) ** 2 + 4 * h)) / (2 * h)
    assert found.state == pytest.approx((float(u), float(u)))
    assert found.stable
    assert found.state[0] - 1 < d / h


@pytest.mark.parametrize(("d", "count"), [("2", 0), ("9/4", 1), ("5/2", 2)])
def test_saturating_obligate_mutualism_needs_a_threshold(d, count):
    """h u^2 + (1 + h - d) u + 1 = 0 folds where (1 + h - d)^2 = 4h with d > 1 + h: d_c = (1 + sqrt h)^2, u = 1/sqrt h.

    Above it extinction and coexistence both attract.
    """
    h = sympy.Rational(1, 4)
    assert (1 + sqrt(h)) ** 2 == sympy.Rational(9, 4)
    model = pair("saturating", d, d, own={"own_growth": -1}, saturations=(h, h))
    found = inside(model)
    assert len(found) == count
    if count == 1:
        assert found[0].state == pytest.approx((2, 2), rel=1e-6)
    if count == 2:
        assert [e.stable for e in found] == [False, True]
        (origin,) = (e for e in equilibria(model).equilibria if not e.support)
        assert origin.stable


# Allee, Lewis and Kareiva (1993).


def test_a_critical_mass_separates_decline_from_growth():
    """Alone u = 0, A and 1 with slopes -r, r(1 - A) and -r(1 - A)/A."""
    A, r = Fraction(1, 5), Fraction(1, 2)
    model = build({"a": {"growth": "1/2", "capacity": 3, "threshold": "1/5"}}, law="allee")
    found = {e.exact[0]: e.eigenvalues[0].real for e in equilibria(model).equilibria}
    expected = {sympy.Integer(0): -r, sympy.Rational(3, 5): r * (1 - A), sympy.Integer(3): -r * (1 - A) / A}
    assert found == pytest.approx({level: float(slope) for level, slope in expected.items()})


def test_a_partner_lowers_the_critical_mass():
    """(u/A - 1)(1 - u) + d v = 0 at a partner held at v: u = (1 + A - sqrt((1 - A)^2 + 4 A d v))/2, below A."""
    A, d = sympy.Rational(1, 5), sympy.Rational(1, 10)
    model = build(
        {"a": {"growth": 1, "capacity": 1, "threshold": "1/5"}, "b": {"growth": 1, "capacity": 1, "threshold": "1/5"}},
        law="allee", effects={"a.b": "1/10"},
    )  # fmt: skip
    threshold = (1 + A - sqrt((1 - A) ** 2 + 4 * A * d)) / 2
    assert threshold < A
    assert any(e.state == pytest.approx((float(threshold), 1)) and not e.stable for e in inside(model))
