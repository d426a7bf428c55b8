"""Whole fits of hare and lynx from one start to the same sum of squares, and a bootstrap of 2,000 refits."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy.integrate import odeint, solve_ivp
from scipy.optimize import least_squares

import symbiode
from symbiode.inference.draws import Bootstrap, drawn
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.observations import Observations
from symbiode.inference.problems import pose, run

DATA = Path(__file__).parents[2] / "models" / "hudson_bay_lynx_hare_1900_1920.csv"
START = {"r": 0.5, "a": 0.03, "c": 0.9, "b": 0.03, "hare": 30.0, "lynx": 5.0}


def slopes(t, y, r, a, c, b):
    """Return the rates as a user of scipy would write them."""
    x, z = y.tolist()
    return r * x - a * x * z, -c * z + b * x * z


def whole() -> Iterator[tuple[str, Callable[[], float]]]:
    """Yield programs that return the sum of squares of logarithms at the best fit."""
    seen = symbiode.read(DATA)
    t, logs, first = seen.t - seen.t[0], np.log(seen.y), np.log(list(START.values()))

    def ivp(q):
        p = np.exp(q)
        path = solve_ivp(slopes, (0, t[-1]), p[4:], t_eval=t, args=tuple(p[:4]), rtol=1e-8, atol=1e-10).y.T
        return (np.log(path) - logs).ravel()

    def ode(q):
        p = np.exp(q)
        about = {"tfirst": True, "rtol": 1e-8, "atol": 1e-10}
        return (np.log(np.maximum(odeint(slopes, p[4:], t, args=tuple(p[:4]), **about), 1e-300)) - logs).ravel()

    yield "least_squares on solve_ivp", lambda: 2 * least_squares(ivp, first, method="lm").cost
    yield "least_squares on odeint", lambda: 2 * least_squares(ode, first, method="lm").cost
    with contextlib.suppress(ImportError):
        import lmfit

        given = lmfit.Parameters()
        for name, value in zip(START, first, strict=True):
            given.add(name, value)
        yield "lmfit on odeint", lambda: lmfit.minimize(lambda q: ode(list(q.valuesdict().values())), given).chisqr
    problem = pose(symbiode.load("lotka-volterra"), seen)
    r, a, c, b, hare, lynx = START.values()
    known = {
        "hare.growth": r, "effects.hare.lynx": -a, "lynx.growth": c, "effects.lynx.hare": b,
        "hare.initial": hare, "lynx.initial": lynx,
    }  # fmt: skip
    start = np.array([[known[name] for name in problem.names]])
    method, box = TrajectoryMatching(), {"lower": problem.lower, "upper": problem.upper}
    yield "symbiode", lambda: float(method.refit(problem, start, **box, precision=1e-11).ssr[0])


def bootstrap(replicates: int = 2000) -> tuple[Callable[[], int], int]:
    """Return a bootstrap of two units seen 25 times, and its refits: the job returns how many converged."""
    units = {n: {"growth": r, "capacity": 1, "initial": "0.1"} for n, r in (("a", "0.5"), ("b", "0.4"))}
    model = symbiode.build(units, effects={"a.b": "0.3", "b.a": "-0.2"})
    rng, times = np.random.default_rng(1), np.arange(25.0)
    y = symbiode.simulate(model, times).y * np.exp(rng.normal(0, 0.02, (25, 2)))
    problem, method = pose(model, Observations(t=times, y=y, units=("a", "b"))), TrajectoryMatching(starts=3)
    estimate = run(method, problem)
    return lambda: len(drawn(Bootstrap(replicates=replicates), problem, method, estimate, ()).params), replicates
