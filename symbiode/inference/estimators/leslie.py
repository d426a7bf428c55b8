"""Leslie's discrete competition model: x' = alpha x / (1 + beta x + gamma y), from one observation to the next.

Comes in: a `Problem`. Goes out: an `Estimate` in the law's own coefficients. The map is exact for a logistic unit alone
and has the equilibria of the continuous law; with a partner it is exact to first order in the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from symbiode.inference.estimators import Array, Estimate, Problem, Refit
from symbiode.inference.estimators import _one_step as one_step
from symbiode.inference.estimators._linear import bernoulli, linear, require_linear
from symbiode.inference.estimators._one_step import Steps


@dataclass(frozen=True, kw_only=True)
class Leslie:
    """Settings of Leslie's model, fitted by nonlinear least squares.

    With growth per capita r_i + sum_j a_ij x_j and a step D: alpha = exp(r_i D), beta = -a_ii (alpha - 1)/r_i and
    gamma = -a_ij (alpha - 1)/r_i.

    Parameters
    ----------
    error : "log" or "level"
        The scale of residuals.
    errors : "classical", "hc1", "hc3" or "newey_west"
        Standard errors.
    bandwidth : int, optional
        Lags of Newey and West.
    sigma : "unit" or "pooled"
        One residual standard deviation for each equation, or one for all.
    starts : int
        Starting points of the search.

    References
    ----------
    Leslie, P. H. (1958), Biometrika 45:16; Leslie, P. H. and Gower, J. C. (1958), Biometrika 45:316.

    Examples
    --------
    >>> Leslie(error="level").sigma
    'unit'
    """

    error: Literal["log", "level"] = "log"
    errors: Literal["classical", "hc1", "hc3", "newey_west"] = "classical"
    bandwidth: int | None = None
    sigma: Literal["unit", "pooled"] = "unit"
    starts: int = 8
    per_time: ClassVar[bool] = False

    def __post_init__(self) -> None:
        one_step.require_settings(self)

    def require(self, problem: Problem) -> None:
        """Refuse a law whose growth per capita is not linear in the levels."""
        require_linear(problem)

    def predict(self, problem: Problem, steps: Steps, p: Array) -> tuple[Array, Array]:
        """Return the level after each step, on the scale of the residuals, and its derivatives."""
        found, x = linear(problem, p), steps.y[:, :-1]
        limits = np.einsum("rij,rsj->rsi", found.effects, x)
        moved = np.einsum("rijk,rsj->rsik", found.effects_slopes, x)
        growth = np.broadcast_to(found.growth[:, None], x.shape)
        level, slopes = bernoulli(x, growth, limits, steps.lengths, found.growth_slopes[:, None], moved)
        if self.error == "log":
            return level, slopes
        return np.exp(level), np.exp(level)[..., None] * slopes

    def estimate(self, problem: Problem) -> Estimate:
        """Return the estimate of a problem."""
        return one_step.estimate(self, problem)

    def refit(self, problem: Problem, start: Array, **asked: Any) -> Refit:
        """Return the least-squares answers of many rows; see the contract of `symbiode.inference.estimators`."""
        return one_step.refit(self, problem, start, **asked)

    def simulate(self, problem: Problem, estimate: Estimate, count: int, rng: np.random.Generator) -> Array:
        """Return data that the method's own model would produce; see the contract."""
        return one_step.simulate(self, problem, estimate, count, rng)


ESTIMATOR = Leslie
