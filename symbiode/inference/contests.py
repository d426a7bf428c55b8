"""falsify(): what would show that a coupled fit has explained nothing, tried on it.

Comes in: a fit's problem, estimate and observations. Goes out: forecasts from rolling origins against three rivals that
know of no coupling law, and placebos of each effect. A model that loses says so first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from symbiode.errors import RefusedError
from symbiode.inference import placebos
from symbiode.inference.estimators import Estimate, Estimator, Problem
from symbiode.inference.falsification import (
    Comparison,
    Forecast,
    first_origin,
    growth_autoregression,
    random_walk,
    rolling_origin,
)
from symbiode.inference.observations import Observations
from symbiode.inference.placebos import Placebo, placebo_pairs, shuffled_growth
from symbiode.inference.rivals import forecasts, held_at_zero, logistic_alone, scattered_guesses
from symbiode.render import significant
from symbiode.system.model import Unit
from symbiode.words import say

if TYPE_CHECKING:
    import pandas as pd

    from symbiode.inference.results import Fit


@dataclass(frozen=True, kw_only=True, eq=False)
class Contest:
    """Forecasts of one model against its rivals, from the same origins.

    Parameters
    ----------
    horizon : int
        Rows ahead.
    comparisons : tuple of (str, Comparison)
        By rival: ``random_walk``, ``autoregression``, ``logistics``; those that the series allows.
    """

    horizon: int
    comparisons: tuple[tuple[str, Comparison], ...]

    @property
    def loses_to(self) -> tuple[str, ...]:
        """The rivals that forecast no worse than the model, or all of them where it gave no forecast."""
        return tuple(name for name, told in self.comparisons if told.beats is False)

    @property
    def judged(self) -> bool:
        """Whether there are origins enough to judge."""
        return any(told.beats is not None for _, told in self.comparisons)

    def summary(self, lang: str = "en") -> str:
        """Return the contest in plain text, a defeat first."""
        if not self.comparisons:
            return say("contest_none", lang)
        first = self.comparisons[0][1]
        if not self.judged:
            return say("contest_few", lang, origins=first.origins.size)
        steps = say("contest_step", lang) if self.horizon == 1 else say("contest_steps", lang, count=self.horizon)
        worse, lines = self.loses_to, []
        better = [name for name, _ in self.comparisons if name not in worse]
        for key, names in (("contest_loses", worse), ("contest_wins", better)):
            listed = ("、" if lang == "zh" else "; ").join(say(f"rival_{name}", lang) for name in names)
            lines += [say(key, lang, rivals=listed, steps=steps)] if names else []
        if first.failed:
            lines.append(say("contest_failed", lang, count=len(first.failed), origins=first.origins.size))
        for name, told in self.comparisons:
            numbers = {"u": told.pooled_u, "better": told.p_value, "worse": 1 - told.p_value}
            shown = {key: significant(value, 3) for key, value in numbers.items()}
            rival = say(f"rival_{name}", lang)
            lines.append("  - " + say("contest_row", lang, rival=rival, origins=told.origins.size, **shown))
        return "\n".join(lines)

    def frame(self) -> pd.DataFrame:
        """Return one rival a row and unit, with the units together as ``all``."""
        import pandas as pd

        rows = []
        for name, told in self.comparisons:
            each = zip((*told.units, "all"), (*told.theil_u, told.pooled_u), strict=True)
            rows += [{"rival": name, "unit": unit, "theil_u": float(u), "p_no_better": told.p_value,
                      "p_no_worse": 1 - told.p_value, "origins": told.origins.size, "failed": len(told.failed),
                      "horizon": self.horizon} for unit, u in each]  # fmt: skip
        return pd.DataFrame(rows)


@dataclass(frozen=True, kw_only=True, eq=False)
class Falsification:
    """Everything that was tried to show that a fit has explained nothing.

    Parameters
    ----------
    units : tuple of Unit
    contest : Contest
    placebos : tuple of Placebo
    """

    units: tuple[Unit, ...]
    contest: Contest
    placebos: tuple[Placebo, ...]

    def summary(self, lang: str = "en") -> str:
        """Return everything in plain text, a defeat first."""
        names = {unit.name: unit.shown(lang) for unit in self.units}
        lines = [f"  - {one.text(lang, names)}" for one in self.placebos]
        return "\n".join([self.contest.summary(lang), *lines])

    def frame(self) -> pd.DataFrame:
        """Return one placebo a row; the forecasts stand in ``contest.frame()``."""
        return placebos.frame(self.placebos)


def contest(
    problem: Problem, method: Estimator, estimate: Estimate, observations: Observations, *, horizon: int = 1
) -> Contest:
    """Forecast from rolling origins by the model and by rivals that know of no coupling law.

    The model and the independent logistics are refitted at every origin to the rows before it; the random walk and the
    autoregression are computed anew. p values are Diebold and Mariano's with the correction of Harvey, Leybourne and
    Newbold.

    Parameters
    ----------
    problem, method, estimate, observations
        Of a fit.
    horizon : int
        Rows ahead.

    Returns
    -------
    Contest
        Without comparisons where the series is too short or not positive.

    References
    ----------
    Diebold, F. X. and Mariano, R. S. (1995), Journal of Business & Economic Statistics 13:253; Harvey, D., Leybourne,
    S. and Newbold, P. (1997), International Journal of Forecasting 13:281, equation 9.
    """
    alone = held_at_zero(problem, method, estimate)
    starts = [estimate.params] if alone is None else [estimate.params, alone[0]]
    ours = forecasts(problem, method, np.array(starts), estimate.weights)
    if ours is None:
        return Contest(horizon=horizon, comparisons=())
    rivals: list[tuple[str, Forecast | None]] = [
        ("random_walk", random_walk), ("autoregression", growth_autoregression),
        ("logistics", _logistics(problem, method, estimate, observations)),
    ]  # fmt: skip
    found = []
    for name, rival in rivals:
        if rival is None:
            continue
        try:
            told = rolling_origin(
                observations, ours, first=first_origin(len(problem.t)), horizon=horizon, rival=rival
            )
        except RefusedError:
            continue
        if np.isfinite(told.rival).all():
            found.append((name, told))
    return Contest(horizon=horizon, comparisons=tuple(found))


def _logistics(
    problem: Problem, method: Estimator, estimate: Estimate, observations: Observations
) -> Forecast | None:
    """Return forecasts of each unit's own logistic growth."""
    try:
        posed = logistic_alone(observations, error=method.error, seed=problem.seed)
    except RefusedError:
        return None
    return forecasts(posed, method, scattered_guesses(posed), estimate.weights)


