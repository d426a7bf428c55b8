"""The derivation for the model at hand: equations, every equilibrium with its stability, special values, the mode.

Comes in: a `Model`. Goes out: an `Explanation`. Formulas, types and the answer are those of `equilibria` and `settle`;
here the way to them is shown with the numbers put in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

import sympy

from symbiode.dynamics.equilibrium import Absent, Equilibrium, EquilibriumSet, affine, equilibria
from symbiode.dynamics.equilibrium.signs import sign
from symbiode.dynamics.equilibrium.text import condition
from symbiode.dynamics.modes import Outcome, Settlement, settle
from symbiode.render import significant
from symbiode.show.teach.results import RATE, Explanation, Formula, Line, Part, Sentence, Step
from symbiode.show.teach.values import rounded, value
from symbiode.system.arithmetic import number
from symbiode.system.model import Model, delays_of
from symbiode.system.starts import Start
from symbiode.words import say

MOST_UNITS, MOST_SHOWN, LONGEST = 3, 4, 160
_CLEAR = 1e-9
TIME, T, D = sympy.symbols("t T D")
Words = Callable[[str], object]


def explain(model: Model, *, start: Start = None) -> Explanation:
    """Derive where a model settles, step by step with its numbers put in.

    Parameters
    ----------
    model : Model
        Any law, or equations of its own. With up to three units every set of present units is gone through, with more
        the equilibria that attract and that of all units.
    start : None, "initial", mapping of unit name to level, or sequence of levels, shape (unit,)
        As in `settle`; None speaks for every positive start.

    Returns
    -------
    Explanation
        With `steps`, `summary("en" or "zh")`, `markdown()`, `html()`, `latex()`.

    Raises
    ------
    InvalidValueError, UnknownNameError
        If the start is not one level per unit.

    References
    ----------
    Hofbauer and Sigmund (1998), Evolutionary Games and Population Dynamics, chapters 3 to 5; Goh (1977), American
    Naturalist 111, 135-143.

    Examples
    --------
    >>> import symbiode
    >>> [step.key for step in symbiode.explain(symbiode.load("shenzhen-hongkong")).steps][-2:]
    ['mode', 'answer']
    """
    known, settled = equilibria(model), settle(model, start)
    steps = [_equations(model), _counting(model, known), *_points(model, known), *_special(model, settled)]
    steps += [*_blow_up(model, settled), *_lyapunov(model, settled), *_mode(model, settled), _answer(settled)]
    return Explanation(model=model, equilibria=known, settlement=settled, steps=tuple(steps))


def _say(key: str, **values: Words | object) -> Sentence:
    """Return a sentence in both languages; a function among the values is asked for its text in each."""

    def told(lang: str) -> str:
        return say(key, lang, **{name: v(lang) if callable(v) else v for name, v in values.items()})

    return Sentence(en=told("en"), zh=told("zh"))


def _spoken(named: Enum) -> Words:
    return lambda lang: say(named.value, lang)


def _label(model: Model, i: int) -> Words:
    return lambda lang: model.units[i].shown(lang)


def _labels(model: Model, support: tuple[str, ...]) -> Words:
    units = [unit for unit in model.units if unit.name in support]
    return lambda lang: (", " if lang == "en" else "、").join(unit.shown(lang) for unit in units)


def _step(key: str, *lines: Line) -> Step:
    return Step(key=key, title=_say(f"explain_{key}"), lines=lines)


def _chain(*parts: Part) -> Formula:
    return Formula(parts=parts)


def _equations(model: Model) -> Step:
    count = len(model.units)
    listed = range(count if count <= MOST_SHOWN else 1)
    lines: list[Line] = [_say("explain_states", symbol=str(model.states[i]), unit=_label(model, i)) for i in listed]
    lines += [_chain(RATE(model.states[i]), "=", model.rates[i]) for i in listed]
    if count > MOST_SHOWN:
        lines.append(_say("explain_large", count=count))
    if model.law.name == "logistic":
        lines.append(_say("explain_effect"))
    used = set[sympy.Symbol]().union(*(model.rates[i].free_symbols for i in listed))
    chains = [_chain(p.symbol, *value(model.values[p.symbol])) for p in model.parameters if p.symbol in used]
    if chains and count <= MOST_SHOWN:
        lines += [_say("explain_values"), *chains]
    return _step("equations", *lines)


def growths(model: Model) -> tuple[sympy.Expr, ...] | None:
    """Return the growth per head of each unit, None where a rate does not have the level as a factor."""
    found: list[sympy.Expr] = []
    for x, rate in zip(model.states, model.rates, strict=True):
        growth = rate / x
        if not model.law.kolmogorov:
            growth = sympy.expand(growth)
        if any(part.base == x and part.exp.is_negative for part in growth.atoms(sympy.Pow)):
            return None
        found.append(growth)
    return tuple(found)


def _counting(model: Model, known: EquilibriumSet) -> Step:
    lines = [_say("explain_kolmogorov", supports=2 ** len(model.units)) if growths(model) else _say("explain_other")]
    if growths(model):
        lines.append(_say("explain_linear" if affine(model) else "explain_not_linear"))
    if not known.listed:
        return _step("counting", *lines, _say("explain_no_list", why=known.status.message))
    lines.append(_say(known.proof[0], **dict(known.proof[1])))
    if delays_of(model):
        lines.append(_say("eq_delays"))
    if len(model.units) > MOST_UNITS:
        lines.append(_say("explain_some", shown=len(_chosen(model, known)), count=len(known)))
    lines += [_family(known, k) for k in range(len(known.families))]
    return _step("counting", *lines)


def _family(known: EquilibriumSet, k: int) -> Sentence:
    return Sentence(en=known.families[k].describe("en"), zh=known.families[k].describe("zh"))


def _chosen(model: Model, known: EquilibriumSet) -> list[Equilibrium | Absent]:
    """Return the equilibria that are derived: all of few units, of many those that attract and that of all."""
    if len(model.units) <= MOST_UNITS:
        return sorted(known.listed, key=lambda e: len(e.support))
    full = [e for e in known.equilibria if len(e.support) == len(model.units)]
    stable = [e for e in known.equilibria if e.stable and e not in full]
    return [*stable[:MOST_SHOWN], *full]


def _points(model: Model, known: EquilibriumSet) -> Iterator[Step]:
    rates = growths(model)
    for e in _chosen(model, known):
        title = _say("explain_at", units=_labels(model, e.support)) if e.support else _say("explain_nobody")
        lines = [*_solved(model, e, rates)]
        if isinstance(e, Absent):
            lines.append(_say("explain_absent", why=e.why))
            lines += _conditions(known, e, "explain_exists")
            yield Step(key="absent", title=title, lines=tuple(lines))
        else:
            lines += _conditions(known, e, "explain_exists") if e.support else []
            lines += _stability(model, e, rates)
            lines.append(_say("explain_type", kind=_spoken(e.stability), why=e.why))
            yield Step(key="equilibrium", title=title, lines=(*lines, *_conditions(known, e, "explain_stable_if")))


def _conditions(known: EquilibriumSet, e: Equilibrium | Absent, key: str) -> list[Line]:
    told = e.exists_if if key == "explain_exists" else e.stable_if
    if not known.symbolic or told in (sympy.true, sympy.false) or len(str(told)) > LONGEST:
        return []
    return [_say(key, condition=lambda lang: condition(told, lang))]


def _solved(model: Model, e: Equilibrium | Absent, rates: tuple[sympy.Expr, ...] | None) -> Iterator[Line]:
    """Return the equations of a set of present units and their solution."""
    if not e.support:
        yield _say("explain_origin")
        return
    place = [i for i, unit in enumerate(model.units) if unit.name in e.support]
    gone: dict[Any, Any] = {x: sympy.Integer(0) for i, x in enumerate(model.states) if i not in place}
    yield _say("explain_solve" if rates is not None else "explain_solve_rates")
    for i in place if len(place) <= MOST_SHOWN else ():
        given = (model.rates[i] if rates is None else rates[i]).subs(gone)
        numbers = rounded(given.xreplace(dict(model.values)))
        yield _chain(given, "=", sympy.Integer(0))
        if numbers != given:
            yield _chain(numbers, "=", sympy.Integer(0))
    if e.exact:
        yield _say("explain_solution")
        formulas = e.expressions if len(e.expressions) == len(e.exact) else e.exact
        for i in place:
            known = formulas[i].free_symbols and len(str(formulas[i])) <= LONGEST
            near = e.state[i] if isinstance(e, Equilibrium) else None
            yield _chain(model.states[i], *(("=", formulas[i]) if known else ()), *value(e.exact[i], near))


def _stability(model: Model, e: Equilibrium, rates: tuple[sympy.Expr, ...] | None) -> Iterator[Line]:
    """Return the eigenvalues one block after the other: who is absent alone, then those present together."""
    levels = (x if x.is_Rational else sympy.Float(near) for x, near in zip(e.exact, e.state, strict=True))
    here = dict(zip(model.states, levels, strict=True))
    place = [i for i, unit in enumerate(model.units) if unit.name in e.support or rates is None]
    absent = [i for i in range(len(model.units)) if i not in place]
    if len(model.units) <= MOST_UNITS and rates is not None:
        for i in absent:
            yield from _invasion(model, i, rates[i], here)
    block = sympy.ImmutableMatrix([[_slope(model, i, j, rates) for j in place] for i in place])
    block = block.subs({model.states[i]: 0 for i in absent})
    numbers = block.xreplace(dict(model.values)).subs(here) if len(place) <= MOST_UNITS else block
    if len(place) == 1:
        yield _say("explain_own")
        yield _chain(sympy.Symbol("lambda"), "=", block[0, 0], *value(numbers[0, 0]))
    elif 1 < len(place) <= MOST_UNITS:
        yield _say("explain_jacobian")
        yield _chain(sympy.Symbol("J"), "=", block)
        yield _chain(sympy.Symbol("J"), "=", numbers.applyfunc(rounded))
        yield from _two(block, numbers, affine(model) is not None) if len(place) == 2 else _three(numbers)
    yield _say("explain_eigenvalues", values=", ".join(_root(z) for z in e.eigenvalues[:MOST_SHOWN]))


def _root(z: complex) -> str:
    sign = "+" if z.imag > 0 else "-"
    return significant(z.real) + (f" {sign} {significant(abs(z.imag))}i" if z.imag else "")


def _slope(model: Model, i: int, j: int, rates: tuple[sympy.Expr, ...] | None) -> Any:
    """Return an entry of the Jacobian at an equilibrium where unit i is present, so that its growth there is zero."""
    x = model.states
    return sympy.diff(model.rates[i], x[j]) if rates is None else x[i] * sympy.diff(rates[i], x[j])


def _invasion(model: Model, i: int, growth: sympy.Expr, here: dict[sympy.Symbol, sympy.Expr]) -> Iterator[Line]:
    x = model.states
    formula = growth.subs({state: 0 for state in x if here[state] == 0})
    exact = formula.xreplace(dict(model.values)).subs(here)
    if not exact.is_finite:
        return
    yield _say("explain_invasion", unit=_label(model, i))
    yield _chain(*((formula, *value(exact)) if formula != exact else value(exact)[1:]))
    if exact.is_Rational or abs(exact) > _CLEAR:
        yield _say(("explain_flat", "explain_grows", "explain_dies")[sign(exact)], unit=_label(model, i))


def _two(block: sympy.Matrix, numbers: sympy.Matrix, short: bool) -> Iterator[Line]:
    trace, determinant = numbers.trace(), _determinant(numbers)
    shown = (("=", block.trace()), ("=", _factored(_determinant(block)))) if short else ((), ())
    yield _say("explain_trace")
    yield _chain(T, *shown[0], *value(trace))
    yield _chain(D, *shown[1], *value(determinant))
    if not (trace.is_Rational and determinant.is_Rational):
        return
    if determinant <= 0:
        yield _say("explain_saddle" if determinant < 0 else "explain_singular")
        return
    yield _say("explain_sink" if trace < 0 else "explain_source" if trace > 0 else "explain_circles")
    yield _say("explain_roots")
    yield _chain(T**2 - 4 * D, *value(trace**2 - 4 * determinant))


def _determinant(block: Any) -> Any:
    """Return the determinant of two by two entries; sympy's own expands what need not be."""
    return block[0, 0] * block[1, 1] - block[0, 1] * block[1, 0]


