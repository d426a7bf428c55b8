"""The indices of this literature: symbiosis degree, coefficient, energy and symmetry, for any law and number of units.

Comes in: a settled model. Goes out: `Indices`; what has no meaning for a model is None, and `undefined` says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy

from symbiode.dynamics.modes import settle
from symbiode.dynamics.modes.effects import Effects, effects
from symbiode.dynamics.modes.ladder import Outcome
from symbiode.dynamics.modes.settlement import Settlement
from symbiode.render import significant
from symbiode.system.model import Model, noise_of
from symbiode.system.starts import Start
from symbiode.words import say

Square = tuple[tuple[float | None, ...], ...]
MOST_SHOWN = 6


@dataclass(frozen=True, kw_only=True)
class Indices:
    """What the literature on symbiosis between regions measures, at the place where a model settles.

    Parameters
    ----------
    model : Model
    degree : tuple of tuples of float or None, shape (unit, unit), or None
        Symbiosis degree of the row by the column: by how many percent the row's level changes in the long run when the
        column's is held one percent higher and all others stay, by the row's own equation; 0 on the diagonal. For a
        logistic pair a u2/(1 + a u2).
    coefficient : tuple of tuples of float or None, shape (unit, unit), or None
        Symbiosis coefficient of the row in its pair with the column: the size of its degree over the sum of both
        sizes; one half each is even.
    energy : float or None
        Symbiosis energy E_s, the sum of K_i g_i, in the measure of the states: new output over standing alone. It
        exists (symbiosis pays) where it is positive.
    energy_by_unit : tuple of float or None, shape (unit,)
        K_i g_i of each unit.
    energy_if : sympy relation or None
        For two logistic units that settle together: when the energy is positive, in d12, d21, K1, K2.
    symmetry : tuple of ((unit, unit), scale, value) entries
        Smaller over larger of both effects (S_d, "coefficients"), both relative gains (S_g, "gains") and both gains
        in the measure of the states (S_abs, "absolute gains"); value is None unless both are positive.
    undefined : tuple of (index, key of the reason) pairs
        See `why`.

    Notes
    -----
    Degree, coefficient, S_d and S_g do not depend on the measure of either unit; energy and S_abs do.

    Both degrees cannot be read off one joint path: there each slope d ln x1/d ln x2 is the reciprocal of the other, so
    that neither zero nor opposite signs can occur. They are partial responses, each from its own equation.

    References
    ----------
    Yuan Chunqing (1998), symbiosis theory (degree, coefficient, energy); the model versions are ours.
    """

    model: Model
    degree: Square | None = None
    coefficient: Square | None = None
    energy: float | None = None
    energy_by_unit: tuple[float, ...] | None = None
    energy_if: sympy.Basic | None = None
    symmetry: tuple[tuple[tuple[str, str], str, float | None], ...] = ()
    undefined: tuple[tuple[str, str], ...] = ()

    def why(self, name: str, lang: str = "en") -> str:
        """Return why an index is None, empty if it is not."""
        key = dict(self.undefined).get(name, "")
        return say(key, lang) if key else ""

    def summary(self, lang: str = "en") -> str:
        """Return some lines for a reader.

        Examples
        --------
        >>> import symbiode
        >>> print(symbiode.indices(symbiode.load("shenzhen-hongkong")).summary().splitlines()[0])
        symbiosis degree: of Shenzhen by Hong Kong 0.3111, of Hong Kong by Shenzhen 0.225
        """
        names = [unit.shown(lang) for unit in self.model.units]
        pairs = [(i, j) for i in range(len(names)) for j in range(len(names)) if i != j]
        lines = []
        for name, table in (("degree", self.degree), ("coefficient", self.coefficient)):
            told = [
                say("indices_of_by", lang, unit=names[i], other=names[j], value=significant(table[i][j]))
                for i, j in pairs
                if table is not None and len(names) <= MOST_SHOWN
            ]
            if told or table is None:
                joined = (", " if lang == "en" else "、").join(told) or self.why(name, lang)
                lines.append(say(f"indices_{name}", lang, values=joined))
        value = self.why("energy", lang) if self.energy is None else significant(self.energy)
        sign = "" if self.energy is None else say(f"indices_energy_{'is' if self.energy > 0 else 'not'}", lang)
        return "\n".join([*lines, say("indices_energy", lang, value=value) + sign])


def indices(about: Model | Settlement, start: Start = None) -> Indices:
    """Return the indices of this literature at the place where a model settles.

    Parameters
    ----------
    about : Model or Settlement
        A model is settled first.
    start
        As for `settle`.

    Returns
    -------
    Indices

    Raises
    ------
    InvalidValueError, UnknownNameError
        If the start is not one level per unit.

    Examples
    --------
    >>> import symbiode
    >>> round(symbiode.indices(symbiode.load("shenzhen-hongkong")).energy, 4)
    0.7419
    """
    settled = about if isinstance(about, Settlement) else settle(about, start)
    model, known = settled.model, effects(settled.model)
    degree, no_degree = _degree(settled, known)
    energy, no_energy = _energy(settled, known)
    return Indices(
        model=model, degree=degree, coefficient=None if degree is None else _coefficient(degree),
        energy=None if energy is None else float(sum(energy, sympy.S.Zero)),
        energy_by_unit=None if energy is None else tuple(map(float, energy)),
        energy_if=_energy_if(settled, known), symmetry=_symmetry(settled, known),
        undefined=tuple((name, key) for name, key in (
            ("degree", no_degree), ("coefficient", no_degree), ("energy", no_energy)
        ) if key),
    )  # fmt: skip


def _degree(settled: Settlement, known: Effects) -> tuple[Square | None, str]:
    """Return -x_j f_ij/(x_i f_ii), each from its own equation x_i' = x_i f_i, or why there is none."""
    model, state = settled.model, settled.exact or settled.state
    if settled.outcome is not Outcome.COEXISTENCE or state is None:
        return None, "indices_not_together"
    if any(noise_of(model)) and not known.linear:
        return None, "indices_noise"
    n, here = range(len(state)), dict(zip(model.states, map(sympy.sympify, state), strict=True))
    own = [known.slopes[i][i] if known.linear else _own_slope(model, i) for i in n]
    table = []
    for i in n:
        limit = float(own[i].xreplace(here))
        if limit >= 0:
            return None, "indices_no_limit"
        slopes = [0.0 if i == j else float(known.slopes[i][j].xreplace(here)) for j in n]
        table.append(tuple(-float(state[j]) * slopes[j] / (float(state[i]) * limit) + 0.0 for j in n))
    return tuple(table), ""


