"""Trajectory matching: published estimates to their printed digits, exact data, units of measure, hard cases."""

from __future__ import annotations

import numpy as np
import pytest

from symbiode.dynamics.simulation import simulate
from symbiode.errors import Code, DataError, InvalidValueError, RefusedError, UnknownNameError
from symbiode.inference.estimators._least_squares import minimise
from symbiode.inference.estimators.trajectory import TrajectoryMatching, residuals
from symbiode.inference.observations import Observations
from symbiode.inference.problems import free_names, pose, run
from symbiode.system.building import build

UNITS = {"a": {"growth": 0.4, "capacity": 100, "initial": 10}, "b": {"growth": 0.3, "capacity": 80, "initial": 20}}


def pair(d12=0.3, d21=-0.2, **changes):
    units = {name: {**UNITS[name], **changes.get(name, {})} for name in UNITS}
    return build(units, effects={"a.b": d12, "b.a": d21})


def made(model, times, *, noise=0.0, seed=0):
    """Return what a model produces, with errors of logarithms."""
    y = np.asarray(simulate(model, times).y)
    y = y * np.exp(noise * np.random.default_rng(seed).standard_normal(y.shape))
    return Observations(t=times, y=y, units=tuple(unit.name for unit in model.units))


def estimated(model, seen, *, free=None, seed=0, **settings):
    method = TrajectoryMatching(**settings)
    problem = pose(model, seen, free=free, error=method.error, seed=seed)
    return run(method, problem)


def true_values(model):
    found = {f"{u.name}.initial": float(u.initial.value) for u in model.units}
    return found | {".".join(p.path): float(p.value) for p in model.parameters}


def test_gause_mixture_comes_out_to_its_printed_digits(gause, gause_fit):
    """Estimates and standard errors of the vignette, and what follows from them."""
    published, derived = gause[0]["published"], gause[0]["derived"]
    told = gause_fit.per_capita()
    starts = [f"{name}.initial" for name in gause[0]["units"]]
    pairs = [(gause_fit.params[starts], gause_fit.bse[starts], published["N0"])]
    rates = [f"{name}.growth" for name in gause[0]["units"]]
    pairs.append((told.estimate[rates], told.se[rates], published["r"]))
    names = gause[0]["units"]
    a = [f"{i}.{j}" for i in names for j in names]
    pairs.append((told.estimate[a], told.se[a], published["a"]))
    for estimate, se, expected in pairs:
        assert np.array(estimate) == pytest.approx(np.ravel(expected["value"]), rel=expected["rtol"])
        assert np.array(se) == pytest.approx(np.ravel(expected["se"]), rel=expected["se_rtol"])
    assert gause_fit.df_resid == published["df_resid"]["value"]
    assert gause_fit.sigma == pytest.approx(published["residual_se"]["value"], abs=published["residual_se"]["atol"])
    assert gause_fit.estimate.ssr == pytest.approx(derived["ssr"]["value"], abs=derived["ssr"]["atol"])
    capacities = gause_fit.params[[f"{name}.capacity" for name in names]]
    assert np.array(capacities) == pytest.approx(derived["K"]["value"], rel=derived["K"]["rtol"])
    effects = ["effects.caudatum.aurelia", "effects.aurelia.caudatum"]
    assert np.array(gause_fit.params[effects]) == pytest.approx(derived["d"]["value"], rel=derived["d"]["rtol"])
    assert np.array(gause_fit.bse[effects]) == pytest.approx(derived["d"]["se"], rel=derived["d"]["se_rtol"])


@pytest.mark.parametrize("error", ["log", "level"])
def test_lynx_and_hare_come_out_to_their_printed_digits(lynx, error):
    case, model, seen = lynx
    found = estimated(model, seen, error=error)
    values = dict(zip(found.names, found.params, strict=True))
    errors = dict(zip(found.names, np.sqrt(np.diag(found.cov)), strict=True))
    expected = case[f"{error}_least_squares"]
    keys = {"alpha": "hare.growth", "beta": "effects.hare.lynx", "gamma": "lynx.growth", "delta": "effects.lynx.hare"}
    for letter, name in keys.items():
        assert abs(values[name]) == pytest.approx(expected[letter]["value"], abs=expected[letter]["atol"])
        if error == "log":
            assert errors[name] == pytest.approx(expected[letter]["se"], abs=expected[letter]["se_atol"])
            low, high = case["published"][letter]["interval80"]
            assert low < abs(values[name]) < high
    starts = [values["hare.initial"], values["lynx.initial"]]
    assert starts == pytest.approx(expected["start"]["value"], abs=expected["start"]["atol"])
    if error == "log":
        rms = np.sqrt(np.mean(found.resid**2, axis=0))
        assert rms == pytest.approx(expected["rms"]["value"], abs=expected["rms"]["atol"])
    else:
        assert found.ssr == pytest.approx(expected["ssr"]["value"], abs=expected["ssr"]["atol"])


