"""The fitted model: estimates as values, profile intervals as bounds, and where they come from.

Comes in: a model, the problem posed and its estimate. Goes out: a model that every verb takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from symbiode.inference.estimators import Estimate, Problem
from symbiode.inference.identifiability import Profile
from symbiode.inference.observations import Observations
from symbiode.system.arithmetic import number
from symbiode.system.laws import Parameter
from symbiode.system.model import Model, Unit, split_path


def fitted_model(
    model: Model,
    observations: Observations,
    problem: Problem,
    estimate: Estimate,
    walked: Sequence[Profile],
    method: Any,
) -> Model:
    """Return the model with estimates as values, profile intervals as bounds, and where they come from as source."""
    name = Path(observations.path).name if observations.path else "observations"
    digest = f", sha256 {observations.sha256}" if observations.sha256 else ""
    source = f"fitted to {name}{digest}, {type(method).__name__}(error={method.error!r}), seed {problem.seed}"
    by_path = {split_path(profile.name): profile for profile in walked}
    told = zip(problem.names, problem.kinds, estimate.params, strict=True)
    values = {key: float(value) for key, kind, value in told if not (kind == "other" and key.startswith("shifts."))}
    model = model.with_values(values)
    parameters = tuple(_told(p, by_path.get(p.path), source) for p in model.parameters)
    units = tuple(_started(unit, by_path, source) for unit in model.units)
    kept = [p for p in parameters if p.path not in by_path and p.path[0] != "parameters" and len(p.path) > 1]
    estimated = all(p.path[-1] in ("own_growth", "noise", "delay") for p in kept)
    measures = {m for m in observations.measured_in if m}
    measured_in = measures.pop() if len(measures) == 1 else model.measured_in
    return replace(
        model, parameters=parameters, units=units, source=source, illustrative=model.illustrative and not estimated,
        measured_in=measured_in,
    )  # fmt: skip


def _told(parameter: Parameter, profile: Profile | None, source: str) -> Parameter:
    if profile is None:
        return parameter
    ends = [None if end is None else number(end) for end in (profile.low, profile.high)]
    return replace(parameter, lower=ends[0], upper=ends[1], source=source)


def _started(unit: Unit, by_path: dict[tuple[str, ...], Profile], source: str) -> Unit:
    if unit.initial is None:
        return unit
    return replace(unit, initial=_told(unit.initial, by_path.get((unit.name, "initial")), source))
