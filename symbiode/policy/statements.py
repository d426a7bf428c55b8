"""A claim of this field, what an experiment with a model shows of it, and the answer in words.

Comes in: what `symbiode.policy.experiments` found. Goes out: a frozen `Claim` with its sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import sympy

from symbiode.dynamics.modes import Mode
from symbiode.system.model import Model
from symbiode.words import say

Values = tuple[float | None, ...]
Finding = tuple[str, tuple[tuple[str, str], ...]]


class Answer(Enum):
    """What a model says to a claim."""

    HOLDS = "holds"
    PARTLY = "partly"
    FAILS = "fails"
    UNTESTED = "untested"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A claim, the experiment, and what it shows.

    Parameters
    ----------
    name : "most_stable", "more_than_two", "degree_rises" or "interface_energy"
    model : Model
    answer : Answer
    findings : tuple of (key, values)
        What holds and what does not; `says` fills in the sentences.
    at : tuple of float
        What is changed: the share of the sum of both effects that the first unit receives; both effects; the weaker
        effect; the conductance of the interface.
    curves : tuple of (name, values) pairs
        What follows at each of these; None where there is no such number, as the model runs away.
    plane : tuple of tuples of float or None, shape (effect on the second unit, effect on the first)
        Of "more_than_two": the energy at each pair of effects in `at`.
    counts : tuple of (mode, positive, all) entries
        Of "more_than_two": in how many cases of a mode the energy is positive.
    here : float or None
        Where on `at` the model itself stands.
    formulas : tuple of sympy relations
        What is exactly true of two logistic units, in d12, d21, K1, K2.
    """

    name: str
    model: Model
    answer: Answer
    findings: tuple[Finding, ...]
    at: tuple[float, ...] = ()
    curves: tuple[tuple[str, Values], ...] = ()
    plane: tuple[Values, ...] = ()
    counts: tuple[tuple[Mode, int, int], ...] = ()
    here: float | None = None
    formulas: tuple[sympy.Basic, ...] = ()

    def statement(self, lang: str = "en") -> str:
        """Return the claim, with whose it is."""
        return say(f"claim_{self.name}", lang)

    def says(self, lang: str = "en") -> list[str]:
        """Return what the model says, one sentence or two for each finding."""
        return [say(key, lang, **{name: _words(text, lang) for name, text in values}) for key, values in self.findings]

    def summary(self, lang: str = "en") -> str:
        """Return claim and answer for a reader."""
        lines = [self.statement(lang), say(f"claim_{self.answer.value}", lang), *self.says(lang)]
        return "\n  ".join([*lines, *([say("settle_illustrative", lang)] if self.model.illustrative else [])])


def _words(text: str, lang: str) -> str:
    """Return a value of a sentence: parts between bars are keys of ours if they begin with =, else as they stand."""
    parts = (say(part[1:], lang) if part.startswith("=") else part for part in text.split("|"))
    return "".join(parts if lang == "en" else (part.replace(", ", "、") for part in parts))
