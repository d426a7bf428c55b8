"""Recurrences for the Taylor series of trajectories, derived from the equations of any law.

Comes in: rates in our own symbols. Goes out: a `Recurrence`, or None where an equation has a part that no recurrence is
known for. Sums, products, quotients, powers, exp, log and tanh of series are known, so every polynomial and rational
law is. Whatever depends on the numbers only is worked out once per trajectory, as constants c0….

In log coordinates (`logs`) the rates are growth per capita f_i and the series is that of z_i = ln x_i, whose terms are
relative to the level itself, however small that is; x_i follows from (m + 1) x_i[m+1] = sum_j x_i[j] f_i[m-j].

References
----------
Moore (1966), Interval Analysis, chapter 11; Jorba and Zou (2005), Experimental Mathematics 14, 99-117.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy

from symbiode.system.model import TIME

_ONE, _ZERO = sympy.Integer(1), sympy.Integer(0)
# A node is a kind and what it is made of: places of nodes, units and constants. A sum holds pairs of a constant (None
# is one) and a node, and a constant that stands alone, or None.
Node = tuple[Any, ...]
Form = dict[int | None, sympy.Expr]


class _Unknown(Exception):  # noqa: N818  (no error: it never leaves this file)
    """No recurrence is known for a part of an equation."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Recurrence:
    """The equations of a structure taken apart; every node is worked out anew at every order, in this order.

    Parameters
    ----------
    logs : bool
        Whether ln x_i is followed and the rates are growth per capita.
    units : int
    nodes : tuple of tuple
        A kind and what it is made of.
    roots : tuple of tuple
        The rate of each unit, a sum of nodes.
    divisors : tuple of int
        Nodes that must not pass through zero.
    numbers : tuple of sympy.Symbol
    constants : tuple of sympy.Expr
        In the symbols `numbers`.
    made : dict
        Code written so far, by `series`.
    """

    logs: bool
    units: int
    nodes: tuple[Node, ...]
    roots: tuple[Node, ...]
    divisors: tuple[int, ...]
    numbers: tuple[sympy.Symbol, ...]
    constants: tuple[sympy.Expr, ...]
    made: dict[object, Callable[..., Any]] = field(default_factory=dict)

    @property
    def convolutions(self) -> int:
        """How many sums of products of two series an order takes."""
        plain = ("level", "time", "log", "sum")
        return sum(node[0] not in plain for node in self.nodes) + self.units * self.logs


def recurrence(
    rates: Sequence[sympy.Expr], u: Sequence[sympy.Symbol], p: Sequence[sympy.Symbol], *, logs: bool
) -> Recurrence | None:
    """Derive the recurrences of a law, None where one is not known.

    Parameters
    ----------
    rates : sequence of sympy.Expr
        Growth per capita with `logs`, else dx_i/dt, in the symbols of `u`, `p` and t.
    u, p : sequence of sympy.Symbol
        The levels and the numbers.
    logs : bool
        Whether to follow ln x_i.

    Examples
    --------
    >>> x, r = sympy.symbols("x r")
    >>> found = recurrence([r * (1 - x)], [x], [r], logs=True)
    >>> found.nodes, found.roots
    ((('level', 0),), (('sum', ((0, 0),), 1),))
    """
    graph = _Graph(u, logs)
    try:
        forms = [graph.form(rate) for rate in rates]
    except _Unknown:
        return None
    roots = tuple(graph.sum_of(form) for form in forms)
    return Recurrence(
        logs=logs, units=len(u), nodes=tuple(graph.nodes), roots=roots, divisors=tuple(sorted(graph.divisors)),
        numbers=tuple(p), constants=tuple(graph.constants),
    )  # fmt: skip


