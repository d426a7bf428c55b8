"""Profile likelihood of every coefficient, and what it says: identified, one-sided, flat, at a bound, or cut.

Comes in: a problem, its estimator and estimate. Goes out: one `Profile` per coefficient with an interval that is open
where the data set no limit. All coefficients, both sides and several points are fitted at once, as rows of one batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from scipy import stats

from symbiode.errors import Code
from symbiode.inference.estimators import Array, Estimate, Estimator, Flags, Ints, Problem

_LADDER = ((0.35, 0.7, 1.0, 1.4), (1.9, 2.7, 4.0, 6.0), (10.0, 20.0, 50.0))
_REFINEMENTS, _CLOSE, _PRECISION, _BETTER = 3, 0.01, 1e-4, 1e-2
_FEW, _MANY = 12, 60
_SPIKE, _LEAP, _SHORT = 0.05, 2.5, 0.9


class Reading(Enum):
    """What a profile says about its coefficient."""

    IDENTIFIED = "identified"
    ONE_SIDED = "one_sided"
    FLAT = "flat"
    AT_BOUND = "at_bound"
    CUT_BY = "cut_by"


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """The profile of one coefficient.

    Parameters
    ----------
    name : str
    estimate : float
    low, high : float or None
        Ends of the interval; None where the fit stays within the threshold up to the bound of the search.
    level : float
        Confidence level of the interval.
    reading : Reading
        ``identified``: both ends lie inside the search box. ``one_sided``: one does. ``flat``: none does.
        ``at_bound``: the estimate itself lies on its bound. ``cut_by``: both ends exist, but only because another
        coefficient reached its bound on the way.
    cut_by : tuple of str
        Those other coefficients.
    values, signed_root : array (point,)
        Values tried, ascending; signed root of the rise of the sum of squares in units of the residual variance
        (Student t if the model were linear).
    params : array (point, parameter)
        All coefficients along the profile.
    """

    name: str
    estimate: float
    low: float | None
    high: float | None
    level: float
    reading: Reading
    cut_by: tuple[str, ...]
    values: Array
    signed_root: Array
    params: Array

    @property
    def bounded(self) -> bool:
        """Whether the data limit the coefficient on both sides, without help of any bound."""
        return self.reading is Reading.IDENTIFIED

    def interval(self, level: float, df_resid: int) -> tuple[float | None, float | None]:
        """Return the interval at another level, no higher than the one the profile was walked to.

        Examples
        --------
        A profile walked to 95 % gives the 80 % interval by interpolation.
        """
        limit = float(stats.t.ppf((1 + level) / 2, df_resid))
        known = limit <= float(stats.t.ppf((1 + self.level) / 2, df_resid)) * (1 + 1e-9)
        if not known:
            return None, None
        order = np.argsort(self.signed_root, kind="stable")
        roots, values = self.signed_root[order], self.values[order]
        ends = [float(np.interp(x, roots, values)) if roots[0] <= x <= roots[-1] else None for x in (-limit, limit)]
        return ends[0], ends[1]


def profiles(
    problem: Problem,
    method: Estimator,
    estimate: Estimate,
    *,
    level: float = 0.95,
    names: Sequence[str] | None = None,
) -> tuple[Profile, ...]:
    """Return the profile of each coefficient.

    Parameters
    ----------
    problem : Problem
    method : Estimator
        Its `refit` holds one coefficient per row and fits the others.
    estimate : Estimate
    level : float
        Confidence level, in (0, 1); the threshold is that of Student t with the residual degrees of freedom.
    names : sequence of str, optional
        Which coefficients; all by default.

    Returns
    -------
    tuple of Profile

    References
    ----------
    Bates and Watts (1988), section 6.1; Raue et al. (2009), Bioinformatics 25, 1923-1929.
    """
    asked = tuple(problem.names if names is None else names)
    flat = _flat_names(estimate)
    walked = _walked(problem, method, estimate, [name for name in asked if name not in flat], level)
    return tuple(walked[name] if name in walked else _unwalked(problem, estimate, name, level) for name in asked)


def _flat_names(estimate: Estimate) -> tuple[str, ...]:
    """Return the coefficients that the estimate itself found inseparable: nothing limits them."""
    if estimate.status.code is not Code.NOT_IDENTIFIABLE:
        return ()
    named = dict(estimate.status.values).get("parameters", ())
    return tuple(map(str, named)) if isinstance(named, (list, tuple)) else ()


def _unwalked(problem: Problem, estimate: Estimate, name: str, level: float) -> Profile:
    value = float(estimate.params[problem.names.index(name)])
    return Profile(
        name=name, estimate=value, low=None, high=None, level=level, reading=Reading.FLAT, cut_by=(),
        values=np.array([value]), signed_root=np.zeros(1), params=estimate.params[None],
    )  # fmt: skip


def _walked(
    problem: Problem, method: Estimator, estimate: Estimate, names: Sequence[str], level: float
) -> dict[str, Profile]:
    if not names:
        return {}
    chosen = [problem.names.index(name) for name in names]
    walk = _Walk(problem, method, estimate, np.array(chosen), level)
    for k, rung in enumerate(_LADDER):
        walk.climb(rung, to_bound=k == len(_LADDER) - 1)
    walk.mend()
    for _ in range(_REFINEMENTS):
        walk.refine()
    return {name: walk.profile(k) for k, name in enumerate(names)}


def improved(found: Sequence[Profile], estimate: Estimate) -> Array | None:
    """Return coefficients that fit better than the estimate if a profile came upon some, else None.

    Parameters
    ----------
    found : sequence of Profile
    estimate : Estimate

    Returns
    -------
    array (parameter,) or None
    """
    lowest, params = -_BETTER, None
    for profile in found:
        outward = np.where(profile.values < profile.estimate, -profile.signed_root, profile.signed_root)
        k = int(np.argmin(outward))
        if -(outward[k] ** 2) < lowest and outward[k] < 0:
            lowest, params = -float(outward[k] ** 2), profile.params[k]
    return params


@dataclass(frozen=True, eq=False)
class _Point:
    """One point of a walk, in internal coordinates; `root` is the signed root of the rise, counted outward.

    A point that is not `settled` was left before its fit converged: its root is too large, never too small.
    """

    value: float
    root: float
    theta: Array
    settled: bool = True


class _Walk:
    """All profiles under way: side 0 goes down, side 1 up; lives for one call."""

    def __init__(self, problem: Problem, method: Estimator, estimate: Estimate, which: Ints, level: float) -> None:
        self.problem, self.method, self.estimate, self.which, self.level = problem, method, estimate, which, level
        self.limit = float(stats.t.ppf((1 + level) / 2, estimate.df_resid))
        self.best = problem.inward(estimate.params)
        self.box = problem.inward(problem.lower), problem.inward(problem.upper)
        self.slopes, self.unit = self.linear()
        self.points = [[[_Point(float(self.best[k]), 0.0, self.best)] for _ in range(2)] for k in which]
        at = estimate.at_bound[which]
        self.at_bound = np.column_stack([at == -1, at == 1])
        self.done = self.at_bound.copy()

    def linear(self) -> tuple[Array, Array]:
        """Return how the others move with each coefficient, and the step that should reach the threshold."""
        size, directions = self.estimate.singular_values, self.estimate.directions
        root = directions.T / np.maximum(size, 1e-6 * size[0])
        cov = root @ root.T
        variance = np.diag(cov)
        width = self.box[1] - self.box[0]
        reach = self.limit * self.estimate.sigma * np.sqrt(variance)
        step = np.minimum(reach, np.where(np.isfinite(width), width, 1) / 4)
        return (cov / variance).T[self.which], step[self.which]

    def climb(self, rung: Sequence[float], *, to_bound: bool) -> None:
        """Try the next points of every side that has not passed the threshold, in the end the bound itself."""
        rows = []
        for k, side in zip(*map(list, np.nonzero(~self.done)), strict=True):
            end, at = self.box[side][self.which[k]], self.best[self.which[k]]
            values = [float(at + (2 * side - 1) * factor * self.unit[k]) for factor in rung]
            rows += [(k, side, value) for value in values if (value < end if side else value > end)]
            rows += [(k, side, float(end))] if to_bound and np.isfinite(end) else []
        self.fit(rows, _FEW)

    def refine(self) -> None:
        """Narrow the crossing of the threshold, by straight lines in the signed root."""
        rows = []
        for k, side in np.ndindex(self.done.shape):
            inside, outside = self.bracket(k, side)
            if outside is not None and min(abs(p.root - self.limit) for p in (inside, outside)) > _CLOSE * self.limit:
                part = (self.limit - inside.root) / (outside.root - inside.root)
                part = 0.5 if outside.root > inside.root + _LEAP else float(np.clip(part, 0.05, 0.95))
                rows.append((k, side, inside.value + part * (outside.value - inside.value)))
        self.fit(rows, _MANY)

    def bracket(self, k: int, side: int) -> tuple[_Point, _Point | None]:
        """Return the last point inside the threshold and the first one outside."""
        points = self.points[k][side]
        outside = next((i for i, point in enumerate(points) if point.root >= self.limit), None)
        return (points[-1], None) if outside is None else (points[outside - 1], points[outside])

    def fit(self, rows: Sequence[tuple[int, int, float]], steps: int) -> None:
        """Fit the other coefficients at each value and keep the points in order."""
        if not rows:
            return
        start = np.array([self.guess(*row) for row in rows])
        box = [np.tile(end, (len(rows), 1)) for end in self.box]
        for i, (k, _, value) in enumerate(rows):
            for array in (start, *box):
                array[i, self.which[k]] = value
        found = self.refit(start, *box, steps=steps)
        self.keep(rows, *found)
        again = np.flatnonzero(~np.isfinite(found[0]))
        if len(again):
            for i in map(int, again):
                k, side, value = rows[i]
                start[i] = self.near(k, side, value).theta
                start[i, self.which[k]] = value
            found = self.refit(start[again], box[0][again], box[1][again], steps=steps)
            self.keep([rows[int(i)] for i in again], *found)

    def refit(self, *start_and_box: Array, steps: int) -> tuple[Array, Array, Flags]:
        """Return per row the signed root of the rise (infinite where nothing was found), coefficients, convergence."""
        start, lower, upper = (self.problem.outward(array) for array in start_and_box)
        found = self.method.refit(
            self.problem, start, lower=lower, upper=upper, weights=self.estimate.weights, precision=_PRECISION,
            iterations=steps,
        )  # fmt: skip
        rise = (found.ssr / self.estimate.ssr - 1) * self.estimate.df_resid
        return np.sign(rise) * np.sqrt(np.abs(rise)), self.problem.inward(found.params), found.converged

    def keep(self, rows: Sequence[tuple[int, int, float]], roots: Array, theta: Array, settled: Flags) -> None:
        """Add points, each in its place; of two at one value the lower stays."""
        for (k, side, value), root, where, ended in zip(rows, roots, theta, settled, strict=True):
            if not np.isfinite(root):
                continue
            points = self.points[k][side]
            same = next((i for i, point in enumerate(points) if point.value == value), None)
            if same is None:
                points.append(_Point(value, float(root), where, bool(ended)))
                points.sort(key=lambda point: point.value, reverse=not side)
            elif root < points[same].root:
                points[same] = _Point(value, float(root), where, bool(ended))
        for k, side in np.ndindex(self.done.shape):
            self.done[k, side] |= self.bracket(k, side)[1] is not None

    def mend(self) -> None:
        """Fit again, from their neighbours, the points that stand out, and to their end those that decide.

        A profile that falls outward was not fitted; a crossing of the threshold must not rest on an unfinished fit.
        """
        rows, starts = [], []
        for k, side in np.ndindex(self.done.shape):
            points = self.points[k][side]
            for i in range(1, len(points)):
                outer = [points[i + 1]] if i + 1 < len(points) and points[i].root > points[i + 1].root + _SPIKE else []
                leap = [points[i - 1]] if points[i].root > points[i - 1].root + _LEAP else []
                unfinished = [points[i]] if not points[i].settled and points[i].root >= self.limit * _SHORT else []
                for near in outer + leap + unfinished:
                    theta = near.theta.copy()
                    theta[self.which[k]] = points[i].value
                    rows.append((k, side, points[i].value))
                    starts.append(theta)
        if rows:
            start = np.array(starts)
            box = [np.tile(end, (len(rows), 1)) for end in self.box]
            for i, (k, _, value) in enumerate(rows):
                box[0][i, self.which[k]] = box[1][i, self.which[k]] = value
            self.done[:] = self.at_bound
            self.keep(rows, *self.refit(start, *box, steps=_MANY))

    def guess(self, k: int, side: int, value: float) -> Array:
        """Return where the others should be: from the nearest point inward, along the linear model or the secant."""
        near = self.near(k, side, value)
        inner = self.points[k][side][: self.points[k][side].index(near) + 1]
        moved = near.theta + (value - near.value) * self.slopes[k]
        if len(inner) > 1:
            last = inner[-2]
            moved = near.theta + (near.theta - last.theta) * (value - near.value) / (near.value - last.value)
        inside: Array = np.clip(moved, *self.box)
        return inside

    def near(self, k: int, side: int, value: float) -> _Point:
        """Return the nearest point inward."""
        inner = [p for p in self.points[k][side] if (p.value < value if side else p.value > value)]
        return inner[-1] if inner else self.points[k][side][0]

    def profile(self, k: int) -> Profile:
        """Return the finished profile of the k-th coefficient."""
        parameter = self.which[k]
        ends = [self.end(k, side) for side in range(2)]
        cut = sorted({name for side in range(2) if ends[side] is not None for name in self.cut(k, side)})
        down, up = self.points[k]
        both = [replace(point, root=-point.root) for point in reversed(down[1:])] + up
        params = self.problem.outward(np.array([point.theta for point in both]))
        return Profile(
            name=self.problem.names[parameter], estimate=float(self.estimate.params[parameter]), low=ends[0],
            high=ends[1], level=self.level, reading=_reading(int(self.estimate.at_bound[parameter]), ends, cut),
            cut_by=tuple(cut), values=params[:, parameter], signed_root=np.array([point.root for point in both]),
            params=params,
        )  # fmt: skip

    def end(self, k: int, side: int) -> float | None:
        """Return where the threshold is crossed, in natural measure."""
        inside, outside = self.bracket(k, side)
        if outside is None:
            return None
        part = (self.limit - inside.root) / (outside.root - inside.root)
        value = inside.value + part * (outside.value - inside.value)
        return float(np.exp(value) if self.problem.positive[self.which[k]] else value)

    def cut(self, k: int, side: int) -> tuple[str, ...]:
        """Return the other coefficients that reached a bound of the search on the way to the threshold."""
        outside = self.bracket(k, side)[1]
        assert outside is not None
        points = self.points[k][side]
        way = np.array([point.theta for point in points[: points.index(outside) + 1]])
        width = 1e-6 * (self.box[1] - self.box[0])
        soft = self.problem.lower > self.problem.hard_lower, self.problem.upper < self.problem.hard_upper
        on = (soft[0] & (way <= self.box[0] + width)) | (soft[1] & (way >= self.box[1] - width))
        met = on.any(axis=0) & (self.box[0] < self.box[1])
        met[self.which[k]] = False
        return tuple(name for name, there in zip(self.problem.names, met, strict=True) if there)


def _reading(at_bound: int, ends: Sequence[float | None], cut: Sequence[str]) -> Reading:
    if at_bound:
        return Reading.AT_BOUND
    found = sum(end is not None for end in ends)
    if found < 2:
        return Reading.ONE_SIDED if found else Reading.FLAT
    return Reading.CUT_BY if cut else Reading.IDENTIFIED
