"""Least effort among several units: settled again by `settle`, against closed forms and bisection."""

import numpy as np
import pytest

from symbiode.dynamics.modes import settle
from symbiode.policy.effort import plan
from symbiode.system.building import build

NAMES = ("north", "east", "west")


def trio(d, **more):
    """Three logistic units whose effects are all d, but for those named as receiver_source."""
    units = {name: {"growth": 0.5, "capacity": 2} for name in NAMES}
    effects = {f"{i}.{j}": more.get(f"{i}_{j}", d) for i in NAMES for j in NAMES if i != j}
    return build(units, effects=effects, name="trio")


def test_leaving_runaway_evenly_is_the_distance_to_spectral_radius_one_less_the_margin():
    """All effects d: the spectral radius is 2 d, so six equal steps of 0.6 - (1 - m)/2 are least by symmetry."""
    model, m = trio(0.6), 0.1
    assert settle(model).outcome.value == "blow_up"
    found = plan(model, "coexistence", norm=2, margin=0, runaway=m)
    assert found.effort == pytest.approx(np.sqrt(6) * (0.6 - (1 - m) / 2), rel=1e-6)
    assert found.certificate.kind == "local"
    assert found.certificate.residual < 1e-6


@pytest.mark.slow
def test_the_price_of_the_runaway_margin_among_three_units_is_a_finite_difference():
    model, m = trio(0.6), 0.1
    found = plan(model, "coexistence", norm=2, margin=0, runaway=m)
    more, less = (plan(model, "coexistence", norm=2, margin=0, runaway=m + h).effort for h in (1e-4, -1e-4))
    assert found.shadow_runaway == pytest.approx((more - less) / 2e-4, rel=1e-4)


def test_one_lever_stops_where_settle_begins_to_see_a_symmetric_pair():
    """The least effect at which `settle` calls the pair symmetric, found by bisection, is what the plan asks for."""
    model = trio(0.1, east_north=0.3, north_east=0.05)
    lever = "effects.north.east"

    def symmetric(value):
        pairs = {p.pair: p.mode for p in settle(model.with_values({lever: f"{value:.12f}"})).modes}
        return pairs["north", "east"].value == "symmetric_mutualism"

    low, high = 0.05, 0.3
    assert symmetric(high)
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (low, middle) if symmetric(middle) else (middle, high)
    found = plan(model, levers=[lever], between=("north", "east"), margin=0, runaway=0)
    assert float(found.changes[0].after) == pytest.approx(high, abs=1e-7)
    assert found.after.mode == "symmetric_mutualism"


def test_two_regions_gain_alike_after_a_plan_between_them():
    names = ("sz_f", "sz_r", "hk_f", "hk_r")
    units = {name: {"growth": 0.5, "capacity": 1, "region": name[:2]} for name in names}
    effects = {
        "sz_f.sz_r": 0.2, "sz_r.sz_f": 0.1, "hk_f.hk_r": 0.1, "hk_r.hk_f": 0.2, "sz_f.hk_r": 0.3, "hk_r.sz_f": 0.1
    }  # fmt: skip
    model = build(units, effects=effects, name="cities")
    found = plan(model, levers=["effects.hk_r.sz_f", "effects.sz_f.hk_r"], margin=0, runaway=0)
    assert found.groups == (("sz_f", "sz_r"), ("hk_f", "hk_r"))
    alone = [plan(model, levers=[c.name], margin=0, runaway=0).effort for c in found.changes]
    assert found.effort == pytest.approx(min(alone), abs=1e-6)
    whole = np.array(found.after.settlement.state)
    D = np.array([[0, 0.2], [0.1, 0]])
    sz = np.linalg.solve(np.eye(2) - D, np.ones(2))
    hk = np.linalg.solve(np.eye(2) - D.T, np.ones(2))
    gains = (whole[:2] - sz).sum(), (whole[2:] - hk).sum()
    assert min(gains) / max(gains) == pytest.approx(0.9, abs=1e-6)


def test_no_point_of_a_fine_grid_of_two_levers_is_cheaper_than_the_plan():
    """Every grid point solved by hand: gains of a pair are what each loses where the other is taken away."""
    model, step = trio(0.1, east_north=0.3, north_east=0.05), 0.004
    levers = ["effects.north.east", "effects.east.north"]
    found = plan(model, levers=levers, between=("north", "east"), margin=0, runaway=0)
    ticks = np.arange(-50, 76) * step
    first, second = (g.ravel() for g in np.meshgrid(ticks, ticks))
    D = np.full((len(first), 3, 3), 0.1) * (1 - np.eye(3))
    D[:, 0, 1], D[:, 1, 0] = 0.05 + first, 0.3 + second
    rest = np.linalg.solve(np.eye(3) - D, np.ones((len(D), 3, 1)))[..., 0]
    alone = 1.1 / (1 - 0.1**2)  # each of two with effects of 0.1 on each other
    gains = rest[:, :2] - alone
    calm = np.abs(np.linalg.eigvals(np.maximum(D, 0))).max(axis=1) < 1
    symmetric = calm & (rest > 0).all(axis=1) & (gains > 0).all(axis=1) & (gains.min(1) >= 0.9 * gains.max(1))
    cheapest = (np.abs(first) + np.abs(second))[symmetric].min()
    assert found.effort <= cheapest + 1e-9
    assert cheapest <= found.effort + 2 * step
