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

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import sympy

from symbiode.dynamics.modes.ladder import Evidence, Outcome
from symbiode.dynamics.modes.theorems import Decision, Numbers, Rows, at_rest, because

Vector = list[Fraction]
Square = list[Vector]
MOST_EXACT, MOST_TOLD = 60, 8
_TRIES = 200


def several(b: Numbers, A: Rows) -> Decision | None:
    """Decide where three or more units go from every positive start, None if no theorem here tells.

    Examples
    --------
    >>> one, d = sympy.Integer(1), sympy.Rational(3, 5)
    >>> several((one,) * 3, ((-one, d, d), (d, -one, d), (d, d, -one))).outcome.value
    'blow_up'
    """
    if len(b) > MOST_EXACT:
        return None
    slack = _slack(b, A)
    own, matrix = _fractions(b, A)
    away = _runaway(own, matrix, slack)
    if away is not None:
        return away
    weights = lyapunov_weights(matrix, slack=slack)
    state = None if weights is None else _state(own, matrix, slack)
    if weights is None or state is None:
        return None
    found = at_rest(b, A, state)
    why = because("weights_" + found.outcome.value, units=found.survivors, weights=_told(weights))
    return replace(found, evidence=Evidence.CERTIFICATE, reason=(why,))


def without(b: Numbers, A: Rows, gone: int) -> Numbers | None:
    """Return where all units but one settle; the whole must have Lyapunov weights, which every part inherits.

    Returns
    -------
    tuple of exact numbers, shape (unit - 1,), or None
    """
    kept = [i for i in range(len(b)) if i != gone]
    part = tuple(b[i] for i in kept), tuple(tuple(A[i][j] for j in kept) for i in kept)
    return _state(*_fractions(*part), _slack(*part))


def _state(b: Vector, A: Square, slack: Fraction) -> Numbers | None:
    """Return the equilibrium that cannot be invaded, None if rounding could hide who is there."""
    x = saturated(b, A)
    n = range(len(b))
    rates = (b[i] + sum(A[i][j] * x[j] for j in n) for i in n if not x[i])
    if any(0 < value < slack for value in x) or any(abs(rate) < slack for rate in rates):
        return None
    return tuple(sympy.Rational(value.numerator, value.denominator) for value in x)


def _fractions(b: Numbers, A: Rows) -> tuple[Vector, Square]:
    return [_fraction(v) for v in b], [[_fraction(v) for v in row] for row in A]


def _fraction(value: sympy.Expr) -> Fraction:
    exact = value if isinstance(value, sympy.Rational) else sympy.Rational(str(value.evalf(60)))
    return Fraction(int(exact.p), int(exact.q))


def _slack(b: Numbers, A: Rows) -> Fraction:
    """Return by how much an inequality must hold: 0 for rational numbers, else far more than 60 digits round away."""
    rational = all(isinstance(v, sympy.Rational) for row in (b, *A) for v in row)
    return Fraction(0) if rational else Fraction(1, 10**40)


def _told(weights: Sequence[Fraction]) -> str:
    if len(weights) > MOST_TOLD:
        return f"{float(min(weights)):.4g} … {float(max(weights)):.4g}"
    return ", ".join(f"{float(w):.4g}" for w in weights)


def lyapunov_weights(A: Square, *, slack: Fraction = Fraction(0)) -> Vector | None:
    """Return positive weights c with diag(c) A + A' diag(c) negative definite, None if none was found.

    Parameters
    ----------
    A : exact numbers, shape (unit, unit)
    slack : exact number
        By how much the inequalities must hold.

    Returns
    -------
    list of Fraction or None
        Checked exactly. None is no proof that there are none.

    Examples
    --------
    >>> lyapunov_weights([[Fraction(-1), Fraction(9)], [Fraction(0), Fraction(-1)]]) is not None
    True
    """
    if any(A[i][i] >= 0 for i in range(len(A))):
        return None
    weights = [Fraction(1)] * len(A)
    blocks = components(A, range(len(A)))
    for block in blocks:
        part = [[A[i][j] for j in block] for i in block]
        found = next((c for c in _candidates(part) if negative_definite(part, c, slack)), None)
        if found is None:
            return None
        for i, c in zip(block, found, strict=True):
            weights[i] = c
    for halvings in range(_TRIES):
        scaled = list(weights)
        for depth, block in enumerate(blocks):
            for i in block:
                scaled[i] = weights[i] * Fraction(1, 2 ** (halvings * depth))
        if negative_definite(A, scaled, slack):
            return scaled
    return None


