"""What `mode_path` returns: two readings of one scenario, where they change and why, for a reader and for a program.

Comes in: parts that the other files of this room have found. Goes out: a frozen `ModePath`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.modes import Evidence, Mode, Outcome
from symbiode.dynamics.simulation import Trajectory
from symbiode.errors import OK, Status
from symbiode.policy.telling import told
from symbiode.system.model import Model
from symbiode.system.scenario import Scenario

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of time with one mode and outcome.

    Parameters
    ----------
    begin, end : float
    outcome : Outcome or None
        None for the actual path, which is still on its way.
    mode : Mode or None
        None where there is none, or, for the actual path, before anything has happened.
    survivors : tuple of str or None
    evidence : Evidence or None
    """

    begin: float
    end: float
    outcome: Outcome | None
    mode: Mode | None
    survivors: tuple[str, ...] | None = None
    evidence: Evidence | None = None

    @property
    def key(self) -> str:
        """The name of the mode, of the outcome where there is no mode."""
        if self.mode is not None:
            return str(self.mode.value)
        return str((self.outcome or Outcome.UNDECIDED).value)


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What one lever does to a border at the time it is reached.

    Parameters
    ----------
    lever : str
    moves : tuple of str
        Key paths of the values it moves.
    share : float or None
        Its part of the change of the border function: all add up to 1, a lever that works against it is negative. None
        where there is no border function.
    """

    lever: str
    moves: tuple[str, ...]
    share: float | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of mode or outcome.

    Parameters
    ----------
    path : "frozen" or "actual"
    time : float
    error : float
        How far off the time may be, in the time unit of the model; 0 at an event.
    before, after : str
        Keys of modes or outcomes.
    border : str
        What is crossed: an equation of `Border`, ``event`` where it is jumped over, or how an attractor is lost:
        ``fold``, ``hopf``, ``transcritical``, ``runaway``; ``sampled`` where only two answers of `settle` differ.
    causes : tuple of Cause
        The largest share first; empty for the actual path, which follows the frozen one.
    """

    path: str
    time: float
    error: float
    before: str
    after: str
    border: str
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairing:
    """What two units, or two regions, are to each other over time, of a model with three and more units.

    Parameters
    ----------
    kind : "units" or "regions"
    pair : (str, str)
    pieces : tuple of Piece
        By what each side gains from the other; no mode unless each side has a unit that stays.
    gains : array, shape (time, 2)
        What a side has more than without the other, sum of (x_i - x_i without the other), over the sum of K_i of its
        units; where they do not all settle alone, over what the region has without the other. NaN if not known.
    nominal_mode : tuple of Mode or None, shape (time,)
        By the effects d_ij of the other side, summed, and averaged over the own side by K_i.
    changes : tuple of Change
    """

    kind: str
    pair: tuple[str, str]
    pieces: tuple[Piece, ...]
    gains: Array
    nominal_mode: tuple[Mode | None, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Frozen:
    """Where the system would settle if everything stayed as it is at each time; shapes (time,), (time, unit).

    Parameters
    ----------
    pieces : tuple of Piece
        Mode and outcome over time; an event counts from its time on.
    state, gains : array, shape (time, unit)
        Levels of the attractor, and what each unit gains there against standing alone, x/K - 1; NaN where there is
        none.
    capacity : array, shape (time, unit)
        The level at which each unit settles alone; NaN where there is none.
    nominal_mode : tuple of Mode or None, shape (time,)
        By the signs of the effects, for two units.
    symmetry_gains, symmetry_coefficients : array, shape (time,)
        The smaller over the larger gain, S_g, and effect, S_d; NaN unless both are positive.
    margin : array, shape (time,)
        To runaway growth: 1 - d12 d21 of two units (where both are positive, else 1), 1 less the spectral radius of the
        positive effects of more; NaN for laws in which effects are not linear.
    total_gain, energy : array, shape (time,)
        The sum of the gains; symbiosis energy, their sum in the measure of the states.
    resilience : array, shape (time,)
        Rate at which small disturbances of the attractor fade, 1/time: less the largest real part of its eigenvalues.
    distance : array, shape (time,)
        To the nearest border in the plane of two effects (`border` names it); NaN where that plane does not decide.
    pairings : tuple of Pairing
        Of three and more units: every two regions, then every two units (up to 16).
    """

    pieces: tuple[Piece, ...]
    state: Array
    gains: Array
    capacity: Array
    nominal_mode: tuple[Mode | None, ...]
    symmetry_gains: Array
    symmetry_coefficients: Array
    margin: Array
    total_gain: Array
    energy: Array
    resilience: Array
    distance: Array
    border: tuple[str, ...]
    pairings: tuple[Pairing, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Actual:
    """Where the system is, which lags behind.

    Parameters
    ----------
    pieces : tuple of Piece
        Mode of the moment over time, of two units.
    state : array, shape (time, unit)
        NaN at times it does not reach.
    gains : array, shape (time, unit)
        What each unit has more than it would have alone by then, from the same start under the same scenario, as a
        share of its capacity.
    lag : array, shape (time,)
        Distance of the state to the frozen attractor over the larger of both sizes, all in capacities: 0 there.
    trajectory : Trajectory
    """

    pieces: tuple[Piece, ...]
    state: Array
    gains: Array
    lag: Array
    trajectory: Trajectory


@dataclass(frozen=True, kw_only=True)
class Tipping:
    """Whether the system ends elsewhere than its attractor, moving slowly, would have taken it.

    Parameters
    ----------
    tips : bool or None
        None where that is not decided.
    expected, reached : tuple of float or None, shape (unit,)
        The frozen attractor at the last time, followed all the way; where the actual state goes from there if
        everything stays as it is then.
    outcome : Outcome
        Of the actual state.
    time : float or None
        Since when it goes elsewhere, to within `error`.
    error : float or None
    evidence : Evidence or None
        What the end of the actual state rests on; a theorem where every start goes the same way.
    """

    tips: bool | None
    expected: tuple[float, ...] | None
    reached: tuple[float, ...] | None
    outcome: Outcome
    time: float | None = None
    error: float | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class ModePath:
    """The path of modes along a scenario.

    Parameters
    ----------
    model : Model
    scenario : Scenario
    t : array, shape (time,)
    start : tuple of float, shape (unit,)
        Levels at the first time.
    tau : float
        A mutualism is symmetric if the smaller gain is at least ``1 - tau`` of the larger.
    frozen : Frozen
    actual : Actual
    changes : tuple of Change
        Of both paths, in order of time.
    tipping : Tipping
    status : Status
    """

    model: Model
    scenario: Scenario
    t: Array
    start: tuple[float, ...]
    tau: float
    frozen: Frozen
    actual: Actual
    changes: tuple[Change, ...]
    tipping: Tipping
    status: Status = OK

    @property
    def illustrative(self) -> bool:
        """Whether values of the model or magnitudes of levers are examples, not estimates."""
        told = self.model.illustrative or self.scenario.illustrative
        return told or any(lever.illustrative for lever in self.scenario.levers)

    def at(self, t: float, path: str = "frozen") -> Piece:
        """Return the piece of a path that holds at a time; an event counts from its time on."""
        pieces = (self.frozen if path == "frozen" else self.actual).pieces
        return next((piece for piece in reversed(pieces) if piece.begin <= t), pieces[0])

    def summary(self, lang: str = "en") -> str:
        """Return the ladder over time in words, the changes with dates and causes, lag, margin and the ending."""
        return told(self, lang)
