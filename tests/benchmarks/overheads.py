"""What one task costs beside its own work: over processes, over Dask on loopback, and in the journal of pairs.

Run from the checkout, with Dask installed: ``python tests/benchmarks/overheads.py``. A task here does nothing.
"""

from __future__ import annotations

import platform
import tempfile
import time
from pathlib import Path

from symbiode import pairs, scale

TASKS = 2000


def seconds(label: str, **how: object) -> None:
    """Print what an empty task costs; the start of the workers is not counted."""
    answers = scale.unordered(abs, range(TASKS + 50), **how)  # type: ignore[arg-type]
    for _ in range(50):
        next(answers)
    began = time.perf_counter()
    count = sum(1 for _ in answers)
    print(f"{label:<42} {1e3 * (time.perf_counter() - began) / count:8.3f} ms a task")  # noqa: T201


def journal() -> None:
    """Print what writing a row down costs, until it is on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / pairs.PARTS).mkdir()
        book = pairs._Journal(Path(folder), 10**6)
        began = time.perf_counter()
        for index in range(400):
            book.add(index, ["x" * 12] * len(pairs.COLUMNS))
        print(f"{'one row of pairs into the journal':<42} {1e3 * (time.perf_counter() - began) / 400:8.3f} ms")  # noqa: T201
        book.close()


if __name__ == "__main__":
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, {scale.cores()} cores")  # noqa: T201
    seconds("this process", workers=1)
    seconds("two processes", workers=2)
    journal()
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local, Client(local) as client:
        seconds("Dask, two workers on loopback", cluster=client)
