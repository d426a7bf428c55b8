"""Cycles born at Hopf points: sizes, periods and multipliers known from theory."""

import numpy as np
import pytest

from symbiode.dynamics.continuation.cycles import cycles
from symbiode.dynamics.continuation.systems import system_of
from symbiode.dynamics.simulation import simulate
from symbiode.system.building import build

RADIUS = "((a-2)**2 + (b-2)**2)"


def planar(growth, value=0.1):
    """A rotation of angular speed 1 around (2, 2) with radial growth `growth` in m and the squared radius."""
    radial = growth.replace("R", RADIUS)
    equations = {"a": f"(a-2)*({radial}) - (b-2)", "b": f"(b-2)*({radial}) + (a-2)"}
    return system_of(build({"a": {}, "b": {}}, parameters={"m": value}, equations=equations), ["parameters.m"])


def two(equations, **parameters):
    units = {name: {} for name in equations}
    return build(units, parameters=parameters, equations=equations)


def test_the_normal_form_of_hopf_gives_circles_of_radius_sqrt_m():
    """r' = r (m - r^2), angle' = 1: Kuznetsov (2004), section 3.4; the multiplier is exp(-4 pi m)."""
    found = cycles(planar("m - R"), (0, 1), [2, 2, 0], (-1, 0.25))
    assert found.ended == "edge"
    assert found.values[-1] == 0.25
    m = found.values[1:, None]
    assert found.highest[1:] - 2 == pytest.approx(np.broadcast_to(np.sqrt(m), (len(m), 2)), rel=1e-8)
    assert 2 - found.lowest[1:] == pytest.approx(np.broadcast_to(np.sqrt(m), (len(m), 2)), rel=1e-8)
    assert found.periods == pytest.approx(2 * np.pi, rel=1e-10)
    assert found.multipliers[1:] == pytest.approx(np.exp(-4 * np.pi * m), abs=1e-9)
    assert found.stable[1:].all()


def test_the_period_of_van_der_pol_is_known():
    """x'' - (m - x^2) x' + x = 0 at m = 1: the period from Taylor series with 26 digits (mpmath)."""
    model = two({"x": "y", "y": "(m - x**2)*y - x"}, m=0.1)
    found = cycles(system_of(model, ["parameters.m"]), (0, 1), [0, 0, 0], (-1, 1))
    assert found.values[-1] == 1
    assert found.periods[-1] == pytest.approx(6.66328685932313018969, rel=1e-10)


def test_a_fold_of_cycles_is_located():
    """r' = r (m + r^2 - r^4): unstable cycles are born at 0 and turn stable at m = -1/4, r = 1/sqrt(2)."""
    found = cycles(planar("m + R - R**2"), (0, 1), [2, 2, 0], (-1, 1))
    (fold,) = found.points
    assert fold.kind == "fold_of_cycles"
    assert fold.value == pytest.approx(-0.25, abs=1e-9)
    assert fold.highest[0] - 2 == pytest.approx(np.sqrt(0.5), rel=1e-5)
    squared = (found.highest[1:, 0] - 2) ** 2
    assert found.stable[1:].tolist() == (squared > 0.5).tolist()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("u", "v", "kind", "inner"),
    [
        (
            "(2*(a-2)-1)/10*(u-2) + ((b-2)/5-1/2)*(v-2)", "((b-2)/5+1/2)*(u-2) - (1+2*(a-2))/10*(v-2)",
            "period_doubling", [-1, -np.exp(-0.4 * np.pi)],
        ),
        (
            "(m-1/4)*(u-2) - 3/10*(v-2)", "3/10*(u-2) + (m-1/4)*(v-2)",
            "torus", np.exp([0.6j * np.pi, -0.6j * np.pi]),
        ),
    ],
)  # fmt: skip
def test_cycles_double_their_period_or_leave_to_a_torus_where_multipliers_say(u, v, kind, inner):
    """Linear units around the circle (a, b) = 2 + sqrt(m) (cos t, sin t), with known Floquet multipliers.

    With R(t/2) the rotation by half the angle, y = R(t/2) w turns the first pair, whose matrix is -1/10 +
    sqrt(m)/5 (cos t, sin t; sin t, -cos t) + the half turn, into w' = diag(-1/10 ± sqrt(m)/5) w; over 2 pi the half
    turn gives -1: multipliers -exp(2 pi (-1/10 ± sqrt(m)/5)), the larger -1 at m = 1/4. Those of the second pair are
    exp(2 pi (m - 1/4 ± 0.3 i)).
    """
    units = {"a": "(a-2)*(m - R) - (b-2)", "b": "(b-2)*(m - R) + (a-2)", "u": u, "v": v}
    model = two({name: rate.replace("R", RADIUS) for name, rate in units.items()}, m=0.1)
    found = cycles(system_of(model, ["parameters.m"]), (0, 1, 2, 3), [2, 2, 2, 2, 0], (-0.1, 0.3))
    (point,) = found.points
    assert (point.kind, point.value, point.period) == (
        kind, pytest.approx(0.25, abs=1e-8), pytest.approx(2 * np.pi, rel=1e-10),
    )  # fmt: skip
    at = found.multipliers[np.argmin(np.abs(found.values - 0.25))]
    expected = np.array([*inner, np.exp(-np.pi)], complex)
    assert np.abs(at[:, None] - expected).min(axis=0).max() < 1e-7
    inside = found.values < 0.25 - 1e-6
    assert found.stable[inside].all()
    assert not found.stable[found.values > 0.25 + 1e-6].any()


