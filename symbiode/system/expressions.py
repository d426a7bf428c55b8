"""Equation text to sympy through a small allow-list grammar; no text ever reaches eval, sympify or a code generator.

Comes in: text such as ``growth*x*(1 - x/capacity)`` and a function that knows the names. Goes out: a sympy expression
built node by node, with exact rational numbers. Names are resolved to symbols of our own, so a unit may be called
``lambda`` or ``深圳``: a name that is not made of letters, digits and ``_`` is quoted, as in ``0.2*"New York"``.

Grammar::

    sum     := product (("+" | "-") product)*
    product := unary (("*" | "/") unary)*
    unary   := ("+" | "-") unary | power
    power   := atom ("**" unary)?                      exponents: numbers of size <= 16, or a parameter within it
    atom    := number | "(" sum ")" | function "(" sum ")" | name ("." name)*
    function:= exp | log | sqrt | tanh
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real

import sympy

from symbiode.errors import ExpressionError, InvalidValueError

FUNCTIONS = {"exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "tanh": sympy.tanh}
MAX_LENGTH, MAX_DEPTH, MAX_NODES, MAX_EXPONENT, MAX_DIGITS = 4096, 64, 2000, 16, 400

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?)"
    r'|(?P<quoted>"[^"\n]*"|\'[^\'\n]*\')|(?P<name>[^\W0-9]\w*)|(?P<operator>\*\*|[-+*/().]))'
)

Resolve = Callable[[tuple[str, ...]], "sympy.Expr | None"]


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
    if hasattr(value, "item") and not isinstance(value, (str, sympy.Basic)):
        value = value.item()
    if isinstance(value, sympy.Rational):
        exact = value
    elif isinstance(value, bool) or not isinstance(value, (Integral, Real, Fraction, Decimal, str)):
        raise InvalidValueError(name, value, "a finite number")
    elif isinstance(value, (Integral, Fraction)):
        exact = sympy.Rational(*Fraction(value).as_integer_ratio())
    else:
        exact = _decimal(str(value), name)
    if exact.p.bit_length() > 4 * MAX_DIGITS or exact.q.bit_length() > 4 * MAX_DIGITS:
        raise InvalidValueError(name, value, f"a number of at most {MAX_DIGITS} digits")
    return exact


def _decimal(text: str, name: str) -> sympy.Rational:
    if len(text) > MAX_DIGITS or not _NUMBER.fullmatch(text.strip()):
        raise InvalidValueError(name, text, "a finite number, written like 0.25 or 2.5e-3")
    exact = Decimal(text.strip())
    if exact and not -330 < exact.adjusted() < 309:
        raise InvalidValueError(name, text, "a number between 1e-330 and 1e308 in size")
    return sympy.Rational(*exact.as_integer_ratio())


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(text: str) -> list[_Token]:
    found, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            at = position + len(text[position:]) - len(text[position:].lstrip())
            hint = "; a power is written **" if text[at] == "^" else ""
            raise ExpressionError(text, at, f"{text[at]!r} has no meaning here{hint}")
        kind = str(match.lastgroup)
        found.append(_Token(kind, match.group(kind), match.start(kind)))
        position = match.end()
    return [*found, _Token("end", "", len(text))]


def parse(text: str, resolve: Resolve) -> sympy.Expr:
    """Return the sympy expression that a text means.

    Parameters
    ----------
    text : str
        At most 4096 characters; see the grammar above.
    resolve : callable
        Takes a name as a tuple of parts, ``("hongkong", "capacity")``, and returns its symbol, or None if unknown.

    Returns
    -------
    sympy.Expr

    Raises
    ------
    ExpressionError
        With a caret under the fault; nothing of the text has been executed.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> parse("x*(1 - x/2)", {("x",): x}.get)
    x*(1 - x/2)
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(text[:60] + "…", 0, f"the text has {len(text)} characters; at most {MAX_LENGTH}")
    return _Parser(text, resolve).whole()


