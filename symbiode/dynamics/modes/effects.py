"""What one unit does to another, on the best scale the model has, and the level at which each unit settles alone.

Comes in: a model. Goes out: `Effects`: dimensionless d_ij where every unit has a capacity (or scale) of its own,
per-capita a_ij where growth is linear in the others, and for any other equations the sign of d(x_i'/x_i)/dx_j, if it is
the same everywhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import sympy

from symbiode.dynamics.equilibrium import Affine, affine
from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.modes.decisions import scales
from symbiode.dynamics.modes.ladder import Outcome
from symbiode.dynamics.modes.noise import mean_form
from symbiode.dynamics.modes.single import on_a_line
from symbiode.system.model import Model

Exact = sympy.Expr | None
_NEGLIGIBLE = sympy.Rational(1, 10**12)


@dataclass(frozen=True, kw_only=True)
class Effects:
    """The effects of a model.

    Parameters
    ----------
    scale : "capacity", "per_capita" or "none"
        What an effect is relative to.
    values : tuple of tuples of sympy.Expr or None, shape (unit, unit)
        Effect of the column on the row; None if it changes with the state.
    slopes : tuple of tuples of sympy.Expr, shape (unit, unit)
        d(x_i'/x_i)/dx_j as a formula in the states.
    alone : tuple of sympy.Expr or None, shape (unit,)
        The positive level at which a unit settles without the others, with its noise the mean over time; None if there
        is no single one.
    linear : bool
        Whether growth per capita is linear in the levels, so that the values say everything.
    """

    scale: str
    values: tuple[tuple[Exact, ...], ...]
    slopes: tuple[tuple[sympy.Expr, ...], ...]
    alone: tuple[Exact, ...]
    linear: bool = True

    def sign(self, i: int, j: int) -> int | None:
        """Return the sign of the effect of unit j on unit i, None if it changes with the state."""
        value = self.values[i][j]
        return None if value is None else sign(value)

    def sign_at(self, i: int, j: int, state: dict[sympy.Symbol, sympy.Expr]) -> int:
        """Return the sign of the effect of unit j on unit i at a state."""
        value = self.slopes[i][j].xreplace(state)
        rounded = bool(value.atoms(sympy.Float))
        return 0 if rounded and abs(value) < _NEGLIGIBLE else sign(value)


def effects(model: Model) -> Effects:
    """Return what each unit does to each other one.

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> model = build({"a": {"growth": 1, "capacity": 2}, "b": {"growth": 1, "capacity": 1}}, effects={"a.b": 0.5})
    >>> effects(model).values[0][1], effects(model).alone
    (1/2, (2, 1))
    """
    form = affine(model)
    if form is None:
        return _general(model)
    A, n = form.A, range(len(form.b))
    quiet = _rest_alone(form)
    K = scales(model) or (quiet if all(level is not None for level in quiet) else None)
    alone = _rest_alone(mean_form(model) or form)
    if K is None or any(sign(A[i][i]) == 0 for i in n):
        return Effects(scale="per_capita", values=A, slopes=A, alone=alone)
    d = tuple(tuple(-A[i][j] * K[j] / (A[i][i] * K[i]) if i != j else sympy.Integer(0) for j in n) for i in n)
    return Effects(scale="capacity", values=d, slopes=A, alone=alone)


def _rest_alone(form: Affine) -> tuple[Exact, ...]:
    b, A = form.b, form.A
    return tuple(-b[i] / A[i][i] if sign(A[i][i]) < 0 < sign(b[i]) else None for i in range(len(b)))


def _general(model: Model) -> Effects:
    """Return the effects of equations of another form."""
    states, n, zero = model.states, range(len(model.states)), sympy.Integer(0)
    rates = [rate.xreplace(dict(model.values)) for rate in model.rates]

    def slope(i: int, j: int) -> sympy.Expr:
        found: sympy.Expr = zero if i == j else sympy.together(sympy.diff(rates[i] / states[i], states[j]))
        return found

    slopes = tuple(tuple(slope(i, j) for j in n) for i in n)
    values = tuple(tuple(zero if i == j else _constant(slopes[i][j]) for j in n) for i in n)
    alone = tuple(_alone(model, rates[i], i) for i in n)
    d = _coefficients(model) if model.law.scale == "capacity" else None
    if d is None or any(values[i][j] is None or sign(d[i][j]) != values[i][j] for i in n for j in n):
        return Effects(scale="none", values=values, slopes=slopes, alone=alone, linear=False)
    return Effects(scale="capacity", values=d, slopes=slopes, alone=alone, linear=False)


def _coefficients(model: Model) -> tuple[tuple[sympy.Expr, ...], ...] | None:
    """Return the effects d_ij that a law is written with, None for equations without."""
    d, n = model.symbols.pairs.get("effect"), range(len(model.states))
    zero = sympy.Integer(0)
    return None if d is None else tuple(tuple(d.get((i, j), zero).xreplace(model.values) for j in n) for i in n)


def _constant(slope: sympy.Expr) -> Exact:
    """Return the sign of an expression on the open orthant as a number, None if it is not proved to be the same."""
    positive: dict[sympy.Basic, sympy.Expr] = {x: sympy.Dummy(positive=True) for x in slope.free_symbols}
    # An exponential is only known to be positive: as a polynomial its exponent could have millions of terms.
    positive |= {e: sympy.Dummy(positive=True) for e in slope.atoms(sympy.exp)}
    form = sympy.factor(slope.xreplace(positive))
    signs = [0] if form == 0 else [_factor_sign(factor) for factor in sympy.Mul.make_args(form)]
    return None if None in signs else sympy.Integer(math.prod(s for s in signs if s is not None))


def _factor_sign(factor: sympy.Expr) -> int | None:
    """Return the sign of one factor in positive symbols: of a sum, if all its terms agree."""
    base, power = factor.as_base_exp()
    if power.is_Integer and power % 2 == 0 and base.is_real and base.is_nonzero:
        return 1
    terms = sympy.Add.make_args(sympy.expand(base))
    if all(term.is_positive for term in terms):
        return 1
    return -1 if power.is_Integer and all(term.is_negative for term in terms) else None


def _alone(model: Model, rate: sympy.Expr, i: int) -> Exact:
    others = {x: sympy.Integer(0) for k, x in enumerate(model.states) if k != i}
    found = on_a_line(rate.xreplace(others), model.states[i]) if model.law.kolmogorov else None
    lasts = found is not None and found.outcome is Outcome.COEXISTENCE
    return found.state[0] if lasts and found is not None and found.state is not None else None