@pytest.mark.parametrize(
    "model",
    [
        pair(0.3, 0.2),
        pair(-0.4, 0.3),
        pair(-0.2, 1.6, b={"own_growth": -1}),
        build(
            {"a": {"growth": 0.5, "initial": 2}, "b": {"growth": 0.4, "own_growth": -1, "initial": 1}},
            law="lotka_volterra", effects={"a.b": -0.3, "b.a": 0.2},
        ),
    ],
    ids=["mutualism", "parasitism", "obligate", "predator and prey"],
)  # fmt: skip
def test_exact_data_give_back_the_coefficients(model):
    """Irregular times, missing values and no knowledge of where to begin."""
    times = np.array([0, 1, 2, 3.5, 4, 6, 7, 8, 9, 10.25, 12, 14, 15, 17, 20, 22, 24])
    seen = made(model, times)
    y = np.array(seen.y)
    y[3, 0] = y[7, 1] = y[0, 1] = y[8] = np.nan
    found = estimated(model, Observations(t=times, y=y, units=seen.units), starts=8)
    expected = [true_values(model)[name] for name in found.names]
    assert found.status.ok
    assert found.params == pytest.approx(expected, rel=1e-6)


def test_another_unit_of_measure_leaves_effects_as_they_are():
    model, times = pair(), np.arange(16.0)
    seen = made(model, times, noise=0.02)
    other = Observations(t=times, y=seen.y * [1000, 0.01], units=seen.units)
    first, second = estimated(model, seen, starts=6), estimated(model, other, starts=6)
    factor = [1000 if name[0] == "a" else 0.01 for name in first.names]
    scaled = np.array([name.endswith((".capacity", ".initial")) for name in first.names])
    assert second.params == pytest.approx(np.where(scaled, factor, 1) * first.params, rel=1e-5)
    assert second.ssr == pytest.approx(first.ssr, rel=1e-9)


def test_neither_seed_nor_values_of_the_model_decide_the_answer():
    times = np.arange(18.0)
    seen = made(pair(), times, noise=0.01)
    first = estimated(pair(), seen, seed=1, starts=6)
    second = estimated(pair(0.9, 0.9, a={"growth": 3, "capacity": 7}), seen, seed=2, starts=6)
    assert second.params == pytest.approx(first.params, rel=1e-6)


def test_the_same_seed_gives_the_same_bytes():
    seen = made(pair(), np.arange(12.0), noise=0.02)
    runs = [estimated(pair(), seen, seed=3, starts=6) for _ in range(2)]
    assert runs[0].params.tobytes() == runs[1].params.tobytes()
    assert runs[0].cov.tobytes() == runs[1].cov.tobytes()


@pytest.mark.parametrize("error", ["log", "level"])
def test_the_jacobian_is_the_derivative_of_the_residuals(error):
    model = pair()
    problem = pose(model, made(model, np.arange(10.0), noise=0.05), error=error)
    theta = problem.inward(np.array([true_values(model)[name] for name in problem.names]))[None]
    function = residuals(problem, error, rtol=1e-12)
    _, jacobian, clean = function(theta, np.zeros(1, int))
    assert clean.all()
    step = 1e-5
    for k in range(theta.shape[1]):
        moved = theta + step * (np.arange(theta.shape[1]) == k) * np.array([[1.0], [-1.0]])
        ends, _, _ = function(moved, np.zeros(2, int))
        assert jacobian[0, :, k] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5, abs=1e-6)


def test_a_trial_that_runs_away_is_finite_and_never_the_answer():
    """Strong mutualism blows up inside the span of the data."""
    seen = made(pair(0.5, 0.5), np.arange(15.0), noise=0.02)
    problem = pose(pair(), seen)
    wild = np.where([name.startswith("effects") for name in problem.names], 3.5, problem.guess)
    residual, jacobian, clean = residuals(problem, "log")(problem.inward(wild)[None], np.zeros(1, int))
    assert not clean[0]
    assert np.isfinite(residual).all()
    assert np.isfinite(jacobian).all()
    start = np.stack([problem.inward(wild), problem.inward(problem.guess)])
    box = {"lower": problem.inward(problem.lower), "upper": problem.inward(problem.upper)}
    found = minimise(residuals(problem, "log"), start, **box, precision=1e-8)
    assert found.failures[0] > 0
    best = estimated(pair(), seen, starts=6)
    again = simulate(pair().with_values(dict(zip(best.names, best.params.tolist(), strict=True))), seen.t)
    assert np.asarray(again.y) == pytest.approx(best.fitted, rel=1e-7)


