"""The frozen reading of two units whose growth is linear in the levels: by the region theorem, at all times at once.

Comes in: a `Course` whose plane of two effects decides. Goes out: pieces of one mode each, their changes located on the
exact border functions, and the attractor at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.modes import Evidence, Mode, Outcome, settle
from symbiode.dynamics.modes.regions import classify
from symbiode.policy.causes import causes, jumps
from symbiode.policy.course import Course, roots
from symbiode.policy.plane import Plane, borders, plane_of
from symbiode.policy.results import Change, Piece

Array = NDArray[np.float64]
FINE = 129
ZERO = 1e-9
_OUTCOMES, _MODES = tuple(Outcome), tuple(Mode)
Cut = tuple[float, float, str]


def pieces_of(course: Course, start: Sequence[float], tau: float) -> tuple[tuple[Piece, ...], tuple[Change, ...]]:
    """Return the pieces of the frozen path and the changes between them."""
    cuts = _cuts(course, tau)
    middles = np.array([(a[0] + b[0]) / 2 for a, b in pairwise(cuts)])
    plane = _plane(course, course.numbers(middles))
    found = classify(plane.a, plane.b, zero=ZERO, tau=tau)
    pieces: list[Piece] = []
    changes: list[Change] = []
    names = tuple(unit.name for unit in course.model.units)
    for k, (low, high) in enumerate(pairwise(cuts)):
        outcome, gone = _OUTCOMES[found.outcome[k]], int(found.excluded[k])
        mode = _MODES[found.mode[k]] if found.mode[k] >= 0 else None
        stays = {Outcome.COEXISTENCE: names, Outcome.EXCLUSION: tuple(n for i, n in enumerate(names) if i != gone)}
        new = Piece(begin=low[0], end=high[0], outcome=outcome, mode=mode, survivors=stays.get(outcome),
                    evidence=Evidence.THEOREM)  # fmt: skip
        if outcome is Outcome.DEPENDS_ON_START:
            new = _chosen(course, new, pieces[-1] if pieces else None, start)
        if pieces and (pieces[-1].key, pieces[-1].survivors) == (new.key, new.survivors):
            pieces[-1] = _longer(pieces[-1], new)
            continue
        if pieces:
            changes.append(_change(course, pieces[-1], new, low, tau))
        pieces.append(new)
    return tuple(pieces), tuple(changes)


def _longer(piece: Piece, more: Piece) -> Piece:
    return Piece(**{**vars(piece), "end": more.end})


def _plane(course: Course, p: Array) -> Plane:
    plane = plane_of(course, p)
    assert plane is not None
    return plane


def _cuts(course: Course, tau: float) -> list[Cut]:
    """Return every time at which a border may be crossed, with its error and the border's name, in order."""
    cuts: list[Cut] = [(t, 0.0, "event") for t in course.edges]
    for low, high in course.stretches():
        grid = np.linspace(low, high, FINE)

        for name, given in _borders(course, low, high, tau)(grid).items():
            found = roots(partial(_one, name, _borders(course, low, high, tau)), grid, given)
            cuts += [(t, error, name) for t, error in found if low < t < high]
    near = 1e-13 * max(abs(course.begin), abs(course.end))
    kept: list[Cut] = []
    for cut in sorted(cuts, key=lambda cut: (cut[0], cut[2] != "event")):
        if not kept or cut[0] - kept[-1][0] > near:
            kept.append(cut)
    return kept


def _borders(course: Course, low: float, high: float, tau: float) -> Callable[[Array], Mapping[str, Array]]:
    """Return the border functions over the times of one smooth stretch."""

    def values(t: Array) -> Mapping[str, Array]:
        plane = _plane(course, course.on(low, high, t))
        return borders(plane.a, plane.b, tau)

    return values


def _one(name: str, values: Callable[[Array], Mapping[str, Array]], t: Array) -> Array:
    return values(t)[name]


def _chosen(course: Course, new: Piece, last: Piece | None, start: Sequence[float]) -> Piece:
    """Return which of the two attractors of a bistable piece the slowly moving system is at."""
    if last is not None and last.outcome is Outcome.EXCLUSION:
        return Piece(**{**vars(new), "outcome": last.outcome, "survivors": last.survivors})
    at = list(start) if last is None else _rest(course, last)
    found = settle(course.frozen(new.begin), at)
    return Piece(**{**vars(new), "outcome": found.outcome, "survivors": found.survivors, "evidence": found.evidence})


def _rest(course: Course, piece: Piece) -> list[float]:
    names = tuple(unit.name for unit in course.model.units)
    state = attractor(_plane(course, course.numbers(np.array([piece.end]), before=True)), [piece], names)[0]
    return [float(x) for x in state]


def _change(course: Course, old: Piece, new: Piece, cut: Cut, tau: float) -> Change:
    t, error, name = cut
    jump = jumps(course, t)
    if name == "event" or jump:
        name = _crossed(course, t, tau)
    border = "event" if jump else name

    def function(p: Array) -> float:
        plane = _plane(course, p[None])
        return float(borders(plane.a, plane.b, tau)[name][0])

    why = causes(course, t, function if name != "event" else None)
    return Change(path="frozen", time=t, error=error, before=old.key, after=new.key, border=border.strip(), causes=why)


def _crossed(course: Course, t: float, tau: float) -> str:
    """Return the border that is jumped over, or left, at an event: the one with the largest change of sign."""
    at = np.array([t])
    values = [borders(plane.a, plane.b, tau) for plane in (
        _plane(course, course.numbers(at, before=True)),
        _plane(course, course.numbers(at + 1e-6 * (course.end - course.begin))),
    )]  # fmt: skip
    sizes = {n: abs(float(x[0] - values[1][n][0])) for n, x in values[0].items()
             if np.sign(x[0]) != np.sign(values[1][n][0])}  # fmt: skip
    return max(sizes, key=lambda n: sizes[n]) if sizes else "event"


def attractor(plane: Plane, pieces: Sequence[Piece], names: Sequence[str]) -> Array:
    """Return the levels of the attractor at the times of a plane, given the piece of each time, shape (time, 2)."""
    a, b, state = plane.a, plane.b, np.full((len(plane.a), 2), np.nan)
    both = np.array([piece.outcome is Outcome.COEXISTENCE for piece in pieces])
    with np.errstate(all="ignore"):
        u = np.stack([(1 + a), (1 + b)], axis=1) / (1 - a * b)[:, None]
    state[both] = u[both]
    for k, piece in enumerate(pieces):
        if piece.outcome is Outcome.EXCLUSION and piece.survivors is not None:
            state[k] = [float(name in piece.survivors) for name in names]
    return state * plane.capacity
