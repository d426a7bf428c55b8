"""How simulations of every law end: settled, dead, infinite in finite time, or growing for ever."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from symbiode.dynamics.simulation import ensemble, simulate
from symbiode.dynamics.simulation.runaway import _radius, _rescaled
from symbiode.system.building import build
from symbiode.system.formats import load
from tests.seeds import fresh_seed


def capacity_pair(b, g, *, r=(1, 1), contacts=None, law="carrying_capacity"):
    units = {name: {"growth": r[i], "capacity": 1} for i, name in enumerate("ab")}
    return build(units, law=law, effects={"a.b": b, "b.a": g}, contacts=contacts or {})


def time_of_death(b, g, start):
    """Return when 1 + b z reaches 0, with s = ln(1 + b z) in place of time and 1/x in place of x: nothing is singular.

    It is within |b| z' e^-60 of the end.
    """

    def along(s, state):
        _, w, z = state
        C = math.exp(s)
        slope = b * z * (1 - z / (1 + g / w))
        return C / slope, (1 - w * C) / slope, C / b

    first = math.log(1 + b * start[1])
    found = solve_ivp(along, (first, -60), (0, 1 / start[0], start[1]), method="Radau", rtol=1e-11, atol=1e-13)
    return found.y[0, -1]


def test_a_capacity_that_falls_to_zero_kills_in_finite_time():
    """Yukalov, Yukalova and Sornette (2012), finite-time death: x falls like 1/|ln(t_c - t)|, so watch its capacity."""
    model = capacity_pair(-2, 1)
    found = simulate(model, [0, 1, 2, 3, 50], (0.1, 0.1))
    expected = time_of_death(-2, 1, (0.1, 0.1))
    assert expected == pytest.approx(2.05431, abs=5e-6)
    assert found.ended == "death"
    assert found.dead == (0,)
    assert abs(found.death_time - expected) <= found.death_error < 1e-7
    assert found.y_end == pytest.approx((0, 0.5))
    assert found.missing_times == (3, 50)
    assert np.isfinite(found.y[:3]).all()
    assert np.isnan(found.y[3:]).all()
    assert "a dies" in found.message


def test_a_unit_too_small_to_feel_its_capacity_dies_with_it():
    """With next to nothing of unit 1 the other is logistic, and its level passes 1/2 at t = ln 9 from 1/10."""
    found = simulate(capacity_pair(-2, 1), [0, 10], (1e-30, 0.1))
    assert found.ended == "death"
    assert abs(found.death_time - math.log(9)) <= found.death_error < 1e-7


def test_the_survivor_goes_on_alone_from_where_the_other_died():
    found = simulate(capacity_pair(-2, 1), [0, 10], (0.1, 0.1))
    rest = simulate(capacity_pair(-2, 1), [0, 40], found.y_end)
    assert rest.ended == ""
    assert rest.y[-1] == pytest.approx((0, 1))


def test_a_negative_capacity_makes_infinite_in_finite_time():
    """Yukalov, Yukalova and Sornette (2012), finite-time singularity: 1/x reaches zero, which is no singular point."""

    def along(_, state):
        y, z = state
        return -y + 1 / (1 - 2 * z), z - z**2 * y / (y + 0.5)

    def ends(_, state):
        return state[0]

    ends.terminal = True
    expected = solve_ivp(along, (0, 2), (1, 0.8), events=ends, rtol=1e-11, atol=1e-13).t_events[0][0]
    assert expected == pytest.approx(0.65612, abs=5e-6)
    found = simulate(capacity_pair(-2, 0.5), [0, 10], (1, 0.8))
    assert found.ended == "blow_up"
    assert abs(found.blow_up_time - expected) <= found.blow_up_error + 1e-9
    assert found.blow_up_error < 1e-6


@pytest.mark.parametrize(("b", "g", "r"), [(2, 1, (1, 1)), (2, 1, (0.3, 0.7)), (5, 0.4, (1, 2))])
def test_passive_symbiosis_beyond_one_grows_exponentially(b, g, r):
    """Along x/z = rho both grow at r1 (1 - rho/b) = r2 (1 - 1/(g rho)); with r = 1, rho = sqrt(b/g)."""
    found = simulate(capacity_pair(b, g, r=r), [0, 1e6], (0.1, 0.1))
    rho = np.roots([-r[0] / b, r[0] - r[1], r[1] / g]).max()
    rate = r[0] * (1 - rho / b)
    if r == (1, 1):
        assert rate == pytest.approx(1 - 1 / math.sqrt(b * g))
    assert found.ended == "unbounded"
    assert found.blow_up_time is None
    assert found.rate == pytest.approx(rate, rel=1e-6)
    assert found.y_end[0] / found.y_end[1] == pytest.approx(rho, rel=1e-6)


def test_passive_symbiosis_at_one_grows_on_a_line():
    """bg = 1: slopes (1+b)/2 and (1+g)/2, no blow-up and no exponential."""
    found = simulate(capacity_pair(2, 0.5), [0, 1e4, 2e4], (0.1, 0.1))
    assert (found.y[2] - found.y[1]) / 1e4 == pytest.approx((1.5, 0.75), rel=1e-3)
    far = simulate(capacity_pair(2, 0.5), [0, 1e12], (0.1, 0.1))
    assert far.ended == "beyond"
    assert far.rate is None


def test_capacities_that_outgrow_their_units_leave_them_free():
    """Beyond the fold of active symbiosis x z outgrows x and z: each grows at its own rate, here 1."""
    found = simulate(capacity_pair(1, 1, contacts={"a.b": 1, "b.a": 1}), [0, 1e3], (1, 1))
    assert found.ended == "unbounded"
    assert found.rate == pytest.approx(1, rel=1e-6)


def test_nothing_is_followed_from_a_capacity_of_zero():
    found = simulate(capacity_pair(-2, 1), [0, 1], (1, 0.5))
    assert found.ended == "singular"
    assert np.isnan(found.y[1]).all()


def test_every_member_of_an_ensemble_ends_as_alone():
    model = capacity_pair(-2, 1)
    starts = np.array([[0.1, 0.1], [1e-30, 0.1], [0, 0.1], [0.1, 0], [1, 0.8]])
    found = ensemble(model, start=starts, times=[0, 1, 5])
    for k, start in enumerate(starts):
        alone = simulate(model, [0, 1, 5], start)
        assert dict(found.status[k].values).get("ended", "") == alone.ended
        assert found.y[k] == pytest.approx(alone.y, rel=1e-7, nan_ok=True)


def test_gompertz_grows_as_its_formula_says_and_an_absent_unit_stays_absent():
    """Winsor (1932): x(t) = K exp(ln(x0/K) e^{-rt}), from next to nothing too."""
    units = {name: {"growth": "1/2", "capacity": 3} for name in "ab"}
    model = build(units, law="gompertz", effects={"b.a": 1})
    t = np.array([0.0, 1.0, 5.0])
    for start in (0.1, 1e-200):
        found = simulate(model, t, (start, 0))
        assert found.y[:, 0] == pytest.approx(3 * np.exp(math.log(start / 3) * np.exp(-t / 2)), rel=1e-8)
        assert (found.y[:, 1] == 0).all()
    many = ensemble(model, start=[[0.1, 0.0], [0.0, 0.1]], times=t)
    assert (many.y[0, :, 1] == 0).all()
    assert many.y[1, :, 1] == pytest.approx(3 * np.exp(math.log(0.1 / 3) * np.exp(-t / 2)), rel=1e-8)


def test_exponential_growth_is_told_with_its_rate():
    model = build({"a": {"growth": "1/4", "capacity": 3}}, law="exponential")
    found = simulate(model, [0, 10, 1e3], [2])
    assert found.y[1, 0] == pytest.approx(2 * math.exp(2.5))
    assert (found.ended, found.rate) == ("unbounded", pytest.approx(0.25))


def test_saturating_mutualism_agrees_with_ecoevoapps():
    """ecoevoapps, run_mutualism() with its defaults after Holland (2012): N1(1) = 36.39801, N2(1) = 54.98.

    N1' = r1 N1 + a12 N1 N2/(b + N2) - d1 N1^2, so K = r/d, our d12 = a12 K2/(b r1) and h12 = K2/b.
    """
    units = {"a": {"growth": 0.5, "capacity": 25}, "b": {"growth": 0.5, "capacity": 50}}
    model = build(units, law="saturating", effects={"a.b": 8, "b.a": 2}, saturations={"a.b": 5, "b.a": 2.5})
    found = simulate(model, [0, 1], (20, 40)).y[-1]
    assert found[0] == pytest.approx(36.39801, rel=1e-5)
    assert found[1] == pytest.approx(54.98, abs=0.01)


def test_random_mutualisms_blow_up_when_their_own_series_say():
    """The time left from the radius of convergence, against the same equations in rescaled time."""
    rng, used = np.random.default_rng(fresh_seed()), 0
    for _ in range(12):
        n = int(rng.integers(2, 5))
        r, d = 10 ** rng.uniform(-1.5, 0.5, n), 10 ** rng.uniform(-0.3, 0.7, (n, n))
        A = r[:, None] * (d * (1 - np.eye(n)) - np.eye(n))
        x = solve_ivp(lambda t, z, r=r, A=A: (r + A @ np.exp(z)) / (np.abs(A) @ np.exp(z)).max(), (0, 300),
                      np.log(rng.uniform(0.05, 0.5, n)), rtol=1e-10, atol=1e-10, events=above).y[:, -1]  # fmt: skip
        scale = (np.abs(A) @ np.exp(x)).max()
        left, error = _radius(r / scale, A / scale, np.exp(x))
        known = _rescaled(r, A, np.exp(x))
        if known.kind == "blow_up" and error <= 1e-6 * left:
            used += 1
            assert abs(left / scale - known.remaining) <= error / scale + known.error
    assert used > 0


def above(_, z):
    return z.max() - np.log(1e8)


above.terminal = True


def test_a_blow_up_beside_a_zero_capacity_has_an_error_though_the_sharper_run_tires():
    """In w = 1/x in place of time and ln Q, of the capacity -Q = 1 - 0.4 y below zero, the flow is regular to w = 0."""

    def along(w, state):
        room = np.exp(state[0])
        y, speed = (1 + room) / 0.4, -0.2 * (w * room + 1)
        return [0.4 * 0.3 * y * (1 - y * w / (w + y / 4)) / speed, room / speed]

    first = [np.log(0.4 * 4.2848 - 1), 0.0]
    expected = solve_ivp(along, (1 / 0.0873, 0), first, "DOP853", rtol=1e-13, atol=1e-14).y[1, -1]
    model = load("shared-capacity").with_values({"effects.port.works": "-0.4"})
    for rtol in (1e-9, 1e-12):
        found = simulate(model, [0, 10], [0.0873, 4.2848], rtol=rtol)
        assert found.ended == "blow_up"
        assert abs(found.blow_up_time - expected) <= found.blow_up_error < 1e-8
