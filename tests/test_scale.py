"""One worker or many: the same answers in the same order."""

from __future__ import annotations

import math
import operator
import os
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from symbiode.scale import cores, each


def test_two_workers_give_the_answers_of_one():
    items = list(range(20))
    assert list(each(math.factorial, items, workers=2)) == list(each(math.factorial, items)) == [
        math.factorial(k) for k in items
    ]


def test_an_error_in_a_worker_reaches_the_caller():
    with pytest.raises(TypeError):
        list(each(operator.neg, [1, "a", 3], workers=2))


def test_an_item_that_kills_every_worker_is_an_error_not_a_wait():
    with pytest.raises(BrokenProcessPool):
        list(each(os._exit, [1, 1], workers=2))


def test_no_worker_outlives_a_driver_that_was_killed(tmp_path):
    script = tmp_path / "driver.py"
    script.write_text(
        "import os, sys, time\n"
        "from symbiode.scale import unordered\n"
        "def work(k):\n"
        "    return os.getpid() if k < 4 else time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        "    for index, answer in unordered(work, range(6), workers=2):\n"
        "        print(answer, flush=True)\n"
    )
    driver = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    workers = {int(driver.stdout.readline()) for _ in range(4)}
    driver.kill()
    driver.wait()
    driver.stdout.close()
    for _ in range(100):
        if not any(Path(f"/proc/{pid}").exists() for pid in workers):
            return
        time.sleep(0.1)
    raise AssertionError(f"still there: {workers}")


def test_there_is_at_least_one_core():
    assert cores() >= 1
