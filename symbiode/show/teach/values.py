"""Exact numbers as a lesson writes them: 0.35, 10/7 ≈ 1.42857, and formulas with such numbers in them."""

from __future__ import annotations

from typing import Any

import sympy

from symbiode.system.arithmetic import as_decimal

Part = sympy.Basic | str
_MOST_DIGITS, _LARGEST = 9, 1000


def value(exact: sympy.Expr, near: float | None = None) -> tuple[Part, ...]:
    """Return a number with the sign before it: = where what stands is exact, else ≈; both for a short fraction.

    Parameters
    ----------
    exact : sympy.Expr
    near : float or None
        The same rounded, where that is known.

    Examples
    --------
    >>> value(sympy.Rational(10, 7))
    ('=', 10/7, '≈', 1.42857)
    """
    if not isinstance(exact, sympy.Rational):
        short = not exact.atoms(sympy.Float) and exact.count_ops() <= 6
        shown = sympy.Float(sympy.N(exact, 15) if near is None else near, 6)
        return (*(("=", exact) if short else ()), "≈", shown)
    if exact.is_Integer and abs(exact) < 10**_MOST_DIGITS:
        return "=", exact
    decimal = as_decimal(exact)
    if decimal and len(decimal) <= _MOST_DIGITS:
        return "=", sympy.Float(decimal, _MOST_DIGITS)
    if abs(exact.p) < _LARGEST and exact.q < _LARGEST:
        return "=", exact, "≈", sympy.Float(exact, 6)
    return "≈", sympy.Float(exact, 6)


def rounded(told: sympy.Expr) -> Any:
    """Return a formula with its fractions as decimals of at most six digits; short ones such as 1/3 stay.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> rounded(sympy.Rational(7, 20) * x + sympy.Rational(1, 3))
    0.35*x + 1/3
    """
    if told.is_number and not told.is_Rational:
        return sympy.Float(sympy.N(told, 15), 6)
    plain = {r: sympy.Float(r, 6) for r in told.atoms(sympy.Rational) if not r.is_Integer and not _short(r)}
    return told.xreplace(plain)


def _short(r: sympy.Rational) -> bool:
    return r.q in (2, 3) and abs(r.p) < 10
