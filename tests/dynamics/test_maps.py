"""mode_map() against the region theorem, closed forms of its borders and distances, and scipy's integrator."""

from functools import cache

import numpy as np
import pytest
import sympy
from scipy.integrate import solve_ivp

from symbiode.dynamics.maps import mode_map
from symbiode.dynamics.maps.arrangement import arrange
from symbiode.dynamics.maps.conditions import conditions
from symbiode.dynamics.maps.plane import plane
from symbiode.dynamics.modes import Evidence, Outcome, trials
from symbiode.errors import Code, InvalidValueError, RefusedError, UnknownNameError
from symbiode.system.building import build
from symbiode.system.model import Model


def pair(a: float = 0.35, b: float = 0.2, *, r=(0.3, 0.3), start=(0.4, 0.5), s=(1, 1)) -> Model:
    units = {
        name: {"growth": r[k], "capacity": 2 - k, "initial": start[k], "own_growth": s[k]}
        for k, name in enumerate("pq")
    }
    return build(units, effects={"p.q": a, "q.p": b})


@cache
def standard():
    return mode_map(pair(), cells=80)


def by_theorem(a: float, b: float) -> str:
    """The region map of two logistic units, written out again: outcome or mode at a generic point."""
    if a < -1 and b < -1:
        return "depends_on_start"
    if min(a, b) < -1:
        return "exclusion"
    if a > 0 and b > 0 and a * b > 1:
        return "blow_up"
    if a > 0 and b > 0:
        gains = sorted((a * (1 + b), b * (1 + a)))
        return "symmetric_mutualism" if gains[0] >= 0.9 * gains[1] else "asymmetric_mutualism"
    return "competition" if a < 0 and b < 0 else "parasitism"


def named(found, name):
    return [border for border in found.borders if border.name == name]


def test_every_cell_has_the_mode_of_the_region_theorem():
    """Goh (1977), Am. Nat. 111, 135; Hofbauer and Sigmund (1998), section 3.3; blow-up where d12 d21 > 1."""
    found = standard()
    keys = [[found.regions[k].label.key for k in row] for row in found.grid]
    assert keys == [[by_theorem(a, b) for a in found.x] for b in found.y]
    assert all(region.evidence is Evidence.THEOREM for region in found.regions)


def test_regions_are_named_at_a_point_inside():
    for region in standard().regions:
        assert by_theorem(*region.point) == region.label.key
        assert region.settlement.outcome is region.label.outcome


def test_borders_are_exact_curves_that_end_where_they_separate_nothing():
    found = standard()
    [hyperbola] = named(found, "d12*d21 = 1")
    for piece in hyperbola.pieces:
        assert piece.curve.prod(axis=1) == pytest.approx(1, abs=1e-12)
        assert (piece.curve > 0).all()
    [line] = named(found, "d12 = 0")
    ends = np.concatenate([piece.curve[[0, -1], 1] for piece in line.pieces])
    assert ends.min() == pytest.approx(-1, abs=1e-6)  # below d21 = -1 unit q is excluded whatever d12 does
    assert (np.concatenate([piece.curve[:, 0] for piece in line.pieces]) == 0).all()
    for border in named(found, "smaller/larger gain = 0.9"):
        for piece in border.pieces:
            a, b = piece.curve[1:-1].T
            gains = np.sort([a * (1 + b), b * (1 + a)], axis=0)
            assert gains[0] == pytest.approx(0.9 * gains[1], abs=1e-12)
            assert piece.curve.prod(axis=1).max() == pytest.approx(1, abs=1e-5)


def test_what_lives_on_a_border_only_is_found_there():
    on = {}
    for border in standard().borders:
        for piece in border.pieces:
            on.setdefault(border.name, set()).add(piece.on_it.key if piece.on_it else None)
    assert on["d12 = 0"] == on["d21 = 0"] == {"commensalism", "amensalism"}
    assert on["d12*d21 = 1"] == {"unbounded"}


