"""Observations: right, or refused with the right line; never silently wrong."""

from __future__ import annotations

import contextlib
import math
import pickle
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiode.errors import DataError, InvalidValueError, UnknownNameError
from symbiode.inference.observations import Observations, check_data, of_model, read, read_tidy, require_positive
from symbiode.system.building import build
from symbiode.system.model import DataSource, Model

GOOD = "year,a,b\n2000,1,4\n2001,2,5\n2002,3,6\n"
FIRST = [[1, 4], [2, 5], [3, 6]]


def written(folder: Path, content: str | bytes, name: str = "mine.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path, **options: object) -> DataError:
    with pytest.raises(DataError) as caught:
        read(path, **options)  # type: ignore[arg-type]
    return caught.value


# Ten malformed files: content, then (line, part of the message) of every fault that must be named, and no other.
MALFORMED = {
    "decimal commas": ("year,a,b\n2000,1,5,4\n2001,2,5\n", [(2, "4 cells, the header 3")]),
    "trailing comma": ("year,a,b\n2000,1,4,\n2001,2,5,\n", [(2, "4 cells"), (3, "4 cells")]),
    "Excel serial years": (
        "year,a,b\n36892,1,4\n37257,2,5\n",
        [(2, "2001-01-01"), (3, "2002-01-01")],
    ),
    "dates": ("year,a,b\n2000,1,4\n2001/1/1,2,5\n", [(3, "write 2001")]),
    "a number nobody means": (
        "year,a,b\n2000,1_000,4\n2001,True,5\n2002,nan,1e400\n2003,4,7\n",
        [(2, "underscore"), (3, "truth value"), (4, "may mean nil"), (4, "too large")],
    ),
    "currencies": ("year,a,b\n2000,HK$5,4\n2001,6,¥7\n", [(2, "currency"), (3, "currency")]),
    "units behind numbers": ("year,a,b\n2000,5万,4\n2001,6,7亿\n", [(2, "unit of measure"), (3, "unit of measure")]),
    "duplicate header": ("year,a,a\n2000,1,4\n", [(1, "two columns are called 'a'")]),
    "duplicate years": (
        "year,a,b\n2000,1,4\n2001,2,5\n2000,1,4\n2001,2,6\n",
        [(4, "lines 2, 4 with the same numbers"), (5, "lines 3, 5")],
    ),
    "all missing": ("year,a,b\n2000,,4\n2001,NA,5\n", [(1, "no value at all")]),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_gets_one_line_per_fault_with_its_line_number(name: str, tmp_path: Path) -> None:
    content, expected = MALFORMED[name]
    path = written(tmp_path, content)
    error = refusal(path)
    told = str(error).splitlines()
    assert [(fault.line, part in str(fault)) for fault, (_, part) in zip(error.faults, expected, strict=True)] == [
        (line, True) for line, _ in expected
    ]
    assert all(text.startswith(f"{path}:{line}: ") for text, (line, _) in zip(told, expected, strict=True))


# The dirty corpus: content, options, and what must come out: the numbers (None: no value), or the line of the refusal.
N = None
RIGHT: dict[str, tuple[str | bytes, dict[str, object], list[list[float | None]]]] = {
    "plain": (GOOD, {}, FIRST),
    "UTF-8 mark": (b"\xef\xbb\xbf" + GOOD.encode(), {}, FIRST),
    "UTF-16 little end": (GOOD.encode("utf-16"), {}, FIRST),
    "UTF-16 big end": (b"\xfe\xff" + GOOD.encode("utf-16-be"), {}, FIRST),
    "CRLF": (GOOD.replace("\n", "\r\n"), {}, FIRST),
    "CR": (GOOD.replace("\n", "\r"), {}, FIRST),
    "no line end at the end": (GOOD.rstrip("\n"), {}, FIRST),
    "blank lines": (GOOD.replace("2001", "\n\n2001"), {}, FIRST),
    "rows of commas at the end": (GOOD + ",,\n,,\n", {}, FIRST),
    "an empty nameless column": ("year,a,b,\n2000,1,4,\n2001,2,5,\n2002,3,6,\n", {}, FIRST),
    "spaces around cells": ("year , a, b \n2000 , 1 ,4\n2001, 2 ,5\n2002,3 ,6 \n", {}, FIRST),
    "no-break spaces around": ("year,a,b\n2000,\u00a01,4\n2001,2,5\n2002,3,6\u00a0\n", {}, FIRST),
    "quoted": ('"year","a","b"\n"2000","1","4"\n"2001","2","5"\n"2002","3","6"\n', {}, FIRST),
    "semicolons": (GOOD.replace(",", ";"), {}, FIRST),
    "tabs": (GOOD.replace(",", "\t"), {}, FIRST),
    "sep line": ("sep=;\n" + GOOD.replace(",", ";"), {}, FIRST),
    "declared delimiter": (GOOD.replace(",", "^"), {"delimiter": "^"}, FIRST),
    "header with another mark": (GOOD.replace(",a,", ',"a; first",'), {"columns": {"a": "a; first", "b": "b"}}, FIRST),
    "decimal comma": ("year;a;b\n2000;1,5;4\n2001;2,25;5\n", {"decimal": ","}, [[1.5, 4], [2.25, 5]]),
    "decimal comma in quotes": ('year,a,b\n2000,"1,5",4\n', {"decimal": ","}, [[1.5, 4]]),
    "thousands": ('year,a,b\n2000,"1,234.5",999\n', {"thousands": ","}, [[1234.5, 999]]),
    "continental thousands": ("year;a;b\n2000;1.234,5;4\n", {"decimal": ",", "thousands": "."}, [[1234.5, 4]]),
    "declared point": ("year;a;b\n2000;1.234;4\n", {"decimal": "."}, [[1.234, 4]]),
    "spaces for thousands": ("year,a,b\n2000,1 234 567,4\n", {"thousands": " "}, [[1234567, 4]]),
    "exponents and signs": ("year,a,b\n2000,+1.5e3,-.5\n2001,2.,1E-2\n", {}, [[1500, -0.5], [2, 0.01]]),
    "leading zeros are decimal": ("year,a,b\n2000,012,007\n", {}, [[12, 7]]),
    "missing cells": ("year,a,b\n2000,1,\n2001,NA,n/a\n2002,..,6\n", {}, [[1, N], [N, N], [N, 6]]),
    "declared dash": ("year,a,b\n2000,1,-\n2001,~,5\n", {"missing": ("-", "~")}, [[1, N], [N, 5]]),
    "a region called NA": ("year,NA,b\n2000,1,4\n", {}, [[1, 4]]),
    "regions called nan and None": ("year,nan,None\n2000,1,4\n", {}, [[1, 4]]),
    "Chinese names": ("year,深圳,香港\n2000,1,4\n", {}, [[1, 4]]),
    "Chinese names in GB18030": ("year,深圳,香港\n2000,1,4\n".encode("gb18030"), {"units": ("深圳", "香港")}, [[1, 4]]),
    "Chinese names in Big5": (
        "year,深圳,香港\n2000,1,4\n".encode("big5hkscs"),
        {"encoding": "big5hkscs", "units": ("深圳", "香港")},
        [[1, 4]],
    ),
    "a composed name asked for decomposed": ("year,Zürich,b\n2000,1,4\n", {"units": ("Zu\u0308rich", "b")}, [[1, 4]]),
    "names of constants": ("year,E,pi\n2000,1,4\n", {}, [[1, 4]]),
    "a formula for a name": ("year,=cmd,+b\n2000,1,4\n", {"units": ("=cmd", "+b")}, [[1, 4]]),
    "another order of columns": (GOOD, {"units": ("b", "a")}, [[4, 1], [5, 2], [6, 3]]),
    "text beside the units": (GOOD.replace("\n2", ",x\n2").replace("6\n", "6,y\n").replace("b,x", "b,c"),
                              {"units": ("a", "b")}, FIRST),
    "unsorted": ("year,a,b\n2002,3,6\n2000,1,4\n2001,2,5\n", {}, FIRST),
    "duplicates, mean": ("year,a,b\n2000,1,4\n2000,3,\n", {"duplicates": "mean"}, [[2, 4]]),
    "duplicates, first": ("year,a,b\n2000,1,4\n2000,3,\n", {"duplicates": "first"}, [[1, 4]]),
    "hours": ("hour,a,b\n0.5,1,4\n36892,2,5\n", {"time": "hour"}, [[1, 4], [2, 5]]),
    "a declared unit of time": ("t,a,b\n-1,1,4\n0,2,5\n", {"time": "t", "time_unit": "day"}, [[1, 4], [2, 5]]),
    "quarters": ("year,a,b\n2000.25,1,4\n2000.5,2,5\n", {}, [[1, 4], [2, 5]]),
    "line breaks in quotes": ('year,a,b,note\n2000,1,4,"x\ny"\n2001,2,5,z\n', {"units": ("a", "b")}, [[1, 4], [2, 5]]),
}  # fmt: skip
REFUSED: dict[str, tuple[str | bytes, dict[str, object], int]] = {
    "UTF-16 without mark": (GOOD.encode("utf-16-le"), {}, 1),
    "neither UTF-8 nor GB18030": (b"year,a,b\n2000,1,4\n2001,2,5\xff\n", {}, 3),
    "not the declared encoding": (b"year,a,\xc9\n2000,1,4\n", {"encoding": "utf-8"}, 1),
    "NUL": ("year,a,b\n2000,1,4\n2001,2\0,5\n", {}, 3),
    "a quotation mark never closed": ('year,a,b\n2000,1,4\n2001,"2,5\n2002,3,6\n', {}, 3),
    "semicolons under commas": ("year,a\n2001;1,5\n", {}, 2),
    "two marks in the header": ("year;a,b\n2000;1,4\n", {}, 1),
    "one column": ("year\n2000\n", {}, 1),
    "no header": ("2000,1,4\n2001,2,5\n", {}, 1),
    "a comment on top": ("# from somewhere\nyear,a,b\n2000,1,4\n", {}, 1),
    "a row too short": ("year,a,b\n2000,1,4\n2001,2\n", {}, 3),
    "a row too short after a quoted line break": ('year,a,b\n2000,"1\n",4\n2001,2\n', {}, 4),
    "a nameless column with numbers": (",year,a\n0,2000,1\n", {}, 1),
    "a decimal comma behind a nameless column": ("year,a,\n2000,1,5\n", {}, 1),
    "names too alike": ("year,K,\u212a\n2000,1,4\n", {}, 1),
    "a name that turns the text around": ("year,a,b\u202e\n2000,1,4\n", {}, 1),
    "thousands not declared": ('year,a,b\n2000,1,4\n2001,"1,234.5",5\n', {}, 3),
    "thousands in the wrong place": ('year,a,b\n2000,"12,34",4\n', {"thousands": ","}, 2),
    "points that may be thousands": ("year;a;b\n2000;1.234;4\n2001;2.345;5\n", {}, 2),
    "a decimal comma not declared": ("year;a;b\n2000;1;4\n2001;1,5;5\n", {}, 3),
    "a point where commas were declared": ("year;a;b\n2000;1,5;4\n2001;2.5;5\n", {"decimal": ","}, 3),
    "full-width digits": ("year,a,b\n2000,１２,4\n", {}, 2),
    "a full-width year": ("year,a,b\n２０００,1,4\n", {}, 2),
    "Arabic digits": ("year,a,b\n2000,٣,4\n", {}, 2),
    "percent": ("year,a,b\n2000,5%,4\n", {}, 2),
    "brackets": ("year,a,b\n2000,(5),4\n", {}, 2),
    "a flag": ("year,a,b\n2000,5p,4\n", {}, 2),
    "a dash": ("year,a,b\n2000,1,4\n2001,-,5\n", {}, 3),
    "infinite": ("year,a,b\n2000,inf,4\n", {}, 2),
    "underflow": ("year,a,b\n2000,1e-400,4\n", {}, 2),
    "hexadecimal": ("year,a,b\n2000,0x10,4\n", {}, 2),
    "a spreadsheet error": ("year,a,b\n2000,#DIV/0!,4\n", {}, 2),
    "a minus sign from a book": ("year,a,b\n2000,−5,4\n", {}, 2),
    "a year in Chinese": ("year,a,b\n2001年,1,4\n", {}, 2),
    "months": ("year,a,b\n2001-06,1,4\n", {}, 2),
    "a month behind a point": ("year,a,b\n2010.08,1,4\n", {}, 2),
    "two-digit years": ("year,a,b\n98,1,4\n99,2,5\n", {}, 2),
    "no year": ("year,a,b\n2000,1,4\n,2,5\n", {}, 3),
    "no such column": (GOOD, {"units": ("a", "c")}, 1),
    "no such time": (GOOD, {"time": "jahr"}, 1),
    "only a header": ("year,a,b\n", {}, 1),
    "text for numbers": (GOOD.replace("1,4", "1,four"), {}, 2),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_a_dirty_file_is_read_right(name: str, tmp_path: Path) -> None:
    content, options, expected = RIGHT[name]
    got = read(written(tmp_path, content), **options).y  # type: ignore[arg-type]
    np.testing.assert_array_equal(got, np.array(expected, dtype=float))


@pytest.mark.parametrize("name", REFUSED)
def test_a_doubtful_file_is_refused_at_the_right_line(name: str, tmp_path: Path) -> None:
    content, options, line = REFUSED[name]
    assert refusal(written(tmp_path, content), **options).faults[0].line == line


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("none.csv", None, "no such file"),
        ("sheet.xlsx", b"PK\x03\x04", "no readable workbook"),
        ("sheet.csv", b"PK\x03\x04\x00", "save the sheet as CSV"),
        ("empty.csv", b"", "empty"),
        ("blank.csv", b"\n\n \n", "empty"),
    ],
)
def test_what_is_no_csv_file_is_refused_in_one_line(
    name: str, content: bytes | None, part: str, tmp_path: Path
) -> None:
    path = tmp_path / name if content is None else written(tmp_path, content, name)
    told = str(refusal(path))
    assert part in told
    assert len(told.splitlines()) == 1


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "cannot be opened" in str(refusal(tmp_path))


def test_every_fault_of_a_long_column_is_counted(tmp_path: Path) -> None:
    rows = "".join(f"{1900 + k},{k + 1},{'x' if k % 2 else 5}\n" for k in range(100))
    told = refusal(written(tmp_path, "year,a,b\n" + rows)).faults
    assert len(told) == 21
    assert "30 more" in told[-1].problem


def test_a_file_of_faults_is_cut_and_says_so(tmp_path: Path) -> None:
    told = refusal(written(tmp_path, "year,a,b\n" + "2000,1\n" * 1000)).faults
    assert len(told) == 201
    assert told[-1].line == 202
    assert "800 more faults" in told[-1].problem


def test_a_column_without_any_number_is_one_fault(tmp_path: Path) -> None:
    told = refusal(written(tmp_path, "year,a,b\n2000,x,4\n2001,y,5\n2002,z,6\n")).faults
    assert [(fault.line, fault.path) for fault in told] == [(2, ("a",))]


def test_a_column_name_with_a_line_break_keeps_faults_on_one_line(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, 'year,"a\nb"\n2000,x\n2001,5\n'))
    assert len(str(error).splitlines()) == len(error.faults) == 2


