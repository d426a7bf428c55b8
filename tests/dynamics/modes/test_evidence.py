"""What is followed in simulation: traps, cycles, chaos, slow rounds of saddles, deaths, and what is left undecided."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
import sympy
from mpmath import iv
from scipy.integrate import solve_ivp

from symbiode import discover
from symbiode.dynamics.modes import Evidence, Outcome, settle
from symbiode.dynamics.modes.certificates import enclosed, trap
from symbiode.dynamics.modes.recurrence import Case, cycle, exponent, saddle_rounds, spread_out, wanders
from symbiode.dynamics.modes.trials import follow_starts
from symbiode.dynamics.numerics import compiled, vector
from symbiode.show.answers import settlement
from symbiode.system import laws
from symbiode.system.building import build
from symbiode.system.formats import load
from symbiode.system.laws import Slot
from symbiode.system.model import Model


def own(start: tuple[float, ...] = (), **equations: str) -> Model:
    """Return units with equations of their own."""
    starts = start or (0.3,) * len(equations)
    return build({k: {"initial": x} for k, x in zip(equations, starts, strict=True)}, equations=equations)


def rivals(growth: list[float], matrix: list[list[float]], start: list[float] | None = None) -> Model:
    """Return competitors x_i' = r_i x_i (1 - sum a_ij x_j) with a_ii = 1."""
    names = "abcdef"[: len(growth)]
    initial = start or [0.1 * (i + 1) for i in range(len(growth))]
    units = {k: {"growth": r, "capacity": 1, "initial": x} for k, r, x in zip(names, growth, initial, strict=True)}
    pairs = [(i, j) for i in range(len(names)) for j in range(len(names)) if i != j and matrix[i][j]]
    return build(units, effects={f"{names[i]}.{names[j]}": -matrix[i][j] for i, j in pairs})


def circle(x: float, y: float) -> Model:
    """Return r' = r (1 - r^2), angle' = 1 around (2, 2): the cycle has radius 1, period 2 pi, multiplier e^(-4 pi)."""
    r = "1 - (x - 2)**2 - (y - 2)**2"
    return own((x, y), x=f"(x - 2)*({r}) - (y - 2)", y=f"(x - 2) + (y - 2)*({r})")


def test_a_cycle_known_in_closed_form_comes_out() -> None:
    settled = settle(circle(2.5, 2), "initial")
    assert (settled.outcome, settled.evidence) == (Outcome.CYCLE, Evidence.SIMULATION)
    assert settled.period is not None
    assert settled.period_error is not None
    assert abs(settled.period - 2 * math.pi) <= settled.period_error < 1e-5
    assert settled.state == pytest.approx((2, 2), abs=1e-4)
    assert np.array(settled.amplitude) == pytest.approx(np.array([[1, 3], [1, 3]]), abs=1e-4)
    assert "6.28319" in settled.summary() or "6.2831853" in settled.summary()
    assert "周期" in settled.summary("zh")
    told = settlement(settled)
    assert told["amplitude"] == {"x": list((settled.amplitude or ())[0]), "y": list((settled.amplitude or ())[1])}


@pytest.mark.slow
def test_the_period_of_van_der_pol_is_the_published_one() -> None:
    """6.66328685932 at mu = 1 (Andersen and Geer 1982, SIAM J. Appl. Math. 42, 678)."""
    settled = settle(own((0.5, 0.1), x="y", y="(1 - x**2)*y - x"), "initial")
    assert settled.outcome is Outcome.CYCLE
    assert settled.period == pytest.approx(6.66328685932, abs=max(settled.period_error or 0, 1e-10))


