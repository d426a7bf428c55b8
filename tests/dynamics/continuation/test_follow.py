"""Branches along one coefficient, against formulas and published numbers."""

import math

import mpmath
import numpy as np
import pytest
import sympy

import symbiode
from symbiode.dynamics.continuation import Kind, follow
from symbiode.errors import InvalidValueError, RefusedError, UnknownNameError
from symbiode.system.building import build


def pair(a, b, growths=(1, 1)):
    units = {name: {"growth": r, "capacity": 1} for name, r in zip("ab", growths, strict=True)}
    return build(units, effects={"a.b": a, "b.a": b})


def own(equations, parameters, **initial):
    units = {u: {"initial": initial[u]} if u in initial else {} for u in equations}
    return build(units, parameters=parameters, equations=equations)


def points(found, kind):
    return [p for p in found.points if p.kind is kind]


def active(b):
    return own({"x": "x*(1 - x/(1 + b*x*z))", "z": "z*(1 - z/(1 + g*x*z))"}, {"b": b, "g": 0.01})


def obligate(h):
    return own(
        {"u": "u*(-1 - u + d*v/(1 + h*v))", "v": "v*(-1 - v + d*u/(1 + h*u))"}, {"d": 4, "h": h}
    )


CO = own(
    {
        "x": "2*q1*(1 - x - y - s)**2 - 2*q5*x**2 - q3*x*y",
        "y": "q2*(1 - x - y - s) - q6*y - q3*x*y",
        "s": "q4*(1 - x - y - s) - k*q4*s",
    },
    {"q1": 2.5, "q2": 1.2, "q3": 10, "q4": 0.0675, "q5": 1, "q6": 0.1, "k": 0.4},
    x=0.05, y=0.3, s=0.46,
)  # fmt: skip


@pytest.mark.parametrize("b", ["1/2", "-1/3"])
def test_every_branch_of_two_logistic_units_is_its_closed_form(b):
    """E* = ((1 + a)/(1 - ab), (1 + b)/(1 - ab)); E1 and E2 exchange stability with E* at a = -1 exactly."""
    model = pair(0.3, b)
    found = follow(model, "effects.a.b", (-1.5, 1.5))
    share = sympy.Rational(b)
    assert [branch.name for branch in found.branches] == ["nobody", "a", "b", "a+b"]
    inside = found.branches[-1]
    expected = np.column_stack([(1 + inside.values), np.full(len(inside.values), float(1 + share))])
    expected /= (1 - inside.values * float(share))[:, None]
    assert inside.states == pytest.approx(expected, rel=1e-11, abs=1e-12)
    assert sympy.cancel(inside.formula[0] - (1 + found.symbol) / (1 - found.symbol * share)) == 0
    (crossing,) = points(found, Kind.TRANSCRITICAL)
    assert crossing.exact == -1
    assert crossing.branches == ("b", "a+b")
    assert crossing.error < 1e-15


def test_levels_go_to_infinity_where_the_product_of_the_effects_is_one():
    """E* has the denominator 1 - ab; beyond it both units blow up in finite time."""
    found = follow(pair(0.3, 0.7), "effects.a.b", (-0.5, 2))
    (pole,) = points(found, Kind.ASYMPTOTE)
    assert pole.exact == sympy.Rational(10, 7)
    assert [part.outcome.value for part in found.stretches][-1] == "blow_up"


