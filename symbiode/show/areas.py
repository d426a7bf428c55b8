"""Mode maps and basins as the JSON objects of the public contract.

Comes in: a `ModeMap` or `Basins`. Goes out: plain dicts, lists, strings and numbers, as in `answers`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from symbiode.show.answers import per_unit, plain

if TYPE_CHECKING:
    from symbiode.dynamics.basin import Basins, Shock
    from symbiode.dynamics.maps import Label, ModeMap


def mode_map(found: ModeMap) -> dict[str, object]:
    """Return the regions of a plane of two coefficients, the grid and the borders with their distances."""
    regions = [
        {
            **_label(region.label),
            "point": plain(region.point),
            "share": region.share,
            "evidence": plain(region.evidence),
            "checked": region.checked,
            "reason": region.settlement.why("en") if region.settlement else "",
        }
        for region in found.regions
    ]
    borders = [
        {
            "name": border.name,
            "formula": border.formula,
            "kind": border.kind,
            "exact": border.equation is not None,
            "error": plain(border.error),
            "distance": plain(border.distance),
            "standard_errors": plain(border.standard_errors),
            "foot": plain(border.foot),
            "neighbour": None if border.neighbour is None else _label(border.neighbour),
            "inside": border.inside,
            "pieces": [
                {"curve": plain(piece.curve), "between": [_label(label) for label in piece.between],
                 "on_it": None if piece.on_it is None else _label(piece.on_it)}
                for piece in border.pieces
            ],
        }
        for border in found.borders
    ]  # fmt: skip
    here = found.here
    return {
        "units": [unit.name for unit in found.model.units],
        "x": found.names[0],
        "y": found.names[1],
        "limits": plain(found.limits),
        "grid": {"x": plain(found.x), "y": plain(found.y), "region": plain(found.grid)},
        "regions": regions,
        "borders": borders,
        "point": plain(found.point),
        "here": None if here is None else _label(here.label),
        "start": plain(found.start),
        "pair": list(found.pair),
        "tau": found.tau,
        "resolution": found.resolution,
        "settled": found.settled,
        "proof": found.proof,
        "illustrative": found.model.illustrative,
        "status": plain(found.status),
    }


def _label(label: Label) -> dict[str, object]:
    ends = [{"outcome": plain(outcome), "survivors": plain(stay)} for outcome, stay in label.ends]
    named = {"outcome": plain(label.outcome), "mode": plain(label.mode)}
    return {**named, "survivors": plain(label.survivors), "attractors": ends}


def basins(found: Basins) -> dict[str, object]:
    """Return where starts settle: the grid, the shares, separatrices and the smallest shocks."""
    fractions = [
        {
            "kind": end.kind,
            "outcome": plain(end.outcome),
            "state": per_unit(found.model, end.state),
            "survivors": plain(end.survivors),
            "fraction": end.fraction,
            "low": end.low,
            "high": end.high,
            "exact": end.exact,
            "count": end.count,
            "lyapunov": plain(end.lyapunov),
            "lyapunov_error": plain(end.lyapunov_error),
        }
        for end in found.fractions
    ]
    met = [{**dict(_fields(shock)), "state": per_unit(found.model, shock.state)} for shock in found.shocks]
    return {
        "units": [unit.name for unit in found.model.units],
        "region": per_unit(found.model, found.region),
        "measure": "uniform",
        "grid": {
            "plane": list(found.plane), "at": dict(found.at), "x": plain(found.x), "y": plain(found.y),
            "basin": plain(found.grid),
        },
        "fractions": fractions,
        "separatrices": [plain(line.curve) for line in found.separatrices],
        "explained": plain(found.explained),
        "shocks": met,
        "draws": found.draws,
        "seed": found.seed,
        "horizon": plain(found.horizon),
        "evidence": plain(found.evidence),
        "illustrative": found.model.illustrative,
        "status": plain(found.status),
    }  # fmt: skip


def _fields(value: Shock) -> Iterable[tuple[str, object]]:
    return ((f.name, plain(getattr(value, f.name))) for f in dataclasses.fields(value))
