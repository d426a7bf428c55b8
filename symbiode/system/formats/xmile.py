"""XMILE 1.0, the exchange format of system dynamics: Stella, Vensim, PySD, simlin.

Comes in: a model, or a file of the exact subset: stocks, flows and auxiliaries whose equations our grammar can say.
Goes out: a stock for each unit with one flow into it, a laid-out view, and a run from time 0; or a `Model` with
equations. What the other side cannot say exactly is refused by name.

References
----------
OASIS (2015), XML Interchange Language for System Dynamics (XMILE) Version 1.0, chapters 2 to 6.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import sympy

import symbiode
from symbiode.system.formats import _xmile_reading
from symbiode.system.formats._exporting import Exported, exported, formula, one_line
from symbiode.system.formats._xmile_reading import UNIT, XMILE, canonical
from symbiode.system.model import TIME, Model

RUNS = True
_TAKEN = """
    and or not mod if then else time dt starttime stoptime start_time stop_time time_step final_time initial_time
    saveper pi inf abs arccos arcsin arctan cos exp int ln log log10 max min sin sqrt tan tanh sinh cosh exprnd
    lognormal normal poisson random delay delay1 delay3 delayn forcst smth1 smth3 smthn trend pulse ramp step previous
    self init size sum mean stddev prod rank safediv e lookup"""
_WORD = re.compile(r"[^\W0-9]\w*")
_WIDE, _HIGH, _ROW = 220, 140, 4


def read(path: Path | str) -> Model:
    """Return the model of a file; its auxiliaries that are numbers become named parameters.

    Raises
    ------
    ModelFileError
        If the file is no XMILE, or says what a model cannot say exactly: everything that is in the way.
    """
    return _xmile_reading.read(Path(path))


def text(model: Model, until: float = 50) -> str:
    """Return the file; `until` is the last time of its run.

    Raises
    ------
    ModelError
        If the model cannot be said: noise, delays, a missing start.

    Examples
    --------
    >>> import symbiode
    >>> '<stock name="shenzhen">' in text(symbiode.load("shenzhen-hongkong"))
    True
    """
    plain = exported(model, until)
    named = _Names(plain)
    root = ET.Element("xmile", {"version": "1.0", "xmlns": XMILE})
    header = ET.SubElement(root, "header")
    _add(header, "vendor", "symbiode")
    _add(header, "product", "symbiode", version=symbiode.__version__, lang="en")
    _add(header, "name", plain.title or "model")
    specs = ET.SubElement(root, "sim_specs", method="rk4", time_units=one_line(model.time_unit) or "year")
    for key, value in {"start": 0.0, "stop": plain.until, "dt": plain.step}.items():
        _add(specs, key, repr(value))
    inner = ET.SubElement(root, "model")
    variables = ET.SubElement(inner, "variables")
    for i in range(len(model.units)):
        _stock(variables, plain, named, i)
    for p in plain.parameters:
        aux = ET.SubElement(variables, "aux", name=named.shown[p.symbol])
        _add(aux, "doc", plain.told(p))
        _add(aux, "eqn", _equation(p.value, named.spelled))
    _view(ET.SubElement(inner, "views"), plain, named)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="utf-8"?>\n', "\n")
    )


class _Names:
    """One XMILE name for every symbol and flow: what a reader knows it by, made unique where the format needs it."""

    def __init__(self, plain: Exported) -> None:
        self.taken = set(_TAKEN.split())
        self.shown: dict[sympy.Symbol, str] = {TIME: "TIME"}
        units = plain.model.units
        for x, unit in zip(plain.model.states, units, strict=True):
            self.shown[x] = self.free(unit.name, str(x))
        self.flows = [self.free(f"change of {self.shown[x]}", f"change of {x}") for x in plain.model.states]
        for p in plain.parameters:
            if p.path[0] == "parameters":
                words = p.path[1]
            elif len(p.path) == 2:
                words = f"{p.path[1]} of {p.path[0]}"
            else:
                words = f"{p.path[0].removesuffix('s')} of {p.path[2]} on {p.path[1]}"
            self.shown[p.symbol] = self.free(words, str(p.symbol))
        self.spelled = {symbol: spelled(name) for symbol, name in self.shown.items()}

    def free(self, words: str, otherwise: str) -> str:
        name = one_line(re.sub(r'["\\]+', " ", words)) or otherwise
        number, free = 2, name
        while canonical(free) in self.taken:
            free, number = f"{name} {number}", number + 1
        self.taken.add(canonical(free))
        return free


def spelled(name: str) -> str:
    """Return a name as equations spell it: spaces as ``_``, in quotes if it holds more than letters and digits."""
    joined = name.replace(" ", "_")
    return joined if _WORD.fullmatch(joined) else f'"{joined}"'


def _equation(expression: sympy.Expr, names: dict[sympy.Symbol, str]) -> str:
    """Return an equation; XMILE has no tanh, which is 1 - 2/(exp(2u) + 1)."""
    plain: Any = expression.replace(
        lambda part: isinstance(part, sympy.tanh), lambda part: 1 - 2 / (sympy.exp(2 * part.args[0]) + 1)
    )
    return formula(plain, names, log="LN").replace("exp(", "EXP(").replace("sqrt(", "SQRT(")


def _stock(variables: ET.Element, plain: Exported, named: _Names, i: int) -> None:
    unit, x = plain.model.units[i], plain.model.states[i]
    stock = ET.SubElement(variables, "stock", name=named.shown[x])
    if named.shown[x] != unit.name:
        stock.set(UNIT, unit.name)
    told = "; ".join(label for _, label in unit.label) or unit.name
    measure = plain.model.measured_in
    _add(stock, "doc", one_line(f"{told} ({measure})" if measure else told))
    _add(stock, "eqn", _equation(plain.starts[i], {}))
    _add(stock, "inflow", spelled(named.flows[i]))
    flow = ET.SubElement(variables, "flow", name=named.flows[i])
    _add(flow, "eqn", _equation(plain.model.rates[i], named.spelled))


def _view(views: ET.Element, plain: Exported, named: _Names) -> None:
    """Draw stocks in rows with their flows from the left, auxiliaries below, and a connector for each use."""
    view = ET.SubElement(views, "view", type="stock_flow")
    below = 120 + _HIGH * (1 + (len(plain.starts) - 1) // _ROW)
    places = {named.shown[x]: _place(i, 120, _HIGH) for i, x in enumerate(plain.model.states)}
    places |= {named.shown[p.symbol]: _place(k, below, _HIGH // 2) for k, p in enumerate(plain.parameters)}
    uses = [(source, named.shown[p.symbol]) for p in plain.parameters for source in _used(p.value, named)]
    for i, x in enumerate(plain.model.states):
        left, top = places[named.shown[x]]
        places[named.flows[i]] = left - 70, top
        uses += [(source, named.flows[i]) for source in _used(plain.model.rates[i], named)]
    kinds = dict.fromkeys(named.flows, "flow") | {named.shown[x]: "stock" for x in plain.model.states}
    for name, (left, top) in places.items():
        shown = ET.SubElement(view, kinds.get(name, "aux"), name=name, x=str(left), y=str(top))
        if name in named.flows:
            pipe = ET.SubElement(shown, "pts")
            for at in (left - 50, left + 48):
                ET.SubElement(pipe, "pt", x=str(at), y=str(top))
    for k, (source, target) in enumerate(uses):
        (left, top), (right, bottom) = places[source], places[target]
        straight = math.degrees(math.atan2(top - bottom, right - left))
        connector = ET.SubElement(view, "connector", uid=str(k + 1), angle=f"{straight:.1f}")
        _add(connector, "from", spelled(source))
        _add(connector, "to", spelled(target))


def _place(k: int, top: int, high: int) -> tuple[int, int]:
    """Return where the k-th of its kind stands; every second row is shifted, so that few lines coincide."""
    row, column = divmod(k, _ROW)
    return 180 + _WIDE * column + 60 * (row % 2), top + high * row


def _used(expression: sympy.Expr, named: _Names) -> list[str]:
    return sorted(name for symbol, name in named.shown.items() if symbol in expression.free_symbols - {TIME})


def _add(parent: ET.Element, tag: str, content: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = content
