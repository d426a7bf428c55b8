"""Fieller intervals of capacities and effects: what a ratio of two uncertain slopes may be.

Comes in: coefficients of growth per capita with their covariance. Goes out: sets that may be an interval, two rays, or
the whole line; the last two are what the data say when a denominator may be zero, and are said as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from symbiode.errors import quote
from symbiode.inference.estimators import Array
from symbiode.inference.results import linear_form

if TYPE_CHECKING:
    import pandas as pd

    from symbiode.inference.results import Fit


@dataclass(frozen=True)
class Ratio:
    """A confidence set of a ratio.

    Parameters
    ----------
    estimate : float
    shape : str
        ``interval`` [low, high]; ``rays``: everything outside (low, high); ``line``: every number.
    low, high : float or None
        None for a line.
    """

    estimate: float
    shape: str
    low: float | None
    high: float | None

    def covers(self, value: float) -> bool:
        """Whether a value lies in the set."""
        if self.low is None or self.high is None:
            return True
        inside = self.low <= value <= self.high
        return inside if self.shape == "interval" else not self.low < value < self.high


def fieller(numerator: float, denominator: float, cov: ArrayLike, df: float, *, level: float = 0.95) -> Ratio:
    """Return the confidence set of a ratio of two estimates, exact if both are jointly normal.

    The set holds every value v for which ``numerator - v denominator`` does not differ from zero.

    Parameters
    ----------
    numerator, denominator : float
    cov : array (2, 2)
        Of numerator and denominator.
    df : float
        Degrees of freedom of Student t; infinity for the normal.
    level : float

    Returns
    -------
    Ratio

    References
    ----------
    Fieller (1954), J. Royal Statistical Society B 16, 175-185.

    Examples
    --------
    >>> found = fieller(2.0, 1.0, [[0.04, 0], [0, 0.01]], 30)
    >>> found.shape, round(found.low, 2), round(found.high, 2)
    ('interval', 1.43, 2.72)
    """
    (vn, c), (_, vd) = np.asarray(cov, float)
    t2 = float(stats.t.ppf((1 + level) / 2, df)) ** 2
    # v^2 (d^2 - t2 vd) - 2 v (n d - t2 c) + (n^2 - t2 vn) <= 0
    square, middle, rest = denominator**2 - t2 * vd, numerator * denominator - t2 * c, numerator**2 - t2 * vn
    inside = middle**2 - square * rest
    estimate = numerator / denominator
    if not np.isfinite(inside) or square == 0 or inside < 0:
        return Ratio(estimate, "line", None, None)
    # the root of larger size first, the other from the product of roots: no cancellation
    far = middle + np.copysign(np.sqrt(inside), middle)
    roots = sorted((far / square, rest / far if far else 0.0))
    return Ratio(estimate, "interval" if square > 0 else "rays", float(roots[0]), float(roots[1]))


def fieller_intervals(fit: Fit, *, level: float = 0.95) -> pd.DataFrame:
    """Return Fieller sets of every capacity K_i = -b_i/a_ii and effect d_ij = a_ij K_j / b_i.

    Growth per capita is ``b_i + sum_j a_ij x_j``. A capacity is a ratio of two coefficients; an effect is
    ``-a_ij b_j / (a_jj b_i)``, whose two products are taken as normal with the delta method's covariance.

    Parameters
    ----------
    fit : Fit
        Of a law whose growth per capita is linear in the levels.
    level : float

    Returns
    -------
    DataFrame
        One row each, by name: ``estimate``, ``shape``, ``low``, ``high``.

    Raises
    ------
    RefusedError
        `not_supported` if growth per capita is not linear in the levels.
    """
    import pandas as pd

    names, b, cov = linear_form(fit.model, fit.names, fit.estimate.cov)
    place = {name: k for k, name in enumerate(names)}
    units = [quote(unit) for unit in fit.problem.units]

    def product(*terms: str) -> tuple[float, Array]:
        at = [place[name] for name in terms]
        slope = np.zeros(len(b))
        for k in at:
            slope[k] = np.prod([b[other] for other in at if other != k])
        return float(np.prod(b[at])), slope

    def ratio(top: tuple[str, ...], bottom: tuple[str, ...]) -> Ratio:
        (n, by_top), (d, by_bottom) = product(*top), product(*bottom)
        slopes = np.array([by_top, -by_bottom])
        used = slopes.any(axis=0)
        return fieller(n, -d, slopes[:, used] @ cov[np.ix_(used, used)] @ slopes[:, used].T, fit.df_resid, level=level)

    found = {f"{i}.capacity": ratio((f"{i}.growth",), (f"{i}.{i}",)) for i in units}
    for i, j in permutations(units, 2):
        found[f"effects.{i}.{j}"] = ratio((f"{i}.{j}", f"{j}.growth"), (f"{j}.{j}", f"{i}.growth"))
    rows = {name: {"estimate": r.estimate, "shape": r.shape, "low": r.low, "high": r.high} for name, r in found.items()}
    return pd.DataFrame.from_dict(rows, orient="index")
