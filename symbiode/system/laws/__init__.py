"""Interaction laws, one per file; this docstring is the contract for a new one.

A file `symbiode/system/laws/NAME.py` offers ``LAW = Law(...)`` and is then known as ``law = "NAME"`` in model files,
with Jacobian, equilibria, fits, pictures and `test_every_law` for free. The shortest valid example::

    '''Exponential growth with linear effects.'''
    from symbiode.system.laws import Law, Slot, Symbols

    def rates(symbols: Symbols) -> tuple[Expr, ...]:
        x, r, d = symbols.states, symbols["growth"], symbols.pairs["effect"]
        return tuple(
            x[i] * (r[i] + sum(d[i, j] * x[j] for j in range(len(x)) if j != i)) for i in range(len(x))
        )

    LAW = Law(
        name="NAME", rates=rates, reference="Author (year), equation 1", scale="per_capita",
        parameters=(Slot(name="growth", letter="r"), Slot(name="effect", letter="d", per="pair", default=0)),
    )

`rates` is a module function (never a closure), so that models stay picklable and hashable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import sympy

Per = Literal["unit", "pair"]
Scale = Literal["capacity", "per_capita", "none"]
ELEMENTS = (
    "environment.institution", "environment.policy", "environment.culture", "interface.physical", "interface.digital",
    "barrier", "leakage", "mobility",
)  # fmt: skip
"""What a named parameter may stand for: the environment (共生环境), the interface (共生界面), what hinders."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A number of a model: a growth rate, a capacity, an effect, a start, a named lever.

    Parameters
    ----------
    path : tuple of str
        The key path without ``units``: ``("shenzhen", "growth")``, ``("effects", "shenzhen", "hongkong")``.
    symbol : sympy.Symbol
        The symbol in the equations: ``r1``, ``d12``; never made from user text.
    value : sympy.Rational or sympy.Expr
        The exact number, or a formula of named parameters.
    lower, upper : sympy.Rational or None
        Admissible range of the value.
    measured_in, source : str
        Unit of measure, and where the number comes from.
    element : str
        Of a named parameter: which part of the symbiotic system it is, one of `ELEMENTS`, or empty.
    """

    path: tuple[str, ...]
    symbol: sympy.Symbol
    value: sympy.Expr
    lower: sympy.Rational | None = None
    upper: sympy.Rational | None = None
    measured_in: str = ""
    source: str = ""
    element: str = ""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A parameter that a law asks for.

    Parameters
    ----------
    name : str
        Its key in model files: ``growth``; for a pair the table is the plural, ``[effects]``.
    letter : str
        The letter of its symbols: ``r`` gives ``r1``, ``d`` of a pair ``d12`` (effect of 2 on 1).
    per : "unit" or "pair"
        Whether there is one for each unit or for each ordered pair (receiver, source).
    default : number or None
        Used when a model file is silent; None means it must be given.
    lower, upper : number or None
        The range outside which the law has no meaning; `strict` excludes the lower end.
    strict : bool
        Whether the value must be strictly above `lower`.
    choices : tuple of int
        The only values allowed, if not empty.
    dimension : str
        What it is measured in, in the words ``state``, ``time`` and ``1``: a growth rate is ``1/time``.
    """

    name: str
    letter: str
    per: Per = "unit"
    default: int | None = None
    lower: int | None = None
    upper: int | None = None
    strict: bool = False
    choices: tuple[int, ...] = ()
    dimension: str = "1"


@dataclass(frozen=True, kw_only=True)
class Symbols:
    """What a law builds its equations from.

    Parameters
    ----------
    states : tuple of sympy.Symbol
        ``(x1, x2, …)``, one per unit, nonnegative.
    units : mapping of str to tuple of sympy.Expr
        For each slot per unit its symbols (numbers where the slot has `choices`, so that signs stay exact).
    pairs : mapping of str to mapping of (int, int) to sympy.Expr
        For each slot per pair the symbol of (receiver, source); a missing pair is an effect of exactly zero.
    """

    states: tuple[sympy.Symbol, ...]
    units: Mapping[str, tuple[sympy.Expr, ...]]
    pairs: Mapping[str, Mapping[tuple[int, int], sympy.Expr]]

    def __getitem__(self, slot: str) -> tuple[sympy.Expr, ...]:
        return self.units[slot]


@dataclass(frozen=True, kw_only=True)
class Law:
    """How units act on each other.

    Parameters
    ----------
    name : str
        The file's name.
    rates : callable
        Takes `Symbols`, returns one sympy expression per unit, dx_i/dt.
    parameters : tuple of Slot
        What a model file must or may give.
    reference : str
        Author, year, equation.
    scale : "capacity", "per_capita" or "none"
        What an effect is relative to: the partner's capacity (dimensionless d_ij), one unit of the partner's level
        (a_ij), or nothing (user equations without effects).
    kolmogorov : bool
        Whether every rate is x_i times a function smooth for x_i > 0, so that x_i = 0 stays 0 and x_i > 0 stays
        positive. The function may grow without bound at x_i = 0 (Gompertz), never fall.
    divisors : callable or None
        Takes `Symbols`, returns for each unit what its rate divides by, where the state can bring that to zero: unit i
        dies in finite time where its divisor falls to zero, and becomes infinite where the divisor is negative. None
        where nothing can become zero.
    """

    name: str
    rates: Callable[[Symbols], tuple[sympy.Expr, ...]]
    parameters: tuple[Slot, ...]
    reference: str
    scale: Scale = "capacity"
    kolmogorov: bool = True
    divisors: Callable[[Symbols], tuple[sympy.Expr, ...]] | None = None

    def slots(self, per: Per) -> tuple[Slot, ...]:
        """Return the slots per unit or per pair."""
        return tuple(slot for slot in self.parameters if slot.per == per)
