"""Laws turn into one another where the science says so: exact identities between their equations."""

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiode.system.building import build
from symbiode.system.conventions import general_from_logistic, logistic_from_general

BOTH = {"a.b": 1, "b.a": 1}
x1, x2 = sympy.symbols("x1 x2", nonnegative=True)


def equations(law, *tables, **own):
    """Return dx/dt of two units in symbols, with every value that `tables` name present."""
    unit = {"growth": 1, "capacity": 1, **own}
    return build({"a": unit, "b": unit}, law=law, **dict.fromkeys(tables, BOTH)).rates


def symbol(name):
    """Return a value of unit 1, or of the effect on unit 1, as the models write it."""
    positive = True if name[0] in "rKA" else None
    return sympy.Symbol(name, real=True, positive=positive)


def values(*letters):
    return {symbol(f"{letter}{pair}"): sympy.Integer(0) for letter in letters for pair in ("12", "21")}


def same(ours, theirs):
    return all(sympy.simplify(one - other) == 0 for one, other in zip(ours, theirs, strict=True))


def capacities():
    """Return C_i = K_i (1 + d_ij u_j) of passive symbiosis."""
    K, d = (symbol("K1"), symbol("K2")), (symbol("d12"), symbol("d21"))
    return K[0] * (1 + d[0] * x2 / K[1]), K[1] * (1 + d[1] * x1 / K[0])


def test_saturating_is_logistic_without_saturation():
    """Holling (1959), type II: the response d u/(1 + h u) tends to d u as h -> 0."""
    found = [rate.xreplace(values("h")) for rate in equations("saturating", "effects", "saturations")]
    assert same(found, equations("logistic", "effects"))


def test_consumer_resource_is_saturating_without_costs():
    found = equations("consumer_resource", "effects", "saturations", "costs", "reliefs")
    assert same([rate.xreplace(values("k")) for rate in found], equations("saturating", "effects", "saturations"))


def test_consumer_resource_is_logistic_in_benefit_less_cost_without_saturation():
    found = equations("consumer_resource", "effects", "saturations", "costs", "reliefs")
    net = {symbol(f"d{pair}"): symbol(f"d{pair}") - symbol(f"k{pair}") for pair in ("12", "21")}
    expected = [rate.xreplace(net) for rate in equations("logistic", "effects")]
    assert same([rate.xreplace(values("h", "e")) for rate in found], expected)


def test_consumer_resource_is_that_of_holland_and_deangelis():
    """Holland and DeAngelis (2010): x1' = x1 (r1 + c a x2/(h2 + x2) - q b x2/(e1 + x1) - D1 x1), in their letters."""
    r1, c, a, h2, q, b, e1, D1, D2 = sympy.symbols("r1 c a h2 q b e1 D1 D2", positive=True)
    K1, K2 = r1 / D1, symbol("r2") / D2
    mapped = {
        symbol("K1"): K1, symbol("K2"): K2, symbol("d12"): c * a * K2 / (h2 * r1), symbol("h12"): K2 / h2,
        symbol("k12"): q * b * K2 / (e1 * r1), symbol("e12"): K1 / e1, symbol("r1"): r1,
    }  # fmt: skip
    ours = equations("consumer_resource", "effects", "saturations", "costs", "reliefs")[0].subs(mapped)
    theirs = x1 * (r1 + c * a * x2 / (h2 + x2) - q * b * x2 / (e1 + x1) - D1 * x1)
    assert sympy.simplify(ours - theirs) == 0


def test_passive_capacities_rest_where_the_logistic_law_does():
    """Yukalov, Yukalova and Sornette (2012), without direct interactions: the same nullclines, other speeds."""
    slower = [C / symbol(f"K{i}") for i, C in enumerate(capacities(), start=1)]
    found = [rate * speed for rate, speed in zip(equations("carrying_capacity", "effects"), slower, strict=True)]
    assert same(found, equations("logistic", "effects"))


def test_exponential_capacities_are_linear_ones_to_first_order():
    """Yukalov, Yukalova and Sornette (2014): exp(b z) = 1 + b z + ... is the capacity of 2012 for weak effects."""
    epsilon = sympy.Symbol("epsilon")
    weak = {symbol(f"d{pair}"): epsilon * symbol(f"d{pair}") for pair in ("12", "21")}
    laws = ("exponential_capacity", "carrying_capacity")
    found = [[rate.xreplace(weak) for rate in equations(law, "effects", "contacts")] for law in laws]
    for order in (0, 1):
        assert same(*([sympy.diff(rate, epsilon, order).subs(epsilon, 0) for rate in rates] for rates in found))


