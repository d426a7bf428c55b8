"""Where units of any rational law go, however many: theorems whose conditions are checked on the equations themselves.

Comes in: a model. Goes out: a `Decision` for every positive start, or None.

* Units that never harm each other, with growth that along each ray from the origin turns from positive to negative at
  most once: a positive equilibrium attracts every positive start. For x* with f(x*) = 0, f is positive on the ray below
  and negative above, so the orbits from there close in on it in order (Krause and Nussbaum 1993, Nonlinear Analysis 20,
  855-870; Smith 1995, chapter 4).
* Effects bounded so that self-limitation dominates them with positive weights c: sum c_i (x_i - x_i* - x_i* ln x_i)
  falls along every positive orbit, for the one equilibrium that no absent unit can invade (Goh 1977, American
  Naturalist 111, 135-143).
* Two units: see `planar`. One unit: see `single`.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import sympy

from symbiode.dynamics.equilibrium import Equilibrium, EquilibriumSet, equilibria
from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.modes.ladder import Evidence
from symbiode.dynamics.modes.lyapunov import lyapunov_weights
from symbiode.dynamics.modes.orthant import Growth, growth, most
from symbiode.dynamics.modes.planar import two_of_any_law
from symbiode.dynamics.modes.theorems import Decision, because, settled_at
from symbiode.system.model import Model

MOST_TOLD = 8


def units_of_any_law(model: Model) -> Decision | None:
    """Decide where every positive start goes, None if no theorem here tells.

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> rates = {"a": "a*(1 - a + 5*b/(1 + b))", "b": "b*(1 - b + 5*a/(1 + a))"}
    >>> units_of_any_law(build({"a": {}, "b": {}}, equations=rates)).outcome.value
    'coexistence'
    """
    f = growth(model)
    if f is None:
        return None
    known = equilibria(model)
    if not known.status.ok:
        return None
    found = _sublinear(f, known) or _dominated(f, known)
    if found is None and len(f.tops) == 2:
        found = two_of_any_law(f, known)
    return found


def _sublinear(f: Growth, known: EquilibriumSet) -> Decision | None:
    """Decide units that never harm each other and whose growth changes sign once along rays."""
    n = range(len(f.tops))
    inner = [e for e in known.equilibria if len(e.support) == len(n)]
    if not inner or not all(_turns_once(f, i) for i in n):
        return None
    if any(f.sign(i, j) not in (0, 1) for i in n for j in n if i != j):
        return None
    return settled_at(tuple(inner[0].exact), because("sublinear"))


def _turns_once(f: Growth, i: int) -> bool:
    """Whether x.grad f_i < k f_i everywhere for k = 0 or 1: along a ray f_i then falls wherever it is zero."""
    top, bottom = f.tops[i], f.bottoms[i]
    rising = [sum((sympy.Poly(x, *f.states) * p.diff(x) for x in f.states), 0 * p) for p in (top, bottom)]
    falls = top * rising[1] - rising[0] * bottom
    return any(all(c > 0 for c in (falls + k * top * bottom).coeffs()) for k in (0, 1))


def _dominated(f: Growth, known: EquilibriumSet) -> Decision | None:
    """Decide units whose self-limitation dominates all effects, wherever the state is."""
    n = range(len(f.tops))
    resting = [e for e in known.equilibria if _uninvaded(f, e)]
    if len(resting) != 1:
        return None
    rows = [[_limit(f, i) if i == j else _largest(f, i, j) for j in n] for i in n]
    if any(value is None for row in rows for value in row):
        return None
    weights = lyapunov_weights([[value or Fraction(0) for value in row] for row in rows])
    if weights is None:
        return None
    shown = ", ".join(f"{float(w):.4g}" for w in weights[:MOST_TOLD])
    e = resting[0]
    found = settled_at(tuple(e.exact), slow=len(e.support) < len(n) and not e.stable)
    why = because("dominated_" + found.outcome.value, units=found.survivors, weights=shown)
    return replace(found, evidence=Evidence.CERTIFICATE, reason=(why,))


def _uninvaded(f: Growth, e: Equilibrium) -> bool:
    """Whether no absent unit grows at an equilibrium."""
    at = dict(zip(f.states, e.exact, strict=True))
    absent = (i for i, x in enumerate(e.exact) if sign(x) == 0)
    return all(sign(f.tops[i].as_expr().xreplace(at)) <= 0 for i in absent)


def _limit(f: Growth, i: int) -> Fraction | None:
    """Return a negative bound that the effect of a unit on itself never exceeds, None if there is none."""
    slope, below = -f.slope(i, i), f.bottoms[i] ** 2
    above = dict(slope.terms())
    shares = [above.get(powers, sympy.Integer(0)) / c for powers, c in below.terms()]
    least = min(shares, default=sympy.Integer(0))
    rest = (slope - least * below).terms()
    if least <= 0 or any(c < 0 for _, c in rest):
        return None
    return -_fraction(least)


def _largest(f: Growth, i: int, j: int) -> Fraction | None:
    """Return a bound on the size of an effect, None if there is none."""
    slope, below = f.slope(i, j), f.bottoms[i] ** 2
    ends = most(slope, below), most(-slope, below)
    return None if ends[0] is None or ends[1] is None else _fraction(max(ends[0], ends[1]))


def _fraction(value: sympy.Rational) -> Fraction:
    return Fraction(int(value.p), int(value.q))
