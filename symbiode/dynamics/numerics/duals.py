"""Taylor series of trajectories and of their derivatives to parameters and starts, for many members at once.

Comes in: a `Recurrence`. Goes out: the coefficients at one point, each with its derivatives: row 0 of an array is the
value, the others its derivatives, the last axis the members. The derivative of a product of series is again a sum of
products, so every recurrence carries over. All sums run over the first axis of an array, one term after the other:
a member has the same bits in every company.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from symbiode.dynamics.numerics.kernels import Array, Columns
from symbiode.dynamics.numerics.recurrences import Recurrence


def times(a: Array, b: Array) -> Array:
    """Multiply values with derivatives, shape (..., row, member)."""
    found = a[..., :1, :] * b
    found[..., 1:, :] += a[..., 1:, :] * b[..., :1, :]
    return np.asarray(found)


def over(a: Array, b: Array) -> Array:
    """Divide values with derivatives."""
    found = np.empty(np.broadcast_shapes(a.shape, b.shape))
    found[:1] = a[:1] / b[:1]
    found[1:] = (a[1:] - found[:1] * b[1:]) / b[:1]
    return found


def folded(a: Array, b: Array) -> Array:
    """Return the sum of a[j] b[j] over the first axis."""
    return np.asarray(np.add.reduce(times(a, b)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Duals:
    """A recurrence with its numbers and the derivatives asked for.

    Parameters
    ----------
    made : Recurrence
    c : array, shape (constant, row, member)
        Its constants.
    slopes, free : array, shapes (used node, unit, row, member) and (unit, row, member)
        Each rate is a sum of nodes times `slopes`, plus `free`.
    used : list of int
        The nodes that rates are sums of.
    places : tuple of (constant, row) pairs
        Where `c` is not zero for all members.
    """

    made: Recurrence
    places: Columns
    c: Array
    slopes: Array
    free: Array
    used: list[int]

    def only(self, stay: NDArray[np.bool_]) -> Duals:
        """Return it for some of the members."""
        c, slopes, free = (np.compress(stay, a, axis=-1) for a in (self.c, self.slopes, self.free))
        return replace(self, c=c, slopes=slopes, free=free)

    def series(self, Y: Array, order: int) -> tuple[Array, Array]:
        """Return the series of coordinates, and those of all nodes.

        Parameters
        ----------
        Y : array, shape (unit, row, member)
            Coordinates (ln x with `logs`) and their derivatives.
        order : int

        Returns
        -------
        array, shape (order + 1, unit, row, member)
        array, shape (order, node, row, member)
        """
        made = self.made
        Z, N = np.empty((order + 1, *Y.shape)), np.empty((order, len(made.nodes), *Y.shape[1:]))
        Z[0] = Y
        X, W = (np.empty_like(Z), np.zeros_like(Z)) if made.logs else (Z, Z)
        if made.logs:
            X[0, :, 0] = np.exp(Y[:, 0])
            X[0, :, 1:] = X[0, :, :1] * Y[:, 1:]
            W[0, :, 1:] = Y[:, 1:]
        levels = [k for k, node in enumerate(made.nodes) if node[0] == "level"]
        units = [made.nodes[k][1] for k in levels]
        same = levels == units == list(range(len(made.nodes))) == list(range(made.units))
        if same:
            N = X
        others = [(k, getattr(self, f"_{node[0]}"), node[1:]) for k, node in enumerate(made.nodes) if k not in levels]
        for m in range(order):
            if not same and levels:
                N[m, levels] = X[m, units]
            for k, rule, about in others:
                N[m, k] = rule(m, N, N[:, k], Z, *about)
            f = self.rates(N[m], m)
            np.divide(f, m + 1, out=Z[m + 1])
            if made.logs and m + 1 < order:
                # x' = x z' for levels, but dx/dp = x dz/dp: both are sums of products with x itself.
                W[m + 1] = Z[m + 1]
                W[m + 1, :, 0] = f[:, 0]
                np.add.reduce(W[1 : m + 2] * X[m::-1, :, :1], out=X[m + 1])
                X[m + 1, :, 0] /= m + 1
                X[m + 1, :, 1:] += W[0, :, 1:] * X[m + 1, :, :1]
        return Z, N

    def rates(self, nodes: Array, m: int) -> Array:
        """Return the term of order m of the rates."""
        some = nodes if len(self.used) == len(nodes) else nodes[self.used]
        if not self.used:
            return self.free if m == 0 else np.zeros_like(self.free)
        f = np.add.reduce(times(self.slopes, some[:, None]))
        if m == 0:
            f += self.free
        return np.asarray(f)

    def _log(self, m: int, N: Array, own: Array, Z: Array, unit: int) -> Array:
        return np.asarray(Z[m, unit])

    def _sum(self, m: int, N: Array, own: Array, Z: Array, terms: Any, alone: int | None) -> Array:
        total = np.zeros(own.shape[1:])
        for c, node in terms:
            total += N[m, node] if c is None else times(self.c[c], N[m, node])
        if m == 0 and alone is not None:
            total += self.c[alone]
        return total

    def _product(self, m: int, N: Array, own: Array, Z: Array, a: int, b: int) -> Array:
        return folded(N[: m + 1, a], N[m::-1, b])

    def _square(self, m: int, N: Array, own: Array, Z: Array, a: int) -> Array:
        return self._product(m, N, own, Z, a, a)

    def _quotient(self, m: int, N: Array, own: Array, Z: Array, top: int | None, below: int) -> Array:
        above = np.zeros(own.shape[1:])
        if top is not None:
            above[:] = N[m, top]
        elif m == 0:
            above[0] = 1.0
        if m:
            above -= folded(N[1 : m + 1, below], own[m - 1 :: -1])
        return over(above, N[0, below])

    def _power(self, m: int, N: Array, own: Array, Z: Array, a: int, exponent: int) -> Array:
        c, base = self.c[exponent], N[0, a]
        if m == 0:
            value = base[:1] ** c[:1]
            return np.concatenate([value, value * (c[:1] * base[1:] / base[:1] + np.log(base[:1]) * c[1:])])
        j = _steps(1, m + 1)
        terms, later = N[1 : m + 1, a], own[m - 1 :: -1]
        late = times(c, folded(j * terms, later)) - folded((m - j) * terms, later)
        return over(late, m * base)

    def _exp(self, m: int, N: Array, own: Array, Z: Array, a: int) -> Array:
        if m == 0:
            value = np.exp(N[0, a, :1])
            return np.concatenate([value, value * N[0, a, 1:]])
        return folded(_steps(1, m + 1) * N[1 : m + 1, a], own[m - 1 :: -1]) / m

    def _ln(self, m: int, N: Array, own: Array, Z: Array, a: int) -> Array:
        base = N[0, a]
        if m == 0:
            return np.concatenate([np.log(base[:1]), base[1:] / base[:1]])
        late = N[m, a].copy()
        if m > 1:
            late -= folded(_steps(1, m) * own[1:m], N[m - 1 : 0 : -1, a]) / m
        return over(late, base)


def duals(made: Recurrence, p: Array, columns: Columns, k: int, members: int) -> Duals:
    """Fill in numbers, and their derivatives to some of them.

    Parameters
    ----------
    made : Recurrence
        Without time in it.
    p : array, shape (parameter,) or (parameter, member)
    columns : tuple of (row less one, parameter) pairs
    k : int
        How many derivatives there are, those to starts among them.
    members : int

    Examples
    --------
    >>> from symbiode.dynamics.numerics.recurrences import recurrence
    >>> x, r = sympy.symbols("x r")
    >>> found = duals(recurrence([r * x], [x], [r], logs=False), np.array([3.0]), ((0, 0),), 1, 1)
    >>> found.series(np.array([[[2.0], [0.0]]]), 2)[0][:, 0, :, 0].tolist()  # 2 exp(3 t), and 2 t exp(3 t)
    [[2.0, 0.0], [6.0, 2.0], [9.0, 6.0]]
    """
    places, c = _constants(made, p, columns, (k, members))
    used = sorted({node for _, terms, _ in made.roots for _, node in terms})
    slopes, free = np.zeros((len(used), made.units, 1 + k, members)), np.zeros((made.units, 1 + k, members))
    one = np.zeros((1 + k, members))
    one[0] = 1.0
    for i, (_, terms, alone) in enumerate(made.roots):
        for number, node in terms:
            slopes[used.index(node), i] += one if number is None else c[number]
        if alone is not None:
            free[i] = c[alone]
    return Duals(made=made, places=places, c=c, slopes=slopes, free=free, used=used)


def _constants(made: Recurrence, p: Array, columns: Columns, shape: tuple[int, int]) -> tuple[Columns, Array]:
    """Return where the constants and their derivatives stand, and them, shape (constant, row, member)."""
    if ("slopes", columns) not in made.made:
        where, entries = [], []
        for i, constant in enumerate(made.constants):
            own = [(column, sympy.diff(constant, made.numbers[q])) for column, q in columns]
            for row, entry in ((0, constant), *((column + 1, slope) for column, slope in own if slope != 0)):
                where.append((i, row))
                entries.append(entry)
        code = sympy.lambdify([made.numbers], entries, modules="numpy", cse=True)
        made.made["slopes", columns] = lambda numbers: (tuple(where), code(numbers))
    found = np.zeros((len(made.constants), 1 + shape[0], shape[1]))
    places, values = made.made["slopes", columns](p)
    for place, value in zip(places, values, strict=True):
        found[place] = value
    return places, found


def _steps(first: int, end: int) -> Array:
    return np.arange(float(first), float(end))[:, None, None]


def known(made: Recurrence | None) -> bool:
    """Whether series with derivatives can be made: the recurrences are known, and free of time."""
    return made is not None and ("time",) not in made.nodes


def ahead(Z: Array, h: Array) -> tuple[Array, Array]:
    """Return the sum of all terms of series at a distance h, and h times its slope there, shape (unit, row, member)."""
    terms = _terms(Z, h)
    moved = np.add.reduce(terms)
    moved += Z[0]
    terms *= _steps(1, len(Z))[::-1, None]
    return np.asarray(moved), np.asarray(np.add.reduce(terms))


def summed(Z: Array, h: Array) -> Array:
    """Return the sum of all terms of series at a distance h, shape (unit, row, member)."""
    moved = np.add.reduce(_terms(Z, h))
    moved += Z[0]
    return np.asarray(moved)


def _terms(Z: Array, h: Array) -> Array:
    """Return the terms of series at a distance h, the highest first."""
    power = np.empty((len(Z) - 1, len(h)))
    power[:] = h
    np.multiply.accumulate(power, out=power)
    return np.asarray(Z[:0:-1] * power[::-1, None, None])
