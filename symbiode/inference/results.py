"""Fit: everything a fit found, under the names statsmodels uses, and the fitted model itself.

Comes in: the parts that `fitting.fit` put together. Goes out: tables (pandas), forecasts with intervals, a summary in
plain text. A fit whose status is `refused` gives no forecast unless forced.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from symbiode.errors import Code, InvalidValueError, Level, RefusedError, Status, quote, refused
from symbiode.inference.diagnostics import ResidualTest, Trend
from symbiode.inference.draws import Drawing
from symbiode.inference.estimators import Array, Estimate, Estimator, Optimum, Problem
from symbiode.inference.falsification import Comparison
from symbiode.inference.identifiability import Profile, Reading
from symbiode.inference.observations import Observations
from symbiode.inference.probabilities import Probabilities, Shares
from symbiode.inference.rivals import Basis, aicc
from symbiode.inference.verdict import Verdict
from symbiode.system.model import Model, split_path


@dataclass(frozen=True, kw_only=True)
class Diagnostics:
    """What the data look like, and what the fit was compared with.

    Parameters
    ----------
    vif : tuple of float or None
        Variance inflation of each unit's levels; None if the series is too short.
    last_levels : tuple of float
        The last observed level of each unit.
    residual_tests, rejected : tuple of ResidualTest
        All tests, and those that reject at 1 %.
    aicc_alone : float or None
        Of the better of the independent growth laws.
    random_walk : Comparison or None
        One-step forecasts against a random walk with drift; None where the series is too short.
    trends : tuple of Trend
    bases : tuple of Basis
        The mode of the best fit under each price basis, this one first.
    """

    vif: tuple[float, ...] | None
    last_levels: tuple[float, ...]
    residual_tests: tuple[ResidualTest, ...]
    rejected: tuple[ResidualTest, ...]
    aicc_alone: float | None
    random_walk: Comparison | None
    trends: tuple[Trend, ...]
    bases: tuple[Basis, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Forecast:
    """Levels to come, with intervals from the draws and the noise of the fit.

    Parameters
    ----------
    predicted_mean : DataFrame (time × unit)
        The fitted trajectory.
    low, high : DataFrame (time × unit)
        Quantiles; infinite where draws ran away.
    level : float
    ran_away : float
        The share of draws that ran away before the last time.
    """

    predicted_mean: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    level: float
    ran_away: float

    def conf_int(self) -> pd.DataFrame:
        """Return lower and upper ends side by side, columns (unit, end)."""
        return pd.concat({"lower": self.low, "upper": self.high}, axis=1).swaplevel(axis=1).sort_index(axis=1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """Everything a fit found.

    Parameters
    ----------
    model : Model
        The fitted model: estimates, intervals as bounds, a `source` line; every verb takes it.
    observations : Observations
    method : Estimator
    problem, estimate
        What was solved and what the estimator found.
    profiles : tuple of Profile
        One per coefficient.
    draws : array (draw, parameter)
        Behind the probabilities, in the order of `names`.
    draws_failed : int
    drawing : Bootstrap, ProfileDraws or NormalDraws
    shares : Probabilities
    diagnostics : Diagnostics
    verdict : Verdict
    status : Status
        Of the computation; never of what it says.
    seed : int
    zero, tau, confidence : float
        As asked for.
    """

    model: Model
    observations: Observations
    method: Estimator
    problem: Problem
    estimate: Estimate
    profiles: tuple[Profile, ...]
    draws: Array
    draws_failed: int
    drawing: Drawing
    shares: Probabilities
    diagnostics: Diagnostics
    verdict: Verdict
    status: Status
    seed: int
    zero: float
    tau: float
    confidence: float

    @property
    def names(self) -> tuple[str, ...]:
        """The coefficients, as key paths."""
        return self.estimate.names

    @cached_property
    def params(self) -> pd.Series[float]:
        """The estimates."""
        return pd.Series(self.estimate.params, index=list(self.names))

    @cached_property
    def bse(self) -> pd.Series[float]:
        """Standard errors by the delta method, residual degrees of freedom; NaN where withheld."""
        return pd.Series(np.sqrt(np.diag(self.estimate.cov)), index=list(self.names))

    @cached_property
    def tvalues(self) -> pd.Series[float]:
        """Estimates over standard errors."""
        return self.params / self.bse

    @cached_property
    def pvalues(self) -> pd.Series[float]:
        """Two-sided Student t with residual degrees of freedom, against zero."""
        return pd.Series(2 * stats.t.sf(np.abs(self.tvalues), self.df_resid), index=list(self.names))

    def cov_params(self) -> pd.DataFrame:
        """Return the covariance of the estimates."""
        return pd.DataFrame(self.estimate.cov, index=list(self.names), columns=list(self.names))

    def conf_int(self, alpha: float = 0.05, *, kind: Literal["profile", "wald"] = "profile") -> pd.DataFrame:
        """Return confidence intervals, one row per coefficient, columns 0 and 1.

        Parameters
        ----------
        alpha : float
            One minus the level; for profiles the level may not exceed that of the fit.
        kind : "profile" or "wald"
            Wald intervals are NaN for a coefficient on its bound.
        """
        level = 1 - alpha
        if kind == "wald":
            half = float(stats.t.ppf(1 - alpha / 2, self.df_resid)) * self.bse
            return pd.DataFrame({0: self.params - half, 1: self.params + half})
        if level > self.confidence + 1e-12:
            allowed = f"at least {1 - self.confidence:g}; fit again with a higher confidence"
            raise InvalidValueError("alpha", alpha, allowed)
        ends = [profile.interval(level, self.df_resid) for profile in self.profiles]
        return pd.DataFrame(ends, index=list(self.names), columns=[0, 1], dtype=float)

    def per_capita(self) -> pd.DataFrame:
        """Return the same fit as growth per capita b_i + sum_j a_ij x_j: estimates and standard errors.

        Rows are ``UNIT.growth`` for b_i and ``RECEIVER.SOURCE`` for a_ij (of a unit on itself too), columns `estimate`
        and `se` (delta method).

        Raises
        ------
        RefusedError
            `not_supported` if growth per capita is not linear in the levels.
        """
        names, values, cov = linear_form(self.model, self.names, self.estimate.cov)
        return pd.DataFrame({"estimate": values, "se": np.sqrt(np.diag(cov))}, index=list(names))

    @property
    def optima(self) -> tuple[Optimum, ...]:
        """Every answer of the search within 2 units of log-likelihood of the best, best first."""
        return self.estimate.optima

    @property
    def intervals(self) -> dict[str, tuple[float | None, float | None]]:
        """The profile interval of each coefficient; None is an end that the data do not set."""
        return {profile.name: (profile.low, profile.high) for profile in self.profiles}

    @property
    def identifiability(self) -> dict[str, Reading]:
        """What each profile says."""
        return {profile.name: profile.reading for profile in self.profiles}

    @property
    def effects(self) -> dict[str, float]:
        """The estimated effects as ``receiver.source``, in the scale of the law."""
        named = [name for name in self.names if name.startswith("effects.")]
        return {name.removeprefix("effects."): float(self.params[name]) for name in named}

    @property
    def mode_probabilities(self) -> Shares:
        """Probability of each nominal mode of a pair with its Monte Carlo error."""
        return self.shares.nominal

    @property
    def settled_probabilities(self) -> Shares:
        """Probability of each settled mode with its Monte Carlo error; `none` where the pair settles in no mode."""
        return self.shares.settled

    @property
    def outcome_probabilities(self) -> Shares:
        """Probability of each outcome with its Monte Carlo error."""
        return self.shares.outcomes

    @property
    def nobs(self) -> int:
        """How many numbers were observed."""
        return self.estimate.nobs

    @property
    def df_resid(self) -> int:
        """Observations less coefficients."""
        return self.estimate.df_resid

    @property
    def sigma(self) -> float:
        """Residual standard deviation on the scale of the errors."""
        return self.estimate.sigma

    @property
    def llf(self) -> float:
        """Log-likelihood of the observed levels."""
        return self.estimate.llf

    @property
    def df_model(self) -> int:
        """Estimated numbers, standard deviations of the errors included, as the criteria count them."""
        return len(self.names) + self.estimate.noises

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * self.df_model - 2 * self.llf

    @property
    def bic(self) -> float:
        """Schwarz's criterion."""
        return float(np.log(self.nobs)) * self.df_model - 2 * self.llf

    @property
    def aicc(self) -> float | None:
        """Akaike's criterion for small samples; None where it is not defined."""
        return aicc(self.llf, self.nobs, self.df_model)

    @property
    def starts(self) -> int:
        """How many starts were tried."""
        return self.estimate.starts

    @cached_property
    def resid(self) -> pd.DataFrame:
        """Fitted less observed, on the scale of the errors (time × unit)."""
        return self._frame(self.estimate.resid)

    @cached_property
    def fittedvalues(self) -> pd.DataFrame:
        """Fitted levels at the times of the data (time × unit)."""
        return self._frame(self.estimate.fitted)

    def _frame(self, values: Array, times: Array | None = None) -> pd.DataFrame:
        index = pd.Index(self.problem.t if times is None else times, name=self.model.time_unit)
        return pd.DataFrame(values, index=index, columns=list(self.problem.units))

    def predict(self, times: ArrayLike | None = None) -> pd.DataFrame:
        """Return the fitted trajectory (time × unit).

        Parameters
        ----------
        times : sequence of float, optional
            Increasing, none before the first time of the data; those of the data by default.

        Raises
        ------
        InvalidValueError
            If times are out of order or before the data.
        """
        asked = self.problem.t if times is None else self._times(times)
        return self._frame(self._paths(self.estimate.params[None], asked)[0], asked)

    def _times(self, times: ArrayLike) -> Array:
        asked = np.atleast_1d(np.asarray(times, float))
        if not np.all(np.isfinite(asked)) or np.any(np.diff(asked) <= 0) or asked[0] < self.problem.t[0]:
            raise InvalidValueError("times", asked.tolist()[:5], f"increasing, from {self.problem.t[0]:g} on")
        return asked

    def _paths(self, params: Array, times: Array) -> Array:
        """Return levels (row, time, unit) of many sets of coefficients; NaN from where a row ran away."""
        first = self.problem.t[0]
        grid = times if times[0] == first else np.concatenate([[first], times])
        path = self.problem.trajectory(params, grid)
        stuck = np.all(np.diff(path.y, axis=1, prepend=np.nan) == 0, axis=2) & ~path.clean[:, None]
        return np.where(stuck[:, :, None], np.nan, path.y)[:, len(grid) - len(times) :]

    def get_forecast(self, times: ArrayLike, *, level: float = 0.95, force: bool = False) -> Forecast:
        """Return levels at times, with intervals from the draws and the noise of the fit.

        Parameters
        ----------
        times : sequence of float
            Increasing, none before the first time of the data.
        level : float
            Of the intervals, in (0, 1).
        force : bool
            Forecast although the fit is `refused`.

        Raises
        ------
        RefusedError
            If the fit did not converge or its coefficients are not identifiable, unless forced.
        """
        if self.status.level is Level.REFUSED and not force:
            detail = f"{self.status.detail} No forecast unless forced.".strip()
            raise RefusedError(replace(self.status, detail=detail))
        if not 0 < level < 1:
            raise InvalidValueError("level", level, "between 0 and 1")
        asked = self._times(times)
        allowed = (self.draws >= self.problem.hard_lower) & (self.draws <= self.problem.hard_upper)
        rows = self.draws[np.all(allowed & ~(self.problem.positive & (self.draws <= 0)), axis=1)]
        rows = rows if len(rows) else self.estimate.params[None]
        paths = self._paths(rows, asked)
        # One stratified error per draw, the same at every time: each time has its full spread, and bands are smooth.
        rng, one_each = np.random.default_rng([self.seed, 4]), np.tile(np.arange(len(rows)), (paths.shape[2], 1))
        ranks = rng.permuted(one_each, axis=1)
        noise = stats.norm.ppf((ranks.T[:, None, :] + 0.5) / len(rows)) * self.estimate.sigmas
        seen = paths * np.exp(noise) if self.estimate.error == "log" else paths + noise
        lost = np.isnan(seen)
        ordered = np.where(lost, np.inf, seen)
        ends = [np.quantile(ordered, q, axis=0, method="inverted_cdf") for q in ((1 - level) / 2, (1 + level) / 2)]
        return Forecast(
            predicted_mean=self.predict(asked), low=self._frame(ends[0], asked), high=self._frame(ends[1], asked),
            level=level, ran_away=float(lost.any(axis=(1, 2)).mean()),
        )  # fmt: skip

    def summary(self, lang: str = "en", *, form: str = "text") -> str:
        """Return the fit for readers: the verdict first, then coefficients, probabilities and comparisons.

        Parameters
        ----------
        lang : "en" or "zh"
        form : "text", "html" or "latex"
            A fragment of a page or document; names are escaped.
        """
        from symbiode.inference.summaries import summary

        return summary(self, lang, form)

    def _repr_html_(self) -> str:
        return self.summary(form="html")

    @property
    def provenance(self) -> dict[str, object]:
        """Where the numbers come from: seed, versions, file and hash of the data, method, status."""
        packages = ("symbiode", "numpy", "scipy", "sympy", "pandas")
        seen = {"path": str(self.observations.path), "sha256": self.observations.sha256}
        status = {"level": self.status.level.value, "code": self.status.code.value}
        versions = {name: version(name) for name in packages}
        return {"seed": self.seed, "versions": versions, "data": seen, "method": repr(self.method), "status": status}

    def to_xarray(self) -> Any:
        """Return draws, data, fit and residuals as an `xarray.Dataset`, provenance as its attributes.

        Raises
        ------
        RefusedError
            `not_supported` without the extra ``symbiode[bayes]``.
        """
        try:
            xarray = importlib.import_module("xarray")
        except ImportError:
            detail = "xarray is needed: pip install 'symbiode[bayes]'."
            raise RefusedError(refused(Code.NOT_SUPPORTED, detail)) from None
        series = {"observed": self.problem.y, "fitted": self.estimate.fitted, "residual": self.estimate.resid}
        return xarray.Dataset(
            {"draws": (("draw", "parameter"), self.draws)} | {k: (("time", "unit"), v) for k, v in series.items()},
            coords={"parameter": list(self.names), "time": self.problem.t, "unit": list(self.problem.units)},
            attrs={key: str(value) for key, value in self.provenance.items()},
        )

    @property
    def __maketables_coef_table__(self) -> pd.DataFrame:
        """The coefficients as the package maketables reads them."""
        ends = self.conf_int(1 - min(self.confidence, 0.95)).to_numpy().T
        columns = {"b": self.params, "se": self.bse, "t": self.tvalues, "p": self.pvalues}
        return pd.DataFrame(columns | dict(zip(("ci95l", "ci95u"), ends, strict=True))).rename_axis("Coefficient")

    def __maketables_stat__(self, key: str) -> str | float | None:
        """Return a number about the fit by maketables' name for it."""
        known: dict[str, str | float | None] = {
            "N": self.nobs, "aic": self.aic, "bic": self.bic, "aicc": self.aicc, "ll": self.llf, "df": self.df_resid,
            "se_type": self.estimate.errors, "mode": self.verdict.mode.value if self.verdict.mode else "undetermined",
        }  # fmt: skip
        return known.get(key)

    @property
    def __maketables_depvar__(self) -> str:
        """What was fitted."""
        return ", ".join(self.problem.units)

    @property
    def __maketables_vcov_info__(self) -> dict[str, str | None]:
        """The kind of standard error."""
        return {"vcov_type": self.estimate.errors, "clustervar": None}

    @property
    def __maketables_default_stat_keys__(self) -> list[str]:
        """What stands below the coefficients unless asked otherwise."""
        return ["N", "df", "aicc", "se_type", "mode"]


