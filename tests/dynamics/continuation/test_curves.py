"""Curves of special points in two coefficients against closed forms and published values."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from symbiode.dynamics.continuation.codim2 import Meeting
from symbiode.dynamics.continuation.curves import curves
from symbiode.dynamics.continuation.results import Kind
from symbiode.errors import InvalidValueError
from symbiode.system.building import build

CO = tomllib.loads((Path(__file__).parents[2] / "published" / "co_oxidation.toml").read_text("utf-8"))
ONE = {"growth": 1, "capacity": 1}


def own(equations, **parameters):
    return build({name: {} for name in equations}, parameters=parameters, equations=equations)


def of(found, kind):
    return [curve for curve in found.curves if curve.kind is kind]


def at(found, kind):
    return [point for point in found.points if point.kind is kind]


def test_two_logistic_units_have_their_three_borders_in_closed_form():
    """u* = ((1 + a)/(1 - a b), (1 + b)/(1 - a b)): invasion at a = -1, b = -1; both infinite at a b = 1, a, b > 0."""
    found = curves(build({"a": ONE, "b": ONE}), "effects.a.b", "effects.b.a", ((-2, 3), (-2, 3)))
    told = {(c.kind, c.support, c.entering, str(c.formula)) for c in found.curves}
    assert told == {
        (Kind.TRANSCRITICAL, ("a",), "b", "d21 + 1"),
        (Kind.TRANSCRITICAL, ("b",), "a", "d12 + 1"),
        (Kind.ASYMPTOTE, ("a", "b"), "", "d12*d21 - 1"),
    }
    (runaway,) = of(found, Kind.ASYMPTOTE)
    assert np.prod(runaway.values, axis=1) == pytest.approx(1, rel=1e-12)
    assert (runaway.values > 0).all()
    assert [p.values for p in at(found, Meeting.CONTINUUM)] == [pytest.approx((-1, -1), abs=1e-14)] * 2


def test_two_units_that_help_and_hinder_themselves_alike_keep_their_orbits():
    """x' = x (1 + b x - y), y' = y (x - 1 + c y): trace b x + c y = 0 at b = -c, where every orbit is neutral."""
    units = {"x": {"growth": 1, "self_effect": 0.1}, "y": {"growth": -1, "self_effect": -0.2}}
    model = build(units, law="generalised_lotka_volterra", effects={"x.y": -1, "y.x": 1})
    found = curves(model, "x.self_effect", "y.self_effect", ((-0.5, 0.5), (-0.5, 0.5)))
    (hopf,) = of(found, Kind.HOPF)
    assert hopf.values.sum(axis=1) == pytest.approx(0, abs=1e-13)
    assert str(hopf.formula) == "b1 + b2"
    assert (hopf.lyapunov == 0).all()


@pytest.mark.slow
def test_folds_meet_in_a_cusp():
    """x' = a + b x - x^3 around 2: folds on 27 a^2 = 4 b^3, a cusp at 0 with coefficient -1 (Kuznetsov (2004), 8.2)."""
    model = own({"x": "a + b*(x-2) - (x-2)**3", "y": "x - y"}, a=0.1, b=1)
    found = curves(model, "parameters.a", "parameters.b", ((-1, 1), (-1, 1)))
    (fold,) = of(found, Kind.FOLD)
    a, b = fold.values.T
    assert 27 * a**2 == pytest.approx(4 * b**3, abs=1e-12)
    assert np.abs(b).max() == 1
    (cusp,) = at(found, Meeting.CUSP)
    assert cusp.values == pytest.approx((0, 0), abs=1e-10)
    assert cusp.state == pytest.approx((2, 2), abs=1e-8)
    assert abs(dict(cusp.normal_form)["c"]) == pytest.approx(0.5, rel=1e-6)


