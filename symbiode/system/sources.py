"""The [data] or [panel] table of a model: which file holds the observations, and what they measure.

Comes in: the table as given. Goes out: a `DataSource`, or faults in the checker. The file itself is not opened here.
"""

from __future__ import annotations

import sympy

from symbiode.errors import InputError
from symbiode.system.checking import Checker, Path, Table
from symbiode.system.model import DataSource, constant

KINDS = ("basis", "quantity")
_NEEDED = ("file", "time", "columns")
_TEXTS = ("basis", "currency", "price_base", "vintage", "source", "places")
_KEYS = (*_NEEDED, "label", "measured_in", "scale", "kind", "vintage_columns", *_TEXTS, "alternatives")


def data_source(
    given: object, units: tuple[str, ...], check: Checker, path: Path = ("data",)
) -> DataSource | None:
    """Return the data source that a table describes, None (and faults) if it does not.

    Parameters
    ----------
    given : table
        With the keys of `DataSource`; per-unit values are tables by unit name.
    units : tuple of str
        The units of the model; each needs a column.
    check : Checker
        Takes the faults.
    path : tuple of str
        Where the table stands.
    """
    table, before = check.table(given, path), len(check.faults)
    check.keys(table, path, _KEYS if len(path) == 1 else _KEYS[:-1])
    for key in _NEEDED:
        check.expect(key in table, path, f"{key!r} is missing", f"add {key} = …")
    file, time = (check.text(table.get(key, ""), (*path, key)) for key in ("file", "time"))
    check.expect("\0" not in file, (*path, "file"), "a file name holds no NUL")
    texts = {key: check.text(table.get(key, ""), (*path, key)) for key in _TEXTS}
    label = check.by_language(table.get("label", {}), (*path, "label"))
    kind = check.word(table.get("kind", "basis"), (*path, "kind"), KINDS)
    columns = _texts(table.get("columns", {}), units, check, (*path, "columns"))
    missing = [name for name in units if name not in dict(columns)] if "columns" in table else []
    check.expect(not missing, (*path, "columns"), f"no column for {', '.join(map(repr, missing))}")
    measures = _texts(table.get("measured_in", {}), units, check, (*path, "measured_in"))
    scales = _scales(table.get("scale", {}), units, check, (*path, "scale"))
    vintages = table.get("vintage_columns", ())
    listed = isinstance(vintages, (list, tuple)) and all(isinstance(column, str) for column in vintages)
    check.expect(listed, (*path, "vintage_columns"), "allowed: a list of column names")
    others = check.table(table.get("alternatives", {}), (*path, "alternatives"))
    found = [(name, data_source(other, units, check, (*path, "alternatives", name))) for name, other in others.items()]
    if len(check.faults) > before:
        return None
    return DataSource(
        file=file, time=time, columns=columns, label=label, measured_in=measures, scale=scales, kind=kind,
        vintage_columns=tuple(vintages) if isinstance(vintages, (list, tuple)) else (),
        alternatives=tuple((name, other) for name, other in found if other is not None), **texts,
    )  # fmt: skip


def _per_unit(given: object, units: tuple[str, ...], check: Checker, path: Path) -> Table:
    table = check.table(given, path)
    return {name: value for name, value in table.items() if check.among(name, units, (*path, name), "unit")}


def _texts(given: object, units: tuple[str, ...], check: Checker, path: Path) -> tuple[tuple[str, str], ...]:
    table = _per_unit(given, units, check, path)
    return tuple((name, check.text(value, (*path, name))) for name, value in table.items())


def _scales(
    given: object, units: tuple[str, ...], check: Checker, path: Path
) -> tuple[tuple[str, sympy.Rational], ...]:
    found = []
    for name, value in _per_unit(given, units, check, path).items():
        try:
            exact = constant(value, name)
        except InputError as error:
            check.refuse((*path, name), error)
            continue
        if check.expect(exact > 0, (*path, name), f"{value} was given; allowed: more than 0"):
            found.append((name, exact))
    return tuple(found)
