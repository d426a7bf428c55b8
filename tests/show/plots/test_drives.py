import numpy as np
import pytest

import symbiode
from symbiode.dynamics.numerics import compiled, vector
from symbiode.errors import InvalidValueError, RefusedError
from symbiode.show.plots import plot
from symbiode.show.plots.drives import compute
from symbiode.system.building import build


def term(found, kind, name=""):
    return next(each.rate for each in found.terms if (each.kind, each.name) == (kind, name))


@pytest.mark.parametrize("name", ["shenzhen-hongkong", "lotka-volterra", "plant-pollinator", "greater-bay-area",
                                  "saturating-mutualism", "shared-capacity", "actors"])  # fmt: skip
def test_the_terms_add_up_to_the_growth_rate_of_the_equations(name):
    """Against (dx_i/dt)/x_i of the whole model."""
    model = symbiode.load(name)
    found = compute(model)
    whole = compiled(model).rates(found.t, found.y, vector(model)) / found.y
    summed = sum(each.rate for each in found.terms)
    assert found.rate == pytest.approx(whole, rel=1e-12, abs=1e-12 * np.nanmax(np.abs(whole)))
    assert summed == pytest.approx(found.rate, abs=1e-12 * max(np.nanmax(np.abs(each.rate)) for each in found.terms))


def test_a_pair_is_taken_apart_by_hand(pair):
    """r (1 - u + d v) has the terms r, -r u and r d v; East: r 0.9, K 10, d -0.3; West: r 0.5, K 8, d 0.2."""
    found = compute(pair)
    u, v = found.y[:, 0] / 10, found.y[:, 1] / 8
    assert term(found, "own_growth") == pytest.approx(np.tile([0.9, 0.5], (len(u), 1)))
    assert term(found, "own_limit") == pytest.approx(np.column_stack([-0.9 * u, -0.5 * v]), rel=1e-12)
    assert term(found, "effect", "west")[:, 0] == pytest.approx(0.9 * -0.3 * v, rel=1e-12)
    assert term(found, "effect", "east")[:, 1] == pytest.approx(0.5 * 0.2 * u, rel=1e-12)
    assert not term(found, "effect", "east")[:, 0].any()
    assert np.abs(found.shares).sum(axis=0) == pytest.approx(1)


def test_what_two_partners_do_together_is_told_apart():
    """x (1 - x/C), C = 1 + 0.5 y + 0.25 z: at x = 0.6, y = 1, z = 2 the limits are -0.6/C, C = 1, 1.5, 1.5 and 2."""
    unit = {"growth": 1, "capacity": 1}
    model = build({"x": {**unit, "initial": 0.6}, "y": {**unit, "initial": 1}, "z": {**unit, "initial": 2}},
                  effects={"x.y": 0.5, "x.z": 0.25}, law="carrying_capacity")  # fmt: skip
    found = compute(model)
    first = {(each.kind, each.name): each.rate[0, 0] for each in found.terms}
    assert first["own_limit", ""] == pytest.approx(-0.6)
    assert first["effect", "y"] == pytest.approx(0.6 - 0.4)
    assert first["effect", "z"] == pytest.approx(0.6 - 0.4)
    assert first["together", ""] == pytest.approx(-0.3 + 0.6 - 0.4)


def test_each_event_adds_what_it_changes(pair):
    """A step of an effect by 0.1 from t = 4 adds r 0.1 x_2/K_2; then a growth rate that rises by half adds r f/2."""
    card = symbiode.build_scenario(pair, {
        "rail": {"at": 4, "moves": {"effects.east.west": {"add": 0.1}}},
        "boom": {"at": 6, "moves": {"east.growth": {"times": 0.5}}},
    })  # fmt: skip
    path = symbiode.mode_path(pair, card, np.linspace(0, 10, 41))
    found = compute(path)
    u, v, t = found.y[:, 0] / 10, found.y[:, 1] / 8, found.t
    assert term(found, "lever", "rail")[:, 0] == pytest.approx(np.where(t >= 4, 0.9 * 0.1 * v, 0), abs=1e-15)
    assert term(found, "lever", "boom")[:, 0] == pytest.approx(np.where(t >= 6, 0.45 * (1 - u - 0.2 * v), 0), abs=1e-14)
    assert not term(found, "lever", "boom")[:, 1].any()
    assert sum(each.rate for each in found.terms) == pytest.approx(found.rate, abs=1e-14)


def test_growth_that_is_infinite_at_zero_has_one_own_term():
    """Gompertz: r (-ln(x/K) + d y/K)."""
    unit = {"growth": 0.5, "capacity": 2, "initial": 1}
    model = build({"a": unit, "b": unit}, effects={"a.b": 0.3}, law="gompertz")
    found = compute(model)
    assert [each.kind for each in found.terms] == ["own", "effect"]
    assert term(found, "own") == pytest.approx(-0.5 * np.log(found.y / 2), abs=1e-14)


def test_an_absent_unit_has_no_growth_rate_and_delays_are_refused():
    unit = {"growth": 1, "capacity": 1}
    model = build({"a": {**unit, "initial": 0.1}, "b": {**unit, "initial": 0}}, effects={"a.b": 0.3})
    found = compute(model)
    assert np.isnan(found.rate[:, 1]).all()
    assert np.isfinite(found.rate[:, 0]).all()
    with pytest.raises(RefusedError, match="With delays"):
        compute(symbiode.load("late-imitation"))


def test_many_events_are_drawn_as_a_few(pair):
    levers = {f"e{k}": {"at": k, "moves": {"effects.east.west": {"add": 0.01 * (k + 1)}}} for k in range(8)}
    path = symbiode.mode_path(pair, symbiode.build_scenario(pair, levers), np.linspace(0, 10, 21))
    labels = [text.get_text() for text in plot("drives", path).legends[0].get_texts()]
    assert [label for label in labels if label.startswith("e")] == ["effect of East", "effect of West", "e4", "e5",
                                                                    "e6", "e7"]  # fmt: skip
    assert "other events (4)" in labels


def test_a_trajectory_under_a_scenario_needs_that_scenario(pair):
    rail = {"at": 4, "moves": {"effects.east.west": {"add": 0.1}}}
    card = symbiode.build_scenario(pair, {"rail": rail}, name="rails")
    run = symbiode.simulate(pair, np.linspace(0, 10, 11), "initial", card)
    with pytest.raises(InvalidValueError, match="rails"):
        compute(run)
    assert term(compute(run, scenario=card), "lever", "rail")[-1, 0] == pytest.approx(0.9 * 0.1 * run.y[-1, 1] / 8)


def test_the_picture_of_growth_that_blows_up_ends_there(pair):
    """Nothing is drawn after the blow-up, least of all a growth rate of zero."""
    wild = pair.with_values({"effects.east.west": 2, "effects.west.east": 2})
    found = compute(wild)
    last = found.t[np.isfinite(found.rate[:, 0])][-1]
    assert last < found.t[-1]
    figure = plot("drives", wild)
    assert [ax.get_xlim()[1] for ax in figure.axes if ax.collections] == [last, last]
    filled = np.vstack([path.vertices for ax in figure.axes for one in ax.collections for path in one.get_paths()])
    assert filled[:, 0].max() == last


@pytest.mark.parametrize("kind", ["series", "drives", "ensemble"])
def test_illustrative_values_say_so(kind):
    figure = plot(kind, symbiode.load("shenzhen-hongkong"), lang="zh")
    assert figure.legends[0].get_title().get_text() == "示例数值，非估计结果"
