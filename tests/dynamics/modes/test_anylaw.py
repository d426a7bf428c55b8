"""Theorems for laws of any form: closed forms, thresholds, and proofs checked by independent means."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiode.dynamics.modes import Evidence, Outcome, Settlement, settle
from symbiode.dynamics.modes.orthant import between_roots, growth, sign_on
from symbiode.system.building import build
from symbiode.system.model import Model

X, Y = sympy.symbols("x y")
AT = Fraction(1, 20)


def own(**equations: str) -> Model:
    """Return units with equations of their own."""
    return build({name: {} for name in equations}, equations=equations)


def saturating(d: object, h: object, s: int = 1) -> Model:
    """Return two units that help each other with a response that saturates."""
    return own(x=f"x*({s} - x + ({d})*y/(1 + ({h})*y))", y=f"y*({s} - y + ({d})*x/(1 + ({h})*x))")


def capacities(b: object, g: object, meet: tuple[int, int]) -> Model:
    """Return two units that widen each other's capacity, by meetings where `meet` says so."""
    x, y = ("*x" if meet[0] else ""), ("*y" if meet[1] else "")
    return own(x=f"x*(1 - x/(1 + ({b})*y{x}))", y=f"y*(1 - y/(1 + ({g})*x{y}))")


@pytest.mark.parametrize("d", ["1/2", "5", "50"])
def test_saturating_helpers_settle_at_the_root_of_the_printed_quadratic(d: str) -> None:
    """h u^2 + (1 - h - d) u - 1 = 0: no runaway, however strong the help (Holling type II response)."""
    settled = settle(saturating(d, 1))
    root = max(sympy.roots(X**2 - sympy.Rational(d) * X - 1, X), key=sympy.N)
    assert (settled.outcome, settled.evidence) == (Outcome.COEXISTENCE, Evidence.THEOREM)
    assert settled.state == pytest.approx((float(root),) * 2, rel=1e-14)


@pytest.mark.parametrize(("d", "outcome"), [("39/10", Outcome.EXTINCTION), ("41/10", Outcome.DEPENDS_ON_START)])
def test_obligate_saturating_helpers_have_a_threshold(d: str, outcome: Outcome) -> None:
    """h u^2 + (1 + h - d) u + 1 = 0 has a double positive root at d = 1 + h + 2 sqrt(h), which is 4 for h = 1."""
    settled = settle(saturating(d, 1, -1))
    assert (settled.outcome, settled.evidence) == (outcome, Evidence.THEOREM)


def test_three_saturating_helpers_settle_by_the_same_theorem() -> None:
    rates = {"a": "a*(1 - a + 2*b/(1 + b) + c/(1 + c))", "b": "b*(1 - b + a/(1 + a))", "c": "c*(2 - c + 3*a/(1 + a))"}
    settled = settle(own(**rates))
    assert (settled.outcome, settled.evidence) == (Outcome.COEXISTENCE, Evidence.THEOREM)
    a, b, c = settled.state or ()
    found = [1 - a + 2 * b / (1 + b) + c / (1 + c), 1 - b + a / (1 + a), 2 - c + 3 * a / (1 + a)]
    assert found == pytest.approx([0, 0, 0], abs=1e-12)


@pytest.mark.parametrize(("b", "g"), [("1/2", "1/2"), ("1/10", "3"), ("2", "1/3")])
def test_passive_symbiosis_below_the_border_settles_like_the_logistic_law(b: str, g: str) -> None:
    """x* = (1 + b)/(1 - bg) (Yukalov, Yukalova and Sornette 2012, Physica D 241, 1270, passive symbiosis)."""
    settled, (p, q) = settle(capacities(b, g, (0, 0))), map(sympy.Rational, (b, g))
    assert settled.exact == ((1 + p) / (1 - p * q), (1 + q) / (1 - p * q))
    assert settled.evidence is Evidence.THEOREM


@pytest.mark.parametrize(("b", "g"), [("2", "1"), ("3", "1/2"), ("1/4", "16")])
def test_passive_symbiosis_beyond_the_border_grows_exponentially(b: str, g: str) -> None:
    """The rate is 1 - 1/sqrt(bg): with x/y constant both growth rates agree where x/y = sqrt(b/g)."""
    settled, product = settle(capacities(b, g, (0, 0))), sympy.Rational(b) * sympy.Rational(g)
    assert (settled.outcome, settled.evidence) == (Outcome.UNBOUNDED, Evidence.THEOREM)
    assert settled.rate == pytest.approx(1 - 1 / math.sqrt(product), rel=1e-14)


