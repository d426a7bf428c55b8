"""Draws of the coefficients: what else they could have been, given noise of the size the fit found.

Comes in: a problem, its estimator, estimate and profiles. Goes out: `Draws`, one row per draw. Three ways, from honest
and slow to quick: refits of simulated data, draws along the profiles, a normal distribution around the estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from symbiode.errors import InvalidValueError
from symbiode.inference.estimators import Array, Estimate, Estimator, Ints, Problem
from symbiode.inference.identifiability import Profile

PRECISION, STEPS, RAN_AWAY = 3e-4, 60, 0.1


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """Fit again what the fitted model would have produced: simulated data of the same times and gaps.

    Parameters
    ----------
    replicates : int
        How many.
    kind : "parametric", "residual" or "block"
        Normal errors; the fit's own residuals in random order, centred and widened by sqrt(n / df); or runs of them,
        all units together. The first two keep no dependence in time: where a residual test rejects, the probabilities
        are too sure of themselves. Runs keep most of a dependence that alternates in sign; of one that persists, runs
        as short as two dozen rows allow keep a part only, so it still counts against the verdict.
    block : float, optional
        Mean length of the runs, whose lengths are geometric; n^(1/3) by default.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 6 and 9; Politis and Romano (1994), J.
    American Statistical Association 89, 1303-1313 (runs of random length, wrapped around the end).
    """

    replicates: int = 400
    kind: Literal["parametric", "residual", "block"] = "parametric"
    block: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in ("parametric", "residual", "block"):
            raise InvalidValueError("kind", self.kind, "parametric, residual or block")
        if self.block is not None and (self.kind != "block" or self.block < 1):
            raise InvalidValueError("block", self.block, "at least 1, with kind='block'")
        if self.replicates < 2:
            raise InvalidValueError("replicates", self.replicates, "at least 2")


@dataclass(frozen=True, kw_only=True)
class ProfileDraws:
    """Draw along the profiles: cheap, and faithful to their curvature and open ends.

    Student t values with the estimate's correlations are turned into coefficients by each one's own profile; beyond the
    last point of a profile its slope goes on, up to the bound of the search; a coefficient that the data do not limit
    at all is drawn from the whole search box.

    Parameters
    ----------
    count : int

    References
    ----------
    Bates and Watts (1988), section 6.1.2 (profile t as a transformation).
    """

    count: int = 4000


@dataclass(frozen=True, kw_only=True)
class NormalDraws:
    """Draw from the normal distribution of estimate and covariance: quick, symmetric, blind to every bound.

    Parameters
    ----------
    count : int
    """

    count: int = 4000


@dataclass(frozen=True, kw_only=True)
class PosteriorDraws:
    """The draws of a posterior, which an estimator made itself; asked for by choosing that estimator.

    Parameters
    ----------
    count : int
    """

    count: int


Drawing = Bootstrap | ProfileDraws | NormalDraws | PosteriorDraws


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """Draws of the coefficients.

    Parameters
    ----------
    params : array (draw, parameter)
        Natural measure.
    failed : int
        Draws that were asked for and gave nothing: refits that did not converge, or all where no covariance exists.
    """

    params: Array
    failed: int


def drawn(
    how: Drawing,
    problem: Problem,
    method: Estimator,
    estimate: Estimate,
    profiles: Sequence[Profile],
) -> Draws:
    """Return draws of the coefficients.

    Parameters
    ----------
    how : Bootstrap, ProfileDraws or NormalDraws
    problem : Problem
        Its seed makes the draws repeatable.
    method : Estimator
    estimate : Estimate
    profiles : sequence of Profile
        Needed by `ProfileDraws`, one for each coefficient.

    Returns
    -------
    Draws
    """
    rng = np.random.default_rng([problem.seed, 2])
    if isinstance(how, PosteriorDraws):
        return Draws(params=np.empty((0, len(problem.names))) if estimate.draws is None else estimate.draws, failed=0)
    if isinstance(how, Bootstrap):
        return _refitted(how, problem, method, estimate, rng)
    if isinstance(how, ProfileDraws):
        return _along(how, problem, estimate, profiles, rng)
    cov = estimate.cov
    if not np.all(np.isfinite(cov)):
        return Draws(params=np.empty((0, len(problem.names))), failed=how.count)
    values, vectors = np.linalg.eigh(cov)
    normal = rng.standard_normal((how.count, len(values))) * np.sqrt(np.maximum(values, 0))
    return Draws(params=estimate.params + normal @ vectors.T, failed=0)


def simulated(
    how: Bootstrap, problem: Problem, estimate: Estimate, rng: np.random.Generator, method: Estimator | None = None
) -> Array:
    """Return data sets that the fitted model would have produced, shape (replicate, time, unit), NaN where missing."""
    made_by = getattr(method, "simulate", None)
    if made_by is not None:
        if how.kind != "parametric":
            raise InvalidValueError("kind", how.kind, f"parametric, as {type(method).__name__} simulates steps")
        return np.where(np.isfinite(problem.y), made_by(problem, estimate, how.replicates, rng), np.nan)
    shape = (how.replicates, *problem.y.shape)
    if how.kind == "parametric":
        errors = rng.standard_normal(shape) * estimate.sigmas
    else:
        errors = np.stack([_shuffled(column, shape[:2], rng) for column in estimate.resid.T], axis=-1)
        if how.kind == "block":
            centred = estimate.resid - np.nanmean(estimate.resid, axis=0)
            runs = centred[_runs(len(centred), how, rng)]
            errors = np.where(np.isfinite(runs), runs, errors)  # where a row of a run was not observed
        errors *= np.sqrt(estimate.nobs / estimate.df_resid)
    made = estimate.fitted * np.exp(errors) if estimate.error == "log" else estimate.fitted + errors
    return np.where(np.isfinite(problem.y), made, np.nan)


def _shuffled(column: Array, shape: Sequence[int], rng: np.random.Generator) -> Array:
    seen = column[np.isfinite(column)]
    return rng.choice(seen - seen.mean(), size=shape)


def _runs(rows: int, how: Bootstrap, rng: np.random.Generator) -> Ints:
    """Return rows to take, shape (replicate, row): each follows the one before, or begins a run anywhere."""
    begin = rng.random((how.replicates, rows)) < 1 / (how.block or np.ceil(rows ** (1 / 3)))
    begin[:, 0] = True
    start = np.maximum.accumulate(np.where(begin, np.arange(rows), 0), axis=1)
    first = rng.integers(rows, size=begin.shape)
    taken: Ints = (np.take_along_axis(first, start, axis=1) + np.arange(rows) - start) % rows
    return taken


def _refitted(
    how: Bootstrap, problem: Problem, method: Estimator, estimate: Estimate, rng: np.random.Generator
) -> Draws:
    y = simulated(how, problem, estimate, rng, method)
    start = np.tile(estimate.params, (how.replicates, 1))
    found = method.refit(
        problem, start, lower=problem.lower, upper=problem.upper, y=y, weights=estimate.weights, precision=PRECISION,
        iterations=STEPS,
    )  # fmt: skip
    kept = found.converged
    if hasattr(method, "simulate") and (~kept).mean() > RAN_AWAY:
        kept = np.zeros_like(kept)  # data made step by step ran away: those that did not are no fair sample
    return Draws(params=found.params[kept], failed=int((~kept).sum()))


def _along(
    how: ProfileDraws, problem: Problem, estimate: Estimate, profiles: Sequence[Profile], rng: np.random.Generator
) -> Draws:
    roots = estimate.directions.T / np.maximum(estimate.singular_values, 1e-8 * estimate.singular_values[0])
    scale = np.sqrt(np.sum(roots**2, axis=1))
    normal = rng.standard_normal((how.count, len(scale))) @ (roots / scale[:, None]).T
    t = normal / np.sqrt(rng.chisquare(estimate.df_resid, how.count) / estimate.df_resid)[:, None]
    by_name = {profile.name: profile for profile in profiles}
    columns = [_inverse(problem, k, by_name[name], t[:, k]) for k, name in enumerate(problem.names)]
    return Draws(params=problem.outward(np.column_stack(columns)), failed=0)


def _inverse(problem: Problem, k: int, profile: Profile, t: Array) -> Array:
    """Return internal coordinates whose signed root is t: along the profile, then along its last slope to the bound."""
    positive = problem.positive[k]
    values = np.log(profile.values) if positive else profile.values
    ends = [np.log(x) if positive else x for x in (problem.lower[k], problem.upper[k])]
    if len(profile.values) < 2:
        return np.asarray(np.clip(ends[0] + (ends[1] - ends[0]) * stats.norm.cdf(t), *ends))
    roots = np.maximum.accumulate(profile.signed_root)
    found = np.interp(t, roots + 1e-12 * np.arange(len(roots)), values)
    for side, at in ((-1, 0), (1, len(roots) - 1)):
        near = at - side
        beyond = (t - roots[at]) * side > 0
        if 0 <= near < len(roots) and abs(roots[at] - roots[near]) > 1e-9:
            slope = (values[at] - values[near]) / (roots[at] - roots[near])
            found = np.where(beyond, values[at] + slope * (t - roots[at]), found)
    inside: Array = np.clip(found, *ends)
    return inside
