"""Three and more units: certificates checked by eigenvalues, runaways, circles, published equilibria, pairs."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from symbiode.dynamics.equilibrium import equilibria
from symbiode.dynamics.modes import Evidence, Mode, Outcome, settle
from symbiode.dynamics.modes.complementarity import saturated
from symbiode.dynamics.modes.exact import components, solve
from symbiode.dynamics.modes.lyapunov import lyapunov_weights
from symbiode.show.answers import settlement
from symbiode.system.building import build
from symbiode.system.model import Model
from tests.seeds import fresh_seed

R = sympy.Rational
NAMES = "abcdefghijkl"


small = st.fractions(min_value=-1, max_value=1, max_denominator=10)


def many(
    d: list[list[object]], *, growth: list[object] | None = None, own: list[int] | None = None, size: object = 1
) -> Model:
    """Return logistic units with effects d (the diagonal is not read)."""
    n = len(d)
    units = {
        NAMES[i]: {"growth": (growth or [1] * n)[i], "capacity": size, "own_growth": (own or [1] * n)[i]}
        for i in range(n)
    }
    effects = {NAMES[i]: {NAMES[j]: d[i][j] for j in range(n) if i != j} for i in range(n)}
    return build(units, effects=effects)


def same(value: object, n: int = 3) -> list[list[object]]:
    return [[value] * n for _ in range(n)]


def test_strong_mutualism_of_three_runs_away_instead_of_settling_at_minus_five() -> None:
    """All d = .6 has spectral radius 1.2 and the linear solution (-5, -5, -5)."""
    settled = settle(many(same(0.6)))
    assert settled.outcome is Outcome.BLOW_UP
    assert settled.state is None
    assert settled.evidence is Evidence.THEOREM
    timed = settle(many(same(0.6)), start=(0.1, 0.1, 0.1))
    exact = np.log(1 + 1 / (0.2 * 0.1))  # on the diagonal u' = u (1 + 0.2 u)
    assert timed.blow_up_time == pytest.approx(exact, rel=1e-9)


def test_critical_mutualism_of_three_grows_exponentially() -> None:
    """Spectral radius exactly 1; on the diagonal u' = r u. Unequal growth: the harmonic mean, by the first integral."""
    settled = settle(many(same(0.5)))
    assert (settled.outcome, settled.rate) == (Outcome.UNBOUNDED, 1.0)
    unequal = settle(many(same(0.5), growth=[1, 2, 4]))
    assert unequal.rate == pytest.approx(3 / (1 + 1 / 2 + 1 / 4))


def test_the_blow_up_of_many_units_is_timed_without_long_sums() -> None:
    """u' = u (1 + u/5) on the diagonal of forty units; the series of so many digits would take minutes."""
    n, d = 40, Fraction(6, 5 * 39)
    names = [f"u{i}" for i in range(n)]
    effects = {i: {j: d for j in names if j != i} for i in names}
    settled = settle(build({i: {"growth": 1, "capacity": 1} for i in names}, effects=effects), start=[0.1] * n)
    assert settled.evidence is Evidence.THEOREM
    assert settled.status.ok
    assert abs(settled.blow_up_time - np.log(1 + 1 / 0.02)) <= settled.blow_up_error < 1e-6


@pytest.mark.parametrize("n", [3, 5, 11])
def test_weak_mutualism_lets_everybody_gain(n: int) -> None:
    """A nonsingular M-matrix: rho < 1 and u* = M^-1 1 >= 1; for equal effects u* = 1/(1 - (n-1) d)."""
    d = Fraction(1, 2 * n)
    settled = settle(many(same(d, n)))
    assert settled.outcome is Outcome.COEXISTENCE
    assert settled.exact == (1 / (1 - (n - 1) * R(1, 2 * n)),) * n
    assert settled.evidence is Evidence.CERTIFICATE
    assert len(settled.modes) == n * (n - 1) // 2
    assert all(pair.mode is Mode.SYMMETRIC_MUTUALISM for pair in settled.modes)


