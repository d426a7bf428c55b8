"""Many Taylor trajectories at once: each as alone, in every company, however it ends."""

import math

import numpy as np
import pytest

from symbiode.dynamics.numerics import compiled, vector
from symbiode.dynamics.simulation import lanes
from symbiode.dynamics.simulation.engines import System
from symbiode.dynamics.simulation.flow import DONE, RAN_AWAY, WORK_LIMIT
from symbiode.dynamics.simulation.lanes import carry, followed
from symbiode.dynamics.simulation.taylor import taylor
from symbiode.system.building import build
from tests.dynamics.test_flow import logistic, members
from tests.dynamics.test_series import MODELS
from tests.seeds import fresh_seed

YEARS = np.arange(2000.0, 2025.0)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.law.name)
def test_every_law_goes_where_it_goes_alone(model):
    starts = np.random.default_rng(fresh_seed()).uniform(0.2, 0.6, (5, 2))
    numerics, grid = compiled(model), np.linspace(0.0, 4.0, 9)
    found = carry(numerics, starts, grid, vector(model), tol=1e-11, cap=1e8)
    for start, y, status in zip(starts, found.y, found.status, strict=True):
        alone = taylor(System(numerics, vector(model), 0.0, start), grid, 1e-12, 1e8)
        assert (status == DONE) == (len(alone.z) == len(grid))
        z = np.log(y) if numerics.kolmogorov else y
        assert z[: len(alone.z)] == pytest.approx(alone.z, rel=1e-9, abs=1e-9)


def test_a_member_has_the_same_bits_in_every_company(monkeypatch):
    """Whoever is beside it, in whatever number of lanes, and whether its lane was another's before."""
    model = logistic(2)
    numerics, (p, starts) = compiled(model), members(model, 41, seed=3)
    together = carry(numerics, starts, YEARS, p, tol=1e-11, cap=1e8)
    assert (together.status == DONE).all()
    for wide, chosen in ((8192, [4]), (8192, [10, 0, 7]), (1, [3, 4]), (7, range(41))):
        monkeypatch.setattr(lanes, "WIDE", wide)
        some = carry(numerics, starts[chosen], YEARS, p[chosen], tol=1e-11, cap=1e8)
        assert some.y.tobytes() == together.y[chosen].tobytes()
        assert some.y_end.tobytes() == together.y_end[chosen].tobytes()


def test_members_end_each_in_their_own_way():
    """The second runs away at t* = 7.1025, the third is absent in part, the fourth is stiff and taken on by others."""
    numerics, times = compiled(logistic(2)), np.array([0.0, 5.0, 10.0, 50.0])
    calm, wild, stiff = [0.3, 1, 0.7, 1, 0.2, 0.1], [0.3, 1, 0.7, 1, 2, 1], [3e4, 1, 0.7, 1, 0.2, 0]
    p = np.array([calm, wild, calm, stiff])
    starts = np.array([[0.1, 0.1], [0.1, 0.1], [0.0, 0.1], [0.1, 0.1]])
    found = carry(numerics, starts, times, p, tol=1e-11, cap=1e8)
    assert found.status.tolist() == [DONE, RAN_AWAY, DONE, WORK_LIMIT]
    assert found.t_end[1] == pytest.approx(7.1025, abs=1e-4)
    assert np.isfinite(found.y[1, :2]).all()
    assert np.isnan(found.y[1, 2:]).all()
    assert found.y[2, :, 0].tolist() == [0.0] * 4
    assert found.y[2, :, 1] == pytest.approx(1 / (1 + 9 * np.exp(-0.7 * times)), rel=1e-10)
    taken_on = followed(numerics, starts, times, p, 1e-9, cap=1e8, sharper=False)
    assert taken_on.status[:3].tolist() == [DONE, RAN_AWAY, DONE]
    assert np.isfinite(taken_on.y[3, 1]).all() or taken_on.status[3] == WORK_LIMIT


