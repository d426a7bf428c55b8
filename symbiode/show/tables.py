"""Any result as a tidy frame, and fits as a regression table: text, LaTeX, HTML, CSV, Stata.

Comes in: a result of any room. Goes out: a pandas frame with one number a row where that makes sense, or the text of a
table; user text is escaped for the form it is written in.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbiode.errors import InvalidValueError, UnknownNameError
from symbiode.files import write_bytes
from symbiode.render import csv_text, html_table, latex_table, significant, text_table
from symbiode.show import evidence, naming, policies, scenarios
from symbiode.words import say

if TYPE_CHECKING:
    import pandas as pd

    from symbiode.inference.results import Fit

SUFFIXES = (".csv", ".dta", ".html", ".tex", ".txt")
Rows = list[list[str]]


def frame(result: object) -> pd.DataFrame:
    """Return any result as a tidy frame.

    Parameters
    ----------
    result : Trajectory, Ensemble, Observations, EquilibriumSet, Branches, Curves,
        Settlement, ModePath, Fit or pairs of (name, Fit)
        What a verb returned.

    Returns
    -------
    pandas.DataFrame
        Trajectory: one time a row, a column per unit, as `symbiode fit` reads it. Ensembles and observations: one
        level a row (``time``, ``unit``, ``level``; ``member`` first).
        Equilibria and points of branches: one a row, a column per unit. Settlement: one unit a row. Fit: one
        coefficient a row.

    Raises
    ------
    InvalidValueError
        If it is none of these.

    Examples
    --------
    >>> import symbiode
    >>> found = symbiode.equilibria(symbiode.load("shenzhen-hongkong"))
    >>> list(frame(found)["stability"])[-1]
    'stable_node'
    """
    import pandas as pd

    if isinstance(result, (tuple, list)):
        joined: pd.DataFrame = pd.concat({name: frame(fit) for name, fit in result}, names=["series"])
        return joined.reset_index("series")
    made = next((_FRAMES[kind.__name__] for kind in type(result).__mro__ if kind.__name__ in _FRAMES), None)
    if made is None and hasattr(result, "frame"):
        told: pd.DataFrame = result.frame()
        return told
    if made is None:
        raise InvalidValueError("result", type(result).__name__, ", ".join(_FRAMES))
    columns = made(result)
    return pd.DataFrame(columns)


def _trajectory(result: Any) -> dict[str, Any]:
    import numpy as np

    y = np.asarray(result.y, float)
    units = {unit.name: y[:, i] for i, unit in enumerate(result.model.units)}
    return {result.model.time_unit: np.asarray(result.t, float), **units}


def _ensemble(result: Any) -> dict[str, Any]:
    import numpy as np

    names = [unit.name for unit in result.model.units]
    t, y = np.asarray(result.t, float), np.asarray(result.y, float)
    members, steps = y.shape[0], len(t) * len(names)
    status = [getattr(getattr(s, "code", s), "value", str(s)) for s in result.status]
    return {
        "member": np.repeat(np.arange(members), steps),
        "time": np.tile(np.repeat(t, len(names)), members),
        "unit": names * (members * len(t)),
        "level": y.ravel(),
        "status": np.repeat(status, steps),
    }


def _observations(result: Any) -> dict[str, Any]:
    import numpy as np

    names = list(result.units)
    columns = {"time": np.repeat(result.t, len(names)), "unit": names * len(result.t), "level": result.y.ravel()}
    return columns | {"measured_in": list(result.measured_in) * len(result.t)}


def _equilibria(result: Any) -> dict[str, Any]:
    found = result.equilibria
    units = {unit.name: [e.state[i] for e in found] for i, unit in enumerate(result.model.units)}
    return {
        "support": [", ".join(e.support) for e in found],
        **units,
        "stability": [e.stability.value for e in found],
        "exists_if": [str(e.exists_if) for e in found],
        "stable_if": [str(e.stable_if) for e in found],
        "largest_real_part": [max(value.real for value in e.eigenvalues) for e in found],
        "residual": [e.residual for e in found],
    }


def _settlement(result: Any) -> dict[str, Any]:
    units = result.model.units
    state, gains = result.state or (None,) * len(units), result.gains or (None,) * len(units)
    return {
        "unit": [unit.name for unit in units],
        "level": [None if x is None else float(x) for x in state],
        "gain": [None if g is None else float(g) for g in gains],
        "outcome": result.outcome.value,
        "mode": result.mode.value if result.mode is not None else None,
        "nominal_mode": result.nominal_mode.value if result.nominal_mode is not None else None,
        "evidence": result.evidence.value if result.evidence is not None else None,
    }


def _fit(result: Any) -> dict[str, Any]:
    names = list(result.names)
    profiles = evidence.profiles_of(result)
    ends = [(profiles[n].low, profiles[n].high) if n in profiles else (None, None) for n in names]
    return {
        "parameter": names,
        "estimate": [float(result.params[n]) for n in names],
        "se": [float(result.bse[n]) for n in names],
        "t": [float(result.tvalues[n]) for n in names],
        "p": [float(result.pvalues[n]) for n in names],
        "low": [low for low, _ in ends],
        "high": [high for _, high in ends],
        "reading": [profiles[n].reading.value if n in profiles else None for n in names],
    }


def _mode_map(result: Any) -> dict[str, Any]:
    import numpy as np

    x, y = np.meshgrid(result.x, result.y)
    labels = [region.label for region in result.regions]
    at = result.grid.ravel()
    return {
        result.names[0]: x.ravel(),
        result.names[1]: y.ravel(),
        "region": at,
        "outcome": np.array([label.outcome.value for label in labels])[at],
        "mode": np.array([None if label.mode is None else label.mode.value for label in labels])[at],
    }


def _basins(result: Any) -> dict[str, Any]:
    import numpy as np

    axes = [result.x] if result.grid.ndim == 1 else list(np.meshgrid(result.x, result.y))
    at = result.grid.ravel()
    states = dict(zip(result.plane, (axis.ravel() for axis in axes), strict=True))
    kinds, outcomes = (np.array([read(end) for end in result.fractions])[at] for read in _ENDS)
    return {**states, "basin": at, "kind": kinds, "outcome": outcomes}


_ENDS: tuple[Callable[[Any], str], ...] = (lambda end: str(end.kind), lambda end: str(end.outcome.value))
_FRAMES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "Trajectory": _trajectory,
    "Ensemble": _ensemble,
    "Observations": _observations,
    "EquilibriumSet": _equilibria,
    **dict.fromkeys(("Branches", "Curves"), lambda found: {k: [row[k] for row in found.rows] for k in found.columns}),
    "Settlement": _settlement,
    "Fit": _fit,
    "ModeMap": _mode_map,
    "Basins": _basins,
    "ModePath": scenarios.columns,
    **dict.fromkeys(("Contest", "Falsification", "History", "Design"), lambda found: found.frame().to_dict("list")),
    "Plan": policies.columns,
}


def regression(
    fits: Fit | Mapping[str, Fit] | Sequence[tuple[str, Fit]], *, form: str = "text", lang: str = "en"
) -> str:
    """Return fits side by side as a regression table, standard errors in brackets below the estimates.

    Effects carry stars of their t test against none (10, 5 and 1 %); growth and capacity are never tested against
    zero. A coefficient whose interval is open is marked instead, because its t value says nothing.

    Parameters
    ----------
    fits : Fit, mapping of name to Fit, or sequence of (name, Fit)
        One column each.
    form : "text", "latex" or "html"
    lang : "en" or "zh"

    Returns
    -------
    str

    Raises
    ------
    UnknownNameError
        If there is no such form.
    """
    if form not in _FORMS:
        raise UnknownNameError("form", form, _FORMS)
    pairs = _pairs(fits, lang)
    names = list(dict.fromkeys(name for _, fit in pairs for name in fit.names))
    rows: Rows = []
    for name in names:
        model = pairs[0][1].model
        first = f"{naming.symbol(model, name)}  {naming.described(model, name, lang)}"
        rows.append([first, *(_estimate(fit, name) for _, fit in pairs)])
        rows.append(["", *(_error(fit, name) for _, fit in pairs)])
    for key, of in _BELOW.items():
        rows.append([say(key, lang), *(of(fit, lang) for _, fit in pairs)])
    head = ["", *(name for name, _ in pairs)]
    note = say("table_note", lang, mark=_OPEN)
    return _FORMS[form](head, rows, note)


_OPEN, _LEVELS = "†", (0.10, 0.05, 0.01)


def _pairs(fits: Any, lang: str) -> list[tuple[str, Any]]:
    if isinstance(fits, Mapping):
        return list(fits.items())
    if isinstance(fits, (tuple, list)):
        return list(fits)
    return [(say("report_estimate", lang), fits)]


def _estimate(fit: Fit, name: str) -> str:
    if name not in tuple(fit.names):
        return ""
    profile = evidence.profiles_of(fit).get(name)
    mark = _OPEN if profile is not None and profile.reading.value != "identified" else ""
    tested = name.startswith("effects.") and not mark and profile is not None
    stars = "*" * sum(float(fit.pvalues[name]) < level for level in _LEVELS) if tested else ""
    return significant(float(fit.params[name])) + mark + stars


def _error(fit: Fit, name: str) -> str:
    return f"({significant(float(fit.bse[name]), 3)})" if name in tuple(fit.names) else ""


_ERRORS = {"hc1": "HC1", "hc3": "HC3", "newey_west": "Newey-West"}


def _kind_of_error(fit: Fit, lang: str) -> str:
    lags = f" ({fit.estimate.lags})" if fit.estimate.lags else ""
    return _ERRORS.get(fit.estimate.errors, say("table_classical", lang)) + lags


_BELOW: dict[str, Callable[[Any, str], str]] = {
    "table_errors": _kind_of_error,
    "table_nobs": lambda fit, lang: str(fit.nobs),
    "table_df": lambda fit, lang: str(fit.df_resid),
    "table_llf": lambda fit, lang: significant(float(fit.llf), 5),
    "table_aicc": lambda fit, lang: significant(fit.aicc, 5),
    "report_verdict": lambda fit, lang: say(fit.verdict.mode.value if fit.verdict.mode else "undetermined", lang),
}


def _text(head: list[str], rows: Rows, note: str) -> str:
    return text_table(head, rows) + "\n" + note


def _latex(head: list[str], rows: Rows, note: str) -> str:
    """The characters of our symbols as LaTeX that every engine prints."""
    from symbiode.render import escape_latex

    body = latex_table(head, rows) + f"\n\n\\footnotesize {escape_latex(note)}\n"
    for plain, tex in _TEX.items():
        body = body.replace(plain, tex)
    return body


def _html(head: list[str], rows: Rows, note: str) -> str:
    return html_table(head, rows) + f"<p>{note}</p>"


_TEX = {digit: f"$_{k}$" for k, digit in enumerate("₀₁₂₃₄₅₆₇₈₉")} | {
    "†": r"$^\dagger$", "∞": r"$\infty$", "−": "$-$", "–": "--", "σ": r"$\sigma$",
}  # fmt: skip
_FORMS: dict[str, Callable[[list[str], Rows, str], str]] = {"text": _text, "latex": _latex, "html": _html}


def write(result: object, path: Path | str, *, lang: str = "en", force: bool = False) -> Path:
    """Write a result as a table, in the form its suffix names.

    Parameters
    ----------
    result : see `frame`
    path : path
        ``.csv`` and ``.dta`` (Stata) hold the tidy frame; ``.tex``, ``.html`` and ``.txt`` a table for readers, which
        for fits is the regression table.
    lang : "en" or "zh"
        For readers' tables.
    force : bool
        Whether an earlier file may be replaced.

    Returns
    -------
    Path

    Raises
    ------
    InvalidValueError
        If the suffix is another one, or the result is no table.
    OutputExistsError, OutputError, OutputLockedError
        See `symbiode.files.write_bytes`.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in SUFFIXES:
        raise InvalidValueError("path", str(path), f"a name that ends in {', '.join(SUFFIXES)}")
    if suffix == ".dta":
        return write_bytes(target, _stata(frame(result)), force=force)
    if suffix == ".csv":
        return write_bytes(target, _csv(frame(result)).encode("utf-8"), force=force)
    form = {".tex": "latex", ".html": "html", ".txt": "text"}[suffix]
    return write_bytes(target, _for_readers(result, form, lang).encode("utf-8"), force=force)


