"""The README keeps its word: its example runs, its commands are the ones the gate runs."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def test_the_example_runs_and_prints_what_it_says(tmp_path, monkeypatch, capsys):
    code = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S)
    assert code is not None
    monkeypatch.chdir(tmp_path)
    exec(compile(code.group(1), "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "settles into: coexistence, asymmetric mutualism" in printed
    assert printed.rstrip().endswith("symmetric_mutualism")
    assert (tmp_path / "portrait.png").stat().st_size > 10_000


def test_there_are_two_commands_each_one_line():
    lines = [line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("python3 -m venv")]
    assert len(lines) == 2
    assert lines[0].endswith("symbiode study shenzhen-hongkong")
    assert lines[1].endswith(".venv/bin/pytest -n auto")


def test_every_picture_it_shows_exists():
    for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README.read_text(encoding="utf-8")):
        assert (README.parent / name).is_file(), name
