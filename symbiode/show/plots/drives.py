"""What drives it: the terms that the growth rate of each unit is made of, over time, stacked to their sum.

Comes in: a path of modes, a trajectory, a fit or a model. Goes out: one panel per unit, benefits above zero, burdens
below.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.numerics import compiled, vectors
from symbiode.errors import Code, InvalidValueError, RefusedError, refused
from symbiode.show.naming import time_unit
from symbiode.show.palette import INK, unit
from symbiode.show.plots import series
from symbiode.show.plots._frame import PAGE, illustrative_note, legend, panels, subject
from symbiode.system.model import COMMON, Model, delays_of, find_slot
from symbiode.system.scenario import Lever, Scenario, values_over, with_moved
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
POINTS, MOST, COLUMNS, _ROUNDING = 241, 5, 2, 1e-13
HATCHES = ("////", "\\\\\\\\", "xxx", "----", "||||", "++", "oo", "..")
LOOKS = {
    "own_growth": {"facecolor": "#D4D4D4"},
    "own_limit": {"facecolor": "#8C8C8C"},
    "own": {"facecolor": "#B0B0B0"},
    "together": {"facecolor": "#F5F0DC", "hatch": "oo"},
    "other_units": {"facecolor": "#F1F1F1", "hatch": "..."},
    "other_events": {"facecolor": "#FFFDF0", "hatch": "ooo"},
}
EVENTS = ("#FFE08A", "#F7C6D9", "#D9C7F0", "#CDE8B5", "#FFD2B3")


@dataclass(frozen=True, kw_only=True)
class Term:
    """One term of growth.

    Parameters
    ----------
    kind : "own_growth", "own_limit", "own", "effect", "together" or "lever"
    name : str
        The unit or lever it comes from; empty for the others.
    rate : array, shape (time, unit)
        What it adds to the growth rate of each unit, 1/time; NaN where a unit is absent.
    """

    kind: str
    name: str
    rate: Array


@dataclass(frozen=True, kw_only=True)
class Drives:
    """What growth is made of.

    Parameters
    ----------
    model : Model
    scenario : Scenario
    t : array, shape (time,)
    y : array, shape (time, unit)
    rate : array, shape (time, unit)
        Growth rate (dx_i/dt)/x_i, 1/time.
    terms : tuple of Term
        They add up to `rate`.
    """

    model: Model
    scenario: Scenario
    t: Array
    y: Array
    rate: Array
    terms: tuple[Term, ...]

    @property
    def shares(self) -> Array:
        """Each term over the sum of the sizes of all, from -1 to 1, shape (term, time, unit); 0 where nothing acts."""
        stacked = np.stack([term.rate for term in self.terms])
        whole = np.abs(stacked).sum(axis=0)
        shares: Array = stacked / np.where(whole == 0, 1.0, whole)
        return shares


def size(result: Drives) -> tuple[float, float]:
    """Return the size of the figure: two panels in a row, room for the legend."""
    rows = -(-len(result.model.units) // COLUMNS)
    return PAGE, 0.9 + 2.1 * rows


def compute(model_or_result: object, *, scenario: Scenario | None = None, until: float | None = None) -> Drives:
    """Split the growth rate along a path into terms that add up to it.

    With p the values before any lever moves them, and levers in the order of their dates, the terms of unit i are its
    own growth f_i(0; p), its own limit f_i(x_i alone; p) - f_i(0; p) (one term where f_i(0) is infinite), the effect of
    each other unit f_i(x_i, x_j; p) - f_i(x_i alone; p), what the others do together beyond that, and for each lever
    f_i(x; with it) - f_i(x; with the earlier ones only). Where growth is a sum over partners these are its summands.

    Parameters
    ----------
    model_or_result : ModePath, Trajectory, Fit or Model
        A model is simulated from its own initial levels.
    scenario : Scenario, optional
        What moves the model, or moved it on the way of a trajectory; a path of modes brings its own.
    until : float, optional
        The last time of a model that is simulated; by default eight times its slowest own time scale.

    Returns
    -------
    Drives

    Raises
    ------
    RefusedError
        If effects come with a delay, so that growth is no function of the present levels.
    InvalidValueError
        If a trajectory was simulated under a scenario and that scenario is not given.

    Examples
    --------
    >>> import symbiode
    >>> found = compute(symbiode.load("shenzhen-hongkong"))
    >>> [(term.kind, term.name) for term in found.terms]
    [('own_growth', ''), ('own_limit', ''), ('effect', 'shenzhen'), ('effect', 'hongkong')]
    """
    model = subject(model_or_result).model
    scenario = getattr(model_or_result, "scenario", None) or scenario or Scenario(name=model.name)
    under = dict(getattr(model_or_result, "settings", ())).get("scenario", scenario.name)
    if under != scenario.name:
        raise InvalidValueError("scenario", scenario.name, f"{under}, under which this trajectory was simulated")
    model = with_moved(model, scenario.levers)
    if delays_of(model):
        raise RefusedError(refused(Code.NOT_SUPPORTED, "With delays, growth is no function of the present levels."))
    t, y = _path(model_or_result, model, scenario, until)
    levers = sorted(scenario.levers, key=lambda lever: float("-inf") if lever.at is None else float(lever.at))
    with np.errstate(all="ignore"):
        base = _growth(model, (), t)
        terms, rate = _terms(model, base, y), base(y)
        for k, lever in enumerate(levers, 1):
            after = _growth(model, levers[:k], t)(y)
            if (after != rate).any():
                terms.append(Term(kind="lever", name=lever.name, rate=after - rate))
            rate = after
    present = np.where(y > 0, 0.0, np.nan)
    terms = [Term(kind=term.kind, name=term.name, rate=term.rate + present) for term in terms]
    if any(lever.illustrative for lever in levers):
        model = replace(model, illustrative=True)
    return Drives(model=model, scenario=scenario, t=t, y=y, rate=rate + present, terms=tuple(terms))


def _path(given: Any, model: Model, scenario: Scenario, until: float | None) -> tuple[Array, Array]:
    if hasattr(given, "actual"):
        return given.t, given.actual.state
    if hasattr(given, "get_forecast") or hasattr(given, "y"):
        shown = series.compute(given)
        return shown.t, shown.y
    from symbiode.dynamics.simulation import simulate

    times = np.linspace(0, series.horizon(model) if until is None else until, POINTS)
    found = simulate(model, times, "initial", scenario)
    return found.t, found.y


def _growth(model: Model, levers: Sequence[Lever], t: Array) -> Callable[[Array], Array]:
    """Return growth rates at the given times as a function of states, shape (..., time, unit), with some levers."""
    units = tuple(unit.name for unit in model.units)
    part = Scenario(name="", levers=tuple(levers))
    moved = values_over(model, part, t, wanted=lambda p: find_slot(model.law, units, p.path) not in COMMON)
    numerics, p = compiled(model), vectors(model, moved)
    if numerics.kolmogorov:
        return lambda y: numerics.per_capita(t, y, p)
    return lambda y: numerics.rates(t, y, p) / y


def _terms(model: Model, growth: Callable[[Array], Array], y: Array) -> list[Term]:
    """Return the terms without levers: own, of each other unit, of all others beyond that."""
    n = len(model.units)
    single, whole = np.eye(n, dtype=bool), growth(y)
    nobody, alone = _diagonal(growth, y, 0 * single), _diagonal(growth, y, single)
    bare = np.isfinite(nobody) | ~(y > 0)
    terms = [
        Term(kind="own_growth", name="", rate=np.where(bare, nobody, np.nan)),
        Term(kind="own_limit", name="", rate=np.where(bare, alone - nobody, np.nan)),
    ]
    if not bare.all():
        terms = [Term(kind="own", name="", rate=alone)]
    effects = []
    for j, other in enumerate(model.units):
        with_j = _diagonal(growth, y, single | single[j])
        effects.append(Term(kind="effect", name=other.name, rate=with_j - alone))
    acting = [term for term in effects if (np.nan_to_num(term.rate) != 0).any()]
    rest = whole - alone - sum(term.rate for term in acting)
    scale = np.maximum.reduce([np.abs(whole), np.abs(alone), *(np.abs(term.rate) for term in acting)])
    joint = np.where(np.abs(rest) > _ROUNDING * n * scale, rest, 0.0)
    return [*terms, *acting, *([Term(kind="together", name="", rate=joint)] if joint.any() else [])]


def _diagonal(growth: Callable[[Array], Array], y: Array, present: NDArray[Any]) -> Array:
    """Return the growth rate of each unit i where only the units in row i of a table are present."""
    n = y.shape[1]
    found = growth(np.where(np.asarray(present, bool)[:, None, :], y, 0.0))
    return np.stack([found[i, :, i] for i in range(n)], axis=1)


def draw(ax: Axes, result: Drives, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw one panel per unit and return the artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its place is divided into one panel per unit.
    result : Drives
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    units = result.model.units
    columns = min(COLUMNS, len(units))
    grid = panels(ax, -(-len(units) // columns), columns)
    shown = _shown(result, lang)
    artists: dict[str, list[Any]] = {"terms": [], "total": []}
    known = result.t[np.isfinite(result.rate).any(axis=1)]
    for i, place in enumerate(grid[: len(units)]):
        tops, bottoms = np.zeros(len(result.t)), np.zeros(len(result.t))
        for label, look, rate in shown:
            here = 100 * rate[:, i]
            for stack, part in ((tops, np.maximum(here, 0)), (bottoms, np.minimum(here, 0))):
                if np.nan_to_num(part).any() or (i == 0 and stack is tops):
                    artists["terms"].append(place.fill_between(
                        result.t, stack, stack + part, lw=0.3, edgecolor=INK["axis"], label=label, **look
                    ))  # fmt: skip
                stack += part
        artists["total"] += place.plot(
            result.t, 100 * result.rate[:, i], color=INK["text"], lw=1.5, label=say("drives_total", lang)
        )
        place.axhline(0, color=INK["axis"], lw=0.6)
        place.set_title(say("drives_title", lang, unit=units[i].shown(lang)), pad=4)
        place.set_ylabel(say("drives_rate", lang, time=time_unit(result.model, lang)))
        place.set_xlabel(time_unit(result.model, lang))
        place.set_xlim(result.t[0], known[-1] if len(known) > 1 else result.t[-1])
        for side in ("top", "right"):
            place.spines[side].set_visible(False)
    for place in grid[len(units) :]:
        place.set_axis_off()
    legend(grid[0], columns=4, note=illustrative_note(result.model, lang))
    return artists


def _shown(result: Drives, lang: str) -> list[tuple[str, dict[str, Any], Array]]:
    """Return label, look and rates of what is drawn: small effects and events beyond a few are drawn as one."""
    model = result.model
    found: list[tuple[str, dict[str, Any], Array]] = []
    names = {one.name: (k, one.shown(lang)) for k, one in enumerate(model.units)}
    events = {lever.name: lever.shown(lang) for lever in result.scenario.levers}
    own = [term for term in result.terms if term.kind.startswith("own") or term.kind == "together"]
    for term in own:
        found.append((say(f"drives_{term.kind}", lang), dict(LOOKS[term.kind]), term.rate))
    for term, *rest in _largest([term for term in result.terms if term.kind == "effect"]):
        k, told = names[term.name]
        look: dict[str, Any] = {"facecolor": unit(k)["colour"], "alpha": 0.75, "hatch": HATCHES[k % len(HATCHES)]}
        text = say("drives_effect", lang, unit=told)
        if rest:
            text, look = say("drives_other_units", lang, count=1 + len(rest)), dict(LOOKS["other_units"])
        found.append((text, look, sum((each.rate for each in rest), term.rate)))
    for k, (term, *rest) in enumerate(_largest([term for term in result.terms if term.kind == "lever"])):
        text, look = events[term.name], {"facecolor": EVENTS[k % len(EVENTS)], "hatch": HATCHES[-1 - k % 4]}
        if rest:
            text, look = say("drives_other_events", lang, count=1 + len(rest)), dict(LOOKS["other_events"])
        found.append((text, look, sum((each.rate for each in rest), term.rate)))
    return found


def _largest(terms: list[Term]) -> list[list[Term]]:
    """Return the largest terms one by one in their order, then the others together."""
    if len(terms) <= MOST:
        return [[term] for term in terms]
    sized = sorted(terms, key=lambda term: -float(np.nansum(np.abs(term.rate))))
    kept = {term.name for term in sized[: MOST - 1]}
    rest = [term for term in terms if term.name not in kept]
    return [*([term] for term in terms if term.name in kept), rest]
