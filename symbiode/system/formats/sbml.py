"""SBML Level 3 Version 2: parameters, initial assignments and rate rules; for libRoadRunner, COPASI, AMICI, Tellurium.

Units are parameters that change by rate rules, not species: SBML's species are amounts of a substance in a volume.

References
----------
Hucka et al. (2019), J. Integr. Bioinform. 16(2), 20190021: sections 3.4 (mathematics), 4.7 to 4.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

import sympy

from symbiode.system.formats._exporting import exported, one_line
from symbiode.system.model import TIME, Model

SBML = "http://www.sbml.org/sbml/level3/version2/core"
MATHML = "http://www.w3.org/1998/Math/MathML"
CLOCK = {"encoding": "text", "definitionURL": "http://www.sbml.org/sbml/symbols/time"}
_OPERATORS = {"Add": "plus", "Mul": "times", "Pow": "power", "log": "ln", "Abs": "abs"}
_LARGEST = 2**31


def text(model: Model) -> str:
    """Return the file; identifiers are the symbols of `Model.summary`, names the units and key paths themselves.

    Raises
    ------
    ModelError
        If the model cannot be said: noise, delays, a missing start.

    Examples
    --------
    >>> import symbiode
    >>> '<parameter id="x1" name="shenzhen" value="0.3"' in text(symbiode.load("shenzhen-hongkong"))
    True
    """
    plain = exported(model)
    root = ET.Element("sbml", {"xmlns": SBML, "level": "3", "version": "2"})
    inner = ET.SubElement(root, "model", id="model", name=plain.title)
    listed = ET.SubElement(inner, "listOfParameters")
    formulas, rules = ET.Element("listOfInitialAssignments"), ET.Element("listOfRules")
    for p in plain.parameters:
        name = plain.names[p.symbol]
        shown = {"id": name, "name": plain.told(p)}
        if p.value.is_Rational:
            shown["value"] = repr(float(p.value))
        else:
            _add(formulas, "initialAssignment", {"symbol": name}, p.value, plain.names)
        ET.SubElement(listed, "parameter", {**shown, "constant": "true"})
    for unit, x, start, rate in zip(model.units, model.states, plain.starts, model.rates, strict=True):
        name = plain.names[x]
        shown = {"id": name, "name": one_line(unit.name), "value": repr(float(start)), "constant": "false"}
        ET.SubElement(listed, "parameter", shown)
        _add(rules, "rateRule", {"variable": name}, rate, plain.names)
    inner.extend([part for part in (formulas, rules) if len(part)])
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _add(parent: ET.Element, tag: str, about: dict[str, str], value: Any, names: Mapping[sympy.Symbol, str]) -> None:
    math = ET.SubElement(ET.SubElement(parent, tag, about), "math", xmlns=MATHML)
    math.append(_mathml(value, names))


def _mathml(part: Any, names: Mapping[sympy.Symbol, str]) -> ET.Element:
    """Return an expression in content MathML, numbers as the nearest doubles."""
    if part == TIME:
        return _leaf("csymbol", "t", **CLOCK)
    if part.is_Symbol:
        return _leaf("ci", names[part])
    if part is sympy.E:
        return ET.Element("exponentiale")
    if part.is_Integer and abs(part) < _LARGEST:
        return _leaf("cn", str(part), type="integer")
    if part.is_Rational:
        mantissa, _, exponent = f"{float(part):.16e}".partition("e")
        number = _leaf("cn", mantissa, type="e-notation")
        ET.SubElement(number, "sep").tail = str(int(exponent))
        return number
    apply = ET.Element("apply")
    kind = part.func.__name__
    ET.SubElement(apply, _OPERATORS.get(kind, kind))
    apply.extend([_mathml(each, names) for each in part.args])
    return apply


def _leaf(tag: str, content: str, **attributes: str) -> ET.Element:
    element = ET.Element(tag, attributes)
    element.text = content
    return element
