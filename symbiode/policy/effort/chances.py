"""A change that reaches the target not for one set of effects but for most of what the data allow.

Comes in: a `Question` and draws of the effects. Goes out: a `Plan` with its `Reach`. The change is found on one half of
the draws, so that a raised share of them is in the target, and judged on the other half, which it has not seen: the
one-sided binomial limit (Clopper and Pearson) of that share must reach what was asked. Several raised shares are tried,
cheapest first; the confidence is divided among them. Where no change found has such a share, the likeliest is judged.

References
----------
Clopper and Pearson (1934), Biometrika 26, 404-413; Luedtke and Ahmed (2008), SIAM J. Optim. 19, 674-699 (sample
average approximation of chance constraints).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.modes.effects import effects
from symbiode.errors import Code, InvalidValueError, RefusedError, UnknownNameError, refused
from symbiode.policy.effort import groups
from symbiode.policy.effort.instruments import effect_names
from symbiode.policy.effort.programs import Demand, Program, local
from symbiode.policy.effort.regions import pieces, slacks
from symbiode.policy.effort.results import Plan, Reach
from symbiode.policy.effort.search import Question, after, capacities, cheapest, every_demand, exact, program, stands
from symbiode.policy.effort.settling import changes, confirmed, unreached
from symbiode.system.model import Model, split_path

Array = NDArray[np.float64]
CONFIDENCE, RAISED, SMOOTH = 0.95, (0.7, 1.7, 3.0, 5.0), (0.4, 0.15, 0.05)
LEAST_DRAWS, NEAR = 100, 1e-5


def robust(q: Question, times: tuple[Any, ...], draws: Any, probability: float) -> Plan:
    """Return the least change that reaches the target with a probability, over draws of the effects.

    Parameters
    ----------
    q : Question
    times : tuple of Rational
    draws : array (draw, 2), (draw, unit, unit), or Fit
    probability : float
    """
    if not 0 < float(probability) < 1:
        raise InvalidValueError("probability", probability, "more than 0 and less than 1")
    given, dropped = effects_drawn(q, draws)
    D = given - _plain(q)
    D = D[np.random.default_rng([q.seed, 5]).permutation(len(D))]
    first, second = D[: len(D) // 2], D[len(D) // 2 :]
    need = _needed(len(second), probability)
    before = _share(q, D, q.base)
    best: tuple[float, Any, Reach] | None = None
    starts = _starts(q, first)
    likeliest = max(starts, key=lambda s: _share(q, first, s))
    for raised in RAISED:
        level = need / len(second) + raised * np.sqrt(probability * (1 - probability) / len(second))
        level = min(level, 1 - 0.5 / len(first))
        possible = _share(q, first, likeliest) >= level
        x = _found(q, first, level, starts) if possible else exact(q, likeliest)
        if x is None or not _allowed(q, x):
            continue
        share = _share(q, second, x)
        low = lowest(round(share * len(second)), len(second))
        reach = Reach(
            asked=float(probability), level=float(level), share=share, low=low, confidence=CONFIDENCE, draws=len(D),
            tries=len(RAISED), before=before, dropped=dropped, likeliest=not possible,
        )  # fmt: skip
        made = confirmed(q, x, times, stands(q, after(q, [i.base for i in q.used], times[0] if times else None)))
        if low >= probability and made is not None:
            return replace(made, reach=reach)
        if best is None or low > best[0]:
            best = low, x, reach
    made = _failed(q, times, best, (first, second), float(probability), before, starts)
    return replace(made, reach=replace(made.reach, dropped=dropped)) if made.reach else made


def _failed(q: Question, times: Any, best: Any, halves: Any, asked: float, before: float, starts: Any) -> Plan:
    """Return the plan that says how likely the target can be made."""
    first, second = halves
    x: Any = max([*starts, *([best[1]] if best else [])], key=lambda s: _share(q, first, s))
    share = _share(q, second, x)
    reach = Reach(
        asked=asked, level=asked, share=share, low=lowest(round(share * len(second)), len(second)),
        confidence=CONFIDENCE, draws=len(first) + len(second), tries=len(RAISED), before=before, likeliest=True,
    )  # fmt: skip
    return replace(unreached(q, times), changes=changes(q, exact(q, np.array(x, float))), reach=reach)


def lowest(hits: int, count: int, *, tries: int = len(RAISED)) -> float:
    """Return the one-sided lower limit of a share, with the confidence divided among tries.

    Examples
    --------
    >>> round(lowest(100, 100, tries=1), 6) == round(0.05 ** (1 / 100), 6)
    True
    """
    from scipy.stats import beta

    return float(beta.ppf((1 - CONFIDENCE) / tries, hits, count - hits + 1)) if hits else 0.0


def _needed(count: int, probability: float) -> int:
    """Return how many of the draws must be in the target for the limit to reach the probability."""
    hits = next((k for k in range(count + 1) if lowest(k, count) >= probability), None)
    if hits is None:
        detail = f"{2 * count} draws cannot show a probability of {probability:g}, even if all of them reach it."
        raise RefusedError(refused(Code.TOO_SHORT, detail))
    return hits


def effects_drawn(q: Question, draws: Any) -> tuple[Array, int]:
    """Return draws as matrices of effects, shape (draw, unit, unit), and how many rows without a number they leave."""
    n = len(q.model.units)
    if draws is None:
        raise InvalidValueError("draws", draws, "an array of effects, one row per draw, or a Fit, with a probability")
    if hasattr(draws, "names") and hasattr(draws, "draws"):
        from symbiode.inference.probabilities import effects_of

        if q.model.law.scale != "capacity" or [u.name for u in draws.model.units] != [u.name for u in q.model.units]:
            raise InvalidValueError("draws", "a Fit", "a fit of this model under the logistic law, or an array of d_ij")
        given = effects_of(draws.model, draws.names, np.asarray(draws.draws, float), np.ones(n))
    else:
        given = np.asarray(draws, float)
    if given.ndim == 2 and given.shape[1] == 2 and n == 2:
        flat, given = given, np.zeros((len(given), 2, 2))
        given[:, 0, 1], given[:, 1, 0] = flat.T
    if given.ndim != 3 or given.shape[1:] != (n, n):
        raise InvalidValueError("draws", f"shape {given.shape}", f"(draw, {n}, {n})" + (" or (draw, 2)" * (n == 2)))
    kept = given[np.isfinite(given).all(axis=(1, 2))]
    if len(kept) < LEAST_DRAWS:
        told = f"{len(kept)} finite draws" + (f" of {len(given)} rows" if len(kept) < len(given) else "")
        raise InvalidValueError("draws", told, f"at least {LEAST_DRAWS}")
    return kept, len(given) - len(kept)


def _plain(q: Question) -> Array:
    """Return the effects of the model without any lever."""
    return np.array([[float(v or 0) for v in row] for row in effects(q.model).values])


def _shifted(q: Question, D: Array, x: Any) -> Array:
    """Return draws, less the model's effects, with what the instruments make of those, (draw, time, unit, unit)."""
    at = np.asarray([float(v) for v in x])
    return D[:, None] + np.stack([f.effects(at) for f in q.frames])[None]


