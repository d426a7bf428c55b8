"""Weights of a diagonal Lyapunov function: looked for in floating point, checked in exact fractions.

Comes in: the effects A of per-capita growth b + A x. Goes out: positive weights c with diag(c) A + A' diag(c) negative
definite, which make sum c_i (x_i - x_i* - x_i* ln x_i) fall. A block triangular matrix inherits them from its blocks.
Weights that are easy to guess come first; numpy is loaded only for what they do not settle.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from symbiode.dynamics.modes.exact import Square, Vector, components, eliminate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_STAGES, _NEWTON, _LARGE = 10, 40, 16


def lyapunov_weights(A: Square, *, slack: Fraction = Fraction(0)) -> Vector | None:
    """Return positive weights c with diag(c) A + A' diag(c) negative definite, None if none was found.

    Parameters
    ----------
    A : exact numbers, shape (unit, unit)
    slack : exact number
        By how much the inequalities must hold.

    Returns
    -------
    list of Fraction or None
        Checked exactly. None is no proof that there are none.

    References
    ----------
    Berman and Plemmons (1994), Nonnegative Matrices in the Mathematical Sciences, chapter 6 (dominance, M-matrices);
    Boyd and Vandenberghe (2004), Convex Optimization, section 11.4 (barrier method).

    Examples
    --------
    >>> lyapunov_weights([[Fraction(-1), Fraction(9)], [Fraction(0), Fraction(-1)]]) is not None
    True
    """
    if any(A[i][i] >= 0 for i in range(len(A))):
        return None
    weights = [Fraction(1)] * len(A)
    blocks = components(A, range(len(A)))
    for block in blocks:
        part = [[A[i][j] for j in block] for i in block]
        found = next((c for c in _candidates(part) if negative_definite(part, c, slack)), None)
        if found is None:
            return None
        for i, c in zip(block, found, strict=True):
            weights[i] = c
    if len(blocks) == 1:
        return weights
    for power in (0, 1, 2, 4, 8, 16, 32, 64):
        scaled = list(weights)
        for depth, block in enumerate(blocks):
            for i in block:
                scaled[i] = weights[i] / 2 ** (power * depth)
        if negative_definite(A, scaled, slack):
            return scaled
    return None


def negative_definite(A: Square, c: Vector, slack: Fraction = Fraction(0)) -> bool:
    """Return whether diag(c) A + A' diag(c) is negative definite, exactly.

    Diagonal dominance decides at once; otherwise the leading minors must alternate (Sylvester). Large matrices must be
    dominant after a congruence, which may miss nearly singular ones.
    """
    n = range(len(A))
    S = [[c[i] * A[i][j] + c[j] * A[j][i] for j in n] for i in n]
    if _dominant(S, slack):
        return True
    scale = math.lcm(*(value.denominator for row in S for value in row))
    rows = [[int(value * scale) for value in row] for row in S]
    if len(A) > _LARGE:
        return _dominant_elsewhere([[float(value) for value in row] for row in S], rows, slack * scale)
    before = 1
    for k in n:
        if Fraction(rows[k][k], before * scale) >= -slack:
            return False
        eliminate(rows, k, before, range(k + 1, len(A)))
        before = rows[k][k]
    return True


def _dominant(S: Sequence[Vector], slack: Fraction) -> bool:
    return all(row[i] + sum(abs(v) for v in row) - abs(row[i]) < -slack for i, row in enumerate(S))


def _dominant_elsewhere(rough: list[list[float]], S: list[list[int]], slack: Fraction) -> bool:
    """Return whether R S R' is dominant for the rounded inverse R of the Cholesky factor of -S, in exact integers."""
    import numpy as np

    try:
        inverse = np.linalg.inv(np.linalg.cholesky(-np.array(rough)))
    except np.linalg.LinAlgError:
        return False
    R = np.round(inverse * (2.0**30 / np.abs(inverse).max(axis=1, keepdims=True))).astype(np.int64).astype(object)
    whole = R @ np.array(S, dtype=object) @ R.T
    return _dominant(whole.tolist(), slack * int((R * R).sum(1).max()))


def _candidates(A: Square) -> Iterator[Vector]:
    """Yield weights worth trying for an irreducible block; rounded, because the check is exact and the set is open."""
    with contextlib.suppress(OverflowError):  # effects that no floating-point number can hold
        yield from _guessed(A)


