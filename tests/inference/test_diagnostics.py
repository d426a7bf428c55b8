"""Diagnostics: the figures of earlier regressions on the same data, and tests that hold their level."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from symbiode.errors import Code, DataError, InvalidValueError, RefusedError
from symbiode.inference.diagnostics import (
    REGRESSORS,
    growth_regression,
    lags,
    levels_vif,
    rejections,
    residual_tests,
    trends,
)
from symbiode.inference.observations import Observations, read, read_tidy
from symbiode.system.formats import models_folder

FOLDER = models_folder()
PUBLISHED = Path(__file__).parents[1] / "published"


def pair(file: str, one: str, two: str) -> Observations:
    return read(FOLDER / file, columns={"one": one, "two": two})


def population() -> Observations:
    where, units = {"indicator": "population"}, {"one": "Shenzhen", "two": "Hong Kong"}
    return read_tidy(FOLDER / "gba11_gdp_population_1999_2024.csv", where=where, units=units).window(2000)


def paramecium() -> Observations:
    data = np.array(tomllib.loads((PUBLISHED / "gause_paramecium_mixture.toml").read_text("utf-8"))["data"])
    return Observations(t=data[:, 0], y=data[:, 1:], units=("one", "two"), time_unit="day")


# A separate computation of the same regressions printed: VIF, t of two on one, t of one on two. Midpoints reproduce
# all of its figures but two: it has VIF 33 for own currency (here 32.5) and t -2.3 for population (here -2.2).
EARLIER = {
    "GDP, USD": (
        pair("szhk_gdp_pair_2000_2024.csv", "shenzhen_gdp_100m_usd", "hong_kong_gdp_100m_usd"), 47, -0.2, -0.5),
    "GDP, own currency": (
        pair("szhk_gdp_pair_2000_2024.csv", "shenzhen_gdp_100m_cny", "hong_kong_gdp_100m_hkd"), 32.5, -1.2, -0.5),
    "GDP, 2015 prices": (
        pair("szhk_gdp_pair_constant_prices_2000_2023.csv", "shenzhen_gdp_100m_cny2015", "hong_kong_gdp_100m_hkd2015"),
        8, -1.3, -1.0),
    "R&D, USD": (pair("szhk_rd_pair_2011_2024.csv", "shenzhen_rd_100m_usd", "hong_kong_gerd_100m_usd"), 17, 0.6, -0.7),
    "mainland GERD, USD": (
        pair("mainland_hk_gerd_pair_1998_2022.csv", "mainland_gerd_bn_usd", "hong_kong_gerd_bn_usd"), 24, 1.5, 0.4),
    "population, a trend taken for an effect": (population(), 36, 6.7, -2.2),
    "hare and lynx": (pair("hudson_bay_lynx_hare_1900_1920.csv", "hare", "lynx"), 1, -9, 9.5),
    "two paramecia": (paramecium(), 1, -2.6, -1.3),
}  # fmt: skip


@pytest.mark.parametrize("name", EARLIER)
def test_midpoint_growth_regressions_give_the_figures_of_an_earlier_computation(name: str) -> None:
    observations, vif, on_one, on_two = EARLIER[name]
    made = growth_regression(observations)
    assert made.vif == pytest.approx([vif, vif], abs=0.5)
    assert made.cross("one", "two")[0] == pytest.approx(on_one, abs=0.11)
    assert made.cross("two", "one")[0] == pytest.approx(on_two, abs=0.05)
    np.testing.assert_allclose(levels_vif(observations), made.vif, rtol=1e-12)


def test_levels_in_other_units_of_measure_leave_t_values_and_vif_alone() -> None:
    here = EARLIER["GDP, USD"][0]
    one, other = growth_regression(here), growth_regression(here.with_scale({"one": 1e-6, "two": 1e5}))
    np.testing.assert_allclose(other.tvalues, one.tvalues, rtol=1e-8)
    np.testing.assert_allclose(other.vif, one.vif, rtol=1e-8)
    np.testing.assert_allclose(other.effects * [1e-6, 1e5], one.effects, rtol=1e-8)
    np.testing.assert_allclose(other.growth, one.growth, rtol=1e-8)


@pytest.mark.parametrize("regressor", REGRESSORS)
def test_exact_growth_gives_its_coefficients_back(regressor: str) -> None:
    """Steps with ln(x') - ln(x) = r + a x exactly, for the lagged level; for the others to second order in the step."""
    t = np.arange(0, 4, 0.01)
    y = np.empty((t.size, 2))
    y[0] = (0.1, 0.5)
    a, r = np.array([[-1.0, 0.3], [-0.2, -0.8]]), np.array([0.9, 0.7])
    for k in range(1, t.size):
        y[k] = y[k - 1] * np.exp((r + a @ y[k - 1]) * 0.01)
    made = growth_regression(Observations(t=t, y=y, units=("one", "two")), regressor=regressor)
    tolerance = 1e-9 if regressor == "lagged" else 0.02
    np.testing.assert_allclose(made.effects, a, atol=tolerance)
    np.testing.assert_allclose(made.growth, r, atol=tolerance)


def test_a_missing_year_lengthens_the_step() -> None:
    t, y = np.array([0, 1, 2, 4, 5, 6.0]), np.array([1, 2, 3, 7, 8, 9.0])
    one = growth_regression(Observations(t=t, y=y[:, None], units=("a",)))
    gap = Observations(t=np.arange(7.0), y=np.array([[1], [2], [3], [np.nan], [7], [8], [9]]), units=("a",))
    np.testing.assert_array_equal(growth_regression(gap).effects, one.effects)
    assert growth_regression(gap).nobs == 5


def test_too_few_steps_collinear_levels_and_zeros_are_refused() -> None:
    t = np.arange(8.0)
    rising = np.exp(0.1 * t)
    with pytest.raises(RefusedError) as short:
        growth_regression(Observations(t=t[:4], y=np.column_stack([rising, rising**2])[:4], units=("a", "b")))
    assert short.value.status.code is Code.TOO_SHORT
    with pytest.raises(RefusedError) as flat:
        growth_regression(Observations(t=t, y=np.column_stack([rising, 2 * rising]), units=("a", "b")))
    assert flat.value.status.code is Code.NOT_IDENTIFIABLE
    same = Observations(t=t, y=np.column_stack([rising, 2 * rising]), units=("a", "b"))
    assert np.isinf(levels_vif(same)).all()
    with pytest.raises(DataError):
        growth_regression(Observations(t=t, y=(t * 1.0)[:, None], units=("a",)))
    with pytest.raises(InvalidValueError):
        growth_regression(same, regressor="middle")


def test_both_cities_trend_and_the_hares_do_not() -> None:
    assert [trend.trending for trend in trends(EARLIER["GDP, USD"][0])] == [True, True]
    assert [trend.trending for trend in trends(EARLIER["hare and lynx"][0])] == [False, False]


def test_a_strictly_rising_series_has_the_exact_probability_of_its_order() -> None:
    """All n! orders are equally likely without a trend; two of them are monotone (Kendall 1938)."""
    rising = Observations(t=np.arange(5.0), y=np.arange(5.0)[:, None], units=("a",))
    assert trends(rising)[0].p_value == pytest.approx(2 / 120)


def test_constant_and_very_short_series_have_no_trend() -> None:
    flat = Observations(t=np.arange(9.0), y=np.column_stack([np.ones(9), [1, 2, 3] + 6 * [np.nan]]), units=("a", "b"))
    assert [trend.p_value for trend in trends(flat)] == [1.0, 1.0]


def test_residual_tests_hold_their_level_after_a_fit() -> None:
    """300 fits of four coefficients to 20 points: each test at 5 % rejects in 5 % (binomial sd 1.3 %)."""
    rng = np.random.default_rng(7)
    design = np.vander(np.linspace(-1, 1, 20), 4)
    hat = design @ np.linalg.pinv(design)
    count = {"autocorrelation": 0, "runs": 0, "heteroscedasticity": 0}
    for k in range(300):
        noise = rng.standard_normal(20)
        found = residual_tests((noise - hat @ noise)[:, None], ("a",), jacobian=design[:, None, :], seed=k, draws=199)
        for test in found:
            count[test.test] += test.p_value <= 0.05
    assert 5 <= count["autocorrelation"] <= 27
    assert count["runs"] <= 27  # discrete: at most the level
    assert 5 <= count["heteroscedasticity"] <= 27


def test_persistent_and_growing_residuals_are_found_out() -> None:
    rng = np.random.default_rng(3)
    walk = np.cumsum(rng.standard_normal(60))
    fan = rng.standard_normal(60) * np.linspace(0.05, 5, 60)
    fine = rng.standard_normal(60)
    found = residual_tests(np.column_stack([walk - walk.mean(), fan, fine]), ("walk", "fan", "fine"))
    rejected = {(test.unit, test.test) for test in rejections(found)}
    assert {("walk", "autocorrelation"), ("walk", "runs"), ("fan", "heteroscedasticity")} <= rejected
    assert not [unit for unit, _ in rejected if unit == "fine"]


@given(st.floats(1e-6, 1e6), st.integers(0, 5))
def test_residual_tests_do_not_depend_on_the_unit_of_measure(factor: float, seed: int) -> None:
    e = np.random.default_rng(seed).standard_normal((12, 1))
    one, other = (residual_tests(e * f, ("a",), draws=99, seed=seed) for f in (1, factor))
    assert [test.p_value for test in one] == pytest.approx([test.p_value for test in other], abs=0.011)


def test_missing_tiny_and_perfect_residuals_are_no_trouble() -> None:
    e = np.random.default_rng(0).standard_normal((12, 3))
    e[3, 0], e[:8, 1], e[:, 2] = np.nan, np.nan, 0
    assert {test.unit: test.nobs for test in residual_tests(e, ("a", "b", "c"), draws=99)} == {"a": 11}
    steady = residual_tests(np.ones((12, 1)), ("a",), draws=99)
    assert {test.test: test.p_value for test in steady}["heteroscedasticity"] == 1
    with pytest.raises(InvalidValueError):
        residual_tests(e, ("a",))


def test_the_same_seed_gives_the_same_p() -> None:
    e = np.random.default_rng(0).standard_normal((15, 2))
    assert residual_tests(e, ("a", "b"), seed=4) == residual_tests(e, ("a", "b"), seed=4)


@pytest.mark.peer
def test_statistics_equal_those_of_statsmodels() -> None:
    import statsmodels.api as sm
    from statsmodels.stats.diagnostic import acorr_ljungbox, het_breuschpagan
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    e = np.random.default_rng(0).standard_normal(30)
    found = {test.test: test for test in residual_tests(e[:, None], ("a",))}
    peer = acorr_ljungbox(e, lags=[lags(30)])
    assert found["autocorrelation"].statistic == pytest.approx(float(peer["lb_stat"].iloc[0]), rel=1e-10)
    assert found["autocorrelation"].p_value == pytest.approx(float(peer["lb_pvalue"].iloc[0]), abs=0.05)
    koenker = het_breuschpagan(e, sm.add_constant(np.arange(30.0)))
    assert found["heteroscedasticity"].statistic == pytest.approx(koenker[0], rel=1e-10)
    assert found["heteroscedasticity"].p_value == pytest.approx(koenker[1], abs=0.05)

    here = EARLIER["GDP, USD"][0]
    made = growth_regression(here)
    middle = (here.y[1:] + here.y[:-1]) / 2
    design = sm.add_constant(middle)
    for k in range(2):
        peer = sm.OLS(np.diff(np.log(here.y[:, k])), design).fit()
        np.testing.assert_allclose(made.tvalues[k], peer.tvalues[1:], rtol=1e-8)
        np.testing.assert_allclose(made.pvalues[k], peer.pvalues[1:], rtol=1e-8)
        assert made.r_squared[k] == pytest.approx(peer.rsquared, rel=1e-8)
        assert made.growth_se[k] == pytest.approx(peer.bse[0], rel=1e-8)
        assert made.vif[k] == pytest.approx(variance_inflation_factor(design, k + 1), rel=1e-8)


def test_growth_of_one_unit_agrees_with_simple_regression() -> None:
    y = np.array([1.0, 1.5, 2.0, 2.8, 3.1, 3.6])
    made = growth_regression(Observations(t=np.arange(6.0), y=y[:, None], units=("a",)))
    peer = stats.linregress((y[1:] + y[:-1]) / 2, np.diff(np.log(y)))
    assert made.effects[0, 0] == pytest.approx(peer.slope)
    assert made.effects_se[0, 0] == pytest.approx(peer.stderr)
    assert made.growth_se[0] == pytest.approx(peer.intercept_stderr)
    assert made.pvalues[0, 0] == pytest.approx(peer.pvalue)
    assert made.vif[0] == pytest.approx(1)
