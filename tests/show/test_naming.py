import pytest

from symbiode import discover
from symbiode.show import naming
from symbiode.system import laws
from symbiode.system.building import build


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (135007.4, 3, "135,000"), (0.05685, 2, "0.057"), (-0.888, 2, "−0.89"), (4.0, 2, "4"), (0.0, 3, "0"),
        (1.5e9, 3, "1.5e+09"), (float("nan"), 3, "–"), (float("inf"), 3, "∞"), (999.96, 4, "1,000"), (2e-6, 2, "2e−06"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_readers_write_them(value, digits, expected):
    assert naming.plain(value, digits) == expected


def test_open_ends_are_infinite():
    assert naming.interval(None, 0.25) == "[−∞, 0.25]"
    assert naming.interval(-1, None) == "[−1, ∞]"


def test_effects_without_capacities_have_another_letter():
    model = build(
        {"hare": {"growth": 1}, "lynx": {"growth": 1, "own_growth": -1}}, law="lotka_volterra",
        effects={"hare.lynx": -1, "lynx.hare": 1},
    )  # fmt: skip
    assert naming.symbol(model, "effects.hare.lynx") == "a₁₂"
    assert naming.described(model, "effects.hare.lynx") == "effect of lynx on hare"
    assert naming.described(model, "effects.lynx.hare", short=True) == "hare → lynx"


def test_every_value_of_a_law_has_a_symbol_and_words():
    units = {name: {"growth": 1, "capacity": 1, "threshold": "1/2"} for name in "ab"}
    allee = build(units, law="allee")
    assert naming.symbol(allee, "b.threshold") == "A₂"
    assert naming.described(allee, "b.threshold", "zh") == "b的临界规模"
    units = {name: {"growth": 1, "capacity": 1} for name in "ab"}
    model = build(units, law="saturating", effects={"a.b": 1}, saturations={"a.b": 1}, delays={"a.b": 1})
    assert naming.symbol(model, "saturations.a.b") == "h₁₂"
    assert naming.symbol(model, "delays.a.b") == "τ₁₂"
    assert naming.described(model, "saturations.a.b") == "saturation of the effect of b on a"
    for law in discover.names(laws):
        for slot in discover.module(laws, law, "law").LAW.parameters:
            assert slot.name in (*naming._OF_UNITS, *naming._OF_PAIRS)


def test_names_with_dots_stay_whole():
    model = build({"St. Gallen": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}})
    assert naming.symbol(model, '"St. Gallen".growth') == "r₁"
    assert naming.described(model, '"St. Gallen".growth', "zh") == "St. Gallen的增长率"


def test_measures_that_everybody_uses_are_translated():
    assert naming.measured("100 million HKD", "zh") == "亿港元"
    assert naming.measured("patents", "zh") == "patents"
    assert naming.measured("100 million HKD") == "100 million HKD"


def test_indices_in_sentences_become_small_but_other_digits_stay():
    assert naming.pretty("d12 = 0.35 > 0 in 2012") == "d₁₂ = 0.35 > 0 in 2012"
