"""Model and observations to a `Problem`: which parameters are free, where they are searched, how they are computed.

Comes in: a `Model`, `Observations`, the names to free. Goes out: a `Problem` of arrays and functions, all an estimator
ever sees. The search box is set by the data alone, so that no value of a model file steers a fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import sympy

from symbiode.dynamics.numerics import Numerics, compiled, vector
from symbiode.dynamics.simulation.flow import flow
from symbiode.errors import Code, DataError, Fault, InvalidValueError, RefusedError, UnknownNameError, quote, refused
from symbiode.inference.estimators import Array, Estimate, Estimator, Flags, Kind, Path, Problem
from symbiode.inference.observations import Observations
from symbiode.inference.shifts import PREFIX, shifted
from symbiode.system.laws import Parameter, Slot
from symbiode.system.model import Model, delays_of, find_slot, noise_of, split_path, value_names

EFFECT_BOX = 4.0
CAP = 1e6
GROWTH_BOX, LEVEL_BOX, START_BOX, PER_CAPITA_BOX = (0.01, 5.0), 50.0, 100.0, 10.0


def free_names(model: Model) -> tuple[str, ...]:
    """Return what a fit frees unless told otherwise: growth, capacity or self-effect and initial of each unit, effects.

    Of two units both effects are freed, also where the file is silent: the mode of a pair that was fitted with one
    effect alone would be an assumption. Of more units those that the file names.

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> free_names(build({"a": {"growth": 0.1, "capacity": 2}}))
    ('a.growth', 'a.capacity', 'a.initial')
    """
    paths: list[tuple[str, ...]] = []
    for unit in model.units:
        own = [(unit.name, key) for key in ("growth", "capacity", "self_effect")]
        paths += [*(p.path for p in model.parameters if p.path in own), (unit.name, "initial")]
    paths += [p.path for p in model.parameters if p.path[0] == "effects"]
    if len(model.units) == 2 and model.law.scale != "none":
        first, second = (unit.name for unit in model.units)
        paths = [path for path in paths if path[0] != "effects"]
        paths += [("effects", first, second), ("effects", second, first)]
    return tuple(".".join(map(quote, path)) for path in paths)


def with_numbers(model: Model, names: Sequence[str], observations: Observations) -> Model:
    """Return the model with every freed formula replaced by its value and a start for every unit.

    Raises
    ------
    UnknownNameError
        If a name is no value of such a model.
    """
    units = {unit.name: unit for unit in model.units}
    values: dict[str, object] = {}
    for name in names:
        if name.startswith(PREFIX):  # of the figures, not of the model
            continue
        path = split_path(name)
        found = next((p for p in model.parameters if p.path == path), None)
        if found is not None:
            exact = model.values[found.symbol]
            values[name] = exact if exact.is_Rational else float(exact)
        elif path[-1] != "initial" or path[0] not in units:
            if find_slot(model.law, tuple(units), path) is None:
                raise UnknownNameError("value", name, value_names(model))
            values[name] = 0
    for k, unit in enumerate(model.units):
        if unit.initial is None:
            values[f"{quote(unit.name)}.initial"] = float(_first(observations.y[:, k]))
    return model.with_values(values)


def pose(
    model: Model,
    observations: Observations,
    *,
    free: Sequence[str] | None = None,
    bounds: bool = False,
    error: str = "log",
    seed: int = 0,
) -> Problem:
    """Return the problem of fitting a model to observations.

    Parameters
    ----------
    model : Model
    observations : Observations
        With the model's units.
    free : sequence of str, optional
        Key paths of the parameters to estimate; `free_names` by default. The others keep the model's values.
    bounds : bool
        Whether bounds in the model file limit the search.
    error : "log" or "level"
        The scale of residuals.
    seed : int
        For the random starts.

    Returns
    -------
    Problem

    Raises
    ------
    UnknownNameError, InvalidValueError
        If a name is unknown, or units do not match.
    DataError
        If levels are not positive and residuals are logarithmic, or a unit was never observed.
    RefusedError
        `too_short` if there are fewer observations than parameters + 1; `not_supported` with noise or delays.
    """
    if any(noise_of(model)) or delays_of(model):
        detail = "A fit takes trajectories without noise and delays; set every noise and delay of the model to 0."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    names = tuple(n for n in free if not n.startswith(PREFIX)) if free is not None else free_names(model)
    _check_observations(model, observations, error)
    model = with_numbers(model, names, observations)
    nobs = int(np.isfinite(observations.y).sum())
    if nobs < len(names) + 1:
        detail = f"{nobs} numbers were observed and {len(names)} coefficients are free; at least one more is needed."
        raise RefusedError(refused(Code.TOO_SHORT, detail, observations=nobs, parameters=len(names)))
    ranges = _Ranges.of(observations)
    slots = [_slot(model, name) for name in names]
    boxes = [_box(model, slot, ranges, bounds) for slot in slots]
    lower, upper, hard_lower, hard_upper, guess = np.array(boxes, float).T
    functions = _Functions(model, tuple(slots), np.asarray(observations.t, float))
    positive = np.array([slot.positive for slot in slots])
    posed = Problem(
        t=np.asarray(observations.t, float), y=np.asarray(observations.y, float), units=tuple(observations.units),
        names=names, kinds=tuple(slot.kind for slot in slots), about=tuple(slot.about for slot in slots),
        positive=positive, lower=lower, upper=upper, hard_lower=hard_lower, hard_upper=hard_upper,
        guess=np.clip(guess, lower, upper), starts=np.empty((0, len(names))), seed=seed,
        trajectory=functions.trajectory,
        per_capita=functions.per_capita if compiled(model).kolmogorov else None, step=functions.step,
    )  # fmt: skip
    return shifted(posed, observations.shifts)


def run(method: Estimator, problem: Problem) -> Estimate:
    """Return what an estimator finds."""
    return method.estimate(problem)


def checked(method: Estimator) -> Estimator:
    """Return a method if it is an estimator.

    Raises
    ------
    InvalidValueError
    """
    if not all(hasattr(method, name) for name in ("error", "estimate", "refit")):
        raise InvalidValueError("method", method, "an object with error, estimate(problem) and refit(problem, …)")
    return method


def _check_observations(model: Model, observations: Observations, error: str) -> None:
    units = tuple(unit.name for unit in model.units)
    if tuple(observations.units) != units:
        raise InvalidValueError("observations", observations.units, f"the units of the model, in order: {units}")
    faults = []
    for k, unit in enumerate(units):
        column = observations.y[:, k]
        bad = np.isfinite(column) & (column <= 0)
        if np.isfinite(column).sum() == 0:
            faults.append(Fault(path=(unit,), problem="no value was observed", remedy="leave the unit out"))
        elif error == "log" and bad.any():
            when = ", ".join(f"{t:g}" for t in observations.t[bad][:10])
            remedy = "use TrajectoryMatching(error='level') or leave the rows out"
            problem = f"a logarithm needs levels above zero; not so at {when}"
            faults.append(Fault(path=(unit,), problem=problem, remedy=remedy))
    if faults:
        raise DataError(observations.path or "observations", faults)


def _first(column: Array) -> float:
    seen = column[np.isfinite(column) & (column > 0)]
    return float(seen[0]) if len(seen) else 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class _Ranges:
    """Sizes that the observations show, each (unit,)."""

    growth: Array
    largest: Array
    mean: Array
    first: Array

    @staticmethod
    def of(observations: Observations) -> _Ranges:
        t, y = np.asarray(observations.t, float), np.asarray(observations.y, float)
        growth = []
        for column in y.T:
            seen = np.isfinite(column) & (column > 0)
            steps = np.abs(np.diff(np.log(column[seen])) / np.diff(t[seen])) if seen.sum() > 1 else np.zeros(1)
            span = float(t[-1] - t[0]) or 1.0
            growth.append(max(float(steps.max(initial=0.0)), 0.1 / span))
        with np.errstate(invalid="ignore"):
            positive = np.where(np.isfinite(y) & (y > 0), y, np.nan)
            largest = np.array([np.nanmax(c) if np.isfinite(c).any() else 1.0 for c in positive.T])
            mean = np.array([np.nanmean(c) if np.isfinite(c).any() else 1.0 for c in positive.T])
        return _Ranges(growth=np.array(growth), largest=largest, mean=mean, first=np.array([_first(c) for c in y.T]))


@dataclass(frozen=True, kw_only=True)
class _Freed:
    """One free parameter: what it is, whose it is, and its column of numbers (None for a start)."""

    kind: Kind
    about: tuple[int, ...]
    positive: bool
    column: int | None
    parameter: Parameter | None
    slot: Slot | None


def _slot(model: Model, name: str) -> _Freed:
    units = tuple(unit.name for unit in model.units)
    path = split_path(name)
    if len(path) == 2 and path[1] == "initial" and path[0] in units:
        at = units.index(path[0])
        positive = model.law.kolmogorov
        return _Freed(
            kind="initial", about=(at,), positive=positive, column=None, parameter=model.units[at].initial, slot=None
        )
    parameter = next(p for p in model.parameters if p.path == path)
    symbols = compiled(model).parameters
    slot = find_slot(model.law, units, path)
    if parameter.symbol not in symbols or (slot is not None and slot.choices):
        raise InvalidValueError(name, "free", "a value that the equations contain and that is not a choice")
    kind: Kind = {"growth": "growth", "capacity": "capacity", "effects": "effect"}.get(  # type: ignore[assignment]
        path[-1] if len(path) == 2 else path[0], "other"
    )
    about = tuple(units.index(part) for part in (path[:1] if len(path) == 2 else path[1:]) if part in units)
    positive = slot is not None and slot.lower is not None and slot.lower >= 0 and slot.strict
    column = symbols.index(parameter.symbol)
    return _Freed(kind=kind, about=about, positive=positive, column=column, parameter=parameter, slot=slot)


def _box(model: Model, freed: _Freed, ranges: _Ranges, bounds: bool) -> tuple[float, float, float, float, float]:
    """Return lower, upper, hard lower, hard upper and a guess."""
    low, high, guess = _range(model, freed, ranges)
    slot, told = freed.slot, freed.parameter
    hard_low = -np.inf if slot is None or slot.lower is None else float(slot.lower)
    hard_high = np.inf if slot is None or slot.upper is None else float(slot.upper)
    if freed.positive:
        hard_low = max(hard_low, 0.0)
    if bounds and told is not None:
        if told.lower is not None and (told.lower > 0 or not freed.positive):
            low = hard_low = float(told.lower)
        if told.upper is not None:
            high = hard_high = float(told.upper)
    low, high = max(low, hard_low), min(high, hard_high)
    return min(low, high), high, hard_low, hard_high, guess


def _range(model: Model, freed: _Freed, ranges: _Ranges) -> tuple[float, float, float]:
    if freed.kind == "initial":
        first = ranges.first[freed.about[0]]
        return (first / START_BOX if freed.positive else -START_BOX * first), START_BOX * first, first
    if freed.kind == "growth":
        size = ranges.growth[freed.about[0]]
        return (GROWTH_BOX[0] * size if freed.positive else -GROWTH_BOX[1] * size), GROWTH_BOX[1] * size, size / 2
    if freed.kind == "capacity":
        largest = ranges.largest[freed.about[0]]
        return largest / LEVEL_BOX, LEVEL_BOX * largest, 1.5 * largest
    if freed.kind == "effect" and model.law.scale == "capacity":
        return -EFFECT_BOX, EFFECT_BOX, 0.0
    if model.law.scale == "per_capita" and freed.slot is not None and "effect" in freed.slot.name:
        receiver, source = freed.about[0], freed.about[-1]
        width = PER_CAPITA_BOX * ranges.growth[receiver] / ranges.mean[source]
        return -width, width, 0.0
    assert freed.parameter is not None
    value = float(model.values.get(freed.parameter.symbol, freed.parameter.value))
    if freed.positive and value > 0:
        return value / 100, 100 * value, value
    width = max(EFFECT_BOX, 10 * abs(value))
    return -width, width, value


@dataclass(frozen=True, eq=False)
class _Functions:
    """The functions of a `Problem`: columns of free parameters in, trajectories and growth rates out."""

    model: Model
    slots: tuple[_Freed, ...]
    t: Array

    def __getstate__(self) -> dict[str, object]:
        """Leave compiled code behind: it is made again where the functions are next used."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @cached_property
    def numerics(self) -> Numerics:
        """The compiled model."""
        return compiled(self.model)

    @cached_property
    def numbers(self) -> Array:
        """The model's own numbers, (parameter of the model,)."""
        return vector(self.model)

    @cached_property
    def symbols(self) -> tuple[sympy.Symbol, ...]:
        """What `flow` differentiates to: the symbol of each free parameter, of a start its state."""
        states, parameters = self.numerics.states, self.numerics.parameters
        return tuple(states[s.about[0]] if s.column is None else parameters[s.column] for s in self.slots)

    def columns(self, p: Array) -> Array:
        """Return the numbers of the whole model, (row, parameter of the model)."""
        full = np.tile(self.numbers, (len(p), 1))
        for k, slot in enumerate(self.slots):
            if slot.column is not None:
                full[:, slot.column] = p[:, k]
        return full

    def starts(self, p: Array) -> Array:
        """Return the levels at the first time, (row, unit)."""
        fixed = [float(x) if x is not None else np.nan for x in self.model.initial]
        y0 = np.tile(np.array(fixed), (len(p), 1))
        for k, slot in enumerate(self.slots):
            if slot.column is None:
                y0[:, slot.about[0]] = p[:, k]
        return y0

    def trajectory(self, p: Array, times: Array | None = None, *, rtol: float = 1e-9, steps: int = 2000) -> Path:
        """Return trajectories from the first time, with derivatives to the free parameters.

        Where a row stopped (it ran away, or used up its work), the last levels are repeated: finite, so that a search
        can start there, and never clean.
        """
        found = flow(
            self.numerics, self.starts(p), self.t if times is None else times, self.columns(p), wrt=self.symbols,
            rtol=rtol, cap=CAP, max_steps=steps, often=True,
        )  # fmt: skip
        assert found.dy is not None
        seen: Flags = np.all(np.isfinite(found.y), axis=2) & np.all(np.isfinite(found.dy), axis=(2, 3))
        clean: Flags = np.all(seen, axis=1)
        if clean.all():
            return Path(y=found.y, dy=found.dy, clean=clean)
        last = np.maximum.accumulate(np.where(seen, np.arange(found.y.shape[1]), 0), axis=1)
        y = np.take_along_axis(found.y, last[:, :, None], axis=1)
        return Path(y=y, dy=np.where(seen[:, :, None, None], found.dy, 0.0), clean=clean)

    def step(self, y0: Array, times: Array, p: Array, *, rtol: float = 1e-10) -> tuple[Array, Array]:
        """Return levels (row, time, unit) from starts (row, unit) on, and their derivatives to the starts."""
        found = flow(self.numerics, y0, times, self.columns(p), wrt=self.numerics.states, rtol=rtol, cap=CAP)
        assert found.dy is not None
        return found.y, found.dy

    def per_capita(self, t: Array, y: Array, p: Array) -> tuple[Array, Array]:
        """Return growth per capita (row, time, unit) and its derivatives to the free parameters."""
        columns = self.columns(p)[:, None, :]
        growth = self.numerics.per_capita(t, y, columns)
        slopes = self.numerics.per_capita_sensitivity(t, y, columns)
        found = np.zeros((*growth.shape, len(self.slots)))
        for k, slot in enumerate(self.slots):
            if slot.column is not None:
                found[..., k] = slopes[..., slot.column]
        return growth, found
