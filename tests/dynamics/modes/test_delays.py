"""Settling with delays: harmless ones, the critical delay of two units, growth without blow-up, cycles."""

import cmath
import math

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symbiode.dynamics.equilibrium import equilibria
from symbiode.dynamics.modes import settle
from symbiode.dynamics.modes.delays import limit
from symbiode.dynamics.modes.ladder import Evidence, Mode, Outcome
from symbiode.dynamics.modes.lagging import _as_told, _local, unstable_roots
from symbiode.dynamics.simulation import simulate
from symbiode.system.building import build


def pair(a, b, delays, r=(1, 1), K=(1, 1)):
    units = {
        name: {"growth": g, "capacity": k, "initial": k} for name, g, k in zip("ab", r, K, strict=True)
    }
    return build(units, effects={"a.b": a, "b.a": b}, delays={"a.b": delays[0], "b.a": delays[1]})


def rates(a, b, r=(1, 1)):
    """p = r1 u1*, q = r2 u2* of the coexistence point."""
    p, q = r[0] * (1 + a) / (1 - a * b), r[1] * (1 + b) / (1 - a * b)
    return p, q, p * q * a * b


def collocated(present, felt, nodes=24):
    """Rightmost roots by Chebyshev collocation of the generator (Breda, Maset and Vermiglio 2005, section 3)."""
    n, longest = len(present), max(age for age, _ in felt)
    x = np.cos(np.pi * np.arange(nodes + 1) / nodes)
    c = np.where((np.arange(nodes + 1) % nodes) == 0, 2.0, 1.0) * (-1.0) ** np.arange(nodes + 1)
    D = np.outer(c, 1 / c) / (x[:, None] - x[None, :] + np.eye(nodes + 1))
    D -= np.diag(D.sum(axis=1))
    G = np.kron(D * 2 / longest, np.eye(n))
    weights = 1 / c
    top = np.zeros((n, n * (nodes + 1)))
    top[:, :n] = present
    for age, F in felt:
        at = 1 - 2 * age / longest
        near = np.abs(at - x) < 1e-14
        row = near.astype(float) if near.any() else weights / (at - x) / (weights / (at - x)).sum()
        top += np.kron(row, F)
    G[:n] = top
    return np.linalg.eigvals(G)


def test_the_critical_delay_agrees_with_the_closed_form():
    """w^2 = (-(p^2+q^2) + sqrt((p^2+q^2)^2 - 4 p^2 q^2 (1 - a^2 b^2)))/2, e^{-i w tau} = (iw+p)(iw+q)/(pq ab)."""
    a, b, r = -0.5, 6.0, (1.0, 0.8)
    p, q, c = rates(a, b, r)
    w = math.sqrt((-(p * p + q * q) + math.sqrt((p * p + q * q) ** 2 - 4 * p * p * q * q * (1 - (a * b) ** 2))) / 2)
    tau = limit(p, q, c)
    assert cmath.exp(-1j * w * tau) == pytest.approx((1j * w + p) * (1j * w + q) / c, abs=1e-12)
    assert 0 < w * tau < 2 * math.pi


@settings(derandomize=True, max_examples=10, deadline=None)
@given(st.floats(0.05, 3), st.floats(0.05, 3), st.floats(-9, 0.95), st.floats(0, 1), st.floats(0.05, 8))
def test_random_pairs_have_the_roots_that_the_critical_delay_says(p, q, product, share, total):
    """The formula against the argument principle and against Chebyshev collocation."""
    bears = limit(p, q, p * q * product)
    assert (bears == math.inf) == (product >= -1)
    assume(abs(total - bears) > 0.02 * total)
    first, second = np.array([[0.0, -p], [0, 0]]), np.array([[0.0, 0], [-q * product, 0]])
    felt = [(max(share * total, 1e-3), first), (max((1 - share) * total, 1e-3), second)]
    present = -np.diag([p, q])
    count = unstable_roots(present, felt)
    assert (count == 0) == (total < bears)
    nodes = 40 + int(total * math.sqrt(p * q * abs(product)))  # enough for the fastest of the unstable roots
    assert count == (collocated(present, felt, nodes).real > 0).sum()


def test_roots_of_one_equation_with_its_own_delay():
    """x' = -r x(t - tau): stable while r tau < pi/2, then two more roots every 2 pi (Hutchinson 1948; Wright 1955)."""
    for load, count in ((1.5, 0), (1.6, 2), (7.8, 2), (7.9, 4)):
        assert unstable_roots(np.zeros((1, 1)), [(load / 2, -2 * np.ones((1, 1)))]) == count
    assert unstable_roots(np.zeros((1, 1)), [(math.pi / 2, -np.ones((1, 1)))]) is None


