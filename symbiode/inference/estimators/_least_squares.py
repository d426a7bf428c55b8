"""The one least-squares core: many bounded problems at once, row by row, with exact Jacobians.

Comes in: a function that gives residuals and their Jacobian for many rows of parameters (starts, profile points,
bootstrap samples), one start per row and box bounds. Goes out: one minimum per row with a status; a row that fails
never stops the others.

Each row is a Levenberg-Marquardt iteration of its own: steps from the singular values of the scaled Jacobian (never
from squared normal equations), bent along curved valleys by what the last step taught about curvature, an active set
for the box, Nielsen's damping, and Gauss-Newton steps at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Function = Callable[[Array, Ints], tuple[Array, Array, Flags]]

CONVERGED, ITERATIONS, STUCK, UNCLEAN = range(4)
_LARGEST_DAMPING, _PATIENCE, _TURN, _ALIKE = 1e20, 12, 0.375, 0.5


@dataclass(frozen=True, kw_only=True)
class Minimum:
    """What `minimise` found, one row per start.

    Parameters
    ----------
    theta : array (row, parameter)
        Where each row ended.
    residual, jacobian : arrays (row, residual) and (row, residual, parameter)
        At `theta`.
    ssr : array (row,)
        Sum of squared residuals.
    status : array of int (row,)
        0 converged, 1 iteration limit, 2 no descent although the gradient is not small, 3 the function never gave a
        clean value.
    iterations : array of int (row,)
        Trial steps taken.
    failures : array of int (row,)
        Trial points at which the function was not clean (ran away, overflowed); each was refused.
    evaluations : int
        Rows evaluated in all.
    """

    theta: Array
    residual: Array
    jacobian: Array
    ssr: Array
    status: Ints
    iterations: Ints
    failures: Ints
    evaluations: int


@dataclass(frozen=True)
class _Trial:
    """The function's values at a step of some rows."""

    theta: Array
    residual: Array
    jacobian: Array
    ssr: Array
    clean: Flags


class _Rows:
    """The state of all rows while `minimise` runs; lives for one call."""

    def __init__(self, function: Function, start: Array, lower: Array, upper: Array) -> None:
        self.function, self.lower, self.upper = function, lower, upper
        self.theta = np.clip(start, lower, upper)
        rows = len(start)
        self.everyone = np.arange(rows)
        residual, jacobian, clean = function(self.theta, self.everyone)
        self.residual, self.jacobian, self.clean = np.array(residual), np.array(jacobian), np.array(clean)
        self.ssr = _squares(self.residual, self.clean)
        self.scale = _norms(self.jacobian)
        self.last_theta, self.last_jacobian = self.theta.copy(), self.jacobian.copy()
        self.damping, self.growth = np.full(rows, 1e-3), np.full(rows, 2.0)
        self.status = np.full(rows, ITERATIONS)
        self.iterations, self.failures = np.zeros(rows, int), (~self.clean).astype(int)
        self.evaluations = rows

    def step(self, rows: Ints, damping: Array) -> tuple[Array, Array]:
        """Return the step of each row inside its box and the decrease that the linear model promises."""
        scale = np.where(self.scale[rows] > 0, self.scale[rows], 1.0)
        box = self.lower[rows], self.upper[rows]
        return bounded_step(self.residual[rows], self.jacobian[rows], self.theta[rows], *box, damping, scale)

    def bend(self, rows: Ints, step: Array) -> Array:
        """Return the steps with half the acceleration along them, where curvature is known and mild.

        The last step changed the Jacobian; along nearly the same direction that change is the second derivative.
        """
        scale = np.where(self.scale[rows] > 0, self.scale[rows], 1.0)
        jacobian, theta = self.jacobian[rows], self.theta[rows]
        ahead, before = step * scale, (theta - self.last_theta[rows]) * scale
        size = np.linalg.norm(ahead, axis=1)
        length = np.linalg.norm(before, axis=1)
        along = np.sum(ahead * before, axis=1) / np.maximum(length**2, 1e-300)
        curved = along[:, None] * np.einsum("rmk,rk->rm", jacobian - self.last_jacobian[rows], step)
        inside = (theta + step > self.lower[rows]) & (theta + step < self.upper[rows])
        turn = _damped(jacobian * (inside / scale)[:, None, :], curved, self.damping[rows]) / 2
        mild = (np.linalg.norm(turn, axis=1) <= _TURN * size) & (np.abs(along) * length > _ALIKE * size)
        mild &= np.isfinite(curved).all(axis=1) & self.clean[rows]
        return np.where(mild[:, None], step + turn / scale, step)

    def attempt(self, rows: Ints, step: Array) -> _Trial:
        theta = np.clip(self.theta[rows] + step, self.lower[rows], self.upper[rows])
        residual, jacobian, clean = self.function(theta, rows)
        self.evaluations += len(rows)
        self.failures[rows] += ~clean
        return _Trial(theta, residual, jacobian, _squares(residual, clean), clean)

    def take(self, rows: Ints, chosen: Flags, trial: _Trial) -> None:
        kept = rows[chosen]
        self.last_theta[kept], self.last_jacobian[kept] = self.theta[kept], self.jacobian[kept]
        self.theta[kept], self.residual[kept] = trial.theta[chosen], trial.residual[chosen]
        self.jacobian[kept], self.ssr[kept] = trial.jacobian[chosen], trial.ssr[chosen]
        self.clean[kept] = trial.clean[chosen]
        self.scale[kept] = np.maximum(self.scale[kept], _norms(trial.jacobian[chosen]))


