"""Compiled ensembles beside scipy and beside the peak of this machine, all in one run.

``python tests/benchmarks/fast_ensembles.py``, with the extra fast installed, prints the table and writes it to
`fast_ensembles.md` beside it. CPU time on one thread, median of rounds in which every job has its turn; errors are
relative to a 50-digit series. The peak is that of multiply-adds in vectors, measured here. Operations are those in the
text of a step (an addition or a multiplication counts one) times the steps that members took: what lanes do while they
rest, reading off levels and writing are not counted. The kernel is the engine without its error estimate.
"""

from __future__ import annotations

import ast
import datetime
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numba
import numpy as np
from scipy.integrate import odeint, solve_ivp

import symbiode
from symbiode.dynamics.numerics import compiled, kept, vector, vectors
from symbiode.dynamics.numerics.straight import LANES, text_of_lanes
from symbiode.dynamics.simulation import fast
from tests.benchmarks.speed import CHECKED, START, D, K, R, exact, loosest, pair, slopes, timed, worst

MEMBERS, LOOPED, TOL = 40_000, 40, 1e-8
Job = Callable[[], np.ndarray]


def peak() -> float:
    """Return multiplications and additions a second, in chains that do not wait for each other."""
    chains, many = range(8), 32
    lines = ["@njit(fastmath={'contract'})", "def run(rounds, A, x, y):", " for r in range(rounds):"]
    lines += [f"  for w in range({LANES}):", *(f"   a{c} = A[{c}, w]" for c in chains)]
    lines += [f"   a{c} = a{c}*x + y" for _ in range(many) for c in chains] + [f"   A[{c}, w] = a{c}" for c in chains]
    run, A, rounds = kept.kernel("\n".join(lines), "run"), np.ones((len(chains), LANES)), 4000
    run(1, A, 0.999, 0.001)
    return 2 * rounds * many * A.size / timed({"peak": lambda: run(rounds, A, 0.999, 0.001)})["peak"]


def operations(model: symbiode.Model) -> int:
    """Return the additions, multiplications and divisions of one step of one lane, of `exp` and roots too."""
    tree = ast.parse(text_of_lanes(compiled(model).recurrence, fast.order_of(TOL), between=False))
    functions = {part.name: part for part in tree.body if isinstance(part, ast.FunctionDef)}

    def count(part: ast.AST) -> int:
        inside = list(ast.walk(part))
        called = [node.func.id for node in inside if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        sums = ast.Add | ast.Sub | ast.Mult | ast.Div
        own = sum(isinstance(node, ast.BinOp) and isinstance(node.op, sums) for node in inside)
        return own + sum(count(functions[name]) for name in called if name in functions)

    loop = next(part for part in functions["lanes"].body if isinstance(part, ast.While))
    return count(loop.body[0])


def pairs(times: np.ndarray) -> tuple[dict[str, Job], np.ndarray, int]:
    """Return pairs with random growth, effects and starts: jobs, true answers of the first ones, steps a member."""
    rng, model = np.random.default_rng(1), pair(k=(1, 1))
    r, d = rng.uniform(0.2, 1, (MEMBERS, 2)), rng.uniform(-0.5, 0.8, (MEMBERS, 2))
    start = rng.uniform(0.05, 1.5, (MEMBERS, 2))
    values = {"a.growth": r[:, 0], "b.growth": r[:, 1], "effects.a.b": d[:, 0], "effects.b.a": d[:, 1]}
    numerics, p = compiled(model), vectors(model, values)
    numbers = [(*r[i], 1.0, 1.0, *d[i]) for i in range(LOOPED)]
    truth = np.array([exact(numbers[i], start[i], times) for i in range(CHECKED)])

    def ode(rtol: float, members: int = CHECKED) -> np.ndarray:
        about = {"tfirst": True, "rtol": rtol, "atol": rtol / 100}
        return np.array([odeint(slopes, start[i], times, args=numbers[i], **about) for i in range(members)])

    rtol, _ = loosest(ode, truth)
    kernel = lambda: fast.carry(numerics, start, times, p, tol=TOL, cap=1e8, sharper=False)  # noqa: E731
    public = lambda: symbiode.ensemble(model, values=values, start=start, times=times, rtol=TOL / 0.03).y  # noqa: E731
    jobs = {f"odeint in a loop, rtol {rtol:.0e}": lambda: ode(rtol, LOOPED), "kernel": lambda: kernel().y}
    return jobs | {"symbiode.ensemble": public}, truth, float(kernel().steps.mean())


def many(times: np.ndarray, top: float) -> list[str]:
    """Return the lines of an ensemble."""
    jobs, truth, steps = pairs(times)
    error = {name: worst(job()[: len(truth)], truth) for name, job in jobs.items()}
    speed = {name: (LOOPED if "loop" in name else MEMBERS) / spent for name, spent in timed(jobs).items()}
    first, flops = next(iter(speed.values())), operations(pair(k=(1, 1))) * steps
    title = f"{MEMBERS:,} pairs to t = 50, {len(times) - 1} time{'s' * (len(times) > 2)}"
    return [
        f"| {title} | {name} | {rate:,.0f}/s | {error[name]:.0e} | {rate / first:,.0f} | "
        f"{f'{100 * rate * flops / top:.0f} %' if name == 'kernel' else ''} |"
        for name, rate in speed.items()
    ]


def basin() -> list[str]:
    """Return the lines of 200 x 200 starts of two rivals, each to its end."""
    model = pair(k=(1, 1), d=(-1.5, -1.4))
    axis = np.linspace(0.01, 1.5, 200)
    start, numbers = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2), (*R, 1, 1, -1.5, -1.4)
    p, times, chosen = vector(model), np.array([0.0, 50.0]), slice(None, None, 400)

    def ode() -> np.ndarray:
        return np.array([odeint(slopes, x, times, args=numbers, tfirst=True, rtol=1e-8)[-1] for x in start[chosen]])

    jobs = {
        "odeint in a loop": ode,
        "kernel": lambda: fast.carry(compiled(model), start, times, p, tol=TOL, cap=1e8, sharper=False).y[:, 1],
    }
    ends = {name: np.diff(job())[:, 0] > 0 for name, job in jobs.items()}
    wrong = int((ends["odeint in a loop"] != ends["kernel"][chosen]).sum())
    spent = {name: seconds * (400 if "loop" in name else 1) for name, seconds in timed(jobs).items()}
    first = next(iter(spent.values()))
    title = "200 x 200 starts, which of two rivals stays"
    return [f"| {title} | {n} | {1e3 * s:,.1f} ms | {wrong} wrong | {first / s:,.0f} | |" for n, s in spent.items()]