def test_the_reading_of_gb18030_is_told(tmp_path: Path) -> None:
    made = read(written(tmp_path, "year,深圳,香港\n2000,1,4\n".encode("gb18030")))
    assert [notice.key for notice in made.notices] == ["data_encoding"]
    assert "GB18030" in made.notices[0].said("zh")


@pytest.mark.parametrize(
    ("content", "key", "part"),
    [
        ("year,a,b\n2001,1,4\n2000,2,5\n", "data_sorted", "year"),
        ("year,a,b\n2000,1,4\n2001,0,5\n2002,-1,6\n", "data_not_positive", "lines 3, 4"),
        ("year,a,b\n2000,1,4\n2001,51,5\n", "data_jump", "line 2 to line 3"),
        ("year,a,b\n2000,3,4\n2001,3,5\n", "data_constant", "a"),
        ("year,a,b\n2000,,4\n2001,3,5\n", "data_missing", "2000"),
        ("year,a,b\n2000,1,4\n2001,2,5\n2003,3,6\n", "data_gaps", "2002"),
        ("year,a,b\n2000,1,4\n,,\n2001,2,5\n", "data_empty_rows", "3"),
        ("year;a;b\n2000;1;4\n2001;2;5\n", "data_delimiter", "';'"),
    ],
)
def test_what_a_reader_should_know_is_a_notice_in_both_languages(
    content: str, key: str, part: str, tmp_path: Path
) -> None:
    told = read(written(tmp_path, content)).notices
    assert [notice.key for notice in told] == [key]
    assert part in told[0]
    assert told[0].said("zh") != told[0]


