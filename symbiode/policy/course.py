"""The numbers of a model along a scenario: frozen models, and all coefficients at many times at once.

Comes in: a `Model` and a `Scenario`. Goes out: a `Course`, which every reading of a path is taken from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import sympy
from numpy.typing import NDArray

from symbiode.dynamics.numerics import Numerics, compiled, vector, vectors
from symbiode.system.arithmetic import number
from symbiode.system.model import Model, delays_of, noise_of, split_path
from symbiode.system.scenario import Lever, Scenario, activity, at_time, events, turns, values_over, with_moved

Array = NDArray[np.float64]
ROUNDS, PARTS = 7, 65


@dataclass(frozen=True, kw_only=True)
class Course:
    """A model along a scenario, from one time to another.

    Parameters
    ----------
    model : Model
    scenario : Scenario
    begin, end : float
    never : tuple of int
        Units that are not there and cannot come: they start at zero, and growth is per capita.
    """

    model: Model
    scenario: Scenario
    begin: float
    end: float
    never: tuple[int, ...] = ()

    def absent(self, there: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the units that could come beside those that are there."""
        return np.setdiff1d(np.arange(len(self.model.units)), [*there, *self.never])

    @cached_property
    def whole(self) -> Model:
        """The model with a slot for everything that moves."""
        return with_moved(self.model, self.scenario.levers)

    @property
    def numerics(self) -> Numerics:
        """The compiled equations."""
        return compiled(self.whole)

    @cached_property
    def edges(self) -> tuple[float, ...]:
        """The ends of the smooth stretches: the begin, every event and fast turn between, the end."""
        fast = turns(self.scenario, number(self.begin, "begin"), number(self.end, "end"))
        inside = {float(t) for t in (*events(self.scenario), *fast)}
        return (self.begin, *sorted(t for t in inside if self.begin < t < self.end), self.end)

    @cached_property
    def plain(self) -> bool:
        """Whether the equations are all there is: neither noise nor delays."""
        moved = {split_path(move.path) for lever in self.scenario.levers for move in lever.moves}
        return not (any(map(_besides, moved)) or any(noise_of(self.model)) or delays_of(self.model))

    @cached_property
    def noisy(self) -> bool:
        """Whether noise acts, so that levels do not rest where rates are zero."""
        moved = any(split_path(move.path)[-1] == "noise" for lever in self.scenario.levers for move in lever.moves)
        return moved or any(noise_of(self.model))

    def frozen(self, t: float, *, before: bool = False) -> Model:
        """Return the model as it stands at a time, exact where activities are."""
        exact = {float(at): at for at in events(self.scenario)}.get(t) or number(t, "t")
        return at_time(self.model, self.scenario, exact, before=before)

    def numbers(self, t: Array, *, before: bool = False) -> Array:
        """Return the numbers of the equations, shape (time, parameter)."""
        return self._numbers(self.scenario, t, before=before)

    def _numbers(self, scenario: Scenario, t: Array, *, before: bool) -> Array:
        values = values_over(self.model, scenario, t, before=before)
        moved = {path: numbers for path, numbers in values.items() if not _besides(split_path(path))}
        return vectors(self.whole, moved) if moved else np.tile(vector(self.whole), (len(t), 1))

    def stretches(self) -> Iterator[tuple[float, float]]:
        """Yield the smooth stretches."""
        yield from pairwise(self.edges)

    def on(self, begin: float, end: float, t: Array) -> Array:
        """Return the numbers at times of one smooth stretch: at its end those before the event."""
        p = self.numbers(t)
        late = t >= end
        if late.any():
            p[late] = self.numbers(t[late], before=True)
        return p

    def alone(self, lever: Lever, t: float, step: float) -> tuple[Array, Array]:
        """Return the numbers before and after a moment in which only one lever moves, each of shape (parameter,).

        Parameters
        ----------
        lever : Lever
        t : float
        step : float
            Half the length of the moment; 0 for what happens at the very time.
        """
        others = tuple(other if other is lever else self._held(other, t) for other in self.scenario.levers)
        scenario = replace(self.scenario, levers=others)
        p = self._numbers(scenario, np.array([t - step]), before=not step)
        return p[0], self._numbers(scenario, np.array([t + step]), before=False)[0]

    def _held(self, lever: Lever, t: float) -> Lever:
        s = number(float(activity(lever, t, before=True)), lever.name)
        return replace(lever, shape="constant", strength=min(s, sympy.Integer(1)))


def _besides(path: tuple[str, ...]) -> bool:
    """Whether a value is a delay or a noise, which the compiled equations know nothing of."""
    return path[0] == "delays" or (len(path) == 2 and path[0] != "parameters" and path[1] == "noise")


def roots(f: Callable[[Array], Array], t: Array, values: Array) -> list[tuple[float, float]]:
    """Return where a function of time changes its sign, with the error of each, from its values on a fine grid.

    Where it comes near zero between times without a change of sign, it is looked at closely.
    """
    found = [(float(at), 0.0) for at in t[values == 0]] if (values == 0).sum() < len(t) // 2 else []
    there = np.flatnonzero(values)
    for i, j in pairwise(there):
        if values[i] * values[j] < 0 and j == i + 1:
            found.append(_closer(f, float(t[i]), float(t[j])))
    size = np.abs(values)
    for k in range(1, len(t) - 1):
        dips = size[k] <= size[k - 1] and size[k] < size[k + 1] and size[k] > 0
        same = values[k - 1] * values[k] > 0 < values[k] * values[k + 1]
        if dips and same and size[k] < 2 * max(size[k - 1] - size[k], size[k + 1] - size[k]):
            fine = np.linspace(t[k - 1], t[k + 1], PARTS)
            close = f(fine)
            for i in np.flatnonzero(close[:-1] * close[1:] < 0):
                found.append(_closer(f, float(fine[i]), float(fine[i + 1])))
    return found


def _closer(f: Callable[[Array], Array], low: float, high: float) -> tuple[float, float]:
    """Return a root between two times of opposite sign to the last digits, and the width that is left."""
    for _ in range(ROUNDS):
        fine = np.linspace(low, high, PARTS)
        values = f(fine)
        zero = np.flatnonzero(values == 0)
        if len(zero):
            return float(fine[zero[0]]), 0.0
        turns = np.flatnonzero(values[:-1] * values[1:] < 0)
        if not len(turns) or high - low <= 4 * np.spacing(max(abs(low), abs(high))):
            break
        low, high = float(fine[turns[0]]), float(fine[turns[0] + 1])
    return (low + high) / 2, high - low
