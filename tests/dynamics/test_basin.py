"""basins() against exact separatrices, exact thresholds and scipy's integrator."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from symbiode.dynamics.basin import Basins, basins
from symbiode.dynamics.basin.assignment import Assigner
from symbiode.dynamics.equilibrium import equilibria
from symbiode.dynamics.modes import Evidence, Outcome, settle
from symbiode.errors import InvalidValueError, RefusedError, UnknownNameError
from symbiode.show import areas
from symbiode.system.building import build
from symbiode.system.model import Model


def pair(a: float, b: float, *, r=(0.5, 0.5), K=(1, 1), s: int = 1) -> Model:
    units = {n: {"growth": r[k], "capacity": K[k], "own_growth": s} for k, n in enumerate("pq")}
    return build(units, effects={"p.q": a, "q.p": b})


def shock(found: Basins, *stay: str, measure: str = "absolute", unit: str = "") -> float:
    [size] = [
        s.size for s in found.shocks
        if found.fractions[s.start].survivors == stay and s.measure == measure and s.unit == unit
    ]  # fmt: skip
    return size


def test_with_equal_growth_everything_about_the_basins_is_known():
    """The separatrix is the ray u2/u1 = (1 + b)/(1 + a) = 2 for a = -1.5, b = -2."""
    found = basins(pair(-1.5, -2), cells=60, draws=3000)
    above = found.y[:, None] / found.x > 2
    names = [end.survivors for end in found.fractions]
    assert np.array_equal(found.grid, np.where(above, names.index(("q",)), names.index(("p",))))
    for end in found.fractions:
        assert end.low < (0.75 if end.survivors == ("p",) else 0.25) < end.high  # a triangle of the square [0, 2]^2
    assert shock(found, "p") == pytest.approx(2 / np.sqrt(5), rel=1e-6)  # from (1, 0) to the line
    assert shock(found, "q") == pytest.approx(1 / np.sqrt(5), rel=1e-6)
    assert shock(found, "p", unit="q") == pytest.approx(2, rel=1e-9)
    assert shock(found, "q", unit="p") == pytest.approx(0.5, rel=1e-9)
    assert found.explained == 1.0
    assert not any(s.upper_bound for s in found.shocks)


def test_relative_shocks_are_in_shares_of_the_capacities():
    """K = (2, 5): in u = x/K the same ray, so the same distances as with capacities 1."""
    found = basins(pair(-1.5, -2, K=(2, 5)), cells=10, draws=10)
    assert shock(found, "p", measure="relative") == pytest.approx(2 / np.sqrt(5), rel=1e-6)
    # In x the ray is y = 5 x; the distance from (2, 0) is 10/sqrt(26).
    assert shock(found, "p") == pytest.approx(10 / np.sqrt(26), rel=1e-6)


def test_an_integrator_of_its_own_agrees_with_a_bent_separatrix():
    model = pair(-1.5, -2, r=(0.5, 1.5))
    found = basins(model, cells=12, draws=10)

    def rates(t, u):
        return [0.5 * u[0] * (1 - u[0] - 1.5 * u[1]), 1.5 * u[1] * (1 - u[1] - 2 * u[0])]

    for row in range(0, 12, 2):
        for column in range(0, 12, 2):
            end = solve_ivp(rates, (0, 300), [found.x[column], found.y[row]], rtol=1e-10, atol=1e-12).y[:, -1]
            stay = found.fractions[found.grid[row, column]].survivors
            assert stay == (("p",) if end[0] > end[1] else ("q",))
    for s in found.shocks:
        start, border = np.array(found.fractions[s.start].state), np.array(s.state)
        for share, same in ((0.999, True), (1.001, False)):
            end = solve_ivp(rates, (0, 400), start + share * (border - start), rtol=1e-11, atol=1e-13).y[:, -1]
            assert (np.abs(end - start).max() < 1e-3) == same


def test_one_basin_by_theorem_is_exact_and_needs_no_starts():
    found = basins(pair(0.4, 0.3))
    [end] = found.fractions
    assert (end.fraction, end.low, end.high, end.exact, found.draws) == (1, 1, 1, True, 0)
    assert found.evidence is Evidence.THEOREM
    assert end.state == pytest.approx([1.4 / 0.88, 1.3 / 0.88])
    assert (found.grid == 0).all()


def test_obligate_mutualists_blow_up_above_a_threshold():
    """Own growth -1, d = 2, equal rates: the saddle is (1, 1), and the border is nearest to the origin there."""
    found = basins(pair(2, 2, s=-1), cells=20, draws=200)
    assert {end.kind for end in found.fractions} == {"equilibrium", "blow_up"}
    [size] = {round(s.size, 6) for s in found.shocks if not s.unit}
    assert size == pytest.approx(np.sqrt(2), abs=1e-5)
    diagonal = [found.fractions[found.grid[k, k]].outcome for k in range(20)]
    assert diagonal == [Outcome.EXTINCTION if found.x[k] < 1 else Outcome.BLOW_UP for k in range(20)]


def test_one_unit_with_an_allee_threshold():
    """x' = x (x/A - 1)(1 - x) tips at A = 0.3: shocks 0.3 and 0.7, shares 0.15 and 0.85 of [0, 2]."""
    found = basins(build({"p": {"initial": 1}}, equations={"p": "p*(p/0.3 - 1)*(1 - p)"}), cells=49, draws=3000)
    sizes = {found.fractions[s.start].outcome: s.size for s in found.shocks if s.measure == "absolute"}
    assert sizes[Outcome.EXTINCTION] == pytest.approx(0.3, abs=1e-5)
    assert sizes[Outcome.COEXISTENCE] == pytest.approx(0.7, abs=1e-5)
    for end in found.fractions:
        assert end.low < (0.15 if end.outcome is Outcome.EXTINCTION else 0.85) < end.high
    assert found.grid.shape == (49,)


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_random_starts_are_on_the_right_side_of_the_ray(count: int):
    """At least 99.9 % right, the rest without an answer, none wrong; the exact ray is the judge."""
    a, b = -1.25, -1.75
    model = pair(a, b, r=(0.4, 0.4))
    assigner = Assigner(model=model, known=equilibria(model), general=settle(model))
    starts = 10 ** np.random.default_rng(count).uniform(-3, 1, (count, 2))
    stay = np.array([(assigner.ends[k].survivors or ("",))[0] for k in assigner.surely(starts)])
    truth = np.where(starts[:, 1] / starts[:, 0] > (1 + b) / (1 + a), "q", "p")
    assert (stay[stay != ""] == truth[stay != ""]).all()
    assert (stay == truth).mean() >= 0.999


