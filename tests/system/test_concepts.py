"""Every concept of the source paper has a place in a shipped model, card, fact or result."""

import csv
import dataclasses

import pytest

import symbiode
from symbiode.system.concepts import KINDS, concepts
from symbiode.system.formats import load, load_scenario, models_folder
from symbiode.system.model import value_names

ROWS = {  # Geng Xu and Li Honghao, by section; the framework of figure 1
    "element": {"unit", "environment", "interface", "mode", "unit.core", "unit.auxiliary", "unit.talent"},
    "flow": {
        "government_firms", "government_research", "government_services", "firms_government", "firms_services",
        "firms_research", "research_government", "research_firms", "services_government", "services_firms",
    },
    "mode": {"parasitism", "commensalism", "asymmetric_mutualism", "symmetric_mutualism", "organisation", "distance"},
    "challenge": {
        "0a", "0b", "0c", *(f"U{k}" for k in range(1, 6)), *(f"E{k}" for k in range(1, 7)), "I1", "I2", "I3",
    },
    "mechanism": {*(f"{family}{k}" for family in "ABC" for k in (1, 2, 3)), "composite", "determinants"},
    "event": {
        "2007", "2019", "2020-08", "2021-04-01", "2021-06-30", "2020-2021", "2022-03", "hongkong-now", "2022-09-02",
        "2022-12", "2023", "2023-02", "2024", "third-plenum", "comparators",
    },
    "achieved": {
        "diagnosis.unit", "diagnosis.environment", "diagnosis.interface", "fields", "talent", "package", "interfaces",
        "finance", "circle", "crowding-out",
    },
}  # fmt: skip


def test_no_row_of_the_paper_is_missing_and_none_is_told_twice():
    found = [(concept.kind, concept.id) for concept in concepts()]
    assert len(set(found)) == len(found)
    assert set(ROWS) == set(KINDS) == {kind for kind, _ in found}
    for kind, ids in ROWS.items():
        assert ids <= {id for k, id in found if k == kind}, kind


@pytest.mark.parametrize("concept", concepts(), ids=lambda concept: f"{concept.kind}-{concept.id}")
def test_it_is_told_in_both_languages_and_what_carries_it_exists(concept):
    assert {"en", "zh"} == set(dict(concept.label))
    assert any("\u4e00" <= c <= "\u9fff" for c in concept.shown("zh"))
    assert concept.carried_by
    for carrier in concept.carried_by:
        kind, _, name = carrier.partition(" ")
        RESOLVERS[kind](name)


def _model(name):
    model, _, path = name.partition(": ")
    shipped = load(model)
    parts = {unit.name for unit in shipped.units}
    for key in value_names(shipped):
        parts |= {key, key.split(".")[0], key.split(".")[-1]}
    assert path in parts, name


def _card(name):
    card, _, lever = name.partition(": ")
    scenario = load_scenario(card)
    assert not lever or lever in {found.name for found in scenario.levers}, name


def _fact(name):
    with (models_folder() / "paper_facts.csv").open(encoding="utf-8") as file:
        assert name in {row["fact_id"] for row in csv.DictReader(file)}


def _result(name):
    public, _, field = name.partition(".")
    assert public in symbiode.__all__
    found = getattr(symbiode, public)
    fields = {f.name for f in dataclasses.fields(found)} if dataclasses.is_dataclass(found) else set()
    assert not field or field in fields or hasattr(found, field), name


RESOLVERS = {"model": _model, "card": _card, "fact": _fact, "result": _result}


def test_every_shipped_card_and_every_fact_on_the_cities_carries_a_concept():
    """What no concept names would be a number without a meaning in the paper; F24-F26 and F28 name the framework."""
    named = {carrier for concept in concepts() for carrier in concept.carried_by}
    with (models_folder() / "paper_facts.csv").open(encoding="utf-8") as file:
        facts = {f"fact {row['fact_id']}" for row in csv.DictReader(file) if row["kind"] != "framework"}
    assert facts <= named
    cards = {name.partition(" ")[2].partition(":")[0] for name in named if name.startswith("card")}
    assert cards == set(symbiode.system.formats.shipped_scenarios()) - {"all-mechanisms"}
