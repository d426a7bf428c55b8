"""Where curves in two coefficients begin: special points on lines across the window.

Comes in: a system with two moving coefficients and a window. Goes out: `Start` points by kind and set of units. Private
to `curves`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import sympy
from numpy.typing import ArrayLike

from symbiode.dynamics.continuation.arclength import Array
from symbiode.dynamics.continuation.branches import grown
from symbiode.dynamics.continuation.results import Kind
from symbiode.dynamics.continuation.seeds import Seeds, at_value, seeds_of
from symbiode.dynamics.continuation.systems import Forms, System
from symbiode.errors import InvalidValueError

Window = tuple[tuple[float, float], tuple[float, float]]
_KINDS = {"fold": Kind.FOLD, "hopf": Kind.HOPF, "branch": Kind.PITCHFORK, "transcritical": Kind.TRANSCRITICAL}


@dataclass(frozen=True, kw_only=True, eq=False)
class Start:
    """A point to follow a curve from.

    Parameters
    ----------
    kind : Kind
    support : tuple of int
        Units that are present at the point.
    z : array
        Their levels and both coefficients.
    unit : int or None
        The absent unit that neither grows nor shrinks, at transcritical points.
    formula : sympy.Expr or None
        Zero along the curve, where it has a closed form.
    """

    kind: Kind
    support: tuple[int, ...]
    z: Array
    unit: int | None = None
    formula: sympy.Expr | None = None


class _Fixed:
    """The forms of two coefficients with one of them fixed; answers as `Forms` does."""

    def __init__(self, forms: Forms, column: int, value: float) -> None:
        self.forms, self.column, self.at = forms, column, value
        self.kept = [k for k in range(len(forms.variables)) if k != column]

    def _whole(self, z: ArrayLike) -> Array:
        return np.insert(np.asarray(z, float), self.column, self.at)

    def value(self, z: ArrayLike) -> Array:
        return self.forms.value(self._whole(z))

    def jacobian(self, z: ArrayLike) -> Array:
        return self.forms.jacobian(self._whole(z))[:, self.kept]

    def second(self, z: ArrayLike) -> Array:
        return self.forms.second(self._whole(z))[np.ix_(range(len(self.forms.expressions)), self.kept, self.kept)]


def _sliced(system: System, moving: int, value: sympy.Rational) -> System | None:
    """Return the system in which one coefficient moves and the other has a value; None if it has no equations."""
    fixed = 1 - moving
    model = at_value(system, system.names[fixed], value)
    if model is None:
        return None
    column = system.size + fixed

    def part(forms: Forms) -> Forms:
        return cast(Forms, _Fixed(forms, column, float(value)))

    return replace(
        system, model=model, names=(system.names[moving],),
        values=(system.values[moving],), rates=part(system.rates), entering=(system.entering[moving],),
        growth=None if system.growth is None else part(system.growth),
    )  # fmt: skip


def rationals(span: tuple[float, float], count: int) -> list[sympy.Rational]:
    """Return values inside an interval from end to end, as decimals of few digits that avoid its round numbers."""
    low, width = span[0], span[1] - span[0]
    return [sympy.Rational(f"{low + share * width:.6g}") for share in np.linspace(0.0213, 0.9847, count)]


def scanned(system: System, window: Window, lines: int) -> tuple[list[Start], Array, str]:
    """Return the special points on lines in both directions, the sizes of states, and how the lists were made.

    Where two lines cross all equilibria are listed; each line follows those of its crossings.
    """
    across, up = (rationals(side, lines) for side in window)
    starts: list[Start] = []
    rows = [(row, float(value)) for value in up if (row := _sliced(system, 0, value)) is not None]
    if not rows:
        raise InvalidValueError("window", window, "coefficients at which the equations have a value")
    listed = [seeds_of(row, across) for row, _ in rows]
    scale: Array = np.median([seeds.scale for seeds in listed], axis=0)
    for (row, value), seeds in zip(rows, listed, strict=True):
        starts += _on_line(row, replace(seeds, scale=scale), window[0], 0, value)
    for value in map(float, across):
        crossing = tuple(
            replace(seed, point=np.append(seed.point[:-1], other))
            for (_, other), seeds in zip(rows, listed, strict=True)
            for seed in seeds.seeds
            if seed.point[-1] == value
        )
        column = _sliced(system, 1, sympy.Rational(str(value)))
        if column is not None:
            starts += _on_line(column, replace(listed[0], seeds=crossing, scale=scale), window[1], 1, value)
    proofs = {seeds.proof for seeds in listed}
    return starts, scale, "follow_searched" if "follow_searched" in proofs else "follow_complete_lists"


def _on_line(system: System, seeds: Seeds, span: tuple[float, float], moving: int, value: float) -> Iterator[Start]:
    for track in grown(system, seeds, span)[0]:
        support = track.equations.support
        for event in track.events:
            kind = _KINDS.get(event.what)
            if kind is None or (event.point[:-1] < -1e-9 * seeds.scale[list(support)]).any():
                continue
            levels, at = event.point[:-1], event.point[-1:]
            kept = support
            if event.unit in support:
                levels = np.delete(levels, support.index(event.unit))
                kept = tuple(i for i in support if i != event.unit)
            both = [at[0], value] if moving == 0 else [value, at[0]]
            yield Start(kind=kind, support=kept, z=np.array([*levels, *both]), unit=event.unit)