def linear_form(model: Model, names: Sequence[str], cov: Array) -> tuple[tuple[str, ...], Array, Array]:
    """Return names, estimates and covariance of the coefficients of growth per capita; see `Fit.per_capita`."""
    import sympy

    growth = [sympy.expand(rate / x) for rate, x in zip(model.rates, model.states, strict=True)]
    nothing = dict.fromkeys(model.states, 0)
    if any(sympy.diff(f, x).free_symbols & set(model.states) for f in growth for x in model.states):
        detail = "Growth per capita is not linear in the levels."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    units = [unit.name for unit in model.units]
    told = {f"{quote(unit)}.growth": f.xreplace(nothing) for unit, f in zip(units, growth, strict=True)}
    for receiver, f in zip(units, growth, strict=True):
        told |= {f"{quote(receiver)}.{quote(u)}": sympy.diff(f, x) for u, x in zip(units, model.states, strict=True)}
    by_path = {p.path: p.symbol for p in model.parameters}
    symbols = [by_path.get(split_path(name)) for name in names]
    slopes = np.array([
        [0.0 if s is None else float(sympy.diff(formula, s).xreplace(model.values)) for s in symbols]
        for formula in told.values()
    ])  # fmt: skip
    used = slopes.any(axis=0)
    variance = slopes[:, used] @ cov[np.ix_(used, used)] @ slopes[:, used].T
    return tuple(told), np.array([float(f.xreplace(model.values)) for f in told.values()]), variance
