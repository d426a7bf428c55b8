"""Conversions between conventions, held to the growth rate that each form states."""

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiode.errors import InvalidValueError
from symbiode.system.conventions import (
    competition_from_logistic,
    enlargement_from_logistic,
    general_from_logistic,
    logistic_from_competition,
    logistic_from_enlargement,
    logistic_from_general,
)

POSITIVE = st.fractions(min_value="1/50", max_value=50, max_denominator=50).map(sympy.Rational)
ANY = st.fractions(min_value=-3, max_value=3, max_denominator=20).map(sympy.Rational)


@st.composite
def systems(draw):
    n = draw(st.integers(1, 4))
    growth, capacity, level = (tuple(draw(POSITIVE) for _ in range(n)) for _ in range(3))
    effects = tuple(tuple(sympy.Integer(0) if i == j else draw(ANY) for j in range(n)) for i in range(n))
    return growth, capacity, effects, level


def logistic(r, K, d, x, i):
    return r[i] * (1 - x[i] / K[i] + sum(d[i][j] * x[j] / K[j] for j in range(len(x)) if j != i))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(systems())
def test_the_three_linear_forms_have_the_same_growth_rate(system):
    r, K, d, x = system
    alpha = competition_from_logistic(K, d)
    _, a = general_from_logistic(r, K, d)
    for i in range(len(x)):
        expected = logistic(r, K, d, x, i)
        assert r[i] * (1 - sum(alpha[i][j] * x[j] for j in range(len(x))) / K[i]) == expected
        assert r[i] + sum(a[i][j] * x[j] for j in range(len(x))) == expected


@settings(max_examples=40, deadline=None, derandomize=True)
@given(systems())
def test_round_trips_are_exact(system):
    r, K, d, _ = system
    assert logistic_from_competition(K, competition_from_logistic(K, d)) == d
    assert logistic_from_general(*general_from_logistic(r, K, d)) == (r, K, d)
    assert logistic_from_enlargement(K, enlargement_from_logistic(K, d)) == d


@settings(max_examples=40, deadline=None, derandomize=True)
@given(systems(), st.tuples(POSITIVE, POSITIVE, POSITIVE, POSITIVE), POSITIVE)
def test_effects_do_not_depend_on_units_of_measure(system, scales, time):
    """New measures x_i -> s_i x_i, t -> T t change alpha, a, c and K, but not d."""
    r, K, d, _ = system
    n = range(len(K))
    alpha, (_, a), c = competition_from_logistic(K, d), general_from_logistic(r, K, d), enlargement_from_logistic(K, d)
    K2 = tuple(K[i] * scales[i] for i in n)
    r2 = tuple(r[i] / time for i in n)
    assert logistic_from_competition(K2, [[alpha[i][j] * scales[i] / scales[j] for j in n] for i in n]) == d
    assert logistic_from_general(r2, [[a[i][j] / scales[j] / time for j in n] for i in n]) == (r2, K2, d)
    assert logistic_from_enlargement(K2, [[c[i][j] * scales[i] / scales[j] for j in n] for i in n]) == d


@settings(max_examples=40, deadline=None, derandomize=True)
@given(systems())
def test_sign_and_product_are_invariants(system):
    r, K, d, _ = system
    alpha, (_, a) = competition_from_logistic(K, d), general_from_logistic(r, K, d)
    for i in range(len(K)):
        for j in range(len(K)):
            if i != j:
                assert sympy.sign(d[i][j]) == sympy.sign(a[i][j]) == -sympy.sign(alpha[i][j])
                product = d[i][j] * d[j][i]
                assert product == alpha[i][j] * alpha[j][i] == a[i][j] * a[j][i] / (a[i][i] * a[j][j])


def test_exclusion_threshold_in_both_forms():
    """d_ij = -1 is alpha_ij = K_i/K_j."""
    alpha = competition_from_logistic((3, 2), ((0, -1), (-1, 0)))
    assert (alpha[0][1], alpha[1][0]) == pytest.approx((3 / 2, 2 / 3))


def test_the_published_fit_of_gause_converts_to_its_derived_values():
    """gauseR vignette: r, a of P. caudatum and P. aurelia; K and d derived from them to the printed digits."""
    _, K, d = logistic_from_general((1.734873, 0.810376), ((-0.007675, -0.010787), (-0.001688, -0.005377)))
    assert pytest.approx((226.03, 150.72), abs=0.02) == K
    assert (d[0][1], d[1][0]) == pytest.approx((-0.9371, -0.4708), abs=1e-4)


def test_the_enlarged_capacity_shares_equilibria_but_not_dynamics():
    K, d = (sympy.Integer(2), sympy.Integer(3)), ((0, sympy.Rational(1, 2)), (sympy.Rational(1, 3), 0))
    c = enlargement_from_logistic(K, d)
    x = sympy.symbols("x1 x2", positive=True)

    def enlarged(i):
        return 1 - x[i] / (K[i] + c[i][1 - i] * x[1 - i])

    level = sympy.solve([logistic((1, 1), K, d, x, i) for i in (0, 1)], x)
    assert [enlarged(i).subs(level) for i in (0, 1)] == [0, 0]
    elsewhere = dict.fromkeys(x, sympy.Integer(1))
    assert enlarged(0).subs(elsewhere) != logistic((1, 1), K, d, x, 0).subs(elsewhere)


def test_shapes_and_missing_capacities_are_refused():
    with pytest.raises(InvalidValueError, match="2 rows of 2"):
        competition_from_logistic((1, 2), ((0, 1),))
    with pytest.raises(InvalidValueError, match="no capacity"):
        logistic_from_general((1,), ((0,),))
