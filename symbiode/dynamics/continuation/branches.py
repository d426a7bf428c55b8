"""Grow branches from seeds: follow each both ways, find its special points, go on along every branch that meets it.

Comes in: a system with one moving coefficient, seeds, an interval. Goes out: `Grown` tracks, each a curve of equilibria
of one support with the special points among its points. Levels below zero are followed too: they are cut off later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.continuation.arclength import Array, Ended, Steps, Track, both_ways, onto
from symbiode.dynamics.continuation.events import Event, events_on
from symbiode.dynamics.continuation.seeds import Seed, Seeds
from symbiode.dynamics.continuation.systems import Equations, System

STEPS = Steps(first=1e-3, largest=0.04, turn=0.12, most=4000)  # fine enough to draw
MOST_TRACKS, MOST_POINTS = 400, 200_000
BELOW, ABOVE = 5.0, 1e4  # how far levels are followed, in typical sizes
SAME = 1e-7  # two points closer than this, in typical sizes, are one


@dataclass(frozen=True, kw_only=True, eq=False)
class Grown:
    """A followed curve of equilibria.

    Parameters
    ----------
    equations : Equations
    points : array, shape (point, unit + 1)
        Of the whole system, zeros for absent units; special points among them.
    tangents : array, shape (point, m + 1)
        Of the equations, in scaled coordinates.
    eigenvalues : array, shape (point, unit), complex
    events : tuple of Event
    ends : (Ended, Ended)
    far : (bool, bool)
        Whether each end is where a level became very large.
    """

    equations: Equations
    points: Array
    tangents: Array
    eigenvalues: NDArray[np.complex128]
    events: tuple[Event, ...]
    ends: tuple[Ended, Ended]
    far: tuple[bool, bool]


def grown(system: System, seeds: Seeds, between: tuple[float, float]) -> tuple[list[Grown], bool]:
    """Follow every branch through the seeds and through the special points met on the way.

    Parameters
    ----------
    system : System
        With one moving coefficient.
    seeds : Seeds
    between : (float, float)
        The interval of the coefficient.

    Returns
    -------
    list of Grown
    bool
        Whether all of them were followed: within the bound on their number, and with a Jacobian where they begin.
    """
    queue = list(seeds.seeds)
    if len(queue) > MOST_TRACKS:  # what attracts matters most
        queue.sort(key=lambda seed: int((system.eigenvalues(system.on(seed.support).full(seed.point)).real > 0).sum()))
    return _Grower(system, seeds.scale, between).run(queue)


class _Grower:
    """The branches of one system over one interval."""

    def __init__(self, system: System, scale: Array, between: tuple[float, float]) -> None:
        self.system, self.between = system, between
        self.scale = np.append(scale, between[1] - between[0])
        self.tracks: list[tuple[Equations, Track]] = []
        self.found: list[Grown] = []
        self.lost, self.work = False, 0

    def run(self, queue: list[Seed]) -> tuple[list[Grown], bool]:
        while queue and len(self.tracks) < MOST_TRACKS and self.work < MOST_POINTS:
            seed = queue.pop(0)
            equations = self.system.on(seed.support)
            if self._known(equations, seed.point):
                continue
            joined = self._both_ways(equations, seed.point)
            self.lost = self.lost or not np.isfinite(equations(seed.point)[1]).all()
            if joined is None or self._trivial(equations, joined[0].points):
                continue
            self.tracks.append((equations, joined[2]))
            self.work += len(joined[2].points)
            whole, branching = self._examined(equations, *joined)
            self.found.append(whole)
            queue += branching
        return self.found, not queue and not self.lost

    def sizes(self, equations: Equations) -> Array:
        sizes: Array = self.scale[equations.columns]
        return sizes

    def _known(self, equations: Equations, z: Array) -> bool:
        """Whether a followed track of the same support passes through z."""
        sizes = self.sizes(equations)
        size = 1 + float(np.linalg.norm(z / sizes))
        for other, track in self.tracks:
            if other.support != equations.support:
                continue
            gaps = np.linalg.norm((track.points - z) / sizes, axis=1)
            k = int(np.argmin(gaps))
            if gaps[k] > 1.5 * STEPS.largest * size:
                continue
            t = track.tangents[k]
            guess = track.points[k] + float(t @ ((z - track.points[k]) / sizes)) * t * sizes
            at = onto(equations, guess, t, sizes)
            if at.converged and np.linalg.norm((at.point - z) / sizes) <= SAME * size:
                return True
        return False

    def _both_ways(self, equations: Equations, z: Array) -> tuple[Track, Track, Track] | None:
        """Follow a curve from a point in both directions; None if it does not move the coefficient at all."""
        sizes, m = self.sizes(equations), len(equations.support)
        J = equations(z)[1] * sizes
        if not np.isfinite(J).all():
            return None
        direction = np.linalg.svd(J)[2][-1] if m else np.ones(1)
        direction = direction if direction[-1] >= 0 else -direction
        low = np.append(-BELOW * sizes[:m], self.between[0])
        high = np.append(ABOVE * sizes[:m], self.between[1])
        tracks = both_ways(equations, z, direction, low=low, high=high, scale=sizes, steps=STEPS)
        still = np.ptp(tracks[2].points[:, -1]) <= 1e-9 * sizes[-1]
        return None if still else tracks

    def _trivial(self, equations: Equations, whole: Array) -> bool:
        """Whether a unit of the support is absent all along: then it is a branch of fewer units."""
        m = len(equations.support)
        flat = np.abs(whole[:, :m] / self.sizes(equations)[:m]).max(axis=0, initial=0) <= 1e-9
        return self.system.growth is not None and bool(flat.any())

    def _examined(self, equations: Equations, back: Track, forth: Track, line: Track) -> tuple[Grown, list[Seed]]:
        """Join both halves and put the special points among the points; return seeds of what branches off there."""
        found = list(events_on(equations, line, self.sizes(equations)))
        z, t = line.points, line.tangents
        for event in sorted(found, key=lambda e: (e.after, e.along), reverse=True):
            z = np.insert(z, event.after + 1, event.point, axis=0)
            t = np.insert(t, event.after + 1, t[event.after], axis=0)
        whole = equations.full(z)
        values = np.array([self.system.eigenvalues(row) for row in whole])
        track = Grown(
            equations=equations, points=whole, tangents=t, eigenvalues=values.reshape(len(z), self.system.size),
            events=tuple(found), ends=(back.ended, forth.ended),
            far=(self._far(equations, back), self._far(equations, forth)),
        )  # fmt: skip
        return track, [seed for event in found for seed in self._off(equations, event)]

    def _far(self, equations: Equations, half: Track) -> bool:
        """Whether a half ends where a level is very large."""
        m = len(equations.support)
        high = half.ended is Ended.EDGE and half.edge is not None and half.edge < m
        return high and bool(half.points[-1, half.edge] > 0)

    def _off(self, equations: Equations, event: Event) -> Iterator[Seed]:
        """Yield seeds on the branches that meet a track at a special point."""
        full, support = equations.full(event.point), equations.support
        if event.what == "transcritical" and event.unit is not None:
            other = tuple(sorted(set(support) ^ {event.unit}))
            yield Seed(support=other, point=full[self.system.on(other).columns])
        if event.what == "branch" and event.aside is not None:
            sizes = self.sizes(equations)
            reach = 1e-3 * (1 + float(np.linalg.norm(event.point / sizes)))
            for side in (-reach, reach):
                near = onto(equations, event.point + side * event.aside * sizes, event.aside, sizes)
                gone = np.linalg.norm((near.point - event.point) / sizes - side * event.aside)
                if near.converged and gone < 0.3 * reach:
                    yield Seed(support=support, point=near.point)
