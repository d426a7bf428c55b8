"""history(): how the mode that the data support changed over time, and whether it changed at all.

Comes in: a `Model`, `Observations`, dated events. Goes out: a `History`: fits to windows that move along the series and
to the pieces between events, for each effect the evidence for its sign, and tests of breaks at dated and unknown times.
A window names a mode only where it decides the sign of every effect.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from symbiode.dynamics.modes.ladder import Mode
from symbiode.errors import OK, Code, InvalidValueError, RefusedError, Status, as_json, warning
from symbiode.inference.breaks import BreakTest, chow, refit_break, started, sup_f
from symbiode.inference.diagnostics import growth_regression, rejections, residual_tests
from symbiode.inference.estimators import Array, Estimate, Estimator, Problem
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.observations import Observations, of_model
from symbiode.inference.probabilities import MODES, effects_of, nominal_codes
from symbiode.inference.problems import checked, pose, run, with_numbers
from symbiode.inference.rivals import quick, scattered_guesses
from symbiode.render import significant, text_table
from symbiode.system.model import Model, Unit
from symbiode.system.scenario import Scenario
from symbiode.words import say

if TYPE_CHECKING:
    import pandas as pd

_PRECISION, _STEPS, _GUESSES, _RESTARTS, _REJECT = 1e-4, 40, 3, 2, 0.01


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something dated outside the series.

    Parameters
    ----------
    at : float
    label : tuple of (language, text) pairs
        May be empty.
    """

    at: float
    label: tuple[tuple[str, str], ...] = ()

    def shown(self, lang: str = "en") -> str:
        """Return date and label in a language."""
        told = dict(self.label)
        date = f"{int(self.at)}" if self.at >= 1000 else f"{self.at:g}"
        return f"{date}  {told.get(lang) or told.get('en', '')}".rstrip()


@dataclass(frozen=True, kw_only=True, eq=False)
class Window:
    """The fit to a part of the series.

    Parameters
    ----------
    first, last : float
        Its first and last time.
    effects : array, shape (unit, unit)
        Estimated dimensionless effects, receiver by source; NaN on the diagonal and where none is free.
    roots : array, shape (unit, unit)
        Evidence for the sign of each effect: signed root of the rise of the sum of squares when the effect is held at
        zero, in units of Student's t; NaN where there is none.
    tvalues : array, shape (unit, unit)
        The same question asked of the growth regression: its t values.
    limit : float
        Size beyond which a root decides the sign, at the level asked for over all effects of all windows together.
    mode : Mode or None
        Of a pair whose effects both have a decided sign and lie inside the search box.
    converged : bool
    """

    first: float
    last: float
    effects: Array
    roots: Array
    tvalues: Array
    limit: float
    mode: Mode | None
    converged: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """Windows, pieces and tests of breaks.

    Parameters
    ----------
    model : Model
    t : array, shape (time,)
        Of the observations.
    rows : int
        Rows of a moving window.
    level : float
        Confidence at which a sign counts as decided.
    windows, pieces : tuple of Window
        Moving along the series; between the events that leave pieces long enough.
    events : tuple of Event
        Inside the span of the series.
    dated, unknown : tuple of BreakTest
        Chow's test at each event and the largest F over all dates, unit by unit, in the growth regression on midpoints;
        each with the p of the regression on lagged levels. A unit whose growth is constant has none.
    refits : tuple of BreakTest
        The trajectory fit in two pieces, at events that leave both long enough.
    dependent : bool
        Whether the residuals of the whole fit are dependent, so that tests of the trajectory fit find breaks too often.
    """

    model: Model
    t: Array
    rows: int
    level: float
    windows: tuple[Window, ...]
    pieces: tuple[Window, ...]
    events: tuple[Event, ...]
    dated: tuple[BreakTest, ...]
    unknown: tuple[BreakTest, ...]
    refits: tuple[BreakTest, ...]
    dependent: bool

    def frame(self) -> pd.DataFrame:
        """Return one effect of one window a row."""
        import pandas as pd

        names = [unit.name for unit in self.model.units]
        rows = []
        for kind, windows in (("window", self.windows), ("piece", self.pieces)):
            for one in windows:
                for i, j in zip(*np.nonzero(np.isfinite(one.roots)), strict=True):
                    rows.append({
                        "part": kind, "first": one.first, "last": one.last, "receiver": names[i], "source": names[j],
                        "effect": one.effects[i, j], "root": one.roots[i, j], "t": one.tvalues[i, j],
                        "limit": one.limit, "decided": bool(abs(one.roots[i, j]) > one.limit),
                        "mode": one.mode.value if one.mode else None,
                    })  # fmt: skip
        return pd.DataFrame(rows)

    @property
    def status(self) -> Status:
        """Whether the trajectory fit's evidence can be taken as it stands."""
        return warning(Code.OPTIMISTIC) if self.dependent else OK

    def as_dict(self) -> dict[str, object]:
        """Return windows and tests as plain numbers and texts, for JSON."""
        tables = {"windows": self.frame(), "tests": self.breaks_frame()}
        rows = {name: json.loads(table.to_json(orient="records")) for name, table in tables.items()}
        events = [{"at": event.at, "label": dict(event.label)} for event in self.events]
        head = {"units": [unit.name for unit in self.model.units], "rows": self.rows, "level": self.level}
        return {**head, "events": events, **rows, "status": as_json(self.status)}

    def breaks_frame(self) -> pd.DataFrame:
        """Return one test of a break a row."""
        import pandas as pd

        columns = ("kind", "unit", "at", "statistic", "p_value", "p_lagged", "p_asymptotic")
        tests = (*self.dated, *self.unknown, *self.refits)
        return pd.DataFrame([{name: getattr(one, name) for name in columns} for one in tests], columns=columns)

    def summary(self, lang: str = "en") -> str:
        """Return the history in plain text: what changed, window by window, and the tests of breaks."""
        return "\n\n".join(part for part in (self.headline(lang), _table(self, lang), self.tests(lang)) if part)

    def headline(self, lang: str = "en") -> str:
        """Return what changed: the modes that windows name in order, or that none is named."""
        return _headline(self, lang)

    def tests(self, lang: str = "en") -> str:
        """Return the tests of breaks, one line each; empty where there are none."""
        return _tests(self, lang)


