"""symbiode simulate: one trajectory."""

from __future__ import annotations

from pathlib import Path

import click

from symbiode.cli import shared


@shared.command(
    "symbiode simulate shenzhen-hongkong --until 40",
    "symbiode simulate shenzhen-hongkong --out path.csv",
    "symbiode simulate volatile-rivals --seed 7",
    "symbiode simulate mine.toml --times 0,1,5,10 --start east=0.3,west=0.5 --json",
)
@shared.model
@shared.values
@shared.start("the model's own")
@click.option("--until", type=float, default=50.0, show_default=True, help="The last time.")
@click.option("--points", type=click.IntRange(2, 1_000_000), default=51, show_default=True, help="How many times.")
@click.option("--times", metavar="T,T,…", help="The times themselves; replaces --until and --points.")
@shared.seed
@shared.out("Write the trajectory to FILE (.csv, .dta, .html, .tex, .txt) instead of printing it.")
@shared.force
@shared.lang
@shared.json_flag
def simulate(
    model: str,
    changes: tuple[str, ...],
    start: str | None,
    until: float,
    points: int,
    times: str | None,
    seed: int,
    out: Path | None,
    force: bool,
    lang: str,
    as_object: bool,
) -> None:
    """Follow one trajectory from its start; blow-up ends it with its time, never with a wrong number.

    A model with noise takes the path that --seed names.
    """
    from symbiode.dynamics.simulation import simulate
    from symbiode.errors import InvalidValueError
    from symbiode.show import answers, tables

    if times:
        try:
            grid = [float(t) for t in times.split(",")]
        except ValueError:
            raise InvalidValueError("--times", times, "numbers separated by commas") from None
    else:
        grid = [until * k / (points - 1) for k in range(points)]
    path = simulate(shared.load_model(model, changes), grid, start=shared.parse_start(start), seed=seed)
    if not path.status.ok:
        click.echo(f"note: {path.message}", err=True)
    if as_object:
        shared.print_object("simulate", answers.trajectory(path))
    elif out is not None and str(out) != "-":
        click.echo(tables.write(path, out, lang=lang, force=force))
    else:
        click.echo(tables.text(path), nl=False)


COMMAND = simulate
