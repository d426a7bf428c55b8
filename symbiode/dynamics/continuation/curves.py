"""Curves of special points in two coefficients, and the points at which they meet, end or change their kind.

Comes in: a `Model`, two coefficients and a window. Goes out: `Curves`. Every special point on lines across the window
starts a curve, followed both ways; points on curves start further ones.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symbiode.dynamics.continuation.arclength import Array, Curve, Ended, Steps, both_ways
from symbiode.dynamics.continuation.codim2 import (
    Corner,
    Meeting,
    frequency_squared,
    lyapunov,
    on_folds,
    on_hopfs,
    on_transcriticals,
)
from symbiode.dynamics.continuation.curve_results import CurvePoint, Curves, SpecialCurve
from symbiode.dynamics.continuation.defining import branching, entering, on_curve, oscillating, singular
from symbiode.dynamics.continuation.implicit import asymptotes, borders, gap, runs, starts_on
from symbiode.dynamics.continuation.results import Kind
from symbiode.dynamics.continuation.scanning import Start, Window, scanned
from symbiode.dynamics.continuation.systems import Equations, System, system_of
from symbiode.dynamics.numerics import compiled, vector
from symbiode.errors import OK, Code, InvalidValueError, warning
from symbiode.system.model import Model, split_path
from symbiode.words import say

LINES = 5
MOST_CURVES = 300
# Signs of singular vectors mean nothing, so a change of orientation is no branch point here.
_STEPS = Steps(first=1e-3, largest=0.025, most=2000, contraction=0.8, crossing=np.inf)
_FAR, _SAME = 1e4, 1e-6
_SEEDS = {
    Meeting.BOGDANOV_TAKENS: (Kind.FOLD, Kind.HOPF),
    Meeting.ZERO_HOPF: (Kind.FOLD, Kind.HOPF),
    Meeting.FOLD_TRANSCRITICAL: (Kind.FOLD,),
}


def curves(model: Model, first: str, second: str, window: Window, *, lines: int = LINES) -> Curves:
    """Find and follow every curve of folds, Hopf, transcritical and branch points in a window of two coefficients.

    Parameters
    ----------
    model : Model
        Any law, or equations of its own; noise and delays play no part.
    first, second : str
        Coefficients as `Model.with_values` takes them.
    window : ((float, float), (float, float))
        Lowest and highest value of each.
    lines : int
        Lines in each direction on which curves are looked for; a closed curve between the lines is found only if a
        point on another curve leads to it.

    Returns
    -------
    Curves

    Raises
    ------
    UnknownNameError, RefusedError
        As `system_of`.
    InvalidValueError
        If the window is empty, or as `system_of`.

    References
    ----------
    Govaerts (2000), Numerical Methods for Bifurcations of Dynamical Equilibria; Kuznetsov (2004), chapter 10.

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> model = build({"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}})
    >>> found = curves(model, "effects.a.b", "effects.b.a", ((-2, 3), (-2, 3)))
    >>> sorted(str(curve.formula) for curve in found.curves)
    ['d12 + 1', 'd12*d21 - 1', 'd21 + 1']
    """
    if not all(np.isfinite(side).all() and side[0] < side[1] for side in window):
        raise InvalidValueError("window", window, "((lowest, highest), (lowest, highest)), lowest below highest")
    system = system_of(model, [first, second])
    exact = borders(system)
    complete = exact is not None and system.size <= 2
    with np.errstate(all="ignore"):  # levels that run off to infinity end a curve
        starts, sizes, proof = ([], _levels(system), "") if complete else scanned(system, window, lines)
    search = _Search(system, window, sizes)
    if exact is not None:
        starts = [s for s in starts if s.kind is Kind.HOPF and len(s.support) > 2]
        for border in exact:
            if border.kind is not Kind.ASYMPTOTE:
                starts += starts_on(system, border, window, lines)
            else:
                one = Start(kind=border.kind, support=border.support, z=np.zeros(0), formula=border.polynomial)
                for points in asymptotes(system, border, window, lines):
                    search.curves.append(search.result(one, points, np.zeros((0, system.size))))
    with np.errstate(all="ignore"):
        search.run(starts)
    status = warning(Code.NOT_CONVERGED, say("curves_cut", count=search.cut)) if search.cut else OK
    if search.left:
        status = warning(Code.WORK_LIMIT, say("curves_too_many", count=len(search.tracks), left=search.left))
    searched = "curves_searched" if proof == "follow_searched" else "curves_scanned"
    return Curves(
        model=system.model, coefficients=(system.names[0], system.names[1]), window=window,
        curves=tuple(sorted(search.curves, key=lambda c: (c.kind.value, c.support, c.entering))),
        points=tuple(sorted(map(search.corner, search.corners), key=lambda p: (p.kind.value, p.values))),
        proof="curves_exact" if complete else searched,
        status=status,
    )  # fmt: skip


def _levels(system: System) -> Array:
    level = compiled(system.model).reference(vector(system.model))
    return np.where(np.isfinite(level) & (level > 0), level, 1.0)


class _Search:
    """The curves of a system over a window, one start after the other."""

    def __init__(self, system: System, window: Window, sizes: Array) -> None:
        self.system, self.window = system, window
        self.low, self.high = np.transpose(np.array(window, float))
        self.sizes = np.array([*sizes, *(self.high - self.low)])
        self.tracks: list[tuple[Start, Array]] = []
        self.cut = self.left = 0  # ends of curves inside the window; starts not followed any more
        self.curves: list[SpecialCurve] = []
        self.corners: list[Corner] = []

    def run(self, queue: list[Start]) -> None:
        while queue and len(self.tracks) < MOST_CURVES:
            start = queue.pop(0)
            equations = self.system.on(start.support)
            scale = self.sizes[equations.columns]
            if self._known(start, scale):
                continue
            points = self._followed(start, equations, scale)
            if len(points) < 2:
                continue
            self.tracks.append((start, points))
            for corner in self._corners(start, equations, points, scale):
                points = _with(points, corner, equations, scale)
                if not self._seen(corner):
                    self.corners.append(corner)
                    kinds = _SEEDS.get(corner.kind, ())
                    queue += [Start(kind=kind, support=corner.equations.support, z=corner.z) for kind in kinds]
            self._draw(start, equations, points)
        self.left = len(queue)

    def _curve(self, start: Start, equations: Equations, scale: Array) -> tuple[Curve, Array]:
        """Return what is zero along the curve, and the start as its point."""
        if start.kind is Kind.PITCHFORK:
            w = np.linalg.svd(equations(start.z)[1][:, :-2] * scale[:-2])[0][:, -1]
            return branching(equations, w), np.array([*start.z, *w, 0.0])
        if start.kind is Kind.TRANSCRITICAL and start.unit is not None:
            return on_curve(equations, entering(equations, start.unit)), start.z
        condition = singular(equations, scale) if start.kind is Kind.FOLD else oscillating(equations, scale)
        return on_curve(equations, condition), start.z

    def _followed(self, start: Start, equations: Equations, scale: Array) -> Array:
        """Return a curve from edge to edge through its start, shape (point, m + 2)."""
        curve, z = self._curve(start, equations, scale)
        m, extra = len(scale) - 2, len(z) - len(scale)
        sizes = np.append(scale, np.ones(extra))
        jacobian = curve(z)[1] * sizes
        if not np.isfinite(jacobian).all():
            return z[None]
        low = np.zeros(m) if self.system.growth is not None else -1e-9 * scale[:m]
        bottom = np.array([*low, *self.low, *np.full(extra, -np.inf)])
        top = np.array([*(_FAR * scale[:m]), *self.high, *np.full(extra, np.inf)])
        way = np.linalg.svd(jacobian)[2][-1]
        *tracks, joined = both_ways(curve, z, way, low=bottom, high=top, scale=sizes, steps=_STEPS)
        ends = [t.points[-1] for t in tracks if t.ended in (Ended.STALLED, Ended.WORK)]
        inside = [z for z in ends if (z > bottom + 1e-9 * sizes).all() and (z < top - 1e-9 * sizes).all()]
        if start.kind is Kind.HOPF:
            inside = [z for z in inside if frequency_squared(equations, z) > 0]
        self.cut += len(inside)
        whole = joined.points
        if start.kind is Kind.PITCHFORK:  # where the equations are unfolded, no branches cross
            whole = whole[np.abs(whole[:, -1]) < 1e-8 * np.abs(jacobian).max()]
        return whole[:, : m + 2]

    def _known(self, start: Start, scale: Array) -> bool:
        """Whether a followed curve passes through a start."""
        for other, points in self.tracks:
            if (other.kind, other.support, other.unit) == (start.kind, start.support, start.unit):
                away, length, _ = gap(points / scale, start.z / scale)
                if away < 0.05 * length + _SAME:
                    return True
        return False

    def _corners(self, start: Start, equations: Equations, points: Array, scale: Array) -> list[Corner]:
        found: list[Corner] = []
        if start.kind is Kind.FOLD:
            found = on_folds(equations, points, scale)
        elif start.kind is Kind.HOPF:
            found = on_hopfs(equations, points, scale)
        elif start.kind is Kind.TRANSCRITICAL and start.unit is not None:
            found = on_transcriticals(equations, start.unit, points, self.sizes)
        return [corner for corner in found if self._inside(corner)]

    def _inside(self, corner: Corner) -> bool:
        at, levels = corner.z[-2:], corner.z[:-2]
        sizes = self.sizes[corner.equations.columns][:-2]
        return bool((at >= self.low).all() and (at <= self.high).all() and (levels >= -1e-9 * sizes).all())

    def _seen(self, corner: Corner) -> bool:
        z = corner.equations.full(corner.z) / self.sizes
        others = [c.equations.full(c.z) / self.sizes for c in self.corners if c.kind is corner.kind]
        return any(np.abs(other - z).max() < _SAME for other in others)

    def _draw(self, start: Start, equations: Equations, points: Array) -> None:
        """Keep a followed curve as results; of Hopf curves the parts with imaginary eigenvalues only."""
        values, states = points[:, -2:], equations.full(points)[:, : self.system.size]
        if start.kind is not Kind.HOPF:
            self.curves.append(self.result(start, values, states))
            return
        squared = np.array([frequency_squared(equations, z) for z in points])
        firsts = np.array([lyapunov(equations, z) for z in points])
        for part in runs((squared > 0) | (np.abs(squared) < 1e-9 * np.abs(squared).max())):
            self.curves.append(replace(self.result(start, values[part], states[part]), lyapunov=firsts[part]))

    def result(self, start: Start, values: Array, states: Array) -> SpecialCurve:
        units = self.system.model.units
        formula = start.formula
        if formula is not None:
            by_path = {q.path: q.symbol for q in self.system.model.parameters}
            moving = self.system.rates.variables[self.system.size :]
            symbols = [by_path[split_path(name)] for name in self.system.names]
            formula = formula.xreplace(dict(zip(moving, symbols, strict=True)))
        return SpecialCurve(
            kind=start.kind, support=tuple(units[i].name for i in start.support), values=values, states=states,
            entering="" if start.unit is None else units[start.unit].name, formula=formula,
        )  # fmt: skip

    def corner(self, corner: Corner) -> CurvePoint:
        n, full = self.system.size, corner.equations.full(corner.z)
        return CurvePoint(
            kind=corner.kind, values=(float(full[n]), float(full[n + 1])), error=corner.error,
            state=tuple(map(float, full[:n])),
            support=tuple(self.system.model.units[i].name for i in corner.equations.support),
            eigenvalues=tuple(map(complex, self.system.eigenvalues(full))),
            normal_form=tuple(corner.normal_form.items()),
        )  # fmt: skip


def _with(points: Array, corner: Corner, equations: Equations, scale: Array) -> Array:
    """Return a curve with a corner among its points."""
    z = corner.equations.full(corner.z)[equations.columns]
    return np.insert(points, gap(points / scale, z / scale)[2] + 1, z, axis=0)
