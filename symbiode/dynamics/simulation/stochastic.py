"""Paths with noise on log growth, dx_i = x_i f_i dt + sigma_i x_i dW_i (Ito), each followed on one Brownian path.

Comes in: members of one model and a seed. Goes out: an `Ensemble` or a `Trajectory`. In z = ln x the noise is additive,
dz_i = (f_i - sigma_i^2/2) dt + sigma_i dW_i, so levels stay positive for ever and exact zeros stay zero. The scheme is
SRA1, of strong order 1.5 for additive noise, which may change with time. Every member has a Brownian path of its own,
drawn from (seed, member) level by level: halving the steps fills in the same path by its bridge. Two step sizes on one
path differ by the strong error, which is the error estimate; members that miss the accuracy are halved again, by
themselves, so that a member does not depend on the others beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.numerics.kernels import Array, Bound
from symbiode.dynamics.simulation.pieces import Piece
from symbiode.dynamics.simulation.results import Ensemble, Trajectory
from symbiode.dynamics.simulation.runaway import Runaway, onward
from symbiode.dynamics.simulation.runs import CAP, TINY
from symbiode.errors import OK, Code, Status, refused, warning
from symbiode.system.model import Model

ORDER = 1.5
MAX_STEPS, MOST_PIECES = 40_000, 2000
_NUMBERS = 2_000_000
_FIRST, _SLOW = 0.25, 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Paths:
    """What was found for each member.

    Parameters
    ----------
    z : array, shape (member, time, unit)
        Log levels; -inf for exact zeros, NaN after the end.
    error : array, shape (member,)
        Twice the largest difference of z to that with steps twice as long on the same Brownian path.
    out, spread : array, shape (member,)
        Where a member passed the cap or its growth stopped being a number: the last time at which its growth was slow
        beside the steps, and the error of that; NaN for the others.
    last : array, shape (member, unit)
        Log levels then.
    steps : array of int, shape (member,)
    """

    z: Array
    error: Array
    out: Array
    spread: Array
    last: Array
    steps: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Request:
    """What all members share: the pieces of time, the times asked for, seed and accuracy."""

    pieces: Sequence[Piece]
    grid: Array
    seed: int
    rtol: float

    @property
    def stops(self) -> Array:
        """The times asked for and those of events, all of which a step ends at, shape (stop,)."""
        return np.unique(np.concatenate([self.grid, [piece.end for piece in self.pieces]]))

    @property
    def lengths(self) -> Array:
        """The first steps, which bridges halve: every interval in parts of about the same length, shape (step,)."""
        gaps = np.diff(self.stops)
        parts = np.ceil(gaps / max(np.median(gaps), gaps.sum() / MOST_PIECES) - 1e-9).astype(int)
        return np.repeat(gaps / parts, parts)

    def piece_at(self, t: float) -> Piece:
        return next((piece for piece in self.pieces if t < piece.end), self.pieces[-1])


def noisy_trajectory(model: Model, request: Request, start: Array) -> Trajectory:
    """Follow one path of a model with noise."""
    members, grid = noisy_ensemble(model, request, start[None, :]), request.grid
    status, worst = members.status[0], float(members.error_estimate[0])
    ended = str(dict(status.values).get("ended", ""))
    blow_up = ended == "blow_up"
    return Trajectory(
        model=model, t=grid, y=members.y[0], status=status, error_estimate=worst,
        error=np.where(np.isnan(members.y[0]), np.nan, worst), settings=members.settings, counters=members.counters,
        ended=ended, blow_up_time=float(members.blow_up_time[0]) if blow_up else None,
        blow_up_error=float(members.blow_up_error[0]) if blow_up else None,
        missing_times=tuple(grid[np.isnan(members.y[0, :, 0])].tolist()),
    )  # fmt: skip


def noisy_ensemble(model: Model, request: Request, starts: Array) -> Ensemble:
    """Follow members of a model with noise from their starts (member, unit)."""
    grid, rtol, found = request.grid, request.rtol, paths(request, starts)
    status, blow_up = [OK] * len(starts), np.full((len(starts), 2), np.nan)
    for i in map(int, np.flatnonzero(~np.isnan(found.out) | ~(found.error <= 10 * rtol))):
        if np.isnan(found.out[i]):
            detail = f"Estimated error of the path {found.error[i]:.1e}, asked for {rtol:.1e} (ten times is accepted)."
            status[i] = refused(Code.TOLERANCE_NOT_MET, detail)
        else:
            status[i], blow_up[i] = _path_ended(request, found, i)
    y = np.where((starts == 0)[:, None, :], 0.0, np.maximum(np.exp(found.z), TINY))
    y[:, 0] = starts
    return Ensemble(
        model=model, t=grid, y=y, status=tuple(status),
        error_estimate=np.where(np.isfinite(found.error), found.error, np.nan),
        blow_up_time=blow_up[:, 0], blow_up_error=blow_up[:, 1],
        settings=(
            ("rtol", rtol), ("method", "SRA1, halved on one Brownian path"), ("seed", request.seed), ("cap", CAP),
        ),
        counters=(("steps", int(found.steps.sum())), ("single_runs", 0)),
    )  # fmt: skip


def _path_ended(request: Request, found: Paths, i: int) -> tuple[Status, tuple[float, float]]:
    """Return the status of a path that passed the cap, its blow-up time and the error of that."""
    x, t, on, grid = np.exp(found.last[i]), float(found.out[i]), Runaway(kind="beyond"), request.grid
    piece = request.piece_at(t)
    if piece.numerics.affine:
        on = onward(piece.numerics, piece.of(i), x)
        if t + (on.remaining or 0.0) + 3 * float(found.spread[i]) >= piece.until:
            on = Runaway(kind="beyond")
    elif not np.isfinite(piece.numerics.per_capita(t, x, piece.of(i))).all():
        on = Runaway(kind="singular")
    missing = grid[np.isnan(found.z[i, :, 0])].tolist()
    if on.kind != "blow_up" or on.remaining is None:
        told = f"It leaves every bound, or its growth is no longer a number, at about t = {t:.6g}."
        return warning(Code.ENDED_EARLY, told, ended=on.kind, reached=t, missing_times=missing), (np.nan, np.nan)
    # The noise of the little time that is left is left out; the error bar has room for it.
    when, error = t + on.remaining, 3 * float(found.spread[i]) + on.remaining
    told = f"The levels become infinite at about t = {when:.6g}."
    return warning(Code.ENDED_EARLY, told, ended="blow_up", reached=t, missing_times=missing), (when, error)


def paths(request: Request, starts: Array) -> Paths:
    """Follow members from their starts; the number of a member and the seed decide its Brownian path.

    Parameters
    ----------
    request : Request
        The numbers of its pieces have shape (parameter,) or (member, parameter).
    starts : array, shape (member, unit)

    References
    ----------
    Rossler (2010), SIAM J. Numer. Anal. 48, 922-952 (SRA1); Kloeden and Platen (1992), Numerical Solution of Stochastic
    Differential Equations, section 10.4 (the pair of Gaussian variables of a step).
    """
    members, n = starts.shape
    found = Paths(
        z=np.full((members, len(request.grid), n), np.nan), error=np.full(members, np.inf),
        out=np.full(members, np.nan), spread=np.full(members, np.nan), last=np.full((members, n), np.nan),
        steps=np.zeros(members, np.int64),
    )  # fmt: skip
    levels = _first_levels(request, starts)
    for level in np.unique(levels):
        alike = np.flatnonzero(levels == level)
        at_once = max(1, _NUMBERS // (2 * n * (len(request.lengths) << int(level))))
        for low in range(0, len(alike), at_once):
            _halve_until_met(request, starts, alike[low : low + at_once], int(level), found)
    return found


def _first_levels(request: Request, starts: Array) -> NDArray[np.int64]:
    """Return how often each member's pieces are halved at first: until steps are short beside the fastest growth."""
    with np.errstate(all="ignore"):
        rates = np.abs([
            piece.numerics.per_capita(t, x, piece.p)
            for piece in request.pieces for t in {piece.begin, piece.end} for x in (starts, 0 * starts)
        ])  # fmt: skip
    fastest = np.where(np.isfinite(rates), rates, 0.0).max(axis=(0, 2))
    wanted = np.log2(np.maximum(fastest * request.lengths.max() / _FIRST, 1.0))
    most = math.log2(max(MAX_STEPS / 4 / len(request.lengths), 1.0))
    levels: NDArray[np.int64] = np.minimum(np.ceil(wanted), most).astype(np.int64)
    return levels


