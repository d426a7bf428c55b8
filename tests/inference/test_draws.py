"""Draws: their spread against the covariance, their respect for gaps and bounds, and Gause's coexistence by all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from symbiode.errors import InvalidValueError
from symbiode.inference.draws import Bootstrap, NormalDraws, ProfileDraws, drawn, simulated
from symbiode.inference.probabilities import effects_of, probabilities


def draws_of(found, how):
    return drawn(how, found.problem, found.method, found.estimate, found.profiles)


@pytest.mark.parametrize(
    "how",
    [Bootstrap(replicates=400), Bootstrap(replicates=400, kind="residual"), ProfileDraws(), NormalDraws()],
    ids=["parametric", "residual", "profile", "normal"],
)
def test_gause_coexistence_is_about_nine_in_ten_by_every_method(gause, gause_fit, how):
    case = gause[0]["derived"]["coexistence_probability"]
    sample = draws_of(gause_fit, how)
    effects = effects_of(gause_fit.model, gause_fit.names, sample.params, gause_fit.observations.y.mean(axis=0))
    found = probabilities(gause_fit.model, effects, zero=0.05, tau=0.1)
    assert case["low"] < found.outcomes["coexistence"][0] < case["high"]
    assert sample.failed == 0


def test_normal_draws_give_the_published_probabilities(gause, gause_fit):
    """Normal in growth, capacity and d; and normal in the eight raw coefficients r, a_ij, N0."""
    case, excluded = (gause[0]["derived"][f"{name}_probability"] for name in ("coexistence", "exclusion_of_caudatum"))
    sample = draws_of(gause_fit, NormalDraws(count=40000)).params[:, -2:]
    effects = np.zeros((len(sample), 2, 2))
    effects[:, 0, 1], effects[:, 1, 0] = sample.T
    found = probabilities(gause_fit.model, effects, zero=0, tau=0.1).outcomes
    assert found["coexistence"][0] == pytest.approx(case["normal_in_d"], abs=case["atol"])
    assert found["exclusion"][0] == pytest.approx(excluded["normal_in_d"], abs=excluded["atol"])
    values = gause_fit.estimate.params
    r, K, d = values[[0, 3]], values[[1, 4]], values[6:]
    slopes = np.zeros((6, 8))  # r1, r2, a11, a12, a21, a22 to the coefficients of the fit
    slopes[0, 0] = slopes[1, 3] = 1
    slopes[2, [0, 1]] = -1 / K[0], r[0] / K[0] ** 2
    slopes[3, [0, 4, 6]] = d[0] / K[1], -r[0] * d[0] / K[1] ** 2, r[0] / K[1]
    slopes[4, [3, 1, 7]] = d[1] / K[0], -r[1] * d[1] / K[0] ** 2, r[1] / K[0]
    slopes[5, [3, 4]] = -1 / K[1], r[1] / K[1] ** 2
    mean = np.array([*r, -r[0] / K[0], r[0] * d[0] / K[1], r[1] * d[1] / K[0], -r[1] / K[1]])
    raw = np.random.default_rng(0).multivariate_normal(mean, slopes @ gause_fit.estimate.cov @ slopes.T, 40000)
    r1, r2, a11, a12, a21, a22 = raw.T
    effects[:, 0, 1], effects[:, 1, 0] = a12 * (-r2 / a22) / r1, a21 * (-r1 / a11) / r2
    found = probabilities(gause_fit.model, effects, zero=0, tau=0.1).outcomes
    assert found["coexistence"][0] == pytest.approx(case["normal_in_raw"], abs=case["atol"])
    assert found["exclusion"][0] == pytest.approx(excluded["normal_in_raw"], abs=excluded["atol"])


@pytest.mark.parametrize(
    "how", [Bootstrap(replicates=300), ProfileDraws(), NormalDraws()], ids=lambda how: type(how).__name__
)
def test_where_a_fit_is_nearly_linear_draws_spread_as_the_covariance(lynx_fit, how):
    sample = draws_of(lynx_fit, how).params
    assert sample.mean(axis=0) == pytest.approx(lynx_fit.estimate.params, rel=0.05)
    assert sample.std(axis=0) == pytest.approx(lynx_fit.bse.to_numpy(), rel=0.2)
    correlation = np.corrcoef(sample.T)
    expected = lynx_fit.estimate.cov / np.outer(lynx_fit.bse, lynx_fit.bse)
    assert correlation == pytest.approx(expected, abs=0.2)


def test_simulated_data_have_the_gaps_and_the_scatter_of_the_real_ones(lynx_fit):
    y = np.array(lynx_fit.problem.y)
    y[3, 1] = np.nan
    problem = replace(lynx_fit.problem, y=y)
    resid = np.where(np.isnan(y), np.nan, lynx_fit.estimate.resid)
    estimate = replace(lynx_fit.estimate, resid=resid, nobs=41, df_resid=35)
    for kind in ("parametric", "residual"):
        made = simulated(Bootstrap(replicates=2000, kind=kind), problem, estimate, np.random.default_rng(0))
        assert (np.isnan(made) == np.isnan(y)).all()
        spread = np.nanstd(np.log(made / estimate.fitted), axis=(0, 1))
        assert spread == pytest.approx(estimate.sigmas, rel=0.05)


@pytest.mark.parametrize("block", [None, 5])
def test_runs_of_residuals_keep_dependence_as_the_stationary_bootstrap_does(lynx_fit, block):
    """Politis and Romano (1994), section 2: covariances at lag k are those on a ring, times (1 - 1/L)^k."""
    problem, estimate = lynx_fit.problem, lynx_fit.estimate
    rows, how = len(problem.t), Bootstrap(replicates=20000, kind="block", block=block)
    made = np.log(simulated(how, problem, estimate, np.random.default_rng(0)) / estimate.fitted)
    e = (estimate.resid - estimate.resid.mean(axis=0)) * np.sqrt(estimate.nobs / estimate.df_resid)
    keep = 1 - 1 / (block or np.ceil(rows ** (1 / 3)))
    for lag in (0, 1, 3):
        ring = (e * np.roll(e, -lag, axis=0)).mean(axis=0)
        products = made[:, : rows - lag] * made[:, lag:]
        error = products.mean(axis=1).std(axis=0) / np.sqrt(how.replicates)
        assert np.all(np.abs(products.mean(axis=(0, 1)) - keep**lag * ring) < 5 * error)
    together = (made[..., 0] * made[..., 1]).mean()
    assert together == pytest.approx((e[:, 0] * e[:, 1]).mean(), abs=5e-4)


def test_profile_draws_stay_inside_the_box_where_data_set_no_limit(gdp_fit):
    sample = draws_of(gdp_fit, ProfileDraws(count=500)).params
    slack = 1e-9 * np.abs(sample)
    assert (sample >= gdp_fit.problem.lower - slack).all()
    assert (sample <= gdp_fit.problem.upper + slack).all()


def test_normal_draws_are_none_where_the_covariance_is_withheld(gdp_fit):
    sample = draws_of(gdp_fit, NormalDraws(count=10))
    assert (len(sample.params), sample.failed) == (0, 10)


@pytest.mark.parametrize("settings", [{"kind": "wild"}, {"replicates": 1}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(InvalidValueError):
        Bootstrap(**settings)
