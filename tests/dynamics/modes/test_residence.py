"""Shares of time in each mode: independent units by their gamma distributions, units at rest, refusals."""

import numpy as np
import pytest
from scipy import stats

from symbiode.dynamics.modes.ladder import Mode
from symbiode.dynamics.modes.residence import occupancy
from symbiode.dynamics.simulation import ensemble
from symbiode.errors import InvalidValueError, RefusedError, UnknownNameError
from symbiode.system.building import build


def pair(a, b, noise=(0, 0)):
    units = {
        name: {"growth": 1, "capacity": 1, "initial": 1, "noise": s} for name, s in zip("ab", noise, strict=True)
    }
    return build(units, effects={"a.b": a, "b.a": b})


def test_independent_units_are_above_their_means_as_often_as_gamma_variables():
    """Levels of independent logistic units are gamma variables of shape 2 r/s^2 - 1 (Evans et al. 2015, section 2)."""
    run = ensemble(pair(0, 0, (0.8, 0.5)), members=150, times=np.arange(0, 61, 0.5), rtol=1e-2, seed=2)
    found = occupancy(run, since=15)
    p, q = (stats.gamma(k).sf(k) for k in (2 / 0.64 - 1, 2 / 0.25 - 1))
    expected = {Mode.COMPETITION: (1 - p) * (1 - q), Mode.PARASITISM: p * (1 - q) + q * (1 - p)}
    for mode, share in expected.items():
        assert abs(found.mean[mode] - share) < 4 * found.standard_error[mode]
    mutual = found.mean[Mode.SYMMETRIC_MUTUALISM] + found.mean[Mode.ASYMMETRIC_MUTUALISM]
    assert abs(mutual - p * q) < 0.04
    assert found.alone == pytest.approx((1 - 0.32, 1 - 0.125))
    assert found.shares[:, :].sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize(
    ("a", "b", "mode"),
    [(0.5, 0.5, Mode.SYMMETRIC_MUTUALISM), (0.5, 0.1, Mode.ASYMMETRIC_MUTUALISM), (0.5, -0.5, Mode.PARASITISM),
     (0, 0.5, Mode.COMMENSALISM), (-0.5, -0.5, Mode.COMPETITION), (0, -0.5, Mode.AMENSALISM), (0, 0, Mode.NEUTRALISM)],
)  # fmt: skip
def test_at_rest_all_the_time_is_spent_in_the_settled_mode(a, b, mode):
    assert occupancy(ensemble(pair(a, b), times=[0, 20, 40])).mean[mode] == 1


def test_members_that_ended_count_while_they_were_there():
    run = ensemble(pair(2, 2, (0.1, 0.1)), members=10, times=np.linspace(0, 10, 41), rtol=1e-2)
    found = occupancy(run, since=0)
    assert np.isnan(found.shares[-1]).all()
    assert found.time_shares.sum(axis=1) == pytest.approx(1)


def test_unknown_units_and_units_that_do_not_last_alone_are_refused():
    run = ensemble(pair(0, 0, (0.1, 0.1)), members=3, times=[0, 1, 2])
    with pytest.raises(UnknownNameError):
        occupancy(run, ("a", "c"))
    with pytest.raises(InvalidValueError, match="two different"):
        occupancy(run, ("a", "a"))
    with pytest.raises(InvalidValueError, match="two times before"):
        occupancy(run, since=2)
    with pytest.raises(RefusedError, match="settle alone"):
        occupancy(ensemble(pair(0, 0, (2, 0)), members=2, times=[0, 1, 2]))
