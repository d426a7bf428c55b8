"""claims(): what the experiments find is what the closed forms of two logistic units say, and nothing is assumed."""

from __future__ import annotations

import pytest
import sympy

from symbiode.dynamics.modes import Mode
from symbiode.errors import UnknownNameError
from symbiode.policy.experiments import claims
from symbiode.policy.statements import Answer, Claim
from symbiode.system.building import build
from symbiode.system.formats import load
from symbiode.system.model import Model

R = sympy.Rational


def two(a: object, b: object, *, growth: tuple[float, float] = (0.3, 0.3), K: tuple[int, int] = (1, 1)) -> Model:
    """Return two logistic units whose effects go through one interface, half open."""
    units = {name: {"growth": growth[i], "capacity": K[i]} for i, name in enumerate(("east", "west"))}
    open_ = {"value": 0.5, "lower": 0, "upper": 1, "element": "interface.digital"}
    effects = {"east.west": f"2*({a})*open", "west.east": f"2*({b})*open"}
    return build(units, effects=effects, parameters={"open": open_})


def one(name: str, model: Model) -> Claim:
    return claims(model, [name])[0]


def verdicts(claim: Claim) -> dict[str, str]:
    """Return how each quantity compares at the even split."""
    told = [(key, dict(values)) for key, values in claim.findings if key.startswith("claim_compared")]
    return {values["what"].removeprefix("=claim_what_"): key.removeprefix("claim_compared_") for key, values in told}


def test_the_even_split_gains_most_and_has_the_least_margin() -> None:
    """At fixed a+b the total gain (a+b+2ab)/(1-ab) is largest at a=b, 1-ab smallest; r1=r2: one eigenvalue is -r."""
    claim = one("most_stable", two(0.6, 0.2))
    assert claim.answer is Answer.PARTLY
    assert verdicts(claim) == {"gain": "largest", "margin": "smallest", "return": "same"}
    curves, total = dict(claim.curves), 0.8
    for k, share in enumerate(claim.at):
        a, b = share * total, (1 - share) * total
        assert curves["gain"][k] == pytest.approx((a + b + 2 * a * b) / (1 - a * b))
        assert curves["margin"][k] == pytest.approx(1 - a * b)
        assert curves["return"][k] == pytest.approx(0.3)
    assert claim.here == pytest.approx(0.75)


def test_the_worked_numbers_of_three_splits_come_out() -> None:
    """r = .3: (.4,.4) gains 1.3333 with 1-ab = .84; (.6,.2) 1.1818 and .88; (.7,.1) 1.0108 and .93."""
    curves = dict(one("most_stable", two(0.4, 0.4)).curves)
    at = {0.5: (1.3333, 0.84), 0.75: (1.1818, 0.88)}
    for share, expected in at.items():
        k = round(20 * share)
        assert (curves["gain"][k], curves["margin"][k]) == pytest.approx(expected, abs=5e-5)


def test_with_unequal_growth_the_speed_of_return_does_not_prefer_symmetry() -> None:
    claim = one("most_stable", two(0.35, 0.2, growth=(0.11, 0.06)))
    assert verdicts(claim)["return"] == "between"


def test_an_even_split_that_runs_away_is_said_to_fail() -> None:
    """(1.1, 1.1) has ab > 1: no finite level; shared as (2.2, 0) it settles."""
    claim = one("most_stable", two(1.8, 0.4))
    assert claim.answer is Answer.FAILS
    assert verdicts(claim)["gain"] == "nowhere"


