"""settle() from one start: separatrices, thresholds, conserved quantities, absent units and starts that are none."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiode.dynamics.modes import Evidence, Mode, Outcome, settle
from symbiode.errors import Code, InvalidValueError, UnknownNameError
from symbiode.system.building import build
from tests.dynamics.modes.test_modes import R, positive, two

# Starts


@pytest.mark.parametrize(("start", "winner"), [((2, 0.1), "east"), ((0.1, 2), "west"), ((0.41, 0.4), "east")])
def test_a_start_decides_founder_control(start: tuple[float, float], winner: str) -> None:
    settled = settle(two(-1.5, -1.5), start=start)
    assert (settled.outcome, settled.survivors) == (Outcome.EXCLUSION, (winner,))
    assert settled.evidence is Evidence.THEOREM
    assert settled.start == start


def test_with_equal_growth_the_separatrix_is_the_exact_ray() -> None:
    """For r1 = r2 it is u2/u1 = (1+b)/(1+a); here (1-3)/(1-2) = 2."""
    model = two(-2, -3, growth=(0.5, 0.5))
    on = settle(model, start=(0.7, 1.4))
    assert on.outcome is Outcome.UNDECIDED
    assert on.status.code is Code.ON_SEPARATRIX
    tiny = R(1, 10**40)
    assert settle(model, start=(R(7, 10) + tiny, R(7, 5))).survivors == ("east",)
    assert settle(model, start=(R(7, 10) - tiny, R(7, 5))).survivors == ("west",)


def test_with_unequal_growth_the_separatrix_bends_and_starts_are_followed() -> None:
    """Below the saddle the faster unit gains ground first, so a start on the straight ray goes to it."""
    for growth, winner in (((1, 0.2), "east"), ((0.2, 1), "west")):
        settled = settle(two(-1.5, -1.5, growth=growth), start=(0.01, 0.01))
        assert settled.survivors == (winner,)
        assert settled.evidence is Evidence.CERTIFICATE


def test_the_saddle_itself_is_a_knife_edge() -> None:
    assert settle(two(-1.5, -1.5), start=(0.4, 0.4)).outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(("start", "outcome"), [((3, 3), "blow_up"), ((0.5, 0.5), "extinction"), ((1, 1), "undecided")])
def test_obligate_mutualists_have_a_threshold(start: tuple[float, float], outcome: str) -> None:
    """Both obligate with a = b = 2: the saddle is (3/3, 3/3)."""
    settled = settle(two(2, 2, own=(-1, -1)), start=start)
    assert settled.outcome.value == outcome
    assert (settled.blow_up_time is not None) == (outcome == "blow_up")


@settings(max_examples=10, deadline=None)
@given(x=positive, y=positive, r=st.tuples(positive, positive))
def test_a_start_settles_on_the_line_where_its_conserved_quantity_says(
    x: Fraction, y: Fraction, r: tuple[Fraction, Fraction]
) -> None:
    """a = b = -1: u1 + u2 = 1 and u1^(1/r1)/u2^(1/r2) never changes."""
    settled = settle(two(-1, -1, growth=r), start=(x, y))
    assert settled.outcome is Outcome.CONTINUUM
    assert settled.mode is Mode.COMPETITION
    u, v = settled.state
    assert u + v == pytest.approx(1, rel=1e-12)
    if min(u, v) > 1e-200:
        before = math.log(x) / float(r[0]) - math.log(y) / float(r[1])
        after = math.log(u) / float(r[0]) - math.log(v) / float(r[1])
        assert after == pytest.approx(before, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("own", "effects"), [((1, -1), (1, 1)), ((0, 0), (2, 0.5)), ((-1, 1), (1, 1))])
def test_mutualists_settle_on_their_line_too(own: tuple[int, int], effects: tuple[float, float]) -> None:
    """The weighted product of levels (left null vector of A) is conserved, and the point is an equilibrium."""
    a, b = effects
    x, y, r1, r2 = 0.8, 0.5, 0.3, 0.7
    settled = settle(two(a, b, own=own), start=(x, y))
    u, v = settled.state
    assert own[0] - u + a * v == pytest.approx(0, abs=1e-12)
    assert own[1] - v + b * u == pytest.approx(0, abs=1e-12)
    assert math.log(u) / r1 + a * math.log(v) / r2 == pytest.approx(math.log(x) / r1 + a * math.log(y) / r2)


@pytest.mark.parametrize(
    ("own", "start", "outcome", "state"),
    [
        ((1, 1), (0, 0.5), "exclusion", (0, 1)),
        ((1, 1), (0.5, 0), "exclusion", (1, 0)),
        ((1, -1), (0, 0.5), "extinction", (0, 0)),
        ((1, -1), (0.5, 0), "exclusion", (1, 0)),
        ((0, 1), (0.5, 0), "extinction", (0, 0)),
        ((1, 1), (0, 0), "extinction", (0, 0)),
    ],
)
def test_an_absent_unit_stays_absent(
    own: tuple[int, int], start: tuple[float, float], outcome: str, state: tuple[int, int]
) -> None:
    settled = settle(two(2, 2, own=own), start=start)
    assert (settled.outcome.value, settled.exact) == (outcome, state)
    assert settled.mode is None
    assert "zero" in settled.why() or "Nothing" in settled.why()


def test_start_may_be_initial_a_mapping_or_levels() -> None:
    model = two(0.35, 0.2, initial=(0.3, 0.45))
    assert settle(model).start is None
    assert settle(model, start="initial").start == (0.3, 0.45)
    assert settle(model, start={"west": "0.5"}).start == (0.3, 0.5)
    assert settle(model, start=[1, 2]).start == (1, 2)


@pytest.mark.parametrize(
    "start", ["now", (1,), (1, 2, 3), (-1, 1), {"east": -1}, {"east": float("nan")}, {"east": True}]
)
def test_a_start_that_is_none_is_refused(start: object) -> None:
    with pytest.raises(InvalidValueError):
        settle(two(0.1, 0.1), start=start)


def test_a_start_for_an_unknown_unit_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'east'"):
        settle(two(0.1, 0.1), start={"eastt": 1})


def test_a_missing_initial_level_is_named() -> None:
    model = build({"east": {"growth": 1, "capacity": 1}, "west": {"growth": 1, "capacity": 1}})
    with pytest.raises(InvalidValueError, match=r"east\.initial"):
        settle(model, start="initial")
