"""Every job of the table of compiled ensembles is as accurate as it says; the times are not tested."""

import numpy as np
import pytest

pytest.importorskip("numba")

from tests.benchmarks import fast_ensembles, speed


@pytest.mark.slow
@pytest.mark.parametrize("times", [2, 6])
def test_every_program_of_the_table_is_accurate(times):
    jobs, truth, _ = fast_ensembles.pairs(np.linspace(0, 50, times))
    for job in jobs.values():
        assert speed.worst(job()[: len(truth)], truth) <= speed.WANTED
