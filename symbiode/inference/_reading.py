"""A table of text cells to times and numbers, with every fault and every notice.

Comes in: a `Table` and how its numbers are written. Goes out: arrays, sorted and without repeated times. `observations`
wraps them up; nothing here knows what the numbers mean.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from symbiode.errors import DataError, Fault, did_you_mean
from symbiode.inference._cells import Bad, Marks, is_blank, like_number, may_be_thousands, read_number, read_time
from symbiode.inference._csv import Table, listed
from symbiode.inference.notices import Notice

Floats = NDArray[np.float64]
JUMP = 50.0
MOST_PER_COLUMN, MOST = 20, 200
TIME_UNITS = ("year", "month", "week", "day", "hour", "minute", "second", "generation")
CHINESE_TIMES = {
    "年": "year", "年份": "year", "年度": "year", "月": "month", "月份": "month", "周": "week", "日": "day",
    "天": "day", "时间": "", "時間": "",
}  # fmt: skip


def counted_by(name: str) -> str | None:
    """Return what a column of times counts, told by its name; "" if it is called time, None for any other name."""
    plain = name.casefold()
    if plain in ("time", "t") or plain.removesuffix("s") in TIME_UNITS:
        return "" if plain in ("time", "t") else plain.removesuffix("s")
    return CHINESE_TIMES.get(name)


class Reader:
    """Turns a table into numbers and collects faults and notices; lives for one call."""

    def __init__(self, table: Table, marks: Marks) -> None:
        self.table, self.marks = table, marks
        self.faults: list[Fault] = list(table.faults)
        self.notices: list[Notice] = list(table.notices)
        self.rows, self.lines = list(table.rows), list(table.lines)
        self.columns: dict[str, int] = {}
        self.vintage: list[tuple[str, ...]] = []
        self.time, self.time_name = -1, ""

    def fault(self, line: int | None, path: tuple[str, ...], problem: str, remedy: str = "") -> None:
        said = tuple(map(_one_line, path))
        self.faults.append(Fault(path=said, problem=_one_line(problem), remedy=_one_line(remedy), line=line))

    def stop(self) -> None:
        """Raise the faults found so far, in the order of the lines; a file of faults is cut, and says so."""
        if not self.faults:
            return
        told = sorted(self.faults, key=lambda fault: fault.line or 0)
        if len(told) > MOST:
            rest = Fault(path=(), problem=f"{len(told) - MOST} more faults from here on", line=told[MOST].line)
            told = [*told[:MOST], rest]
        raise DataError(self.table.path, told)

    def column(self, name: str, what: str) -> int:
        """Return the place of a column, -1 with a fault if there is none."""
        wanted = unicodedata.normalize("NFC", name)
        bare = [each if each == wanted else split_measure(each)[0] for each in self.table.header]
        if bare.count(wanted) == 1:
            return bare.index(wanted)
        if wanted in self.table.header:
            return self.table.header.index(wanted)
        first = self.table.header[0] if self.table.header else ""
        hint = did_you_mean(wanted, [name for name in self.table.header if name])
        if isinstance(read_number(first, Marks()), float) and first:
            hint = "the first line must be a header with the names of the columns"
        self.fault(self.table.header_line, (), f"there is no column {name!r} {what}", hint)
        return -1

    def choose(self, time: str | None, chosen: Mapping[str, str] | None, vintage: tuple[str, ...]) -> None:
        """Find the columns of times, units and vintages; None: the column whose name says that it holds times."""
        self.choose_time(time, (chosen or {}).values())
        others = [n for n in self.table.header if n and n not in (self.time_name, *vintage)]
        bare = [split_measure(name)[0] for name in others]
        plain = {b if bare.count(b) == 1 else name: name for b, name in zip(bare, others, strict=True)}
        self.columns = {
            name: self.column(column, f"for unit {name!r}")
            for name, column in (chosen if chosen is not None else plain).items()
        }
        at = [self.column(name, "for the vintage") for name in vintage]
        if not self.columns:
            self.fault(self.table.header_line, (), "there is no column of numbers beside the times")
        self.vintage = [tuple(row[k] for k in at) for row in self.rows] if vintage and min(at) >= 0 else []

    def choose_time(self, time: str | None, taken: Iterable[str] = ()) -> None:
        """Find the column of times: the one that is named, else the first whose name is that of a time."""
        header, taken = self.table.header, tuple(taken)
        if time is None:
            time = next((name for name in header if counted_by(name) is not None and name not in taken), None)
        if time is not None:
            self.time = self.column(time, "for the times")
            self.time_name = header[self.time] if self.time >= 0 else unicodedata.normalize("NFC", time)
            return
        first = header[0] if header else ""
        hint = f"call it year, or give time={first!r} if it is that one"
        if first and isinstance(read_number(first, Marks()), float):
            hint = "the first line must be a header with the names of the columns"
        problem = "no column is called year, time or 年份, so the times are not known"
        self.fault(self.table.header_line, (), problem, hint)

    def counts(self, time_unit: str | None) -> str:
        """Return what the times count: as told, as the column is called, or years if all of them may be years."""
        by_name = counted_by(self.time_name)
        if time_unit and by_name and by_name != time_unit and self.time >= 0:
            problem = f"the column {self.time_name!r} counts in another unit of time than {time_unit!r}"
            remedy = f"write the model with time_unit = {by_name!r}, or rename the column"
            self.fault(self.table.header_line, (), problem, remedy)
        if time_unit or by_name or by_name is None or self.time < 0:
            return time_unit or by_name or "year"
        cells = [read_time(row[self.time], self.marks, True) for row in self.rows]
        return "year" if all(isinstance(cell, float) for cell in cells) else "time"

    def measures(self) -> dict[str, str]:
        """Return the unit of measure that the header says of each unit, such as ``gdp [bn USD]``; empty if none."""
        return {name: split_measure(self.table.header[at])[1] if at >= 0 else "" for name, at in self.columns.items()}

    def is_text(self, name: str) -> bool:
        """Whether most cells of a column have no digit, or none is or looks like a number."""
        at = self.table.header.index(name)
        cells = [row[at] for row in self.rows if not is_blank(row[at], self.marks)]
        return sum(not any(c.isdigit() for c in cell) for cell in cells) * 2 > len(cells) > 0 or (
            bool(cells) and not any(isinstance(read_number(c, self.marks), float) or like_number(c) for c in cells)
        )

    def keep(self, mask: Sequence[bool]) -> None:
        """Go on with some rows only."""
        for name in ("rows", "lines", *(["vintage"] if self.vintage else [])):
            kept = [item for item, ok in zip(getattr(self, name), mask, strict=True) if ok]
            setattr(self, name, kept)

    def times(self, years: bool) -> Floats:
        """Return the times, NaN where faulty, shape (row,)."""
        if self.time < 0:
            return np.full(len(self.rows), np.nan)
        found = [read_time(row[self.time], self.marks, years) for row in self.rows]
        return self.settled(found, self.time_name)

    def values(self) -> Floats:
        """Return the numbers, NaN where missing or faulty, shape (row, unit)."""
        out = np.full((len(self.rows), len(self.columns)), np.nan)
        for k, (name, at) in enumerate(self.columns.items()):
            if at < 0 or not self.rows:
                continue
            cells = [row[at] for row in self.rows]
            shown = self.table.header[at] if self.table.header[at] == name else f"{self.table.header[at]}"
            out[:, k] = self.settled([read_number(cell, self.marks) for cell in cells], shown)
            self.doubts(cells, shown)
        return out

    def settled(self, found: Sequence[float | Bad], column: str) -> Floats:
        """Keep the numbers, report the faults: every one, up to a limit that is said."""
        bad = [(line, cell) for line, cell in zip(self.lines, found, strict=True) if isinstance(cell, Bad)]
        if len(bad) > 2 and not any(isinstance(cell, float) and cell == cell for cell in found):
            line, first = bad[0]
            problem = f"none of the {len(bad)} cells can be used; the first: {first.problem}"
            self.fault(line, (column,), problem, first.remedy)
            bad = []
        for line, cell in bad[:MOST_PER_COLUMN]:
            self.fault(line, (column,), cell.problem, cell.remedy)
        if len(bad) > MOST_PER_COLUMN:
            rest = len(bad) - MOST_PER_COLUMN
            self.fault(bad[MOST_PER_COLUMN][0], (column,), f"{rest} more cells of this column are faulty")
        return np.array([np.nan if isinstance(cell, Bad) else cell for cell in found], dtype=float)

    def doubts(self, cells: Sequence[str], column: str) -> None:
        """Refuse a column without numbers, and points that may separate thousands."""
        if all(is_blank(cell, self.marks) for cell in cells):
            self.fault(self.table.header_line, (column,), "the column has no value at all", "leave it out with units=")
        if self.marks.decimal is None and self.table.delimiter != ",":
            pointed = [(line, may_be_thousands(c)) for line, c in zip(self.lines, cells, strict=True) if "." in c]
            if pointed and all(doubtful for _, doubtful in pointed):
                problem = "every point stands before three digits: it may mark decimals or thousands"
                self.fault(pointed[0][0], (column,), problem, "give decimal='.' or decimal=','")

    def refuse_repeats(self, keys: Sequence[object]) -> None:
        """Raise a fault for every key that stood in an earlier row."""
        seen: dict[object, int] = {}
        for line, key in zip(self.lines, keys, strict=True):
            first = seen.setdefault(key, line)
            if first != line:
                self.fault(line, (self.time_name,), f"the row repeats line {first} (same time, same labels)")
        self.stop()

    def in_order(self, t: Floats, y: Floats, duplicates: str) -> tuple[Floats, Floats]:
        """Return times sorted and made unique, with the rows in that order."""
        order = np.argsort(t, kind="stable")
        if np.any(np.diff(t) < 0):
            self.notices.append(Notice("data_sorted", time=self.time_name))
        t, y = t[order], y[order]
        self.lines = [self.lines[i] for i in order]
        self.vintage = [self.vintage[i] for i in order] if self.vintage else []
        groups = np.split(np.arange(t.size), np.flatnonzero(np.diff(t) > 0) + 1)
        repeated = [group for group in groups if group.size > 1]
        for group in repeated:
            self.repeated(t, y, group, duplicates)
        self.stop()
        firsts = np.array([group[0] for group in groups], dtype=int)
        y = np.array([_mean(y[group]) for group in groups]) if duplicates == "mean" else y[firsts]
        self.lines = [self.lines[i] for i in firsts]
        self.vintage = [self.vintage[i] for i in firsts] if self.vintage else []
        return t[firsts], y

    def repeated(self, t: Floats, y: Floats, group: NDArray[np.intp], duplicates: str) -> None:
        """Report one time that stands in several rows."""
        lines = sorted(self.lines[i] for i in group)
        at = f"{t[group[0]]:g}"
        if duplicates != "refuse":
            rule = f"duplicates='{duplicates}'"
            self.notices.append(Notice("data_duplicates", time=self.time_name, at=at, lines=listed(lines), rule=rule))
            return
        same = np.all((y[group] == y[group[0]]) | (np.isnan(y[group]) & np.isnan(y[group[0]])))
        problem = f"{at} stands in lines {listed(lines)}{' with the same numbers' if same else ''}"
        self.fault(lines[1], (self.time_name,), problem, "correct it, or give duplicates='mean' or 'first'")


def split_measure(name: str) -> tuple[str, str]:
    """Return the name of a column and the unit of measure behind it in square brackets."""
    found = re.fullmatch(r"(.*\S)\s*[\[［]([^\[\]［］]+)[\]］]", name)
    return (found[1], found[2].strip()) if found else (name, "")


def _one_line(text: str) -> str:
    """Return text without line breaks and other control characters, so that one fault is one line."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _mean(rows: Floats) -> Floats:
    """Return the mean of each column over its values, NaN if it has none."""
    count = np.sum(~np.isnan(rows), axis=0)
    mean: Floats = np.where(count > 0, np.nansum(rows, axis=0) / np.maximum(count, 1), np.nan)
    return mean


