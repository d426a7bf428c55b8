"""Weights of a diagonal Lyapunov function: systems built to have them, and the exact border of a circle."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symbiode.dynamics.modes.lyapunov import lyapunov_weights, negative_definite


def exact(A: np.ndarray) -> list[list[Fraction]]:
    return [[Fraction(str(value)) for value in row] for row in A.tolist()]


@pytest.mark.parametrize("n", [3, 6, 10, 15])
def test_weights_that_exist_are_found(n: int) -> None:
    """A = C (K - Q) with K skew, Q positive definite and C diagonal has the weights 1/C; neither is shown to us."""
    rng = np.random.default_rng(n)
    for _ in range(6):
        K, Q = rng.normal(size=(2, n, n))
        scale = np.exp(rng.uniform(-3, 3, n))
        A = np.round(scale[:, None] * ((K - K.T) / np.sqrt(n) - Q @ Q.T / n - np.eye(n) / 10), 5)
        weights = lyapunov_weights(exact(A))
        assert weights is not None
        CA = np.diag([float(w) for w in weights]) @ A
        assert np.linalg.eigvalsh(CA + CA.T).max() < 0


@pytest.mark.parametrize(("strong", "there"), [("1.0999", True), ("1.1", False), ("1.3", False)])
def test_a_circle_has_weights_exactly_where_both_effects_sum_to_less_than_two(strong: str, there: bool) -> None:
    """By averaging over the circle equal weights serve if any do; 1 - (alpha + beta)/2 is the lowest eigenvalue."""
    a, b, one = Fraction("0.9"), Fraction(strong), Fraction(1)
    A = [[-one, -a, -b], [-b, -one, -a], [-a, -b, -one]]
    assert (lyapunov_weights(A) is not None) is there
    assert negative_definite(A, [one] * 3) is there


def test_a_chain_of_blocks_inherits_their_weights() -> None:
    """Feed-forward effects of any size do not matter: the matrix is triangular."""
    n = 8
    A = [[Fraction(-1) if i == j else Fraction(40 if j < i else 0) for j in range(n)] for i in range(n)]
    weights = lyapunov_weights(A)
    assert weights is not None
    assert negative_definite(A, weights)


def test_large_matrices_are_checked_exactly_too() -> None:
    """At both sides of the border where all effects are d < 0: the lowest eigenvalue of -A - A' is 2 (1 - |d|)."""
    n = 30
    for d, there in ((Fraction("-0.999999"), True), (Fraction("-1.000001"), False)):
        A = [[Fraction(-1) if i == j else d for j in range(n)] for i in range(n)]
        assert negative_definite(A, [Fraction(1)] * n) is there