def test_a_member_that_ended_rests_while_the_others_go_on():
    numerics, times = compiled(logistic(2)), np.linspace(0, 50, 21)
    p = np.array([[0.3, 1, 0.7, 1, 2, 1], *([0.3, 1, 0.7, 1, 0.2, 0.1] for _ in range(30))])
    found = carry(numerics, np.full((31, 2), 0.1), times, p, tol=1e-11, cap=1e8)
    assert found.status.tolist() == [RAN_AWAY] + [DONE] * 30
    assert np.isfinite(found.y[0]).all(axis=1).tolist() == (times < 7.1025).tolist()


def test_a_start_beyond_the_cap_ends_at_once():
    starts, times = np.array([[1e9], [0.5]]), np.array([0.0, 1.0])
    found = carry(compiled(logistic(1)), starts, times, np.array([1.0, 1.0]), tol=1e-9, cap=1e8)
    assert found.status.tolist() == [RAN_AWAY, DONE]
    assert found.t_end.tolist() == [0.0, 1.0]


def test_plain_coordinates_go_through_zero_and_to_a_pole():
    model = build({"a": {}}, equations={"a": "1 + a*a"})
    starts, times = np.array([[-1.0], [0.0]]), np.array([0.0, 0.5, 2.0])
    found = carry(compiled(model), starts, times, vector(model), tol=1e-12, cap=1e8)
    assert found.y[0, 1, 0] == pytest.approx(math.tan(0.5 - math.pi / 4), rel=1e-10)
    assert found.y[1, 1, 0] == pytest.approx(math.tan(0.5), rel=1e-10)
    assert found.status[1] != DONE
    assert found.t_end[1] == pytest.approx(math.pi / 2, rel=1e-8)


def test_the_second_run_tells_the_error_of_the_first():
    """Against the closed logistic curve, on a fine grid whose first times fall into one step."""
    numerics, grid = compiled(logistic(1)), np.linspace(0, 20, 81)
    starts, p = np.array([[0.01], [0.2], [3.0]]), np.array([1.0, 1.0])
    for rtol in (1e-5, 1e-9, 1e-11):
        first, second = (followed(numerics, starts, grid, p, rtol, cap=1e8, sharper=k) for k in (False, True))
        truth = 1 / (1 + (1 / starts - 1) * np.exp(-grid))
        error = np.abs(first.y[..., 0] / truth - 1).max(axis=1)
        told = 2 * np.abs(first.y / second.y - 1).max(axis=(1, 2)) + 1e-14
        assert (error <= told).all()
        assert (error <= 10 * rtol).all()


@pytest.mark.parametrize("x0", [1e-12, 1e-25, 1e-30, 1e-100, 1e-300])
def test_growth_that_no_term_of_the_series_shows_yet_is_not_jumped_over(x0):
    """So rare a unit feels no limit to any order: only the rates at the end of a step tell that it has met one."""
    numerics, p = compiled(logistic(1)), np.array([1.0, 1.0])
    for last in (-0.5 * math.log(x0), -1.05 * math.log(x0), -1.5 * math.log(x0), 1500.0):
        truth = -np.log1p(np.exp(-math.log(x0) - last))
        found = carry(numerics, np.full((3, 1), x0), np.array([0.0, last]), p, tol=1e-11, cap=1e8)
        assert np.log(found.y[:, -1, 0]) == pytest.approx(truth, abs=1e-9)
        alone = taylor(System(numerics, p, 0.0, np.array([x0])), np.array([0.0, last]), 1e-11, 1e8)
        assert alone.z[-1] == pytest.approx(truth, abs=1e-9)


def test_a_change_in_time_alone_is_not_jumped_over():
    """a' = a (1 + tanh(5 (t - 50)))/100 from 0 to 100: the tanh is odd about 50, so ln a grows by 100/100."""
    model = build({"a": {"initial": 1}}, equations={"a": "a*(1 + tanh(5*(t - 50)))/100"})
    found = carry(compiled(model), np.ones((2, 1)), np.array([0.0, 100.0]), vector(model), tol=1e-11, cap=1e8)
    assert np.log(found.y[:, -1, 0]) == pytest.approx(1.0, abs=1e-8)
    alone = taylor(System(compiled(model), vector(model), 0.0, np.ones(1)), np.array([0.0, 100.0]), 1e-11, 1e8)
    assert alone.z[-1, 0] == pytest.approx(1.0, abs=1e-8)
