"""A path of modes as the JSON object of the public contract, and as the columns of a tidy frame.

Comes in: a `ModePath`. Goes out: plain dicts, lists, strings and numbers; field names are the result's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symbiode.show.answers import per_unit, plain

if TYPE_CHECKING:
    from symbiode.policy.paths import ModePath
    from symbiode.policy.results import Pairing, Piece

_SERIES = ("margin", "total_gain", "energy", "resilience", "distance")


def mode_path(path: ModePath) -> dict[str, object]:
    """Return the path of modes along a scenario: both readings at each time, every change with its causes."""
    model, scenario, frozen, actual = path.model, path.scenario, path.frozen, path.actual
    here = {name: [path.at(float(t), name) for t in path.t] for name in ("frozen", "actual")}
    levers = [
        {
            "name": lever.name, "label": dict(lever.label), "mechanism": lever.mechanism or None, "shape": lever.shape,
            "date": lever.date or None, "at": plain(lever.at), "strength": plain(lever.strength),
            "source": lever.source or None, "illustrative": lever.illustrative,
        }
        for lever in scenario.levers
    ]  # fmt: skip
    return {
        "units": [unit.name for unit in model.units],
        "scenario": scenario.name,
        "levers": levers,
        "t": plain(path.t),
        "start": per_unit(model, path.start),
        "frozen": {
            **_named(here["frozen"]),
            "nominal_mode": plain(frozen.nominal_mode),
            "pieces": [_piece(piece) for piece in frozen.pieces],
            "state": per_unit(model, frozen.state.T),
            "gains": per_unit(model, frozen.gains.T),
            "symmetry": [
                {"scale": "gains", "value": plain(frozen.symmetry_gains), "tolerance": path.tau},
                {"scale": "coefficients", "value": plain(frozen.symmetry_coefficients), "tolerance": path.tau},
            ],
            **{name: plain(getattr(frozen, name)) for name in _SERIES},
            "border": [name or None for name in frozen.border],
            "pairings": [_pairing(path, pairing) for pairing in frozen.pairings],
        },
        "actual": {
            **_named(here["actual"]),
            "pieces": [_piece(piece) for piece in actual.pieces],
            "state": per_unit(model, actual.state.T),
            "gains": per_unit(model, actual.gains.T),
            "lag": plain(actual.lag),
            "error_estimate": plain(actual.trajectory.error_estimate),
        },
        "changes": plain(path.changes),
        "tipping": {
            **{name: plain(getattr(path.tipping, name)) for name in ("tips", "outcome", "time", "error", "evidence")},
            "expected": per_unit(model, path.tipping.expected),
            "reached": per_unit(model, path.tipping.reached),
        },
        "illustrative": path.illustrative,
        "status": plain(path.status),
    }


def _named(pieces: list[Piece]) -> dict[str, object]:
    return {name: [plain(getattr(piece, name)) for piece in pieces] for name in ("outcome", "mode")}


def _pairing(path: ModePath, pairing: Pairing) -> dict[str, object]:
    """Return the modes of two units or regions over time; gains are those of the first, then of the second."""
    return {
        "kind": pairing.kind, "pair": list(pairing.pair), "mode": _modes(path, pairing),
        "nominal_mode": plain(pairing.nominal_mode), "gains": [plain(column) for column in pairing.gains.T],
        "pieces": [_piece(piece) for piece in pairing.pieces], "changes": plain(pairing.changes),
    }  # fmt: skip


def _modes(path: ModePath, pairing: Pairing) -> list[object]:
    here = (next((p for p in reversed(pairing.pieces) if p.begin <= t), pairing.pieces[0]) for t in path.t)
    return [plain(piece.mode) for piece in here]


def _piece(piece: Piece) -> dict[str, object]:
    names = ("begin", "end", "outcome", "mode", "survivors", "evidence")
    return {name: plain(getattr(piece, name)) for name in names}


def columns(path: ModePath) -> dict[str, Any]:
    """Return one column per reading, one row per time."""
    units = [unit.name for unit in path.model.units]
    found: dict[str, Any] = {path.model.time_unit: path.t}
    for name in ("frozen", "actual"):
        reading: Any = getattr(path, name)
        pieces = _named([path.at(float(t), name) for t in path.t])
        found |= {f"{name}_{key}": values for key, values in pieces.items()}
        for i, unit in enumerate(units):
            found |= {f"{name}_{unit}": reading.state[:, i], f"{name}_gain_{unit}": reading.gains[:, i]}
    more = ("symmetry_gains", "symmetry_coefficients", *_SERIES)
    for pairing in path.frozen.pairings:
        name = f"{pairing.kind}_{'_'.join(pairing.pair)}"
        found |= {f"mode_{name}": _modes(path, pairing), f"nominal_mode_{name}": plain(pairing.nominal_mode)}
        found |= {f"gain_{k + 1}_{name}": pairing.gains[:, k] for k in (0, 1)}
    return found | {name: getattr(path.frozen, name) for name in more} | {"lag": path.actual.lag}
