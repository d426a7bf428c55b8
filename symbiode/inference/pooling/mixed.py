"""The mixed linear model behind pooling: growth = own terms + effects, effects = a pattern + chance differences.

Comes in: growth rates, levels and patterns as arrays. Goes out: restricted-likelihood standard deviations, and the
mean and covariance of the effects given them. Ridge is the case without a pattern: its penalty is sigma^2/tau^2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
LOWEST, HIGHEST = 1e-5, 3.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Design:
    """One row per step and unit: y = X a + Z b + e, b = F c + tau N(0, 1), e = sigma_unit N(0, 1).

    Parameters
    ----------
    y : array, shape (row,)
        Growth per head, 1/time.
    fixed : array, shape (row, fixed)
        X: own growth and own limitation of each unit, years.
    effects : array, shape (row, pair)
        Z: the level of the source where the row is the receiver's, in own means.
    patterns : array, shape (pair, pattern)
        F.
    unit : array of int, shape (row,)
        Whose row it is.
    pairs : array of int, shape (pair, 2)
        Receiver and source.
    """

    y: Floats
    fixed: Floats
    effects: Floats
    patterns: Floats
    unit: Ints
    pairs: Ints

    def first(self, rows: int) -> Design:
        """Return the first rows, without the columns that are empty there."""
        fixed = self.fixed[:rows]
        kept = fixed[:, np.any(fixed != 0, axis=0)]
        return replace(self, y=self.y[:rows], fixed=kept, effects=self.effects[:rows], unit=self.unit[:rows])


@dataclass(frozen=True, kw_only=True, eq=False)
class Given:
    """What is known about the coefficients if the standard deviations are: all normal.

    Parameters
    ----------
    fixed : array, shape (fixed,)
        Own terms and years.
    effects : array, shape (pair,)
        Means.
    covariance, residual : array, shape (pair, pair)
        Of the effects, the pattern's own uncertainty included; of their deviations from the pattern.
    pattern, pattern_se : array, shape (pattern,)
        c and its standard error.
    """

    fixed: Floats
    effects: Floats
    covariance: Floats
    residual: Floats
    pattern: Floats
    pattern_se: Floats


def design(growth: Floats, levels: Floats, patterns: Floats, *, years: bool) -> Design:
    """Return the design of a panel; `growth` and `levels` (in own means) have shape (step, unit).

    `patterns` has shape (pattern, unit, unit), receiver first.
    """
    steps, units = growth.shape
    unit, step = np.tile(np.arange(units), steps), np.repeat(np.arange(steps), units)
    pairs = np.array([(i, j) for i in range(units) for j in range(units) if i != j], dtype=np.intp).reshape(-1, 2)
    here = np.eye(units)[unit]
    columns = [here, here * levels[step]]
    if years:
        columns.append(np.eye(steps)[step][:, 1:])
    effects = np.where(unit[:, None] == pairs[:, 0], levels[step][:, pairs[:, 1]], 0.0)
    return Design(
        y=growth.ravel(), fixed=np.hstack(columns), effects=effects, unit=unit, pairs=pairs,
        patterns=np.stack([each[pairs[:, 0], pairs[:, 1]] for each in patterns], axis=1) if len(patterns)
        else np.zeros((len(pairs), 0)),
    )  # fmt: skip


def reml(made: Design, tau: float | None = None) -> tuple[Floats, float]:
    """Return the restricted-likelihood sd of each unit's error and of the effects, (sigma..., tau), and minus its log.

    A given `tau` is held.

    References
    ----------
    Patterson, H. D. and Thompson, R. (1971), Biometrika 58:545; Harville, D. A. (1977), JASA 72:320.
    """
    basis = _contrasts(np.hstack([made.fixed, made.effects @ made.patterns]))
    e, spread = basis.T @ made.y, basis.T @ made.effects
    blocks = [basis[made.unit == i].T @ basis[made.unit == i] for i in range(made.unit.max() + 1)]
    blocks.append(spread @ spread.T)
    start = [float(np.std(made.y[made.unit == i])) / 1.5 or 1e-3 for i in range(len(blocks) - 1)]
    limits = [(np.log(s) - 4, np.log(s) + 3) for s in start]
    held = (np.log(LOWEST), np.log(HIGHEST)) if tau is None else (np.log(tau),) * 2

    def value(log_sd: Floats) -> tuple[float, Floats]:
        variances = np.exp(2 * log_sd)
        whole = sum(v * block for v, block in zip(variances, blocks, strict=True))
        factor = linalg.cho_factor(whole, lower=True)
        inverse = linalg.cho_solve(factor, np.eye(len(e)))
        weighed = inverse @ e
        minus = float(np.sum(np.log(np.diag(factor[0]))) + e @ weighed / 2)
        slopes = [np.sum(inverse * block) - weighed @ block @ weighed for block in blocks]
        return minus, variances * np.array(slopes)

    begin = np.array([*np.log(start), np.log(0.02 if tau is None else tau)])
    found = optimize.minimize(value, begin, jac=True, method="L-BFGS-B", bounds=[*limits, held])
    return np.exp(found.x), float(found.fun)


def likelihood(made: Design, sd: Floats, taus: Floats) -> Floats:
    """Return minus the restricted log-likelihood at each tau, the errors' sd held."""
    basis = _contrasts(np.hstack([made.fixed, made.effects @ made.patterns]) / sd[made.unit, None])
    e = basis.T @ (made.y / sd[made.unit])
    left, singular, _ = np.linalg.svd(basis.T @ (made.effects / sd[made.unit, None]), full_matrices=False)
    turned = (left.T @ e) ** 2
    rest = e @ e - turned.sum()
    spread = 1 + np.outer(taus**2, singular**2)
    out: Floats = (np.sum(np.log(spread) + turned / spread, axis=1) + rest) / 2
    return out


