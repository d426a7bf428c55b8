"""Least effort of two units against closed forms, exact borders and finite differences."""

import itertools

import numpy as np
import pytest
import sympy
from scipy.optimize import minimize_scalar

from symbiode.dynamics.modes.borders import region
from symbiode.errors import InputError, InvalidValueError, RefusedError, UnknownNameError
from symbiode.policy.effort import plan
from symbiode.system.building import build
from tests.seeds import fresh_seed

BOTH = ["effects.east.west", "effects.west.east"]


def pair(a, b, names=("east", "west"), growth=(0.9, 0.5), capacity=(10, 8)):
    units = {n: {"growth": r, "capacity": K} for n, r, K in zip(names, growth, capacity, strict=True)}
    first, second = names
    return build(units, effects={f"{first}.{second}": a, f"{second}.{first}": b}, name="pair")


def nearest_root(coefficients, point_of, a, b):
    """Return the least distance from (a, b) to the points that the positive real roots stand for."""
    roots = [r.real for r in np.roots(coefficients) if abs(r.imag) < 1e-9 and r.real > 0]
    return min(float(np.hypot(*(np.array(point_of(x)) - (a, b)))) for x in roots)


@pytest.mark.parametrize(("a", "b"), [(2, 1), (1.5, 1.2), (3, 0.6)])
def test_least_effort_to_leave_runaway_is_the_distance_to_the_hyperbola(a, b):
    """The nearest point of a*b = 1 is a root of x^4 - a x^3 + b x - 1 = 0 (normal of the hyperbola through (a, b))."""
    expected = nearest_root([1, -a, 0, b, -1], lambda x: (x, 1 / x), a, b)
    found = plan(pair(a, b), "coexistence", levers=BOTH, norm=2, margin=0, runaway=0)
    assert found.effort == pytest.approx(expected, rel=2e-6, abs=2e-6)
    assert found.certificate.kind == "global"


@pytest.mark.parametrize("m", [0.05, 0.2])
def test_least_effort_to_a_runaway_margin_is_the_distance_to_its_hyperbola(m):
    """To a*b = 1 - m: with x = sqrt(1 - m) y the same quartic in scaled effects."""
    a, b, s = 1.4, 1.1, np.sqrt(1 - m)
    expected = s * nearest_root([1, -a / s, 0, b / s, -1], lambda x: (x, 1 / x), a / s, b / s)
    found = plan(pair(a, b), "coexistence", levers=BOTH, norm=2, margin=0, runaway=m)
    assert found.effort == pytest.approx(expected, rel=1e-6)
    more, less = (plan(pair(a, b), "coexistence", levers=BOTH, norm=2, margin=0, runaway=m + e) for e in (1e-4, -1e-4))
    assert found.shadow_runaway == pytest.approx((more.effort - less.effort) / 2e-4, rel=1e-3)


@pytest.mark.parametrize(("a", "b"), [(0.35, 0.2), (0.1, 0.5), (0.9, 0.3)])
def test_least_effort_to_the_symmetric_band_is_the_distance_to_its_edge(a, b):
    """On the edge the smaller gain is 0.9 of the larger: b (1 + a) = 0.9 a (1 + b), so b = 0.9 a/(1 + 0.1 a)."""
    larger, smaller = max(a, b), min(a, b)

    def far(t):
        return np.hypot(t - larger, 0.9 * t / (1 + 0.1 * t) - smaller)

    expected = minimize_scalar(far, bounds=(0, 1.1), method="bounded", options={"xatol": 1e-12}).fun
    found = plan(pair(a, b), levers=BOTH, norm=2, margin=0, runaway=0)
    assert found.effort == pytest.approx(expected, rel=1e-6)
    assert found.after.symmetry == pytest.approx(0.9, abs=1e-6)


def test_with_one_lever_the_effort_is_the_step_to_the_border_of_that_lever():
    """With a fixed, b = 0.9 a/(1 + 0.1 a) closes the gap: b (1 + a) = 0.9 a (1 + b)."""
    found = plan(pair(0.35, 0.2), levers=["effects.west.east"], margin=0, runaway=0)
    assert found.effort == pytest.approx(0.9 * 0.35 / 1.035 - 0.2, abs=1e-8)


