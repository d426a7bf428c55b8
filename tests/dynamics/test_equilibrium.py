"""Equilibria: formulas, conditions, types, families and completeness, against formulas and independent solvers."""

from __future__ import annotations

import itertools
import pickle
import random
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiode.dynamics.equilibrium import EquilibriumSet, Stability, affine, equilibria
from symbiode.dynamics.equilibrium.supports import growth_of_absent, scaled, solutions, solve
from symbiode.dynamics.equilibrium.text import formula
from symbiode.errors import Code
from symbiode.system.building import build
from symbiode.system.model import Model

d12, d21 = sympy.symbols("d12 d21", real=True)
K1, K2, r1, r2 = sympy.symbols("K1 K2 r1 r2", positive=True)
TYPES = Stability


def pair(a, b, s=(1, 1), r=("3/10", "7/10"), K=(2, 3)) -> Model:
    """Two logistic units; d12 = a, d21 = b."""
    units = {
        name: {"growth": r[i], "capacity": K[i], "own_growth": s[i]} for i, name in enumerate(("one", "two"))
    }
    return build(units, effects={"one.two": a, "two.one": b})


def many(D, r=None, K=None) -> Model:
    """Logistic units with effects D[i][j] of j on i."""
    n = len(D)
    units = {f"u{i}": {"growth": r[i] if r else 1, "capacity": K[i] if K else 1} for i in range(n)}
    effects = {f"u{i}": {f"u{j}": D[i][j] for j in range(n) if j != i} for i in range(n)}
    return build(units, effects=effects)


def own(*equations: str, **parameters) -> Model:
    """Units a, b, … with equations of their own."""
    names = "abcd"[: len(equations)]
    return build({n: {} for n in names}, equations=dict(zip(names, equations, strict=True)), parameters=parameters)


def found_at(found: EquilibriumSet, *support: str):
    """The one equilibrium with these units present."""
    (e,) = [e for e in found.equilibria if e.support == support]
    return e


def holds(condition, model: Model, exact=()) -> bool:
    """A condition at the model's values; state symbols stand for the coordinates `exact`."""
    at = dict(model.values) | dict(zip(model.states, exact, strict=False))
    return bool(condition.xreplace(at))


# --- closed forms


def test_affine_form_is_that_of_the_logistic_law():
    form = affine(pair("2/5", "1/5"))
    assert form.b == (sympy.Rational(3, 10), sympy.Rational(7, 10))
    assert form.A[0] == (-sympy.Rational(3, 20), sympy.Rational(3, 10) * sympy.Rational(2, 5) / 3)


def test_affine_form_takes_user_equations_and_refuses_others():
    assert affine(own("x*(1 - x/10) - 0.2*x*b", "0.1*x*a - x/5")).A[1] == (sympy.Rational(1, 10), 0)
    assert affine(own("x*(1 + x)*(1 - x)/(1 + x)")).A == ((-1,),)
    assert affine(own("x*0")).b == (0,)
    for text in ("x*(1 - x*x)", "1 - x", "x*exp(-x)", "x*(1 - t*x)", "x/(1 + x)"):
        assert affine(own(text)) is None


def test_two_facultative_units_have_the_textbook_formulas():
    """Equilibria of r x (1 - x/K + d y/K'): corners and K (1 + d12)/(1 - d12 d21), as published widely."""
    e0, e1, e2, inner = equilibria(pair("1/5", "3/5")).equilibria
    assert e0.expressions == (0, 0)
    assert e1.expressions == (K1, 0)
    assert e2.expressions == (0, K2)
    expected = (K1 * (1 + d12) / (1 - d12 * d21), K2 * (1 + d21) / (1 - d12 * d21))
    assert all(sympy.cancel(a - b) == 0 for a, b in zip(inner.expressions, expected, strict=True))
    assert formula(inner.expressions[0]) == "K1*(1 + d12)/(1 - d12*d21)"


