"""One-step methods: each observation is predicted from the one before it, so there is no path and no integration.

Comes in: a `Problem` and a `Scheme`, which predicts the level after each step. Goes out: what the contract of an
estimator asks for. Steps lead from one row with a value for every unit to the next, at their real length; the start of
each unit is its first observation, a residual of its own that is always zero. All noise is taken for shocks to growth
between observations; noise of measurement draws these methods towards effects that are not there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from symbiode.errors import Code, InvalidValueError, RefusedError, refused
from symbiode.inference.estimators import Array, Estimate, Flags, Ints, Optimum, Problem, Refit
from symbiode.inference.estimators._estimates import Search, collinear_names, summarise
from symbiode.inference.estimators._least_squares import CONVERGED, Function, Minimum, minimise
from symbiode.inference.estimators._optima import distinct
from symbiode.inference.estimators._sandwich import bandwidth, ranks, require_errors, sandwich
from symbiode.inference.estimators._starts import scattered

ITERATIONS = 200
_FINAL, _WIDER, _REWEIGHTINGS, _NEWTON, _SETTLED = 1e-13, 4, 20, 40, 1e-13


@dataclass(frozen=True, eq=False)
class Steps:
    """Rows of data without gaps.

    Parameters
    ----------
    t : array (time,)
    y : array (row, time, unit)
    """

    t: Array
    y: Array

    @property
    def lengths(self) -> Array:
        """Of each step, shape (step,)."""
        return np.diff(self.t)


class Scheme(Protocol):
    """How one method predicts a step; the settings that every one-step method has."""

    @property
    def error(self) -> str:
        """``log`` or ``level``."""

    @property
    def sigma(self) -> str:
        """``unit`` or ``pooled``."""

    @property
    def errors(self) -> str:
        """The kind of standard error."""

    @property
    def bandwidth(self) -> int | None:
        """Lags of Newey-West errors."""

    @property
    def starts(self) -> int:
        """Starting points of the search."""

    @property
    def per_time(self) -> bool:
        """Whether errors are those of growth per unit of time (else of the whole step)."""

    def require(self, problem: Problem) -> None:
        """Refuse a problem that the method does not cover."""

    def predict(self, problem: Problem, steps: Steps, p: Array) -> tuple[Array, Array]:
        """Return the level after each step, its logarithm if `error` is so, and derivatives to natural parameters."""


def require_settings(scheme: Scheme) -> None:
    """Raise `InvalidValueError` at a setting that does not exist."""
    for name, allowed in (("error", ("log", "level")), ("sigma", ("pooled", "unit"))):
        if getattr(scheme, name) not in allowed:
            raise InvalidValueError(name, getattr(scheme, name), " or ".join(allowed))
    require_errors(scheme.errors, scheme.bandwidth)
    if scheme.starts < 1:
        raise InvalidValueError("starts", scheme.starts, "at least 1")


def estimate(scheme: Scheme, problem: Problem) -> Estimate:
    """Return the estimate of a one-step method; see the contract of `symbiode.inference.estimators`."""
    _require(scheme, problem)
    layout = _Layout.of(problem, problem.y[None])
    weights = np.ones(len(problem.units))
    found, wider = _searched(scheme, problem, layout)
    first = int(np.argmin(_ranked(found)))
    best = _polished(scheme, problem, layout, found.theta[first], weights)
    for _ in range(_REWEIGHTINGS if scheme.sigma == "unit" else 0):
        new = _weights(problem, layout, best, weights)
        if np.allclose(new, weights, rtol=1e-8):
            break
        best, weights = _polished(scheme, problem, layout, best.theta[0], new), new
    function = _residuals(scheme, problem, layout)
    optima, agreeing = distinct(problem, function, found, found.theta[first], found.jacobian[first])
    lead = Optimum(params=problem.outward(best.theta[0]), ssr=float(best.ssr[0]), starts=agreeing)
    search = Search(
        lower=problem.lower, upper=problem.upper, converged=bool(best.status[0] == CONVERGED),
        clean=bool(np.isfinite(best.ssr[0]) and best.status[0] <= 2), optima=(lead, *optima[1:]), wider=wider,
        starts=len(found.theta), agreeing=agreeing, failures=int(found.failures.sum()),
        evaluations=found.evaluations + best.evaluations,
    )  # fmt: skip
    return _summary(scheme, problem, layout, best, weights, search)


def refit(
    scheme: Scheme,
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
    """Return the least-squares answers of many rows; data sets with the same gaps are fitted together."""
    box = [np.broadcast_to(problem.inward(np.broadcast_to(end, start.shape)), start.shape) for end in (lower, upper)]
    theta, ssr = problem.inward(start), np.full(len(start), np.inf)
    converged, failures, evaluations = np.zeros(len(start), bool), 0, 0
    for rows in _alike(y, len(start)):
        layout = _Layout.of(problem, problem.y[None] if y is None else y[rows])
        if len(layout.steps.t) < 2:
            continue
        function = _residuals(scheme, problem, layout, weights)
        found = minimise(
            function, theta[rows], lower=box[0][rows], upper=box[1][rows], precision=precision,
            floor=_floor(scheme, problem), iterations=iterations or ITERATIONS, polish=0,
        )  # fmt: skip
        theta[rows], ssr[rows], converged[rows] = found.theta, _ranked(found), found.status == CONVERGED
        failures, evaluations = failures + int(found.failures.sum()), evaluations + found.evaluations
    return Refit(
        params=problem.outward(theta), ssr=ssr, converged=converged, failures=failures, evaluations=evaluations
    )


def simulate(scheme: Scheme, problem: Problem, estimate: Estimate, count: int, rng: np.random.Generator) -> Array:
    """Return data sets that an estimate's own discrete model would produce, shape (count, time, unit)."""
    shocks = rng.standard_normal((count, *problem.y.shape)) * estimate.sigmas
    return shaken(scheme, problem, estimate.params, shocks)


