"""The part of a report that walks through the framework: diagram, diagnosis, mechanisms, paths, policy, claims.

Comes in: a `Study` with a `Review`. Goes out: sections of blocks (text, tables, figures, formulas) for the page, which
escapes what is text. A part that does not fit the model has no section.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from symbiode.dynamics.modes.indices import Indices
from symbiode.policy.effort.results import Plan, shown
from symbiode.policy.effort.telling import lines as told_of_plan
from symbiode.policy.results import ModePath, Piece
from symbiode.policy.telling import name_of, paired, when
from symbiode.render import between
from symbiode.show import evidence, naming, policies, scenarios
from symbiode.show.answers import per_unit, plain
from symbiode.show.markup import formula
from symbiode.system.concepts import KINDS, Concept, concepts
from symbiode.system.model import Model
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.policy.review import Review, Trial
    from symbiode.studies import Study
    from symbiode.system.scenario import Move

Block = dict[str, Any]
Section = dict[str, Any]
Figures = Callable[..., dict[str, str] | None]
MARGINS = (0, 0.01, 0.02, 0.03)
"""Of the frontier in a report, where it is quick; `symbiode policy --out` finds how far it goes."""


def sections(study: Study, figures: Figures, lang: str) -> list[Section]:
    """Return the sections of the walk through the framework, none without a review.

    Parameters
    ----------
    study : Study
    figures : callable
        From stem, alternative text, caption and size to a figure, None where there is none.
    lang : "en" or "zh"
    """
    review = study.review
    if review is None:
        return []
    parts = {
        "framework": _framework(study, review, figures, lang),
        "diagnosis": _diagnosis(study, lang),
        "mechanisms": _mechanisms(review, lang),
        "paths": _paths(review, figures, lang),
        "policy": _policy(study.name, review, figures, lang),
        "claims": _claims(review, figures, lang),
        "concepts": _concepts(study, lang),
    }
    found = ((key, [block for block in blocks if block]) for key, blocks in parts.items())
    own = {} if any(trial.lever.mechanism for trial in review.trials) else {"mechanisms": "levers_each"}
    titles = {key: say(f"walk_{own.get(key, key)}", lang) for key in parts}
    return [{"id": key, "title": titles[key], "blocks": blocks} for key, blocks in found if blocks]


def summary(study: Study, lang: str) -> list[str]:
    """Return the few lines for the first page: what moves the model, what a policy takes, what the claims say."""
    review = study.review
    if review is None:
        return []
    told = [_path_line(path, lang) for _, path in review.paths]
    if review.trials:
        now = study.settlement.mode
        moved = [trial for trial in review.trials if trial.settlement.mode is not now]
        names = _joined((trial.lever.shown(lang) for trial in moved), lang)
        key = "walk_trials_some" if moved else "walk_trials_none"
        told.append(say(key, lang, count=len(review.trials), names=names))
    heads = ((key, told_of_plan(plan, lang)[0].rstrip(":：.。")) for key, plan in _plans(review))
    told += [say(f"walk_plan_{key}", lang, text=text) for key, text in heads]
    if review.claims:
        answers = [claim.answer.value for claim in review.claims]
        counts = (say(f"walk_count_{key}", lang, count=answers.count(key)) for key in dict.fromkeys(answers))
        told.append(say("walk_claims_count", lang, counts=_joined(counts, lang)))
    return [*told, *([say("walk_illustrative", lang)] if told and review.model.illustrative else [])]


def _joined(parts: Iterable[str], lang: str) -> str:
    return (", " if lang == "en" else "、").join(parts)


def _text(text: str, kind: str = "text") -> Block:
    return {"kind": kind, "text": text} if text else {}


def _table(head: Iterable[str], rows: list[list[Any]], caption: str = "", *, narrow: bool = False) -> Block:
    table = {"head": list(head), "rows": rows, "caption": caption}
    return {"kind": "table", "table": table, "class": "narrow" if narrow else ""} if rows else {}


def _figure(found: dict[str, str] | None) -> Block:
    return {"kind": "figure", "figure": found} if found else {}


def _note(review: Review, lang: str) -> Block:
    return _text(say("walk_illustrative", lang), "note") if review.model.illustrative else {}


def _framework(study: Study, review: Review, figures: Figures, lang: str) -> list[Block]:
    caption = say("walk_framework_caption", lang)
    drawn = figures("framework", say("walk_framework", lang), caption, "page")
    kinds = [(f"{o.threshold:g}", say(f"organisation_{o.kind}", lang)) for o in review.organisation]
    listed = _joined((say("walk_organised_at", lang, limit=limit, kind=kind) for limit, kind in kinds), lang)
    return [
        _figure(drawn),
        _indices(review.indices, lang),
        _text(say("walk_organised", lang, kinds=listed) if kinds else ""),
        _text(say("indices_path", lang) if review.indices.degree is not None else "", "note"),
    ]


def _indices(found: Indices, lang: str) -> Block:
    """Return the table of indices: one row per unit for a pair, the energy alone for more units."""
    names = [unit.shown(lang) for unit in found.model.units]
    if len(names) != 2:
        energy = naming.plain(found.energy) if found.energy is not None else found.why("energy", lang)
        return _text(say("walk_energy", lang, value=energy))
    shares = {scale: value for _, scale, value in found.symmetry}
    rows = [
        [say(f"walk_index_{name}", lang), *(naming.plain(table[i][1 - i]) if table else "–" for i in (0, 1)), why]
        for name, table in (("degree", found.degree), ("coefficient", found.coefficient))
        for why in [found.why(name, lang) or say(f"walk_index_{name}_means", lang)]
    ]
    parts = [naming.plain(x) for x in found.energy_by_unit] if found.energy_by_unit else ["–", "–"]
    means = found.why("energy", lang) or say("walk_index_energy_means", lang, total=naming.plain(found.energy))
    rows.append([say("walk_index_energy", lang), *parts, means])
    for scale, value in shares.items():
        key = f"walk_index_{scale.replace(' ', '_')}"
        rows.append([say(key, lang), naming.plain(value), "", say(f"{key}_means", lang)])
    return _table([say("walk_index", lang), *names, say("report_meaning", lang)], rows)


def _diagnosis(study: Study, lang: str) -> list[Block]:
    """Return the present mode as an estimate with its uncertainty, and the challenges as quantities of models."""
    rows = []
    for series, fit in study.fits:
        kind = fit.settled_probabilities or fit.mode_probabilities
        ranked = sorted(((p, error, key) for key, (p, error) in kind.items() if p > 0), reverse=True)
        shares = _joined((f"{say(_mode_key(key), lang)} {between(100 * p)} %" for p, _, key in ranked), lang)
        verdict = say(fit.verdict.mode.value if fit.verdict.mode is not None else "undetermined", lang)
        rows.append([evidence.basis(fit, series, lang), shares or "–", verdict])
    heads = [say(f"report_{key}", lang) for key in ("series", "probability", "verdict")]
    challenges = [
        [f"{c.id} {c.shown(lang)}", *_carried(c, study, lang)] for c in _of_paper(study) if c.kind == "challenge"
    ]
    quantities = [say(f"walk_{key}", lang) for key in ("challenge", "carrier", "value_here")]
    return [
        _text(say("walk_diagnosis_paper", lang) if challenges else ""),
        _text(say("walk_diagnosis_note", lang) if rows else ""),
        _table(heads, rows),
        _table(quantities, challenges, say("walk_challenges", lang)),
    ]


def _mode_key(key: str) -> str:
    return "walk_no_mode" if key == "none" else key


def _of_paper(study: Study) -> tuple[Concept, ...]:
    """Return the concepts of the paper if the model of a study carries any of them."""
    listed = concepts()
    own = f"model {study.name}:"
    return listed if any(name.startswith(own) for c in listed for name in c.carried_by) else ()


def _carried(concept: Concept, study: Study, lang: str) -> list[str]:
    """Return what carries a concept, and its values in the model of the study."""
    own, values = f"model {study.name}: ", []
    for name in concept.carried_by:
        if name.startswith(own):
            path = name.removeprefix(own)
            values += [
                f"{_short(study.model, path)} = {naming.plain(float(study.model.values[p.symbol]))}"
                for p in study.model.parameters
                if ".".join(p.path) == path
            ]
    return [_carriers(concept, lang), "; ".join(values)]


def _carriers(concept: Concept, lang: str) -> str:
    """Return what carries a concept, the kind of each (model, card, result, fact) in words."""
    parts = (name.partition(" ") for name in concept.carried_by)
    told = (f"{say('walk_carrier_' + kind, lang)} {rest}" for kind, _, rest in parts)
    return ("; " if lang == "en" else "；").join(told)


def _short(model: Model, path: str) -> str:
    """Return the symbol of a value, the plain name of a named parameter."""
    return path.removeprefix("parameters.") if path.startswith("parameters.") else naming.symbol(model, path)


def _mechanisms(review: Review, lang: str) -> list[Block]:
    if not review.trials:
        return []
    names = [unit.shown(lang) for unit in review.model.units]
    pair = len(names) == 2
    heads = [say(f"walk_{key}", lang) for key in ("lever", "moves")]
    heads += [say("walk_gain_of", lang, unit=name) for name in names] if pair else [say("walk_total_gain", lang)]
    heads += [say(f"walk_{key}", lang) for key in (("energy_then", "mode_then") if pair else ("energy_then",))]
    rows = [_trial(review, trial, lang, pair) for trial in review.trials]
    ours = any(trial.lever.mechanism for trial in review.trials)
    notes = [_text(say("walk_levers_note", lang)), _text(say("walk_direction", lang) if ours else "")]
    return [*notes, _table(heads, rows), _note(review, lang)]


def _trial(review: Review, trial: Trial, lang: str, pair: bool) -> list[str]:
    lever, settled = trial.lever, trial.settlement
    gains = [naming.plain(None if g is None else 100 * g, 3) + " %" for g in settled.gains or ()]
    known = [g for g in settled.gains or () if g is not None]
    cells = gains if pair else [naming.plain(100 * sum(known), 3) + " %"]
    energy, before = trial.indices.energy, review.indices.energy
    change = "–" if energy is None or before is None else f"{naming.plain(energy, 3)} ({_signed(energy - before)})"
    name = f"{lever.mechanism} {lever.shown(lang)}".strip()
    mode = settled.mode.value if settled.mode is not None else settled.outcome.value
    moves = _joined((_move(review.model, move) for move in lever.moves), lang)
    return [name, moves, *(cells or ["–", "–"]), change, *([say(mode, lang)] if pair else [])]


def _signed(value: float) -> str:
    return ("+" if value >= 0 else "") + naming.plain(value, 2)


def _move(model: Model, move: Move) -> str:
    """Return what a lever does at full strength: barrier −0.06, K₁ +3 %."""
    add = f" {_signed(float(move.add))}" if move.add else ""
    times = f" {_signed(100 * float(move.times))} %" if move.times else ""
    return _short(model, move.path) + add + times


def _paths(review: Review, figures: Figures, lang: str) -> list[Block]:
    if not review.paths:
        return []
    heads = [say(f"walk_{key}", lang) for key in ("scenario", "would", "is", "gains_end", "margin", "lag")]
    rows = [
        [
            path.scenario.shown(lang), _pieces(path, "frozen", lang), _pieces(path, "actual", lang), _gains(path),
            naming.plain(_least(path), 3), naming.plain(100 * float(path.actual.lag[-1]), 3) + " %",
        ]
        for _, path in review.paths
    ]  # fmt: skip
    drawn = [
        _figure(figures(f"ladder-{k}", path.scenario.shown(lang), say("walk_ladder_caption", lang), "page"))
        for k, (_, path) in enumerate(review.paths)
    ]
    return [_text(say("walk_paths_note", lang)), _table(heads, rows), *drawn, _note(review, lang)]


def _pieces(path: ModePath, reading: str, lang: str) -> str:
    """Return the modes of a reading in order of time; those of regions before the outcome of many units."""
    pieces = (path.frozen if reading == "frozen" else path.actual).pieces
    told = [_listed(pieces, lang)]
    if reading == "frozen":
        regions = (p for p in path.frozen.pairings if p.kind == "regions")
        told = [f"{paired(path, p, lang)}: {_listed(p.pieces, lang)}" for p in regions] + told
    return ("; " if lang == "en" else "；").join(told)


def _listed(pieces: Sequence[Piece], lang: str) -> str:
    joint = "; " if lang == "en" else "；"
    return joint.join(f"{when(p.begin)}–{when(p.end)} {name_of(p, lang)}" for p in pieces)


def _gains(path: ModePath) -> str:
    return " / ".join(naming.plain(100 * float(g), 3) + " %" for g in path.frozen.gains[-1])


def _least(path: ModePath) -> float | None:
    known = [float(x) for x in path.frozen.margin if x == x]
    return min(known, default=None)


def _path_line(path: ModePath, lang: str) -> str:
    regions = [p for p in path.frozen.pairings if p.kind == "regions"]
    ends = [name_of(piece, lang) for piece in (regions[0].pieces if len(regions) == 1 else path.frozen.pieces)]
    key = "walk_path_stays" if len(ends) == 1 else "walk_path_moves"
    names = {"scenario": path.scenario.shown(lang), "first": ends[0], "last": ends[-1]}
    return say(key, lang, begin=when(path.t[0]), end=when(path.t[-1]), **names)


def _plans(review: Review) -> Iterator[tuple[str, Plan]]:
    for plan in review.plans:
        yield ("levers" if plan.scenario is not None or any(c.lever for c in plan.changes) else "effects"), plan


def _policy(name: str, review: Review, figures: Figures, lang: str) -> list[Block]:
    blocks: list[Block] = []
    for key, plan in _plans(review):
        moved = [c for c in plan.changes if c.before != c.after]
        rows = [
            [shown(plan.model, c.name, c.lever, lang), *(naming.plain(float(x)) for x in (c.before, c.after, c.cost))]
            for c in moved
        ]
        lines = [line for line in told_of_plan(plan, lang) if line and "───" not in line]
        head = [say(f"walk_{name}", lang) for name in ("lever", "from", "to", "cost")]
        blocks += [_text(say(f"walk_plan_{key}_title", lang), "heading"), _text(lines[0])]
        blocks += [_table(head, rows, narrow=True) if plan.reached else {}]
        blocks.append({"kind": "list", "lines": lines[1:]} if len(lines) > 1 else {})
    if not blocks:
        return []
    drawn = figures("policy", say("walk_policy", lang), say("walk_policy_caption", lang), "page")
    commands = [
        f"symbiode new levers --levers-for {name}", f"symbiode policy {name} --scenario levers.toml --each",
        f"symbiode scenario {name} levers.toml", f"symbiode study {name} --scenario levers.toml --out own-levers",
    ]  # fmt: skip
    own = [_text(say("walk_own", lang)), {"kind": "commands", "lines": commands}]
    return [_text(say("walk_policy_note", lang)), *blocks, _figure(drawn), *own]


def _claims(review: Review, figures: Figures, lang: str) -> list[Block]:
    if not review.claims:
        return []
    drawn = figures("claims", say("walk_claims", lang), say("walk_claims_caption", lang), "page")
    blocks = [_text(say("claims_note", lang)), _figure(drawn)]
    for claim in review.claims:
        blocks.append(_text(claim.statement(lang), "heading"))
        blocks.append(_text(say(f"claim_{claim.answer.value}", lang), "answer"))
        blocks.append({"kind": "list", "lines": [naming.pretty(line) for line in claim.says(lang)]})
        if claim.formulas:
            blocks.append({"kind": "formulas", "formulas": [formula(f) for f in claim.formulas]})
            blocks.append(_text(say(f"claim_formula_{claim.name}", lang), "note"))
    return [*blocks, _note(review, lang)]


def _concepts(study: Study, lang: str) -> list[Block]:
    listed = _of_paper(study)
    if not listed:
        return []
    heads = [say(f"walk_{key}", lang) for key in ("concept", "term", "carrier")]
    other = "zh" if lang == "en" else "en"
    blocks: list[Block] = [_text(say("walk_concepts_note", lang, count=len(listed)))]
    for kind in KINDS:
        rows = [[c.shown(lang), c.shown(other), _carriers(c, lang)] for c in listed if c.kind == kind]
        title = say("walk_kind", lang, kind=say(f"walk_kind_{kind}", lang), count=len(rows))
        blocks.append({"kind": "details", "title": title, "table": {"head": heads, "rows": rows, "caption": ""}})
    return blocks


def as_object(review: Review) -> dict[str, object]:
    """Return a review as a JSON object."""
    model = review.model
    trials = [
        {
            "lever": trial.lever.name, "mechanism": trial.lever.mechanism or None, "mode": plain(trial.settlement.mode),
            "outcome": plain(trial.settlement.outcome), "gains": per_unit(model, trial.settlement.gains),
            "energy": plain(trial.indices.energy), "illustrative": trial.lever.illustrative,
        }
        for trial in review.trials
    ]  # fmt: skip
    tested = [
        {
            "name": claim.name, "statement": claim.statement(), "answer": plain(claim.answer), "says": claim.says(),
            "at": plain(claim.at), "curves": plain(dict(claim.curves)), "plane": plain(claim.plane) or None,
            "formulas": [str(f) for f in claim.formulas], "here": plain(claim.here),
        }
        for claim in review.claims
    ]  # fmt: skip
    return {
        "levers": trials,
        "paths": {card: scenarios.mode_path(path) for card, path in review.paths},
        "plans": [policies.plan(plan) for plan in review.plans],
        "claims": tested,
        "illustrative": model.illustrative,
    }


def drawings(review: Review) -> Iterator[tuple[str, str, object, dict[str, Any]]]:
    """Return the figures of this part as (stem, kind, what it is about, options)."""
    yield "framework", "framework", review.model, {}
    for k, (_, path) in enumerate(review.paths[:2]):
        yield f"ladder-{k}", "ladder", path, {}
    for key, plan in _plans(review):
        if key == "effects":
            yield "policy", "policy", plan, {"margins": MARGINS}
    if review.claims:
        yield "claims", "claims", review.claims, {}
