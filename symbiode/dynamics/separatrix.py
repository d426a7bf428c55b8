"""Stable and unstable manifolds of the saddles of two units, and the side of them that a start is on.

Comes in: a model of two units. Goes out: `Separatrix` curves for figures, and the equilibrium a start goes to, or None
where the start is on a separatrix within the error of the computation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp

from symbiode.dynamics.equilibrium import Equilibrium, Stability, equilibria
from symbiode.dynamics.numerics import Numerics, compiled, vector
from symbiode.dynamics.numerics.kernels import Array
from symbiode.dynamics.simulation.flow import DONE, flow
from symbiode.errors import InvalidValueError
from symbiode.system.model import Model

Box = tuple[tuple[float, float], tuple[float, float]]
_OFF, _SPACING, _LONGEST, _NEAR = 1e-5, 0.004, 12.0, 2e-4
_SHARP, _SHARPER, _DOUBT = 1e-11, 1e-13, 1e-3
_ROUNDS, _TIME_SCALES, _PARTS = 30, 8.0, 16


@dataclass(frozen=True, kw_only=True, eq=False)
class Separatrix:
    """The starts that go to a saddle (stable) or come from it (unstable).

    Parameters
    ----------
    saddle : Equilibrium
    curve : array, shape (point, 2)
        From one end through the saddle to the other, in the model's measure, clipped to the box.
    kind : "stable" or "unstable"
    on_axis : bool
        Whether it lies on an axis, where one unit is absent.
    """

    saddle: Equilibrium
    curve: Array
    kind: Literal["stable", "unstable"]
    on_axis: bool = False


def separatrices(model: Model, box: Box | None = None) -> tuple[Separatrix, ...]:
    """Return both manifolds of every saddle of a model of two units.

    Each branch starts on the tangent, 1e-5 of the box away from the saddle, and is followed along its own direction of
    contraction (backward for a stable manifold), so that the error of the tangent dies out.

    Parameters
    ----------
    model : Model
        Two units.
    box : ((float, float), (float, float)), optional
        Lowest and highest level of each unit; by default from 0 to twice what any equilibrium or capacity needs.

    Returns
    -------
    tuple of Separatrix
        Empty if there is no saddle, or the equilibria are not known.

    Raises
    ------
    InvalidValueError
        If the model has not two units, or the box is empty.

    References
    ----------
    Guckenheimer and Holmes (1983), Nonlinear Oscillations, Dynamical Systems, and Bifurcations, section 1.4.

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> model = build({"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}},
    ...               effects={"a.b": -1.5, "b.a": -2.0})
    >>> [line] = [s for s in separatrices(model) if s.kind == "stable" and not s.on_axis]
    >>> bool(np.allclose(line.curve[1:, 1] / line.curve[1:, 0], 2))
    True
    """
    _planar(model)
    found = equilibria(model).equilibria
    saddles = [e for e in found if e.stability is Stability.SADDLE]
    if not saddles:
        return ()
    plane = _Plane(compiled(model), vector(model), tuple(e.state for e in found), box)
    return tuple(line for saddle in saddles for line in _manifolds(plane, saddle))


def side(model: Model, start: Mapping[str, float] | Sequence[float]) -> int | None:
    """Return which attracting equilibrium a start goes to.

    Parameters
    ----------
    model : Model
    start : mapping of unit name to level, or sequence of levels
        Zero or more.

    Returns
    -------
    int or None
        Index into ``equilibria(model).equilibria``. None if the start is on a separatrix within the error of the
        computation, or goes to none of them (cycles, neutral orbits, unbounded growth).

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> model = build({"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}},
    ...               effects={"a.b": -1.5, "b.a": -1.5})
    >>> equilibria(model).equilibria[side(model, [0.4, 0.41])].support, side(model, [0.4, 0.4])
    (('b',), None)
    """
    levels = [start[unit.name] for unit in model.units] if isinstance(start, Mapping) else start
    found = int(sides(model, [levels])[0])
    return None if found < 0 else found


def sides(model: Model, starts: ArrayLike) -> NDArray[np.int64]:
    """Return which attracting equilibrium each of many starts goes to; -1 where `side` says None.

    Every start is followed twice with different accuracy until both are in a neighbourhood of an attractor that no
    trajectory leaves. If the two ever differ by more than one part in a thousand, the start is not decided.

    Parameters
    ----------
    model : Model
    starts : array, shape (member, unit)

    Returns
    -------
    array of int, shape (member,)
    """
    numerics, p = compiled(model), vector(model)
    y0 = np.atleast_2d(np.asarray(starts, float))
    answer = np.full(len(y0), -1, np.int64)
    found = equilibria(model).equilibria
    traps = [(k, _Trap(numerics, p, e)) for k, e in enumerate(found) if e.stable]
    if not traps or not len(y0):
        return answer
    # Output times are dense against every rate at which trajectories part, so that two that part are seen doing so.
    speeds = np.abs([value.real for e in found for value in e.eigenvalues])
    slow, fast = speeds[speeds > 0].min(), speeds.max()
    length = max(_TIME_SCALES / fast, min(_TIME_SCALES / slow, 10 * _TIME_SCALES / fast))
    times = np.linspace(0.0, length, _PARTS * max(1, round(length * fast / _TIME_SCALES)) + 1)
    rough, sharp, members = y0, y0, np.arange(len(y0))
    for _ in range(_ROUNDS * max(1, round(_TIME_SCALES / slow / length))):
        one = flow(numerics, rough, times, p, rtol=_SHARP)
        two = flow(numerics, sharp, times, p, rtol=_SHARPER, refine=2)
        kept = (one.status == DONE) & (two.status == DONE) & (_apart(one.y, two.y) < _DOUBT)
        one_end, two_end = one.y[:, -1], two.y[:, -1]
        arrived = np.full(len(members), -1, np.int64)
        for k, trap in traps:
            arrived[kept & trap.holds(one_end) & trap.holds(two_end)] = k
        answer[members] = arrived
        # A start that rests outside every trap is at a saddle within the error of the computation.
        rests = (np.abs(one_end - rough) <= 1e-12 * rough).all(axis=1)
        on = kept & (arrived < 0) & ~rests
        rough, sharp, members = one_end[on], two_end[on], members[on]
        if not len(members):
            break
    return answer


def _apart(one: Array, two: Array) -> Array:
    """Return how far two runs are apart at most, relative to each level, per member."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.abs(one - two) / np.maximum(np.abs(one), np.abs(two))
    return np.asarray(np.nan_to_num(ratio, nan=0.0).max(axis=(1, 2)))


class _Trap:
    """An ellipsoid around an attractor in which V = xi' P xi falls along every trajectory (P J + J' P = -1)."""

    def __init__(self, numerics: Numerics, p: Array, equilibrium: Equilibrium) -> None:
        from scipy.linalg import solve_continuous_lyapunov

        self.state = np.array(equilibrium.state)
        # Measured in levels of its own, so that units of very different size count alike.
        self.size = np.where(self.state > 0, self.state, self.state.max() if self.state.max() > 0 else 1.0)
        if numerics.affine and not self.state.any():
            self.size = numerics.reference(p)
        J = numerics.jacobian(0.0, self.state, p) * self.size / self.size[:, None]
        self.P = solve_continuous_lyapunov(J.T, -np.eye(len(J)))
        spread = np.linalg.eigvalsh(self.P)
        if numerics.affine:
            # f = b + A x: the terms beyond J are D(xi) A xi, at most |A| |xi|^2.
            A = numerics.per_capita_jacobian(0.0, self.state, p) * self.size
            radius = 0.5 / (spread[-1] * max(float(np.linalg.norm(A, 2)), 1e-300))
        else:
            radius = 1e-4
        self.level = float(spread[0]) * min(radius, 1.0) ** 2

    def holds(self, x: Array) -> NDArray[np.bool_]:
        """Return which states are inside, with a margin of one half; x (member, unit)."""
        xi = (x - self.state) / self.size
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray(np.einsum("mi,ij,mj->m", xi, self.P, xi) < 0.5 * self.level)


class _Plane:
    """The box and the flow in it, with path length (in widths of the box) as the running variable."""

    def __init__(self, numerics: Numerics, p: Array, states: Sequence[Sequence[float]], box: Box | None) -> None:
        self.numerics, self.p, self.states = numerics, p, np.array(states, float)
        if box is None:
            level = numerics.reference(p)
            high = 2 * np.maximum(np.where(np.isfinite(level), level, 0.0), self.states.max(axis=0))
            box = ((0.0, float(high[0]) or 1.0), (0.0, float(high[1]) or 1.0))
        self.low, self.high = (np.array([pair[k] for pair in box], float) for k in (0, 1))
        self.width = self.high - self.low
        if not (np.isfinite(self.width).all() and (self.width > 0).all()):
            raise InvalidValueError("box", box, "((lowest, highest), (lowest, highest)), lowest below highest")

    def branch(self, start: Array, forward: bool) -> Array:
        """Follow a branch until it leaves the box, comes to rest or is long enough; shape (point, 2)."""
        logs = self.numerics.kolmogorov
        sign = 1.0 if forward else -1.0
        bound = self.numerics.kernel.bind(self.p)

        def slope(s: float, z: Array) -> Array:
            x = np.exp(z) if logs else z
            f = bound.growth(0.0, x)
            length = float(np.linalg.norm((x * f if logs else f) / self.width))
            return sign * f / max(length, 1e-300)

        def leaves(s: float, z: Array) -> float:
            x = np.exp(z) if logs else z
            return float(np.min((self.high + 0.02 * self.width - x) / self.width))

        def rests(s: float, z: Array) -> float:
            x = np.exp(z) if logs else z
            gap = np.linalg.norm((self.states - x) / self.width, axis=1).min()
            return float(gap - _NEAR) if s > 2 * _NEAR else 1.0

        poles = self.numerics.divisors
        divisors = (lambda x: np.ones(len(x))) if poles is None else partial(poles.bind(self.p).growth, 0.0)
        first = divisors(start)

        def breaks(s: float, z: Array) -> float:
            return float(np.min(divisors(np.exp(z) if logs else z) / first)) - 1e-6

        for event in (leaves, rests, breaks):
            event.terminal = True  # type: ignore[attr-defined]
        s = np.arange(0.0, _LONGEST, _SPACING)
        with np.errstate(all="ignore"):
            found = solve_ivp(
                slope, (0.0, _LONGEST), np.log(start) if logs else start, method="DOP853", t_eval=s, rtol=1e-9,
                atol=1e-9, max_step=5 * _SPACING, events=(leaves, rests, breaks),
            )  # fmt: skip
        z = found.y.T
        ends = [end for end in found.y_events or () if len(end)]
        x = np.concatenate([z, ends[0][:1]]) if ends else z
        x = np.exp(x) if logs else x
        return self.finished(x[np.isfinite(x).all(axis=1)])

    def finished(self, x: Array) -> Array:
        """Add the equilibrium that a branch comes to."""
        gaps = np.linalg.norm((self.states - x[-1]) / self.width, axis=1)
        return np.vstack([x, self.states[gaps.argmin()]]) if gaps.min() < 2 * _NEAR else x


def _manifolds(plane: _Plane, saddle: Equilibrium) -> list[Separatrix]:
    state = np.array(saddle.state)
    if not ((plane.low <= state) & (state <= plane.high)).all():
        return []
    values, vectors = np.linalg.eig(plane.numerics.jacobian(0.0, state, plane.p))
    lines = []
    for value, direction in zip(values.real, vectors.real.T, strict=True):
        stays = plane.numerics.kolmogorov & (state == 0) & (np.abs(direction) < 1e-12)
        outward = direction / np.linalg.norm(direction / plane.width)
        absent = plane.numerics.kolmogorov & (state == 0) & ~stays
        if stays.any() or (absent.any() and not (np.abs(outward[~absent]) > 1e-12).any()):
            curve = _along_axis(plane, state, int(np.argmax(np.abs(outward))))
            on_axis = True
        else:
            ways = [outward * np.sign(outward[absent][0])] if absent.any() else [outward, -outward]
            branches = [plane.branch(state + _OFF * way, forward=value > 0) for way in ways]
            before = branches[1][::-1] if len(branches) > 1 else np.empty((0, 2))
            curve, on_axis = np.vstack([before, state, branches[0]]), False
        kind: Literal["stable", "unstable"] = "unstable" if value > 0 else "stable"
        lines.append(Separatrix(saddle=saddle, curve=curve, kind=kind, on_axis=on_axis))
    return lines


def _along_axis(plane: _Plane, state: Array, axis: int) -> Array:
    """Return the stretch of an axis between the neighbouring equilibria, or the ends of the box."""
    other = 1 - axis
    on_line = plane.states[plane.states[:, other] == state[other]][:, axis]
    below, above = on_line[on_line < state[axis]], on_line[on_line > state[axis]]
    low = below.max(initial=max(plane.low[axis], 0.0))
    high = above.min(initial=plane.high[axis])
    curve = np.tile(state, (3, 1))
    curve[:, axis] = low, state[axis], high
    return curve


def _planar(model: Model) -> None:
    if len(model.units) != 2:
        raise InvalidValueError("model", f"{len(model.units)} units", "a model of two units")