def _share(q: Question, D: Array, x: Any) -> float:
    """Return the share of draws that instruments at x bring into the target."""
    return float((inside(q, _shifted(q, D, x)) >= 0).mean())


def inside(q: Question, D: Array) -> Array:
    """Return how far draws are inside the target without its margin, shape (draw,); only the sign is exact."""
    if q.pair:
        told = pieces(q.target, margin=0, runaway=q.runaway, tau=q.tau, reading=q.reading)
        p = np.stack([D[..., 0, 1], D[..., 1, 0]], axis=-1)
        parts = [slacks(piece, p).min(axis=-1) for piece in told]
    else:
        parts = _of_groups(q, D)
    return np.asarray(np.max(parts, axis=0).min(axis=-1))


def _of_groups(q: Question, D: Array) -> list[Array]:
    n = D.shape[-1]
    safe = 1 - np.abs(np.linalg.eigvals(np.maximum(D, 0))).max(axis=-1)
    calm = np.where((safe > 1e-9)[..., None, None], D, 0)
    u = np.linalg.inv(np.eye(n) - calm).sum(axis=-1)
    K = capacities(q.model)
    G, low = [], u.min(axis=-1)
    for own, other in (q.groups, q.groups[::-1]):
        there = [i for i in range(n) if i not in other]
        v = np.zeros_like(u)
        v[..., there] = np.linalg.inv(np.eye(len(there)) - calm[..., there, :][..., there]).sum(axis=-1)
        low = np.minimum(low, v[..., there].min(axis=-1))
        w = K[list(own)] / K[list(own)].sum()
        G.append((u - v)[..., list(own)] @ w)
    found = []
    for rows, zero in groups.rows_of(q.target, 1 - q.tau):
        kept = [np.where(safe > 1e-9, x * G[0] + y * G[1], -1.0) for x, y, _ in rows]
        kept += [1e-6 - np.abs(x * G[0] + y * G[1]) for x, y in zero]
        found.append(np.min([*kept, safe - max(q.runaway, 1e-9), np.where(safe > 1e-9, low, -1.0)], axis=0))
    return found


