"""Contests: rivals are what their names say, and a model that loses says so first."""

from __future__ import annotations

import numpy as np
import pytest

import symbiode
from symbiode.errors import RefusedError
from symbiode.inference.contests import contest, falsify
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.falsification import growth_autoregression
from symbiode.inference.observations import Observations
from symbiode.inference.problems import pose, run
from symbiode.system.building import build


@pytest.mark.peer
def test_the_autoregression_is_that_of_another_program() -> None:
    """statsmodels' VAR(1) on the differences of logs, three steps ahead."""
    models = pytest.importorskip("statsmodels.tsa.api")
    growth = 0.05 + 0.03 * np.random.default_rng(0).standard_normal((24, 2))
    growth[1:] += 0.4 * growth[:-1, ::-1]
    y = np.exp(np.cumsum(growth, axis=0))
    seen = Observations(t=np.arange(24.0), y=y, units=("a", "b"))
    rates = np.diff(np.log(y), axis=0)
    ahead = models.VAR(rates).fit(1).forecast(rates[-1:], 3)
    np.testing.assert_allclose(growth_autoregression(seen, np.arange(24.0, 27)), y[-1] * np.exp(ahead.cumsum(axis=0)))


def test_the_autoregression_takes_no_gaps_and_no_few_rows() -> None:
    y = np.exp(np.random.default_rng(0).standard_normal((9, 2)))
    for t, levels in (([*range(8), 9], y), (range(9), np.where(np.arange(9)[:, None] == 4, np.nan, y))):
        with pytest.raises(RefusedError, match="equal steps"):
            growth_autoregression(Observations(t=t, y=levels, units=("a", "b")), np.array([t[-1] + 1.0]))
    with pytest.raises(RefusedError, match="3 steps"):
        growth_autoregression(Observations(t=range(5), y=y[:5], units=("a", "b")), np.array([5.0]))


@pytest.mark.parametrize("horizon", [1, 2])
def test_the_oscillating_classic_beats_growth_that_knows_nothing(lynx_fit, horizon) -> None:
    made = contest(
        lynx_fit.problem, lynx_fit.method, lynx_fit.estimate, lynx_fit.observations, horizon=horizon
    )
    assert [name for name, _ in made.comparisons] == ["random_walk", "autoregression", "logistics"]
    assert made.loses_to == ()
    assert made.frame().query("rival == 'random_walk' and unit == 'all'")["theil_u"].iloc[0] == pytest.approx(
        lynx_fit.diagnostics.random_walk.pooled_u if horizon == 1 else dict(made.comparisons)["random_walk"].pooled_u
    )


def test_a_model_that_loses_says_so_first(gdp_fit) -> None:
    """Gross domestic products in US dollars: a random walk with drift does better."""
    found = falsify(gdp_fit, draws=19)
    assert "random_walk" in found.contest.loses_to
    assert found.summary().startswith("The model loses")
    assert found.summary("zh").startswith("模型落败")
    assert "Hong Kong on Shenzhen" in found.summary()
    assert len(found.frame()) == 2


def test_independent_growth_does_not_lose_to_itself() -> None:
    """Data of two logistics: the coupled model has nothing to add, and the rival's own fit forecasts no worse."""
    t = np.arange(22.0)
    levels = [k / (1 + (k / x - 1) * np.exp(-r * t)) for k, x, r in ((10, 1, 0.5), (6, 2, 0.3))]
    y = np.column_stack(levels) * np.exp(0.01 * np.random.default_rng(8).standard_normal((22, 2)))
    units = {"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}}
    model, seen = build(units, effects={"a.b": 0, "b.a": 0}), Observations(t=t, y=y, units=("a", "b"))
    method = TrajectoryMatching(starts=4)
    problem = pose(model, seen)
    found = dict(contest(problem, method, run(method, problem), seen).comparisons)
    own = np.log(found["logistics"].actual / found["logistics"].rival)
    assert np.sqrt(np.mean(own**2)) < 0.02
    assert found["logistics"].pooled_u > 0.9
    assert found["random_walk"].pooled_u < 1


def test_a_series_too_short_to_forecast_says_so(gdp_fit) -> None:
    model = symbiode.load("shenzhen-hongkong")
    short = gdp_fit.observations.window(last=2010)
    problem = pose(model, short)
    made = contest(problem, gdp_fit.method, run(TrajectoryMatching(starts=2), problem), short)
    assert not made.judged
    assert "too" in made.summary()


def test_chinese_has_no_space_inside_one_step() -> None:
    from symbiode.words import say

    told = [say("contest_wins", "zh", rivals="甲", steps=say(*key)) for key in (("contest_step", "zh"),)]
    assert told == ["样本外提前一步预测优于甲。"]
