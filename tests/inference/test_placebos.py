"""Placebos: the statistic is that of the regression, and shuffling holds its level where Student's t does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from symbiode.errors import InvalidValueError, UnknownNameError
from symbiode.inference.diagnostics import REGRESSORS, growth_regression
from symbiode.inference.observations import Observations, read
from symbiode.inference.panels import read_panel
from symbiode.inference.placebos import frame, placebo_pairs, shuffled_growth
from symbiode.system.formats import models_folder

FOLDER = models_folder()


def walks(seed: int, rows: int = 20, drift: float = 0.05, noise: float = 0.05) -> Observations:
    """Two random walks in logs with drift: nothing couples them."""
    growth = drift + noise * np.random.default_rng(seed).standard_normal((rows, 2))
    return Observations(t=2000.0 + np.arange(rows), y=np.exp(np.cumsum(growth, axis=0)), units=("a", "b"))


@pytest.mark.parametrize("regressor", REGRESSORS)
def test_the_order_as_it_was_gives_the_t_value_of_the_regression(regressor) -> None:
    """With equal growth in every year of the source every order is the same: each placebo is the statistic itself."""
    seen = walks(1)
    y = seen.y.copy()
    y[:, 1] = 3 * 1.07 ** np.arange(len(y))
    made = shuffled_growth(replace(seen, y=y), draws=19, regressor=regressor)[0]
    expected = growth_regression(replace(seen, y=y), regressor=regressor).cross("a", "b")
    assert (made.t, made.textbook_p) == expected
    np.testing.assert_allclose(made.values, expected[0], rtol=1e-6)
    assert made.p_value == 1


def test_shuffling_leaves_the_receiver_and_the_ends_of_the_source_alone() -> None:
    made = shuffled_growth(walks(3), draws=199, seed=4)
    again = shuffled_growth(walks(3), draws=199, seed=4)
    assert [(one.receiver, one.source) for one in made] == [("a", "b"), ("b", "a")]
    assert [one.values.tobytes() for one in made] == [one.values.tobytes() for one in again]
    assert frame(made)["placebos"].tolist() == [199, 199]


@pytest.mark.slow
def test_shuffling_rejects_as_often_as_it_says_where_the_textbook_does_not() -> None:
    """The p value of a permutation test of exchangeable growth is exact (Good 2005, chapter 3)."""
    count, shuffled, textbook = 1500, 0, 0
    for seed in range(count):
        one = shuffled_growth(walks(seed), draws=99, seed=seed)[0]
        shuffled += one.p_value <= 0.05
        textbook += one.textbook_p <= 0.05
    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], count, 0.05)
    assert low <= shuffled <= high
    assert not low <= textbook <= high


def test_predator_and_prey_stand_out_of_their_own_placebos() -> None:
    """Lynx on hare t = -8.9, hare on lynx 9.5 (midpoint regression of the Hudson Bay series)."""
    made = shuffled_growth(read(FOLDER / "hudson_bay_lynx_hare_1900_1920.csv"), draws=999)
    assert [round(one.t, 1) for one in made] == [-8.9, 9.5]
    assert max(one.p_value for one in made) <= 0.002


def test_other_cities_show_how_strong_an_effect_nothing_makes() -> None:
    columns = {"one": "shenzhen_gdp_100m_cny", "two": "hong_kong_gdp_100m_hkd"}
    pair = read(FOLDER / "szhk_gdp_pair_2000_2024.csv", columns=columns)
    panel = read_panel(FOLDER / "gba11_gdp_population_1999_2024.csv", where={"indicator": "gdp_current"})
    made = placebo_pairs(pair, panel, exclude=("Shenzhen", "Hong Kong"))
    assert [len(one.values) for one in made] == [9 * 8, 9 * 8]
    assert min(one.p_value for one in made) > 0.2
    years = panel.window(2000, 2024).only(("Macao", "Foshan"))
    assert growth_regression(years).cross("Macao", "Foshan")[0] in made[0].values
    extreme = np.sum(np.abs(made[0].values) >= abs(made[0].t))
    assert made[0].p_value == (1 + extreme) / 73
    for lang, words in (("en", "Shenzhen's"), ("zh", "深圳")):
        assert words not in made[0].text(lang)
        assert ("深圳" if lang == "zh" else "Shenzhen") in made[0].text(lang, {"one": "深圳", "two": "Shenzhen"})


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="draws"):
        shuffled_growth(walks(1), draws=5)
    with pytest.raises(UnknownNameError):
        placebo_pairs(walks(1), walks(2), exclude=("c",))
    with pytest.raises(InvalidValueError, match="panel"):
        placebo_pairs(walks(1), walks(2), exclude=("a",))
    with pytest.raises(InvalidValueError, match="two units"):
        placebo_pairs(walks(1).only(["a"]), walks(2))
