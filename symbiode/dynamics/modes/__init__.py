"""Where a system settles and which mode that is: nominal, realised and settled readings, with the reason.

Comes in: a `Model` and a start or none. Goes out: a `Settlement`. Theorems decide first, in exact arithmetic; numpy and
the simulators are loaded only where no theorem decides.
"""

from __future__ import annotations

import sympy

from symbiode.dynamics.modes.borders import Border
from symbiode.dynamics.modes.decisions import decide
from symbiode.dynamics.modes.ladder import Evidence, Mode, Outcome, Symmetry
from symbiode.dynamics.modes.pairs import PairMode, shown
from symbiode.dynamics.modes.readings import Readings, Table, read_pairs
from symbiode.dynamics.modes.settlement import Attractor, Reason, Settlement
from symbiode.dynamics.modes.theorems import Decision
from symbiode.errors import Code, refused
from symbiode.system.arithmetic import number
from symbiode.system.model import Model
from symbiode.system.starts import Start, levels_of

__all__ = ["Attractor", "Border", "Evidence", "Mode", "Outcome", "PairMode", "Settlement", "Symmetry", "settle"]

MOST_UNITS = 200
_AS_DECIDED = (
    "outcome", "evidence", "blow_up_time", "blow_up_error", "death_time", "death_error", "period", "period_error",
    "lyapunov", "lyapunov_error", "amplitude", "slow", "delay_limit", "persistence", "status",
)  # fmt: skip
Levels = tuple[sympy.Rational, ...]


def settle(model: Model, start: Start = None, *, zero: float = 1e-9, tau: float = 0.1) -> Settlement:
    """Say where a system goes, and which mode of symbiosis that is.

    Parameters
    ----------
    model : Model
        Any law, or equations of its own.
    start : None, "initial", mapping of unit name to level, or sequence of levels, shape (unit,)
        None asks for every positive start; ``"initial"`` for the model's own; levels are in the measure of the states,
        zero or more. A unit that starts at zero stays absent.
    zero : float
        Effects and gains of at most this size count as none when a mode is named (outcomes are decided exactly).
    tau : float
        A mutualism is symmetric if the smaller gain is at least ``1 - tau`` of the larger; a convention.

    Returns
    -------
    Settlement
        With `outcome`, `mode`, `nominal_mode`, `state`, `why()` and `summary()`.

    Raises
    ------
    InvalidValueError, UnknownNameError
        If the start is not one level per unit.

    References
    ----------
    Goh (1977), American Naturalist 111, 135-143; Takeuchi and Adachi (1980), J. Math. Biol. 10, 401-415; Hofbauer and
    Sigmund (1998), Evolutionary Games and Population Dynamics, chapters 3, 5 and 15.

    Examples
    --------
    >>> import symbiode
    >>> settled = symbiode.settle(symbiode.load("shenzhen-hongkong"))
    >>> settled.outcome.value, settled.mode.value
    ('coexistence', 'asymmetric_mutualism')
    """
    bands = number(zero, "zero"), number(tau, "tau")
    levels = starting_levels(model, start)
    if len(model.units) > MOST_UNITS:
        return _too_large(model, levels)
    decision = decide(model, levels)
    readings = read_pairs(model, decision, levels, zero=bands[0], tau=bands[1])
    return _assembled(model, levels, decision, readings)


def _too_large(model: Model, levels: Levels | None) -> Settlement:
    """Refuse before anything of the size of all effects is made."""
    n = len(model.units)
    detail = f"{n} units have {n * n:,} effects, {8e-9 * n * n:.1g} GB; at most {MOST_UNITS} units are settled."
    return Settlement(
        model=model, start=None if levels is None else tuple(map(float, levels)), outcome=Outcome.UNDECIDED, mode=None,
        nominal_mode=None, modes=(), evidence=None, reason=(), status=refused(Code.TOO_LARGE, detail, bytes=8 * n * n),
    )  # fmt: skip


def starting_levels(model: Model, start: Start) -> Levels | None:
    """Return the exact levels a start means, shape (unit,), or None for every positive start."""
    return None if start is None else levels_of(model, start)


def _assembled(model: Model, levels: Levels | None, decision: Decision, readings: Readings) -> Settlement:
    """Put a decision and the readings of its pairs together, in floats and names."""
    names = tuple(unit.name for unit in model.units)
    first = readings.pairs[0] if len(names) == 2 else None
    return Settlement(
        model=model,
        start=None if levels is None else tuple(map(float, levels)),
        mode=first.mode if first else None,
        nominal_mode=first.nominal_mode if first else None,
        modes=readings.pairs,
        reason=tuple(_told(reason, names) for reason in decision.reason),
        symmetry=readings.symmetry,
        symmetries=readings.symmetries,
        state=_levels(decision.state),
        exact=_exact(decision.state),
        gains=_floats(readings.gains),
        rate=None if decision.rate is None else float(decision.rate),
        survivors=_named(decision.survivors, names),
        removal=_tables(readings.removal),
        press=_tables(readings.press),
        weights=readings.weights,
        plane=readings.plane,
        attractors=tuple(
            Attractor(outcome=end.outcome, state=_levels(end.state), survivors=_named(end.survivors, names))
            for end in decision.attractors
        ),
        **{name: getattr(decision, name) for name in _AS_DECIDED},
    )


def _levels(state: tuple[sympy.Expr, ...] | None) -> tuple[float, ...] | None:
    return None if state is None else tuple(map(float, state))


def _exact(state: tuple[sympy.Expr, ...] | None) -> tuple[sympy.Expr, ...] | None:
    """Return the state unless it is rounded."""
    return None if state is None or any(x.atoms(sympy.Float) for x in state) else state


def _floats(values: tuple[sympy.Expr | None, ...] | None) -> tuple[float | None, ...] | None:
    return None if values is None else tuple(None if value is None else float(value) for value in values)


def _tables(rows: Table | None) -> tuple[tuple[float | None, ...], ...] | None:
    return None if rows is None else tuple(_floats(row) or () for row in rows)


def _named(units: tuple[int, ...] | None, names: tuple[str, ...]) -> tuple[str, ...] | None:
    return None if units is None else tuple(names[i] for i in units)


def _told(reason: tuple[str, tuple[tuple[str, object], ...]], names: tuple[str, ...]) -> Reason:
    """Write the values of a reason as text: numbers for a reader, units by name."""
    key, values = reason
    return key, tuple((name, _text(value, names)) for name, value in values)


def _text(value: object, names: tuple[str, ...]) -> str:
    if isinstance(value, sympy.Expr):
        return shown(value)
    if isinstance(value, tuple):
        return "\n".join(names[i] for i in value)
    return names[value] if isinstance(value, int) else str(value)
