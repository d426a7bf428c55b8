"""Simulation under levers that move with time, against closed forms, other runs and scipy's quadrature.

Bernoulli equations (Ince, Ordinary Differential Equations, 2.15): x' = r(t) x (1 - x/K) is the logistic curve in the
time R = int r; with u = 1/x, x' = r x (1 + g(t) x) is the linear u' = -r u - r g.
"""

import itertools
import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq

import symbiode
from symbiode import build, build_scenario, ensemble, simulate
from symbiode.dynamics.numerics import compiled, vector, vectors
from symbiode.errors import RefusedError
from symbiode.system.scenario import at_time, events, moving, values_over
from tests.seeds import fresh_seed

TIMES = np.linspace(0, 20, 9)
ONE = build({"a": {"growth": 0.5, "capacity": 2, "initial": 0.1}})
# Shapes with their integrals from 0 to t.
MOVING = {
    "ramp": (
        {"shape": "ramp", "at": 3, "until": 9},
        lambda t: 0.0 if t < 3 else (t - 3) ** 2 / 12 if t < 9 else 3.0 + t - 9,
    ),
    "adoption": (
        {"shape": "adoption", "at": 5, "speed": 1.5, "lag": 1},
        lambda t: (np.logaddexp(0, 1.5 * (t - 6)) - np.logaddexp(0, -9)) / 1.5,
    ),
    "pulse": (
        {"shape": "pulse", "at": 4, "lasting": 2}, lambda t: 2 * (1 - math.exp(-(t - 4) / 2)) if t > 4 else 0.0,
    ),
    "step": ({"at": "22/3"}, lambda t: max(t - 22 / 3, 0.0)),
    "constant": ({"shape": "constant"}, lambda t: t),
}  # fmt: skip


def logistic(start, capacity, R):
    return capacity / (1 + (capacity / start - 1) * np.exp(-R))


def of(model, **levers):
    return build_scenario(model, levers)


@pytest.mark.parametrize("shape", MOVING)
def test_growth_that_moves_is_the_logistic_curve_in_its_own_time(shape):
    given, integral = MOVING[shape]
    scenario = of(ONE, s={**given, "strength": 0.8, "moves": {"a.growth": {"add": 0.4}}})
    R = 0.32 * np.array([integral(t) for t in TIMES])
    found = simulate(ONE, TIMES, None, scenario)
    assert np.abs(found.y[:, 0] / logistic(0.1, 2, 0.5 * TIMES + R) - 1).max() <= found.error_estimate < 1e-10
    many = ensemble(ONE, times=TIMES, scenario=scenario, values={"a.growth": [0.5, 0.3], "a.initial": [0.1, 0.2]})
    expected = [logistic(0.1, 2, 0.5 * TIMES + R), logistic(0.2, 2, 0.3 * TIMES + R)]
    assert (np.abs(many.y[:, :, 0] / expected - 1).max(axis=1) <= many.error_estimate).all()
    assert many.error_estimate.max() < 1e-8


def test_a_step_of_capacity_is_two_logistic_curves_at_any_spacing_of_times():
    scenario = of(ONE, s={"at": "22/3", "moves": {"a.capacity": {"times": 0.5}}})
    there = logistic(0.1, 2, 0.5 * 22 / 3)
    expected = logistic(there, 3, 0.5 * (20 - 22 / 3))
    for count in (2, 5, 90, 3000):
        found = simulate(ONE, np.linspace(0, 20, count), None, scenario)
        assert found.y[-1, 0] == pytest.approx(expected, rel=1e-10)


def test_a_step_is_two_runs_glued_to_the_last_digit():
    units = {"a": {"growth": 0.3, "capacity": 1, "initial": 0.1}, "b": {"growth": 0.2, "capacity": 2, "initial": 1}}
    model = build(units, effects={"a.b": 0.4, "b.a": 0.2})
    moves = {"effects.a.b": {"add": -0.9}, "b.capacity": {"times": 0.25}, "a.growth": {"add": 0.1}}
    whole = simulate(model, [0, 2, 5, 8, 10], None, of(model, s={"at": 5, "moves": moves}))
    before = simulate(model, [0, 2, 5])
    changed = model.with_values({"effects.a.b": "0.4 - 0.9", "b.capacity": 2.5, "a.growth": 0.4})
    after = simulate(changed, [5, 8, 10], before.y[-1])
    assert whole.y.tolist() == [*before.y.tolist(), *after.y[1:].tolist()]
    assert dict(whole.settings)["split_at"] == (5.0,)


