"""Structural identifiability: could even endless data without noise tell the coefficients of a law apart?

Comes in: a `Model`. Goes out: which coefficients one trajectory with all units observed determines (locally, for almost
all values), and which only in combination. Levels without noise give their derivatives, and those of the rates by the
coefficients along the trajectory; what no derivative sees is lost. The rank is exact, at a random rational point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import sympy

from symbiode.errors import InvalidValueError, quote
from symbiode.system.model import Model, delays_of, noise_of
from symbiode.words import say

_DIGITS = 60


@dataclass(frozen=True, kw_only=True)
class Structure:
    """What can be told apart.

    Parameters
    ----------
    names : tuple of str
        The coefficients asked about, as key paths.
    identifiable : tuple of str
        Those that a trajectory determines.
    entangled : tuple of str
        Those that it determines in combination only.
    rank : int
        Independent combinations; as many as names if all are identifiable.
    orders : int
        Derivatives in time that were needed.
    exact : bool
        Whether the arithmetic was exact; else 60 digits (laws with logarithms).
    """

    names: tuple[str, ...]
    identifiable: tuple[str, ...]
    entangled: tuple[str, ...]
    rank: int
    orders: int
    exact: bool

    def text(self, lang: str = "en") -> str:
        """Return one sentence."""
        joined = (", " if lang == "en" else "、").join(self.entangled)
        shown = {"names": joined, "count": len(self.names), "rank": self.rank, "orders": self.orders}
        return say("structure_partly" if self.entangled else "structure_whole", lang, **shown)


def structure(model: Model, *, names: Sequence[str] | None = None, seed: int = 0) -> Structure:
    """Return which coefficients one trajectory without noise determines, all units observed.

    Parameters
    ----------
    model : Model
        Only its equations matter; its values are replaced by random rationals.
    names : sequence of str, optional
        Key paths; by default every coefficient in the equations that is a number.
    seed : int
        Of the point.

    Returns
    -------
    Structure
        "Identifiable" is proved for almost all values; "entangled" holds at the random point, so with probability one.

    Raises
    ------
    InvalidValueError
        If a name is no coefficient of the equations, or the model has noise or delays.

    References
    ----------
    Pohjanpalo, H. (1978), Mathematical Biosciences 41:21 (power series); Sedoglavic, A. (2002), Journal of Symbolic
    Computation 33:735 (rank at a random rational point).

    Examples
    --------
    >>> import symbiode
    >>> units = {"a": {"growth": 1, "capacity": 2}, "b": {"growth": 1, "capacity": 3}}
    >>> structure(symbiode.build(units, effects={"a.b": 1, "b.a": 1})).entangled
    ()
    """
    if any(noise_of(model)) or delays_of(model):
        raise InvalidValueError("model", model.name, "a model without noise and delays")
    there = set().union(*(rate.free_symbols for rate in model.rates))
    known = {".".join(map(quote, p.path)): p.symbol for p in model.parameters if p.symbol in there}
    asked = tuple(known) if names is None else tuple(names)
    for name in asked:
        if name not in known:
            raise InvalidValueError("names", name, ", ".join(known))
    rng = np.random.default_rng([seed, 9])
    point = {s: sympy.Rational(int(rng.integers(1, 60)), int(rng.integers(60, 100))) for s in known.values()}
    levels = {x: sympy.Rational(int(rng.integers(1, 60)), int(rng.integers(60, 100))) for x in model.states}
    flow = [rate.xreplace(point) for rate in model.rates]
    slopes = [[sympy.diff(rate, known[name]).xreplace(point) for name in asked] for rate in model.rates]
    rows: list[list[sympy.Expr]] = []
    rank, orders, exact, kernel = 0, 0, True, sympy.zeros(len(asked), 0)
    while orders <= len(asked):
        orders += 1
        new = [[entry.xreplace(levels) for entry in line] for line in slopes]
        exact = exact and all(entry.is_Rational for line in new for entry in line)
        rows += new
        before, (rank, kernel) = rank, _rank(rows, exact)
        if rank in (before, len(asked)):
            break
        slopes = [[_along(entry, flow, model.states) for entry in line] for line in slopes]
    lost = {name for k, name in enumerate(asked) if any(abs(x) > 0 for x in kernel[k, :])}
    return Structure(
        names=asked, identifiable=tuple(name for name in asked if name not in lost),
        entangled=tuple(name for name in asked if name in lost), rank=rank, orders=orders, exact=exact,
    )  # fmt: skip


def _along(entry: sympy.Expr, flow: Sequence[sympy.Expr], states: Sequence[sympy.Symbol]) -> sympy.Expr:
    """Return the derivative in time of a function of the levels."""
    return sympy.Add(*(sympy.diff(entry, x) * f for x, f in zip(states, flow, strict=True)))


def _rank(rows: Sequence[Sequence[sympy.Expr]], exact: bool) -> tuple[int, sympy.Matrix]:
    """Return rank and kernel of a matrix, by rational arithmetic or with many digits."""
    if exact:
        matrix = sympy.Matrix(rows)
        echelon, pivots = matrix.rref()
        kernel = matrix.nullspace()
        return len(pivots), sympy.Matrix.hstack(*kernel) if kernel else sympy.zeros(echelon.cols, 0)
    with mpmath.workdps(_DIGITS):
        numbers = mpmath.matrix([[mpmath.mpf(str(sympy.N(x, _DIGITS))) for x in line] for line in rows])
        _, size, right = mpmath.svd_r(numbers, full_matrices=True) if numbers.rows >= numbers.cols else _wide(numbers)
        rank = sum(1 for x in size if x > size[0] * mpmath.mpf(10) ** (-_DIGITS // 2))
        lost = [[right[i, k] for i in range(rank, numbers.cols)] for k in range(numbers.cols)]
        clean = [[x if abs(x) > mpmath.mpf(10) ** (-_DIGITS // 3) else 0 for x in line] for line in lost]
    return rank, sympy.Matrix(numbers.cols, numbers.cols - rank, [sympy.Float(x) for line in clean for x in line])


def _wide(numbers: Any) -> tuple[Any, Any, Any]:
    """Return the singular values of a matrix with fewer rows than columns, filled up with zeros."""
    full = mpmath.zeros(numbers.cols, numbers.cols)
    full[: numbers.rows, :] = numbers
    found: tuple[Any, Any, Any] = mpmath.svd_r(full, full_matrices=True)
    return found
