"""Modes of pairs of units and of regions along a path of three and more units."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import symbiode
from symbiode.policy.effort.groups import Goal, gains
from symbiode.policy.paths import mode_path

ALONE = {"growth": 1, "capacity": 1, "initial": 0.5}


def the(path, kind, *pair):
    return next(q for q in path.frozen.pairings if (q.kind, q.pair) == (kind, pair))


def four(**effects):
    units = {"a": ("north", 2), "b": ("north", 1), "c": ("south", 3), "d": ("south", 1)}
    return symbiode.build(
        {name: {**ALONE, "capacity": K, "region": region} for name, (region, K) in units.items()},
        effects={key.replace("_", "."): value for key, value in effects.items()},
        regions={"north": {"en": "North"}, "south": {"en": "South"}},
    )


def test_a_pair_beside_others_changes_when_the_closed_form_says():
    """With effects a, b of a pair that nobody else acts on, both gains are a(1+b)/(1-ab) and b(1+a)/(1-ab) (Goh 1977):
    the smaller is 0.9 of the larger at b = 0.9 a/(1 + 0.1 a)."""
    model = symbiode.build(dict.fromkeys("abc", ALONE), effects={"a.b": 0.4, "b.a": 0.2, "c.a": 0.1})
    lever = {"shape": "ramp", "at": 0, "until": 10, "moves": {"effects.b.a": {"add": 0.2}}}
    pair = the(mode_path(model, symbiode.build_scenario(model, {"rail": lever}), [-1, 12]), "units", "a", "b")
    (change,) = pair.changes
    assert change.time == pytest.approx(10 * (0.36 / 1.04 - 0.2) / 0.2, abs=1e-10)
    assert (change.before, change.after) == ("asymmetric_mutualism", "symmetric_mutualism")
    assert [(cause.lever, cause.share) for cause in change.causes] == [("rail", pytest.approx(1.0))]


def test_before_any_lever_pairs_are_those_that_settle_names():
    model = symbiode.load("actors")
    lever = {"at": 2030, "moves": {"effects.hk_research.sz_research": {"add": 0.1}}}
    path = mode_path(model, symbiode.build_scenario(model, {"joint": lever}), [2029, 2031])
    for known in symbiode.settle(model).modes:
        pair = the(path, "units", *known.pair)
        assert pair.gains[0] == pytest.approx(known.gains, rel=1e-9)
        assert (pair.pieces[0].mode, pair.nominal_mode[0]) == (known.mode, known.nominal_mode)


def test_a_lever_on_a_link_changes_the_pair_at_the_event():
    model = four(a_b=0.2, c_a=0.3, a_c=0.3)
    lever = {"at": 5, "moves": {"effects.a.c": {"add": -0.5}}}
    path = mode_path(model, symbiode.build_scenario(model, {"quarrel": lever}), [0, 10])
    (change,) = the(path, "regions", "north", "south").changes
    assert (change.time, change.error, change.border, change.after) == (5.0, 0.0, "event", "parasitism")


def test_regions_gain_by_linear_algebra_as_two_groups_of_a_plan_do():
    """G_A is the sum of K_i (u_i - v_i) over the sum of K_i, with u = (I - D)^-1 1 and v the same of A alone."""
    effects = {"a_b": 0.2, "b_a": 0.1, "a_c": 0.3, "d_b": 0.25, "c_d": 0.05, "c_a": -0.2}
    model = four(**effects)
    pair = the(mode_path(model, symbiode.build_scenario(model, {}), [0, 1]), "regions", "north", "south")
    D, K = np.zeros((4, 4)), np.array([2.0, 1.0, 3.0, 1.0])
    for key, value in effects.items():
        D["abcd".index(key[0]), "abcd".index(key[2])] = value
    levels = np.linalg.solve(np.eye(4) - D, np.ones(4))
    for side, own in enumerate(([0, 1], [2, 3])):
        alone = np.linalg.solve(np.eye(2) - D[np.ix_(own, own)], np.ones(2))
        assert pair.gains[0, side] == pytest.approx(K[own] @ (levels[own] - alone) / K[own].sum(), rel=1e-12)
    goal = Goal(target="", groups=((0, 1), (2, 3)), weights=K, margin=0.0, runaway=0.0, tau=0.1)
    assert pair.gains[0] == pytest.approx(gains(D, goal)[0], rel=1e-12)


def test_units_that_harm_strongly_are_followed_without_each_other():
    """b dies beside a (d_ba = -1.5); without a it lives: two units rest at (1 + d_12)/(1 - d_12 d_21) each."""
    model = symbiode.build(dict.fromkeys("abc", ALONE), effects={"a.b": -0.5, "b.a": -1.5, "c.a": 0.4, "c.b": 0.1})
    path = mode_path(model, symbiode.build_scenario(model, {}), [0, 1])
    assert the(path, "units", "a", "c").gains[0] == pytest.approx([0.0, 1.4 - 1.1], abs=1e-9)
    assert the(path, "units", "a", "c").pieces[0].key == "commensalism"
    assert the(path, "units", "a", "b").pieces[0].key == "exclusion"  # no mode: b does not stay


def test_regions_of_other_equations_gain_over_what_they_reach_without_each_other():
    """The levels of Hong Kong and its talent are put to zero in the file's own equations, and those integrated."""
    model = symbiode.load("talent")
    path = mode_path(model, symbiode.build_scenario(model, {}), [2020, 2021])

    def rates(t, y):
        x, h = y
        return [0.11 * x * (1 - x + 0.3 * h), 0.1 * x - 0.15 * h - 0.02 * h]

    x, h = solve_ivp(rates, (0, 2000), (0.3, 0.2), method="LSODA", rtol=1e-10, atol=1e-12).y[:, -1]
    city, talent = path.frozen.state[0, [0, 2]]
    found = the(path, "regions", "shenzhen", "hongkong").gains[0, 0]
    assert found == pytest.approx((city + talent - x - h) / (x + h), rel=1e-6)
