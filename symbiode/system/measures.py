"""Units of measure in words: enough algebra to see that a growth rate is not measured in years.

Comes in: texts such as ``100 million USD``, ``1/year``, ``1/year/(thousand pelts)``. Goes out: whether two of them
contradict each other. Free text is never a false alarm: only what both sides say in known words, or in the same words
with another factor, can contradict.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

_TIMES = {
    "second": "s sec second 秒", "minute": "min minute 分钟", "hour": "h hr hour 小时",
    "day": "d day 天 日", "week": "week 周", "month": "month 月", "quarter": "quarter 季度",
    "year": "yr year annum 年", "decade": "decade",
}  # fmt: skip
_MONEY = {
    "usd": "usd 美元", "cny": "cny rmb yuan 元 人民币", "hkd": "hkd 港元 港币", "mop": "mop 澳门元",
    "eur": "eur euro 欧元", "gbp": "gbp", "jpy": "jpy 日元",
}  # fmt: skip
_KNOWN = frozenset({**_TIMES, **_MONEY})
_CANONICAL = {word: name for table in (_TIMES, _MONEY) for name, words in table.items() for word in words.split()}
_SCALES = {
    "hundred": 10**2, "thousand": 10**3, "million": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9,
    "trillion": 10**12, "千": 10**3, "万": 10**4, "百万": 10**6, "亿": 10**8,
}  # fmt: skip
_TOKEN = re.compile(r"\s*(?:(\*\*|[*/^()·×-])|([0-9]+(?:\.[0-9]+)?)|([^\W\d_]+|\$|€|£|¥))")
_YEARS = range(1500, 2201)
_SMALLEST, _LARGEST = Fraction(1, 10**60), Fraction(10**60)
_MAX_TEXT = 200


@dataclass(frozen=True)
class Measure:
    """A factor times powers of words, such as 10**8 * usd or 1 * year**-1."""

    factor: Fraction = Fraction(1)
    powers: frozenset[tuple[str, Fraction]] = frozenset()

    def __mul__(self, other: Measure) -> Measure:
        summed = dict(self.powers)
        for word, exponent in other.powers:
            summed[word] = summed.get(word, Fraction(0)) + exponent
        return Measure(self.factor * other.factor, frozenset((w, e) for w, e in summed.items() if e))

    def __pow__(self, exponent: Fraction) -> Measure:
        factor = self.factor**exponent.numerator if exponent.denominator == 1 else Fraction(1)
        return Measure(factor, frozenset((word, e * exponent) for word, e in self.powers if e * exponent))

    def __truediv__(self, other: Measure) -> Measure:
        return self * other ** Fraction(-1)


def measure(text: str) -> Measure | None:
    """Return what a text measures in, None if it is empty or in words of its own.

    Examples
    --------
    >>> measure("100 million USD") == measure("亿美元")
    True
    >>> measure("% of GDP") is None
    True
    """
    tokens, at = [], 0
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    while at < len(plain) and len(plain) <= _MAX_TEXT:
        match = _TOKEN.match(plain, at)
        if match is None:
            return None
        tokens.append(str(match.group(match.lastindex or 0)))
        at = match.end()
    try:
        return _Reader(tokens).whole() if tokens else None
    except (ValueError, ZeroDivisionError, IndexError, RecursionError):
        return None


class _Reader:
    """quotient := product (("/" | "per") product)*; a product is words and numbers side by side."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = [*tokens, ""]

    def whole(self) -> Measure:
        found = self.quotient()
        if self.tokens[0]:
            raise ValueError(self.tokens[0])
        return found

    def quotient(self) -> Measure:
        per = self.tokens[0] == "per"
        found = Measure() if per else self.product()
        while self.tokens[0] in ("/", "per"):
            self.tokens.pop(0)
            found = found / self.product()
        return found

    def product(self) -> Measure:
        found = self.factor()
        while self.tokens[0] not in ("", "/", "per", ")", "-", "^", "**"):
            if self.tokens[0] in ("*", "·", "×"):
                self.tokens.pop(0)
            found = found * self.factor()
        return found

    def factor(self) -> Measure:
        token = self.tokens.pop(0)
        if token == "sqrt" and self.tokens[0] == "(":
            return self.factor() ** Fraction(1, 2)
        if token == "(":
            found = self.quotient()
            if self.tokens.pop(0) != ")":
                raise ValueError(token)
        else:
            found = _word(token)
        if self.tokens[0] in ("^", "**"):
            self.tokens.pop(0)
            found = found ** self.exponent()
        if not _SMALLEST < found.factor < _LARGEST:
            raise ValueError(token)
        return found

    def exponent(self) -> Fraction:
        token = self.tokens.pop(0)
        if token == "-":
            return -self.exponent()
        if token != "(":
            value = Fraction(token).limit_denominator(16)
        else:
            value = self.exponent()
            if self.tokens[0] == "/":
                self.tokens.pop(0)
                value /= self.exponent()
            if self.tokens.pop(0) != ")":
                raise ValueError(token)
        if abs(value) > 16:
            raise ValueError(token)
        return value


