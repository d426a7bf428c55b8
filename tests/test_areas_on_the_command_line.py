"""symbiode map and symbiode basins: what they print, write and refuse."""

import json
import runpy
import sys
from pathlib import Path

import pytest

from symbiode.cli import run

SCRIPTS = Path(__file__).parent.parent / "scripts"


def test_map_prints_grid_regions_and_borders(capsys):
    assert run(["map", "shenzhen-hongkong", "--cells", "20", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "symbiode/map/1"
    assert len(told["grid"]["region"]) == len(told["grid"]["y"]) == 20
    assert {row["outcome"] for row in told["regions"]} >= {"coexistence", "exclusion"}
    assert [b["distance"] for b in told["borders"]] == sorted(b["distance"] for b in told["borders"])
    assert told["borders"][0]["neighbour"]["mode"] == "symmetric_mutualism"
    assert told["here"]["mode"] == "asymmetric_mutualism"
    assert told["status"]["level"] == "ok"


def test_map_writes_a_figure_or_a_table_by_suffix(tmp_path, capsys):
    table = tmp_path / "map.csv"
    asked = ["map", "shenzhen-hongkong", "--x", "parameters.interface", "--y", "shenzhen.capacity", "--cells", "16"]
    assert run([*asked, "--from", "0,0.5", "--to", "1,2", "--out", str(table)]) == 0
    assert table.read_text(encoding="utf-8").splitlines()[0].startswith("parameters.interface,shenzhen.capacity,region")
    assert run([*asked, "--out", str(table)]) == 2
    assert run(["map", "shenzhen-hongkong", "--from", "0,0"]) == 2
    assert "say both --from and --to" in capsys.readouterr().err
    assert run(["map", "shenzhen-hongkong", "--x", "shenzhen.growht"]) == 2
    assert "did you mean 'shenzhen.growth'" in capsys.readouterr().err
    assert run(["map", "rabbits-sheep"]) == 1


@pytest.mark.parametrize(("lang", "word"), [("en", "excluded"), ("zh", "被排斥")])
def test_basins_prints_shares_and_shocks(capsys, lang, word):
    assert run(["basins", "rabbits-sheep", "--cells", "8", "--draws", "50", "--lang", lang]) == 0
    assert capsys.readouterr().out.count(word) >= 6


def test_basins_prints_grid_and_fractions(capsys):
    asked = ["basins", "rabbits-sheep", "--cells", "6", "--draws", "40", "--seed", "3", "--no-shocks", "--json"]
    assert run(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert sum(end["count"] for end in told["fractions"]) == told["draws"] == 40
    assert all(end["low"] <= end["fraction"] <= end["high"] for end in told["fractions"])
    assert len(told["grid"]["basin"]) == 6
    assert told["seed"] == 3
    assert run(["basins", "rabbits-sheep", "--to", "3"]) == 2
    assert run(["basins", "rabbits-sheep", "--plane", "rabbits"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mode_map", "basins"])
def test_scripts_run_and_write_their_picture(name, tmp_path, monkeypatch, capsys):
    picture = tmp_path / f"{name}.png"
    monkeypatch.setattr(sys, "argv", [name, "--out", str(picture)])
    runpy.run_path(str(SCRIPTS / f"{name}.py"), run_name="__main__")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out.splitlines()[-1] == str(picture)
