"""classify(): the same verdicts as the scalar theorem, on exact borders too."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiode.dynamics.modes import Mode, Outcome, settle
from symbiode.dynamics.modes.regions import classify
from symbiode.system.building import build
from symbiode.system.model import Model

OUTCOMES, MODES = tuple(Outcome), tuple(Mode)


def two(a: object, b: object, growth: tuple[object, object] = (1, 1)) -> Model:
    units = {name: {"growth": r, "capacity": 1} for name, r in zip("xy", growth, strict=True)}
    return build(units, effects={"x.y": a, "y.x": b})


def words(a: float, b: float, **options: object) -> tuple[str, str | None, int]:
    found = classify(a, b, **options)
    mode = int(found.mode)
    return OUTCOMES[int(found.outcome)].value, None if mode < 0 else MODES[mode].value, int(found.excluded)


def scalar(a: float, b: float, zero: float, tau: float) -> tuple[str, str | None, int]:
    settled = settle(two(a, b), zero=zero, tau=tau)
    gone = -1
    if settled.outcome is Outcome.EXCLUSION:
        gone = 0 if settled.survivors == ("y",) else 1
    return settled.outcome.value, None if settled.mode is None else settled.mode.value, gone


# Numbers on and beside every border: 0, -1, and pairs whose product is exactly 1 or on the edge of the band.
special = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 0.2, 5.0, 0.8, 1.25, 1e-12, -1e-12, 1e300, -1e300])
beside = special.flatmap(lambda x: st.sampled_from([x, np.nextafter(x, np.inf), np.nextafter(x, -np.inf)]).map(float))
anywhere = st.one_of(beside, st.floats(-4, 4), st.integers(-300, 300).map(lambda k: k / 100))


@settings(max_examples=300, deadline=None)
@given(a=anywhere, b=anywhere, zero=st.sampled_from([0.0, 1e-9, 0.05]), tau=st.sampled_from([0.1, 0.25]))
def test_many_points_get_the_verdict_of_the_scalar_theorem(a: float, b: float, zero: float, tau: float) -> None:
    assert words(a, b, zero=zero, tau=tau) == scalar(a, b, zero, tau)


@settings(max_examples=60, deadline=None)
@given(x=st.integers(1, 400), tau=st.sampled_from([0.1, 0.25, 0.5]))
def test_decimals_on_the_edge_of_the_band_count_as_symmetric(x: int, tau: float) -> None:
    """d21 = (1 - tau) d12/(1 + tau d12): as the nearest float, compared with the scalar theorem."""
    a = x / 100
    b = float(Fraction(str(1 - tau)) * Fraction(x, 100) / (1 + Fraction(str(tau)) * Fraction(x, 100)))
    for edge in (b, float(np.nextafter(b, 9)), float(np.nextafter(b, -9))):
        assert words(a, edge, tau=tau) == scalar(a, edge, 0.0, tau)


@settings(max_examples=60, deadline=None)
@given(x=st.floats(1e-3, 1e3))
def test_products_within_rounding_of_one_are_decided_exactly(x: float) -> None:
    for y in (1 / x, float(np.nextafter(1 / x, 9e9)), float(np.nextafter(1 / x, -1))):
        assert words(x, y) == scalar(x, y, 0.0, 0.1)


@settings(max_examples=40, deadline=None)
@given(
    a=st.floats(-3, -1.01), b=st.floats(-3, -1.01), u=st.floats(0.01, 3), v=st.floats(0.01, 3), r=st.floats(0.05, 5)
)
def test_a_start_decides_bistable_pairs_as_settle_does(a: float, b: float, u: float, v: float, r: float) -> None:
    found = classify([a], [b], start=([u], [v]), growth=([1.0], [r]))
    settled = settle(two(a, b, (1, r)), start=(u, v))
    assert OUTCOMES[found.outcome[0]] is settled.outcome
    if settled.outcome is Outcome.EXCLUSION:
        assert ("x", "y")[1 - found.excluded[0]] == settled.survivors[0]


def test_without_growth_the_rates_count_as_equal_and_the_ray_decides() -> None:
    """For r1 = r2 the separatrix is u2/u1 = (1+b)/(1+a), here 2."""
    found = classify(-2.0, -3.0, start=([0.1, 0.1, 0.1], [0.19, 0.2, 0.21]))
    assert [OUTCOMES[k].value for k in found.outcome] == ["exclusion", "undecided", "exclusion"]
    assert found.excluded.tolist() == [1, -1, 0]


def test_shapes_are_kept_and_lost_numbers_are_undecided() -> None:
    found = classify(np.zeros((3, 4)), 0.5)
    assert found.outcome.shape == found.mode.shape == (3, 4)
    lost = classify([np.nan, 1.0, -np.inf], [1.0, np.inf, -5.0])
    assert [OUTCOMES[k] for k in lost.outcome] == [Outcome.UNDECIDED] * 3
    assert lost.mode.tolist() == lost.excluded.tolist() == [-1] * 3


@pytest.mark.slow
def test_ten_million_pairs_take_a_few_seconds() -> None:
    rng = np.random.default_rng(0)
    d = rng.normal(size=(2, 10**7))
    found = classify(d[0], d[1])
    # Independent formulas of the region map, as floats; a normal draw is never on a border.
    a, b = d
    blow_up = (a > 0) & (b > 0) & (a * b > 1)
    assert np.array_equal(found.outcome == OUTCOMES.index(Outcome.BLOW_UP), blow_up)
    assert np.array_equal(found.outcome == OUTCOMES.index(Outcome.DEPENDS_ON_START), (a < -1) & (b < -1))
    assert np.array_equal(found.excluded >= 0, (a < -1) ^ (b < -1))
