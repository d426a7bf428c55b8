"""How often intervals cover, tests reject, and mode probabilities are right: synthetic studies of 20 annual points.

``python tests/benchmarks/interval_coverage.py [studies per mode]`` writes `interval_coverage.md` beside it. Each study
draws a truth of a known mode, simulates it, adds noise of logarithms and forgets the truth: boxes and starts come from
the data alone.
Many studies share each call of `refit`; profiles and their readings are the package's own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import stats

import symbiode
from symbiode.dynamics.simulation import ensemble
from symbiode.inference.draws import Bootstrap, ProfileDraws, drawn
from symbiode.inference.estimators import Estimate, Estimator, Problem, growth_regression, integral
from symbiode.inference.estimators._estimates import Search, summarise
from symbiode.inference.estimators.trajectory import TrajectoryMatching, residuals
from symbiode.inference.identifiability import Profile, improved, profiles
from symbiode.inference.observations import Observations
from symbiode.inference.probabilities import MODES, nominal_codes
from symbiode.inference.problems import pose

ZERO, TAU, LEVEL, BATCH = 0.05, 0.1, 0.80, 250
METHOD = TrajectoryMatching()
RIVALS = {"growth regression": growth_regression.ESTIMATOR(), "log-integral matching": integral.ESTIMATOR()}


@dataclass(frozen=True)
class Design:
    """Ranges of a design; effects by mode. Capacities lie in 40 to 160."""

    effects: dict[str, tuple[tuple[float, float], tuple[float, float]]]
    growth: tuple[float, float]
    first: tuple[float, float]
    second: tuple[float, float]
    points: int
    noise: float
    last: tuple[float, float]
    same_path: bool = False


EFFECTS = {
    "asymmetric_mutualism": ((0.30, 0.60), (0.10, 0.25)),
    "commensalism": ((0.0, 0.0), (0.20, 0.60)),
    "parasitism": ((0.20, 0.60), (-0.20, -0.10)),
    "competition": ((-0.20, -0.10), (-0.20, -0.10)),
}
# The first unit starts low and the second high, so each is seen nearly alone for a while and reaches its capacity.
MAIN = Design(EFFECTS, (0.5, 0.8), (0.02, 0.05), (0.25, 0.5), 20, 0.02, (0.8, 9.0))
CLEAN = replace(MAIN, noise=0.005)
FLAT = Design(EFFECTS, (0.05, 0.12), (0.05, 0.08), (0.05, 0.08), 12, 0.02, (0.0, 0.3), same_path=True)


@dataclass(frozen=True)
class Study:
    """One fitted study: truth and what the fit says of it."""

    mode: str
    truth: np.ndarray
    problem: Problem
    estimate: Estimate
    walked: tuple[Profile, ...]
    points: dict[str, np.ndarray]

    @property
    def flagged(self) -> bool:
        """Whether the verdict's conditions on the search, the effects or the capacities fail."""
        kinds = ("effect", "capacity")
        asked = [p for p, kind in zip(self.walked, self.problem.kinds, strict=True) if kind in kinds]
        return not self.estimate.status.ok or not all(profile.bounded for profile in asked)

    @property
    def covered(self) -> np.ndarray:
        """Whether each interval covers; an open end covers everything beyond."""
        ends = [(-np.inf if p.low is None else p.low, np.inf if p.high is None else p.high) for p in self.walked]
        low, high = np.array(ends).T
        return (low <= self.truth) & (self.truth <= high)

    @property
    def open(self) -> np.ndarray:
        """Whether each interval has an open end."""
        return np.array([p.low is None or p.high is None for p in self.walked])


def model() -> symbiode.Model:
    """Return two logistic units with both effects free."""
    units = {name: {"growth": 1, "capacity": 1, "initial": 1} for name in ("a", "b")}
    return symbiode.build(units, effects={"a.b": 0, "b.a": 0})


BINS = np.arange(0.2, 1.0, 0.1)
NAMES = ("a.growth", "a.capacity", "a.initial", "b.growth", "b.capacity", "b.initial", "effects.a.b", "effects.b.a")


