"""The errors symbiode raises, and the status every result carries.

Comes in: what was given, what is allowed, the next step. Goes out: one sentence a tired reader can act on, with the
values as fields.

::

    SymbiodeError
    ├── InputError             what was given cannot be used                     (exit code 2)
    │   ├── ModelError         faults of a model, each with its field
    │   │   └── ModelFileError   the same with file and line
    │   ├── DataError          faults of a data file, each with its line
    │   ├── ExpressionError    text that is not one of our equations, with a caret
    │   ├── UnknownNameError   a name that is not among the choices
    │   ├── InvalidValueError  a value outside its range
    │   ├── OutputError        a place that cannot be written to
    │   └── OutputExistsError  a file that would be overwritten
    ├── RefusedError           a method ran and refused; carries its Status      (exit code 1)
    └── OutputLockedError      another run holds the output                      (exit code 75)
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

MAX_SHOWN, MOST_CHOICES = 80, 40
_WIDE = "\u3000"


class Level(Enum):
    """How far a computation succeeded."""

    OK = "ok"
    WARNING = "warning"
    REFUSED = "refused"


class Code(Enum):
    """Why a status is what it is; the value is the JSON name, `sentence` what a reader sees."""

    OK = "ok"
    ENDED_EARLY = "ended_early"
    TOLERANCE_NOT_MET = "tolerance_not_met"
    WORK_LIMIT = "work_limit"
    ILL_CONDITIONED = "ill_conditioned"
    ON_SEPARATRIX = "on_separatrix"
    NOT_SUPPORTED = "not_supported"
    TOO_LARGE = "too_large"
    TOO_SHORT = "too_short"
    NOT_IDENTIFIABLE = "not_identifiable"
    MULTIMODAL = "multimodal"
    AT_BOUND = "at_bound"
    NOT_CONVERGED = "not_converged"
    OPTIMISTIC = "optimistic"

    @property
    def sentence(self) -> str:
        """The English sentence of this code."""
        return _SENTENCES[self]


_SENTENCES = {
    Code.OK: "The computation succeeded.",
    Code.ENDED_EARLY: "The trajectory ends before the last time asked for; the missing times are listed.",
    Code.TOLERANCE_NOT_MET: "The estimated error is larger than the tolerance asked for.",
    Code.WORK_LIMIT: "The work limit was reached before an answer was found.",
    Code.ILL_CONDITIONED: "The answer depends strongly on the last digits of the input.",
    Code.ON_SEPARATRIX: "The start lies on the separatrix within the error of the computation.",
    Code.NOT_SUPPORTED: "No method that could answer this with certainty is available for this model.",
    Code.TOO_LARGE: "The model is too large for this method.",
    Code.TOO_SHORT: "There are too few observations for the number of coefficients.",
    Code.NOT_IDENTIFIABLE: "The data do not separate the coefficients.",
    Code.MULTIMODAL: "Several different sets of coefficients fit the data about equally well.",
    Code.AT_BOUND: "The best fit lies on a bound of the search.",
    Code.NOT_CONVERGED: "The search did not converge.",
    Code.OPTIMISTIC: "The residuals are not independent, so the intervals are too narrow.",
}


@dataclass(frozen=True, kw_only=True)
class Status:
    """Whether a computation succeeded: never where the system goes, that is the outcome.

    Parameters
    ----------
    level : Level
        `ok`, `warning` or `refused`.
    code : Code
        Why; each code has one sentence.
    values : tuple of (str, object) pairs
        The numbers behind the code, for programs.
    detail : str
        One more sentence about this very case, or empty.
    """

    level: Level = Level.OK
    code: Code = Code.OK
    values: tuple[tuple[str, object], ...] = ()
    detail: str = ""

    @property
    def message(self) -> str:
        """The sentence of the code and the detail of this case."""
        return f"{self.code.sentence} {self.detail}".strip()

    @property
    def ok(self) -> bool:
        """Whether the result may be used without a second look."""
        return self.level is Level.OK


OK = Status()


def warning(code: Code, detail: str = "", **values: object) -> Status:
    """Return a status of level `warning`."""
    return Status(level=Level.WARNING, code=code, detail=detail, values=tuple(values.items()))


def refused(code: Code, detail: str = "", **values: object) -> Status:
    """Return a status of level `refused`."""
    return Status(level=Level.REFUSED, code=code, detail=detail, values=tuple(values.items()))


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong with a model or a data file.

    Parameters
    ----------
    path : tuple of str
        The key path, such as ``("units", "shenzhen", "growth")``; for data the column.
    problem : str
        What was given and what is allowed, without a full stop.
    remedy : str
        The next step, or empty.
    line : int or None
        The line in the file, counted from 1, once known.
    """

    path: tuple[str, ...]
    problem: str
    remedy: str = ""
    line: int | None = None

    @property
    def field(self) -> str:
        """The key path as it is written in a model file."""
        return ".".join(quote(part) for part in self.path)

    def __str__(self) -> str:
        said = f"{_visible(self.field)}: {self.problem}" if self.path else self.problem
        return f"{said}; {self.remedy}" if self.remedy else said


def quote(part: str) -> str:
    """Return one part of a key path, quoted as in TOML where it must be."""
    plain = part and all(c.isalnum() or c in "-_" for c in part)
    return part if plain else '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _visible(text: str) -> str:
    """Return a text in one line with what a terminal would act on written out, cut where it is long."""
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return plain if len(plain) <= 2 * MAX_SHOWN else f"{plain[: 2 * MAX_SHOWN - 1]}…"