def test_two_facultative_units_have_the_textbook_conditions():
    e0, e1, e2, inner = equilibria(pair("1/5", "3/5")).equilibria
    assert (e0.exists_if, e0.stable_if) == (sympy.true, sympy.false)
    assert (e1.exists_if, e1.stable_if) == (sympy.true, d21 < -1)
    assert (e2.exists_if, e2.stable_if) == (sympy.true, d12 < -1)
    assert inner.exists_if == sympy.And((1 + d12) / (1 - d12 * d21) > 0, (1 + d21) / (1 - d12 * d21) > 0)
    assert inner.stable_if == sympy.And(d12 > -1, d21 > -1, d12 * d21 < 1)


@pytest.mark.parametrize(("a", "b"), [("1/5", "3/5"), ("-3/2", "-7/4"), ("-1/2", "5/2"), ("-9/10", "9")])
def test_eigenvalues_have_the_trace_and_determinant_of_the_formula(a, b):
    """det = r1 r2 (1+a)(1+b)/(1-ab), trace = -(r1(1+a) + r2(1+b))/(1-ab) at the interior equilibrium."""
    e = found_at(equilibria(pair(a, b)), "one", "two")
    a, b, r, q = float(Fraction(a)), float(Fraction(b)), 0.3, 0.7
    assert sum(e.eigenvalues).real == pytest.approx(-(r * (1 + a) + q * (1 + b)) / (1 - a * b), rel=1e-14)
    assert np.prod(e.eigenvalues).real == pytest.approx(r * q * (1 + a) * (1 + b) / (1 - a * b), rel=1e-13)


@pytest.mark.parametrize("s", list(itertools.product((1, 0, -1), repeat=2)))
def test_every_sign_of_own_growth_has_the_formula_of_the_linear_system(s):
    """u1 = (s1 + a s2)/(1 - ab), u2 = (s2 + b s1)/(1 - ab), as sympy identities."""
    found = equilibria(pair("3/7", "-2/9", s))
    (inner,) = [e for e in found.listed if len(e.support) == 2]
    expected = (K1 * (s[0] + d12 * s[1]) / (1 - d12 * d21), K2 * (s[1] + d21 * s[0]) / (1 - d12 * d21))
    assert all(sympy.cancel(a - b) == 0 for a, b in zip(inner.expressions, expected, strict=True))


def test_conditions_of_obligate_pairs_are_the_shortest_ones():
    def conditions(s):
        (inner,) = [e for e in equilibria(pair("3/7", "-2/9", s)).listed if len(e.support) == 2]
        return inner.exists_if, inner.stable_if

    assert conditions((-1, -1)) == (sympy.And(d12 > 0, d12 * d21 > 1), sympy.false)
    assert conditions((1, -1))[1] == sympy.And(d21 > 1, d12 * d21 < 1)
    assert conditions((-1, 1))[1] == sympy.And(d12 > 1, d12 * d21 < 1)
    assert conditions((1, 0)) == (sympy.And(d21 > 0, d12 * d21 < 1),) * 2
    assert conditions((0, 0)) == (sympy.false, sympy.false)
    assert conditions((0, -1)) == (sympy.And(d12 > 0, d12 * d21 > 1), sympy.false)


@pytest.mark.parametrize(
    ("s", "a", "b", "kind"),
    [
        ((-1, -1), 2, "3/4", TYPES.SADDLE),
        ((-1, -1), "1/2", "1/2", None),
        ((-1, -1), -2, -2, None),
        ((1, -1), "1/3", 2, TYPES.STABLE_NODE),
        ((1, -1), -1, 3, TYPES.STABLE_FOCUS),
        ((1, -1), 2, 2, None),
        ((1, -1), 3, "1/2", TYPES.SADDLE),
        ((1, -1), "1/2", "1/2", None),
        ((1, -1), -1, "1/2", None),
        ((1, 0), "1/2", 1, TYPES.STABLE_NODE),
        ((1, 0), -1, 1, TYPES.STABLE_FOCUS),
        ((1, 0), 2, 1, None),
        ((1, 0), 1, -1, None),
        ((0, 0), 2, 1, None),
        ((-1, 0), 3, 1, TYPES.SADDLE),
    ],
)
def test_coexistence_with_obligate_units_is_where_theory_says(s, a, b, kind):
    """Vandermeer and Boucher (1978): linear obligate mutualism has a saddle at most; the rest by its linear system.

    For the foci: trace^2 < 4 det with r = 0.3, 0.7 (checked by hand: -1, 3 gives u = (1/2, 1/2); -1, 1 gives the same).
    """
    found = equilibria(pair(a, b, s))
    inner = [e for e in found.equilibria if len(e.support) == 2]
    assert [e.stability for e in inner] == ([kind] if kind else [])
    assert found_at(found).stability is {
        (-1, -1): TYPES.STABLE_NODE, (1, -1): TYPES.SADDLE,
    }.get(s, TYPES.DEGENERATE)  # fmt: skip