@pytest.mark.parametrize(
    ("row", "effects", "equilibrium"),
    [(0, {1: 0.25, 2: 0.1, 3: 0.2}, (1550, 1000, 1000, 1000)), (1, {0: 0.1, 2: 0.2, 3: 0.1}, (1000, 1400, 1000, 1000))],
)
def test_four_published_actors_settle_at_their_exact_equilibrium(
    row: int, effects: dict[int, float], equilibrium: tuple[int, ...]
) -> None:
    """Published (Scientific Reports 2025, s41598-025-09027-6, Table 4, rows 1 and 3); capacity 1000."""
    d: list[list[object]] = same(0, 4)
    for j, value in effects.items():
        d[row][j] = value
    settled = settle(many(d, size=1000))
    assert settled.exact == equilibrium
    by_pair = {pair.pair: pair for pair in settled.modes}
    j = next(iter(effects))
    pair = by_pair[tuple(sorted((NAMES[row], NAMES[j])))]
    assert pair.mode is Mode.COMMENSALISM
    assert max(pair.gains) == pytest.approx(effects[j])


def test_removing_a_unit_can_turn_a_sign_round() -> None:
    """A direct d_12 > 0 does not imply that unit 2 helps unit 1 once there is a third."""
    d = [[0, 0.1, -0.5], [0, 0, 0], [0, 1, 0]]  # b helps a a little, and helps c, which harms a, a lot
    settled = settle(many(d))
    pair = settled.modes[0]
    assert pair.nominal_mode is Mode.COMMENSALISM
    assert pair.mode is Mode.AMENSALISM
    with_b, without_b = 1 + R(1, 10) - R(1, 2) * 2, 1 - R(1, 2)
    assert pair.gains == pytest.approx((float(with_b - without_b), 0.0))
    assert settled.exact[0] == with_b


def test_direct_and_removal_effects_and_the_press_matrix_are_told() -> None:
    """By hand: u = (1 + .1 u2 - .5 u3, 1, 1 + u2); without b: a = .5, c = 1; without c: a = 1.1."""
    settled = settle(many([[0, 0.1, -0.5], [0, 0, 0], [0, 1, 0]]))
    removal = [[0 if x is None else x for x in row] for row in settled.removal]
    assert np.array(removal) == pytest.approx(np.array([[0, -0.4, -1], [0, 0, 0], [0, 1, 0]]))
    assert np.array(settled.press) == pytest.approx(np.array([[1, -0.4, -0.5], [0, 1, 0], [0, 1, 1]]))
    assert settled.reversals == (("a", "b"),)
    assert "b helps a directly, but a would do better without b" in settled.summary()
    told = settlement(settled)
    assert told["removal"]["a"]["b"] == pytest.approx(-0.4)
    assert told["removal"]["a"]["a"] is None
    assert told["reversals"] == [["a", "b"]]
    assert all(weight > 0 for weight in told["weights"].values())


def test_removal_is_not_told_where_the_rest_may_go_two_ways() -> None:
    """A start beside a stable equilibrium is certified; without c, a and b exclude each other and the start decides."""
    d = [[0, -1.5, 0.1], [-1.5, 0, 0], [0.1, 0, 0]]
    settled = settle(many(d), start=(1, 0.01, 1))
    assert settled.survivors == ("a", "c")
    assert settled.weights is None
    part = settle(many([[0, -1.5], [-1.5, 0]]), start=(1, 0.01))
    assert settled.removal[0][2] == pytest.approx(settled.state[0] - part.state[0])
    assert settle(many(d)).removal is None


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.fractions(-1, 1, max_denominator=40), min_size=4, max_size=4), min_size=4, max_size=4))
def test_removal_follows_from_the_press_matrix_while_all_others_stay(d: list[list[Fraction]]) -> None:
    """P = (I - d)^-1; u_i - u_i(without j) = P_ij u_j / P_jj (Sherman and Morrison 1950) with weak effects."""
    d = [[value / 10 for value in row] for row in d]
    settled = settle(many(d, growth=[1, 2, 3, 4], size=7))
    P = np.linalg.inv(np.eye(4) - np.array([[0.0 if i == j else float(d[i][j]) for j in range(4)] for i in range(4)]))
    u = P @ np.ones(4)
    assert np.array(settled.press) == pytest.approx(P)
    for i in range(4):
        for j in range(4):
            if i != j:
                assert settled.removal[i][j] == pytest.approx(P[i, j] * u[j] / P[j, j], abs=1e-12)