def test_a_pole_is_found_without_closed_forms_too():
    """The same equations with exp(q) for the effect: 1 - 0.7 exp(q) = 0."""
    units = {"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}}
    model = build(units, parameters={"q": 0}, effects={"a.b": "exp(q)", "b.a": 0.7})
    (pole,) = points(follow(model, "parameters.q", (-1, 1)), Kind.ASYMPTOTE)
    assert pole.value == pytest.approx(-math.log(0.7), rel=1e-10)
    assert pole.error < 1e-9


def test_modes_change_where_an_effect_is_zero_and_where_gains_become_even():
    """Gains a(1 + b)/(1 - ab) and b(1 + a)/(1 - ab): even up to a tenth for b = 1/2 between a = 3/7 and 10/17."""
    found = follow(pair(0.3, "1/2"), "effects.a.b", (-0.9, 1.5))
    assert [p.exact for p in points(found, Kind.MODE_CHANGE)] == [0, sympy.Rational(3, 7), sympy.Rational(10, 17)]
    told = [part.mode.value for part in found.stretches if part.mode]
    assert told == ["parasitism", "asymmetric_mutualism", "symmetric_mutualism", "asymmetric_mutualism"]


def test_the_fold_of_saturating_obligate_mutualism_is_exact_to_ten_digits():
    """x' = x (-1 + p y/(1 + y) - x/10), symmetric: a double root at p = 1.1 + 2 sqrt(0.1), x = sqrt(10)."""
    model = own({"x": "x*(-1 + p*y/(1 + y) - 0.1*x)", "y": "y*(-1 + p*x/(1 + x) - 0.1*y)"}, {"p": 4})
    found = follow(model, "parameters.p", (1, 4))
    (fold,) = points(found, Kind.FOLD)
    assert fold.value == pytest.approx(1.1 + 2 * math.sqrt(0.1), rel=1e-13)
    assert fold.state == pytest.approx([math.sqrt(10)] * 2, rel=1e-10)
    assert fold.error < 1e-13
    assert [part.attractors for part in found.stretches] == [("nobody",), ("nobody", "x+y")]


@pytest.mark.slow
@pytest.mark.parametrize("h", [0.1, 0.5, 2.0])
def test_obligate_mutualism_needs_effects_above_one_plus_root_h_squared(h):
    """h u^2 + (1 + h - d) u + 1 = 0 has a double root where (d - 1 - h)^2 = 4 h: d = (1 + sqrt(h))^2."""
    (fold,) = points(follow(obligate(h), "parameters.d", (0.5, 8)), Kind.FOLD)
    assert fold.value == pytest.approx((1 + math.sqrt(h)) ** 2, rel=1e-12)
    assert fold.state == pytest.approx([1 / math.sqrt(h)] * 2, rel=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("b", [0.2, 0.5])
def test_active_symbiosis_folds_where_the_roots_add_to_one(b):
    """Yukalov, Yukalova and Sornette (2012): two equilibria iff sqrt(b) + sqrt(g) < 1."""
    (fold,) = points(follow(active(b), "parameters.g", (0, 1)), Kind.FOLD)
    assert fold.value == pytest.approx((1 - math.sqrt(b)) ** 2, rel=1e-12)


@pytest.mark.slow
def test_mixed_symbiosis_folds_at_its_discriminant():
    """b g x^2 + (b - 1) x + 1 = 0 has a double root at g = (1 - b)^2/(4 b)."""
    model = own({"x": "x*(1 - x/(1 + b*x*z))", "z": "z*(1 - z/(1 + g*x))"}, {"b": 0.3, "g": 0.1})
    (fold,) = points(follow(model, "parameters.g", (0, 1)), Kind.FOLD)
    assert fold.value == pytest.approx(0.7**2 / 1.2, rel=1e-12)


@pytest.mark.slow
def test_exponential_capacities_fold_at_one_over_e():
    """x = exp(b x) touches at b = 1/e, x = e."""
    model = own({"x": "x*(1 - x/exp(b*z))", "z": "z*(1 - z/exp(b*x))"}, {"b": 0.2}, x=1, z=1)
    (fold,) = points(follow(model, "parameters.b", (0.05, 0.6)), Kind.FOLD)
    assert fold.value == pytest.approx(math.exp(-1), rel=1e-12)
    assert fold.state == pytest.approx([math.e] * 2, rel=1e-8)


@pytest.mark.slow
def test_mixed_exponential_capacities_begin_to_oscillate_at_e_squared():
    """trace = ln x - 2: Hopf at x = e^2, supercritical (Yukalov, Yukalova and Sornette 2014)."""
    model = own({"x": "x*(1 - x/exp(b*x*z))", "z": "z*(1 - z/exp(g*x))"}, {"b": 1, "g": -0.3}, x=1, z=1)
    (hopf,) = points(follow(model, "parameters.g", (-1, 0.2), cycles=False), Kind.HOPF)
    z = 2 / math.e**2
    assert hopf.value == pytest.approx(math.log(z) / math.e**2, rel=1e-12)
    assert hopf.state == pytest.approx([math.e**2, z], rel=1e-11)
    assert hopf.sense == "supercritical"
    determinant = 1 - 2 * (1 + math.log(z))
    assert dict(hopf.normal_form)["frequency"] == pytest.approx(math.sqrt(determinant), rel=1e-11)


def test_folds_of_co_oxidation_are_as_published():
    """Bykov, Yablonskii and Kim's model; BifurcationKit.jl, test/hopf_codim_2/COModel.jl: folds at all printed digits.

    Its Hopf values 1.04099606 and 1.05158367 are those of a bisection; the conditions themselves, solved to 30 digits
    (Routh-Hurwitz c1 c2 = c3), give 1.0409915695 and 1.0515574625.
    """
    found = follow(CO, "parameters.q2", (0.8, 1.4))
    assert sorted(round(p.value, 8) for p in points(found, Kind.FOLD)) == [1.04204851, 1.05220029]
    (later,) = [p for p in points(found, Kind.FOLD) if p.value > 1.05]
    assert later.state == pytest.approx([0.05402942, 0.30224144, 0.45980653], abs=5e-9)
    published = [1.04099606, 1.05158367]
    for hopf, near in zip(points(found, Kind.HOPF), published, strict=True):
        assert hopf.value == pytest.approx(near, abs=3e-5)
        assert hopf.value == pytest.approx(_routh_hurwitz(CO, hopf), rel=1e-12)


def _routh_hurwitz(model, hopf):
    """Solve F = 0 and c1 c2 = c3 in 30-digit arithmetic."""
    q2 = next(p.symbol for p in model.parameters if p.path[-1] == "q2")
    values = {s: v for s, v in model.values.items() if s != q2}
    F = sympy.Matrix([rate.xreplace(values) for rate in model.rates])
    c = F.jacobian(model.states).charpoly().all_coeffs()
    system = sympy.lambdify((*model.states, q2), [*F, c[1] * c[2] - c[3]], "mpmath")
    with mpmath.workdps(30):
        return float(mpmath.findroot(system, (*hopf.state, hopf.value))[3])


def test_the_transcritical_normal_form_is_as_published():
    """BifurcationKit.jl, test/testNF.jl: x' = x (3.23 mu - 1.12 x + 0.234 x^2) + y, y' = -y."""
    model = own({"x": "x*(3.23*mu - 1.12*x + 0.234*x**2) + y", "y": "-y"}, {"mu": 0.5})
    found = follow(model, "parameters.mu", (-1, 1))
    (crossing,) = points(found, Kind.TRANSCRITICAL)
    form = dict(crossing.normal_form)
    assert abs(crossing.value) < 1e-13
    assert form["a01"] == 0
    assert (form["b11"], form["b20"] / 2, form["b30"] / 6) == pytest.approx((3.23, -1.12, 0.234), rel=1e-12)
    assert crossing.branches == ("nobody", "x")


@pytest.mark.parametrize(("sign", "sense"), [(-1, "supercritical"), (1, "subcritical")])
def test_a_pitchfork_is_told_with_its_side(sign, sense):
    """x' = mu x -+ x^3, y' = -y."""
    model = own({"x": f"mu*x + {sign}*x**3", "y": "-y"}, {"mu": 0.3 * -sign}, x=1, y=1)
    (fork,) = points(follow(model, "parameters.mu", (-1, 1.2)), Kind.PITCHFORK)
    assert fork.sense == sense
    assert dict(fork.normal_form)["b30"] == pytest.approx(6 * sign)
    assert len(fork.branches) == 2


def test_an_imperfect_pitchfork_is_a_fold_beside_a_branch_that_passes():
    """x' = mu x - x^3 + 1e-5 around x = 0, moved to x = 2: the fold at mu = 3 (1e-5/2)^(2/3)."""
    model = own({"x": "mu*(x - 2) - (x - 2)**3 + 0.00001"}, {"mu": 0.5}, x=2)
    found = follow(model, "parameters.mu", (-1, 1))
    assert [p.kind for p in found.points] == [Kind.FOLD]
    assert found.points[0].value == pytest.approx(3 * (1e-5 / 2) ** (2 / 3), rel=1e-11)
    assert len(found.branches) == 2


def test_a_closed_loop_of_equilibria_is_found():
    """x' = 0.1 - (x - 1)^2 - (p - 0.3)^2: an isola with folds at p = 0.3 -+ sqrt(0.1)."""
    found = follow(own({"x": "0.1 - (x - 1)**2 - (p - 0.3)**2"}, {"p": 0.3}, x=1), "parameters.p", (-1, 1))
    (loop,) = found.branches
    assert loop.ends == ("closed", "closed")
    assert [p.value for p in points(found, Kind.FOLD)] == pytest.approx([0.3 - 0.1**0.5, 0.3 + 0.1**0.5], rel=1e-13)
    assert np.abs((loop.states[:, 0] - 1) ** 2 + (loop.values - 0.3) ** 2 - 0.1).max() < 1e-12


def test_may_leonard_oscillations_begin_at_alpha_plus_beta_two_without_a_cycle():
    """May and Leonard (1975): at alpha + beta = 2 there is a family of neutral cycles, so l1 = 0."""
    names = "abc"
    effects = {
        f"{names[i]}.{names[(i + k) % 3]}": "-alpha" if k == 1 else "-beta" for i in range(3) for k in (1, 2)
    }
    units = {name: {"growth": 1, "capacity": 1} for name in names}
    model = build(units, parameters={"alpha": 0.8, "beta": 1.3}, effects=effects)
    found = follow(model, "parameters.beta", (0.5, 1.9))
    (hopf,) = points(found, Kind.HOPF)
    assert hopf.exact == sympy.Rational(6, 5)
    assert hopf.sense == "degenerate"
    assert hopf.state == pytest.approx([1 / 3] * 3)
    here = found.branches[-1]
    k = int(np.argmin(np.abs(here.values - 1.3)))
    expected = (0.8 + here.values[k] - 2) / (2 * (1 + 0.8 + here.values[k]))
    assert here.eigenvalues[k].real.max() == pytest.approx(expected, abs=1e-12)


def test_a_line_of_equilibria_is_named():
    """With d_ba = -1 the second unit's nullcline is met by all of x1 + x2 = 1 at d_ab = -1."""
    found = follow(pair(0.3, -1), "effects.a.b", (-2, 2))
    assert [p.kind for p in found.points] == [Kind.CONTINUUM]
    assert found.points[0].exact == -1
    always = follow(pair(-1, -1), "a.growth", (0.5, 2))
    assert [family.support for family in always.families] == [("a", "b")]


def test_a_coefficient_that_plays_no_part_says_so():
    found = follow(pair(0.3, 0.4), "a.noise", (0, 1))
    assert not found.enters
    assert found.points == ()
    assert "a.noise" in found.summary("zh")
    assert {len(set(map(tuple, b.states.tolist()))) for b in found.branches} == {1}


def test_intervals_are_checked():
    model = pair(0.3, 0.4)
    with pytest.raises(InvalidValueError):
        follow(model, "a.growth", (-1, 1))
    with pytest.raises(InvalidValueError):
        follow(model, "effects.a.b", (1, 1))
    with pytest.raises(UnknownNameError):
        follow(model, "effects.a.c")
    both = ("effects.a.b", "effects.b.a")
    for names, between in (
        ("effects.a.b", 3), ("effects.a.b", (1, 2, 3)), (both, (1, 2)), (both[:1], (None, None)),
        ((*both, "a.growth"), (None, None)), ((both[0], both[0]), (None, None)),
    ):  # fmt: skip
        with pytest.raises(InvalidValueError):
            follow(model, names, between)


@pytest.mark.parametrize("between", [(-1, 1.5), (-2.5, -1)])
def test_a_special_point_on_the_edge_of_the_interval_is_told(between):
    """Unit a invades at d_ab = -1 exactly."""
    (point,) = points(follow(pair(0.3, 0.5), "effects.a.b", between), Kind.TRANSCRITICAL)
    assert (point.exact, point.state) == (-1, (0, 1))


def test_oscillations_that_begin_on_the_edge_are_told():
    """The normal form of Hopf, around (2, 2): the pair of eigenvalues is m + i, m - i."""
    model = own(
        {
            "x": "m*(x-2) - (y-2) - (x-2)*((x-2)**2 + (y-2)**2)",
            "y": "(x-2) + m*(y-2) - (y-2)*((x-2)**2 + (y-2)**2)",
        },
        {"m": 0.5},
    )
    (hopf,) = points(follow(model, "parameters.m", (0, 1), cycles=False), Kind.HOPF)
    assert hopf.value == pytest.approx(0, abs=1e-12)


@pytest.mark.slow
def test_a_hopf_point_with_an_eigenvalue_zero_besides_has_no_first_coefficient():
    """Roessler (1976), a = b = 1/5, around 30: its two equilibria meet at c = 2/5, with eigenvalues 0 and ± 1.4 i."""
    equations = {"x": "60 - y - z", "y": "x - 30 + (y-30)/5", "z": "1/5 + (z-30)*(x-30-c)"}
    (hopf,) = points(follow(own(equations, {"c": 1}), "parameters.c", ("0.3", 1), cycles=False), Kind.HOPF)
    assert hopf.value == pytest.approx(0.4, abs=1e-9)
    assert hopf.sense == "degenerate"
    assert dict(hopf.normal_form)["frequency"] == pytest.approx(1.4, rel=1e-5)


def test_an_interval_that_meets_a_pole_is_followed_beside_it():
    """x' = x (1 - x/k): x = k, stable for k > 0; 1/0 is no value, and by default the interval keeps away from it."""
    model = own({"x": "x*(1 - x/k)"}, {"k": 1})
    usual = follow(model, "parameters.k")
    assert usual.status.ok
    assert 0 < usual.between[0] < 0.2
    for between in ((0, 2), (-1, 1)):
        (branch,) = [b for b in follow(model, "parameters.k", between).branches if b.support == ("x",)]
        inner = branch.values > 1e-3
        assert branch.states[inner, 0] == pytest.approx(branch.values[inner])
        assert branch.values.max() == between[1]
    (told, later) = follow(model, "parameters.k", (-1, 1)).stretches
    assert (told.high, told.attractors, later.attractors) == (0, (), ("x",))


def test_what_attracts_is_told_apart_on_both_sides_of_a_pole():
    """a's effect 1/(r - 3/2) jumps from -oo to oo: b alone repels a for 1/2 < r < 3/2; beyond, a always invades."""
    model = build(
        {"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}}, parameters={"r": 1},
        effects={"a.b": "1/(r - 3/2)", "b.a": "1/2"},
    )  # fmt: skip
    found = follow(model, "parameters.r", (0, 2.5))
    assert [(p.kind.value, p.exact) for p in found.points][:2] == [
        ("transcritical", sympy.Rational(1, 2)), ("pole", sympy.Rational(3, 2)),
    ]  # fmt: skip
    for part in found.stretches:
        middle = (part.low + part.high) / 2
        assert (part.attractors == ("b",)) == (0.5 < middle < 1.5)


def test_values_at_which_the_equations_have_none_are_told():
    """x' = ln k - x has no equilibrium to list for k <= 0, and x' = 1/(k - 1) - x none at k = 1."""
    found = follow(own({"x": "log(k) - x"}, {"k": 1.5}), "parameters.k", (-2, 2))
    assert not found.status.ok
    (branch,) = found.branches
    assert branch.states[:, 0] == pytest.approx(np.log(branch.values))
    assert [(part.low, bool(part.attractors)) for part in found.stretches] == [(-2, False), (pytest.approx(1), True)]
    found = follow(own({"x": "1/(k - 1) - x"}, {"k": 1.5}), "parameters.k", (0, 2))
    assert [p.exact for p in points(found, Kind.POLE)] == [1]
    assert found.status.ok


def test_the_first_effect_is_followed_when_none_is_named():
    found = follow(symbiode.load("shenzhen-hongkong"))
    assert found.coefficient == "effects.shenzhen.hongkong"
    assert found.between[0] <= -1 < 1 <= found.between[1]


def test_units_that_always_invade_leave_unstable_branches_on_the_boundary():
    """Gompertz growth ln(K/x) is infinite at x = 0: each unit alone rests at its capacity and is invaded."""
    units = {"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 2}}
    found = follow(build(units, law="gompertz", effects={"a.b": 0.3, "b.a": 0.2}), "effects.a.b", (-1, 0.2))
    alone = {b.name: b for b in found.branches}
    assert alone["a"].states[:, 0] == pytest.approx(1)
    assert alone["b"].states[:, 1] == pytest.approx(2)
    assert {s.value for name in ("a", "b") for s in alone[name].stability} == {"saddle"}


def test_a_model_without_coefficients_is_refused():
    with pytest.raises(RefusedError, match="no coefficient"):
        follow(symbiode.load("rabbits-sheep"))


@pytest.mark.slow
def test_seven_units_are_followed_from_the_supports_that_exist():
    """d_01 = -1 is where unit 0 can invade unit 1 alone; every branch is its closed form."""
    names = [f"u{k}" for k in range(7)]
    effects = {f"{a}.{b}": "-1/2" for a in names for b in names if a != b}
    model = build({name: {"growth": 1, "capacity": 1} for name in names}, effects=effects)
    found = follow(model, "effects.u0.u1", ("-3/2", "-1/4"))
    crossing = next(p for p in points(found, Kind.TRANSCRITICAL) if "u1" in p.branches)
    assert crossing.exact == -1
    assert found.status.ok


def test_no_branch_shows_a_level_below_zero():
    found = follow(pair(0.3, 0.7), "effects.a.b", (-3, 3))
    assert min(b.states.min() for b in found.branches) >= 0


def test_relabelling_units_and_measures_changes_nothing():
    """Units exchanged, capacities and time in other measures: the same special values."""
    one = follow(pair(0.3, "1/2", (1, 2)), "effects.a.b", (-1.5, 3))
    units = {"b": {"growth": "1/4", "capacity": 7}, "a": {"growth": "1/8", "capacity": 1000}}
    other = follow(build(units, effects={"a.b": 0.3, "b.a": "1/2"}), "effects.a.b", (-1.5, 3))
    assert [(p.kind, p.exact) for p in one.points] == [(p.kind, p.exact) for p in other.points]


def test_a_branch_that_ends_at_zero_says_zero():
    """Beside pollinators at capacity a rare plant grows by 1 + d12/(1 + 1) - 1 = d12/2 (Holland and DeAngelis 2010)."""
    found = follow(symbiode.load("plant-pollinator"))
    both = next(branch for branch in found.branches if len(branch.support) == 2)
    assert both.values.min() == 0
    assert "  0 … 4  " in found.summary()
