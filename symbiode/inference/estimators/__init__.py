"""Ways to fit, one per file; this docstring is the contract for a new one.

A file `symbiode/inference/estimators/NAME.py` offers one frozen class of settings, found as ``ESTIMATOR``, with
``estimate(problem) -> Estimate``; it is then a choice of ``fit(…, method=…)`` and of the command line, with inference,
mode probabilities, verdict and `test_every_estimator` for free. An estimator sees arrays and functions only, never a
model. The shortest valid example::

    '''Growth rates on levels, by least squares in one step.'''
    from dataclasses import dataclass
    from symbiode.inference.estimators import Estimate, Problem, Refit, summarise

    @dataclass(frozen=True, kw_only=True)
    class Regression:
        error: str = "log"

        def estimate(self, problem: Problem) -> Estimate:
            found = self.refit(problem, problem.guess[None], lower=problem.lower, upper=problem.upper)
            return summarise(problem, found, error=self.error)

        def refit(self, problem, start, *, lower, upper, y=None, weights=None, precision=1e-8,
                  iterations=None) -> Refit:
            …  # least squares of many rows at once: one start, one box and (if given) one data set per row

    ESTIMATOR = Regression

`refit` is what profiles, bootstrap samples, rival models (an effect held at zero) and rolling origins (missing years)
are made of: a parameter is held where its bounds are equal.

Two things may be added. ``simulate(problem, estimate, count, rng) -> y (count, time, unit)`` makes the data of a
parametric bootstrap where errors are not simply added to `fitted`; NaN where a data set has no solution.
``VARIANTS = {key: settings}`` of the file names what the table of `symbiode.compare` shows of it (one row with the
settings left as they are, unless told otherwise; none if empty).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from symbiode.errors import OK, Status
from symbiode.inference.notices import Notice

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Kind = Literal["growth", "capacity", "initial", "effect", "other"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Path:
    """Trajectories of many rows of parameters, with first derivatives.

    Parameters
    ----------
    y : array (row, time, unit)
        Levels in the data's measure.
    dy : array (row, time, unit, parameter)
        Derivatives to the free parameters, in their natural measure.
    clean : array of bool (row,)
        Whether the row reached the last time; if not, the values stay finite where it stopped.
    """

    y: Array
    dy: Array
    clean: Flags


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """What is to be fitted, as arrays and functions; rows of parameters come and go in natural measure.

    Parameters
    ----------
    t : array (time,)
        Increasing times.
    y : array (time, unit)
        Observed levels; NaN where missing.
    units, names : tuple of str
        Units in the order of `y`; free parameters as key paths.
    kinds : tuple of str (parameter,)
        ``growth``, ``capacity``, ``initial``, ``effect`` or ``other``.
    about : tuple of tuple of int (parameter,)
        The units a parameter belongs to: (unit,), or (receiver, source) of an effect.
    positive : array of bool (parameter,)
        Whether it is searched by its logarithm.
    lower, upper : array (parameter,)
        The search box.
    hard_lower, hard_upper : array (parameter,)
        What no search may leave, however often the box is doubled.
    guess : array (parameter,)
        A start inside the box.
    starts : array (start, parameter)
        Points a search must try beside its own.
    seed : int
        For every random number of a search.
    trajectory : callable
        ``trajectory(p (row, parameter), times=None, rtol=…, steps=…) -> Path`` from the first time on, in at most
        `steps` steps.
    per_capita : callable or None
        ``per_capita(t, y, p) -> (growth, derivatives)`` with ``t (time,)``, ``y (time, unit)``, ``p (row, parameter)``:
        growth per capita ``(row, time, unit)`` and its derivatives to the free parameters; None where a law has none.
    step : callable or None
        ``step(y0 (row, unit), times (time,), p (row, parameter)) -> (y (row, time, unit), dy (…, unit))``: levels from
        other starts on, with derivatives to the starts; NaN after a row ended.
    """

    t: Array
    y: Array
    units: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    about: tuple[tuple[int, ...], ...]
    positive: Flags
    lower: Array
    upper: Array
    hard_lower: Array
    hard_upper: Array
    guess: Array
    starts: Array
    seed: int = 0
    trajectory: Callable[..., Path]
    per_capita: Callable[[Array, Array, Array], tuple[Array, Array]] | None = None
    step: Callable[..., tuple[Array, Array]] | None = None

    @property
    def nobs(self) -> int:
        """How many numbers were observed."""
        return int(np.isfinite(self.y).sum())

    def inward(self, p: Array) -> Array:
        """Return internal coordinates: logarithms of positive parameters, the others as they are."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.positive, np.log(np.where(self.positive, p, 1.0)), p)

    def outward(self, theta: Array) -> Array:
        """Return natural parameters of internal coordinates."""
        return np.where(self.positive, np.exp(np.where(self.positive, np.clip(theta, -700, 700), 0.0)), theta)

    def doubled(self) -> tuple[Array, Array]:
        """Return a box twice as wide: bounds of positive parameters twice as far, others twice as large."""
        lower = np.where(self.positive, self.lower / 2, 2 * self.lower)
        return np.maximum(lower, self.hard_lower), np.minimum(2 * self.upper, self.hard_upper)


