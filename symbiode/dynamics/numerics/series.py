"""Code for Taylor series: straight lines for one trajectory in plain numbers, whole arrays for many members.

Comes in: a `Recurrence`. Goes out: a function that returns or fills in the coefficients at one point. The text of the
code is ours: it holds the names t, u0…, c0… and numbers, nothing that a user wrote.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

from symbiode.dynamics.numerics.recurrences import Node, Recurrence


def single(made: Recurrence, order: int) -> Callable[..., Any]:
    """Return ``series(t, levels, constants)`` for plain numbers.

    It returns for each unit the coefficients of its coordinate, the highest first, down to order one; then those of
    each divisor, from order zero up.

    Examples
    --------
    >>> import sympy
    >>> from symbiode.dynamics.numerics.recurrences import recurrence
    >>> x = sympy.Symbol("x")
    >>> single(recurrence([1 - x], [x], [], logs=True), 2)(0.0, [0.5], [-1.0, 1.0])
    ((-0.125, 0.5),)
    """
    if order not in made.made:
        made.made[order] = _run(text_of_single(made, order), {"exp": math.exp, "log": math.log})
    return made.made[order]


def batched(made: Recurrence) -> Callable[..., Any]:
    """Return ``series(t, X, Z, F, N, c, T)``, which fills in arrays, member last.

    X (order, unit, member) are levels, X[0] given; Z (order + 1, unit, member) coordinates, from order one on;
    F (order, unit, member) rates; N (node, order, member) parts; c constants; T (member,) is room to work in.
    """
    if "batched" not in made.made:
        made.made["batched"] = _run(text_of_batched(made), vars(np).copy())
    return made.made["batched"]


def constants(made: Recurrence, p: Any) -> list[Any]:
    """Return c0… of numbers p: floats of a list of floats, arrays of an array of shape (parameter, member)."""
    key, modules = ("floats", "math") if isinstance(p, list) else ("arrays", "numpy")
    if key not in made.made:
        made.made[key] = sympy.lambdify([made.numbers], list(made.constants), modules=modules, cse=True)
    found: list[Any] = made.made[key](p)
    return found


def _run(text: str, names: dict[str, Any]) -> Callable[..., Any]:
    # The text is generated from a recurrence, with names of our own only; nothing a user wrote is in it.
    exec(compile(text, "<series>", "exec"), names)
    made: Callable[..., Any] = names["series"]
    return made


def text_of_single(made: Recurrence, order: int) -> str:
    """Write straight lines up to one order."""
    return Single(made, order).text()


class Single:
    """Straight-line code up to one order; parts that end at a known order, as time does, cost nothing beyond it."""

    def __init__(self, made: Recurrence, order: int) -> None:
        self.made, self.order = made, order
        self.lines: list[str] = []
        self.ends: list[float] = []
        for node in made.nodes:
            self.ends.append(self.end(node))

    def end(self, node: Node) -> float:
        """Return the highest order at which a part is not zero."""
        kind, *about = node
        if kind == "sum":
            return max((self.ends[of] for _, of in about[0]), default=0)
        if kind in ("product", "square"):
            return self.ends[about[0]] + self.ends[about[-1]]
        return 1 if kind == "time" else math.inf

    def text(self) -> str:
        made, units = self.made, range(self.made.units)
        self.lines = [f"def series(t, u, c):\n {self.unpacked('u', made.units, '_0')}"]
        self.lines.append(self.unpacked("c", len(made.constants), ""))
        for m in range(self.order):
            for k, node in enumerate(made.nodes):
                if self.at(k, m) == f"n{k}_{m}":
                    self.lines.append(f"n{k}_{m} = {getattr(self, node[0])(m, k, *node[1:]) or '0.0'}")
            for i, root in enumerate(made.roots):
                self.lines.append(f"f{i}_{m} = {self.sum(m, None, *root[1:]) or '0.0'}")
                self.lines.append(f"z{i}_{m + 1} = f{i}_{m}*{1 / (m + 1)!r}")
                if m + 1 < self.order:
                    grown = self.fold(f"u{i}", f"f{i}", 0, m) if made.logs else f"f{i}_{m}"
                    self.lines.append(f"u{i}_{m + 1} = ({grown})*{1 / (m + 1)!r}")
        series = [[f"z{i}_{m}" for m in range(self.order, 0, -1)] for i in units]
        series += [[self.at(k, m) or "0.0" for m in range(self.order)] for k in made.divisors]
        self.lines.append("return " + ", ".join(f"({', '.join(terms)},)" for terms in series) + ",")
        return "\n ".join(self.lines)

    def unpacked(self, name: str, many: int, more: str) -> str:
        return "".join(f"{name}{k}{more}, " for k in range(many)) + f"= {name}" if many else "pass"

    def at(self, k: int, m: int) -> str:
        """Return the name of a part at an order, empty where it is zero."""
        kind, *about = self.made.nodes[k]
        if m > self.ends[k]:
            return ""
        if kind == "level":
            return f"u{about[0]}_{m}"
        if kind == "log" and m:
            return f"z{about[0]}_{m}"
        return f"n{k}_{m}"

    def fold(self, a: str, b: str, first: int, m: int) -> str:
        return " + ".join(f"{a}_{j}*{b}_{m - j}" for j in range(first, m + 1))

    def folded(self, a: int, b: int, js: range, m: int, weight: str = "") -> str:
        """Return the terms a[j] b[m - j] that are not zero."""
        pairs = [(self.at(a, j), self.at(b, m - j), j) for j in js]
        return " + ".join(weight.format(j) * (weight != "") + f"{x}*{y}" for x, y, j in pairs if x and y)

    def time(self, m: int, k: int) -> str:
        return ("t", "1.0")[m]

    def log(self, m: int, k: int, unit: int) -> str:
        return f"log(u{unit}_0)"

    def sum(self, m: int, k: int | None, terms: tuple[tuple[int | None, int], ...], alone: int | None) -> str:
        named = [(c, self.at(node, m)) for c, node in terms]
        parts = [name if c is None else f"c{c}*{name}" for c, name in named if name]
        return " + ".join(parts + [f"c{alone}"] * (m == 0 and alone is not None))

    def product(self, m: int, k: int, a: int, b: int) -> str:
        return self.folded(a, b, range(m + 1), m)

    def square(self, m: int, k: int, a: int) -> str:
        twice = self.folded(a, a, range((m + 1) // 2), m)
        middle = self.folded(a, a, range(m // 2, m // 2 + 1), m) if m % 2 == 0 else ""
        return " + ".join(part for part in (twice and f"2.0*({twice})", middle) if part)

    def quotient(self, m: int, k: int, top: int | None, below: int) -> str:
        above = ("1.0" if m == 0 else "") if top is None else self.at(top, m)
        lost = self.folded(below, k, range(1, m + 1), m)
        return f"({above or '0.0'}{f' - ({lost})' if lost else ''})/{self.at(below, 0)}"

    def power(self, m: int, k: int, a: int, exponent: int) -> str:
        if m == 0:
            return f"exp(c{exponent}*log({self.at(a, 0)}))"
        pairs = [(self.at(a, j), f"n{k}_{m - j}", j) for j in range(1, m + 1)]
        terms = " + ".join(f"(c{exponent}*{j}.0 - {m - j}.0)*{x}*{y}" for x, y, j in pairs if x)
        return f"({terms or '0.0'})/({m}.0*{self.at(a, 0)})"

    def exp(self, m: int, k: int, a: int) -> str:
        if m == 0:
            return f"exp({self.at(a, 0)})"
        return f"({self.folded(a, k, range(1, m + 1), m, '{}.0*') or '0.0'})*{1 / m!r}"

    def ln(self, m: int, k: int, a: int) -> str:
        if m == 0:
            return f"log({self.at(a, 0)})"
        lost = self.folded(k, a, range(1, m), m, "{}.0*")
        return f"({self.at(a, m) or '0.0'}{f' - ({lost})*{1 / m!r}' if lost else ''})/{self.at(a, 0)}"


def text_of_batched(made: Recurrence) -> str:
    """Write one loop over orders."""
    lines = ["def series(t, X, Z, F, N, c, T):"]
    lines += [f" {''.join(f'c{k}, ' for k in range(len(made.constants)))}= c"] if made.constants else []
    lines += [f" u{i}, f{i}, z{i} = X[:, {i}], F[:, {i}], Z[:, {i}]" for i in range(made.units)]
    lines += [
        f" n{k} = " + {"level": f"u{(*node, 0)[1]}"}.get(node[0], f"N[{k}]") for k, node in enumerate(made.nodes)
    ]
    lines += _matrix(made) or [" J = arange(float(len(X)))", " for m in range(len(X)):"]
    for k, node in enumerate(made.nodes):
        lines += [f"  {line}" for line in _LINES[node[0]](f"n{k}", *node[1:])]
    for i, root in enumerate(made.roots if not _matrix(made) else ()):
        lines += [f"  {line}" for line in _sum(f"f{i}", *root[1:])]
    lines += ["  multiply(F[m], 1/(m + 1), Z[m + 1])", "  if m + 1 < len(X):"]
    if made.logs:
        lines += ['   einsum("kij,kij->ij", X[:m + 1], F[m::-1], out=X[m + 1])', "   X[m + 1] *= 1/(m + 1)"]
    else:
        lines.append("   X[m + 1] = Z[m + 1]")
    return "\n".join(lines)


def _matrix(made: Recurrence) -> list[str]:
    """Write rates that are sums of levels as one product with a matrix; nothing for others."""
    if any(node[0] != "level" for node in made.nodes):
        return []
    n = made.units
    lines = [f" A, b = zeros(({n}, {n}, X.shape[2])), zeros(({n}, X.shape[2]))"]
    for i, (_, terms, alone) in enumerate(made.roots):
        lines += [f" A[{i}, {made.nodes[node][1]}] = {'1.0' if c is None else f'c{c}'}" for c, node in terms]
        lines += [f" b[{i}] = c{alone}"] if alone is not None else []
    product = '  einsum("ijk,jk->ik", A, X[m], out=F[m])'
    return [*lines, " for m in range(len(X)):", product, "  if m == 0: F[0] += b"]


def _sum(out: str, terms: tuple[tuple[int | None, int], ...], alone: int | None) -> list[str]:
    lines = []
    for k, (c, node) in enumerate(terms):
        target = "T" if k else f"{out}[m]"
        lines.append(f"{target}[:] = n{node}[m]" if c is None else f"multiply(c{c}, n{node}[m], {target})")
        lines += [f"{out}[m] += T"] if k else []
    first = "0.0" if alone is None else f"c{alone} if m == 0 else 0.0"
    if not terms:
        return [f"{out}[m] = {first}"]
    return lines if alone is None else [*lines, f"if m == 0: {out}[0] += c{alone}"]


def _weighted(a: str, b: str) -> str:
    """Write sum_j j a[j] b[m-j] for j from 1."""
    return f'einsum("i,ij,ij->j", J[1:m + 1], {a}[1:m + 1], {b}[m - 1::-1])'


def _quotient(out: str, top: int | None, below: int) -> list[str]:
    b, above = f"n{below}", "(m == 0)" if top is None else f"n{top}[m]"
    lost = f'einsum("ij,ij->j", {b}[1:m + 1], {out}[m - 1::-1])'
    return [f"divide({above} - {lost} if m else {above}, {b}[0], {out}[m])"]


def _power(out: str, a: int, c: int) -> list[str]:
    plain = f'einsum("ij,ij->j", n{a}[1:m + 1], {out}[m - 1::-1])'
    late = f"((c{c} + 1.0)*{_weighted(f'n{a}', out)}/m - {plain})/n{a}[0]"
    return [f"{out}[m] = {late} if m else n{a}[0]**c{c}"]


def _ln(out: str, a: int) -> list[str]:
    lost = f'einsum("i,ij,ij->j", J[1:m], {out}[1:m], n{a}[m - 1:0:-1])/m'
    return [f"{out}[m] = (n{a}[m] - ({lost} if m > 1 else 0.0))/n{a}[0] if m else log(n{a}[0])"]


def _product(out: str, a: int, b: int) -> list[str]:
    return [f'einsum("ij,ij->j", n{a}[:m + 1], n{b}[m::-1], out={out}[m])']


_LINES: dict[str, Callable[..., list[str]]] = {
    "level": lambda out, unit: [],
    "time": lambda out: [f"{out}[m] = t if m == 0 else float(m == 1)"],
    "log": lambda out, unit: [f"{out}[m] = z{unit}[m] if m else log(u{unit}[0])"],
    "sum": _sum,
    "product": _product,
    "square": lambda out, a: _product(out, a, a),
    "quotient": _quotient,
    "power": _power,
    "exp": lambda out, a: [f"{out}[m] = {_weighted(f'n{a}', out)}/m if m else exp(n{a}[0])"],
    "ln": _ln,
}