def single() -> list[str]:
    """Return the lines of one trajectory of 200 times."""
    times, numbers, model = np.linspace(0, 50, 200), (*R, *K, *D), pair()
    truth, numerics, p, start = exact(numbers, START, times), compiled(model), vector(model), np.array([START])

    def ivp(rtol: float) -> np.ndarray:
        return solve_ivp(slopes, (0, 50), START, "DOP853", times, args=numbers, rtol=rtol, atol=rtol / 100).y.T

    rtol, _ = loosest(ivp, truth)
    made, order = numerics.recurrence, fast.order_of(TOL)
    out = np.zeros(400), np.zeros(1, int), np.zeros(1), np.zeros(2), np.zeros(1, int)
    given = (*fast._given(numerics, made, start, p, 1e8), times, TOL ** (1 / order) / 1.03, 1e-7, np.inf, *out)
    code = fast._lanes(made, order, True)

    def alone() -> np.ndarray:
        code(0, 1, *given)
        return np.vstack([start, out[0].reshape(200, 2)[1:]])

    jobs = {
        f"solve_ivp DOP853, rtol {rtol:.0e}": lambda: ivp(rtol),
        "kernel, with its inputs made ready": lambda: fast.carry(
            numerics, start, times, p, tol=TOL, cap=1e8, sharper=False
        ).y[0],
        "kernel": alone,
    }
    error = {name: worst(job(), truth) for name, job in jobs.items()}
    spent = timed(jobs)
    first = next(iter(spent.values()))
    return [
        f"| one trajectory, 200 times | {name} | {1e6 * s:,.0f} us | {error[name]:.0e} | {first / s:,.0f} | |"
        for name, s in spent.items()
    ]


def written() -> str:
    """Return the table as Markdown, with the machine and the day."""
    numba.config.NUMBA_NUM_THREADS = 1
    top = peak()
    about = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {datetime.date.today()}"
    lines = [
        f"{about}; peak {top / 1e9:.0f} Gflop/s a core.", "",
        "| job | program | CPU time | error | times the first | share of the peak |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for rows in (many(np.array([0.0, 50.0]), top), many(np.linspace(0, 50, 52), top), basin(), single()):
        lines += rows
    return f"{__doc__.split(chr(10))[0]}\n\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    begun = time.perf_counter()
    told = written()
    Path(__file__).with_suffix(".md").write_text(told, encoding="utf-8")
    sys.stdout.write(f"{told}\n{time.perf_counter() - begun:.0f} s\n")
