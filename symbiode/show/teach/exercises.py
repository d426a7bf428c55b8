"""Exercises with exact answers, made from a seed and checked automatically.

Comes in: a seed. Goes out: a `Quiz` of models, questions in both languages and exact answers, each with its reason.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy

from symbiode.dynamics.equilibrium import Stability, equilibria
from symbiode.dynamics.modes import Mode, Outcome, settle
from symbiode.errors import ExpressionError, InvalidValueError, UnknownNameError
from symbiode.render import significant
from symbiode.show.naming import pretty
from symbiode.system.building import build
from symbiode.system.model import Model, value_of
from symbiode.words import LANGUAGES, say

TOLERANCE = 0.001
MOST = 200
Told = tuple[str, str]
_TENTH = sympy.Rational(1, 10)
_OUTCOMES = (Outcome.COEXISTENCE, Outcome.EXCLUSION, Outcome.BLOW_UP, Outcome.DEPENDS_ON_START)


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One question about a model of two units, with its exact answer.

    Parameters
    ----------
    kind : str
        ``coexistence``, ``stability``, ``nominal``, ``settled``, ``blow_up_border``, ``symmetric_border`` or
        ``blow_up_time``.
    model : Model
    question : (str, str)
        In English and Chinese.
    answer : sympy.Expr or str
        An exact number, or one of `choices`.
    choices : tuple of str
        Keys of words; empty where the answer is a number.
    reason : (str, str)
        Why, in English and Chinese.
    """

    kind: str
    model: Model
    question: Told
    answer: Any
    choices: tuple[str, ...]
    reason: Told

    def asked(self, lang: str = "en") -> str:
        """Return the equations, the question and what may be answered, one a line."""
        names = "; ".join(say(key, lang) for key in self.choices)
        hint = say("quiz_choices", lang, choices=names) if names else say("quiz_number", lang, tolerance=TOLERANCE)
        values = {str(symbol): _plain(value) for symbol, value in self.model.values.items()}
        values |= {name: f"({d})" if d[0] == "-" else d for name, d in (("a", values["d12"]), ("b", values["d21"]))}
        lines = say("quiz_equations", lang, **values), self.question[LANGUAGES.index(lang)], hint
        return "\n".join((pretty(lines[0]), pretty(lines[1]), hint))

    def told(self, lang: str = "en") -> str:
        """Return the answer and why."""
        shown = say(self.answer, lang) if self.choices else _plain(self.answer)
        if not self.choices and "." not in shown and "/" in shown:
            shown += f" ≈ {significant(float(self.answer), 6)}"
        return say("quiz_answer", lang, answer=shown, why=pretty(self.reason[LANGUAGES.index(lang)]))

    def check(self, given: str) -> bool:
        """Return whether an answer is right.

        Parameters
        ----------
        given : str
            A number or formula such as ``2/3``, ``0.6667`` or ``log(3)/2``, right within `TOLERANCE` (relative above
            1); or the name of a choice in either language. It is read by the package's own grammar, never evaluated.

        Raises
        ------
        InvalidValueError, ExpressionError, UnknownNameError
            If it is neither a number nor one of the choices.
        """
        text = unicodedata.normalize("NFKC", given).strip()
        if self.choices:
            plain = text.casefold().replace("_", " ").replace("-", " ")
            for key in self.choices:
                if plain in {each.casefold().replace("_", " ").replace("-", " ") for each in (key, *_both(key))}:
                    return bool(key == self.answer)
            raise UnknownNameError("answer", text, [name for key in self.choices for name in _both(key)])
        value = value_of(text, "answer", {})
        if not value.is_number or not value.is_finite:
            raise InvalidValueError("answer", text, "a number or formula, such as 2/3, 0.6667 or log(3)/2")
        return bool(abs(sympy.N(value - self.answer)) <= TOLERANCE * max(1, abs(float(self.answer))))


