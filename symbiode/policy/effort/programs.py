"""The least effort that meets demands: local solutions with shadow prices, and a proof that none is cheaper.

Comes in: a `Program` (columns of change with prices and limits, budgets, demands on the effects). Goes out: a
`Solution`. Locally by sequential quadratic programming from many starts, with the multipliers of the Karush-Kuhn-Tucker
conditions by non-negative least squares. Where two units' effects are linear in the columns, `bounded` proves the
optimum: each demand to stay outside a convex set is relaxed to "beyond one edge of an inscribed polygon", every choice
of edges is a linear (or least-distance) program, and edges are divided until the cheapest of them meets all demands.

References
----------
Kraft (1988), A software package for sequential quadratic programming, DFVLR-FB 88-28; Lawson and Hanson (1974),
Solving Least Squares Problems, chapter 23 (least distance programming); Tuy (1998), Convex Analysis and Global
Optimization, chapter 7 (reverse convex constraints).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from symbiode.policy.effort.regions import Border, Curve, Side

Array = NDArray[np.float64]
Row = tuple[Array, float]
MET, LOOSE, TIGHT = 2e-9, 1e-7, 1e-6
NODES, STARTS, AGREED = 400, 8, 4
_ENDS = {"product": (1e-3, 1e3), "band": (0.0, 1e3)}
_SHIFT, _INNER = 0.05, 0.2


@dataclass(frozen=True, kw_only=True, eq=False)
class Demand:
    """Something that must be zero or more.

    Parameters
    ----------
    name : str
    value : callable
        From x (m,) to a number and its gradient (m,).
    border : Side or Curve or None
    kept : float
        The distance from the border that the value allows for.
    plane : (array (2,), array (2, m)) or None
        The effects of two units as offset + slopes @ x, where they are linear.
    margin : float
        How fast the value falls with the margin: 1 or 0.
    linear : bool
    """

    name: str
    value: Callable[[Array], tuple[float, Array]]
    border: Border | None = None
    kept: float = 0.0
    plane: tuple[Array, Array] | None = None
    margin: float = 0.0
    linear: bool = False

    def at(self, x: Array) -> Array:
        """Return the point of the plane of effects."""
        assert self.plane is not None
        point: Array = self.plane[0] + self.plane[1] @ x
        return point


@dataclass(frozen=True, kw_only=True, eq=False)
class Program:
    """What may change, at what price, within what limits.

    Parameters
    ----------
    x0 : array (m,)
    columns : array (m, column)
        x = x0 + columns @ z with z >= 0.
    price, limit : array (column,)
    budgets : array (row, column)
        budgets @ z <= purses.
    purses : array (row,)
    demands : tuple of Demand
    norm : 1 or 2
        Effort is the sum of price * z, or the root of the sum of its squares.
    """

    x0: Array
    columns: Array
    price: Array
    limit: Array
    budgets: Array
    purses: Array
    demands: tuple[Demand, ...]
    norm: Literal[1, 2] = 1

    def effort(self, z: Array) -> float:
        """Return what a change costs."""
        return float(np.linalg.norm(self.price * z, self.norm))

    def x(self, z: Array) -> Array:
        """Return where the instruments stand."""
        found: Array = self.x0 + self.columns @ z
        return found

    def worst(self, z: Array) -> float:
        """Return the least value of all demands and purses."""
        left = self.purses - self.budgets @ z
        return min([*(d.value(self.x(z))[0] for d in self.demands), *left], default=0.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """A change that meets all demands, and what is known about it.

    Parameters
    ----------
    z : array (column,)
    effort : float
    lower : float or None
        Proved: no change costs less than this.
    residual : float
        Of the optimality conditions, relative to the prices.
    limits, budgets, demands : arrays
        Shadow prices: by how much the effort falls per unit that a limit, a purse or a demand is relaxed.
    starts, agreed : int
        Local searches, and how many of them ended at this effort.
    """

    z: Array
    effort: float
    lower: float | None
    residual: float
    limits: Array
    budgets: Array
    demands: Array
    starts: int
    agreed: int


def solve(program: Program, *, seed: int = 0) -> tuple[Solution | None, bool]:
    """Return the cheapest change that meets all demands, or None; and whether that none is proved.

    Parameters
    ----------
    program : Program
    seed : int
        Of the random starts.
    """
    found: list[tuple[float, Array]] = []
    lower = None
    if not len(program.price):
        stays = Solution(
            z=np.zeros(0), effort=0.0, lower=0.0, residual=0.0, limits=np.zeros(0), starts=1, agreed=1,
            budgets=np.zeros(len(program.purses)), demands=np.zeros(len(program.demands)),
        )  # fmt: skip
        return (stays, False) if program.worst(stays.z) >= -MET else (None, True)
    if all(d.linear or d.plane is not None for d in program.demands):
        lower, node, none = bounded(program)
        if none:
            return None, True
        near = None if node is None else local(program, node)
        found = [] if near is None else [near]
    starts = len(found)
    if lower is None or not found or found[0][0] - lower > 1e-6 * max(1.0, lower):
        more, used = _many(program, np.random.default_rng([seed, 4]))
        found, starts = [*found, *more], starts + used
    if not found:
        return None, False
    effort, z = min(found, key=lambda pair: pair[0])
    agreed = sum(value <= effort * (1 + 1e-6) + 1e-9 for value, _ in found)
    return replace(certified(program, z), lower=lower, starts=starts, agreed=agreed), False


def _many(program: Program, rng: np.random.Generator) -> tuple[list[tuple[float, Array]], int]:
    """Return the local solutions from several starts, until enough of them agree; and how many starts there were."""
    reach = np.where(np.isfinite(program.limit), program.limit, 1.0)
    starts = [np.zeros(len(reach)), *(rng.random(len(reach)) * reach for _ in range(_starts(program)))]
    found: list[tuple[float, Array]] = []
    for used, start in enumerate(starts, 1):
        pair = local(program, start)
        found += [] if pair is None else [pair]
        efforts = [effort for effort, _ in found]
        if used == len(found) == AGREED and max(efforts) - min(efforts) <= 1e-6 * max(1.0, max(efforts)):
            break
    return found, used


def _starts(program: Program) -> int:
    """Return how many random starts there are: fewer for many times or many levers."""
    return STARTS if len(program.demands) < 4 * STARTS and len(program.x0) <= STARTS + 4 else 3


def local(program: Program, start: Array) -> tuple[float, Array] | None:
    """Return effort and change of a local solution near a start, None if the search ends without one."""
    from scipy.optimize import minimize

    search: Any = minimize
    c = program.price / program.price.max() if len(program.price) else program.price
    square = program.norm == 2

    last: list[tuple[Array, list[tuple[float, Array]]]] = []

    def told(z: Array) -> list[tuple[float, Array]]:
        if not last or not np.array_equal(last[0][0], z):
            last[:] = [(z.copy(), [d.value(program.x(z)) for d in program.demands])]
        return last[0][1]

    def values(z: Array) -> Array:
        return np.array([value for value, _ in told(z)])

    def slopes(z: Array) -> Array:
        return np.array([slope for _, slope in told(z)]) @ program.columns

    held: list[Any] = [{"type": "ineq", "fun": values, "jac": slopes}] if program.demands else []
    if len(program.purses):
        held.append({"type": "ineq", "fun": lambda z: program.purses - program.budgets @ z,
                     "jac": lambda z: -program.budgets})  # fmt: skip
    with np.errstate(all="ignore"):
        done = search(
            lambda z: (0.5 * float((c * z) @ (c * z)), c * c * z) if square else (float(c @ z), c),
            np.clip(start, 0, program.limit), jac=True, method="SLSQP", constraints=held,
            bounds=[(0.0, float(end)) for end in program.limit],
            options={"maxiter": 100, "ftol": 1e-16},
        )  # fmt: skip
    z = np.clip(done.x, 0, program.limit)
    if not np.all(np.isfinite(z)) or program.worst(z) < -MET:
        return None
    return program.effort(z), z


def certified(program: Program, z: Array) -> Solution:
    """Return a solution with the multipliers that fit its optimality conditions best, and how well they fit."""
    from scipy.optimize import nnls

    x, m = program.x(z), len(z)
    effort = program.effort(z)
    fall = program.price if program.norm == 1 else program.price**2 * z / max(effort, 1e-300)
    told = [d.value(x) for d in program.demands]
    rows: dict[str, list[tuple[int, Array]]] = {
        "demands": [(k, g @ program.columns) for k, (v, g) in enumerate(told) if v < TIGHT],
        "budgets": [(k, -row) for k, row in enumerate(program.budgets) if program.purses[k] - row @ z < TIGHT],
        "limits": [(k, -np.eye(m)[k]) for k in range(m) if program.limit[k] - z[k] < 1e-9],
        "floor": [(k, np.eye(m)[k]) for k in range(m) if z[k] < 1e-9],
    }
    listed = [(kind, k, row) for kind, pairs in rows.items() for k, row in pairs]
    A = np.array([row for _, _, row in listed]).reshape(-1, m).T
    scale = program.price
    found, residual = nnls(A / scale[:, None], fall / scale) if listed else (np.zeros(0), float(np.linalg.norm(fall)))
    prices = {
        "demands": np.zeros(len(told)), "budgets": np.zeros(len(program.purses)), "limits": np.zeros(m),
        "floor": np.zeros(m),
    }  # fmt: skip
    for (kind, k, _), value in zip(listed, found, strict=True):
        prices[kind][k] = value
    if effort < 1e-12:
        residual, prices = 0.0, {kind: 0 * value for kind, value in prices.items()}
    return Solution(
        z=z, effort=effort, lower=None, residual=float(residual), limits=prices["limits"], budgets=prices["budgets"],
        demands=prices["demands"], starts=1, agreed=1,
    )  # fmt: skip


def convex(program: Program, rows: Sequence[Row]) -> tuple[float, Array] | None:
    """Return effort and change of the cheapest change with g @ x >= h for all rows; None if there is none."""
    from scipy.optimize import linprog, nnls

    G = np.array([g for g, _ in rows]).reshape(-1, len(program.x0))
    A, b = G @ program.columns, np.array([h for _, h in rows]) - G @ program.x0
    if program.norm == 1:
        above, below = np.vstack([-A, program.budgets]), np.concatenate([-b, program.purses])
        bounds = list(zip(np.zeros(len(program.limit)), program.limit, strict=True))
        done = linprog(program.price, A_ub=above, b_ub=below, bounds=bounds, method="highs")
        if done.status != 0 or done.x is None:
            return None
        return program.effort(np.asarray(done.x)), np.asarray(done.x)
    finite = np.isfinite(program.limit)
    one = np.eye(len(program.limit))
    above = np.vstack([A, -program.budgets, one, -one[finite]]) / program.price
    below = np.concatenate([b, -program.purses, np.zeros(len(one)), -program.limit[finite]])
    u, rest = nnls(np.vstack([above.T, below]), np.append(np.zeros(len(one)), 1.0), maxiter=100 * len(below))
    if rest < 1e-9:
        return None
    residual = np.vstack([above.T, below]) @ u - np.append(np.zeros(len(one)), 1.0)
    z = np.clip(-residual[:-1] / residual[-1] / program.price, 0, program.limit)
    return program.effort(z), z


def bounded(program: Program) -> tuple[float | None, Array | None, bool]:
    """Return a proved lower bound, the change at which it was reached, and whether it is proved that there is none.

    Parameters
    ----------
    program : Program
        Every demand linear, or a border of the plane of two effects that are linear in x.
    """
    fixed = [_linear(program, d) for d in program.demands if not isinstance(d.border, Curve)]
    curves = [d for d in program.demands if isinstance(d.border, Curve)]
    tick, cuts = count(), list(fixed)
    first = convex(program, cuts)
    queue: list[Any] = [] if first is None else [(first[0], next(tick), first[1], ())]
    for _ in range(NODES):
        if not queue:
            return None, None, True
        bound, _, z, edges = heapq.heappop(queue)
        x = program.x(z)
        gaps = [d.value(x)[0] for d in curves]
        k = int(np.argmin(gaps)) if gaps else -1
        if not gaps or gaps[k] >= -LOOSE:
            return bound, z, False
        if _border(curves[k]).within:
            cuts.append(_cut(curves[k], x))
            children = [edges]
        else:
            children = [(*(e for e in edges if e[0] != k), (k, *part)) for part in _parts(curves[k], k, edges, x)]
        for child in children:
            rows = [*cuts, *(_edge(curves[i], *part) for i, *part in child)]
            solved = convex(program, rows)
            if solved is not None:
                heapq.heappush(queue, (solved[0], next(tick), solved[1], child))
    return (queue[0][0] if queue else None), (queue[0][2] if queue else None), False


def _border(demand: Demand) -> Curve:
    assert isinstance(demand.border, Curve)
    return demand.border


def _in_plane(demand: Demand, normal: Array, level: float) -> Row:
    """Write normal . p >= level as a row in x."""
    assert demand.plane is not None
    offset, slopes = demand.plane
    return normal @ slopes, level - float(normal @ offset)


def _linear(program: Program, demand: Demand) -> Row:
    if isinstance(demand.border, Side) and demand.plane is not None:
        return _in_plane(demand, np.array(demand.border.normal), demand.border.level + demand.kept)
    value, slope = demand.value(program.x0)
    return slope, float(slope @ program.x0) - value


def _cut(demand: Demand, x: Array) -> Row:
    """Return the tangent that a point is beyond, for a target inside a convex set."""
    curve = _border(demand)
    point, normal = curve.tangent(curve.foot(demand.at(x)))
    return _in_plane(demand, -normal, float(-normal @ point) + demand.kept)


def _parts(demand: Demand, k: int, edges: Any, x: Array) -> list[tuple[float, float]]:
    """Divide the edge that a node is beyond, or all of the curve, at the foot of the node's point."""
    curve = _border(demand)
    low, high = _ENDS[curve.kind]
    at = min(max(curve.foot(demand.at(x)), low), high)
    old = next(((t1, t2) for i, t1, t2 in edges if i == k), None)
    if old is None:
        inner = [at] if low < at < high else []
        ends = [low, *inner, high]
        return [(-np.inf, low), *pairwise(ends), (high, np.inf)]
    if np.isinf(old).any():
        return []
    first, last, foot = (np.log(t + _SHIFT) for t in (*old, at))
    middle = float(np.exp(np.clip(foot, first + _INNER * (last - first), last - _INNER * (last - first)))) - _SHIFT
    return [(old[0], middle), (middle, old[1])]


def _edge(demand: Demand, t1: float, t2: float) -> Row:
    """Return "beyond the chord between two points of the curve, moved outwards by what is kept"."""
    curve = _border(demand)
    known = [curve.tangent(t) for t in (t1, t2) if np.isfinite(t)]
    points = [point + demand.kept * normal for point, normal in known]
    if len(points) == 2:
        along = points[1] - points[0]
        normal = np.array([-along[1], along[0]]) / np.hypot(*along)
        normal = normal if normal @ (known[0][1] + known[1][1]) > 0 else -normal
        return _in_plane(demand, normal, float(normal @ points[0]))
    steep = np.array([-1.0, 0.0])
    flat = np.array([0.0, 1.0 if curve.kind == "band" else -1.0])
    normal = (steep if np.isinf(t1) else flat)[:: -1 if curve.flip else 1]
    return _in_plane(demand, normal, float(normal @ points[0]))
