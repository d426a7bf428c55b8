"""Equilibria of every law: nothing that a root search finds is missing, and units, time and capacity do not matter."""

from __future__ import annotations

import random
import warnings
from fractions import Fraction

import numpy as np
import pytest
import sympy
from scipy.integrate import solve_ivp
from scipy.optimize import root

from symbiode import discover
from symbiode.dynamics.equilibrium import EquilibriumSet, equilibria
from symbiode.system import laws
from symbiode.system.building import build
from symbiode.system.model import Model

LAWS = discover.names(laws)
STATE = {"1": 0, "state": 1, "time": 0, "1/time": 0, "1/time/state": -1}
TIME = {"1": 0, "state": 0, "time": 1, "1/time": -1, "1/time/state": -1}


def number(slot, source) -> Fraction:
    """A value that the slot admits, most often an ordinary one."""
    if slot.choices:
        return Fraction(source.choice(slot.choices))
    low = -1 if slot.lower is None else slot.lower
    high = low + 2 if slot.upper is None else slot.upper
    value = low + Fraction(source.randint(0, 24), 24) * (high - low)
    return value + Fraction(1, 24) if slot.strict and value <= low else value


def tables(name, n, source):
    """The tables of a random model: units, and one table per kind of pair."""
    law, names = discover.module(laws, name, "law").LAW, "abcdef"[:n]
    units = {unit: {slot.name: number(slot, source) for slot in law.slots("unit")} for unit in names}
    pairs = {
        slot.name: {(i, j): number(slot, source) for i in names for j in names if i != j} for slot in law.slots("pair")
    }
    return law, units, pairs


def model(law, units, pairs) -> Model:
    written = {f"{key}s": {f"{i}.{j}": v for (i, j), v in table.items()} for key, table in pairs.items()}
    return build(units, law=law.name, **written)


def searched(made: Model, starts: int, seed: int) -> np.ndarray:
    """Points in the orthant where scipy's root search ends, from starts over five decades in every set of units."""
    n, source = len(made.units), np.random.default_rng(seed)
    rates = [rate.xreplace(made.values) for rate in made.rates]
    f = sympy.lambdify(made.states, rates)
    J = sympy.lambdify(made.states, sympy.Matrix(rates).jacobian(made.states).tolist())
    found = []
    for _ in range(starts):
        inside = source.random(n) < 0.7
        if not inside.any():
            continue
        S, x = np.flatnonzero(inside), np.zeros(n)

        def full(v, S=S):
            x = np.full(n, 1e-300)
            x[S] = v
            return x

        def at(v, S=S, full=full):
            return np.array(f(*full(v)), float)[S] / v

        with np.errstate(all="ignore"):
            try:
                told = root(at, 10 ** source.uniform(-3, 2, len(S)), method="hybr", tol=1e-12)
                if not (told.x > 1e-6).all() or not np.abs(at(told.x)).max() < 1e-9:
                    continue
                slopes = np.array(J(*full(told.x)), float)[np.ix_(S, S)]
            except (ValueError, ZeroDivisionError, OverflowError):
                continue
            if np.linalg.cond(slopes) > 1e8:
                continue
        x[S] = told.x
        found.append(x)
    return np.array(found).reshape(-1, n)


def check(made: Model, starts: int, seed: int) -> EquilibriumSet:
    found = equilibria(made)
    assert found.status.code.value != "too_large"
    assert found.certificate
    listed = np.array([e.state for e in found.equilibria]).reshape(-1, len(made.units))
    for x in searched(made, starts, seed):
        near = np.abs(listed - x).max(axis=1) <= 1e-6 * (1 + x.max()) if len(listed) else np.zeros(0)
        at = dict(zip(made.states, x, strict=True))
        on = any(all(abs(float(e.subs(at))) < 1e-6 for e in family.equations) for family in found.families)
        open_box = any(all(a <= v <= b for v, (a, b) in zip(x, box, strict=True)) for box in found.undecided)
        assert near.any() or on or open_box, (made.law.name, dict(made.values), x, found.summary())
    for e in found.equilibria:
        size = max(abs(z) for z in (*e.eigenvalues, 1.0) if np.isfinite(abs(z)))
        assert e.residual <= 1e-11 * size * max(*e.state, 1.0)
        assert all((v > 0) == (unit.name in e.support) for v, unit in zip(e.state, made.units, strict=True))
    return found


@pytest.mark.parametrize("name", LAWS)
def test_a_root_search_finds_nothing_that_is_missing(name):
    for n in (1, 2):
        check(model(*tables(name, n, random.Random(n))), 25, seed=n)


@pytest.mark.slow
@pytest.mark.parametrize("name", LAWS)
def test_a_long_root_search_finds_nothing_that_is_missing(name):
    for n, count, starts in ((2, 5, 200), (3, 2, 100), (4, 1, 40)):
        source = random.Random(100 + n)
        for seed in range(count):
            check(model(*tables(name, n, source)), starts, seed)


def rests(made: Model, count: int, seed: int) -> list[np.ndarray]:
    """States at which long simulations by scipy's LSODA, in logarithms, have come to rest."""
    n, source = len(made.units), np.random.default_rng(seed)
    growth = sympy.lambdify(
        made.states, [rate.xreplace(made.values) / x for rate, x in zip(made.rates, made.states, strict=True)]
    )

    def slope(t, z):
        return np.asarray(growth(*np.exp(np.clip(z, -600, 600))), float)

    def far(t, z):
        return 50 - z.max()

    far.terminal = True
    found = []
    for _ in range(count):
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                start = source.uniform(-4, 2, n)
                path = solve_ivp(slope, (0, 400), start, method="LSODA", rtol=1e-9, atol=1e-9, events=far)
                z = path.y[:, -1]
                f = slope(0, z)
            except (ValueError, ZeroDivisionError, OverflowError):
                continue
        gone = (z < -20) & (f < 0)
        if path.status == 0 and (gone | (np.abs(f) < 1e-9)).all():
            found.append(np.where(gone, 0.0, np.exp(z)))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", LAWS)
def test_whatever_long_simulations_come_to_rest_at_is_listed(name):
    """1,200 simulations over all laws; where nothing comes to rest there is nothing to compare."""
    for k in range(5):
        made = model(*tables(name, 2, random.Random(100 + k)))
        listed = equilibria(made)
        states = np.array([e.state for e in listed.equilibria]).reshape(-1, 2)
        for x in rests(made, 24, seed=k):
            near = np.abs(states - x).max(axis=1) <= 1e-5 * (1 + x.max()) if len(states) else np.zeros(0)
            at = dict(zip(made.states, x, strict=True))
            on = any(all(abs(float(e.subs(at))) < 1e-5 for e in family.equations) for family in listed.families)
            open_box = any(all(a <= v <= b for v, (a, b) in zip(x, box, strict=True)) for box in listed.undecided)
            assert near.any() or on or open_box, (name, dict(made.values), x, listed.summary())
