"""Equilibria of laws that are not affine per capita: elimination, verified search, and what neither decides."""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy

from symbiode.dynamics.equilibrium import equilibria
from symbiode.dynamics.equilibrium.ideals import common_zeros
from symbiode.dynamics.equilibrium.intervals import enclosed
from symbiode.errors import Code
from symbiode.show import answers, sections
from symbiode.system.building import build
from symbiode.system.formats import load
from symbiode.system.laws import Law

UNIT = {"growth": 1, "capacity": 1}


def SLOW(value):  # noqa: N802
    return pytest.param(value, marks=pytest.mark.slow)


def own(*equations: str, **parameters):
    """Units a, b, … with equations of their own."""
    names = "abcd"[: len(equations)]
    return build({n: {} for n in names}, equations=dict(zip(names, equations, strict=True)), parameters=parameters)


def alike(law, n, **pairs):
    """n equal units, each pair with the same numbers."""
    names = "abcdef"[:n]
    tables = {key: {f"{i}.{j}": value for i in names for j in names if i != j} for key, value in pairs.items()}
    return build(dict.fromkeys(names, UNIT), law=law, **tables)


def full(found):
    return [e for e in found.equilibria if len(e.support) == len(found.model.units)]


# --- what sympy's own solvers are known to lose


def test_a_cubic_system_keeps_its_positive_zeros():
    """sympy issue 17449 (three of nine zeros found): x^2 = 5y - 5/2 leaves 8 y^3 - 42 y + 25 = 0."""
    found = equilibria(own("20*x*b - 10*x - 4*x**3", "10*a**2 - 8*x - 8*x**3"))
    ys = [y.real for y in np.roots([8, 0, -42, 25]) if y.real > 0.5 and abs(y.imag) < 1e-12]
    expected = sorted(((5 * y - 2.5) ** 0.5, y) for y in ys)
    assert [e.state for e in full(found)] == [pytest.approx(point) for point in expected]
    assert [e.support for e in found.equilibria] == [(), *[("a", "b")] * len(expected)]


def test_a_zero_of_degree_thirty_five_is_found():
    """sympy issues 11179 and 12594: 3x^3 y + 5x y^6 + 2 = x^5 + y^5 - 1 = 0 near (-.367, 1.001); here with -x."""
    found = equilibria(own("2 - 3*x**3*b - 5*x*b**6", "x**5 - a**5 - 1"))
    (e,) = found.equilibria
    assert e.state == (pytest.approx(0.367, abs=1e-3), pytest.approx(1.001, abs=1e-3))
    assert dict(found.proof[1])["complex"] == 35
    with mpmath.workdps(30):
        x, y = (mpmath.mpf(str(c)) for c in e.exact)
        assert abs(2 - 3 * x**3 * y - 5 * x * y**6) < 1e-25


def test_the_zero_beside_families_is_found():
    """sympy issue 20210: x^2 y^2 z^2 on the sphere has its maximum at (1, 1, 1)/sqrt 3 with multiplier 1/9."""
    model = own("x*b**2*c**2 - d*x", "x*a**2*c**2 - d*x", "x*a**2*b**2 - d*x", "a**2 + b**2 + c**2 - 1")
    found = equilibria(model)
    (e,) = full(found)
    assert e.exact == (*(1 / sympy.sqrt(3),) * 3, sympy.Rational(1, 9))
    circles = [f for f in found.families if len(f.support) == 2]
    assert {f.support for f in circles} == {("a", "b"), ("a", "c"), ("b", "c")}


def test_irrational_coefficients_are_searched():
    """sympy issue 12345: x^2 - y = sqrt 2, x^2 + x y = y^2 near (2.2, 3.6), where y/x is the golden ratio."""
    found = equilibria(own("x**2 - b - sqrt(two)", "a**2 + a*x - x**2", two=2))
    golden = (1 + 5**0.5) / 2
    x = (golden + (golden**2 + 4 * 2**0.5) ** 0.5) / 2
    (e,) = full(found)
    assert e.state == pytest.approx((x, golden * x), rel=1e-14)
    assert "verified" in found.certificate


