"""symbiode plot: one figure."""

from __future__ import annotations

from pathlib import Path

import click

from symbiode.cli import shared


@shared.command(
    "symbiode plot phase_portrait shenzhen-hongkong",
    "symbiode plot mode_map shenzhen-hongkong --out map.svg --lang zh",
    "symbiode plot series lotka-volterra --fit --out lynx.pdf",
    "symbiode plot drives shenzhen-hongkong --scenario history --out drives.png",
)
@click.argument("kind", metavar="KIND")
@shared.model
@shared.values
@click.option("--fit", "fitted", is_flag=True, help="Fit the model to its own data first and draw the fit.")
@click.option("--scenario", "cards", metavar="CARD", multiple=True, help="Draw the path under a scenario. Repeatable.")
@shared.out("FILE.png, .svg or .pdf; default MODEL-KIND.png.")
@shared.seed
@shared.force
@shared.lang
@shared.json_flag
def plot(
    kind: str,
    model: str,
    changes: tuple[str, ...],
    fitted: bool,
    cards: tuple[str, ...],
    out: Path | None,
    seed: int,
    force: bool,
    lang: str,
    as_object: bool,
) -> None:
    """Draw one figure of a model: phase_portrait, mode_map, series, drives, …"""
    from symbiode.show.plots import plot, write

    chosen = shared.load_model(model, changes)
    subject: object = chosen
    if fitted and cards:
        raise click.UsageError("Say --fit or --scenario, not both.")
    if fitted:
        from symbiode.inference.fitting import fit

        subject = fit(chosen, seed=seed)
    if cards:
        from symbiode.policy.paths import mode_path

        subject = mode_path(chosen, shared.load_cards(cards, chosen, model))
    path = write(plot(kind, subject, lang=lang), out or Path(f"{Path(model).stem}-{kind}.png"), force=force)
    if as_object:
        shared.print_object("plot", {"paths": [str(path)], "status": {"level": "ok"}})
    else:
        click.echo(path)


COMMAND = plot
