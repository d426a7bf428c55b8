"""A model as F(x, p): exact derivatives, formulas followed, refusals."""

import numpy as np
import pytest

from symbiode.dynamics.continuation.systems import system_of
from symbiode.errors import InvalidValueError, RefusedError, UnknownNameError
from symbiode.system.building import build

UNITS = {"a": {"growth": 0.5, "capacity": 2}, "b": {"growth": 0.25, "capacity": 4}, "c": {"growth": 1, "capacity": 1}}


def test_derivatives_to_third_order_agree_with_differences_of_the_order_below():
    model = build(
        {"a": {}, "b": {}}, parameters={"d": 0.7, "h": 0.3},
        equations={"a": "a*(1 - a + d*b/(1 + h*b))", "b": "b*(exp(-h*b) - b + d**2*a)"},
    )  # fmt: skip
    rates = system_of(model, ["parameters.d", "parameters.h"]).rates
    z, step = np.array([0.8, 1.3, 0.6, 0.4]), 1e-6
    for f, slope in ((rates.value, rates.jacobian), (rates.jacobian, rates.second), (rates.second, rates.third)):
        for k in range(4):
            e = step * np.eye(4)[k]
            assert slope(z)[..., k] == pytest.approx((f(z + e) - f(z - e)) / (2 * step), rel=1e-7, abs=1e-8)


def test_formulas_of_a_named_parameter_follow_it():
    """d_ab = q/2 and d_ba = 1 - q: dF/dq by the chain rule."""
    units = {"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}}
    model = build(units, parameters={"q": 0.2}, effects={"a.b": "q/2", "b.a": "1 - q"})
    system = system_of(model, ["parameters.q"])
    assert system.rates.jacobian([3, 5, 0.2])[:, 2].tolist() == pytest.approx([3 * 5 / 2, -3 * 5])


def test_an_effect_that_the_file_leaves_out_is_zero_and_can_move():
    system = system_of(build(UNITS), ["effects.c.a"])
    assert system.values == (0.0,)
    assert system.rates.jacobian([1, 1, 1, 0])[:, 3].tolist() == pytest.approx([0, 0, 0.5])


def test_what_cannot_move_is_refused():
    model = build(UNITS)
    with pytest.raises(InvalidValueError):
        system_of(model, ["a.own_growth"])
    with pytest.raises(InvalidValueError):
        system_of(model, ["a.growth", "units.a.growth"])
    for name in ("a.initial", "effects.a.z", "a.speed"):
        with pytest.raises(UnknownNameError):
            system_of(model, [name])
    with pytest.raises(RefusedError):
        system_of(build({"a": {}}, parameters={"k": 1}, equations={"a": "a*(1 + k*t - a)"}), ["parameters.k"])


def test_where_an_expression_has_no_value_there_is_no_number():
    system = system_of(build({"a": {}}, parameters={"k": 1}, equations={"a": "k - log(a)"}), ["parameters.k"])
    assert np.isnan(system.rates.value([-1.0, 1.0])).all()
    assert np.isnan(system.rates.jacobian([0.0, 1.0])).any()
