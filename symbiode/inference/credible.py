"""Credible intervals in the form of profiles, so that everything told about profiles is told about a posterior too.

Comes in: an estimate with draws. Goes out: one `Profile` per coefficient: posterior quantiles for values, the
Student t of the same probability for signed roots.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from symbiode.inference.estimators import Array, Estimate, Problem
from symbiode.inference.identifiability import Profile, Reading

MOVED = 0.7
_POINTS = 41


def credible(problem: Problem, estimate: Estimate, *, level: float) -> tuple[Profile, ...]:
    """Return the posterior of each coefficient as a profile.

    Parameters
    ----------
    problem : Problem
    estimate : Estimate
        With draws.
    level : float
        Probability inside each interval, equal tails.

    Returns
    -------
    tuple of Profile
        ``identified`` where the data halved the prior variance (in internal coordinates), else ``flat``: the interval
        is then little more than the prior.
    """
    assert estimate.draws is not None
    assert estimate.prior_sd is not None
    moved = problem.inward(estimate.draws).std(axis=0) < MOVED * estimate.prior_sd
    tail = (1 - level) / 2
    shares = np.union1d(np.linspace(tail / 2, 1 - tail / 2, _POINTS), [tail, 1 - tail])
    return tuple(_one(estimate, k, bool(moved[k]), shares, level) for k in range(len(problem.names)))


def _one(estimate: Estimate, k: int, moved: bool, shares: Array, level: float) -> Profile:
    assert estimate.draws is not None
    column = estimate.draws[:, k]
    values = np.quantile(column, shares)
    low, high = np.quantile(column, ((1 - level) / 2, (1 + level) / 2))
    nearest = np.abs(column[:, None] - values).argmin(axis=0)
    return Profile(
        name=estimate.names[k], estimate=float(estimate.params[k]), low=float(low), high=float(high), level=level,
        reading=Reading.IDENTIFIED if moved else Reading.FLAT, cut_by=(), values=values,
        signed_root=np.asarray(stats.t.ppf(shares, estimate.df_resid)), params=estimate.draws[nearest],
    )  # fmt: skip
