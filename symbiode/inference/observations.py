"""Observations: a checked series of levels per unit, with everything that says what its numbers are.

Comes in: a CSV file, or the `[data]` of a model. Goes out: frozen `Observations`, or a `DataError` with *every* fault,
one line each. Nothing is interpolated, guessed or dropped in silence: what was done to read a file is a notice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbiode.errors import DataError, Fault, InvalidValueError, UnknownNameError, did_you_mean
from symbiode.inference._cells import Marks
from symbiode.inference._csv import listed, load_table
from symbiode.inference._reading import Reader, value_notices
from symbiode.inference.notices import Notice
from symbiode.render import csv_text
from symbiode.system.model import DataSource, Model

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Observations:
    """Levels of units at times, with their measure, money and provenance.

    Parameters
    ----------
    t : array, shape (time,)
        Times, strictly increasing; real spacing.
    y : array, shape (time, unit)
        Levels, NaN where there is no value.
    units : tuple of str, shape (unit,)
        Names, in the order of the last axis.
    time_unit : str
        ``year`` or what the times count; ``time`` if that is not known.
    time_column : str
        What the file calls its times.
    measured_in : tuple of str, shape (unit,)
        The unit of measure of each column as it stands in the file, empty if not said.
    scale : tuple of float, shape (unit,)
        What the file's numbers were multiplied by.
    currency, price_base, basis : str
        Of a money series: currency, prices of which year (empty: current), price basis in words.
    vintage_columns : tuple of str
        What `vintage` tells.
    vintage : tuple of tuple of str, shape (time, vintage column), or ()
        Vintage or definition of each row.
    release : str
        Vintage of the series as a whole, in words.
    source, path, sha256 : str
        Where the numbers come from; the file and the hash of its bytes.
    lines : tuple of int, shape (time,), or ()
        The line of the file each row stands on.
    notices : tuple of Notice
        What a reader should know.
    shifts : tuple of (unit, time) pairs
        Level breaks to be estimated: from this time on the unit's figures are on another scale (a new definition).

    Examples
    --------
    >>> import numpy as np
    >>> made = Observations(t=[2000, 2001, 2002], y=[[1, 2], [2, np.nan], [3, 4]], units=("a", "b"))
    >>> made.window(2001).y.shape
    (2, 2)
    """

    t: Floats
    y: Floats
    units: tuple[str, ...]
    time_unit: str = "year"
    time_column: str = "year"
    measured_in: tuple[str, ...] = ()
    scale: tuple[float, ...] = ()
    currency: str = ""
    price_base: str = ""
    basis: str = ""
    vintage_columns: tuple[str, ...] = ()
    vintage: tuple[tuple[str, ...], ...] = ()
    release: str = ""
    source: str = ""
    path: str = ""
    sha256: str = ""
    lines: tuple[int, ...] = ()
    notices: tuple[Notice, ...] = ()
    shifts: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        t, y = np.array(self.t, dtype=float), np.array(self.y, dtype=float)
        if y.ndim != 2 or t.shape != y.shape[:1] or len(self.units) != y.shape[1]:
            raise InvalidValueError("y", y.shape, f"shape (time, unit) = ({t.size}, {len(self.units)})")
        if not np.all(np.isfinite(t)) or np.any(np.diff(t) <= 0):
            raise InvalidValueError("t", listed([f"{x:g}" for x in t]), "finite times, strictly increasing")
        if np.any(np.isinf(y)):
            raise InvalidValueError("y", "inf", "finite numbers, NaN where there is no value")
        for unit, _ in self.shifts:
            if unit not in self.units:
                raise UnknownNameError("unit", unit, self.units)
        for array in (t, y):
            array.setflags(write=False)
        object.__setattr__(self, "t", t)
        object.__setattr__(self, "y", y)
        object.__setattr__(self, "measured_in", self.measured_in or ("",) * len(self.units))
        object.__setattr__(self, "scale", self.scale or (1.0,) * len(self.units))

    @property
    def vintage_breaks(self) -> tuple[tuple[str, float, float, str, str], ...]:
        """Each change of vintage or definition: (column, last time before, first time after, before, after)."""
        found = []
        for k, column in enumerate(self.vintage_columns):
            for i in range(1, len(self.vintage)):
                before, after = self.vintage[i - 1][k], self.vintage[i][k]
                if before != after:
                    found.append((column, float(self.t[i - 1]), float(self.t[i]), before, after))
        return tuple(found)

    def window(self, first: float | None = None, last: float | None = None) -> Observations:
        """Return the rows from `first` to `last`, both included; None leaves a side open."""
        low, high = (-np.inf if first is None else first), (np.inf if last is None else last)
        return self._kept((self.t >= low) & (self.t <= high))

    def without(self, times: Iterable[float]) -> Observations:
        """Return the rows at all other times.

        Raises
        ------
        InvalidValueError
            If a time is not among the rows.
        """
        dropped = np.array(list(times), dtype=float)
        unknown = [f"{x:g}" for x in dropped if x not in self.t]
        if unknown:
            raise InvalidValueError("times", listed(unknown), f"times of the rows, {self.t[0]:g} to {self.t[-1]:g}")
        return self._kept(~np.isin(self.t, dropped))

    def only(self, units: Sequence[str]) -> Observations:
        """Return the columns of some units, in that order.

        Raises
        ------
        UnknownNameError
        """
        for name in units:
            if name not in self.units:
                raise UnknownNameError("unit", name, self.units)
        at = [self.units.index(name) for name in units]
        measures, scale = tuple(self.measured_in[i] for i in at), tuple(self.scale[i] for i in at)
        shifts = tuple(shift for shift in self.shifts if shift[0] in units)
        return replace(self, y=self.y[:, at], units=tuple(units), measured_in=measures, scale=scale, shifts=shifts)

    def with_scale(self, scale: Mapping[str, object]) -> Observations:
        """Return the levels multiplied by a positive number per unit; units left out stay as they are.

        Raises
        ------
        UnknownNameError, InvalidValueError
        """
        factors = np.ones(len(self.units))
        for name, given in scale.items():
            if name not in self.units:
                raise UnknownNameError("unit", name, self.units)
            factor = float(given)  # type: ignore[arg-type]
            if not 0 < factor < np.inf:
                raise InvalidValueError(f"scale.{name}", given, "a finite number more than 0")
            factors[self.units.index(name)] = factor
        told = tuple(
            Notice("data_scaled", unit=name, factor=f"{x:g}")
            for name, x in zip(self.units, factors, strict=True)
            if x != 1
        )
        total = tuple(float(old * x) for old, x in zip(self.scale, factors, strict=True))
        return replace(self, y=self.y * factors, scale=total, notices=self.notices + told)

    def to_csv(self) -> str:
        """Return the series as CSV text that `read` takes back: the time, one column per unit, empty where missing."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([self.time_unit, *map(csv_text, self.units)])
        for time, row in zip(self.t.tolist(), self.y.tolist(), strict=True):
            writer.writerow([_plain(time), *("" if x != x else _plain(x) for x in row)])
        return out.getvalue()

    def _kept(self, mask: NDArray[np.bool_]) -> Observations:
        """Return some rows; the notices on vintages are those of the rows that stay."""
        pick = np.flatnonzero(mask)
        rows = {k: tuple(getattr(self, k)[i] for i in pick) if getattr(self, k) else () for k in ("vintage", "lines")}
        kept = replace(self, t=self.t[pick], y=self.y[pick], vintage=rows["vintage"], lines=rows["lines"])
        others = tuple(notice for notice in self.notices if notice.key != "data_vintage")
        return replace(kept, notices=others + _vintage_notices(kept))


