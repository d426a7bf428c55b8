"""Standard errors that do not need equal or independent errors: HC1, HC3 and Newey-West, for a system of equations.

Comes in: weighted residuals and their Jacobian. Goes out: the covariance of the parameters. Scores of all units at one
time are added before they are squared, so that errors of the units may be correlated with each other. Each equation is
corrected for its own coefficients, as statsmodels does it.
"""

from __future__ import annotations

import numpy as np

from symbiode.errors import InvalidValueError
from symbiode.inference.estimators import Array, Flags

_SETTLED = 1e-10
ERRORS = ("classical", "hc1", "hc3", "newey_west")


def bandwidth(steps: int) -> int:
    """Return how many lags Newey-West errors look at: 4 (T/100)^(2/9), rounded down.

    References
    ----------
    Newey, W. K. and West, K. D. (1994), Review of Economic Studies 61:631.

    Examples
    --------
    >>> bandwidth(24), bandwidth(100)
    (2, 4)
    """
    return int(np.floor(4 * (steps / 100) ** (2 / 9)))


def require_errors(errors: str, lags: int | None) -> None:
    """Raise `InvalidValueError` unless there is such a kind of standard error."""
    if errors not in ERRORS:
        raise InvalidValueError("errors", errors, ", ".join(ERRORS))
    if lags is not None and (lags < 0 or errors != "newey_west"):
        raise InvalidValueError("bandwidth", lags, "at least 0, with errors='newey_west'")


def ranks(jacobian: Array, used: Flags) -> Array:
    """Return how many coefficients each equation determines, shape (unit,)."""
    return np.array([_basis(jacobian[used[:, k], k]).shape[1] for k in range(used.shape[1])], float)


def sandwich(residual: Array, jacobian: Array, used: Flags, *, errors: str, lags: int) -> Array:
    """Return the covariance in the coordinates of the Jacobian; NaN where the Jacobian is singular.

    Parameters
    ----------
    residual, jacobian : arrays (time, unit) and (time, unit, parameter)
        Weighted; rows that are not `used` do not count.
    used : array of bool (time, unit)
        Where residuals are.
    errors : "hc1", "hc3" or "newey_west"
    lags : int
        Of Newey and West.

    References
    ----------
    White (1980), Econometrica 48:817; MacKinnon and White (1985), Journal of Econometrics 29:305; Newey and West
    (1987), Econometrica 55:703.
    """
    scores = np.zeros((len(residual), jacobian.shape[2]))
    for k in range(residual.shape[1]):
        mine = used[:, k]
        basis = _basis(jacobian[mine, k])
        left: Array = 1 - np.sum(basis**2, axis=1)
        settled = left < _SETTLED  # a coefficient of its own makes this residual zero
        size, df = int((~settled).sum()), basis.shape[0] - basis.shape[1]
        e = np.where(settled, 0.0, residual[mine, k])
        e = e / np.where(settled, 1.0, left) if errors == "hc3" else e * np.sqrt(size / df)
        scores[mine] += e[:, None] * jacobian[mine, k]
    steps = scores[used.any(axis=1)]
    meat = steps.T @ steps
    if errors == "newey_west":
        for lag in range(1, min(lags, len(steps) - 1) + 1):
            part = steps[lag:].T @ steps[:-lag]
            meat += (1 - lag / (lags + 1)) * (part + part.T)
    columns = jacobian[used]
    norms = np.linalg.norm(columns, axis=0)
    there = norms > 0
    found = np.zeros((len(norms), len(norms)))
    _, spread, right = np.linalg.svd(columns[:, there] / norms[there], full_matrices=False)
    if len(spread) < there.sum() or spread[-1] <= 1e-8 * spread[0]:
        return np.full_like(found, np.nan)
    bread = (right.T / spread**2) @ right / np.outer(norms[there], norms[there])
    found[np.ix_(there, there)] = bread @ meat[np.ix_(there, there)] @ bread
    return found


def _basis(columns: Array) -> Array:
    """Return an orthonormal basis of columns, shape (row, rank)."""
    norms = np.linalg.norm(columns, axis=0)
    left, size, _ = np.linalg.svd(columns[:, norms > 0] / norms[norms > 0], full_matrices=False)
    return np.asarray(left[:, size > 1e-8 * max(size, default=1.0)])
