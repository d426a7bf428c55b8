"""Level breaks of a series as terms of the fit: from a date on, a unit's figures are measured on another scale.

Comes in: a problem and what observations declare. Goes out: the same problem with one more coefficient per break, the
logarithm of the factor between the new and the old figures; the levels themselves go on without a jump.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from symbiode.errors import quote
from symbiode.inference.estimators import Array, Kind, Path, Problem

PREFIX = "shifts."
_BOX = 1.0
_OTHER: tuple[Kind, ...] = ("other",)


def shifted(problem: Problem, shifts: Sequence[tuple[str, float]]) -> Problem:
    """Return a problem in which figures of a unit may be on another scale from a date on.

    Parameters
    ----------
    problem : Problem
    shifts : sequence of (unit, date)
        The date is the first time of the new figures. A break without observations of the unit on both sides is no
        coefficient and is left out.

    Returns
    -------
    Problem
        With coefficients ``shifts.UNIT.DATE``: 0.1 is about 10 % up by definition, not by growth.
    """
    seen, kept = np.isfinite(problem.y), []
    for unit, date in shifts:
        k, late = problem.units.index(unit), problem.t >= date
        if seen[late, k].any() and seen[~late, k].any():
            kept.append((k, float(date)))
    if not kept:
        return problem
    whole, n = _Shifted(problem, tuple(kept)), len(kept)
    names = tuple(f"{PREFIX}{quote(problem.units[k])}.{quote(f'{date:g}')}" for k, date in kept)
    wide, zeros = np.full(n, _BOX), np.zeros(n)
    return replace(
        problem, names=problem.names + names, kinds=(*problem.kinds, *_OTHER * n),
        about=problem.about + tuple((k,) for k, _ in kept), positive=np.concatenate([problem.positive, zeros > 0]),
        lower=np.concatenate([problem.lower, -wide]), upper=np.concatenate([problem.upper, wide]),
        hard_lower=np.concatenate([problem.hard_lower, -4 * wide]),
        hard_upper=np.concatenate([problem.hard_upper, 4 * wide]), guess=np.concatenate([problem.guess, zeros]),
        starts=np.empty((0, len(problem.names) + n)), trajectory=whole.trajectory,
        per_capita=whole.per_capita if problem.per_capita is not None else None,
        step=whole.step if problem.step is not None else None,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Shifted:
    """The functions of a problem with level breaks: the inner ones see the inner coefficients."""

    inner: Problem
    breaks: tuple[tuple[int, float], ...]

    @property
    def own(self) -> int:
        """How many coefficients the inner problem has."""
        return len(self.inner.names)

    def trajectory(self, p: Array, times: Array | None = None, **options: float) -> Path:
        path = self.inner.trajectory(p[:, : self.own], times, **options)
        at = self.inner.t if times is None else np.asarray(times, float)
        y = path.y.copy()
        slopes = np.concatenate([path.dy, np.zeros((*path.y.shape, len(self.breaks)))], axis=3)
        for j, (unit, date) in enumerate(self.breaks):
            factor = np.where(at >= date, np.exp(np.clip(p[:, self.own + j, None], -50, 50)), 1.0)
            y[:, :, unit] *= factor
            slopes[:, :, unit] *= factor[..., None]
        for j, (unit, date) in enumerate(self.breaks):
            slopes[:, :, unit, self.own + j] = y[:, :, unit] * (at >= date)
        return Path(y=y, dy=slopes, clean=path.clean)

    def per_capita(self, t: Array, y: Array, p: Array) -> tuple[Array, Array]:
        assert self.inner.per_capita is not None
        growth, slopes = self.inner.per_capita(t, y, p[:, : self.own])
        return growth, np.concatenate([slopes, np.zeros((*growth.shape, len(self.breaks)))], axis=-1)

    def step(self, y0: Array, times: Array, p: Array, **options: float) -> tuple[Array, Array]:
        assert self.inner.step is not None
        return self.inner.step(y0, times, p[:, : self.own], **options)
