"""symbiode map: which mode over two coefficients, with the borders and how far the model is from each."""

from __future__ import annotations

from pathlib import Path

import click

from symbiode.cli import shared


@shared.command(
    "symbiode map shenzhen-hongkong",
    "symbiode map shenzhen-hongkong --x parameters.interface --from 0,-2 --to 8,2 --out map.png",
    "symbiode map mine.toml --x effects.east.west --y east.growth --start initial --json",
)
@shared.model
@shared.values
@click.option("--x", "first", metavar="KEY", help="The coefficient along x; by default the first pair's first effect.")
@click.option("--y", "second", metavar="KEY", help="The coefficient along y; by default the first pair's other effect.")
@click.option("--from", "low", metavar="X,Y", help="Where both axes begin; by default a sensible place.")
@click.option("--to", "high", metavar="X,Y", help="Where both axes end.")
@click.option("--cells", type=click.IntRange(16, 1000), help="Cells along each axis: 200, 400 for a figure.")
@shared.start("every start")
@shared.out("FILE.png, .svg or .pdf for the figure; .csv, .dta, .html, .tex or .txt for every cell.")
@shared.force
@shared.lang
@shared.json_flag
def map(
    model: str,
    changes: tuple[str, ...],
    first: str | None,
    second: str | None,
    low: str | None,
    high: str | None,
    cells: int | None,
    start: str | None,
    out: Path | None,
    force: bool,
    lang: str,
    as_object: bool,
) -> None:
    """Map which mode or outcome a model has over two coefficients, with exact borders where there are any."""
    from symbiode.dynamics.maps import mode_map
    from symbiode.show import areas

    between = None if low is None and high is None else _limits(low, high)
    drawn = out is not None and out.suffix.lower() in (".png", ".svg", ".pdf")
    found = mode_map(
        shared.load_model(model, changes), first, second, between=between, start=shared.parse_start(start),
        cells=cells or (400 if drawn else 200),
    )  # fmt: skip
    shared.print_result("map", found, areas.mode_map, kind="mode_map", out=out, force=force, lang=lang, json=as_object)


def _limits(low: str | None, high: str | None) -> tuple[tuple[float, float], tuple[float, float]]:
    from symbiode.errors import InvalidValueError

    ends = []
    for name, text in (("--from", low), ("--to", high)):
        try:
            x, y = (text or "").split(",")
            ends.append((float(x), float(y)))
        except ValueError:
            raise InvalidValueError(name, text, "two numbers X,Y; say both --from and --to") from None
    return (ends[0][0], ends[1][0]), (ends[0][1], ends[1][1])


COMMAND = map
