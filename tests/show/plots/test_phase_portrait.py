from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from symbiode.errors import RefusedError
from symbiode.show.plots import plot
from symbiode.show.plots.phase_portrait import compute, nullcline
from symbiode.system.building import build
from symbiode.system.formats import load


@cache
def portrait(model):
    return compute(model)


@cache
def two(a, b, *, growth=(0.5, 0.5), **named):
    rest = {"capacity": 2.0, "initial": 0.3}
    units = {name: {"growth": r, **rest} for name, r in zip(("one", "two"), growth, strict=True)}
    return build(units, effects={"one.two": a, "two.one": b}, **named)


@cache
def classic():
    return build(
        {"hare": {"growth": 0.55, "initial": 30}, "lynx": {"growth": 0.8, "own_growth": -1, "initial": 4}},
        law="lotka_volterra", effects={"hare.lynx": -0.028, "lynx.hare": 0.024}, measured_in="thousand pelts",
    )  # fmt: skip


def holling():
    equations = {"prey": "x*(1 - x/4) - 1.2*x*pred/(1 + x)", "pred": "x*(prey/(1 + prey) - 0.4)"}
    return build({"prey": {"initial": 1}, "pred": {"initial": 1}}, equations=equations)


def test_the_nullcline_of_a_logistic_unit_is_its_line():
    """x1/K1 = 1 + d12 x2/K2, by setting the bracket of the law to zero."""
    [line] = nullcline(two(0.4, 0.2), 0, ((0, 3), (0, 3)))
    assert line[:, 0] / 2 == pytest.approx(1 + 0.4 * line[:, 1] / 2)
    assert set(line.ravel()) & {0.0, 3.0}  # it runs from one side of the box to another


def test_nullclines_of_other_equations_are_on_the_curve():
    curves = nullcline(holling(), 0, ((0, 5), (0, 3)))
    x, y = np.vstack(curves).T
    assert len(x) > 100
    assert 1 - x / 4 - 1.2 * y / (1 + x) == pytest.approx(0, abs=1e-10)


def test_a_nullcline_outside_the_box_is_left_out():
    assert nullcline(two(0.4, 0.2), 0, ((0, 0.5), (0, 0.5))) == []


def test_trajectories_of_predator_and_prey_keep_the_volterra_function():
    """d x - c ln x + b y - a ln y is constant along every orbit (Volterra 1926)."""
    for line in portrait(classic()).trajectories:
        x, y = line[(line > 0).all(-1)].T
        v = 0.024 * x - 0.8 * np.log(x) + 0.028 * y - 0.55 * np.log(y)
        assert np.ptp(v) < 2e-3 * max(1, np.ptp(0.024 * x))


def test_trajectories_end_where_the_system_settles_or_leave_the_figure():
    result = portrait(two(0.4, 0.2))
    goal = next(e.state for e in result.equilibria.equilibria if e.stable)
    (x0, x1), (y0, y1) = result.box
    for line in result.trajectories:
        gone = not (x0 <= line[-1, 0] <= x1 and y0 <= line[-1, 1] <= y1)
        assert gone or line[-1] == pytest.approx(goal)


@pytest.mark.parametrize("model", [two(0.4, 0.2), two(-1.5, -2.0), two(0.9, -2.5), classic()])
def test_every_equilibrium_is_inside_the_figure(model):
    result = portrait(model)
    for e in result.equilibria.equilibria:
        assert all(low <= x <= high for x, (low, high) in zip(e.state, result.box, strict=True))


def test_the_separatrix_of_equal_growth_is_the_ray_of_the_book():
    """For equal growth rates it is u2/u1 = (1 + d21)/(1 + d12): there both grow at the same rate."""
    result = portrait(two(-1.5, -2.0))
    [line] = [s for s in result.separatrices if s.kind == "stable"]
    inside = line.curve[line.curve[:, 0] > 0.05]
    assert inside[:, 1] / inside[:, 0] == pytest.approx(2.0, abs=1e-5)


def test_a_line_of_equilibria_is_drawn():
    result = compute(two(-1, -1))
    [line] = result.families
    assert line.sum(axis=1) == pytest.approx(2.0)  # u1 + u2 = 1 with K = 2


def test_observations_are_drawn_as_a_path_in_the_models_order():
    seen = SimpleNamespace(
        units=("two", "one"), t=np.array([2000.0, 2001.0]), y=np.array([[1.0, 0.5], [1.2, np.nan]]),
        measured_in=("USD", "CNY"),
    )  # fmt: skip
    result = compute(two(0.4, 0.2), observations=seen)
    assert result.data[0] == pytest.approx([0.5, 1.0])
    [axes] = plot("phase_portrait", two(0.4, 0.2), observations=seen).axes
    assert axes.get_xlabel() == "one (CNY)"
    assert axes.get_ylabel() == "two (USD)"