@pytest.mark.slow
def test_three_equal_competitors_share_the_starts_and_the_shock_is_a_bound():
    """By symmetry a third each; on a face the border is the diagonal, sqrt(1/2) away from (1, 0, 0)."""
    units = {n: {"growth": 1, "capacity": 1} for n in "pqs"}
    model = build(units, effects={f"{i}.{j}": -1.5 for i in "pqs" for j in "pqs" if i != j})
    found = basins(model, cells=8, draws=400, seed=3)
    answers = [end for end in found.fractions if end.answered]
    assert len(answers) == 3
    assert all(end.low < 1 / 3 < end.high for end in answers)
    for s in found.shocks:
        assert s.upper_bound
        assert s.size >= (1 if s.unit else np.sqrt(0.5)) * (1 - 1e-6)
        assert s.size <= (1 if s.unit else np.sqrt(0.5)) * 1.02
    assert found.plane == ("p", "q")
    assert dict(found.at) == {"s": 1.0}


@pytest.mark.slow
def test_a_cycle_is_its_own_end():
    """Rosenzweig-MacArthur beyond its Hopf point: the nullcline's hump, (4 - 1)/2 = 1.5, is right of x* = 2/3."""
    equations = {"p": "p*(1 - p/4 - q/(1 + p))", "q": "q*(2*p/(1 + p) - 0.8)"}
    found = basins(build({"p": {"initial": 1}, "q": {"initial": 1}}, equations=equations), cells=6, draws=20)
    assert [end.kind for end in found.fractions] == ["cycle"]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_answer_and_another_one_does_not():
    model = pair(-1.5, -2, r=(0.5, 1.5))
    one, two, other = (areas.basins(basins(model, cells=8, draws=300, seed=seed)) for seed in (1, 1, 2))
    assert one == two
    assert one["fractions"] != other["fractions"]
    assert one["grid"] == other["grid"]


