"""Equation text to sympy and back through a small allow-list grammar; no text reaches eval, sympify or generated code.

Comes in: text such as ``growth*x*(1 - x/capacity)`` and a function that knows the names. Goes out: a sympy expression
built node by node, with exact rational numbers. Names are resolved to symbols of our own, so a unit may be called
``lambda`` or ``深圳``: a name that is not made of letters, digits and ``_`` is quoted, as in ``0.2*"New York"``.

Grammar::

    sum     := product (("+" | "-") product)*
    product := signed (("*" | "/") signed)*
    signed  := ("+" | "-")* power
    power   := atom ("**" signed)?                     exponents: numbers of size <= 16, or a parameter within it
    atom    := number | "(" sum ")" | function "(" sum ")" | name ("." name)*
    function:= exp | log | sqrt | tanh
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import sympy

from symbiode.errors import MAX_SHOWN, ExpressionError, InvalidValueError, did_you_mean, shown
from symbiode.system.arithmetic import FUNCTIONS, MAX_EXPONENT, add, as_decimal, call, inverse, multiply, number, power

MAX_LENGTH, MAX_DEPTH, MAX_NODES = 4096, 64, 2000

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?)"
    r'|(?P<quoted>"(?:[^"\\\n]|\\["\\])*"|\'[^\'\n]*\')|(?P<name>[^\W0-9]\w*)|(?P<operator>\*\*|[-+*/().]))'
)
_HINTS = {"^": "; a power is written **", '"': "; a closing quote is missing", "'": "; a closing quote is missing"}
_PLAIN = re.compile(r"[^\W0-9]\w*")

Resolve = Callable[[tuple[str, ...]], "sympy.Expr | None"]


def parse(text: str, resolve: Resolve, names: Iterable[str] = ()) -> sympy.Expr:
    """Return the sympy expression that a text means.

    Parameters
    ----------
    text : str
        At most 4096 characters; see the grammar above.
    resolve : callable
        Takes a name as a tuple of parts, ``("hongkong", "capacity")``, and returns its symbol, or None if unknown.
    names : iterable of str
        The names it knows, for the message about one it does not know.

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
    return _Parser(unicodedata.normalize("NFC", text), resolve, names).whole()


def spelled(path: Iterable[str]) -> str:
    """Return a name as the grammar spells it: parts joined by dots, quoted where they must be.

    Examples
    --------
    >>> spelled(("New York", "capacity"))
    '"New York".capacity'
    """
    return ".".join(part if _PLAIN.fullmatch(part) else _quoted(part) for part in path)


def _quoted(part: str) -> str:
    return '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unquoted(text: str) -> str:
    """Return what stands between quotes, escapes undone."""
    inner = text[1:-1]
    return re.sub(r"\\([\"\\])", r"\1", inner) if text[0] == '"' else inner


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
            hint = _HINTS.get(text[at], "")
            raise ExpressionError(text, at, f"{text[at]!r} has no meaning here{hint}")
        kind = str(match.lastgroup)
        found.append(_Token(kind, match.group(kind), match.start(kind)))
        if len(found) > MAX_NODES:
            raise ExpressionError(text, match.start(kind), f"the expression has more than {MAX_NODES} parts")
        position = match.end()
    return [*found, _Token("end", "", len(text))]