def test_levers_at_zero_leave_every_kind_of_run_as_it_is():
    base = {"growth": 0.4, "capacity": 1, "initial": 0.2}
    plain = build({"a": base, "b": base}, effects={"a.b": 0.3, "b.a": -0.4})
    moves = {"effects.a.b": {"add": 1}, "a.capacity": {"times": 2}, "delays.a.b": {"add": 1}, "b.noise": {"add": 1}}
    levers = {name: {**given, "strength": 0, "moves": moves} for name, (given, _) in MOVING.items()}
    for model in (plain, plain.with_values({"delays.a.b": 0.7}), plain.with_values({"a.noise": 0.2})):
        without, still = simulate(model, TIMES), simulate(model, TIMES, None, build_scenario(model, levers))
        assert without.y.tolist() == still.y.tolist()
        rows = [ensemble(model, times=TIMES, scenario=s, start=[[0.1, 0.5], [0.3, 0.2]]).y.tolist()
                for s in (None, build_scenario(model, levers))]  # fmt: skip
        assert rows[0] == rows[1]


def couple(r=0.4, d=0.5):
    """Two equal partners from one start: x' = r x (1 + (d - 1) x)."""
    units = {name: {"growth": r, "capacity": 1, "initial": 0.2} for name in "ab"}
    return build(units, effects={"a.b": d, "b.a": d})


@pytest.mark.parametrize(
    ("given", "s", "corners"),
    [
        ({"shape": "ramp", "at": 2, "until": 12}, lambda t: min(max((t - 2) / 10, 0), 1), [2, 12]),
        ({"shape": "adoption", "at": 5, "speed": 1}, lambda t: 1 / (1 + math.exp(5 - t)), [5]),
        ({"shape": "pulse", "at": 4, "lasting": 30}, lambda t: math.exp((4 - t) / 30) if t > 4 else 0.0, [4]),
        ({"at": 4}, lambda t: float(t >= 4), [4]),
    ],
)
def test_blow_up_comes_when_the_bernoulli_equation_says(given, s, corners):
    """u = 1/x: u' = -r u - r (d(t) - 1), u(0) = 5; it blows up where u = 0."""
    moves = {key: {"add": 1.2} for key in ("effects.a.b", "effects.b.a")}
    model = couple()

    def u(t):
        parts = list(itertools.pairwise([0, *(c for c in corners if c < t), t]))
        return 5 - sum(quad(lambda v: 0.4 * (1.2 * s(v) - 0.5) * math.exp(0.4 * v), *part)[0] for part in parts)

    steps = np.linspace(0, 20, 101)
    k = next(k for k, t in enumerate(steps) if u(t) <= 0)
    expected = brentq(u, steps[k - 1], steps[k], xtol=1e-12)
    scenario = of(model, s={**given, "moves": moves})
    found = simulate(model, np.linspace(0, 20, 21), None, scenario)
    assert found.ended == "blow_up"
    assert abs(found.blow_up_time - expected) <= found.blow_up_error + 1e-9
    assert found.blow_up_error < 1e-6
    many = ensemble(model, times=np.linspace(0, 20, 21), scenario=scenario, start=[[0.2, 0.2], [0.2, 0.2]])
    assert (np.abs(many.blow_up_time - expected) <= many.blow_up_error + 1e-9).all()


def test_an_event_that_comes_before_the_end_takes_it_back():
    """Mutualism with d = 1.7 from t = 4 blows up at 6.76; back at 0.5 from t = 6 on it rests at 1/(1 - 0.5)."""
    model = couple()
    up, down = ({key: {"add": add} for key in ("effects.a.b", "effects.b.a")} for add in (1.2, -1.2))
    found = simulate(model, [0, 40], None, of(model, up={"at": 4, "moves": up}, down={"at": 6, "moves": down}))
    assert found.status.ok
    assert found.y[-1] == pytest.approx([2, 2], rel=1e-4)


