"""Trajectories by compiled code, and the peak of this machine: jobs of `python -m tests.benchmarks`.

The peak is that of multiply-adds in vectors, measured here. Operations are those in the text of a step (an addition or
a multiplication counts one) times the steps that members took: what lanes do while they rest, reading off levels and
writing are not counted. The kernel is the engine without its error estimate.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

import numpy as np

import symbiode
from symbiode.dynamics.numerics import compiled, kept, vector, vectors
from symbiode.dynamics.numerics.straight import LANES, text_of_lanes
from symbiode.dynamics.simulation import fast
from tests.benchmarks.speed import START, drawn, pair, timed, varied

MEMBERS, TOL = 40_000, 1e-8
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


def pairs(times: np.ndarray) -> tuple[dict[str, Job], float]:
    """Return pairs with random growth, effects and starts: jobs, and steps a member."""
    model, (numbers, start) = pair(k=(1, 1)), drawn(MEMBERS)
    values = varied(numbers)
    numerics, p = compiled(model), vectors(model, values)
    kernel = lambda: fast.carry(numerics, start, times, p, tol=TOL, cap=1e8, sharper=False)  # noqa: E731
    public = lambda: symbiode.ensemble(model, values=values, start=start, times=times, rtol=TOL / 0.03).y  # noqa: E731
    return {"kernel": lambda: kernel().y, "ensemble": public}, float(kernel().steps.mean())


def basin() -> Job:
    """Return the follower of 200 x 200 starts of two rivals, each to its end."""
    model, axis = pair(k=(1, 1), d=(-1.5, -1.4)), np.linspace(0.01, 1.5, 200)
    start = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    numerics, p, times = compiled(model), vector(model), np.array([0.0, 50.0])
    return lambda: fast.carry(numerics, start, times, p, tol=TOL, cap=1e8, sharper=False).y[:, 1]


def alone() -> Job:
    """Return one trajectory of 200 times."""
    times, model, start = np.linspace(0, 50, 200), pair(), np.array([START])
    numerics, p, order = compiled(model), vector(model), fast.order_of(TOL)
    made = numerics.recurrence
    out = np.zeros(400), np.zeros(1, int), np.zeros(1), np.zeros(2), np.zeros(1, int)
    given = (*fast._given(numerics, made, start, p, 1e8), times, TOL ** (1 / order) / 1.03, 1e-7, np.inf, *out)
    code = fast._lanes(made, order, True)

    def run() -> np.ndarray:
        code(0, 1, *given)
        return np.vstack([start, out[0].reshape(200, 2)[1:]])

    return run
