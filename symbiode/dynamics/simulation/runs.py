"""Runs: one trajectory through stretches of constant numbers, twice with different methods, and what that tells.

Comes in: the stretches (`Stretch`), a start and an accuracy. Goes out: a `Found`: the run to report, the error of every
entry, and how a runaway goes on. Private to `simulation`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from symbiode.dynamics.numerics import Numerics, per_capita_of
from symbiode.dynamics.numerics.kernels import Array, SymbolicKernel
from symbiode.dynamics.simulation.engines import End, Engine, System, explicit, implicit, last_resort
from symbiode.dynamics.simulation.runaway import Runaway, climbing, critical_rate, runaway
from symbiode.dynamics.simulation.taylor import has_series, higher, taylor
from symbiode.system.model import TIME, Model

CAP = 1e8
CONDITION, MOVED = 1e4, 1e-6
TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True, kw_only=True, eq=False)
class Stretch:
    """One stretch of time with constant numbers."""

    model: Model | None
    numerics: Numerics
    p: Array
    grid: Array
    shown: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """One run through all legs: log levels (or levels) at the times reached."""

    z: Array
    zero: NDArray[np.bool_]
    end: End
    t: float
    system: System
    last: Array
    stretch: Stretch
    steps: int
    calls: int
    ways: tuple[tuple[System, list[float], list[Any]], ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """The run to report and what a second one says about its error."""

    run: Run
    error: Array
    going_on: Runaway | None
    time_error: float | None
    methods: tuple[str, str]
    tolerances: tuple[float, float]
    runs: int
    condition: float = 1.0


def _run(stretches: Sequence[Stretch], start: Array, engine: Engine, tol: float) -> Run:
    rows, x, steps, calls, ways = [], start, 0, 0, []
    for stretch in stretches:
        system = System(stretch.numerics, stretch.p, float(stretch.grid[0]), x)
        grid = stretch.grid - stretch.grid[0]
        if not len(system.moving):
            z, end, t, last = np.empty((len(grid), 0)), End.DONE, float(grid[-1]), np.empty(0)
        else:
            found = engine(system, grid, tol, CAP)
            z, end, t, last = found.z, found.end, found.t, found.last
            steps, calls = steps + found.steps, calls + found.calls
            ways.append((system, *found.way))
        full = np.zeros((len(z), len(x)))
        full[:, system.moving] = z
        rows.append(full[stretch.shown[: len(z)]])
        if end is not End.DONE:
            break
        x = shown(system.levels(z[-1]), x) if system.logs else system.levels(z[-1])
    zero = (start == 0) & system.logs
    return Run(
        z=np.concatenate(rows), zero=zero, end=end, t=float(stretch.grid[0]) + t, last=last, system=system,
        stretch=stretch, steps=steps, calls=calls, ways=tuple(ways),
    )  # fmt: skip


def shown(levels: Array, like: Array) -> Array:
    """Show an underflow of a positive level as the smallest normal number: the exact solution stays positive."""
    return np.where((levels <= 0) & (like > 0), TINY, levels)


_TAYLOR_PLANS: tuple[tuple[tuple[Engine, float], tuple[Engine, float]], ...] = (
    ((taylor, 3e-2), (higher, 1.5e-3)),
    ((taylor, 3e-5), (higher, 1.5e-6)),
)
_PLANS: tuple[tuple[tuple[Engine, float], tuple[Engine, float]], ...] = (
    ((explicit, 1e-2), (explicit, 1e-5)),
    ((explicit, 1e-4), (explicit, 1e-7)),
)
_STIFF_PLANS: tuple[tuple[tuple[Engine, float], tuple[Engine, float]], ...] = (
    ((implicit, 1e-2), (implicit, 1e-4)),
    ((implicit, 1e-4), (last_resort, 1e-4)),
)
# Below these tolerances rounding takes over; a pair of runs that would be the same run tells nothing and is skipped.
_LOWEST: dict[Engine, float] = {taylor: 1e-15, explicit: 1e-14, implicit: 1e-13, last_resort: 1e-13}
_LOWEST_REFEREE: dict[Engine, float] = _LOWEST | {higher: 1e-16, explicit: 1e-15}


def accurate(stretches: Sequence[Stretch], grid: Array, start: Array, rtol: float) -> Found:
    """Run pairs of methods until two agree; return the last pair if none do."""
    runs, plans = 0, list(_PLANS)
    if all(has_series(stretch.numerics) for stretch in stretches):
        plans = [*_TAYLOR_PLANS, *plans]
    best: Found | None = None
    while plans:
        (engine, factor), (referee, sharper) = plans.pop(0)
        tol, tighter = max(rtol * factor, _LOWEST[engine]), max(rtol * sharper, _LOWEST_REFEREE[referee])
        if engine is referee and tighter > 0.11 * tol:
            continue
        run, runs = _run(stretches, start, engine, tol), runs + 1
        if instead := _instead(engine, run.end):
            plans = instead
            continue
        if run.end is End.WORK:
            return best or replace(
                _compare(run, run, grid, (engine, referee), (tol, tighter), runs), error=np.full(run.z.shape, np.inf)
            )
        # A sharper run that landed on the same few times would make the same error: it lands between them too.
        between = stretches if referee is higher else [_halved(stretch) for stretch in stretches]
        other, runs = _run(between, start, referee, tighter), runs + 1
        if other.end is End.WORK and referee is not higher:  # a rougher run that comes to the end says more
            referee, tighter = engine, 100 * tol
            other, runs = _run(between, start, referee, tighter), runs + 1
        if referee is higher and other.end is not run.end:
            plans = list(_PLANS)
            continue
        found = _compare(run, other, grid, (engine, referee), (tol, tighter), runs)
        if best is None or found.error.max(initial=0.0) < best.error.max(initial=0.0):
            best = found
        if best.error.max(initial=0.0) <= 10 * rtol:
            break
    assert best is not None
    return best if best.going_on is not None else replace(best, condition=_condition(best, stretches, start))


def _condition(found: Found, stretches: Sequence[Stretch], start: Array) -> float:
    """Return how many times a relative change of the start may grow on the way; 1 where a bound says not by much.

    The bound is e to the integral of the logarithmic norm of the Jacobian, which costs little. Where it is high, the
    start of every unit is moved by a millionth and followed as the run was.
    """
    run = found.run
    peak = np.ones(len(start)) if run.system.logs else np.abs(run.z).max(axis=0)
    if not (peak > 0).all() or _bound(run, peak) <= CONDITION:
        return 1.0
    engine = next(engine for engine in _LOWEST_REFEREE if engine.__name__ == found.methods[0])
    grown = np.zeros(run.z.shape)
    for i in np.flatnonzero((start > 0) | ~run.system.logs):
        moved = start.copy()
        moved[i] += MOVED * (start[i] if run.system.logs else peak[i])
        z = _run(stretches, moved, engine, found.tolerances[0]).z
        grown[: len(z)] += np.abs(z - run.z[: len(z)]) / peak / MOVED
    return float(grown.max(initial=1.0))


def _bound(run: Run, peak: Array) -> float:
    """Return a bound of the growth of small differences, in units of the peaks, by the better of two norms."""
    total, highest = np.zeros(2), np.zeros(2)
    for system, times, states in run.ways:
        here, t, x = system.moving, np.array(times), system.levels(np.array(states))
        with np.errstate(all="ignore"):
            J = system.bound.jacobian(system.t0 + t, x.T)
        J = J if len(here) == len(J) else J[np.ix_(here, here)]
        J = J * (x.T[here] if system.logs else (peak[here] / peak[here][:, None])[..., None])
        own, across = np.einsum("iit->it", J), np.abs(J)
        own = own - np.einsum("iit->it", across)
        norms = np.array([(own + across.sum(axis=k)).max(axis=0) for k in (0, 1)])
        path = total[:, None] + np.cumsum(np.maximum(norms[:, 1:], norms[:, :-1]) * np.diff(t), axis=1)
        if path.size:
            total, highest = path[:, -1], np.maximum(highest, path.max(axis=1))
    log = float(highest.min())
    return math.inf if math.isnan(log) else math.exp(min(log, 700.0))


def _instead(engine: Engine, end: End) -> list[tuple[tuple[Engine, float], tuple[Engine, float]]]:
    """Return the plans for what an engine could not follow, none if it could."""
    if engine is taylor and end not in (End.DONE, End.CAP):
        return list(_PLANS)
    return list(_STIFF_PLANS) if engine is explicit and end in (End.STIFF, End.WORK) else []


def _halved(stretch: Stretch) -> Stretch:
    """Return a stretch with the middle of every interval as a time to land on, not to show."""
    middle = np.setdiff1d((stretch.grid[1:] + stretch.grid[:-1]) / 2, stretch.grid)
    grid = np.concatenate([stretch.grid, middle])
    shown = np.concatenate([stretch.shown, np.zeros(len(middle), bool)])
    order = np.argsort(grid, kind="stable")
    return replace(stretch, grid=grid[order], shown=shown[order])


def _compare(
    run: Run, other: Run, grid: Array, methods: tuple[Engine, Engine], tolerances: tuple[float, float], runs: int
) -> Found:
    """Estimate the error of a run from a sharper one."""
    rows = min(len(run.z), len(other.z))
    difference = np.full(run.z.shape, np.inf)
    difference[:rows] = np.abs(run.z[:rows] - other.z[:rows])
    size = np.abs(run.z)
    if not run.system.logs:
        peak = size.max(axis=0)
        difference = difference / np.where(peak > 0, peak, 1.0)
        size = np.ones_like(size)
    # A unit may happen to be where the two runs cross: the worst unit speaks for all.
    worst = difference.max(axis=1, keepdims=True, initial=0.0)
    error = 2 * worst + 3e-15 * (4 + size) * math.sqrt(1 + run.steps / 10)
    error[:, run.zero] = 0.0
    with np.errstate(over="ignore"):  # effects may be as large as floats are
        going_on, spread = _going_on(run), None
        second = _going_on(other) if going_on is not None and going_on.kind in ("blow_up", "death") else None
    if going_on is not None and going_on.kind in ("blow_up", "death"):
        mine = run.t + (going_on.remaining or 0.0)
        theirs = other.t + (second.remaining or 0.0) if second is not None else math.inf
        spread = 3 * abs(mine - theirs) + (going_on.error or 0.0)
        spread += 4e-16 * abs(mine) + 2e-12 * (mine - grid[0])
    return Found(
        run=run, error=error, going_on=going_on, time_error=spread, runs=runs,
        methods=(methods[0].__name__, methods[1].__name__), tolerances=tolerances,
    )  # fmt: skip


def _going_on(run: Run) -> Runaway | None:
    """Say how a run goes on that ended early, None if it did not."""
    if run.end not in (End.CAP, End.STUCK):
        return None
    system, moving = run.system, run.system.moving
    if run.end is not End.CAP and system.poles is not None:
        return _at_zero(run)
    with np.errstate(over="ignore"):
        x = np.maximum(system.levels(run.last)[moving], TINY if system.logs else -np.inf)
    if system.logs and system.numerics.affine and run.end is End.CAP:
        b = system.numerics.per_capita(0.0, np.zeros(len(system.x)), system.p)[moving]
        A = system.numerics.per_capita_jacobian(0.0, np.zeros(len(system.x)), system.p)[np.ix_(moving, moving)]
        found = runaway(b, A, x)
        if found.kind == "beyond" and run.stretch.model is not None and len(system.x) <= 8:
            rate = critical_rate(*_exact(run.stretch.model, moving.tolist()))
            found = found if rate is None else Runaway(kind="unbounded", rate=rate)
        return _climbing(run) if found.kind == "beyond" else found
    return _pole(run)


def _at_zero(run: Run) -> Runaway:
    """Tell which divisors have come to zero: from above the unit dies, from below it is infinite before."""
    system, t = run.system, run.t - run.system.t0
    with np.errstate(all="ignore"):
        small, left = system.vanishing(t, run.last)
    dead = tuple(system.moving[small & (system.side > 0)].tolist())
    if not small.any():
        return _pole(run)
    return Runaway(kind="death" if dead else "blow_up", remaining=left, error=left, dead=dead)


def _pole(run: Run) -> Runaway:
    """Tell a blow-up of any law by its pole: growth g that obeys g' = g^2/alpha, so that g/g' is the time left."""
    system = run.system
    z, t = run.last, run.t - system.t0
    with np.errstate(all="ignore"):
        slope = np.asarray(system(t, z), float)
        bend = system.jacobian(t, z) @ slope
        growth, change = (slope, bend) if system.logs else (slope / z, bend / z - (slope / z) ** 2)
        i = int(np.argmax(np.where(np.isfinite(growth), growth, -np.inf)))
        left = growth[i] / change[i]
    if np.isfinite(left) and left > 0 and 0 < left * growth[i] < 50 and left < 1e-3 * (t + left):
        return Runaway(kind="blow_up", remaining=float(left), error=float(left))
    return _climbing(run) if run.end is End.CAP else Runaway(kind="singular")


def _climbing(run: Run) -> Runaway:
    """Follow growth beyond the cap, if it does not change with time."""
    system, t, kernel = run.system, run.t - run.system.t0, run.system.numerics.kernel
    if not system.logs or (isinstance(kernel, SymbolicKernel) and any(f.has(TIME) for f in kernel.f)):
        return Runaway(kind="beyond")
    stiffest = np.abs(system.jacobian(t, run.last)).max(axis=1)
    return climbing(lambda z: np.asarray(system(t, z), float), run.last, stiffest)


def _exact(model: Model, moving: Sequence[int]) -> tuple[list[sympy.Rational], sympy.Matrix]:
    """Return the exact b and A of f = b + A x for the units that are present."""
    growth = [per_capita_of(model.rates[i], model.states[i]) for i in moving]
    states = [model.states[i] for i in moving]
    values = dict(model.values)
    A = sympy.Matrix([[sympy.diff(f, x).xreplace(values) for x in states] for f in growth])
    zero = {x: sympy.Integer(0) for x in model.states}
    return [f.xreplace(values).xreplace(zero) for f in growth], A
