"""Branches of equilibria along a coefficient, their special points, and curves of these in two coefficients."""

from symbiode.dynamics.continuation.codim2 import Meeting
from symbiode.dynamics.continuation.curve_results import CurvePoint, Curves, SpecialCurve
from symbiode.dynamics.continuation.cycle_results import CyclePoint, Cycles
from symbiode.dynamics.continuation.following import follow
from symbiode.dynamics.continuation.results import Branch, Branches, Kind, SpecialPoint, Stretch

__all__ = [
    "Branch", "Branches", "CurvePoint", "Curves", "CyclePoint", "Cycles", "Kind", "Meeting", "SpecialCurve",
    "SpecialPoint", "Stretch", "follow",
]  # fmt: skip