@pytest.mark.parametrize(("a", "b"), [(0.35, 0.2), (0.9, 0.95), (-0.4, 1.3), (1.2, 1.4)])
def test_distances_are_those_of_lines_and_of_the_quartic(a: float, b: float):
    """The foot on d12 d21 = 1 is a positive root of x^4 - a x^3 + b x - 1 = 0 (stationary (x-a)^2 + (1/x-b)^2)."""
    found = mode_map(pair(a, b), cells=60, between=((-3, 3), (-3, 3)))
    roots = [x.real for x in np.roots([1, -a, 0, b, -1]) if abs(x.imag) < 1e-9 and x.real > 0]
    [hyperbola] = named(found, "d12*d21 = 1")
    assert hyperbola.distance == pytest.approx(min(np.hypot(x - a, 1 / x - b) for x in roots), abs=1e-10)
    [line] = named(found, "d12 = -1")
    assert line.distance == pytest.approx(1 + a, abs=1e-9)
    assert [border.distance for border in found.borders] == sorted(border.distance for border in found.borders)


def test_distances_in_standard_errors_are_mahalanobis():
    """To the line d12 = 0 it is |d12|/se(d12), whatever the correlation."""
    covariance = [[0.04, 0.03], [0.03, 0.09]]
    found = mode_map(pair(), cells=60, covariance=covariance)
    [line] = named(found, "d12 = 0")
    assert line.standard_errors == pytest.approx(0.35 / 0.2, rel=1e-6)
    assert line.distance == pytest.approx(0.35)
    [hyperbola] = named(found, "d12*d21 = 1")
    x = np.geomspace(0.3, 3, 400_001)
    steps = np.array([x - 0.35, 1 / x - 0.2])
    least = np.sqrt(np.einsum("im,ij,jm->m", steps, np.linalg.inv(covariance), steps).min())
    assert hyperbola.standard_errors == pytest.approx(least, rel=1e-8)
    for wrong in ([[1, 2], [2, 1]], [[1, 0]], [[1, 0.5], [0.4, 1]]):
        with pytest.raises(InvalidValueError, match="positive definite"):
            mode_map(pair(), covariance=wrong)


def test_a_border_beyond_the_area_shown_is_not_sure_to_be_nearest():
    found = mode_map(pair(), cells=60, between=((0.1, 1.5), (0.1, 1.5)))
    assert not named(found, "d12*d21 = 1")[0].inside
    assert named(found, "smaller/larger gain = 0.9")[0].inside


def test_borders_are_pulled_back_through_formulas_of_named_numbers():
    """d12 = 0.35 * interface is -1 at interface = -20/7 and d12 d21 = 1 on d21 = 20/(7 interface)."""
    units = {name: {"growth": 0.1, "capacity": 1} for name in "pq"}
    model = build(units, effects={"p.q": "interface*0.35", "q.p": 0.2}, parameters={"interface": 1})
    found = mode_map(model, "parameters.interface", "effects.q.p", between=((-4, 8), (-2, 2)), cells=60)
    assert named(found, "d12 = -1")[0].formula == "interface = -20/7"
    [hyperbola] = named(found, "d12*d21 = 1")
    x, y = np.concatenate([piece.curve for piece in hyperbola.pieces]).T
    assert x * y == pytest.approx(20 / 7, abs=1e-10)
    keys = [[found.regions[k].label.key for k in row] for row in found.grid]
    assert keys == [[by_theorem(0.35 * x, b) for x in found.x] for b in found.y]


def test_growth_and_capacities_move_no_border_of_two_units_with_every_start():
    found = mode_map(pair(), "p.growth", "q.capacity", cells=40)
    assert [region.label.key for region in found.regions] == ["asymmetric_mutualism"]
    assert found.borders == ()