def read(
    path: str | Path,
    *,
    units: Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    time: str | None = None,
    time_unit: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    missing: Sequence[str] = (),
    encoding: str | None = None,
    duplicates: str = "refuse",
    vintage_columns: Sequence[str] = (),
    measured_in: Mapping[str, str] | None = None,
    currency: str = "",
    price_base: str = "",
    basis: str = "",
    source: str = "",
) -> Observations:
    """Read a CSV file: a column of times and one column of numbers per unit.

    Parameters
    ----------
    path : str or Path
        The file: UTF-8 (with or without mark), else GB18030 with a notice, UTF-16 by its mark.
    units : sequence of str, optional
        Names of the columns to read; every column but the times if neither this nor `columns` is given.
    columns : mapping of unit name to column, optional
        For columns that are not called like their unit. A name may be followed by its unit of measure in square
        brackets in the file, ``gdp [bn USD]``, which becomes `measured_in`.
    time : str, optional
        The column of times; if left out the first one called year, month, …, time, t or 年份, 年度, 月份, ….
    time_unit : str, optional
        ``year`` (1500 to 2200, fractions are months), ``hour``, …; told by the column's name if it is one of these.
    delimiter, decimal, thousands : str, optional
        How the file is written; asked for when it could be read in two ways.
    missing : sequence of str
        Cells that mean no value, besides the empty cell, NA, N/A, n/a, N.A., n.a., #N/A, .., … (``-`` and ``~`` may
        mean nil and are refused unless declared here; nan and null are refused).
    encoding : str, optional
        ``utf-8``, ``gb18030``, ``utf-16``, ``big5hkscs`` or ``cp1252``.
    duplicates : {"refuse", "mean", "first"}
        What to do when a time stands in several rows.
    vintage_columns : sequence of str
        Columns that tell vintage or definition of each row.
    measured_in, currency, price_base, basis, source
        Carried along; see `Observations`.

    Returns
    -------
    Observations

    Raises
    ------
    DataError
        With every fault of the file, each with its line.
    InvalidValueError
        If an option is none of its choices.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = file.write_text("year,shenzhen,hongkong\\n2000,1.5,4\\n2001,1.7,..\\n")
    >>> read(file).y.tolist()
    [[1.5, 4.0], [1.7, nan]]
    """
    if duplicates not in ("refuse", "mean", "first"):
        raise InvalidValueError("duplicates", duplicates, "refuse, mean, first")
    table = load_table(Path(path), delimiter=delimiter, encoding=encoding)
    reader = Reader(table, Marks(decimal=decimal, thousands=thousands, missing=tuple(missing)))
    chosen = dict(columns) if columns is not None else None if units is None else {name: name for name in units}
    reader.choose(time, chosen, tuple(vintage_columns))
    counted = reader.counts(time_unit)
    y, t = reader.values(), reader.times(counted == "year")
    reader.stop()
    t, y = reader.in_order(t, y, duplicates)
    measures = reader.measures() | dict(measured_in or {})
    made = Observations(
        t=t, y=y, units=tuple(reader.columns), time_unit=counted, currency=currency, price_base=price_base,
        time_column=reader.time_name,
        measured_in=tuple(measures.get(name, "") for name in reader.columns), basis=basis, source=source,
        vintage_columns=tuple(vintage_columns), vintage=tuple(reader.vintage), path=str(path), sha256=table.sha256,
        lines=tuple(reader.lines),
    )  # fmt: skip
    told = (*reader.notices, *_value_notices(made), *_vintage_notices(made))
    return replace(made, notices=told)


