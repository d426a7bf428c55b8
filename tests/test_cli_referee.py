"""symbiode fit --referee on the command line."""

from __future__ import annotations

import json

import numpy as np
import pytest

from symbiode.cli import run
from tests.seeds import fresh_seed


@pytest.mark.slow
def test_a_referee_speaks_before_the_fit_and_after_it(capsys):
    assert run(["fit", "shenzhen-hongkong", "--draws", "50", "--starts", "4", "--referee"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("The model loses")
    assert told.index("Verdict: undetermined") < told.index("What would show the signs")
    assert "years of Hong Kong's growth in random order" in told
    assert "capacities known from outside" in told


@pytest.mark.slow
def test_a_covariate_is_one_more_choice_beside_the_fit(tmp_path, capsys):
    """Predator and prey cycle for their own reasons: a random covariate leaves the signs (Volterra: + and -)."""
    levels = np.exp(np.cumsum(np.random.default_rng(fresh_seed()).normal(0, 0.1, 21)))
    file = tmp_path / "outside.csv"
    rows = "".join(f"{1900 + k},{x}\n" for k, x in enumerate(levels.tolist()))
    file.write_text("year,rain [mm]\n" + rows, encoding="utf-8")
    asked = ["fit", "lotka-volterra", "--draws", "50", "--json", "--covariate"]
    assert run([*asked, f"weather={file}:rain"]) == 0
    told = [row for row in json.loads(capsys.readouterr().out.splitlines()[-1])["choices"] if row["kind"] == "driver"]
    assert {row["name"] for row in told} == {"trend", "weather"}
    for kind in ("trend", "weather"):
        assert sorted(np.sign(row["estimate"]) for row in told if row["name"] == kind) == [-1, 1]
    assert run([*asked, str(file)]) == 2
    assert "NAME=FILE:COLUMN" in capsys.readouterr().err
    file.write_text(file.read_text(encoding="utf-8").replace("1905,", "1955,"), encoding="utf-8")
    assert run([*asked, f"weather={file}:rain"]) == 2
    assert "1905" in capsys.readouterr().err
