"""Every estimator keeps the contract: it recovers known coefficients, holds what is held, and its intervals cover."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from scipy import stats

from symbiode import discover
from symbiode.dynamics.simulation import simulate
from symbiode.errors import Code
from symbiode.inference import estimators
from symbiode.inference.estimators import _one_step as one_step
from symbiode.inference.observations import Observations
from symbiode.inference.problems import checked, pose, run
from symbiode.system.building import build

# Both units reach their capacity from different sides, so that growth, capacity and effects are told apart.
UNITS = {"a": {"growth": 0.5, "capacity": 100, "initial": 8}, "b": {"growth": 0.4, "capacity": 40, "initial": 70}}
MODEL = build(UNITS, effects={"a.b": 0.3, "b.a": -0.25})
TIMES = np.arange(20.0)
# A posterior mean is no optimum, and its intervals are no profiles: see tests/inference/test_posterior.py.
OPTIMA = [name for name in discover.names(estimators) if name != "posterior"]
every_estimator = pytest.mark.parametrize("name", OPTIMA)


def method_of(name):
    return importlib.import_module(f"symbiode.inference.estimators.{name}").ESTIMATOR()


def data(method, noise, count, seed=0, gaps=()):
    """Return what the method takes for the truth: its own steps with shocks if it has any, else paths with errors."""
    exact = np.asarray(simulate(MODEL, TIMES).y)
    for row, column in gaps:
        exact[row, column] = np.nan
    errors = noise * np.random.default_rng(seed).standard_normal((count, *exact.shape))
    if not hasattr(method, "per_time") or not hasattr(method, "simulate"):
        return exact * np.exp(errors)
    problem = problem_of(exact, method)
    return one_step.shaken(method, problem, truth(problem.names), errors * sizes(method))


def sizes(method):
    """Return the size of an error of 1 in each unit."""
    return np.ones(2) if method.error == "log" else np.array([100.0, 40.0])


def problem_of(y, method):
    return pose(MODEL, Observations(t=TIMES, y=y, units=("a", "b")), error=method.error)


def truth(names):
    values = {f"{unit.name}.initial": unit.initial.value for unit in MODEL.units}
    values |= {".".join(p.path): p.value for p in MODEL.parameters}
    return np.array([float(values[name]) for name in names])


@every_estimator
def test_known_coefficients_are_recovered_within_their_errors(name):
    method = checked(method_of(name))
    problem = problem_of(data(method, 0.005, 1)[0], method)
    found = run(method, problem)
    assert found.status.code is Code.OK
    errors = np.sqrt(np.diag(found.cov))
    assert (np.abs(found.params - truth(found.names)) < 4 * errors).all()
    # Shocks of the same size tell less than errors of measurement, which do not add up.
    assert (errors < (0.35 if hasattr(method, "per_time") else 0.2) * np.abs(found.params)).all()


@every_estimator
def test_the_estimate_is_complete_and_repeatable(name):
    method = method_of(name)
    problem = problem_of(data(method, 0.02, 1)[0], method)
    found, again = run(method, problem), run(method, problem)
    assert found.params.tobytes() == again.params.tobytes()
    assert found.fitted.shape == found.resid.shape == (20, 2)
    assert (found.nobs, found.df_resid) == (40, 32)
    assert found.sigma == pytest.approx(np.sqrt(found.ssr / 32))
    assert found.agreeing >= 2
    assert found.wider is not None


@every_estimator
def test_a_coefficient_with_equal_bounds_is_held_in_its_row_only(name):
    method = method_of(name)
    problem = problem_of(data(method, 0.02, 1)[0], method)
    lower, upper = np.tile(problem.lower, (2, 1)), np.tile(problem.upper, (2, 1))
    k = problem.names.index("effects.a.b")
    lower[0, k] = upper[0, k] = 0.1
    found = method.refit(problem, np.tile(truth(problem.names), (2, 1)), lower=lower, upper=upper)
    assert found.params[0, k] == 0.1
    assert found.params[1, k] != 0.1
    assert found.ssr[0] > found.ssr[1]
    assert found.converged.all()


@every_estimator
def test_missing_years_change_nothing_but_the_count(name):
    """Exact data: what is left out was known already (the integral method knows it as well as its spline does)."""
    method = method_of(name)
    y = data(method, 0.0, 1, gaps=[(4, 0), (11, 0), (7, slice(None))])[0]
    problem = problem_of(y, method)
    found = run(method, problem)
    # A one-step method passes over a row that lacks a unit.
    assert found.nobs == (34 if hasattr(method, "per_time") else 36)
    assert found.params == pytest.approx(truth(found.names), rel=0.02 if name == "integral" else 1e-6)


def covered(name, count, seed, noise=0.02):
    """Return how often the 95 % profile interval covers each coefficient.

    It covers if holding the coefficient at its true value raises the sum of squares by less than the threshold: two
    refits, no walk. Fits start away from the truth.
    """
    method = method_of(name)
    y = data(method, noise, count, seed)
    alive = np.isfinite(y).all(axis=(1, 2))  # a method's own steps may run away, which is no study at all
    assert alive.mean() > 0.99
    y, count = y[alive], int(alive.sum())
    problem = problem_of(y[0], method)
    true, k, weights = truth(problem.names), len(problem.names), 1 / sizes(method)
    shift = np.where(problem.positive, np.exp(0.2), 1.0)
    start = np.tile(true * shift, (count, 1))
    free = method.refit(problem, start, lower=problem.lower, upper=problem.upper, y=y, weights=weights)
    rows = np.repeat(np.arange(count), k)
    lower, upper = np.tile(problem.lower, (count * k, 1)), np.tile(problem.upper, (count * k, 1))
    held = np.tile(np.arange(k), count)
    start = np.tile(true * shift, (count * k, 1))
    for array in (lower, upper, start):
        array[np.arange(count * k), held] = true[held]
    bound = method.refit(problem, start, lower=lower, upper=upper, y=y[rows], weights=weights)
    df = problem.nobs - k
    rise = (bound.ssr.reshape(count, k) / free.ssr[:, None] - 1) * df
    return (rise <= stats.t.ppf(0.975, df) ** 2).mean(axis=0)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow if n == "state_space" else ()) for n in OPTIMA]
)
def test_profile_intervals_cover_about_as_often_as_they_say(name):
    share = covered(name, 60, seed=11)
    assert share.mean() == pytest.approx(0.95, abs=0.03)
    assert (share > stats.binom.ppf(1e-4, 60, 0.95) / 60).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in OPTIMA if name not in ("state_space", "integral")])
def test_profile_intervals_cover_as_often_as_they_say(name):
    share = covered(name, 1000, seed=12)
    assert (share >= 0.925).all()
    assert 0.935 <= share.mean() <= 0.97


@pytest.mark.slow
def test_intervals_of_integrals_are_too_short_by_what_their_note_says():
    """Errors of integrals depend on each other; the note in every such fit gives the range found here."""
    share = covered("integral", 1000, seed=12)
    assert share.min() == pytest.approx(0.81, abs=0.02)
    assert share.max() == pytest.approx(0.92, abs=0.02)
    fitted = run(method_of("integral"), problem_of(data(method_of("integral"), 0.02, 1)[0], method_of("integral")))
    assert [note.key for note in fitted.notes] == ["integral_too_short"]
