"""Trajectory matching: the whole path of the model against the data, initial levels estimated; the reference estimator.

Comes in: a `Problem`. Goes out: an `Estimate`. Growth, capacity and initial levels are searched by their logarithm,
effects are free in sign. Starts come from a regression of growth per capita (the idea of gauseR) and from random
points around it; half of them first fit a short span and then extend it; the best answer is polished, and searched for
once more in a box twice as wide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from symbiode.errors import InvalidValueError
from symbiode.inference.estimators import Array, Estimate, Flags, Ints, Optimum, Problem, Refit
from symbiode.inference.estimators._estimates import Search, collinear_names, summarise
from symbiode.inference.estimators._least_squares import CONVERGED, ITERATIONS, Function, Minimum, minimise
from symbiode.inference.estimators._optima import distinct
from symbiode.inference.estimators._starts import scattered

RTOL, FINAL_RTOL = 1e-9, 1e-11
_SEARCH, _FINAL = 1e-4, 1e-11
_ROUGH, _PROMISING, _WIDER, _REWEIGHTINGS, _HOPELESS = 15, 10.0, 4, 20, 4


@dataclass(frozen=True, kw_only=True)
class TrajectoryMatching:
    """Settings of trajectory matching.

    Parameters
    ----------
    error : "log" or "level"
        Whether residuals are differences of logarithms (relative errors, the default) or of levels.
    sigma : "pooled" or "unit"
        One residual standard deviation for all units, or one for each (found by reweighting).
    starts : int
        How many starting points, at least 1.
    iterations : int
        The most steps of one start.

    References
    ----------
    Bates and Watts (1988), Nonlinear Regression Analysis and Its Applications, chapter 5; Mühlbauer et al. (2020),
    Ecology and Evolution 10, 13275-13283 (the starting regression).

    Examples
    --------
    >>> TrajectoryMatching(error="level").error
    'level'
    """

    error: Literal["log", "level"] = "log"
    sigma: Literal["pooled", "unit"] = "pooled"
    starts: int = 20
    iterations: int = 100

    def __post_init__(self) -> None:
        for name, allowed in (("error", ("log", "level")), ("sigma", ("pooled", "unit"))):
            if getattr(self, name) not in allowed:
                raise InvalidValueError(name, getattr(self, name), " or ".join(allowed))
        if self.starts < 1 or self.iterations < 1:
            raise InvalidValueError("starts", self.starts, "at least 1, and at least 1 iteration")

    def estimate(self, problem: Problem) -> Estimate:
        """Return the best fit of a problem, with every other optimum near it."""
        if collinear_names(problem) and self.starts > _HOPELESS:
            return replace(self, starts=_HOPELESS, iterations=min(self.iterations, 20)).estimate(problem)
        found, wider = self._search(problem)
        weights = np.ones(len(problem.units))
        first = int(np.argmin(_ranked(found)))
        best = self._polished(problem, found.theta[first], weights)
        for _ in range(_REWEIGHTINGS if self.sigma == "unit" else 0):
            new = _weights(problem, best, weights)
            if np.allclose(new, weights, rtol=1e-8):
                break
            best, weights = self._polished(problem, best.theta[0], new, polish=0), new
        function = residuals(problem, self.error)
        optima, agreeing = distinct(problem, function, found, found.theta[first], found.jacobian[first])
        best_one = Optimum(params=problem.outward(best.theta[0]), ssr=float(best.ssr[0]), starts=agreeing)
        search = Search(
            lower=problem.lower, upper=problem.upper, converged=bool(best.status[0] == CONVERGED),
            clean=bool(np.isfinite(best.ssr[0]) and best.status[0] <= 2), optima=(best_one, *optima[1:]), wider=wider,
            starts=len(found.theta), agreeing=agreeing, failures=int(found.failures.sum()),
            evaluations=found.evaluations + best.evaluations,
        )  # fmt: skip
        return self._summary(problem, best, weights, search)

    def refit(
        self,
        problem: Problem,
        start: Array,
        *,
        lower: Array,
        upper: Array,
        y: Array | None = None,
        weights: Array | None = None,
        precision: float = 1e-8,
        iterations: int | None = None,
    ) -> Refit:
        """Return the least-squares answers of many rows; see the contract of `symbiode.inference.estimators`."""
        function = residuals(problem, self.error, y=y, weights=weights)
        box = [problem.inward(np.broadcast_to(end, start.shape)) for end in (lower, upper)]
        found = minimise(
            function, problem.inward(start), lower=box[0], upper=box[1], precision=precision,
            floor=self._floor(problem, RTOL), iterations=iterations or self.iterations, polish=0,
        )  # fmt: skip
        return Refit(
            params=problem.outward(found.theta), ssr=_ranked(found), converged=found.status == CONVERGED,
            failures=int(found.failures.sum()), evaluations=found.evaluations,
        )  # fmt: skip

    def _search(self, problem: Problem) -> tuple[Minimum, Optimum]:
        """Run every start roughly, then the promising ones to their end; beside them the doubled box."""
        low, high = problem.inward(problem.lower), problem.inward(problem.upper)
        function = residuals(problem, self.error)
        theta, evaluated = self._extended(problem, scattered(problem, self.starts))
        rough = minimise(function, theta, lower=low, upper=high, precision=1e-2, iterations=_ROUGH, polish=0)
        limit = np.min(_ranked(rough)) * np.exp(2 * _PROMISING / problem.nobs)
        chosen = np.flatnonzero(_ranked(rough) <= limit) if np.isfinite(limit) else np.arange(len(theta))
        box = problem.doubled()
        wide = replace(problem, lower=box[0], upper=box[1])
        lead = rough.theta[[int(np.argmin(_ranked(rough)))]]
        start = np.concatenate([rough.theta[chosen], lead, scattered(wide, min(_WIDER, self.starts), stream=1)])
        inside = (np.arange(len(start)) < len(chosen))[:, None]
        ends = [np.where(inside, mine, problem.inward(end)) for mine, end in zip((low, high), box, strict=True)]
        fine = minimise(
            function, start, lower=ends[0], upper=ends[1], precision=_SEARCH, floor=self._floor(problem, RTOL),
            iterations=self.iterations, polish=3,
        )  # fmt: skip
        ranks = np.where(inside[:, 0], np.inf, _ranked(fine))
        k = int(np.argmin(ranks)) if np.isfinite(ranks).any() else len(chosen)
        wider = Optimum(params=problem.outward(fine.theta[k]), ssr=float(fine.ssr[k]), starts=1)
        merged = _merged(rough, chosen, fine)
        return replace(merged, evaluations=evaluated + rough.evaluations + fine.evaluations), wider

    def _extended(self, problem: Problem, theta: Array) -> tuple[Array, int]:
        """Return the starts with every second one fitted to a short span first, then to a longer one."""
        low, high = problem.inward(problem.lower), problem.inward(problem.upper)
        late = np.arange(len(theta)) % 2 == 1
        spans = [int(np.ceil(len(problem.t) * part)) for part in (0.4, 0.7)]
        evaluated = 0
        for span in spans if late.any() and spans[0] > 3 else ():
            short = replace(problem, t=problem.t[:span], y=problem.y[:span])
            function = residuals(short, self.error)
            begun = minimise(function, theta[late], lower=low, upper=high, precision=1e-2, iterations=8, polish=0)
            theta[late] = begun.theta
            evaluated += begun.evaluations
        return theta, evaluated

    def _polished(self, problem: Problem, theta: Array, weights: Array, polish: int = 20) -> Minimum:
        function = residuals(problem, self.error, weights=weights, rtol=FINAL_RTOL)
        low, high = problem.inward(problem.lower), problem.inward(problem.upper)
        return minimise(
            function, theta[None], lower=low, upper=high, precision=_FINAL, floor=self._floor(problem, FINAL_RTOL),
            iterations=4 * self.iterations, polish=polish,
        )  # fmt: skip

    def _floor(self, problem: Problem, rtol: float) -> float:
        """Return the sum of squares that the error of the trajectories alone can make."""
        size = 1.0 if self.error == "log" else float(np.nanmean(problem.y**2))
        return problem.nobs * size * (10 * rtol) ** 2

    def _summary(self, problem: Problem, best: Minimum, weights: Array, search: Search) -> Estimate:
        params = problem.outward(best.theta[0])
        path = problem.trajectory(params[None], rtol=FINAL_RTOL)
        seen = np.isfinite(problem.y)
        resid = np.where(seen, best.residual[0].reshape(problem.y.shape) / weights, np.nan)
        return summarise(
            problem, params, path.y[0], resid, best.jacobian[0].reshape(*resid.shape, -1), search, error=self.error,
            weights=None if self.sigma == "pooled" else weights,
        )  # fmt: skip


def residuals(
    problem: Problem, error: str, *, y: Array | None = None, weights: Array | None = None, rtol: float = RTOL
) -> Function:
    """Return the function that `minimise` takes: residuals and their Jacobian in internal coordinates.

    Parameters
    ----------
    problem : Problem
    error : "log" or "level"
    y : array (row, time, unit), optional
        One data set for each row; the problem's own by default. NaN where missing.
    weights : array (unit,), optional
        What residuals are multiplied by.
    rtol : float
        Of the trajectories.
    """
    observed = problem.y[None] if y is None else y
    seen = np.isfinite(observed)
    with np.errstate(invalid="ignore", divide="ignore"):
        target = np.where(seen, np.log(observed) if error == "log" else observed, 0.0)
    factors = np.where(seen, 1.0 if weights is None else weights, 0.0)
    steps = 2000 if rtol < RTOL else 3 * len(problem.t) + 40  # beyond that a trial point is stiff nonsense

    def function(theta: Array, which: Ints) -> tuple[Array, Array, Flags]:
        p = problem.outward(theta)
        path = problem.trajectory(p, problem.t, rtol=rtol, steps=steps)
        rows = which if y is not None else np.zeros(len(which), int)
        factor = factors[rows]
        slopes = path.dy * np.where(problem.positive, p, 1.0)[:, None, None, :]
        if error == "log":
            level = np.maximum(path.y, 1e-300)
            residual, slopes = np.log(level) - target[rows], slopes / level[..., None]
        else:
            residual = path.y - target[rows]
        residual = (residual * factor).reshape(len(p), -1)
        jacobian = (slopes * factor[..., None]).reshape(len(p), residual.shape[1], -1)
        clean = path.clean & np.isfinite(residual).all(axis=1) & np.isfinite(jacobian).all(axis=(1, 2))
        return residual, jacobian, clean

    return function


def _ranked(found: Minimum) -> Array:
    return np.where(found.status <= 2, found.ssr, np.inf)


def _merged(rough: Minimum, chosen: Ints, fine: Minimum) -> Minimum:
    """Return every start's answer; those not followed to their end count as not converged."""
    theta, ssr = rough.theta.copy(), rough.ssr.copy()
    status = np.where(rough.status == CONVERGED, ITERATIONS, rough.status)
    failures, jacobian = rough.failures.copy(), rough.jacobian.copy()
    many = len(chosen)
    theta[chosen], ssr[chosen], status[chosen] = fine.theta[:many], fine.ssr[:many], fine.status[:many]
    failures[chosen] += fine.failures[:many]
    jacobian[chosen] = fine.jacobian[:many]
    return replace(rough, theta=theta, ssr=ssr, status=status, failures=failures, jacobian=jacobian)


def _weights(problem: Problem, best: Minimum, weights: Array) -> Array:
    """Return one over the residual standard deviation of each unit."""
    seen = np.isfinite(problem.y)
    squares = (best.residual[0].reshape(problem.y.shape) / weights) ** 2
    variance = np.where(seen, squares, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    found: Array = 1 / np.sqrt(np.maximum(variance, np.finfo(float).tiny))
    return found


ESTIMATOR = TrajectoryMatching
