"""Taylor series of x_i' = x_i (b_i + sum_j A_ij x_j) in as many digits as asked for, without numpy.

Comes in: exact coefficients and an exact start. Goes out: the first point of the trajectory that a condition holds at,
or the time of a blow-up. Products of polynomials are the whole method (Jorba and Zou 2005, Experimental Mathematics 14,
99-117): every step has an order that fits the digits and a length that fits the radius of convergence, so the steps
shorten by themselves towards a pole. Decimal arithmetic keeps digits to spare, so that nothing cancels at high levels.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext

import sympy

Exact = tuple[sympy.Expr, ...]
Digits = list[Decimal]
MAX_STEPS, MOST_UNITS = 1000, 24
_FAR = Decimal("1e11")


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point of a trajectory: time, levels and per-capita growth, shape (unit,)."""

    t: Decimal
    x: tuple[Decimal, ...]
    f: tuple[Decimal, ...]


def walk(
    b: Exact,
    A: tuple[Exact, ...],
    start: Exact,
    until: Callable[[Point], bool],
    *,
    digits: int = 30,
    steps: int = MAX_STEPS,
) -> Point | None:
    """Return the first point at which `until` holds, None if that takes more than `steps` steps.

    Parameters
    ----------
    b, A : exact numbers, shape (unit,) and (unit, unit)
        Per-capita growth b_i + sum_j A_ij x_j.
    start : exact numbers, shape (unit,)
        Levels above zero.
    until : callable
        Takes a `Point`.
    digits : int
        Every step is exact to about this many significant digits of every level.

    Examples
    --------
    >>> one = sympy.Integer(1)
    >>> end = walk((one,), ((-one,),), (one / 2,), lambda p: p.t > 3)
    >>> abs(float(end.x[0]) - 1 / (1 + math.exp(-float(end.t)))) < 1e-15
    True
    """
    order = math.ceil(1.16 * digits) + 2
    with localcontext(prec=digits + 6):
        own, matrix = [decimal(v) for v in b], [[decimal(v) for v in row] for row in A]
        x = [decimal(v) for v in start]
        t = Decimal(0)
        for _ in range(steps):
            X, f = _coefficients(own, matrix, x, order)
            now = Point(t=t, x=tuple(x), f=tuple(f))
            if until(now):
                return now
            h = _step(X, order)
            t += h
            x = [_value(row, h) for row in X]
    return None


def decimal(value: sympy.Expr) -> Decimal:
    """Return an exact number to the digits of the present decimal context."""
    if isinstance(value, sympy.Rational):
        return Decimal(int(value.p)) / Decimal(int(value.q))
    return +Decimal(str(value.evalf(60)))


def _coefficients(b: Digits, A: list[Digits], x: Digits, order: int) -> tuple[list[Digits], Digits]:
    """Return the Taylor coefficients of the levels, shape (unit, order + 1), and the growth rates at the point."""
    n = range(len(x))
    X = [[value] for value in x]
    F: list[Digits] = [[] for _ in n]
    for k in range(order):
        for i in n:
            F[i].append(sum((A[i][j] * X[j][k] for j in n), b[i] if k == 0 else Decimal(0)))
        for i in n:
            X[i].append(sum((p * q for p, q in zip(X[i], reversed(F[i]), strict=True)), Decimal(0)) / (k + 1))
    return X, [row[0] for row in F]


def _step(X: list[Digits], order: int) -> Decimal:
    """Return a step of 1/e^2 of the radius of convergence, by the last two coefficients of every level."""
    radii = []
    for row in X:
        for k in (order - 1, order):
            if row[k]:
                radii.append((abs(row[0]).ln() - abs(row[k]).ln()) / k)
    return (min(radii) - 2).exp() if radii else Decimal(1)


def _value(row: Digits, h: Decimal) -> Decimal:
    total = Decimal(0)
    for coefficient in reversed(row):
        total = total * h + coefficient
    return total


def blow_up(b: Exact, A: tuple[Exact, ...], start: Exact) -> tuple[float, float] | None:
    """Return when a trajectory that blows up does so, and an error bound; None if that takes too much work.

    Near the pole every level that takes part grows like 1/(t* - t), so the remaining time is 1/f for the largest
    growth rate f; the walk goes on until that is a negligible part of t*, and its size bounds the error.

    Examples
    --------
    >>> one, two = sympy.Integer(1), sympy.Integer(2)
    >>> t, error = blow_up((-one, -one), ((-one, two), (two, -one)), (two, two))
    >>> abs(t - math.log(2)) < 1e-11
    True
    """
    if len(b) > MOST_UNITS:
        return None
    end = walk(b, A, start, lambda p: p.t > 0 and max(p.f) * p.t > _FAR, digits=24)
    if end is None:
        return None
    rest = 1 / max(end.f)
    return float(end.t + rest), float(rest) + 2 * math.ulp(float(end.t + rest))
