"""What `follow` returns: branches of equilibria along one coefficient, the special points on them, and the stretches.

Comes in: what was followed. Goes out: frozen values, and their text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
import sympy
from numpy.typing import NDArray

from symbiode.dynamics.continuation import cycle_results
from symbiode.dynamics.continuation.cycle_results import Cycles
from symbiode.dynamics.equilibrium.results import Family, Stability
from symbiode.dynamics.modes.ladder import Mode, Outcome
from symbiode.errors import OK, Status
from symbiode.render import text_table
from symbiode.system.model import Model
from symbiode.words import say

Array = NDArray[np.float64]


class Kind(Enum):
    """Kinds of special points; the values are keys of `words`."""

    FOLD = "fold"
    TRANSCRITICAL = "transcritical"
    PITCHFORK = "pitchfork"
    HOPF = "hopf"
    CONTINUUM = "continuum_point"
    DEGENERATE = "degenerate_point"
    ASYMPTOTE = "asymptote"
    POLE = "pole"
    MODE_CHANGE = "mode_change"


@dataclass(frozen=True, kw_only=True, eq=False)
class Branch:
    """A connected curve of equilibria with no level below zero.

    Parameters
    ----------
    name : str
        The units that are present, numbered where several branches share them: ``shenzhen+hongkong 2``.
    support : tuple of str
        The units that are present.
    values : array, shape (point,)
        The coefficient, along the curve; it turns back at folds.
    states : array, shape (point, unit)
        In the measure of the states.
    eigenvalues : array, shape (point, unit), complex
        Of the Jacobian, 1/time, from the largest real part down.
    stability : tuple of Stability, shape (point,)
    formula : tuple of sympy.Expr, shape (unit,)
        The levels as formulas in the coefficient's symbol, where the branch has a closed form; else empty.
    ends : (str, str)
        Why it begins and ends: ``edge`` of the interval, ``special`` point, ``closed``, ``far`` (beyond the range of
        levels that is followed), ``stalled``.
    """

    name: str
    support: tuple[str, ...]
    values: Array
    states: Array
    eigenvalues: NDArray[np.complex128]
    stability: tuple[Stability, ...]
    formula: tuple[sympy.Expr, ...] = ()
    ends: tuple[str, str] = ("edge", "edge")

    @property
    def stable(self) -> NDArray[np.bool_]:
        """Whether each point attracts its neighbourhood, shape (point,)."""
        good = (Stability.STABLE_NODE, Stability.STABLE_FOCUS)
        return np.array([s in good for s in self.stability], dtype=bool)


@dataclass(frozen=True, kw_only=True)
class SpecialPoint:
    """A value of the coefficient at which equilibria appear, vanish, meet, change stability or change their mode.

    Parameters
    ----------
    kind : Kind
    value : float
        Of the coefficient.
    error : float
        Bound on the numerical error of `value`, from Newton's last correction and rounding.
    exact : sympy.Expr or None
        The value without rounding, where it was proved.
    state : tuple of float or None, shape (unit,)
        None at an asymptote, and where the equations have no value at any state.
    branches : tuple of str
        The names of the branches through it.
    normal_form : tuple of (str, float)
        ``a01 b11 b20 b30`` of x' = a01 dmu + b11 x dmu + b20/2 x^2 + b30/6 x^3 on the centre manifold; of a Hopf
        point ``frequency period lyapunov crossing``.
    sense : str
        ``supercritical``, ``subcritical`` or ``degenerate`` of a Hopf point or pitchfork; else empty.
    modes : (Mode, Mode) or None
        Of a mode change: the realised mode below and above.
    """

    kind: Kind
    value: float
    error: float
    exact: sympy.Expr | None = None
    state: tuple[float, ...] | None = None
    branches: tuple[str, ...] = ()
    normal_form: tuple[tuple[str, float], ...] = ()
    sense: str = ""
    modes: tuple[Mode, Mode] | None = None

    def describe(self, lang: str = "en") -> str:
        """Return the kind in words, with its sense or modes."""
        told = say(f"follow_{self.kind.value}", lang)
        if self.modes is not None:
            return say("follow_from_to", lang, kind=told, low=say(self.modes[0].value, lang),
                       high=say(self.modes[1].value, lang))  # fmt: skip
        return f"{told}{say('follow_sense', lang, sense=say(f'follow_{self.sense}', lang))}" if self.sense else told


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Part of the interval between two neighbouring special values.

    Parameters
    ----------
    low, high : float
        Of the coefficient.
    attractors : tuple of str
        The branches that are stable there.
    outcome : Outcome or None
        Where every positive start goes; None where `settle` was not asked: it is for affine laws of
        two units, and of three with few stretches.
    mode : Mode or None
        The settled mode of two units, else the realised mode at the one stable coexistence.
    """

    low: float
    high: float
    attractors: tuple[str, ...]
    outcome: Outcome | None = None
    mode: Mode | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Branches:
    """All branches of equilibria along one coefficient.

    Parameters
    ----------
    model : Model
    coefficient : str
        Its key path.
    symbol : sympy.Symbol
        Its symbol, as formulas write it.
    between : (float, float)
        The interval.
    branches : tuple of Branch
    points : tuple of SpecialPoint
        By value.
    stretches : tuple of Stretch
    families : tuple of Family
        Lines or curves of equilibria that are there at every value of the coefficient.
    proof : str
        Key of the sentence that says how complete the branches are.
    cycles : tuple of Cycles
        Born at the Hopf points with two units present.
    enters : bool
        Whether the coefficient stands in the equations of equilibria at all.
    status : Status
        A warning where a branch could not be followed to an end.
    """

    model: Model
    coefficient: str
    symbol: sympy.Symbol
    between: tuple[float, float]
    branches: tuple[Branch, ...]
    points: tuple[SpecialPoint, ...]
    stretches: tuple[Stretch, ...] = ()
    families: tuple[Family, ...] = ()
    proof: str = "follow_complete_closed"
    cycles: tuple[Cycles, ...] = ()
    enters: bool = True
    status: Status = OK

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of `rows`."""
        names = (unit.name for unit in self.model.units)
        return ("branch", self.coefficient, *names, "largest_real_part", "stability")

    @cached_property
    def rows(self) -> list[dict[str, object]]:
        """Every point of every branch as one tidy row: branch, value, levels by unit, largest real part, stability."""
        told = [
            (branch.name, float(value), *map(float, state), float(eigenvalues.real.max()), kind.value)
            for branch in self.branches
            for value, state, eigenvalues, kind in zip(
                branch.values, branch.states, branch.eigenvalues, branch.stability, strict=True
            )
        ]
        return [dict(zip(self.columns, row, strict=True)) for row in told]

    @property
    def certificate(self) -> str:
        """How complete the branches are, as a sentence."""
        return say(self.proof)

    def summary(self, lang: str = "en") -> str:
        """Return branches, special points and stretches as plain text."""
        low, high = self.between
        name = self.model.name or say("follow_model", lang)
        lines = [say("follow_title", lang, name=name, coefficient=self.coefficient, low=f"{low:g}", high=f"{high:g}")]
        if self.model.illustrative:
            lines.append(say("eq_illustrative", lang))
        if not self.enters:
            lines.append(say("follow_no_part", lang, coefficient=self.coefficient))
        heads = [say(f"follow_head_{k}", lang) for k in ("branch", "interval", "stability")]
        rows = [(b.name, _span(b.values), _types(b, lang)) for b in self.branches]
        lines += ["", text_table(heads, rows, left=3)]
        if any(b.formula and b.support for b in self.branches):
            lines += ["", *_formulas(self, lang)]
        lines += ["", *(_points(self, lang) if self.points else [say("follow_none", lang)])]
        lines += [say("follow_family", lang, family=family.describe(lang)) for family in self.families]
        lines += [*cycle_results.lines(self.cycles, lang), "", *_stretches(self, lang), "", say(self.proof, lang)]
        if not self.status.ok:
            lines.append(self.status.message)
        return "\n".join(lines)


def _span(values: Array) -> str:
    return f"{values.min():.6g} … {values.max():.6g}"


def _types(branch: Branch, lang: str) -> str:
    """Return the types along a branch, each run of equal ones once; single points on the way are special points."""
    kept = tuple(kind for kind in branch.stability if kind.value != "degenerate") or branch.stability
    return " → ".join(say(kind.value, lang) for k, kind in enumerate(kept) if not k or kept[k - 1] is not kind)


def _formulas(found: Branches, lang: str) -> list[str]:
    lines = [say("follow_formulas", lang, symbol=found.symbol, coefficient=found.coefficient)]
    for branch in found.branches:
        levels = zip(found.model.units, branch.formula, strict=False)
        told = ", ".join(f"{unit.name} = {level}" for unit, level in levels if unit.name in branch.support)
        lines += [f"  {branch.name}: {told}"] if told else []
    return lines


def _points(found: Branches, lang: str) -> list[str]:
    heads = [say(f"follow_head_{k}", lang) for k in ("point", "value", "error", "state", "on", "form")]
    rows = [
        (
            p.describe(lang), str(p.exact) if p.exact is not None and len(str(p.exact)) < 24 else f"{p.value:.12g}",
            "0" if p.exact is not None else f"{p.error:.0e}",
            "" if p.state is None else "(" + ", ".join(f"{x:.6g}" for x in p.state) + ")",
            ", ".join(p.branches), ", ".join(f"{k} {v:.6g}" for k, v in p.normal_form),
        )
        for p in found.points
    ]  # fmt: skip
    return [text_table(heads, rows, left=6)]


def _stretches(found: Branches, lang: str) -> list[str]:
    if not found.stretches:
        return []
    lines = [say("follow_stretches", lang)]
    for part in found.stretches:
        words = [say(part.outcome.value, lang)] if part.outcome else []
        words += [say(part.mode.value, lang)] if part.mode else []
        stable = ", ".join(part.attractors) or say("follow_nothing", lang)
        told = f" — {', '.join(words)}" if words else ""
        lines.append(f"  {part.low:.6g} … {part.high:.6g}: {say('follow_stable', lang, names=stable)}{told}")
    return lines