@pytest.mark.slow
def test_active_symbiosis_folds_on_its_closed_form():
    """Yukalov, Yukalova and Sornette (2012), arXiv 1003.2092, active symbiosis: sqrt(b) + sqrt(g) = 1."""
    effects, contacts = {"a.b": 0.1, "b.a": 0.1}, {"a.b": 1, "b.a": 1}
    model = build({"a": ONE, "b": ONE}, law="carrying_capacity", effects=effects, contacts=contacts)
    found = curves(model, "effects.a.b", "effects.b.a", ((0.05, 0.7), (0.05, 0.7)), lines=3)
    (fold,) = of(found, Kind.FOLD)
    assert np.sqrt(fold.values).sum(axis=1) == pytest.approx(1, rel=1e-11)


@pytest.mark.slow
def test_folds_of_obligate_mutualism_begin_on_the_border_of_invasion():
    """Saturating mutualism (h = 1), unit b obligate: b invades at d21 = 2, folds begin where d12 d21 = (1 + h)^2."""
    units = {"a": ONE, "b": {**ONE, "own_growth": -1}}
    model = build(units, law="saturating", effects={"a.b": 6, "b.a": 6}, saturations={"a.b": 1, "b.a": 1})
    found = curves(model, "effects.a.b", "effects.b.a", ((-3, 9), (-1, 9)), lines=3)
    (invasion,) = of(found, Kind.TRANSCRITICAL)
    assert invasion.values[:, 1] == pytest.approx(2, abs=1e-12)
    (corner,) = at(found, Meeting.FOLD_TRANSCRITICAL)
    assert corner.values == pytest.approx((2, 2), rel=1e-10)
    assert corner.state == pytest.approx((1, 0), abs=1e-10)
    (fold,) = of(found, Kind.FOLD)
    assert fold.values[:, 0].min() == pytest.approx(2, rel=1e-10)


@pytest.mark.slow
def test_predator_and_prey_oscillate_beyond_the_curve_of_rosenzweig_and_macarthur():
    """x' = x (1 - x/k) - x y/(1 + x), y' = y (x/(1 + x) - d): Hopf at k = 1 + 2 x, invasion at k = x, x = d/(1 - d)."""
    model = own({"x": "x*(1 - x/k) - x*y/(1 + x)", "y": "y*(x/(1 + x) - d)"}, k=3, d=0.5)
    found = curves(model, "parameters.k", "parameters.d", ((0.2, 8), (0.05, 0.95)), lines=3)
    (hopf,), (invasion,) = of(found, Kind.HOPF), of(found, Kind.TRANSCRITICAL)
    k, d = hopf.values.T
    assert k == pytest.approx((1 + d) / (1 - d), rel=1e-11)
    assert (hopf.lyapunov < 0).all()
    k, d = invasion.values.T
    assert k == pytest.approx(d / (1 - d), rel=1e-11)
    assert found.points == ()


@pytest.mark.slow
def test_exponential_capacities_have_a_bogdanov_takens_point_in_closed_form():
    """K1 = exp(b x z), K2 = exp(g x): trace ln x - 2 and det 1 - ln x (1 + ln z) vanish at x = e^2, z = e^(-1/2)."""
    effects, contacts = {"x.z": 0.5, "z.x": -0.1}, {"x.z": 1}
    model = build({"x": ONE, "z": ONE}, law="exponential_capacity", effects=effects, contacts=contacts)
    found = curves(model, "effects.x.z", "effects.z.x", ((0.2, 1), (-0.3, 0.1)), lines=3)
    (point,) = at(found, Meeting.BOGDANOV_TAKENS)
    assert point.values == pytest.approx((2 * np.exp(-1.5), -0.5 * np.exp(-2)), rel=1e-11)
    assert point.state == pytest.approx((np.exp(2), np.exp(-0.5)), rel=1e-10)
    (hopf,), (fold,) = of(found, Kind.HOPF), of(found, Kind.FOLD)
    assert hopf.states[:, 0] == pytest.approx(np.exp(2), rel=1e-10)
    x, z = np.log(fold.states).T
    assert x * (1 + z) == pytest.approx(1, abs=1e-9)
    assert point.values in {tuple(pair) for pair in hopf.values.tolist()}


