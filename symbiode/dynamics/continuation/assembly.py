"""From followed tracks to results: cut off what is below zero, name the branches, classify the special points.

Comes in: `Grown` tracks. Goes out: `Branch` and `SpecialPoint` values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.continuation.arclength import Array, Ended
from symbiode.dynamics.continuation.branches import Grown
from symbiode.dynamics.continuation.events import Event
from symbiode.dynamics.continuation.normal_forms import oscillation, simple_zero
from symbiode.dynamics.continuation.results import Branch, Kind, SpecialPoint
from symbiode.dynamics.continuation.systems import System
from symbiode.dynamics.equilibrium.results import Stability
from symbiode.words import say

_ZERO = 1e-9  # an eigenvalue below this share of the largest counts as zero; a level, of its typical size
_SAME = 1e-6


def branches_of(system: System, tracks: Sequence[Grown], scale: Array) -> list[Branch]:
    """Return the parts of the tracks without negative levels, named by the units that are present."""
    pieces = [piece for track in tracks for piece in _pieces(system, track, scale)]
    pieces.sort(key=lambda b: (len(b.support), b.support, float(b.values.min()), float(b.states.sum(axis=1).mean())))
    named = []
    for piece in pieces:
        alike = [b for b in pieces if b.support == piece.support]
        name = "+".join(piece.support) or say("eq_nobody")
        name = name if len(alike) == 1 else f"{name} {alike.index(piece) + 1}"
        named.append(replace(piece, name=name))
    return named


def _pieces(system: System, track: Grown, scale: Array) -> Iterator[Branch]:
    n, names = system.size, [unit.name for unit in system.model.units]
    levels = track.points[:, :n]
    inside = np.isfinite(levels).all(axis=1) & (levels >= -_ZERO * scale).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(int), [0]])))
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        if after - first < 2:
            continue
        part = slice(first, after)
        states = np.where(np.abs(levels[part]) <= _ZERO * scale, 0.0, levels[part])
        eigenvalues = track.eigenvalues[part]
        ends = (_end(track, 0, first == 0), _end(track, 1, after == len(levels)))
        present = tuple(name for name, x in zip(names, states.T, strict=True) if x.max() > 0)
        yield Branch(
            name="", support=present, values=track.points[part, n], states=states, eigenvalues=eigenvalues,
            stability=tuple(map(stability, eigenvalues)), ends=ends,
        )  # fmt: skip


def _end(track: Grown, side: int, whole: bool) -> str:
    if not whole:
        return "special"
    if track.far[side]:
        return "far"
    return {Ended.EDGE: "edge", Ended.CLOSED: "closed"}.get(track.ends[side], "stalled")


def stability(eigenvalues: NDArray[np.complex128]) -> Stability:
    """Return the type that a spectrum means; a real part that may be rounding counts as zero."""
    if np.isnan(eigenvalues).any():
        return Stability.DEGENERATE
    real, sizes = eigenvalues.real, np.abs(eigenvalues)
    size = sizes[np.isfinite(sizes)].max(initial=0)
    if (np.abs(real) <= _ZERO * size).any() or not sizes.any():
        return Stability.DEGENERATE
    if real.min() < 0 < real.max():
        return Stability.SADDLE
    turning = bool((np.abs(eigenvalues.imag) > _ZERO * size).any())
    if real.max() < 0:
        return Stability.STABLE_FOCUS if turning else Stability.STABLE_NODE
    return Stability.UNSTABLE_FOCUS if turning else Stability.UNSTABLE_NODE


def points_of(
    system: System, tracks: Sequence[Grown], branches: Sequence[Branch], scale: Array, between: tuple[float, float]
) -> list[SpecialPoint]:
    """Return the special points without negative levels, each once, and the asymptotes."""
    found: list[SpecialPoint] = []
    sizes = np.append(scale, between[1] - between[0])
    for track in tracks:
        for event in track.events:
            point = _classified(system, track, event, sizes)
            if point is not None and not any(_alike(point, other, scale) for other in found):
                found.append(point)
    found += _asymptotes(branches, between)
    found += _losses(system, branches, found, scale)
    return _merged([_placed(p, branches, scale) for p in sorted(found, key=lambda p: p.value)])


def _merged(points: list[SpecialPoint]) -> list[SpecialPoint]:
    """Put the ends of one line of equilibria, and asymptotes at one value, together."""
    kept: list[SpecialPoint] = []
    for p in points:
        twin = next((k for k, q in enumerate(kept) if q.kind is p.kind and abs(q.value - p.value) <= 1e-9), None)
        if twin is None or p.kind not in (Kind.CONTINUUM, Kind.ASYMPTOTE):
            kept.append(p)
        else:
            names = dict.fromkeys((*kept[twin].branches, *p.branches))
            kept[twin] = replace(kept[twin], branches=tuple(names))
    return kept


def _classified(system: System, track: Grown, event: Event, sizes: Array) -> SpecialPoint | None:
    n = system.size
    z = track.equations.full(event.point)
    if event.what == "leaves" or (z[:n] < -_ZERO * sizes[:n]).any():
        return None
    if not np.isfinite(system.rates.jacobian(z)).all():
        return None  # on a pole
    if event.what == "hopf":
        form = oscillation(system, z)
        kind, sense = Kind.HOPF, _sense(form["lyapunov"])
    else:
        kind, sense, form = _zero_eigenvalue(system, z, sizes)
    return SpecialPoint(
        kind=kind, value=float(z[n]), error=event.error, state=tuple(float(x) for x in z[:n]),
        normal_form=tuple(form.items()), sense=sense,
    )  # fmt: skip


def _zero_eigenvalue(system: System, z: Array, sizes: Array) -> tuple[Kind, str, dict[str, float]]:
    """Return what happens at an eigenvalue zero, by its normal form."""
    found = np.abs(system.eigenvalues(z))
    if np.sum(found <= 1e-6 * found.max(initial=0)) != 1 and system.size > 1:
        return Kind.DEGENERATE, "", {}
    form = simple_zero(system, z, sizes)
    if form["b20"]:
        flat = form["a01"] == 0
        return (Kind.TRANSCRITICAL if form["b11"] else Kind.DEGENERATE) if flat else Kind.FOLD, "", form
    if form["a01"] == 0 and form["b11"] and form["b30"]:
        return Kind.PITCHFORK, _sense(form["b30"]), form
    vertical = form["a01"] == 0 and not form["b30"]
    return Kind.CONTINUUM if vertical else Kind.DEGENERATE, "", form


def _sense(coefficient: float) -> str:
    return "supercritical" if coefficient < 0 else "subcritical" if coefficient > 0 else "degenerate"


def _alike(a: SpecialPoint, b: SpecialPoint, scale: Array) -> bool:
    if a.kind is not b.kind or a.state is None or b.state is None:
        return False
    apart = np.abs(np.subtract(a.state, b.state)) / scale
    return bool(apart.max(initial=0) <= _SAME) and abs(a.value - b.value) <= _SAME * (1 + abs(a.value))


def _asymptotes(branches: Sequence[Branch], between: tuple[float, float]) -> Iterator[SpecialPoint]:
    """Yield where a level goes to infinity at a finite value: the value as a polynomial of 1/level, at zero."""
    for branch in branches:
        for end, sense in zip(branch.ends, (1, -1), strict=True):
            if end != "far" or len(branch.values) < 5:
                continue
            last = slice(None, 5) if sense == 1 else slice(-5, None)
            x = branch.states[last]
            s = 1 / x[:, int(np.argmax(x.max(axis=0)))]
            p = branch.values[last]
            order = np.argsort(s)
            s, p = s[order], p[order]
            value, coarse = _at_zero(s[:4], p[:4]), _at_zero(s[:3], p[:3])
            error = abs(value - coarse) + 1e-13 * (1 + abs(value))
            value = next((edge for edge in (0.0, *between) if abs(value - edge) <= 10 * error), value)
            if error <= 1e-7 * (1 + abs(value)):
                yield SpecialPoint(kind=Kind.ASYMPTOTE, value=value, error=error, branches=(branch.name,))


def _at_zero(s: Array, p: Array) -> float:
    """Return the interpolating polynomial of p over s at s = 0."""
    weights = [np.prod([-s[j] / (s[i] - s[j]) for j in range(len(s)) if j != i]) for i in range(len(s))]
    return float(np.dot(weights, p))


def _losses(
    system: System, branches: Sequence[Branch], known: Sequence[SpecialPoint], scale: Array
) -> Iterator[SpecialPoint]:
    """Yield where a level vanishes at a state where the equations jump, so that Newton's method finds no point."""
    for branch in branches:
        for end, sense in zip(branch.ends, (1, -1), strict=True):
            z = np.column_stack([branch.states, branch.values])[::sense]
            z = z[np.append(True, np.diff(z[:, -1]) != 0)][:4]
            s = z[:, int(np.argmin(z[0, :-1] / scale))]
            if end != "special" or system.growth is None or len(z) < 4 or not s[0] < s[1] < s[2] < s[3]:
                continue
            *state, value = np.array([_at_zero(s, column) for column in z.T])
            state = [x if abs(x) > _ZERO * size else 0.0 for x, size in zip(state, scale, strict=True)]
            error = abs(value - _at_zero(s[:3], z[:3, -1])) + 1e-13 * (1 + abs(value))
            point = SpecialPoint(kind=Kind.POLE, value=float(value), error=error, state=tuple(map(float, state)))
            if any(_alike(replace(point, kind=other.kind), other, scale) for other in known):
                continue
            present = [unit.name in branch.support for unit in system.model.units]
            jump = np.abs(system.growth.value(np.append(state, value))[present]).max()
            if not jump < 1e-6 * np.abs(branch.eigenvalues).max():
                yield replace(point, branches=(branch.name,))


def _placed(p: SpecialPoint, branches: Sequence[Branch], scale: Array) -> SpecialPoint:
    """Add the names of the branches through a point."""
    if p.state is None:
        return p
    names = list(p.branches)
    for b in branches:
        gap = np.abs(b.states - np.array(p.state)) / scale
        near = (gap.max(axis=1, initial=0) <= _SAME) & (np.abs(b.values - p.value) <= _SAME * (1 + abs(p.value)))
        if near.any() and b.name not in names:
            names.append(b.name)
    return replace(p, branches=tuple(names))