def minimise(
    function: Function,
    start: Array,
    *,
    lower: Array,
    upper: Array,
    precision: float = 1e-15,
    floor: float = 0.0,
    iterations: int = 200,
    polish: int = 50,
) -> Minimum:
    """Minimise the sum of squares of many rows at once, each inside its own box.

    Parameters
    ----------
    function : callable
        Takes ``theta (row, parameter)`` and ``which (row,)``, the numbers of the rows asked for; returns residuals
        ``(row, residual)``, their Jacobian ``(row, residual, parameter)`` and whether each row is clean. An unclean
        row should still give finite residuals where it can: it may be started from, but is never moved to from a
        clean one.
    start : array (row, parameter)
        Clipped into the box.
    lower, upper : array (row, parameter) or (parameter,)
        The box; equal ends fix a parameter.
    precision : float
        Relative precision of the sum of squares: a row has converged when no step promises more.
    floor : float
        A sum of squares that is nothing but the error of the function; a row at or below it has converged.
    iterations : int
        The most trial steps of a row.
    polish : int
        The most undamped Gauss-Newton steps at the end; they stop when they no longer shrink.

    Returns
    -------
    Minimum

    References
    ----------
    Moré (1978), Lecture Notes in Mathematics 630, 105-116 (scaling); Nielsen (1999), IMM-REP-1999-05 (damping);
    Transtrum and Sethna (2012), arXiv 1201.5885 (acceleration; here from the change of the Jacobian, at no cost).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(4.0)
    >>> def line(theta, which):
    ...     return theta * x - 2 * x, np.broadcast_to(x[:, None], (len(theta), 4, 1)), np.ones(len(theta), bool)
    >>> minimise(line, np.array([[0.5], [9.0]]), lower=np.array([0.0]), upper=np.array([1.5])).theta
    array([[1.5],
           [1.5]])
    """
    start = np.atleast_2d(np.asarray(start, float))
    box = [np.array(np.broadcast_to(end, start.shape), float) for end in (lower, upper)]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        rows = _Rows(function, start, *box)
        running = rows.everyone
        for _ in range(iterations):
            if not len(running):
                break
            running = _advance(rows, running, precision, floor)
        _polish(rows, precision, polish)
    rows.status[~rows.clean] = UNCLEAN
    return Minimum(
        theta=rows.theta, residual=rows.residual, jacobian=rows.jacobian, ssr=rows.ssr, status=rows.status,
        iterations=rows.iterations, failures=rows.failures, evaluations=rows.evaluations,
    )  # fmt: skip


def _advance(rows: _Rows, running: Ints, precision: float, floor: float) -> Ints:
    """Take one trial step in every running row; return the rows that still run."""
    step, promised = rows.step(running, rows.damping[running])
    trial = rows.attempt(running, rows.bend(running, step))
    rows.iterations[running] += 1
    before, after, clean = rows.ssr[running], trial.ssr, trial.clean
    was_clean = rows.clean[running]
    gain = np.where(promised > 0, (before - after) / np.where(promised > 0, promised, 1), 0.0)
    better = (after < before) & (clean | ~was_clean) & (gain > 1e-4)
    better |= clean & ~was_clean & np.isfinite(after)
    settled = was_clean & ((promised <= precision * before) | (before <= floor))
    small = np.all(np.abs(step) <= 1e-15 + 4e-16 * np.abs(rows.theta[running]), axis=1)
    rows.take(running, better, trial)
    shrink = np.maximum(1 / 3, 1 - (2 * np.minimum(gain, 2.0) - 1) ** 3)
    grow = rows.growth[running]
    damping = rows.damping[running]
    rows.damping[running] = np.where(better, np.maximum(damping * shrink, 1e-300), damping * grow)
    rows.growth[running] = np.where(better, 2.0, 2 * grow)
    lost = ~better & (small | (rows.damping[running] > _LARGEST_DAMPING))
    lost |= ~rows.clean[running] & (rows.iterations[running] >= _PATIENCE)
    rows.status[running[settled]] = CONVERGED
    rows.status[running[lost & ~settled]] = np.where(_flat(rows, running[lost & ~settled]), CONVERGED, STUCK)
    left: Ints = running[~(settled | lost)]
    return left


