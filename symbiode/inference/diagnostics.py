"""What the data can say before any law is fitted, and whether the residuals of a fit are what the intervals assume.

Comes in: `Observations`, or the residuals of a fit with their Jacobian. Goes out: collinearity, the growth regression,
trends and residual tests, each a small frozen value. The verdict and the first page of a report read them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from symbiode.errors import Code, InvalidValueError, RefusedError, refused
from symbiode.inference.observations import Floats, Observations, require_positive

REGRESSORS = ("midpoint", "lagged", "log_mean")
DRAWS = 9999
_SINGULAR = 1e-8


@dataclass(frozen=True, kw_only=True, eq=False)
class GrowthRegression:
    """Growth per head regressed on levels: dln x_i/dt = r_i + sum_j a_ij x_j, one equation per unit.

    Parameters
    ----------
    units : tuple of str, shape (unit,)
        Names.
    regressor : str
        Which level stands for a step: see `growth_regression`.
    nobs, df_resid : int
        Steps, and steps less coefficients, the same in every equation.
    growth, growth_se : array, shape (unit,)
        r_i and its standard error, 1/time.
    effects, effects_se, tvalues, pvalues : array, shape (unit, unit)
        a_ij in row i and column j, its standard error, t value and two-sided p.
    r_squared : array, shape (unit,)
        Of each equation.
    vif : array, shape (unit,)
        Variance inflation of each level: 1/(1 - R^2) against the other levels.
    """

    units: tuple[str, ...]
    regressor: str
    nobs: int
    df_resid: int
    growth: Floats
    growth_se: Floats
    effects: Floats
    effects_se: Floats
    tvalues: Floats
    pvalues: Floats
    r_squared: Floats
    vif: Floats

    def cross(self, receiver: str, source: str) -> tuple[float, float]:
        """Return t value and p of the effect of `source` on the growth of `receiver`."""
        i, j = self.units.index(receiver), self.units.index(source)
        return float(self.tvalues[i, j]), float(self.pvalues[i, j])


@dataclass(frozen=True, kw_only=True)
class ResidualTest:
    """One test on the residuals of one unit.

    Parameters
    ----------
    unit, test : str
        Whose residuals; ``autocorrelation``, ``runs`` or ``heteroscedasticity`` (keys of `symbiode.words`).
    statistic, p_value : float
        The statistic and the share of simulated fits with one at least as extreme.
    nobs : int
        Residuals used.
    """

    unit: str
    test: str
    statistic: float
    p_value: float
    nobs: int


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Whether a series rises or falls throughout: Kendall's rank correlation with time.

    Parameters
    ----------
    unit : str
        Whose series.
    tau, p_value : float
        The rank correlation and its exact two-sided p (normal for long or tied series).
    trending : bool
        Whether p is below the level asked for.
    """

    unit: str
    tau: float
    p_value: float
    trending: bool


def growth_regression(observations: Observations, *, regressor: str = "midpoint") -> GrowthRegression:
    """Regress growth per head on the levels of all units, by least squares.

    The quickest look at whether the data separate effects at all. Steps are those between consecutive rows with a value
    for every unit, at their real length; a step across a declared level break is left out.

    Parameters
    ----------
    observations : Observations
        Positive levels.
    regressor : {"midpoint", "lagged", "log_mean"}
        The level of a step: (x_t + x_{t+1})/2, x_t (biased towards too strong effects in trending series), or
        (x_{t+1} - x_t)/ln(x_{t+1}/x_t), the exact mean of an exponential.

    Returns
    -------
    GrowthRegression

    Raises
    ------
    RefusedError
        `too_short` with fewer steps than coefficients + 1; `not_identifiable` if the levels are exactly collinear.
    DataError
        If a level is zero or negative.
    InvalidValueError
        If `regressor` is none of the choices.

    References
    ----------
    Leslie, P. H. (1957), Biometrika 44:314; Mühlbauer, L. K. et al. (2020), gauseR, Ecology and Evolution 10:13275.

    Examples
    --------
    >>> import symbiode
    >>> from symbiode.system.formats import models_folder
    >>> pelts = symbiode.read(models_folder() / "hudson_bay_lynx_hare_1900_1920.csv")
    >>> made = growth_regression(pelts)
    >>> round(made.cross("hare", "lynx")[0], 1), round(made.cross("lynx", "hare")[0], 1)
    (-8.9, 9.5)
    """
    if regressor not in REGRESSORS:
        raise InvalidValueError("regressor", regressor, ", ".join(REGRESSORS))
    require_positive(observations)
    rates, levels = growth_steps(observations, regressor)
    size, units = rates.shape
    df = size - units - 1
    if df < 1:
        detail = f"{size} steps between complete rows, {units + 1} coefficients per unit."
        raise RefusedError(refused(Code.TOO_SHORT, detail, steps=size, coefficients=units + 1))
    mean = levels.mean(axis=0)
    design = np.column_stack([np.ones(size), levels / mean])
    left, singular, right = np.linalg.svd(design, full_matrices=False)
    if singular[-1] < _SINGULAR * singular[0]:
        detail = "The levels are exactly collinear, so effects on growth cannot be told apart."
        raise RefusedError(refused(Code.NOT_IDENTIFIABLE, detail, units=list(observations.units)))
    half = right.T / singular
    found = half @ (left.T @ rates)
    rest = rates - design @ found
    squares = np.sum(rest**2, axis=0)
    spread = np.sum((rates - rates.mean(axis=0)) ** 2, axis=0)
    errors = np.sqrt(np.outer(np.sum(half**2, axis=1), squares / df))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = found / errors
        r_squared = 1 - squares / spread
    return GrowthRegression(
        units=observations.units, regressor=regressor, nobs=size, df_resid=df, growth=found[0], growth_se=errors[0],
        effects=(found[1:].T / mean), effects_se=(errors[1:].T / mean), tvalues=t[1:].T,
        pvalues=2 * stats.t.sf(np.abs(t[1:].T), df), r_squared=r_squared, vif=_vif(levels),
    )  # fmt: skip