def of_model(model: Model, alternative: str | None = None) -> Observations:
    """Return the observations that a model names in its ``[data]``, scaled as it says.

    Parameters
    ----------
    model : Model
        With `data`; the file lies in the folder of the model file or below it.
    alternative : str, optional
        The name of one of its ``alternatives``.

    Raises
    ------
    InvalidValueError
        If the model has no data, or its file lies outside the model's folder.
    UnknownNameError
        If there is no such alternative.
    DataError
        With every fault of the file.
    """
    told = model.data
    if told is None:
        raise InvalidValueError("data", None, f"a model with [data]; {model.name!r} names no series")
    if alternative is not None:
        found = dict(told.alternatives).get(alternative)
        if found is None:
            raise UnknownNameError("alternative", alternative, dict(told.alternatives))
        told = replace(found, folder=found.folder or told.folder)
    return of_source(model, told)


def of_source(model: Model, told: DataSource) -> Observations:
    """Return the observations that a data source names, for the units of a model; raises as `of_model`."""
    path = confined(told, told.file)
    units = [unit.name for unit in model.units]
    made = read(
        path, columns={name: dict(told.columns)[name] for name in units}, time=told.time, time_unit=model.time_unit,
        vintage_columns=told.vintage_columns, measured_in=dict(told.measured_in), currency=told.currency,
        price_base=told.price_base, basis=told.basis, source=told.source,
    )  # fmt: skip
    made = replace(made, release=told.vintage)
    return made.with_scale({name: float(factor) for name, factor in told.scale})


def check_data(path: str | Path, **options: Any) -> tuple[Notice, ...]:
    """Check a data file without knowing its units, and return what a reader should know about it.

    The times are found as by `read`. Columns of text are reported and left out; in a tidy file (one number a row) a
    time may stand in several rows if the text differs.

    Parameters
    ----------
    path : str or Path
        A CSV, Excel or Stata file.
    **options
        `delimiter`, `decimal`, `thousands`, `missing`, `encoding`, `time`, `duplicates` as for `read`.

    Raises
    ------
    DataError
        With every fault, each with its line.
    """
    table = load_table(Path(path), delimiter=options.get("delimiter"), encoding=options.get("encoding"))
    told = {key: options.get(key) for key in ("decimal", "thousands")}
    reader = Reader(table, Marks(**told, missing=tuple(options.get("missing", ()))))
    reader.choose_time(options.get("time"))
    reader.stop()
    time = reader.time_name
    names = [name for name in table.header if name and name != time]
    text = [name for name in names if reader.is_text(name)]
    reader.choose(time, {name: name for name in names if name not in text}, tuple(text))
    y, t = reader.values(), reader.times(reader.counts(None) == "year")
    reader.notices += [Notice("data_text_column", column=name) for name in text]
    reader.stop()
    if text:
        reader.refuse_repeats([*zip(t.tolist(), reader.vintage, strict=True)])
        return tuple(reader.notices)
    t, y = reader.in_order(t, y, options.get("duplicates", "refuse"))
    made = Observations(t=t, y=y, units=tuple(reader.columns), lines=tuple(reader.lines))
    return (*reader.notices, *_value_notices(made))


