"""Numbers are what is written; arithmetic that would take for ever is refused before it starts."""

import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiode.errors import ExpressionError, InvalidValueError
from symbiode.system.arithmetic import as_decimal, evaluate, number, power

X = sympy.Symbol("x1", nonnegative=True)
Q = sympy.Symbol("q1", real=True)


@pytest.mark.parametrize(
    ("given", "expected"),
    [(0.1, "1/10"), (1e-300, "1e-300"), (3, "3"), ("2.50", "5/2"), (Fraction(1, 3), "1/3"), (Decimal("0.30"), "3/10"),
     (np.float64(0.2), "1/5"), (np.int64(4), "4"), (sympy.Rational(2, 7), "2/7"), (-0.0, "0"), ("-.5e1", "-5"),
     (np.array(0.5), "1/2")],
)  # fmt: skip
def test_a_number_is_the_decimal_it_prints_as(given, expected):
    assert number(given) == sympy.Rational(expected)


@pytest.mark.parametrize(
    "given",
    [True, None, "", "abc", "1_000", "1/3", "nan", "inf", float("nan"), float("inf"), "1e400", "1e-400", "1e99999",
     "１", "0x10", 10**500, Fraction(1, 10**500), [1], {"a": 1}, 1j, "9" * 500, sympy.pi, np.array([1.0, 2.0]), b"1",
     Decimal("1e999999999"), Decimal("NaN"), 1e308 * 10],
)  # fmt: skip
def test_what_is_no_finite_number_of_sane_size_is_refused(given):
    start = time.process_time()
    with pytest.raises(InvalidValueError) as caught:
        number(given, "growth")
    assert time.process_time() - start < 0.5
    assert len(str(caught.value)) < 300


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_every_float_survives(value):
    if value == 0 or abs(value) > 1e-300:
        assert float(number(value)) == value
        assert number(as_decimal(number(value)) or "0") == number(value)


def test_thirds_are_no_decimal():
    assert as_decimal(sympy.Rational(1, 3)) == ""
    assert as_decimal(sympy.Rational(1, 2**200)) == ""
    assert as_decimal(sympy.Integer(10) ** 40) == "1e+40"


def test_values_enter_formulas_exactly():
    assert evaluate(Q * (1 - Q) * X, {Q: sympy.Rational(1, 3)}) == sympy.Rational(2, 9) * X
    assert evaluate(sympy.exp(Q), {Q: sympy.Integer(0)}) == 1


@pytest.mark.parametrize(
    ("expression", "value", "said"),
    [
        (1 / Q, 0, "division by zero"),
        (sympy.log(Q), 0, "log of zero"),
        (sympy.log(Q), -1, "not a real number"),
        (sympy.sqrt(Q), -1, "not a real number"),
        (X**Q, 17, "at most 16"),
        (sympy.exp(Q), 1000, "exp of this"),
        (sympy.exp(sympy.exp(sympy.exp(Q))), 100, "exp of this"),
        ((((Q**Q + 1) ** Q + 1) ** Q + 1) ** Q, 16, "1e308"),
        ((((Q**16 + 1) ** 16 + 1) ** 16 + 1) ** 16, sympy.Rational(10**9 + 1, 10**9), "400 digits"),
    ],
)
def test_values_that_break_a_formula_are_refused_at_once(expression, value, said):
    start = time.process_time()
    with pytest.raises(ExpressionError, match=said):
        evaluate(expression, {Q: sympy.sympify(value)})
    assert time.process_time() - start < 1


def test_an_exponent_that_is_a_symbol_waits_for_its_value():
    assert power(X, Q) == X**Q
    assert evaluate(X**Q, {Q: sympy.Integer(2)}) == X**2
