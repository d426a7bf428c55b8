"""Where the arrows of the framework figure run: arcs beside a column of units, and flows through the interface.

Comes in: the boxes of units and the links between them. Goes out: curves in inches, ordered so that few cross.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Flow:
    """What one unit does to another; `both` where it is the same both ways and drawn once."""

    source: int
    receiver: int
    value: float | None
    both: bool = False


@dataclass(frozen=True, kw_only=True)
class Box:
    """A unit's place: its middle, its size, and on which side of the interface it is (-1 left, 1 right)."""

    x: float
    y: float
    wide: float
    high: float
    side: int

    @property
    def outer(self) -> float:
        """Where arcs to units of the same side begin."""
        return self.x + self.side * self.wide / 2

    @property
    def inner(self) -> float:
        """Where flows to the other side begin."""
        return self.x - self.side * self.wide / 2


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One arrow: points of cubic splines, and where its number may stand."""

    flow: Flow
    points: tuple[Point, ...]
    middle: Point


def curves(flows: Sequence[Flow], boxes: Mapping[int, Box], gate: tuple[float, float, float]) -> list[Curve]:
    """Return the curve of every flow; `gate` is the middle (x, y) of the interface and how high it is open."""
    beside = [flow for flow in flows if boxes[flow.source].side == boxes[flow.receiver].side]
    across = [flow for flow in flows if boxes[flow.source].side != boxes[flow.receiver].side]
    return [*_arcs(beside, boxes), *_through(across, boxes, gate)]


def _arcs(flows: Sequence[Flow], boxes: Mapping[int, Box]) -> list[Curve]:
    """Return arcs on the outer side, nested: the farther the partner, the wider."""
    ends: dict[int, list[tuple[tuple[float, ...], int, bool]]] = {}
    for k, flow in enumerate(flows):
        down = boxes[flow.source].y > boxes[flow.receiver].y
        for here, there, begins in ((flow.source, flow.receiver, True), (flow.receiver, flow.source, False)):
            above = boxes[there].y > boxes[here].y
            far = abs(boxes[there].y - boxes[here].y)
            key = (0.0, far, down) if above else (1.0, -far, not down)
            ends.setdefault(here, []).append((key, k, begins))
    ports: dict[tuple[int, bool], float] = {}
    for unit, found in ends.items():
        for rank, (_, k, begins) in enumerate(sorted(found)):
            ports[k, begins] = boxes[unit].y + _spread(rank, len(found), 0.86 * boxes[unit].high)
    drawn = []
    for k, flow in enumerate(flows):
        one, other = boxes[flow.source], boxes[flow.receiver]
        begin, end = (one.outer, ports[k, True]), (other.outer, ports[k, False])
        reach = one.side * (0.1 + 0.3 * abs(begin[1] - end[1]) / (1 + 0.18 * abs(begin[1] - end[1])))
        points = (begin, (begin[0] + reach, begin[1]), (end[0] + reach, end[1]), end)
        middle = (one.outer + 0.75 * reach, (begin[1] + end[1]) / 2 + (0.09 if one.y > other.y else -0.09))
        drawn.append(Curve(flow=flow, points=points, middle=middle))
    return drawn


def _through(flows: Sequence[Flow], boxes: Mapping[int, Box], gate: tuple[float, float, float]) -> list[Curve]:
    """Return flows through the opening of the wall: those to the right above, those to the left below."""
    x, y, high = gate
    order = sorted(
        range(len(flows)),
        key=lambda k: (
            boxes[flows[k].source].side > 0, -(boxes[flows[k].source].y + boxes[flows[k].receiver].y), k
        ),
    )  # fmt: skip
    at = {k: y + _spread(rank, len(flows), 0.8 * high) for rank, k in enumerate(order)}
    ends: dict[int, list[tuple[float, int]]] = {}
    for k, flow in enumerate(flows):
        for unit in (flow.source, flow.receiver):
            ends.setdefault(unit, []).append((-at[k], k))
    port = {
        (unit, k): boxes[unit].y + _spread(rank, len(found), 0.86 * boxes[unit].high)
        for unit, found in ends.items()
        for rank, (_, k) in enumerate(sorted(found))
    }
    drawn = []
    for k, flow in enumerate(flows):
        begin, end = ((boxes[u].inner, port[u, k]) for u in (flow.source, flow.receiver))
        wall = (x, at[k])
        points: list[Point] = [begin]
        for a, b in pairwise((begin, wall, end)):
            near, far = (0.3, 0.4) if b == wall else (0.6, 0.7)
            points += [(a[0] + near * (b[0] - a[0]), a[1]), (a[0] + far * (b[0] - a[0]), b[1]), b]
        drawn.append(Curve(flow=flow, points=tuple(points), middle=wall))
    return drawn


def _spread(rank: int, count: int, room: float) -> float:
    """Return the offset of one of several ports, from the top down."""
    return room * (0.5 - (rank + 0.5) / count)
