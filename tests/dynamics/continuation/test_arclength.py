"""Pseudo-arclength steps on curves whose equations are known."""

import numpy as np
import pytest

from symbiode.dynamics.continuation.arclength import Ended, Steps, follow_curve, solve


def circle(z):
    return np.array([z @ z - 1]), 2 * z[None]


def test_a_closed_curve_ends_at_its_start_and_stays_on_it():
    """x^2 + y^2 = 1 has length 2 pi."""
    track = follow_curve(circle, [1, 0], [0, 1], low=[-2, -2], high=[2, 2])
    assert track.ended is Ended.CLOSED
    assert np.abs((track.points**2).sum(1) - 1).max() < 1e-13
    assert np.linalg.norm(np.diff(track.points, axis=0), axis=1).sum() == pytest.approx(2 * np.pi, rel=1e-2)


def test_an_edge_is_met_exactly():
    track = follow_curve(circle, [1, 0], [0, 1], low=[-2, -2], high=[2, 0.3])
    assert track.ended is Ended.EDGE
    assert track.edge == 1
    assert track.points[-1].tolist() == pytest.approx([np.sqrt(1 - 0.09), 0.3], abs=1e-14)
    assert track.points[-1][1] == 0.3


def test_a_branch_point_is_passed_straight_and_seen():
    """x (x - p) = 0: both lines cross at the origin."""

    def cross(z):
        x, p = z
        return np.array([x * (x - p)]), np.array([[2 * x - p, -x]])

    track = follow_curve(cross, [0, -1], [0, 1], low=[-5, -2], high=[5, 1])
    assert track.ended is Ended.EDGE
    assert np.abs(track.points[:, 0]).max() < 1e-12
    assert track.orientation[0] == -track.orientation[-1] != 0


@pytest.mark.parametrize("gap", [1e-3, 1e-5, 1e-7])
def test_a_near_crossing_is_not_jumped_over(gap):
    """x^2 - p^2 = gap: the branch from x = -p turns back to x = p long before the other branch."""

    def hyperbola(z):
        x, p = z
        return np.array([x * x - p * p - gap]), np.array([[2 * x, -2 * p]])

    track = follow_curve(hyperbola, [np.sqrt(1 + gap), -1], [-1, 1], low=[-3, -3], high=[3, 1])
    assert track.ended is Ended.EDGE
    assert track.points[-1].tolist() == pytest.approx([np.sqrt(1 + gap), 1.0], abs=1e-12)


def test_parallel_branches_close_to_each_other_are_kept_apart():
    """(x - sin p)(x - sin p - 0.01) = 0."""

    def pair(z):
        x, p = z
        a = x - np.sin(p)
        return np.array([a * (a - 0.01)]), np.array([[2 * a - 0.01, -(2 * a - 0.01) * np.cos(p)]])

    track = follow_curve(pair, [0, 0], [1, 1], low=[-9, -1], high=[9, 20], steps=Steps(largest=1.0))
    assert track.ended is Ended.EDGE
    assert np.abs(track.points[:, 0] - np.sin(track.points[:, 1])).max() < 1e-12


def test_scales_do_not_matter():
    def wide(z):
        u = z / [1e6, 1e-4]
        G, J = circle(u)
        return G, J / [1e6, 1e-4]

    track = follow_curve(wide, [1e6, 0], [0, 1], low=[-2e6, -1], high=[2e6, 1], scale=[1e6, 1e-4])
    assert track.ended is Ended.CLOSED
    assert len(track.points) < 200


def test_a_curve_that_ends_stalls():
    """log(p) has no value at p < 0: the curve x = sqrt(p) cannot be followed past p = 0."""

    def root(z):
        x, p = z
        value = np.sqrt(p) if p > 0 else np.nan
        return np.array([x - value]), np.array([[1.0, -0.5 / value]])

    track = follow_curve(root, [1, 1], [0, -1], low=[-1, -1], high=[2, 2])
    assert track.ended is Ended.STALLED
    assert track.points[-1][1] < 1e-6


def test_newton_says_when_there_is_no_root():
    found = solve(lambda z: (z**2 + 1, np.diag(2 * z)), [1.0])
    assert not found.converged
