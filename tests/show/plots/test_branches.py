"""The bifurcation diagram: what it draws is what was followed."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from symbiode.dynamics.continuation import follow
from symbiode.show.plots import branches
from symbiode.system.building import build


@pytest.fixture(scope="module")
def found():
    units = {"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}}
    return follow(build(units, effects={"a.b": 0.3, "b.a": 0.5}), "effects.a.b", (-1.5, 2.5))


@pytest.fixture(scope="module")
def drawn(found):
    axes = Figure(figsize=(4, 5)).add_subplot()
    return branches.draw(axes, branches.compute(found)), axes.get_figure()


def test_every_piece_is_solid_exactly_where_it_is_stable(found, drawn):
    artists, _ = drawn
    lines = [line for line in artists["branches"] if line.get_linestyle() != "None"]
    for unit, panel in enumerate({line.axes: None for line in lines}):
        solid = [line for line in lines if line.axes is panel and line.get_linestyle() == "-"]
        shown = {(x, y) for line in solid for x, y in zip(*line.get_data(), strict=True)}
        stable = {
            (float(v), float(x[unit]))
            for b in found.branches
            for v, x in zip(b.values[b.stable], b.states[b.stable], strict=True)
        }
        assert stable <= shown


def test_stability_can_be_told_without_colour(drawn):
    """Full dots and solid lines against hollow dots and dashes."""
    artists, _ = drawn
    dots = [line for line in artists["branches"] if line.get_marker() == "o"]
    assert {line.get_markerfacecolor() == "white" for line in dots} == {True, False}
    assert len({line.get_linestyle() for line in artists["branches"]}) == 3


def test_the_strip_names_what_holds_between_the_special_points(found, drawn):
    """Exclusion below -1, parasitism up to 0, mutualism up to ab = 1, then blow-up."""
    artists, _ = drawn
    patches = [a for a in artists["stretches"] if hasattr(a, "get_width")]
    assert [p.get_x() for p in patches] == pytest.approx([-1.5, -1, 0, 3 / 7, 10 / 17, 2])
    assert [p.get_gid() for p in patches] == [
        "exclusion", "parasitism", "asymmetric_mutualism", "symmetric_mutualism", "asymmetric_mutualism", "blow_up",
    ]  # fmt: skip


def test_the_panels_leave_out_what_goes_to_infinity_but_no_special_point(found):
    result = branches.compute(found)
    assert (result.tops < 100).all()
    for p in found.points:
        assert p.state is None or (np.array(p.state) < result.tops).all()


def test_a_model_is_followed_along_the_coefficient_asked_for(found):
    shown = branches.compute(found.model, coefficient="effects.b.a", between=(-0.5, 0.5))
    assert (shown.found.coefficient, shown.found.between) == ("effects.b.a", (-0.5, 0.5))
