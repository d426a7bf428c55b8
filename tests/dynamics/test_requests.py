"""What is asked amiss is named; nothing but an error of the package comes back."""

import numpy as np
import pytest

from symbiode.dynamics.modes import settle
from symbiode.dynamics.modes.residence import occupancy
from symbiode.dynamics.simulation import ensemble, simulate
from symbiode.errors import InvalidValueError
from symbiode.system.building import build

UNIT = {"growth": 1, "capacity": 1, "initial": 0.5}
QUIET = build({"a": UNIT, "b": UNIT}, effects={"a.b": 0.3})
LATE = build({"a": UNIT, "b": UNIT}, effects={"a.b": -0.3, "b.a": 0.5}, delays={"a.b": 1})
NOISY = build({"a": {**UNIT, "noise": 0.2}, "b": UNIT}, effects={"a.b": 0.3})


@pytest.mark.parametrize("model", [QUIET, LATE, NOISY], ids=["quiet", "late", "noisy"])
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("start", {"start": 0.5}),
        ("times", {"times": [0, [1, 2]]}),
        ("rtol", {"rtol": "fine"}),
        ("rtol", {"rtol": True}),
        ("seed", {"seed": -1}),
        ("seed", {"seed": 1.5}),
        ("history", {"history": 5}),
        ("breaks", {"breaks": [("soon", {})]}),
        ("breaks", {"breaks": 5}),
        ("breaks", {"breaks": [(0.5, 3)]}),
    ],
)
def test_what_a_simulation_cannot_do_is_named(model, name, asked):
    with pytest.raises(InvalidValueError, match=name):
        simulate(model, **{"times": [0, 1], **asked})


@pytest.mark.parametrize("model", [QUIET, LATE, NOISY], ids=["quiet", "late", "noisy"])
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("members", {"members": 2.5}),
        ("members", {"members": 0}),
        ("values", {"values": {"a.growth": []}}),
        ("start", {"start": [[1], [1, 2]]}),
        ("seed", {"seed": "x"}),
    ],
)
def test_what_an_ensemble_cannot_do_is_named(model, name, asked):
    with pytest.raises(InvalidValueError, match=name):
        ensemble(model, times=[0, 1], **asked)


def test_a_history_is_for_delays_and_says_a_level_for_every_unit():
    with pytest.raises(InvalidValueError, match="delays"):
        simulate(QUIET, [0, 1], history=lambda t: [1, 1])
    for levels in (["a", 2], [1], [np.nan, 1], [-1, 1]):
        with pytest.raises(InvalidValueError, match="history"):
            simulate(LATE, [0, 1], history=lambda t, levels=levels: levels)


def test_uneven_times_take_no_more_steps_than_their_longest_intervals_need():
    """Three times close together used to set the steps for all the rest."""
    run = simulate(NOISY, [0, 1e-9, 2e-9, 50], seed=1, rtol=1e-2)
    assert run.status.ok
    assert dict(run.counters)["steps"] < 40_000


def test_what_an_occupancy_cannot_count_is_named():
    run = ensemble(NOISY, times=[0, 1, 2, 3], members=2)
    for name, given in (("pair", 5), ("since", "late"), ("tau", "x"), ("tau", 2)):
        with pytest.raises(InvalidValueError, match=name):
            occupancy(run, **{name: given})


def test_effects_beyond_the_range_of_floats_are_no_crash():
    """Ratios of 1e400 between two effects: every unit is harmed or helped too little to matter, or runs away."""
    units = {name: {"growth": 1, "capacity": 1, "initial": 1} for name in "abc"}
    big = {"a.b": "1e200", "a.c": "1e200", "b.c": "1e200", "b.a": "-1e-200", "c.a": "-1e-200", "c.b": "-1e-200"}
    assert settle(build(units, effects=big)).outcome.value in ("coexistence", "undecided")
    pair = {"a": units["a"], "b": units["b"]}
    assert settle(build(pair, effects={"a.b": "1e200", "b.a": "-1e-200"})).outcome.value == "coexistence"
