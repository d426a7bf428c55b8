"""symbiode follow: every equilibrium along one coefficient, with the special points."""

from __future__ import annotations

from pathlib import Path

import click

from symbiode.cli import shared


@shared.command(
    "symbiode follow shenzhen-hongkong",
    "symbiode follow shenzhen-hongkong --along effects.hongkong.shenzhen --from -1.5 --to 4 --out branches.png",
    "symbiode follow mine.toml --along parameters.barrier --json",
)
@shared.model
@shared.values
@click.option("--along", metavar="KEY", help="The coefficient; by default the first pair's first effect.")
@click.option("--from", "low", metavar="X", help="Where the interval begins; by default a sensible place.")
@click.option("--to", "high", metavar="X", help="Where it ends.")
@shared.out("FILE.png, .svg or .pdf for the figure; .csv, .dta, .html, .tex or .txt for every point of every branch.")
@shared.force
@shared.lang
@shared.json_flag
def follow(
    model: str,
    changes: tuple[str, ...],
    along: str | None,
    low: str | None,
    high: str | None,
    out: Path | None,
    force: bool,
    lang: str,
    as_object: bool,
) -> None:
    """Follow all equilibria along one coefficient: where they meet, turn, vanish, oscillate or change their mode."""
    from symbiode.dynamics.continuation import follow
    from symbiode.show import answers

    found = follow(shared.load_model(model, changes), along, (low, high))
    if not found.status.ok:
        click.echo(f"note: {found.status.message}", err=True)
    if out is not None and str(out) != "-":
        click.echo(_written(found, out, lang, force), err=as_object)
    if as_object:
        shared.print_object("follow", answers.branches(found))
    elif out is None:
        click.echo(found.summary(lang))
    elif str(out) == "-":
        from symbiode.show import tables

        click.echo(tables.text(found), nl=False)


def _written(found: object, out: Path, lang: str, force: bool) -> Path:
    """Write the figure or the table, by suffix."""
    from symbiode.show import plots, tables

    if out.suffix.lower() in plots.SUFFIXES:
        return plots.write(plots.plot("branches", found, lang=lang), out, force=force)
    return tables.write(found, out, lang=lang, force=force)


COMMAND = follow