def test_complex_zeros_are_counted():
    """Three general quadrics have 2^3 common zeros (Bezout); three circles through one point count it with others."""
    x, y, z = sympy.symbols("x y z")
    quadrics = [x * x + y - z - 3, y * y + 2 * z - x - 1, z * z + x + y - 5]
    zeros = common_zeros([sympy.Poly(p, x, y, z, domain="QQ") for p in quadrics])
    assert zeros.complex_count == 8
    for point in zeros.points:
        at = dict(zip((x, y, z), (sympy.Float(mpmath.nstr(c, 30), 30) for c in point.digits()), strict=True))
        assert all(abs(p.subs(at)) < 1e-25 for p in quadrics)
    double = common_zeros([sympy.Poly(p, x, y, domain="QQ") for p in ((x - 1) ** 2 + y - 2, y - 2)])
    assert double.complex_count == 2
    assert [tuple(map(float, p.digits())) for p in double.points] == [(1, 2)]


# --- many units


@pytest.mark.parametrize("n", [2, 3, SLOW(4), SLOW(5)])
def test_equal_saturating_units_rest_at_the_quadratic(n):
    """h u^2 + (1 - h - m d) u - 1 = 0 with m = n - 1 partners; the only positive point of a sublinear system."""
    found = equilibria(alike("saturating", n, effects="3/2", saturations="1/2"))
    m, d, h = n - 1, 1.5, 0.5
    b = 1 - h - m * d
    u = (-b + (b * b + 4 * h) ** 0.5) / (2 * h)
    (e,) = full(found)
    assert e.state == pytest.approx((u,) * n, rel=1e-13)
    assert e.stable
    assert found.status.ok
    assert len(found) == 2**n  # every set of units has its own quadratic


@pytest.mark.slow
def test_four_active_units_rest_at_both_roots():
    """u = 1 + 3 b u^2 on the diagonal: (1 -+ sqrt(1 - 12 b))/(6 b)."""
    found = equilibria(alike("carrying_capacity", 4, effects="1/15", contacts=1))
    diagonal = [e for e in full(found) if len(set(e.exact)) == 1]
    low, high = ((1 - sign * sympy.sqrt(sympy.Rational(1, 5))) / sympy.Rational(6, 15) for sign in (1, -1))
    assert [sympy.simplify(e.exact[0] - x) for e, x in zip(diagonal, (low, high), strict=True)] == [0, 0]
    assert [e.stable for e in diagonal] == [True, False]


def test_a_surface_of_three_units_is_named_and_its_doubt_is_said():
    found = equilibria(own("x*(1 - x*b*c)", "x*(1 - x*a*c)", "x*(1 - x*b*a)*(2 - x)"))
    (family,) = found.families
    assert family.support == ("a", "b", "c")
    assert "x1*x2*x3 = 1" in family.description
    assert found.status.code is Code.NOT_SUPPORTED
    assert not found.status.ok


@pytest.mark.parametrize(("q2", "count"), [("1.0415", 1), ("1.0425", 3), ("1.0518", 3), ("1.0526", 1)])
def test_oxidation_has_three_equilibria_between_its_folds(q2, count):
    """Bykov, Yablonskii and Kim (1978); folds at 1.04204851 and 1.05220029 by BifurcationKit's COModel."""
    z = "(1-a-b-c)"
    equations = (f"5*{z}**2 - 2*x**2 - 10*x*b", f"q2*{z} - x/10 - 10*a*x", f"0.0675*{z} - 0.4*0.0675*x")
    found = equilibria(own(*equations, q2=q2))
    assert len(found) == count
    assert found.status.ok


def test_oxidation_is_near_the_printed_fold():
    """State (.05402942, .30224144, .45980653) at q2 = 1.05220029, where one eigenvalue is zero."""
    z = "(1-a-b-c)"
    equations = (f"5*{z}**2 - 2*x**2 - 10*x*b", f"q2*{z} - x/10 - 10*a*x", f"0.0675*{z} - 0.4*0.0675*x")
    found = equilibria(own(*equations, q2="1.05220029"))
    near = [e for e in found.equilibria if max(abs(np.subtract(e.state, (0.05402942, 0.30224144, 0.45980653)))) < 2e-4]
    both = [min(map(abs, e.eigenvalues)) for e in near]
    assert all(smallest < 1e-4 for smallest in both)
    assert len(near) in (0, 2)  # eight digits do not say on which side of the fold they are
    before = equilibria(own(*equations, q2="1.0522"))
    middle = np.mean([e.state for e in before.equilibria[-2:]], axis=0)
    pairs = sorted(before.equilibria, key=lambda e: abs(e.state[0] - 0.05402942))[:2]
    middle = np.mean([e.state for e in pairs], axis=0)
    assert middle == pytest.approx((0.05402942, 0.30224144, 0.45980653), abs=1e-5)


# --- verified search