def test_a_clean_file_has_no_notice(tmp_path: Path) -> None:
    assert read(written(tmp_path, GOOD)).notices == ()


def test_unsorted_rows_give_the_same_numbers_bit_for_bit(tmp_path: Path) -> None:
    rows = [f"{2000 + k},{0.1 * k + 0.7},{7 / (k + 1)}" for k in range(9)]
    one = read(written(tmp_path, "\n".join(["year,a,b", *rows])))
    other = read(written(tmp_path, "\n".join(["year,a,b", *rows[4:], *rows[:4]]), "other.csv"))
    assert one.t.tobytes() == other.t.tobytes()
    assert one.y.tobytes() == other.y.tobytes()
    assert other.lines == (7, 8, 9, 10, 2, 3, 4, 5, 6)


def test_a_change_of_definition_is_told_while_it_lies_inside(tmp_path: Path) -> None:
    text = "year,a,b,def\n2000,1,4,old\n2001,2,5,old\n2002,3,6,new\n2003,4,7,new\n"
    made = read(written(tmp_path, text), units=("a", "b"), vintage_columns=("def",))
    assert made.vintage_breaks == (("def", 2001.0, 2002.0, "old", "new"),)
    assert [notice.key for notice in made.notices] == ["data_vintage"]
    assert made.window(2002).vintage_breaks == ()
    assert made.window(2002).notices == ()
    assert made.without([2001, 2002]).vintage_breaks == (("def", 2000.0, 2003.0, "old", "new"),)