@pytest.mark.slow
def test_the_normal_form_of_bogdanov_and_takens_comes_out():
    """x' = y, y' = p + q x + x^2 + x y (Kuznetsov (2004), 8.4.2): folds 4 p = q^2; Hopf p = 0, q < 0; a = b = 1."""
    model = own({"x": "y - 2", "y": "p + q*(x-2) + (x-2)**2 + (x-2)*(y-2)"}, p=0.1, q=0.1)
    found = curves(model, "parameters.p", "parameters.q", ((-1, 1), (-1, 1)), lines=3)
    (point,) = at(found, Meeting.BOGDANOV_TAKENS)
    assert point.values == pytest.approx((0, 0), abs=1e-10)
    form = dict(point.normal_form)
    assert (abs(form["a"]), form["a"] * form["b"]) == pytest.approx((1, 1), rel=1e-6)
    (fold,), (hopf,) = of(found, Kind.FOLD), of(found, Kind.HOPF)
    assert 4 * fold.values[:, 0] == pytest.approx(fold.values[:, 1] ** 2, abs=1e-11)
    assert np.abs(hopf.values[:, 0]).max() < 1e-11
    assert hopf.values[:, 1].max() == pytest.approx(0, abs=1e-9)


@pytest.mark.slow
def test_cycles_change_from_super_to_subcritical_at_a_bautin_point():
    """r' = r (m + n r^2 - r^4), angle' = 1 (Kuznetsov (2004), section 8.3.2): Hopf at m = 0, l1 = 2 n."""
    square = "((x-2)**2 + (y-2)**2)"
    radial = f"(m + n*{square} - {square}**2)"
    model = own({"x": f"(x-2)*{radial} - (y-2)", "y": f"(y-2)*{radial} + (x-2)"}, m=0.1, n=0.1)
    found = curves(model, "parameters.m", "parameters.n", ((-1, 1), (-1, 1)), lines=3)
    (point,) = at(found, Meeting.GENERALISED_HOPF)
    assert point.values == pytest.approx((0, 0), abs=1e-10)
    assert dict(point.normal_form)["frequency"] == pytest.approx(1, rel=1e-10)
    (hopf,) = of(found, Kind.HOPF)
    assert np.abs(hopf.values[:, 0]).max() < 1e-12
    assert hopf.lyapunov == pytest.approx(2 * hopf.values[:, 1], abs=1e-12)


@pytest.mark.slow
def test_folds_and_oscillations_meet_in_a_zero_hopf_point():
    """z' = p + z^2 - r^2, r' = r (q + z), angle' = 1 (Kuznetsov (2004), section 8.5.2): folds p = 0, Hopf p = -q^2."""
    z, x, y = "(z-2)", "(x-2)", "(y-2)"
    equations = {"x": f"{x}*(q + {z}) - {y}", "y": f"{y}*(q + {z}) + {x}", "z": f"p + {z}**2 - {x}**2 - {y}**2"}
    found = curves(own(equations, p=-0.1, q=0.1), "parameters.p", "parameters.q", ((-1, 1), (-0.9, 0.8)), lines=3)
    (point,) = at(found, Meeting.ZERO_HOPF)
    assert point.values == pytest.approx((0, 0), abs=1e-10)
    (fold,), (hopf,) = of(found, Kind.FOLD), of(found, Kind.HOPF)
    assert np.abs(fold.values[:, 0]).max() < 1e-12
    assert hopf.values[:, 0] == pytest.approx(-(hopf.values[:, 1] ** 2), abs=1e-11)


