"""One unit by itself, where its rate is no quotient of polynomials."""

import sympy

from symbiode.dynamics.modes.effects import effects
from symbiode.dynamics.modes.single import on_a_line
from symbiode.system.building import build

x = sympy.Symbol("x", nonnegative=True)


def test_a_falling_logarithm_has_one_exact_end():
    """Winsor (1932): x' = -r x ln(x/K) goes to K from every positive start; a constant gain c makes it K e^(c/r)."""
    r, K, c = sympy.Rational(1, 3), sympy.Rational(5, 2), sympy.Rational(1, 6)
    assert on_a_line(-r * x * sympy.log(x / K), x).state == (K,)
    assert on_a_line(x * (c - r * sympy.log(x / K)), x).state == (K * sympy.exp(c / r),)


def test_other_forms_are_left_open():
    for rate in (x * sympy.log(x), x * sympy.exp(-x) - x, x * sympy.log(1 + x), -x * sympy.log(x) ** 2):
        assert on_a_line(rate, x) is None


def test_a_gompertz_unit_stands_alone_at_its_capacity():
    units = {"a": {"growth": 1, "capacity": 3}, "b": {"growth": 1, "capacity": 2}}
    assert effects(build(units, law="gompertz", effects={"a.b": 1})).alone == (3, 2)


def test_levels_nearer_than_any_rounding_are_told_apart() -> None:
    """x' = x (x - 1)(1 + e - x) with e = 1e-40: 0 and 1 + e attract, 1 is the threshold between them."""
    x, e = sympy.Symbol("x"), sympy.Rational(1, 10**40)
    found = on_a_line(x * (x - 1) * (1 + e - x), x)
    assert found is not None
    assert [end.state for end in found.attractors] == [(0,), (1 + e,)]
