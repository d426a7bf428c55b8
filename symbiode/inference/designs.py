"""What data could tell apart, from the design alone: how many years, how noisy, along which path of growth.

Comes in: a `Model` taken for true, times and noise. Goes out: a `Design`: standard errors that no estimator can beat,
which coefficients replace one another, how far each effect can move while the fit changes by less than its noise, and
the chance that the sign of each effect shows. No data are needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from symbiode.dynamics.simulation import simulate
from symbiode.errors import Code, InvalidValueError, RefusedError, refused
from symbiode.inference.estimators import Array, Estimator, Problem
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.observations import Observations
from symbiode.inference.problems import pose, with_numbers
from symbiode.inference.rivals import scattered_guesses
from symbiode.render import significant
from symbiode.system.model import Model, Unit, split_path
from symbiode.words import say

if TYPE_CHECKING:
    import pandas as pd

    from symbiode.inference.results import Fit

MOVES = (0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.5, 4.0)
ENOUGH, ALIKE = 0.8, 10.0
_PRECISION, _STEPS, _GUESSES, _MOST = 1e-6, 60, 3, 10


@dataclass(frozen=True, kw_only=True)
class Collinearity:
    """How nearly some coefficients replace one another.

    Parameters
    ----------
    names : tuple of str
    index : float
        1 if they act independently; beyond about 10 to 15 they cannot be estimated together: a change of one is made
        up for by the others to one part in `index`.
    """

    names: tuple[str, ...]
    index: float


@dataclass(frozen=True, kw_only=True)
class Valley:
    """How far an effect can move while the others make up for it.

    Parameters
    ----------
    name : str
    low, high : float
        The fit changes by less than the noise of one observation in between.
    partner : str
        What moves most with it.
    partner_low, partner_high : float
        Its values at the two ends.
    """

    name: str
    low: float
    high: float
    partner: str
    partner_low: float
    partner_high: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Design:
    """What a design can tell.

    Parameters
    ----------
    model : Model
        Taken for true.
    times : array, shape (time,)
    noise : float
        Standard deviation of the errors of logarithms (of levels, if the method's errors are levels).
    names : tuple of str
        Coefficients to be estimated.
    errors : array, shape (parameter,)
        Standard errors that no unbiased estimator can beat, in internal measure: relative for positive coefficients.
    collinear : tuple of Collinearity
        The worst subset of every size.
    evidence : tuple of (str, float)
        Of each effect: expected signed root when it is held at zero, in units of Student's t.
    power : tuple of (str, float)
        Of each effect: the chance that a 5 % test decides its sign.
    valleys : tuple of Valley
    df : int
        Residual degrees of freedom.
    """

    model: Model
    times: Array
    noise: float
    names: tuple[str, ...]
    errors: Array
    collinear: tuple[Collinearity, ...]
    evidence: tuple[tuple[str, float], ...]
    power: tuple[tuple[str, float], ...]
    valleys: tuple[Valley, ...]
    df: int

    @property
    def decides(self) -> bool:
        """Whether the sign of every effect shows with a chance of at least `ENOUGH`."""
        return bool(self.power) and min(p for _, p in self.power) >= ENOUGH

    def frame(self) -> pd.DataFrame:
        """Return one coefficient a row."""
        import pandas as pd

        told, chance = dict(self.evidence), dict(self.power)
        rows = [{"coefficient": name, "least_error": float(e), "evidence": told.get(name), "power": chance.get(name)}
                for name, e in zip(self.names, self.errors, strict=True)]  # fmt: skip
        return pd.DataFrame(rows)

    def summary(self, lang: str = "en") -> str:
        """Return in plain text what the design can and cannot tell."""
        key = "design_decides" if self.decides else "design_fails"
        span = {"count": len(self.times), "first": f"{self.times[0]:g}", "last": f"{self.times[-1]:g}"}
        lines = [say(key, lang, **span, noise=significant(100 * self.noise, 2))]
        for name, p in self.power:
            lines.append("  - " + say("design_power", lang, what=described(self.model.units, name, lang), p=f"{p:.2f}"))
        lines += [f"  - {valley_text(valley, self.model.units, lang)}" for valley in self.valleys]
        worst = next((one for one in self.collinear if one.index >= ALIKE), None)
        if worst is not None:
            named = (", " if lang == "en" else "、").join(described(self.model.units, n, lang) for n in worst.names)
            lines.append("  - " + say("design_collinear", lang, names=named, index=significant(worst.index, 2)))
        return "\n".join(lines)


def collinearity(jacobian: Array, names: Sequence[str]) -> tuple[Collinearity, ...]:
    """Return the collinearity index of subsets of coefficients, largest first.

    Parameters
    ----------
    jacobian : array, shape (residual, parameter)
        Of residuals; columns of zeros are left out.
    names : sequence of str
        With more than ten, pairs and triples only.

    References
    ----------
    Brun, R., Reichert, P. and Künsch, H. R. (2001), Water Resources Research 37:1015, equation 10.

    Examples
    --------
    Two columns with correlation 0.99 replace one another to one part in ten.

    >>> made = collinearity(np.array([[1.0, 0.99], [0.0, np.sqrt(1 - 0.99**2)]]), ["a", "b"])
    >>> round(made[0].index, 6)
    10.0
    """
    norms = np.linalg.norm(jacobian, axis=0)
    kept = [k for k in range(len(names)) if norms[k] > 0]
    columns = jacobian[:, kept] / norms[kept]
    gram = columns.T @ columns
    sizes = range(2, len(kept) + 1 if len(kept) <= _MOST else 4)
    found = []
    for size in sizes:
        for chosen in combinations(range(len(kept)), size):
            least = np.linalg.svd(columns[:, chosen], compute_uv=False)[-1] if size <= len(gram) else 0.0
            index = 1 / float(least) if least > 0 else float("inf")
            found.append(Collinearity(names=tuple(names[kept[k]] for k in chosen), index=index))
    return tuple(sorted(found, key=lambda one: -one.index))


def design(
    model: Model,
    times: ArrayLike,
    *,
    noise: float,
    free: Sequence[str] | None = None,
    method: Estimator | None = None,
    seed: int = 0,
) -> Design:
    """Say what a series of this length and noise could tell, if the model were true.

    Parameters
    ----------
    model : Model
        With a start for every unit.
    times : array, shape (time,)
        When all units are observed.
    noise : float
        Standard deviation of the errors of logarithms, more than 0.
    free : sequence of str, optional
        What is to be estimated; as for `fit`.
    method : estimator, optional
        `TrajectoryMatching()` by default.
    seed : int

    Returns
    -------
    Design

    Raises
    ------
    InvalidValueError
        If noise or times are out of range.
    RefusedError
        `too_short` with fewer numbers than coefficients + 1; `not_supported` if the model runs away in the time.

    References
    ----------
    Raue et al. (2009), Bioinformatics 25:1923 (profiles of expected data); Brun et al. (2001).

    Examples
    --------
    >>> import symbiode
    >>> made = design(symbiode.load("shenzhen-hongkong"), range(25), noise=0.03)
    >>> made.decides
    False
    """
    chosen = TrajectoryMatching() if method is None else method
    problem, truth = expected(model, times, noise, free, chosen, seed)
    jacobian = _jacobian(problem, truth, chosen) / noise
    found = _least_errors(jacobian)
    roots = held_roots(problem, truth, chosen, noise)
    df = problem.nobs - len(problem.names)
    worst = {}
    for one in reversed(collinearity(jacobian, problem.names)):
        worst[len(one.names)] = one
    return Design(
        model=model, times=problem.t, noise=float(noise), names=problem.names, errors=found,
        collinear=tuple(worst[size] for size in sorted(worst)), evidence=tuple(roots.items()),
        power=tuple((name, chance(root, df)) for name, root in roots.items()),
        valleys=_valleys(problem, truth, chosen, noise), df=df,
    )  # fmt: skip


def valleys_of(fit: Fit) -> tuple[Valley, ...]:
    """Return how far each effect of a fit can move while the fit changes by less than the noise of one observation."""
    found = []
    for profile in fit.profiles:
        inside = np.flatnonzero(np.abs(profile.signed_root) <= 1)
        if split_path(profile.name)[0] == "effects" and len(inside):
            found.append(_valley(fit.problem, profile.name, profile.params[inside]))
    return tuple(found)


def valley_text(valley: Valley, units: Sequence[Unit], lang: str = "en") -> str:
    """Return a valley as one sentence in the user's units."""
    numbers = ("low", "high", "partner_low", "partner_high")
    shown = {name: f"{float(f'{getattr(valley, name):.3g}'):,.10g}" for name in numbers}
    named = {"what": described(units, valley.name, lang), "partner": described(units, valley.partner, lang)}
    return say("design_valley", lang, **shown, **named)


def chance(root: float, df: int, level: float = 0.05) -> float:
    """Return the chance that a two-sided t test decides the sign, if its statistic is `root` on average.

    Examples
    --------
    >>> round(chance(0.0, 20), 3), round(chance(3.0, 1000), 2)
    (0.025, 0.85)
    """
    limit = stats.t.isf(level / 2, df)
    return float(stats.nct.sf(limit, df, abs(root)))


def expected(
    model: Model, times: ArrayLike, noise: float, free: Sequence[str] | None, method: Estimator, seed: int
) -> tuple[Problem, Array]:
    """Return the problem of the model's own levels without noise, and the true coefficients."""
    t = np.asarray(times, float)
    if t.ndim != 1 or len(t) < 3 or np.any(np.diff(t) <= 0) or not 0 < noise < np.inf:
        raise InvalidValueError("times, noise", (t.shape, noise), "at least 3 increasing times, a noise above 0")
    path = simulate(model, t, "initial")
    if not np.all(np.isfinite(path.y)):
        raise RefusedError(refused(Code.NOT_SUPPORTED, "The model runs away before the last time."))
    units = tuple(unit.name for unit in model.units)
    seen = Observations(t=t, y=np.asarray(path.y, float), units=units)
    problem = pose(model, seen, free=free, error=method.error, seed=seed)
    numbers = with_numbers(model, problem.names, seen)
    values = {p.path: float(numbers.values[p.symbol]) for p in numbers.parameters}
    values |= {(unit.name, "initial"): float(x) for unit, x in zip(numbers.units, numbers.initial, strict=True)
               if x is not None}  # fmt: skip
    truth = np.array([values[split_path(name)] for name in problem.names])
    return replace(problem, lower=np.minimum(problem.lower, truth), upper=np.maximum(problem.upper, truth)), truth


def _jacobian(problem: Problem, truth: Array, method: Estimator) -> Array:
    """Return derivatives of the residuals to internal coordinates, shape (residual, parameter)."""
    path = problem.trajectory(truth[None])
    slopes = path.dy[0] * np.where(problem.positive, truth, 1.0)
    slopes = slopes / path.y[0][..., None] if method.error == "log" else slopes
    found: Array = slopes[np.isfinite(problem.y)]
    return found


def _least_errors(jacobian: Array) -> Array:
    """Return the square roots of the diagonal of the inverse information, infinite along flat directions."""
    norms = np.linalg.norm(jacobian, axis=0)
    scale = np.where(norms > 0, norms, 1.0)
    _, size, right = np.linalg.svd(jacobian / scale, full_matrices=False)
    with np.errstate(divide="ignore"):
        found: Array = np.sqrt(np.sum((right.T / np.where(size > 1e-12 * size[0], size, 0.0)) ** 2, axis=1)) / scale
    return found


def _refitted(
    problem: Problem, truth: Array, method: Estimator, held: Sequence[tuple[int, float]]
) -> tuple[Array, Array]:
    """Return coefficients and sum of squares of the best fit with one coefficient held, one row per (which, value)."""
    starts = np.vstack([truth, scattered_guesses(problem)[:_GUESSES]])
    rows = np.repeat(np.arange(len(held)), len(starts))
    which, values = np.array([k for k, _ in held]), np.array([x for _, x in held])
    start = np.tile(starts, (len(held), 1))
    box = [np.tile(end, (len(start), 1)) for end in (problem.lower, problem.upper)]
    start = np.clip(start, *box)
    for array in (start, *box):
        array[np.arange(len(start)), which[rows]] = values[rows]
    found = method.refit(
        problem, start, lower=box[0], upper=box[1], precision=_PRECISION, iterations=_STEPS
    )
    ssr = found.ssr.reshape(len(held), len(starts))
    best = np.argmin(ssr, axis=1)
    params = found.params.reshape(len(held), len(starts), -1)[np.arange(len(held)), best]
    return params, ssr[np.arange(len(held)), best]


def held_roots(problem: Problem, truth: Array, method: Estimator, noise: float) -> dict[str, float]:
    """Return the expected signed root of each effect when it is held at zero."""
    effects = [k for k, kind in enumerate(problem.kinds) if kind == "effect"]
    if not effects:
        return {}
    _, ssr = _refitted(problem, truth, method, [(k, 0.0) for k in effects])
    return {problem.names[k]: float(np.sign(truth[k]) * np.sqrt(value) / noise)
            for k, value in zip(effects, ssr, strict=True)}  # fmt: skip


def _valleys(problem: Problem, truth: Array, method: Estimator, noise: float) -> tuple[Valley, ...]:
    """Move each effect away from the truth, fit the others, and keep what changes the fit by less than the noise."""
    effects = [k for k, kind in enumerate(problem.kinds) if kind == "effect"]
    moves = [sign * move for sign in (-1, 1) for move in MOVES]
    held = [(k, float(truth[k] + move)) for k in effects for move in moves]
    held = [(k, x) for k, x in held if problem.lower[k] <= x <= problem.upper[k]]
    if not held:
        return ()
    params, ssr = _refitted(problem, truth, method, held)
    found = []
    for k in effects:
        mine = [i for i, (which, _) in enumerate(held) if which == k and ssr[i] <= noise**2]
        found.append(_valley(problem, problem.names[k], np.vstack([truth, params[mine]])))
    return tuple(found)


def _valley(problem: Problem, name: str, params: Array) -> Valley:
    """Return the valley of an effect from coefficients along it; capacities and effects are its partners."""
    k = problem.names.index(name)
    ends = params[[int(np.argmin(params[:, k])), int(np.argmax(params[:, k]))]]
    inner = problem.inward(ends)
    moved = np.abs(inner[1] - inner[0])
    partners = [i for i, kind in enumerate(problem.kinds) if kind in ("capacity", "effect", "growth") and i != k]
    partner = max(partners, key=lambda i: moved[i]) if partners else k
    return Valley(
        name=name, low=float(ends[0, k]), high=float(ends[1, k]), partner=problem.names[partner],
        partner_low=float(ends[0, partner]), partner_high=float(ends[1, partner]),
    )  # fmt: skip


def described(units: Sequence[Unit], name: str, lang: str) -> str:
    """Return what a coefficient is in a language."""
    path, labels = split_path(name), {unit.name: unit.shown(lang) for unit in units}
    if path[0] == "effects" and len(path) == 3:
        return say("value_effect", lang, receiver=labels[path[1]], source=labels[path[2]])
    known = path[-1] in ("growth", "capacity", "initial", "self_effect") and path[0] in labels
    return say(f"value_{path[-1]}", lang, unit=labels[path[0]]) if known else name
