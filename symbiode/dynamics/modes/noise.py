"""Where units with noise on their log growth go: in the long run noise costs each of them sigma_i^2/2 of growth.

Comes in: per-capita growth b + A x with the noise of each unit, exact, or a model of any law. Goes out: a `Decision`
whose state are means over time. With c_i = b_i - sigma_i^2/2, the mean growth of a rare unit beside others that stay
is c_i + (A xbar)_i, and the means of those that stay solve c + A xbar = 0. So the signs decide, by the theorems of
stochastic persistence (Schreiber, Benaim and Atchade 2011, J. Math. Biol. 62, 655-683; Hening and Nguyen 2018, Ann.
Appl. Probab. 28, 1893-1942), as they do without noise at c in place of b:

* Lyapunov weights C of -A: with the saturated u of c + A u, any other group of units that lasts, with means x, leaves
  sum C_i u_i (c + A x)_i >= -(x - u)' C A (x - u) > 0. So the units of u last and the others die out exponentially.
* two competitors without such weights: the signs of both rare growths; if both are negative, either may be lost.
* units that help each other beyond self-limitation: a weighted sum of logarithms, its noise a Brownian motion, grows at
  least as fast as an exponential of itself, and explodes (Feller's test).

A mean growth of exactly zero is a critical case, which no theorem here decides.
"""

from __future__ import annotations

from dataclasses import replace

import sympy

from symbiode.dynamics.equilibrium import Affine, affine
from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.modes import theorems
from symbiode.dynamics.modes.ladder import Evidence, Outcome
from symbiode.dynamics.modes.many import several
from symbiode.dynamics.modes.theorems import ZERO, Decision, Numbers, Reason, Rows, because
from symbiode.errors import Code, RefusedError, warning
from symbiode.system.model import Model, noise_of

_LASTING = (Outcome.COEXISTENCE, Outcome.EXCLUSION, Outcome.EXTINCTION)
PATHS, FOLDS, GONE = 48, 120.0, 12.0


def mean_form(model: Model) -> Affine | None:
    """Return b - sigma^2/2 and A: the growth that decides in the long run; without noise the growth itself.

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> mean_form(build({"a": {"growth": 1, "capacity": 2, "noise": 1}}))
    Affine(b=(1/2,), A=((-1/2,),))
    """
    form = affine(model)
    if form is None:
        return None
    return Affine(b=tuple(b - s**2 / 2 for b, s in zip(form.b, noise_of(model), strict=True)), A=form.A)


def with_noise(b: Numbers, A: Rows, quiet: Decision | None) -> Decision | None:
    """Return where every positive start goes, None if no theorem tells.

    Parameters
    ----------
    b, A : exact numbers
        Mean growth of rare units alone, b - sigma^2/2, and effects.
    quiet : Decision or None
        Where they go without noise.

    Examples
    --------
    >>> half = sympy.Rational(1, 2)
    >>> with_noise((half,), ((-half,),), None).state
    (1,)
    """
    found = _moved(b, A)
    if found is None or found.slow:
        return None
    reason = _reason(b, A, found)
    if quiet is not None and (quiet.outcome, quiet.survivors) != (found.outcome, found.survivors):
        same = quiet.outcome is found.outcome
        units = quiet.survivors if same and quiet.survivors is not None else ()
        key = "noise_shift_units" if units else "noise_shift"
        reason = (*reason, because(key, end=quiet.outcome.value, units=units))
    return replace(found, reason=reason, weights=None, saddle=None)


def _moved(b: Numbers, A: Rows) -> Decision | None:
    """Return where growth b + A x without noise goes, None where noise may go elsewhere."""
    if len(b) == 1:
        found = theorems.one_unit(b, A)
        return found if sign(b[0]) else None
    if len(b) > 2:
        return several(b, A)
    if any(sign(A[i][i]) >= 0 for i in (0, 1)):
        return None
    form = theorems.normal(b, A)
    found, over = theorems.two_units(form), sign(form.product - 1)
    helping = all(sign(d) > 0 for d in form.d) and over >= 0
    if helping and found.outcome is Outcome.BLOW_UP:
        edges = A[1][0] * b[0] - A[0][0] * b[1], A[0][1] * b[1] - A[1][1] * b[0]
        return found if max(map(sign, edges)) > 0 else None
    settled = found.outcome in _LASTING and not (helping and over == 0)
    return found if settled or found.outcome in (Outcome.DEPENDS_ON_START, Outcome.UNBOUNDED) else None


