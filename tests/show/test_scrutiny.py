import json

import pytest

import symbiode
from symbiode import words
from symbiode.inference.scrutiny import scrutinise
from symbiode.show import scrutiny
from tests.show.test_report import study


@pytest.fixture(scope="module")
def asked(quick_fit):
    return scrutinise(quick_fit)


def test_a_series_too_short_for_windows_has_no_history(asked):
    assert asked.history is None


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_section_that_a_pair_can_fill_is_told(asked, quick_fit, lang):
    made = study(quick_fit.model, [("data", quick_fit)], scrutiny=asked)
    found = scrutiny.sections(made, lambda *told: {"data": ""}, lang)
    assert [section["id"] for section in found] == [
        f"asked-{key}" for key in ("rivals", "tests", "imposed", "estimators", "choices", "deciders")
    ]
    assert all(section["title"] and section["blocks"] for section in found)


def test_effects_are_named_by_the_labels_of_the_units(asked, quick_fit):
    made = study(quick_fit.model, [("data", quick_fit)], scrutiny=asked)
    tests = scrutiny.sections(made, lambda *told: None, "en")[1]
    name = next(name for name in quick_fit.names if name.startswith("effects.")).removeprefix("effects.")
    told = json.dumps(tests, ensure_ascii=False)
    assert name not in told
    assert "→" in told


def test_a_defeat_by_a_rival_comes_first(asked, quick_fit):
    loses = asked.falsification.contest.loses_to
    made = study(quick_fit.model, [("data", quick_fit)], scrutiny=asked)
    assert bool(scrutiny.first(made, "en")) == bool(loses)


def test_tables_go_into_json_with_finite_numbers_or_null(asked):
    told = scrutiny.as_object(asked)
    assert {"tests", "modes", "methods", "choices", "forecasts", "placebos", "deciders"} == told.keys()
    json.dumps(told, allow_nan=False)


def test_a_model_without_data_is_asked_nothing():
    assert scrutiny.sections(study(symbiode.load("volatile-rivals")), lambda *told: None, "en") == []