def test_a_facultative_and_an_obligate_unit_have_the_borders_of_the_textbook():
    """u1' = u1(1 - u1 + a u2), u2' = u2(-1 - u2 + b u1): coexistence iff b > 1, ab < 1; runaway iff b > 1, ab > 1.

    For b < 1 the obligate unit dies out, unless a > 1, b > 0 and ab > 1: then it depends on the start (Vandermeer and
    Boucher 1978, J. Theor. Biol. 74, 549).
    """
    found = mode_map(pair(0.3, 1.5, s=(1, -1)), cells=60, between=((-2, 2), (-2, 2)))

    def told(a: float, b: float) -> str:
        if b > 1:
            return "coexistence" if a * b < 1 else "blow_up"
        return "depends_on_start" if b > 0 and a * b > 1 else "exclusion"

    keys = [[found.regions[k].label.outcome.value for k in row] for row in found.grid]
    assert keys == [[told(a, b) for a in found.x] for b in found.y]


def test_with_equal_growth_the_border_of_a_start_is_a_straight_line():
    """The separatrix is the ray u2/u1 = (1 + d21)/(1 + d12); the start (.4, .5) has u = (.2, .5)."""
    found = mode_map(pair(-1.5, -2.0), start="initial", cells=40)
    lines = [border for border in found.borders if border.equation is not None and border.name == border.formula]
    [ray] = [border for border in lines if border.name not in ("d12 = 0", "d21 = 0", "d12 = -1", "d21 = -1")]
    a, b = np.concatenate([piece.curve for piece in ray.pieces]).T
    assert 0.2 * (1 + b) == pytest.approx(0.5 * (1 + a), abs=1e-9)
    assert ray.distance == pytest.approx(abs(2.5 * (1 - 1.5) - (1 - 2.0)) / np.hypot(2.5, 1), rel=1e-9)
    assert not any(label.outcome is Outcome.DEPENDS_ON_START for label in (region.label for region in found.regions))


