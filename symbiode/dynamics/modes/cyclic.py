"""Three units of which each beats the next in a circle: the one case of three competitors with a full theorem.

Comes in: per-capita growth b + A x of three units that all grow at the same rate. Goes out: a `Decision`, or None for
any other system. In units of the capacities each beats the next where the effects are below -1 one way round and
between -1 and 0 the other way round (May and Leonard 1975, SIAM J. Appl. Math. 29, 243; Chi, Hsu and Wu 1998, SIAM J.
Appl. Math. 58, 211: the product of the strong parts against the product of the weak parts decides).
"""

from __future__ import annotations

from math import prod

import sympy

from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.modes.ladder import Outcome
from symbiode.dynamics.modes.theorems import Decision, Numbers, Rows, because, knife_edge

_AFTER = {0: 1, 1: 2, 2: 0}


def cyclic(b: Numbers, A: Rows, start: Numbers | None) -> Decision | None:
    """Decide three units that beat each other in a circle, None for any other system.

    Examples
    --------
    >>> one, low, high = sympy.Integer(1), sympy.Rational(-4, 5), sympy.Rational(-13, 10)
    >>> cyclic((one,) * 3, ((-one, low, high), (high, -one, low), (low, high, -one)), None).outcome.value
    'heteroclinic'
    """
    n = range(3)
    if len(b) != 3 or sign(b[0]) <= 0 or any(sign(b[i] - b[0]) for i in n) or any(sign(A[i][i]) >= 0 for i in n):
        return None
    d = [[A[i][j] / -A[j][j] for j in n] for i in n]
    ahead, behind = [1 + d[i][_AFTER[i]] for i in n], [1 + d[_AFTER[i]][i] for i in n]
    if any(sign(d[i][j]) >= 0 for i in n for j in n if i != j):
        return None
    if not (_all(ahead, 1) and _all(behind, -1)) and not (_all(ahead, -1) and _all(behind, 1)):
        return None
    inner = tuple(sympy.Matrix(A).LUsolve(-sympy.Matrix(b)))
    weak, strong = (ahead, behind) if _all(ahead, 1) else (behind, ahead)
    against = sign(prod(weak) - prod(-x for x in strong))
    told = {"weak": prod(weak), "strong": prod(-x for x in strong)}
    on_ray = start is not None and all(sign(start[i] * inner[0] - start[0] * inner[i]) == 0 for i in n)
    if against > 0 or (on_ray and against == 0):
        return Decision(
            outcome=Outcome.COEXISTENCE, state=inner, survivors=(0, 1, 2), reason=(because("circle_rests", **told),)
        )
    if against == 0:
        why = because("circle_neutral", **told)
        return Decision(outcome=Outcome.NEUTRAL_ORBITS, state=inner, survivors=(0, 1, 2), reason=(why,))
    away = Decision(outcome=Outcome.HETEROCLINIC, survivors=(0, 1, 2), reason=(because("circle_slows", **told),))
    return knife_edge(away) if on_ray else away


def _all(values: list[sympy.Expr], wanted: int) -> bool:
    return all(sign(value) == wanted for value in values)
