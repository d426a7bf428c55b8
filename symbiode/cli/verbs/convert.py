"""symbiode convert: a model for another program, or from one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from symbiode.cli import shared
from symbiode.errors import InvalidValueError

if TYPE_CHECKING:
    from symbiode.system.model import Model


@shared.command(
    "symbiode convert shenzhen-hongkong --out model.xmile",
    "symbiode convert mine.toml --out model.stmx --until 30",
    "symbiode convert fromstella.xmile --out mine.toml",
    "symbiode convert shenzhen-hongkong --out model.R --until 100",
    "symbiode convert mine.toml --set east.growth=0.2 --to xmile --out model.xml",
)
@shared.model
@shared.values
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", required=True,
    help="Where to; the suffix picks the format.",
)  # fmt: skip
@click.option("--to", metavar="FORMAT", help="The format, whatever the suffix of FILE is.")
@click.option("--until", type=float, metavar="T", help="The last time of the run in FILE, from 0; left out: 50.")
@shared.force
@shared.json_flag
def convert(
    model: str, changes: tuple[str, ...], out: Path, to: str | None, until: float | None, force: bool, as_object: bool
) -> None:
    """Write MODEL for another program, or a file of another program as a model of ours.

    Read and written: toml, xmile and stmx (Stella, Vensim, PySD). Written: sbml (COPASI,
    libRoadRunner), ode (XPPAUT), r (R with deSolve), m (Octave, MATLAB). What a format cannot say,
    such as delays and noise, is refused by name; so is a run that does not reach its end, as other
    programs go on with numbers beyond it.
    """
    from symbiode.system.formats import formats, save

    loaded = shared.load_model(model, changes)
    if (to or out.suffix.removeprefix(".")).lower() in formats("RUNS"):
        _check_run(loaded, 50.0 if until is None else until)
    written = save(loaded, out, to=to, until=until, force=force)
    if as_object:
        shared.print_object("convert", {"paths": [str(written)], "status": {"level": "ok"}})
    else:
        click.echo(written)


def _check_run(loaded: Model, until: float) -> None:
    """Refuse a run that ends early: a fixed-step program would step over the end without a word."""
    from symbiode.dynamics.simulation import simulate
    from symbiode.system.formats._exporting import exported

    exported(loaded, until)
    path = simulate(loaded, [0.0, until])
    if path.ended:
        raise InvalidValueError("--until", until, f"a time before the run ends. {path.message}")


COMMAND = convert
