"""Where a trajectory starts, as anyone may say it: the one reader of starts.

Comes in: a `Model` and what a caller gave. Goes out: exact levels, or an error that names the unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sympy

from symbiode.errors import InvalidValueError, UnknownNameError, quote
from symbiode.system.arithmetic import number
from symbiode.system.model import Model

Start = str | Mapping[str, object] | Sequence[object] | None


def levels_of(model: Model, start: Start) -> tuple[sympy.Rational, ...]:
    """Return the exact levels that a start means, shape (unit,); None and "initial" mean the model's own.

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> levels_of(build({"a": {"initial": 1}, "b": {}}, equations={"a": "a", "b": "b"}), {"b": 0.1})
    (1, 1/10)
    """
    names = [unit.name for unit in model.units]
    given: Start = {} if start is None or (isinstance(start, str) and start == "initial") else start
    if isinstance(given, Mapping):
        for name in given:
            if name not in names:
                raise UnknownNameError("unit", str(name), names)
        given = [given.get(name, own) for name, own in zip(names, model.initial, strict=True)]
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidValueError("start", start, 'None, "initial", levels by unit name, or one level per unit')
    levels = list(given)
    if len(levels) != len(names):
        raise InvalidValueError("start", start, f"{len(names)} levels, one for each unit")
    return tuple(level_of(model, name, level) for name, level in zip(names, levels, strict=True))


def level_of(model: Model, name: str, level: object) -> sympy.Rational:
    """Return one exact level, zero or more for laws of growth per head."""
    if level is None:
        raise InvalidValueError(f"{quote(name)}.initial", None, "a level; the model gives none, so name one in start")
    value = number(level, f"{quote(name)}.initial")
    if value < 0 and model.law.kolmogorov:
        raise InvalidValueError(f"{quote(name)}.initial", level, "zero or more")
    return value