def best_tau(made: Design, sd: Floats) -> float:
    """Return the tau of highest restricted likelihood at these standard deviations (the last is a tau, for scale)."""
    taus = np.geomspace(LOWEST, HIGHEST, 80)
    return float(taus[np.argmin(likelihood(made, sd[:-1], taus))])


def given(made: Design, sd: Floats, tau: float) -> Given:
    """Return what is known about the coefficients at these standard deviations (generalised least squares).

    References
    ----------
    Robinson, G. K. (1991), Statistical Science 6:15: best linear unbiased prediction.
    """
    size, patterns = len(made.pairs), made.patterns.shape[1]
    weight = 1 / sd[made.unit]
    whole = np.hstack([made.fixed, made.effects @ made.patterns, made.effects]) * weight[:, None]
    normal = whole.T @ whole
    at = np.arange(normal.shape[0] - size, normal.shape[0])
    normal[at, at] += 1 / max(tau, LOWEST) ** 2
    inverse = np.linalg.pinv(normal, hermitian=True)
    found = inverse @ (whole.T @ (made.y * weight))
    own = made.fixed.shape[1]
    to = np.zeros((size, len(found)))
    to[:, own : own + patterns], to[:, at] = made.patterns, np.eye(size)
    errors = np.sqrt(np.maximum(np.diag(inverse)[own : own + patterns], 0))
    return Given(
        fixed=found[:own], effects=to @ found, covariance=to @ inverse @ to.T,
        residual=inverse[np.ix_(at, at)], pattern=found[own : own + patterns],
        pattern_se=errors,
    )  # fmt: skip


def _contrasts(columns: Floats) -> Floats:
    """Return an orthonormal basis of what the columns do not reach, shape (row, free)."""
    left, upper, _ = linalg.qr(columns, pivoting=True)
    size = np.abs(np.diag(upper))
    return np.asarray(left[:, int(np.sum(size > 1e-10 * size[0])) :])
