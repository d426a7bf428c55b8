"""What a policy may turn, and what that does to the effects: values of the model, or levers of a scenario.

Comes in: a model, names with boxes, prices and payers, perhaps a scenario. Goes out: `Instrument`s, the matrix of
effects as a function of them (`Frame`), and the model with instruments set (`changed`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from symbiode.dynamics.equilibrium.affine import per_capita_form
from symbiode.errors import Code, InvalidValueError, RefusedError, UnknownNameError, quote, refused
from symbiode.system.arithmetic import number
from symbiode.system.model import Model, find_slot, noise_of, split_path, value_names
from symbiode.system.scenario import Lever, Scenario, activity, with_strengths

Array = NDArray[np.float64]
Table = Mapping[str, object]
Range = tuple[str, bool, Callable[[Array], tuple[float, Array]]]
_KEYS = ("lower", "upper", "only", "price", "payer")
_ZERO, _ONE = sympy.Integer(0), sympy.Integer(1)
_STRICT = sympy.Rational(1, 10**6)


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """One thing that a policy may turn, and what it costs.

    Parameters
    ----------
    name : str
        The key path of a value of the model, or the name of a lever of the scenario.
    base : sympy.Rational
        Where it stands: the value of the model; 0 for a lever.
    lower, upper : sympy.Rational or None
        Where it may go; None is no limit. A lever goes from 0 to 1.
    price : float
        Of one unit of change, either way.
    payer : str
        Who pays, or empty.
    lever : Lever or None
        The lever behind it.
    illustrative : bool
        Whether its size is an example.
    """

    name: str
    base: sympy.Rational
    lower: sympy.Rational | None = None
    upper: sympy.Rational | None = None
    price: float = 1.0
    payer: str = ""
    lever: Lever | None = None
    illustrative: bool = False


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The effects at one time as a function of the instruments.

    Parameters
    ----------
    time : sympy.Rational or None
        None is for good.
    effects, slopes : callable
        From instruments (m,) to the matrix d_ij, shape (unit, unit), and to its derivatives, (unit, unit, m).
    linear : bool
        Whether the slopes are constant.
    """

    time: sympy.Rational | None
    effects: Callable[[Array], Array]
    slopes: Callable[[Array], Array]
    linear: bool


def instruments(
    model: Model, chosen: Any, weights: Mapping[str, float], scenario: Scenario | None
) -> tuple[Instrument, ...]:
    """Return the instruments that were chosen, by default the scenario's levers, named parameters, or all effects.

    Raises
    ------
    InvalidValueError, UnknownNameError
        With the choices.
    """
    levers = {lever.name: lever for lever in scenario.levers if lever.moves} if scenario else {}
    names = _default(model, levers) if chosen is None else chosen
    if isinstance(names, str) or not names:
        raise InvalidValueError("levers", names, f"one or more of: {', '.join([*levers, *_turnable(model)])}")
    tables = names if isinstance(names, Mapping) else {}
    found = [n if isinstance(n, Instrument) else _one(model, n, tables.get(n, {}), levers) for n in names]
    for name, price in weights.items():
        if name not in [i.name for i in found]:
            raise UnknownNameError("lever", name, [i.name for i in found])
        found = [replace(i, price=_price(price, name)) if i.name == name else i for i in found]
    if len({split_path(i.name) for i in found}) < len(found):
        raise InvalidValueError("levers", ", ".join(i.name for i in found), "every name once")
    return tuple(found)


def _default(model: Model, levers: Mapping[str, Lever]) -> list[str]:
    if levers:
        return list(levers)
    paths = [p.path for p in model.parameters if p.path[0] == "parameters" and None not in (p.lower, p.upper)]
    return [".".join(map(quote, path)) for path in paths] or (effect_names(model) if _has_effects(model) else [])


def _turnable(model: Model) -> list[str]:
    """Return the values that a policy may turn: where a system settles does not depend on where it starts."""
    return [name for name in value_names(model) if split_path(name)[-1] != "initial"] or ["(none: name parameters)"]


def _has_effects(model: Model) -> bool:
    """Whether the law is written with effects, which equations of one's own are not."""
    return model.law.scale != "none" and any(slot.name == "effect" for slot in model.law.slots("pair"))


