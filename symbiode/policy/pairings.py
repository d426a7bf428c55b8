"""What every two units, and every two regions, are to each other along a path of three and more units.

Comes in: a `Course` and its frozen walk. Goes out: `Pairing`s, their changes located on the exact border functions.

Side A gains from side B what it loses where B is taken away, as `settle` reads a pair and `plan` two groups:

    G_A = sum over A of (x_i - x_i without B) / sum over A of K_i.

Where a unit of A does not settle alone there is no K_i; regions are then measured by sum over A of (x_i without B).
Units with linear effects whose sizes |d_ij| have a spectral radius below 1 come to one equilibrium from every start,
whoever is taken away and however late effects are felt (Goh 1977; Kuang 1993, chapter 3): where all levels of the
linear solution are positive, it is that one. Else the rest is followed without the other side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, pairwise

import numpy as np
import sympy
from numpy.typing import NDArray

from symbiode.dynamics.modes import Mode, Outcome
from symbiode.policy import sampling
from symbiode.policy.causes import causes, jumps
from symbiode.policy.course import Course, roots
from symbiode.policy.results import Change, Pairing, Piece
from symbiode.system.laws import Symbols

Array = NDArray[np.float64]
Levels = Callable[[Array, Array], Array]
MOST, FINE, NOTHING = 16, 97, 1e-12


@dataclass(frozen=True, kw_only=True)
class Without:
    """Equations of motion without some units, which fade and are felt by nobody."""

    rates: Callable[[Symbols], tuple[sympy.Expr, ...]]
    gone: tuple[int, ...]

    def __call__(self, symbols: Symbols) -> tuple[sympy.Expr, ...]:
        nobody = {symbols.states[i]: sympy.S.Zero for i in self.gone}
        rates = self.rates(symbols)
        return tuple(-x if i in self.gone else rates[i].xreplace(nobody) for i, x in enumerate(symbols.states))


@dataclass(frozen=True, kw_only=True, eq=False)
class Reader:
    """What every pairing of one path is read with; `levels` go by who is taken away."""

    course: Course
    tau: float
    outcomes: Sequence[Piece]
    levels: Mapping[tuple[int, ...], Levels | None]
    grids: Sequence[tuple[float, float, Array, Array]]
    middles: Array

    def solved(self, sides: tuple[tuple[int, ...], ...]) -> bool:
        """Whether gains are a function of the numbers alone."""
        return all(isinstance(f, partial) and f.func is _solved for f in map(self.levels.get, ((), *sides)))

    def gains(self, sides: tuple[tuple[int, ...], ...], t: Array, p: Array) -> Array:
        """Return what both sides gain from each other, shape (time, 2)."""
        found = np.full((len(t), 2), np.nan)
        whole, K = self.levels[()], capacities(self.course, p)
        for k, side in enumerate(sides):
            other = self.levels[sides[1 - k]]
            if whole is None or other is None:
                continue
            own, rest = list(side), other(t, p)[:, side]
            if K is None and max(map(len, sides)) == 1:
                continue
            size = rest if K is None else K[:, own]
            with np.errstate(all="ignore"):
                found[:, k] = (whole(t, p)[:, own] - rest).sum(axis=1) / size.sum(axis=1)
        return np.where(np.abs(found) <= NOTHING, 0.0, found)


def pairings(course: Course, walk: sampling.Walk, outcomes: Sequence[Piece], t: Array, p: Array) -> tuple[Pairing, ...]:
    """Return the modes of every pair of units, and of regions, along a path of three and more units."""
    sides = _sides(course)
    gone = {side for _, _, pair in sides for side in pair}
    grids = [(low, high, g := _grid(low, high), course.on(low, high, g)) for low, high in course.stretches()]
    middles = course.numbers(np.array([(low + high) / 2 for low, high, *_ in grids]))
    p_all = np.concatenate([*(numbers for *_, numbers in grids), p])
    linear = _one_rest(course, p_all)
    levels = {away: _levels(course, walk, away, p_all if linear else None) for away in ((), *gone)}
    reader = Reader(course=course, tau=walk.tau, outcomes=outcomes, levels=levels, grids=grids, middles=middles)
    return tuple(_pairing(reader, kind, names, pair, t, p) for kind, names, pair in sides)


def _sides(course: Course) -> list[tuple[str, tuple[str, str], tuple[tuple[int, ...], tuple[int, ...]]]]:
    """Return kind, names and units of both sides: regions first, each in order."""
    units = course.model.units
    regions = list(dict.fromkeys(unit.region for unit in units))
    members = {name: tuple(i for i, unit in enumerate(units) if unit.region == name) for name in regions}
    several = len(regions) if all(regions) and max(map(len, members.values())) > 1 else 0
    found = [("regions", (a, b), (members[a], members[b])) for a, b in combinations(regions[:several], 2)]
    if len(units) > MOST:
        return found
    return [*found, *(("units", (units[i].name, units[j].name), ((i,), (j,)))
                      for i, j in combinations(range(len(units)), 2))]  # fmt: skip


def capacities(course: Course, p: Array) -> Array | None:
    """Return the level at which each unit settles alone, shape (time, unit), None unless all do by a linear law."""
    if not course.numerics.affine:
        return None
    r, A = _form(course, p)
    with np.errstate(all="ignore"):
        K = np.asarray(-r / np.einsum("tii->ti", A))
    return K if np.isfinite(K).all() and (r > 0).all() and (K > 0).all() else None


def _form(course: Course, p: Array) -> tuple[Array, Array]:
    nothing = np.zeros((len(p), len(course.model.units)))
    return course.numerics.per_capita(0.0, nothing, p), course.numerics.per_capita_jacobian(0.0, nothing, p)


def effects(course: Course, p: Array) -> Array | None:
    """Return the effects d_ij in capacities, shape (time, unit, unit), None where the model has none."""
    K = capacities(course, p)
    if K is None:
        return None
    r, A = _form(course, p)
    d = A * K[:, None, :] / r[:, :, None]
    return np.asarray(d * (1 - np.eye(len(K[0]))))


def _one_rest(course: Course, p: Array) -> bool:
    """Whether every part of the units comes to one equilibrium, whatever its start."""
    d = None if course.noisy else effects(course, p)
    return d is not None and bool((np.abs(np.linalg.eigvals(np.abs(d))).max(axis=1) < 1 - 1e-9).all())


def _grid(low: float, high: float) -> Array:
    """Return times of a smooth stretch, its end just before what happens there."""
    return low + (high - low) * np.linspace(0.0, 1 - 1e-9, FINE)


def _levels(course: Course, walk: sampling.Walk, away: tuple[int, ...], p: Array | None) -> Levels | None:
    """Return the levels of the rest over time; None where they are not known.

    Where every part comes to one equilibrium, `p` are numbers at which it is checked that the rest all stays.
    """
    missing = tuple(sorted({*away, *course.never}))
    if p is not None:
        found = _solved(course, missing, np.empty(0), p)
        if (np.delete(found, missing, axis=1) > 0).all():
            return partial(_solved, course, missing)
    if not away:
        return partial(_walked, walk)
    if not course.plain:
        return None
    if course.numerics.kolmogorov:
        rest = replace(course, never=missing)
    elif len(away) > 1:
        law = replace(course.model.law, rates=Without(rates=course.model.law.rates, gone=away))
        rest = replace(course, model=replace(course.model, law=law))
    else:
        return None  # a pair of units is read in shares of K_i, which these have not
    start = [0.0 if i in away else float(x) for i, x in enumerate(walk.start)]
    return partial(_walked, sampling.Walk(course=rest, start=start, tau=walk.tau).run())


def _solved(course: Course, away: tuple[int, ...], t: Array, p: Array) -> Array:
    r, A = _form(course, p)
    there = [i for i in range(r.shape[1]) if i not in away]
    found = np.zeros(r.shape)
    found[:, there] = np.linalg.solve(A[:, there][:, :, there], -r[:, there, None])[..., 0]
    return found


def _walked(walk: sampling.Walk, t: Array, p: Array) -> Array:
    if not walk.course.numerics.kolmogorov:
        p = walk.course.numbers(t)  # equations without some units have fewer numbers
    pieces = sampling.pieces_of(walk)
    here = [next((piece for piece in reversed(pieces) if piece.begin <= time), pieces[0]) for time in t]
    return sampling.attractor_of(walk, here, t, p)[0]


def _pairing(
    reader: Reader, kind: str, names: tuple[str, str], sides: tuple[tuple[int, ...], tuple[int, ...]], t: Array,
    p: Array,
) -> Pairing:  # fmt: skip
    cuts = _cuts(reader, sides)
    pieces: list[Piece] = []
    changes: list[Change] = []
    middles = np.array([(a[0] + b[0]) / 2 for a, b in pairwise(cuts)])
    plain = len(middles) == len(reader.middles)  # then nothing but the stretches themselves
    gains = reader.gains(sides, middles, reader.middles if plain else reader.course.numbers(middles))
    for (low, error, name), (high, *_), middle, both in zip(cuts, cuts[1:], middles, gains, strict=False):
        whole = next(piece for piece in reversed(reader.outcomes) if piece.begin <= middle)
        mode = _mode(reader, whole, sides, both)
        new = Piece(begin=low, end=high, outcome=whole.outcome, mode=mode, survivors=whole.survivors,
                    evidence=whole.evidence)  # fmt: skip
        if pieces and pieces[-1].key == new.key:
            pieces[-1] = replace(pieces[-1], end=high)
            continue
        if pieces:
            changes.append(_change(reader, sides, pieces[-1], new, (low, error, name)))
        pieces.append(new)
    return Pairing(
        kind=kind, pair=names, pieces=tuple(pieces), gains=reader.gains(sides, t, p), changes=tuple(changes),
        nominal_mode=_nominal(reader, sides, p),
    )  # fmt: skip


def _mode(reader: Reader, whole: Piece, sides: tuple[tuple[int, ...], ...], both: Array) -> Mode | None:
    """Return the mode that two gains mean, None unless each side has a unit that stays."""
    names = [unit.name for unit in reader.course.model.units]
    stay = [any(names[i] in (whole.survivors or ()) for i in side) for side in sides]
    rests = whole.outcome in (Outcome.COEXISTENCE, Outcome.EXCLUSION)
    return sampling.mode_at(both, reader.tau) if rests and all(stay) and np.isfinite(both).all() else None


def _nominal(reader: Reader, sides: tuple[tuple[int, ...], ...], p: Array) -> tuple[Mode | None, ...]:
    """Return the mode by the effects of each side on the other, weighted as the gains."""
    d, K = effects(reader.course, p), capacities(reader.course, p)
    if d is None or K is None:
        return (None,) * len(p)
    told = []
    for k, side in enumerate(sides):
        own, other = list(side), list(sides[1 - k])
        weights = K[:, own] / K[:, own].sum(axis=1, keepdims=True)
        told.append((weights * d[:, own][:, :, other].sum(axis=2)).sum(axis=1))
    return tuple(sampling.mode_at(pair, reader.tau) for pair in np.stack(told, axis=1))


def _cuts(reader: Reader, sides: tuple[tuple[int, ...], ...]) -> list[tuple[float, float, str]]:
    """Return every time at which the mode may change, with its error and what is crossed."""
    course = reader.course
    cuts = [(t, 0.0, "event") for t in course.edges]
    cuts += [(piece.begin, 0.0, "event") for piece in reader.outcomes[1:]]
    for low, high, grid, p in reader.grids:
        values = sampling.gain_borders(reader.gains(sides, grid, p), reader.tau)
        for name, given in values.items():
            if (np.abs(given) <= sampling.ZERO).all() or np.isnan(given).all():
                continue

            def one(t: Array, name: str = name, low: float = low, high: float = high) -> Array:
                gains = reader.gains(sides, t, course.on(low, high, t))
                return sampling.gain_borders(gains, reader.tau)[name]

            cuts += [(t, error, name.strip()) for t, error in roots(one, grid, given) if low < t < high]
    near = 1e-13 * max(abs(course.begin), abs(course.end))
    kept: list[tuple[float, float, str]] = []
    for cut in sorted(cuts, key=lambda cut: (cut[0], cut[2] != "event")):
        if not kept or cut[0] - kept[-1][0] > near:
            kept.append(cut)
    return kept


def _change(
    reader: Reader, sides: tuple[tuple[int, ...], ...], old: Piece, new: Piece, cut: tuple[float, float, str]
) -> Change:
    course, (t, error, name) = reader.course, cut
    at, jump = np.array([t]), jumps(course, t)

    def values(p: Array) -> Mapping[str, Array]:
        return sampling.gain_borders(reader.gains(sides, at, p), reader.tau)

    if jump and reader.solved(sides):
        before, after = values(course.numbers(at, before=True)), values(course.numbers(at))
        sizes = {k: abs(float(before[k][0] - after[k][0])) for k in before if before[k][0] * after[k][0] <= 0}
        name = max(sizes, key=lambda k: sizes[k]) if sizes else name
    known = reader.solved(sides) and name != "event"
    border = name + (" " if known and name not in values(course.numbers(at)) else "")
    why = causes(course, t, (lambda p: float(values(p[None])[border][0])) if known else None)
    return Change(path="frozen", time=t, error=error, before=old.key, after=new.key, causes=why,
                  border="event" if jump else name.strip())  # fmt: skip
