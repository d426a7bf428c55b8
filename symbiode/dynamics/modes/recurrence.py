"""What a trajectory that does not come to rest does instead: a limit cycle, chaos, or ever slower rounds of saddles.

Comes in: a `Case` and states after a long transient. Goes out: a `Cycle` closed by Newton's method with its Floquet
multipliers, an `Exponent` (the largest Lyapunov exponent with its error), or the saddles of a heteroclinic cycle. Loads
numpy; only simulation needs it. All distances are in the logarithms of the levels for Kolmogorov laws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.numerics import Numerics
from symbiode.dynamics.simulation.flow import DONE, Flow, flow

Array = NDArray[np.float64]
_SAMPLES, _NEWTON, _GUESSES, _ROUNDS = 600, 10, 3, 60
_SEGMENTS, MEMBERS, _FOLDS = 100, 12, 6.0
_NEAR, _PASSAGES = 0.05, 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """One model with its numbers, restricted to the units that are there.

    Parameters
    ----------
    numerics : Numerics
    p : array, shape (parameter,)
    there : array of int
        The units that are present; the others are exactly zero.
    sizes : array, shape (unit,)
        What counts as a large level of each unit.
    """

    numerics: Numerics
    p: Array
    there: NDArray[np.intp]
    sizes: Array

    def carry(
        self, y: Array, times: Sequence[float] | Array, *, rtol: float = 1e-8, steps: int = 4000, slopes: bool = False
    ) -> Flow:
        """Return where states go, shape (member, time, unit)."""
        wrt = self.numerics.states if slopes else None
        return flow(self.numerics, y, times, self.p, wrt=wrt, rtol=rtol, max_steps=steps)

    def coordinates(self, y: Array) -> Array:
        """Return logarithms of the present levels, or the levels of other than Kolmogorov laws."""
        return np.asarray(np.log(np.maximum(y[..., self.there], 1e-300)) if self.numerics.kolmogorov else y)

    def speed(self, y: Array) -> Array:
        """Return the rates of the coordinates."""
        numbers = self.numerics
        rates = numbers.per_capita(0.0, y, self.p) if numbers.kolmogorov else numbers.rates(0.0, y, self.p)
        return np.asarray(rates[..., self.there])

    def slopes(self, start: Array, end: Array, dy: Array) -> Array:
        """Return derivatives of the coordinates at the end to those at the start, shape (…, k, k)."""
        M = dy[..., self.there, :][..., self.there]
        if self.numerics.kolmogorov:
            M = M * start[..., None, self.there] / end[..., self.there, None]
        return np.asarray(M)


@dataclass(frozen=True, kw_only=True, eq=False)
class Cycle:
    """A closed orbit that attracts its neighbourhood.

    Parameters
    ----------
    period, error : float
        Its period and the error of it.
    multiplier : float
        The largest modulus of its Floquet multipliers but the trivial one; below 1.
    y : array, shape (time, unit)
        Levels at evenly spaced times of one period, the first not repeated.
    """

    period: float
    error: float
    multiplier: float
    y: Array


def cycle(case: Case, y: Array, window: float) -> Cycle | None:
    """Return the attracting cycle that a state is close to, None if none is found.

    Parameters
    ----------
    case : Case
    y : array, shape (unit,)
    window : float
        A time that holds some periods.
    """
    times = np.linspace(0.0, window, _SAMPLES + 1)
    path = case.carry(y[None], times, steps=3 * _SAMPLES)
    if path.status[0] != DONE:
        return None
    z = case.coordinates(path.y[0])
    spread = np.ptp(z, axis=0).max()
    if not spread > 1e-6:
        return None
    for k in _returns((z - z[0]) / spread, case.speed(y)):
        found = _closed(case, y, float(times[k]), spread)
        if found is not None:
            return found
    return None


def _returns(away: Array, ahead: Array) -> list[int]:
    """Return the samples at which a path is closest to its start again, after it had left: beside it, not along it."""
    ahead = ahead / np.linalg.norm(ahead)
    beside = np.abs(away - (away @ ahead)[:, None] * ahead).max(axis=1)
    far, found, left = np.abs(away).max(axis=1), [], False
    for k in range(1, len(away) - 1):
        left = left or bool(far[k] > 0.3)
        if left and far[k] < 0.2 and far[k] <= min(far[k - 1], far[k + 1]) and beside[k] < 0.03:
            found.append(k)
    return found[:_GUESSES]


def _closed(case: Case, y: Array, period: float, spread: float) -> Cycle | None:
    """Close an orbit by Newton's method, check that it attracts, and work out its period twice."""
    first, rough = _newton(case, y, period, spread, 1e-8)
    if first is None:
        return None
    sharp, fine = _newton(case, first, rough, spread, 1e-10)
    if sharp is None:
        return None
    ends = case.carry(sharp[None], [0.0, fine], rtol=1e-9, slopes=True)
    assert ends.dy is not None
    values = np.linalg.eigvals(case.slopes(sharp, ends.y[0, -1], ends.dy[0, -1]))
    trivial = int(np.argmin(np.abs(values - 1)))
    others = np.delete(np.abs(values), trivial)
    largest = float(others.max(initial=0.0))
    if abs(values[trivial] - 1) > 1e-3 or largest > 1 - 1e-4:
        return None
    times = np.linspace(0.0, fine, _SAMPLES + 1)
    states = case.carry(sharp[None], times, rtol=1e-9).y[0, :-1]
    if np.ptp(case.coordinates(states), axis=0).max() < 1e-6:
        return None
    return Cycle(period=fine, error=2 * abs(fine - rough) + 1e-9 * fine, multiplier=largest, y=states)


