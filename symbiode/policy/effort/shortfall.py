"""Why nothing reaches a target: what is missing where the levers come nearest, and which limits stand in the way.

Comes in: a `Question` without an answer. Goes out: a `Shortfall`. The effects themselves are added as instruments whose
change costs, while the levers are almost free: what is still paid for is missing, and the shadow prices of the levers'
limits say what stands in the way. Then the limits may be passed, at the price of passing them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import sympy

from symbiode.policy.effort.instruments import Frame, Instrument, effect_names
from symbiode.policy.effort.programs import Demand, Program, solve
from symbiode.policy.effort.results import Shortfall
from symbiode.policy.effort.search import Question, cheapest, every_demand, program
from symbiode.system.model import split_path

FREE, LEAST = 1e-7, 1e-6


def shortfall(q: Question, proved: bool) -> Shortfall:
    """Return why nothing reaches the target."""
    if q.budgets:
        within, _ = cheapest(q, budgets=False)
        if within is not None:
            spent = within.program.price * within.solution.z
            columns = [int(np.argmax(abs(c))) for c in within.program.columns.T]
            needed = [
                (payer, float(sum(s for s, k in zip(spent, columns, strict=True) if payer in ("", q.used[k].payer))))
                for payer, amount in q.budgets
            ]
            short = [(p, n) for (p, n), (_, a) in zip(needed, q.budgets, strict=True) if n > a + 1e-9]
            return Shortfall(
                proved=proved, binding=tuple((f"budget {p}".strip(), "budget", 1.0) for p, _ in short),
                relaxed=tuple((f"budget {p}".strip(), n) for p, n in short),
            )  # fmt: skip
    return replace(_missing(q), proved=proved, relaxed=_relaxed(q))


def _missing(q: Question) -> Shortfall:
    names = effect_names(q.model)
    places = [u.name for u in q.model.units]
    shifts = np.zeros((len(places), len(places), len(names)))
    for k, name in enumerate(names):
        _, receiver, source = split_path(name)
        shifts[places.index(receiver), places.index(source), k] = 1
    extra = tuple(Instrument(name=f"missing.{name}", base=sympy.Integer(0)) for name in names)
    levers = tuple(replace(i, price=i.price * FREE) for i in q.used)
    wide = replace(
        q, used=(*levers, *extra), frames=tuple(_widened(f, shifts) for f in q.frames), norm=1, budgets=()
    )  # fmt: skip
    best = None
    for demands in every_demand(wide):
        asked = program(wide, demands)
        found, _ = solve(asked, seed=q.seed)
        if found is not None and (best is None or found.effort < best[1].effort):
            best = asked, found
    if best is None:
        return Shortfall(proved=False)
    asked, found = best
    x = asked.x(found.z)
    stand, short = x[: len(q.used)], x[len(q.used) :]
    return Shortfall(
        proved=False, gap=float(np.abs(short).sum()), binding=_binding(q, asked, found),
        missing=tuple((name, float(v)) for name, v in zip(names, short, strict=True) if abs(v) > LEAST),
        levers=tuple((i.name, float(v) if abs(v) > LEAST else 0.0) for i, v in zip(q.used, stand, strict=True)),
    )  # fmt: skip


def _binding(q: Question, asked: Program, found: Any) -> tuple[tuple[str, str, float], ...]:
    """Return the limits of the levers with a shadow price."""
    listed = []
    told = {i.name: set[str]() for i in q.used}
    for column, price, z, limit in zip(asked.columns.T, found.limits, found.z, asked.limit, strict=True):
        k = int(np.argmax(abs(column)))
        end = "upper" if column[k] > 0 else "lower"
        if k < len(q.used):
            told[q.used[k].name].add(end)
            if price > LEAST and limit - z < 1e-9:
                listed.append((q.used[k].name, end, float(price)))
    gradient = _pull(asked, found)
    for k, i in enumerate(q.used):
        for end, pull in (("upper", gradient[k]), ("lower", -gradient[k])):
            if end not in told[i.name] and pull > LEAST and i.lever is None:
                listed.append((i.name, end, float(pull)))
    return tuple(listed)


def _pull(asked: Program, found: Any) -> Any:
    """Return by how much the gap falls per unit of x that a demand is helped: for limits where a lever stands."""
    x = asked.x(found.z)
    return sum((p * d.value(x)[1] for p, d in zip(found.demands, asked.demands, strict=True)), np.zeros(len(x)))


def _widened(frame: Frame, shifts: Any) -> Frame:
    """Return the effects with free shifts of their own added."""
    m = shifts.shape[2]
    return replace(
        frame, effects=lambda x: frame.effects(x[:-m]) + shifts @ x[-m:],
        slopes=lambda x: np.concatenate([frame.slopes(x[:-m]), shifts], axis=2),
    )  # fmt: skip


def _relaxed(q: Question) -> tuple[tuple[str, float], ...] | None:
    """Return the cheapest passing of limits that would do, None if no limits would."""
    best: tuple[float, Any] | None = None
    for demands in every_demand(q):
        inner = program(q, tuple(_unranged(demands)), budgets=False)
        m = len(q.used)
        prices = np.array([i.price for i in q.used])
        # A lever may be made stronger than its card says, but not turned against itself.
        down = np.array([i.lever is None for i in q.used])
        over = np.hstack([np.eye(m), -np.eye(m)[:, down]])
        wide = replace(
            inner, columns=np.hstack([inner.columns, over]), norm=1,
            price=np.concatenate([inner.price * FREE, prices, prices[down]]),
            limit=np.concatenate([inner.limit, np.full(over.shape[1], np.inf)]), purses=np.zeros(0),
            budgets=np.zeros((0, over.shape[1] + len(inner.price))),
        )  # fmt: skip
        found, _ = solve(wide, seed=q.seed)
        if found is not None and (best is None or found.effort < best[0]):
            best = found.effort, wide.x(found.z)
    if best is None:
        return None
    ends = []
    for i, x in zip(q.used, best[1], strict=True):
        low, high = (float(end) if end is not None else x for end in (i.lower, i.upper))
        if not low - 1e-9 <= x <= high + 1e-9:
            ends.append((i.name, float(x)))
    return tuple(ends)


def _unranged(demands: tuple[Demand, ...]) -> list[Demand]:
    return [d for d in demands if not d.name.startswith("range of ")]