def _own_slope(model: Model, i: int) -> sympy.Expr:
    rate, x = model.rates[i].xreplace(dict(model.values)), model.states[i]
    slope: sympy.Expr = sympy.diff(rate / x, x)
    return slope


def _coefficient(degree: Square) -> Square:
    def share(own: float | None, other: float | None) -> float | None:
        total = abs(own or 0.0) + abs(other or 0.0)
        return abs(own or 0.0) / total if total else None

    n = range(len(degree))
    return tuple(tuple(None if i == j else share(degree[i][j], degree[j][i]) for j in n) for i in n)


def _energy(settled: Settlement, known: Effects) -> tuple[tuple[sympy.Expr, ...] | None, str]:
    """Return K_i g_i = x_i - K_i of each unit, or why their sum has no meaning."""
    measures = {p.measured_in for p in settled.model.parameters if p.path[-1] == "capacity" and p.measured_in}
    state: tuple[Any, ...] | None = settled.exact or settled.state
    if None in known.alone:
        return None, "indices_alone"
    if state is None:
        return None, "indices_nowhere"
    if len(measures) > 1:
        return None, "indices_measures"
    return tuple(sympy.sympify(x - K) for x, K in zip(state, known.alone, strict=True)), ""


def _energy_if(settled: Settlement, known: Effects) -> sympy.Basic | None:
    """Return K1 d12 (1 + d21) + K2 d21 (1 + d12) > 0 where E_s is that over 1 - d12 d21 > 0."""
    plain = known.linear and known.scale == "capacity" and None not in known.alone and not any(noise_of(settled.model))
    if len(known.alone) != 2 or settled.outcome is not Outcome.COEXISTENCE or not plain:
        return None
    a, b, first, second = sympy.symbols("d12 d21 K1 K2", real=True)
    return sympy.Gt(first * a * (1 + b) + second * b * (1 + a), 0)


def _symmetry(
    settled: Settlement, known: Effects
) -> tuple[tuple[tuple[str, str], str, float | None], ...]:
    found: list[tuple[tuple[str, str], str, float | None]] = []
    for pair, (i, j) in zip(settled.modes, combinations(range(len(known.alone)), 2), strict=False):
        K = known.alone[i], known.alone[j]
        gains = pair.gains
        levels = None if gains is None or None in K else (float(K[0] or 0) * gains[0], float(K[1] or 0) * gains[1])
        both = pair.effects if pair.scale == "capacity" else None
        for scale, values in (("coefficients", both), ("gains", gains), ("absolute gains", levels)):
            found.append((pair.pair, scale, _share(values)))
    return tuple(found)


def _share(values: tuple[float | None, float | None] | None) -> float | None:
    if values is None or values[0] is None or values[1] is None or min(values[0], values[1]) <= 0:
        return None
    return min(values[0], values[1]) / max(values[0], values[1])
