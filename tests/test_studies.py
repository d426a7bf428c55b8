"""The main job: one folder with a report, figures and results, put in place only when all of it is there."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import pytest

from symbiode import studies
from symbiode.dynamics.modes import Mode
from symbiode.errors import DataError, InvalidValueError, OutputExistsError

SERIES = "year,east,west\n" + "".join(
    f"{2000 + k},{10 * 1.09**k / (1 + 0.1 * (1.09**k - 1)):.4f},{30 * 1.05**k / (1 + 0.4 * (1.05**k - 1)):.4f}\n"
    for k in range(16)
)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """One study of somebody's own series, at few draws."""
    place = tmp_path_factory.mktemp("work")
    (place / "mine.csv").write_text(SERIES)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.setattr(studies, "QUICK", 50)
        done = studies.study(place / "mine.csv", units=("east", "west"))
        return replace(done, folder=place / done.folder)


def test_the_folder_is_named_after_the_file_and_holds_everything(done):
    names = {p.name for p in done.folder.iterdir()}
    assert done.folder.name == "mine-study"
    assert {"report.html", "results.json", "fitted-data.toml", "series-data.svg", "series-data.png"} <= names


def test_results_carry_versions_seed_and_input_digests(done, tmp_path):
    got = studies.as_object(done)
    assert json.loads(json.dumps(got, allow_nan=False)) == got
    assert got["seed"] == 0
    assert {"symbiode", "python", "numpy", "scipy", "sympy"} <= set(got["versions"])
    assert re.fullmatch(r"[0-9a-f]{64}", got["inputs"][0]["sha256"])


def test_two_units_that_grow_independently_without_noise_are_named_neutralism(done):
    """The series are exact logistic curves, so the coefficients are known to every digit: growth ln 1.09, ln 1.05."""
    fitted = done.fits[0][1]
    assert fitted.verdict.mode is Mode.NEUTRALISM
    assert fitted.params["east.growth"] == pytest.approx(math.log(1.09), abs=1e-3)
    assert fitted.params["west.growth"] == pytest.approx(math.log(1.05), abs=1e-3)


def test_a_model_with_a_panel_says_what_all_units_say_together(tmp_path, monkeypatch):
    """Three series that grow at their own steady rates: nobody acts on anybody, so no pair may get a mode."""
    monkeypatch.chdir(tmp_path)
    levels = [[10 * 1.05**k + k * (5 + j) % 7 / 9 for j in range(3)] for k in range(14)]
    rows = [",".join([str(2000 + k), *(f"{level:.3f}" for level in row)]) for k, row in enumerate(levels)]
    (tmp_path / "three.csv").write_text("\n".join(["year,a,b,c", *rows]))
    (tmp_path / "places.csv").write_text("unit,latitude,longitude\na,0,0\nb,0,1\nc,1,0\n")
    units = "".join(f"[units.{name}]\ngrowth = 0.1\ncapacity = 100\ninitial = 10\n" for name in "abc")
    columns = ", ".join(f'{name} = "{name}"' for name in "abc")
    (tmp_path / "three.toml").write_text(
        f'name = "Three"\nlaw = "logistic"\ntime_unit = "year"\n{units}[panel]\nfile = "three.csv"\ntime = "year"\n'
        f'columns = {{ {columns} }}\nplaces = "places.csv"\n'
    )
    done = studies.study(tmp_path / "three.toml")
    page = (done.folder / "report.html").read_text("utf-8")
    assert not any(each.mode for each in done.panel.modes)
    assert 'id="panel"' in page
    assert "What all units say together" in page
    assert {name for name, _ in done.inputs} == {"three.toml", "three.csv", "places.csv"}
    assert len(studies.as_object(done)["panel"]["effects"]) == 6


def test_a_folder_that_is_not_a_study_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text(SERIES)
    (tmp_path / "mine-study").mkdir()
    (tmp_path / "mine-study" / "precious.txt").write_text("x")
    with pytest.raises(OutputExistsError):
        studies.study(tmp_path / "mine.csv")
    assert (tmp_path / "mine-study" / "precious.txt").read_text() == "x"


def test_a_broken_csv_says_where_and_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.csv").write_text("year,east,west\n2000,1,2\n2001,1,x\n")
    with pytest.raises(DataError, match=r"bad\.csv:3"):
        studies.study(tmp_path / "bad.csv")
    assert {p.name for p in tmp_path.iterdir()} == {"bad.csv"}


def test_one_column_is_not_a_pair(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.csv").write_text("year,east\n" + "".join(f"{2000 + k},{k + 1}\n" for k in range(12)))
    with pytest.raises(InvalidValueError, match="two or more"):
        studies.study(tmp_path / "one.csv")


@pytest.mark.slow
def test_the_shipped_study_is_honest_and_the_same_twice(tmp_path):
    """No pair of Shenzhen-Hong Kong series determines a mode, though the sign of an estimate flips with the basis."""
    first = studies.study("shenzhen-hongkong", out=tmp_path / "one")
    again = studies.study("shenzhen-hongkong", out=tmp_path / "two")
    assert all(fitted.verdict.mode is None for _, fitted in first.fits)
    signs = {fitted.params["effects.shenzhen.hongkong"] > 0 for _, fitted in first.fits}
    assert signs == {True, False}
    assert (tmp_path / "one" / "results.json").read_bytes() == (tmp_path / "two" / "results.json").read_bytes()
    assert (tmp_path / "one" / "report.html").read_bytes() == (tmp_path / "two" / "report.html").read_bytes()
    assert again.name == "shenzhen-hongkong"
