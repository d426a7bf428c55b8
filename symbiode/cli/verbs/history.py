"""symbiode history: did the mode that the data support change over time?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symbiode.cli import shared
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.inference.histories import Event
    from symbiode.system.model import Model


@shared.command(
    "symbiode history shenzhen-hongkong",
    "symbiode history shenzhen-hongkong --series local --out history.png",
    "symbiode history shenzhen-hongkong --series rd --shift shenzhen=2019 --shift hongkong=2017",
    "symbiode history mine.toml --data series.csv --event 2008 --event 2020 --rows 12 --json",
)
@shared.model
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="FILE", help="A CSV with a year column and one column per unit."
)
@click.option("--series", metavar="NAME", help="Another series of the model's own [data], such as local or rd.")
@shared.values
@shared.shifts
@click.option("--event", "dates", type=float, multiple=True, metavar="T", help="A date from outside the series.")
@click.option(
    "--card", metavar="CARD", help="Dates of a scenario card; without --event the card called history, if it fits."
)
@click.option("--rows", type=click.IntRange(min=4), help="Rows of a window; half the series, at least 10, if left out.")
@click.option("--draws", type=click.IntRange(min=0), default=99, show_default=True, help="Simulations per break test.")
@shared.reader_options
@shared.seed
@shared.out("FILE.png, .svg or .pdf for the figure; .csv, .dta, .html, .tex or .txt for every window.")
@shared.force
@shared.lang
@shared.json_flag
def history(
    model: str,
    data: Path | None,
    series: str | None,
    changes: tuple[str, ...],
    shifts: tuple[str, ...],
    dates: tuple[float, ...],
    card: str | None,
    rows: int | None,
    draws: int,
    seed: int,
    out: Path | None,
    force: bool,
    lang: str,
    as_object: bool,
    **reading: Any,
) -> None:
    """Fit windows that move along the series, and test whether coefficients changed, at dated events or elsewhere."""
    from symbiode.inference.histories import Event, history

    chosen = shared.load_model(model, changes)
    seen = shared.series(chosen, data, series, reading)
    seen = shared.with_shifts(seen, shifts)
    events: list[Event | float] = [*dates, *(_events(chosen, card) if card or not dates else ())]
    found = history(chosen, seen, events=events, rows=rows, draws=draws, seed=seed)
    outside = [f"{event.at:g}" for event in events if isinstance(event, Event) and event not in found.events]
    if outside:
        click.echo(say("history_outside", lang, dates=", ".join(outside)), err=True)
    shared.print_result(
        "history", found, lambda made: made.as_dict(), kind="history", out=out, force=force, lang=lang, json=as_object
    )


def _events(model: Model, card: str | None) -> tuple[Event, ...]:
    """Return the dates of a card; of the shipped history where none is named and it fits the model."""
    from symbiode.errors import InputError
    from symbiode.inference.histories import events_of
    from symbiode.system.formats import load_scenario

    try:
        return events_of(load_scenario(card or "history", model))
    except InputError:
        if card:
            raise
        return ()


COMMAND = history
