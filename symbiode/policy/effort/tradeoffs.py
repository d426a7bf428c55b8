"""What more safety costs, and what each lever is worth: the same question asked again with one thing changed.

Comes in: a `Plan`. Goes out: a `Frontier` (plans over a grid of margins or probabilities) and `Worth`s. The
answers of a grid are as good as those of `plan`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from symbiode.policy.effort.asking import again
from symbiode.policy.effort.chances import robust
from symbiode.policy.effort.results import Plan
from symbiode.policy.effort.search import Question, cheapest
from symbiode.policy.effort.settling import answered

POINTS, HALVINGS, WIDEST = 7, 5, 4.0


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """Least effort over margins or probabilities.

    Parameters
    ----------
    plan : Plan
        The plan at what was asked for.
    over : "margin" or "probability"
    values : tuple of float
    plans : tuple of Plan
        One for each value; some may not reach the target.
    limit : float or None
        No larger margin was reached than this; None if it was not looked for.
    """

    plan: Plan
    over: Literal["margin", "probability"]
    values: tuple[float, ...]
    plans: tuple[Plan, ...]
    limit: float | None = None

    @property
    def model(self) -> Any:
        """The model that the plan is about."""
        return self.plan.model


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What one lever is worth.

    Parameters
    ----------
    name : str
    alone : float or None
        Effort with this lever only, None if it does not reach the target by itself.
    without : float or None
        Effort with all other levers, None if they do not reach it (leave one out).
    """

    name: str
    alone: float | None
    without: float | None


def frontier(
    made: Plan, *, margins: Sequence[float] | None = None, probabilities: Sequence[float] | None = None,
    draws: Any = None,
) -> Frontier:  # fmt: skip
    """Return the least effort over margins, or over probabilities.

    Parameters
    ----------
    made : Plan
    margins : sequence of float, optional
        By default seven from 0 to the largest that is reached; where each answer is a search, five up to three times
        the margin of the plan.
    probabilities : sequence of float, optional
        With `draws`, as for `plan`: the effort over these instead.

    Examples
    --------
    >>> import symbiode
    >>> model = symbiode.load("shenzhen-hongkong")
    >>> made = symbiode.plan(model, levers=["effects.hongkong.shenzhen"])
    >>> found = frontier(made, margins=[0, 0.01, 0.02])
    >>> [p.effort for p in found.plans] == sorted(p.effort for p in found.plans)
    True
    """
    q, times = again(made)
    if probabilities is not None:
        plans = [robust(q, times, draws, p) for p in probabilities]
        return Frontier(plan=made, over="probability", values=tuple(map(float, probabilities)), plans=tuple(plans))
    limit = None
    if margins is None and not (q.pair and all(f.linear for f in q.frames)):
        margins = [k * (q.margin or 0.01) / 2 for k in (0, 1, 2, 4, 6)]  # the largest would take too many searches
    if margins is None:
        limit = _widest(q)
        margins = [limit * k / (POINTS - 1) * (0.999 if k == POINTS - 1 else 1) for k in range(POINTS)]
        margins = sorted({*margins, q.margin} if q.margin <= limit else margins)
    plans = [
        made if m == q.margin else answered(replace(q, margin=float(m)), times, explain=False)
        for m in margins
    ]
    return Frontier(plan=made, over="margin", values=tuple(map(float, margins)), plans=tuple(plans), limit=limit)


def _widest(q: Question) -> float:
    """Return the largest margin for which an answer is found, by halving."""
    low, high = 0.0, WIDEST
    while high > q.margin / 4 and high > 1e-3:
        if cheapest(replace(q, margin=high / 2))[0] is not None:
            low = high / 2
            break
        high /= 2
    for _ in range(HALVINGS if low else 0):
        middle = (low + high) / 2
        found = cheapest(replace(q, margin=middle))[0] is not None
        low, high = (middle, high) if found else (low, middle)
    return low


def worth(made: Plan) -> tuple[Worth, ...]:
    """Return what every lever of a plan is worth, in the plan's order."""
    q, times = again(made)

    def effort(kept: list[int]) -> float | None:
        if not kept:
            return None
        chosen = tuple(i if k in kept else replace(i, lower=i.base, upper=i.base) for k, i in enumerate(q.used))
        return answered(replace(q, used=chosen), times, explain=False).effort

    every = list(range(len(q.used)))
    return tuple(
        Worth(name=i.name, alone=effort([k]), without=effort([j for j in every if j != k]))
        for k, i in enumerate(q.used)
    )


def shares(found: Frontier) -> tuple[tuple[str, ...], np.ndarray[Any, np.dtype[np.float64]]]:
    """Return the levers that are used anywhere, and the effort of each, shape (lever, value); NaN out of reach."""
    names = [c.name for c in found.plan.changes]
    table = np.array([[c.cost if p.reached else np.nan for c in p.changes] for p in found.plans]).T
    kept = [k for k in range(len(names)) if np.nanmax(np.append(table[k], 0.0)) > 1e-9]
    return tuple(names[k] for k in kept), table[kept]
