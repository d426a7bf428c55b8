"""Trajectories of models with delays: each unit feels the others as they were, x_j(t - tau_ij).

Comes in: pieces of time, a start and what came before it. Goes out: a `Trajectory`. The method of steps: over a
stretch no longer than the shortest delay everything delayed is known, so the stretch is an ordinary equation, followed
by DOP853 in log coordinates with its series of order 7, or by LSODA where that takes too many steps. Stretches end at
events and where a delay carries a kink of one, or of the start, on: sums of delays up to the order of the method. A
second run with a sharper tolerance gives the error.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import DOP853, LSODA, OdeSolver

from symbiode.dynamics.numerics.kernels import Array, SymbolicKernel
from symbiode.dynamics.simulation.engines import System
from symbiode.dynamics.simulation.pieces import Piece
from symbiode.dynamics.simulation.requests import numbers
from symbiode.dynamics.simulation.results import Trajectory
from symbiode.dynamics.simulation.runs import CAP, TINY
from symbiode.errors import OK, Code, InvalidValueError, Status, refused, warning
from symbiode.system.model import Model

History = Callable[[float], ArrayLike] | None
MAX_STEPS = {DOP853: 10_000, LSODA: 100_000}
ORDER, MOST_KINKS = 8, 1000
_TIGHTEST = 2.3e-14


@dataclass(frozen=True, kw_only=True, eq=False)
class Member:
    """One member with everything but the accuracy.

    Parameters
    ----------
    pieces : sequence of Piece
        Each with the delays that hold in it.
    number : int
        Which numbers of the pieces are its own.
    start : array, shape (unit,)
        Levels at the first time; for ever before it too, if `history` is None.
    history : callable or None
        Takes a time before the first, returns levels, shape (unit,).
    """

    pieces: Sequence[Piece]
    start: Array
    number: int = 0
    history: History = None

    @property
    def kolmogorov(self) -> bool:
        """Whether it is followed in log coordinates."""
        return self.pieces[0].numerics.kolmogorov


def late_trajectory(model: Model, member: Member, grid: Array, rtol: float) -> Trajectory:
    """Follow one member through given times.

    References
    ----------
    Bellen and Zennaro (2003), Numerical Methods for Delay Differential Equations, chapters 3 and 4.
    """
    found: Trajectory | None = None
    plans: list[tuple[type[OdeSolver], float]] = [(DOP853, 10.0), (DOP853, 1000.0)]
    while plans:
        method, factor = plans.pop(0)
        tolerances = max(rtol / factor, 1e-13), max(rtol / factor / 100, 2e-14)
        run = _Run(member, grid, tolerances[0], method)
        if run.ended == "work" and method is DOP853:
            plans = [(LSODA, 3.0)]
            continue
        found = _compared(model, member, (run, _Run(member, grid, tolerances[1], method)), rtol)
        if found.error_estimate <= 10 * rtol or run.ended:
            break
    assert found is not None
    return found


def _compared(model: Model, member: Member, runs: tuple[_Run, _Run], rtol: float) -> Trajectory:
    """Return the first of two runs with the error that the second tells."""
    run, sharper = runs
    grid, rows = run.t0 + run.grid, min(len(run.rows), len(sharper.rows))
    y = np.full((len(grid), len(member.start)), np.nan)
    y[: len(run.rows)] = run.rows
    if member.kolmogorov:
        y = np.where(member.start == 0, 0.0, np.maximum(y, TINY))
    size = y[:rows] if member.kolmogorov else np.nanmax(np.abs(y), axis=0)
    apart = np.abs(y[:rows] - sharper.rows[:rows]) / np.where(size > 0, size, 1.0)
    error = np.full_like(y, np.nan)
    error[:rows] = 2 * apart.max(axis=1, keepdims=True, initial=0.0) + 1e-14 * (1 + math.sqrt(run.steps))
    worst = float(np.nanmax(error, initial=0.0))
    return Trajectory(
        model=model, t=grid, y=y, status=_status(run, grid, worst, rtol), error_estimate=worst, error=error,
        settings=(
            ("rtol", rtol), ("methods", (run.method.__name__ + " by steps",) * 2),
            ("tolerances", (run.tol, sharper.tol)),
            ("history", "constant" if member.history is None else "given"), ("cap", CAP),
        ),
        counters=(("steps", run.steps), ("calls", run.calls), ("runs", 2)),
        ended=run.ended if run.ended != "work" else "", missing_times=tuple(grid[len(run.rows) :].tolist()),
    )  # fmt: skip


def _status(run: _Run, grid: Array, worst: float, rtol: float) -> Status:
    reached = float(grid[0]) + run.t
    if run.ended == "work":
        return refused(Code.WORK_LIMIT, f"It reached t = {reached:.6g}.", reached=reached, steps=run.steps)
    if run.ended:
        missing = grid[len(run.rows) :].tolist()
        told = f"A level passes {run.system.bound_in_words(CAP)} at t = {reached:.6g}."
        if run.ended == "singular":
            told = f"The equations cannot be continued beyond t = {reached:.6g}."
        return warning(Code.ENDED_EARLY, told, ended=run.ended, reached=reached, missing_times=missing)
    if worst > 10 * rtol:
        detail = f"Estimated relative error {worst:.1e}, asked for {rtol:.1e} (ten times that is accepted)."
        return refused(Code.TOLERANCE_NOT_MET, detail, error_estimate=worst, rtol=rtol)
    return OK


class _Run:
    """One run, with the series of every step it took; times count from the first one."""

    def __init__(self, member: Member, grid: Array, tol: float, method: type[OdeSolver]) -> None:
        self.member, self.t0, self.grid = member, float(grid[0]), grid - grid[0]
        self.first: list[float] = member.start.tolist()
        self.tol, self.rows = tol, [self.first]
        self.ends: list[float] = []
        self.series: list[Any] = []
        self.t, self.steps, self.calls, self.ended = 0.0, 0, 0, ""
        self.method: Any = method
        self._enter(member.pieces[0])
        if sum((piece.end - piece.begin) / _shortest(piece) for piece in member.pieces) > MAX_STEPS[method]:
            self.ended = "work"
        self._go()

    def _enter(self, piece: Piece) -> None:
        """Take up the equations and delays of a piece."""
        self.numerics, p = piece.numerics, piece.of(self.member.number)
        self.system = System(piece.numerics, p, self.t0, self.member.start)
        self.p, self.moving = p.tolist(), self.system.moving.tolist()
        self.felt = [(age, [(int(i), int(j)) for i, j in np.argwhere(piece.delays == age)]) for age in _ages(piece)]

    def _go(self) -> None:
        """Follow the member to the last time, or to where it ends."""
        z, kinks = self.system.first(), _kinks(self.member.pieces)
        with np.errstate(all="ignore"):
            if not self.moving:
                self.rows += [self.rows[0]] * (len(self.grid) - 1)
            for piece in self.member.pieces:
                self._enter(piece)
                end, step = piece.end - self.t0, math.inf
                stops = [*(t for t in kinks if t < end * (1 - 1e-12)), end]
                while self.t < end and len(self.rows) < len(self.grid) and not self.ended:
                    stop = stops[min(bisect_left(stops, self.t * (1 + 1e-14) + 1e-300), len(stops) - 1)]
                    z, step = self._stretch(z, min(stop, self.t + _shortest(piece)), step)

    def _stretch(self, z: Array, stop: float, step: float) -> tuple[Array, float]:
        """Follow the member to the end of one stretch; return its coordinates there and the last free step."""
        rtol = _TIGHTEST if self.system.logs else max(self.tol, _TIGHTEST)
        first = min(step, stop - self.t) if math.isfinite(step) else None
        solver = self.method(
            self._rates, self.t, z, stop, rtol=rtol, atol=self.system.tolerance(self.tol), first_step=first
        )
        while solver.status == "running" and not self.ended:
            solver.step()
            self.steps += 1
            if solver.status == "failed" or not np.isfinite(solver.y).all():
                self.ended = "singular"
            elif self.system.beyond(solver.y, CAP):
                self.ended = "beyond"
            elif self.steps >= MAX_STEPS[self.method]:
                self.ended = "work"
            if not self.ended:
                self._keep(solver)
        return np.array(solver.y), getattr(solver, "h_abs", math.inf)

    def _keep(self, solver: Any) -> None:
        """Keep the series of a step, and the levels at the times of the grid in it."""
        series = solver.dense_output()
        self.series.append(_polynomial(series) if self.method is DOP853 else series)
        self.ends.append(float(solver.t))
        self.t = float(solver.t)
        while len(self.rows) < len(self.grid) and self.grid[len(self.rows)] <= self.t:
            self.rows.append(self._past(float(self.grid[len(self.rows)])))

    def _past(self, t: float) -> list[float]:
        """Return the levels at a time already passed."""
        if t > 0:
            return self._levels(self.series[min(bisect_left(self.ends, t), len(self.ends) - 1)](t))
        if self.member.history is None or t == 0:
            return list(self.first)
        return _before(self.member, self.t0 + t)

    def _levels(self, z: Sequence[float] | Array) -> list[float]:
        x = list(self.first)
        for i, value in zip(self.moving, z, strict=True):
            x[i] = math.exp(min(value, 709.0)) if self.system.logs else float(value)
        return x

    def _rates(self, t: float, z: Array) -> Any:
        """Return the rates of the moving coordinates: each unit at its own present, the others as it feels them."""
        self.calls += 1
        now = self._levels(z.tolist())
        felt = [now.copy() for _ in now]
        for age, pairs in self.felt:
            then = self._past(t - age)
            for i, j in pairs:
                felt[i][j] = then[j]
        kernel = self.numerics.kernel
        try:
            if isinstance(kernel, SymbolicKernel):
                return [kernel.scalar(self.t0 + t, felt[i], self.p)[i] for i in self.moving]
            growth = self.system.bound.growth(self.t0 + t, np.array(felt).T)
            return np.diagonal(growth)[self.moving]
        except (OverflowError, ZeroDivisionError, ValueError):
            return np.full(len(z), np.nan)


def _polynomial(series: Any) -> Callable[[float], list[float]]:
    """Return the series of a DOP853 step for plain floats: delayed levels are read off many times a step."""
    rows = list(zip(series.y_old.tolist(), *series.F[::-1].tolist(), strict=True))
    start, length = series.t_old, series.h

    def at(t: float) -> list[float]:
        x = (t - start) / length
        y, found = 1.0 - x, []
        for first, *terms in rows:
            value, factor, other = 0.0, x, y
            for term in terms:
                value = (value + term) * factor
                factor, other = other, factor
            found.append(first + value)
        return found

    return at


def _before(member: Member, t: float) -> list[float]:
    """Return what a history says, checked."""
    assert member.history is not None
    name, allowed = f"history({t:.6g})", f"{len(member.start)} levels, one for each unit"
    levels = numbers(name, member.history(t), allowed)
    if levels.shape != member.start.shape or (member.kolmogorov and (levels < 0).any()):
        raise InvalidValueError(name, levels.tolist(), allowed)
    found: list[float] = levels.tolist()
    return found


def _ages(piece: Piece) -> list[float]:
    return sorted({*piece.delays.ravel().tolist()} - {0.0})


def _shortest(piece: Piece) -> float:
    return min(_ages(piece), default=math.inf)


def _kinks(pieces: Sequence[Piece]) -> list[float]:
    """Return the times at which the solution is less smooth than the method: sums of few delays after each event."""
    t0 = pieces[0].begin
    spans = [(piece.begin - t0, piece.end - t0, _ages(piece)) for piece in pieces]
    found = last = {begin for begin, _, _ in spans}
    for _ in range(ORDER):
        last = {t + age for t in last for begin, end, ages in spans for age in ages if begin < t + age < end}
        if not last or len(found) + len(last) > MOST_KINKS:
            break
        found = found | last
    kept: list[float] = []
    for t in sorted(found - {0.0}):
        if not kept or t - kept[-1] > 1e-12 * t:
            kept.append(t)
    return kept
