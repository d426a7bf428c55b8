"""How far two effects are from the nearest change of mode or outcome, and what is on the other side.

Comes in: exact effects (d12, d21) of two logistic units that both grow alone. Goes out: a `Border`. The borders are the
lines where an effect is 0 or -1 and the curves d12*d21 = 1 and "gains as unequal as the symmetric band allows"; only
the parts that separate different outcomes or realised modes count. The nearest point of a curve is a root of a quartic.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import sympy

from symbiode.dynamics.modes.ladder import TOLERANCE, Outcome, banded, index, mode_of
from symbiode.dynamics.modes.theorems import normal, two_units

Point = tuple[float, float]
ZERO, ONE = sympy.Integer(0), sympy.Integer(1)
_T = sympy.Symbol("t")
_FINE = sympy.Rational(1, 10**20)


@dataclass(frozen=True, kw_only=True)
class Border:
    """The nearest change of the realised mode or outcome in the (d12, d21) plane.

    Parameters
    ----------
    name : str
        Its equation: ``d12 = 0``, ``d12 = -1``, ``d12*d21 = 1``, or the edge of the symmetric band.
    distance : float
        Euclidean distance in (d12, d21); 0 on the border.
    neighbour : str
        What is on the other side: the key of a mode or an outcome.
    point : (float, float)
        The nearest point of the border.
    standard_errors : float or None
        The distance in standard errors, if a covariance was given.
    """

    name: str
    distance: float
    neighbour: str
    point: tuple[float, float]
    standard_errors: float | None = None


@dataclass(frozen=True, kw_only=True)
class Metric:
    """The quadratic form whose root is the distance: the unit matrix, or an inverse covariance."""

    aa: sympy.Expr = ONE
    ab: sympy.Expr = ZERO
    bb: sympy.Expr = ONE

    def distance(self, a: float, b: float) -> float:
        """Return the length of a step."""
        return math.sqrt(float(self.aa) * a * a + 2 * float(self.ab) * a * b + float(self.bb) * b * b)


def nearest_border(
    a: sympy.Expr, b: sympy.Expr, *, tau: sympy.Expr = TOLERANCE, covariance: tuple[Point, Point] | None = None
) -> Border:
    """Return the nearest border of the plane of two effects.

    Parameters
    ----------
    a, b : exact numbers
        d12 and d21.
    tau : exact number
        Of the symmetric band.
    covariance : ((float, float), (float, float)), optional
        Of the two effects; then nearest is meant in standard errors (Mahalanobis distance), and `distance` is the
        Euclidean distance to that point.

    Returns
    -------
    Border

    Examples
    --------
    >>> found = nearest_border(sympy.Rational(7, 20), sympy.Rational(1, 5))
    >>> found.name, found.neighbour
    ('smaller/larger gain = 0.9', 'symmetric_mutualism')
    """
    metric = Metric() if covariance is None else _inverse(covariance)
    x, y = float(a), float(b)
    best: tuple[float, str, Point] | None = None
    for name, point in _feet(_rational(a), _rational(b), _rational(tau), metric):
        far = metric.distance(point[0] - x, point[1] - y)
        if best is None or far < best[0] * (1 - 1e-14):
            best = far, name, point
    assert best is not None
    far, name, point = best
    exact = _across(a, b, point, name)
    return Border(
        name=name,
        distance=math.hypot(point[0] - x, point[1] - y),
        neighbour=region(*exact, tau=tau),
        point=point,
        standard_errors=None if covariance is None else far,
    )


def region(a: sympy.Expr, b: sympy.Expr, *, zero: sympy.Expr = ZERO, tau: sympy.Expr = TOLERANCE) -> str:
    """Return the key of the realised mode at a pair of effects, of the outcome where there is none.

    Examples
    --------
    >>> region(sympy.Integer(2), sympy.Integer(1))
    'blow_up'
    """
    found = two_units(normal((ONE, ONE), ((-ONE, a), (b, -ONE)), (ONE, ONE)))
    if found.outcome is not Outcome.COEXISTENCE:
        return str(found.outcome.value)
    gains = index(a * (1 + b), b * (1 + a))
    return str(mode_of((banded(a, zero), banded(b, zero)), gains, tau).value)


def _rational(value: sympy.Expr) -> sympy.Rational:
    exact: sympy.Rational = value if isinstance(value, sympy.Rational) else sympy.Rational(str(value.evalf(40)))
    return exact


def _inverse(covariance: tuple[Point, Point]) -> Metric:
    (aa, ab), (_, bb) = (tuple(sympy.Rational(str(float(v))) for v in row) for row in covariance)
    det = aa * bb - ab * ab
    return Metric(aa=bb / det, ab=-ab / det, bb=aa / det)


def _feet(a: sympy.Rational, b: sympy.Rational, tau: sympy.Rational, metric: Metric) -> Iterator[tuple[str, Point]]:
    """Yield the candidates for the nearest point of every border."""
    turned = Metric(aa=metric.bb, ab=metric.ab, bb=metric.aa)
    for level, beyond in ((ZERO, -ONE), (-ONE, None)):
        for name, own, other, form in (("d12", a, b, metric), ("d21", b, a, turned)):
            along = other + form.ab / form.bb * (own - level)
            along = along if beyond is None else max(along, beyond)
            point = (float(level), float(along))
            yield f"{name} = {level}", point if name == "d12" else point[::-1]
    for t in _roots(_stationary(a, b, metric, ONE, _T)):
        if t > 0:
            yield "d12*d21 = 1", (float(t), float(1 / t))
    name = f"smaller/larger gain = {float(1 - tau):g}"
    keep = 1 - tau
    end = sympy.Rational(str(((tau + sympy.sqrt(tau**2 + 4 * keep)) / (2 * keep)).evalf(40)))
    for flip, own, other, form in ((False, a, b, metric), (True, b, a, turned)):
        for t in [ZERO, end, *_roots(_stationary(own, other, form, keep * _T, 1 + tau * _T))]:
            if 0 <= t <= end:
                point = float(t), float(keep * t / (1 + tau * t))
                yield name, point[::-1] if flip else point


def _stationary(
    a: sympy.Rational, b: sympy.Rational, metric: Metric, top: sympy.Expr, bottom: sympy.Expr
) -> sympy.Poly:
    """Return the polynomial in t whose roots are where the distance to the curve (t, top/bottom) is stationary."""
    slope = sympy.diff(top, _T) * bottom - top * sympy.diff(bottom, _T)
    da, db = (_T - a) * bottom, top - b * bottom
    along = (metric.aa * da + metric.ab * db) * bottom**2 + (metric.ab * da + metric.bb * db) * slope
    return sympy.Poly(sympy.expand(along), _T, domain="QQ")


def _roots(polynomial: sympy.Poly) -> list[sympy.Rational]:
    """Return the real roots to 20 digits, by exact isolation."""
    found = polynomial.sqf_part().intervals(eps=_FINE)
    return [(low + high) / 2 for (low, high), _ in found]


def _across(a: sympy.Expr, b: sympy.Expr, point: Point, name: str) -> tuple[sympy.Expr, sympy.Expr]:
    """Return a point just beyond the border, seen from (a, b); on the border itself, where the effects are smaller."""
    step = [sympy.Rational(str(p)) - v for p, v in zip(point, (a, b), strict=True)]
    size = math.hypot(*map(float, step))
    if size < 1e-12:
        step = {"d12": [-ONE, ZERO], "d21": [ZERO, -ONE]}.get(name[:3], [-ONE, -ONE])
        size = 1.0
    reach = sympy.Rational(str(1e-7 * max(1.0, abs(point[0]), abs(point[1])))) / sympy.Rational(str(size))
    foot = [sympy.Rational(str(p)) for p in point]
    return foot[0] + reach * step[0], foot[1] + reach * step[1]
