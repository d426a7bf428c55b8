"""Many tests at once: how many of the small p-values are to be believed.

Comes in: p-values. Goes out: adjusted ones (q-values): call those at most 0.05 findings, and at most 5 % of the
findings are expected to be false.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symbiode.errors import InvalidValueError

METHODS = ("bh", "by")


def adjusted(pvalues: ArrayLike, *, method: str = "bh") -> NDArray[np.float64]:
    """Return p-values adjusted for their number, so that a limit on them bounds the share of false findings.

    Parameters
    ----------
    pvalues : array of float from 0 to 1, any shape
        NaN where there is no test: it stays NaN and does not count.
    method : {"bh", "by"}
        Benjamini and Hochberg: independent tests or positively dependent ones. Benjamini and Yekutieli: any dependence,
        such as effects that share a unit; larger by 1 + 1/2 + ... + 1/m.

    Returns
    -------
    array, the same shape

    Raises
    ------
    InvalidValueError
        If a p-value is not from 0 to 1, or the method is none of the two.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995), JRSS B 57:289; Benjamini, Y. and Yekutieli, D. (2001), Annals of Statistics
    29:1165, theorem 1.3.

    Examples
    --------
    >>> adjusted([0.01, 0.02, 0.03, 0.5]).round(3).tolist()
    [0.04, 0.04, 0.04, 0.5]
    """
    p = np.asarray(pvalues, dtype=float)
    there = ~np.isnan(p)
    if method not in METHODS:
        raise InvalidValueError("method", method, " or ".join(METHODS))
    if np.any((p[there] < 0) | (p[there] > 1)):
        raise InvalidValueError("pvalues", float(p[there][(p[there] < 0) | (p[there] > 1)][0]), "from 0 to 1")
    out = np.full(p.shape, np.nan)
    flat = p[there]
    order = np.argsort(flat)[::-1]
    ranks = np.arange(flat.size, 0, -1)
    tests = flat.size * (np.sum(1 / np.arange(1, flat.size + 1)) if method == "by" else 1.0)
    back = np.empty(flat.size)
    back[order] = np.minimum(1.0, np.minimum.accumulate(flat[order] * tests / ranks)) if flat.size else flat
    out[there] = back
    return out
