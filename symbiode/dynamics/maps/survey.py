"""Which label every cell of the plane has: one answer for each face that the lines leave whole.

Comes in: a `Plane`, its lines and a number of cells. Goes out: a `Survey`. Where theorems do not guarantee that the
lines are all there is, each large face is asked at more points; a face with two answers, or one whose answer depends on
the start that was asked for, is searched on a grid that is refined where neighbours differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.maps.arrangement import Arrangement, arrange
from symbiode.dynamics.maps.conditions import complete, on_a_ray
from symbiode.dynamics.maps.lines import Line
from symbiode.dynamics.maps.plane import AT_REST, Answers, Plane
from symbiode.dynamics.maps.results import Floats, Ints, Label
from symbiode.dynamics.modes import Evidence, Outcome

UNDECIDED = Label(outcome=Outcome.UNDECIDED)
_OPEN = (Outcome.DEPENDS_ON_START, Outcome.UNDECIDED)
FINE, _LARGE, _KEPT, _ASIDE = 16, 0.02, 0.2, (1.618e-5, 1.4142e-5)
Mask = NDArray[np.bool_]


@dataclass(kw_only=True, eq=False)
class Survey:
    """The labels of a grid.

    Parameters
    ----------
    plane : Plane
    x, y : array, shape (cell,)
        Cell centres.
    lines : tuple of Line
    cut : Arrangement
        Its crossings are those of `lines`.
    labels : list of Label
    grid : array, shape (cell, cell)
        Positions in `labels`.
    of_face : dict of int to int
        Position in `labels` of each face; faces that were searched point by point are not there.
    step, lattice : int
        Distance in cells of the answers between which borders lie, and of the grid that was asked as a whole.
    spent : bool
        Whether an answer is missing because the work limit was reached.
    """

    plane: Plane
    x: Floats
    y: Floats
    lines: tuple[Line, ...]
    cut: Arrangement
    grid: Ints
    labels: list[Label] = field(default_factory=list)
    of_face: dict[int, int] = field(default_factory=dict)
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

    def place(self, column: float, row: float) -> tuple[float, float]:
        """Return the coefficients at a place in cells."""
        axes = zip((column, row), _ASIDE, (self.x, self.y), strict=True)
        x, y = (float(axis[0] + (at + aside) * (axis[1] - axis[0])) for at, aside, axis in axes)
        return x, y

    def beside(self, face: int, at: Floats) -> int:
        """Return the label of a face at one of its edges, in cells; -1 where there is no face."""
        if face < 0 or face in self.of_face:
            return self.of_face.get(face, -1)
        cells = np.argwhere(self.cut.faces == face)
        row, column = cells[((cells - at[::-1]) ** 2).sum(axis=1).argmin()]
        return int(self.grid[row, column])


def in_cells(z: Floats, cells: int) -> Floats:
    """Return points of the unit square in cells, moved by a share of a cell that no border has for its place."""
    return np.asarray(z * cells - 0.5 - np.array(_ASIDE))


def survey(plane: Plane, lines: tuple[Line, ...], cells: int, answers: Answers, *, certain: bool) -> Survey:
    """Label a grid of cells; `certain` says whether the lines are believed to hold every border."""
    x, y = (low + (high - low) * (np.arange(cells) + 0.5) / cells for low, high in plane.limits)
    cut = arrange([in_cells(line.points, cells) for line in lines], cells)
    faces = cut.faces
    result = Survey(plane=plane, x=x, y=y, lines=lines, cut=cut, grid=np.full(faces.shape, -1, np.int64))
    sizes, middles = np.bincount(faces.ravel()), _middles(faces)
    largest_first = np.argsort(-sizes, kind="stable").tolist()
    open_ = [k for k in largest_first if _label_whole(result, k, middles[k], answers, certain=certain)]
    for face, (column, row, _) in sorted(cut.strips.items(), key=lambda strip: -strip[1][2]):
        result.of_face[face] = result.index(UNDECIDED if answers.spent else answers.label(*result.place(column, row)))
        result.spent |= result.labels[result.of_face[face]] == UNDECIDED
    for n, k in enumerate(open_):  # each part has its share of the work left, and some is kept for the borders
        share = sizes[k] / sizes[open_[n:]].sum() * (1 - _KEPT)
        _search(result, faces == k, answers, answers.work + share * (answers.most - answers.work))
    return result


def _room(faces: Ints) -> Floats:
    """Return how far each cell is from other parts, in cells."""
    from scipy import ndimage

    edge = np.zeros(faces.shape, bool)
    across, down = faces[:, 1:] != faces[:, :-1], faces[1:] != faces[:-1]
    edge[:, 1:] |= across
    edge[:, :-1] |= across
    edge[1:] |= down
    edge[:-1] |= down
    room: Floats = ndimage.distance_transform_edt(~np.pad(edge, 1, constant_values=True))[1:-1, 1:-1]
    return room


def _middles(faces: Ints) -> list[tuple[int, int, float]]:
    """Return for each part its cell farthest from other parts, and how far that is in cells."""
    from scipy import ndimage

    room = _room(faces)
    places = ndimage.maximum_position(room, faces, np.arange(faces.max() + 1))
    return [(int(row), int(column), float(room[row, column])) for row, column in places]


def _label_whole(s: Survey, k: int, middle: tuple[int, int, float], answers: Answers, *, certain: bool) -> bool:
    """Label one face by its middle, and say whether it must be searched point by point."""
    here = s.cut.faces == k
    if answers.spent:
        s.of_face[k] = s.index(UNDECIDED)
        s.grid[here], s.spent = s.of_face[k], True
        return False
    point = rounded(s, *middle)
    label = answers.label(*point)
    sure = certain and complete(s.plane.model) and answers.ask(*point).evidence is Evidence.THEOREM
    ends = {label.outcome, *(outcome for outcome, _ in label.ends)}
    count = 0 if sure or here.mean() <= _LARGE else 2 if ends <= AT_REST else 5  # cycles have borders of their own
    search = not certain or any(answers.label(*p) != label for p in _others(s, here, count))
    if s.plane.start is not None and not search and not on_a_ray(s.plane):
        search = answers.settled(s.plane.at(*point), every=True).outcome in _OPEN
    s.grid[here] = s.index(label)
    if not search:
        s.of_face[k] = s.index(label)
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


def _others(s: Survey, here: Mask, count: int) -> Iterator[tuple[float, float]]:
    """Yield cells of a part, far from each other."""
    rows, columns = np.nonzero(here)
    for share in np.linspace(0.15, 0.85, count):
        k = int(share * (len(rows) - 1))
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
    for x, y in _others(s, here, 2 if here.mean() > _LARGE else 0):
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
