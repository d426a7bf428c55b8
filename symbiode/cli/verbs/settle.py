"""symbiode settle: where the system goes, and which mode that is."""

from __future__ import annotations

from contextlib import suppress

import click

from symbiode.cli import shared


@shared.command(
    "symbiode settle shenzhen-hongkong",
    "symbiode settle shenzhen-hongkong --start initial --set effects.shenzhen.hongkong=2",
    "symbiode settle mine.toml --start east=0.3,west=0.5 --json",
)
@shared.model
@shared.values
@shared.start("every start")
@shared.lang
@shared.json_flag
def settle(model: str, changes: tuple[str, ...], start: str | None, lang: str, as_object: bool) -> None:
    """Say where the system goes, which mode of symbiosis that is, and why.

    Without --start the answer holds for every positive start.
    """
    from symbiode.dynamics.modes import settle
    from symbiode.dynamics.modes.indices import indices
    from symbiode.dynamics.modes.links import organisation
    from symbiode.errors import RefusedError
    from symbiode.show import answers

    settlement = settle(shared.load_model(model, changes), start=shared.parse_start(start))
    if as_object:
        shared.print_object("settle", answers.settlement(settlement))
    else:
        click.echo(f"{settlement.summary(lang)}\n\n{indices(settlement).summary(lang)}")
        with suppress(RefusedError):  # no effect goes through an interface
            click.echo(organisation(settlement.model).summary(lang))


COMMAND = settle