def text(result: object) -> str:
    """Return any result as CSV text, as `write` puts it into a file."""
    return _csv(frame(result))


def _for_readers(result: Any, form: str, lang: str) -> str:
    several = isinstance(result, (tuple, list, Mapping))
    if several or any(kind.__name__ == "Fit" for kind in type(result).__mro__):
        return regression(result, form=form, lang=lang) + "\n"
    table = frame(result)
    rows = [[_cell(value) for value in row] for row in table.itertuples(index=False)]
    return _FORMS[form]([str(column) for column in table.columns], rows, "") + "\n"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return significant(value, 6)
    return "–" if value is None else str(value)


def _csv(table: pd.DataFrame) -> str:
    """Return a frame as CSV: full precision, empty where there is no number, no cell that a spreadsheet would run."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([csv_text(str(column)) for column in table.columns])
    for row in table.itertuples(index=False):
        writer.writerow([_csv_cell(value) for value in row])
    return stream.getvalue()


def _csv_cell(value: object) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    return csv_text(value) if isinstance(value, str) else repr(getattr(value, "item", lambda: value)())


def _stata(table: pd.DataFrame) -> bytes:
    """Return a frame as a Stata file; version 118 holds Unicode, and the time stamp is left at its epoch."""
    import datetime

    stream = io.BytesIO()
    names = {column: _stata_name(str(column), k) for k, column in enumerate(table.columns)}
    labels = {names[column]: str(column)[:80] for column in table.columns}
    epoch = datetime.datetime(1960, 1, 1)
    plain = table.rename(columns=names)
    plain.to_stata(stream, write_index=False, version=118, time_stamp=epoch, variable_labels=labels)
    return stream.getvalue()


def _stata_name(name: str, k: int) -> str:
    plain = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in name)[:28]
    return plain if plain[:1].isalpha() and plain == name else f"v{k}_{plain}"[:32]
