"""symbiode fit: coefficients with inference, and the mode verdict."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symbiode import discover
from symbiode.cli import shared
from symbiode.errors import InvalidValueError

if TYPE_CHECKING:
    from symbiode.inference.estimators import Estimator
    from symbiode.inference.fitting import Fit
    from symbiode.inference.observations import Observations


@shared.command(
    "symbiode fit shenzhen-hongkong",
    "symbiode fit shenzhen-hongkong --data series.csv --out fitted.toml",
    "symbiode fit shenzhen-hongkong --series local --referee",
    "symbiode fit lotka-volterra --error level --json",
    "symbiode fit mine.toml --covariate mainland=macro.csv:gdp",
    "symbiode fit shenzhen-hongkong --method growth_regression --errors newey_west",
)
@shared.model
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="FILE", help="A CSV with a year column and one column per unit."
)
@click.option("--series", metavar="NAME", help="Another series of the model's own [data], such as local or rd.")
@shared.values
@shared.shifts
@click.option("--method", default="trajectory", show_default=True, metavar="NAME", help="Estimator, such as leslie.")
@click.option("--error", type=click.Choice(["log", "level"]), help="Error model, where the method leaves a choice.")
@click.option(
    "--errors", type=click.Choice(["classical", "hc1", "hc3", "newey_west"]), help="Errors, of one-step methods."
)
@click.option("--starts", type=click.IntRange(min=1), help="Starts of the search.")
@click.option("--draws", type=click.IntRange(min=50), default=400, show_default=True, help="Refits for probabilities.")
@click.option(
    "--level", type=click.FloatRange(0.5, 0.999), default=0.80, show_default=True, help="Probability a mode needs."
)
@click.option("--referee", is_flag=True, help="First try to refute the fit, at last say which data would decide it.")
@click.option(
    "--covariate", "covariates", multiple=True, metavar="NAME=FILE:COLUMN",
    help="Also fit with the growth of this column moving everybody's growth. Repeatable.",
)
@click.option("--bounds", is_flag=True, help="Keep coefficients inside the bounds of the model file.")
@shared.reader_options
@shared.seed
@shared.out("Write the fitted model to FILE.toml; every verb takes it.")
@shared.force
@shared.lang
@shared.json_flag
def fit(
    model: str,
    data: Path | None,
    series: str | None,
    changes: tuple[str, ...],
    shifts: tuple[str, ...],
    method: str,
    error: str | None,
    errors: str | None,
    starts: int | None,
    draws: int,
    level: float,
    referee: bool,
    covariates: tuple[str, ...],
    bounds: bool,
    seed: int,
    out: Path | None,
    force: bool,
    lang: str,
    as_object: bool,
    **reading: Any,
) -> int | None:
    """Fit the coefficients to two short series and say which mode the data support, or that they do not say."""
    from symbiode.errors import Level, OutputExistsError
    from symbiode.inference.covariates import beside
    from symbiode.inference.fitting import fit
    from symbiode.inference.robustness import robustness
    from symbiode.show import answers
    from symbiode.system.formats import save

    if out is not None and out.exists() and not force:
        raise OutputExistsError(out)
    chosen = shared.load_model(model, changes)
    seen = shared.series(chosen, data, series, reading)
    seen = shared.with_shifts(seen, shifts)
    outside = beside(seen.t, [_covariate(text, chosen.time_unit) for text in covariates]) if covariates else None
    estimator = _estimator(method, error=error, errors=errors, starts=starts)
    result = fit(chosen, seen, method=estimator, seed=seed, level=level, draws=draws, bounds=bounds)
    if out is not None:
        click.echo(f"fitted model written to {save(result.model, out, force=force)}", err=True)
    driven = robustness(result, covariates=outside, estimators={}, laws=()) if outside else None
    if as_object:
        more = {"choices": answers.plain(driven.frame().to_dict("records"))} if driven else {}
        shared.print_object("fit", {**answers.fit(result), **more})
    else:
        before, after = _refereed(result, lang) if referee else ([], [])
        after += [driven.summary(lang)] if driven else []
        click.echo("\n\n".join([*before, result.summary(lang), *after]))
    return 1 if result.status.level is Level.REFUSED else None


def _refereed(result: Fit, lang: str) -> tuple[list[str], list[str]]:
    """Return what speaks against a fit, and what its data leave open with the designs that would decide it."""
    from symbiode.errors import RefusedError
    from symbiode.inference.contests import falsify
    from symbiode.inference.designs import valley_text, valleys_of
    from symbiode.inference.remedies import deciders_of

    lines = [f"  - {valley_text(valley, result.model.units, lang)}" for valley in valleys_of(result)]
    with suppress(RefusedError):
        lines = [deciders_of(result).summary(lang), *lines]
    return [falsify(result).summary(lang)], ["\n".join(lines)] if lines else []


def _covariate(text: str, time_unit: str) -> Observations:
    """Return the column that ``NAME=FILE:COLUMN`` tells."""
    from symbiode.inference.observations import read

    name, equals, rest = text.partition("=")
    file, colon, column = rest.rpartition(":")
    if not (name and equals and colon and file and column):
        raise InvalidValueError("--covariate", text, "NAME=FILE:COLUMN, such as mainland=macro.csv:gdp")
    return read(file, columns={name.strip(): column}, time_unit=time_unit)


def _estimator(name: str, **asked: object) -> Estimator:
    """Return the settings of an estimator, with what was asked for."""
    from symbiode.inference import estimators

    kind = discover.module(estimators, name, "estimator").ESTIMATOR
    given = {key: value for key, value in asked.items() if value is not None}
    settings = {field.name for field in fields(kind)}
    for key, value in given.items():
        if key not in settings:
            raise InvalidValueError(f"--{key}", value, f"no value; {name} has no such setting")
    made: Estimator = kind(**given)
    return made


COMMAND = fit