def effect_names(model: Model) -> list[str]:
    """Return the key paths of all effects: between two units both, among more only those the model has."""
    names = [unit.name for unit in model.units]
    pairs: list[tuple[str, ...]] = [(i, j) for i in names for j in names if i != j]
    if len(names) > 2:
        pairs = [p.path[1:] for p in model.parameters if p.path[0] == "effects"]
    return [".".join(map(quote, ("effects", *pair))) for pair in pairs]


def _one(model: Model, name: str, table: Table, levers: Mapping[str, Lever]) -> Instrument:
    for key in table:
        if key not in _KEYS:
            raise UnknownNameError(f"word for lever {name}", key, list(_KEYS))
    lever = levers.get(name)
    if lever is None:
        base, low, high = _value(model, name, levers)
        illustrative = model.illustrative
    else:
        base, low, high, illustrative = _ZERO, _ZERO, _ONE, lever.illustrative
    low, high = (number(table[k], f"{k} of {name}") if k in table else v for k, v in (("lower", low), ("upper", high)))
    only = table.get("only")
    if only not in (None, "up", "down"):
        raise InvalidValueError(f"only of {name}", only, "up or down")
    low, high = (base if only == "up" else low), (base if only == "down" else high)
    if (low is not None and low > base) or (high is not None and high < base):
        ends = f"from {'-oo' if low is None else low} to {'oo' if high is None else high}"
        raise InvalidValueError(f"limits of {name}", ends, f"limits with the present value {float(base):g} inside")
    price, payer = _price(table.get("price", 1), name), str(table.get("payer", ""))
    return Instrument(
        name=name, base=base, lower=low, upper=high, price=price, payer=payer, lever=lever, illustrative=illustrative
    )


def _price(given: object, name: str) -> float:
    value = float(number(given, f"price of {name}"))
    if value <= 0:
        raise InvalidValueError(f"price of {name}", given, "more than 0")
    return value


def _value(model: Model, name: str, levers: Mapping[str, Lever]) -> tuple[Any, Any, Any]:
    path = split_path(name)
    known = {p.path: p for p in model.parameters}
    if path not in known:
        effect = path[0] == "effects" and len(path) == 3 and _has_effects(model)
        whole = model.with_values({name: 0}) if effect else model
        known = {p.path: p for p in whole.parameters}
        if path not in known:
            raise UnknownNameError("lever", name, [*levers, *_turnable(model)])
        return _ZERO, None, None
    value = model.values[known[path].symbol]
    base = value if isinstance(value, sympy.Rational) else number(f"{float(value):.15g}")
    return base, known[path].lower, known[path].upper


def changed(model: Model, used: Sequence[Any], x: Iterable[object], others: Mapping[Lever, object]) -> Model:
    """Return the model with instruments set for good; levers of the scenario that are not used act as `others` say."""
    exact = dict(zip([i.name for i in used], map(number, x), strict=True))
    values = {i.name: exact[i.name] for i in used if i.lever is None and exact[i.name] != i.base}
    moved = {i.lever: exact[i.name] for i in used if i.lever is not None} | dict(others)
    new = model.with_values(values)
    told = {lever.name: s for lever, s in moved.items() if s != 0}
    return with_strengths(new, tuple(moved), told) if told else new


def frames(
    model: Model, used: Sequence[Instrument], scenario: Scenario | None, times: Sequence[Any]
) -> tuple[Frame, ...]:
    """Return the effects as functions of the instruments, at each time, or for good if there are no times.

    Raises
    ------
    RefusedError
        If the model is not one of units that live alone and whose growth is linear in the others.
    """
    paths = [i.name for i in used if i.lever is None and split_path(i.name) not in {p.path for p in model.parameters}]
    whole = model.with_values(dict.fromkeys(paths, 0))
    d = _effects(whole)
    return tuple(_frame(whole, d, used, _levers(used, scenario), t) for t in times or [None])


def ranges(model: Model, used: Sequence[Instrument], scenario: Scenario | None, t: Any) -> list[Range]:
    """Return what must be zero or more so that values moved by levers stay in their ranges, with derivatives."""
    levers = _levers(used, scenario)
    x = sympy.symbols(f"s0:{len(used)}", real=True)
    values = _values(model, used, levers, x, t)
    units, found = tuple(unit.name for unit in model.units), []
    moved = {split_path(move.path) for lever in levers for move in lever.moves}
    for p in model.parameters:
        slot = find_slot(model.law, units, p.path)
        ends: list[Any] = [(1, p.lower, False), (-1, p.upper, False)]
        ends += [(1, slot.lower, slot.strict), (-1, slot.upper, False)] if slot else []
        for sign, end, strict in ends if p.path in moved else ():
            if end is not None and values[p.symbol].free_symbols:
                left = sign * (values[p.symbol] - end) - (_STRICT if strict else 0)
                found.append(_range(".".join(p.path), left, x))
    return found


