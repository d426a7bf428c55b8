"""Where a model with delays goes when no theorem tells: followed by simulation, held to what its linearisation says.

Comes in: a `Model` with delays and exact starting levels or none. Goes out: a `Decision`: an equilibrium that two
horizons approach and that no characteristic root makes unstable, a cycle that repeats itself, or undecided. For two
units the total delay at which the inner equilibrium loses its stability comes with it. Loads numpy and scipy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import sympy
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from symbiode.dynamics.equilibrium import Equilibrium, EquilibriumSet, equilibria
from symbiode.dynamics.modes.delays import limit
from symbiode.dynamics.modes.ladder import Evidence, Outcome
from symbiode.dynamics.modes.theorems import ZERO, Decision, Reason, because
from symbiode.dynamics.numerics import compiled, vector
from symbiode.dynamics.simulation import simulate
from symbiode.errors import Code, RefusedError, warning
from symbiode.system.model import Model, delays_of

Array = NDArray[np.float64]
STARTS, HORIZONS, SAMPLES = 3, (100.0, 300.0, 900.0), 2400
_NEAR, _LINEAR, _MOVES, _SAME, _ALIKE, _PAST = 1e-3, 0.1, 1e-2, 5e-3, 0.1, 200
MAX_STEPS, _ON_AXIS = 50_000, 1e-9


def follow_late(model: Model, levels: tuple[sympy.Rational, ...] | None) -> Decision:
    """Return where a start with a constant past goes, or where a spread of positive ones goes."""
    known = equilibria(model)
    found: list[Decision] = []
    for start in [np.array(levels, float)] if levels is not None else _spread(model, known):
        found.append(_followed(model, known, start, [end for end in found if end.outcome is Outcome.CYCLE]))
        if found[-1].outcome is Outcome.UNDECIDED:
            return found[-1]
    if levels is None:
        found += _unreached(model, known)
    ends = {(end.outcome, end.state if end.outcome is not Outcome.CYCLE else None): end for end in found}
    first, count = next(iter(ends.values())), str(STARTS)
    if len(ends) == 1:
        agree = (because("delay_trials_agree", count=count),) if levels is None else ()
        return replace(first, reason=(*first.reason, *agree))
    why = because("delay_trials_differ", count=count)
    return Decision(
        outcome=Outcome.DEPENDS_ON_START, evidence=Evidence.SIMULATION, reason=(why,), attractors=tuple(ends.values()),
        delay_limit=first.delay_limit,
    )  # fmt: skip


def _spread(model: Model, known: EquilibriumSet) -> Iterator[Array]:
    sizes, rng = _sizes(model, known), np.random.default_rng(0)
    for _ in range(STARTS):
        yield sizes * 10.0 ** rng.uniform(-1.5, 0.5, len(sizes))


def _sizes(model: Model, known: EquilibriumSet) -> Array:
    """Return the size of each unit: its largest level at an equilibrium, else its start, else 1."""
    largest = np.max([e.state for e in known.equilibria] or [(0.0,) * len(model.units)], axis=0)
    initial = np.array([float(x or 1) for x in model.initial])
    return np.asarray(np.where(largest > 0, largest, np.where(initial > 0, initial, 1.0)))


def _followed(model: Model, known: EquilibriumSet, start: Array, cycles: Sequence[Decision]) -> Decision:
    """Follow one start over longer and longer times, each from the past of the one before."""
    ages = [float(age) for age in delays_of(model).values()]
    pace = max((abs(z.real) for e in known.equilibria for z in e.eigenvalues), default=1.0) or 1.0
    stable = [(e, *_linearised(model, e, start > 0)) for e in known.equilibria]
    past, before = None, 0.0
    for folds in HORIZONS:
        span, before = (folds - before) * (max(ages) + 1 / pace), folds
        grid = np.linspace(0, span, SAMPLES + 1)
        late = np.linspace(span - max(ages), span, _PAST) / grid[1]
        times = np.union1d(grid, grid[1] * late[np.abs(late - np.round(late)) > 1e-6])
        try:
            path = simulate(model, times, tuple(start.tolist()), rtol=1e-4, history=past)
        except RefusedError as error:
            return Decision(outcome=Outcome.UNDECIDED, evidence=None, status=error.status)
        if path.ended:
            return Decision(outcome=Outcome.UNDECIDED, evidence=None, status=path.status)
        y = path.y[np.searchsorted(times, grid)]
        found = _at_rest(model, grid, y, stable, _sizes(model, known)) or _round(model, grid, y, stable, cycles)
        if found is not None:
            return found
        past, start = PchipInterpolator(times - span, path.y), path.y[-1]
    why, bears = because("trial_open", horizon=f"{folds * (max(ages) + 1 / pace):.4g}"), _borne(stable)
    return Decision(
        outcome=Outcome.UNDECIDED, evidence=Evidence.SIMULATION, status=warning(Code.NOT_SUPPORTED),
        reason=(*_local(model, bears), why),
    )  # fmt: skip


Linear = tuple[Equilibrium, int | None, float | None]


def _borne(known: list[Linear]) -> float | None:
    return next((bears for _, _, bears in known if bears is not None), None)


def _linearised(model: Model, e: Equilibrium, there: NDArray[np.bool_]) -> tuple[int | None, float | None]:
    """Return the number of unstable roots at an equilibrium, and the total delay that two units together can bear."""
    J = compiled(model).jacobian(0.0, np.array(e.state), vector(model))
    both = len(J) == 2 and min(e.state) > 0 and np.isfinite(J).all()
    return _roots(model, e, there), limit(-J[0, 0], -J[1, 1], J[0, 1] * J[1, 0]) if both else None


def _roots(model: Model, e: Equilibrium, there: NDArray[np.bool_], rate: float = 0.0) -> int | None:
    """Return the number of roots at an equilibrium with real part above minus a rate.

    A unit of a Kolmogorov law that starts at zero stays there and has no part in it.
    """
    J = compiled(model).jacobian(0.0, np.array(e.state), vector(model))
    present, felt = J + rate * np.eye(len(J)), []
    for (i, j), age in delays_of(model).items():
        F = np.zeros_like(J)
        present[i, j], F[i, j] = 0.0, J[i, j] * math.exp(rate * float(age))
        felt.append((float(age), F))
    kept = np.flatnonzero(there) if model.law.kolmogorov else np.arange(len(J))
    some = np.ix_(kept, kept)
    return unstable_roots(present[some], [(age, F[some]) for age, F in felt])


def _at_rest(model: Model, t: Array, y: Array, known: list[Linear], sizes: Array) -> Decision | None:
    """Return the stable equilibrium that a path approaches more and more, or as fast as its roots say."""
    quarter = SAMPLES // 4
    for e, unstable, bears in known:
        gaps = (np.abs(y - np.array(e.state)) / sizes).max(axis=1)
        away = [float(gaps[k * quarter : (k + 1) * quarter].max()) for k in (1, 2, 3)]
        if unstable != 0 or away[2] > _LINEAR:
            continue
        near = away[2] < _NEAR and away[2] <= max(away[1] / 2, 1e-6)
        if near or _as_told(model, e, y[-1] > 0, np.log(np.divide(away[:2], away[1:])) / t[quarter]):
            return _rest(model, e, bears)
    return None


def _as_told(model: Model, e: Equilibrium, there: NDArray[np.bool_], rates: Array) -> bool:
    """Whether a path closes in at the rate of the rightmost root, to within a fifth, in two quarters in turn."""
    low, high = float(rates.min()), float(rates.max())
    if not 0 < high / 1.2 <= low * 1.2:
        return False
    return _roots(model, e, there, high / 1.2) == 0 and bool(_roots(model, e, there, low * 1.2))


def _rest(model: Model, e: Equilibrium, bears: float | None) -> Decision:
    there = tuple(i for i, level in enumerate(e.state) if level > 0)
    full = len(there) == len(model.units)
    outcome = Outcome.COEXISTENCE if full else Outcome.EXCLUSION if there else Outcome.EXTINCTION
    return Decision(
        outcome=outcome, state=tuple(e.exact), survivors=there, evidence=Evidence.SIMULATION, delay_limit=bears,
        reason=(*(_local(model, bears) or (because("delay_roots"),)), because("delay_settled")),
    )  # fmt: skip


def _unreached(model: Model, known: EquilibriumSet) -> list[Decision]:
    """Return every equilibrium without unstable roots as an end, whether a start that was tried goes there or not."""
    there = np.full(len(model.units), True)
    stable = [(e, *_linearised(model, e, there)) for e in known.equilibria]
    return [_rest(model, e, bears) for e, unstable, bears in stable if unstable == 0]


def _local(model: Model, bears: float | None) -> tuple[Reason, ...]:
    """Return what the linearised equations of two units say of their delays."""
    if bears is None or not math.isfinite(bears):
        return ()
    total = sum(float(age) for age in delays_of(model).values())
    key = "delay_below" if total < bears else "delay_above"
    return (because(key, delay=f"{total:.6g}", limit=f"{bears:.6g}"),)


def _round(
    model: Model, t: Array, y: Array, known: list[Linear], cycles: Sequence[Decision]
) -> Decision | None:
    """Return the cycle of a path whose second half repeats itself, or a known one that it closes in on."""
    t, y = t[SAMPLES // 2 :], y[SAMPLES // 2 :]
    thirds = np.array([np.ptp(y[k * len(y) // 3 : (k + 1) * len(y) // 3], axis=0) for k in range(3)])
    unit = int(np.argmax(thirds[2] / np.maximum(y.mean(axis=0), 1e-300)))
    level = y[:, unit].mean()
    up = np.flatnonzero((y[:-1, unit] < level) & (y[1:, unit] >= level))
    if len(up) < 5 or thirds[2][unit] < _MOVES * level:
        return None
    share = (level - y[up, unit]) / (y[up + 1, unit] - y[up, unit])
    laps = np.diff(t[up] + share * (t[1] - t[0]))
    joined = next((c for c in cycles if _joins(c, thirds, laps)), None)
    steady = (np.abs(thirds[2] - thirds[:2]) <= _SAME * thirds[2].max()).all()
    if joined or not steady or laps.std() > _SAME * laps.mean():
        return joined
    round_trip = (t >= t[up[0]]) & (t < t[up[-1]])
    means = y[round_trip].mean(axis=0)
    bears = _borne(known)
    return Decision(
        outcome=Outcome.CYCLE, state=tuple(sympy.Float(x) if x > 0 else ZERO for x in means),
        survivors=tuple(int(i) for i in np.flatnonzero(means > 0)), evidence=Evidence.SIMULATION,
        period=float(laps.mean()), period_error=float(np.ptp(laps)) + float(t[1] - t[0]) ** 2,
        amplitude=tuple((float(low), float(high)) for low, high in zip(y.min(axis=0), y.max(axis=0), strict=True)),
        reason=(*_local(model, bears), because("delay_cycle", laps=str(len(laps)))),
        delay_limit=bears,
    )  # fmt: skip


def _joins(known: Decision, heights: Array, laps: Array) -> bool:
    """Whether rounds come nearer to a known cycle, each third of the time by no smaller a share than the one before."""
    height = np.array([high - low for low, high in known.amplitude or ()])
    gaps = np.abs(heights - height).max(axis=1) / height.max()
    closer = gaps[2] <= 0.9 * gaps[1] and gaps[2] * gaps[0] <= 1.1 * gaps[1] ** 2
    alike = abs(laps.mean() / (known.period or math.inf) - 1) < _ALIKE
    return bool(alike and (gaps[2] < _SAME or (closer and gaps[2] < _ALIKE)))


def unstable_roots(present: Array, felt: Sequence[tuple[float, Array]]) -> int | None:
    """Return the number of roots with positive real part, None if one is too near the imaginary axis to tell.

    Parameters
    ----------
    present : array, shape (unit, unit)
        What is felt without delay, the diagonal included.
    felt : sequence of (float, array of shape (unit, unit))
        Delays and what is felt with each.

    Notes
    -----
    The argument principle for det(l I - P - sum_k F_k e^{-l tau_k}): steps along the imaginary axis are short enough,
    by a bound on the derivative, that no turn of the determinant is missed.

    References
    ----------
    Hale and Verduyn Lunel (1993), Introduction to Functional Differential Equations, chapter 7: all roots with
    nonnegative real part are within the norm of the matrices.

    Examples
    --------
    >>> unstable_roots(np.zeros((1, 1)), [(1.0, -np.ones((1, 1)))]), unstable_roots(np.eye(2), [])  # pi/2 > 1
    (0, 2)
    """
    n = len(present)
    if not all(np.isfinite(M).all() for M in (present, *(F for _, F in felt))):
        return None
    norms = [float(np.linalg.norm(F, 2)) for _, F in felt]
    bound = float(np.linalg.norm(present, 2)) + sum(norms)
    if not bound > 0:
        return None
    steepness = 1 + sum(age * norm for (age, _), norm in zip(felt, norms, strict=True))
    share, end, w, turned = math.sin(min(1.0, 2.0 / n)), 2 * bound, 0.0, 0.0

    def matrix(w: float) -> NDArray[np.complex128]:
        late = sum((F * np.exp(-1j * w * age) for age, F in felt), np.zeros((n, n), complex))
        return np.asarray(1j * w * np.eye(n) - present - late)

    now = matrix(0.0)
    for _ in range(MAX_STEPS):
        room = float(np.linalg.svd(now, compute_uv=False)[-1])
        if room < _ON_AXIS * bound:
            return None
        w = min(w + share * room / steepness, end)
        ahead = matrix(w)
        turned += float(np.angle(np.linalg.slogdet(ahead)[0] / np.linalg.slogdet(now)[0]))
        now = ahead
        if w == end:
            break
    else:
        return None
    far = float(np.angle(np.linalg.eigvals(now / (1j * end))).sum())
    count = (n * math.pi + 2 * far - 2 * turned) / (2 * math.pi)
    return round(count) if abs(count - round(count)) < 1e-6 else None
