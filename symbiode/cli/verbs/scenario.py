"""symbiode scenario: which mode a model is in while levers move it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from symbiode.cli import shared

if TYPE_CHECKING:
    from symbiode.system.model import Model


@shared.command(
    "symbiode scenario shenzhen-hongkong --list",
    "symbiode scenario shenzhen-hongkong history --out ladder.png",
    "symbiode scenario shenzhen-hongkong mine.toml other.toml --until 2045",
    "symbiode scenario mine.toml cards.toml --start east=0.3,west=0.5 --json",
)
@shared.model
@click.argument("cards", metavar="CARD…", nargs=-1)
@shared.values
@shared.start("the model's own")
@click.option("--until", type=float, metavar="T", help="The last time; else when most of the levers' work is done.")
@click.option("--tau", type=float, default=0.1, show_default=True, help="Symmetric: smaller gain at least 1 - tau.")
@click.option("--list", "listed", is_flag=True, help="List the scenario cards that fit the model.")
@shared.out("FILE.png, .svg or .pdf for the figure; .csv, .dta, .html, .tex or .txt for every reading at every time.")
@shared.force
@shared.lang
@shared.json_flag
def scenario(
    model: str,
    cards: tuple[str, ...],
    changes: tuple[str, ...],
    start: str | None,
    until: float | None,
    tau: float,
    listed: bool,
    out: Path | None,
    force: bool,
    lang: str,
    as_object: bool,
) -> None:
    """Say which mode a model is in over time while the levers of scenario cards move it, and what changes it.

    A CARD is a TOML file or the name of a shipped one; several cards work together.
    """
    from symbiode.policy.paths import mode_path
    from symbiode.show import scenarios

    loaded = shared.load_model(model, changes)
    if listed:
        _list(loaded, lang, as_object)
        return
    if not cards:
        raise click.UsageError("Name a scenario card, or say --list to see those that fit the model.")
    together = shared.load_cards(cards, loaded, model)
    found = mode_path(loaded, together, start=shared.parse_start(start), until=until, tau=tau)
    shared.print_result(
        "scenario", found, scenarios.mode_path, kind="ladder", out=out, force=force, lang=lang, json=as_object
    )


def _list(model: Model, lang: str, as_object: bool) -> None:
    """Print the shipped cards that fit a model."""
    from symbiode.errors import OK, InputError, as_json
    from symbiode.system.formats import load_scenario, shipped_scenarios
    from symbiode.words import say

    fitting = []
    for name in shipped_scenarios():
        try:
            fitting.append((name, load_scenario(name, model)))
        except InputError:
            continue
    if as_object:
        cards = [{"name": name, "label": dict(card.label), "levers": [lever.name for lever in card.levers],
                  "model": card.model} for name, card in fitting]  # fmt: skip
        shared.print_object("scenario", {"cards": cards, "status": as_json(OK)})
        return
    width = max((len(name) for name, _ in fitting), default=0)
    for name, card in fitting:
        click.echo(f"{name:{width}}  {card.shown(lang)} ({say('path_levers', lang, count=len(card.levers))})")
    if not fitting:
        click.echo(say("path_no_cards", lang))


COMMAND = scenario