def _range(name: str, left: Any, x: Any) -> Range:
    slopes = [sympy.diff(left, s) for s in x]
    value, slope = sympy.lambdify([x], left, "math"), sympy.lambdify([x], slopes, "math")
    linear = not any(s.free_symbols for s in slopes)
    return name, linear, lambda at: (float(value(at)), np.array(slope(at), float))


def _levers(used: Sequence[Instrument], scenario: Scenario | None) -> list[Lever]:
    told = {i.name: i.lever for i in used if i.lever}
    others = {lever.name: lever for lever in (scenario.levers if scenario else ()) if lever.moves}
    return list({**others, **told}.values())


def _effects(model: Model) -> list[list[Any]]:
    """Return d_ij in the symbols of the parameters."""
    form = per_capita_form(model)
    alone = all(s == 1 for s in model.symbols.units.get("own_growth", ()))
    if form is None or not alone or any(noise_of(model)) or len(model.units) < 2:
        detail = (
            "Least effort is found for two or more units that live alone, without noise, each one's growth linear in "
            "the levels of the others (the logistic and the general Lotka-Volterra law)."
        )
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    n = range(len(model.units))
    if model.law.name == "logistic":
        pairs = model.symbols.pairs["effect"]
        return [[pairs.get((i, j), _ZERO) for j in n] for i in n]
    K = [-form.b[i] / form.A[i][i] for i in n]
    values = dict(model.values)
    if any(float(v.xreplace(values)) <= 0 for v in (*form.b, *(-form.A[i][i] for i in n))):
        detail = "A unit does not settle alone, so there is no gain to compare with; every unit needs a capacity."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    return [[sympy.simplify(-form.A[i][j] * K[j] / (form.A[i][i] * K[i])) if i != j else _ZERO for j in n] for i in n]


def _frame(model: Model, d: Any, used: Sequence[Instrument], levers: Sequence[Lever], t: Any) -> Frame:
    x = sympy.symbols(f"s0:{len(used)}", real=True)
    values = _values(model, used, levers, x, t)
    cells = [[sympy.expand(e.xreplace(values)) for e in row] for row in d]
    slopes = [[[sympy.diff(e, s) for s in x] for e in row] for row in cells]
    linear = not any(v.free_symbols for row in slopes for cell in row for v in cell)
    n, m = len(cells), len(x)
    value, slope = sympy.lambdify([x], cells, "math"), sympy.lambdify([x], slopes, "math")
    return Frame(
        time=t,
        effects=lambda at: np.array(value(at), float).reshape(n, n),
        slopes=lambda at: np.array(slope(at), float).reshape(n, n, m),
        linear=linear,
    )


def _values(model: Model, used: Sequence[Instrument], levers: Sequence[Lever], x: Any, t: Any) -> dict[Any, Any]:
    """Return every value with instruments in it, by its symbol: base * (1 + sum times s) + sum add s."""
    by_name = dict(zip([i.name for i in used], x, strict=True))
    turned = {split_path(i.name): by_name[i.name] for i in used if i.lever is None}
    force = {
        lever.name: by_name.get(lever.name, lever.strength)
        * (1 if t is None else activity(replace(lever, strength=_ONE), t))
        for lever in levers
    }
    moves = [(split_path(move.path), move, force[lever.name]) for lever in levers for move in lever.moves]

    def value(p: Any, base: Any) -> Any:
        base = turned.get(p.path, base)
        here = [(move, s) for path, move, s in moves if path == p.path]
        return base * (1 + sum(move.times * s for move, s in here)) + sum(move.add * s for move, s in here)

    named = {p.symbol: value(p, p.value) for p in model.parameters if p.path[0] == "parameters"}
    return named | {
        p.symbol: value(p, p.value.xreplace(named)) for p in model.parameters if p.path[0] != "parameters"
    }
