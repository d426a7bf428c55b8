"""Symbiosis through carrying capacities: each unit widens or narrows the room that the others have to grow.

    dx_i/dt = r_i x_i (1 - x_i/C_i),   C_i = K_i (1 + sum_j d_ij u_j (1 - c_ij + c_ij u_i)),   u = x/K

d_ij is the effect of unit j on the capacity of unit i. The contact c_ij is 0 where the effect needs no meeting (passive
symbiosis), 1 where it is proportional to meetings (active), or between; different pairs may differ (mixed). A capacity
that falls to zero kills in finite time, and a unit that starts with a negative one becomes infinite in finite time.
"""

from __future__ import annotations

import sympy

from symbiode.system.laws import Law, Slot, Symbols


def influence(symbols: Symbols) -> tuple[sympy.Expr, ...]:
    """Return what the others add to each capacity, relative to it: sum_j d_ij u_j (1 - c_ij + c_ij u_i)."""
    u = [x / K for x, K in zip(symbols.states, symbols["capacity"], strict=True)]
    contact = symbols.pairs["contact"]
    terms: list[list[sympy.Expr]] = [[] for _ in u]
    for (i, j), d in symbols.pairs["effect"].items():
        c = contact.get((i, j), sympy.Integer(0))
        terms[i].append(d * u[j] * (1 - c + c * u[i]))
    return tuple(sympy.Add(*row) for row in terms)


def capacities(symbols: Symbols) -> tuple[sympy.Expr, ...]:
    """Return the capacity C_i of each unit as the others leave it."""
    return tuple(K * (1 + more) for K, more in zip(symbols["capacity"], influence(symbols), strict=True))


def rates(symbols: Symbols) -> tuple[sympy.Expr, ...]:
    """Return dx_i/dt for each unit."""
    of_each = zip(symbols.states, symbols["growth"], capacities(symbols), strict=True)
    return tuple(r * x * (1 - x / C) for x, r, C in of_each)


PARAMETERS = (
    Slot(name="growth", letter="r", lower=0, strict=True, dimension="1/time"),
    Slot(name="capacity", letter="K", lower=0, strict=True, dimension="state"),
    Slot(name="effect", letter="d", per="pair", default=0),
    Slot(name="contact", letter="c", per="pair", default=0, lower=0, upper=1),
)
LAW = Law(
    name="carrying_capacity",
    rates=rates,
    parameters=PARAMETERS,
    reference=(
        "Yukalov, Yukalova and Sornette (2012), Modeling symbiosis by interactions through species carrying "
        "capacities, Physica D 241, 1270-1289 (arXiv 1003.2092)"
    ),
    divisors=capacities,
)