def _factored(told: sympy.Expr) -> Any:
    """Return a product with a minus sign taken into the last sum of it: 1 - d12*d21, not -(d12*d21 - 1)."""
    found = sympy.factor(told)
    sums = [part for part in sympy.Mul.make_args(found) if part.is_Add]
    return found.xreplace({sums[-1]: -sums[-1]}) * -1 if sums and found.could_extract_minus_sign() else found


def _three(numbers: sympy.Matrix) -> Iterator[Line]:
    """Return the Routh-Hurwitz conditions of three units."""
    pairs = ((0, 1), (0, 2), (1, 2))
    found = (-numbers.trace(), sum(_determinant(numbers.extract(list(p), list(p))) for p in pairs), -numbers.det())
    a = sympy.symbols("a1:4")
    tests = (found[0], found[2], found[0] * found[1] - found[2])
    yield _say("explain_hurwitz")
    for symbol, coefficient in zip(a, found, strict=True):
        yield _chain(symbol, *value(coefficient))
    yield _chain(a[0] * a[1] - a[2], *value(tests[2]))
    if all(test.is_Rational for test in tests):
        yield _say("explain_hurwitz_holds" if all(test > 0 for test in tests) else "explain_hurwitz_fails")


def regions(a: sympy.Expr, b: sympy.Expr) -> dict[str, bool]:
    """Return for each region of the plane of two effects whether (d12, d21) lies in it; exactly one does."""
    both = bool(a > 0 and b > 0)
    return {
        "coexistence": bool(a > -1 and b > -1 and a * b < 1),
        "blow_up": both and bool(a * b > 1),
        "unbounded": both and bool(sympy.Eq(a * b, 1)),
        "first": bool(a < -1 < b),
        "second": bool(b < -1 < a),
        "bistable": bool(a < -1 and b < -1),
        "edge": (a == -1) is not (b == -1),
        "line": a == -1 and b == -1,
    }


