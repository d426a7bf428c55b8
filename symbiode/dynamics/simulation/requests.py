"""What may be asked of a simulation: times, starts, models and memory, checked before any work is done.

Comes in: what a caller gave. Goes out: arrays, or an error that names the value.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from symbiode.dynamics.numerics.kernels import Array
from symbiode.errors import Code, InvalidValueError, RefusedError, refused
from symbiode.system import starts
from symbiode.system.model import Model, delays_of, noise_of
from symbiode.system.scenario import Scenario
from symbiode.system.starts import Start as Start

MEMORY = 2e9


def numbers(name: str, given: object, allowed: str) -> Array:
    """Return finite numbers as an array of any shape."""
    try:
        found = np.asarray(given)
    except ValueError:
        found = np.asarray(None)
    if found.dtype.kind not in "iuf" or not np.isfinite(found).all():
        raise InvalidValueError(name, given, allowed)
    return found.astype(float)


def times_of(times: ArrayLike) -> Array:
    allowed = "two or more finite, strictly increasing numbers"
    grid = numbers("times", times, allowed)
    if grid.ndim != 1 or len(grid) < 2 or not (np.diff(grid) > 0).all():
        raise InvalidValueError("times", np.ravel(grid)[:6].tolist(), allowed)
    return grid


def accuracy_of(rtol: float | None, usual: float, least: float) -> float:
    rtol = usual if rtol is None else rtol
    if isinstance(rtol, (bool, str)) or not least <= rtol <= 1e-2:
        raise InvalidValueError("rtol", rtol, f"{least:.0e} to 1e-2")
    return rtol


def whole(name: str, given: object, least: int, more: str = "") -> int:
    if isinstance(given, bool) or not isinstance(given, (int, np.integer)) or given < least:
        raise InvalidValueError(name, given, f"a whole number, at least {least}{more}")
    return int(given)


def start_of(model: Model, start: Start) -> Array:
    """Return the start levels, shape (unit,)."""
    return np.array(starts.levels_of(model, start), float)


def level_of(model: Model, name: str, level: object) -> float:
    return float(starts.level_of(model, name, level))


def kind_of(model: Model) -> str:
    """Return what a model needs: ``noise``, ``delays`` or ``plain``.

    Raises
    ------
    RefusedError
        If there are noise and delays at once, or noise without growth per capita.
    """
    noisy, late = any(noise_of(model)), bool(delays_of(model))
    if noisy and late:
        raise RefusedError(refused(Code.NOT_SUPPORTED, "Noise and delays together are not followed; set one to 0."))
    if noisy and not model.law.kolmogorov:
        detail = "Noise acts on log growth, and these rates are not the level times a growth rate; set it to 0."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    return "noise" if noisy else "delays" if late else "plain"


def scenario_of(given: object) -> Scenario | None:
    if given is not None and not isinstance(given, Scenario):
        raise InvalidValueError("scenario", given, "a Scenario, from load_scenario or build_scenario")
    return given


def fits(size: float) -> None:
    if size > MEMORY:
        detail = f"About {size / 1e9:.1f} GB would be needed, {MEMORY / 1e9:.0f} GB are allowed."
        raise RefusedError(refused(Code.TOO_LARGE, detail, bytes_needed=size))


def matrix_bytes(model: Model) -> float:
    return 4 * 8 * float(len(model.units)) ** 2
