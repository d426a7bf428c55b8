"""Where one unit goes by itself, for any rational growth law and for Gompertz's: signs between exact roots.

Comes in: one rate dx/dt as a rational expression with exact numbers. Goes out: a `Decision`, or None where the rate is
of another form. On a line nothing can happen but moving to the next root in the direction of the sign.
"""

from __future__ import annotations

import sympy

from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.modes.ladder import Outcome
from symbiode.dynamics.modes.orthant import between_roots
from symbiode.dynamics.modes.theorems import ZERO, Decision, because, knife_edge, settled_at

MOST_DEGREE = 12


def on_a_line(rate: sympy.Expr, x: sympy.Symbol, start: sympy.Expr | None = None) -> Decision | None:
    """Decide where x' = rate goes from one positive start, or from every one.

    Parameters
    ----------
    rate : sympy.Expr
        In `x` alone, with exact numbers; zero at x = 0.
    x : sympy.Symbol
    start : exact number, optional
        Above zero.

    Returns
    -------
    Decision or None
        None if the rate is neither rational nor x times a falling logarithm, has a pole above zero, or is too long.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> found = on_a_line(x * (x / 2 - 1) * (4 - x), x)
    >>> [end.state for end in found.attractors]
    [(0,), (4,)]
    """
    if rate.free_symbols - {x} or not rate.is_rational_function(x):
        return _logarithmic(rate, x)
    top, bottom = (sympy.Poly(part, x) for part in sympy.fraction(sympy.cancel(rate)))
    if top.degree() > MOST_DEGREE or bottom.degree() > MOST_DEGREE or any(sign(r) > 0 for r in _roots(bottom)):
        return None
    if top.is_zero:
        why = because("one_constant")
        held = None if start is None else (start,)
        return Decision(outcome=Outcome.CONTINUUM, survivors=(0,), reason=(why,), state=held)
    levels = [r for r in _roots(top) if sign(r) > 0]
    between = [sign(rate.xreplace({x: probe})) for probe in between_roots(top)]
    if start is not None:
        return _from(start, levels, between, top.degree() - bottom.degree())
    ends = _ends(levels, between, top.degree() - bottom.degree())
    if len(ends) == 1:
        return ends[0]
    return Decision(outcome=Outcome.DEPENDS_ON_START, attractors=tuple(ends), reason=(because("line_roots"),))


def _logarithmic(rate: sympy.Expr, x: sympy.Symbol) -> Decision | None:
    """Decide x' = x (a + b ln x) with b < 0: every positive start goes to exp(-a/b)."""
    w = sympy.Dummy(real=True)
    growth = sympy.expand((rate / x).subs(x, sympy.exp(w)))
    slope = sympy.diff(growth, w)
    if growth.free_symbols - {w} or slope.free_symbols or sign(slope) >= 0:
        return None
    return _rest(sympy.exp(-growth.subs(w, 0) / slope))


def _roots(polynomial: sympy.Poly) -> list[sympy.Expr]:
    return [] if polynomial.degree() < 1 else list(dict.fromkeys(sympy.real_roots(polynomial)))


def _ends(levels: list[sympy.Expr], between: list[int], degree: int) -> list[Decision]:
    """Return every place where positive starts end."""
    marks = [ZERO, *levels]
    ends = []
    for k, level in enumerate(marks):
        from_below = k > 0 and between[k - 1] > 0
        if from_below or between[k] < 0:
            ends.append(_rest(level))
    return [*ends, _away(degree)] if between[-1] > 0 else ends


def _from(start: sympy.Expr, levels: list[sympy.Expr], between: list[int], degree: int) -> Decision:
    at = next((k for k, level in enumerate(levels) if sign(start - level) == 0), None)
    if at is not None:
        held = between[at] >= 0 >= between[at + 1]
        return _rest(levels[at]) if held else knife_edge(Decision(outcome=Outcome.UNDECIDED))
    below = sum(sign(start - level) > 0 for level in levels)
    if between[below] < 0:
        return _rest([ZERO, *levels][below])
    return _rest(levels[below]) if below < len(levels) else _away(degree)


def _rest(level: sympy.Expr) -> Decision:
    return settled_at((level,), because("line_rest", level=level))


def _away(degree: int) -> Decision:
    """Return the growth beyond the last root: blow-up if the rate grows faster than x itself."""
    if degree > 1:
        return Decision(outcome=Outcome.BLOW_UP, reason=(because("one_blow_up"),))
    return Decision(outcome=Outcome.UNBOUNDED, survivors=(0,), reason=(because("line_away"),))
