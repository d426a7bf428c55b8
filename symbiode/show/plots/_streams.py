"""Integrated lines of a planar flow for drawing: short arrows that never cross, trajectories that are never cut.

Comes in: a field on the unit square (the box of the figure) and starts. Goes out: points along the lines. Lines are
followed by arc length, so a step is the same distance on paper wherever it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Field = Callable[[Array], Array]

STEP, STRIDE = 0.005, 0.01
CLOSE = 0.008


def follow(
    field: Field, starts: Array, steps: int, *, rests: Array, sign: float | Array = 1.0, room: float = STEP,
    step: float = STEP,
) -> list[Array]:  # fmt: skip
    """Follow the field from each start until the line rests, closes, leaves the box or reaches its length.

    Parameters
    ----------
    field : callable
        Velocity at points, (line, 2) -> (line, 2), in units of the box.
    starts : array, shape (line, 2)
        Inside the unit square.
    steps : int
        The most steps.
    rests : array, shape (rest, 2)
        Equilibria; a line that comes within `CLOSE` of one ends on it.
    sign : float or array, shape (line,)
        1 forwards in time, -1 backwards.
    room : float
        How far outside the unit square a line may go.
    step : float
        The length of a step; at a `STRIDE` a bend is as smooth on paper as at a `STEP`.

    Returns
    -------
    list of array, shape (point, 2)
        In the order of following; a line that leaves has its last point outside.
    """
    path = np.empty((steps + 1, *starts.shape))
    path[0] = starts
    ends = np.full(len(starts), steps)
    running = np.arange(len(starts))
    landed: dict[int, Array] = {}
    way = np.broadcast_to(sign, len(starts))[:, None]
    last = way * _direction(field, starts)
    for k in range(steps):
        z = path[k, running]
        new, heading = _step(field, z, step * way[running], step)
        path[k + 1, running] = new
        turned = (heading * last[running]).sum(-1) < -0.5
        last[running] = heading
        out = ((new < -room) | (new > 1 + room)).any(-1)
        rest = _beside(z - new, rests - new[:, None]) if len(rests) else np.full((len(new), 1), np.inf)
        arrived = (rest.min(-1) < CLOSE) & (k * step > 3 * STEP)
        closed = (_far(new, path[0, running]) < step) & (k * step > 20 * STEP)
        back = turned | ~np.isfinite(new).all(-1)
        stop = out | arrived | closed | back
        if not stop.any():
            continue
        for i in np.flatnonzero(arrived):
            landed[int(running[i])] = rests[rest[i].argmin()]
        ends[running[stop]] = np.where(back[stop], k, k + 1)
        for line in running[closed]:
            landed[int(line)] = path[0, line]
        running = running[~stop]
        if not len(running):
            break
    lines = [path[: ends[i] + 1, i] for i in range(len(starts))]
    return [np.vstack([line, landed[i]]) if i in landed else line for i, line in enumerate(lines)]


def arrows(field: Field, *, rests: Array, across: int = 15, length: float = 0.046) -> list[Array]:
    """Return short pieces of trajectories around evenly spaced points; slower flow has shorter pieces.

    Returns
    -------
    list of array, shape (point, 2)
        From tail to tip.
    """
    seeds = _hexagons(across)
    if len(rests):
        distance = np.linalg.norm(seeds[:, None] - rests[None], axis=-1).min(-1)
        seeds = seeds[distance > 0.035]
    speed = np.linalg.norm(field(seeds), axis=-1)
    moving = speed > 0
    if not moving.any():
        return []
    seeds, rank = seeds[moving], speed[moving].argsort().argsort() / max(moving.sum() - 1, 1)
    half = np.maximum(2, np.round(length * (0.6 + 0.4 * rank) / STEP / 2).astype(int))
    ahead, behind = _both_ways(field, seeds, int(half.max()), rests)
    lines = (np.vstack([b[h:0:-1], a[: h + 1]]) for a, b, h in zip(ahead, behind, half, strict=True))
    return [np.clip(_thinned(line), 0, 1) for line in lines if len(line) > 3]


def spread(
    field: Field, *, rests: Array, count: int, avoid: Sequence[Array] = (), apart: float = 0.07, steps: int = 1200
) -> list[Array]:
    """Return whole trajectories through the box, each well away from the others over most of its way.

    Parameters
    ----------
    count : int
        The most trajectories.
    avoid : sequence of array, shape (point, 2)
        Curves to keep away from as well.
    apart : float
        The least distance, in box lengths, that half of a trajectory keeps from those chosen before it.

    Returns
    -------
    list of array, shape (point, 2)
        In the direction of time, longest first.
    """
    seeds = np.vstack([_frame(9), _hexagons(5)])
    ahead, behind = _both_ways(field, seeds, steps, rests, STRIDE)
    lines = [_joined(a, b) for a, b in zip(ahead, behind, strict=True)]
    off_axes = (line for line in lines if len(line) > 20 and np.median(line, axis=0).min() > 0.015)
    lines = sorted(off_axes, key=lambda line: -round(_reach(line), 2))
    probes = [line[:: max(1, len(line) // 40)] for line in lines]
    gaps = np.full(len(lines), np.inf)
    nearest = [np.full(len(probe), np.inf) for probe in probes]
    for curve in avoid:
        for k, probe in enumerate(probes):
            nearest[k] = np.minimum(nearest[k], _far(probe[:, None], curve[None, ::4]).min(-1))
            gaps[k] = np.median(nearest[k])
    chosen: list[Array] = []
    while len(chosen) < min(count, len(lines)) and gaps.max() > apart:
        best = int(gaps.argmax())
        chosen.append(lines[best])
        for k, probe in enumerate(probes):
            new = _far(probe[:, None], lines[best][None, ::4]).min(-1)
            nearest[k] = np.minimum(nearest[k], new)
            gaps[k] = np.median(nearest[k])
        gaps[best] = 0.0
    return chosen


def excursion(field: Field, *, rests: Array, most: float = 0.6) -> Array:
    """Return how far lines that start in the unit square and come to rest in it go beyond its upper sides.

    Returns
    -------
    array, shape (2,)
        At least 1 and at most ``1 + most`` per axis; a line that leaves for good does not count.
    """
    high = np.ones(2)
    starts = np.vstack([0.97 * _frame(9), _hexagons(5)])
    for line in follow(field, starts, 600, rests=rests, room=most, step=STRIDE):
        if len(rests) and np.linalg.norm(rests - line[-1], axis=-1).min() < STEP:
            high = np.maximum(high, line.max(axis=0))
    return np.minimum(high, 1 + most)


def _thinned(line: Array) -> Array:
    """Return every second point and the last three: enough for a smooth curve on paper."""
    return np.vstack([line[:-3:2], line[-3:]])


def _both_ways(
    field: Field, seeds: Array, steps: int, rests: Array, step: float = STEP
) -> tuple[list[Array], list[Array]]:
    """Follow every seed forwards and backwards, as one batch."""
    sign = np.repeat([1.0, -1.0], len(seeds))
    lines = follow(field, np.vstack([seeds, seeds]), steps, rests=rests, sign=sign, step=step)
    return lines[: len(seeds)], lines[len(seeds) :]


def _joined(ahead: Array, behind: Array) -> Array:
    closes = len(ahead) > 10 and np.allclose(ahead[-1], ahead[0])
    return ahead if closes else np.vstack([behind[:0:-1], ahead])


def _reach(line: Array) -> float:
    return float(np.ptp(line, axis=0).sum())


def _direction(field: Field, z: Array) -> Array:
    v = field(z)
    speed = np.hypot(v[:, :1], v[:, 1:])
    speed[speed == 0] = 1.0
    return v / speed


def _far(z: Array, other: Array) -> Array:
    gap = z - other
    return np.hypot(gap[..., 0], gap[..., 1])


def _beside(back: Array, to: Array) -> Array:
    """Return how close steps pass by points: back to where each began, and to the points, from where it ends."""
    share = (to * back[:, None]).sum(-1) / np.maximum((back * back).sum(-1), 1e-300)[:, None]
    return _far(to, np.clip(share, 0, 1)[..., None] * back[:, None])


def _step(field: Field, z: Array, h: Array, step: float) -> tuple[Array, Array]:
    """One classical Runge-Kutta step along the direction of the field."""
    k1 = _direction(field, z)
    k2 = _direction(field, z + h / 2 * k1)
    k3 = _direction(field, z + h / 2 * k2)
    k4 = _direction(field, z + h * k3)
    move = (k1 + 2 * k2 + 2 * k3 + k4) / 6
    move *= h
    return z + move, move / step


def _hexagons(across: int) -> Array:
    gap = 1 / across
    rows = round(1 / (gap * np.sqrt(3) / 2))
    points = [((i + 0.25 + 0.5 * (j % 2)) * gap, (j + 0.5) / rows) for j in range(rows) for i in range(across)]
    return np.array([p for p in points if p[0] < 1 - gap / 8])


def _frame(per_side: int) -> Array:
    s = (np.arange(per_side) + 0.5) / per_side
    edge = 0.002
    near, far = np.full_like(s, edge), np.full_like(s, 1 - edge)
    return np.vstack([np.column_stack(side) for side in ((s, far), (far, s), (s, near), (near, s))])
