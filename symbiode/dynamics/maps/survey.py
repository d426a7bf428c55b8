"""Which label every cell of the plane has: one answer for each part that the exact conditions leave whole.

Comes in: a `Plane`, its conditions and a grid. Goes out: a `Survey`. Where theorems do not guarantee that the
conditions are all there is, each large part is asked at more points; a part with two answers, or one whose answer
depends on the start that was asked for, is searched on a grid that is refined where neighbours differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.maps.conditions import Condition, algebraic, complete, on_a_ray
from symbiode.dynamics.maps.plane import Answers, Plane
from symbiode.dynamics.maps.results import Floats, Ints, Label
from symbiode.dynamics.modes import Evidence, Outcome
from symbiode.dynamics.numerics.kernels import function

UNDECIDED = Label(outcome=Outcome.UNDECIDED)
_OPEN = (Outcome.DEPENDS_ON_START, Outcome.UNDECIDED)
FINE, _LARGE, _NECK, _KEPT, _ASIDE = 16, 0.02, 2.5, 0.2, (1.618e-5, 1.4142e-5)
Mask = NDArray[np.bool_]


@dataclass(kw_only=True, eq=False)
class Survey:
    """The labels of a grid.

    Parameters
    ----------
    plane : Plane
    x, y : array, shape (cell,)
        Cell centres.
    values : callable
        All conditions at points, shape (condition, ...).
    codes : array, shape (cell, cell)
        Signs of the conditions as bits.
    wholes : array, shape (cell, cell)
        The part of the arrangement of the conditions that a cell belongs to.
    labels : list of Label
    grid : array, shape (cell, cell)
        Positions in `labels`.
    searched : set of int
        Parts that were searched point by point.
    step, lattice : int
        Distance in cells of the answers between which borders lie, and of the grid that was asked as a whole.
    spent : bool
        Whether an answer is missing because the work limit was reached.
    """

    plane: Plane
    x: Floats
    y: Floats
    values: Any
    codes: Ints
    wholes: Ints
    labels: list[Label] = field(default_factory=list)
    grid: Ints
    searched: set[int] = field(default_factory=set)
    step: int = 1
    lattice: int = 1
    spent: bool = False

    def index(self, label: Label) -> int:
        """Return the position of a label, added if it is new."""
        if label not in self.labels:
            self.labels.append(label)
        return self.labels.index(label)

    def cell(self, point: Floats) -> tuple[int, int]:
        """Return row and column of the cell next to a point."""
        row = int(np.clip(round((point[1] - self.y[0]) / (self.y[1] - self.y[0])), 0, len(self.y) - 1))
        column = int(np.clip(round((point[0] - self.x[0]) / (self.x[1] - self.x[0])), 0, len(self.x) - 1))
        return row, column

    def looked_up(self, points: Floats, answers: Answers, *, sharp: bool = False) -> Ints:
        """Return the label of points, shape (point,), by the part of the arrangement that they are in.

        A part with several labels lends that of its nearest cell; if `sharp`, a point of a searched part is asked.
        """
        codes, found = signs(self.values, points), np.empty(len(points), np.int64)
        for code in np.unique(codes).tolist():
            at = np.flatnonzero(codes == code)
            cells = self.by_code.get(code, np.empty(0, np.int64))
            labels = self.grid.ravel()[cells]
            if len(cells) and not sharp and (labels == labels[0]).all():
                found[at] = labels[0]
                continue
            asked = not len(cells) or (sharp and bool(self.searched.intersection(self.wholes.ravel()[cells].tolist())))
            for k in at.tolist():
                if asked and not answers.spent:
                    found[k] = self.index(answers.label(float(points[k, 0]), float(points[k, 1])))
                else:
                    found[k] = self._nearest(points[k], cells) if len(cells) else self.index(UNDECIDED)
        return found

    @cached_property
    def by_code(self) -> dict[int, Ints]:
        """The cells of each combination of signs, as positions in the flat grid."""
        order = np.argsort(self.codes, axis=None, kind="stable")
        codes, first = np.unique(self.codes.ravel()[order], return_index=True)
        return dict(zip(codes.tolist(), np.split(order, first[1:]), strict=True))

    def _nearest(self, point: Floats, cells: Ints) -> int:
        row, column = self.cell(point)
        rows, columns = np.divmod(cells, self.grid.shape[1])
        return int(self.grid.ravel()[cells[np.argmin((rows - row) ** 2 + (columns - column) ** 2)]])


def signs(values: Any, points: Floats) -> Ints:
    """Return the signs of all conditions at points as bits; a point exactly on one counts to its upper side."""
    codes = np.zeros(points.shape[:-1], np.int64)
    with np.errstate(all="ignore"):
        for k, row in enumerate(values(points)):
            codes |= (np.asarray(row) >= 0).astype(np.int64) << k
    return codes


def compiled_conditions(plane: Plane, found: tuple[Condition, ...]) -> Any:
    """Return a function of points, shape (..., 2), that gives a list of arrays, one for each condition."""
    import sympy

    ours = [sympy.Symbol("p0"), sympy.Symbol("p1")]
    swap = dict(zip(plane.symbols, ours, strict=True))
    made = function(ours, [condition.expression.xreplace(swap) for condition in found])
    return lambda z: [np.broadcast_to(row, z.shape[:-1]) for row in made(z[..., 0], z[..., 1])]


def survey(plane: Plane, found: tuple[Condition, ...], cells: int, answers: Answers) -> Survey:
    """Label a grid of cells."""
    x, y = (low + (high - low) * (np.arange(cells) + 0.5) / cells for low, high in plane.limits)
    values = compiled_conditions(plane, found)
    # Moved by a share of a cell that no border has for its place, so that no centre lies exactly on one.
    codes = signs(values, np.stack(np.meshgrid(x + _ASIDE[0] * (x[1] - x[0]), y + _ASIDE[1] * (y[1] - y[0])), axis=-1))
    wholes = _connected(codes)
    result = Survey(
        plane=plane, x=x, y=y, values=values, codes=codes, wholes=wholes, grid=np.full(codes.shape, -1, np.int64)
    )
    sizes, middles = np.bincount(wholes.ravel()), _middles(wholes)
    exact = bool(found) and algebraic(plane.model)
    largest_first = np.argsort(-sizes, kind="stable").tolist()
    open_ = [k for k in largest_first if _label_whole(result, k, middles[k], answers, exact=exact)]
    for n, k in enumerate(open_):  # each part has its share of the work left, and some is kept for the borders
        share = sizes[k] / sizes[open_[n:]].sum() * (1 - _KEPT)
        _search(result, wholes == k, answers, answers.work + share * (answers.most - answers.work))
    return result


def _connected(codes: Ints) -> Ints:
    """Return the part of the plane that each cell belongs to: equal signs, no neck of a few cells in between.

    Where two curves cross, opposite corners have equal signs and may touch between cell centres.
    """
    from scipy import ndimage

    wholes, count = np.zeros(codes.shape, np.int64), 0
    for code in np.unique(codes):
        parts, more = ndimage.label(codes == code)
        wholes += np.where(parts > 0, parts + count, 0)
        count += more
    cores, _ = ndimage.label(_room(wholes) > _NECK)
    for whole in range(1, count + 1):
        here = wholes == whole
        own = np.unique(cores[here & (cores > 0)])
        if len(own) > 1:
            inside = here & (cores > 0)
            near = ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
            places = np.searchsorted(own, cores[tuple(near)][here])
            wholes[here] = np.where(places == 0, whole, count + places)
            count += len(own) - 1
    return wholes - 1


def _room(wholes: Ints) -> Floats:
    """Return how far each cell is from other parts, in cells."""
    from scipy import ndimage

    edge = np.zeros(wholes.shape, bool)
    across, down = wholes[:, 1:] != wholes[:, :-1], wholes[1:] != wholes[:-1]
    edge[:, 1:] |= across
    edge[:, :-1] |= across
    edge[1:] |= down
    edge[:-1] |= down
    room: Floats = ndimage.distance_transform_edt(~np.pad(edge, 1, constant_values=True))[1:-1, 1:-1]
    return room


def _middles(wholes: Ints) -> list[tuple[int, int, float]]:
    """Return for each part its cell farthest from other parts, and how far that is in cells."""
    from scipy import ndimage

    room = _room(wholes)
    places = ndimage.maximum_position(room, wholes, np.arange(wholes.max() + 1))
    return [(int(row), int(column), float(room[row, column])) for row, column in places]


def _label_whole(s: Survey, k: int, middle: tuple[int, int, float], answers: Answers, *, exact: bool) -> bool:
    """Label one part of the arrangement by its middle, and say whether it must be searched point by point."""
    here = s.wholes == k
    if answers.spent:
        s.grid[here], s.spent = s.index(UNDECIDED), True
        return False
    point = rounded(s, *middle)
    label = answers.label(*point)
    sure = exact and complete(s.plane.model) and answers.ask(*point).evidence is Evidence.THEOREM
    search = not exact or (not sure and any(answers.label(*p) != label for p in _others(s, here)))
    if s.plane.start is not None and not search and not on_a_ray(s.plane):
        search = answers.settled(s.plane.at(*point), every=True).outcome in _OPEN
    s.grid[here] = s.index(label)
    if search:
        s.searched.add(k)
    return bool(search)


def rounded(s: Survey, row: int, column: int, room: float) -> tuple[float, float]:
    """Return a cell's centre in few digits, moved by less than a third of the room it has."""
    point = []
    for axis, at, aside in ((s.x, column, _ASIDE[0]), (s.y, row, _ASIDE[1])):
        width = float(axis[1] - axis[0])
        if room < 2:
            point.append(float(axis[at]) + aside * width)
        else:
            point.append(round(float(axis[at]), max(0, -int(np.floor(np.log10(width * room / 3))))))
    return point[0], point[1]


