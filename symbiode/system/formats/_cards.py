"""Scenario cards in TOML: read and written with the same care as model files.

Comes in: a file and the model it is for. Goes out: a checked `Scenario`, or a `ModelFileError` with one line per fault.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from symbiode.errors import Fault, ModelError, ModelFileError, did_you_mean
from symbiode.system.formats import toml
from symbiode.system.model import Model
from symbiode.system.scenario import Scenario, build_scenario

_KEYS = ("name", "label", "model", "source", "illustrative", "levers")


Lines = dict[tuple[str, ...], int]


def read_table(path: Path) -> tuple[dict[str, Any], Lines]:
    """Return the table of a TOML file and the line of every key path.

    Raises
    ------
    ModelFileError
        If it cannot be read or is not TOML.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(toml.MAX_BYTES + 1)
    except OSError as error:
        raise ModelFileError(path, [Fault(path=(), problem=f"cannot be read ({error.strerror or error})")]) from None
    return table_of(raw, path)


def table_of(raw: bytes, path: Path) -> tuple[dict[str, Any], Lines]:
    """Return the table of a TOML text and the line of every key path; raises as `read_table`."""
    if len(raw) > toml.MAX_BYTES:
        raise toml._refusal(path, f"the file has more than {toml.MAX_BYTES} bytes")
    text = toml._decoded(raw, path)
    return toml._parsed(text, path), toml._lines(text, path)


def scenario_of(table: dict[str, Any], lines: Lines, path: Path, model: Model) -> Scenario:
    """Return the scenario of a card's table.

    Raises
    ------
    ModelFileError
        With every fault and its line.
    """
    unknown = [key for key in table if key not in _KEYS]
    faults = [Fault(path=(key,), problem="unknown key", remedy=did_you_mean(key, _KEYS)) for key in unknown]
    known = {key: table[key] for key in _KEYS if key in table and key != "model"}
    try:
        found = build_scenario(
            model, **{"name": path.stem, "levers": {}, "written_for": table.get("model", ""), **known}
        )
    except ModelError as error:
        faults.extend(error.faults)
    if faults:
        located = [replace(fault, line=toml._line(lines, fault.path)) for fault in faults]
        raise ModelFileError(path, sorted(located, key=lambda fault: fault.line or 0))
    return found
