"""Every set of units, solved exactly: which units can be present together at rest, and where.

Comes in: `Affine` at exact numbers. Goes out: for each support its point, its family, or the reason why it has none.
Rational systems are scaled to integers and reduced fraction-free; numbers such as sqrt(2) stay as they are.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from math import lcm

import sympy
from sympy.matrices import dotprodsimp
from sympy.polys.matrices import DomainMatrix

from symbiode.dynamics.equilibrium.affine import Affine
from symbiode.dynamics.equilibrium.signs import Number, high_roots, sign

Support = tuple[int, ...]
Growths = tuple[tuple[int, Number], ...]


@dataclass(frozen=True, kw_only=True)
class Scaled:
    """Rows ``(A_i1 … A_in, b_i) * scale_i`` with positive scales; integers if the model's numbers are rational."""

    rows: tuple[tuple[Number, ...], ...]
    scales: tuple[int, ...]
    rational: bool

    @property
    def size(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, kw_only=True)
class Solution:
    """All x_S with A_SS x_S = -b_S: ``numerators / denominator + span(directions)``; none if `numerators` is empty.

    The denominator is positive. A support of no units has the solution of no numbers (``exists`` says so).
    """

    support: Support
    exists: bool
    numerators: tuple[Number, ...] = ()
    denominator: Number = 1
    directions: tuple[tuple[sympy.Expr, ...], ...] = ()

    @property
    def point(self) -> tuple[sympy.Expr, ...]:
        return tuple(exact(number, self.denominator) for number in self.numerators)


def exact(numerator: Number, denominator: Number) -> sympy.Expr:
    """Return a quotient as a sympy number."""
    if isinstance(numerator, int) and isinstance(denominator, int):
        rational: sympy.Expr = sympy.Rational(numerator, denominator)
        return rational
    found: sympy.Expr = sympy.Integer(1) * numerator / denominator
    return found if found.is_Rational or high_roots(found) else sympy.radsimp(found)


def scaled(form: Affine) -> Scaled:
    """Scale every row of (A, b) to integers, if its numbers are rational."""
    rows, scales = [], []
    rational = all(entry.is_Rational for row, b in zip(form.A, form.b, strict=True) for entry in (*row, b))
    for row, b in zip(form.A, form.b, strict=True):
        scale = lcm(*(int(entry.as_numer_denom()[1]) for entry in (*row, b))) if rational else 1
        rows.append(tuple(int(entry * scale) if rational else entry for entry in (*row, b)))
        scales.append(scale)
    return Scaled(rows=tuple(rows), scales=tuple(scales), rational=rational)


def supports(size: int) -> Iterator[Support]:
    """Yield every set of units, from none to all."""
    for count in range(size + 1):
        yield from itertools.combinations(range(size), count)


def solutions(system: Scaled) -> Iterator[tuple[Solution, Growths]]:
    """Yield the solution of every set of units in the order of `supports`, with the growth of absent units there.

    A set is solved by one exchange step from the set without its last unit, fraction-free; from sets with a zero
    determinant no step leads on, and what lies behind them is solved by itself.

    References
    ----------
    Bareiss (1968), Math. Comp. 22, 565-578; Cottle, Pang and Stone (2009), The Linear Complementarity Problem, section
    2.3 (principal pivots).
    """
    stepped: dict[Support, tuple[tuple[int, ...], int]] = {}
    if system.rational:
        rows = [[*map(int, row[:-1]), -int(row[-1])] for row in system.rows]
        _step(rows, 1, (), stepped)
    for support in supports(system.size):
        if support in stepped:
            last, d = stepped[support]
            flip = 1 if d > 0 else -1
            numerators = tuple(flip * last[i] for i in support)
            yield (
                Solution(support=support, exists=True, numerators=numerators, denominator=flip * d),
                tuple((k, -flip * last[k]) for k in range(system.size) if k not in support),
            )
        else:
            solution = solve(system, support)
            yield solution, growth_of_absent(system, solution) if solution.exists else ()


def _step(
    rows: list[list[int]], d: int, support: Support, found: dict[Support, tuple[tuple[int, ...], int]]
) -> None:
    """Enter a set and all that add later units to it; `rows` hold the columns after its last unit, times d."""
    found[support] = tuple(row[-1] for row in rows), d
    first = len(rows) - len(rows[0]) + 1
    for k in range(first, len(rows)):
        pivot, at = rows[k], k - first
        if pivot[at]:
            after, p = pivot[at + 1 :], pivot[at]
            entered = [
                after if i == k else [(p * x - row[at] * y) // d for x, y in zip(row[at + 1 :], after, strict=True)]
                for i, row in enumerate(rows)
            ]
            _step(entered, p, (*support, k), found)


def solve(system: Scaled, support: Support) -> Solution:
    """Solve A_SS x_S = -b_S exactly, whatever its determinant."""
    if not support:
        return Solution(support=(), exists=True)
    augmented = [[*(system.rows[i][j] for j in support), -1 * system.rows[i][-1]] for i in support]
    reduced, denominator, pivots = _reduced(augmented) if system.rational else _reduced_irrational(augmented)
    count = len(support)
    if count in pivots:
        return Solution(support=support, exists=False)
    flip = sign(denominator)
    numerators: list[Number] = [0] * count
    for row, pivot in enumerate(pivots):
        numerators[pivot] = flip * reduced[row][count]
    free = [k for k in range(count) if k not in pivots]
    directions = tuple(
        tuple(
            exact(-1 * reduced[pivots.index(k)][f], denominator) if k in pivots else sympy.Integer(k == f)
            for k in range(count)
        )
        for f in free
    )
    return Solution(
        support=support, exists=True, numerators=tuple(numerators), denominator=flip * denominator,
        directions=directions,
    )  # fmt: skip


def _reduced(rows: list[list[Number]]) -> tuple[list[list[Number]], Number, tuple[int, ...]]:
    """Reduce integer rows fraction-free: row echelon form times `denominator`."""
    matrix = DomainMatrix([[sympy.ZZ(entry) for entry in row] for row in rows], (len(rows), len(rows[0])), sympy.ZZ)
    reduced, denominator, pivots = matrix.rref_den(method="FF")
    return [[int(entry) for entry in row] for row in reduced.to_list()], int(denominator), tuple(pivots)


def _reduced_irrational(rows: list[list[Number]]) -> tuple[list[list[Number]], Number, tuple[int, ...]]:
    with dotprodsimp(False):  # it would cancel, which need not end for roots of high order
        reduced, pivots = sympy.Matrix(rows).rref(iszerofunc=lambda entry: sign(entry) == 0, simplify=False)
    return reduced.tolist(), 1, tuple(pivots)


def growth_of_absent(system: Scaled, solution: Solution) -> Growths:
    """Return (unit, e) for each unit outside the support; e/(scale * denominator) is its growth rate there."""
    absent = [k for k in range(system.size) if k not in solution.support]
    found = []
    for k in absent:
        row = system.rows[k]
        pull = sum((row[j] * x for j, x in zip(solution.support, solution.numerators, strict=True)), start=0)
        found.append((k, row[-1] * solution.denominator + pull))
    return tuple(found)


def jacobian_of_present(system: Scaled, solution: Solution) -> tuple[list[list[Number]], Number]:
    """Return (J, scale): the block diag(x_S) A_SS of the Jacobian times a positive scale, without fractions."""
    common = lcm(*(system.scales[i] for i in solution.support))
    block = [
        [x * system.rows[i][j] * (common // system.scales[i]) for j in solution.support]
        for i, x in zip(solution.support, solution.numerators, strict=True)
    ]
    return block, common * solution.denominator
