"""Shocks and errors at once: exact filters, trajectory matching as the limit, both noises recovered."""

from __future__ import annotations

import numpy as np
import pytest

from symbiode.dynamics.simulation import simulate
from symbiode.inference.estimators._filter import filtered, smoothed
from symbiode.inference.estimators.state_space import StateSpace
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.observations import Observations
from symbiode.inference.problems import pose
from symbiode.system.building import build

UNITS = {"a": {"growth": 0.5, "capacity": 100, "initial": 8}, "b": {"growth": 0.4, "capacity": 40, "initial": 70}}
PAIR = build(UNITS, effects={"a.b": 0.3, "b.a": -0.25})
GROWING = build({"a": {"growth": 0.2, "initial": 3}}, law="lotka_volterra")


def pair(times, seed=0):
    exact = np.asarray(simulate(PAIR, times).y)
    y = exact * np.exp(0.02 * np.random.default_rng(seed).standard_normal(exact.shape))
    return pose(PAIR, Observations(t=times, y=y, units=("a", "b")))


def walk(count, q, e, seed):
    """Return logarithms of a random walk with drift 0.2 from log 3, observed with error."""
    rng = np.random.default_rng(seed)
    path = np.log(3) + np.cumsum(np.r_[0, 0.2 + q * rng.standard_normal(count - 1)])
    return path + e * rng.standard_normal(count)


def drifting(logs):
    seen = Observations(t=np.arange(float(len(logs))), y=np.exp(logs)[:, None], units=("a",))
    return pose(GROWING, seen)


@pytest.mark.peer
def test_growth_without_effects_is_filtered_like_a_random_walk_with_drift():
    """The law is linear in logarithms: predictions, variances and smoothed states are those of statsmodels."""
    logs, q2, e2 = walk(30, 0.1, 0.1, seed=1), 0.012, 0.008
    logs[[5, 6, 17]] = np.nan
    problem = drifting(logs)
    p = np.array([[0.2 if name.endswith("growth") else 3.0 for name in problem.names]])
    found = filtered(problem, p, logs[None, :, None], np.array([[q2]]), np.array([[e2]]), keep=True)
    from statsmodels.tsa.statespace.kalman_smoother import KalmanSmoother

    exact = KalmanSmoother(1, 1)
    exact.bind(logs[:, None].copy())
    for key, value in (("design", 1.0), ("transition", 1.0), ("selection", 1.0), ("state_cov", q2), ("obs_cov", e2)):
        exact[key] = np.array([[value]])
    exact["state_intercept"] = np.array([[0.2]])
    exact.initialize_known(np.array([np.log(3)]), np.zeros((1, 1)))
    told = exact.smooth()
    seen = np.isfinite(logs)
    assert found.predicted[0, :, 0] == pytest.approx(told.forecasts[0], abs=1e-8)
    assert found.variance[0, seen, 0] == pytest.approx(told.forecasts_error_cov[0, 0][seen], abs=1e-8)
    means, variances = smoothed(found)
    assert means[0, :, 0] == pytest.approx(told.smoothed_state[0], abs=1e-8)
    assert variances[0, :, 0] == pytest.approx(told.smoothed_state_cov[0, 0], abs=1e-8)


@pytest.mark.peer
def test_the_likelihood_is_that_of_the_filter_but_for_the_first_reward():
    """statsmodels' log-likelihood at the estimate, its first log variance exchanged for that of the scale."""
    logs = walk(40, 0.1, 0.1, seed=2)
    problem, method = drifting(logs), StateSpace()
    found = method.estimate(problem)
    noise = method.noise(problem, found.params)
    ratio = (found.df_resid / found.nobs) ** 0.5  # q and e are told with residual degrees of freedom
    q2, e2 = (float(x[0] * ratio) ** 2 for x in (noise.process, noise.measurement))
    values = dict(zip(problem.names, found.params, strict=True))
    from statsmodels.tsa.statespace.kalman_smoother import KalmanSmoother

    exact = KalmanSmoother(1, 1)
    exact.bind(logs[:, None].copy())
    for key, value in (("design", 1.0), ("transition", 1.0), ("selection", 1.0), ("state_cov", q2), ("obs_cov", e2)):
        exact[key] = np.array([[value]])
    exact["state_intercept"] = np.array([[values["a.growth"]]])
    exact.initialize_known(np.array([np.log(values["a.initial"])]), np.zeros((1, 1)))
    changed = np.log(e2) / 2 - np.log(e2 + q2) / 2
    assert found.llf == pytest.approx(exact.loglike() - logs.sum() + changed, abs=1e-5)


