"""symbiode study: the main job, from a model file and real data to a report."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from symbiode.cli import shared


@shared.command(
    "symbiode study shenzhen-hongkong",
    "symbiode study mine.csv --units east,west",
    "symbiode study mine.toml --scenario cards.toml --scenario all-mechanisms",
    "symbiode study shenzhen-hongkong --lang zh --out report-zh",
)
@click.argument("target", metavar="MODEL|CSV")
@click.option("--units", metavar="A,B", help="For a CSV: the columns to take.")
@click.option("--scenario", "cards", multiple=True, metavar="CARD", help="A scenario card; default: shipped ones.")
@shared.out("The folder to write; default ./NAME-study.")
@click.option("--full", is_flag=True, help="All replicate counts in full (minutes instead of seconds).")
@shared.seed
@shared.lang
@shared.quiet
@shared.json_flag
def study(
    target: str,
    units: str | None,
    cards: tuple[str, ...],
    out: Path | None,
    full: bool,
    seed: int,
    lang: str,
    quiet: bool,
    as_object: bool,
) -> None:
    """Run the whole line: settle the model, fit its series, judge the modes, write one HTML report with figures."""
    began = time.monotonic()

    def progress(text: str) -> None:
        if text and not quiet:
            click.echo(f"{time.monotonic() - began:5.1f} s  {text}", err=True)

    progress("loading")
    from symbiode import scale, studies
    from symbiode.show import walkthrough
    from symbiode.words import say

    names = tuple(name.strip() for name in units.split(",")) if units else None
    done = studies.study(
        target, units=names, scenarios=cards or None, out=out, lang=lang, seed=seed, full=full, workers=scale.cores(),
        progress=progress,
    )  # fmt: skip
    progress("done")
    if as_object:
        shared.print_object("study", studies.as_object(done))
        return
    if not done.model_is_made:
        click.echo(done.settlement.summary(lang))
    for series, fitted in done.fits:
        click.echo(f"\n{series}: {fitted.verdict.headline(lang)}")
    change = walkthrough.summary(done, lang)
    if change:
        click.echo("\n".join(["", say("walk_change", lang), *(f"  {line}" for line in change)]))
    assert done.folder is not None
    click.echo(f"\n{done.folder / 'report.html'}")
    if sys.stdout.isatty():
        click.echo("open it in any browser; it needs no network", err=True)


COMMAND = study
