"""The derivation says what algebra says: solutions, determinants, Routh-Hurwitz, blow-up, the mode."""

from __future__ import annotations

import math
import re

import pytest
import sympy

import symbiode
from symbiode.cli import run
from symbiode.show.teach.explaining import latest_blow_up, regions
from symbiode.show.teach.results import Formula, Sentence
from symbiode.system.building import build

ONE = {"growth": 1, "capacity": 1, "initial": "1/2"}


def pair(a, b, r1="1/5", r2="1/10"):
    units = {"a": {**ONE, "growth": r1}, "b": {**ONE, "growth": r2}}
    return build(units, effects={"a.b": a, "b.a": b})


def formulas(step) -> dict[str, Formula]:
    return {str(line.parts[0]): line for line in step.lines if isinstance(line, Formula)}


def steps(explanation, key):
    return [step for step in explanation.steps if step.key == key]


def number(formula: Formula) -> float:
    return float(formula.parts[-1])


def test_the_coexistence_point_and_its_stability_are_those_of_the_textbook():
    a, b, r1, r2 = sympy.Rational(1, 2), sympy.Rational(1, 4), sympy.Rational(1, 5), sympy.Rational(1, 10)
    shown = formulas(steps(symbiode.explain(pair("1/2", "1/4")), "equilibrium")[-1])
    u = (1 + a) / (1 - a * b), (1 + b) / (1 - a * b)
    assert [number(shown[name]) for name in ("x1", "x2")] == pytest.approx([float(x) for x in u], rel=1e-5)
    assert number(shown["T"]) == pytest.approx(float(-r1 * u[0] - r2 * u[1]), rel=1e-5)
    assert number(shown["D"]) == pytest.approx(float(r1 * r2 * (1 + a) * (1 + b) / (1 - a * b)), rel=1e-5)
    d12, d21, K1 = (sympy.Symbol(name, real=True) for name in ("d12", "d21", "K1"))
    told = shown["x1"].parts[2]
    formula = told.xreplace({s: sympy.Symbol(s.name, real=True) for s in told.free_symbols})
    assert sympy.simplify(formula - K1 * (1 + d12) / (1 - d12 * d21)) == 0


def test_three_units_are_judged_by_routh_and_hurwitz():
    effects = {"a.b": "-3/10", "b.c": "-13/10", "c.a": "-4/5", "a.c": "1/5"}
    explained = symbiode.explain(build(dict.fromkeys("abc", ONE), effects=effects))
    full = next(e for e in explained.equilibria.equilibria if len(e.support) == 3)
    shown = formulas(steps(explained, "equilibrium")[-1])
    roots = full.eigenvalues
    expected = [-sum(roots), roots[0] * roots[1] + roots[0] * roots[2] + roots[1] * roots[2], -math.prod(roots)]
    assert [number(shown[f"a{k}"]) for k in (1, 2, 3)] == pytest.approx([z.real for z in expected], rel=1e-5)
    told = [line.en for line in steps(explained, "equilibrium")[-1].lines if isinstance(line, Sentence)]
    assert ("All three hold: it attracts." in told) is full.stable


OUTCOMES = {
    "coexistence": "coexistence", "blow_up": "blow_up", "unbounded": "unbounded", "first": "exclusion",
    "second": "exclusion", "bistable": "depends_on_start", "line": "continuum",
}  # fmt: skip


@pytest.mark.parametrize("a", ["-3/2", "-1", "-1/2", "0", "1/2", "2"])
@pytest.mark.parametrize("b", ["-2", "-1", "-1/2", "1/3", "1/2", "2"])
def test_exactly_one_region_is_marked_and_it_is_where_the_model_goes(a, b):
    found = regions(sympy.Rational(a), sympy.Rational(b))
    (here,) = (name for name, inside in found.items() if inside)
    outcome = symbiode.settle(pair(a, b)).outcome.value
    assert outcome == OUTCOMES.get(here, outcome)
    assert here != "edge" or outcome == "exclusion"