def _reason(b: Numbers, A: Rows, found: Decision) -> tuple[Reason, ...]:
    """Return why, with the growth of each unit when it is rare."""
    n, state = len(b), found.state
    if found.outcome is Outcome.DEPENDS_ON_START:
        away = any(end.outcome is Outcome.BLOW_UP for end in found.attractors)
        return (because("noise_chance_runaway" if away else "noise_chance"),)
    if state is None:
        return (because("noise_" + found.outcome.value),)
    gone = [i for i in range(n) if sign(state[i]) == 0]
    lost = tuple(because("noise_lost", unit=i, rate=theorems.growth(b, A, state, i)) for i in gone)
    if found.outcome is Outcome.EXTINCTION:
        return lost
    if n == 1:
        stays: tuple[Reason, ...] = (because("noise_alone", unit=0, rate=b[0]),)
    elif n == 2 and not gone:
        corners = (ZERO, theorems.alone(b, A, 1)), (theorems.alone(b, A, 0), ZERO)
        rare = [theorems.growth(b, A, corner, i) for i, corner in enumerate(corners)]
        stays = (because("noise_pair", unit=0, other=1, rate=rare[0], more=rare[1]),)
    elif n == 2:
        stays = (because("noise_winner", unit=1 - gone[0]),)
    else:
        stays = (because("noise_stay", units=found.survivors or ()),)
    return (*stays, *lost, because("noise_means"))


def follow_paths(model: Model, levels: tuple[sympy.Rational, ...] | None) -> Decision:
    """Return where paths with noise go by simulation: from one start, or from a spread of positive ones."""
    import numpy as np

    from symbiode.dynamics.numerics import compiled, vector
    from symbiode.dynamics.simulation import ensemble

    numerics, p, n = compiled(model), vector(model), len(model.units)
    reference = numerics.reference(p)
    initial = np.array([1.0 if x is None or x == 0 else float(x) for x in model.initial])
    sizes = np.where(np.isfinite(reference), reference, initial)
    spread = np.random.default_rng(0).uniform(-2, 1, (PATHS, n))
    start = np.array(levels, float) if levels is not None else sizes * 10.0**spread
    with np.errstate(all="ignore"):
        rates = np.abs(numerics.per_capita(0.0, np.stack([0 * sizes, sizes]), p))
    pace = float(np.median(rates[np.isfinite(rates) & (rates > 0)])) if (rates > 0).any() else 1.0
    horizon, there = FOLDS / pace, np.atleast_2d(start)[0] > 0
    try:
        run = ensemble(
            model, start=np.broadcast_to(start, (PATHS, n)), times=np.linspace(0, horizon, 241), rtol=1e-2
        )
    except RefusedError as error:
        return Decision(outcome=Outcome.UNDECIDED, evidence=None, status=error.status)
    told = {"count": str(PATHS), "horizon": f"{horizon:.4g}"}
    kinds = {dict(status.values).get("ended", status.code.value) for status in run.status}
    if kinds == {"blow_up"}:
        up = because("noise_paths_up", **told)
        return Decision(outcome=Outcome.BLOW_UP, evidence=Evidence.SIMULATION, reason=(up,))
    late = run.y[:, 120:, there]
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = np.log(late / sizes[there])
    gone = (depth[:, -1] < -GONE) & (depth[:, -1] < depth[:, 0] - GONE / 4)
    kept = depth.min(axis=1) > -GONE
    agree = kinds == {"ok"} and (gone | kept).all() and (gone == gone[0]).all()
    if not agree:
        why = because("noise_paths_differ", **told, kept=str(int(kept.all(axis=1).sum())))
        status = warning(Code.NOT_SUPPORTED)
        return Decision(outcome=Outcome.UNDECIDED, evidence=Evidence.SIMULATION, reason=(why,), status=status)
    stay = tuple(int(i) for i in np.flatnonzero(there)[~gone[0]])
    means = late.mean(axis=1)
    level = {int(i): float(means[:, k].mean()) for k, i in enumerate(np.flatnonzero(there)) if i in stay}
    spreads = max((float(means[:, k].std() / means[:, k].mean()) for k in np.flatnonzero(~gone[0])), default=0.0)
    outcome = Outcome.COEXISTENCE if len(stay) == n else Outcome.EXCLUSION if stay else Outcome.EXTINCTION
    why = because("noise_paths_agree", **told, error=f"{100 * spreads / PATHS**0.5:.2g}")
    return Decision(
        outcome=outcome, state=tuple(sympy.Float(level[i]) if i in level else ZERO for i in range(n)), survivors=stay,
        evidence=Evidence.SIMULATION, reason=(why,),
    )  # fmt: skip
