"""What `equilibria` returns: equilibria, those that are absent, families, and why the list is complete.

Comes in: what the exact solvers found. Goes out: frozen values, and their text through `text`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import sympy
from sympy.logic.boolalg import Boolean

from symbiode.dynamics.equilibrium import text
from symbiode.dynamics.equilibrium.conditions import Written
from symbiode.dynamics.equilibrium.thresholds import pair_threshold
from symbiode.errors import OK, Status
from symbiode.system.model import Model

Reason = tuple[tuple[str, object], ...]


class Stability(Enum):
    """Type of an equilibrium; the values are keys of `words`."""

    STABLE_NODE = "stable_node"
    STABLE_FOCUS = "stable_focus"
    UNSTABLE_NODE = "unstable_node"
    UNSTABLE_FOCUS = "unstable_focus"
    SADDLE = "saddle"
    CENTRE = "centre"
    DEGENERATE = "degenerate"


@dataclass(frozen=True, kw_only=True)
class Equilibrium:
    """One equilibrium in the closed orthant, at the model's values.

    Parameters
    ----------
    support : tuple of str
        Names of the units that are present; the others are exactly zero.
    state : tuple of float, shape (unit,)
        Where it is, in the measure of the states.
    exact : tuple of sympy numbers, shape (unit,)
        The same without rounding.
    written : Written
        Its formula and conditions, worked out when first asked for (`expressions`, `exists_if`, `stable_if`).
    eigenvalues : tuple of complex, shape (unit,)
        Of the Jacobian, 1/time, sorted from the largest real part down.
    stability : Stability
        Decided exactly, never by the sign of a rounded number.
    residual : float
        The largest |dx_i/dt| at `state`, measure of the state per time.
    reason : str
        Key of the sentence that says why; `reason_values` fill it in.
    """

    support: tuple[str, ...]
    state: tuple[float, ...]
    exact: tuple[sympy.Expr, ...]
    written: Written = field(repr=False, compare=False)
    eigenvalues: tuple[complex, ...]
    stability: Stability
    residual: float
    reason: str
    reason_values: Reason = ()

    @property
    def expressions(self) -> tuple[sympy.Expr, ...]:
        """`exact` as formulas in the model's symbols, shape (unit,); the numbers where no formula is offered."""
        return self.written.formula.expressions

    @property
    def exists_if(self) -> Boolean:
        """When every present unit is above zero, in the model's symbols.

        At its values only, as true or false, where `EquilibriumSet.symbolic` is not true.
        """
        return self.written.formula.exists_if

    @property
    def stable_if(self) -> Boolean:
        """When it exists and every eigenvalue has a negative real part.

        A state symbol stands for that coordinate of this equilibrium (only with three or more units present).
        """
        return self.written.formula.stable_if

    @property
    def stable(self) -> bool:
        """Whether it attracts its neighbourhood exponentially (every eigenvalue left of the imaginary axis)."""
        return self.stability in (Stability.STABLE_NODE, Stability.STABLE_FOCUS)

    def why(self, lang: str = "en") -> str:
        """Return why it is of its type, as a phrase."""
        return text.sentence(self.reason, self.reason_values, lang)


@dataclass(frozen=True, kw_only=True)
class Absent:
    """A set of units that have no equilibrium together at the model's values.

    Parameters
    ----------
    support : tuple of str
        The units that would be present.
    exact : tuple of sympy numbers, shape (unit,)
        The solution outside the orthant; empty if the equations have none.
    written
        As in `Equilibrium`.
    reason, reason_values
        Key and values of the sentence that says what is missing.
    """

    support: tuple[str, ...]
    exact: tuple[sympy.Expr, ...]
    written: Written = field(repr=False, compare=False)
    reason: str
    reason_values: Reason = ()

    @property
    def expressions(self) -> tuple[sympy.Expr, ...]:
        """As in `Equilibrium`; empty if no formula exists."""
        return self.written.formula.expressions

    @property
    def exists_if(self) -> Boolean:
        """As in `Equilibrium`."""
        return self.written.formula.exists_if

    @property
    def stable_if(self) -> Boolean:
        """As in `Equilibrium`."""
        return self.written.formula.stable_if

    def why(self, lang: str = "en") -> str:
        """Return why these units have no equilibrium together, as a phrase."""
        return text.sentence(self.reason, self.reason_values, lang)