def levels_vif(observations: Observations, *, regressor: str = "midpoint") -> Floats:
    """Return the variance inflation of each unit's levels as they enter `growth_regression`, shape (unit,).

    Above about 10 the effects of the units on each other can hardly be told from their own limitation; infinite if
    the levels are exactly collinear.

    Raises
    ------
    RefusedError
        `too_short` with fewer than three steps.
    """
    levels = growth_steps(observations, regressor)[1]
    if len(levels) < 3:
        raise RefusedError(refused(Code.TOO_SHORT, f"{len(levels)} steps between complete rows.", steps=len(levels)))
    return _vif(levels)


def trends(observations: Observations, *, level: float = 0.05) -> tuple[Trend, ...]:
    """Test each series for a trend, shape (unit,).

    Two series that both trend correlate whatever they have to do with each other.

    Parameters
    ----------
    observations : Observations
        At least four values per unit, else p is 1.
    level : float
        A series trends if p is below.

    References
    ----------
    Mann, H. B. (1945), Econometrica 13:245; Kendall, M. G. (1938), Biometrika 30:81.

    Examples
    --------
    >>> made = Observations(t=range(6), y=[[1, 5], [2, 1], [3, 4], [4, 2], [5, 6], [6, 3]], units=("up", "about"))
    >>> [trend.trending for trend in trends(made)]
    [True, False]
    """
    told = []
    for k, unit in enumerate(observations.units):
        column = observations.y[:, k]
        there = ~np.isnan(column)
        tau, p = 0.0, 1.0
        if there.sum() >= 4 and np.ptp(column[there]) > 0:
            found = stats.kendalltau(observations.t[there], column[there])
            tau, p = float(found.statistic), float(found.pvalue)
        told.append(Trend(unit=unit, tau=tau, p_value=p, trending=p < level))
    return tuple(told)