def test_what_a_later_event_could_change_is_not_told():
    """At d = 1 growth is exponential without bound (x' = r x); an event ahead makes that no more than a large level."""
    model = couple(d=1)
    assert simulate(model, [0, 200]).ended == "unbounded"
    for event in (100, 300):
        scenario = of(model, s={"at": event, "moves": {"effects.a.b": {"add": -0.5}}})
        found = simulate(model, [0, 200], None, scenario)
        assert (found.ended, found.blow_up_time, found.rate) == ("beyond", None, None)
        assert ensemble(model, times=[0, 200], scenario=scenario).status[0].values[0] == ("ended", "beyond")


def late(delay=1):
    """b grows by itself as e^(0.3 t); ln a grows at 0.1 + 0.2 b(t - delay)."""
    units = {"a": {"growth": 0.1, "initial": 1}, "b": {"growth": 0.3, "initial": 1}}
    return build(units, law="lotka_volterra", effects={"a.b": 0.2}, delays={"a.b": delay})


@pytest.mark.parametrize(("delay", "add"), [(1, 1), (1, -1), (0, 1), (2, -1)])
def test_a_delay_moves_by_a_step(delay, add):
    """ln a = 0.1 t + int 0.2 e^(0.3 (s - tau(s))) ds with tau stepping at 10/3."""
    step, times = 10 / 3, np.linspace(0, 8, 9)
    model = late(delay)
    scenario = of(model, s={"at": "10/3", "moves": {"delays.a.b": {"add": add}}})
    found = simulate(model, times, None, scenario, history=lambda t: [1, math.exp(0.3 * t)])

    def part(begin, end, tau):
        return 0.2 / 0.3 * (math.exp(0.3 * (end - tau)) - math.exp(0.3 * (begin - tau)))

    logs = [0.1 * t + part(0, min(t, step), delay) + (t > step) * part(step, max(t, step), delay + add) for t in times]
    assert np.abs(np.log(found.y[:, 0]) - logs).max() <= found.error_estimate + 1e-12
    assert found.error_estimate < 1e-8


def test_effects_move_smoothly_in_models_with_delays():
    model, times = late(), np.linspace(0, 8, 9)
    scenario = of(model, s={"shape": "ramp", "at": 2, "until": 5, "moves": {"effects.a.b": {"add": 0.3}}})
    found = simulate(model, times, None, scenario, history=lambda t: [1, math.exp(0.3 * t)])

    def rate(s):
        return (0.2 + 0.3 * min(max((s - 2) / 3, 0), 1)) * math.exp(0.3 * (s - 1))

    logs = [
        0.1 * t + sum(quad(rate, *ends)[0] for ends in itertools.pairwise([0, *(c for c in (2, 5) if c < t), t]))
        for t in times
    ]
    assert np.abs(np.log(found.y[:, 0]) - logs).max() <= found.error_estimate + 1e-12


@pytest.mark.parametrize("shape", ["ramp", "adoption", "pulse"])
def test_a_delay_that_would_move_smoothly_is_refused(shape):
    scenario = of(late(), s={**MOVING[shape][0], "moves": {"delays.a.b": {"add": 1}}})
    with pytest.raises(RefusedError, match="a delay is moved by steps only"):
        simulate(late(), [0, 8], None, scenario)


def test_noise_and_delays_are_refused_together_whichever_lever_brings_them():
    scenario = of(late(), s={"at": 3, "moves": {"delays.a.b": {"add": -1}, "a.noise": {"add": 0.1}}})
    with pytest.raises(RefusedError, match="Noise and delays together"):
        simulate(late(), [0, 8], None, scenario)


