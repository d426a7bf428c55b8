"""Kernels: what a law is compiled to, unit first; private to `numerics`, with one form for few units and one for many.

Comes in: sympy growth rates, or a law known to be affine. Goes out: objects whose `bind(p)` fills in the numbers and
then answers growth, Jacobian and sensitivity. Generated code sees the names t, u0… and p0… only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, Protocol, cast

import numpy as np
import sympy
from numpy.typing import NDArray

from symbiode.system.laws import exponential, generalised_lotka_volterra, logistic, lotka_volterra
from symbiode.system.model import TIME, Model

Array = NDArray[np.float64]
Columns = tuple[tuple[int, int], ...]


class Bound(Protocol):
    """A kernel with its numbers filled in; arrays are unit first: x (unit, …)."""

    def growth(self, t: Any, x: Any) -> Array:
        """Return f, shape (unit, …)."""

    def jacobian(self, t: Any, x: Any) -> Array:
        """Return df_i/dx_j, shape (unit, unit, …)."""

    def sensitivity(self, t: Any, x: Any) -> Array:
        """Return df_i/dp_k, shape (unit, parameter, …)."""


class Linearised(Protocol):
    """Growth with its derivatives, for many members at once."""

    def growth(self, t: Array, x: Array) -> Array:
        """Return f, shape (unit, member)."""

    def __call__(self, t: Array, x: Array) -> tuple[Array, Array, Array]:
        """Return f, df_i/dx_j (unit, unit, member) and df_i/dp (unit, k, member); valid until the next call."""


class Kernel(Protocol):
    """What a structure is compiled to."""

    def bind(self, p: Array) -> Bound:
        """Fill in the numbers p, shape (parameter, …)."""

    def linearised(self, p: Array, columns: Columns, k: int, members: int) -> Linearised:
        """Fill in p, shape (parameter,) or (parameter, member); `columns` are (column of k, parameter) pairs."""


def function(symbols: object, expressions: object, modules: object = "numpy") -> Callable[..., Any]:
    """Compile expressions of our own symbols."""
    made: Callable[..., Any] = sympy.lambdify(symbols, expressions, modules=modules, cse=True)
    return made


def _log(x: float) -> float:
    """Return ln x as numpy does, infinite at 0: the growth of an absent unit may be."""
    return math.log(x) if x else -math.inf


class SymbolicKernel:
    """Straight-line code printed from sympy expressions; each part is compiled when first called."""

    def __init__(
        self, states: Sequence[sympy.Symbol], parameters: Sequence[sympy.Symbol], growth: tuple[sympy.Expr, ...]
    ) -> None:
        self.u = [sympy.Symbol(f"u{i}", real=True) for i in range(len(states))]
        self.p = [sympy.Symbol(f"p{k}", real=True) for k in range(len(parameters))]
        ours = dict(zip((*states, *parameters), (*self.u, *self.p), strict=True))
        self.f = [_floats(f.xreplace(ours)) for f in growth]

    def code(self, expressions: Sequence[sympy.Expr], modules: object = "numpy") -> Callable[..., Any]:
        return function((TIME, self.u, self.p), list(expressions), modules)

    @cached_property
    def slopes(self) -> dict[tuple[int, int], sympy.Expr]:
        """The derivatives df_i/du_j that are not zero."""
        return _nonzero(self.f, self.u)

    @cached_property
    def effects(self) -> dict[tuple[int, int], sympy.Expr]:
        """The derivatives df_i/dp_k that are not zero."""
        return _nonzero(self.f, self.p)

    @cached_property
    def growth(self) -> Callable[..., Any]:
        return self.code(self.f)

    @cached_property
    def jacobian(self) -> Callable[..., Any]:
        return self.code(tuple(self.slopes.values()))

    @cached_property
    def sensitivity(self) -> Callable[..., Any]:
        return self.code(tuple(self.effects.values()))

    @cached_property
    def together(self) -> dict[Columns, Callable[..., Any]]:
        """Growth, slopes and some effects in one go, with their common parts worked out once; by choice of effects."""
        return {}

    @cached_property
    def scalar(self) -> Callable[..., list[float]]:
        """Growth for plain Python floats."""
        return self.code(self.f, [{"log": _log}, "math"])

    def bind(self, p: Array) -> SymbolicBound:
        return SymbolicBound(self, p)

    @cached_property
    def affine(self) -> bool:
        """Whether f = b + A x with constant b and A."""
        moving = {*self.u, TIME}
        still = not any(slope.free_symbols & moving for slope in self.slopes.values())
        return still and not any(f.has(TIME) for f in self.f)

    @cached_property
    def forms(self) -> dict[Columns, AffineForm]:
        """b, A and their derivatives of an affine kernel, by choice of effects."""
        return {}

    def linearised(self, p: Array, columns: Columns, k: int, members: int) -> Linearised:
        kind = AffineLinearised if self.affine else SymbolicLinearised
        return kind(self, p, columns, (k, members))


class SymbolicBound:
    """A symbolic kernel with its numbers."""

    def __init__(self, kernel: SymbolicKernel, p: Array) -> None:
        self.kernel, self.p = kernel, p

    def growth(self, t: Any, x: Any) -> Array:
        return self._filled(self.kernel.growth, t, x, [(i,) for i in range(len(self.kernel.f))], (len(self.kernel.f),))

    def jacobian(self, t: Any, x: Any) -> Array:
        n = len(self.kernel.f)
        return self._filled(self.kernel.jacobian, t, x, self.kernel.slopes, (n, n))

    def sensitivity(self, t: Any, x: Any) -> Array:
        shape = (len(self.kernel.f), len(self.kernel.p))
        return self._filled(self.kernel.sensitivity, t, x, self.kernel.effects, shape)

    def _filled(self, code: Callable[..., Any], t: Any, x: Any, where: Any, shape: tuple[int, ...]) -> Array:
        alone = self.p.ndim == 1 and np.ndim(t) == 0
        batch = x.shape[1:] if alone else np.broadcast_shapes(np.shape(t), x.shape[1:], self.p.shape[1:])
        out = np.zeros((*shape, *batch))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for place, value in zip(where, code(t, x, self.p), strict=True):
                out[place] = value
        return out


class SymbolicLinearised:
    """A symbolic kernel with its numbers, writing into arrays of its own."""

    def __init__(self, kernel: SymbolicKernel, p: Array, columns: Columns, shape: tuple[int, int]) -> None:
        n = len(kernel.f)
        effects = [(i, column, q) for column, q in columns for i in range(n) if (i, q) in kernel.effects]
        if columns not in kernel.together:
            chosen = (kernel.effects[i, q] for i, _, q in effects)
            kernel.together[columns] = kernel.code((*kernel.f, *kernel.slopes.values(), *chosen))
        self.code, self.plain, self.p = kernel.together[columns], kernel.growth, list(p)
        self.J, self.F = np.zeros((n, n, shape[1])), np.zeros((n, *shape))
        self.f = np.zeros((n, shape[1]))
        self.places = [*self.f, *(self.J[place] for place in kernel.slopes), *(self.F[i, c] for i, c, _ in effects)]

    def growth(self, t: Array, x: Array) -> Array:
        for place, value in zip(self.f, self.plain(t, x, self.p), strict=True):
            place[:] = value
        return self.f

    def __call__(self, t: Array, x: Array) -> tuple[Array, Array, Array]:
        for place, value in zip(self.places, self.code(t, x, self.p), strict=True):
            place[:] = value
        return self.f, self.J, self.F


Entries = dict[tuple[int, ...], sympy.Expr]


class AffineForm:
    """Where the numbers of b, A (source first), db/dp and dA/dp stand, and the code that gives them all from p."""

    def __init__(self, kernel: SymbolicKernel, columns: Columns) -> None:
        rest = dict.fromkeys(kernel.u, 0)
        constant: Entries = {(i,): f.xreplace(rest) for i, f in enumerate(kernel.f)}
        slopes: Entries = {(j, i): slope for (i, j), slope in kernel.slopes.items()}
        parts = (constant, slopes, *(_derivatives(part, kernel.p, columns) for part in (constant, slopes)))
        self.places = [list(part) for part in parts]
        self.code = kernel.code([entry for part in parts for entry in part.values()])
        self.rest = [0.0] * len(kernel.u)

    def filled(self, p: Array, sizes: Sequence[tuple[int, ...]]) -> list[Array]:
        """Return the four arrays, with numbers p."""
        values = iter(self.code(0.0, self.rest, list(p)))
        arrays = [np.zeros(size) for size in sizes]
        for array, places in zip(arrays, self.places, strict=True):
            for place in places:
                array[place] = next(values)
        return arrays


class AffineLinearised:
    """A symbolic kernel f = b + A x with its numbers: everything but x is worked out once."""

    def __init__(self, kernel: SymbolicKernel, p: Array, columns: Columns, shape: tuple[int, int]) -> None:
        n, (k, m) = len(kernel.f), shape
        if columns not in kernel.forms:
            kernel.forms[columns] = AffineForm(kernel, columns)
        sizes = ((n, m), (n, n, m), (n, k, m), (n, n, k, m))
        self.b, self.A, self.db, self.dA = kernel.forms[columns].filled(p, sizes)

    def growth(self, t: Array, x: Array) -> Array:
        f = self.b
        for column, level in zip(self.A, x, strict=True):
            f = f + column * level
        return f

    def __call__(self, t: Array, x: Array) -> tuple[Array, Array, Array]:
        F = self.db
        for column, level in zip(self.dA, x, strict=True):
            F = F + column * level
        return self.growth(t, x), self.A.swapaxes(0, 1), F


def _derivatives(entries: Entries, p: Sequence[sympy.Symbol], columns: Columns) -> Entries:
    """Return the derivatives of entries to the parameters asked for, those that are not zero."""
    found: Entries = {}
    for place, entry in entries.items():
        for column, q in columns:
            if p[q] in entry.free_symbols:
                found[(*place, column)] = sympy.diff(entry, p[q])
    return found


def _nonzero(f: Sequence[sympy.Expr], symbols: Sequence[sympy.Symbol]) -> dict[tuple[int, int], sympy.Expr]:
    return {
        (i, k): sympy.diff(expression, symbol)
        for i, expression in enumerate(f)
        for k, symbol in enumerate(symbols)
        if symbol in expression.free_symbols
    }


def _floats(expression: sympy.Expr) -> sympy.Expr:
    """Round numbers that no float literal could hold exactly, so that generated code never meets huge integers."""
    big = [a for a in expression.atoms(sympy.Rational) if max(abs(a.p), a.q) > 2**53]
    rounded: sympy.Expr = expression.xreplace({a: sympy.Float(a, 17) for a in big})
    return rounded


class MatrixKernel:
    """f = b + A x, filled from columns of p; for many units.

    Parameters
    ----------
    fill : callable
        Takes p of shape (parameter, …), returns b (unit, …) and A (unit, unit, …).
    effects : callable
        Takes p and x, returns df_i/dp_k, shape (unit, parameter, …).
    """

    def __init__(self, fill: Callable[[Array], tuple[Array, Array]], effects: Callable[[Array, Array], Array]) -> None:
        self.fill, self.effects = fill, effects

    def bind(self, p: Array) -> MatrixBound:
        return MatrixBound(self, p)

    def linearised(self, p: Array, columns: Columns, k: int, members: int) -> MatrixLinearised:
        return MatrixLinearised(self, p, columns, (k, members))


class MatrixBound:
    """A matrix kernel with its numbers."""

    def __init__(self, kernel: MatrixKernel, p: Array) -> None:
        self.kernel, self.p = kernel, p
        self.b, self.A = kernel.fill(p)

    def growth(self, t: Any, x: Any) -> Array:
        if self.A.ndim == 2:
            moved: Array = (self.A @ x.reshape(len(x), -1)).reshape(x.shape)
            return self.b.reshape(self.b.shape + (1,) * (x.ndim - 1)) + moved
        grown: Array = self.b + np.einsum("ij...,j...->i...", self.A, x)
        return grown

    def jacobian(self, t: Any, x: Any) -> Array:
        n = len(x)
        batch = np.broadcast_shapes(np.shape(t), x.shape[1:], self.p.shape[1:])
        A = self.A.reshape(n, n, *(self.A.shape[2:] or (1,) * len(batch)))
        return np.broadcast_to(A, (n, n, *batch)).copy()

    def sensitivity(self, t: Any, x: Any) -> Array:
        return self.kernel.effects(self.p, x)


class MatrixLinearised:
    """A matrix kernel with its numbers and the effects asked for."""

    def __init__(self, kernel: MatrixKernel, p: Array, columns: Columns, shape: tuple[int, int]) -> None:
        self.bound, self.k = kernel.bind(p), shape[0]
        self.into, self.out_of = (np.array([pair[i] for pair in columns], dtype=int) for i in (0, 1))

    def growth(self, t: Array, x: Array) -> Array:
        return self.bound.growth(t, x)

    def __call__(self, t: Array, x: Array) -> tuple[Array, Array, Array]:
        F = np.zeros((len(x), self.k, x.shape[1]))
        if len(self.into):
            F[:, self.into] = self.bound.sensitivity(t, x)[:, self.out_of]
        return self.bound.growth(t, x), self.bound.jacobian(t, x), F


def _logistic_form(model: Model, column: Mapping[sympy.Symbol, int], limited: float = 1.0) -> MatrixKernel:
    """f_i = r_i (s_i - x_i/K_i + sum_j d_ij x_j/K_j), without the second term if `limited` is 0."""
    symbols = model.symbols
    n = len(model.units)
    every = np.arange(n)
    r, K = (_columns(column, symbols[name]) for name in ("growth", "capacity"))
    s = np.array([float(value) for value in symbols["own_growth"]])
    pairs = list(symbols.pairs["effect"])
    i, j = (np.array([pair[k] for pair in pairs], dtype=int) for k in (0, 1))
    d = _columns(column, symbols.pairs["effect"].values())

    def fill(p: Array) -> tuple[Array, Array]:
        A = np.zeros((n, n, *p.shape[1:]))
        A[every, every] = -limited * p[r] / p[K]
        A[i, j] = p[r[i]] * p[d] / p[K[j]]
        return p[r] * _wide(s, p), A

    def effects(p: Array, x: Array) -> Array:
        batch = np.broadcast_shapes(p.shape[1:], x.shape[1:])
        p, x = _spread(p, batch), _spread(x, batch)
        b, A = fill(p)
        out = np.zeros((n, len(column), *batch))
        out[every, r] = (b + np.einsum("ij...,j...->i...", A, x)) / p[r]
        out[every, K] = limited * p[r] * x / p[K] ** 2
        out[i, K[j]] = -p[r[i]] * p[d] * x[j] / p[K[j]] ** 2
        out[i, d] = p[r[i]] * x[j] / p[K[j]]
        return out

    return MatrixKernel(fill, effects)


def _lotka_volterra_form(model: Model, column: Mapping[sympy.Symbol, int]) -> MatrixKernel:
    """f_i = s_i r_i + b_i x_i + sum_j a_ij x_j, where s_i may be 1 and b_i 0 by law."""
    symbols = model.symbols
    n = len(model.units)
    every = np.arange(n)
    r, own = _columns(column, symbols["growth"]), _columns(column, symbols.units.get("self_effect", ()))
    s = np.array([float(value) for value in symbols.units.get("own_growth", (1,) * n)])
    pairs = list(symbols.pairs["effect"])
    i, j = (np.array([pair[k] for pair in pairs], dtype=int) for k in (0, 1))
    a = _columns(column, symbols.pairs["effect"].values())

    def fill(p: Array) -> tuple[Array, Array]:
        A = np.zeros((n, n, *p.shape[1:]))
        A[i, j] = p[a]
        A[every[: len(own)], every[: len(own)]] = p[own]
        return p[r] * _wide(s, p), A

    def effects(p: Array, x: Array) -> Array:
        batch = np.broadcast_shapes(p.shape[1:], x.shape[1:])
        out = np.zeros((n, len(column), *batch))
        out[every, r] = s.reshape(n, *(1,) * len(batch))
        out[i, a] = _spread(x, batch)[j]
        out[every[: len(own)], own] = _spread(x, batch)[: len(own)]
        return out

    return MatrixKernel(fill, effects)


def _columns(column: Mapping[sympy.Symbol, int], symbols: Iterable[sympy.Expr]) -> NDArray[np.intp]:
    return np.array([column[cast(sympy.Symbol, symbol)] for symbol in symbols], dtype=int)


def _wide(per_unit: Array, p: Array) -> Array:
    return per_unit.reshape(len(per_unit), *(1,) * (p.ndim - 1))


def _spread(array: Array, batch: tuple[int, ...]) -> Array:
    shape = (len(array), *(1,) * (len(batch) - array.ndim + 1), *array.shape[1:])
    return np.broadcast_to(array.reshape(shape), (len(array), *batch))


MATRIX_FORMS: dict[Callable[..., Any], Callable[[Model, Mapping[sympy.Symbol, int]], MatrixKernel]] = {
    logistic.rates: _logistic_form,
    exponential.rates: partial(_logistic_form, limited=0.0),
    lotka_volterra.rates: _lotka_volterra_form,
    generalised_lotka_volterra.rates: _lotka_volterra_form,
}