class _Parser:
    """Recursive descent over the grammar; depth and node counts are bounded."""

    def __init__(self, text: str, resolve: Resolve, names: Iterable[str]) -> None:
        self.text, self.resolve, self.names = text, resolve, names
        self.tokens, self.at = _tokens(text), 0

    @property
    def now(self) -> _Token:
        return self.tokens[self.at]

    def fail(self, problem: str, token: _Token | None = None) -> ExpressionError:
        return ExpressionError(self.text, (token or self.now).position, problem)

    def take(self) -> _Token:
        token = self.now
        self.at += token.kind != "end"
        return token

    def at_operator(self, *operators: str) -> bool:
        return self.now.kind == "operator" and self.now.text in operators

    def exact(self, token: _Token, operation: Callable[[], sympy.Expr]) -> sympy.Expr:
        """Run one arithmetic step; a refusal points at its token."""
        try:
            return operation()
        except ExpressionError as error:
            raise self.fail(error.problem, token) from None

    def whole(self) -> sympy.Expr:
        value = self.sum(0)
        if self.now.kind != "end":
            raise self.fail(f"{self.now.text!r} was not expected here")
        return value

    def sum(self, depth: int) -> sympy.Expr:
        if depth > MAX_DEPTH:
            raise self.fail(f"brackets nest deeper than {MAX_DEPTH}")
        start, terms = self.now, [self.product(depth)]
        while self.at_operator("+", "-"):
            sign = 1 if self.take().text == "+" else -1
            terms.append(sign * self.product(depth))
        return terms[0] if len(terms) == 1 else self.exact(start, lambda: add(terms))

    def product(self, depth: int) -> sympy.Expr:
        start, factors = self.now, self.signed(depth)
        while self.at_operator("*", "/"):
            operator = self.take()
            sign, factor = self.signed(depth)
            factors += [sign, factor if operator.text == "*" else self.exact(operator, partial(inverse, factor))]
        return self.exact(start, lambda: multiply(factors))

    def signed(self, depth: int) -> list[sympy.Expr]:
        """Return [sign, value]: kept apart, as sympy multiplies a sign into a sum only where nothing else stands."""
        sign = sympy.Integer(1)
        while self.at_operator("+", "-"):
            sign = sign if self.take().text == "+" else -sign
        return [sign, self.power(depth)]

    def power(self, depth: int) -> sympy.Expr:
        base = self.atom(depth)
        if not self.at_operator("**"):
            return base
        operator = self.take()
        exponent = sympy.Mul(*self.signed(depth + 1))
        if not (exponent.is_Rational or exponent.is_Symbol):
            raise self.fail("an exponent is a number or one declared parameter", operator)
        return self.exact(operator, lambda: power(base, exponent))

    def atom(self, depth: int) -> sympy.Expr:
        token = self.take()
        if token.kind == "number":
            return self.constant(token)
        if token.kind == "operator" and token.text == "(":
            return self.bracket(depth)
        if token.kind == "end":
            raise self.fail("the expression ends too early", token)
        if token.kind == "operator":
            raise self.fail(f"{token.text!r} was not expected here", token)
        if token.kind == "name" and self.at_operator("("):
            return self.function(token, depth)
        return self.name(token)

    def constant(self, token: _Token) -> sympy.Expr:
        try:
            return number(token.text, "number")
        except InvalidValueError as error:
            raise self.fail(f"{shown(token.text)} is not {error.allowed}", token) from None

    def bracket(self, depth: int) -> sympy.Expr:
        value = self.sum(depth + 1)
        if not self.at_operator(")"):
            raise self.fail("a closing bracket is missing")
        self.take()
        return value

    def function(self, token: _Token, depth: int) -> sympy.Expr:
        if token.text not in FUNCTIONS:
            allowed = ", ".join(sorted(FUNCTIONS))
            raise self.fail(f"{token.text!r} is not a function of this grammar; functions are: {allowed}", token)
        self.take()
        argument = self.bracket(depth)
        return self.exact(token, lambda: call(token.text, argument))

    def name(self, token: _Token) -> sympy.Expr:
        parts = [self.part(token)]
        while self.at_operator("."):
            self.take()
            part = self.take()
            if part.kind not in ("name", "quoted"):
                raise self.fail("a name was expected after the dot", part)
            parts.append(self.part(part))
        value = self.resolve(tuple(parts))
        if value is None:
            name = spelled(parts)
            hint = f"; {did_you_mean(name, self.names)}" if self.names else ""
            raise self.fail(f"unknown name {name if len(name) <= MAX_SHOWN else shown(name)}{hint}", token)
        return value

    @staticmethod
    def part(token: _Token) -> str:
        return unquoted(token.text) if token.kind == "quoted" else token.text


def written(expression: sympy.Expr, names: Mapping[sympy.Symbol, str]) -> str:
    """Return the text that `parse` turns back into an expression.

    Parameters
    ----------
    expression : sympy.Expr
        Made of what the grammar can say.
    names : mapping of symbol to str
        How each symbol is spelled; see `spelled`.

    Returns
    -------
    str

    Examples
    --------
    >>> x, K = sympy.symbols("x1 K1", positive=True)
    >>> written(x * (1 - x / K) * sympy.Rational(1, 3), {x: "x", K: "capacity"})
    '1/3*x*(1 - x/capacity)'
    """
    return _Writer(names).sum(expression)


