"""build(): names and numbers to a checked Model; the one checker for Python callers and file readers alike.

Comes in: nested tables with the keys of a model file. Goes out: a `Model`, or a `ModelError` with *every* fault, each
with its key path (a file reader turns the path into a line).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from symbiode import discover
from symbiode.errors import Fault, InputError, ModelError, did_you_mean
from symbiode.system import laws
from symbiode.system.expressions import number, parse
from symbiode.system.laws import Law, Parameter, Slot, Symbols
from symbiode.system.model import (
    RESERVED,
    TIME,
    DataSource,
    Model,
    Unit,
    check_value,
    find_slot,
    slots_of,
    split_path,
    symbol_for,
    value_of,
)

Table = Mapping[str, object]
ROLES = ("core", "auxiliary")
MAX_NAME, MAX_UNITS = 200, 2000
_VALUE_KEYS = ("value", "lower", "upper", "measured_in", "source")
_DATA_KEYS = (
    "file", "time", "columns", "measured_in", "scale", "basis", "kind", "currency", "price_base", "vintage",
    "vintage_columns", "source", "alternatives",
)  # fmt: skip
_EQUATION_SLOTS = (
    Slot(name="growth", letter="r", dimension="1/time"),
    Slot(name="capacity", letter="K", lower=0, strict=True, dimension="state"),
    Slot(name="effect", letter="d", per="pair"),
)


@dataclass(frozen=True)
class Equations:
    """The rates of a model with equations of its own: a frozen callable, so that the model stays hashable."""

    expressions: tuple[sympy.Expr, ...]

    def __call__(self, symbols: Symbols) -> tuple[sympy.Expr, ...]:
        return self.expressions


def build(
    units: Mapping[str, Table],
    *,
    law: str | Law = "logistic",
    effects: Table | None = None,
    equations: Mapping[str, str] | None = None,
    parameters: Table | None = None,
    delays: Table | None = None,
    data: Table | None = None,
    name: str = "model",
    time_unit: str = "year",
    measured_in: str = "",
    source: str = "",
    illustrative: bool = False,
    **pairs: Table,
) -> Model:
    """Return a model from names and numbers, with the keys of a model file.

    Parameters
    ----------
    units : mapping of unit name to table
        Each table holds `initial` and what the law asks for (`growth`, `capacity`, …), and may hold `label`, `role`,
        `noise`. A value is a number, a formula of `parameters`, or a table with `value`, `lower`, `upper`,
        `measured_in`, `source`.
    law : str or Law
        A file of `symbiode/system/laws`, or a law of your own.
    effects, delays : table
        ``{receiver: {source: value}}`` or ``{"receiver.source": value}``; a missing pair is exactly zero.
    equations : mapping of unit name to str
        Instead of `law` and effects that it knows: the rate dx/dt of each unit as text. ``x`` is the unit itself,
        ``growth`` and ``capacity`` its own values, other units stand by name, ``hongkong.capacity`` and
        ``effects.shenzhen.hongkong`` by path, ``t`` is time.
    parameters : table
        Named numbers for formulas.
    data : table
        ``file``, ``time``, ``columns`` and what `DataSource` lists.
    name, time_unit, measured_in, source, illustrative
        See `Model`.
    **pairs : table
        Further tables per pair that a law knows, such as ``saturations``.

    Returns
    -------
    Model

    Raises
    ------
    ModelError
        With every fault and its key path.

    Examples
    --------
    >>> model = build({"a": {"growth": 0.1, "capacity": 1}, "b": {"growth": 0.2, "capacity": 1}},
    ...               effects={"a.b": 0.4, "b.a": 0.4})
    >>> len(model.rates)
    2
    """
    tables = {"effects": effects, "delays": delays, **pairs}
    builder = _Builder(tuple(units) if isinstance(units, Mapping) else ())
    chosen = builder.law(law, equations)
    named = builder.named(parameters or {})
    built = builder.units(units, chosen, named, {k: v for k, v in tables.items() if v is not None})
    if equations is not None:
        chosen = builder.equations(equations, named)
    heading = {"name": name, "time_unit": time_unit, "measured_in": measured_in, "source": source}
    for key, value in heading.items():
        builder.expect(isinstance(value, str), (key,), f"{value!r} was given; allowed: text")
    builder.expect(isinstance(illustrative, bool), ("illustrative",), f"{illustrative!r} was given; allowed: true or false")
    told = builder.data(data) if data is not None else None
    if builder.faults:
        raise ModelError(builder.faults)
    return Model(
        name=name, units=built, law=chosen, parameters=tuple(builder.parameters), time_unit=time_unit,
        measured_in=measured_in, data=told, source=source, illustrative=illustrative,
    )  # fmt: skip


class _Builder:
    """Collects faults while it builds the parts; lives for one call."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.faults: list[Fault] = []
        self.parameters: list[Parameter] = []

    def expect(self, kept: bool, path: tuple[str, ...], problem: str, remedy: str = "") -> bool:
        if not kept:
            self.faults.append(Fault(path=path, problem=problem, remedy=remedy))
        return kept

    def table(self, given: object, path: tuple[str, ...]) -> Table:
        ok = isinstance(given, Mapping)
        self.expect(ok, path, f"{given!r} was given; allowed: a table")
        return given if isinstance(given, Mapping) else {}

    def law(self, law: str | Law, equations: object) -> Law:
        if equations is not None:
            return Law(name="equations", rates=Equations(()), parameters=_EQUATION_SLOTS, reference="", scale="none")
        if isinstance(law, Law):
            return law
        choices = discover.names(laws)
        if self.expect(law in choices, ("law",), f"unknown law {law!r}", did_you_mean(str(law), choices)):
            found: Law = discover.module(laws, law, "law").LAW
            return found
        return Law(name=str(law), rates=Equations(()), parameters=_EQUATION_SLOTS, reference="")

    def named(self, table: object) -> dict[tuple[str, ...], sympy.Symbol]:
        symbols = {}
        for k, (name, given) in enumerate(self.table(table, ("parameters",)).items()):
            path = ("parameters", str(name))
            symbols[(str(name),)] = symbol = sympy.Symbol(f"q{k + 1}", real=True)
            self.value(path, symbol, given, None, {})
        return symbols

    def units(
        self, units: object, law: Law, named: Mapping[tuple[str, ...], sympy.Symbol], pairs: Table
    ) -> tuple[Unit, ...]:
        tables = self.table(units, ("units",))
        self.expect(len(tables) > 0, ("units",), "a model has at least one unit", "add a table [units.NAME]")
        self.expect(len(tables) <= MAX_UNITS, ("units",), f"{len(tables)} units were given; at most {MAX_UNITS}")
        self.unit_names()
        built = tuple(self.unit(str(name), table, law, named) for name, table in tables.items())
        tables_of_pairs = {f"{slot.name}s": slot for slot in slots_of(law) if slot.per == "pair"}
        for key, table in pairs.items():
            slot = tables_of_pairs.get(key)
            remedy = did_you_mean(key, tables_of_pairs)
            if self.expect(slot is not None, (key,), f"the law {law.name!r} has no table {key!r}", remedy):
                self.pair_table(key, table, law, named)
        return built

    def unit_names(self) -> None:
        seen: dict[str, str] = {}
        for name in map(str, self.names):
            path = ("units", name)
            self.expect(0 < len(name) <= MAX_NAME, path, f"a name has 1 to {MAX_NAME} characters")
            bad = sorted({f"U+{ord(c):04X}" for c in name if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")})
            self.expect(not bad, path, f"the name holds control characters ({', '.join(bad)})")
            self.expect(name == name.strip(), path, "the name starts or ends with a space")
            self.expect(name not in RESERVED, path, f"{name!r} is a word of the file format", "choose another name")
            folded = unicodedata.normalize("NFKC", name).casefold()
            twin = seen.setdefault(folded, name)
            self.expect(twin == name, path, f"the names {twin!r} and {name!r} are too alike to tell apart")

    def unit(self, name: str, given: object, law: Law, named: Mapping[tuple[str, ...], sympy.Symbol]) -> Unit:
        table = self.table(given, ("units", name))
        slots = {slot.name: slot for slot in slots_of(law) if slot.per == "unit"}
        for key in table:
            known = ("initial", "label", "role", *slots)
            self.expect(key in known, ("units", name, key), f"unknown key {key!r}", did_you_mean(str(key), known))
        for slot in slots.values():
            self.unit_value(name, slot, table, law, named)
        at = self.names.index(name)
        start = None
        if "initial" in table:
            symbol = sympy.Symbol(f"x{at + 1}_0", real=True)
            start = self.value(("units", name, "initial"), symbol, table["initial"], None, {}, keep=False)
            negative = start is not None and start.value < 0 and law.scale != "none"
            self.expect(not negative, ("units", name, "initial"), "a level is zero or more")
        role = table.get("role", "")
        allowed = role in ROLES or role == ""
        self.expect(allowed, ("units", name, "role"), f"{role!r} was given; allowed: {', '.join(ROLES)}")
        return Unit(name=name, label=self.label(name, table.get("label", {})), initial=start, role=str(role))

    def label(self, name: str, given: object) -> tuple[tuple[str, str], ...]:
        if isinstance(given, str):
            return (("en", given),)
        path = ("units", name, "label")
        told = self.table(given, path)
        for lang, text in told.items():
            self.expect(isinstance(text, str), (*path, str(lang)), f"{text!r} was given; allowed: text")
        return tuple((str(lang), str(text)) for lang, text in told.items())

    def unit_value(
        self, name: str, slot: Slot, table: Table, law: Law, named: Mapping[tuple[str, ...], sympy.Symbol]
    ) -> None:
        path = ("units", name, slot.name)
        if slot.name not in table and slot.default is None:
            optional = law.scale == "none"
            self.expect(optional, path, f"the law {law.name!r} needs {slot.name!r}", f"add {slot.name} = …")
            return
        if slot.name not in table and slot not in law.parameters:
            return
        symbol = symbol_for(slot, self.names, path[1:])
        self.value(path, symbol, table.get(slot.name, slot.default), slot, named)

    def pair_table(self, key: str, given: object, law: Law, named: Mapping[tuple[str, ...], sympy.Symbol]) -> None:
        for receiver, inner in self.table(given, (key,)).items():
            parts = split_path(str(receiver)) if "." in str(receiver) and receiver not in self.names else ()
            if len(parts) == 2:
                self.pair(key, (parts[0], parts[1]), inner, law, named)
                continue
            for source, value in self.table(inner, (key, str(receiver))).items():
                self.pair(key, (str(receiver), str(source)), value, law, named)

    def pair(
        self, key: str, pair: tuple[str, str], given: object, law: Law, named: Mapping[tuple[str, ...], sympy.Symbol]
    ) -> None:
        path = (key, *pair)
        known = True
        for name in pair:
            known &= self.expect(name in self.names, path, f"unknown unit {name!r}", did_you_mean(name, self.names))
        if not known:
            return
        if self.expect(pair[0] != pair[1], path, "a unit has no effect on itself here", "that is its capacity"):
            slot = find_slot(law, self.names, path)
            assert slot is not None
            self.value(path, symbol_for(slot, self.names, path), given, slot, named)

    def value(
        self,
        path: tuple[str, ...],
        symbol: sympy.Symbol,
        given: object,
        slot: Slot | None,
        named: Mapping[tuple[str, ...], sympy.Symbol],
        *,
        keep: bool = True,
    ) -> Parameter | None:
        """Check one value, with its bounds, measure and source; keep it unless it stands in a Unit."""
        table = dict(given) if isinstance(given, Mapping) else {"value": given}
        for key in table:
            self.expect(key in _VALUE_KEYS, (*path, str(key)), f"unknown key {key!r}", did_you_mean(str(key), _VALUE_KEYS))
        if not self.expect("value" in table, path, "a table needs 'value'"):
            return None
        try:
            value = value_of(table["value"], path[-1], named)
            bounds = [None if table.get(k) is None else number(table[k], k) for k in ("lower", "upper")]
            shortened = path[1:] if path[0] == "units" else path
            p = Parameter(
                path=shortened, symbol=symbol, value=value, lower=bounds[0], upper=bounds[1],
                measured_in=str(table.get("measured_in", "")), source=str(table.get("source", "")),
            )  # fmt: skip
            self.in_range(p, slot)
        except InputError as error:
            self.faults.append(Fault(path=path, problem=str(error).removeprefix(f"{path[-1]}: ")))
            return None
        if keep:
            self.parameters.append(p)
        return p

    def in_range(self, p: Parameter, slot: Slot | None) -> None:
        exact = p.value.xreplace({q.symbol: q.value for q in self.parameters if q.path[0] == "parameters"})
        full = ("units", *p.path) if slot and slot.per == "unit" else p.path
        if not self.expect(not exact.free_symbols and exact.is_finite, full, "the formula has no finite value"):
            return
        if slot is not None:
            check_value(slot, exact, p.path[-1])
        inside = (p.lower is None or p.lower <= exact) and (p.upper is None or exact <= p.upper)
        self.expect(inside, full, f"{exact} is outside its own bounds [{p.lower}, {p.upper}]")

    def equations(self, equations: object, named: Mapping[tuple[str, ...], sympy.Symbol]) -> Law:
        table = self.table(equations, ("equations",))
        states = tuple(sympy.Symbol(f"x{i + 1}", nonnegative=True) for i in range(len(self.names)))
        known: dict[tuple[str, ...], sympy.Expr] = {("t",): TIME, **named}
        known |= {(name,): x for name, x in zip(self.names, states, strict=True)}
        known |= {p.path: p.symbol for p in self.parameters}
        expressions = []
        for name in table:
            self.expect(name in self.names, ("equations", str(name)), f"unknown unit {name!r}", did_you_mean(str(name), self.names))
        for name, x in zip(self.names, states, strict=True):
            path = ("equations", name)
            if not self.expect(isinstance(table.get(name), str), path, "each unit needs an equation, as text"):
                continue
            own = {("x",): x} | {p.path[1:]: p.symbol for p in self.parameters if p.path[0] == name}
            try:
                expressions.append(parse(str(table[name]), lambda parts, own=own: own.get(parts) or known.get(parts)))  # type: ignore[misc]
            except InputError as error:
                self.faults.append(Fault(path=path, problem=str(error)))
        regular = all(_vanishes(rate, x) for rate, x in zip(expressions, states, strict=False))
        return Law(
            name="equations", rates=Equations(tuple(expressions)), parameters=_EQUATION_SLOTS, reference="",
            scale="none", kolmogorov=regular,
        )  # fmt: skip

    def data(self, given: object, path: tuple[str, ...] = ("data",)) -> DataSource | None:
        table = self.table(given, path)
        before = len(self.faults)
        for key in table:
            self.expect(key in _DATA_KEYS, (*path, str(key)), f"unknown key {key!r}", did_you_mean(str(key), _DATA_KEYS))
        for key in ("file", "time", "columns"):
            self.expect(key in table, path, f"{key!r} is missing")
        for key in ("file", "time", "basis", "kind", "currency", "price_base", "vintage", "source"):
            text = table.get(key, "")
            self.expect(isinstance(text, str), (*path, key), f"{text!r} was given; allowed: text")
        kind = table.get("kind", "basis")
        self.expect(kind in ("basis", "quantity"), (*path, "kind"), f"{kind!r} was given; allowed: basis, quantity")
        columns = self.per_unit(table.get("columns", {}), (*path, "columns"))
        missing = [name for name in self.names if name not in dict(columns)]
        self.expect(not missing, (*path, "columns"), f"no column for {', '.join(map(repr, missing))}")
        scale = [(name, self.scale(value, (*path, "scale", name))) for name, value in self.per_unit(table.get("scale", {}), (*path, "scale"))]
        measures = self.per_unit(table.get("measured_in", {}), (*path, "measured_in"))
        others = self.table(table.get("alternatives", {}), (*path, "alternatives"))
        alternatives = [(str(k), self.data(v, (*path, "alternatives", str(k)))) for k, v in others.items()]
        vintages = table.get("vintage_columns", ())
        self.expect(isinstance(vintages, (list, tuple)), (*path, "vintage_columns"), "allowed: a list of column names")
        if len(self.faults) > before:
            return None
        texts = {k: str(table.get(k, "")) for k in ("currency", "price_base", "vintage", "source", "basis")}
        return DataSource(
            file=str(table["file"]), time=str(table["time"]), kind=str(kind),
            columns=tuple((name, str(column)) for name, column in columns),
            measured_in=tuple((name, str(measure)) for name, measure in measures),
            scale=tuple((name, value) for name, value in scale if value is not None),
            vintage_columns=tuple(map(str, vintages)) if isinstance(vintages, (list, tuple)) else (),
            alternatives=tuple((k, v) for k, v in alternatives if v is not None), **texts,
        )  # fmt: skip

    def per_unit(self, given: object, path: tuple[str, ...]) -> list[tuple[str, object]]:
        pairs = []
        for name, value in self.table(given, path).items():
            if self.expect(name in self.names, (*path, str(name)), f"unknown unit {name!r}", did_you_mean(str(name), self.names)):
                pairs.append((str(name), value))
        return pairs

    def scale(self, given: object, path: tuple[str, ...]) -> sympy.Rational | None:
        try:
            value = number(given, path[-1])
        except InputError as error:
            self.faults.append(Fault(path=path, problem=str(error)))
            return None
        self.expect(value > 0, path, f"{given!r} was given; allowed: more than 0")
        return value


def _vanishes(rate: sympy.Expr, x: sympy.Symbol) -> bool:
    """Whether a rate is x times something smooth at x = 0 (decided for rational rates, else no)."""
    if not rate.is_rational_function(x):
        per_capita = sympy.expand(rate / x)
        return bool(not per_capita.subs(x, 0).has(sympy.zoo, sympy.nan, sympy.oo)) and rate.subs(x, 0) == 0
    numerator, denominator = sympy.fraction(sympy.cancel(rate / x))
    return denominator.subs(x, 0) != 0
