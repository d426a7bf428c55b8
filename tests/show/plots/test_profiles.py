from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from symbiode.errors import InvalidValueError
from symbiode.inference.identifiability import Reading
from symbiode.show.plots import plot
from symbiode.show.plots.profiles import compute


def test_every_coefficient_has_a_panel_with_its_reading(quick_fit):
    figure = plot("profiles", quick_fit)
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]
    assert len(titles) == len(quick_fit.names)
    assert titles[-1] == "d₂₁  East → West"
    assert [t.get_text() for axes in figure.axes for t in axes.texts].count("identified") == 8


def test_the_threshold_is_that_of_student(quick_fit):
    result = compute(quick_fit)
    assert result.threshold == pytest.approx(stats.t.ppf(0.975, quick_fit.df_resid))


def test_the_curve_meets_the_threshold_at_the_ends_of_the_interval(quick_fit):
    result = compute(quick_fit)
    for panel in result.panels:
        order = np.argsort(panel.values)
        ends = np.interp([panel.low, panel.high], panel.values[order], panel.distance[order])
        assert ends == pytest.approx(result.threshold, rel=0.05)


def test_an_open_end_is_shaded_to_the_edge_of_the_panel(quick_fit):
    first, *others = quick_fit.profiles
    flat = replace(first, low=None, high=None, reading=Reading.FLAT)
    figure = plot("profiles", replace(quick_fit, profiles=(flat, *others)))
    axes = next(axes for axes in figure.axes if axes.get_title(loc="left").startswith("r₁"))
    low, high = axes.get_xlim()
    assert axes.patches[0].get_x() == pytest.approx(low)
    assert axes.patches[0].get_x() + axes.patches[0].get_width() == pytest.approx(high)
    assert axes.texts[0].get_text() == "flat: not identified"


def test_what_is_no_fit_is_refused(pair):
    with pytest.raises(InvalidValueError, match="a Fit"):
        compute(pair)
