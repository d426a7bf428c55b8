"""Two hundred dirty files whose truth is known: each is read right, or refused at the line of its fault."""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symbiode.errors import DataError
from symbiode.inference.observations import check_data, read
from tests.seeds import fresh_seed

RNG = np.random.default_rng(fresh_seed())
YEARS = list(range(2001, 2009))
ENCODINGS = {"utf-8": b"", "utf-8-sig": b"", "gb18030": b"", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
ENDS = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}
COMMA = {"decimal": ",", "thousands": "."}


@dataclass(frozen=True, kw_only=True)
class Dirty:
    """A file, how it is asked for, and its truth: numbers (None: no value) or the line where it must be refused."""

    name: str
    content: bytes
    options: dict[str, Any] = field(default_factory=dict)
    truth: list[list[float | None]] | None = None
    line: int | None = None
    column: str = ""


def numbers() -> list[list[float | None]]:
    """Return levels of two units with two decimals, some above 1,000, one zero, one negative and two missing."""
    rows: list[list[float | None]] = (RNG.integers(100, 500_000, (len(YEARS), 2)) / 100).tolist()
    spots = RNG.choice(2 * len(YEARS), 4, replace=False)
    for spot, value in zip(spots.tolist(), (0.0, -12.5, None, None), strict=True):
        rows[spot // 2][spot % 2] = value
    rows[0][0] = rows[0][0] or 3.25  # a column that has numbers
    rows[0][1] = rows[0][1] or 1234.5
    return rows


def cell(value: float | None, thousands: str = "", decimal: str = ".") -> str:
    text = "" if value is None else f"{value:,.2f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def file(
    rows: list[list[str]], delimiter: str = ",", end: str = "\n", encoding: str = "utf-8", head: str = ""
) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return ENCODINGS[encoding] + (head + out.getvalue()).encode(encoding)


def well_written() -> list[Dirty]:
    """Return every encoding with every separator, line end and ``sep=`` line, numbers written in four ways."""
    ways: list[tuple[str, dict[str, Any]]] = [
        ("plain", {}), ("1,234.5", {"thousands": ","}), ("1.234,5", COMMA),
        ("1 234,5", {"decimal": ",", "thousands": " "}),
    ]
    made = []
    for k, (encoding, delimiter, end) in enumerate(itertools.product(ENCODINGS, ",;\t|", ENDS)):
        for said in (False, True):
            way, options = ways[(k + 2 * said) % 4]
            truth, names = numbers(), (["year", "深圳", "香港"], ["year", "NA", "None"])[(k + said) % 2]
            marks = (options.get("thousands", ""), options.get("decimal", "."))
            rows = [names, *([str(t), *(cell(x, *marks) for x in row)] for t, row in zip(YEARS, truth, strict=True))]
            head = f"sep={delimiter}{ENDS[end]}" if said else ""
            name = f"{encoding} {delimiter!r} {end} {way}{' sep=' if said else ''}"
            content = file(rows, delimiter, ENDS[end], encoding, head)
            made.append(Dirty(name=name, content=content, options=options, truth=truth))
    return made


def rearranged() -> list[Dirty]:
    """Return files whose times, units of measure, order and blank rows are written in other ways."""
    made = []
    ways = itertools.product(("年份", "Years", "年度", "t"), ("", " [bn USD]", "［亿元］"), (1, -1))
    for time, measure, turn in ways:
        truth = numbers()
        body = [[str(t), *map(cell, row)] for t, row in zip(YEARS, truth, strict=True)][::turn]
        rows = [[time, f"a{measure}", f"b{measure}"], *body[:3], ["", "", ""], *body[3:]]
        made.append(Dirty(name=f"{time}{measure}{' backwards' * (turn < 0)}", content=file(rows), truth=truth))
    return made


# What may stand in a cell of numbers or of times, or in a whole row, and must be refused at its line.
CELLS = (
    "１２３", "٣", "1_000", "True", "nan", "None", "1e400", "1e-400", "inf", "0x10", "12万", "3.5亿", "¥12", "HK$5",
    "5 USD", "12元", "5%", "(5)", "−5", "-", "~", "1,234.5", "12,5", "#DIV/0!", "2 bn", "12p", "1 234", "1.2.3", "--5",
    "1e", "'5",
)  # fmt: skip
TIMES = (
    "36892", "2001/1/1", "2004年", "1998-99", "98", "２００４", "2004-06", "Q1 2004", "", "2010.08", "nan", "20 04",
    "2,004",
)  # fmt: skip
EXTRA = {"a comma at the end": [""], "a shifted row": ["7", "8"]}
HEADS = {
    "a name twice": ["year", "a", "a"], "a Kelvin sign": ["year", "K", "\u212a"], "full width": ["year", "ab", "ａｂ"],
    "no name": ["year", "a", ""], "turned text": ["year", "a", "b\u202e"], "two years": ["year", "Year", "a"],
    "composed": ["year", "\u00e9", "É"], "no header": ["2000", "1.5", "4.5"],
    "a micro sign": ["year", "\u00b5", "\u03bc"],
}  # fmt: skip


