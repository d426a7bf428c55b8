"""symbiode quiz: exercises with exact answers."""

from __future__ import annotations

import sys
from typing import Any

import click

from symbiode.cli import shared


@shared.command("symbiode quiz", "symbiode quiz --seed 7 --count 10 --lang zh --answers", "symbiode quiz --json")
@click.option("--count", type=click.IntRange(1, 200), default=5, show_default=True, help="How many exercises.")
@click.option("--answers", is_flag=True, help="Print the sheet with its answers instead of asking.")
@shared.seed
@shared.lang
@shared.json_flag
def quiz(count: int, answers: bool, seed: int, lang: str, as_object: bool) -> None:
    """Ask exercises on equilibria, stability, modes, borders and blow-up, and check the answers.

    At a terminal it asks one after the other; into a pipe or file it prints the sheet. --seed makes another sheet.
    """
    from symbiode.show.teach.exercises import ask, quiz
    from symbiode.words import say

    sheet = quiz(seed=seed, count=count, lang=lang)
    if as_object:
        told = [_told(each, lang) for each in sheet.exercises]
        shared.print_object("quiz", {"seed": seed, "lang": lang, "exercises": told, "status": {"level": "ok"}})
    elif answers or not sys.stdin.isatty():
        click.echo(sheet.summary(answers=answers))
    else:
        right = 0
        for line, good in ask(sheet, lambda prompt: str(click.prompt(prompt, default="", show_default=False)), lang):
            click.echo(line)
            right += bool(good)
        click.echo(say("quiz_score", lang, right=right, count=count))


def _told(exercise: Any, lang: str) -> dict[str, object]:
    from symbiode.show.answers import plain

    values = {str(symbol): str(value) for symbol, value in exercise.model.values.items()}
    return {
        "kind": exercise.kind, "values": values, "question": exercise.asked(lang), "choices": list(exercise.choices),
        "answer": str(exercise.answer), "value": None if exercise.choices else plain(float(exercise.answer)),
        "told": exercise.told(lang),
    }  # fmt: skip


COMMAND = quiz
