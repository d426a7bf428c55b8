"""Where one or two units with self-limitation go: every case decided by a theorem, in exact arithmetic.

Comes in: per-capita growth f_i = b_i + sum_j A_ij x_j with A_11, A_22 < 0, as exact numbers. Goes out: a
`Decision` with its reason. Any such system is the normal form u_i' = r_i u_i (s_i - u_i + d_ij u_j) with
s_i = sign b_i in other units of measure, so that facultative, obligate and neutral units share one argument:

* A_12 A_21 < A_11 A_22: -A has a diagonal Lyapunov function, and the one saturated equilibrium attracts every positive
  start (Goh 1977, Am. Nat. 111, 135; Takeuchi and Adachi 1980, J. Math. Biol. 10, 401).
* both effects positive and A_12 A_21 > A_11 A_22: a weighted sum of logarithms grows at least as fast as an
  exponential of itself, so what leaves every bounded set blows up in finite time; bounded orbits of a planar
  cooperative system converge (Hofbauer and Sigmund 1998, sections 3.4 and 15.1).
* both effects positive and A_12 A_21 = A_11 A_22: the same weighted sum is linear in time.
* both effects negative and A_12 A_21 >= A_11 A_22: founder control, or the stronger excludes the other (Hofbauer and
  Sigmund 1998, section 3.3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy

from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.modes.ladder import Evidence, Outcome
from symbiode.errors import OK, Code, Status, warning

Numbers = tuple[sympy.Expr, ...]
Rows = tuple[Numbers, ...]
Reason = tuple[str, tuple[tuple[str, object], ...]]
ZERO = sympy.Integer(0)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """The name of the effect of one unit on another in a sentence: d12 is the effect of unit 2 on unit 1."""

    receiver: int
    source: int

    def __str__(self) -> str:
        gap = "_" if max(self.receiver, self.source) > 8 else ""
        return f"d{self.receiver + 1}{gap}{self.source + 1}"


def because(key: str, /, **values: object) -> Reason:
    """Return a reason: the key of its sentence and the values that fill it."""
    return key, tuple(values.items())


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Where a system goes, exactly; the fields mean what those of `Settlement` mean, units are positions.

    Attractors are decisions where the start decides; `saddle` is the equilibrium whose stable manifold then separates
    the starts. The evidence is None where nothing was decided, survivors are None where they are not decided.
    """

    outcome: Outcome
    reason: tuple[Reason, ...] = ()
    state: Numbers | None = None
    survivors: tuple[int, ...] | None = None
    slow: bool = False
    rate: sympy.Expr | None = None
    evidence: Evidence | None = Evidence.THEOREM
    attractors: tuple[Decision, ...] = ()
    saddle: Numbers | None = None
    weights: Numbers | None = None
    persistence: Persistence | None = None
    blow_up_time: float | None = None
    blow_up_error: float | None = None
    death_time: float | None = None
    death_error: float | None = None
    period: float | None = None
    period_error: float | None = None
    lyapunov: float | None = None
    lyapunov_error: float | None = None
    amplitude: tuple[tuple[float, float], ...] | None = None
    delay_limit: float | None = None
    status: Status = OK


@dataclass(frozen=True, kw_only=True)
class Persistence:
    """Whether all units persist from every positive start.

    Parameters
    ----------
    permanent : bool
        True: all end above one common positive level. False: some positive starts lose units.
    state : tuple of exact numbers, shape (unit,)
        Permanent: the time means of every positive orbit. Else an equilibrium that no absent unit can invade.
    weights : tuple of exact numbers or None, shape (unit,)
        Those of the weighted growth that proves permanence.
    """

    permanent: bool
    state: Numbers
    weights: Numbers | None = None


def knife_edge(general: Decision, *, exactly: bool = True) -> Decision:
    """Return that a start lies on the separatrix: whatever disturbs it decides."""
    why = because("start_on_separatrix" if exactly else "start_near_separatrix")
    status = warning(Code.ON_SEPARATRIX)
    return replace(general, outcome=Outcome.UNDECIDED, reason=(*general.reason, why), status=status)


def alone(b: Numbers, A: Rows, i: int) -> sympy.Expr:
    """Return the level at which unit i settles without the others."""
    level: sympy.Expr = -b[i] / A[i][i] if sign(b[i]) > 0 else ZERO
    return level


def at_rest(b: Numbers, A: Rows, state: Numbers) -> Decision:
    """Return the decision that a state attracts: coexistence, exclusion or extinction, and whether slowly."""
    slow = any(sign(x) == 0 == sign(growth(b, A, state, i)) for i, x in enumerate(state))
    return settled_at(state, slow=slow)


def settled_at(state: Numbers, *why: Reason, slow: bool = False) -> Decision:
    """Return the decision that a state attracts, named by the units that are there."""
    there = tuple(i for i, x in enumerate(state) if sign(x) > 0)
    outcome = rest_outcome(len(there), len(state))
    return Decision(outcome=outcome, state=state, survivors=there, reason=why, slow=slow)


