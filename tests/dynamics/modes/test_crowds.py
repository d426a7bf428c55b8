"""More units than sets can be listed for: certificates, known winners, long integrations, and too many."""

from __future__ import annotations

import numpy as np
import pytest

from symbiode.dynamics.modes import Evidence, Outcome, settle
from symbiode.errors import Code, Level
from symbiode.system.building import build
from symbiode.system.model import Model
from tests.dynamics.modes.test_many import followed


def crowd(d: np.ndarray) -> Model:
    """Return logistic units u0, u1, … with growth and capacity 1."""
    n = len(d)
    units = {f"u{i}": {"growth": 1, "capacity": 1} for i in range(n)}
    return build(units, effects={f"u{i}": {f"u{j}": d[i, j] for j in range(n) if d[i, j]} for i in range(n)})


@pytest.mark.parametrize("n", [30, pytest.param(100, marks=pytest.mark.slow)])
def test_weak_effects_of_many_units_are_certified(n: int) -> None:
    """The symmetric part of the random matrix is below its norm 2 s sqrt(n) < 1 (Wigner), so equal weights serve."""
    rng = np.random.default_rng(n)
    d = np.round(rng.uniform(-1, 1, (n, n)) * 0.6 / np.sqrt(n), 3)
    np.fill_diagonal(d, 0)
    assert np.linalg.eigvalsh(d + d.T).max() < 2
    settled = settle(crowd(d))
    assert settled.evidence is Evidence.CERTIFICATE
    there = np.array(settled.state) > 0
    block = (np.eye(n) - d)[np.ix_(there, there)]
    assert np.array(settled.state)[there] == pytest.approx(np.linalg.solve(block, np.ones(there.sum())))
    assert ((1 - (np.eye(n) - d) @ np.array(settled.state))[~there] < 0).all()


def test_many_pairs_of_rivals_keep_the_one_that_was_ahead() -> None:
    """Eight separate pairs with d12 = d21 = -1.5 and equal growth: the separatrix of each is its diagonal."""
    d = np.kron(np.eye(8), np.array([[0, -1.5], [-1.5, 0]]))
    start = tuple(0.2 + 0.1 * ((i + i // 2) % 2) for i in range(16))
    settled = settle(crowd(d), start=start)
    ahead = [f"u{max((i, i + 1), key=lambda k: start[k])}" for i in range(0, 16, 2)]
    assert settled.outcome is Outcome.EXCLUSION
    assert settled.survivors == tuple(ahead)
    assert settled.exact == tuple(int(f"u{i}" in ahead) for i in range(16))
    assert settled.evidence is Evidence.SIMULATION


def test_mutual_excluders_depend_on_the_start() -> None:
    """All effects -2: each unit alone at its capacity keeps out all others."""
    settled = settle(crowd(-2.0 * (1 - np.eye(18))))
    assert settled.outcome is Outcome.DEPENDS_ON_START
    assert all(len(end.survivors) == 1 for end in settled.attractors)


def test_a_stable_equilibrium_that_no_start_reaches_is_told_too() -> None:
    """u0 alone invades nobody and nobody invades it (effects -3/2); the others together, all but neutral, crowd it out.

    At u0 = 1 every other unit grows at 1 - 3/2 < 0, so (1, 0, …, 0) attracts; at the other end u0 has 1 - 17*2 < 0.
    """
    d = -0.01 * (1 - np.eye(18))
    d[1:, 0], d[0, 1:] = -1.5, -2.0
    settled = settle(crowd(d))
    assert settled.outcome is Outcome.DEPENDS_ON_START
    assert {len(end.survivors) for end in settled.attractors} == {1, 17}
    assert ("u0",) in [end.survivors for end in settled.attractors]


@pytest.mark.parametrize("seed", [1, 2])
def test_strong_competition_of_many_ends_where_a_long_integration_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    d = np.round(rng.uniform(-1.2, 0, (20, 20)), 2)
    np.fill_diagonal(d, 0)
    start = np.round(rng.uniform(0.05, 1, 20), 2)
    settled = settle(crowd(d), start=tuple(start.tolist()))
    assert settled.outcome is Outcome.EXCLUSION
    assert followed(d - np.eye(20), np.ones(20), start, 1e4) == pytest.approx(settled.state, abs=1e-7)


def test_too_many_units_are_refused_before_their_effects_are_made() -> None:
    model = build({f"u{i}": {"growth": 1, "capacity": 1} for i in range(300)})
    settled = settle(model)
    assert (settled.outcome, settled.evidence) == (Outcome.UNDECIDED, None)
    assert (settled.status.level, settled.status.code) == (Level.REFUSED, Code.TOO_LARGE)
    assert dict(settled.status.values) == {"bytes": 8 * 300**2}
    assert "rates" not in vars(model)
