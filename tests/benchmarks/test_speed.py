"""Every program of the table of speed is as accurate as it says; the times are not tested."""

import numpy as np
import pytest

from tests.benchmarks import speed


@pytest.mark.slow
@pytest.mark.parametrize("made", [speed.single, lambda: speed.many(np.linspace(0, 50, 6))], ids=["single", "many"])
def test_every_program_of_the_table_is_accurate(made):
    _, jobs, truth = made()
    for job in jobs.values():
        assert speed.worst(job()[: len(truth)], truth) <= speed.WANTED


@pytest.mark.slow
@pytest.mark.parametrize("times", [2, 6])
def test_compiled_ensembles_of_the_table_are_accurate(times):
    pytest.importorskip("numba")
    from tests.benchmarks import fast_ensembles

    times = np.linspace(0, 50, times)
    _, _, truth = speed.many(times)
    for job in fast_ensembles.pairs(times)[0].values():
        assert speed.worst(job()[: len(truth)], truth) <= speed.WANTED


def test_the_readme_shows_the_figures_as_they_were_measured():
    from pathlib import Path

    here = Path(__file__).parent
    readme = (here.parents[1] / "README.md").read_text(encoding="utf-8")
    between = readme.partition("<!-- figures of speed: begin -->\n")[2].partition("<!-- figures of speed: end -->")[0]
    assert between == (here / "figures.md").read_text(encoding="utf-8")
    assert between.count("|") > 100
