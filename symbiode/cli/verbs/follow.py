"""symbiode follow: every equilibrium along one coefficient, or the curves of special points in two."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symbiode.cli import shared

if TYPE_CHECKING:
    from symbiode.dynamics.continuation import Branches, Curves
    from symbiode.system.model import Model


@shared.command(
    "symbiode follow shenzhen-hongkong",
    "symbiode follow shenzhen-hongkong --along effects.hongkong.shenzhen --from -1.5 --to 4 --out branches.png",
    "symbiode follow mine.toml --along parameters.barrier --json",
    "symbiode follow mine.toml --along effects.a.b --along effects.b.a --from -2 --to 3 --from -2 --to 3",
)
@shared.model
@shared.values
@click.option(
    "--along", metavar="KEY", multiple=True,
    help="The coefficient, by default the first pair's first effect; given twice, the special points over both.",
)
@click.option("--from", "low", metavar="X", multiple=True, help="Where the interval begins; else a sensible place.")
@click.option("--to", "high", metavar="X", multiple=True, help="Where it ends.")
@shared.out("FILE.png, .svg or .pdf for the figure; .csv, .dta, .html, .tex or .txt for every point of every curve.")
@shared.force
@shared.lang
@shared.json_flag
def follow(
    model: str,
    changes: tuple[str, ...],
    along: tuple[str, ...],
    low: tuple[str, ...],
    high: tuple[str, ...],
    out: Path | None,
    force: bool,
    lang: str,
    as_object: bool,
) -> None:
    """Follow all equilibria along one coefficient: where they meet, turn, vanish, oscillate or change their mode."""
    from symbiode.dynamics.continuation import Branches
    from symbiode.show import answers

    found = _followed(shared.load_model(model, changes), along, low, high)
    if not found.status.ok:
        click.echo(f"note: {found.status.message}", err=True)
    if out is not None and str(out) != "-":
        click.echo(_written(found, out, lang, force), err=as_object)
    if as_object:
        told = answers.branches(found) if isinstance(found, Branches) else answers.curves(found)
        shared.print_object("follow", told)
    elif out is None:
        click.echo(found.summary(lang))
    elif str(out) == "-":
        from symbiode.show import tables

        click.echo(tables.text(found), nl=False)


def _followed(
    model: Model, along: tuple[str, ...], low: tuple[str, ...], high: tuple[str, ...]
) -> Branches | Curves:
    """Follow along one coefficient or in two."""
    from symbiode.dynamics.continuation import follow

    most = max(1, len(along))
    if most > 2 or len(low) > most or len(high) > most:
        raise click.UsageError("Give --along once or twice, and --from and --to at most as often.")
    ends = [*zip_longest(low, high, fillvalue=None), (None, None), (None, None)]
    if len(along) == 2:
        return follow(model, (along[0], along[1]), (ends[0], ends[1]))
    return follow(model, along[0] if along else None, ends[0])


def _written(found: Branches | Curves, out: Path, lang: str, force: bool) -> Path:
    """Write the figure or the table, by suffix."""
    from symbiode.show import plots, tables

    if out.suffix.lower() in plots.SUFFIXES:
        kind = "curves" if hasattr(found, "curves") else "branches"
        return plots.write(plots.plot(kind, found, lang=lang), out, force=force)
    return tables.write(found, out, lang=lang, force=force)


COMMAND = follow
