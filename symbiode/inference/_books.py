"""Excel and Stata files to rows of text cells, as a CSV would hold them.

Comes in: a path and its bytes. Goes out: (line, cells) of every row, header first; what a cell means is decided in
`_cells`, so that a workbook and its CSV read alike. A value that the file does not hold is a fault, never a blank.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from symbiode.errors import DataError, Fault

SUFFIXES = (".xlsx", ".xlsm", ".dta")
MAX_UNPACKED = 256 * 2**20
Records = list[tuple[int, list[str]]]


def records(path: Path, data: bytes) -> Records:
    """Return the rows of a workbook or a Stata file.

    Parameters
    ----------
    path : Path
        Its suffix says what it is.
    data : bytes
        What it holds.

    Raises
    ------
    DataError
        If it cannot be read, a library is missing, or a cell holds no value of its own.
    """
    return _stata(path, data) if path.suffix.lower() == ".dta" else _excel(path, data)


def _fatal(path: Path, problem: str, remedy: str = "", line: int | None = None) -> DataError:
    return DataError(path, [Fault(path=(), problem=problem, remedy=remedy, line=line)])


def _excel(path: Path, data: bytes) -> Records:
    try:
        import openpyxl
    except ImportError:
        remedy = "pip install 'symbiode[excel]', or save as CSV (UTF-8)"
        raise _fatal(path, "Excel files need openpyxl", remedy) from None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
                raise _fatal(path, f"the workbook unpacks to more than {MAX_UNPACKED // 2**20} MiB")
        shown, written = (openpyxl.load_workbook(io.BytesIO(data), data_only=only) for only in (True, False))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, SyntaxError) as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise _fatal(path, f"the file is no readable workbook ({told})", "save it again as .xlsx or CSV") from None
    name = _sheet(path, shown)
    faults = list(_layout(written[name]))
    rows = []
    for line, (values, formulas) in enumerate(zip(shown[name].iter_rows(), written[name].iter_rows(), strict=True), 1):
        for value, formula in zip(values, formulas, strict=True):
            if value.value is None and formula.value is not None:
                problem = f"cell {formula.coordinate} holds a formula without a value"
                faults.append(Fault(path=(), problem=problem, remedy="open and save the file in Excel", line=line))
        rows.append((line, [_cell(value.value, value.number_format) for value in values]))
    if faults:
        raise DataError(path, faults)
    return _trimmed(rows)


def _layout(page: Any) -> Iterator[Fault]:
    """Yield what no table may have: merged cells, hidden rows and columns."""
    merged = [str(area) for area in page.merged_cells.ranges]
    if merged:
        problem = f"cells are merged: {', '.join(merged[:6])}"
        yield Fault(path=(), problem=problem, remedy="one header row, one cell per column: unmerge them")
    hidden = [k for k, row in page.row_dimensions.items() if row.hidden]
    hidden += [letter for letter, column in page.column_dimensions.items() if column.hidden]
    if hidden:
        problem = f"rows or columns are hidden: {', '.join(map(str, hidden[:12]))}"
        yield Fault(path=(), problem=problem, remedy="show or delete them: hidden numbers would be read too")


def _sheet(path: Path, book: Any) -> str:
    """Return the name of the only sheet that holds anything."""
    full = [each.title for each in book.worksheets if any(cell is not None for row in each.values for cell in row)]
    if len(full) != 1:
        problem = f"{len(full)} sheets hold cells: {', '.join(full)}" if full else "the workbook is empty"
        raise _fatal(path, problem, "save the one to read in a file of its own" if full else "")
    return str(full[0])


def _trimmed(rows: Records) -> Records:
    """Drop what is empty around the table: rows without cells above it, nameless empty columns at its right."""
    full = [(line, cells) for line, cells in rows if any(cells)]
    width = max((k + 1 for _, cells in full for k, cell in enumerate(cells) if cell), default=0)
    return [(line, cells[:width]) for line, cells in full]


def _cell(value: Any, style: str) -> str:
    """Return a cell as text; a number that Excel shows as a percentage carries its sign, so that it is told."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)):
        return f"{100 * value:.12g}%" if "%" in style else _number(value)
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.strftime("%Y-%m-%d")
    return str(value).strip()


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _stata(path: Path, data: bytes) -> Records:
    import struct

    import pandas as pd

    try:
        table = pd.read_stata(io.BytesIO(data))
    except (ValueError, KeyError, struct.error, UnicodeDecodeError, EOFError, OverflowError) as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        remedy = "save it as Stata 10 or later, or as CSV"
        raise _fatal(path, f"the file is no readable Stata file ({told})", remedy) from None
    rows = [(0, [str(name) for name in table.columns])]
    columns = [list(_stata_cells(table[name])) for name in table.columns]
    return rows + [(k, list(cells)) for k, cells in enumerate(zip(*columns, strict=True), 1)]


def _stata_cells(column: Any) -> Iterator[str]:
    """Yield the cells of a column as text: a float as the decimal that was typed, a first of January as its year."""
    import numpy as np
    import pandas as pd

    for value in column if column.dtype.kind in "OM" else column.to_numpy():
        if value is None or value is pd.NaT or (isinstance(value, (float, np.floating)) and np.isnan(value)):
            yield ""
        elif isinstance(value, (pd.Timestamp, datetime.datetime)):
            first = (value.month, value.day, value.hour, value.minute) == (1, 1, 0, 0)
            yield str(value.year) if first else value.strftime("%Y-%m-%d")
        elif isinstance(value, (float, np.floating)):
            plain = float(value)
            yield str(int(plain)) if plain == int(plain) and abs(plain) < 1e15 else str(value)
        else:
            yield str(value).strip()
