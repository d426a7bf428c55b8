"""Equilibria and their conditions in the model's symbols, as the field writes them.

Comes in: `Affine` in symbols. Goes out: for each support its formulas, when it exists, and when it is stable.

Growth rates and capacities are pulled out first: A = diag(rho) M diag(1/kappa) and b = diag(rho) c, so that for the
logistic law rho = r, kappa = K and only the effects are left in M. A support S is then M_SS u = -c_S, solved without
fractions as u = N/D, and x = kappa u. The Jacobian is diag(p) M up to similarity, with p = rho x / kappa, beside the
growth rates of absent units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import sympy
from sympy.logic.boolalg import Boolean
from sympy.polys.fields import FracElement, sfield
from sympy.polys.matrices import DomainMatrix

from symbiode.dynamics.equilibrium.affine import Affine, per_capita_form
from symbiode.dynamics.equilibrium.products import Product, conjunction, product, quotient
from symbiode.dynamics.equilibrium.supports import Support
from symbiode.system.model import Model

LARGEST = 4  # units: Routh-Hurwitz conditions beyond are longer than anybody reads


@dataclass(frozen=True, kw_only=True)
class Formula:
    """One support in symbols; `expressions` is empty if its determinant is zero whatever the values."""

    expressions: tuple[sympy.Expr, ...]
    exists_if: Boolean
    stable_if: Boolean


@dataclass(frozen=True, kw_only=True)
class Split:
    """A = diag(rho) M diag(1/kappa), b = diag(rho) c."""

    rho: tuple[FracElement, ...]
    kappa: tuple[FracElement, ...]
    M: tuple[tuple[FracElement, ...], ...]
    c: tuple[FracElement, ...]


@dataclass(frozen=True, kw_only=True)
class Solved:
    """u_S = N/D with D = (-1)^k det M_SS for k units, so that D > 0 is necessary for stability if rho, kappa > 0."""

    support: Support
    N: tuple[FracElement, ...]
    D: FracElement


@dataclass(frozen=True, kw_only=True, eq=False)
class Formulas:
    """Every support of a model in its symbols, each worked out when it is asked for: that takes most of the time."""

    model: Model

    @cached_property
    def _split(self) -> tuple[Split, Mapping[sympy.Dummy, sympy.Expr]] | None:
        """A number such as exp(1/7) is one symbol while polynomials are taken apart; then it is put back."""
        form = per_capita_form(self.model) if len(self.model.units) <= LARGEST else None
        if form is None:
            return None
        entries = (*form.b, *(entry for row in form.A for entry in row))
        whole = {part for entry in entries for part in entry.atoms(sympy.Pow, sympy.Function) if not _polynomial(part)}
        kept = {part: sympy.Dummy(positive=part.is_positive, real=part.is_real) for part in sorted(whole, key=str)}
        plain = Affine(
            b=tuple(b.xreplace(kept) for b in form.b), A=tuple(tuple(a.xreplace(kept) for a in row) for row in form.A)
        )
        return split(plain), {symbol: part for part, symbol in kept.items()}

    def of(self, support: Support) -> Formula | None:
        """Return the formula of a support, None if the law is not of this form or has too many units."""
        if self._split is None:
            return None
        parts, back = self._split
        found = _formula(parts, support, self.model.states)
        return _with(found, back) if back else found


@dataclass(frozen=True, kw_only=True, eq=False)
class Written:
    """What is written of a support: its formula in symbols where there is one, else what holds at the values."""

    support: Support
    at_values: Formula
    formulas: Formulas | None = None

    @cached_property
    def formula(self) -> Formula:
        return (self.formulas.of(self.support) if self.formulas else None) or self.at_values


def _with(f: Formula, back: Mapping[sympy.Dummy, sympy.Expr]) -> Formula:
    """Put numbers back; a determinant that they make zero leaves no formula."""
    try:
        told = tuple(e.xreplace(back) for e in f.expressions)
        if not any(e.has(sympy.zoo, sympy.nan) for e in told):
            exists, stable = f.exists_if.xreplace(back), f.stable_if.xreplace(back)
            return Formula(expressions=told, exists_if=exists, stable_if=stable)
    except TypeError:  # sympy's answer to a comparison with 1/0
        pass
    return Formula(expressions=(), exists_if=sympy.false, stable_if=sympy.false)


def _polynomial(part: Any) -> bool:
    return bool(part.is_Pow and part.exp.is_Integer)


def split(form: Affine) -> Split:
    """Pull the common factors out of the columns of A, then out of the rows of (A, b)."""
    size = len(form.b)
    # The extra symbol gives a model without any symbol a ring to live in.
    entries = [*(entry for row, b in zip(form.A, form.b, strict=True) for entry in (*row, b)), sympy.Symbol("x1")]
    _, flat = sfield(entries)
    rows = [list(flat[k * (size + 1) : (k + 1) * (size + 1)]) for k in range(size)]
    kappa = []
    for j in range(size):
        common = _common([row[j] for row in rows])
        kappa.append(1 / common)
        for row in rows:
            row[j] /= common
    rho = []
    for row in rows:
        rho.append(_common(row))
        row[:] = [entry / rho[-1] for entry in row]
    return Split(
        rho=tuple(rho), kappa=tuple(kappa),
        M=tuple(tuple(row[:-1]) for row in rows), c=tuple(row[-1] for row in rows),
    )  # fmt: skip


def _common(entries: Sequence[FracElement]) -> FracElement:
    """Return the gcd of the numerators over the lcm of the denominators (1 if all are zero)."""
    present = [entry for entry in entries if entry]
    field = entries[0].field
    if not present:
        one: FracElement = field.one
        return one
    top, bottom = present[0].numer, present[0].denom
    for entry in present[1:]:
        top, bottom = top.gcd(entry.numer), bottom.lcm(entry.denom)
    common: FracElement = field.new(top, bottom)
    return common if top.LC > 0 else -common


def _formula(parts: Split, support: Support, states: Sequence[sympy.Symbol]) -> Formula:
    solved = _solved(parts, support)
    if solved is None:
        return Formula(expressions=(), exists_if=sympy.false, stable_if=sympy.false)
    coordinates = {i: product([parts.kappa[i], *quotient(N, solved.D)]) for i, N in zip(support, solved.N, strict=True)}
    exists = list(coordinates.values())
    # Given D > 0 it is the numerators alone that must be positive.
    present = [product([parts.kappa[i], N, solved.D]) for i, N in zip(support, solved.N, strict=True)]
    inside, hurwitz = _inside(parts, solved, states)
    stable = conjunction([*inside, *present, *_outside(parts, solved)])
    found = Formula(
        expressions=tuple(
            coordinates[i].expression() if i in coordinates else sympy.S.Zero for i in range(len(states))
        ),
        exists_if=conjunction(exists),
        stable_if=sympy.And(stable, *hurwitz) if stable != sympy.false else sympy.false,
    )
    return _shortest(parts, support, found)


def _solved(parts: Split, support: Support) -> Solved | None:
    """Solve a support, or return None if its determinant is zero whatever the values.

    With the characteristic polynomial p of M_SS, D = p_k and N = (p_0 M^(k-1) + … + p_(k-1)) c (Cayley and Hamilton).
    """
    field = parts.c[0].field
    p = _characteristic(parts, support)
    if not p[-1]:
        return None
    c = [parts.c[i] for i in support]
    N = [field.zero for _ in support]
    for coefficient in p[:-1]:
        N = [
            sum((parts.M[i][j] * n for j, n in zip(support, N, strict=True)), start=coefficient * c_i)
            for i, c_i in zip(support, c, strict=True)
        ]
    return Solved(support=support, N=tuple(N), D=p[-1])


def _characteristic(parts: Split, support: Support) -> list[FracElement]:
    """Return the coefficients of det(z - M_SS), the highest power of z first."""
    field = parts.c[0].field
    if not support:
        return [field.one]
    domain = field.ring.to_domain()
    rows = [[parts.M[i][j].numer for j in support] for i in support]
    return [field.new(field.ring(p)) for p in DomainMatrix(rows, (len(support),) * 2, domain).charpoly()]


def _inside(parts: Split, solved: Solved, states: Sequence[sympy.Symbol]) -> tuple[list[Product], list[Boolean]]:
    """Return what must be positive for stability among the present units, and Hurwitz conditions in x."""
    k = len(solved.support)
    if not k:
        return [], []
    determinant = product([solved.D, *(parts.rho[i] / parts.kappa[i] for i in solved.support)])
    own = [product([parts.rho[i], 1 / parts.kappa[i], parts.M[i][i]]) for i in solved.support]
    damped = all(a.sign <= 0 and not a.factors for a in own) and any(a.sign for a in own)
    if k == 1 or (k == 2 and damped):
        return [determinant], []
    if k == 2:
        return [determinant, _trace(parts, solved).negative()], []
    return [determinant], _hurwitz(parts, solved.support, states, damped=damped)


def _trace(parts: Split, solved: Solved) -> Product:
    """Return the trace of a pair, sum_i rho_i M_ii u_i."""
    field = parts.c[0].field
    whole = sum(
        (parts.rho[i] * parts.M[i][i] * N for i, N in zip(solved.support, solved.N, strict=True)),
        start=field.zero,
    )
    return product([whole, solved.D])


def _hurwitz(parts: Split, support: Support, states: Sequence[sympy.Symbol], *, damped: bool) -> list[Boolean]:
    """Return the conditions of Routh and Hurwitz beyond the determinant, in the coordinates x of the equilibrium.

    References
    ----------
    Gantmacher (1959), The Theory of Matrices, volume 2, chapter XV, sections 6 and 13 (Liénard and Chipart).
    """
    speed = {i: (parts.rho[i] / parts.kappa[i]).as_expr() * states[i] for i in support}
    a: list[sympy.Expr] = [sympy.Integer(1)]
    for size in range(1, len(support) + 1):
        minors = ((T, _characteristic(parts, T)[-1].as_expr()) for T in combinations(support, size))
        a.append(sympy.Add(*(sympy.Mul(*(speed[i] for i in T)) * minor for T, minor in minors)))
    conditions = [] if damped else [_above(a[1])]
    if len(support) == 3:
        return [*conditions, _above(a[1] * a[2] - a[3])]
    return [*conditions, _above(a[3]), _above(a[1] * a[2] * a[3] - a[3] ** 2 - a[1] ** 2 * a[4])]


def _above(number: sympy.Expr) -> Boolean:
    return sympy.Gt(number, 0, evaluate=False)


def _outside(parts: Split, solved: Solved) -> list[Product]:
    """Return what must be positive so that no absent unit grows: -(c_k D + sum_j M_kj N_j) rho_k, given D > 0."""
    found = []
    for k in range(len(parts.c)):
        if k not in solved.support:
            terms = (parts.M[k][j] * N for j, N in zip(solved.support, solved.N, strict=True))
            pull = sum(terms, start=parts.c[k] * solved.D)
            found.append(product([parts.rho[k], pull, solved.D]).negative())
    return found


def _shortest(parts: Split, support: Support, found: Formula) -> Formula:
    """Shorten what needs an argument: the pair with at least one obligate unit, both effects free.

    For own growth (-1, -1), N = -(1 + d) and D = 1 - d12 d21 have one sign only if both effects are positive and
    d12 d21 > 1, and then D < 0. For (1, -1) with d21 > 1, d12 d21 < 1 says that d12 < 1.
    """
    if not (len(parts.c) == 2 == len(support)) or any(parts.M[i][i] != -1 for i in support):
        return found
    effects = (parts.M[0][1], parts.M[1][0])
    scales = product([*parts.rho, *parts.kappa])
    if any(not effect.numer.is_generator for effect in effects) or scales.factors:
        return found
    first, second = (effect.as_expr() for effect in effects)
    one, other = parts.c
    if one == other == -1:
        exists = sympy.And(first > 0, first * second > 1)
        return Formula(expressions=found.expressions, exists_if=exists, stable_if=sympy.false)
    if one * other == -1:
        obligate = second if other == -1 else first
        stable = sympy.And(obligate > 1, first * second < 1)
        return Formula(expressions=found.expressions, exists_if=found.exists_if, stable_if=stable)
    return found
