"""Logistic symbiosis with a threshold below which a unit dwindles: a strong Allee effect, or critical mass.

    dx_i/dt = r_i x_i ((u_i/A_i - 1)(1 - u_i) + sum_j d_ij u_j),   u = x/K

The threshold A_i, a share of the capacity between 0 and 1, is where a unit alone neither grows nor dwindles; far below
it the unit declines at the rate r_i. A helpful partner lowers it.
"""

from __future__ import annotations

import sympy

from symbiode.system.laws import Law, Slot, Symbols


def rates(symbols: Symbols) -> tuple[sympy.Expr, ...]:
    """Return dx_i/dt for each unit."""
    x, r, A = symbols.states, symbols["growth"], symbols["threshold"]
    u = [level / K for level, K in zip(x, symbols["capacity"], strict=True)]
    partners: list[list[sympy.Expr]] = [[] for _ in x]
    for (i, j), d in symbols.pairs["effect"].items():
        partners[i].append(d * u[j])
    return tuple(r[i] * x[i] * sympy.Add((u[i] / A[i] - 1) * (1 - u[i]), *partners[i]) for i in range(len(x)))


LAW = Law(
    name="allee",
    rates=rates,
    parameters=(
        Slot(name="growth", letter="r", lower=0, strict=True, dimension="1/time"),
        Slot(name="capacity", letter="K", lower=0, strict=True, dimension="state"),
        Slot(name="threshold", letter="A", lower=0, upper=1, strict=True),
        Slot(name="effect", letter="d", per="pair", default=0),
    ),
    reference=(
        "Lewis and Kareiva (1993), Allee dynamics and the spread of invading organisms, Theor. Popul. Biol. 43, "
        "141-158, with the linear interaction of Volterra (1926), Nature 118, 558-560"
    ),
)
