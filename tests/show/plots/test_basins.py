from functools import cache

import numpy as np
import pytest
from matplotlib.path import Path

from symbiode.errors import RefusedError
from symbiode.show.plots import plot
from symbiode.show.plots.basins import compute
from symbiode.system.building import build


def rivals(s=1):
    units = {n: {"growth": 1, "capacity": k + 1, "own_growth": s} for k, n in enumerate(("one", "two"))}
    return build(units, effects={"one.two": -1.5 * s, "two.one": -2 * s})


@cache
def standard():
    return compute(rivals(), cells=60, draws=200)


def test_areas_enclose_the_starts_of_their_end():
    result = standard()
    points = np.stack(np.meshgrid(result.basins.x, result.basins.y), axis=-1).reshape(-1, 2)
    for end, mask, outline in result.areas:
        inside = np.zeros(len(points), bool)
        for ring in outline:
            inside ^= Path(ring).contains_points(points)
        assert (inside == mask.ravel()).all()
        assert (result.basins.grid[mask] == end).all()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_ends_are_named_with_their_shares(lang):
    figure = plot("basins", standard().basins, lang=lang)
    [axes] = figure.axes
    texts = "".join(text.get_text().replace("\n", "") for text in axes.texts)
    for end in standard().basins.fractions:
        assert f"{100 * end.fraction:.1f}" in texts


def test_the_arrow_points_from_rest_to_the_ray():
    """u2/u1 = (1 - 2)/(1 - 1.5) = 2, in levels x2 = 4 x1; capacities are 1 and 2."""
    arrows = [s for s in standard().basins.shocks if s.measure == "absolute" and not s.unit]
    assert sorted(s.size for s in arrows) == pytest.approx(sorted([4 / np.sqrt(17), 2 / np.sqrt(17)]), rel=1e-6)
    figure = plot("basins", standard().basins)
    sizes = {s.start: f"{s.size:.3g}" for s in arrows}
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert f"smallest shock: (1) {sizes[arrows[0].start]}, (2) {sizes[arrows[1].start]}" in labels
    middles = [np.add(s.state, standard().basins.fractions[s.start].state) / 2 for s in arrows]
    numbers = {text.get_text(): text.xy for text in figure.axes[0].texts if text.get_text() in ("1", "2")}
    assert [numbers[k] for k in "12"] == [pytest.approx(tuple(middle)) for middle in middles]


@pytest.mark.slow
def test_outcomes_that_are_no_exclusion_have_their_own_look():
    result = compute(rivals(-1), cells=20, draws=50)
    assert {end.kind for end in result.basins.fractions} == {"equilibrium", "blow_up"}
    figure = plot("basins", result.basins)
    assert len({patch.get_hatch() for patch in figure.axes[0].patches}) == 2


def test_one_unit_has_no_map_of_basins():
    with pytest.raises(RefusedError, match="two units"):
        compute(build({"a": {"growth": 1, "capacity": 1}}))


def test_a_leader_stays_off_equilibria_and_no_band_is_left_above():
    """Obligate Holling II units, d = 3.4, h = 0.5: extinction is a thin strip along both axes."""
    rate = "{0}*(-1 - {0} + 3.4*{1}/(1 + 0.5*{1}))"
    units = {"p": {"initial": 1}, "q": {"initial": 1}}
    model = build(units, equations={"p": rate.format("p", "q"), "q": rate.format("q", "p")})
    figure = plot("basins", model, cells=100, draws=200, shock=False)
    [axes] = figure.axes
    figure.draw_without_rendering()
    leaders = [np.array([text.xyann, text.xy]) for text in axes.texts if getattr(text, "arrow_patch", None) is not None]
    assert leaders
    width = axes.get_xlim()[1]
    for e in compute(model, cells=10, draws=5, shock=False).basins.equilibria.equilibria:
        for ends in leaders:
            points = ends[0] + np.linspace(0, 1, 50)[:, None] * (ends[1] - ends[0])
            assert np.linalg.norm(points - np.array(e.state), axis=1).min() > 0.03 * width
    top = figure.get_tightbbox(figure.canvas.get_renderer()).y1
    assert figure.get_figheight() - top < 0.15
