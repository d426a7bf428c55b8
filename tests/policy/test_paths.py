"""mode_path(): borders are reached at the closed-form time, readings equal the formulas, and rates of change tip."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

import symbiode
from symbiode.dynamics.modes import Evidence, Mode, Outcome
from symbiode.dynamics.modes.borders import nearest_border
from symbiode.errors import InvalidValueError
from symbiode.policy.paths import joined
from symbiode.policy.plane import nearest
from symbiode.system.arithmetic import number
from tests.seeds import fresh_seed

A, B, K, R = 0.35, 0.2, (2.0, 0.5), (0.11, 0.06)


def _pair(a=A, b=B, names=("east", "west"), growth=R):
    units = {
        name: {"growth": r, "capacity": k, "initial": 0.3 * k} for name, r, k in zip(names, growth, K, strict=True)
    }
    effects = {f"{names[0]}.{names[1]}": a, f"{names[1]}.{names[0]}": b}
    return symbiode.build(units, effects=effects)


def _ramp(model, a=0.0, b=0.0, begin=2000, end=2010, names=("east", "west")):
    moves = {f"effects.{names[0]}.{names[1]}": {"add": a}, f"effects.{names[1]}.{names[0]}": {"add": b}}
    return symbiode.build_scenario(model, {"line": {"shape": "ramp", "at": begin, "until": end, "moves": moves}})


def _edge(a, b, da, db):
    """Where S_g = b(1+a)/(a(1+b)) is 0.9 along (a + da s, b + db s): a quadratic in s."""
    line = np.polynomial.Polynomial([a, da]), np.polynomial.Polynomial([b, db])
    roots = (line[1] * (1 + line[0]) - 0.9 * line[0] * (1 + line[1])).roots()
    return [float(s.real) for s in roots if abs(s.imag) < 1e-12 and 0 < s.real < 1]


def test_a_change_that_soon_goes_back_is_not_passed_over():
    """d12 = A - s crosses 0 where one logistic curve, and where its return, has the value A."""
    model, half = _pair(), np.log(A / (1 - A)) / 1e4
    move = {"shape": "adoption", "speed": 1e4, "moves": {"effects.east.west": {"add": -1}}}
    back = {"shape": "adoption", "speed": 1e4, "moves": {"effects.east.west": {"add": 1}}}
    levers = {"there": {"at": "2003.3", **move}, "back": {"at": "2003.31", **back}}
    path = symbiode.mode_path(model, symbiode.build_scenario(model, levers), [2000, 2010])
    found = [change.time for change in path.changes if change.path == "frozen" and change.border == "d12 = 0"]
    assert found == pytest.approx([2003.3 + half, 2003.31 - half], abs=1e-9)


@pytest.mark.parametrize(("start", "stays"), [((0, 0.4), ("west",)), ((0, 0), ())])
def test_units_that_start_at_zero_stay_away_along_any_number_of_events(start, stays):
    """What is not there cannot come; one logistic unit alone rests at K and comes back to it at its rate r."""
    model, move = _pair(), {"west.growth": {"times": 0.01}, "west.capacity": {"times": 0.01}}
    levers = {f"step{k}": {"at": k, "moves": move} for k in range(1, 8)}
    path = symbiode.mode_path(model, symbiode.build_scenario(model, levers), [0, 10], start)
    outcome = Outcome.EXCLUSION if stays else Outcome.EXTINCTION
    assert [(piece.outcome, piece.survivors) for piece in path.frozen.pieces] == [(outcome, stays)]
    assert path.frozen.state[-1] == pytest.approx([0, 1.07 * K[1] if stays else 0])
    assert path.frozen.resilience[-1] == pytest.approx(1.07 * R[1] if stays else np.inf)
    assert path.status.ok


def test_a_unit_that_hardly_grows_has_a_path():
    model = _pair(growth=(1e-30, 0.06))
    assert symbiode.mode_path(model, _ramp(model, -0.1)).frozen.pieces[0].mode is Mode.ASYMMETRIC_MUTUALISM


def test_times_too_far_from_zero_for_their_digits_are_refused():
    with pytest.raises(InvalidValueError, match="digits"):
        symbiode.mode_path(_pair(), _ramp(_pair(), -1.5, begin=10**15, end=10**15 + 1))


@pytest.mark.parametrize(
    ("da", "db", "border", "after", "s"),
    [
        (0.0, -1.5, "d21 = 0", "parasitism", B / 1.5),
        (0.0, -1.5, "d21 = -1", "exclusion", (B + 1) / 1.5),
        (-1.7, 0.0, "d12 = 0", "parasitism", A / 1.7),
        (-1.7, 0.0, "d12 = -1", "exclusion", (A + 1) / 1.7),
        (1.0, 1.0, "d12*d21 = 1", "blow_up", (-(A + B) + np.sqrt((A + B) ** 2 + 4 * (1 - A * B))) / 2),
        (0.0, 0.2, "smaller/larger gain = 0.9", "symmetric_mutualism", _edge(A, B, 0.0, 0.2)[0]),
        (0.3, 0.9, "smaller/larger gain = 0.9", "symmetric_mutualism", _edge(A, B, 0.3, 0.9)[0]),
    ],
)
def test_a_line_in_the_plane_reaches_each_border_at_the_closed_form_time(da, db, border, after, s):
    """Borders: d = 0, d = -1, d12 d21 = 1, and S_g = S_d (1+d12)/(1+d21) = 0.9; Goh (1977) for what lies between."""
    model = _pair()
    path = symbiode.mode_path(model, _ramp(model, da, db), [1995, 2015])
    change = next(c for c in path.changes if c.border == border and c.path == "frozen")
    assert change.time == pytest.approx(2000 + 10 * s, rel=1e-12)
    assert change.after == after
    assert [(cause.lever, cause.share) for cause in change.causes] == [("line", pytest.approx(1))]


def test_gains_symmetry_margin_and_energy_are_the_closed_forms_at_every_time():
    """g1 = a(1+b)/(1-ab), g2 = b(1+a)/(1-ab), S_g = S_d (1+a)/(1+b) for a >= b: the interior equilibrium of Goh."""
    model = _pair()
    path = symbiode.mode_path(model, _ramp(model, 0.3, 0.25), np.linspace(1999, 2011, 25))
    s = np.clip((path.t - 2000) / 10, 0, 1)
    a, b = A + 0.3 * s, B + 0.25 * s
    gains = np.stack([a * (1 + b), b * (1 + a)], axis=1) / (1 - a * b)[:, None]
    frozen = path.frozen
    assert frozen.gains == pytest.approx(gains, rel=1e-12)
    assert frozen.state == pytest.approx((1 + gains) * K, rel=1e-12)
    assert frozen.symmetry_coefficients == pytest.approx(b / a, rel=1e-12)
    assert frozen.symmetry_gains == pytest.approx(b / a * (1 + a) / (1 + b), rel=1e-12)
    assert frozen.margin == pytest.approx(1 - a * b, rel=1e-12)
    assert frozen.total_gain == pytest.approx((a + b + 2 * a * b) / (1 - a * b), rel=1e-12)
    assert frozen.energy == pytest.approx(gains @ K, rel=1e-12)


def test_with_equal_growth_the_leading_rate_is_the_growth_whatever_the_effects():
    """With r1 = r2 = r one eigenvalue of the interior equilibrium is -r: (1 + d12 - d12 - 1) in J u* = -r u*."""
    model = _pair(0.4, 0.4, growth=(0.3, 0.3))
    moves = {"effects.east.west": {"add": 0.3}, "effects.west.east": {"add": -0.3}}
    scenario = symbiode.build_scenario(model, {"skew": {"shape": "ramp", "at": 0, "until": 10, "moves": moves}})
    path = symbiode.mode_path(model, scenario, [0, 5, 10])
    assert path.frozen.resilience == pytest.approx([0.3] * 3, rel=1e-12)


def test_distances_to_the_nearest_border_are_those_found_exactly():
    """The numeric distance against the exact roots of the quartics, at random effects in every region."""
    a, b = np.random.default_rng(fresh_seed()).uniform(-2.5, 2.5, (2, 12))
    far, names = nearest(a, b, 0.1)
    for x, y, distance, name in zip(a, b, far, names, strict=True):
        exact = nearest_border(number(float(x), "a"), number(float(y), "b"))
        assert distance == pytest.approx(exact.distance, rel=1e-9, abs=1e-12)
        assert name == exact.name


def test_without_levers_the_path_stands_where_the_model_settles():
    model = symbiode.load("shenzhen-hongkong")
    settled = symbiode.settle(model)
    path = symbiode.mode_path(model, symbiode.build_scenario(model, {}), [0, 10, 300])
    assert [(p.outcome, p.mode, p.evidence) for p in path.frozen.pieces] == [
        (settled.outcome, settled.mode, Evidence.THEOREM)
    ]
    assert path.frozen.state == pytest.approx(np.array([settled.state] * 3), rel=1e-12)
    assert path.frozen.symmetry_gains[0] == pytest.approx(settled.symmetry.value, rel=1e-12)
    assert path.frozen.distance[0] == pytest.approx(settled.border.distance, rel=1e-9)
    assert path.frozen.nominal_mode == (settled.nominal_mode,) * 3
    assert [c for c in path.changes if c.path == "frozen"] == []
    assert path.actual.lag[-1] == pytest.approx(0, abs=1e-6)
    assert path.tipping.tips is False


def test_a_step_changes_the_mode_at_its_very_time():
    model = _pair()
    step = {"at": "2020.5", "moves": {"effects.west.east": {"add": -0.5}}}
    path = symbiode.mode_path(model, symbiode.build_scenario(model, {"fall": step}), [2018, 2020.4, 2020.5, 2022])
    (change,) = (c for c in path.changes if c.path == "frozen")
    assert (change.time, change.error, change.border) == (2020.5, 0.0, "event")
    assert [path.at(t).mode for t in path.t] == [Mode.ASYMMETRIC_MUTUALISM] * 2 + [Mode.PARASITISM] * 2
    assert path.frozen.gains[1:3, 1] == pytest.approx([B * (1 + A) / (1 - A * B), -0.3 * (1 + A) / (1 + 0.3 * A)])


def test_a_change_is_shared_among_levers_by_what_each_does_to_the_border():
    """At d21 = 0 the slopes are -0.3, -0.1 and +0.1 a year: shares 1, 1/3 and -1/3; a move of d12 has no part in it."""
    model = _pair()
    levers = {
        name: {"shape": "ramp", "at": 2000, "until": 2010, "moves": {key: {"add": add}}}
        for name, key, add in (
            ("first", "effects.west.east", -3), ("second", "effects.west.east", -1), ("third", "effects.west.east", 1),
            ("other", "effects.east.west", 0.1),
        )
    }  # fmt: skip
    path = symbiode.mode_path(model, symbiode.build_scenario(model, levers), [1999, 2011])
    change = next(c for c in path.changes if c.border == "d21 = 0")
    assert {cause.lever: cause.share for cause in change.causes} == pytest.approx(
        {"first": 1, "second": 1 / 3, "other": 0, "third": -1 / 3}, abs=1e-6
    )
    assert change.causes[0].moves == ("effects.west.east",)
    assert change.causes[0].lever == "first"


@pytest.mark.parametrize(("a", "winner"), [(-0.2, "east"), (-0.5, "west")])
def test_where_two_may_win_the_state_before_the_step_decides(a, winner):
    """Equal growth: the separatrix of founder control is the ray u2/u1 = (1+d21)/(1+d12); Hofbauer and Sigmund 3.3."""
    model = _pair(a, -0.35, growth=(0.1, 0.1))
    rest = np.array([1 + a, 1 - 0.35]) / (1 - 0.35 * -a)
    after = (-2.0 + a, -2.0 - 0.35)
    moves = {"effects.east.west": {"add": -2}, "effects.west.east": {"add": -2}}
    path = symbiode.mode_path(model, symbiode.build_scenario(model, {"war": {"at": 5, "moves": moves}}), [0, 10])
    above = rest[1] / rest[0] > (1 + after[1]) / (1 + after[0])
    assert above == (winner == "west")
    assert path.frozen.pieces[-1].survivors == (winner,)


def test_a_fold_of_two_obligate_partners_is_found_at_its_closed_form():
    """u(-1 - u + d u/(1 + h u)) = 0 has a double root at d = (1 + sqrt h)^2 (Wright 1989 with own growth -1)."""
    unit = {"growth": 0.2, "capacity": 1, "own_growth": -1, "initial": 3}
    pairs = {"a.b": 2.5, "b.a": 2.5}
    model = symbiode.build(
        {"a": unit, "b": unit}, law="saturating", effects=pairs, saturations=dict.fromkeys(pairs, 0.25)
    )
    moves = {f"effects.{pair}": {"add": -0.5} for pair in pairs}
    fade = {"shape": "ramp", "at": 0, "until": 100, "moves": moves}
    path = symbiode.mode_path(model, symbiode.build_scenario(model, {"fade": fade}), [-5, 110])
    (change,) = (c for c in path.changes if c.path == "frozen")
    assert (change.border, change.after) == ("fold", "extinction")
    assert change.time == pytest.approx(50, abs=1e-6)
    assert change.causes[0].share == pytest.approx(1)
    assert path.frozen.pieces[0].evidence is not None


def test_the_actual_path_is_that_of_an_independent_integrator():
    """Levels, what each unit gained over standing alone, and when the second gain turns negative, by scipy's LSODA."""
    model = _pair()
    scenario = _ramp(model, 0.0, -1.2)
    path = symbiode.mode_path(model, scenario, np.linspace(1998, 2030, 33))

    def b(t):
        return B - 1.2 * min(max((t - 2000) / 10, 0), 1)

    def rates(t, x, together=1.0):
        u = x / np.array(K)
        return x * np.array(R) * (1 - u + together * np.array([A * u[1], b(t) * u[0]]))

    def run(times, together):
        start, found = 0.3 * np.array(K), []
        for low, high in ((1998, 2000), (2000, 2010), (2010, 2030)):
            inside = times[(times >= low) & (times < high)]
            tight = {"rtol": 1e-11, "atol": 1e-13}
            part = solve_ivp(rates, (low, high), start, "LSODA", [*inside, high], args=(together,), **tight)
            found.append(part.y.T[:-1])
            start = part.y[:, -1]
        return np.vstack([*found, start[None]])[: len(times)]

    both, alone = run(path.t, 1.0), run(path.t, 0.0)
    assert path.actual.state == pytest.approx(both, rel=1e-7)
    assert path.actual.gains == pytest.approx((both - alone) / K, abs=1e-7)

    def gained(t):
        first, second = (run(np.array([1998.0, t]), together)[1, 1] for together in (1.0, 0.0))
        return float(first - second)

    turns = brentq(gained, 2001, 2020, xtol=1e-9)
    change = next(c for c in path.changes if c.path == "actual" and c.after == "parasitism")
    assert change.time == pytest.approx(turns, abs=1e-7)