@dataclass(frozen=True, kw_only=True)
class Family:
    """Equilibria that are not isolated: a line, a surface or a curve of them.

    Parameters
    ----------
    support : tuple of str
        Units that are present along it.
    equations : tuple of sympy expressions
        Each is zero along the family, in the state symbols, at the model's values; the other units are zero.
    kind : str
        Key of the sentence that names it (`description`).
    point : tuple of sympy numbers, shape (unit,)
        One of its equilibria with every unit of the support above zero; empty for curves.
    directions : tuple of tuples of sympy numbers, shape (dimension, unit)
        The family is ``point + span(directions)`` inside the orthant; empty for curves.
    attracting : bool or None
        Whether all eigenvalues but the zeros along the family are negative everywhere on it; None if not decided.
    """

    support: tuple[str, ...]
    equations: tuple[sympy.Expr, ...]
    kind: str
    point: tuple[sympy.Expr, ...] = ()
    directions: tuple[tuple[sympy.Expr, ...], ...] = ()
    attracting: bool | None = None

    @property
    def description(self) -> str:
        """What it is and where it lies, as a sentence."""
        return text.family_sentence(self)

    def describe(self, lang: str = "en") -> str:
        """Return the description in a language."""
        return text.family_sentence(self, lang)


@dataclass(frozen=True, kw_only=True)
class EquilibriumSet:
    """All equilibria of a model in the closed orthant, with the reason why none is missing.

    Parameters
    ----------
    model : Model
    equilibria : tuple of Equilibrium
        From the empty state to full coexistence.
    absent : tuple of Absent
        Sets of units without an equilibrium at these values.
    families : tuple of Family
        Lines, surfaces or curves of equilibria.
    proof : (str, values)
        Key of the sentence that says why the list is complete (`certificate`), and the values that fill it in.
    undecided : tuple of boxes, each a tuple of (low, high) per unit
        Parts of the searched box in which an equilibrium could be neither proved nor excluded; the status then warns.
    status : Status
        `refused` where no list can be given; a warning where it may lack something, which is then named.
    """

    model: Model
    equilibria: tuple[Equilibrium, ...]
    absent: tuple[Absent, ...] = ()
    families: tuple[Family, ...] = ()
    proof: tuple[str, Reason] = ("eq_no_proof", ())
    undecided: tuple[tuple[tuple[float, float], ...], ...] = ()
    status: Status = OK

    @property
    def certificate(self) -> str:
        """Why the list is complete, as a sentence; empty if the status is refused."""
        return text.sentence(*self.proof)

    @property
    def threshold(self) -> sympy.Expr | None:
        """For two units: an expression in the model's symbols, above zero where both have two real solutions.

        It is zero where two equilibria meet and vanish (a saddle-node). None where elimination leaves no quadratic.
        """
        return pair_threshold(self.model)

    @property
    def symbolic(self) -> bool:
        """Whether formulas and conditions stand in the model's symbols, not only at its values."""
        return any(e.expressions and e.exact != e.expressions for e in self.listed)

    @property
    def listed(self) -> tuple[Equilibrium | Absent, ...]:
        """Present and absent equilibria in one tuple."""
        return (*self.equilibria, *self.absent)

    def __len__(self) -> int:
        return len(self.equilibria)

    def summary(self, lang: str = "en") -> str:
        """Return all equilibria with types, conditions, reasons and the certificate as plain text."""
        return text.summary(self, lang)

    def latex(self, lang: str = "en") -> str:
        """Return formulas and conditions as a LaTeX ``array``."""
        return text.latex(self, lang)

    def _repr_html_(self) -> str:
        return text.html(self)