def test_stable_and_other_equilibria_are_named_in_the_legend():
    figure = plot("phase_portrait", two(-1.5, -1.8))
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts[-3:] == ["stable node", "unstable node", "saddle"]
    assert "separatrix" in texts


def test_illustrative_values_are_said_in_the_language():
    figure = plot("phase_portrait", two(0.4, 0.2, illustrative=True), lang="zh")
    assert figure.axes[0].get_title(loc="left") == "示例数值，非估计结果"


def test_three_units_and_equations_in_time_are_refused():
    third = {"growth": 1, "capacity": 1}
    with pytest.raises(RefusedError, match="needs two units; model has 3"):
        compute(build({"a": third, "b": third, "c": third}))
    moving = build({"a": {}, "b": {}}, equations={"a": "x*(1 - x + t)", "b": "x*(1 - x)"})
    with pytest.raises(RefusedError, match="name the time"):
        compute(moving)


def test_a_pole_is_no_nullcline():
    """Unit 1 rests where u1 = 1 - 2 u2 (Yukalov, Yukalova and Sornette 2012); at u2 = 1/2 its rate only jumps."""
    units = {name: {"growth": 1, "capacity": 1} for name in "ab"}
    model = build(units, law="carrying_capacity", effects={"a.b": -2, "b.a": 1})
    curves = nullcline(model, 0, ((0, 1.2), (0, 1.2)))
    points = np.concatenate(curves)
    assert np.abs(1 - 2 * points[:, 1] - points[:, 0]).max() < 1e-6


@pytest.mark.parametrize("more", [{"delays": {"a.b": 1}}, {}])
def test_a_field_without_the_noise_or_delays_of_its_model_says_so(more):
    """The field of a delay equation lives in functions, not in the plane; that of a noisy one is a mean."""
    units = {name: {"growth": 1, "capacity": 1, "initial": 0.5, "noise": 0 if more else 0.1} for name in "ab"}
    titles = {}
    for lang, word in (("en", "without noise"), ("zh", "未计噪声")):
        figure = plot("phase_portrait", build(units, effects={"a.b": 0.3}, **more), lang=lang)
        titles[lang] = figure.axes[0].get_title(loc="left")
        assert word in titles[lang]
        assert "\n" not in titles[lang]


def moved(**equations):
    """Return equations of x and y around (3, 3), where levels stay above zero."""
    near = {name: f.replace("u", "(x - 3)").replace("v", "(y - 3)") for name, f in equations.items()}
    return build({"x": {"initial": 4}, "y": {"initial": 3}}, equations=near)


def test_the_cycle_of_van_der_pol_has_its_published_amplitude():
    """x'' - (1 - x^2) x' + x = 0 has the amplitude 2.00861986087 (Amore, Boyd and Fernandez 2018)."""
    [(stable, curve)] = portrait(moved(x="v", y="(1 - u**2)*v - u")).cycles
    assert stable
    assert curve[:, 0].max() - 3 == pytest.approx(2.00861986087, abs=1e-4)
    assert curve[0] == pytest.approx(curve[-1], abs=1e-6)


@pytest.mark.slow
def test_two_cycles_around_one_focus_are_told_apart():
    """r' = r (1/4 - r^2)(1 - r^2), angle' = 1 (in polar coordinates): r = 1/2 attracts, r = 1 repels."""
    pull = "(1/4 - u**2 - v**2)*(1 - u**2 - v**2)"
    model = moved(x=f"{pull}*u - v", y=f"{pull}*v + u")
    result = portrait(model)
    found = {stable: np.hypot(*(curve - 3).T) for stable, curve in result.cycles}
    assert found[True] == pytest.approx(0.5, abs=1e-5)
    assert found[False] == pytest.approx(1.0, abs=1e-5)
    lines = {line.get_label(): line for line in plot("phase_portrait", result).axes[0].lines}
    assert lines["limit cycle that attracts"].get_linestyle() == "-"
    assert lines["limit cycle that repels"].get_linestyle() != "-"


@pytest.mark.slow
def test_closed_orbits_of_a_conserved_quantity_are_no_limit_cycles():
    """x' = f(y), y' = -x keeps x^2/2 + F(y): closed orbits fill the plane."""
    assert portrait(moved(x="v*exp(-v**2)", y="-u")).cycles == ()


def test_a_cycle_that_leaves_the_usual_box_widens_it():
    result = portrait(load("everlasting-oscillation"))
    [(stable, curve)] = result.cycles
    assert stable
    assert curve[:, 0].max() < result.box[0][1]