def test_a_mutualism_of_parts_runs_away_part_by_part() -> None:
    """d = .6 for three (spectral radius 1.2) beside d = .3 for two, with help from the first to the second only."""
    d = [[0.6] * 3 + [0, 0] for _ in range(3)] + [[0.1] * 3 + [0, 0.3], [0.1] * 3 + [0.3, 0]]
    settled = settle(many(d))
    assert settled.outcome is Outcome.BLOW_UP
    assert "a, b, c" in settled.why()
    weak = settle(many([[value / 2 for value in row] for row in d]))
    assert weak.outcome is Outcome.COEXISTENCE


def test_a_critical_part_grows_exponentially_and_carries_the_rest() -> None:
    """a and b help each other with product 1: the rate of the pair, r1 r2 (1 + d12)/(r1 d12 + r2); c only gains."""
    settled = settle(many([[0, 2, 0], [0.5, 0, 0], [0.1, 0.1, 0]], growth=["0.3", "0.7", 1]))
    assert settled.outcome is Outcome.UNBOUNDED
    assert settled.rate == pytest.approx(0.3 * 0.7 * 3 / (0.7 + 2 * 0.3))


@pytest.mark.slow
def test_growth_rates_decide_local_stability_from_three_units_on() -> None:
    """The same effects, the same equilibrium: -diag(r u) M is stable for equal growth, not for r = (10, 10, 1)."""
    d = [[0, -0.8, -0.6], [-1.5, 0, 0.2], [-0.4, -1, 0]]
    for growth, stable in (([1, 1, 1], True), ([10, 10, 1], False)):
        model = many(d, growth=growth)
        inner = equilibria(model).equilibria[-1]
        M = np.eye(3) - np.array(d)
        expected = np.linalg.eigvals(-np.diag(growth * np.linalg.solve(M, np.ones(3))) @ M)
        assert inner.stable is stable
        assert sorted(inner.eigenvalues, key=lambda z: (z.real, z.imag)) == pytest.approx(
            sorted(expected, key=lambda z: (z.real, z.imag))
        )
    assert settle(model).outcome is not Outcome.COEXISTENCE


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.lists(small, min_size=4, max_size=4), min_size=4, max_size=4), st.permutations(range(4)),
    st.fractions(Fraction(1, 9), 9, max_denominator=9),
)  # fmt: skip
def test_names_and_measures_of_many_units_do_not_matter(d: list, order: list[int], scale: Fraction) -> None:
    """Relabelling and other measures of time and level change nothing but names and levels."""
    weak = [[value / 4 for value in row] for row in d]
    first = settle(many(weak))
    turned = [[weak[i][j] for j in order] for i in order]
    second = settle(many(turned, growth=[scale] * 4, size=1 / scale))
    assert first.outcome is second.outcome
    assert first.evidence is second.evidence is Evidence.CERTIFICATE
    assert [first.exact[i] for i in order] == [x * R(str(scale)) for x in second.exact]
    assert [[first.removal[i][j] for j in order] for i in order] == [
        [None if x is None else pytest.approx(x, abs=1e-12) for x in row] for row in second.removal
    ]


def test_a_food_chain_loses_its_top_where_the_middle_is_too_thin() -> None:
    """Grass, hare, fox; one-sided balance of each link is an exact certificate (trees)."""
    model = many([[0, -5, 0], [3, 0, -5], [0, 4, 0]], own=[1, -1, -1])
    settled = settle(model)
    assert settled.evidence is Evidence.CERTIFICATE
    assert settled.survivors == ("a", "b")
    assert settled.exact == (R(3, 8), R(1, 8), 0)
    assert 4 * settled.exact[1] < 1  # the fox would need more


def test_a_block_that_runs_away_takes_the_system_with_it() -> None:
    """Units 1 and 2 help each other with product 2; unit 3 only suffers from them."""
    settled = settle(many([[0, 2, 0], [1, 0, 0], [-3, -3, 0]]))
    assert settled.outcome is Outcome.BLOW_UP
    assert "a, b" in settled.why()