def _flat(rows: _Rows, which: Ints) -> Flags:
    """Whether nothing is left to gain: an undamped step promises no decrease, or moves no digit that counts."""
    step, promised = rows.step(which, np.zeros(len(which)))
    still = np.all(np.abs(step) <= 1e-8 * np.abs(rows.theta[which]), axis=1)
    found: Flags = rows.clean[which] & (still | (promised <= 1e-10 * rows.ssr[which]))
    return found


def _polish(rows: _Rows, precision: float, steps: int) -> None:
    """Take Gauss-Newton steps while they shrink: digits that the sum of squares no longer shows."""
    running = rows.everyone[(rows.status == CONVERGED) & rows.clean]
    last = np.full(len(rows.everyone), np.inf)
    for _ in range(steps):
        if not len(running):
            return
        step, _ = rows.step(running, np.zeros(len(running)))
        size = np.max(np.abs(step) / (np.abs(rows.theta[running]) + 1e-8), axis=1)
        worth = (size < 0.9 * last[running]) & (size < 1e-2) & (size > 1e-15)
        running, step, size = running[worth], step[worth], size[worth]
        if not len(running):
            return
        trial = rows.attempt(running, step)
        # The sum of squares may seem to rise by the rounding of small residuals.
        level = trial.clean & (trial.ssr <= rows.ssr[running] * (1 + 1e-9 + 10 * precision))
        rows.take(running, level, trial)
        last[running] = size
        running = running[level]


def bounded_step(
    residual: Array, jacobian: Array, theta: Array, lower: Array, upper: Array, damping: Array, scale: Array
) -> tuple[Array, Array]:
    """Return damped Gauss-Newton steps inside the box and the decrease of the sum of squares they promise.

    A parameter that would leave the box is put on its bound and the others are solved for again.

    Parameters
    ----------
    residual, jacobian, theta, lower, upper : arrays (row, …)
        As in `minimise`.
    damping : array (row,)
        0 for Gauss-Newton; then directions that the Jacobian does not see are left alone.
    scale : array (row, parameter)
        Column norms, positive.

    Returns
    -------
    step : array (row, parameter)
    promised : array (row,)
    """
    gradient = np.einsum("rmk,rm->rk", jacobian, residual)
    held = ((theta <= lower) & (gradient >= 0)) | ((theta >= upper) & (gradient <= 0))
    step = np.zeros_like(theta)
    todo = np.arange(len(theta))
    for _ in range(theta.shape[1] + 1):
        free = ~held[todo]
        target = residual[todo] + np.einsum("rmk,rk->rm", jacobian[todo], step[todo] * ~free)
        solved = _damped(jacobian[todo] * (free / scale[todo])[:, None, :], target, damping[todo]) / scale[todo]
        step[todo] = np.where(free, solved, step[todo])
        ends = theta[todo] + step[todo]
        out = free & ((ends < lower[todo]) | (ends > upper[todo]))
        step[todo] = np.where(out, np.clip(ends, lower[todo], upper[todo]) - theta[todo], step[todo])
        held[todo] |= out
        todo = todo[out.any(axis=1)]
        if not len(todo):
            break
    linear = residual + np.einsum("rmk,rk->rm", jacobian, step)
    promised = -np.einsum("rm,rm->r", linear - residual, linear + residual)
    return step, promised


def _damped(jacobian: Array, residual: Array, damping: Array) -> Array:
    """Solve min |J s + r|^2 + damping |s|^2 by singular values."""
    finite = np.all(np.isfinite(jacobian), axis=(1, 2)) & np.all(np.isfinite(residual), axis=1)
    jacobian, residual = np.where(finite[:, None, None], jacobian, 0.0), np.where(finite[:, None], residual, 0.0)
    left, size, right = np.linalg.svd(jacobian, full_matrices=False)
    seen = size > max(jacobian.shape[1:]) * np.finfo(float).eps * size[:, :1]
    filtered = np.where(seen, size / np.where(seen, size**2 + damping[:, None], 1.0), 0.0)
    along = np.einsum("rmk,rm->rk", left, residual)
    solved: Array = -np.einsum("rk,rkj->rj", filtered * along, right)
    return solved


def _norms(jacobian: Array) -> Array:
    found: Array = np.sqrt(np.einsum("rmk,rmk->rk", jacobian, jacobian))
    return np.where(np.isfinite(found), found, 0.0)


def _squares(residual: Array, clean: Flags) -> Array:
    found: Array = np.einsum("rm,rm->r", residual, residual)
    return np.where(np.isfinite(found), found, np.inf)
