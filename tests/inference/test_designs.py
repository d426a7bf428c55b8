"""Designs: what could be told apart before there are data, checked against formulas and against simulated studies."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import symbiode
from symbiode.dynamics.simulation import simulate
from symbiode.errors import InvalidValueError, RefusedError
from symbiode.inference.designs import chance, collinearity, design, valley_text, valleys_of
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.observations import Observations
from symbiode.inference.problems import pose, run
from symbiode.inference.remedies import deciders, deciders_of
from symbiode.system.building import build

UNITS = {"a": {"growth": 0.5, "capacity": 100, "initial": 8}, "b": {"growth": 0.4, "capacity": 40, "initial": 70}}
CLEAR = build(UNITS, effects={"a.b": 0.3, "b.a": -0.25})
TIMES = np.arange(20.0)


def test_the_collinearity_index_is_that_of_its_formula() -> None:
    """Brun, Reichert and Kunsch (2001), equation 10: one over the root of the least eigenvalue of the normed S'S."""
    jacobian = np.random.default_rng(0).standard_normal((30, 4)) * [1, 10, 100, 0]
    jacobian[:, 1] += 300 * jacobian[:, 0]
    found = {one.names: one.index for one in collinearity(jacobian, list("abcd"))}
    assert set(found) == {("a", "b"), ("a", "c"), ("b", "c"), ("a", "b", "c")}
    for names, index in found.items():
        normed = jacobian[:, ["abcd".index(name) for name in names]]
        normed = normed / np.linalg.norm(normed, axis=0)
        assert index == pytest.approx(1 / np.sqrt(np.linalg.eigvalsh(normed.T @ normed)[0]))
    assert found["a", "b"] > 10 > found["a", "c"]


def test_the_least_errors_are_those_that_a_good_fit_has() -> None:
    """The errors of a fit to data of the design, divided by its residual spread, are those told before the data."""
    made = design(CLEAR, TIMES, noise=0.005)
    y = np.asarray(simulate(CLEAR, TIMES, "initial").y)
    y = y * np.exp(0.005 * np.random.default_rng(1).standard_normal(y.shape))
    problem = pose(CLEAR, Observations(t=TIMES, y=y, units=("a", "b")))
    found = run(TrajectoryMatching(starts=3), problem)
    told = np.sqrt(np.diag(found.cov)) / np.where(problem.positive, found.params, 1.0) * 0.005 / found.sigma
    np.testing.assert_allclose(made.errors, told, rtol=0.1)
    assert made.decides
    assert made.summary().startswith("20 observations of each unit")
    assert made.frame()["power"].dropna().min() > 0.99


def test_the_main_case_cannot_be_decided_by_its_own_years_but_by_other_data() -> None:
    """25 years on the way up, 3 % noise: K and the effects replace one another; K from outside or monocultures help."""
    model = symbiode.load("shenzhen-hongkong")
    made = design(model, range(25), noise=0.03)
    assert not made.decides
    assert max(one.index for one in made.collinear) > 100
    told = {one.name: one for one in made.valleys}["effects.shenzhen.hongkong"]
    assert told.low < 0 < told.high
    assert "Hong Kong" in valley_text(told, model.units)
    assert "香港" in made.summary("zh")
    remedies = deciders(model, range(25), noise=0.03, years=[10])
    least = {one.key: one.least for one in remedies.others}
    assert least["years"] < 0.2 < 0.8 < least["capacities"] < least["alone"]
    assert "more years of the same do not do it" in remedies.summary()
    assert "单独存在" in remedies.summary("zh")
    assert remedies.frame()["design"].tolist() == ["now", "years", "capacities", "alone"]


@pytest.mark.slow
def test_the_chances_told_before_the_data_are_those_of_simulated_studies() -> None:
    """100 studies of a design with a middling chance: share with the sign decided, binomial limits at 1e-4."""
    count, noise, times = 100, 0.015, np.arange(12.0)
    told = dict(design(CLEAR, times, noise=noise).power)
    y = np.asarray(simulate(CLEAR, times, "initial").y)
    y = y * np.exp(noise * np.random.default_rng(3).standard_normal((count, *y.shape)))
    problem = pose(CLEAR, Observations(t=times, y=y[0], units=("a", "b")))
    values = {".".join(p.path): float(p.value) for p in CLEAR.parameters} | {"a.initial": 8.0, "b.initial": 70.0}
    start = np.tile([values[name] for name in problem.names], (count, 1))
    free = TrajectoryMatching().refit(problem, start, lower=problem.lower, upper=problem.upper, y=y)
    df = problem.nobs - len(problem.names)
    assert any(0.2 < p < 0.9 for p in told.values())
    for name, p in told.items():
        k = problem.names.index(name)
        box = [np.where(np.arange(len(problem.names)) == k, 0.0, end) for end in (problem.lower, problem.upper)]
        held = TrajectoryMatching().refit(problem, np.clip(start, *box), lower=box[0], upper=box[1], y=y)
        roots = np.sign(free.params[:, k]) * np.sqrt(np.maximum(held.ssr / free.ssr - 1, 0) * df)
        decided = int(np.sum(roots * np.sign(values[name]) > stats.t.isf(0.025, df)))
        low, high = stats.binom.ppf([1e-4, 1 - 1e-4], count, p)
        assert low <= decided <= high, (name, p, decided)


def test_a_fit_says_what_would_decide_it_in_numbers(gdp_fit) -> None:
    made = deciders_of(gdp_fit, size=0.3, years=[20])
    values = {".".join(p.path): abs(float(made.model.values[p.symbol])) for p in made.model.parameters}
    assert values["effects.shenzhen.hongkong"] == values["effects.hongkong.shenzhen"] == pytest.approx(0.3)
    assert min(p for _, p in made.now) < 0.5
    assert [one.key for one in made.others] == ["years", "capacities", "alone"]
    valleys = valleys_of(gdp_fit)
    assert {one.name for one in valleys} == {"effects.shenzhen.hongkong", "effects.hongkong.shenzhen"}
    assert all(one.low <= one.high for one in valleys)


def test_the_chance_is_that_of_the_noncentral_t() -> None:
    """At no effect half the level lies on the right side; far away it is 1."""
    assert chance(0.0, 12) == pytest.approx(0.025)
    assert chance(-9.0, 40) == chance(9.0, 40) > 0.9999


def test_what_is_no_design_is_refused(lynx_fit) -> None:
    with pytest.raises(InvalidValueError):
        design(CLEAR, [0, 1], noise=0.01)
    with pytest.raises(InvalidValueError):
        design(CLEAR, TIMES, noise=0)
    with pytest.raises(RefusedError, match="relative to capacities"):
        deciders_of(lynx_fit)
    runaway = CLEAR.with_values({"effects.a.b": 3, "effects.b.a": 3})
    with pytest.raises(RefusedError, match="runs away"):
        design(runaway, TIMES, noise=0.01)
