"""One branch through a fold, ours beside AUTO in xpplab: python tests/benchmarks/follow_fold.py.

x' = x (-1 + p y/(1 + y) - x/10) and y' the same with x and y exchanged: on x = y the fold is at p = 1.1 + 2 sqrt(0.1).
Without xpplab only our numbers are printed. CPU times, medians of interleaved rounds.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from symbiode.dynamics.continuation import Kind, follow
from symbiode.dynamics.continuation.arclength import follow_curve
from symbiode.dynamics.continuation.points import fold
from symbiode.dynamics.continuation.systems import system_of
from symbiode.system.building import build

FOLD = 1.1 + 2 * np.sqrt(0.1)
HIGH = (2.9 + np.sqrt(2.9**2 - 0.4)) / 0.2
MODEL = build(
    {"x": {}, "y": {}}, parameters={"p": 4},
    equations={"x": "x*(-1 + p*y/(1 + y) - 0.1*x)", "y": "y*(-1 + p*x/(1 + x) - 0.1*y)"},
)  # fmt: skip
SYSTEM = system_of(MODEL, ["parameters.p"])


def one_branch() -> float:
    """Follow the one branch from p = 4 through the fold and back, eigenvalues at every point, and locate the fold."""
    equations, scale = SYSTEM.on((0, 1)), np.array([10.0, 10.0, 3.0])
    track = follow_curve(equations, [HIGH, HIGH, 4.0], [0, 0, -1], low=[0, 0, 1], high=[99, 99, 4], scale=scale)
    for z in track.points:
        SYSTEM.eigenvalues(equations.full(z))
    k = int(np.argmin(track.points[:, 2]))
    located = fold(equations, scale, track.points[k])
    assert located is not None
    return float(located.point[2])


def everything() -> float:
    """Follow all branches of the interval from complete lists of equilibria."""
    return next(p.value for p in follow(MODEL, "parameters.p", (1, 4)).points if p.kind is Kind.FOLD)


def auto() -> float:
    """Run AUTO on the same branch."""
    import xpplab

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fold.ode"
        path.write_text(
            "x'=x*(-1+p*y/(1+y)-0.1*x)\ny'=y*(-1+p*x/(1+x)-0.1*y)\n"
            f"par p=4\ninit x={HIGH}, y={HIGH}\n@ total=100,dt=0.05\ndone\n"
        )
        model = xpplab.load(str(path))
        diagram = model.auto.equilibria("p", ds=-0.01, dsmax=0.2, dsmin=1e-5, parmin=1.0, parmax=4.001, nmax=2000)
        return float(diagram.first("LP").value)


def main(rounds: int = 7) -> None:
    """Print the table."""
    jobs = {"symbiode, one branch": one_branch, "symbiode, all branches": everything}
    try:
        import xpplab  # noqa: F401

        jobs["xpplab (AUTO)"] = auto
    except ImportError:
        sys.stdout.write("xpplab is not installed: our numbers only\n")
    times: dict[str, list[float]] = {name: [] for name in jobs}
    errors: dict[str, float] = {}
    for _ in range(rounds):
        for name, job in jobs.items():
            begin = time.process_time()
            errors[name] = abs(job() - FOLD)
            times[name].append(time.process_time() - begin)
    anchor = statistics.median(times["symbiode, one branch"])
    for name, taken in times.items():
        median = statistics.median(taken)
        ratio = median / anchor
        sys.stdout.write(f"{name:24s} {1e3 * median:8.1f} ms  x{ratio:6.2f}  fold error {errors[name]:.1e}\n")


if __name__ == "__main__":
    main()
