"""The framework figure is drawn from the model itself: what it shows is what the model says."""

import numpy as np
import pytest
from matplotlib.text import Text

from symbiode.errors import RefusedError
from symbiode.show import palette
from symbiode.show.plots import plot
from symbiode.show.plots._flows import Box, Flow, curves
from symbiode.show.plots.framework import SIGNS, compute
from symbiode.system.building import build
from symbiode.system.formats import load

UNIT = {"growth": 1, "capacity": 1, "initial": 0.5}


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text)]


def test_every_effect_of_the_actors_is_an_arrow_and_widths_follow_sizes():
    """Ten flows in each of two cities, and the same twenty across (Geng Xu and Li Honghao, section on actors)."""
    result = compute(load("actors"))
    assert len(result.flows) == result.count == 40
    names = [unit.name for unit in result.model.units]
    found = {(names[flow.receiver], names[flow.source]): flow.value for flow in result.flows}
    assert found["sz_firms", "sz_research"] == max(found.values()) == 0.12
    assert found["hk_firms", "sz_research"] == pytest.approx(0.5 * 0.6 * 0.12)
    assert ("sz_research", "sz_services") not in found


def test_regions_roles_and_values_are_those_of_the_model_in_both_languages():
    model = load("actors").with_values({"parameters.physical": 0.45, "parameters.barrier_to_hongkong": 0.375})
    english, chinese = (texts(plot("framework", model, lang=lang)) for lang in ("en", "zh"))
    assert {"Shenzhen", "Hong Kong", "Government", "Symbiosis interface", "0.45", "0.375"} <= set(english)
    assert {"barrier into Hong Kong", "leakage of Shenzhen"} <= set(english)
    assert {"深圳", "科创企业", "共生环境", "共生界面", "实体界面", "制度", "核心单元", "辅助单元"} <= set(chinese)


def test_the_opening_is_the_conductance_of_the_links_between_regions():
    assert compute(load("shenzhen-hongkong")).opening == pytest.approx(0.8 * (1 - 0.375))
    assert compute(load("actors")).opening == pytest.approx(0.5 * (0.7 + 0.6) / 2)
    assert compute(load("shenzhen-hongkong").with_values({"parameters.barrier": 1})).opening == 0
    assert compute(load("rabbits-sheep")).opening is None


def test_the_title_tells_the_mode():
    shut = load("shenzhen-hongkong").with_values({"effects.hongkong.shenzhen": -0.2})
    assert "Symbiosis mode: coexistence, parasitism" in texts(plot("framework", shut))
    assert "共生模式：共存，寄生" in texts(plot("framework", shut, lang="zh"))


def test_equal_effects_are_one_arrow_and_the_note_counts_those_left_out():
    result = compute(load("greater-bay-area"))
    assert all(flow.both for flow in result.flows)
    assert (len(result.flows), result.count) == (40, 110)
    drawn = {frozenset((flow.source, flow.receiver)): flow.value for flow in result.flows}
    names = [unit.name for unit in result.model.units]
    values = {p.path[1:]: result.model.values[p.symbol] for p in result.model.parameters if p.path[0] == "effects"}
    left = [float(d) for (r, s), d in values.items() if frozenset((names.index(r), names.index(s))) not in drawn]
    assert len(left) == 30
    assert max(left) <= min(drawn.values())
    assert any("80 strongest of 110" in text for text in texts(plot("framework", result.settled)))


@pytest.mark.parametrize("count", [1, 2, 3, 7, 13])
def test_models_without_regions_interface_or_environment_are_drawn_too(count):
    names = [f"u{k}" for k in range(count)]
    ring = {f"{a}.{b}": -0.2 for a, b in zip(names, names[1:] + names[:1], strict=True) if a != b}
    model = build(dict.fromkeys(names, UNIT), effects=ring)
    figure = plot("framework", model)
    assert set(names) <= {text.split("  ")[0] for text in texts(figure)}
    assert "Symbiosis interface" not in texts(figure)


def test_too_many_units_are_refused():
    with pytest.raises(RefusedError, match="33 units do not fit a page"):
        compute(build({f"u{k}": UNIT for k in range(33)}))


def test_signs_differ_by_dash_and_by_hue_so_that_grey_print_and_colour_blind_readers_tell_them():
    looks = [SIGNS[sign] for sign in (1, -1, None)]
    assert len({str(dash) for _, _, dash in looks}) == 3
    lightness = [palette.lightness(colour) for _, colour, _ in looks]
    assert abs(lightness[0] - lightness[1]) > 10


def test_flows_pass_through_the_opening_and_end_at_their_boxes():
    boxes = {k: Box(x=x, y=y, wide=1, high=0.4, side=-1 if x < 3 else 1)
             for k, (x, y) in enumerate([(1, 2), (1, 1), (5, 2), (5, 1)])}  # fmt: skip
    flows = [Flow(source=s, receiver=r, value=0.1) for s in range(4) for r in range(4) if s != r]
    for curve in curves(flows, boxes, (3, 1.5, 0.3)):
        begin, end = np.array(curve.points[0]), np.array(curve.points[-1])
        for at, unit in ((begin, curve.flow.source), (end, curve.flow.receiver)):
            assert abs(at[0] - boxes[unit].x) == 0.5
            assert abs(at[1] - boxes[unit].y) < 0.2
        if boxes[curve.flow.source].side != boxes[curve.flow.receiver].side:
            assert curve.middle[0] == 3
            assert abs(curve.middle[1] - 1.5) < 0.15
            assert len(curve.points) == 7
