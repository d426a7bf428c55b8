"""Posterior sampling: what is believed about every coefficient after the data, under stated priors.

Comes in: a `Problem`. Goes out: an `Estimate` whose coefficients are posterior means and whose draws take the place of
profiles and bootstrap. Errors are normal on the chosen scale, as in trajectory matching; residual standard deviations
are sampled with the rest. A run whose chains disagree or are worth too few draws is `not_converged`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from symbiode.errors import OK, Code, InvalidValueError, Status, refused
from symbiode.inference.estimators import Array, Estimate, Estimator, Flags, Ints, Optimum, Problem, Refit
from symbiode.inference.estimators import _chains as chains
from symbiode.inference.estimators import _sampler as sampler
from symbiode.inference.estimators._estimates import Search, summarise
from symbiode.inference.estimators._least_squares import Function, minimise
from symbiode.inference.estimators._priors import LogNormal, Normal, Prior, priors_of, sigma_names
from symbiode.inference.estimators._starts import scattered
from symbiode.inference.estimators.trajectory import RTOL, TrajectoryMatching, residuals
from symbiode.inference.notices import Notice
from symbiode.render import significant

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ESTIMATOR", "LogNormal", "Normal", "Posterior", "Sample"]
R_HAT = 1.01
_PATH_RTOL, _NEAR, _ROUNDS, _BLOCK = 1e-7, 10.0, 4, 100


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Draws of coefficients and residual standard deviations, and whether they can be believed.

    Parameters
    ----------
    names : tuple of str
        Coefficients, then ``sigma`` or ``sigma.UNIT``.
    draws : array (chain, draw, name)
        Natural measure.
    r_hat, ess_bulk, ess_tail, mcse : array (name,)
        Split R-hat of ranks, effective sample sizes, Monte Carlo standard error of the mean.
    accepted, refused : float
        Mean acceptance; share of proposals whose trajectory ran away or whose prior is zero.
    """

    names: tuple[str, ...]
    draws: Array
    r_hat: Array
    ess_bulk: Array
    ess_tail: Array
    mcse: Array
    accepted: float
    refused: float

    @property
    def ess(self) -> float:
        """The smallest effective sample size, of any coefficient, bulk or tail."""
        return float(min(self.ess_bulk.min(), self.ess_tail.min()))

    def converged(self, ess: int) -> bool:
        """Return whether all chains agree and the draws are worth `ess` independent ones."""
        return bool(self.r_hat.max() <= R_HAT and self.ess >= ess)

    def frame(self) -> pd.DataFrame:
        """Return one row per coefficient: mean, sd, 5 % and 95 % quantile, mcse, effective sizes, R-hat."""
        import pandas as pd

        flat = self.draws.reshape(-1, len(self.names))
        low, high = np.quantile(flat, (0.05, 0.95), axis=0)
        return pd.DataFrame(
            {"mean": flat.mean(axis=0), "sd": flat.std(axis=0, ddof=1), "low5": low, "high95": high, "mcse": self.mcse,
             "ess_bulk": self.ess_bulk, "ess_tail": self.ess_tail, "r_hat": self.r_hat},
            index=pd.Index(self.names, name="name"),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """Settings of posterior sampling.

    Parameters
    ----------
    error : "log" or "level"
        Whether errors are normal in logarithms (the default) or in levels.
    sigma : "pooled" or "unit"
        One residual standard deviation for all units, or one for each.
    priors : mapping of name to Normal or LogNormal
        Take the place of the default ones: growth, capacity and initial log-normal around the size that the data
        show, with standard deviation 1; effects normal(0, 0.5) where they are relative to capacities, else an eighth
        of the search box; residual standard deviations log-normal around 10 %. All are printed.
    ess : int
        Effective draws that are asked for, bulk and tail, of every coefficient.
    chains, warm_up, longest : int
        Chains; thrown-away iterations; the most draws of a chain.
    starts : int
        Starts of the search for places where chains begin.

    References
    ----------
    Neal (2011), Handbook of Markov Chain Monte Carlo, chapter 5; Vehtari et al. (2021), Bayesian Analysis 16, 667-718.

    Examples
    --------
    >>> Posterior(priors={"hare.growth": Normal(mean=1, sd=0.5)}).ess
    1000
    """

    error: Literal["log", "level"] = "log"
    sigma: Literal["pooled", "unit"] = "pooled"
    priors: Mapping[str, Prior] = field(default_factory=dict)
    ess: int = 1000
    chains: int = 32
    warm_up: int = 150
    longest: int = 2000
    starts: int = 12

    def __post_init__(self) -> None:
        TrajectoryMatching(error=self.error, sigma=self.sigma, starts=self.starts)
        if self.chains < 4 or self.warm_up < 20 or self.longest < _BLOCK or self.ess < 100:
            allowed = f"at least 4 chains, 20 to warm up, {_BLOCK} draws, 100 effective ones"
            raise InvalidValueError("chains, warm_up, longest, ess", (self.chains, self.warm_up), allowed)

    @property
    def matching(self) -> TrajectoryMatching:
        """Least squares with the same error model."""
        return TrajectoryMatching(error=self.error, sigma=self.sigma, starts=self.starts)

    def estimate(self, problem: Problem) -> Estimate:
        """Return posterior means with the draws; `refused` (`not_converged`) where the gates are not met."""
        sample = self.sample(problem)
        k = len(problem.names)
        flat = sample.draws.reshape(-1, len(sample.names))
        params = flat[:, :k].mean(axis=0)
        function = residuals(problem, self.error, rtol=RTOL)
        residual, jacobian, clean = function(problem.inward(params)[None], np.zeros(1, int))
        here = Optimum(params=params, ssr=float((residual[0] ** 2).sum()), starts=self.chains)
        search = Search(
            lower=problem.hard_lower, upper=problem.hard_upper, clean=bool(clean[0]), optima=(here,), wider=here,
            starts=self.chains, agreeing=self.chains, evaluations=sample.draws.shape[0] * sample.draws.shape[1],
        )  # fmt: skip
        resid = np.where(np.isfinite(problem.y), residual[0].reshape(problem.y.shape), np.nan)
        fitted = problem.trajectory(params[None], rtol=RTOL).y[0]
        columns = jacobian[0].reshape(*resid.shape, -1)
        weights = None if self.sigma == "pooled" else 1 / flat[:, k:].mean(axis=0)
        found = summarise(
            problem, params, fitted, resid, columns * (1.0 if weights is None else weights[:, None]), search,
            error=self.error, weights=weights,
        )  # fmt: skip
        thinned = flat[:: max(1, int(np.ceil(len(flat) / max(sample.ess, 1.0)))), :k]
        return replace(
            found, cov=np.cov(flat[:, :k].T), at_bound=np.zeros(k, int), lower=problem.lower, upper=problem.upper,
            status=self._status(sample, found), draws=thinned, prior_sd=self._prior_sd(problem),
            notes=self._notes(problem, sample),
        )  # fmt: skip

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
        """Return least-squares answers (no prior) of many rows; see the contract of `symbiode.inference.estimators`."""
        return self.matching.refit(
            problem, start, lower=lower, upper=upper, y=y, weights=weights, precision=precision, iterations=iterations
        )

    def sample(self, problem: Problem) -> Sample:
        """Return draws of a problem: until every gate is met, or to the longest run allowed."""
        (found,) = self.sample_many(problem, problem.y[None], until_converged=True)
        return found

    def sample_many(self, problem: Problem, y: Array, *, until_converged: bool = False) -> list[Sample]:
        """Return draws for many data sets of one design, all with the problem's priors.

        Parameters
        ----------
        problem : Problem
        y : array (study, time, unit)
        until_converged : bool
            Whether to go on until every study meets the gates; else each chain draws what `ess` takes if draws are
            half as good as independent ones.
        """
        rng = np.random.default_rng([problem.seed, 3])
        target = self.target(problem, y)
        centre, root = self._modes(problem, y)
        picked = np.resize(np.arange(centre.shape[1]), self.chains)
        at = sampler.begin(target, centre[:, picked], root, self.chains, rng)
        sampler.warm_up(target, at, self.warm_up, rng)
        count = min(self.longest, max(_BLOCK, int(np.ceil(2 * self.ess / self.chains))))
        drawn = sampler.run(target, at, count, rng)
        while True:
            found = [self._sample(problem, drawn[g], at, g) for g in range(len(y))]
            if not until_converged or all(one.converged(self.ess) for one in found) or drawn.shape[2] >= self.longest:
                return found
            more = min(drawn.shape[2], self.longest - drawn.shape[2])
            drawn = np.concatenate([drawn, sampler.run(target, at, more, rng)], axis=2)

    def target(self, problem: Problem, y: Array) -> sampler.Target:
        """Return log posterior and gradient in internal coordinates, for rows that belong to data sets of `y`."""
        k, seen = len(problem.names), np.isfinite(y)
        function = residuals(problem, self.error, y=y, rtol=_PATH_RTOL)
        counts = seen.sum(axis=1) if self.sigma == "unit" else seen.sum(axis=(1, 2))[:, None]
        before = self._log_prior(problem)

        def density(x: Array, which: Ints) -> tuple[Array, Array]:
            with np.errstate(all="ignore"):
                residual, jacobian, clean = function(x[:, :k], which)
                resid = residual.reshape(len(x), *y.shape[1:])
                precision = np.exp(-2 * x[:, k:])
                squares = (resid**2).sum(axis=1)
                squares = squares if self.sigma == "unit" else squares.sum(axis=1, keepdims=True)
                found, gradient = before(x)
                found = found - (counts[which] * x[:, k:] + squares * precision / 2).sum(axis=1)
                weighted = (resid * precision[:, None, :]).reshape(len(x), -1)
                gradient[:, :k] -= np.einsum("rm,rmk->rk", weighted, jacobian)
                gradient[:, k:] += squares * precision - counts[which]
            fine = clean & np.isfinite(found) & np.isfinite(gradient).all(axis=1)
            return np.where(fine, found, -np.inf), np.where(fine[:, None], gradient, 0.0)

        return density

    def priors_of(self, problem: Problem) -> dict[str, Prior]:
        """Return every prior by name, in the order of the coefficients, residual standard deviations last."""
        return priors_of(problem, error=self.error, pooled=self.sigma == "pooled", own=self.priors)

    def _log_prior(self, problem: Problem) -> sampler.Density:
        chosen = list(self.priors_of(problem).values())
        positive = np.concatenate([problem.positive, np.ones(len(chosen) - len(problem.names), bool)])
        low = np.concatenate([problem.hard_lower, np.zeros(len(chosen) - len(problem.names))])
        high = np.concatenate([problem.hard_upper, np.full(len(chosen) - len(problem.names), np.inf)])

        def density(x: Array) -> tuple[Array, Array]:
            natural = np.where(positive, np.exp(np.where(positive, x, 0.0)), x)
            parts = [prior.density(column) for prior, column in zip(chosen, natural.T, strict=True)]
            inside = ((natural >= low) & (natural <= high)).all(axis=1)
            slopes = np.column_stack([slope for _, slope in parts])
            gradient = np.where(positive, slopes * natural + 1, slopes)
            total = sum((value for value, _ in parts), np.where(positive, x, 0.0).sum(axis=1))
            return np.where(inside, total, -np.inf), gradient

        return density

    def _modes(self, problem: Problem, y: Array) -> tuple[Array, Array]:
        """Return for each study the best starts of its chains, best first, and the root of a covariance there."""
        rows, k = self.starts, len(problem.names)
        start = np.stack([scattered(replace(problem, y=one), rows)[:rows] for one in y]).reshape(-1, k)
        low, high = problem.inward(problem.hard_lower), problem.inward(problem.hard_upper)
        log_sigma = np.full((len(start), len(sigma_names(problem, pooled=self.sigma == "pooled"))), np.nan)
        which = np.repeat(np.arange(len(y)), rows)
        best = start
        for _ in range(_ROUNDS):
            function, log_sigma = self._penalised(problem, y, which, best, log_sigma)
            found = minimise(function, best, lower=low, upper=high, precision=1e-4, iterations=40, polish=0)
            best = found.theta
        joined = np.column_stack([best, log_sigma])
        density, _ = self.target(problem, y)(joined, which)
        order = np.argsort(-density.reshape(len(y), rows), axis=1)
        chosen, jacobian = joined.reshape(len(y), rows, -1), found.jacobian.reshape(len(y), rows, -1, k)
        sorted_density = np.take_along_axis(density.reshape(len(y), rows), order, axis=1)
        near = sorted_density >= sorted_density[:, :1] - _NEAR
        order = np.where(near, order, order[:, :1])
        roots = [self._root(jacobian[g, order[g, 0]], problem, y[g]) for g in range(len(y))]
        return np.take_along_axis(chosen, order[:, :, None], axis=1), np.array(roots)

    def _penalised(
        self, problem: Problem, y: Array, which: Ints, theta: Array, log_sigma: Array
    ) -> tuple[Function, Array]:
        """Return residuals over their standard deviations, then the priors' own, as a function for `minimise`.

        The standard deviations come from the residuals at `theta`, where these are known.
        """
        k = len(problem.names)
        function = residuals(problem, self.error, y=y, rtol=_PATH_RTOL)
        chosen = list(self.priors_of(problem).values())
        drawn = _internal_draws(chosen, problem)
        centre, sd = drawn.mean(axis=0), drawn.std(axis=0)
        if np.isnan(log_sigma).all():
            log_sigma = np.tile(centre[k:], (len(theta), 1))
        else:
            residual, _, _ = function(theta, which)
            squares = (residual.reshape(len(theta), *y.shape[1:]) ** 2).mean(axis=1)
            squares = squares if self.sigma == "unit" else squares.mean(axis=1, keepdims=True)
            log_sigma = np.maximum(np.log(np.maximum(squares, 1e-24)) / 2, centre[k:] - 20)
        scale = np.broadcast_to(np.exp(-log_sigma), (len(theta), y.shape[2]))

        def penalised(points: Array, rows: Ints) -> tuple[Array, Array, Flags]:
            residual, jacobian, clean = function(points, which[rows])
            factor = np.tile(scale[rows], (1, y.shape[1]))
            own = (points - centre[:k]) / sd[:k]
            slopes = np.broadcast_to(np.diag(1 / sd[:k]), (len(points), k, k))
            return (
                np.concatenate([residual * factor, own], axis=1),
                np.concatenate([jacobian * factor[:, :, None], slopes], axis=1), clean,
            )  # fmt: skip

        return penalised, log_sigma

    def _root(self, jacobian: Array, problem: Problem, y: Array) -> Array:
        k, seen = len(problem.names), np.isfinite(y)
        counts = seen.sum(axis=0) if self.sigma == "unit" else np.array([seen.sum()])
        information = np.zeros((k + len(counts), k + len(counts)))
        information[:k, :k] = jacobian.T @ jacobian
        information[k:, k:] = np.diag(2.0 * counts + 1)
        values, vectors = np.linalg.eigh(information)
        covariance = (vectors / np.maximum(values, 1e-12 * values[-1])) @ vectors.T
        root: Array = np.linalg.cholesky((covariance + covariance.T) / 2)
        return root

    def _sample(self, problem: Problem, x: Array, at: sampler.Chains, g: int) -> Sample:
        k = len(problem.names)
        draws = np.concatenate([problem.outward(x[..., :k]), np.exp(x[..., k:])], axis=-1)
        return Sample(
            names=(*problem.names, *sigma_names(problem, pooled=self.sigma == "pooled")), draws=draws,
            r_hat=chains.r_hat(draws), ess_bulk=chains.bulk_ess(draws), ess_tail=chains.tail_ess(draws),
            mcse=chains.mean_error(draws), accepted=float(at.accepted[g]), refused=float(at.refused[g]),
        )  # fmt: skip

    def _prior_sd(self, problem: Problem) -> Array:
        chosen = list(self.priors_of(problem).values())
        found: Array = _internal_draws(chosen, problem).std(axis=0)[: len(problem.names)]
        return found

    def _status(self, sample: Sample, found: Estimate) -> Status:
        if not sample.converged(self.ess):
            worst = sample.names[int(np.argmax(sample.r_hat))]
            detail = (
                f"R-hat {sample.r_hat.max():.3f} ({worst}; at most {R_HAT}), effective draws {sample.ess:.0f} (at least"
                f" {self.ess})."
            )
            return refused(Code.NOT_CONVERGED, detail, r_hat=float(sample.r_hat.max()), ess=sample.ess)
        return found.status if found.status.code is Code.NOT_CONVERGED else OK

    def _notes(self, problem: Problem, sample: Sample) -> tuple[Notice, ...]:
        priors = "; ".join(f"{name} ~ {prior}" for name, prior in self.priors_of(problem).items())
        told = zip(sample.names, sample.mcse, strict=True)
        errors = ", ".join(f"{name} {significant(float(error), 2)}" for name, error in told)
        flat = sample.draws.reshape(-1, len(sample.names))[:, len(problem.names) :]
        sigmas = ", ".join(
            f"{name} {significant(float(m))} ({significant(float(s), 2)})"
            for name, m, s in zip(sample.names[len(problem.names) :], flat.mean(axis=0), flat.std(axis=0), strict=True)
        )
        return (
            Notice("posterior_priors", priors=priors),
            Notice(
                "posterior_chains", chains=self.chains, draws=sample.draws.shape[1], r_hat=f"{sample.r_hat.max():.4f}",
                bulk=round(float(sample.ess_bulk.min())), tail=round(float(sample.ess_tail.min())),
            ),
            Notice("posterior_errors", errors=errors),
            Notice("posterior_sigmas", sigmas=sigmas),
        )  # fmt: skip


def _internal_draws(priors: list[Prior], problem: Problem) -> Array:
    """Return draws of the priors in internal coordinates, for their centres and sizes only."""
    rng = np.random.default_rng(0)
    drawn = np.column_stack([prior.drawn(rng, 2000) for prior in priors])
    positive = np.concatenate([problem.positive, np.ones(len(priors) - len(problem.names), bool)])
    kept = drawn[(~positive | (drawn > 0)).all(axis=1)]
    return np.where(positive, np.log(np.where(positive, kept, 1.0)), kept)


ESTIMATOR = Posterior
VARIANTS: dict[str, Estimator] = {}  # minutes of sampling are no row of a quick table