def test_passive_symbiosis_on_the_border_grows_in_proportion_to_time() -> None:
    settled = settle(capacities("2", "1/2", (0, 0)))
    assert (settled.outcome, settled.rate, settled.slow) == (Outcome.UNBOUNDED, 0.0, True)


@pytest.mark.parametrize(
    ("b", "g", "meet", "outcome"),
    [
        ("4/25", "35/100", (1, 1), Outcome.DEPENDS_ON_START),  # fold at g = (1 - 0.4)^2 = 0.36
        ("4/25", "37/100", (1, 1), Outcome.UNBOUNDED),
        ("1/5", "79/100", (1, 0), Outcome.DEPENDS_ON_START),  # fold at g = (1 - b)^2/(4 b) = 0.8
        ("1/5", "81/100", (1, 0), Outcome.UNBOUNDED),
    ],
)
def test_active_and_mixed_symbiosis_run_away_beyond_their_fold(
    b: str, g: str, meet: tuple[int, int], outcome: Outcome
) -> None:
    """Equilibria of g x^2 + (b - g - 1) x + 1 = 0 (active) and b g x^2 + (b - 1) x + 1 = 0 (mixed)."""
    settled = settle(capacities(b, g, meet))
    assert (settled.outcome, settled.evidence) == (outcome, Evidence.THEOREM)
    if outcome is Outcome.UNBOUNDED:
        assert settled.rate == 1


def predator(K: object, e: object = 1, m: object = "2/5") -> Model:
    """Return a prey of capacity K and a predator with a response that saturates."""
    return own(x=f"x*(1 - x/({K})) - (6/5)*x*y/(1 + x)", y=f"y*(({e})*x/(1 + x) - ({m}))")


@pytest.mark.parametrize("K", ["3/2", "2", "9/4"])
def test_a_predator_settles_with_its_prey_before_the_paradox_of_enrichment(K: str) -> None:
    """Stable up to K = 1 + 2 x* = 7/3 (Rosenzweig 1971, Science 171, 385), globally (Cheng 1981, SIAM JMA 12, 541)."""
    settled = settle(predator(K))
    assert (settled.outcome, settled.evidence) == (Outcome.COEXISTENCE, Evidence.CERTIFICATE)
    assert settled.exact is not None
    assert settled.exact[0] == sympy.Rational(2, 3)


@pytest.mark.parametrize(("K", "slow"), [("1/2", False), ("2/3", True)])
def test_a_predator_without_enough_prey_dies_out_by_theorem(K: str, slow: bool) -> None:
    settled = settle(predator(K))
    assert (settled.outcome, settled.evidence, settled.slow) == (Outcome.EXCLUSION, Evidence.THEOREM, slow)


def test_who_dies_out_while_a_helper_grows_is_not_called_a_survivor() -> None:
    """x = e^t carries y' = y (x/(1 + x) - 3) < -2 y to zero; with 3 x/(1 + x) - 2 in its place y grows like e^t."""
    dying, growing = (settle(own(x="x", y=f"y*({c}*x/(1 + x) - {k})")) for c, k in ((1, 3), (3, 2)))
    assert (dying.outcome, dying.survivors) == (Outcome.UNBOUNDED, None)
    assert (growing.outcome, growing.survivors) == (Outcome.UNBOUNDED, ("x", "y"))


def test_the_dulac_function_told_really_has_a_divergence_of_one_sign() -> None:
    settled, model = settle(predator("2")), predator("2")
    told = dict(dict(settled.reason)["no_cycle_dulac"])["dulac"]
    x, y = (sympy.Symbol(s.name, positive=True) for s in model.states)
    to_ours = dict(zip(model.states, (x, y), strict=True))
    B = sympy.sympify(told, locals={"x1": x, "x2": y})
    parts = [sympy.diff(B * rate.xreplace(to_ours), z) for rate, z in zip(model.rates, (x, y), strict=True)]
    value = sympy.lambdify((x, y), sum(parts))
    steps = [10 ** (k / 5) for k in range(-15, 16)]
    assert len({value(a, b) > 0 for a in steps for b in steps}) == 1


