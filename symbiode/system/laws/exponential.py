"""Exponential growth with linear effects: the logistic law with nothing to limit a unit but the others.

    dx_i/dt = r_i x_i (s_i + sum_j d_ij x_j/K_j)

It takes the values of a logistic model, so that the two can be compared on the same file: effects d_ij are relative to
the level K_j of the source, which is no limit here. In effects per head it is the law `lotka_volterra`.
"""

from __future__ import annotations

import sympy

from symbiode.system.laws import Law, Symbols, logistic


def rates(symbols: Symbols) -> tuple[sympy.Expr, ...]:
    """Return dx_i/dt for each unit."""
    x, r, K, s = symbols.states, symbols["growth"], symbols["capacity"], symbols["own_growth"]
    partners: list[list[sympy.Expr]] = [[] for _ in x]
    for (i, j), d in symbols.pairs["effect"].items():
        partners[i].append(d * x[j] / K[j])
    return tuple(r[i] * x[i] * sympy.Add(s[i], *partners[i]) for i in range(len(x)))


LAW = Law(
    name="exponential",
    rates=rates,
    parameters=logistic.LAW.parameters,
    reference=(
        "Malthus (1798), An Essay on the Principle of Population, chapter 2, with the linear interaction of Volterra "
        "(1926), Nature 118, 558-560"
    ),
)
