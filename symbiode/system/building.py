"""build(): names and numbers to a checked Model; the one checker for Python callers and file readers alike.

Comes in: nested tables with the keys of a model file. Goes out: a `Model`, or a `ModelError` with *every* fault, each
with its key path (a file reader turns the path into a line).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from symbiode import discover
from symbiode.errors import ExpressionError, InputError, ModelError, did_you_mean, shown
from symbiode.system import laws
from symbiode.system.arithmetic import as_decimal, evaluate
from symbiode.system.checking import Checker, Path, Table
from symbiode.system.dimensions import check_measures
from symbiode.system.expressions import parse, spelled
from symbiode.system.laws import ELEMENTS, Law, Parameter, Slot, Symbols
from symbiode.system.model import (
    RESERVED,
    TIME,
    Model,
    Unit,
    check_exponents,
    check_value,
    constant,
    find_slot,
    in_order,
    slots_of,
    split_path,
    symbol_for,
    value_of,
)
from symbiode.system.sources import data_source

ROLES = ("core", "auxiliary", "talent")
MAX_UNITS = 2000
_VALUE_KEYS = ("value", "lower", "upper", "measured_in", "source")
_EQUATION_SLOTS = (
    Slot(name="growth", letter="r", dimension="1/time"),
    Slot(name="capacity", letter="K", lower=0, strict=True, dimension="state"),
    Slot(name="effect", letter="d", per="pair"),
)
_UNKNOWN_LAW = "unknown law"
_TABLES = ("units", "regions", "parameters", "equations", "data", "panel")


@dataclass(frozen=True)
class Equations:
    """The rates of a model with equations of its own: a frozen callable, so that the model stays hashable."""

    expressions: tuple[sympy.Expr, ...]

    def __call__(self, symbols: Symbols) -> tuple[sympy.Expr, ...]:
        return self.expressions


def build(
    units: Mapping[str, Table],
    *,
    law: str | Law | None = None,
    effects: Table | None = None,
    equations: Mapping[str, str] | None = None,
    parameters: Table | None = None,
    delays: Table | None = None,
    data: Table | None = None,
    panel: Table | None = None,
    regions: Table | None = None,
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
    law : str or Law or None
        A file of `symbiode/system/laws`, or a law of your own; ``logistic`` if there are no equations.
    effects, delays : table
        ``{receiver: {source: value}}`` or ``{"receiver.source": value}``; a missing pair is exactly zero.
    equations : mapping of unit name to str
        Instead of `law`: the rate dx/dt of each unit as text. ``x`` is the unit itself, ``growth`` and ``capacity``
        its own values, other units stand by name, ``hongkong.capacity`` and ``effects.shenzhen.hongkong`` by path,
        ``t`` is time. (A unit called x or t goes before these.)
    parameters : table
        Named numbers for formulas; each may say by ``element`` what part of the system it is, see `laws.ELEMENTS`.
    data, panel : table
        ``file``, ``time``, ``columns`` and what `DataSource` lists.
    regions : table
        ``{name: label}`` of the regions that units name.
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
    check = Checker()
    tables = {"effects": effects, "delays": delays, **pairs}
    plain = {"units": units, "equations": equations, "parameters": parameters, "regions": regions}
    plain |= {"data": data, "panel": panel}
    given = check.normalised({**plain, **tables})
    builder = _Builder(check, given["units"], _chosen(check, law, equations))
    builder.named(given["parameters"] or {})
    places = check.table(given["regions"] or {}, ("regions",))
    check.names(places, ("regions",))
    labels = tuple((place, check.by_language(label, ("regions", place))) for place, label in places.items())
    built = builder.units(tuple(places))
    for key in tables:
        if given[key] is not None:
            builder.pairs(key, given[key])
    if equations is not None:
        builder.equations(given["equations"])
    heading = {"name": name, "time_unit": time_unit, "measured_in": measured_in, "source": source}
    texts = {key: check.text(value, (key,)) for key, value in heading.items()}
    check.expect(isinstance(illustrative, bool), ("illustrative",), f"{shown(illustrative)} is not true or false")
    if builder.law.name != _UNKNOWN_LAW:
        check_measures(check, built, builder.parameters, builder.law, texts["time_unit"], texts["measured_in"])
    series, many = (
        data_source(given[key], builder.names, check, (key,)) if given[key] is not None else None
        for key in ("data", "panel")
    )
    if check.faults:
        raise ModelError(check.faults)
    ordered = in_order(builder.parameters, builder.names, builder.law)
    return Model(
        units=built, law=builder.law, parameters=ordered, illustrative=illustrative, regions=labels, data=series,
        panel=many, **texts,
    )  # fmt: skip


def _chosen(check: Checker, law: str | Law | None, equations: object) -> Law:
    if equations is not None:
        check.expect(law is None, ("law",), "a model has a law or [equations], not both", "remove one of them")
        return _own_law(())
    if isinstance(law, Law):
        return law
    choices = discover.names(laws)
    name = "logistic" if law is None else law
    if name in choices:
        found: Law = discover.module(laws, name, "law").LAW
        return found
    check.expect(False, ("law",), f"unknown law {shown(name)}", did_you_mean(str(name), choices))
    effect = Slot(name="effect", letter="d", per="pair")
    return Law(name=_UNKNOWN_LAW, rates=Equations(()), parameters=(effect,), reference="")


def _own_law(rates: tuple[sympy.Expr, ...], *, kolmogorov: bool = True) -> Law:
    return Law(
        name="equations", rates=Equations(rates), parameters=_EQUATION_SLOTS, reference="", scale="none",
        kolmogorov=kolmogorov,
    )  # fmt: skip


class _Builder:
    """Builds the parts and hands faults to the checker; lives for one call."""

    def __init__(self, check: Checker, units: object, law: Law) -> None:
        self.check, self.law = check, law
        self.tables = check.table(units, ("units",))
        self.names = tuple(self.tables)
        self.parameters: list[Parameter] = []
        self.symbols: dict[Path, sympy.Symbol] = {}
        self.numbers: dict[sympy.Symbol, sympy.Expr] = {}
        if isinstance(units, Mapping):
            check.expect(self.names, ("units",), "a model has at least one unit", "add a table [units.NAME]")
            check.expect(len(self.names) <= MAX_UNITS, ("units",), f"{len(self.names)} units; at most {MAX_UNITS}")
        reserved = (*RESERVED, *(f"{slot.name}s" for slot in slots_of(law) if slot.per == "pair"))
        check.names(self.names, ("units",))
        for name in self.names:
            problem = f"{name!r} is a word of the file format"
            check.expect(name not in reserved, ("units", name), problem, "choose another name")

    def named(self, given: object) -> None:
        table = self.check.table(given, ("parameters",))
        self.check.names(table, ("parameters",))
        symbols: dict[Path, sympy.Symbol] = {}
        for k, (name, value) in enumerate(table.items()):
            symbols[(name,)] = symbol = sympy.Symbol(f"q{k + 1}", real=True)
            self.keep(self.value(("parameters", name), symbol, value, None))
        self.symbols = symbols
        self.numbers = {q.symbol: q.value for q in self.parameters}

    def units(self, regions: tuple[str, ...]) -> tuple[Unit, ...]:
        return tuple(self.unit(at, name, table, regions) for at, (name, table) in enumerate(self.tables.items()))

    def unit(self, at: int, name: str, given: object, regions: tuple[str, ...]) -> Unit:
        path = ("units", name)
        if not self.check.expect(isinstance(given, Mapping), path, f"{shown(given)} was given; allowed: a table"):
            return Unit(name=name)
        table = self.check.table(given, path)
        slots = {slot.name: slot for slot in slots_of(self.law) if slot.per == "unit"}
        known = ("initial", "label", "role", "region", *slots)
        if self.law.name != _UNKNOWN_LAW:
            self.check.keys(table, path, known)
        else:  # no law says which keys there are; that each holds a number can be checked all the same
            for key in sorted(table.keys() - set(known)):
                self.value((*path, key), sympy.Symbol("u"), table[key], None)
        for slot in slots.values():
            self.unit_value(name, slot, table)
        role = self.check.word(table["role"], (*path, "role"), ROLES) if "role" in table else ""
        region = self.check.text(table.get("region", ""), (*path, "region"))
        if region and regions:
            self.check.among(region, regions, (*path, "region"), "region")
        label = self.check.by_language(table.get("label", {}), (*path, "label"))
        start = self.initial(at, table, (*path, "initial"))
        return Unit(name=name, label=label, initial=start, role=role, region=region)

    def initial(self, at: int, table: Table, path: Path) -> Parameter | None:
        if "initial" not in table:
            return None
        start = self.value(path, sympy.Symbol(f"x{at + 1}_0", real=True), table["initial"], None, exact=True)
        if start is not None:
            self.check.expect(start.value >= 0, path, f"{_told(start.value)} was given; a level is zero or more")
        return start

    def unit_value(self, name: str, slot: Slot, table: Table) -> None:
        path = ("units", name, slot.name)
        if slot.name in table:
            given = table[slot.name]
        elif slot.default is not None and slot in self.law.parameters:
            given = slot.default
        else:
            needed = slot in self.law.parameters and self.law.scale != "none"
            problem = f"the law {self.law.name!r} needs {slot.name!r}"
            self.check.expect(not needed, path, problem, f"add {slot.name} = …")
            return
        self.keep(self.value(path, symbol_for(slot, self.names, path[1:]), given, slot))

    def pairs(self, key: str, given: object) -> None:
        slots = {f"{slot.name}s": slot for slot in slots_of(self.law) if slot.per == "pair"}
        if key not in slots:
            known = self.law.name == _UNKNOWN_LAW
            problem = f"the law {self.law.name!r} has no table {key!r}"
            self.check.expect(known, (key,), problem, did_you_mean(key, (*slots, *_TABLES)))
            return
        for receiver, inner in self.check.table(given, (key,)).items():
            parts = split_path(receiver) if receiver not in self.names else ()
            if len(parts) == 2:
                self.pair(key, (parts[0], parts[1]), inner)
            elif self.check.among(receiver, self.names, (key, receiver), "unit"):
                for source, value in self.check.table(inner, (key, receiver)).items():
                    self.pair(key, (receiver, source), value)

    def pair(self, key: str, pair: tuple[str, str], given: object) -> None:
        path = (key, *pair)
        known = [self.check.among(name, self.names, path, "unit") for name in pair]
        if not all(known):
            return
        if self.check.expect(pair[0] != pair[1], path, "a unit has no effect on itself here", "that is its capacity"):
            slot = find_slot(self.law, self.names, path)
            assert slot is not None
            self.keep(self.value(path, symbol_for(slot, self.names, path), given, slot))

    def keep(self, p: Parameter | None) -> None:
        if p is not None:
            self.parameters.append(p)

    def value(
        self, path: Path, symbol: sympy.Symbol, given: object, slot: Slot | None, *, exact: bool = False
    ) -> Parameter | None:
        """Return one checked value with its bounds, measure and source; None (and faults) if it is none."""
        table = dict(given) if isinstance(given, Mapping) else {"value": given}
        own = ("element",) if path[0] == "parameters" else ()
        self.check.keys(table, path, (*_VALUE_KEYS, *own))
        if not self.check.expect("value" in table, path, "a table needs 'value'", "add value = …"):
            return None
        before = len(self.check.faults)
        texts = {key: self.check.text(table.get(key, ""), (*path, key)) for key in ("measured_in", "source", *own)}
        if texts.get("element"):
            self.check.among(texts["element"], ELEMENTS, (*path, "element"), "element")
        lower, upper = (self.number(table.get(key), (*path, key)) for key in ("lower", "upper"))
        named = {} if exact or path[0] == "parameters" or (slot and slot.choices) else self.symbols
        try:
            value = constant(table["value"], path[-1]) if exact else value_of(table["value"], path[-1], named)
            shortened = path[1:] if path[0] == "units" else path
            p = Parameter(path=shortened, symbol=symbol, value=value, lower=lower, upper=upper, **texts)
            self.in_range(p, slot, path)
        except InputError as error:
            self.check.refuse(path, error)
        return p if len(self.check.faults) == before else None

    def number(self, given: object, path: Path) -> sympy.Rational | None:
        if given is None:
            return None
        try:
            return constant(given, path[-1])
        except InputError as error:
            self.check.refuse(path, error)
            return None

    def in_range(self, p: Parameter, slot: Slot | None, path: Path) -> None:
        exact = evaluate(p.value, self.numbers)
        if exact.free_symbols:
            return  # it uses a named number that has a fault of its own
        if slot is not None:
            check_value(slot, exact, path[-1])
        ends = [_told(end) if end is not None else "…" for end in (p.lower, p.upper)]
        ordered = p.lower is None or p.upper is None or p.lower <= p.upper
        if self.check.expect(ordered, path, f"its lower bound {ends[0]} is above its upper bound {ends[1]}"):
            inside = (p.lower is None or p.lower <= exact) and (p.upper is None or exact <= p.upper)
            self.check.expect(inside, path, f"{_told(exact)} is outside its own bounds, {ends[0]} to {ends[1]}")

    def equations(self, given: object) -> None:
        table = self.check.table(given, ("equations",))
        states = {name: sympy.Symbol(f"x{i + 1}", nonnegative=True) for i, name in enumerate(self.names)}
        self.clear_names(states)
        for name in table:
            self.check.among(name, self.names, ("equations", name), "unit")
        rates = [self.equation(name, table, states) for name in self.names]
        good = tuple(rate for rate in rates if rate is not None)
        regular = len(good) == len(rates) and all(map(_keeps_zero, good, states.values()))
        self.law = _own_law(good, kolmogorov=regular)

    def clear_names(self, states: Mapping[str, sympy.Symbol]) -> None:
        """Note every name that could mean two things in an equation."""
        own = [slot.name for slot in slots_of(self.law) if slot.per == "unit"]
        for name in self.names:
            self.check.expect(name not in own, ("units", name), f"{name!r} means a unit's own value in equations")
        for (name,) in self.symbols:
            taken = name in states or name in own or name in ("x", "t")
            self.check.expect(not taken, ("parameters", name), f"{name!r} has another meaning in the equations")

    def equation(self, name: str, table: Table, states: Mapping[str, sympy.Symbol]) -> sympy.Expr | None:
        path = ("equations", name)
        remedy = f"add {spelled([name])} = …"
        if not self.check.expect(name in table, ("equations",), f"no equation for {name!r}", remedy):
            return None
        text = self.check.text(table[name], path)
        known: dict[Path, sympy.Symbol] = {("x",): states[name], ("t",): TIME}
        known |= self.symbols | {p.path: p.symbol for p in self.parameters}
        known |= {p.path[1:]: p.symbol for p in self.parameters if p.path[0] == name}
        known |= {(unit,): x for unit, x in states.items()}
        if not text:
            return None
        try:
            rate = parse(text, known.get, [spelled(path) for path in known])
            values = {p.symbol: evaluate(p.value, self.numbers) for p in self.parameters}
            check_exponents(rate, values)
        except InputError as error:
            self.check.refuse(path, error)
            return None
        return rate


def _told(value: sympy.Expr) -> str:
    return (as_decimal(value) if isinstance(value, sympy.Rational) else "") or str(value)


def _keeps_zero(rate: sympy.Expr, x: sympy.Symbol) -> bool:
    """Whether a rate is x times something smooth: zero at x = 0 and smooth there (Hadamard's lemma)."""
    try:
        if evaluate(rate, {x: sympy.Integer(0)}) != 0:
            return False
        for part in rate.atoms(sympy.Pow, sympy.log, sympy.Abs):
            if part.is_Pow and part.exp.is_Integer and part.exp > 0:
                continue
            inner = part.base if part.is_Pow else part.args[0]
            if x in inner.free_symbols and evaluate(inner, {x: sympy.Integer(0)}) == 0:
                return False
    except ExpressionError:
        return False
    return True
