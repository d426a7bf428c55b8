"""Results as the JSON objects of the public contract: finite numbers or null, per-unit values keyed by unit name.

Comes in: a result of any room. Goes out: plain dicts, lists, strings and numbers; field names are the results' own.
Imports neither pandas nor matplotlib, so that `symbiode settle --json` starts fast.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING

import sympy

from symbiode.dynamics.modes.indices import indices as of_settlement
from symbiode.dynamics.modes.links import organisation
from symbiode.errors import OK, RefusedError, Status, as_json

if TYPE_CHECKING:
    from symbiode.dynamics.continuation import Branches, Curves, Cycles
    from symbiode.dynamics.equilibrium import EquilibriumSet
    from symbiode.dynamics.modes import Settlement
    from symbiode.dynamics.modes.indices import Indices
    from symbiode.dynamics.modes.theorems import Persistence
    from symbiode.dynamics.simulation import Trajectory
    from symbiode.inference.fitting import Fit
    from symbiode.inference.pooling import Pooled
    from symbiode.inference.side_by_side import SideBySide
    from symbiode.system.model import Model


def plain(value: object) -> object:
    """Return a value as JSON can carry it: enums by value, no NaN or infinity, complex numbers as [re, im].

    Examples
    --------
    >>> plain((1, float("nan"), 2 + 1j, sympy.Rational(1, 4)))
    [1, None, [2.0, 1.0], 0.25]
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Status):
        return plain(as_json(value))
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (float, complex, sympy.Basic)):
        return _scalar(value)
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)


def _scalar(value: float | complex | sympy.Basic) -> object:
    if isinstance(value, sympy.Basic):
        return float(value) if isinstance(value, sympy.Expr) and value.is_real and value.is_number else str(value)
    if isinstance(value, complex):
        return [plain(value.real), plain(value.imag)]
    return value if math.isfinite(value) else None


def per_unit(model: Model, values: Iterable[object] | None) -> dict[str, object] | None:
    """Return one value per unit as an object keyed by unit name."""
    if values is None:
        return None
    return {unit.name: plain(value) for unit, value in zip(model.units, values, strict=True)}


def square(model: Model, rows: Iterable[Iterable[object]] | None) -> dict[str, object] | None:
    """Return one value per receiver and source as an object of objects, ``[receiver][source]``."""
    return None if rows is None else per_unit(model, (per_unit(model, row) for row in rows))


def persistence(model: Model, known: Persistence) -> dict[str, object]:
    """Return whether all units persist, with the state and the weights that prove it."""
    weights = per_unit(model, known.weights)
    return {"permanent": known.permanent, "state": per_unit(model, known.state), "weights": weights}


def equilibria(found: EquilibriumSet) -> dict[str, object]:
    """Return all equilibria with conditions, families and the certificate."""
    listed = [
        {
            "support": list(e.support),
            "state": per_unit(found.model, e.state),
            "stability": e.stability.value,
            "eigenvalues": plain([complex(value) for value in e.eigenvalues]),
            "exists_if": str(e.exists_if),
            "stable_if": str(e.stable_if),
            "expressions": per_unit(found.model, map(str, e.expressions)),
            "residual": plain(e.residual),
        }
        for e in found.equilibria
    ]
    families = [
        {"support": list(f.support), "equations": list(map(str, f.equations)), "description": f.description}
        for f in found.families
    ]
    return {
        "units": [unit.name for unit in found.model.units],
        "equilibria": listed,
        "symbolic": found.symbolic,
        "families": families,
        "undecided": [per_unit(found.model, map(list, box)) for box in found.undecided],
        "certificate": found.certificate,
        "illustrative": found.model.illustrative,
        "status": plain(found.status),
    }


def settlement(settled: Settlement) -> dict[str, object]:
    """Return where a system goes and which mode that is."""
    s, model, known = settled, settled.model, of_settlement(settled)
    pairs = [
        {
            "pair": list(p.pair),
            "mode": plain(p.mode),
            "nominal_mode": plain(p.nominal_mode),
            "effects": plain(p.effects),
            "gains": plain(p.gains),
        }
        for p in s.modes
    ]
    return {
        "units": [unit.name for unit in model.units],
        "start": per_unit(model, s.start) if isinstance(s.start, tuple) else plain(s.start),
        "outcome": plain(s.outcome),
        "mode": plain(s.mode),
        "nominal_mode": plain(s.nominal_mode),
        "modes": pairs,
        "symmetry": plain(s.symmetry),
        "state": per_unit(model, s.state),
        "gains": per_unit(model, s.gains),
        "survivors": plain(s.survivors),
        "attractors": [
            {"outcome": plain(a.outcome), "state": per_unit(model, a.state), "survivors": plain(a.survivors)}
            for a in s.attractors
        ],
        "removal": square(model, s.removal),
        "press": square(model, s.press),
        "reversals": plain(s.reversals),
        "weights": per_unit(model, s.weights),
        "persistence": None if s.persistence is None else persistence(model, s.persistence),
        "symmetries": plain(s.symmetries),
        "energy": plain(known.energy),
        "indices": indices(known),
        "organisation": organised(model),
        "evidence": plain(s.evidence),
        "reason": s.why("en"),
        "blow_up_time": plain(s.blow_up_time),
        "blow_up_error": plain(s.blow_up_error),
        "rate": plain(s.rate),
        "death_time": plain(s.death_time),
        "death_error": plain(s.death_error),
        "period": plain(s.period),
        "period_error": plain(s.period_error),
        "lyapunov": plain(s.lyapunov),
        "lyapunov_error": plain(s.lyapunov_error),
        "amplitude": per_unit(model, s.amplitude),
        "delay_limit": plain(s.delay_limit),
        "slow": plain(s.slow),
        "border": plain(s.border),
        "illustrative": model.illustrative,
        "status": plain(s.status),
    }