def events_of(scenario: Scenario) -> tuple[Event, ...]:
    """Return the dated events of a scenario, one a year: the first label of each, levers without a date left out."""
    dated = [Event(at=float(one.at), label=tuple(dict(one.label).items())) for one in scenario.levers if one.at]
    found: dict[int, Event] = {}
    for event in sorted(dated, key=lambda event: event.at):
        found.setdefault(int(event.at), event)
    return tuple(found.values())


def history(
    model: Model,
    observations: Observations | None = None,
    *,
    events: Iterable[Event | float] = (),
    rows: int | None = None,
    method: Estimator | None = None,
    free: Sequence[str] | None = None,
    level: float = 0.95,
    tau: float = 0.1,
    draws: int = 99,
    seed: int = 0,
) -> History:
    """Fit a model to windows and pieces of a series and test whether its coefficients changed.

    Parameters
    ----------
    model : Model
    observations : Observations, optional
        With the model's units; by default the data the model names.
    events : sequence of Event or float
        Dates that the series did not choose, such as `events_of` a scenario; an `Event` before or after the series is
        left out, a number there is refused.
    rows : int, optional
        Of a moving window; by default half the series, at least 10.
    method : estimator, optional
        `TrajectoryMatching()` by default.
    free : sequence of str, optional
        As for `fit`.
    level : float
        Confidence at which the sign of an effect counts as decided.
    tau : float
        As for `fit`.
    draws : int
        Simulated series for the break test of the trajectory fit; 0 takes the F distribution.
    seed : int

    Returns
    -------
    History

    Raises
    ------
    InvalidValueError
        If `rows`, `level` or an event is out of range.
    RefusedError
        `too_short` if a window has fewer observations than coefficients + 1.

    References
    ----------
    Chow (1960), Econometrica 28:591; Andrews (1993), Econometrica 61:821; a history of modes from windows of a
    Lotka-Volterra fit: Lee, S., Lee, D. and Oh, H. (2005), Technological Forecasting and Social Change 72:1044.

    Examples
    --------
    >>> import symbiode
    >>> made = history(symbiode.load("lotka-volterra"), rows=16, draws=0)
    >>> {(one.mode.value if one.mode else None) for one in made.windows}
    {'parasitism'}
    """
    seen = of_model(model) if observations is None else observations
    size = len(seen.t)
    rows = max(10, -(-size // 2)) if rows is None else rows
    if not 4 <= rows <= size or not 0 < level < 1:
        allowed = f"4 to {size} rows of the {size} observed, a level between 0 and 1"
        raise InvalidValueError("rows, level", f"{rows}, {level:g}", allowed)
    chosen = checked(method) if method is not None else TrajectoryMatching()
    dated = _dated(events, float(seen.t[0]), float(seen.t[-1]))
    names = tuple(free) if free is not None else None
    problem = pose(model, seen, free=names, error=chosen.error, seed=seed)
    whole = run(quick(chosen), problem)
    tests = residual_tests(whole.resid, problem.units, jacobian=whole.jacobian)
    fitted = _Fitting(model, seen, chosen, whole, names, level, tau, seed)
    windows = fitted.windows([(k, k + rows) for k in range(size - rows + 1)])
    edges = [0, *fitted.cuts([event.at for event in dated]), size]
    pieces = fitted.windows(list(pairwise(edges))) if len(edges) > 2 else ()
    once = {int(np.searchsorted(seen.t, event.at)): event.at for event in reversed(dated)}  # dates that split alike
    ats = sorted(once.values())
    refit = partial(refit_break, model, seen, method=chosen, free=free, draws=draws, seed=seed, whole=whole)
    return History(
        model=model, t=seen.t, rows=rows, level=level, windows=windows, pieces=pieces, events=dated,
        dated=tuple(test for at in ats for test in _twice(partial(chow, seen, at))),
        unknown=_twice(partial(sup_f, seen, seed=seed)),
        refits=tuple(test for at in ats for test in _tried(partial(refit, at))),
        dependent=bool(rejections(tests, level=_REJECT)),
    )  # fmt: skip


def _dated(events: Iterable[Event | float], first: float, last: float) -> tuple[Event, ...]:
    """Return the events after the first and up to the last time, in their order."""
    made = [event if isinstance(event, Event) else Event(at=float(event)) for event in events]
    for event in made:
        if not event.label and not first < event.at <= last:
            raise InvalidValueError("events", event.at, f"a time after {first:g}, up to {last:g}")
    return tuple(sorted((event for event in made if first < event.at <= last), key=lambda event: event.at))


def _tried(test: Callable[[], BreakTest | tuple[BreakTest, ...]]) -> tuple[BreakTest, ...]:
    """Return what a test finds, nothing where the series is too short for it."""
    try:
        found = test()
    except RefusedError:
        return ()
    return found if isinstance(found, tuple) else (found,)


def _twice(test: Callable[..., tuple[BreakTest, ...]]) -> tuple[BreakTest, ...]:
    """Return the tests on midpoints with the p of those on lagged levels, where both can be told."""
    both = zip(_tried(test), _tried(partial(test, regressor="lagged")), strict=True)
    told = ((one, other.p_value) for one, other in both)
    return tuple(replace(one, p_lagged=p) for one, p in told if np.isfinite([one.p_value, p]).all())


@dataclass(frozen=True)
class _Fitting:
    """What every window shares."""

    model: Model
    seen: Observations
    method: Estimator
    whole: Estimate
    free: tuple[str, ...] | None
    level: float
    tau: float
    seed: int

    def part(self, first: int, end: int) -> Problem:
        """Return the problem of the rows from `first` to before `end`."""
        chosen = self.seen.window(float(self.seen.t[first]), float(self.seen.t[end - 1]))
        return pose(self.model, chosen, free=self.free, error=self.method.error, seed=self.seed)

    def cuts(self, dates: Sequence[float]) -> list[int]:
        """Return where the pieces begin: at dates that leave the rows before and after enough to fit."""
        need = len(self.whole.names) + 1
        found, last = [], 0
        for date in dates:
            cut = int(np.searchsorted(self.seen.t, date))
            there = (int(np.isfinite(self.seen.y[rows]).sum()) for rows in (slice(last, cut), slice(cut, None)))
            if cut - last >= 4 and len(self.seen.t) - cut >= 4 and min(there) >= need:
                found.append(cut)
                last = cut
        return found

    def windows(self, spans: Sequence[tuple[int, int]]) -> tuple[Window, ...]:
        """Fit all spans; those with the same spacing of times are rows of one batch (no law knows the date)."""
        found: dict[tuple[int, int], Window] = {}
        problems = {span: self.part(*span) for span in spans}
        groups: dict[tuple[object, ...], list[tuple[int, int]]] = {}
        for span, problem in problems.items():
            steps = tuple(np.round(problem.t - problem.t[0], 9))
            date = problem.t[0] if any(name.startswith("shifts.") for name in problem.names) else None
            groups.setdefault((steps, problem.names, date), []).append(span)
        for group in groups.values():
            made = self.fitted([problems[span] for span in group], group, len(spans))
            found |= dict(zip(group, made, strict=True))
        return tuple(found[span] for span in spans)

    def fitted(self, problems: Sequence[Problem], spans: Sequence[tuple[int, int]], count: int) -> list[Window]:
        """Return the window of each problem, with every effect free and then with each held at zero."""
        lead, names = problems[0], problems[0].names
        effects = [k for k, kind in enumerate(lead.kinds) if kind == "effect"]
        starts = [
            np.vstack([started(p, self.whole, self.whole.fitted[span[0]]), p.guess, scattered_guesses(p)[:_GUESSES]])
            for p, span in zip(problems, spans, strict=True)
        ]
        free = _batch(self.method, problems, starts, None)
        near = [np.vstack([best, p.guess]) for best, p in zip(free[0], problems, strict=True)]
        held = [_batch(self.method, problems, near, k) for k in effects]
        for _ in range(_RESTARTS):  # a fit that holds an effect may not be better than one that does not
            better = [[h[0][w] for h in held if h[1][w] < free[1][w] * (1 - 1e-6)] for w in range(len(problems))]
            if not any(better):
                break
            free = _batch(self.method, problems, [np.array([*b, free[0][w]]) for w, b in enumerate(better)], None)
        made = []
        numbers = with_numbers(self.model, names, self.seen)
        for w, (problem, span) in enumerate(zip(problems, spans, strict=True)):
            df = problem.nobs - len(names)
            shape = (len(problem.units),) * 2
            roots = np.full(shape, np.nan)
            told = effects_of(numbers, names, free[0][w][None], np.nanmean(problem.y, axis=0))[0]
            for k, h in zip(effects, held, strict=True):
                at = lead.about[k]
                roots[at] = np.sign(told[at]) * np.sqrt(max(h[1][w] / free[1][w] - 1, 0.0) * df)
            limit = float(stats.t.isf((1 - self.level) / 2 / (count * max(len(effects), 1)), df))
            inside = all(problem.lower[k] < free[0][w][k] < problem.upper[k] for k in effects)
            made.append(Window(
                first=float(self.seen.t[span[0]]), last=float(self.seen.t[span[1] - 1]),
                effects=np.where(np.isfinite(roots), told, np.nan), roots=roots, limit=limit, converged=free[2][w],
                tvalues=self.regressed(span), mode=self.mode(told, roots, limit) if inside else None,
            ))  # fmt: skip
        return made

    def regressed(self, span: tuple[int, int]) -> Array:
        """Return the t values of the growth regression in a span, NaN where it cannot be made."""
        chosen = self.seen.window(float(self.seen.t[span[0]]), float(self.seen.t[span[1] - 1]))
        nothing = np.full((len(chosen.units),) * 2, np.nan)
        try:
            found = growth_regression(chosen).tvalues
        except RefusedError:
            return nothing
        return np.where(np.eye(len(found), dtype=bool), np.nan, found)

    def mode(self, effects: Array, roots: Array, limit: float) -> Mode | None:
        """Return the mode of a pair whose effects both have a decided sign."""
        sides = np.array([roots[0, 1], roots[1, 0]]) if len(roots) == 2 else np.array([np.nan])
        if not np.all(np.abs(sides) > limit):
            return None
        codes = nominal_codes(effects[:1, 1], effects[1:, 0], zero=0.0, tau=self.tau)
        return MODES[int(codes[0])]


def _batch(
    method: Estimator, problems: Sequence[Problem], starts: Sequence[Array], held: int | None
) -> tuple[Array, Array, list[bool]]:
    """Return best coefficients, sum of squares and convergence of each problem, from several starts as one batch."""
    owner = np.repeat(np.arange(len(problems)), [len(s) for s in starts])
    box = [np.array([getattr(p, end) for p in problems])[owner] for end in ("lower", "upper")]
    start = np.clip(np.vstack(list(starts)), *box)
    if held is not None:
        for array in (start, *box):
            array[:, held] = 0.0
    found = method.refit(
        problems[0], start, lower=box[0], upper=box[1], y=np.array([p.y for p in problems])[owner],
        precision=_PRECISION, iterations=_STEPS,
    )  # fmt: skip
    best = [int(np.flatnonzero(owner == w)[np.argmin(found.ssr[owner == w])]) for w in range(len(problems))]
    return found.params[best], found.ssr[best], [bool(found.converged[b]) for b in best]


def _headline(made: History, lang: str) -> str:
    """Say what changed: the modes that windows name in order, or that none is named."""
    span = {"first": f"{made.t[0]:g}", "last": f"{made.t[-1]:g}", "rows": made.rows}
    span |= {"level": significant(100 * made.level, 3)}
    named = [one.mode for one in made.windows]
    title = say("history_title", lang, model=made.model.name, **span)
    if not any(named):
        return f"{title}\n{say('history_none', lang, count=len(named), **span)}"
    runs = [(mode, one.last) for k, (mode, one) in enumerate(zip(named, made.windows, strict=True))
            if k == 0 or mode != named[k - 1]]  # fmt: skip
    told = [say("history_run", lang, mode=say(mode.value if mode else "history_undetermined", lang), last=f"{last:g}")
            for mode, last in runs]  # fmt: skip
    key = "history_one" if len({mode for mode in named if mode}) == 1 else "history_several"
    joined = ("; " if lang == "en" else "；").join(told)
    return f"{title}\n{say(key, lang, count=sum(mode is not None for mode in named), all=len(named))} {joined}"


def _table(made: History, lang: str) -> str:
    units = made.model.units
    pairs = [(i, j) for i in range(len(units)) for j in range(len(units))
             if any(np.isfinite(one.roots[i, j]) for one in made.windows)]  # fmt: skip
    heads = [say("history_part", lang)]
    for i, j in pairs:
        named = say("history_effect", lang, source=units[j].shown(lang), receiver=units[i].shown(lang))
        heads += [named, say("history_root", lang), "t"]
    heads.append(say("history_mode", lang))
    rows = []
    for one in (*made.windows, *made.pieces):
        cells = [f"{one.first:g}–{one.last:g}"]
        for at in pairs:
            mark = "*" if abs(one.roots[at]) > one.limit else ""
            cells += [significant(float(one.effects[at]), 2), significant(float(one.roots[at]), 2) + mark]
            cells.append(significant(float(one.tvalues[at]), 2) if np.isfinite(one.tvalues[at]) else "–")
        rows.append((*cells, say(one.mode.value if one.mode else "history_undetermined", lang)))
    table = text_table(heads, rows)
    return f"{table}\n{say('history_note', lang, level=significant(100 * made.level, 3))}"


def _tests(made: History, lang: str) -> str:
    """Return the tests of breaks, one line each."""
    units = {unit.name: unit for unit in made.model.units}
    lines = [_told(test, units, made, lang) for test in (*made.dated, *made.unknown, *made.refits)]
    if not lines:
        return ""
    if len(made.dated) > 1:
        least, count = min(max(test.p_value, test.p_lagged or 0.0) for test in made.dated), len(made.dated)
        shown = {"p": f"{least:.3f}", "all": f"{min(1.0, least * count):.3f}"}
        lines.insert(count, say("history_holm", lang, count=count, **shown))
    if made.unknown or made.dated:
        lines.append(say("history_lagged", lang))
    if made.refits:
        lines.append(say("history_shocks", lang))
    if made.dependent:
        lines.append(say("history_dependent", lang))
    return "\n".join([say("history_breaks", lang), *(f"  - {line}" for line in lines)])


def _told(test: BreakTest, units: dict[str, Unit], made: History, lang: str) -> str:
    cut = np.searchsorted(made.t, test.at)
    alike = [event for event in made.events if np.searchsorted(made.t, event.at) == cut]
    more = [f"{int(event.at)}" for event in alike[1:]]
    event = alike[0].shown(lang) if alike else f"{test.at:g}"
    event += say("history_alike", lang, dates=", ".join(more)) if more else ""
    shown = {"f": significant(test.statistic, 3), "p": f"{test.p_value:.3f}", "q": test.df[0], "df": test.df[1]}
    shown |= {"unit": units[test.unit].shown(lang) if test.unit else "", "event": event, "at": f"{test.at:g}"}
    limit, lagged = ("" if p is None else f"{p:.3f}" for p in (test.p_asymptotic, test.p_lagged))
    return say(f"history_{test.kind}", lang, **shown, limit=limit, lagged=lagged)
