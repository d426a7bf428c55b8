"""A thousand names that other programs take for something else: labels here, or refused by rule."""

from __future__ import annotations

import builtins
import keyword

import pytest
import sympy

import symbiode
from symbiode.errors import ModelError

CHINESE = [a + b for a in "深圳香港广州澳门珠海佛山东莞" for b in "区市港湾城"]
AWKWARD = ["New York", "it's", 'say "hi"', "a\\b", "1st", "-", "x.y", "x", "t", "São Paulo", "Zürich", "μ", "\u00b5",
           "\u212a", "K", "<script>alert(1)</script>", "=HYPERLINK(\"http://a\")", "\\input{a}", "{{ 7*7 }}",
           "${HOME}", "%s",
           "🏙", "مدينة", "u0", "u1", "x1", "p0", "r", "d12", "a" * 200]  # fmt: skip
NAMES = sorted({*dir(sympy), *keyword.kwlist, *keyword.softkwlist, *dir(builtins), *CHINESE, *AWKWARD})
REFUSED = ["", "a" * 201, "a\u202eb", "a\u2066b", "a\nb", "a\x00b", "a\x7fb", "a\u200eb"]


def two(first: str, second: str) -> symbiode.Model:
    units = {first: {"growth": "3/10", "capacity": 2, "initial": "1/10"},
             second: {"growth": "4/5", "capacity": 1, "initial": "1/5"}}  # fmt: skip
    return symbiode.build(units, effects={first: {second: "1/5"}, second: {first: "-2/5"}})


@pytest.mark.slow
def test_a_thousand_names_give_the_numbers_of_plain_ones() -> None:
    """Exact: K1 (1 + d12)/(1 - d12 d21) = 2 (6/5)/(27/25) = 20/9 and K2 (1 + d21)/(1 - d12 d21) = 5/9."""
    assert len(NAMES) >= 1000
    expected = (sympy.Rational(20, 9), sympy.Rational(5, 9))
    wrong = []
    for name in NAMES:
        try:
            model = two(name, "partner")
        except ModelError as error:
            wrong.append((name, str(error)[:120]))
            continue
        settled = symbiode.settle(model)
        if settled.exact != expected or settled.survivors != (model.units[0].name, "partner"):
            wrong.append((name, str(settled.exact)))
    assert wrong == []


@pytest.mark.parametrize("name", REFUSED)
def test_names_that_hide_or_turn_text_are_refused(name: str) -> None:
    with pytest.raises(ModelError):
        two(name, "partner")


ALIKE = [("K", "\u212a"), ("μ", "\u00b5"), ("a", "A"), ("e\u0301", "\u00e9"), ("ﬁ", "fi")]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_that_look_alike_are_refused_together(one: str, other: str) -> None:
    with pytest.raises(ModelError):
        two(one, other)