@pytest.mark.parametrize(
    ("given", "add", "sigma", "corners"),
    [
        ({"at": 1.3}, 0.4, lambda t: 0.5 + 0.4 * (t >= 1.3), [1.3]),
        ({"shape": "ramp", "at": 0, "until": 2}, -0.5, lambda t: 0.5 - 0.5 * min(t / 2, 1), [2]),
        ({"shape": "pulse", "at": 0.5, "lasting": 2}, 1, lambda t: 0.5 + (t >= 0.5) * math.exp((0.5 - t) / 2), [0.5]),
    ],
)
def test_noise_that_moves_has_the_variance_of_its_integral(given, add, sigma, corners):
    """ln x(t) is normal with mean r t - V/2 and variance V = int sigma^2 (Oksendal 2003, example 5.1.1)."""
    model = build({"a": {"growth": 0.3, "initial": 2, "noise": 0.5}}, law="lotka_volterra")
    scenario = of(model, s={**given, "moves": {"a.noise": {"add": add}}})
    run = ensemble(model, members=1500, times=[0, 1, 3], seed=5, scenario=scenario)
    assert all(status.ok for status in run.status)
    for k, t in ((1, 1.0), (2, 3.0)):
        ends = [0, *(c for c in corners if c < t), t]
        V = sum(quad(lambda s: sigma(s) ** 2, *part)[0] for part in itertools.pairwise(ends))
        assert stats.kstest(np.log(run.y[:, k, 0] / 2), stats.norm(0.3 * t - V / 2, math.sqrt(V)).cdf).pvalue > 1e-3


def test_members_keep_what_they_have_and_formulas_follow_what_is_moved():
    """Each member against its own single run; a number given for an effect takes the place of its formula."""
    model = symbiode.load("shenzhen-hongkong")
    scenario = of(
        model,
        rules={"shape": "ramp", "at": 5, "until": 15, "moves": {"parameters.barrier": {"times": -0.5}}},
        rail={"at": 8, "moves": {"effects.shenzhen.hongkong": {"add": 0.1}, "hongkong.capacity": {"times": 0.2}}},
    )
    values = {"parameters.interface": [0.8, 0.5, 0.2], "effects.hongkong.shenzhen": [0.1, 0.2, 0.3]}
    many = ensemble(model, values=values, times=TIMES, scenario=scenario)
    for k in range(3):
        alone = simulate(model.with_values({key: row[k] for key, row in values.items()}), TIMES, None, scenario)
        assert many.y[k] == pytest.approx(alone.y, rel=1e-8)


@pytest.mark.parametrize("law", ["logistic", "generalised_lotka_volterra"])
def test_many_units_move_as_the_frozen_model_of_each_time(law):
    """Ten units, in the matrix form of many: rates, Jacobian and members against the model frozen at each time."""
    names = [f"u{k}" for k in range(10)]
    units = {name: {"growth": 0.3, "capacity": 1 + k, "initial": 0.1} for k, name in enumerate(names)}
    if law != "logistic":
        units = {name: {"growth": 0.3, "self_effect": -1, "initial": 0.1} for name in names}
    effects = {f"{i}.{j}": f"{0.01 * k}*link" for k, i in enumerate(names) for j in names if i != j}
    model = build(units, law=law, parameters={"link": 0.5}, effects=effects)
    moves = {"parameters.link": {"add": 1}, "u3.growth": {"times": 0.5}, "effects.u0.u1": {"add": -0.2}}
    scenario = of(model, s={"shape": "ramp", "at": 2, "until": 12, "moves": moves})
    moved, x = moving(model, scenario, 2, 12), np.linspace(0.2, 1.1, 10)
    for t in (3, 9.5):
        there = at_time(model, scenario, t)
        for name in ("rates", "jacobian"):
            expected = getattr(compiled(there), name)(t, x, vector(there))
            assert getattr(compiled(moved), name)(t, x, vector(moved)) == pytest.approx(expected, rel=1e-12, abs=1e-15)
    many = ensemble(model, times=[0, 20], scenario=scenario, values={"u0.growth": [0.2, 0.4]})
    alone = simulate(model.with_values({"u0.growth": 0.4}), [0, 20], None, scenario)
    assert many.y[1, -1] == pytest.approx(alone.y[-1], rel=1e-8)


