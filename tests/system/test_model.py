"""Models are values: equal, hashable, picklable, changed only by making a new one."""

import pickle
from fractions import Fraction

import pytest
import sympy

from symbiode.errors import ExpressionError, InvalidValueError, UnknownNameError
from symbiode.system.building import build
from symbiode.system.formats import load
from symbiode.system.model import TIME, split_path, value_names

BASE = {"growth": 0.1, "capacity": 1}


@pytest.fixture
def model():
    return load("shenzhen-hongkong")


def test_rates_are_the_published_logistic_form(model):
    """dx_i/dt = r_i x_i (1 - x_i/K_i + sum_j d_ij x_j/K_j)."""
    x1, x2 = model.states
    by_name = {p.symbol.name: p.symbol for p in model.parameters}
    r1, K1, r2, K2, d12, d21 = (by_name[name] for name in ("r1", "K1", "r2", "K2", "d12", "d21"))
    expected = (r1 * x1 * (1 - x1 / K1 + d12 * x2 / K2), r2 * x2 * (1 - x2 / K2 + d21 * x1 / K1))
    assert [sympy.expand(a - b) for a, b in zip(model.rates, expected, strict=True)] == [0, 0]


def test_formulas_are_worked_out_exactly(model):
    values = {symbol.name: value for symbol, value in model.values.items()}
    assert (values["d12"], values["d21"]) == (sympy.Rational(7, 20), sympy.Rational(1, 5))
    half = model.with_values({"parameters.interface": 0.5, "parameters.barrier": "1/3"})
    assert {s.name: v for s, v in half.values.items()}["d12"] == sympy.Rational(7, 30)


def test_with_values_takes_key_paths_of_the_file(model):
    new = model.with_values(
        {"shenzhen.growth": 0.2, "units.shenzhen.initial": Fraction(1, 3), "effects.hongkong.shenzhen": "interface/7"}
    )
    assert new.initial[0] == sympy.Rational(1, 3)
    values = {p.path: new.values[p.symbol] for p in new.parameters}
    assert values["shenzhen", "growth"] == sympy.Rational(1, 5)
    assert values["effects", "hongkong", "shenzhen"] == sympy.Rational(4, 35)
    assert model == load("shenzhen-hongkong")
    assert new != model


def test_a_changed_value_loses_the_source_of_the_old_one(model):
    changed = model.with_values({"shenzhen.growth": 0.2, "hongkong.growth": 0.06})
    sources = {p.path: p.source for p in changed.parameters}
    assert sources["shenzhen", "growth"] == ""
    assert sources["hongkong", "growth"] == "illustrative"


def test_a_new_effect_gives_the_same_model_as_building_with_it():
    units = {"a": BASE, "b": BASE, "c": BASE}
    built = build(units, effects={"b.a": 0.1, "a.b": 0.2, "c.a": 0.3}, delays={"a.b": 1})
    grown = build(units).with_values({"c.noise": 0}).with_values({"effects.c.a": 0.3, "delays.a.b": 1})
    grown = grown.with_values({"effects.a.b": 0.2, "effects.b.a": 0.1})
    assert build(units, effects={"a.b": 0.2, "c.a": 0.3, "b.a": 0.1}, delays={"a.b": 1}) == built
    assert built.with_values({"c.noise": 0}) == grown
    assert hash(built.with_values({"c.noise": 0})) == hash(grown)


@pytest.mark.parametrize(
    ("values", "error", "said"),
    [
        ({"shenzhen.growht": 1}, UnknownNameError, "did you mean 'shenzhen.growth'"),
        ({"effects.shenzhen.macau": 1}, UnknownNameError, "unknown value"),
        ({"effects.shenzhen.shenzhen": 1}, UnknownNameError, "unknown value"),
        ({"shenzhen.capacity": 0}, InvalidValueError, "0 was given; allowed: more than 0"),
        ({"shenzhen.initial": -1}, InvalidValueError, "zero or more"),
        ({"shenzhen.own_growth": 2}, InvalidValueError, "1 or 0 or -1"),
        ({"shenzhen.growth": True}, InvalidValueError, "a finite number"),
        ({"shenzhen.growth": "interface*"}, ExpressionError, "ends too early"),
        ({"shenzhen.growth": "interface - 1"}, InvalidValueError, "more than 0"),
        ({"shenzhen.initial": "interface"}, ExpressionError, "unknown name interface"),
        ({"parameters.interface": "barrier"}, ExpressionError, "unknown name barrier"),
        ({"": 1}, UnknownNameError, "unknown value"),
    ],
)
def test_wrong_values_are_refused_with_the_reason(model, values, error, said):
    with pytest.raises(error, match=said):
        model.with_values(values)


def test_changing_a_named_number_checks_the_formulas_that_use_it():
    model = build({"a": BASE | {"growth": "p"}, "b": BASE}, parameters={"p": 1})
    with pytest.raises(InvalidValueError, match=r"a\.growth: -1 was given"):
        model.with_values({"parameters.p": -1})
    model = build({"a": {}}, parameters={"p": 2}, equations={"a": "a**p"})
    with pytest.raises(ExpressionError, match="at most 16"):
        model.with_values({"parameters.p": 17})


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("units.a.growth", ("a", "growth")),
        ('"St. Gallen".growth', ("St. Gallen", "growth")),
        ("'a \"b\"'.growth", ('a "b"', "growth")),
        (r'"a \"b\"".growth', ('a "b"', "growth")),
        ("New York.growth", ("New York", "growth")),
        (" a . growth ", ("a", "growth")),
        ("Sa\u0303o.growth", ("S\u00e3o", "growth")),
        ("units", ("units",)),
        ("a..b", ("a", "", "b")),
        ('"a"b.c', ('"a"b', "c")),
    ],
)
def test_key_paths_are_split_as_in_toml(key, parts):
    assert split_path(key) == parts


def test_every_value_name_is_taken_by_with_values():
    units = {"St. Gallen": BASE | {"initial": 1}, 'q"': BASE | {"initial": 1}}
    model = build(units, effects={"St. Gallen": {'q"': 0.1}}, parameters={"p q": 1})
    assert model.with_values(dict.fromkeys(value_names(model), 1)).initial == (1, 1)


@pytest.mark.parametrize("name", ["shenzhen-hongkong", "rabbits-sheep", "lotka-volterra"])
def test_models_pickle_and_hash_with_and_without_rates(name):
    model = load(name)
    before = pickle.loads(pickle.dumps(model))
    assert model.rates
    after = pickle.loads(pickle.dumps(model))
    assert before == after == model
    assert len({before, after, model}) == 1
    assert after.rates == model.rates


def test_summary_shows_formulas_in_the_users_names(model):
    text = model.summary()
    assert "(illustrative values)" in text
    assert "0.7*interface*(1 - barrier)" in text
    assert "interface.physical" in text
    assert "0.8 to 1.5" in text


def test_latex_is_safe_whatever_units_are_called():
    model = build({r"\input{x} & 50% $": BASE, "深圳_1": BASE})
    text = model.latex()
    assert r"\textbackslash{}input\{x\} \& 50\% \$" in text
    assert r"深圳\_1" in text
    assert r"\input{" not in text


def test_time_is_a_symbol_of_its_own():
    model = build({"a": {}}, equations={"a": "a*t"})
    assert model.rates == (model.states[0] * TIME,)
