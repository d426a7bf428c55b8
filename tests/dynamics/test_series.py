"""Taylor coefficients of every law against exact derivatives, for one member and for many."""

import re

import numpy as np
import pytest
import sympy

from symbiode.dynamics.numerics import compiled, series, vector
from symbiode.dynamics.numerics.recurrences import recurrence
from symbiode.system.building import build
from symbiode.system.model import TIME

ORDER = 3
UNITS = {"lambda x: 1": {"growth": "0.3", "capacity": 2}, "b": {"growth": "0.7", "capacity": "1.5"}}
A, B = UNITS
EFFECTS = {f'"{A}".b': "0.4", f'b."{A}"': "-0.3"}


def with_(**more):
    return {name: unit | more for name, unit in UNITS.items()}


def of_units(**own):
    return {name: {"growth": unit["growth"]} | own for name, unit in UNITS.items()}


def own(a, b):
    return build({"a": {}, "b": {}}, equations={"a": a, "b": b})


MODELS = [
    build(UNITS, effects=EFFECTS),
    build(UNITS, law="exponential", effects=EFFECTS),
    build(of_units(), law="lotka_volterra", effects=EFFECTS),
    build(of_units(self_effect=-1), law="generalised_lotka_volterra", effects=EFFECTS),
    build(with_(threshold="0.2"), law="allee", effects=EFFECTS),
    build(UNITS, law="saturating", effects=EFFECTS, saturations={f'"{A}".b': 2, f'b."{A}"': "0.5"}),
    build(UNITS, law="consumer_resource", effects={f'"{A}".b': 2}, costs={f'b."{A}"': "0.3"}, reliefs={f'b."{A}"': 1}),
    build(UNITS, law="carrying_capacity", effects=EFFECTS, contacts={f'"{A}".b': "0.5"}),
    build(UNITS, law="exponential_capacity", effects=EFFECTS, contacts={f'"{A}".b': "0.5"}),
    build(UNITS, law="gompertz", effects=EFFECTS),
    own("b - a**3 + sqrt(1 + b)", "-a/(1 + b**2) + exp(-a)*log(1 + b) + tanh(t/10)*a**2"),
    own("a*(1 - a**1.5)*t**2", "b*exp(-t)*(1 - b)**3/(1 + a)"),
    own("2", "t**3 - b"),
]


def exact(model, levels, t):
    """Return the coefficients from order one: total derivatives along the equations, divided by factorials."""
    values, found = dict(model.values), []
    rates = [sympy.sympify(rate).xreplace(values) for rate in model.rates]
    at = dict(zip(model.states, levels, strict=True)) | {TIME: t}
    for x in model.states:
        g, terms = sympy.log(x) if model.law.kolmogorov else x, []
        for m in range(1, ORDER + 1):
            g = sympy.diff(g, TIME) + sum(sympy.diff(g, y) * rate for y, rate in zip(model.states, rates, strict=True))
            terms.append(float(g.xreplace(at).evalf(30)) / float(sympy.factorial(m)))
        found.append(terms)
    return np.array(found)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.law.name)
def test_coefficients_are_the_exact_derivatives(model):
    levels, t = [sympy.Rational(4, 5), sympy.Rational(3, 5)], sympy.Rational(1, 2)
    made, expected = compiled(model).recurrence, exact(model, levels, t)
    p, x = vector(model), [float(level) for level in levels]
    found = series.single(made, ORDER)(0.5, x, series.constants(made, p.tolist()))
    assert np.array(found[:2])[:, ::-1] == pytest.approx(expected, rel=1e-11, abs=1e-13)
    X, Z, F = np.empty((ORDER, 2, 3)), np.empty((ORDER + 1, 2, 3)), np.empty((ORDER, 2, 3))
    X[0] = np.array(x)[:, None]
    numbers = series.constants(made, np.repeat(p[:, None], 3, axis=1))
    series.batched(made)(np.full(3, 0.5), X, Z, F, np.empty((len(made.nodes), ORDER, 3)), numbers, np.empty(3))
    for member in range(3):
        assert np.allclose(Z[1:, :, member].T, expected, rtol=1e-11, atol=1e-13)


def test_an_equation_of_another_kind_has_no_recurrence():
    x = sympy.Symbol("x")
    assert recurrence([sympy.besselj(0, x)], [x], [], logs=False) is None


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.law.name)
def test_written_code_holds_no_name_of_a_user(model):
    made = compiled(model).recurrence
    names = set(re.findall(r"[A-Za-z_]\w*", series.text_of_single(made, 3) + series.text_of_batched(made)))
    ours = r"[ufznc]\d+(_\d+)?|[mtucbijeAXZFNTJ]|ij|kij|ijk|jk|ik|out|e\d+"
    words = "def|series|return|for|in|if|else|range|len|exp|log|float|zeros|shape|arange|einsum|multiply|divide"
    assert all(re.fullmatch(f"{ours}|{words}", name) for name in names), names
