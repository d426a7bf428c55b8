"""simulate() and ensemble(): one trajectory with everything known about its error, or very many.

Comes in: a `Model`, times and a start. Goes out: a `Trajectory` or an `Ensemble`. Each answer is computed twice, with
different methods, steps or tolerances, and the difference is the error estimate; the status follows from that estimate
alone. Blow-up is an outcome: the trajectory ends there, with its time and an error bar.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symbiode.dynamics.numerics import Numerics, vectors
from symbiode.dynamics.numerics.kernels import Array
from symbiode.dynamics.simulation import requests
from symbiode.dynamics.simulation.delayed import History, Member, late_trajectory
from symbiode.dynamics.simulation.engines import End
from symbiode.dynamics.simulation.flow import DONE, RAN_AWAY, WORK_LIMIT, Flow
from symbiode.dynamics.simulation.lanes import followed, tolerances
from symbiode.dynamics.simulation.pieces import Breaks, Piece, kind_of_all, pieces_of
from symbiode.dynamics.simulation.requests import Start
from symbiode.dynamics.simulation.results import Ensemble, Trajectory
from symbiode.dynamics.simulation.runaway import Runaway, onward
from symbiode.dynamics.simulation.runs import CAP, CONDITION, TINY, Found, Run, accurate, shown
from symbiode.dynamics.simulation.stochastic import Request, noisy_ensemble, noisy_trajectory
from symbiode.dynamics.simulation.taylor import has_series
from symbiode.errors import OK, Code, InvalidValueError, RefusedError, Status, quote, refused, warning
from symbiode.system.model import Model, find_slot, split_path
from symbiode.system.scenario import Scenario, events

__all__ = ["Ensemble", "Trajectory", "ensemble", "simulate"]

CHUNK, MAX_SINGLE, NEAR = 8192, 200, 16_384
RTOL = {"plain": 1e-9, "delays": 1e-8, "noise": 1e-4}


def simulate(
    model: Model,
    times: ArrayLike,
    start: Start = None,
    scenario: Scenario | None = None,
    *,
    rtol: float | None = None,
    breaks: Breaks = (),
    seed: int = 0,
    history: History = None,
) -> Trajectory:
    """Follow a model from one start through given times.

    Parameters
    ----------
    model : Model
    times : array, shape (time,)
        Strictly increasing; the first is the time of the start. In the model's time unit.
    start : "initial", mapping of unit name to level, sequence of levels, or None
        Levels at the first time; None and "initial" mean the model's own; units left out of a mapping too.
    scenario : Scenario, optional
        Levers over time. Integration is split exactly at its events.
    rtol : float, optional
        Relative accuracy asked for, 1e-13 to 1e-2; the answer is refused where ten times this is not reached. By
        default 1e-9; 1e-4 on the Brownian path of a model with noise; 1e-8 with delays.
    breaks : sequence of (time, values) pairs
        From each time on the model has these values (keys as for `Model.with_values`), before levers move them; the
        integration is split there.
    seed : int
        Of the noise: the same seed and times give the same path.
    history : callable, optional
        What a model with delays feels of the time before the first: takes a time, returns levels, shape (unit,). By
        default the start for ever.

    Returns
    -------
    Trajectory
        With a warning where it ends early, or a relative change of the start may grow more than ten thousand times.

    Raises
    ------
    InvalidValueError
        If times are not increasing or a level is negative (Kolmogorov laws) or not a finite number.
    RefusedError
        If no method reaches the accuracy (the trajectory found is its `result`), the model has noise and delays at
        once, a lever moves a delay other than by a step, or the arrays would not fit in memory.

    References
    ----------
    Jorba and Zou (2005), Experimental Mathematics 14, 99-117 (Taylor series, where recurrences are known); Hairer,
    Norsett and Wanner (1993), Solving Ordinary Differential Equations I (DOP853); Petzold (1983), SIAM J. Sci. Stat.
    Comput. 4, 136-148 (LSODA).

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> model = build({"a": {"growth": 1, "capacity": 1, "initial": 0.5}})
    >>> simulate(model, [0, 1]).y[:, 0].round(9).tolist()
    [0.5, 0.731058579]
    """
    grid = requests.times_of(times)
    pieces = pieces_of(model, grid, breaks=breaks, scenario=requests.scenario_of(scenario))
    kind = kind_of_all(pieces)
    rtol, seed = requests.accuracy_of(rtol, RTOL[kind], 1e-13), requests.whole("seed", seed, 0)
    if history is not None and not (kind == "delays" and callable(history)):
        raise InvalidValueError("history", history, "a function of time, where the model has delays")
    requests.fits(len(grid) * len(model.units) * 8 * 6 + requests.matrix_bytes(model))
    levels = requests.start_of(model, start)
    if kind == "noise":
        trajectory = noisy_trajectory(model, Request(pieces=pieces, grid=grid, seed=seed, rtol=rtol), levels)
    elif kind == "delays":
        trajectory = late_trajectory(model, Member(pieces=pieces, start=levels, history=history), grid, rtol)
    else:
        trajectory = _trajectory(model, grid, levels, _found(pieces, grid, levels, rtol), rtol)
    if scenario is not None:
        told = ("scenario", scenario.name), ("split_at", tuple(piece.end for piece in pieces[:-1]))
        shown_model = replace(model, illustrative=model.illustrative or _illustrative(scenario))
        trajectory = replace(trajectory, model=shown_model, settings=(*trajectory.settings, *told))
    if trajectory.status.level.value == "refused":
        raise RefusedError(trajectory.status, trajectory)
    return trajectory


def _illustrative(scenario: Scenario) -> bool:
    """Whether a lever that moves anything has magnitudes that are no estimates."""
    return any(lever.illustrative for lever in scenario.levers if lever.moves and lever.strength != 0)


def _found(pieces: Sequence[Piece], grid: Array, start: Array, rtol: float, member: int = 0) -> Found:
    """Run through the pieces; an end that would come after the next event is none that is known."""
    stretches = [piece.stretch(grid, member) for piece in pieces]
    found = accurate(stretches, grid, start, rtol)
    run, on = found.run, found.going_on
    until = next(piece.until for piece, own in zip(pieces, stretches, strict=True) if own is run.stretch)
    if on is None or until == math.inf or on.kind not in ("blow_up", "death", "unbounded"):
        return found
    ends = math.inf if on.remaining is None else run.t + on.remaining + (found.time_error or 0.0)
    return found if ends < until else replace(found, going_on=Runaway(kind="beyond"), time_error=None)


def _trajectory(model: Model, grid: Array, start: Array, found: Found, rtol: float) -> Trajectory:
    """Turn what was found into levels, with NaN where there are none, and a status."""
    run, on = found.run, found.going_on
    y, error = np.full((2, len(grid), len(model.units)), np.nan)
    # An exact zero stays zero, an underflow is shown as the smallest normal number.
    y[: len(run.z)] = np.where(run.zero, 0.0, np.maximum(np.exp(run.z), TINY)) if run.system.logs else run.z
    y[0], error[: len(run.z)] = start, found.error
    worst, kind = float(found.error.max(initial=0.0)), "" if on is None else on.kind
    ends = {kind: (run.t + (on.remaining or 0.0), found.time_error)} if on is not None else {}
    blow_up, death = ends.get("blow_up", (None, None)), ends.get("death", (None, None))
    return Trajectory(
        model=model, t=grid, y=y, status=_status(found, grid, worst, rtol), error_estimate=worst, error=error,
        settings=(
            ("rtol", rtol), ("methods", found.methods), ("tolerances", found.tolerances),
            ("coordinates", "log" if run.system.logs else "plain"), ("cap", CAP),
        ),
        counters=(("steps", run.steps), ("calls", run.calls), ("runs", found.runs)), ended=kind,
        blow_up_time=blow_up[0], blow_up_error=blow_up[1], death_time=death[0], death_error=death[1],
        dead=() if on is None else on.dead, y_end=None if on is None else _end(run, on.dead),
        rate=None if on is None else on.rate, missing_times=tuple(grid[len(run.z) :].tolist()),
    )  # fmt: skip


def _end(run: Run, dead: tuple[int, ...]) -> Array:
    """Return the state where a run ended, the dead at exactly zero."""
    with np.errstate(over="ignore"):
        y = shown(run.system.levels(run.last), run.system.x) if run.system.logs else run.last.copy()
    y[list(dead)] = 0.0
    return y


def _status(found: Found, grid: Array, worst: float, rtol: float) -> Status:
    run, on = found.run, found.going_on
    accurate_enough = worst <= 10 * rtol
    if run.end is End.WORK or (run.end is End.STIFF):
        return refused(Code.WORK_LIMIT, f"It reached t = {run.t:.6g}.", reached=run.t, steps=run.steps)
    if on is None and not accurate_enough:
        detail = f"Estimated relative error {worst:.1e}, asked for {rtol:.1e} (ten times that is accepted)."
        return refused(Code.TOLERANCE_NOT_MET, detail, error_estimate=worst, rtol=rtol)
    if on is None and found.condition > CONDITION:
        detail = f"A relative change of the start may grow {found.condition:.0e} times on the way."
        return warning(Code.ILL_CONDITIONED, detail, condition=found.condition)
    if on is None:
        low = bool(run.system.logs and (run.z < math.log(1e-300)).any())
        return replace(OK, detail="Some levels fall below 1e-300." if low else "")
    bound = run.system.bound_in_words(CAP)
    told = {
        "death": f"{_named(run, on.dead)} at t = {run.t + (on.remaining or 0.0):.10g}: no capacity is left.",
        "blow_up": f"The levels become infinite at t = {run.t + (on.remaining or 0.0):.10g}.",
        "unbounded": f"Growth is exponential without bound{f', at the rate {on.rate:.6g}' if on.rate else ''}; "
        f"a level passes {bound} at t = {run.t:.6g}.",
        "beyond": f"A level passes {bound} at t = {run.t:.6g}.",
        "singular": f"The equations cannot be continued beyond t = {run.t:.6g}.",
    }[on.kind]
    more = "" if accurate_enough else f" Close to it the estimated relative error is {worst:.1e}."
    missing = grid[len(run.z) :].tolist()
    dead = {"dead": list(on.dead)} if on.dead else {}
    return warning(Code.ENDED_EARLY, told + more, ended=on.kind, reached=run.t, missing_times=missing, **dead)


def _named(run: Run, dead: tuple[int, ...]) -> str:
    model = run.stretch.model
    names = [str(i + 1) if model is None else quote(model.units[i].name) for i in dead]
    return f"Unit {', '.join(names)} dies" if len(names) == 1 else f"Units {', '.join(names)} die"


def ensemble(
    model: Model,
    *,
    values: Mapping[str, ArrayLike] | None = None,
    start: ArrayLike | None = None,
    times: ArrayLike,
    scenario: Scenario | None = None,
    rtol: float | None = None,
    members: int | None = None,
    seed: int = 0,
) -> Ensemble:
    """Follow many variants of a model through given times, with a status for each.

    Unlike `simulate`, it does not measure how strongly an answer depends on the last digits of the input: no member
    is warned as ill-conditioned. Follow a member by itself with `simulate` to have it checked.

    Parameters
    ----------
    model : Model
    values : mapping of str to array, shape (member,), optional
        Keys as for `Model.with_values`; ``UNIT.initial`` too.
    start : array, shape (member, unit) or (unit,), optional
        Levels at the first time; the model's own if not given.
    times : array, shape (time,)
        Strictly increasing.
    scenario : Scenario, optional
        Levers over time; they move what each member has.
    rtol : float, optional
        Relative accuracy asked for, 1e-12 to 1e-2; by default as for `simulate`.
    members : int, optional
        How many, where neither values nor starts say so: paths of one model with noise.
    seed : int
        Of the noise: member k of one seed is the same path however many members there are.

    Returns
    -------
    Ensemble

    Raises
    ------
    InvalidValueError, UnknownNameError
        If something given does not fit the model, or lengths differ.
    RefusedError
        If the model has noise and delays at once, or the arrays would not fit in memory.

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> model = build({"a": {"growth": 1, "capacity": 1, "initial": 0.5}})
    >>> ensemble(model, values={"a.growth": [1, 2]}, times=[0, 1]).y[:, -1, 0].round(6).tolist()
    [0.731059, 0.880797]
    """
    grid = requests.times_of(times)
    values, scenario = values or {}, requests.scenario_of(scenario)
    model = _as_varied(model, values)
    members = None if members is None else requests.whole("members", members, 1)
    if start is not None:
        allowed = f"finite levels of shape (member, {len(model.units)})" + (", zero or more" * model.law.kolmogorov)
        requests.fits(getattr(start, "size", 0) * len(grid) * 8.0)  # before anything as large is made
        start = np.atleast_2d(requests.numbers("start", start, allowed))
        if start.ndim != 2 or start.shape[1] != len(model.units) or (model.law.kolmogorov and (start < 0).any()):
            raise InvalidValueError("start", start.tolist() if start.size < 20 else start.shape, allowed)
    rows, n = 1 if start is None else len(start), len(model.units)
    most = max([rows, members or 1, *(np.size(given) for given in values.values())])
    matrices = min(most, CHUNK) if values and n > 8 else 1
    parts = len(model.parameters) * (1 + len(events(scenario))) if scenario is not None and values else 0
    requests.fits(most * (len(grid) * n * 3 + parts) * 8.0 + requests.matrix_bytes(model) * matrices)
    starts, numbers = _members(model, values, start, members)
    pieces = pieces_of(model, grid, scenario=scenario, values=numbers)
    kind = kind_of_all(pieces)
    rtol, seed = requests.accuracy_of(rtol, RTOL[kind], 1e-12), requests.whole("seed", seed, 0)
    if kind == "noise":
        return noisy_ensemble(model, Request(pieces=pieces, grid=grid, seed=seed, rtol=rtol), starts)
    if kind == "delays":
        return _late(model, starts, pieces, grid, rtol)
    chunks = [
        _chunk(model, pieces, starts, range(i, min(i + CHUNK, len(starts))), grid, rtol)
        for i in range(0, len(starts), CHUNK)
    ]

    def joined(name: str) -> Array:
        return np.concatenate([getattr(part, name) for part in chunks])

    return replace(
        chunks[0], y=joined("y"), error_estimate=joined("error_estimate"), blow_up_time=joined("blow_up_time"),
        blow_up_error=joined("blow_up_error"), status=tuple(chain.from_iterable(part.status for part in chunks)),
        counters=tuple((name, sum(dict(part.counters)[name] for part in chunks)) for name in ("steps", "single_runs")),
    )  # fmt: skip


def _late(model: Model, starts: Array, pieces: Sequence[Piece], grid: Array, rtol: float) -> Ensemble:
    """Follow members of a model with delays, one after the other."""
    members = (Member(pieces=pieces, number=i, start=start) for i, start in enumerate(starts))
    found = [late_trajectory(model, member, grid, rtol) for member in members]
    none = np.full(len(found), np.nan)
    return Ensemble(
        model=model, t=grid, y=np.array([path.y for path in found]), status=tuple(path.status for path in found),
        error_estimate=np.array([path.error_estimate for path in found]), blow_up_time=none, blow_up_error=none,
        settings=found[0].settings,
        counters=(("steps", sum(dict(path.counters)["steps"] for path in found)), ("single_runs", len(found))),
    )  # fmt: skip


def _as_varied(model: Model, values: Mapping[str, ArrayLike]) -> Model:
    """Give a model numbers where they are varied and it has none: for a missing effect, or in place of a formula."""
    units, known = tuple(unit.name for unit in model.units), {p.path: p.value for p in model.parameters}
    for name, given in values.items():
        path = split_path(name)
        if path not in known and len(path) == 3 and find_slot(model.law, units, path):
            model = model.with_values({name: 0})
        elif path in known and not known[path].is_Rational and np.size(given):
            model = model.with_values({name: np.ravel(given)[0]})
    return model


def _members(
    model: Model, values: Mapping[str, ArrayLike], start: Array | None, wanted: int | None
) -> tuple[Array, dict[str, ArrayLike]]:
    """Return starts (member, unit) and the values that are varied but for starts, of one number or one per member."""
    paths = {name: split_path(name) for name in values}
    names = [unit.name for unit in model.units]
    own = {name: path[0] for name, path in paths.items() if path[1:] == ("initial",) and path[0] in names}
    varied = {name: given for name, given in values.items() if name not in own}
    rows = len(vectors(model, varied))
    starts = requests.start_of(model, dict.fromkeys(own.values(), 0.0))[None, :] if start is None else start
    lengths = {len(starts), rows, *(len(np.atleast_1d(values[name])) for name in own)} - {1}
    if len(lengths) > 1 or 0 in lengths:
        raise InvalidValueError("values and start", sorted(lengths), "one number of members for all, at least 1")
    members = lengths.pop() if lengths else wanted or 1
    if wanted not in (None, members):
        raise InvalidValueError("members", wanted, f"{members}, as values or starts say so")
    starts = np.repeat(starts, members if len(starts) == 1 else 1, axis=0)
    for name, unit in own.items():
        levels = [requests.level_of(model, unit, level) for level in np.atleast_1d(values[name]).tolist()]
        starts[:, names.index(unit)] = levels
    return starts, varied


def _chunk(
    model: Model, pieces: Sequence[Piece], starts: Array, who: range, grid: Array, rtol: float
) -> Ensemble:
    main, members = _through(pieces, starts, np.array(who), grid, rtol), len(starts)
    tried = np.flatnonzero(main.status != WORK_LIMIT)
    sharper = _through(pieces, starts, np.array(who)[tried], grid, rtol, sharper=True)
    starts, error = starts[who.start : who.stop], np.full(len(who), np.inf)
    both = main.y if len(tried) == len(who) else main.y[tried]
    error[tried] = 2 * _difference(pieces[0].numerics, both, sharper.y) + 1e-14
    y, status, single = main.y, [OK] * len(who), 0
    blow_up, ran = np.full((2, len(who)), np.nan), np.zeros(len(who), bool)
    ran[tried] = (main.status[tried] == RAN_AWAY) & (sharper.status == RAN_AWAY)
    for i in map(int, np.flatnonzero((main.status != DONE) | ~(error <= 10 * rtol))):
        j = int(np.searchsorted(tried, i))
        piece = _piece_of(pieces, float(main.t_end[i]))
        if ran[i] and piece.numerics.affine and piece is _piece_of(pieces, float(sharper.t_end[j])):
            status[i], blow_up[:, i] = _ran_away(piece, piece.of(who[i]), ((main, i), (sharper, j)), grid)
        elif single < MAX_SINGLE:
            single += 1
            found = _trajectory(model, grid, starts[i], _found(pieces, grid, starts[i], rtol, who[i]), rtol)
            y[i], status[i], error[i] = found.y, found.status, found.error_estimate
            if found.blow_up_time is not None:
                blow_up[:, i] = found.blow_up_time, found.blow_up_error or 0.0
        elif main.status[i] != DONE:
            status[i] = refused(Code.WORK_LIMIT, f"It reached t = {main.t_end[i]:.6g}.")
        else:
            status[i] = refused(Code.TOLERANCE_NOT_MET, f"Estimated relative error {error[i]:.1e}.")
    method = "Taylor series" if has_series(pieces[0].numerics) else "DOP853"
    return Ensemble(
        model=model, t=grid, y=y, status=tuple(status), error_estimate=np.where(np.isfinite(error), error, np.nan),
        blow_up_time=blow_up[0], blow_up_error=blow_up[1],
        settings=(
            ("rtol", rtol), ("method", f"{method}, batched"), ("cap", CAP),
            ("tolerances", tolerances(pieces[0].numerics, rtol, members)),
        ),
        counters=(("steps", int(main.steps.sum() + sharper.steps.sum())), ("single_runs", single)),
    )  # fmt: skip


def _piece_of(pieces: Sequence[Piece], t: float) -> Piece:
    return next((piece for piece in pieces if t < piece.end), pieces[-1])


def _through(
    pieces: Sequence[Piece], starts: Array, who: NDArray[np.intp], grid: Array, rtol: float, *, sharper: bool = False
) -> Flow:
    """Carry some members through all pieces, those that end early aside."""
    carried = partial(followed, rtol=rtol, cap=CAP, sharper=sharper, members=len(starts))
    if len(pieces) == 1 and len(who) and pieces[0].times(grid)[1].all():
        rows = slice(who[0], who[-1] + 1) if who[-1] - who[0] + 1 == len(who) else who
        p = pieces[0].p if pieces[0].p.ndim == 1 else pieces[0].p[rows]
        return carried(pieces[0].numerics, starts[rows], grid, p)
    x, left = starts[who], np.arange(len(who))
    y, t_end = np.full((len(who), len(grid), x.shape[1]), np.nan), np.full(len(who), grid[0])
    status, steps = np.full(len(who), DONE), np.zeros(len(who), np.int64)
    for piece in pieces:
        if not len(left):
            break
        times, asked = piece.times(grid)
        p = piece.p if piece.p.ndim == 1 else piece.p[who[left]]
        found = carried(piece.numerics, x[left], times, p)
        y[np.ix_(left, np.flatnonzero(np.isin(grid, times[asked])))] = found.y[:, asked]
        x[left] = shown(found.y_end, x[left]) if piece.numerics.kolmogorov else found.y_end
        t_end[left], status[left] = found.t_end, found.status
        steps[left] += found.steps
        left = left[found.status == DONE]
    return Flow(y=y, dy=None, status=status, t_end=t_end, y_end=x, steps=steps)


def _difference(numerics: Numerics, main: Array, sharper: Array) -> Array:
    """Return the largest difference of two runs per member: relative to each level, or to the largest one."""
    rows = max(1, NEAR * len(main) // max(main.size, 1))  # as many at once as the cache near the processor holds
    parts = [_apart(numerics, main[k : k + rows], sharper[k : k + rows]) for k in range(0, len(main), rows)]
    return np.concatenate(parts) if parts else np.empty(0)


def _apart(numerics: Numerics, main: Array, sharper: Array) -> Array:
    size = np.abs(main)
    if not numerics.kolmogorov:
        size = np.nanmax(size, axis=1, keepdims=True)
    size[size == 0] = 1.0
    relative = main - sharper
    np.abs(relative, out=relative)
    relative /= size
    worst: Array = relative.reshape(len(main), -1).max(axis=1, initial=0.0)
    ended = np.isnan(worst)
    if not ended.any():
        return worst
    some = relative[ended]
    some[np.isnan(main[ended]) & np.isnan(sharper[ended])] = 0.0
    worst[ended] = np.nan_to_num(some, nan=np.inf).max(axis=(1, 2), initial=0.0)
    return worst


def _ran_away(
    piece: Piece, p: Array, ends: tuple[tuple[Flow, int], tuple[Flow, int]], grid: Array
) -> tuple[Status, tuple[float, float]]:
    """Return the status of a member that passed the cap in two runs, its blow-up time and the error of that."""
    after = [onward(piece.numerics, p, run.y_end[i], rough=1e-8 * float(run.t_end[i] - grid[0])) for run, i in ends]
    (main, i), (sharper, j) = ends
    t = float(main.t_end[i])
    missing = grid[np.isnan(main.y[i, :, 0])].tolist()
    mine = t + (after[0].remaining or 0.0)
    theirs = float(sharper.t_end[j]) + (after[1].remaining or 0.0)
    spread = 3 * abs(mine - theirs) + sum(end.error or 0.0 for end in after)
    spread += 2e-12 * (mine - grid[0]) + 4e-16 * abs(mine)
    sure = piece.until == math.inf or (after[0].kind == "blow_up" and mine + spread < piece.until)
    if after[0].kind != "blow_up" or not sure:
        told = f"A level passes {CAP:.0e} times its reference at t = {t:.6g}."
        ended = after[0].kind if sure else "beyond"
        return warning(Code.ENDED_EARLY, told, ended=ended, reached=t, missing_times=missing), (np.nan, np.nan)
    told = f"The levels become infinite at t = {mine:.10g}."
    return warning(Code.ENDED_EARLY, told, ended="blow_up", reached=t, missing_times=missing), (mine, spread)
