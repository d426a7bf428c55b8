"""Trajectories, one and many, side by side with scipy in one run, at equal error.

``python tests/benchmarks/speed.py`` prints the table and writes it to `speed.md` beside it. Every job is timed in turn
in every round (CPU time, median of the rounds), errors are relative to a 50-digit series, and scipy is given the
loosest tolerance of 1e-7, 1e-8, … that brings its error to 1e-8. The kernel is the engine without its error estimate.
"""

from __future__ import annotations

import datetime
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.integrate import odeint, solve_ivp

import symbiode
from symbiode.dynamics.numerics import compiled, vector, vectors
from symbiode.dynamics.simulation.engines import System
from symbiode.dynamics.simulation.lanes import carry
from symbiode.dynamics.simulation.taylor import taylor
from tests.dynamics.test_taylor import reference

WANTED, ROUNDS, MEMBERS, LOOPED, CHECKED = 1e-8, 7, 20_000, 60, 12
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


def many(times: np.ndarray) -> tuple[str, dict[str, Job], np.ndarray]:
    """Return many trajectories with random growth, effects and starts; looped ones are a part of them."""
    rng, model = np.random.default_rng(1), pair(k=(1, 1))
    r, d = rng.uniform(0.2, 1, (MEMBERS, 2)), rng.uniform(-0.5, 0.8, (MEMBERS, 2))
    start = rng.uniform(0.05, 1.5, (MEMBERS, 2))
    values = {"a.growth": r[:, 0], "b.growth": r[:, 1], "effects.a.b": d[:, 0], "effects.b.a": d[:, 1]}
    numerics, p = compiled(model), vectors(model, values)
    numbers = [(*r[i], 1.0, 1.0, *d[i]) for i in range(LOOPED)]
    truth = np.array([exact(numbers[i], start[i], times) for i in range(CHECKED)])

    def ode(rtol: float, members: int = CHECKED) -> np.ndarray:
        return np.array([
            odeint(slopes, start[i], times, args=numbers[i], tfirst=True, rtol=rtol, atol=rtol / 100)
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


def rows(title: str, jobs: dict[str, Job], truth: np.ndarray) -> list[str]:
    """Return one line a job, the first of them being what the others are compared with."""
    several = truth.ndim == 3
    error = {name: worst(job()[: len(truth)], truth) for name, job in jobs.items()}
    counts = {name: (LOOPED if "loop" in name else MEMBERS) if several else 1 for name in jobs}
    spent = {name: seconds / counts[name] for name, seconds in timed(jobs).items()}
    anchor = next(iter(spent.values()))
    lines = []
    for name, seconds in spent.items():
        speed = f"{1 / seconds:,.0f}/s" if several else f"{1e3 * seconds:.2f} ms"
        lines.append(f"| {title} | {name} | {speed} | {error[name]:.0e} | {anchor / seconds:.1f} |")
    return lines


def written() -> str:
    """Return the table as Markdown, with the machine and the day."""
    about = f"{platform.machine()}, Python {platform.python_version()}, one core, {datetime.date.today()}."
    lines = ["| job | program | speed | error | times the first |", "|---|---|---|---|---|"]
    for job in (single(), many(np.array([0.0, 50.0])), many(np.linspace(0, 50, 52))):
        lines += rows(*job)
    return f"{__doc__.split(chr(10))[0]}\n\n{about}\n\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    told = written()
    Path(__file__).with_suffix(".md").write_text(told, encoding="utf-8")
    sys.stdout.write(told)