@pytest.mark.slow
def test_a_capacity_that_a_lever_takes_away_kills_when_it_is_gone():
    """C_1 = 1 + d(t) x_2 with d = -0.2 - 0.3 t and the logistic x_2 = 1/(1 + e^(-t/10)) is zero at the root below."""
    units = {"a": {"growth": 0.4, "capacity": 1, "initial": 0.5}, "b": {"growth": 0.1, "capacity": 1, "initial": 0.5}}
    model = build(units, law="carrying_capacity", effects={"a.b": -0.2})
    scenario = of(model, s={"shape": "ramp", "at": 0, "until": 10, "moves": {"effects.a.b": {"add": -3}}})
    found = simulate(model, np.linspace(0, 30, 31), None, scenario)
    expected = brentq(lambda t: (0.2 + 0.3 * t) / (1 + math.exp(-t / 10)) - 1, 0, 10, xtol=1e-13)
    assert (found.ended, found.dead) == ("death", (0,))
    assert abs(found.death_time - expected) <= found.death_error < 1e-5


@pytest.mark.parametrize(("run", "speed"), [("simulate", 30), ("ensemble", 1e4), ("delays", 1e4), ("simulate", 1e30)])
def test_what_comes_and_goes_between_two_steps_of_an_integration_is_not_passed_over(run, speed):
    """Far from capacity growth is exponential: two adoptions 0.1 apart add 5 x 0.1 to ln x."""
    model = build({"a": {"growth": 0.01, "capacity": 1, "initial": 1e-9}, "b": {"growth": 1, "capacity": 1}})
    model = model.with_values({"delays.a.b": 1, "effects.a.b": 0}) if run == "delays" else model
    levers = {
        name: {"shape": "adoption", "at": at, "speed": speed, "moves": {"a.growth": {"add": add}}}
        for name, at, add in (("up", "703.3", 5), ("down", "703.4", -5))
    }
    scenario = build_scenario(model, levers)
    if run == "ensemble":
        x = ensemble(model, values={"b.growth": [1, 2]}, start=[1e-9, 1], times=[0, 800], scenario=scenario).y[1, -1, 0]
    else:
        x = simulate(model, [0, 800], [1e-9, 1], scenario).y[-1, 0]
    assert x == pytest.approx(logistic(1e-9, 1, 8.5), rel=1e-6)


@pytest.mark.slow
def test_random_scenarios_agree_with_scipy_between_the_same_events():
    """Eight random pairs under four random levers, by LSODA of scipy with the frozen model of every time."""
    rng = np.random.default_rng(fresh_seed())

    def draw(low, high):
        return round(float(rng.uniform(low, high)), 3)

    keys = ["a.growth", "b.capacity", "effects.a.b", "effects.b.a"]
    for _ in range(8):
        units = {u: {"growth": draw(0.2, 1), "capacity": draw(0.5, 2), "initial": draw(0.1, 1)} for u in "ab"}
        model = build(units, effects={"a.b": draw(-0.8, 0.4), "b.a": draw(-0.8, 0.4)})
        shapes = [
            {"shape": "ramp", "at": draw(1, 5), "until": draw(6, 12)},
            {"at": draw(2, 15)},
            {"shape": "adoption", "at": draw(3, 9), "speed": draw(0.3, 3)},
            {"shape": "pulse", "at": draw(1, 15), "lasting": draw(0.5, 5)},
        ]
        moves = [{str(rng.choice(keys)): {"add": draw(0, 0.3)}} for _ in shapes]
        scenario = build_scenario(model, {
            str(k): {**shape, "moves": move} for k, (shape, move) in enumerate(zip(shapes, moves, strict=True))
        })  # fmt: skip
        found = simulate(model, [0, 7, 20], None, scenario)
        x, numerics = [unit["initial"] for unit in units.values()], compiled(model)

        def rates(t, y, end, model=model, scenario=scenario, numerics=numerics):
            within = [min(t, np.nextafter(end, 0))]  # the end of a part belongs to it
            return numerics.rates(t, y, vectors(model, values_over(model, scenario, within))[0])

        for ends in itertools.pairwise([0.0, *map(float, events(scenario)), 20.0]):
            x = solve_ivp(rates, ends, x, "LSODA", rtol=1e-10, atol=1e-12, args=(ends[1],)).y[:, -1]
        assert found.y[-1] == pytest.approx(x, rel=1e-7)
