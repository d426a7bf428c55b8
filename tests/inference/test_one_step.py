"""One-step methods and integral matching: where each is exact, how its error falls, and the same numbers elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import symbiode
from symbiode.dynamics.simulation import simulate
from symbiode.errors import Code, InvalidValueError, RefusedError
from symbiode.inference.draws import Bootstrap, drawn
from symbiode.inference.estimators import _one_step as one_step
from symbiode.inference.estimators._linear import linear_estimate
from symbiode.inference.estimators._sandwich import bandwidth
from symbiode.inference.estimators.frozen_partner import FrozenPartner
from symbiode.inference.estimators.grey import Grey
from symbiode.inference.estimators.growth_regression import GrowthRegression
from symbiode.inference.estimators.integral import Integral
from symbiode.inference.estimators.leslie import Leslie
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.fitting import fit
from symbiode.inference.observations import Observations, of_model
from symbiode.inference.problems import pose, run
from symbiode.system.building import build

UNITS = {"a": {"growth": 0.5, "capacity": 100, "initial": 8}, "b": {"growth": 0.4, "capacity": 40, "initial": 70}}
PAIR = build(UNITS, effects={"a.b": 0.3, "b.a": -0.25})
STEPWISE = (GrowthRegression(), Leslie(), FrozenPartner(), Grey())
EVERY = (*STEPWISE, Integral())
names_of = pytest.mark.parametrize("method", EVERY, ids=lambda m: type(m).__name__)


def made(model, times, factor=1.0):
    """Return exact observations of a model."""
    y = np.asarray(simulate(model, np.asarray(times, float)).y) * factor
    return Observations(t=times, y=y, units=tuple(unit.name for unit in model.units))


def found(method, model, seen):
    """Return the estimates by name."""
    problem = pose(model, seen, error=method.error)
    estimate = run(method, problem)
    return dict(zip(estimate.names, estimate.params, strict=True))


@pytest.mark.parametrize("method", [Leslie(), FrozenPartner(), Leslie(error="level")], ids=repr)
def test_steps_of_a_unit_alone_are_exact_however_long_and_uneven(method):
    """Verhulst (1838): x' = x e^{rD} / (1 + x (e^{rD} - 1)/K) solves the logistic equation."""
    alone = build({"a": UNITS["a"]})
    seen = made(alone, np.array([0, 1, 1.5, 4, 5, 9, 10, 14, 20.0]))
    assert found(method, alone, seen) == pytest.approx({"a.growth": 0.5, "a.capacity": 100, "a.initial": 8}, rel=1e-9)


def test_leslie_steps_stand_still_at_the_equilibrium():
    """Leslie and Gower (1958): the difference equations have the equilibria of the differential equations."""
    level = np.linalg.solve([[1, -0.3], [0.25, 1]], [1, 1]) * [100, 40]
    problem = pose(PAIR, made(PAIR, np.arange(6.0)))
    values = {"a.growth": 0.5, "a.capacity": 100, "a.initial": 8, "b.growth": 0.4, "b.capacity": 40, "b.initial": 70}
    p = np.array([[{**values, "effects.a.b": 0.3, "effects.b.a": -0.25}[name] for name in problem.names]])
    steps = one_step.Steps(np.array([0.0, 2.5]), np.tile(level, (1, 2, 1)))
    assert np.exp(Leslie().predict(problem, steps, p)[0][0, 0]) == pytest.approx(level, rel=1e-12)


ORDERS = [
    (GrowthRegression(regressor="lagged"), 1), (GrowthRegression(), 2), (GrowthRegression(regressor="log_mean"), 2),
    (Leslie(), 1), (FrozenPartner(), 2), (Grey(), 2), (Integral(rule="trapezoid"), 2), (Integral(rule="spline"), 4),
]  # fmt: skip


