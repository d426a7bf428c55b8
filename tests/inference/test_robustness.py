"""Other choices: each row is the fit one would get by making it, and the shares count kinds of choices alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from symbiode.dynamics.modes.ladder import Mode
from symbiode.errors import InvalidValueError
from symbiode.inference.fitting import fit
from symbiode.inference.robustness import RIDGE, Robustness, Variant, with_law
from symbiode.show.plots.robustness import compute
from symbiode.system.building import build


def variant(kind, name, effects, mode):
    open_ends = (None,) * len(effects)
    return Variant(kind=kind, name=name, effects=effects, low=open_ends, high=open_ends, mode=mode, status="ok")


def test_every_kind_of_choice_counts_the_same():
    """By hand: single years agree in 3 of 4, the law in 0 of 1: 3/8 of both kinds."""
    base = variant("base", "base", (0.3, -0.2), Mode.PARASITISM)
    years = [variant("year", f"without:{k}", (0.3, -0.1), Mode.PARASITISM) for k in range(3)]
    years.append(variant("year", "without:3", (0.2, 0.1), Mode.ASYMMETRIC_MUTUALISM))
    law = variant("law", "gompertz", (0.1, 0.4), Mode.ASYMMETRIC_MUTUALISM)
    model = build({"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}})
    names = ("effects.a.b", "effects.b.a")
    found = Robustness(model=model, effects=names, variants=(base, *years, law), failed=())
    assert found.agreement == pytest.approx(0.375)
    assert found.sign_stability == pytest.approx({"effects.a.b": 1.0, "effects.b.a": 0.375})
    assert "38 %" in found.headline()
    assert "寄生" in found.headline("zh")
    assert len(found.frame()) == 2 * 6
    assert len(compute(found).rows) == 3


@pytest.fixture(scope="module")
def found(quick_robustness):
    return quick_robustness


def row(found, kind, name):
    return next(v for v in found.variants if (v.kind, v.name) == (kind, name))


def test_a_year_left_out_is_the_fit_without_that_row(found, quick_fit):
    time = quick_fit.observations.t[4]
    again = fit(quick_fit.model, quick_fit.observations.without([time]), method=quick_fit.method, draws=2)
    assert row(found, "year", f"without:{time:g}").effects == pytest.approx(tuple(again.effects.values()), rel=1e-3)


def test_levels_instead_of_logarithms_is_that_fit(found, quick_fit):
    again = fit(quick_fit.model, quick_fit.observations, method=replace(quick_fit.method, error="level"), draws=2)
    assert row(found, "error", "error_level").effects == pytest.approx(tuple(again.effects.values()), rel=1e-3)


def test_a_prior_draws_effects_to_zero_as_ridge_regression_does(found, quick_fit):
    """Hoerl and Kennard (1970), to first order: the estimate moves by -(J'J + P)^-1 P d, P = (sigma/sd)^2."""
    jacobian = quick_fit.estimate.jacobian.reshape(-1, len(quick_fit.names))
    penalty = np.zeros(len(quick_fit.names))
    at = [quick_fit.names.index(name) for name in found.effects]
    penalty[at] = (quick_fit.sigma / RIDGE) ** 2
    moved = -np.linalg.solve(jacobian.T @ jacobian + np.diag(penalty), penalty * quick_fit.estimate.params)
    prior = row(found, "prior", f"ridge:{RIDGE:g}")
    expected = (quick_fit.estimate.params + moved)[at]
    assert np.array(prior.effects) == pytest.approx(expected, rel=1e-3)
    assert np.abs(moved[at]).min() > 1e-7


def test_clear_data_say_the_same_under_every_choice_of_errors_years_and_trend(found):
    kinds = {v.kind for v in found.variants}
    assert kinds == {"base", "error", "prior", "law", "driver", "year", "window"}
    assert all(v.mode is Mode.PARASITISM for v in found.variants if v.kind in ("error", "prior"))
    assert found.failed == ()


def test_a_law_keeps_the_coefficients(quick_fit):
    other = with_law(quick_fit.model, "gompertz")
    assert other.law.name == "gompertz"
    ours, theirs = ({p.path: float(m.values[p.symbol]) for p in m.parameters} for m in (quick_fit.model, other))
    assert theirs == pytest.approx({path: ours[path] for path in theirs})


def test_what_is_no_fit_has_no_figure():
    with pytest.raises(InvalidValueError, match="a Robustness or a Fit"):
        compute(3)
