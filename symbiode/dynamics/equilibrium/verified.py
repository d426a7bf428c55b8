"""Equilibria of one face of the orthant by verified search: every zero in a box, proved by interval arithmetic.

Comes in: rates at exact values and a support. Goes out: `Verified`: the equilibria with all present units above zero,
the box, and what was left undecided. Loads numpy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import mpmath
import numpy as np
import sympy

from symbiode.dynamics.equilibrium.boxes import Search, search, system
from symbiode.dynamics.equilibrium.faces import HIGHEST, degree, terms
from symbiode.dynamics.equilibrium.intervals import Expression, Floats, Pair, enclosed, number
from symbiode.dynamics.equilibrium.local import Local
from symbiode.dynamics.equilibrium.stability import Spectrum, enclosed_spectrum
from symbiode.dynamics.equilibrium.supports import Support
from symbiode.system.model import Model

Ends = tuple[tuple[float, float], ...]
NOTHING_OPEN = Search(
    roots=np.zeros((1, 0, 2)), undecided=np.zeros((0, 0, 2)), box=np.zeros((0, 2)), proved=True, finished=True
)
_MOST_TERMS = 100  # of a rate: beyond, a search would take minutes
_BOXES = (1e100, 1e6, 1e3)  # tried in turn, in units of the scale, while a search does not come to an end


@dataclass(frozen=True, kw_only=True)
class Verified:
    """The equilibria of one face in a box; `proved`: none lies outside it; `skipped`: too long to search."""

    found: tuple[Local, ...] = ()
    undecided: tuple[Ends, ...] = ()
    box: Ends
    proved: bool = True
    skipped: bool = False


@dataclass(frozen=True, kw_only=True)
class _Face:
    """What is zero at the equilibria of a face, and what must be known beside it."""

    states: tuple[sympy.Symbol, ...]
    support: Support
    rates: tuple[sympy.Expr, ...]
    per_capita: Mapping[int, sympy.Expr]  # growth per capita, where a rate is its state times one
    known: Mapping[int, sympy.Expr]  # levels that follow in closed form, one after the other
    open: tuple[int, ...]  # present units whose levels do not
    zero: tuple[sympy.Expr, ...]  # one function of these levels for each of them
    also_zero: tuple[sympy.Expr, ...]
    poles: tuple[sympy.Expr, ...]  # must not be zero


def verified(model: Model, rates: Sequence[sympy.Expr], support: Support) -> Verified:
    """Return every equilibrium at which just the units of a support are present."""
    size = len(rates)
    absent = {x: sympy.S.Zero for i, x in enumerate(model.states) if i not in support}
    if any(terms(rate.xreplace(absent)) > _MOST_TERMS for rate in rates):
        whole = tuple((0.0, _BOXES[0] * _scale(model, i) if i in support else 0.0) for i in range(size))
        return Verified(undecided=(whole,), box=whole, proved=False, skipped=True)
    face = _face(model.states, tuple(rates), support)
    if any(map(_never_zero, (*face.zero, *face.also_zero))) or any(x <= 0 for x in face.known.values()):
        return Verified(box=((0.0, 0.0),) * size)
    if not face.open:
        return _told(face, NOTHING_OPEN, size)
    levels, scale = [model.states[i] for i in face.open], np.array([_scale(model, i) for i in face.open])
    closed = {model.states[i]: x for i, x in face.known.items()}
    s = system(face.zero, levels, scale, [f.xreplace(closed) for f in face.also_zero])
    for largest in _BOXES:
        told = search(s, largest)
        if told.finished or told.proved:
            break
    return _told(face, told, size)


def _never_zero(f: Expression) -> bool:
    if degree(f) > HIGHEST:  # sympy would look for all real roots of the slope
        return False
    return bool(f.is_positive or f.is_negative or (f.is_number and f != 0))


def _told(face: _Face, told: Search, size: int) -> Verified:
    found, undecided = [], [_ends(face, _whole(face, box), size) for box in told.undecided]
    for part in told.roots:
        root = _whole(face, part)
        if (root[:, 1] <= 0).any() or not _may_be(face.also_zero, face, root):
            continue
        sure = (root[:, 0] > 0).all() and not face.also_zero and not _may_be(face.poles, face, root, some=True)
        if sure:
            found.append(_local(face, root))
        else:
            undecided.append(_ends(face, root, size))
    return Verified(
        found=tuple(found), undecided=tuple(undecided), box=_ends(face, _whole(face, told.box), size),
        proved=told.proved,
    )  # fmt: skip


def _whole(face: _Face, part: Floats) -> Floats:
    """Return the ends of all present levels from those of the open ones."""
    ends = {i: np.array(number(x)) for i, x in face.known.items()} | dict(zip(face.open, part, strict=True))
    return np.array([ends[i] for i in face.support]).reshape(-1, 2)


def _scale(model: Model, i: int) -> float:
    """Return the level of a unit that counts as 1: its capacity where it has one."""
    wanted = (model.units[i].name, "capacity")
    return next((float(model.values[p.symbol]) for p in model.parameters if p.path == wanted), 1.0)


def _ends(face: _Face, box: Floats, size: int) -> Ends:
    by_unit = {i: (float(low), float(high)) for i, (low, high) in zip(face.support, box, strict=True)}
    return tuple(by_unit.get(i, (0.0, 0.0)) for i in range(size))


def _face(states: tuple[sympy.Symbol, ...], rates: tuple[sympy.Expr, ...], support: Support) -> _Face:
    told = (_divided(rate, x) for rate, x in zip(rates, states, strict=True))
    per_capita = {i: f for i, f in enumerate(told) if f is not None}
    absent = {x: sympy.S.Zero for i, x in enumerate(states) if i not in support}
    zero, poles = [], []
    for i in support:
        function, found = _without_poles(per_capita.get(i, rates[i]).xreplace(absent))
        present = [part for part in sympy.Mul.make_args(function) if not part.as_base_exp()[0].is_Symbol]
        zero.append(_logarithmic(sympy.Mul(*present)))
        poles.extend(found)
    known, left, zero = _closed(zero, [states[i] for i in support])
    others = (rates[i].xreplace(absent) for i in range(len(rates)) if i not in support and i not in per_capita)
    return _Face(
        states=states, support=support, rates=rates, per_capita=per_capita, zero=tuple(zero),
        known={states.index(x): value for x, value in known.items()}, open=tuple(states.index(x) for x in left),
        also_zero=tuple(f for f in others if f != 0), poles=tuple(poles),
    )  # fmt: skip


def _closed(
    zero: list[Expression], levels: list[sympy.Symbol]
) -> tuple[dict[sympy.Symbol, Expression], list[sympy.Symbol], list[Expression]]:
    """Solve what is linear in one level, or in its logarithm, and put it into the rest as long as that is possible."""
    known: dict[sympy.Symbol, Expression] = {}
    left = list(zero)
    while True:
        left = [sympy.expand(f.xreplace(known)) for f in left]
        step = next(((f, x, v) for f in left for x in f.free_symbols if (v := _alone(f, x)) is not None), None)
        if step is None:
            return known, [x for x in levels if x not in known], left
        left.remove(step[0])
        known[step[1]] = step[2]


def _alone(f: Expression, x: sympy.Symbol) -> Expression | None:
    if f.free_symbols != {x}:
        return None
    f = sympy.expand_log(f, force=True)
    for unknown, back in ((x, lambda v: v), (sympy.log(x), sympy.exp)):
        a, c = f.coeff(unknown), f.coeff(x, 0) if unknown == x else f.as_independent(unknown, as_Add=True)[0]
        if a.is_Rational and a != 0 and not c.has(x) and sympy.expand(f - a * unknown - c) == 0:
            return back(-c / a)
    return None


def _divided(rate: Expression, x: sympy.Symbol) -> Expression | None:
    """Return rate/x if each term of the rate is x times something that stays finite or grows like a logarithm."""
    if rate.is_Mul and x in rate.args:
        found = sympy.Mul(*(part for part in rate.args if part != x))
    else:
        terms = sympy.Add.make_args(sympy.expand(rate)) if rate else ()
        if not all(x in sympy.Mul.make_args(term) or term.as_coeff_exponent(x)[1] >= 1 for term in terms):
            return None
        found = sympy.Add(*(term / x for term in terms))
    poles = [p for p in found.atoms(sympy.Pow) if p.has(x) and not (p.exp.is_Integer and p.exp > 0)]
    return found if all(_above_zero(p.base) or not p.base.subs(x, 0).is_zero for p in poles) else None


def _above_zero(e: Expression) -> bool:
    """Whether an expression is above zero wherever no state is below it (enough, not necessary)."""
    if e.is_Add:
        parts = [part.as_coeff_Mul() for part in e.args]
        return all(c > 0 and rest.is_nonnegative for c, rest in parts) and any(rest == 1 for _, rest in parts)
    return bool(e.is_positive)


def _without_poles(f: Expression) -> tuple[sympy.Expr, list[sympy.Expr]]:
    """Multiply by every denominator that might be zero; these must then not be."""
    poles = []
    for p in sorted(f.atoms(sympy.Pow), key=str):
        if p.exp.is_Integer and p.exp < 0 and not p.base.is_Symbol and not _above_zero(p.base):
            f = sympy.Add(*(term * p.base ** -p.exp for term in sympy.Add.make_args(f)))
            poles.append(p.base)
    return f, poles


def _logarithmic(f: Expression) -> Expression:
    """Write 1 - c x exp(E) as -log(c x) - E, which is zero where it is and does not overflow."""
    one, rest = f.as_coeff_Mul()[1].as_coeff_Add()
    c, product = rest.as_coeff_Mul()
    parts = sympy.Mul.make_args(product)
    if not (one * c < 0 and any(isinstance(p, sympy.exp) for p in parts)):
        return f
    if not all(isinstance(p, sympy.exp) or p.as_base_exp()[0].is_Symbol for p in parts):
        return f
    return sympy.Add(*(sympy.expand_log(sympy.log(p), force=True) for p in (-c / one, *parts)))


def _may_be(expressions: Iterable[sympy.Expr], face: _Face, root: Floats, *, some: bool = False) -> bool:
    """Whether all (or some) of these may be zero in a box."""
    told = [bool(low <= 0 <= high) for low, high in _ranges(expressions, face, root)]
    return any(told) if some else all(told)


def _ranges(expressions: Iterable[sympy.Expr], face: _Face, root: Floats) -> list[tuple[float, float]]:
    ends = dict(zip(face.support, root, strict=True))
    zero = np.zeros(2)
    box: dict[sympy.Symbol, Pair] = {
        x: (np.array(ends.get(i, zero)[0]), np.array(ends.get(i, zero)[1])) for i, x in enumerate(face.states)
    }
    known: dict[sympy.Expr, Pair] = {}
    return [(float(low), float(high)) for low, high in (enclosed(e, box, known) for e in expressions)]


def _local(face: _Face, root: Floats) -> Local:
    """Return the linearisation in the box of a root: signs as far as the box proves them."""
    size = len(face.states)
    places = [k for k, i in enumerate(face.support) if i in face.open]
    exact = dict(face.known) | dict(zip(face.open, _polished(face, root[places]), strict=True))
    state = tuple(float(exact.get(i, 0)) for i in range(size))
    growing = [i for i in range(size) if i not in face.support and i in face.per_capita]
    ranges = _ranges((face.per_capita[i] for i in growing), face, root)
    growths = [(i, (low > 0) - (high < 0), _middle(low, high)) for i, (low, high) in zip(growing, ranges, strict=True)]
    block = [i for i in range(size) if i not in growing]
    inside, focus, values = _inside(face, root, block)
    there = np.array([[state[i], state[i]] for i in face.support]).reshape(-1, 2)
    moving = [face.rates[i] for i in range(size) if i not in growing]  # an absent unit's rate is exactly zero
    residual = max((abs(low + high) / 2 for low, high in _ranges(moving, face, there)), default=0.0)
    return Local(
        support=face.support, state=state, exact=tuple(exact.get(i, sympy.S.Zero) for i in range(size)),
        growths=tuple(growths), inside=inside, focus=focus, eigenvalues=values, residual=residual,
        proved=not inside.axis and all(sign for _, sign, _ in growths),
    )  # fmt: skip


def _polished(face: _Face, root: Floats) -> list[sympy.Float]:
    """Return 30 digits of a root by Newton steps that stay in its box."""
    unknowns = [face.states[i] for i in face.open]
    at: Expression = sympy.Matrix([sympy.Float(x, 40) for x in root.mean(axis=1).tolist()])
    if unknowns:
        told: Expression = dict(zip(unknowns, at, strict=True))
        slopes = sympy.Matrix([[sympy.diff(f, x).evalf(20, subs=told) for x in unknowns] for f in face.zero])
        for _ in range(4):
            told = dict(zip(unknowns, at, strict=True))
            at -= slopes.LUsolve(sympy.Matrix([f.evalf(40, subs=told) for f in face.zero]))
    inside = all(low <= x <= high for x, (low, high) in zip(at, root, strict=True))
    return [sympy.Float(x, 30) for x in (at if inside else root.mean(axis=1).tolist())]


def _middle(low: float, high: float) -> float:
    return (low + high) / 2 if np.isfinite([low, high]).all() else low if np.isinf(low) else high


def _inside(face: _Face, root: Floats, block: Sequence[int]) -> tuple[Spectrum, bool, tuple[complex, ...]]:
    if not block:
        return Spectrum(0, 0, 0), False, ()
    # Where f is zero, the slopes of x f are those of f times x; this form has no large terms that cancel.
    rows = [
        [face.states[i] * sympy.diff(face.per_capita[i], face.states[j]) if i in face.per_capita
         else sympy.diff(face.rates[i], face.states[j]) for j in block]
        for i in block
    ]  # fmt: skip
    told = [_ranges(row, face, root) for row in rows]
    ends = np.array(told)
    if not np.isfinite(ends).all():
        return Spectrum(0, len(block), 0), False, (complex(np.nan),) * len(block)
    with mpmath.workdps(60):
        centre = mpmath.matrix([[(mpmath.mpf(low) + high) / 2 for low, high in row] for row in told])
        radius = mpmath.mpf(float((ends[..., 1] - ends[..., 0]).max()))
    found = enclosed_spectrum(centre, radius)
    if found:
        return found
    return Spectrum(0, 1, 0), False, tuple(complex(v) for v in np.linalg.eigvals(ends.mean(axis=-1)))
