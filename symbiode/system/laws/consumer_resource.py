"""Consumer-resource symbiosis: what a partner takes is weighed against what it gives, and the balance may turn.

    dx_i/dt = r_i x_i (s_i - u_i + sum_j (d_ij u_j/(1 + h_ij u_j) - k_ij u_j/(1 + e_ij u_i))),   u = x/K

d_ij is the benefit from the first bit of unit j, saturating with h_ij as unit j abounds; k_ij is the cost of feeding
the first bit of it, per head of unit i less (e_ij) as unit i abounds. Both directions may cost (bi-directional), or one
(uni-directional). In the letters of the reference, with r_i > 0 the intrinsic growth and D_i its self-limitation:
K_i = r_i/D_i, d_ij = c_i alpha_ij K_j/(h_j r_i), h_ij = K_j/h_j, k_ij = q_i beta_i K_j/(e_i r_i), e_ij = K_i/e_i.
Without costs this is the saturating law. The mode is that of the gains, not of the signs of the benefits.
"""

from __future__ import annotations

import sympy

from symbiode.system.laws import Law, Slot, Symbols, saturating


def rates(symbols: Symbols) -> tuple[sympy.Expr, ...]:
    """Return dx_i/dt for each unit."""
    x, r = symbols.states, symbols["growth"]
    u = [level / K for level, K in zip(x, symbols["capacity"], strict=True)]
    relief, spent = symbols.pairs["relief"], [sympy.Integer(0)] * len(x)
    for (i, j), k in symbols.pairs["cost"].items():
        spent[i] += r[i] * x[i] * k * u[j] / (1 + relief.get((i, j), sympy.Integer(0)) * u[i])
    return tuple(gained - lost for gained, lost in zip(saturating.rates(symbols), spent, strict=True))


LAW = Law(
    name="consumer_resource",
    rates=rates,
    parameters=(
        *saturating.LAW.parameters,
        Slot(name="cost", letter="k", per="pair", default=0, lower=0),
        Slot(name="relief", letter="e", per="pair", default=0, lower=0),
    ),
    reference=(
        "Holland and DeAngelis (2010), A consumer-resource approach to the density-dependent population dynamics of "
        "mutualism, Ecology 91, 1286-1295"
    ),
)
