"""pool(): the effects among many units at once, shrunk to what the panel can tell.

Comes in: `Observations` of three or more units, and how far apart they are. Goes out: `Pooled`: every effect on growth
with an honest interval, the mode of every pair with its probability, what a pattern over distance forecasts, and how
many small p-values chance alone would give.

An effect here is b_ij in dln x_i/dt = a_i + b_ii z_i + sum_j b_ij z_j, with z_j the level of j in its own mean: what j
at its mean level adds to the growth of i, per unit of time. It has the sign of d_ij = b_ij K_j / (r_i mean_j).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.modes.ladder import Mode
from symbiode.errors import OK, Code, InvalidValueError, RefusedError, Status, refused
from symbiode.inference.observations import Floats, Observations, require_positive
from symbiode.inference.pooling import mixed
from symbiode.inference.pooling.alone import PairTests, pair_tests
from symbiode.inference.pooling.scores import Score, scored
from symbiode.inference.probabilities import MODES, nominal_codes

if TYPE_CHECKING:
    import pandas as pd

ZERO, SYMMETRY, LEVEL = 0.05, 0.10, 0.80
SCALES = (15.0, 30.0, 60.0, 120.0, 240.0)
MOST_ROWS = 2500


@dataclass(frozen=True, kw_only=True)
class PairMode:
    """What two units of a panel are to each other.

    Parameters
    ----------
    pair : tuple of two str
        Names.
    probabilities : dict of mode name to float
        Nominal mode, by the signs of both effects.
    leading : Mode
        The likeliest.
    probability, error : float
        Its probability and Monte Carlo error.
    mode : Mode or None
        The verdict; None: undetermined.
    """

    pair: tuple[str, str]
    probabilities: dict[str, float]
    leading: Mode
    probability: float
    error: float
    mode: Mode | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Pooled:
    """The effects among the units of a panel.

    Parameters
    ----------
    units : tuple of str, shape (unit,)
        Names.
    labels : tuple of dict of language to str, shape (unit,)
        What readers call them.
    structure : str
        ``ridge``, ``mean`` or ``decay``: what the effects are shrunk to.
    reach : float or None
        The distance at which the pattern has fallen to 1/e, in the unit of the distances; None without decay.
    years : bool
        Whether what every unit shares in a year was taken out.
    steps : int
        Growth rates per unit.
    first, last : float
        The times between which they lie.
    growth : array, shape (unit,)
        Mean growth per unit of time.
    effects, low, high : array, shape (unit, unit)
        Mean and central 95 % interval of b_ij, row i receives from column j; NaN on the diagonal.
    positive : array, shape (unit, unit)
        Probability that b_ij is above zero.
    learnt : array, shape (unit, unit)
        Share of the prior variance that the data took away, 0 (nothing) to 1.
    spread : tuple of three float
        tau, the standard deviation of effects around the pattern: median and 95 % interval.
    pattern : tuple of three float, or None
        The size of the pattern (common mean; effect at distance 0) and its 95 % interval.
    effective : float
        How many effects' worth of information the panel holds about the differences between effects.
    scores : tuple of Score
        How every structure forecasts, the best first.
    tests : PairTests
        Each pair alone: t values, adjusted p-values, and what chance gives.
    modes : tuple of PairMode, shape (pair,)
        One per pair.
    margin : float
        Effects of at most this share of the receiver's mean growth count as none.
    level : float
        Probability that naming a mode takes.
    seed, draws : int
        Of the draws behind intervals and probabilities.
    status : Status
        Of the computation.
    """

    units: tuple[str, ...]
    labels: tuple[dict[str, str], ...]
    structure: str
    reach: float | None
    years: bool
    steps: int
    first: float
    last: float
    growth: Floats
    effects: Floats
    low: Floats
    high: Floats
    positive: Floats
    learnt: Floats
    spread: tuple[float, float, float]
    pattern: tuple[float, float, float] | None
    effective: float
    scores: tuple[Score, ...]
    tests: PairTests
    modes: tuple[PairMode, ...]
    margin: float
    level: float
    seed: int
    draws: int
    status: Status = OK

    @property
    def forecasts_better(self) -> bool:
        """Whether the chosen structure forecasts better than no effects at all."""
        return next(each for each in self.scores if (each.name, each.reach) == (self.structure, self.reach)).gain > 0

    @property
    def above_chance(self) -> bool:
        """Whether large t values are more frequent than in 95 % of panels of independent units."""
        return self.tests.placebo_p < 0.05

    def frame(self) -> pd.DataFrame:
        """Return one effect a row: receiver, source, effect, low, high, positive, learnt, t, p, q_bh, q_by, mode."""
        import pandas as pd

        told = {frozenset(each.pair): each for each in self.modes}
        rows = []
        for i, j in _ordered(len(self.units)):
            pair = told[frozenset((self.units[i], self.units[j]))]
            rows.append({
                "receiver": self.units[i], "source": self.units[j], "effect": self.effects[i, j],
                "low": self.low[i, j], "high": self.high[i, j], "positive": self.positive[i, j],
                "learnt": self.learnt[i, j], "t_alone": self.tests.t[i, j], "p_alone": self.tests.p[i, j],
                "q_bh": self.tests.q_bh[i, j], "q_by": self.tests.q_by[i, j], "leading_mode": pair.leading.value,
                "probability": pair.probability, "verdict": pair.mode.value if pair.mode else "undetermined",
            })  # fmt: skip
        return pd.DataFrame(rows)

    def summary(self, lang: str = "en") -> str:
        """Return what the panel says, and what it does not, as text."""
        from symbiode.inference.pooling.telling import told

        return told(self, lang)


def pool(
    observations: Observations,
    *,
    distances: Floats | None = None,
    years: bool = False,
    structure: str | None = None,
    regressor: str = "midpoint",
    level: float = LEVEL,
    margin: float = ZERO,
    labels: tuple[dict[str, str], ...] = (),
    draws: int = 4000,
    placebos: int = 199,
    seed: int = 0,
) -> Pooled:
    """Estimate the effects among all units of a panel together.

    Growth per head is regressed on the levels of all units; the effects are drawn towards a pattern: nothing (ridge), a
    common mean, or c exp(-distance/reach). Which pattern, and which reach, is the one whose forecasts of the next
    step, from each origin of the second half, err least. The pull's strength is estimated by restricted likelihood;
    its uncertainty is part of the intervals.

    Parameters
    ----------
    observations : Observations
        Three or more units, positive levels.
    distances : array, shape (unit, unit), optional
        How far apart they are; without it there is no decay.
    years : bool
        Take out what all units share in a step: a common trend, inflation, a crisis. With it only differences
        between units speak.
    structure : {"ridge", "mean", "decay"}, optional
        Instead of the one that forecasts best.
    regressor : {"midpoint", "lagged"}
        The level that stands for a step.
    level : float
        Probability that naming a mode takes.
    margin : float
        Effects of at most this share of the receiver's mean growth count as none.
    labels : tuple of dict of language to str, shape (unit,)
        What readers call the units.
    draws, placebos, seed : int
        Draws of the effects; panels of independent units for the count of large t values; seed of both.

    Returns
    -------
    Pooled

    Raises
    ------
    RefusedError
        `too_short` with fewer than 8 steps between complete rows, or more than 2500 growth rates.
    InvalidValueError
        If there are fewer than three units, the distances do not fit, or a choice is none of the above.
    DataError
        If a level is zero or negative.

    References
    ----------
    Hoerl, A. E. and Kennard, R. W. (1970), Technometrics 12:55 (ridge); Gelman, A. (2006), Bayesian Analysis 1:515
    (flat prior on tau); Benjamini, Y. and Yekutieli, D. (2001), Annals of Statistics 29:1165.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> y = np.exp(np.cumsum(0.05 + 0.02 * rng.standard_normal((16, 4)), axis=0))
    >>> made = pool(Observations(t=range(16), y=y, units=("a", "b", "c", "d")), draws=500, placebos=19)
    >>> made.effects.shape, len(made.modes)
    ((4, 4), 6)
    """
    _check(observations, distances, structure, regressor)
    growth, levels, dt = _steps(observations, regressor)
    scale = levels.mean(axis=0)
    patterns = _patterns(len(observations.units), distances)
    scores = scored(observations, growth, levels, dt, patterns, years=years, lagged=regressor == "lagged")
    best = next(each for each in scores if each.name in ((structure,) if structure else ("ridge", "mean", "decay")))
    made = mixed.design(growth, levels / scale, patterns[best.name, best.reach], years=years)
    sample, spread, pattern, learnt = _posterior(made, draws, np.random.default_rng(seed))
    tests = pair_tests(observations, growth, levels, dt, placebos=placebos, seed=seed, lagged=regressor == "lagged")
    size, mean = len(observations.units), growth.mean(axis=0)
    low, high = np.quantile(sample, (0.025, 0.975), axis=0)
    trusted = best.gain > 0 and tests.placebo_p < 0.05
    names = observations.units
    return Pooled(
        units=names, labels=labels or tuple({"en": name, "zh": name} for name in names), structure=best.name,
        reach=best.reach, years=years, steps=len(growth), first=float(observations.t[0]),
        last=float(observations.t[-1]), growth=mean, spread=spread, pattern=pattern,
        effective=float(np.sum(learnt)), scores=scores, tests=tests, margin=margin, level=level, seed=seed,
        modes=tuple(_modes(names, sample, made.pairs, np.abs(mean), margin, level if trusted else None)),
        draws=draws, effects=_square(sample.mean(axis=0), made.pairs, size), low=_square(low, made.pairs, size),
        high=_square(high, made.pairs, size), positive=_square((sample > 0).mean(axis=0), made.pairs, size),
        learnt=_square(learnt, made.pairs, size),
    )  # fmt: skip


def _check(seen: Observations, distances: Floats | None, structure: str | None, regressor: str) -> None:
    size = len(seen.units)
    if size < 3:
        raise InvalidValueError("units", size, "three or more; two are for `fit`: pooling has nothing to pool")
    if regressor not in ("midpoint", "lagged"):
        raise InvalidValueError("regressor", regressor, "midpoint or lagged")
    if structure not in (None, "ridge", "mean", "decay"):
        raise InvalidValueError("structure", structure, "ridge, mean, decay")
    if structure == "decay" and distances is None:
        raise InvalidValueError("structure", structure, "ridge or mean: a decay needs distances")
    if distances is not None:
        d = np.asarray(distances, float)
        if d.shape != (size, size) or not np.all(np.isfinite(d)) or np.any(d[~np.eye(size, dtype=bool)] <= 0):
            raise InvalidValueError("distances", d.shape, f"shape ({size}, {size}), finite, positive off the diagonal")
    require_positive(seen)
    steps = int((~np.isnan(seen.y)).all(axis=1).sum()) - 1
    if steps < 8:
        detail = f"{steps} steps between rows with a value for every unit; 8 are needed."
        raise RefusedError(refused(Code.TOO_SHORT, detail, steps=steps, needed=8))
    if steps * size > MOST_ROWS:
        raise InvalidValueError("observations", f"{steps} steps of {size} units", f"at most {MOST_ROWS} growth rates")


def _steps(seen: Observations, regressor: str) -> tuple[Floats, Floats, Floats]:
    """Return growth per head, level (both (step, unit)) and length of each step between complete rows."""
    whole = ~np.isnan(seen.y).any(axis=1)
    t, y = seen.t[whole], seen.y[whole]
    dt = np.diff(t)
    return np.diff(np.log(y), axis=0) / dt[:, None], y[:-1] if regressor == "lagged" else (y[1:] + y[:-1]) / 2, dt


def _patterns(size: int, distances: Floats | None) -> dict[tuple[str, float | None], Floats]:
    """Return the patterns that effects may be drawn to, by name and reach, each (pattern, unit, unit)."""
    found: dict[tuple[str, float | None], Floats] = {
        ("ridge", None): np.zeros((0, size, size)), ("mean", None): np.ones((1, size, size)),
    }  # fmt: skip
    if distances is not None:
        found |= {("decay", reach): np.exp(-np.asarray(distances, float)[None] / reach) for reach in SCALES}
    return found


def _posterior(
    made: mixed.Design, draws: int, rng: np.random.Generator
) -> tuple[Floats, tuple[float, float, float], tuple[float, float, float] | None, Floats]:
    """Return draws of the effects (draw, pair), tau, the pattern, and how much was learnt of each effect.

    tau has a flat prior and is integrated over a grid; each unit's error variance is drawn from its scaled inverse
    chi-square, which makes the intervals Student's.
    """
    sd, _ = mixed.reml(made)
    taus = np.geomspace(1e-4, 2.0, 60) * float(np.median(np.abs(made.y)) + np.std(made.y))
    minus = mixed.likelihood(made, sd[:-1], taus)
    weights = np.exp(minus.min() - minus) * taus
    weights /= weights.sum()
    free = np.bincount(made.unit) - made.fixed.shape[1] / len(sd[:-1])
    found, learnt, patterns = [], np.zeros(len(made.pairs)), []
    for tau, share, count in zip(taus, weights, rng.multinomial(draws, weights), strict=True):
        if share < 1e-6:
            continue
        known = mixed.given(made, sd[:-1], tau)
        learnt += share * np.clip(1 - np.diag(known.residual) / tau**2, 0, 1)
        factor = np.linalg.cholesky(known.covariance + 1e-18 * np.eye(len(learnt)))
        wide = np.sqrt(free / rng.chisquare(free, (count, len(free))))[:, made.pairs[:, 0]]
        found.append(known.effects + (rng.standard_normal((count, len(learnt))) @ factor.T) * wide)
        if made.patterns.shape[1]:
            patterns.append(known.pattern[0] + known.pattern_se[0] * rng.standard_normal(count))
    cut = np.cumsum(weights)
    spread = tuple(float(np.interp(at, cut, taus)) for at in (0.5, 0.025, 0.975))
    pattern = np.concatenate(patterns) if patterns else None
    ends = tuple(float(q) for q in np.quantile(pattern, (0.5, 0.025, 0.975))) if pattern is not None else None
    return np.concatenate(found), spread, ends, learnt  # type: ignore[return-value]


def _modes(
    names: tuple[str, ...], sample: Floats, pairs: NDArray[np.intp], growth: Floats, margin: float, level: float | None
) -> Iterator[PairMode]:
    """Yield the mode of each pair; no verdict without a level."""
    at = {(int(i), int(j)): k for k, (i, j) in enumerate(pairs)}
    for i, j in combinations(range(len(names)), 2):
        shares = sample[:, [at[i, j], at[j, i]]] / growth[[i, j]]
        counts = np.bincount(nominal_codes(shares[:, 0], shares[:, 1], zero=margin, tau=SYMMETRY), minlength=len(MODES))
        chance = counts / len(sample)
        top = int(np.argmax(chance))
        soft = (counts[top] + 1) / (len(sample) + 2)
        error = float(np.sqrt(soft * (1 - soft) / len(sample)))
        named = level is not None and chance[top] - 2 * error >= level
        yield PairMode(
            pair=(names[i], names[j]), probabilities={m.value: float(c) for m, c in zip(MODES, chance, strict=True)},
            leading=MODES[top], probability=float(chance[top]), error=error, mode=MODES[top] if named else None,
        )  # fmt: skip


def _ordered(size: int) -> Iterator[tuple[int, int]]:
    return ((i, j) for i in range(size) for j in range(size) if i != j)


def _square(values: Floats, pairs: NDArray[np.intp], size: int) -> Floats:
    """Return one value per pair as a matrix, NaN on the diagonal."""
    out = np.full((size, size), np.nan)
    out[pairs[:, 0], pairs[:, 1]] = values
    return out
