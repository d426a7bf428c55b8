"""Trajectories, one and many, by scipy and by the plain engine: the jobs of `python -m tests.benchmarks`.

Every job is timed in turn in every round (CPU time, median of the rounds), errors are relative to a 50-digit series,
and scipy is given the loosest tolerance of 1e-7, 1e-8, … that brings its error to 1e-8.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from scipy.integrate import odeint, solve_ivp

import symbiode
from symbiode.dynamics.numerics import compiled, vector, vectors
from symbiode.dynamics.simulation.engines import System
from symbiode.dynamics.simulation.lanes import carry
from symbiode.dynamics.simulation.taylor import taylor
from tests.dynamics.test_taylor import reference

WANTED, ROUNDS, LOOPED, CHECKED = 1e-8, 7, 60, 12
MEMBERS = 16_000  # below what compiled code is used for
R, K, D, START = (0.8, 0.5), (100.0, 60.0), (0.4, 0.5), (5.0, 40.0)
Job = Callable[[], np.ndarray]


def pair(r=R, k=K, d=D, start=START) -> symbiode.Model:
    """Return two logistic units that help each other."""
    units = {n: {"growth": str(r[i]), "capacity": str(k[i]), "initial": str(start[i])} for i, n in enumerate("ab")}
    return symbiode.build(units, effects={"a.b": str(d[0]), "b.a": str(d[1])})


def slopes(t, y, r1, r2, k1, k2, a, b):
    """Return the rates as a user of scipy would write them, for plain numbers."""
    u, v = y.tolist()
    return r1 * u * (1 - u / k1 + a * v / k2), r2 * v * (1 - v / k2 + b * u / k1)


def exact(numbers, start, times) -> np.ndarray:
    """Return the 50-digit solution."""
    r1, r2, k1, k2, a, b = numbers
    return reference([r1, r2], [[-r1 / k1, r1 * a / k2], [r2 * b / k1, -r2 / k2]], start, times)


def timed(jobs: dict[str, Job]) -> dict[str, float]:
    """Return the median CPU time of each job, all of them once in every round."""
    spent: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            begun, many = time.process_time(), 0
            while time.process_time() - begun < 0.02:
                job()
                many += 1
            spent[name].append((time.process_time() - begun) / many)
    return {name: float(np.median(times)) for name, times in spent.items()}


def loosest(solve: Callable[[float], np.ndarray], truth: np.ndarray) -> tuple[float, float]:
    """Return the loosest tolerance of a solver that is good enough, and its error."""
    for rtol in 10.0 ** -np.arange(7.0, 14.0):
        error = worst(solve(rtol), truth)
        if error <= WANTED:
            break
    return float(rtol), error


def worst(found: np.ndarray, truth: np.ndarray) -> float:
    return float(np.abs(found / truth - 1).max())


def single() -> tuple[str, dict[str, Job], np.ndarray]:
    """Return one trajectory of 200 times to t = 50."""
    times, numbers, model = np.linspace(0, 50, 200), (*R, *K, *D), pair()
    truth, numerics, p = exact(numbers, START, times), compiled(model), vector(model)

    def ivp(rtol: float) -> np.ndarray:
        return solve_ivp(slopes, (0, 50), START, "DOP853", times, args=numbers, rtol=rtol, atol=rtol / 100).y.T

    def ode(rtol: float) -> np.ndarray:
        return odeint(slopes, START, times, args=numbers, tfirst=True, rtol=rtol, atol=rtol / 100)

    jobs: dict[str, Job] = {}
    for name, solve in (("solve_ivp DOP853", ivp), ("odeint", ode)):
        rtol, _ = loosest(solve, truth)
        jobs[f"{name}, rtol {rtol:.0e}"] = lambda solve=solve, rtol=rtol: solve(rtol)
    jobs["symbiode, kernel"] = lambda: np.exp(taylor(System(numerics, p, 0.0, np.array(START)), times, 1e-9, 1e8).z)
    jobs["symbiode.simulate"] = lambda: symbiode.simulate(model, times, rtol=1e-8).y
    return "One trajectory, 200 times to t = 50", jobs, truth


def drawn(members: int) -> tuple[np.ndarray, np.ndarray]:
    """Return random numbers (growth, capacity 1, effects) and starts, a row a member; the first are always the same."""
    limits = ((0.2, 1), (-0.5, 0.8), (0.05, 1.5))
    r, d, start = (np.random.default_rng(k).uniform(*ends, (members, 2)) for k, ends in enumerate(limits))
    return np.hstack([r, np.ones((members, 2)), d]), start


def varied(numbers: np.ndarray) -> dict[str, np.ndarray]:
    """Return the numbers that `drawn` varies, by name."""
    names = ("a.growth", "b.growth", "effects.a.b", "effects.b.a")
    return dict(zip(names, numbers[:, [0, 1, 4, 5]].T, strict=True))


def many(times: np.ndarray) -> tuple[str, dict[str, Job], np.ndarray]:
    """Return many trajectories with random growth, effects and starts; looped ones are a part of them."""
    model, (numbers, start) = pair(k=(1, 1)), drawn(MEMBERS)
    values = varied(numbers)
    numerics, p = compiled(model), vectors(model, values)
    truth = np.array([exact(numbers[i], start[i], times) for i in range(CHECKED)])

    def ode(rtol: float, members: int = CHECKED) -> np.ndarray:
        return np.array([
            odeint(slopes, start[i], times, args=tuple(numbers[i]), tfirst=True, rtol=rtol, atol=rtol / 100)
            for i in range(members)
        ])  # fmt: skip

    rtol, _ = loosest(ode, truth)
    return (
        f"Ensemble, {len(times) - 1} time{'s' * (len(times) > 2)} to t = 50",
        {
            f"odeint in a loop, rtol {rtol:.0e}": lambda: ode(rtol, LOOPED),
            "symbiode, kernel": lambda: carry(numerics, start, times, p, tol=1e-8, cap=1e8).y,
            "symbiode.ensemble": lambda: symbiode.ensemble(model, values=values, start=start, times=times, rtol=1e-7).y,
        },
        truth,
    )
