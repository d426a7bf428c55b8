"""Saturating symbiosis: as in the logistic law, but what a partner can do has a ceiling (Holling's type II).

    dx_i/dt = r_i x_i (s_i - x_i/K_i + sum_j d_ij u_j/(1 + h_ij u_j)),   u = x/K

d_ij is the effect of the first bit of unit j on unit i, as in the logistic law; d_ij/h_ij is the most that it can come
to. With every h_ij above 0 mutualism has no runaway; h_ij = 0 is the logistic law.
"""

from __future__ import annotations

import sympy

from symbiode.system.laws import Law, Slot, Symbols, logistic


def rates(symbols: Symbols) -> tuple[sympy.Expr, ...]:
    """Return dx_i/dt for each unit."""
    x, r, K, s = symbols.states, symbols["growth"], symbols["capacity"], symbols["own_growth"]
    saturation = symbols.pairs["saturation"]
    partners: list[list[sympy.Expr]] = [[] for _ in x]
    for (i, j), d in symbols.pairs["effect"].items():
        u = x[j] / K[j]
        partners[i].append(d * u / (1 + saturation.get((i, j), sympy.Integer(0)) * u))
    return tuple(r[i] * x[i] * sympy.Add(s[i], -x[i] / K[i], *partners[i]) for i in range(len(x)))


LAW = Law(
    name="saturating",
    rates=rates,
    parameters=(*logistic.LAW.parameters, Slot(name="saturation", letter="h", per="pair", default=0, lower=0)),
    reference=(
        "Wright (1989), A simple, stable model of mutualism incorporating handling time, Am. Nat. 134, 664-667, with "
        "the type II response of Holling (1959), Can. Entomol. 91, 385-398"
    ),
)