def _ambition(lasting):
    """A unit with a critical mass of 0.3 of its capacity, which rises to five times itself."""
    model = symbiode.build({"a": {"growth": 0.1, "capacity": 1, "threshold": 0.3, "initial": 1}}, law="allee")
    moves = {"a.capacity": {"times": 4}}
    return model, symbiode.build_scenario(
        model, {"rise": {"shape": "ramp", "at": 0, "until": number(lasting, "until"), "moves": moves}}
    )


def _survives(lasting):
    """Whether the same unit survives, integrated by scipy: x' = r x (x/(0.3 K) - 1)(1 - x/K) with a moving K."""

    def rate(t, x):
        capacity = 1 + 4 * min(t / lasting, 1)
        return 0.1 * x * (x / (0.3 * capacity) - 1) * (1 - x / capacity)

    ramp = solve_ivp(rate, (0, lasting), [1.0], "LSODA", rtol=1e-10, atol=1e-14)
    return bool(ramp.y[0, -1] > 1.5)


def test_a_capacity_that_rises_too_fast_tips_and_a_slower_one_does_not():
    """Rate-induced tipping (Ashwin et al. 2012; O'Keeffe and Wieczorek 2020): no border is crossed, the rate decides.

    The critical rate is found by scipy; two per cent on either side of it decide the end.
    """
    low, high = 1.0, 200.0
    assert not _survives(low)
    assert _survives(high)
    while high / low > 1.001:
        middle = np.sqrt(low * high)
        low, high = (low, middle) if _survives(middle) else (middle, high)
    fast, slow = (symbiode.mode_path(*_ambition(round(high * f, 3)), [-1, 1.1 * high]) for f in (0.98, 1.02))
    for path in (fast, slow):
        assert path.frozen.state[-1] == pytest.approx([5.0])
        assert [piece.outcome for piece in path.frozen.pieces] == [Outcome.COEXISTENCE]
    assert (fast.tipping.tips, fast.tipping.outcome) == (True, Outcome.EXTINCTION)
    assert slow.tipping.tips is False


