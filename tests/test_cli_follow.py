"""symbiode follow: the answer in words, JSON, a table and a figure."""

import csv
import json

from symbiode.cli import run

MAIN = "shenzhen-hongkong"


def test_follow_tells_branches_and_points_in_words(capsys):
    """With d_21 = 0.2 the transcritical point is at -1 and levels go to infinity at 5."""
    assert run(["follow", MAIN, "--along", "effects.shenzhen.hongkong", "--from", "-3/2", "--to", "6"]) == 0
    out = capsys.readouterr().out
    assert "transcritical" in out
    assert "levels go to infinity" in out
    assert "blow-up" in out


def test_follow_prints_one_json_object(capsys):
    assert run(["follow", MAIN, "--from", "-1.5", "--to", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "symbiode/follow/1"
    assert {"branches", "points", "stretches", "certificate", "status"} <= told.keys()
    first = told["branches"][0]["points"][0]
    assert first.keys() == {"value", "state", "eigenvalues", "stability"}
    (crossing,) = [p for p in told["points"] if p["kind"] == "transcritical"]
    assert (crossing["exact"], crossing["value"], crossing["state"]) == ("-1", -1.0, {"shenzhen": 0.0, "hongkong": 1.0})


def test_follow_writes_a_table_or_a_figure_by_suffix(capsys, tmp_path):
    table, figure = tmp_path / "points.csv", tmp_path / "branches.svg"
    for path in (table, figure):
        assert run(["follow", MAIN, "--out", str(path), "--lang", "zh"]) == 0
        assert run(["follow", MAIN, "--out", str(path)]) == 2  # never overwritten
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert {"branch", "effects.shenzhen.hongkong", "shenzhen", "hongkong", "stability"} <= rows[0].keys()
    assert figure.read_bytes().startswith(b"<?xml")


def test_follow_refuses_what_cannot_be_followed(capsys):
    assert run(["follow", MAIN, "--along", "effects.shenzhen.macau"]) == 2
    assert run(["follow", MAIN, "--along", "shenzhen.growth", "--from", "-1"]) == 2
    assert run(["follow", MAIN, "--from", "a lot"]) == 2
    assert run(["follow", MAIN, "--from", "2", "--to", "1"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_follow_takes_two_coefficients(capsys, tmp_path):
    """d12 = -1, d21 = -1 and d12 d21 = 1 for two logistic units."""
    two = ["follow", MAIN, "--along", "effects.shenzhen.hongkong", "--along", "effects.hongkong.shenzhen"]
    assert run([*two, "--from", "-2", "--to", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["window"] == [[-2.0, 3.0], [-2.0, 2.0]]
    assert {c["formula"] for c in told["curves"]} == {"d12 + 1", "d21 + 1", "d12*d21 - 1"}
    assert {p["kind"] for p in told["points"]} == {"continuum"}
    assert run([*two, "--out", str(tmp_path / "curves.png")]) == 0
    assert run([*two, "--lang", "zh"]) == 0
    assert "完整" in capsys.readouterr().out
    assert run([*two, "--along", "shenzhen.growth"]) == 2
