"""symbiode policy: the least change of levers that reaches a target mode, its price, and what stands in the way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symbiode.cli import shared

if TYPE_CHECKING:
    from symbiode.system.model import Model


@shared.command(
    "symbiode policy shenzhen-hongkong --lever effects.hongkong.shenzhen --lever effects.shenzhen.hongkong",
    "symbiode policy shenzhen-hongkong --lever effects.hongkong.shenzhen,price=2,upper=0.4,payer=HK --budget HK=1",
    "symbiode policy shenzhen-hongkong --scenario all-mechanisms --by 2035 --each",
    "symbiode policy mine.toml --target coexistence --draws draws.csv --probability 0.9 --json",
)
@shared.model
@shared.values
@click.option("--target", default="symmetric_mutualism", show_default=True, metavar="MODE", help="Or coexistence.")
@click.option("--lever", "levers", multiple=True, metavar="NAME,KEY=VALUE…",
              help="What may be turned: a value such as effects.a.b, or a lever of the scenario; with lower=, upper=, "
              "only=up or down, price= (of one unit of change), payer=. Repeatable.")  # fmt: skip
@click.option("--scenario", "cards", multiple=True, metavar="CARD", help="A scenario card whose levers may be turned.")
@click.option("--budget", "budgets", multiple=True, metavar="AMOUNT", help="The most to spend; or PAYER=AMOUNT.")
@click.option("--margin", type=float, default=0.01, show_default=True, help="Distance to keep from the border.")
@click.option("--runaway", type=float, default=0.01, show_default=True, help="Least 1 - d12*d21.")
@click.option("--norm", type=click.Choice(["1", "2"]), default="1", help="Effort: sum, or root of the sum of squares.")
@click.option("--by", type=float, metavar="T", help="Hold the target from this time on (needs --scenario).")
@click.option("--until", type=float, metavar="T", help="… to this time; ten time units later by default.")
@click.option("--draws", type=click.Path(path_type=Path), metavar="FILE.csv",
              help="Draws of the effects: a header of key paths (effects.a.b,effects.b.a), a draw a row.")  # fmt: skip
@click.option("--probability", type=float, metavar="P",
              help="Reach it with this probability over the draws; "
              "without --draws those of a fit to the model's data.")  # fmt: skip
@click.option("--between", metavar="A,B", help="With more than two units: between which units or regions.")
@click.option("--tau", type=float, default=0.1, show_default=True, help="Symmetric: smaller gain at least 1 - tau.")
@click.option("--nominal", is_flag=True, help="Compare effects, not gains.")
@click.option("--each", is_flag=True, help="Also say what each lever is worth.")
@shared.seed
@shared.out("FILE.png, .svg or .pdf for the figure; .csv, .dta, .html, .tex or .txt for the changes.")
@shared.force
@shared.lang
@shared.json_flag
def policy(
    model: str, changes: tuple[str, ...], levers: tuple[str, ...], cards: tuple[str, ...], budgets: tuple[str, ...],
    norm: str, draws: Path | None, between: str | None, nominal: bool, each: bool, out: Path | None, force: bool,
    lang: str, as_object: bool, **asked: Any,
) -> None:  # fmt: skip
    """Find the least change of levers that brings a model into a target mode, and what stands in the way.

    Without --lever: the levers of the scenario, else the model's named parameters with both bounds, else its effects.
    """
    from symbiode.policy.effort import plan, worth
    from symbiode.policy.effort.telling import worths
    from symbiode.show import policies

    loaded = shared.load_model(model, changes)
    told: dict[str, Any] = {
        **asked, "levers": _levers(levers), "budget": _budgets(budgets), "scenario": _scenario(loaded, cards),
        "norm": int(norm), "between": between.split(",") if between else None,
        "reading": "nominal" if nominal else "settled",
    }  # fmt: skip
    drawn, loaded = _drawn(loaded, draws, asked["probability"], asked["seed"])
    found = plan(loaded, draws=drawn, **told)
    values = worth(found) if each else ()
    shared.print_result(
        "policy", found, lambda plan: policies.plan(plan, worth=values), kind="policy", out=out, force=force, lang=lang,
        json=as_object,
    )  # fmt: skip
    if values and not as_object and out is None:
        click.echo("\n".join(worths(found, values, lang)))


def _drawn(model: Model, file: Path | None, probability: float | None, seed: int) -> tuple[Any, Model]:
    """Return draws from a file, or of a fit to the model's own data, and the model they are about."""
    if file is not None:
        from symbiode.policy.effort.chances import read_draws

        return read_draws(model, file), model
    if probability is None:
        return None, model
    from symbiode.inference.fitting import fit
    from symbiode.inference.observations import of_model

    click.echo("fitting the model to its data for draws of the effects (or give --draws FILE.csv)", err=True)
    fitted = fit(model, of_model(model, None), seed=seed)
    return fitted, fitted.model


def _levers(texts: tuple[str, ...]) -> dict[str, dict[str, str]] | None:
    from symbiode.errors import InvalidValueError

    found = {}
    for text in texts:
        name, *words = text.split(",")
        table = dict(word.partition("=")[::2] for word in words)
        if not name or not all(table.values()) or len(table) < len(words):
            raise InvalidValueError("--lever", text, "NAME, or NAME,upper=0.5,price=2,only=up,payer=HK")
        found[name.strip()] = table
    return found or None


def _budgets(texts: tuple[str, ...]) -> dict[str, float] | None:
    from symbiode.system.arithmetic import number

    found = {}
    for text in texts:
        payer, _, amount = text.rpartition("=")
        found[payer.strip()] = float(number(amount.strip(), "--budget"))
    return found or None


def _scenario(model: Model, cards: tuple[str, ...]) -> Any:
    from symbiode.policy.paths import joined
    from symbiode.system.formats import load_scenario

    return joined(*(load_scenario(card, model) for card in cards)) if cards else None


COMMAND = policy
