"""Every job of the speed table is as accurate as it says; the times are not tested."""

import numpy as np
import pytest

from tests.benchmarks import speed


@pytest.mark.slow
@pytest.mark.parametrize("made", [speed.single, lambda: speed.many(np.linspace(0, 50, 6))], ids=["single", "many"])
def test_every_program_of_the_table_is_accurate(made):
    _, jobs, truth = made()
    for job in jobs.values():
        assert speed.worst(job()[: len(truth)], truth) <= speed.WANTED