def _special(model: Model, settled: Settlement) -> Iterator[Step]:
    """Return the values at which two units change where they go, with the region of this model marked."""
    if settled.plane is not None:
        a, b = settled.plane[:2]
        d12, d21 = sympy.symbols("d12 d21")
        lines: list[Line] = [_chain(d12, *value(a)), _chain(d21, *value(b)), _chain(d12 * d21, *value(a * b))]
        lines.append(_say("explain_plane"))
        for name, here in regions(a, b).items():
            told = _say(f"explain_region_{name}")
            lines.append(_say("explain_here", text=told.told) if here else told)
        yield _step("special", *lines)
    elif model.law.name == "logistic" and len(model.units) == 2:
        own = sorted(int(s) for s in model.symbols["own_growth"])
        key = "explain_own_both_minus" if own == [-1, -1] else "explain_own_one_minus" if own == [-1, 1] else None
        if key or 0 in own:
            yield _step("special", _say(key or "explain_own_zero"))


def latest_blow_up(model: Model, settled: Settlement) -> tuple[Any, tuple[float, ...]] | None:
    """Return a time at which the levels have blown up at the latest, and the start it holds for.

    None unless two logistic units with effects above zero and a product above one start above zero.
    """
    if settled.plane is None or not regions(*settled.plane[:2])["blow_up"]:
        return None
    begin = settled.start if settled.start is not None else model.initial
    if any(x is None or x <= 0 for x in begin):
        return None
    a, b = settled.plane[:2]
    values: dict[Any, Any] = dict(model.values)
    rates, capacities = ([values[s] for s in model.symbols[name]] for name in ("growth", "capacity"))
    levels = [number(x) for x in begin]
    s0 = min(x / k / (1 + d) for x, k, d in zip(levels, capacities, (a, b), strict=True))
    return sympy.log(1 + 1 / ((a * b - 1) * s0)) / min(rates), tuple(map(float, levels))