def test_exponential_capacities_have_two_points_below_the_fold_and_none_beyond():
    """x = exp(b x): -W_k(-b)/b on the diagonal for b < 1/e, nothing for b > 1/e (Yukalov et al. 2014)."""
    found = equilibria(alike("exponential_capacity", 2, effects="0.35"))
    expected = [float(-mpmath.lambertw(-0.35, k).real / 0.35) for k in (0, -1)]
    diagonal = [e for e in full(found) if e.state[0] == pytest.approx(e.state[1])]
    assert [e.state[0] for e in diagonal] == pytest.approx(expected, rel=1e-13)
    assert [e.stable for e in diagonal] == [True, False]
    assert found.status.ok
    assert "verified" in found.certificate
    assert full(equilibria(alike("exponential_capacity", 2, effects="0.37"))) == []


def test_a_fold_to_sixteen_digits_is_listed_as_undecided_and_not_lost():
    found = equilibria(alike("exponential_capacity", 2, effects="0.3678794411714423"))
    slack = 1e-6
    near = [box for box in found.undecided if all(low - slack <= np.e <= high + slack for low, high in box)]
    pair_there = [e for e in full(found) if e.state == pytest.approx((np.e, np.e), rel=1e-6)]
    assert near or len(pair_there) == 2
    if near:
        assert not found.status.ok
        assert found.status.message in found.summary()
        assert "Not complete" in found.certificate
        assert "不完整" in found.summary("zh")


def test_a_set_of_units_that_is_too_long_to_search_says_so():
    """(1 + a + b)^13 has 105 terms; with one unit alone it has 14, which interval arithmetic searches."""
    found = equilibria(own("x*(1 - x - 0.001*exp(-a)*(1 + a + b)**13)", "x*(1 - x)"))
    assert "so many terms that no search was begun" in found.certificate
    assert "interval arithmetic left" not in found.certificate
    assert "for 1 of the 4" in found.certificate
    assert "不完整" in found.summary("zh")


def test_an_equilibrium_at_ten_to_the_fifty_six_is_not_lost():
    """With w = x1 x2: x1 = exp(-4.8 w)/6, x2 = exp(5 w + 5 x1/6)/1.2, so w = .139 e^(w/5) nearly: w = .153 and 26.2."""
    found = equilibria(own("x*(1 - 6*x*exp(24*x*b/5))", "x*(1 - 1.2*x*exp(-5*a*(x + 1/6)))"))
    low, high = sorted(full(found), key=lambda e: e.state[1])
    for e in (low, high):
        x, y = (mpmath.mpf(str(c)) for c in e.exact)
        assert abs(mpmath.log(6 * x) + 4.8 * x * y) < 1e-10
        assert abs(mpmath.log(1.2 * y) - 5 * x * (y + mpmath.mpf(1) / 6)) < 1e-10
    assert high.state[1] > 1e50


def test_gompertz_units_alone_rest_at_their_capacity_exactly():
    """u = 1 alone; u1 = e^d12 beside a unit that nobody acts on."""
    units = {"a": {"growth": 1, "capacity": "7/3"}, "b": {"growth": 2, "capacity": 5}}
    found = equilibria(build(units, law="gompertz", effects={"a.b": "1/2"}))
    exact = {e.support: e.exact for e in found.equilibria}
    seven = sympy.Rational(7, 3)
    assert exact == {(): (0, 0), ("a",): (seven, 0), ("b",): (0, 5), ("a", "b"): (seven * sympy.exp(sympy.S.Half), 5)}
    assert found.status.ok


@pytest.mark.parametrize("equations", [
    ("x*(1 - x)", "x*(1 - x*x/2 - a/2)", "x*(1 - x*x/2 - b/2)"),
    ("x*(1 - x)", "x*(1 - x - x*tanh(a))", "x*(1 - x*(1 + tanh(a)) - b/2)"),
    ("x*(1 - x)", "x*(exp(1 - x) - a)", "x*(exp(1 - x) - b)"),
])  # fmt: skip
def test_repeated_eigenvalues_without_a_basis_are_stable(equations):
    """Chains: each unit acts on later ones only, so the Jacobian is triangular and its diagonal decides."""
    found = equilibria(own(*equations))
    inside = full(found)
    model = found.model
    for e in inside:
        at = dict(zip(model.states, e.state, strict=True))
        slopes = [float(sympy.diff(rate, x).subs(at)) for rate, x in zip(model.rates, model.states, strict=True)]
        assert e.stable == (max(slopes) < 0)
        assert sorted(v.real for v in e.eigenvalues) == pytest.approx(sorted(slopes), abs=1e-5)
    assert any(e.stable for e in inside)
    assert found.status.ok


