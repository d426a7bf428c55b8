"""What is suspicious about a series though every cell can be read: sudden steps, and a column that adds up the others.

Comes in: `Observations`. Goes out: notices that say where, and what to do.
"""

from __future__ import annotations

import numpy as np

from symbiode.inference.notices import Notice
from symbiode.inference.observations import Observations

FAR, STEP, TOTAL = 5.0, 0.15, 1e-3


def findings(observations: Observations) -> tuple[Notice, ...]:
    """Return what is suspicious about the numbers.

    A step is sudden if its growth per unit of time lies more than five robust standard deviations (1.4826 times the
    median absolute deviation) from the median of its column, and more than 0.15 away.

    Parameters
    ----------
    observations : Observations

    References
    ----------
    Hampel, F. R. (1974), JASA 69:383 (median absolute deviation).

    Examples
    --------
    >>> y = [[1, 3], [1.1, 3.2], [1.2, 3.3], [2.4, 3.5], [2.6, 3.6], [2.9, 3.8]]
    >>> [notice.key for notice in findings(Observations(t=range(6), y=y, units=("a", "b")))]
    ['data_break']
    """
    return (*_breaks(observations), *_totals(observations))


def _breaks(seen: Observations) -> list[Notice]:
    told = []
    for k, name in enumerate(seen.units):
        there = seen.y[:, k] > 0
        t, levels = seen.t[there], seen.y[there, k]
        if t.size < 6:
            continue
        growth = np.diff(np.log(levels)) / np.diff(t)
        away = np.abs(growth - np.median(growth))
        limit = max(FAR * 1.4826 * float(np.median(away)), STEP)
        told += [
            Notice(
                "data_break", column=name, first=f"{t[i]:g}", last=f"{t[i + 1]:g}",
                change=f"{100 * (levels[i + 1] / levels[i] - 1):+.0f}",
                usual=f"{100 * np.expm1(np.median(growth)):+.0f}",
            )
            for i in np.flatnonzero(away > limit)
        ]  # fmt: skip
    return told


def _totals(seen: Observations) -> list[Notice]:
    whole = seen.y[~np.isnan(seen.y).any(axis=1)]
    if len(seen.units) < 3 or len(whole) < 3:
        return []
    rest = whole.sum(axis=1, keepdims=True) - whole
    same = np.all(np.abs(whole - rest) <= TOTAL * np.abs(rest), axis=0)
    return [Notice("data_total", column=name) for name, is_sum in zip(seen.units, same, strict=True) if is_sum]
