"""Interval arithmetic on arrays, and expressions over boxes: every result holds every value that can occur.

Comes in: sympy expressions and boxes as pairs of arrays (low, high). Goes out: pairs that enclose. Each operation is
rounded outward, by one floating-point number or, for the library's exp, log, tanh and powers, by eight.

References
----------
Moore, Kearfott and Cloud (2009), Introduction to Interval Analysis, chapters 2, 5 and 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
Expression = Any  # a sympy expression whose parts are looked at
_LIBRARY = 8


def outward(low: Floats, high: Floats, steps: int = 1) -> Pair:
    """Widen a pair by some floating-point numbers on each side."""
    for _ in range(steps):
        low, high = np.nextafter(low, -np.inf), np.nextafter(high, np.inf)
    return low, high


def add(a: Pair, b: Pair) -> Pair:
    """Return a + b; where infinities of both signs meet nothing is known."""
    low, high = a[0] + b[0], a[1] + b[1]
    ends = outward(np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high))
    return _not_below(ends, (a[0] >= 0) & (b[0] >= 0))


def _not_below(a: Pair, sure: NDArray[np.bool_]) -> Pair:
    """Raise the low end to zero where the values are surely not below it."""
    return np.where(sure, np.maximum(a[0], 0.0), a[0]), a[1]


def subtract(a: Pair, b: Pair) -> Pair:
    """Return a - b."""
    return add(a, (-b[1], -b[0]))


def multiply(a: Pair, b: Pair) -> Pair:
    """Return a b; zero times an infinite bound is zero, since that bound is never reached."""
    ends = np.stack(np.broadcast_arrays(*(x * y for x in a for y in b)))
    ends = np.where(np.isnan(ends), 0.0, ends)
    return _not_below(outward(ends.min(axis=0), ends.max(axis=0)), (a[0] >= 0) & (b[0] >= 0))


def reciprocal(a: Pair) -> Pair:
    """Return 1/a; nothing is known where a goes through zero."""
    low, high = a
    inside = (low > 0) | (high < 0)
    below = np.where(inside | (high == 0), 1 / np.where(low == 0, 1.0, low), np.inf)
    above = np.where(inside | (low == 0), 1 / np.where(high == 0, 1.0, high), -np.inf)
    known = inside | ((low == 0) != (high == 0))
    below = np.where(low == 0, np.inf, below)
    above = np.where(high == 0, -np.inf, above)
    return _not_below(outward(np.where(known, above, -np.inf), np.where(known, below, np.inf)), low >= 0)


def power(a: Pair, exponent: sympy.Rational) -> Pair:
    """Return a to a rational power; nothing is known of the root of what may be negative."""
    if exponent < 0:
        return reciprocal(power(a, -exponent))
    low, high = a
    if not exponent.is_Integer:
        known, e = low >= 0, float(exponent)
        ends = outward(np.where(known, low, 0.0) ** e, np.where(known, high, 0.0) ** e, _LIBRARY)
        return np.where(known, np.maximum(ends[0], 0.0), -np.inf), np.where(known, ends[1], np.inf)
    n = int(exponent)
    ends = low**n, high**n
    if n % 2:
        return _not_below(outward(*ends, _LIBRARY), low >= 0) if n > 1 else a
    found = outward(np.minimum(*ends), np.maximum(*ends), _LIBRARY)
    return np.where((low <= 0) & (high >= 0), 0.0, np.maximum(found[0], 0.0)), found[1]


def _rising(function: sympy.Expr, a: Pair) -> Pair:
    """Return exp, log or tanh of a pair: all three rise."""
    low, high = a
    if isinstance(function, sympy.exp):
        found = outward(np.exp(low), np.exp(high), _LIBRARY)
        return np.maximum(found[0], 0.0), found[1]
    if isinstance(function, sympy.tanh):
        found = outward(np.tanh(low), np.tanh(high), _LIBRARY)
        return np.maximum(found[0], -1.0), np.minimum(found[1], 1.0)
    known = low >= 0
    found = outward(np.log(np.where(known, low, 1.0)), np.log(np.where(known, high, 1.0)), _LIBRARY)
    return np.where(known, found[0], -np.inf), np.where(known, found[1], np.inf)


def enclosed(expression: sympy.Expr, box: Mapping[sympy.Symbol, Pair], known: dict[sympy.Expr, Pair]) -> Pair:
    """Enclose an expression over boxes.

    Parameters
    ----------
    expression : sympy.Expr
        Of sums, products, rational powers, exp, log and tanh; of any other function nothing is known.
    box : mapping of symbol to (low, high)
        Arrays of one shape.
    known : dict
        Parts that have been enclosed already; filled in.

    Returns
    -------
    (low, high) : arrays
        Infinite where nothing is known.
    """
    found = known.get(expression)
    if found is None:
        with np.errstate(all="ignore"):
            found = known[expression] = _enclosed(expression, box, known)
    return found


def _enclosed(e: Expression, box: Mapping[sympy.Symbol, Pair], known: dict[sympy.Expr, Pair]) -> Pair:
    if e.is_Symbol:
        return box[e]
    if e.is_number:
        return number(e)
    if isinstance(e, (sympy.exp, sympy.log, sympy.tanh)):
        return _rising(e, enclosed(e.args[0], box, known))
    if e.is_Pow and e.exp.is_Rational:
        return power(enclosed(e.base, box, known), e.exp)
    if not (e.is_Add or e.is_Mul):
        return np.array(-np.inf), np.array(np.inf)  # a function of a law from outside: anything is possible
    parts = [enclosed(part, box, known) for part in e.args]
    total = parts[0]
    for part in parts[1:]:
        total = add(total, part) if e.is_Add else multiply(total, part)
    return total


def number(e: sympy.Expr) -> Pair:
    """Enclose a number."""
    value = float(e) if e.is_Rational else float(e.evalf(30))
    exact = e.is_Rational and sympy.Rational(value) == e
    at = np.array(value)
    return (at, at) if exact else outward(at, at)
