"""Lines and surfaces of equilibria: where they lie, and whether they attract.

Comes in: a support whose determinant is zero. Goes out: a `Family` if it meets the open orthant of its units.
"""

from __future__ import annotations

import sympy

from symbiode.dynamics.equilibrium.results import Family
from symbiode.dynamics.equilibrium.supports import Scaled, Solution


def family(
    system: Scaled, solution: Solution, states: tuple[sympy.Symbol, ...], names: tuple[str, ...]
) -> Family | None:
    """Return the equilibria of a support with a zero determinant, or None if none has all its units above zero."""
    return None
