"""symbiode models: the shipped models."""

from __future__ import annotations

import click

from symbiode.cli import shared


@shared.command("symbiode models", "symbiode models --json")
@shared.json_flag
def models(as_object: bool) -> None:
    """List the shipped models; their names work wherever MODEL stands."""
    from symbiode.render import text_table
    from symbiode.system.formats import load, shipped

    rows = [(name, load(name)) for name in shipped()]
    if as_object:
        listed = [{"name": name, "title": model.name, "law": model.law.name} for name, model in rows]
        shared.print_object("models", {"models": listed})
        return
    cells = [(name, model.name, model.law.name, ", ".join(unit.name for unit in model.units)) for name, model in rows]
    click.echo(text_table(("model", "about", "law", "units"), cells, left=4))


COMMAND = models
