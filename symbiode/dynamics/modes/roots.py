"""How many characteristic roots of a linear system with delays have a positive real part, by the argument principle.

Comes in: x'(t) = P x(t) + sum_k F_k x(t - tau_k) as matrices. Goes out: the number of roots of
det(l I - P - sum_k F_k e^{-l tau_k}) to the right of the imaginary axis. The steps along the axis are short enough,
by a bound on the derivative, that no turn of the determinant is missed. Loads numpy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MAX_STEPS, _ON_AXIS = 50_000, 1e-9


def unstable_roots(present: Array, felt: Sequence[tuple[float, Array]]) -> int | None:
    """Return the number of roots with positive real part, None if one is too near the imaginary axis to tell.

    Parameters
    ----------
    present : array, shape (unit, unit)
        What is felt without delay, the diagonal included.
    felt : sequence of (float, array of shape (unit, unit))
        Delays and what is felt with each.

    References
    ----------
    Hale and Verduyn Lunel (1993), Introduction to Functional Differential Equations, chapter 7: all roots with
    nonnegative real part are within the norm of the matrices.

    Examples
    --------
    >>> unstable_roots(np.zeros((1, 1)), [(1.0, -np.ones((1, 1)))]), unstable_roots(np.eye(2), [])  # pi/2 > 1
    (0, 2)
    """
    n = len(present)
    norms = [float(np.linalg.norm(F, 2)) for _, F in felt]
    bound = float(np.linalg.norm(present, 2)) + sum(norms)
    if not bound > 0 or not math.isfinite(bound):
        return None
    steepness = 1 + sum(age * norm for (age, _), norm in zip(felt, norms, strict=True))
    share, end, w, turned = math.sin(min(1.0, 2.0 / n)), 2 * bound, 0.0, 0.0

    def matrix(w: float) -> NDArray[np.complex128]:
        late = sum((F * np.exp(-1j * w * age) for age, F in felt), np.zeros((n, n), complex))
        return np.asarray(1j * w * np.eye(n) - present - late)

    now = matrix(0.0)
    for _ in range(MAX_STEPS):
        room = float(np.linalg.svd(now, compute_uv=False)[-1])
        if room < _ON_AXIS * bound:
            return None
        w = min(w + share * room / steepness, end)
        ahead = matrix(w)
        turned += float(np.angle(np.linalg.slogdet(ahead)[0] / np.linalg.slogdet(now)[0]))
        now = ahead
        if w == end:
            break
    else:
        return None
    far = float(np.angle(np.linalg.eigvals(now / (1j * end))).sum())
    count = (n * math.pi + 2 * far - 2 * turned) / (2 * math.pi)
    return round(count) if abs(count - round(count)) < 1e-6 else None