def test_without_shocks_it_is_trajectory_matching():
    """At q = 0 residuals and exact derivatives are those of the path; the estimate of such data is the same."""
    problem = pair(np.arange(20.0))
    path = TrajectoryMatching().estimate(problem)
    theta = np.append(problem.inward(path.params), 0.0)
    residual, jacobian, clean = StateSpace().residuals(problem)(theta[None], np.zeros(1, int))
    assert clean.all()
    assert residual[0] == pytest.approx(path.resid.ravel(), abs=1e-8)
    assert jacobian[0, :, :8] == pytest.approx(path.jacobian.reshape(-1, 8), abs=1e-6)
    found = StateSpace().estimate(problem)
    assert found.llf == pytest.approx(path.llf, abs=1e-6)
    assert found.params == pytest.approx(path.params, rel=1e-5)
    assert found.notes[1].key in ("state_space_no_process", "state_space_both")
    # Durbin and Koopman (2012), section 7.4: criteria count every variance; here one of shocks and one of errors.
    assert (path.noises, found.noises) == (1, 2)


@pytest.mark.slow
def test_criteria_count_two_variances_of_each_unit():
    """Two units with noises of their own: q and e of each, four in all (Durbin and Koopman 2012, section 7.4)."""
    assert StateSpace(sigma="unit", starts=1).estimate(pair(np.arange(14.0))).noises == 4


def test_derivatives_do_not_depend_on_the_step_of_the_differences(monkeypatch):
    """Central differences: a step of half the size changes them by no more than their own error."""
    problem = pair(np.arange(12.0))
    truth = np.array([0.5, 100, 8, 0.4, 40, 70, 0.3, -0.25])
    for method, extra in ((StateSpace(), [0.4]), (StateSpace(sigma="unit"), [0.4, 0.7, 0.3])):
        theta = np.append(problem.inward(truth), extra)[None]
        _, wide, _ = method.residuals(problem)(theta, np.zeros(1, int))
        with monkeypatch.context() as patched:
            patched.setattr("symbiode.inference.estimators.state_space.STEP", 5e-5)
            _, narrow, _ = method.residuals(problem)(theta, np.zeros(1, int))
        assert wide == pytest.approx(narrow, abs=1e-5 * np.abs(wide).max())


def test_simulated_data_have_the_noise_they_were_given(monkeypatch):
    """A random walk with drift: growth between years has variance q^2 + 2 e^2, and neighbours covary by -e^2."""
    problem, method = drifting(walk(12, 0.1, 0.1, seed=3)), StateSpace()
    found = method.estimate(problem)
    noise = method.noise(problem, found.params)
    made = np.log(method.simulate(problem, found, 4000, np.random.default_rng(5))[:, :, 0])
    growth = np.diff(made, axis=1)
    q2, e2 = float(noise.process[0]) ** 2, float(noise.measurement[0]) ** 2
    assert growth.var(axis=0).mean() == pytest.approx(q2 + 2 * e2, rel=0.03)
    pairs = ((growth[:, 1:] - growth[:, 1:].mean(axis=0)) * (growth[:, :-1] - growth[:, :-1].mean(axis=0))).mean()
    assert pairs == pytest.approx(-e2, abs=0.05 * (q2 + 2 * e2))


@pytest.mark.slow
def test_both_noises_of_a_long_random_walk_are_recovered():
    """150 points with q = e = 0.1: medians of 6 data sets within 20 %, each within 60 % (standard errors near 12 %)."""
    found = []
    for seed in range(6):
        problem, method = drifting(walk(150, 0.1, 0.1, seed)), StateSpace(starts=1)
        noise = method.noise(problem, method.estimate(problem).params)
        found.append((noise.process[0], noise.measurement[0]))
    assert np.median(found, axis=0) == pytest.approx([0.1, 0.1], rel=0.2)
    assert np.array(found) == pytest.approx(np.full((6, 2), 0.1), rel=0.6)
