"""The contract of a law, tested on every file of symbiode/system/laws."""

import pickle
from itertools import permutations

import pytest
import sympy
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from symbiode import discover
from symbiode.system import laws
from symbiode.system.building import build
from symbiode.system.model import slots_of

LAWS = discover.names(laws)
UNITS = ("a", "b", "c")


def the_law(name):
    return discover.module(laws, name, "law").LAW


def number(slot):
    """Draw an exact value that the slot admits."""
    if slot.choices:
        return st.sampled_from(slot.choices)
    low = -2 if slot.lower is None else slot.lower
    high = low + 3 if slot.upper is None else slot.upper
    drawn = st.fractions(min_value=low, max_value=high, max_denominator=12)
    return drawn.filter(lambda value: value > low) if slot.strict else drawn


@st.composite
def systems(draw, name):
    """Return the tables of a model with three units and effects between some of them."""
    law = the_law(name)
    units = {unit: {slot.name: draw(number(slot)) for slot in law.slots("unit")} for unit in UNITS}
    pairs = {}
    for slot in law.slots("pair"):
        chosen = draw(st.lists(st.sampled_from(list(permutations(UNITS, 2))), unique=True, max_size=6))
        pairs[f"{slot.name}s"] = {f"{one}.{other}": draw(number(slot)) for one, other in chosen}
    level = st.fractions(min_value="1/10", max_value=3, max_denominator=10).map(sympy.Rational)
    levels = {unit: draw(level) for unit in UNITS}
    return units, pairs, levels


def rates(model, levels):
    at = dict(zip(model.states, (levels[unit.name] for unit in model.units), strict=True)) | dict(model.values)
    if model.law.divisors is not None:  # at a divisor of zero there is no rate
        assume(all(divisor.subs(at) != 0 for divisor in model.law.divisors(model.symbols)))
    return {unit.name: rate.subs(at) for unit, rate in zip(model.units, model.rates, strict=True)}


def properties(test):
    """Run a test on 3 seeded systems of every law."""
    wrapped = settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))(
        given(st.data())(test)
    )
    return pytest.mark.parametrize("name", LAWS)(wrapped)


@pytest.mark.parametrize("name", LAWS)
def test_it_says_who_it_is(name):
    law = the_law(name)
    assert law.name == name
    assert law.reference
    assert len({slot.letter for slot in slots_of(law)}) == len(slots_of(law))
    assert not {slot.letter for slot in law.parameters} & {"x", "q", "u", "p", "t"}
    assert pickle.loads(pickle.dumps(law)) == law
    assert hash(law) == hash(the_law(name))


@properties
def test_rates_are_finite_and_the_model_is_a_value(name, data):
    units, pairs, levels = data.draw(systems(name))
    model = build(units, law=name, **pairs)
    assert all(rate.is_finite and rate.is_real for rate in rates(model, levels).values())
    assert pickle.loads(pickle.dumps(model)) == model
    assert hash(build(units, law=name, **pairs)) == hash(model)


@properties
def test_a_kolmogorov_law_leaves_nothing_at_nothing(name, data):
    """x_i = 0 stays 0, and the per-capita rate does not fall without bound there: the flow keeps x_i > 0.

    Where the per-capita rate grows without bound, as with Gompertz, it must do so like a logarithm: x ln x is 0 at 0
    and 1/(x ln x) is not integrable there (Osgood), so nothing starts from nothing.
    """
    units, pairs, levels = data.draw(systems(name))
    model = build(units, law=name, **pairs)
    assert model.law.kolmogorov
    for x, rate in zip(model.states, model.rates, strict=True):
        at = {y: levels[unit.name] for y, unit in zip(model.states, model.units, strict=True) if y != x}
        if model.law.divisors is not None:
            assume(all(d.subs(dict(model.values)).subs(at).subs(x, 0) != 0 for d in model.law.divisors(model.symbols)))
        own = rate.subs(dict(model.values)).subs(at)
        growth = sympy.Add(*(term / x for term in sympy.Add.make_args(own)))
        if not own.has(sympy.log):
            assert own.subs(x, 0) == 0
            assert growth.subs(x, 0).is_finite
        else:
            w = sympy.Symbol("w", real=True)  # x = e^-w
            slope = sympy.simplify(sympy.diff(growth.subs(x, sympy.exp(-w)), w))
            assert slope.is_number
            assert slope > 0


@properties
def test_the_order_of_units_does_not_matter(name, data):
    units, pairs, levels = data.draw(systems(name))
    order = data.draw(st.permutations(UNITS))
    expected = rates(build(units, law=name, **pairs), levels)
    assert rates(build({unit: units[unit] for unit in order}, law=name, **pairs), levels) == expected


@properties
def test_the_names_of_units_do_not_matter(name, data):
    units, pairs, levels = data.draw(systems(name))
    called = {"a": "lambda", "b": "New York", "c": "深圳"}
    renamed = {key: _renamed(table, called) for key, table in pairs.items()}
    model = build({called[unit]: table for unit, table in units.items()}, law=name, **renamed)
    expected = rates(build(units, law=name, **pairs), levels)
    found = rates(model, {called[unit]: level for unit, level in levels.items()})
    assert {called[unit]: rate for unit, rate in expected.items()} == found


def _renamed(table, called):
    found = {}
    for path, value in table.items():
        one, other = path.split(".")
        found.setdefault(called[one], {})[called[other]] = value
    return found


@properties
def test_units_of_measure_do_not_matter(name, data):
    """x_i -> s_i x_i, t -> T t, parameters by their slot's dimension: the rates become s_i/T times as large."""
    units, pairs, levels = data.draw(systems(name))
    positive = st.fractions(min_value="1/5", max_value=5, max_denominator=5).map(sympy.Rational)
    scale, time = {unit: data.draw(positive) for unit in UNITS}, data.draw(positive)

    def rescaled(slot, value, s):
        factors = {"1": sympy.Integer(1), "state": s, "time": time, "1/time": 1 / time, "1/time/state": 1 / time / s}
        return sympy.Rational(value) * factors[slot.dimension]

    slots = {slot.name: slot for slot in the_law(name).parameters}
    new_units = {
        unit: {key: rescaled(slots[key], value, scale[unit]) for key, value in table.items()}
        for unit, table in units.items()
    }
    new_pairs = {
        key: {path: rescaled(slots[key.removesuffix("s")], value, scale[path[-1]]) for path, value in table.items()}
        for key, table in pairs.items()
    }
    before = rates(build(units, law=name, **pairs), levels)
    new_levels = {unit: level * scale[unit] for unit, level in levels.items()}
    after = rates(build(new_units, law=name, **new_pairs), new_levels)
    assert after == {unit: rate * scale[unit] / time for unit, rate in before.items()}
