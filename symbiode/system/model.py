"""Unit and Model: the central value that every verb takes.

Comes in: parts that `building.build` or a format reader has checked. Goes out: sympy equations (`rates`), exact values,
and new models (`with_values`); a model never changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

import sympy

from symbiode.errors import ExpressionError, InvalidValueError, UnknownNameError, quote
from symbiode.render import escape_latex, html_table, html_text, text_table
from symbiode.system.arithmetic import as_decimal, evaluate, number
from symbiode.system.expressions import parse, spelled, unquoted, written
from symbiode.system.laws import Law, Parameter, Slot, Symbols

TIME = sympy.Symbol("t", real=True)
RESERVED = ("units", "regions", "effects", "parameters", "delays", "data", "equations")
COMMON = (
    Slot(name="noise", letter="sigma", default=0, lower=0, dimension="1/sqrt(time)"),
    Slot(name="delay", letter="tau", per="pair", default=0, lower=0, dimension="time"),
)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A symbiosis unit (共生单元): a city, an actor, a species.

    Parameters
    ----------
    name : str
        How model files, options and results call it; a label only, it never reaches code.
    label : tuple of (language, str) pairs
        What figures and pages show; the name where a language is missing.
    initial : Parameter or None
        The level at the first time, in the measure of the state.
    role : str
        ``core``, ``auxiliary``, ``talent`` (a stock of people) or empty.
    region : str
        Where it is: units of one region stand together, as the actors of a city; empty if not said.
    """

    name: str
    label: tuple[tuple[str, str], ...] = ()
    initial: Parameter | None = None
    role: str = ""
    region: str = ""

    def shown(self, lang: str = "en") -> str:
        """Return the label in a language, the name if there is none.

        Examples
        --------
        >>> Unit(name="shenzhen", label=(("zh", "深圳"),)).shown("zh")
        '深圳'
        """
        return dict(self.label).get(lang, self.name)


@dataclass(frozen=True, kw_only=True)
class DataSource:
    """Where the observations of a model are, and what they measure.

    Parameters
    ----------
    file : str
        A CSV file; a relative name is looked up beside the model file (`folder`).
    time : str
        The column of times.
    columns, measured_in, scale : tuple of (unit name, …) pairs
        The column of each unit; its unit of measure; what to multiply it by (exact), 1 where missing.
    label : tuple of (language, str) pairs
        What figures and pages call the series; the basis or the name of the series where a language is missing.
    basis : str
        Price basis in words, such as ``current prices, USD at market rates``; empty if the series is not money.
    kind : "basis" or "quantity"
        For an alternative: the same quantity under another price basis, or another quantity.
    currency, price_base, vintage, source : str
        Carried along into results.
    places : str
        Of a panel: a CSV file with the latitude and longitude of each unit, beside the model file.
    vintage_columns : tuple of str
        Columns that tell vintage or definition of each row; a change inside a fit is reported.
    alternatives : tuple of (name, DataSource) pairs
        Other series for the same units.
    folder : str
        The folder of the model file, empty for the working folder.
    """

    file: str
    time: str
    columns: tuple[tuple[str, str], ...]
    measured_in: tuple[tuple[str, str], ...] = ()
    scale: tuple[tuple[str, sympy.Rational], ...] = ()
    label: tuple[tuple[str, str], ...] = ()
    basis: str = ""
    kind: str = "basis"
    currency: str = ""
    price_base: str = ""
    vintage: str = ""
    source: str = ""
    places: str = ""
    vintage_columns: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, DataSource], ...] = ()
    folder: str = ""


