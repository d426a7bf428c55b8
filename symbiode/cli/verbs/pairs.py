"""symbiode pairs: fit every pair of a panel, resumable, over processes or a Dask cluster."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symbiode.cli import shared
from symbiode.errors import InvalidValueError

if TYPE_CHECKING:
    from symbiode.inference.observations import Observations
    from symbiode.pairs import State


@shared.command(
    "symbiode pairs cities.csv --out all-pairs",
    "symbiode pairs panel.csv --where indicator=gdp_current --out all-pairs --workers 2",
    "symbiode pairs panel.csv --out all-pairs --dask tcp://127.0.0.1:8786",
)
@click.argument("panel", metavar="CSV", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", required=True,
    help="The folder to write; an unfinished run in it goes on.",
)  # fmt: skip
@click.option("--units", metavar="A,B,…", help="Only pairs of these units.")
@click.option("--unit-column", default="unit", show_default=True, metavar="NAME", help="One number a row: the units.")
@click.option("--value-column", default="value", show_default=True, metavar="NAME", help="… and the numbers.")
@click.option("--where", multiple=True, metavar="COLUMN=TEXT", help="One number a row: only these rows. Repeatable.")
@click.option("--error", type=click.Choice(["log", "level"]), default="log", show_default=True, help="Error model.")
@click.option("--starts", type=click.IntRange(min=1), default=20, show_default=True, help="Starts of each search.")
@click.option("--draws", type=click.IntRange(min=50), default=1000, show_default=True, help="Draws for probabilities.")
@click.option(
    "--level", type=click.FloatRange(0.5, 0.999), default=0.80, show_default=True, help="Probability a mode needs."
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes; default one per core.")
@click.option("--dask", metavar="ADDRESS", help="A Dask scheduler instead: tcp://HOST:PORT or tls://HOST:PORT.")
@click.option("--tls-ca", type=click.Path(path_type=Path), metavar="FILE", help="tls: certificate authority (PEM).")
@click.option("--tls-cert", type=click.Path(path_type=Path), metavar="FILE", help="tls: own certificate (PEM).")
@click.option("--tls-key", type=click.Path(path_type=Path), metavar="FILE", help="tls: own key (PEM).")
@shared.seed
@shared.quiet
@shared.json_flag
def pairs(
    panel: Path,
    out: Path,
    units: str | None,
    where: tuple[str, ...],
    workers: int | None,
    dask: str | None,
    tls_ca: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    quiet: bool,
    as_object: bool,
    unit_column: str,
    value_column: str,
    **settings: Any,
) -> int | None:
    """Fit two coupled logistic laws to every pair of a panel: one row a pair, and why the others failed.

    CSV has one number a row (columns year, unit, value), or a year column and one column per unit. Every finished pair
    is on disk at once: stop the run as you like, the same command goes on and ends with the same bytes.
    """
    from symbiode import scale
    from symbiode.pairs import Settings, fit_pairs
    from symbiode.pairs import as_object as told

    seen = _panel(panel, unit_column, value_column, where)
    if units is not None:
        seen = seen.only([name.strip() for name in units.split(",")])
    with scale.cluster(dask, ca=tls_ca, cert=tls_cert, key=tls_key) as cluster:
        done = fit_pairs(
            seen, out, settings=Settings(**settings), workers=workers or scale.cores(), cluster=cluster,
            progress=_progress(quiet),
        )  # fmt: skip
    if as_object:
        shared.print_object("pairs", {"folder": str(done.folder), **told(done)})
    else:
        click.echo(done.summary())
    return 1 if done.failed == done.total else None


def _panel(path: Path, unit: str, value: str, where: tuple[str, ...]) -> Observations:
    """Read a panel in either form: the header tells which it is."""
    from symbiode.inference._csv import load_table
    from symbiode.inference.observations import read
    from symbiode.inference.panels import read_panel

    chosen = {}
    for text in where:
        column, equals, wanted = text.partition("=")
        if not equals:
            raise InvalidValueError("--where", text, "COLUMN=TEXT, such as indicator=gdp_current")
        chosen[column] = wanted
    long = {unit, value} <= set(load_table(path).header) or bool(chosen)
    return read_panel(path, unit=unit, value=value, where=chosen) if long else read(path)


def _progress(quiet: bool) -> Any:
    """Return a function that tells how far the run is: each second on a terminal, each minute elsewhere."""
    every, last = 1.0 if sys.stderr.isatty() else 60.0, 0.0

    def show(state: State) -> None:
        nonlocal last
        finished = state.before + state.now == state.total
        if quiet or (time.monotonic() - last < every and not finished):
            return
        last = time.monotonic()
        told = f"{state.before + state.now:,} of {state.total:,} pairs, {state.failed:,} failed"
        left = f", about {_span(state.left)} left" if state.left else ""
        click.echo(f"\r\033[K{told}{left}" if every < 60 else told + left, nl=finished or every == 60, err=True)

    return show


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


COMMAND = pairs
