"""Logistic symbiosis: each unit grows towards its capacity, helped or hindered by the others.

    dx_i/dt = r_i x_i (s_i - x_i/K_i + sum_j d_ij x_j/K_j)

d_ij is the effect of unit j on unit i, dimensionless, with the partner scaled by its own capacity. The own growth
s_i is 1 (facultative: grows alone), -1 (obligate: declines alone) or 0; K_i is a capacity only where s_i = 1.
"""

from __future__ import annotations

import sympy

from symbiode.system.laws import Law, Slot, Symbols


def rates(symbols: Symbols) -> tuple[sympy.Expr, ...]:
    """Return dx_i/dt for each unit."""
    x, r, K, s = symbols.states, symbols["growth"], symbols["capacity"], symbols["own_growth"]
    partners: list[list[sympy.Expr]] = [[] for _ in x]
    for (i, j), d in symbols.pairs["effect"].items():
        partners[i].append(d * x[j] / K[j])
    return tuple(r[i] * x[i] * sympy.Add(s[i], -x[i] / K[i], *partners[i]) for i in range(len(x)))


LAW = Law(
    name="logistic",
    rates=rates,
    parameters=(
        Slot(name="growth", letter="r", lower=0, strict=True, dimension="1/time"),
        Slot(name="capacity", letter="K", lower=0, strict=True, dimension="state"),
        Slot(name="own_growth", letter="s", default=1, choices=(1, 0, -1)),
        Slot(name="effect", letter="d", per="pair", default=0),
    ),
    reference=(
        "Verhulst (1838), Correspondance mathématique et physique 10, 113-121, with the linear interaction of "
        "Volterra (1926), Nature 118, 558-560; obligate units after Vandermeer and Boucher (1978), "
        "J. Theor. Biol. 74, 549-558"
    ),
)
