"""indices(): degree, coefficient, energy and symmetry under their published definitions, for pairs, crowds, any law."""

from __future__ import annotations

import itertools
import math

import pytest
import sympy

from symbiode.dynamics.modes import Outcome, settle
from symbiode.dynamics.modes.indices import indices
from symbiode.dynamics.simulation import simulate
from symbiode.system.building import build
from symbiode.system.model import Model

R = sympy.Rational
PLANE = (R(-9, 10), R(-1, 2), R(-1, 5), R(0), R(1, 4), R(3, 5), R(9, 10))


def two(a: object, b: object, *, capacity: tuple[object, object] = (1, 1), **units: object) -> Model:
    """Return two logistic units with d12 = a and d21 = b."""
    table = {
        name: {"growth": 0.3 + 0.4 * i, "capacity": capacity[i], "initial": 0.1, **units}
        for i, name in enumerate(("east", "west"))
    }
    return build(table, effects={"east.west": a, "west.east": b})


@pytest.mark.parametrize(("a", "b"), [pair for pair in itertools.product(PLANE, PLANE) if pair[0] * pair[1] < 1])
def test_a_logistic_pair_has_the_published_indices(a: sympy.Rational, b: sympy.Rational) -> None:
    """Degree a u2/(1 + a u2), coefficient its share, E_s = K1 g1 + K2 g2 with its existence condition, S_d and S_g."""
    first, second = R(2), R(5)
    found = indices(two(a, b, capacity=(first, second)))
    u1, u2 = (1 + a) / (1 - a * b), (1 + b) / (1 - a * b)
    degree = (a * u2 / (1 + a * u2), b * u1 / (1 + b * u1))
    assert (found.degree[0][1], found.degree[1][0]) == pytest.approx(tuple(map(float, degree)))
    total = abs(degree[0]) + abs(degree[1])
    expected = None if total == 0 else pytest.approx(float(abs(degree[0]) / total))
    assert found.coefficient[0][1] == expected
    energy = (first * a * (1 + b) + second * b * (1 + a)) / (1 - a * b)
    assert found.energy == pytest.approx(float(energy), abs=1e-15)
    values = {"d12": a, "d21": b, "K1": first, "K2": second}
    holds = found.energy_if.subs({symbol: values[symbol.name] for symbol in found.energy_if.free_symbols})
    assert bool(holds) == (energy > 0)
    shares = {scale: value for _, scale, value in found.symmetry}
    mutual = min(a, b) > 0
    assert shares["coefficients"] == (pytest.approx(float(min(a, b) / max(a, b))) if mutual else None)
    g = (u1 - 1, u2 - 1)
    assert shares["gains"] == (pytest.approx(float(min(g) / max(g))) if mutual else None)
    g = (first * g[0], second * g[1])
    assert shares["absolute gains"] == (pytest.approx(float(min(g) / max(g))) if mutual else None)


def test_the_product_of_both_degrees_is_the_product_of_both_effects() -> None:
    """delta_12 delta_21 = d12 d21 (sympy), so of a pair at rest it is below 1: nothing like two reciprocal slopes."""
    a, b = sympy.symbols("a b")
    u1, u2 = (1 + a) / (1 - a * b), (1 + b) / (1 - a * b)
    assert sympy.simplify(a * u2 / (1 + a * u2) * b * u1 / (1 + b * u1) - a * b) == 0


@pytest.mark.parametrize("b", [R(-1, 4), R(-3, 10)])
def test_parasitism_can_be_productive(b: sympy.Rational) -> None:
    """For a > 0 > b and equal capacities E_s > 0 if and only if b > -a/(1+2a)."""
    a = R(1, 2)
    assert (indices(two(a, b)).energy > 0) == (b > -a / (1 + 2 * a))


SATURATED = {"law": "saturating", "saturations": {"east.west": 0.5, "west.east": 0.25}}
OTHERS = {
    "gompertz": {"law": "gompertz"},
    "saturating": SATURATED,
    "delays": {"delays": {"east.west": 2.0}},
    "three": {},
}


