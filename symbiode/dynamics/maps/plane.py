"""The plane of two coefficients of a model: their names, symbols and limits, and what `settle` says at a point.

Comes in: a `Model` and the names of two coefficients. Goes out: a `Plane`; `Answers` asks `settle` and counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sympy

from symbiode.dynamics.equilibrium import equilibria
from symbiode.dynamics.equilibrium.affine import per_capita_form
from symbiode.dynamics.maps.results import Label, Limits
from symbiode.dynamics.modes import Evidence, Outcome, Settlement, settle
from symbiode.errors import Code, InvalidValueError, RefusedError, UnknownNameError, quote, refused
from symbiode.system.laws import Parameter
from symbiode.system.model import Model, find_slot, split_path, value_names

Start = str | Mapping[str, object] | Sequence[object] | None
Between = Sequence[Sequence[float] | None] | None
SOLVED, SIMULATED, FOLLOWED, UNSETTLED = 15, 45, 120, 400
AT_REST = {Outcome.COEXISTENCE, Outcome.EXCLUSION, Outcome.EXTINCTION, Outcome.DEPENDS_ON_START}
End = tuple[Outcome, tuple[str, ...] | None]


@dataclass(frozen=True, kw_only=True)
class Plane:
    """Two coefficients of a model and the part of their plane that is shown.

    Parameters
    ----------
    model : Model
        With both coefficients among its values.
    names : (str, str)
    parameters : (Parameter, Parameter)
    limits : ((low, high), (low, high))
    pair : (int, int)
        The units whose mode is shown.
    start : as for `settle`
    tau : float
    """

    model: Model
    names: tuple[str, str]
    parameters: tuple[Parameter, Parameter]
    limits: tuple[Limits, Limits]
    pair: tuple[int, int]
    start: Start
    tau: float

    @property
    def symbols(self) -> tuple[sympy.Symbol, sympy.Symbol]:
        """The symbols of the two coefficients."""
        return self.parameters[0].symbol, self.parameters[1].symbol

    @property
    def point(self) -> tuple[float, float]:
        """The model's own coefficients."""
        x, y = (float(self.model.values[symbol]) for symbol in self.symbols)
        return x, y

    @property
    def values(self) -> dict[sympy.Symbol, sympy.Expr]:
        """Exact values of every symbol but the two, formulas in the two where they follow them."""
        model, free = self.model, self.symbols
        fixed = {p.symbol: model.values[p.symbol] for p in model.parameters if p.path[0] == "parameters"}
        named = {symbol: value for symbol, value in fixed.items() if symbol not in free}
        return {p.symbol: p.value.xreplace(named) for p in model.parameters if p.symbol not in free}

    def at(self, x: float, y: float) -> Model:
        """Return the model with other values of the two coefficients."""
        return self.model.with_values({self.names[0]: x, self.names[1]: y})


def plane(
    model: Model, first: str | None, second: str | None, *, between: Between, pair: tuple[str, str] | None,
    start: Start, tau: float,
) -> Plane:  # fmt: skip
    """Return the plane asked for, or the usual one.

    Raises
    ------
    UnknownNameError, InvalidValueError
        If a name is no coefficient that may vary, or limits are not two increasing numbers inside the law's range.
    RefusedError
        If the model has no two coefficients.
    """
    names = _names(model, first, second)
    for name in names:
        model = _with(model, name)
    by_path = {p.path: p for p in model.parameters}
    parameters = by_path[split_path(names[0])], by_path[split_path(names[1])]
    if parameters[0] == parameters[1]:
        raise InvalidValueError("second", names[1], "another coefficient than the first")
    usual = _usual(model, parameters)
    given = tuple(between) if between is not None else (None, None)
    if len(given) != 2:
        raise InvalidValueError("between", given, "((low, high) or None, (low, high) or None)")
    limits = _checked(given[0], usual[0], names[0]), _checked(given[1], usual[1], names[1])
    found = Plane(
        model=model, names=names, parameters=parameters, limits=limits, pair=_pair(model, parameters, pair),
        start=start, tau=tau,
    )  # fmt: skip
    for k in (0, 1):
        found.at(limits[0][k], limits[1][k])  # a corner outside the law's range is refused here, by name
    return found


def _names(model: Model, first: str | None, second: str | None) -> tuple[str, str]:
    units = [quote(unit.name) for unit in model.units]
    usual = []
    if len(units) > 1 and model.law.scale != "none":
        usual = [f"effects.{units[0]}.{units[1]}", f"effects.{units[1]}.{units[0]}"]
    usual += [".".join(map(quote, p.path)) for p in model.parameters if _varies(model, p)]
    wanted = [name for name in (first, second) if name is not None]
    rest = [name for name in usual if split_path(name) not in [split_path(w) for w in wanted]]
    if len(wanted) + len(rest) < 2:
        detail = "A map needs two coefficients that may vary; this model has fewer."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    if first is not None and second is not None:
        return first, second
    if first is not None:
        return first, rest[0]
    return rest[0], second if second is not None else rest[1]


def _varies(model: Model, p: Parameter) -> bool:
    slot = find_slot(model.law, tuple(unit.name for unit in model.units), p.path)
    plain = slot is None or (not slot.choices and slot.name not in ("noise", "delay"))
    return plain and not (slot is None and p.path[0] in ("delays",))


def _with(model: Model, name: str) -> Model:
    """Return the model with a coefficient among its values: an effect that is not there is zero."""
    path, known = split_path(name), {p.path: p for p in model.parameters}
    if path not in known:
        if path[-1] == "initial":
            raise InvalidValueError("coefficient", name, "a coefficient of the equations; a start is no coefficient")
        slot = find_slot(model.law, tuple(unit.name for unit in model.units), path)
        if slot is None or slot.default is None:
            raise UnknownNameError("coefficient", name, value_names(model))
        return model.with_values({name: slot.default})
    if not _varies(model, known[path]):
        raise InvalidValueError("coefficient", name, "a number that may vary; this one is a choice, a noise or a delay")
    return model


