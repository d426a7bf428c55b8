"""Posterior sampling: exact densities, known chains, a long independent run, and what happens when it fails."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

import symbiode
from symbiode.errors import Code, InvalidValueError, Level, UnknownNameError
from symbiode.inference.estimators import _chains, _sampler
from symbiode.inference.estimators.posterior import LogNormal, Normal, Posterior
from symbiode.inference.observations import Observations, of_model
from symbiode.inference.problems import pose
from symbiode.system.building import build

TIMES = np.arange(8.0)
PUBLISHED = Path(__file__).parent.parent / "published" / "hudson_bay_posterior.toml"


def exponential():
    """Return a unit that grows by 20 % a year for ever, with 10 % noise: only its first level is unknown."""
    model = build({"a": {"growth": 0.2, "initial": 3}}, law="lotka_volterra")
    noise = 0.1 * np.random.default_rng(4).standard_normal((8, 1))
    seen = Observations(t=TIMES, y=3 * np.exp(0.2 * TIMES[:, None] + noise), units=("a",))
    return model, seen


def test_diagnostics_agree_with_arviz():
    """ArviZ 0.23.4 (rhat, ess bulk, ess tail) on the same chains; theory: n (1 - rho) / (1 + rho) = 1778."""
    rng = np.random.default_rng(0)
    draws, rho = rng.standard_normal((8, 2000, 3)), 0.8
    for k in range(1, 2000):
        draws[:, k] = rho * draws[:, k - 1] + np.sqrt(1 - rho**2) * draws[:, k]
    assert _chains.r_hat(draws) == pytest.approx([1.0098218960, 1.0038575680, 1.0053766203], abs=1e-8)
    assert _chains.bulk_ess(draws) == pytest.approx([1574.71987, 1855.18163, 1702.23712], rel=1e-3)
    assert _chains.tail_ess(draws) == pytest.approx([3318.78750, 3316.65400, 4009.02693], rel=1e-3)
    assert _chains.effective_size(draws) == pytest.approx(16000 * (1 - rho) / (1 + rho), rel=0.2)


def test_chains_that_do_not_move_are_told_from_chains_that_agree():
    still = np.repeat(np.arange(4.0)[:, None, None], 50, axis=1)
    assert np.isinf(_chains.r_hat(still)).all()


def test_two_normal_densities_are_sampled_side_by_side():
    """Exact mean, standard deviation and correlation of two normal densities of different size."""
    covariance = np.array([[[1.0, 0.9], [0.9, 1.0]], [[1e-4, 0.0], [0.0, 25.0]]])
    inverse = np.linalg.inv(covariance)

    def target(x, which):
        pull = np.einsum("rij,rj->ri", inverse[which], x)
        return -(x * pull).sum(axis=1) / 2, -pull

    rng = np.random.default_rng(1)
    at = _sampler.begin(target, np.zeros((2, 1, 2)), np.tile(np.eye(2), (2, 1, 1)), 16, rng)
    _sampler.warm_up(target, at, 200, rng)
    found = _sampler.run(target, at, 300, rng)
    for draws, exact in zip(found, covariance, strict=True):
        flat, error = draws.reshape(-1, 2), 5 / np.sqrt(_chains.bulk_ess(draws))
        sd = np.sqrt(np.diag(exact))
        assert (np.abs(flat.mean(axis=0)) < error * sd).all()
        assert flat.std(axis=0) == pytest.approx(sd, rel=0.1)
        assert np.corrcoef(flat.T)[0, 1] == pytest.approx(exact[0, 1] / sd.prod(), abs=0.05)


@pytest.mark.parametrize("sigma", ["pooled", "unit"])
def test_the_gradient_is_that_of_the_density(sigma):
    model = symbiode.load("lotka-volterra")
    problem = pose(model, of_model(model))
    priors = {"hare.growth": Normal(mean=1, sd=0.5, lower=0), "lynx.growth": LogNormal(median=1, sd=0.3)}
    target = Posterior(sigma=sigma, priors=priors).target(problem, problem.y[None])
    guess = np.array([0.55, 34.0, 0.8, 5.9, -0.028, 0.024])
    x = np.append(problem.inward(guess), [-1.4] if sigma == "pooled" else [-1.4, -1.2])
    step = 1e-4 * np.where(np.arange(len(x)) // 2 == 2, 0.01, 1.0)
    moved = np.concatenate([x + np.diag(step), x - np.diag(step)])
    density, _ = target(moved, np.zeros(len(moved), int))
    _, gradient = target(x[None], np.zeros(1, int))
    assert gradient[0] == pytest.approx((density[: len(x)] - density[len(x) :]) / (2 * step), rel=1e-4, abs=1e-3)


def test_a_posterior_of_one_level_is_that_of_the_exact_integral():
    """Normal errors of logarithms around log x0 + 0.2 t: density by the sum over a fine grid of (log x0, log sigma)."""
    model, seen = exponential()
    problem = pose(model, seen, free=["a.initial"])
    priors = {"a.initial": LogNormal(median=4, sd=0.2), "sigma": LogNormal(median=0.2, sd=0.5)}
    found = Posterior(priors=priors).sample(problem)
    level, size = np.meshgrid(np.linspace(0.4, 1.8, 700), np.linspace(-4, 0.5, 500), indexing="ij")
    errors = (np.log(seen.y[:, 0]) - 0.2 * TIMES)[:, None, None] - level
    density = -8 * size - (errors**2).sum(axis=0) / (2 * np.exp(2 * size))
    density -= ((level - np.log(4)) / 0.2) ** 2 / 2 + ((size - np.log(0.2)) / 0.5) ** 2 / 2
    weight = np.exp(density - density.max())
    weight /= weight.sum()
    table = found.frame()
    for name, grid in (("a.initial", np.exp(level)), ("sigma", np.exp(size))):
        mean = (weight * grid).sum()
        sd = np.sqrt((weight * (grid - mean) ** 2).sum())
        assert abs(table.loc[name, "mean"] - mean) < 4 * table.loc[name, "mcse"]
        assert table.loc[name, "sd"] == pytest.approx(sd, rel=0.1)


def test_a_run_that_fails_its_gates_is_refused():
    model, seen = exponential()
    method = Posterior(ess=10_000, longest=100, warm_up=20, chains=4)
    found = method.estimate(pose(model, seen, free=["a.initial"]))
    assert found.status.level is Level.REFUSED
    assert found.status.code is Code.NOT_CONVERGED
    assert "effective draws" in found.status.detail


def test_unknown_names_and_impossible_priors_are_refused():
    model, seen = exponential()
    problem = pose(model, seen, free=["a.initial"])
    with pytest.raises(UnknownNameError, match="growth"):
        Posterior(priors={"a.growth": Normal(mean=1, sd=1)}).priors_of(problem)
    with pytest.raises(InvalidValueError):
        Normal(mean=0, sd=0)
    with pytest.raises(InvalidValueError):
        LogNormal(median=-1, sd=1)


def test_priors_and_monte_carlo_errors_are_told_in_both_languages():
    model, seen = exponential()
    found = Posterior(chains=8, warm_up=40, ess=200).estimate(pose(model, seen, free=["a.initial"]))
    priors, chains, errors, _ = (note.said("zh") for note in found.notes)
    assert "a.initial ~ lognormal(median" in priors
    assert "R-hat" in chains
    assert "a.initial" in errors
    assert found.draws.shape[1] == 1
    assert found.prior_sd == pytest.approx([1.0], rel=0.1)


@pytest.mark.slow
def test_lynx_and_hare_agree_with_a_long_independent_run():
    """The reference posterior of the published file: means within 0.05 sd, standard deviations within 5 %."""
    told = tomllib.loads(PUBLISHED.read_text("utf-8"))
    priors = {name: Normal(**prior) for name, prior in told["priors"]["normal"].items()}
    priors |= {name: LogNormal(**prior) for name, prior in told["priors"]["lognormal"].items()}
    model = symbiode.load("lotka-volterra")
    found = Posterior(sigma="unit", priors=priors, ess=4000).sample(pose(model, of_model(model)))
    assert found.converged(4000)
    table = found.frame()
    for name, (mean, square) in told["reference"].items():
        sd = np.sqrt(square - mean**2)
        assert abs(table.loc[name, "mean"] - mean) < told["tolerance"]["mean_in_sd"] * sd
        assert table.loc[name, "sd"] == pytest.approx(sd, rel=told["tolerance"]["sd_relative"])


@pytest.mark.slow
def test_a_fit_uses_the_posterior_for_intervals_and_modes():
    """Carpenter (2018) prints 80 % intervals of the case study; the default priors are wide enough to agree."""
    found = symbiode.fit(symbiode.load("lotka-volterra"), method=Posterior())
    low, high = found.conf_int(0.2).loc["hare.growth"]
    assert (low, high) == pytest.approx((0.47, 0.63), abs=0.02)
    assert found.verdict.mode.value == "parasitism"
    assert len(found.draws) >= 1000
    assert "R-hat" in found.summary()
    assert "先验" in found.summary("zh")