def test_a_pole_is_no_equilibrium():
    """Two passive units that narrow each other's room: at (1, 0) the capacity of the second is zero."""
    found = equilibria(alike("carrying_capacity", 2, effects=-1))
    assert [e.support for e in found.equilibria] == [()]
    assert "x1 + x2 = 1" in found.families[0].description


def test_intervals_hold_every_value():
    """Values to 30 digits at random points of random boxes lie in the enclosures."""
    x, y = sympy.symbols("x y", positive=True)
    told = [
        x * y / (1 + 3 * x) - y**3, sympy.exp(-x * y) / (x + y), sympy.log(x) * y - x, sympy.sqrt(x + y) - x,
        sympy.tanh(x - y), (x - y) ** 2 - x / 3, (x - 2) ** -2 * y, x ** sympy.Rational(3, 2) - sympy.pi * y,
        sympy.exp(x) * (y - 1) ** 4,
    ]  # fmt: skip
    source = np.random.default_rng(0)
    for _ in range(20):
        low = 10 ** source.uniform(-2, 1, 2)
        high = low + 10 ** source.uniform(-3, 1, 2)
        box = {v: (np.array([a]), np.array([b])) for v, a, b in zip((x, y), low, high, strict=True)}
        at = {v: sympy.Float(a + (b - a) * source.uniform(), 30) for v, a, b in zip((x, y), low, high, strict=True)}
        for expression in told:
            (below,), (above,) = enclosed(expression, box, {})
            assert below <= expression.evalf(30, subs=at) <= above


def test_the_threshold_of_two_units_is_the_discriminant():
    """Active: (b-g-1)^2 - 4g; mixed: (1-b)^2 - 4bg (Yukalov et al. 2012); obligate and equal: (1+h-d)^2 - 4h."""
    b, g, h = sympy.symbols("b g h")

    def told(law, values, **tables):
        model = build({"a": dict(UNIT, **values), "b": dict(UNIT, **values)}, law=law, **tables)
        symbols = {".".join(p.path): p.symbol for p in model.parameters}
        return equilibria(model).threshold, symbols

    def both(one, other):
        return {"a.b": one, "b.a": other}

    found, s = told("carrying_capacity", {}, effects=both("1/9", "1/9"), contacts=both(1, 1))
    d = {s["effects.a.b"]: b, s["effects.b.a"]: g, s["contacts.a.b"]: 1, s["contacts.b.a"]: 1}
    assert sympy.expand(found.subs(d) - ((b - g - 1) ** 2 - 4 * g)) == 0
    found, s = told("carrying_capacity", {}, effects=both("1/9", "1/9"), contacts=both(1, 0))
    d = {s["effects.a.b"]: b, s["effects.b.a"]: g, s["contacts.a.b"]: 1}
    assert sympy.expand(found.subs(d) - ((1 - b) ** 2 - 4 * b * g)) == 0
    found, s = told("saturating", {"own_growth": -1}, effects=both(5, 5), saturations=both(1, 1))
    d = dict.fromkeys((s["effects.a.b"], s["effects.b.a"]), b) | dict.fromkeys(
        (s["saturations.a.b"], s["saturations.b.a"]), h
    )
    quotient = sympy.cancel(found.subs(d) / ((1 + h - b) ** 2 - 4 * h))
    assert sympy.factor_list(quotient)[1][0][1] == 2  # a square: the sign is that of the discriminant


# --- names, time and capacity


