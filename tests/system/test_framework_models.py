"""The shipped models of the paper's framework: four actors in two cities, eleven cities, talent."""

import csv
import math

import numpy as np
import pytest
import sympy
from scipy.optimize import least_squares

from symbiode.dynamics.modes import settle
from symbiode.system.formats import load, models_folder
from symbiode.system.laws import ELEMENTS

FLOWS = {  # Geng Xu and Li Honghao: who gives whom what
    ("government", "firms"), ("government", "research"), ("government", "services"), ("firms", "government"),
    ("firms", "services"), ("firms", "research"), ("research", "government"), ("research", "firms"),
    ("services", "government"), ("services", "firms"),
}  # fmt: skip


@pytest.fixture(scope="module")
def actors():
    return load("actors")


def effects(model):
    return {p.path[1:]: model.values[p.symbol] for p in model.parameters if p.path[0] == "effects"}


def test_inside_a_city_the_ten_stated_flows_are_the_only_effects(actors):
    cities = {unit.name: unit.region for unit in actors.units}
    for city in ("sz", "hk"):
        inside = {pair for pair in effects(actors) if all(name.startswith(city) for name in pair)}
        assert {(s.split("_")[1], r.split("_")[1]) for r, s in inside} == FLOWS
    across = {(r, s) for (r, s), value in effects(actors).items() if cities[r] != cities[s] and value != 0}
    assert {(s.split("_")[1], r.split("_")[1]) for r, s in across} == FLOWS
    assert len(across) == 20


def test_every_flow_names_its_sentence_in_both_languages_and_calls_its_size_illustrative(actors):
    sources = {p.path[-1]: p.source for p in actors.parameters if p.path[0] == "parameters"}
    for giver, receiver in FLOWS:
        told = sources[f"{giver}_{receiver}"]
        assert told.startswith("flow of the paper")
        assert told.endswith("its size is illustrative")
        assert any("\u4e00" <= c <= "\u9fff" for c in told)


def test_at_zero_the_levers_change_nothing_and_leave_conductance_times_barrier_times_flow(actors):
    """d = kappa (1 - theta) d0 + levers - leakage, at levers and leakage of zero, barriers 0.3 and 0.4, kappa 0.5."""
    by_name = {p.path[-1]: p.value for p in actors.parameters if p.path[0] == "parameters"}
    half = sympy.Rational(1, 2)
    for (receiver, source), value in effects(actors).items():
        one, other = (name.split("_") for name in (receiver, source))
        flow = by_name.get(f"{other[1]}_{one[1]}", 0)
        barrier = {"sz": sympy.Rational(3, 10), "hk": sympy.Rational(2, 5)}[one[0]]
        assert value == (flow if one[0] == other[0] else half * (1 - barrier) * flow)


def test_each_part_of_the_composite_coefficient_acts_as_it_is_called(actors):
    at = ("sz_firms", "hk_research")
    base = effects(actors)[at]
    moved = {
        "institution": sympy.Rational(12, 100) / 2,
        "cooperation": base + 1,
        "leakage_shenzhen": base - 1,
        "leakage_hongkong": base,
        "barrier_to_shenzhen": 0,
        "barrier_to_hongkong": base,
        "physical": base * sympy.Rational(7, 5),
    }
    for name, expected in moved.items():
        assert effects(actors.with_values({f"parameters.{name}": 1}))[at] == expected, name
    shielded = actors.with_values({"parameters.leakage_shenzhen": 0.1, "parameters.culture": 1})
    assert effects(shielded)[at] == base


def test_every_element_of_the_system_has_a_place(actors):
    named = {p.element for name in ("actors", "talent") for p in load(name).parameters if p.element}
    assert named == set(ELEMENTS)
    assert {unit.role for unit in actors.units} == {"core", "auxiliary"}
    assert {unit.role for unit in load("talent").units} == {"core", "talent"}
    assert all(unit.region in dict(actors.regions) for unit in actors.units)


def test_eight_actors_settle_where_the_linear_system_says(actors):
    """u = (I - Delta)^-1 1, all gains positive: a nonsingular M-matrix (Hofbauer and Sigmund, theorem 15.1.1)."""
    names = [unit.name for unit in actors.units]
    delta = np.zeros((8, 8))
    for (receiver, source), value in effects(actors).items():
        delta[names.index(receiver), names.index(source)] = float(value)
    assert max(abs(np.linalg.eigvals(delta))) < 1
    assert settle(actors).state == pytest.approx(np.linalg.solve(np.eye(8) - delta, np.ones(8)))


def test_the_cities_are_logistic_curves_fitted_alone():
    model = load("greater-bay-area")
    levels: dict[str, list[float]] = {}
    with (models_folder() / "gba11_gdp_population_1999_2024.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["indicator"] == "gdp_current" and row["year"] >= "2000":
                levels.setdefault(row["unit"], []).append(float(row["value"]))
    t = np.arange(25.0)
    values = {p.path: float(p.value) for p in model.parameters if p.path[-1] in ("growth", "capacity")}
    for unit in model.units:
        y = np.array(levels[unit.shown("en")])

        def residuals(p, y=y):
            return p[1] - np.log1p(np.expm1(p[1] - p[2]) * np.exp(-np.exp(p[0]) * t)) - np.log(y)

        found = least_squares(residuals, [np.log(0.1), np.log(2 * y[-1]), np.log(y[0])], x_scale="jac").x
        assert values[unit.name, "growth"] == pytest.approx(np.exp(found[0]), rel=6e-3)
        assert values[unit.name, "capacity"] == pytest.approx(np.exp(found[1]), rel=6e-3)
        assert float(unit.initial.value) == y[0]


def test_distances_are_great_circles_between_the_coordinates_of_the_sources():
    """Shenzhen to Hong Kong by the spherical law of cosines; the barrier stands at the boundary only."""
    text = (models_folder() / "SOURCES.md").read_text(encoding="utf-8")
    assert "Shenzhen 22.54554, 114.0683" in text
    assert "Hong Kong 22.27832, 114.17469" in text
    a, b, east = (math.radians(x) for x in (22.54554, 22.27832, 114.17469 - 114.0683))
    km = 6371.0 * math.acos(math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(east))
    nearness = round(math.exp(-km / 60), 3)
    found = effects(load("greater-bay-area"))
    assert len(found) == 110
    assert float(found["shenzhen", "hongkong"]) == pytest.approx(0.8 * 0.6 * 0.12 * nearness)
    assert all(found[r, s] == found[s, r] for r, s in found)
    assert found["zhuhai", "macao"] < found["zhuhai", "zhongshan"]


def test_talent_rests_where_inflow_balances_loss_and_moves_by_mobility():
    """h' = m x - (l + h_c) h + mu (h' - h): at rest the two linear balances hold exactly."""
    model = load("talent")
    x, y, h, g = settle(model, "initial").state
    assert [0.1 * x + 0.02 * (g - h), 0.1 * y + 0.02 * (h - g)] == pytest.approx([0.15 * h, 0.18 * g])
    dear = settle(model.with_values({"parameters.housing_hongkong": 0.2}), "initial").state
    assert dear[3] < g
    mixed = settle(model.with_values({"parameters.mobility": 1}), "initial").state
    assert abs(mixed[2] - mixed[3]) < abs(h - g)
