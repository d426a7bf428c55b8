"""How a trajectory goes on that ended early: blow-up in finite time, death, exponential growth, or not known.

Comes in: growth of the units that are present, and the state where it ended; for growth f = b + A x the numbers b and
A. Goes out: a `Runaway`. Up there 1 - u_i + sum d_ij u_j is not summed in time t, whose steps shrink to nothing; the
same equations are integrated in the rescaled time ds = N dt with N = max_i sum_j |A_ij| x_j, in which a blow-up is
plain exponential growth and t converges to the blow-up time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from symbiode.dynamics.numerics import Numerics
from symbiode.dynamics.numerics.kernels import Array

_FOLDS = 30.0
_SLOWEST = 1e-6
_MAX_STEPS = 20_000
_ORDER, _PRECISE = 16, 1e-6


@dataclass(frozen=True, kw_only=True)
class Runaway:
    """How a runaway goes on.

    Parameters
    ----------
    kind : "blow_up", "death", "unbounded", "beyond" or "singular"
        Blow-up or death in finite time, exponential growth, only known to pass the cap, or nothing known.
    remaining, error : float or None
        Time left until blow-up or death, and its error.
    rate : float or None
        The exponential rate of unbounded growth, of the fastest unit if they differ.
    dead : tuple of int
        The units that die.
    """

    kind: str
    remaining: float | None = None
    error: float | None = None
    rate: float | None = None
    dead: tuple[int, ...] = ()


def onward(numerics: Numerics, p: Array, x: Array, *, rough: float = 0.0) -> Runaway:
    """Say how a state of all units, some of them absent, goes on where growth is b + A x."""
    there, empty = np.flatnonzero(x > 0), np.zeros(len(x))
    A = numerics.per_capita_jacobian(0.0, empty, p)[np.ix_(there, there)]
    return runaway(numerics.per_capita(0.0, empty, p)[there], A, x[there], rough=rough)


def runaway(b: Array, A: Array, x: Array, *, rough: float = 0.0) -> Runaway:
    """Say how f = b + A x goes on from a state far above all references.

    Parameters
    ----------
    b, A, x : array, shapes (unit,), (unit, unit), (unit,)
        Only units that are present.
    rough : float
        An error in the remaining time that is good enough; then cooperative units need no integration.

    Returns
    -------
    Runaway

    References
    ----------
    Hirsch (1982), SIAM J. Math. Anal. 13, 167-179: where cooperative units all grow, they grow for ever.
    """
    size = np.abs(A) @ x
    scale = float(size.max())
    if not np.isfinite(scale):
        return Runaway(kind="beyond")
    if not scale > 0:
        grows = b.max() > 0
        return Runaway(kind="unbounded", rate=float(b.max())) if grows else Runaway(kind="beyond")
    speed = (b + A @ x) / scale
    cooperative = bool((A - np.diag(np.diag(A)) >= 0).all())
    if cooperative and speed.min() > 1e-3 and 1 / (scale * speed.min()) <= rough:
        crude = 0.5 * (1 / (scale * speed.min()) + 1 / (scale * speed.max()))
        return Runaway(kind="blow_up", remaining=crude, error=1 / (scale * speed.min()))
    if cooperative and speed.min() > 1e-3:
        radius, error = _radius(b / scale, A / scale, x)
        if 0 < error <= _PRECISE * radius:
            return Runaway(kind="blow_up", remaining=radius / scale, error=error / scale)
    return _rescaled(b, A, x)


def _radius(b: Array, A: Array, x: Array) -> tuple[float, float]:
    """Return the radius of convergence of growth f = b + A x, and its error; where all grow it ends at the blow-up.

    Close to a blow-up f is alpha/(t* - t): then the ratio of neighbouring terms is t* - t at every order.
    """
    terms, growth = [x], []
    for m in range(_ORDER):
        growth.append(A @ terms[-1] + (b if m == 0 else 0.0))
        terms.append(np.einsum("ki,ki->i", terms, growth[::-1]) / (m + 1))
    f = np.array(growth)[:, int(np.argmax(growth[0]))]
    ratios = f[:-1] / f[1:]
    # At low orders other parts of the solution count, which fade like a power of the order; at high ones rounding does.
    moved, orders = np.abs(np.diff(ratios)), np.arange(3.0, len(ratios) + 1)
    error = np.where((f[3:] > 0) & np.isfinite(ratios[2:]), orders * (moved[:-1] + moved[1:]), np.inf)
    best = int(np.argmin(error))
    return float(ratios[best + 2]), 3 * float(error[best]) + 1e-14 * float(ratios[best + 2])


def _rescaled(b: Array, A: Array, x: Array) -> Runaway:
    """Integrate in rescaled time until the levels have grown by a factor e^30."""
    from scipy.integrate import LSODA

    size = np.abs(A)

    def rates(s: float, z: Array) -> Array:
        level = np.exp(z[:-1])
        scale = float((size @ level).max())
        return np.append((b + A @ level) / scale, 1 / scale)

    def growth(z: Array) -> float:
        """Return d ln N/ds along the unit rows that carry N."""
        level = np.exp(z[:-1])
        row = int(np.argmax(size @ level))
        weight = size[row] * level
        return float(weight @ rates(0.0, z)[:-1] / weight.sum())

    first = float(np.log((size @ x).max()))
    with np.errstate(all="ignore"):
        z = np.append(np.log(x), 0.0)
        atol = np.append(np.full(len(x), 1e-12), 1e-13 * np.exp(-first))
        solver = LSODA(rates, 0.0, z, 1e9, rtol=1e-12, atol=atol, first_step=1e-3)
        for _ in range(_MAX_STEPS):
            solver.step()
            level = float(np.log((size @ np.exp(solver.y[:-1])).max()))
            now = growth(solver.y)
            if solver.status == "failed" or not np.isfinite(solver.y).all() or level < first - 3:
                return Runaway(kind="beyond")
            if level > first + _FOLDS:
                break
            if solver.t > 50 and now < _SLOWEST:
                return Runaway(kind="beyond")
    if level <= first + _FOLDS or now < _SLOWEST:
        return Runaway(kind="beyond")
    tail = 1 / (now * np.exp(level))
    remaining = float(solver.y[-1] + tail)
    return Runaway(kind="blow_up", remaining=remaining, error=remaining * (1e-10 + 1e-14 / now) + tail)


def climbing(rates: Callable[[Array], Array], z: Array, stiffest: Array) -> Runaway:
    """Say whether growth of any law settles to an exponential, followed in log levels for 30 more e-folds.

    Parameters
    ----------
    rates : callable
        Takes log levels, returns their rates.
    z : array, shape (unit,)
        Log levels beyond the cap.
    stiffest : array, shape (unit,)
        The fastest change of each unit's growth; growth slower than a millionth of it is lost in rounding.
    """
    from scipy.integrate import LSODA

    fastest, first = int(np.argmax(rates(z))), float(z.max())
    speed = half = float(rates(z)[fastest])
    floor = max(_SLOWEST * float(stiffest[fastest]), 1e-300)
    if not np.isfinite(floor):
        return Runaway(kind="beyond")
    with np.errstate(all="ignore"):
        step = 1e-3 / max(abs(speed), floor)
        solver = LSODA(lambda _, y: rates(y), 0.0, z, np.inf, rtol=1e-12, atol=1e-12, first_step=step)
        for _ in range(_MAX_STEPS):
            if not speed > floor:
                return Runaway(kind="beyond")
            solver.step()
            speed, level = float(np.max(rates(solver.y))), float(solver.y.max())
            if solver.status == "failed" or not np.isfinite(solver.y).all():
                return Runaway(kind="beyond")
            half = speed if level < first + _FOLDS / 2 else half
            if level > first + _FOLDS:
                steady = abs(speed - half) <= 1e-6 * speed
                return Runaway(kind="unbounded", rate=speed) if steady else Runaway(kind="beyond")
    return Runaway(kind="beyond")


def critical_rate(b: Sequence[sympy.Rational], A: sympy.Matrix) -> float | None:
    """Return the exponential rate of cooperative units exactly at the border of blow-up, else None.

    With nonnegative effects, det A = 0 and a positive left null vector l of A, sum_i l_i ln x_i grows like
    (l . b) t while all ratios converge, so every unit grows at the rate (l . b)/(l . 1).

    Parameters
    ----------
    b, A : exact numbers, shapes (unit,) and (unit, unit)
        Growth f = b + A x of the units that are present.

    Examples
    --------
    >>> r = sympy.Rational
    >>> A = sympy.Matrix([[-r(3, 10), r(6, 10)], [r(35, 100), -r(7, 10)]])
    >>> round(critical_rate([r(3, 10), r(7, 10)], A), 6)
    0.484615
    """
    n = A.shape[0]
    if n < 2 or any(A[i, j] < 0 for i in range(n) for j in range(n) if i != j) or A.det() != 0:
        return None
    null = A.T.nullspace()
    if len(null) != 1:
        return None
    weights = list(null[0])
    if all(w < 0 for w in weights):
        weights = [-w for w in weights]
    if not all(w > 0 for w in weights):
        return None
    rate = sum(w * g for w, g in zip(weights, b, strict=True)) / sum(weights)
    return float(rate) if rate > 0 else None