def falsify(
    fit: Fit, *, panel: Observations | None = None, exclude: Sequence[str] = (), horizon: int = 1, draws: int = 1999
) -> Falsification:
    """Try to show that a fit has explained nothing: forecasts against rivals, shuffled growth, placebo pairs.

    Parameters
    ----------
    fit : Fit
    panel : Observations, optional
        Many units in the same measure, for placebo pairs.
    exclude : sequence of str
        The fitted units as the panel calls them.
    horizon : int
        Rows ahead.
    draws : int
        Orders of the years of growth.

    Returns
    -------
    Falsification

    Examples
    --------
    >>> import symbiode
    >>> found = falsify(symbiode.fit(symbiode.load("lotka-volterra"), draws=50), draws=99)
    >>> "random_walk" in found.contest.loses_to
    False
    """
    seen = fit.observations
    tried: list[Placebo] = []
    try:
        tried += shuffled_growth(seen, draws=draws, seed=fit.seed)
        if panel is not None and len(seen.units) == 2:
            tried += placebo_pairs(seen, panel, exclude=exclude)
    except RefusedError:  # too short, or exactly collinear: there is no statistic to compare
        pass
    made = contest(fit.problem, fit.method, fit.estimate, seen, horizon=horizon)
    return Falsification(units=fit.model.units, contest=made, placebos=tuple(tried))