def test_rows_and_columns_are_chosen_with_what_belongs_to_them(tmp_path: Path) -> None:
    made = read(written(tmp_path, GOOD), measured_in={"a": "m"}, currency="USD")
    part = made.window(2001, 2002).only(["b"])
    assert (part.units, part.y.tolist(), part.lines, part.measured_in) == (("b",), [[5.0], [6.0]], (3, 4), ("",))
    assert made.only(["b", "a"]).measured_in == ("", "m")
    assert made.without([2001]).t.tolist() == [2000, 2002]
    with pytest.raises(InvalidValueError, match="1999"):
        made.without([1999])
    with pytest.raises(UnknownNameError):
        made.only(["c"])


def test_a_scale_multiplies_and_is_remembered(tmp_path: Path) -> None:
    made = read(written(tmp_path, GOOD)).with_scale({"a": Fraction(1, 4)}).with_scale({"a": 2})
    assert made.y[:, 0].tolist() == [0.5, 1.0, 1.5]
    assert made.scale == (0.5, 1.0)
    assert [notice.key for notice in made.notices] == ["data_scaled", "data_scaled"]
    with pytest.raises(InvalidValueError):
        made.with_scale({"a": 0})


def test_observations_cannot_be_changed_and_travel_whole(tmp_path: Path) -> None:
    made = read(written(tmp_path, GOOD.replace("2001,2", "2001,")))
    with pytest.raises(ValueError, match="read-only"):
        made.y[0, 0] = 9
    again = pickle.loads(pickle.dumps(made))
    assert again.y.tobytes() == made.y.tobytes()
    assert [(n, n.key) for n in again.notices] == [(n, n.key) for n in made.notices]