def test_obligate_unit_alone_has_no_equilibrium():
    found = equilibria(pair(-1, "1/2", (1, -1)))
    assert found_at(found, "one").stable
    (alone,) = [a for a in found.absent if a.support == ("two",)]
    assert alone.exists_if == sympy.false
    assert alone.reason == "eq_negative"
    assert alone.exact == (0, -3)


# --- exact borders


def test_one_coefficient_exactly_minus_one_is_degenerate_and_its_neighbours_are_not():
    tiny = Fraction(1, 10**40)
    for shift, kind in ((-tiny, TYPES.STABLE_NODE), (0, TYPES.DEGENERATE), (tiny, TYPES.SADDLE)):
        found = equilibria(pair("1/2", Fraction(-1) + shift))
        assert found_at(found, "one").stability is kind
    inner = found_at(equilibria(pair("1/2", Fraction(-1) + tiny)), "one", "two")
    assert inner.exact[1] == sympy.Rational(3, 10**40) / (1 + (1 - sympy.Rational(1, 10**40)) / 2)


def test_product_of_one_has_no_inner_point_and_just_below_it_is_far_away():
    assert [a.reason for a in equilibria(pair(2, "1/2")).absent] == ["eq_parallel"]
    assert [a.reason for a in equilibria(pair(-2, "-1/2")).absent] == ["eq_parallel"]
    below = equilibria(pair(2, Fraction(1, 2) - Fraction(1, 10**30)))
    e = found_at(below, "one", "two")
    assert e.stability is TYPES.STABLE_NODE
    assert e.state[0] == pytest.approx(2 * 3 / 2e-30)
    above = equilibria(pair(2, Fraction(1, 2) + Fraction(1, 10**30)))
    assert [a.reason for a in above.absent] == ["eq_negative"]


def test_equal_eigenvalues_are_a_node_and_one_step_beyond_a_focus():
    """The discriminant is (p - q)^2 + 4 p q ab with p = r1 (1 + a), q = r2 (1 + b), all over (1 - ab)^2.

    For a = -1/3, b = 1 it is zero at p = 3 q, r1 = 9 r2, and negative just below.
    """
    tiny = Fraction(1, 10**20)
    models = [pair(Fraction(-1, 3), 1, r=(9 + shift, 1)) for shift in (-tiny, 0, tiny)]
    kinds = [found_at(equilibria(model), "one", "two").stability for model in models]
    assert kinds == [TYPES.STABLE_FOCUS, TYPES.STABLE_NODE, TYPES.STABLE_NODE]


@given(st.integers(-9, 40), st.integers(-9, 40))
@settings(deadline=None, max_examples=20)
def test_equal_growth_rates_never_oscillate(a, b):
    """For r1 = r2 the discriminant is the square (a + b + 2ab)^2 up to a positive factor."""
    found = equilibria(pair(Fraction(a, 10), Fraction(b, 10), r=(1, 1)))
    assert not {e.stability for e in found.equilibria} & {TYPES.STABLE_FOCUS, TYPES.UNSTABLE_FOCUS}


# --- families


def test_both_coefficients_minus_one_give_the_line_between_the_corners():
    found = equilibria(pair(-1, -1))
    (line,) = found.families
    assert line.support == ("one", "two")
    x1, x2 = found.model.states
    assert sympy.cancel(line.equations[0] / (x1 / 2 + x2 / 3 - 1)).is_number
    assert line.attracting is True
    assert "3*x1 + 2*x2 = 6" in line.description
    assert [e.stability for e in found.equilibria] == [TYPES.UNSTABLE_NODE, TYPES.DEGENERATE, TYPES.DEGENERATE]