def faulty() -> list[Dirty]:
    """Return one fault a file, at a drawn row, in drawn dress."""
    asked: list[tuple[str, str, int]] = [(f"cell {c}", c, 1 + k % 2) for k, c in enumerate(CELLS)]
    asked += [(f"time {c}", c, 0) for c in TIMES]
    made = []
    for name, text, column in asked:
        at, rows = int(RNG.integers(1, len(YEARS))), plain()
        rows[at][column] = text
        made.append(dressed(name, rows, at + 1, ("year", "a", "b")[column]))
    for name, more in EXTRA.items():
        at, rows = int(RNG.integers(1, len(YEARS))), plain()
        rows[at] += more
        made.append(dressed(name, rows, at + 1))
    for name, header in HEADS.items():
        made.append(dressed(name, [header, *plain()[1:]], 1))
    at, rows = int(RNG.integers(3, len(YEARS))), plain()
    rows[at].pop()
    made.append(dressed("a row too short", rows, at + 1))
    rows = plain()
    rows[at][0] = rows[at - 2][0]
    made.append(dressed("a year twice", rows, at + 1, "year"))
    for name, new in (("NUL", "\0,"), ("an open quotation", ',"'), ("bytes of no encoding", ",\udcff")):
        lines = file(plain()).decode().split("\n")
        lines[at] = lines[at].replace(",", new, 1)
        made.append(Dirty(name=name, content="\n".join(lines).encode("utf-8", "surrogateescape"), line=at + 1))
    return made


def ambiguous() -> list[Dirty]:
    """Return files that could be read in two ways, and are in neither."""
    commas = [["year", "a", "b"], *([str(t), f"{t % 7},5", f"{t % 5},25"] for t in YEARS)]
    threes = [["year", "a", "b"], *([str(t), f"{t % 7}.{t % 900 + 100}", "1.5"] for t in YEARS)]
    made = [
        Dirty(name=f"decimal commas between {d!r} {e}", content=file(commas, d, ENDS[e]), line=2, column="a")
        for d, e in itertools.product(",;\t|", ENDS)
    ]
    raw = "\n".join(",".join(row) for row in commas).encode()
    made += [Dirty(name="decimal commas between commas, bare", content=raw, line=2)]
    made += [
        Dirty(name=f"1.234 between {d!r}", content=file(threes, d), line=2, column="a") for d in ";\t|"
    ] + [Dirty(name="two marks in the header", content=b"year;a,b\n2000;1,5\n", line=1)]
    return made


def plain() -> list[list[str]]:
    return [["year", "a", "b"], *([str(t), f"{t % 7 + 1.5}", f"{t % 5 + 2.25}"] for t in YEARS)]


def dressed(name: str, rows: list[list[str]], line: int, column: str = "") -> Dirty:
    """Return the rows under a drawn separator, line end and encoding."""
    delimiter, end = ",;\t|"[RNG.integers(4)], list(ENDS.values())[RNG.integers(3)]
    encoding = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be")[RNG.integers(4)]
    content = file(rows, delimiter, end, encoding)
    return Dirty(name=name, content=content, line=line, column=column)


CORPUS = [*well_written(), *rearranged(), *faulty(), *ambiguous()]


def test_there_are_two_hundred_files_or_more() -> None:
    assert len({dirty.content for dirty in CORPUS}) >= 200


@pytest.mark.parametrize("dirty", CORPUS, ids=lambda dirty: dirty.name)
def test_a_dirty_file_is_read_right_or_refused_at_its_line(dirty: Dirty, tmp_path: Path) -> None:
    path = tmp_path / "dirty.csv"
    path.write_bytes(dirty.content)
    if dirty.truth is not None:
        made = read(path, **dirty.options)
        np.testing.assert_array_equal(made.t, YEARS)
        assert made.time_unit == "year"
        assert all(made.units[k] in ("a", "b", "深圳", "香港", "NA", "None") for k in range(2))
        np.testing.assert_array_equal(made.y, np.array(dirty.truth, dtype=float))
        check_data(path, **dirty.options)
        return
    for ask in (read, check_data):
        with pytest.raises(DataError) as caught:
            ask(path, **dirty.options)
        fault = caught.value.faults[0]
        assert fault.line == dirty.line
        assert not dirty.column or fault.path == (dirty.column,)
