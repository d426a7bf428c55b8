"""Excel and Stata files: read like the CSV of the same cells, refused with a sentence where they could mislead."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from symbiode.errors import DataError
from symbiode.inference.observations import check_data, read

openpyxl = pytest.importorskip("openpyxl")
ROWS = [["year", "shenzhen", "hongkong"], [2000, 1.5, 4], [2001, None, 4.25], [2003, 2.1, 4.5]]


def book(path: Path, rows: list[list[Any]] = ROWS) -> Any:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(path)
    return made


def test_a_workbook_and_a_stata_file_read_like_their_csv(tmp_path: Path) -> None:
    book(tmp_path / "a.xlsx")
    frame = pd.DataFrame(ROWS[1:], columns=ROWS[0]).astype({"shenzhen": "float32"})
    frame.to_stata(tmp_path / "a.dta", write_index=False)
    frame.to_csv(tmp_path / "a.csv", index=False)
    found = [read(tmp_path / f"a.{suffix}") for suffix in ("csv", "xlsx", "dta")]
    for other in found[1:]:
        np.testing.assert_array_equal(other.y, found[0].y)
        assert other.t.tolist() == [2000, 2001, 2003]
    assert found[2].y[2, 0] == 2.1  # the decimal that was typed, not its single precision
    assert {notice.key for notice in check_data(tmp_path / "a.xlsx")} == {"data_missing", "data_gaps"}


def test_what_a_workbook_may_hide_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"

    def told(change: Any) -> str:
        made = book(path)
        change(made)
        made.save(path)
        with pytest.raises(DataError) as caught:
            read(path)
        return str(caught.value)

    def formula(made: Any) -> None:
        made.active["B3"] = "=B2*2"

    def percent(made: Any) -> None:
        made.active["B2"].number_format = "0.0%"

    def dates(made: Any) -> None:
        for k in (2, 3, 4):
            made.active.cell(k, 1).value = datetime.date(1998 + k, 12, 31)

    def hidden(made: Any) -> None:
        made.active.row_dimensions[3].hidden = True

    assert "B3 holds a formula without a value" in told(formula)
    assert "'150%' is a percentage" in told(percent)
    assert "write 2000" in told(dates)
    assert "hidden: 3" in told(hidden)
    assert "cells are merged: B1:C1" in told(lambda made: made.active.merge_cells("B1:C1"))
    assert "2 sheets hold cells" in told(lambda made: made.create_sheet("more").append([1]))
    path.write_bytes(b"no workbook")
    with pytest.raises(DataError, match="no readable workbook"):
        read(path)
    (tmp_path / "c.dta").write_bytes(b"no stata")
    with pytest.raises(DataError, match="no readable Stata file"):
        read(tmp_path / "c.dta")


def test_a_missing_library_is_named_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book(tmp_path / "a.xlsx")
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(DataError, match=r"symbiode\[excel\]"):
        read(tmp_path / "a.xlsx")
