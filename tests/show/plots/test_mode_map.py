import re
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.path import Path

from symbiode.errors import RefusedError
from symbiode.show.plots import plot
from symbiode.show.plots.mode_map import compute
from symbiode.system.building import build


def two(a=0.35, b=0.2, **second):
    unit = {"growth": 0.1, "capacity": 1}
    return build({"one": unit, "two": unit | second}, effects={"one.two": a, "two.one": b}, illustrative=True)


@cache
def standard():
    return compute(two())


@cache
def drawn(lang):
    return plot("mode_map", two(), lang=lang)


def cloud(draws):
    names = ("one.growth", "effects.one.two", "effects.two.one")
    rows = np.column_stack([np.ones(len(draws)), draws])
    return SimpleNamespace(model=two(), names=names, draws=rows)


def by_theorem(a, b):
    """The region map of two logistic units, written out again: outcome or mode at a generic point."""
    if a < -1 and b < -1:
        return "depends_on_start"
    if min(a, b) < -1:
        return "exclusion"
    if a > 0 and b > 0 and a * b > 1:
        return "blow_up"
    if a > 0 and b > 0:
        gains = sorted((a * (1 + b), b * (1 + a)))
        return "symmetric_mutualism" if gains[0] >= 0.9 * gains[1] else "asymmetric_mutualism"
    return "competition" if a < 0 and b < 0 else "parasitism"


def test_areas_are_those_of_the_theorem():
    result = standard()
    for i, j in np.random.default_rng(5).integers(0, len(result.map.x), (400, 2)):
        [area] = [area for area in result.areas if area.mask[i, j]]
        assert area.label.key == by_theorem(result.map.x[j], result.map.y[i])


def test_outlines_enclose_their_areas():
    result = standard()
    points = np.stack(np.meshgrid(result.map.x[::37], result.map.y[::37]), axis=-1).reshape(-1, 2)
    for area in result.areas:
        inside = np.zeros(len(points), bool)
        for ring in area.rings:
            inside ^= Path(ring).contains_points(points)
        assert (inside == area.mask[::37, ::37].ravel()).all()


def test_the_excluded_unit_is_named():
    result = standard()
    lone = [area for area in result.areas if area.label.mode is None]
    gone = {area.label.survivors: np.argwhere(area.mask).mean(axis=0) for area in lone}
    assert gone["two",][1] < gone["one",][1]  # unit one is excluded where d12 is low


def test_modes_that_are_lines_are_the_half_axes():
    found = {
        (key, frozenset(map(tuple, np.round(piece.curve[[0, -1]], 4).tolist()))) for key, piece in standard().lines
    }
    assert ("commensalism", frozenset({(0.0, 0.0), (1.6, 0.0)})) in found
    assert ("amensalism", frozenset({(0.0, -1.0), (0.0, 0.0)})) in found
    assert len([key for key, _ in found if key != "unbounded"]) == 4


def test_a_page_has_the_formulas_along_the_borders():
    figure = plot("mode_map", two(), page=True)
    [axes] = figure.axes
    texts = {text.get_text() for text in axes.texts}
    assert {"d₁₂ = 0", "d₂₁ = −1", "d₁₂ d₂₁ = 1", "d₂₁ = 9 d₁₂/(d₁₂ + 10)"} <= texts
    assert "parasitism (coexistence)" in texts


@pytest.mark.slow
def test_any_two_coefficients_make_a_map():
    figure = plot("mode_map", two(-1.5, -2.0), first="one.growth", second="effects.one.two", start=[0.4, 0.5])
    [axes] = figure.axes
    assert axes.get_xlabel() == "r₁, growth rate of one"
    assert axes.get_ylabel().startswith("d₁₂")


def test_the_model_is_marked_at_its_effects():
    assert compute(two(-0.5, 1.2)).point == pytest.approx((-0.5, 1.2))


@pytest.mark.slow
def test_contours_hold_their_share_of_the_draws():
    draws = np.random.default_rng(2).multivariate_normal([0.3, 0.1], [[0.05, 0.01], [0.01, 0.03]], 800)
    result = compute(cloud(draws))
    for level, curves in result.contours:
        inside = np.zeros(len(draws), bool)
        for curve in curves:
            inside |= Path(curve).contains_points(draws)
        assert inside.mean() == pytest.approx(level / 100, abs=0.02)


@pytest.mark.slow
def test_draws_without_spread_have_no_contours():
    result = compute(cloud(np.tile([0.3, 0.1], (100, 1))))
    assert result.contours == ()
    assert len(result.draws) == 100


@pytest.mark.slow
def test_limits_grow_with_the_draws_but_not_with_one_that_ran_away():
    draws = np.vstack([np.random.default_rng(1).uniform(-3, 3, (200, 2)), [[1e6, 0]], [[np.nan, 0]]])
    (low, high), _ = compute(cloud(draws)).map.limits
    assert high == -low
    assert 3 <= high <= 4


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_area_is_named_on_the_map(lang):
    figure = drawn(lang)
    [axes] = figure.axes
    written = {re.sub(r"\s", "", text.get_text()) for text in axes.texts}
    assert len([w for w in written if w]) == len({a.label for a in standard().areas})


def test_names_lie_in_their_areas_or_have_a_leader():
    figure = drawn("en")
    [axes] = figure.axes
    result = standard()
    for text in axes.texts:
        if text.get_text().replace("\n", " ") in ("parasitism", "competition", "depends on the start"):
            x, y = text.get_position()
            i, j = int(np.abs(result.map.y - y).argmin()), int(np.abs(result.map.x - x).argmin())
            [area] = [area for area in result.areas if area.mask[i, j]]
            assert area.label.key.replace("_", " ") in text.get_text().replace("\n", " ").replace("the ", "")


def test_models_without_two_coefficients_are_refused():
    with pytest.raises(RefusedError, match="two coefficients"):
        compute(build({"a": {"initial": 1}}, equations={"a": "a*(1 - a)"}))
