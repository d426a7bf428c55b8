"""Where a model goes when no theorem tells: followed from one start or from many, and held to stable equilibria.

Comes in: a `Model` and exact starting levels or none. Goes out: a `Decision` with evidence `simulation`. A start
counts as settled only where two horizons agree: near an equilibrium that attracts exponentially, and nearer later on.
Anything else, a cycle or chaos included, is `undecided`. This module loads numpy and scipy; nothing else in `settle`
does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import sympy
from numpy.typing import NDArray

from symbiode.dynamics.equilibrium import Equilibrium, EquilibriumSet, equilibria
from symbiode.dynamics.modes.ladder import Evidence, Outcome
from symbiode.dynamics.modes.theorems import Decision, because
from symbiode.dynamics.simulation import Trajectory, simulate
from symbiode.errors import Code, RefusedError, warning
from symbiode.system.model import Model

DOUBLINGS, STARTS, WORK = 14, 12, 4000
_NEAR = 1e-5
Floats = NDArray[np.float64]


def follow_starts(model: Model, levels: tuple[sympy.Rational, ...] | None) -> Decision:
    """Return where a start goes by simulation, or where a spread of positive starts goes."""
    known = equilibria(model)
    if not known.equilibria:
        return Decision(outcome=Outcome.UNDECIDED, evidence=None, status=known.status)
    if levels is not None:
        return _followed(model, known, np.array(levels, float))
    found: list[Decision] = []
    for start in _spread(model, known):
        found.append(_followed(model, known, start))
        if found[-1].outcome is Outcome.UNDECIDED:
            why = because("trials_undecided", count=str(len(found)))
            status = warning(Code.NOT_SUPPORTED)
            return Decision(outcome=Outcome.UNDECIDED, evidence=Evidence.SIMULATION, reason=(why,), status=status)
    ends = list({(end.outcome, end.state): end for end in found}.values())
    if len(ends) == 1:
        why = because("trials_agree_" + ends[0].outcome.value, count=str(len(found)), units=ends[0].survivors or ())
        return replace(ends[0], reason=(why,), blow_up_time=None, blow_up_error=None)
    why = because("trials_differ", count=str(len(found)))
    return Decision(
        outcome=Outcome.DEPENDS_ON_START, evidence=Evidence.SIMULATION, reason=(why,), attractors=tuple(ends)
    )


def _spread(model: Model, known: EquilibriumSet) -> Iterator[Floats]:
    """Yield starts spread evenly over three decades around the size of each unit, the same ones every time."""
    sizes = _sizes(model, known)
    for k in range(1, STARTS + 1):
        shares = [(k * math.sqrt(prime)) % 1.0 for prime in _primes(len(sizes))]
        yield sizes * 10.0 ** (3 * np.array(shares) - 2)


def _primes(count: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % p for p in found):
            found.append(candidate)
        candidate += 1
    return found


def _sizes(model: Model, known: EquilibriumSet) -> Floats:
    """Return the size of each unit: its largest level at an equilibrium, else its start, else 1."""
    states = np.array([e.state for e in known.equilibria] or [(0.0,) * len(model.units)])
    starts = np.array([0.0 if x is None else float(x) for x in model.initial])
    largest: Floats = np.where(states.max(0) > 0, states.max(0), starts)
    return np.where(largest > 0, largest, 1.0)


def _followed(model: Model, known: EquilibriumSet, start: Floats) -> Decision:
    """Follow one start over doubling horizons until it is near a stable equilibrium, or gone, or too long under way."""
    try:
        rates = [abs(z.real) for e in known.equilibria for z in e.eigenvalues if abs(z.real) > 1e-12]
        t, horizon, spent = 0.0, 5 / max(rates, default=1.0), 0
        before: tuple[Equilibrium, float] | None = None
        for _ in range(DOUBLINGS):
            path = simulate(model, [t, horizon], tuple(start.tolist()))
            if path.ended:
                return _gone(path)
            start, spent = path.y[-1], spent + dict(path.counters)["steps"]
            near = _nearest(known, start, _sizes(model, known))
            if before is not None and near is not None and near[0] is before[0] and near[1] <= max(before[1] / 2, 1e-9):
                return _settled(model, near[0])
            before, t, horizon = near, horizon, 2 * horizon
            if spent > WORK:
                break
    except RefusedError as error:
        return Decision(outcome=Outcome.UNDECIDED, evidence=None, status=error.status)
    why = because("trial_open", horizon=f"{horizon / 2:.4g}")
    status = warning(Code.NOT_SUPPORTED)
    return Decision(outcome=Outcome.UNDECIDED, evidence=Evidence.SIMULATION, reason=(why,), status=status)


def _nearest(known: EquilibriumSet, y: Floats, sizes: Floats) -> tuple[Equilibrium, float] | None:
    """Return the stable equilibrium that a state is near, with its distance, or None."""
    stable = [(e, float(np.max(np.abs(np.array(e.state) - y) / sizes))) for e in known.equilibria if e.stable]
    best = min(stable, key=lambda pair: pair[1], default=None)
    return best if best is not None and best[1] < _NEAR else None


def _settled(model: Model, end: Equilibrium) -> Decision:
    there = tuple(i for i, unit in enumerate(model.units) if unit.name in end.support)
    full = len(there) == len(model.units)
    outcome = Outcome.COEXISTENCE if full else Outcome.EXCLUSION if there else Outcome.EXTINCTION
    return Decision(
        outcome=outcome, state=tuple(end.exact), survivors=there, evidence=Evidence.SIMULATION,
        reason=(because("trial_settled_" + outcome.value, units=there),),
    )  # fmt: skip


def _gone(path: Trajectory) -> Decision:
    """Return what the simulation says of a trajectory that left every bound."""
    if path.ended == "blow_up":
        return Decision(
            outcome=Outcome.BLOW_UP, evidence=Evidence.SIMULATION, reason=(because("trial_blow_up"),),
            blow_up_time=path.blow_up_time, blow_up_error=path.blow_up_error,
        )  # fmt: skip
    if path.ended == "unbounded" and path.rate is not None:
        rate = sympy.Float(path.rate)
        why = because("trial_unbounded", rate=rate)
        return Decision(outcome=Outcome.UNBOUNDED, rate=rate, evidence=Evidence.SIMULATION, reason=(why,))
    return Decision(outcome=Outcome.UNDECIDED, evidence=None, status=path.status)


def blow_up_time(model: Model, levels: tuple[sympy.Rational, ...]) -> tuple[float, float] | None:
    """Return the time of a certain blow-up and its error by simulation, None if it is not reached."""
    horizon = 1.0
    for _ in range(DOUBLINGS):
        horizon *= 8
        try:
            path = simulate(model, [0.0, horizon], tuple(map(float, levels)))
        except RefusedError:
            return None
        if path.blow_up_time is not None and path.blow_up_error is not None:
            return path.blow_up_time, path.blow_up_error
    return None