def rest_outcome(alive: int, units: int) -> Outcome:
    """Return what it is called that some units settle at a positive level."""
    return Outcome.COEXISTENCE if alive == units else Outcome.EXCLUSION if alive else Outcome.EXTINCTION


def growth(b: Numbers, A: Rows, state: Numbers, i: int) -> sympy.Expr:
    """Return the per-capita growth of unit i at a state."""
    rate: sympy.Expr = b[i] + sum((A[i][j] * state[j] for j in range(len(b))), ZERO)
    return rate


def one_unit(b: Numbers, A: Rows) -> Decision:
    """Decide x' = x (b + A x) for every positive start, whatever the signs.

    Examples
    --------
    >>> one_unit((sympy.Integer(1),), ((sympy.Integer(-2),),)).state
    (1/2,)
    """
    own, self_effect = sign(b[0]), sign(A[0][0])
    if self_effect < 0:
        found = at_rest(b, A, (alone(b, A, 0),))
        key = {1: "one_capacity", 0: "one_fades", -1: "one_declines"}[own]
        return replace(found, reason=(because(key, level=found.state[0] if found.state else ZERO),))
    if self_effect == 0:
        return _exponential(b, A, own)
    if own >= 0:
        return Decision(outcome=Outcome.BLOW_UP, reason=(because("one_blow_up"),))
    saddle = -b[0] / A[0][0]
    ends = (at_rest(b, A, (ZERO,)), Decision(outcome=Outcome.BLOW_UP))
    why = because("one_threshold", level=saddle)
    return Decision(outcome=Outcome.DEPENDS_ON_START, reason=(why,), attractors=ends, saddle=(saddle,))


def _exponential(b: Numbers, A: Rows, own: int) -> Decision:
    if own > 0:
        why = because("one_exponential", rate=b[0])
        return Decision(outcome=Outcome.UNBOUNDED, rate=b[0], survivors=(0,), reason=(why,))
    if own < 0:
        return replace(at_rest(b, A, (ZERO,)), reason=(because("one_declines"),))
    return Decision(outcome=Outcome.CONTINUUM, survivors=(0,), reason=(because("one_constant"),))


@dataclass(frozen=True, kw_only=True)
class Normal:
    """Two units with self-limitation in the normal form u_i' = r_i u_i (s_i - u_i + d_ij u_j), u = x/K.

    Parameters
    ----------
    b, A : exact numbers
        Per-capita growth as given, A_11 < 0 and A_22 < 0.
    K : tuple of sympy.Expr
        Scales: the capacities of units that live alone.
    """

    b: Numbers
    A: Rows
    K: Numbers

    @property
    def s(self) -> tuple[int, int]:
        """Own growth: 1 lives alone, -1 declines alone, 0 neither."""
        return sign(self.b[0]), sign(self.b[1])

    @property
    def d(self) -> tuple[sympy.Expr, sympy.Expr]:
        """The effects (d12, d21), dimensionless."""
        A, K = self.A, self.K
        return -A[0][1] * K[1] / (A[0][0] * K[0]), -A[1][0] * K[0] / (A[1][1] * K[1])

    @property
    def product(self) -> sympy.Expr:
        """d12 d21, which no choice of scales changes."""
        product: sympy.Expr = self.A[0][1] * self.A[1][0] / (self.A[0][0] * self.A[1][1])
        return product

    def told(self) -> dict[str, object]:
        """Return the numbers that most sentences name."""
        a, b = self.d
        names = {"d12": Effect(receiver=0, source=1), "d21": Effect(receiver=1, source=0)}
        return {**names, "a": a, "b": b, "p": self.product}


def normal(b: Numbers, A: Rows, K: Numbers | None = None) -> Normal:
    """Return the normal form; without `K` a unit that neither grows nor declines alone has scale 1/|A_ii|.

    Examples
    --------
    >>> one, half = sympy.Integer(1), sympy.Rational(1, 2)
    >>> normal((one, one), ((-half, half), (one, -one))).d
    (1/2, 2)
    """
    own = tuple(abs(b[i] if sign(b[i]) else sympy.Integer(1)) / -A[i][i] for i in (0, 1))
    return Normal(b=b, A=A, K=K or own)


def two_units(form: Normal) -> Decision:
    """Decide where two units with self-limitation go from every positive start; the theorems stand above.

    Examples
    --------
    >>> one, d = sympy.Integer(1), sympy.Rational(2, 5)
    >>> two_units(normal((one, one), ((-one, d), (d, -one)))).state
    (5/3, 5/3)
    """
    a, b = form.d
    over = sign(form.product - 1)
    if sign(a) > 0 and sign(b) > 0 and over >= 0:
        return _critical(form) if over == 0 else _runaway(form)
    if over >= 0:
        return _strong_competition(form)
    inner = interior(form)
    return _coexistence(form, inner) if inner is not None else _boundary(form, saturated(form)[0])