@dataclass(frozen=True, kw_only=True)
class Model:
    """A system: units, a law, and the numbers that go into it.

    Two models are equal if law, units and parameters are. Build one with `symbiode.load` or `symbiode.build`.

    Parameters
    ----------
    name : str
        For headings and file names.
    units : tuple of Unit
        In the order of states, rates and every array's last axis.
    law : Law
        How they act on each other.
    parameters : tuple of Parameter
        Every number but the initial levels; a pair without a parameter has an effect of exactly zero.
    time_unit, measured_in : str
        ``year``; the common unit of measure of the states, empty if not said.
    data : DataSource or None
        The observations it is fitted to.
    panel : DataSource or None
        Observations of many units, from which `pool` takes all effects at once; too many effects for a fit.
    source : str
        Where the model comes from.
    illustrative : bool
        Whether its values are examples, not estimates: said wherever one of them appears.
    regions : tuple of (name, ((language, str), …)) pairs
        What figures and pages call the regions of the units.
    """

    name: str = field(compare=False)
    units: tuple[Unit, ...]
    law: Law
    parameters: tuple[Parameter, ...]
    time_unit: str = "year"
    measured_in: str = field(default="", compare=False)
    data: DataSource | None = field(default=None, compare=False)
    panel: DataSource | None = field(default=None, compare=False)
    source: str = field(default="", compare=False)
    illustrative: bool = field(default=False, compare=False)
    regions: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = field(default=(), compare=False)

    @cached_property
    def states(self) -> tuple[sympy.Symbol, ...]:
        """The states ``(x1, x2, …)``, shape (unit,)."""
        return tuple(sympy.Symbol(f"x{i + 1}", nonnegative=True) for i in range(len(self.units)))

    @cached_property
    def symbols(self) -> Symbols:
        """The symbols that the law builds its equations from."""
        by_path = {p.path: p for p in self.parameters}

        def of(path: tuple[str, ...], slot: Slot) -> sympy.Expr:
            return by_path[path].value if slot.choices else by_path[path].symbol

        units, pairs = {}, {}
        for slot in self.law.slots("unit"):
            if all((unit.name, slot.name) in by_path for unit in self.units):
                units[slot.name] = tuple(of((unit.name, slot.name), slot) for unit in self.units)
        for slot in self.law.slots("pair"):
            pairs[slot.name] = {
                (i, j): of((f"{slot.name}s", receiver.name, source.name), slot)
                for i, receiver in enumerate(self.units)
                for j, source in enumerate(self.units)
                if (f"{slot.name}s", receiver.name, source.name) in by_path
            }
        return Symbols(states=self.states, units=units, pairs=pairs)

    @cached_property
    def rates(self) -> tuple[sympy.Expr, ...]:
        """dx_i/dt as sympy expressions in `states` and the parameters' symbols, shape (unit,)."""
        return tuple(self.law.rates(self.symbols))

    @cached_property
    def values(self) -> Mapping[sympy.Symbol, sympy.Expr]:
        """The exact number behind every parameter's symbol, formulas worked out; treat as read-only."""
        named = {p.symbol: p.value for p in self.parameters if p.path[0] == "parameters"}
        return {p.symbol: evaluate(p.value, named) for p in self.parameters}

    @cached_property
    def initial(self) -> tuple[sympy.Rational | None, ...]:
        """The exact initial levels, shape (unit,); None where the file gives none."""
        starts = (unit.initial.value if unit.initial else None for unit in self.units)
        return tuple(value if isinstance(value, sympy.Rational) else None for value in starts)

    def with_values(self, values: Mapping[str, object]) -> Model:
        """Return a new model with some values replaced.

        Parameters
        ----------
        values : mapping of str to number or formula
            Keys are key paths of the model file (``units.`` may be left out): ``shenzhen.growth``,
            ``shenzhen.initial``, ``effects.shenzhen.hongkong``, ``parameters.interface``. A float counts as the
            decimal it prints as; a Fraction or a formula such as ``"1/3"`` is exact.

        Raises
        ------
        UnknownNameError
            If a key is not a value of this model.
        InvalidValueError
                If a value is outside the law's range.
        ExpressionError
            If a formula is not one of our grammar, or has no finite value.

        Examples
        --------
        >>> import symbiode
        >>> model = symbiode.load("shenzhen-hongkong")
        >>> model.with_values({"shenzhen.growth": 0.2}) == model
        False
        """
        model = self
        for key, value in values.items():
            model = _replaced(model, split_path(key), value)
        return model

    def summary(self) -> str:
        """Return the model in plain text: equations, then every value with its measure, bounds and source."""
        note = " (illustrative values)" if self.illustrative else ""
        law = f"law: {self.law.name}, {self.law.reference}" if self.law.reference else f"law: {self.law.name}"
        units = [f"unit {i + 1}: {unit.name}" for i, unit in enumerate(self.units)]
        equations = [f"d{x}/dt = {rate}" for x, rate in zip(self.states, self.rates, strict=True)]
        heads, rows = self._table()
        table = text_table(heads, rows, left=len(heads) - 1)
        return "\n".join([f"{self.name}{note}", law, "", *units, "", *equations, "", table])

    def _repr_html_(self) -> str:
        pairs = zip(self.units, self.states, self.rates, strict=True)
        equations = "\n".join(f"d{x}/dt = {rate}  ({unit.shown()})" for unit, x, rate in pairs)
        name = self.name + (" (illustrative values)" if self.illustrative else "")
        return "\n".join([html_text(equations), html_table(*self._table(), caption=f"{name}, law: {self.law.name}")])

    def _table(self) -> tuple[list[str], list[list[str]]]:
        """Return heading and rows of every value, without columns that are empty."""
        heads = ("symbol", "value of", "element", "source", "measured in", "formula", "value", "range")
        rows = [_row(self, p) for p in _all(self)]
        kept = [k for k in range(len(heads)) if heads[k] == "value" or any(row[k] for row in rows)]
        return [heads[k] for k in kept], [[row[k] for k in kept] for row in rows]

    def latex(self) -> str:
        """Return the equations as a LaTeX ``aligned`` block, safe whatever the units are called."""
        lines = [
            rf"\frac{{d{sympy.latex(x)}}}{{dt}} &= {sympy.latex(rate)} && \text{{{escape_latex(unit.name)}}}"
            for unit, x, rate in zip(self.units, self.states, self.rates, strict=True)
        ]
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _all(model: Model) -> tuple[Parameter, ...]:
    return (*(unit.initial for unit in model.units if unit.initial), *model.parameters)


