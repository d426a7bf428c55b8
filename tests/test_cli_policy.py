"""symbiode policy on the command line: the answer, its JSON, its figure, and faults by name."""

import json

import pytest

from symbiode.cli import run

BOTH = ["--lever", "effects.shenzhen.hongkong", "--lever", "effects.hongkong.shenzhen"]
PAIR = """name = "pair"
law = "logistic"
[units.shenzhen]
label = { en = "Shenzhen", zh = "深圳" }
growth = 0.1
capacity = 1
[units.hongkong]
label = { en = "Hong Kong", zh = "香港" }
growth = 0.1
capacity = 1
[effects]
shenzhen.hongkong = 0.35
hongkong.shenzhen = 0.20
"""


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "pair.toml"
    path.write_text(PAIR, encoding="utf-8")
    return str(path)


def test_the_answer_names_change_price_payer_mode_and_proof(model, capsys):
    lever = "effects.hongkong.shenzhen,price=2,only=up,payer=HK"
    assert run(["policy", model, "--lever", lever, "--margin", "0", "--runaway", "0", "--each"]) == 0
    told = capsys.readouterr().out
    step = 0.9 * 0.35 / 1.035 - 0.2  # b (1 + a) = 0.9 a (1 + b)
    assert f"effort of {2 * step:.4g}" in told
    for words in ("HK pays", "asymmetric mutualism now, symmetric mutualism then", "Proved:", "evidence: theorem"):
        assert words in told
    assert run(["policy", model, *BOTH, "--lang", "zh"]) == 0
    assert "现为非对称互惠共生，之后为对称互惠共生" in capsys.readouterr().out


def test_json_carries_changes_prices_and_the_modes_before_and_after(model, capsys):
    assert run(["policy", model, *BOTH, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "symbiode/policy/1"
    assert (found["before"]["mode"], found["after"]["mode"]) == ("asymmetric_mutualism", "symmetric_mutualism")
    assert found["effort"] == pytest.approx(sum(change["cost"] for change in found["changes"]))
    assert found["certificate"]["kind"] == "global"
    assert found["status"]["code"] == "ok"


def test_what_cannot_be_reached_is_an_answer_with_the_limit_that_stands_in_the_way(model, capsys):
    levers = ["--lever", "effects.hongkong.shenzhen,upper=0.25"]
    assert run(["policy", model, *levers, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["reached"] is False
    assert found["shortfall"]["binding"][0] == {
        "name": "effects.hongkong.shenzhen", "end": "upper", "price": pytest.approx(1, abs=1e-3)
    }  # fmt: skip
    assert run(["policy", model, *levers]) == 0
    assert "cannot be reached" in capsys.readouterr().out


@pytest.mark.slow
def test_the_figure_and_the_table_are_written(model, tmp_path, capsys):
    for name in ("policy.png", "policy.csv"):
        assert run(["policy", model, *BOTH, "--out", str(tmp_path / name)]) == 0
    capsys.readouterr()
    assert (tmp_path / "policy.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "policy.csv").read_text(encoding="utf-8").startswith("name,payer,before,after")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--target", "mutualism"], "unknown target"),
        (["--lever", "effects.hongkong.shenzen"], "did you mean"),
        (["--lever", "effects.hongkong.shenzhen,upper"], "NAME,upper=0.5"),
        (["--lever", "effects.hongkong.shenzhen,cost=2"], "price"),
        (["--lever", "effects.hongkong.shenzhen", "--budget", "Macao=3"], "Macao"),
        (["--by", "2030"], "scenario"),
        (["--draws", "nowhere.csv", "--probability", "0.9"], "nowhere.csv"),
        (["--scenario", "no-such-card"], "no-such-card"),
        (["--margin", "nan"], "margin"),
    ],
)
def test_bad_input_ends_with_code_two_and_says_what_is_allowed(model, capsys, options, words):
    assert run(["policy", model, *options]) == 2
    assert words in capsys.readouterr().err