def test_two_units_with_product_above_minus_one_ignore_delays():
    """-1 <= d12 d21 < 1: stable for all delays (Hofbauer and So 2000, theorem 2)."""
    for a, b in (("1/2", "1/2"), ("-1/2", "-1/2"), ("1/2", -2), ("-1/2", 2), (0, "1/2"), ("-3/10", "1/5")):
        late, quiet = settle(pair(a, b, (7, 50))), settle(pair(a, b, (0, 0)))
        assert (late.outcome, late.mode, late.exact) == (quiet.outcome, quiet.mode, quiet.exact)
        assert late.evidence is Evidence.THEOREM
        assert late.delay_limit == math.inf
    outside = settle(pair("-1/2", 3, (1, 1)), start="initial")
    assert outside.delay_limit == pytest.approx(limit(*rates(-0.5, 3)))


@pytest.mark.parametrize(
    ("total", "share"),
    [(0.5, 0.2), *(pytest.param(t, s, marks=pytest.mark.slow) for t in (0.9, 1.1, 1.7) for s in (0.3, 1.0))],
)
def test_parasitism_turns_into_a_cycle_at_the_critical_delay(total, share):
    """On both sides of tau_c, by simulation; however the sum is shared out between the two."""
    bears = limit(*rates(-0.5, 9.0, (2, 3)))
    delays = (str(round(share * total * bears, 6)), str(round((1 - share) * total * bears, 6)))
    found = settle(pair(-0.5, 9, delays, (2, 3)), start="initial")
    assert (found.outcome is Outcome.CYCLE) == (total > 1)
    assert (found.outcome is Outcome.COEXISTENCE) == (total < 1)
    assert found.evidence is Evidence.SIMULATION
    assert found.delay_limit == pytest.approx(bears)
    assert f"{bears:.6g}" in found.why()
    if total > 1:
        assert found.period > 2 * total * bears  # at the border w tau < pi
        assert found.mode is Mode.PARASITISM
        # Time means of a bounded orbit solve the equations of rest, delays or not (Hofbauer and Sigmund 1998, 5.2).
        assert found.state == pytest.approx((0.5 / 5.5, 10 / 5.5), rel=0.01)


def test_help_that_arrives_late_never_becomes_infinite():
    """Rate ln(d12 d21)/(tau12 + tau21), by the simulation as well."""
    model = pair(2, 1, (2, 3), r=(2, 1))
    found = settle(model)
    assert (found.outcome, found.blow_up_time) == (Outcome.UNBOUNDED, None)
    assert found.rate == pytest.approx(math.log(2) / 5)
    run = simulate(model, [0, 15, 20, 25], rtol=1e-4)
    assert np.log(run.y[3] / run.y[2]) / 5 == pytest.approx([math.log(2) / 5] * 2, rel=0.1)
    straight = simulate(pair(1, 1, (1, 1)), [0, 10, 20, 30], rtol=1e-4).y
    assert straight[3] - straight[2] == pytest.approx(straight[2] - straight[1], rel=0.04)
    assert settle(pair(1, 1, (1, 1))).outcome is Outcome.UNBOUNDED


def test_exclusion_and_founder_control_keep_their_corners():
    for a, b in ((-2, "1/5"), (-2, 5), (-3, "-1/2"), (-2, -2)):
        late, quiet = settle(pair(a, b, (3, 4))), settle(pair(a, b, (0, 0)))
        assert (late.outcome, late.survivors, late.attractors) == (quiet.outcome, quiet.survivors, quiet.attractors)
        assert late.evidence is Evidence.THEOREM
    started = settle(pair(-2, -2, (1, 2)), start=[0.9, 0.1])
    assert (started.survivors, started.evidence) == (("a",), Evidence.SIMULATION)


def test_order_and_measures_of_units_change_nothing():
    one = settle(pair(-0.5, 4, ("1/5", "1/10"), (2, 3), (4, 5)), start=[1, 2])
    other = settle(pair(4, -0.5, ("1/10", "1/5"), (3, 2)), start=[0.4, 0.25])
    assert one.outcome is other.outcome
    assert one.delay_limit == pytest.approx(other.delay_limit)
    assert np.array(one.state) / [4, 5] == pytest.approx(other.state[::-1], rel=1e-3)


