"""Each pair of a panel by itself: t values, their adjustment for number, and what panels of independent units give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from symbiode.inference.multiplicity import adjusted
from symbiode.inference.observations import Floats, Observations
from symbiode.inference.pooling.scores import ahead

LARGE = 2.0


@dataclass(frozen=True, kw_only=True, eq=False)
class PairTests:
    """Growth of i regressed on the levels of i and j, for every i and j.

    Parameters
    ----------
    t, p, q_bh, q_by : array, shape (unit, unit)
        t value of j in the growth of i, two-sided p, and adjusted p (Benjamini-Hochberg, Benjamini-Yekutieli).
    placebo : array, shape (unit, unit)
        Share of panels of independent units with a |t| at least as large: a p-value that knows trends and shocks.
    q_placebo : array, shape (unit, unit)
        The same, adjusted (Benjamini-Hochberg).
    vif : float
        Median variance inflation of the two levels of a pair.
    large : float
        Share of |t| > 2.
    placebo_large : float
        The same in panels of independent units, on average.
    placebo_p : float
        Share of such panels with at least as many.
    placebos : int
        How many were made.
    """

    t: Floats
    p: Floats
    q_bh: Floats
    q_by: Floats
    placebo: Floats
    q_placebo: Floats
    vif: float
    large: float
    placebo_large: float
    placebo_p: float
    placebos: int


def pair_tests(
    seen: Observations, growth: Floats, levels: Floats, dt: Floats, *, placebos: int, seed: int, lagged: bool
) -> PairTests:
    """Test every pair alone, beside panels in which no unit acts on another.

    In those panels each unit follows its own fitted logistic law; whole years of errors are drawn together, so that the
    common shocks stay.

    References
    ----------
    Davison, A. C. and Hinkley, D. V. (1997), Bootstrap Methods and Their Application, section 4.4 (bootstrap tests).
    """
    t, df = _t_values(growth, levels), len(growth) - 3
    rates, own, errors = _alone(growth, levels)
    start = seen.y[~np.isnan(seen.y).any(axis=1)][0]
    rng = np.random.default_rng(seed)
    null = np.array([
        np.abs(_t_values(*_simulated(start, rates, own, errors[rng.integers(len(dt), size=len(dt))], dt, lagged)))
        for _ in range(placebos)
    ]).reshape(placebos, *t.shape)  # fmt: skip
    off = ~np.eye(len(t), dtype=bool)
    p = np.where(off, 2 * stats.t.sf(np.abs(t), df), np.nan)
    placebo = np.where(off, (1 + np.sum(null >= np.abs(t), axis=0)) / (1 + placebos), np.nan)
    shares = np.mean(null[:, off] > LARGE, axis=1)
    large = float(np.mean(np.abs(t[off]) > LARGE))
    correlation = np.asarray(np.corrcoef(levels.T))[off] ** 2
    return PairTests(
        t=t, p=p, q_bh=adjusted(p), q_by=adjusted(p, method="by"), placebo=placebo, q_placebo=adjusted(placebo),
        vif=float(np.median(1 / np.maximum(1 - correlation, 1e-12))), large=large,
        placebo_large=float(shares.mean()) if placebos else np.nan,
        placebo_p=float((1 + np.sum(shares >= large - 1e-12)) / (1 + placebos)), placebos=placebos,
    )  # fmt: skip


def _t_values(growth: Floats, levels: Floats) -> Floats:
    """Return the t value of level j in the growth of i beside the level of i, NaN on the diagonal."""
    steps, units = growth.shape
    out = np.full((units, units), np.nan)
    for i in range(units):
        basis, _ = np.linalg.qr(np.column_stack([np.ones(steps), levels[:, i]]))
        y, z = (each - basis @ (basis.T @ each) for each in (growth[:, i], levels))
        squares = np.sum(z**2, axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = z.T @ y / squares
            out[i] = slope / np.sqrt((y @ y - slope**2 * squares) / (steps - 3) / squares)
        out[i, i] = np.nan
    return out


def _alone(growth: Floats, levels: Floats) -> tuple[Floats, Floats, Floats]:
    """Return each unit's own growth and limitation, fitted alone, and the errors (step, unit)."""
    fits = [np.polynomial.polynomial.polyfit(levels[:, i], growth[:, i], 1) for i in range(growth.shape[1])]
    rates, own = np.array(fits).T
    errors = growth - rates - own * levels
    return rates, own, errors * np.sqrt(len(growth) / (len(growth) - 2))


def _simulated(
    start: Floats, rates: Floats, own: Floats, errors: Floats, dt: Floats, lagged: bool
) -> tuple[Floats, Floats]:
    """Return growth and levels of a panel in which each unit follows its own law."""
    y, growth, levels = start, [], []
    for error, step in zip(errors, dt, strict=True):
        g = ahead(y, rates + error, np.diag(own), float(step), lagged)
        after = y * np.exp(g * step)
        growth.append(g)
        levels.append(y if lagged else (y + after) / 2)
        y = after
    return np.array(growth), np.array(levels)
