"""symbiode history on the command line."""

from __future__ import annotations

import json

from symbiode.cli import run


def test_a_history_is_told_in_words_and_as_one_object(capsys):
    assert run(["history", "lotka-volterra", "--rows", "19", "--draws", "0", "--event", "1911", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "symbiode/history/1"
    assert {row["mode"] for row in told["windows"]} == {"parasitism"}
    assert {row["kind"] for row in told["tests"]} == {"chow", "sup_f", "refit"}


def test_a_card_that_does_not_fit_the_model_is_refused_by_name(capsys):
    assert run(["history", "lotka-volterra", "--card", "history"]) == 2
    assert "history" in capsys.readouterr().err


def test_a_date_outside_the_series_is_refused(capsys):
    asked = ["history", "lotka-volterra", "--rows", "19", "--draws", "0", "--json"]
    assert run([*asked, "--event", "1999"]) == 2
    told = capsys.readouterr().err
    assert "--event" in told
    assert "1920" in told
