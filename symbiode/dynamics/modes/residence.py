"""How much of the time a pair with noise is in each mode: the modes that its levels show from moment to moment.

Comes in: an `Ensemble`. Goes out: an `Occupancy`. At one moment the gain of a unit is its level against the mean it
would have alone, with its own noise; two gains are a mode by the same table as at rest. A moment says less than the
long run: noise alone carries a level above its mean and below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.modes.effects import effects
from symbiode.dynamics.modes.ladder import Mode, mode_of
from symbiode.dynamics.simulation import Ensemble
from symbiode.errors import Code, InvalidValueError, RefusedError, UnknownNameError, quote, refused
from symbiode.system.arithmetic import number
from symbiode.system.model import Model

Array = NDArray[np.float64]
MODES = tuple(Mode)
_SIGNS = {signs: mode_of(signs, None) for signs in ((-1, -1), (-1, 0), (-1, 1), (0, 0), (0, 1))}


@dataclass(frozen=True, kw_only=True, eq=False)
class Occupancy:
    """The share of members, and of time, in each mode.

    Parameters
    ----------
    model : Model
    pair : (str, str)
        The two units.
    alone : (float, float)
        The levels that gains are measured against: the mean of each unit alone.
    t : array, shape (time,)
    modes : tuple of Mode
        The order of the last axis.
    shares : array, shape (time, mode)
        Share of the members that are there at each time; NaN where none is.
    since : float
        The time from which `time_shares` counts.
    time_shares : array, shape (member, mode)
        Share of the time since then that each member spends in each mode, while it is there.
    tau : float
        A mutualism is symmetric if the smaller gain is at least ``1 - tau`` of the larger.
    """

    model: Model
    pair: tuple[str, str]
    alone: tuple[float, float]
    t: Array
    modes: tuple[Mode, ...]
    shares: Array
    since: float
    time_shares: Array
    tau: float

    @property
    def mean(self) -> dict[Mode, float]:
        """Share of the time in each mode, over all members."""
        return dict(zip(self.modes, np.nanmean(self.time_shares, axis=0).tolist(), strict=True))

    @property
    def standard_error(self) -> dict[Mode, float]:
        """Of `mean`, by the spread between members."""
        members = np.isfinite(self.time_shares[:, 0]).sum()
        spread = np.nanstd(self.time_shares, axis=0, ddof=min(1, len(self.time_shares) - 1)) / np.sqrt(members)
        return dict(zip(self.modes, spread.tolist(), strict=True))


def occupancy(
    run: Ensemble, pair: Sequence[str] | None = None, *, since: float | None = None, tau: float = 0.1
) -> Occupancy:
    """Return the share of time that the members of an ensemble spend in each mode.

    Parameters
    ----------
    run : Ensemble
        Of a model whose two units would last alone.
    pair : (str, str), optional
        Unit names; the first two units by default.
    since : float, optional
        The time from which time is counted; half-way by default, so that the start is forgotten.
    tau : float
        A mutualism is symmetric if the smaller gain is at least ``1 - tau`` of the larger; 0 to 1.

    Returns
    -------
    Occupancy

    Raises
    ------
    UnknownNameError, InvalidValueError
        If a name is no unit, or `since` leaves fewer than two times.
    RefusedError
        If a unit of the pair does not last alone: then there is nothing to gain against.

    Examples
    --------
    >>> from symbiode.dynamics.simulation import ensemble
    >>> from symbiode.system.building import build
    >>> unit = {"growth": 1, "capacity": 1, "initial": 1}
    >>> model = build({"a": unit, "b": unit}, effects={"a.b": 0.5, "b.a": -0.5})
    >>> occupancy(ensemble(model, times=[0, 5, 10])).mean[Mode.PARASITISM]
    1.0
    """
    model, names = run.model, [unit.name for unit in run.model.units]
    chosen = (tuple(pair) if isinstance(pair, Sequence) else (pair,)) if pair is not None else tuple(names[:2])
    if len(chosen) != 2 or chosen[0] == chosen[1]:
        raise InvalidValueError("pair", pair, "two different units")
    for name in chosen:
        if name not in names:
            raise UnknownNameError("unit", str(name), names)
    begin = float(run.t[0] + run.t[-1]) / 2 if since is None else float(number(since, "since"))
    late, band = run.t >= begin, float(number(tau, "tau"))
    if late.sum() < 2:
        raise InvalidValueError("since", begin, f"a time at least two times before {run.t[-1]:g}")
    if not 0 <= band <= 1:
        raise InvalidValueError("tau", tau, "0 to 1")
    alone = _alone(model, chosen)
    inside = _regions(run.y[:, :, [names.index(name) for name in chosen]] / alone - 1, band)
    there = inside.any(axis=2)
    with np.errstate(invalid="ignore"):
        shares = inside.sum(axis=0) / there.sum(axis=0)[:, None]
        weight = np.gradient(run.t)[None, :] * late * there
        spent = (inside * weight[:, :, None]).sum(axis=1) / weight.sum(axis=1)[:, None]
    return Occupancy(
        model=model, pair=(chosen[0], chosen[1]), alone=(float(alone[0]), float(alone[1])), t=run.t, modes=MODES,
        shares=shares, since=begin, time_shares=spent, tau=band,
    )  # fmt: skip


def _alone(model: Model, pair: Sequence[str]) -> Array:
    """Return the mean level of each unit alone."""
    found, levels = dict(zip((unit.name for unit in model.units), effects(model).alone, strict=True)), []
    for name in pair:
        level = found[name]
        if level is None:
            detail = f"{quote(name)} does not settle alone at one level above zero, so it has no gain to be counted."
            raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
        levels.append(float(level))
    return np.array(levels)


def _regions(gains: Array, tau: float) -> NDArray[np.bool_]:
    """Return which mode two gains are, shape (member, time, mode); none where a member has ended."""
    signs = np.where(np.abs(gains) <= 1e-9, 0.0, np.sign(gains))
    low, high = signs.min(axis=-1), signs.max(axis=-1)
    both = low > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        even = gains.min(axis=-1) >= (1 - tau) * gains.max(axis=-1)
    found = {mode: (low == a) & (high == b) for (a, b), mode in _SIGNS.items()}
    found |= {Mode.SYMMETRIC_MUTUALISM: both & even, Mode.ASYMMETRIC_MUTUALISM: both & ~even}
    return np.stack([found[mode] for mode in MODES], axis=-1)