def residual_tests(
    residuals: Floats,
    units: tuple[str, ...],
    *,
    jacobian: Floats | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> tuple[ResidualTest, ...]:
    """Test residuals for dependence in time and for a spread that changes with time.

    A fit makes its own residuals dependent: after four coefficients on 25 points the textbook Ljung-Box test at 1 %
    rejects independent errors in 3 to 5 % of cases. So each p comes from simulated independent normal errors that went
    through the same fit, linearised by its Jacobian: a Monte Carlo test, exact for a linear fit.

    Parameters
    ----------
    residuals : array, shape (time, unit)
        On the scale on which the fit assumes equal spread (log or level), NaN where there is no observation.
    units : tuple of str, shape (unit,)
        Names.
    jacobian : array, shape (time, unit, parameter), optional
        Derivatives of the residuals by the fitted parameters; without it nothing was fitted.
    seed, draws : int
        Of the simulation; the same seed gives the same p.

    Returns
    -------
    tuple of ResidualTest
        Per unit with at least six residuals: ``autocorrelation`` (Ljung-Box statistic), ``runs`` (too few runs of one
        sign) and ``heteroscedasticity`` (Koenker's statistic of squares on time).

    References
    ----------
    Ljung, G. M. and Box, G. E. P. (1978), Biometrika 65:297; Wald, A. and Wolfowitz, J. (1940), Annals of Mathematical
    Statistics 11:147; Breusch, T. S. and Pagan, A. R. (1979), Econometrica 47:1287; Koenker, R. (1981), Journal of
    Econometrics 17:107; Dufour, J.-M. and Khalaf, L. (2002), Journal of Econometrics 106:143 (Monte Carlo tests).
    """
    there = ~np.isnan(residuals)
    if residuals.ndim != 2 or residuals.shape[1] != len(units):
        raise InvalidValueError("residuals", residuals.shape, f"shape (time, {len(units)})")
    errors = np.random.default_rng(seed).standard_normal((draws, int(there.sum())))
    spread = np.sqrt(np.nansum(residuals**2, axis=0) / np.maximum(there.sum(axis=0), 1))
    errors *= np.broadcast_to(np.where(spread > 0, spread, 1.0), residuals.shape)[there]
    if jacobian is not None:
        basis = _range(np.asarray(jacobian, dtype=float)[there])
        errors -= (errors @ basis) @ basis.T
    owner = np.broadcast_to(np.arange(len(units)), residuals.shape)[there]
    at = np.broadcast_to(np.arange(len(residuals))[:, None], residuals.shape)[there].astype(float)
    flat, told = residuals[there], []
    for k, unit in enumerate(units):
        mine = owner == k
        size = int(mine.sum())
        if size < 6 or spread[k] == 0:
            continue
        both = np.vstack([flat[mine], errors[:, mine]])
        for name, statistic in (
            ("autocorrelation", _ljung_box(both)),
            ("runs", -_runs(both)),
            ("heteroscedasticity", _koenker(both, at[mine])),
        ):
            statistic = np.nan_to_num(statistic)
            extreme = statistic[1:] >= statistic[0] - 1e-12 * abs(statistic[0])
            p, shown = (1 + np.sum(extreme)) / (draws + 1), float(abs(statistic[0]))
            told.append(ResidualTest(unit=unit, test=name, statistic=shown, p_value=float(p), nobs=size))
    return tuple(told)


def rejections(tests: tuple[ResidualTest, ...], *, level: float = 0.01) -> tuple[ResidualTest, ...]:
    """Return the tests that reject at a level; each is judged by itself."""
    return tuple(test for test in tests if test.p_value < level)


def growth_steps(observations: Observations, regressor: str) -> tuple[Floats, Floats]:
    """Return growth per head and level of each step between complete rows, each (step, unit)."""
    complete = ~np.isnan(observations.y).any(axis=1)
    t, y = observations.t[complete], observations.y[complete]
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.diff(np.log(y), axis=0)
    kept = step_ends(observations)[1]
    return (change / np.diff(t)[:, None])[kept], step_levels(y, regressor)[kept]


def step_ends(observations: Observations) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the end of each step between complete rows, and which steps cross no declared level break."""
    t = observations.t[~np.isnan(observations.y).any(axis=1)]
    crossed = np.zeros(max(len(t) - 1, 0), dtype=bool)
    for _, date in observations.shifts:
        crossed |= (t[:-1] < date) & (date <= t[1:])
    return t[1:], ~crossed


def step_levels(y: Floats, regressor: str) -> Floats:
    """Return the level that stands for each step, shape (..., step, unit), of levels (..., time, unit)."""
    before, after = y[..., :-1, :], y[..., 1:, :]
    if regressor == "lagged":
        return before
    if regressor == "midpoint":
        return np.asarray((after + before) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.log(after) - np.log(before)
        return np.where(np.abs(change) < 1e-9, (after + before) / 2, (after - before) / change)


def _vif(levels: Floats) -> Floats:
    """Return the diagonal of the inverse correlation of the columns, infinite where there is none."""
    centred = levels - levels.mean(axis=0)
    norm = np.linalg.norm(centred, axis=0)
    if np.any(norm == 0):
        return np.where(norm == 0, np.inf, 1.0)
    _, singular, right = np.linalg.svd(centred / norm, full_matrices=False)
    if len(singular) < levels.shape[1] or singular[-1] < _SINGULAR * singular[0]:
        return np.full(levels.shape[1], np.inf)
    inflated: Floats = np.sum((right / singular[:, None]) ** 2, axis=0)
    return inflated


def _range(matrix: Floats) -> Floats:
    """Return an orthonormal basis of the columns, shape (row, rank)."""
    norms = np.linalg.norm(matrix, axis=0)
    left, singular, _ = np.linalg.svd(matrix[:, norms > 0] / norms[norms > 0], full_matrices=False)
    return np.asarray(left[:, singular > 1e-10 * max(singular, default=1.0)])


def _ljung_box(e: Floats) -> Floats:
    """Return n(n+2) sum r_k^2/(n-k) over the first lags, shape (row,)."""
    size = e.shape[1]
    e = e - e.mean(axis=1, keepdims=True)
    whole = np.sum(e * e, axis=1)
    total = np.zeros(len(e))
    for lag in range(1, lags(size) + 1):
        with np.errstate(divide="ignore", invalid="ignore"):
            total += (np.sum(e[:, lag:] * e[:, :-lag], axis=1) / whole) ** 2 / (size - lag)
    return np.asarray(size * (size + 2) * total)


def lags(size: int) -> int:
    """Return how many lags `residual_tests` looks at: a fifth of the residuals, 1 to 5."""
    return max(1, min(5, size // 5))


def _runs(e: Floats) -> Floats:
    """Return how many runs of one sign each row has."""
    signs: NDArray[np.bool_] = e > 0
    return np.asarray(1.0 + np.sum(signs[:, 1:] != signs[:, :-1], axis=1))


def _koenker(e: Floats, at: Floats) -> Floats:
    """Return n R^2 of squares on time, shape (row,)."""
    squares = e**2 - np.mean(e**2, axis=1, keepdims=True)
    centred = at - at.mean()
    slope = squares @ centred
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(len(at) * slope**2 / (np.sum(centred**2) * np.sum(squares**2, axis=1)))
