"""The figure of special points over two coefficients: what it draws is what was followed."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from symbiode.dynamics.continuation import follow
from symbiode.errors import RefusedError
from symbiode.show.plots import branches, curves
from symbiode.system.building import build

ONE = {"growth": 1, "capacity": 1}


def drawn(module, result, *, lang="en"):
    axes = Figure(figsize=(4, 4)).add_subplot()
    return module.draw(axes, result, lang=lang), axes


def test_curves_points_and_the_model_are_drawn_where_they_are():
    """d = -1 for each unit, d12 d21 = 1 between them; all equilibria on a line at (-1, -1)."""
    found = follow(build({"a": ONE, "b": ONE}, effects={"a.b": 0.5, "b.a": 0.2}), ("effects.a.b", "effects.b.a"))
    artists, axes = drawn(curves, curves.compute(found))
    assert len(artists["curves"]) == 3
    dashes = {str(line.get_linestyle()) + str(line._dash_pattern) for line in artists["curves"]}
    assert len(dashes) == 2
    (line,) = artists["points"]
    assert line.get_xydata().tolist() == [pytest.approx([-1, -1])]
    (own,) = artists["own"]
    assert own.get_xydata().tolist() == [[0.5, 0.2]]
    assert {text.get_text() for text in artists["labels"]} == {"L", "a enters", "b enters"}
    assert axes.get_xlim() == (-2, 2)


def test_a_model_without_effects_needs_two_names():
    model = build({"a": {}, "b": {}}, equations={"a": "a - a**2", "b": "b*(1 - b)"})
    with pytest.raises(RefusedError):
        curves.compute(model)


def test_cycles_are_drawn_from_lowest_to_highest_with_their_fold():
    """r' = r (m + r^2 - r^4): radius^2 = (1 + sqrt(1 + 4 m))/2 stable, the other sign unstable, a fold at -1/4."""
    square = "((a-2)**2 + (b-2)**2)"
    radial = f"(m + {square} - {square}**2)"
    model = build(
        {"a": {}, "b": {}}, parameters={"m": 0.1},
        equations={"a": f"(a-2)*{radial} - (b-2)", "b": f"(b-2)*{radial} + (a-2)"},
    )  # fmt: skip
    found = follow(model, "parameters.m", (-0.5, 0.5))
    artists, _ = drawn(branches, branches.compute(found))
    lines = [a for a in artists["cycles"] if hasattr(a, "get_xydata") and a.get_marker() == "None"]
    for line in lines:
        m, level = line.get_xydata().T
        sign = 1 if line.get_linestyle() == "-" else -1
        inside = (m > -0.24) & (np.abs(level - 2) > 1e-9)
        radius = np.sqrt(0.5 + sign * np.sqrt(0.25 + m[inside]))
        assert np.abs(level[inside] - 2) == pytest.approx(radius, rel=3e-3)
    rings = [a for a in artists["cycles"] if hasattr(a, "get_marker") and a.get_marker() == "o"]
    assert rings
    assert all(ring.get_xdata() == pytest.approx([-0.25, -0.25]) for ring in rings)
    named = [patch.get_gid() for patch in artists["stretches"] if hasattr(patch, "get_width")]
    assert named == ["", "cycle"]