@pytest.mark.parametrize(
    ("t", "y"),
    [([2000, 2000], [[1], [2]]), ([2001, 2000], [[1], [2]]), ([2000], [[1], [2]]), ([2000, 2001], [[1], [math.inf]])],
)
def test_arrays_that_are_no_series_are_refused(t: list[float], y: list[list[float]]) -> None:
    with pytest.raises(InvalidValueError):
        Observations(t=np.array(t, float), y=np.array(y, float), units=("a",))


def test_zeros_are_refused_for_logarithms_with_their_lines(tmp_path: Path) -> None:
    made = read(written(tmp_path, "year,a,b\n2002,1,4\n2001,0,5\n2000,2,-6\n"))
    with pytest.raises(DataError, match="error='level'") as caught:
        require_positive(made)
    assert [(fault.path, fault.line) for fault in caught.value.faults] == [(("a",), 3), (("b",), 4)]


@given(
    st.lists(
        st.tuples(
            st.integers(1500, 2200),
            st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
            st.floats(allow_nan=False, allow_infinity=False),
        ),
        min_size=1,
        max_size=20,
        unique_by=lambda row: row[0],
    ).filter(lambda rows: any(row[1] is not None for row in rows)),
    st.sampled_from(["ab", "深圳", "New York", 'the "old" town', "a;b", "x\u00e9,y", "'tis"]),
)
def test_what_is_written_is_read_back_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, float | None, float]], name: str
) -> None:
    rows = sorted(rows)
    t = np.array([row[0] for row in rows], float)
    y = np.array([[math.nan if row[1] is None else row[1], row[2]] for row in rows])
    made = Observations(t=t, y=y, units=(name, "other"))
    path = written(tmp_path_factory.mktemp("round"), made.to_csv())
    again = read(path, delimiter=",")
    assert again.units == made.units
    assert again.t.tobytes() == made.t.tobytes()
    np.testing.assert_array_equal(again.y, made.y)
    np.testing.assert_array_equal(np.signbit(again.y[:, 1]), np.signbit(made.y[:, 1]))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = written(tmp_path_factory.getbasetemp(), content, "bytes.csv")
    with contextlib.suppress(DataError):
        assert not np.isinf(read(path).y).any()


