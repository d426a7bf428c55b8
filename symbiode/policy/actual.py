"""The actual path: levels, what each unit has gained so far, the mode of the moment, the lag, and whether it tips.

Comes in: a `Course`, a start and the frozen reading. Goes out: an `Actual` with its changes, and a `Tipping`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.modes import Mode, Outcome, Settlement, settle
from symbiode.dynamics.simulation import Trajectory, simulate
from symbiode.errors import RefusedError
from symbiode.policy.course import Course
from symbiode.policy.results import Actual, Change, Frozen, Piece, Tipping
from symbiode.policy.sampling import gain_borders, mode_at

Array = NDArray[np.float64]
Cut = tuple[float, float]
POINTS, PARTS, SAME, NOTHING = 241, 33, 1e-3, 1e-9
_ENDS = {"blow_up": Outcome.BLOW_UP, "unbounded": Outcome.UNBOUNDED}


def actual_path(
    course: Course, t: Array, start: Sequence[float], frozen: Frozen, tau: float
) -> tuple[Actual, Sequence[Change]]:
    """Follow the system itself, and each unit without the others."""
    fine = np.unique([*t, *course.edges, *np.linspace(course.begin, course.end, POINTS)])
    shown = np.isin(fine, t)
    paths = _paths(course, fine, start)
    capacity = np.where(np.isfinite(frozen.capacity), frozen.capacity, course.numerics.reference(course.numbers(t)))
    scale = np.stack([np.interp(fine, t, K) for K in capacity.T], axis=1)
    gains = _gains(paths, scale)
    path = paths[0]
    with np.errstate(all="ignore"):
        u, v = path.y[shown] / capacity, frozen.state / capacity
        sizes = np.maximum(np.linalg.norm(u, axis=1), np.linalg.norm(v, axis=1))
        lag = np.where(sizes > 0, np.linalg.norm(u - v, axis=1) / sizes, 0.0)
    pieces, changes = _moments(course, fine, gains, paths, scale, tau)
    return Actual(pieces=pieces, state=path.y[shown], gains=gains[shown], lag=lag, trajectory=path), changes


def _paths(course: Course, t: Array, start: Sequence[float]) -> list[Trajectory]:
    """Return the path of all units, then of each one with the others absent where the law keeps them so."""
    starts = [list(start)]
    if course.model.law.kolmogorov and len(start) > 1:
        starts += [[level if k == i else 0.0 for k in range(len(start))] for i, level in enumerate(start)]
    return [simulate(course.model, t, levels, course.scenario) for levels in starts]


def _gains(paths: Sequence[Trajectory], scale: Array) -> Array:
    """Return what each unit has more than alone, as a share of its capacity, shape (time, unit)."""
    y = paths[0].y
    alone = [path.y[:, i] for i, path in enumerate(paths[1:])]
    return (y - np.stack(alone, axis=1)) / scale if alone else np.full(y.shape, np.nan)


def _moments(
    course: Course, t: Array, gains: Array, paths: Sequence[Trajectory], scale: Array, tau: float
) -> tuple[tuple[Piece, ...], Sequence[Change]]:
    """Return the pieces by the mode of the moment, and the changes between them."""
    path = paths[0]
    there = np.isfinite(gains).all(axis=1)
    reached = float(t[np.isfinite(path.y).all(axis=1)][-1])
    stop = path.blow_up_time or path.death_time or reached
    tail = [Piece(begin=stop, end=float(t[-1]), outcome=_ENDS.get(path.ended, Outcome.UNDECIDED), mode=None)]
    tail = tail if path.ended and stop < t[-1] else []
    if gains.shape[1] != 2 or there.sum() < 3 or not path.y[0].all():
        return (Piece(begin=float(t[0]), end=stop, outcome=None, mode=None), *tail), ()
    floor = max(NOTHING, 10 * path.error_estimate)
    cuts = _cuts(course, t[there], np.where(np.abs(gains) <= floor, 0.0, gains)[there], paths, scale[there], tau)
    edges = [(float(t[0]), 0.0), *cuts, (stop, 0.0)]
    pieces: list[Piece] = []
    changes: list[Change] = []
    for (begin, error), (end, _) in pairwise(edges):
        inside = np.flatnonzero((t > begin) & (t < end) & there)
        mode = mode_at(gains[inside[len(inside) // 2]], tau, floor) if len(inside) else None
        if pieces and (mode is None or pieces[-1].mode is mode):
            pieces[-1] = Piece(begin=pieces[-1].begin, end=end, outcome=None, mode=pieces[-1].mode)
            continue
        if pieces:
            changes.append(_change(begin, error, pieces[-1].key, str((mode or Mode.NEUTRALISM).value), "gains"))
        pieces.append(Piece(begin=begin, end=end, outcome=None, mode=mode))
    if tail:
        error = path.blow_up_error or path.death_error or 0.0
        changes.append(_change(stop, error, pieces[-1].key, tail[0].key, path.ended))
    return (*pieces, *tail), changes


def _change(t: float, error: float, before: str, after: str, border: str) -> Change:
    return Change(path="actual", time=t, error=error, before=before, after=after, border=border)


def _cuts(
    course: Course, t: Array, gains: Array, paths: Sequence[Trajectory], scale: Array, tau: float
) -> list[Cut]:
    """Return when the gains cross a border between modes, with errors: each by one more simulation."""
    values = gain_borders(gains, tau)
    brackets = {k for f in values.values() for k in np.flatnonzero(f[:-1] * f[1:] < 0)}
    cuts = [(float(t[k]), 0.0) for f in values.values() for k in np.flatnonzero((f[:-1] == 0) & (f[1:] != 0)) if k]
    for k in sorted(brackets):
        inside = np.linspace(t[k], t[k + 1], PARTS)
        close = [_onward(course, inside, path.y[k if path.t[0] == t[0] else 0]) for path in paths]
        K = np.stack([np.interp(inside, t, column) for column in scale.T], axis=1)
        fine = gain_borders(_gains(close, K), tau)
        cuts += [_root(inside, fine[name]) for name, f in values.items() if f[k] * f[k + 1] < 0]
    return sorted(cuts)


def _onward(course: Course, t: Array, state: Array) -> Trajectory:
    return simulate(course.model, t, [float(x) for x in state], course.scenario)


def _root(t: Array, values: Array) -> Cut:
    """Return the root of a smooth function from fine values, by polynomials of degrees 5 and 4 beside it."""
    turns = np.flatnonzero(values[:-1] * values[1:] <= 0)
    k = int(np.clip(turns[0] - 2 if len(turns) else 0, 0, len(t) - 6))
    middle, width = (t[k] + t[k + 5]) / 2, t[k + 5] - t[k]
    s = (t[k : k + 6] - middle) / width
    found = []
    for degree in (5, 4):
        curve = np.polynomial.Polynomial.fit(s, values[k : k + 6], degree, domain=[-1, 1])
        real = [float(z.real) for z in curve.roots() if abs(z.imag) < 1e-9 and abs(z.real) <= 0.5 + 1e-9]
        near = (t[turns[0]] - middle) / width if len(turns) else 0.0
        found.append(min(real, key=lambda z: abs(z - near), default=near))
    return float(middle + width * found[0]), float(width * abs(found[0] - found[1]) + 1e-9 * width)


def tipping_of(course: Course, t: Array, frozen: Frozen, actual: Actual) -> Tipping:
    """Say whether the actual end state goes elsewhere than the attractor that was followed all the way."""
    last, path = frozen.pieces[-1], actual.trajectory
    expected = tuple(map(float, frozen.state[-1])) if np.isfinite(frozen.state[-1]).all() else None
    if path.ended:
        outcome = _ENDS.get(path.ended, Outcome.UNDECIDED)
        gone = last.outcome not in (Outcome.BLOW_UP, Outcome.UNBOUNDED, Outcome.UNDECIDED)
        tips = gone if outcome is not Outcome.UNDECIDED else None
        when = (path.blow_up_time, path.blow_up_error) if tips else (None, None)
        return Tipping(tips=tips, expected=expected, reached=None, outcome=outcome, time=when[0], error=when[1])
    whole = all(actual.state[0]) or not course.numerics.kolmogorov
    found = _settled(course, course.end, None if whole else actual.state[-1])
    if found is not None and found.outcome is Outcome.DEPENDS_ON_START and course.plain:
        found = _settled(course, course.end, actual.state[-1])
    if found is None or found.outcome in (Outcome.UNDECIDED, Outcome.DEPENDS_ON_START):
        return Tipping(tips=None, expected=expected, reached=None, outcome=Outcome.UNDECIDED)
    tips = None if last.outcome is Outcome.UNDECIDED else _elsewhere(found, last.outcome, frozen.state[-1])
    since = _since(course, t, frozen, actual) if tips else (None, None)
    return Tipping(tips=tips, expected=expected, reached=found.state, outcome=found.outcome, time=since[0],
                   error=since[1], evidence=found.evidence)  # fmt: skip


def _settled(course: Course, t: float, state: Array | None) -> Settlement | None:
    start = None if state is None else [float(x) for x in state]
    try:
        return settle(course.frozen(t), start)
    except RefusedError:
        return None


def _elsewhere(found: Settlement, outcome: Outcome | None, state: Array) -> bool:
    """Whether a settlement is another attractor than the one followed."""
    if found.outcome is not outcome:
        return True
    if found.state is None or not np.isfinite(state).all():
        return False
    return bool(np.abs(np.array(found.state) - state).max() > SAME * np.abs(state).max())


def _since(course: Course, t: Array, frozen: Frozen, actual: Actual) -> tuple[float | None, float | None]:
    """Return since when the state lies on the other side, by bisection over the times of the path."""
    low, high = 0, len(t) - 1
    while high - low > 1:
        k = (low + high) // 2
        found = _settled(course, float(t[k]), actual.state[k])
        piece = next(p for p in reversed(frozen.pieces) if p.begin <= t[k])
        if found is None or found.outcome is Outcome.UNDECIDED:
            return None, None
        low, high = (low, k) if _elsewhere(found, piece.outcome, frozen.state[k]) else (k, high)
    return float(t[high]), float(t[high] - t[low])