def test_a_runaway_that_the_frozen_end_denies_is_a_tipping():
    """A pulse lifts d12 d21 above 1 for long enough that levels become infinite, though it would settle at the end."""
    model = _pair(growth=(1.0, 1.0))
    moves = {key: {"add": 3} for key in ("effects.east.west", "effects.west.east")}
    pulse = {"shape": "pulse", "at": 0, "lasting": 5, "moves": moves}
    path = symbiode.mode_path(model, symbiode.build_scenario(model, {"boom": pulse}), np.linspace(-1, 40, 42))
    assert path.frozen.pieces[-1].outcome is Outcome.COEXISTENCE
    assert (path.tipping.tips, path.tipping.outcome) == (True, Outcome.BLOW_UP)
    assert path.actual.pieces[-1].begin == path.tipping.time == path.actual.trajectory.blow_up_time


def test_units_in_the_other_order_have_the_same_path_mirrored():
    one = _pair()
    other = symbiode.build(
        {name: {"growth": R[k], "capacity": K[k], "initial": 0.3 * K[k]} for k, name in ((1, "west"), (0, "east"))},
        effects={"east.west": A, "west.east": B},
    )
    paths = [symbiode.mode_path(m, _ramp(m, 0.1, -1.5), [1999, 2005, 2012]) for m in (one, other)]
    times = [[c.time for c in path.changes] for path in paths]
    assert times[0] == pytest.approx(times[1], rel=1e-9)
    assert [c.after for c in paths[0].changes] == [c.after for c in paths[1].changes]
    assert paths[0].frozen.state == pytest.approx(paths[1].frozen.state[:, ::-1], rel=1e-12)


