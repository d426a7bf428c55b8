"""Trajectories with delays: closed forms by the method of steps, a second program's method, symmetry, endings."""

import math

import numpy as np
import pytest

from symbiode.dynamics.simulation import ensemble, simulate
from symbiode.errors import InvalidValueError, RefusedError
from symbiode.system.building import build


def pair(a, b, delays, r=(1.0, 1.0)):
    units = {name: {"growth": g, "capacity": 1, "initial": 0.5} for name, g in zip("ab", r, strict=True)}
    return build(units, effects={"a.b": a, "b.a": b}, delays={"a.b": delays[0], "b.a": delays[1]})


def test_a_linear_equation_agrees_with_the_method_of_steps():
    """x' = -x(t - 1) by way of y' = -x(t - 1), x' = -y(t): each stretch is a polynomial, worked out by hand.

    With x = y = 1 for t <= 0: y' = -1 on [0, 1], so y = 1 - t and x' = -(1 - t), x = 1 - t + t^2/2; on [1, 2] with
    s = t - 1: y' = -(1 - s + s^2/2), y = -s + s^2/2 - s^3/6 and x = 1/2 + s^2/2 - s^3/6 + s^4/24.
    """
    model = build(
        {"x": {"initial": 1}, "y": {"initial": 1}}, equations={"x": "-y", "y": "-x"}, delays={"y.x": 1}
    )  # fmt: skip
    t = np.linspace(0, 2, 21)
    run = simulate(model, t, rtol=1e-10)
    s = t - 1
    x = np.where(t <= 1, 1 - t + t**2 / 2, 0.5 + s**2 / 2 - s**3 / 6 + s**4 / 24)
    y = np.where(t <= 1, 1 - t, -s + s**2 / 2 - s**3 / 6)
    assert np.abs(run.y - np.stack([x, y], 1)).max() < 1e-9
    assert run.error_estimate < 1e-9


def test_an_effect_that_lags_behind_a_resting_unit_is_a_forced_logistic():
    """Unit b rests at its capacity before and after; a feels it with no other change: logistic with capacity 1 + d."""
    model = build(
        {"a": {"growth": 1, "capacity": 1, "initial": 0.5}, "b": {"growth": 1, "capacity": 1, "initial": 1}},
        effects={"a.b": 0.5}, delays={"a.b": 0.7},
    )  # fmt: skip
    t = np.linspace(0, 5, 11)
    assert simulate(model, t).y[:, 0] == pytest.approx(1.5 / (1 + 2 * np.exp(-1.5 * t)), rel=1e-8)


def test_levels_before_the_start_may_be_given():
    """While everything felt is history, a grows like x0 exp(integral of its growth): here r = 1 - x + 2 t."""
    model = build(
        {"a": {"growth": 1, "capacity": 1, "initial": 0.5}, "b": {"growth": 1, "capacity": 1, "initial": 1}},
        effects={"a.b": 2}, delays={"a.b": 1},
    )  # fmt: skip
    run = simulate(model, [0, 0.5, 1], history=lambda t: [0.5, t + 1])
    # x' = x (1 - x + 2 t) is a Bernoulli equation: 1/x = e^{-G} (2 + integral of e^G), G = t + t^2.
    s = np.linspace(0, 1, 20001)
    weight = np.exp(s + s**2)
    exact = math.e**2 / (2 + np.sum((weight[1:] + weight[:-1]) / 2) / 20000)
    assert run.y[-1, 0] == pytest.approx(exact, rel=1e-8)
    with pytest.raises(InvalidValueError, match="2 levels"):
        simulate(model, [0, 1], history=lambda t: [-1.0, 1.0])


def test_without_effects_a_delay_changes_nothing():
    late = simulate(pair(0, 0, (1, 2)), [0, 1, 5])
    assert late.y == pytest.approx(simulate(pair(0, 0, (0, 0)), [0, 1, 5]).y, rel=1e-8)


def test_fixed_small_steps_of_another_method_agree():
    """Heun's method with linear interpolation at aligned steps, second order, extrapolated (Richardson)."""
    model, ends = pair(1.5, -0.9, (1, 2), (1.2, 0.8)), []
    for per in (100, 200):
        h, x = 1 / per, [np.array([0.5, 0.5])]

        def at(k, x=x):
            return x[max(k, 0)]

        def rates(now, k, at=at, per=per):
            return np.array(
                [
                    1.2 * now[0] * (1 - now[0] + 1.5 * at(k - per)[1]),
                    0.8 * now[1] * (1 - now[1] - 0.9 * at(k - 2 * per)[0]),
                ]
            )

        for k in range(10 * per):
            first = rates(x[k], k)
            x.append(x[k] + h / 2 * (first + rates(x[k] + h * first, k + 1)))
        ends.append(x[-1])
    expected = ends[1] + (ends[1] - ends[0]) / 3
    assert simulate(model, [0, 10]).y[-1] == pytest.approx(expected, rel=2e-5)


def test_the_error_estimate_bounds_the_error():
    model, t = pair(1.5, -0.9, (1, 2)), np.linspace(0, 30, 31)
    rough, fine = simulate(model, t, rtol=1e-5), simulate(model, t, rtol=1e-11)
    assert (np.abs(rough.y / fine.y - 1) <= rough.error + 1e-10).all()
    assert rough.error_estimate <= 1e-4


def test_only_the_sum_of_both_delays_matters_after_a_shift_of_time():
    """With v(t) = u2(t - tau12) the delays (tau12, tau21) become (0, tau12 + tau21)."""
    first = simulate(pair(1.5, -0.9, (1, 2)), np.linspace(0, 200, 3))
    second = simulate(pair(1.5, -0.9, (0, 3)), np.linspace(0, 200, 3))
    assert first.y[-1] == pytest.approx(second.y[-1], rel=1e-6)


def test_exchanging_units_and_measures_changes_nothing():
    model = pair(1.5, -0.9, (1, 2), (1.2, 0.8))
    other = build(
        {
            "b": {"growth": 0.8, "capacity": 30, "initial": 15},
            "a": {"growth": 1.2, "capacity": 7, "initial": 3.5},
        },
        effects={"a.b": 1.5, "b.a": -0.9}, delays={"a.b": 1, "b.a": 2},
    )  # fmt: skip
    one, two = (simulate(m, [0, 5, 20]).y for m in (model, other))
    assert two[:, ::-1] / [7, 30] == pytest.approx(one, rel=1e-7)


def test_zero_stays_zero_and_members_may_differ():
    model = pair(0.5, 0.5, (1, 2))
    run = ensemble(model, values={"a.growth": [1, 2]}, start=[0, 0.5], times=[0, 3])
    assert (run.y[:, :, 0] == 0).all()
    assert run.y[0] == pytest.approx(simulate(model, [0, 3], [0, 0.5]).y)
    both = ensemble(model, values={"a.growth": [1, 2]}, times=[0, 3])
    assert both.y[1] == pytest.approx(simulate(model.with_values({"a.growth": 2}), [0, 3]).y)


def test_too_much_work_is_refused():
    with pytest.raises(RefusedError, match="work limit"):
        simulate(pair(0.5, 0.5, ("1/1000000", "1/1000000")), [0, 1000])
