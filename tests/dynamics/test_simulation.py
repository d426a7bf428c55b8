"""Trajectories against closed forms, invariants and 40-digit Taylor series; every way a run can end."""

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from symbiode.dynamics import simulation as subject
from symbiode.dynamics.simulation import Trajectory, ensemble, simulate
from symbiode.errors import Code, InvalidValueError, Level, RefusedError, UnknownNameError
from symbiode.system.building import build
from symbiode.system.model import Model

Array = NDArray[np.float64]


def pair(r: tuple[float, float], effects: tuple[object, object], start: tuple[object, object], **own: int) -> Model:
    units = {
        name: {"growth": r[k], "capacity": 1, "initial": start[k], "own_growth": own.get(name, 1)}
        for k, name in enumerate("ab")
    }
    return build(units, effects={"a.b": effects[0], "b.a": effects[1]})


def one(growth: float = 0.3, capacity: float = 2.0, start: float = 0.1) -> Model:
    return build({"a": {"growth": growth, "capacity": capacity, "initial": start}})


def own(**equations: str) -> Model:
    return build({name: {"initial": 1} for name in equations}, equations=equations)


def taylor(b: list[Any], A: list[list[Any]], x0: list[Any], times: list[float]) -> Array:
    """Solve x' = x (b + A x) by Taylor series of order 36 in 50 digits: an independent reference."""
    n, order = len(b), 36
    with mpmath.workdps(50):
        x, t, rows = [mpmath.mpf(v) for v in x0], mpmath.mpf(times[0]), []
        B, M = [mpmath.mpf(v) for v in b], [[mpmath.mpf(v) for v in row] for row in A]
        for end in map(mpmath.mpf, times):
            while t < end:
                c = [[v] for v in x]
                g: list[list[mpmath.mpf]] = [[] for _ in range(n)]
                for m in range(order):
                    for i in range(n):
                        g[i].append((B[i] if m == 0 else 0) + mpmath.fdot(M[i], [c[j][m] for j in range(n)]))
                    for i in range(n):
                        c[i].append(mpmath.fdot(c[i], reversed(g[i])) / (m + 1))
                radius = min((abs(c[i][0]) / abs(c[i][order])) ** (mpmath.mpf(1) / order) for i in range(n))
                h = min(radius / 20, end - t)
                x, t = [mpmath.polyval(c[i][::-1], h) for i in range(n)], t + h
            rows.append([float(v) for v in x])
    return np.array(rows)


def relative(found: Array, truth: Array) -> float:
    return float(np.max(np.abs(found / truth - 1)))


def test_one_unit_follows_the_closed_logistic_curve() -> None:
    t = np.linspace(0, 40, 41)
    truth = 2 / (1 + (2 / 0.1 - 1) * np.exp(-0.3 * t))
    assert relative(simulate(one(), t, rtol=1e-13).y[:, 0], truth) < 1e-12
    assert relative(simulate(one(), t).y[:, 0], truth) < 1e-10


def test_predator_and_prey_of_the_scipy_manual() -> None:
    """scipy 1.17 manual, solve_ivp: a, b, c, d = 1.5, 1, 3, 1 from (10, 5); V = dx - c ln x + by - a ln y is kept."""
    model = build(
        {"x": {"growth": 1.5, "initial": 10}, "y": {"growth": 3, "own_growth": -1, "initial": 5}},
        law="lotka_volterra",
        effects={"x.y": -1, "y.x": 1},
    )
    found = simulate(model, np.linspace(0, 15, 16), rtol=1e-12)
    assert found.y[-1] == pytest.approx([0.71375138, 0.0754078], abs=5e-9)
    x, y = found.y.T
    assert x - 3 * np.log(x) + y - 1.5 * np.log(y) == pytest.approx(5.678087852367, abs=1e-11)


