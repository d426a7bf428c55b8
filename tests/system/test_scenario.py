"""Levers: activities, frozen models, moving rates and ranges, against formulas worked out by hand."""

import math

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symbiode
from symbiode.dynamics.numerics import compiled, vector, vectors
from symbiode.errors import InvalidValueError, ModelError, UnknownNameError
from symbiode.system.model import TIME
from symbiode.system.scenario import (
    activity,
    at_time,
    build_scenario,
    check_course,
    events,
    moving,
    values_over,
    with_moved,
    with_strengths,
)

R = sympy.Rational
SHAPES = {
    "step": {"shape": "step", "at": 3},
    "ramp": {"shape": "ramp", "at": 3, "until": 8},
    "adoption": {"shape": "adoption", "at": 3, "speed": 0.7, "lag": 1},
    "pulse": {"shape": "pulse", "at": 3, "lasting": 4},
    "constant": {"shape": "constant"},
}
FORMULAS = {
    "step": lambda t: float(t >= 3),
    "ramp": lambda t: min(max((t - 3) / 5, 0), 1),
    "adoption": lambda t: 1 / (1 + math.exp(-0.7 * (t - 3 - 1))),
    "pulse": lambda t: math.exp(-(t - 3) / 4) if t >= 3 else 0.0,
    "constant": lambda t: 1.0,
}


def pair(**changes):
    """Two cities whose effects are barriers times openness, one of them bounded."""
    model = symbiode.build(
        {name: {"growth": 0.5, "capacity": {"value": 2, "lower": 1, "upper": 3}, "initial": 1} for name in "ab"},
        parameters={"barrier": {"value": 0.25, "lower": 0, "upper": 1}, "open": 0.5},
        effects={"a.b": "0.8*open*(1 - barrier)", "b.a": 0.3},
    )
    return model.with_values(changes)


def scenario_of(model, **levers):
    return build_scenario(model, levers)


@pytest.mark.parametrize("shape", SHAPES)
def test_activities_follow_their_formulas(shape):
    lever = scenario_of(pair(), s={**SHAPES[shape], "strength": 0.5, "moves": {}}).levers[0]
    times = np.array([-1e4, 0, 2.99, 3, 4.5, 8, 9, 1e4])
    expected = [0.5 * FORMULAS[shape](t) if abs(t) < 1e4 else None for t in times]
    for s, wanted in zip(activity(lever, times), expected, strict=True):
        assert 0 <= s <= 0.5 if wanted is None else s == pytest.approx(wanted, abs=1e-15)
    for t in (R(1), R(3), R(11, 2), R(8)):
        assert float(activity(lever, t)) == pytest.approx(float(activity(lever, float(t))), abs=1e-15)
        assert activity(lever, TIME).subs(TIME, t) == activity(lever, t)


def test_a_step_counts_from_its_time_on_and_not_before():
    lever = scenario_of(pair(), s={"at": "1/3", "moves": {}}).levers[0]
    assert (activity(lever, R(1, 3)), activity(lever, R(1, 3), before=True)) == (1, 0)
    assert (activity(lever, 1 / 3), activity(lever, 1 / 3, before=True)) == (1, 0)


def test_events_are_where_an_activity_is_not_smooth():
    levers = {name: {**shape, "moves": {}} for name, shape in SHAPES.items()}
    levers["off"] = {"at": 5, "strength": 0}
    assert events(scenario_of(pair(), **levers)) == (3, 8)


def test_frozen_models_are_exact_at_steps_and_ramps_and_formulas_follow():
    """Value = base (1 + sum times s) + sum add s; the effect 0.8 open (1 - barrier) with both of its names moved."""
    model = pair()
    scenario = scenario_of(
        model,
        rail={"shape": "ramp", "at": 2010, "until": 2020, "moves": {"parameters.barrier": {"add": "-1/5"}}},
        law={"at": 2015, "strength": 0.5, "moves": {"parameters.open": {"times": "1/3"}, "effects.a.b": {"add": 0.1}}},
    )
    found = at_time(model, scenario, 2015)
    barrier, openness = R(1, 4) - R(1, 10), R(1, 2) * (1 + R(1, 6))
    by_path = {p.path: found.values[p.symbol] for p in found.parameters}
    assert by_path["parameters", "barrier"] == barrier
    assert by_path["effects", "a", "b"] == R(4, 5) * openness * (1 - barrier) + R(1, 20)
    before = at_time(model, scenario, 2015, before=True)
    assert {p.path: before.values[p.symbol] for p in before.parameters}["parameters", "open"] == R(1, 2)
    assert at_time(model, scenario, 2009) is model


