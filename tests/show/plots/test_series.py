import numpy as np
import pytest

from symbiode.dynamics.simulation import simulate
from symbiode.show.plots import plot
from symbiode.show.plots.series import compute


def test_a_fit_is_drawn_through_its_data_and_a_little_beyond(quick_fit):
    result = compute(quick_fit)
    assert result.data == pytest.approx(quick_fit.observations.y)
    assert result.last == 12
    assert result.t[-1] == pytest.approx(12 * 1.2)
    at_data = result.y[np.searchsorted(result.t, quick_fit.observations.t[[0, -1]])]
    assert at_data == pytest.approx(quick_fit.fittedvalues.to_numpy()[[0, -1]], rel=1e-6)


def test_the_band_holds_the_curve_and_widens_with_its_level(quick_fit):
    wide, narrow = compute(quick_fit, level=0.95), compute(quick_fit, level=0.5)
    assert (wide.low <= wide.y).all()
    assert (wide.y <= wide.high).all()
    assert ((wide.high - wide.low) > (narrow.high - narrow.low)).all()


def test_the_horizon_can_be_asked_for(quick_fit):
    assert compute(quick_fit, ahead=0).t[-1] == 12
    assert compute(quick_fit, ahead=6).t[-1] == 18


def test_a_trajectory_and_a_model_are_drawn_without_data(pair):
    told = compute(simulate(pair, np.linspace(0, 5, 6), "initial"))
    assert told.t == pytest.approx(np.arange(6))
    alone = compute(pair)
    assert alone.t[-1] == pytest.approx(8 / 0.5)  # eight times the slowest own time scale
    assert alone.data is None


def test_each_unit_has_its_own_panel_with_measure_and_time(quick_fit):
    figure = plot("series", quick_fit, lang="zh")
    shown = [axes for axes in figure.axes if axes.get_ylabel()]
    assert [axes.get_title(loc="left") for axes in shown] == ["东岸", "西岸"]
    assert shown[0].get_ylabel() == "东岸（百万美元）"
    assert shown[0].get_xlabel() == "年"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["95 % 区间带", "拟合轨线", "预测", "数据"]