def read_tidy(
    path: str | Path,
    *,
    where: Mapping[str, str],
    units: Sequence[str] | Mapping[str, str] | None = None,
    unit: str = "unit",
    value: str = "value",
    time: str = "year",
    time_unit: str = "year",
    currency: str = "",
    price_base: str = "",
    basis: str = "",
    source: str = "",
) -> Observations:
    """Read a tidy CSV file, one number a row: keep the rows that match, one column per unit.

    Parameters
    ----------
    path : str or Path
        The file.
    where : mapping of column to str
        What other columns must hold, such as ``{"indicator": "gdp_current"}``.
    units : sequence of str, or mapping of unit name to what its column holds, optional
        Which units, in this order; all, sorted, if left out.
    unit, value, time : str
        The columns of names, numbers and times.
    time_unit, currency, price_base, basis, source
        As for `read`.

    Raises
    ------
    DataError
        With every fault; also if a time stands twice for one unit, or nothing matches.
    """
    table = load_table(Path(path))
    reader = Reader(table, Marks())
    keys = (unit, *where)
    reader.choose(time, {value: value}, keys)
    if not reader.vintage:
        reader.stop()
    reader.keep([row[1:] == tuple(where.values()) for row in reader.vintage])
    y, t = reader.values(), reader.times(time_unit == "year")
    if not reader.lines:
        reader.fault(None, (), f"no row has {' and '.join(f'{k} = {v!r}' for k, v in where.items())}")
    names = [row[0] for row in reader.vintage]
    labels = dict(units) if isinstance(units, Mapping) else {name: name for name in units or sorted(set(names))}
    for label in labels.values():
        if label not in names:
            reader.fault(None, (unit,), f"no row is for {label!r}", did_you_mean(label, set(names)))
    reader.stop()
    reader.refuse_repeats([*zip(t.tolist(), names, strict=True)])
    times = np.unique(t[[name in labels.values() for name in names]])
    wide = np.full((times.size, len(labels)), np.nan)
    for at, name, number in zip(np.searchsorted(times, t), names, y[:, 0], strict=True):
        for k, label in enumerate(labels.values()):
            if name == label:
                wide[at, k] = number
    made = Observations(
        t=times, y=wide, units=tuple(labels), time_unit=time_unit, currency=currency, price_base=price_base,
        basis=basis, source=source, path=str(path), sha256=table.sha256,
    )  # fmt: skip
    return replace(made, notices=(*reader.notices, *_value_notices(made)))


def require_positive(observations: Observations) -> None:
    """Refuse zeros and negatives, which have no logarithm.

    Raises
    ------
    DataError
        With one fault per column, its lines, and the other error model as remedy.
    """
    faults = []
    for k, name in enumerate(observations.units):
        bad = np.flatnonzero(observations.y[:, k] <= 0)
        if bad.size:
            lines = [observations.lines[i] for i in bad] if observations.lines else []
            where = f"lines {listed(lines)}" if lines else f"times {listed([f'{observations.t[i]:g}' for i in bad])}"
            problem, remedy = f"zero or negative in {where}: no logarithm", "use error='level' or leave these rows out"
            faults.append(Fault(path=(name,), problem=problem, remedy=remedy, line=lines[0] if lines else None))
    if faults:
        raise DataError(observations.path or "observations", faults)


def _plain(x: float) -> str:
    """Return the shortest text that reads back as the same number."""
    return str(int(x)) if x == int(x) and 0 < abs(x) < 1e15 else repr(x)


def confined(told: DataSource, name: str) -> Path:
    """Return the path of a file that a model names, which lies in the model's folder or below it."""
    folder = Path(told.folder or ".").resolve()
    path = (folder / name).resolve()
    if Path(name).is_absolute() or not path.is_relative_to(folder):
        raise InvalidValueError("data.file", name, "a file in the folder of the model file, or below it")
    return path


def _vintage_notices(made: Observations) -> tuple[Notice, ...]:
    return tuple(
        Notice("data_vintage", column=column, before=before, after=after, first=f"{first:g}", last=f"{last:g}")
        for column, first, last, before, after in made.vintage_breaks
    )


def _value_notices(made: Observations) -> list[Notice]:
    lines = made.lines or tuple(range(1, made.t.size + 1))
    return value_notices(made.t, made.y, made.units, lines, made.time_unit == "year")
