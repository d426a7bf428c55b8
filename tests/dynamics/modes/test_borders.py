"""nearest_border(): against brute force over finely sampled borders, and against verdicts on the way there."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiode.dynamics.modes import settle
from symbiode.dynamics.modes.borders import nearest_border, region
from symbiode.system.building import build

R = sympy.Rational
coefficient = st.integers(-300, 300).map(lambda k: R(k, 100))


def sampled_borders(tau: float = 0.1) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Return every border as many points, straight from their equations."""
    s = np.linspace(-6, 6, 120_001)
    half = np.linspace(-1, 6, 70_001)
    t = np.geomspace(1e-2, 1e2, 200_001)
    end = (tau + math.sqrt(tau**2 + 4 * (1 - tau))) / (2 * (1 - tau))
    a = np.linspace(0, end, 100_001)
    b = (1 - tau) * a / (1 + tau * a)
    band = f"smaller/larger gain = {1 - tau:g}"
    return [
        ("d12 = 0", 0 * half, half), ("d21 = 0", half, 0 * half), ("d12 = -1", 0 * s - 1, s),
        ("d21 = -1", s, 0 * s - 1), ("d12*d21 = 1", t, 1 / t), (band, a, b), (band, b, a),
    ]  # fmt: skip


CURVES = sampled_borders()


@settings(max_examples=80, deadline=None)
@given(a=coefficient, b=coefficient)
def test_the_distance_is_that_of_brute_force(a: sympy.Rational, b: sympy.Rational) -> None:
    found = nearest_border(a, b)
    far = {}
    for name, x, y in CURVES:
        far[name] = min(far.get(name, math.inf), float(np.hypot(x - float(a), y - float(b)).min()))
    assert found.distance == pytest.approx(min(far.values()), abs=2e-4)
    assert far[found.name] == pytest.approx(min(far.values()), abs=2e-4)


@settings(max_examples=60, deadline=None)
@given(a=coefficient, b=coefficient, turn=st.floats(0, 2 * math.pi))
def test_nothing_changes_within_the_distance(a: sympy.Rational, b: sympy.Rational, turn: float) -> None:
    found = nearest_border(a, b)
    step = R(str(0.999 * found.distance))
    x, y = a + step * R(str(math.cos(turn))), b + step * R(str(math.sin(turn)))
    if found.distance > 1e-9:
        assert region(x, y) == region(a, b)
        assert nearest_border(x, y).distance <= 2 * found.distance + 1e-9


@settings(max_examples=60, deadline=None)
@given(a=coefficient, b=coefficient)
def test_the_neighbour_is_another_verdict(a: sympy.Rational, b: sympy.Rational) -> None:
    found = nearest_border(a, b)
    if found.distance > 1e-9 and found.neighbour != "exclusion":
        assert found.neighbour != region(a, b)


@pytest.mark.parametrize(
    ("a", "b", "name", "neighbour"),
    [
        ("0.35", "0.2", "smaller/larger gain = 0.9", "symmetric_mutualism"),
        ("0.4", "0.4", "smaller/larger gain = 0.9", "asymmetric_mutualism"),
        ("-0.05", "0.5", "d12 = 0", "asymmetric_mutualism"),
        ("-0.95", "-0.5", "d12 = -1", "exclusion"),
        ("-1.05", "-0.5", "d12 = -1", "competition"),
        ("-1.05", "-3", "d12 = -1", "exclusion"),
        ("2", "0.49", "d12*d21 = 1", "blow_up"),
        ("2", "0.51", "d12*d21 = 1", "asymmetric_mutualism"),
    ],
)
def test_known_neighbours_come_out(a: str, b: str, name: str, neighbour: str) -> None:
    found = nearest_border(R(a), R(b))
    assert (found.name, found.neighbour) == (name, neighbour)


def test_the_sign_of_an_effect_is_no_border_where_its_unit_has_won_or_lost() -> None:
    """With b < -1 and a > -1, unit 1 wins whatever the sign of a."""
    assert nearest_border(R(1, 100), R(-3)).name == "d12 = -1"


def test_on_a_border_the_distance_is_zero() -> None:
    for a, b in ((0, R(1, 2)), (R(1, 2), 0), (-1, R(1, 2)), (2, R(1, 2)), (-1, -1), (0, 0)):
        assert nearest_border(sympy.sympify(a), sympy.sympify(b)).distance < 1e-15


def test_standard_errors_follow_the_covariance() -> None:
    """With a round covariance of variance s^2 the distance is Euclid's over s; along one axis only that one counts."""
    a, b = R(35, 100), R(1, 5)
    round_ = nearest_border(a, b, covariance=((0.04, 0.0), (0.0, 0.04)))
    assert round_.standard_errors == pytest.approx(nearest_border(a, b).distance / 0.2)
    thin = nearest_border(R(-3, 10), R(-1, 2), covariance=((1e-8, 0.0), (0.0, 1.0)))
    assert thin.name in ("d21 = 0", "d21 = -1")
    assert thin.standard_errors == pytest.approx(0.5)
    tilted = nearest_border(a, b, covariance=((0.04, 0.03), (0.03, 0.09)))
    inverse = np.linalg.inv([[0.04, 0.03], [0.03, 0.09]])
    far = min(
        float(np.sqrt(np.einsum("ik,ij,jk->k", step, inverse, step)).min())
        for _, x, y in CURVES
        for step in [np.array([x - 0.35, y - 0.2])]
    )
    assert tilted.standard_errors == pytest.approx(far, abs=1e-3)


def test_a_settlement_carries_its_border_only_where_the_plane_decides() -> None:
    units = {"x": {"growth": 1, "capacity": 1}, "y": {"growth": 1, "capacity": 1, "own_growth": -1}}
    assert settle(build(units, effects={"x.y": 0.3, "y.x": 2})).border is None
    units["y"]["own_growth"] = 1
    assert settle(build(units, effects={"x.y": -0.05, "y.x": 0.5})).border.name == "d12 = 0"
