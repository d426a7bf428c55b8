"""Growth per capita regressed on levels: the quickest estimator, exact least squares for laws linear in the levels.

Comes in: a `Problem`. Goes out: an `Estimate`. Growth per unit of time of each step is set equal to the law's growth
per capita at one level that stands for the step. For laws such as the logistic this is ordinary least squares, equation
by equation, told in the law's own coefficients (delta method); other laws are fitted by nonlinear least squares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from symbiode.errors import Code, InvalidValueError, RefusedError, refused
from symbiode.inference.estimators import Array, Estimate, Problem, Refit
from symbiode.inference.estimators import _one_step as one_step
from symbiode.inference.estimators._one_step import Steps

REGRESSORS = ("midpoint", "lagged", "log_mean")


@dataclass(frozen=True, kw_only=True)
class GrowthRegression:
    """Settings of the regression of growth on levels.

    Parameters
    ----------
    regressor : "midpoint", "lagged" or "log_mean"
        The level of a step: (x_t + x_{t+1})/2; x_t, biased where levels trend; (x_{t+1} - x_t)/ln(x_{t+1}/x_t), the
        exact mean of an exponential.
    errors : "classical", "hc1", "hc3" or "newey_west"
        Standard errors; all but the first allow for unequal errors and for correlation between the units.
    bandwidth : int, optional
        Lags of Newey and West, 4 (T/100)^(2/9) by default.
    sigma : "unit" or "pooled"
        One residual standard deviation for each equation, or one for all.
    starts : int
        Starting points of the search.

    References
    ----------
    Mühlbauer et al. (2020), Ecology and Evolution 10:13275 (lagged); Newey and West (1987), Econometrica 55:703;
    MacKinnon and White (1985), Journal of Econometrics 29:305.

    Examples
    --------
    >>> GrowthRegression(regressor="log_mean", errors="hc3").error
    'log'
    """

    regressor: Literal["midpoint", "lagged", "log_mean"] = "midpoint"
    errors: Literal["classical", "hc1", "hc3", "newey_west"] = "classical"
    bandwidth: int | None = None
    sigma: Literal["unit", "pooled"] = "unit"
    starts: int = 8
    error: ClassVar[Literal["log"]] = "log"
    per_time: ClassVar[bool] = True

    def __post_init__(self) -> None:
        one_step.require_settings(self)
        if self.regressor not in REGRESSORS:
            raise InvalidValueError("regressor", self.regressor, ", ".join(REGRESSORS))

    def require(self, problem: Problem) -> None:
        """Refuse a law without growth per capita."""
        if problem.per_capita is None:
            detail = "This law has no growth per capita; use TrajectoryMatching."
            raise RefusedError(refused(Code.NOT_SUPPORTED, detail))

    def predict(self, problem: Problem, steps: Steps, p: Array) -> tuple[Array, Array]:
        """Return the logarithm of the level after each step, and its derivatives."""
        assert problem.per_capita is not None
        before, after = steps.y[:, :-1], steps.y[:, 1:]
        middle = (steps.t[1:] + steps.t[:-1]) / 2
        if self.regressor == "lagged":
            middle, level = steps.t[:-1], before
        elif self.regressor == "midpoint":
            level = (before + after) / 2
        else:
            change = np.log(after / before)
            near = np.abs(change) < 1e-6
            level = np.where(near, (before + after) / 2, (after - before) / np.where(near, 1.0, change))
        growth, slopes = problem.per_capita(middle, level, p)
        lengths = steps.lengths[:, None]
        return np.log(before) + lengths * growth, lengths[..., None] * slopes

    def estimate(self, problem: Problem) -> Estimate:
        """Return the regression of a problem."""
        return one_step.estimate(self, problem)

    def refit(self, problem: Problem, start: Array, **asked: Any) -> Refit:
        """Return the least-squares answers of many rows; see the contract of `symbiode.inference.estimators`."""
        return one_step.refit(self, problem, start, **asked)

    def simulate(self, problem: Problem, estimate: Estimate, count: int, rng: np.random.Generator) -> Array:
        """Return data that the method's own model would produce; see the contract."""
        return one_step.simulate(self, problem, estimate, count, rng)


ESTIMATOR = GrowthRegression
VARIANTS = {
    "growth_regression": GrowthRegression(),
    "growth_regression_lagged": GrowthRegression(regressor="lagged"),
    "growth_regression_log_mean": GrowthRegression(regressor="log_mean"),
}
