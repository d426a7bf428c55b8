"""The package works from a wheel, an sdist and a checkout, from any folder, and carries what it must and no more."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ASK = (
    "import symbiode; print(symbiode.__file__); "
    "print(symbiode.settle(symbiode.load('shenzhen-hongkong')).summary())"
)
TOP = {"pyproject.toml", "README.md", "symbiode", "models", "scripts", "tests", "docs", "PKG-INFO", ".gitignore"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The sdist and the wheel of this tree."""
    where = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(where)], cwd=ROOT, check=True)
    return where


def answer_from(place: Path, elsewhere: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(place)}
    return subprocess.run(
        [sys.executable, "-c", ASK], cwd=elsewhere, env=environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.slow
def test_a_wheel_answers_from_any_folder(built, tmp_path):
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = wheel.namelist()
        wheel.extractall(tmp_path / "wheel")
    assert {"symbiode/py.typed", "symbiode/LICENSE", "symbiode/models/shenzhen-hongkong.toml"} <= set(names)
    assert {"symbiode/models/scenarios/history.toml", "symbiode/models/framework/concepts.toml"} <= set(names)
    assert not [name for name in names if "paramecium" in name.lower()]
    said = answer_from(tmp_path / "wheel", tmp_path)
    assert said.startswith(str(tmp_path / "wheel"))
    assert "coexistence, asymmetric mutualism" in said


@pytest.mark.slow
def test_an_sdist_holds_the_fixed_top_level_and_answers(built, tmp_path):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        top = {name.split("/")[1] for name in archive.getnames() if "/" in name}
        archive.extractall(tmp_path, filter="data")
    assert top <= TOP
    unpacked = next(tmp_path.glob("symbiode-*"))
    assert "coexistence, asymmetric mutualism" in answer_from(unpacked, tmp_path)


@pytest.mark.slow
def test_a_checkout_answers_from_any_folder(tmp_path):
    said = answer_from(ROOT, tmp_path)
    assert said.startswith(str(ROOT))
    assert "coexistence, asymmetric mutualism" in said
