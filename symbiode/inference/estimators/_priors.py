"""Priors: what is believed about a coefficient before the data, one density for each, and the weakly informative ones.

Comes in: a `Problem`, or the user's own choices by name. Goes out: densities with slopes in internal coordinates. The
default ones are wide: a factor of e around sizes that the data show, effects of either sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from symbiode.errors import InvalidValueError, UnknownNameError
from symbiode.inference.estimators import Array, Problem
from symbiode.render import significant

EFFECT_SD, FACTOR_SD, NOISE = 0.5, 1.0, 0.1


@dataclass(frozen=True, kw_only=True)
class Normal:
    """A normal density, cut off outside `lower` and `upper`.

    Parameters
    ----------
    mean, sd : float
    lower, upper : float
        The density is zero outside.

    Examples
    --------
    >>> print(Normal(mean=1, sd=0.5, lower=0))
    normal(1, 0.5) above 0
    """

    mean: float
    sd: float
    lower: float = -np.inf
    upper: float = np.inf

    def __post_init__(self) -> None:
        if not (np.isfinite(self.mean) and 0 < self.sd < np.inf and self.lower < self.upper):
            raise InvalidValueError("prior", (self.mean, self.sd), "a finite mean, sd above 0, lower below upper")

    def __str__(self) -> str:
        """Return the density as papers write it."""
        ends = [f" {word} {significant(x)}" for word, x in (("above", self.lower), ("below", self.upper))
                if np.isfinite(x)]  # fmt: skip
        return f"normal({significant(self.mean)}, {significant(self.sd)}){' and'.join(ends)}"

    def density(self, x: Array) -> tuple[Array, Array]:
        """Return log density, up to a constant, and its slope."""
        z = (x - self.mean) / self.sd
        inside = (x >= self.lower) & (x <= self.upper)
        return np.where(inside, -(z**2) / 2, -np.inf), -z / self.sd

    def drawn(self, rng: np.random.Generator, count: int) -> Array:
        """Return values drawn from it, by rejection."""
        found = rng.normal(self.mean, self.sd, count)
        while (out := (found < self.lower) | (found > self.upper)).any():
            found[out] = rng.normal(self.mean, self.sd, int(out.sum()))
        return found


@dataclass(frozen=True, kw_only=True)
class LogNormal:
    """A log-normal density.

    Parameters
    ----------
    median : float
        Above zero.
    sd : float
        Of the logarithm.

    Examples
    --------
    >>> print(LogNormal(median=100, sd=1))
    lognormal(median 100, 1)
    """

    median: float
    sd: float

    def __post_init__(self) -> None:
        if not (0 < self.median < np.inf and 0 < self.sd < np.inf):
            raise InvalidValueError("prior", (self.median, self.sd), "median and sd above 0")

    def __str__(self) -> str:
        """Return the density as papers write it."""
        return f"lognormal(median {significant(self.median)}, {significant(self.sd)})"

    def density(self, x: Array) -> tuple[Array, Array]:
        """Return log density, up to a constant, and its slope."""
        positive = x > 0
        safe = np.where(positive, x, 1.0)
        z = (np.log(safe) - np.log(self.median)) / self.sd
        return np.where(positive, -(z**2) / 2 - np.log(safe), -np.inf), -(z / self.sd + 1) / safe

    def drawn(self, rng: np.random.Generator, count: int) -> Array:
        """Return values drawn from it."""
        return self.median * np.exp(self.sd * rng.standard_normal(count))


Prior = Normal | LogNormal


def sigma_names(problem: Problem, *, pooled: bool) -> tuple[str, ...]:
    """Return the names of the residual standard deviations: ``sigma``, or ``sigma.UNIT`` for each unit."""
    return ("sigma",) if pooled else tuple(f"sigma.{unit}" for unit in problem.units)


def priors_of(
    problem: Problem, *, error: str, pooled: bool, own: Mapping[str, Prior] | None = None
) -> dict[str, Prior]:
    """Return the prior of every coefficient and residual standard deviation.

    Parameters
    ----------
    problem : Problem
    error : "log" or "level"
    pooled : bool
        One standard deviation for all units, or one for each.
    own : mapping of name to Prior, optional
        Take the place of the default ones.

    Returns
    -------
    dict of name to Prior

    Raises
    ------
    UnknownNameError
        If a name is no coefficient.
    """
    sigmas = sigma_names(problem, pooled=pooled)
    found = {name: _default(problem, k) for k, name in enumerate(problem.names)}
    sizes = np.ones(len(problem.units)) if error == "log" else np.nanmean(np.abs(problem.y), axis=0)
    for k, name in enumerate(sigmas):
        found[name] = LogNormal(median=float(NOISE * (sizes.mean() if pooled else sizes[k])), sd=FACTOR_SD)
    for name, prior in (own or {}).items():
        if name not in found:
            raise UnknownNameError("coefficient", name, tuple(found))
        found[name] = prior
    return found


def _default(problem: Problem, k: int) -> Prior:
    guess, kind = float(problem.guess[k]), problem.kinds[k]
    low, high = float(problem.hard_lower[k]), float(problem.hard_upper[k])
    if problem.positive[k]:
        return LogNormal(median=guess, sd=FACTOR_SD)
    if np.isfinite(low) and np.isfinite(high):
        return Normal(mean=float(np.clip(guess, low, high)), sd=(high - low) / 2, lower=low, upper=high)
    reach = float(max(abs(problem.lower[k]), abs(problem.upper[k])))
    sd = reach * EFFECT_SD / 4 if kind in ("effect", "other") else max(abs(guess), reach / 10)
    return Normal(mean=0.0 if kind == "effect" else guess, sd=sd, lower=low, upper=high)