def test_three_units_with_a_dominant_diagonal_ignore_delays():
    units = {name: {"growth": 1, "capacity": 1} for name in "abc"}
    effects = {"a.b": "-2/5", "b.c": "3/10", "c.a": "-1/2", "a.c": "1/5"}
    late = settle(build(units, effects=effects, delays={"a.b": 9, "c.a": 4}))
    assert (late.outcome, late.delay_limit) == (Outcome.COEXISTENCE, math.inf)
    assert late.exact == settle(build(units, effects=effects)).exact


def test_an_absent_partner_takes_its_delays_along():
    found = settle(pair(-0.5, 9, (1, 2)), start=[1, 0])
    assert (found.survivors, found.evidence) == (("a",), Evidence.THEOREM)


def test_zero_is_no_absence_where_rates_do_not_vanish_there():
    """a' = 1 - a - ab/2, b' = a(t - 1) - b leaves the origin for a = b = sqrt(3) - 1."""
    own = build(
        {"a": {"initial": 1}, "b": {"initial": 1}}, equations={"a": "1 - a - a*b/2", "b": "a - b"}, delays={"b.a": 1}
    )  # fmt: skip
    found = settle(own, start=[0, 0])
    assert (found.outcome, found.evidence) == (Outcome.COEXISTENCE, Evidence.SIMULATION)
    assert found.state == pytest.approx([math.sqrt(3) - 1] * 2, abs=1e-4)


def test_other_laws_are_followed_and_alone_they_need_no_delay():
    late = build(
        {name: {"growth": 1, "capacity": 1, "initial": 0.5} for name in "ab"}, law="gompertz",
        effects={"a.b": -0.6, "b.a": 1.8}, delays={"a.b": 1, "b.a": "1/2"},
    )  # fmt: skip
    assert settle(late, start="initial").outcome is Outcome.COEXISTENCE
    alone = settle(late, start=[0.5, 0])
    assert (alone.survivors, alone.evidence) == (("a",), Evidence.THEOREM)
    assert settle(late, start=[0, 0]).outcome is Outcome.EXTINCTION


def test_delays_do_not_move_equilibria():
    late, quiet = equilibria(pair(-0.5, 9, (1, 2))), equilibria(pair(-0.5, 9, (0, 0)))
    assert [e.exact for e in late.equilibria] == [e.exact for e in quiet.equilibria]
    assert sympy.Rational(1, 11) in late.equilibria[-1].exact


def test_near_the_critical_delay_what_is_undecided_is_still_told_of_the_roots():
    """Below tau_c the equilibrium is stable whatever a simulation has time for; above it is not."""
    bears = limit(*rates(-0.5, 3))
    for share, key in ((0.9, "delay_below"), (1.1, "delay_above")):
        model = pair(-0.5, 3, (str(round(share * bears, 5)), 0))
        assert [reason[0] for reason in _local(model, bears)] == [key]


@pytest.mark.parametrize("share", [0.97, pytest.param(1.04, marks=pytest.mark.slow)])
def test_just_beside_the_critical_delay_three_starts_are_decided(share):
    """One prey, one predator that lives on it alone: stable below tau_c, a cycle above (Cooke and Grossman 1982)."""
    p, q = 10 / 13, 2 / 13  # r u* of 1 - a - 3b/2 = 0, -1 - b + 3a/2 = 0
    half = str(round(share * limit(p, q, -2.25 * p * q) / 2, 6))
    units = {"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1, "own_growth": -1}}
    found = settle(build(units, effects={"a.b": -1.5, "b.a": 1.5}, delays={"a.b": half, "b.a": half}))
    assert found.outcome is (Outcome.COEXISTENCE if share < 1 else Outcome.CYCLE)
    assert found.state == pytest.approx((p, q), rel=1e-3)


def test_a_slow_approach_counts_only_at_the_rate_of_the_rightmost_root():
    """The rate from Chebyshev collocation."""
    p, q, c = rates(-0.5, 9.0)
    age = 0.97 * limit(p, q, c)
    model = pair(-0.5, 9, (str(age), 0))
    felt = [(age, np.array([[0.0, -0.5 * p], [0, 0]]))]
    rate = -collocated(np.array([[-p, 0], [9 * q, -q]]), felt).real.max()
    inner, there = equilibria(model).equilibria[-1], np.full(2, True)
    assert _as_told(model, inner, there, rate * np.array([0.95, 1.05]))
    for other in ([2, 2], [0.5, 0.5], [0.5, 1], [1, 2], [-1, -1]):
        assert not _as_told(model, inner, there, rate * np.array(other))
