from dataclasses import replace

import pytest

from symbiode.errors import InvalidValueError
from symbiode.inference.identifiability import Reading
from symbiode.show.plots import plot
from symbiode.show.plots.effects_by_basis import compute


def opened(fit):
    profiles = tuple(
        replace(p, low=None, high=None, estimate=-p.estimate, reading=Reading.FLAT)
        if p.name.startswith("effects.") else p
        for p in fit.profiles
    )  # fmt: skip
    return replace(fit, profiles=profiles, observations=replace(fit.observations, basis="prices of 2015"))


def test_estimates_stand_at_their_values_one_row_per_series(quick_fit):
    result = compute([("here", quick_fit), ("there", opened(quick_fit))])
    assert [name["en"] for name in result.series] == ["here", "prices of 2015"]
    assert [e.estimate for e in result.effects[0]] == pytest.approx(list(quick_fit.effects.values()))
    assert result.reach > max(abs(e.estimate) for e in result.effects[0])


def test_an_interval_without_end_is_an_arrow_and_a_hollow_mark(quick_fit):
    figure = plot("effects_by_basis", {"here": quick_fit, "there": opened(quick_fit)})
    texts = {text.get_text() for text in figure.legends[0].get_texts()}
    assert "no limit set by the data" in texts
    assert "positive estimate, not identified" in texts
    closed = plot("effects_by_basis", {"here": quick_fit})
    assert "no limit set by the data" not in {text.get_text() for text in closed.legends[0].get_texts()}


@pytest.mark.parametrize("given", [[], "fits", [1, 2]])
def test_what_is_not_fits_by_name_is_refused(given):
    with pytest.raises(InvalidValueError, match="fits by name"):
        compute(given)
