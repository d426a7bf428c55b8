"""Least strengths of levers: a lever along a known line reaches the border at the closed-form strength and time."""

import pytest

from symbiode.policy.effort import frontier, plan, worth
from symbiode.system.building import build
from symbiode.system.scenario import at_time, build_scenario

UNITS = {"east": {"growth": 0.9, "capacity": 10}, "west": {"growth": 0.5, "capacity": 8}}
NEEDED = 0.9 * 0.35 / 1.035 - 0.2  # b (1 + a) = 0.9 a (1 + b) at a = 0.35


@pytest.fixture(scope="module")
def model():
    return build(UNITS, effects={"east.west": 0.35, "west.east": 0.2}, name="pair")


@pytest.fixture(scope="module")
def ramp(model):
    levers = {
        "rail": {"shape": "ramp", "at": 2025, "until": 2035, "moves": {"effects.west.east": {"add": 0.3}}},
        "noise": {"shape": "constant", "moves": {"east.growth": {"times": 0.1}}},
    }
    return build_scenario(model, levers)


def test_for_good_the_strength_is_the_share_of_the_lever_that_is_needed(model, ramp):
    found = plan(model, scenario=ramp, margin=0, runaway=0)
    assert found.effort == pytest.approx(NEEDED / 0.3, abs=1e-7)
    assert [c.name for c in found.changes if c.cost] == ["rail"]
    assert found.certificate.kind == "global"


def test_halfway_up_the_ramp_the_strength_is_twice_that(model, ramp):
    found = plan(model, scenario=ramp, margin=0, runaway=0, by=2030, until=2032)
    strength = NEEDED / 0.15
    assert found.effort == pytest.approx(strength, abs=1e-7)
    frozen = at_time(model, found.scenario, 2030)
    assert frozen == found.changed


def test_too_early_a_year_is_refused_with_the_strength_it_would_take(model, ramp):
    found = plan(model, scenario=ramp, margin=0, runaway=0, by=2027, until=2027)
    assert not found.reached
    assert found.shortfall.relaxed == (("rail", pytest.approx(NEEDED / 0.06, abs=1e-5)),)
    assert ("rail", "upper") in {(name, end) for name, end, _ in found.shortfall.binding}


def test_a_value_that_a_lever_moves_stays_in_its_range():
    wall = {"wall": {"value": 0.1, "lower": 0, "upper": 1}}
    effects = {"east.west": "0.35*(1 - wall)", "west.east": "0.35*(1 - 3*wall)"}
    walled = build(UNITS, effects=effects, parameters=wall, name="walled")
    rules = {"rules": {"shape": "constant", "moves": {"parameters.wall": {"add": -0.2}}}}
    found = plan(walled, scenario=build_scenario(walled, rules), margin=0.005, runaway=0)
    assert found.reached
    assert 0 < float(found.changes[0].after) <= 0.5 + 1e-9


def test_what_levers_are_worth_is_the_effort_with_and_without_them(model):
    made = plan(model, levers=["effects.west.east", "effects.east.west"], margin=0, runaway=0)
    known = {w.name: w for w in worth(made)}
    assert known["effects.west.east"].alone == pytest.approx(NEEDED, abs=1e-7)
    assert known["effects.west.east"].without == pytest.approx(known["effects.east.west"].alone)
    found = frontier(made, margins=[0, 0.01, 0.03])
    efforts = [p.effort for p in found.plans]
    assert efforts == sorted(efforts)
    assert all(p.after.settlement.border.distance >= m - 1e-6 for m, p in zip(found.values, found.plans, strict=True))
