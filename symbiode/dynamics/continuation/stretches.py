"""Where the mode changes along branches, and what attracts between the special points.

Comes in: named branches. Goes out: special points of kind mode change, and stretches of the interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq

from symbiode.dynamics.continuation.arclength import Array, Solved, onto, solve
from symbiode.dynamics.continuation.results import Branch, Branches, Kind, SpecialPoint, Stretch
from symbiode.dynamics.continuation.seeds import at_value
from symbiode.dynamics.continuation.systems import System
from symbiode.dynamics.equilibrium import affine
from symbiode.dynamics.modes import settle
from symbiode.dynamics.modes.ladder import TOLERANCE, Mode, mode_of
from symbiode.system.arithmetic import number

_NONE = 1e-9  # a gain of this size counts as none
_MOST_CUTS = 6  # of three units, which may take a simulation each
Gains = Callable[[Array], Array | None]


def mode_changes(system: System, branches: Sequence[Branch], scale: Array) -> list[SpecialPoint]:
    """Return where the realised mode of two units changes along stable coexistence."""
    if system.size != 2:
        return []
    gains = _gains(system, branches)
    return [p for b in branches if len(b.support) == 2 for p in _changes(system, b, gains, scale)]


def _gains(system: System, branches: Sequence[Branch]) -> Gains:
    """Return what each unit gains over standing alone, as a function of z; None where it does not stand alone."""

    def gains(z: Array) -> Array | None:
        alone = [_alone(system, branches, unit, z[-1]) for unit in range(2)]
        return None if None in alone else np.array([x / a - 1 for x, a in zip(z, alone, strict=False) if a is not None])

    return gains


def _alone(system: System, branches: Sequence[Branch], unit: int, value: float) -> float | None:
    """Return the one level at which a unit settles alone at a value of the coefficient."""
    name = system.model.units[unit].name
    equations = system.on((unit,))
    found = []
    for branch in branches:
        if branch.support != (name,):
            continue
        for k in _spanning(branch.values, value):
            guess = np.interp(value, *_ordered(branch.values[k : k + 2], branch.states[k : k + 2, unit]))

            def still(x: Array) -> tuple[Array, Array]:
                G, J = equations(np.append(x, value))
                return G, J[:, :1]

            at = solve(still, [guess], scale=max(abs(float(guess)), 1e-300))
            if at.converged and still(at.point)[1][0, 0] < 0:
                found.append(float(at.point[0]))
    distinct = [x for k, x in enumerate(found) if all(abs(x - y) > 1e-9 * abs(x) for y in found[:k])]
    return distinct[0] if len(distinct) == 1 else None


def _spanning(values: Array, at: float) -> Iterator[int]:
    low, high = np.minimum(values[:-1], values[1:]), np.maximum(values[:-1], values[1:])
    yield from map(int, np.flatnonzero((low <= at) & (at <= high)))


def _ordered(values: Array, levels: Array) -> tuple[Array, Array]:
    order = np.argsort(values)
    return values[order], levels[order]


def _conditions(gains: Array) -> Array:
    """Return the functions whose signs name a mode: both gains, and both edges of the symmetric band."""
    keep = 1 - float(TOLERANCE)
    a, b = gains
    return np.array([a, b, b - keep * a, a - keep * b])


def _mode(gains: Array) -> Mode:
    first, second = (0 if abs(g) <= _NONE else int(np.sign(g)) for g in gains)
    share = number(float(min(gains) / max(gains))) if min(gains) > _NONE else None
    return mode_of((first, second), share)


def _changes(system: System, branch: Branch, gains: Gains, scale: Array) -> Iterator[SpecialPoint]:
    z = np.column_stack([branch.states, branch.values])
    seen = [gains(row) if good else None for row, good in zip(z, branch.stable, strict=True)]
    known = [k for k, g in enumerate(seen) if g is not None and (np.abs(g) > _NONE).all()]
    for k, after in pairwise(known):
        before, then = seen[k], seen[after]
        if before is None or then is None or any(seen[j] is None for j in range(k, after)):
            continue
        if _mode(before) is not _mode(then):
            yield from _between(system, branch, gains, (z[k], z[after], scale))


def _between(
    system: System, branch: Branch, gains: Gains, ends: tuple[Array, Array, Array]
) -> Iterator[SpecialPoint]:
    """Yield the mode changes between two neighbouring points, each condition on its own."""
    first, last, scale = ends
    before, then = gains(first), gains(last)
    if before is None or then is None:
        return
    starts, stops = _conditions(before), _conditions(then)
    both = bool((before > 0).all() or (then > 0).all())
    changed = [c for c in range(4) if starts[c] * stops[c] < 0 and (c < 2 or both)]
    found = [root for root in (_root(system, gains, c, ends) for c in changed) if root is not None]
    sizes = np.append(scale, max(abs(last[-1] - first[-1]), 1e-12))
    found.sort(key=lambda pair: float(np.linalg.norm((pair[0] - first) / sizes)))
    apart = [pair for k, pair in enumerate(found) if not k or np.abs((pair[0] - found[k - 1][0]) / sizes).max() > 1e-9]
    stations = [first, *(at for at, _ in apart), last]
    middles = [gains((a + b) / 2) for a, b in pairwise(stations)]
    for (at, error), (low, high) in zip(apart, pairwise(middles), strict=True):
        if low is None or high is None or _mode(low) is _mode(high):
            continue
        modes = (_mode(low), _mode(high)) if last[-1] > first[-1] else (_mode(high), _mode(low))
        yield SpecialPoint(
            kind=Kind.MODE_CHANGE, value=float(at[-1]), error=error, state=tuple(map(float, at[:2])),
            branches=(branch.name,), modes=modes,
        )  # fmt: skip


def _root(
    system: System, gains: Gains, condition: int, ends: tuple[Array, Array, Array]
) -> tuple[Array, float] | None:
    """Return where a condition is zero on the curve between two points, and its error."""
    first, last, scale = ends
    sizes = np.append(scale, max(abs(last[-1] - first[-1]), 1e-12))
    equations, chord = system.on((0, 1)), (last - first) / sizes

    def on(share: float) -> Solved:
        return onto(equations, first + share * (last - first), chord, sizes)

    def at(share: float) -> float:
        found = on(share)
        reached = gains(found.point) if found.converged else None
        return np.nan if reached is None else float(_conditions(reached)[condition])

    try:
        point = on(float(brentq(at, 0.0, 1.0, xtol=1e-15))).point
    except ValueError:  # a unit does not stand alone there
        return None
    return point, float(4e-16 * abs(point[-1]) + 2e-15 * abs(last[-1] - first[-1]))


def stretches_of(system: System, found: Branches) -> tuple[Stretch, ...]:
    """Return what attracts between neighbouring special values, equal neighbours put together."""
    ends = [float(b.values[k]) for b in found.branches for k in (0, -1) if b.ends[k] != "far"]
    told = [p.value for p in found.points]
    open_ends = [v for v in ends if all(abs(v - value) > 1e-6 * (1 + abs(v)) for value in told)]
    values = sorted([*found.between, *told, *open_ends])
    cuts = [v for k, v in enumerate(values) if not k or v - values[k - 1] > 1e-9 * (1 + abs(v))]
    if cuts[-1] < found.between[1]:
        cuts[-1] = found.between[1]
    affordable = system.size < 3 or (system.size == 3 and len(cuts) <= _MOST_CUTS)
    exact = affordable and system.growth is not None and affine(system.model) is not None
    parts: list[Stretch] = []
    for low, high in pairwise(cuts):
        part = _stretch(system, found, (low, high), exact)
        last = parts[-1] if parts else None
        same = last and (last.attractors, last.outcome, last.mode) == (part.attractors, part.outcome, part.mode)
        if last and same:
            parts[-1] = replace(last, high=high)
        else:
            parts.append(part)
    return tuple(parts)


def _stretch(system: System, found: Branches, ends: tuple[float, float], exact: bool) -> Stretch:
    middle = (ends[0] + ends[1]) / 2
    stable = [b for b in found.branches for k in _spanning(b.values, middle) if b.stable[k] or b.stable[k + 1]]
    names = tuple(dict.fromkeys(b.name for b in stable))
    model = at_value(system, system.names[0], number(middle)) if exact else None
    if model is not None:
        settled = settle(model)
        return Stretch(low=ends[0], high=ends[1], attractors=names, outcome=settled.outcome, mode=settled.mode)
    mode = None
    if len(names) == 1 and len(stable[0].support) == 2 == system.size:
        branch = stable[0]
        k = next(k for k in _spanning(branch.values, middle) if branch.stable[k] or branch.stable[k + 1])
        z = np.column_stack([branch.states, branch.values])
        share = (middle - z[k, -1]) / ((z[k + 1, -1] - z[k, -1]) or 1.0)
        reached = _gains(system, found.branches)(z[k] + share * (z[k + 1] - z[k]))
        mode = None if reached is None else _mode(reached)
    return Stretch(low=ends[0], high=ends[1], attractors=names, mode=mode)
