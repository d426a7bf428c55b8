"""Where two units of any rational law go: no cycle by order or by a Dulac function, and all equilibria known.

Comes in: `Growth`, the equilibria of the model. Goes out: a `Decision` for every positive start, or None.

* Where neither unit ever harms the other, or neither ever helps, every orbit converges to an equilibrium or leaves
  every bound (Smith 1995, Monotone Dynamical Systems, theorem 3.2.2; Hirsch and Smith 2005, Handbook of Differential
  Equations: ODEs 2, 239-357).
* A cycle or a ring of saddles surrounds an equilibrium with both units; where there is none, bounded orbits converge.
* Where a function B keeps div(B f) from changing sign there is no cycle (Dulac); with bounded orbits and no ring of
  saddles along the axes, every orbit converges (Poincare and Bendixson; Hofbauer and Sigmund 1998, section 4.1).

An equilibrium then attracts every positive start if no other one can be reached from inside.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import sympy

from symbiode.dynamics.equilibrium import Equilibrium, EquilibriumSet, Stability
from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.modes.ladder import Evidence, Outcome
from symbiode.dynamics.modes.orthant import Growth, between_roots, bounded, most, sign_on
from symbiode.dynamics.modes.theorems import Decision, Reason, because, settled_at

_POWERS = (0, *(side * sympy.Rational(2) ** k for k in range(-6, 7) for side in (1, -1)))
_TRIES = 8


def two_of_any_law(f: Growth, known: EquilibriumSet) -> Decision | None:
    """Decide where two units go from every positive start, None if no theorem here tells."""
    if not known.status.ok or known.families or not known.equilibria:
        return None
    signs = {f.sign(0, 1), f.sign(1, 0)}
    ordered, helps = signs <= {0, 1} or signs <= {0, -1}, signs <= {0, 1} and 1 in signs
    reached = [(e, how) for e in known.equilibria if (how := _reached(f, e)) is not None]
    why = because("no_cycle_cooperative" if helps else "no_cycle_competitive") if ordered else None
    proof = bounded(f)
    if why is None and all(len(e.support) < 2 for e in known.equilibria):
        why = because("no_cycle_empty")
    evidence = Evidence.CERTIFICATE if why is None else Evidence.THEOREM
    if why is None and proof is not None:
        why = _dulac(f, known)
    if why is None:
        return None
    if proof is not None:
        found = _converging(reached, (why, because(proof)))
    else:
        found = _growing(f, known, reached, (why,)) if helps else None
    return None if found is None else replace(found, evidence=evidence)


def _reached(f: Growth, e: Equilibrium) -> str | None:
    """Return whether positive starts can end at an equilibrium: "sink", "curve" of a saddle, "maybe", or None."""
    if e.stable:
        return "sink"
    if e.stability in (Stability.UNSTABLE_NODE, Stability.UNSTABLE_FOCUS):
        return None
    at = dict(zip(f.states, e.exact, strict=True))
    invasions = [sign(f.tops[i].as_expr().xreplace(at)) for i, x in enumerate(e.exact) if sign(x) == 0]
    if len(invasions) == 1 and invasions[0] > 0:
        return None
    if e.stability is Stability.SADDLE:
        return None if len(invasions) == 2 else "curve"
    return None if len(invasions) == 2 and min(invasions) > 0 else "maybe"


def _converging(reached: list[tuple[Equilibrium, str]], why: tuple[Reason, ...]) -> Decision | None:
    """Return where bounded orbits that all converge go."""
    if len(reached) == 1 and reached[0][1] != "curve":
        return settled_at(tuple(reached[0][0].exact), *why, because("only_one_reached"), slow=reached[0][1] == "maybe")
    sinks = [e for e, how in reached if how == "sink"]
    if len(sinks) < 2 or any(how == "maybe" for _, how in reached):
        return None
    ends = tuple(settled_at(tuple(e.exact)) for e in sinks)
    told = because("several_reached", count=str(len(sinks)))
    return Decision(outcome=Outcome.DEPENDS_ON_START, reason=(*why, told), attractors=ends)


def _growing(
    f: Growth, known: EquilibriumSet, reached: list[tuple[Equilibrium, str]], why: tuple[Reason, ...]
) -> Decision | None:
    """Return where units that help each other go if they may leave every bound, though not in finite time."""
    tops = [most(top, bottom) for top, bottom in zip(f.tops, f.bottoms, strict=True)]
    if None in tops or any(how == "maybe" for _, how in reached):
        return None
    both = all(_lasts(f, i) for i in (0, 1))
    rate = _rate(f) if both else None
    away = Decision(
        outcome=Outcome.UNBOUNDED, survivors=(0, 1) if both else None, rate=rate, slow=rate is not None and rate == 0
    )
    sinks = tuple(settled_at(tuple(e.exact)) for e, how in reached if how == "sink")
    if not reached:
        return replace(away, reason=(*why, because("none_reached")))
    if not sinks or not _leaves(f, known):
        return None
    told = because("some_grow")
    return Decision(outcome=Outcome.DEPENDS_ON_START, reason=(*why, told), attractors=(*sinks, away))


def _lasts(f: Growth, i: int) -> bool:
    """Whether a rare unit grows where the other abounds, so that it does not die out while the other grows."""
    along = sympy.Poly(f.tops[i].as_expr().subs(f.states[i], 0), f.states[1 - i])
    return bool(along.LC() > 0)


def _leaves(f: Growth, known: EquilibriumSet) -> bool:
    """Whether from some state beyond all equilibria both units grow; the order then keeps them growing for ever."""
    beyond = [sympy.Integer(2 + int(max(e.state[i] for e in known.equilibria))) for i in (0, 1)]
    for k, tilt in product(range(0, 24, 2), range(-6, 7, 2)):
        at = beyond[0] * 2**k * 2 ** max(tilt, 0), beyond[1] * 2**k * 2 ** max(-tilt, 0)
        if all(top.eval(at) > 0 for top in f.tops):
            return True
    return False


def _rate(f: Growth) -> sympy.Expr | None:
    """Return the common exponential rate far out, where only the ratio of the two matters, if it is clear."""
    ratio = sympy.Dummy("ratio", positive=True)
    far = []
    for top, bottom in zip(f.tops, f.bottoms, strict=True):
        degree = bottom.total_degree()
        if top.total_degree() > degree:
            return None
        above, below = (_part(p, degree, ratio) for p in (top, bottom))
        far.append(sympy.cancel(above / below))
    apart = sympy.Poly(sympy.fraction(sympy.together(far[0] - far[1]))[0], ratio)
    roots = [r for r in sympy.real_roots(apart) if r > 0] if apart.degree() > 0 else []
    if len(roots) == 1:
        low, high = between_roots(apart)
        steady = sign((far[0] - far[1]).subs(ratio, low)) > 0 > sign((far[0] - far[1]).subs(ratio, high))
        rate = sympy.radsimp(far[0].subs(ratio, roots[0]))
        return rate if steady and sign(rate) >= 0 else None
    if roots:
        return None
    end = sympy.oo if apart.is_zero or sign((far[0] - far[1]).subs(ratio, 1)) > 0 else 0
    limits = [sympy.limit(value, ratio, end) for value in far]
    return max(limits) if all(value.is_finite and value > 0 for value in limits) else None


def _part(p: sympy.Poly, degree: int, ratio: sympy.Symbol) -> sympy.Expr:
    """Return the terms of one total degree at (ratio, 1)."""
    return sympy.Add(*(c * ratio ** powers[0] for powers, c in p.terms() if sum(powers) == degree))


def _dulac(f: Growth, known: EquilibriumSet) -> Reason | None:
    """Return a Dulac function q x^(a-1) y^(b-1) that excludes cycles where no ring of saddles can be, if one is found.

    With g = q f, div = x^(a-1) y^(b-1) (a g_1 + b g_2 + x dg_1/dx + y dg_2/dy).
    """
    if _ring_of_saddles(f, known):
        return None
    x, y = f.states
    q = f.bottoms[0].lcm(f.bottoms[1])
    g = [top * q.quo(bottom) for top, bottom in zip(f.tops, f.bottoms, strict=True)]
    base = sympy.Poly(x, x, y) * g[0].diff(x) + sympy.Poly(y, x, y) * g[1].diff(y)
    sizes = [max([float(e.state[i]) for e in known.equilibria] + [1e-300]) or 1.0 for i in (0, 1)]
    decades = product((-3, -1, -0.5, -0.2, 0, 0.3, 1, 3), repeat=2)
    probes = [(10.0**i * sizes[0], 10.0**j * sizes[1]) for i, j in decades]
    rows = [tuple(_value(p, at) for p in (*g, base)) for at in probes]
    tried = 0
    for a, b in product(_POWERS, repeat=2):
        values = [float(a) * u + float(b) * v + w for u, v, w in rows]
        if not (all(v <= 0 for v in values) or all(v >= 0 for v in values)):
            continue
        tried += 1
        if sign_on(a * g[0] + b * g[1] + base) in (1, -1):
            told = sympy.sstr(q.as_expr() * x ** (a - 1) * y ** (b - 1))
            return because("no_cycle_dulac", dulac=told)
        if tried == _TRIES:
            return None
    return None


def _value(p: sympy.Poly, at: tuple[float, float]) -> float:
    return float(sum(float(c) * at[0] ** i * at[1] ** j for (i, j), c in p.terms()))


def _ring_of_saddles(f: Growth, known: EquilibriumSet) -> bool:
    """Whether saddles could form a ring that runs along an axis: an orbit leads into one of them from inside.

    On an axis an orbit leads from one equilibrium to the next. A ring needs an orbit that leaves an axis inwards and
    one that comes back to an axis, so it needs a saddle on an axis that positive starts can reach.
    """
    return any(_reached(f, e) in ("curve", "maybe") and len(e.support) < 2 for e in known.equilibria if not e.stable)