def shaken(scheme: Scheme, problem: Problem, params: Array, shocks: Array) -> Array:
    """Return data that the method's own discrete model produces, shape (replicate, time, unit).

    Each level follows from the one before it and a shock; where the level after a step also stands in the prediction
    (midpoints) it is solved for by Newton's method. NaN where the problem has a gap, and in all of a replicate that
    has no solution.

    Parameters
    ----------
    params : array (parameter,)
    shocks : array (replicate, time, unit)
        On the scale of the residuals.
    """
    layout = _Layout.of(problem, problem.y[None])
    steps, (first, own) = layout.steps, layout.first
    made = np.full((len(shocks), *problem.y.shape), np.nan)
    begun = [problem.kinds[k] == "initial" for k in range(len(params))]
    level = problem.y[first, own].copy()
    level[[problem.about[k][0] for k in np.flatnonzero(begun)]] = params[begun]
    log = scheme.error == "log"
    shock = shocks[:, first, own]
    made[:, first, own] = level * np.exp(shock) if log else level + shock
    made[:, layout.at[0]] = np.where(np.isnan(made[:, layout.at[0]]), steps.y[0, 0], made[:, layout.at[0]])
    factor = _factor(scheme, steps)
    for k in range(len(steps.t) - 1):
        before = made[:, layout.at[k]]
        wanted = shocks[:, layout.at[k + 1]] / factor[k]
        made[:, layout.at[k + 1]] = _stepped(scheme, problem, steps.t[k : k + 2], params, before, wanted)
    made[~np.isfinite(made[:, layout.at]).all(axis=(1, 2))] = np.nan
    return made


def _stepped(scheme: Scheme, problem: Problem, t: Array, params: Array, before: Array, shock: Array) -> Array:
    """Return the levels after one step, shape (replicate, unit): prediction plus shock."""
    log, p = scheme.error == "log", np.tile(params, (len(before), 1))
    here, units = np.log(before) if log else before, before.shape[1]
    scale = np.ones_like(here) if log else np.maximum(np.abs(here), 1e-300)

    def missed(x: Array) -> Array:
        y = np.stack([before, np.exp(x) if log else x], axis=1)
        return x - scheme.predict(problem, Steps(t, y), p)[0][:, 0] - shock

    x = here + shock
    with np.errstate(all="ignore"):
        for _ in range(_NEWTON):
            now = missed(x)
            slopes = np.empty((len(x), units, units))
            for j in range(units):
                moved = x.copy()
                moved[:, j] += 1e-7 * scale[:, j]
                slopes[:, :, j] = (missed(moved) - now) / (1e-7 * scale[:, j])[:, None]
            fine: Flags = np.all(np.isfinite(slopes), axis=(1, 2)) & np.all(np.isfinite(now), axis=1)
            fine[fine] = np.linalg.det(slopes[fine]) != 0
            step = np.full_like(x, np.nan)
            step[fine] = np.linalg.solve(slopes[fine], now[fine, :, None])[..., 0]
            size = np.abs(step / scale).max(axis=1)
            x = x - step * np.minimum(1.0, 1 / np.maximum(size, 1e-300))[:, None]
            if np.all(size[np.isfinite(size)] < _SETTLED):
                break
    found = np.exp(x) if log else x
    found[np.isnan(size) | (size > np.sqrt(_SETTLED))] = np.nan
    return found


