"""Fits that several test files look at, each made once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

import symbiode
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.fitting import fit
from symbiode.inference.observations import Observations
from symbiode.system.building import build

PUBLISHED = Path(__file__).parents[1] / "published"


def _case(name):
    case = tomllib.loads((PUBLISHED / name).read_text())
    data = np.array(case["data"], float)
    seen = Observations(t=data[:, 0], y=data[:, 1:], units=tuple(case["units"]), time_unit=case["time_unit"])
    return case, seen


@pytest.fixture(scope="session")
def gause():
    """The published case, its model (values are no start) and its observations."""
    case, seen = _case("gause_paramecium_mixture.toml")
    units = {name: {"growth": 1, "capacity": 100} for name in seen.units}
    effects = {"caudatum.aurelia": 0, "aurelia.caudatum": 0}
    return case, build(units, effects=effects, time_unit="day", name="Gause's mixture"), seen


@pytest.fixture(scope="session")
def gause_fit(gause):
    _, model, seen = gause
    return fit(model, seen, method=TrajectoryMatching(error="level"), draws=250)


@pytest.fixture(scope="session")
def lynx():
    case, seen = _case("lynx_hare.toml")
    units = {"hare": {"growth": 1, "own_growth": 1}, "lynx": {"growth": 1, "own_growth": -1}}
    effects = {"hare.lynx": -1, "lynx.hare": 1}
    return case, build(units, law="lotka_volterra", effects=effects, name="Lynx and hare"), seen


@pytest.fixture(scope="session")
def lynx_fit(lynx):
    _, model, seen = lynx
    return fit(model, seen, draws=100)


@pytest.fixture(scope="session")
def gdp_fit():
    """The shipped pair of gross domestic products in US dollars, few refits."""
    return fit(symbiode.load("shenzhen-hongkong"), draws=60)
