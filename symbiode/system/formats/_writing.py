"""A model as the text of a TOML file, in the form a person would write it.

Comes in: a `Model`. Goes out: text that reads back to an equal model; formulas stand in the user's names, a number that
is no finite decimal as a quotient in quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import sympy

from symbiode.system.arithmetic import as_decimal
from symbiode.system.expressions import written
from symbiode.system.laws import Parameter
from symbiode.system.model import DataSource, Model, Unit, slots_of, spellings

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TEXTS = ("basis", "kind", "currency", "price_base", "vintage", "source", "places")


def string(text: str) -> str:
    """Return a text as a TOML string.

    Examples
    --------
    >>> string("深圳")
    '"深圳"'
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def key(*parts: str) -> str:
    """Return a TOML key of one or more parts, quoted where they must be."""
    return ".".join(part if _BARE.fullmatch(part) else string(part) for part in parts)


def text_of(model: Model, folder: Path) -> str:
    """Return the text of a model file that will stand in `folder`."""
    sections = [_heading(model), _regions(model), _named(model), *(_unit(model, unit) for unit in model.units)]
    sections += [*_pairs(model), _equations(model)]
    for word, source in (("data", model.data), ("panel", model.panel)):
        sections += _data(source, (word,), folder) if source is not None else []
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _heading(model: Model) -> list[str]:
    lines = [f"name = {string(model.name)}"]
    if model.law.name != "equations":
        lines.append(f"law = {string(model.law.name)}")
    lines.append(f"time_unit = {string(model.time_unit)}")
    lines += [f"{word} = {string(text)}" for word in ("measured_in", "source") if (text := getattr(model, word))]
    return [*lines, "illustrative = true"] if model.illustrative else lines


def _table(parts: tuple[str, ...], lines: Iterable[str]) -> list[str]:
    body = list(lines)
    return [f"[{key(*parts)}]", *body] if body else []


def _regions(model: Model) -> list[str]:
    return _table(("regions",), (f"{key(name)} = {_label(label)}" for name, label in model.regions))


def _label(label: tuple[tuple[str, str], ...]) -> str:
    return inline((lang, string(text)) for lang, text in label)


def _named(model: Model) -> list[str]:
    named = [p for p in model.parameters if p.path[0] == "parameters"]
    return _table(("parameters",), (f"{key(*p.path[1:])} = {_value(model, p)}" for p in named))


def _unit(model: Model, unit: Unit) -> list[str]:
    lines = []
    if unit.label:
        lines.append(f"label = {_label(unit.label)}")
    lines += [f"{word} = {string(text)}" for word in ("role", "region") if (text := getattr(unit, word))]
    if unit.initial:
        lines.append(f"initial = {_value(model, unit.initial)}")
    slots = {slot.name: slot for slot in slots_of(model.law)}
    for p in model.parameters:
        if p.path[0] == unit.name and len(p.path) == 2:
            usual = p.value == slots[p.path[1]].default and not p.source and not p.measured_in
            if not (usual and p.lower is None and p.upper is None):
                lines.append(f"{key(p.path[1])} = {_value(model, p)}")
    return [f"[{key('units', unit.name)}]", *lines]


def _pairs(model: Model) -> Iterator[list[str]]:
    for slot in slots_of(model.law):
        if slot.per == "pair":
            table = f"{slot.name}s"
            here = [p for p in model.parameters if p.path[0] == table and len(p.path) == 3]
            yield _table((table,), (f"{key(*p.path[1:])} = {_value(model, p)}" for p in here))


def _equations(model: Model) -> list[str]:
    if model.law.name != "equations":
        return []
    told = (
        f"{key(unit.name)} = {string(written(rate, spellings(model, i)))}"
        for i, (unit, rate) in enumerate(zip(model.units, model.rates, strict=True))
    )
    return _table(("equations",), told)


def _value(model: Model, p: Parameter) -> str:
    value = number_text(p.value) if isinstance(p.value, sympy.Rational) else string(written(p.value, spellings(model)))
    ends = [(word, end) for word, end in (("lower", p.lower), ("upper", p.upper)) if end is not None]
    texts = [(word, text) for word in ("measured_in", "element", "source") if (text := getattr(p, word))]
    if not ends and not texts:
        return value
    parts = [f"value = {value}", *(f"{word} = {number_text(end)}" for word, end in ends)]
    return "{ " + ", ".join([*parts, *(f"{word} = {string(text)}" for word, text in texts)]) + " }"


def number_text(value: sympy.Rational) -> str:
    """Return an exact number as TOML: a decimal where it is one, else a quotient in quotes."""
    decimal = as_decimal(value)
    if not decimal:
        return string(f"{value.p}/{value.q}")
    return decimal if len(decimal) < 19 or not decimal.lstrip("-").isdigit() else f"{decimal}.0"


def _data(source: DataSource, path: tuple[str, ...], folder: Path) -> list[list[str]]:
    lines = [f"file = {string(_place(source, folder))}", f"time = {string(source.time)}"]
    lines.append(f"columns = {inline((name, string(column)) for name, column in source.columns)}")
    if source.label:
        lines.append(f"label = {_label(source.label)}")
    if source.measured_in:
        lines.append(f"measured_in = {inline((name, string(text)) for name, text in source.measured_in)}")
    if source.scale:
        lines.append(f"scale = {inline((name, number_text(value)) for name, value in source.scale)}")
    told = ((word, getattr(source, word)) for word in _TEXTS)
    lines += [f"{word} = {string(text)}" for word, text in told if text and (word, text) != ("kind", "basis")]
    if source.vintage_columns:
        lines.append(f"vintage_columns = [{', '.join(map(string, source.vintage_columns))}]")
    others = [_data(other, (*path, "alternatives", name), folder) for name, other in source.alternatives]
    return [_table(path, lines), *(section for sections in others for section in sections)]


def inline(pairs: Iterable[tuple[str, str]]) -> str:
    """Return an inline table of keys and values that are TOML already."""
    return "{ " + ", ".join(f"{key(name)} = {text}" for name, text in pairs) + " }"


def _place(source: DataSource, folder: Path) -> str:
    """Return the data file as seen from `folder`: the way to it if it lies inside, else its bare name."""
    there, home = (Path(source.folder) / source.file).resolve(), folder.resolve()
    return there.relative_to(home).as_posix() if there.is_relative_to(home) else Path(source.file).name
