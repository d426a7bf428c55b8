"""What the classroom page is filled with: the model's equations as JavaScript, its values, its words.

Comes in: a `Model` of two or three units. Goes out: JavaScript text made by sympy's printer from the model's own
equations (one truth), and plain data for `json.dumps`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sympy

from symbiode.dynamics.numerics import per_capita_of
from symbiode.errors import Code, RefusedError, quote, refused
from symbiode.show import naming
from symbiode.show.palette import MODES, OUTCOMES, STABILITIES, UNITS
from symbiode.show.plots.series import horizon
from symbiode.system.laws import Parameter
from symbiode.system.model import TIME, Model, delays_of, find_slot, noise_of, split_path
from symbiode.system.scenario import Scenario
from symbiode.words import LANGUAGES, say

MOST_UNITS, EFFECTS = 3, 2.0
PRESETS = {
    "parasitism": (0.6, -0.4), "commensalism": (0.5, 0.0), "asymmetric_mutualism": (0.6, 0.2),
    "symmetric_mutualism": (0.4, 0.4), "competition": (-0.5, -0.6), "bistable": (-1.5, -1.4), "blow_up": (1.3, 1.1),
}  # fmt: skip


def prepared(model: Model) -> Model:
    """Return the model with a start for every unit and both effects of a pair.

    Raises
    ------
    RefusedError
        `not_supported` for one unit, more than three, delays, or rates that name time.
    """
    units = [quote(unit.name) for unit in model.units]
    if not 2 <= len(units) <= MOST_UNITS:
        detail = f"The page shows two or three units; this model has {len(units)}."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail, units=len(units)))
    if delays_of(model) or any(rate.has(TIME) for rate in model.rates):
        detail = "The page integrates without delays and clocks; set every delay of the model to 0."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    noisy = zip(units, noise_of(model), strict=True)
    values: dict[str, object] = {f"{name}.noise": 0 for name, noise in noisy if noise}
    scales = scales_of(model)
    for name, unit, scale in zip(units, model.units, scales, strict=True):
        if unit.initial is None:
            values[f"{name}.initial"] = scale / 2
    if len(units) == 2 and model.law.scale == "capacity":
        told = {p.path for p in model.parameters}
        pairs = ((model.units[0].name, model.units[1].name), (model.units[1].name, model.units[0].name))
        missing = [("effects", *pair) for pair in pairs if ("effects", *pair) not in told]
        values |= {".".join(map(quote, path)): 0 for path in missing}
    return model.with_values(values) if values else model


def scales_of(model: Model) -> list[float]:
    """Return a size for each unit: its capacity, else its start, else 1."""
    sizes = {p.path[0]: float(model.values[p.symbol]) for p in model.parameters if p.path[1:] == ("capacity",)}
    starts = [0.0 if x is None else float(x) for x in model.initial]
    return [sizes.get(unit.name, start or 1.0) for unit, start in zip(model.units, starts, strict=True)]


def script(model: Model) -> str:
    """Return the model's equations as a JavaScript object ``SYSTEM``; names in it are ours alone."""
    states = {x: sympy.Symbol(f"y[{i}]") for i, x in enumerate(model.states)}
    numbers = {p.symbol: sympy.Symbol(f"p[{k}]") for k, p in enumerate(model.parameters)}

    def code(expression: sympy.Expr) -> str:
        return str(sympy.jscode(expression.xreplace(states | numbers)))

    def function(expressions: Sequence[sympy.Expr], arguments: str = "t, y, p, out") -> str:
        lines = " ".join(f"out[{k}] = {code(e)};" for k, e in enumerate(expressions))
        return f"({arguments}) => {{ {lines} }}"

    growth = None
    if model.law.kolmogorov:
        growth = [per_capita_of(rate, x) for rate, x in zip(model.rates, model.states, strict=True)]
    slopes = [sympy.diff(rate, x) for rate in model.rates for x in model.states]
    linear = growth is not None and all(
        not sympy.diff(g, x).free_symbols & set(model.states) for g in growth for x in model.states
    )
    formulas = [
        f"[{k}, (p) => {code(p.value)}]"
        for k, p in enumerate(model.parameters)
        if not p.value.is_Rational and p.value.free_symbols
    ]
    return "\n".join((
        "const SYSTEM = {",
        f"  n: {len(model.units)}, linear: {json.dumps(linear)},",
        f"  growth: {function(growth) if growth is not None else 'null'},",
        f"  rates: {function(model.rates)},",
        f"  jacobian: {function(slopes)},",
        f"  formulas: [{', '.join(formulas)}],",
        "};",
    ))  # fmt: skip


