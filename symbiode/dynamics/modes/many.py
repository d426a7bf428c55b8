"""Where three or more units go: a diagonal Lyapunov function with its weights, or a runaway, or no theorem.

Comes in: per-capita growth f_i = b_i + sum_j A_ij x_j as exact numbers. Goes out: a `Decision`, or None where
none of these sufficient conditions holds:

* positive weights c with diag(c) A + A' diag(c) negative definite: exactly one equilibrium cannot be invaded, and it
  attracts every positive start (Goh 1977, Am. Nat. 111, 135; Takeuchi and Adachi 1980, J. Math. Biol. 10, 401). The
  weights are looked for block by block (a block triangular matrix inherits them) and checked exactly; diagonal
  dominance and mutualism with spectral radius below 1 are cases of it (Berman and Plemmons 1994, chapter 6).
* units that nobody harms, that all help each other along a cycle, with growth that outruns limitation: they run away
  (Hofbauer and Sigmund 1998, theorem 15.1.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import sympy

from symbiode.dynamics.modes import exact
from symbiode.dynamics.modes.complementarity import saturated
from symbiode.dynamics.modes.exact import Square, Vector, components
from symbiode.dynamics.modes.ladder import Evidence, Outcome
from symbiode.dynamics.modes.lyapunov import lyapunov_weights
from symbiode.dynamics.modes.permanence import bound
from symbiode.dynamics.modes.theorems import Decision, Numbers, Rows, at_rest, because

MOST_EXACT, MOST_TOLD = 150, 8
_TRIES = 2000


def several(b: Numbers, A: Rows) -> Decision | None:
    """Decide where three or more units go from every positive start, None if no theorem here tells.

    Examples
    --------
    >>> one, d = sympy.Integer(1), sympy.Rational(3, 5)
    >>> several((one,) * 3, ((-one, d, d), (d, -one, d), (d, d, -one))).outcome.value
    'blow_up'
    """
    try:
        return _several(b, A) if len(b) <= MOST_EXACT else None
    except OverflowError:  # numbers that no floating-point search can hold
        return None


def _several(b: Numbers, A: Rows) -> Decision | None:
    slack = exact.slack(b, A)
    own, matrix = exact.fractions(b, A)
    away = _runaway(own, matrix, slack)
    if away is not None:
        return away
    weights = lyapunov_weights(matrix, slack=slack)
    state = None if weights is None else _state(own, matrix, slack)
    if weights is None or state is None:
        return None
    found = at_rest(b, A, state)
    why = because("weights_" + found.outcome.value, units=found.survivors, weights=_told(weights))
    return replace(found, evidence=Evidence.CERTIFICATE, reason=(why,), weights=exact.rationals(weights))


def without(b: Numbers, A: Rows, gone: int) -> Numbers | None:
    """Return where all units but one settle; the whole must have Lyapunov weights, which every part inherits.

    Returns
    -------
    tuple of exact numbers, shape (unit - 1,), or None
    """
    kept = [i for i in range(len(b)) if i != gone]
    part = tuple(b[i] for i in kept), tuple(tuple(A[i][j] for j in kept) for i in kept)
    return _state(*exact.fractions(*part), exact.slack(*part))


def _state(b: Vector, A: Square, slack: Fraction) -> Numbers | None:
    """Return the equilibrium that cannot be invaded, None if rounding could hide who is there."""
    x = saturated(b, A)
    if x is None or any(0 < value < slack for value in x):
        return None
    absent = (rate for rate, value in zip(exact.growth(b, A, x), x, strict=True) if not value)
    return None if any(abs(rate) < slack for rate in absent) else exact.rationals(x)


def _told(weights: Sequence[Fraction]) -> str:
    if len(weights) > MOST_TOLD:
        return f"{float(min(weights)):.4g} … {float(max(weights)):.4g}"
    return ", ".join(f"{float(w):.4g}" for w in weights)


def _runaway(b: Vector, A: Square, slack: Fraction) -> Decision | None:
    """Return that some units grow without bound whatever the others do, None if that is not proved."""
    n = range(len(b))
    unharmed = [i for i in n if all(A[i][j] >= 0 for j in n if j != i)]
    blocks = [block for block in components(A, unharmed) if len(block) > 1]
    for block in blocks:
        own, part = _part(b, A, block)
        v = _growing(part, slack)
        if v is not None and sum(p * q for p, q in zip(v, own, strict=True)) >= slack:
            why = because("runaway_units", units=tuple(block))
            return Decision(outcome=Outcome.BLOW_UP, reason=(why,))
    critical = next((block for block in blocks if not slack and _alone(A, block)), None)
    return None if critical is None else _critical(b, A, critical)


def _part(b: Vector, A: Square, units: Sequence[int]) -> tuple[Vector, Square]:
    return [b[i] for i in units], [[A[i][j] for j in units] for i in units]


def _alone(A: Square, block: Sequence[int]) -> bool:
    return all(A[i][j] == 0 for i in block for j in range(len(A)) if j not in block)


def _growing(A: Square, slack: Fraction) -> Vector | None:
    """Return v > 0 with v'A > 0 in every entry for a matrix that is nonnegative off its diagonal, if there is one."""
    shift = float(1 + max(-A[i][i] for i in range(len(A))))
    columns = [[float(row[j]) + shift * (i == j) for i, row in enumerate(A)] for j in range(len(A))]
    v, before = [1.0] * len(A), [0.0] * len(A)
    for _ in range(_TRIES):
        if max(abs(x - y) for x, y in zip(v, before, strict=True)) < 1e-15:
            break
        before = v
        w = [sum(x * y for x, y in zip(v, column, strict=True)) for column in columns]
        if all(y < shift * x for x, y in zip(v, w, strict=True)):
            return None  # v'A < 0: every mode of A decays (Collatz and Wielandt), so nothing makes it grow
        v = [value / max(w) for value in w]
    found = [Fraction(value) for value in v]
    grows = all(sum(x * row[j] for x, row in zip(found, A, strict=True)) > slack for j in range(len(A)))
    return found if min(found) > 0 and grows else None


def _critical(b: Vector, A: Square, block: list[int]) -> Decision | None:
    """Return that a block on which nobody else acts grows exponentially, None unless help just cancels limitation."""
    rest = [i for i in range(len(b)) if i not in block]
    if rest and bound(_part(b, A, rest)[1]) is None:
        return None
    rate = _critical_rate(*_part(b, A, block))
    if rate is None:
        return None
    value = sympy.Rational(rate.numerator, rate.denominator)
    why = because("critical_units", units=tuple(block), rate=value)
    survivors = None if rest else tuple(block)
    return Decision(outcome=Outcome.UNBOUNDED, rate=value, survivors=survivors, reason=(why,))


def _critical_rate(b: Vector, A: Square) -> Fraction | None:
    """Return the exponential rate where help exactly cancels limitation, None if it does not or nothing grows."""
    last = len(b) - 1
    v = exact.solve([[A[i][j] for i in range(last)] for j in range(last)], [-A[last][j] for j in range(last)])
    if v is None:
        return None
    v = [*v, Fraction(1)]
    null = all(sum(x * row[j] for x, row in zip(v, A, strict=True)) == 0 for j in range(len(b)))
    drift = sum((p * q for p, q in zip(v, b, strict=True)), Fraction(0))
    return drift / sum(v, Fraction(0)) if null and min(v) > 0 and drift > 0 else None