@pytest.mark.slow
def test_the_multiplier_of_a_planar_cycle_is_that_of_its_divergence() -> None:
    """Liouville: the multiplier is exp of the integral of div f round the cycle (Rosenzweig and MacArthur 1963)."""
    model = own((1, 0.5), x="x*(1 - x/4) - 1.2*x*y/(1 + x)", y="y*(x/(1 + x) - 0.4)")
    case = Case(numerics=compiled(model), p=vector(model), there=np.array([0, 1]), sizes=np.ones(2))
    y = case.carry(np.array([[1.0, 0.5]]), [0.0, 300.0]).y[0, -1]
    found = cycle(case, y, 100.0)
    assert found is not None
    a, b = found.y.T
    divergence = 1 - a / 2 - 1.2 * b / (1 + a) ** 2 + a / (1 + a) - 0.4
    assert math.exp(divergence.mean() * found.period) == pytest.approx(found.multiplier, rel=1e-4)
    late = solve_ivp(
        lambda t, z: [z[0] * (1 - z[0] / 4 - 1.2 * z[1] / (1 + z[0])), z[1] * (z[0] / (1 + z[0]) - 0.4)],
        (0, found.period), found.y[0], rtol=1e-11, atol=1e-12,
    )  # fmt: skip
    assert late.y[:, -1] == pytest.approx(found.y[0], rel=1e-6)


@pytest.mark.slow
def test_starts_that_near_one_cycle_slowly_are_not_told_two() -> None:
    """Just beyond the Hopf point K = 7/3 the approach takes hundreds of periods of about 2 pi / sqrt(det) = 15."""
    settled = settle(own((1, 0.5), x="x*(1 - x/2.34) - 1.2*x*y/(1 + x)", y="y*(x/(1 + x) - 0.4)"))
    x, y = 2 / 3, (1 - 2 / 3 / 2.34) * (5 / 3) / 1.2
    det = 1.2 * x / (1 + x) * y / (1 + x) ** 2
    assert settled.outcome is Outcome.CYCLE
    assert settled.period == pytest.approx(2 * math.pi / math.sqrt(det), rel=0.01)


@pytest.mark.slow
def test_names_time_and_measures_change_a_cycle_by_their_own_factor_only() -> None:
    plain = own((1, 0.5), x="x*(1 - x/4) - 1.2*x*y/(1 + x)", y="y*(x/(1 + x) - 0.4)")
    fast = own((0.5, 10), y="3*y*(x/(10 + x) - 0.4)", x="3*(x*(1 - x/40) - 12*x*y/(10 + x))")  # x ten times, t a third
    one, other = settle(plain), settle(fast)
    assert (one.outcome, other.outcome) == (Outcome.CYCLE, Outcome.CYCLE)
    assert one.period == pytest.approx(3 * (other.period or 0), rel=1e-6)
    assert one.state == pytest.approx([(other.state or ())[1] / 10, (other.state or ())[0]], rel=1e-6)


VANO = ([1, 0.72, 1.53, 1.27], [[1, 1.09, 1.52, 0], [0, 1, 0.44, 1.36], [2.33, 0, 1, 0.47], [1.21, 0.51, 0.35, 1]])


@pytest.mark.slow
def test_four_competitors_are_chaotic_with_the_published_exponent() -> None:
    """0.0203 (Vano, Wildenberg, Anderson, Noel and Sprott 2006, Nonlinearity 19, 2391)."""
    settled = settle(rivals(*VANO), "initial")
    assert (settled.outcome, settled.evidence, settled.mode) == (Outcome.CHAOTIC, Evidence.SIMULATION, None)
    assert settled.lyapunov_error is not None
    assert settled.lyapunov_error < 0.004
    assert settled.lyapunov == pytest.approx(0.0203, abs=settled.lyapunov_error)
    mean = np.linalg.solve(np.array(VANO[1]), np.ones(4))  # time means of a persistent orbit solve A x = 1
    assert settled.state == pytest.approx(mean, rel=0.02)


@pytest.mark.slow
def test_independent_oscillators_are_neither_chaos_nor_a_cycle() -> None:
    """Two predator-prey pairs of Volterra side by side: quasi-periodic, every exponent zero."""
    units = {k: {"growth": r, "initial": x, "own_growth": s} for k, r, x, s in
             (("a", 1, 0.3, 1), ("b", 1.3, 0.5, 1), ("c", 1, 0.7, -1), ("d", 1.3, 0.9, -1))}  # fmt: skip
    effects = {"a.c": -1, "c.a": 1, "b.d": -1.3, "d.b": 1.3}
    settled = settle(build(units, law="lotka_volterra", effects=effects), "initial")
    assert settled.outcome in (Outcome.UNDECIDED, Outcome.NEUTRAL_ORBITS)
    assert settled.lyapunov is None


