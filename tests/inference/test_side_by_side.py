"""compare(): every method on the same data, what is refused and why, and the biases that its words claim."""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import symbiode
from symbiode.cli import run as run_command
from symbiode.errors import Code, RefusedError
from symbiode.inference.estimators.grey import Grey
from symbiode.inference.estimators.growth_regression import GrowthRegression
from symbiode.inference.estimators.leslie import Leslie
from symbiode.inference.fitting import fit
from symbiode.inference.observations import of_model
from symbiode.inference.problems import pose, run
from symbiode.inference.side_by_side import bias, compare, every_method, told

QUICK = {"growth_regression": GrowthRegression(), "leslie": Leslie(), "grey_accumulated": Grey(accumulated=True)}


@pytest.fixture(scope="module")
def table():
    return compare(symbiode.load("lotka-volterra"), methods=QUICK)


def test_each_row_is_the_estimate_of_its_method(table):
    model = symbiode.load("lotka-volterra")
    problem = pose(model, of_model(model))
    alone = run(Leslie(), problem)
    frame = table.frame().set_index(["method", "coefficient"])
    expected = alone.params[problem.names.index("effects.hare.lynx")]
    assert frame.loc[("leslie", "effects.hare.lynx"), "estimate"] == expected
    assert set(frame.loc["leslie", "mode"]) == {"parasitism"}
    assert not any("initial" in name for _, name in frame.index)


def test_accumulated_series_have_coefficients_but_no_mode_and_no_fit(table):
    """Normal equations of the 1-AGO model: x(k+1) = Z (a + c W), Z and W means of neighbouring sums."""
    row = table.rows[-1]
    assert (row.mode, row.status.code) == (None, Code.NOT_SUPPORTED)
    sums = np.cumsum(table.observations.y, axis=0)
    z = (sums[1:] + sums[:-1]) / 2
    design = np.column_stack([z[:, 0], z[:, 0] * z[:, 1]])
    expected = np.linalg.lstsq(design, table.observations.y[1:, 0], rcond=None)[0]
    names = row.estimate.names
    found = [row.estimate.params[names.index(name)] for name in ("hare.growth", "effects.hare.lynx")]
    assert found == pytest.approx(list(expected), rel=1e-6)
    with pytest.raises(RefusedError, match="sums of the past"):
        fit(symbiode.load("lotka-volterra"), method=Grey(accumulated=True))


def test_gaps_refuse_sums_of_the_past_and_no_other_row():
    model = symbiode.load("lotka-volterra")
    seen = of_model(model)
    y = seen.y.copy()
    y[5] = np.nan
    rows = compare(model, replace(seen, y=y), methods=QUICK).rows
    assert [row.status.code for row in rows] == [Code.OK, Code.OK, Code.NOT_SUPPORTED]
    assert rows[-1].estimate is None


@pytest.mark.parametrize(("lang", "words"), [("en", "methods agree"), ("zh", "各方法的符号一致")])
def test_the_summary_names_methods_biases_and_refusals(table, lang, words):
    text = table.summary(lang)
    assert words in text
    for row in table.rows:
        assert told(row.method, lang) in text
        assert bias(row.method, lang) in text


def test_every_method_of_the_package_has_a_name_in_both_languages():
    for key in every_method():
        assert told(key, "en") != key
        assert told(key, "zh") not in (key, told(key, "en"))


def test_the_command_line_gives_the_same_numbers(capsys, monkeypatch, table):
    monkeypatch.setattr("symbiode.inference.side_by_side.every_method", lambda: QUICK)
    assert run_command(["compare", "lotka-volterra", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"]["code"] == "ok"
    leslie = answer["methods"]["leslie"]
    assert leslie["mode"] == "parasitism"
    expected = table.rows[1].estimate.params[table.rows[1].estimate.names.index("lynx.growth")]
    assert leslie["params"]["lynx.growth"]["estimate"] == expected


@pytest.mark.slow
def test_the_biases_that_the_words_claim_are_there():
    """Medians over 400 studies of two growing units, against the truth with four standard errors of a median."""
    path = Path(__file__).parents[1] / "benchmarks" / "estimators.py"
    spec = importlib.util.spec_from_file_location("estimator_studies", path)
    studies = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = studies
    spec.loader.exec_module(studies)
    methods = every_method()
    off = {}
    for design in (studies.Design(30, 0.02), studies.Design(15, 0.005)):
        y = studies.studies(design, 400, seed=5)
        for name in ("trajectory", "integral", "growth_regression", "growth_regression_lagged", "leslie", "grey"):
            middle, spread = studies.measured(studies.effects(methods[name], y))
            off[name, design.points] = (middle - [0.3, 0.15]) / (1.2533 * spread / np.sqrt(400))
    assert (np.abs(off["trajectory", 30]) < 4).all()
    assert (np.abs(off["trajectory", 15]) < 4).all()
    assert (np.abs(off["growth_regression", 15]) < 4).all()
    assert off["growth_regression", 30].max() < -4
    assert off["growth_regression_lagged", 30][0] > 8
    assert off["growth_regression_lagged", 15][0] > 8
    assert off["growth_regression_lagged", 15][1] < -8
    assert off["leslie", 30].min() > 4
    assert off["grey", 30].max() < -8
