"""What `plan` returns: the change, its price, what binds, what the mode was and becomes, and why to believe it.

Comes in: parts that `plan` has solved and settled. Goes out: a frozen `Plan` with its sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy

from symbiode.dynamics.modes import Settlement
from symbiode.errors import OK, Status
from symbiode.system.model import Model, split_path
from symbiode.system.scenario import Lever, Scenario
from symbiode.words import say


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happens to one instrument.

    Parameters
    ----------
    name, payer : str
    lever : Lever or None
        The lever of a scenario behind it.
    before, after : sympy.Rational
        Its value, or strength.
    lower, upper : sympy.Rational or None
        Its limits.
    price, cost : float
        Of one unit of change; of this change.
    shadow_lower, shadow_upper : float
        By how much the effort falls per unit that a limit is moved outwards.
    """

    name: str
    payer: str
    lever: Lever | None
    before: sympy.Rational
    after: sympy.Rational
    lower: sympy.Rational | None
    upper: sympy.Rational | None
    price: float
    cost: float
    shadow_lower: float = 0.0
    shadow_upper: float = 0.0

    @property
    def binds(self) -> bool:
        """Whether it went as far as it may."""
        return self.before != self.after and self.after in (self.lower, self.upper)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The mode between two groups, as settled.

    Parameters
    ----------
    mode : str
        A mode, or the outcome where there is none.
    gains : (float, float) or None
        Of both groups.
    symmetry : float or None
        Smaller over larger gain.
    settlement : Settlement
    """

    mode: str
    gains: tuple[float, float] | None
    symmetry: float | None
    settlement: Settlement


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """Why to believe that no cheaper change will do.

    Parameters
    ----------
    kind : "global" or "local"
        Proved over all changes by bounds, or the best of several local searches.
    lower : float or None
        Proved: every change costs at least this.
    residual : float
        Of the optimality conditions, relative to the prices.
    starts, agreed : int
        Local searches, and how many ended at this effort.
    """

    kind: Literal["global", "local"]
    lower: float | None
    residual: float
    starts: int
    agreed: int


@dataclass(frozen=True, kw_only=True)
class Shortfall:
    """Why nothing reaches the target, and what would.

    Parameters
    ----------
    proved : bool
        Whether it is proved that nothing does; else no search found a way.
    gap : float or None
        Least sum of changes of the effects, by other means, that is missing wherever the levers stand.
    missing : tuple of (name, float)
        Those changes.
    levers : tuple of (name, float)
        Where the levers stand when least is missing.
    binding : tuple of (name, "lower" or "upper" or "budget", float)
        Limits that stand in the way, and by how much the gap falls per unit that each is moved outwards.
    relaxed : tuple of (name, float) or None
        The cheapest new limits or budgets that would do; None if no limits would.
    """

    proved: bool
    gap: float | None = None
    missing: tuple[tuple[str, float], ...] = ()
    levers: tuple[tuple[str, float], ...] = ()
    binding: tuple[tuple[str, str, float], ...] = ()
    relaxed: tuple[tuple[str, float], ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Reach:
    """With which probability a change reaches the target, over draws of the effects.

    Parameters
    ----------
    asked : float
    level : float
        The share of the first half of the draws that the change was made to reach, raised above what was asked.
    share, low : float
        Share of the other half that it reaches, and the one-sided lower limit (Clopper and Pearson).
    confidence : float
        Of the limit, shared among `tries` levels.
    draws, tries : int
    before : float
        Share of draws that are in the target already.
    dropped : int
        Rows of the draws left out, as they hold no number somewhere.
    likeliest : bool
        Whether the change is the one that reaches most draws, which may cost more than is needed.
    """

    asked: float
    level: float
    share: float
    low: float
    confidence: float
    draws: int
    tries: int
    before: float
    dropped: int = 0
    likeliest: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The least change of instruments that reaches a target mode.

    Parameters
    ----------
    model : Model
    target : str
    reached : bool
    changes : tuple of Change
        Of every instrument, also where it stays.
    effort : float or None
        Sum of price times change (``norm=1``), or the root of the sum of its squares; None if nothing reaches it.
    norm : 1 or 2
    margin, runaway : float
        Kept: distance to the nearest border of the target in the measure of the effects; 1 - d12*d21, with several
        units one less the spectral radius of the positive effects.
    shadow_margin, shadow_runaway : float
        By how much the effort rises per unit of each.
    shadow_budgets : tuple of (payer or "", float)
    groups : (tuple of str, tuple of str)
        Between whom.
    before : Standing
    tau, reading, budgets, seed
        As asked for.
    after : Standing or None
    changed : Model or None
        The model after the change, for good or at the time `by`.
    times : tuple of float
        When the target is held, empty for good.
    certificate : Certificate or None
    shortfall : Shortfall or None
    reach : Reach or None
    scenario : Scenario or None
        With the strengths of the plan.
    status : Status
    """

    model: Model
    target: str
    reached: bool
    changes: tuple[Change, ...]
    effort: float | None
    norm: Literal[1, 2]
    margin: float
    runaway: float
    groups: tuple[tuple[str, ...], tuple[str, ...]]
    before: Standing
    tau: float = 0.1
    reading: Literal["settled", "nominal"] = "settled"
    budgets: tuple[tuple[str, float], ...] = ()
    seed: int = 0
    after: Standing | None = None
    changed: Model | None = None
    shadow_margin: float = 0.0
    shadow_runaway: float = 0.0
    shadow_budgets: tuple[tuple[str, float], ...] = ()
    times: tuple[float, ...] = ()
    certificate: Certificate | None = None
    shortfall: Shortfall | None = None
    reach: Reach | None = None
    scenario: Scenario | None = None
    status: Status = OK

    @property
    def payers(self) -> tuple[tuple[str, float], ...]:
        """Who pays how much, in the order of the instruments; without a name where none is given."""
        found: dict[str, float] = {}
        for change in self.changes:
            found[change.payer] = found.get(change.payer, 0.0) + change.cost
        return tuple(found.items())

    @property
    def illustrative(self) -> bool:
        """Whether a value of the model or the size of a lever is an example."""
        return self.model.illustrative or any(c.lever is not None and c.lever.illustrative for c in self.changes)

    def summary(self, lang: str = "en") -> str:
        """Return some lines for a reader; the first says whether it can be done, and at what effort."""
        from symbiode.policy.effort.telling import lines

        return "\n".join(lines(self, lang))


def shown(model: Model, name: str, lever: Lever | None, lang: str) -> str:
    """Return an instrument in words: its label, or which value it is."""
    if lever is not None:
        mechanism = f"{lever.mechanism} " if lever.mechanism else ""
        return mechanism + lever.shown(lang)
    path = split_path(name)
    labels = {unit.name: unit.shown(lang) for unit in model.units}
    if path[0] == "effects":
        return say("policy_effect", lang, receiver=labels[path[1]], source=labels[path[2]])
    return name