def test_a_round_of_saddles_slows_down_by_the_product_of_its_eigenvalues() -> None:
    """May and Leonard (1975) with unequal growth: (0.3/0.2)^3 = 3.375 a round, whatever the growth rates."""
    model = rivals([1, 1.1, 0.9], [[1, 0.8, 1.3], [1.3, 1, 0.8], [0.8, 1.3, 1]])
    settled = settle(model, "initial")
    assert (settled.outcome, settled.state) == (Outcome.HETEROCLINIC, None)
    assert float(dict(dict(settled.reason)["trial_heteroclinic"])["factor"]) == pytest.approx(3.375, rel=0.25)


def test_equal_rounds_of_saddles_are_no_slowing_down() -> None:
    """A path made by hand: stays of growing length are told from stays of equal length."""
    model = rivals([1, 1, 1], [[1, 0.8, 1.3], [1.3, 1, 0.8], [0.8, 1.3, 1]])
    case = Case(numerics=compiled(model), p=vector(model), there=np.arange(3), sizes=np.ones(3))
    order = [0, 2, 1] if compiled(model).per_capita(0.0, np.eye(3)[0], vector(model))[2] > 0 else [0, 1, 2]
    t = np.linspace(0, 1000, 5001)
    for factor, slows in ((1.4, True), (1.0, False)):
        edges = np.cumsum(10 * factor ** np.arange(60))
        at = np.array(order)[np.searchsorted(edges, t) % 3]
        found = saddle_rounds(case, t, np.eye(3)[at], np.eye(3))
        assert (found is not None) is slows
        if found is not None:
            assert found[1] == pytest.approx(1.4**3, rel=0.05)


@pytest.mark.parametrize("side", [1, -1])
def test_a_start_that_passes_a_saddle_slowly_is_not_called_at_rest_there(side: int) -> None:
    """Strong Allee effect: at x = 0.2 +- 1e-10 it stays within 1e-5 of the threshold for 14 time units."""
    model = own((0.2 + side * 1e-10, 0.5), x="x*(x/0.2 - 1)*(1 - x)", y="y*(1 - y - 0.3*x)")
    settled = settle(model, "initial")
    assert settled.evidence is Evidence.CERTIFICATE
    assert settled.state == pytest.approx((1, 0.7) if side > 0 else (0, 1), abs=1e-300)


def test_a_start_on_the_way_into_a_saddle_is_undecided() -> None:
    model = own((0.2, 0.5), x="x*(x/0.2 - 1)*(1 - x)", y="y*(1 - y - 0.3*x)")
    assert settle(model, "initial").outcome is Outcome.UNDECIDED


def test_a_trap_holds_what_it_says() -> None:
    """From points all over the edge of the region, an integration of its own stays inside and ends at the centre."""
    model = own(x="x*(1 - x/2) - 1.2*x*y/(1 + x)", y="y*(x/(1 + x) - 0.4)")
    centre = np.array([2 / 3, 25 / 27])
    found = trap(model, centre, centre, np.array([0, 1]))
    assert found is not None
    root = np.linalg.inv(np.linalg.cholesky(found.metric)).T
    for angle in np.linspace(0, 2 * math.pi, 12, endpoint=False):
        start = centre + found.radius * root @ [math.cos(angle), math.sin(angle)]
        path = solve_ivp(
            lambda t, z: [z[0] * (1 - z[0] / 2 - 1.2 * z[1] / (1 + z[0])), z[1] * (z[0] / (1 + z[0]) - 0.4)],
            (0, 400), start, rtol=1e-10, atol=1e-13, t_eval=np.linspace(0, 400, 400),
        )  # fmt: skip
        away = path.y.T - centre
        values = np.sqrt(np.einsum("ti,ij,tj->t", away, found.metric, away))
        assert (np.diff(values) < 1e-9).all()
        assert values[-1] < 1e-3 * found.radius