@dataclass(frozen=True, eq=False)
class _Layout:
    """Where in the data the residuals lie.

    Parameters
    ----------
    steps : Steps
        The rows with a value for every unit.
    at : array (step + 1,)
        Their positions.
    first : two arrays (unit,)
        Position of the first observation of each unit, and the unit.
    begun : array (row, unit)
        The first observations.
    """

    steps: Steps
    at: Ints
    first: tuple[Ints, Ints]
    begun: Array

    @staticmethod
    def of(problem: Problem, y: Array) -> _Layout:
        seen = np.isfinite(y[0])
        at = np.flatnonzero(seen.all(axis=1))
        first = np.argmax(seen, axis=0), np.arange(seen.shape[1])
        return _Layout(Steps(problem.t[at], y[:, at]), at, first, y[:, first[0], first[1]])

    def used(self, problem: Problem) -> Flags:
        """Return where residuals lie, (time, unit): ends of steps, and first observations where they are fitted."""
        there = np.zeros(problem.y.shape, bool)
        there[self.at[1:]] = True
        fitted = [problem.about[k][0] for k, kind in enumerate(problem.kinds) if kind == "initial"]
        there[self.first[0][fitted], fitted] = True
        return there


def _residuals(scheme: Scheme, problem: Problem, layout: _Layout, weights: Array | None = None) -> Function:
    """Return the function that `minimise` takes."""
    log, steps = scheme.error == "log", layout.steps
    factor, scale = _factor(scheme, steps)[:, None], np.ones(len(problem.units)) if weights is None else weights
    initials = [(k, problem.about[k][0]) for k, kind in enumerate(problem.kinds) if kind == "initial"]

    def function(theta: Array, which: Ints) -> tuple[Array, Array, Flags]:
        p, rows = problem.outward(theta), which if len(steps.y) > 1 else np.zeros(len(which), int)
        with np.errstate(all="ignore"):
            y = steps.y[rows]
            level, slopes = scheme.predict(problem, Steps(steps.t, y), p)
            residual = np.zeros((len(p), *problem.y.shape))
            jacobian = np.zeros((*residual.shape, len(problem.names)))
            residual[:, layout.at[1:]] = (level - (np.log(y[:, 1:]) if log else y[:, 1:])) * factor
            jacobian[:, layout.at[1:]] = slopes * factor[..., None]
            for k, unit in initials:
                at, begun = layout.first[0][unit], layout.begun[rows, unit]
                residual[:, at, unit] = np.log(p[:, k] / begun) if log else p[:, k] - begun
                jacobian[:, at, unit, k] = 1 / p[:, k] if log else 1.0
            jacobian *= np.where(problem.positive, p, 1.0)[:, None, None, :]
            residual, jacobian = residual * scale, jacobian * scale[:, None]
        clean: Flags = np.isfinite(residual).all(axis=(1, 2)) & np.isfinite(jacobian).all(axis=(1, 2, 3))
        return residual.reshape(len(p), -1), jacobian.reshape(len(p), residual[0].size, -1), clean

    return function


def _factor(scheme: Scheme, steps: Steps) -> Array:
    """Return what the error of each step is multiplied by, (step,): ones where all steps are alike."""
    lengths = steps.lengths
    return np.asarray(lengths.mean() / lengths) if scheme.per_time else np.ones(len(lengths))


def _require(scheme: Scheme, problem: Problem) -> None:
    shifted = [name for name in problem.names if name.startswith("shifts.")]
    if shifted:
        detail = f"A one-step method estimates no level shift ({', '.join(shifted)}); use TrajectoryMatching."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    scheme.require(problem)
    layout = _Layout.of(problem, problem.y[None])
    count = int(layout.used(problem).sum())
    if count <= len(problem.names):
        detail = f"{len(layout.at)} rows have a value for every unit; {len(problem.names)} coefficients are free."
        raise RefusedError(refused(Code.TOO_SHORT, detail, observations=count, parameters=len(problem.names)))


