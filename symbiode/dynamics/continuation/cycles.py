"""Cycles born at a Hopf point, followed along one coefficient: size, period, multipliers, folds, and how they end.

Comes in: a `System` of one coefficient and a Hopf point. Goes out: `Cycles`. Units that are absent at the point stay
absent; whether they could invade the cycle counts for its stability.

References
----------
Doedel, Keller and Kernevez (1991), Int. J. Bifurcation Chaos 1, 745-772; Kuznetsov (2004), Elements of Applied
Bifurcation Theory, sections 5.3, 6.2 and 10.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

import numpy as np
import sympy
from numpy.typing import ArrayLike

from symbiode.dynamics.continuation.arclength import solve
from symbiode.dynamics.continuation.collocation import (
    Array,
    Field,
    Orbit,
    at_points,
    at_times,
    corrected,
    error_of,
    even,
    multipliers,
    phase_of,
    remeshed,
    tangent,
)
from symbiode.dynamics.continuation.cycle_results import TIMES, CyclePoint, Cycles
from symbiode.dynamics.continuation.points import hopf
from symbiode.dynamics.continuation.systems import System
from symbiode.dynamics.numerics.kernels import function

MOST_UNITS = 4
_INTERVALS, _FINEST, _GOOD, _BAD = 40, 120, 3e-7, 1e-2
_FIRST, _SMALLEST, _LARGEST, _MOST = 1e-2, 1e-6, 0.06, 400
_LONG, _SAME, _NEUTRAL = 2.0, 1e-6, 1e-9


def cycles_from(
    system: System, hopfs: Iterable[tuple[Sequence[float], float]], window: tuple[float, float]
) -> tuple[Cycles, ...]:
    """Return the branches of cycles born at Hopf points (state, value), each branch once; none above four units."""
    found: list[Cycles] = []
    for state, value in hopfs:
        ends = [one.values[-1] for one in found if one.ended == "hopf"]
        support = [i for i, level in enumerate(state) if level != 0 or system.growth is None]
        if len(support) > MOST_UNITS or any(abs(end - value) < 1e-7 * (window[1] - window[0]) for end in ends):
            continue
        born = cycles(system, support, [*state, value], window)
        found += [born] if born is not None else []
    return tuple(found)


def cycles(
    system: System, support: Sequence[int], start: ArrayLike, window: tuple[float, float], *, most: int = _MOST
) -> Cycles | None:
    """Follow the cycles that are born at a Hopf point.

    Parameters
    ----------
    system : System
        One moving coefficient.
    support : sequence of int
        The units that are present, two or more.
    start : array, shape (unit + 1,)
        The Hopf point: levels and coefficient.
    window : (float, float)
        Lowest and highest value of the coefficient.
    most : int
        Bound on the number of cycles.

    Returns
    -------
    Cycles or None
        None if no small cycle was found near the point.

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> from symbiode.dynamics.continuation.systems import system_of
    >>> model = build({"a": {}, "b": {}}, parameters={"m": 0.1}, equations={
    ...     "a": "m*(a-2) - (b-2) - (a-2)*((a-2)**2 + (b-2)**2)", "b": "(a-2) + m*(b-2) - (b-2)*((a-2)**2 + (b-2)**2)"})
    >>> found = cycles(system_of(model, ["parameters.m"]), (0, 1), [2, 2, 0], (-1, 0.25))
    >>> found.ended, found.highest[-1].round(8).tolist(), float(found.periods[-1].round(8))
    ('edge', [2.5, 2.5], 6.28318531)
    """
    walk = _Walk(system, tuple(support), np.asarray(start, float), window)
    if not walk.born():
        return None
    while walk.ended is None and len(walk.orbits) < most:
        walk.step()
    return walk.result()


class _Coordinates:
    """Logarithms of levels where zero is never crossed, else levels relative to their size; units of the support."""

    def __init__(self, system: System, support: tuple[int, ...], state: Array) -> None:
        self.system, self.support = system, support
        self.logs = system.growth is not None
        levels = state[list(support)]
        self.size = np.ones(len(support)) if self.logs else np.full(len(support), np.abs(levels).max() or 1.0)
        forms = system.growth or system.rates
        n = system.size
        u = [sympy.Symbol(f"u{k}", real=True) for k in range(n + 1)]
        kept = {*support, n}
        present = {x: u[i] if i in kept else sympy.S.Zero for i, x in enumerate(forms.variables)}
        f = [expression.xreplace(present).evalf(17) for expression in forms.expressions]
        columns = [u[j] for j in (*support, n)]
        self.entries = {(i, -1): f[support[i]] for i in range(len(support))}
        self.entries |= {
            (i, j): sympy.diff(f[support[i]], v) for i in range(len(support)) for j, v in enumerate(columns)
        }
        self.code = function((columns,), list(self.entries.values()))
        self.absent = [i for i in range(n) if i not in support]
        self.invades = function((columns,), [f[i] for i in self.absent]) if self.logs and self.absent else None

    def levels(self, w: Array) -> Array:
        """Return levels of the units present, shape as given."""
        return np.exp(w) if self.logs else w * self.size

    def of(self, levels: Array) -> Array:
        return np.log(levels) if self.logs else levels / self.size

    def field(self, w: Array, value: float) -> tuple[Array, Array, Array]:
        """Return velocity, Jacobian and slope in these coordinates; see `collocation.Field`."""
        count, k = w.shape
        out = np.zeros((count, k, k + 2))
        with np.errstate(all="ignore"):
            x = self.levels(w)
            for (i, j), values in zip(self.entries, self.code([*x.T, value]), strict=True):
                out[:, i, j + 1] = values
            to_x = x[:, None, :] if self.logs else self.size
            per = self.size[:, None]
            return out[:, :, 0] / self.size, out[:, :, 1:-1] * to_x / per, out[:, :, -1] / self.size

    def outside(self, orbit: Orbit) -> Array:
        """Return the multipliers of absent units: what one that is rare becomes in a period."""
        if self.invades is None:
            return np.zeros(0)
        w, weights = at_points(orbit)
        x = self.levels(w)
        grown = self.invades([*np.moveaxis(x, -1, 0), orbit.value])
        totals = [float((np.broadcast_to(g, weights.shape) * weights).sum()) for g in grown]
        return np.exp(np.clip(orbit.period * np.array(totals), -700, 700))


class _Walk:
    """One branch being followed."""

    def __init__(self, system: System, support: tuple[int, ...], start: Array, window: tuple[float, float]) -> None:
        self.at = _Coordinates(system, support, start)
        self.field: Field = self.at.field
        self.start, self.window, self.width = start, window, window[1] - window[0]
        self.orbits: list[Orbit] = []
        self.turned: list[Array] = []
        self.points: list[CyclePoint] = []
        self.ended: str | None = None
        self.saddle: tuple[float, ...] | None = None
        self.error, self.length = 0.0, _FIRST
        self.direction: Array = np.zeros(0)

    def born(self) -> bool:
        """Find the first small cycle: along the critical eigenvectors, with the period of the linear oscillation."""
        centre = self.at.of(self.start[list(self.at.support)])
        values, vectors = np.linalg.eig(self.field(centre[None], self.start[-1])[1][0])
        k = int(np.argmin(np.where(values.imag > 0, np.abs(values.real) / np.maximum(values.imag, 1e-300), np.inf)))
        if values[k].imag <= 0:
            return False
        q, period = vectors[:, k], 2 * np.pi / float(values[k].imag)
        wave = even(lambda s: np.real(np.exp(2j * np.pi * s)[:, None] * q), _INTERVALS, period, float(self.start[-1]))
        rest = wave.moved(np.array([*np.tile(centre, wave.u.size // len(centre)), *wave.flat[-2:]]))
        weights = rest.weights(self.width)
        along = np.array([*wave.u.ravel(), 0.0, 0.0])
        self._keep(rest, along / np.sqrt(weights @ along**2))
        return any(self.step(phase=phase_of(wave)) for _ in range(8))

    def step(self, phase: Array | None = None) -> bool:
        """Take one step, or halve its length; end the walk where it cannot go on."""
        last = self.orbits[-1]
        phase = phase_of(last) if phase is None else phase
        found = self._moved(self.length, phase)
        if found is None:
            self.length /= 2
            if self.length < _SMALLEST * (1 + last.amplitude):
                self.ended = "unresolved"
            return False
        orbit, direction, count = found
        if len(self.orbits) > 2 and self._passed_zero(orbit):
            self._close_at_hopf()
            return False
        edge = float(np.clip(orbit.value, *self.window))
        if edge != orbit.value:
            self._close_at_edge(orbit, edge, phase)
            return False
        self._special(orbit, direction, phase)
        self._keep(orbit, direction)
        self._settle_mesh()
        self._look_for_end()
        most = _LARGEST * (1 + orbit.amplitude)
        self.length = min(self.length * (1.5 if count <= 4 else 0.8), most)
        return True

    def _moved(self, length: float, phase: Array) -> tuple[Orbit, Array, int] | None:
        """Return the orbit a length further on, its direction and the corrections needed, if it is on this branch."""
        last = self.orbits[-1]
        weights = last.weights(self.width)
        row, flat = self.direction * weights, last.flat
        guess = last.moved(flat + length * self.direction)
        found = corrected(self.field, guess, phase, row, float(row @ flat) + length)
        if found is None:
            return None
        orbit, count = found
        direction = tangent(self.field, orbit, phase, self.direction, weights)
        bent = float(np.sqrt(weights @ (direction - self.direction) ** 2)) > 0.5
        return None if bent and len(self.orbits) > 1 else (orbit, direction, count)

    def _keep(self, orbit: Orbit, direction: Array) -> None:
        self.orbits.append(orbit)
        self.direction = direction
        rest = orbit.amplitude == 0
        inner = np.ones(orbit.u.shape[2] - 1, complex) if rest else multipliers(self.field, orbit)
        self.turned.append(np.append(inner, self.at.outside(orbit)))

    def _settle_mesh(self) -> None:
        """Move the mesh every other step, refine it where needed."""
        orbit = self.orbits[-1]
        if len(self.orbits) % 2:
            return
        moved, carried = remeshed(orbit, len(orbit.mesh) - 1)
        if error_of(moved) > _GOOD and len(orbit.mesh) - 1 < _FINEST:
            moved, carried = remeshed(orbit, min(_FINEST, 3 * (len(orbit.mesh) - 1) // 2))
        row = np.eye(len(moved.flat))[-1]
        found = corrected(self.field, moved, phase_of(moved), row, orbit.value)
        if found is None:
            return
        along = carried(self.direction)
        weights = found[0].weights(self.width)
        self.orbits[-1] = found[0]
        self.direction = tangent(self.field, found[0], phase_of(found[0]), along, weights)

    def _look_for_end(self) -> None:
        """End where orbits are no longer resolved, the family is neutral, or the period grows without bound."""
        orbit, first = self.orbits[-1], self.orbits[0]
        error = error_of(orbit)
        if error > _BAD:
            self.ended = "unresolved"
            self.orbits.pop(), self.turned.pop()
            return
        self.error = max(self.error, error)
        values = np.array([o.value for o in self.orbits])
        if len(values) == 6 and np.ptp(values) < _NEUTRAL * self.width:
            self.ended = "neutral"
        late = [o for o in self.orbits if o.period > orbit.period / 1.5]
        still = len(late) > 1 and np.ptp([o.value for o in late]) < _SAME * self.width
        if orbit.period > _LONG * first.period and still:
            tops = np.array([self.at.levels(o.u).max(axis=(0, 1)) for o in late])
            if (np.ptp(tops, axis=0) < 1e-2 * np.abs(tops).max()).all():
                self.ended, self.saddle = "homoclinic", self._resting_place(orbit)

    def _resting_place(self, orbit: Orbit) -> tuple[float, ...] | None:
        """Return the equilibrium near which the orbit spends its time."""
        w = at_times(orbit, np.linspace(0, 1, 20 * TIMES))
        slowest = w[np.linalg.norm(self.field(w, orbit.value)[0], axis=1).argmin()]
        state = np.zeros(self.at.system.size + 1)
        state[list(self.at.support)] = self.at.levels(slowest)
        state[-1] = orbit.value
        n = self.at.system.size

        def rates(x: Array) -> tuple[Array, Array]:
            z = np.append(x, orbit.value)
            return self.at.system.rates.value(z), self.at.system.rates.jacobian(z)[:, :n]

        found = solve(rates, state[:n], scale=np.abs(state[:n]).max())
        near = np.abs(found.point - state[:n]).max() < 0.05 * np.ptp(self.at.levels(w), axis=0).max()
        return tuple(map(float, found.point)) if found.converged and near else None

    def _passed_zero(self, orbit: Orbit) -> bool:
        """Whether a step went through an orbit of size zero: it is then out of step with the one before."""
        last = self.orbits[-1]
        if len(orbit.mesh) != len(last.mesh) or orbit.amplitude > 3 * self.length + last.amplitude:
            return False
        one, two = (o.u - o.u.mean(axis=(0, 1)) for o in (last, orbit))
        return float((one * two).sum()) < 0

    def _close_at_hopf(self) -> None:
        """End at the equilibrium whose Hopf point the cycles come back to."""
        last, at = self.orbits[-1], self.at
        w = last.u.mean(axis=(0, 1))
        levels = at.levels(w)
        sizes = np.append(np.abs(levels) if at.logs else at.size, self.width)
        found = hopf(at.system.on(at.support), sizes, np.append(levels, last.value))
        self.ended = "unresolved" if found is None else "hopf"
        if found is not None:
            point = found.point
            w = at.of(point[:-1])
            omega = float(np.abs(np.linalg.eigvals(self.field(w[None], point[-1])[1][0]).imag).max())
            w = np.tile(w, last.u.size // len(w))
            self._keep(last.moved(np.array([*w, np.log(2 * np.pi / omega), point[-1]])), self.direction)

    def _close_at_edge(self, orbit: Orbit, edge: float, phase: Array) -> None:
        last = self.orbits[-1]
        share = (edge - last.value) / (orbit.value - last.value)
        guess = last.moved(last.flat + share * (orbit.flat - last.flat))
        row = np.eye(len(guess.flat))[-1]
        found = corrected(self.field, guess, phase, row, edge)
        if found is None:
            self.length /= 2
            return
        self._keep(found[0], self.direction)
        self.error = max(self.error, error_of(found[0]))
        self.ended = "edge"

    def _special(self, orbit: Orbit, direction: Array, phase: Array) -> None:
        """Locate what a step passed: a fold, a period doubling, a torus."""
        if len(self.orbits) < 3:
            return
        for kind, test in _TESTS.items():
            before = test(self.direction, self.turned[-1])
            after = test(direction, np.append(multipliers(self.field, orbit), self.at.outside(orbit)))
            if before * after >= 0:
                continue
            at = self._located(test, before, after, phase)
            if at is not None and (kind != "torus" or np.abs(multipliers(self.field, at).imag).max() > 1e-6):
                low, high = (tuple(map(float, ends(self._levels(at), axis=0))) for ends in (np.min, np.max))
                self.points.append(CyclePoint(kind=kind, value=at.value, period=at.period, lowest=low, highest=high))
                self._keep(at, self.direction)

    def _located(self, test: Callable[[Array, Array], float], low: float, high: float, phase: Array) -> Orbit | None:
        """Return the orbit where a test is zero between the last one and a step further: Illinois' false position."""
        a, b, found = 0.0, self.length, None
        for _ in range(40):
            at = a - low * (b - a) / (high - low)
            moved = self._moved(at, phase)
            if moved is None:
                return None
            found = moved[0]
            value = test(moved[1], np.append(multipliers(self.field, found), self.at.outside(found)))
            if value == 0 or abs(b - a) < 1e-12 * self.length or abs(value) < 1e-11:
                break
            if (value < 0) == (high < 0):
                b, high, low = at, value, low / 2
            else:
                a, low, high = at, value, high / 2
        return found

    def _levels(self, orbit: Orbit) -> Array:
        out = np.zeros((TIMES, self.at.system.size))
        out[:, list(self.at.support)] = self.at.levels(at_times(orbit, np.linspace(0.0, 1.0, TIMES)))
        return out

    def result(self) -> Cycles:
        system = self.at.system
        levels = np.array([self._levels(orbit) for orbit in self.orbits])
        turned = np.array(self.turned, complex)
        stable = np.asarray((np.abs(turned) < 1).all(axis=1))
        rest = np.array([o.amplitude == 0 for o in self.orbits])
        stable[rest] = [stable[1 if k == 0 else k - 1] for k in np.flatnonzero(rest)]
        return Cycles(
            coefficient=system.names[0],
            support=tuple(system.model.units[i].name for i in self.at.support),
            values=np.array([o.value for o in self.orbits]),
            periods=np.array([o.period for o in self.orbits]),
            orbits=levels,
            lowest=levels.min(axis=1),
            highest=levels.max(axis=1),
            multipliers=turned,
            stable=stable,
            points=tuple(self.points),
            ended=self.ended or "work",
            saddle=self.saddle,
            error=self.error,
        )


def _doubling(direction: Array, turned: Array) -> float:
    return float(np.prod(1 + turned).real)


def _torus(direction: Array, turned: Array) -> float:
    return float(np.prod([a * b - 1 for a, b in combinations(turned, 2)]).real) if len(turned) > 1 else 1.0


_TESTS: dict[str, Callable[[Array, Array], float]] = {
    "fold_of_cycles": lambda direction, turned: float(direction[-1]),
    "period_doubling": _doubling,
    "torus": _torus,
}
