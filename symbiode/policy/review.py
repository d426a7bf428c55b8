"""review(): everything this room says of one model, for a report: indices, mechanisms, paths, policy and claims.

Comes in: a model as it settles and the scenarios written for it. Goes out: a `Review`; a part that does not fit the
model is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from symbiode.dynamics.modes import Evidence, Outcome, Settlement, settle
from symbiode.dynamics.modes.indices import Indices, indices
from symbiode.dynamics.modes.links import Organisation, organisation
from symbiode.errors import InputError, RefusedError, quote
from symbiode.policy.effort import plan
from symbiode.policy.effort.results import Plan
from symbiode.policy.experiments import claims
from symbiode.policy.paths import mode_path
from symbiode.policy.results import ModePath
from symbiode.policy.statements import Answer, Claim
from symbiode.system.model import Model
from symbiode.system.scenario import Lever, Scenario, with_strengths

MOST_PATHS = 3
TOLD = ("history", "all-mechanisms", "no-further-cooperation")
"""Which paths a report shows, where scenarios of these names are there."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One lever fully in force, nothing else moved.

    Parameters
    ----------
    lever : Lever
    settlement : Settlement
    indices : Indices
    """

    lever: Lever
    settlement: Settlement
    indices: Indices


@dataclass(frozen=True, kw_only=True)
class Review:
    """What would change a model, and what its equations say to the claims of the field.

    Parameters
    ----------
    model : Model
    indices : Indices
    organisation : tuple of Organisation
        At thresholds of 1/4, 1/2 and 3/4; empty where no effect goes through an interface.
    trials : tuple of Trial
        One per lever of `levers`.
    levers : Scenario or None
        What is tried and may be used by the policy: the first lever for each mechanism, or every one where none names
        its mechanism.
    paths : tuple of (card, ModePath) pairs
    plans : tuple of Plan
        Least effort to symmetric mutualism: with those levers, and by the effects themselves.
    claims : tuple of Claim
        Those that could be tested.
    """

    model: Model
    indices: Indices
    organisation: tuple[Organisation, ...] = ()
    trials: tuple[Trial, ...] = ()
    levers: Scenario | None = None
    paths: tuple[tuple[str, ModePath], ...] = ()
    plans: tuple[Plan, ...] = ()
    claims: tuple[Claim, ...] = ()


def review(
    settled: Settlement,
    scenarios: Mapping[str, Scenario] | None = None,
    *,
    progress: Callable[[str], None] = lambda text: None,
) -> Review:
    """Return everything this room says of a model that has been settled.

    Parameters
    ----------
    settled : Settlement
    scenarios : mapping of card to Scenario, optional
        Written for its model.
    progress : callable
        Told in words what is being done.

    Returns
    -------
    Review
    """
    model, cards = settled.model, scenarios or {}
    levers = _levers(cards.values())
    plain = settled.evidence not in (None, Evidence.SIMULATION)
    progress("testing the claims of the field")
    told = [claim for claim in (claims(model) if plain else ()) if claim.answer is not Answer.UNTESTED]
    progress("trying levers, paths and policies")
    return Review(
        model=model, indices=indices(settled), organisation=_organised(model), levers=levers, claims=tuple(told),
        trials=_trials(model, levers) if plain else (), paths=_paths(model, cards),
        plans=_plans(model, levers) if settled.outcome is Outcome.COEXISTENCE else (),
    )  # fmt: skip


def _organised(model: Model) -> tuple[Organisation, ...]:
    try:
        return tuple(organisation(model, threshold=quarter / 4) for quarter in (1, 2, 3))
    except RefusedError:
        return ()


def _levers(scenarios: Iterable[Scenario]) -> Scenario | None:
    """Return the first lever for each mechanism, or every lever where none names its mechanism."""
    there = [lever for scenario in scenarios for lever in scenario.levers if lever.moves]
    named = [lever for lever in there if lever.mechanism] or there
    first = {lever.mechanism or lever.name: lever for lever in reversed(named)}
    found = tuple(first[key] for key in sorted(first))
    return Scenario(name="levers", levers=found) if len({lever.name for lever in found}) == len(found) > 0 else None


def _trials(model: Model, levers: Scenario | None) -> tuple[Trial, ...]:
    found = []
    for lever in levers.levers if levers is not None else ():
        with suppress(InputError):  # at full strength it would leave the range of a value
            settled = settle(with_strengths(model, [lever], {lever.name: 1}))
            found.append(Trial(lever=lever, settlement=settled, indices=indices(settled)))
    return tuple(found)


def _paths(model: Model, cards: Mapping[str, Scenario]) -> tuple[tuple[str, ModePath], ...]:
    chosen = [card for card in TOLD if card in cards] or list(cards)
    found = []
    for card in chosen[: MOST_PATHS if len(model.units) == 2 else 1]:
        with suppress(InputError, RefusedError):
            found.append((card, mode_path(model, cards[card])))
    return tuple(found)


def _plans(model: Model, levers: Scenario | None) -> tuple[Plan, ...]:
    """Return the least effort with the levers, and, for a pair, by the effects themselves."""
    effects = [".".join(map(quote, p.path)) for p in model.parameters if p.path[0] == "effects"]
    found = []
    with suppress(InputError, RefusedError):
        if levers is not None:
            found.append(plan(model, scenario=levers))
    with suppress(InputError, RefusedError):
        if len(effects) == 2:
            found.append(plan(model, levers=effects))
    return tuple(found)