def _candidates(A: Square) -> Iterator[Vector]:
    """Yield weights worth trying for an irreducible block; rounded, because the check is exact and the set is open."""
    n = range(len(A))
    yield [Fraction(1)] * len(A)
    compared = [[abs(float(A[i][j])) * (1 if i == j else -1) for j in n] for i in n]
    right, left = _rough(compared), _rough([list(column) for column in zip(*compared, strict=True)])
    if right is not None and left is not None and min(right) > 0 and min(left) > 0:
        yield [_short(v / w) for v, w in zip(left, right, strict=True)]
    yield [_short(float(c)) for c in _balanced(A)]


def _short(value: float) -> Fraction:
    return Fraction(f"{value:.4g}")


def _rough(A: list[list[float]]) -> list[float] | None:
    """Return the rounded solution of A x = 1, None if elimination without exchanges fails."""
    n = len(A)
    rows = [[*row, 1.0] for row in A]
    for k in range(n):
        if abs(rows[k][k]) < 1e-12:
            return None
        rows[k] = [value / rows[k][k] for value in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[n] for row in rows]


def _balanced(A: Square) -> Vector:
    """Return weights that even out the two effects of each pair along a spanning tree (exact for food chains)."""
    weights: dict[int, Fraction] = {0: Fraction(1)}
    queue = [0]
    for i in queue:
        for j in range(len(A)):
            if j in weights or (A[i][j] == 0 and A[j][i] == 0):
                continue
            if A[i][j] and A[j][i]:
                weights[j] = weights[i] * abs(A[i][j] / A[j][i])
            elif A[i][j]:
                weights[j] = weights[i] * A[i][j] ** 2 / (A[i][i] * A[j][j])
            else:
                weights[j] = weights[i] * (A[i][i] * A[j][j]) / A[j][i] ** 2
            queue.append(j)
    return [weights.get(i, Fraction(1)) for i in range(len(A))]


def negative_definite(A: Square, c: Vector, slack: Fraction = Fraction(0)) -> bool:
    """Return whether diag(c) A + A' diag(c) is negative definite, exactly.

    Diagonal dominance decides at once; otherwise the leading minors must alternate (Sylvester), found without fractions
    (Bareiss 1968, Mathematics of Computation 22, 565-578).
    """
    n = range(len(A))
    S = [[c[i] * A[i][j] + c[j] * A[j][i] for j in n] for i in n]
    if all(S[i][i] + sum(abs(S[i][j]) for j in n if j != i) < -slack for i in n):
        return True
    scale = math.lcm(*(value.denominator for row in S for value in row))
    rows = [[int(value * scale) for value in row] for row in S]
    before = 1
    for k in n:
        if Fraction(rows[k][k], before * scale) >= -slack:
            return False
        _eliminate(rows, k, before, range(k + 1, len(A)))
        before = rows[k][k]
    return True