def test_no_trap_is_proved_around_what_does_not_attract() -> None:
    model = own(x="x*(x/0.2 - 1)*(1 - x)", y="y*(1 - y)")
    assert trap(model, np.array([0.2, 1.0]), np.ones(2), np.array([0, 1])) is None


@pytest.mark.parametrize("text", ["x/(1 + x*y)", "exp(-x)*y - x**3", "sqrt(x) + log(1 + y)", "(x - y)**2 - sqrt(2)"])
def test_intervals_hold_every_value(text: str) -> None:
    x, y = sympy.symbols("x y")
    expression = sympy.sympify(text)
    found = enclosed(expression, {x: iv.mpf([0.5, 1.5]), y: iv.mpf([0.25, 2])})
    value = sympy.lambdify((x, y), expression)
    for a in np.linspace(0.5, 1.5, 9):
        for b in np.linspace(0.25, 2, 9):
            assert float(found.a) - 1e-12 <= value(a, b) <= float(found.b) + 1e-12


@pytest.mark.parametrize(
    ("effects", "start", "outcome", "time"),
    [((-2, 1), (0.1, 0.1), Outcome.EXCLUSION, 2.05431), ((-2, 0.5), (1, 0.8), Outcome.BLOW_UP, 0.65612)],
)
def test_capacities_that_fall_to_zero_kill_in_finite_time(
    effects: tuple[float, float], start: tuple[float, float], outcome: Outcome, time: float
) -> None:
    """Finite-time death and singularity of Yukalov, Yukalova and Sornette (2012), times from an own integration."""
    units = {k: {"growth": 1, "capacity": 1, "initial": x} for k, x in zip("xz", start, strict=True)}
    model = build(units, law="carrying_capacity", effects={"x.z": effects[0], "z.x": effects[1]})
    settled = settle(model, "initial")
    assert settled.outcome is outcome
    assert settled.evidence is Evidence.SIMULATION
    when = settled.death_time if outcome is Outcome.EXCLUSION else settled.blow_up_time
    assert when == pytest.approx(time, abs=1e-5)
    if outcome is Outcome.EXCLUSION:
        assert (settled.survivors, settled.state) == (("z",), (0.0, 1.0))
        assert "2.0543" in settled.summary()


def test_stable_equilibria_count_as_ends_whether_a_start_reached_them_or_not() -> None:
    """Three units that do not act on each other, each with a strong Allee threshold: {0, K}^3 attract, 8 in all."""
    alone = {"growth": 1, "capacity": 1, "threshold": "1/100"}
    settled = settle(build(dict.fromkeys("abc", alone), law="allee"))
    assert settled.outcome is Outcome.DEPENDS_ON_START
    assert {end.state for end in settled.attractors} == set(product((0.0, 1.0), repeat=3))
    assert len(settled.attractors) == 8


def test_starts_that_all_agree_are_counted_and_prove_nothing() -> None:
    """What a theorem decides is followed here all the same: 12 starts, said to be a simulation."""
    model = own(x="x*(1 - x + y/(1 + y))", y="y*(1 - y + 2*x/(1 + x))")
    told, proved = follow_starts(model, None), settle(model)
    assert told.evidence is Evidence.SIMULATION
    assert dict(told.reason[0][1])["count"] == "12"
    assert proved.evidence is Evidence.THEOREM
    assert (told.outcome, told.state) == (proved.outcome, proved.exact)


def number(slot: Slot, rng: np.random.Generator) -> float:
    """Draw a value that a slot admits."""
    if slot.choices:
        return int(rng.choice(slot.choices))
    low = -2 if slot.lower is None else slot.lower
    high = low + 3 if slot.upper is None else slot.upper
    return round(float(rng.uniform(low, high)), 2) or 0.5


