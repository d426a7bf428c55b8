"""Where a model goes when no theorem tells: followed from one start or from many, and held to what is known.

Comes in: a `Model` and exact starting levels or none. Goes out: a `Decision`. A start counts as settled where it has
entered a proved trap around a stable equilibrium (a certificate for that start, with the measured error of the
simulation), or else where two horizons agree. What does not settle is looked at for a cycle, for ever longer rounds of
saddles, and for chaos; anything else is `undecided`. Work is bounded by steps. This module and those it uses load numpy
and scipy; nothing else in `settle` does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import sympy
from numpy.typing import NDArray

from symbiode.dynamics.equilibrium import EquilibriumSet, equilibria
from symbiode.dynamics.modes import recurrence
from symbiode.dynamics.modes.certificates import Trap, trap
from symbiode.dynamics.modes.ladder import Evidence, Outcome
from symbiode.dynamics.modes.recurrence import Case
from symbiode.dynamics.modes.theorems import ZERO, Decision, Numbers, because, rest_outcome
from symbiode.dynamics.numerics import compiled, vector
from symbiode.dynamics.simulation import Trajectory, simulate
from symbiode.dynamics.simulation.flow import DONE, WORK_LIMIT
from symbiode.errors import Code, RefusedError, warning
from symbiode.system.model import Model

DOUBLINGS, STARTS, WORK = 14, 12, 4000
_SAMPLES, _NEAR, _LOOSE, _TINY = 64, 1e-5, 1e-6, 1e-250
Floats = NDArray[np.float64]
Levels = tuple[sympy.Rational, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Rest:
    """A stable equilibrium, with its trap where one is proved."""

    state: Floats
    exact: Numbers
    trap: Trap | None


@dataclass(kw_only=True, eq=False)
class _Member:
    """One start under way."""

    start: Floats
    y: Floats
    t: float = 0.0
    steps: int = 0
    ended: str = ""
    rest: _Rest | None = None
    near: float = math.inf
    times: list[Floats] = field(default_factory=list)
    path: list[Floats] = field(default_factory=list)
    told: Decision | None = None


def follow_starts(model: Model, levels: Levels | None) -> Decision:
    """Return where a start goes by simulation, or where a spread of positive starts goes."""
    known = equilibria(model)
    sizes = _sizes(model, known)
    starts = list(_spread(sizes)) if levels is None else [np.array(levels, float)]
    there = np.flatnonzero(starts[0] > 0) if model.law.kolmogorov else np.arange(len(sizes))
    case = Case(numerics=compiled(model), p=vector(model), there=there, sizes=sizes)
    search = _Search(model=model, known=known, case=case)
    try:
        members = search.run(starts)
        if levels is not None:
            return search.told(members)[0]
        return _together(search.told(members), len(starts), search.attracting())
    except RefusedError as error:
        return Decision(outcome=Outcome.UNDECIDED, evidence=None, status=error.status)


def _together(found: Sequence[Decision], count: int, attracting: Sequence[Decision]) -> Decision:
    """Return what a spread of starts and the stable equilibria say together; nothing where a start is undecided."""
    refused = next((end for end in found if end.outcome is Outcome.UNDECIDED and end.evidence is None), None)
    if refused is not None:
        return refused
    for k, end in enumerate(found):
        if end.outcome is Outcome.UNDECIDED:
            why = because("trials_undecided", count=str(k + 1))
            return replace(end, reason=(why, *end.reason), status=warning(Code.NOT_SUPPORTED))
    ends: list[Decision] = []
    for end in found:
        if not any(_same(end, other) for other in ends):
            ends.append(end)
    more = [end for end in attracting if not any(_same(end, other) for other in ends)]
    if len(ends) + len(more) > 1:
        differ = [because("trials_differ", count=str(count))] if len(ends) > 1 else []
        if more:
            differ.append(because("trials_missed", count=str(len(more))))
        return Decision(
            outcome=Outcome.DEPENDS_ON_START, evidence=Evidence.SIMULATION, reason=tuple(differ),
            attractors=tuple(replace(end, blow_up_time=None, blow_up_error=None) for end in (*ends, *more)),
        )  # fmt: skip
    end = ends[0]
    why = because("trials_agree_" + end.outcome.value, count=str(count), units=end.survivors or ())
    told = end.reason if end.outcome in (Outcome.CYCLE, Outcome.CHAOTIC, Outcome.HETEROCLINIC) else ()
    return replace(
        end, reason=(why, *told), evidence=Evidence.SIMULATION, blow_up_time=None, blow_up_error=None,
        death_time=None, death_error=None,
    )  # fmt: skip


def _same(one: Decision, other: Decision) -> bool:
    """Whether two answers are one: of cycles, those whose periods and means agree within 0.1 %."""
    if one.period is None or other.period is None or one.survivors != other.survivors:
        return (one.outcome, one.state) == (other.outcome, other.state)
    first, second = ([float(end.period or 0), *map(float, end.state or ())] for end in (one, other))
    return all(math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-12) for a, b in zip(first, second, strict=True))


def _spread(sizes: Floats) -> Iterator[Floats]:
    """Yield starts spread evenly over three decades around the size of each unit, the same ones every time."""
    for k in range(1, STARTS + 1):
        shares = [(k * math.sqrt(prime)) % 1.0 for prime in sympy.primerange(sympy.prime(len(sizes)) + 1)]
        yield sizes * 10.0 ** (3 * np.array(shares) - 2)


def _sizes(model: Model, known: EquilibriumSet) -> Floats:
    """Return the size of each unit: its largest level at an equilibrium, else its reference, else its start, else 1."""
    states = np.array([e.state for e in known.equilibria] or [(0.0,) * len(model.units)])
    starts = np.array([0.0 if x is None else float(x) for x in model.initial])
    reference = compiled(model).reference(vector(model))
    largest: Floats = np.abs(states).max(0)
    for other in (reference, starts):
        largest = np.where(largest > 0, largest, np.where(np.isfinite(other), other, 0.0))
    return np.where(largest > 0, largest, 1.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Search:
    """Everything that the members of one search share."""

    model: Model
    known: EquilibriumSet
    case: Case
    found: list[_Rest] = field(default_factory=list)

    def run(self, starts: Sequence[Floats]) -> list[_Member]:
        """Follow all starts together over doubling horizons until each has settled, ended, or used up its work."""
        self.found.extend(self._stable())
        members = [_Member(start=start, y=start.copy()) for start in starts]
        step, doublings = 5 / self._rate(starts[0]), iter(range(DOUBLINGS))
        for limit in (WORK // 4, WORK):
            for m in members:
                m.ended = "" if m.ended == "work" and not self._faded(m) else m.ended
            while (moving := [m for m in members if not m.ended]) and next(doublings, None) is not None:
                self._stage(moving, step, limit)
                step *= 2
            self._recurring([m for m in members if m.ended in ("", "work")])
        return members

    def attracting(self) -> list[Decision]:
        """Return every stable equilibrium as an end: positive starts near it settle there, whether tried or not."""
        alive = [tuple(np.flatnonzero(np.abs(rest.state) > 0).tolist()) for rest in self.found]
        return [
            Decision(outcome=rest_outcome(len(there), len(rest.state)), state=rest.exact, survivors=there)
            for rest, there in zip(self.found, alive, strict=True)
        ]

    def _faded(self, m: _Member) -> bool:
        return self.case.numerics.kolmogorov and bool(m.y[self.case.there].min() < _TINY)

    def _stage(self, moving: list[_Member], step: float, limit: int) -> None:
        grid = np.linspace(0.0, step, _SAMPLES + 1)
        left = max(limit - min(m.steps for m in moving), _SAMPLES)
        path = self.case.carry(np.array([m.y for m in moving]), grid, steps=left)
        for k, m in enumerate(moving):
            m.steps += int(path.steps[k])
            kept = int(np.isfinite(path.y[k, 1:]).all(axis=1).sum())
            m.times.append(m.t + grid[1 : kept + 1])
            m.path.append(path.y[k, 1 : kept + 1])
            if path.status[k] != DONE:
                m.t += float(path.t_end[k])
                m.y = np.where(np.isfinite(path.y_end[k]), path.y_end[k], m.y)
                m.ended = "work" if path.status[k] == WORK_LIMIT and self._moves(m) else "left"
                continue
            m.t, m.y = m.t + step, path.y[k, -1]
            self._look(m)
            if not m.ended and (m.steps >= limit or self._faded(m)):
                m.ended = "work"

    def _moves(self, m: _Member) -> bool:
        """Whether steps have not shrunk to nothing: ten mean ones are done in 200."""
        ahead = self.case.carry(m.y[None], [0.0, 10 * m.t / max(m.steps, 1)], steps=200) if m.t else None
        return ahead is not None and bool(ahead.status[0] == DONE)

    def _recurring(self, open_: list[_Member]) -> None:
        """Look for slow rounds of saddles and for cycles among the members that have not come to rest."""
        for m in open_:
            m.told = self._rounds(m)
        while (left := [m for m in open_ if m.told is None]) and self._cycling(left):
            pass
        for m in open_:
            m.ended = "recurs" if m.told is not None else m.ended

    def _rate(self, start: Floats) -> float:
        """Return the fastest rate at the equilibria, or at a start where none is known."""
        found = [abs(z.real) for e in self.known.equilibria for z in e.eigenvalues]
        rates = [rate for rate in found if 1e-12 < rate < math.inf]
        if not rates:
            J = self.case.numerics.jacobian(0.0, start, self.case.p)
            rates = [float(np.abs(np.linalg.eigvals(J)).max())] if np.isfinite(J).all() else []
        return max(rates, default=1.0) or 1.0

    def _stable(self) -> Iterator[_Rest]:
        """Yield the equilibria that attract those units that are there."""
        there = {self.model.units[i].name for i in self.case.there}
        whole = len(there) == len(self.model.units)
        for e in self.known.equilibria:
            if e.stable if whole else set(e.support) <= there and self._attracts(np.array(e.state)):
                yield self._rest(np.array(e.state), tuple(e.exact))

    def _attracts(self, state: Floats) -> bool:
        J = self.case.numerics.jacobian(0.0, state, self.case.p)[np.ix_(self.case.there, self.case.there)]
        return bool(np.isfinite(J).all() and np.linalg.eigvals(J).real.max() < -1e-9 * np.abs(J).max())

    def _rest(self, state: Floats, exact: Numbers) -> _Rest:
        return _Rest(state=state, exact=exact, trap=trap(self.model, state, self.case.sizes, self.case.there))

    def _look(self, m: _Member) -> None:
        """See whether a member is in a trap, or nearer to a stable equilibrium than it was half the time ago."""
        for rest in self.found:
            away = float(np.max(np.abs(rest.state - m.y) / self.case.sizes))
            if rest.trap is not None:
                if rest.trap.holds(m.y, 1e-5):
                    m.rest, m.ended = rest, "rest"
            elif away < _NEAR:
                if m.rest is rest and away <= max(m.near / 2, 1e-9):
                    m.ended = "rest"
                m.rest, m.near = rest, away
        if not m.ended and not self.known.equilibria:
            self._discover(m)

    def _discover(self, m: _Member) -> None:
        """Where no list is known: polish a state that hardly moves, and keep it if a trap around it is proved."""
        numbers, p, there = self.case.numerics, self.case.p, self.case.there
        y = np.where(m.y > 1e-6 * self.case.sizes, m.y, 0.0) if numbers.kolmogorov else m.y.copy()
        live = np.flatnonzero(y > 0) if numbers.kolmogorov else there
        for _ in range(8 if np.abs(numbers.rates(0.0, y, p) / self.case.sizes).max() < 1e-3 * self._rate(y) else 0):
            J = numbers.jacobian(0.0, y, p)[np.ix_(live, live)]
            y[live] -= np.linalg.lstsq(J, numbers.rates(0.0, y, p)[live], rcond=None)[0]
        residual = np.abs(numbers.rates(0.0, y, p) / self.case.sizes).max()
        if residual < 1e-12 * self._rate(y) and self._attracts(y):
            rest = self._rest(y, tuple(sympy.Float(x, 17) if x else ZERO for x in y.tolist()))
            if rest.trap is not None and rest.trap.holds(m.y, 1e-5):
                m.rest, m.ended = rest, "rest"
                self.found.append(rest)

    def told(self, members: list[_Member]) -> list[Decision]:
        """Return the decision for every member, up to the first that stays undecided."""
        for m in members:
            if m.ended == "rest" and m.rest is not None:
                m.told = self._settled(m, m.rest, certify=len(members) == 1)
            elif m.ended == "left":
                m.told = self._by_itself(m)
        left = [m for m in members if m.told is None]
        chaos = self._chaos(left) if left and not any(map(self._faded, left)) else None
        for m in left:
            m.told = chaos or (self._by_itself(m) if self._stiff(m) and not self._faded(m) else _open(m.t))
            if m.told.outcome is Outcome.UNDECIDED:
                break
        return [m.told for m in members if m.told is not None]

    def _stiff(self, m: _Member) -> bool:
        """Whether stability alone limited the explicit steps, or none could be made."""
        if m.ended != "work" or not m.steps:
            return False
        J = self.case.numerics.jacobian(0.0, m.y, self.case.p)
        fast = -np.linalg.eigvals(J).real.min() if np.isfinite(J).all() else math.inf
        return bool(fast * m.t / m.steps > 3)

    def _settled(self, m: _Member, rest: _Rest, *, certify: bool) -> Decision:
        """Return that a member settles; certified where a simulation with measured error enters the trap."""
        alive = tuple(np.flatnonzero(np.abs(rest.state) > 0).tolist())
        outcome = rest_outcome(len(alive), len(rest.state))
        proved = False
        if certify and rest.trap is not None:
            path = simulate(self.model, [0.0, m.t], tuple(m.start.tolist()), rtol=_LOOSE)
            proved = not path.ended and rest.trap.holds(path.y[-1], 10 * path.error_estimate)
        key = "trial_trapped_" if proved else "trial_settled_"
        return Decision(
            outcome=outcome, state=rest.exact, survivors=alive,
            evidence=Evidence.CERTIFICATE if proved else Evidence.SIMULATION,
            reason=(because(key + outcome.value, units=alive, time=f"{m.t:.4g}"),),
        )  # fmt: skip

    def _by_itself(self, m: _Member) -> Decision:
        """Follow a member that left every bound, or is stiff, by the careful engines."""
        t, horizon, y = 0.0, max(2 * m.t, 5 / self._rate(m.start)), m.start
        probe, spent = _Member(start=m.start, y=m.start), 0
        for _ in range(DOUBLINGS):
            path = simulate(self.model, [t, horizon], tuple(y.tolist()), rtol=_LOOSE)
            if path.ended:
                return self._after_death(path) if path.ended == "death" else _gone(path)
            spent += dict(path.counters)["steps"]
            y = probe.y = path.y[-1]
            self._look(probe)
            if probe.ended == "rest" and probe.rest is not None:
                probe.t = horizon
                return self._settled(probe, probe.rest, certify=False)
            t, horizon = horizon, 2 * horizon
            if spent > WORK:
                break
        return _open(t)

    def _after_death(self, path: Trajectory) -> Decision:
        """Return where the others go once a unit has died in finite time."""
        assert path.y_end is not None
        names = tuple(path.dead)
        why = because("trial_death", units=names, time=f"{path.death_time:.8g}")
        if not path.y_end.any():
            rest = Decision(outcome=Outcome.EXTINCTION, state=(ZERO,) * len(path.y_end), survivors=())
        else:
            rest = follow_starts(self.model, tuple(sympy.Rational(str(x)) for x in path.y_end.tolist()))
        return replace(
            rest, evidence=Evidence.SIMULATION if rest.evidence else None, reason=(why, *rest.reason),
            death_time=path.death_time, death_error=path.death_error,
        )  # fmt: skip

    def _rounds(self, m: _Member) -> Decision | None:
        """Return that a member visits saddles for ever longer times, None if it does not."""
        if not self.case.numerics.kolmogorov:
            return None
        there = {self.model.units[i].name for i in self.case.there}
        # A saddle of a heteroclinic cycle in a part of the units lacks some of them.
        saddles = np.array([
            e.state for e in self.known.equilibria if e.support and not e.stable and set(e.support) < there
        ])  # fmt: skip
        found = recurrence.saddle_rounds(self.case, np.concatenate(m.times), np.concatenate(m.path), saddles)
        if found is None:
            return None
        ring, factor = found
        visited = tuple(sorted({i for k in ring for i in np.flatnonzero(saddles[k]).tolist()}))
        why = because("trial_heteroclinic", count=str(len(ring)), factor=f"{factor:.2g}", units=visited)
        return Decision(
            outcome=Outcome.HETEROCLINIC, survivors=visited, evidence=Evidence.SIMULATION, reason=(why,)
        )

    def _part(self, m: _Member) -> tuple[Case, Floats]:
        """Return the case without the units that have all but died out, and the state of the others."""
        numbers = self.case.numerics
        if not numbers.kolmogorov:
            return self.case, m.y
        before = m.path[-1][0] if m.path and len(m.path[-1]) else m.start
        dying = (m.y < 1e-9 * self.case.sizes) & (before > m.y)
        there = np.array([i for i in self.case.there if not dying[i]], dtype=np.intp)
        return replace(self.case, there=there), np.where(dying, 0.0, m.y)

    def _cycling(self, left: list[_Member]) -> bool:
        """Tell the members that one cycle attracts, found from the first of them; return whether there are any."""
        m = left[0]
        case, y = self._part(m)
        found = recurrence.cycle(case, y, self._window(m)) if len(case.there) > 1 and m.steps else None
        if found is None:
            return False
        absent = np.setdiff1d(self.case.there, case.there)
        if len(absent) and (case.numerics.per_capita(0.0, found.y, case.p).mean(axis=0)[absent] >= 0).any():
            return False
        states = np.array([np.where(np.isin(np.arange(len(y)), absent), 0.0, m.y) for m in left])
        decision, drawn = _cycle(found, case.there), recurrence.joins(case, found, states)
        for m, yes in zip(left, drawn, strict=True):
            m.told = decision if yes else None
        return bool(drawn.any())

    def _window(self, m: _Member) -> float:
        """Return a time that holds some turns: what some hundreds of steps take."""
        return 400 * m.t / max(m.steps, 1)

    def _chaos(self, members: list[_Member]) -> Decision | None:
        """Return that members never settle and neighbours part exponentially, None if that is not clear."""
        case, y = self._part(members[0])
        states = np.array([np.where(y > 0, m.y, 0.0) if case.numerics.kolmogorov else m.y for m in members])
        window = 2000 * members[0].t / max(members[0].steps, 1)
        if len(case.there) < 3 or not np.isfinite(window * states).all():
            return None
        if len(members) < 3:
            apart = recurrence.spread_out(case, states[0], window / 2)
            if apart is None:
                return None
            states = apart
        found = recurrence.exponent(case, states, window)
        if found is None or not found.positive:
            return None
        why = because("trial_chaos", value=f"{found.value:.3g}", error=f"{found.error:.2g}")
        chaos = Decision(
            outcome=Outcome.CHAOTIC, survivors=tuple(case.there.tolist()), evidence=Evidence.SIMULATION,
            lyapunov=found.value, lyapunov_error=found.error, reason=(why,),
        )  # fmt: skip
        if not found.steady:
            return chaos
        mean = tuple(sympy.Float(x, 6) if x else ZERO for x in found.mean.tolist())
        said = (why, because("trial_means"))
        return replace(chaos, state=mean, amplitude=_ranges(found.low, found.high), reason=said)


def _ranges(low: Floats, high: Floats) -> tuple[tuple[float, float], ...]:
    return tuple(zip(low.tolist(), high.tolist(), strict=True))


def _cycle(found: recurrence.Cycle, there: NDArray[np.intp]) -> Decision:
    told = {"period": f"{found.period:.8g}", "error": f"{found.error:.2g}", "multiplier": f"{found.multiplier:.3g}"}
    mean = tuple(sympy.Float(x, 12) if x else ZERO for x in found.y.mean(axis=0).tolist())
    return Decision(
        outcome=Outcome.CYCLE, state=mean, survivors=tuple(there.tolist()), evidence=Evidence.SIMULATION,
        period=found.period, period_error=found.error, amplitude=_ranges(found.y.min(axis=0), found.y.max(axis=0)),
        reason=(because("trial_cycle", units=tuple(there.tolist()), **told),),
    )  # fmt: skip


def _open(t: float) -> Decision:
    why = because("trial_open", horizon=f"{t:.4g}")
    status = warning(Code.NOT_SUPPORTED)
    return Decision(outcome=Outcome.UNDECIDED, evidence=Evidence.SIMULATION, reason=(why,), status=status)


def _gone(path: Trajectory) -> Decision:
    """Return what the simulation says of a trajectory that left every bound."""
    if path.ended == "blow_up":
        return Decision(
            outcome=Outcome.BLOW_UP, evidence=Evidence.SIMULATION, reason=(because("trial_blow_up"),),
            blow_up_time=path.blow_up_time, blow_up_error=path.blow_up_error,
        )  # fmt: skip
    if path.ended == "unbounded" and path.rate is not None:
        rate = sympy.Float(path.rate)
        why = because("trial_unbounded", rate=rate)
        return Decision(outcome=Outcome.UNBOUNDED, rate=rate, evidence=Evidence.SIMULATION, reason=(why,))
    return Decision(outcome=Outcome.UNDECIDED, evidence=None, status=path.status)


def blow_up_time(model: Model, levels: Levels) -> tuple[float, float] | None:
    """Return the time of a certain blow-up and its error by simulation, None if it is not reached."""
    horizon = 1.0
    for _ in range(DOUBLINGS):
        horizon *= 8
        try:
            path = simulate(model, [0.0, horizon], tuple(map(float, levels)))
        except RefusedError:
            return None
        if path.blow_up_time is not None and path.blow_up_error is not None:
            return path.blow_up_time, path.blow_up_error
    return None