def _chance(q: Question, D: Array, level: float, width: float) -> Demand:
    """Return the demand that a smoothed share of the draws is inside the target."""

    def share(x: Array) -> float:
        return float((1 / (1 + np.exp(-np.clip(inside(q, _shifted(q, D, x)) / width, -60, 60)))).mean())

    def value(x: Array) -> tuple[float, Array]:
        steps = 1e-5 * np.eye(len(x))
        return share(x) - level, np.array([(share(x + s) - share(x - s)) / 2e-5 for s in steps])

    return Demand(name="probability", value=value)


def _spread(q: Question, D: Array) -> float:
    return max(float(np.std(inside(q, _shifted(q, D, q.base)))), 1e-4)


def _starts(q: Question, D: Array) -> list[Array]:
    """Return where searches begin: the change for the model itself, and the ones that reach most draws."""
    nominal, _ = cheapest(q)
    first = [q.base] if nominal is None else [nominal.program.x(nominal.solution.z), q.base]
    return [*first, *(_most(q, D, x) for x in first[:1])]


def _most(q: Question, D: Array, x: Array) -> Array:
    """Return instruments that reach as many draws as a local search finds."""
    from scipy.optimize import minimize

    search: Any = minimize
    width = _spread(q, D)
    bounds = [tuple(None if end is None else float(end) for end in (i.lower, i.upper)) for i in q.used]
    for smooth in SMOOTH:
        told = _chance(q, D, 0.0, smooth * width)

        def worse(y: Array, told: Demand = told) -> tuple[float, Array]:
            value, slope = told.value(y)
            return -value, -slope

        x = search(worse, x, jac=True, method="L-BFGS-B", bounds=bounds).x
    return np.asarray(x)


def _found(q: Question, D: Array, level: float, starts: Sequence[Array]) -> Any:
    """Return the cheapest instruments found for which a share of the draws is in the target, or None."""
    width, best = _spread(q, D), None
    for demands in every_demand(q):
        for start in starts:
            x = start
            for smooth in SMOOTH:
                asked = program(q, (*demands, _chance(q, D, level, smooth * width)))
                found = local(asked, _columns(asked, x))
                x = x if found is None else asked.x(found[1])
            told = exact(q, x)
            enough = _share(q, D, told) >= level - 2 / len(D)
            effort = asked.effort(_columns(asked, x))
            if found is not None and enough and (best is None or effort < best[0]):
                best = effort, told
    return None if best is None else best[1]


def _allowed(q: Question, x: Any) -> bool:
    """Return whether a change keeps to the limits and budgets, and the model itself to the margins."""
    for asked in (program(q, demands) for demands in every_demand(q)):
        z = _columns(asked, np.array(x, float))
        if (z <= asked.limit + NEAR).all() and asked.worst(z) >= -NEAR:
            return True
    return False


def _columns(asked: Program, x: Array) -> Array:
    """Return the columns of a program that lead to x."""
    z: Array = np.maximum(asked.columns.T @ (x - asked.x0), 0)
    return z


def read_draws(model: Model, path: Path) -> Array:
    """Return draws of the effects from a CSV with a header of key paths, shape (draw, unit, unit).

    Effects without a column keep the model's value.

    Raises
    ------
    DataError, UnknownNameError
        If the file cannot be read, a cell is no number, or a column is no effect of the model.
    """
    from symbiode.errors import DataError, Fault
    from symbiode.inference._csv import load_table

    table = load_table(path)
    units = [unit.name for unit in model.units]
    known = effects(model).values
    found = np.tile(np.array([[float(v or 0) for v in row] for row in known]), (len(table.rows), 1, 1))
    faults = list(table.faults)
    for k, name in enumerate(table.header):
        parts = split_path(name)
        if len(parts) != 3 or parts[0] != "effects" or not {parts[1], parts[2]} <= set(units):
            raise UnknownNameError("column", name, effect_names(model))
        for row, (cells, line) in enumerate(zip(table.rows, table.lines, strict=True)):
            try:
                found[row, units.index(parts[1]), units.index(parts[2])] = float(cells[k])
            except ValueError:
                faults.append(Fault(path=(name,), problem=f"{cells[k]!r} is not a number", line=line))
    if faults:
        raise DataError(path, faults)
    return found
