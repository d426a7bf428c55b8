"""Where units are: from latitude and longitude to distances.

Comes in: a CSV file with a row per unit. Goes out: great-circle distances in kilometres.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from symbiode.inference._cells import Bad, Marks, read_number
from symbiode.inference._csv import load_table
from symbiode.inference._reading import Reader
from symbiode.inference.observations import Floats, confined
from symbiode.system.model import DataSource, Model

EARTH = 6371.0
_ENDS = {"latitude": 90.0, "longitude": 180.0}


def apart(model: Model, source: DataSource | None) -> Floats | None:
    """Return the distances between a model's units, km, from the table its data name; None if they name none."""
    if source is None or not source.places:
        return None
    return distances(confined(source, source.places), [unit.name for unit in model.units])


def distances(path: str | Path, units: Sequence[str]) -> Floats:
    """Return the great-circle distances between units, km, shape (unit, unit).

    Parameters
    ----------
    path : str or Path
        A table with the columns unit, latitude and longitude (degrees, north and east positive).
    units : sequence of str
        Names, in the order of the answer.

    Raises
    ------
    DataError
        With every fault: a unit without a row or with two, a number that is no latitude, two units in one place.

    References
    ----------
    Sinnott, R. W. (1984), Virtues of the haversine, Sky and Telescope 68:159.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "places.csv"
    >>> _ = file.write_text("unit,latitude,longitude\\nA,0,0\\nB,0,180\\n")
    >>> distances(file, ["A", "B"]).round().tolist()  # half round the earth
    [[0.0, 20015.0], [20015.0, 0.0]]
    """
    reader = Reader(load_table(Path(path)), Marks())
    name, *at = (reader.column(column, "") for column in ("unit", *_ENDS))
    reader.stop()
    found: dict[str, list[float]] = {}
    for line, row in zip(reader.lines, reader.rows, strict=True):
        if row[name] in found:
            reader.fault(line, ("unit",), f"{row[name]!r} has a second row")
        found[row[name]] = [_degrees(reader, line, row[k], column) for k, column in zip(at, _ENDS, strict=True)]
    for unit in units:
        if unit not in found:
            reader.fault(None, ("unit",), f"no row is for {unit!r}", "every unit needs its place")
    reader.stop()
    latitude, longitude = np.radians(np.array([found[unit] for unit in units])).T
    half = np.sin((latitude[:, None] - latitude) / 2) ** 2
    half += np.cos(latitude[:, None]) * np.cos(latitude) * np.sin((longitude[:, None] - longitude) / 2) ** 2
    apart: Floats = 2 * EARTH * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    for i, j in zip(*np.nonzero(np.triu(apart == 0, 1)), strict=True):
        reader.fault(None, ("unit",), f"{units[i]!r} and {units[j]!r} are in one place", "correct one of the two")
    reader.stop()
    return apart


def _degrees(reader: Reader, line: int, cell: str, column: str) -> float:
    value = read_number(cell, Marks())
    if isinstance(value, Bad):
        reader.fault(line, (column,), value.problem, value.remedy)
    elif math.isnan(value) or abs(value) > _ENDS[column]:
        reader.fault(line, (column,), f"{cell!r} is no {column}", f"degrees, at most {_ENDS[column]:g}")
    return value if isinstance(value, float) else math.nan
