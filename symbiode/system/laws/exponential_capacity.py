"""Symbiosis through carrying capacities that never vanish: effects multiply the room to grow, however strong they are.

    dx_i/dt = r_i x_i (1 - x_i/C_i),   C_i = K_i exp(sum_j d_ij u_j (1 - c_ij + c_ij u_i)),   u = x/K

Effects d_ij and contacts c_ij mean what they mean in the law `carrying_capacity`, which is this one to first order in
the effects.
"""

from __future__ import annotations

import sympy

from symbiode.system.laws import Law, Symbols, carrying_capacity


def rates(symbols: Symbols) -> tuple[sympy.Expr, ...]:
    """Return dx_i/dt for each unit."""
    x, r, K, more = symbols.states, symbols["growth"], symbols["capacity"], carrying_capacity.influence(symbols)
    return tuple(r[i] * x[i] * (1 - x[i] / K[i] * sympy.exp(-more[i])) for i in range(len(x)))


LAW = Law(
    name="exponential_capacity",
    rates=rates,
    parameters=carrying_capacity.LAW.parameters,
    reference=(
        "Yukalov, Yukalova and Sornette (2014), New approach to modeling symbiosis in biological and social systems, "
        "Int. J. Bifurcation Chaos 24, 1450117 (arXiv 1408.0111)"
    ),
)
