"""symbiode scenario: its JSON contract, tables, cards that fit, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest

from symbiode.cli import run

CARD = """
model = "shenzhen-hongkong"
[levers.NAME]
at = 2018
moves = { "effects.hongkong.shenzhen" = { add = ADD } }
"""


@pytest.fixture
def card(tmp_path):
    def made(name="rail", add="0.14"):
        path = tmp_path / f"{name}.toml"
        path.write_text(CARD.replace("NAME", name).replace("ADD", add), encoding="utf-8")
        return str(path)

    return made


def _numbers(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for item in value for number in _numbers(item)]
    return [value] if isinstance(value, float) else []


def test_the_object_carries_both_paths_the_changes_and_the_ending(card, capsys):
    assert run(["scenario", "shenzhen-hongkong", card(), "--until", "2030", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "symbiode/scenario/1"
    assert told["status"]["level"] == "ok"
    assert all(map(math.isfinite, _numbers(told)))
    times = len(told["t"])
    for path in ("frozen", "actual"):
        assert set(told[path]["state"]) == set(told[path]["gains"]) == {"shenzhen", "hongkong"}
        assert {len(told[path][key]) for key in ("mode", "outcome")} == {times}
    assert [one["scale"] for one in told["frozen"]["symmetry"]] == ["gains", "coefficients"]
    (change,) = (c for c in told["changes"] if c["path"] == "frozen")
    assert (change["time"], change["after"], change["causes"][0]["lever"]) == (2018, "symmetric_mutualism", "rail")
    assert told["tipping"]["tips"] is False
    assert told["illustrative"] is True


def test_several_cards_work_together_and_names_may_not_clash(card, capsys):
    assert run(["scenario", "shenzhen-hongkong", card("rail", "0.07"), card("road", "0.07"), "--json"]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    causes = next(change["causes"] for change in changes if change["path"] == "frozen")
    shares = {cause["lever"]: cause["share"] for cause in causes}
    assert shares == pytest.approx({"rail": 0.5, "road": 0.5})
    assert run(["scenario", "shenzhen-hongkong", card(), card()]) == 2
    assert "rail" in capsys.readouterr().err


def test_the_table_has_one_row_a_time(card, capsys):
    assert run(["scenario", "shenzhen-hongkong", card(), "--out", "-"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows[0]["frozen_mode"] == "asymmetric_mutualism"
    assert rows[-1]["frozen_mode"] == "symmetric_mutualism"
    assert float(rows[-1]["frozen_gain_shenzhen"]) == pytest.approx(0.35 * 1.34 / (1 - 0.35 * 0.34), rel=1e-9)


def test_cards_that_fit_are_listed_and_others_are_refused(capsys):
    assert run(["scenario", "shenzhen-hongkong", "--list", "--json"]) == 0
    names = [one["name"] for one in json.loads(capsys.readouterr().out)["cards"]]
    assert "history" in names
    assert run(["scenario", "paramecia", "history"]) == 2
    assert "--list" in capsys.readouterr().err
    assert run(["scenario", "shenzhen-hongkong"]) == 2


def test_the_summary_is_told_in_chinese(card, capsys):
    assert run(["scenario", "shenzhen-hongkong", card(), "--lang", "zh"]) == 0
    assert "由非对称互惠共生变为对称互惠共生" in capsys.readouterr().out


def test_what_drives_growth_is_drawn_under_a_scenario(tmp_path):
    target = tmp_path / "drives.svg"
    args = ["plot", "drives", "shenzhen-hongkong", "--scenario", "history", "--out", str(target)]
    assert run(args) == 0
    assert target.read_bytes().startswith(b"<?xml")
    assert run([*args, "--fit", "--force"]) == 2