def test_predator_and_prey_of_the_sdxorg_collection() -> None:
    """SDXorg/test-models samples/Lotka_Volterra: x' = 3x - .01xy, y' = y(x/1000 - .1) from (1000, 20)."""
    model = build(
        {"prey": {"growth": 3, "initial": 1000}, "predator": {"growth": 0.1, "own_growth": -1, "initial": 20}},
        law="lotka_volterra",
        effects={"prey.predator": -0.01, "predator.prey": 0.001},
    )
    found = simulate(model, [0, 1, 2, 50], rtol=1e-11)
    known = [(1000, 20), (4235.25429, 827.832617), (0.236236401, 1285.39672), (1.01747654e-4, 1183.02045)]
    assert found.y == pytest.approx(np.array(known), rel=6e-9)
    x, y = found.y.T
    assert x / 1000 - 0.1 * np.log(x) + 0.01 * y - 3 * np.log(y) == pytest.approx(-8.477972348560, abs=1e-10)


SYSTEMS = [
    ([0.3], [[-0.15]], [0.1]),
    ([0.3, 0.7], [[-0.3, 0.06], [-0.35, -0.7]], [0.1, 1.5]),
    ([1.2, 0.4], [[-1.2, 1.0], [0.3, -0.4]], [1e-8, 2.0]),
    ([1.0, 1.0, 1.0], [[-1, -0.8, -1.3], [-1.3, -1, -0.8], [-0.8, -1.3, -1]], [0.1, 0.2, 0.3]),
    ([1.0, -0.5], [[0, -1.0], [0.8, 0]], [2.0, 0.3]),
]


@pytest.mark.parametrize(("b", "A", "x0"), SYSTEMS)
def test_the_error_estimate_bounds_the_true_error(b: list[float], A: list[list[float]], x0: list[float]) -> None:
    names = [f"u{i}" for i in range(len(b))]
    rates = {
        f"u{i}": f"x*({b[i]!r} + " + " + ".join(f"({A[i][j]!r})*u{j}" for j in range(len(b))) + ")"
        for i in range(len(b))
    }
    model = build({name: {"initial": x} for name, x in zip(names, x0, strict=True)}, equations=rates)
    times = [0.0, 0.5, 3.0, 20.0]
    truth = taylor(b, A, x0, times)
    for rtol in (1e-6, 1e-9, 1e-12):
        found = simulate(model, times, rtol=rtol)
        true = relative(found.y, truth)
        assert found.status.ok
        assert true <= 10 * rtol
        assert true <= found.error_estimate <= max(100 * true, 1e-12)
        assert (np.abs(found.y / truth - 1) <= found.error + 1e-16).all()
    many = ensemble(model, start=[x0], times=times)
    assert relative(many.y[0], truth) <= many.error_estimate[0] <= 1e-8


def test_a_stiff_pair_switches_to_an_implicit_method() -> None:
    """With no effect on unit a, b obeys a Bernoulli equation: 1/y is an integral over the closed curve of a."""
    model = pair((1e6, 1.0), (0, 0.5), (0.5, 0.1))
    times = [0.0, 1e-6, 1.0, 10.0]
    found = simulate(model, times)
    assert found.status.ok
    assert dict(found.settings)["methods"] == ("implicit", "implicit")
    with mpmath.workdps(30):

        def area(t: float) -> mpmath.mpf:
            """int_0^t (1 + x/2) ds; the logistic x integrates to ln(1 + x0 (e^(rt) - 1))/r."""
            return t + mpmath.log(1 + mpmath.mpf("0.5") * mpmath.expm1(mpmath.mpf(10) ** 6 * t)) / (2 * 10**6)

        for t, (x, y) in zip(times, found.y, strict=True):
            grown = mpmath.exp(area(t))
            loss = mpmath.quad(lambda s: mpmath.exp(area(s)), sorted({0, min(t, 1e-6), min(t, 1e-5), t / 2, t}))
            assert y == pytest.approx(float(grown / (10 + loss)), rel=1e-8)
            assert x == pytest.approx(1 / (1 + math.exp(-1e6 * t)), rel=1e-8)


