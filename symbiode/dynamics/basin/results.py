"""What `basins` returns: where starts settle, how much of a region goes where, and the smallest shocks that tip it.

Comes in: what was assigned. Goes out: frozen values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.equilibrium import EquilibriumSet
from symbiode.dynamics.modes import Evidence, Outcome
from symbiode.dynamics.modes.recurrence import MEMBERS
from symbiode.dynamics.separatrix import Separatrix
from symbiode.errors import OK, Status
from symbiode.render import significant
from symbiode.system.model import Model
from symbiode.words import say

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Basin:
    """The starts that share one end, or one reason why no end is known.

    Parameters
    ----------
    kind : str
        ``equilibrium``, ``cycle``, ``chaotic``, ``blow_up``, ``unbounded``, ``death``, or another outcome of a theorem
        for every start; else a reason: ``beyond`` (left every bound, how it goes on is not known), ``singular``,
        ``on_separatrix`` (within the error of the computation), ``not_settled`` within the horizon, ``work_limit``.
    outcome : Outcome
        `undecided` for a reason.
    state : tuple of float or None, shape (unit,)
        The equilibrium, or the time means of a cycle or of chaos.
    survivors : tuple of str or None
    fraction, low, high : float
        Share of the region, with its 95 % Wilson interval.
    exact : bool
        Whether the share is certain: a theorem says that every start goes there.
    count : int
        Random starts that went there.
    lyapunov, lyapunov_error : float or None
        Of chaos: its largest Lyapunov exponent, 1/time.
    """

    kind: str
    outcome: Outcome
    state: tuple[float, ...] | None = None
    survivors: tuple[str, ...] | None = None
    fraction: float = 0.0
    low: float = 0.0
    high: float = 0.0
    exact: bool = False
    count: int = 0
    lyapunov: float | None = None
    lyapunov_error: float | None = None

    @property
    def answered(self) -> bool:
        """Whether it is an end, not a reason why none is known."""
        return self.outcome is not Outcome.UNDECIDED

    def name(self, model: Model, lang: str = "en") -> str:
        """Return the end in words, with who stays or who is gone."""
        if not self.answered:
            return say(f"basin_{self.kind}", lang)
        comma = ", " if lang == "en" else "、"
        if self.outcome is Outcome.EXCLUSION and self.survivors is not None:
            gone = [unit.shown(lang) for unit in model.units if unit.name not in self.survivors]
            return say("figure_exclusion", lang, unit=comma.join(gone))
        return say("basin_death" if self.kind == "death" else self.outcome.value, lang)


@dataclass(frozen=True, kw_only=True)
class Shock:
    """The smallest change of the state that tips a system from one end to another.

    Parameters
    ----------
    start, end : int
        Positions in `Basins.fractions`: where it was at rest, and where it goes.
    measure : "absolute" or "relative"
        The size is Euclidean in the states' own measure, or with each unit's level as a share of its capacity (of its
        largest level in the region where it has none).
    unit : str
        The only unit that is changed; empty if all may be.
    size : float
    state : tuple of float, shape (unit,)
        The state on the border of the basin.
    upper_bound : bool
        Whether it was found by a search, so that a smaller one may exist.
    """

    start: int
    end: int
    measure: str
    unit: str
    size: float
    state: tuple[float, ...]
    upper_bound: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Basins:
    """Where the starts of a region settle.

    Parameters
    ----------
    model : Model
    region : tuple of (low, high), shape (unit,)
        The box of starts; shares are by its volume (uniform in the levels).
    fractions : tuple of Basin
        The largest first.
    plane : (str, str) or (str,)
        The units along x and y of the grid.
    at : tuple of (str, float)
        The levels of the other units on the grid.
    x, y : array, shape (cell,)
        Levels of the grid's starts; `y` is empty for one unit.
    grid : array of int, shape (cell, cell) or (cell,)
        Positions in `fractions`; rows are y.
    draws, seed : int
        Random starts behind the shares, and their seed; no draws where a theorem decides.
    equilibria : EquilibriumSet
    separatrices : tuple of Separatrix
        Of two units: stable manifolds of saddles that bound basins.
    explained : float or None
        Share of the changes between neighbouring cells of the grid that a separatrix passes; None without one.
    shocks : tuple of Shock
    horizon : float
        The longest time a start was followed.
    evidence : Evidence
    status : Status
    """

    model: Model
    region: tuple[tuple[float, float], ...]
    fractions: tuple[Basin, ...]
    plane: tuple[str, ...]
    at: tuple[tuple[str, float], ...]
    x: Floats
    y: Floats
    grid: Ints
    draws: int
    seed: int
    equilibria: EquilibriumSet
    separatrices: tuple[Separatrix, ...] = ()
    explained: float | None = None
    shocks: tuple[Shock, ...] = ()
    horizon: float = 0.0
    evidence: Evidence = Evidence.SIMULATION
    status: Status = OK

    def summary(self, lang: str = "en") -> str:
        """Return shares and shocks as lines for a reader."""
        box = ", ".join(
            f"{unit.shown(lang)} {significant(low)} … {significant(high)}"
            for unit, (low, high) in zip(self.model.units, self.region, strict=True)
        )
        evidence = say(self.evidence.value, lang)
        lines = [say("basin_head", lang, region=box, count=self.draws, seed=self.seed, evidence=evidence)]
        for end in self.fractions:
            key = "basin_exact" if end.exact else "basin_share"
            shares = {k: f"{100 * v:.3g}" for k, v in (("share", end.fraction), ("low", end.low), ("high", end.high))}
            where = "" if end.state is None else f" ({', '.join(map(significant, end.state))})"
            lines.append(say(key, lang, name=end.name(self.model, lang) + where, **shares))
            if end.lyapunov is not None:
                told = {"rate": f"{end.lyapunov:.3g}", "error": f"{end.lyapunov_error:.2g}"}
                lines.append("    " + say("basin_lyapunov", lang, count=MEMBERS, **told))
        lines += [self._told(shock, lang) for shock in self.shocks]
        if self.explained is not None:
            lines.append(say("basin_explained", lang, share=f"{100 * self.explained:.4g}"))
        if not self.status.ok:
            lines.append(say("basin_unknown", lang, **dict(self.status.values)))
        return "\n".join(lines)

    def _told(self, shock: Shock, lang: str) -> str:
        labels = {unit.name: unit.shown(lang) for unit in self.model.units}
        start, end = (self.fractions[k].name(self.model, lang) for k in (shock.start, shock.end))
        key = "basin_shock_unit" if shock.unit else "basin_shock"
        bound = say("basin_bound", lang) if shock.upper_bound else ""
        return say(
            key, lang, start=start, end=end, unit=labels.get(shock.unit, ""), size=significant(shock.size, 5),
            bound=bound, measure=say(f"basin_{shock.measure}", lang), at=", ".join(map(significant, shock.state)),
        )  # fmt: skip
