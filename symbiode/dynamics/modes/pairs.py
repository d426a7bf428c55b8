"""What two units are to each other, the table of all pairs, and exact numbers for a reader.

Comes in: modes of pairs, exact numbers. Goes out: their text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from symbiode.dynamics.modes.ladder import Mode
from symbiode.render import text_table
from symbiode.words import say


@dataclass(frozen=True, kw_only=True)
class PairMode:
    """What two units are to each other.

    Parameters
    ----------
    pair : (str, str)
        Unit names (i, j).
    mode : Mode or None
        Where the system settles, by the gains each draws from the other; None unless both persist and both stand-alone
        levels are finite and positive.
    nominal_mode : Mode or None
        By the signs of the effects; None if a sign changes with the state (`state_dependent`).
    effects : (float or None, float or None)
        (d_ij, d_ji), the effect of j on i first, in `scale`.
    gains : (float, float) or None
        What i gains from j being there, and j from i, as a share of the own capacity.
    scale : "capacity", "per_capita" or "none"
        What an effect is relative to.
    state_dependent : bool
        Whether the sign of an effect changes with the state.
    mode_here : Mode or None
        For a state-dependent pair: by the signs at the attractor.
    note : str
        Key of the sentence that says why `mode` is None; empty otherwise.
    """

    pair: tuple[str, str]
    mode: Mode | None
    nominal_mode: Mode | None
    effects: tuple[float | None, float | None]
    gains: tuple[float, float] | None = None
    scale: str = "capacity"
    state_dependent: bool = False
    mode_here: Mode | None = None
    note: str = ""


def pair_table(modes: tuple[PairMode, ...], labels: Mapping[str, str], lang: str) -> str:
    """Return the modes of all pairs as a square table: settled above the diagonal, by the signs below it."""
    told = {}
    for pair in modes:
        i, j = pair.pair
        for key, mode in (((i, j), pair.mode), ((j, i), pair.nominal_mode)):
            told[key] = "–" if mode is None else say(f"short_{mode.value}", lang)
    rows = [(labels[i], *(told.get((i, j), "") for j in labels)) for i in labels]
    return text_table(("", *labels.values()), rows)


def shown(value: sympy.Expr) -> str:
    """Return an exact number for a reader: never rounded onto -1, 0 or 1 when it is not that number.

    Examples
    --------
    >>> shown(sympy.Rational(7, 100)), shown(sympy.Rational(10**8 - 1, 10**8)), shown(sympy.Rational(1, 3))
    ('0.07', '0.99999999', '0.333333')
    """
    if not math.isfinite(float(value)):
        return str(value.evalf(6))
    for digits in range(6, 17):
        text = f"{float(value):.{digits}g}"
        if value in (-1, 0, 1) or sympy.Rational(text) not in (-1, 0, 1):
            return text
    near = sympy.Integer(round(float(value)))
    rest = (value - near).evalf(3)
    return f"{near} {'+' if rest > 0 else '-'} {float(abs(rest)):.3g}" if near else f"{float(rest):.3g}"