def test_no_point_of_the_target_is_nearer_by_brute_force():
    """A fine grid over both effects, each point named by the exact region theorem, has no cheaper member."""
    a, b = 0.6, -0.2
    found = plan(pair(a, b), levers=BOTH, norm=1, margin=0, runaway=0)
    grid = [(x, y) for x, y in itertools.product(np.round(np.arange(0.01, 1, 0.01), 3), repeat=2)]
    cheap = [(x, y) for x, y in grid if abs(x - a) + abs(y - b) < found.effort - 1e-9]
    exact = (sympy.Rational(str(x)) for pair_ in cheap for x in pair_)
    assert "symmetric_mutualism" not in {region(x, y) for x, y in zip(exact, exact, strict=True)}
    assert len(cheap) > 100


@pytest.mark.parametrize(
    ("target", "b"),
    [("symmetric_mutualism", -0.4), ("asymmetric_mutualism", -0.4), ("parasitism", 0.4), ("competition", -0.4)],
)
def test_the_margin_is_the_distance_to_the_nearest_border_of_the_settled_mode(target, b):
    """Seen by `settle`, which finds borders by exact roots, not by our solver."""
    found = plan(pair(0.2, b), target, levers=BOTH, margin=0.03, runaway=0, norm=2)
    assert found.after.mode == target
    assert found.after.settlement.border.distance == pytest.approx(0.03, abs=1e-6)


@pytest.mark.parametrize("norm", [1, 2])
def test_shadow_prices_are_finite_differences(norm):
    tables = {BOTH[0]: {"lower": 0.3, "price": 2}, BOTH[1]: {"upper": 0.3}}

    def effort(margin=0.02, lower=0.3, upper=0.3):
        told = {BOTH[0]: tables[BOTH[0]] | {"lower": lower}, BOTH[1]: {"upper": upper}}
        return plan(pair(0.35, 0.2), levers=told, margin=margin, norm=norm).effort

    found = plan(pair(0.35, 0.2), levers=tables, margin=0.02, norm=norm)
    h = 1e-5
    assert found.shadow_margin == pytest.approx((effort(margin=0.02 + h) - effort(margin=0.02 - h)) / (2 * h), rel=1e-3)
    saved = (effort(upper=0.3 - h) - effort(upper=0.3 + h)) / (2 * h)
    assert found.changes[1].shadow_upper == pytest.approx(saved, rel=1e-3)
    assert found.certificate.residual < 1e-6


def test_the_order_of_units_their_capacities_and_rates_do_not_matter():
    first = plan(pair(0.35, 0.2), levers=BOTH)
    turned = plan(pair(0.2, 0.35, names=("west", "east"), growth=(3, 0.1), capacity=(1, 700)), levers=BOTH)
    assert turned.effort == pytest.approx(first.effort, abs=1e-8)
    scaled = plan(pair(0.35, 0.2), levers=BOTH, weights=dict.fromkeys(BOTH, 7))
    assert scaled.effort == pytest.approx(7 * first.effort, abs=1e-7)
    assert [c.after for c in scaled.changes] == [c.after for c in first.changes]


def test_random_pairs_reach_every_mode_and_settle_there():
    rng = np.random.default_rng(fresh_seed())
    for target in ("symmetric_mutualism", "commensalism", "neutralism", "amensalism", "coexistence"):
        a, b = (float(f"{x:.3f}") for x in rng.uniform(-1.5, 1.5, 2))
        found = plan(pair(a, b), target, levers=BOTH)
        assert found.reached, (a, b, target)
        assert found.certificate.lower == pytest.approx(found.effort, rel=1e-6, abs=1e-6)


