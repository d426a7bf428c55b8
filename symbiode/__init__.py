"""Symbiosis between regions as a dynamical system: equations, settled modes, and what the data can say.

Five questions, five rooms, in the order a user asks them:

- What is the system?      `symbiode.system`     load, save, build
- Where does it go?        `symbiode.dynamics`   equilibria, settle, indices, follow, simulate, ensemble
- What do the data say?    `symbiode.inference`  read, fit, fit_pairs, pool
- What would change it?    `symbiode.policy`     claims, mode_path
- How is it told?          `symbiode.show`       plot, study

>>> import symbiode
>>> symbiode.settle(symbiode.load("shenzhen-hongkong")).outcome.value
'coexistence'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symbiode.dynamics.basin import Basins, basins
    from symbiode.dynamics.continuation import Branches, Curves, Cycles, follow
    from symbiode.dynamics.equilibrium import Equilibrium, EquilibriumSet, equilibria
    from symbiode.dynamics.maps import ModeMap, mode_map
    from symbiode.dynamics.modes import Mode, Outcome, Settlement, settle
    from symbiode.dynamics.modes.indices import Indices, indices
    from symbiode.dynamics.modes.links import Organisation, organisation
    from symbiode.dynamics.modes.residence import Occupancy, occupancy
    from symbiode.dynamics.simulation import Ensemble, Trajectory, ensemble, simulate
    from symbiode.errors import Status, SymbiodeError
    from symbiode.inference.constrained import mode_fits
    from symbiode.inference.estimators.trajectory import TrajectoryMatching
    from symbiode.inference.fitting import Fit, fit
    from symbiode.inference.histories import History, history
    from symbiode.inference.hypotheses import hypotheses
    from symbiode.inference.observations import Observations, read
    from symbiode.inference.panels import read_panel
    from symbiode.inference.pooling import Pooled, pool
    from symbiode.inference.robustness import robustness
    from symbiode.inference.side_by_side import SideBySide, compare
    from symbiode.pairs import Pairs, fit_pairs
    from symbiode.policy.effort import Plan, plan
    from symbiode.policy.experiments import claims
    from symbiode.policy.paths import ModePath, mode_path
    from symbiode.policy.statements import Claim
    from symbiode.show.demo.notebook import widget
    from symbiode.show.plots import plot
    from symbiode.show.teach.exercises import Quiz, quiz
    from symbiode.show.teach.explaining import explain
    from symbiode.show.teach.results import Explanation
    from symbiode.studies import Study, study
    from symbiode.system.building import build
    from symbiode.system.formats import load, load_scenario, save, save_scenario
    from symbiode.system.laws import Law, Parameter
    from symbiode.system.model import Model, Unit
    from symbiode.system.scenario import Lever, Move, Scenario, build_scenario

_HOMES = {
    "Basins": "dynamics.basin",
    "Branches": "dynamics.continuation",
    "Claim": "policy.statements",
    "Curves": "dynamics.continuation",
    "Cycles": "dynamics.continuation",
    "Ensemble": "dynamics.simulation",
    "Equilibrium": "dynamics.equilibrium",
    "EquilibriumSet": "dynamics.equilibrium",
    "Explanation": "show.teach.results",
    "Fit": "inference.fitting",
    "History": "inference.histories",
    "Indices": "dynamics.modes.indices",
    "Law": "system.laws",
    "Lever": "system.scenario",
    "Mode": "dynamics.modes",
    "ModeMap": "dynamics.maps",
    "ModePath": "policy.paths",
    "Model": "system.model",
    "Move": "system.scenario",
    "Observations": "inference.observations",
    "Occupancy": "dynamics.modes.residence",
    "Organisation": "dynamics.modes.links",
    "Outcome": "dynamics.modes",
    "Pairs": "pairs",
    "Parameter": "system.laws",
    "Plan": "policy.effort",
    "Pooled": "inference.pooling",
    "Quiz": "show.teach.exercises",
    "Scenario": "system.scenario",
    "Settlement": "dynamics.modes",
    "SideBySide": "inference.side_by_side",
    "Status": "errors",
    "Study": "studies",
    "SymbiodeError": "errors",
    "Trajectory": "dynamics.simulation",
    "TrajectoryMatching": "inference.estimators.trajectory",
    "Unit": "system.model",
    "basins": "dynamics.basin",
    "build": "system.building",
    "build_scenario": "system.scenario",
    "claims": "policy.experiments",
    "compare": "inference.side_by_side",
    "ensemble": "dynamics.simulation",
    "equilibria": "dynamics.equilibrium",
    "explain": "show.teach.explaining",
    "fit": "inference.fitting",
    "fit_pairs": "pairs",
    "follow": "dynamics.continuation",
    "history": "inference.histories",
    "hypotheses": "inference.hypotheses",
    "indices": "dynamics.modes.indices",
    "load": "system.formats",
    "load_scenario": "system.formats",
    "mode_fits": "inference.constrained",
    "mode_map": "dynamics.maps",
    "mode_path": "policy.paths",
    "occupancy": "dynamics.modes.residence",
    "organisation": "dynamics.modes.links",
    "plan": "policy.effort",
    "plot": "show.plots",
    "pool": "inference.pooling",
    "quiz": "show.teach.exercises",
    "read": "inference.observations",
    "read_panel": "inference.panels",
    "robustness": "inference.robustness",
    "save": "system.formats",
    "save_scenario": "system.formats",
    "settle": "dynamics.modes",
    "simulate": "dynamics.simulation",
    "study": "studies",
    "widget": "show.demo.notebook",
}
__version__ = "0.1.0"
__all__ = [
    "Basins",
    "Branches",
    "Claim",
    "Curves",
    "Cycles",
    "Ensemble",
    "Equilibrium",
    "EquilibriumSet",
    "Explanation",
    "Fit",
    "History",
    "Indices",
    "Law",
    "Lever",
    "Mode",
    "ModeMap",
    "ModePath",
    "Model",
    "Move",
    "Observations",
    "Occupancy",
    "Organisation",
    "Outcome",
    "Pairs",
    "Parameter",
    "Plan",
    "Pooled",
    "Quiz",
    "Scenario",
    "Settlement",
    "SideBySide",
    "Status",
    "Study",
    "SymbiodeError",
    "Trajectory",
    "TrajectoryMatching",
    "Unit",
    "basins",
    "build",
    "build_scenario",
    "claims",
    "compare",
    "ensemble",
    "equilibria",
    "explain",
    "fit",
    "fit_pairs",
    "follow",
    "history",
    "hypotheses",
    "indices",
    "load",
    "load_scenario",
    "mode_fits",
    "mode_map",
    "mode_path",
    "occupancy",
    "organisation",
    "plan",
    "plot",
    "pool",
    "quiz",
    "read",
    "read_panel",
    "robustness",
    "save",
    "save_scenario",
    "settle",
    "simulate",
    "study",
    "widget",
]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used, so that `import symbiode` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'symbiode' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"symbiode.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
