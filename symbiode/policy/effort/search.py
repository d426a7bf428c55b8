"""From a question to programs and back: what is demanded of the effects, the cheapest answer, and settling it.

Comes in: a `Question`. Goes out: solutions per piece of the target, exact values of instruments, and the mode that the
changed model settles in. A change is only called reached if `settle` confirms it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import sympy
from numpy.typing import NDArray

from symbiode.dynamics.modes import Outcome, settle
from symbiode.dynamics.modes.ladder import index, mode_of
from symbiode.policy.effort import groups
from symbiode.policy.effort.instruments import Frame, Instrument, changed, ranges
from symbiode.policy.effort.programs import Demand, Program, Solution, solve
from symbiode.policy.effort.regions import Piece, Reading, Side, pieces
from symbiode.policy.effort.results import Standing
from symbiode.system.arithmetic import number
from symbiode.system.model import Model
from symbiode.system.scenario import Scenario, at_time

Array = NDArray[np.float64]
DIGITS = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """Everything that `plan` was asked, checked.

    Parameters
    ----------
    model : Model
    target : str
    used : tuple of Instrument
    frames : tuple of Frame
        The effects at the times when the target is to hold.
    groups : (tuple of int, tuple of int)
    margin, runaway, tau : float
    reading : "settled" or "nominal"
    norm : 1 or 2
    budgets : tuple of (payer or "", float)
    scenario : Scenario or None
    seed : int
    """

    model: Model
    target: str
    used: tuple[Instrument, ...]
    frames: tuple[Frame, ...]
    groups: tuple[tuple[int, ...], tuple[int, ...]]
    margin: float
    runaway: float
    tau: float
    reading: Reading
    norm: Literal[1, 2]
    budgets: tuple[tuple[str, float], ...]
    scenario: Scenario | None
    seed: int

    @property
    def pair(self) -> bool:
        """Whether the plane of two effects says everything."""
        return len(self.model.units) == 2

    @property
    def base(self) -> Array:
        """Where the instruments stand, shape (m,)."""
        return np.array([float(i.base) for i in self.used])


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """The cheapest solution over the pieces of a target.

    Parameters
    ----------
    program : Program
    solution : Solution
    lower : float or None
        Proved over all pieces.
    """

    program: Program
    solution: Solution
    lower: float | None


def every_demand(q: Question, extra: float = 0.0) -> list[tuple[Demand, ...]]:
    """Return the demands of each piece of the target, at all times, with the ranges of moved values."""
    held = [
        Demand(name=f"range of {name}", value=value, linear=linear)
        for frame in q.frames
        for name, linear, value in ranges(q.model, q.used, q.scenario, frame.time)
    ]
    margin = q.margin + extra
    if q.pair:
        away = q.runaway + extra * (q.runaway > 0)
        told = pieces(q.target, margin=margin, runaway=away, tau=q.tau, reading=q.reading)
        return [(*held, *(d for f in q.frames for d in plane_demands(piece, f, q.base))) for piece in told]
    goal = groups.Goal(
        target=q.target, groups=q.groups, weights=capacities(q.model), margin=margin,
        runaway=q.runaway + extra * (q.runaway > 0), tau=q.tau,
    )  # fmt: skip
    count = len(groups.rows_of(q.target, 0.9))
    return [
        (*held, *(d for f in q.frames for d in groups.demands(f, goal, k, active(f, q.base)))) for k in range(count)
    ]


def active(frame: Frame, x: Array) -> NDArray[np.bool_]:
    """Return the effects that are not zero, or that an instrument moves."""
    found: NDArray[np.bool_] = (frame.effects(x) != 0) | (frame.slopes(x) != 0).any(axis=2)
    return found


def capacities(model: Model) -> Array:
    """Return the level at which each unit settles alone, shape (unit,)."""
    from symbiode.dynamics.modes.effects import effects

    return np.array([1.0 if level is None else float(level) for level in effects(model).alone])


def plane_demands(piece: Piece, frame: Frame, base: Array) -> list[Demand]:
    """Return the demands of one piece of the plane of two effects, at one time."""
    plane = None
    if frame.linear:
        J = frame.slopes(base)
        slopes = np.array([J[0, 1], J[1, 0]])
        D = frame.effects(base)
        plane = np.array([D[0, 1], D[1, 0]]) - slopes @ base, slopes

    last: list[tuple[Array, Array, Array]] = []

    def at(x: Array) -> tuple[Array, Array]:
        if not last or not np.array_equal(last[0][0], x):
            D, J = frame.effects(x), frame.slopes(x)
            last[:] = [(x.copy(), np.array([D[0, 1], D[1, 0]]), np.array([J[0, 1], J[1, 0]]))]
        return last[0][1], last[0][2]

    def demand(border: Any, sign: float = 1.0, kept: float | None = None) -> Demand:
        shift = piece.kept(border) if kept is None else kept

        def value(x: Array) -> tuple[float, Array]:
            p, J = at(x)
            far, slope = border.value(p)
            return sign * far - shift, sign * (slope @ J)

        exact = isinstance(border, Side) and border.exact
        held = 0.0 if exact or not getattr(border, "margin", True) or piece.kept(border) > piece.margin else 1.0
        return Demand(
            name=border.name, value=value, border=None if exact else border, kept=shift, plane=plane, margin=held,
            linear=exact and frame.linear,
        )  # fmt: skip

    found = []
    for border in piece.borders:
        both = isinstance(border, Side) and border.exact
        found += [demand(border, sign, -1e-10) for sign in (1.0, -1.0)] if both else [demand(border)]
    return found


def program(q: Question, demands: tuple[Demand, ...], *, budgets: bool = True) -> Program:
    """Return the program of one piece: a column up and a column down for each instrument."""
    columns, price, limit = [], [], []
    for k, i in enumerate(q.used):
        for sign, end in ((1.0, i.upper), (-1.0, i.lower)):
            room = np.inf if end is None else abs(float(end - i.base))
            if room > 0:
                columns.append(sign * np.eye(len(q.used))[k])
                price.append(i.price)
                limit.append(room)
    B = np.array(columns).reshape(-1, len(q.used)).T
    rows = [
        [p * (not payer or q.used[int(np.argmax(abs(c)))].payer == payer) for p, c in zip(price, B.T, strict=True)]
        for payer, _ in (q.budgets if budgets else ())
    ]
    return Program(
        x0=q.base, columns=B, price=np.array(price, float), limit=np.array(limit, float),
        budgets=np.array(rows, float).reshape(len(rows), len(price)), norm=q.norm, demands=demands,
        purses=np.array([amount for _, amount in (q.budgets if budgets else ())], float),
    )  # fmt: skip


def cheapest(
    q: Question, *, extra: float = 0.0, budgets: bool = True
) -> tuple[Answer | None, bool]:
    """Return the cheapest solution over all pieces, or None; and whether it is proved that there is none.

    Parameters
    ----------
    q : Question
    extra : float
        Added to the margins, so that a rounded answer keeps them.
    budgets : bool
        Whether the budgets hold.
    """
    found: list[tuple[float, int, Answer]] = []
    lowers: list[float | None] = []
    none = True
    for demands in every_demand(q, extra):
        asked = program(q, demands, budgets=budgets)
        solution, proved = solve(asked, seed=q.seed)
        if solution is not None:
            found.append((solution.effort, len(found), Answer(program=asked, solution=solution, lower=None)))
            lowers.append(solution.lower)
        none = none and solution is None and proved
    if not found:
        return None, none
    _, _, best = min(found)
    known = [lower for lower in lowers if lower is not None]
    lower = min(known) if len(known) == len(lowers) else None
    return Answer(program=best.program, solution=best.solution, lower=lower), False


def exact(q: Question, x: Array) -> tuple[sympy.Rational, ...]:
    """Return values of instruments to ten decimals, on their limits and where they stand exactly."""
    found = []
    for i, value in zip(q.used, x, strict=True):
        ends = (i.base, i.lower, i.upper, sympy.Integer(0))
        near = [end for end in ends if end is not None and abs(float(end) - value) < 5e-10]
        found.append(near[0] if near else number(f"{value:.{DIGITS}f}"))
    return tuple(found)


def after(q: Question, x: Sequence[Any], t: Any = None) -> Model:
    """Return the model with instruments set: for good, or at a time of the scenario."""
    used = {i.name for i in q.used}
    others = [lever for lever in (q.scenario.levers if q.scenario else ()) if lever.moves and lever.name not in used]
    if t is None:
        return changed(q.model, q.used, x, {lever: lever.strength for lever in others})
    values = [i for i in q.used if i.lever is None]
    new = changed(q.model, values, [v for i, v in zip(q.used, x, strict=True) if i.lever is None], {})
    planned = strengthened(q, x)
    return new if planned is None else at_time(new, planned, t)


def strengthened(q: Question, x: Sequence[Any]) -> Scenario | None:
    """Return the scenario with the strengths of the levers that are instruments."""
    if q.scenario is None:
        return None
    return q.scenario.with_strengths({i.name: v for i, v in zip(q.used, x, strict=True) if i.lever is not None})


def stands(q: Question, model: Model) -> Standing:
    """Settle a model and read the mode between both groups."""
    settled = settle(model, tau=q.tau)
    names = [unit.name for unit in model.units]
    if settled.outcome is not Outcome.COEXISTENCE:
        return Standing(mode=settled.outcome.value, gains=None, symmetry=None, settlement=settled)
    if q.pair:
        both = settled.gains or (None, None)
        mode = settled.nominal_mode if q.reading == "nominal" else settled.mode
        told = None if None in both else both
    else:
        told = _group_gains(q, model, settled.state)
        mode = None
        if told is not None:
            signs = tuple(0 if abs(g) <= 1e-9 else int(np.sign(g)) for g in told)
            share = index(*(number(g) for g in told))
            mode = mode_of((signs[0], signs[1]), share, number(q.tau))
        single = all(len(group) == 1 for group in q.groups)
        told_pair = [p for p in settled.modes if single and set(p.pair) == {names[g[0]] for g in q.groups}]
        if told_pair and told_pair[0].mode is not None:
            mode = told_pair[0].mode
    gains: Any = told
    symmetry = min(gains) / max(gains) if gains is not None and min(gains) > 0 else None
    key = settled.outcome.value if mode is None else mode.value
    return Standing(mode=key, gains=gains, symmetry=symmetry, settlement=settled)


def _group_gains(q: Question, model: Model, state: tuple[float, ...] | None) -> tuple[float, float] | None:
    """Return what each group gains from the other, by settling the model without it."""
    if state is None:
        return None
    K, found = capacities(model), []
    for own, other in (q.groups, q.groups[::-1]):
        start = {unit.name: 0 if i in other else number(f"{K[i]:.6g}") for i, unit in enumerate(model.units)}
        alone = settle(model, start)
        if alone.state is None or alone.survivors is None or len(alone.survivors) < len(K) - len(other):
            return None
        total = sum(K[i] for i in own)
        found.append(float(sum(state[i] - alone.state[i] for i in own) / total))
    return found[0], found[1]


def holds(q: Question, standing: Standing) -> bool:
    """Whether a settled model is in the target."""
    if q.target == "coexistence":
        return standing.settlement.outcome is Outcome.COEXISTENCE
    return standing.mode == q.target
