"""The figure of claims draws the numbers of the experiments, and no claim that was not tested."""

import pytest

from symbiode.errors import RefusedError
from symbiode.policy.experiments import claims
from symbiode.show.plots import claims as figure
from symbiode.show.plots import plot
from symbiode.system.building import build
from symbiode.system.formats import load


def test_panels_draw_the_curves_of_the_claims():
    from matplotlib.figure import Figure

    found = claims(load("mainland-hongkong"))
    artists = figure.draw(Figure().add_subplot(), figure.compute(found))
    drawn = [line for line in artists["curves"] if hasattr(line, "get_ydata")]
    values = [v for claim in found for _, v in claim.curves]
    assert len(drawn) == len(values)
    for line, expected in zip(drawn[3:], values[3:], strict=True):
        assert list(line.get_ydata()) == pytest.approx(list(expected))


def test_untested_claims_have_no_panel_and_none_at_all_is_refused():
    units = {name: {"growth": 1, "capacity": 1} for name in "abc"}
    assert [claim.name for claim in figure.compute(build(units, effects={"a.b": 0.1})).shown] == ["interface_energy"]
    with pytest.raises(RefusedError, match="No claim"):
        plot("claims", load("exponential-growth"))