def test_levers_of_one_name_are_not_joined():
    model = _pair()
    with pytest.raises(InvalidValueError, match="line"):
        joined(_ramp(model, 0.1), _ramp(model, 0.2))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_summary_tells_changes_causes_and_the_end(lang):
    model = _pair()
    text = symbiode.mode_path(model, _ramp(model, 0.0, -1.5), [1999, 2012]).summary(lang)
    for told in ("2001.3333", "2008", "line", "effects.west.east"):
        assert told in text
    assert "{" not in text


def test_a_unit_that_is_absent_stays_absent_in_both_readings():
    """A Kolmogorov law keeps zeros: the other unit settles at its own capacity, whatever the effects."""
    model = _pair()
    path = symbiode.mode_path(model, _ramp(model, 0.0, -1.5), [1999, 2200], start=[1, 0])
    assert path.frozen.state == pytest.approx(np.array([[K[0], 0.0]] * 2))
    assert {piece.outcome for piece in path.frozen.pieces} == {Outcome.EXCLUSION}
    assert path.actual.state[-1] == pytest.approx([K[0], 0.0], rel=1e-4)
    assert path.tipping.tips is False


def test_three_that_help_each_other_run_away_where_the_spectral_radius_is_one():
    """All d = c of three units: rho = 2c, so that the margin 1 - 2c is gone at c = 1/2 (Goh 1979, M-matrices)."""
    names = "abc"
    effects = {f"{i}.{j}": 0.3 for i in names for j in names if i != j}
    model = symbiode.build({n: {"growth": 0.2, "capacity": 1, "initial": 0.3} for n in names}, effects=effects)
    moves = {f"effects.{pair}": {"add": 0.4} for pair in effects}
    rise = {"shape": "ramp", "at": 0, "until": 10, "moves": moves}
    path = symbiode.mode_path(model, symbiode.build_scenario(model, {"rise": rise}), np.linspace(-1, 6, 15))
    c = 0.3 + 0.04 * np.clip(path.t, 0, 10)
    assert path.frozen.margin == pytest.approx(1 - 2 * c, abs=1e-12)
    settles = c < 0.5
    assert path.frozen.state[settles] == pytest.approx(np.repeat(1 / (1 - 2 * c[settles]), 3).reshape(-1, 3), rel=1e-9)
    (change,) = (change for change in path.changes if change.path == "frozen")
    assert change.time == pytest.approx(5, abs=1e-6)
    assert (change.border, change.after) == ("runaway", "blow_up")


