"""Exact arithmetic that stays small: every number as it is written, no result that would take for ever.

Comes in: numbers of any kind, and sympy expressions. Goes out: exact sympy values, or a refusal: a number of more than
400 digits, division by zero, a power above 16, a value that is infinite or not real. The parser builds with these
operations and `evaluate` puts values into formulas with them, so ``9**9**9**9`` costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Context, Decimal
from fractions import Fraction
from functools import partial
from numbers import Integral, Real
from typing import Any

import sympy

from symbiode.errors import ExpressionError, InvalidValueError


class tanh(sympy.tanh):  # noqa: N801
    """tanh of a real argument: sympy's own looks for imaginary parts of the argument, and may take minutes over it."""

    def _eval_is_real(self) -> bool:
        return True

    _eval_is_extended_real = _eval_is_finite = _eval_is_real


FUNCTIONS = {"exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "tanh": tanh}
MAX_EXPONENT, MAX_POWER, MAX_DIGITS, MAX_ROOT, MAX_ROOTS = 16, 256, 400, 40, 16
_TOO_LONG = 10**MAX_DIGITS
_SMALLEST, _LARGEST = sympy.Rational(1, 10**330), sympy.Integer(10) ** 308
_ZERO = 1e-60
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_REAL = "the value is not a real number"


def number(value: object, name: str = "value") -> sympy.Rational:
    """Return the exact number that a value is written as.

    Parameters
    ----------
    value : int, float, Fraction, Decimal, sympy Rational, numpy scalar or str
        A finite number; a float counts as the shortest decimal that prints it, so 0.1 is one tenth.
    name : str
        What the error calls it.

    Returns
    -------
    sympy.Rational

    Raises
    ------
    InvalidValueError
        If it is not a finite number of sane size (a bool is not a number).

    Examples
    --------
    >>> number(0.1)
    1/10
    """
    if hasattr(value, "item") and not isinstance(value, (str, sympy.Basic)) and getattr(value, "size", 1) == 1:
        value = value.item()
    exact: sympy.Rational
    if isinstance(value, sympy.Rational):
        exact = value
    elif isinstance(value, bool) or not isinstance(value, (Integral, Real, Fraction, Decimal, str)):
        raise InvalidValueError(name, value, "a finite number")
    elif isinstance(value, (Integral, Fraction)):
        exact = _quotient(*Fraction(value).as_integer_ratio())
    else:
        exact = _decimal(str(value), name)
    if problem := _oversized(exact):
        raise InvalidValueError(name, value, problem)
    return exact


def _decimal(text: str, name: str) -> sympy.Rational:
    if len(text) > MAX_DIGITS or not _NUMBER.fullmatch(text.strip()):
        raise InvalidValueError(name, text, "a finite number, written like 0.25 or 2.5e-3")
    exact = Decimal(text.strip())
    if exact and not -330 <= exact.adjusted() < 308:
        raise InvalidValueError(name, text, "a number between 1e-330 and 1e308 in size")
    return _quotient(*exact.as_integer_ratio())


def _quotient(over: int, under: int) -> sympy.Rational:
    exact: sympy.Rational = sympy.Rational(over, under)
    return exact


def as_decimal(value: sympy.Rational) -> str:
    """Return the decimal that a number is, empty if it is none of at most 40 characters.

    Examples
    --------
    >>> as_decimal(sympy.Rational(-7, 20)), as_decimal(sympy.Rational(1, 3))
    ('-0.35', '')
    """
    rest, places = int(value.q), 0
    while rest % 10 == 0:
        rest, places = rest // 10, places + 1
    for prime in (2, 5):
        while rest % prime == 0:
            rest, places = rest // prime, places + 1
    if rest != 1:
        return ""
    exact = Decimal(f"{int(value.p) * 10**places // int(value.q)}e-{places}")
    text = f"{exact:f}"
    short = text if len(text) <= 20 else str(exact.normalize(Context(prec=len(text)))).lower()
    return short if len(short) <= 40 else ""


def _oversized(exact: Any) -> str:
    if abs(exact.p) >= _TOO_LONG or exact.q >= _TOO_LONG:
        return f"a number of at most {MAX_DIGITS} digits"
    if exact and not _SMALLEST <= abs(exact) < _LARGEST:
        return "a number between 1e-330 and 1e308 in size"
    return ""


def _sane(operation: Callable[..., Any], *arguments: Any) -> sympy.Expr:
    """Return the result of an operation on sane values; refuse one that is too long, infinite or not real."""
    try:
        value = operation(*arguments)
        _check(value)
    except (ArithmeticError, RecursionError):
        raise ExpressionError("", 0, "the value cannot be worked out") from None
    checked: sympy.Expr = value
    return checked


def _check(value: Any) -> None:
    coefficient = value.as_coeff_Mul(rational=True)[0]
    if problem := _oversized(coefficient):
        raise ExpressionError("", 0, f"the value is not {problem}")
    if value.is_Rational:
        return
    if value.has(sympy.I):
        raise ExpressionError("", 0, _REAL)
    constants = [part for part in (value, *sympy.Mul.make_args(value)) if not part.free_symbols]
    for part in constants:
        if part in (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
            raise ExpressionError("", 0, "the value is not finite")
        if part.is_extended_real is False:
            raise ExpressionError("", 0, _REAL)
        if not -308 < _magnitude(part) < 308:
            raise ExpressionError("", 0, "the value is not a number between 1e-308 and 1e308 in size")


def _magnitude(constant: Any) -> float:
    """Return log10 of the size of a constant, 0 where it cannot be told from zero."""
    approximate = abs(constant.evalf(15))
    return float(sympy.log(approximate, 10).evalf(5)) if approximate > _ZERO else 0.0


def add(terms: Iterable[sympy.Expr]) -> sympy.Expr:
    """Return the sum; see the module for what is refused."""
    return _sane(sympy.Add, *terms)


def multiply(factors: Iterable[sympy.Expr]) -> sympy.Expr:
    """Return the product; nothing is asked about the other factors of a zero, which sympy would."""
    listed = list(factors)
    if sympy.S.Zero in listed:
        return sympy.S.Zero
    parts: list[Any] = [part for factor in listed for part in sympy.Mul.make_args(factor)]
    if sum(not part.is_Rational and not part.free_symbols for part in parts) > MAX_ROOTS:
        raise ExpressionError("", 0, f"a product of more than {MAX_ROOTS} roots or logarithms of numbers")
    return _sane(sympy.Mul, *listed)


def inverse(value: sympy.Expr) -> sympy.Expr:
    """Return one over a value that is not zero."""
    if value.is_Rational:
        if value == 0:
            raise ExpressionError("", 0, "division by zero")
    elif not value.free_symbols and abs(value.evalf(15)) < _ZERO:
        raise ExpressionError("", 0, "division by zero")
    return _sane(sympy.Pow, value, sympy.S.NegativeOne)


def power(base: sympy.Expr, exponent: sympy.Expr, *, largest: int = MAX_EXPONENT) -> sympy.Expr:
    """Return base**exponent for a numeric exponent of limited size, or an exponent that is still a symbol."""
    if exponent.is_Rational and abs(exponent) > largest:
        raise ExpressionError("", 0, f"an exponent is at most {largest} in size")
    if base == 0:
        if not exponent.is_positive:
            raise ExpressionError("", 0, "zero to this power is not a number")
        return sympy.S.Zero
    size = abs(exponent) if exponent.is_Rational else 1
    root = exponent.is_Rational and not exponent.is_Integer
    for part in base.atoms(sympy.Rational):
        digits = max(abs(part.p), part.q).bit_length() / 3.4
        if size * digits > MAX_DIGITS:
            raise ExpressionError("", 0, f"the power has more than {MAX_DIGITS} digits")
        if root and digits > MAX_ROOT:  # sympy looks for perfect powers, for minutes
            raise ExpressionError("", 0, f"a root of a number of more than {MAX_ROOT} digits")
    if root and _never_positive(base):
        raise ExpressionError("", 0, _REAL)
    value: Any = _sane(sympy.Pow, base, exponent)
    factors: Any = sympy.Mul.make_args(value)
    if any(part.is_Pow and part.exp.is_Rational and abs(part.exp) > MAX_POWER for part in factors):
        raise ExpressionError("", 0, f"powers of powers come to more than {MAX_POWER}")
    checked: sympy.Expr = value
    return checked


def _never_positive(base: Any) -> bool:
    """Whether a base is seen to be zero or less at a glance: -2, -3*x1, -1 - x1."""
    for term in sympy.Add.make_args(base):
        number, rest = term.as_coeff_Mul(rational=True)
        plain = all(part == 1 or (part.is_Symbol and part.is_nonnegative) for part in sympy.Mul.make_args(rest))
        if number > 0 or not plain:
            return False
    return True


def call(name: str, argument: sympy.Expr) -> sympy.Expr:
    """Return exp, log, sqrt or tanh of an argument at which it has a finite real value."""
    if name == "sqrt":
        return power(argument, sympy.Rational(1, 2))
    if name == "exp" and not argument.free_symbols and abs(argument) > 700:
        raise ExpressionError("", 0, "exp of this is not a number between 1e-308 and 1e308 in size")
    if name == "log" and argument == 0:
        raise ExpressionError("", 0, "log of zero is not a number")
    if name == "exp" and isinstance(argument, sympy.log):
        inner: sympy.Expr = argument.args[0]
        return inner
    # sympy asks much of a compound argument when it evaluates, and may take minutes over one with a logarithm.
    logs = any(part.free_symbols for part in argument.atoms(sympy.log))
    simple = argument.is_Symbol or not argument.free_symbols or (name == "exp" and not logs)
    return _sane(partial(FUNCTIONS[name], argument, evaluate=simple))


def evaluate(expression: Any, values: Mapping[sympy.Symbol, sympy.Expr]) -> Any:
    """Return an expression with exact values in place of some of its symbols.

    Parameters
    ----------
    expression : sympy.Expr
        A result of `expressions.parse`.
    values : mapping of symbol to exact number
        Symbols that are missing here stay.

    Returns
    -------
    sympy.Expr

    Raises
    ------
    ExpressionError
        If the result is not a finite real number of sane size, or an exponent is above 16.

    Examples
    --------
    >>> q = sympy.Symbol("q1", real=True)
    >>> evaluate(q * (1 - q), {q: sympy.Rational(1, 4)})
    3/16
    """
    if expression.is_Symbol:
        return values.get(expression, expression)
    if not expression.args:
        return expression
    if expression.is_Pow:
        base = evaluate(expression.base, values)
        exponent = evaluate(expression.exp, values)
        if exponent == -1:
            return inverse(base)
        return power(base, exponent, largest=MAX_EXPONENT if expression.exp.free_symbols else MAX_POWER)
    parts = [evaluate(part, values) for part in expression.args]
    if expression.is_Add:
        return add(parts)
    if expression.is_Mul:
        return multiply(parts)
    if isinstance(expression, (sympy.exp, sympy.log, sympy.tanh)):
        return call(expression.func.__name__, parts[0])
    return _sane(expression.func, *parts)
