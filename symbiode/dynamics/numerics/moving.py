"""Matrix kernels whose numbers move with time: for many units under levers; private to `numerics`.

Comes in: a matrix kernel and what moves some of its numbers. Goes out: a kernel that fills its matrix at each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy

from symbiode.dynamics.numerics.kernels import Array, Bound, Columns, MatrixKernel, function
from symbiode.errors import Code, RefusedError, refused
from symbiode.system.model import TIME


class MovingKernel:
    """A matrix kernel some of whose numbers are functions of time and of the others.

    Parameters
    ----------
    base : MatrixKernel
    moved : mapping of column to sympy expression
    column : mapping of symbol to column
    """

    def __init__(
        self, base: MatrixKernel, moved: Mapping[int, sympy.Expr], column: Mapping[sympy.Symbol, int]
    ) -> None:
        found = {symbol for value in moved.values() for symbol in value.free_symbols}
        ours = {symbol: sympy.Symbol(f"p{k}", real=True) for symbol, k in column.items() if symbol in found}
        self.base, self.columns, self.used = base, list(moved), [column[symbol] for symbol in ours]
        self.code = function([TIME, *ours.values()], [value.xreplace(ours) for value in moved.values()])

    def numbers(self, t: Any, p: Array) -> Array:
        """Return p at some times, shape (parameter, …)."""
        batch = np.broadcast_shapes(np.shape(t), p.shape[1:])
        wide = p.reshape(len(p), *(1,) * (len(batch) - p.ndim + 1), *p.shape[1:])
        now = np.broadcast_to(wide, (len(p), *batch)).copy()
        given = wide[self.used] if batch else p[self.used].tolist()
        for k, value in zip(self.columns, self.code(t, *given), strict=True):
            now[k] = value
        return now

    def bind(self, p: Array) -> MovingBound:
        return MovingBound(self, p)

    def linearised(self, p: Array, columns: Columns, k: int, members: int) -> MovingBound:
        if columns:
            detail = "Derivatives to coefficients are not followed for many units under levers."
            raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
        return MovingBound(self, p, members)


class MovingBound:
    """A moving kernel with its numbers before they are moved."""

    def __init__(self, kernel: MovingKernel, p: Array, members: int = 0) -> None:
        self.kernel, self.p, self.members = kernel, p, members

    def at(self, t: Any) -> Bound:
        return self.kernel.base.bind(self.kernel.numbers(t, self.p))

    def growth(self, t: Any, x: Any) -> Array:
        return self.at(t).growth(t, x)

    def jacobian(self, t: Any, x: Any) -> Array:
        return self.at(t).jacobian(t, x)

    def sensitivity(self, t: Any, x: Any) -> Array:
        detail = "Derivatives to coefficients are not followed for many units under levers."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))

    def __call__(self, t: Array, x: Array) -> tuple[Array, Array, Array]:
        bound = self.at(t)
        return bound.growth(t, x), bound.jacobian(t, x), np.zeros((len(x), 0, self.members))