def test_an_absent_unit_leaves_the_others_to_their_own_theorem() -> None:
    settled = settle(many(same(0.6)), start=(0.1, 0, 0.1))
    assert settled.outcome is Outcome.EXCLUSION
    assert settled.survivors == ("a", "c")
    assert settled.exact == (R(5, 2), 0, R(5, 2))
    assert "d13 = 0.6" in settled.why()


@pytest.mark.parametrize(
    ("weak", "strong", "outcome"),
    [(0.8, 1.3, "heteroclinic"), (0.8, 1.1, "coexistence"), (0.8, 1.2, "neutral_orbits")],
)
def test_three_that_beat_each_other_in_a_circle(weak: float, strong: float, outcome: str) -> None:
    """May and Leonard (1975): alpha + beta = 2 is the exact border; u* = 1/(1 + alpha + beta)."""
    d = [[0, -weak, -strong], [-strong, 0, -weak], [-weak, -strong, 0]]
    settled = settle(many(d))
    assert settled.outcome.value == outcome
    if outcome != "heteroclinic":
        assert settled.exact == (1 / (1 + R(str(weak)) + R(str(strong))),) * 3
    else:
        assert settle(many(d), start=(0.2, 0.2, 0.2)).outcome is Outcome.UNDECIDED  # on the way to the saddle
        assert settle(many(d), start=(0.2, 0.2, 0.3)).outcome is Outcome.HETEROCLINIC


@pytest.mark.parametrize(
    ("alpha", "beta", "outcome"),
    [
        (("0.5", "0.8", "0.9"), ("1.1", "1.2", "1.4"), "coexistence"),  # .01 > .008
        (("0.5", "0.8", "0.9"), ("1.1", "1.2", "1.5"), "neutral_orbits"),  # .01 = .01
        (("0.5", "0.8", "0.9"), ("1.1", "1.2", "1.6"), "heteroclinic"),  # .01 < .012
    ],
)
def test_an_uneven_circle_is_decided_by_its_products(
    alpha: tuple[str, ...], beta: tuple[str, ...], outcome: str
) -> None:
    """Chi, Hsu and Wu (1998), SIAM J. Appl. Math. 58, 211-226: prod(1 - alpha_i) against prod(beta_i - 1)."""
    d: list[list[object]] = same(0)
    for i in range(3):
        d[i][(i + 1) % 3], d[i][(i + 2) % 3] = -R(alpha[i]), -R(beta[i])
    assert settle(many(d, growth=[2, 2, 2], size=5)).outcome.value == outcome


def test_without_a_theorem_starts_are_followed_and_said_to_be() -> None:
    settled = settle(many(same(-2)), start=(0.1, 0.2, 0.3))
    assert settled.evidence is Evidence.CERTIFICATE  # trapped near the stable equilibrium
    assert (settled.outcome, settled.survivors) == (Outcome.EXCLUSION, ("c",))
    everywhere = settle(many(same(-2)))
    assert (everywhere.outcome, everywhere.evidence) == (Outcome.DEPENDS_ON_START, Evidence.SIMULATION)


@pytest.mark.slow
def test_what_slows_down_for_ever_is_not_mistaken_for_rest() -> None:
    """May and Leonard with unequal growth: no theorem here, and each saddle is left later than the one before."""
    d = [[0, -0.8, -1.3], [-1.3, 0, -0.8], [-0.8, -1.3, 0]]
    settled = settle(many(d, growth=[1, 1.1, 0.9]), start=(0.2, 0.3, 0.4))
    assert settled.outcome is Outcome.HETEROCLINIC
    assert settled.mode is None



@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.integers(3, 5).flatmap(lambda n: st.lists(st.lists(small, min_size=n, max_size=n), min_size=n, max_size=n)))
def test_every_certificate_holds(d: list[list[Fraction]]) -> None:
    """The weights make the matrix definite, and the equilibrium cannot be invaded: both from their definitions."""
    n = len(d)
    A = [[Fraction(-1) if i == j else d[i][j] for j in range(n)] for i in range(n)]
    weights = lyapunov_weights(A)
    assume(weights is not None)
    CA = np.diag([float(w) for w in weights]) @ np.array(A, float)
    assert np.linalg.eigvalsh(CA + CA.T).max() < 1e-9 * np.abs(CA).max()
    x = saturated([Fraction(1)] * n, A)
    assert min(x) >= 0
    for i in range(n):
        growth = 1 + sum(A[i][j] * x[j] for j in range(n))
        assert growth == 0 if x[i] > 0 else growth <= 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.fractions(0, 1, max_denominator=12), min_size=4, max_size=4), min_size=4, max_size=4))
