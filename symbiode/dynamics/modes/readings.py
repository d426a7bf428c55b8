"""What each pair is, once it is known where the system goes: modes, gains and symmetry.

Comes in: a model and a `Decision`. Goes out: `Readings`. Nominal modes read the signs of the effects; settled modes
read what each unit gains at the attractor against standing alone. For two units that both persist the signs are the
same, the symmetry index is not; with more units a pair is read by what each gains from the other being there at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

import sympy

from symbiode.dynamics.equilibrium import Affine
from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.modes.decisions import decide_form, part, scales
from symbiode.dynamics.modes.effects import Effects, Exact, effects
from symbiode.dynamics.modes.exact import fractions, rationals, slack, solve
from symbiode.dynamics.modes.ladder import Mode, Outcome, Symmetry, banded, index, mode_of
from symbiode.dynamics.modes.lyapunov import lyapunov_weights
from symbiode.dynamics.modes.many import without
from symbiode.dynamics.modes.noise import mean_form
from symbiode.dynamics.modes.pairs import PairMode
from symbiode.dynamics.modes.theorems import Decision, Numbers
from symbiode.system.model import Model, delays_of, noise_of

Gains = tuple[Exact, ...] | None
Levels = tuple[sympy.Rational, ...] | None
Table = tuple[tuple[Exact, ...], ...]
MOST_PAIRS = 16


@dataclass(frozen=True, kw_only=True)
class Readings:
    """Everything about pairs and gains that a Settlement carries; gains are exact."""

    pairs: tuple[PairMode, ...]
    gains: Gains = None
    symmetry: Symmetry | None = None
    symmetries: tuple[Symmetry, ...] = ()
    removal: Table | None = None
    press: Table | None = None
    weights: Numbers | None = None
    plane: tuple[sympy.Expr, sympy.Expr, sympy.Expr] | None = None


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """What every pair of one model is read with."""

    model: Model
    effects: Effects
    decision: Decision
    gains: Gains
    without: tuple[tuple[Exact, ...] | None, ...]
    zero: sympy.Expr
    tau: sympy.Expr


def read_pairs(model: Model, decision: Decision, levels: Levels, *, zero: sympy.Expr, tau: sympy.Expr) -> Readings:
    """Return the mode of every pair, and for two units the indices behind it.

    Parameters
    ----------
    model : Model
    decision : Decision
        Where the model goes.
    levels : exact numbers or None
        The start that was asked for.
    zero, tau : exact numbers
        Below `zero` an effect or gain counts as none; symmetric is an index of at least ``1 - tau``.
    """
    known = effects(model)
    gains = _gains(known, decision)
    form = mean_form(model)
    without = _without(form, scales(model), decision, levels)
    reader = _Reader(model=model, effects=known, decision=decision, gains=gains, without=without, zero=zero, tau=tau)
    pairs = tuple(_pair(reader, i, j) for i, j in combinations(range(len(model.units)), 2))
    told = Readings(pairs=pairs, gains=gains)
    if len(model.units) != 2:
        units = scales(model) or known.alone
        removal, press = _removal(without, decision, units), _press(form, decision, units)
        return replace(told, weights=decision.weights, removal=removal, press=press)
    indices = _indices(known, gains, tau)
    told = replace(told, symmetry=indices[pairs[0].mode is not None], symmetries=indices)
    if any(noise_of(model)) or delays_of(model):
        return told
    return replace(told, plane=_plane(known, decision, tau), weights=_pair_weights(form, decision))


def _gains(known: Effects, decision: Decision) -> Gains:
    """Return x_i/K_i - 1 of every unit that settles alone."""
    if decision.state is None:
        return None
    return tuple(None if K is None else x / K - 1 for x, K in zip(decision.state, known.alone, strict=True))


def _without(
    form: Affine | None, K: tuple[sympy.Expr, ...] | None, decision: Decision, levels: Levels
) -> tuple[tuple[Exact, ...] | None, ...]:
    """Return where three or more units go without each one of them; None where that is not exact."""
    n = 0 if form is None else len(form.b)
    if form is None or not 3 <= n <= MOST_PAIRS or decision.state is None:
        return (None,) * n
    found: list[tuple[Exact, ...] | None] = []
    for gone in range(n):
        rest = _rest(form, K, decision, levels, gone)
        found.append(None if rest is None else (*rest[:gone], None, *rest[gone:]))
    return tuple(found)


def _rest(
    form: Affine, K: tuple[sympy.Expr, ...] | None, decision: Decision, levels: Levels, gone: int
) -> tuple[sympy.Expr, ...] | None:
    """Return where all units but one settle, None where that is not exact."""
    present = levels is None or all(levels)
    if present and decision.weights is not None:
        return without(form.b, form.A, gone)
    there = tuple(i for i in range(len(form.b)) if i != gone)
    scale = None if K is None else tuple(K[i] for i in there)
    found = decide_form(part(form, there), scale, None if levels is None else tuple(levels[i] for i in there))
    return None if found is None else found.state


def _removal(without: Sequence[tuple[Exact, ...] | None], decision: Decision, K: tuple[Exact, ...]) -> Table | None:
    """Return u_i - u_i(without j), None where either is not known; u in capacities where all units have one."""
    state, measure = decision.state, [sympy.Integer(1) if None in K else level for level in K]
    if state is None or not any(without):
        return None
    return tuple(
        tuple(None if rest is None or rest[i] is None else (state[i] - rest[i]) / measure[i] for rest in without)
        for i in range(len(state))
    )


def _press(form: Affine | None, decision: Decision, K: tuple[Exact, ...]) -> Table | None:
    """Return what a lasting rise of the growth of each unit adds to the levels at which all settle.

    With capacities, growth is measured by self-limitation at capacity, so that this is the inverse of M = I - (d_ij).
    """
    state, n = decision.state, 0 if form is None else len(form.b)
    rests = decision.outcome in (Outcome.COEXISTENCE, Outcome.EXCLUSION) and not decision.slow
    if form is None or state is None or not rests or n > MOST_PAIRS:
        return None
    there = [i for i in range(n) if sign(state[i]) > 0]
    A = fractions(form.b, form.A)[1]
    table: list[list[Exact]] = [[sympy.Integer(0)] * n for _ in range(n)]
    for j in there:
        column = solve([[A[i][k] for k in there] for i in there], [Fraction(i == j) for i in there])
        if column is None or slack(form.b, form.A):
            return None
        for i, value in zip(there, rationals(column), strict=True):
            table[i][j] = -value if None in K else value * form.A[j][j] * K[j] / K[i]
    return tuple(map(tuple, table))


def _pair_weights(form: Affine | None, decision: Decision) -> Numbers | None:
    """Return the weights of the Lyapunov function of two units, where it is what decides."""
    if form is None or decision.outcome not in (Outcome.COEXISTENCE, Outcome.EXCLUSION, Outcome.EXTINCTION):
        return None
    found = None if slack(form.b, form.A) else lyapunov_weights(fractions(form.b, form.A)[1])
    return None if found is None else rationals(found)


def _pair(reader: _Reader, i: int, j: int) -> PairMode:
    known, decision = reader.effects, reader.decision
    a, b = known.values[i][j], known.values[j][i]
    here, nominal = None, None
    if a is not None and b is not None:
        share = index(a, b) if known.scale == "capacity" else None
        zero = reader.zero if known.scale == "capacity" else sympy.Integer(0)
        nominal = mode_of((banded(a, zero), banded(b, zero)), share, reader.tau)
    elif decision.state is not None:
        state = dict(zip(reader.model.states, decision.state, strict=True))
        here = mode_of((known.sign_at(i, j, state), known.sign_at(j, i, state)), None)
    mode, gains, note = _settled(reader, i, j)
    return PairMode(
        pair=(reader.model.units[i].name, reader.model.units[j].name), mode=mode, nominal_mode=nominal,
        effects=(_float(a, known), _float(b, known)), scale=known.scale,
        gains=None if gains is None else (float(gains[0]), float(gains[1])),
        state_dependent=a is None or b is None, mode_here=here, note=note,
    )  # fmt: skip


def _float(value: Exact, known: Effects) -> float | None:
    return None if value is None or known.scale == "none" else float(value)


def _settled(reader: _Reader, i: int, j: int) -> tuple[Mode | None, tuple[sympy.Expr, sympy.Expr] | None, str]:
    """Return the settled mode of a pair with its gains, or the key of the sentence that says why there is none."""
    known, decision = reader.effects, reader.decision
    if decision.outcome is Outcome.UNDECIDED:
        return None, None, "null_undecided"
    if decision.outcome is Outcome.DEPENDS_ON_START:
        return None, None, "null_start"
    if known.alone[i] is None or known.alone[j] is None:
        return None, None, "null_not_alone"
    if decision.survivors is None or not {i, j} <= set(decision.survivors):
        return None, None, "null_not_both"
    if decision.outcome is Outcome.CONTINUUM and decision.state is None and len(known.alone) == 2:
        signs = known.sign(i, j), known.sign(j, i)
        return mode_of((signs[0] or 0, signs[1] or 0), None, reader.tau), None, ""
    gains = _pair_gains(reader, i, j)
    if gains is None:
        return None, None, "null_not_both" if decision.state is None else "null_without"
    a, b = known.values[i][j], known.values[j][i]
    at_rest = decision.outcome in (Outcome.COEXISTENCE, Outcome.CONTINUUM)
    same = len(known.alone) == 2 and known.scale == "capacity" and known.linear and at_rest
    # Two units at rest together: g_i = d_ij u_j, so gains have the signs of the effects and the band can be put there.
    told = (a, b) if same and a is not None and b is not None else gains
    return mode_of((banded(told[0], reader.zero), banded(told[1], reader.zero)), index(*gains), reader.tau), gains, ""


def _pair_gains(reader: _Reader, i: int, j: int) -> tuple[sympy.Expr, sympy.Expr] | None:
    """Return what each unit of a pair gains from the other being there, as a share of its own capacity."""
    if reader.gains is None:
        return None
    if len(reader.effects.alone) == 2:
        first, second = reader.gains[i], reader.gains[j]
        return None if first is None or second is None else (first, second)
    found = []
    for unit, other in ((i, j), (j, i)):
        rest, K = reader.without[other] if reader.without else None, reader.effects.alone[unit]
        before = rest[unit] if rest is not None else None
        if before is None or K is None or reader.decision.state is None:
            return None
        found.append((reader.decision.state[unit] - before) / K)
    return found[0], found[1]


def _indices(known: Effects, gains: Gains, tau: sympy.Expr) -> tuple[Symmetry, ...]:
    """Return the symmetry index on all three scales."""
    (_, a), (b, _) = known.values if known.scale == "capacity" else ((None, None), (None, None))
    of_gains = gains or (None, None)
    levels = [None if K is None or g is None else K * g for K, g in zip(known.alone, of_gains, strict=True)]
    found = []
    for scale, (x, y) in {"coefficients": (a, b), "gains": of_gains, "absolute gains": levels}.items():
        value = None if x is None or y is None else index(x, y)
        found.append(Symmetry(scale=scale, value=None if value is None else float(value), tolerance=float(tau)))
    return tuple(found)


def _plane(known: Effects, decision: Decision, tau: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr, sympy.Expr] | None:
    """Return (d12, d21, tau) where the plane of two effects decides: two units that live alone."""
    a, b = known.values[0][1], known.values[1][0]
    refused = decision.outcome is Outcome.UNDECIDED and decision.evidence is None
    if refused or not known.linear or known.scale != "capacity" or None in known.alone or a is None or b is None:
        return None
    return a, b, tau
