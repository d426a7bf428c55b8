"""Settling with noise: stand-alone means, shifted thresholds, means over time, and paths that say the same."""

from itertools import permutations

import numpy as np
import pytest
import sympy

from symbiode.dynamics.maps import mode_map
from symbiode.dynamics.modes import settle
from symbiode.dynamics.modes.ladder import Evidence, Mode, Outcome
from symbiode.dynamics.simulation import ensemble
from symbiode.errors import RefusedError
from symbiode.system.building import build

R = sympy.Rational


def pair(a, b, noise, r=(1, "7/10"), K=(1, 1)):
    units = {
        name: {"growth": g, "capacity": k, "initial": k, "noise": s}
        for name, g, k, s in zip("ab", r, K, noise, strict=True)
    }
    return build(units, effects={"a.b": a, "b.a": b})


def test_one_unit_lasts_only_while_noise_costs_less_than_its_growth():
    """Mean K (1 - sigma^2/(2 r)) for sigma^2 < 2 r, else extinction (Evans, Hening and Schreiber 2015, section 2)."""
    unit = {"growth": 1, "capacity": 2}
    lasting = settle(build({"a": unit | {"noise": "1/2"}}))
    assert (lasting.outcome, lasting.exact) == (Outcome.COEXISTENCE, (R(7, 4),))
    gone = settle(build({"a": unit | {"noise": 2}}))
    assert (gone.outcome, gone.evidence) == (Outcome.EXTINCTION, Evidence.THEOREM)
    assert "without it, coexistence" in gone.why()
    critical = settle(build({"a": unit | {"growth": "1/2", "noise": 1}}), start=[1])
    assert critical.evidence is not Evidence.THEOREM


def test_means_over_time_solve_the_equations_of_rest_with_lowered_growth():
    """M u = 1 - sigma_i^2/(2 r_i) with M = I - (d_ij), if all persist (Schreiber et al. 2011, section 5)."""
    for a, b in (("3/10", "-1/5"), ("-1/2", "-1/4"), ("1/2", "1/2"), (0, "1/3")):
        found = settle(pair(a, b, ("2/5", "3/10")))
        M = sympy.Matrix([[1, -R(a)], [-R(b), 1]])
        means = M.LUsolve(sympy.Matrix([1 - R(4, 25) / 2, 1 - R(9, 100) / 2 / R(7, 10)]))
        assert found.outcome is Outcome.COEXISTENCE
        assert sympy.Matrix(found.exact) == means


def test_noise_moves_the_threshold_of_exclusion():
    """Unit 1 invades while 1 + d12 u2 - sigma_1^2/(2 r_1) > 0 at u2 = 1 - sigma_2^2/(2 r_2) (Turelli 1977)."""
    for own, beside in (("2/5", 0), (0, "2/5"), ("2/5", "3/10")):
        level = 1 - R(beside) ** 2 / (2 * R(7, 10))
        edge = -(1 - R(own) ** 2 / 2) / level
        inside, outside = (settle(pair(edge + step, "1/5", (own, beside))) for step in (R(1, 1000), -R(1, 1000)))
        assert inside.outcome is Outcome.COEXISTENCE
        assert (outside.outcome, outside.survivors) == (Outcome.EXCLUSION, ("b",))
        assert settle(pair(edge, "1/5", (own, beside)), start=[0, 1]).survivors == ("b",)
    helped = settle(pair("-21/20", "-1/5", (0, "1/2")))
    assert helped.outcome is Outcome.COEXISTENCE
    assert "without it, b would stay" not in helped.why()
    assert "without it, exclusion" in helped.why()
    turned = settle(pair("-95/100", "-99/100", (0, 1), r=(1, 1)))
    assert turned.survivors == ("a",)


def test_neutral_units_keep_neutral_gains():
    """Gains are against the stand-alone mean with the same noise, so noise alone is no competition."""
    found = settle(pair(0, 0, ("2/5", "3/10")))
    assert found.mode is Mode.NEUTRALISM
    assert found.gains == (0, 0)


