"""Straight-line code for many trajectories at once, for a compiler that turns loops over lanes into vector code.

Comes in: a `Recurrence` and an order. Goes out: the text of a Python function ``lanes`` that numba compiles. It holds
numbers and names of ours only. A lane carries one member; once it ends, the lane takes in the next. What a member does
depends on its own numbers alone, so its answer is the same, bit for bit, whatever its lane, its neighbours or the
number of threads.

References
----------
Jorba and Zou (2005), Experimental Mathematics 14, 99-117. The steps of this file come from their rule, roots being
taken on the exponents: at most 7 % too long, which the radius allows for.
"""

from __future__ import annotations

import math
import re
from typing import Any

from symbiode.dynamics.numerics.recurrences import Recurrence
from symbiode.dynamics.numerics.series import Single

LANES = 16
MAX_STEPS = 2000
_HEAD = """
@intrinsic
def bits(context, x):
    def lower(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.IntType(64))
    return types.int64(types.float64), lower


@intrinsic
def real(context, x):
    def lower(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.DoubleType())
    return types.float64(types.int64), lower


@njit(fastmath={"contract"}, inline="always")
def exp(x):
    y = x if x < 709.0 else 709.0
    y = y if y > -708.0 else -708.0
    k = y * 1.4426950408889634 + 6755399441055744.0
    n = k - 6755399441055744.0
    r = (y - n * 0.6931471803691238) - n * 1.9082149292705877e-10
    p = EXPONENTIAL
    p = p * real((bits(k) + 1023) << 52)
    p = p if x > -708.0 else 0.0
    p = p if x < 709.0 else inf
    return p if x == x else x


@njit(fastmath={"contract"}, inline="always")
def log(x):
    k = (bits(x) - 4604544271217802189) >> 52
    e = real(k + 4843621399236968448) - 6755399441055744.0
    m = real(bits(x) - (k << 52))
    s = (m - 1.0) / (m + 1.0)
    q = s * s
    p = LOGARITHM
    p = (p * q * s + e * 1.9082149292705877e-10) + 2.0 * s + e * 0.6931471803691238
    p = p if x > 2.3e-308 else nan
    return p if x < inf else x


@njit(inline="always")
def exponent(x):
    return (real((bits(x) >> 12) | 4841369599423283200) - 4503599627370496.0) * 2.0**-40 - 1023.0


@njit(inline="always")
def power(e):
    return real(bits((e + 1023.0) * 2.0**40 + 4503599627370496.0) << 12)


@njit(fastmath={"contract"}, inline="always")
def shown(z):
    p = exp(z)
    p = p if p > 2.2250738585072014e-308 else 2.2250738585072014e-308
    p = p if z > -inf else 0.0
    return p if z == z else z


@njit(fastmath={"contract"})
def levels(z):
    for k in range(len(z)):
        z[k] = shown(z[k])
"""


def _horner(terms: list[float], x: str) -> str:
    """Write a polynomial, its terms given from the constant on."""
    text = repr(terms[-1])
    for term in terms[-2::-1]:
        text = f"({text} * {x} + {term!r})"
    return text


def text_of_lanes(made: Recurrence, order: int, *, between: bool) -> str:
    """Write the code of a structure whose rates do not name the time.

    Parameters
    ----------
    made : Recurrence
    order : int
    between : bool
        Whether levels are wanted at times between the first and the last.

    Returns
    -------
    str
        The same for the same structure, whatever its units are called.
    """
    return f"{text_of_functions()}\n\n{_Lanes(made, order, between).text()}\n"


def text_of_functions() -> str:
    """Write the functions that the code uses: exp and log, and roots by exponents."""
    exponential = _horner([1 / math.factorial(k) for k in range(14)], "r")
    logarithm = _horner([2 / (2 * k + 1) for k in range(1, 12)], "q")
    return _HEAD.replace("EXPONENTIAL", exponential).replace("LOGARITHM", logarithm)


def _summed(name: str, order: int, h: str = "h") -> str:
    """Write the sum of a series."""
    text = name.format(order)
    for m in range(order - 1, -1, -1):
        text = f"({text} * {h} + {name.format(m)})"
    return text


def _larger(name: str, other: str) -> str:
    return f"{name} = {name} if {name} > {other} else {other}"


