import xml.etree.ElementTree as ET

import pytest
import sympy

from symbiode.show.markup import condition, equation, formula, rate_of

d12, d21, x1 = sympy.symbols("d12 d21 x1", real=True)


@pytest.mark.parametrize(
    "expression",
    [d12 * d21 < 1, d12 >= -1, (1 + d12) / (1 - d12 * d21), sympy.Ne(d12, 0), sympy.sqrt(d12) > sympy.Rational(1, 3)],
)
def test_formulas_are_well_formed_markup(expression):
    tree = ET.fromstring(str(formula(expression)))
    assert tree.tag == "math"
    assert "mfenced" not in str(formula(expression))  # browsers dropped it


def test_indices_are_subscripts_and_signs_are_minus_signs():
    shown = str(formula(1 - d12 * x1))
    assert "<msub><mi>d</mi><mi>12</mi></msub>" in shown
    assert "<mo>−</mo>" in shown
    assert "<mo>-</mo>" not in shown


def test_terms_stand_in_the_order_of_a_textbook():
    shown = str(formula((1 + d12) / (1 - d12 * d21)))
    assert shown.index("<mn>1</mn><mo>+</mo>") < shown.index("<mn>1</mn><mo>−</mo>")


def test_conditions_are_joined_by_words_of_the_language():
    both = sympy.And(d12 > -1, d12 * d21 < 1)
    assert " and " in condition(both)
    assert " 且 " in condition(both, "zh")
    assert condition(sympy.true) == "always"
    assert condition(sympy.false, "zh") == "恒不成立"


def test_an_alternative_inside_a_condition_is_put_in_brackets():
    shown = condition(sympy.And(d12 > 0, sympy.Or(d21 < -1, d21 > 1)))
    assert "(" in shown
    assert " or " in shown


def test_an_equation_has_its_rate_on_the_left():
    shown = str(equation(rate_of(x1), x1 * (1 - x1)))
    assert shown.index("<mi>t</mi>") < shown.index("<mo>=</mo>")
    ET.fromstring(shown)
