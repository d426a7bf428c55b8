"""Signs of exact numbers: integers at once, other real numbers by verified digits or a proof that they are zero.

Comes in: an int or a sympy number. Goes out: -1, 0 or 1, or `UndecidedSignError`; never the sign of a rounded zero.
"""

from __future__ import annotations

import sympy

Number = int | sympy.Expr
_DIGITS, _LARGEST, _LARGEST_ROOT = 400, 300, 12


class UndecidedSignError(ArithmeticError):
    """A number that is zero to 400 digits and not provably zero; `equilibria` turns it into a refusal."""


def sign(value: Number) -> int:
    """Return the sign of an exact real number.

    Examples
    --------
    >>> sign(sympy.sqrt(2) * sympy.sqrt(3) - sympy.sqrt(6) + sympy.Rational(1, 10**50))
    1
    """
    if isinstance(value, int):
        return (value > 0) - (value < 0)
    if isinstance(value, sympy.Rational):
        return int(value.p > 0) - int(value.p < 0)
    digits = value.evalf(5, maxn=_DIGITS)
    if isinstance(digits, sympy.Float) and digits != 0 and digits._prec > 1:
        return 1 if digits > 0 else -1
    if _is_zero(value):
        return 0
    raise UndecidedSignError(str(value))


def high_roots(value: sympy.Expr) -> bool:
    """Whether sympy would write a number by polynomials of a degree too high to end: 2^0.123 has the degree 1000."""
    orders = {part.exp.q for part in value.atoms(sympy.Pow) if part.exp.is_Rational}
    return bool(sympy.ilcm(1, 1, *orders) > _LARGEST_ROOT)


def _is_zero(value: sympy.Expr) -> bool:
    if high_roots(value):
        return False
    expanded = sympy.expand(value)
    if expanded == 0 or sympy.expand(sympy.radsimp(expanded)) == 0:
        return True
    if not expanded.is_algebraic or expanded.count_ops() > _LARGEST:
        return False
    unknown = sympy.Dummy("z")
    return bool(sympy.minimal_polynomial(expanded, unknown) == unknown)
