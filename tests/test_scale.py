"""One worker or many: the same answers in the same order."""

from __future__ import annotations

import math
import operator
import os
from concurrent.futures.process import BrokenProcessPool

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


def test_there_is_at_least_one_core():
    assert cores() >= 1