def test_a_ramp_that_leaves_a_border_is_told_as_that_border():
    """An effect of exactly zero is commensalism until the lever begins to move it."""
    model = _pair(A, 0.0)
    path = symbiode.mode_path(model, _ramp(model, 0.0, 0.2), [1999, 2004])
    (change,) = (c for c in path.changes if c.path == "frozen")
    assert (change.time, change.before, change.after) == (2000.0, "commensalism", "asymmetric_mutualism")
    assert (change.border, change.causes[0].share) == ("d21 = 0", pytest.approx(1))


def test_noise_that_fades_lets_a_unit_in_within_the_error_told():
    """A rare unit grows iff 1 + d21 u1 - s2^2/(2 r2) > 0 (Lande, Engen and Saether 2003): s2 = sqrt(0.1) here."""
    units = {"a": {"growth": 0.1, "capacity": 1, "initial": 0.5}}
    units["b"] = units["a"] | {"noise": 0.4}
    model = symbiode.build(units, effects={"a.b": -0.2, "b.a": -0.5})
    calm = {"shape": "ramp", "at": 0, "until": 10, "moves": {"b.noise": {"times": -0.9}}}
    path = symbiode.mode_path(model, symbiode.build_scenario(model, {"calm": calm}), [-1, 11])
    (change,) = (c for c in path.changes if c.path == "frozen")
    assert (change.before, change.after, change.border) == ("exclusion", "competition", "sampled")
    assert 0 < change.error < 1e-5
    assert change.time == pytest.approx(10 / 0.9 * (1 - np.sqrt(0.1) / 0.4), abs=change.error)


