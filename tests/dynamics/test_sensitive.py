"""Sensitivities by Taylor series against closed forms differentiated by sympy, and against the Runge-Kutta pair."""

import numpy as np
import pytest
import sympy
from scipy.integrate import solve_ivp

from symbiode.dynamics.numerics import compiled, vector
from symbiode.dynamics.simulation import sensitive
from symbiode.dynamics.simulation.flow import DONE, RAN_AWAY, WORK_LIMIT, flow
from symbiode.system.building import build
from tests.seeds import fresh_seed

TIMES = np.array([0.0, 0.3, 0.31, 1.0, 2.5])
SYMBOLS = x0, r, s, t = sympy.symbols("x0 r s t", positive=True)
CURVES = {
    "power": ("r*x**s", (x0 ** (1 - s) + (1 - s) * r * t) ** (1 / (1 - s))),
    "exponential": ("s*exp(-r*x)", sympy.log(sympy.exp(r * x0) + r * s * t) / r),
    "quotient": ("r/(s + x)", sympy.sqrt((s + x0) ** 2 + 2 * r * t) - s),
    "logarithm": ("-r*x*log(x/s)", s * (x0 / s) ** sympy.exp(-r * t)),
    "square": ("r*x**2 - s*x", s / (r + (s / x0 - r) * sympy.exp(s * t))),
}


@pytest.mark.parametrize("few", [0, sensitive.FEW])
@pytest.mark.parametrize("name", CURVES)
def test_derivatives_of_solved_equations_are_exact(name, few, monkeypatch):
    """Separable equations, solved by hand; x and its derivatives to r, s and the start; by arrays and by lines."""
    monkeypatch.setattr(sensitive, "FEW", few)
    equation, curve = CURVES[name]
    model = build({"x": {"initial": 0.7}}, equations={"x": equation}, parameters={"r": "0.4", "s": "0.6"})
    numerics = compiled(model)
    named = {q.symbol: q.path[-1] for q in model.parameters}
    names = [named[symbol] for symbol in numerics.parameters]
    assert sorted(names) == ["r", "s"]
    p, start = np.array([[{"r": r, "s": s}[n] for n in names] for r, s in ((0.4, 0.6), (0.2, 0.5))]), [0.7, 1.1]
    found = flow(numerics, np.array([start]).T, TIMES, p, wrt=(*numerics.parameters, *numerics.states), rtol=1e-11)
    assert found.status.tolist() == [DONE, DONE]
    assert found.steps.max() < 40  # the Runge-Kutta pair lands on every time, and takes smaller steps
    for k, at in enumerate(({x0: 0.7, r: 0.4, s: 0.6}, {x0: 1.1, r: 0.2, s: 0.5})):
        for column, symbol in enumerate([*({"r": r, "s": s}[n] for n in names), x0]):
            truth = [float(sympy.diff(curve, symbol).subs(at).subs(t, time).evalf(30)) for time in TIMES]
            assert found.dy[k, :, 0, column] == pytest.approx(truth, rel=1e-8, abs=1e-11), symbol
        truth = [float(curve.subs(at).subs(t, time).evalf(30)) for time in TIMES]
        assert found.y[k, :, 0] == pytest.approx(truth, rel=1e-9)


def predators():
    return build(
        {"a": {"growth": 1, "capacity": 3, "initial": 1}, "b": {"growth": 0.5, "capacity": 2, "initial": 0.2}},
        effects={"a.b": "-0.9", "b.a": "0.8"},
    )


def test_series_and_runge_kutta_agree_on_two_units():
    """A second run that is refined takes the other method."""
    model = predators()
    numerics, wrt = compiled(model), (*compiled(model).parameters, *model.states)
    args = (numerics, [[1.0, 0.2], [2.0, 3.0]], np.linspace(0, 30, 12), vector(model))
    series, other = (flow(*args, wrt=wrt, rtol=1e-11, refine=k) for k in (1, 2))
    assert series.y == pytest.approx(other.y, rel=1e-9)
    scale = np.abs(other.dy).max(axis=(1, 2), keepdims=True)
    assert np.abs((series.dy - other.dy) / scale).max() < 1e-9
    assert series.steps.max() < other.steps.max() / 1.5


LAWS = {
    "logistic": {},
    "rational": {"equations": {"x": "r*x**s/(1 + x) - exp(-x)*x"}, "parameters": {"r": "0.4", "s": "0.6"}},
    "logarithm": {"equations": {"x": "r*x*(1 - log(1 + x**2)/s)"}, "parameters": {"r": "0.4", "s": "0.6"}},
    "plain": {"equations": {"x": "r*x**s - x/(s + x)"}, "parameters": {"r": "0.4", "s": "0.6"}},
}


@pytest.mark.parametrize("law", LAWS)
def test_lines_for_few_members_and_arrays_for_many_agree(law, monkeypatch):
    """Two programs of one method; arrays in a company of any size give a member the same bits."""
    model = build({"x": {"initial": 1} | ({} if LAWS[law] else {"growth": 1, "capacity": 2})}, **LAWS[law])
    numerics, starts = compiled(model), np.linspace(0.5, 3, 9)[:, None]
    args, wrt = (TIMES, vector(model)), (*numerics.parameters, *numerics.states)
    lines = flow(numerics, starts, *args, wrt=wrt)
    monkeypatch.setattr(sensitive, "FEW", 0)
    arrays, alone = (flow(numerics, some, *args, wrt=wrt) for some in (starts, starts[4:5]))
    assert arrays.dy[4].tobytes() == alone.dy[0].tobytes()
    assert arrays.y[4].tobytes() == alone.y[0].tobytes()
    assert lines.y == pytest.approx(arrays.y, rel=1e-9)
    assert np.abs(lines.dy - arrays.dy).max() <= 1e-9 * np.abs(arrays.dy).max()


