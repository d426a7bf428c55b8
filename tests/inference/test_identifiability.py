"""Profiles: intervals against the textbook, and what each kind of series lets a profile say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize, stats
from scipy.integrate import solve_ivp

from symbiode.dynamics.simulation import simulate
from symbiode.errors import Code
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.identifiability import Reading, improved, profiles
from symbiode.inference.observations import Observations
from symbiode.inference.problems import pose, run
from symbiode.system.building import build

UNITS = {"a": {"growth": 0.4, "capacity": 100, "initial": 10}, "b": {"growth": 0.3, "capacity": 80, "initial": 20}}
METHOD = TrajectoryMatching(starts=6)


def walked(model, seen, **options):
    problem = pose(model, seen)
    estimate = run(METHOD, problem)
    return problem, estimate, {p.name: p for p in profiles(problem, METHOD, estimate, **options)}


@pytest.fixture(scope="module")
def growing():
    """Exponential growth with errors of logarithms: a straight line, so that the textbook knows the answer."""
    model = build({"a": {"growth": 0.1, "initial": 3}}, law="lotka_volterra")
    times = np.arange(12.0)
    y = 3 * np.exp(0.1 * times + 0.05 * np.random.default_rng(2).standard_normal(12))
    return model, Observations(t=times, y=y[:, None], units=("a",))


@pytest.mark.parametrize("level", [0.95, 0.8])
def test_intervals_of_a_straight_line_are_those_of_ordinary_least_squares(growing, level):
    model, seen = growing
    line = stats.linregress(seen.t, np.log(seen.y[:, 0]))
    half = stats.t.ppf((1 + level) / 2, 10) * np.array([line.stderr, line.intercept_stderr])
    _, estimate, found = walked(model, seen, level=level)
    rate, start = found["a.growth"], found["a.initial"]
    assert (rate.low, rate.high) == pytest.approx((line.slope - half[0], line.slope + half[0]), rel=2e-3)
    assert np.log([start.low, start.high]) == pytest.approx(
        [line.intercept - half[1], line.intercept + half[1]], rel=2e-3
    )
    assert {rate.reading, start.reading} == {Reading.IDENTIFIED}
    assert np.sqrt(estimate.cov[0, 0]) == pytest.approx(line.stderr, rel=1e-6)


def test_a_narrower_interval_comes_from_the_same_walk(growing):
    model, seen = growing
    line = stats.linregress(seen.t, np.log(seen.y[:, 0]))
    rate = walked(model, seen)[2]["a.growth"]
    half = stats.t.ppf(0.9, 10) * line.stderr
    assert rate.interval(0.8, 10) == pytest.approx((line.slope - half, line.slope + half), rel=5e-3)
    assert rate.interval(0.99, 10) == (None, None)


def test_an_end_of_an_interval_is_where_the_best_fit_with_it_held_reaches_the_threshold(lynx, lynx_fit):
    """The other coefficients refitted by scipy alone: solve_ivp inside least_squares."""
    profile = next(p for p in lynx_fit.profiles if p.name == "effects.hare.lynx")
    _, _, seen = lynx
    logs = np.log(seen.y)

    def residual(q):
        def rates(t, z):
            return [q[0] + profile.high * np.exp(z[1]), -q[1] + q[2] * np.exp(z[0])]

        path = solve_ivp(rates, (1900, 1920), q[3:], t_eval=seen.t, rtol=1e-9, atol=1e-9)
        return (path.y.T - logs).ravel()

    start = [*lynx_fit.params[["hare.growth", "lynx.growth", "effects.lynx.hare"]], *logs[0]]
    ssr = 2 * optimize.least_squares(residual, start, xtol=1e-10, ftol=1e-10).cost
    limit = lynx_fit.estimate.ssr * (1 + stats.t.ppf(0.975, 36) ** 2 / 36)
    assert ssr == pytest.approx(limit, rel=2e-3)


def test_a_capacity_that_was_never_approached_is_open_above():
    model = build({"a": {"growth": 0.1, "capacity": 1000, "initial": 1}})
    times = np.arange(15.0)
    y = np.asarray(simulate(model, times).y) * np.exp(0.03 * np.random.default_rng(0).standard_normal((15, 1)))
    found = walked(model, Observations(t=times, y=y, units=("a",)))[2]["a.capacity"]
    assert found.high is None
    assert found.low is not None
    assert found.reading in (Reading.ONE_SIDED, Reading.AT_BOUND)
    assert not found.bounded


def test_levels_that_are_multiples_of_each_other_are_not_identifiable_and_their_intervals_are_open():
    model = build(UNITS, effects={"a.b": 0, "b.a": 0})
    times = np.arange(14.0)
    y = np.asarray(simulate(build({"a": UNITS["a"]}), times).y)
    _, estimate, found = walked(model, Observations(t=times, y=np.column_stack([y, 2 * y]), units=("a", "b")))
    assert estimate.status.code is Code.NOT_IDENTIFIABLE
    for name in ("a.capacity", "b.capacity", "effects.a.b", "effects.b.a"):
        assert name in estimate.status.detail
        assert (found[name].low, found[name].high, found[name].reading) == (None, None, Reading.FLAT)


def test_a_constant_series_is_not_identifiable():
    model = build(UNITS, effects={"a.b": 0, "b.a": 0})
    times = np.arange(14.0)
    y = np.column_stack([np.full(14, 5.0), np.asarray(simulate(build({"b": UNITS["b"]}), times).y)])
    estimate = run(TrajectoryMatching(starts=3), pose(model, Observations(t=times, y=y, units=("a", "b"))))
    assert estimate.status.code is Code.NOT_IDENTIFIABLE


def test_the_bound_of_another_coefficient_is_named_where_it_cuts(gdp_fit):
    """Shenzhen and Hong Kong in US dollars: the effect on Shenzhen lies on its bound and holds up others."""
    found = {p.name: p for p in gdp_fit.profiles}
    assert found["effects.shenzhen.hongkong"].reading is Reading.AT_BOUND
    assert np.isnan(gdp_fit.bse["effects.shenzhen.hongkong"])
    cut = [p for p in gdp_fit.profiles if p.reading is Reading.CUT_BY]
    assert cut
    assert all(p.cut_by and p.name not in p.cut_by for p in cut)
    assert not any(found[name].bounded for name in gdp_fit.names if name.endswith("capacity"))


def test_a_profile_that_finds_a_better_fit_says_so(growing):
    model, seen = growing
    problem = pose(model, seen)
    estimate = run(METHOD, problem)
    assert improved(profiles(problem, METHOD, estimate), estimate) is None
    worse = replace(estimate, params=estimate.params * [1.05, 1], ssr=estimate.ssr * 1.4)
    better = improved(profiles(problem, METHOD, worse), worse)
    assert better is not None
    assert better == pytest.approx(estimate.params, rel=0.1)