@dataclass(frozen=True, kw_only=True)
class Quiz:
    """Exercises made from a seed; the same seed gives the same ones.

    Parameters
    ----------
    seed : int
    lang : "en" or "zh"
        Of `summary` where none is asked for.
    exercises : tuple of Exercise
    """

    seed: int
    lang: str
    exercises: tuple[Exercise, ...]

    def summary(self, lang: str | None = None, *, answers: bool = False) -> str:
        """Return the sheet as plain text, with the answers if asked for."""
        lang = lang or self.lang
        parts = [say("quiz_title", lang, seed=self.seed)]
        for k, exercise in enumerate(self.exercises, start=1):
            parts.append(f"{k}. " + exercise.asked(lang).replace("\n", "\n   "))
            if answers:
                parts[-1] += f"\n   {exercise.told(lang)}"
        return "\n\n".join(parts)


def quiz(*, seed: int = 0, count: int = 5, lang: str = "en") -> Quiz:
    """Make exercises on equilibria, stability, modes, borders and blow-up, with exact answers.

    Parameters
    ----------
    seed : int
        The same seed gives the same exercises.
    count : int
        How many, 1 to 200; the kinds take turns.
    lang : "en" or "zh"
        Of the sheet; every exercise holds both.

    Returns
    -------
    Quiz
        With `exercises`, each with `check(text)`, and `summary(answers=True)`.

    Raises
    ------
    InvalidValueError
        If the count is out of range or the language unknown.

    Examples
    --------
    >>> sheet = quiz(seed=1, count=3)
    >>> sheet.exercises[0].check(str(sheet.exercises[0].answer))
    True
    """
    if not 1 <= count <= MOST:
        raise InvalidValueError("count", count, f"1 to {MOST}")
    if lang not in LANGUAGES:
        raise InvalidValueError("lang", lang, " or ".join(LANGUAGES))
    draw = random.Random(seed)
    kinds: list[Callable[[random.Random], Exercise]] = []
    while len(kinds) < count:
        kinds += draw.sample(_KINDS, len(_KINDS))
    return Quiz(seed=seed, lang=lang, exercises=tuple(kind(draw) for kind in kinds[:count]))


def _both(key: str) -> Told:
    return say(key), say(key, "zh")


def _told(key: str, **values: object) -> Told:
    return say(key, "en", **values), say(key, "zh", **values)


def _plain(value: sympy.Expr) -> str:
    """Return a value as a decimal where that is short, else as a fraction or formula."""
    decimal = f"{float(value):g}"
    return decimal if sympy.Rational(decimal) == value else str(value)


def _tenths(draw: random.Random, low: int, high: int, *, without: tuple[int, ...] = ()) -> Any:
    """Return a multiple of one tenth from `low` to `high` tenths."""
    return sympy.Rational(draw.choice([k for k in range(low, high + 1) if k not in without]), 10)


def _model(draw: random.Random, a: sympy.Rational, b: sympy.Rational, *, same: bool = False) -> Model:
    """Return two units with these effects; of one growth and capacity where `same` is true."""
    units: dict[str, dict[str, object]] = {}
    for k, name in enumerate(("one", "two"), start=1):
        made = {"growth": _tenths(draw, 1, 9), "capacity": sympy.Integer(draw.randint(1, 5))}
        units[name] = {**(units["one"] if same and units else made), "label": {"en": f"unit {k}", "zh": f"单元 {k}"}}
    return build(units, effects={"one.two": a, "two.one": b})


def _staying(draw: random.Random) -> tuple[sympy.Rational, sympy.Rational]:
    """Return effects with which both units stay: each above -1, their product below 1."""
    a = _tenths(draw, -9, 15, without=(0,))
    top = 15 if a < 0 else min(15, int(10 / a) - 1)
    return a, _tenths(draw, -9, max(top, -1), without=(0,))


def _anywhere(draw: random.Random) -> tuple[sympy.Rational, sympy.Rational]:
    """Return effects off every border of the plane, from all its regions."""
    while True:
        a, b = (_tenths(draw, -25, 25, without=(-10,)) for _ in range(2))
        if a * b != 1:
            return a, b


def _coexistence(draw: random.Random) -> Exercise:
    a, b = _staying(draw)
    model, unit = _model(draw, a, b), draw.choice((1, 2))
    effect, capacity = (a, b)[unit - 1], model.values[sympy.Symbol(f"K{unit}", real=True, positive=True)]
    return Exercise(
        kind="coexistence", model=model, question=_told("quiz_coexistence", unit=unit),
        answer=capacity * (1 + effect) / (1 - a * b), choices=(),
        reason=_told("quiz_coexistence_why", unit=unit, other=3 - unit),
    )  # fmt: skip


