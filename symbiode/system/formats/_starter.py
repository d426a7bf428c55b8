"""The commented model file that a new model starts from.

Comes in: the names of a model and its units, and a law with its equation. Goes out: TOML text in which every key is
explained.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from symbiode.system.formats._writing import key, string
from symbiode.system.laws import Law, Slot

_COLUMN = 32


def commented(name: str, units: tuple[str, ...], law: Law, equation: str) -> str:
    """Return the text of a starter file; what stands after ``¦`` in the templates becomes a comment."""
    for slot in law.parameters:  # the equation in the words of the file: growth_i for r_i
        equation = re.sub(rf"\b{slot.letter}(?=_[ij]|$)", slot.name, equation)
    sections = [_filled(_HEAD, {"NAME": string(name), "LAW": string(law.name), "EQUATION": equation})]
    own = [_line(slot) for slot in law.slots("unit")]
    needed = [line.partition("¦")[0] for line in own if not line.startswith("#")]
    for i, unit in enumerate(units):
        values = {"UNIT": key("units", unit), "LABEL": string(unit), "INITIAL": f"0.{3 + i % 5}"}
        lines = [_FIRST, *own, _MORE] if i == 0 else [_NEXT, *needed]
        sections.append(_filled("\n".join(line.strip() for line in lines), values))
    strength = Decimal("0.03" if law.scale == "per_capita" else "0.3") / max(1, len(units) - 1)
    effect = f"{strength:.3f}".rstrip("0")
    pairs = [(one, other) for one in units for other in units if one != other]
    head = [_EFFECTS.strip(), _LIMIT.strip()] if law.name == "logistic" else [_EFFECTS]
    sections.append("\n".join([_filled("\n".join(head), {}), *(f"{key(*pair)} = {effect}" for pair in pairs)]))
    for slot in law.slots("pair"):
        if slot.name != "effect":
            sections.append(_filled(f"# [{slot.name}s] ¦ for pairs as above; {slot.default} if not listed", {}))
    sections.append(_filled(_MORE_TABLES, {"UNIT": key(units[0])}))
    columns = ", ".join(f"{key(unit)} = {string(unit)}" for unit in units)
    sections.append(_filled(_DATA, {"COLUMNS": columns}))
    return "\n\n".join(sections) + "\n"


def _line(slot: Slot) -> str:
    """Return the line of a unit's value, out of use if the law takes it for granted."""
    value, said = _VALUES.get(slot.name, (1 if slot.default is None else slot.default, ""))
    return f"{'# ' * (value == slot.default)}{slot.name} = {value}{f' ¦ {said}' * bool(said)}"


def _filled(template: str, values: Mapping[str, str]) -> str:
    lines = []
    for line in template.strip().splitlines():
        code, bar, comment = line.partition("¦")
        told, said = (_KEYS.sub(lambda match: values[match.group()], part).strip() for part in (code, comment))
        lines.append(f"{told:<{_COLUMN}} # {said}" if bar else told)
    return "\n".join(lines)


_KEYS = re.compile(r"NAME|UNIT|LABEL|INITIAL|COLUMNS|LAW|EQUATION")


_HEAD = """
# A model of symbiosis. What follows a # is a comment: it explains, and changes nothing.
# Change a number, save the file, and run:  symbiode settle THIS-FILE   (or check, simulate, plot, fit)

name = NAME ¦ how headings call the model
law = LAW ¦ EQUATION
time_unit = "year" ¦ what one step of time means
illustrative = true ¦ these values are examples; take this line away once they are yours

[parameters] ¦ numbers with a name of their own, for formulas such as "openness*0.3"
openness = { value = 1, lower = 0, upper = 1 }
"""

_FIRST = """
[UNIT] ¦ a unit is whatever grows and acts on others: a city, a sector, a species
label = LABEL ¦ what figures show; { en = "…", zh = "…" } gives one for each language
initial = INITIAL ¦ its level at the first time
"""

_MORE = """
# role = "core" ¦ or "auxiliary", "talent"
# region = "north" ¦ where it is: units of one region are drawn together
# noise = 0.1 ¦ standard deviation of its log growth over one time_unit; 0 if not said
# Any number may say more about itself:
# capacity = { value = 1, lower = 0.8, upper = 1.5, measured_in = "million USD", source = "author (year), table 2" }
"""

_NEXT = """
[UNIT]
label = LABEL
initial = INITIAL
"""

_EFFECTS = """
[effects] ¦ receiver.source: what the source does to the receiver; above 0 helps, below 0 harms
# A number, a table as above, or a formula in quotes: "openness*0.3". A pair that is not listed has no effect.
"""

_LIMIT = """
# Two units that help each other run away where their two effects multiply to 1 or more: no level to settle at then.
"""

_VALUES: dict[str, tuple[object, str]] = {
    "growth": (0.1, "how fast it grows while it is small, per time_unit"),
    "capacity": (1, "the level it would reach standing alone, in the same measure as initial"),
    "own_growth": (1, "1 grows alone (the usual case), -1 declines alone, 0 neither"),
    "threshold": (0.2, "the share of its capacity below which it dwindles alone"),
    "self_effect": (-0.1, "what one measure of the unit does to its own growth"),
}

_MORE_TABLES = """
# [delays] ¦ receiver.source: how long an effect takes to arrive, in time_unit; 0 if not listed
# [equations] ¦ in place of law and [effects]: dx/dt of every unit, as a formula of your own
# UNIT = "growth*x*(1 - x/capacity)" ¦ x is its own level; other units and its own numbers stand by name
"""

_DATA = """
# [data] ¦ the series to fit: a CSV file beside this one, with a header line
# file = "my-series.csv"
# time = "year" ¦ its column of times
# columns = { COLUMNS }
# source = "who published it, when"
"""
