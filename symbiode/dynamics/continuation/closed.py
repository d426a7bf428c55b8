"""Closed forms of branches where growth per capita is linear in the levels, and the exact values of special points.

Comes in: followed branches of a system whose growth is b(p) + A(p) x, rational in the coefficient p. Goes out: the same
with formulas, and with exact values where a polynomial that is zero there was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sympy
from sympy.polys.matrices import DomainMatrix
from sympy.polys.matrices.exceptions import DMNonInvertibleMatrixError

from symbiode.dynamics.continuation.results import Branches, Kind, SpecialPoint
from symbiode.dynamics.continuation.systems import System
from symbiode.dynamics.modes.ladder import TOLERANCE

Support = tuple[int, ...]
Levels = dict[Support, tuple[sympy.Expr, ...]]
_MOST = 3  # units of a support whose Hopf condition is worked out exactly
_NEAR = 1e-7


@dataclass(frozen=True, kw_only=True)
class Closed:
    """Per-capita growth b + A x with entries rational in `p`."""

    p: sympy.Symbol
    b: tuple[sympy.Expr, ...]
    A: tuple[tuple[sympy.Expr, ...], ...]

    def levels(self, support: Support) -> tuple[sympy.Expr, ...] | None:
        """Return the levels of a support as rational functions of p; None if they are never isolated."""
        if not support:
            return ()
        field = sympy.QQ.frac_field(self.p)
        matrix, right = (
            DomainMatrix.from_Matrix(sympy.Matrix(rows)).convert_to(field)
            for rows in ([[self.A[i][j] for j in support] for i in support], [[-self.b[i]] for i in support])
        )
        try:
            solved = matrix.lu_solve(right).to_Matrix()
        except DMNonInvertibleMatrixError:
            return None
        return tuple(solved[i, 0] for i in range(len(support)))

    def determinant(self, support: Support) -> sympy.Expr:
        """Return det A_SS."""
        found: sympy.Expr = sympy.Matrix([[self.A[i][j] for j in support] for i in support]).det()
        return found

    def hurwitz(self, support: Support) -> sympy.Expr:
        """Return the Hurwitz determinant of the Jacobian of a support that is zero at a Hopf point.

        References
        ----------
        Liu (1994), J. Math. Anal. Appl. 182, 250-256.
        """
        levels, m = self.levels(support), len(support)
        if levels is None or not 2 <= m <= _MOST:
            return sympy.S.One
        J = sympy.Matrix(m, m, lambda i, j: levels[i] * self.A[support[i]][support[j]])
        c = [sympy.cancel(entry) for entry in J.charpoly(sympy.Dummy("z")).all_coeffs()]
        rows = [[c[2 * i - j + 1] if 0 <= 2 * i - j + 1 <= m else 0 for j in range(m - 1)] for i in range(m - 1)]
        minor: sympy.Expr = sympy.Matrix(rows).det()
        return minor


def poles(system: System, between: tuple[float, float]) -> list[SpecialPoint]:
    """Return where a denominator that holds no level is zero: there the equations have no value."""
    p = system.rates.variables[-1]
    found = set()
    for f in (system.growth or system.rates).expressions:
        for factor in sympy.Mul.make_args(sympy.denom(sympy.together(f))):
            below = factor.as_base_exp()[0]
            if below.free_symbols == {p} and _rational(below, p):
                found |= set(sympy.Poly(below, p, domain="QQ").real_roots())
    told = [(root, float(root)) for root in found if between[0] <= root <= between[1]]
    return [SpecialPoint(kind=Kind.POLE, value=at, error=abs(at) * 2.0**-52, exact=root) for root, at in told]


def closed_form(system: System) -> Closed | None:
    """Return the closed form of a system with one moving coefficient, if it has one."""
    if system.growth is None:
        return None
    *states, p = system.growth.variables
    rest = dict.fromkeys(states, sympy.Integer(0))
    b, A = [], []
    for f in system.growth.expressions:
        slopes = [sympy.diff(f, x) for x in states]
        entries = [f.xreplace(rest), *slopes]
        if any(s.free_symbols & set(states) for s in slopes) or not all(_rational(entry, p) for entry in entries):
            return None
        b.append(entries[0])
        A.append(tuple(slopes))
    return Closed(p=p, b=tuple(b), A=tuple(A))


def _rational(entry: sympy.Expr, p: sympy.Symbol) -> bool:
    numbers = entry.atoms(sympy.Number)
    return bool(entry.is_rational_function(p)) and all(a.is_Rational for a in numbers) and entry.free_symbols <= {p}


def with_closed_forms(system: System, found: Branches) -> Branches:
    """Return branches with their formulas and points with their exact values, where they have any."""
    form = closed_form(system)
    if form is None:
        return found
    units = [unit.name for unit in system.model.units]
    levels: dict[Support, tuple[sympy.Expr, ...] | None] = {}
    branches = []
    for branch in found.branches:
        support = tuple(units.index(name) for name in branch.support)
        if support not in levels:
            levels[support] = form.levels(support)
        solved = levels[support]
        if solved is not None:
            at = dict(zip(support, solved, strict=True))
            formulas = (sympy.factor(at.get(i, sympy.Integer(0))) for i in range(len(units)))
            branch = replace(branch, formula=tuple(f.xreplace({form.p: found.symbol}) for f in formulas))
        branches.append(branch)
    known = {support: solved for support, solved in levels.items() if solved is not None}
    of = {b.name: tuple(units.index(name) for name in b.support) for b in found.branches}
    points = tuple(_exactly(p, form, known, {of[name] for name in p.branches}) for p in found.points)
    return replace(found, branches=tuple(branches), points=points)


def _exactly(point: SpecialPoint, form: Closed, levels: Levels, through: set[Support]) -> SpecialPoint:
    """Return a point with the root of the first condition on its branches that is zero there."""
    for condition in _conditions(point.kind, form, levels, through):
        top = sympy.numer(sympy.together(condition))
        if not top.has(form.p):
            continue
        for factor, _ in sympy.factor_list(sympy.Poly(top, form.p, domain="QQ"))[1]:
            for root in factor.real_roots():
                if abs(float(root) - point.value) <= _NEAR * (1 + abs(point.value)):
                    value = float(root)
                    return replace(point, exact=root, value=value, error=abs(value) * 2.0**-52)
    return point


def _conditions(kind: Kind, form: Closed, levels: Levels, through: set[Support]) -> Iterator[sympy.Expr]:
    """Yield functions of p that may be zero at a special point of a kind."""
    for support in sorted(through & levels.keys()):
        solved = levels[support]
        if kind in (Kind.TRANSCRITICAL, Kind.CONTINUUM, Kind.DEGENERATE, Kind.PITCHFORK):
            yield from solved
            yield from _invasions(form, support, solved)
        if kind in (Kind.ASYMPTOTE, Kind.CONTINUUM) and support:
            yield form.determinant(support)
        if kind is Kind.HOPF:
            yield form.hurwitz(support)
        if kind is Kind.MODE_CHANGE and len(support) == 2:
            alone = [levels.get((i,)) for i in support]
            gains = [x / a[0] - 1 for x, a in zip(solved, alone, strict=True) if a]
            yield from gains
            if len(gains) == 2:
                yield (1 - TOLERANCE) * gains[0] - gains[1]
                yield (1 - TOLERANCE) * gains[1] - gains[0]


def _invasions(form: Closed, support: Support, solved: tuple[sympy.Expr, ...]) -> Iterator[sympy.Expr]:
    """Yield the growth per capita of each absent unit."""
    for k in range(len(form.b)):
        if k not in support:
            yield form.b[k] + sum(form.A[k][j] * x for j, x in zip(support, solved, strict=True))