def test_product_one_without_own_growth_gives_a_ray():
    (ray,) = equilibria(pair(2, "1/2", (0, 0))).families
    x1, x2 = sorted(ray.equations[0].free_symbols, key=str)
    assert sympy.cancel(ray.equations[0] / (x1 / 2 - 2 * x2 / 3)).is_number  # u1 = a u2
    assert ray.attracting is True


def test_product_one_with_both_harmed_and_no_own_growth_gives_no_ray():
    found = equilibria(pair(-2, "-1/2", (0, 0)))
    assert found.families == ()
    assert "eq_family_outside" in {a.reason for a in found.absent}


def test_three_units_that_cannot_be_told_apart_have_a_triangle_of_equilibria():
    found = equilibria(many([[0, -1, -1], [-1, 0, -1], [-1, -1, 0]]))
    surface = found.families[-1]
    assert len(surface.directions) == 2
    assert surface.attracting is True
    x = found.model.states
    assert surface.equations == (sum(x) - 1,)
    assert all(p > 0 for p in surface.point)
    assert [f.attracting for f in found.families[:3]] == [False] * 3
    assert len(found.equilibria) + len(found.absent) + len(found.families) == 8


def test_neutral_units_without_interaction_rest_anywhere():
    found = equilibria(build({n: {"growth": 1, "own_growth": 0} for n in "ab"}, law="lotka_volterra"))
    assert [f.support for f in found.families] == [("a",), ("b",), ("a", "b")]
    assert found.families[-1].equations == ()


def test_a_family_does_not_attract_where_an_absent_unit_grows():
    D = [[0, -1, 0], [-1, 0, 0], ["1/2", "1/2", 0]]
    found = equilibria(many(D))
    line = next(f for f in found.families if f.support == ("u0", "u1"))
    assert line.attracting is False


# --- Lotka-Volterra without self-limitation


def predator_prey(a12="-1", a21="1"):
    units = {"prey": {"growth": "3/2", "own_growth": 1}, "predator": {"growth": 3, "own_growth": -1}}
    return build(units, law="lotka_volterra", effects={"prey.predator": a12, "predator.prey": a21})


def test_predator_and_prey_without_limits_turn_around_a_centre():
    """Volterra (1926): equilibrium (r2/a21, r1/|a12|), frequency sqrt(r1 r2)."""
    found = equilibria(predator_prey())
    e = found_at(found, "prey", "predator")
    a12, a21 = sympy.symbols("a12 a21", real=True)
    assert e.expressions == (r2 / a21, -r1 / a12)
    assert e.stability is TYPES.CENTRE
    assert not e.stable
    assert e.stable_if == sympy.false
    assert e.eigenvalues == pytest.approx((1j * 4.5**0.5, -1j * 4.5**0.5))
    assert {a.reason for a in found.absent} == {"eq_never_rests"}


def test_predator_without_an_effect_on_prey_contradicts_the_equations():
    found = equilibria(predator_prey(a12=0))
    assert "eq_parallel" in {a.reason for a in found.absent}


def test_a_centre_is_not_claimed_where_a_third_unit_exists():
    units = {n: {"growth": 1, "own_growth": s} for n, s in (("a", 1), ("b", -1), ("c", -1))}
    model = build(units, law="lotka_volterra", effects={"a.b": -1, "b.a": 1, "c.a": "1/2"})
    assert found_at(equilibria(model), "a", "b").stability is TYPES.DEGENERATE


# --- conditions agree with numbers


def random_rational(source: random.Random, low=-3, high=3):
    return Fraction(source.randint(low * 7, high * 7), source.randint(3, 7))


@pytest.mark.parametrize("s", list(itertools.product((1, 0, -1), repeat=2)))
def test_conditions_of_pairs_are_true_exactly_where_the_equilibrium_is_there_and_stable(s):
    source = random.Random(str(s))
    for _ in range(25):
        check_conditions(pair(random_rational(source), random_rational(source), s))