@pytest.mark.parametrize(
    ("a", "b", "r1", "r2"), [("2", "2", "3/10", "3/10"), ("3", "1/2", "1/2", "1/5"), ("2", "1", "1", "2")]
)
def test_blow_up_comes_no_later_than_the_bound(a, b, r1, r2):
    model = pair(a, b, r1, r2)
    settled = symbiode.settle(model, "initial")
    bound, _ = latest_blow_up(model, settled)
    assert settled.blow_up_time <= float(bound) * (1 + 1e-9)
    if (a, r1) == (b, r2):  # on the ray, with equal rates: u' = r u (1 + (a - 1) u) exactly
        assert settled.blow_up_time == pytest.approx(math.log(1 + 1 / 0.5) / 0.3, rel=1e-9)
        assert float(bound) == pytest.approx(math.log(3) / 0.3, rel=1e-12)


def test_the_last_step_is_the_answer_of_settle():
    for start in (None, "initial"):
        explained = symbiode.explain(symbiode.load("rabbits-sheep"), start=start)
        told = [line.en for line in explained.steps[-1].lines]
        settled = symbiode.settle(symbiode.load("rabbits-sheep"), start=start)
        assert settled.summary().splitlines()[0] in told
        assert settled.why() in told


@pytest.mark.parametrize("name", ["actors", "gompertz-growth", "lotka-volterra", "plant-pollinator", "volatile-rivals"])
def test_other_laws_and_many_units_are_explained_in_both_languages(name):
    explained = symbiode.explain(symbiode.load(name))
    english, chinese = explained.summary(), explained.summary("zh")
    assert not re.search("[\u4e00-\u9fff]", english)
    assert len(re.findall("[\u4e00-\u9fff]", chinese)) > 100
    assert len(explained.steps) >= 5


def test_names_reach_every_form_escaped():
    nasty = "<b>$x_1$ & {y}|`*"
    model = build({"a": {**ONE, "label": {"en": nasty, "zh": nasty}}, "b": ONE}, effects={"a.b": "1/2"})
    explained = symbiode.explain(model)
    assert "<b>" not in explained.html()
    assert "<b>" not in explained.markdown()
    assert r"\textless{}b\textgreater{}\$x\_1\$ \& \{y\}" in explained.latex()
    assert "&lt;b&gt;" in explained.page("zh")


def test_the_latex_document_is_balanced():
    text = symbiode.explain(symbiode.load("shenzhen-hongkong")).latex("zh")
    assert text.startswith(r"\documentclass{ctexart}")
    assert text.count("{") == text.count("}")
    assert text.count(r"\[") == text.count(r"\]") > 20
    assert not re.search(r"[₀-₉·≈≤]", text)


def test_rates_without_the_level_as_a_factor_are_called_rates():
    model = build({"a": {}, "b": {}}, equations={"a": "1 - a*b", "b": "a - b"})
    explained = symbiode.explain(model)
    assert "The rates do not have the levels as factors" in explained.summary()
    assert "Growth per head" not in explained.summary()
    shown = formulas(steps(explained, "equilibrium")[0])  # at (1, 1) the Jacobian is [[-1, -1], [1, -1]]
    assert [number(shown[name]) for name in ("x1", "x2", "T", "D")] == [1, 1, -2, 2]


def test_the_verb_writes_a_page_and_refuses_other_suffixes(tmp_path, capsys):
    page = tmp_path / "lesson.html"
    assert run(["explain", "rabbits-sheep", "--lang", "zh", "--out", str(page)]) == 0
    assert '<html lang="zh-Hans">' in page.read_text(encoding="utf-8")
    assert run(["explain", "rabbits-sheep", "--out", str(tmp_path / "lesson.doc")]) == 2
    assert ".html" in capsys.readouterr().err