@pytest.mark.parametrize(("growth", "most"), [("m*(1-m)", 1 / 4), ("m*(1-m)*(5/2-m)", 0.5075841)])
def test_cycles_that_shrink_again_end_at_the_other_hopf_point(growth, most):
    """r' = r (g(m) - r^2): cycles live between m = 0 and m = 1; a Hopf point at m = 5/2 is another's.

    The largest g is at 1/2, and at (7 - sqrt(19))/6.
    """
    found = cycles(planar(f"{growth} - R"), (0, 1), [2, 2, 0], (-1, 3))
    assert found.ended == "hopf"
    assert found.values[-1] == pytest.approx(1, abs=1e-12)
    assert found.highest.max() - 2 == pytest.approx(np.sqrt(most), abs=5e-3)


@pytest.mark.slow
def test_the_period_grows_without_bound_at_a_homoclinic_orbit():
    """Kuznetsov (2004), example 6.1: at a = 0 the loop x^2 (1 - x) = y^2 returns to the saddle at the origin."""
    model = two({"x": "-x + 2*y + x**2", "y": "(2 - a)*x - y - 3*x**2 + 1.5*x*y"}, a=0.1)
    found = cycles(system_of(model, ["parameters.a"]), (0, 1), [4 / 7, 6 / 49, 12.5 / 49], (-1, 1))
    assert found.ended == "homoclinic"
    assert found.values[-1] == pytest.approx(0, abs=1e-6)
    assert found.saddle == pytest.approx((0, 0), abs=1e-12)
    x, y = found.orbits[-1].T
    assert np.abs(x**2 * (1 - x) - y**2).max() < 1e-5


def rosenzweig_macarthur(k):
    """x' = x (1 - x/k) - x y/(1 + x), y' = y (x/(1 + x) - 1/2): Hopf point at k = 3."""
    return two({"x": "x*(1 - x/k) - x*y/(1 + x)", "y": "y*(x/(1 + x) - 0.5)"}, k=k)


@pytest.mark.slow
def test_the_cycle_of_predator_and_prey_is_the_one_that_simulation_reaches():
    """Rosenzweig and MacArthur (1963), with its Hopf point at k = 1 + 2 x, x = 1."""
    found = cycles(system_of(rosenzweig_macarthur(3), ["parameters.k"]), (0, 1), [1, 4 / 3, 3], (1, 6))
    assert found.stable[1:].all()
    times = np.concatenate([[0.0], np.linspace(300, 360, 6001)])
    y = simulate(rosenzweig_macarthur(6), times, [1.0, 1.0]).y[1:]
    assert found.lowest[-1] == pytest.approx(y.min(axis=0), rel=2e-3)
    assert found.highest[-1] == pytest.approx(y.max(axis=0), rel=2e-3)
    up = np.flatnonzero((y[:-1, 0] < 1) & (y[1:, 0] >= 1))
    share = (1 - y[up, 0]) / (y[up + 1, 0] - y[up, 0])
    crossed = times[1:][up] + share * (times[2] - times[1])
    assert found.periods[-1] == pytest.approx(np.diff(crossed).mean(), rel=1e-6)


@pytest.mark.slow
def test_growing_parasitism_of_exponential_capacities_makes_stable_cycles():
    """K1 = exp(b x z), K2 = exp(g x): trace ln x - 2, so cycles are born at x = e^2 if ln z = g x < -1/2 (Yukalov,
    Yukalova and Sornette (2014), Int. J. Bifurcation Chaos 24, 1450117: everlasting oscillations)."""
    units = {"x": {"growth": 1, "capacity": 1}, "z": {"growth": 1, "capacity": 1}}
    model = build(units, law="exponential_capacity", effects={"x.z": 0.5, "z.x": -0.1}, contacts={"x.z": 1})
    x, z = np.exp(2), np.exp(-0.1 * np.exp(2))
    b = 2 / (x * z)
    found = cycles(system_of(model, ["effects.x.z"]), (0, 1), [x, z, b], (0, 1))
    assert found.periods[0] == pytest.approx(2 * np.pi / np.sqrt(1 - 2 * (1 + np.log(z))), rel=1e-12)
    assert (found.values[1:] > b).all()
    assert found.stable[1:].all()


@pytest.mark.slow
def test_absent_units_that_could_invade_make_a_cycle_unstable():
    """A third unit with the constant growth rate c multiplies by exp(c T) in a period T."""
    equations = {"x": "x*(1 - x/k) - x*y/(1 + x)", "y": "y*(x/(1 + x) - 0.5)", "z": "z*(0.01 - z)"}
    found = cycles(system_of(two(equations, k=3), ["parameters.k"]), (0, 1), [1, 4 / 3, 0, 3], (1, 4))
    assert found.multipliers[:, -1] == pytest.approx(np.exp(0.01 * found.periods), rel=1e-10)
    assert not found.stable.any()
    assert (found.orbits[:, :, 2] == 0).all()


def test_a_family_of_neutral_orbits_is_not_followed_as_cycles():
    """x' = x (1 - m x - y), y' = y (x - 1): at m = 0 the law of Lotka and Volterra, with orbits of every size."""
    model = two({"x": "x*(1 - m*x - y)", "y": "y*(x - 1)"}, m=0.1)
    assert cycles(system_of(model, ["parameters.m"]), (0, 1), [1, 1, 0], (-1, 1)).ended == "neutral"
