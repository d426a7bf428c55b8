"""XMILE to a model: the exact subset, and by name everything outside it.

Comes in: a file. Goes out: a `Model` with an equation for each stock, flows and auxiliaries put in; a `ModelFileError`
with every element, equation or option that a model would not say exactly. The XML is read without entities, and no
text of it reaches anything but the parser of equations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sympy

from symbiode.errors import ExpressionError, Fault, InputError, ModelError, ModelFileError
from symbiode.system.arithmetic import evaluate
from symbiode.system.building import build
from symbiode.system.expressions import MAX_NODES, parse, spelled, written
from symbiode.system.formats._exporting import ILLUSTRATIVE
from symbiode.system.model import TIME, Model

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

XMILE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
_SPACES = (f"{{{XMILE}}}", "{http://www.systemdynamics.org/XMILE}")  # the standard's, and that of its draft
_NOTES = ("{http://iseesystems.com/XMILE}dependencies",)  # Stella's list of what its equations already say
UNIT = "{urn:symbiode}unit"
MAX_BYTES = 1_000_000
_KINDS = ("stock", "flow", "aux")
_TOLD = ("doc", "units", "eqn", "inflow", "outflow", "range", "scale", "format", "label", "non_negative")
_FUNCTIONS = {"exp": "exp", "ln": "log", "sqrt": "sqrt", "tanh": "tanh"}
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\{[^}]*\}|[^\W0-9]\w*(\s*\()?|\^|.', re.DOTALL)


def canonical(name: str) -> str:
    """Return a name as XMILE compares it: no matter what case, spaces and underscores alike (section 3.2.2)."""
    plain = name.strip().removeprefix('"').removesuffix('"').replace("\\n", " ")
    return re.sub(r"[\s_\u00a0]+", "_", plain).strip("_").casefold()


@dataclass
class _File:
    """What a file says, by canonical name, and what is wrong with it; lives for one call."""

    equations: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    flows: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    kept_positive: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, path: tuple[str, ...], problem: str, remedy: str = "") -> None:
        self.faults.append(Fault(path=path, problem=problem, remedy=remedy))


def read(path: Path) -> Model:
    """Return the model of a file; see `symbiode.system.formats.xmile.read`."""
    try:
        return _model(_tree(path), path.stem)
    except ModelError as error:
        raise ModelFileError(path, error.faults) from None
    except RecursionError:
        raise ModelFileError(path, [Fault(path=(), problem="its variables need one another too deeply")]) from None


def _tree(path: Path) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _refusal(f"cannot be read ({error.strerror or error})") from None
    if len(raw) > MAX_BYTES:
        raise _refusal(f"the file has more than {MAX_BYTES} bytes")
    try:
        root: Element = fromstring(raw, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise _refusal(f"not XML that is read here: {error}") from None
    return root


def _refusal(problem: str) -> ModelError:
    return ModelError([Fault(path=(), problem=problem)])


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2] if element.tag.startswith(_SPACES) else element.tag


def _model(root: Element, stem: str) -> Model:
    file = _File()
    if _tag(root) != "xmile":
        raise _refusal(f"the outermost element is {root.tag!r}, not xmile of {XMILE}")
    models = [child for child in root if _tag(child) == "model"]
    if len(models) != 1:
        raise _refusal(f"the file holds {len(models)} models; one is read")
    for child in root:
        if _tag(child) in ("dimensions", "macro", "behavior") and (len(child) or _tag(child) == "macro"):
            file.refuse((_tag(child),), "this part of XMILE cannot be said exactly")
    for part in models[0]:
        if _tag(part) == "variables":
            for variable in part:
                if _tag(variable) not in _NOTES:
                    _variable(file, variable)
        elif _tag(part) not in ("views", "sim_specs"):
            file.refuse((_tag(part),), "this part of a model cannot be said exactly")
    return _Builder(file).model(*_heading(root, stem))


def _heading(root: Element, stem: str) -> tuple[str, str]:
    """Return the name of the model and its unit of time; when a run starts and ends is said where one is asked for."""
    name, time_unit = stem, "year"
    for child in root:
        if _tag(child) == "sim_specs":
            time_unit = child.get("time_units") or time_unit
        for inner in child if _tag(child) == "header" else ():
            if _tag(inner) == "name" and inner.text:
                name = inner.text.strip()
    return name, time_unit


def _variable(file: _File, element: Element) -> None:
    kind, name = _tag(element), element.get("name", "")
    key = canonical(name)
    if kind not in _KINDS or not key:
        file.refuse((name or kind,), f"{kind!r} is not read; stock, flow and aux are", "write it as equations")
        return
    if key in file.kinds:
        file.refuse((name,), "two variables have this name; case, spaces and underscores make no difference")
    file.kinds[key], file.shown[key] = kind, " ".join(name.replace("\\n", " ").split())
    file.units[key] = element.get(UNIT, file.shown[key])
    file.equations[key], file.flows[key] = "", []
    for child in element:
        _part(file, key, child)


def _part(file: _File, key: str, child: Element) -> None:
    tag, told = _tag(child), (child.text or "").strip()
    if tag not in _TOLD:
        file.refuse((file.shown[key],), f"{tag!r} cannot be said exactly", "write it as an equation")
    elif tag == "eqn":
        file.equations[key] = told
    elif tag in ("inflow", "outflow"):
        file.flows[key].append((1 if tag == "inflow" else -1, canonical(told)))
    elif tag == "non_negative" and told.casefold() != "false":
        file.kept_positive.append(key)


class _Builder:
    """Works the equations out, from a stock to what it needs; lives for one call."""

    def __init__(self, file: _File) -> None:
        self.file = file
        self.stocks = [key for key, kind in file.kinds.items() if kind == "stock"]
        self.symbols: dict[str, Any] = {
            key: sympy.Symbol(f"x{i + 1}", nonnegative=True) for i, key in enumerate(self.stocks)
        }
        self.values: dict[sympy.Symbol, sympy.Expr] = {}
        self.called: dict[sympy.Symbol, str] = {}
        self.names: dict[sympy.Symbol, str] = {TIME: "t"}
        self.names |= {self.symbols[key]: spelled([file.units[key]]) for key in self.stocks}
        self.open: list[str] = []

    def model(self, name: str, time_unit: str) -> Model:
        if not self.stocks:
            self.file.refuse((), "the file has no stock, so nothing moves")
        units = {self.file.units[key]: {"initial": self.start(key)} for key in self.stocks}
        if len(units) < len(self.stocks):
            self.file.refuse((), "two stocks are the same unit")
        rates = {key: self.rate(key) for key in self.stocks}
        for key in self.file.kept_positive:
            self.never_held(key, rates)
        if self.file.faults:
            raise ModelError(self.file.faults)
        equations = {self.file.units[key]: written(rate, self.names) for key, rate in rates.items()}
        parameters = {text: str(self.values[q]) for q, text in self.called.items()}
        return build(
            units, equations=equations, parameters=parameters, name=name.removesuffix(ILLUSTRATIVE),
            time_unit=time_unit, illustrative=name.endswith(ILLUSTRATIVE),
        )  # fmt: skip

    def start(self, key: str) -> str:
        """Return the level at the start as an exact number in text."""
        value = self.expression(key)
        try:
            value = evaluate(value, self.values)
        except ExpressionError as error:
            self.file.refuse((self.file.shown[key],), error.problem)
        if not value.is_Rational:
            self.file.refuse((self.file.shown[key],), "a stock starts at a number, or a quotient or sum of numbers")
            return "0"
        return str(value)

    def rate(self, key: str) -> Any:
        return sympy.Add(*(sign * self.value(flow, key) for sign, flow in self.file.flows[key]))

    def value(self, key: str, user: str) -> Any:
        """Return what a name stands for: a stock's level, a number's symbol, anything else worked out."""
        if key not in self.symbols:
            if key in self.open or key not in self.file.kinds:
                problem = "needs itself" if key in self.open else f"needs {key!r}, which the file does not define"
                self.file.refuse((self.file.shown[user],), problem)
                return sympy.Integer(0)
            self.open.append(key)
            value = self.expression(key)
            self.open.pop()
            if value.is_Rational and self.file.kinds[key] == "aux":
                q = sympy.Symbol(f"q{len(self.values) + 1}", real=True)
                self.values[q], self.called[q] = value, self.file.shown[key]
                self.names[q] = spelled([self.file.shown[key]])
                value = q
            self.symbols[key] = value
        return self.symbols[key]

    def expression(self, key: str) -> Any:
        text = _in_our_words(self.file.equations[key])

        def resolve(parts: tuple[str, ...]) -> Any:
            name = canonical(".".join(parts))
            if name == "time" and name not in self.file.kinds:
                return TIME
            return self.value(name, key) if name in self.file.kinds else None

        try:
            return _limited(parse(text, resolve, list(self.file.shown.values())), text)
        except InputError as error:
            said = error.line if isinstance(error, ExpressionError) else str(error)
            self.file.refuse((self.file.shown[key],), said)
            return sympy.Integer(0)

    def never_held(self, key: str, rates: dict[str, Any]) -> None:
        """Refuse a non-negative flow or stock unless the numbers prove that nothing is ever held at zero."""
        value = self.value(key, key) if key not in rates else rates[key].subs(self.symbols[key], 0)
        signs: dict[Any, Any] = {q: sympy.Symbol(str(q), positive=True) if v > 0 else v for q, v in self.values.items()}
        if not sympy.expand(value.subs(signs)).is_nonnegative and not value.subs(signs).is_nonnegative:
            problem = "'non_negative' could hold it at zero, which an equation cannot say"
            self.file.refuse((self.file.shown[key],), problem, "remove the mark if nothing is ever held there")


def _limited(value: sympy.Expr, text: str) -> sympy.Expr:
    """Return a value, refuse one that grows beyond what an equation may hold as variables are put into it."""
    if sum(1 for _ in islice(sympy.preorder_traversal(value), MAX_NODES + 1)) > MAX_NODES:
        raise ExpressionError(text, 0, f"with its variables put in, it has more than {MAX_NODES} parts")
    return value


def _in_our_words(equation: str) -> str:
    """Return an equation with powers, functions and names as our grammar spells them, comments left out."""
    return "".join(_pieces(equation))


def _pieces(equation: str) -> Iterator[str]:
    for match in _PIECE.finditer(equation):
        piece = match.group()
        if match.group(1) is not None:
            word = piece[: match.start(1) - match.start()].casefold()
            yield f"{_FUNCTIONS.get(word, word.upper())}("
        elif piece == "^":
            yield "**"
        elif not piece.startswith("{"):
            yield piece
