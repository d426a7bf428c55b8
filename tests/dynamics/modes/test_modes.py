"""settle(): outcomes, modes and sentences, against the region theorem, published witnesses and invariants."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.modes import Evidence, Mode, Outcome, settle
from symbiode.dynamics.modes.ladder import index, mode_of
from symbiode.errors import Code, Level
from symbiode.system.building import build
from symbiode.system.model import Model

R = sympy.Rational


def two(
    d12: object,
    d21: object,
    *,
    own: tuple[int, int] = (1, 1),
    growth: tuple[object, object] = (0.3, 0.7),
    capacity: tuple[object, object] = (1, 1),
    initial: tuple[object, object] = (0.1, 0.1),
) -> Model:
    """Return two logistic units."""
    units = {
        name: {"growth": growth[i], "capacity": capacity[i], "own_growth": own[i], "initial": initial[i]}
        for i, name in enumerate(("east", "west"))
    }
    return build(units, effects={"east.west": d12, "west.east": d21})


# Witnesses with K = 1: (d12, d21) -> mode, equilibrium
WITNESSES = [
    (-0.3, 0.5, "parasitism", (R(14, 23), R(30, 23))),
    (0, 0.5, "commensalism", (1, R(3, 2))),
    (0.2, 0.6, "asymmetric_mutualism", (R(15, 11), R(20, 11))),
    (0.4, 0.4, "symmetric_mutualism", (R(5, 3), R(5, 3))),
    (-0.4, -0.4, "competition", (R(5, 7), R(5, 7))),
    (-0.3, 0, "amensalism", (R(7, 10), 1)),
    (0, 0, "neutralism", (1, 1)),
]


@pytest.mark.parametrize(("d12", "d21", "mode", "state"), WITNESSES)
def test_every_mode_has_its_exact_witness(d12: float, d21: float, mode: str, state: tuple[sympy.Rational, ...]) -> None:
    settled = settle(two(d12, d21))
    assert settled.outcome is Outcome.COEXISTENCE
    assert settled.mode is Mode(mode)
    assert settled.nominal_mode is Mode(mode)
    assert settled.exact == state
    assert settled.evidence is Evidence.THEOREM


# Rows of the region map of two units that live alone: (d12, d21), outcome, survivors, slow
REGIONS = [
    (2, 1, "blow_up", None, False),
    (1.2, 1.2, "blow_up", None, False),
    (2, 0.5, "unbounded", (0, 1), False),
    (Fraction(7, 3), Fraction(3, 7), "unbounded", (0, 1), False),
    (-1.5, -0.5, "exclusion", (1,), False),
    (-1.5, 3, "exclusion", (1,), False),
    (-0.5, -1.5, "exclusion", (0,), False),
    (3, -1.5, "exclusion", (0,), False),
    (-2, -0.5, "exclusion", (1,), False),  # product one, both negative: parallel nullclines
    (-1.5, -1.5, "depends_on_start", None, False),
    (-1, -0.5, "exclusion", (1,), True),
    (-1, 0, "exclusion", (1,), True),
    (-1, 5, "exclusion", (1,), True),
    (-0.5, -1, "exclusion", (0,), True),
    (-1, -2, "exclusion", (0,), False),
    (-2, -1, "exclusion", (1,), False),
    (-1, -1, "continuum", (0, 1), False),
]


@pytest.mark.parametrize(("d12", "d21", "outcome", "survivors", "slow"), REGIONS)
def test_every_row_of_the_region_map_comes_out(
    d12: object, d21: object, outcome: str, survivors: tuple[int, ...] | None, slow: bool
) -> None:
    settled = settle(two(d12, d21))
    names = None if survivors is None else tuple(("east", "west")[i] for i in survivors)
    assert (settled.outcome.value, settled.survivors, settled.slow) == (outcome, names, slow)
    assert settled.evidence is Evidence.THEOREM
    assert settled.status.ok
    if outcome == "exclusion":
        assert settled.exact == tuple(R(int(i in (survivors or ()))) for i in (0, 1))


@pytest.mark.parametrize("tiny", [R(1, 10**30), -R(1, 10**30)])
def test_a_border_is_told_from_its_neighbours_at_any_distance(tiny: sympy.Rational) -> None:
    """No float has 30 digits: only exact arithmetic tells these apart."""
    near = settle(two(-1 + tiny, R(-1, 2)))
    assert near.outcome is (Outcome.COEXISTENCE if tiny > 0 else Outcome.EXCLUSION)
    assert not near.slow
    assert settle(two(2, R(1, 2) + tiny)).outcome is (Outcome.BLOW_UP if tiny > 0 else Outcome.COEXISTENCE)
    both = settle(two(-1 + tiny, -1 + tiny)).outcome
    assert both is (Outcome.COEXISTENCE if tiny > 0 else Outcome.DEPENDS_ON_START)


# Obligate and neutral units: own growth, (d12, d21), outcome, survivors, slow
OBLIGATE = [
    ((-1, -1), (0.5, 0.5), "extinction", (), False),
    ((-1, -1), (-3, -3), "extinction", (), False),
    ((-1, -1), (2, 0.5), "extinction", (), False),
    ((-1, -1), (2, 2), "depends_on_start", None, False),
    ((1, -1), (0.2, 2), "coexistence", (0, 1), False),
    ((1, -1), (-0.5, 2), "coexistence", (0, 1), False),
    ((1, -1), (2, 2), "blow_up", None, False),
    ((1, -1), (0.5, 2), "unbounded", (0, 1), False),
    ((1, -1), (0.5, 0.5), "exclusion", (0,), False),
    ((1, -1), (3, 0.9), "depends_on_start", None, False),
    ((1, -1), (2, 0.5), "exclusion", (0,), False),
    ((1, -1), (0.5, 1), "exclusion", (0,), True),
    ((1, -1), (3, 1), "blow_up", None, False),
    ((1, -1), (1, 1), "continuum", (0, 1), False),
    ((1, 0), (0.5, 0.5), "coexistence", (0, 1), False),
    ((1, 0), (-3, 2), "coexistence", (0, 1), False),
    ((1, 0), (3, -1), "exclusion", (0,), False),
    ((1, 0), (3, 0), "exclusion", (0,), True),
    ((1, 0), (2, 1), "blow_up", None, False),
    ((1, 0), (2, 0.5), "unbounded", (0, 1), False),
    ((0, -1), (2, 2), "depends_on_start", None, False),
    ((0, -1), (2, 0.5), "extinction", (), True),
    ((0, -1), (-2, 5), "extinction", (), True),
    ((0, 0), (2, 2), "blow_up", None, False),
    ((0, 0), (2, 0.5), "continuum", (0, 1), False),
    ((0, 0), (0.5, 0.5), "extinction", (), True),
    ((0, 0), (-2, -2), "extinction", (), True),
    ((0, 0), (0, 0), "extinction", (), True),
]


@pytest.mark.parametrize(("own", "effects", "outcome", "survivors", "slow"), OBLIGATE)
@pytest.mark.parametrize("swapped", [False, True])
def test_every_obligate_and_neutral_case_comes_out(
    own: tuple[int, int],
    effects: tuple[float, float],
    outcome: str,
    survivors: tuple[int, ...] | None,
    slow: bool,
    swapped: bool,
) -> None:
    order = (1, 0) if swapped else (0, 1)
    model = two(effects[order[0]], effects[order[1]], own=(own[order[0]], own[order[1]]))
    settled = settle(model)
    names = None if survivors is None else {("east", "west")[order[i]] for i in survivors}
    found = None if settled.survivors is None else set(settled.survivors)
    assert (settled.outcome.value, found, settled.slow) == (outcome, names, slow)
    assert settled.mode is None  # no stand-alone level to compare with
    assert settled.modes[0].note


def test_an_obligate_unit_settles_at_the_printed_formula() -> None:
    """Facultative 1 and obligate 2: ((1-a)/(1-ab), (b-1)/(1-ab))."""
    a, b = R(1, 5), R(2)
    assert settle(two(a, b, own=(1, -1))).exact == ((1 - a) / (1 - a * b), (b - 1) / (1 - a * b))


def test_critical_mutualism_grows_at_the_printed_rate() -> None:
    """Rate (1+a) r1 r2/(r2 + a r1); by hand 18/35 = 0.5142857 at r = (.3, .8)."""
    assert settle(two(2, 0.5)).rate == pytest.approx(0.484615, abs=5e-7)
    assert settle(two(2, 0.5, growth=(0.3, 0.8))).rate == pytest.approx(0.5142857, abs=5e-8)
    assert settle(two(2, 0.5)).blow_up_time is None


def test_blow_up_time_of_the_worked_example() -> None:
    settled = settle(two(2, 1), start="initial")
    assert settled.blow_up_time == pytest.approx(7.1025, abs=5e-5)
    assert settle(two(2, 1)).blow_up_time is None


@settings(max_examples=5, deadline=None)
@given(
    d=st.fractions(min_value=Fraction(10001, 10000), max_value=50, max_denominator=10**4),
    r=st.fractions(min_value=Fraction(1, 1000), max_value=10, max_denominator=1000),
    x=st.fractions(min_value=Fraction(1, 1000), max_value=50, max_denominator=1000),
)
def test_equal_mutualists_blow_up_at_the_closed_form(d: Fraction, r: Fraction, x: Fraction) -> None:
    """t* = ln(1 + 1/((d-1) x0))/r, held to 1e-6 and to the printed error bound."""
    settled = settle(two(d, d, growth=(r, r), initial=(x, x)), start="initial")
    exact = math.log1p(1 / (float(d - 1) * float(x))) / float(r)
    assert settled.blow_up_time == pytest.approx(exact, rel=1e-9)
    assert settled.blow_up_error is not None
    assert abs(settled.blow_up_time - exact) <= settled.blow_up_error + 1e-13 * exact


effects_2 = st.fractions(min_value=-3, max_value=3, max_denominator=200)
positive = st.fractions(min_value=Fraction(1, 50), max_value=20, max_denominator=50)


@settings(max_examples=20, deadline=None)
@given(a=effects_2, b=effects_2, r=st.tuples(positive, positive), K=st.tuples(positive, positive))
def test_rescaling_growth_and_capacity_changes_no_outcome_and_no_mode(
    a: Fraction, b: Fraction, r: tuple[Fraction, Fraction], K: tuple[Fraction, Fraction]
) -> None:
    plain, scaled = settle(two(a, b)), settle(two(a, b, growth=r, capacity=K))
    assert (plain.outcome, plain.mode, plain.nominal_mode) == (scaled.outcome, scaled.mode, scaled.nominal_mode)
    assert (plain.survivors, plain.slow, plain.gains) == (scaled.survivors, scaled.slow, scaled.gains)


@settings(max_examples=20, deadline=None)
@given(a=effects_2, b=effects_2, own=st.tuples(*[st.sampled_from((1, 0, -1))] * 2))
def test_relabelling_the_units_turns_the_answer_round(a: Fraction, b: Fraction, own: tuple[int, int]) -> None:
    here, there = settle(two(a, b, own=own)), settle(two(b, a, own=own[::-1], growth=(0.7, 0.3)))
    assert (here.outcome, here.mode, here.nominal_mode, here.slow) == (
        there.outcome, there.mode, there.nominal_mode, there.slow,
    )  # fmt: skip
    assert (here.exact or ()) == (there.exact or ())[::-1]
    turned = {"east": "west", "west": "east"}
    assert {turned[name] for name in here.survivors or ()} == set(there.survivors or ())


@settings(max_examples=25, deadline=None)
@given(a=effects_2, b=effects_2)
def test_realised_mode_is_the_nominal_one_wherever_both_persist(a: Fraction, b: Fraction) -> None:
    """sign g_i = sign d_ij at coexistence, so the two differ at most in how symmetric they are."""
    settled = settle(two(a, b))
    if settled.outcome is not Outcome.COEXISTENCE:
        return
    ladder = (Mode.SYMMETRIC_MUTUALISM, Mode.ASYMMETRIC_MUTUALISM)
    from_gains = mode_of(tuple(sign(x - 1) for x in settled.exact), None)
    assert settled.mode is settled.nominal_mode or {settled.mode, settled.nominal_mode} == set(ladder)
    assert from_gains is settled.mode or settled.mode in ladder
    if settled.nominal_mode is Mode.SYMMETRIC_MUTUALISM:
        assert settled.mode is Mode.SYMMETRIC_MUTUALISM


def test_a_nominally_asymmetric_pair_can_settle_symmetric() -> None:
    """(.5, .44) has S_d = .88 and S_g = .917."""
    settled = settle(two(0.5, 0.44))
    assert settled.nominal_mode is Mode.ASYMMETRIC_MUTUALISM
    assert settled.mode is Mode.SYMMETRIC_MUTUALISM
    assert settled.symmetry.scale == "gains"
    by_scale = {s.scale: s.value for s in settled.symmetries}
    assert by_scale["coefficients"] == pytest.approx(0.88)
    assert by_scale["gains"] == pytest.approx(0.917, abs=5e-4)


def test_absolute_gains_are_reported_and_decide_nothing() -> None:
    settled = settle(two(0.4, 0.4, capacity=(1, 7)))
    assert settled.mode is Mode.SYMMETRIC_MUTUALISM
    assert {s.scale: s.value for s in settled.symmetries}["absolute gains"] == pytest.approx(1 / 7)


def test_the_symmetric_band_has_an_exact_edge() -> None:
    """S_g = 0.9 exactly at d21 = 0.9 d12/(1 + 0.1 d12); the edge itself is symmetric."""
    a = R(1, 2)
    edge = R(9, 10) * a / (1 + a / 10)
    assert settle(two(a, edge)).mode is Mode.SYMMETRIC_MUTUALISM
    assert settle(two(a, edge - R(1, 10**25))).mode is Mode.ASYMMETRIC_MUTUALISM


def test_gains_follow_the_printed_formulas() -> None:
    """g1 = a(1+b)/(1-ab), g2 = b(1+a)/(1-ab)."""
    a, b = R(7, 20), R(1, 5)
    g = (a * (1 + b) / (1 - a * b), b * (1 + a) / (1 - a * b))
    assert settle(two(a, b, capacity=(2, 3))).gains == pytest.approx(tuple(map(float, g)))


# Where the mode is null, the outcome speaks and the nominal mode stands beside it


@pytest.mark.parametrize(("a", "b"), [(2, 1), (2, 0.5), (-1.5, 1), (-1.5, -1.5), (-1, 0.5)])
def test_mode_is_null_unless_both_units_persist_at_finite_levels(a: float, b: float) -> None:
    settled = settle(two(a, b))
    assert settled.mode is None
    assert settled.modes[0].mode is None
    assert settled.nominal_mode is not None
    assert settled.symmetry.scale == "coefficients"


# Other laws and equations


def test_user_equations_with_limits_get_the_same_theorem() -> None:
    """GLV: d12 = a12 K2/r1 and so on."""
    equations = {"east": "east*(0.6 - 0.2*east + 0.1*west)", "west": "west*(0.5 - 0.1*west - 0.05*east)"}
    settled = settle(build({"east": {}, "west": {}}, equations=equations))
    K, d12, d21 = (R(3), R(5)), R(1, 10) * 5 / R(6, 10), -R(5, 100) * 3 / R(5, 10)
    same = settle(two(d12, d21, growth=(0.6, 0.5), capacity=K))
    assert (settled.outcome, settled.mode, settled.exact) == (same.outcome, same.mode, same.exact)
    assert settled.modes[0].effects == pytest.approx((float(d12), float(d21)))
    assert settled.evidence is Evidence.THEOREM


def predator_prey(**changes: object) -> Model:
    """Return a model of lynx and hare."""
    hare = {"growth": 0.55, "initial": 30, "own_growth": 1} | changes.get("hare", {})
    lynx = {"growth": 0.8, "initial": 4, "own_growth": -1} | changes.get("lynx", {})
    return build(
        {"hare": hare, "lynx": lynx}, law="lotka_volterra", effects={"hare.lynx": -0.028, "lynx.hare": 0.024}
    )


def test_predator_and_prey_go_round_neutral_orbits() -> None:
    settled = settle(predator_prey())
    assert settled.outcome is Outcome.NEUTRAL_ORBITS
    assert settled.exact == (R(800, 24), R(550, 28))  # time means are the equilibrium (Volterra)
    assert settled.nominal_mode is Mode.PARASITISM
    assert settled.mode is None
    assert settled.modes[0].scale == "per_capita"
    assert settled.gains == (None, None)
    assert "compare" in settled.summary()


def test_dimensionless_gains_need_units_that_settle_alone() -> None:
    settled = settle(two(0.2, 2, own=(1, -1)))
    assert settled.gains[1] is None
    assert settled.mode is None
    assert settled.nominal_mode is Mode.ASYMMETRIC_MUTUALISM


def test_saturating_mutualism_is_read_by_its_gains() -> None:
    equations = {"east": "east*(1 - east + west/(1 + west))", "west": "west*(1 - west + 2*east/(1 + east))"}
    settled = settle(build({"east": {}, "west": {}}, equations=equations), start=(0.1, 0.1))
    assert settled.outcome is Outcome.COEXISTENCE
    assert settled.evidence in (Evidence.THEOREM, Evidence.CERTIFICATE)
    assert settled.mode is Mode.ASYMMETRIC_MUTUALISM
    assert settled.nominal_mode is Mode.ASYMMETRIC_MUTUALISM
    u, v = settled.state  # both nullclines vanish
    assert 1 - u + v / (1 + v) == pytest.approx(0, abs=1e-12)
    assert 1 - v + 2 * u / (1 + u) == pytest.approx(0, abs=1e-12)


def test_an_effect_that_changes_sign_is_state_dependent() -> None:
    """West helps east while it is small and harms it when it is large: d(x'/x)/dw = 0.5 - 0.8 w."""
    equations = {"east": "east*(1 - east + 0.5*west - 0.4*west**2)", "west": "west*(2 - west)"}
    settled = settle(build({"east": {}, "west": {}}, equations=equations), start=(0.1, 0.1))
    pair = settled.modes[0]
    assert pair.state_dependent
    assert pair.nominal_mode is None
    assert pair.mode_here is Mode.AMENSALISM  # at west = 2


def test_noise_and_delays_together_are_refused_not_ignored() -> None:
    model = build(
        {"east": {"growth": 1, "capacity": 1, "noise": 0.1}, "west": {"growth": 1, "capacity": 1}},
        effects={"east.west": 0.2}, delays={"east.west": 1},
    )  # fmt: skip
    settled = settle(model)
    assert settled.outcome is Outcome.UNDECIDED
    assert (settled.status.level, settled.status.code) == (Level.REFUSED, Code.NOT_SUPPORTED)
    assert settled.evidence is None


def test_equations_that_change_with_time_are_refused() -> None:
    settled = settle(build({"east": {}}, equations={"east": "east*(1 - east)*(1 + 1/(1 + t**2))"}))
    assert settled.status.code is Code.NOT_SUPPORTED


# One unit


def test_one_unit_is_the_logistic_equation() -> None:
    settled = settle(build({"east": {"growth": 1, "capacity": 3}}))
    assert (settled.outcome, settled.exact, settled.modes) == (Outcome.COEXISTENCE, (3,), ())


@pytest.mark.parametrize(("start", "state"), [(0.5, 0), (1.5, 3), (3, 3), (9, 3)])
def test_one_unit_with_an_allee_threshold_goes_to_the_next_root(start: float, state: int) -> None:
    model = build({"east": {}}, equations={"east": "east*(east - 1)*(3 - east)"})
    assert settle(model, start=(start,)).exact == (state,)
    assert settle(model).outcome is Outcome.DEPENDS_ON_START


# Words


def test_the_sentence_gives_the_numbers_and_the_exact_condition() -> None:
    assert settle(two(0.35, 0.2)).why() == (
        "Both units gain: d12 = 0.35 > 0 and d21 = 0.2 > 0, and d12*d21 = 0.07 < 1, so the coexistence point attracts "
        "every positive start (theorem: Goh's Lyapunov function)."
    )


def test_the_summary_begins_with_where_it_settles() -> None:
    settled = settle(two(0.35, 0.2))
    assert settled.summary().splitlines()[0] == "settles into: coexistence, asymmetric mutualism"
    assert settled.summary("zh").splitlines()[0] == "归宿：共存，非对称互惠共生"


def test_a_number_is_never_rounded_onto_the_border_it_is_off() -> None:
    told = settle(two(-1 + R(1, 10**9), R(1, 2))).why()
    assert "d12 = -0.999999999" in told


ALL_CASES = [(own, effects) for own, effects, *_ in OBLIGATE] + [((1, 1), (a, b)) for a, b, *_ in REGIONS]


@pytest.mark.parametrize(("own", "effects"), ALL_CASES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_case_has_a_whole_sentence(own: tuple[int, int], effects: tuple[object, object], lang: str) -> None:
    for start in (None, (0.5, 0.4)):
        settled = settle(two(*effects, own=own), start=start)
        text = settled.summary(lang)
        assert settled.why(lang)
        assert "{" not in text
        assert "None" not in text


def test_labels_are_shown_in_the_language_of_the_reader() -> None:
    units = {
        "sz": {"growth": 1, "capacity": 1, "label": {"en": "Shenzhen", "zh": "深圳"}},
        "hk": {"growth": 1, "capacity": 1, "label": {"en": "Hong Kong", "zh": "香港"}},
    }
    settled = settle(build(units, effects={"sz.hk": -2}))
    assert "Shenzhen dies out" in settled.why()
    assert "深圳消亡" in settled.why("zh")


def test_settling_by_theorem_loads_no_heavy_library() -> None:
    script = (
        "import sys, symbiode\n"
        "m = symbiode.load('shenzhen-hongkong')\n"
        "symbiode.settle(m).summary(); symbiode.settle(m, start='initial').summary()\n"
        "print([n for n in ('numpy', 'scipy', 'pandas', 'matplotlib') if n in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_index_of_symmetry_needs_two_positive_numbers() -> None:
    for x, y in itertools.product((R(-1), R(0), R(1)), repeat=2):
        assert (index(x, y) is None) == (min(x, y) <= 0)


# Values that are formulas


@pytest.mark.parametrize(
    ("d12", "d21", "outcome", "slow"),
    [
        ("sqrt(2)", "sqrt(2)/2", "unbounded", False),
        ("sqrt(2)", "sqrt(2)/2 + 1e-40", "blow_up", False),
        ("sqrt(2)", "sqrt(2)/2 - 1e-40", "coexistence", False),
        ("log(2) - log(2) - 1", "exp(1)/9", "exclusion", True),
        ("-exp(1)/2", "-exp(1)/2", "depends_on_start", False),
    ],
)
def test_formulas_are_decided_as_exactly_as_numbers(d12: str, d21: str, outcome: str, slow: bool) -> None:
    settled = settle(two(d12, d21))
    assert (settled.outcome.value, settled.slow) == (outcome, slow)


def test_three_units_with_formulas_are_decided_with_a_margin_or_not_at_all() -> None:
    units = {name: {"growth": 1, "capacity": 1} for name in "abc"}
    effects = {f"{i}.{j}": "sqrt(2)/4" for i, j in itertools.permutations("abc", 2)}
    settled = settle(build(units, effects=effects))
    assert settled.evidence is Evidence.CERTIFICATE
    assert settled.state == pytest.approx((1 / (1 - math.sqrt(2) / 2),) * 3)
    critical = dict.fromkeys(effects, "sqrt(4)/4")  # spectral radius exactly 1, but simplified to rational numbers
    assert settle(build(units, effects=critical)).outcome is Outcome.UNBOUNDED


@pytest.mark.slow
def test_a_limit_cycle_is_not_mistaken_for_rest_and_the_work_is_bounded() -> None:
    """Rosenzweig and MacArthur (1963), Am. Nat. 97, 209: the equilibrium is unstable, every orbit nears a cycle."""
    rates = {"prey": "x*(1 - x/4) - 1.2*x*pred/(1 + x)", "pred": "x*(prey/(1 + prey) - 0.4)"}
    settled = settle(build({"prey": {"initial": 1}, "pred": {"initial": 0.5}}, equations=rates))
    assert settled.outcome is Outcome.CYCLE
    assert settled.mode is None
    assert settled.nominal_mode is Mode.PARASITISM
