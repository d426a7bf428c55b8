"""The best fit in each mode: bounded least squares, weighed by AICc."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import optimize

from symbiode.dynamics.modes.ladder import Mode
from symbiode.errors import RefusedError
from symbiode.inference.constrained import mode_fits

LIMITS = {"+": (0, np.inf), "0": (-1e-12, 1e-12), "−": (-np.inf, 0)}


def test_in_a_linear_model_each_mode_is_bounded_least_squares(straight):
    """scipy's `lsq_linear` solves each; AICc as in Hurvich and Tsai (1989), weights as in Burnham and Anderson."""
    fit, design, observed = straight()
    found = mode_fits(fit)
    table = found.frame().set_index("signs")
    n, expected = len(observed), {}
    for signs in map("".join, product("+0−", repeat=2)):
        low, high = zip((-np.inf, np.inf), (-np.inf, np.inf), *(LIMITS[s] for s in signs), strict=True)
        ssr = 2 * optimize.lsq_linear(design, observed, (low, high), tol=1e-14).cost
        assert table.loc[signs, "ssr"] == pytest.approx(ssr, rel=1e-5)
        k = 5 - signs.count("0")
        expected[signs] = n * np.log(2 * np.pi * ssr / n) + n + 2 * k + 2 * k * (k + 1) / (n - k - 1)
        assert table.loc[signs, "aicc"] == pytest.approx(expected[signs], abs=1e-3)
    tied = np.column_stack([design[:, :2], design[:, 2] + design[:, 3]])
    low = (-np.inf, -np.inf, 0)
    even = 2 * optimize.lsq_linear(tied, observed, (low, np.inf)).cost
    assert table.loc["==", "ssr"] == pytest.approx(even, rel=1e-4)
    ratio = np.exp((expected["+−"] - expected["00"]) / 2)
    assert table.loc["00", "weight"] / table.loc["+−", "weight"] == pytest.approx(ratio, rel=1e-2)
    assert sum(found.weights.values()) == pytest.approx(1)


def test_predator_and_prey_are_parasitism_by_weight(lynx_fit):
    found = mode_fits(lynx_fit)
    assert next(iter(found.weights)) is Mode.PARASITISM
    assert found.fits[0].effects == pytest.approx(tuple(lynx_fit.effects.values()), rel=1e-3)
    assert "寄生" in found.summary("zh")


def test_modes_need_both_effects(straight):
    with pytest.raises(RefusedError, match="both effects"):
        mode_fits(straight(("growth", "growth", "effect", "other"))[0])