def _pair(model: Model, parameters: tuple[Parameter, Parameter], asked: tuple[str, str] | None) -> tuple[int, int]:
    names = [unit.name for unit in model.units]
    if asked is not None:
        for name in asked:
            if name not in names:
                raise UnknownNameError("unit", name, names)
        return names.index(asked[0]), names.index(asked[1])
    for p in parameters:
        if len(p.path) == 3 and p.path[1] in names and p.path[2] in names:
            return names.index(p.path[1]), names.index(p.path[2])
    return 0, min(1, len(names) - 1)


def _usual(model: Model, parameters: tuple[Parameter, Parameter]) -> tuple[Limits, Limits]:
    """Return limits that show what there is: bounds of the file, several times the value, the same for two effects."""
    found = [_axis(model, p) for p in parameters]
    if all(p.path[0] == "effects" and p.lower is None and p.upper is None for p in parameters):
        reach = max(max(map(abs, limits)) for limits in found)
        return (-reach, reach), (-reach, reach)
    return found[0], found[1]


def _axis(model: Model, p: Parameter) -> Limits:
    value = float(model.values[p.symbol])
    slot = find_slot(model.law, tuple(unit.name for unit in model.units), p.path)
    if p.lower is not None and p.upper is not None and p.lower < p.upper:
        return float(p.lower), float(p.upper)
    if slot is not None and slot.per == "pair" and slot.lower is None and model.law.scale == "capacity":
        reach = max(1.6, 1.1 * abs(value))
        return -reach, reach
    size = abs(value) or 1.0
    if slot is not None and slot.lower == 0:
        return (0.05 * size if slot.strict else 0.0), 2.5 * size
    return (-1.5 * size, 2.5 * size) if value >= 0 else (-2.5 * size, 1.5 * size)


def _checked(given: Sequence[float] | None, usual: Limits, name: str) -> Limits:
    if given is None:
        return usual
    try:
        low, high = map(float, given)
    except (TypeError, ValueError):
        raise InvalidValueError(f"limits of {name}", given, "two numbers, the lower one first") from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InvalidValueError(f"limits of {name}", (low, high), "two finite numbers, the lower one first")
    return low, high


@dataclass(kw_only=True, eq=False)
class Answers:
    """Asks `settle` at points of a plane, each point once, until `most` units of work are spent."""

    plane: Plane
    most: int
    work: int = 0
    known: dict[tuple[float, float], tuple[Label, Settlement]] = field(default_factory=dict)

    @property
    def spent(self) -> bool:
        """Whether no further question is allowed."""
        return self.work >= self.most

    def ask(self, x: float, y: float) -> Settlement:
        """Return the answer of `settle` at a point."""
        return self._asked(x, y)[1]

    def label(self, x: float, y: float) -> Label:
        """Return the label of a point."""
        return self._asked(x, y)[0]

    def _asked(self, x: float, y: float) -> tuple[Label, Settlement]:
        if (x, y) not in self.known:
            settled = self.settled(self.plane.at(x, y))
            label = label_of(settled, self.plane.pair)
            self.known[x, y] = _with_every_end(label, settled) if self.plane.start is None else label, settled
        return self.known[x, y]

    def settled(self, model: Model, *, every: bool = False) -> Settlement:
        """Return the counted answer for the start of the plane, or for every start."""
        found = settle(model, start=None if every else self.plane.start, tau=self.plane.tau)
        self.work += _cost(found)
        return found


def _cost(settled: Settlement) -> int:
    """Return about how much work an answer was, in hundredths of what a second does on the machines we have."""
    if settled.evidence in (Evidence.THEOREM, Evidence.CERTIFICATE):
        return 1 if per_capita_form(settled.model) is not None else SOLVED
    met = {settled.outcome, *(end.outcome for end in settled.attractors)}
    return UNSETTLED if Outcome.UNDECIDED in met else SIMULATED if met <= AT_REST else FOLLOWED


def _with_every_end(label: Label, settled: Settlement) -> Label:
    """Add stable equilibria that the starts of a simulation have missed: each attracts some positive starts."""
    if settled.evidence is not Evidence.SIMULATION or len(settled.model.units) > 2:
        return label
    units = {unit.name for unit in settled.model.units}
    own = {(end.outcome, end.survivors) for end in settled.attractors} or {(label.outcome, label.survivors)}
    for e in equilibria(settled.model).equilibria:
        if e.stable:
            outcome = Outcome.COEXISTENCE if set(e.support) == units else Outcome.EXCLUSION
            own.add((outcome if e.support else Outcome.EXTINCTION, e.support))
    if len(own) < 2:
        return label
    return Label(outcome=Outcome.DEPENDS_ON_START, ends=_sorted(own))


def _sorted(ends: set[End]) -> tuple[End, ...]:
    order = list(Outcome)
    return tuple(sorted(ends, key=lambda end: (order.index(end[0]), end[1] or ())))


def label_of(settled: Settlement, pair: tuple[int, int]) -> Label:
    """Return what tells the region of an answer from others; `pair` are the units whose mode counts."""
    units = settled.model.units
    wanted = {units[k].name for k in pair}
    mode = next((p.mode for p in settled.modes if set(p.pair) == wanted), None)
    ends = _sorted({(end.outcome, end.survivors) for end in settled.attractors})
    return Label(outcome=settled.outcome, mode=mode, survivors=settled.survivors, ends=ends)
