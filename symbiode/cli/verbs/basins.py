"""symbiode basins: where the starts of a region settle, and what shock tips the system."""

from __future__ import annotations

from pathlib import Path

import click

from symbiode.cli import shared


@shared.command(
    "symbiode basins rabbits-sheep",
    "symbiode basins rabbits-sheep --from 0,0 --to 4,4 --out basins.png",
    "symbiode basins mine.toml --cells 100 --draws 10000 --seed 1 --json",
)
@shared.model
@shared.values
@click.option("--from", "low", metavar="X,Y,…", help="Lowest level of each unit; 0 by default.")
@click.option("--to", "high", metavar="X,Y,…", help="Highest level of each unit; twice what matters by default.")
@click.option("--plane", metavar="A,B", help="With three or more units: those along the axes of the grid.")
@click.option("--cells", type=click.IntRange(2, 1000), help="Starts along each axis of the grid.")
@click.option("--draws", type=click.IntRange(1, 10_000_000), default=2000, show_default=True, help="Random starts.")
@click.option("--no-shocks", is_flag=True, help="Leave out the search for the smallest shocks.")
@shared.seed
@shared.out("FILE.png, .svg or .pdf for the figure; .csv, .dta, .html, .tex or .txt for every start of the grid.")
@shared.force
@shared.lang
@shared.json_flag
def basins(
    model: str,
    changes: tuple[str, ...],
    low: str | None,
    high: str | None,
    plane: str | None,
    cells: int | None,
    draws: int,
    no_shocks: bool,
    seed: int,
    out: Path | None,
    force: bool,
    lang: str,
    as_object: bool,
) -> None:
    """Say where the starts of a region settle, how large each basin is, and what shock tips the system."""
    from symbiode.dynamics.basin import basins
    from symbiode.show import areas

    found = basins(
        shared.load_model(model, changes), region=_region(low, high), plane=_pair(plane), cells=cells, draws=draws,
        seed=seed, shock=not no_shocks,
    )  # fmt: skip
    shared.print_result("basins", found, areas.basins, kind="basins", out=out, force=force, lang=lang, json=as_object)


def _region(low: str | None, high: str | None) -> list[tuple[float, float]] | None:
    from symbiode.errors import InvalidValueError

    if low is None and high is None:
        return None
    try:
        ends = [float(x) for x in (high or "").split(",")]
        begins = [float(x) for x in low.split(",")] if low is not None else [0.0] * len(ends)
        return list(zip(begins, ends, strict=True))
    except ValueError:
        raise InvalidValueError("--from and --to", (low, high), "one level for each unit, such as --to 2,3") from None


def _pair(text: str | None) -> tuple[str, str] | None:
    from symbiode.errors import InvalidValueError

    if text is None:
        return None
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2:
        raise InvalidValueError("--plane", text, "two units, such as east,west")
    return names[0], names[1]


COMMAND = basins
