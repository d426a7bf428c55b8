"""Lotka-Volterra without self-limitation, as in the classic predator and prey.

    dx_i/dt = x_i (s_i r_i + sum_j a_ij x_j)

a_ij is the effect of one measure of unit j on the growth rate of unit i (per capita, so it has the measure
1/(time * measure of j)); s_i = 1 for a unit that grows alone (prey), -1 for one that declines alone (predator).
"""

from __future__ import annotations

import sympy

from symbiode.system.laws import Law, Slot, Symbols


def rates(symbols: Symbols) -> tuple[sympy.Expr, ...]:
    """Return dx_i/dt for each unit."""
    x, r, s = symbols.states, symbols["growth"], symbols["own_growth"]
    partners: list[list[sympy.Expr]] = [[] for _ in x]
    for (i, j), a in symbols.pairs["effect"].items():
        partners[i].append(a * x[j])
    return tuple(x[i] * sympy.Add(s[i] * r[i], *partners[i]) for i in range(len(x)))


LAW = Law(
    name="lotka_volterra",
    rates=rates,
    parameters=(
        Slot(name="growth", letter="r", lower=0, strict=True, dimension="1/time"),
        Slot(name="own_growth", letter="s", default=1, choices=(1, 0, -1)),
        Slot(name="effect", letter="a", per="pair", default=0, dimension="1/time/state"),
    ),
    reference="Lotka (1925), Elements of Physical Biology, chapter VIII; Volterra (1926), Nature 118, 558-560",
    scale="per_capita",
)
