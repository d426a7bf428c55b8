"""Drivers of growth: exact flows, exact derivatives, and coefficients found again."""

from __future__ import annotations

import numpy as np
import pytest

from symbiode.errors import InvalidValueError, RefusedError
from symbiode.inference.covariates import driven, drivers, relative, trend
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.observations import Observations
from symbiode.inference.problems import pose
from symbiode.system.building import build

T = np.arange(2000.0, 2016)
WORLD = Observations(t=T, y=np.exp(0.05 * (T - 2000) + 0.08 * np.sin(T))[:, None], units=("world",))


def posed(units=1, effects=None, y=None):
    own = {name: {"growth": 0.5, "capacity": 100, "initial": 10} for name in "ab"[:units]}
    model = build(own, effects=effects)
    levels = np.full((len(T), units), 50.0) if y is None else y
    return pose(model, Observations(t=T, y=levels, units=tuple(own))), model


def test_a_driven_logistic_follows_bernoullis_equation():
    """x' = x (r + s - r x / K) with s constant in each interval: Bernoulli (1695), solved from row to row by hand."""
    problem, model = posed()
    found = driven(problem, model, drivers(T, WORLD))
    r, K, x, c = 0.4, 80.0, 5.0, 1.7
    z = np.diff(np.log(WORLD.y[:, 0]))
    z -= z.mean()
    expected = [x]
    for s in r + c * z:
        x = s / (r / K + (s / x - r / K) * np.exp(-s))
        expected.append(x)
    path = found.trajectory(np.array([[r, K, expected[0], c]]))
    assert found.names[-1] == "covariates.world.a"
    assert path.y[0, :, 0] == pytest.approx(expected, rel=1e-8)
    few = found.trajectory(np.array([[r, K, expected[0], c]]), T[[0, 5, 11]])
    assert few.y[0, :, 0] == pytest.approx(np.array(expected)[[0, 5, 11]], rel=1e-8)


def test_derivatives_are_those_of_the_trajectory():
    problem, model = posed(2, {"a.b": 0.3, "b.a": -0.2})
    found = driven(problem, model, [trend(T), *drivers(T, WORLD)])
    p = np.array([[0.5, 100, 10, 0.4, 60, 30, 0.3, -0.2, 0.1, 0.8, -0.5]])
    exact = found.trajectory(p, rtol=1e-11).dy[0]
    for k in range(p.shape[1]):
        step = np.zeros_like(p)
        step[0, k] = 1e-5 * abs(p[0, k])
        ahead, behind = (found.trajectory(q, rtol=1e-11).y[0] for q in (p + step, p - step))
        slope = (ahead - behind) / (2 * step[0, k])
        assert exact[..., k] == pytest.approx(slope, rel=1e-5, abs=1e-6 * np.abs(slope).max())


def test_without_a_push_nothing_changes():
    problem, model = posed(2, {"a.b": 0.3, "b.a": -0.2})
    found = driven(problem, model, [trend(T)])
    own = problem.trajectory(problem.guess[None])
    with_driver = found.trajectory(found.guess[None])
    assert with_driver.y == pytest.approx(own.y, rel=1e-8)
    assert with_driver.dy[..., : len(problem.names)] == pytest.approx(own.dy, rel=1e-6, abs=1e-6)


def test_a_common_cause_is_not_taken_for_an_effect():
    """Both units grow by themselves, pushed by the same covariate: with it effects vanish, and its size is found."""
    free, model = posed(2, {"a.b": 0, "b.a": 0})
    push = drivers(T, WORLD, shared=True)
    true = np.array([[0.5, 100, 10, 0.3, 60, 80, 0.0, 0.0, 1.5]])
    y = driven(free, model, push).trajectory(true).y[0]
    seen, _ = posed(2, {"a.b": 0, "b.a": 0}, y)
    with_push, without = (
        TrajectoryMatching().refit(p, p.guess[None], lower=p.lower, upper=p.upper)
        for p in (driven(seen, model, push), seen)
    )
    assert with_push.params[0] == pytest.approx(true[0], rel=1e-4, abs=1e-5)
    assert np.abs(without.params[0, 6:]).max() > 0.01


def test_levels_can_be_told_per_head_or_as_shares():
    made = Observations(t=T[:3], y=[[2, 9], [4, 9], [6, 9]], units=("a", "b"), basis="GDP")
    heads = Observations(t=T[:4], y=[[1, 3], [2, 3], [2, 9], [1, 1]], units=("people_a", "people_b"))
    assert relative(made, heads).y.tolist() == [[2, 3], [2, 3], [3, 1]]
    share = relative(made, Observations(t=T[:3], y=[[10], [10], [10]], units=("total",)))
    assert share.y[:, 1].tolist() == [0.9, 0.9, 0.9]
    assert share.basis == "GDP, relative to total"


def test_what_cannot_drive_is_refused():
    _, model = posed()
    with pytest.raises(InvalidValueError, match="varies"):
        drivers(T, Observations(t=T, y=np.exp(T - 2000)[:, None], units=("steady",)))
    with pytest.raises(InvalidValueError, match="2001"):
        drivers(T, WORLD.without([2001]))
    with pytest.raises(InvalidValueError, match="one column"):
        relative(WORLD, Observations(t=T, y=np.ones((len(T), 2)), units=("a", "b")))
    short = pose(model, Observations(t=T[:5], y=np.full((5, 1), 50.0), units=("a",)))
    with pytest.raises(RefusedError, match="Too few"):
        driven(short, model, [trend(short.t), trend(short.t)])
