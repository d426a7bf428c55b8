"""Falsification: forecasts see only the past, and are judged by hand-made figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from symbiode.errors import Code, DataError, InvalidValueError, RefusedError, refused
from symbiode.inference.falsification import first_origin, random_walk, rolling_origin
from symbiode.inference.observations import Observations

Floats = NDArray[np.float64]


def series(rows: int = 20, units: int = 2, seed: int = 0) -> Observations:
    rng = np.random.default_rng(seed)
    y = np.exp(np.cumsum(0.05 + 0.05 * rng.standard_normal((rows, units)), axis=0))
    return Observations(t=2000.0 + np.arange(rows), y=y, units=tuple("abcdef"[:units]))


def test_the_random_walk_goes_on_at_the_mean_growth_so_far() -> None:
    made = Observations(t=[0, 1, 3], y=[[1, 2], [5, 3], [8, np.nan]], units=("a", "b"))
    np.testing.assert_allclose(random_walk(made, np.array([4.0, 6.0])), [[16, 3 * 1.5**3], [64, 3 * 1.5**5]])


def test_a_forecast_sees_only_rows_before_its_origin() -> None:
    seen: list[tuple[float, list[float]]] = []

    def forecast(train: Observations, times: Floats) -> Floats:
        seen.append((float(train.t[-1]), times.tolist()))
        return random_walk(train, times)

    made = rolling_origin(series(), forecast, horizon=2)
    assert seen == [(t, [t + 1, t + 2]) for t in range(2011, 2018)]
    np.testing.assert_array_equal(made.origins, range(2011, 2018))
    assert made.actual.shape == (7, 2, 2)


def test_a_model_that_is_the_rival_does_not_beat_it() -> None:
    made = rolling_origin(series(), random_walk)
    assert made.theil_u.tolist() == [1, 1]
    assert made.beats is False
    assert math.isnan(made.p_value)


def test_a_model_that_knows_the_future_beats_the_random_walk() -> None:
    whole = series()
    made = rolling_origin(whole, lambda train, times: whole.y[np.searchsorted(whole.t, times)])
    assert made.pooled_u == 0
    assert made.beats is True
    assert made.p_value < 0.05


def test_theils_u_and_the_test_of_equal_accuracy_are_those_of_the_textbook() -> None:
    """At one step the corrected Diebold-Mariano test is the one-sample t test on the differences in loss."""
    whole = series(units=1, seed=5)
    made = rolling_origin(whole, lambda train, times: np.full((1, 1), train.y[-1, 0] * 1.04))
    ours = np.log(made.actual / made.forecast).ravel()
    theirs = np.log(made.actual / made.rival).ravel()
    assert made.theil_u[0] == pytest.approx(math.sqrt(np.mean(ours**2) / np.mean(theirs**2)))
    expected = stats.ttest_1samp(theirs**2 - ours**2, 0, alternative="greater").pvalue
    assert made.p_value == pytest.approx(expected)


def test_pooling_counts_units_alike_whatever_their_noise() -> None:
    whole = series(seed=2)

    def forecast(train: Observations, times: Floats) -> Floats:
        return random_walk(train, times) * [1.0, 1.5]

    made = rolling_origin(whole, forecast)
    assert made.pooled_u == pytest.approx(math.sqrt((1 + made.theil_u[1] ** 2) / 2))


def test_a_refusal_or_a_level_that_is_none_counts_as_failed() -> None:
    whole = series()

    def forecast(train: Observations, times: Floats) -> Floats:
        if train.t[-1] == 2013:
            raise RefusedError(refused(Code.NOT_CONVERGED))
        if train.t[-1] == 2015:
            return np.full((1, 2), -1.0)
        return whole.y[np.searchsorted(whole.t, times)]

    made = rolling_origin(whole, forecast)
    assert made.failed == (2013.0, 2015.0)
    assert made.beats is False
    assert made.pooled_u == 0


def test_few_origins_give_no_answer() -> None:
    made = rolling_origin(series(13), random_walk)
    assert made.origins.size == 3
    assert made.beats is None


def test_a_missing_value_is_not_judged() -> None:
    y = series().y.copy()
    y[15, 1] = np.nan
    made = rolling_origin(Observations(t=series().t, y=y, units=("a", "b")), lambda train, times: np.ones((1, 2)))
    assert np.isnan(made.actual).sum() == 1
    assert np.isfinite(made.theil_u).all()


@pytest.mark.parametrize(("rows", "first"), [(10, 10), (13, 10), (20, 12), (25, 15)])
def test_the_first_forecast_knows_three_fifths_and_at_least_ten_rows(rows: int, first: int) -> None:
    assert first_origin(rows) == first


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(RefusedError) as short:
        rolling_origin(series(10), random_walk)
    assert short.value.status.code is Code.TOO_SHORT
    with pytest.raises(InvalidValueError):
        rolling_origin(series(), random_walk, horizon=0)
    with pytest.raises(InvalidValueError, match="shape"):
        rolling_origin(series(), lambda train, times: np.ones(2))
    with pytest.raises(DataError):
        rolling_origin(Observations(t=[0, 1], y=[[1], [0]], units=("a",)), random_walk)