def _eliminate(rows: list[list[int]], k: int, before: int, below: range) -> None:
    """Do one step of fraction-free elimination; `before` is the pivot of the step before."""
    pivot, top = rows[k][k], rows[k]
    for i in below:
        head = rows[i][k]
        rows[i] = [(pivot * x - head * y) // before for x, y in zip(rows[i], top, strict=True)]


def solve(A: Square, right: Vector) -> Vector | None:
    """Return the solution of a linear system, None if the matrix is singular."""
    n = len(A)
    rows = []
    for row, value in zip(A, right, strict=True):
        scale = math.lcm(*(v.denominator for v in (*row, value)))
        rows.append([int(v * scale) for v in (*row, value)])
    before = 1
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        _eliminate(rows, k, before, range(k + 1, n))
        before = rows[k][k]
    x = [0] * n
    for k in reversed(range(n)):
        rest = rows[n - 1][n - 1] * rows[k][n] - sum(rows[k][j] * x[j] for j in range(k + 1, n))
        x[k] = rest // rows[k][k]
    return [Fraction(value, rows[n - 1][n - 1]) for value in x]


def saturated(b: Vector, A: Square) -> Vector:
    """Return the one equilibrium that no absent unit can invade, by Murty's least-index pivots.

    Parameters
    ----------
    b, A : exact numbers
        -A must be a P-matrix, which a diagonal Lyapunov function implies; then the pivots end.

    References
    ----------
    Murty (1974), Linear Algebra and its Applications 9, 5-18.
    """
    n = range(len(b))
    there = {i for i in n if b[i] > 0}
    while True:
        inside = sorted(there)
        part = solve([[A[i][j] for j in inside] for i in inside], [-b[i] for i in inside]) or []
        x = [Fraction(0)] * len(b)
        for i, value in zip(inside, part, strict=True):
            x[i] = value
        faulty = (i for i in n if (x[i] < 0 if i in there else b[i] + sum(A[i][j] * x[j] for j in inside) > 0))
        least = next(faulty, None)
        if least is None:
            return x
        there ^= {least}


def components(A: Square, units: Sequence[int]) -> list[list[int]]:
    """Return the strongly connected components of "acts on", each after those that act on it.

    Parameters
    ----------
    A : exact numbers
        A_ij is not zero where j acts on i.
    units : sequence of int
        The units to look at.
    """
    reached = {i: _reach(A, i, units) for i in units}
    found: list[list[int]] = []
    for i in sorted(units, key=lambda i: (len(reached[i]), i)):
        if not any(i in block for block in found):
            found.append([j for j in units if j in reached[i] and i in reached[j]])
    return found


def _reach(A: Square, i: int, units: Sequence[int]) -> set[int]:
    """Return the units that act on i, directly or through others, and i itself."""
    seen, queue = {i}, [i]
    for k in queue:
        for j in units:
            if j not in seen and A[k][j] != 0:
                seen.add(j)
                queue.append(j)
    return seen


def _runaway(b: Vector, A: Square, slack: Fraction) -> Decision | None:
    """Return that some units run away whatever the others do, None if that is not proved."""
    n = range(len(b))
    unharmed = [i for i in n if all(A[i][j] >= 0 for j in n if j != i)]
    for block in components(A, unharmed):
        part = [[A[i][j] for j in block] for i in block]
        own = [b[i] for i in block]
        if len(block) == 1:
            continue
        v = _growing(part, slack)
        if v is not None and sum(p * q for p, q in zip(v, own, strict=True)) >= slack:
            why = because("runaway_units", units=tuple(block))
            return Decision(outcome=Outcome.BLOW_UP, reason=(why,))
        rate = _critical_rate(part, own) if len(block) == len(b) and not slack else None
        if rate is not None:
            exact = sympy.Rational(rate.numerator, rate.denominator)
            why = because("critical_units", rate=exact)
            return Decision(outcome=Outcome.UNBOUNDED, rate=exact, survivors=tuple(block), reason=(why,))
    return None


def _growing(A: Square, slack: Fraction) -> Vector | None:
    """Return v > 0 with v'A > 0 in every entry for a matrix that is nonnegative off its diagonal, if there is one."""
    shift = 1 + max(-A[i][i] for i in range(len(A)))
    M = [[float(A[i][j]) + (float(shift) if i == j else 0.0) for j in range(len(A))] for i in range(len(A))]
    v = [1.0] * len(A)
    for _ in range(_TRIES * 10):
        w = [sum(v[i] * M[i][j] for i in range(len(A))) for j in range(len(A))]
        top = max(w)
        v = [value / top for value in w]
    exact = [Fraction(value) for value in v]
    grows = all(sum(exact[i] * A[i][j] for i in range(len(A))) > slack for j in range(len(A)))
    return exact if min(exact) > 0 and grows else None


def _critical_rate(A: Square, b: Vector) -> Fraction | None:
    """Return the exponential rate where help exactly cancels limitation, None if it does not or nothing grows."""
    n = len(A)
    turned = [[A[i][j] for i in range(n)] for j in range(n)]
    v = solve(
        [[turned[j][i] for i in range(n - 1)] for j in range(n - 1)], [-turned[j][n - 1] for j in range(n - 1)]
    )
    if v is None:
        return None
    v = [*v, Fraction(1)]
    null = all(sum(v[i] * A[i][j] for i in range(n)) == 0 for j in range(n))
    drift = sum((p * q for p, q in zip(v, b, strict=True)), Fraction(0))
    return drift / sum(v, Fraction(0)) if null and min(v) > 0 and drift > 0 else None
