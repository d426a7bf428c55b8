"""The referee's part of a report: rivals, tests, modes imposed, other choices, change over time, what would decide.

Comes in: the `Scrutiny` of a study's first fit and its figures. Goes out: sections of text, tables and figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from symbiode.inference.pooling.telling import parts
from symbiode.show import evidence, naming
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.inference.scrutiny import Scrutiny
    from symbiode.studies import Study

Block = dict[str, Any]
Figures = Callable[..., dict[str, str] | None]


def sections(study: Study, figures: Figures, lang: str) -> list[dict[str, Any]]:
    """Return the sections that a study can fill, each with id, title and blocks."""
    asked = study.scrutiny
    if asked is None:
        return []
    made = (
        ("rivals", _rivals(asked, lang)), ("tests", _tests(asked, lang)), ("imposed", _imposed(asked, lang)),
        ("estimators", _methods(asked, lang)), ("choices", _choices(asked, figures, lang)),
        ("history", _history(asked, figures, lang)), ("deciders", _deciders(asked, lang)),
    )  # fmt: skip
    model = study.fits[0][1].model
    names = {
        name.removeprefix("effects."): naming.described(model, name, lang, short=True)
        for name in study.fits[0][1].names
        if name.startswith("effects.")
    }
    return [
        {
            "id": f"asked-{key}", "title": say(f"scrutiny_{key}", lang),
            "blocks": [_labelled(block, names) for block in blocks if block],
        }
        for key, blocks in made
        if any(blocks)
    ]  # fmt: skip


def _labelled(block: Block, names: Mapping[str, str]) -> Block:
    """Return a block with effects named as readers name them: receiver.source becomes source → receiver."""

    def told(text: str) -> str:
        for name, label in names.items():
            text = text.replace(name, label)
        return text

    if block["kind"] == "table":
        rows = [[told(cell) for cell in row] for row in block["table"]["rows"]]
        return {**block, "table": {**block["table"], "rows": rows}}
    return {**block, "text": told(block["text"])} if "text" in block else block


def panel(study: Study, figures: Figures, lang: str) -> list[Block]:
    """Return what all units say together: paragraphs, tables and the matrix of modes; empty without a panel."""
    if study.panel is None:
        return []
    told = [_lines(part) if isinstance(part, str) else [_table(*part)] for part in parts(study.panel, lang)]
    drawn = figures("pair_matrix", say("panel_title", lang), say("panel_caption", lang), "page")
    return [*(block for blocks in told for block in blocks), _figure(drawn)]


def lead(study: Study, lang: str) -> str:
    """Return which series is questioned."""
    series, fit = study.fits[0]
    return say("scrutiny_lead", lang, series=evidence.basis(fit, series, lang))


def first(study: Study, lang: str) -> str:
    """Return the sentence that comes before all others if the model loses to a rival; empty if it does not."""
    asked = study.scrutiny
    if asked is None or asked.falsification is None or not asked.falsification.contest.loses_to:
        return ""
    return asked.falsification.contest.summary(lang).split("\n")[0]


def as_object(asked: Scrutiny) -> dict[str, object]:
    """Return the tables as lists of rows, for results.json."""
    frames = {
        "forecasts": asked.falsification and asked.falsification.contest, "placebos": asked.falsification,
        "tests": asked.tests, "modes": asked.modes, "methods": asked.methods, "choices": asked.robustness,
        "history": asked.history, "deciders": asked.deciders,
    }  # fmt: skip
    return {key: _rows(found.frame()) for key, found in frames.items() if found is not None}


def _rows(frame: Any) -> list[dict[str, object]]:
    """Return the rows of a frame with finite numbers or null."""
    records: list[dict[str, object]] = frame.astype(object).to_dict("records")
    return [{str(key): _plain(value) for key, value in row.items()} for row in records]


def _plain(value: Any) -> object:
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not abs(value) < float("inf") else value


def _rivals(asked: Scrutiny, lang: str) -> list[Block]:
    return [] if asked.falsification is None else _lines(asked.falsification.summary(lang))


def _tests(asked: Scrutiny, lang: str) -> list[Block]:
    tests = asked.tests
    return [] if tests is None else [_table(*tests.table(lang)), _text(tests.note(lang), "note")]


def _imposed(asked: Scrutiny, lang: str) -> list[Block]:
    modes = asked.modes
    return [] if modes is None else [_table(*modes.table(lang)), _text(modes.note(lang), "note")]


def _methods(asked: Scrutiny, lang: str) -> list[Block]:
    methods = asked.methods
    if methods is None:
        return []
    return [_text(methods.agreement(lang)), _table(*methods.table(lang)), *_lines(methods.troubles(lang))]


def _choices(asked: Scrutiny, figures: Figures, lang: str) -> list[Block]:
    if asked.robustness is None:
        return []
    caption = say("scrutiny_choices_caption", lang)
    return [
        _text(asked.robustness.headline(lang)),
        _figure(figures("robustness", say("scrutiny_choices", lang), caption, "page")),
    ]


def _history(asked: Scrutiny, figures: Figures, lang: str) -> list[Block]:
    if asked.history is None:
        return []
    caption = say("scrutiny_history_caption", lang)
    drawn = _figure(figures("history", say("scrutiny_history", lang), caption, "page"))
    told = asked.history
    return [*_lines(told.headline(lang)), drawn, *_lines(told.tests(lang))]


def _deciders(asked: Scrutiny, lang: str) -> list[Block]:
    return [] if asked.deciders is None else _lines(asked.deciders.summary(lang))


def _lines(text: str) -> list[Block]:
    """Return a plain-text summary as paragraphs and lists: its items begin with a dash."""
    blocks: list[Block] = []
    for line in filter(None, text.split("\n")):
        if not line.startswith("  - "):
            blocks.append(_text(line))
        elif blocks and blocks[-1]["kind"] == "list":
            blocks[-1]["lines"].append(line[4:])
        else:
            blocks.append({"kind": "list", "lines": [line[4:]]})
    return blocks


def _text(text: str, kind: str = "text") -> Block:
    return {"kind": kind, "text": text} if text else {}


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Block:
    return {"kind": "table", "class": "numbers", "table": {"head": head, "rows": rows, "caption": ""}}


def _figure(drawn: dict[str, str] | None) -> Block:
    return {"kind": "figure", "figure": drawn} if drawn else {}