def interior(form: Normal) -> Numbers | None:
    """Return the equilibrium with both units, None unless both levels are positive and it is the only one."""
    (a11, a12), (a21, a22) = form.A
    det = a11 * a22 - a12 * a21
    if sign(det) == 0:
        return None
    b1, b2 = form.b
    state = ((a12 * b2 - a22 * b1) / det, (a21 * b1 - a11 * b2) / det)
    return state if all(sign(x) > 0 for x in state) else None


def saturated(form: Normal) -> list[Numbers]:
    """Return the equilibria without one or both units that no absent unit can invade, the strict ones first."""
    b, A = form.b, form.A
    levels = alone(b, A, 0), alone(b, A, 1)
    corners = {(levels[0], ZERO), (ZERO, levels[1])}
    found = []
    for state in sorted(corners, key=str, reverse=True):
        if any(sign(x) == 0 and sign(b[i]) > 0 for i, x in enumerate(state) if sum(state) == 0):
            continue
        rates = [sign(growth(b, A, state, i)) for i in (0, 1) if sign(state[i]) == 0]
        if max(rates) <= 0:
            found.append((max(rates), state))
    return [state for _, state in sorted(found, key=lambda pair: pair[0])]


def _coexistence(form: Normal, inner: Numbers) -> Decision:
    found = at_rest(form.b, form.A, inner)
    if form.s != (1, 1):
        return replace(found, reason=(because("coexist_obligate", x=inner[0], y=inner[1], **form.told()),))
    signs = tuple(map(sign, form.d))
    low, high = (0, 1) if signs[0] <= signs[1] else (1, 0)
    key = f"coexist_{'n' if signs[low] < 0 else 'zp'[signs[low]]}{'n' if signs[high] < 0 else 'zp'[signs[high]]}"
    return replace(found, reason=(because(key, unit=high, other=low, **form.told()),))


def _boundary(form: Normal, state: Numbers) -> Decision:
    """Describe a state without one or both units that attracts every positive start."""
    found = at_rest(form.b, form.A, state)
    if found.outcome is Outcome.EXTINCTION:
        key = "both_fade" if found.slow else "both_decline"
        return replace(found, reason=(because(key, **form.told()),))
    winner = 0 if sign(state[0]) > 0 else 1
    loser = 1 - winner
    effect = Effect(receiver=loser, source=winner)
    d = {"effect": effect, "value": form.d[loser], "unit": loser, "other": winner}
    if found.slow:
        return replace(found, reason=(because(f"fades_{form.s[loser] + 1}", **d, **form.told()),))
    return replace(found, reason=(because(f"excluded_{form.s[loser] + 1}", **d, **form.told()),))


def _strong_competition(form: Normal) -> Decision:
    """Both effects negative, product at least 1."""
    if form.s == (1, 1) and all(sign(d + 1) == 0 for d in form.d):
        why = because("line_competition", **form.told())
        return Decision(outcome=Outcome.CONTINUUM, survivors=(0, 1), reason=(why,))
    saddle = interior(form)
    if saddle is None:
        return _boundary(form, saturated(form)[0])
    ends = tuple(_boundary(form, state) for state in sorted(saturated(form), key=lambda s: sign(s[0]), reverse=True))
    why = because("founder_control", x=saddle[0], y=saddle[1], **form.told())
    return Decision(outcome=Outcome.DEPENDS_ON_START, reason=(why,), attractors=ends, saddle=saddle)


def _runaway(form: Normal) -> Decision:
    """Both effects positive, product above 1."""
    saddle = interior(form)
    away = Decision(outcome=Outcome.BLOW_UP, reason=(because("runaway", **form.told()),))
    if saddle is None:
        return away
    rest = _boundary(form, saturated(form)[0])
    why = because("threshold", x=saddle[0], y=saddle[1], end=rest.outcome.value, **form.told())
    return Decision(outcome=Outcome.DEPENDS_ON_START, reason=(why,), attractors=(rest, away), saddle=saddle)


def _critical(form: Normal) -> Decision:
    """Both effects positive, product exactly 1: w.ln x grows linearly for the left null vector w of A."""
    w = form.A[1][0], -form.A[0][0]
    drift = w[0] * form.b[0] + w[1] * form.b[1]
    if sign(drift) < 0:
        return _boundary(form, saturated(form)[0])
    if sign(drift) == 0:
        key = "ray" if form.s == (0, 0) else "line_mutualism"
        return Decision(outcome=Outcome.CONTINUUM, survivors=(0, 1), reason=(because(key, **form.told()),))
    rate = drift / (w[0] + w[1])
    why = because("critical", rate=rate, **form.told())
    return Decision(outcome=Outcome.UNBOUNDED, rate=rate, survivors=(0, 1), reason=(why,))
