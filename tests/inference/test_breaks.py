"""Breaks: the statistics of other programs, the levels they promise, and changes found where they were made."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import symbiode
from symbiode.errors import InvalidValueError, RefusedError
from symbiode.inference.breaks import chow, largest_f, limit_p, refit_break, sup_f
from symbiode.inference.diagnostics import growth_steps
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.observations import Observations, of_model
from symbiode.system.building import build

CAPACITY, GROWTH = np.array([100.0, 40.0]), np.array([0.35, 0.3])


def series(seed: int, rows: int = 25, change: float = 0.0, cut: int = 12, noise: float = 0.02) -> Observations:
    """Two logistic units in small steps with shocks to growth; the effect of b on a changes after row `cut`."""
    rng, x, out = np.random.default_rng(seed), np.array([20.0, 4.0]), []
    for k in range(rows):
        out.append(x)
        effects = np.array([[-1.0, 0.3 + change * (k >= cut)], [0.15, -1.0]])
        for _ in range(10):
            x = x * np.exp(0.1 * GROWTH * (1 + effects @ (x / CAPACITY)))
        x = x * np.exp(noise * rng.standard_normal(2))
    return Observations(t=2000.0 + np.arange(rows), y=np.array(out), units=("a", "b"))


@pytest.mark.peer
def test_chow_is_the_f_test_of_interactions_in_another_program() -> None:
    """statsmodels: the restricted regression against one with every regressor times a dummy for the time after."""
    api = pytest.importorskip("statsmodels.api")
    seen = of_model(symbiode.load("shenzhen-hongkong"))
    rates, levels = growth_steps(seen, "midpoint")
    design, late = np.column_stack([np.ones(24), levels / levels.mean(axis=0)]), seen.t[1:] >= 2007
    for k, made in enumerate(chow(seen, 2007)):
        full = api.OLS(rates[:, k], np.hstack([design, design * late[:, None]])).fit()
        f, p, restrictions = full.compare_f_test(api.OLS(rates[:, k], design).fit())
        assert (made.statistic, made.p_value) == (pytest.approx(f), pytest.approx(p))
        assert made.df == (restrictions, full.df_resid)


@pytest.mark.peer
def test_chows_predictive_test_is_the_f_test_of_dummies_for_the_last_steps() -> None:
    """Chow (1960): one dummy per step that is too late for a regression of its own (statsmodels)."""
    api = pytest.importorskip("statsmodels.api")
    seen = of_model(symbiode.load("shenzhen-hongkong"))
    rates, levels = growth_steps(seen, "midpoint")
    design = np.column_stack([np.ones(24), levels / levels.mean(axis=0)])
    made = chow(seen, 2023)[1]
    full = api.OLS(rates[:, 1], np.hstack([design, np.eye(24)[:, -2:]])).fit()
    f, p, _ = full.compare_f_test(api.OLS(rates[:, 1], design).fit())
    assert made.kind == "predictive"
    assert (made.statistic, made.p_value) == (pytest.approx(f), pytest.approx(p))


@pytest.mark.peer
def test_the_largest_f_of_the_nile_is_the_published_one() -> None:
    """Zeileis, Leisch, Hornik and Kleiber (2002), J. Stat. Softw. 7(2): sup.F = 75.93, the mean changes after 1898."""
    data = pytest.importorskip("statsmodels.datasets").nile.load_pandas().data
    cuts, values, p = largest_f(np.ones((len(data), 1)), data.volume.to_numpy()[:, None], draws=199)
    assert values.max() == pytest.approx(75.93, abs=0.005)
    assert data.year[cuts[np.argmax(values)] - 1] == 1898
    assert p[0] == 1 / 200


@pytest.mark.parametrize(
    ("coefficients", "limits"), [(1, (7.12, 8.68, 12.16)), (2, (5.00, 5.86, 7.78)), (3, (4.09, 4.71, 6.02))]
)
def test_the_limit_is_andrews_table(coefficients, limits) -> None:
    """10, 5 and 1 % points with 15 % trimming, F form: Andrews (2003), Econometrica 71:395, table 1, over q."""
    found = limit_p(np.array(limits) * coefficients, coefficients)
    error = 4 * np.sqrt(np.array([0.1, 0.05, 0.01]) / 4000)
    assert (np.abs(found - [0.1, 0.05, 0.01]) < error + 0.1 * np.array([0.1, 0.05, 0.01])).all()


def test_a_change_is_found_where_it_was_made_and_in_the_unit_that_changed() -> None:
    changed, same = sup_f(series(1, change=-0.6), draws=199)
    assert changed.p_value <= 0.01
    assert 2011 <= changed.at <= 2015
    assert same.p_value > 0.05
    assert changed.values.max() == changed.statistic
    first, second = chow(series(1, change=-0.6), 2013)
    assert (first.p_value < 1e-3, second.p_value > 0.05) == (True, True)


@pytest.mark.slow
def test_tests_of_breaks_hold_their_level_with_25_years_where_the_limit_does_not() -> None:
    """400 histories without a change, shocks to growth of 2 %: 5 % tests, binomial limits at 1e-4."""
    count, dated, exact, limit = 400, 0, 0, 0
    for seed in range(count):
        seen = series(seed)
        dated += chow(seen, 2013)[0].p_value <= 0.05
        rates, levels = growth_steps(seen, "midpoint")
        made = largest_f(np.column_stack([np.ones(24), levels]), rates[:, :1], draws=199, seed=seed)
        assert made is not None
        exact += made[2][0] <= 0.05
        limit += made[1].max() >= 4.71
    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], count, 0.05)
    assert low <= dated <= high
    assert low <= exact <= high
    assert limit > high


@pytest.mark.slow
def test_tests_of_breaks_see_a_lasting_change() -> None:
    """The effect falls from 0.3 to -0.3 in the middle of 25 years: power at least 0.9, 200 histories, limit at 1e-4."""
    dated = unknown = 0
    for seed in range(200):
        seen = series(seed, change=-0.6)
        dated += chow(seen, 2013)[0].p_value <= 0.05
        rates, levels = growth_steps(seen, "midpoint")
        made = largest_f(np.column_stack([np.ones(24), levels]), rates[:, :1], draws=99, seed=seed)
        assert made is not None
        unknown += made[2][0] <= 0.05
    assert min(dated, unknown) >= stats.binom.ppf(1e-4, 200, 0.9)


MODEL = build(
    {"a": {"growth": 0.5, "capacity": 100}, "b": {"growth": 0.4, "capacity": 40}}, effects={"a.b": 0, "b.a": 0}
)


def pieces(change: float) -> Observations:
    """Exact trajectories with 1 % errors of measurement; growth of a changes from time 6 on."""
    t, y = np.arange(24.0), [np.array([8.0, 70.0])]
    for k in range(230):
        rate = np.array([0.5 * (1 + change * (k >= 60)), 0.4])
        effects = np.array([[-1.0, 0.3], [-0.25, -1.0]])
        y.append(y[-1] * np.exp(0.1 * rate * (1 + effects @ (y[-1] / CAPACITY))))
    noise = np.random.default_rng(5).standard_normal((24, 2))
    return Observations(t=t, y=np.array(y)[::10] * np.exp(0.01 * noise), units=("a", "b"))


def test_a_trajectory_in_two_pieces_fits_better_only_where_something_changed() -> None:
    method = TrajectoryMatching(starts=4)
    same = refit_break(MODEL, pieces(0.0), 12, method=method, draws=9)
    assert same.df == (8, 32)
    assert same.p_value > 0.1
    assert refit_break(MODEL, pieces(-0.6), 6, method=method, draws=0).p_value < 1e-3
    with pytest.raises(RefusedError):
        refit_break(MODEL, pieces(0.0), 2, method=method)


def test_what_cannot_be_tested_is_refused() -> None:
    for at in (1990, 2030):
        with pytest.raises(RefusedError, match="steps before"):
            chow(series(1), at)
    with pytest.raises(RefusedError, match="6 steps"):
        sup_f(series(1, rows=7))
    with pytest.raises(InvalidValueError):
        sup_f(series(1), trim=0.6)


def test_a_unit_whose_growth_is_constant_has_no_test_of_a_break() -> None:
    """Zero residuals on both sides: F is 0/0, so no p may be told."""
    still = series(1).y.copy()
    still[:, 0] = 100
    seen = Observations(t=series(1).t, y=still, units=("a", "b"))
    for constant, other in (chow(seen, 2013), sup_f(seen, draws=99)):
        assert np.isnan([constant.statistic, constant.p_value]).all()
        assert np.isfinite([other.statistic, other.p_value]).all()
