"""symbiode report: the study's page alone."""

from __future__ import annotations

from pathlib import Path

import click

from symbiode.cli import shared


@shared.command("symbiode report shenzhen-hongkong", "symbiode report mine.toml --out mine.html --lang zh")
@shared.model
@shared.values
@shared.out("FILE.html; default MODEL-report.html.")
@shared.seed
@shared.force
@shared.lang
@shared.json_flag
def report(
    model: str, changes: tuple[str, ...], out: Path | None, seed: int, force: bool, lang: str, as_object: bool
) -> None:
    """Write one self-contained HTML page: the model, where it settles, and its fits if it names data."""
    from symbiode import studies
    from symbiode.errors import OutputExistsError

    path = out or Path(f"{Path(model).stem}-report.html")
    if path.exists() and not force:
        raise OutputExistsError(path)
    chosen = shared.load_model(model, changes)
    written = studies.report(chosen, path, name=Path(model).stem, lang=lang, seed=seed, force=force)
    if as_object:
        shared.print_object("report", {"paths": [str(written)], "status": {"level": "ok"}})
    else:
        click.echo(written)


COMMAND = report
