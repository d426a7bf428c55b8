"""Calibration by simulation: truths drawn from the stated prior, data simulated, posteriors sampled, ranks counted.

    python -m tests.benchmarks.simulation_calibration FOLDER [--studies 1000] [--seed 20261123] [--report]

Two logistic units, 20 annual points, errors of logarithms. Each batch of 50 studies is written to FOLDER when it ends,
so that a run that was stopped goes on where it was. If sampling is right, the rank of the truth among the draws is
uniform and modes are true as often as their probability says (Talts et al. 2018, arXiv 1804.06788).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from scipy import stats

from symbiode.inference.estimators.posterior import LogNormal, Normal, Posterior
from symbiode.inference.estimators.trajectory import residuals
from symbiode.inference.observations import Observations
from symbiode.inference.probabilities import MODES, nominal_codes
from symbiode.inference.problems import pose
from symbiode.system.building import build

BATCH, CHAINS, RANKS, ZERO, TAU = 50, 8, 99, 0.05, 0.1
TIMES = np.arange(20.0)
UNITS = {"a": {"growth": 0.3, "capacity": 100, "initial": 10}, "b": {"growth": 0.3, "capacity": 40, "initial": 8}}
# The default priors, around sizes as data of this kind show them.
PRIORS = {
    "a.growth": LogNormal(median=0.3, sd=1), "b.growth": LogNormal(median=0.3, sd=1),
    "a.capacity": LogNormal(median=100, sd=1), "b.capacity": LogNormal(median=40, sd=1),
    "a.initial": LogNormal(median=10, sd=1), "b.initial": LogNormal(median=8, sd=1),
    "effects.a.b": Normal(mean=0, sd=0.5), "effects.b.a": Normal(mean=0, sd=0.5), "sigma": LogNormal(median=0.1, sd=1),
}  # fmt: skip


def drawn(rng, method, problem):
    """Return truths (study, name) whose paths the density accepts, and data (study, time, unit)."""
    function = residuals(problem, "log", rtol=1e-7)
    truths, paths = [], []
    while len(truths) < BATCH:
        p = np.column_stack([prior.drawn(rng, BATCH) for prior in method.priors_of(problem).values()])
        residual, _, clean = function(problem.inward(p[:, :-1]), np.zeros(BATCH, int))
        errors = p[:, -1, None] * rng.standard_normal(residual.shape)
        made = np.exp(residual + np.log(problem.y).ravel() + errors).reshape(BATCH, *problem.y.shape)
        truths += list(p[clean])
        paths += list(made[clean])
    return np.array(truths[:BATCH]), np.array(paths[:BATCH])


def batch(number, seed):
    """Return one record for each study of a batch."""
    rng = np.random.default_rng([seed, number])
    model = build(UNITS, effects={"a.b": 0, "b.a": 0})
    start = Observations(t=TIMES, y=np.full((20, 2), [10.0, 8.0]), units=("a", "b"))
    problem = pose(model, start, seed=int(rng.integers(2**31)))
    priors = {name: PRIORS[name] for name in (*problem.names, "sigma")}
    method = Posterior(priors=priors, chains=CHAINS, ess=800, warm_up=150, starts=8)
    truths, y = drawn(rng, method, problem)
    at = [problem.names.index(f"effects.{pair}") for pair in ("a.b", "b.a")]
    records = []
    for truth, sample in zip(truths, method.sample_many(problem, y), strict=True):
        flat = sample.draws.reshape(-1, len(sample.names))
        thin = flat[np.linspace(0, len(flat) - 1, RANKS).astype(int)]
        codes = nominal_codes(flat[:, at[0]], flat[:, at[1]], zero=ZERO, tau=TAU)
        (true,) = nominal_codes(truth[at[0], None], truth[at[1], None], zero=ZERO, tau=TAU)
        records.append({
            "ranks": (thin < truth).sum(axis=0).tolist(), "names": sample.names, "mode": int(true),
            "probabilities": (np.bincount(codes, minlength=len(MODES)) / len(codes)).tolist(),
            "r_hat": float(sample.r_hat.max()), "ess": sample.ess,
        })  # fmt: skip
    return records


def calibration(p, hit):
    """Return expected calibration error and, per bin of 100 or more, its distance in binomial standard errors."""
    bins = np.minimum((p * 10).astype(int), 9)
    error, worst = 0.0, 0.0
    for k in range(10):
        here = bins == k
        if here.any():
            gap = p[here].mean() - hit[here].mean()
            error += abs(gap) * here.mean()
            if here.sum() >= 100:
                spread = np.sqrt(np.mean(p[here] * (1 - p[here])) / here.sum())
                worst = max(worst, abs(gap) / max(spread, 1e-12))
    return float(error), float(worst)


def perfect(p, repeats=400):
    """Return the 5 % and 95 % quantiles of the likeliest mode's error if every probability were exactly right."""
    rng, top, rows = np.random.default_rng(1), p.argmax(axis=1), np.arange(len(p))
    shares = np.cumsum(p / p.sum(axis=1, keepdims=True), axis=1)
    modes = [(rng.random((len(p), 1)) > shares).sum(axis=1) for _ in range(repeats)]
    return [float(q) for q in np.quantile([calibration(p[rows, top], m == top)[0] for m in modes], (0.05, 0.95))]


def report(records):
    """Print ranks and calibration, of all studies and of those whose chains agree."""
    for label, r_hat in (("all", np.inf), ("R-hat <= 1.05", 1.05), ("R-hat <= 1.01", 1.01)):
        kept = [record for record in records if record["r_hat"] <= r_hat]
        if len(kept) < 20:
            continue
        ranks = np.array([record["ranks"] for record in kept])
        counts = [np.bincount(column * 20 // (RANKS + 1), minlength=20) for column in ranks.T]
        pairs = zip(kept[0]["names"], counts, strict=True)
        told = {name: round(float(stats.chisquare(c).pvalue), 4) for name, c in pairs}
        p = np.array([record["probabilities"] for record in kept])
        true = np.eye(len(MODES))[[record["mode"] for record in kept]]
        top = p.argmax(axis=1)
        rows = np.arange(len(p))
        ece, worst = calibration(p[rows, top], true[rows, top])
        ece_all, worst_all = calibration(p.ravel(), true.ravel())
        print(json.dumps({  # noqa: T201
            "studies": label, "count": len(kept), "uniform_p": told,
            "likeliest": {"ece": ece, "worst_bin_se": worst, "perfect": perfect(p)},
            "every_mode": {"ece": ece_all, "worst_bin_se": worst_all}, "accuracy": float(true[rows, top].mean()),
        }, indent=1))  # fmt: skip


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--studies", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=20261123)
    asked.add_argument("--report", action="store_true")
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for number in range(0 if given.report else -(-given.studies // BATCH)):
        path = given.folder / f"{given.seed}_{number:04d}.json"
        if not path.exists():
            path.with_suffix(".part").write_text(json.dumps(batch(number, given.seed)), "utf-8")
            path.with_suffix(".part").replace(path)
            print(f"seed {given.seed}: batch {number + 1} done", file=sys.stderr)  # noqa: T201
    files = sorted(given.folder.glob(f"{given.seed}_*.json"))
    report([record for path in files for record in json.loads(path.read_text("utf-8"))])


if __name__ == "__main__":
    main()
