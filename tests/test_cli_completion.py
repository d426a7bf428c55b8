"""The tab key: scripts for three shells that complete verbs, options, models, plot kinds and values; hints on typos."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from symbiode import discover
from symbiode.cli import program, run, verbs
from symbiode.system.formats import shipped


def offered(monkeypatch, capsys, *words: str, shell: str = "zsh") -> list[str]:
    """Return what a shell is told behind these words, the last one unfinished."""
    monkeypatch.setenv("_SYMBIODE_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", " ".join(["symbiode", *words]))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    with pytest.raises(SystemExit):
        program.main(args=[], prog_name="symbiode", standalone_mode=False)
    lines = capsys.readouterr().out.splitlines()
    return lines if shell != "zsh" else lines[1::3]


def test_verbs_are_completed(monkeypatch, capsys):
    assert set(offered(monkeypatch, capsys, "e")) == {name for name in discover.names(verbs) if name[0] == "e"}


def test_shipped_models_are_completed_and_otherwise_files(monkeypatch, capsys):
    found = offered(monkeypatch, capsys, "settle", "s", shell="bash")
    assert set(found) == {f"plain,{model}" for model in shipped() if model[0] == "s"}
    assert offered(monkeypatch, capsys, "settle", "./mine", shell="bash") == ["file,./mine"]


def test_plot_kinds_and_values_of_the_model_are_completed(monkeypatch, capsys):
    assert "phase_portrait" in offered(monkeypatch, capsys, "plot", "ph")
    keys = offered(monkeypatch, capsys, "settle", "rabbits-sheep", "--set", "rabbits.")
    assert keys
    assert all(key.startswith("rabbits.") and key.endswith("=") for key in keys)
    assert offered(monkeypatch, capsys, "settle", "no-such-model", "--set", "a") == []


def test_options_and_their_choices_are_completed(monkeypatch, capsys):
    assert "--json" in offered(monkeypatch, capsys, "explain", "shenzhen-hongkong", "--j")
    assert offered(monkeypatch, capsys, "settle", "shenzhen-hongkong", "--lang", "") == ["en", "zh"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_a_script(shell, capsys):
    assert run(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "_SYMBIODE_COMPLETE" in script
    assert f"{shell}_complete" in script
    if shutil.which(shell):
        flag = "--no-execute" if shell == "fish" else "-n"
        assert subprocess.run([shell, flag], input=script, text=True, check=False).returncode == 0


def test_bash_itself_completes_with_the_script(capsys):
    assert run(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    ask = 'COMP_WORDS=(symbiode settle shen); COMP_CWORD=2; _symbiode_completion symbiode; echo "${COMPREPLY[@]}"'
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    told = subprocess.run(
        ["bash", "-c", f"compopt() {{ :; }}\n{script}\n{ask}"], capture_output=True, text=True, check=True,
        env={**os.environ, "PATH": path},
    )  # fmt: skip
    assert "shenzhen-hongkong" in told.stdout.split()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["setle"], "'settle'"),
        (["settle", "shenzhen-hongkong", "--strat"], "--start"),
        (["settle", "rabit-sheep"], "'rabbits-sheep'"),
        (["settle", "rabbits-sheep", "--set", "rabits.initial=1"], "'rabbits.initial'"),
        (["plot", "mod_map", "paramecia"], "'mode_map'"),
    ],
)
def test_a_typo_is_answered_with_what_was_meant(typed, meant, capsys):
    assert run(typed) == 2
    told = capsys.readouterr().err
    assert "id you mean" in told
    assert meant in told


@pytest.mark.parametrize("verb", discover.names(verbs))
def test_every_verb_can_answer_as_json_and_shows_an_example(verb, capsys):
    assert run([verb, "--help"]) == 0
    told = capsys.readouterr().out
    assert "--json" in told
    assert f"symbiode {verb}" in told.split("Examples:")[1]