def _blow_up(model: Model, settled: Settlement) -> Iterator[Step]:
    found = latest_blow_up(model, settled)
    if found is None:
        return
    r, s0, d12, d21 = sympy.symbols("r s0 d12 d21")
    bound = sympy.log(1 + 1 / ((d12 * d21 - 1) * s0)) / r
    start = ", ".join(f"{x} = {significant(v, 6)}" for x, v in zip(model.states, found[1], strict=True))
    ended = _chain(TIME, "=", bound, "≈", sympy.Float(sympy.N(found[0], 15), 6))
    yield _step("blow_up", _say("explain_subsolution"), ended, _say("explain_bound", start=start))


def _lyapunov(model: Model, settled: Settlement) -> Iterator[Step]:
    """Return the function that falls along every orbit, and the form that shows it, where it decides."""
    form, c, point = affine(model), settled.weights, settled.exact
    if form is None or c is None or point is None or len(c) > MOST_UNITS or any(x == 0 for x in point):
        return
    x, y = model.states, sympy.symbols(f"y1:{len(c) + 1}")
    terms = [
        rounded(w) * (s - rounded(p) - rounded(p) * sympy.log(s / rounded(p)))
        for w, s, p in zip(c, x, point, strict=True)
    ]
    grows = [sum(form.A[i][j] * y[j] for j in range(len(c))) for i in range(len(c))]
    falls = sympy.expand(sum(w * y[i] * grow for i, (w, grow) in enumerate(zip(c, grows, strict=True))))
    lines: list[Line] = [_say("explain_function"), _chain(sympy.Symbol("V"), "=", sympy.Add(*terms, evaluate=False))]
    lines += [_say("explain_falls"), _chain(RATE(sympy.Symbol("V")), "=", rounded(falls))]
    if len(c) == 2:
        first, mixed, last = (falls.coeff(y[0], 2), falls.coeff(y[0] * y[1]), falls.coeff(y[1], 2))
        disc = mixed**2 - 4 * first * last
        if first < 0 and disc < 0:
            yield _step("lyapunov", *lines, _say("explain_negative"), _chain(*value(disc)[1:], "<", sympy.Integer(0)))
    else:
        yield _step("lyapunov", *lines, _say("explain_negative_more"))


