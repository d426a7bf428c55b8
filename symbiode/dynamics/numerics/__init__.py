"""Compile a model into batched functions: rates, Jacobian, sensitivities.

Comes in: a `Model`. Goes out: a `Numerics`, shared by all models of one structure (law, units, which coefficients), and
the numbers of this very model as a vector `p`. Generated code sees the names t, u0… and p0… only, never a user's.

A Kolmogorov law (dx_i/dt = x_i f_i) is compiled as its per-capita growth f_i; any other law as its rates. Laws that are
affine in the states (f = b + A x) take a matrix form above `MAX_SYMBOLIC` units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import sympy
from numpy.typing import ArrayLike

from symbiode.dynamics.numerics.kernels import MATRIX_FORMS, Array, Bound, Kernel, SymbolicKernel, function
from symbiode.dynamics.numerics.moving import MovingKernel
from symbiode.dynamics.numerics.recurrences import Recurrence, recurrence
from symbiode.errors import Code, InvalidValueError, RefusedError, UnknownNameError, refused
from symbiode.system.laws import Parameter
from symbiode.system.model import TIME, Model, find_slot, split_path, value_names
from symbiode.system.scenario.motion import Moved

MAX_SYMBOLIC = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Numerics:
    """The functions of a model's structure, batched over leading axes.

    In every method `t` is a time or an array of shape (...), `y` are states of shape (..., unit), `p` numbers of shape
    (..., parameter); leading axes broadcast.

    Parameters
    ----------
    states, parameters : tuple of sympy.Symbol
        The order of the last axis of `y` and of `p`.
    kolmogorov : bool
        Whether dx_i/dt = x_i f_i with smooth f, so that per-capita growth is defined.
    affine : bool
        Whether f = b + A x with constant b and A.
    capacities : tuple of (int or None)
        For each unit the column of `p` that holds its capacity.
    kernel : Kernel
        Per-capita growth of Kolmogorov laws, rates of others, unit first.
    divisors : Kernel or None
        As `growth`: what each unit's rate divides by, if the state can bring that to zero.
    """

    states: tuple[sympy.Symbol, ...]
    parameters: tuple[sympy.Symbol, ...]
    kolmogorov: bool
    affine: bool
    capacities: tuple[int | None, ...]
    kernel: Kernel
    divisors: SymbolicKernel | None = None

    @cached_property
    def recurrence(self) -> Recurrence | None:
        """Where Taylor series come from; None where no recurrence is known, or in matrix form."""
        if not isinstance(self.kernel, SymbolicKernel):
            return None
        return recurrence(self.kernel.f, self.kernel.u, self.kernel.p, logs=self.kolmogorov)

    def rates(self, t: ArrayLike, y: ArrayLike, p: ArrayLike) -> Array:
        """Return dx_i/dt, shape (..., unit)."""
        x, bound = self._bound(y, p)
        f = bound.growth(np.asarray(t, float), x)
        return _unit_last(_times(x, f) if self.kolmogorov else f, 1)

    def jacobian(self, t: ArrayLike, y: ArrayLike, p: ArrayLike) -> Array:
        """Return the derivatives of rate i to state j, shape (..., unit, unit)."""
        x, bound = self._bound(y, p)
        J = bound.jacobian(np.asarray(t, float), x)
        if self.kolmogorov:
            J = _times(x[:, None], J)
            for i, f in enumerate(bound.growth(np.asarray(t, float), x)):
                J[i, i] += f
        return _unit_last(J, 2)

    def sensitivity(self, t: ArrayLike, y: ArrayLike, p: ArrayLike) -> Array:
        """Return the derivatives of rate i to parameter k, shape (..., unit, parameter)."""
        x, bound = self._bound(y, p)
        F = bound.sensitivity(np.asarray(t, float), x)
        return _unit_last(x[:, None] * F if self.kolmogorov else F, 2)

    def per_capita(self, t: ArrayLike, y: ArrayLike, p: ArrayLike) -> Array:
        """Return f_i = (dx_i/dt)/x_i, at x_i = 0 its limit (infinite for Gompertz), shape (..., unit).

        Raises
        ------
        RefusedError
            If the law is not of Kolmogorov form.
        """
        x, bound = self._bound(y, p, per_capita=True)
        return _unit_last(bound.growth(np.asarray(t, float), x), 1)

    def per_capita_jacobian(self, t: ArrayLike, y: ArrayLike, p: ArrayLike) -> Array:
        """Return df_i/dx_j, shape (..., unit, unit); raises as `per_capita`."""
        x, bound = self._bound(y, p, per_capita=True)
        return _unit_last(bound.jacobian(np.asarray(t, float), x), 2)

    def per_capita_sensitivity(self, t: ArrayLike, y: ArrayLike, p: ArrayLike) -> Array:
        """Return df_i/dp_k, shape (..., unit, parameter); raises as `per_capita`."""
        x, bound = self._bound(y, p, per_capita=True)
        return _unit_last(bound.sensitivity(np.asarray(t, float), x), 2)

    def reference(self, p: ArrayLike) -> Array:
        """Return the level that counts as 1 for each unit, shape (..., unit): its capacity, else b_i/A_ii and the like.

        Infinite where the equations name no level; then nothing is ever called far beyond it.
        """
        columns = np.asarray(p, float)
        n = len(self.states)
        scale = np.full((*columns.shape[:-1], n), np.inf)
        if self.affine and None in self.capacities:
            b = self.per_capita(0.0, np.zeros(n), columns)
            A = self.per_capita_jacobian(0.0, np.zeros(n), columns)
            with np.errstate(divide="ignore", invalid="ignore"):
                levels = np.abs(b)[..., :, None] / np.abs(A)
            own = np.einsum("...ii->...i", levels)
            levels = np.where(np.isfinite(levels) & (levels > 0), levels, np.inf).min(axis=-2)
            scale = np.where(np.isfinite(own) & (own > 0), own, levels)
        for i, k in enumerate(self.capacities):
            if k is not None:
                scale[..., i] = columns[..., k]
        return scale

    def _bound(self, y: ArrayLike, p: ArrayLike, *, per_capita: bool = False) -> tuple[Array, Bound]:
        if per_capita and not self.kolmogorov:
            detail = "Its rates are not the level times a smooth growth rate, so there is no growth per capita."
            raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
        states, columns = np.asarray(y, float), np.asarray(p, float)
        batch = np.broadcast_shapes(states.shape[:-1], columns.shape[:-1])
        x = np.moveaxis(np.broadcast_to(states, (*batch, states.shape[-1])), -1, 0)
        return x, self.kernel.bind(np.moveaxis(columns, -1, 0))


def compiled(model: Model) -> Numerics:
    """Return the compiled functions of a model, shared by all models of the same structure.

    Parameters
    ----------
    model : Model
        Noise and delays play no part here.

    Returns
    -------
    Numerics

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> model = build({"a": {"growth": 0.1, "capacity": 2}})
    >>> compiled(model).rates(0.0, [[1.0], [2.0]], vector(model)).tolist()
    [[0.05], [0.0]]
    """
    return _compiled(_Structure(model))


def vector(model: Model) -> Array:
    """Return the numbers of a model in the order of `compiled(model).parameters`, formulas worked out.

    Returns
    -------
    array of float, shape (parameter,)
    """
    return np.array([float(model.values[symbol]) for symbol in compiled(model).parameters])


def vectors(model: Model, values: Mapping[str, ArrayLike]) -> Array:
    """Return the numbers of many variants of a model; a formula follows the named parameters it uses.

    Parameters
    ----------
    model : Model
    values : mapping of str to array, shape (member,)
        Keys as for `Model.with_values`; setting an effect replaces its formula.

    Returns
    -------
    array of float, shape (member, parameter)

    Raises
    ------
    UnknownNameError
        If a key is not a value of this model.
    InvalidValueError
        If lengths differ, a value is not finite or outside the law's range, or the key is part of the structure.
    """
    paths = {split_path(name): _members(name, given) for name, given in values.items()}
    if len({len(given) for given in paths.values()}) > 1:
        raise InvalidValueError("values", {".".join(k): len(v) for k, v in paths.items()}, "one length for all")
    _check_paths(model, paths)
    members = len(next(iter(paths.values()))) if paths else 1
    by_symbol = {q.symbol: q for q in model.parameters}
    p = np.empty((members, len(compiled(model).parameters)))
    for k, symbol in enumerate(compiled(model).parameters):
        p[:, k] = _column(model, by_symbol[symbol], paths)
    return p


def _column(model: Model, parameter: Parameter, paths: Mapping[tuple[str, ...], Array]) -> Array | float:
    """Return one parameter's numbers: given, following from a formula of given ones, or the model's own."""
    if parameter.path in paths:
        return paths[parameter.path]
    free = parameter.value.free_symbols
    named = {q.symbol: q.path for q in model.parameters if q.symbol in free}
    if not any(path in paths for path in named.values()):
        return float(model.values[parameter.symbol])
    numbers = [paths.get(path, float(model.values[symbol])) for symbol, path in named.items()]
    ours = [sympy.Symbol(f"p{k}") for k in range(len(named))]
    formula = parameter.value.xreplace(dict(zip(named, ours, strict=True)))
    worked_out = np.asarray(function(ours, formula)(*numbers), float)
    _in_range(model, parameter.path, np.atleast_1d(worked_out))
    return worked_out


def _times(x: Array, f: Array) -> Array:
    """Multiply growth by levels; nothing grows from nothing, however fast."""
    with np.errstate(invalid="ignore"):
        return np.where(x == 0, 0.0, x * f)


def _unit_last(array: Array, axes: int) -> Array:
    """Move the first `axes` axes to the end."""
    return np.moveaxis(array, tuple(range(axes)), tuple(range(-axes, 0)))


def _members(name: str, given: ArrayLike) -> Array:
    numbers = np.atleast_1d(np.asarray(given))
    if numbers.dtype.kind not in "iuf" or numbers.ndim != 1 or not np.isfinite(numbers).all():
        raise InvalidValueError(name, given, "finite numbers, one for each member")
    return numbers.astype(float)


def _check_paths(model: Model, paths: Mapping[tuple[str, ...], Array]) -> None:
    known = {q.path for q in model.parameters}
    for path, numbers in paths.items():
        if path not in known:
            raise UnknownNameError("value", ".".join(path), value_names(model))
        _in_range(model, path, numbers)


def _in_range(model: Model, path: tuple[str, ...], numbers: Array) -> None:
    name, slot = ".".join(path), find_slot(model.law, _names(model), path)
    if slot is None:
        return
    if slot.choices or slot.name in ("noise", "delay"):
        raise InvalidValueError(name, numbers[:3].tolist(), "a value that is the same for all members")
    low = -np.inf if slot.lower is None else slot.lower
    high = np.inf if slot.upper is None else slot.upper
    wrong = (numbers < low) | (numbers > high) | ((numbers == low) & slot.strict) | ~np.isfinite(numbers)
    if wrong.any():
        above = f"more than {low}" if slot.strict else f"from {low} to {high}"
        raise InvalidValueError(name, float(numbers[wrong][0]), above)


def _names(model: Model) -> tuple[str, ...]:
    return tuple(unit.name for unit in model.units)


class _Structure:
    """The part of a model that decides its code; equal for all models that share it."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.names = _names(model)
        choices = {slot.name for slot in model.law.slots("unit") if slot.choices}
        shape = []
        for p in model.parameters:
            fixed = p.value if p.path[-1] in choices and p.path[0] in self.names else None
            shape.append((p.symbol, fixed))
        self.key = (model.law, len(model.units), tuple(shape))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Structure) and self.key == other.key

    @property
    def symbols(self) -> tuple[sympy.Symbol, ...]:
        """Every symbol a number may be given for: the law's slots, and named numbers that stand in the equations."""
        found = []
        for p in self.model.parameters:
            slot = find_slot(self.model.law, self.names, p.path)
            lever = p.path[0] == "levers"
            if slot is None and not lever and not any(p.symbol in rate.free_symbols for rate in self.model.rates):
                continue
            if slot is not None and (slot.choices or slot not in self.model.law.parameters):
                continue
            found.append(p.symbol)
        return tuple(found)


