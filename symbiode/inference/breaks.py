"""Breaks: did the coefficients change, at a date that was known beforehand or at one that the data choose?

Comes in: `Observations`, and dates or none. Goes out: `BreakTest`s. Chow's test takes a date from outside; where the
data choose the date, the largest F of all dates has its own distribution (Andrews 1993), and here a p value simulated
for the very regressors, because 25 years are far from the limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import stats

from symbiode.errors import Code, InvalidValueError, RefusedError, refused
from symbiode.inference.diagnostics import growth_steps, step_ends
from symbiode.inference.estimators import Array, Estimate, Estimator, Problem
from symbiode.inference.observations import Floats, Observations, require_positive
from symbiode.inference.problems import pose, run
from symbiode.inference.rivals import scattered_guesses
from symbiode.system.model import Model

TRIM, DRAWS = 0.15, 1999
_GRID, _PATHS, _CHUNK = 1000, 4000, 250
_STARTS, _PRECISION, _STEPS = 3, 1e-4, 40
_ROUNDING = 1e-24


@dataclass(frozen=True, kw_only=True, eq=False)
class BreakTest:
    """One test that coefficients are the same before and after a date.

    Parameters
    ----------
    kind : str
        ``chow`` (two regressions against one), ``predictive`` (Chow's forecast test, where one side is too short for
        a regression of its own), ``sup_f`` (the largest Chow F over all dates), ``refit`` (the trajectory fitted in two
        pieces).
    unit : str
        Whose growth; empty for ``refit``, which tests all coefficients together.
    at : float
        The date: the first year of the new coefficients. For ``sup_f`` where F is largest.
    statistic : float
        F.
    df : tuple of int
        Degrees of freedom: restrictions, residuals.
    p_value : float
        Of the F distribution for a given date; simulated for ``sup_f`` (normal errors, the same regressors) and, with
        draws, for ``refit`` (the fitted model without a break, fitted again). NaN where a unit's growth is constant.
    p_lagged : float or None
        In a history: the same with the levels before each step as regressors, see `chow`.
    p_asymptotic : float or None
        For ``sup_f``: of the limit for long series.
    dates, values : array, shape (date,)
        For ``sup_f``: F at every date tried.
    """

    kind: str
    unit: str
    at: float
    statistic: float
    df: tuple[int, int]
    p_value: float
    p_lagged: float | None = None
    p_asymptotic: float | None = None
    dates: Floats = field(default_factory=lambda: np.empty(0))
    values: Floats = field(default_factory=lambda: np.empty(0))


def chow(observations: Observations, at: float, *, regressor: str = "midpoint") -> tuple[BreakTest, ...]:
    """Test whether the growth regression of each unit changes at a known date.

    A step of growth belongs to the time after if it ends at the date or later. Where one side has too few steps for a
    regression of its own, Chow's predictive test asks whether they lie where the other side's coefficients put them.

    No regressor is right throughout. A midpoint contains the shock of its own step: once levels only fluctuate around
    an equilibrium its slope tends to zero, so a series that grows first and fluctuates then seems to break (a 5 % test
    rejected in 87 % of 300 histories of 60 years without a break, growth 0.5 a year, shocks of 2 %). A level before
    the step contains the error of measurement that starts the step (99 % of histories with errors of 2 % and no
    shocks). Both rejected in 12 % and none; in 32 % where growth was as fast and shocks were 0.5 %.

    Parameters
    ----------
    observations : Observations
        Positive levels.
    at : float
        Chosen for reasons outside the series: a date picked because the series moves there needs `sup_f`.
    regressor : str
        As for `growth_regression`.

    Returns
    -------
    tuple of BreakTest, one per unit

    Raises
    ------
    RefusedError
        `too_short` if no step, or none but the date's side, is left, or the longer side has no degrees of freedom.

    References
    ----------
    Chow, G. C. (1960), Econometrica 28:591; Fisher, F. M. (1970), Econometrica 38:361.

    Examples
    --------
    >>> import symbiode
    >>> from symbiode.inference.observations import of_model
    >>> made = chow(of_model(symbiode.load("shenzhen-hongkong")), 2007)
    >>> [(one.unit, one.kind, one.df) for one in made]
    [('shenzhen', 'chow', (3, 18)), ('hongkong', 'chow', (3, 18))]
    """
    rates, design, ends = _regression(observations, regressor)
    late = ends >= at
    n, k, small = len(late), design.shape[1], int(min(late.sum(), (~late).sum()))
    if small == 0 or n - small <= k or (small > k and n <= 2 * k):
        detail = f"{int((~late).sum())} steps before {at:g} and {int(late.sum())} after; {k} coefficients."
        raise RefusedError(refused(Code.TOO_SHORT, detail, before=int((~late).sum()), after=int(late.sum())))
    whole = _squares(design, rates)
    if small > k:
        kind, df = "chow", (k, n - 2 * k)
        parts = _squares(design[late], rates[late]) + _squares(design[~late], rates[~late])
    else:
        kind, df = "predictive", (small, n - small - k)
        large = late if late.sum() > small else ~late
        parts = _squares(design[large], rates[large])
    found = _ratio(whole, parts, df, np.sum(rates**2, axis=0))
    return tuple(
        BreakTest(kind=kind, unit=unit, at=float(at), statistic=float(f), df=df, p_value=float(stats.f.sf(f, *df)))
        for unit, f in zip(observations.units, found, strict=True)
    )


def sup_f(
    observations: Observations, *, regressor: str = "midpoint", trim: float = TRIM, draws: int = DRAWS, seed: int = 0
) -> tuple[BreakTest, ...]:
    """Test whether the growth regression of each unit changes at an unknown date.

    Parameters
    ----------
    observations : Observations
        Positive levels.
    regressor : str
        As for `growth_regression`.
    trim : float
        Share of the steps on either side at which no break is sought, in (0, 0.5); never fewer than coefficients + 1.
    draws, seed : int
        Of the simulation.

    Returns
    -------
    tuple of BreakTest, one per unit

    Raises
    ------
    RefusedError
        `too_short` if no date leaves steps enough on both sides.

    References
    ----------
    Andrews, D. W. K. (1993), Econometrica 61:821, and (2003), Econometrica 71:395; Hansen, B. E. (2000), Journal of
    Econometrics 97:93 (the fixed-regressor simulation).

    Examples
    --------
    >>> import symbiode
    >>> from symbiode.inference.observations import of_model
    >>> [one.at for one in sup_f(of_model(symbiode.load("shenzhen-hongkong")), draws=99)]
    [2021.0, 2005.0]
    """
    if not 0 < trim < 0.5 or draws < 19:
        raise InvalidValueError("trim, draws", (trim, draws), "between 0 and 0.5, at least 19")
    rates, design, ends = _regression(observations, regressor)
    made = largest_f(design, rates, trim=trim, draws=draws, seed=seed)
    if made is None:
        detail = f"{len(ends)} steps, {design.shape[1]} coefficients before a break and as many after."
        raise RefusedError(refused(Code.TOO_SHORT, detail, steps=len(ends), coefficients=design.shape[1]))
    cuts, values, p = made
    df, told = (design.shape[1], len(ends) - 2 * design.shape[1]), values.max(axis=0)
    limit = limit_p(told * df[0], df[0], trim=trim, seed=seed)
    return tuple(
        BreakTest(
            kind="sup_f", unit=unit, at=float(ends[cuts[int(np.argmax(values[:, k]))]]), statistic=float(told[k]),
            df=df, p_value=float(p[k]), p_asymptotic=float(limit[k]), dates=ends[cuts], values=values[:, k],
        )
        for k, unit in enumerate(observations.units)
    )  # fmt: skip


def largest_f(
    design: Floats, y: Floats, *, trim: float = TRIM, draws: int = DRAWS, seed: int = 0
) -> tuple[Array, Floats, Floats] | None:
    """Return the dates tried, Chow's F at each and the simulated p of the largest; None if there is no date.

    Parameters
    ----------
    design : array, shape (row, coefficient)
    y : array, shape (row, series)
    trim, draws, seed
        As for `sup_f`.

    Returns
    -------
    cuts : array of int, shape (date,)
        First row of the second part.
    values : array, shape (date, series)
    p : array, shape (series,)
    """
    n, k = design.shape
    edge = max(int(np.ceil(trim * n)), k + 1)
    cuts = np.arange(edge, n - edge + 1)
    if not len(cuts):
        return None
    errors = np.random.default_rng([seed, 6]).standard_normal((n, draws))
    both = np.column_stack([y, errors])
    whole, size = _squares(design, both), np.sum(both**2, axis=0)
    values = np.empty((len(cuts), both.shape[1]))
    for i, cut in enumerate(cuts):
        parts = _squares(design[:cut], both[:cut]) + _squares(design[cut:], both[cut:])
        values[i] = _ratio(whole, parts, (k, n - 2 * k), size)
    series = y.shape[1]
    top = values.max(axis=0)
    p = (1 + np.sum(top[series:] >= top[:series, None] * (1 - 1e-12), axis=1)) / (draws + 1)
    return cuts, values[:, :series], np.where(np.isnan(top[:series]), np.nan, p)


def limit_p(value: Floats, coefficients: int, *, trim: float = TRIM, seed: int = 0) -> Floats:
    """Return P(sup W >= value) of the limit of the largest Wald statistic (coefficients times F), simulated.

    The limit is the supremum of a squared Brownian bridge over its variance, on a thousand steps.

    Examples
    --------
    >>> bool(0.03 < limit_p(np.array([8.68]), 1)[0] < 0.06)  # Andrews's 5 % point for 15 % trimming
    True
    """
    rng, at = np.random.default_rng([seed, 7]), np.arange(1, _GRID + 1) / _GRID
    inside = (at >= trim) & (at <= 1 - trim)
    top = []
    for _ in range(_PATHS // _CHUNK):
        steps = rng.standard_normal((_CHUNK, _GRID, coefficients)) / np.sqrt(_GRID)
        walk = np.cumsum(steps, axis=1)
        bridge = walk - at[:, None] * walk[:, -1:, :]
        top.append((np.sum(bridge**2, axis=2) / (at * (1 - at)).clip(1e-12))[:, inside].max(axis=1))
    given = np.asarray(value)
    found: Floats = np.mean(np.concatenate(top) >= given[:, None], axis=1)
    return np.where(np.isnan(given), np.nan, found)


def refit_break(
    model: Model,
    observations: Observations,
    at: float,
    *,
    method: Estimator,
    free: Sequence[str] | None = None,
    draws: int = 99,
    seed: int = 0,
    whole: Estimate | None = None,
) -> BreakTest:
    """Test whether the coefficients of the trajectory fit, starts included, change at a known date.

    The whole series is fitted once and in two pieces. F compares the sums of squares; with draws its p value comes
    from series that the fit without a break would produce, fitted in the same ways. All errors count as errors of
    measurement: with shocks to growth of 2 % a 5 % test rejected in 33 of 60 simulated series of 25 years without a
    break (with errors of measurement in 1 of 60), so believe it only with `chow` or `sup_f`.

    Parameters
    ----------
    model : Model
    observations : Observations
    at : float
        The first time of the second piece.
    method : Estimator
    free : sequence of str, optional
        As for `fit`.
    draws : int
        Simulated series; with 0 the p value is that of the F distribution.
    seed : int
    whole : Estimate, optional
        Of the whole series, where it is known already.

    Returns
    -------
    BreakTest

    Raises
    ------
    RefusedError
        `too_short` if a piece has fewer observations than coefficients + 1.

    References
    ----------
    Chow (1960); Bates and Watts (1988), section 3.10 (extra sum of squares).
    """
    pieces = observations.window(last=float(np.nextafter(at, -np.inf))), observations.window(first=at)
    parts = [observations, *pieces]
    if min(len(part.t) for part in pieces) < 2:
        raise RefusedError(refused(Code.TOO_SHORT, f"Fewer than two rows on one side of {at:g}."))
    problems = [pose(model, part, free=free, error=method.error, seed=seed) for part in parts]
    whole = run(method, problems[0]) if whole is None else whole
    n, both = whole.nobs, sum(len(problem.names) for problem in problems[1:])
    df = both - len(problems[0].names), n - both
    if df[1] < 1:
        raise RefusedError(refused(Code.TOO_SHORT, f"{n} numbers, {both} coefficients in two pieces."))
    noise = np.random.default_rng([seed, 8]).standard_normal((draws, *whole.fitted.shape)) * whole.sigmas
    sample = whole.fitted * np.exp(noise) if whole.error == "log" else whole.fitted + noise
    observed = problems[0].y
    y = np.concatenate([observed[None], np.where(np.isfinite(observed), sample, np.nan)])
    cut = len(pieces[0].t)
    ssr = [
        _smallest(problem, method, y[:, rows], whole, whole.fitted[rows][0])
        for problem, rows in zip(problems, (slice(None), slice(cut), slice(cut, None)), strict=True)
    ]
    split = ssr[1] + ssr[2]
    values = (ssr[0] - split) / df[0] / (split / df[1])
    told = values[np.isfinite(values)]
    p = float(stats.f.sf(values[0], *df))
    if draws:
        p = (1 + int(np.sum(told[1:] >= values[0]))) / len(told)
    return BreakTest(kind="refit", unit="", at=float(at), statistic=float(values[0]), df=df, p_value=p)


def _smallest(problem: Problem, method: Estimator, y: Array, whole: Estimate, first: Array) -> Array:
    """Return the smallest sum of squares of each data set, from the whole fit and from guesses."""
    starts = np.vstack([started(problem, whole, first), scattered_guesses(problem)[: _STARTS - 1]])
    start = np.clip(np.repeat(starts, len(y), axis=0), problem.lower, problem.upper)
    found = method.refit(
        problem, start, lower=problem.lower, upper=problem.upper, y=np.tile(y, (len(starts), 1, 1)),
        weights=whole.weights,
        precision=_PRECISION, iterations=_STEPS,
    )  # fmt: skip
    best: Array = found.ssr.reshape(len(starts), len(y)).min(axis=0)
    return best


def started(problem: Problem, whole: Estimate, first: Array) -> Array:
    """Return the coefficients of a longer series as a start for a part that begins at the levels `first`."""
    own = np.array([whole.params[whole.names.index(name)] for name in problem.names])
    for k, kind in enumerate(problem.kinds):
        if kind == "initial":
            own[k] = first[problem.about[k][0]]
    return own


def _regression(observations: Observations, regressor: str) -> tuple[Floats, Floats, Floats]:
    """Return growth (step, unit), the design (step, coefficient) and the end of each step."""
    require_positive(observations)
    rates, levels = growth_steps(observations, regressor)
    design = np.column_stack([np.ones(len(rates)), levels / levels.mean(axis=0)])
    ends, kept = step_ends(observations)
    return rates, design, ends[kept]


def _squares(design: Floats, y: Floats) -> Floats:
    """Return the residual sum of squares of each column of y."""
    basis = np.linalg.qr(design)[0]
    found: Floats = np.sum((y - basis @ (basis.T @ y)) ** 2, axis=0)
    return found


def _ratio(whole: Floats, parts: Floats, df: tuple[int, int], size: Floats) -> Floats:
    """Return F of sums of squares, NaN where nothing but rounding is left of a series of this sum of squares."""
    told = parts > _ROUNDING * size
    return np.where(told, (whole - parts) / df[0] / (np.where(told, parts, 1.0) / df[1]), np.nan)
