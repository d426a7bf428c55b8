"""Levers, moves and scenarios: what changes, by how much, and when.

Comes in: parts that `build_scenario` has checked. Goes out: the activity of a lever at a time, exact where it is
rational, and the times at which activities are not smooth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import sympy

from symbiode.errors import InvalidValueError, UnknownNameError
from symbiode.system.model import constant

Shape = Literal["step", "ramp", "adoption", "pulse", "constant"]
# What each shape needs, and what it may have.
SHAPES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "step": (("at",), ()),
    "ramp": (("at", "until"), ()),
    "adoption": (("at", "speed"), ("lag",)),
    "pulse": (("at", "lasting"), ()),
    "constant": ((), ()),
}
MECHANISMS = ("A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3")
FAMILIES = {"A": "unit", "B": "environment", "C": "interface"}
_REACH = 36
"""In units of an adoption or pulse: what is left beyond, exp(-36), is rounding."""
_NONE, _FULL = sympy.Integer(0), sympy.Integer(1)


@dataclass(frozen=True, kw_only=True)
class Move:
    """What one lever does to one value: base * (1 + times * s) + add * s, with the lever's activity s.

    Parameters
    ----------
    path : str
        Key path as for `Model.with_values`: ``parameters.barrier``, ``effects.shenzhen.hongkong``.
    add, times : sympy.Rational
        At full activity: what is added, in the measure of the value; the relative change, 0.1 for ten per cent more.
    """

    path: str
    add: sympy.Rational = _NONE
    times: sympy.Rational = _NONE


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One lever: an activity s(t) from 0 to 1, and what it moves.

    Parameters
    ----------
    name : str
        Its name in the scenario.
    moves : tuple of Move
        What it does; may be empty, for a dated event without a stated effect.
    shape : "step", "ramp", "adoption", "pulse" or "constant"
        s is the strength times: 0 before `at`, then 1; linear from 0 at `at` to 1 at `until`;
        1/(1 + exp(-speed (t - at - lag))); 0 before `at`, then exp(-(t - at)/lasting); 1 throughout.
    at, until : sympy.Rational or None
        Times, in the time unit of the model.
    speed, lag, lasting : sympy.Rational or None
        Per time unit, more than zero; time units, zero or more; time units, more than zero.
    strength : sympy.Rational
        From 0 to 1.
    label : tuple of (language, str) pairs
        What figures and pages show; the name where a language is missing.
    mechanism : str
        ``A1`` to ``C3`` of the paper, or empty.
    family : str
        ``unit``, ``environment``, ``interface`` or empty.
    date, source : str
        When it was, as its source says; where that stands.
    illustrative : bool
        Whether its magnitudes are examples, not estimates: said wherever one of them appears.
    """

    name: str
    moves: tuple[Move, ...] = ()
    shape: Shape = "step"
    at: sympy.Rational | None = None
    until: sympy.Rational | None = None
    lasting: sympy.Rational | None = None
    speed: sympy.Rational | None = None
    lag: sympy.Rational | None = None
    strength: sympy.Rational = _FULL
    label: tuple[tuple[str, str], ...] = ()
    mechanism: str = ""
    family: str = ""
    date: str = ""
    source: str = ""
    illustrative: bool = False

    def shown(self, lang: str = "en") -> str:
        """Return the label in a language, the name if there is none."""
        return dict(self.label).get(lang, self.name)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Levers over time, for one model.

    Parameters
    ----------
    name : str
        For headings and file names.
    levers : tuple of Lever
        Their moves of one value add up.
    model : str
        The shipped model or model file the scenario was written for, empty if none is named.
    label : tuple of (language, str) pairs
        What figures and pages show; the name where a language is missing.
    source : str
        Where it comes from.
    illustrative : bool
        Whether its magnitudes are examples, not estimates.
    """

    name: str
    levers: tuple[Lever, ...] = ()
    model: str = ""
    label: tuple[tuple[str, str], ...] = ()
    source: str = ""
    illustrative: bool = False

    def shown(self, lang: str = "en") -> str:
        """Return the label in a language, the name if there is none."""
        return dict(self.label).get(lang, self.name)

    def with_strengths(self, strengths: Mapping[str, object]) -> Scenario:
        """Return the same scenario with other strengths for some levers.

        Raises
        ------
        UnknownNameError, InvalidValueError
            If there is no such lever, or a strength is not from 0 to 1.
        """
        exact = checked_strengths(self.levers, strengths)
        levers = (replace(lever, strength=exact.get(lever.name, lever.strength)) for lever in self.levers)
        return replace(self, levers=tuple(levers))


def checked_strengths(levers: tuple[Lever, ...], strengths: Mapping[str, object]) -> dict[str, sympy.Rational]:
    """Return strengths as exact numbers from 0 to 1."""
    names, exact = [lever.name for lever in levers], {}
    for name, given in strengths.items():
        if name not in names:
            raise UnknownNameError("lever", name, names)
        exact[name] = constant(given, f"strength of {name}")
        if not 0 <= exact[name] <= 1:
            raise InvalidValueError(f"strength of {name}", given, "0 to 1")
    return exact


def events(scenario: Scenario) -> tuple[sympy.Rational, ...]:
    """Return the times at which an activity is not smooth, in order: steps, begins and ends of ramps, pulses.

    Examples
    --------
    >>> events(Scenario(name="mine", levers=(Lever(name="rail", at=sympy.Integer(2018)),)))
    (2018,)
    """
    found: set[sympy.Rational] = set()
    for lever in scenario.levers:
        if lever.strength != 0 and lever.shape in ("step", "ramp", "pulse"):
            found |= {t for t in (lever.at, lever.until if lever.shape == "ramp" else None) if t is not None}
    return tuple(sorted(found))


def turns(scenario: Scenario, begin: sympy.Rational, end: sympy.Rational) -> tuple[sympy.Rational, ...]:
    """Return the times between which smooth activities do all they do, where that is short beside the time looked at.

    Whatever goes from one time to the next by steps of its own might else pass over it.
    """
    found: set[sympy.Rational] = set()
    for lever in scenario.levers:
        if lever.strength != 0 and lever.moves and lever.shape in ("adoption", "pulse"):
            reach = _REACH * (lever.lasting or 1 / _given(lever.speed))
            middle = _given(lever.at) + (lever.lag or 0)
            ends = {middle + reach, middle - reach if lever.shape == "adoption" else middle}
            found |= ends if 8 * reach < end - begin else set()
    return tuple(sorted(t for t in found if begin < t < end))


def activity(lever: Lever, t: Any, *, before: bool = False) -> Any:
    """Return the activity s(t) of a lever, from 0 to its strength.

    Parameters
    ----------
    lever : Lever
    t : number, array of any shape, or sympy expression
        Times. A step counts from its time on.
    before : bool
        Whether the limit from before is meant, which at a step or a pulse is another.

    Returns
    -------
    float, array like `t`, or sympy expression
        Exact for a sympy number, in pieces for another sympy expression.

    Examples
    --------
    >>> ramp = Lever(name="rail", shape="ramp", at=sympy.Integer(2010), until=sympy.Integer(2020))
    >>> activity(ramp, sympy.Rational(4025, 2)), activity(ramp, [2000, 2015, 2030]).tolist()
    (1/4, [0.0, 0.5, 1.0])
    """
    if isinstance(t, sympy.Basic):
        return _exact(lever, t, before=before)
    import numpy as np

    times = np.asarray(t, float)
    at, until, strength = (float(x) if x is not None else 0.0 for x in (lever.at, lever.until, lever.strength))
    begun = times > at if before else times >= at
    if lever.shape == "constant":
        s = np.ones_like(times)
    elif lever.shape == "step":
        s = begun.astype(float)
    elif lever.shape == "ramp":
        s = np.clip((times - at) / (until - at), 0.0, 1.0)
    elif lever.shape == "pulse":
        s = np.where(begun, np.exp(-np.maximum(times - at, 0.0) / float(_given(lever.lasting))), 0.0)
    else:
        s = (1 + np.tanh(float(_given(lever.speed)) * (times - at - float(lever.lag or 0)) / 2)) / 2
    return strength * s if times.ndim else float(strength * s)


def _exact(lever: Lever, t: Any, *, before: bool) -> Any:
    if lever.shape in ("constant", "adoption"):
        return running(lever, t)
    at = _given(lever.at)
    ahead = t <= at if before else t < at
    pieces = [(_NONE, ahead), (lever.strength, t >= _given(lever.until))] if lever.shape == "ramp" else [(_NONE, ahead)]
    if not t.is_number:
        return sympy.Piecewise(*pieces, (running(lever, t), True))
    return next((s for s, here in pieces if here), running(lever, t))


def running(lever: Lever, t: Any) -> Any:
    """Return the smooth activity of a lever while it runs: after its beginning and, for a ramp, before its end."""
    if lever.shape in ("constant", "step"):
        return lever.strength
    at = _given(lever.at)
    if lever.shape == "ramp":
        return lever.strength * (t - at) / (_given(lever.until) - at)
    if lever.shape == "pulse":
        return lever.strength * sympy.exp(-(t - at) / _given(lever.lasting))
    return lever.strength * (1 + sympy.tanh(_given(lever.speed) * (t - at - (lever.lag or 0)) / 2)) / 2


def _given(value: sympy.Rational | None) -> sympy.Rational:
    assert value is not None
    return value
