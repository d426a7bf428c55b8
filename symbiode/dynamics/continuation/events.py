"""Special points on a followed track: functions that change sign along it, then Newton's method on each change.

Comes in: a track as points with tangents and orientation. Goes out: `Event` points, each between two of its points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.continuation import points
from symbiode.dynamics.continuation.arclength import Array, Track
from symbiode.dynamics.continuation.defining import entering
from symbiode.dynamics.continuation.points import Located
from symbiode.dynamics.continuation.systems import Equations

Newton = Callable[[Array], Located | None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Event:
    """A special point on a track.

    Parameters
    ----------
    what : str
        ``fold``, ``hopf``, ``branch`` (two curves of these equations cross), ``transcritical`` (`unit` of a Kolmogorov
        law appears or disappears), ``leaves`` (a level passes zero, and nothing else happens).
    after : int
        It lies between this point of the track and the next.
    along : float
        How far between them.
    point : array, shape (m + 1,)
    error : float
        Of the coefficient.
    unit : int or None
    aside : array, shape (m + 1,), or None
        Tangent of the crossing curve, scaled.
    """

    what: str
    after: int
    along: float
    point: Array
    error: float
    unit: int | None = None
    aside: Array | None = None


def events_on(equations: Equations, line: Track, sizes: Array) -> Iterator[Event]:
    """Yield every special point on a track, in no order."""
    growth, full = equations.system.growth, equations.full(line.points)
    plain = "leaves" if growth is None else "transcritical"
    for column, unit in enumerate(equations.support):
        newton = partial(points.zero_of, equations, sizes, unit)
        for k, share in changes(line.points[:, column], 1e-11 * sizes[column]):
            yield from _located(plain, line, sizes, (k, share), newton, unit)
    if growth is not None:
        values = np.array([growth.value(row) for row in full])
        slopes = np.abs(growth.jacobian(full[len(full) // 2])[:, equations.columns]) @ sizes
        for unit in sorted(set(range(equations.system.size)) - set(equations.support)):
            newton = partial(points.meeting, equations, sizes, entering(equations, unit))
            for k, share in changes(values[:, unit], 1e-11 * (slopes[unit] + np.abs(values[:, unit]).max())):
                yield from _located(plain, line, sizes, (k, share), newton, unit)
    crossed = list(changes(line.orientation, 1e-12))
    for place in crossed:
        yield from _branch(equations, line, sizes, place)
    for k, share in changes(line.tangents[:, -1], 0.0):
        if all(abs(k - j) > 1 for j, _ in crossed):
            yield from _located("fold", line, sizes, (k, share), partial(points.fold, equations, sizes))
    yield from _hopf(equations, line, full, sizes)


def changes(values: Array, zero: float) -> Iterator[tuple[int, float]]:
    """Yield (k, share) where values change sign between k and k + 1, at that share of the step; zeros have no sign.

    A first or last value that alone is zero counts too: special points may lie on the edge of what is followed.
    """
    signs = np.where(np.isfinite(values) & (np.abs(values) > zero), np.sign(values), 0)
    kept = np.flatnonzero(signs)
    if len(kept) and kept[0] == 1 and np.isfinite(values[0]):
        yield 0, 0.0
    if len(kept) and kept[-1] == len(values) - 2 and np.isfinite(values[-1]):
        yield len(values) - 2, 1.0
    for before, after in pairwise(map(int, kept)):
        if signs[before] != signs[after]:
            share = float(values[before] / (values[before] - values[after])) * (after - before)
            k = min(before + int(share), after - 1)
            yield k, float(np.clip(before + share - k, 0, 1))


def _located(
    what: str, line: Track, sizes: Array, place: tuple[int, float], newton: Newton, unit: int | None = None
) -> Iterator[Event]:
    """Yield the point that Newton's method finds from between two points, if it lies there."""
    k, share = place
    step = (line.points[k + 1] - line.points[k]) / sizes
    guess = line.points[k] + share * step * sizes
    found = newton(guess)
    length = float(np.linalg.norm(step))
    if found is None or np.linalg.norm((found.point - guess) / sizes) > length + 1e-7:
        return
    along = float(step @ ((found.point - line.points[k]) / sizes)) / length**2 if length else 0.0
    yield Event(what=what, after=k, along=along, point=found.point, error=found.error, unit=unit)


def _branch(equations: Equations, line: Track, sizes: Array, place: tuple[int, float]) -> Iterator[Event]:
    """Yield a simple branch point with the tangent of the curve that crosses."""
    aside: list[Array] = []

    def newton(guess: Array) -> Located | None:
        found = points.branch_point(equations, sizes, guess)
        if found is None:
            return None
        aside.append(min(found[1], key=lambda d: abs(float(d @ line.tangents[place[0]]))))
        return found[0]

    for event in _located("branch", line, sizes, place, newton):
        yield replace(event, aside=aside[0])


def _hopf(equations: Equations, line: Track, full: Array, sizes: Array) -> Iterator[Event]:
    """Yield where a pair of complex eigenvalues crosses the axis: a product of pair sums changes sign."""
    if len(equations.support) < 2:
        return
    rows = np.ix_(equations.support, equations.support)
    blocks = [J[rows] for J in map(equations.system.rates.jacobian, full)]
    if not np.isfinite(blocks).all():
        return
    values = np.array([_sums(np.linalg.eigvals(J).astype(complex)) for J in blocks])
    for place in changes(values, 1e-10):
        yield from _located("hopf", line, sizes, place, partial(points.hopf, equations, sizes))


def _sums(spectrum: NDArray[np.complex128]) -> float:
    """Return the product over pairs of eigenvalues of their relative sums; real."""
    product = 1.0 + 0.0j
    for a, b in combinations(spectrum, 2):
        product *= (a + b) / (abs(a) + abs(b) or 1.0)
    return float(product.real)
