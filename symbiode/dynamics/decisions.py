"""Which theorem speaks for a model: the one door to all of them.

Comes in: a `Model` and exact starting levels or none. Goes out: a `Decision`.
"""

from __future__ import annotations

import sympy

from symbiode.dynamics import theorems
from symbiode.dynamics.equilibrium import affine
from symbiode.dynamics.ladder import Outcome
from symbiode.dynamics.theorems import Decision
from symbiode.system.model import Model


def decide(model: Model, levels: tuple[sympy.Rational, ...] | None) -> Decision:
    """Return where a model goes from a start, or from every positive start."""
    form = affine(model)
    if form is not None and len(form.b) == 1:
        return theorems.one_unit(form.b, form.A)
    if form is not None and len(form.b) == 2 and levels is None:
        return theorems.two_units(theorems.normal(form.b, form.A, scales(model)))
    return Decision(outcome=Outcome.UNDECIDED)


def scales(model: Model) -> tuple[sympy.Expr, ...] | None:
    """Return the K_i of a law whose effects are relative to them, shape (unit,); None for other laws."""
    if model.law.scale != "capacity":
        return None
    return tuple(K.xreplace(model.values) for K in model.symbols["capacity"])