def test_ten_thousand_times_more_oscillation_is_not_called_stiff() -> None:
    found = simulate(own(a="b", b="-a"), [0, 200 * math.pi], rtol=1e-7)
    assert found.y[-1] == pytest.approx([1, 1], abs=1e-6)
    assert "implicit" not in dict(found.settings)["methods"]


def test_blow_up_times_of_the_symmetric_pair_follow_the_closed_form() -> None:
    """d12 = d21 = d, r1 = r2 = r, equal starts: t* = ln(1 + 1/((d - 1) x0))/r."""
    for r, d, x0 in ((0.5, 2, 0.2), (0.1, 1.0625, 0.3), (3.0, 4, 5e6), (1.0, 2, 4e9), (0.5, 1.0001220703125, 0.5)):
        found = simulate(pair((r, r), (d, d), (x0, x0)), [0.0, 1e-12, 1e3])
        truth = math.log1p(1 / ((d - 1) * x0)) / r
        assert found.ended == "blow_up"
        assert found.blow_up_time == pytest.approx(truth, rel=1e-9)
        assert found.blow_up_error is not None
        assert abs(found.blow_up_time - truth) <= found.blow_up_error <= 1e-6 * truth


def test_the_blow_up_time_of_an_unequal_pair() -> None:
    """a = 2, b = 1, r = (.3, .7) from (.1, .1): t* = 7.1025 in print, and from the Taylor series."""
    found = simulate(pair((0.3, 0.7), (2, 1), (0.1, 0.1)), [0.0, 5.0, 10.0, 20.0])
    assert found.blow_up_time == pytest.approx(7.1025, abs=5e-5)
    # Close to t* the levels are c/(t* - t) with (-I + D) c = 1/r.
    near = taylor([0.3, 0.7], [[-0.3, 0.6], [0.7, -0.7]], [0.1, 0.1], [0.0, 7.1025])[-1]
    c = np.linalg.solve([[-1, 2], [1, -1]], [1 / 0.3, 1 / 0.7])
    assert 7.1025 + c / near == pytest.approx(found.blow_up_time, abs=1e-8)
    assert found.status.level is Level.WARNING
    assert found.status.code is Code.ENDED_EARLY
    assert found.missing_times == (10.0, 20.0)
    assert found.y.shape == (4, 2)
    assert np.isnan(found.y[2:]).all()
    assert "7.1025" in found.message


@pytest.mark.parametrize(("r", "rate"), [((0.3, 0.7), 0.484615), ((0.3, 0.8), 0.5142857)])
def test_growth_at_product_one_is_exponential_with_the_rate_of_theory(r: tuple[float, float], rate: float) -> None:
    """(1 + a) r1 r2/(r2 + a r1) at a = 2, b = 1/2; no finite-time blow-up."""
    found = simulate(pair(r, (2, 0.5), (0.1, 0.1)), [0.0, 20.0, 30.0, 200.0])
    assert found.ended == "unbounded"
    assert found.blow_up_time is None
    assert found.rate == pytest.approx(rate, abs=5e-7)
    assert np.log(found.y[2] / found.y[1]) / 10 == pytest.approx(found.rate, rel=1e-3)
    assert found.missing_times == (200.0,)


def test_a_level_far_above_its_capacity_that_comes_back_is_no_blow_up() -> None:
    """Product .999 x 1 < 1: coexistence at (1 + d12)/(1 - p) = 2000, from starts far below and above."""
    model = pair((1.0, 1.0), (1, 0.999), (0.1, 1e6))
    found = simulate(model, [0.0, 5.0, 1e5])
    assert found.status.ok
    assert found.y[-1] == pytest.approx([2000, 1999], rel=1e-9)


def test_a_runaway_host_that_its_parasite_ends_is_no_blow_up() -> None:
    found = simulate(pair((1.0, 1.0), (50, -0.5), (1, 1e7)), [0.0, 1e-9, 5.0])
    assert found.ended == "beyond"
    assert found.blow_up_time is None
    assert "1e+08 times" in found.message