@pytest.mark.slow
def test_a_line_of_equilibria_is_an_end_of_its_own():
    equations = {"p": "p*(1 - p - q)", "q": "q*(1 - p - q)*(1 + 0.1*p)"}
    line = basins(build({"p": {"initial": 1}, "q": {"initial": 1}}, equations=equations), cells=4, draws=20)
    assert [end.kind for end in line.fractions] == ["continuum"]


@pytest.mark.slow
def test_what_has_not_settled_within_the_horizon_is_said_to_be_so():
    """p' = p (1 - p)^3 comes to rest like t^(-1/2), slower than any horizon."""
    equations = {"p": "p*(1 - p)*(1 - p)*(1 - p)", "q": "q*(1 - q + 0.01*p*p)"}
    slow = basins(build({"p": {"initial": 1}, "q": {"initial": 1}}, equations=equations), cells=4, draws=20)
    assert [end.kind for end in slow.fractions] == ["not_settled"]
    assert not slow.status.ok
    assert slow.fractions[0].name(slow.model) == "not settled within the horizon"


def test_what_cannot_be_asked_is_refused_with_a_reason():
    model = pair(-1.5, -2)
    with pytest.raises(InvalidValueError, match="low below high"):
        basins(model, region=[(0, 1), (1, 0)])
    with pytest.raises(InvalidValueError, match="zero or more"):
        basins(model, region=[(-1, 1), (0, 1)])
    with pytest.raises(UnknownNameError, match="unknown unit"):
        basins(model, plane=("p", "nobody"))
    with pytest.raises(InvalidValueError, match="two different units"):
        basins(model, plane=("p", "p"))
    with pytest.raises(InvalidValueError, match="whole number"):
        basins(model, cells=1)
    with pytest.raises(RefusedError, match="name the time"):
        basins(build({"p": {"initial": 1}}, equations={"p": "p*(1 - p + 0.1*t)"}))
    with pytest.raises(RefusedError, match="noise or delays"):
        basins(model.with_values({"delays.p.q": 1}))


@pytest.mark.slow
def test_starts_on_one_chaotic_attractor_share_its_label_and_evidence():
    """Exponent 0.0203 (Vano et al. 2006, Nonlinearity 19, 2391); time means solve A x = 1."""
    growth = 1, 0.72, 1.53, 1.27
    A = [[1, 1.09, 1.52, 0], [0, 1, 0.44, 1.36], [2.33, 0, 1, 0.47], [1.21, 0.51, 0.35, 1]]
    units = {u: {"growth": r, "capacity": 1, "initial": 0.3} for u, r in zip("abcd", growth, strict=True)}
    effects = {f"{u}.{v}": -A[i][j] for i, u in enumerate("abcd") for j, v in enumerate("abcd") if i != j}
    found = basins(build(units, effects=effects), region=[(0, 1)] * 4, cells=5, draws=20, shock=False)
    chaos = found.fractions[0]
    assert (chaos.kind, chaos.outcome) == ("chaotic", Outcome.CHAOTIC)
    assert chaos.fraction > 0.9
    assert abs(chaos.lyapunov - 0.0203) < chaos.lyapunov_error < 0.01
    assert chaos.state == pytest.approx(np.linalg.solve(A, np.ones(4)), rel=0.05)
    assert "Lyapunov" in found.summary()
