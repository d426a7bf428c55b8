"""What `curves` returns: curves of special points in two coefficients, the points on them, and their text.

Comes in: what was followed. Goes out: frozen values.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import sympy

from symbiode.dynamics.continuation.arclength import Array
from symbiode.dynamics.continuation.codim2 import Meeting
from symbiode.dynamics.continuation.results import Kind
from symbiode.dynamics.continuation.scanning import Window
from symbiode.errors import OK, Status
from symbiode.render import text_table
from symbiode.system.expressions import written
from symbiode.system.model import Model, spellings
from symbiode.words import say


@dataclass(frozen=True, kw_only=True, eq=False)
class SpecialCurve:
    """Special points of one kind, along a curve in two coefficients.

    Parameters
    ----------
    kind : Kind
        ``fold``, ``transcritical``, ``pitchfork`` (where branches cross: a pitchfork, or a transcritical point of a law
        that is not of Kolmogorov form), ``hopf``, or ``asymptote`` (levels run off to infinity).
    support : tuple of str
        The units that are present at the equilibrium.
    entering : str
        The absent unit that neither grows nor shrinks, at transcritical points; else empty.
    values : array, shape (point, 2)
        Both coefficients.
    states : array, shape (point, unit)
        The equilibrium; empty for asymptotes.
    formula : sympy.Expr or None
        Zero along the curve, in the model's symbols, where there is a closed form.
    lyapunov : array, shape (point,)
        Of Hopf curves: the first Lyapunov coefficient, negative where small stable cycles are born; else empty.
    """

    kind: Kind
    support: tuple[str, ...]
    values: Array
    states: Array
    entering: str = ""
    formula: sympy.Expr | None = None
    lyapunov: Array = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """A point at which curves meet, end or change their kind.

    Parameters
    ----------
    kind : Meeting
    values : (float, float)
        Of both coefficients.
    error : float
        Newton's last correction, relative to the window.
    state : tuple of float, shape (unit,)
    support : tuple of str
        The units present at or next to it.
    eigenvalues : tuple of complex, shape (unit,)
    normal_form : tuple of (str, float)
        See `codim2.Corner`.
    """

    kind: Meeting
    values: tuple[float, float]
    error: float
    state: tuple[float, ...]
    support: tuple[str, ...]
    eigenvalues: tuple[complex, ...]
    normal_form: tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Curves:
    """All curves of special points in a window of two coefficients.

    Parameters
    ----------
    model : Model
    coefficients : (str, str)
        Key paths, the horizontal one first.
    window : ((float, float), (float, float))
        Lowest and highest value of each.
    curves : tuple of SpecialCurve
    points : tuple of CurvePoint
    proof : str
        Key of the sentence that says how they were found.
    status : Status
        A warning where a curve could not be followed to its end.
    """

    model: Model
    coefficients: tuple[str, str]
    window: Window
    curves: tuple[SpecialCurve, ...]
    points: tuple[CurvePoint, ...]
    proof: str
    status: Status = OK

    @property
    def certificate(self) -> str:
        """How the curves were found, as a sentence."""
        return say(self.proof)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of `rows`."""
        return ("curve", "kind", "support", "entering", *self.coefficients, *(unit.name for unit in self.model.units))

    @property
    def rows(self) -> list[dict[str, object]]:
        """Every point of every curve as one tidy row: the curve, both coefficients, levels by unit."""
        told = [
            (k + 1, curve.kind.value, "+".join(curve.support), curve.entering, *map(float, pair), *map(float, state))
            for k, curve in enumerate(self.curves)
            for pair, state in zip(curve.values, _states(curve, len(self.model.units)), strict=True)
        ]
        return [dict(zip(self.columns, row, strict=True)) for row in told]

    def summary(self, lang: str = "en") -> str:
        """Return curves and points as plain text."""
        (a, b), (c, d) = self.window
        first, second = self.coefficients
        lines = [
            say("curves_title", lang, name=self.model.name, first=first, second=second),
            say("curves_window", lang, first=first, second=second, a=f"{a:g}", b=f"{b:g}", c=f"{c:g}", d=f"{d:g}"),
        ]
        if self.model.illustrative:
            lines.append(say("eq_illustrative", lang))
        kind, units, formula, point, state, form = (
            say(f"curves_head_{k}", lang) for k in ("kind", "units", "formula", "point", "state", "form")
        )
        rows = [(_told(c, lang), "+".join(c.support), *_spans(c), _formula(c, self.model)) for c in self.curves]
        table = text_table([kind, units, first, second, formula], rows, left=5)
        lines += ["", table if rows else say("curves_none", lang)]
        if self.points:
            told = [_row(p, lang) for p in self.points]
            lines += ["", text_table([point, first, second, state, form], told, left=5)]
        lines += ["", say(self.proof, lang)]
        return "\n".join(lines if self.status.ok else [*lines, self.status.message])


def _states(curve: SpecialCurve, units: int) -> Array:
    return curve.states if len(curve.states) else np.full((len(curve.values), units), np.nan)


def _told(curve: SpecialCurve, lang: str) -> str:
    kind = say(f"curves_{curve.kind.value}", lang)
    if curve.entering:
        return say("curves_entering", lang, kind=kind, unit=curve.entering)
    seen = curve.lyapunov[np.isfinite(curve.lyapunov)]
    if not len(seen):
        return kind
    senses = {float(sign) for sign in np.sign(seen)} - {0.0}
    names = {-1.0: "supercritical", 1.0: "subcritical"}
    sense = "mixed" if len(senses) > 1 else names[senses.pop()] if senses else "degenerate"
    return say("curves_sense", lang, kind=kind, sense=say(f"curves_{sense}", lang))


def _spans(curve: SpecialCurve) -> tuple[str, str]:
    low, high = curve.values.min(axis=0), curve.values.max(axis=0)
    return f"{low[0]:.6g} … {high[0]:.6g}", f"{low[1]:.6g} … {high[1]:.6g}"


def _formula(curve: SpecialCurve, model: Model) -> str:
    return "" if curve.formula is None else f"{written(curve.formula, spellings(model))} = 0"


def _row(point: CurvePoint, lang: str) -> tuple[str, ...]:
    largest = max(map(abs, point.state), default=0.0)
    state = "(" + ", ".join(f"{x if abs(x) > 1e-12 * largest else 0:.6g}" for x in point.state) + ")"
    form = ", ".join(f"{k} {v:.6g}" for k, v in point.normal_form)
    values = (f"{value:.10g}" for value in point.values)
    return (say(f"curves_{point.kind.value}", lang), *values, state, form)