@pytest.mark.slow
def test_with_unequal_growth_it_is_computed_and_an_integrator_agrees_on_both_sides():
    r, u = (0.3, 0.9), np.array([0.5, 0.2])
    model = pair(-1.5, -2.0, r=r, start=(1.0, 0.2))
    found = mode_map(model, start="initial", cells=32, between=((-2.4, -1.2), (-2.4, -1.2)))
    [border] = [border for border in found.borders if border.equation is None]
    assert border.error < 1e-6
    curve = np.concatenate([piece.curve for piece in border.pieces])
    for a, b in curve[:: max(1, len(curve) // 4)]:
        ends = []
        for away in (-2e-3, 2e-3):
            first, second = a + away, b - away

            def rates(t, z, first=first, second=second):
                return [r[0] * z[0] * (1 - z[0] + first * z[1]), r[1] * z[1] * (1 - z[1] + second * z[0])]

            y = solve_ivp(rates, (0, 4000), u, rtol=1e-10, atol=1e-14, method="LSODA").y[:, -1]
            ends.append(int(y[0] > y[1]))
        assert ends == [0, 1]


def test_folds_and_invasions_of_a_saturating_law_are_exact_equations():
    """Obligate Holling II pair: h u^2 + (1 + h - d) u + 1 = 0 has a double root at (1 + h - d)^2 = 4 h."""
    rate = "{0}*(-1 - {0} + parameters.d*{1}/(1 + parameters.h*{1}))"
    units = {"p": {"initial": 1}, "q": {"initial": 1}}
    equations = {"p": rate.format("p", "q"), "q": rate.format("q", "p")}
    model = build(units, equations=equations, parameters={"d": 5, "h": 0.5})
    asked = plane(model, None, None, between=None, pair=None, start=None, tau=0.1)
    d, h = asked.symbols
    assert any(sympy.expand(c.expression - ((1 + h - d) ** 2 - 4 * h)) == 0 for c in conditions(asked))


def test_the_symmetric_band_of_a_saturating_law_is_an_exact_curve():
    """On it both numerators vanish at u1 = 1 + g, u2 = 1 + 0.9 g for some g: tried at five gains of its own."""
    units = {name: {"growth": 1, "capacity": 2, "initial": 1} for name in "pq"}
    h = {"p.q": 0.5, "q.p": 0.25}
    model = build(units, law="saturating", effects={"p.q": 0.5, "q.p": 0.8}, saturations=h)
    asked = plane(model, None, None, between=None, pair=None, start=None, tau=0.1)
    bands = [c.expression for c in conditions(asked) if c.name == "smaller/larger gain = 0.9"]
    for g in (sympy.Rational(k, 7) for k in (1, 2, 5, 9, 20)):
        u, v = 1 + g, 1 + sympy.Rational(9, 10) * g
        d12 = g * (1 + v / 2) / v  # g = d12 v/(1 + v/2), from the first equation at rest
        d21 = sympy.Rational(9, 10) * g * (1 + u / 4) / u
        assert 0 in [band.subs(dict(zip(asked.symbols, (d12, d21), strict=True))) for band in bands]


@pytest.mark.slow
def test_the_cooperation_threshold_is_the_only_border_of_the_saturating_law():
    rate = "{0}*(-1 - {0} + parameters.d*{1}/(1 + parameters.h*{1}))"
    units = {"p": {"initial": 1}, "q": {"initial": 1}}
    equations = {"p": rate.format("p", "q"), "q": rate.format("q", "p")}
    model = build(units, equations=equations, parameters={"d": 5, "h": 0.5})
    found = mode_map(model, between=((0, 8), (0.05, 1.5)), cells=60)
    [fold] = found.borders
    d, h = np.concatenate([piece.curve for piece in fold.pieces]).T
    assert d == pytest.approx((1 + np.sqrt(h)) ** 2, rel=1e-9)
    assert {region.label.outcome for region in found.regions} == {Outcome.EXTINCTION, Outcome.DEPENDS_ON_START}


def test_the_hopf_border_of_three_cyclic_competitors_is_exact():
    """May and Leonard (1975), SIAM J. Appl. Math. 29, 243: the interior loses stability at alpha + beta = 2."""
    names, ring = "pqs", {"p.q": "-al", "q.s": "-al", "s.p": "-al", "q.p": "-be", "s.q": "-be", "p.s": "-be"}
    units = {name: {"growth": 1, "capacity": 1} for name in names}
    model = build(units, effects=ring, parameters={"al": 0.8, "be": 1.3})
    asked = plane(model, "parameters.al", "parameters.be", between=None, pair=None, start=None, tau=0.1)
    al, be = asked.symbols
    assert any(sympy.expand(c.expression - (al + be - 2)) == 0 for c in conditions(asked))


@cache
def oscillating():
    """Mixed symbiosis with exponential capacities, K = r = 1: x = exp(d12 x y) and y = exp(d21 x) at rest."""
    units = {name: {"growth": 1, "capacity": 1} for name in ("x", "y")}
    effects, contacts = {"x.y": 0.7, "y.x": -0.125}, {"x.y": 1}
    model = build(units, law="exponential_capacity", effects=effects, contacts=contacts)
    return mode_map(model, between=((0.3, 1.1), (-0.3, -0.02)), cells=24, most=3000)


@pytest.mark.slow
def test_curves_that_are_followed_are_borders_and_share_the_answers_between_them():
    """The trace at rest is log(x) - 2, so x = e^2 on the Hopf curve: d12 = 2 exp(-2 - d21 e^2).

    Yukalov, Yukalova and Sornette (2014), Chaos, Solitons and Fractals 64, 31: oscillations past it.
    """
    found = oscillating()
    [hopf] = [border for border in found.borders if border.kind == "hopf"]
    a, b = np.concatenate([piece.curve for piece in hopf.pieces]).T
    assert a == pytest.approx(2 * np.exp(-2 - b * np.e**2), rel=1e-4)
    assert found.here.label.outcome is Outcome.CYCLE
    assert hopf.neighbour.outcome is Outcome.COEXISTENCE
    assert not any(region.label.outcome is Outcome.UNDECIDED for region in found.regions)
    assert found.settled < 60


def test_a_strip_thinner_than_a_cell_is_a_face_of_its_own():
    """Between circles of radius 30.2 and 30.3 cells, cut by a line: areas are those of annulus and segments."""
    turn = np.linspace(0, 2 * np.pi, 1200)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    line = np.linspace([-0.5, 49.3], [99.5, 49.3], 50)
    cut = arrange([50.1 + 30.2 * circle, 50.1 + 30.3 * circle, line], 100)
    assert len(np.unique(cut.faces)) + len(cut.strips) == 6
    low, high = np.linspace([-0.5, 20.31], [99.5, 20.31], 50), np.linspace([-0.5, 20.33], [99.5, 20.33], 50)
    cut = arrange([low, high], 100)
    [(_, row, area)] = cut.strips.values()
    assert row == pytest.approx(20.32)
    assert area == pytest.approx(100 * 0.02)
    assert np.bincount(cut.faces.ravel()).tolist() == [2100, 7900]


def test_two_curves_that_touch_inside_a_square_part_it():
    """A curve around the tip of a cusp parts what is above, below it on the left, and below it on the right."""
    cusp = np.array([[-0.5, 10.4], [10.3, 10.35], [-0.5, 10.3]])
    around = np.array([[99.5, 10.4], [10.8, 10.45], [10.2, 10.45], [10.2, 10.25], [10.5, 10.2], [10.5, -0.5]])
    assert len(np.unique(arrange([cusp, around], 100).faces)) == 3
    assert len(np.unique(arrange([cusp, around[:4]], 100).faces)) == 1  # a curve that ends parts nothing


def test_work_is_bounded_and_what_is_missing_is_said():
    found = mode_map(pair(), cells=40, most=3)
    assert found.settled <= 3 + len(found.regions)
    assert found.status.code is Code.WORK_LIMIT
    unknown = [region.share for region in found.regions if region.label.outcome is Outcome.UNDECIDED]
    assert len(unknown) > 1
    [told] = [line for line in found.summary().splitlines() if "  undecided: " in line]
    assert f"undecided: {100 * sum(unknown):.3g} % " in told
    assert told.endswith(f"{len(unknown)} parts")


@pytest.mark.slow
def test_every_answer_of_three_units_is_charged(monkeypatch):
    """A default map asked 20 more by simulation on its borders, uncounted, and ran past a minute."""
    follow, calls = trials.follow_starts, []
    monkeypatch.setattr(trials, "follow_starts", lambda *asked: calls.append(asked) or follow(*asked))
    effects = {"a.b": -0.3, "b.a": 0.4, "a.c": 0.2, "c.a": -0.5, "b.c": -0.4, "c.b": 0.3}
    model = build({u: {"growth": 0.3, "capacity": 1} for u in "abc"}, effects=effects)
    found = mode_map(model, cells=40, most=300)
    assert found.status.code is Code.WORK_LIMIT
    assert 1 <= len(calls) <= 300 // 45 + 1


def test_the_plane_must_be_two_coefficients_inside_their_ranges():
    with pytest.raises(UnknownNameError, match=r"did you mean 'effects\.p\.q'"):
        mode_map(pair(), "effects.p.qq")
    with pytest.raises(InvalidValueError, match="may vary"):
        mode_map(pair(), "p.own_growth")
    with pytest.raises(InvalidValueError, match="another coefficient"):
        mode_map(pair(), "effects.p.q", "effects.p.q")
    with pytest.raises(InvalidValueError, match="more than 0"):
        mode_map(pair(), "p.growth", between=((-1, 1), None))
    with pytest.raises(InvalidValueError, match="lower one first"):
        mode_map(pair(), between=((1, -1), None))
    with pytest.raises(RefusedError, match="two coefficients"):
        mode_map(build({"p": {"initial": 1}}, equations={"p": "p*(1 - p)"}))
