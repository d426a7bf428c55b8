"""200 of the synthetic studies: intervals cover, the test keeps its size, a flat design is flagged, a clear one not."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

pytestmark = pytest.mark.slow
RARE = 1e-4


@pytest.fixture(scope="module")
def subject():
    spec = importlib.util.spec_from_file_location("coverage_study", Path(__file__).with_name("interval_coverage.py"))
    sys.modules["coverage_study"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["coverage_study"]


def test_intervals_cover_and_tests_reject_as_often_as_they_say(subject):
    """Counts stay within binomial limits at 1e-4 of 95 % coverage and 5 % size (exact for straight models)."""
    tallies = {mode: subject.Tally.of(subject.studies(subject.MAIN, mode, 50, 7)) for mode in subject.EFFECTS}
    kept = np.concatenate([np.array(t.covered)[~np.array(t.flagged)] for t in tallies.values()])
    assert len(kept) >= 180
    assert (kept.sum(axis=0) >= stats.binom.ppf(RARE, len(kept), 0.95)).all()
    assert 0.92 < kept.mean() < 0.98
    assert sum(tallies["commensalism"].rejected) <= stats.binom.ppf(1 - RARE, 50, 0.05)
    brier = {name: np.mean([x[1] for t in tallies.values() for x in t.shares[name]]) for name in
             ("profile draws", "trajectory")}  # fmt: skip
    assert brier["profile draws"] < brier["trajectory"]


def test_what_the_design_cannot_tell_is_flagged_and_what_it_can_is_not(subject):
    flat = [f for mode in subject.EFFECTS for f in subject.flags(subject.FLAT, mode, 25, 8)]
    clean = [f for mode in subject.EFFECTS for f in subject.flags(subject.CLEAN, mode, 25, 8)]
    assert sum(flat) >= stats.binom.ppf(RARE, len(flat), 0.99)
    assert sum(clean) <= stats.binom.ppf(1 - RARE, len(clean), 0.03)
