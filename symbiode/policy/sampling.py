"""The frozen reading of any model: its attractor followed through time where it rests, else settled time by time.

Comes in: a `Course`. Goes out: nodes, one per time that was looked at, and the changes between them. Work is bounded by
counts; times beyond the bound are `undecided`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.modes import Evidence, Mode, Outcome, Settlement, settle
from symbiode.dynamics.modes.effects import effects
from symbiode.dynamics.modes.ladder import mode_of
from symbiode.errors import RefusedError
from symbiode.policy.causes import causes, jumps
from symbiode.policy.course import Course, roots
from symbiode.policy.results import Change, Piece
from symbiode.policy.tracking import corrected, eigenvalues, followed

Array = NDArray[np.float64]
MOST_WORK, ZERO = 160, 1e-9
_COST = {Evidence.THEOREM: 1, Evidence.CERTIFICATE: 2, Evidence.SIMULATION: 16, None: 16}
_GRID, _COARSE, _NUDGE, _FAR = 32, 8, 1e-6, 1e4
_RESTS = (Outcome.COEXISTENCE, Outcome.EXCLUSION, Outcome.EXTINCTION)


@dataclass(frozen=True, kw_only=True, eq=False)
class Node:
    """What is known at one time; `alone` are the levels at which each unit settles alone, NaN where there is none."""

    t: float
    outcome: Outcome
    mode: Mode | None = None
    survivors: tuple[str, ...] | None = None
    state: Array | None = None
    alone: Array
    evidence: Evidence | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two nodes the same piece."""
        return self.mode, self.outcome, self.survivors


def gain_borders(gains: Array, tau: float) -> dict[str, Array]:
    """Return for every border between modes a function of two gains, shape (..., 2), that changes its sign there."""
    first, second = gains[..., 0], gains[..., 1]
    band = f"smaller/larger gain = {1 - tau:g}"
    return {
        "gain 1 = 0": first, "gain 2 = 0": second,
        band: second - (1 - tau) * first, band + " ": first - (1 - tau) * second,
    }  # fmt: skip


def mode_at(gains: Array, tau: float, zero: float = ZERO) -> Mode:
    """Return the mode that two gains mean."""
    signs = [0 if abs(g) <= zero else int(np.sign(g)) for g in gains]
    if signs == [1, 1]:
        even = min(gains) >= (1 - tau) * max(gains)
        return Mode.SYMMETRIC_MUTUALISM if even else Mode.ASYMMETRIC_MUTUALISM
    return mode_of((signs[0], signs[1]), None)


def _node(t: float, found: Settlement, alone: Array) -> Node:
    return Node(
        t=t, outcome=found.outcome, mode=found.mode, survivors=found.survivors, alone=alone, evidence=found.evidence,
        state=None if found.state is None else np.array(found.state),
    )  # fmt: skip


def pieces_of(walk: Walk) -> tuple[Piece, ...]:
    """Return the pieces between the nodes of a walk at which its mode or outcome changes."""
    nodes = sorted(walk.nodes, key=lambda node: node.t)
    begins = [k for k, node in enumerate(nodes) if not k or node.key != nodes[k - 1].key]
    ends = [nodes[k].t for k in begins[1:]] + [nodes[-1].t]
    return tuple(
        Piece(begin=nodes[k].t, end=end, outcome=nodes[k].outcome, mode=nodes[k].mode, survivors=nodes[k].survivors,
              evidence=nodes[k].evidence)
        for k, end in zip(begins, ends, strict=True)
    )  # fmt: skip


def attractor_of(walk: Walk, pieces: Sequence[Piece], times: Array, p: Array) -> tuple[Array, Array]:
    """Return the levels of the attractor and of each unit alone at given times, each of shape (time, unit).

    Parameters
    ----------
    walk : Walk
    pieces : sequence of Piece, shape (time,)
        The piece that holds at each time.
    times, p : array, shape (time,), (time, parameter)
    """
    state, alone = np.full((2, len(times), len(walk.start)), np.nan)
    nodes = [node for node in walk.nodes if node.state is not None]
    for k, (t, piece) in enumerate(zip(times, pieces, strict=True)):
        inside = [n for n in nodes if n.key == (piece.mode, piece.outcome, piece.survivors)
                  and piece.begin <= n.t <= piece.end]  # fmt: skip
        node = min(inside, key=lambda n: abs(n.t - t), default=None)
        if node is None or node.state is None:
            continue
        if node.t == t:
            state[k], alone[k] = node.state, node.alone
        elif not walk.course.noisy and node.outcome in _RESTS:
            found = corrected(walk.course, p[k], node.state)
            state[k] = np.nan if found is None else found
            alone[k] = [walk.level(p[k], i, level) for i, level in enumerate(node.alone)]
    return state, alone


