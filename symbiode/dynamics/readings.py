"""What each pair is, once it is known where the system goes: modes, gains, symmetry, degree and energy.

Comes in: a model and a `Decision`. Goes out: `Readings`. Nominal modes read the signs of the effects; settled modes
read what each unit gains at the attractor against standing alone. For two units that both persist the signs
are the same, the symmetry index is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import sympy

from symbiode.dynamics.decisions import scales
from symbiode.dynamics.equilibrium import affine
from symbiode.dynamics.ladder import Mode, Symmetry, banded, index, mode_of, nominal, sign
from symbiode.dynamics.settlement import Border, PairMode
from symbiode.dynamics.theorems import Decision
from symbiode.system.model import Model

Exact = sympy.Expr | None


@dataclass(frozen=True, kw_only=True)
class Readings:
    """Everything about pairs and gains that a Settlement carries."""

    pairs: tuple[PairMode, ...]
    gains: tuple[float | None, ...] | None = None
    symmetry: Symmetry | None = None
    symmetries: tuple[Symmetry, ...] = ()
    energy: float | None = None
    degree: tuple[float | None, float | None] | None = None
    coefficient: tuple[float, float] | None = None
    border: Border | None = None


@dataclass(frozen=True, kw_only=True)
class Scaled:
    """A model of logistic form: effects relative to scales, and the level at which each unit settles alone."""

    d: tuple[tuple[sympy.Expr, ...], ...]
    alone: tuple[Exact, ...]


def scaled(model: Model) -> Scaled | None:
    """Return dimensionless effects and stand-alone levels, None where units have no scale of their own."""
    form = affine(model)
    if form is None or any(sign(form.A[i][i]) >= 0 for i in range(len(form.b))):
        return None
    b, A, n = form.b, form.A, range(len(form.b))
    alone = tuple(-b[i] / A[i][i] if sign(b[i]) > 0 else None for i in n)
    K = scales(model)
    if K is None:
        if any(level is None for level in alone):
            return None
        K = tuple(level for level in alone if level is not None)
    d = tuple(tuple(-A[i][j] * K[j] / (A[i][i] * K[i]) if i != j else sympy.Integer(0) for j in n) for i in n)
    return Scaled(d=d, alone=alone)


def read_pairs(model: Model, decision: Decision, *, zero: sympy.Expr, tau: sympy.Expr) -> Readings:
    """Return the mode of every pair, and for two units the indices behind it."""
    form = scaled(model)
    if form is None:
        return Readings(pairs=())
    gains = _gains(form, decision)
    pairs = tuple(_pair(model, form, decision, gains, i, j, zero, tau) for i, j in combinations(range(len(form.d)), 2))
    told = None if gains is None else tuple(None if g is None else float(g) for g in gains)
    if len(form.d) != 2:
        return Readings(pairs=pairs, gains=told)
    indices = _indices(form, gains, tau)
    used = indices[1] if pairs[0].mode is not None else indices[0]
    return Readings(pairs=pairs, gains=told, symmetry=used, symmetries=indices)


def _gains(form: Scaled, decision: Decision) -> tuple[Exact, ...] | None:
    if decision.state is None:
        return None
    return tuple(None if K is None else x / K - 1 for x, K in zip(decision.state, form.alone, strict=True))


def _pair(
    model: Model,
    form: Scaled,
    decision: Decision,
    gains: tuple[Exact, ...] | None,
    i: int,
    j: int,
    zero: sympy.Expr,
    tau: sympy.Expr,
) -> PairMode:
    a, b = form.d[i][j], form.d[j][i]
    both = decision.survivors is not None and i in decision.survivors and j in decision.survivors
    g = (gains[i], gains[j]) if gains is not None else (None, None)
    mode: Mode | None = None
    if both and g[0] is not None and g[1] is not None:
        signs = banded(a, zero), banded(b, zero)
        mode = mode_of(signs, index(g[0], g[1]), tau)
    return PairMode(
        pair=(model.units[i].name, model.units[j].name),
        mode=mode,
        nominal_mode=nominal(a, b, zero=zero, tau=tau),
        effects=(float(a), float(b)),
        gains=None if mode is None or g[0] is None or g[1] is None else (float(g[0]), float(g[1])),
    )


def _indices(form: Scaled, gains: tuple[Exact, ...] | None, tau: sympy.Expr) -> tuple[Symmetry, ...]:
    g1, g2 = gains if gains is not None else (None, None)
    K1, K2 = form.alone
    on_gains = on_levels = None
    if g1 is not None and g2 is not None and K1 is not None and K2 is not None:
        on_gains, on_levels = index(g1, g2), index(K1 * g1, K2 * g2)
    values = {"coefficients": index(form.d[0][1], form.d[1][0]), "gains": on_gains, "absolute gains": on_levels}
    return tuple(
        Symmetry(scale=scale, value=None if value is None else float(value), tolerance=float(tau))
        for scale, value in values.items()
    )