def test_one_sigma_per_unit_weighs_each_by_its_own_scatter():
    model, times = pair(), np.arange(25.0)
    y = np.array(made(model, times).y)
    y *= np.exp(np.random.default_rng(5).standard_normal(y.shape) * [0.005, 0.1])
    seen = Observations(t=times, y=y, units=("a", "b"))
    apart, pooled = estimated(model, seen, sigma="unit", starts=4), estimated(model, seen, starts=4)
    rms = np.sqrt(np.mean(apart.resid**2, axis=0))
    assert apart.sigmas / apart.sigmas[0] == pytest.approx(rms / rms[0], rel=1e-6)
    assert apart.llf > pooled.llf + 10
    assert pooled.sigmas[0] == pooled.sigmas[1] == pooled.sigma


def test_too_few_observations_are_refused_with_both_counts():
    seen = made(pair(), np.arange(4.0))
    with pytest.raises(RefusedError) as caught:
        pose(pair(), seen)
    assert caught.value.status.code is Code.TOO_SHORT
    assert dict(caught.value.status.values) == {"observations": 8, "parameters": 8}


def test_levels_without_a_logarithm_are_refused_with_their_times():
    y = np.array(made(pair(), np.arange(10.0)).y)
    y[[2, 5], 1] = 0, -1
    seen = Observations(t=np.arange(10.0) + 2000, y=y, units=("a", "b"))
    with pytest.raises(DataError, match="not so at 2002, 2005; use TrajectoryMatching\\(error='level'\\)"):
        pose(pair(), seen)
    assert pose(pair(), seen, error="level").nobs == 20


def test_a_unit_that_was_never_observed_is_refused():
    y = np.column_stack([np.arange(1.0, 21), np.full(20, np.nan)])
    seen = Observations(t=np.arange(20.0), y=y, units=("a", "b"))
    with pytest.raises(DataError, match="b: no value was observed"):
        pose(pair(), seen)


def test_bounds_of_the_file_limit_the_search_only_when_asked():
    model = pair(a={"capacity": {"value": 60, "lower": 50, "upper": 70}})
    seen = made(pair(), np.arange(16.0), noise=0.01)
    assert estimated(model, seen, starts=6).params[1] > 75
    method = TrajectoryMatching(starts=6)
    held = method.estimate(pose(model, seen, bounds=True))
    assert held.params[1] == pytest.approx(70)
    assert held.status.code is Code.AT_BOUND
    assert np.isnan(held.cov[1]).all()


def test_free_names_choose_what_is_estimated():
    model = pair()
    seen = made(model, np.arange(12.0), noise=0.01)
    found = estimated(model, seen, free=["a.growth", "effects.a.b"], starts=4)
    assert found.names == ("a.growth", "effects.a.b")
    assert found.params == pytest.approx([0.4, 0.3], rel=0.1)
    with pytest.raises(UnknownNameError, match=r"did you mean 'a\.growth'"):
        pose(model, seen, free=["a.grwth"])
    with pytest.raises(InvalidValueError, match="not a choice"):
        pose(model, seen, free=["a.own_growth"])
    assert free_names(model) == (
        "a.growth", "a.capacity", "a.initial", "b.growth", "b.capacity", "b.initial", "effects.a.b", "effects.b.a",
    )  # fmt: skip


def test_both_effects_of_a_pair_are_freed_though_the_file_names_one():
    one_way = build(UNITS, effects={"a.b": 0.3})
    assert free_names(one_way)[-2:] == ("effects.a.b", "effects.b.a")
    general = build({"a": {"growth": 1, "self_effect": -1, "initial": 1}}, law="generalised_lotka_volterra")
    assert free_names(general) == ("a.growth", "a.self_effect", "a.initial")
    found = estimated(one_way, made(pair(), np.arange(16.0)), starts=4)
    assert found.params[-2:] == pytest.approx([0.3, -0.2], rel=1e-5)
    three = build({**UNITS, "c": UNITS["a"]}, effects={"a.b": 0.3})
    assert [name for name in free_names(three) if name.startswith("effects")] == ["effects.a.b"]


def test_an_effect_that_is_a_formula_counts_as_its_number():
    named = build(UNITS, effects={"a.b": "openness*0.3", "b.a": -0.2}, parameters={"openness": 1})
    found = estimated(named, made(pair(), np.arange(16.0)), starts=4)
    assert dict(zip(found.names, found.params, strict=True))["effects.a.b"] == pytest.approx(0.3, rel=1e-5)


def test_equations_of_the_user_are_fitted_too():
    text = {"a": "growth*x*(1 - x/capacity) - 0.01*x*b/(1 + 0.1*x)", "b": "growth*x*(1 - x/capacity)"}
    model = build(UNITS, equations=text)
    found = estimated(model, made(model, np.arange(20.0)), starts=6)
    assert found.params == pytest.approx([true_values(model)[name] for name in found.names], rel=1e-5)


@pytest.mark.parametrize("settings", [{"error": "logs"}, {"sigma": "both"}, {"starts": 0}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(InvalidValueError):
        TrajectoryMatching(**settings)