def _row(model: Model, p: Parameter) -> tuple[str, ...]:
    exact = model.values.get(p.symbol, p.value)
    path = ".".join(map(quote, p.path))
    formula = "" if p.value.is_Rational else written(p.value, spellings(model))
    ends = [f"{float(end):g}" if end is not None else "…" for end in (p.lower, p.upper)]
    bounds = "" if ends == ["…", "…"] else " to ".join(ends)
    return str(p.symbol), path, p.element, p.source, p.measured_in, formula, f"{float(exact):.6g}", bounds


def spellings(model: Model, unit: int | None = None) -> dict[sympy.Symbol, str]:
    """Return how formulas and equations spell each symbol.

    Parameters
    ----------
    model : Model
    unit : int or None
        In the equation of this unit its own values go by their last name: ``growth`` for ``shenzhen.growth``.

    Examples
    --------
    >>> import symbiode
    >>> spellings(symbiode.load("shenzhen-hongkong"))[sympy.Symbol("q1", real=True)]
    'interface'
    """
    found = {x: spelled([u.name]) for x, u in zip(model.states, model.units, strict=True)} | {TIME: "t"}
    own = model.units[unit].name if unit is not None else None
    for p in model.parameters:
        found[p.symbol] = spelled(p.path[1:] if p.path[0] in ("parameters", own) else p.path)
    return found


_PART = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*')\s*(?=\.|$)|[^.]*""")


