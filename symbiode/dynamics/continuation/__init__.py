"""Branches of equilibria along a coefficient, their special points, and curves of these in two coefficients."""

from symbiode.dynamics.continuation.following import follow
from symbiode.dynamics.continuation.results import Branch, Branches, Kind, SpecialPoint, Stretch

__all__ = ["Branch", "Branches", "Kind", "SpecialPoint", "Stretch", "follow"]
