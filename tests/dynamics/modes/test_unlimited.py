"""Two units of which at least one has no self-limitation: every sign pattern against a long simulation of this file."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import sympy
from numpy.typing import NDArray

from symbiode.dynamics.modes import Mode, Outcome, settle
from symbiode.system.building import build
from symbiode.system.model import Model

Floats = NDArray[np.float64]


def two(b: tuple[float, float], alpha: float, p: float, q: float) -> Model:
    """Return x' = x (b1 - alpha x + p y), y' = y (b2 + q x)."""
    equations = {"x": f"x*({b[0]} - {alpha}*x + {p}*y)", "y": f"y*({b[1]} + {q}*x)"}
    return build({"x": {}, "y": {}}, equations=equations)


def followed(b: Floats, A: Floats, start: Floats, steps: int) -> tuple[Floats, Floats]:
    """Return ln of the levels and growth rates after many Runge-Kutta steps in rescaled time, shape (member, 2)."""

    def slope(z: Floats) -> Floats:
        x = np.exp(np.minimum(z, 30.0))
        f = b + np.einsum("mij,mj->mi", A, x)
        norm = 1 + np.abs(b).sum(-1) + np.einsum("mij,mj->m", np.abs(A), x)
        return np.where(z.max(-1, keepdims=True) > 25, 0.0, f / norm[:, None])

    z, h = np.log(start), 0.4
    for _ in range(steps):
        k1 = slope(z)
        k2 = slope(z + h / 2 * k1)
        k3 = slope(z + h / 2 * k2)
        z = z + h / 6 * (k1 + 2 * k2 + 2 * k3 + slope(z + h * k3))
    return z, b + np.einsum("mij,mj->mi", A, np.exp(z))


PATTERNS = list(itertools.product((0.9, 0.0, -0.7), (0.6, 0.0, -0.5), (0.0, 1.3), (0.8, 0.0, -0.8), (1.1, 0.0, -1.1)))
MORE = [pytest.param(*case, marks=pytest.mark.slow) for k, case in enumerate(PATTERNS) if k % 7]
STARTS = ((0.3, 0.4), (1.5, 0.2), (0.2, 1.7))
CASES = [(*pattern, *start) for pattern in PATTERNS for start in STARTS]


@pytest.fixture(scope="module")
def simulated() -> dict[tuple[float, ...], tuple[Floats, Floats]]:
    """Return ln of the levels and growth rates of every case after a long simulation."""
    b1, b2, alpha, p, q, x, y = np.array(CASES).T
    A = np.array([[-alpha, p], [q, 0 * q]]).transpose(2, 0, 1)
    z, f = followed(np.array([b1, b2]).T, A, np.array([x, y]).T, 6000)
    return {case: (z[k], f[k]) for k, case in enumerate(CASES)}


@pytest.mark.parametrize(("b1", "b2", "alpha", "p", "q"), [*PATTERNS[::7], *MORE])
def test_every_sign_pattern_ends_where_a_simulation_ends(
    simulated: dict[tuple[float, ...], tuple[Floats, Floats]], b1: float, b2: float, alpha: float, p: float, q: float
) -> None:
    """Compared are the units that stay, and whether levels grow without bound; `undecided` claims nothing."""
    for start in STARTS:
        settled = settle(two((b1, b2), alpha, p, q), start=start)
        assert settled.outcome is not Outcome.DEPENDS_ON_START
        z, f = simulated[b1, b2, alpha, p, q, *start]
        if settled.outcome in (Outcome.UNDECIDED, Outcome.NEUTRAL_ORBITS):
            continue
        runs = z.max() > 5 or (settled.slow and f.max() > 0)
        assert runs == (settled.outcome in (Outcome.BLOW_UP, Outcome.UNBOUNDED))
        seen = np.abs(f[z < 0]).max(initial=0.0) > 1e-2 or z.max() > 5 or settled.state is not None
        if settled.survivors is not None and settled.outcome is not Outcome.BLOW_UP and seen and not settled.slow:
            for i, name in enumerate("xy"):
                assert (name in settled.survivors) != (z[i] < -4.0 and f[i] < 0)
        if settled.state is not None:
            assert np.exp(z) == pytest.approx(settled.state, abs=2e-2 if settled.slow else 1e-6)


@pytest.mark.slow
def test_nearly_every_sign_pattern_is_decided() -> None:
    """Open are only cases where a unit that neither grows nor declines alone meets a limited one."""
    for b1, b2, alpha, p, q in PATTERNS[::4]:
        for start in STARTS:
            if settle(two((b1, b2), alpha, p, q), start=start).outcome is Outcome.UNDECIDED:
                assert b2 == 0
                assert alpha > 0
                assert p * q > 0


@pytest.mark.parametrize(("b1", "b2", "alpha", "p", "q"), PATTERNS[::7])
def test_the_answer_for_every_start_agrees_with_single_starts(
    b1: float, b2: float, alpha: float, p: float, q: float
) -> None:
    general = settle(two((b1, b2), alpha, p, q))
    single = settle(two((b1, b2), alpha, p, q), start=(0.7, 0.3))
    if general.outcome is Outcome.DEPENDS_ON_START:
        assert single.outcome in {end.outcome for end in general.attractors} | {Outcome.UNDECIDED}
    else:
        assert (single.outcome, single.survivors) == (general.outcome, general.survivors)


def test_prey_without_predators_grow_at_their_own_rate() -> None:
    model = build(
        {"prey": {"growth": 0.5}, "predator": {"growth": 0.2, "own_growth": -1}},
        law="lotka_volterra", effects={"prey.predator": -1, "predator.prey": 1},
    )  # fmt: skip
    settled = settle(model, start=(1, 0))
    assert (settled.outcome, settled.rate, settled.survivors) == (Outcome.UNBOUNDED, 0.5, ("prey",))
    assert settle(model, start=(0, 1)).outcome is Outcome.EXTINCTION


def test_a_limited_prey_settles_with_its_predator() -> None:
    """Rosenzweig's textbook case: y* = (b1 - alpha x*)/|p| at x* = -b2/q (Goh and LaSalle)."""
    settled = settle(two((1, -0.5), 1, -0.5, 1))
    assert settled.exact == (sympy.Rational(1, 2), 1)
    assert settled.outcome is Outcome.COEXISTENCE
    assert settled.nominal_mode is Mode.PARASITISM
    starved = settle(two((1, -2), 1, -0.5, 1))
    assert (starved.outcome, starved.survivors) == (Outcome.EXCLUSION, ("x",))


def test_free_rivals_have_an_exact_separatrix_where_growth_is_equal() -> None:
    """For b1 = b2 the ray through the saddle (b/|q|, b/|p|) is the separatrix."""
    model = two((0.5, 0.5), 0, -1, -2)
    assert settle(model).outcome is Outcome.DEPENDS_ON_START
    assert settle(model, start=(0.25, 0.5)).outcome is Outcome.UNDECIDED
    assert settle(model, start=(0.1, 0.19)).survivors == ("x",)
    assert settle(model, start=(0.1, 0.21)).survivors == ("y",)


def test_helpers_that_cannot_live_alone_have_a_threshold() -> None:
    """x' = x (y - 1), y' = y (x - 1): the saddle is (1, 1); above it x = y gives 1/(1 - e^t (1 - 1/x0))."""
    model = two((-1, -1), 0, 1, 1)
    away = settle(model, start=(2, 2))
    assert away.outcome is Outcome.BLOW_UP
    assert away.blow_up_time == pytest.approx(float(np.log(2)), rel=1e-10)
    assert settle(model, start=(0.5, 0.5)).outcome is Outcome.EXTINCTION