@pytest.mark.slow
def test_two_with_a_critical_mass_tip_when_their_capacities_rise_too_fast():
    """The shipped model's equations, integrated by scipy: six times the capacity within 1 and within 190 years."""
    model = symbiode.load("critical-mass")
    threshold, effect = np.array([0.3, 0.25]), np.array([0.2, 0.4])

    def ends_above(lasting):
        def rates(t, x):
            u = x / (1 + 5 * min(max((t - 10) / lasting, 0), 1))
            return 0.1 * x * ((u / threshold - 1) * (1 - u) + effect * u[::-1])

        parts, x = (5, 10, 10 + lasting, 300), np.ones(2)
        for low, high in pairwise(parts):
            x = solve_ivp(rates, (low, high), x, "LSODA", rtol=1e-10, atol=1e-14).y[:, -1]
        return bool(x.min() > 1)

    for lasting in (1, 190):
        moves = {f"{unit.name}.capacity": {"times": 5} for unit in model.units}
        rise = {"shape": "ramp", "at": 10, "until": 10 + lasting, "moves": moves}
        path = symbiode.mode_path(model, symbiode.build_scenario(model, {"rise": rise}), [5, 10, 300], start=[1, 1])
        assert path.tipping.tips is not ends_above(lasting)
        assert path.frozen.pieces[-1].outcome is Outcome.COEXISTENCE


def test_the_frozen_path_is_what_settle_says_of_the_frozen_model_at_any_time():
    """Random levers of every shape, at random times; settle decides two logistic units by theorem (Goh 1977)."""
    from symbiode.system.scenario import at_time

    draw = np.random.default_rng(fresh_seed())
    slow = {"speed": 1.5, "lag": 2}
    shapes = {"step": {}, "ramp": {"until": 14}, "pulse": {"lasting": 3}, "adoption": slow, "constant": {}}
    keys = "effects.east.west", "effects.west.east"
    for _ in range(2):
        model = _pair(*(round(x, 3) for x in draw.uniform(-0.9, 0.9, 2)))
        levers = {}
        for shape, more in shapes.items():
            sizes = {key: {"add": round(draw.uniform(-1.5, 1.5), 3)} for key in keys}
            when = {} if shape == "constant" else {"at": round(draw.uniform(0, 10), 3)}
            levers[shape] = {"shape": shape, "moves": sizes, **when, **more}
        scenario = symbiode.build_scenario(model, levers)
        path = symbiode.mode_path(model, scenario, [-1, 20])
        for t in draw.uniform(-1, 20, 8).round(6):
            here, settled = path.at(t), symbiode.settle(at_time(model, scenario, t))
            if settled.outcome is Outcome.DEPENDS_ON_START:
                assert here.survivors in [end.survivors for end in settled.attractors]
            else:
                assert (here.mode, here.outcome, here.survivors) == (settled.mode, settled.outcome, settled.survivors)
