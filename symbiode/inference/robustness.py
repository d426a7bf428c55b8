"""Would another careful person have found the same? The same effects under other choices that could have been made.

Comes in: a `Fit`. Goes out: `Robustness`: one row per other error model, estimator, law, price basis, window, year left
out, common trend, covariate or scaling, with effects and the mode of their signs, and the share that agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from scipy import stats

from symbiode.dynamics.modes.ladder import Mode
from symbiode.errors import SymbiodeError
from symbiode.inference.covariates import Driver, driven, drivers, relative, trend
from symbiode.inference.estimators import Array, Estimate, Estimator, Path, Problem
from symbiode.inference.observations import Observations, of_model
from symbiode.inference.problems import pose, run, with_numbers
from symbiode.inference.rivals import mode_at, other_bases, quick
from symbiode.render import significant, text_table
from symbiode.system.building import build
from symbiode.system.model import Model
from symbiode.words import say

if TYPE_CHECKING:
    import pandas as pd

    from symbiode.inference.results import Fit

LAWS = ("logistic", "gompertz", "exponential", "carrying_capacity")
SHOCK = (2020.0, 2021.0, 2022.0)
RIDGE = 0.5
_CONFIDENCE, _PRECISION, _STEPS, _FEWEST = 0.95, 1e-6, 60, 8
Rows = Iterator["Variant"]


@dataclass(frozen=True, kw_only=True)
class Variant:
    """The effects under one other choice.

    Parameters
    ----------
    kind : str
        ``base``, ``error``, ``estimator``, ``law``, ``basis``, ``window``, ``year``, ``driver``, ``scaling`` or
        ``prior``.
    name : str
        Which one; a name of the data or of the package.
    effects : tuple of float
        In the order of `Robustness.effects`, in the scale of the law.
    low, high : tuple of (float or None)
        Wald intervals of 95 %; None where withheld, or where a single refit was made without one.
    mode : Mode or None
        Of the signs; None unless there are two units.
    status : str
        ``ok``, or the code of what the fit warns of.
    """

    kind: str
    name: str
    effects: tuple[float, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    mode: Mode | None
    status: str


@dataclass(frozen=True, kw_only=True)
class Robustness:
    """How much of a fit's message stays under other choices.

    Parameters
    ----------
    model : Model
    effects : tuple of str
        Names of the effects, ``effects.receiver.source``.
    variants : tuple of Variant
        The fit itself first.
    failed : tuple of (kind, name, reason)
        Choices that could not be fitted.
    """

    model: Model
    effects: tuple[str, ...]
    variants: tuple[Variant, ...]
    failed: tuple[tuple[str, str, str], ...]

    @property
    def agreement(self) -> float:
        """Share of other choices with the fit's mode, every kind of choice counting the same; NaN without a mode."""
        base, others = self.variants[0], self.variants[1:]
        return _by_kind(others, lambda v: v.mode is base.mode) if base.mode is not None else float("nan")

    @property
    def sign_stability(self) -> dict[str, float]:
        """Share of other choices in which each effect keeps its sign, every kind of choice counting the same."""
        base, others = self.variants[0], self.variants[1:]
        return {
            name: _by_kind(others, lambda v, k=k: np.sign(v.effects[k]) == np.sign(base.effects[k]))  # type: ignore[misc]
            for k, name in enumerate(self.effects)
        }

    def frame(self) -> pd.DataFrame:
        """Return one choice and effect a row."""
        import pandas as pd

        columns = ["kind", "name", "effect", "estimate", "low", "high", "mode", "status"]
        rows = [
            (v.kind, v.name, name, v.effects[k], v.low[k], v.high[k], v.mode.value if v.mode else None, v.status)
            for v in self.variants
            for k, name in enumerate(self.effects)
        ]
        return pd.DataFrame(rows, columns=columns)

    def summary(self, lang: str = "en") -> str:
        """Return the share that agrees, and a table of the choices."""
        short = [name.removeprefix("effects.") for name in self.effects]
        head = [say("robust_choice", lang), "", *short, say("robust_mode", lang)]
        rows = [
            [say(f"robust_{v.kind}", lang), told(v.name, lang, self.model), *(significant(d, 3) for d in v.effects),
             say(v.mode.value, lang) if v.mode else "–"]
            for v in self.variants
        ]  # fmt: skip
        failed = (told(name, lang, self.model) for _, name, _ in self.failed)
        unfitted = [say("robust_failed", lang, name=name) for name in failed]
        return "\n".join([self.headline(lang), text_table(head, rows, left=2), *unfitted])

    def headline(self, lang: str = "en") -> str:
        """Return in one sentence how many choices agree."""
        signs = ", ".join(f"{n.removeprefix('effects.')} {100 * s:.0f} %" for n, s in self.sign_stability.items())
        base, count = self.variants[0], len(self.variants) - 1
        if base.mode is None:
            return say("robust_signs", lang, signs=signs, count=count)
        share = f"{100 * self.agreement:.0f} %"
        return say("robust_headline", lang, share=share, mode=say(base.mode.value, lang), signs=signs, count=count)