def _halve_until_met(request: Request, starts: Array, who: NDArray[np.intp], level: int, found: Paths) -> None:
    """Follow some members with shorter and shorter steps until two step sizes agree."""
    brownian = _drawn(request, who, 0)
    for k in range(level):
        brownian = _bridged(request, who, brownian, k + 1)
    before = _march(request, starts[who], who, brownian, level)
    while len(who):
        level += 1
        brownian = _bridged(request, who, brownian, level)
        now = _march(request, starts[who], who, brownian, level)
        error, spread = _differences(before, now)
        found.z[who], found.out[who], found.last[who] = now
        found.error[who], found.spread[who] = error, spread
        found.steps[who] += 3 * brownian.shape[1] // 2
        gone = ~np.isnan(now[1])
        met = np.where(gone, spread <= 1e-3 * (now[1] - request.grid[0]), error <= request.rtol)
        if 2 * brownian.shape[1] > MAX_STEPS:
            return
        who, brownian = who[~met], brownian[~met]
        before = (now[0][~met], now[1][~met], now[2][~met])


def _differences(before: tuple[Array, Array, Array], now: tuple[Array, Array, Array]) -> tuple[Array, Array]:
    """Return the differences of log levels and of end times between two step sizes."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(now[0] - before[0])
    same = (now[0] == before[0]) | (np.isnan(now[0]) & np.isnan(before[0]))
    one_ended = np.isnan(now[1]) != np.isnan(before[1])
    apart = np.where(same | (np.isnan(apart) & ~one_ended[:, None, None]), 0.0, np.nan_to_num(apart, nan=np.inf))
    spread = np.where(one_ended, np.inf, np.abs(now[1] - before[1]))
    return 2 * apart.max(axis=(1, 2), initial=0.0), spread


def _drawn(request: Request, who: NDArray[np.intp], level: int) -> Array:
    """Return the Gaussian variables of a level, two per step and unit, shape (member, step, 2, unit)."""
    shape = (len(request.lengths) << max(level - 1, 0), 2, len(request.pieces[0].model.units))
    streams = (np.random.default_rng([request.seed, int(member), level]) for member in who)
    return np.array([stream.standard_normal(shape) for stream in streams])


def _bridged(request: Request, who: NDArray[np.intp], whole: Array, level: int) -> Array:
    """Halve every step of a Brownian path, which stays the same path.

    A step h has W = sqrt(h) a and its integral h/2 W + sqrt(h^3/12) b with independent a, b; those of its halves are an
    orthogonal transform of them and of two new variables.
    """
    new = _drawn(request, who, level)
    a, b, c, d = whole[:, :, 0], whole[:, :, 1], new[:, :, 0], new[:, :, 1]
    apart, total = (math.sqrt(3) * b + c) / 2, (b - math.sqrt(3) * c) / 2
    halves = np.stack([np.stack([a + apart, total + d], 2), np.stack([a - apart, total - d], 2)], 2) / math.sqrt(2)
    return halves.reshape(len(whole), -1, *whole.shape[2:])


def _march(
    request: Request, starts: Array, who: NDArray[np.intp], brownian: Array, level: int
) -> tuple[Array, Array, Array]:
    """Follow members with given steps; return log levels at the grid, end times, log levels there."""
    ends = request.grid[1:] - request.grid[0] - 1e-9 * request.lengths.min()
    shows = np.searchsorted(np.cumsum(request.lengths), ends)
    row_of = {int(k): row for row, k in enumerate((shows + 1) * 2**level - 1, start=1)}
    rows = np.full((len(request.grid), starts.shape[1], len(who)), np.nan)
    out, last = np.full(len(who), np.nan), np.full(starts.shape, np.nan)
    with np.errstate(all="ignore"):
        z = np.ascontiguousarray(np.log(starts).T)
        rows[0], kept, when, there = z, z.copy(), np.full(len(who), request.grid[0]), z > -np.inf
        for k, (t, h, bound, top, (before, between, after)) in enumerate(_steps(request, who, level)):
            a, b = np.ascontiguousarray(brownian[:, k, 0].T), np.ascontiguousarray(brownian[:, k, 1].T)
            first = np.where(there, bound.growth(t, np.exp(z)) - before**2 / 2, 0.0)
            # I_10/h, the mean of the noise over the step, is sqrt(h) (a/2 + b/sqrt(12)).
            mean = a / 2 + b / math.sqrt(12)
            middle = z + 0.75 * h * first + 1.5 * math.sqrt(h) * after * mean
            second = np.where(there, bound.growth(t + 0.75 * h, np.exp(middle)) - between**2 / 2, 0.0)
            ahead = z + h * (first + 2 * second) / 3 + math.sqrt(h) * (after * a + (before - after) * mean)
            slow = np.abs(first).max(axis=0) * h < _SLOW
            kept[:, slow], when[slow] = z[:, slow], t
            gone = ~((ahead <= top).all(axis=0) | np.isnan(z).all(axis=0))
            if gone.any():
                out[gone], last[gone] = when[gone], kept.T[gone]
                ahead[:, gone] = np.nan
                if not np.isnan(out).any():
                    break
            z = ahead
            if k in row_of:
                rows[row_of[k]] = z
    return np.moveaxis(rows, -1, 0), out, last


def _steps(request: Request, who: NDArray[np.intp], level: int) -> Iterator[tuple[float, float, Bound, Array, Array]]:
    """Yield each step: its beginning and length, the equations, log caps, the noise at 0, 3/4 and 1 of it (3, unit, 1).

    All arrays but the noise are unit first, shape (unit, member).
    """
    steps = np.repeat(request.lengths / 2**level, 2**level)
    ends = request.grid[0] + np.cumsum(steps)
    begins = np.concatenate([request.grid[:1], ends[:-1]])
    for piece in request.pieces:
        inside = (begins + steps / 2 > piece.begin) & (begins + steps / 2 < piece.end)
        p = piece.p if piece.p.ndim == 1 else np.ascontiguousarray(piece.p[who].T)
        bound, reference = piece.numerics.kernel.bind(p), piece.numerics.reference(p.T)
        top = math.log(CAP) + np.log(reference)
        top = np.broadcast_to(np.where(np.isfinite(top), top, math.log(1e250)), (len(who), top.shape[-1])).T
        t, h = begins[inside], steps[inside]
        noise = np.stack([piece.noise(t), piece.noise(t + 0.75 * h), piece.noise(t + h, before=True)], axis=1)
        yield from zip(t.tolist(), h.tolist(), repeat(bound), repeat(top), noise[..., None])
