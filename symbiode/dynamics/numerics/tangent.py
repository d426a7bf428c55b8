"""Straight-line code for a member with its derivatives: run as it stands for a few members, or compiled by numba.

Comes in: a `Recurrence`, the places of its constants' derivatives and an order. Goes out: the text of a Python function
``march`` with numbers and names of ours only, that carries members one after the other through all times. Its steps are
those of `simulation.sensitive`: series whose last terms are as small as the tolerance, and which foretell the rates at
the end of their step. The derivative of a value called ``name`` to column 2 is ``named2``.

References
----------
Jorba and Zou (2005), Experimental Mathematics 14, 99-117; Barrio (2006), SIAM J. Sci. Comput. 27, 1929-1947.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from symbiode.dynamics.numerics.recurrences import Recurrence
from symbiode.dynamics.numerics.series import Single

LOOSER = 10.0
Places = Sequence[tuple[int, int]]
HEAD = "def march(lo, hi, first, numbers, limits, noise, grid, radius, slack, most, y, code, t_end, last, steps):"


def straight(made: Recurrence, places: Places, k: int, order: int) -> Callable[..., None]:
    """Return ``march`` for plain numbers, one member in flat lists; see `text_of_march`."""
    key = "march", tuple(places), k, order
    if key not in made.made:
        names: dict[str, Any] = {"exp": _exp, "log": math.log, "nan": math.nan}
        # The text is generated from a recurrence, with names of our own only; nothing a user wrote is in it.
        exec(compile(text_of_march(made, places, k, order), "<march>", "exec"), names)
        made.made[key] = names["march"]
    return made.made[key]


def _exp(x: float) -> float:
    return math.exp(x) if x < 709.0 else math.inf


def text_of_march(made: Recurrence, places: Places, k: int, order: int) -> str:
    """Write the code of a structure whose rates do not name the time.

    Parameters
    ----------
    made : Recurrence
    places : sequence of (constant, row)
        Row 0 is the constant itself, row c + 1 its derivative to column c; those that are left out are zero.
    k : int
        How many derivatives there are.
    order : int

    Returns
    -------
    str
        It takes flat lists or arrays: ``first`` (member, unit, row), ``numbers`` (member, constant, row), ``limits``
        (member, unit), ``noise`` (member, column), ``grid``; ``radius`` is the tolerance to the power 1 / order, and
        ``slack`` how far rates may be from what was foretold. It fills ``y`` (member, time, unit, row), ``code`` (0 at
        the last time, 1 beyond a limit, 2 stuck or out of steps), ``t_end``, ``last`` (member, unit, row), ``steps``.
    """
    return March(made, places, k, order).march()


class March(Single):
    """The function under construction."""

    head = HEAD

    def __init__(self, made: Recurrence, places: Places, k: int, order: int) -> None:
        super().__init__(made, order)
        self.columns, self.moving = range(k), {(constant, row - 1) for constant, row in places if row}
        self.entries = [(i, "") for i in range(made.units)]  # what is followed: a unit and what its name ends with
        self.entries = [(i, end) for i, _ in self.entries for end in ("", *(f"d{c}" for c in self.columns))]
        levels = {node[1] for node in made.nodes if node[0] == "level"}
        self.levels = sorted(levels) if made.logs else []

    def march(self) -> str:
        """Return the whole function."""
        n, width, many = self.made.units, 1 + len(self.columns), len(self.made.constants)
        lines = [f"s{i}{end} = first[i*{n * width} + {e}]" for e, (i, end) in enumerate(self.entries)]
        lines += [f"c{q} = numbers[(i*{many} + {q})*{width}]" for q in range(many)]
        lines += [f"c{q}d{c} = numbers[(i*{many} + {q})*{width} + {c + 1}]" for q, c in sorted(self.moving)]
        lines += [f"limit{i} = limits[i*{n} + {i}]" for i in range(n)]
        lines += [f"largest{c} = noise[i*{width - 1} + {c}]" for c in self.columns]
        lines += [f"peak{i} = abs(s{i})" for i in range(n) if not self.made.logs]
        lines += [
            *(f"{name}{i}{end} = 0.0" for i, end in self.entries for name in "bg"),
            *(f"{name} = 1.0" for name in dict.fromkeys(self.size(i, end) for i, end in self.entries) if name != "1.0"),
            f"base = i*len(grid)*{n * width}",
            *(f"y[base + {e}] = s{i}{end}" for e, (i, end) in enumerate(self.entries)),
            "end, t, h, short, at, tried, now = grid[-1], 0.0, 0.0, 1.0, 1, 0, 0",
            f"if {self.over('s{}')}:",
            " now = 1",
            "pending, landed, was, before = False, len(grid) == 1, 1, 0.0",
            "while now == 0 and (pending or not landed):",
            *(" " + line for line in (*self.body(), *self.judged(), *self.longest(), *self.ahead())),
            "code[i], t_end[i], steps[i] = now, t, tried",
            *(f"last[i*{n * width} + {e}] = s{i}{end}" for e, (i, end) in enumerate(self.entries)),
            f"for j in range(base + at*{n * width}, base + len(grid)*{n * width}):",
            " y[j] = nan",
        ]
        return f"{self.head}\n for i in range(lo, hi):\n  " + "\n  ".join(lines) + "\n"

    def over(self, name: str) -> str:
        size = name if self.made.logs else f"abs({name})"
        return " or ".join(f"{size} > limit{{}}".format(*[i] * 2) for i in range(self.made.units))

    def body(self) -> list[str]:
        """Return the series at a point."""
        made, lines = self.made, []
        for i, end in self.entries:
            lines.append(f"z{i}_0{end} = s{i}{end}")
        for i in self.levels:
            lines += [f"u{i}_0 = exp(z{i}_0)"] + [self.level_slope(i, 0, c) for c in self.columns]
        for m in range(self.order):
            for k, (kind, *about) in enumerate(made.nodes):
                if kind not in ("level", "log"):
                    lines.append(f"n{k}_{m} = {getattr(self, kind)(m, k, *about) or '0.0'}")
                    slope: Callable[..., str] = getattr(self, f"{kind}_slope")
                    lines += [f"n{k}_{m}d{c} = {slope(m, k, c, *about) or '0.0'}" for c in self.columns]
            for i, (_, *about) in enumerate(made.roots):
                lines.append(f"f{i}_{m} = {self.sum(m, None, *about) or '0.0'}")
                lines += [f"f{i}_{m}d{c} = {self.sum_slope(m, None, c, *about) or '0.0'}" for c in self.columns]
                ends = [end for unit, end in self.entries if unit == i]
                lines += [f"z{i}_{m + 1}{end} = f{i}_{m}{end}" + f"*{1 / (m + 1)!r}" * (m > 0) for end in ends]
                if i in self.levels and m + 1 < self.order:
                    lines.append(f"u{i}_{m + 1} = ({self.fold(f'u{i}', f'f{i}', 0, m)})*{1 / (m + 1)!r}")
                    lines += [self.level_slope(i, m + 1, c) for c in self.columns]
        return lines

    def judged(self) -> list[str]:
        """Go on if the rates here are those that the series of the last step foretold, else go back."""
        lines = ["if pending:", " pending, good = False, True"]
        for i, end in self.entries:
            size = self.size(i, end)
            if not self.made.logs:
                lines.append(f" a = abs(s{i}{end})")
                size = f"({size} if {size} > a else a)"
            test = f"abs(f{i}_0{end}*h - g{i}{end}) <= slack*{size} + 1e-13*abs(g{i}{end})"
            lines.append(f" good = good and {test}")
        back = "; ".join(f"s{i}{end} = b{i}{end}" for i, end in self.entries)
        return [
            *lines,
            " if not good:",
            f"  {back}",
            "  t, at, short, landed, now = before, was, 0.5*short, False, (2 if tried >= most else 0)",
            "  continue",
            " short = 1.0",
            f" now = 1 if {self.over('s{}')} else (2 if tried >= most and not landed else 0)",
            " if landed or now > 0:",
            "  continue",
        ]

    def size(self, i: int, end: str) -> str:
        """Return the name of the error that counts as the tolerance."""
        return f"size{end[1:]}" if end else ("1.0" if self.made.logs else f"own{i}")

    def longest(self) -> list[str]:
        """Find the step at which the last two terms are as small as the tolerance."""
        units, lines = range(self.made.units), ["left = end - t"]
        if not self.made.logs:
            lines += self.scales()
        lines += self.roots_of([(i, "") for i in units], "q", "r")
        lines += ["h = radius/q if q > 0.0 else left", "h = h if h < left else left"]
        for c in self.columns:
            for i in units:
                lines += [f"a, b = abs(s{i}d{c}), abs(z{i}_1d{c})*h"]
                lines.append(f"largest{c} = a if a > largest{c} else largest{c}")
                lines.append("e = b" if i == 0 else "e = b if b > e else e")
            lines.append(f"size{c} = {LOOSER!r}*(largest{c} if largest{c} > e else e)")
        lines += [*self.roots_of([entry for entry in self.entries if entry[1]], "e", "f"), "q = q if q > e else e"]
        lines += ["h = radius/q*short if q > 0.0 else left"]
        for node in self.made.divisors:
            lines += self.clear(node)
        return lines

    def roots_of(self, entries: Sequence[tuple[int, str]], name: str, other: str) -> list[str]:
        """Return lines that find the larger root of the last two terms, for several series."""
        p, lines = self.order, []
        for target, m in ((name, p), (other, p - 1)):
            for k, (i, end) in enumerate(entries):
                size = self.size(i, end)
                term = f"abs(z{i}_{m}{end})" + (f"/{size}" if size != "1.0" else "")
                larger = f"{target} = a if a > {target} else {target}"
                lines += [f"a = {term}", larger if k else f"{target} = a"]
        lines += [f"{name}, {other} = {name}**{self.root(0)}, {other}**{self.root(1)}"]
        return [*lines, f"{name} = {name} if {name} > {other} else {other}"]

    def root(self, less: int) -> str:
        """Return one over the order less so many."""
        return repr(1 / (self.order - less))

    def scales(self) -> list[str]:
        """Find the size of plain coordinates: the largest so far, or what their own growth will make of them."""
        p, units, lines = self.order, range(self.made.units), ["peak = 0.0"]
        for i in units:
            lines += [f"a = abs(s{i})", f"peak{i} = a if a > peak{i} else peak{i}"]
            lines.append(f"peak = peak{i} if peak{i} > peak else peak")
        for i in units:
            lines += [
                f"a, b = abs(z{i}_1), abs(z{i}_{p})",
                f"b = a*(a/b)**{self.root(1)}*radius if b > 0.0 else 0.0",
                f"own{i} = peak{i} if peak{i} > 1e-6*peak else 1e-6*peak",
                f"own{i} = b if own{i} < b < 1e300 else own{i}",
                f"own{i} = own{i} if own{i} > 0.0 else 1.0",
            ]
        return lines

    def clear(self, node: int) -> list[str]:
        """Shorten a step in which a divisor could reach zero: its series moves it by less than its size."""
        total = f"abs({self.at(node, self.order - 1)})"
        for m in range(self.order - 2, 0, -1):
            total = f"({total}*h + abs({self.at(node, m)}))"
        size = f"a, b = 0.9*abs({self.at(node, 0)}), {total}*h"
        return ["h = h if h < left else left", size, "h = h if b <= a else h*a/b"]

    def ahead(self) -> list[str]:
        """Write down what the series says of the times in the step, and go to its end."""
        width = len(self.entries)
        lines = [
            "landed = not h < left",
            "h = left if landed else h",
            "later = end if landed else t + h",
            "if not later > t:",
            " now, landed = 2, False",
            " continue",
            "was, before = at, t",
            "while at < len(grid) and grid[at] <= later:",
            " d, j = grid[at] - t, base + at*" + str(width),
            *(f" {line}" for line in self.read([f"y[j + {e}]" for e in range(width)])),
        ]
        many = width // self.made.units
        lines += [f" if {self.over(f'y[j + {many}*{{}}]')}:", f"  for e in range({width}):", "   y[j + e] = nan"]
        lines.append(" at += 1")
        lines += [f"b{i}{end} = s{i}{end}" for i, end in self.entries]
        return [*lines, *self.moved(), "t, pending, tried = later, True, tried + 1"]

    def read(self, names: Sequence[str]) -> list[str]:
        """Return lines that sum the series at a distance d."""
        return [
            f"{name} = {_summed(f'z{i}_{{}}{end}', self.order, 'd')}"
            for name, (i, end) in zip(names, self.entries, strict=True)
        ]

    def moved(self) -> list[str]:
        """Return lines that go to the end of the step, and say what the rates there should be, times the step."""
        lines = []
        for i, end in self.entries:
            lines.append(f"a = b = z{i}_{self.order}{end}")
            for m in range(self.order - 1, 0, -1):
                lines += [f"a = a*h + z{i}_{m}{end}", "b = b*h + a"]
            lines.append(f"s{i}{end}, g{i}{end} = a*h + z{i}_0{end}, b*h")
        return lines

    def at(self, k: int, m: int) -> str:
        kind, *about = self.made.nodes[k]
        if kind == "log" or (kind == "level" and not self.made.logs):
            return f"z{about[0]}_{m}"
        return f"u{about[0]}_{m}" if kind == "level" else f"n{k}_{m}"

    def level_slope(self, i: int, m: int, c: int) -> str:
        """Write dx = x dz."""
        return f"u{i}_{m}d{c} = " + " + ".join(f"u{i}_{m - j}*z{i}_{j}d{c}" for j in range(m + 1))

    def both(self, a: int, b: int, js: range, m: int, c: int, weight: str = "") -> str:
        """Return the derivative of a sum of products a[j] b[m - j]."""
        terms = []
        for j in js:
            x, y = self.at(a, j), self.at(b, m - j)
            terms.append(weight.format(j=j, m=m) + (f"({x}d{c}*{y} + {x}*{y}d{c})"))
        return " + ".join(terms)

    def sum_slope(
        self, m: int, k: int | None, c: int, terms: tuple[tuple[int | None, int], ...], alone: int | None
    ) -> str:
        parts = []
        for q, node in terms:
            name = self.at(node, m)
            parts.append(f"{name}d{c}" if q is None else f"c{q}*{name}d{c}")
            parts += [f"c{q}d{c}*{name}"] if (q, c) in self.moving else []
        return " + ".join(parts + [f"c{alone}d{c}"] * (m == 0 and (alone, c) in self.moving))

    def product_slope(self, m: int, k: int, c: int, a: int, b: int) -> str:
        return self.both(a, b, range(m + 1), m, c)

    def square_slope(self, m: int, k: int, c: int, a: int) -> str:
        x = [self.at(a, j) for j in range(m + 1)]
        return "2.0*(" + " + ".join(f"{x[j]}*{x[m - j]}d{c}" for j in range(m + 1)) + ")"

    def quotient_slope(self, m: int, k: int, c: int, top: int | None, below: int) -> str:
        above = "0.0" if top is None else f"{self.at(top, m)}d{c}"
        lost = self.both(below, k, range(1, m + 1), m, c)
        rest = f" - ({lost})" if lost else ""
        return f"({above} - n{k}_{m}*{self.at(below, 0)}d{c}{rest})/{self.at(below, 0)}"

    def power_slope(self, m: int, k: int, c: int, a: int, e: int) -> str:
        base, moving = self.at(a, 0), (e, c) in self.moving
        if m == 0:
            return f"n{k}_0*(c{e}*{base}d{c}/{base}" + f" + log({base})*c{e}d{c})" * moving + ")" * (not moving)
        late = self.both(a, k, range(1, m + 1), m, c, f"(c{e}*{{j}}.0 - {m}.0 + {{j}}.0)*")
        if moving:
            late += "".join(f" + c{e}d{c}*{j}.0*{self.at(a, j)}*n{k}_{m - j}" for j in range(1, m + 1))
        return f"(({late})*{1 / m!r} - n{k}_{m}*{base}d{c})/{base}"

    def exp_slope(self, m: int, k: int, c: int, a: int) -> str:
        if m == 0:
            return f"n{k}_0*{self.at(a, 0)}d{c}"
        return f"({self.both(a, k, range(1, m + 1), m, c, '{j}.0*')})*{1 / m!r}"

    def ln_slope(self, m: int, k: int, c: int, a: int) -> str:
        base = self.at(a, 0)
        if m == 0:
            return f"{base}d{c}/{base}"
        lost = self.both(k, a, range(1, m), m, c, "{j}.0*")
        rest = f" - ({lost})*{1 / m!r}" if lost else ""
        return f"({self.at(a, m)}d{c} - n{k}_{m}*{base}d{c}{rest})/{base}"


def _summed(name: str, order: int, h: str) -> str:
    """Write the sum of a series."""
    text = name.format(order)
    for m in range(order - 1, -1, -1):
        text = f"({text}*{h} + {name.format(m)})"
    return text