def test_mutualism_settles_exactly_where_the_spectral_radius_is_below_one(d: list[list[Fraction]]) -> None:
    """For irreducible matrices away from the border."""
    Delta = np.array([[0.0 if i == j else float(d[i][j]) + 0.01 for j in range(4)] for i in range(4)])
    rho = max(abs(np.linalg.eigvals(Delta)))
    assume(abs(rho - 1) > 1e-6)
    settled = settle(many([[v + Fraction(1, 100) for v in row] for row in d]))
    assert settled.outcome is (Outcome.COEXISTENCE if rho < 1 else Outcome.BLOW_UP)
    if rho < 1:
        assert settled.state == pytest.approx(tuple(np.linalg.solve(np.eye(4) - Delta, np.ones(4))))
        assert min(settled.gains) >= 0


def test_components_come_after_those_that_act_on_them() -> None:
    A = [[Fraction(v) for v in row] for row in [[-1, 1, 0, 0], [1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, -1]]]
    assert components(A, range(4)) == [[0, 1], [2], [3]]


def test_a_singular_system_has_no_solution() -> None:
    assert solve([[Fraction(1), Fraction(2)], [Fraction(2), Fraction(4)]], [Fraction(1), Fraction(1)]) is None


def followed(A: np.ndarray, b: np.ndarray, start: np.ndarray, time: float) -> np.ndarray:
    """Return where an implicit integration of ln x ends, at a local error of 1e-10."""
    path = solve_ivp(
        lambda t, v: b + A @ np.exp(v), (0, time), np.log(start), method="LSODA", rtol=1e-10, atol=1e-10,
        jac=lambda t, v: A * np.exp(v),
    )  # fmt: skip
    assert path.status == 0
    return np.exp(path.y[:, -1])


STIFF = [
    [[0, 0.6, 0.14], [0.62, 0, 0.66], [0.41, 0.39, 0]],
    [[0, 0.46, 0.08], [0.37, 0, 0.69], [0.54, 0.62, 0]],
    [[0, 0.66, 0.65], [0.49, 0, 0.65], [0.12, 0.53, 0]],
]


@pytest.mark.parametrize("d", STIFF)
def test_stiff_certified_systems_settle_too(d: list[list[float]]) -> None:
    """Equilibria up to 81 capacities, eigenvalues down to -121: explicit steps of 0.1 (h times eigenvalue < 2) fail."""
    settled = settle(many(d))
    A = np.array(d) - np.eye(3)
    assert settled.evidence is Evidence.CERTIFICATE
    assert np.linalg.eigvals(np.diag(settled.state) @ A).real.min() < -20
    assert followed(A, np.ones(3), np.array([0.1, 0.5, 1.5]), 1e3) == pytest.approx(settled.state, rel=1e-7)


@pytest.mark.slow
def test_certified_systems_go_where_they_should() -> None:
    """Random systems of three to five with a certificate against a long integration of ln x from random starts.

    Left out are systems whose approach is algebraic, or slower than 2e-3: they would still be under way at the end.
    """
    rng = np.random.default_rng(fresh_seed())
    checked = 0
    while checked < 150:
        n = int(rng.integers(3, 6))
        d = np.round(rng.uniform(-1.2, 0.7, (n, n)), 2)
        A = np.round(d - np.diag(np.diag(d)) - np.eye(n), 2)
        if lyapunov_weights([[Fraction(str(v)) for v in row] for row in A]) is None:
            continue
        settled = settle(many(d.tolist()))
        assert settled.evidence is Evidence.CERTIFICATE
        if settled.slow:
            continue
        expected = np.array(settled.state)
        if np.linalg.eigvals(np.diag(1 + A @ expected) + np.diag(expected) @ A).real.max() > -2e-3:
            continue
        end = followed(A, np.ones(n), rng.uniform(0.05, 2, n), 1e5)
        assert end == pytest.approx(expected, rel=1e-6, abs=1e-8), d.tolist()
        checked += 1
