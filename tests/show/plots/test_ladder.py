"""The ladder of modes over time: bars, steps and numbers stand where the path and the scenario say."""

from __future__ import annotations

import matplotlib.colors
import numpy as np
import pytest
from matplotlib.text import Text

import symbiode
from symbiode.show import palette
from symbiode.show.plots import ladder, plot


@pytest.fixture(scope="module")
def path():
    model = symbiode.load("shenzhen-hongkong")
    effect = "effects.hongkong.shenzhen"
    levers = {
        "capture": {"shape": "ramp", "at": 2005, "until": 2012, "moves": {effect: {"add": -1.5}}},
        "repair": {"shape": "ramp", "at": 2014, "until": 2030, "moves": {effect: {"add": 1.6}}, "mechanism": "B3",
                   "label": {"en": "Repair", "zh": "修复"}},
        "next": {"at": 2014.1, "moves": {effect: {"add": 0.01}}},
    }  # fmt: skip
    return symbiode.mode_path(model, symbiode.build_scenario(model, levers), np.linspace(2003, 2034, 63))


@pytest.fixture(scope="module")
def drawn(path):
    from matplotlib.figure import Figure

    figure = Figure(layout="constrained")
    return figure, ladder.draw(figure.add_subplot(), path)


def test_every_frozen_piece_is_a_bar_on_its_rung_in_its_colour(path, drawn):
    rows = [text.get_text() for text in drawn[0].axes[1].get_yticklabels()]
    for piece, bar in zip(path.frozen.pieces, drawn[1]["frozen"], strict=True):
        box = bar.get_paths()[0].get_extents()
        assert (box.x0, box.x1) == pytest.approx((piece.begin, piece.end))
        assert rows[round((box.y0 + box.y1) / 2)] == piece.key.replace("_", " ")
        table = palette.MODES if piece.mode else palette.OUTCOMES
        assert matplotlib.colors.to_hex(bar.get_facecolor()[0]).upper() == table[piece.key]["fill"]
        assert bool(bar.get_hatch()) == (piece.mode is None)


def test_the_ladder_rises_in_the_order_of_the_paper_above_the_outcomes(drawn):
    """Parasitism, commensalism, asymmetric and symmetric mutualism: the degree of symbiosis rises in this order."""
    rows = [text.get_text() for text in drawn[0].axes[1].get_yticklabels()]
    assert rows[-4:] == ["parasitism", "commensalism", "asymmetric mutualism", "symmetric mutualism"]
    assert rows[:-4] == ["exclusion"]


def test_numbers_of_neighbouring_events_do_not_touch_and_the_key_names_them(path, drawn):
    texts = [text for text in drawn[1]["event"] if isinstance(text, Text)]
    places = [text.get_position()[0] for text in texts]
    assert [text.get_text() for text in texts] == ["1", "2", "3"]
    assert np.diff(places).min() >= 0.99 * ladder.GAP * (path.t[-1] - path.t[0])
    told = [text.get_text() for text in drawn[0].axes[3].texts]
    assert "2014  Repair (B3)" in told


def test_the_gains_drawn_are_those_of_the_path(path, drawn):
    lines = drawn[1]["gain"]
    assert lines[0].get_ydata() == pytest.approx(100 * path.frozen.gains[:, 0], nan_ok=True)
    assert lines[3].get_ydata() == pytest.approx(100 * path.actual.gains[:, 1], nan_ok=True)


def test_modes_on_the_ladder_differ_in_greyscale():
    lightness = sorted(palette.lightness(palette.MODES[name]["fill"]) for name in ladder.LADDER)
    assert np.diff(lightness).min() > 3


def test_labels_are_chinese_where_asked(path):
    texts = {text.get_text() for text in plot("ladder", path, lang="zh").findobj(Text)}
    assert {"寄生", "对称互惠共生", "2014  修复 (B3)"} <= texts


@pytest.mark.parametrize("count", [3, 9])
def test_names_of_many_units_stand_above_their_lines(count):
    units = {f"u{k}": {"growth": 0.3, "capacity": 1 + k} for k in range(count)}
    effects = {f"{a}.{b}": 0.1 * (1 + (a < b)) / count for a in units for b in units if a != b}
    model, start = symbiode.build(units, effects=effects), dict.fromkeys(units, 0.5)
    path = symbiode.mode_path(model, symbiode.Scenario(name="calm"), start=start, until=20)
    figure = plot("ladder", path)
    figure.canvas.draw()
    gains = next(ax for ax in figure.axes if "gain" in ax.get_ylabel())
    box = gains.get_legend().get_window_extent()
    tops = [gains.transData.transform((0, np.nanmax(line.get_ydata())))[1] for line in gains.lines[: 2 * count]]
    assert max(tops) < box.y0
    assert {"would settle", "is"} <= {text.get_text().split(" (")[0] for text in figure.findobj(Text)}
