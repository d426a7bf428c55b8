import json
from itertools import combinations, pairwise

import pytest

from symbiode.dynamics.equilibrium import Stability
from symbiode.dynamics.modes.ladder import Mode, Outcome
from symbiode.show import palette


def test_every_mode_outcome_and_type_of_equilibrium_has_a_look():
    assert set(palette.MODES) == {mode.value for mode in Mode}
    assert set(palette.OUTCOMES) == {outcome.value for outcome in Outcome}
    assert set(palette.STABILITIES) == {stability.value for stability in Stability}


def test_the_palette_is_plain_data_for_pages():
    data = {"modes": palette.MODES, "outcomes": palette.OUTCOMES, "units": palette.UNITS}
    assert json.loads(json.dumps(data)) == data | {"units": list(palette.UNITS)}


def test_modes_differ_in_greyscale():
    for kind, least in (("fill", 5.0), ("colour", 3.5)):
        light = [palette.lightness(look[kind]) for look in palette.MODES.values()]
        assert min(abs(a - b) for a, b in combinations(light, 2)) >= least


def test_outcomes_that_are_no_mode_are_hatched():
    plain = [key for key, look in palette.OUTCOMES.items() if not look["hatch"]]
    assert plain == ["coexistence"]


def test_neighbouring_units_differ_by_colour_dash_and_marker():
    for one, two in pairwise(palette.UNITS):
        assert all(one[key] != two[key] for key in ("colour", "dash", "marker"))
    looks = [palette.unit(k) for k in range(3 * len(palette.UNITS))]
    assert looks[len(palette.UNITS)]["colour"] == looks[0]["colour"]
    assert all(looks.count(look) == 1 for look in looks)


def test_stable_equilibria_are_told_from_others_by_filling_as_well_as_colour():
    full = {key for key, look in palette.STABILITIES.items() if look["face"] == look["colour"]}
    assert full == {"stable_node", "stable_focus"}
    markers = [palette.STABILITIES[key]["marker"] for key in ("stable_node", "stable_focus", "saddle", "centre")]
    assert len(set(markers)) == 4


@pytest.mark.parametrize(("colour", "expected"), [("#00FF00", 87.735), ("#FF0000", 53.241), ("#777777", 50.03)])
def test_lightness_is_that_of_cie_1976(colour, expected):
    """CIE L* of sRGB primaries and of the mid grey, as tabulated by Lindbloom (brucelindbloom.com)."""
    assert palette.lightness(colour) == pytest.approx(expected, abs=0.01)
