"""The walk through the framework: a section for what fits the model, none for what does not, in both languages."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from symbiode.dynamics.modes import settle
from symbiode.policy.review import review
from symbiode.show import walkthrough
from symbiode.show.report import TEMPLATES
from symbiode.system.building import build
from symbiode.system.concepts import concepts
from symbiode.system.formats import load, load_scenario
from symbiode.system.scenario import build_scenario


def study(name, model, cards=None):
    settled = settle(model)
    return SimpleNamespace(
        name=name, model=model, settlement=settled, fits=(), review=review(settled, cards or {}), model_is_made=False
    )


def nothing(*asked):
    return None


@pytest.fixture(scope="module")
def cities():
    model = load("shenzhen-hongkong")
    return study("shenzhen-hongkong", model, {"a2": load_scenario("a2", model), "b3": load_scenario("b3", model)})


def texts(blocks):
    for block in blocks:
        yield block.get("text", "")
        yield from block.get("lines", ())
        for row in block.get("table", {}).get("rows", ()):
            yield from map(str, row)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_model_with_levers_is_walked_through_from_diagram_to_concepts(cities, lang):
    parts = walkthrough.sections(cities, nothing, lang)
    ids = [part["id"] for part in parts]
    assert ids == ["framework", "diagnosis", "mechanisms", "paths", "policy", "claims", "concepts"]
    assert all(part["blocks"] for part in parts)
    said = " ".join(text for part in parts for text in texts(part["blocks"]))
    assert ("illustrative" if lang == "en" else "示例") in said
    assert "{" not in said


def test_every_concept_of_the_paper_is_listed_with_what_carries_it(cities):
    part = walkthrough.sections(cities, nothing, "zh")[-1]
    rows = [row for block in part["blocks"] for row in block.get("table", {}).get("rows", ())]
    assert {row[0] for row in rows} == {concept.shown("zh") for concept in concepts()}
    assert all(row[2] for row in rows)


def test_challenges_show_the_value_of_the_model_at_hand(cities):
    tables = [block["table"] for block in walkthrough.sections(cities, nothing, "en")[1]["blocks"] if "table" in block]
    barrier = next(row for row in tables[-1]["rows"] if row[0].startswith("E1"))
    assert barrier[2] == f"barrier = {float(dict(zip(*_named(cities.model), strict=True))['barrier']):g}"


def _named(model):
    found = [p for p in model.parameters if p.path[0] == "parameters"]
    return [p.path[1] for p in found], [model.values[p.symbol] for p in found]


def test_each_lever_is_tried_alone_and_told_with_its_direction(cities):
    """A2 adds the same to both effects of a logistic pair: g1 = a(1+b)/(1-ab) at the new effects."""
    trial = next(trial for trial in cities.review.trials if trial.lever.mechanism == "A2")
    model = cities.model
    a, b = (float(model.values[p.symbol]) + 0.05 for p in model.parameters if p.path[0] == "effects")
    gains = [a * (1 + b) / (1 - a * b), b * (1 + a) / (1 - a * b)]
    assert sorted(trial.settlement.gains) == pytest.approx(sorted(gains))
    row = next(row for part in walkthrough.sections(cities, nothing, "en") if part["id"] == "mechanisms"
               for row in part["blocks"][2]["table"]["rows"] if row[0].startswith("A2"))  # fmt: skip
    assert "d₁₂ +0.05" in row[1]


def test_the_first_page_says_what_would_change_it(cities):
    lines = walkthrough.summary(cities, "en")
    assert any("throughout" in line or "from" in line for line in lines)
    assert any("least" in line or "effort" in line or "No way" in line for line in lines)
    assert lines[-1].startswith("Sizes of levers")


def test_a_plain_model_has_no_empty_section():
    unit = {"growth": 0.2, "capacity": 1}
    plain = study("mine", build({"east": unit, "west": unit}, effects={"east.west": 0.3, "west.east": 0.1}))
    ids = [part["id"] for part in walkthrough.sections(plain, nothing, "en")]
    assert ids == ["framework", "policy", "claims"]
    alone = study("alone", load("exponential-growth"))
    assert all(part["blocks"] for part in walkthrough.sections(alone, nothing, "en"))
    assert walkthrough.sections(SimpleNamespace(review=None), nothing, "en") == []


def test_levers_of_an_own_card_are_tried_without_mechanisms():
    unit = {"growth": 0.2, "capacity": 1}
    model = build({"east": unit, "west": unit}, effects={"east.west": 0.3, "west.east": 0.1})
    card = build_scenario(model, {"rail": {"at": 2020, "moves": {"effects.west.east": {"add": 0.19}}}})
    found = review(settle(model), {"mine": card})
    assert [trial.lever.name for trial in found.trials] == ["rail"]
    assert found.trials[0].settlement.mode.value == "symmetric_mutualism"
    assert [plan.reached for plan in found.plans] == [True, True]


def test_the_review_is_an_object_of_finite_numbers(cities):
    told = walkthrough.as_object(cities.review)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert set(told) == {"levers", "paths", "plans", "claims", "illustrative"}
    assert told["illustrative"]


def test_the_page_knows_every_kind_of_block(cities):
    template = (TEMPLATES / "report.html.j2").read_text(encoding="utf-8")
    kinds = {block["kind"] for part in walkthrough.sections(cities, nothing, "en") for block in part["blocks"]}
    plain = {"text", "note", "answer"}
    assert all(f'b.kind == "{kind}"' in template for kind in kinds - plain)
