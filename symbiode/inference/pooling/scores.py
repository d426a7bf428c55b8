"""How well each structure of effects forecasts the next step of a panel, from every origin of its second half."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symbiode.inference.observations import Floats, Observations
from symbiode.inference.pooling import mixed

ROUNDS, STEEPEST = 60, 2.0
Key = tuple[str, float | None]


@dataclass(frozen=True, kw_only=True)
class Score:
    """How a structure forecasts.

    Parameters
    ----------
    name : str
        ``none`` (own growth and limitation only), ``ridge``, ``mean``, ``decay``, ``free`` (least squares), ``lasso``,
        ``rank_one``.
    reach : float or None
        Of a decay.
    error : float
        Mean squared error of the growth forecast, each unit's in its own variance of growth; NaN if not possible.
    gain, gain_se : float
        1 - error / error of ``none``, and its standard error over the origins.
    origins : int
        Forecasts per unit.
    """

    name: str
    reach: float | None
    error: float
    gain: float
    gain_se: float
    origins: int


def scored(
    seen: Observations,
    growth: Floats,
    levels: Floats,
    dt: Floats,
    patterns: dict[Key, Floats],
    *,
    years: bool,
    lagged: bool,
) -> tuple[Score, ...]:
    """Return how every structure forecasts, the best first.

    An origin uses the rows before it only. With `years`, forecast and outcome are deviations from the mean of all
    units: what is common to all of them in a coming year is nobody's forecast.
    """
    whole = ~np.isnan(seen.y).any(axis=1)
    y, (steps, size) = seen.y[whole], growth.shape
    first = max(6, steps // 2)
    least = size + 3  # of a least-squares equation
    if first < least <= steps - 8:
        first = least
    more = ("lasso", "rank_one", *(["free"] if first >= least else []))
    keys = [("none", None), *patterns, *((name, None) for name in more)]
    spread = np.maximum(growth.std(axis=0, ddof=1), 1e-12)
    errors: dict[Key, list[float]] = {key: [] for key in keys}
    for at in range(first, steps):
        scale = levels[:at].mean(axis=0)
        found = _estimates(growth[:at], levels[:at] / scale, patterns, keys, years)
        for key in keys:
            rates, matrix = found[key]
            miss = ahead(y[at], rates, matrix / scale, dt[at], lagged) - growth[at]
            errors[key].append(float(np.mean(((miss - miss.mean() if years else miss) / spread) ** 2)))
    base = np.array(errors["none", None])
    told = (_score(key, np.array(errors[key]), base) for key in keys)
    return tuple(sorted(told, key=lambda each: float(f"{each.error:.9g}")))  # a tie goes to the simpler


def _score(key: Key, errors: Floats, base: Floats) -> Score:
    better = (base - errors) / base.mean()
    se = float(better.std(ddof=1) / np.sqrt(len(better))) if len(better) > 1 else np.nan
    return Score(
        name=key[0], reach=key[1], error=float(errors.mean()), gain=float(better.mean()), gain_se=se,
        origins=len(errors),
    )  # fmt: skip


def _estimates(
    growth: Floats, levels: Floats, patterns: dict[Key, Floats], keys: Sequence[Key], years: bool
) -> dict[Key, tuple[Floats, Floats]]:
    """Return own growth (unit,) and effects with own limitation on the diagonal (unit, unit) of every structure.

    The errors' sd are those of the ridge throughout, so that structures differ in nothing else.
    """
    size = growth.shape[1]
    ridge = mixed.design(growth, levels, patterns["ridge", None], years=years)
    sd, _ = mixed.reml(ridge)
    found: dict[Key, tuple[Floats, Floats]] = {}
    for key in keys:
        made = mixed.design(growth, levels, patterns[key], years=years) if key in patterns else ridge
        if key[0] == "lasso":
            fixed, effects = lasso(made, sd[:-1])
        else:
            tau = {"none": mixed.LOWEST, "free": 1e3}.get(key[0], mixed.best_tau(made, sd))
            known = mixed.given(made, sd[:-1], tau)
            fixed, effects = known.fixed, known.effects * (key[0] != "none")
        found[key] = _matrix(made, fixed, effects, size, rank_one=key[0] == "rank_one")
    return found


def _matrix(made: mixed.Design, fixed: Floats, effects: Floats, size: int, *, rank_one: bool) -> tuple[Floats, Floats]:
    matrix = np.zeros((size, size))
    matrix[made.pairs[:, 0], made.pairs[:, 1]] = effects
    if rank_one:
        left, singular, right = np.linalg.svd(matrix)
        matrix = singular[0] * np.outer(left[:, 0], right[0])
    matrix[np.arange(size), np.arange(size)] = fixed[size : 2 * size]
    shared = fixed[2 * size :]  # the coming year is like the mean of those seen
    return fixed[:size] + (shared.sum() / (len(shared) + 1) if len(shared) else 0.0), matrix


def lasso(made: mixed.Design, sd: Floats) -> tuple[Floats, Floats]:
    """Return own terms and effects with an absolute penalty on the effects, its size chosen by BIC.

    References
    ----------
    Tibshirani, R. (1996), JRSS B 58:267; Beck, A. and Teboulle, M. (2009), SIAM J. Imaging Sciences 2:183 (solver).
    """
    weight = 1 / sd[made.unit]
    basis, _ = np.linalg.qr(made.fixed * weight[:, None])
    z, y = made.effects * weight[:, None], made.y * weight
    z, y = z - basis @ (basis.T @ z), y - basis @ (basis.T @ y)
    norm = np.maximum(np.linalg.norm(z, axis=0), 1e-12)
    z = z / norm
    gram, target = z.T @ z, z.T @ y
    limits = np.abs(target).max() * np.geomspace(1, 1e-3, 20)
    rate = 1 / np.linalg.eigvalsh(gram)[-1]
    b = ahead = np.zeros((len(limits), z.shape[1]))
    pace = 1.0
    for _ in range(400):
        moved = ahead - rate * (ahead @ gram - target)
        new = np.sign(moved) * np.maximum(np.abs(moved) - rate * limits[:, None], 0)
        faster = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        ahead, b, pace = new + (pace - 1) / faster * (new - b), new, faster
    squares = np.sum((y - b @ z.T) ** 2, axis=1)
    bic = len(y) * np.log(squares) + np.log(len(y)) * np.sum(b != 0, axis=1)
    effects = b[np.argmin(bic)] / norm
    rest = (made.y - made.effects @ effects) * weight
    fixed, *_ = np.linalg.lstsq(made.fixed * weight[:, None], rest, rcond=None)
    return fixed, effects


def ahead(level: Floats, rates: Floats, matrix: Floats, dt: float, lagged: bool) -> Floats:
    """Return growth over the step that begins at a level; the mean level of the step is solved for."""
    growth = np.clip(rates + matrix @ level, -STEEPEST, STEEPEST)
    if lagged:
        return growth
    for _ in range(ROUNDS):
        middle = level * (1 + np.exp(growth * dt)) / 2
        growth = growth + 0.5 * (np.clip(rates + matrix @ middle, -STEEPEST, STEEPEST) - growth)
    return growth
