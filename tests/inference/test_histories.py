"""Histories: windows find a change of mode where it was made, and name none where the data are silent."""

from __future__ import annotations

import numpy as np
import pytest

import symbiode
from symbiode.dynamics.modes.ladder import Mode
from symbiode.dynamics.simulation import simulate
from symbiode.errors import InvalidValueError
from symbiode.inference.breaks import chow
from symbiode.inference.diagnostics import growth_regression
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.histories import Event, events_of, history
from symbiode.inference.identifiability import profiles
from symbiode.inference.observations import Observations, of_model
from symbiode.inference.problems import pose, run
from symbiode.system.building import build
from symbiode.system.formats import load_scenario

UNITS = {"a": {"growth": 0.8, "capacity": 100}, "b": {"growth": 0.6, "capacity": 40}}
MODEL = build(UNITS, effects={"a.b": -0.4, "b.a": 0.4})
METHOD = TrajectoryMatching(starts=4)


@pytest.fixture(scope="module")
def turned():
    """Predator b turns partner in 2014, when a shock also throws both back: two exact trajectories."""
    first = np.asarray(simulate(MODEL, np.arange(14.0), {"a": 60.0, "b": 5.0}).y)
    later = MODEL.with_values({"effects.a.b": 0.5, "effects.b.a": 0.5})
    second = np.asarray(simulate(later, np.arange(14.0), {"a": 20.0, "b": 70.0}).y)
    y = np.vstack([first, second])
    noise = np.exp(0.002 * np.random.default_rng(2).standard_normal(y.shape))
    return Observations(t=2000.0 + np.arange(len(y)), y=y * noise, units=("a", "b"))


@pytest.fixture(scope="module")
def lynx_history(lynx):
    _, model, seen = lynx
    return history(model, seen, rows=16, events=[1911, Event(at=1911.5, label=(("en", "later"),))], draws=0)


def test_the_evidence_of_a_window_is_that_of_a_fit_to_its_rows(lynx, lynx_history) -> None:
    """A profile of the effect in the same rows crosses zero at the root that the window tells."""
    _, model, seen = lynx
    window = lynx_history.windows[2]
    problem = pose(model, seen.window(window.first, window.last))
    estimate = run(METHOD, problem)
    profile = profiles(problem, METHOD, estimate, names=["effects.hare.lynx"])[0]
    k = problem.names.index("effects.hare.lynx")
    held = METHOD.refit(
        problem, np.vstack([estimate.params, problem.guess]), lower=np.where(np.arange(6) == k, 0, problem.lower),
        upper=np.where(np.arange(6) == k, 0, problem.upper),
    )  # fmt: skip
    rise = np.sqrt((held.ssr.min() / estimate.ssr - 1) * estimate.df_resid)
    assert window.roots[0, 1] == pytest.approx(-rise, rel=0.01)
    assert profile.estimate < 0


def test_predator_and_prey_stay_what_they_are_in_every_window(lynx_history, lynx) -> None:
    assert {one.mode for one in (*lynx_history.windows, *lynx_history.pieces)} == {Mode.PARASITISM}
    assert [one.first for one in lynx_history.windows] == list(range(1900, 1906))
    assert [(one.first, one.last) for one in lynx_history.pieces] == [(1900, 1910), (1911, 1920)]
    first = growth_regression(lynx[2].window(1900, 1915))
    assert lynx_history.windows[0].tvalues[0, 1] == first.cross("hare", "lynx")[0]
    assert "parasitism from the window that ends in 1915" in lynx_history.summary()
    assert "寄生" in lynx_history.summary("zh")
    frame = lynx_history.frame()
    assert len(frame) == 2 * (6 + 2)
    assert frame["decided"].all()


def test_dates_that_split_the_rows_alike_are_told_apart_in_words_only(lynx_history) -> None:
    """1911 stands between the rows 1910 and 1911, 1911.5 between 1911 and 1912."""
    assert sorted({test.at for test in lynx_history.dated}) == [1911, 1911.5]
    made = lynx_history.breaks_frame()
    assert made["kind"].value_counts().to_dict() == {"chow": 4, "sup_f": 2, "refit": 2}


