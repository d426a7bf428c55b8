"""symbiode fit --referee on the command line."""

from __future__ import annotations

import pytest

from symbiode.cli import run


@pytest.mark.slow
def test_a_referee_speaks_before_the_fit_and_after_it(capsys):
    assert run(["fit", "shenzhen-hongkong", "--draws", "50", "--starts", "4", "--referee"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("The model loses")
    assert told.index("Verdict: undetermined") < told.index("What would show the signs")
    assert "years of Hong Kong's growth in random order" in told
    assert "capacities known from outside" in told
