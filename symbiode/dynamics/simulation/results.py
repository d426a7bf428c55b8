"""What a simulation returns: one trajectory, or very many, with what is known about the error of each.

Comes in: what the engines found. Goes out: frozen `Trajectory` and `Ensemble`.
"""

from __future__ import annotations

from dataclasses import dataclass

from symbiode.dynamics.numerics.kernels import Array
from symbiode.errors import Status
from symbiode.system.model import Model

DONE, RAN_AWAY, WORK_LIMIT = 0, 1, 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Trajectory:
    """Where a model goes from one start.

    Parameters
    ----------
    model : Model
    t : array, shape (time,)
        The times asked for.
    y : array, shape (time, unit)
        States in the model's measure; NaN at times that do not exist for this trajectory (`missing_times`). A positive
        level that underflows is shown as the smallest normal number, 2.2e-308.
    status : Status
    error_estimate : float
        The largest estimated error of `y`: relative to each level for Kolmogorov laws, else to the unit's largest
        level.
    error : array, shape (time, unit)
        The same for every entry.
    settings, counters : tuple of (str, value) pairs
        Methods and tolerances; work done.
    ended : str
        Empty, or why it ended before the last time: ``blow_up``, ``death``, ``unbounded``, ``beyond`` or ``singular``.
    blow_up_time, blow_up_error : float or None
        When the levels become infinite, and the error of that time.
    death_time, death_error : float or None
        When a unit's capacity has fallen to zero and the unit with it, and the error of that time.
    dead : tuple of int
        Which units died then.
    y_end : array, shape (unit,), or None
        The state where it ended before the last time, with the dead at exactly 0.
    rate : float or None
        The exponential rate of unbounded growth, where theory gives it.
    missing_times : tuple of float
        Times asked for that the trajectory does not reach.
    """

    model: Model
    t: Array
    y: Array
    status: Status
    error_estimate: float
    error: Array
    settings: tuple[tuple[str, object], ...]
    counters: tuple[tuple[str, int], ...]
    ended: str = ""
    blow_up_time: float | None = None
    blow_up_error: float | None = None
    death_time: float | None = None
    death_error: float | None = None
    dead: tuple[int, ...] = ()
    y_end: Array | None = None
    rate: float | None = None
    missing_times: tuple[float, ...] = ()

    @property
    def message(self) -> str:
        """What the status says."""
        return self.status.message


@dataclass(frozen=True, kw_only=True, eq=False)
class Ensemble:
    """Where many members go: variants of one model, many starts, or both.

    Parameters
    ----------
    model : Model
        The model that the members vary.
    t : array, shape (time,)
    y : array, shape (member, time, unit)
        States; NaN at times a member does not reach.
    status : tuple of Status, shape (member,)
    error_estimate : array, shape (member,)
        As in `Trajectory`; NaN where a member has no second run.
    blow_up_time, blow_up_error : array, shape (member,)
        NaN for members without blow-up.
    settings, counters : tuple of (str, value) pairs
    """

    model: Model
    t: Array
    y: Array
    status: tuple[Status, ...]
    error_estimate: Array
    blow_up_time: Array
    blow_up_error: Array
    settings: tuple[tuple[str, object], ...]
    counters: tuple[tuple[str, int], ...]
