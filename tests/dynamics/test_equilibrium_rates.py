"""Equilibria of rates that are not affine: complete lists, curves of equilibria, and what Newton's method finds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiode.dynamics.equilibrium import equilibria
from symbiode.errors import Code
from tests.dynamics.test_equilibrium import TYPES, found_at, own

# --- rates that are not affine


def test_holling_predator_and_prey_are_complete():
    """Rosenzweig and MacArthur (1963) with K = 5: the predator breaks even at a = 1, left of the hump."""
    found = equilibria(own("x*(1 - x/5) - x*b/(1 + x)", "x*(a/(1 + a) - 1/2)"))
    assert [e.exact for e in found.equilibria] == [(0, 0), (5, 0), (1, sympy.Rational(8, 5))]
    # The hump of the prey nullcline (1 - x/5)(1 + x) is at x = 2; left of it the inner point repels.
    assert [e.stability for e in found.equilibria] == [TYPES.SADDLE, TYPES.SADDLE, TYPES.UNSTABLE_FOCUS]


def test_saturating_mutualism_has_its_closed_form():
    """x = 1 + 2 x/(1 + x) on the diagonal: x^2 - 2 x - 1 = 0, x = 1 + sqrt 2."""
    found = equilibria(own("x*(1 - x + 2*b/(1 + b))", "x*(1 - x + 2*a/(1 + a))"))
    assert found_at(found, "a", "b").exact == (1 + sympy.sqrt(2),) * 2
    assert found_at(found, "a", "b").eigenvalues == pytest.approx((-2, -(8**0.5)))


def test_two_zeros_above_each_other_are_both_found():
    """x = 1 touches the circle of radius 1 around (2, 2); x = 2 meets it at y = 1 and y = 3."""
    found = equilibria(own("(x - 2)*(x - 1)", "(a - 2)**2 + (x - 2)**2 - 1"))
    assert [e.exact for e in found.equilibria] == [(1, 2), (2, 1), (2, 3)]
    assert [e.stability for e in found.equilibria] == [TYPES.DEGENERATE, TYPES.SADDLE, TYPES.UNSTABLE_NODE]


def test_a_point_found_twice_is_listed_once_and_poles_are_not_equilibria():
    found = equilibria(own("x*(x - b - 1)", "x*(x - a)*(x - 2)"))
    assert [e.exact for e in found.equilibria] == [(0, 0), (1, 0), (0, 2), (3, 2)]
    found = equilibria(own("(x - 1)*(b - 3)/(x - b)", "(x - 1)*(x - 2)"))
    assert [e.exact for e in found.equilibria] == [(1, 2)]


def test_common_curves_are_named_and_those_outside_the_quadrant_are_not():
    (curve,) = equilibria(own("x*(1 - x*b)", "x*(1 - x*a)*(x + 1)")).families
    assert "x1*x2 = 1" in curve.description
    assert equilibria(own("x*(x + b + 1)*(2 - x)", "x*(x + a + 1)*(3 - x)")).families == ()
    (touching,) = equilibria(own("(x - 1)**2 + (b - 2)**2", "(x - 2)**2 + (a - 1)**2")).equilibria
    assert touching.exact == (1, 2)
    small = equilibria(own("(x - 3)**2 + (b - 3)**2 - 1/100", "((x - 3)**2 + (a - 3)**2 - 1/100)*(x + 1)"))
    assert len(small.families) == 1


def test_a_rate_that_is_zero_shares_everything():
    found = equilibria(own("0*x", "x*(1 - x*x)*(a + 1)"))
    _, x2 = found.model.states
    assert {(f.support, f.equations) for f in found.families} == {(("a",), (x2,)), (("a", "b"), (x2 - 1,))}
    assert found.equilibria == ()


@settings(deadline=None, max_examples=15)
@given(st.randoms(use_true_random=False))
def test_every_zero_that_newton_finds_is_in_the_list(source):
    """Random cubic rates; Newton from many starts finds nothing that is not listed, and the list is true."""
    x, y = sympy.symbols("x y")
    monomials = [x**i * y**j for i in range(4) for j in range(4 - i)]
    some = lambda: source.choice((0, 0, source.randint(-9, 9)))  # noqa: E731
    rates = [sum(some() * m for m in monomials) + source.randint(1, 9) for _ in "ab"]
    texts = [str(rates[0]).replace("y", "b"), str(rates[1]).replace("x", "a").replace("y", "x")]
    found = equilibria(own(*texts))
    if found.families or not found.status.ok:
        return
    f = sympy.lambdify((x, y), rates)
    J = sympy.lambdify((x, y), sympy.Matrix(rates).jacobian([x, y]).tolist())
    for e in found.equilibria:
        size = sum(abs(t) for r in rates for t in sympy.Add.make_args(r.subs({x: e.state[0], y: e.state[1]}))) + 1
        assert max(map(abs, f(*e.state))) <= 1e-9 * max(float(size), *(v**3 * 300 for v in e.state))
        got = sorted(np.linalg.eigvals(np.array(J(*e.state), float)).real, reverse=True)
        assert [v.real for v in e.eigenvalues] == pytest.approx(got, rel=1e-5, abs=1e-4)
    listed = np.array([e.state for e in found.equilibria]).reshape(-1, 2)
    for start in itertools.product((0.1, 0.5, 1.0, 2.0, 5.0), repeat=2):
        z, step = np.array(start), np.ones(2)
        for _ in range(40):
            try:
                step = np.linalg.solve(np.array(J(*z), float), np.array(f(*z), float))
            except np.linalg.LinAlgError:
                break
            z = z - step
            if np.abs(z).max() > 1e6 or np.abs(step).max() < 1e-13:
                break
        converged = np.abs(step).max() < 1e-12 and np.abs(f(*z)).max() < 1e-9
        if converged and (z > 1e-6).all() and abs(np.linalg.det(np.array(J(*z), float))) > 1e-6:
            assert np.abs(listed - z).max(1).min() < 1e-6


def test_one_unit_with_own_equation_lists_its_real_roots():
    """Strong Allee effect, x (x - 1)(2 - x^2): extinction, threshold, and sqrt 2."""
    found = equilibria(own("x*(x - 1)*(2 - x*x)"))
    assert [e.exact for e in found.equilibria] == [(0,), (1,), (sympy.sqrt(2),)]
    assert [e.stable for e in found.equilibria] == [True, False, True]
    assert found.equilibria[1].eigenvalues == pytest.approx((1,))


def test_what_depends_on_time_is_refused_with_an_empty_list():
    found = equilibria(own("x*(1 - x) + t"))
    assert found.status.code is Code.NOT_SUPPORTED
    assert found.status.detail
    assert found.equilibria == found.absent == found.families == ()
    assert found.certificate == ""
    assert found.status.message in found.summary()
