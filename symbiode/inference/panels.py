"""Panels: many units in one file, and a model for series that have none.

Comes in: a CSV with one number a row (year, unit, value) or a column per unit. Goes out: `Observations` of all units,
with NaN where a unit has no value, and a plain model to fit to some of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from symbiode.errors import InvalidValueError
from symbiode.inference._cells import Marks
from symbiode.inference._csv import load_table
from symbiode.inference._reading import Reader
from symbiode.inference.observations import Observations
from symbiode.system.building import build
from symbiode.system.model import Model


def read_panel(
    path: str | Path,
    *,
    time: str | None = None,
    unit: str = "unit",
    value: str = "value",
    where: Mapping[str, str] | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    source: str = "",
) -> Observations:
    """Read a CSV file with one number a row: a time, a unit, a value.

    Parameters
    ----------
    path : str or Path
        The file; see `read` for how it may be written.
    time, unit, value : str
        The columns of times, unit names and numbers.
    where : mapping of column to text, optional
        Keep only the rows with these texts, such as ``{"indicator": "gdp_current"}``.
    delimiter, decimal, thousands, source
        As for `read`.

    Returns
    -------
    Observations
        Units in the order in which the file names them first.

    Raises
    ------
    DataError
        With every fault of the file, each with its line; a unit that has two values at one time is a fault.
    InvalidValueError
        If no row is left.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "panel.csv"
    >>> _ = file.write_text("year,unit,value\\n2000,A,1\\n2000,B,4\\n2001,A,2\\n")
    >>> read_panel(file).y.tolist()
    [[1.0, 4.0], [2.0, nan]]
    """
    table = load_table(Path(path), delimiter=delimiter)
    reader = Reader(table, Marks(decimal=decimal, thousands=thousands))
    reader.choose(time, {value: value}, ())
    at = reader.column(unit, "for the names of the units")
    kept = {reader.column(column, "to choose rows by"): text for column, text in (where or {}).items()}
    reader.stop()
    reader.keep([all(row[k] == text for k, text in kept.items()) for row in reader.rows])
    if not reader.rows:
        raise InvalidValueError("where", dict(where or {}), f"texts that stand in rows of {path}")
    counted = reader.counts(None)
    t, y = reader.times(counted == "year"), reader.values()[:, 0]
    names = [row[at] for row in reader.rows]
    for line, name in zip(reader.lines, names, strict=True):
        if not name:
            reader.fault(line, (unit,), "the row names no unit")
    _refuse_repeats(reader, t.tolist(), names, {unit, reader.time_name, value, *(where or {})})
    units, times = list(dict.fromkeys(names)), np.unique(t)
    levels = np.full((len(times), len(units)), np.nan)
    place = {name: k for k, name in enumerate(units)}
    levels[np.searchsorted(times, t), [place[name] for name in names]] = y
    return Observations(
        t=times, y=levels, units=tuple(units), time_unit=counted, source=source, path=str(path), sha256=table.sha256,
        notices=tuple(reader.notices),
    )  # fmt: skip


def _refuse_repeats(reader: Reader, times: list[float], names: list[str], used: set[str]) -> None:
    """Refuse a unit with two values at one time; name the columns that may tell the rows apart."""
    seen: dict[tuple[float, str], int] = {}
    twice = []
    for line, key in zip(reader.lines, zip(times, names, strict=True), strict=True):
        if seen.setdefault(key, line) != line:
            twice.append((line, seen[key], key))
    if twice:
        line, first, (at, name) = twice[0]
        header = reader.table.header
        texts = {c: list(dict.fromkeys(row[k] for row in reader.rows)) for k, c in enumerate(header) if c not in used}
        told = [f"{c}={found[0]}" for c, found in texts.items() if 1 < len(found) <= len(reader.rows) / 4]
        reader.fault(
            line, (), f"{name} has a second value at {at:g} (the first is in line {first}); {len(twice)} rows repeat",
            f"choose one kind of rows, such as {told[0]}" if told else "",
        )  # fmt: skip
    reader.stop()


def plain_model(seen: Observations, name: str) -> Model:
    """Return a logistic model for series that have none; its numbers are only where a search begins.

    Parameters
    ----------
    seen : Observations
        With two or more units.
    name : str
        What the series are, for headings and messages.

    Raises
    ------
    InvalidValueError
        If there is only one unit, or one has no value above zero.
    """
    if len(seen.units) < 2:
        raise InvalidValueError(name, len(seen.units), "two or more columns of units; name them with --units")
    table = {}
    for i, unit in enumerate(seen.units):
        column = seen.y[:, i][seen.y[:, i] == seen.y[:, i]]
        if not column.size or column.max() <= 0:
            raise InvalidValueError(unit, None, "a series with a value above zero")
        table[unit] = {"growth": 0.1, "capacity": float(2 * column.max()), "initial": max(float(column[0]), 0.0)}
    return build(
        table,
        effects={a: {b: 0 for b in seen.units if b != a} for a in seen.units},
        name=name,
        source=f"made for {name}: a start of the search, not a finding",
        illustrative=True,
    )
