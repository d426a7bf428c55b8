"""What `mode_map` returns: regions with their modes, the borders between them, and how far a point is from each.

Comes in: what the plane of two coefficients was found to hold. Goes out: frozen values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy
from numpy.typing import NDArray

from symbiode.dynamics.modes import Evidence, Mode, Outcome, Settlement
from symbiode.errors import OK, Status
from symbiode.render import significant
from symbiode.system.model import Model
from symbiode.words import say

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Limits = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Label:
    """What tells one region from another.

    Parameters
    ----------
    outcome : Outcome
    mode : Mode or None
        Settled mode of the pair that the map is about.
    survivors : tuple of str or None
        Units that stay.
    ends : tuple of (Outcome, survivors)
        Where it may go, if that depends on the start.
    """

    outcome: Outcome
    mode: Mode | None = None
    survivors: tuple[str, ...] | None = None
    ends: tuple[tuple[Outcome, tuple[str, ...] | None], ...] = ()

    @property
    def key(self) -> str:
        """The mode, or the outcome where there is none: a key of `words`."""
        return self.outcome.value if self.mode is None else self.mode.value

    def name(self, model: Model, lang: str = "en") -> str:
        """Return the label in words: the mode, with the outcome unless all coexist at rest; else where it may go."""
        if self.mode is not None:
            mode = say(self.mode.value, lang)
            at_rest = self.outcome is Outcome.COEXISTENCE
            outcome = _named(model, self.outcome, self.survivors, lang)
            return mode if at_rest else say("map_both", lang, mode=mode, outcome=outcome)
        if {outcome for outcome, _ in self.ends} - {Outcome.EXCLUSION}:
            ends = dict.fromkeys(_named(model, *end, lang) for end in self.ends)
            return say("map_depends", lang, ends=("; " if lang == "en" else "；").join(ends))
        return _named(model, self.outcome, self.survivors, lang)


def _named(model: Model, outcome: Outcome, stay: tuple[str, ...] | None, lang: str) -> str:
    """Return an outcome in words, an exclusion by who is gone."""
    gone = [unit.shown(lang) for unit in model.units if stay and unit.name not in stay]
    if outcome is Outcome.EXCLUSION and gone:
        return say("figure_exclusion", lang, unit=(", " if lang == "en" else "、").join(gone))
    return say(outcome.value, lang)


@dataclass(frozen=True, kw_only=True)
class Region:
    """A connected part of the plane with one label.

    Parameters
    ----------
    label : Label
    point : (float, float)
        A point well inside.
    settlement : Settlement or None
        The answer of `settle` there, with its reason; None where no point could be asked within the work limit.
    share : float
        Of the area shown.
    checked : int
        At how many points of it `settle` was asked.
    """

    label: Label
    point: tuple[float, float]
    settlement: Settlement | None
    share: float
    checked: int = 1

    @property
    def evidence(self) -> Evidence | None:
        """What the answer at `point` rests on."""
        return self.settlement.evidence if self.settlement else None


@dataclass(frozen=True, kw_only=True, eq=False)
class Piece:
    """A stretch of a border between two regions.

    Parameters
    ----------
    curve : array, shape (point, 2)
    between : (Label, Label)
    on_it : Label or None
        What holds exactly on it, where that could be decided; commensalism lives on a line only.
    """

    curve: Floats
    between: tuple[Label, Label]
    on_it: Label | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class MapBorder:
    """A border of a mode map, and how far the model is from it.

    Parameters
    ----------
    name : str
        The condition where it has a short form (``d12*d21 = 1``), else its formula; `computed` has none.
    formula : str
        Its equation in the two coefficients of the map, solved for one of them if that is possible; empty if computed.
    equation : sympy.Expr or None
        Zero on it, in the model's symbols; None if it was computed.
    kind : str
        What happens on it where it was followed: ``fold``, ``hopf``, ...; else empty.
    pieces : tuple of Piece
        The parts of it that separate regions.
    error : float
        How far a point of it may be off: of a computed border the width of its bracket, else rounding.
    distance : float or None
        From the model's point, in the units of the coefficients (Euclidean); None if the model's point is unknown.
    foot : (float, float) or None
        The nearest point of it.
    neighbour : Label or None
        What is on the other side at the foot.
    standard_errors : float or None
        The distance in standard errors (Mahalanobis), if a covariance was given.
    inside : bool
        Whether no part outside the area shown could be nearer.
    """

    name: str
    formula: str
    equation: sympy.Expr | None
    pieces: tuple[Piece, ...]
    error: float
    kind: str = ""
    distance: float | None = None
    foot: tuple[float, float] | None = None
    neighbour: Label | None = None
    standard_errors: float | None = None
    inside: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class ModeMap:
    """Which mode, or which outcome, over the plane of two coefficients.

    Parameters
    ----------
    model : Model
    names : (str, str)
        Key paths of the coefficients along x and y.
    limits : ((low, high), (low, high))
    x, y : array, shape (cell,)
        Cell centres.
    grid : array of int, shape (cell, cell)
        The region of each cell; rows are y, columns x.
    regions : tuple of Region
        The largest first.
    borders : tuple of MapBorder
        The nearest to the model's point first.
    point : (float, float)
        The model's own coefficients.
    start : tuple of float or None
        Levels every answer is for; None means every positive start.
    pair : (str, str)
        The units whose mode is shown.
    tau : float
        Of the symmetric band.
    resolution : float
        The smallest thing the map is sure to show, as a share of its width.
    settled : int
        How often `settle` was asked.
    proof : str
        Key of the sentence that says how far the borders are known.
    status : Status
    """

    model: Model
    names: tuple[str, str]
    limits: tuple[Limits, Limits]
    x: Floats
    y: Floats
    grid: Ints
    regions: tuple[Region, ...]
    borders: tuple[MapBorder, ...]
    point: tuple[float, float]
    start: tuple[float, ...] | None
    pair: tuple[str, str]
    tau: float
    resolution: float
    settled: int
    proof: str
    status: Status = OK

    @property
    def here(self) -> Region | None:
        """The region the model's own point is in, None if it is outside the area shown."""
        at = []
        for value, (low, high), count in zip(self.point, self.limits, self.grid.shape[::-1], strict=True):
            if not low <= value <= high:
                return None
            at.append(min(int((value - low) / (high - low) * count), count - 1))
        return self.regions[int(self.grid[at[1], at[0]])]

    def summary(self, lang: str = "en") -> str:
        """Return the regions and the borders with their distances, as lines for a reader."""
        lines = [say("map_head", lang, x=self.names[0], y=self.names[1], count=len(self.regions))]
        unknown = [region for region in self.regions if region.label.outcome is Outcome.UNDECIDED]
        for region in self.regions:
            merged = len(unknown) > 1 and region.label.outcome is Outcome.UNDECIDED
            if merged and region is not unknown[0]:
                continue
            share = sum(part.share for part in unknown) if merged else region.share
            values = {"name": region.label.name(self.model, lang), "share": f"{100 * share:.3g}"}
            evidence = say(region.evidence.value if region.evidence else "none", lang)
            at = ", ".join(significant(v) for v in region.point)
            told = say("map_region", lang, at=at, evidence=evidence, **values)
            lines.append(told + (say("map_parts", lang, count=len(unknown)) if merged else ""))
        lines.append(say("map_borders", lang, at=", ".join(significant(v) for v in self.point)))
        lines += [self._told(border, lang) for border in self.borders]
        lines.append(say(self.proof, lang))
        return "\n".join([*lines, *([] if self.status.ok else [self.status.message])])

    def _told(self, border: MapBorder, lang: str) -> str:
        name = border.name or (say(f"curves_{border.kind}", lang) if border.kind else "")
        if border.equation is None:
            computed = say("map_computed", lang, error=f"{border.error:.0e}")
            name = f"{name}  [{computed}]" if name else computed
        if border.formula and border.formula != border.name:
            name = f"{name}  [{border.formula}]"
        if border.distance is None or border.neighbour is None:
            return f"  {name}"
        values = {"distance": significant(border.distance), "to": border.neighbour.name(self.model, lang)}
        told = say("map_border", lang, name=name, **values)
        if border.standard_errors is not None:
            told += say("map_errors", lang, count=significant(border.standard_errors, 3))
        return told + ("" if border.inside else say("map_outside", lang))
