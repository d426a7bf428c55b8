"""The command line keeps its contract: exit codes, JSON objects, one clear line per fault, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from symbiode.cli import run

MAIN = "shenzhen-hongkong"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Run every test from a folder that is not the checkout."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(arguments)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, captured.out, captured.err


def answered(capsys, *arguments: str) -> dict[str, object]:
    code, out, err = said(capsys, *arguments, "--json")
    assert code == 0, err

    def never(name: str) -> None:
        raise AssertionError(f"{name} in JSON")

    return json.loads(out, parse_constant=never)


def process(*arguments: str, **kwargs) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "symbiode", *arguments], capture_output=True, text=True, **kwargs)


def loaded(*arguments: str) -> set[str]:
    traced = process(*arguments, env={**os.environ, "PYTHONPROFILEIMPORTTIME": "1"})
    return {line.rpartition("|")[2].strip() for line in traced.stderr.splitlines()}


def test_settle_names_outcome_mode_and_border(capsys):
    got = answered(capsys, "settle", MAIN)
    assert got["outcome"] == "coexistence"
    assert got["mode"] == "asymmetric_mutualism"
    assert got["symmetry"]["scale"]
    assert set(got["state"]) == {"shenzhen", "hongkong"}
    assert {"name", "distance", "neighbour"} <= set(got["border"])
    assert got["status"]["level"] == "ok"


def test_set_changes_the_answer_and_a_blow_up_has_a_time_and_no_mode(capsys):
    changes = ("--set", "effects.shenzhen.hongkong=2", "--set", "effects.hongkong.shenzhen=1")
    got = answered(capsys, "settle", MAIN, "--start", "initial", *changes)
    assert (got["outcome"], got["mode"]) == ("blow_up", None)
    assert got["blow_up_time"] > 0
    assert answered(capsys, "settle", MAIN, *changes)["blow_up_time"] is None


def test_equilibria_of_the_main_case_are_four(capsys):
    got = answered(capsys, "equilibria", MAIN)
    assert len(got["equilibria"]) == 4
    assert got["certificate"]
    stable = [e for e in got["equilibria"] if e["stability"].startswith("stable")]
    assert [e["support"] for e in stable] == [["shenzhen", "hongkong"]]


def test_simulate_takes_the_path_of_a_seed(capsys):
    first, again, other = (
        answered(capsys, "simulate", "volatile-rivals", "--times", "0,1,2", "--seed", seed)["y"] for seed in "778"
    )
    assert first == again
    assert first != other
    assert answered(capsys, "settle", "volatile-rivals")["survivors"] == ["incumbent"]


def test_simulate_says_who_dies_and_when(capsys):
    """The port's capacity falls to zero where the works pass a third of theirs: nothing is told of it after that."""
    got = answered(capsys, "simulate", "shared-capacity", "--set", "effects.port.works=-3", "--times", "0,1,50")
    assert (got["ended"], got["dead"]) == ("death", ["port"])
    assert 1 < got["death_time"] < 50
    assert got["death_error"] < 1e-6
    assert got["y"]["port"][2] is None
    assert got["missing_times"] == [50.0]


def test_simulate_writes_what_it_prints(capsys, tmp_path):
    got = answered(capsys, "simulate", MAIN, "--until", "10", "--points", "3")
    assert got["t"] == [0.0, 5.0, 10.0]
    assert len(got["y"]["shenzhen"]) == 3
    assert got["error_estimate"] < 1e-6
    code, out, _ = said(capsys, "simulate", MAIN, "--until", "10", "--points", "3", "--out", "path.csv")
    assert code == 0
    assert (tmp_path / "path.csv").read_text().count("\n") == 4
    assert "path.csv" in out


def test_new_writes_a_file_that_check_and_settle_take(capsys):
    assert said(capsys, "new", "mine", "--units", "east,west")[0] == 0
    assert said(capsys, "check", "mine.toml")[0] == 0
    assert said(capsys, "settle", "mine.toml")[0] == 0
    code, _, err = said(capsys, "new", "mine", "--units", "east,west")
    assert code == 2
    assert "mine.toml" in err


def test_models_lists_what_every_verb_takes(capsys):
    _, out, _ = said(capsys, "models")
    assert MAIN in out


def test_every_fault_of_a_model_file_has_its_line(capsys, tmp_path):
    (tmp_path / "bad.toml").write_text(
        'name = "x"\nlaw = "logistic"\ntime_unit = "year"\n[units.a]\ninitial = "much"\ngrowht = 1\n'
        "[units.b]\ninitial = -1\n[effects]\na.c = 1\n"
    )
    code, _, err = said(capsys, "check", "bad.toml")
    assert code == 2
    for line in (5, 6, 8, 10):
        assert f"bad.toml:{line}:" in err
    assert "did you mean" in err
    code, out, _ = said(capsys, "check", "bad.toml", "--json")
    assert code == 2
    assert {5, 6, 8, 10} <= {fault["line"] for fault in json.loads(out)["faults"]}


