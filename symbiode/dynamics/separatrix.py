"""Stable and unstable manifolds of the saddles of two units.

Comes in: a model of two units. Goes out: `Separatrix` curves, for basins and figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from scipy.integrate import solve_ivp

from symbiode.dynamics.equilibrium import Equilibrium, Stability, equilibria
from symbiode.dynamics.numerics import Numerics, compiled, vector
from symbiode.dynamics.numerics.kernels import Array
from symbiode.dynamics.simulation.engines import System
from symbiode.errors import InvalidValueError
from symbiode.system.model import Model

Box = tuple[tuple[float, float], tuple[float, float]]
_OFF, _SPACING, _LONGEST, _NEAR = 1e-5, 0.004, 12.0, 2e-4


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


def separatrices(
    model: Model, box: Box | None = None, *, kinds: Sequence[str] = ("stable", "unstable")
) -> tuple[Separatrix, ...]:
    """Return the manifolds of every saddle of a model of two units.

    Each branch starts on the tangent, 1e-5 of the box away from the saddle, and is followed along its own direction of
    contraction (backward for a stable manifold), so that the error of the tangent dies out.

    Parameters
    ----------
    model : Model
        Two units.
    box : ((float, float), (float, float)), optional
        Lowest and highest level of each unit; by default from 0 to twice what any equilibrium or capacity needs.
    kinds : sequence of "stable", "unstable"
        Which of the two to follow.

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
    return tuple(line for saddle in saddles for line in _manifolds(plane, saddle, kinds))


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
        system, width = System(self.numerics, self.p, 0.0, start), self.width.tolist()

        def slope(s: float, z: Array) -> list[float]:
            f = system(0.0, z)
            x = [math.exp(min(level, 700.0)) for level in z.tolist()] if logs else (1.0, 1.0)
            length = math.hypot(*(level * rate / w for level, rate, w in zip(x, f, width, strict=True)))
            return [sign * rate / max(length, 1e-300) for rate in f]

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


def _manifolds(plane: _Plane, saddle: Equilibrium, kinds: Sequence[str]) -> list[Separatrix]:
    state = np.array(saddle.state)
    if not ((plane.low <= state) & (state <= plane.high)).all():
        return []
    jacobian = plane.numerics.jacobian(0.0, state, plane.p)
    if not np.isfinite(jacobian).all():  # growth per head is infinite when rare (x ln x): no tangent to start from
        return []
    values, vectors = np.linalg.eig(jacobian)
    lines = []
    for value, direction in zip(values.real, vectors.real.T, strict=True):
        kind: Literal["stable", "unstable"] = "unstable" if value > 0 else "stable"
        if kind not in kinds:
            continue
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
