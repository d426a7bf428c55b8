"""The starter card: it passes its own check, names everything levers can move, and answers a question."""

from __future__ import annotations

import pytest

from symbiode.cli import run
from symbiode.errors import InvalidValueError
from symbiode.system.formats import load, load_scenario, shipped
from symbiode.system.formats._card_starter import card
from symbiode.system.scenario import with_strengths


@pytest.mark.parametrize("name", shipped())
def test_a_starter_card_fits_its_model_and_both_levers_move_it(name, tmp_path):
    model = load(name)
    if not model.parameters:
        with pytest.raises(InvalidValueError, match="parameters"):
            card("mine", name, model)
        return
    path = tmp_path / "mine.toml"
    path.write_text(card("mine", name, model), encoding="utf-8")
    scenario = load_scenario(path)
    assert [lever.name for lever in scenario.levers] == ["first", "second"]
    assert scenario.illustrative
    for lever in scenario.levers:
        assert with_strengths(model, [lever], {lever.name: 1}) != model


def test_new_writes_the_card_and_says_what_is_next(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["new", "levers", "--levers-for", "shenzhen-hongkong"]) == 0
    assert "symbiode policy shenzhen-hongkong --scenario levers.toml" in capsys.readouterr().err
    assert run(["check", "levers.toml"]) == 0
    assert run(["new", "levers", "--levers-for", "nowhere", "--force"]) == 2
