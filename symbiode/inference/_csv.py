"""CSV bytes to a table of text cells with line numbers; nothing is guessed that could be guessed wrong.

Comes in: the bytes of a file. Goes out: a `Table` of text, with every row that does not fit as a fault. What a cell
means is not decided here (`_cells`).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from symbiode.errors import DataError, Fault, InvalidValueError
from symbiode.inference import _books
from symbiode.inference.notices import Notice

DELIMITERS = {",": "','", ";": "';'", "\t": "tab", "|": "'|'"}
ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5hkscs", "cp1252")
MAX_BYTES, MAX_NAME, MAX_COLUMNS = 16 * 2**20, 200, 10_000
_LINE_END = re.compile(r"\r\n|\r|\n")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BINARY = (
    (b"PK\x03\x04", "an Excel workbook (is it called .xlsx?) or zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF"),
)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A CSV file as text.

    Parameters
    ----------
    path : Path
        Where it was read from.
    sha256 : str
        Of its bytes.
    header : tuple of str, shape (column,)
        Column names, NFC, stripped.
    rows : tuple of tuple of str, shape (row, column)
        Cells, stripped; only rows with as many cells as the header.
    lines : tuple of int, shape (row,)
        The line each row starts on, counted from 1.
    header_line : int
        The line of the header.
    delimiter : str
        What separates the columns.
    faults : tuple of Fault
        Rows and names that cannot be used.
    notices : tuple of Notice
        What was done to read it.
    """

    path: Path
    sha256: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    header_line: int
    delimiter: str
    faults: tuple[Fault, ...]
    notices: tuple[Notice, ...]


def load_table(path: Path, *, delimiter: str | None = None, encoding: str | None = None) -> Table:
    """Return the table of a CSV, Excel (.xlsx, .xlsm) or Stata (.dta) file, by suffix.

    Raises
    ------
    DataError
        If the file cannot be opened, decoded or cut into columns.
    InvalidValueError
        If `delimiter` or `encoding` is none of the known ones.
    """
    if delimiter is not None and (len(delimiter) != 1 or delimiter in "\"\r\n\0"):
        raise InvalidValueError("delimiter", delimiter, f"one character, such as {', '.join(DELIMITERS.values())}")
    if encoding is not None and encoding not in ENCODINGS:
        raise InvalidValueError("encoding", encoding, ", ".join(ENCODINGS))
    data = _bytes(path)
    digest = hashlib.sha256(data).hexdigest()
    if path.suffix.lower() in _books.SUFFIXES:
        return _table(path, digest, _books.records(path, data), ",", [])
    text, notices = _decoded(path, data, encoding)
    if "\0" in text:
        line = _line_of(text, text.index("\0"))
        raise _fatal(path, "the file holds a NUL character", "save it again as UTF-8 text", line)
    mark, text = _sep_line(text)
    skipped = int(mark is not None)
    delimiter = delimiter or mark or _delimiter(path, text, skipped)
    if delimiter != "," and mark is None:
        notices.append(Notice("data_delimiter", delimiter=DELIMITERS.get(delimiter, repr(delimiter))))
    records = list(_records(path, text, delimiter, skipped))
    if not records:
        raise _fatal(path, "the file is empty", "it needs a header line and rows")
    return _table(path, digest, records, delimiter, notices)


def _fatal(path: Path, problem: str, remedy: str = "", line: int | None = None) -> DataError:
    return DataError(path, [Fault(path=(), problem=problem, remedy=remedy, line=line)])


def _bytes(path: Path) -> bytes:
    """Read the file; say in one line why that is not possible."""
    if path.suffix.lower() in (".xls", ".ods", ".parquet", ".sav"):
        raise _fatal(path, f"{path.suffix} files are not read here", "save it as .xlsx, .dta or CSV (UTF-8)")
    try:
        with path.open("rb") as handle:
            data = handle.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _fatal(path, "there is no such file") from None
    except (OSError, ValueError) as error:
        raise _fatal(path, f"the file cannot be opened ({getattr(error, 'strerror', None) or error})") from None
    if len(data) > MAX_BYTES:
        raise _fatal(path, f"the file is larger than {MAX_BYTES // 2**20} MiB", "is it the right file?")
    for magic, what in _BINARY if path.suffix.lower() not in _books.SUFFIXES else ():
        if data.startswith(magic):
            raise _fatal(path, f"the file is {what}, not text", "save the sheet as CSV (UTF-8)")
    return data


def _decoded(path: Path, data: bytes, encoding: str | None) -> tuple[str, list[Notice]]:
    """Return the text: as declared, else by byte-order mark, else strict UTF-8, else strict GB18030 with a notice."""
    marked = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    tried = [encoding] if encoding else [marked] if marked else ["utf-8", "gb18030"]
    where = 0
    for name in tried:
        try:
            text = data.decode("utf-8-sig" if name == "utf-8" else name)
        except UnicodeDecodeError as error:
            where = error.start if name != "gb18030" else where
            continue
        return text, [Notice("data_encoding", encoding="GB18030")] if name == "gb18030" and not encoding else []
    if data[:4096].count(0) > len(data[:4096]) // 4:
        raise _fatal(path, "the file looks like UTF-16 without a byte-order mark", "save it as UTF-8")
    line = len(re.split(rb"\r\n|\r|\n", data[:where]))
    raise _fatal(path, f"the text is not valid {' or '.join(tried)}", "save it as UTF-8, or give encoding=", line)


