"""Level breaks as terms of the fit: found where they were made, and without effect on what they are not about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from symbiode.cli import run as command
from symbiode.dynamics.simulation import simulate
from symbiode.errors import UnknownNameError
from symbiode.inference.diagnostics import growth_regression
from symbiode.inference.draws import NormalDraws
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.fitting import fit
from symbiode.inference.observations import Observations
from symbiode.inference.problems import pose, run
from symbiode.system.building import build

UNITS = {"a": {"growth": 0.5, "capacity": 100, "initial": 8}, "b": {"growth": 0.4, "capacity": 40, "initial": 70}}
MODEL = build(UNITS, effects={"a.b": 0.3, "b.a": -0.25})
TIMES = 2000.0 + np.arange(20)
METHOD = TrajectoryMatching(starts=4)


@pytest.fixture(scope="module")
def broken():
    """From 2006 on the figures of b are 20 % higher by definition."""
    y = np.asarray(simulate(MODEL, TIMES - 2000, "initial").y)
    y = y * np.exp(0.002 * np.random.default_rng(4).standard_normal(y.shape))
    return Observations(t=TIMES, y=y * np.where(TIMES[:, None] >= 2006, [1, 1.2], 1), units=("a", "b"))


def test_a_break_is_told_from_growth_and_the_effects_are_as_without_it(broken) -> None:
    declared = replace(broken, shifts=(("b", 2006.0),))
    problem = pose(MODEL, declared)
    found = run(METHOD, problem)
    value = dict(zip(found.names, found.params, strict=True))
    errors = dict(zip(found.names, np.sqrt(np.diag(found.cov)), strict=True))
    assert found.names[-1] == "shifts.b.2006"
    assert value["shifts.b.2006"] == pytest.approx(np.log(1.2), abs=4 * errors["shifts.b.2006"])
    assert value["effects.b.a"] == pytest.approx(-0.25, abs=4 * errors["effects.b.a"])
    assert found.sigma == pytest.approx(0.002, rel=0.5)
    assert run(METHOD, pose(MODEL, broken)).sigma > 5 * found.sigma


def test_the_derivatives_are_those_of_differences(broken) -> None:
    problem = pose(MODEL, replace(broken, shifts=(("b", 2006.0), ("a", 2010.0))))
    p = np.clip(problem.guess, problem.lower, problem.upper)
    p[-2:] = [0.2, -0.1]
    path = problem.trajectory(p[None])
    for k in range(len(p)):
        step = 1e-5 * max(abs(p[k]), 0.1)
        ends = [problem.trajectory((p + side * step * (np.arange(len(p)) == k))[None]).y[0] for side in (-1, 1)]
        slope = (ends[1] - ends[0]) / (2 * step)
        np.testing.assert_allclose(path.dy[0, :, :, k], slope, rtol=1e-4, atol=1e-6 * np.abs(slope).max())


def test_a_fit_carries_the_break_and_its_model_does_not(broken) -> None:
    found = fit(MODEL, replace(broken, shifts=(("b", 2006.0),)), method=METHOD, draws=NormalDraws(count=50))
    low, high = found.intervals["shifts.b.2006"]
    assert low < np.log(1.2) < high
    assert "shifts.b.2006" in found.summary()
    jump = found.predict([2005, 2006])["b"].pct_change().iloc[1]
    told = np.asarray(simulate(found.model, [0.0, 5.0, 6.0], "initial").y)[1:, 1]
    assert 1 + jump == pytest.approx(np.exp(found.params["shifts.b.2006"]) * told[1] / told[0], rel=1e-6)


def test_a_break_outside_the_rows_is_no_coefficient(broken) -> None:
    declared = replace(broken, shifts=(("b", 2006.0),))
    assert pose(MODEL, declared.window(2006)).names == pose(MODEL, broken).names
    assert declared.only(["a"]).shifts == ()
    assert growth_regression(declared).nobs == growth_regression(broken).nobs - 1
    with pytest.raises(UnknownNameError):
        replace(broken, shifts=(("c", 2006.0),))


def test_a_break_is_declared_on_the_command_line(broken, tmp_path, capsys) -> None:
    from symbiode.system.formats import save

    path, data = save(MODEL, tmp_path / "mine.toml"), tmp_path / "mine.csv"
    data.write_text(broken.to_csv())
    argv = ["fit", str(path), "--data", str(data), "--starts", "3", "--draws", "50"]
    assert command([*argv, "--shift", "b=2006"]) == 0
    assert "shifts.b.2006" in capsys.readouterr().out
    assert command([*argv, "--shift", "b"]) == 2
    assert "UNIT=T" in capsys.readouterr().err
