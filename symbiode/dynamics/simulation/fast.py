"""Very many trajectories by compiled Taylor series, where numba is installed.

Comes in: what `lanes.carry` takes. Goes out: the same `Flow`. Threads share the members out; a member's answer does not
depend on their number, nor on the members beside it. Whoever the code cannot follow ends at the work limit: other
methods take it on.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from symbiode.dynamics.numerics import Numerics
from symbiode.dynamics.numerics.kept import available, kernel, shared_out
from symbiode.dynamics.numerics.kernels import Array
from symbiode.dynamics.numerics.recurrences import Recurrence
from symbiode.dynamics.numerics.series import constants
from symbiode.dynamics.numerics.straight import text_of_lanes
from symbiode.dynamics.simulation.flow import Flow

FEWEST, BLOCK = 20_000, 512
MOST_CONVOLUTIONS = 12
SHARPER = 0.2
_TINY_TOL = 1e-15


def pays(numerics: Numerics, members: int) -> bool:
    """Whether there is compiled code for a structure, and so many members that compiling it is worth the wait.

    The answer depends on nothing but these and on numba being installed, so that the same request has the same answer.
    """
    made = numerics.recurrence if members >= FEWEST else None
    if made is None or made.convolutions > MOST_CONVOLUTIONS or ("time",) in made.nodes:
        return False
    return available()


def order_of(tol: float) -> int:
    """Return the cheapest of the orders that code is written for: the even ones."""
    return max(8, 2 * round(-math.log(tol) / 4))


def carry(numerics: Numerics, starts: Array, times: Array, p: Array, *, tol: float, cap: float, sharper: bool) -> Flow:
    """Carry members from their starts through times.

    Parameters
    ----------
    numerics : Numerics
        One that `pays`.
    starts : array, shape (member, unit)
    times : array, shape (time,)
    p : array, shape (member, parameter) or (parameter,)
    tol : float
        How large the last terms of a step may be.
    cap : float
        A member ends once a level passes `cap` times its reference.
    sharper : bool
        Whether this is the second run, that tells the error of the first: by shorter steps, of which the first ends
        before the first time, so that no answer of the two has a series in common.
    """
    made = numerics.recurrence
    assert made is not None
    order, n, m = order_of(tol), starts.shape[1], len(starts)
    tol = max(tol * SHARPER, _TINY_TOL) if sharper else tol
    grid = times - times[0]
    code, steps, t_end, y_end = np.zeros(m, np.int64), np.zeros(m, np.int64), np.zeros(m), np.zeros(m * n)
    y = np.zeros(m * len(grid) * n)
    run = _lanes(made, order, len(grid) > 2)
    first, numbers, limits = _given(numerics, made, starts, p, cap)
    about = (
        first, numbers, limits, grid, tol ** (1 / order) / 1.03, 10 * tol * (order + 1),
        0.5 * float(grid[1]) if sharper else math.inf, y, code, t_end, y_end, steps,
    )  # fmt: skip
    shared_out(m, BLOCK, lambda lo, hi: run(lo, hi, *about))
    y, y_end = y.reshape(m, len(grid), n), y_end.reshape(m, n)
    y[:, 0] = starts
    return Flow(y=y, dy=None, status=code, t_end=times[0] + t_end, y_end=y_end, steps=steps)


def _lanes(made: Recurrence, order: int, between: bool) -> Callable[..., None]:
    key = "lanes", order, between
    if key not in made.made:
        made.made[key] = kernel(text_of_lanes(made, order, between=between), "lanes")
    return made.made[key]


def _given(numerics: Numerics, made: Recurrence, starts: Array, p: Array, cap: float) -> tuple[Array, Array, Array]:
    """Return first coordinates, constants and limits, one row for all where all have the same."""
    found = constants(made, p.T)
    own = any(np.ndim(number) for number in found)
    numbers = np.empty((len(starts) if own else 1, len(found)))
    for k, number in enumerate(found):
        numbers[:, k] = number
    reference = np.atleast_2d(numerics.reference(p))
    if (reference == reference[0]).all():
        reference = reference[:1]
    limits = np.ascontiguousarray(np.where(np.isfinite(reference), reference, 1e242) * cap)
    with np.errstate(divide="ignore"):
        return (np.log(starts), numbers, np.log(limits)) if made.logs else (starts + 0.0, numbers, limits)
