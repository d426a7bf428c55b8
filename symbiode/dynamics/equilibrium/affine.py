"""Per-capita growth of the form f_i = b_i + sum_j A_ij x_j: the models whose equilibria are linear systems.

Comes in: a model. Goes out: b and A, exact at the model's values (`affine`) or in its symbols (`per_capita_form`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sympy

from symbiode.system.model import TIME, Model

Vector = tuple[sympy.Expr, ...]
Matrix = tuple[Vector, ...]
Values = Mapping[sympy.Symbol, sympy.Expr]


@dataclass(frozen=True, kw_only=True)
class Affine:
    """Per-capita growth f_i = b_i + sum_j A_ij x_j of each unit, so that dx_i/dt = x_i f_i.

    Parameters
    ----------
    b : tuple of sympy numbers, shape (unit,)
        Growth of a unit while it is rare and alone, 1/time.
    A : tuple of tuples of sympy numbers, shape (unit, unit)
        What one measure of unit j adds to the growth of unit i, 1/(time * measure of j).
    """

    b: Vector
    A: Matrix


def affine(model: Model) -> Affine | None:
    """Return b and A of f_i = b_i + sum_j A_ij x_j at the model's exact values.

    Parameters
    ----------
    model : Model
        Any law, or equations of its own.

    Returns
    -------
    Affine or None
        None if a rate is not x_i times such a form, or depends on time.

    References
    ----------
    Hofbauer and Sigmund (1998), Evolutionary Games and Population Dynamics, equation (5.1).

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> model = build({"a": {"growth": 0.5, "capacity": 2}}, law="logistic")
    >>> affine(model)
    Affine(b=(1/2,), A=((-1/4,),))
    """
    form = _form(model, model.values)
    if form is None:
        return None
    b, A = form.b, form.A
    real = all(entry.is_finite is not False and entry.is_real is not False for row in (b, *A) for entry in row)
    return Affine(b=b, A=A) if real else None


def per_capita_form(model: Model) -> Affine | None:
    """Return b and A in the model's symbols, or None if the model is not of this form."""
    return _form(model, {})


def _form(model: Model, values: Values) -> Affine | None:
    rows = []
    for rate, x in zip(model.rates, model.states, strict=True):
        row = _as_written(rate, x, model.states, values)
        if row is None and not _bends(rate, x, model):
            row = _row(rate.xreplace(values), x, model.states)
        if row is None:
            return None
        rows.append(row)
    return Affine(b=tuple(b for b, _ in rows), A=tuple(row for _, row in rows))


def _as_written(
    rate: sympy.Expr, x: sympy.Symbol, states: Vector, values: Values
) -> tuple[sympy.Expr, Vector] | None:
    """Read off factor * x * (sum of single terms) without expanding it, which is slow for many units; else None."""
    known: set[sympy.Basic] = {*states, TIME}
    every = sympy.Mul.make_args(rate)
    factors = [factor for factor in every if factor != x] if x in every else []
    sums = [factor for factor in factors if factor.is_Add]
    if len(sums) != 1 or any(factor.free_symbols & known for factor in factors if factor is not sums[0]):
        return None
    outer = _product((factor for factor in factors if factor is not sums[0]), values)
    terms: dict[sympy.Basic, list[sympy.Expr]] = {state: [] for state in (sympy.Integer(1), *states)}
    for term in sympy.Add.make_args(sums[0]):
        parts = sympy.Mul.make_args(term)
        inside = [part for part in parts if part in terms and part != 1]
        rest = [part for part in parts if part not in inside]
        if len(inside) > 1 or any(part.is_Add or part.free_symbols & known for part in rest):
            return None
        terms[inside[0] if inside else sympy.Integer(1)].append(outer * _product(rest, values))
    return sympy.Add(*terms[sympy.Integer(1)]), tuple(sympy.Add(*terms[state]) for state in states)


def _product(factors: Iterable[sympy.Expr], values: Values) -> sympy.Expr:
    found: sympy.Expr = sympy.Integer(1)
    for factor in factors:
        found *= values[factor] if isinstance(factor, sympy.Symbol) and factor in values else factor.xreplace(values)
    return found


def _bends(rate: sympy.Expr, x: sympy.Symbol, model: Model) -> bool:
    """Whether rate/x is surely not affine: second differences along a line differ from zero (cheap, exact)."""
    units = list(enumerate(model.states))
    at = [{y: sympy.Rational(3 * k + 5 + step * (7 * k % 5 + 2), 7) for k, y in units} for step in range(3)]
    first, second, third = (rate.xreplace(dict(model.values) | there) / there[x] for there in at)
    bend = first - 2 * second + third
    return bool(bend.is_Rational and bend != 0)


def _row(rate: sympy.Expr, x: sympy.Symbol, states: Vector) -> tuple[sympy.Expr, Vector] | None:
    """Split rate/x into its constant and the coefficients of the states, or None if it is of another form."""
    if rate.has(TIME):
        return None
    found = _linear(sympy.expand(rate / x), states)
    if found is None and rate.is_rational_function(*states):
        found = _linear(sympy.expand(sympy.cancel(rate / x)), states)
    return found


def _linear(per_capita: sympy.Expr, states: Vector) -> tuple[sympy.Expr, Vector] | None:
    terms: dict[sympy.Expr, list[sympy.Expr]] = {x: [] for x in (sympy.Integer(1), *states)}
    for term in sympy.Add.make_args(per_capita) if per_capita else ():
        factor, power = term.as_independent(*states, as_Add=False)
        if power not in terms:
            return None
        terms[power].append(factor)
    return sympy.Add(*terms[sympy.Integer(1)]), tuple(sympy.Add(*terms[x]) for x in states)


def dominant(A: Matrix) -> bool:
    """Whether every unit limits itself more than the others move it: |A_ii| c_i > sum_j |A_ij| c_j for some c > 0.

    Then no delay between units changes the type of an equilibrium (Hofbauer and So 2000, Proc. Amer. Math. Soc. 128,
    2675-2682).

    Examples
    --------
    >>> one, two = sympy.Integer(1), sympy.Integer(2)
    >>> dominant(((-one, one / 2), (-one, -one))), dominant(((-one, one), (-two, -one)))
    (True, False)
    """
    n = range(len(A))
    if not all(isinstance(v, sympy.Rational) for row in A for v in row) or not all(A[i][i] < 0 for i in n):
        return False
    size = sympy.Matrix([[abs(A[i][j]) * (1 if i == j else -1) for j in n] for i in n])
    return bool(size.det() != 0) and all(c > 0 for c in size.LUsolve(sympy.ones(len(A), 1)))