@pytest.mark.parametrize(
    "arguments",
    [
        ("settle", "no-such-model"),
        ("settle", "nothing.toml"),
        ("settle", MAIN, "--jsno"),
        ("setle", MAIN),
        ("settle", MAIN, "--set", "shenzhen.growht=1"),
        ("settle", MAIN, "--set", "shenzhen.growth"),
        ("settle", MAIN, "--set", "shenzhen.growth=-1"),
        ("settle", MAIN, "--set", "shenzhen.growth=__import__('os')"),
        ("settle", MAIN, "--start", "shenzhen:1"),
        ("settle", MAIN, "--start", "macau=1"),
        ("simulate", MAIN, "--times", "1,two"),
        ("simulate", MAIN, "--times", "0,5,3"),
        ("plot", "portrait", MAIN),
        ("fit", MAIN, "--data", "none.csv"),
        ("fit", MAIN, "--series", "nothing"),
    ],
)
def test_bad_input_is_exit_2_with_a_short_clear_message(capsys, arguments):
    code, out, err = said(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert 0 < len(err.strip().splitlines()) <= 6


def test_did_you_mean_for_verbs_models_and_values(capsys):
    assert "did you mean 'settle'" in said(capsys, "setle", MAIN)[2]
    assert "did you mean" in said(capsys, "settle", "shenzen-hongkong")[2]
    assert "did you mean" in said(capsys, "settle", MAIN, "--set", "shenzhen.growht=1")[2]


def test_help_loads_nothing_heavy_and_settle_nothing_numeric():
    assert not loaded("--help") & {"numpy", "sympy", "scipy", "pandas", "matplotlib"}
    assert not loaded("settle", MAIN) & {"numpy", "scipy", "pandas", "matplotlib"}


def test_every_verb_has_help_with_an_example(capsys):
    from symbiode import discover
    from symbiode.cli import verbs

    for verb in discover.names(verbs):
        code, out, _ = said(capsys, verb, "--help")
        assert code == 0
        assert out.count(f"symbiode {verb}") >= 2, verb


def test_a_dash_is_standard_input(tmp_path):
    from symbiode.system.formats import models_folder

    asked = process("settle", "-", "--json", input=(models_folder() / "rabbits-sheep.toml").read_text(encoding="utf-8"))
    assert json.loads(asked.stdout)["outcome"] == "depends_on_start"


def test_a_closed_pipe_is_quiet(tmp_path):
    command = f"'{sys.executable}' -m symbiode simulate {MAIN} --points 20000 --json | head -c 1"
    piped = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=tmp_path)
    assert piped.stderr == ""
    assert piped.stdout == "{"


def test_a_fit_writes_a_model_that_settle_takes(capsys, tmp_path):
    rows = [f"{2000 + i},{2 + 0.31 * i:.3f},{5 + 0.12 * i + 0.05 * (i % 3):.3f}" for i in range(18)]
    (tmp_path / "series.csv").write_text("year,shenzhen,hongkong\n" + "\n".join(rows) + "\n")
    quick = ("--data", "series.csv", "--draws", "50")
    got = answered(capsys, "fit", MAIN, *quick, "--out", "fitted.toml")
    assert {"params", "effects", "mode_probabilities", "verdict", "llf", "aicc", "status"} <= set(got)
    assert {"estimate", "se", "low", "high", "identified"} <= set(got["params"]["shenzhen.growth"])
    assert said(capsys, "settle", "fitted.toml")[0] == 0
    before = (tmp_path / "fitted.toml").read_bytes()
    code, _, err = said(capsys, "fit", MAIN, *quick, "--out", "fitted.toml")
    assert code == 2
    assert "fitted.toml" in err
    assert (tmp_path / "fitted.toml").read_bytes() == before


def test_too_few_rows_are_refused_with_exit_1_and_a_status(capsys, tmp_path):
    Path("short.csv").write_text("year,shenzhen,hongkong\n2000,1,2\n2001,1.1,2.1\n2002,1.2,2.2\n")
    code, out, _ = said(capsys, "fit", MAIN, "--data", "short.csv", "--json")
    assert code == 1
    assert json.loads(out)["status"]["code"] == "too_short"


def test_check_and_fit_find_the_same_times_and_name_the_same_options(tmp_path, capsys):
    """One rule: what check calls free of faults fit reads, and both refuse with the option that helps."""
    file = tmp_path / "pair.csv"
    rows = "".join(f"{2000 + k};{k + 1},5;{k + 2},25\n" for k in range(12))
    for name, found in (("年份", True), ("Year", True), ("t", True), ("Jahr", False)):
        file.write_text(f"{name};shenzhen [亿美元];hongkong\n{rows}", encoding="utf-8")
        for verb in (["check", str(file)], ["compare", "shenzhen-hongkong", "--data", str(file)]):
            code, _, err = said(capsys, *verb)
            assert code == 2
            assert ("--decimal ','" if found else "--time 'Jahr'") in err
        named = [] if found else ["--time", "Jahr"]
        assert said(capsys, "check", str(file), "--decimal", ",", *named)[0] == 0
        assert said(capsys, "compare", "shenzhen-hongkong", "--data", str(file), "--decimal", ",", *named)[0] == 0
    assert "没有错误" in said(capsys, "check", str(file), "--decimal", ",", "--time", "Jahr", "--lang", "zh")[1]
    file.write_text(f"月份;shenzhen;hongkong\n{rows}", encoding="utf-8")
    code, _, err = said(capsys, "compare", "shenzhen-hongkong", "--data", str(file), "--decimal", ",")
    assert code == 2
    assert "time_unit = 'month'" in err
