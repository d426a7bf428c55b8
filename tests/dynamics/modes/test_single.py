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
