"""Fits that several test files look at, each made once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import symbiode
from symbiode.inference import estimators
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


@pytest.fixture(scope="session")
def straight():
    """Least squares of a straight model in four coefficients, posed as if two of them were effects: fit, design, data.

    Whatever is exact for linear regression must hold for it.
    """
    rows, k = 12, 4
    rng = np.random.default_rng(5)
    design = rng.standard_normal((2 * rows, k))
    design[:, 3] += 0.7 * design[:, 2]
    observed = design @ np.array([3.0, -1.0, 0.4, -0.3]) + 0.5 * rng.standard_normal(2 * rows)
    method = TrajectoryMatching(error="level", starts=4)

    def trajectory(p, times=None, *, rtol=1e-9, steps=2000):
        count = rows if times is None else len(times)
        y = (p @ design.T).reshape(len(p), rows, 2)[:, :count]
        dy = np.broadcast_to(design.reshape(rows, 2, k)[:count], (*y.shape, k))
        return estimators.Path(y=y, dy=dy, clean=np.ones(len(p), bool))

    def made(kinds=("growth", "growth", "effect", "effect")):
        wide = np.full(k, 50.0)
        names = ("a.growth", "b.growth", "effects.a.b", "effects.b.a")
        problem = estimators.Problem(
            t=np.arange(float(rows)), y=observed.reshape(rows, 2), units=("a", "b"), names=names, kinds=kinds,
            about=((0,), (1,), (0, 1), (1, 0)), positive=np.zeros(k, bool), lower=-wide, upper=wide,
            hard_lower=-2 * wide, hard_upper=2 * wide, guess=np.zeros(k), starts=np.empty((0, k)),
            trajectory=trajectory,
        )  # fmt: skip
        found = method.estimate(problem)
        fit = SimpleNamespace(
            problem=problem, method=method, estimate=found, names=names, df_resid=found.df_resid, zero=0.05, tau=0.1,
            model=SimpleNamespace(law=SimpleNamespace(scale="capacity")), llf=found.llf, nobs=found.nobs,
            df_model=k + 1,
        )  # fmt: skip
        return fit, design, observed

    return made
