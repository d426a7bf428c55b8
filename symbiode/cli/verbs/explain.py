"""symbiode explain: the derivation step by step."""

from __future__ import annotations

from pathlib import Path

import click

from symbiode.cli import shared


@shared.command(
    "symbiode explain shenzhen-hongkong",
    "symbiode explain shenzhen-hongkong --set effects.shenzhen.hongkong=2 --out lesson.html --lang zh",
    "symbiode explain rabbits-sheep --start rabbits=1,sheep=2 --out lesson.tex",
)
@shared.model
@shared.values
@shared.start("every start")
@shared.out("FILE.html, .md, .tex or .txt.")
@shared.force
@shared.lang
@shared.json_flag
def explain(
    model: str, changes: tuple[str, ...], start: str | None, out: Path | None, force: bool, lang: str, as_object: bool
) -> None:
    """Derive where a model settles: equilibria, stability and mode, step by step with its numbers."""
    from symbiode.errors import InvalidValueError
    from symbiode.files import write_text
    from symbiode.show import answers
    from symbiode.show.teach.explaining import explain

    forms = {".html": "page", ".md": "markdown", ".tex": "latex", ".txt": "summary"}
    if out is not None and str(out) != "-" and out.suffix.lower() not in forms:
        raise InvalidValueError("--out", str(out), "a name ending in " + ", ".join(forms))
    found = explain(shared.load_model(model, changes), start=shared.parse_start(start))
    if out is not None and str(out) != "-":
        text = getattr(found, forms[out.suffix.lower()])(lang)
        click.echo(write_text(out, text, force=force), err=as_object)
    if as_object:
        told = {"title": found.title(lang), "steps": found.as_object()}
        settled = found.settlement
        ends = {"outcome": answers.plain(settled.outcome), "mode": answers.plain(settled.mode)}
        shared.print_object("explain", {**told, **ends, "status": answers.plain(found.status)})
    elif out is None or str(out) == "-":
        click.echo(found.summary(lang))


COMMAND = explain