@pytest.mark.parametrize("case", OTHERS)
def test_the_degree_is_the_elasticity_of_the_unit_alone_beside_held_partners(case: str) -> None:
    """Central difference of the level at which a unit rests while its partners are held, by its own equation."""
    names = ("east", "west", "north")[: 3 if case == "three" else 2]
    units = {name: {"growth": 0.4, "capacity": 2 + k, "initial": 0.5} for k, name in enumerate(names)}
    effects = {"east.west": 0.4, "west.east": 0.3, "east.north": -0.2, "north.west": 0.5, "west.north": 0.1}
    kept = {key: value for key, value in effects.items() if set(key.split(".")) <= set(names)}
    model = build(units, effects=kept, **OTHERS[case])
    settled = settle(model, "initial")
    assert settled.outcome is Outcome.COEXISTENCE
    degree, state = indices(settled).degree, dict(zip(model.states, settled.state, strict=True))
    for i, j in itertools.permutations(range(len(names)), 2):
        rate, x, other = model.rates[i].xreplace(dict(model.values)), model.states[i], model.states[j]

        def rest(factor: float, i: int = i, rate=rate, x=x, other=other) -> float:
            held = {y: level * (factor if y == other else 1.0) for y, level in state.items() if y != x}
            return float(sympy.nsolve((rate / x).xreplace(held), x, settled.state[i]))

        h = 1e-5
        slope = (math.log(rest(1 + h)) - math.log(rest(1 - h))) / (math.log(1 + h) - math.log(1 - h))
        assert degree[i][j] == pytest.approx(slope, rel=1e-7, abs=1e-9)


def test_energy_of_three_units_is_the_sum_of_all_gains() -> None:
    """u* = M^{-1} 1 with M = I - Delta; E_s = sum K_i (u_i* - 1)."""
    capacity, effects = (2, 3, 5), {"a.b": R(1, 5), "b.c": R(1, 10), "c.a": R(-3, 10), "a.c": R(1, 4)}
    model = build(
        {name: {"growth": 1, "capacity": K} for name, K in zip("abc", capacity, strict=True)}, effects=effects
    )
    M = sympy.Matrix(3, 3, lambda i, j: 1 if i == j else -effects.get(f"{'abc'[i]}.{'abc'[j]}", 0))
    levels = M.LUsolve(sympy.ones(3, 1))
    expected = sum(K * (u - 1) for K, u in zip(capacity, levels, strict=True))
    found = indices(model)
    assert found.energy == pytest.approx(float(expected))
    assert sum(found.energy_by_unit) == pytest.approx(float(expected))
    assert found.degree[0][1] == pytest.approx(float(R(1, 5) * levels[1] / levels[0]))
    assert found.coefficient[0][1] == 1


@pytest.mark.parametrize("factor", [(7, 1), (R(1, 1000), 40)])
def test_only_energy_and_absolute_gains_depend_on_the_measure_of_a_unit(factor: tuple[object, object]) -> None:
    plain, scaled = indices(two(0.4, 0.3)), indices(two(0.4, 0.3, capacity=factor))
    for name, (i, j) in itertools.product(("degree", "coefficient"), ((0, 1), (1, 0))):
        assert getattr(scaled, name)[i][j] == pytest.approx(getattr(plain, name)[i][j], rel=1e-12)
    for (_, scale, one), (_, _, other) in zip(plain.symmetry, scaled.symmetry, strict=True):
        assert (one == pytest.approx(other)) == (scale != "absolute gains")
    assert scaled.energy_by_unit == pytest.approx(
        [float(f) * e for f, e in zip(factor, plain.energy_by_unit, strict=True)]
    )


def test_slopes_read_off_one_path_are_reciprocal_whatever_the_effects() -> None:
    """The published warning: on one joint path delta_ab delta_ba = 1, though the true degrees are 0 and below 0.3."""
    y = simulate(two(0.4, 0), [0, 4, 8]).y
    slopes = [math.log(y[1, i] / y[0, i]) / math.log(y[1, 1 - i] / y[0, 1 - i]) for i in (0, 1)]
    assert slopes[0] * slopes[1] == pytest.approx(1)
    assert indices(two(0.4, 0)).degree[1][0] == 0


UNDEFINED = [
    ((2, 1), {}, ("degree", "coefficient", "energy")),
    ((-1.5, 0.5), {}, ("degree", "coefficient")),
    ((-1.5, -1.5), {}, ("degree", "coefficient", "energy")),
    ((1.5, 0.5), {"own_growth": -1}, ("degree", "coefficient", "energy")),
]


@pytest.mark.parametrize(("effects", "units", "names"), UNDEFINED)
def test_an_undefined_index_is_none_and_says_why_in_both_languages(effects, units, names) -> None:
    found = indices(two(*effects, **units))
    assert {name for name, _ in found.undefined} == set(names)
    for name in names:
        assert getattr(found, name) is None
        assert found.why(name) != found.why(name, "zh")
        assert found.why(name) in found.summary()


def test_levels_in_different_measures_are_not_added() -> None:
    units = {
        name: {"growth": 1, "capacity": {"value": 2, "measured_in": measure}}
        for name, measure in (("a", "papers"), ("b", "million USD"))
    }
    found = indices(build(units, effects={"a.b": 0.2}))
    assert found.energy is None
    assert dict(found.undefined)["energy"] == "indices_measures"
    assert found.degree is not None