def _mode(model: Model, settled: Settlement) -> Iterator[Step]:
    """Return how the mode follows from the gains."""
    if len(model.units) != 2:
        yield from [_step("mode", _say("explain_many", count=len(model.units)))] if len(model.units) > 2 else []
        return
    mode = settled.mode
    lines: list[Line] = []
    if settled.plane is not None and settled.outcome is Outcome.COEXISTENCE:
        a, b, tau = settled.plane
        d12, d21, g1, g2 = sympy.symbols("d12 d21 g1 g2")
        gains = a * (1 + b) / (1 - a * b), b * (1 + a) / (1 - a * b)
        lines += [_say("explain_gain"), _chain(g1, "=", d12 * (1 + d21) / (1 - d12 * d21), *value(gains[0]))]
        lines += [_chain(g2, "=", d21 * (1 + d12) / (1 - d12 * d21), *value(gains[1])), _say("explain_signs")]
        lines.append(_say("explain_ladder"))
        if min(gains) > 0:
            lines.append(_say("explain_symmetric", limit=significant(float(1 - tau))))
            lines.append(_chain(sympy.Symbol("S_g"), *value(min(gains) / max(gains))))
    else:
        lines.append(_say("explain_ladder"))
    if mode is None:
        lines.append(_say("explain_no_mode"))
    else:
        lines.append(_say("explain_named", mode=_spoken(mode)))
    yield _step("mode", *lines)


def _answer(settled: Settlement) -> Step:
    """Return the headline of `settle`, its reason and what it rests on."""
    lines: list[Line] = []
    if settled.start is not None:
        start = ", ".join(significant(x, 6) for x in settled.start)
        lines.append(_say("explain_from", start=f"({start})"))
    lines.append(Sentence(**{lang: settled.summary(lang).split("\n")[0] for lang in ("en", "zh")}))
    lines.append(Sentence(en=settled.why("en"), zh=settled.why("zh")))
    evidence = settled.evidence
    if evidence is not None:
        lines.append(_say("settle_evidence", evidence=_spoken(evidence)))
    if not settled.status.ok:
        lines.append(Sentence(en=settled.status.message, zh=settled.status.message))
    return _step("answer", *(line for line in lines if line != Sentence(en="", zh="")))
