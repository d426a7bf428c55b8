"""symbiode equilibria: all equilibria with conditions and stability."""

from __future__ import annotations

import click

from symbiode.cli import shared


@shared.command("symbiode equilibria shenzhen-hongkong", "symbiode equilibria rabbits-sheep --json")
@shared.model
@shared.values
@shared.lang
@shared.json_flag
def equilibria(model: str, changes: tuple[str, ...], lang: str, as_object: bool) -> None:
    """List all equilibria: where, of which type, under which condition, and why none is missing."""
    from symbiode.dynamics.equilibrium import equilibria
    from symbiode.show import answers

    found = equilibria(shared.load_model(model, changes))
    if as_object:
        shared.print_object("equilibria", answers.equilibria(found))
    else:
        click.echo(found.summary(lang))


COMMAND = equilibria
