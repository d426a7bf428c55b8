"""Lines and surfaces of equilibria: where they lie, and whether they attract.

Comes in: a support whose determinant is zero. Goes out: a `Family` if it meets the open orthant of its units.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from symbiode.dynamics.equilibrium.results import Family
from symbiode.dynamics.equilibrium.signs import Number, sign
from symbiode.dynamics.equilibrium.supports import Scaled, Solution, exact

Row = tuple[sympy.Expr, ...]  # (c0, c1, …, ck) means c0 + c1 t1 + … + ck tk > 0


def family(
    system: Scaled, solution: Solution, states: tuple[sympy.Symbol, ...], names: tuple[str, ...]
) -> Family | None:
    """Return the equilibria of a support with a zero determinant, or None if none has all its units above zero."""
    rows = tuple(zip(solution.point, *solution.directions, strict=True))
    where = interior_point(rows)
    if where is None:
        return None
    support = solution.support
    inside = dict(zip(support, (_at(row, where) for row in rows), strict=True))
    directions = [dict(zip(support, direction, strict=True)) for direction in solution.directions]
    size = range(len(states))
    return Family(
        support=tuple(names[i] for i in support),
        equations=_equations(solution, states),
        kind="eq_line" if len(directions) == 1 else "eq_surface",
        point=tuple(inside.get(i, sympy.S.Zero) for i in size),
        directions=tuple(tuple(direction.get(i, sympy.S.Zero) for i in size) for direction in directions),
        attracting=_attracting(system, solution, rows, where),
    )


def interior_point(rows: Sequence[Row]) -> tuple[sympy.Expr, ...] | None:
    """Return t with every row above zero, or None if there is none (Fourier-Motzkin elimination, exact)."""
    count = len(rows[0]) - 1
    if not count:
        return () if all(sign(row[0]) > 0 for row in rows) else None
    signs = [sign(row[-1]) for row in rows]
    # c0 + … + ck tk > 0 is tk > -(c0 + …)/ck for ck > 0, tk < -(c0 + …)/ck for ck < 0.
    bounds = [tuple(-c / row[-1] for c in row[:-1]) if s else row[:-1] for row, s in zip(rows, signs, strict=True)]
    lower = [bound for bound, s in zip(bounds, signs, strict=True) if s > 0]
    upper = [bound for bound, s in zip(bounds, signs, strict=True) if s < 0]
    rest = [bound for bound, s in zip(bounds, signs, strict=True) if s == 0]
    between = [tuple(h - w for h, w in zip(high, low, strict=True)) for high in upper for low in lower]
    zero = (sympy.S.One, *(sympy.S.Zero,) * (count - 1))
    where = interior_point([*rest, *between, zero])
    if where is None:
        return None
    lows, highs = ([_at(bound, where) for bound in side] for side in (lower, upper))
    return (*where, _between(_extreme(lows, 1), _extreme(highs, -1)))


def _at(row: Row, where: tuple[sympy.Expr, ...]) -> sympy.Expr:
    found: sympy.Expr = sympy.Add(row[0], *(c * t for c, t in zip(row[1:], where, strict=True)))
    return found


def _extreme(values: Sequence[sympy.Expr], direction: int) -> sympy.Expr | None:
    """Return the largest (direction 1) or smallest (-1) value, None if there is none."""
    best = None
    for value in values:
        if best is None or sign(value - best) == direction:
            best = value
    return best


def _between(low: sympy.Expr | None, high: sympy.Expr | None) -> sympy.Expr:
    if low is None:
        low = high - 2 if high is not None else sympy.Integer(-1)
    if high is None:
        high = low + 2
    middle: sympy.Expr = (low + high) / 2
    return middle


def _equations(solution: Solution, states: tuple[sympy.Symbol, ...]) -> tuple[sympy.Expr, ...]:
    """Return what is zero along the family: each dependent coordinate through the free ones."""
    x = [states[i] for i in solution.support]
    free = [next(k for k in range(len(x)) if _is_free(solution, k, at)) for at in range(len(solution.directions))]
    equations = []
    for k, own in enumerate(x):
        if k not in free:
            told = sum((d[k] * x[f] for d, f in zip(solution.directions, free, strict=True)), start=solution.point[k])
            equations.append(sympy.fraction(sympy.together(own - told))[0])
    return tuple(sympy.expand(equation) for equation in equations)


def _is_free(solution: Solution, k: int, at: int) -> bool:
    """Whether coordinate k is the parameter of direction `at`: 1 there, 0 in the point and in other directions."""
    others = (d[k] for number, d in enumerate(solution.directions) if number != at)
    return solution.directions[at][k] == 1 and solution.point[k] == 0 and all(other == 0 for other in others)


def _attracting(system: Scaled, solution: Solution, rows: Sequence[Row], where: tuple[sympy.Expr, ...]) -> bool | None:
    """Whether all eigenvalues across the family are negative on all of it, if they are linear functions along it."""
    if len(solution.support) > len(solution.directions) + 1:
        return None
    across = [_along(system, k, solution, rows) for k in range(system.size) if k not in solution.support]
    if len(solution.support) == len(solution.directions) + 1:
        across.append(_trace(system, solution, rows))
    if not across:
        return None
    return all(
        sign(_at(eigenvalue, where)) < 0 and interior_point([*rows, eigenvalue]) is None for eigenvalue in across
    )


def _along(system: Scaled, k: int, solution: Solution, rows: Sequence[Row]) -> Row:
    """Return the growth rate of absent unit k (times its scale) as a function along the family."""
    own = system.rows[k]
    total = _weighted([own[j] for j in solution.support], rows)
    return (total[0] + own[-1], *total[1:])


def _trace(system: Scaled, solution: Solution, rows: Sequence[Row]) -> Row:
    return _weighted([exact(system.rows[i][i], system.scales[i]) for i in solution.support], rows)


def _weighted(weights: Sequence[Number], rows: Sequence[Row]) -> Row:
    terms = [[weight * c for c in row] for weight, row in zip(weights, rows, strict=True)]
    return tuple(sympy.Add(*column) for column in zip(*terms, strict=True))