def _others(s: Survey, here: Mask) -> Iterator[tuple[float, float]]:
    """Yield cells of a part that is not small: two far from each other, and one beside each of its neighbours.

    A strip between two curves may be thinner than a cell; then two parts look like one, and an edge tells them apart.
    """
    if here.mean() <= _LARGE:
        return
    rows, columns = np.nonzero(here)
    chosen = [(int(share * (len(rows) - 1))) for share in (0.15, 0.85)]
    around, beside = np.pad(s.wholes, 1, mode="edge"), np.full((4, len(rows)), -1)
    for k, (down, right) in enumerate(((0, 1), (2, 1), (1, 0), (1, 2))):
        beside[k] = around[rows + down, columns + right]
    for whole in np.unique(beside).tolist():
        at = np.flatnonzero((beside == whole).any(axis=0))
        chosen += [int(at[len(at) // 2])] if whole != s.wholes[rows[0], columns[0]] and len(at) > 2 else []
    for k in chosen:
        yield float(s.x[columns[k]]), float(s.y[rows[k]])


def _search(s: Survey, here: Mask, answers: Answers, until: float) -> None:
    """Label the cells of a part on a coarse grid, then on finer ones where neighbours differ.

    Where the work ends early a cell has the label of the nearest answer only if that is as near as on the last grid
    that was asked as a whole; others are undecided.
    """
    from scipy import ndimage

    known = np.full(here.shape, -1, np.int64)
    stride = first = _lattice_for(here, answers, until - answers.work)
    s.lattice, far = max(s.lattice, first), np.inf
    for x, y in _others(s, here):
        if answers.work < until:
            known[s.cell(np.array((x, y)))] = s.index(answers.label(x, y))
    while stride:
        for row, column in zip(*np.nonzero(here & (known < 0) & _lattice(here.shape, stride)), strict=True):
            around = _around(known, int(row), int(column), stride) if stride < first else []
            if len(around) > 1 and len(set(around)) == 1:
                known[row, column] = around[0]
            elif answers.work < until:
                known[row, column] = s.index(answers.label(float(s.x[column]), float(s.y[row])))
        if answers.work >= until:
            far = 1.5 * stride if stride < first else 0.75 * stride
            s.spent, s.step = True, max(s.step, 2 * stride)
            break
        stride //= 2
    away, nearest = ndimage.distance_transform_edt(known < 0, return_indices=True)
    if (known >= 0).any():
        s.grid[here] = np.where(away > far, s.index(UNDECIDED) if far < np.inf else -1, known[tuple(nearest)])[here]


def _lattice_for(here: Mask, answers: Answers, left: float) -> int:
    """Return the spacing of the finest grid that half of the work left can ask as a whole, a power of 2 from 16 on."""
    cost, spacing = answers.work / max(1, len(answers.known)), FINE
    while 4 * spacing <= max(here.shape) and cost * here.sum() / spacing**2 > left / 2:
        spacing *= 2
    return spacing


def _lattice(shape: tuple[int, ...], stride: int) -> Mask:
    """Return every so many rows and columns, and the last ones, so that the edges lie between two of them as well."""
    rows, columns = np.indices(shape)
    across = (columns % stride == 0) | (columns == shape[1] - 1)
    return np.asarray(((rows % stride == 0) | (rows == shape[0] - 1)) & across)


def _around(known: Ints, row: int, column: int, stride: int) -> list[int]:
    """Return the labels of the coarser lattice around a node of a finer one, as far as they are known."""
    height, width = known.shape
    found = [known[i, j] for i in _beside(row, stride, height) for j in _beside(column, stride, width)]
    return [int(label) for label in found if label >= 0]


def _beside(at: int, stride: int, count: int) -> tuple[int, ...]:
    return (at,) if at % (2 * stride) == 0 or at == count - 1 else (at - stride, min(at + stride, count - 1))
