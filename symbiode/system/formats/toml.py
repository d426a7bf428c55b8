"""Model files in TOML: read, write, and a commented file to start from.

Comes in: a file. Goes out: a checked `Model`, or a `ModelFileError` with one line per fault, ``file:line: field:
problem; remedy``. tomllib reads the values and finds syntax errors, `_positions` knows the lines, `build` is the one
checker.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from symbiode import discover
from symbiode.errors import Fault, ModelError, ModelFileError, OutputError, did_you_mean
from symbiode.files import write_text
from symbiode.system import laws
from symbiode.system.building import build
from symbiode.system.formats._positions import positions
from symbiode.system.formats._starter import commented
from symbiode.system.formats._writing import text_of
from symbiode.system.model import DataSource, Model

MAX_BYTES = 1_000_000
KEYS = (
    "name", "law", "time_unit", "measured_in", "source", "illustrative", "regions", "parameters", "units", "effects",
    "delays", "equations", "data", "panel",
)  # fmt: skip
_SHORT = re.compile(r"[^eE]*([eE][+-]?[0-9]{1,4})?")


def read(path: Path | str) -> Model:
    """Return the model of a TOML file.

    Parameters
    ----------
    path : Path or str
        A UTF-8 file of at most 1 MB.

    Returns
    -------
    Model
        Its data source, if any, knows the folder of the file.

    Raises
    ------
    ModelFileError
        With every fault and its line; a syntax error stands alone.

    Examples
    --------
    >>> from symbiode.system.formats import models_folder
    >>> read(models_folder() / "shenzhen-hongkong.toml").time_unit
    'year'
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ModelFileError(path, [Fault(path=(), problem=f"cannot be read ({error.strerror or error})")]) from None
    return from_bytes(raw, path)


def from_bytes(raw: bytes, path: Path | str = "-") -> Model:
    """Return the model of a TOML text, such as standard input gives; `path` is what the errors call it.

    Raises
    ------
    ModelFileError
        With every fault and its line.
    """
    path = Path(path)
    if len(raw) > MAX_BYTES:
        raise _refusal(path, f"the file has more than {MAX_BYTES} bytes")
    text = _decoded(raw, path)
    lines = _lines(text, path)
    table = _parsed(text, path)
    faults = [*_unknown_keys(table), *_outside(table, path.parent)]
    try:
        model = build(**_arguments(table))
    except ModelError as error:
        faults.extend(error.faults)
    if faults:
        located = [replace(fault, line=_line(lines, fault.path)) for fault in faults]
        raise ModelFileError(path, sorted(located, key=lambda fault: fault.line or 0))
    data, panel = (source and _placed(source, path.parent) for source in (model.data, model.panel))
    return replace(model, data=data, panel=panel) if data or panel else model


def write(model: Model, path: Path | str, *, force: bool = False) -> Path:
    """Write a model to a file that reads back to an equal model.

    Parameters
    ----------
    model : Model
    path : Path or str
        The file, written whole or not at all.
    force : bool
        Whether an earlier file may be replaced.

    Returns
    -------
    Path

    Raises
    ------
    ModelError
        If the file could not be read again, as when a value is outside its own bounds or the law is no shipped one.
    OutputExistsError, OutputError, OutputLockedError
        If the place cannot be written to.
    """
    path = Path(path)
    text = text_of(model, path.parent)
    try:
        same = from_bytes(text.encode(), path) == model
    except ModelFileError as error:
        raise ModelError(replace(fault, line=None) for fault in error.faults) from None
    if not same:
        raise OutputError(path, "a model file cannot say this model exactly")
    return write_text(path, text, force=force)


def _placed(source: DataSource, folder: Path) -> DataSource:
    """Return a data source that knows its folder: beside the model file, else among the shipped data."""
    from symbiode.system.formats import models_folder

    shipped = not (folder / source.file).exists() and (models_folder() / source.file).exists()
    home = models_folder() if shipped else folder.absolute()
    others = tuple((name, _placed(other, folder)) for name, other in source.alternatives)
    return replace(source, folder=str(home), alternatives=others)


def _refusal(path: Path, problem: str, line: int = 1) -> ModelFileError:
    return ModelFileError(path, [Fault(path=(), problem=problem, line=line)])


