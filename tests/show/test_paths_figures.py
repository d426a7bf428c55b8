"""Figures of many paths: bands hold the share of members they say, areas add up to one."""

import numpy as np
import pytest

from symbiode.dynamics.simulation import ensemble
from symbiode.show.plots import plot
from symbiode.show.plots.ensemble import compute
from symbiode.show.plots.occupancy import compute as shares
from symbiode.system.formats import load


@pytest.fixture(scope="module")
def run():
    return ensemble(load("volatile-rivals"), members=60, times=range(0, 31, 3), rtol=1e-2)


def test_bands_hold_half_and_nine_tenths_of_the_members(run):
    fan = compute(run)
    for low, high, share in ((0, 4, 0.9), (1, 3, 0.5)):
        inside = (run.y >= fan.quantiles[low]) & (run.y <= fan.quantiles[high])
        assert np.abs(inside[:, 1:, 1].mean(axis=0) - share).max() <= 2 / 60
    assert (fan.one == run.y[0]).all()


def test_areas_add_up_to_all_paths(run):
    figure = plot("occupancy", run)
    top = max(path.get_paths()[0].vertices[:, 1].max() for path in figure.axes[0].collections)
    assert top == pytest.approx(1)
    assert shares(run).shares.sum(axis=1) == pytest.approx(1)


def test_a_model_takes_members_seed_and_last_time():
    fan = compute(load("volatile-rivals"), members=5, until=10, seed=3)
    assert (fan.members, fan.t[-1]) == (5, 10)
    assert (compute(load("volatile-rivals"), members=5, until=10, seed=4).one[1:] != fan.one[1:]).any()