TIDY = "year,unit,indicator,value\n2001,B,gdp,5\n2000,A,gdp,1\n2000,B,gdp,4\n2000,A,population,9\n2001,A,gdp,2\n"


def test_a_tidy_file_gives_one_column_per_unit(tmp_path: Path) -> None:
    made = read_tidy(written(tmp_path, TIDY), where={"indicator": "gdp"}, units={"b": "B", "a": "A"})
    assert (made.units, made.t.tolist(), made.y.tolist()) == (("b", "a"), [2000, 2001], [[4, 1], [5, 2]])


@pytest.mark.parametrize(
    ("text", "where", "part"),
    [
        (TIDY, {"indicator": "rd"}, "no row has indicator = 'rd'"),
        (TIDY + "2001,A,gdp,3\n", {"indicator": "gdp"}, ":7: year: the row repeats line 6"),
        (TIDY.replace("A,gdp,2", "A,gdp,2亿"), {"indicator": "gdp"}, ":6: value: '2亿'"),
        (TIDY, {"index": "gdp"}, "there is no column 'index'"),
    ],
)
def test_a_tidy_file_with_a_fault_is_refused(text: str, where: dict[str, str], part: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_tidy(written(tmp_path, text), where=where)
    assert part in str(caught.value)


def test_a_file_is_checked_without_knowing_its_units(tmp_path: Path) -> None:
    assert check_data(written(tmp_path, GOOD)) == ()
    assert {n.key for n in check_data(written(tmp_path, TIDY))} == {"data_text_column"}
    with pytest.raises(DataError, match="repeats line 2"):
        check_data(written(tmp_path, "year,unit,value\n2000,A,1\n2000,A,2\n"))
    with pytest.raises(DataError, match="1_000"):
        check_data(written(tmp_path, GOOD.replace("4\n", "1_000\n")))


def model_with(folder: Path, file: str, **more: object) -> Model:
    columns = {"a": "a", "b": "b"}
    table = {"growth": 0.1, "capacity": 1}
    data = {"file": file, "time": "year", "columns": columns, **more}
    model = build({"a": table, "b": table}, data=data)
    assert isinstance(model.data, DataSource)
    return replace(model, data=replace(model.data, folder=str(folder)))


def test_a_model_brings_its_series_scaled(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    model = model_with(
        tmp_path, "mine.csv", scale={"a": 0.5}, measured_in={"a": "m"}, currency="USD", price_base="", source="here"
    )
    made = of_model(model)
    assert made.y.tolist() == [[0.5, 4], [1, 5], [1.5, 6]]
    assert (made.units, made.measured_in, made.currency, made.source) == (("a", "b"), ("m", ""), "USD", "here")
    assert len(made.sha256) == 64


def test_an_alternative_series_is_asked_for_by_name(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    other = {"file": "mine.csv", "time": "year", "columns": {"a": "b", "b": "a"}, "basis": "swapped"}
    model = model_with(tmp_path, "mine.csv", alternatives={"swapped": other})
    assert of_model(model, "swapped").y.tolist() == [[4, 1], [5, 2], [6, 3]]
    assert of_model(model, "swapped").basis == "swapped"
    with pytest.raises(UnknownNameError, match="swapped"):
        of_model(model, "swaped")


@pytest.mark.parametrize("file", ["../outside.csv", "/etc/passwd", "link.csv", "sub/../../outside.csv"])
def test_a_model_cannot_read_outside_its_folder(file: str, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    written(tmp_path, GOOD, "outside.csv")
    (inside / "link.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(InvalidValueError, match=r"data\.file"):
        of_model(model_with(inside, file))


def test_a_model_without_data_says_so() -> None:
    with pytest.raises(InvalidValueError, match="names no series"):
        of_model(build({"a": {"growth": 0.1, "capacity": 1}}))


def test_a_unit_of_measure_in_the_header_is_carried(tmp_path: Path) -> None:
    made = read(written(tmp_path, "年份,a [bn USD],b\n2000,1,4\n2001,2,5\n"), units=("b", "a"))
    assert made.units == ("b", "a")
    assert made.measured_in == ("", "bn USD")
    assert made.time_column == "年份"
    twice = read(written(tmp_path, "year,a [USD],a [CNY]\n2000,1,4\n2001,2,5\n"))
    assert twice.units == ("a [USD]", "a [CNY]")
