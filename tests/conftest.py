"""What several test files share: one small fit, made once."""

import numpy as np
import pytest

from symbiode.dynamics.simulation import simulate
from symbiode.inference.draws import NormalDraws
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.fitting import Fit, fit
from symbiode.inference.observations import Observations
from symbiode.inference.pooling import Pooled, pool
from symbiode.inference.robustness import Robustness, robustness
from symbiode.system.building import build
from symbiode.system.model import Model


@pytest.fixture(scope="session")
def pair() -> Model:
    """Two logistic units of which the second lives on the first."""
    units = {
        "east": {"growth": 0.9, "capacity": 10, "initial": 1, "label": {"en": "East", "zh": "东岸"}},
        "west": {"growth": 0.5, "capacity": 8, "initial": 2, "label": {"en": "West", "zh": "西岸"}},
    }
    return build(units, effects={"east.west": -0.3, "west.east": 0.2}, name="East and West", illustrative=True)


@pytest.fixture(scope="session")
def quick_fit(pair: Model) -> Fit:
    """The pair fitted to nine noisy points of its own trajectory; every coefficient is identified."""
    times = np.linspace(0, 12, 9)
    noise = np.random.default_rng(3).standard_normal((9, 2))
    levels = simulate(pair, times, "initial").y * np.exp(0.004 * noise)
    seen = Observations(t=times, y=levels, units=("east", "west"), measured_in=("million USD", "million USD"))
    return fit(pair, seen, method=TrajectoryMatching(starts=2), draws=NormalDraws(count=60))


@pytest.fixture(scope="session")
def quick_robustness(quick_fit: Fit) -> Robustness:
    """The same under other choices, few estimators and laws."""
    return robustness(quick_fit, estimators={}, laws=("gompertz",))


@pytest.fixture(scope="session")
def quick_panel() -> Pooled:
    """Three units that grow by themselves, pooled."""
    levels = np.exp(np.cumsum(np.random.default_rng(1).normal(0.05, 0.02, (12, 3)), axis=0))
    labels = tuple({"en": en, "zh": zh} for en, zh in (("East", "东岸"), ("West", "西岸"), ("North", "北岸")))
    seen = Observations(t=range(12), y=levels, units=("east", "west", "north"))
    return pool(seen, labels=labels, draws=200, placebos=19)
