"""Growth per capita as b_i + sum_j a_ij x_j: its coefficients with derivatives, for any law that has this form.

Comes in: a problem and rows of its parameters. Goes out: `Linear`, the coefficients in which one-step methods, Fieller
intervals and other programs speak. A law whose growth per capita is not linear in the levels is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symbiode.errors import Code, RefusedError, refused
from symbiode.inference.estimators import Array, Estimate, Problem

_LINEAR, _SERIES = 1e-8, 1e-3


@dataclass(frozen=True, kw_only=True, eq=False)
class Linear:
    """Coefficients of growth per capita of many rows.

    Parameters
    ----------
    growth : array (row, unit)
        b_i.
    effects : array (row, unit, unit)
        a_ij, the effect of a level of j on i; of i on itself too.
    growth_slopes, effects_slopes : arrays (row, unit, parameter) and (row, unit, unit, parameter)
        Derivatives to the free parameters.
    """

    growth: Array
    effects: Array
    growth_slopes: Array
    effects_slopes: Array


def linear(problem: Problem, p: Array) -> Linear:
    """Return the coefficients of growth per capita of rows of parameters; see `require_linear`."""
    assert problem.per_capita is not None
    size = scales(problem)
    corners = np.vstack([np.zeros(len(size)), np.diag(size)])
    with np.errstate(all="ignore"):
        growth, slopes = problem.per_capita(np.full(len(corners), problem.t[0]), corners, p)
        effects = np.swapaxes(growth[:, 1:] - growth[:, :1], 1, 2) / size
        turned = np.swapaxes(slopes[:, 1:] - slopes[:, :1], 1, 2) / size[:, None]
    return Linear(growth=growth[:, 0], effects=effects, growth_slopes=slopes[:, 0], effects_slopes=turned)


def scales(problem: Problem) -> Array:
    """Return the mean level of each unit."""
    found: Array = np.nanmean(np.abs(problem.y), axis=0)
    return found


def require_linear(problem: Problem) -> None:
    """Refuse a law whose growth per capita is not linear in the levels, at the levels that were observed.

    Raises
    ------
    RefusedError
        `not_supported`.
    """
    if problem.per_capita is None:
        raise RefusedError(refused(Code.NOT_SUPPORTED, "This law has no growth per capita; use TrajectoryMatching."))
    # Away from the guess, where effects are zero and any law may look linear.
    p = np.stack([problem.guess + part * (problem.upper - problem.guess) for part in (0.01, 0.2)])
    seen = np.isfinite(problem.y).all(axis=1)
    found = linear(problem, p)
    with np.errstate(all="ignore"):
        exact = problem.per_capita(problem.t[seen], problem.y[seen], p)[0]
        turned = np.swapaxes(found.effects, 1, 2)
        told = found.growth[:, None] + problem.y[seen] @ turned
        size = np.abs(found.growth[:, None]) + np.abs(problem.y[seen]) @ np.abs(turned)
        fine = np.abs(exact - told) <= _LINEAR * size
    if not fine.all():
        detail = "Growth per capita is not linear in the levels; use TrajectoryMatching, GrowthRegression or Integral."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearEstimate:
    """Coefficients of growth per capita of one estimate, with their joint covariance: what Fieller intervals need.

    Parameters
    ----------
    growth : array (unit,)
        b_i.
    effects : array (unit, unit)
        a_ij.
    cov : array (unit, 1 + unit, unit, 1 + unit)
        Covariance of (b_i, a_i1, a_i2, …) of every unit with those of every unit.
    """

    growth: Array
    effects: Array
    cov: Array


def linear_estimate(problem: Problem, estimate: Estimate) -> LinearEstimate:
    """Return an estimate as coefficients of growth per capita with their joint covariance (delta method, exact here).

    Raises
    ------
    RefusedError
        `not_supported` if growth per capita is not linear in the levels.
    """
    require_linear(problem)
    found = linear(problem, estimate.params[None])
    slopes = np.concatenate([found.growth_slopes[0][:, None], found.effects_slopes[0]], axis=1)
    used = np.any(slopes != 0, axis=(0, 1))
    part = slopes[..., used]
    cov = np.einsum("iak,kl,jbl->iajb", part, estimate.cov[np.ix_(used, used)], part)
    return LinearEstimate(growth=found.growth[0], effects=found.effects[0], cov=cov)


def bernoulli(x: Array, q: Array, s: Array, d: Array, dq: Array, ds: Array) -> tuple[Array, Array]:
    """Return ln x after a step of x' = x (q + s x/x0): growth at rate q, limited by s, both constant over the step.

    Parameters
    ----------
    x, q, s : array (row, step, unit)
        Level before the step, growth without limitation, limitation at the level before (negative as a rule).
    d : array (step,)
        Lengths.
    dq, ds : array (row, step, unit, parameter)
        Derivatives.

    Returns
    -------
    level : array (row, step, unit)
        Logarithm; NaN where the step does not end.
    slopes : array (row, step, unit, parameter)
    """
    z = q * d[:, None]
    near = np.abs(z) < _SERIES
    safe, length = np.where(near, 1.0, z), d[:, None]
    phi = length * np.where(near, 1 + z / 2 + z**2 / 6 + z**3 / 24, np.expm1(safe) / safe)
    bend = (safe * np.exp(safe) - np.expm1(safe)) / safe**2
    turn = length**2 * np.where(near, 0.5 + z / 3 + z**2 / 8 + z**3 / 30, bend)
    rest = 1 - phi * s
    rest = np.where(rest > 0, rest, np.nan)
    level = np.log(x) + z - np.log(rest)
    slopes = (length + turn * s / rest)[..., None] * dq + (phi / rest)[..., None] * ds
    return level, slopes
