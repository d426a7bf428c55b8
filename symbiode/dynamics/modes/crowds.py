"""Where many units go when no theorem tells: a spread of starts, held to equilibria that attract.

Comes in: per-capita growth b + A x of more units than sets of units can be listed for, and a start or none. Goes out: a
`Decision` with evidence `simulation`; None where a start leaves every bound, or does not come to rest and the units are
few enough to look for cycles and chaos. An end counts where two horizons agree on an equilibrium that no absent unit
can invade (solved exactly) and that attracts its neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from symbiode.dynamics.modes.complementarity import resting, saturated
from symbiode.dynamics.modes.exact import Square, Vector, fractions, rationals, slack
from symbiode.dynamics.modes.ladder import Evidence, Outcome
from symbiode.dynamics.modes.theorems import Decision, Numbers, Rows, at_rest, because
from symbiode.errors import Code, warning

STARTS, DOUBLINGS, WORK, FEW = 12, 12, 20_000, 24
_NEAR, _LARGEST = 1e-5, math.log(1e8)
Floats = NDArray[np.float64]


def crowd(b: Numbers, A: Rows, levels: Numbers | None) -> Decision | None:
    """Return where a start, or a spread of positive starts, comes to rest; None where others may tell more.

    Parameters
    ----------
    b, A : exact numbers
        Every unit limits itself.
    levels : exact numbers or None
        A start with every unit present, or None.
    """
    if slack(b, A) or any(row[i] >= 0 for i, row in enumerate(A)):
        return None
    own, matrix = fractions(b, A)
    x = saturated(own, matrix)
    size = np.array([float(abs(row[i]) / (abs(rate) or 1)) for i, (row, rate) in enumerate(zip(A, b, strict=True))])
    size = np.maximum(1 / size, np.array([float(value) for value in x or [Fraction(0)] * len(b)]))
    starts = _spread(size) if levels is None else np.log(np.array(levels, float))[None, :]
    ends: dict[tuple[int, ...], Vector] = {}
    for start in starts:
        end = _followed(own, matrix, start, size, ends)
        if end is None or (not end[1] and len(b) <= FEW):
            return None
        if not end[1]:
            status = warning(Code.NOT_SUPPORTED)
            key = "crowd_open" if x else "crowd_open_unknown"
            why = because(key, units=tuple(i for i, value in enumerate(x or []) if value))
            return Decision(outcome=Outcome.UNDECIDED, evidence=Evidence.SIMULATION, reason=(why,), status=status)
        ends[end[0]] = end[1]
    told = [rationals(end) for end in ends.values()]
    if levels is not None:
        return _told(b, A, told, 1)
    more = [rationals(end) for there, end in _attracting(own, matrix, x, size) if there not in ends]
    return _told(b, A, told, len(starts), more)


def _attracting(b: Vector, A: Square, x: Vector | None, size: Floats) -> Iterator[tuple[tuple[int, ...], Vector]]:
    """Yield the equilibria that attract among those found without listing all sets: the saturated one, units alone."""
    rough, own = np.array([[float(a) for a in row] for row in A]), np.array([float(rate) for rate in b])
    first = tuple(i for i, level in enumerate(x or ()) if level)
    for there in dict.fromkeys([first, *((i,) for i in range(len(b)))]):
        level = resting(b, A, there) if there else None
        if level and _distance(rough, own, there, np.array(level, float), size) < math.inf:
            yield there, level


def _spread(size: Floats) -> Floats:
    """Return starts spread evenly over three decades around the size of each unit, the same ones every time."""
    roots = np.sqrt([float(sympy.prime(k + 1)) for k in range(len(size))])
    shares = np.outer(np.arange(1, STARTS + 1), roots) % 1.0
    return np.asarray(np.log(size) + math.log(10) * (3 * shares - 2))


def _followed(
    b: Vector, A: Square, v: Floats, size: Floats, known: dict[tuple[int, ...], Vector]
) -> tuple[tuple[int, ...], Vector] | None:
    """Follow ln x over doubling horizons until two agree on an equilibrium that attracts.

    Returns who is there and the levels: none if it is still under way, None if it left every bound.
    """
    rough, own = np.array([[float(a) for a in row] for row in A]), np.array([float(rate) for rate in b])
    step, spent, before = 10 / np.abs(own).max(initial=1e-300), 0, math.inf
    previous: tuple[int, ...] = (-1,)
    beyond = _beyond(size)
    for _ in range(DOUBLINGS):
        path = solve_ivp(
            lambda t, v: own + rough @ np.exp(v), (0, step), v, method="LSODA", rtol=1e-8, atol=1e-8,
            jac=lambda t, v: rough * np.exp(v), t_eval=[step], events=beyond,
        )  # fmt: skip
        spent += path.nfev
        if path.status != 0:
            return None
        if spent > WORK:
            break
        v, step = path.y[:, -1], 2 * step
        there = tuple(np.flatnonzero(np.exp(v) > _NEAR * size).tolist())
        away = _distance(rough, own, there, np.exp(v), size)
        if previous == there and away < _NEAR and away <= max(before / 2, 1e-7):
            return there, known.get(there) or resting(b, A, there) or []
        before, previous = away, there
    return (), []


def _beyond(size: Floats) -> Any:
    """Return the event that some unit is beyond 1e8 times its size, where a simulation in these coordinates ends."""

    def event(t: float, v: Floats) -> float:
        return float(_LARGEST - (v - np.log(size)).max())

    event.terminal = True  # type: ignore[attr-defined]
    return event


def _distance(A: Floats, b: Floats, there: tuple[int, ...], y: Floats, size: Floats) -> float:
    """Return how far a state is from the equilibrium of these units, infinity if that does not attract."""
    x, inside = np.zeros(len(b)), list(there)
    block = A[np.ix_(inside, inside)]
    if not inside or np.linalg.cond(block) > 1e12:
        return math.inf
    x[inside] = np.linalg.solve(block, -b[inside])
    rates = np.delete(b + A @ x, inside)
    fastest = np.abs(b).max()
    if x[inside].min() <= 0 or (rates > -1e-9 * fastest).any():
        return math.inf
    slowest = np.linalg.eigvals(x[inside][:, None] * block).real.max()
    return math.inf if slowest > -1e-9 * fastest else float(np.max(np.abs(x - y) / size))


def _told(b: Numbers, A: Rows, ends: list[Numbers], count: int, more: Sequence[Numbers] = ()) -> Decision:
    found = [replace(at_rest(b, A, end), evidence=Evidence.SIMULATION) for end in (*ends, *more)]
    if len(found) > 1:
        differ = [because("trials_differ", count=str(count))] if len(ends) > 1 else []
        differ += [because("trials_missed", count=str(len(more)))] if more else []
        return Decision(
            outcome=Outcome.DEPENDS_ON_START, evidence=Evidence.SIMULATION, reason=tuple(differ),
            attractors=tuple(found),
        )  # fmt: skip
    key = ("trials_agree_" if count > 1 else "trial_settled_") + found[0].outcome.value
    why = because(key, count=str(count), units=found[0].survivors or ())
    return replace(found[0], reason=(why,))