def _stability(draw: random.Random) -> Exercise:
    model = _model(draw, *_anywhere(draw))
    e = draw.choice(equilibria(model).equilibria)
    x1, x2 = map(str, e.exact)
    shown = ", ".join(significant(z.real) + (f" {z.imag:+.4g}i" if z.imag else "") for z in e.eigenvalues)
    return Exercise(
        kind="stability", model=model, question=_told("quiz_stability", x1=x1, x2=x2), answer=e.stability.value,
        choices=tuple(each.value for each in Stability), reason=_told("quiz_stability_why", values=shown),
    )  # fmt: skip


def _nominal(draw: random.Random) -> Exercise:
    a, b = (draw.choice((0, 1, -1, 1)) * _tenths(draw, 1, 9) for _ in range(2))
    model = _model(draw, a, b)
    found = settle(model)
    assert found.nominal_mode is not None
    return Exercise(
        kind="nominal", model=model, question=_told("quiz_nominal"), answer=found.nominal_mode.value,
        choices=tuple(mode.value for mode in Mode), reason=_told("quiz_nominal_why", a=_plain(a), b=_plain(b)),
    )  # fmt: skip


def _settled(draw: random.Random) -> Exercise:
    model = _model(draw, *_anywhere(draw))
    found = settle(model)
    return Exercise(
        kind="settled", model=model, question=_told("quiz_settled"), answer=found.outcome.value,
        choices=tuple(outcome.value for outcome in _OUTCOMES), reason=(found.why("en"), found.why("zh")),
    )  # fmt: skip


def _blow_up_border(draw: random.Random) -> Exercise:
    b = _tenths(draw, 2, 20)
    model = _model(draw, _TENTH, b)
    return Exercise(
        kind="blow_up_border", model=model, question=_told("quiz_blow_up_border"), answer=1 / b, choices=(),
        reason=_told("quiz_blow_up_border_why"),
    )  # fmt: skip


def _symmetric_border(draw: random.Random) -> Exercise:
    b = _tenths(draw, 1, 9)
    model = _model(draw, sympy.Integer(0), b)
    return Exercise(
        kind="symmetric_border", model=model, question=_told("quiz_symmetric_border"), answer=9 * b / (10 + b),
        choices=(), reason=_told("quiz_symmetric_border_why"),
    )  # fmt: skip


def _blow_up_time(draw: random.Random) -> Exercise:
    d = _tenths(draw, 11, 30)
    model = _model(draw, d, d, same=True)
    rate, capacity = (next(v for s, v in model.values.items() if str(s) == name) for name in ("r1", "K1"))
    start = capacity * _tenths(draw, 1, 9)
    model = model.with_values({"one.initial": start, "two.initial": start})
    return Exercise(
        kind="blow_up_time", model=model, question=_told("quiz_blow_up_time", start=_plain(start)),
        answer=sympy.log(1 + capacity / ((d - 1) * start)) / rate, choices=(), reason=_told("quiz_blow_up_time_why"),
    )  # fmt: skip


_KINDS = (_coexistence, _stability, _nominal, _settled, _blow_up_border, _symmetric_border, _blow_up_time)


def ask(sheet: Quiz, answer: Callable[[str], str], lang: str) -> Iterator[tuple[str, bool | None]]:
    """Put every exercise to a reader and yield what is to be said, with whether it was right at its end.

    Parameters
    ----------
    sheet : Quiz
    answer : callable
        From a prompt to what was typed; an empty answer gives up.
    lang : "en" or "zh"
    """
    for k, exercise in enumerate(sheet.exercises, start=1):
        yield f"{k}. " + exercise.asked(lang).replace("\n", "\n   "), None
        right = None
        while right is None:
            given = answer(say("quiz_ask", lang))
            try:
                right = bool(given.strip()) and exercise.check(given)
            except (ExpressionError, InvalidValueError, UnknownNameError) as error:
                yield str(error), None
        verdict = [say("quiz_right" if right else "quiz_wrong", lang)] if given.strip() else []
        yield "\n".join(f"   {line}" for line in (*verdict, exercise.told(lang))) + "\n", right