def _newton(case: Case, y: Array, period: float, spread: float, rtol: float) -> tuple[Array | None, float]:
    """Return a state of a closed orbit and its period, None if Newton's method leaves the neighbourhood."""
    z, first, k = case.coordinates(y), period, len(case.there)
    for _ in range(_NEWTON):
        ends = case.carry(y[None], [0.0, period], rtol=rtol, slopes=True)
        if ends.status[0] != DONE or ends.dy is None:
            return None, period
        end = ends.y[0, -1]
        miss, ahead = case.coordinates(end) - z, case.speed(y)
        if np.abs(miss).max() < 100 * rtol * max(1.0, spread):
            return y, period
        system = np.zeros((k + 1, k + 1))
        system[:k, :k] = case.slopes(y, end, ends.dy[0, -1]) - np.eye(k)
        system[:k, k], system[k, :k] = case.speed(end), ahead / np.linalg.norm(ahead)
        step = np.linalg.lstsq(system, np.append(-miss, 0.0), rcond=None)[0]
        if not np.isfinite(step).all() or np.abs(step[:k]).max() > spread:
            return None, period
        z, period = z + step[:k], period + step[k]
        if not 0.6 < period / first < 1.6:
            return None, period
        y = y.copy()
        y[case.there] = np.exp(z) if case.numerics.kolmogorov else z
    return None, period


def joins(case: Case, found: Cycle, y: Array) -> NDArray[np.bool_]:
    """Return which states are drawn to a cycle: near it, and their returns to themselves come closer, shape (member,).

    Parameters
    ----------
    y : array, shape (member, unit)
    """
    fade = np.log(found.multiplier) if found.multiplier > 0 else -np.inf
    rounds = int(np.clip(np.ceil(np.log(0.05) / fade), 2, _ROUNDS))
    period = found.period
    times = [0.0, period, rounds * period, (rounds + 1) * period]
    path = case.carry(y, times)
    z, around = case.coordinates(path.y), case.coordinates(found.y)
    spread = np.ptp(around, axis=0).max()
    before, after = (np.abs(z[:, k + 1] - z[:, k]).max(axis=-1) / spread for k in (0, 2))
    near = np.abs(z[:, 3, None] - around[None]).max(axis=-1).min(axis=-1) / spread
    closer = (after < 1e-6) | (after <= 0.7 * before)
    return np.asarray((path.status == DONE) & closer & (near < 0.02))


@dataclass(frozen=True, kw_only=True, eq=False)
class Exponent:
    """The largest Lyapunov exponent.

    Parameters
    ----------
    value, error : float
        Mean over members and three standard errors of it, 1/time.
    positive : bool
        Whether it is above zero by that error on both halves of the time, which agree, and for every member, and
        neighbours have parted by a factor of e^6, which no growth in proportion to time would bring about.
    steady : bool
        Whether the means of both halves agree within a tenth of the range.
    low, high, mean : array, shape (unit,)
        Range and mean of each level.
    """

    value: float
    error: float
    positive: bool
    steady: bool
    low: Array
    high: Array
    mean: Array


