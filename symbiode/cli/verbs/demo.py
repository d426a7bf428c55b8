"""symbiode demo: the classroom page, one file that opens offline."""

from __future__ import annotations

from pathlib import Path

import click

from symbiode.cli import shared


@shared.command("symbiode demo --open", "symbiode demo mine.toml --out lesson.html --lang zh")
@click.argument("model", metavar="[MODEL]", default="shenzhen-hongkong")
@shared.values
@click.option("--scenario", "cards", multiple=True, help="A scenario card or its name; default those shipped for it.")
@shared.out("FILE.html; default MODEL-demo.html.")
@click.option("--open", "show", is_flag=True, help="Open the page in the browser.")
@shared.force
@shared.lang
@shared.json_flag
def demo(
    model: str, changes: tuple[str, ...], cards: tuple[str, ...], out: Path | None, show: bool, force: bool, lang: str,
    as_object: bool,
) -> None:  # fmt: skip
    """Write a classroom page: sliders, phase portrait, map of modes, the verdict in words; two or three units."""
    from symbiode.files import write_text
    from symbiode.show import demo as pages
    from symbiode.system.formats import scenarios_of

    path = out or Path(f"{Path(model).stem}-demo.html")
    chosen = shared.load_model(model, changes)
    scenarios = scenarios_of(Path(model).stem, chosen, cards or None)
    written = write_text(path, pages.page(chosen, lang=lang, scenarios=scenarios), force=force)
    if as_object:
        shared.print_object("demo", {"paths": [str(written)], "status": {"level": "ok"}})
    else:
        click.echo(written)
    if show:
        click.launch(str(written))


COMMAND = demo
