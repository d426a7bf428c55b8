"""The smallest shock of the state that tips a system at rest into another basin.

Comes in: an `Assigner` and, for two units, separatrices. Goes out: `Shock`s. With two units the nearest point of a
separatrix is found on the curve itself and checked on both sides of it; otherwise random directions are searched and
refined, which gives an upper bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from symbiode.dynamics.basin.assignment import Assigner
from symbiode.dynamics.basin.results import Floats, Shock
from symbiode.dynamics.separatrix import Separatrix

DIRECTIONS, LADDER, KEPT, HALVINGS, REFINED = 240, 14, 8, 18, 8
_ASIDE = 1e-4


def shocks(a: Assigner, region: Floats, lines: Sequence[Separatrix], rng: np.random.Generator) -> list[Shock]:
    """Return the smallest shocks from every stable equilibrium, in both measures and for each unit alone.

    Parameters
    ----------
    a : Assigner
    region : array, shape (unit, 2)
    lines : sequence of Separatrix
        Of two units: the curves that bound basins; empty otherwise.
    rng : numpy.random.Generator
    """
    reference = a.numerics.reference(a.p)
    scale = np.where(np.isfinite(reference), reference, region[:, 1])
    found: list[Shock] = []
    for end, e, _ in a.rests:
        state = np.array(e.state)
        nearest, exact = None, False
        for measure, weights in (("absolute", np.ones(len(state))), ("relative", 1 / scale)):
            if measure == "absolute" or not np.allclose(scale, scale[0]):
                nearest = _on_curves(a, end, state, weights, lines) if lines else None
                exact = nearest is not None
                if nearest is None and len(state) > 1:
                    nearest = _searched(a, end, state, weights, region, rng)
            if nearest is not None:
                found.append(_shock(a, end, state, weights, nearest, measure, "", upper_bound=not exact))
        for i, unit in enumerate(a.model.units):
            alone = _unit_alone(a, end, state, i, lines, region)
            if alone is not None:
                point, exact = alone
                for measure, weights in (("absolute", np.ones(len(state))), ("relative", 1 / scale)):
                    found.append(_shock(a, end, state, weights, point, measure, unit.name, upper_bound=not exact))
    return found


def _shock(
    a: Assigner, end: int, state: Floats, weights: Floats, point: Floats, measure: str, unit: str, *, upper_bound: bool
) -> Shock:
    past = state + (1 + _ASIDE) * (point - state)
    beyond = int(a.assign((np.maximum(past, 0.0) if a.model.law.kolmogorov else past)[None])[0])
    return Shock(
        start=end, end=beyond, measure=measure, unit=unit, size=float(np.linalg.norm(weights * (point - state))),
        state=tuple(point.tolist()), upper_bound=upper_bound,
    )  # fmt: skip


def _borders(a: Assigner, end: int, state: Floats, points: Floats) -> Floats:
    """Return which points are the first border on the way from a state: inside before them, elsewhere beyond them."""
    ways = points - state
    shares = np.array([0.25, 0.5, 0.75, 1 - _ASIDE, 1 + _ASIDE])
    probes = state + shares[:, None, None] * ways
    probes = np.maximum(probes, 0.0) if a.model.law.kolmogorov else probes
    labels = a.assign(probes.reshape(-1, len(state))).reshape(len(shares), -1)
    return np.asarray((labels[:-1] == end).all(axis=0) & (labels[-1] != end))


def _on_curves(
    a: Assigner, end: int, state: Floats, weights: Floats, lines: Sequence[Separatrix]
) -> Floats | None:
    """Return the nearest point of the curves that bounds the basin of a state, None if none does."""
    found = [point for line in lines for point in _feet(line.curve, state, weights)]
    if not found:
        return None
    points = np.array(sorted(found, key=lambda point: float(np.linalg.norm(weights * (point - state)))))[:12]
    points = points[(points > 0).all(axis=1)] if a.model.law.kolmogorov else points
    good = _borders(a, end, state, points) if len(points) else np.zeros(0, bool)
    return np.asarray(points[np.argmax(good)]) if good.any() else None


def _feet(curve: Floats, state: Floats, weights: Floats) -> Iterator[Floats]:
    """Yield the points of a curve whose distance to a state is least among their neighbours, on a cubic spline."""
    from scipy.optimize import minimize_scalar

    far = np.linalg.norm(weights * (curve - state), axis=1)
    for k in np.flatnonzero((far[1:-1] <= far[:-2]) & (far[1:-1] <= far[2:])) + 1:
        spline, s, at = _spline(curve, int(k), weights)
        low, high = s[max(at - 1, 0)], s[min(at + 1, len(s) - 1)]

        def distance(t: float) -> float:
            return float(np.linalg.norm(weights * (spline(t) - state)))  # noqa: B023  used within the turn

        found = minimize_scalar(distance, bounds=(low, high), method="bounded", options={"xatol": 1e-12 * s[-1]})
        yield np.asarray(spline(found.x))


def _spline(curve: Floats, k: int, weights: Floats):  # type: ignore[no-untyped-def]
    from scipy.interpolate import CubicSpline

    first = max(k - 6, 0)
    part = curve[first : k + 7]
    gaps = np.linalg.norm(weights * np.diff(part, axis=0), axis=1)
    kept = np.concatenate([[True], gaps > 1e-9 * gaps.max()])
    part, at = part[kept], int(kept[: k - first + 1].sum()) - 1
    s = np.concatenate([[0.0], np.cumsum(np.linalg.norm(weights * np.diff(part, axis=0), axis=1))])
    return CubicSpline(s, part), s, at


def _unit_alone(
    a: Assigner, end: int, state: Floats, i: int, lines: Sequence[Separatrix], region: Floats
) -> tuple[Floats, bool] | None:
    """Return the nearest border if only unit i is changed, and whether it lies on a curve that is known."""
    if lines:
        found = [point for line in lines for point in _crossings(line.curve, state, i)]
        found = [point for point in found if point[i] > 0 or not a.model.law.kolmogorov]
        points = np.array(sorted(found, key=lambda point: abs(point[i] - state[i]))).reshape(-1, len(state))
        good = _borders(a, end, state, points) if len(points) else np.zeros(0, bool)
        return (points[np.argmax(good)], True) if good.any() else None
    ways = np.zeros((2, len(state)))
    ways[:, i] = 1, -1
    reach = np.array([10 * region[i, 1], state[i]])
    ladder = np.geomspace(1e-4, 1 - 1e-9, 4 * LADDER)
    bracketed = _bracketed(a, end, state, ways, reach, ladder)
    if bracketed is None:
        return None
    inner, outer, ways = bracketed
    radius = _halved(a, end, state, ways, inner, outer)
    k = int(np.argmin(radius))
    return state + radius[k] * ways[k], len(state) == 1


def _crossings(curve: Floats, state: Floats, i: int) -> Iterator[Floats]:
    """Yield where a curve has the other unit's level of a state, on a cubic spline."""
    from scipy.optimize import brentq

    j = 1 - i
    gap = curve[:, j] - state[j]
    yield from (curve[k] for k in np.flatnonzero(gap == 0))
    for k in np.flatnonzero(gap[:-1] * gap[1:] < 0):
        spline, s, at = _spline(curve, int(k), np.ones(2))
        if at + 1 < len(s) and (spline(s[at])[j] - state[j]) * (spline(s[at + 1])[j] - state[j]) < 0:
            t = brentq(lambda t, f=spline: float(f(t)[j] - state[j]), s[at], s[at + 1], xtol=1e-14 * max(s[-1], 1e-300))
            point = np.asarray(spline(t))
            point[j] = state[j]
            yield point


