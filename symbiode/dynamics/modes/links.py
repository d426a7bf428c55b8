"""How open the links between units are, and the organisation mode that this means.

Comes in: a model whose effects go through an interface, and a scenario or none. Goes out: an `Organisation`. The
conductance of a link is where its effect stands between a shut interface (0) and an open one (1); what levers add to
an effect or leakage takes from it beside the interface cancels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy

from symbiode.errors import Code, InvalidValueError, RefusedError, quote, refused
from symbiode.render import between
from symbiode.system.arithmetic import number
from symbiode.system.model import Model
from symbiode.system.scenario import Scenario, events, turns, values_over
from symbiode.words import say

CELLS, LEAST = 1000, 200
Link = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """The organisation mode of a symbiosis: how much of the time, and how many links, are open.

    Parameters
    ----------
    kind : "none", "point", "intermittent", "continuous" or "integrated"
        Nothing open; some link open for at most a tenth of the time; for part of it; nearly all of it (nine tenths and
        more); and then nearly all links. The tenth is our convention.
    time_share : float
        Share of the time in which some link is open; 0 or 1 without a scenario.
    link_share : float
        Share of the links that are open while some are.
    threshold : float
        A link is open if its conductance is at least this.
    conductances : tuple of ((receiver, source), float) pairs
        Of every link through the interface; its mean over the time.
    between : (float, float) or None
        The time that counts, None without a scenario.
    illustrative : bool
    """

    kind: str
    time_share: float
    link_share: float
    threshold: float
    conductances: tuple[tuple[Link, float], ...]
    between: tuple[float, float] | None = None
    illustrative: bool = False

    def summary(self, lang: str = "en") -> str:
        """Return one line for a reader."""
        values = {"time": between(100 * self.time_share), "links": between(100 * self.link_share)}
        when = "links_now" if self.between is None else "links_over"
        ends = dict(zip(("begin", "end"), (f"{t:g}" for t in self.between or ()), strict=False))
        told = say(when, lang, limit=f"{self.threshold:g}", **values, **ends)
        return say("links_summary", lang, kind=say(f"organisation_{self.kind}", lang), told=told)


def organisation(
    model: Model, scenario: Scenario | None = None, between: tuple[object, object] | None = None, *,
    threshold: float = 0.5, tolerance: float = 0.1,
) -> Organisation:  # fmt: skip
    """Return the organisation mode of a model, as it stands or along a scenario.

    Parameters
    ----------
    model : Model
        Effects that go through an interface are formulas of named parameters that say by ``element`` that they are
        part of the interface or the barrier.
    scenario : Scenario, optional
    between : (begin, end), with a scenario
        The time that counts.
    threshold : float
        From 0 to 1: a link is open if its conductance is at least this.
    tolerance : float
        From 0 to 1/2: shares up to this count as a point, shares from one minus this as all.

    Returns
    -------
    Organisation

    Raises
    ------
    RefusedError
        If no effect goes through an interface.
    InvalidValueError
        If a scenario comes without times, or a number is outside its range.

    References
    ----------
    Yuan Chunqing (1998): point, intermittent, continuous and integrated symbiosis. The shares are our reading of it.

    Examples
    --------
    >>> import symbiode
    >>> organisation(symbiode.load("shenzhen-hongkong")).kind
    'integrated'
    """
    limit, band = _share(threshold, "threshold", 1), _share(tolerance, "tolerance", 0.5)
    links = conductances(model)
    if not links:
        detail = 'No effect is a formula of a parameter whose element is "interface. …" or "barrier".'
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    span = None if scenario is None else _span(between)
    if scenario is None or span is None:
        times, shares = [0.0], [1.0]
        table: list[tuple[Any, ...]] = [(formula.xreplace(dict(model.values)),) for formula in links.values()]
    else:
        times, shares = _cells(scenario, *span)
        table = _over(model, scenario, links, times)
    counts = [sum(bool(row[k] >= limit) for row in table) for k in range(len(times))]
    time = math.fsum(w for w, count in zip(shares, counts, strict=True) if count)
    opened = math.fsum(w * count for w, count in zip(shares, counts, strict=True)) / len(links)
    share = opened / time if time else 0.0
    means = (math.fsum(w * c for w, c in zip(shares, row, strict=True)) for row in table)
    return Organisation(
        kind=_kind(time, share, float(band)), time_share=time, link_share=share, threshold=float(limit),
        conductances=tuple(zip(links, means, strict=True)),
        between=span, illustrative=model.illustrative or (scenario is not None and scenario.illustrative),
    )  # fmt: skip


def _share(given: object, name: str, top: float) -> sympy.Rational:
    value = number(given, name)
    if not 0 <= value <= top:
        raise InvalidValueError(name, given, f"0 to {top:g}")
    return value


def _kind(time: float, links: float, band: float) -> str:
    if time <= 0:
        return "none"
    if time <= band:
        return "point"
    if time < 1 - band:
        return "intermittent"
    return "continuous" if links < 1 - band else "integrated"


def conductances(model: Model) -> dict[Link, sympy.Expr]:
    """Return the conductance of every link through the interface, a formula in the symbols of named parameters.

    Examples
    --------
    >>> import symbiode
    >>> conductances(symbiode.load("shenzhen-hongkong"))[("shenzhen", "hongkong")].xreplace(
    ...     dict(symbiode.load("shenzhen-hongkong").values))
    1/2
    """
    return {link: sympy.cancel((value - shut) / reach) for link, (value, shut, reach) in _links(model).items()}


def with_conductance(model: Model, conductance: object) -> Model:
    """Return a model with every link through the interface at one conductance; what adds to it stays.

    Examples
    --------
    >>> import symbiode
    >>> shut = with_conductance(symbiode.load("shenzhen-hongkong"), 0)
    >>> symbiode.settle(shut).mode.value
    'neutralism'
    """
    c, values = number(conductance, "conductance"), dict(model.values)
    links = {
        f"effects.{quote(to)}.{quote(by)}": exact((shut + c * reach).xreplace(values))
        for (to, by), (_, shut, reach) in _links(model).items()
    }
    return model.with_values(links)


def exact(value: sympy.Basic) -> sympy.Rational:
    """Return a number that a model takes: an irrational one counts as the decimal of 17 digits."""
    return value if isinstance(value, sympy.Rational) else number(float(sympy.N(value)))


def _links(model: Model) -> dict[Link, tuple[sympy.Expr, sympy.Expr, sympy.Expr]]:
    """Return of each link its effect, the effect where the interface is shut, and what opening it fully adds."""
    ways = [p for p in model.parameters if p.element.startswith("interface") or p.element == "barrier"]
    shut, wide = {}, {}
    for p in ways:
        ends = (sympy.S.Zero if p.lower is None else p.lower, sympy.S.One if p.upper is None else p.upper)
        wide[p.symbol], shut[p.symbol] = ends if p.element == "barrier" else ends[::-1]
    found = {}
    for p in model.parameters:
        if p.path[0] == "effects" and not p.value.free_symbols.isdisjoint(shut):
            closed = p.value.xreplace(shut)
            reach = sympy.expand(p.value.xreplace(wide) - closed)
            if reach != 0:
                found[p.path[1], p.path[2]] = p.value, closed, reach
    return found


def _span(between: tuple[object, object] | None) -> tuple[float, float]:
    if between is None:
        raise InvalidValueError("between", None, "(begin, end), the time of the scenario that counts")
    begin, end = (float(number(t, "between")) for t in between)
    if not begin < end:
        raise InvalidValueError("between", between, "a begin before an end")
    return begin, end


def _cells(scenario: Scenario, begin: float, end: float) -> tuple[list[float], list[float]]:
    """Return middles of equal parts of the stretches between events and fast turns, and their shares of the time."""
    fast = turns(scenario, number(begin, "between"), number(end, "between"))
    inside = sorted({float(t) for t in (*events(scenario), *fast) if begin < t < end})
    marks, middles, weights = [begin, *inside, end], [], []
    for low, high in pairwise(marks):
        count = max(LEAST, round(CELLS * (high - low) / (end - begin)))
        middles += [low + (high - low) * (k + 0.5) / count for k in range(count)]
        weights += [(high - low) / (end - begin) / count] * count
    return middles, weights


def _over(
    model: Model, scenario: Scenario, links: Mapping[Link, sympy.Expr], times: list[float]
) -> list[tuple[Any, ...]]:
    """Return the conductance of each link at each time."""
    moved: dict[str, Any] = values_over(model, scenario, times)
    paths: dict[sympy.Basic, str] = {
        p.symbol: f"parameters.{quote(p.path[1])}"
        for p in model.parameters if p.path[0] == "parameters"
    }
    rows: list[tuple[Any, ...]] = []
    for formula in links.values():
        running = [symbol for symbol in formula.free_symbols if paths[symbol] in moved]
        fixed = formula.xreplace({k: v for k, v in model.values.items() if k not in running})
        value = sympy.lambdify(running, fixed, "math")(*(moved[paths[symbol]] for symbol in running))
        rows.append(tuple(value.tolist()) if running else (float(value),) * len(times))
    return rows
