"""What a coupled fit must beat: independent growth, a random walk, and itself under another price basis.

Comes in: a problem with its estimate. Goes out: AICc of the best independent laws, forecasts from rolling origins, and
the mode under each price basis. All refits of one kind are one batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from symbiode.dynamics.modes.ladder import Mode
from symbiode.errors import RefusedError
from symbiode.inference.estimators import Array, Estimate, Estimator, Problem
from symbiode.inference.falsification import Comparison, Forecast, first_origin, rolling_origin
from symbiode.inference.observations import Observations, of_model
from symbiode.inference.probabilities import MODES, effects_of, nominal_codes
from symbiode.inference.problems import free_names, pose, run
from symbiode.system.building import build
from symbiode.system.model import DataSource, Model

_STARTS, _PRECISION, _STEPS = 6, 1e-4, 40


@dataclass(frozen=True, kw_only=True)
class Basis:
    """The mode of the best fit under one price basis."""

    name: str
    mode: Mode


def aicc(llf: float, nobs: int, parameters: int) -> float | None:
    """Return Akaike's criterion corrected for small samples, None where it is not defined.

    Parameters
    ----------
    llf : float
    nobs : int
    parameters : int
        All that were estimated, standard deviations of the errors included.

    References
    ----------
    Hurvich and Tsai (1989), Biometrika 76, 297-307.

    Examples
    --------
    >>> aicc(-10.0, 20, 3), aicc(-10.0, 4, 3)
    (27.5, None)
    """
    if nobs - parameters - 1 <= 0:
        return None
    return 2 * parameters - 2 * llf + 2 * parameters * (parameters + 1) / (nobs - parameters - 1)


def held_at_zero(problem: Problem, method: Estimator, estimate: Estimate) -> tuple[Array, float] | None:
    """Return coefficients and sum of squares of the same law without effects, None if no effect is free."""
    effects = np.array([kind == "effect" for kind in problem.kinds])
    if not effects.any() or (problem.lower[effects] > 0).any() or (problem.upper[effects] < 0).any():
        return None
    rng = np.random.default_rng([problem.seed, 3])
    theta = problem.inward(np.where(effects, 0.0, estimate.params))
    spread = np.where(effects, 0.0, np.where(problem.positive, 0.7, 0.1)) * (np.array(problem.kinds) != "initial")
    starts = theta + spread * rng.standard_normal((_STARTS, len(theta))) * (np.arange(_STARTS) > 0)[:, None]
    starts[1] = np.where(effects, 0.0, problem.inward(problem.guess))
    lower, upper = np.where(effects, 0.0, problem.lower), np.where(effects, 0.0, problem.upper)
    start = np.clip(problem.outward(starts), lower, upper)
    found = method.refit(
        problem, start, lower=lower, upper=upper, weights=estimate.weights, precision=_PRECISION, iterations=_STEPS
    )
    best = int(np.argmin(found.ssr))
    return (found.params[best], float(found.ssr[best])) if np.isfinite(found.ssr[best]) else None


def independent_aicc(
    problem: Problem, method: Estimator, estimate: Estimate, model: Model, observations: Observations
) -> tuple[float | None, Array | None]:
    """Return the smallest AICc of growth laws without effects, and the coefficients of this law without them.

    The rivals are the law itself with every effect at zero and, where it has no capacities, logistic growth of each
    unit by itself.
    """
    found = held_at_zero(problem, method, estimate)
    if found is None:
        return None, None
    effects = sum(kind == "effect" for kind in problem.kinds)
    llf = estimate.llf - estimate.nobs / 2 * float(np.log(found[1] / estimate.ssr))
    rivals = [aicc(llf, estimate.nobs, len(problem.names) - effects + estimate.noises)]
    if "capacity" not in problem.kinds:
        rivals.append(_logistic_aicc(method, estimate, observations, problem.seed))
    known = [value for value in rivals if value is not None]
    return (min(known) if known else None), found[0]


def _logistic_aicc(
    method: Estimator, estimate: Estimate, observations: Observations, seed: int
) -> float | None:
    try:
        problem = logistic_alone(observations, error=method.error, seed=seed)
    except RefusedError:
        return None
    found = method.refit(
        problem, scattered_guesses(problem), lower=problem.lower, upper=problem.upper, weights=estimate.weights,
        precision=_PRECISION, iterations=_STEPS,
    )  # fmt: skip
    llf = estimate.llf - estimate.nobs / 2 * float(np.log(found.ssr.min() / estimate.ssr))
    return aicc(llf, estimate.nobs, len(problem.names) + estimate.noises)


def logistic_alone(observations: Observations, *, error: str, seed: int = 0) -> Problem:
    """Return the problem of fitting to each unit its own logistic growth, without effects.

    Raises
    ------
    RefusedError
        `too_short` if there are fewer observations than coefficients + 1.
    """
    alone = build({name: {"growth": 1, "capacity": 1} for name in observations.units}, time_unit="year")
    own = [name for name in free_names(alone) if not name.startswith("effects.")]
    return pose(alone, observations, free=own, error=error, seed=seed)


def scattered_guesses(problem: Problem) -> Array:
    """Return a few starts around the guess of a problem, shape (start, parameter)."""
    noise = np.random.default_rng([problem.seed, 3]).standard_normal((_STARTS, len(problem.names)))
    return problem.outward(problem.inward(problem.guess) + 0.7 * noise)


def quick(method: Estimator) -> Estimator:
    """Return the same settings with few starts, where an estimator has any."""
    return replace(method, starts=min(_STARTS, method.starts)) if hasattr(method, "starts") else method  # type: ignore[type-var]


def walk(
    problem: Problem, method: Estimator, estimate: Estimate, alone: Array | None, observations: Observations
) -> Comparison | None:
    """Return one-step forecasts from rolling origins against a random walk with drift, None where n does not permit.

    Every origin is a refit to the rows up to it, from the estimate and from independent growth.
    """
    starts = [estimate.params] if alone is None else [estimate.params, alone]
    forecast = forecasts(problem, method, np.array(starts), estimate.weights)
    if forecast is None:
        return None
    try:
        return rolling_origin(observations, forecast, first=first_origin(len(problem.t)))
    except RefusedError:
        return None


def forecasts(problem: Problem, method: Estimator, starts: Array, weights: Array | None = None) -> Forecast | None:
    """Return a forecast for `rolling_origin`: each origin a refit to the rows up to it, from each start, as one batch.

    Parameters
    ----------
    problem : Problem
    method : Estimator
    starts : array (start, parameter)
    weights : array (unit,), optional

    Returns
    -------
    function or None
        None where a level is not positive, or the first origin knows no more numbers than there are parameters.
    """
    y, rows = problem.y, len(problem.t)
    first = first_origin(rows)
    positive = np.all(y[np.isfinite(y)] > 0)
    ends = [end for end in range(first, rows) if np.isfinite(y[:end]).sum() > len(problem.names)]
    if not positive or len(ends) < rows - first or not ends:
        return None
    known = np.array([np.where(np.arange(rows)[:, None] < end, y, np.nan) for end in ends])
    found = method.refit(
        problem, np.repeat(starts, len(ends), axis=0), lower=problem.lower, upper=problem.upper,
        y=np.tile(known, (len(starts), 1, 1)), weights=weights, precision=_PRECISION, iterations=_STEPS,
    )  # fmt: skip
    best = np.argmin(found.ssr.reshape(len(starts), len(ends)), axis=0) * len(ends) + np.arange(len(ends))
    paths = _onward(problem, method, found.params[best], ends)
    told = {float(problem.t[end - 1]): paths[i] for i, end in enumerate(ends)}

    def forecast(train: Observations, times: Array) -> Array:
        path: Array = told[float(train.t[-1])]
        return path[np.searchsorted(problem.t, times)]

    return forecast


def _onward(problem: Problem, method: Estimator, params: Array, ends: Sequence[int]) -> Array:
    """Return levels (row, time, unit) as known before each end: NaN where a path stopped.

    A method that takes errors for shocks to growth (it simulates step by step) goes on from the last observation, any
    other from the start of its path.
    """
    owners = {problem.about[k][0]: k for k, kind in enumerate(problem.kinds) if kind == "initial"}
    if not hasattr(method, "simulate") or len(owners) < len(problem.units):
        path = problem.trajectory(params)
        return np.asarray(np.where(path.clean[:, None, None], path.y, np.nan))
    found = np.full((len(params), *problem.y.shape), np.nan)
    for row, end in enumerate(ends):
        last = int(np.flatnonzero(np.isfinite(problem.y[:end]).all(axis=1))[-1])
        begun = params[row].copy()
        begun[list(owners.values())] = problem.y[last, list(owners)]
        path = problem.trajectory(begun[None], problem.t[last:])
        found[row, last:] = path.y[0] if path.clean[0] else np.nan
    return found


def mode_at(model: Model, problem: Problem, params: Array, *, zero: float, tau: float) -> Mode | None:
    """Return the mode that the signs of the effects mean, None unless there are two units."""
    if len(problem.units) != 2 or model.law.scale == "none":
        return None
    effects = effects_of(model, problem.names, params[None], np.nanmean(problem.y, axis=0))
    return MODES[int(nominal_codes(effects[:, 0, 1], effects[:, 1, 0], zero=zero, tau=tau)[0])]


def other_bases(model: Model, observations: Observations) -> tuple[tuple[str, str | None], ...]:
    """Return the other price bases of the same quantity that the model's data offer: (name, alternative) pairs.

    The alternative is what `of_model` takes, None for the model's own series.
    """
    if model.data is None:
        return ()
    sources: dict[str | None, DataSource] = {None: model.data, **dict(model.data.alternatives)}
    mine = next((name for name, source in sources.items() if _is(source, observations)), "")
    if mine == "" or (mine is not None and sources[mine].kind != "basis"):
        return ()
    names = [name for name, source in sources.items() if name != mine and (name is None or source.kind == "basis")]
    return tuple((sources[name].basis or name or model.name, name) for name in names)


def price_bases(
    model: Model,
    method: Estimator,
    *,
    free: Sequence[str] | None = None,
    bounds: bool = False,
    seed: int = 0,
    zero: float = 0.05,
    tau: float = 0.1,
    names: Sequence[str] | None = None,
) -> tuple[Basis, ...]:
    """Return the mode of the best fit under each price basis of a model's data, found with few starts.

    Parameters
    ----------
    model : Model
        With `data`; for a pair, else nothing is returned.
    method : Estimator
    free, bounds, seed, zero, tau
        As for `fit`.
    names : sequence of str, optional
        Which bases; all by default.

    Returns
    -------
    tuple of Basis
    """
    if model.data is None:
        return ()
    own = of_model(model)
    found = []
    for name, alternative in ((own.basis or model.name, None), *other_bases(model, own)):
        if names is not None and name not in names:
            continue
        seen = own if alternative is None else of_model(model, alternative)
        problem = pose(model, seen, free=free, bounds=bounds, error=method.error, seed=seed)
        mode = mode_at(model, problem, run(quick(method), problem).params, zero=zero, tau=tau)
        if mode is not None:
            found.append(Basis(name=name, mode=mode))
    return tuple(found)


def _is(source: DataSource, observations: Observations) -> bool:
    same_file = Path(source.file).name == Path(observations.path).name if observations.path else False
    return same_file and (source.basis, source.currency) == (observations.basis, observations.currency)
