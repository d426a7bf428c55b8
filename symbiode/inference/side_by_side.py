"""Every estimator on the same data: what the choice of a method alone does to the coefficients.

Comes in: a model and observations. Goes out: `SideBySide`, one row per method with its coefficients, standard errors,
the mode their signs would mean, what is known of its bias, and its status. No row is a verdict; that is `fit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from symbiode import discover
from symbiode.dynamics.modes.ladder import Mode
from symbiode.errors import Code, RefusedError, Status, refused
from symbiode.inference import estimators
from symbiode.inference.estimators import Array, Estimate, Estimator
from symbiode.inference.observations import Observations, of_model
from symbiode.inference.problems import free_names, pose, run, with_numbers
from symbiode.inference.rivals import mode_at
from symbiode.render import significant, text_table
from symbiode.system.model import Model, split_path
from symbiode.words import known, say


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """One method's answer.

    Parameters
    ----------
    method : str
        Its key, as `symbiode fit --method` and `symbiode.words` know it.
    settings : Estimator
    estimate : Estimate or None
        None where the method refused.
    mode : Mode or None
        What the signs of both effects mean, of two units; no verdict.
    status : Status
        Of the computation, with the reason of a refusal.
    """

    method: str
    settings: Estimator
    estimate: Estimate | None
    mode: Mode | None
    status: Status


@dataclass(frozen=True, kw_only=True, eq=False)
class SideBySide:
    """All methods side by side.

    Parameters
    ----------
    model : Model
    observations : Observations
    names : tuple of str
        The coefficients, starts left out.
    rows : tuple of Row
    zero, tau : float
        Effects of at most `zero` count as none; of a symmetric mutualism the smaller is at least ``1 - tau`` of the
        larger.
    """

    model: Model
    observations: Observations
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    zero: float
    tau: float

    def frame(self) -> pd.DataFrame:
        """Return one line per method and coefficient: method, coefficient, estimate, se, errors, mode, status."""
        lines = []
        for row in self.rows:
            values, errors = _numbers(row, self.names)
            kind = row.estimate.errors if row.estimate is not None else None
            for name, value, error in zip(self.names, values, errors, strict=True):
                mode = row.mode.value if row.mode is not None else None
                lines.append((row.method, name, value, error, kind, mode, row.status.code.value))
        return pd.DataFrame(lines, columns=["method", "coefficient", "estimate", "se", "errors", "mode", "status"])

    def summary(self, lang: str = "en") -> str:
        """Return the table in plain text, standard errors in brackets, with the known bias of each method."""
        table = text_table(*self.table(lang))
        legend = ", ".join(f"{s} = {name}" for s, name in zip(self._symbols(), self.names, strict=True))
        title = say("compare_title", lang, model=self.model.name)
        pairs = [(told(row.method, lang), bias(row.method, lang)) for row in self.rows]
        notes = [f"  - {name}: {text}" for name, text in pairs if text]
        blocks = [title, table, legend, "\n".join([say("compare_known", lang), *notes]), self.troubles(lang)]
        return "\n\n".join(block for block in [*blocks, self.agreement(lang)] if block)

    def table(self, lang: str = "en") -> tuple[list[str], list[list[str]]]:
        """Return heads and rows of the table, standard errors in brackets below the estimates."""
        heads = [say("compare_method", lang), *self._symbols(), say("compare_mode", lang), say("compare_status", lang)]
        return heads, [line for row in self.rows for line in self._lines(row, lang)]

    def _symbols(self) -> list[str]:
        symbols = {p.path: str(p.symbol) for p in self.model.parameters}
        return [symbols[split_path(name)] for name in self.names]

    def _lines(self, row: Row, lang: str) -> list[list[str]]:
        values, errors = _numbers(row, self.names)
        mode = say(row.mode.value, lang) if row.mode is not None else ""
        status = "" if row.status.ok else say(f"compare_{row.status.level.value}", lang)
        first = [told(row.method, lang), *(_cell(x, "{}") for x in values), mode, status]
        brackets = [_cell(x, "({})") for x in errors]
        return [first, ["", *brackets, "", ""]] if any(brackets) else [first]

    def troubles(self, lang: str = "en") -> str:
        """Return what went wrong with which method, one line each; empty if nothing did."""
        lines = []
        for row in self.rows:
            if not row.status.ok:
                detail = f" {row.status.detail}" if lang == "en" else ""
                lines.append(f"  - {told(row.method, lang)}: {say(f'status_{row.status.code.value}', lang)}{detail}")
        return "\n".join([say("compare_troubles", lang), *lines]) if lines else ""

    def agreement(self, lang: str = "en") -> str:
        """Return in one sentence whether the methods name the same mode."""
        modes = {row.mode for row in self.rows if row.mode is not None}
        if not modes:
            return ""
        listed = (", " if lang == "en" else "、").join(sorted(say(mode.value, lang) for mode in modes))
        return say("compare_same" if len(modes) == 1 else "compare_differ", lang, modes=listed)


def every_method() -> dict[str, Estimator]:
    """Return every estimator that the package holds, by key; a file may offer several settings of its own, or none.

    Examples
    --------
    >>> "leslie" in every_method()
    True
    """
    found: dict[str, Estimator] = {}
    for name in sorted(discover.names(estimators), key=lambda name: name != "trajectory"):  # the reference first
        module = discover.module(estimators, name, "estimator")
        found |= module.VARIANTS if hasattr(module, "VARIANTS") else {name: module.ESTIMATOR()}
    return found


def compare(
    model: Model,
    observations: Observations | None = None,
    *,
    methods: Mapping[str, Estimator] | None = None,
    zero: float = 0.05,
    tau: float = 0.1,
    seed: int = 0,
) -> SideBySide:
    """Estimate the coefficients by every method, on the same data.

    Where methods disagree about a sign, what a paper reports depends on its method; where they agree nothing is proved,
    because they share the data. Probabilities and a verdict come from `fit`.

    Parameters
    ----------
    model : Model
    observations : Observations, optional
        With the model's units; by default the data the model names.
    methods : mapping of str to Estimator, optional
        `every_method` by default.
    zero, tau : float
        As in `fit`.
    seed : int
        Of every random start.

    Returns
    -------
    SideBySide
        A method that cannot be used with the model or the data has a row with status `refused` and no numbers.

    Examples
    --------
    >>> import symbiode
    >>> from symbiode.inference.estimators.leslie import Leslie
    >>> table = compare(symbiode.load("lotka-volterra"), methods={"leslie": Leslie()})
    >>> table.rows[0].mode.value
    'parasitism'
    """
    seen = of_model(model) if observations is None else observations
    chosen = every_method() if methods is None else methods
    free = free_names(model)
    numbers = with_numbers(model, free, seen)
    rows = []
    for key, method in chosen.items():
        try:
            rows.append(_row(numbers, seen, key, method, _Settings(zero=zero, tau=tau, seed=seed)))
        except RefusedError as error:
            rows.append(Row(method=key, settings=method, estimate=None, mode=None, status=error.status))
    names = tuple(name for name in free if split_path(name)[-1] != "initial")
    return SideBySide(model=numbers, observations=seen, names=names, rows=tuple(rows), zero=zero, tau=tau)


@dataclass(frozen=True, kw_only=True)
class _Settings:
    zero: float
    tau: float
    seed: int


def _row(model: Model, seen: Observations, key: str, method: Estimator, asked: _Settings) -> Row:
    if getattr(method, "accumulated", False):
        seen, direct = _accumulated(seen), replace(method, accumulated=False)  # type: ignore[type-var]
        found = run(direct, pose(model, seen, error=method.error, seed=asked.seed))
        status = refused(Code.NOT_SUPPORTED, say("compare_accumulated"))
        return Row(method=key, settings=method, estimate=found, mode=None, status=status)
    problem = pose(model, seen, error=method.error, seed=asked.seed)
    found = run(method, problem)
    mode = mode_at(model, problem, found.params, zero=asked.zero, tau=asked.tau)
    return Row(method=key, settings=method, estimate=found, mode=mode, status=found.status)


def _accumulated(seen: Observations) -> Observations:
    """Return sums of the past (1-AGO).

    Raises
    ------
    RefusedError
        `not_supported` at gaps or uneven steps.
    """
    steps = np.diff(seen.t)
    if not np.isfinite(seen.y).all() or not np.allclose(steps, steps[0]):
        raise RefusedError(refused(Code.NOT_SUPPORTED, "Sums of the past need even steps without gaps."))
    return replace(seen, t=seen.t / steps[0], y=np.cumsum(seen.y, axis=0))


def _numbers(row: Row, names: tuple[str, ...]) -> tuple[Array, Array]:
    """Return estimates and standard errors of the coefficients, NaN where there are none."""
    if row.estimate is None:
        return np.full(len(names), np.nan), np.full(len(names), np.nan)
    at = [row.estimate.names.index(name) for name in names]
    with np.errstate(invalid="ignore"):
        return row.estimate.params[at], np.sqrt(np.diag(row.estimate.cov))[at]


def _cell(value: float, form: str) -> str:
    return form.format(significant(float(value), 3)) if np.isfinite(value) else ""


def told(method: str, lang: str) -> str:
    """Return the name of a method for readers: its key where no text knows it."""
    return say(f"estimator_{method}", lang) if known(f"estimator_{method}") else method


def bias(method: str, lang: str) -> str:
    """Return what is known of the bias of a method, empty if nothing."""
    return say(f"bias_{method}", lang) if known(f"bias_{method}") else ""