def test_levers_without_strength_leave_the_very_model():
    model = pair()
    moves = {"parameters.barrier": {"add": 0.5}, "effects.b.a": {"times": 3}, "a.noise": {"add": 1}}
    scenario = scenario_of(model, **{name: {**shape, "moves": moves} for name, shape in SHAPES.items()})
    still = scenario.with_strengths(dict.fromkeys(SHAPES, 0))
    assert at_time(model, still, 4) is moving(model, still, 0, 100) is model
    assert with_strengths(model, scenario.levers, {"step": 0}) is model
    assert events(still) == ()


def test_strengths_without_time_are_the_sum_of_moves():
    model = pair()
    scenario = scenario_of(
        model,
        one={"shape": "adoption", "at": 0, "speed": 1, "moves": {"a.growth": {"times": 0.5, "add": 1}}},
        two={"at": 9, "moves": {"a.growth": {"times": -0.2}}},
    )
    found = with_strengths(model, scenario.levers, {"one": "1/4", "two": 1})
    assert found == model.with_values({"a.growth": "0.5*(1 + 0.5/4 - 0.2) + 1/4"})
    with pytest.raises(UnknownNameError, match="did you mean 'two'"):
        with_strengths(model, scenario.levers, {"twoo": 1})
    with pytest.raises(InvalidValueError, match="0 to 1"):
        scenario.with_strengths({"one": 1.5})


@pytest.mark.parametrize("shape", ["ramp", "adoption", "pulse"])
def test_moving_rates_are_those_of_the_frozen_model_at_every_time(shape):
    model = pair()
    moves = {"parameters.barrier": {"add": -0.1}, "effects.a.b": {"times": 0.5}, "b.capacity": {"add": -0.3}}
    scenario = scenario_of(
        model, s={**SHAPES[shape], "moves": moves}, fixed={"shape": "constant", "moves": {"a.growth": {"times": 1}}}
    )
    moved, x = moving(model, scenario, 3, 8), [0.7, 1.9]
    assert moved.law.name != model.law.name
    for t in (3.25, 5.5, 7.75):
        there = at_time(model, scenario, t)
        expected = compiled(there).rates(t, x, vector(there))
        assert compiled(moved).rates(t, x, vector(moved)) == pytest.approx(expected, rel=1e-13)


def test_models_that_differ_in_dates_and_magnitudes_share_their_code():
    model = pair()
    kinds = [
        moving(model, scenario_of(model, s={"shape": "ramp", "at": a, "until": 20, "strength": s, "moves": m}), 5, 9)
        for a, s, m in ((1, 1, {"a.growth": {"add": 0.1}}), (4, 0.5, {"a.growth": {"add": "1/7"}}))
    ]
    assert compiled(kinds[0]) is compiled(kinds[1])


def test_values_over_many_times_are_the_frozen_ones_and_fill_vectors():
    model = pair()
    moves = {"parameters.barrier": {"add": 0.2}, "effects.b.a": {"times": -0.5}}
    scenario = scenario_of(model, s={**SHAPES["ramp"], "moves": moves})
    times = [0.0, 4, 5.5, 20]
    values = values_over(model, scenario, times)
    assert sorted(values) == ["effects.a.b", "effects.b.a", "parameters.barrier"]
    rows = vectors(with_moved(model, scenario.levers), values)
    for row, t in zip(rows, times, strict=True):
        assert row == pytest.approx(vector(at_time(model, scenario, t)), rel=1e-14)


def test_a_missing_effect_is_moved_from_zero():
    model = symbiode.build({name: {"growth": 1, "capacity": 1} for name in "ab"})
    scenario = scenario_of(model, s={"at": 1, "moves": {"effects.a.b": {"add": 0.4}}})
    assert at_time(model, scenario, 1) == model.with_values({"effects.a.b": 0.4})
    assert at_time(model, scenario, 0) is model


