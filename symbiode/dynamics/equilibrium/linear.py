"""Equilibria of models whose per-capita growth is affine: one exact linear system for each set of units.

Comes in: a model and its `Affine`. Goes out: an `EquilibriumSet` that is complete: the sets of units are all 2^n.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import sympy

from symbiode.dynamics.equilibrium.affine import Affine
from symbiode.dynamics.equilibrium.conditions import Formula, Formulas, Written
from symbiode.dynamics.equilibrium.families import family
from symbiode.dynamics.equilibrium.results import Absent, Equilibrium, EquilibriumSet, Family, Reason, Stability
from symbiode.dynamics.equilibrium.signs import Number, sign
from symbiode.dynamics.equilibrium.stability import (
    Decided,
    discs,
    eigenvalues,
    ratio,
    stability_of,
    trace_and_determinant,
)
from symbiode.dynamics.equilibrium.supports import (
    Growths,
    Scaled,
    Solution,
    Support,
    jacobian_of_present,
    scaled,
    solutions,
)
from symbiode.system.model import Model

Floats = list[tuple[list[float], float]]
Known = tuple[tuple[complex, ...], Decided | None]


def linear_equilibria(model: Model, form: Affine) -> EquilibriumSet:
    """Return every equilibrium of x_i' = x_i (b_i + sum_j A_ij x_j) in the closed orthant."""
    system, names = scaled(form), tuple(unit.name for unit in model.units)
    formulas = Formulas(model=model)
    present: list[Equilibrium] = []
    absent: list[Absent] = []
    families: list[Family] = []
    inside: list[tuple[Solution, Growths]] = []
    for solution, growths in solutions(system):
        if solution.directions:
            found = family(system, solution, model.states, names)
            if found:
                families.append(found)
            else:
                absent.append(_absent(names, solution, formulas, "eq_family_outside", ()))
            continue
        missing = _missing(names, solution)
        if missing:
            absent.append(_absent(names, solution, formulas, *missing))
        else:
            inside.append((solution, growths))
    floats = _floats(form)
    for (solution, growths), known in zip(inside, _decided(floats, inside), strict=True):
        present.append(_present(floats, names, system, solution, growths, known, formulas))
    return EquilibriumSet(
        model=model, equilibria=tuple(present), absent=tuple(absent), families=tuple(families),
        proof=_proof(system.size, len(present), len(absent), len(families)),
    )  # fmt: skip


def _proof(size: int, present: int, absent: int, families: int) -> tuple[str, Reason]:
    values = {"units": size, "supports": 2**size, "present": present, "absent": absent, "families": families}
    return "eq_complete_linear", tuple(values.items())


def _missing(names: tuple[str, ...], solution: Solution) -> tuple[str, Reason] | None:
    """Return why a support has no equilibrium of its own, or None if it has one."""
    if not solution.exists and len(solution.support) == 1:
        return "eq_never_rests", (("units", (names[solution.support[0]],)),)
    if not solution.exists:
        return "eq_parallel", ()
    signs = dict(zip(solution.support, map(sign, solution.numerators), strict=True))
    below = [names[i] for i in solution.support if signs[i] < 0]
    if below:
        return "eq_negative", (("units", tuple(below)),)
    zero = [names[i] for i in solution.support if signs[i] == 0]
    return ("eq_coincides", (("units", tuple(zero)),)) if zero else None


def _absent(
    names: tuple[str, ...], solution: Solution, formulas: Formulas, reason: str, values: Reason
) -> Absent:
    unique = solution.exists and not solution.directions
    exact = _spread(solution.support, solution.point, len(names)) if unique else ()
    never = Formula(expressions=exact, exists_if=sympy.false, stable_if=sympy.false)
    return Absent(
        support=tuple(names[i] for i in solution.support), exact=exact,
        written=Written(support=solution.support, at_values=never, formulas=formulas),
        reason=reason, reason_values=values,
    )  # fmt: skip


def _spread(support: Support, values: tuple[sympy.Expr, ...], size: int) -> tuple[sympy.Expr, ...]:
    by_unit = dict(zip(support, values, strict=True))
    return tuple(by_unit.get(i, sympy.Integer(0)) for i in range(size))


def _floats(form: Affine) -> Floats:
    return [([float(a) for a in row], float(b)) for row, b in zip(form.A, form.b, strict=True)]