def _searched(
    a: Assigner, end: int, state: Floats, weights: Floats, region: Floats, rng: np.random.Generator
) -> Floats | None:
    """Return a border point close to the nearest: random directions, then smaller and smaller turns of the best."""
    ways = rng.standard_normal((DIRECTIONS, len(state)))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    ladder = np.geomspace(1e-3, 1 - 1e-9, LADDER)
    found = _bracketed(a, end, state, ways / weights, _reach(a, state, ways / weights, region), ladder)
    if found is None:
        return None
    inner, outer, ways = found
    best = np.argsort(outer, kind="stable")[:KEPT]
    radius = _halved(a, end, state, ways[best], inner[best], outer[best])
    k = int(np.argmin(radius))
    least, way = float(radius[k]), ways[best][k] * weights
    for turn in range(REFINED):
        turned = way + 0.5 ** (turn + 1) * rng.standard_normal((KEPT * 4, len(state)))
        turned /= np.linalg.norm(turned, axis=1, keepdims=True)
        closer = 0.998 * least
        fits = closer <= _reach(a, state, turned / weights, region)
        turned = turned[fits]
        if not len(turned):
            continue
        tipped = turned[a.assign(state + closer * turned / weights) != end]
        if len(tipped):
            radius = _halved(a, end, state, tipped / weights, np.zeros(len(tipped)), np.full(len(tipped), closer))
            k = int(np.argmin(radius))
            least, way = float(radius[k]), tipped[k]
    return np.asarray(state + least * way / weights)


def _reach(a: Assigner, state: Floats, ways: Floats, region: Floats) -> Floats:
    """Return how far each direction may be followed: to a level of zero, or to twice the region."""
    with np.errstate(divide="ignore", invalid="ignore"):
        down = np.where(ways < 0, (state - (0 if a.model.law.kolmogorov else region[:, 0])) / -ways, np.inf)
        up = np.where(ways > 0, (2 * np.maximum(region[:, 1], state) - state) / ways, np.inf)
    return np.asarray(np.minimum(down, up).min(axis=1) * (1 - 1e-9))


def _bracketed(
    a: Assigner, end: int, state: Floats, ways: Floats, reach: Floats, ladder: Floats
) -> tuple[Floats, Floats, Floats] | None:
    """Return for the directions that leave the basin the last rung inside, the first one outside, and the direction."""
    kept = reach > 0
    ways, reach = ways[kept], reach[kept]
    if not len(ways):
        return None
    radii = reach[:, None] * ladder
    labels = a.assign((state + radii[..., None] * ways[:, None]).reshape(-1, len(state))).reshape(radii.shape)
    out = labels != end
    leaves = out.any(axis=1)
    if not leaves.any():
        return None
    first = out.argmax(axis=1)[leaves]
    rows = np.flatnonzero(leaves)
    inner = np.where(first > 0, radii[rows, np.maximum(first - 1, 0)], 0.0)
    return inner, radii[rows, first], ways[rows]


def _halved(a: Assigner, end: int, state: Floats, ways: Floats, inner: Floats, outer: Floats) -> Floats:
    """Return the radius of the border along directions by bisection, the outer end."""
    inner, outer = inner.copy(), outer.copy()
    for _ in range(HALVINGS):
        middle = (inner + outer) / 2
        own = a.assign(state + middle[:, None] * ways) == end
        inner, outer = np.where(own, middle, inner), np.where(own, outer, middle)
    return outer
