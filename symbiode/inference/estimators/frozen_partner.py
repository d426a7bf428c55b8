"""The exact step of a logistic unit whose partners stand still at their mean over the step.

Comes in: a `Problem`. Goes out: an `Estimate`. As Leslie's model it is exact for a unit alone; a strong effect of the
partner is followed better, because the partner changes the growth rate and not only the denominator.
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
class FrozenPartner:
    """Settings of the exact step with frozen partners, fitted by nonlinear least squares.

    With q = r_i + sum_j a_ij (y_t + y_{t+1})/2 over the partners and a step D:
    x_{t+1} = x_t exp(qD) / (1 - a_ii x_t (exp(qD) - 1)/q).

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
    Verhulst, P.-F. (1838), Correspondance mathématique et physique 10:113 (the solution at a constant rate).

    Examples
    --------
    >>> FrozenPartner().error
    'log'
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
        middle = (x + steps.y[:, 1:]) / 2
        others = 1 - np.eye(x.shape[-1])
        rate = found.growth[:, None] + np.einsum("rij,rsj->rsi", found.effects * others, middle)
        turned = found.growth_slopes[:, None] + np.einsum(
            "rijk,rsj->rsik", found.effects_slopes * others[..., None], middle
        )
        own = np.einsum("rii->ri", found.effects)[:, None] * x
        moved = np.einsum("riik->rik", found.effects_slopes)[:, None] * x[..., None]
        level, slopes = bernoulli(x, rate, own, steps.lengths, turned, moved)
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


ESTIMATOR = FrozenPartner