def _word(token: str) -> Measure:
    if token[:1].isdigit():
        if token.isdigit() and int(token) in _YEARS:
            return Measure(powers=frozenset({(token, Fraction(1))}))
        return Measure(Fraction(token))
    if not token[:1].isalpha() and token not in ("$", "€", "£", "¥"):
        raise ValueError(token)
    factor = 1
    for scale in sorted(_SCALES, key=len, reverse=True):
        if token == scale or (not scale.isascii() and token.startswith(scale)):
            factor, token = _SCALES[scale], token.removeprefix(scale)
            break
    if not token:
        return Measure(Fraction(factor))
    single = token[:-1] if len(token) > 3 and token.endswith("s") else token
    return Measure(Fraction(factor), frozenset({(_CANONICAL.get(single, single), Fraction(1))}))


def disagree(given: Measure | None, expected: Measure | None) -> bool:
    """Return whether two measures contradict each other.

    Examples
    --------
    >>> disagree(measure("1/month"), measure("1/year")), disagree(measure("pelts"), measure("animals"))
    (True, False)
    """
    if given is None or expected is None or given == expected:
        return False
    different = {word for word, _ in given.powers ^ expected.powers}
    if not different:
        return True
    if not given.powers or not expected.powers:
        return bool(different & _KNOWN)
    return different <= _KNOWN


def of_dimension(dimension: str, time: Measure | None, state: Measure | None) -> Measure | None:
    """Return the measure that a slot's dimension comes to, None if it needs a measure that nobody gave."""
    parsed = measure(dimension)
    found = Measure(parsed.factor) if parsed else Measure()
    for word, exponent in parsed.powers if parsed else ():
        base = {"time": time, "state": state}[word]
        if base is None:
            return None
        found = found * base**exponent
    return found


def of_expression(
    expression: sympy.Expr, measures: Mapping[sympy.Symbol, Measure | None], conflict: Callable[[sympy.Expr], None]
) -> Measure | None:
    """Return what an expression measures in, None if some part does not say.

    Parameters
    ----------
    expression : sympy.Expr
    measures : mapping of symbol to Measure or None
        A bare number may stand for a quantity, so it says nothing.
    conflict : callable
        Called with each term of a sum that contradicts the terms before it.
    """

    def of(part: Any) -> Measure | None:
        if part.is_Symbol:
            return measures.get(part)
        if part.is_Add:
            return _of_sum(part, of, conflict)
        if part.is_Mul:
            found: Measure | None = Measure()
            for factor in part.args:
                inner = Measure() if factor in (1, -1) else of(factor)
                found = None if inner is None or found is None else found * inner
            return found
        if part.is_Pow:
            base = of(part.base)
            return base ** Fraction(int(part.exp.p), int(part.exp.q)) if base and part.exp.is_Rational else None
        for argument in part.args:
            of(argument)
        return None

    return of(expression)


def _of_sum(
    total: Any, of: Callable[[Any], Measure | None], conflict: Callable[[sympy.Expr], None]
) -> Measure | None:
    found: Measure | None = None
    for term in total.args:
        inner = of(term)
        if disagree(inner, found):
            conflict(term)
        found = found or inner
    return found