def data(model: Model, scenarios: Mapping[str, Scenario], lang: str) -> dict[str, Any]:
    """Return everything the page shows, as plain data."""
    values = [_value(model, p) for p in model.parameters]
    starts = [_value(model, unit.initial) for unit in model.units if unit.initial is not None]
    position = {tuple(p.path): k for k, p in enumerate(model.parameters)}
    names = [unit.name for unit in model.units]
    pairs = {
        f"{i},{j}": position[("effects", a, b)]
        for i, a in enumerate(names)
        for j, b in enumerate(names)
        if ("effects", a, b) in position
    }
    alone = [position.get((name, "capacity")) if _lives_alone(model, k) else None for k, name in enumerate(names)]
    return {
        "lang": lang,
        "title": {code: title(model, code) for code in LANGUAGES},
        "units": [{"name": unit.name, "label": {code: unit.shown(code) for code in LANGUAGES}} for unit in model.units],
        "illustrative": model.illustrative,
        "source": model.source,
        "time": {code: naming.time_unit(model, code) for code in LANGUAGES},
        "scaled": model.law.scale == "capacity",
        "values": values,
        "starts": starts,
        "effects": pairs,
        "capacities": [position.get((name, "capacity")) for name in names],
        "alone": alone,
        "scales": scales_of(model),
        "span": horizon(model),
        "presets": _presets(model, pairs),
        "scenarios": [_scenario(name, card, position) for name, card in scenarios.items()],
        "palette": {"modes": MODES, "outcomes": OUTCOMES, "units": UNITS, "types": STABILITIES},
        "words": {code: words(code) for code in LANGUAGES},
    }


def title(model: Model, lang: str) -> str:
    """Return the model's name; in Chinese its units' labels where they have them."""
    labels = [dict(unit.label).get(lang, "") for unit in model.units]
    if lang == "zh" and all(labels):
        return "、".join(labels)
    return model.name or ", ".join(unit.shown(lang) for unit in model.units)


def _lives_alone(model: Model, k: int) -> bool:
    own = model.symbols.units.get("own_growth", ())
    return model.law.name == "logistic" and own[k] == 1


def _value(model: Model, p: Parameter) -> dict[str, Any]:
    """Return one slider: name, symbol, description, value and range."""
    name = ".".join(map(quote, p.path))
    value = float(model.values.get(p.symbol, p.value))
    slot = find_slot(model.law, tuple(unit.name for unit in model.units), p.path)
    low, high = _range(model, p, value)
    if slot is not None and slot.choices:
        low = high = value
    return {
        "path": name, "symbol": naming.symbol(model, name), "value": value, "low": low, "high": high,
        "formula": None if p.value.is_Rational else _formula(model, p),
        "label": {code: naming.described(model, name, code) for code in LANGUAGES},
        "group": p.path[0] if p.path[0] in ("effects", "parameters") else p.path[-1],
    }  # fmt: skip


def _formula(model: Model, p: Parameter) -> str | None:
    if not p.value.free_symbols:
        return None
    names = {q.symbol: q.path[1:] if q.path[0] == "parameters" else q.path for q in model.parameters}
    return str(p.value.xreplace({symbol: sympy.Symbol(".".join(path)) for symbol, path in names.items()}))


def _range(model: Model, p: Parameter, value: float) -> tuple[float, float]:
    """Return where a slider begins and ends: the file's bounds, else a range that shows what can happen."""
    if p.lower is not None and p.upper is not None:
        return min(float(p.lower), value), max(float(p.upper), value)
    slot = find_slot(model.law, tuple(unit.name for unit in model.units), p.path)
    if p.path[0] == "effects" and model.law.scale == "capacity":
        return min(-EFFECTS, 1.5 * value), max(EFFECTS, 1.5 * value)
    positive = p.path[-1] == "initial" or (slot is not None and slot.lower is not None and slot.lower >= 0)
    size = abs(value) or 1.0
    if p.path[-1] == "initial":
        names = [unit.name for unit in model.units]
        size = max(scales_of(model)[names.index(p.path[0])], size)
        return 0.0, max(2 * size, value)
    low = (size / 20 if slot is not None and slot.strict else 0.0) if positive else -3 * size
    high = 3 * size if slot is None or slot.upper is None else float(slot.upper)
    ends = (low if p.lower is None else float(p.lower)), (high if p.upper is None else float(p.upper))
    return min(ends[0], value), max(ends[1], value)


def _presets(model: Model, pairs: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return effects that show each mode of the ladder; examples, never estimates."""
    own = model.symbols.units.get("own_growth", ())
    if model.law.name != "logistic" or len(model.units) != 2 or any(s != 1 for s in own):
        return []
    return [{"key": key, "values": {str(pairs["0,1"]): a, str(pairs["1,0"]): b}} for key, (a, b) in PRESETS.items()]


def _scenario(name: str, card: Scenario, position: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    def plain(x: sympy.Rational | None) -> float | None:
        return None if x is None else float(x)

    levers = [
        {
            "name": lever.name, "label": {code: lever.shown(code) for code in LANGUAGES}, "shape": lever.shape,
            "at": plain(lever.at), "until": plain(lever.until), "lasting": plain(lever.lasting),
            "speed": plain(lever.speed), "lag": plain(lever.lag), "strength": float(lever.strength),
            "moves": [
                {"at": position[split_path(move.path)], "add": float(move.add), "times": float(move.times)}
                for move in lever.moves
            ],
        }
        for lever in card.levers
    ]  # fmt: skip
    label = {code: dict(card.label).get(code, card.name) for code in LANGUAGES}
    return {"name": name, "label": label, "illustrative": card.illustrative, "levers": levers}


def words(lang: str) -> dict[str, str]:
    """Return the texts of the page in one language, placeholders left open."""
    from symbiode.words import demo, names, reasons

    kept = [key for key in reasons.WORDS if key.startswith(_REASONS)]
    return {key: say(key, lang) for key in (*names.WORDS, *demo.WORDS, *kept)}


_REASONS = (
    "coexist_", "excluded_", "fades_", "both_", "runaway", "critical", "founder_control", "threshold", "line_", "ray",
)  # fmt: skip
