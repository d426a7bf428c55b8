"""The verdict rule: each condition alone can withhold a mode, all together name one, and every sentence can be said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from symbiode.dynamics.modes.ladder import Mode
from symbiode.errors import OK, Code, refused, warning
from symbiode.inference.diagnostics import ResidualTest
from symbiode.inference.identifiability import Profile, Reading
from symbiode.inference.rivals import Basis
from symbiode.inference.verdict import CONDITIONS, Evidence, judge, reason_of
from symbiode.system.model import Unit
from symbiode.words import verdicts

UNITS = (Unit(name="shenzhen", label=(("zh", "深圳"),)), Unit(name="hongkong", label=(("zh", "香港"),)))


def profile(name, reading=Reading.IDENTIFIED, cut_by=()):
    ends = {Reading.IDENTIFIED: (0.1, 0.9), Reading.CUT_BY: (0.1, 0.9), Reading.ONE_SIDED: (0.1, None)}
    low, high = ends.get(reading, (None, None))
    return Profile(
        name=name, estimate=0.5, low=low, high=high, level=0.95, reading=reading, cut_by=cut_by, values=np.ones(1),
        signed_root=np.zeros(1), params=np.ones((1, 1)),
    )  # fmt: skip


NAMES = ("shenzhen.capacity", "hongkong.capacity", "effects.shenzhen.hongkong", "effects.hongkong.shenzhen")
GOOD = Evidence(
    units=UNITS, status=OK, starts=20, agreeing=18, mode=Mode.PARASITISM, wider_mode=Mode.PARASITISM,
    profiles=tuple(map(profile, NAMES)), scaled=True, rejected=(), aicc=10.0, aicc_alone=20.0, effects=True,
    theil_u=0.8, money=True, trending=True,
    bases=(Basis(name="USD", mode=Mode.PARASITISM), Basis(name="local", mode=Mode.PARASITISM)),
    probabilities={"parasitism": (0.95, 0.01), "competition": (0.05, 0.01)}, last_levels=(1.0, 1.0),
)  # fmt: skip


def with_reading(name, reading, cut_by=()):
    return tuple(profile(name, reading, cut_by) if p.name == name else p for p in GOOD.profiles)


FAILURES = {
    "verdict_status": {"status": warning(Code.MULTIMODAL)},
    "verdict_starts": {"agreeing": 1},
    "verdict_box": {"wider_mode": Mode.COMPETITION},
    "verdict_effect_one_sided": {"profiles": with_reading(NAMES[2], Reading.ONE_SIDED)},
    "verdict_effect_flat": {"profiles": with_reading(NAMES[3], Reading.FLAT)},
    "verdict_effect_at_bound": {"profiles": with_reading(NAMES[2], Reading.AT_BOUND)},
    "verdict_effect_cut_by": {"profiles": with_reading(NAMES[2], Reading.CUT_BY, ("hongkong.growth",))},
    "verdict_effect_assumed": {"profiles": GOOD.profiles[:3]},
    "verdict_no_effects": {"effects": False, "profiles": GOOD.profiles[:2]},
    "verdict_capacity": {"profiles": with_reading(NAMES[0], Reading.ONE_SIDED)},
    "verdict_residuals": {
        "rejected": (ResidualTest(unit="hongkong", test="runs", statistic=3.0, p_value=0.002, nobs=20),)
    },
    "verdict_aicc_none": {"aicc": None},
    "verdict_alone": {"aicc": 25.0},
    "verdict_random_walk": {"theil_u": 1.2},
    "verdict_bases": {"bases": (GOOD.bases[0], Basis(name="local", mode=Mode.COMPETITION))},
    "verdict_one_basis": {"bases": GOOD.bases[:1]},
    "verdict_no_pair": {"units": UNITS[:1], "profiles": (), "last_levels": (1.0,)},
    "verdict_no_draws": {"probabilities": {}},
    "verdict_probability": {"probabilities": {"parasitism": (0.81, 0.01), "competition": (0.19, 0.01)}},
}


def test_a_mode_is_named_when_every_condition_holds():
    verdict = judge(GOOD)
    assert (verdict.mode, verdict.probability, verdict.reasons, verdict.needed) == (Mode.PARASITISM, 0.95, (), ())
    assert len(CONDITIONS) == 7


@pytest.mark.parametrize("key", sorted(FAILURES))
def test_one_failed_condition_withholds_the_mode_and_is_the_only_reason(key):
    verdict = judge(replace(GOOD, **FAILURES[key]))
    assert verdict.mode is None
    assert [item.key for item in verdict.reasons] == [key]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("key", sorted(FAILURES))
def test_every_reason_and_what_would_decide_it_can_be_said(key, lang):
    verdict = judge(replace(GOOD, **FAILURES[key]))
    told = verdict.summary(lang)
    assert "{" not in told
    assert len(told.splitlines()) >= 2
    for item in (*verdict.reasons, *verdict.needed):
        assert item.text(lang).endswith("." if lang == "en" else "。")


def test_every_sentence_about_a_failed_condition_is_reached():
    keys = {key for key in verdicts.WORDS if key.startswith("verdict_")}
    headings = {"verdict_named", "verdict_named_outcome", "verdict_undetermined", "verdict_needed", "verdict_basis"}
    assert keys - headings == set(FAILURES)


def test_all_failures_are_listed_not_only_the_first():
    several = {**FAILURES["verdict_starts"], **FAILURES["verdict_alone"], **FAILURES["verdict_one_basis"]}
    keys = [item.key for item in judge(replace(GOOD, **several)).reasons]
    assert keys == ["verdict_starts", "verdict_alone", "verdict_one_basis"]


def test_neutralism_need_not_beat_independent_growth():
    shares = {"neutralism": (0.95, 0.01), "parasitism": (0.05, 0.01)}
    same = {"mode": Mode.NEUTRALISM, "wider_mode": Mode.NEUTRALISM, "money": False}
    assert judge(replace(GOOD, probabilities=shares, aicc=25.0, theil_u=1.1, **same)).mode is Mode.NEUTRALISM


def test_series_that_are_not_money_need_one_basis_only():
    assert judge(replace(GOOD, money=False, bases=GOOD.bases[:1])).mode is Mode.PARASITISM


def test_one_basis_is_enough_for_series_without_a_common_trend():
    assert judge(replace(GOOD, trending=False, bases=GOOD.bases[:1])).mode is Mode.PARASITISM


def test_supplied_capacities_and_laws_without_them_count_as_known():
    assert judge(replace(GOOD, profiles=GOOD.profiles[2:])).mode is Mode.PARASITISM
    open_one = with_reading(NAMES[0], Reading.FLAT)
    assert judge(replace(GOOD, profiles=open_one, scaled=False)).mode is Mode.PARASITISM


def test_a_series_too_short_for_forecasts_is_not_blamed_for_it():
    assert judge(replace(GOOD, theil_u=None)).mode is Mode.PARASITISM


@pytest.mark.parametrize(("p", "named"), [(0.8201, True), (0.8199, False)])
def test_the_probability_must_reach_the_level_less_two_errors(p, named):
    shares = {"parasitism": (p, 0.01), "competition": (1 - p, 0.01)}
    assert (judge(replace(GOOD, probabilities=shares)).mode is not None) is named
    assert judge(replace(GOOD, probabilities=shares), level=0.9).mode is None


def test_the_outcome_stands_beside_the_mode():
    verdict = judge(GOOD, outcomes={"coexistence": (0.9, 0.01), "exclusion": (0.1, 0.01)})
    assert (verdict.outcome, verdict.outcome_probability) == ("coexistence", 0.9)
    assert "parasitism, probability 0.950 with Monte Carlo error 0.010" in verdict.headline()
    assert "coexistence" in verdict.headline()
    assert "共存" in verdict.headline("zh")


def test_units_are_told_by_their_label_in_the_readers_language():
    verdict = judge(replace(GOOD, **FAILURES["verdict_effect_flat"]))
    assert "shenzhen on hongkong" in verdict.reasons[0].text()
    assert "深圳对香港" in verdict.reasons[0].text("zh")


@pytest.mark.parametrize(
    "code", [Code.NOT_IDENTIFIABLE, Code.MULTIMODAL, Code.AT_BOUND, Code.NOT_CONVERGED, Code.OPTIMISTIC]
)
def test_every_status_of_a_fit_has_its_sentence(code):
    (sentence,) = reason_of(refused(code))
    assert sentence.text("en").rstrip(".") in code.sentence.lower() or sentence.text("en")
    assert sentence.text("zh").endswith("。")