def value_notices(
    t: Floats, y: Floats, units: Sequence[str], lines: Sequence[int], yearly: bool
) -> list[Notice]:
    """Return what is noteworthy about the numbers of each column, and the gaps between the rows."""
    told = []
    for k, name in enumerate(units):
        column = y[:, k]
        there = np.flatnonzero(~np.isnan(column)).tolist()
        gone = [f"{x:g}" for x in t[np.isnan(column)]]
        if gone and there:
            told.append(Notice("data_missing", column=name, times=listed(gone)))
        low = [lines[i] for i in there if column[i] <= 0]
        if low:
            told.append(Notice("data_not_positive", column=name, lines=listed(low)))
        if len(there) > 1 and np.all(column[there] == column[there[0]]):
            told.append(Notice("data_constant", column=name))
        for i, j in itertools.pairwise(there):
            step = abs(math.log(column[j]) - math.log(column[i])) if min(column[i], column[j]) > 0 else 0.0
            if step > math.log(JUMP):
                factor = f"{math.exp(min(step, 700)):.3g}"
                told.append(Notice("data_jump", column=name, before=lines[i], after=lines[j], factor=factor))
    return told + (_gap_notices(t) if yearly else [])


def _gap_notices(t: Floats) -> list[Notice]:
    """Return the whole years without a row, if the rows are otherwise yearly."""
    if t.size < 2 or np.any(t % 1):
        return []
    absent = sorted(set(range(int(t[0]), int(t[-1]))) - set(t.astype(int).tolist()))
    yearly = len(absent) * 2 < t.size
    return [Notice("data_gaps", times=listed(absent))] if absent and yearly else []
