"""Converters between the sign and scale conventions in which papers write the same interaction.

Comes in: growth rates, capacities and coefficients in one convention. Goes out: the same in another. Entry [i][j] is
always the effect of unit j on unit i; numbers may be exact or floats, diagonals of effects are ignored and come out 0.

==================  =====================================================  =================================
convention          per-capita growth of unit i                            own coefficients
==================  =====================================================  =================================
logistic (ours)     r_i (1 - x_i/K_i + sum_j d_ij x_j/K_j)                 d_ij, dimensionless
competition         r_i (1 - (x_i + sum_j alpha_ij x_j)/K_i)               alpha_ij = -d_ij K_i/K_j
general             r_i + sum_j a_ij x_j, with a_ii < 0                    a_ij = r_i d_ij/K_j, a_ii = -r_i/K_i
enlarged capacity   r_i (1 - x_i/(K_i + sum_j c_ij x_j))                   c_ij = d_ij K_i/K_j
==================  =====================================================  =================================

The first three are the same system. The enlarged capacity of May is *not*: with c_ij = d_ij K_i/K_j it has the same
equilibria with every unit present, but other dynamics.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from symbiode.errors import InvalidValueError

Numbers = Sequence[Any]
Table = Sequence[Sequence[Any]]
Row = tuple[Any, ...]
Rows = tuple[Row, ...]


def _table(numbers: Numbers, entry: Callable[[int, int], Any], diagonal: Callable[[int], Any]) -> Rows:
    n = range(len(numbers))
    return tuple(tuple(diagonal(i) if i == j else entry(i, j) for j in n) for i in n)


def _zero(_: int) -> int:
    return 0


def _square(table: Table, numbers: Numbers, name: str) -> None:
    if len(table) != len(numbers) or any(len(row) != len(numbers) for row in table):
        allowed = f"{len(numbers)} rows of {len(numbers)} numbers, as there are {len(numbers)} units"
        raise InvalidValueError(name, "another shape", allowed)


def competition_from_logistic(capacity: Numbers, effects: Table) -> Rows:
    """Return alpha_ij = -d_ij K_i/K_j of the competition form; its diagonal is 1.

    Parameters
    ----------
    capacity : sequence, shape (unit,)
        K_i > 0 in the measure of the state.
    effects : table, shape (unit, unit)
        d_ij, dimensionless.

    Returns
    -------
    tuple of tuples, shape (unit, unit)

    Raises
    ------
    InvalidValueError
        If the shapes do not fit.

    Examples
    --------
    >>> competition_from_logistic((2, 4), ((0, -1), (1, 0)))
    ((1, 0.5), (-2.0, 1))
    """
    _square(effects, capacity, "effects")
    return _table(capacity, lambda i, j: -effects[i][j] * capacity[i] / capacity[j], lambda _: 1)


def logistic_from_competition(capacity: Numbers, alpha: Table) -> Rows:
    """Return d_ij = -alpha_ij K_j/K_i, the inverse of `competition_from_logistic`.

    Parameters
    ----------
    capacity : sequence, shape (unit,)
        K_i > 0 in the measure of the state.
    alpha : table, shape (unit, unit)
        alpha_ij, in the measure of unit i per measure of unit j; the diagonal is ignored.

    Returns
    -------
    tuple of tuples, shape (unit, unit)

    Examples
    --------
    >>> logistic_from_competition((2, 4), ((1, 0.5), (-2, 1)))
    ((0, -1.0), (1.0, 0))
    """
    _square(alpha, capacity, "alpha")
    return _table(capacity, lambda i, j: -alpha[i][j] * capacity[j] / capacity[i], _zero)


def general_from_logistic(growth: Numbers, capacity: Numbers, effects: Table) -> tuple[Row, Rows]:
    """Return (r, a) of the general form r_i + sum_j a_ij x_j.

    Parameters
    ----------
    growth, capacity : sequence, shape (unit,)
        r_i in 1/time, K_i > 0 in the measure of the state.
    effects : table, shape (unit, unit)
        d_ij, dimensionless.

    Returns
    -------
    growth : tuple, shape (unit,)
    coefficients : tuple of tuples, shape (unit, unit)
        a_ij in 1/(time * measure of unit j); a_ii = -r_i/K_i.

    Examples
    --------
    >>> general_from_logistic((1, 2), (2, 4), ((0, 1), (0, 0)))
    ((1, 2), ((-0.5, 0.25), (0.0, -0.5)))
    """
    _square(effects, capacity, "effects")
    rates = _table(
        capacity, lambda i, j: growth[i] * effects[i][j] / capacity[j], lambda i: -growth[i] / capacity[i]
    )
    return tuple(growth), rates


def logistic_from_general(growth: Numbers, coefficients: Table) -> tuple[Row, Row, Rows]:
    """Return (r, K, d), the inverse of `general_from_logistic`.

    Parameters
    ----------
    growth : sequence, shape (unit,)
        r_i > 0 in 1/time.
    coefficients : table, shape (unit, unit)
        a_ij with a_ii < 0.

    Returns
    -------
    growth, capacity : tuple, shape (unit,)
        K_i = -r_i/a_ii.
    effects : tuple of tuples, shape (unit, unit)
        d_ij = a_ij K_j/r_i.

    Raises
    ------
    InvalidValueError
        If a unit has no capacity (r_i <= 0 or a_ii >= 0) or the shapes do not fit.

    Examples
    --------
    >>> logistic_from_general((1, 2), ((-0.5, 0.25), (0, -0.5)))
    ((1, 2), (2.0, 4.0), ((0, 1.0), (0.0, 0)))
    """
    _square(coefficients, growth, "coefficients")
    for i, r in enumerate(growth):
        if not (r > 0 and coefficients[i][i] < 0):
            given, allowed = f"r = {r}, a_ii = {coefficients[i][i]}", "r > 0 and a_ii < 0; else it has no capacity"
            raise InvalidValueError(f"unit {i + 1}", given, allowed)
    capacity = tuple(-r / coefficients[i][i] for i, r in enumerate(growth))
    effects = _table(growth, lambda i, j: coefficients[i][j] * capacity[j] / growth[i], _zero)
    return tuple(growth), capacity, effects


def enlargement_from_logistic(capacity: Numbers, effects: Table) -> Rows:
    """Return c_ij = d_ij K_i/K_j of the enlarged-capacity form: the same interior equilibria, NOT the same dynamics.

    Parameters
    ----------
    capacity : sequence, shape (unit,)
    effects : table, shape (unit, unit)

    Returns
    -------
    tuple of tuples, shape (unit, unit)
        c_ij in the measure of unit i per measure of unit j.

    References
    ----------
    daowen.com/lilun/1062307.html sets this form, which it gives to May, beside the logistic one.

    Examples
    --------
    >>> enlargement_from_logistic((2, 4), ((0, 1), (1, 0)))
    ((0, 0.5), (2.0, 0))
    """
    _square(effects, capacity, "effects")
    return _table(capacity, lambda i, j: effects[i][j] * capacity[i] / capacity[j], _zero)


def logistic_from_enlargement(capacity: Numbers, enlargement: Table) -> Rows:
    """Return d_ij = c_ij K_j/K_i: the logistic form with the same interior equilibria, NOT the same dynamics.

    Parameters
    ----------
    capacity : sequence, shape (unit,)
    enlargement : table, shape (unit, unit)

    Returns
    -------
    tuple of tuples, shape (unit, unit)

    Examples
    --------
    >>> logistic_from_enlargement((2, 4), ((0, 0.5), (2, 0)))
    ((0, 1.0), (1.0, 0))
    """
    _square(enlargement, capacity, "enlargement")
    return _table(capacity, lambda i, j: enlargement[i][j] * capacity[j] / capacity[i], _zero)
