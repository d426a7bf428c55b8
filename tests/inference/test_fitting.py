"""fit(): what the real series say, statsmodels' names, the fitted model, forecasts, and the same bytes again."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import symbiode
from symbiode.dynamics.modes import settle
from symbiode.dynamics.modes.ladder import Mode
from symbiode.dynamics.simulation import simulate
from symbiode.errors import Code, InvalidValueError, RefusedError, UnknownNameError, refused
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.fitting import fit
from symbiode.inference.observations import Observations, of_model
from symbiode.system.building import build
from symbiode.system.formats import load, save

PAIR = {"a": {"growth": 0.4, "capacity": 100, "initial": 10}, "b": {"growth": 0.3, "capacity": 80, "initial": 20}}


@pytest.fixture(scope="module")
def small():
    """One unit, quick to fit."""
    model = build({"a": {**PAIR["a"], "label": {"zh": "甲"}}}, name="one", illustrative=True)
    return model, made(model, np.arange(14.0), 0.02, first=2000)


def made(model, times, noise, *, first=0):
    """Return what a model produces, with errors of logarithms."""
    y = np.asarray(simulate(model, times).y)
    y = y * np.exp(noise * np.random.default_rng(1).standard_normal(y.shape))
    return Observations(t=times + first, y=y, units=tuple(unit.name for unit in model.units))


@pytest.fixture(scope="module")
def small_fit(small):
    return fit(*small, draws=30)


@pytest.mark.parametrize("change", [{"a.noise": 0.1}, {"delays.a.b": 1}])
def test_noise_and_delays_are_refused_not_ignored(change):
    model = build(PAIR, effects={"a.b": 0.1})
    with pytest.raises(RefusedError, match="set every noise and delay"):
        fit(model.with_values(change), made(model, np.arange(14.0), 0.02))


def test_hare_and_lynx_are_prey_and_predator(lynx_fit):
    assert lynx_fit.verdict.mode is Mode.PARASITISM
    assert lynx_fit.effects["hare.lynx"] < 0 < lynx_fit.effects["lynx.hare"]
    assert lynx_fit.outcome_probabilities == {}
    assert lynx_fit.status.ok


def test_gause_found_competition_that_most_probably_ends_in_coexistence(gause, gause_fit):
    verdict = gause_fit.verdict
    assert (verdict.mode, verdict.outcome) == (Mode.COMPETITION, "coexistence")
    for name, (low, high) in {"coexistence": (0.85, 0.95), "exclusion": (0.05, 0.15)}.items():
        assert low < gause_fit.outcome_probabilities[name][0] < high
    assert gause_fit.aicc < gause_fit.diagnostics.aicc_alone
    assert gause_fit.diagnostics.random_walk.pooled_u < 1


@pytest.mark.parametrize("series", [None, *(pytest.param(name, marks=pytest.mark.slow) for name in ("local", "rd"))])
def test_no_pair_of_shenzhen_and_hong_kong_is_determined(series, gdp_fit):
    model = symbiode.load("shenzhen-hongkong")
    found = gdp_fit if series is None else fit(model, of_model(model, series), draws=60)
    keys = {item.key for item in found.verdict.reasons}
    assert found.verdict.mode is None
    assert "verdict_capacity" in keys
    assert any(key.startswith("verdict_effect") for key in keys)
    assert found.verdict.needed
    if series == "rd":
        assert "verdict_one_basis" in keys


def test_the_sign_of_the_effect_on_shenzhen_flips_with_the_currency(gdp_fit):
    """On the upper bound of the search in US dollars, with the opposite sign in local currency."""
    assert gdp_fit.effects["shenzhen.hongkong"] == pytest.approx(4)
    assert "verdict_bases" in {item.key for item in gdp_fit.verdict.reasons}
    modes = {basis.name: basis.mode for basis in gdp_fit.diagnostics.bases}
    assert modes["current prices, USD at market rates"] is Mode.ASYMMETRIC_MUTUALISM
    assert modes["current prices, local currency"] is Mode.COMPETITION


def test_names_and_relations_are_those_of_statsmodels(lynx_fit):
    found = lynx_fit
    assert list(found.params.index) == list(found.names)
    assert found.tvalues.to_numpy() == pytest.approx((found.params / found.bse).to_numpy())
    assert found.pvalues["hare.growth"] == pytest.approx(2 * stats.t.sf(found.tvalues["hare.growth"], found.df_resid))
    assert np.diag(found.cov_params()) == pytest.approx(found.bse.to_numpy() ** 2)
    assert (found.nobs, found.df_resid) == (42, 36)
    assert found.resid.shape == found.fittedvalues.shape == (21, 2)
    logs = np.log(found.fittedvalues) - np.log(found.observations.y)
    assert found.resid.to_numpy() == pytest.approx(logs.to_numpy())
    wald = found.conf_int(kind="wald")
    half = stats.t.ppf(0.975, 36) * found.bse
    assert wald[1].to_numpy() == pytest.approx((found.params + half).to_numpy())
    profile = found.conf_int()
    assert profile.to_numpy() == pytest.approx(np.array(list(found.intervals.values())), rel=5e-3)
    narrow = found.conf_int(0.2)
    assert ((narrow[0] > profile[0]) & (narrow[1] < profile[1])).all()
    with pytest.raises(InvalidValueError, match="fit again with a higher confidence"):
        found.conf_int(0.01)


def test_likelihood_and_criteria_follow_their_formulas(lynx_fit):
    """Log-normal errors with one sigma at its best value; the criteria count sigma as estimated."""
    y, sigma = lynx_fit.observations.y, np.sqrt(lynx_fit.estimate.ssr / 42)
    density = stats.lognorm.logpdf(y, sigma, scale=lynx_fit.fittedvalues.to_numpy()).sum()
    assert lynx_fit.llf == pytest.approx(density)
    assert lynx_fit.aic == pytest.approx(14 - 2 * density)
    assert lynx_fit.bic == pytest.approx(7 * np.log(42) - 2 * density)
    assert lynx_fit.aicc == pytest.approx(lynx_fit.aic + 2 * 7 * 8 / (42 - 7 - 1))


def test_a_criterion_without_degrees_of_freedom_is_none_not_absurd():
    model = build(PAIR, effects={"a.b": 0.3, "b.a": -0.2})
    found = fit(model, made(model, np.arange(5.0), 0.01), draws=10, method=TrajectoryMatching(starts=2))
    assert found.aicc is None
    assert "verdict_aicc_none" in {item.key for item in found.verdict.reasons}


def test_the_fitted_model_carries_estimates_intervals_and_source(small, small_fit, tmp_path):
    model = small_fit.model
    values = {".".join(p.path): p for p in (*model.parameters, model.units[0].initial)}
    for name in small_fit.names:
        assert float(values[name].value) == small_fit.params[name]
        assert (float(values[name].lower), float(values[name].upper)) == small_fit.intervals[name]
    assert "TrajectoryMatching" in model.source
    assert not model.illustrative
    again = load(save(model, tmp_path / "fitted.toml"))
    assert again == model
    assert settle(again).outcome.value == "coexistence"
    kept = fit(*small, free=["a.growth", "a.initial"], draws=5, method=TrajectoryMatching(starts=2))
    assert kept.model.illustrative


def test_the_source_names_file_and_hash(gdp_fit):
    assert gdp_fit.observations.sha256 in gdp_fit.model.source
    assert gdp_fit.model.source.startswith("fitted to szhk_gdp_pair_2000_2024.csv, sha256 ")


def test_predictions_are_the_trajectory_of_the_fitted_model(small_fit):
    assert small_fit.predict().to_numpy() == pytest.approx(small_fit.fittedvalues.to_numpy(), rel=1e-7)
    ahead = small_fit.predict([2005.5, 2030])
    shifted = simulate(small_fit.model, [0, 5.5, 30])
    assert ahead.to_numpy() == pytest.approx(np.asarray(shifted.y)[1:], rel=1e-7)
    assert list(ahead.index) == [2005.5, 2030]
    with pytest.raises(InvalidValueError, match="from 2000 on"):
        small_fit.predict([1999])


def test_forecasts_widen_with_the_level_and_hold_the_mean(small_fit):
    wide, narrow = small_fit.get_forecast([2014, 2016]), small_fit.get_forecast([2014, 2016], level=0.5)
    assert (wide.low < wide.predicted_mean).all(axis=None)
    assert (wide.high > wide.predicted_mean).all(axis=None)
    assert (wide.low <= narrow.low).all(axis=None)
    assert (wide.high >= narrow.high).all(axis=None)
    assert wide.ran_away == 0
    assert isinstance(wide.conf_int(), pd.DataFrame)


def test_an_unconverged_fit_gives_no_forecast_unless_forced(small_fit):
    broken = replace(small_fit, status=refused(Code.NOT_CONVERGED))
    with pytest.raises(RefusedError, match="No forecast unless forced"):
        broken.get_forecast([2014])
    assert broken.get_forecast([2014], force=True).predicted_mean.shape == (1, 1)
    assert "NOT CONVERGED" in broken.summary()
    assert "未收敛" in broken.summary("zh")


def test_the_same_seed_gives_the_same_bytes(small):
    runs = [fit(*small, draws=20, seed=7) for _ in range(2)]
    assert runs[0].draws.tobytes() == runs[1].draws.tobytes()
    assert runs[0].summary() == runs[1].summary()
    assert runs[0].get_forecast([2020]).high.equals(runs[1].get_forecast([2020]).high)
    assert fit(*small, draws=20, seed=8).draws.tobytes() != runs[0].draws.tobytes()


def test_a_fit_can_be_pickled(small_fit):
    again = pickle.loads(pickle.dumps(small_fit))
    assert again.summary() == small_fit.summary()
    assert again.predict([2003.0]).to_numpy() == pytest.approx(small_fit.predict([2003.0]).to_numpy(), rel=1e-12)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_summary_says_the_verdict_first_and_every_coefficient(lynx_fit, gdp_fit, lang):
    for found in (lynx_fit, gdp_fit):
        told = found.summary(lang)
        assert told.splitlines()[2] == found.verdict.headline(lang)
        assert all(name in told for name in found.names)
        assert "{" not in told
    assert ("parasitism" if lang == "en" else "寄生") in lynx_fit.summary(lang)


def test_everything_a_program_reads_is_finite_or_null(small_fit, lynx_fit):
    from symbiode.show import answers

    for found in (small_fit, lynx_fit):
        json.dumps(answers.fit(found), allow_nan=False)


@pytest.mark.parametrize(
    "options", [{"level": 1.2}, {"confidence": 0}, {"zero": -0.1}, {"tau": 1.0}, {"draws": 1}, {"method": "leslie"}]
)
def test_options_out_of_range_are_refused(small, options):
    with pytest.raises(InvalidValueError):
        fit(*small, **options)


def test_a_summary_is_text_html_or_latex_and_names_are_escaped(small_fit):
    odd = replace(small_fit, model=replace(small_fit.model, name="<b> & 5%"))
    page, document = odd.summary(form="html"), odd.summary("zh", form="latex")
    assert "&lt;b&gt; &amp; 5%" in page
    assert page.count("<tr>") == 1 + len(small_fit.names)
    assert r"\textless{}b\textgreater{} \& 5\%" in document
    assert document.count(r"\\") == 1 + len(small_fit.names)
    assert small_fit.summary() == small_fit.summary(form="text")
    with pytest.raises(UnknownNameError, match="latex"):
        small_fit.summary(form="word")


def test_maketables_finds_what_it_asks_for(small_fit):
    """The plug-in format of the package: columns b, se, t, p; statistics by key, None where unknown."""
    table = small_fit.__maketables_coef_table__
    assert list(table.columns) == ["b", "se", "t", "p", "ci95l", "ci95u"]
    assert list(table.index) == list(small_fit.names)
    assert small_fit.__maketables_stat__("N") == small_fit.nobs
    assert small_fit.__maketables_stat__("r2") is None
    assert all(small_fit.__maketables_stat__(key) is not None for key in small_fit.__maketables_default_stat_keys__)
    assert small_fit.__maketables_vcov_info__["vcov_type"] == "classical"
    assert small_fit.__maketables_depvar__ == "a"


def test_a_fit_says_where_its_numbers_come_from(small_fit):
    told = small_fit.provenance
    assert told["seed"] == small_fit.seed
    assert told["versions"]["numpy"] == np.__version__
    assert told["status"]["code"] == small_fit.status.code.value
    assert "TrajectoryMatching" in told["method"]


def test_draws_and_series_go_to_xarray(small_fit):
    pytest.importorskip("xarray")
    made = small_fit.to_xarray()
    assert made["draws"].sel(parameter="a.growth").values == pytest.approx(small_fit.draws[:, 0])
    assert made["observed"].dims == ("time", "unit")
