"""What one cell of a data file means: a number, a time, nothing, or a fault with its remedy.

Comes in: a stripped cell and the declared marks. Goes out: a float (NaN for no value), or `Bad` with what to do. The
grammar is our own: Python's float() would take ``1_000``, ``nan``, ``infinity`` and full-width digits.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from symbiode.errors import InvalidValueError

BLANK = ("", "NA", "N/A", "n/a", "N.A.", "n.a.", "#N/A", "..", "...", "…")
FIRST_YEAR, LAST_YEAR = 1500, 2200
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_LIKE_NUMBER = re.compile(r"[+\-−]?\s*[$¥€£]?\s*[0-9][0-9.,'’\s]*[%％元万萬亿億千]*")
_THREES = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{3}")
_CODES = "USD|HKD|CNY|RMB|MOP|EUR|GBP|JPY|TWD|NTD|SGD|KRW|AUD|CAD|CHF|US|HK|Mex"
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_AMBIGUOUS = ("-", "–", "—", "−", "~", "*", "?", "x", "X", ".", "/", "nan", "null", "none", "nil", "missing", "§")
_WHY = (
    (re.compile(r"[+-]?(inf|infinity|∞)", re.I), "is not finite", "leave the cell empty if there is no value"),
    (re.compile(r"true|false|yes|no", re.I), "is a truth value, not a number", ""),
    (re.compile(r"#.*"), "is a spreadsheet error", "repair the formula or leave the cell empty"),
    (re.compile(r".*[0-9]_[0-9].*"), "has an underscore", "write the digits together"),
    (re.compile(r".*[%％‰]"), "is a percentage", "write plain numbers and say percent in measured_in"),
    (re.compile(r"\(.*\)"), "is in brackets", "write a minus sign if it is negative"),
    (re.compile(r".*[0-9].*[万萬亿億兆千百].*|.*[0-9]\s*(?:bn|mn|m|k|b|billion|million|thousand)\.?", re.I),
     "has a unit of measure behind the number", "put every value in one unit of measure and write plain numbers"),
    (re.compile(rf"(?:{_CODES})\s*\$?\s*[0-9].*|.*[0-9]\s*(?:{_CODES})\.?|.*元.*", re.I),
     "has a currency", "write plain numbers in one currency and declare it"),
    (re.compile(rf"[0-9]{{1,4}}[-/.年][0-9]{{1,2}}([-/.月].*)?|.*[0-9]年.*|.*\b({_MONTH}).*", re.I),
     "looks like a date", ""),
    (re.compile(r"[−–—‐‑][0-9].*"), "has a dash for a minus sign", "write -"),
    (re.compile(r"'.*"), "starts with an apostrophe", "write the plain number"),
    (re.compile(r"0[xob].*", re.I), "is not a decimal number", ""),
    (re.compile(r"[+-]?[0-9][0-9.]*\s*[A-Za-z*†‡#^()\[\]0-9]{1,3}"), "has a flag behind the number",
     "put flags in a column of their own"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Marks:
    """How numbers are written in a file.

    Parameters
    ----------
    decimal : str or None
        ``.`` or ``,``; None: a point, refused where it may separate thousands.
    thousands : str or None
        ``,``, ``.``, a space or an apostrophe; None: no such mark is accepted.
    missing : tuple of str
        Cells that mean no value, besides `BLANK`.
    """

    decimal: str | None = None
    thousands: str | None = None
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.decimal not in (None, ".", ","):
            raise InvalidValueError("decimal", self.decimal, "'.' or ','")
        if self.thousands not in (None, ".", ",", " ", "'") or self.thousands == (self.decimal or "."):
            raise InvalidValueError("thousands", self.thousands, "',', '.', ' ' or \"'\", and not the decimal mark")


@dataclass(frozen=True)
class Bad:
    """A cell that cannot be used: what is wrong with it, what to do."""

    problem: str
    remedy: str = ""


def is_blank(cell: str, marks: Marks) -> bool:
    """Whether a cell means that there is no value."""
    return cell in BLANK or cell in marks.missing


def read_number(cell: str, marks: Marks) -> float | Bad:
    """Return the number of a cell, NaN for no value, or what is wrong.

    Examples
    --------
    >>> read_number("1.5e3", Marks())
    1500.0
    >>> read_number("1_000", Marks())
    Bad(problem="'1_000' has an underscore", remedy='write the digits together')
    """
    if is_blank(cell, marks):
        return math.nan
    plain = _plain(cell, marks)
    if isinstance(plain, Bad) or not _NUMBER.fullmatch(plain):
        return plain if isinstance(plain, Bad) else _why(cell)
    value = float(plain)
    if math.isinf(value) or (value == 0 and re.search(r"[1-9]", re.split("[eE]", plain)[0])):
        return Bad(f"{shown(cell)} is too {'large' if value else 'small'} for a number", "change the unit of measure")
    return value


def may_be_thousands(cell: str) -> bool | None:
    """Whether the point of a cell may separate thousands (``1.234``); None if it has no point."""
    return bool(_THREES.fullmatch(cell)) if "." in cell else None


def like_number(cell: str) -> bool:
    """Whether a cell is meant as a number, if perhaps a faulty one: ``1,5`` or ``5万``, not ``2018 revision``."""
    return _LIKE_NUMBER.fullmatch(cell) is not None


def read_time(cell: str, marks: Marks, years: bool) -> float | Bad:
    """Return the time of a cell, or what is wrong; years are 1500 to 2200, a fraction means a month."""
    if not cell or cell in BLANK:
        return Bad("there is no time in this row", "every row needs one")
    value = read_number(cell, Marks(decimal=marks.decimal))
    if not years or isinstance(value, Bad):
        return _not_a_year(cell, value) if isinstance(value, Bad) and years else value
    months = (value % 1) * 12
    if not FIRST_YEAR <= value <= LAST_YEAR:
        return Bad(f"{shown(cell)} is no year from {FIRST_YEAR} to {LAST_YEAR}", _serial(value))
    if abs(months - round(months)) > 0.012:
        return Bad(f"{shown(cell)} is no year", "write a month as a fraction: 2010.25 is the end of March 2010")
    return value


def shown(cell: str) -> str:
    """Return a cell in quotation marks, cut if it is long."""
    return repr(cell if len(cell) <= 40 else cell[:37] + "…")


def _serial(value: float) -> str:
    """Say which day a spreadsheet means by a number."""
    if 10_000 <= value <= 110_000:
        import datetime

        day = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(value))
        return f"as an Excel date it is {day.isoformat()}: format the column as number and write {day.year}"
    return "write four digits; for another unit of time give time_unit="


def _not_a_year(cell: str, bad: Bad) -> Bad:
    year = re.search(r"(?<![0-9])(1[5-9][0-9]{2}|2[01][0-9]{2})(?![0-9])", cell)
    if re.fullmatch(r"[0-9]{4}\s*年度?", cell):
        return Bad(f"{shown(cell)} is no plain number", f"write {cell[:4]}: take 年 out of the whole column")
    return Bad(f"{shown(cell)} is no year", f"write {year[0]}") if year else bad


def _plain(cell: str, marks: Marks) -> str | Bad:
    """Return the cell with a decimal point and no thousands marks."""
    decimal, thousands = marks.decimal or ".", marks.thousands
    if thousands and thousands in cell:
        whole, point, rest = cell.partition(decimal)
        if not re.fullmatch(rf"[+-]?[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+", whole) or thousands in rest:
            return Bad(f"{shown(cell)} does not have {thousands!r} before every three digits", "correct the cell")
        cell = whole.replace(thousands, "") + point + rest
    if decimal == "," and "." in cell:
        return Bad(f"{shown(cell)} has a point where decimal=','", "does it separate thousands? give thousands='.'")
    if decimal == "." and "," in cell and re.fullmatch(r"[+-]?[0-9][0-9.,]*", cell):
        return Bad(f"{shown(cell)} has a comma", "give decimal=',' or thousands=',', whichever the comma is")
    if re.fullmatch(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u2009\u202f'’][0-9]{3})+.*", cell):
        return Bad(f"{shown(cell)} has spaces or apostrophes between digits", "give thousands=")
    return cell.replace(",", ".") if decimal == "," else cell


def _why(cell: str) -> Bad:
    """Say what is wrong with a cell that is no number."""
    if any(unicodedata.category(c) == "Nd" and not c.isascii() for c in cell):
        return Bad(f"{shown(cell)} has digits other than 0-9 (full-width?)", "write 0-9")
    if cell.casefold() in _AMBIGUOUS:
        return Bad(f"{shown(cell)} may mean nil or no value", "leave it empty, write 0, or declare it with missing=")
    if any(unicodedata.category(c) == "Sc" for c in cell):
        return Bad(f"{shown(cell)} has a currency sign", "write plain numbers in one currency and declare it")
    for pattern, problem, remedy in _WHY:
        if pattern.fullmatch(cell):
            return Bad(f"{shown(cell)} {problem}", remedy)
    return Bad(f"{shown(cell)} is not a number", "no value is an empty cell, NA, n/a or ..")