def test_equations_with_a_pole_blow_up_there() -> None:
    for model, truth in ((own(a="a*a"), 1.0), (own(a="1 + a*a"), math.pi / 4), (own(a="a**4"), 1 / 3)):
        found = simulate(model, [0.0, truth / 2, 3.0])
        assert found.ended == "blow_up"
        assert found.blow_up_time == pytest.approx(truth, rel=1e-8)
        assert found.blow_up_error is not None
        assert abs(found.blow_up_time - truth) <= found.blow_up_error


def test_equations_that_cease_to_exist_end_without_a_number() -> None:
    """a' = -1/a from 1 is sqrt(1 - 2 t): nothing after t = 1/2."""
    found = simulate(own(a="-1/a"), [0.0, 0.375, 0.6])
    assert found.ended == "singular"
    assert found.y[1, 0] == pytest.approx(0.5, rel=1e-9)
    assert np.isnan(found.y[2, 0])
    assert found.missing_times == (0.6,)


def test_extinction_is_followed_below_the_smallest_float() -> None:
    found = simulate(pair((1.0, 1.0), (-3, 0), (0.1, 1)), [0.0, 250.0, 500.0])
    assert found.status.ok
    assert (found.y > 0).all()
    assert math.log(found.y[1, 0]) == pytest.approx(-500, abs=5)
    assert found.y[2, 0] < 1e-300
    assert "below 1e-300" in found.message


@settings(max_examples=12, deadline=None)
@given(st.lists(st.floats(1e-12, 1e3), min_size=2, max_size=2), st.lists(st.floats(-3, 0.9), min_size=2, max_size=2))
def test_levels_stay_positive(start: list[float], effects: list[float]) -> None:
    found = simulate(pair((1.0, 0.3), (effects[0], effects[1]), (1, 1)), [0.0, 1.0, 100.0], start)
    assert found.status.ok
    assert (found.y > 0).all()


def test_equations_of_other_form_are_never_clipped() -> None:
    found = simulate(own(a="b", b="-a"), np.linspace(0, 6, 13))
    assert found.y[:, 0].min() < -1.3
    assert found.y[:, 0] == pytest.approx(np.cos(found.t) + np.sin(found.t), abs=1e-8)


def test_an_absent_unit_never_invades() -> None:
    found = simulate(pair((5.0, 1.0), (0.9, 0.5), (0, 0.1)), [0.0, 10.0, 1000.0])
    assert found.y[:, 0].tolist() == [0.0, 0.0, 0.0]
    assert found.y[-1, 1] == pytest.approx(1.0, rel=1e-12)
    assert simulate(found.model, [0, 1], [0, 0]).y.tolist() == [[0, 0], [0, 0]]


def test_an_invader_keeps_its_digits() -> None:
    """From 1e-12 beside a resident at capacity it grows like exp(.8 (1 + .4) t) while rare."""
    found = simulate(pair((0.8, 0.5), (0.4, 0), (1e-12, 1)), [0.0, 10.0])
    assert found.y[1, 0] == pytest.approx(1e-12 * math.exp(0.8 * 1.4 * 10), rel=1e-6)


def test_a_change_of_values_is_two_runs_glued_exactly() -> None:
    model = pair((0.3, 0.7), (0.2, 0.1), (0.1, 0.1))
    change = {"effects.a.b": 0.5, "a.growth": 0.4}
    whole = simulate(model, [0, 2, 5, 8, 10], breaks=[(5, change)])
    before = simulate(model, [0, 2, 5])
    after = simulate(model.with_values(change), [5, 8, 10], before.y[-1])
    assert whole.y.tolist() == [*before.y.tolist(), *after.y[1:].tolist()]
    between = simulate(model, [0, 10], breaks=[(5, change)])
    assert between.y[-1] == pytest.approx(whole.y[-1], rel=1e-9)