def split_path(key: str) -> tuple[str, ...]:
    """Return the parts of a key path; a part with a dot is quoted as in TOML; a leading ``units`` is dropped.

    Examples
    --------
    >>> split_path('units."St. Gallen".growth')
    ('St. Gallen', 'growth')
    """
    text, parts, at = unicodedata.normalize("NFC", key), [], -1
    while at < len(text):
        match = _PART.match(text, at + 1)
        assert match is not None
        parts.append(unquoted(match.group(1)) if match.group(1) else match.group().strip())
        at = match.end()
    return tuple(parts[1:] if parts[0] == "units" and len(parts) > 1 else parts)


def slots_of(law: Law) -> tuple[Slot, ...]:
    """Return every slot a model of this law may fill: the law's own and the common ones (noise, delay)."""
    return law.parameters + COMMON


def find_slot(law: Law, units: tuple[str, ...], path: tuple[str, ...]) -> Slot | None:
    """Return the slot a key path fills, or None if the path names no value of such a model."""
    for slot in slots_of(law):
        if slot.per == "unit" and len(path) == 2 and path[1] == slot.name and path[0] in units:
            return slot
        if slot.per == "pair" and len(path) == 3 and path[0] == f"{slot.name}s":
            ok = path[1] in units and path[2] in units and path[1] != path[2]
            return slot if ok else None
    return None


def noise_of(model: Model) -> tuple[sympy.Expr, ...]:
    """Return the exact noise of each unit (sd of log growth per square root of time), shape (unit,)."""
    by_path = {p.path: model.values[p.symbol] for p in model.parameters}
    return tuple(by_path.get((unit.name, "noise"), sympy.Integer(0)) for unit in model.units)


def delays_of(model: Model) -> dict[tuple[int, int], sympy.Expr]:
    """Return the exact delays above zero by (receiver, source): unit i feels the level that unit j had then."""
    place = {unit.name: i for i, unit in enumerate(model.units)}
    late = {p.path: model.values[p.symbol] for p in model.parameters if p.path[0] == "delays"}
    return {(place[path[1]], place[path[2]]): value for path, value in late.items() if value != 0}


def symbol_for(slot: Slot, units: tuple[str, ...], path: tuple[str, ...]) -> sympy.Symbol:
    """Return the symbol of a slot's parameter: a letter and unit numbers, never user text."""
    numbers = [str(units.index(name) + 1) for name in (path[:1] if slot.per == "unit" else path[1:])]
    joined = "_".join(numbers) if len(units) > 9 else "".join(numbers)
    return sympy.Symbol(slot.letter + joined, real=True, positive=True if slot.strict and slot.lower == 0 else None)


def check_value(slot: Slot, value: sympy.Expr, name: str) -> None:
    """Refuse a value outside the range in which a law has a meaning.

    Raises
    ------
    InvalidValueError
    """
    given = _plain(value)
    if slot.choices and value not in slot.choices:
        raise InvalidValueError(name, given, " or ".join(map(str, slot.choices)))
    low_fails = slot.lower is not None and (value < slot.lower or (slot.strict and value == slot.lower))
    if low_fails:
        raise InvalidValueError(name, given, f"{'more than' if slot.strict else 'at least'} {slot.lower}")
    if slot.upper is not None and value > slot.upper:
        raise InvalidValueError(name, given, f"at most {slot.upper}")


def _plain(value: sympy.Expr) -> object:
    """Return a value as a decimal where it is one, for messages."""
    text = as_decimal(value) if isinstance(value, sympy.Rational) else ""
    return Decimal(text) if text else value


def value_of(given: object, name: str, named: Mapping[tuple[str, ...], sympy.Symbol]) -> sympy.Expr:
    """Return a number or a formula of named parameters as an exact sympy expression.

    Raises
    ------
    InvalidValueError, ExpressionError
    """
    if isinstance(given, str):
        known = {("parameters", *path): symbol for path, symbol in named.items()} | {**named}
        return parse(given, known.get, [spelled(path) for path in named])
    return number(given, name)


