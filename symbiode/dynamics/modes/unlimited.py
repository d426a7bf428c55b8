"""Where two units go when at least one of them has no self-limitation: predator and prey, rivals, helpers.

Comes in: per-capita growth f_1 = b_1 - alpha x + p y, f_2 = b_2 + q x with alpha >= 0, as exact numbers. Goes out: a
`Decision`. Without any self-limitation b_1 ln y + p y - b_2 ln x - q x never changes (Volterra 1926), which leaves
finitely many cases; with alpha > 0 Goh's function and LaSalle's principle, or planar monotone flows, decide (Hofbauer
and Sigmund 1998, sections 2.3 to 3.4). The cases are told apart by signs alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy

from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.modes.ladder import Outcome
from symbiode.dynamics.modes.theorems import ZERO, Decision, Numbers, Rows, alone, at_rest, because, growth


@dataclass(frozen=True, kw_only=True)
class Signs:
    """The signs that tell the cases apart: own growth of each unit, effect of 2 on 1 (p), of 1 on 2 (q)."""

    own: tuple[int, int]
    p: int
    q: int


def two_free_units(b: Numbers, A: Rows) -> Decision:
    """Decide where two units go, of which the second, or both, have no self-limitation.

    Parameters
    ----------
    b, A : exact numbers, shape (2,) and (2, 2)
        Per-capita growth, A_11 <= 0 and A_22 = 0.

    Examples
    --------
    >>> one, zero = sympy.Integer(1), sympy.Integer(0)
    >>> two_free_units((one, -one), ((zero, -one), (one, zero))).outcome.value
    'neutral_orbits'
    """
    s = Signs(own=(sign(b[0]), sign(b[1])), p=sign(A[0][1]), q=sign(A[1][0]))
    limited = sign(A[0][0]) < 0
    if s.p == 0 or s.q == 0:
        return _one_way_limited(b, A, s) if limited else _one_way(b, A, s)
    if s.p > 0 and s.q > 0:
        return _helpers(b, A, s, limited)
    if s.p < 0 and s.q < 0:
        return _rivals(b, A, s, limited)
    return _limited_chase(b, A, s) if limited else _chase(b, A, s)


def _equilibrium(b: Numbers, A: Rows) -> Numbers | None:
    """Return the equilibrium with both units if it is positive."""
    x = -b[1] / A[1][0]
    state = (x, -(b[0] + A[0][0] * x) / A[0][1])
    return state if all(sign(level) > 0 for level in state) else None


def _grows(b: Numbers, i: int, survivors: tuple[int, ...]) -> Decision:
    why = because("free_grows", unit=i, rate=b[i])
    return Decision(outcome=Outcome.UNBOUNDED, rate=b[i], survivors=survivors, reason=(why,))


def _line(*survivors: int) -> Decision:
    return Decision(outcome=Outcome.CONTINUUM, survivors=survivors or None, reason=(because("free_line"),))


def _rest(b: Numbers, A: Rows) -> Decision:
    """Return that unit 2 dies out and unit 1 goes where it goes alone."""
    level = alone(b, A, 0) if sign(A[0][0]) < 0 else ZERO
    found = at_rest(b, A, (level, ZERO))
    key = "free_extinct" if found.outcome is Outcome.EXTINCTION else "free_excluded"
    return replace(found, reason=(because(key, unit=1, other=0, level=level),))


def _depends(saddle: Numbers | None, *ends: Decision) -> Decision:
    key = "free_depends" if saddle is None else "free_saddle"
    values: dict[str, object] = {} if saddle is None else {"x": saddle[0], "y": saddle[1]}
    why = because(key, **values)
    return Decision(outcome=Outcome.DEPENDS_ON_START, reason=(why,), attractors=ends, saddle=saddle)


def _helpers(b: Numbers, A: Rows, s: Signs, limited: bool) -> Decision:
    away = Decision(outcome=Outcome.BLOW_UP, reason=(because("free_blow_up"),))
    saddle = _equilibrium(b, A)
    if saddle is not None:
        return _depends(saddle, _rest(b, A), away)
    if s.own == (-1, 0):
        return _depends(None, _line(1), away)
    if s.own == (0, -1) and not limited:
        return _depends(None, _line(0), away)
    return away


def _rivals(b: Numbers, A: Rows, s: Signs, limited: bool) -> Decision:
    first = _rest(b, A) if limited else _grows(b, 0, (0,))
    saddle = _equilibrium(b, A)
    if saddle is not None:
        return _depends(saddle, first, _grows(b, 1, (1,)))
    if s.own[1] > 0:
        wins = _grows(b, 1, (1,))
        return wins if limited or s.own[0] < 0 else _depends(None, _line(0), wins)
    if s.own[1] == 0:
        return _resting_rival(A, s, first, limited)
    if limited or s.own[0] < 0:
        return _rest(b, A)
    return first if s.own[0] > 0 else _line(0)


def _resting_rival(A: Rows, s: Signs, first: Decision, limited: bool) -> Decision:
    """Unit 2 neither grows nor declines alone, and both harm each other."""
    if not limited and s.own[0] <= 0:
        return _line(1) if s.own[0] < 0 else _line()
    if s.own[0] > 0 or (s.own[0] == 0 and sign(A[0][0] - A[1][0]) > 0):
        return _depends(None, first, _line(1))
    return _line(1)


def _chase(b: Numbers, A: Rows, s: Signs) -> Decision:
    """One gains from the other, neither is limited: neutral orbits, or the one that lives alone wins."""
    gainer = 1 if s.q > 0 else 0
    loser = 1 - gainer
    centre = _equilibrium(b, A)
    if centre is not None:
        why = because("neutral", unit=gainer, other=loser, x=centre[0], y=centre[1])
        return Decision(outcome=Outcome.NEUTRAL_ORBITS, state=centre, survivors=(0, 1), reason=(why,))
    if s.own[gainer] > 0:
        return _grows(b, gainer, (gainer,))
    if s.own[gainer] == 0:
        return _line(gainer)
    return _line(loser) if s.own[loser] == 0 else _rest(b, A)


def _limited_chase(b: Numbers, A: Rows, s: Signs) -> Decision:
    """One gains from the other, unit 1 is limited: Goh's function, or the boundary."""
    inner = _equilibrium(b, A)
    if inner is not None:
        why = because("free_goh", x=inner[0], y=inner[1])
        return replace(at_rest(b, A, inner), reason=(why,))
    if s.q > 0 and s.own[1] > 0:
        return _grows(b, 1, (1,))
    if s.own[1] == 0 and (s.q > 0 or s.own[0] < 0):
        return _line(1)
    return _rest(b, A)