def test_changes_before_the_start_and_at_one_time_all_count() -> None:
    model = pair((0.3, 0.7), (0.2, 0.1), (0.1, 0.1))
    found = simulate(model, [0, 10], breaks=[(0, {"a.growth": 0.4}), (-3, {"b.growth": 0.2}), (12, {"a.growth": 9})])
    assert found.y.tolist() == simulate(model.with_values({"a.growth": 0.4, "b.growth": 0.2}), [0, 10]).y.tolist()
    twice = simulate(model, [0, 10], breaks=[(4, {"a.growth": 0.4}), (4, {"b.growth": 0.2})])
    assert twice.y.tolist() == simulate(model, [0, 10], breaks=[(4, {"a.growth": 0.4, "b.growth": 0.2})]).y.tolist()


@pytest.mark.parametrize(
    "times", [[1, 0], [0, 0], [0, 2, 1], [0, math.nan], [0, math.inf], [0], [], [[0, 1]], ["0", "1"], [True, False], 3]
)
def test_times_that_are_no_times_are_refused(times: object) -> None:
    for run in (lambda: simulate(one(), times), lambda: ensemble(one(), times=times)):  # type: ignore[arg-type]
        with pytest.raises(InvalidValueError, match="increasing"):
            run()


@pytest.mark.parametrize(
    ("start", "error", "said"),
    [
        ([-1.0, 1], InvalidValueError, "zero or more"),
        ([math.nan, 1], InvalidValueError, "finite"),
        (["one", 1], InvalidValueError, "finite"),
        ([True, 1], InvalidValueError, "finite"),
        ([10**400, 1], InvalidValueError, "400 digits"),
        ([1], InvalidValueError, "one for each"),
        ("middle", InvalidValueError, "initial"),
        ({"c": 1.0}, UnknownNameError, "choices are: a, b"),
    ],
)
def test_starts_that_are_no_starts_are_refused(start: object, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        simulate(pair((1, 1), (0, 0), (1, 1)), [0, 1], start)  # type: ignore[arg-type]


def test_starts_come_in_three_forms() -> None:
    model = pair((1, 1), (0.1, 0.2), (0.3, 0.4))
    same = [simulate(model, [0, 1], start).y.tolist() for start in (None, "initial", {"a": 0.3}, [0.3, 0.4])]
    assert same[0] == same[1] == same[2] == same[3]
    with pytest.raises(InvalidValueError, match="name one in start"):
        simulate(build({"a": {"growth": 1, "capacity": 1}}), [0, 1])


def test_noise_and_delays_are_refused_together_even_one_after_the_other() -> None:
    late = build(
        {name: {"growth": 1, "capacity": 1, "initial": 1} for name in "ab"}, effects={"a.b": 0.1}, delays={"a.b": 2}
    )
    with pytest.raises(RefusedError, match="Noise and delays together"):
        simulate(late, [0, 1], breaks=[(0.5, {"a.noise": 0.1, "delays.a.b": 0})])


def test_what_would_not_fit_in_memory_is_refused_before_it_is_allocated() -> None:
    with pytest.raises(RefusedError, match="GB would be needed") as caught:
        ensemble(one(), start=np.broadcast_to(1.0, (10**9, 1)), times=[0, 1])
    assert caught.value.status.code is Code.TOO_LARGE


def test_many_units_take_milliseconds() -> None:
    rng, n = np.random.default_rng(0), 40
    names = [f"u{i}" for i in range(n)]
    model = build(
        {name: {"growth": round(rng.uniform(0.1, 1), 3), "capacity": 1, "initial": 0.5} for name in names},
        effects={f"{a}.{b}": 0.01 for a in names for b in names if a != b},
    )
    found = simulate(model, [0.0, 10.0, 400.0])
    assert found.status.ok
    assert found.y[-1] == pytest.approx(np.full(n, 1 / (1 - 0.39)), rel=1e-9)  # u = 1/(1 - 39 d)


def test_a_tolerance_that_cannot_be_met_is_refused_with_what_was_found() -> None:
    """Lorenz (1963): an error of 1e-14 grows like exp(.9 t), so at t = 45 nothing is left."""
    model = own(x1="10*(x2 - x1)", x2="x1*(28 - x3) - x2", x3="x1*x2 - 8/3*x3")
    with pytest.raises(RefusedError) as caught:
        simulate(model, [0.0, 5.0, 45.0], rtol=1e-6)
    found = caught.value.result
    assert isinstance(found, Trajectory)
    assert found.status.code is Code.TOLERANCE_NOT_MET
    assert found.error[1].max() < 1e-6 < 0.1 < found.error[2].max()


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from symbiode.dynamics.simulation import engines, taylor

    monkeypatch.setattr(taylor, "MAX_STEPS", 50)
    monkeypatch.setattr(engines, "MAX_EXPLICIT", 50)
    monkeypatch.setattr(engines, "MAX_IMPLICIT", 60)
    with pytest.raises(RefusedError) as caught:
        simulate(own(a="b", b="-a"), [0.0, 1e4])
    assert caught.value.status.code is Code.WORK_LIMIT


def test_the_accuracy_asked_for_has_bounds() -> None:
    for rtol in (0.0, 1e-15, 0.5, math.nan):
        with pytest.raises(InvalidValueError, match="rtol"):
            simulate(one(), [0, 1], rtol=rtol)


def test_the_same_run_gives_the_same_bytes() -> None:
    model = pair((0.3, 0.7), (0.2, -0.4), (0.1, 0.1))
    times = np.linspace(0, 30, 31)
    assert simulate(model, times).y.tobytes() == simulate(model, times).y.tobytes()


def test_an_ensemble_agrees_with_single_runs_and_reports_each_member() -> None:
    model = pair((0.3, 0.7), (0.2, 0.1), (0.1, 0.1))
    effects = [0.2, -2.0, 2.0, 1.0]
    found = ensemble(
        model, values={"effects.a.b": effects, "effects.b.a": [0.1, 0.1, 1.0, 1.0], "a.initial": [0.1, 0.2, 0.1, 0.1]},
        times=[0.0, 5.0, 60.0],
    )  # fmt: skip
    assert found.y.shape == (4, 3, 2)
    assert [status.code for status in found.status] == [Code.OK, Code.OK, Code.ENDED_EARLY, Code.ENDED_EARLY]
    for k, start in enumerate((0.1, 0.2)):
        single = simulate(model.with_values({"effects.a.b": effects[k]}), found.t, {"a": start})
        assert found.y[k] == pytest.approx(single.y, rel=1e-8)
    assert found.blow_up_time[2] == pytest.approx(7.1025, abs=5e-5)
    single = simulate(model.with_values({"effects.a.b": 2, "effects.b.a": 1}), found.t)
    assert abs(found.blow_up_time[2] - single.blow_up_time) <= found.blow_up_error[2] < 1e-6
    assert dict(found.status[2].values)["missing_times"] == [60.0]
    assert dict(found.status[3].values)["ended"] == "beyond"  # product one: exponential growth, no blow-up
    assert np.isnan(found.blow_up_time[[0, 1, 3]]).all()


def test_stiff_members_of_an_ensemble_fall_back_to_single_runs() -> None:
    found = ensemble(pair((1, 1), (0.4, 0.5), (0.5, 0.1)), values={"a.growth": [1.0, 1e6]}, times=[0.0, 50.0])
    assert all(status.ok for status in found.status)
    assert dict(found.counters)["single_runs"] == 1
    assert found.y[:, -1] == pytest.approx(np.array([[1.75, 1.875]] * 2), rel=1e-8)


def test_an_effect_that_the_model_has_not_can_be_varied() -> None:
    model = build({name: {"growth": 1, "capacity": 1, "initial": 0.5} for name in "ab"})
    found = ensemble(model, values={"effects.a.b": [0.0, 0.5]}, times=[0.0, 60.0])
    assert found.y[:, -1] == pytest.approx(np.array([[1, 1], [1.5, 1]]), rel=1e-9)


def test_levers_over_time_are_not_ignored() -> None:
    with pytest.raises(InvalidValueError, match="a Scenario"):
        simulate(one(), [0, 1], None, {"lever": 1})


def test_time_in_an_equation_is_calendar_time() -> None:
    """x' = x (t - 2020)/10 from 2020: x = exp((t - 2020)^2/20)."""
    found = simulate(own(a="x*(t - 2020)/10"), [2020, 2025, 2030])
    assert found.y[:, 0] == pytest.approx([1, math.exp(1.25), math.exp(5)], rel=1e-9)


def test_saturating_equations_settle_at_their_own_root() -> None:
    """Obligate-free Holling II pair: h u^2 + (1 - h - d) u - 1 = 0 at h = .5, d = 3, whatever the product d d = 9."""
    model = build(
        {name: {"growth": 1, "capacity": 1, "initial": 0.1} for name in "ab"},
        equations={
            "a": "growth*x*(1 - x/capacity + 3*b/(1 + b/2))",
            "b": "growth*x*(1 - x/capacity + 3*a/(1 + a/2))",
        },
    )
    root = max(np.roots([0.5, 1 - 0.5 - 3, -1]))
    assert simulate(model, [0.0, 200.0]).y[-1] == pytest.approx([root, root], rel=1e-9)


def test_members_and_starts_must_be_equally_many() -> None:
    with pytest.raises(InvalidValueError, match="one number of members"):
        ensemble(one(), values={"a.growth": [1, 2]}, start=[[1], [2], [3]], times=[0, 1])
    with pytest.raises(InvalidValueError, match="zero or more"):
        ensemble(one(), start=[[-1.0]], times=[0, 1])


def test_a_chunked_ensemble_is_the_same_as_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = np.random.default_rng(0).uniform(0.1, 1, (7, 1))
    whole = ensemble(one(), start=starts, times=[0, 3])
    monkeypatch.setattr(subject, "CHUNK", 3)
    assert ensemble(one(), start=starts, times=[0, 3]).y.tobytes() == whole.y.tobytes()


def drawn(rng: np.random.Generator, low: float, high: float) -> float:
    """Return a random number of four digits, so that its decimal is exactly what the model gets."""
    return float(f"{rng.uniform(low, high):.4g}")


def test_very_many_times_do_not_change_the_answer_or_exhaust_the_work() -> None:
    """A fine grid for a smooth figure: the same levels as on a coarse one, within what both say of their error."""
    model = pair((0.11, 0.06), (0.35, 0.2), (0.3, 0.45))
    fine, coarse = simulate(model, np.linspace(0, 50, 20001)), simulate(model, np.linspace(0, 50, 51))
    assert fine.status.ok
    allowed = fine.error_estimate + coarse.error_estimate
    assert np.abs(fine.y[::400] / coarse.y - 1).max() <= allowed <= 1e-8


@pytest.mark.parametrize(("t", "warned"), [(24, False), (28, True)])
def test_a_flow_that_spreads_starts_more_than_ten_thousandfold_says_so(t, warned):
    """Equal rivals with d = -3 from equal starts x: ln(x/y) grows by (1 + 4 x (e^(r t) - 1))^(1/2)."""
    grown = (1 + 4 * 0.01 * np.expm1(t * 0.8)) ** 0.5
    found = simulate(pair((0.8, 0.8), (-3, -3), (0.01, 0.01)), [0.0, t])
    assert (grown > 1e4) == warned
    assert (found.status.code is Code.ILL_CONDITIONED) == warned
    assert np.allclose(found.y, found.y[:, :1])
    if warned:
        assert dict(found.status.values)["condition"] == pytest.approx(grown, rel=0.05)