def exponent(case: Case, y: Array, window: float) -> Exponent | None:
    """Return the largest Lyapunov exponent by the variational equations, None if a member does not last.

    Parameters
    ----------
    y : array, shape (member, unit)
        States on the attractor; each is followed for `window` by itself.

    References
    ----------
    Benettin, Galgani, Giorgilli and Strelcyn (1980), Meccanica 15, 9-20.
    """
    times = [0.0, window / _SEGMENTS / 2, window / _SEGMENTS]
    v = np.tile(1 / np.sqrt(np.arange(1.0, len(case.there) + 1)), (len(y), 1))
    logs, levels = [], []
    for _ in range(_SEGMENTS):
        path = case.carry(y, times, rtol=1e-7, slopes=True)
        if (path.status != DONE).any() or path.dy is None:
            return None
        v = (case.slopes(y, path.y[:, -1], path.dy[:, -1]) @ v[:, :, None])[:, :, 0]
        size = np.linalg.norm(v, axis=1)
        if not (np.isfinite(size) & (size > 0)).all():
            return None
        logs.append(np.log(size))
        v, y = v / size[:, None], path.y[:, -1]
        levels += [path.y[:, 1], path.y[:, 2]]
    growth = np.array(logs[_SEGMENTS // 5 :]) / times[-1]
    halves = np.array_split(growth, 2)
    values, errors = zip(*(_mean(half) for half in (growth, *halves)), strict=True)
    agree = abs(values[1] - values[2]) < errors[1] + errors[2]
    far = values[0] * window * 0.8 > _FOLDS and bool((growth.mean(axis=0) > 0).all())
    positive = far and agree and all(a > b for a, b in zip(values, errors, strict=True))
    seen = np.array(levels[_SEGMENTS // 5 :])
    low, high = seen.min(axis=(0, 1)), seen.max(axis=(0, 1))
    first, second = (half.mean(axis=(0, 1)) for half in np.array_split(seen, 2))
    return Exponent(
        value=values[0], error=errors[0], positive=positive, low=low, high=high, mean=seen.mean(axis=(0, 1)),
        steady=bool((np.abs(first - second) <= 0.1 * (high - low)).all()),
    )  # fmt: skip


def _mean(growth: Array) -> tuple[float, float]:
    each = growth.mean(axis=0)
    return float(each.mean()), float(3 * each.std(ddof=1) / np.sqrt(len(each)))


def wanders(case: Case, known: Exponent, y: Array, window: float) -> NDArray[np.bool_]:
    """Return which states fill the range of a chaotic attractor and share its means, to a tenth of it, shape (member,).

    Parameters
    ----------
    y : array, shape (member, unit)
    window : float
        How long they are followed.
    """
    path = case.carry(y, np.linspace(0.0, window, _SAMPLES + 1), rtol=1e-6, steps=20 * _SAMPLES)
    low, high, mean = path.y.min(axis=1), path.y.max(axis=1), path.y.mean(axis=1)
    width = known.high - known.low
    inside = (low >= known.low - 0.1 * width) & (high <= known.high + 0.1 * width)
    alike = (high - low >= 0.5 * width) & (np.abs(mean - known.mean) <= 0.1 * width)
    return np.asarray((path.status == DONE) & (inside & alike).all(axis=1))


def spread_out(case: Case, y: Array, window: float) -> Array | None:
    """Return states of one trajectory at times apart, shape (member, unit), None if it does not last."""
    path = case.carry(y[None], np.linspace(0.0, window, MEMBERS + 1))
    return None if path.status[0] != DONE else path.y[0, 1:]


def saddle_rounds(case: Case, t: Array, y: Array, saddles: Array) -> tuple[list[int], float] | None:
    """Return the saddles that a path visits in turn, each time for longer, and the factor a round; None if it does not.

    Parameters
    ----------
    t, y : array, shape (time,) and (time, unit)
        The path.
    saddles : array, shape (saddle, unit)

    Notes
    -----
    Near a saddle the logarithm of an absent unit moves at a constant rate, so each round of a heteroclinic cycle takes
    a constant multiple of the time of the one before (May and Leonard 1975, SIAM J. Appl. Math. 29, 243-253).
    """
    if not len(saddles) or not len(t):
        return None
    away = np.abs((y[:, None] - saddles[None]) / case.sizes)[..., case.there].max(axis=-1)
    at = np.where(away.min(axis=1) < _NEAR, away.argmin(axis=1), -1)
    visits: list[tuple[int, float]] = []
    for where, when in zip(at.tolist(), t.tolist(), strict=True):
        if where >= 0 and (not visits or visits[-1][0] != where):
            visits.append((where, when))
    order, entered = [v[0] for v in visits], np.array([v[1] for v in visits])
    for p in range(2, len(order) - _PASSAGES + 1):
        tail = order[-(p + _PASSAGES - 1) :]
        if len(set(tail[-p:])) == p and all(tail[i] == tail[i + p] for i in range(len(tail) - p)):
            return _slowing(order[-p:], entered, p, case, saddles)
    return None


def _slowing(ring: list[int], entered: Array, p: int, case: Case, saddles: Array) -> tuple[list[int], float] | None:
    """Check that stays grow geometrically, and that each saddle lets the unit of the next one in."""
    stays = np.diff(entered)[-_PASSAGES + 1 :]
    rise = stays[1:] / stays[:-1]
    around = saddles[ring]
    growth = case.numerics.per_capita(0.0, around, case.p)
    for k in range(p):
        enters = (around[(k + 1) % p] > 0) & (around[k] == 0)
        leaves = (around[k] > 0) & (around[(k + 1) % p] == 0)
        if not (enters.any() and (growth[k][enters] > 0).all() and (growth[(k + 1) % p][leaves] < 0).all()):
            return None
    factor = float(np.prod(rise) ** (p / len(rise)))
    return (ring, factor) if rise.min() > 1.02 and factor > 1.1 else None
