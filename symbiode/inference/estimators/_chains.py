"""Whether chains of draws can be believed: split R-hat of ranks, effective sample sizes, Monte Carlo errors.

Comes in: draws of shape (chain, draw, quantity). Goes out: one number for each quantity.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from symbiode.inference.estimators import Array

TAILS = (0.05, 0.95)


def r_hat(draws: Array) -> Array:
    """Return the larger of rank-normalised and folded split R-hat, shape (quantity,).

    References
    ----------
    Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), Bayesian Analysis 16, 667-718, section 3.

    Examples
    --------
    >>> import numpy as np
    >>> apart = np.stack([np.arange(100.0)[:, None] % 7, 10 + np.arange(100.0)[:, None] % 7])
    >>> bool(r_hat(apart)[0] > 1.5)
    True
    """
    halves = _split(draws)
    folded = np.abs(halves - np.median(halves, axis=(0, 1)))
    return np.maximum(_scale_reduction(_normal_scores(halves)), _scale_reduction(_normal_scores(folded)))


def bulk_ess(draws: Array) -> Array:
    """Return the effective sample size of the rank-normalised draws, shape (quantity,); same reference."""
    return effective_size(_normal_scores(_split(draws)))


def tail_ess(draws: Array) -> Array:
    """Return the smaller effective sample size of the 5 % and 95 % quantiles, shape (quantity,); same reference."""
    ends = np.quantile(draws, TAILS, axis=(0, 1))
    sizes = [effective_size(_split((draws <= end).astype(float))) for end in ends]
    return np.minimum(*sizes)


def mean_error(draws: Array) -> Array:
    """Return the Monte Carlo standard error of the mean, shape (quantity,)."""
    found: Array = draws.std(axis=(0, 1), ddof=1) / np.sqrt(effective_size(_split(draws)))
    return found


def effective_size(draws: Array) -> Array:
    """Return how many independent draws are worth as much, by Geyer's initial monotone sequence.

    References
    ----------
    Geyer (1992), Statistical Science 7, 473-483, section 3.3; Vehtari et al. (2021), equations 10 to 13.
    """
    chains, count, _ = draws.shape
    centred = draws - draws.mean(axis=1, keepdims=True)
    size = 1 << (2 * count - 1).bit_length()
    spectrum = np.fft.rfft(centred, size, axis=1)
    covariance = np.fft.irfft(spectrum * spectrum.conj(), size, axis=1)[:, :count].mean(axis=0) / count
    within = covariance[0] * count / (count - 1)
    total = covariance[0] + (draws.mean(axis=1).var(axis=0, ddof=1) if chains > 1 else 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rho = 1 - (within - covariance) / total
    rho[0] = 1.0
    pairs = rho[: count - count % 2].reshape(-1, 2, rho.shape[1]).sum(axis=1)
    positive = np.logical_and.accumulate(pairs > 0, axis=0)
    summed = np.where(positive, np.minimum.accumulate(pairs, axis=0), 0.0).sum(axis=0)
    drawn = chains * count
    found = drawn / np.maximum(2 * summed - 1, 1 / np.log10(max(drawn, 10)))
    return np.where(total > 0, found, float(drawn))


def _split(draws: Array) -> Array:
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, -half:]])


def _normal_scores(draws: Array) -> Array:
    flat = draws.reshape(-1, draws.shape[2])
    ranks = stats.rankdata(flat, axis=0)
    found: Array = stats.norm.ppf((ranks - 0.375) / (len(flat) + 0.25)).reshape(draws.shape)
    return found


def _scale_reduction(draws: Array) -> Array:
    count = draws.shape[1]
    within = draws.var(axis=1, ddof=1).mean(axis=0)
    between = draws.mean(axis=1).var(axis=0, ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.sqrt((count - 1) / count + between / within)
    return np.where(within > 0, found, np.where(between > 0, np.inf, 1.0))