class SymbiodeError(Exception):
    """The root of every error symbiode raises on purpose."""

    def __reduce__(self) -> tuple[object, ...]:
        # The constructors take fields, not the message: copied as they are, errors cross processes.
        return _rebuilt, (type(self), self.args, self.__dict__)


class InputError(SymbiodeError):
    """What was given cannot be used."""


class ModelError(InputError):
    """A model with faults: all of them, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class ModelFileError(ModelError):
    """A model file with faults; each line of the message is ``file:line: field: problem``."""

    def __init__(self, path: Path | str, faults: Iterable[Fault]) -> None:
        super().__init__(faults)
        self.path = Path(path)
        places = (f"{path}:{fault.line}: " if fault.line else f"{path}: " for fault in self.faults)
        self.args = ("\n".join(f"{place}{fault}" for place, fault in zip(places, self.faults, strict=True)),)


class DataError(InputError):
    """A data file with faults; each line of the message is ``file:line: column: problem``."""

    def __init__(self, path: Path | str, faults: Iterable[Fault]) -> None:
        self.path = Path(path)
        self.faults = tuple(faults)
        where = (f"{path}:{fault.line}: " if fault.line else f"{path}: " for fault in self.faults)
        super().__init__("\n".join(f"{place}{fault}" for place, fault in zip(where, self.faults, strict=True)))


class ExpressionError(InputError):
    """Text that is not one of our equations; the message carries the text with a caret under the fault."""

    def __init__(self, text: str, position: int, problem: str) -> None:
        self.text, self.position, self.problem = text, position, problem
        super().__init__(f"{problem}\n{_with_caret(text, position)}" if text else problem)

    @property
    def line(self) -> str:
        """The error in one line: the problem, its column (from 1) and the text."""
        if not self.text:
            return self.problem
        told = " ".join(self.text.split())
        return f"{self.problem} (column {self.position + 1} of {shown(told)})"


class UnknownNameError(InputError):
    """A name that is not among the choices."""

    def __init__(self, kind: str, name: str, choices: Iterable[str]) -> None:
        self.kind, self.name, self.choices = kind, name, tuple(choices)
        super().__init__(f"unknown {kind} {shown(name)}; {did_you_mean(name, self.choices)}")


class InvalidValueError(InputError):
    """A value outside its range."""

    def __init__(self, name: str, given: object, allowed: str) -> None:
        self.name, self.given, self.allowed = name, given, allowed
        super().__init__(f"{name}: {shown(given)} was given; allowed: {allowed}")


class OutputError(InputError):
    """A place that cannot be written to: no such folder, no permission, no space, a link."""

    def __init__(self, path: Path | str, problem: str) -> None:
        self.path, self.problem = Path(path), problem
        super().__init__(f"{path} was not written: {problem}")


class OutputExistsError(InputError):
    """A file that would be overwritten."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        super().__init__(f"{path} exists and was left as it is; choose another name or say --force")


class RefusedError(SymbiodeError):
    """A method ran and refused; `status` says why, `result` holds what was found all the same (or None)."""

    def __init__(self, status: Status, result: object = None) -> None:
        self.status, self.result = status, result
        super().__init__(status.message)


class OutputLockedError(SymbiodeError):
    """Another run holds the output."""

    def __init__(self, path: Path | str, pid: int) -> None:
        self.path, self.pid = Path(path), pid
        super().__init__(f"{path} is being written by another run (process {pid}); wait for it or choose another name")


def shown(value: object) -> str:
    """Return what was given as a reader would write it, cut where it is long.

    Examples
    --------
    >>> shown(True), shown("a"), shown({"b": 1})
    ('true', "'a'", 'a table')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, int) and value.bit_length() > 400:
        return "a number of more than 120 digits"
    text = repr(value) if isinstance(value, (str, bytes)) else str(value)
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def _with_caret(text: str, position: int) -> str:
    """Return the line of a position and a caret below it; wide characters are matched by wide spaces."""
    start = text.rfind("\n", 0, position) + 1
    line = text[start:].split("\n", 1)[0].replace("\t", " ")
    before = line[: position - start]
    shown_before = (c for c in before if not unicodedata.combining(c))
    pad = (_WIDE if unicodedata.east_asian_width(c) in "WF" else " " for c in shown_before)
    return f"  {line}\n  {''.join(pad)}^"


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """Return a hint: the nearest choice, then all of them, or of very many the nearest few.

    Examples
    --------
    >>> did_you_mean("growht", ["growth", "capacity"])
    "did you mean 'growth'? choices are: capacity, growth"
    """
    listed = sorted(choices)
    near = difflib.get_close_matches(name, listed, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]!r}? " if near else ""
    if len(listed) > MOST_CHOICES:
        few = ", ".join(difflib.get_close_matches(name, listed, n=5, cutoff=0))
        return f"{hint}of {len(listed)} choices the nearest are: {few}"
    return f"{hint}choices are: {', '.join(listed) or '(none)'}"


def _rebuilt(kind: type[SymbiodeError], args: tuple[object, ...], fields: dict[str, object]) -> SymbiodeError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(fields)
    return error


def as_json(status: Status) -> Mapping[str, object]:
    """Return a status as the object of the JSON contract."""
    return {
        "level": status.level.value,
        "code": status.code.value,
        "message": status.message,
        "values": dict(status.values),
    }
