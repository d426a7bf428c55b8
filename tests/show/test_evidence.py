from dataclasses import replace

import pytest

from symbiode.inference.identifiability import Reading
from symbiode.show import evidence
from symbiode.system.model import DataSource


def test_effects_carry_interval_and_reading_of_the_fit(quick_fit):
    first, second = evidence.effects_of(quick_fit)
    assert (first.symbol, second.symbol) == ("d₁₂", "d₂₁")
    assert (first.low, first.high) == quick_fit.intervals["effects.east.west"]
    assert first.bounded
    assert (first.sign, second.sign) == (-1, 1)


def test_two_open_ends_are_a_word_and_one_is_an_infinity(quick_fit):
    effect = evidence.effects_of(quick_fit)[0]
    assert replace(effect, low=None, high=None).interval() == "unbounded"
    assert replace(effect, low=None, high=None).interval("zh") == "无界"
    assert replace(effect, low=-0.5, high=None).interval() == "[−0.5, ∞]"


def test_capacity_ratios_are_against_the_last_observation(quick_fit):
    ratios = dict(evidence.capacity_ratios(quick_fit))
    last = quick_fit.observations.y[-1, 0]
    assert ratios["east"] == pytest.approx(quick_fit.params["east.capacity"] / last)


def test_flips_name_effects_whose_sign_changes(quick_fit):
    turned = tuple(
        replace(p, estimate=-p.estimate, reading=Reading.FLAT) if p.name == "effects.east.west" else p
        for p in quick_fit.profiles
    )
    other = replace(quick_fit, profiles=turned)
    assert evidence.flips([("one", quick_fit), ("two", other)]) == ("effects.east.west",)
    assert evidence.flips([("one", quick_fit), ("two", quick_fit)]) == ()


def test_a_series_is_called_by_its_label_then_its_basis_then_its_name(quick_fit):
    assert evidence.basis(quick_fit, "data") == "data"
    priced = replace(quick_fit, observations=replace(quick_fit.observations, basis="current prices"))
    assert evidence.basis(priced, "data", "zh") == "current prices"
    source = DataSource(file="a.csv", time="year", columns=(), label=(("zh", "产值"),))
    named = replace(priced, model=replace(priced.model, data=replace(source, alternatives=(("real", source),))))
    assert evidence.basis(named, "real", "zh") == "产值"
    assert evidence.basis(named, "real", "en") == "current prices"


def test_the_likeliest_is_a_mode_or_an_outcome_without_one(quick_fit):
    key, share = evidence.likeliest(quick_fit)
    assert key == "parasitism"
    assert share == quick_fit.settled_probabilities["parasitism"][0]
