"""Generalised Lotka-Volterra, for those who think in a_ij: growth changes by so much per measure of every unit.

    dx_i/dt = x_i (r_i + b_i x_i + sum_j a_ij x_j)

a_ij is the effect of one measure of unit j on the growth rate of unit i, and b_i, the `self_effect`, that of the unit
on itself, written a_ii elsewhere. A unit with r_i > 0 > b_i has the capacity -r_i/b_i, and a model of such units is a
logistic one in other numbers (`conventions.logistic_from_general`); r_i < 0 is an obligate unit.
"""

from __future__ import annotations

import sympy

from symbiode.system.laws import Law, Slot, Symbols


def rates(symbols: Symbols) -> tuple[sympy.Expr, ...]:
    """Return dx_i/dt for each unit."""
    x, r, own = symbols.states, symbols["growth"], symbols["self_effect"]
    partners: list[list[sympy.Expr]] = [[] for _ in x]
    for (i, j), a in symbols.pairs["effect"].items():
        partners[i].append(a * x[j])
    return tuple(x[i] * sympy.Add(r[i], own[i] * x[i], *partners[i]) for i in range(len(x)))


LAW = Law(
    name="generalised_lotka_volterra",
    rates=rates,
    parameters=(
        Slot(name="growth", letter="r", dimension="1/time"),
        Slot(name="self_effect", letter="b", default=0, dimension="1/time/state"),
        Slot(name="effect", letter="a", per="pair", default=0, dimension="1/time/state"),
    ),
    reference=(
        "Volterra (1931), Leçons sur la théorie mathématique de la lutte pour la vie; Hofbauer and Sigmund (1998), "
        "Evolutionary Games and Population Dynamics, section 5.1"
    ),
    scale="per_capita",
)