@pytest.mark.parametrize("n", [1, 3])
def test_conditions_of_other_sizes_are_true_exactly_where_the_equilibrium_is_there_and_stable(n):
    source = random.Random(n)
    for _ in range(15):
        D = [[random_rational(source, -2, 2) for _ in range(n)] for _ in range(n)]
        r, K = ([source.randint(1, 9) for _ in range(n)] for _ in "rK")
        check_conditions(many(D, r=r, K=K))


@pytest.mark.slow
def test_conditions_of_four_units_are_true_exactly_where_the_equilibrium_is_there_and_stable():
    source, both = random.Random(4), set()
    for scale in (2, 3, 6, 12, 20):
        D = [[random_rational(source, -2, 2) / scale for _ in range(4)] for _ in range(4)]
        found = check_conditions(many(D, r=[1, 5, 9, 2]))
        both |= {e.stable for e in found.equilibria if len(e.support) == 4}
    assert both == {True, False} or both == {True}


def test_conditions_of_user_equations_hold_for_growth_rates_of_any_sign():
    source = random.Random(0)
    for _ in range(25):
        names = {"alpha": random_rational(source), "beta": random_rational(source)}
        units = {n: {"growth": random_rational(source), "capacity": source.randint(1, 5)} for n in "ab"}
        equations = {"a": "growth*x*(1-(x+alpha*b)/capacity)", "b": "growth*x*(1-(x+beta*a)/capacity)"}
        check_conditions(build(units, equations=equations, parameters=names))


def check_conditions(model: Model) -> EquilibriumSet:
    found = equilibria(model)
    for e in found.equilibria:
        if e.expressions:
            assert holds(e.exists_if, model)
            assert holds(e.stable_if, model, e.exact) == e.stable
            formulas = [x.xreplace(model.values) for x in e.expressions]
            assert all(sympy.cancel(a - b) == 0 for a, b in zip(formulas, e.exact, strict=True))
    for a in found.absent:
        if a.exact:
            assert not holds(a.exists_if, model)
            assert not holds(a.stable_if, model, a.exact)
    return found


# --- sizes, import cost, text


def test_more_than_fifteen_units_are_refused_with_the_count_before_anything_is_built():
    model = many([[0] * 16] * 16)
    found = equilibria(model)
    assert found.status.code is Code.TOO_LARGE
    assert dict(found.status.values) == {"supports": 2**16}
    assert "rates" not in model.__dict__


@pytest.mark.slow
def test_fifteen_units_with_weak_effects_have_every_set_of_units_and_one_stable():
    """Effects below 1/14 in size: strict diagonal dominance (Horn and Johnson, Matrix Analysis, theorem 6.1.10)."""
    source = random.Random(15)
    found = equilibria(many([[Fraction(source.randint(-9, 9), 140) for _ in range(15)] for _ in range(15)]))
    assert len(found) == 2**15
    assert [len(e.support) for e in found.equilibria if e.stable] == [15]
    kinds = {e.stability for e in found.equilibria[1:-1]}
    assert kinds == {TYPES.SADDLE}


@pytest.mark.parametrize("zeros", [0, 2])
def test_stepping_through_the_sets_gives_what_solving_each_by_itself_gives(zeros):
    source = random.Random(zeros)
    D = [[source.randint(-3, 3) for _ in range(6)] for _ in range(6)]
    units = {f"u{i}": {"growth": source.randint(-2, 2)} for i in range(6)}
    effects = {f"u{i}.u{j}": D[i][j] if i != j else 0 for i in range(6) for j in range(6) if i != j}
    own = {f"u{i}": f"x*(growth - {int(i >= zeros)}*x" + "".join(
        f" + ({effects[f'u{i}.u{j}']})*u{j}" for j in range(6) if j != i) + ")" for i in range(6)}  # fmt: skip
    system = scaled(affine(build(units, equations=own)))
    for solution, growths in solutions(system):
        alone = solve(system, solution.support)
        assert (solution.exists, solution.directions) == (alone.exists, alone.directions)
        if alone.exists and not alone.directions:
            assert solution.point == alone.point
            ratios = [Fraction(g, solution.denominator) for _, g in growths]
            expected = growth_of_absent(system, alone)
            assert ratios == [Fraction(g, alone.denominator) for _, g in expected]
            assert [k for k, _ in growths] == [k for k, _ in expected]