def truths(design: Design, mode: str, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients (study, parameter) in the order of NAMES, and levels (study, time, unit) without noise."""
    kept, levels = [], []
    while sum(map(len, kept)) < count:
        draw = {name: rng.uniform(*interval, count) for name, interval in _ranges(design, mode).items()}
        p = np.column_stack([draw[name] for name in NAMES])
        if design.same_path:
            p[:, 3], p[:, 5] = p[:, 0], p[:, 2]
        p[:, 2] *= p[:, 1]
        p[:, 5] *= p[:, 4]
        values = {name: p[:, k] for k, name in enumerate(NAMES) if not name.endswith("initial")}
        y = np.asarray(ensemble(model(), values=values, start=p[:, [2, 5]], times=np.arange(float(design.points))).y)
        last = y[:, -1] / p[:, [1, 4]]
        good = ((last > design.last[0]) & (last < design.last[1])).all(axis=1)
        kept.append(p[good])
        levels.append(y[good])
    return np.concatenate(kept)[:count], np.concatenate(levels)[:count]


def _ranges(design: Design, mode: str) -> dict[str, tuple[float, float]]:
    first, second = design.effects[mode]
    own = {"a.growth": design.growth, "b.growth": design.growth, "a.capacity": (40, 160), "b.capacity": (40, 160)}
    starts = {"a.initial": design.first, "b.initial": design.second}
    return own | starts | {"effects.a.b": first, "effects.b.a": second}


def batches(design: Design, mode: str, count: int, seed: int) -> Iterable[tuple[np.ndarray, list[Problem], np.ndarray]]:
    """Yield truths, problems and levels of many studies of one true mode at a time."""
    rng = np.random.default_rng([seed, sorted(design.effects).index(mode), design.points])
    true, exact = truths(design, mode, count, rng)
    seen = exact * np.exp(design.noise * rng.standard_normal(exact.shape))
    frame, t = model(), np.arange(float(design.points))
    for first in range(0, count, BATCH):
        y = seen[first : first + BATCH]
        posed = [pose(frame, Observations(t=t, y=level, units=("a", "b")), free=NAMES) for level in y]
        yield true[first : first + BATCH], posed, y


def studies(design: Design, mode: str, count: int, seed: int) -> Iterable[Study]:
    """Yield fitted studies of one true mode."""
    for true, posed, y in batches(design, mode, count, seed):
        points = {name: refitted(way, posed, y)[0] for name, way in RIVALS.items()}
        params, _ = searched(posed, y, list(points.values()))
        for i, problem in enumerate(posed):
            yield finished(mode, true[i], problem, params[i], {name: found[i] for name, found in points.items()})


def flags(design: Design, mode: str, count: int, seed: int) -> list[bool]:
    """Return whether each study is flagged; one whose effect may lie on the bound of the search needs no profile."""
    found: list[bool] = []
    for true, posed, y in batches(design, mode, count, seed):
        points = [refitted(way, posed, y)[0] for way in RIVALS.values()]
        params, ssr = searched(posed, y, points)
        ends = [(k, getattr(posed[0], end)[k]) for k in (6, 7) for end in ("lower", "upper")]
        held = np.array([refitted(METHOD, posed, y, start=params, hold=end)[1] for end in ends])
        df = posed[0].nobs - len(NAMES)
        low = np.minimum(ssr, held.min(axis=0))
        open_end = ((held / low - 1) * df <= stats.t.ppf(0.975, df) ** 2).any(axis=0)
        for i, problem in enumerate(posed):
            found.append(bool(open_end[i]) or finished(mode, true[i], problem, params[i], {}).flagged)
    return found


def refitted(
    way: Estimator,
    posed: list[Problem],
    y: np.ndarray,
    *,
    start: np.ndarray | None = None,
    hold: tuple[int, float] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients and sums of squares of many studies at once, one row each, from what the data suggest."""
    lower, upper, guess = (np.array([getattr(p, name) for p in posed]) for name in ("lower", "upper", "guess"))
    start = np.array(guess if start is None else start)
    if hold is not None:
        for array in (lower, upper, start):
            array[:, hold[0]] = hold[1]
    found = way.refit(posed[0], start, lower=lower, upper=upper, y=y, precision=1e-10)
    return found.params, found.ssr


def searched(posed: list[Problem], y: np.ndarray, points: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the best of several starts for many studies at once: quick estimates, the guess, and points around it."""
    rng = np.random.default_rng(len(posed))
    guess = np.array([p.guess for p in posed])
    noise = 0.4 * rng.standard_normal(guess.shape)
    around = np.where(posed[0].positive, guess * np.exp(noise), guess + noise)
    found = [refitted(METHOD, posed, y, start=start) for start in (*points, guess, around)]
    best = np.argmin([ssr for _, ssr in found], axis=0)
    rows = np.arange(len(posed))
    return np.array([p for p, _ in found])[best, rows], np.array([ssr for _, ssr in found])[best, rows]


def finished(
    mode: str, true: np.ndarray, problem: Problem, params: np.ndarray, points: dict[str, np.ndarray]
) -> Study:
    """Return a study with its estimate and profiles; begun again where a profile comes upon a better fit."""
    for _ in range(3):
        estimate = estimated(problem, params)
        walked = profiles(problem, METHOD, estimate)
        better = improved(walked, estimate)
        if better is None:
            break
        box = {"lower": problem.lower, "upper": problem.upper}
        params = METHOD.refit(problem, better[None], **box, precision=1e-10).params[0]
    return Study(mode, true, problem, estimate, walked, points)


def estimated(problem: Problem, params: np.ndarray) -> Estimate:
    """Return the estimate that belongs to coefficients found already."""
    residual, jacobian, _ = residuals(problem, "log")(problem.inward(params)[None], np.zeros(1, int))
    search = Search(lower=problem.lower, upper=problem.upper, starts=4, agreeing=2)
    path = problem.trajectory(params[None])
    shape = problem.y.shape
    resid, slopes = residual[0].reshape(shape), jacobian[0].reshape(*shape, -1)
    return summarise(problem, params, path.y[0], resid, slopes, search, error="log")


@dataclass
class Tally:
    """What is counted over studies of one true mode."""

    covered: list[np.ndarray]
    open: list[np.ndarray]
    flagged: list[bool]
    rejected: list[bool]
    shares: dict[str, list[np.ndarray]]
    signs: dict[str, list[bool]]
    named: list[bool]

    @classmethod
    def of(cls, found: Iterable[Study], *, bootstrap: int = 0) -> Tally:
        """Count; every `bootstrap`-th study is refitted to 100 simulated data sets as well."""
        tally = cls([], [], [], [], {}, {}, [])
        for k, study in enumerate(found):
            tally.add(study, again=bool(bootstrap) and k % bootstrap == 0)
        return tally

    def add(self, study: Study, *, again: bool) -> None:
        self.covered.append(study.covered)
        self.open.append(study.open)
        self.flagged.append(study.flagged)
        low, high = study.walked[6].low, study.walked[6].high
        self.rejected.append((low is not None and low > 0) or (high is not None and high < 0))
        true = study.truth[6:]
        ways = {"profile draws": ProfileDraws(count=1000)} | ({"bootstrap": Bootstrap(replicates=100)} if again else {})
        for name, way in ways.items():
            sample = drawn(way, study.problem, METHOD, study.estimate, study.walked).params
            self.score(name, study.mode, shares(sample[:, 6:]))
        p = self.shares["profile draws"][-1]
        error = np.sqrt(p[0] * (1 - p[0]) / 1000)
        if not study.flagged and p[0] - 2 * error >= LEVEL:
            self.named.append(bool(p[2]))
        points = {"trajectory": study.estimate.params} | study.points
        for name, params in points.items():
            self.score(name, study.mode, shares(params[None, 6:]))
            real = true != 0
            self.signs.setdefault(name, []).append(bool(np.all(np.sign(params[6:][real]) == np.sign(true[real]))))

    def score(self, name: str, mode: str, found: np.ndarray) -> None:
        """Keep the largest share, the Brier score, and whether the leading mode is the true one."""
        true = [m.value for m in MODES].index(mode)
        brier = float(np.sum((found - np.eye(len(MODES))[true]) ** 2))
        self.shares.setdefault(name, []).append(np.array([found.max(), brier, found.argmax() == true]))


def shares(effects: np.ndarray) -> np.ndarray:
    """Return the share of each mode among draws of the two effects."""
    codes = nominal_codes(effects[:, 0], effects[:, 1], zero=ZERO, tau=TAU)
    return np.bincount(codes, minlength=len(MODES)) / len(codes)


def told(tallies: dict[str, Tally], designs: dict[str, list[bool]], seconds: float) -> str:
    """Return the page."""
    about = (__doc__ or "").split("\n\n")[1].strip()
    lines = ["# Coverage, size and mode probabilities over synthetic studies", "", about, ""]
    lines += [f"Main design: {MAIN}", "", f"Unidentified design: {FLAT}", ""]
    lines += [f"Run: {seconds:.0f} s of processor time, one process.", ""]
    lines += ["| true mode | studies | flagged | " + " | ".join(NAMES) + " | mean | open intervals |"]
    lines += ["|" + "---|" * (len(NAMES) + 5)]
    for mode, tally in tallies.items():
        kept, flagged = np.array(tally.covered)[~np.array(tally.flagged)], np.mean(tally.flagged)
        cells = [f"{x:.3f}" for x in kept.mean(axis=0)] + [f"{kept.mean():.4f}", f"{np.mean(tally.open):.3f}"]
        lines.append(f"| {mode} | {len(tally.flagged)} | {flagged:.3f} | " + " | ".join(cells) + " |")
    kept = np.concatenate([np.array(t.covered)[~np.array(t.flagged)] for t in tallies.values()])
    cells = [f"{x:.3f}" for x in kept.mean(axis=0)] + [f"**{kept.mean():.4f}**", ""]
    lines += [f"| all, not flagged | {len(kept)} | | " + " | ".join(cells) + " |", ""]
    size = tallies["commensalism"].rejected
    lines += [f"Size of the 5 % likelihood-ratio test of d12 = 0 where it is true: {np.mean(size):.4f}.", ""]
    lines += [f"{name}: {np.mean(found):.4f} of {len(found)} studies flagged.\n" for name, found in designs.items()]
    lines += ["", "| way | studies | Brier score (s.e.) | leading mode right | signs right (s.e.) |"]
    lines += ["|---|---|---|---|---|"]
    for name in tallies["commensalism"].shares:
        found = np.concatenate([np.array(t.shares[name]) for t in tallies.values()])
        signs = [s for t in tallies.values() for s in t.signs.get(name, [])]
        right = f"{np.mean(signs):.4f} ({stats.sem(signs):.4f})" if signs else ""
        score = f"{found[:, 1].mean():.4f} ({stats.sem(found[:, 1]):.4f})"
        lines.append(f"| {name} | {len(found)} | {score} | {found[:, 2].mean():.4f} | {right} |")
    lines += ["", "Leading probability against how often the leading mode is the true one:", ""]
    lines += ["| way | " + " | ".join(f"{b:.1f} to {b + 0.1:.1f}" for b in BINS) + " | mean excess |"]
    lines += ["|" + "---|" * (len(BINS) + 2)]
    for name in ("profile draws", "bootstrap"):
        found = np.concatenate([np.array(t.shares[name]) for t in tallies.values()])
        cells = [*(_bin(found, b) for b in BINS), f"{np.mean(found[:, 0] - found[:, 2]):+.3f}"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    named = [x for t in tallies.values() for x in t.named]
    lines += ["", f"A mode could be named (not flagged, probability from {LEVEL} on) in {len(named)} studies; "
              f"it was the true one in {np.mean(named):.4f} of them."]  # fmt: skip
    return "\n".join(lines) + "\n"


def _bin(found: np.ndarray, low: float) -> str:
    inside = found[(found[:, 0] > low) & (found[:, 0] <= low + 0.1)]
    return f"{inside[:, 2].mean():.3f} ({len(inside)})" if len(inside) else ""


def main(count: int) -> str:
    """Run everything and return the page."""
    begun = time.process_time()
    tallies = {mode: Tally.of(studies(MAIN, mode, count, 1), bootstrap=10) for mode in EFFECTS}
    flat, clean = ([f for mode in EFFECTS for f in flags(d, mode, count // 4, 2)] for d in (FLAT, CLEAN))
    designs = {"Unidentified design": flat, "Main design with noise 0.5 %": clean}
    return told(tallies, designs, time.process_time() - begun)


if __name__ == "__main__":
    page = main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    Path(__file__).with_suffix(".md").write_text(page)
    sys.stdout.write(page)
