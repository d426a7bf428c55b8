"""What delays between units change: nothing, the stability of an equilibrium, or a blow-up into growth without bound.

Comes in: per-capita growth b_i + sum_j A_ij x_j(t - tau_ij) with A_ii < 0 and no delay of a unit on itself, exact, and
where it goes without delays. Goes out: a `Decision`, or None where no theorem tells. Delays move no equilibrium.

* |A_ii| c_i > sum_j |A_ij| c_j for some c > 0: the saturated equilibrium attracts every positive start whatever the
  delays; with equality allowed for two units at an equilibrium with both (Hofbauer and So 2000, Proc. Amer. Math. Soc.
  128, 2675-2682; Faria 2009, J. Differential Equations 246, 4391-4404).
* one unit feeds on the other, A_12 A_21 < -A_11 A_22: a strict exclusion follows from bounds on one unit after the
  other, whatever the delays. An equilibrium with both is stable exactly while tau_12 + tau_21 is below `limit`.
* competitors preserve an order: without an equilibrium with both the winner is the one without delays (Hsu, Smith and
  Waltman 1996, Trans. Amer. Math. Soc. 348, 4083-4094); else both corners stay stable.
* mutual help beyond self-limitation cannot be infinite in finite time: over each delay a unit is logistic with a known
  help. Exponentials k_i e^{mu t} are lower and upper bounds for mu below and above ln P/(tau_12 + tau_21), with
  P = A_12 A_21/(A_11 A_22), so that is the rate (order: Smith 1995, Monotone Dynamical Systems, chapter 5).
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import sympy

from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.modes import exact
from symbiode.dynamics.modes.ladder import Outcome
from symbiode.dynamics.modes.theorems import Decision, Numbers, Reason, Rows, because

Ages = Mapping[tuple[int, int], sympy.Expr]
_AT_REST = (Outcome.COEXISTENCE, Outcome.EXCLUSION, Outcome.EXTINCTION)


def with_delays(b: Numbers, A: Rows, ages: Ages, quiet: Decision | None) -> Decision | None:
    """Return where every positive start goes, None if no theorem tells.

    Parameters
    ----------
    b, A : exact numbers
        Per-capita growth.
    ages : mapping of (receiver, source) to exact number
        The delays above zero.
    quiet : Decision or None
        Where every positive start goes without delays.

    Examples
    --------
    >>> from symbiode.dynamics.modes.theorems import normal, two_units
    >>> one, half = sympy.Integer(1), sympy.Rational(1, 2)
    >>> b, A = (one, one), ((-one, half), (-half, -one))
    >>> with_delays(b, A, {(0, 1): 5 * one}, two_units(normal(b, A))).delay_limit
    inf
    """
    if not any(sign(A[i][j]) for i, j in ages):
        return quiet
    if quiet is None or any(sign(A[i][i]) >= 0 for i in range(len(b))):
        return None
    rests = quiet.outcome in _AT_REST and quiet.state is not None
    if rests and harmless(b, A, inner=quiet.outcome is Outcome.COEXISTENCE):
        return _as_without(quiet, because("delay_harmless"))
    return _two(A, b, ages, quiet) if len(b) == 2 else None


def _as_without(quiet: Decision, why: Reason) -> Decision:
    return replace(quiet, reason=(*quiet.reason, why), delay_limit=math.inf, weights=None)


def harmless(b: Numbers, A: Rows, *, inner: bool) -> bool:
    """Whether no delay can matter: A has a dominant diagonal with some weights; weakly for an inner pair."""
    rows = exact.fractions(b, A)[1]
    size = [[abs(v) if i == j else -abs(v) for j, v in enumerate(row)] for i, row in enumerate(rows)]
    if len(b) == 2:
        own, cross = A[0][0] * A[1][1], A[0][1] * A[1][0]
        return sign(own - abs(cross)) > 0 or (inner and sign(own + cross) == 0)
    weights = exact.solve(size, [Fraction(1)] * len(b))
    return weights is not None and min(weights) > 0 and not exact.slack(b, A)


def _two(A: Rows, b: Numbers, ages: Ages, quiet: Decision) -> Decision | None:
    """Decide two units whose effects on each other exceed their self-limitation."""
    signs = sign(A[0][1]), sign(A[1][0])
    strict = quiet.outcome in (Outcome.EXCLUSION, Outcome.EXTINCTION) and not quiet.slow
    if signs == (1, 1):
        return _helping(A, b, ages, quiet)
    if signs == (-1, -1):
        return _as_without(quiet, because("delay_order")) if strict or quiet.saddle is not None else None
    return _as_without(quiet, because("delay_bounds")) if strict else None


def _helping(A: Rows, b: Numbers, ages: Ages, quiet: Decision) -> Decision | None:
    """Return the growth of two units that help each other beyond self-limitation and live alone."""
    product, total = A[0][1] * A[1][0] / (A[0][0] * A[1][1]), sum(ages.values())
    if sign(product - 1) < 0 or min(sign(v) for v in b) <= 0:
        return None
    if sign(product - 1) == 0:
        why = because("delay_linear", delay=total)
        return Decision(outcome=Outcome.UNBOUNDED, survivors=(0, 1), reason=(why,))
    rate = sympy.log(product) / total
    why = because("delay_unbounded", rate=rate, delay=total, p=product)
    return Decision(outcome=Outcome.UNBOUNDED, rate=rate, survivors=(0, 1), reason=(why,))


def limit(p: float, q: float, c: float) -> float:
    """Return the total delay at which (l + p)(l + q) = c e^{-l tau} first has a root with real part zero.

    Parameters
    ----------
    p, q : float
        How fast each unit returns by itself, 1/time: minus the diagonal of the Jacobian.
    c : float
        Product of the two cross derivatives, 1/time^2.

    Returns
    -------
    float
        0 if it is unstable without delay, infinite if no delay matters; every larger delay is unstable.

    References
    ----------
    Cooke and Grossman (1982), J. Math. Anal. Appl. 86, 592-627: the one frequency w with (w^2 + p^2)(w^2 + q^2) = c^2.

    Examples
    --------
    >>> round(limit(1.0, 1.0, -2.0), 6)  # w = 1, and (1 + i)^2 = 2i = -2 e^{-i tau} at tau = pi/2
    1.570796
    """
    if p + q <= 0 or p * q <= c:
        return 0.0
    if abs(c) <= abs(p * q) and p * q > 0:
        return math.inf
    square = 2 * (c * c - p * p * q * q) / (p * p + q * q + math.hypot(p * p - q * q, 2 * c))
    w = math.sqrt(max(square, 0.0))
    turn = -cmath.phase(complex(p, w) * complex(q, w) / c)
    return (turn % (2 * math.pi)) / w if w else math.inf
