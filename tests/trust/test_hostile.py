"""Forty routes from text to code, and bombs, through every entrance of the program: nothing runs, nothing swells."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("hostile.py")


@pytest.mark.slow
def test_hostile_text_is_refused_at_every_entrance_and_never_runs(tmp_path: Path) -> None:
    command = [sys.executable, PROGRAM]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    records = json.loads(done.stdout)
    assert len(records) >= 70 * 11
    assert [record for record in records if record["seen"] or record["crash"]] == []
    assert [record for record in records if record["seconds"] > 1 or record["megabytes"] > 200] == []
    assert [record for record in records if record["must"] and record["exit"] != 2] == []
    assert [record for record in records if record["exit"] not in (0, 2)] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.csv", "m.toml"]
