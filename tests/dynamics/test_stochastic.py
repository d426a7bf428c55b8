"""Paths with noise: exact laws of one unit, measured order of the scheme, seeds, blow-up and zeros."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from symbiode.dynamics.simulation import ensemble, simulate
from symbiode.dynamics.simulation import stochastic as scheme
from symbiode.dynamics.simulation.pieces import pieces_of
from symbiode.errors import RefusedError
from symbiode.system.building import build


def pair(a=0.3, b=-0.2, noise=(0.4, 0.3)):
    units = {
        name: {"growth": r, "capacity": K, "initial": 0.5 * K, "noise": s}
        for name, r, K, s in zip("ab", (1, 0.7), (1, 2), noise, strict=True)
    }
    return build(units, effects={"a.b": a, "b.a": b})


def test_growth_without_limit_has_the_mean_and_variance_of_geometric_brownian_motion():
    """ln x(t) is normal with mean (r - sigma^2/2) t and variance sigma^2 t (Oksendal 2003, example 5.1.1)."""
    model = build({"a": {"growth": 0.3, "initial": 2, "noise": 0.5}}, law="lotka_volterra")
    run = ensemble(model, members=4000, times=[0, 1, 3], seed=5)
    logs = np.log(run.y[:, :, 0] / 2)
    for k, t in ((1, 1.0), (2, 3.0)):
        expected = stats.norm((0.3 - 0.125) * t, 0.5 * math.sqrt(t))
        assert stats.kstest(logs[:, k], expected.cdf).pvalue > 1e-3
    # Increments of one Brownian motion are independent.
    assert abs(np.corrcoef(logs[:, 1], logs[:, 2] - logs[:, 1])[0, 1]) < 4 / math.sqrt(4000)


def test_one_logistic_unit_has_the_stationary_gamma_distribution():
    """Shape 2 r/sigma^2 - 1, scale K sigma^2/(2 r), so mean K (1 - sigma^2/(2 r)) (Evans et al. 2015, section 2)."""
    model = build({"a": {"growth": 1, "capacity": 3, "initial": 2, "noise": 0.8}})
    run = ensemble(model, members=1000, times=[0, 20], seed=1, rtol=1e-2)
    law = stats.gamma(2 / 0.64 - 1, scale=3 * 0.64 / 2)
    assert law.mean() == pytest.approx(3 * (1 - 0.64 / 2))
    assert stats.kstest(run.y[:, -1, 0], law.cdf).pvalue > 1e-3


def test_the_scheme_has_strong_order_one_and_a_half():
    """Roessler (2010), section 6: SRA1 has order 1.5 for additive noise, which noise in ln x is."""
    model, grid = pair(noise=(0.9, 0.7)), np.array([0.0, 2.0])
    request = scheme.Request(pieces=pieces_of(model, grid), grid=grid, seed=3, rtol=1)
    who, starts = np.arange(400), np.tile([0.5, 1.0], (400, 1))
    brownian, ends = scheme._drawn(request, who, 0), []
    for level in range(11):
        brownian = brownian if level == 0 else scheme._bridged(request, who, brownian, level)
        ends.append(scheme._march(request, starts, who, brownian, level)[0][:, -1])
    errors = [np.sqrt(np.mean((z - ends[-1]) ** 2)) for z in ends[4:9]]
    slope = np.polyfit(np.arange(5), np.log2(errors), 1)[0]
    assert -1.8 < slope < -1.4


def test_halving_the_steps_keeps_the_brownian_path():
    """The increments and integrals of the halves add up to those of the whole (Kloeden and Platen 1992, 10.4)."""
    grid = np.array([0.0, 1.0])
    request = scheme.Request(pieces=pieces_of(pair(), grid), grid=grid, seed=0, rtol=1)
    whole = scheme._drawn(request, np.arange(2000), 0)
    halves = scheme._bridged(request, np.arange(2000), whole, 1)

    def parts(g, h):
        return math.sqrt(h) * g[:, 0], h / 2 * math.sqrt(h) * g[:, 0] + math.sqrt(h**3 / 12) * g[:, 1]

    W, Z = parts(whole[:, 0], 1.0)
    (W1, Z1), (W2, Z2) = parts(halves[:, 0], 0.5), parts(halves[:, 1], 0.5)
    assert np.allclose(W1 + W2, W)
    assert np.allclose(Z1 + Z2 + W1 / 2, Z)
    assert np.abs(np.cov(halves[:, :, :, 0].reshape(2000, -1).T) - np.eye(4)).max() < 0.12


def test_the_error_estimate_bounds_the_distance_to_a_much_finer_path():
    model = pair()
    rough, fine = (ensemble(model, members=20, times=range(6), rtol=rtol) for rtol in (1e-2, 1e-4))
    apart = np.abs(np.log(rough.y / fine.y)).max(axis=(1, 2))
    assert all(status.ok for status in (*rough.status, *fine.status))
    assert (apart <= rough.error_estimate).mean() >= 0.95
    assert (apart <= 2e-2).all()


def test_a_member_is_the_same_bytes_in_any_company(monkeypatch):
    model = pair()
    many = ensemble(model, members=8, times=range(4), seed=7, rtol=1e-2)
    monkeypatch.setattr(scheme, "_NUMBERS", 300)
    assert (ensemble(model, members=8, times=range(4), seed=7, rtol=1e-2).y == many.y).all()
    starts = np.tile([0.5, 1.0], (3, 1))
    starts[0] = [400.0, 1.0]
    assert (ensemble(model, start=starts, times=range(4), seed=7, rtol=1e-2).y[1:] == many.y[1:3]).all()
    assert (simulate(model, range(4), seed=7, rtol=1e-2).y == many.y[0]).all()
    assert (ensemble(model, members=3, times=range(4), seed=8, rtol=1e-2).y != many.y[:3])[:, 1:].all()


@settings(derandomize=True, max_examples=3, deadline=None)
@given(st.floats(0.2, 5), st.integers(0, 3))
def test_measures_of_level_change_nothing(scale, seed):
    model = pair()
    other = model.with_values(
        {"a.capacity": scale, "a.initial": 0.5 * scale, "b.capacity": 2 * scale, "b.initial": scale}
    )
    one, two = (simulate(m, range(4), seed=seed, rtol=1e-2).y for m in (model, other))
    assert np.allclose(two, scale * one, rtol=1e-9)


def test_zeros_stay_and_levels_stay_positive():
    model = pair(-3, -3, (2.0, 2.0))
    run = ensemble(model, start=[[0.0, 1.0]] * 20, times=np.linspace(0, 60, 4), rtol=1e-2)
    assert (run.y[:, :, 0] == 0).all()
    assert (run.y[:, :, 1] > 0).all()
    assert run.y[:, -1, 1].max() < 1e-2


def test_a_runaway_with_little_noise_ends_near_the_time_without_noise():
    model = pair(2, 1, (0.001, 0.001)).with_values({"a.growth": 0.3, "b.growth": 0.7})
    bare = model.with_values({"a.noise": 0, "b.noise": 0})
    runs = [simulate(m, range(60)) for m in (model, bare)]
    assert [run.ended for run in runs] == ["blow_up", "blow_up"]
    assert runs[0].blow_up_time == pytest.approx(runs[1].blow_up_time, rel=0.01)
    assert abs(runs[0].blow_up_time - runs[1].blow_up_time) <= runs[0].blow_up_error + 0.02
    assert runs[0].missing_times == tuple(float(t) for t in range(60) if t > runs[0].blow_up_time)


def test_noise_with_delays_and_noise_without_growth_per_capita_are_refused():
    late = build(
        {name: {"growth": 1, "capacity": 1, "initial": 1, "noise": 0.1} for name in "ab"},
        effects={"a.b": 0.1}, delays={"a.b": 2},
    )  # fmt: skip
    with pytest.raises(RefusedError, match="together"):
        simulate(late, [0, 1])
    own = build({"a": {"initial": 1, "noise": 0.1}}, equations={"a": "1 - a"})
    with pytest.raises(RefusedError, match="log growth"):
        simulate(own, [0, 1])


def test_an_accuracy_out_of_reach_is_refused_not_claimed(monkeypatch):
    monkeypatch.setattr(scheme, "MAX_STEPS", 1000)
    with pytest.raises(RefusedError) as caught:
        simulate(pair().with_values({"a.growth": 5}), [0, 1], rtol=1e-12)
    assert caught.value.status.code.value == "tolerance_not_met"
