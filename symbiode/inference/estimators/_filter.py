"""An extended Kalman filter on logarithms of levels, many rows at once, and its smoother.

Comes in: a problem, rows of parameters, relative variances of process and measurement. Goes out: innovations with their
variances. Between observations the mean follows the model's own flow and the covariance its derivative; shocks to
growth come all the time, dz = f(z) dt + q dW, and their covariance over a step is a Simpson sum.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from symbiode.inference.estimators import Array, Flags, Problem


@dataclass(frozen=True, kw_only=True, eq=False)
class Filtered:
    """What the filter says about each observation, and, if kept, about each state.

    Parameters
    ----------
    innovation, variance : array (row, time, unit)
        Logarithm observed less predicted from all before (units of one time one after the other), zero and one where
        nothing was observed; its variance relative to the scale.
    predicted : array (row, time, unit)
        Logarithms one step ahead.
    clean : array of bool (row,)
    states, covariances, priors, spreads, turns : lists of arrays, one for each time
        Filtered and predicted logarithms and covariances, and the derivative of the step that led there; if kept.
    """

    innovation: Array
    variance: Array
    predicted: Array
    clean: Flags
    states: list[Array] = field(default_factory=list)
    covariances: list[Array] = field(default_factory=list)
    priors: list[Array] = field(default_factory=list)
    spreads: list[Array] = field(default_factory=list)
    turns: list[Array] = field(default_factory=list)


def filtered(
    problem: Problem, p: Array, logs: Array, process: Array, measurement: Array, *, keep: bool = False
) -> Filtered:
    """Run the filter on rows of parameters.

    Parameters
    ----------
    problem : Problem
    p : array (row, parameter)
        Natural measure; the first state is known exactly, because initial levels are parameters.
    logs : array (row, time, unit)
        Logarithms of the observed levels, NaN where missing.
    process, measurement : array (row, unit)
        Variances: of growth per unit of time, of one observation.
    keep : bool
        Whether to keep what the smoother needs.

    References
    ----------
    Durbin and Koopman (2012), Time Series Analysis by State Space Methods, sections 6.4 and 10.2.
    """
    rows, times, units = logs.shape
    assert problem.step is not None
    z = np.log(np.maximum(problem.trajectory(p, problem.t[:1]).y[:, 0], 1e-300))
    cov = np.zeros((rows, units, units))
    innovation, variance = np.zeros(logs.shape), np.ones(logs.shape)
    predicted = np.empty(logs.shape)
    found = Filtered(innovation=innovation, variance=variance, predicted=predicted, clean=np.ones(rows, bool))
    turn = np.broadcast_to(np.eye(units), cov.shape)
    for k in range(times):
        if k:
            z, cov, turn = _stepped(problem, p, z, cov, process, problem.t[k - 1], problem.t[k])
        predicted[:, k] = z
        if keep:
            for kept, value in ((found.priors, z), (found.spreads, cov), (found.turns, turn)):
                kept.append(value)
        for u in range(units):
            seen = np.isfinite(logs[:, k, u])
            v = np.where(seen, logs[:, k, u] - z[:, u], 0.0)
            f = np.where(seen, cov[:, u, u] + measurement[:, u], 1.0)
            gain = np.where(seen[:, None], cov[:, :, u] / f[:, None], 0.0)
            z = z + gain * v[:, None]
            cov = cov - gain[:, :, None] * cov[:, None, u]
            innovation[:, k, u], variance[:, k, u] = v, f
        if keep:
            found.states.append(z)
            found.covariances.append(cov)
    found.clean[:] = np.isfinite(innovation).all(axis=(1, 2)) & (variance > 0).all(axis=(1, 2))
    return found


def smoothed(found: Filtered) -> tuple[Array, Array]:
    """Return the logarithms given all observations, (row, time, unit), and their variances relative to the scale.

    References
    ----------
    Rauch, Tung and Striebel (1965), AIAA Journal 3, 1445-1450.
    """
    z, cov = found.states[-1], found.covariances[-1]
    means, variances = [z], [np.diagonal(cov, axis1=1, axis2=2)]
    for k in range(len(found.states) - 2, -1, -1):
        forward = found.turns[k + 1] @ found.covariances[k]
        gain = np.swapaxes(np.linalg.pinv(found.spreads[k + 1], hermitian=True) @ forward, 1, 2)
        z = found.states[k] + np.einsum("rij,rj->ri", gain, z - found.priors[k + 1])
        cov = found.covariances[k] + gain @ (cov - found.spreads[k + 1]) @ np.swapaxes(gain, 1, 2)
        means.append(z)
        variances.append(np.diagonal(cov, axis1=1, axis2=2))
    return np.stack(means[::-1], axis=1), np.stack(variances[::-1], axis=1)


def _stepped(
    problem: Problem, p: Array, z: Array, cov: Array, process: Array, begin: float, end: float
) -> tuple[Array, Array, Array]:
    """Return predicted logarithms, their covariance, and the derivative of the step, for rows that are still finite."""
    assert problem.step is not None
    units = z.shape[1]
    fine: Flags = np.asarray((np.abs(z) < 500).all(axis=1))
    start = np.exp(np.where(fine[:, None], z, 0.0))
    y, dy = problem.step(start, np.array([begin, (begin + end) / 2, end]), p)
    with np.errstate(invalid="ignore", divide="ignore"):
        turns = dy[:, 1:] * start[:, None, None, :] / y[:, 1:, :, None]
        z = np.where(fine[:, None], np.log(y[:, 2]), np.nan)
    fine = np.asarray(fine & np.isfinite(turns).all(axis=(1, 2, 3)) & np.isfinite(z).all(axis=1))
    half = np.where(fine[:, None, None], turns[:, 0], np.eye(units))
    whole = np.where(fine[:, None, None], turns[:, 1], np.eye(units))
    late = np.linalg.solve(np.swapaxes(half, 1, 2), np.swapaxes(whole, 1, 2)).swapaxes(1, 2)
    shocks = (whole * process[:, None, :]) @ np.swapaxes(whole, 1, 2)
    shocks = shocks + 4 * (late * process[:, None, :]) @ np.swapaxes(late, 1, 2)
    shocks = (shocks + process[:, :, None] * np.eye(units)) * (end - begin) / 6
    cov = whole @ cov @ np.swapaxes(whole, 1, 2) + shocks
    return np.where(fine[:, None], z, np.nan), cov, whole
