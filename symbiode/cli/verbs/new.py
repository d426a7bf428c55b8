"""symbiode new: a commented model file to start from."""

from __future__ import annotations

from pathlib import Path

import click

from symbiode.cli import shared


@shared.command("symbiode new mine", "symbiode new mine --units east,west --law gompertz")
@click.argument("name", metavar="NAME")
@click.option("--units", default="shenzhen,hongkong", show_default=True, help="Names of the units.")
@click.option("--law", default="logistic", show_default=True, help="The interaction law.")
@shared.force
def new(name: str, units: str, law: str, force: bool) -> None:
    """Write NAME.toml: a model file with every key explained, ready to run."""
    from symbiode.files import write_text
    from symbiode.system.formats.toml import starter

    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    chosen = tuple(unit.strip() for unit in units.split(","))
    click.echo(write_text(path, starter(path.stem, chosen, law), force=force))
    click.echo(f"next: symbiode settle {path}", err=True)


COMMAND = new
