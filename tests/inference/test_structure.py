"""Structural identifiability: every law says which of its coefficients one trajectory could tell apart."""

from __future__ import annotations

import pytest

from symbiode import discover
from symbiode.errors import InvalidValueError
from symbiode.inference.structure import structure
from symbiode.system import laws
from symbiode.system.building import build

# Where only a combination of coefficients enters the equations; every other law determines all of its own.
ENTANGLED = {"exponential": ("a.capacity", "b.capacity", "effects.a.b", "effects.b.a")}
SLOW = ("consumer_resource", "saturating", "exponential_capacity", "carrying_capacity")
LAWS = [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in discover.names(laws)]


def value(slot):
    if slot.choices:
        return slot.choices[0]
    return "1/2" if slot.lower is None or slot.lower <= 0 else slot.lower + 1


def model_of(name):
    law = discover.module(laws, name, "law").LAW
    units = {u: {s.name: value(s) for s in law.slots("unit") if s.name not in ("noise", "delay")} for u in "ab"}
    pairs = {
        f"{s.name}s": {f"{i}.{j}": value(s) for i, j in ("ab", "ba")} for s in law.slots("pair") if s.name != "delay"
    }
    return build(units, law=name, **pairs)


@pytest.mark.parametrize("name", LAWS)
def test_every_law_says_what_one_trajectory_determines(name) -> None:
    found = structure(model_of(name))
    assert found.entangled == ENTANGLED.get(name, ())
    assert set(found.identifiable) | set(found.entangled) == set(found.names)
    assert found.rank == len(found.names) - (2 if name in ENTANGLED else 0)
    assert "单元" not in found.text("zh")
    assert ("No data can separate" in found.text()) == bool(found.entangled)


def test_another_point_gives_the_same_answer() -> None:
    assert [structure(model_of("logistic"), seed=seed).rank for seed in range(3)] == [6, 6, 6]


def test_a_unit_alone_cannot_show_what_enters_by_its_product_only() -> None:
    """Exponential growth with an effect scaled by the partner's capacity: only d/K enters the equations."""
    found = structure(model_of("exponential"), names=["a.growth", "effects.a.b"])
    assert found.entangled == ()
    assert structure(model_of("exponential"), names=["effects.a.b", "b.capacity"]).rank == 1
    with pytest.raises(InvalidValueError, match="names"):
        structure(model_of("exponential"), names=["a.initial"])