@pytest.mark.slow
def test_a_change_of_mode_is_seen_in_the_windows_and_in_the_tests(turned) -> None:
    made = history(MODEL, turned, rows=10, events=[2014], draws=19)
    assert made.windows[0].mode is Mode.PARASITISM
    assert made.windows[14].first == 2014
    assert made.windows[14].mode in (Mode.SYMMETRIC_MUTUALISM, Mode.ASYMMETRIC_MUTUALISM)
    assert [one.mode is Mode.PARASITISM for one in made.pieces] == [True, False]
    assert made.refits[0].p_value == 0.05
    assert "The mode changes" in made.summary()


@pytest.mark.slow
def test_no_window_of_the_main_case_names_a_mode() -> None:
    """The sign of neither effect is identified by any Shenzhen-Hong Kong pair, so no part of one may name a mode."""
    model = symbiode.load("shenzhen-hongkong")
    events = events_of(load_scenario("history", model))
    made = history(model, of_model(model, "local"), events=events, rows=21, draws=0)
    assert {one.mode for one in made.windows} == {None}
    assert made.dependent
    assert "No mode is named in any of the 5 windows" in made.summary()
    assert min(test.p_value for test in made.dated) > 0.05
    assert [int(event.at) for event in made.events] == [2007, 2019, 2020, 2021, 2022, 2023]
    assert "(and 2021: the rows are the same)" in made.summary()
    assert "河套" in made.summary("zh")


@pytest.mark.slow
def test_uneven_times_are_fitted_window_by_window(lynx) -> None:
    """A year left out changes the spacing, not the answer."""
    _, model, seen = lynx
    made = history(model, seen.without([1908]), rows=19, draws=0)
    assert {one.mode for one in made.windows} == {Mode.PARASITISM}


def test_windows_that_do_not_fit_are_refused(lynx) -> None:
    _, model, seen = lynx
    for rows in (3, 22):
        with pytest.raises(InvalidValueError):
            history(model, seen, rows=rows)


def test_shocks_near_an_equilibrium_pass_for_a_break_on_midpoints_only() -> None:
    """Cov(change of ln x, midpoint) tends to (var x' - var x)/2 = 0 at rest: the slope vanishes after the growth."""
    rng, x, out = np.random.default_rng(0), np.array([10.0, 12.0]), []
    for _ in range(60):
        out.append(x)
        for _ in range(10):
            x = x * np.exp(0.1 * np.array([0.5, 0.4]) * (1 + np.array([[-1, 0.3], [-0.2, -1]]) @ (x / [100, 40])))
        x = x * np.exp(0.02 * rng.standard_normal(2))
    seen = Observations(t=np.arange(60.0), y=np.array(out), units=("a", "b"))
    made = history(MODEL, seen, rows=58, events=[13], draws=0)
    assert made.dated[0].p_value < 0.01 < 0.05 < made.dated[0].p_lagged
    assert made.dated[0].p_lagged == chow(seen, 13, regressor="lagged")[0].p_value
    assert f"{made.dated[0].p_lagged:.3f} with lagged levels" in made.summary()


def test_a_constant_unit_is_not_tested_for_breaks(turned) -> None:
    y = turned.y[:14].copy()
    y[:, 0] = 60
    seen = Observations(t=turned.t[:14], y=y, units=turned.units)
    made = history(MODEL, seen, rows=14, events=[2007], draws=0)
    assert {test.unit for test in (*made.dated, *made.unknown)} <= {"b"}
    assert "nan" not in made.summary()


def test_windows_longer_than_the_series_are_refused_with_both_numbers(turned) -> None:
    short = Observations(t=turned.t[:6], y=turned.y[:6], units=turned.units)
    with pytest.raises(InvalidValueError, match=r"10, 0\.95.*of the 6 observed"):
        history(MODEL, short)
