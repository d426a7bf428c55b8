"""Equilibria and their conditions in the model's symbols, as the field writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy
from sympy.logic.boolalg import Boolean

from symbiode.dynamics.equilibrium.affine import Affine
from symbiode.dynamics.equilibrium.supports import Solution, Support

LARGEST = 4


@dataclass(frozen=True, kw_only=True)
class Formula:
    expressions: tuple[sympy.Expr, ...]
    exists_if: Boolean
    stable_if: Boolean

    @classmethod
    def at_numbers(cls, solution: Solution, size: int) -> "Formula":
        by_unit = dict(zip(solution.support, solution.point)) if solution.exists else {}
        return cls(expressions=tuple(by_unit.get(i, sympy.Integer(0)) for i in range(size)), exists_if=sympy.true, stable_if=sympy.true)


def formulas(form: Affine, states: Sequence[sympy.Symbol]) -> dict[Support, Formula]:
    return {}
