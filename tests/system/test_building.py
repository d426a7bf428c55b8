"""build(): whatever is wrong is said, all at once; whatever a unit is called, the numbers are the same."""

import random

import pytest
import sympy

from symbiode.errors import ModelError
from symbiode.system.building import build

BASE = {"growth": 0.1, "capacity": 2}
NAMES = ["E", "I", "lambda", "深圳", "New York", "S", "N", "beta", "gamma", "pi", "None", "True", "x", "t", "nan",
         "oo", "u1"]  # fmt: skip


def faults(*arguments, **options):
    with pytest.raises(ModelError) as caught:
        build(*arguments, **options)
    return [str(fault) for fault in caught.value.faults]


def growing(value):
    return {"units": {"a": BASE | {"growth": value}}}


def equation(text, **parameters):
    return {"units": {"a": {}}, "equations": {"a": text}, "parameters": parameters}


def numbers(model, point):
    at = dict(zip(model.states, point, strict=True)) | dict(model.values)
    return [rate.subs(at) for rate in model.rates]


def system(first, second):
    units = {first: BASE | {"initial": 0.3}, second: BASE | {"growth": "q/4"}}
    effects = {first: {second: "q*0.3"}, second: {first: -0.2}}
    return build(units, effects=effects, parameters={"q": 0.5})


@pytest.mark.parametrize("first", NAMES)
def test_hard_names_give_the_same_numbers_as_easy_ones(first):
    expected = numbers(system("u0", "other"), (0.7, 1.1))
    assert numbers(system(first, "other"), (0.7, 1.1)) == expected


def test_names_of_sympy_give_the_same_numbers_as_easy_ones():
    expected = numbers(system("u0", "other"), (0.7, 1.1))
    for name in random.Random(1).sample([n for n in dir(sympy) if len(n) > 1], 60):
        assert numbers(system(name, "other"), (0.7, 1.1)) == expected


@pytest.mark.parametrize("name", [name for name in NAMES if name != "x"])
def test_hard_names_stand_in_equations(name):
    quoted = f'"{name}"'
    model = build({name: BASE, "other": BASE}, equations={name: f"{quoted}*(1 - other)", "other": f"x*{quoted}"})
    x1, x2 = model.states
    assert model.rates == (x1 * (1 - x2), x2 * x1)


def test_a_unit_called_x_is_itself_in_every_equation():
    model = build({"x": {}, "y": {}}, equations={"x": "x*(3 - x - 2*y)", "y": "y*(2 - x - y)"})
    x, y = model.states
    assert model.rates == (x * (3 - x - 2 * y), y * (2 - x - y))


