"""organisation(): the conductance of links, and how much of the time how many of them are open."""

from __future__ import annotations

import math

import pytest
import sympy

from symbiode.dynamics.modes.links import conductances, organisation
from symbiode.errors import InvalidValueError, RefusedError
from symbiode.system.building import build
from symbiode.system.model import Model
from symbiode.system.scenario import build_scenario

R = sympy.Rational


def two(interface: object = 0.5, barrier: object = 0, leak: object = 0.0) -> Model:
    """Return a pair of which one link meets a barrier too and the other loses by leakage."""
    unit = {"growth": 0.1, "capacity": 1}
    ends = {"lower": 0, "upper": 1}
    named = {
        "interface": {"value": interface, "element": "interface.digital", **ends},
        "barrier": {"value": barrier, "element": "barrier", **ends},
        "leak": {"value": leak, "element": "leakage"},
    }
    effects = {"a.b": "interface*(1 - barrier)*0.4", "b.a": "interface*0.2 + 0.1 - leak"}
    return build({"a": unit, "b": unit}, effects=effects, parameters=named)


def test_conductance_is_interface_times_what_the_barrier_leaves() -> None:
    """Composite coefficient: conductance x (1 - barrier) x base, plus levers, less leakage, which do not count."""
    model = two(0.8, 0.25, 0.3)
    found = {link: formula.xreplace(dict(model.values)) for link, formula in conductances(model).items()}
    assert found == {("a", "b"): R(8, 10) * R(3, 4), ("b", "a"): R(8, 10)}


STATIC = [(0, 0, "none", 0), (0.5, 0, "integrated", 1), (0.8, 0.5, "continuous", 0.5), (0.4, 0, "none", 0)]


@pytest.mark.parametrize(("interface", "barrier", "kind", "links"), STATIC)
def test_a_model_as_it_stands_is_organised_by_its_share_of_open_links(interface, barrier, kind, links) -> None:
    found = organisation(two(interface, barrier))
    assert (found.kind, found.link_share) == (kind, links)


STEPS = [(1, "point"), (50, "intermittent"), (95, "integrated"), (100, "integrated")]


@pytest.mark.parametrize(("years", "kind"), STEPS)
def test_a_step_opens_links_for_exactly_the_time_it_lasts(years: int, kind: str) -> None:
    scenario = build_scenario(two(0.2), {"open": {"at": 100 - years, "moves": {"parameters.interface": {"add": 0.5}}}})
    found = organisation(two(0.2), scenario, (0, 100))
    assert found.time_share == pytest.approx(years / 100)
    assert found.kind == kind
    assert dict(found.conductances)["b", "a"] == pytest.approx(0.2 + 0.5 * years / 100)


def test_a_fading_pulse_crosses_the_threshold_at_its_closed_form_time() -> None:
    """0.2 + 0.6 exp(-(t - 10)/20) >= 0.5 until t = 10 + 20 ln 2."""
    lever = {"at": 10, "shape": "pulse", "lasting": 20, "moves": {"parameters.interface": {"add": 0.6}}}
    found = organisation(two(0.2), build_scenario(two(0.2), {"show": lever}), (0, 100))
    assert found.time_share == pytest.approx(20 * math.log(2) / 100, abs=1e-3)


def test_a_pulse_that_is_gone_at_once_still_adds_its_area() -> None:
    """The integral of 0.8 exp(-(t - 10)/0.01) is 0.008, spread over 100 years."""
    lever = {"at": 10, "shape": "pulse", "lasting": "0.01", "moves": {"parameters.interface": {"add": 0.8}}}
    found = organisation(two(0.2), build_scenario(two(0.2), {"show": lever}), (0, 100))
    assert dict(found.conductances)["b", "a"] - 0.2 == pytest.approx(8e-5, rel=5e-3)


def test_what_cannot_be_said_is_refused_with_the_reason() -> None:
    unit = {"growth": 0.1, "capacity": 1}
    with pytest.raises(RefusedError, match="element"):
        organisation(build({"a": unit, "b": unit}, effects={"a.b": 0.2}))
    scenario = build_scenario(two(), {"open": {"at": 1, "moves": {}}})
    with pytest.raises(InvalidValueError, match="between"):
        organisation(two(), scenario)
    with pytest.raises(InvalidValueError, match="begin before an end"):
        organisation(two(), scenario, (5, 5))
    with pytest.raises(InvalidValueError, match="threshold"):
        organisation(two(), threshold=2)