@pytest.mark.parametrize(("method", "order"), ORDERS, ids=repr)
def test_the_error_of_exact_data_falls_by_the_order_of_the_method(method, order):
    """Halving the step divides the error by 2^order: the truncation error of each rule, on data without noise."""
    errors = []
    for steps in (40, 80):
        values = found(replace(method, starts=2), PAIR, made(PAIR, np.linspace(0, 20, steps + 1)))
        errors.append(np.hypot(values["effects.a.b"] - 0.3, values["effects.b.a"] + 0.25))
    assert np.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.35 if order < 4 else 1.0)


@names_of
def test_another_unit_of_measure_leaves_effects_as_they_are(method):
    """The invariants of the scaled form: d_ij, r_i and x_i/K_i."""
    noise = np.exp(0.01 * np.random.default_rng(3).standard_normal((20, 2)))
    seen = made(PAIR, np.arange(20.0), noise)
    method = replace(method, starts=2)
    here = found(method, PAIR, seen)
    there = found(method, PAIR, replace(seen, y=seen.y * [1000, 0.01]))
    for name, value in here.items():
        scale = 1 if "growth" in name or "effects" in name else 1000 if name[0] == "a" else 0.01
        assert there[name] == pytest.approx(value * scale, rel=1e-5)


def test_grey_coefficients_are_those_of_the_printed_normal_equations():
    """Wu, Liu and Wang (2012): (B'B)^-1 B'Y with rows (z, z^2, z w) and x(k+1) - x(k), on the Hudson Bay pelts."""
    model = symbiode.load("lotka-volterra")
    seen = of_model(model)
    general = build(
        {"hare": {"growth": 1, "self_effect": -0.01}, "lynx": {"growth": 1, "self_effect": -0.01}},
        law="generalised_lotka_volterra", effects={"hare.lynx": 0, "lynx.hare": 0},
    )  # fmt: skip
    values = found(Grey(), general, seen)
    z = (seen.y[1:] + seen.y[:-1]) / 2
    for i, (own, other) in enumerate([("hare", "lynx"), ("lynx", "hare")]):
        j = 1 - i
        design = np.column_stack([z[:, i], z[:, i] ** 2, z[:, i] * z[:, j]])
        expected = np.linalg.solve(design.T @ design, design.T @ np.diff(seen.y[:, i]))
        told = [values[f"{own}.growth"], values[f"{own}.self_effect"], values[f"effects.{own}.{other}"]]
        assert told == pytest.approx(list(expected), rel=1e-8)


@pytest.mark.peer
@pytest.mark.parametrize("regressor", ["midpoint", "lagged", "log_mean"])
@pytest.mark.parametrize("data", ["gause", "lynx"])
def test_regressions_and_their_errors_equal_those_of_statsmodels(regressor, data, request):
    """Ordinary least squares of statsmodels on the same design, in its own coefficients; four kinds of errors."""
    import statsmodels.api as sm

    _, model, seen = request.getfixturevalue(data)
    if data == "lynx":
        units = {name: {"growth": 1, "self_effect": -0.01} for name in seen.units}
        model = build(units, law="generalised_lotka_volterra", effects={"hare.lynx": 0, "lynx.hare": 0})
    before, after = seen.y[:-1], seen.y[1:]
    change = np.log(after / before)
    level = {"midpoint": (before + after) / 2, "lagged": before, "log_mean": (after - before) / change}[regressor]
    kinds = {
        "classical": {}, "hc1": {"cov_type": "HC1"}, "hc3": {"cov_type": "HC3"},
        "newey_west": {"cov_type": "HAC", "cov_kwds": {"maxlags": bandwidth(len(level)), "use_correction": True}},
    }  # fmt: skip
    for errors, options in kinds.items():
        method = GrowthRegression(regressor=regressor, errors=errors)
        problem = pose(model, seen, error="log")
        told = linear_estimate(problem, run(method, problem))
        for k in range(2):
            peer = sm.OLS(change[:, k], sm.add_constant(level)).fit(**options)
            ours = np.array([told.growth[k], *told.effects[k]])
            assert ours == pytest.approx(np.asarray(peer.params), rel=1e-10)
            scale = np.sqrt(np.outer(np.diag(peer.cov_params()), np.diag(peer.cov_params())))
            assert told.cov[k, :, k] / scale == pytest.approx(np.asarray(peer.cov_params()) / scale, abs=1e-10)


