"""Which theorem speaks for a model: the one door to all of them.

Comes in: a `Model` and exact starting levels or none. Goes out: a `Decision`.
"""

from __future__ import annotations

from dataclasses import replace

import sympy

from symbiode.dynamics.equilibrium import MOST_UNITS, Affine, affine
from symbiode.dynamics.equilibrium.signs import UndecidedSignError, sign
from symbiode.dynamics.modes import delays, noise, starts, theorems, unlimited
from symbiode.dynamics.modes.anylaw import units_of_any_law
from symbiode.dynamics.modes.cyclic import cyclic
from symbiode.dynamics.modes.ladder import Outcome
from symbiode.dynamics.modes.many import several
from symbiode.dynamics.modes.permanence import lasting
from symbiode.dynamics.modes.single import on_a_line
from symbiode.dynamics.modes.theorems import Decision, Effect, Numbers, because
from symbiode.errors import OK, Code, Status, quote, refused
from symbiode.system.model import TIME, Model, delays_of, noise_of

Levels = tuple[sympy.Rational, ...]


def decide(model: Model, levels: Levels | None) -> Decision:
    """Return where a model goes from a start, or from every positive start."""
    refusal = _unsupported(model)
    if refusal is not None:
        return Decision(outcome=Outcome.UNDECIDED, evidence=None, reason=(because("not_supported"),), status=refusal)
    form = affine(model)
    try:
        if not _there(model, levels):
            return _nobody(levels or ())
        if any(noise_of(model)):
            return _noisy(model, levels)
        if delays_of(model):
            return _late(model, levels, form)
        found = _of_any_law(model, levels) if form is None else decide_form(form, scales(model), levels)
    except UndecidedSignError as error:
        detail = f"The sign of {error} could not be proved."
        return Decision(outcome=Outcome.UNDECIDED, evidence=None, status=refused(Code.NOT_SUPPORTED, detail))
    timeless = found is not None and found.outcome is Outcome.BLOW_UP and levels is not None
    if found is not None and not (timeless and found.blow_up_time is None):
        return found
    if found is None or levels is None:
        return _simulated(model, levels, form)
    from symbiode.dynamics.modes.trials import blow_up_time

    timed = blow_up_time(model, levels)
    return found if timed is None else replace(found, blow_up_time=timed[0], blow_up_error=timed[1], status=OK)


def _simulated(model: Model, levels: Levels | None, form: Affine | None) -> Decision:
    """Return where simulated starts go, with what is proved of persistence."""
    from symbiode.dynamics.modes.crowds import crowd
    from symbiode.dynamics.modes.trials import follow_starts

    if form is None or (levels is not None and not all(levels)):
        return follow_starts(model, levels)
    found = crowd(form.b, form.A, levels) if len(form.b) > MOST_UNITS else None
    return lasting(form.b, form.A, found or follow_starts(model, levels))


def _unsupported(model: Model) -> Status | None:
    """Return why a model has nothing it settles into: a law that changes with time, or noise of an unknown effect."""
    if any(rate.has(TIME) for rate in model.rates):
        return refused(Code.NOT_SUPPORTED, "The equations change with time, so there is nothing they settle into.")
    noisy = any(noise_of(model))
    if noisy and delays_of(model):
        return refused(Code.NOT_SUPPORTED, "Noise and delays together are not settled; set one of them to 0.")
    if noisy and not model.law.kolmogorov:
        detail = "Noise acts on log growth, and these rates are not the level times a growth rate; set it to 0."
        return refused(Code.NOT_SUPPORTED, detail)
    return None


def _noisy(model: Model, levels: Levels | None) -> Decision:
    """Decide a model with noise: by theorem at the mean growth of rare units, else by simulated paths."""
    form, quiet, there = noise.mean_form(model), affine(model), _there(model, levels)
    if form is None or quiet is None:
        return noise.follow_paths(model, levels)
    some = part(form, there)
    found = noise.with_noise(some.b, some.A, _present(part(quiet, there), None, None))
    if found is None:
        return noise.follow_paths(model, levels)
    if levels is not None and found.outcome is Outcome.DEPENDS_ON_START:
        away = any(end.outcome is Outcome.BLOW_UP for end in found.attractors)
        found = replace(found, outcome=Outcome.UNDECIDED if away else Outcome.EXCLUSION)
    return _whole(found, there, len(form.b))


def _late(model: Model, levels: Levels | None, form: Affine | None) -> Decision:
    """Decide a model with delays: by theorem, else by following it."""
    there, names = _there(model, levels), [quote(unit.name) for unit in model.units]
    late = {pair: age for pair, age in delays_of(model).items() if {*pair} <= {*there}}
    if not late:
        return decide(model.with_values({f"delays.{names[i]}.{names[j]}": 0 for i, j in delays_of(model)}), levels)
    found = None
    if form is not None:
        some, place = part(form, there), {i: k for k, i in enumerate(there)}
        ages = {(place[i], place[j]): age for (i, j), age in late.items()}
        found = delays.with_delays(some.b, some.A, ages, _present(some, None, None))
    by_start = found is not None and found.outcome is Outcome.DEPENDS_ON_START and levels is not None
    if found is not None and not by_start:
        return _whole(found, there, len(model.units))
    from symbiode.dynamics.modes.lagging import follow_late

    return follow_late(model, levels)


def _there(model: Model, levels: Levels | None) -> tuple[int, ...]:
    """Return the units that take part: of a Kolmogorov law, those that do not start at zero."""
    stays = levels is not None and model.law.kolmogorov
    return tuple(i for i in range(len(model.units)) if not stays or (levels and sign(levels[i]) > 0))


