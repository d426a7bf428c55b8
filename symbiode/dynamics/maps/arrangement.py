"""The faces into which curves cut a grid of cells, strips thinner than a cell among them.

Comes in: curves. Goes out: an `Arrangement`. An edge between two neighbouring centres is cut where a curve crosses it;
inside a square of four centres each curve is a chord, so what lies between two cuts belongs together where no chord
parts it. Curves that end inside a square part nothing there, and loops inside one square are missed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from symbiode.dynamics.maps.results import Floats, Ints

_VOID = 2e-3  # of a cell: what is thinner is taken for rounding
_CLOSED = 1e-5
Edge = tuple[int, int, int]
"""Axis that the curve crosses, the line's number on it, and the centre before the crossing on the other axis."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Crossings:
    """Where a curve crosses lines through centres, in its own order.

    Parameters
    ----------
    s : array, shape (crossing,)
        Position along the curve: number of the point before it, and a share of the way to the next.
    at : array, shape (crossing, 2)
        In cells.
    sides : array of int, shape (crossing, 2)
        The faces on its right and on its left; -1 outside the grid.
    """

    s: Floats
    at: Floats
    sides: Ints


@dataclass(frozen=True, kw_only=True, eq=False)
class Arrangement:
    """The faces of a grid.

    Parameters
    ----------
    faces : array of int, shape (cell, cell)
        The face of each cell's centre: 0, 1, ...; rows are y.
    strips : dict of face to (x, y, area)
        Of the faces that hold no centre: their widest place and their size, in cells.
    crossings : tuple of Crossings
        Of each curve.
    """

    faces: Ints
    strips: dict[int, tuple[float, float, float]]
    crossings: tuple[Crossings, ...]


@dataclass(kw_only=True, eq=False)
class _Gap:
    """A stretch of an edge between two centres that no curve crosses."""

    node: int
    middle: float
    width: float


def arrange(curves: Sequence[Floats], cells: int) -> Arrangement:
    """Return the faces into which curves, each of shape (point, 2) in cells, cut a square grid."""
    closed = [bool(np.abs(curve[0] - curve[-1]).max() < _CLOSED) for curve in curves]
    met = [_met(np.vstack([c[:-1], c[:1]]) if loop else c) for c, loop in zip(curves, closed, strict=True)]
    cuts: dict[Edge, list[tuple[float, int, int]]] = defaultdict(list)
    for n, (axis, _, at, _) in enumerate(met):
        for k, edge in enumerate(_edges(axis, at)):
            if 0 <= edge[1] < cells and 0 <= edge[2] < cells - 1:
                cuts[edge].append((float(at[k, 1 - axis[k]]) - edge[2], n, k))
    gaps, places, nodes = _gaps(cuts, cells)
    links = [*_uncut(cuts, cells), *_chords(curves, met, closed, gaps, cells)]
    faces = joined(np.array(links), nodes)
    strips = _strips(faces, places, cells)
    own = np.unique(faces[: cells * cells])
    number = np.full(faces.max() + 1, -1)
    number[np.concatenate([own, list(strips)]).astype(int)] = np.arange(len(own) + len(strips))
    numbered = number[faces]
    sides = _sides(cuts, gaps, met, numbered)
    return Arrangement(
        faces=numbered[: cells * cells].reshape(cells, cells),
        strips={int(number[face]): place for face, place in strips.items()},
        crossings=tuple(
            Crossings(s=s, at=at, sides=beside) for (_, s, at, _), beside in zip(met, sides, strict=True)
        ),
    )  # fmt: skip