@lru_cache(maxsize=64)
def _compiled(structure: _Structure) -> Numerics:
    model = structure.model
    symbols = structure.symbols
    column = {symbol: k for k, symbol in enumerate(symbols)}
    by_path = {p.path: column.get(p.symbol) for p in model.parameters}
    capacities = tuple(by_path.get((unit.name, "capacity")) for unit in model.units)
    kolmogorov = model.law.kolmogorov
    kernel: Kernel
    moved = model.law.rates if isinstance(model.law.rates, Moved) else None
    form = MATRIX_FORMS.get(model.law.rates if moved is None else moved.equations)
    if form is not None and len(model.units) > MAX_SYMBOLIC:
        affine, kernel = moved is None, form(model, column)
        if moved is not None:
            kernel = MovingKernel(kernel, {column[q]: now for q, now in moved.replaced if q in column}, column)
    else:
        growth = tuple(map(per_capita_of, model.rates, model.states)) if kolmogorov else model.rates
        affine = kolmogorov and all(_is_affine(f, model.states) for f in growth)
        kernel = SymbolicKernel(model.states, symbols, growth)
    zeros = model.law.divisors
    return Numerics(
        states=model.states, parameters=symbols, kolmogorov=kolmogorov, affine=affine, capacities=capacities,
        kernel=kernel,
        divisors=None if zeros is None else SymbolicKernel(model.states, symbols, zeros(model.symbols)),
    )  # fmt: skip


def per_capita_of(rate: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    """Return a rate divided by its own state, so that nothing is left to divide at x = 0."""
    divided = sympy.Add(*(term / x for term in sympy.Add.make_args(rate)))
    for expanded in (False, True):  # expanding takes long, and is seldom needed
        candidate: sympy.Expr = sympy.expand(divided) if expanded else divided
        plain = candidate.replace(sympy.log, lambda _: sympy.Dummy())  # growth may be infinite at 0 like a logarithm
        if not plain.subs(x, 0).has(sympy.zoo, sympy.nan, sympy.oo):
            return candidate
    cancelled: sympy.Expr = sympy.cancel(divided)
    return cancelled


def _is_affine(f: sympy.Expr, states: Sequence[sympy.Symbol]) -> bool:
    if f.has(TIME):
        return False
    slopes = [sympy.diff(f, x) for x in states]
    return all(not slope.free_symbols.intersection(states) for slope in slopes)