def told(name: str, lang: str, model: Model) -> str:
    """Return the name of a choice in a language: a word of ours, or what the model's data call it."""
    if model.data is not None:
        for source in (model.data, *(source for _, source in model.data.alternatives)):
            if name == source.basis:
                return dict(source.label).get(lang, name)
    key, _, rest = name.partition(":")
    try:
        return say(f"choice_{key}", lang, what=rest)
    except KeyError:
        return name


def _by_kind(variants: Sequence[Variant], agrees: Callable[[Variant], Any]) -> float:
    kinds = dict.fromkeys(v.kind for v in variants)
    shares = [np.mean([bool(agrees(v)) for v in variants if v.kind == kind]) for kind in kinds]
    return float(np.mean(shares)) if shares else float("nan")


def robustness(
    fit: Fit,
    *,
    covariates: Observations | None = None,
    relative_to: Mapping[str, Observations] | None = None,
    estimators: Mapping[str, Estimator] | None = None,
    laws: Sequence[str] = LAWS,
) -> Robustness:
    """Fit again under every other choice and say how many agree.

    Other choices are: levels instead of logarithms and one spread per unit, each of `estimators`, other growth laws of
    the same coefficients, every price basis the model's data offer, the first and the last two thirds of the years,
    each single year and 2020 to 2022 left out, a common trend in growth, each covariate, and each scaling.

    Parameters
    ----------
    fit : Fit
    covariates : Observations, optional
        Columns whose growth may move everybody's growth, such as mainland GDP or an exchange rate; read them from the
        same file with `read(path, units=…)`.
    relative_to : mapping of name to Observations, optional
        What to divide levels by: one column for shares, one per unit for values per head.
    estimators : mapping of name to estimator, optional
        None: growth regression and log-integral matching.
    laws : sequence of str
        Those with the effects of this one; the fit's own is left out.

    Returns
    -------
    Robustness

    Examples
    --------
    >>> import symbiode
    >>> found = robustness(symbiode.fit(symbiode.load("lotka-volterra"), draws=50), estimators={}, laws=())
    >>> found.agreement
    1.0
    """
    asked = _Choices(fit)
    found: list[Variant] = [asked.variant("base", "base", fit.problem, fit.estimate)]
    failed: list[tuple[str, str, str]] = []
    for kind, name, make in asked.all(covariates, relative_to or {}, estimators, laws):
        try:
            found.append(asked.variant(kind, name, *make()))
        except SymbiodeError as refusal:
            failed.append((kind, name, str(refusal)))
    found += asked.rows_left_out()
    return Robustness(
        model=fit.model, effects=tuple(asked.names[k] for k in asked.columns), variants=tuple(found),
        failed=tuple(failed),
    )  # fmt: skip


Made = tuple[Problem, Estimate]
Choice = tuple[str, str, Callable[[], Made]]


