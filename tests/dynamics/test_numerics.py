"""Compiled functions against sympy's own exact evaluation, and what the cache and the names may see."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from symbiode.dynamics import numerics as subject
from symbiode.dynamics.numerics import compiled, vector, vectors
from symbiode.errors import InvalidValueError, RefusedError, UnknownNameError
from symbiode.system.building import build
from symbiode.system.model import TIME, Model

HOSTILE = ("__import__('os').system('false')", "lambda", "E")


def logistic(n: int = 2, names: tuple[str, ...] = (), seed: int = 0) -> Model:
    rng = np.random.default_rng(seed)
    names = names or tuple(f"unit {i}" for i in range(n))
    units = {name: {"growth": round(rng.uniform(0.1, 1), 3), "capacity": round(rng.uniform(1, 9), 3)} for name in names}
    effects = {a: {b: round(rng.uniform(-1, 1), 3) for b in names if b != a} for a in names}
    return build(units, effects=effects)


def user_model() -> Model:
    return build(
        {"x": {"growth": 0.5, "capacity": 2}, "y": {}},
        equations={"x": "growth*x*(1 - x/capacity) - q*x*y/(1 + x)", "y": "x*y*exp(-y) - 0.1*y*t + y*sqrt(2)"},
        parameters={"q": 0.75},
    )


def exact(model: Model, expressions: list[list[sympy.Expr]], t: Fraction, x: list[Fraction]) -> np.ndarray:
    """Evaluate with rational arithmetic, rounding once at the end."""
    values = dict(model.values) | {TIME: sympy.Rational(t)}
    values |= dict(zip(model.states, map(sympy.Rational, x), strict=True))
    return np.array([[float(e.xreplace(values).evalf(30)) for e in row] for row in expressions])


@pytest.mark.parametrize("model", [logistic(1), logistic(2), logistic(3), user_model()], ids=["1", "2", "3", "own"])
def test_rates_and_derivatives_are_those_of_sympy(model: Model) -> None:
    numbers, p, t = compiled(model), vector(model), Fraction(3, 4)
    x = [Fraction(k + 1, 3) for k in range(len(model.units))]
    y = [float(value) for value in x]
    rates, states = list(model.rates), list(model.states)
    assert numbers.rates(float(t), y, p) == pytest.approx(exact(model, [rates], t, x)[0], rel=1e-14)
    jacobian = [[sympy.diff(f, s) for s in states] for f in rates]
    assert numbers.jacobian(float(t), y, p) == pytest.approx(exact(model, jacobian, t, x), rel=1e-13, abs=1e-15)
    effects = [[sympy.diff(f, q) for q in numbers.parameters] for f in rates]
    assert numbers.sensitivity(float(t), y, p) == pytest.approx(exact(model, effects, t, x), rel=1e-13, abs=1e-15)


def test_per_capita_growth_is_smooth_at_zero() -> None:
    model = user_model()
    growth = compiled(model).per_capita(2.0, [0.0, 0.0], vector(model))
    assert growth == pytest.approx([0.5, 2**0.5 - 0.2], rel=1e-15)  # growth; sqrt(2) - 0.1 t
    assert np.isfinite(compiled(model).per_capita_jacobian(2.0, [0.0, 0.0], vector(model))).all()


def test_per_capita_derivatives_times_level_give_those_of_the_rates() -> None:
    model = logistic(3, seed=2)
    numbers, p, y = compiled(model), vector(model), np.array([0.5, 1.5, 2.5])
    f = numbers.per_capita(0, y, p)
    jacobian = y[:, None] * numbers.per_capita_jacobian(0, y, p) + np.diag(f)
    assert numbers.jacobian(0, y, p) == pytest.approx(jacobian, rel=1e-14)
    effects = y[:, None] * numbers.per_capita_sensitivity(0, y, p)
    assert numbers.sensitivity(0, y, p) == pytest.approx(effects, rel=1e-14)


def test_leading_axes_broadcast() -> None:
    model = logistic(2)
    numbers, p = compiled(model), vector(model)
    y = np.random.default_rng(1).uniform(0.1, 2, (4, 3, 2))
    many = numbers.jacobian(np.arange(3.0), y, np.broadcast_to(p, (4, 1, len(p))))
    assert many.shape == (4, 3, 2, 2)
    assert many[2, 1].tolist() == numbers.jacobian(1.0, y[2, 1], p).tolist()
    assert numbers.sensitivity(0.0, y[0], p).shape == (3, 2, len(p))


def test_many_units_take_a_matrix_form_with_the_same_values(monkeypatch: pytest.MonkeyPatch) -> None:
    laws = ("logistic", "exponential", "lotka_volterra", "generalised_lotka_volterra")
    for seed, law in enumerate(laws, start=3):
        rng = np.random.default_rng(seed)
        names = [f"u{i}" for i in range(10)]
        general = law == "generalised_lotka_volterra"
        scale = {"capacity": 2.5} if law in laws[:2] else {"self_effect": -0.7} if general else {}
        units = {
            name: {"growth": round(rng.uniform(0.1, 1), 3), "own_growth": int(rng.integers(-1, 2)), **scale}
            for name in names
        }
        if general:
            units = {name: {key: v for key, v in unit.items() if key != "own_growth"} for name, unit in units.items()}
        effects = {f"{a}.{b}": round(rng.uniform(-1, 1), 3) for a in names for b in names if a < b}
        model = build(units, law=law, effects=effects)
        matrix, p, y = compiled(model), vector(model), rng.uniform(0.1, 2, (3, 10))
        with monkeypatch.context() as patched:
            patched.setattr(subject, "MAX_SYMBOLIC", 10)
            symbolic = subject._compiled.__wrapped__(subject._Structure(model))
        for name in ("rates", "jacobian", "sensitivity", "per_capita_sensitivity"):
            for numbers in (p, np.tile(p, (3, 1))):
                ours, theirs = (getattr(form, name)(0.0, y, numbers) for form in (matrix, symbolic))
                assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-13), name


def test_models_of_one_structure_share_their_code() -> None:
    model = logistic(2)
    assert compiled(model.with_values({"unit 0.growth": 0.7})) is compiled(model)
    assert compiled(logistic(2, names=("深圳", "New York"))) is compiled(model)
    assert compiled(model.with_values({"unit 0.own_growth": -1})) is not compiled(model)
    assert compiled(logistic(3)) is not compiled(model)


def test_names_of_units_never_reach_the_code() -> None:
    plain, hostile = logistic(3), logistic(3, names=HOSTILE)
    y = [0.5, 1.5, 2.5]
    found = compiled(hostile).rates(0, y, vector(hostile))
    assert found.tolist() == compiled(plain).rates(0, y, vector(plain)).tolist()


def test_formulas_follow_the_named_numbers_of_each_member() -> None:
    units = {"a": {"growth": "1/3", "capacity": 2}, "b": {"growth": 0.2, "capacity": 3}}
    levers = {"interface": 1, "barrier": 0.25}
    model = build(units, effects={"a.b": "interface*(1 - barrier)*0.5", "b.a": 0.4}, parameters=levers)
    assert vector(model).tolist() == [1 / 3, 2.0, 0.2, 3.0, 0.375, 0.4]
    at = compiled(model).parameters.index(sympy.Symbol("d12", real=True))
    many = vectors(model, {"parameters.interface": [0.0, 0.5, 1.0], "units.b.growth": [1, 2, 3]})
    assert many[:, at].tolist() == [0.0, 0.1875, 0.375]
    assert many[:, 2].tolist() == [1.0, 2.0, 3.0]
    for k, row in enumerate(many):
        one = model.with_values({"parameters.interface": (0, 0.5, 1)[k], "b.growth": k + 1})
        assert vector(one).tolist() == row.tolist()


def test_values_of_members_are_checked() -> None:
    model = build({"a": {"growth": 1, "capacity": 2}}, parameters={})
    with pytest.raises(UnknownNameError, match=r"a\.growht"):
        vectors(model, {"a.growht": [1.0]})
    with pytest.raises(InvalidValueError, match="more than 0"):
        vectors(model, {"a.capacity": [1.0, -2.0]})
    with pytest.raises(InvalidValueError, match="one length"):
        vectors(model, {"a.capacity": [1.0, 2.0], "a.growth": [1.0]})
    with pytest.raises(InvalidValueError, match="finite"):
        vectors(model, {"a.growth": [np.nan]})
    with pytest.raises(InvalidValueError, match="same for all"):
        vectors(model, {"a.own_growth": [1, -1]})


def test_equations_that_are_no_growth_rates_have_no_per_capita_form() -> None:
    model = build({"a": {}, "b": {}}, equations={"a": "b", "b": "-a"})
    assert compiled(model).rates(0.0, [2.0, 3.0], vector(model)).tolist() == [3.0, -2.0]
    with pytest.raises(RefusedError, match="per capita"):
        compiled(model).per_capita(0.0, [2.0, 3.0], vector(model))


def test_huge_exact_numbers_are_rounded_once() -> None:
    model = build({"a": {}}, equations={"a": "x*(1e300 - 0.12345678901234567890123*x)"})
    assert compiled(model).rates(0.0, [1e-3], vector(model)).tolist() == [1e297]
    assert compiled(model).per_capita_jacobian(0.0, [1.0], vector(model))[0, 0] == -0.12345678901234567890123


def test_reference_levels_are_capacities_or_natural_scales() -> None:
    model = logistic(2)
    assert compiled(model).reference(vector(model)) == pytest.approx(vector(model)[[1, 3]])
    predator = build(
        {"prey": {"growth": 3}, "predator": {"growth": 0.1, "own_growth": -1}},
        law="lotka_volterra",
        effects={"prey.predator": -0.01, "predator.prey": 0.001},
    )
    assert compiled(predator).reference(vector(predator)) == pytest.approx([100, 300])