def indices(known: Indices) -> dict[str, object]:
    """Return the indices of the literature; one that is null has its reason under `undefined`."""
    shares = [{"pair": list(pair), "scale": scale, "value": plain(value)} for pair, scale, value in known.symmetry]
    return {
        "degree": square(known.model, known.degree),
        "coefficient": square(known.model, known.coefficient),
        "energy": plain(known.energy),
        "energy_by_unit": per_unit(known.model, known.energy_by_unit),
        "energy_if": None if known.energy_if is None else str(known.energy_if),
        "symmetry": shares,
        "undefined": {name: known.why(name) for name, _ in known.undefined},
    }


def organised(model: Model) -> dict[str, object] | None:
    """Return the organisation mode of a model as it stands, null where no effect goes through an interface."""
    try:
        found = organisation(model)
    except RefusedError:
        return None
    links = [{"receiver": to, "source": by, "conductance": plain(c)} for (to, by), c in found.conductances]
    kept = ("kind", "time_share", "link_share", "threshold", "between", "illustrative")
    return {name: plain(getattr(found, name)) for name in kept} | {"links": links}


def branches(found: Branches) -> dict[str, object]:
    """Return branches of equilibria along a coefficient, special points and stretches."""
    model = found.model
    listed = [
        {
            "name": b.name,
            "support": list(b.support),
            "ends": list(b.ends),
            "formula": per_unit(model, map(str, b.formula)) if b.formula else None,
            "points": [
                {"value": plain(v), "state": per_unit(model, x), "eigenvalues": plain(e), "stability": plain(s)}
                for v, x, e, s in zip(b.values, b.states, b.eigenvalues, b.stability, strict=True)
            ],
        }
        for b in found.branches
    ]
    points = [
        {
            **{name: plain(getattr(p, name)) for name in ("kind", "value", "error", "branches", "modes")},
            "exact": None if p.exact is None else str(p.exact),
            "state": per_unit(model, p.state),
            "normal_form": plain(dict(p.normal_form)) or None,
            "sense": p.sense or None,
        }
        for p in found.points
    ]
    return {
        "units": [unit.name for unit in model.units],
        "coefficient": found.coefficient,
        "symbol": str(found.symbol),
        "between": plain(found.between),
        "enters": found.enters,
        "branches": listed,
        "points": points,
        "stretches": plain(found.stretches),
        "cycles": [_cycles(model, one) for one in found.cycles],
        "families": [f.description for f in found.families],
        "certificate": found.certificate,
        "illustrative": model.illustrative,
        "status": plain(found.status),
    }


def _cycles(model: Model, found: Cycles) -> dict[str, object]:
    """Return a branch of cycles: at each value its period, the ends of its levels, its multipliers."""
    points = [
        {
            "value": plain(value), "period": plain(period), "lowest": per_unit(model, low),
            "highest": per_unit(model, high), "multipliers": plain(turned), "stable": plain(stable),
        }
        for value, period, low, high, turned, stable in zip(
            found.values, found.periods, found.lowest, found.highest, found.multipliers, found.stable, strict=True
        )
    ]  # fmt: skip
    special = [{"kind": p.kind, "value": plain(p.value), "period": plain(p.period)} for p in found.points]
    return {
        "support": list(found.support), "points": points, "special": special, "ended": found.ended,
        "saddle": per_unit(model, found.saddle), "error": plain(found.error),
    }  # fmt: skip


