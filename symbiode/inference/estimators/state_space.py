"""State space: errors of measurement and shocks to growth at once, by an extended Kalman filter on logarithms.

Comes in: a `Problem`. Goes out: an `Estimate` whose residuals are one-step-ahead and whose log-likelihood compares with
that of trajectory matching, which it becomes where there are no shocks. With one scale s, the share phi of shocks in
q^2 + e^2 = s^2 (q for a unit of time, e for one observation) is searched between 0 and almost 1.

The likelihood is written as a sum of squares: innovations over their standard deviations, times the geometric mean of
these. The first observation of a unit does not enter that mean: its level is a parameter, and would else be rewarded
without limit for being met exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from scipy import stats

from symbiode.errors import Code, RefusedError, refused
from symbiode.inference.estimators import Array, Estimate, Flags, Ints, Optimum, Problem, Refit
from symbiode.inference.estimators._estimates import Search, summarise
from symbiode.inference.estimators._filter import Filtered, filtered, smoothed
from symbiode.inference.estimators._least_squares import CONVERGED, Function, Minimum, minimise
from symbiode.inference.estimators._starts import scattered
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.notices import Notice
from symbiode.render import significant

MOST, UNEVEN, STEP = 0.999, 7.0, 1e-4
_SHARES = (0.0, 0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97, MOST)
_GUESSES, _PIECES = (0.05, 0.4, 0.9), 4


@dataclass(frozen=True, kw_only=True, eq=False)
class Noise:
    """Both kinds of noise.

    Parameters
    ----------
    process : array (unit,)
        q: standard deviation of shocks to log growth over one unit of time (it grows with the square root of time).
    measurement : array (unit,)
        e: standard deviation of one observed logarithm.
    share : float
        Mean share of q^2 in q^2 + e^2.
    """

    process: Array
    measurement: Array
    share: float


@dataclass(frozen=True, kw_only=True)
class StateSpace:
    """Settings of the state-space estimator; residuals are logarithmic.

    Parameters
    ----------
    sigma : "pooled" or "unit"
        One q and one e for all units, or both for each.
    starts : int
        Starts of the search, each with three shares of shocks.
    iterations : int
        The most steps of one start.

    References
    ----------
    Durbin and Koopman (2012), Time Series Analysis by State Space Methods, 2nd edition, chapters 7 and 10; Stram and
    Lee (1994), Biometrics 50, 1171-1177 (the test of q = 0, which lies on the border).

    Examples
    --------
    >>> StateSpace().error
    'log'
    """

    sigma: Literal["pooled", "unit"] = "pooled"
    starts: int = 6
    iterations: int = 60

    def __post_init__(self) -> None:
        TrajectoryMatching(sigma=self.sigma, starts=self.starts, iterations=self.iterations)

    @property
    def error(self) -> str:
        """The scale of residuals."""
        return "log"

    def estimate(self, problem: Problem) -> Estimate:
        """Return the most likely coefficients, with notes on both kinds of noise and whether data tell them apart."""
        if problem.step is None or problem.per_capita is None or any(n.startswith("shifts.") for n in problem.names):
            detail = "A filter on logarithms needs a law of growth per capita, and knows no level breaks."
            raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
        found = self._search(problem)
        ranks = _ranked(found)
        best = self._polished(problem, found.theta[int(np.argmin(ranks))])
        box = problem.doubled()
        wide = self._from(replace(problem, lower=box[0], upper=box[1]), best.theta)
        k = len(problem.names)
        near = ranks <= best.ssr[0] * np.exp(4 / problem.nobs)
        apart = np.flatnonzero(near & _apart(problem, found.theta, best.theta))
        # A search that stopped early along a flat valley is no optimum of its own: follow it to its end.
        ended = [self._polished(problem, found.theta[row]) for row in apart[np.argsort(ranks[apart])][:1]]
        others = [one for one in ended if _apart(problem, one.theta, best.theta)[0]]
        agreeing = int((ranks <= best.ssr[0] * (1 + 1e-3)).sum())
        optima = [Optimum(params=problem.outward(best.theta[0, :k]), ssr=float(best.ssr[0]), starts=agreeing)]
        optima += [Optimum(params=problem.outward(o.theta[0, :k]), ssr=float(o.ssr[0]), starts=1) for o in others]
        search = Search(
            lower=problem.lower, upper=problem.upper, converged=bool(best.status[0] == CONVERGED),
            clean=bool(best.status[0] <= 2), optima=tuple(optima), starts=len(ranks), agreeing=agreeing,
            wider=Optimum(params=problem.outward(wide.theta[0, :k]), ssr=float(wide.ssr[0]), starts=1),
            failures=int(found.failures.sum()), evaluations=found.evaluations + best.evaluations,
        )  # fmt: skip
        return self._summary(problem, best, search)

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
        """Return the most likely coefficients of many rows; `weights` are not used: the noise is fitted in each row."""
        rows, k = start.shape
        share = np.tile([_GUESSES[0], _GUESSES[1]], rows)
        extra = self._extra(problem, share)
        theta = np.column_stack([np.repeat(problem.inward(start), 2, axis=0), extra])
        which = np.repeat(np.arange(rows), 2)
        ends = [problem.inward(np.broadcast_to(end, start.shape))[which] for end in (lower, upper)]
        low, high = self._box(problem, ends[0]), self._box(problem, ends[1], upper=True)
        function = self.residuals(problem, y=None if y is None else y[which])
        found = minimise(
            function, theta, lower=low, upper=high, precision=precision, floor=_floor(problem),
            iterations=iterations or self.iterations, polish=0,
        )  # fmt: skip
        ranks = _ranked(found).reshape(rows, 2)
        best = 2 * np.arange(rows) + ranks.argmin(axis=1)
        return Refit(
            params=problem.outward(found.theta[best, :k]), ssr=ranks.min(axis=1),
            converged=found.status[best] == CONVERGED, failures=int(found.failures.sum()),
            evaluations=found.evaluations,
        )  # fmt: skip

    def residuals(self, problem: Problem, *, y: Array | None = None) -> Function:
        """Return the function that `minimise` takes: coefficients in internal coordinates, then those of the noise.

        Derivatives are central differences of the whole filter, whose relative error is about the square of the step.
        """
        observed = problem.y[None] if y is None else y
        with np.errstate(invalid="ignore", divide="ignore"):
            logs = np.log(observed)
        k = len(problem.names)
        size = np.where(problem.positive, 1.0, (problem.upper - problem.lower) / 16)
        size = np.where(size > 0, size, 1.0)

        def value(theta: Array, which: Ints) -> tuple[Array, Flags]:
            data = logs[which] if y is not None else np.broadcast_to(logs, (len(theta), *problem.y.shape))
            process, measurement = self.variances(theta[:, k:], problem)
            found = filtered(problem, problem.outward(theta[:, :k]), data, process, measurement)
            return _standardised(found, data), found.clean

        def function(theta: Array, which: Ints) -> tuple[Array, Array, Flags]:
            rows, total = theta.shape
            step = np.tile(STEP * np.concatenate([size, np.ones(total - k)]), (rows, 1))
            shares = slice(k, k + self._shares(problem))
            step[:, shares] = np.minimum(STEP, (1 - theta[:, shares]) / 4)
            moves = step[:, None, :] * np.eye(total)
            points = np.concatenate([theta[:, None], theta[:, None] + moves, theta[:, None] - moves], axis=1)
            with np.errstate(all="ignore"):
                values, clean = value(points.reshape(-1, total), np.repeat(which, 2 * total + 1))
            values = values.reshape(rows, 2 * total + 1, -1)
            slopes = (values[:, 1 : total + 1] - values[:, total + 1 :]) / (2 * step[:, :, None])
            whole = clean.reshape(rows, -1).all(axis=1) & np.isfinite(values).all(axis=(1, 2))
            fine: Flags = np.asarray(whole)
            return values[:, 0], np.swapaxes(slopes, 1, 2), fine

        return function

    def variances(self, extra: Array, problem: Problem) -> tuple[Array, Array]:
        """Return relative variances of process and measurement, (row, unit), from the coordinates of the noise."""
        units, shares = len(problem.units), self._shares(problem)
        share = np.broadcast_to(extra[:, :shares], (len(extra), units))
        scale = np.ones((len(extra), units))
        if self.sigma == "unit":
            scale[:, 1:] = np.exp(extra[:, shares:])
        return scale * share, scale * (1 - share)

    def noise(self, problem: Problem, params: Array) -> Noise:
        """Return both kinds of noise at given coefficients."""
        return self._noise(problem, self._held(problem, params).theta[0], params)

    def simulate(self, problem: Problem, estimate: Estimate, count: int, rng: np.random.Generator) -> Array:
        """Return data sets (count, time, unit) of the fitted model, with its shocks and errors; NaN where one ended."""
        assert problem.step is not None
        noise = self.noise(problem, estimate.params)
        p = np.tile(estimate.params, (count, 1))
        level = np.tile(problem.trajectory(estimate.params[None]).y[0, 0], (count, 1))
        made = np.empty((count, *problem.y.shape))
        for k, t in enumerate(problem.t):
            grid = np.linspace(problem.t[max(k - 1, 0)], t, _PIECES + 1)
            for begin, end in pairwise(grid) if k else ():
                fine = np.isfinite(level).all(axis=1)
                y, _ = problem.step(np.where(fine[:, None], level, 1.0), np.array([begin, end]), p)
                shock = noise.process * np.sqrt(end - begin) * rng.standard_normal(level.shape)
                level = np.where(fine[:, None], y[:, 1] * np.exp(shock), np.nan)
            made[:, k] = level * np.exp(noise.measurement * rng.standard_normal(level.shape))
        return np.where(np.isfinite(problem.y), made, np.nan)

    def smooth(self, problem: Problem, estimate: Estimate) -> tuple[Array, Array]:
        """Return levels given all observations and the standard deviations of their logarithms, (time, unit) each."""
        found = self._held(problem, estimate.params)
        k = len(problem.names)
        process, measurement = self.variances(found.theta[:, k:], problem)
        kept = filtered(problem, estimate.params[None], np.log(problem.y)[None], process, measurement, keep=True)
        means, variances = smoothed(kept)
        return np.exp(means[0]), np.sqrt(np.maximum(variances[0], 0)) * estimate.sigma

    def _shares(self, problem: Problem) -> int:
        return len(problem.units) if self.sigma == "unit" else 1

    def _extra(self, problem: Problem, share: Array) -> Array:
        shares = self._shares(problem)
        uneven = np.zeros((len(share), shares - 1))
        return np.column_stack([np.repeat(share[:, None], shares, axis=1), uneven])

    def _box(self, problem: Problem, ends: Array, *, upper: bool = False) -> Array:
        shares = self._shares(problem)
        extra = np.r_[np.full(shares, MOST if upper else 0.0), np.full(shares - 1, UNEVEN if upper else -UNEVEN)]
        return np.column_stack([ends, np.tile(extra, (len(ends), 1))])

    def _search(self, problem: Problem) -> Minimum:
        first = TrajectoryMatching(sigma=self.sigma, starts=max(4, self.starts)).estimate(problem).params
        points = np.vstack([problem.inward(first), scattered(problem, self.starts)])
        share = np.tile(_GUESSES, len(points))
        theta = np.column_stack([np.repeat(points, len(_GUESSES), axis=0), self._extra(problem, share)])
        theta = np.vstack([theta[0], theta])
        theta[0, len(problem.names) : len(problem.names) + self._shares(problem)] = 0.0
        return self._from(problem, theta, precision=1e-4)

    def _from(self, problem: Problem, theta: Array, precision: float = 1e-6) -> Minimum:
        ends = [np.tile(problem.inward(end), (len(theta), 1)) for end in (problem.lower, problem.upper)]
        function = self.residuals(problem)
        return minimise(
            function, theta, lower=self._box(problem, ends[0]),
            upper=self._box(problem, ends[1], upper=True), precision=precision, floor=_floor(problem),
            iterations=self.iterations, polish=0,
        )  # fmt: skip

    def _polished(self, problem: Problem, theta: Array) -> Minimum:
        return replace(self, iterations=4 * self.iterations)._from(problem, theta[None], precision=1e-11)

    def _held(self, problem: Problem, params: Array) -> Minimum:
        """Return the best noise at given coefficients."""
        held = replace(problem, lower=params, upper=params)
        share = np.array(_GUESSES)
        theta = np.column_stack([np.tile(problem.inward(params), (len(share), 1)), self._extra(problem, share)])
        found = self._from(held, theta, precision=1e-10)
        best = [int(np.argmin(_ranked(found)))]
        return replace(found, theta=found.theta[best], ssr=found.ssr[best], status=found.status[best])

    def _noise(self, problem: Problem, theta: Array, params: Array) -> Noise:
        k = len(problem.names)
        process, measurement = self.variances(theta[None, k:], problem)
        residual, _, _ = self.residuals(problem)(theta[None], np.zeros(1, int))
        found = filtered(problem, params[None], np.log(problem.y)[None], process, measurement)
        scale = np.sqrt((residual**2).sum() / max(problem.nobs - k, 1) / _evened(found, problem.y[None])[0])
        return Noise(
            process=scale * np.sqrt(process[0]), measurement=scale * np.sqrt(measurement[0]),
            share=float(np.mean(process / (process + measurement))),
        )  # fmt: skip

    def _summary(self, problem: Problem, best: Minimum, search: Search) -> Estimate:
        theta, k = best.theta[0], len(problem.names)
        params = problem.outward(theta[:k])
        process, measurement = self.variances(theta[None, k:], problem)
        found = filtered(problem, params[None], np.log(problem.y)[None], process, measurement)
        residual, jacobian, _ = self.residuals(problem)(theta[None], np.zeros(1, int))
        inside = (theta[k:] > 1e-6) & (theta[k:] < MOST - 1e-6) | (np.arange(len(theta) - k) >= self._shares(problem))
        columns, nuisance = jacobian[0, :, :k], jacobian[0, :, k:][:, inside]
        columns = columns - nuisance @ np.linalg.lstsq(nuisance, columns, rcond=None)[0]
        resid = np.where(np.isfinite(problem.y), residual[0].reshape(problem.y.shape), np.nan)
        estimate = summarise(
            problem, params, np.exp(found.predicted[0]), resid, columns.reshape(*resid.shape, k), search, error="log"
        )
        return replace(estimate, noises=2 * self._shares(problem), notes=self._notes(problem, theta, estimate))

    def _notes(self, problem: Problem, theta: Array, estimate: Estimate) -> tuple[Notice, ...]:
        noise = self._noise(problem, theta, estimate.params)
        ratio = problem.nobs * np.log(np.maximum(self.share_profile(problem, theta) / estimate.ssr, 1.0))
        kept = np.array(_SHARES)[ratio <= stats.chi2.ppf(0.95, 1)]
        low, high = (float(kept.min()), float(kept.max())) if len(kept) else (noise.share, noise.share)
        pairs = zip(problem.units, noise.process, noise.measurement, strict=True)
        told = ", ".join(f"{unit} q {significant(q, 3)}, e {significant(e, 3)}" for unit, q, e in pairs)
        key = {(True, True): "state_space_both", (True, False): "state_space_no_process",
               (False, True): "state_space_no_error"}.get((low <= 0, high >= MOST), "state_space_apart")  # fmt: skip
        p = float(stats.chi2.sf(ratio[0], 1) / 2)
        return (
            Notice("state_space_noise", noise=told, share=significant(noise.share, 2)),
            Notice(key, low=significant(low, 2), high=significant(high, 2), p=significant(p, 2)),
        )

    def share_profile(self, problem: Problem, theta: Array) -> Array:
        """Return the sum of squares with the share of shocks held at each value of a grid, in all units alike."""
        k, shares = len(problem.names), self._shares(problem)
        start = np.tile(theta, (len(_SHARES), 1))
        start[:, k : k + shares] = np.array(_SHARES)[:, None]
        ends = [np.tile(problem.inward(end), (len(start), 1)) for end in (problem.lower, problem.upper)]
        low, high = self._box(problem, ends[0]), self._box(problem, ends[1], upper=True)
        low[:, k : k + shares] = high[:, k : k + shares] = start[:, k : k + shares]
        found = minimise(
            self.residuals(problem), start, lower=low, upper=high, precision=1e-6, floor=_floor(problem),
            iterations=self.iterations, polish=0,
        )  # fmt: skip
        return _ranked(found)


def _apart(problem: Problem, theta: Array, best: Array) -> Flags:
    """Return which rows differ from the best by 5 % in a coefficient, or by 1 % of the width of its box."""
    k = len(problem.names)
    size = np.where(problem.positive, 0.05, (problem.upper - problem.lower) / 100)
    return np.asarray((np.abs(theta - best)[:, :k] > size).any(axis=1))


def _evened(found: Filtered, observed: Array) -> Array:
    """Return the geometric mean of the variances of all observations, the first of each unit counted as one."""
    seen = np.isfinite(observed)
    later = seen & (np.cumsum(seen, axis=1) > 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.where(later, np.log(found.variance), 0.0)
    return np.asarray(np.exp(logs.sum(axis=(1, 2)) / seen.sum(axis=(1, 2))))


def _standardised(found: Filtered, logs: Array) -> Array:
    mean = _evened(found, logs)
    with np.errstate(invalid="ignore"):
        residual = -found.innovation / np.sqrt(found.variance) * np.sqrt(mean)[:, None, None]
    return np.asarray(residual.reshape(len(residual), -1))


def _floor(problem: Problem) -> float:
    return problem.nobs * (10 * 1e-9) ** 2


def _ranked(found: Minimum) -> Array:
    return np.where(found.status <= 2, found.ssr, np.inf)


ESTIMATOR = StateSpace