class _Writer:
    """The inverse of the parser, level by level of its grammar."""

    def __init__(self, names: Mapping[Any, str]) -> None:
        self.names = names

    def sum(self, expression: sympy.Expr) -> str:
        if not expression.is_Add:
            return self.product(expression)
        pieces = [self.product(term) for term in expression.as_ordered_terms()]
        signed = [f" - {piece[1:]}" if piece.startswith("-") else f" + {piece}" for piece in pieces]
        return pieces[0] + "".join(signed[1:])

    def product(self, expression: sympy.Expr) -> str:
        coefficient, rest = expression.as_coeff_Mul(rational=True)
        if coefficient < 0:
            return "-" + self.product(-expression)
        over, under = [], []
        for factor in rest.as_ordered_factors():
            if not factor.is_Pow:
                over.append(self.atom(factor))
            elif factor.exp.could_extract_minus_sign():
                under += self.powers(factor.base, -factor.exp)
            else:
                over += self.powers(factor.base, factor.exp)
        leading = [] if coefficient == 1 else [_decimal(coefficient)]
        shown = leading + [piece for piece in over if piece != "1"]
        return "/".join(["*".join(shown) or "1", *under])

    def powers(self, base: sympy.Expr, exponent: sympy.Expr) -> list[str]:
        """Return base**exponent as factors that the grammar can say."""
        if exponent.is_Add:
            return [text for part in exponent.as_ordered_terms() for text in self.powers(base, part)]
        coefficient, rest = exponent.as_coeff_Mul(rational=True)
        if coefficient > MAX_EXPONENT:
            sixteens, left = divmod(coefficient, 16)
            inner = "*".join(self.powers(base, sixteens * rest))
            return [f"({inner})**16", *(self.powers(base, left * rest) if left else [])]
        return [self.power(base, exponent)]

    def power(self, base: sympy.Expr, exponent: sympy.Expr) -> str:
        if exponent == 1:
            return self.atom(base)
        if exponent == sympy.Rational(1, 2):
            return f"sqrt({self.sum(base)})"
        if not all(part.is_Rational or part.as_base_exp()[0].is_Symbol for part in sympy.Mul.make_args(exponent)):
            return f"exp({self.product(exponent)}*log({self.sum(base)}))"
        inner, outer = _split_exponent(base, exponent)
        if inner != 1:
            return f"({'*'.join(self.powers(base, inner))})**{self.exponent(outer)}"
        return f"{self.atom(base)}**{self.exponent(outer)}"

    def exponent(self, exponent: sympy.Expr) -> str:
        if exponent.is_Symbol:
            return self.names[exponent]
        text = _decimal(exponent)
        return text if re.fullmatch(r"[0-9.]+", text) else f"({text})"

    def atom(self, expression: sympy.Expr) -> str:
        if expression.is_Symbol:
            return self.names[expression]
        if expression.is_Rational and expression >= 0 and "/" not in _decimal(expression):
            return _decimal(expression)
        if expression is sympy.E:
            return "exp(1)"
        if isinstance(expression, sympy.Abs):
            return f"sqrt({self.atom(expression.args[0])}**2)"
        if isinstance(expression, (sympy.exp, sympy.log, sympy.tanh)):
            return f"{expression.func.__name__}({self.sum(expression.args[0])})"
        return f"({self.sum(expression)})"


def _split_exponent(base: sympy.Expr, exponent: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Return (inner, outer), their product the exponent, outer a number or one symbol, as sympy would join them."""
    coefficient, rest = exponent.as_coeff_Mul(rational=True)
    assert isinstance(coefficient, sympy.Rational)
    if rest == 1:
        return rest, coefficient
    if coefficient.p != 1:
        return exponent / coefficient.p, sympy.Integer(coefficient.p)
    if coefficient != 1 and base.is_nonnegative:
        return rest, coefficient
    symbol = sympy.Mul.make_args(rest)[-1].as_base_exp()[0]
    return exponent / symbol, symbol


def _decimal(value: sympy.Expr) -> str:
    """Return a rational as a decimal if it is one of at most 40 characters, else as a quotient."""
    assert isinstance(value, sympy.Rational)
    return as_decimal(value) or f"{value.p}/{value.q}"
