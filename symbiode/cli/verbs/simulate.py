"""symbiode simulate: one trajectory."""

from __future__ import annotations

from pathlib import Path

import click

from symbiode.cli import shared


@shared.command(
    "symbiode simulate shenzhen-hongkong --until 40",
    "symbiode simulate shenzhen-hongkong --out path.csv",
    "symbiode simulate volatile-rivals --seed 7",
    "symbiode simulate shenzhen-hongkong --scenario history --until 2030 --out path.csv",
    "symbiode simulate mine.toml --times 0,1,5,10 --start east=0.3,west=0.5 --json",
)
@shared.model
@shared.values
@shared.start("the model's own")
@click.option("--scenario", metavar="CARD", help="A scenario card or the name of a shipped one: levers over time.")
@click.option("--begin", type=float, metavar="T", help="The first time; else 0, or 1 before the scenario's first date.")
@click.option("--until", type=float, metavar="T", help="The last time; else 50 after the first.")
@click.option("--points", type=click.IntRange(2, 1_000_000), default=51, show_default=True, help="How many times.")
@click.option("--times", metavar="T,T,…", help="The times themselves; replaces --begin, --until and --points.")
@shared.seed
@shared.out("Write the trajectory to FILE (.csv, .dta, .html, .tex, .txt) instead of printing it.")
@shared.force
@shared.lang
@shared.json_flag
def simulate(
    model: str,
    changes: tuple[str, ...],
    start: str | None,
    scenario: str | None,
    begin: float | None,
    until: float | None,
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
    from symbiode.system.formats import load_scenario

    loaded = shared.load_model(model, changes)
    card = load_scenario(scenario, loaded) if scenario else None
    if times:
        try:
            grid = [float(t) for t in times.split(",")]
        except ValueError:
            raise InvalidValueError("--times", times, "numbers separated by commas") from None
    else:
        dates = [float(lever.at) for lever in card.levers if lever.at is not None] if card else []
        first = begin if begin is not None else min(dates) - 1 if dates else 0.0
        last = until if until is not None else first + 50
        grid = [first + (last - first) * k / (points - 1) for k in range(points)]
    path = simulate(loaded, grid, shared.parse_start(start), card, seed=seed)
    if not path.status.ok:
        click.echo(f"note: {path.message}", err=True)
    if as_object:
        shared.print_object("simulate", answers.trajectory(path))
    elif out is not None and str(out) != "-":
        click.echo(tables.write(path, out, lang=lang, force=force))
    else:
        click.echo(tables.text(path), nl=False)


COMMAND = simulate