def curves(found: Curves) -> dict[str, object]:
    """Return curves of special points in two coefficients, and the points on them."""
    model, (first, second) = found.model, found.coefficients
    listed = [
        {
            "kind": plain(c.kind), "support": list(c.support), "entering": c.entering or None,
            "formula": None if c.formula is None else str(c.formula),
            "values": {first: plain(c.values[:, 0]), second: plain(c.values[:, 1])},
            "states": [per_unit(model, state) for state in c.states], "lyapunov": plain(c.lyapunov),
        }
        for c in found.curves
    ]  # fmt: skip
    points = [
        {
            "kind": plain(p.kind), "values": dict(zip(found.coefficients, map(plain, p.values), strict=True)),
            "error": plain(p.error), "state": per_unit(model, p.state), "support": list(p.support),
            "eigenvalues": plain(p.eigenvalues), "normal_form": dict(p.normal_form) or None,
        }
        for p in found.points
    ]  # fmt: skip
    return {
        "units": [unit.name for unit in model.units],
        "coefficients": list(found.coefficients),
        "window": plain(found.window),
        "curves": listed,
        "points": points,
        "certificate": found.certificate,
        "illustrative": model.illustrative,
        "status": plain(found.status),
    }


def trajectory(path: Trajectory) -> dict[str, object]:
    """Return one trajectory; values that do not exist (after a blow-up) are null."""
    names = [unit.name for unit in path.model.units]
    return {
        "t": plain(path.t),
        "y": {name: plain(path.y[:, i]) for i, name in enumerate(names)},
        "blow_up_time": plain(path.blow_up_time),
        "blow_up_error": plain(path.blow_up_error),
        "death_time": plain(path.death_time),
        "death_error": plain(path.death_error),
        "dead": [names[i] for i in path.dead],
        "ended": path.ended or None,
        "rate": plain(path.rate),
        "missing_times": plain(path.missing_times),
        "error_estimate": plain(path.error_estimate),
        "settings": plain(path.settings),
        "illustrative": path.model.illustrative,
        "status": plain(path.status),
    }


def fit(result: Fit) -> dict[str, object]:
    """Return the coefficients with inference, the mode probabilities and the verdict."""
    params = {}
    for name in result.names:
        reading = result.identifiability[name]
        low, high = result.intervals[name]
        params[name] = {
            "estimate": plain(float(result.params[name])),
            "se": plain(float(result.bse[name])),
            "low": plain(low),
            "high": plain(high),
            "identified": reading.value == "identified",
            "reading": plain(reading),
        }
    return {
        "params": params,
        "effects": {name.removeprefix("effects."): params[name] for name in params if name.startswith("effects.")},
        "mode_probabilities": plain(result.mode_probabilities),
        "outcome_probabilities": plain(result.outcome_probabilities),
        "verdict": verdict(result),
        "llf": plain(result.llf),
        "aic": plain(result.aic),
        "bic": plain(result.bic),
        "aicc": plain(result.aicc),
        "nobs": result.nobs,
        "df_resid": result.df_resid,
        "diagnostics": plain(result.diagnostics),
        "data": {"path": str(result.observations.path), "sha256": result.observations.sha256},
        "seed": result.seed,
        "notes": [{"key": note.key, "text": str(note), **note.values} for note in result.estimate.notes],
        "status": plain(result.status),
    }


def side_by_side(result: SideBySide) -> dict[str, object]:
    """Return every method's coefficients with standard errors, and the mode that their signs would mean."""
    methods: dict[str, object] = {}
    for row in result.rows:
        params = None
        if row.estimate is not None:
            pairs = zip(row.estimate.names, row.estimate.params, row.estimate.cov.diagonal(), strict=True)
            params = {n: {"estimate": plain(float(x)), "se": plain(float(abs(v)) ** 0.5)} for n, x, v in pairs}
        kind = row.estimate.errors if row.estimate is not None else None
        methods[row.method] = {"params": params, "errors": kind, "mode": plain(row.mode), "status": plain(row.status)}
    data = {"path": str(result.observations.path), "sha256": result.observations.sha256}
    return {"methods": methods, "data": data, "status": plain(OK)}


def verdict(result: Fit) -> dict[str, object]:
    """Return the verdict of a fit: a mode or `undetermined`, its level, every reason in words."""
    v = result.verdict
    return {
        "mode": "undetermined" if v.mode is None else plain(v.mode),
        "probability": plain(v.probability),
        "level": plain(v.level),
        "reasons": [{"key": r.key, "text": r.text("en")} for r in v.reasons],
        "needed": [r.text("en") for r in v.needed],
    }


def panel(found: Pooled) -> dict[str, object]:
    """Return a panel estimated together: its effects with intervals, its tests against chance, its modes."""
    fields = (
        "units", "structure", "reach", "years", "steps", "first", "last", "spread", "pattern", "effective", "scores",
        "modes", "forecasts_better", "above_chance", "margin", "level", "seed", "draws", "status",
    )  # fmt: skip
    tests = ("vif", "large", "placebo_large", "placebo_p", "placebos")
    chance = {key: plain(getattr(found.tests, key)) for key in tests}
    return {
        "effects": plain(found.frame().to_dict("records")), "tests": chance,
        **{key: plain(getattr(found, key)) for key in fields},
    }  # fmt: skip