class _Choices:
    """All other choices for one fit; lives for one call."""

    def __init__(self, fit: Fit) -> None:
        self.fit, self.problem, self.method = fit, fit.problem, quick(fit.method)
        self.names = self.problem.names
        self.columns = [k for k, kind in enumerate(self.problem.kinds) if kind == "effect"]

    def all(
        self,
        covariates: Observations | None,
        scalings: Mapping[str, Observations],
        estimators: Mapping[str, Estimator] | None,
        laws: Sequence[str],
    ) -> Iterator[Choice]:
        """Yield every choice as kind, name and what makes it."""
        fit, seen = self.fit, self.fit.observations
        yield from self.errors()
        yield "prior", f"ridge:{RIDGE:g}", self.shrunk
        for name, method in (usual() if estimators is None else estimators).items():
            if type(method) is not type(fit.method):
                yield "estimator", name, partial(self.made, method=method)
        for law in laws:
            if fit.model.law.scale == "capacity" and law != fit.model.law.name:
                yield "law", law, partial(self.made, law=law)
        for name, alternative in other_bases(fit.model, seen):
            yield "basis", name, partial(self.made, alternative=(alternative,))
        for driver in (trend(self.problem.t), *(drivers(self.problem.t, covariates) if covariates else ())):
            yield "driver", driver.name, partial(self.made, driver=driver)
        for name, to in scalings.items():
            yield "scaling", name, partial(self.made, to=to)

    def errors(self) -> Iterator[Choice]:
        """Yield the other scale of errors, and one spread per unit, where the method has them."""
        own, settings = self.fit.method, cast("Any", self.method)
        if hasattr(own, "sigma") and hasattr(own, "starts"):
            other = "level" if own.error == "log" else "log"
            for name, change in ((f"error_{other}", {"error": other}), ("sigma_unit", {"sigma": "unit"})):
                if all(getattr(own, key) != value for key, value in change.items()):
                    yield "error", name, partial(self.made, method=replace(settings, **change))

    def made(
        self,
        *,
        method: Estimator | None = None,
        law: str | None = None,
        alternative: tuple[str | None] | None = None,
        to: Observations | None = None,
        driver: Driver | None = None,
    ) -> Made:
        """Return problem and estimate with one thing changed."""
        model, seen = self.fit.model, self.fit.observations
        if law is not None:
            model = with_law(model, law)
        if alternative is not None:
            seen = of_model(model, alternative[0])
        if to is not None:
            seen = relative(seen, to)
        method = method or self.method
        problem = pose(model, seen, free=self.names, error=method.error, seed=self.problem.seed)
        if driver is not None:
            problem = driven(problem, with_numbers(model, self.names, seen), [driver])
        return problem, run(quick(method), problem)

    def shrunk(self) -> Made:
        """Return the fit with effects drawn to zero: one more measurement of each, of size zero and sd `RIDGE`."""
        problem, own = self.problem, self.fit.estimate
        weight, count = own.sigma / RIDGE, len(self.columns)
        log = own.error == "log"

        def trajectory(p: Array, times: Array | None = None, **settings: Any) -> Path:
            path = problem.trajectory(p, times, **settings)
            pulled = np.tile(weight * p[:, None, self.columns], (1, path.y.shape[1], 1))
            extra = np.exp(pulled) if log else pulled
            slopes = np.zeros((*extra.shape, p.shape[1]))
            slopes[:, :, range(count), self.columns] = weight * (extra if log else 1.0)
            return Path(y=np.append(path.y, extra, 2), dy=np.append(path.dy, slopes, 2), clean=path.clean)

        measured = np.full((len(problem.t), count), np.nan)
        measured[0] = 1.0 if log else 0.0
        pulled = replace(
            problem, y=np.hstack([problem.y, measured]), units=(*problem.units, *(self.names[k] for k in self.columns)),
            trajectory=trajectory, per_capita=None, starts=np.vstack([problem.starts, own.params]),
        )  # fmt: skip
        return pulled, run(self.method, pulled)

    def variant(self, kind: str, name: str, problem: Problem, estimate: Estimate) -> Variant:
        """Return the row of an estimate."""
        at = [problem.names.index(self.names[k]) for k in self.columns]
        half = stats.t.ppf((1 + _CONFIDENCE) / 2, estimate.df_resid) * np.sqrt(np.diag(estimate.cov)[at])
        values = estimate.params[at]
        low, high = (tuple(float(x) if np.isfinite(x) else None for x in values + side * half) for side in (-1, 1))
        return Variant(
            kind=kind, name=name, effects=tuple(map(float, values)), low=low, high=high,
            mode=self.mode(estimate.params[: len(self.names)], problem.y[:, : len(self.problem.units)]),
            status=estimate.status.code.value,
        )  # fmt: skip

    def mode(self, params: Array, y: Array) -> Mode | None:
        posed = replace(self.problem, y=y)
        return mode_at(self.fit.model, posed, params, zero=self.fit.zero, tau=self.fit.tau)

    def rows_left_out(self) -> Rows:
        """Yield single years, 2020 to 2022, and either end left out: all refits are one batch, from two starts."""
        t, y = self.problem.t, self.problem.y
        years = [("year", f"without:{time:g}", t != time) for time in t]
        third = len(t) // 3
        if third:
            years += [("window", f"until:{t[-third - 1]:g}", t <= t[-third - 1]),
                      ("window", f"since:{t[third]:g}", t >= t[third])]  # fmt: skip
        shock = ~np.isin(t, SHOCK)
        years += [("window", "without:2020–2022", shock)] if 0 < (~shock).sum() < len(t) else []
        kept = np.array([keep for *_, keep in years])
        data = np.where(kept[:, :, None], y, np.nan)
        enough = np.isfinite(data).sum(axis=(1, 2)) > len(self.names)
        starts, box = [self.fit.estimate.params, self.problem.guess], (self.problem.lower, self.problem.upper)
        found = self.fit.method.refit(
            self.problem, np.repeat(starts, len(data), axis=0), lower=box[0], upper=box[1],
            y=np.tile(data, (len(starts), 1, 1)), weights=self.fit.estimate.weights, precision=_PRECISION,
            iterations=_STEPS,
        )  # fmt: skip
        ssr = np.where(np.isfinite(found.ssr), found.ssr, np.inf).reshape(len(starts), -1)
        best, count = np.argmin(ssr, axis=0), len(data)
        open_ends = (None,) * len(self.columns)
        for i, (kind, name, _) in enumerate(years):
            if enough[i] and np.isfinite(ssr[best[i], i]):
                params = found.params[best[i] * count + i]
                at = [np.isclose(params, end, rtol=1e-6)[self.columns].any() for end in box]
                yield Variant(
                    kind=kind, name=name, effects=tuple(map(float, params[self.columns])), low=open_ends,
                    high=open_ends, mode=self.mode(params, y), status="at_bound" if any(at) else "ok",
                )  # fmt: skip


def usual() -> dict[str, Estimator]:
    """Return the estimators that are asked beside the fit's own."""
    from symbiode.inference.estimators.growth_regression import GrowthRegression
    from symbiode.inference.estimators.integral import ESTIMATOR

    return {"growth_regression": GrowthRegression(), "integral": ESTIMATOR()}


def with_law(model: Model, law: str) -> Model:
    """Return a model with the same coefficients and starts under another growth law.

    Raises
    ------
    ModelFileError, InvalidValueError
        If that law has not the same coefficients.
    """
    units: dict[str, dict[str, object]] = {unit.name: {} for unit in model.units}
    effects: dict[str, object] = {}
    for p in model.parameters:
        if p.path[0] in units and p.path[-1] in ("growth", "capacity"):
            units[p.path[0]][p.path[-1]] = float(model.values[p.symbol])
        elif p.path[0] == "effects":
            effects[".".join(p.path[1:])] = float(model.values[p.symbol])
    for unit in model.units:
        if unit.initial is not None:
            units[unit.name]["initial"] = float(unit.initial.value)
    made = build(units, law=law, effects=effects, time_unit=model.time_unit, name=model.name)
    return replace(made, data=model.data)