@pytest.mark.parametrize(
    ("levers", "said"),
    [
        ({"s": {"at": 3, "moves": {"parameters.barrier": {"add": 0.8}}}}, r"barrier.*by s at t = 3.*0 to 1"),
        ({"s": {**SHAPES["ramp"], "moves": {"a.capacity": {"times": -1}}}}, r"capacity.*by s at t = 5\.50"),
        ({"s": {"at": 3, "moves": {"a.growth": {"times": -1}}}}, r"a\.growth.*more than 0"),
        ({"s": {"at": 3, "moves": {"delays.a.b": {"add": -1}}}}, r"delays.*at least 0"),
        # Two levers that each stay inside: a ramp up and a pulse that fades, 0.25 + 0.9 s(t) - 0.9 exp(-(t - 3)/4) > 1.
        (
            {
                "up": {"shape": "step", "at": 3, "moves": {"parameters.barrier": {"add": 0.9}}},
                "down": {"shape": "pulse", "at": 3, "lasting": 4, "moves": {"parameters.barrier": {"add": -0.9}}},
            },
            r"barrier, moved by down, up at t = 10\.16",
        ),
    ],
)
def test_values_that_leave_their_range_are_refused_with_time_and_levers(levers, said):
    """The last crossing: 0.25 + 0.9 (1 - exp(-(t - 3)/4)) = 1 at t = 3 + 4 ln 6 = 10.167."""
    model = pair()
    with pytest.raises(InvalidValueError, match=said):
        check_course(model, scenario_of(model, **levers))


def test_a_value_that_just_reaches_its_bound_is_kept():
    model = pair()
    for shape in ("step", "ramp", "adoption"):
        scenario = scenario_of(model, s={**SHAPES[shape], "moves": {"parameters.barrier": {"add": -0.25}}})
        check_course(model, scenario)


def test_moving_over_an_event_is_refused():
    scenario = scenario_of(pair(), s={"at": 3, "moves": {"a.growth": {"add": 1}}})
    with pytest.raises(InvalidValueError, match="without an event between"):
        moving(pair(), scenario, 2, 4)


def test_every_fault_of_a_scenario_is_told_at_once():
    model = symbiode.load("shenzhen-hongkong")
    with pytest.raises(ModelError) as caught:
        build_scenario(model, {
            "one": {"shape": "ramp", "at": 1, "until": 0, "lasting": 2, "strength": 2, "mechanism": "D1"},
            "two": {"shape": "rmap", "moves": {"shenzhen.initial": {"add": 1}, "shenzhen.own_growth": {"add": 1}}},
            "three": {"at": 0, "moves": {"shenzhen.growht": {"add": 1}, "shenzhen.growth": {}, "hongkong.growth": 2}},
            "four": {"moves": {"units.shenzhen.growth": {"add": 1}, "shenzhen.growth": {"add": "a"}}},
        })  # fmt: skip
    fields = {fault.field.removeprefix("levers.") for fault in caught.value.faults}
    assert fields >= {
        "one.until", "one.lasting", "one.strength", "one.mechanism", "two.shape", 'two.moves."shenzhen.initial"',
        'two.moves."shenzhen.own_growth"', 'three.moves."shenzhen.growht"', 'three.moves."shenzhen.growth"',
        'three.moves."hongkong.growth"', "four", 'four.moves."shenzhen.growth".add', 'four.moves."shenzhen.growth"',
    }  # fmt: skip
    assert "did you mean 'shenzhen.growth'" in str(caught.value)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    strengths=st.lists(st.fractions(0, 1, max_denominator=50), min_size=5, max_size=5),
    t=st.fractions(0, 20, max_denominator=20),
)
def test_moves_of_one_value_add_up(strengths, t):
    """By hand: K = 2 (1 + sum 0.02 s_k) + sum 0.01 s_k, with s_k from the formulas above."""
    model, moves = pair(), {"a.capacity": {"times": 0.02, "add": 0.01}}
    levers = {
        name: {**shape, "strength": s, "moves": moves}
        for (name, shape), s in zip(SHAPES.items(), strengths, strict=True)
    }
    found = at_time(model, build_scenario(model, levers), t)
    total = sum(float(s) * FORMULAS[name](float(t)) for name, s in zip(SHAPES, strengths, strict=True))
    value = next(float(found.values[p.symbol]) for p in found.parameters if p.path == ("a", "capacity"))
    assert value == pytest.approx(2 + 0.05 * total, rel=1e-14)
