"""symbiode new: a commented model file, or scenario card, to start from."""

from __future__ import annotations

from pathlib import Path

import click

from symbiode.cli import shared


@shared.command(
    "symbiode new mine",
    "symbiode new mine --units east,west --law gompertz",
    "symbiode new levers --levers-for shenzhen-hongkong",
)
@click.argument("name", metavar="NAME")
@click.option("--units", default="shenzhen,hongkong", show_default=True, help="Names of the units.")
@click.option("--law", default="logistic", show_default=True, help="The interaction law.")
@click.option("--levers-for", "model", metavar="MODEL", help="Write a scenario card with levers for MODEL instead.")
@shared.force
@shared.json_flag
def new(name: str, units: str, law: str, model: str | None, force: bool, as_object: bool) -> None:
    """Write NAME.toml: a model file with every key explained, ready to run; or a scenario card of your own levers."""
    from symbiode.files import write_text
    from symbiode.system.formats import load
    from symbiode.system.formats._card_starter import card
    from symbiode.system.formats.toml import starter

    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    chosen = tuple(unit.strip() for unit in units.split(","))
    text = starter(path.stem, chosen, law) if model is None else card(path.stem, model, load(model))
    written = write_text(path, text, force=force)
    if as_object:
        shared.print_object("new", {"paths": [str(written)], "status": {"level": "ok"}})
    else:
        click.echo(written)
    click.echo("next: symbiode " + (f"policy {model} --scenario" if model else "settle") + f" {path}", err=True)


COMMAND = new