@pytest.mark.parametrize(
    ("equation", "regular"),
    [
        ("x*(1 - x)", True),
        ("x*(1 - x)/(1 + x + b)", True),
        ("exp(x) - 1 + 0*b", True),
        ("tanh(x*b)", True),
        ("(x + b)**2 - b**2 - 2*b*x + x", True),
        ("x + 1", False),
        ("b", False),
        ("sqrt(x)", False),
        ("x**0.5*x", False),
        ("1/x", False),
        ("x/x", False),
        ("x*log(x)", False),
        ("sqrt(x**2 + b**2) - b", True),
    ],
)
def test_equations_that_keep_zero_at_zero_are_recognised(equation, regular):
    assert build({"a": {}, "b": {}}, equations={"a": equation, "b": "x"}).law.kolmogorov is regular


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"units": {}}, ["units: a model has at least one unit"]),
        ({"units": 3}, ["units: 3 was given; allowed: a table"]),
        ({"units": {"a": 3}}, ["units.a: 3 was given; allowed: a table"]),
        ({"units": {"a": BASE}, "law": "hill"}, ["law: unknown law 'hill'; choices are: "]),
        ({"units": {"a": {}}, "law": ["x"]}, ["law: unknown law a list"]),
        ({"units": {"a": BASE | {"role": "x"}}}, ["units.a.role: 'x' was given; allowed: core, auxiliary, talent"]),
        (growing({"lower": 1}), ["units.a.growth: a table needs 'value'"]),
        (growing({"value": 1, "element": "barrier"}), ["units.a.growth.element: unknown key 'element'"]),
        ({"units": {"a": BASE}, "parameters": {"p": {"value": 1, "element": "barier"}}}, ["did you mean 'barrier'"]),
        ({"units": {"a": BASE | {"region": "nort"}}, "regions": {"north": "N"}}, ["did you mean 'north'"]),
        ({"units": {"a": BASE | {"region": 3}}}, ["units.a.region: 3 was given; allowed: text"]),
        (growing({"value": 1, "lower": 2, "upper": 1}), ["lower bound 2 is above its upper bound 1"]),
        (growing({"value": 1, "lower": "x"}), ["units.a.growth.lower: unknown name x"]),
        (growing({"value": 1, "source": 3}), ["units.a.growth.source: 3 was given; allowed: text"]),
        (growing("1/0"), ["units.a.growth: division by zero (column 2 of '1/0')"]),
        (growing("sqrt(0-1)"), ["not a real number"]),
        (growing([1]), ["units.a.growth: a list was given"]),
        ({"units": {"a": BASE | {"own_growth": 0.5}}}, ["units.a.own_growth: 0.5 was given; allowed: 1 or 0 or -1"]),
        ({"units": {1: BASE}}, ["the name 1 is not text"]),
        ({"units": {"a": BASE, "A": BASE}}, ["'a' and 'A' are too alike"]),
        ({"units": {"K": BASE, "\u212a": BASE}}, ["too alike"]),
        ({"units": {"\u00b5": BASE, "\u03bc": BASE}}, ["too alike"]),
        ({"units": {"S\u00e3o": BASE, "Sa\u0303o": BASE}}, ["too alike"]),
        ({"units": {"a\u202eb": BASE}}, ["control characters (U+202E)"]),
        ({"units": {"": BASE}}, ["a name has 1 to 200 characters"]),
        ({"units": {"a" * 201: BASE}}, ["a name has 1 to 200 characters"]),
        ({"units": {" a": BASE}}, ["starts or ends with a space"]),
        ({"units": {"effects": BASE}}, ["is a word of the file format"]),
        ({"units": {"a": BASE}, "saturations": {"a.b": 1}}, ["the law 'logistic' has no table 'saturations'"]),
        ({"units": {"a": BASE}, "effects": {"a": 3}}, ["effects.a: 3 was given; allowed: a table"]),
        ({"units": {"a": BASE}, "name": 3, "illustrative": "yes"}, ["name: 3 was given", "'yes' is not true or false"]),
        ({"units": {"a": BASE}, "source": "\ud800"}, ["half a character pair"]),
        ({"units": {"a": BASE}, "parameters": {"p": "q", "q": 1}}, ["parameters.p: unknown name q"]),
        ({"units": {"a": {}}, "equations": {}}, ["equations: no equation for 'a'; add a = …"]),
        (equation(3), ["equations.a: 3 was given; allowed: text"]),
        (equation("growth*a"), ["unknown name growth"]),
        (equation("a**a"), ["an exponent is a number or a declared parameter"]),
        (equation("a**p", p=20), ["an exponent is at most 16"]),
        (equation("a*x", x=2), ["parameters.x: 'x' has another meaning"]),
        ({"units": {"growth": {}}, "equations": {"growth": "x"}}, ["means a unit's own value"]),
        (equation("a") | {"law": "logistic"}, ["law: a model has a law or [equations], not both"]),
    ],
)  # fmt: skip
def test_each_fault_is_said_once_and_clearly(arguments, expected):
    told = faults(**arguments)
    assert len(told) == len(expected), told
    for line, said in zip(told, expected, strict=True):
        assert said in line
        assert "\n" not in line


def test_an_unknown_law_hides_no_fault_of_a_value():
    told = faults({"a": {"growth": "1/", "hill": 2, "capacity": 3}}, law="hil", effects={"a.b": 1})
    assert [line.split(":")[0] for line in told] == ["law", "units.a.growth", "effects.a.b"]


def test_all_faults_come_at_once():
    told = faults(
        {"a": {"growth": -1, "capacity": "x", "foo": 1}, "b": {}},
        effects={"a.c": 1, "b.b": 1},
        data={"file": 3, "colour": 1},
        time_unit=3,
    )
    assert len(told) == 12, told


def test_equations_may_use_own_values_effects_and_named_numbers():
    model = build(
        {"a": BASE, "b": BASE | {"growth": 0.2}},
        effects={"a.b": 0.3},
        parameters={"p": 2},
        equations={"a": "growth*x*(1 - x/capacity + effects.a.b*b/b.capacity)**p", "b": "growth*x*a.growth"},
    )
    tenth, half = sympy.Rational(1, 10), sympy.Rational(1, 2)
    assert numbers(model, (1, 1)) == [tenth * (half + sympy.Rational(3, 20)) ** 2, tenth / 5]
