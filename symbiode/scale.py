"""Map a function over items, in this process or over several: the answers come in the order of the items either way.

Comes in: a module-level function and picklable items. Goes out: one answer per item. Seeds travel with the items, so
the number of workers never changes an answer.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def each(function: Callable[[Item], Answer], items: Sequence[Item], *, workers: int = 1) -> Iterator[Answer]:
    """Yield one answer per item, in order.

    Parameters
    ----------
    function : callable
        A function of a module (workers import it).
    items : sequence
    workers : int
        Processes to use; 1 stays in this one. A program that asks for more guards its own main part with
        ``if __name__ == "__main__"``.

    Raises
    ------
    concurrent.futures.process.BrokenProcessPool
        If a worker was killed.

    Examples
    --------
    >>> list(each(abs, [-1, 2, -3]))
    [1, 2, 3]
    """
    if workers <= 1 or len(items) <= 1:
        yield from map(function, items)
        return
    # Workers start afresh: a forked copy of a process with threads may never wake up.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(items)), mp_context=context, initializer=_quiet)
    try:
        yield from pool.map(function, items)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    pool.shutdown()


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _quiet() -> None:
    """Leave an interrupt to the process that started the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
