"""Rivals: AICc by its formula, independent growth against fits by hand, forecasts that know nothing of the future."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

import symbiode
from symbiode.dynamics.modes.ladder import Mode
from symbiode.dynamics.simulation import simulate
from symbiode.errors import RefusedError
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.falsification import rolling_origin
from symbiode.inference.observations import Observations, of_model
from symbiode.inference.problems import pose, run
from symbiode.inference.rivals import aicc, held_at_zero, independent_aicc, mode_at, other_bases, walk
from symbiode.system.building import build

UNITS = {"a": {"growth": 0.4, "capacity": 100, "initial": 10}, "b": {"growth": 0.3, "capacity": 80, "initial": 20}}
METHOD = TrajectoryMatching(starts=4)


@pytest.fixture(scope="module")
def coupled():
    model = build(UNITS, effects={"a.b": -0.5, "b.a": 0.6})
    times = np.arange(16.0)
    y = np.asarray(simulate(model, times).y) * np.exp(0.02 * np.random.default_rng(3).standard_normal((16, 2)))
    seen = Observations(t=times, y=y, units=("a", "b"))
    problem = pose(model, seen)
    return model, seen, problem, run(METHOD, problem)


def test_the_correction_is_none_where_it_would_divide_by_nothing():
    assert aicc(-10.0, 20, 3) == pytest.approx(6 + 20 + 24 / 16)
    assert aicc(-10.0, 5, 3) is not None
    assert aicc(-10.0, 4, 3) is None


def logistic_alone(t, y, r):
    """Return scipy's least-squares fit of (ln r, ln K, ln x0) to logarithms of levels."""

    def residual(q):
        r, K, x0 = np.exp(q)
        return np.log(K / (1 + (K / x0 - 1) * np.exp(-r * t))) - np.log(y)

    return optimize.least_squares(residual, np.log([r, y.max(), y[0]]))


def test_without_effects_each_unit_is_the_logistic_that_scipy_fits(coupled):
    _, seen, problem, estimate = coupled
    params, ssr = held_at_zero(problem, METHOD, estimate)
    total = 0.0
    for k in range(2):
        alone = logistic_alone(seen.t, seen.y[:, k], 0.4)
        assert np.log(params[3 * k : 3 * k + 3]) == pytest.approx(alone.x, abs=0.02)
        total += 2 * alone.cost
    assert ssr == pytest.approx(total, rel=1e-3)
    assert params[6:].tolist() == [0, 0]


def test_the_rival_of_a_law_without_capacities_may_grow_logistically(lynx, lynx_fit):
    """Exponential growth is a poor rival for cycles; logistic growth is tried too, and the better one counts."""
    _, model, seen = lynx
    best, params = independent_aicc(lynx_fit.problem, lynx_fit.method, lynx_fit.estimate, model, seen)
    slopes, starts = np.log(params[[0, 2]]), np.log(params[[1, 3]])
    assert np.isfinite([slopes, starts]).all()
    line = [np.polyfit(seen.t - 1900, np.log(seen.y[:, k]), 1, full=True)[1][0] for k in range(2)]
    llf = -42 / 2 * (np.log(2 * np.pi * sum(line) / 42) + 1) - np.log(seen.y).sum()
    tried = [[logistic_alone(seen.t - 1900, seen.y[:, k], r).cost * 2 for r in (0.1, 1.0, 3.0)] for k in range(2)]
    total = sum(map(min, tried))
    logistic = -42 / 2 * (np.log(2 * np.pi * total / 42) + 1) - np.log(seen.y).sum()
    assert best == pytest.approx(min(aicc(llf, 42, 5), aicc(logistic, 42, 7)), abs=0.2)
    assert best > lynx_fit.aicc + 50


def test_forecasts_of_one_batch_are_those_of_fits_made_one_by_one(coupled):
    model, seen, problem, estimate = coupled
    found = walk(problem, METHOD, estimate, None, seen)

    def forecast(train, times):
        posed = pose(model, train)
        return posed.trajectory(run(METHOD, posed).params[None], np.array([0.0, *times])).y[0, 1:]

    by_hand = rolling_origin(seen, forecast, first=len(seen.t) - 2)
    last = found.forecast[-2:]
    assert last == pytest.approx(by_hand.forecast, rel=1e-3)
    assert found.origins[-2:].tolist() == by_hand.origins.tolist()
    assert found.pooled_u < 1


def test_a_forecast_knows_nothing_of_later_rows(coupled):
    _, seen, problem, estimate = coupled
    y = np.array(seen.y)
    y[-1] *= 3
    from dataclasses import replace

    other = walk(replace(problem, y=y), METHOD, estimate, None, Observations(t=seen.t, y=y, units=seen.units))
    here = walk(problem, METHOD, estimate, None, seen)
    assert other.forecast == pytest.approx(here.forecast, rel=1e-9)


def test_series_too_short_for_origins_give_no_comparison(coupled):
    model, seen, _, _ = coupled
    short = seen.window(last=9)
    problem = pose(model, short)
    assert walk(problem, METHOD, run(METHOD, problem), None, short) is None


def test_other_bases_are_those_of_the_same_quantity():
    model = symbiode.load("shenzhen-hongkong")
    own, local, research = (of_model(model, name) for name in (None, "local", "rd"))
    assert "local" in dict(other_bases(model, own)).values()
    assert "rd" not in dict(other_bases(model, own)).values()
    assert None in dict(other_bases(model, local)).values()
    assert other_bases(model, research) == ()
    assert other_bases(build(UNITS), own) == ()


def test_the_mode_of_coefficients_is_read_from_their_signs(coupled):
    model, _, problem, estimate = coupled
    assert mode_at(model, problem, estimate.params, zero=0.05, tau=0.1) is Mode.PARASITISM
    with pytest.raises(RefusedError):
        pose(build({"a": UNITS["a"]}), Observations(t=[0.0, 1.0], y=[[1.0], [2.0]], units=("a",)))
