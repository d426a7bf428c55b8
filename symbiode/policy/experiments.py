"""What this field claims of symbiosis, put to a model: what is changed, what follows, where the claim holds.

Comes in: a model. Goes out: one `Claim` each; the answer follows from the numbers of the experiment alone. An
experiment settles the same model again and again with other effects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import sympy

from symbiode.dynamics.modes import Evidence, Mode, Outcome, Settlement, settle
from symbiode.dynamics.modes.effects import Effects, effects
from symbiode.dynamics.modes.indices import indices
from symbiode.dynamics.modes.links import conductances, exact, with_conductance
from symbiode.errors import UnknownNameError, quote
from symbiode.policy.statements import Answer, Claim, Finding, Values
from symbiode.render import significant
from symbiode.system.model import Model, delays_of, noise_of

R = sympy.Rational
SPLITS, STEPS, TENTHS = 20, 12, 10
_SAME = 1e-9
_A, _B, _K1, _K2, _C, _R = sympy.symbols("d12 d21 K1 K2 c r", real=True)


def claims(model: Model, names: Iterable[str] | None = None) -> tuple[Claim, ...]:
    """Put the claims of this field to a model.

    Parameters
    ----------
    model : Model
        The first three claims are about two units whose effects are on the scale of capacities.
    names : iterable of str, optional
        Which: ``most_stable``, ``more_than_two``, ``degree_rises``, ``interface_energy``; all by default.

    Returns
    -------
    tuple of Claim

    Raises
    ------
    UnknownNameError
        If there is no such claim.

    References
    ----------
    Geng Xu and Li Honghao, the symbiotic system of Shenzhen and Hong Kong (stability, ladder, interface); "1+1>2" is
    said of symmetric mutualism in Complexity (2021), 6655469. The experiments are ours.

    Examples
    --------
    >>> import symbiode
    >>> [claim.answer.value for claim in claims(symbiode.load("shenzhen-hongkong"))]
    ['partly', 'holds', 'partly', 'holds']
    """
    wanted = list(_EXPERIMENTS) if names is None else list(names)
    for name in wanted:
        if name not in _EXPERIMENTS:
            raise UnknownNameError("claim", name, list(_EXPERIMENTS))
    return tuple(_EXPERIMENTS[name](model) for name in wanted)


def _found(key: str, /, **values: object) -> Finding:
    """Return a sentence with its values: numbers as text, a text that begins with = is a key itself."""
    return f"claim_{key}", tuple(
        (name, value if isinstance(value, str) else significant(float(value)).replace("-", "−"))  # type: ignore[arg-type]
        for name, value in values.items()
    )


def _untested(name: str, model: Model, why: str) -> Claim:
    return Claim(name=name, model=model, answer=Answer.UNTESTED, findings=(_found(why),))


def _pair(model: Model) -> Effects | None:
    """Return the effects of two units on the scale of capacities, None of any other model."""
    if len(model.units) != 2 or model.law.scale != "capacity":
        return None
    known = effects(model)
    return known if known.scale == "capacity" and None not in (known.values[0][1], known.values[1][0]) else None


def _both(known: Effects) -> tuple[sympy.Rational, sympy.Rational]:
    return exact(sympy.sympify(known.values[0][1])), exact(sympy.sympify(known.values[1][0]))


def _settled(models: Iterable[Model]) -> list[Settlement] | None:
    """Settle models one after the other; None as soon as one takes a long simulation, which many others would too."""
    found = []
    for model in models:
        found.append(settle(model))
        if found[-1].evidence is Evidence.SIMULATION:
            return None
    return found


def _with(model: Model, a: sympy.Expr, b: sympy.Expr) -> Model:
    first, second = (quote(unit.name) for unit in model.units)
    return model.with_values({f"effects.{first}.{second}": a, f"effects.{second}.{first}": b})


def _exact_pair(known: Effects, model: Model) -> bool:
    """Whether the closed forms of two logistic units that live alone are true of a model."""
    return known.linear and None not in known.alone and not any(noise_of(model)) and not delays_of(model)


def _total_gain(settled: Settlement) -> float | None:
    if settled.outcome is not Outcome.COEXISTENCE or settled.gains is None or None in settled.gains:
        return None
    return sum(gain or 0.0 for gain in settled.gains)


def _most_stable(model: Model) -> Claim:
    """Split the same sum of both effects in other ways: gain, margin to runaway, speed of return."""
    known = _pair(model)
    if known is None:
        return _untested("most_stable", model, "needs_pair")
    total = sum(_both(known), sympy.S.Zero)
    if not total > 0:
        return _untested("most_stable", model, "needs_sum")
    splits = [R(k, SPLITS) for k in range(SPLITS + 1)]
    tried = _settled(_with(model, p * total, (1 - p) * total) for p in splits)
    if tried is None:
        return _untested("most_stable", model, "needs_theorem")
    curves: dict[str, Values] = {"gain": tuple(map(_total_gain, tried))}
    if not any(x is not None for x in curves["gain"]):
        return _untested("most_stable", model, "needs_rest")
    closed = _exact_pair(known, model)
    if closed:
        curves["margin"] = tuple(float(1 - p * (1 - p) * total**2) for p in splits)
    if not any(noise_of(model)) and not delays_of(model):
        curves["return"] = tuple(map(_speed_of_return, tried))
    verdicts = {name: _at_the_middle(values) for name, values in curves.items()}
    findings = [_found("sum", sum=total)]
    findings += [_compared(name, values, verdicts[name]) for name, values in curves.items()]
    findings += [_found("equal_growth")] if closed else []
    best = [verdict in ("largest", "same") for verdict in verdicts.values()]
    wins = "largest" in verdicts.values()
    answer = Answer.HOLDS if all(best) and wins else Answer.PARTLY if wins else Answer.FAILS
    gain = (_A + _B + 2 * _A * _B) / (1 - _A * _B)
    g1, g2 = sympy.symbols("g1 g2", real=True)
    return Claim(
        name="most_stable", model=model, answer=answer, findings=tuple(findings), at=tuple(map(float, splits)),
        curves=tuple(curves.items()), here=float(_both(known)[0] / total),
        formulas=(sympy.Eq(g1 + g2, gain), sympy.Gt(1 - _A * _B, 0)) if closed else (),
    )  # fmt: skip


def _speed_of_return(settled: Settlement) -> float | None:
    """Return how fast a small disturbance fades: minus the largest real part of the eigenvalues."""
    if settled.outcome is not Outcome.COEXISTENCE or settled.state is None:
        return None
    import numpy as np

    model = settled.model
    here = dict(zip(model.states, settled.exact or settled.state, strict=True))
    jacobian = sympy.Matrix(model.rates).jacobian(model.states).xreplace(dict(model.values)).xreplace(here)
    return float(-np.linalg.eigvals(np.array(jacobian, float)).real.max())


def _at_the_middle(values: Values) -> str:
    """Return how the value at the even split stands among all: largest, smallest, between, same or nowhere."""
    middle, there = values[len(values) // 2], [x for x in values if x is not None]
    if middle is None:
        return "nowhere" if there else "same"
    close = _SAME * max(abs(x) for x in there)
    low, high = min(there), max(there)
    if high - low <= close:
        return "same"
    return "largest" if high - middle <= close else "smallest" if middle - low <= close else "between"


def _compared(name: str, values: Values, verdict: str) -> Finding:
    middle, ends = values[len(values) // 2], [x for x in (values[0], values[-1]) if x is not None]
    shown = {"middle": "–" if middle is None else significant(middle)}
    shown["ends"] = " / ".join(dict.fromkeys(significant(x) for x in ends)) or "–"
    return _found(f"compared_{verdict}", what=f"=claim_what_{name}", **shown)


def _more_than_two(model: Model) -> Claim:
    """Settle the pair over the plane of both effects: in which modes is the energy positive?"""
    known = _pair(model)
    if known is None:
        return _untested("more_than_two", model, "needs_pair")
    side = 8 if known.linear else 4
    at = [R(4 * k, 5 * side) for k in range(-side, side + 1)]
    tried = _settled(_with(model, a, b) for b in at for a in at)
    if tried is None:
        return _untested("more_than_two", model, "needs_theorem")
    energies = [indices(s).energy if s.outcome is Outcome.COEXISTENCE else None for s in tried]
    counts: dict[Mode, list[int]] = {}
    for settled, energy in zip(tried, energies, strict=True):
        if energy is not None and settled.mode is not None:
            seen = counts.setdefault(settled.mode, [0, 0])
            seen[0] += energy > 0
            seen[1] += 1
    table = tuple((mode, counts[mode][0], counts[mode][1]) for mode in Mode if mode in counts)
    symmetric = counts.get(Mode.SYMMETRIC_MUTUALISM, [0, 0])
    if not symmetric[1]:
        return _untested("more_than_two", model, "needs_rest")
    answer = Answer.HOLDS if symmetric[0] == symmetric[1] else Answer.PARTLY if symmetric[0] else Answer.FAILS
    shares = "|, |".join(f"={mode.value}| {some} / {every}" for mode, some, every in table)
    findings = [_found("counted", shares=shares)]
    others = [mode.value for mode, some, _ in table if some and mode is not Mode.SYMMETRIC_MUTUALISM]
    findings += [_found("not_only", modes="|, |".join(f"={mode}" for mode in others))] if others else []
    closed = _exact_pair(known, model)
    findings += [_found("productive")] if closed else []
    formulas = (
        sympy.Gt(_K1 * _A * (1 + _B) + _K2 * _B * (1 + _A), 0),
        sympy.Gt(_B, -_K1 * _A / (_K2 + (_K1 + _K2) * _A)),
    )
    return Claim(
        name="more_than_two", model=model, answer=answer,
        findings=tuple(findings), at=tuple(map(float, at)), counts=table,
        plane=tuple(tuple(energies[k : k + len(at)]) for k in range(0, len(energies), len(at))),
        formulas=formulas if closed else (),
    )  # fmt: skip


def _degree_rises(model: Model) -> Claim:
    """Raise the weaker effect beside the stronger: do both degrees rise with the ladder, and do modes rank degrees?"""
    known = _pair(model)
    if known is None:
        return _untested("degree_rises", model, "needs_pair")
    both = _both(known)
    strong = max(both)
    if not strong > 0:
        return _untested("degree_rises", model, "needs_gain")
    first = both[0] == strong
    at = [strong * R(k, STEPS) for k in range(-STEPS // 2, STEPS + 1)]
    tried = _settled(_with(model, strong, x) if first else _with(model, x, strong) for x in at)
    if tried is None:
        return _untested("degree_rises", model, "needs_theorem")
    degrees = [indices(settled).degree for settled in tried]
    curves: dict[str, Values] = {
        f"degree_{i + 1}": tuple(None if table is None else table[i][1 - i] for table in degrees) for i in (0, 1)
    }
    sums = [None if table is None else (table[0][1] or 0.0) + (table[1][0] or 0.0) for table in degrees]
    there = [x for x in sums if x is not None]
    if len(there) < 2:
        return _untested("degree_rises", model, "needs_rest")
    rises = all(later > earlier for earlier, later in pairwise(there))
    findings = [_found("path_rises" if rises else "path_falls", low=there[0], high=there[-1])]
    rival = _weak_but_even(model, tried, sums)
    answer = (Answer.PARTLY if rival else Answer.HOLDS) if rises else Answer.FAILS
    degree = (_A * (1 + _B) / (1 + _A), _B * (1 + _A) / (1 + _B))
    closed = _exact_pair(known, model)
    return Claim(
        name="degree_rises", model=model, answer=answer, findings=(*findings, *rival), at=tuple(map(float, at)),
        curves=tuple(curves.items()), here=float(min(both)),
        formulas=tuple(
            sympy.Eq(sympy.Symbol(f"delta{name}"), value) for name, value in zip(("12", "21"), degree, strict=True)
        ) if closed else (),
    )  # fmt: skip


def _weak_but_even(model: Model, tried: Sequence[Settlement], sums: Sequence[float | None]) -> list[Finding]:
    """Return a symmetric mutualism of a lower degree than an asymmetric one on the path, if there is one."""
    uneven = [s for t, s in zip(tried, sums, strict=True) if t.mode is Mode.ASYMMETRIC_MUTUALISM and s is not None]
    if not uneven:
        return []
    high = uneven[len(uneven) // 2]
    effect = R(significant(high / 4, 2))
    settled = settle(_with(model, effect, effect))
    degree = indices(settled).degree
    if degree is None or settled.mode is not Mode.SYMMETRIC_MUTUALISM:
        return []
    low = (degree[0][1] or 0.0) + (degree[1][0] or 0.0)
    return [_found("not_ranking", effect=effect, low=low, high=high)] if low < high else []


def _interface_energy(model: Model) -> Claim:
    """Open the interface from shut to fully open: does the energy come from it?"""
    links = conductances(model)
    at = [R(k, TENTHS) for k in range(TENTHS + 1)]
    known = effects(model)

    def opened(c: sympy.Expr) -> Model:
        return with_conductance(model, c) if links else _scaled(model, c)

    if not links and not any(p.path[0] == "effects" for p in model.parameters):
        return _untested("interface_energy", model, "needs_effects")
    tried = _settled(map(opened, at))
    if tried is None:
        return _untested("interface_energy", model, "needs_theorem")
    energies = tuple(indices(settled).energy for settled in tried)
    there = [x for x in energies if x is not None]
    if energies[0] is None or len(there) < 2:
        return _untested("interface_energy", model, "needs_energy")
    values = dict(model.values)
    here = float(sum(c.xreplace(values) for c in links.values()) / len(links)) if links else 1.0
    rises = [later > earlier for earlier, later in pairwise(there)]
    whole = all(rises) and len(there) == len(at)
    answer = Answer.HOLDS if whole else Answer.PARTLY if max(there) > energies[0] else Answer.FAILS
    key = "opened_" + ("all" if whole else "some" if answer is Answer.PARTLY else "none")
    best = at[energies.index(max(there))]
    findings = [_found(key, shut=energies[0], wide=there[-1], best=best, most=max(there), last=at[len(there) - 1])]
    pure = len(model.units) == 2 and known.scale == "capacity" and _exact_pair(known, model)
    closed = pure and abs(energies[0]) <= _SAME and len(links) in (0, 2)
    findings += [_found("by_construction")] if closed and links else [] if links else [_found("no_interface")]
    if abs(energies[0]) > _SAME:
        findings.append(_found("other_sources", shut=energies[0]))
    if len(there) < len(at):
        findings.append(_found("opened_away"))
    slope = _K1 * _A + _K2 * _B
    energy = (_C * slope + _C**2 * _A * _B * (_K1 + _K2)) / (1 - _C**2 * _A * _B)
    return Claim(
        name="interface_energy", model=model, answer=answer, findings=tuple(findings), at=tuple(map(float, at)),
        curves=(("energy", energies),), here=here, formulas=(sympy.Eq(sympy.Symbol("E"), energy),) if closed else (),
    )  # fmt: skip


def _scaled(model: Model, factor: sympy.Expr) -> Model:
    """Return a model with all its effects times a number: a model whose effects name no interface."""
    found = {".".join(map(quote, p.path)): model.values[p.symbol] for p in model.parameters if p.path[0] == "effects"}
    return model.with_values({name: exact(value * factor) for name, value in found.items()})


_EXPERIMENTS: dict[str, Callable[[Model], Claim]] = {
    "most_stable": _most_stable,
    "more_than_two": _more_than_two,
    "degree_rises": _degree_rises,
    "interface_energy": _interface_energy,
}