def test_the_rule_of_newey_and_west_for_lags():
    """4 (T/100)^(2/9), Newey and West (1994)."""
    assert [bandwidth(size) for size in (20, 24, 100, 400)] == [2, 2, 4, 5]


@names_of
def test_every_kind_of_error_is_named_and_leaves_the_estimates(method):
    problem = pose(PAIR, made(PAIR, np.arange(20.0), np.exp(0.01 * np.random.default_rng(4).standard_normal((20, 2)))))
    plain, robust = run(method, problem), run(replace(method, errors="newey_west", bandwidth=3), problem)
    assert plain.params == pytest.approx(robust.params, rel=1e-12)
    assert (plain.errors, robust.errors, robust.lags) == ("classical", "newey_west", 3)
    ratio = np.sqrt(np.diag(robust.cov) / np.diag(plain.cov))
    assert ((ratio > 0.3) & (ratio < 3)).all()
    assert not np.allclose(ratio, 1)


def test_predator_and_prey_of_the_simode_example_are_recovered():
    """Yaari and Dattner, simode README: theta = (2/3, 4/3, 1, 1), x0 = (0.9, 0.9), 50 points on [0, 25], sigma 0.05."""
    units = {"prey": {"growth": 2 / 3, "initial": 0.9}, "hunter": {"growth": 1, "own_growth": -1, "initial": 0.9}}
    model = build(units, law="lotka_volterra", effects={"prey.hunter": -4 / 3, "hunter.prey": 1})
    seen = made(model, np.linspace(0, 25, 50))
    seen = replace(seen, y=seen.y + 0.05 * np.random.default_rng(2).standard_normal(seen.y.shape))
    truth = {"prey.growth": 2 / 3, "hunter.growth": 1, "effects.prey.hunter": -4 / 3, "effects.hunter.prey": 1}
    matched = found(Integral(), model, seen)
    assert [matched[name] for name in truth] == pytest.approx(list(truth.values()), rel=0.15)
    problem = pose(model, seen, error="level")
    estimate = run(TrajectoryMatching(error="level", starts=6), problem)
    at = [problem.names.index(name) for name in truth]
    errors = np.sqrt(np.diag(estimate.cov))[at]
    assert (np.abs(estimate.params[at] - list(truth.values())) < 3 * errors).all()
    assert (errors < 0.06).all()


@pytest.mark.parametrize("method", STEPWISE, ids=lambda m: type(m).__name__)
def test_simulated_steps_are_predictions_plus_shocks(method):
    problem = pose(PAIR, made(PAIR, np.array([0, 1, 2.5, 3, 6, 7, 8, 9, 10.0])), error=method.error)
    estimate = run(method, problem)
    shocks = 0.05 * np.random.default_rng(0).standard_normal((4, 9, 2)) * (1 if method.error == "log" else 20)
    y = one_step.shaken(method, problem, estimate.params, shocks)
    level = method.predict(problem, one_step.Steps(problem.t, y), np.tile(estimate.params, (4, 1)))[0]
    after = np.log(y[:, 1:]) if method.error == "log" else y[:, 1:]
    lengths = np.diff(problem.t)[:, None]
    factor = lengths.mean() / lengths if method.per_time else 1.0
    assert (after - level) * factor == pytest.approx(shocks[:, 1:], abs=1e-8)


def test_simulated_steps_that_run_away_leave_no_draws(lynx):
    """Leslie steps of a predator and its prey spiral outward: the survivors would be no fair sample."""
    _, model, seen = lynx
    problem = pose(model, seen)
    estimate = run(Leslie(), problem)
    draws = drawn(Bootstrap(replicates=50), problem, Leslie(), estimate, ())
    assert (len(draws.params), draws.failed) == (0, 50)
    with pytest.raises(InvalidValueError, match="parametric"):
        drawn(Bootstrap(replicates=50, kind="residual"), problem, Leslie(), estimate, ())


