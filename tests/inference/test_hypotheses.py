"""Tests on effects and Fieller sets: where the model is linear they are the exact tests of linear regression."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from symbiode.errors import RefusedError
from symbiode.inference.hypotheses import cone_tail, cone_weights, hypotheses
from symbiode.inference.intervals import fieller, fieller_intervals


@pytest.fixture(scope="module")
def linear(straight):
    fit, design, observed = straight()
    return fit, hypotheses(fit).frame(), design, lambda columns: np.linalg.lstsq(columns, observed, rcond=None)[1][0]


def test_in_a_linear_model_wald_and_likelihood_ratio_are_the_f_test_of_regression(linear):
    """Seber and Lee (2003), Linear Regression Analysis, theorem 4.1: both are (SSR0 - SSR)/q over s^2, F(q, n - k)."""
    _, table, design, ssr = linear
    full, (rows, k) = ssr(design), design.shape
    df = rows - k
    smaller = {
        ("none", "a.b"): np.delete(design, 2, 1), ("none", "b.a"): np.delete(design, 3, 1),
        ("none", "a.b, b.a"): design[:, :2],
        ("equal", "a.b, b.a"): np.column_stack([design[:, :2], design[:, 2] + design[:, 3]]),
    }  # fmt: skip
    for (hypothesis, effects), less in smaller.items():
        q = k - less.shape[1]
        f = (ssr(less) - full) / q / (full / df)
        rows = table[(table.hypothesis == hypothesis) & (table.effects == effects) & (table.against == "any")]
        assert list(rows.way) == ["wald", "likelihood_ratio"]
        assert rows.statistic.to_numpy() == pytest.approx(f, rel=1e-3)
        assert rows.p_value.to_numpy() == pytest.approx(stats.f.sf(f, q, df), rel=1e-2)


def test_a_one_sided_test_of_one_effect_is_the_one_sided_t_test(linear):
    fit, table, _, _ = linear
    t = fit.estimate.params[2] / np.sqrt(fit.estimate.cov[2, 2])
    p = {row.against: row.p_value for row in table.query("effects == 'a.b' and hypothesis == 'none'").itertuples()}
    assert t > 0
    assert p["+"] == pytest.approx(stats.t.sf(t, fit.df_resid), rel=1e-3)
    assert p["−"] == 1


def test_equivalence_is_two_one_sided_t_tests(linear):
    """Schuirmann (1987): the larger p of the two tests against each margin."""
    fit, table, _, _ = linear
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


def test_without_effects_there_is_nothing_to_test(straight):
    with pytest.raises(RefusedError, match="No effect was estimated"):
        hypotheses(straight(("growth",) * 4)[0])


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
