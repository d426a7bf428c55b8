"""Contradictions between measures are seen; free text is never a false alarm."""

import pytest

from symbiode.errors import ModelError
from symbiode.system.building import build
from symbiode.system.measures import disagree, measure


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("100 million USD", "亿美元"),
        ("1/year", "per year"),
        ("year**-1", "1/yr"),
        ("thousand pelts", "1000 pelt"),
        ("1/year/(thousand pelts)", "1/(year * 1000 pelts)"),
        ("1/sqrt(year)", "year^(-1/2)"),
        ("万元", "10000 CNY"),
        ("USD per person", "USD/person"),
    ],
)
def test_the_same_measure_in_other_words(one, other):
    assert measure(one) == measure(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [("1/month", "1/year"), ("year", "1/year"), ("million USD", "billion USD"), ("million CNY", "million HKD"),
     ("1", "1/year"), ("thousand pelts", "pelts"), ("1/year", "1")],
)  # fmt: skip
def test_contradictions(one, other):
    assert disagree(measure(one), measure(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("pelts", "animals"), ("% of GDP", "USD"), ("share of capacity", "1"), ("dimensionless", "1"), ("", "1/year"),
     ("constant 2015 USD", "USD"), ("volume index", "ml"), ("annual rate", "1/year"), ("USD, current", "USD"),
     ("亿美元", "USD 100m (2015)"), ("1/generation", "1/year"), ("a" * 5000, "b"), ("((((", "1"), ("1/0", "1"),
     ("2**x", "1"), ("0", "1/year"), ("1/0/year", "year"), ("9^999999999", "1"), ("(" * 30 + "9" + "^16)" * 30, "1"),
     ("year^", "1"), ("-" * 199, "1")],
)  # fmt: skip
def test_free_text_is_never_a_false_alarm(one, other):
    assert not disagree(measure(one), measure(other))
    assert not disagree(measure(other), measure(one))


def unit(**values):
    return {"growth": 1, "capacity": 1} | values


def told(measured_in):
    return {"value": 1, "measured_in": measured_in}


PER_MONTH = {"a": unit(growth=told("1/month"))}
TWO_MEASURES = {"p": told("USD"), "q": told("1/year")}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"units": PER_MONTH}, "units.a.growth.measured_in"),
        ({"units": {"a": unit(growth=told("year"))}}, "units.a.growth.measured_in"),
        ({"units": {"a": unit(capacity=told("mn USD"))}, "measured_in": "bn USD"}, "units.a.capacity.measured_in"),
        ({"units": {"a": unit(capacity=told("USD"), initial=told("CNY"))}}, "units.a.capacity.measured_in"),
        ({"units": {"a": unit(), "b": unit()}, "effects": {"a.b": told("1/year")}}, "effects.a.b.measured_in"),
        ({"units": PER_MONTH, "equations": {"a": "growth*a"}, "measured_in": "USD"}, "equations.a"),
        ({"units": {"a": unit()}, "parameters": TWO_MEASURES, "equations": {"a": "a*(p + q)"}}, "equations.a"),
    ],
)
def test_a_wrong_measure_is_a_fault_with_its_path(given, field):
    with pytest.raises(ModelError) as caught:
        build(**given)
    assert [fault.field for fault in caught.value.faults] == [field]


def test_measures_that_fit_pass():
    hare = {"initial": told("thousand pelts"), "growth": told("1/year"), "noise": told("1/sqrt(year)")}
    effects = {"b.a": told("1/(year * thousand pelts)"), "a.b": told("1/year/pelts/1000")}
    build(
        {"a": hare, "b": {"growth": 1}}, law="lotka_volterra", measured_in="1000 pelts", effects=effects,
        delays={"a.b": told("years")},
    )  # fmt: skip
    own = {"a": unit(growth=told("1/year"), capacity=told("USD"))}
    build(own, measured_in="USD", equations={"a": "growth*a*(1 - a/capacity) + 0.1*a"})