@pytest.mark.slow
@names_of
def test_hare_and_lynx_are_prey_and_predator_by_every_method(method, lynx):
    _, model, seen = lynx
    told = fit(model, seen, method=method, draws=60)
    effects = told.conf_int().loc[["effects.hare.lynx", "effects.lynx.hare"]]
    assert effects.loc["effects.hare.lynx", 1] < 0 < effects.loc["effects.lynx.hare", 0]
    assert told.status.ok
    assert "Standard errors: classical" in told.summary()


@pytest.mark.slow
@names_of
def test_the_gdp_pair_stays_undetermined_by_every_method(method):
    told = fit(symbiode.load("shenzhen-hongkong"), method=method, draws=50, bases=())
    assert told.verdict.mode is None
    assert "verdict_capacity" in {item.key for item in told.verdict.reasons}


def test_laws_without_a_linear_form_are_refused_by_steps_and_fitted_by_regression():
    model = build(UNITS, law="saturating", effects={"a.b": 0.3, "b.a": 0.2}, saturations={"a.b": 0.5, "b.a": 0.5})
    seen = made(model, np.arange(20.0))
    for method in (Leslie(), FrozenPartner()):
        with pytest.raises(RefusedError, match="not linear") as error:
            found(method, model, seen)
        assert error.value.status.code is Code.NOT_SUPPORTED
    values = found(Integral(), model, seen)
    assert values["effects.a.b"] == pytest.approx(0.3, rel=0.05)


def test_too_few_complete_rows_are_refused():
    seen = made(PAIR, np.arange(8.0))
    y = seen.y.copy()
    y[2:7, 0] = np.nan
    with pytest.raises(RefusedError, match="3 rows have a value for every unit"):
        found(Leslie(), PAIR, replace(seen, y=y))


@pytest.mark.parametrize(
    ("kind", "settings"),
    [(Leslie, {"error": "ratio"}), (GrowthRegression, {"regressor": "last"}), (Integral, {"rule": "box"}),
     (Grey, {"weight": 2}), (Leslie, {"errors": "hc9"}), (Leslie, {"bandwidth": 2}), (Grey, {"starts": 0})],
)  # fmt: skip
def test_settings_out_of_range_are_refused(kind, settings):
    with pytest.raises(InvalidValueError):
        kind(**settings)


@pytest.mark.parametrize("method", [TrajectoryMatching(starts=6), FrozenPartner(), GrowthRegression()], ids=repr)
def test_growth_and_capacity_from_cultures_of_one_yeast_are_kept(method):
    """Gause (1934), The Struggle for Existence, chapter 5: growth and capacity come from each yeast alone.

    His coefficients of competition are 3.15 and 0.439; d_ij = -alpha_ij K_j/K_i.
    """
    model = symbiode.load("gause-yeast")
    seen = of_model(model)
    free = ["saccharomyces.initial", "schizosaccharomyces.initial"]
    effects = ["effects.saccharomyces.schizosaccharomyces", "effects.schizosaccharomyces.saccharomyces"]
    told = fit(model, seen, method=method, free=[*free, *effects], draws=50)
    kept = {".".join(p.path): float(p.value) for p in told.model.parameters}
    assert (kept["saccharomyces.growth"], kept["schizosaccharomyces.capacity"]) == (0.25864, 5.8802)
    ends = told.conf_int().loc[effects]
    printed = np.array([-3.15 * 5.8802 / 12.742, -0.439 * 12.742 / 5.8802])
    assert ((ends[0] < printed) & (printed < ends[1])).all()
    assert told.params[effects[0]] == pytest.approx(printed[0], rel=0.15)
    assert ends.loc[effects[0], 1] < 0