def _searched(scheme: Scheme, problem: Problem, layout: _Layout) -> tuple[Minimum, Optimum]:
    """Run every start to its end; beside them a few in the doubled box."""
    box, starts = problem.doubled(), 2 if collinear_names(problem) else scheme.starts
    inner = scattered(problem, starts)
    # Of the doubled box a few points whose size is twice that of points inside it.
    outer = np.where(problem.positive, inner[-_WIDER:], 2 * inner[-_WIDER:])
    theta = np.concatenate([inner, inner[:1], outer])
    inside = (np.arange(len(theta)) < len(inner))[:, None]
    ends = [
        np.where(inside, problem.inward(mine), problem.inward(end))
        for mine, end in zip((problem.lower, problem.upper), box, strict=True)
    ]
    found = minimise(
        _residuals(scheme, problem, layout), theta, lower=ends[0], upper=ends[1], precision=1e-10,
        floor=_floor(scheme, problem), iterations=ITERATIONS, polish=5,
    )  # fmt: skip
    beyond = int(np.argmin(np.where(inside[:, 0], np.inf, _ranked(found))))
    wider = Optimum(params=problem.outward(found.theta[beyond]), ssr=float(found.ssr[beyond]), starts=1)
    kept = {name: getattr(found, name)[: len(inner)] for name in found.__dataclass_fields__ if name != "evaluations"}
    return Minimum(**kept, evaluations=found.evaluations), wider


def _polished(scheme: Scheme, problem: Problem, layout: _Layout, theta: Array, weights: Array) -> Minimum:
    return minimise(
        _residuals(scheme, problem, layout, weights), theta[None], lower=problem.inward(problem.lower),
        upper=problem.inward(problem.upper), precision=_FINAL, floor=_floor(scheme, problem),
        iterations=2 * ITERATIONS, polish=20,
    )  # fmt: skip


def _weights(problem: Problem, layout: _Layout, best: Minimum, weights: Array) -> Array:
    """Return one over the residual standard deviation of each unit's equation, its own degrees of freedom."""
    used = layout.used(problem)
    residual = best.residual[0].reshape(used.shape) / weights
    jacobian = best.jacobian[0].reshape(*used.shape, -1)
    df = np.maximum(used.sum(axis=0) - ranks(jacobian, used), 1)
    squares = np.sum(np.where(used, residual, 0.0) ** 2, axis=0)
    found: Array = 1 / np.sqrt(np.maximum(squares / df, np.finfo(float).tiny))
    return found


def _summary(
    scheme: Scheme, problem: Problem, layout: _Layout, best: Minimum, weights: Array, search: Search
) -> Estimate:
    params, used = problem.outward(best.theta[0]), layout.used(problem)
    shown = replace(problem, y=np.where(used, problem.y, np.nan))
    resid = np.where(used, best.residual[0].reshape(used.shape) / weights, np.nan)
    jacobian = best.jacobian[0].reshape(*used.shape, -1)
    moved = resid.copy()
    moved[layout.at[1:]] /= _factor(scheme, layout.steps)[:, None]
    fitted = problem.y * np.exp(moved) if scheme.error == "log" else problem.y + moved
    found = summarise(
        shown, params, fitted, resid, jacobian, search, error=scheme.error,
        weights=None if scheme.sigma == "pooled" else weights,
    )  # fmt: skip
    if scheme.errors == "classical":
        return found
    lags = bandwidth(len(layout.at) - 1) if scheme.bandwidth is None else scheme.bandwidth
    cov = sandwich(np.where(used, resid, 0.0) * weights, jacobian, used, errors=scheme.errors, lags=lags)
    natural = np.where(problem.positive, params, 1.0)
    cov = cov * np.outer(natural, natural)
    starts = np.flatnonzero(np.diag(cov) <= 1e-14 * np.diag(found.cov))  # a start is its first observation
    cov[starts, starts] = found.cov[starts, starts]
    cov[np.isnan(found.cov)] = np.nan
    return replace(found, cov=cov, errors=scheme.errors, lags=lags if scheme.errors == "newey_west" else None)


def _floor(scheme: Scheme, problem: Problem) -> float:
    """Return the sum of squares that rounding alone can make."""
    size = 1.0 if scheme.error == "log" else float(np.nanmean(problem.y**2))
    return problem.nobs * size * 1e-28


def _ranked(found: Minimum) -> Array:
    return np.where(found.status <= 2, found.ssr, np.inf)


def _alike(y: Array | None, rows: int) -> list[Ints]:
    """Return the rows of data sets with the same gaps."""
    if y is None:
        return [np.arange(rows)]
    gaps = np.isfinite(y).reshape(len(y), -1)
    _, label = np.unique(gaps, axis=0, return_inverse=True)
    return [np.flatnonzero(label.ravel() == k) for k in range(int(label.max()) + 1)]
