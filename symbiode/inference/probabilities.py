"""From draws of the effects to probabilities of modes and outcomes, with their Monte Carlo error.

Comes in: dimensionless effects, one matrix per draw. Goes out: shares of draws in each mode and outcome. Effects of at
most `zero` count as none; a mutualism is symmetric if the smaller is at least ``1 - tau`` of the larger.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.modes.ladder import Mode, Outcome, mode_of
from symbiode.dynamics.modes.regions import classify
from symbiode.errors import quote
from symbiode.inference.estimators import Array, Ints
from symbiode.system.model import Model

Shares = dict[str, tuple[float, float]]
MODES, OUTCOMES = tuple(Mode), tuple(Outcome)
_CODE = {mode: k for k, mode in enumerate(MODES)}
_SIGNS = np.array([[_CODE[mode_of((i, j), None)] for j in (-1, 0, 1)] for i in (-1, 0, 1)])


@dataclass(frozen=True, kw_only=True)
class Probabilities:
    """Shares of draws, each with its Monte Carlo error.

    Parameters
    ----------
    nominal : dict of mode name to (share, error)
        By the signs of the effects; of the pair if there are two units, else empty. Empty too for equations of the
        user's own, whose effects may change sign with the state.
    settled : dict
        By the gains where the pair settles, ``none`` where it settles in no mode; empty where no theorem covers the
        law.
    outcomes : dict
        Where the pair goes from every positive start; empty where no theorem covers the law.
    pairs : tuple of ((unit, unit), dict) pairs
        Nominal shares of every pair.
    """

    nominal: Shares
    settled: Shares
    outcomes: Shares
    pairs: tuple[tuple[tuple[str, str], Shares], ...]


def nominal_codes(d12: Array, d21: Array, *, zero: float, tau: float) -> Ints:
    """Return the mode that the signs of two effects mean, as positions in ``tuple(Mode)``.

    Examples
    --------
    >>> import numpy as np
    >>> [MODES[k].value for k in nominal_codes(np.array([0.5, 0.5]), np.array([0.48, -0.2]), zero=0.05, tau=0.1)]
    ['symmetric_mutualism', 'parasitism']
    """
    signs = [np.where(np.abs(d) <= zero, 0, np.sign(d)).astype(int) + 1 for d in (d12, d21)]
    codes = _SIGNS[signs[0], signs[1]]
    even = (np.minimum(d12, d21) > zero) & (np.minimum(d12, d21) >= (1 - tau) * np.maximum(d12, d21))
    found: Ints = np.where(even, _CODE[Mode.SYMMETRIC_MUTUALISM], codes)
    return found


def effects_of(model: Model, names: tuple[str, ...], params: Array, levels: Array) -> Array:
    """Return dimensionless effects, shape (row, receiver, source).

    For a law whose effects are relative to capacities these are the d_ij. Where an effect is per level of the partner
    it is multiplied by the partner's mean level and divided by the receiver's own growth rate: the share of its growth
    that the partner adds or takes.

    Parameters
    ----------
    model : Model
        Its values stand where a coefficient was not fitted.
    names : tuple of str
    params : array (row, parameter)
    levels : array (unit,)
        Mean observed level of each unit.
    """
    units = [unit.name for unit in model.units]
    column = {name: k for k, name in enumerate(names)}
    found = np.zeros((len(params), len(units), len(units)))
    for p in model.parameters:
        if p.path[0] != "effects":
            continue
        i, j = (units.index(name) for name in p.path[1:])
        found[:, i, j] = _column(model, column, params, p.path)
        if model.law.scale == "per_capita":
            found[:, i, j] *= levels[j] / _column(model, column, params, (units[i], "growth"))
    return found


def _column(model: Model, column: dict[str, int], params: Array, path: tuple[str, ...]) -> Array:
    name = ".".join(map(quote, path))
    if name in column:
        return params[:, column[name]]
    parameter = next(p for p in model.parameters if p.path == path)
    return np.full(len(params), float(model.values[parameter.symbol]))


def probabilities(model: Model, effects: Array, *, zero: float, tau: float) -> Probabilities:
    """Return the shares of draws in every mode and outcome.

    Parameters
    ----------
    model : Model
    effects : array (draw, receiver, source)
        From `effects_of`.
    zero, tau : float

    Returns
    -------
    Probabilities
    """
    units = tuple(unit.name for unit in model.units)
    if model.law.scale == "none":
        return Probabilities(nominal={}, settled={}, outcomes={}, pairs=())
    effects = effects[np.isfinite(effects).all(axis=(1, 2))]
    pairs = []
    for i, j in combinations(range(len(units)), 2):
        codes = nominal_codes(effects[:, i, j], effects[:, j, i], zero=zero, tau=tau)
        pairs.append(((units[i], units[j]), _shares(codes, [mode.value for mode in MODES])))
    settled: Shares = {}
    outcomes: Shares = {}
    if len(units) == 2 and _covered(model):
        found = classify(effects[:, 0, 1], effects[:, 1, 0], zero=zero, tau=tau)
        settled = _shares(found.mode, [*(mode.value for mode in MODES), "none"])
        outcomes = {k: v for k, v in _shares(found.outcome, [o.value for o in OUTCOMES]).items() if v[0] > 0}
    return Probabilities(
        nominal=pairs[0][1] if len(pairs) == 1 else {}, settled=settled, outcomes=outcomes, pairs=tuple(pairs)
    )


def _covered(model: Model) -> bool:
    """Whether the region theorem of two facultative logistic units speaks about a model."""
    own = model.symbols.units.get("own_growth", ())
    return model.law.name == "logistic" and all(s == 1 for s in own)


def _shares(codes: NDArray[Any], labels: list[str]) -> Shares:
    """Return the share of each code (-1 is the last label) and its Monte Carlo error, never quite zero."""
    size = len(codes)
    if not size:
        return {}
    counts = np.bincount(np.where(codes < 0, len(labels) - 1, codes).astype(int), minlength=len(labels))
    softened = (counts + 1) / (size + 2)
    errors = np.sqrt(softened * (1 - softened) / size)
    return {label: (float(n / size), float(e)) for label, n, e in zip(labels, counts, errors, strict=True)}