@pytest.mark.slow
def test_two_oscillations_begin_together_at_a_double_hopf_point():
    """Two decoupled normal forms of Hopf around 2 with growths p - q and p + q, frequencies 1 and 3/2: both at 0."""
    circle = "(({0}-2)**2 + ({1}-2)**2)"
    form = "({2})*({0}-2) - {3}*({1}-2) - ({0}-2)*" + circle, "{3}*({0}-2) + ({2})*({1}-2) - ({1}-2)*" + circle
    first, second = ("x", "y", "p-q", "1"), ("u", "v", "p+q", "1.5")
    equations = {u[k]: form[k].format(*u) for u in (first, second) for k in (0, 1)}
    found = curves(own(equations, p=0.3, q=0.1), "parameters.p", "parameters.q", ((-1, 1.1), (-1.2, 1)), lines=3)
    (point,) = found.points
    assert point.kind is Meeting.DOUBLE_HOPF
    assert point.values == pytest.approx((0, 0), abs=1e-10)
    assert dict(point.normal_form) == pytest.approx({"frequency": 1, "other": 1.5}, rel=1e-10)
    for curve in found.curves:
        assert curve.kind is Kind.HOPF
        assert np.abs(curve.values[:, 0]) == pytest.approx(np.abs(curve.values[:, 1]), abs=1e-10)


@pytest.mark.slow
def test_the_points_at_which_branches_cross_form_a_curve():
    """x' = x (m - n^2 - x^2) around 2, a pitchfork at m = n^2."""
    model = own({"x": "(x-2)*(m - n**2 - (x-2)**2)", "y": "x - y"}, m=0.1, n=0.1)
    found = curves(model, "parameters.m", "parameters.n", ((-1, 1), (-0.9, 0.9)), lines=3)
    (crossing,) = of(found, Kind.PITCHFORK)
    assert crossing.values[:, 0] == pytest.approx(crossing.values[:, 1] ** 2, abs=1e-11)
    assert not of(found, Kind.FOLD)


@pytest.mark.slow
def test_three_units_in_a_ring_oscillate_on_the_border_of_may_and_leonard():
    """May and Leonard (1975), SIAM J. Appl. Math. 29, 243-253: imaginary eigenvalues exactly at alpha + beta = 2."""
    ring = {"a.b": "-alpha", "b.c": "-alpha", "c.a": "-alpha", "a.c": "-beta", "c.b": "-beta", "b.a": "-beta"}
    model = build({"a": ONE, "b": ONE, "c": ONE}, parameters={"alpha": 0.8, "beta": 1.3}, effects=ring)
    found = curves(model, "parameters.alpha", "parameters.beta", ((0.1, 0.9), (0.1, 1.9)), lines=2)
    (hopf,) = of(found, Kind.HOPF)
    assert hopf.values.sum(axis=1) == pytest.approx(2, rel=1e-12)
    assert (hopf.lyapunov == 0).all()
    assert "degenerate" in found.summary()


@pytest.fixture(scope="module")
def carbon():
    return curves(build(**CO["model"]), *CO["coefficients"], CO["window"], lines=3)


def test_the_points_of_co_oxidation_are_as_published(carbon):
    """BifurcationKit.jl, test/hopf_codim_2/COModel.jl."""
    found = {kind: sorted(point.values for point in at(carbon, Meeting(kind))) for kind in CO["points"]}
    for kind, told in CO["points"].items():
        assert len(found[kind]) == len(told)
        for one, two in zip(found[kind], told, strict=True):
            assert one == pytest.approx(two, abs=CO["atol"])
    assert len(of(carbon, Kind.FOLD)) == 1
    assert len(of(carbon, Kind.HOPF)) == 2


def test_the_summary_tells_curves_and_points_in_both_languages(carbon):
    assert "Bogdanov-Takens" in carbon.summary()
    assert "折叠" in carbon.summary("zh")


def test_curves_beyond_the_bound_are_told(monkeypatch):
    monkeypatch.setattr("symbiode.dynamics.continuation.curves.MOST_CURVES", 1)
    found = curves(build({"a": ONE, "b": ONE}), "effects.a.b", "effects.b.a", ((-2, 3), (-2, 3)))
    assert not found.status.ok
    assert "starting points were left" in found.summary()


def test_an_empty_window_is_refused():
    with pytest.raises(InvalidValueError):
        curves(build({"a": ONE, "b": ONE}), "effects.a.b", "effects.b.a", ((1, -1), (0, 1)))