def constant(given: object, name: str) -> sympy.Rational:
    """Return a number, or a formula without names such as ``1/3``, as an exact rational.

    Raises
    ------
    InvalidValueError, ExpressionError
    """
    value = value_of(given, name, {})
    if isinstance(value, sympy.Rational):
        exact: sympy.Rational = value
        return exact
    raise InvalidValueError(name, given, "a number, or a quotient such as 1/3")


def in_order(parameters: Iterable[Parameter], units: tuple[str, ...], law: Law) -> tuple[Parameter, ...]:
    """Return parameters in the one order of models: named ones, then per unit, then per pair, by slot of the law."""
    slots = {slot.name if slot.per == "unit" else f"{slot.name}s": k for k, slot in enumerate(slots_of(law))}

    def place(p: Parameter) -> tuple[int, ...]:
        if p.path[0] == "parameters":
            return (0,)
        if len(p.path) == 2:
            return (1, units.index(p.path[0]), slots[p.path[1]])
        return (2, slots[p.path[0]], units.index(p.path[1]), units.index(p.path[2]))

    return tuple(sorted(parameters, key=place))


def value_names(model: Model) -> tuple[str, ...]:
    """Return the key path of every value that `with_values` takes and the model has, in the order of the file."""
    starts = [(u.name, "initial") for u in model.units]
    return tuple(".".join(map(quote, path)) for path in [*starts, *(p.path for p in model.parameters)])


def _replaced(model: Model, path: tuple[str, ...], given: object) -> Model:
    units = tuple(unit.name for unit in model.units)
    name = ".".join(map(quote, path))
    named = {p.path[1:]: p.symbol for p in model.parameters if p.path[0] == "parameters"}
    if len(path) == 2 and path[1] == "initial" and path[0] in units:
        return _with_initial(model, units.index(path[0]), constant(given, name), name)
    old = next((p for p in model.parameters if p.path == path), None)
    slot = find_slot(model.law, units, path)
    if old is None and slot is None:
        raise UnknownNameError("value", name, value_names(model))
    value = value_of(given, name, {} if path[0] == "parameters" else named)
    if old is not None:
        source = old.source if value == old.value else ""
        new = replace(old, value=value, source=source)
        changed = replace(model, parameters=tuple(new if p is old else p for p in model.parameters))
    else:
        assert slot is not None
        added = Parameter(path=path, symbol=symbol_for(slot, units, path), value=value)
        changed = replace(model, parameters=in_order((*model.parameters, added), units, model.law))
    _check(changed, [p for p in changed.parameters if p.path == path or path[0] == "parameters"])
    return changed


def _check(model: Model, parameters: Iterable[Parameter]) -> None:
    """Refuse values outside their law's range, and exponents above 16."""
    units = tuple(unit.name for unit in model.units)
    for p in parameters:
        slot = find_slot(model.law, units, p.path)
        if slot is not None:
            check_value(slot, p.value if slot.choices else model.values[p.symbol], ".".join(map(quote, p.path)))
    if model.law.scale == "none":
        for rate in model.rates:
            check_exponents(rate, model.values)


def check_exponents(rate: sympy.Expr, values: Mapping[sympy.Symbol, sympy.Expr]) -> None:
    """Refuse a rate with an exponent that is a level, or a parameter whose value is above 16 in size.

    Raises
    ------
    ExpressionError
    """
    exact = evaluate(rate, values)
    if any(part.exp.free_symbols for part in exact.atoms(sympy.Pow)):
        raise ExpressionError("", 0, "an exponent is a number or a declared parameter, not a level")


def _with_initial(model: Model, at: int, value: sympy.Rational, name: str) -> Model:
    unit = model.units[at]
    if value < 0:
        raise InvalidValueError(name, _plain(value), "zero or more")
    symbol = sympy.Symbol(f"x{at + 1}_0", real=True)
    start = unit.initial or Parameter(path=(unit.name, "initial"), symbol=symbol, value=value)
    source = start.source if value == start.value else ""
    new = replace(unit, initial=replace(start, value=value, source=source))
    return replace(model, units=tuple(new if i == at else u for i, u in enumerate(model.units)))
