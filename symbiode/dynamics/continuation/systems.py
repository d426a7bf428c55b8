"""A model as F(x, p): rates over the states and over the coefficients that move, with exact derivatives.

Comes in: a `Model` and the names of the coefficients to move. Goes out: a `System`; branches, special points, curves
and cycles are written on it. A point is one vector ``z = (x, p)``: the states, then the moving coefficients, in the
order of `names`.

>>> from symbiode.system.building import build
>>> model = build({"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}}, effects={"a.b": 0.2})
>>> system = system_of(model, ["effects.a.b"])
>>> z = [1.0, 0.5, 0.2]
>>> system.rates.value(z).round(12).tolist(), system.rates.jacobian(z)[:, 2].tolist()  # F and dF/dp
([0.1, 0.25], [0.5, 0.0])
>>> system.rates.second(z)[:, 0, 1].tolist()  # B(u, v) of the normal forms for two unit vectors
[0.2, 0.0]
>>> G, J = system.on((0, 1))([1.0, 0.5, 0.2])  # per capita: boundary equilibria and transcritical points are regular
>>> G.round(12).tolist(), J.shape
([0.1, 0.5], (2, 3))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from typing import Any

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray

from symbiode.dynamics.numerics import per_capita_of
from symbiode.dynamics.numerics.kernels import Array, function
from symbiode.errors import Code, InvalidValueError, RefusedError, UnknownNameError, quote, refused
from symbiode.system.model import TIME, Model, find_slot, split_path, value_names


@dataclass(frozen=True, kw_only=True, eq=False)
class Forms:
    """Expressions of the variables z with their derivatives, compiled when first asked for.

    Where an expression has no finite value (a logarithm of a negative number, an overflow) the answer is NaN.

    Parameters
    ----------
    variables : tuple of sympy.Symbol
        The order of z; `m` is their number.
    expressions : tuple of sympy.Expr, shape (unit,)
    """

    variables: tuple[sympy.Symbol, ...]
    expressions: tuple[sympy.Expr, ...]

    def value(self, z: ArrayLike) -> Array:
        """Return the expressions at z, shape (unit,)."""
        return self._of_order[0](z)

    def jacobian(self, z: ArrayLike) -> Array:
        """Return the derivatives to every variable, shape (unit, m)."""
        return self._of_order[1](z)

    def second(self, z: ArrayLike) -> Array:
        """Return the second derivatives, shape (unit, m, m)."""
        return self._of_order[2](z)

    def third(self, z: ArrayLike) -> Array:
        """Return the third derivatives, shape (unit, m, m, m)."""
        return self._of_order[3](z)

    @cached_property
    def _of_order(self) -> _Orders:
        return _Orders(self)


class _Orders(dict[int, "Tensor"]):
    """Derivatives by order, each worked out when first asked for."""

    def __init__(self, forms: Forms) -> None:
        entries: dict[tuple[int, ...], sympy.Expr] = {(i,): f for i, f in enumerate(forms.expressions)}
        self[0] = Tensor(forms.variables, (len(forms.expressions),), entries)

    def __missing__(self, order: int) -> Tensor:
        self[order] = self[order - 1].differentiated()
        return self[order]


class Tensor:
    """An array of expressions, zero but for some entries; symmetric in every axis but the first."""

    def __init__(
        self, variables: tuple[sympy.Symbol, ...], shape: tuple[int, ...], entries: dict[tuple[int, ...], sympy.Expr]
    ) -> None:
        self.variables, self.shape, self.entries = variables, shape, entries
        places = [{(i, *p) for p in permutations(rest)} for i, *rest in entries]
        size = np.array([len(p) for p in places], dtype=int)
        self.places = tuple(np.array([place for p in places for place in p], dtype=int).reshape(-1, len(shape)).T)
        self.source = np.repeat(np.arange(len(entries)), size)

    def differentiated(self) -> Tensor:
        """Return the derivatives to every variable, as one more axis."""
        entries = {}
        for (i, *rest), f in self.entries.items():
            for j, variable in enumerate(self.variables):
                if (not rest or j >= rest[-1]) and variable in f.free_symbols:
                    slope = sympy.diff(f, variable)
                    if slope != 0:
                        entries[i, *rest, j] = slope
        return Tensor(self.variables, (*self.shape, len(self.variables)), entries)

    @cached_property
    def code(self) -> Callable[..., Any]:
        return self._compiled(list(self.entries.values()))

    def _compiled(self, entries: list[sympy.Expr]) -> Callable[..., Any]:
        ours = [sympy.Symbol(f"u{k}", real=True) for k in range(len(self.variables))]
        renamed = dict(zip(self.variables, ours, strict=True))
        return function((ours,), [f.xreplace(renamed).evalf(17) for f in entries], "math")

    @cached_property
    def _alone(self) -> list[Callable[..., Any]]:
        return [self._compiled([f]) for f in self.entries.values()]

    def _one_by_one(self, z: list[float]) -> Array:
        """Return every entry that has a value at z, NaN for the others."""
        values = np.full(len(self.entries), np.nan)
        for k, entry in enumerate(self._alone):
            with suppress(ArithmeticError, ValueError, TypeError):
                values[k] = float(entry(z)[0])
        return values

    def __call__(self, z: ArrayLike) -> Array:
        out = np.zeros(self.shape)
        if self.entries:
            try:
                values = np.array(self.code(np.asarray(z, float).tolist()), float)
            except (ArithmeticError, ValueError, TypeError):
                values = self._one_by_one(np.asarray(z, float).tolist())
            out[self.places] = values[self.source]
        return out


@dataclass(frozen=True, kw_only=True, eq=False)
class System:
    """A model over its states and the coefficients that move.

    Parameters
    ----------
    model : Model
        With every moving coefficient present (an effect that the file leaves out is zero).
    names : tuple of str
        The moving coefficients as `Model.with_values` takes them; formulas of named parameters follow.
    values : tuple of float
        Their values in the model.
    rates : Forms
        dx_i/dt in plain coordinates: boundary equilibria are ordinary points.
    growth : Forms or None
        The rate per capita of a Kolmogorov law, smooth at x_i = 0.
    entering : tuple of bool
        Whether each moving coefficient stands in the rates at all.
    """

    model: Model
    names: tuple[str, ...]
    values: tuple[float, ...]
    rates: Forms
    growth: Forms | None
    entering: tuple[bool, ...]

    @property
    def size(self) -> int:
        """The number of states."""
        return len(self.model.units)

    def on(self, support: Sequence[int]) -> Equations:
        """Return the equations of equilibria whose units outside `support` are zero.

        For a Kolmogorov law they are the growth per capita of the units of the support, f_i = 0: a unit may pass
        through zero (a transcritical point) without any singularity. For other laws they are the rates, and `support`
        must hold every unit.

        Returns
        -------
        Equations
            Takes z = (levels of the support, moving coefficients); returns G, shape (len(support),), and its Jacobian.
        """
        return Equations(system=self, support=tuple(support))

    def eigenvalues(self, z: ArrayLike) -> Array:
        """Return the eigenvalues of dF/dx at z, shape (unit,), complex, from the largest real part down.

        Infinite for an absent unit whose growth per capita is (Gompertz); NaN where they have no value.
        """
        J = self.rates.jacobian(z)[:, : self.size]
        if np.isfinite(J).all():
            found = np.linalg.eigvals(J).astype(complex)
        else:
            found = self._at_the_boundary(np.asarray(z, float))
        ordered: Array = found[np.lexsort((-found.imag, -found.real))]
        return ordered


    def _at_the_boundary(self, z: Array) -> NDArray[np.complex128]:
        """Return the eigenvalues of a Kolmogorov law: of the block of present units, and the growth of absent ones."""
        absent = np.flatnonzero(z[: self.size] == 0)
        present = np.flatnonzero(z[: self.size])
        lifted = np.where((np.arange(len(z)) < self.size) & (z == 0), 1e-300, z)
        block = self.rates.jacobian(lifted)[np.ix_(present, present)]
        if self.growth is None or not np.isfinite(block).all():
            return np.full(self.size, complex(np.nan))
        own, near = self.growth.value(z)[absent], self.growth.value(lifted)[absent]
        growths = np.where(np.isfinite(own), own, np.where(np.isfinite(near), np.copysign(np.inf, near), np.nan))
        return np.concatenate([np.linalg.eigvals(block).astype(complex), growths.astype(complex)])


@dataclass(frozen=True, kw_only=True, eq=False)
class Equations:
    """The equations of equilibria on a set of units, as a curve for `arclength.follow_curve`; see `System.on`."""

    system: System
    support: tuple[int, ...]

    @cached_property
    def columns(self) -> list[int]:
        """Where the entries of z stand in a point of the whole system."""
        n = self.system.size
        return [*self.support, *range(n, n + len(self.system.names))]

    @cached_property
    def forms(self) -> Forms:
        """Growth per capita, or rates."""
        return self.system.growth or self.system.rates

    @cached_property
    def _places(self) -> tuple[list[int], tuple[Any, ...]]:
        rows = list(self.support)
        return rows, np.ix_(rows, self.columns)

    def __call__(self, z: Array) -> tuple[Array, Array]:
        """Return G, shape (m,), and its Jacobian, shape (m, m + moving)."""
        full = self.full(z)
        rows, block = self._places
        return self.forms.value(full)[rows], self.forms.jacobian(full)[block]

    def hessian(self, z: Array) -> Array:
        """Return the second derivatives of G, shape (m, m + moving, m + moving)."""
        return self.forms.second(self.full(z))[np.ix_(list(self.support), self.columns, self.columns)]

    def full(self, z: ArrayLike) -> Array:
        """Return points with zeros for the absent units, shape (..., unit + moving)."""
        given: Array = np.asarray(z, float)
        out = np.zeros((*given.shape[:-1], self.system.size + len(self.system.names)))
        out[..., self.columns] = given
        return out


def system_of(model: Model, names: Sequence[str]) -> System:
    """Return a model as a system over its states and some of its coefficients.

    Parameters
    ----------
    model : Model
        Any law; noise and delays play no part.
    names : sequence of str
        Key paths of one coefficient or more, as `Model.with_values` takes them.

    Returns
    -------
    System

    Raises
    ------
    UnknownNameError
        If a name is not a value of this model.
    InvalidValueError
        If a name is given twice, or is a choice (own_growth), which cannot move.
    RefusedError
        If the rates depend on time: then there are no equilibria to follow.
    """
    whole, paths = _with_paths(model, names)
    by_path = {q.path: q for q in whole.parameters}
    moving = {by_path[path].symbol: sympy.Symbol(f"moving{k}", real=True) for k, path in enumerate(paths)}
    named = {q.symbol: moving.get(q.symbol, whole.values[q.symbol]) for q in whole.parameters}
    numbers = {
        q.symbol: moving[q.symbol] if q.symbol in moving
        else q.value.xreplace(named) if q.value.free_symbols & set(moving)
        else whole.values[q.symbol]
        for q in whole.parameters
    }  # fmt: skip
    if any(rate.has(TIME) for rate in whole.rates):
        raise RefusedError(refused(Code.NOT_SUPPORTED, "The rates depend on time, so there are no equilibria."))
    variables = (*whole.states, *moving.values())
    rates = tuple(rate.xreplace(numbers) for rate in whole.rates)
    growth = tuple(map(per_capita_of, rates, whole.states)) if whole.law.kolmogorov else None
    present = set().union(*(rate.free_symbols for rate in rates))
    return System(
        model=whole,
        names=tuple(".".join(map(quote, path)) for path in paths),
        values=tuple(float(whole.values[by_path[path].symbol]) for path in paths),
        rates=Forms(variables=variables, expressions=rates),
        growth=None if growth is None else Forms(variables=variables, expressions=growth),
        entering=tuple(symbol in present for symbol in moving.values()),
    )


def _with_paths(model: Model, names: Sequence[str]) -> tuple[Model, list[tuple[str, ...]]]:
    """Return the model with every named coefficient present, and their key paths."""
    units = tuple(unit.name for unit in model.units)
    paths = [split_path(name) for name in names]
    if len(set(paths)) < len(paths):
        raise InvalidValueError("coefficients", ", ".join(names), "different ones")
    for name, path in zip(names, paths, strict=True):
        slot = find_slot(model.law, units, path)
        if any(q.path == path for q in model.parameters):
            if slot is not None and slot.choices:
                raise InvalidValueError(name, "a choice", "a number, such as an effect, a growth or a capacity")
        elif slot is None or slot.default is None:
            raise UnknownNameError("coefficient", name, [v for v in value_names(model) if not v.endswith(".initial")])
        else:
            model = model.with_values({name: slot.default})
    return model, paths
