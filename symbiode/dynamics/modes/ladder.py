"""The words for what two units do to each other: modes, outcomes, evidence, and the signs that name a mode.

Comes in: exact effects or gains of a pair. Goes out: the mode they mean and how symmetric they are. Pure
Python, no numpy: theorems, borders and vectorised regions share this one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import sympy

from symbiode.dynamics.equilibrium.signs import sign

TOLERANCE = sympy.Rational(1, 10)
"""Default tau: a pair is symmetric if the smaller gain is at least 90 % of the larger. A convention."""


class Mode(Enum):
    """What two units are to each other, from the bottom of the ladder to its top, then what is outside it."""

    PARASITISM = "parasitism"
    COMMENSALISM = "commensalism"
    ASYMMETRIC_MUTUALISM = "asymmetric_mutualism"
    SYMMETRIC_MUTUALISM = "symmetric_mutualism"
    NEUTRALISM = "neutralism"
    AMENSALISM = "amensalism"
    COMPETITION = "competition"


class Outcome(Enum):
    """Where a system goes."""

    COEXISTENCE = "coexistence"
    EXCLUSION = "exclusion"
    EXTINCTION = "extinction"
    CYCLE = "cycle"
    NEUTRAL_ORBITS = "neutral_orbits"
    HETEROCLINIC = "heteroclinic"
    CHAOTIC = "chaotic"
    CONTINUUM = "continuum"
    UNBOUNDED = "unbounded"
    BLOW_UP = "blow_up"
    DEPENDS_ON_START = "depends_on_start"
    UNDECIDED = "undecided"


class Evidence(Enum):
    """What an answer rests on."""

    THEOREM = "theorem"
    CERTIFICATE = "certificate"
    SIMULATION = "simulation"


_TABLE = {
    (-1, -1): Mode.COMPETITION,
    (-1, 0): Mode.AMENSALISM,
    (-1, 1): Mode.PARASITISM,
    (0, 0): Mode.NEUTRALISM,
    (0, 1): Mode.COMMENSALISM,
}


@dataclass(frozen=True, kw_only=True)
class Symmetry:
    """How equal two effects are: the smaller over the larger.

    Parameters
    ----------
    scale : "coefficients", "gains" or "absolute gains"
        What is compared: d12 with d21 (nominal mode), the relative gains x_i/K_i - 1 (settled mode), or the gains in
        the measure of the states (only reported).
    value : float or None
        Between 0 and 1; None unless both are positive.
    tolerance : float
        The tau of the convention: symmetric means `value` is at least ``1 - tolerance``.
    """

    scale: str
    value: float | None
    tolerance: float


def banded(value: sympy.Expr, zero: sympy.Expr) -> int:
    """Return the sign of an exact number, 0 if its size is at most `zero`."""
    return 0 if sign(zero - abs(value)) >= 0 else sign(value)


def index(first: sympy.Expr, second: sympy.Expr) -> sympy.Expr | None:
    """Return the smaller over the larger of two positive numbers, None unless both are positive.

    Examples
    --------
    >>> index(sympy.Rational(1, 2), sympy.Integer(2))
    1/4
    """
    if sign(first) <= 0 or sign(second) <= 0:
        return None
    share: sympy.Expr = first / second if sign(second - first) >= 0 else second / first
    return share


def mode_of(signs: tuple[int, int], symmetry: sympy.Expr | None, tau: sympy.Expr = TOLERANCE) -> Mode:
    """Return the mode that two signs mean.

    Parameters
    ----------
    signs : (int, int)
        Signs of the effects, or of the gains, of the two units.
    symmetry : sympy.Expr or None
        `index` of the same two numbers, used where both signs are positive.
    tau : sympy.Expr
        Symmetric means an index of at least ``1 - tau``.

    Examples
    --------
    >>> mode_of((1, -1), None)
    <Mode.PARASITISM: 'parasitism'>
    """
    if signs == (1, 1):
        even = symmetry is not None and sign(symmetry - (1 - tau)) >= 0
        return Mode.SYMMETRIC_MUTUALISM if even else Mode.ASYMMETRIC_MUTUALISM
    low, high = sorted(signs)
    return _TABLE[low, high]


def nominal(a: sympy.Expr, b: sympy.Expr, *, zero: sympy.Expr, tau: sympy.Expr = TOLERANCE) -> Mode:
    """Return the mode that the signs of two coefficients mean, whatever comes of it.

    Parameters
    ----------
    a, b : sympy.Expr
        Effect of unit 2 on unit 1, and of unit 1 on unit 2.
    zero : sympy.Expr
        Coefficients of at most this size count as no effect.
    tau : sympy.Expr
        Tolerance of the symmetry index.

    Examples
    --------
    >>> nominal(sympy.Rational(2, 5), sympy.Rational(2, 5), zero=sympy.Integer(0)).value
    'symmetric_mutualism'
    """
    return mode_of((banded(a, zero), banded(b, zero)), index(a, b), tau)
