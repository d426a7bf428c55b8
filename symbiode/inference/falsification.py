"""Falsification: does a fitted model forecast years it has not seen better than a rival that knows nothing?

Comes in: `Observations` and a function that fits and forecasts (nothing here knows how a model is fitted). Goes out:
a `Comparison` over rolling origins. A coupled model that loses against a random walk with drift has explained nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from symbiode.errors import Code, InvalidValueError, RefusedError, refused
from symbiode.inference.observations import Floats, Observations, require_positive

Forecast = Callable[[Observations, Floats], Floats]
FEWEST_ROWS, FEWEST_ORIGINS = 10, 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """Forecasts of a model and a rival from the same origins, judged on the log scale.

    Parameters
    ----------
    units : tuple of str, shape (unit,)
        Names.
    horizon : int
        Rows ahead.
    origins : array, shape (origin,)
        The last time each forecast knew.
    times : array, shape (origin, step)
        The times forecast.
    actual, forecast, rival : array, shape (origin, step, unit)
        What was observed (NaN where nothing was) and what the two said.
    theil_u : array, shape (unit,)
        Root mean square log error of the model over that of the rival; below 1 the model is better.
    pooled_u : float
        Root mean square of `theil_u`: the units count alike.
    p_value : float
        One-sided, that the model is no better: Diebold and Mariano's test with the correction for small samples. One
        less it is the p of the other side, that the rival is no better.
    failed : tuple of float
        Origins from which the model gave no forecast.
    """

    units: tuple[str, ...]
    horizon: int
    origins: Floats
    times: Floats
    actual: Floats
    forecast: Floats
    rival: Floats
    theil_u: Floats
    pooled_u: float
    p_value: float
    failed: tuple[float, ...]

    @property
    def beats(self) -> bool | None:
        """Whether the model forecasts better; None if there are too few origins to say."""
        if self.origins.size < FEWEST_ORIGINS:
            return None
        return not self.failed and self.pooled_u < 1


def random_walk(train: Observations, times: Floats) -> Floats:
    """Forecast by a random walk with drift in logs: each unit goes on at its mean growth so far.

    Parameters
    ----------
    train : Observations
        Positive levels.
    times : array, shape (time,)
        After the last row.

    Returns
    -------
    array, shape (time, unit)

    Examples
    --------
    >>> import numpy as np
    >>> made = Observations(t=[2000, 2001, 2002], y=[[1], [3], [4]], units=("a",))
    >>> random_walk(made, np.array([2004.0])).tolist()
    [[16.0]]
    """
    out = np.full((len(times), len(train.units)), np.nan)
    for k in range(len(train.units)):
        there = np.flatnonzero(~np.isnan(train.y[:, k]))
        if there.size < 2:
            continue
        (t0, t1), (y0, y1) = train.t[there[[0, -1]]], train.y[there[[0, -1]], k]
        out[:, k] = y1 * (y1 / y0) ** ((times - t1) / (t1 - t0))
    return out


def growth_autoregression(train: Observations, times: Floats) -> Floats:
    """Forecast growth per unit of time by a first-order vector autoregression, VAR(1), on the growth so far.

    Parameters
    ----------
    train : Observations
        Positive levels, equally spaced, with a value for every unit in every row.
    times : array, shape (time,)
        The next rows, at the same spacing.

    Returns
    -------
    array, shape (time, unit)

    Raises
    ------
    RefusedError
        `not_supported` if rows are missing or unequally spaced; `too_short` with fewer than two rows to spare.

    References
    ----------
    Sims, C. A. (1980), Econometrica 48:1; Lütkepohl, H. (2005), New Introduction to Multiple Time Series Analysis,
    section 3.2.

    Examples
    --------
    Growth that halves every year goes on halving.

    >>> import numpy as np
    >>> y = np.exp(np.cumsum(0.5 ** np.arange(8.0)))[:, None]
    >>> made = Observations(t=np.arange(8.0), y=y, units=("a",))
    >>> bool(np.isclose(growth_autoregression(made, np.array([8.0]))[0, 0], y[-1, 0] * np.exp(0.5**8)))
    True
    """
    steps = np.diff(np.concatenate([train.t, times]))
    if np.isnan(train.y).any() or np.ptp(steps) > 1e-9 * steps[0]:
        raise RefusedError(refused(Code.NOT_SUPPORTED, "A vector autoregression needs equal steps without gaps."))
    growth = np.diff(np.log(train.y), axis=0)
    design = np.column_stack([np.ones(len(growth) - 1), growth[:-1]])
    if len(design) < design.shape[1] + 2:
        detail = f"{len(design)} steps, {design.shape[1]} coefficients per unit."
        raise RefusedError(refused(Code.TOO_SHORT, detail, steps=len(design), coefficients=design.shape[1]))
    coefficients = np.linalg.lstsq(design, growth[1:], rcond=None)[0]
    last, logs = growth[-1], np.log(train.y[-1])
    out = np.empty((len(times), len(train.units)))
    for k in range(len(times)):
        last = coefficients[0] + last @ coefficients[1:]
        logs = logs + last
        out[k] = np.exp(logs)
    return out


def first_origin(rows: int) -> int:
    """Return how many rows the first forecast may know: three fifths of all, at least ten."""
    return max(FEWEST_ROWS, math.ceil(0.6 * rows))


def rolling_origin(
    observations: Observations,
    forecast: Forecast,
    *,
    first: int | None = None,
    horizon: int = 1,
    rival: Forecast = random_walk,
) -> Comparison:
    """Forecast each row from the rows before it, by a model and by a rival.

    Parameters
    ----------
    observations : Observations
        Positive levels.
    forecast : function (train: Observations, times: array (time,)) -> array (time, unit)
        Fits the model to `train` alone and forecasts. A `RefusedError`, or a forecast that is not finite and positive,
        counts as failed.
    first : int, optional
        Rows that the first forecast knows; `first_origin` if left out.
    horizon : int
        Rows ahead, 1 or more.
    rival : function, optional
        As `forecast`; a random walk with drift if left out.

    Returns
    -------
    Comparison

    Raises
    ------
    RefusedError
        `too_short` if there is no origin with `horizon` rows after it.
    InvalidValueError
        If `first` or `horizon` is out of range.

    References
    ----------
    Theil, H. (1966), Applied Economic Forecasting; Tashman, L. J. (2000), International Journal of Forecasting 16:437;
    Harvey, D., Leybourne, S. and Newbold, P. (1997), International Journal of Forecasting 13:281.
    """
    require_positive(observations)
    rows = observations.t.size
    start = first_origin(rows) if first is None else first
    if horizon < 1 or start < 2:
        raise InvalidValueError("first, horizon", (start, horizon), "at least 2 rows and 1 row ahead")
    ends = range(start, rows - horizon + 1)
    if not ends:
        detail = f"{rows} rows; the first forecast knows {start} and needs {horizon} more."
        raise RefusedError(refused(Code.TOO_SHORT, detail, rows=rows, first=start, horizon=horizon))
    ahead = np.array([range(end, end + horizon) for end in ends])
    times = observations.t[ahead]
    trains = [observations.window(last=float(observations.t[end - 1])) for end in ends]
    ours = np.array([_tried(forecast, train, at) for train, at in zip(trains, times, strict=True)])
    theirs = np.array([_tried(rival, train, at) for train, at in zip(trains, times, strict=True)])
    actual = observations.y[ahead]
    origins = np.array([train.t[-1] for train in trains])
    failed = tuple(float(at) for at, made in zip(origins, ours, strict=True) if np.isnan(made).any())
    u, pooled, p = _judged(np.log(actual / ours), np.log(actual / theirs), horizon)
    return Comparison(
        units=observations.units, horizon=horizon, origins=origins, times=times, actual=actual, forecast=ours,
        rival=theirs, theil_u=u, pooled_u=pooled, p_value=p, failed=failed,
    )  # fmt: skip


def _tried(forecast: Forecast, train: Observations, times: Floats) -> Floats:
    """Return a forecast, NaN throughout if the method refused or gave what is no level."""
    nothing = np.full((len(times), len(train.units)), np.nan)
    try:
        made = np.asarray(forecast(train, times), dtype=float)
    except RefusedError:
        return nothing
    if made.shape != nothing.shape:
        raise InvalidValueError("forecast", made.shape, f"shape (time, unit) = {nothing.shape}")
    return made if np.all(np.isfinite(made) & (made > 0)) else nothing


def _judged(ours: Floats, theirs: Floats, horizon: int) -> tuple[Floats, float, float]:
    """Return Theil's U per unit, pooled, and p of no gain, from log errors (origin, step, unit)."""
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    count = both.sum(axis=(0, 1))
    mine = np.sum(np.where(both, ours, 0) ** 2, axis=(0, 1))
    rival = np.sum(np.where(both, theirs, 0) ** 2, axis=(0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        u = np.where(count > 0, np.sqrt(mine / rival), np.nan)
        scale = np.where(rival > 0, rival / np.maximum(count, 1), np.nan)
        gain = np.where(both, theirs**2 - ours**2, np.nan) / scale
    if not np.all(np.isfinite(u)):
        return u, math.nan, math.nan
    used = both.any(axis=(1, 2))
    loss = np.array([np.nanmean(row) for row in gain[used]])
    return u, float(np.sqrt(np.mean(u**2))), _diebold_mariano(loss, horizon)


def _diebold_mariano(gain: Floats, horizon: int) -> float:
    """Return the one-sided p that the mean gain over the rival is not positive, with Student's t."""
    size = gain.size
    factor = (size + 1 - 2 * horizon + horizon * (horizon - 1) / size) / size
    centred = gain - gain.mean()
    own = [float(centred[lag:] @ centred[: size - lag]) / size for lag in range(min(horizon, size))]
    variance = (own[0] + 2 * sum(own[1:])) / size
    if size < 3 or variance <= 0 or factor <= 0:
        return math.nan
    return float(stats.t.sf(math.sqrt(factor) * gain.mean() / math.sqrt(variance), size - 1))
