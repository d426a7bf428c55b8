"""symbiode panel: the effects among all units of a panel at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symbiode.cli import shared

if TYPE_CHECKING:
    from symbiode.inference.observations import Floats, Observations
    from symbiode.inference.pooling import Pooled
    from symbiode.system.model import Model


@shared.command(
    "symbiode panel greater-bay-area",
    "symbiode panel greater-bay-area --years --out modes.svg",
    "symbiode panel mine.toml --data cities.xlsx --places centres.csv --json",
)
@shared.model
@click.option("--data", type=click.Path(path_type=Path), metavar="FILE", help="A column of years, one per unit.")
@click.option("--places", type=click.Path(path_type=Path), metavar="FILE", help="unit, latitude, longitude.")
@click.option("--years", is_flag=True, help="Take out what all units share in a year.")
@click.option(
    "--structure", type=click.Choice(["ridge", "mean", "decay"]), help="What effects are drawn to; default: what "
    "forecasts best.",
)  # fmt: skip
@click.option(
    "--level", type=click.FloatRange(0.5, 0.999), default=0.80, show_default=True, help="Probability a mode needs."
)
@click.option("--draws", type=click.IntRange(min=200), default=4000, show_default=True, help="Draws of the effects.")
@click.option("--placebos", type=click.IntRange(min=19), default=199, show_default=True, help="Panels without effects.")
@shared.reader_options
@shared.seed
@shared.out("Write a figure (.svg, .png, .pdf) or a table (.csv, .html, .tex).")
@shared.force
@shared.lang
@shared.json_flag
def panel(
    model: str,
    data: Path | None,
    places: Path | None,
    years: bool,
    structure: str | None,
    level: float,
    draws: int,
    placebos: int,
    seed: int,
    out: Path | None,
    force: bool,
    lang: str,
    as_object: bool,
    **reading: Any,
) -> None:
    """Estimate the effects among all units of a panel together, and say what that tells and what it does not."""
    from symbiode.inference.pooling import pool

    chosen = shared.load_model(model)
    seen, apart = _panel(chosen, data, places, reading)
    found = pool(
        seen, distances=apart, years=years, structure=structure, level=level, draws=draws, placebos=placebos, seed=seed,
        labels=tuple({tongue: unit.shown(tongue) for tongue in ("en", "zh")} for unit in chosen.units),
    )  # fmt: skip
    shared.print_result("panel", found, _told, kind="pair_matrix", out=out, force=force, lang=lang, json=as_object)


def _panel(model: Model, data: Path | None, places: Path | None, reading: Any) -> tuple[Observations, Floats | None]:
    """Return the series and the distances that were named, else those of the model."""
    from symbiode.errors import InvalidValueError
    from symbiode.inference.observations import of_source
    from symbiode.inference.places import apart, distances

    source = model.panel or model.data
    if data is not None:
        seen = shared.series(model, data, None, reading)
    elif source is not None:
        seen = of_source(model, source)
    else:
        raise InvalidValueError("--data", None, f"a file; {model.name!r} has neither [panel] nor [data]")
    if places is None:
        return seen, apart(model, source)
    return seen, distances(places, tuple(unit.name for unit in model.units))


def _told(found: Pooled) -> dict[str, object]:
    from symbiode.show import answers

    return answers.panel(found)


COMMAND = panel