class _Series(Single):
    """The series of a lane; ln x is its coordinate itself."""

    def log(self, m: int, k: int, unit: int) -> str:
        return f"z{unit}_0"

    def fold(self, a: str, b: str, first: int, m: int) -> str:
        js = sorted(range(first, m + 1), key=lambda j: (max(j, m - j), j))
        return " + ".join(f"{a}_{j}*{b}_{m - j}" for j in js)

    def folded(self, a: int, b: int, js: range, m: int, weight: str = "") -> str:
        """Return the terms, those last that are known last: nothing waits for the whole sum."""
        ordered: Any = sorted(js, key=lambda j: (max(j, m - j), -j))
        return super().folded(a, b, ordered, m, weight)

    def body(self) -> list[str]:
        self.text()
        return self.lines[2:-1]


class _Lanes:
    """The function under construction; `S` holds whatever a lane needs, one row each.

    The code of a lane is 0 under way, 1 at the last time, 2 beyond a limit, 3 stuck or out of steps.
    """

    def __init__(self, made: Recurrence, order: int, between: bool) -> None:
        self.made, self.order, self.between, self.units = made, order, between, range(made.units)
        self.rows: list[str] = [f"z{i}" for i in self.units]
        self.rows += ["t", "end", "code", "live", "steps", "short", "before", "next"]
        self.rows += [f"c{k}" for k in range(len(made.constants))] + [f"limit{i}" for i in self.units]
        self.rows += [f"u{i}" if made.logs else f"peak{i}" for i in self.units]
        self.rows += [f"z{i}_{m}" for i in self.units for m in range(order + 1)] if between else []

    def at(self, row: str) -> str:
        return f"S[{self.rows.index(row)}, w]"

    def text(self) -> str:
        """Return the whole function."""
        lines = [
            "@njit(fastmath={'contract'}, error_model='numpy', nogil=True, cache=KEPT)",
            "def lanes(lo, hi, first, numbers, limits, grid, radius, slack, shorter, y, code, t_end, y_end, steps):",
            f" S = np.zeros(({len(self.rows)}, {LANES}))",
            f" who, at = np.zeros({LANES}, np.uint64), np.zeros({LANES}, np.uint64)",
            " last = len(grid) - 1",
            " own, many = len(numbers) > 1, len(limits) > 1",
            " todo, busy = lo, 0",
            f" for w in range({LANES}):",
            *self.load("  "),
            " while busy > 0:",
            f"  for w in range({LANES}):",
            *("   " + line for line in self.step()),
            *("  " + line for line in (self.read() if self.between else ())),
            "  gone = 0.0",
            f"  for w in range({LANES}):",
            f"   gone += {self.at('code')}",
            "  if gone > 0.0:",
            f"   for w in range({LANES}):",
            f"    if {self.at('code')} > 0.0:",
            "     busy -= 1",
            *self.leave("     "),
            *self.load("     "),
        ]
        if self.made.logs:
            n = len(self.units)
            lines += [f" levels(y[lo*(last + 1)*{n} : hi*(last + 1)*{n}])", f" levels(y_end[lo*{n} : hi*{n}])"]
        return "\n".join(lines)

    def load(self, pad: str) -> list[str]:
        """Take in the next member that is not beyond its limits already; without one the lane rests."""
        n = len(self.units)
        lines = [
            f"{self.at('code')}, {self.at('live')}, {self.at('next')}, at[w] = 0.0, 0.0, inf, 0",
            f"while {self.at('live')} == 0.0 and todo < hi:",
            " i, k, j = todo, (todo if own else 0), (todo if many else 0)",
            " todo += 1",
            " if " + " or ".join(f"{self.size(f'first[i, {u}]')} > limits[j, {u}]" for u in self.units) + ":",
            "  code[i], t_end[i], steps[i] = 1, 0.0, 0",
            *(f"  y_end[i*{n} + {u}] = first[i, {u}]" for u in self.units),
            f"  y[(i*(last + 1) + 1)*{n} : (i + 1)*(last + 1)*{n}] = nan",
            " else:",
            "  who[w], at[w] = i, 1",
            "  busy += 1",
            *(f"  {self.at(row)} = 0.0" for row in ("t", "steps", "before")),
            f"  {self.at('live')}, {self.at('end')} = 1.0, grid[last]",
            f"  {self.at('next')} = grid[1] if last > 1 else inf",
            *(f"  {self.at(f'z{u}')} = first[i, {u}]" for u in self.units),
            *(f"  {self.at(f'limit{u}')} = limits[j, {u}]" for u in self.units),
            *(f"  {self.at(f'c{c}')} = numbers[k, {c}]" for c in range(len(self.made.constants))),
            *(f"  {self.at(self.level(u))} = {'exp' if self.made.logs else 'abs'}(first[i, {u}])" for u in self.units),
            f"  {self.at('short')} = 1.0",
        ]
        return [pad + line for line in lines]

    def level(self, unit: int) -> str:
        return f"u{unit}" if self.made.logs else f"peak{unit}"

    def size(self, z: str) -> str:
        return z if self.made.logs else f"abs({z})"

    def leave(self, pad: str) -> list[str]:
        """Write down the member of a lane."""
        n = len(self.units)
        lines = [
            "i = np.int64(who[w])",
            f"landed = {self.at('code')} == 1.0",
            f"code[i] = 0 if landed else (1 if {self.at('code')} == 2.0 else 2)",
            f"t_end[i], steps[i] = {self.at('t')}, np.int64({self.at('steps')})",
            *(f"y_end[i*{n} + {u}] = {self.at(f'z{u}')}" for u in self.units),
            "if landed:",
            *(f" y[(i*(last + 1) + last)*{n} + {u}] = {self.at(f'z{u}')}" for u in self.units),
            "else:",
            f" y[(i*(last + 1) + np.int64(at[w]))*{n} : (i + 1)*(last + 1)*{n}] = nan",
        ]
        return [pad + line for line in lines]

    def step(self) -> list[str]:
        """Take one step of a lane, if the rates at its end are those that its series foretold."""
        made, last = self.made, self.order
        lines = [f"t, end = {self.at('t')}, {self.at('end')}"]
        lines += [f"c{k} = {self.at(f'c{k}')}" for k in range(len(made.constants))]
        for i in self.units:
            lines += [f"z{i}_0 = {self.at(f'z{i}')}", f"u{i}_0 = {self.at(f'u{i}') if made.logs else f'z{i}_0'}"]
        series = _Series(made, last)
        lines += series.body() + self.longest() + [line for k in made.divisors for line in self.clear(series, k)]
        lines += [
            "left = end - t",
            f"h = h if {self.at('steps')} > 0.0 or h < shorter else shorter",
            "landed = not (h < left)",
            "h = left if landed else h",
            "later = end if landed else t + h",
            "stuck = not (later > t)",
        ]
        for i in self.units:
            lines += [f"new{i} = {_summed(f'z{i}_{{}}', last)}", f"stuck = stuck or new{i} != new{i}"]
        over = " or ".join(f"{self.size(f'new{i}')} > {self.at(f'limit{i}')}" for i in self.units)
        lines += [
            *self.agrees(),
            "moved = good and not stuck",
            f"{self.at('short')} = 1.0 if good else 0.5 * {self.at('short')}",
            f"{self.at('steps')} += 1.0",
            f"worn = {self.at('steps')} >= {float(MAX_STEPS)}",
            "now = 1.0 if landed and moved else (3.0 if stuck or worn else 0.0)",
            f"now = 2.0 if moved and ({over}) else now",
            f"{self.at('before')}, {self.at('code')} = t, now * {self.at('live')}",
            f"{self.at('t')} = later if moved else t",
        ]
        for i in self.units:
            lines.append(f"{self.at(f'z{i}')} = new{i} if moved else z{i}_0")
            lines += [f"{self.at(f'u{i}')} = _u{i}_0 if moved else u{i}_0"] if made.logs else []
            lines += [f"{self.at(f'z{i}_{m}')} = z{i}_{m}" for m in range(last + 1)] if self.between else []
        return lines

    def agrees(self) -> list[str]:
        """Compare the rates at the end of a step with those that its series foretold, each unit on its own scale."""
        logs, lines = self.made.logs, []
        for i in self.units:
            lines += [f"_z{i}_0 = new{i}", f"_u{i}_0 = " + (f"exp(new{i})" if logs else f"new{i}")]
        lines += [re.sub(r"\b([nuzf]\d+_\d+)", r"_\1", line) for line in _Series(self.made, 1).body()]
        lines.append("good = True")
        for i in self.units:
            size = ["size = 1.0"]
            if not logs:
                size = [f"size = abs(new{i}) if abs(new{i}) > peak{i} else peak{i}"]
                size.append("size = size if size > h * g else h * g")
            lines += [
                f"f = {_summed(f'f{i}_{{}}', self.order - 1)}",
                "g = abs(f)",
                *size,
                f"fine = abs(_f{i}_0 - f) * h <= slack * size + 1e-13 * g * h",
                "good = good and " + (f"(fine or new{i} == -inf)" if logs else "fine"),
            ]
        return lines

    def longest(self) -> list[str]:
        """Find the step at which the last two terms are as small as the tolerance, each unit on its own scale."""
        p, lines = self.order, []
        if not self.made.logs:
            lines += self.scales()
        for name, m in (("q", p), ("r", p - 1)):
            for i in self.units:
                term = f"abs(z{i}_{m})" + ("" if self.made.logs else f" / size{i}")
                lines.append(f"{name}{i} = {term}")
                lines.append(f"{name} = {name}{i}" if i == 0 else _larger(name, f"{name}{i}"))
        lines += [
            f"e = (exponent(q + 1e-290) * {1 / p!r})",
            f"f = (exponent(r + 1e-290) * {1 / (p - 1)!r})",
            f"h = power(-(e if e > f else f)) * radius * {self.at('short')}",
        ]
        return lines

    def scales(self) -> list[str]:
        """Find the size of plain coordinates: the largest so far, or what their own growth will make of them."""
        lines, p = [], self.order
        for i in self.units:
            here = self.at(f"peak{i}")
            lines += [f"a = abs(z{i}_0)", f"peak{i} = a if a > {here} else {here}", f"{here} = peak{i}"]
            lines.append(f"peak = peak{i}" if i == 0 else _larger("peak", f"peak{i}"))
        for i in self.units:
            lines += [
                f"a = abs(z{i}_1)",
                f"b = a * power((exponent(a + 1e-290) - exponent(abs(z{i}_{p}) + 1e-290)) * {1 / (p - 1)!r}) * radius",
                "b = b if b < 1e290 else a",
                f"size{i} = peak{i} if peak{i} > 1e-6 * peak else 1e-6 * peak",
                f"size{i} = size{i} if size{i} > b else b",
                f"size{i} = size{i} if size{i} > 0.0 else 1.0",
            ]
        return lines

    def clear(self, series: _Series, k: int) -> list[str]:
        """Shorten a step in which a divisor could reach zero: its series moves it by less than its size."""
        terms = [f"abs({name})" for m in range(self.order - 1, 0, -1) if (name := series.at(k, m))]
        total = terms[0] if terms else "0.0"
        for term in terms[1:]:
            total = f"({total} * h + {term})"
        return [
            f"a, b = 0.9 * abs({series.at(k, 0)}), {total} * h",
            "h = h if b <= a else h * a / b",
        ]

    def read(self) -> list[str]:
        """Read the coordinates at the times that fall into this step, but for the last time."""
        n, p, now = len(self.units), self.order, self.at("t")
        lines = [
            f"for w in range({LANES}):",
            f" if {self.at('next')} <= {now}:",
            f"  g, then, until, before = at[w], {self.at('next')}, {now}, {self.at('before')}",
            f"  place = (who[w]*np.uint64(last + 1) + g)*np.uint64({n})",
            *(f"  z{i}_{m} = {self.at(f'z{i}_{m}')}" for i in self.units for m in range(p + 1)),
            "  while then <= until:",
            "   d = then - before",
        ]
        for i in self.units:
            lines.append(f"   y[place + np.uint64({i})] = {_summed(f'z{i}_{{}}', p, 'd')}")
        lines += [
            f"   g, place = g + np.uint64(1), place + np.uint64({n})",
            "   then = grid[g] if g < np.uint64(last) else inf",
            f"  at[w], {self.at('next')} = g, then",
        ]
        return lines
