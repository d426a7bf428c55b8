"""Gompertz symbiosis: growth slows with the logarithm of the level, so that the young grow fastest.

    dx_i/dt = r_i x_i (-ln(x_i/K_i) + sum_j d_ij x_j/K_j)

Effects mean what they mean in the logistic law, which this one is to first order near its capacities. Growth per
capita is infinite at x_i = 0: nothing still comes from nothing, but the smallest presence is never driven out.
"""

from __future__ import annotations

import sympy

from symbiode.system.laws import Law, Slot, Symbols


def rates(symbols: Symbols) -> tuple[sympy.Expr, ...]:
    """Return dx_i/dt for each unit."""
    x, r, K = symbols.states, symbols["growth"], symbols["capacity"]
    partners: list[list[sympy.Expr]] = [[] for _ in x]
    for (i, j), d in symbols.pairs["effect"].items():
        partners[i].append(d * x[j] / K[j])
    return tuple(r[i] * x[i] * sympy.Add(-sympy.log(x[i] / K[i]), *partners[i]) for i in range(len(x)))


LAW = Law(
    name="gompertz",
    rates=rates,
    parameters=(
        Slot(name="growth", letter="r", lower=0, strict=True, dimension="1/time"),
        Slot(name="capacity", letter="K", lower=0, strict=True, dimension="state"),
        Slot(name="effect", letter="d", per="pair", default=0),
    ),
    reference=(
        "Gompertz (1825), Phil. Trans. R. Soc. London 115, 513-583, as a growth curve after Winsor (1932), PNAS 18, "
        "1-8, with the linear interaction of Volterra (1926), Nature 118, 558-560"
    ),
)