def test_gompertz_rests_where_passive_exponential_capacities_do():
    """Growth -ln(x/C) and 1 - x/C vanish together, with the same C = K exp(d u)."""
    for i, (gompertz, exponential) in enumerate(
        zip(equations("gompertz", "effects"), equations("exponential_capacity", "effects"), strict=True), start=1
    ):
        unit = (x1, x2)[i - 1] * symbol(f"r{i}")
        ratio = sympy.exp(sympy.expand_log(-gompertz / unit, force=True).expand())
        assert sympy.simplify(1 - ratio - sympy.powsimp(exponential / unit)) == 0


def test_gompertz_is_the_limit_of_richards_and_logistic_near_its_capacity():
    """Richards (1959): (1 - u^theta)/theta is the logistic law at theta = 1 and tends to -ln u at theta -> 0."""
    theta, u = sympy.symbols("theta u", positive=True)
    K, r = symbol("K1"), symbol("r1")
    ours = equations("gompertz")[0].subs(x1, u * K) / (r * u * K)
    assert sympy.simplify(ours - sympy.limit((1 - u**theta) / theta, theta, 0)) == 0
    assert sympy.series(ours, u, 1, 2).removeO().subs(u, 1) == 0
    assert sympy.diff(ours, u).subs(u, 1) == -1  # that of 1 - u


def test_a_vanishing_threshold_leaves_weak_allee_growth():
    """Lewis and Kareiva (1993): A r x (u/A - 1)(1 - u) tends to r x u (1 - u) as A -> 0."""
    A, K, r = symbol("A1"), symbol("K1"), symbol("r1")
    found = sympy.limit(A * equations("allee", threshold=1)[0], A, 0)
    assert sympy.simplify(found - r * x1 * (x1 / K) * (1 - x1 / K)) == 0


def test_exponential_is_lotka_volterra_in_effects_per_head():
    r, K = (symbol("r1"), symbol("r2")), (symbol("K1"), symbol("K2"))
    unit = {"growth": 1}
    per_head = build({"a": unit, "b": unit}, law="lotka_volterra", effects=BOTH).rates
    a12, a21 = (sympy.Symbol(name, real=True) for name in ("a12", "a21"))
    found = [rate.xreplace({a12: r[0] * symbol("d12") / K[1], a21: r[1] * symbol("d21") / K[0]}) for rate in per_head]
    assert same(found, equations("exponential", "effects"))


fractions = st.fractions(min_value="1/8", max_value=3, max_denominator=8)
signed = st.fractions(min_value=-3, max_value=3, max_denominator=8)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.lists(fractions, min_size=4, max_size=4), st.lists(signed, min_size=2, max_size=2))
def test_general_form_and_logistic_law_are_one_system(positive, effects):
    """Hofbauer and Sigmund (1998), section 5.1: K_i = -r_i/a_ii and d_ij = a_ij K_j/r_i, there and back."""
    r, K, d = positive[:2], positive[2:], ((0, effects[0]), (effects[1], 0))
    growth, a = general_from_logistic(r, K, d)
    general = build(
        {name: {"growth": growth[i], "self_effect": a[i][i]} for i, name in enumerate("ab")},
        law="generalised_lotka_volterra", effects={"a.b": a[0][1], "b.a": a[1][0]},
    )  # fmt: skip
    again = logistic_from_general(growth, a)
    assert again == (tuple(r), tuple(K), d)
    logistic = build(
        {name: {"growth": r[i], "capacity": K[i]} for i, name in enumerate("ab")},
        effects={"a.b": d[0][1], "b.a": d[1][0]},
    )  # fmt: skip
    assert same(*([rate.xreplace(dict(m.values)) for rate in m.rates] for m in (general, logistic)))


def test_a_general_unit_may_decline_alone():
    """r_i < 0 is an obligate unit: the classic predator of `lotka_volterra` with own_growth = -1."""
    general = build({"a": {"growth": "-1/2"}}, law="generalised_lotka_volterra")
    classic = build({"a": {"growth": "1/2", "own_growth": -1}}, law="lotka_volterra")
    assert same(*([rate.xreplace(dict(m.values)) for rate in m.rates] for m in (general, classic)))


@pytest.mark.parametrize("law", ["exponential", "saturating", "logistic"])
def test_laws_that_take_the_same_file_do(law):
    """The growth part can be exchanged in a logistic model by changing the one word `law`."""
    units = {"a": {"growth": 1, "capacity": 2, "own_growth": -1}, "b": {"growth": 1, "capacity": 1}}
    assert build(units, law=law, effects=BOTH).law.name == law
