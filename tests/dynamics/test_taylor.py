"""Trajectories by Taylor series against scipy's solvers and 50-digit references, law by law."""

import math

import mpmath
import numpy as np
import pytest

from symbiode.dynamics.numerics import compiled, vector
from symbiode.dynamics.simulation import engines, simulate
from symbiode.dynamics.simulation.engines import End, System
from symbiode.dynamics.simulation.taylor import has_series, higher, taylor
from symbiode.system.building import build
from tests.dynamics.test_series import MODELS
from tests.dynamics.test_simulation import drawn, relative
from tests.seeds import fresh_seed


def reference(b, A, x0, times, order=40):
    """Solve x' = x (b + A x) by Taylor series in 50 digits, steps a tenth of the radius of convergence."""
    n = len(b)
    with mpmath.workdps(50):
        x, t, rows = list(map(mpmath.mpf, x0)), mpmath.mpf(times[0]), []
        B, M = [mpmath.mpf(v) for v in b], [[mpmath.mpf(v) for v in row] for row in A]
        for end in map(mpmath.mpf, times):
            while t < end:
                c, g = [[v] for v in x], [[] for _ in range(n)]
                for m in range(order):
                    for i in range(n):
                        g[i].append((B[i] if m == 0 else 0) + mpmath.fdot(M[i], [c[j][m] for j in range(n)]))
                    for i in range(n):
                        c[i].append(mpmath.fdot(c[i], reversed(g[i])) / (m + 1))
                radius = min((abs(c[i][0]) / abs(c[i][order])) ** (mpmath.mpf(1) / order) for i in range(n))
                h = min(radius / 10, end - t)
                x, t = [mpmath.polyval(c[i][::-1], h) for i in range(n)], t + h
            rows.append([float(v) for v in x])
    return np.array(rows)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.law.name)
def test_every_law_goes_where_scipy_goes(model):
    rng, numerics, grid = np.random.default_rng(fresh_seed()), compiled(model), np.linspace(0.0, 4.0, 9)
    assert has_series(numerics)
    for start in rng.uniform(0.2, 0.6, (3, 2)):
        system = System(numerics, vector(model), 0.0, start)
        ours, theirs = taylor(system, grid, 1e-11, 1e8), engines.explicit(system, grid, 1e-12, 1e8)
        assert ours.end is theirs.end
        assert len(ours.z) == len(theirs.z)
        assert ours.z == pytest.approx(theirs.z, rel=1e-9, abs=1e-9)


def test_the_error_of_one_step_falls_as_the_tolerance_says():
    """A logistic curve in closed form: two orders, each as good as asked for."""
    model = build({"a": {"growth": 1, "capacity": 1}})
    grid = np.linspace(0.0, 20.0, 201)
    truth = -np.log1p(99 * np.exp(-grid))
    for march, tols in ((taylor, (1e-6, 1e-9, 1e-11, 1e-14)), (higher, (1e-7, 1e-12, 1e-15))):
        for tol in tols:
            found = march(System(compiled(model), vector(model), 0.0, np.array([0.01])), grid, tol, 1e8)
            assert np.abs(found.z[:, 0] - truth).max() < 10 * tol + 2e-14


def test_a_step_never_crosses_a_pole_that_its_unit_does_not_feel():
    """x2 is logistic and passes 1/2, where the capacity 1 - 2 x2 of x1 is zero, at t = ln 9."""
    units = {name: {"growth": 1, "capacity": 1} for name in "ab"}
    model = build(units, law="carrying_capacity", effects={"a.b": -2, "b.a": 1})
    system = System(compiled(model), vector(model), 0.0, np.array([1e-30, 0.1]))
    found = taylor(system, np.array([0.0, 10.0]), 1e-9, 1e8)
    assert found.end is End.STUCK
    assert found.t == pytest.approx(math.log(9), rel=1e-8)


def test_a_power_of_a_negative_number_is_left_to_others():
    model = build({"a": {}}, equations={"a": "sqrt(a)"})
    found = taylor(System(compiled(model), vector(model), 0.0, np.array([-1.0])), np.array([0.0, 1.0]), 1e-9, 1e8)
    assert found.end is End.STUCK


@pytest.mark.slow
def test_growth_rates_a_million_apart_and_tiny_starts_keep_their_digits():
    """To t = 50, or 90 % of the way to blow-up: error at most 10 x tolerance, estimate above it and within 100 x."""
    rng, ratios = np.random.default_rng(fresh_seed()), []
    for k in range(100):
        n, rtol = int(rng.integers(1, 6)), 10 ** rng.uniform(-11, -4)
        r = [float(f"{2 * 10 ** rng.uniform(-6, 0):.4g}") for _ in range(n)]
        high = 2 if k % 3 == 0 else 0.9 / max(1, n - 1)
        d = [[-1.0 if i == j else drawn(rng, -1.5, high) for j in range(n)] for i in range(n)]
        x0 = [float(f"{10 ** rng.uniform(-12, 0.5):.4g}") for _ in range(n)]
        model = build(
            {f"u{i}": {"growth": r[i], "capacity": 1, "initial": x0[i]} for i in range(n)},
            effects={f"u{i}.u{j}": d[i][j] for i in range(n) for j in range(n) if i != j},
        )
        first = simulate(model, [0.0, 50.0], rtol=1e-6)
        last = 50.0 if not first.ended else 0.9 * (first.blow_up_time or dict(first.status.values)["reached"])
        times = np.linspace(0.0, last, 4).tolist()
        found = simulate(model, times, rtol=rtol)
        truth = reference(r, [[r[i] * d[i][j] for j in range(n)] for i in range(n)], x0, times)
        true = relative(found.y, truth)
        assert found.status.ok
        assert true <= max(10 * rtol, 1e-14)
        # Products r d are rounded here and not there: below 1e-14 the reference knows no better.
        ratios.append(found.error_estimate / true if true > 1e-14 else 1.0)
    assert np.mean(np.array(ratios) >= 1) >= 0.98
    assert np.mean(np.array(ratios) <= 100) >= 0.90