@pytest.mark.parametrize("K", [(1, 1), (2, 7)])
def test_energy_over_the_plane_has_the_sign_of_its_condition(K: tuple[int, int]) -> None:
    """E_s > 0 if and only if K1 a(1+b) + K2 b(1+a) > 0; in parasitism if and only if b > -K1 a/(K2 + (K1+K2) a)."""
    claim = one("more_than_two", two(0.3, 0.1, K=K))
    assert claim.answer is Answer.HOLDS
    counted = {mode: (some, every) for mode, some, every in claim.counts}
    assert all(some == every for mode, (some, every) in counted.items() if "mutualism" in mode.value)
    assert counted[Mode.COMPETITION][0] == 0
    names = sympy.symbols("d12 d21 K1 K2", real=True)
    positive, productive = (sympy.lambdify(names, f.lhs - f.rhs) for f in claim.formulas)
    for b, row in zip(claim.at, claim.plane, strict=True):
        for a, energy in zip(claim.at, row, strict=True):
            assert energy == pytest.approx(positive(a, b, *K) / (1 - a * b), rel=1e-12, abs=1e-14)
            if a > 0 > b:
                assert (energy > 0) == (productive(a, b, *K) > 0)


def test_both_degrees_rise_with_the_weaker_effect_and_a_weak_even_pair_ranks_below() -> None:
    """delta12 = a(1+b)/(1+a) and delta21 = b(1+a)/(1+b): both derivatives by b are positive for a > 0."""
    a, b = sympy.symbols("a b", positive=True)
    for degree in (a * (1 + b) / (1 + a), b * (1 + a) / (1 + b)):
        assert sympy.factor(sympy.diff(degree, b)).is_positive
    claim = one("degree_rises", two(0.4, 0.1))
    assert claim.answer is Answer.PARTLY
    for values, formula in zip((v for _, v in claim.curves), claim.formulas, strict=True):
        for x, value in zip(claim.at, values, strict=True):
            assert value == pytest.approx(sympy.lambdify(sympy.symbols("d12 d21", real=True), formula.rhs)(0.4, x))
    ranking = next(dict(values) for key, values in claim.findings if key == "claim_not_ranking")
    assert float(ranking["low"]) == pytest.approx(2 * float(ranking["effect"]))
    assert float(ranking["low"]) < float(ranking["high"])


INTERFACES = [
    ((0.3, 0.2), Answer.HOLDS),
    ((0.5, -0.2), Answer.PARTLY),
    ((0.2, -0.4), Answer.FAILS),
    ((0.9, 0.9), Answer.PARTLY),
]


@pytest.mark.parametrize(("effects", "answer"), INTERFACES)
def test_energy_along_the_opening_of_the_interface_is_the_closed_form(effects, answer) -> None:
    """E(c) = [c(K1 a + K2 b) + c^2 ab(K1+K2)]/(1 - c^2 ab) with a, b at c = 1; it runs away at c = 1/sqrt(ab)."""
    claim = one("interface_energy", two(*effects, K=(1, 2)))
    assert claim.answer is answer
    assert claim.here == pytest.approx(0.5)
    a, b = 2 * effects[0], 2 * effects[1]
    for c, energy in zip(claim.at, dict(claim.curves)["energy"], strict=True):
        if c * c * a * b >= 1 or c * b <= -1:
            assert energy is None or c * b <= -1
            continue
        assert energy == pytest.approx((c * (a + 2 * b) + 3 * c * c * a * b) / (1 - c * c * a * b))


def test_a_model_that_a_claim_does_not_fit_is_not_tested_and_says_why() -> None:
    for claim in claims(load("exponential-growth")):
        assert claim.answer is Answer.UNTESTED
        assert len(claim.says()) == 1
    three = {name: {"growth": 1, "capacity": 1} for name in "abc"}
    found = claims(build(three, effects={"a.b": 0.2, "b.c": 0.3}))
    assert [claim.answer for claim in found] == [Answer.UNTESTED] * 3 + [Answer.HOLDS]
    with pytest.raises(UnknownNameError, match="most_stable"):
        claims(build(three), ["most_stabel"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_answer_is_told_in_both_languages_and_says_illustrative(lang: str) -> None:
    for claim in claims(load("shenzhen-hongkong")):
        text = claim.summary(lang)
        assert "=" not in text.replace("E_s =", "")
        assert "|" not in text
        assert text.endswith("illustrative values, not estimates" if lang == "en" else "示例数值，非估计结果")