def _line_of(text: str, position: int) -> int:
    return len(_LINE_END.split(text[:position]))


def _sep_line(text: str) -> tuple[str | None, str]:
    """Return the mark of Excel's first line ``sep=;`` and the rest of the text."""
    found = re.match(r'"?sep=([^\r\n"])"?(?:\r\n|\r|\n)', text, re.IGNORECASE)
    return (found[1], text[found.end() :]) if found else (None, text)


def _delimiter(path: Path, text: str, skipped: int) -> str:
    """Return the one mark that separates the header, or refuse."""
    lines = _LINE_END.split(text)
    at, first = next(((k, line) for k, line in enumerate(lines) if line.strip()), (0, ""))
    bare = "".join(first.split('"')[::2])
    found = [mark for mark in DELIMITERS if mark in bare]
    line = at + 1 + skipped
    if not first:
        raise _fatal(path, "the file is empty", "it needs a header line and rows")
    if not found:
        problem = "the first line names one column only; a time column and one column per unit are needed"
        raise _fatal(path, problem, "separate the columns by commas, or give delimiter=", line)
    if len(found) > 1:
        marks = " and ".join(DELIMITERS[mark] for mark in found)
        raise _fatal(path, f"the header holds {marks}; either may separate the columns", "give delimiter=", line)
    return found[0]


def _records(path: Path, text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of every row that is not blank; CR, LF and CRLF end a line alike."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = skipped + 1
    try:
        for cells in reader:
            if cells:
                yield start, cells
            start = reader.line_num + skipped + 1
    except csv.Error as error:
        problem = f"the row cannot be cut into cells ({error})"
        raise _fatal(path, problem, 'a quoted cell is "…", a quotation mark inside it is doubled', start) from None


def _table(
    path: Path, sha256: str, records: list[tuple[int, list[str]]], delimiter: str, notices: list[Notice]
) -> Table:
    header_line, names = records[0]
    header = tuple(unicodedata.normalize("NFC", name.strip()) for name in names)
    faults: list[Fault] = []
    rows, lines, empty = [], [], []
    for line, cells in records[1:]:
        row = tuple(cell.strip() for cell in cells)
        if not any(row):
            empty.append(line)
        elif len(row) != len(header):
            faults.append(_misfit(line, len(row), len(header), delimiter))
        else:
            rows.append(row)
            lines.append(line)
    if empty:
        notices.append(Notice("data_empty_rows", lines=listed(empty)))
    faults += _name_faults(header, rows, header_line, notices)
    if not rows and not faults:
        faults.append(Fault(path=(), problem="there are no rows under the header", line=header_line))
    return Table(
        path=path, sha256=sha256, header=header, rows=tuple(rows), lines=tuple(lines), header_line=header_line,
        delimiter=delimiter, faults=tuple(faults), notices=tuple(notices),
    )  # fmt: skip


def _misfit(line: int, given: int, wanted: int, delimiter: str) -> Fault:
    problem = f"the row has {given} cells, the header {wanted}"
    hint = "a decimal comma or a comma at the end of the line? " if delimiter == "," and given > wanted else ""
    return Fault(path=(), problem=problem, remedy=f"{hint}every row needs a cell for every column".strip(), line=line)


def _name_faults(
    header: tuple[str, ...], rows: list[tuple[str, ...]], line: int, notices: list[Notice]
) -> Iterator[Fault]:
    """Yield what is wrong with the column names; a nameless column is left out only if it is empty throughout."""
    seen: dict[str, str] = {}
    if len(header) > MAX_COLUMNS:
        yield Fault(path=(), problem=f"{len(header)} columns; at most {MAX_COLUMNS}", line=line)
        return
    for k, name in enumerate(header):
        if not name:
            if any(row[k] for row in rows):
                problem, remedy = f"column {k + 1} has no name", "name it or remove it"
                yield Fault(path=(), problem=problem, remedy=remedy, line=line)
            else:
                notices.append(Notice("data_unused_empty_column", number=k + 1))
            continue
        bad = sorted({f"U+{ord(c):04X}" for c in name if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")})
        if bad or len(name) > MAX_NAME:
            what = f"holds control characters ({', '.join(bad)})" if bad else f"is longer than {MAX_NAME} characters"
            yield Fault(path=(), problem=f"the name of column {k + 1} {what}", line=line)
        folded = unicodedata.normalize("NFKC", name).casefold()
        twin = seen.setdefault(folded, name) if folded in seen else None
        seen.setdefault(folded, name)
        if twin is not None:
            same = f"two columns are called {name!r}"
            alike = same if twin == name else f"the names {twin!r} and {name!r} are too alike"
            yield Fault(path=(), problem=alike, remedy="give every column a name of its own", line=line)


def listed(items: list[int] | list[str], most: int = 12) -> str:
    """Return items joined by commas, cut after `most`."""
    shown = ", ".join(map(str, items[:most]))
    return f"{shown}, … ({len(items)} in all)" if len(items) > most else shown
