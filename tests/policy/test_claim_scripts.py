"""The scripts of the claims run on their own, and print what the closed forms of two logistic units say."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def printed(monkeypatch, capsys):
    def run(name: str, *asked: str) -> list[list[float]]:
        """Run a script and return the numbers of every line that begins with one."""
        monkeypatch.setattr(sys, "argv", [name, *asked])
        runpy.run_path(str(SCRIPTS / f"{name}.py"), run_name="__main__")
        lines = capsys.readouterr().out.splitlines()
        assert "illustrative values, not estimates" in [line.strip() for line in lines]
        return [[float(x) for x in re.findall(r"-?\d+(?:\.\d+)?", line)] for line in lines if re.search(r"\d", line)]

    return run


def test_splits_of_one_sum_gain_what_the_formula_says(printed) -> None:
    """Total gain (a+b+2ab)/(1-ab)."""
    rows = [row for row in printed("claim_most_stable") if len(row) == 5 and row[0] < 1]
    assert len(rows) == 11
    for a, b, gain, margin, _ in rows:
        assert gain == pytest.approx((a + b + 2 * a * b) / (1 - a * b), abs=1e-4)
        assert margin == pytest.approx(1 - a * b, abs=1e-4)


def test_energy_is_positive_in_every_mutualism_and_in_productive_parasitism(printed) -> None:
    """Equal capacities: parasitism with a > 0 > b is productive if and only if b > -a/(1+2a)."""
    counts = [tuple(map(int, row)) for row in printed("claim_more_than_two")]
    grid = [k / 10 for k in range(-8, 9)]
    productive = 2 * sum(b > -a / (1 + 2 * a) for a in grid for b in grid if a > 0 > b)
    assert counts == [(productive, 128), (16, 16), (52, 52), (12, 12), (0, 1), (0, 16), (0, 64)]


def test_degrees_along_the_ladder_follow_the_formula(printed) -> None:
    """delta12 = a(1+b)/(1+a), delta21 = b(1+a)/(1+b)."""
    rows = [row for row in printed("claim_degree_rises") if len(row) == 4]
    assert len(rows) == 14
    for a, b, first, second in rows:
        assert (first, second) == pytest.approx((a * (1 + b) / (1 + a), b * (1 + a) / (1 + b)), abs=1e-4)
    assert rows[-1][2:] == [0.1, 0.1]


def test_the_opening_of_the_interface_is_printed_and_drawn(printed, tmp_path) -> None:
    picture = tmp_path / "claims.png"
    rows = [row for row in printed("claim_interface_energy", "--out", str(picture)) if len(row) == 2]
    assert [c for c, _ in rows if c <= 1][:1] == [0.0]
    assert picture.read_bytes().startswith(b"\x89PNG")