def integrated(model: Model, start: tuple[float, ...], end: float) -> np.ndarray:
    """Return the levels at a time, by an integrator and equations of this file's own."""
    rates = [rate.xreplace(dict(model.values)) / x for rate, x in zip(model.rates, model.states, strict=True)]
    f = sympy.lambdify(model.states, rates, "numpy")

    def slope(t: float, z: np.ndarray) -> list[float]:
        return f(*np.exp(np.maximum(z, -600)))

    found = solve_ivp(slope, (0, end), np.log(start), method="LSODA", rtol=1e-9, atol=1e-9)
    return np.exp(found.y[:, -1]) if found.success else np.full(len(start), np.nan)


@pytest.mark.slow
@pytest.mark.parametrize("name", discover.names(laws))
def test_starts_under_every_law_end_where_a_long_integration_ends(name: str) -> None:
    """Seeded; only answers with a level for every unit and an exponential approach can be compared at a finite time."""
    law, rng, compared = discover.module(laws, name, "law").LAW, np.random.default_rng(7), 0
    for _ in range(6):
        start = tuple(float(x) for x in rng.choice([0.1, 0.5, 1, 2], 2))
        units = {
            u: {slot.name: number(slot, rng) for slot in law.slots("unit")} | {"initial": x}
            for u, x in zip("ab", start, strict=True)
        }
        pairs = {f"{s.name}s": {"a.b": number(s, rng), "b.a": number(s, rng)} for s in law.slots("pair")}
        model = build(units, law=name, **pairs)
        settled = settle(model, "initial")
        at_rest = settled.outcome in (Outcome.COEXISTENCE, Outcome.EXCLUSION, Outcome.EXTINCTION)
        if not at_rest or settled.slow or settled.state is None or settled.death_time is not None:
            continue
        compared += 1
        assert integrated(model, start, 3000.0) == pytest.approx(settled.state, rel=1e-4, abs=1e-4)
    assert compared >= (1 if name not in ("exponential", "lotka_volterra") else 0)


def test_a_blow_up_beyond_a_negative_capacity_has_a_sharp_time() -> None:
    """1/x1 passes zero smoothly: w' = r1 (1/(1 - 2 x2/5) - w), x2' = r2 x2 (1 - w x2/(w + x2/4))."""
    model, start = load("shared-capacity").with_values({"effects.port.works": "-2/5"}), (0.0873, 4.2848)
    found = settle(model, start=start)
    path = solve_ivp(
        lambda t, z: (0.2 * (1 / (1 - 0.4 * z[1]) - z[0]), 0.3 * z[1] * (1 - z[0] * z[1] / (z[0] + z[1] / 4))),
        (0, 1), (1 / start[0], start[1]), events=lambda t, z: z[0], rtol=1e-12, atol=1e-12,
    )  # fmt: skip
    assert found.outcome is Outcome.BLOW_UP
    assert abs(found.blow_up_time - path.t_events[0][0]) < found.blow_up_error + 1e-9 < 1e-7


@pytest.mark.slow
def test_what_does_not_fill_the_range_of_chaos_is_not_on_it() -> None:
    """Roessler's band: exponent 0.0714 (Sprott 2003, Chaos and Time-Series Analysis, appendix A), rest inside."""
    band = own((1, 1, 1), x="-y - z", y="x + y/5", z="1/5 + z*(x - 57/10)")
    case = Case(numerics=compiled(band), p=vector(band), there=np.arange(3), sizes=np.ones(3))
    on = case.carry(np.ones((1, 3)), [0, 200, 220, 240]).y[0, 1:]
    apart = spread_out(case, on[0], 500.0)
    assert apart is not None
    known = exponent(case, apart, 500.0)
    assert known is not None
    assert known.positive
    assert abs(known.value - 0.0714) < known.error
    x = (5.7 - math.sqrt(5.7**2 - 0.16)) / 2
    assert wanders(case, known, np.array([*on, (x, -5 * x, 5 * x)]), 100.0).tolist() == [True, True, True, False]
