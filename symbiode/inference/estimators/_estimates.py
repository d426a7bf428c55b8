"""From residuals and Jacobian at a least-squares answer to an `Estimate`: degrees of freedom, errors, likelihood.

Comes in: a problem, parameters, residuals on the error scale and their Jacobian in internal coordinates. Goes out: an
`Estimate` with residual degrees of freedom and delta-method covariance; where the Jacobian is singular or a parameter
lies on its bound, the covariance is withheld (NaN), never a huge number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symbiode.errors import OK, Code, Status, refused, warning
from symbiode.inference.estimators import Array, Estimate, Flags, Ints, Optimum, Problem

SINGULAR = 1e-8
_PART = 0.02


@dataclass(frozen=True, kw_only=True, eq=False)
class Search:
    """How a search went: what `summarise` needs beside the answer."""

    lower: Array
    upper: Array
    converged: bool = True
    clean: bool = True
    optima: tuple[Optimum, ...] = ()
    wider: Optimum | None = None
    starts: int = 1
    agreeing: int = 1
    failures: int = 0
    evaluations: int = 0


def summarise(
    problem: Problem,
    params: Array,
    fitted: Array,
    resid: Array,
    jacobian: Array,
    search: Search,
    *,
    error: str,
    weights: Array | None = None,
) -> Estimate:
    """Return the estimate that belongs to a least-squares answer.

    Parameters
    ----------
    problem : Problem
    params : array (parameter,)
        Natural measure.
    fitted, resid : array (time, unit)
        Levels; residuals on the error scale, NaN where nothing was observed.
    jacobian : array (time, unit, parameter)
        Of the residuals times the weight of their unit, internal coordinates; zero where nothing was observed.
    search : Search
    error : str
        ``log`` or ``level``.
    weights : array (unit,), optional
        One over the standard deviation of each unit; one standard deviation for all if not given.

    Returns
    -------
    Estimate
    """
    nobs, k = problem.nobs, len(params)
    df = nobs - k
    pooled, weights = weights is None, np.ones(len(problem.units)) if weights is None else weights
    ssr = float(np.nansum((resid * weights) ** 2))
    sigma = float(np.sqrt(ssr / df))
    at_bound = _at_bound(problem, params, search)
    columns = jacobian.reshape(-1, k)
    size, directions, cov = _covariance(problem, params, columns, sigma**2)
    cov[at_bound != 0, :] = np.nan
    cov[:, at_bound != 0] = np.nan
    return Estimate(
        names=problem.names, params=params, cov=cov, error=error, fitted=fitted, resid=resid, jacobian=jacobian,
        ssr=ssr, sigma=sigma,
        sigmas=sigma / weights, weights=weights, pooled=pooled, nobs=nobs, df_resid=df,
        noises=1 if pooled else len(problem.units),
        llf=likelihood(problem, resid, error, pooled=pooled), at_bound=at_bound, singular_values=size,
        directions=directions, lower=search.lower, upper=search.upper, optima=search.optima, wider=search.wider,
        starts=search.starts, agreeing=search.agreeing, failures=search.failures, evaluations=search.evaluations,
        status=_status(problem, search, at_bound, size, directions),
    )  # fmt: skip


def likelihood(problem: Problem, resid: Array, error: str, *, pooled: bool = True) -> float:
    """Return the Gaussian log-likelihood of the observed levels at the best sigma (one, or one per unit).

    With logarithmic errors it is the log-normal density of the levels, so that both error models compare.
    """
    groups = [resid[np.isfinite(resid)]] if pooled else [r[np.isfinite(r)] for r in resid.T]
    found = sum(-len(r) / 2 * (np.log(2 * np.pi * np.mean(r**2)) + 1) for r in groups if len(r))
    if error == "log":
        found -= np.sum(np.log(problem.y[np.isfinite(problem.y)]))
    return float(found)


def _at_bound(problem: Problem, params: Array, search: Search) -> Ints:
    theta, low, high = (problem.inward(x) for x in (params, search.lower, search.upper))
    width = 1e-6 * np.where(np.isfinite(high - low), high - low, 1.0)
    fixed = search.lower == search.upper
    return np.where(fixed, 0, (theta >= high - width).astype(int) - (theta <= low + width).astype(int))


def _covariance(problem: Problem, params: Array, jacobian: Array, variance: float) -> tuple[Array, Array, Array]:
    """Return singular values and directions of the scaled Jacobian, and the natural covariance."""
    norms = np.sqrt(np.sum(jacobian**2, axis=0))
    scale = np.where(norms > 0, norms, 1.0)
    _, size, directions = np.linalg.svd(jacobian / scale, full_matrices=False)
    if size[-1] <= SINGULAR * size[0]:
        return size, directions / scale, np.full((len(params), len(params)), np.nan)
    root = (directions.T / size) / scale[:, None] * np.where(problem.positive, params, 1.0)[:, None]
    return size, directions / scale, variance * root @ root.T


def _status(problem: Problem, search: Search, at_bound: Ints, size: Array, directions: Array) -> Status:
    if not search.clean:
        return refused(Code.NOT_CONVERGED, "No trajectory that stays finite over the observations was found.")
    if not search.converged:
        return refused(Code.NOT_CONVERGED, "The coefficients are those of the last step.")
    inside: Flags = at_bound == 0
    collinear = collinear_names(problem)
    if collinear:
        told = ", ".join(collinear)
        detail = f"The observed levels are constant or exactly collinear, so {told} replace one another."
        return refused(Code.NOT_IDENTIFIABLE, detail, parameters=collinear)
    if size[-1] <= SINGULAR * size[0]:
        reach = _PART * np.max(np.abs(directions[-1]))
        names = [name for name, part in zip(problem.names, directions[-1], strict=True) if abs(part) > reach]
        flat = flat_direction(problem, directions[-1])
        return refused(Code.NOT_IDENTIFIABLE, f"The fit does not change along {flat}.", parameters=names)
    if not inside.all():
        names = [name for name, there in zip(problem.names, ~inside, strict=True) if there]
        return warning(Code.AT_BOUND, f"On the bound: {', '.join(names)}.", parameters=names)
    if len(search.optima) > 1:
        detail = f"{len(search.optima)} optima lie within 2 units of log-likelihood."
        return warning(Code.MULTIMODAL, detail, optima=len(search.optima))
    return OK


def collinear_names(problem: Problem) -> list[str]:
    """Return the coefficients that no such data can separate, because observed levels are constant or collinear."""
    effects = [k for k, kind in enumerate(problem.kinds) if kind == "effect"]
    complete = np.all(np.isfinite(problem.y), axis=1)
    levels = problem.y[complete]
    if not effects or len(levels) <= levels.shape[1]:
        return []
    design = np.column_stack([np.ones(len(levels)), levels])
    size = np.linalg.svd(design / np.linalg.norm(design, axis=0), compute_uv=False)
    if size[-1] > SINGULAR * size[0]:
        return []
    receivers = {problem.about[k][0] for k in effects}
    own = [k for k, kind in enumerate(problem.kinds) if kind == "capacity" and problem.about[k][0] in receivers]
    return [problem.names[k] for k in sorted(own + effects)]


def flat_direction(problem: Problem, direction: Array) -> str:
    """Return a direction in internal coordinates as the user's units say it: what rises with what.

    Examples
    --------
    A direction (1, 0.5) of a growth rate and an effect is told as
    ``shenzhen.growth +10 %, effects.shenzhen.hongkong +0.05``.
    """
    largest = float(np.max(np.abs(direction))) or 1.0
    parts = []
    for name, positive, part in zip(problem.names, problem.positive, direction / largest, strict=True):
        if abs(part) > _PART:
            parts.append(f"{name} {part * 10:+.3g} %" if positive else f"{name} {part / 10:+.3g}")
    return ", ".join(parts)
