"""Log-integral matching: ln x_t = ln x_0 + integral of growth per capita along the observed levels.

Comes in: a `Problem`. Goes out: an `Estimate`. Nothing is differentiated, so noise of measurement does less harm than
in a regression of growth; errors are those of the observations, not of the steps. Linear in the coefficients wherever
growth per capita is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
from scipy.integrate import cumulative_simpson, cumulative_trapezoid
from scipy.interpolate import CubicSpline

from symbiode.errors import Code, InvalidValueError, RefusedError, refused
from symbiode.inference.estimators import Array, Estimate, Problem, Refit
from symbiode.inference.estimators import _one_step as one_step
from symbiode.inference.estimators._one_step import Steps
from symbiode.inference.notices import Notice

RULES = ("spline", "simpson", "trapezoid")


@dataclass(frozen=True, kw_only=True)
class Integral:
    """Settings of log-integral matching.

    Parameters
    ----------
    rule : "spline", "simpson" or "trapezoid"
        How growth is integrated between observations: error of order 4, 3 or 2 in the step. Gaps are stepped over.
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
    Kloppers, P. H. and Greeff, J. C. (2013), Applied Mathematics and Computation 219:9917; Yaari, R. and Dattner, I.
    (2019), Journal of Open Source Software 4(44):1710 (integral matching).

    Examples
    --------
    >>> Integral(rule="trapezoid").error
    'log'
    """

    rule: Literal["spline", "simpson", "trapezoid"] = "spline"
    errors: Literal["classical", "hc1", "hc3", "newey_west"] = "classical"
    bandwidth: int | None = None
    sigma: Literal["unit", "pooled"] = "unit"
    starts: int = 8
    error: ClassVar[Literal["log"]] = "log"
    per_time: ClassVar[bool] = False

    def __post_init__(self) -> None:
        one_step.require_settings(self)
        if self.rule not in RULES:
            raise InvalidValueError("rule", self.rule, ", ".join(RULES))

    def require(self, problem: Problem) -> None:
        """Refuse a law without growth per capita."""
        if problem.per_capita is None:
            detail = "This law has no growth per capita; use TrajectoryMatching."
            raise RefusedError(refused(Code.NOT_SUPPORTED, detail))

    def predict(self, problem: Problem, steps: Steps, p: Array) -> tuple[Array, Array]:
        """Return the logarithm of each level but the first, from the start on, and its derivatives."""
        assert problem.per_capita is not None
        growth, slopes = problem.per_capita(steps.t, steps.y, p)
        rule = quadrature(steps.t, self.rule)
        level = np.log(steps.y[:, :1]) + np.einsum("st,rtu->rsu", rule, growth)
        moved = np.einsum("st,rtuk->rsuk", rule, slopes)
        for k, kind in enumerate(problem.kinds):
            if kind == "initial":
                unit = problem.about[k][0]
                level[:, :, unit] += np.log(p[:, k, None] / steps.y[:, :1, unit])
                moved[:, :, unit, k] = 1 / p[:, k, None]
        return level, moved

    def estimate(self, problem: Problem) -> Estimate:
        """Return the estimate of a problem, with the sentence that its intervals are too short."""
        return replace(one_step.estimate(self, problem), notes=(Notice("integral_too_short"),))

    def refit(self, problem: Problem, start: Array, **asked: Any) -> Refit:
        """Return the least-squares answers of many rows; see the contract of `symbiode.inference.estimators`."""
        return one_step.refit(self, problem, start, **asked)


def quadrature(t: Array, rule: str) -> Array:
    """Return the matrix that integrates values at the times from the first time to each later one.

    Parameters
    ----------
    t : array (time,)
    rule : "spline", "simpson" or "trapezoid"
        With two times always the last.

    Returns
    -------
    array (time - 1, time)

    Examples
    --------
    >>> quadrature(np.array([0.0, 1.0, 3.0]), "trapezoid").tolist()
    [[0.5, 0.5, 0.0], [0.5, 1.5, 1.0]]
    """
    values = np.eye(len(t))
    if rule == "trapezoid" or len(t) < 3:
        return np.asarray(cumulative_trapezoid(values, t, axis=0))
    if rule == "simpson":
        return np.asarray(cumulative_simpson(values, x=t, axis=0))
    return np.asarray(CubicSpline(t, values).antiderivative()(t[1:]))


ESTIMATOR = Integral