@pytest.mark.parametrize(("a", "b"), [pytest.param(-2, -2, marks=pytest.mark.slow), (2, 1)])
def test_where_either_may_be_lost_chance_decides_and_runaway_is_certain(a, b):
    general, started = (settle(pair(a, b, (0.4, 0.3)), start=start) for start in (None, "initial"))
    if a > 0:
        assert general.outcome is started.outcome is Outcome.BLOW_UP
        run = ensemble(pair(a, b, (0.4, 0.3)), members=10, times=[0, 50], rtol=1e-2)
        assert (run.blow_up_time < 50).all()
    else:
        assert (general.outcome, started.outcome) == (Outcome.DEPENDS_ON_START, Outcome.EXCLUSION)
        assert started.survivors is None
        run = ensemble(pair(a, b, (0.4, 0.3)), members=16, times=np.linspace(0, 60, 13), rtol=1e-2)
        lost = (run.y[:, -1] < 1e-3).sum(axis=0)
        assert lost.min() > 0
        assert lost.sum() == 16


def test_three_units_and_their_order():
    units = {name: {"growth": 1, "capacity": 1, "noise": "3/10"} for name in "abc"}
    effects = {"a.b": "1/5", "b.c": "-3/10", "c.a": "2/5"}
    found = settle(build(units, effects=effects))
    M = sympy.Matrix([[1, -R(1, 5), 0], [0, 1, R(3, 10)], [-R(2, 5), 0, 1]])
    assert sympy.Matrix(found.exact) == M.LUsolve(sympy.Matrix([1 - R(9, 200)] * 3))
    for order in permutations("abc"):
        other = settle(build({name: units[name] for name in order}, effects=effects))
        assert dict(zip(order, other.exact, strict=True)) == dict(zip("abc", found.exact, strict=True))


def test_means_are_those_of_long_paths():
    """Independent of the theorem: 200 paths, averaged over time."""
    model = pair("3/10", "-1/5", ("2/5", "3/10"))
    run = ensemble(model, members=100, times=np.arange(0, 61, 1.0), rtol=1e-2)
    means = run.y[:, 20:].mean(axis=1)
    assert (np.abs(means.mean(axis=0) - settle(model).state) < 4 * means.std(axis=0) / 10).all()


@pytest.mark.slow
def test_random_pairs_end_as_their_paths_do():
    rng = np.random.default_rng(4)
    for _ in range(6):
        a, b, s1, s2 = [*rng.uniform(-1.8, 0.8, 2).round(2), *rng.uniform(0.2, 1.2, 2).round(2)]
        model = pair(a, b, (s1, s2), r=(1, 1))
        found = settle(model)
        run = ensemble(model, members=40, times=np.linspace(0, 300, 301), rtol=1e-2)
        rates = np.log(run.y[:, -1] / run.y[:, 100]).mean(axis=0) / 200
        if found.survivors is not None:
            gone = np.array([name not in found.survivors for name in "ab"])
            # A unit that dies out more slowly than e^-12 over the time seen shows nothing.
            shows = ~gone | (rates < -0.06)
            assert ((np.median(run.y[:, -1], axis=0) < 1e-4) == gone)[shows].all(), (a, b, s1, s2)


@pytest.mark.slow
def test_other_laws_are_followed_and_labelled():
    units = {name: {"growth": 1, "capacity": 1, "initial": 1, "noise": "1/5"} for name in "ab"}
    own = build(units | {"b": units["b"]}, effects={"a.b": "1/5", "b.a": "2/5"}, law="gompertz")
    found = settle(own, start="initial")
    assert found.evidence is Evidence.SIMULATION
    assert found.outcome is Outcome.COEXISTENCE
    assert "paths" in found.why()


def test_a_map_of_noise_free_borders_is_refused():
    with pytest.raises(RefusedError, match="noise and delays move"):
        mode_map(pair("-3/5", "-9/10", (0, "1/4")), cells=16)