def _one_way(b: Numbers, A: Rows, s: Signs) -> Decision:
    """At most one acts on the other, neither is limited; the one that is not acted on is purely exponential."""
    lead, led = (0, 1) if s.p == 0 else (1, 0)
    push = s.q if lead == 0 else s.p
    if s.own[lead] == 0:
        return _constant_lead(b, s, lead, led, push)
    if s.own[lead] < 0:
        if s.own[led] < 0:
            return replace(at_rest(b, A, (ZERO, ZERO)), reason=(because("free_extinct"),))
        return _grows(b, led, (led,)) if s.own[led] > 0 else _line(led)
    if push > 0:
        why = because("free_faster", unit=led, other=lead)
        return Decision(outcome=Outcome.UNBOUNDED, survivors=(0, 1), reason=(why,))
    if push < 0 or s.own[led] < 0:
        return _grows(b, lead, (lead,))
    fastest = lead if sign(b[lead] - b[led]) >= 0 else led
    return _grows(b, fastest, (0, 1))


def _constant_lead(b: Numbers, s: Signs, lead: int, led: int, push: int) -> Decision:
    """The unit that is not acted on stays where it starts."""
    low = s.own[led]
    if push == 0:
        return _grows(b, led, (0, 1)) if low > 0 else _line(0, 1) if low == 0 else _line(lead)
    why = because("free_by_level", unit=led, other=lead)
    up = Decision(outcome=Outcome.UNBOUNDED, survivors=(0, 1), reason=(why,))
    if push > 0:
        return up if low >= 0 else _depends(None, _line(lead), up)
    return _line(lead) if low <= 0 else _depends(None, _line(lead), up)


def _one_way_limited(b: Numbers, A: Rows, s: Signs) -> Decision:
    """At most one acts on the other, unit 1 is limited."""
    if s.q == 0:
        if s.own[1] == 0:
            return _line()
        if s.own[1] < 0:
            return _rest(b, A)
        stays = s.p > 0 or (s.p == 0 and s.own[0] > 0)
        return replace(_grows(b, 1, (0, 1) if stays else (1,)), slow=s.p == 0 and s.own[0] == 0)
    level = alone(b, A, 0)
    rate = growth(b, A, (level, ZERO), 1)
    there = (0, 1) if sign(level) > 0 else (1,)
    if sign(rate) > 0:
        why = because("free_grows", unit=1, rate=rate)
        slow = s.own[0] == 0
        return Decision(outcome=Outcome.UNBOUNDED, rate=rate, survivors=there, reason=(why,), slow=slow)
    if sign(rate) < 0:
        return _rest(b, A)
    if s.own[0] != 0:
        return _line(*there)
    if s.q < 0:
        return replace(_rest(b, A), slow=True)
    why = because("free_algebraic", unit=1, other=0)
    return Decision(outcome=Outcome.UNBOUNDED, rate=ZERO, survivors=(1,), slow=True, reason=(why,))


def stops_on_the_line(b: Numbers, A: Rows, start: Numbers) -> int | None:
    """Return 1 if a start ends on a line of equilibria, -1 if it passes it by, 0 on the separatrix, None if not known.

    Where neither unit is limited and the lead neither grows nor declines alone, an orbit is the curve
    y = y0 + (b ln(x/x0) + q (x - x0))/p, which is lowest at x = -b/q; it stops there if that is below zero.
    """
    for lead, led in ((0, 1), (1, 0)):
        p, q = A[lead][led], A[led][lead]
        if sign(b[lead]) != 0 or sign(b[led]) == 0 or any(sign(A[i][i]) for i in (0, 1)) or sign(p) * sign(q) <= 0:
            continue
        lowest = -b[led] / q
        if sign(p) * sign(lowest - start[lead]) <= 0:
            return -1
        bottom = start[led] + (b[led] * sympy.log(lowest / start[lead]) + q * (lowest - start[lead])) / p
        return -sign(bottom)
    return None


def constant_lead_rate(b: Numbers, A: Rows, start: Numbers) -> tuple[int, sympy.Expr] | None:
    """Return (led unit, its exact growth rate) if the other unit stays where it starts, else None."""
    for lead, led in ((0, 1), (1, 0)):
        if sign(b[lead]) == 0 and all(sign(value) == 0 for value in A[lead]) and sign(A[led][led]) == 0:
            return led, growth(b, A, start, led)
    return None
