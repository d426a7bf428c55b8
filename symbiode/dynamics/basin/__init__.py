"""basins(): where the starts of a region settle, how large each basin is, and what shock tips the system.

Comes in: a `Model`. Goes out: `Basins`. The equilibria come first, all of them; a theorem for every start ends the
search; else a grid of starts and random ones are followed together. The separatrices of two units are curves of their
own, and the grid is held to them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from symbiode.dynamics.basin.assignment import SHARP, Assigner, with_shares
from symbiode.dynamics.basin.results import Basin, Basins, Floats, Ints, Shock
from symbiode.dynamics.basin.shocks import shocks
from symbiode.dynamics.equilibrium import equilibria
from symbiode.dynamics.modes import Evidence, Outcome, settle
from symbiode.dynamics.separatrix import Separatrix, separatrices
from symbiode.dynamics.simulation.requests import fits, kind_of, level_of
from symbiode.errors import OK, Code, InvalidValueError, RefusedError, Status, UnknownNameError, refused, warning
from symbiode.system.model import TIME, Model

__all__ = ["Basin", "Basins", "Shock", "basins"]


def basins(
    model: Model,
    *,
    region: Sequence[Sequence[float]] | None = None,
    plane: tuple[str, str] | None = None,
    at: Mapping[str, float] | None = None,
    cells: int | None = None,
    draws: int = 2000,
    seed: int = 0,
    shock: bool = True,
) -> Basins:
    """Say where the starts of a region settle.

    Parameters
    ----------
    model : Model
        Any law whose rates do not name the time, without noise and delays.
    region : sequence of (low, high), shape (unit,), optional
        The box of starts, in the measure of the states; by default from 0 to twice every equilibrium and capacity.
    plane : (str, str), optional
        With three or more units, those along the axes of the grid; the first two by default.
    at : mapping of unit name to level, optional
        Levels of the other units on the grid; by default their own start, else the middle of the region.
    cells : int, optional
        Starts along each axis of the grid, 2 to 1000; 200 by default, 60 with three or more units.
    draws : int
        Random starts behind the shares.
    seed : int
        Of the random starts; the same seed gives the same answer.
    shock : bool
        Whether the smallest shocks are looked for.

    Returns
    -------
    Basins

    Raises
    ------
    InvalidValueError, UnknownNameError
        If something given does not fit the model.
    RefusedError
        If the model has noise, delays or rates that name the time.

    References
    ----------
    Menck, Heitzig, Marwan and Kurths (2013), Nature Physics 9, 89-92 (share of a basin by random starts).

    Examples
    --------
    >>> import symbiode
    >>> model = symbiode.build({"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}},
    ...                        effects={"a.b": -1.5, "b.a": -2})
    >>> found = basins(model, cells=20, draws=200)
    >>> [end.survivors for end in found.fractions], round(min(s.size for s in found.shocks), 4)
    ([('a',), ('b',)], 0.4472)
    """
    if kind_of(model) != "plain":
        detail = "With noise or delays a state alone decides nothing; set them to 0."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    if any(rate.has(TIME) for rate in model.rates):
        detail = "The equations name the time, so a start alone decides nothing."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    n = len(model.units)
    cells = cells if cells is not None else 200 if n < 3 else 60
    for name, value, low, high in (("cells", cells, 2, 1000), ("draws", draws, 1, 10_000_000), ("seed", seed, 0, None)):
        if not isinstance(value, int) or isinstance(value, bool) or value < low or (high is not None and value > high):
            raise InvalidValueError(name, value, f"a whole number from {low}" + (f" to {high}" if high else ""))
    fits(8.0 * 60 * n * max(cells ** min(n, 2), draws))
    a = Assigner(model=model, known=equilibria(model), general=settle(model))
    box = _region(a, region)
    shown = _plane(model, plane)
    levels = _levels(model, shown, at, box)
    x, y, starts = _grid(box, shown, levels, cells)
    shape = (cells, cells) if n > 1 else (cells,)
    evidence = a.general.evidence
    if evidence in (Evidence.THEOREM, Evidence.CERTIFICATE) and a.general.outcome not in _OPEN:
        return Basins(
            model=model, region=_pairs(box), fractions=(_everywhere(a),), plane=_named(model, shown),
            at=_others(model, shown, levels), x=x, y=y, grid=np.zeros(shape, np.int64), draws=0, seed=seed,
            equilibria=a.known, evidence=evidence,
        )  # fmt: skip
    grid = a.assign(starts).reshape(shape)
    _sharpened(a, grid, starts)
    lines = _separatrices(a, box)
    rng = np.random.default_rng(seed)
    random = a.surely(box[:, 0] + (box[:, 1] - box[:, 0]) * rng.random((draws, n)))
    met = shocks(a, box, lines, rng) if shock else []
    return _assembled(a, box, shown, levels, (x, y, grid), random, lines, met, seed)


_OPEN = (Outcome.DEPENDS_ON_START, Outcome.UNDECIDED)


def _assembled(
    a: Assigner, box: Floats, shown: list[int], levels: Floats, drawn: tuple[Floats, Floats, Ints], random: Ints,
    lines: tuple[Separatrix, ...], met: list[Shock], seed: int,
) -> Basins:  # fmt: skip
    x, y, grid = drawn
    counts = np.bincount(random, minlength=len(a.ends))
    ends = with_shares(a.ends, counts)
    order = sorted(range(len(ends)), key=lambda k: (not ends[k].answered, -int(counts[k]), k))
    used = [k for k in order if counts[k] or (grid == k).any() or any(k in (s.start, s.end) for s in met)]
    place = {k: position for position, k in enumerate(used)}
    moved = np.array([place.get(k, -1) for k in range(len(ends))])
    return Basins(
        model=a.model, region=_pairs(box), fractions=tuple(ends[k] for k in used), plane=_named(a.model, shown),
        at=_others(a.model, shown, levels), x=x, y=y, grid=moved[grid], draws=len(random), seed=seed,
        equilibria=a.known, separatrices=lines, explained=_explained(moved[grid], x, y, lines),
        shocks=tuple(_renumbered(s, place) for s in met), horizon=a.horizon, status=_status(ends, counts, len(random)),
    )  # fmt: skip


def _renumbered(s: Shock, place: Mapping[int, int]) -> Shock:
    return replace(s, start=place[s.start], end=place[s.end])


def _status(ends: list[Basin], counts: Ints, draws: int) -> Status:
    unknown = sum(int(c) for end, c in zip(ends, counts.tolist(), strict=True) if not end.answered)
    if unknown:
        detail = f"{unknown} of {draws} random starts have no known end."
        return warning(Code.NOT_SUPPORTED, detail, unknown=unknown, draws=draws)
    return OK


def _everywhere(a: Assigner) -> Basin:
    """Return the one basin of a theorem for every positive start."""
    found = a.general
    kind = "equilibrium" if found.state is not None and found.outcome is not Outcome.CYCLE else found.outcome.value
    return Basin(
        kind=kind, outcome=found.outcome, state=found.state, survivors=found.survivors, fraction=1.0, low=1.0,
        high=1.0, exact=True,
    )  # fmt: skip


def _region(a: Assigner, region: Sequence[Sequence[float]] | None) -> Floats:
    n = len(a.model.units)
    if region is None:
        states = np.array([e.state for e in a.known.equilibria] or [(0.0,) * n])
        start = np.array([0.0 if x is None else float(x) for x in a.model.initial])
        high = 2 * np.maximum.reduce([a.sizes, states.max(axis=0), start])
        low = np.zeros(n) if a.model.law.kolmogorov else np.minimum(2 * states.min(axis=0), 0.0)
        return np.stack([low, high], axis=1)
    box = np.asarray(region, float)
    fine = box.shape == (n, 2) and bool(np.isfinite(box).all()) and bool((box[:, 0] < box[:, 1]).all())
    if not fine or (a.model.law.kolmogorov and (box < 0).any()):
        least = ", zero or more" if a.model.law.kolmogorov else ""
        raise InvalidValueError("region", region, f"(low, high) for each of {n} units, low below high{least}")
    return box


def _plane(model: Model, plane: tuple[str, str] | None) -> list[int]:
    names = [unit.name for unit in model.units]
    wanted = tuple(plane) if plane is not None else tuple(names[:2])
    for name in wanted:
        if name not in names:
            raise UnknownNameError("unit", name, names)
    if len(set(wanted)) != min(2, len(names)):
        raise InvalidValueError("plane", wanted, "two different units")
    return [names.index(name) for name in wanted]


def _levels(model: Model, shown: list[int], at: Mapping[str, float] | None, box: Floats) -> Floats:
    names = [unit.name for unit in model.units]
    given = dict(at or {})
    for name in given:
        if name not in names:
            raise UnknownNameError("unit", name, names)
        if names.index(name) in shown:
            raise InvalidValueError("at", name, "units that are not along an axis of the grid")
    levels = np.asarray(box.mean(axis=1))
    for i, (name, own) in enumerate(zip(names, model.initial, strict=True)):
        if name in given:
            levels[i] = level_of(model, name, given[name])
        elif own is not None:
            levels[i] = float(own)
    return levels


def _grid(box: Floats, shown: list[int], levels: Floats, cells: int) -> tuple[Floats, Floats, Floats]:
    axes = [box[i, 0] + (box[i, 1] - box[i, 0]) * (np.arange(cells) + 0.5) / cells for i in shown]
    if len(axes) == 1:
        return axes[0], np.empty(0), axes[0][:, None]
    first, second = np.meshgrid(*axes)
    starts = np.tile(levels, (cells * cells, 1))
    starts[:, shown[0]], starts[:, shown[1]] = first.ravel(), second.ravel()
    return axes[0], axes[1], starts


def _sharpened(a: Assigner, grid: Ints, starts: Floats) -> None:
    """Assign the cells beside another basin once more, with sharper steps; those that change are on the separatrix."""
    edge = np.zeros(grid.shape, bool)
    for axis in range(grid.ndim):
        ahead = np.diff(grid, axis=axis) != 0
        before, after = [slice(None)] * grid.ndim, [slice(None)] * grid.ndim
        before[axis], after[axis] = slice(None, -1), slice(1, None)
        edge[tuple(before)] |= ahead
        edge[tuple(after)] |= ahead
    at = np.flatnonzero(edge)
    if len(at):
        again = a.assign(starts[at], rtol=SHARP)
        grid.flat[at] = np.where(grid.flat[at] == again, again, a.reason("on_separatrix"))


def _separatrices(a: Assigner, box: Floats) -> tuple[Separatrix, ...]:
    if len(a.model.units) != 2:
        return ()
    found = separatrices(a.model, ((box[0, 0], box[0, 1]), (box[1, 0], box[1, 1])), kinds=("stable",))
    return tuple(line for line in found if not line.on_axis)


def _explained(grid: Ints, x: Floats, y: Floats, lines: tuple[Separatrix, ...]) -> float | None:
    """Return the share of changes between neighbouring cells that lie within a cell of a separatrix."""
    from scipy.spatial import cKDTree

    if not lines or grid.ndim != 2:
        return None
    steps = np.array([x[1] - x[0], y[1] - y[0]])
    dense = [_dense(line.curve / steps) for line in lines]
    rows, columns = np.nonzero(grid[:, 1:] != grid[:, :-1])
    across = np.stack([(x[columns] + x[columns + 1]) / 2, y[rows]], axis=1)
    rows, columns = np.nonzero(grid[1:] != grid[:-1])
    down = np.stack([x[columns], (y[rows] + y[rows + 1]) / 2], axis=1)
    changes = np.concatenate([across, down]) / steps
    if not len(changes):
        return 1.0
    gaps, _ = cKDTree(np.concatenate(dense)).query(changes)
    return float(np.mean(np.asarray(gaps) <= 1.0))


def _dense(curve: Floats) -> Floats:
    """Return points of a broken line at most a tenth of a cell apart."""
    pieces = []
    for first, second in pairwise(curve):
        count = max(1, math.ceil(10 * float(np.linalg.norm(second - first))))
        pieces.append(first + np.linspace(0, 1, count, endpoint=False)[:, None] * (second - first))
    return np.concatenate([*pieces, curve[-1:]])


def _pairs(box: Floats) -> tuple[tuple[float, float], ...]:
    return tuple((float(low), float(high)) for low, high in box)


def _named(model: Model, shown: list[int]) -> tuple[str, ...]:
    return tuple(model.units[i].name for i in shown)


def _others(model: Model, shown: list[int], levels: Floats) -> tuple[tuple[str, float], ...]:
    return tuple((unit.name, float(levels[i])) for i, unit in enumerate(model.units) if i not in shown)
