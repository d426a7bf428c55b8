"""Map a function over items: in this process, over several, or over a Dask cluster of many machines.

Comes in: a module-level function and picklable items. Goes out: one answer per item. Seeds travel with the items, so
neither the number of workers nor their deaths ever change an answer. Only so many items are under way at once that
memory does not grow with their number. This is the only file that knows Dask.

How a very large study is laid out
----------------------------------
On two cores a task costs about 0.3 ms over processes of one machine, 3 ms over a Dask scheduler and two workers on
loopback, and 0.2 ms for its journal line on disk (``python tests/benchmarks/overheads.py`` measures all three). So a
task should hold work of a tenth of a second or more. A fit of a pair is one task. A study of 10^7 pairs at 0.1 s each
is 12 days of one core, a night on 32 cores; its journal and parts stay below 1 MB per 1,000 pairs, and memory does
not grow. A study of 10^9 trajectories is never 10^9 tasks: send chunks of 10^5 starts, let each call `ensemble` once
and return what is wanted of them (counts, quantiles), so that the cluster moves 10^4 small answers.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from symbiode.errors import InvalidValueError

Item = TypeVar("Item")
Answer = TypeVar("Answer")
DEATHS = 5
_AHEAD = 4
_THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMBA_NUM_THREADS",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Lost:
    """What stands for the answer of an item that killed its worker again and again."""

    deaths: int


@dataclass(frozen=True, kw_only=True)
class _Task(Generic[Item]):
    index: int
    item: Item


def each(function: Callable[[Item], Answer], items: Iterable[Item], *, workers: int = 1) -> Iterator[Answer]:
    """Yield one answer per item, in order.

    Parameters
    ----------
    function : callable
        A function of a module (workers import it).
    items : iterable
    workers : int
        Processes to use; 1 stays in this one. A program that asks for more guards its own main part with
        ``if __name__ == "__main__"``.

    Raises
    ------
    concurrent.futures.process.BrokenProcessPool
        If an item kills its worker again and again.

    Examples
    --------
    >>> list(each(abs, [-1, 2, -3]))
    [1, 2, 3]
    """
    early: dict[int, Answer] = {}
    following = 0
    with contextlib.closing(unordered(function, items, workers=workers)) as answers:
        for index, answer in answers:
            if isinstance(answer, Lost):
                raise BrokenProcessPool(f"item {index} ended its worker {answer.deaths} times")
            early[index] = answer
            while following in early:
                yield early.pop(following)
                following += 1


def unordered(
    function: Callable[[Item], Answer], items: Iterable[Item], *, workers: int = 1, cluster: Any = None
) -> Generator[tuple[int, Answer | Lost], None, None]:
    """Yield (index of the item, answer) as soon as each is there.

    Parameters
    ----------
    function, items, workers
        As for `each`; items are taken one by one, a few ahead of the workers.
    cluster : distributed.Client, optional
        A Dask cluster; then `workers` plays no part. See `cluster`.

    Yields
    ------
    (int, answer or Lost)
        An item whose worker died is tried again elsewhere; after `DEATHS` deaths of its own it is `Lost`. An error
        that the function raises is raised here.
    """
    if cluster is not None:
        return _over_dask(function, items, cluster)
    if workers <= 1:
        return ((index, function(item)) for index, item in enumerate(items))
    return _over_processes(function, items, workers)


def _over_processes(
    function: Callable[[Item], Answer], items: Iterable[Item], workers: int
) -> Generator[tuple[int, Answer | Lost], None, None]:
    todo = (_Task(index=index, item=item) for index, item in enumerate(items))
    suspects: deque[_Task[Item]] = deque()  # were under way when a worker died; each is tried again alone
    waiting: dict[Future[Answer], _Task[Item]] = {}
    deaths: Counter[int] = Counter()
    pool = _pool(workers)
    try:
        while True:
            alone = bool(suspects)
            while len(waiting) < (1 if alone else _AHEAD * workers):
                task = suspects.popleft() if alone else next(todo, None)
                if task is None:
                    break
                waiting[_submitted(pool, function, task)] = task
            if not waiting:
                break
            broken = False
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                task = waiting.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    broken, deaths[task.index] = True, deaths[task.index] + alone
                    if deaths[task.index] < DEATHS:
                        suspects.append(task)
                        continue
                yield task.index, Lost(deaths=DEATHS) if deaths[task.index] >= DEATHS else future.result()
            if broken:
                suspects.extend(waiting.values())
                waiting.clear()
                pool.shutdown(wait=False)
                pool = _pool(workers)
    except BaseException:
        _end(pool)
        raise
    pool.shutdown()


def _submitted(
    pool: ProcessPoolExecutor, function: Callable[[Item], Answer], task: _Task[Item]
) -> Future[Answer]:
    try:
        return pool.submit(function, task.item)
    except BrokenProcessPool as error:  # a worker died while nobody waited
        failed: Future[Answer] = Future()
        failed.set_exception(error)
        return failed


def _pool(workers: int) -> ProcessPoolExecutor:
    # Workers start afresh: a forked copy of a process with threads may never wake up.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)


def _begin() -> None:
    """Use one thread of linear algebra a worker; leave an interrupt to the process that started the workers."""
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Leave no worker behind when the process that started it was killed: nobody would ever tell it to stop."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _end(pool: ProcessPoolExecutor) -> None:
    pool.shutdown(wait=False, cancel_futures=True)
    for child in multiprocessing.active_children():
        child.terminate()


def _over_dask(
    function: Callable[[Item], Answer], items: Iterable[Item], client: Any
) -> Generator[tuple[int, Answer | Lost], None, None]:
    from distributed import KilledWorker, as_completed

    todo = (_Task(index=index, item=item) for index, item in enumerate(items))
    waiting: dict[str, _Task[Item]] = {}
    deaths: Counter[int] = Counter()
    coming = as_completed(())

    def submit(task: _Task[Item]) -> None:
        future = client.submit(function, task.item, pure=False)
        waiting[future.key] = task
        coming.add(future)

    asked, room = -math.inf, 0
    while True:
        if time.monotonic() - asked > 1:  # workers come and go; asking takes a journey to the scheduler
            asked, room = time.monotonic(), _AHEAD * max(4, sum(client.nthreads().values()))
        for _ in range(room - len(waiting)):
            task = next(todo, None)
            if task is None:
                break
            submit(task)
        if not waiting:
            return
        future = next(coming)
        task = waiting.pop(future.key)
        error = future.exception() if future.status == "error" else None
        if future.status in ("cancelled", "lost") or isinstance(error, KilledWorker):
            deaths[task.index] += 1
            if deaths[task.index] < DEATHS:
                submit(task)
                continue
            yield task.index, Lost(deaths=DEATHS)
        else:
            yield task.index, future.result()


@contextlib.contextmanager
def cluster(
    address: str | None, *, ca: Path | None = None, cert: Path | None = None, key: Path | None = None,
    timeout: float = 10,
) -> Iterator[Any]:  # fmt: skip
    """Open a Dask cluster that was started with the stock commands; nothing is opened for None.

    Parameters
    ----------
    address : str or None
        ``tcp://HOST:PORT``, or ``tls://HOST:PORT`` with the three files. What travels over ``tcp`` can be read and
        changed by anyone on that network.
    ca, cert, key : path, optional
        Certificate authority, certificate and key of this machine, as PEM files.
    timeout : float
        Seconds to wait for the scheduler.

    Yields
    ------
    distributed.Client or None

    Raises
    ------
    InvalidValueError
        If Dask is not installed, or nobody answers at the address in time.
    """
    if address is None:
        yield None
        return
    try:
        from distributed import Client
        from distributed.security import Security
    except ImportError:
        raise InvalidValueError("dask", address, "Dask installed: pip install 'symbiode[dask]'") from None
    secured = address.startswith("tls://")
    if secured and not (ca and cert and key):
        raise InvalidValueError("dask", address, "a tls:// address with certificate authority, certificate and key")
    safe = Security(tls_ca_file=str(ca), tls_client_cert=str(cert), tls_client_key=str(key), require_encryption=True)
    try:
        client = Client(address, timeout=timeout, security=safe if secured else None)
    except (OSError, ValueError, TypeError) as error:
        told = f"the address of a running scheduler, such as tcp://127.0.0.1:8786 ({error})"
        raise InvalidValueError("dask", address, told) from None
    with client:
        yield client


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
