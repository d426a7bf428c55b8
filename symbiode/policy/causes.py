"""Why a mode changes: which levers move the border function at that time, and by how much each.

Comes in: a `Course`, a time and the border function of its numbers. Goes out: `Cause`s, the largest share first.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from symbiode.policy.course import Course
from symbiode.policy.results import Cause

Array = NDArray[np.float64]
_STEP = 1e-5


def causes(course: Course, t: float, function: Callable[[Array], float] | None) -> tuple[Cause, ...]:
    """Return what moves a border function at a time.

    Parameters
    ----------
    course : Course
    t : float
        At an event that makes numbers jump, the jump is shared out; else the change from just before to just after.
    function : callable or None
        From numbers, shape (parameter,), to a float; None where only who moves is known.
    """
    step = 0.0 if jumps(course, t) else _STEP * max(course.end - course.begin, 1e-9)
    found = []
    for lever in course.scenario.levers:
        if lever.strength == 0 or not lever.moves:
            continue
        before, after = course.alone(lever, t, step)
        if (before != after).any():
            moved = function(after) - function(before) if function is not None else np.nan
            found.append((lever, moved))
    total = sum(moved for _, moved in found)
    shares = [(lever, moved / total if np.isfinite(total) and total != 0 else None) for lever, moved in found]
    shares.sort(key=lambda pair: -(pair[1] or 0.0))
    return tuple(
        Cause(lever=lever.name, moves=tuple(move.path for move in lever.moves), share=share) for lever, share in shares
    )


def jumps(course: Course, t: float) -> bool:
    """Whether a number jumps at a time."""
    if t not in course.edges:
        return False
    at = np.array([t])
    return bool((course.numbers(at, before=True) != course.numbers(at)).any())
