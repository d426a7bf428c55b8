"""Followed starts and Taylor series: against closed forms, a plain integration, and 50-digit references."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiode.dynamics.modes import Outcome, settle
from symbiode.dynamics.modes.regions import classify
from symbiode.dynamics.modes.series import blow_up, walk
from symbiode.errors import Code, Level
from symbiode.system.building import build
from tests.seeds import fresh_seed

R = sympy.Rational
rate = st.fractions(min_value="1/100", max_value=5, max_denominator=100)


@settings(max_examples=8, deadline=None)
@given(r=rate, x=rate, t=st.integers(1, 40))
def test_the_series_follows_the_logistic_curve(r: sympy.Rational, x: sympy.Rational, t: int) -> None:
    """x(t) = 1/(1 + (1/x0 - 1) e^(-r t)), to the digits asked for."""
    r, x = R(r.numerator, r.denominator), R(x.numerator, x.denominator)
    end = walk((r,), ((-r,),), (x,), lambda p: p.t > t, digits=30)
    exact = 1 / (1 + (1 / x - 1) * sympy.exp(-r * R(str(end.t))))
    assert abs(R(str(end.x[0])) / exact - 1).evalf(40) < 1e-27


def test_work_is_bounded_by_steps() -> None:
    one = sympy.Integer(1)
    assert walk((one,), ((-one,),), (one / 2,), lambda p: False, steps=5) is None


@pytest.mark.parametrize("near", [R(1, 10), R(1, 10**4), R(1, 10**6)])
def test_blow_up_just_above_the_border_keeps_its_digits(near: sympy.Rational) -> None:
    """d12 = d21 = 1 + e: t* = ln(1 + 1/(e x0)); 1 - u + d u cancels all the digits a float has."""
    one, d, x = sympy.Integer(1), 1 + near, R(1, 2)
    t, error = blow_up((one, one), ((-one, d), (d, -one)), (x, x))
    exact = float(sympy.log(1 + 1 / (near * x)).evalf(30))
    assert t == pytest.approx(exact, rel=1e-10)
    assert abs(t - exact) <= error


@pytest.mark.slow
def test_a_blow_up_whose_time_is_not_reached_is_still_a_blow_up_and_says_so() -> None:
    units = {name: {"growth": 1, "capacity": 1} for name in "xy"}
    near = R(1, 10**8)
    settled = settle(build(units, effects={"x.y": 1 + near, "y.x": 1 + near}), start=(0.5, 0.5))
    assert settled.outcome is Outcome.BLOW_UP
    assert settled.blow_up_time is None
    assert (settled.status.level, settled.status.code) == (Level.WARNING, Code.WORK_LIMIT)


@pytest.mark.slow
def test_stiff_blow_up_still_gets_its_time() -> None:
    """r ratio 1e4: the series stops at its work limit, the simulator takes over; slow u2 with u1 = 1 + 2 u2 at rest.

    Then u2' = r2 u2 (2 + u2), so t* is close to ln(1 + 2/u2(0))/(2 r2).
    """
    units = {"x": {"growth": 10, "capacity": 1}, "y": {"growth": 0.001, "capacity": 1}}
    settled = settle(build(units, effects={"x.y": 2, "y.x": 1}), start=(1.2, 0.1))
    assert settled.outcome is Outcome.BLOW_UP
    assert settled.blow_up_time == pytest.approx(math.log(1 + 2 / 0.1) / 0.002, rel=5e-3)
    assert settled.blow_up_error < 1e-6 * settled.blow_up_time


@pytest.mark.slow
def test_starts_beside_the_separatrix_are_told_apart_by_twenty_digits() -> None:
    """Halving between a start that x wins and one that y wins brackets the separatrix as far as one likes."""
    units = {"x": {"growth": 1, "capacity": 1}, "y": {"growth": "1/3", "capacity": 1}}
    model = build(units, effects={"x.y": -1.5, "y.x": -2})
    low, high = R(0), R(1)
    for _ in range(66):
        middle = (low + high) / 2
        if settle(model, start=(R(1, 10), middle)).survivors == ("x",):
            low = middle
        else:
            high = middle
    assert 0 < low < high < 1
    assert high - low < R(1, 10**19)


@pytest.mark.slow
def test_ten_thousand_starts_fall_on_the_side_that_an_integration_reaches() -> None:
    """At least 99.9 % decided right, the rest undecided."""
    from tests.dynamics.modes.test_settled_is_simulated import FIRST, SECOND, simulated

    rng = np.random.default_rng(fresh_seed())
    a, b = rng.uniform(-2.5, -1.05, (2, 10_000))
    r = np.exp(rng.uniform(np.log(0.05), 0, (2, a.size)))
    start = np.exp(rng.uniform(np.log(0.02), np.log(3), (2, a.size)))
    told = classify(a, b, start=(start[0], start[1]), growth=(r[0], r[1]))
    end, _ = simulated(a, b, r, start, np.ones((2, a.size)))
    wrong = (told.excluded != np.select([end == FIRST, end == SECOND], [1, 0], -1)) & (end > 0)
    near = np.flatnonzero(wrong)
    finer, _ = simulated(a[near], b[near], r[:, near], start[:, near], np.ones((2, near.size)), step=0.05)
    wrong[near] = told.excluded[near] != np.select([finer == FIRST, finer == SECOND], [1, 0], -1)
    assert not wrong.any()
    assert (told.excluded < 0).mean() <= 0.001


@pytest.mark.slow
def test_random_blow_up_times_agree_with_forty_digits() -> None:
    """Within the printed error, far inside 1e-6; the reference has more digits and a farther end.

    Stiff starts are left to the simulator: None, and few of them.
    """
    rng, left = np.random.default_rng(fresh_seed()), 0
    for _ in range(100):
        a, b = (R(int(v), 1000) for v in rng.integers(100, 4000, 2))
        if a * b <= R(51, 50):
            continue
        r1, r2, x, y = (R(int(v), 1000) for v in rng.integers(50, 2000, 4))
        form = (r1, r2), ((-r1, r1 * a), (r2 * b, -r2)), (x, y)
        found = blow_up(*form)
        if found is None:
            left += 1
            continue
        t, error = found
        end = walk(*form, lambda p: p.t > 0 and max(p.f) * p.t > Decimal(10) ** 14, digits=40)
        exact = float(end.t + 1 / max(end.f))
        assert abs(t - exact) <= error
        assert t == pytest.approx(exact, rel=1e-9)
    assert left <= 5
