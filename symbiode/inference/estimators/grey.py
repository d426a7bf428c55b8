"""Grey Lotka-Volterra model, direct: the change of a level over a step is the law's rate at background values.

Comes in: a `Problem`. Goes out: an `Estimate`. Residuals are those of levels, so that large levels weigh most. The
variant with accumulated series (1-AGO) fits sums of the past, not levels: its coefficients are no effects between the
units, and no mode is inferred from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from symbiode.errors import Code, InvalidValueError, RefusedError, refused
from symbiode.inference.estimators import Array, Estimate, Problem, Refit
from symbiode.inference.estimators import _one_step as one_step
from symbiode.inference.estimators._one_step import Steps


@dataclass(frozen=True, kw_only=True)
class Grey:
    """Settings of the grey Lotka-Volterra model: x_{k+1} - x_k = D z f(z), z = weight x_{k+1} + (1 - weight) x_k.

    Parameters
    ----------
    weight : float
        Of the level after a step in the background value, in [0, 1].
    accumulated : bool
        The variant with accumulated series; `symbiode.compare` shows its coefficients, and a fit refuses it.
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
    Wu, L., Liu, S. and Wang, Y. (2012), Expert Systems with Applications 39:1840; Deng, J. (1989), Journal of Grey
    System 1:1 (accumulation).

    Examples
    --------
    >>> Grey(weight=0.5).error
    'level'
    """

    weight: float = 0.5
    accumulated: bool = False
    errors: Literal["classical", "hc1", "hc3", "newey_west"] = "classical"
    bandwidth: int | None = None
    sigma: Literal["unit", "pooled"] = "unit"
    starts: int = 8
    error: ClassVar[Literal["level"]] = "level"
    per_time: ClassVar[bool] = True

    def __post_init__(self) -> None:
        one_step.require_settings(self)
        if not 0 <= self.weight <= 1:
            raise InvalidValueError("weight", self.weight, "between 0 and 1")

    def require(self, problem: Problem) -> None:
        """Refuse a law without growth per capita, and accumulated series."""
        if problem.per_capita is None:
            detail = "This law has no growth per capita; use TrajectoryMatching."
            raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
        if self.accumulated:
            detail = (
                "Coefficients of accumulated series describe sums of the past, so capacities and effects are not those "
                "of the units and no mode follows from them; symbiode.compare shows them beside the others."
            )
            raise RefusedError(refused(Code.NOT_SUPPORTED, detail))

    def predict(self, problem: Problem, steps: Steps, p: Array) -> tuple[Array, Array]:
        """Return the level after each step and its derivatives."""
        assert problem.per_capita is not None
        before, after = steps.y[:, :-1], steps.y[:, 1:]
        level = self.weight * after + (1 - self.weight) * before
        growth, slopes = problem.per_capita(steps.t[:-1] + self.weight * steps.lengths, level, p)
        change = steps.lengths[:, None] * level
        return before + change * growth, change[..., None] * slopes

    def estimate(self, problem: Problem) -> Estimate:
        """Return the estimate of a problem."""
        return one_step.estimate(self, problem)

    def refit(self, problem: Problem, start: Array, **asked: Any) -> Refit:
        """Return the least-squares answers of many rows; see the contract of `symbiode.inference.estimators`."""
        return one_step.refit(self, problem, start, **asked)

    def simulate(self, problem: Problem, estimate: Estimate, count: int, rng: np.random.Generator) -> Array:
        """Return data that the method's own model would produce; see the contract."""
        return one_step.simulate(self, problem, estimate, count, rng)


ESTIMATOR = Grey
VARIANTS = {"grey": Grey(), "grey_accumulated": Grey(accumulated=True)}
