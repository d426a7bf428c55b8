"""Proof that what comes near a stable equilibrium stays and settles there: a quadratic Lyapunov function on a box.

Comes in: a model and a point near which an equilibrium attracts. Goes out: a `Trap`: an ellipsoid on which every
Jacobian J, bounded by interval arithmetic, makes P J + J' P negative definite. There any two trajectories approach each
other, so the ellipsoid holds one equilibrium, and all that enters it ends there (Lohmiller and Slotine 1998, Automatica
34, 683-696). Loads numpy and scipy; only simulation needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import sympy
from mpmath import iv
from numpy.typing import NDArray

from symbiode.system.model import Model

Array = NDArray[np.float64]
Box = dict[sympy.Basic, Any]
MOST_UNITS, _HALVINGS, _MARGIN = 20, 40, 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Trap:
    """A region that no trajectory leaves and that holds one equilibrium.

    Parameters
    ----------
    centre : array, shape (unit,)
        The equilibrium, to rounding.
    metric : array, shape (unit, unit)
        P of the Lyapunov function (x - centre)' P (x - centre), for the units that are present.
    radius : float
        The region is where its square root is at most this.
    there : array of int
        The units that are present; the others are zero.
    """

    centre: Array
    metric: Array
    radius: float
    there: NDArray[np.intp]

    def holds(self, y: Array, error: float = 0.0) -> bool:
        """Whether a state is inside, with an error relative to the larger of its levels and the equilibrium's."""
        away = (y - self.centre)[self.there]
        spread = error * np.maximum(np.abs(y), np.abs(self.centre))[self.there]
        with np.errstate(over="ignore", invalid="ignore"):
            blurred = np.sqrt(spread @ np.abs(self.metric) @ spread)
            return bool(np.sqrt(away @ self.metric @ away) + blurred <= self.radius)


def trap(model: Model, centre: Array, sizes: Array, there: NDArray[np.intp]) -> Trap | None:
    """Return the largest proved trap around a stable equilibrium, of a sequence of halved ones; None if none is proved.

    Parameters
    ----------
    model : Model
    centre, sizes : array, shape (unit,)
        The equilibrium, and what counts as a large distance for each unit.
    there : array of int
        The units that are present; the others are and stay zero.

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> model = build({"a": {"growth": 1, "capacity": 1}})
    >>> found = trap(model, np.array([1.0]), np.array([1.0]), np.array([0]))
    >>> found is not None and found.holds(np.array([0.8])) and not found.holds(np.array([0.4]))
    True
    """
    from scipy.linalg import solve_continuous_lyapunov

    if len(there) > MOST_UNITS:
        return None
    slopes, states = _slopes(model, there)
    scale = sizes[there]
    try:
        middle, _ = _bounds(slopes, _box(states, centre[there], 0 * scale, model.law.kolmogorov), scale)
        if not np.isfinite(middle).all() or np.linalg.eigvals(middle).real.max() >= 0:
            return None
        P = solve_continuous_lyapunov(middle.T, -np.eye(len(there)))
        P = (P + P.T) / 2
        if np.linalg.eigvalsh(P).min() <= 0:
            return None
        reach = np.sqrt(np.diag(np.linalg.inv(P)))
        for halving in range(_HALVINGS):
            radius = 2.0**-halving / reach.max()
            box = _box(states, centre[there], radius * reach * scale, model.law.kolmogorov)
            if _contracts(P, *_bounds(slopes, box, scale)):
                return Trap(centre=centre, metric=P / np.outer(scale, scale), radius=radius * 0.999, there=there)
    except (UnboundedError, np.linalg.LinAlgError):
        return None
    return None


def _contracts(P: Array, middle: Array, spread: Array) -> bool:
    """Whether P J + J' P is negative definite for every J within `spread` of `middle`, with room for rounding."""
    if not np.isfinite(spread).all():
        return False
    top = np.linalg.eigvalsh(P @ middle + middle.T @ P).max()
    blur = np.abs(P) @ spread
    return bool(top + np.linalg.norm(blur + blur.T, 2) < -_MARGIN * (1 + np.linalg.norm(P, 2)))


def _slopes(model: Model, there: NDArray[np.intp]) -> tuple[sympy.Matrix, list[sympy.Symbol]]:
    """Return the Jacobian of the units that are present, at the model's exact values."""
    absent = {x: sympy.Integer(0) for i, x in enumerate(model.states) if i not in there}
    states = [model.states[i] for i in there]
    rates = [model.rates[i].xreplace(dict(model.values)).xreplace(absent) for i in there]
    return sympy.Matrix(rates).jacobian(states), states


def _box(states: list[sympy.Symbol], centre: Array, half: Array, positive: bool) -> Box:
    low, high = centre - half, centre + half
    if positive:
        low = np.maximum(low, 0.0)
    return {x: iv.mpf([float(a), float(b)]) for x, a, b in zip(states, low, high, strict=True)}


def _bounds(slopes: sympy.Matrix, box: Box, scale: Array) -> tuple[Array, Array]:
    """Return middle and half width of the scaled Jacobian over a box."""
    found = [[_ends(enclosed(entry, box)) for entry in slopes.row(i)] for i in range(slopes.rows)]
    with np.errstate(all="ignore"):  # no bound is infinite here, and no proof where it is used
        low, high = np.array(found).transpose(2, 0, 1) * (scale[None, :] / scale[:, None])
        return (low + high) / 2, (high - low) / 2 * (1 + 1e-12)


def _ends(interval: Any) -> tuple[float, float]:
    return float(interval.a), float(interval.b)


class UnboundedError(ArithmeticError):
    """An expression that interval arithmetic cannot bound on a box."""


def enclosed(expression: sympy.Basic, box: Box) -> Any:
    """Return an interval that holds every value of an expression on a box, by interval arithmetic.

    Raises
    ------
    UnboundedError
        If it has a function other than exp and log, or no bound there.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> value = enclosed(x / (1 + x), {x: iv.mpf([1, 2])})
    >>> float(value.a) <= 1 / 2 and float(value.b) >= 2 / 3
    True
    """
    if expression.is_Symbol:
        return box[expression]
    if isinstance(expression, sympy.Rational):
        return iv.mpf(int(expression.p)) / iv.mpf(int(expression.q))
    parts = [enclosed(part, box) for part in expression.args]
    try:
        return _combined(expression, parts)
    except (ZeroDivisionError, ValueError, TypeError, OverflowError):
        raise UnboundedError(str(expression)) from None


def _combined(expression: sympy.Basic, parts: list[Any]) -> Any:
    if expression.is_Add:
        return reduce(lambda a, b: a + b, parts)
    if expression.is_Mul:
        return reduce(lambda a, b: a * b, parts)
    arithmetic: Any = iv
    if isinstance(expression, sympy.Pow):
        power = expression.exp
        return parts[0] ** int(power) if power.is_Integer else arithmetic.exp(parts[1] * arithmetic.log(parts[0]))
    known = {sympy.exp: arithmetic.exp, sympy.log: arithmetic.log}
    if expression.func not in known:
        raise UnboundedError(str(expression))
    return known[expression.func](parts[0])
