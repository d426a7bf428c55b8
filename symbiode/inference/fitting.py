"""fit(): a model and its data to coefficients, what they may be, and which mode the data support.

Comes in: a `Model` and `Observations`. Goes out: a `Fit` with statsmodels' names, the fitted model, profiles, mode
probabilities and a verdict. This is the only place where these are put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from symbiode.errors import Code, InvalidValueError, RefusedError, Status, warning
from symbiode.inference.credible import credible
from symbiode.inference.diagnostics import ResidualTest, levels_vif, rejections, residual_tests, trends
from symbiode.inference.draws import Bootstrap, Drawing, Draws, PosteriorDraws, drawn
from symbiode.inference.estimators import Array, Estimate, Estimator, Problem
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.fitted import fitted_model
from symbiode.inference.identifiability import Profile, improved, profiles
from symbiode.inference.observations import Observations, of_model
from symbiode.inference.probabilities import Probabilities, effects_of, probabilities
from symbiode.inference.problems import checked, pose, run, with_numbers
from symbiode.inference.results import Diagnostics, Fit
from symbiode.inference.rivals import Basis, aicc, independent_aicc, mode_at, other_bases, price_bases, walk
from symbiode.inference.verdict import Evidence, Verdict, judge
from symbiode.system.model import Model

REJECT, EXACT = 0.01, 1e-7
_IMPROVEMENTS = 2
__all__ = ["Fit", "fit"]


@dataclass(frozen=True, kw_only=True)
class _Settings:
    """What `fit` was asked for."""

    free: tuple[str, ...] | None
    bounds: bool
    seed: int
    level: float
    zero: float
    tau: float
    draws: Drawing
    confidence: float
    bases: tuple[Basis, ...] | None


def fit(
    model: Model,
    observations: Observations | None = None,
    *,
    method: Estimator | None = None,
    seed: int = 0,
    level: float = 0.80,
    zero: float = 0.05,
    tau: float = 0.1,
    draws: int | Drawing = 400,
    free: Sequence[str] | None = None,
    bounds: bool = False,
    confidence: float = 0.95,
    bases: Sequence[Basis] | None = None,
) -> Fit:
    """Fit a model to observations and say which mode they support, or that they do not say.

    Parameters
    ----------
    model : Model
        Its values are no start and no prior; those that are not freed are kept.
    observations : Observations, optional
        With the model's units; by default the data the model names.
    method : estimator
        `TrajectoryMatching()` by default: residuals of logarithms, 20 starts.
    seed : int
        Of every random number; the same seed gives the same bytes.
    level : float
        Probability that naming a mode takes, in (0, 1). A convention.
    zero : float
        Dimensionless effects of at most this size count as none.
    tau : float
        A mutualism is symmetric if the smaller effect is at least ``1 - tau`` of the larger.
    draws : int, Bootstrap, ProfileDraws or NormalDraws
        How probabilities are found; a number is that many parametric bootstrap refits.
    free : sequence of str, optional
        Key paths of the coefficients to estimate; by default growth, capacity and initial of every unit and every
        effect the model has.
    bounds : bool
        Whether bounds in the model file limit the search.
    confidence : float
        Level of the profile intervals.
    bases : sequence of Basis, optional
        Modes under other price bases of the model's data where they are known already (`rivals.price_bases`); the
        others are found by quick fits.

    Returns
    -------
    Fit
        With status `refused` if the search did not converge or the data do not separate the coefficients; the
        coefficients then stand under that label only.

    Raises
    ------
    RefusedError
        `too_short` if there are fewer observations than coefficients + 1.
    DataError, InvalidValueError, UnknownNameError
        If data, settings or names cannot be used.

    References
    ----------
    Bates and Watts (1988), Nonlinear Regression Analysis and Its Applications.

    Examples
    --------
    >>> import symbiode
    >>> found = fit(symbiode.load("lotka-volterra"), draws=50)
    >>> round(float(found.params["hare.growth"]), 2)
    0.54
    """
    chosen = checked(method) if method is not None else TrajectoryMatching()
    asked = _settings(
        free=free, bounds=bounds, seed=seed, level=level, zero=zero, tau=tau, draws=draws, confidence=confidence,
        bases=bases,
    )  # fmt: skip
    data = of_model(model) if observations is None else observations
    problem = pose(model, data, free=asked.free, bounds=bounds, error=chosen.error, seed=seed)
    numbers = with_numbers(model, problem.names, data)
    estimate, walked = _estimated(problem, chosen, confidence)
    how = asked.draws if estimate.draws is None else PosteriorDraws(count=len(estimate.draws))
    sample = drawn(how, problem, chosen, estimate, walked)
    shares = _shares(numbers, problem, sample, asked)
    diagnostics = _diagnosed(model, numbers, data, problem, chosen, estimate, asked)
    status = _status(estimate, diagnostics)
    verdict = _verdict(numbers, data, problem, estimate, walked, shares, diagnostics, asked)
    return Fit(
        model=fitted_model(numbers, data, problem, estimate, walked, chosen), observations=data, method=chosen,
        problem=problem, estimate=estimate, profiles=walked, draws=sample.params, draws_failed=sample.failed,
        drawing=how, shares=shares, diagnostics=diagnostics, verdict=verdict, status=status, seed=seed,
        zero=zero, tau=tau, confidence=confidence,
    )  # fmt: skip


def _settings(
    *,
    free: Sequence[str] | None,
    bounds: bool,
    seed: int,
    level: float,
    zero: float,
    tau: float,
    draws: int | Drawing,
    confidence: float,
    bases: Sequence[Basis] | None,
) -> _Settings:
    for name, share in (("level", level), ("confidence", confidence)):
        if not 0 < share < 1:
            raise InvalidValueError(name, share, "between 0 and 1")
    if zero < 0 or not 0 <= tau < 1:
        raise InvalidValueError("zero, tau", (zero, tau), "zero at least 0, tau in [0, 1)")
    how = Bootstrap(replicates=draws) if isinstance(draws, int) else draws
    named = tuple(free) if free is not None else None
    return _Settings(
        free=named, bounds=bounds, seed=seed, level=level, zero=zero, tau=tau, draws=how, confidence=confidence,
        bases=tuple(bases) if bases is not None else None,
    )  # fmt: skip


def _estimated(problem: Problem, method: Estimator, confidence: float) -> tuple[Estimate, tuple[Profile, ...]]:
    """Return estimate and profiles; begin again where a profile comes upon a better fit."""
    estimate = run(method, problem)
    if estimate.draws is not None:
        return estimate, credible(problem, estimate, level=confidence)
    walked = profiles(problem, method, estimate, level=confidence)
    for _ in range(_IMPROVEMENTS):
        better = improved(walked, estimate)
        if better is None or estimate.status.code is Code.NOT_IDENTIFIABLE:
            break
        problem = replace(problem, starts=np.vstack([problem.starts, better]))
        estimate = run(method, problem)
        walked = profiles(problem, method, estimate, level=confidence)
    return estimate, walked


def _shares(model: Model, problem: Problem, sample: Draws, asked: _Settings) -> Probabilities:
    effects = effects_of(model, problem.names, sample.params, np.nanmean(problem.y, axis=0))
    return probabilities(model, effects, zero=asked.zero, tau=asked.tau)


def _diagnosed(
    model: Model,
    numbers: Model,
    data: Observations,
    problem: Problem,
    method: Estimator,
    estimate: Estimate,
    asked: _Settings,
) -> Diagnostics:
    inside = estimate.at_bound == 0
    tests = residual_tests(estimate.resid, problem.units, jacobian=estimate.jacobian[:, :, inside], seed=asked.seed)
    if estimate.sigma <= EXACT * (1.0 if estimate.error == "log" else float(np.nanmax(np.abs(problem.y)))):
        tests = ()  # a perfect fit: what is left is rounding
    alone, params = independent_aicc(problem, method, estimate, numbers, data)
    return Diagnostics(
        vif=_vif(data), last_levels=tuple(_last(column) for column in problem.y.T), residual_tests=tests,
        rejected=rejections(tests, level=REJECT), aicc_alone=alone,
        random_walk=walk(problem, method, estimate, params, data), trends=trends(data),
        bases=_bases(model, numbers, data, problem, method, estimate, asked),
    )  # fmt: skip


def _vif(data: Observations) -> tuple[float, ...] | None:
    try:
        return tuple(map(float, levels_vif(data)))
    except RefusedError:
        return None


def _last(column: Array) -> float:
    return float(column[np.isfinite(column)][-1])


def _bases(
    model: Model,
    numbers: Model,
    data: Observations,
    problem: Problem,
    method: Estimator,
    estimate: Estimate,
    asked: _Settings,
) -> tuple[Basis, ...]:
    """Return the mode of the best fit under every price basis, this one first; unknown ones are refitted."""
    here = mode_at(numbers, problem, estimate.params, zero=asked.zero, tau=asked.tau)
    if here is None:
        return ()
    own = Basis(name=data.basis or data.currency or data.path, mode=here)
    others = [name for name, _ in other_bases(model, data)] if data.currency or data.price_base else []
    known = {basis.name: basis for basis in asked.bases or ()}
    missing = [name for name in others if name not in known]
    if missing:
        made = price_bases(
            model, method, free=asked.free, bounds=asked.bounds, seed=asked.seed, zero=asked.zero, tau=asked.tau,
            names=missing,
        )  # fmt: skip
        known |= {basis.name: basis for basis in made}
    return (own, *(known[name] for name in others if name in known))


def _status(estimate: Estimate, diagnostics: Diagnostics) -> Status:
    if estimate.status.ok and diagnostics.rejected:
        tests = ", ".join(sorted({f"{test.unit}: {test.test}" for test in diagnostics.rejected}))
        return warning(Code.OPTIMISTIC, f"Rejected at 1 %: {tests}.", tests=tests)
    return estimate.status


def _verdict(
    model: Model,
    data: Observations,
    problem: Problem,
    estimate: Estimate,
    walked: tuple[Profile, ...],
    shares: Probabilities,
    diagnostics: Diagnostics,
    asked: _Settings,
) -> Verdict:
    wider = estimate.wider
    compared = diagnostics.random_walk
    evidence = Evidence(
        units=model.units, status=estimate.status, starts=estimate.starts, agreeing=estimate.agreeing,
        mode=mode_at(model, problem, estimate.params, zero=asked.zero, tau=asked.tau),
        wider_mode=mode_at(model, problem, wider.params, zero=asked.zero, tau=asked.tau) if wider else None,
        profiles=walked, scaled=model.law.scale == "capacity",
        rejected=_unallowed(estimate, diagnostics, asked.draws),
        aicc=aicc(estimate.llf, estimate.nobs, len(problem.names) + estimate.noises), aicc_alone=diagnostics.aicc_alone,
        effects="effect" in problem.kinds,
        theil_u=compared.pooled_u if compared is not None and np.isfinite(compared.pooled_u) else None,
        money=bool(data.currency or data.price_base), trending=all(trend.trending for trend in diagnostics.trends),
        bases=diagnostics.bases, probabilities=shares.nominal, last_levels=diagnostics.last_levels,
    )  # fmt: skip
    return judge(evidence, level=asked.level, outcomes=shares.outcomes)


def _unallowed(estimate: Estimate, diagnostics: Diagnostics, how: Drawing) -> tuple[ResidualTest, ...]:
    """Return the rejections that count: runs of residuals allow for a dependence that alternates in sign."""
    if not (isinstance(how, Bootstrap) and how.kind == "block"):
        return diagnostics.rejected
    first, last = estimate.resid[:-1], estimate.resid[1:]
    along = zip(diagnostics.trends, np.nansum(first * last, axis=0), strict=True)
    turning = {trend.unit for trend, product in along if product < 0}
    return tuple(t for t in diagnostics.rejected if t.test != "autocorrelation" or t.unit not in turning)
