"""symbiode convert on the command line."""

import pytest

import symbiode
from symbiode import cli


def run(*arguments):
    return cli.run(["convert", *map(str, arguments)])


def test_a_model_goes_to_xmile_and_back(tmp_path):
    there, back = tmp_path / "model.xmile", tmp_path / "model.toml"
    assert run("shenzhen-hongkong", "--set", "parameters.interface=1", "--out", there) == 0
    assert run(there, "--out", back) == 0
    again = symbiode.load(back)
    assert {p.path[-1]: float(p.value) for p in again.parameters}["interface"] == 1
    assert symbiode.settle(again).outcome == symbiode.settle(
        symbiode.load("shenzhen-hongkong").with_values({"parameters.interface": 1})
    ).outcome


def test_a_run_that_ends_before_its_last_time_is_refused(tmp_path):
    """dx/dt = x**2 from 1 is infinite at t = 1."""
    model = tmp_path / "mine.toml"
    symbiode.save(symbiode.build({"a": {"initial": 1}}, equations={"a": "x**2"}), model)
    assert run(model, "--out", tmp_path / "mine.xmile") == 2
    assert not (tmp_path / "mine.xmile").exists()
    assert run(model, "--out", tmp_path / "mine.xmile", "--until", "0.5") == 0


@pytest.mark.parametrize("arguments", [("--out", "{}/model.nothing"), ("--out", "{}/model.toml", "--until", "3")])
def test_unknown_formats_and_runs_are_refused(tmp_path, arguments):
    assert run("shenzhen-hongkong", *(text.format(tmp_path) for text in arguments)) != 0
    assert not list(tmp_path.iterdir())
