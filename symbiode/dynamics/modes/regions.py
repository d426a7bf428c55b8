"""The region theorem for many coefficient pairs at once: the plane of two effects, for maps and for draws of a fit.

Comes in: arrays of (d12, d21) of two logistic units that both grow alone. Goes out: outcome and settled mode of each
pair, with the verdicts of `theorems.two_units`. Points within rounding of a curved border are decided one by one in
exact arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray

from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.modes import starts, theorems
from symbiode.dynamics.modes.ladder import Mode, Outcome, mode_of
from symbiode.system.arithmetic import number

Codes = NDArray[np.int8]
Floats = NDArray[np.float64]
CHUNK = 1 << 15
_ROUNDING, _CLEAR = 8 * np.finfo(float).eps, 1e-9
_OUTCOME = {outcome: k for k, outcome in enumerate(Outcome)}
_MODE = {mode: k for k, mode in enumerate(Mode)}
_SIGNS = np.array([_MODE[mode_of((i, j), None)] for i in (-1, 0, 1) for j in (-1, 0, 1)], dtype=np.int8)


@dataclass(frozen=True, kw_only=True, eq=False)
class Regions:
    """Outcome and settled mode of many pairs.

    Parameters
    ----------
    outcome : array of int8, shape of the input
        Positions in ``tuple(Outcome)``.
    mode : array of int8, shape of the input
        Positions in ``tuple(Mode)``; -1 where the settled mode is null.
    excluded : array of int8, shape of the input
        0 or 1, the unit that dies out; -1 where none does.
    """

    outcome: Codes
    mode: Codes
    excluded: Codes


def classify(
    d12: ArrayLike,
    d21: ArrayLike,
    *,
    zero: float = 0.0,
    tau: float = 0.1,
    start: tuple[ArrayLike, ArrayLike] | None = None,
    growth: tuple[ArrayLike, ArrayLike] | None = None,
) -> Regions:
    """Return where two logistic units settle, for many pairs of effects.

    Parameters
    ----------
    d12, d21 : array, any common shape
        Effect of unit 2 on unit 1 and of unit 1 on unit 2, dimensionless; both units have own growth 1.
    zero : float
        Effects of at most this size count as none when a mode is named; outcomes are exact.
    tau : float
        A mutualism is symmetric if the smaller gain is at least ``1 - tau`` of the larger.
    start, growth : (array, array), optional
        Positive levels u = x/K and growth rates of both units, of the same shape. With a start the pairs whose outcome
        depends on it are decided too (unequal growth bends the separatrix, so it is needed for starts that order does
        not decide; without it the growth rates count as equal).

    Returns
    -------
    Regions

    Examples
    --------
    >>> found = classify([0.35, 1.2, -1.5], [0.2, 1.2, -1.5])
    >>> [tuple(Outcome)[k].value for k in found.outcome]
    ['coexistence', 'blow_up', 'depends_on_start']
    """
    begin = () if start is None else (*start, *(growth or (1.0, 1.0)))
    together = np.broadcast_arrays(*(np.asarray(v, float) for v in (d12, d21, *begin)))
    shape = together[0].shape
    flat_a, flat_b, *given = (np.ascontiguousarray(v).ravel() for v in together)
    codes = np.empty((3, flat_a.size), np.int8)
    for i in range(0, flat_a.size, CHUNK):
        part = slice(i, i + CHUNK)
        _chunk(flat_a[part], flat_b[part], zero, tau, codes[:, part])
    if given:
        _sides(flat_a, flat_b, given, codes)
    outcome, mode, excluded = (row.reshape(shape) for row in codes)
    return Regions(outcome=outcome, mode=mode, excluded=excluded)


def _chunk(a: Floats, b: Floats, zero: float, tau: float, codes: Codes) -> None:
    """Fill in outcome, mode and excluded unit of one stretch of pairs."""
    outcome, mode, excluded = codes
    outcome[:] = _OUTCOME[Outcome.COEXISTENCE]
    excluded[:] = -1
    signs = 3 * ((a > zero).astype(np.int8) - (a < -zero)) + ((b > zero).astype(np.int8) - (b < -zero)) + 4
    mode[:] = _SIGNS[signs]
    larger, smaller = np.maximum(a, b), np.minimum(a, b)
    with np.errstate(over="ignore", invalid="ignore"):
        product = a * b
        band = smaller * (1 + larger) - (1 - tau) * larger * (1 + smaller)
        mode[(signs == 8) & (band >= 0)] = _MODE[Mode.SYMMETRIC_MUTUALISM]
        unsure = np.abs(band) <= _ROUNDING * (larger + np.abs(product))
    away = (smaller > 0) & (product > 1)
    _set(codes, away, Outcome.BLOW_UP)
    low_a, low_b = a < -1, b < -1
    bistable = low_a & low_b
    first = (low_a & ~low_b) | ((a == -1) & (b > -1))
    second = (low_b & ~low_a) | ((b == -1) & (a > -1))
    _set(codes, bistable, Outcome.DEPENDS_ON_START)
    _set(codes, first | second, Outcome.EXCLUSION)
    excluded[first] = 0
    excluded[second] = 1
    outcome[(a == -1) & (b == -1)] = _OUTCOME[Outcome.CONTINUUM]
    lost = ~np.isfinite(a) | ~np.isfinite(b)
    _set(codes, lost, Outcome.UNDECIDED)
    excluded[lost] = -1
    curved = (smaller > 0) & ((np.abs(product - 1) <= _ROUNDING) | (unsure & (product < 1)))
    for k in np.flatnonzero(curved):
        codes[:2, k] = _exactly(float(a[k]), float(b[k]), zero, tau)


def _set(codes: Codes, where: NDArray[np.bool_], outcome: Outcome) -> None:
    codes[0][where] = _OUTCOME[outcome]
    codes[1][where] = -1


def _exactly(a: float, b: float, zero: float, tau: float) -> tuple[int, int]:
    """Return outcome and mode of one pair of positive effects in exact arithmetic."""
    x, y, band, share = number(a), number(b), number(zero), number(tau)
    over = sign(x * y - 1)
    if over >= 0:
        return _OUTCOME[Outcome.BLOW_UP if over else Outcome.UNBOUNDED], -1
    signs = (max(sign(x - band), 0), max(sign(y - band), 0))
    gains = sorted((x * (1 + y), y * (1 + x)))
    return _OUTCOME[Outcome.COEXISTENCE], _MODE[mode_of(signs, gains[0] / gains[1], share)]


def _sides(a: Floats, b: Floats, given: list[Floats], codes: Codes) -> None:
    """Decide the bistable pairs by their starts: by order where that is beyond rounding, else one by one."""
    open_ = np.flatnonzero(codes[0] == _OUTCOME[Outcome.DEPENDS_ON_START])
    det = 1 - a[open_] * b[open_]
    clear = np.abs(det) > 1e-6
    right = given[0][open_] * det / (1 + a[open_]) - 1
    above = given[1][open_] * det / (1 + b[open_]) - 1
    for winner, beside in ((0, (right > _CLEAR) & (above < -_CLEAR)), (1, (right < -_CLEAR) & (above > _CLEAR))):
        codes[0, open_[beside & clear]] = _OUTCOME[Outcome.EXCLUSION]
        codes[2, open_[beside & clear]] = 1 - winner
    for k in np.flatnonzero(codes[0] == _OUTCOME[Outcome.DEPENDS_ON_START]):
        u, v, r1, r2 = (number(float(values[k])) for values in given)
        d12, d21 = number(float(a[k])), number(float(b[k]))
        form = theorems.normal((r1, r2), ((-r1, r1 * d12), (r2 * d21, -r2)), (sympy.Integer(1),) * 2)
        found = starts.from_start(form.b, form.A, theorems.two_units(form), (u, v))
        codes[0, k] = _OUTCOME[found.outcome]
        if found.survivors is not None and len(found.survivors) == 1:
            codes[2, k] = 1 - found.survivors[0]