def test_eight_units_with_weak_effects_have_all_sets_and_one_stable():
    source = random.Random(8)
    found = equilibria(many([[Fraction(source.randint(-9, 9), 100) for _ in range(8)] for _ in range(8)]))
    assert len(found) == 256
    assert [len(e.support) for e in found.equilibria if e.stable] == [8]
    assert not found.symbolic
    assert found.equilibria[-1].expressions == found.equilibria[-1].exact
    assert all(e.exists_if and bool(e.stable_if) == e.stable for e in found.equilibria)
    assert "256" in found.summary()
    assert len(found.summary().splitlines()) < 40


def test_results_survive_pickling():
    for model in (pair(-1, -1), pair("1/5", "3/5"), own("1 - x + b*b", "1 - x*a")):
        found = equilibria(model)
        assert pickle.loads(pickle.dumps(found)) == found


def test_an_equilibrium_beyond_the_largest_float_is_kept_exactly_and_warned_about():
    found = equilibria(pair("9/10", "9/10", K=("9e307", "9e307")))
    assert found.status.code is Code.ILL_CONDITIONED
    assert found_at(found, "one", "two").exact == (9 * 10**308, 9 * 10**308)
    assert found_at(found, "one", "two").stable


def test_two_units_load_no_numerical_library():
    code = (
        "import sys; from symbiode.system.building import build; from symbiode.dynamics.equilibrium import equilibria\n"
        "u = {'growth': 1, 'capacity': 1}\n"
        "m = build({'a': u, 'b': u}, effects={'a.b': 0.2, 'b.a': 0.3}); equilibria(m).summary()\n"
        "e = {'a': 'x*(1 - x*x) + b', 'b': 'x*(1 - x)'}; equilibria(build({'a': {}, 'b': {}}, equations=e)).summary()\n"
        "sys.exit(int(any(name in sys.modules for name in ('numpy', 'scipy', 'pandas', 'matplotlib'))))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_delays_leave_equilibria_where_they_are_and_warn_where_they_may_change_types():
    """Self-limitation that dominates makes off-diagonal delays harmless (Hofbauer and So 2000, theorem 1)."""
    quiet = pair("1/2", "1/2")
    found = equilibria(quiet.with_values({"delays.one.two": 1}))
    assert found.status.ok
    assert "Delays move no equilibrium" in found.summary()
    assert [e.exact for e in found.equilibria] == [e.exact for e in equilibria(quiet).equilibria]
    strong = equilibria(pair("-1/2", 3).with_values({"delays.one.two": 1}))
    assert not strong.status.ok
    assert "delays may change them" in strong.status.message
    noisy = equilibria(quiet.with_values({"one.noise": "1/10"}))
    assert "without noise" in noisy.status.message


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "model",
    [
        pair("1/5", "3/5"), pair(-1, -1), pair(2, "1/2"), pair(2, 2), pair(1, 1, (0, 0)), pair(2, "1/2", (0, 0)),
        predator_prey(), many([[0, -1, -1], [-1, 0, -1], [-1, -1, 0]]), own("x*(1 - x*x)"), own("x*x*b - b", "x*b"),
        own("0*x"), many([["1/10"] * 4] * 4), many([["1/10"] * 5] * 5), own("x*(x-1)*(b-1)", "x*(x-1)*(a-1)"),
    ],
)  # fmt: skip
def test_summaries_have_a_sentence_for_everything_in_both_languages(model, lang):
    found = equilibria(model)
    text = found.summary(lang)
    assert "{" not in text
    assert "eq_" not in text
    assert all(e.why(lang) in text for e in found.listed)
    assert all(f.describe(lang) in text for f in found.families)
    assert found.certificate
    assert found.latex(lang).count(r"\begin{array}") == 1


def test_names_of_units_are_escaped_in_latex_and_shown_in_sentences():
    units = {"50% & more_": {"growth": 1, "capacity": 1}, "深圳": {"growth": 1, "capacity": 1}}
    found = equilibria(build(units, effects={"深圳": {"50% & more_": 0.5}}))
    assert r"50\% \& more\_" in found.latex()
    assert "50% & more_" in found.summary("zh")
