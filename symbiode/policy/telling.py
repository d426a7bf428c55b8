"""A path of modes in words: the ladder over time, changes with dates and causes, margin, lag and the ending.

Comes in: a `ModePath`. Goes out: its text in a language.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.modes import Outcome
from symbiode.render import significant
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.policy.results import Change, ModePath, Pairing, Piece

Array = NDArray[np.float64]
_TIMES = ("year", "month", "week", "day", "hour", "minute", "second", "generation")
_BORDERS = (
    "event", "sampled", "gains", "fold", "hopf", "transcritical", "runaway", "blow_up", "unbounded", "death", "beyond",
    "singular",
)  # fmt: skip


def told(path: ModePath, lang: str) -> str:
    """Return a path of modes as lines for a reader."""
    scenario, names = path.scenario, {"begin": when(path.t[0]), "end": when(path.t[-1])}
    lines = [say("path_head", lang, model=path.model.name, scenario=scenario.shown(lang), **names)]
    lines += [say("path_frozen", lang), *(_piece(path, piece, lang) for piece in path.frozen.pieces)]
    if any(piece.mode is not None or piece.outcome is not None for piece in path.actual.pieces):
        lines += [say("path_actual", lang), *(_piece(path, piece, lang) for piece in path.actual.pieces)]
    lines += _pairings(path, lang)
    none = "path_none_whole" if path.frozen.pairings else "path_none"
    lines += [say("path_changes" if path.changes else none, lang)]
    for number, change in enumerate(path.changes, 1):
        lines += _change(path, change, number, lang)
    lines += [*_ending(path, lang), _tipping(path, lang)]
    lines += [path.status.message] if not path.status.ok else []
    if path.illustrative:
        lines.append(say("path_illustrative", lang))
    return "\n".join(lines)


def when(t: float) -> str:
    """Return a time for a reader: four decimals at most.

    Examples
    --------
    >>> when(2018.0), when(2020.583333333)
    ('2018', '2020.5833')
    """
    return f"{t:.4f}".rstrip("0").rstrip(".")


def _dated(change: Change, lang: str) -> str:
    if change.error < 5e-5:
        return when(change.time)
    return say("path_error", lang, time=when(change.time), error=significant(change.error, 2))


def name_of(piece: Piece, lang: str) -> str:
    """Return the mode of a piece, else its outcome, in words."""
    if piece.mode is not None and piece.outcome not in (None, Outcome.COEXISTENCE):
        names = say(piece.key, lang), say(piece.outcome.value, lang)
        return (", " if lang == "en" else "，").join(names)
    if piece.mode is not None or piece.outcome is not None:
        return say(piece.key, lang)
    return say("path_under_way", lang)


def _piece(path: ModePath, piece: Piece, lang: str) -> str:
    name = name_of(piece, lang)
    if piece.outcome is Outcome.EXCLUSION and piece.survivors:
        labels = {unit.name: unit.shown(lang) for unit in path.model.units}
        stays = (", " if lang == "en" else "、").join(labels[unit] for unit in piece.survivors)
        name = say("path_stays", lang, name=name, units=stays)
    return say("path_piece", lang, begin=when(piece.begin), end=when(piece.end), name=name)


def border_text(border: str, lang: str) -> str:
    """Return what is crossed, in words."""
    if border in _BORDERS:
        return say(f"path_border_{border}", lang)
    if border.startswith("smaller"):
        border = say("border_band", lang, limit=border.split()[-1])
    return say("path_border", lang, name=border)


def _change(path: ModePath, change: Change, number: int, lang: str) -> list[str]:
    which = say("path_would" if change.path == "frozen" else "path_is", lang)
    values = {"before": say(change.before, lang), "after": say(change.after, lang)}
    lines = [
        say("path_change", lang, number=number, time=_dated(change, lang), which=which,
            border=border_text(change.border, lang), **values)
    ]  # fmt: skip
    return [*lines, *_causes(path, change, lang)]


def _causes(path: ModePath, change: Change, lang: str) -> list[str]:
    labels, lines = {lever.name: lever.shown(lang) for lever in path.scenario.levers}, []
    for cause in change.causes:
        key = "path_moves_then" if cause.share is None else "path_share"
        share = say(key, lang, share=significant(100 * (cause.share or 0.0), 3))
        moves = (", " if lang == "en" else "、").join(cause.moves)
        lines.append(say("path_cause", lang, lever=labels[cause.lever], share=share, moves=moves))
    return lines


def paired(path: ModePath, pairing: Pairing, lang: str) -> str:
    """Return the names of two units or regions."""
    units = {unit.name: unit.shown(lang) for unit in path.model.units}
    regions = {name: dict(label).get(lang, name) for name, label in path.model.regions}
    labels = regions if pairing.kind == "regions" else units
    return " – ".join(labels.get(name, name) for name in pairing.pair)


def _pairings(path: ModePath, lang: str) -> list[str]:
    """Return the modes of regions and of pairs of units, and when they change."""
    regions = [p for p in path.frozen.pairings if p.kind == "regions"]
    lines = []
    if regions:
        scale = say("path_scale_capacity" if np.isfinite(path.frozen.capacity[-1]).all() else "path_scale_alone", lang)
        lines = [say("path_regions", lang, scale=scale), *(_region(path, pairing, lang) for pairing in regions)]
    lines += _pairs(path, [p for p in path.frozen.pairings if p.kind == "units"], lang)
    changes = [(change, pairing) for pairing in path.frozen.pairings for change in pairing.changes]
    lines += [say("path_pair_changes", lang)] if changes else []
    for change, pairing in sorted(changes, key=lambda told: told[0].time):
        names = {"before": say(change.before, lang), "after": say(change.after, lang)}
        lines.append(say("path_pair_change", lang, pair=paired(path, pairing, lang), time=_dated(change, lang),
                         border=border_text(change.border, lang), **names))  # fmt: skip
        lines += _causes(path, change, lang)
    return lines


def _region(path: ModePath, pairing: Pairing, lang: str) -> str:
    joint = "; " if lang == "en" else "；"
    pieces = joint.join(
        say("path_region_piece", lang, begin=when(p.begin), end=when(p.end), name=name_of(p, lang))
        for p in pairing.pieces
    )
    gains = " / ".join(f"{100 * g:+.4g} %" if np.isfinite(g) else "–" for g in pairing.gains[-1])
    nominal = pairing.nominal_mode[-1]
    return say("path_region", lang, pair=paired(path, pairing, lang), pieces=pieces, gains=gains,
               nominal="–" if nominal is None else say(nominal.value, lang))  # fmt: skip


def _pairs(path: ModePath, pairs: list[Pairing], lang: str) -> list[str]:
    """Return how many pairs of units end in which mode, by name where they are few."""
    if len(path.model.units) < 3:
        return []
    if not pairs:
        return [say("path_pairs_unknown", lang, why=say("path_pairs_many", lang, most=16))]
    if not any(np.isfinite(p.gains).any() for p in pairs):
        known = np.isfinite(path.frozen.capacity[-1]).all()
        return [say("path_pairs_unknown", lang, why=say("path_pairs_open" if known else "path_pairs_alone", lang))]
    ends = Counter(p.pieces[-1].key for p in pairs)
    lines = [say("path_pairs", lang, count=len(pairs))]
    for key, count in ends.most_common():
        told = [paired(path, p, lang) for p in pairs if p.pieces[-1].key == key] if count <= 6 else []
        names = (": " if lang == "en" else "：") + ("; " if lang == "en" else "；").join(told) if told else ""
        lines.append("  " + say("path_pairs_count", lang, name=say(key, lang), count=count) + names)
    signs = Counter(p.nominal_mode[-1].value for p in pairs if p.nominal_mode[-1] is not None)
    counts = (", " if lang == "en" else "、").join(
        say("path_pairs_count", lang, name=say(key, lang), count=count) for key, count in signs.most_common()
    )
    return [*lines, say("path_pairs_nominal", lang, counts=counts)] if counts else lines


def _ending(path: ModePath, lang: str) -> list[str]:
    """Return the indices at the last time, with the extremes of margin and lag on the way."""
    f, lines = path.frozen, []
    if np.isfinite(f.gains[-1]).any():
        unit = path.model.time_unit
        values = {
            "gains_index": f.symmetry_gains, "effects_index": f.symmetry_coefficients, "total": f.total_gain,
            "energy": f.energy, "resilience": f.resilience,
        }  # fmt: skip
        told = {key: _number(array[-1]) for key, array in values.items()}
        gains = (", " if lang == "en" else "、").join(
            f"{u.shown(lang)} {100 * g:+.4g} %" for u, g in zip(path.model.units, f.gains[-1], strict=True)
        )
        unit = say(f"time_{unit}", lang) if unit in _TIMES else unit
        key = "path_end" if len(path.model.units) == 2 else "path_end_many"
        lines.append(say(key, lang, time=when(path.t[-1]), gains=gains, unit=unit, **told))
    if np.isfinite(f.margin).any():
        k = int(np.nanargmin(f.margin))
        told = {"last": _number(f.margin[-1]), "least": _number(f.margin[k]), "time": when(path.t[k])}
        lines.append(say("path_margin", lang, **told))
    if np.isfinite(f.distance).any():
        name = f.border[-1]
        name = say("border_band", lang, limit=name.split()[-1]) if name.startswith("smaller") else name
        lines.append(say("path_distance", lang, name=name, distance=_number(f.distance[-1])))
    lag = path.actual.lag
    if np.isfinite(lag).any():
        k = int(np.nanargmax(lag))
        told = {"last": _number(100 * lag[-1]), "most": _number(100 * lag[k]), "time": when(path.t[k])}
        lines.append(say("path_lag", lang, **told))
    return lines


def _number(value: float) -> str:
    return significant(float(value), 4) if np.isfinite(value) else "–"


def _tipping(path: ModePath, lang: str) -> str:
    tipping = path.tipping
    expected = ", ".join(_number(x) for x in tipping.expected or ())
    where = say(tipping.outcome.value, lang)
    if tipping.tips is None:
        return say("path_tip_unknown", lang)
    if not tipping.tips:
        key = "path_no_tip" if tipping.expected is not None else "path_same_end"
        text = say(key, lang, expected=expected, where=where)
    else:
        if tipping.reached is not None:
            where += " (" + ", ".join(_number(x) for x in tipping.reached) + ")"
        since = ""
        if tipping.time is not None:
            error = significant(tipping.error or 0.0, 2)
            since = say("path_since", lang, time=when(tipping.time), error=error)
        text = say("path_tips", lang, expected=expected, where=where, since=since)
    if tipping.evidence is not None:
        text += say("path_evidence", lang, evidence=say(tipping.evidence.value, lang))
    return text
