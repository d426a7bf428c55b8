"""Exercises: every answer agrees with equilibria, settle and algebra; checking takes numbers, formulas and words."""

from __future__ import annotations

import json

import click
import pytest
import sympy

import symbiode
import symbiode.words
from symbiode.cli import run
from symbiode.errors import InputError
from symbiode.show.teach.exercises import TOLERANCE, ask, quiz
from tests.seeds import fresh_seed

SHEET = quiz(seed=fresh_seed(), count=70)


def of_kind(kind: str):
    return [each for each in SHEET.exercises if each.kind == kind]


def value(exercise, name: str) -> sympy.Rational:
    return next(v for s, v in exercise.model.values.items() if str(s) == name)


def test_the_same_seed_gives_the_same_sheet_and_another_seed_another():
    assert quiz(seed=5, count=9).summary(answers=True) == quiz(seed=5, count=9).summary(answers=True)
    assert quiz(seed=5).summary() != quiz(seed=6).summary()
    assert len({each.kind for each in quiz(seed=5, count=7).exercises}) == 7


def test_levels_of_coexistence_solve_the_equations_by_sympy():
    for exercise in of_kind("coexistence"):
        x = exercise.model.states
        inside = [sympy.cancel(rate / own).xreplace(dict(exercise.model.values))
                  for rate, own in zip(exercise.model.rates, x, strict=True)]
        solved = sympy.linsolve(inside, x).args[0]
        assert exercise.answer in solved
        unit = 0 if exercise.question[0].split("unit ")[1].startswith("1") else 1
        assert exercise.answer == solved[unit]
        assert min(solved) > 0
        assert exercise.answer == symbiode.settle(exercise.model).exact[unit]


def test_types_are_those_of_the_eigenvalues_of_the_jacobian():
    for exercise in of_kind("stability"):
        x, rates = exercise.model.states, [r.xreplace(dict(exercise.model.values)) for r in exercise.model.rates]
        point = [sympy.Rational(p) for p in exercise.question[0].split("= (")[1].split(")")[0].split(", ")]
        at = dict(zip(x, point, strict=True))
        assert all(rate.subs(at) == 0 for rate in rates)
        roots = [complex(z) for z in sympy.Matrix(rates).jacobian(x).subs(at).eigenvals(multiple=True)]
        signs = {z.real > 0 for z in roots}
        kind = "focus" if any(abs(z.imag) > 1e-12 for z in roots) else "node"
        expected = "saddle" if len(signs) == 2 else f"{'unstable' if True in signs else 'stable'}_{kind}"
        assert exercise.answer == expected


def test_nominal_modes_are_read_off_the_signs():
    for exercise in of_kind("nominal"):
        a, b = sorted((value(exercise, "d12"), value(exercise, "d21")))
        even = a > 0 and a / b >= sympy.Rational(9, 10)
        names = {
            (1, 1): "symmetric_mutualism" if even else "asymmetric_mutualism", (0, 1): "commensalism",
            (-1, 1): "parasitism", (0, 0): "neutralism", (-1, 0): "amensalism", (-1, -1): "competition",
        }  # fmt: skip
        assert exercise.answer == names[int(sympy.sign(a)), int(sympy.sign(b))]


def test_outcomes_are_those_of_the_region_theorem():
    for exercise in of_kind("settled"):
        a, b = value(exercise, "d12"), value(exercise, "d21")
        below = sum(bool(d < -1) for d in (a, b))
        stays = "blow_up" if a > 0 and a * b > 1 else "coexistence"
        assert exercise.answer == {0: stays, 1: "exclusion", 2: "depends_on_start"}[below]


@pytest.mark.parametrize(("kind", "name"), [("blow_up_border", "outcome"), ("symmetric_border", "mode")])
def test_what_settle_says_changes_exactly_at_a_border(kind, name):
    small = sympy.Rational(1, 10**9)
    for exercise in of_kind(kind):
        sides = [exercise.model.with_values({"effects.one.two": exercise.answer + s}) for s in (-small, small)]
        before, after = (getattr(symbiode.settle(side), name).value for side in sides)
        assert (before, after) == {
            "outcome": ("coexistence", "blow_up"), "mode": ("asymmetric_mutualism", "symmetric_mutualism"),
        }[name]  # fmt: skip


def test_blow_up_times_are_those_of_settle():
    for exercise in of_kind("blow_up_time"):
        settled = symbiode.settle(exercise.model, "initial")
        assert settled.blow_up_time == pytest.approx(float(exercise.answer), rel=1e-7)


def test_numbers_are_right_within_the_tolerance_and_formulas_are_read_exactly():
    exercise = of_kind("coexistence")[0]
    exact = float(exercise.answer)
    size = TOLERANCE * max(1, abs(exact))
    assert exercise.check(str(exercise.answer))
    assert exercise.check(f" {exact + 0.9 * size:.12f} ")
    assert not exercise.check(f"{exact + 1.1 * size:.12f}")
    timed = of_kind("blow_up_time")[0]
    assert timed.check(str(timed.answer))
    assert timed.check(str(timed.answer).replace("/", "／"))  # as a Chinese keyboard types it


def test_words_are_taken_in_both_languages():
    for exercise in of_kind("stability"):
        plain = exercise.answer.replace("_", " ")
        assert exercise.check(plain.upper())
        assert not exercise.check("centre")
        assert exercise.check(symbiode.words.say(exercise.answer, "zh"))


@pytest.mark.parametrize("given", ["__import__('os').getcwd()", "x1", "1/0", "", "nonsense", "9**9**9**9", "log(0)"])
def test_what_is_no_answer_is_refused_and_never_evaluated(given):
    for exercise in SHEET.exercises[:7]:
        with pytest.raises(InputError):
            exercise.check(given)


def test_the_reader_is_asked_again_after_what_is_no_answer():
    sheet = quiz(seed=1, count=2)
    typed = iter(["what", sheet.exercises[0].choices[0] if sheet.exercises[0].choices else "0.123456", ""])
    said = list(ask(sheet, lambda prompt: next(typed), "zh"))
    assert [good for _, good in said].count(None) == 3
    assert said[-1][1] is False
    assert next(typed, None) is None


def test_the_verb_prints_a_sheet_into_a_pipe_and_asks_at_a_terminal(capsys, monkeypatch):
    assert run(["quiz", "--seed", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["exercises"]
    assert len(told) == 5
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    typed = iter([each["answer"] for each in told])
    monkeypatch.setattr(click, "prompt", lambda *_, **__: next(typed))
    assert run(["quiz", "--seed", "3"]) == 0
    assert "5 of 5 right." in capsys.readouterr().out
