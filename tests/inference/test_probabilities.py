"""Shares of draws: the ladder of modes, Monte Carlo errors, laws without capacities, more than two units."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from symbiode.dynamics.modes.ladder import nominal
from symbiode.inference.probabilities import MODES, effects_of, nominal_codes, probabilities
from symbiode.system.building import build

LOGISTIC = {"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}}
PAIR = build(LOGISTIC, effects={"a.b": 0.1, "b.a": 0.2})
effect = st.integers(-300, 300).map(lambda k: k / 100)


@given(effect, effect, st.sampled_from([0.0, 0.05, 0.2]), st.sampled_from([0.0, 0.1, 0.25]))
def test_the_nominal_mode_of_a_draw_is_that_of_the_exact_table(a, b, zero, tau):
    codes = nominal_codes(np.array([a]), np.array([b]), zero=zero, tau=tau)
    exact = [sympy.Rational(str(x)) for x in (a, b, zero, tau)]
    at_edge = min(a, b) > 0 and abs(min(a, b) - (1 - tau) * max(a, b)) < 1e-12
    if not at_edge:
        assert MODES[codes[0]] is nominal(exact[0], exact[1], zero=exact[2], tau=exact[3])


def matrices(pairs):
    effects = np.zeros((len(pairs), 2, 2))
    effects[:, 0, 1], effects[:, 1, 0] = np.array(pairs).T
    return effects


def test_shares_add_to_one_and_know_their_monte_carlo_error():
    pairs = [(0.5, 0.2)] * 60 + [(-0.3, 0.2)] * 30 + [(-1.5, 0.4)] * 10
    found = probabilities(PAIR, matrices(pairs), zero=0.05, tau=0.1)
    assert found.nominal["asymmetric_mutualism"][0] == pytest.approx(0.6)
    assert found.nominal["parasitism"][0] == pytest.approx(0.4)
    assert found.settled["parasitism"][0] == pytest.approx(0.3)
    assert found.settled["none"][0] == pytest.approx(0.1)
    assert {name: p for name, (p, _) in found.outcomes.items()} == pytest.approx({"coexistence": 0.9, "exclusion": 0.1})
    for shares in (found.nominal, found.settled, found.outcomes):
        assert sum(p for p, _ in shares.values()) == pytest.approx(1)
    assert found.nominal["asymmetric_mutualism"][1] == pytest.approx(np.sqrt(0.6 * 0.4 / 100), rel=0.02)
    assert found.nominal["competition"] == (0.0, pytest.approx(0.01, rel=0.05))


def test_small_effects_count_as_none():
    found = probabilities(PAIR, matrices([(0.04, 0.3), (0.04, -0.03)]), zero=0.05, tau=0.1)
    assert found.nominal["commensalism"][0] == found.nominal["neutralism"][0] == 0.5


def test_effects_per_level_are_scaled_to_the_share_of_own_growth():
    model = build(
        {"hare": {"growth": 0.5}, "lynx": {"growth": 0.8, "own_growth": -1}},
        law="lotka_volterra", effects={"hare.lynx": -0.03, "lynx.hare": 0.02},
    )  # fmt: skip
    params = np.array([[0.5, -0.03], [0.25, -0.03]])
    found = effects_of(model, ("hare.growth", "effects.hare.lynx"), params, np.array([30.0, 20.0]))
    assert found[:, 0, 1] == pytest.approx([-0.03 * 20 / 0.5, -0.03 * 20 / 0.25])
    assert found[:, 1, 0] == pytest.approx([0.02 * 30 / 0.8] * 2)
    assert probabilities(model, found, zero=0.05, tau=0.1).nominal["parasitism"][0] == 1
    assert probabilities(model, found, zero=0.05, tau=0.1).outcomes == {}


def test_every_pair_of_three_units_has_its_shares():
    model = build({**LOGISTIC, "c": {"growth": 1, "capacity": 1}}, effects={"a.b": 0.1, "c.a": -0.3})
    effects = effects_of(model, ("effects.a.b",), np.array([[0.4], [-0.4]]), np.ones(3))
    found = probabilities(model, effects, zero=0.05, tau=0.1)
    assert found.nominal == {}
    shares = dict(found.pairs)
    assert shares["a", "b"]["commensalism"][0] == shares["a", "b"]["amensalism"][0] == 0.5
    assert shares["a", "c"]["amensalism"][0] == 1
    assert shares["b", "c"]["neutralism"][0] == 1


def test_equations_of_the_user_have_no_mode_by_sign():
    model = build(LOGISTIC, equations={"a": "growth*x*(1 - x)", "b": "growth*x*(1 - x - a)"})
    assert probabilities(model, np.zeros((3, 2, 2)), zero=0.05, tau=0.1).pairs == ()


def test_obligate_units_have_modes_but_no_region_theorem():
    model = build({**LOGISTIC, "b": {**LOGISTIC["b"], "own_growth": -1}}, effects={"a.b": -0.2, "b.a": 1.5})
    found = probabilities(model, matrices([(-0.2, 1.5)]), zero=0.05, tau=0.1)
    assert found.nominal["parasitism"][0] == 1
    assert found.outcomes == found.settled == {}
