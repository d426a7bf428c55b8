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
def new(name: str, units: str, law: str, model: str | None, force: bool) -> None:
    """Write NAME.toml: a model file with every key explained, ready to run; or a scenario card of your own levers."""
    from symbiode.files import write_text
    from symbiode.system.formats import load
    from symbiode.system.formats._card_starter import card
    from symbiode.system.formats.toml import starter

    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    if model is not None:
        click.echo(write_text(path, card(path.stem, model, load(model)), force=force))
        click.echo(f"next: symbiode policy {model} --scenario {path}", err=True)
        return
    chosen = tuple(unit.strip() for unit in units.split(","))
    click.echo(write_text(path, starter(path.stem, chosen, law), force=force))
    click.echo(f"next: symbiode settle {path}", err=True)


COMMAND = new