def test_what_stands_in_the_way_is_named_with_how_far_it_would_have_to_move():
    """With a >= 0.3 the band asks for b = 0.9 a/(1 + 0.1 a) at a = 0.3."""
    tables = {BOTH[0]: {"lower": 0.3}, BOTH[1]: {"upper": 0.25}}
    found = plan(pair(0.35, 0.2), levers=tables, margin=0, runaway=0)
    edge = 0.9 * 0.3 / 1.03
    assert not found.reached
    assert found.shortfall.proved
    assert found.shortfall.gap == pytest.approx(edge - 0.25, abs=1e-6)
    assert dict(found.shortfall.levers) == pytest.approx({BOTH[0]: 0.3, BOTH[1]: 0.25}, abs=1e-6)
    assert {(name, end) for name, end, _ in found.shortfall.binding} == {(BOTH[0], "lower"), (BOTH[1], "upper")}
    assert found.shortfall.relaxed == ((BOTH[1], pytest.approx(edge, abs=1e-6)),)


def test_a_margin_that_no_effects_can_keep_is_what_stands_in_the_way():
    """Within the band a b < 1 with a, b > 0 no point is 5 away from both axes."""
    told = plan(pair(0.35, 0.2), levers=BOTH, margin=5).summary()
    assert "ask for smaller margins" in told
    assert "other levers" not in told


def test_a_budget_that_is_too_small_says_what_is_needed():
    free = plan(pair(0.35, 0.2), levers=BOTH)
    found = plan(pair(0.35, 0.2), levers=BOTH, budget=0.9 * free.effort)
    assert not found.reached
    assert found.shortfall.relaxed[0][1] == pytest.approx(free.effort, abs=1e-6)
    assert plan(pair(0.35, 0.2), levers=BOTH, budget=1.01 * free.effort).reached


def test_a_purse_of_one_payer_shifts_the_cost_to_the_other():
    tables = {BOTH[0]: {"payer": "East", "price": 2}, BOTH[1]: {"payer": "West"}}
    found = plan(pair(0.35, 0.2), levers=tables, budget={"West": 0.05})
    assert dict(found.payers)["West"] == pytest.approx(0.05, abs=1e-8)
    more = plan(pair(0.35, 0.2), levers=tables, budget={"West": 0.0501})
    assert dict(found.shadow_budgets)["West"] == pytest.approx((found.effort - more.effort) / 1e-4, rel=1e-2)


def test_a_formula_of_two_parameters_is_searched_locally_and_says_so():
    units = {n: {"growth": 1, "capacity": 1} for n in ("east", "west")}
    known = {"open": {"value": 0.5, "lower": 0, "upper": 1}, "wall": {"value": 0.4, "lower": 0, "upper": 1}}
    effects = {"east.west": "open*(1 - wall)*0.5", "west.east": "open*(1 - wall)*0.5 - 0.2*wall"}
    found = plan(build(units, effects=effects, parameters=known, name="walls"))
    assert found.reached
    assert found.certificate.kind == "local"
    assert found.certificate.residual < 1e-5


def test_faults_are_named():
    model = pair(0.35, 0.2)
    with pytest.raises(UnknownNameError, match="did you mean 'symmetric_mutualism'"):
        plan(model, "symmetric_mutualims")
    with pytest.raises(UnknownNameError, match=r"effects\.east\.west"):
        plan(model, levers=["effects.east.wst"])
    with pytest.raises(InvalidValueError, match="present value"):
        plan(model, levers={BOTH[0]: {"lower": 0.5}})
    with pytest.raises(InvalidValueError, match="up or down"):
        plan(model, levers={BOTH[0]: {"only": "sideways"}})
    with pytest.raises(InvalidValueError, match="scenario"):
        plan(model, by=2030)
    sheep = build({"a": {}, "b": {}}, equations={"a": "x*(3 - x - 2*b)", "b": "x*(2 - x - a)"}, name="own equations")
    for levers in (None, ["effects.a.b"]):
        with pytest.raises(InputError):
            plan(sheep, levers=levers)
    obligate = {"east": {"growth": 1, "capacity": 1, "own_growth": -1}, "west": {"growth": 1, "capacity": 1}}
    with pytest.raises(RefusedError, match="live alone"):
        plan(build(obligate, effects={"east.west": 2, "west.east": 0.1}, name="obligate"))
