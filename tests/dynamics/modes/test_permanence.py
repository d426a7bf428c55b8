"""Persistence of all units: the exact border of cyclic competition, boundary states, and long trajectories."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symbiode.dynamics.modes import Outcome, settle
from symbiode.dynamics.modes.permanence import bound, persistence
from symbiode.dynamics.modes.theorems import Persistence
from tests.dynamics.modes.test_many import many

F = Fraction


def circle(weak: list[F], strong: list[F], r: list[F]) -> tuple[list[F], list[list[F]]]:
    """Return growth and effects of three logistic units of which each beats the next."""
    A = [[F(-1)] * 3 for _ in range(3)]
    for i in range(3):
        A[i][(i + 1) % 3], A[i][(i + 2) % 3] = -weak[i], -strong[i]
    return r, [[r[i] * value for value in A[i]] for i in range(3)]


def test_a_circle_is_permanent_exactly_where_the_weak_parts_win() -> None:
    """Hofbauer and Sigmund (1998), section 16.1: product of 1 - alpha above that of beta - 1, whatever the growth."""
    rng = np.random.default_rng(4)
    seen = set()
    for _ in range(40):
        weak = [F(int(v), 100) for v in rng.integers(20, 99, 3)]
        strong = [F(int(v), 100) for v in rng.integers(101, 180, 3)]
        r = [F(int(v), 10) for v in rng.integers(1, 30, 3)]
        inside = (1 - weak[0]) * (1 - weak[1]) * (1 - weak[2])
        outside = (strong[0] - 1) * (strong[1] - 1) * (strong[2] - 1)
        known = persistence(*circle(weak, strong, r))
        assert (known is not None) is (inside > outside)
        assert known is None or known.permanent
        seen.add(known is None)
    assert seen == {True, False}


def test_a_stable_state_without_a_unit_excludes_permanence() -> None:
    """Three mutual excluders, all effects -2: each alone at capacity declines the others at the rate 1 - 2."""
    known = persistence([F(1)] * 3, [[F(-1) if i == j else F(-2) for j in range(3)] for i in range(3)])
    assert known == Persistence(permanent=False, state=(1, 0, 0))


@pytest.mark.parametrize(("d", "there"), [(F(2, 5), True), (F(3, 5), False)])
def test_helpers_are_bounded_exactly_below_spectral_radius_one(d: F, there: bool) -> None:
    """All effects d of three units: the spectral radius is 2 d; negative effects only help."""
    A = [[F(-1) if i == j else d for j in range(3)] for i in range(3)]
    assert (bound(A) is not None) is there
    chain = [[F(-1), F(-9), F(0)], [F(9), F(-1), F(-9)], [F(0), F(9), F(-1)]]
    assert bound(chain) is not None


@pytest.mark.slow
def test_persistence_is_told_where_the_equilibrium_does_not_attract() -> None:
    """Cyclic competition with unequal growth: the weak parts win (.0473 > .0271), the interior point is unstable."""
    d = [[0, -0.24, -1.35], [-1.06, 0, -0.93], [-0.11, -2.29, 0]]
    growth = [0.6, 9.7, 8.9]
    settled = settle(many(d, growth=growth), start=(0.2, 0.3, 0.4))
    M = np.eye(3) - np.array(d)
    means = np.linalg.solve(M, np.ones(3))
    assert np.linalg.eigvals(-np.diag(growth * means) @ M).real.max() > 0.5
    assert settled.persistence is not None
    assert settled.persistence.permanent
    assert np.array(settled.persistence.state, float) == pytest.approx(means)
    assert "All units persist" in settled.summary()
    assert settled.outcome in (Outcome.CYCLE, Outcome.UNDECIDED)


@pytest.mark.slow
def test_permanent_systems_keep_their_units_and_their_time_means() -> None:
    """Hofbauer and Sigmund (1998), theorem 5.2.3: the mean over time tends to the interior equilibrium."""
    from scipy.integrate import solve_ivp

    rng, checked = np.random.default_rng(6), 0
    while checked < 15:
        d = np.round(rng.uniform(-1.4, 0.3, (4, 4)), 2)
        A = np.round(d - np.diag(np.diag(d)) - np.eye(4), 2)
        known = persistence([F(1)] * 4, [[F(str(v)) for v in row] for row in A])
        if known is None or not known.permanent:
            continue
        start = np.log(rng.uniform(0.05, 1, 4))
        path = solve_ivp(
            lambda t, z, A=A: np.concatenate([1 + A @ np.exp(z[:4]), np.exp(z[:4])]), (0, 1e6), [*start, 0, 0, 0, 0],
            method="LSODA", rtol=1e-9, atol=1e-9,
        )  # fmt: skip
        means = path.y[4:, -1] / 1e6
        assert means == pytest.approx([float(x) for x in known.state], rel=5e-3)
        assert path.y[:4, path.t > 1e3].min() > np.log(1e-6)
        checked += 1
