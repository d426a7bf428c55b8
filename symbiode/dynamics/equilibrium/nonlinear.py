"""Equilibria of any model that is not affine per capita: each set of present units by elimination, or by search.

Comes in: a model. Goes out: an `EquilibriumSet`. Quotients of polynomials are eliminated exactly while that takes
bounded work; where it would take more, or where exp, log and the like occur, every zero in a box is enclosed and proved
by interval arithmetic. What neither decides is listed as undecided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sympy

from symbiode.dynamics.equilibrium.conditions import Formula, Written
from symbiode.dynamics.equilibrium.elimination import Solved, on, solved
from symbiode.dynamics.equilibrium.faces import Face, Rational, rational
from symbiode.dynamics.equilibrium.ideals import TooMuchWorkError
from symbiode.dynamics.equilibrium.local import Local, exactly
from symbiode.dynamics.equilibrium.results import Equilibrium, EquilibriumSet, Family, Reason, Stability
from symbiode.dynamics.equilibrium.stability import kind, real
from symbiode.dynamics.equilibrium.supports import Support, supports
from symbiode.errors import Code, Status, refused, warning
from symbiode.render import significant
from symbiode.system.model import TIME, Model
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.dynamics.equilibrium.verified import Verified

MOST_UNITS, MOST_ELIMINATED = 6, 4
Box = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """What was found on every face."""

    faces: tuple[tuple[Face, Solved], ...]
    searches: tuple[Verified, ...]


def nonlinear_equilibria(model: Model) -> EquilibriumSet:
    """Return every equilibrium in the closed orthant, or a refused status."""
    status = _refusal(model)
    if status:
        return EquilibriumSet(model=model, equilibria=(), status=status)
    rates = tuple(rate.xreplace(model.values) for rate in model.rates)
    parts = _parts(model, rates, rational(rates, model.states))
    families = tuple(_family(model, face, polys) for face, found in parts.faces for polys in found.families)
    listed = [*_eliminated(model, parts), *(_listed(model, e) for s in parts.searches for e in s.found)]
    names = [unit.name for unit in model.units]
    listed.sort(key=lambda e: (len(e.support), [name not in e.support for name in names], e.state))
    undecided = tuple(box for s in parts.searches for box in s.undecided)
    whole = all(found.whole for _, found in parts.faces)
    return EquilibriumSet(
        model=model, equilibria=tuple(listed), families=families, undecided=undecided,
        proof=_proof(model, parts, len(listed), len(families)), status=_status(model, undecided, whole=whole),
    )  # fmt: skip


def _refusal(model: Model) -> Status | None:
    if len(model.units) > MOST_UNITS:
        detail = f"Rates that are not linear per capita are solved for up to {MOST_UNITS} units."
        return refused(Code.TOO_LARGE, detail, units=len(model.units))
    if any(rate.has(TIME) for rate in model.rates):
        return refused(Code.NOT_SUPPORTED, "The rates depend on time, so the model has no equilibria of its own.")
    if any(rate.xreplace(model.values).has(sympy.zoo, sympy.nan, sympy.oo) for rate in model.rates):
        return refused(Code.NOT_SUPPORTED, "A rate has no finite value.")
    return None


def _parts(model: Model, rates: tuple[sympy.Expr, ...], quotients: Rational | None) -> _Parts:
    faces, searches = [], []
    for support in supports(len(model.units)):
        face = Face(quotients, support) if quotients and len(support) <= MOST_ELIMINATED else None
        try:
            if face is None:
                raise TooMuchWorkError(str(len(support)))
            faces.append((face, solved(face)))
        except TooMuchWorkError:
            searches.append(_searched(model, rates, support))
    return _Parts(faces=tuple(faces), searches=tuple(searches))


def _searched(model: Model, rates: tuple[sympy.Expr, ...], support: Support) -> Verified:
    from symbiode.dynamics.equilibrium.verified import verified

    return verified(model, rates, support)


def _eliminated(model: Model, parts: _Parts) -> list[Equilibrium]:
    """Return the equilibria of all faces but those on a family of a larger face."""
    listed = []
    for face, found in parts.faces:
        above = [
            tuple(face.restricted(sympy.Poly(p.as_expr(), *model.states, domain="QQ")) for p in polys)
            for other, told in parts.faces if set(other.support) > set(face.support)
            for polys in told.families
        ]  # fmt: skip
        for point in found.points:
            if not any(on(polys, point) for polys in above):
                listed.append(_listed(model, exactly(face, point)))
    return listed


def _listed(model: Model, at: Local) -> Equilibrium:
    names = [unit.name for unit in model.units]
    outside = real(sign for _, sign, _ in at.growths)
    stability = kind(at.inside + outside, focus=at.focus)
    values = [*at.eigenvalues, *(complex(value) for _, _, value in at.growths)]
    reason, told = _reason(names, stability, at)
    here = Formula(
        expressions=at.exact, exists_if=sympy.true,
        stable_if=sympy.true if stability in (Stability.STABLE_NODE, Stability.STABLE_FOCUS) else sympy.false,
    )  # fmt: skip
    return Equilibrium(
        support=tuple(names[i] for i in at.support), state=at.state, exact=at.exact,
        written=Written(support=at.support, at_values=here),
        eigenvalues=tuple(sorted(values, key=lambda value: (-value.real, -value.imag))), stability=stability,
        residual=at.residual, reason=reason, reason_values=told,
    )  # fmt: skip


def _reason(names: list[str], stability: Stability, at: Local) -> tuple[str, Reason]:
    invaders = tuple(names[k] for k, sign, _ in at.growths if sign > 0)
    if invaders:
        return "eq_invaded", (("units", invaders),)
    if stability in (Stability.STABLE_NODE, Stability.STABLE_FOCUS):
        return "eq_attracts", ()
    open_units = tuple(names[k] for k, sign, _ in at.growths if sign == 0)
    if stability is Stability.DEGENERATE and (open_units or not at.proved):
        return ("eq_borderline", (("units", open_units),)) if at.proved else ("eq_not_decided", ())
    return f"eq_{stability.value}", ()


def _family(model: Model, face: Face, polys: tuple[sympy.Poly, ...]) -> Family:
    names = [unit.name for unit in model.units]
    present = [sympy.fraction(sympy.together(p.as_expr()))[0] for p in polys]
    if len(face.support) == len(names):
        equations = tuple(present)
    else:
        absent = [x for i, x in enumerate(model.states) if i not in face.support]
        equations = (*present, *absent)
    dimension = len(face.support) - len(polys)
    everywhere = not polys and len(face.support) == len(names)
    return Family(
        support=tuple(names[i] for i in face.support), equations=equations,
        kind="eq_everywhere" if everywhere else "eq_curve" if dimension < 2 else "eq_sheet",
    )  # fmt: skip


def _proof(model: Model, parts: _Parts, present: int, families: int) -> tuple[str, Reason]:
    values: dict[str, object] = {
        "supports": 2 ** len(model.units), "present": present, "families": families,
        "complex": sum(found.complex_count for _, found in parts.faces),
        "searched": sum(not s.skipped for s in parts.searches), "skipped": sum(s.skipped for s in parts.searches),
    }  # fmt: skip
    if not parts.searches:
        return "eq_complete_elimination", tuple(values.items())
    values["box"] = ", ".join(_between(x, *_hull(parts.searches, i)) for i, x in enumerate(model.states))
    proved = all(s.proved for s in parts.searches)
    if values["skipped"]:
        return "eq_searched_part", tuple(values.items())
    undecided = any(s.undecided for s in parts.searches)
    key = "eq_searched_open" if undecided else "eq_searched_whole" if proved else "eq_searched_box"
    return key, tuple(values.items())


def _hull(searches: tuple[Verified, ...], i: int) -> tuple[float, float]:
    """Return the ends of a unit's levels in all boxes where it is present."""
    ends = [s.box[i] for s in searches if s.box[i][1] > 0] or [(0.0, 0.0)]
    return min(low for low, _ in ends), max(high for _, high in ends)


def _between(x: sympy.Symbol, low: float, high: float) -> str:
    return f"{significant(low)} <= {x} <= {significant(high)}" if low else f"{x} <= {significant(high)}"


def _status(model: Model, undecided: tuple[Box, ...], *, whole: bool) -> Status:
    if undecided:
        shown = "; ".join(
            ", ".join(_between(x, *ends) for x, ends in zip(model.states, box, strict=True))
            for box in undecided[:3]
        )  # fmt: skip
        detail = say("eq_undecided", count=len(undecided), boxes=shown)
        return warning(Code.WORK_LIMIT, detail, undecided=len(undecided))
    return Status() if whole else warning(Code.NOT_SUPPORTED, say("eq_beside_family"))