@dataclass(frozen=True, kw_only=True, eq=False)
class Refit:
    """Least-squares answers of many rows.

    Parameters
    ----------
    params : array (row, parameter)
        Natural measure.
    ssr : array (row,)
        Weighted sum of squared residuals; infinite where nothing clean was found.
    converged : array of bool (row,)
    failures, evaluations : int
        Trial points refused, trajectories computed.
    """

    params: Array
    ssr: Array
    converged: Flags
    failures: int = 0
    evaluations: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Optimum:
    """One of several answers of a search, best first.

    Parameters
    ----------
    params : array (parameter,)
    ssr : float
    starts : int
        How many starts ended here.
    """

    params: Array
    ssr: float
    starts: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimate:
    """What an estimator found.

    Parameters
    ----------
    names : tuple of str
        As in the problem.
    params : array (parameter,)
        Natural measure.
    cov : array (parameter, parameter)
        Delta method, residual degrees of freedom; NaN where nothing finite can be said.
    errors : str
        The kind of standard error in `cov`: ``classical``, ``hc1``, ``hc3`` or ``newey_west``.
    lags : int or None
        Of Newey-West errors.
    error : str
        ``log`` or ``level``: the scale of residuals.
    fitted, resid : array (time, unit)
        Levels; residuals (fitted less observed) on the scale of `error`, NaN where nothing was observed.
    jacobian : array (time, unit, parameter)
        Derivatives of the weighted residuals to internal coordinates, zero where nothing was observed.
    ssr, sigma : float
        Sum of squared (weighted) residuals; sqrt(ssr / df_resid).
    sigmas : array (unit,)
        Residual standard deviation of each unit; all equal to `sigma` when pooled.
    weights : array (unit,)
        What residuals of each unit are multiplied by; ones when pooled.
    pooled : bool
        Whether all units share one standard deviation.
    noises : int
        Estimated numbers of the noise, as information criteria count them: one standard deviation, or one per unit;
        twice that where shocks and errors of measurement are told apart.
    nobs, df_resid : int
    llf : float
        Log-likelihood of the observed levels.
    at_bound : array of int (parameter,)
        -1 on the lower, 1 on the upper bound of the box, else 0.
    singular_values, directions : arrays (parameter,) and (parameter, parameter)
        Of the Jacobian in internal coordinates with columns of length one; rows of `directions` belong to them.
    lower, upper : array (parameter,)
        The box.
    optima : tuple of Optimum
        Every answer within 2 log-likelihood units of the best, best first.
    wider : Optimum or None
        The best answer in the doubled box, where that was tried.
    starts : int
        How many were tried.
    agreeing : int
        How many ended at `params`.
    failures, evaluations : int
        Trial points refused because a trajectory ran away or failed; trajectories computed.
    status : Status
    notes : tuple of Notice
        What a reader must know beside the coefficients, such as priors, Monte Carlo errors, process noise.
    draws : array (draw, parameter) or None
        Draws of a posterior, about as many as are independent; they then take the place of profiles and bootstrap.
    prior_sd : array (parameter,) or None
        With `draws`: standard deviation of each prior in internal coordinates.
    """

    names: tuple[str, ...]
    params: Array
    cov: Array
    error: str
    fitted: Array
    resid: Array
    jacobian: Array
    ssr: float
    sigma: float
    sigmas: Array
    weights: Array
    pooled: bool
    noises: int
    nobs: int
    df_resid: int
    llf: float
    at_bound: Ints
    singular_values: Array
    directions: Array
    lower: Array
    upper: Array
    optima: tuple[Optimum, ...] = ()
    wider: Optimum | None = None
    starts: int = 1
    agreeing: int = 1
    failures: int = 0
    evaluations: int = 0
    errors: str = "classical"
    lags: int | None = None
    status: Status = field(default=OK)
    notes: tuple[Notice, ...] = ()
    draws: Array | None = None
    prior_sd: Array | None = None


class Estimator(Protocol):
    """A frozen class of settings that can estimate, and refit many rows at once."""

    @property
    def error(self) -> str:
        """The scale of residuals, ``log`` or ``level``."""

    def estimate(self, problem: Problem) -> Estimate:
        """Return the estimate of a problem."""

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
        """Return the least-squares answer of many rows: one start, one box and, if given, one data set per row.

        Shapes: `start` (row, parameter); `lower`, `upper` (row, parameter) or (parameter,); `y` (row, time, unit);
        `weights` (unit,), as in `Estimate`. `precision` is that of the sum of squares, relative;
        `iterations` the most steps of a row.
        """
