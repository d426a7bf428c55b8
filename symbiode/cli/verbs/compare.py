"""symbiode compare: the coefficients by every method of estimation, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from symbiode.cli import shared


@shared.command(
    "symbiode compare shenzhen-hongkong",
    "symbiode compare lotka-volterra --lang zh",
    "symbiode compare mine.toml --data series.csv --json",
)
@shared.model
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="FILE", help="A CSV with a year column and one column per unit."
)
@click.option("--series", metavar="NAME", help="Another series of the model's own [data], such as local or rd.")
@shared.values
@shared.reader_options
@shared.seed
@shared.lang
@shared.json_flag
def compare(
    model: str,
    data: Path | None,
    series: str | None,
    changes: tuple[str, ...],
    seed: int,
    lang: str,
    as_object: bool,
    **reading: Any,
) -> None:
    """Estimate the coefficients by every method on the same data: what the choice of a method alone does."""
    from symbiode.inference.side_by_side import compare
    from symbiode.show import answers

    chosen = shared.load_model(model, changes)
    seen = shared.series(chosen, data, series, reading)
    result = compare(chosen, seen, seed=seed)
    if as_object:
        shared.print_object("compare", answers.side_by_side(result))
    else:
        click.echo(result.summary(lang))


COMMAND = compare
