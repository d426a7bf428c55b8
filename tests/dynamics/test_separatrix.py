"""Separatrices against the exact ray of equal growth rates, and their own invariance."""

import numpy as np
import pytest

from symbiode.dynamics.basin import basins
from symbiode.dynamics.modes import Outcome, settle
from symbiode.dynamics.separatrix import Separatrix, separatrices
from symbiode.dynamics.simulation import simulate
from symbiode.errors import InvalidValueError
from symbiode.system.building import build
from symbiode.system.model import Model


def pair(r: tuple[float, float], effects: tuple[float, float], K: tuple[float, float] = (1, 1), s: int = 1) -> Model:
    units = {name: {"growth": r[k], "capacity": K[k], "own_growth": s} for k, name in enumerate("ab")}
    return build(units, effects={"a.b": effects[0], "b.a": effects[1]})


def inner(model: Model, kind: str) -> Separatrix:
    [line] = [s for s in separatrices(model) if s.kind == kind and len(s.saddle.support) == 2]
    return line


def test_with_equal_growth_rates_the_separatrix_is_a_ray() -> None:
    """u2/u1 = (1 + d21)/(1 + d12); here (1 - 2)/(1 - 1.5) = 2 with capacities 2 and 3."""
    line = inner(pair((0.5, 0.5), (-1.5, -2.0), K=(2, 3)), "stable")
    u = line.curve / [2, 3]
    inside = (u > 1e-9).all(axis=1)
    assert u[inside, 1] / u[inside, 0] == pytest.approx(2.0, rel=1e-10)
    assert line.curve[0].tolist() == [0.0, 0.0]
    assert u[-1].max() > 1.9  # it reaches the edge of the box


def test_curves_are_dense_enough_to_draw() -> None:
    line = inner(pair((0.2, 0.9), (-1.5, -2.0), K=(1000, 0.01)), "stable")
    gaps = np.abs(np.diff(line.curve, axis=0)) / np.ptp(line.curve, axis=0)
    assert gaps.max() < 0.03


def test_a_bent_separatrix_is_invariant() -> None:
    """A start on the curve stays on it: followed in time, its distance to the curve stays at the curve's spacing."""
    model = pair((0.3, 1.2), (-1.5, -2.0))
    line = inner(model, "stable")
    start = line.curve[np.argmin(np.abs(line.curve[:, 1] - 1.5))]
    path = simulate(model, np.linspace(0, 4, 9), start.tolist()).y
    for point in path:
        k = int(np.argmin(np.linalg.norm(line.curve - point, axis=1)))
        k = min(max(k, 1), len(line.curve) - 2)
        before, after = line.curve[k - 1], line.curve[k + 1]
        along = (after - before) / np.linalg.norm(after - before)
        off = point - line.curve[k]
        assert abs(off[0] * along[1] - off[1] * along[0]) < 1e-4


def test_the_unstable_manifold_joins_the_saddle_to_both_attractors() -> None:
    model = pair((0.3, 1.2), (-1.5, -2.0), K=(2, 3))
    curve = inner(model, "unstable").curve
    assert sorted([curve[0].tolist(), curve[-1].tolist()]) == [[0.0, 3.0], [2.0, 0.0]]


def test_saddles_on_an_axis_have_one_curve_on_it_and_one_branch_inside() -> None:
    """Two mutualists: each alone at capacity is a saddle, whose unstable branch ends at coexistence."""
    model = pair((0.5, 0.9), (0.2, 0.6))
    lines = [line for line in separatrices(model) if line.saddle.support == ("a",)]
    stable, unstable = sorted(lines, key=lambda line: line.kind)
    assert stable.on_axis
    assert (stable.curve[:, 1] == 0).all()
    assert not unstable.on_axis
    assert unstable.curve[0] == pytest.approx([1, 0])
    assert unstable.curve[-1] == pytest.approx([15 / 11, 20 / 11])


def test_obligate_mutualists_have_a_threshold_between_extinction_and_blow_up() -> None:
    """Own growth -1, d12 = d21 = 2, equal rates: the saddle is (1, 1); the diagonal start decides at 1."""
    model = pair((0.7, 0.7), (2.0, 2.0), s=-1)
    line = inner(model, "stable")
    assert np.diff(line.curve[:, 0]).max() < 0 or np.diff(line.curve[:, 0]).min() > 0
    assert np.ptp(line.curve[:, 0]) > 1
    ends = [settle(model, start=[level, level]).outcome for level in (0.999, 1.001)]
    assert ends == [Outcome.EXTINCTION, Outcome.BLOW_UP]


def test_a_box_clips_the_curves() -> None:
    model = pair((0.5, 0.5), (-1.5, -2.0))
    for line in separatrices(model, ((0, 0.7), (0, 1.4))):
        assert (line.curve <= np.array([0.7, 1.4]) * 1.03).all()
    assert separatrices(model, ((0.5, 1), (0, 0.1))) == ()
    with pytest.raises(InvalidValueError, match="lowest below highest"):
        separatrices(model, ((0, 0), (0, 1)))


def test_models_without_a_saddle_have_no_separatrix() -> None:
    model = pair((0.5, 0.5), (2.0, 2.0))  # blow-up: only the axes' saddles
    assert {line.saddle.support for line in separatrices(model)} <= {("a",), ("b",)}
    with pytest.raises(InvalidValueError, match="two units"):
        separatrices(build({"a": {"growth": 1, "capacity": 1}}))


def test_a_branch_ends_where_a_capacity_is_zero():
    """1 - 2 u2 = 0: there the equations break off, so no branch crosses and none is followed for ever."""
    units = {name: {"growth": 1, "capacity": 1} for name in "ab"}
    model = build(units, law="carrying_capacity", effects={"a.b": -2, "b.a": 1})
    for line in separatrices(model):
        assert np.isfinite(line.curve).all()
        sides = np.sign(np.round(1 - 2 * line.curve[:, 1], 5))
        assert line.on_axis or len(set(sides) - {0}) == 1


def test_infinite_growth_when_rare_leaves_no_tangent_and_no_crash():
    """Gompertz: f = -r ln u + ... is infinite on the axes; alone at E* = 1, so all positive starts go to one point."""
    units = {name: {"growth": 1, "capacity": 1} for name in "xy"}
    model = build(units, law="gompertz", effects={"x.y": -0.5, "y.x": -0.5})
    assert separatrices(model) == ()
    (only,) = basins(model, cells=16, draws=50).fractions
    assert only.outcome.value == "coexistence"
    assert only.count == 50
