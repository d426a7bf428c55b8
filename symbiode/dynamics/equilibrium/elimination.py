"""Equilibria of one face of the orthant by exact elimination: factor by factor, every positive zero, every family.

Comes in: a `Face`. Goes out: `Solved`: points with all present units above zero and no denominator zero, polynomials
of families that meet the open face, and how many complex zeros there were to account for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, product

import sympy

from symbiode.dynamics.equilibrium.algebraic import ONE, Point, Z, real_roots, sign_at
from symbiode.dynamics.equilibrium.faces import Face
from symbiode.dynamics.equilibrium.ideals import TooMuchWorkError, Zeros, common_zeros

Combination = tuple[sympy.Poly, ...]
_MOST_SYSTEMS, _SLICES = 64, 40


@dataclass(frozen=True, kw_only=True)
class Solved:
    """The equilibria of one face; `whole` says that it may have isolated ones beside its families."""

    points: tuple[Point, ...] = ()
    families: tuple[Combination, ...] = ()
    complex_count: int = 0
    whole: bool = True


def solved(face: Face) -> Solved:
    """Return all equilibria of a face.

    Raises
    ------
    TooMuchWorkError
        If elimination would take longer than its bound, or leaves a family of which no point is found.
    """
    tops = [top for top in face.tops if not top.is_zero]
    if not face.support:
        origin = Point(root=real_roots(sympy.Poly(Z))[0], tops=(0 * ONE,))
        points = () if tops or not _off_poles(face, origin) else (origin,)
        return Solved(points=points, complex_count=len(points))
    if not tops:
        return Solved(families=((),))
    listed: list[Point] = []
    families: list[Combination] = []
    before: list[Combination] = []
    count, whole = 0, True
    for system in _systems(tops):
        zeros, family = _zeros(face, system)
        count += zeros.complex_count
        if family:
            families.append(system)
            whole = whole and len(face.support) < 3
        for point in zeros.points:
            known = any(all(sign_at(p, point) == 0 for p in other) for other in before)
            if not known and _inside(face, point):
                listed.append(point)
        before.append(system)
    kept = [point for point in listed if not any(on(family, point) for family in families)]
    return Solved(points=tuple(kept), families=tuple(families), complex_count=count, whole=whole)


def on(family: Combination, point: Point) -> bool:
    """Whether a point lies on a family."""
    return all(sign_at(p, point) == 0 for p in family)


def _inside(face: Face, point: Point) -> bool:
    return all(s > 0 for s in point.signs()) and _off_poles(face, point)


def _off_poles(face: Face, point: Point) -> bool:
    return all(sign_at(bottom, point) for bottom in face.bottoms)


def _systems(tops: Sequence[sympy.Poly]) -> list[Combination]:
    """Return every choice of one factor per rate, without those that another choice contains."""
    choices = list(dict.fromkeys(frozenset(choice) for choice in product(*map(_factors, tops))))
    if len(choices) > _MOST_SYSTEMS:
        raise TooMuchWorkError(str(len(choices)))
    least = [one for one in choices if not any(other < one for other in choices)]
    return [tuple(sorted(choice, key=lambda p: (p.total_degree(), str(p.as_expr())))) for choice in least]


def _factors(top: sympy.Poly) -> list[sympy.Poly]:
    """Return the irreducible factors that can be zero where every unknown is positive (Descartes' rule)."""
    factors = (factor.monic() for factor, _ in top.factor_list()[1])
    return [factor for factor in factors if len({c > 0 for c in factor.coeffs()}) == 2]


def _zeros(face: Face, system: Combination) -> tuple[Zeros, bool]:
    """Return the isolated zeros of a system, and whether it has a family in the open face."""
    if len(face.support) == 2 and len(system) == 1:
        (curve,) = system
        if _meets_quadrant(curve):
            return Zeros(), True
        slope = curve.diff(face.unknowns[1])
        return (Zeros(), False) if slope.is_zero else (common_zeros([curve, slope]), False)
    unknowns = [sympy.Poly(x, *face.unknowns, domain="QQ") for x in face.unknowns]
    zeros = common_zeros(system, [*unknowns, *(bottom for bottom in face.bottoms if not bottom.is_ground)])
    if not zeros.free:
        return zeros, False
    if not any(_inside(face, point) for point in _slices(system, zeros.free)):
        raise TooMuchWorkError("no point of a family")
    return Zeros(), True


def _slices(system: Combination, free: Sequence[sympy.Symbol]) -> Iterator[Point]:
    """Yield points of a family with its free unknowns at some positive numbers."""
    sizes = [sympy.Rational(p, q) for p, q in ((1, 1), (1, 2), (2, 1), (1, 7), (5, 1), (1, 40), (30, 1))]
    for values in islice(product(sizes, repeat=len(free)), _SLICES):
        gens = system[0].gens
        fixed = [sympy.Poly(x - value, *gens, domain="QQ") for x, value in zip(free, values, strict=True)]
        yield from common_zeros([*system, *fixed]).points


def _meets_quadrant(curve: sympy.Poly) -> bool:
    """Whether an irreducible curve has a piece in the open quadrant.

    The real branches y(x) change only where the leading coefficient or the discriminant vanishes and cross y = 0 only
    at roots of the curve's restriction, so one test line between each two neighbours decides.
    """
    x, y = curve.gens
    in_y = sympy.Poly(curve.as_expr(), y)
    if in_y.degree() <= 0:
        return bool(sympy.Poly(curve.as_expr(), x).count_roots(0, None))
    critical = [in_y.LC(), in_y.nth(0), sympy.discriminant(curve.as_expr(), y) if in_y.degree() > 1 else sympy.S.One]
    tests = _between_roots(sympy.Poly(sympy.Mul(*(f for f in critical if f)), x))
    return any(sympy.Poly(curve.as_expr().subs(x, at), y).count_roots(0, None) for at in tests)


def _between_roots(p: sympy.Poly) -> list[sympy.Rational]:
    """Return a positive rational before, between and after the positive roots of a polynomial."""
    width, squarefree = sympy.Rational(1, 2), p.sqf_part()
    for _ in range(64):
        intervals = [interval for interval, _ in squarefree.intervals(eps=width, inf=0)] if p.degree() > 0 else []
        ends = [(sympy.Integer(0), sympy.Integer(0)), *((low, high) for low, high in intervals if high > 0)]
        if all(high < low for (_, high), (low, _) in pairwise(ends)):
            return [*((high + low) / 2 for (_, high), (low, _) in pairwise(ends)), ends[-1][1] + 1]
        width /= 2**8
    raise TooMuchWorkError("roots closer than 2^-512")