def _met(curve: Floats) -> tuple[Ints, Floats, Floats, Ints]:
    """Return the axis, the position along the curve, the place and the sense of each crossing."""
    steps = np.maximum(1, np.ceil(2 * np.linalg.norm(np.diff(curve, axis=0), axis=1))).astype(int)
    where = np.concatenate([*(k + np.arange(n) / n for k, n in enumerate(steps.tolist())), [len(curve) - 1.0]])
    u = np.stack([np.interp(where, np.arange(len(curve)), curve[:, axis]) for axis in (0, 1)], axis=1)
    parts = []
    for axis in (0, 1):
        before, after = np.floor(u[:-1, axis]), np.floor(u[1:, axis])
        k = np.flatnonzero(before != after)
        line = np.maximum(before, after)[k]
        share = (line - u[k, axis]) / (u[k + 1, axis] - u[k, axis])
        at = u[k] + share[:, None] * (u[k + 1] - u[k])
        at[:, axis] = line
        s = where[k] + share * (where[k + 1] - where[k])
        parts.append((np.full(len(k), axis), s, at, np.sign(after - before)[k].astype(int)))
    axes, s, at, sense = (np.concatenate(both) for both in zip(*parts, strict=True))
    order = np.argsort(s, kind="stable")
    return axes[order], s[order], at[order], sense[order]


def _edges(axis: Ints, at: Floats) -> list[Edge]:
    k = np.arange(len(axis))
    lines, before = np.rint(at[k, axis]).astype(int), np.floor(at[k, 1 - axis]).astype(int)
    return list(zip(axis.tolist(), lines.tolist(), before.tolist(), strict=True))


def _ends(edge: Edge, cells: int) -> tuple[int, int]:
    """Return the two centres of an edge as positions in the flat grid."""
    axis, line, before = edge
    return (before * cells + line, (before + 1) * cells + line) if axis == 0 else (n := line * cells + before, n + 1)


def _gaps(
    cuts: dict[Edge, list[tuple[float, int, int]]], cells: int
) -> tuple[dict[Edge, list[_Gap]], list[tuple[int, float, float, float]], int]:
    """Return the gaps of each cut edge, those between two cuts with their places, and how many nodes there are."""
    gaps, places, nodes = {}, [], cells * cells
    for edge, crossed in cuts.items():
        crossed.sort()
        stops = [0.0, *(position for position, _, _ in crossed), 1.0]
        first, last = _ends(edge, cells)
        own = [first, *range(nodes, nodes + len(crossed) - 1), last]
        nodes += len(crossed) - 1
        gaps[edge] = [
            _Gap(node=node, middle=(a + b) / 2, width=b - a) for node, a, b in zip(own, stops, stops[1:], strict=False)
        ]
        for gap in gaps[edge][1:-1]:
            x, y = float(edge[1]), edge[2] + gap.middle
            places.append((gap.node, *((x, y) if edge[0] == 0 else (y, x)), gap.width))
    return gaps, places, nodes


def _sides(
    cuts: dict[Edge, list[tuple[float, int, int]]], gaps: dict[Edge, list[_Gap]],
    met: list[tuple[Ints, Floats, Floats, Ints]], numbered: Ints,
) -> list[Ints]:  # fmt: skip
    """Return the faces on the right and on the left of each crossing, past what is too thin to be one."""
    sides = [np.full((len(s), 2), -1) for _, s, _, _ in met]
    for edge, crossed in cuts.items():
        faces = [int(numbered[gap.node]) for gap in gaps[edge]]
        for q, (_, n, k) in enumerate(crossed):
            before = next(face for face in faces[q::-1] if face >= 0)
            after = next(face for face in faces[q + 1 :] if face >= 0)
            # Across a column towards higher x, what comes after on the edge is on the left.
            left_after = met[n][3][k] * (1 if edge[0] == 0 else -1) > 0
            sides[n][k] = (before, after) if left_after else (after, before)
    return sides


def _uncut(cuts: dict[Edge, list[tuple[float, int, int]]], cells: int) -> list[tuple[int, int]]:
    ids = np.arange(cells * cells).reshape(cells, cells)
    up = {*zip(ids[:-1].ravel().tolist(), ids[1:].ravel().tolist(), strict=True)}
    across = {*zip(ids[:, :-1].ravel().tolist(), ids[:, 1:].ravel().tolist(), strict=True)}
    return sorted((up | across) - {_ends(edge, cells) for edge in cuts})


