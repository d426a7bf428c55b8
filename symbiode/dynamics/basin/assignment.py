"""Which end each of many starts goes to: followed together until they are where nothing leaves, or are found out.

Comes in: a model and its equilibria. Goes out: positions in a list of ends. A start has settled once it is inside a
proved trap around a stable equilibrium; where no trap is proved, once two horizons agree. What left every bound, what
circles and what cannot be followed are told apart, each with its own reason.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from symbiode.dynamics.basin.results import Basin, Floats, Ints
from symbiode.dynamics.equilibrium import Equilibrium, EquilibriumSet, Stability
from symbiode.dynamics.modes import Outcome, Settlement
from symbiode.dynamics.modes.certificates import Trap, trap
from symbiode.dynamics.modes.recurrence import MEMBERS, Case, Cycle, Exponent, cycle, exponent, joins, wanders
from symbiode.dynamics.numerics import compiled, vector
from symbiode.dynamics.simulation import simulate
from symbiode.dynamics.simulation.flow import CAP, DONE, RAN_AWAY, WORK_LIMIT
from symbiode.dynamics.simulation.lanes import followed
from symbiode.errors import RefusedError
from symbiode.system.model import Model

ROUNDS, ALONE, WITNESSES = 12, 20, 5
CIRCLING, ORBITS, WANDERING = (4, 5, 6, 7, 8), 3, 200
ROUGH, SHARP = 1e-6, 1e-10
_NEAR, _REST, _STUCK = 1e-4, 1e-9, 0.01


@dataclass(kw_only=True, eq=False)
class Assigner:
    """What all assignments of one model share; `ends` grows as ends are met.

    Parameters
    ----------
    model : Model
    known : EquilibriumSet
    general : Settlement
        The answer for every positive start.
    """

    model: Model
    known: EquilibriumSet
    general: Settlement
    ends: list[Basin] = field(default_factory=list)
    horizon: float = 0.0

    def __post_init__(self) -> None:
        self.numerics, self.p = compiled(self.model), vector(self.model)
        states = np.array([e.state for e in self.known.equilibria] or [(0.0,) * len(self.model.units)])
        reference = self.numerics.reference(self.p)
        sizes = np.maximum(states.max(axis=0), np.where(np.isfinite(reference), reference, 0.0))
        self.sizes = np.where(sizes > 0, sizes, 1.0)
        everybody = np.arange(len(self.model.units))
        self.case = Case(numerics=self.numerics, p=self.p, there=everybody, sizes=self.sizes)
        self.rests: list[tuple[int, Equilibrium, Trap | None]] = [
            (self.index(self._at(e)), e, trap(self.model, np.array(e.state), self.sizes, everybody))
            for e in self.known.equilibria
            if e.stable
        ]
        self.orbits: list[tuple[Cycle, int]] = []
        self.chaos: tuple[Exponent, int] | None = None
        rates = [abs(z.real) for e in self.known.equilibria for z in e.eigenvalues if 1e-12 < abs(z.real) < math.inf]
        self.step = 6 / max(rates, default=1.0)

    def index(self, end: Basin) -> int:
        """Return the position of an end, added if it is new."""
        if end not in self.ends:
            self.ends.append(end)
        return self.ends.index(end)

    def reason(self, kind: str) -> int:
        """Return the position of a reason why no end is known."""
        return self.index(Basin(kind=kind, outcome=Outcome.UNDECIDED))

    def _at(self, e: Equilibrium) -> Basin:
        whole = len(e.support) == len(self.model.units)
        outcome = Outcome.COEXISTENCE if whole else Outcome.EXCLUSION if e.support else Outcome.EXTINCTION
        return Basin(kind="equilibrium", outcome=outcome, state=e.state, survivors=e.support)

    def assign(self, starts: Floats, *, rtol: float = ROUGH) -> Ints:
        """Return the end of each start, shape (member,)."""
        found = np.full(len(starts), -1, np.int64)
        y, members, near = starts.copy(), np.arange(len(starts)), np.full((len(starts), len(self.rests)), np.inf)
        step, t = self.step, 0.0
        for turn in range(ROUNDS):
            if not len(members):
                break
            run = followed(
                self.numerics, y[members], np.array([0.0, step]), self.p, rtol, cap=CAP, sharper=False,
                members=len(starts),
            )  # fmt: skip
            here = run.y[:, -1]
            found[members[run.status == RAN_AWAY]] = -2
            slow = run.status == WORK_LIMIT
            found[members[slow & (run.t_end < _STUCK * step)]] = -3
            # At rest outside every trap, or out of steps though they are long: followed no further.
            still = (np.abs(here - y[members]) <= (_REST if turn < CIRCLING[0] else 10 * rtol) * self.sizes).all(axis=1)
            done = members[(slow & (run.t_end >= _STUCK * step)) | (still & (run.status == DONE))]
            y[members] = np.where(np.isfinite(here), here, y[members])
            self._arrive(found, near, members, y)
            t, step = t + step, 2 * step
            found[done] = np.where(found[done] == -1, -4, found[done])
            members = members[found[members] == -1]
            if turn in CIRCLING:
                members = self._restless(found, members, y, late=turn >= CIRCLING[2])
        self.horizon = max(self.horizon, t)
        self._left(found, starts)
        self._stuck(found, starts)
        self._open(found, y)
        return found

    def _arrive(self, found: Ints, near: Floats, members: Ints, y: Floats) -> None:
        """Write down the members that are in a trap, or came twice as near to a stable equilibrium in this round."""
        for k, (end, e, region) in enumerate(self.rests):
            waiting = members[found[members] == -1]
            away = (y[waiting] - np.array(e.state)) / self.sizes
            if region is not None:
                scaled = y[waiting] - region.centre
                inside = np.einsum("mi,ij,mj->m", scaled, region.metric, scaled) <= (0.99 * region.radius) ** 2
            else:
                gap = np.abs(away).max(axis=1)
                inside = (gap < _NEAR) & (gap <= near[waiting, k] / 2)
                near[waiting, k] = gap
            found[waiting[inside]] = end

    def _left(self, found: Ints, starts: Floats) -> None:
        """Say how those go on that left every bound: by the theorem for all starts, or as witnesses among them do."""
        away = np.flatnonzero(found == -2)
        if not len(away):
            return
        ends = {end.outcome for end in self.general.attractors} | {self.general.outcome}
        told = ends & {Outcome.BLOW_UP, Outcome.UNBOUNDED}
        if len(told) == 1 and self.general.evidence is not None:
            kinds = {next(iter(told)).value}
        else:
            witnesses = away[np.linspace(0, len(away) - 1, min(WITNESSES, len(away))).astype(int)]
            kinds = {self._alone(starts[k]) for k in witnesses}
        found[away] = self._kind(kinds.pop() if len(kinds) == 1 else "beyond")

    def _stuck(self, found: Ints, starts: Floats) -> None:
        """Follow those with the careful engines that the batched method could not."""
        stuck = np.flatnonzero(found == -3)
        for k in stuck[:ALONE]:
            found[k] = self._kind(self._alone(starts[k]))
        found[stuck[ALONE:]] = self.reason("work_limit")

    def _kind(self, kind: str) -> int:
        outcomes = {"blow_up": Outcome.BLOW_UP, "unbounded": Outcome.UNBOUNDED, "death": Outcome.EXTINCTION}
        if kind in outcomes:
            return self.index(Basin(kind=kind, outcome=outcomes[kind]))
        known = {f"rest {end}": end for end, _, _ in self.rests}
        return known[kind] if kind in known else self.reason(kind)

    def _alone(self, start: Floats) -> str:
        """Return how one start ends: as `simulate` says, or the stable equilibrium that it comes to."""
        y, t, step = start, 0.0, self.step
        try:
            for _ in range(ROUNDS):
                path = simulate(self.model, [t, t + step], y.tolist(), rtol=1e-8)
                if path.ended:
                    return path.ended
                y, t, step = path.y[-1], t + step, 2 * step
                one = np.full(1, -1, np.int64)
                self._arrive(one, np.full((1, len(self.rests)), 1e-3), np.zeros(1, np.int64), y[None])
                if one[0] >= 0:
                    return f"rest {one[0]}"
        except RefusedError:
            return "work_limit"
        return "not_settled"

    def _open(self, found: Ints, y: Floats) -> None:
        """Tell those apart that never settled: at a saddle, on a cycle, or simply not settled."""
        left = np.flatnonzero((found == -1) | (found == -4))
        repelling = [e for e in self.known.equilibria if not e.stable and e.stability is not Stability.DEGENERATE]
        if len(left) and repelling:
            gaps = np.abs((y[left, None] - np.array([e.state for e in repelling])) / self.sizes).max(axis=2).min(axis=1)
            found[left[gaps < 1e-3]] = self.reason("on_separatrix")
            left = left[gaps >= 1e-3]
        rest = np.abs(self.numerics.rates(0.0, y[left], self.p) / self.sizes).max(axis=1) < _NEAR / self.step
        if rest.any() and self.known.families:
            found[left[rest]] = self.index(Basin(kind="continuum", outcome=Outcome.CONTINUUM))
            left = left[~rest]
        found[self._restless(found, left, y, late=True)] = self.reason("not_settled")

    def _restless(self, found: Ints, left: Ints, y: Floats, *, late: bool) -> Ints:
        """Write down those on a cycle or on the chaotic attractor, which is looked for late; return the others."""
        left = self._circling(found, self._wandering(found, left, y), y)
        if late and self.chaos is None and len(left) >= MEMBERS and len(self.sizes) > 2:
            self._look_for_chaos(y[left[np.linspace(0, len(left) - 1, MEMBERS).astype(int)]])
            left = self._wandering(found, left, y)
        return left

    def _circling(self, found: Ints, left: Ints, y: Floats) -> Ints:
        """Write down those that a cycle attracts, one that is known or found from one of them; return the others."""
        for known, end in self.orbits:
            on = joins(self.case, known, y[left]) if len(left) else np.zeros(0, bool)
            found[left[on]] = end
            left = left[~on]
        orbit = cycle(self.case, y[left[-1]], 60 * self.step) if len(left) and len(self.orbits) < ORBITS else None
        if orbit is None:
            return left
        means = tuple(float(f"{level:.4g}") for level in orbit.y.mean(axis=0))
        end = self.index(Basin(kind="cycle", outcome=Outcome.CYCLE, state=means))
        self.orbits.append((orbit, end))
        on = joins(self.case, orbit, y[left])
        found[left[on]] = end
        return left[~on]

    def _look_for_chaos(self, y: Floats) -> None:
        if self.numerics.kolmogorov and (y <= _REST * self.sizes).any():
            return
        seen = exponent(self.case, y, WANDERING * self.step)
        if seen is not None and seen.positive and seen.steady:
            means = tuple(float(f"{x:.3g}") for x in seen.mean)
            end = Basin(
                kind="chaotic", outcome=Outcome.CHAOTIC, state=means, lyapunov=seen.value, lyapunov_error=seen.error
            )
            self.chaos = seen, self.index(end)

    def _wandering(self, found: Ints, left: Ints, y: Floats) -> Ints:
        """Write down those on the chaotic attractor that is known; return the others."""
        if self.chaos is None or not len(left):
            return left
        on = wanders(self.case, self.chaos[0], y[left], WANDERING * self.step)
        found[left[on]] = self.chaos[1]
        return left[~on]

    def surely(self, starts: Floats) -> Ints:
        """Return the end of each start by two accuracies; `on_separatrix` where they differ."""
        one, two = self.assign(starts, rtol=ROUGH), self.assign(starts, rtol=SHARP)
        answered = np.array([end.answered for end in self.ends])
        either = np.where(answered[one], two, one)
        return np.where(one == two, two, np.where(answered[one] & answered[two], self.reason("on_separatrix"), either))


def with_shares(ends: list[Basin], counts: Ints) -> list[Basin]:
    """Return ends with their shares of the random starts and 95 % intervals.

    References
    ----------
    Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    """
    n, z = int(counts.sum()), 1.959963984540054
    found = []
    for end, count in zip(ends, counts.tolist(), strict=True):
        share = count / n
        middle, half = share + z * z / (2 * n), z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
        low, high = float(max(low, 0.0)) if count else 0.0, float(min(high, 1.0)) if count < n else 1.0
        found.append(replace(end, fraction=share, count=count, low=low, high=high))
    return found
