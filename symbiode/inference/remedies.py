"""What would decide it: other designs that would show the signs of the effects, and those that would not.

Comes in: a `Model` taken for true with times and noise, or a `Fit` and the size its effects are assumed to have. Goes
out: `Deciders`: the chance of each effect with more years, with capacities known from outside, with monocultures. The
chances are computed from fits to the model's own levels, so they need no random numbers and take no luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from symbiode.errors import Code, RefusedError, refused
from symbiode.inference.designs import ENOUGH, chance, described, expected, held_roots
from symbiode.inference.estimators import Array, Estimator, Kind, Path, Problem
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.rivals import scattered_guesses
from symbiode.render import significant
from symbiode.system.model import Model, split_path
from symbiode.words import say

if TYPE_CHECKING:
    import pandas as pd

    from symbiode.inference.results import Fit

YEARS = (5, 10, 20, 40)
_PRECISION, _STEPS = 1e-6, 60
_INITIAL: tuple[Kind, ...] = ("initial",)
Power = tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Decider:
    """Another design and what it would tell.

    Parameters
    ----------
    key : str
        ``years``, ``capacities`` (known from outside) or ``alone`` (each unit also observed by itself).
    years : float
        How much longer the series is, 0 where it is as long.
    power : tuple of (str, float)
    """

    key: str
    years: float
    power: Power

    @property
    def least(self) -> float:
        """The smaller chance of the two effects."""
        return min((p for _, p in self.power), default=0.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Deciders:
    """Which designs would decide the signs of the effects, if they are as large as assumed.

    Parameters
    ----------
    model : Model
        Taken for true.
    noise : float
    now : tuple of (str, float)
        The chance of each effect with the design as it is.
    others : tuple of Decider
    """

    model: Model
    noise: float
    now: Power
    others: tuple[Decider, ...]

    def frame(self) -> pd.DataFrame:
        """Return one design a row."""
        import pandas as pd

        rows = [Decider(key="now", years=0.0, power=self.now), *self.others]
        return pd.DataFrame([{"design": one.key, "years": one.years, **dict(one.power)} for one in rows])

    def summary(self, lang: str = "en") -> str:
        """Return in plain text what would show the signs, and what would not."""
        values = {p.path: self.model.values[p.symbol] for p in self.model.parameters}
        sizes = (", " if lang == "en" else "、").join(
            say("deciders_size", lang, what=described(self.model.units, name, lang),
                size=significant(float(values[split_path(name)]), 2))
            for name, _ in self.now
        )  # fmt: skip
        lines = [say("deciders_head", lang, sizes=sizes, noise=significant(100 * self.noise, 2))]
        lines.append("  - " + say("deciders_now", lang, p=f"{min((p for _, p in self.now), default=0.0):.2f}"))
        longer = [one for one in self.others if one.key == "years"]
        if longer:
            first = next((one for one in longer if one.least >= ENOUGH), None)
            shown, key = (first, "deciders_years") if first else (longer[-1], "deciders_no_years")
            lines.append("  - " + say(key, lang, years=f"{shown.years:g}", p=f"{shown.least:.2f}"))
        for one in self.others:
            if one.key != "years":
                lines.append("  - " + say(f"deciders_{one.key}", lang, p=f"{one.least:.2f}"))
        return "\n".join(lines)


def deciders(
    model: Model,
    times: ArrayLike,
    *,
    noise: float,
    free: Sequence[str] | None = None,
    method: Estimator | None = None,
    years: Sequence[float] = YEARS,
    seed: int = 0,
) -> Deciders:
    """Say which other design would show the signs of the effects, if the model were true.

    More years at the same spacing; capacities known from outside; each unit also observed alone, from the same level
    for as long.

    Parameters
    ----------
    model, times, noise, free, method, seed
        As for `design`.
    years : sequence of float
        How much longer.

    Returns
    -------
    Deciders

    Examples
    --------
    >>> import symbiode
    >>> made = deciders(symbiode.load("shenzhen-hongkong"), range(25), noise=0.03, years=[20])
    >>> [one.key for one in made.others]
    ['years', 'capacities', 'alone']
    """
    chosen = TrajectoryMatching() if method is None else method
    t = np.asarray(times, float)
    problem, truth = expected(model, t, noise, free, chosen, seed)
    step = float(np.median(np.diff(t)))

    def told(posed: Problem, true: Array) -> Power:
        df = posed.nobs - len(posed.names)
        return tuple((name, chance(root, df)) for name, root in held_roots(posed, true, chosen, noise).items())

    others = []
    for more in years:
        longer = np.concatenate([t, np.arange(t[-1] + step, t[-1] + more + step / 2, step)])
        others.append(Decider(key="years", years=float(more), power=told(*expected(
            model, longer, noise, problem.names, chosen, seed))))  # fmt: skip
    known = [name for name, kind in zip(problem.names, problem.kinds, strict=True) if kind != "capacity"]
    if len(known) < len(problem.names):
        power = told(*expected(model, t, noise, known, chosen, seed))
        others.append(Decider(key="capacities", years=0.0, power=power))
    others.append(Decider(key="alone", years=0.0, power=told(*_with_monocultures(problem, truth))))
    return Deciders(model=model, noise=float(noise), now=told(problem, truth), others=tuple(others))


def deciders_of(fit: Fit, *, size: float = 0.3, years: Sequence[float] = YEARS) -> Deciders:
    """Say what would decide the mode of a fit, if every effect had a given size and the sign that was estimated.

    Growth, capacities and starts are those that fit the data best with such effects.

    Parameters
    ----------
    fit : Fit
    size : float
        Of every effect, dimensionless; more than 0.
    years : sequence of float
        As for `deciders`.

    Returns
    -------
    Deciders

    Raises
    ------
    RefusedError
        `not_supported` if no effect was estimated, or none of this size fits the data at all.
    """
    problem, params = fit.problem, fit.estimate.params.copy()
    effects = np.array([kind == "effect" for kind in problem.kinds])
    if not effects.any() or size <= 0 or fit.model.law.scale != "capacity":
        detail = "It takes estimated effects that are relative to capacities, and a size above 0."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    params[effects] = np.where(params[effects] < 0, -size, size)
    start = np.vstack([params, scattered_guesses(problem)])
    start[:, effects] = params[effects]
    box = [np.where(effects, params, end) for end in (problem.lower, problem.upper)]
    found = fit.method.refit(problem, np.clip(start, *box), lower=box[0], upper=box[1],
                             weights=fit.estimate.weights, precision=_PRECISION, iterations=_STEPS)  # fmt: skip
    best = int(np.argmin(found.ssr))
    if not np.isfinite(found.ssr[best]):
        raise RefusedError(refused(Code.NOT_SUPPORTED, f"No trajectory with effects of size {size:g} fits the data."))
    told = zip(problem.names, found.params[best], strict=True)
    values = {name: float(x) for name, x in told if not name.startswith("shifts.")}
    return deciders(
        fit.model.with_values(values), problem.t, noise=fit.estimate.sigma, free=tuple(values), method=fit.method,
        years=years, seed=fit.seed,
    )  # fmt: skip


def _with_monocultures(problem: Problem, truth: Array) -> tuple[Problem, Array]:
    """Return the problem with each unit also observed alone, from the same first level at the same times."""
    n, k = len(problem.units), len(problem.names)
    effects = np.array([kind == "effect" for kind in problem.kinds])
    initial = [i for i, kind in enumerate(problem.kinds) if kind == "initial"]
    owners = [problem.about[i][0] for i in initial]

    def trajectory(p: Array, times: Array | None = None, **options: float) -> Path:
        solo = np.where(effects, 0.0, p[:, :k])
        solo[:, initial] = p[:, k:]
        pair, alone = (problem.trajectory(rows, times, **options) for rows in (p[:, :k], solo))
        slopes = np.zeros((*pair.y.shape[:2], 2 * n, k + len(initial)))
        slopes[:, :, :n, :k] = pair.dy
        slopes[:, :, n:, :k] = np.where(effects, 0.0, alone.dy)
        slopes[:, :, n:, k:] = alone.dy[..., initial]
        slopes[:, :, n:, initial] = 0.0
        levels = np.concatenate([pair.y, alone.y], axis=2)
        return Path(y=levels, dy=slopes, clean=pair.clean & alone.clean)

    def more(values: Array) -> Array:
        return np.concatenate([values, values[initial]])

    added = tuple(f"alone.{problem.names[i]}" for i in initial)
    whole, kinds = more(truth), (*problem.kinds, *_INITIAL * len(initial))
    return replace(
        problem, units=problem.units + tuple(f"alone.{unit}" for unit in problem.units), names=problem.names + added,
        kinds=kinds, about=problem.about + tuple((n + owner,) for owner in owners), trajectory=trajectory,
        per_capita=None, y=trajectory(whole[None]).y[0], starts=np.empty((0, k + len(added))),
        positive=np.concatenate([problem.positive, problem.positive[initial]]), lower=more(problem.lower),
        upper=more(problem.upper), hard_lower=more(problem.hard_lower), hard_upper=more(problem.hard_upper),
        guess=more(problem.guess),
    ), whole  # fmt: skip