def _decoded(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problem = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise _refusal(path, problem, line) from None


def _lines(text: str, path: Path) -> dict[tuple[str, ...], int]:
    """Return the lines by key path in Unicode's composed form, as faults name them."""
    try:
        lines = positions(text)
    except ModelError as error:
        raise ModelFileError(path, error.faults) from None
    return {tuple(unicodedata.normalize("NFC", part) for part in parts): line for parts, line in lines.items()}


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=_as_written)
    except tomllib.TOMLDecodeError as error:
        raise _refusal(path, *_said(str(error), text)) from None
    except ValueError as error:  # a whole number too long to read
        raise _refusal(path, f"not TOML: {error}") from None
    except RecursionError:
        raise _refusal(path, "lists or tables are nested too deeply") from None


def _said(message: str, text: str) -> tuple[str, int]:
    """Return tomllib's message without its place, and the line of that place."""
    problem, _, place = message.rpartition(" (at ")
    found = re.search(r"line (\d+)", place)
    return f"not TOML: {problem}", int(found.group(1)) if found else max(1, len(text.splitlines()))


def _as_written(text: str) -> float | Decimal:
    """Return a float where its shortest print is the number written, else the exact decimal (checked later)."""
    number = float(text)
    return number if repr(number) == text or Decimal(repr(number)) == Decimal(text) else Decimal(text)


def _pair_tables(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the top-level keys that are tables of no other meaning: a law may know them."""
    yield from (key for key, value in table.items() if key not in KEYS and isinstance(value, dict))


def _unknown_keys(table: Mapping[str, Any]) -> list[Fault]:
    unknown = [key for key in table if key not in KEYS and key not in set(_pair_tables(table))]
    return [Fault(path=(key,), problem="unknown key", remedy=did_you_mean(key, KEYS)) for key in unknown]


def _arguments(table: Mapping[str, Any]) -> dict[str, Any]:
    known = {key: table[key] for key in (*KEYS, *_pair_tables(table)) if key in table}
    return {"name": "model", "units": {}, **known}


def _outside(table: Mapping[str, Any], folder: Path) -> Iterator[Fault]:
    """Yield a fault for each data file that does not lie in the model's folder (links followed)."""
    sources: dict[tuple[str, ...], Any] = {}
    for word in ("data", "panel"):
        sources[word,] = data = table.get(word)
        others = data.get("alternatives", {}) if isinstance(data, dict) else {}
        if isinstance(others, dict):
            sources |= {(word, "alternatives", key): value for key, value in others.items()}
    home = folder.resolve()
    for path, source in sources.items():
        name = source.get("file") if isinstance(source, dict) else None
        if isinstance(name, str) and "\0" not in name and not (folder / name).resolve().is_relative_to(home):
            yield Fault(path=(*path, "file"), problem=f"{name!r} lies outside the model's folder",
                        remedy="put the data beside the model file")  # fmt: skip


def _line(lines: Mapping[tuple[str, ...], int], path: tuple[str, ...]) -> int:
    """Return the line of a key path, or of the innermost table around it that the file has."""
    joined = (path[0], ".".join(path[1:])) if path else ()
    if path not in lines and joined in lines:
        return lines[joined]
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return 1


def starter(name: str, units: Sequence[str], law: str = "logistic") -> str:
    """Return a commented model file to start from; it reads as it stands.

    Parameters
    ----------
    name : str
        The name of the model.
    units : sequence of str
        The names of its units.
    law : str
        A file of `symbiode/system/laws`; its equation is the first indented line of its docstring.

    Raises
    ------
    ModelFileError
        If a name cannot be the name of a unit.
    UnknownNameError
        If there is no such law.

    Examples
    --------
    >>> "[units.east]" in starter("mine", ["east", "west"])
    True
    """
    found = discover.module(laws, law, "law")
    lines = (found.__doc__ or "").splitlines()
    equation = next((line.strip() for line in lines if line.startswith("    ")), found.LAW.reference)
    text = commented(name, tuple(units), found.LAW, equation)
    from_bytes(text.encode(), f"{name}.toml")
    return text