def _whole(found: Decision, there: tuple[int, ...], size: int) -> Decision:
    """Write the decision of the units that are there in terms of the whole."""
    if len(there) == size:
        return found
    gone, whole = tuple(i for i in range(size) if i not in there), _lifted(found, there, size)
    return replace(whole, reason=(because("start_absent", units=gone), *whole.reason))


def _of_any_law(model: Model, levels: Levels | None) -> Decision | None:
    """Decide units with equations of another form, None if no theorem tells."""
    if not model.law.kolmogorov:
        return None
    there = tuple(i for i in range(len(model.units)) if levels is None or sign(levels[i]) > 0)
    if len(there) == 1:
        return _by_itself(model, levels, there[0])
    if len(there) < len(model.units):
        return None
    try:
        found = units_of_any_law(model)
    except UndecidedSignError:
        return None
    by_start = found is not None and found.outcome is Outcome.DEPENDS_ON_START and levels is not None
    return None if by_start else found


def _by_itself(model: Model, levels: Levels | None, i: int) -> Decision | None:
    """Decide the one unit that is there, None if that is not exact."""
    absent = {x: theorems.ZERO for k, x in enumerate(model.states) if k != i}
    rate = model.rates[i].xreplace(dict(model.values)).xreplace(absent)
    found = on_a_line(rate, model.states[i], None if levels is None else levels[i])
    return None if found is None else _whole(found, (i,), len(model.units))


def decide_form(form: Affine, K: Numbers | None, levels: Levels | None) -> Decision | None:
    """Return where affine per-capita growth goes, None if no theorem tells."""
    there = tuple(i for i in range(len(form.b)) if levels is None or sign(levels[i]) > 0)
    if not there:
        return _nobody(levels or ())
    scale = None if K is None else tuple(K[i] for i in there)
    found = _present(part(form, there), scale, None if levels is None else tuple(levels[i] for i in there))
    return None if found is None else _whole(found, there, len(form.b))


def _nobody(levels: Levels) -> Decision:
    """Decide where every unit starts at zero."""
    why = because("start_empty", units=tuple(range(len(levels))))
    return Decision(outcome=Outcome.EXTINCTION, state=levels, survivors=(), reason=(why,))


def part(form: Affine, units: tuple[int, ...]) -> Affine:
    """Return the system of some of the units, without the others."""
    return Affine(b=tuple(form.b[i] for i in units), A=tuple(tuple(form.A[i][j] for j in units) for i in units))


def _lifted(found: Decision, there: tuple[int, ...], size: int) -> Decision:
    """Write the decision of a part in terms of the whole."""

    def whole(state: Numbers | None) -> Numbers | None:
        if state is None:
            return None
        return tuple(state[there.index(i)] if i in there else theorems.ZERO for i in range(size))

    survivors = None if found.survivors is None else tuple(there[i] for i in found.survivors)
    fewer = found.outcome is Outcome.COEXISTENCE and len(there) < size
    outcome = Outcome.EXCLUSION if fewer else found.outcome
    reason = tuple((key, tuple((k, _renumbered(v, there)) for k, v in values)) for key, values in found.reason)
    ends = tuple(_lifted(end, there, size) for end in found.attractors)
    return replace(
        found, outcome=outcome, state=whole(found.state), saddle=whole(found.saddle), survivors=survivors,
        reason=reason, attractors=ends, weights=whole(found.weights),
    )  # fmt: skip


def _renumbered(value: object, there: tuple[int, ...]) -> object:
    if isinstance(value, Effect):
        return Effect(receiver=there[value.receiver], source=there[value.source])
    if isinstance(value, tuple):
        return tuple(there[i] for i in value)
    return there[value] if isinstance(value, int) else value


def _present(form: Affine, K: Numbers | None, levels: Levels | None) -> Decision | None:
    """Decide for units that are all present."""
    if len(form.b) == 1:
        alone = theorems.one_unit(form.b, form.A)
        return alone if levels is None else starts.one(form.b, form.A, alone, levels)
    if len(form.b) == 2 and all(sign(form.A[i][i]) <= 0 for i in (0, 1)):
        return _pair(form, K, levels)
    found = cyclic(form.b, form.A, levels) or several(form.b, form.A) if len(form.b) > 2 else None
    if found is not None and found.outcome is Outcome.BLOW_UP and levels is not None:
        return starts.timed(form.b, form.A, found, levels)
    return found


def _pair(form: Affine, K: Numbers | None, levels: Levels | None) -> Decision:
    """Decide for two units, each with self-limitation or with none."""
    b, A = form.b, form.A
    limited = tuple(sign(A[i][i]) < 0 for i in (0, 1))
    if limited == (False, True):
        turned = Affine(b=b[::-1], A=(A[1][::-1], A[0][::-1]))
        return _lifted(_pair(turned, None, None if levels is None else levels[::-1]), (1, 0), 2)
    free = limited != (True, True)
    general = unlimited.two_free_units(b, A) if free else theorems.two_units(theorems.normal(b, A, K))
    return general if levels is None else starts.from_start(b, A, general, levels)


def scales(model: Model) -> Numbers | None:
    """Return the K_i of a law whose effects are relative to them, shape (unit,); None for other laws."""
    if model.law.scale != "capacity":
        return None
    return tuple(K.xreplace(model.values) for K in model.symbols["capacity"])
