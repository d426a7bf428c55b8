"""The commented model file that a new model starts from.

Comes in: the names of a model and its units. Goes out: TOML text in which every key is explained.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from symbiode.system.formats._writing import key, string

_COLUMN = 32


def commented(name: str, units: tuple[str, ...]) -> str:
    """Return the text of a starter file; what stands after ``¦`` in the templates becomes a comment."""
    sections = [_filled(_HEAD, {"NAME": string(name)})]
    for i, unit in enumerate(units):
        values = {"UNIT": key("units", unit), "LABEL": string(unit), "INITIAL": f"0.{3 + i % 5}"}
        sections.append(_filled(_FIRST if i == 0 else _NEXT, values))
    effect = f"{Decimal('0.3') / max(1, len(units) - 1):.3f}".rstrip("0")
    pairs = [(one, other) for one in units for other in units if one != other]
    sections.append("\n".join([_filled(_EFFECTS, {}), *(f"{key(*pair)} = {effect}" for pair in pairs)]))
    columns = ", ".join(f"{key(unit)} = {string(unit)}" for unit in units)
    sections.append(_filled(_DATA, {"COLUMNS": columns}))
    return "\n\n".join(sections) + "\n"


def _filled(template: str, values: Mapping[str, str]) -> str:
    lines = []
    for line in template.strip().splitlines():
        code, bar, comment = line.partition("¦")
        told = re.sub("NAME|UNIT|LABEL|INITIAL|COLUMNS", lambda match: values[match.group()], code).rstrip()
        lines.append(f"{told:<{_COLUMN}} # {comment.strip()}" if bar else told)
    return "\n".join(lines)


_HEAD = """
# A model of symbiosis. What follows a # is a comment: it explains, and changes nothing.
# Change a number, save the file, and run:  symbiode settle THIS-FILE   (or check, simulate, plot, fit)

name = NAME ¦ how headings call the model
law = "logistic" ¦ dx_i/dt = growth_i x_i (1 - x_i/capacity_i + sum_j effect_ij x_j/capacity_j)
time_unit = "year" ¦ what one step of time means
illustrative = true ¦ these values are examples; take this line away once they are yours

[parameters] ¦ numbers with a name of their own, for formulas such as "openness*0.3"
openness = { value = 1, lower = 0, upper = 1 }
"""

_FIRST = """
[UNIT] ¦ a unit is whatever grows and acts on others: a city, a sector, a species
label = LABEL ¦ what figures show; { en = "…", zh = "…" } gives one for each language
initial = INITIAL ¦ its level at the first time
growth = 0.1 ¦ how fast it grows while it is small, per time_unit
capacity = 1 ¦ the level it would reach standing alone, in the same measure as initial
# own_growth = 1 ¦ 1 grows alone (the usual case), -1 declines alone, 0 neither
# role = "core" ¦ or "auxiliary"
# Any number may say more about itself:
# capacity = { value = 1, lower = 0.8, upper = 1.5, measured_in = "million USD", source = "author (year), table 2" }
"""

_NEXT = """
[UNIT]
label = LABEL
initial = INITIAL
growth = 0.1
capacity = 1
"""

_EFFECTS = """
[effects] ¦ receiver.source: what the source does to the receiver; above 0 helps, below 0 harms
# A number, a table as above, or a formula in quotes: "openness*0.3". A pair that is not listed has no effect.
# Two units that help each other run away where their two effects multiply to 1 or more: no level to settle at then.
"""

_DATA = """
# [data] ¦ the series to fit: a CSV file beside this one, with a header line
# file = "my-series.csv"
# time = "year" ¦ its column of times
# columns = { COLUMNS }
# source = "who published it, when"
"""
