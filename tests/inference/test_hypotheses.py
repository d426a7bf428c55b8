"""Tests on effects and Fieller sets: where the model is linear they are the exact tests of linear regression."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import optimize, stats

from symbiode.errors import RefusedError
from symbiode.inference.estimators import Path, Problem
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.hypotheses import cone_tail, cone_weights, hypotheses
from symbiode.inference.intervals import fieller, fieller_intervals

N, K = 12, 4
RNG = np.random.default_rng(5)
DESIGN = RNG.standard_normal((2 * N, K))
DESIGN[:, 3] += 0.7 * DESIGN[:, 2]
TRUE = np.array([3.0, -1.0, 0.4, -0.3])
OBSERVED = DESIGN @ TRUE + 0.5 * RNG.standard_normal(2 * N)
METHOD = TrajectoryMatching(error="level", starts=4)


def linear_fit(free=("growth", "growth", "effect", "effect")):
    """Least squares of a straight model in four coefficients, posed as if two of them were effects."""

    def trajectory(p, times=None, *, rtol=1e-9, steps=2000):
        count = N if times is None else len(times)
        y = (p @ DESIGN.T).reshape(len(p), N, 2)[:, :count]
        dy = np.broadcast_to(DESIGN.reshape(N, 2, K)[:count], (*y.shape, K))
        return Path(y=y, dy=dy, clean=np.ones(len(p), bool))

    names = ("a.growth", "b.growth", "effects.a.b", "effects.b.a")
    wide = np.full(K, 50.0)
    problem = Problem(
        t=np.arange(float(N)), y=OBSERVED.reshape(N, 2), units=("a", "b"), names=names, kinds=free,
        about=((0,), (1,), (0, 1), (1, 0)), positive=np.zeros(K, bool), lower=-wide, upper=wide,
        hard_lower=-2 * wide, hard_upper=2 * wide, guess=np.zeros(K), starts=np.empty((0, K)), trajectory=trajectory,
    )  # fmt: skip
    estimate = METHOD.estimate(problem)
    law = SimpleNamespace(law=SimpleNamespace(scale="capacity"))
    return SimpleNamespace(problem=problem, method=METHOD, estimate=estimate, model=law, names=names,
                           df_resid=estimate.df_resid, zero=0.05, tau=0.1)  # fmt: skip


@pytest.fixture(scope="module")
def linear():
    fit = linear_fit()
    return fit, hypotheses(fit).frame()


def ssr(columns):
    return np.linalg.lstsq(columns, OBSERVED, rcond=None)[1][0]


def test_in_a_linear_model_wald_and_likelihood_ratio_are_the_f_test_of_regression(linear):
    """Seber and Lee (2003), Linear Regression Analysis, theorem 4.1: both are (SSR0 - SSR)/q over s^2, F(q, n - k)."""
    _, table = linear
    full, df = ssr(DESIGN), 2 * N - K
    smaller = {
        ("none", "a.b"): np.delete(DESIGN, 2, 1), ("none", "b.a"): np.delete(DESIGN, 3, 1),
        ("none", "a.b, b.a"): DESIGN[:, :2],
        ("equal", "a.b, b.a"): np.column_stack([DESIGN[:, :2], DESIGN[:, 2] + DESIGN[:, 3]]),
    }  # fmt: skip
    for (hypothesis, effects), design in smaller.items():
        q = K - design.shape[1]
        f = (ssr(design) - full) / q / (full / df)
        rows = table[(table.hypothesis == hypothesis) & (table.effects == effects) & (table.against == "any")]
        assert list(rows.way) == ["wald", "likelihood_ratio"]
        assert rows.statistic.to_numpy() == pytest.approx(f, rel=1e-3)
        assert rows.p_value.to_numpy() == pytest.approx(stats.f.sf(f, q, df), rel=1e-2)


def test_a_one_sided_test_of_one_effect_is_the_one_sided_t_test(linear):
    fit, table = linear
    t = fit.estimate.params[2] / np.sqrt(fit.estimate.cov[2, 2])
    p = {row.against: row.p_value for row in table.query("effects == 'a.b' and hypothesis == 'none'").itertuples()}
    assert t > 0
    assert p["+"] == pytest.approx(stats.t.sf(t, fit.df_resid), rel=1e-3)
    assert p["−"] == 1


def test_equivalence_is_two_one_sided_t_tests(linear):
    """Schuirmann (1987): the larger p of the two tests against each margin."""
    fit, table = linear
    for k, name in ((2, "a.b"), (3, "b.a")):
        d, se = fit.estimate.params[k], np.sqrt(fit.estimate.cov[k, k])
        p = max(stats.t.sf((d + 0.05) / se, fit.df_resid), stats.t.sf((0.05 - d) / se, fit.df_resid))
        row = table[(table.hypothesis == "negligible") & (table.effects == name)]
        assert row.p_value.item() == pytest.approx(p, rel=1e-3)


@pytest.mark.parametrize("rho", [-0.6, 0.0, 0.5])
def test_the_mixture_of_a_cone_is_what_a_projection_onto_it_gives(rho):
    """Silvapulle and Sen (2005), section 3.4: the statistic is the squared length of the projection onto the cone."""
    rng, df, count = np.random.default_rng(1), 9, 4000
    cov = np.array([[1, rho], [rho, 1]])
    z = rng.multivariate_normal([0, 0], cov, count)
    s2 = rng.chisquare(df, count) / df
    inverse = np.linalg.inv(cov)
    along = np.maximum(np.array([z @ inverse[:, k] / np.sqrt(inverse[k, k]) for k in (0, 1)]), 0) ** 2
    whole = np.einsum("ri,ij,rj->r", z, inverse, z)
    statistic = np.where((z >= 0).all(axis=1), whole, along.max(axis=0)) / s2
    for value in (0.5, 2.0, 5.0):
        p = cone_tail(value, cone_weights(cov, (1, 1)), df)
        assert (statistic >= value).mean() == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / count))


def test_without_effects_there_is_nothing_to_test():
    with pytest.raises(RefusedError, match="No effect was estimated"):
        hypotheses(linear_fit(free=("growth",) * 4))


@pytest.mark.slow
def test_two_effects_of_the_paramecia_differ(gause_fit):
    """Gause (1934); the Wald statistic 11.05 of d12 = d21 follows from the published nls fit of the gauseR vignette."""
    found = hypotheses(gause_fit)
    wald = found.frame().query("hypothesis == 'equal' and way == 'wald'")
    assert wald.statistic.item() == pytest.approx(11.05, abs=0.02)
    for lang in ("en", "zh"):
        assert "11.05" in found.summary(lang)


@pytest.mark.parametrize(("denominator", "shape"), [(1.0, "interval"), (0.15, "rays"), (0.02, "line")])
def test_a_fieller_set_holds_the_ratios_that_a_t_test_does_not_reject(denominator, shape):
    """Fieller (1954): the definition, inverted by root finding."""
    numerator, cov, df = (2.0 if shape != "line" else 0.1), np.array([[0.09, 0.01], [0.01, 0.01]]), 20
    found = fieller(numerator, denominator, cov, df)
    assert found.shape == shape

    def rejected(v):
        contrast = np.array([1, -v])
        return abs(numerator - v * denominator) / np.sqrt(contrast @ cov @ contrast) - stats.t.ppf(0.975, df)

    for v in np.linspace(-30, 30, 241):
        assert found.covers(v) == (rejected(v) <= 0)
    if shape == "interval":
        assert found.low == pytest.approx(optimize.brentq(rejected, -5, found.estimate))
        assert found.high == pytest.approx(optimize.brentq(rejected, found.estimate, 50))


def test_capacities_and_effects_have_fieller_sets_around_their_estimates(gause_fit):
    table = fieller_intervals(gause_fit)
    assert set(table.index) <= set(gause_fit.names)
    assert len(table) == 4
    for name, row in table.iterrows():
        assert row.estimate == pytest.approx(gause_fit.params[name], rel=1e-6)
        assert row["shape"] != "interval" or row.low < row.estimate < row.high