def _decided(floats: Floats, inside: Sequence[tuple[Solution, Growths]]) -> list[Known]:
    """Return eigenvalues and proved types among three or more present units, all sets of one size at once."""
    found: list[Known] = [((), None)] * len(inside)
    by_size: dict[int, list[int]] = {}
    for place, (solution, _) in enumerate(inside):
        by_size.setdefault(len(solution.support), []).append(place)
    for size, places in by_size.items():
        if size > 2:
            blocks = [_rounded(floats, inside[place][0]) for place in places]
            for place, told in zip(places, discs(blocks), strict=True):
                found[place] = told
    return found


def _rounded(floats: Floats, solution: Solution) -> list[list[float]]:
    """Return the block of the Jacobian among present units to three roundings."""
    levels = [ratio(number, solution.denominator) for number in solution.numerators]
    rows = [floats[i][0] for i in solution.support]
    return [[x * row[j] for j in solution.support] for x, row in zip(levels, rows, strict=True)]


def _present(
    floats: Floats, names: tuple[str, ...], system: Scaled, solution: Solution, growths: Growths, known: Known,
    formulas: Formulas,
) -> Equilibrium:  # fmt: skip
    block, scale = jacobian_of_present(system, solution)
    spectrum, proved = known
    stability = stability_of(block, [growth for _, growth in growths], proved)
    if stability is Stability.DEGENERATE and _turns_around(system, block):
        stability = Stability.CENTRE
    rates = [ratio(growth, system.scales[k] * solution.denominator) for k, growth in growths]
    state = tuple(
        ratio(x, solution.denominator) for x in _spread_numbers(solution.support, solution.numerators, system.size)
    )
    exact = _spread(solution.support, solution.point, system.size)
    attracts = sympy.true if stability in (Stability.STABLE_NODE, Stability.STABLE_FOCUS) else sympy.false
    here = Formula(expressions=exact, exists_if=sympy.true, stable_if=attracts)
    reason, values = _reason(names, stability, growths)
    return Equilibrium(
        support=tuple(names[i] for i in solution.support), state=state, exact=exact,
        written=Written(support=solution.support, at_values=here, formulas=formulas),
        eigenvalues=eigenvalues(block, scale, rates, spectrum), stability=stability, residual=_residual(floats, state),
        reason=reason, reason_values=values,
    )  # fmt: skip


def _spread_numbers(support: Support, values: tuple[Number, ...], size: int) -> tuple[Number, ...]:
    by_unit = dict(zip(support, values, strict=True))
    return tuple(by_unit.get(i, 0) for i in range(size))


def _turns_around(system: Scaled, block: list[list[Number]]) -> bool:
    """Whether two units present turn around the point on closed orbits: trace zero and determinant above zero.

    With trace zero the function x1^p x2^q of Hofbauer and Sigmund (1998), section 4.1, makes the field divergence-free,
    so a conserved quantity exists on the open quadrant and the linear centre is a centre.
    """
    if system.size != 2 or len(block) != 2:
        return False
    trace, determinant = trace_and_determinant(block)
    return sign(trace) == 0 and sign(determinant) > 0


def _reason(
    names: tuple[str, ...], stability: Stability, growths: tuple[tuple[int, Number], ...]
) -> tuple[str, Reason]:
    invaders = tuple(names[k] for k, growth in growths if sign(growth) > 0)
    if invaders:
        return "eq_invaded", (("units", invaders),)
    if stability in (Stability.STABLE_NODE, Stability.STABLE_FOCUS):
        return "eq_attracts", ()
    undecided = tuple(names[k] for k, growth in growths if sign(growth) == 0)
    if stability is Stability.DEGENERATE and undecided:
        return "eq_borderline", (("units", undecided),)
    return f"eq_{stability.value}", ()


def _residual(floats: Floats, state: tuple[float, ...]) -> float:
    """Return the largest |x_i (b_i + sum_j A_ij x_j)| at the rounded state."""
    rates = [0.0]
    for (row, b), x in zip(floats, state, strict=True):
        if x:
            terms = [a * y for a, y in zip(row, state, strict=True) if y]
            finite = all(map(math.isfinite, terms))
            rates.append(abs(x * math.fsum([b, *terms])) if finite else math.inf)
    return max(rates)