class _Graph:
    """Equations taken apart; equal parts are one node."""

    def __init__(self, u: Sequence[sympy.Symbol], logs: bool) -> None:
        self.logs = logs
        self.moving = (*u, TIME)
        self.units: dict[Any, int] = {symbol: i for i, symbol in enumerate(u)}
        self.nodes: list[Node] = []
        self.known: dict[object, int] = {}
        self.constants: list[sympy.Expr] = []
        self.divisors: set[int] = set()

    def form(self, e: sympy.Expr) -> Form:
        """Return an expression as a sum of numbers times nodes; the number under None stands alone."""
        if not e.has_free(*self.moving):
            return {None: e}
        if isinstance(e, sympy.Add):
            total: Form = {}
            for term in e.args:
                for node, number in self.form(term).items():
                    total[node] = total.get(node, _ZERO) + number
            return total
        number, rest = e.as_independent(*self.moving) if isinstance(e, sympy.Mul) else (_ONE, e)
        if number != 1:
            return {node: number * own for node, own in self.form(rest).items()}
        if isinstance(e, sympy.log) and self.logs:
            number, rest = e.args[0].as_independent(*self.moving, as_Add=False)
            if rest in self.units:
                return {self.node(("log", self.units[rest])): _ONE, None: sympy.log(number)}
        return {self.part(e): _ONE}

    def part(self, e: sympy.Expr) -> int:
        """Return the node of an expression."""
        if e in self.units:
            return self.node(("level", self.units[e]))
        if e == TIME:
            return self.node(("time",))
        if isinstance(e, sympy.Mul):
            return self.product(e)
        if isinstance(e, sympy.Pow):
            return self.power(e.base, e.exp)
        if isinstance(e, sympy.exp):
            return self.node(("exp", self.part_of_sum(e.args[0])))
        if isinstance(e, sympy.log) and e.args[0].has_free(*self.moving) and e.args[0] not in self.units:
            return self.node(("ln", self.divisor(e.args[0])))
        if isinstance(e, sympy.Add):
            return self.part_of_sum(e)
        if isinstance(e, sympy.tanh):
            return self.part_of_sum(1 - 2 / (1 + sympy.exp(2 * e.args[0])))
        if isinstance(e, sympy.log):
            return self.node(("ln", self.divisor(e.args[0])))
        raise _Unknown

    def part_of_sum(self, e: sympy.Expr) -> int:
        form = self.form(e)
        if len(form) == 1 and None not in form and next(iter(form.values())) == 1:
            return next(node for node in form if node is not None)
        return self.node(self.sum_of(form))

    def divisor(self, e: sympy.Expr) -> int:
        node = self.part_of_sum(e)
        if not (self.logs and self.nodes[node][0] == "level"):  # a level is positive by itself
            self.divisors.add(node)
        return node

    def product(self, e: sympy.Expr) -> int:
        factors: list[Any] = list(e.args)
        below = [1 / factor for factor in factors if isinstance(factor, sympy.Pow) and _negative(factor.exp)]
        above = [factor for factor in factors if not (isinstance(factor, sympy.Pow) and _negative(factor.exp))]
        if below:
            top = self.part_of_sum(sympy.Mul(*above)) if above else None
            return self.node(("quotient", top, self.divisor(sympy.Mul(*below))))
        first, *others = [self.part_of_sum(factor) for factor in above]
        for other in others:
            first = self.times(first, other)
        return first

    def power(self, base: sympy.Expr, exponent: sympy.Expr) -> int:
        if exponent.has_free(*self.moving):
            raise _Unknown
        if _negative(exponent):
            return self.node(("quotient", None, self.divisor(1 / base**exponent)))
        if exponent.is_Integer:
            half = self.part_of_sum(base ** (exponent // 2)) if exponent > 1 else None
            even = self.part_of_sum(base) if half is None else self.times(half, half)
            return self.times(even, self.part_of_sum(base)) if half is not None and exponent % 2 else even
        return self.node(("power", self.divisor(base), self.constant(exponent)))

    def times(self, a: int, b: int) -> int:
        return self.node(("square", a) if a == b else ("product", *sorted((a, b))))

    def sum_of(self, form: Form) -> Node:
        terms = ((number, node) for node, number in form.items() if node is not None and number != 0)
        alone = form.get(None, _ZERO)
        named = tuple((None if number == 1 else self.constant(number), node) for number, node in terms)
        return ("sum", named, None if alone == 0 else self.constant(alone))

    def constant(self, number: sympy.Expr) -> int:
        """Return the place of a number among the constants."""
        if number not in self.constants:
            self.constants.append(number)
        return self.constants.index(number)

    def node(self, node: Node) -> int:
        if node not in self.known:
            self.known[node] = len(self.nodes)
            self.nodes.append(node)
        return self.known[node]


def _negative(exponent: sympy.Expr) -> bool:
    return bool(exponent.is_Number and exponent.is_negative)
