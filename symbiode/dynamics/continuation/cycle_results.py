"""What is told about cycles: branches of them, their special points, and their text.

Comes in: what `cycles` followed. Goes out: frozen values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.continuation.arclength import Array
from symbiode.render import text_table
from symbiode.words import say

TIMES = 101


@dataclass(frozen=True, kw_only=True)
class CyclePoint:
    """A special point on a branch of cycles.

    Parameters
    ----------
    kind : str
        ``fold_of_cycles``, ``period_doubling`` or ``torus``.
    value, period : float
        The coefficient there, and the period.
    lowest, highest : tuple of float, shape (unit,)
    """

    kind: str
    value: float
    period: float
    lowest: tuple[float, ...]
    highest: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Cycles:
    """A branch of cycles from its Hopf point on.

    Parameters
    ----------
    coefficient : str
    support : tuple of str
        Units that are present.
    values, periods : array, shape (point,)
        The coefficient, and the period in the model's time unit; first the Hopf point itself.
    orbits : array, shape (point, time, unit)
        Levels at `TIMES` equal times over one period, its end included.
    lowest, highest : array, shape (point, unit)
    multipliers : array of complex, shape (point, unit - 1)
        Floquet multipliers but the trivial one; those of absent units last.
    stable : array of bool, shape (point,)
        Whether every multiplier is inside the unit circle; at a Hopf point that of the cycles next to it.
    points : tuple of CyclePoint
    ended : str
        ``edge`` of the window; ``hopf``, back to an equilibrium; ``homoclinic``, the period grows without bound while
        the coefficient converges; ``neutral``, a family of orbits at one value; ``unresolved``; ``work``.
    saddle : tuple of float or None
        The equilibrium that the cycle comes to rest at, where it ends homoclinic.
    error : float
        Largest estimate of the error of an orbit, relative to its size.
    """

    coefficient: str
    support: tuple[str, ...]
    values: Array
    periods: Array
    orbits: Array
    lowest: Array
    highest: Array
    multipliers: NDArray[np.complex128]
    stable: NDArray[np.bool_]
    points: tuple[CyclePoint, ...]
    ended: str
    saddle: tuple[float, ...] | None
    error: float


def lines(found: Sequence[Cycles], lang: str) -> list[str]:
    """Return branches of cycles as plain text."""
    if not found:
        return []
    heads = [say(f"cycles_head_{k}", lang) for k in ("born", "to", "period", "stable", "ends")]
    rows = [
        (
            f"{c.values[0]:.10g}", f"{c.values[-1]:.10g}", _span(c.periods), _stable(c, lang),
            "; ".join([*(say(f"cycles_{p.kind}", lang, value=f"{p.value:.10g}") for p in c.points), _end(c, lang)]),
        )
        for c in found
    ]  # fmt: skip
    return ["", say("cycles_title", lang), text_table(heads, rows, left=5)]


def _span(values: Array) -> str:
    low, high = f"{values.min():.6g}", f"{values.max():.6g}"
    return low if low == high else f"{low} … {high}"


def _stable(found: Cycles, lang: str) -> str:
    """Return for which values the cycles are stable."""
    at = np.flatnonzero(found.stable)
    if len(at) in (0, len(found.stable)):
        return say("cycles_always" if len(at) else "cycles_never", lang)
    runs = np.split(at, np.flatnonzero(np.diff(at) > 1) + 1)
    return ", ".join(_span(found.values[run]) for run in runs)


def _end(found: Cycles, lang: str) -> str:
    saddle = "" if found.saddle is None else "(" + ", ".join(f"{x:.6g}" for x in found.saddle) + ")"
    return say(f"cycles_{found.ended}" + ("_at" if saddle else ""), lang, saddle=saddle)
