"""Scenario cards in TOML: read and written with the same care as model files.

Comes in: a file and the model it is for. Goes out: a checked `Scenario`, or a `ModelFileError` with one line per fault.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from symbiode.errors import Fault, ModelError, ModelFileError, did_you_mean, shown
from symbiode.system.formats import toml
from symbiode.system.formats._writing import inline, key, number_text, string
from symbiode.system.model import Model
from symbiode.system.scenario import Lever, Move, Scenario, build_scenario
from symbiode.system.scenario.building import UNKNOWN

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


def misfit(table: dict[str, Any], lines: Lines, error: ModelFileError, model: Model) -> ModelFileError | None:
    """Return one fault in place of many, where levers move values that a model does not have at all."""
    lacking = dict.fromkeys(fault.path[-1] for fault in error.faults if fault.problem.startswith(UNKNOWN))
    if not lacking:
        return None
    told = ", ".join(list(lacking)[:3]) + (f" and {len(lacking) - 3} more" if len(lacking) > 3 else "")
    problem = f"written for {shown(table.get('model'))}; {shown(model.name)} does not have {told}"
    fault = Fault(path=("model",), problem=problem, remedy="choose another card or model", line=lines.get(("model",)))
    return ModelFileError(error.path, [fault])


def text_of(scenario: Scenario) -> str:
    """Return the text of a card that reads back to an equal scenario."""
    texts = [(word, getattr(scenario, word)) for word in ("name", "model", "source")]
    lines = [f"{word} = {string(text)}" for word, text in texts if text or word == "name"]
    lines += _label(scenario.label) + ["illustrative = true"] * scenario.illustrative
    sections = ["\n".join(_lever(lever, scenario)) for lever in scenario.levers]
    return "\n\n".join(["\n".join(lines), *(sections or ["[levers]"])]) + "\n"


def _lever(lever: Lever, scenario: Scenario) -> list[str]:
    lines = [f"[{key('levers', lever.name)}]", *_label(lever.label), f"shape = {string(lever.shape)}"]
    numbers = [(word, getattr(lever, word)) for word in ("at", "until", "lasting", "speed", "lag", "strength")]
    lines += [f"{word} = {number_text(value)}" for word, value in numbers if value is not None]
    texts = [(word, getattr(lever, word)) for word in ("mechanism", "family", "date", "source")]
    lines += [f"{word} = {string(text)}" for word, text in texts if text]
    if lever.illustrative != scenario.illustrative:
        lines.append(f"illustrative = {str(lever.illustrative).lower()}")
    moves = [f"{key(move.path)} = {_move(move)}" for move in lever.moves]
    return [*lines, f"moves = {{ {', '.join(moves)} }}"] if moves else lines


def _move(move: Move) -> str:
    both = [("add", move.add), ("times", move.times)]
    told = [f"{word} = {number_text(value)}" for word, value in both if value != 0] or ["add = 0"]
    return f"{{ {', '.join(told)} }}"


def _label(label: tuple[tuple[str, str], ...]) -> list[str]:
    return [f"label = {inline((lang, string(text)) for lang, text in label)}"] if label else []
