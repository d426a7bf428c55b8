"""The contract of a shipped scenario card, tested on every file of models/scenarios/."""

import csv
import re

import numpy as np
import pytest

from symbiode.dynamics.simulation import simulate
from symbiode.system.formats import load, load_scenario, models_folder, shipped_scenarios
from symbiode.system.scenario import activity, at_time, events
from symbiode.system.scenario.levers import MECHANISMS

MECHANISM_CARDS = tuple(name for name in shipped_scenarios() if name.upper() in MECHANISMS)
LONG = {"all-mechanisms", "history", "environment", "interface", "actors-a1", "actors-c3"}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] if n in LONG else []) for n in shipped_scenarios()]
)
def test_it_loads_for_its_model_and_simulates_to_2040(name):
    scenario = load_scenario(name)
    model = load(scenario.model)
    found = simulate(model, [2000, 2040], "initial", scenario)
    assert found.status.ok
    assert np.all(found.y > 0)
    plain = simulate(model, [2000, 2040], "initial")
    assert not np.allclose(found.y[-1], plain.y[-1], rtol=1e-4)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_with_all_strengths_zero_it_is_the_plain_model(name):
    scenario = load_scenario(name)
    model = load(scenario.model)
    still = scenario.with_strengths({lever.name: 0 for lever in scenario.levers})
    assert at_time(model, still, 2040).values == model.values
    assert events(still) == ()


@pytest.mark.parametrize("name", shipped_scenarios())
def test_it_is_illustrative_sourced_and_told_in_both_languages(name):
    scenario = load_scenario(name)
    assert scenario.illustrative
    assert "illustrative" in scenario.source
    assert {"en", "zh"} == set(dict(scenario.label))
    for lever in scenario.levers:
        assert lever.illustrative
        assert {"en", "zh"} == set(dict(lever.label)), lever.name
        assert any("\u4e00" <= c <= "\u9fff" for c in lever.source), lever.name


def test_there_is_one_card_for_each_mechanism_and_families_are_their_sum():
    """Geng Xu and Li Honghao: three families of three mechanisms, of the unit, the environment and the interface."""
    assert len(MECHANISM_CARDS) == 9
    levers = {}
    for name in MECHANISM_CARDS:
        (levers[name],) = load_scenario(name).levers
        assert levers[name].mechanism == name.upper()
    for letter, family in zip("abc", ("unit", "environment", "interface"), strict=True):
        assert load_scenario(family).levers == tuple(levers[f"{letter}{k}"] for k in "123")
        assert {lever.family for lever in load_scenario(family).levers} == {family}
    assert load_scenario("all-mechanisms").levers == tuple(levers.values())


SIGNS = {  # what each mechanism does in the paper: the sign of the change by what is moved
    "a1": {"parameters.barrier": -1, "parameters.interface": 1, "capacity": 1},
    "a2": {"effects": 1},
    "a3": {"effects": 1},
    "b1": {"growth": 1, "effects": 1},
    "b2": {"growth": 1, "capacity": 1},
    "b3": {"parameters.barrier": -1},
    "c1": {"parameters.interface": 1, "growth": 1},
    "c2": {"effects": 1},
    "c3": {"growth": 1, "capacity": 1},
}


@pytest.mark.parametrize("name", MECHANISM_CARDS)
def test_a_mechanism_moves_what_the_paper_says_in_that_direction(name):
    (lever,) = load_scenario(name).levers
    found = {}
    for move in lever.moves:
        parts = move.path.split(".")
        key = move.path if parts[0] == "parameters" else parts[0] if parts[0] == "effects" else parts[-1]
        found.setdefault(key, set()).add(int(np.sign(float(move.add + move.times))))
    assert found == {key: {sign} for key, sign in SIGNS[name].items()}


def test_joint_innovation_moves_both_effects_alike():
    (lever,) = load_scenario("a2").levers
    assert len({move.add for move in lever.moves}) == 1
    assert {move.path for move in lever.moves} == {"effects.shenzhen.hongkong", "effects.hongkong.shenzhen"}


def test_history_has_every_dated_fact_of_the_paper_in_its_words():
    """Every dated row of the facts of the paper lies behind a lever that quotes it and begins in that year."""
    with (models_folder() / "paper_facts.csv").open(encoding="utf-8") as file:
        facts = [row for row in csv.DictReader(file) if row["date"]]
    levers = load_scenario("history").levers
    for fact in facts:
        quoting = [lever for lever in levers if fact["what_zh"] in lever.source]
        assert quoting, fact["fact_id"]
        for lever in quoting:
            year = lever.until if fact["fact_id"] == "F20" else lever.at
            assert int(year) == max(map(int, re.findall(r"\d{4}", fact["date"]))), lever.name
            assert fact["date"][:4] in lever.date
    dated = [lever.at for lever in levers]
    assert min(dated) == 2007
    assert max(dated) < 2025


def test_a_lever_of_history_without_moves_marks_a_level_and_changes_nothing():
    still = {lever.name for lever in load_scenario("history").levers if not lever.moves}
    assert still == {"double_innovation", "transfer_bodies", "laboratories"}


def test_the_blueprint_runs_for_ten_years():
    """Hong Kong Innovation and Technology Development Blueprint, December 2022: the next 5 to 10 years."""
    (lever, _) = (lever for lever in load_scenario("history").levers if lever.name.startswith("blueprint"))
    assert lever.until - lever.at == 10
    assert activity(lever, 2022.5) == 0
    assert activity(lever, 2040) == 1