@pytest.mark.parametrize(
    "law", ["saturating", SLOW("carrying_capacity"), SLOW("allee"), SLOW("consumer_resource"), SLOW("gompertz")]
)
def test_names_order_time_and_capacity_change_nothing(law):
    source = random.Random(law)
    extra = {"threshold": "1/4"} if law == "allee" else {}
    tables = {"effects": lambda: Fraction(source.randint(-6, 9), 10)}
    if law in ("saturating", "consumer_resource"):
        tables["saturations"] = lambda: Fraction(source.randint(1, 9), 5)
    if law == "carrying_capacity":
        tables["contacts"] = lambda: Fraction(source.randint(0, 4), 4)
    pairs = [(i, j) for i in "abc" for j in "abc" if i != j]
    drawn = {key: {pair: make() for pair in pairs} for key, make in tables.items()}

    def made(names, time, sizes):
        units = {n: {"growth": Fraction(k + 1, 2) * time, "capacity": sizes[n], **extra} for k, n in enumerate("abc")}
        written = {key: {".".join(pair): v for pair, v in table.items()} for key, table in drawn.items()}
        return build({n: units[n] for n in names}, law=law, **written)

    plain = equilibria(made("abc", 1, dict.fromkeys("abc", 1)))
    sizes = {"a": Fraction(7, 3), "b": 40, "c": Fraction(1, 8)}
    other = equilibria(made("cab", 5, sizes))
    assert len(plain) == len(other)
    ours = {(e.support, e.stability): e for e in plain.equilibria}
    theirs = {(tuple(sorted(e.support)), e.stability): e for e in other.equilibria}
    assert ours.keys() == theirs.keys()
    if len(ours) == len(plain):
        for key, e in ours.items():
            scaled = [float(sizes[n]) * e.state["abc".index(n)] for n in "cab"]
            assert theirs[key].state == pytest.approx(scaled, rel=1e-12)
            values = [5 * v for v in e.eigenvalues if np.isfinite(abs(v))]
            assert [v for v in theirs[key].eigenvalues if np.isfinite(abs(v))] == pytest.approx(values, rel=1e-8)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_certificate_is_a_sentence(lang):
    models = [
        alike("saturating", 2, effects=1, saturations=1), alike("gompertz", 2, effects="-1/2"),
        alike("exponential_capacity", 2, effects="1/5"), own("x*(1 - x*b*c)", "x*(1 - x*a*c)", "x*(1 - x*b*a)*(2 - x)"),
        own("sqrt(x) - x"),
    ]  # fmt: skip
    for model in models:
        text = equilibria(model).summary(lang)
        assert not {"{", "('", "eq_"} & {text[k : k + size] for size in (1, 2, 3) for k in range(len(text))}


# --- work has an end


@pytest.mark.parametrize("equations", [
    ("x*(exp(0.123456789012) - x*exp(1/7) - b)", "x*(exp(0.1) - x + a*exp(0.333333))"),
    ("x*(2**0.123456789012 - x*3**0.777777 - b)", "x*(7**0.1 - x + a*5**0.11111111)"),
    ("x*(1 - (x + b + 1/7)**16*(x + 2*b)**16)", "x*(1 - (x + a)**16*(x + 3*a)**16)"),
    ("x*(1 - ((x**16 + x/3)**16 + x)**16)",),
])  # fmt: skip
def test_numbers_and_degrees_that_polynomials_cannot_hold_come_to_an_end(equations):
    """Every search is counted, and what it leaves open is named; an end within the time of a test is the point."""
    found = equilibria(own(*equations))
    assert found.status.ok == (not found.undecided)
    if not found.undecided:
        for e in full(found):
            assert e.residual < 1e-12


def test_numbers_that_make_a_determinant_zero_leave_no_formula():
    """Both rows are multiples of each other, by sqrt(17) + sqrt(19)."""
    rows = ("x*(sqrt(2) + sqrt(3) - x*(sqrt(5) + sqrt(7)) - b*(sqrt(11) + sqrt(13)))",)
    other = "x*(sqrt(17) + sqrt(19))*(sqrt(2) + sqrt(3) - a*(sqrt(5) + sqrt(7)) - x*(sqrt(11) + sqrt(13)))"
    found = equilibria(own(*rows, other))
    assert [family.support for family in found.families] == [("a", "b")]


def sine(symbols):
    """Rates of a law from outside: x' = x (1 - x - sin(y)/2), and the same with x and y exchanged."""
    return tuple(x * (1 - x - sum(sympy.sin(y) for y in symbols.states if y != x) / 2) for x in symbols.states)


def test_a_function_without_an_enclosure_leaves_boxes_undecided_and_says_so():
    law = Law(name="sine", rates=sine, parameters=(), reference="none", scale="none")
    found = equilibria(build({"x": {}, "y": {}}, law=law))
    assert found.undecided
    assert not found.status.ok
    assert (0.0, 0.0) in [e.state for e in found.equilibria]


def test_conditions_that_hold_at_the_values_only_say_so():
    """No formula in the coefficients is offered for saturating effects, so 'always' would claim too much."""
    bends, straight = equilibria(load("plant-pollinator")), equilibria(load("shenzhen-hongkong"))
    assert (bends.symbolic, straight.symbolic) == (False, True)
    told = bends.summary(), bends.latex(), str(sections.equilibria(bends, "en"))
    assert all("at these values" in text and "always" not in text and "never" not in text for text in told)
    assert answers.equilibria(bends)["symbolic"] is False
    assert "at these values" not in straight.summary()
    assert "always" in straight.summary()