class _Parser:
    """Recursive descent over the grammar; depth and node counts are bounded."""

    def __init__(self, text: str, resolve: Resolve) -> None:
        self.text, self.resolve = text, resolve
        self.tokens, self.at, self.nodes = _tokens(text), 0, 0

    @property
    def now(self) -> _Token:
        return self.tokens[self.at]

    def fail(self, problem: str, token: _Token | None = None) -> ExpressionError:
        return ExpressionError(self.text, (token or self.now).position, problem)

    def take(self) -> _Token:
        token = self.now
        self.at += 1
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.fail(f"the expression has more than {MAX_NODES} parts", token)
        return token

    def whole(self) -> sympy.Expr:
        value = self.sum(0)
        if self.now.kind != "end":
            raise self.fail(f"{self.now.text!r} was not expected here")
        return value

    def sum(self, depth: int) -> sympy.Expr:
        if depth > MAX_DEPTH:
            raise self.fail(f"brackets nest deeper than {MAX_DEPTH}")
        terms = [self.product(depth)]
        while self.now.text in ("+", "-") and self.now.kind == "operator":
            sign = 1 if self.take().text == "+" else -1
            terms.append(sign * self.product(depth))
        return sympy.Add(*terms)

    def product(self, depth: int) -> sympy.Expr:
        value = self.unary(depth)
        while self.now.text in ("*", "/") and self.now.kind == "operator":
            operator = self.take()
            factor = self.unary(depth)
            if operator.text == "/" and factor.is_zero:
                raise self.fail("division by zero", operator)
            value = value * factor if operator.text == "*" else value / factor
        return value

    def unary(self, depth: int) -> sympy.Expr:
        if depth > MAX_DEPTH:
            raise self.fail(f"signs nest deeper than {MAX_DEPTH}")
        if self.now.kind == "operator" and self.now.text in ("+", "-"):
            sign = 1 if self.take().text == "+" else -1
            return sign * self.unary(depth + 1)
        return self.power(depth)

    def power(self, depth: int) -> sympy.Expr:
        base = self.atom(depth)
        if self.now.kind != "operator" or self.now.text != "**":
            return base
        operator = self.take()
        exponent = self.unary(depth + 1)
        if exponent.is_Rational and abs(exponent) > MAX_EXPONENT:
            raise self.fail(f"an exponent is at most {MAX_EXPONENT} in size", operator)
        if not (exponent.is_Rational or exponent.is_Symbol):
            raise self.fail("an exponent is a number or one declared parameter", operator)
        if base.is_zero and not exponent.is_positive:
            raise self.fail("zero to this power is not a number", operator)
        return base**exponent

    def atom(self, depth: int) -> sympy.Expr:
        token = self.take()
        if token.kind == "number":
            return number(token.text, "number")
        if token.text == "(" and token.kind == "operator":
            return self.bracket(depth)
        if token.kind not in ("name", "quoted"):
            problem = "the expression ends too early" if token.kind == "end" else f"{token.text!r} was not expected here"
            raise self.fail(problem, token)
        if token.kind == "name" and self.now.text == "(" and self.now.kind == "operator":
            return self.function(token, depth)
        return self.name(token)

    def bracket(self, depth: int) -> sympy.Expr:
        value = self.sum(depth + 1)
        if self.take().text != ")":
            raise self.fail("a closing bracket is missing", self.tokens[self.at - 1])
        return value

    def function(self, token: _Token, depth: int) -> sympy.Expr:
        if token.text not in FUNCTIONS:
            allowed = ", ".join(sorted(FUNCTIONS))
            raise self.fail(f"{token.text!r} is not a function of this grammar; functions are: {allowed}", token)
        self.take()
        value = FUNCTIONS[token.text](self.bracket(depth))
        if value.is_finite is False:
            raise self.fail(f"{token.text} has no finite value here", token)
        return value

    def name(self, token: _Token) -> sympy.Expr:
        parts = [token.text.strip("\"'") if token.kind == "quoted" else token.text]
        while self.now.text == "." and self.now.kind == "operator":
            self.take()
            part = self.take()
            if part.kind not in ("name", "quoted"):
                raise self.fail("a name was expected after the dot", part)
            parts.append(part.text.strip("\"'") if part.kind == "quoted" else part.text)
        value = self.resolve(tuple(parts))
        if value is None:
            raise self.fail(f"unknown name {'.'.join(parts)!r}", token)
        return value

