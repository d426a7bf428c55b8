"""Many members at once against scipy, closed forms and finite differences."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from symbiode.dynamics.numerics import compiled, vector
from symbiode.dynamics.simulation.flow import DONE, RAN_AWAY, WORK_LIMIT, flow
from symbiode.errors import InvalidValueError
from symbiode.system.building import build
from symbiode.system.model import Model

Array = NDArray[np.float64]
YEARS = np.arange(2000.0, 2025.0)


def logistic(n: int = 2, **own: int) -> Model:
    names = [f"u{i}" for i in range(n)]
    units = {name: {"growth": 0.1, "capacity": 1, "own_growth": own.get(name, 1)} for name in names}
    return build(units, effects={f"{a}.{b}": 0.1 for a in names for b in names if a != b})


def members(model: Model, count: int, seed: int) -> tuple[Array, Array]:
    """Return random numbers (member, parameter) and starts (member, unit) of a logistic model."""
    rng, n = np.random.default_rng(seed), len(model.units)
    p = np.empty((count, len(compiled(model).parameters)))
    for k, symbol in enumerate(compiled(model).parameters):
        low, high = {"r": (0.05, 0.4), "K": (1, 3), "d": (-0.5, 0.8 / n)}[str(symbol)[0]]
        p[:, k] = rng.uniform(low, high, count)
    return p, rng.uniform(0.05, 1.5, (count, n))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_states_agree_with_scipy_on_random_models(n: int) -> None:
    model = logistic(n)
    numbers = compiled(model)
    p, y0 = members(model, 4, seed=n)
    found = flow(numbers, y0, YEARS, p, rtol=1e-11)
    assert found.status.tolist() == [DONE] * 4
    for k in range(4):
        peer = solve_ivp(
            lambda t, y, k=k: numbers.rates(t, y, p[k]), (2000, 2024), y0[k], "DOP853", YEARS, rtol=1e-12, atol=1e-13
        )
        assert found.y[k] == pytest.approx(peer.y.T, rel=1e-9)


@pytest.mark.parametrize("n", [2, 9])
def test_sensitivities_agree_with_central_differences(n: int) -> None:
    """Nine units take the matrix form."""
    model = logistic(n)
    numbers = compiled(model)
    p, y0 = members(model, 2, seed=7)
    times = YEARS[::8]
    wrt = numbers.parameters if n == 2 else (*numbers.parameters[:3], numbers.parameters[-1])
    found = flow(numbers, y0, times, p, wrt=(*wrt, *numbers.states), rtol=1e-11)
    assert found.dy is not None
    step = 1e-4
    for column, symbol in enumerate((*wrt, *numbers.states)):
        ends = []
        for sign in (1, -1):
            q, x0 = p.copy(), y0.copy()
            if symbol in numbers.states:
                x0[:, numbers.states.index(symbol)] += sign * step
            else:
                q[:, numbers.parameters.index(symbol)] += sign * step
            ends.append(flow(numbers, x0, times, q, rtol=1e-12).y)
        difference = (ends[0] - ends[1]) / (2 * step)
        assert found.dy[..., column] == pytest.approx(difference, rel=2e-5, abs=1e-6), symbol


def test_sensitivities_of_the_logistic_curve_are_its_derivatives() -> None:
    """x = K/(1 + (K/x0 - 1) exp(-r t)), differentiated by sympy."""
    import sympy

    model = logistic(1)
    numbers, t = compiled(model), sympy.Symbol("t")
    (r, K), (x0,) = numbers.parameters, numbers.states
    curve = K / (1 + (K / x0 - 1) * sympy.exp(-r * t))
    found = flow(numbers, [[0.2]], [0.0, 3.0, 30.0], [0.3, 2.0], wrt=(r, K, x0), rtol=1e-12)
    assert found.dy is not None
    for column, symbol in enumerate((r, K, x0)):
        truth = [float(sympy.diff(curve, symbol).subs({r: 0.3, K: 2, x0: 0.2, t: time})) for time in (0, 3, 30)]
        assert found.dy[0, :, 0, column] == pytest.approx(truth, rel=1e-9, abs=1e-12)


def test_the_order_of_convergence_is_eight() -> None:
    model = logistic(1)
    errors = []
    for steps in (2, 4, 8):
        found = flow(compiled(model), [[0.01]], [0.0, 8.0], [1.0, 1.0], rtol=1e4, refine=steps)
        truth = 1 / (1 + 99 * math.exp(-8))
        errors.append(abs(math.log(found.y[0, -1, 0] / truth)))
        assert found.steps.tolist() == [steps]
    assert math.log2(errors[1] / errors[2]) == pytest.approx(8, abs=0.5)


def test_a_zero_stays_zero_and_its_derivative_is_the_growth_of_an_invader() -> None:
    """Beside a resident at its capacity an invader grows like exp(r (1 + d12) t)."""
    model = logistic(2)
    numbers = compiled(model)
    p = [0.3, 2.0, 0.5, 3.0, 0.4, -0.7]  # r1 K1 r2 K2 d12 d21
    found = flow(numbers, [[0.0, 3.0]], [0.0, 10.0], p, wrt=(*numbers.parameters, *numbers.states), rtol=1e-11)
    assert found.dy is not None
    assert found.y[0, 1].tolist() == [0.0, pytest.approx(3.0, rel=1e-12)]
    assert found.dy[0, 1, 0, :-2].tolist() == [0.0] * 6
    assert found.dy[0, 1, 0, -2] == pytest.approx(math.exp(0.3 * 1.4 * 10), rel=1e-9)
    # It harms the resident: dx2/dx1(0) = -r2 d/K1 K2 int exp(-r2 (t - s)) exp(.42 s) ds with d = .7.
    growth = (math.exp(0.42 * 10) - math.exp(-0.5 * 10)) / (0.42 + 0.5)
    assert found.dy[0, 1, 1, -2] == pytest.approx(-0.5 * 0.7 / 2.0 * 3.0 * growth, rel=1e-9)


def test_members_that_run_away_are_frozen_and_flagged() -> None:
    model = logistic(2)
    numbers = compiled(model)
    p = np.array([[0.3, 1, 0.7, 1, 2.0, 1.0], [0.3, 1, 0.7, 1, 0.2, 0.1]])
    found = flow(numbers, [[0.1, 0.1]] * 2, [0.0, 5.0, 10.0, 20.0], p, wrt=numbers.states)
    assert found.dy is not None
    assert found.status.tolist() == [RAN_AWAY, DONE]
    assert found.t_end[0] == pytest.approx(7.1025, abs=1e-4)  # blow-up time of the regions of the (d12, d21) plane
    assert np.isfinite(found.y[0, :2]).all()
    assert np.isnan(found.y[0, 2:]).all()
    assert np.isnan(found.dy[0, 2:]).all()
    assert np.isfinite(found.y[1]).all()
    assert found.y_end[0].max() > 1e8


def test_work_is_bounded() -> None:
    model = logistic(1)
    found = flow(compiled(model), [[0.5], [0.5]], [0.0, 100.0], [[1e5, 1.0], [1.0, 1.0]], max_steps=300)
    assert found.status.tolist() == [WORK_LIMIT, DONE]
    assert found.steps[0] == 300


def test_a_member_has_the_same_bits_in_every_company() -> None:
    model = logistic(2)
    numbers = compiled(model)
    p, y0 = members(model, 11, seed=3)
    wrt = (*numbers.parameters, *numbers.states)
    together = flow(numbers, y0, YEARS[:6], p, wrt=wrt, refine=2)
    assert together.dy is not None
    for chosen in ([4], [10, 0, 7]):  # by the Runge-Kutta pair; few and many series have their own code
        some = flow(numbers, y0[chosen], YEARS[:6], p[chosen], wrt=wrt, refine=2)
        assert some.y.tobytes() == together.y[chosen].tobytes()
        assert some.dy is not None
        assert some.dy.tobytes() == together.dy[chosen].tobytes()


def test_equations_of_other_form_go_through_zero_unclipped() -> None:
    model = build({"a": {}, "b": {}}, equations={"a": "b", "b": "-a"})
    times = np.linspace(0, 2 * math.pi, 9)
    found = flow(compiled(model), [[0.0, 1.0]], times, vector(model), wrt=model.states, rtol=1e-10)
    assert found.y[0] == pytest.approx(np.column_stack([np.sin(times), np.cos(times)]), abs=1e-8)
    assert found.dy is not None
    assert found.dy[0, 2] == pytest.approx(np.array([[0, 1], [-1, 0]]), abs=1e-8)


def test_time_in_an_equation_is_calendar_time() -> None:
    model = build({"a": {}}, equations={"a": "x*(t - 2000)"})
    found = flow(compiled(model), [[1.0]], [2000.0, 2003.0], vector(model))
    assert found.y[0, 1, 0] == pytest.approx(math.exp(4.5), rel=1e-9)


def test_what_does_not_fit_is_refused() -> None:
    model = logistic(2)
    numbers, p = compiled(model), vector(logistic(2))
    for change in (
        {"y0": [[0.1]]},
        {"y0": [[0.1, -0.1]]},
        {"y0": [[0.1, np.nan]]},
        {"times": [0.0, 0.0]},
        {"p": p[:-1]},
        {"wrt": (model.units[0].name,)},
    ):
        given = {"y0": [[0.1, 0.1]], "times": [0.0, 1.0], "p": p} | change
        with pytest.raises(InvalidValueError):
            flow(numbers, given["y0"], given["times"], given["p"], wrt=given.get("wrt"))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.floats(1e-12, 1e3), min_size=2, max_size=2),
    st.lists(st.floats(-3, 0.9), min_size=2, max_size=2),
    st.floats(0.01, 5),
)
def test_levels_stay_positive(start: list[float], effects: list[float], growth: float) -> None:
    found = flow(compiled(logistic(2)), [start], [0.0, 1.0, 50.0], [growth, 1.0, 0.3, 1.0, *effects])
    assert (found.y[np.isfinite(found.y)] > 0).all()
    assert found.status[0] in (DONE, WORK_LIMIT)


def test_derivatives_of_a_level_at_rest_cost_no_steps():
    """At its capacity a unit does not depend on its growth rate: the derivative is zero, its rounding no error."""
    model = build({"a": {"growth": 0.003, "capacity": 5}, "b": {"growth": 0.3, "capacity": 80}})
    numerics = compiled(model)
    wrt = (*numerics.parameters, *numerics.states)
    found = flow(numerics, [[5.0, 20.0]], np.arange(14.0), vector(model), wrt=wrt, rtol=1e-11)
    assert found.status[0] == 0
    assert found.steps[0] < 60
    growth = numerics.parameters.index(model.parameters[0].symbol)
    assert np.abs(found.dy[0, :, 0, growth]).max() < 1e-12