def _chords(
    curves: Sequence[Floats], met: list[tuple[Ints, Floats, Floats, Ints]], closed: list[bool],
    gaps: dict[Edge, list[_Gap]], cells: int,
) -> list[tuple[int, int]]:  # fmt: skip
    """Return the gaps around each square that no chord parts."""
    chords: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    inside: dict[tuple[int, int], list[Floats]] = defaultdict(list)
    for curve, (axis, s, at, _), loop in zip(curves, met, closed, strict=True):
        squares_met = np.floor((at + np.roll(at, -1, axis=0)) / 2).astype(int).tolist()
        for k, (i, j) in enumerate(squares_met if loop else squares_met[:-1]):
            if min(i, j) >= 0 and max(i, j) < cells - 1:
                ends = [_around(axis[q], at[q], i, j) for q in (k, (k + 1) % len(at))]
                chords[i, j].append((min(ends), max(ends)))
                between = curve[int(s[k]) + 1 : int(np.ceil(s[k + 1]))] if k + 1 < len(at) else curve[:0]
                inside[i, j].append(np.vstack([at[k], between, at[(k + 1) % len(at)]]))
    squares = set(chords)
    for crossed, line, before in gaps:  # an edge may be cut by a curve that ends in the square
        squares |= {(line + k, before) if crossed == 0 else (before, line + k) for k in (-1, 0)}
    links = []
    for column, row in squares:
        if not (0 <= column < cells - 1 and 0 <= row < cells - 1):
            continue
        parting = [*chords[column, row], *_pinched(chords[column, row], inside[column, row])]
        parts: dict[tuple[bool, ...], int] = {}
        for edge, turn, way in (
            ((1, row, column), 0, 1), ((0, column + 1, row), 1, 1), ((1, row + 1, column), 3, -1),
            ((0, column, row), 4, -1),
        ):  # fmt: skip
            for gap in gaps.get(edge) or [_Gap(node=_ends(edge, cells)[0], middle=0.5, width=1.0)]:
                at_turn = turn + way * gap.middle
                sign = tuple(low < at_turn < high for low, high in parting)
                links.append((parts.setdefault(sign, gap.node), gap.node))
    return links


def _pinched(chords: list[tuple[float, float]], inside: list[Floats]) -> list[tuple[float, float]]:
    """Return the ends of what two curves keep apart that meet inside the square although their chords do not."""
    found = []
    for (first, one), (second, other) in combinations(zip(chords, inside, strict=True), 2):
        a, b, c, d = sorted((*first, *second))
        if {first, second} in ({(a, b), (c, d)}, {(a, d), (b, c)}) and _meet(one, other):
            found.append((b, c) if {first, second} == {(a, b), (c, d)} else (a, b))
    return found


def _meet(one: Floats, other: Floats) -> bool:
    """Whether two broken lines cross."""
    p, q, v, w = one[:-1, None], other[None, :-1], np.diff(one, axis=0)[:, None], np.diff(other, axis=0)[None]
    with np.errstate(all="ignore"):
        det = v[..., 0] * w[..., 1] - v[..., 1] * w[..., 0]
        t = ((q - p)[..., 0] * w[..., 1] - (q - p)[..., 1] * w[..., 0]) / det
        u = ((q - p)[..., 0] * v[..., 1] - (q - p)[..., 1] * v[..., 0]) / det
    return bool(((t > 0) & (t < 1) & (u > 0) & (u < 1)).any())


def _around(axis: int, at: Floats, column: int, row: int) -> float:
    """Return where on the way around a square, from 0 to 4, a point of its edge lies."""
    x, y = float(at[0]) - column, float(at[1]) - row
    if axis == 1:
        return x if y < 0.5 else 3 - x
    return 1 + y if x > 0.5 else 4 - y


def joined(links: Ints, nodes: int) -> Ints:
    """Return the connected component of each node, from links of shape (link, 2)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    first, second = links.T
    return np.asarray(connected_components(coo_array((np.ones(len(links)), (first, second)), shape=(nodes, nodes)))[1])


def _strips(
    faces: Ints, places: list[tuple[int, float, float, float]], cells: int
) -> dict[int, tuple[float, float, float]]:
    whole, widest = set(faces[: cells * cells].tolist()), {}
    area: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for node, x, y, width in sorted(places, key=lambda place: place[3]):
        if (face := int(faces[node])) not in whole:
            area[face][x == round(x)] += width  # lengths on columns add up to the area, and those on rows again
            if width > _VOID:
                widest[face] = x, y
    return {face: (*place, max(area[face])) for face, place in widest.items()}