@pytest.mark.parametrize("few", [0, sensitive.FEW])
def test_a_member_that_runs_away_leaves_no_number_beyond_the_cap(few, monkeypatch):
    """x' = x^2 - .5 x from 1: x = .5/(1 - .5 exp(.5 t)) is infinite at t* = 2 ln 2."""
    monkeypatch.setattr(sensitive, "FEW", few)
    model = build({"x": {"initial": 1}}, equations={"x": "x**2 - 0.5*x"})
    numerics, end = compiled(model), 2 * np.log(2)
    times = np.concatenate([[0.0], end - 10.0 ** -np.arange(0, 9), [2.0]])
    found = flow(numerics, [[1.0]], times, vector(model), wrt=numerics.states, rtol=1e-10)
    assert found.t_end[0] <= end * (1 + 1e-12)
    assert found.status[0] in (RAN_AWAY, WORK_LIMIT)
    assert np.isnan(found.y[0, -1]).all()
    assert np.isnan(found.dy[0, -1]).all()
    assert found.y[0, 4, 0] == pytest.approx(0.5 / (1 - 0.5 * np.exp(0.5 * times[4])), rel=1e-6)


@pytest.mark.parametrize("few", [0, sensitive.FEW])
def test_too_many_steps_end_at_the_work_limit(few, monkeypatch):
    """Where growth is 1e5 times faster than the time span, explicit steps are many."""
    monkeypatch.setattr(sensitive, "FEW", few)
    model = build({"x": {"growth": 100000, "capacity": 1}})
    numerics = compiled(model)
    found = flow(numerics, [[0.5]], [0.0, 1.0], vector(model), wrt=numerics.states, max_steps=60)
    assert found.status.tolist() == [WORK_LIMIT]
    assert found.steps.tolist() == [30]
    assert np.isnan(found.y[0, 1]).all()


def random_rivals(units, rng):
    """Return a model and arrays of growth, slopes and starts that let nothing run away."""
    names = "abcd"[:units]
    r, k, x = rng.uniform(0.2, 1.5, units), rng.uniform(0.5, 3, units), rng.uniform(0.1, 2, units)
    d = rng.uniform(-0.9, 0.3, (units, units)) / units
    told = {n: {"growth": r[i], "capacity": k[i], "initial": x[i]} for i, n in enumerate(names)}
    pairs = [(i, j) for i in range(units) for j in range(units) if i != j]
    model = build(told, effects={f"{names[i]}.{names[j]}": d[i, j] for i, j in pairs})
    A = r[:, None] * (np.where(np.eye(units) > 0, -1.0, d) / k)
    return model, r, A, x


@pytest.mark.parametrize("often", [False, pytest.param(True, marks=pytest.mark.peer)])  # the second needs numba
@pytest.mark.parametrize("units", [1, 2, 3, 4])
def test_scipy_finds_the_same_levels_and_derivatives(units, often):
    """Radau's and DOP853's own variational equations d(ln x)' = A x d(ln x): random rivals, derivatives to starts."""
    model, r, A, start = random_rivals(units, np.random.default_rng([fresh_seed(), units]))
    numerics, times = compiled(model), np.linspace(0, 12, 7)

    def slopes(t, y):
        x, S = np.exp(y[:units]), y[units:].reshape(units, units)
        return np.concatenate([r + A @ x, (A * x @ S).ravel()])

    first = np.concatenate([np.log(start), np.diag(1 / start).ravel()])
    truth = solve_ivp(slopes, (0, 12), first, "DOP853", times, rtol=1e-12, atol=1e-13).y.T
    wrt = (*numerics.parameters, *numerics.states)
    many = np.tile(start, (40, 1))
    for starts in (many[:1], many):
        found = flow(numerics, starts, times, vector(model), wrt=wrt, rtol=1e-10, often=often)
        assert (found.status == DONE).all()
        x = np.exp(truth[:, :units])
        assert found.y[-1] == pytest.approx(x, rel=1e-8)
        dy = found.dy[-1, :, :, -units:]
        assert dy == pytest.approx(x[:, :, None] * truth[:, units:].reshape(-1, units, units), rel=1e-7, abs=1e-9)
        assert found.dy[0].tobytes() == found.dy[-1].tobytes()


@pytest.mark.peer
@pytest.mark.parametrize("equations", [{}, {"a": "-0.4*a*b + 0.3*a", "b": "0.5*a*b - 0.2*b"}])
def test_compiled_code_agrees_with_the_plain(equations):
    """All derivatives, a member that runs away and one beyond its cap at the start among them."""
    told = {"equations": equations} if equations else {"effects": {"a.b": "1.5", "b.a": "0.9"}}
    model = build({n: {} if equations else {"growth": 0.4, "capacity": 2} for n in "ab"}, **told)
    numerics, times = compiled(model), np.linspace(0, 8, 9)
    starts, wrt = [[0.5, 0.1], [3.0, 0.2], [5.0, 6.0], [3e8, 1.0]], (*numerics.parameters, *numerics.states)
    plain, quick = (
        flow(numerics, starts, times, vector(model), wrt=wrt, rtol=1e-10, cap=1e6, often=often)
        for often in (False, True)
    )
    assert plain.status.tolist() == quick.status.tolist()
    assert quick.status[0] == DONE
    assert np.array_equal(np.isnan(plain.dy), np.isnan(quick.dy))
    assert quick.y == pytest.approx(plain.y, rel=1e-7, nan_ok=True)
    seen = np.isfinite(plain.dy)
    scale = np.where(seen, np.abs(plain.dy), 0.0).max(axis=(1, 2), keepdims=True)
    assert (np.abs(plain.dy - quick.dy) <= 1e-6 * scale)[seen].all()
