"""The equilibrium that no absent unit can invade, without listing sets of units: a linear complementarity problem.

Comes in: per-capita growth b + A x as fractions. Goes out: x >= 0 with b + A x <= 0 and x_i (b + A x)_i = 0, checked
exactly. Lemke's pivots find the units that are there in floating point, and where that is not confirmed, in fractions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Any

from symbiode.dynamics.modes.exact import Square, Vector, growth, solve

Number = Any  # floats or fractions, all of one kind
_MOST_PIVOTS, _MOST_IN_FRACTIONS = 50, 40


def saturated(b: Vector, A: Square) -> Vector | None:
    """Return an equilibrium that no absent unit can invade, None if none was found.

    Parameters
    ----------
    b, A : exact numbers
        If -A is a P-matrix, which a diagonal Lyapunov function implies, there is exactly one and it is found.

    References
    ----------
    Lemke (1965), Management Science 11, 681-689; Cottle, Pang and Stone (1992), The Linear Complementarity Problem,
    sections 3.3, 4.4 and 4.9 (lexicographic rule).

    Examples
    --------
    >>> saturated([Fraction(1)] * 2, [[Fraction(-1), Fraction(-2)], [Fraction(0), Fraction(-1)]])
    [Fraction(0, 1), Fraction(1, 1)]
    """
    M = [[-float(value) for value in row] for row in A]
    found = resting(b, A, lemke(M, [-float(value) for value in b], 1e-11))
    if found is not None or len(b) > _MOST_IN_FRACTIONS:
        return found
    return resting(b, A, lemke([[-value for value in row] for row in A], [-value for value in b], Fraction(0)))


def resting(b: Vector, A: Square, basic: Collection[int] | None) -> Vector | None:
    """Return the equilibrium of these units, None unless it is one and nobody can invade it."""
    if basic is None:
        return None
    there = sorted(basic)
    part = solve([[A[i][j] for j in there] for i in there], [-b[i] for i in there])
    if part is None or any(value < 0 for value in part):
        return None
    x = [Fraction(0)] * len(b)
    for i, value in zip(there, part, strict=True):
        x[i] = value
    return x if all(rate <= 0 for rate in growth(b, A, x)) else None


def lemke(M: Sequence[Sequence[Number]], q: Sequence[Number], zero: Number) -> dict[int, Number] | None:
    """Return the basic z_i in a solution of w = M z + q, w, z >= 0, w'z = 0; None where the path ends in a ray.

    Parameters
    ----------
    M, q : numbers of one kind, shapes (row, row) and (row,)
        Floats or fractions.
    zero : number
        Entries of at most this size count as zero.
    """
    n = len(q)
    if all(value >= 0 for value in q):
        return {}
    size = [max(map(abs, row)) or 1 for row in M]  # the covering vector, in the measure of each row
    one = zero * 0 + 1
    rows = [[q[i], *(one * (i == j) for j in range(n)), *(-v for v in M[i]), -size[i]] for i in range(n)]
    basis = list(range(1, n + 1))
    entering = 2 * n + 1
    leaving = min(range(n), key=lambda i: [value / size[i] for value in rows[i][: n + 1]])
    for _ in range(_MOST_PIVOTS * n):
        out, basis[leaving] = basis[leaving], entering
        _pivot(rows, leaving, entering)
        if out == 2 * n + 1:
            return {k - n - 1: row[0] for k, row in zip(basis, rows, strict=True) if n < k <= 2 * n}
        entering = out + n if out <= n else out - n
        able = [i for i in range(n) if rows[i][entering] > zero]
        if not able:
            return None
        leaving = min(able, key=lambda i: [value / rows[i][entering] for value in rows[i][: n + 1]])
    return None


def _pivot(rows: list[list[Number]], row: int, column: int) -> None:
    head = rows[row][column]
    top = rows[row] = [value / head for value in rows[row]]
    for i, other in enumerate(rows):
        if i != row and other[column]:
            factor = other[column]
            rows[i] = [x - factor * y for x, y in zip(other, top, strict=True)]
