"""Linear algebra in exact fractions, and the blocks of units that act on each other.

Comes in: lists of `Fraction`. Goes out: solutions without rounding, found without fractions inside (Bareiss 1968,
Mathematics of Computation 22, 565-578).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import sympy

from symbiode.dynamics.modes.theorems import Numbers, Rows

Vector = list[Fraction]
Square = list[Vector]


def fractions(b: Numbers, A: Rows) -> tuple[Vector, Square]:
    """Return growth and effects as fractions; other numbers than rational ones to 60 digits."""
    return [_fraction(v) for v in b], [[_fraction(v) for v in row] for row in A]


def _fraction(value: sympy.Expr) -> Fraction:
    exact = value if isinstance(value, sympy.Rational) else sympy.Rational(str(value.evalf(60)))
    return Fraction(int(exact.p), int(exact.q))


def slack(b: Numbers, A: Rows) -> Fraction:
    """Return by how much an inequality must hold: 0 for rational numbers, else far more than 60 digits round away."""
    rational = all(isinstance(v, sympy.Rational) for row in (b, *A) for v in row)
    return Fraction(0) if rational else Fraction(1, 10**40)


def rationals(values: Vector) -> Numbers:
    """Return fractions as sympy numbers."""
    return tuple(sympy.Rational(value.numerator, value.denominator) for value in values)


def growth(b: Vector, A: Square, x: Vector) -> Vector:
    """Return the per-capita growth b + A x."""
    there = [j for j, value in enumerate(x) if value]
    return [own + sum((row[j] * x[j] for j in there), Fraction(0)) for own, row in zip(b, A, strict=True)]


def eliminate(rows: list[list[int]], k: int, before: int, below: range) -> None:
    """Do one step of fraction-free elimination; `before` is the pivot of the step before."""
    pivot, top = rows[k][k], rows[k]
    for i in below:
        head = rows[i][k]
        rows[i][k:] = [(pivot * x - head * y) // before for x, y in zip(rows[i][k:], top[k:], strict=True)]


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
        eliminate(rows, k, before, range(k + 1, n))
        before = rows[k][k]
    x = [0] * n
    for k in reversed(range(n)):
        rest = rows[n - 1][n - 1] * rows[k][n] - sum(rows[k][j] * x[j] for j in range(k + 1, n))
        x[k] = rest // rows[k][k]
    return [Fraction(value, rows[n - 1][n - 1]) for value in x]


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