@dataclass(kw_only=True, eq=False)
class Walk:
    """One walk along a course; lives for one call."""

    course: Course
    start: Sequence[float]
    tau: float
    work: int = 0
    nodes: list[Node] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def run(self) -> Walk:
        """Walk from the first time to the last."""
        course = self.course
        node = self.settled(course.begin)
        self.nodes.append(node)
        for low, high in course.stretches():
            if low > course.begin and jumps(course, low):
                node = self.after(node, low)
            parts = _GRID if course.plain else _COARSE if self.work < _COST[None] else 2
            for k, t in enumerate(np.linspace(low, high, parts + 1)[1:], 1):
                if k % 4 and parts == _GRID and not self._rests(node):
                    continue  # settled anew each time, so fewer times
                node = self.onward(node, float(t), high)
                self.nodes.append(node)
        return self

    def settled(self, t: float, last: Node | None = None, *, before: bool = False) -> Node:
        """Settle the frozen model: for every start, else from where the slowly moving system is."""
        nothing = np.full(len(self.course.model.units), np.nan)
        if self.work >= MOST_WORK:
            return Node(t=t, outcome=Outcome.UNDECIDED, alone=nothing)
        model = self.course.frozen(t, before=before)
        partly = self.course.numerics.kolmogorov and not all(self.start)
        try:
            found = settle(model, self._beside(last) if partly else None, tau=float(self.tau))
            self.work += _COST[found.evidence]
            if found.outcome is Outcome.DEPENDS_ON_START:
                found = settle(model, self._beside(last), tau=float(self.tau))
                self.work += _COST[found.evidence]
        except RefusedError:
            return Node(t=t, outcome=Outcome.UNDECIDED, alone=nothing)
        alone = np.array([np.nan if K is None else float(K) for K in effects(model).alone])
        return _node(t, found, alone)

    def _beside(self, last: Node | None) -> list[float]:
        """Return the state to start from: the last attractor, with a millionth of every unit."""
        if last is None or last.state is None:
            return [float(x) for x in self.start]
        size = max(float(np.max(last.state)), _NUDGE)
        if not self.course.numerics.kolmogorov:
            return [float(x) for x in last.state]
        return [max(float(x), _NUDGE * size) if s > 0 else 0.0 for x, s in zip(last.state, self.start, strict=True)]

    def after(self, node: Node, t: float) -> Node:
        """Return where the system goes from its attractor when numbers jump."""
        new = self.settled(t, node)
        self.nodes.append(new)
        if new.key != node.key:
            self._note(t, 0.0, node, new, "event", None)
        return new

    def onward(self, node: Node, t: float, high: float) -> Node:
        """Return the node at a later time of the stretch that ends at `high`."""
        if not (self.course.plain and self._rests(node)):
            return self._bisected(node, self.settled(t, node, before=t >= high))
        assert node.state is not None
        found = followed(self.course, node.t, node.state, t)
        if not found.how:
            return self._labelled(node, self._carried(node, found.t, found.state))
        new = self.settled(t, replace(node, state=found.state), before=t >= high)
        if new.key != node.key or self._elsewhere(found.state, new):
            last = self._labelled(node, self._carried(node, found.t, found.state))
            size = self.course.numerics.reference(self.course.numbers(np.array([found.t]))[0])
            how = "runaway" if (found.state > _FAR * size).any() else found.how
            self._note(found.t, found.error, last, new, how, self._push(found.t, found.state))
        return new

    def _rests(self, node: Node) -> bool:
        return node.outcome in _RESTS and node.state is not None

    def _elsewhere(self, state: Array, new: Node) -> bool:
        return new.state is None or bool(np.abs(new.state - state).max() > 0.1 * np.abs(state).max())

    def _carried(self, node: Node, t: float, state: Array) -> Node:
        """Return the node of an attractor that was followed, its units' levels alone followed too."""
        p = self.course.on(-np.inf, t if t in self.course.edges else np.inf, np.array([t]))[0]
        alone = np.array([self.level(p, i, level) for i, level in enumerate(node.alone)])
        mode = self._mode(node, state, alone)
        return replace(node, t=t, state=state, alone=alone, mode=mode, evidence=Evidence.CERTIFICATE)

    def level(self, p: Array, i: int, level: float) -> float:
        """Return the level at which a unit settles alone, near an earlier one."""
        if not np.isfinite(level):
            return np.nan
        own = np.zeros(len(self.start))
        own[i] = level
        found = corrected(self.course, p, own)
        return np.nan if found is None else float(found[i])

    def _mode(self, node: Node, state: Array, alone: Array) -> Mode | None:
        both = node.outcome is Outcome.COEXISTENCE and len(state) == 2 and np.isfinite(alone).all()
        return mode_at(state / alone - 1, self.tau) if both else None

    def _labelled(self, old: Node, new: Node) -> Node:
        """Note every change of mode on the way from one node to the next along the same attractor."""
        if new.mode is old.mode or new.state is None or old.state is None:
            return new
        for name in gain_borders(np.zeros(2), self.tau):
            gains, grid = self._gains(old, name), np.linspace(old.t, new.t, 5)
            for t, error in roots(gains, grid, gains(grid)):
                sides = [self._at(old, t + s * 1e-6 * (new.t - old.t)) for s in (-1, 1)]
                if sides[0].mode is not sides[1].mode:
                    self._note(t, error, sides[0], sides[1], name.strip(), self._gain(old, t, name))
        return new

    def _at(self, old: Node, t: float) -> Node:
        assert old.state is not None
        return self._carried(old, t, followed(self.course, old.t, old.state, t).state)

    def _gains(self, old: Node, name: str) -> Callable[[Array], Array]:
        def function(times: Array) -> Array:
            nodes = (self._at(old, float(t)) for t in times)
            return np.array([gain_borders(n.state / n.alone - 1, self.tau)[name] for n in nodes if n.state is not None])

        return function

    def _gain(self, old: Node, t: float, name: str) -> Callable[[Array], float]:
        here = self._at(old, t)

        def function(p: Array) -> float:
            assert here.state is not None
            x = corrected(self.course, p, here.state)
            alone = np.array([self.level(p, i, level) for i, level in enumerate(here.alone)])
            return np.nan if x is None else float(gain_borders(x / alone - 1, self.tau)[name])

        return function

    def _push(self, t: float, x: Array) -> Callable[[Array], float]:
        """Return the push on the state along the direction in which the attractor is lost, as a function of numbers."""
        course, there = self.course, np.flatnonzero(x)
        p = course.numbers(np.array([t]))[0]
        own, invading = eigenvalues(course, p, x)
        if len(invading) and (not len(own) or invading.max() >= own.real.max()):
            absent = course.absent(there)[int(invading.argmax())]
            return lambda q: float(course.numerics.per_capita(0.0, x, q)[absent])
        J = course.numerics.jacobian(0.0, x, p)[np.ix_(there, there)]
        values, left = np.linalg.eig(J.T)
        v = left[:, values.real.argmax()].real
        return lambda q: float(v @ course.numerics.rates(0.0, x, q)[there])

    def _bisected(self, old: Node, new: Node) -> Node:
        """Narrow a change between two settled times as far as the work allowed goes; note it with the width left."""
        if new.key == old.key:
            return new
        low, high = old, new
        for _ in range(20):
            if self.work >= MOST_WORK or low.outcome is Outcome.UNDECIDED or high.outcome is Outcome.UNDECIDED:
                break
            middle = self.settled((low.t + high.t) / 2, low)
            self.nodes.append(middle)
            low, high = (middle, high) if middle.key == low.key else (low, middle)
        self._note((low.t + high.t) / 2, (high.t - low.t) / 2, low, high, "sampled", None)
        return new if high.key == new.key else self._bisected(high, new)

    def _note(
        self, t: float, error: float, old: Node, new: Node, border: str, function: Callable[[Array], float] | None
    ) -> None:
        names = [n.mode.value if n.mode else n.outcome.value for n in (old, new)]
        names = names if names[0] != names[1] else [n.outcome.value for n in (old, new)]
        why = causes(self.course, t, function) if self.course.plain else ()
        self.changes.append(Change(path="frozen", time=t, error=error, before=names[0], after=names[1], border=border,
                                   causes=why))  # fmt: skip
        self.nodes.append(replace(old, t=t))
        self.nodes.append(replace(new, t=t))
