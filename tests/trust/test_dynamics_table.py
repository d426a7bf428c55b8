"""Borders of two logistic units, each with what theory says, and inputs that must stop at the door."""

from __future__ import annotations

import math

import pytest

import symbiode
from symbiode.errors import ModelError


def two(d12: object, d21: object, **first: object) -> symbiode.Model:
    east = {"growth": "3/10", "capacity": 1, "initial": "1/10"} | first
    return symbiode.build(
        {"east": east, "west": {"growth": "8/10", "capacity": 1, "initial": "1/10"}},
        effects={"east.west": d12, "west.east": d21},
    )


def test_at_product_one_mutualists_grow_at_the_rate_of_the_ray() -> None:
    """Rate r1 r2 (1 + d12)/(r1 d12 + r2): along y = x/d12 both per-capita rates are equal."""
    settled = symbiode.settle(two(2, "1/2"))
    assert settled.outcome is symbiode.Outcome.UNBOUNDED
    assert settled.blow_up_time is None
    assert settled.rate == pytest.approx(0.3 * 0.8 * 3 / (0.3 * 2 + 0.8), rel=1e-14)


def test_equal_competitors_keep_the_invariant_of_their_start() -> None:
    """x^r2 / y^r1 is constant, and they end on x + y = 1."""
    x, y = symbiode.settle(two(-1, -1), start="initial").state or (0, 0)
    assert x + y == pytest.approx(1, abs=1e-12)
    assert 0.8 * math.log(x) - 0.3 * math.log(y) == pytest.approx((0.8 - 0.3) * math.log(0.1), abs=1e-10)


@pytest.mark.parametrize(
    ("d12", "d21", "state", "slow"),
    [(-2, "-1/2", (0, 1), False), ("-1/2", -2, (1, 0), False), (-1, "-1/2", (0, 1), True), (-1, -2, (1, 0), False)],
)
def test_borders_of_exclusion_are_decided_exactly(d12: object, d21: object, state: tuple[int, int], slow: bool) -> None:
    settled = symbiode.settle(two(d12, d21))
    assert settled.outcome is symbiode.Outcome.EXCLUSION
    assert settled.exact == state
    assert settled.slow is slow


@pytest.mark.parametrize("key", ["growth", "capacity", "initial"])
@pytest.mark.parametrize("value", [math.nan, math.inf, "1e400", True, "abc", -1, "1/0"])
def test_what_is_no_level_or_rate_is_refused_with_its_place(key: str, value: object) -> None:
    with pytest.raises(ModelError, match=rf"east\.{key}"):
        two(0, 0, **{key: value})