def _guessed(A: Square) -> Iterator[Vector]:
    n = range(len(A))
    yield [Fraction(1)] * len(A)
    compared = [[abs(float(A[i][j])) * (1 if i == j else -1) for j in n] for i in n]
    right, left = _rough(compared), _rough([list(column) for column in zip(*compared, strict=True)])
    if right is not None and left is not None and min(right) > 0 and min(left) > 0:
        yield [_short(v / w) for v, w in zip(left, right, strict=True)]
    yield [_short(float(c)) for c in _balanced(A)]
    if len(A) > 2:  # for a pair the balance is exact
        import numpy as np

        with contextlib.suppress(np.linalg.LinAlgError), np.errstate(all="ignore"):
            yield from _searched(A)


def _short(value: float) -> Fraction:
    return Fraction(f"{value:.4g}")


def _rough(A: list[list[float]]) -> list[float] | None:
    """Return the rounded solution of A x = 1, None if elimination without exchanges fails."""
    n = len(A)
    rows = [[*row, 1.0] for row in A]
    for k in range(n):
        if abs(rows[k][k]) < 1e-12:
            return None
        rows[k] = [value / rows[k][k] for value in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[n] for row in rows]


def _balanced(A: Square) -> Vector:
    """Return weights that even out the two effects of each pair along a spanning tree (exact for food chains)."""
    weights: dict[int, Fraction] = {0: Fraction(1)}
    queue = [0]
    for i in queue:
        for j in range(len(A)):
            if j in weights or (A[i][j] == 0 and A[j][i] == 0):
                continue
            if A[i][j] and A[j][i]:
                weights[j] = weights[i] * abs(A[i][j] / A[j][i])
            elif A[i][j]:
                weights[j] = weights[i] * A[i][j] ** 2 / (A[i][i] * A[j][j])
            else:
                weights[j] = weights[i] * (A[i][i] * A[j][j]) / A[j][i] ** 2
            queue.append(j)
    return [weights.get(i, Fraction(1)) for i in range(len(A))]


def _searched(A: Square) -> Iterator[Vector]:
    """Yield weights that minimise s with s I - diag(c) A - A' diag(c) positive definite, once s is below zero.

    A barrier method for this convex problem: where s is above zero and cannot fall below, there are no weights.
    """
    import numpy as np

    F = np.array([[float(v) for v in row] for row in A])
    size = np.sqrt(-np.diag(F))
    unit = _balance(F / np.outer(size, size))
    B = F / np.outer(size, size) * np.sqrt(np.outer(unit, 1 / unit))
    n, c = len(F), np.ones(len(F))
    s = max(0.0, float(np.linalg.eigvalsh(B + B.T)[-1])) + 1.0
    for power in range(_STAGES):
        c, s = _centred(B, c, s, 10.0**power)
        S = c[:, None] * B
        if float(np.linalg.eigvalsh(S + S.T)[-1]) < 0:
            found = c * unit
            yield [_short(float(v / found.max())) for v in found]
        if s > 3 * n / 10.0**power:  # the smallest s is at most 2 n / 10^power below
            return


def _balance(B: Floats) -> Floats:
    """Return weights that make the effects on each unit as large as those it has (Osborne 1960, J. ACM 7, 338-345)."""
    import numpy as np

    off, root = np.abs(B - np.diag(np.diag(B))), np.ones(len(B))
    for _ in range(_NEWTON):
        here = off * np.outer(root, 1 / root)
        root = root * np.sqrt(here.sum(0) / here.sum(1))
    return np.asarray(np.clip(root**2 / np.exp(2 * np.log(root).mean()), 1e-12, 1e12))


def _centred(B: Floats, c: Floats, s: float, push: float) -> tuple[Floats, float]:
    """Minimise push s - log det(s I - S) - sum log c by damped Newton steps that keep the mean weight."""
    import numpy as np

    n = len(c)
    ones = np.append(np.ones(n), 0.0)
    for _ in range(_NEWTON):
        S = c[:, None] * B
        W = np.linalg.inv(s * np.eye(n) - S - S.T)
        BW = B @ W
        gradient = np.append(2 * np.diag(BW) - 1 / c, push - np.trace(W))
        mixed = -2 * np.sum(BW * W, axis=1)
        within = 2 * (BW * BW.T + W * (BW @ B.T)) + np.diag(1 / c**2)
        hessian = np.block([[within, mixed[:, None]], [mixed[None, :], np.sum(W * W)]])
        newton = np.linalg.solve(hessian, np.column_stack([gradient, ones]))
        step = newton[:, 0] - newton[:, 1] * (newton[:n, 0].sum() / newton[:n, 1].sum())
        decrement = math.sqrt(max(0.0, float(gradient @ step)))
        c, s = c - step[:n] / (1 + decrement), s - float(step[n]) / (1 + decrement)
        if decrement < 0.1:
            break
    return c, s
