"""Where branches begin: equilibria at some values of the coefficient, complete lists where there are any.

Comes in: a system with one moving coefficient. Goes out: points of branches by support, and whether they are complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import sympy

from symbiode.dynamics.continuation.arclength import Array, Curve, solve
from symbiode.dynamics.continuation.systems import Equations, System
from symbiode.dynamics.equilibrium import EquilibriumSet, Family, affine, equilibria
from symbiode.dynamics.numerics import compiled, vector
from symbiode.errors import Code, InputError, RefusedError, refused
from symbiode.system.model import Model

Support = tuple[int, ...]
MOST_UNITS, MOST_SEARCHED = 12, 6
_ALL_SIGNS = 4  # up to so many units the branches with levels below zero are followed too
_STARTS = 48


@dataclass(frozen=True, kw_only=True, eq=False)
class Seed:
    """A point of a branch: levels of the support, then the coefficient."""

    support: Support
    point: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class Seeds:
    """Seeds, the typical size of each state, how complete they are (key of a sentence), families at every value.

    `without` are the values at which the equations have none.
    """

    seeds: tuple[Seed, ...]
    scale: Array
    proof: str
    families: tuple[Family, ...] = ()
    without: tuple[float, ...] = ()


def seeds_of(system: System, values: Iterable[sympy.Expr]) -> Seeds:
    """Return the equilibria at some values of the coefficient.

    An affine law has one point for every support and value, whatever its signs; other laws give the complete lists of
    `equilibria`; where there is none, Newton's method runs from many starts.
    """
    closed = system.growth is not None and affine(system.model) is not None
    most = MOST_UNITS if closed else MOST_SEARCHED
    if system.size > most:
        detail = f"{system.size} units have 2**{system.size} sets of units; at most {most} units are followed."
        raise RefusedError(refused(Code.TOO_LARGE, detail))
    models = {value: at_value(system, system.names[0], value) for value in values}
    given = {value: model for value, model in models.items() if model is not None}
    without = tuple(float(value) for value in models if value not in given)
    found: list[Seed] = []
    if closed:
        found = [seed for value in given for seed in _linear(system, value)]
        proof, lists = "follow_complete_closed", [equilibria(model) for model in list(given.values())[:2]]
    else:
        lists = [equilibria(model) for model in given.values()]
        proof = "follow_complete_lists"
        for value, listed in zip(given, lists, strict=True):
            states = [np.array(e.state) for e in listed.equilibria]
            found += [_seed(system, state, float(value)) for state in states if np.isfinite(state).all()]
        if any(listed.status.level.value == "refused" for listed in lists):
            proof, found = "follow_searched", list(_searched(system, list(map(float, given))))
    return Seeds(
        seeds=tuple(found), scale=_scale(system, found), proof=proof, families=_common(lists), without=without,
    )  # fmt: skip


def at_value(system: System, name: str, value: sympy.Expr) -> Model | None:
    """Return the model with a value of a coefficient; None where its equations have no value, or it is out of range."""
    try:
        return system.model.with_values({name: value})
    except InputError:
        return None


def _common(lists: list[EquilibriumSet]) -> tuple[Family, ...]:
    """Return the families that every list has."""
    kept = [{(f.kind, f.support) for f in listed.families} for listed in lists]
    always = set.intersection(*kept) if kept else set()
    return tuple(f for f in (lists[0].families if lists else ()) if (f.kind, f.support) in always)


def _seed(system: System, state: Array, value: float) -> Seed:
    support = tuple(map(int, np.flatnonzero(state))) if system.growth is not None else tuple(range(system.size))
    return Seed(support=support, point=np.append(state[list(support)], value))


def _scale(system: System, seeds: Iterable[Seed]) -> Array:
    """Return a typical size of each state: its reference level, else the largest level of a seed."""
    reference = compiled(system.model).reference(vector(system.model))
    seen = np.zeros(system.size)
    for seed in seeds:
        np.maximum.at(seen, list(seed.support), np.abs(seed.point[:-1]))
    usual = np.median(seen[seen > 0]) if (seen > 0).any() else 1.0
    fallback = np.where(seen > 0, np.minimum(seen, 1e3 * usual), usual)
    scale: Array = np.where(np.isfinite(reference) & (reference > 0), reference, fallback)
    return scale


def supports(system: System) -> list[Support]:
    """Return every set of units that may be present."""
    if system.growth is None:
        return [tuple(range(system.size))]
    every = range(system.size)
    return [s for count in range(system.size + 1) for s in combinations(every, count)]


def _linear(system: System, value: sympy.Expr) -> Iterator[Seed]:
    """Yield the one point of every support, also where levels are negative."""
    assert system.growth is not None
    at = np.append(np.zeros(system.size), float(value))
    b, A = system.growth.value(at), system.growth.jacobian(at)[:, : system.size]
    for support in supports(system):
        block = A[np.ix_(support, support)]
        if not np.isfinite(b).all() or (support and not _regular(block)):
            continue
        levels = np.linalg.solve(block, -b[list(support)]) if support else np.zeros(0)
        if system.size > _ALL_SIGNS and (levels < 0).any():
            continue  # met at a transcritical point, should its levels become positive
        yield Seed(support=support, point=np.append(levels, float(value)))


def _regular(block: Array) -> bool:
    return bool(np.isfinite(block).all() and np.linalg.cond(block) < 1e12)


def _searched(system: System, values: list[float]) -> Iterator[Seed]:
    """Yield what Newton's method finds from many starts, for every support."""
    rng = np.random.default_rng(0)
    initial = [float(x) if x is not None else 1.0 for x in system.model.initial]
    reference = compiled(system.model).reference(vector(system.model))
    size = np.where(np.isfinite(reference), reference, np.maximum(initial, 1e-3))
    for support, value in product(supports(system), values):
        m, equations = len(support), system.on(support)
        starts = size[list(support)] * np.exp(rng.uniform(np.log(0.01), np.log(10), (_STARTS, m)))
        kept: list[Array] = []
        for start in starts if m else starts[:1]:
            found = solve(_still(equations, value), start, scale=size[list(support)], most=30)
            near = [np.abs((found.point - k) / size[list(support)]).max(initial=0) < 1e-6 for k in kept]
            if found.converged and (found.point >= 0).all() and not any(near):
                kept.append(found.point)
        for point in kept:
            yield Seed(support=support, point=np.append(point, value))


def _still(equations: Equations, value: float) -> Curve:
    """Return the equations at one value of the coefficient."""

    def square(x: Array) -> tuple[Array, Array]:
        G, J = equations(np.append(x, value))
        return G, J[:, :-1]

    return square
