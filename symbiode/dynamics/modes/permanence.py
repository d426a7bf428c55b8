"""Whether every unit persists, even where it is not known what the system settles into.

Comes in: per-capita growth b + A x as fractions. Goes out: a `Persistence`, or None where neither is proved:

* permanent: every positive start ends above one common positive level. Orbits are bounded (`bound`), and positive
  weights p make sum p_i (b + A z)_i positive at every equilibrium z that lacks some unit, so weighted growth wins over
  long times near the boundary (Jansen 1987, J. Math. Biol. 25, 411-422; Hofbauer and Sigmund 1998, theorem 13.6.1).
  Then there is one equilibrium with all units, and time means of every positive orbit tend to it (theorem 5.2.3).
* not permanent: no absent unit can invade some equilibrium, strictly, so positive starts near it lose units.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from symbiode.dynamics.modes.exact import Square, Vector, fractions, growth, rationals, slack, solve
from symbiode.dynamics.modes.ladder import Evidence, Outcome
from symbiode.dynamics.modes.theorems import Decision, Numbers, Persistence, Rows, because
from symbiode.errors import Code, warning

MOST_LISTED = 10
_WITH_LOSS = (Outcome.EXCLUSION, Outcome.EXTINCTION, Outcome.HETEROCLINIC)
_WITHOUT_BOUND = (Outcome.BLOW_UP, Outcome.UNBOUNDED)


def lasting(b: Numbers, A: Rows, found: Decision) -> Decision:
    """Add to a decision what is proved of persistence; a simulation that loses a permanent unit is not believed."""
    if not 2 < len(b) <= MOST_LISTED or slack(b, A) or found.weights is not None or found.outcome in _WITHOUT_BOUND:
        return found
    known = persistence(*fractions(b, A))
    lost = any(end.outcome in _WITH_LOSS for end in (found, *found.attractors))
    if known is None or not known.permanent or not lost:
        return replace(found, persistence=known)
    why = because("persistence_contradicts")
    return Decision(
        outcome=Outcome.UNDECIDED, evidence=Evidence.SIMULATION, persistence=known, reason=(why,),
        status=warning(Code.NOT_SUPPORTED),
    )  # fmt: skip


def persistence(b: Vector, A: Square) -> Persistence | None:
    """Return whether every unit persists, None where neither is proved or there are too many units.

    Examples
    --------
    >>> low, high, one = Fraction(-4, 5), Fraction(-11, 10), Fraction(1)
    >>> persistence([one, 2 * one, one], [[-one, low, high], [2 * high, -2 * one, 2 * low], [low, high, -one]]).state
    (10/29, 10/29, 10/29)
    """
    if len(b) > MOST_LISTED:
        return None
    rows = []
    for there in itertools.chain.from_iterable(itertools.combinations(range(len(b)), k) for k in range(len(b))):
        z = _at(b, A, there)
        if z is None:
            return None
        if min(z) >= 0:
            rows.append(growth(b, A, z))
            if all(rate < 0 for i, rate in enumerate(rows[-1]) if i not in there):
                return Persistence(permanent=False, state=rationals(z))
    inner = _at(b, A, range(len(b)))
    if inner is None or min(inner) <= 0 or bound(A) is None:
        return None
    weights = positive_weights(rows)
    return None if weights is None else Persistence(permanent=True, state=rationals(inner), weights=rationals(weights))


def _at(b: Vector, A: Square, there: Sequence[int]) -> Vector | None:
    """Return the solution with these units, of any sign; None if it is not the only one."""
    part = solve([[A[i][j] for j in there] for i in there], [-b[i] for i in there])
    if part is None:
        return None
    by_unit = dict(zip(there, part, strict=True))
    return [by_unit.get(i, Fraction(0)) for i in range(len(b))]


def bound(A: Square) -> Vector | None:
    """Return v > 0 with N v < 0 for A without its negative effects, None if there is none: then orbits are bounded.

    -N is a nonsingular M-matrix then, and x' = x (b + N x), which bounds the units from above, has a bounded box in the
    direction of v that attracts (comparison of cooperative systems; Smith 1995, Monotone Dynamical Systems, chapter 3).
    """
    n = range(len(A))
    helped = [[A[i][j] if i == j else max(A[i][j], Fraction(0)) for j in n] for i in n]
    if any(A[i][i] >= 0 for i in n):
        return None
    v = solve(helped, [Fraction(-1)] * len(A))
    return v if v is not None and min(v, default=Fraction(1)) > 0 else None


def positive_weights(rows: list[Vector]) -> Vector | None:
    """Return p > 0 whose product with every row is positive, None if none was found; checked exactly."""
    from scipy.optimize import linprog

    size = [max(map(abs, row)) for row in rows]
    if not all(size):
        return None
    scaled = [[-float(value / big) for value in row] + [1.0] for row, big in zip(rows, size, strict=True)]
    n = len(rows[0])  # the largest t with p . row >= t and 1 <= p <= 1e9
    found = linprog([0.0] * n + [-1.0], scaled, [0.0] * len(rows), bounds=[(1, 1e9)] * n + [(None, 1)])
    p = [Fraction(f"{value:.12g}") for value in found.x[:n]] if found.x is not None else []
    proved = p and all(sum((x * y for x, y in zip(row, p, strict=True)), Fraction(0)) > 0 for row in rows)
    return p if proved else None
