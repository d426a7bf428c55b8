"""What `settle` returns: an outcome, a mode, and why, for a reader and for a program.

Comes in: parts that `modes.settle` has decided. Goes out: a frozen `Settlement` with its sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy

from symbiode.dynamics.modes.borders import Border, nearest_border
from symbiode.dynamics.modes.ladder import Evidence, Mode, Outcome, Symmetry
from symbiode.dynamics.modes.pairs import PairMode, pair_table, shown
from symbiode.dynamics.modes.theorems import Persistence
from symbiode.errors import OK, Status
from symbiode.render import escape_html, html_text, significant
from symbiode.system.model import Model
from symbiode.words import say

Reason = tuple[str, tuple[tuple[str, str], ...]]
MOST_SHOWN = 12
_TIMES = ("year", "month", "week", "day", "hour", "minute", "second", "generation")
_UNITS = ("unit", "other", "units")


@dataclass(frozen=True, kw_only=True)
class Attractor:
    """One place where a system may end, if that depends on the start.

    Parameters
    ----------
    outcome : Outcome
    state : tuple of float or None, shape (unit,)
        Levels in the measure of the states; None if they grow without bound or depend on the start.
    survivors : tuple of str or None
    """

    outcome: Outcome
    state: tuple[float, ...] | None = None
    survivors: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """Where a system settles, which mode that is, and why.

    Parameters
    ----------
    model : Model
    start : tuple of float or None, shape (unit,)
        The levels it starts from; None means the answer holds for every positive start.
    outcome : Outcome
        Where it goes.
    mode, nominal_mode : Mode or None
        Of the pair if there are two units, else None: settled mode, and mode by the signs of the effects.
    modes : tuple of PairMode
        Every pair.
    symmetry : Symmetry or None
        The index behind `mode` (on gains), or behind `nominal_mode` (on coefficients) where `mode` is None.
    symmetries : tuple of Symmetry
        The index on every scale that has one: coefficients, gains, absolute gains.
    state : tuple of float or None, shape (unit,)
        Levels it settles at, in the measure of the states; time means on neutral orbits and cycles.
    exact : tuple of sympy.Expr or None
        The same without rounding.
    gains : tuple of float or None, shape (unit,)
        x_i/K_i - 1 of each unit: None for a unit that does not settle alone.
    evidence : Evidence or None
        What the answer rests on; None where nothing was decided.
    reason : tuple of (key, values)
        Why; `why` fills in the sentences.
    blow_up_time, blow_up_error : float or None
        When a start blows up, in the model's time unit from the start, and an error bound.
    rate : float or None
        Exponential rate of unbounded growth, 1/time.
    delay_limit : float or None
        With delays: the sum of both delays of two units below which what they settle at is stable against small
        disturbances; infinite where no delay matters.
    slow : bool
        Whether the approach is algebraic (like 1/t), so that no finite time shows it.
    survivors : tuple of str or None
        Units that do not end at zero.
    death_time, death_error : float or None
        When the first unit is gone, if that is in finite time, and an error bound.
    period, period_error : float or None
        Of a limit cycle; `state` holds the means over it.
    lyapunov, lyapunov_error : float or None
        Largest Lyapunov exponent of chaos, 1/time, and three standard errors of it; `state` holds means over time.
    amplitude : tuple of (float, float) or None, shape (unit,)
        Lowest and highest level of each unit on a cycle or in chaos.
    removal : tuple of tuples of float or None, shape (unit, unit), or None
        With three or more units: what the row gains from the column being there, u_i - u_i(without j), where both are
        known; in capacities if every unit has one, else in the measure of the states. Its sign may differ from that of
        the effect: see `reversals`.
    press : tuple of tuples of float, shape (unit, unit), or None
        With three or more units at rest: what a lasting rise of the growth of the column adds to the level of the row,
        the inverse of I - (d_ij) over those that stay.
    weights : tuple of sympy.Rational or None, shape (unit,)
        c_i of the Lyapunov function sum c_i (x_i - x_i* - x_i* ln x_i) that falls along every orbit, checked exactly.
    persistence : Persistence or None
        Whether all units persist from every positive start, where that is proved apart from where they settle.
    attractors : tuple of Attractor
        Where it may go, if that depends on the start.
    plane : (d12, d21, tau) or None
        The exact numbers that decide, where the plane of two effects does (two logistic units that live alone).
    status : Status
        Whether the computation succeeded; says nothing about where the system goes.
    """

    model: Model
    start: tuple[float, ...] | None
    outcome: Outcome
    mode: Mode | None
    nominal_mode: Mode | None
    modes: tuple[PairMode, ...]
    evidence: Evidence | None
    reason: tuple[Reason, ...]
    symmetry: Symmetry | None = None
    symmetries: tuple[Symmetry, ...] = ()
    state: tuple[float, ...] | None = None
    exact: tuple[sympy.Expr, ...] | None = None
    gains: tuple[float | None, ...] | None = None
    blow_up_time: float | None = None
    blow_up_error: float | None = None
    rate: float | None = None
    delay_limit: float | None = None
    slow: bool = False
    survivors: tuple[str, ...] | None = None
    death_time: float | None = None
    death_error: float | None = None
    period: float | None = None
    period_error: float | None = None
    lyapunov: float | None = None
    lyapunov_error: float | None = None
    amplitude: tuple[tuple[float, float], ...] | None = None
    removal: tuple[tuple[float | None, ...], ...] | None = None
    press: tuple[tuple[float | None, ...], ...] | None = None
    weights: tuple[sympy.Expr, ...] | None = None
    persistence: Persistence | None = None
    attractors: tuple[Attractor, ...] = ()
    plane: tuple[sympy.Expr, sympy.Expr, sympy.Expr] | None = None
    status: Status = OK

    @cached_property
    def border(self) -> Border | None:
        """The nearest change of mode or outcome in the plane of two effects, None where that plane does not decide."""
        return None if self.plane is None else nearest_border(self.plane[0], self.plane[1], tau=self.plane[2])

    @property
    def reversals(self) -> tuple[tuple[str, str], ...]:
        """Pairs (unit, other) where the other's direct effect and its removal say opposite things."""
        names, table = [unit.name for unit in self.model.units], self.removal
        found = []
        for pair in self.modes if table is not None else ():
            i, j = map(names.index, pair.pair)
            for row, column, effect in ((i, j, pair.effects[0]), (j, i, pair.effects[1])):
                if table is not None and (effect or 0.0) * (table[row][column] or 0.0) < 0:
                    found.append((names[row], names[column]))
        return tuple(found)

    def why(self, lang: str = "en") -> str:
        """Return the reason in full sentences, with the numbers and the exact condition.

        Examples
        --------
        >>> import symbiode
        >>> symbiode.settle(symbiode.load("shenzhen-hongkong")).why().split(":")[0]
        'Both units gain'
        """
        gap = " " if lang == "en" else ""
        return gap.join(say(key, lang, **self._filled(dict(values), lang)) for key, values in self.reason)

    def summary(self, lang: str = "en") -> str:
        """Return some lines for a reader; the first says where it settles and which mode that is."""
        return "\n".join(line for line in self._lines(lang) if line)

    def _repr_html_(self) -> str:
        head, *lines = (line for line in self._lines("en") if line)
        name = escape_html(f"{self.model.name}: {head}")
        return "\n".join([f"<p><strong>{name}</strong></p>", *map(html_text, lines)])

    def _lines(self, lang: str) -> list[str]:
        lines = [self._headline(lang), self.why(lang), *self._levels(lang), *self._ends(lang)]
        if self.blow_up_time is not None:
            when = {"time": significant(self.blow_up_time, 8), "error": significant(self.blow_up_error, 2)}
            lines.append(say("settle_blow_up_time", lang, unit=self._time(lang), **when))
        lines += self._restless(lang)
        if self.rate is not None:
            lines.append(say("settle_rate", lang, rate=significant(self.rate, 6), unit=self._time(lang)))
        lines += [say("settle_slow", lang) if self.slow else "", self._nominal(lang)]
        lines += [self._symmetry(lang), self._border(lang), *self._units(lang)]
        lines += [say(pair.note, lang) for pair in self.modes[:1] if pair.note and len(self.model.units) == 2]
        if self.evidence is not None:
            lines.append(say("settle_evidence", lang, evidence=say(self.evidence.value, lang)))
        if not self.status.ok:
            lines.append(self.status.message)
        return [*lines, say("settle_illustrative", lang) if self.model.illustrative else ""]

    def _units(self, lang: str) -> list[str]:
        """Return what is told of three and more units only."""
        lines = [] if self.persistence is None else [self._persists(self.persistence, lang)]
        labels = {unit.name: unit.shown(lang) for unit in self.model.units}
        if 2 < len(labels) <= MOST_SHOWN:
            lines += [say("units_table", lang), pair_table(self.modes, labels, lang)]
        signs = {(names[k], names[1 - k]): p.effects[k] or 0 for p in self.modes for names in [p.pair] for k in (0, 1)}
        for unit, other in self.reversals:
            key = "units_help_harms" if signs[unit, other] > 0 else "units_harm_helps"
            lines.append(say(key, lang, unit=labels[unit], other=labels[other]))
        return lines

    def _persists(self, known: Persistence, lang: str) -> str:
        levels, weights = (", ".join(map(shown, values)) for values in (known.state, known.weights or ()))
        key = "units_permanent" if known.permanent else "units_not_permanent"
        return say(key, lang, levels=f"({levels})", weights=weights)

    def _headline(self, lang: str) -> str:
        mode = [] if self.mode is None else [say(self.mode.value, lang)]
        names = [self._end(self.outcome, self.survivors, lang), *mode]
        return say("settle_headline", lang, what=(", " if lang == "en" else "，").join(names))

    def _end(self, outcome: Outcome, survivors: tuple[str, ...] | None, lang: str) -> str:
        """Return an outcome in words, with who stays where some do not."""
        name = say(outcome.value, lang)
        if not survivors or outcome is not Outcome.EXCLUSION:
            return name
        stay = say("settle_survivors", lang, units=self._listed(survivors, lang))
        return name + (", " if lang == "en" else "，") + stay

    def _ends(self, lang: str) -> list[str]:
        return [say("settle_end", lang, what=self._end(end.outcome, end.survivors, lang)) for end in self.attractors]

    def _time(self, lang: str) -> str:
        return say(f"time_{self.model.time_unit}", lang) if self.model.time_unit in _TIMES else self.model.time_unit

    def _levels(self, lang: str) -> list[str]:
        lines = []
        for i, unit in enumerate(self.model.units if self.state is not None else ()):
            values = {"unit": unit.shown(lang), "level": significant(self.state[i], 6) if self.state else ""}
            gain = self.gains[i] if self.gains is not None else None
            if self.amplitude is not None:
                low, high = (significant(x, 6) for x in self.amplitude[i])
                lines.append(say("settle_range", lang, low=low, high=high, **values))
                continue
            if gain is None:
                lines.append(say("settle_level", lang, **values))
            else:
                lines.append(say("settle_level_gain", lang, gain=f"{100 * gain:+.4g}", **values))
        return lines

    def _restless(self, lang: str) -> list[str]:
        """Return what is told of a death in finite time, of a cycle and of chaos."""
        told = (
            ("settle_death_time", "time", self.death_time, self.death_error, 8),
            ("settle_period", "time", self.period, self.period_error, 8),
            ("settle_lyapunov", "rate", self.lyapunov, self.lyapunov_error, 3),
        )
        return [
            say(key, lang, unit=self._time(lang), error=significant(error, 2), **{name: significant(value, digits)})
            for key, name, value, error, digits in told
            if value is not None
        ]

    def _nominal(self, lang: str) -> str:
        if self.nominal_mode is None:
            return ""
        return say("settle_nominal", lang, mode=say(self.nominal_mode.value, lang))

    def _symmetry(self, lang: str) -> str:
        shown = [s for s in self.symmetries if s.value is not None]
        if not shown:
            return ""
        parts = (say("scale_" + s.scale.replace(" ", "_"), lang, value=significant(s.value)) for s in shown)
        joined = (", " if lang == "en" else "、").join(parts)
        return say("settle_symmetry", lang, indices=joined, limit=significant(1 - shown[0].tolerance))

    def _border(self, lang: str) -> str:
        if self.border is None:
            return ""
        name = self.border.name
        if name.startswith("smaller"):
            name = say("border_band", lang, limit=name.split()[-1])
        values = {"name": name, "distance": significant(self.border.distance)}
        return say("settle_border", lang, neighbour=say(self.border.neighbour, lang), **values)

    def _listed(self, names: tuple[str, ...], lang: str) -> str:
        labels = {unit.name: unit.shown(lang) for unit in self.model.units}
        return (", " if lang == "en" else "、").join(labels[name] for name in names)

    def _filled(self, values: Mapping[str, str], lang: str) -> dict[str, str]:
        labels = {unit.name: unit.shown(lang) for unit in self.model.units}
        filled = {key: labels.get(value, value) if key in _UNITS else value for key, value in values.items()}
        if values.get("units"):
            filled["units"] = self._listed(tuple(values["units"].split("\n")), lang)
        if "end" in filled:
            filled["end"] = say(filled["end"], lang)
        return filled
