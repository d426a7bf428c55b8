"""Plans over draws: what they promise holds on draws they have never seen, named by the exact region theorem."""

import numpy as np
import pytest

from symbiode.dynamics.modes import Mode, Outcome
from symbiode.dynamics.modes.regions import classify
from symbiode.errors import DataError, InvalidValueError, UnknownNameError
from symbiode.policy.effort import plan
from symbiode.policy.effort.chances import lowest, read_draws
from symbiode.system.building import build

SYMMETRIC, COEXISTS = tuple(Mode).index(Mode.SYMMETRIC_MUTUALISM), tuple(Outcome).index(Outcome.COEXISTENCE)
BOTH = ["effects.a.b", "effects.b.a"]


def pair(d12, d21):
    units = {"a": {"growth": 0.26, "capacity": 12.7}, "b": {"growth": 0.057, "capacity": 5.9}}
    return build(units, effects={"a.b": d12, "b.a": d21}, name="pair")


def reached(made, draws):
    """Return the share of draws, moved by the change of the plan, in its target."""
    steps = {c.name: float(c.after - c.before) for c in made.changes}
    found = classify(draws[:, 0] + steps[BOTH[0]], draws[:, 1] + steps[BOTH[1]])
    good = found.outcome == COEXISTS if made.target == "coexistence" else found.mode == SYMMETRIC
    return float(good.mean())


def normal(rng, centre, cov, count):
    return rng.multivariate_normal(centre, cov, count)


# Gause's yeasts: effects near -0.9 and -0.8 with the negative correlation that short mixed cultures leave; and a
# synthetic posterior beside the symmetric band.
CASES = {
    "gause": ((-0.9, -0.8), [[0.15**2, -0.5 * 0.15**2], [-0.5 * 0.15**2, 0.15**2]], "coexistence"),
    "synthetic": ((0.35, 0.2), [[1e-4, 3e-5], [3e-5, 5e-5]], "symmetric_mutualism"),
}


def test_a_robust_plan_costs_more_than_one_for_the_model_alone_and_keeps_its_promise():
    centre, cov, target = CASES["gause"]
    rng = np.random.default_rng(1)
    made = plan(pair(*centre), target, levers=BOTH, draws=normal(rng, centre, cov, 800), probability=0.9)
    assert made.reached
    assert made.effort > plan(pair(*centre), target, levers=BOTH).effort
    assert made.reach.low >= 0.9
    assert made.reach.before < 0.9
    assert reached(made, normal(rng, centre, cov, 10_000)) >= 0.9


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_of_twenty_robust_plans_at_least_eighteen_reach_the_probability_on_fresh_draws(case):
    centre, cov, target = CASES[case]
    kept = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        made = plan(pair(*centre), target, levers=BOTH, draws=normal(rng, centre, cov, 800), probability=0.9, seed=seed)
        kept += made.reached and reached(made, normal(rng, centre, cov, 10_000)) >= 0.9
    assert kept >= 18


def test_draws_too_wide_for_the_band_are_not_promised():
    rng = np.random.default_rng(2)
    wide = normal(rng, (0.35, 0.2), np.eye(2) * 0.04, 200)
    tables = {name: {"lower": 0, "upper": 0.6} for name in BOTH}
    made = plan(pair(0.35, 0.2), levers=tables, draws=wide, probability=0.9)
    assert not made.reached
    assert made.reach.share < 0.9
    assert "0.9 is not shown" in made.summary()


def test_the_lower_limit_of_a_share_is_that_of_clopper_and_pearson():
    """All of n hits: alpha^(1/n); one of n: 1 - (1 - alpha)^(1/n) (Clopper and Pearson 1934)."""
    assert lowest(60, 60, tries=1) == pytest.approx(0.05 ** (1 / 60))
    assert lowest(1, 60, tries=1) == pytest.approx(1 - 0.95 ** (1 / 60))
    assert lowest(0, 60) == 0


def test_draws_are_read_by_key_path_and_faults_are_named(tmp_path):
    path = tmp_path / "draws.csv"
    path.write_text("effects.b.a,effects.a.b\n0.1,0.2\n0.3,0.4\n", encoding="utf-8")
    found = read_draws(pair(0.5, 0.6), path)
    assert found[:, 0, 1].tolist() == [0.2, 0.4]
    with pytest.raises(InvalidValueError, match="at least 100"):
        plan(pair(0.5, 0.6), draws=found, probability=0.9)
    path.write_text("effects.b.a,effects.a.b\nmany,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="'many' is not a number"):
        read_draws(pair(0.5, 0.6), path)
    path.write_text("a.growth,effects.a.b\n1,1\n", encoding="utf-8")
    with pytest.raises(UnknownNameError, match=r"effects\.a\.b"):
        read_draws(pair(0.5, 0.6), path)


@pytest.mark.slow
def test_a_probability_that_unseen_draws_show_to_be_reached_is_not_said_to_be_out_of_reach():
    """The share of unseen draws that the likeliest change is shown to reach can be had, but not without paying."""
    asked = {"levers": BOTH, "draws": np.random.default_rng(0).normal((0.35, 0.2), 0.15, (400, 2))}
    most = plan(pair(0.35, 0.2), **asked, probability=0.95)
    assert not most.reached
    less = round(most.reach.low - 0.002, 4)
    found = plan(pair(0.35, 0.2), **asked, probability=less)
    assert found.reached
    assert found.reach.low >= less
    assert not plan(pair(0.35, 0.2), **asked, probability=less, budget=0.5 * found.effort).reached


def test_rows_of_draws_without_a_number_are_counted_and_told():
    centre, cov, target = CASES["synthetic"]
    draws = normal(np.random.default_rng(4), centre, cov, 600)
    whole = plan(pair(*centre), target, levers=BOTH, draws=draws, probability=0.9)
    holed = np.concatenate([draws, np.full((7, 2), np.nan)])
    made = plan(pair(*centre), target, levers=BOTH, draws=holed, probability=0.9)
    assert whole.reach.dropped == 0
    assert "left out" not in whole.summary()
    assert (made.reach.draws, made.reach.dropped) == (600, 7)
    assert made.effort == pytest.approx(whole.effort)
    assert "600 rows of the draws were kept; 7 were left out" in made.summary()
