"""symbiode check: every fault of a model or data file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from symbiode.cli import shared
from symbiode.errors import DataError, Fault, ModelError


@shared.command("symbiode check mine.toml", "symbiode check series.csv --json")
@click.argument("file", metavar="FILE")
@shared.reader_options
@shared.json_flag
def check(file: str, as_object: bool, **reading: Any) -> int | None:
    """Say every fault of a model file (.toml) or a data file (.csv), one line each with its line number."""
    notices: tuple[str, ...] = ()
    try:
        if Path(file).suffix.lower() in (".csv", ".tsv", ".txt"):
            notices = _check_data(file, reading)
        else:
            shared.load_model(file)
    except (ModelError, DataError) as error:
        if not as_object:
            raise
        shared.print_object("check", {"ok": False, "faults": [_plain(fault) for fault in error.faults]})
        return 2
    for notice in notices:
        click.echo(f"note: {notice}", err=True)
    if as_object:
        shared.print_object("check", {"ok": True, "faults": [], "notices": list(notices)})
    else:
        click.echo(f"{file}: no faults")
    return None


def _check_data(file: str, reading: dict[str, Any]) -> tuple[str, ...]:
    from symbiode.inference.observations import check_data

    return tuple(map(str, check_data(file, **reading)))


def _plain(fault: Fault) -> dict[str, object]:
    message = f"{fault.problem}; {fault.remedy}" if fault.remedy else fault.problem
    return {"line": fault.line, "field": fault.field, "message": message}


COMMAND = check
