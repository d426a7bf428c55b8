"""What every format of other programs needs: a model without what those cannot say, numbers and formulas as text.

Comes in: a `Model`. Goes out: `Exported`, whose symbols are safe names as they stand (``x1``, ``r1``, ``d12``: never a
user's text), or a refusal that names everything that is in the way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sympy

from symbiode.errors import Fault, InvalidValueError, ModelError, quote
from symbiode.system.arithmetic import evaluate, number
from symbiode.system.expressions import written
from symbiode.system.laws import Parameter
from symbiode.system.model import TIME, Model, delays_of, noise_of

ILLUSTRATIVE = " (illustrative values)"
_STEP, _MOST_STEPS = 0.02, 2**20
_SAID = (sympy.Add, sympy.Mul, sympy.Pow, sympy.Symbol, sympy.Rational, sympy.exp, sympy.log, sympy.tanh, sympy.Abs)
_NEGATED = re.compile(r"(^|\()-")
_TOO_LONG = re.compile(r"\d{300}")


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A model as programs take it that know neither delays nor noise.

    Parameters
    ----------
    model : Model
    starts : tuple of sympy.Rational
        The level of each unit at time 0, shape (unit,).
    parameters : tuple of Parameter
        Those that the rates need, each after the ones its formula needs.
    names : mapping of symbol to str
        One safe name for each symbol, also where a program takes capital and small letters for the same.
    until : float
        The last time of the run.
    step : float
        A step for a fixed-step method of order 4, a whole part of `until`.
    """

    model: Model
    starts: tuple[sympy.Rational, ...]
    parameters: tuple[Parameter, ...]
    names: Mapping[sympy.Symbol, str]
    until: float
    step: float

    @property
    def title(self) -> str:
        """The name of the model and whether its values are examples, in one line."""
        return one_line(self.model.name) + (ILLUSTRATIVE if self.model.illustrative else "")

    def told(self, p: Parameter) -> str:
        """Return what a parameter is in one line: its key path, measure and source."""
        path = ".".join(map(quote, p.path))
        return one_line("; ".join(text for text in (path, p.measured_in, p.source) if text))


def exported(model: Model, until: float = 50) -> Exported:
    """Return what another program needs to run a model from time 0 to `until`.

    Raises
    ------
    ModelError
        With everything that such a program cannot say: delays, noise, a missing start.
    InvalidValueError
        If `until` is not a finite time after 0.
    """
    if float(number(until, "until")) <= 0:
        raise InvalidValueError("until", until, "a finite time after 0")
    faults = [*_in_the_way(model)]
    if faults:
        raise ModelError(faults)
    starts = tuple(start for start in model.initial if start is not None)
    needed = _needed(model)
    names = _names((*model.states, *(p.symbol for p in needed)))
    step = _step(model, starts, float(until))
    return Exported(model=model, starts=starts, parameters=needed, names=names, until=float(until), step=step)


def formula(expression: sympy.Expr, names: Mapping[sympy.Symbol, str], *, log: str = "log") -> str:
    """Return an expression as text with ``^`` for powers, which means the same wherever a sign may bind before a power.

    Raises
    ------
    ModelError
        If a number has too many digits for other programs.
    """
    text = re.sub(r"\blog\(", f"{log}(", written(expression, names).replace("**", "^"))
    if _TOO_LONG.search(text):
        raise ModelError([Fault(path=(), problem="a number has more digits than other programs read")])
    return _NEGATED.sub(r"\g<1>0 - ", text) if "^" in text else text


def one_line(text: str) -> str:
    """Return a text in one line, for a comment: no character in it ends the line or hides the rest."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _in_the_way(model: Model) -> Iterable[Fault]:
    names = [unit.name for unit in model.units]
    for unit, start, noise in zip(model.units, model.initial, noise_of(model), strict=True):
        if start is None:
            yield Fault(path=("units", unit.name, "initial"), problem="other programs need a start", remedy="add one")
        if noise != 0:
            yield Fault(path=("units", unit.name, "noise"), problem="noise cannot be said in other formats",
                        remedy="set it to 0 to export the model without noise")  # fmt: skip
    for unit, rate in zip(model.units, model.rates, strict=True):
        for part in sympy.preorder_traversal(rate):
            if not isinstance(part, _SAID) and part is not sympy.E:
                yield Fault(path=("units", unit.name), problem=f"{part.func.__name__} of its rate is not exported")
    for i, j in delays_of(model):
        yield Fault(path=("delays", names[i], names[j]), problem="a delay cannot be said in other formats",
                    remedy="set it to 0 to export the model without delay")  # fmt: skip


def _needed(model: Model) -> tuple[Parameter, ...]:
    symbols = set().union(*(rate.free_symbols for rate in model.rates))
    for p in reversed(model.parameters):  # named ones come first, and formulas use only those
        if p.symbol in symbols:
            symbols |= p.value.free_symbols
    return tuple(p for p in model.parameters if p.symbol in symbols)


def _names(symbols: Iterable[sympy.Symbol]) -> dict[sympy.Symbol, str]:
    found: dict[sympy.Symbol, str] = {TIME: "t"}
    for symbol in symbols:
        name = str(symbol)
        while name.casefold() in {other.casefold() for other in found.values()}:
            name += "_"
        found[symbol] = name
    return found


def _step(model: Model, starts: tuple[sympy.Rational, ...], until: float) -> float:
    """Return until/2**k at which the fastest rate of change at the start moves little in one step."""
    point = dict(zip(model.states, starts, strict=True)) | {TIME: sympy.Integer(0)}
    fastest = 0.0
    for rate in model.rates:
        exact = evaluate(rate, model.values)
        slopes = [exact.diff(x).subs(point) for x in model.states if x in exact.free_symbols]
        sizes = [abs(float(slope)) if slope.is_finite else 0.0 for slope in slopes]
        fastest = max(fastest, sum(sizes))
    halvings = math.ceil(math.log2(max(16 * until, until * fastest / _STEP)))
    return until / min(2.0 ** max(halvings, 0), _MOST_STEPS)
