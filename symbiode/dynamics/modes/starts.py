"""Where two units go from one given start, when that decides it.

Comes in: per-capita growth b + A x, the `Decision` for every positive start, and exact positive levels. Goes out: the
`Decision` for that start. Order decides most starts exactly: planar competition and cooperation preserve an order, so a
start beside the saddle in that order stays on its side (Smith 1995, Monotone Dynamical Systems, chapter 3). The others
are followed with digits to spare until they are beside it: a certificate, not a simulation.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, localcontext

import sympy

from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.modes import series
from symbiode.dynamics.modes.ladder import Evidence, Outcome
from symbiode.dynamics.modes.theorems import ZERO, Decision, Numbers, Rows, because, growth, knife_edge
from symbiode.dynamics.modes.unlimited import constant_lead_rate, stops_on_the_line
from symbiode.errors import Code, warning

_DIGITS = 40
_TRIES = (20, _DIGITS)


def from_start(b: Numbers, A: Rows, general: Decision, start: Numbers) -> Decision:
    """Return where a positive start goes, given where positive starts go in general.

    Parameters
    ----------
    b, A : exact numbers, shape (2,) and (2, 2)
        Per-capita growth.
    general : Decision
        For every positive start; with two attractors, the first is where unit 1 wins (competition) or where growth
        stays bounded (cooperation).
    start : exact numbers, shape (2,)
    """
    if general.outcome is Outcome.DEPENDS_ON_START:
        return _sided(b, A, general, start) if general.saddle is not None else _by_level(b, A, general, start)
    if general.outcome is Outcome.CONTINUUM:
        limited = all(sign(A[i][i]) < 0 for i in (0, 1))
        return replace(general, state=_on_line(b, A, start)) if limited else general
    if general.outcome is Outcome.UNBOUNDED and general.rate is None:
        return _by_level(b, A, general, start)
    if general.outcome is Outcome.BLOW_UP:
        return timed(b, A, general, start)
    return general


def one(b: Numbers, A: Rows, general: Decision, start: Numbers) -> Decision:
    """Return where x' = x (b + A x) goes from a positive start, with the blow-up time in closed form.

    Examples
    --------
    >>> from symbiode.dynamics.modes.theorems import one_unit
    >>> half, two = sympy.Rational(1, 2), sympy.Integer(2)
    >>> one((-half,), ((half,),), one_unit((-half,), ((half,),)), (two,)).blow_up_time
    1.3862943611198906
    """
    over = sign(start[0] - general.saddle[0]) if general.saddle is not None else 1
    if general.outcome is Outcome.DEPENDS_ON_START and over <= 0:
        return replace(general.attractors[0], reason=general.reason) if over < 0 else knife_edge(general)
    if general.outcome is Outcome.CONTINUUM:
        return replace(general, state=start)
    if general.outcome not in (Outcome.DEPENDS_ON_START, Outcome.BLOW_UP):
        return general
    push = A[0][0] * start[0]
    time = sympy.log(1 + b[0] / push) / b[0] if sign(b[0]) else 1 / push
    when = float(time.evalf(30))
    return Decision(outcome=Outcome.BLOW_UP, reason=general.reason, blow_up_time=when, blow_up_error=math.ulp(when))


def timed(b: Numbers, A: Rows, away: Decision, start: Numbers) -> Decision:
    """Add the time of the blow-up and its error bound."""
    found = series.blow_up(b, A, start)
    if found is None:
        return replace(away, status=warning(Code.WORK_LIMIT, "The blow-up is certain; its time was not reached."))
    return replace(away, blow_up_time=found[0], blow_up_error=found[1])


def _sided(b: Numbers, A: Rows, general: Decision, start: Numbers) -> Decision:
    """Decide the side of the separatrix: exactly by order, else by following the start."""
    saddle = general.saddle or ()
    side, evidence = _exact_side(b, A, saddle, start), Evidence.THEOREM
    if side is None:
        side, evidence = _followed_side(b, A, saddle, start), Evidence.CERTIFICATE
    if not side:
        return knife_edge(general, exactly=side == 0)
    end = general.attractors[0 if side > 0 else 1]
    key = "start_by_order" if evidence is Evidence.THEOREM else "start_followed"
    why = because(f"{key}_{end.outcome.value}", units=end.survivors or ())
    decided = replace(end, reason=(*general.reason, why), evidence=evidence)
    return timed(b, A, decided, start) if end.outcome is Outcome.BLOW_UP else decided


def _by_level(b: Numbers, A: Rows, general: Decision, start: Numbers) -> Decision:
    """Decide where one unit stays at its start and the other grows at a rate that this level sets."""
    found = constant_lead_rate(b, A, start)
    if found is None and general.outcome is Outcome.UNBOUNDED:
        return general
    stops = stops_on_the_line(b, A, start) if found is None else None
    if stops is not None:
        return _beside_the_line(b, A, general, start, stops)
    if found is None:
        return Decision(outcome=Outcome.UNDECIDED, reason=general.reason, status=warning(Code.NOT_SUPPORTED))
    led, rate = found
    if sign(rate) > 0:
        why = because("free_grows", unit=led, rate=rate)
        return Decision(outcome=Outcome.UNBOUNDED, rate=rate, survivors=(0, 1), reason=(why,))
    there = (0, 1) if sign(rate) == 0 else (1 - led,)
    state = tuple(x if i in there else ZERO for i, x in enumerate(start))
    return Decision(outcome=Outcome.CONTINUUM, survivors=there, state=state, reason=(because("free_line"),))


def _beside_the_line(b: Numbers, A: Rows, general: Decision, start: Numbers, stops: int) -> Decision:
    """Return the attractor of a start that stops on a line of equilibria (1) or passes it by (-1)."""
    if stops == 0:
        return knife_edge(general)
    wanted = [end for end in general.attractors if (end.outcome is Outcome.CONTINUUM) == (stops > 0)]
    decided = replace(wanted[0], reason=(*general.reason, *wanted[0].reason))
    return timed(b, A, decided, start) if decided.outcome is Outcome.BLOW_UP else decided


def _towards_first(A: Rows) -> tuple[int, int]:
    """Return the direction that leads to the first attractor: x up and y down in competition, both down else."""
    return (1, -1) if sign(A[0][1]) < 0 else (-1, -1)


def _beside(first: int, second: int) -> int | None:
    """Return the side that two oriented signs agree on, 0 if both are zero, None if they differ."""
    low, high = sorted((first, second))
    return None if low < 0 < high else (high > 0) - (low < 0)


def _exact_side(b: Numbers, A: Rows, saddle: Numbers, start: Numbers) -> int | None:
    """Return 1 for the first attractor, -1 for the second, 0 on the separatrix, None if order does not tell."""
    up = _towards_first(A)
    place = _beside(*(up[i] * sign(start[i] - saddle[i]) for i in (0, 1)))
    if place is not None:
        return place
    if up == (1, -1) and sign(b[0] - b[1]) == 0:
        return sign(start[0] * saddle[1] - start[1] * saddle[0])
    return _beside(*(up[i] * sign(growth(b, A, start, i)) for i in (0, 1)))


def _followed_side(b: Numbers, A: Rows, saddle: Numbers, start: Numbers) -> int | None:
    """Return the side once the followed trajectory is beside the saddle, None if it comes too near to tell."""
    up = _towards_first(A)
    with localcontext(prec=_DIGITS + 10):
        middle = [series.decimal(value) for value in saddle]
    for digits in _TRIES:
        near, beside = Decimal(10) ** (-3 * digits // 8), Decimal(10) ** (-digits // 2)

        def side(point: series.Point, beside: Decimal = beside) -> int:
            away = [up[i] * (point.x[i] / middle[i] - 1) for i in (0, 1)]
            return (min(away) > beside) - (max(away) < -beside)

        def done(point: series.Point, near: Decimal = near) -> bool:
            return bool(side(point)) or all(abs(point.x[i] / middle[i] - 1) < near for i in (0, 1))

        end = series.walk(b, A, start, done, digits=digits)
        if end is not None and side(end):
            return side(end)
    return None


def _on_line(b: Numbers, A: Rows, start: Numbers) -> Numbers:
    """Return the equilibrium of a line or ray of them that a start settles at, by its conserved quantity.

    For the left null vector w of A (then w.b = 0 too) the sum w_1 ln x + w_2 ln y never changes.
    """
    w = A[1][0], -A[0][0]
    if sign(w[0] + w[1]) == 0:
        scale = -b[0] / (A[0][0] * start[0] + A[0][1] * start[1])
        return start[0] * scale, start[1] * scale
    with localcontext(prec=_DIGITS):
        power = [series.decimal(v) for v in w]
        row, own = [series.decimal(v) for v in A[0]], series.decimal(b[0])
        level = [series.decimal(v) for v in start]
        kept = power[0] * level[0].ln() + power[1] * level[1].ln()
        if not own:
            ratio = -row[0] / row[1]
            x = ((kept - power[1] * ratio.ln()) / (power[0] + power[1])).exp()
            return _floats(x, x * ratio)

        def at(z: Decimal) -> tuple[Decimal, Decimal]:
            ratio = _ratio(row, own, z)
            x = -own / (row[0] + row[1] * ratio)
            return x, x * ratio

        def excess(z: Decimal) -> Decimal:
            x, y = at(z)
            return power[0] * x.ln() + power[1] * y.ln() - kept

        return _floats(*at(_root(excess)))


def _ratio(row: list[Decimal], own: Decimal, z: Decimal) -> Decimal:
    """Return y/x for z in the reals, so that the point of the line at that ratio is positive."""
    if row[1] < 0:
        return z.exp()
    edge = -row[0] / row[1]
    return edge / (1 + (-z).exp()) if own > 0 else edge * (1 + z.exp())


def _root(function: Callable[[Decimal], Decimal]) -> Decimal:
    """Return the zero of a strictly monotone function on the reals, by halving."""
    low, high = Decimal(-1), Decimal(1)
    rising = function(high) > function(low)
    while (function(low) > 0) == rising:
        low *= 2
    while (function(high) < 0) == rising:
        high *= 2
    for _ in range(4 * _DIGITS):
        middle = (low + high) / 2
        if (function(middle) < 0) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _floats(*values: Decimal) -> Numbers:
    return tuple(sympy.Float(str(value), 30) for value in values)