def test_strong_self_limitation_is_a_certificate_for_any_number_of_units() -> None:
    """The weighted sum of Goh's terms falls along orbits: checked here along the field at many points."""
    rates = {"a": "a*(2 - a - b/(2 + b) + c/(3 + c))", "b": "b*(1 - b + a/(4 + a))", "c": "c*(1 - 2*c - a/(5 + a))"}
    settled = settle(own(**rates))
    assert (settled.outcome, settled.evidence) == (Outcome.COEXISTENCE, Evidence.CERTIFICATE)
    weights = [float(w) for w in dict(dict(settled.reason)["dominated_coexistence"])["weights"].split(", ")]
    z = settled.state or ()
    for a in (0.01, 0.5, 2.0, 30.0):
        for b in (0.02, 1.0, 9.0):
            for c in (0.1, 0.6, 20.0):
                f = (2 - a - b / (2 + b) + c / (3 + c), 1 - b + a / (4 + a), 1 - 2 * c - a / (5 + a))
                assert sum(w * (x - e) * g for w, x, e, g in zip(weights, (a, b, c), z, f, strict=True)) < 0


def test_where_no_theorem_holds_the_answer_is_not_called_one() -> None:
    settled = settle(own(x="x*(exp(-x) - y/2)", y="y*(x - 1/4 - y/3)"))
    assert (settled.outcome, settled.evidence) == (Outcome.COEXISTENCE, Evidence.SIMULATION)
    assert "12 starts" in settled.why()
    assert "theorem applies" in settled.why()


coefficient = st.integers(-3, 3)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.lists(coefficient, min_size=6, max_size=6))
def test_a_proved_sign_is_the_sign_at_every_sample(c: list[int]) -> None:
    p = sympy.Poly(c[0] + c[1] * X + c[2] * Y + c[3] * X * Y + c[4] * X**2 + c[5] * Y**2, X, Y)
    found = sign_on(p)
    probes = [(sympy.Rational(2) ** i, sympy.Rational(3) ** j) for i in range(-4, 5) for j in range(-4, 5)]
    signs = {sympy.sign(p.eval(at)) for at in probes}
    assert (signs - {0} <= {found}) if found is not None else (not p.is_zero)
    if signs >= {1, -1}:
        assert found is None


def test_numbers_between_roots_are_positive_and_separate_them() -> None:
    p = sympy.Poly((X**2 - 2) * (X - 3) * (X + 1) * X, X)
    found = between_roots(p)
    assert [sum(bool(r < at) for r in (math.sqrt(2), 3)) for at in found] == [0, 1, 2]
    assert all(at > 0 for at in found)


def test_what_has_a_pole_in_the_orthant_is_left_to_simulation() -> None:
    assert growth(capacities("-2", "1", (0, 0))) is None


quotient = st.fractions(min_value=-2, max_value=3, max_denominator=8)
positive = st.fractions(min_value=AT, max_value=3, max_denominator=20)


def same(one: Settlement, other: Settlement, scale: tuple[float, float], turn: bool) -> None:
    """Assert that two answers say the same of systems that differ by names and measures."""
    assert one.outcome is other.outcome
    assert one.evidence is other.evidence
    if one.state is not None and other.state is not None:
        state = [x * k for x, k in zip(one.state, scale, strict=True)]
        assert state[:: -1 if turn else 1] == pytest.approx(other.state, rel=1e-9, abs=1e-300)


@settings(max_examples=3, deadline=None, derandomize=True)
@given(quotient, quotient, positive, positive, st.sampled_from([1, -1]), positive, positive)
def test_names_and_measures_change_no_answer(
    a: Fraction, b: Fraction, h: Fraction, k: Fraction, s: int, time: Fraction, size: Fraction
) -> None:
    """Relabelling the units, rescaling time and rescaling the levels of one unit."""
    plain = own(x=f"x*({s} - x + ({a})*y/(1 + ({h})*y))", y=f"y*(1 - y + ({b})*x/(1 + ({k})*x))")
    u, v = f"x/({size})", "y"
    scaled = own(
        y=f"({time})*y*(1 - {v} + ({b})*{u}/(1 + ({k})*{u}))", x=f"({time})*x*({s} - {u} + ({a})*{v}/(1 + ({h})*{v}))"
    )
    same(settle(plain), settle(scaled), (float(size), 1.0), True)
