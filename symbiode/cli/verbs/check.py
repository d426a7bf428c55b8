"""symbiode check: every fault of a model file, a scenario card or a data file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symbiode.cli import shared
from symbiode.errors import DataError, Fault, InvalidValueError, ModelError, ModelFileError
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.inference.notices import Notice


@shared.command(
    "symbiode check mine.toml", "symbiode check card.toml --model mine.toml", "symbiode check series.csv --json"
)
@click.argument("file", metavar="FILE")
@click.option("--model", metavar="MODEL", help="The model that a scenario card is for, if not the one it names.")
@shared.reader_options
@shared.lang
@shared.json_flag
def check(file: str, model: str | None, lang: str, as_object: bool, **reading: Any) -> int | None:
    """Say every fault of a model file or scenario card (.toml) or a data file (.csv, .xlsx,
    .dta), one line each with its number."""
    notices: tuple[Notice, ...] = ()
    try:
        if Path(file).suffix.lower() in (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".dta"):
            notices = _check_data(file, reading)
        else:
            _check_toml(file, model)
    except (ModelError, DataError) as error:
        if not as_object:
            raise
        error = shared.with_options(error) if isinstance(error, DataError) else error
        shared.print_object("check", {"ok": False, "faults": [_plain(fault) for fault in error.faults]})
        return 2
    for notice in notices:
        click.echo(say("check_note", lang, note=notice.said(lang)), err=True)
    if as_object:
        shared.print_object("check", {"ok": True, "faults": [], "notices": [notice.said(lang) for notice in notices]})
    else:
        click.echo(say("check_clean", lang, file=file))
    return None


def _check_toml(file: str, model: str | None) -> None:
    from symbiode.system.formats import is_card, load_scenario, model_of_card
    from symbiode.system.scenario import check_course

    if model is None and not is_card(file):
        shared.load_model(file)
        return
    loaded = shared.load_model(model) if model is not None else model_of_card(file)
    scenario = load_scenario(file, loaded)
    try:
        check_course(loaded, scenario)
    except InvalidValueError as error:
        raise ModelFileError(file, [Fault(path=("levers",), problem=str(error))]) from None


def _check_data(file: str, reading: dict[str, Any]) -> tuple[Notice, ...]:
    from symbiode.inference.doctor import findings
    from symbiode.inference.observations import check_data, read

    told = check_data(file, **reading)
    if not any(notice.key == "data_text_column" for notice in told):
        told += findings(read(file, **reading))
    return told


def _plain(fault: Fault) -> dict[str, object]:
    message = f"{fault.problem}; {fault.remedy}" if fault.remedy else fault.problem
    return {"line": fault.line, "field": fault.field, "message": message}


COMMAND = check
