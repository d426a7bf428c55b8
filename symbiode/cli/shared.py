"""What the verbs share: their options, loading a model, printing an answer."""

from __future__ import annotations

import functools
import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from symbiode.errors import DataError, InvalidValueError, RefusedError, as_json

if TYPE_CHECKING:
    from symbiode.inference.observations import Observations
    from symbiode.system.model import Model
    from symbiode.system.scenario import Scenario

# The options that an argument of a function is made of, where their names differ.
_MAKES = {
    "between": ("--from", "--to"), "region": ("--from", "--to"), "window": ("--from", "--to"),
    "coefficient": ("--along", "--x", "--y"), "coefficients": ("--along", "--x", "--y"), "second": ("--y",),
    "times": ("--begin", "--until", "--times", "--points"), "levers": ("--lever", "--scenario"),
    "initial": ("--start",), "events": ("--event",),
}  # fmt: skip
F = TypeVar("F", bound=Callable[..., Any])

model = click.argument("model", metavar="MODEL")
json_flag = click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
lang = click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language.")
force = click.option("--force", is_flag=True, help="Replace an earlier file.")
quiet = click.option("--quiet", is_flag=True, help="No progress on stderr.")
seed = click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of random draws.")
values = click.option(
    "--set", "changes", multiple=True, metavar="KEY=VALUE",
    help="Replace a value of the model: shenzhen.growth=0.2, effects.shenzhen.hongkong=1/3. Repeatable.",
)  # fmt: skip


shifts = click.option(
    "--shift", "shifts", multiple=True, metavar="UNIT=T",
    help="From this time on the unit's figures are on another scale, which is estimated. Repeatable.",
)  # fmt: skip


def with_shifts(seen: Observations, shifts: tuple[str, ...]) -> Observations:
    """Return observations with the level breaks of ``--shift``."""
    from symbiode.system.arithmetic import number

    told = []
    for text in shifts:
        unit, equals, time = _split_outside_quotes(text, "=")
        if not equals:
            raise InvalidValueError("--shift", text, "UNIT=T, such as shenzhen=2019")
        told.append((unit.strip().strip("\"'"), float(number(time.strip(), "--shift"))))
    return replace(seen, shifts=(*seen.shifts, *told))


def series(model: Model, data: Path | None, name: str | None, reading: Mapping[str, Any]) -> Observations:
    """Return the series of ``--data``, else of the model; its times count in the model's unit of time."""
    from symbiode.inference.observations import of_model, read

    if data is None:
        return of_model(model, name)
    return read(data, units=tuple(unit.name for unit in model.units), time_unit=model.time_unit, **reading)


def start(otherwise: str) -> Callable[[F], F]:
    """Return the option ``--start``; `otherwise` says what happens without it."""
    told = "'initial', or levels such as shenzhen=0.3,hongkong=0.5 (a unit not named has its own); left out: "
    return click.option("--start", metavar="START", help=told + otherwise + ".")


def reader_options(function: F) -> F:
    """Add what the reader of a CSV may have to be told."""
    for add in (
        click.option("--delimiter", metavar="C", help="CSV: the mark between cells, if it is not clear."),
        click.option("--decimal", type=click.Choice([".", ","]), help="CSV: the decimal mark, if it is not clear."),
        click.option("--thousands", metavar="C", help="CSV: the thousands mark; without it there is none."),
        click.option("--duplicates", type=click.Choice(["refuse", "mean", "first"]), default="refuse",
                     show_default=True, help="CSV: what to do with a time given twice."),
        click.option("--time", metavar="NAME", help="CSV: the column of times, if not called year, time or 年份."),
        click.option("--missing", multiple=True, metavar="CELL", help="CSV: a cell that means no value. Repeatable."),
        click.option("--encoding", metavar="NAME", help="CSV: the encoding, if neither UTF-8 nor GB18030."),
    ):  # fmt: skip
        function = add(function)
    return function


def out(help_text: str) -> Callable[[F], F]:
    """Return the option ``--out FILE``; the suffix picks the format, ``-`` is stdout."""
    return click.option("--out", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE", help=help_text)


def command(*examples: str) -> Callable[[F], click.Command]:
    """Make a function a verb: its docstring is the help, `examples` stand under it, a refusal prints its status."""

    def make(function: F) -> click.Command:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> int | None:
            try:
                result: int | None = function(*args, **kwargs)
            except InvalidValueError as error:
                raise _in_options(error) from error
            except DataError as error:
                raise with_options(error) from error
            except RefusedError as error:
                if kwargs.get("as_object"):
                    print_object(function.__name__, {"status": as_json(error.status)})
                raise
            return result

        epilog = "\b\nExamples:\n" + "\n".join(f"  {example}" for example in examples)
        return click.command(name=function.__name__, epilog=epilog)(run)

    return make


def with_options(error: DataError) -> DataError:
    """Return faults whose remedies name the options of this verb, where they name arguments of a function."""
    own = {name for option in click.get_current_context().command.params for name in option.opts}

    def told(match: re.Match[str]) -> str:
        return f"--{match[1]}{' ' * bool(match[2])}{match[2]}" if f"--{match[1]}" in own else match[0]

    changed = [replace(f, remedy=re.sub(r"\b([a-z]+)=('[^']*'|\"[^\"]*\")?", told, f.remedy)) for f in error.faults]
    return DataError(error.path, changed)


def _in_options(error: InvalidValueError) -> InvalidValueError:
    """Return a fault of an argument as one of the options that were typed; itself where none made it."""
    context = click.get_current_context()
    typed = {
        option.opts[0]: context.params[str(option.name)]
        for option in context.command.params
        if context.get_parameter_source(str(option.name)) is ParameterSource.COMMANDLINE
    }
    name = "between" if error.name.startswith("limits of ") else error.name
    maybe = (*name.split(" and "), f"--{name}", *_MAKES.get(name.rpartition(".")[2], ()))
    made = [each for each in dict.fromkeys(maybe) if each.startswith("--") and each in typed]
    given = [" ".join(map(str, each if isinstance(each, tuple) else (each,))) for each in map(typed.get, made)]
    allowed = error.allowed if name != "times" or "--times" in made else "a finite last time, after the first"
    return InvalidValueError(", ".join(made), "; ".join(given), allowed) if made else error


def load_model(name: str, changes: tuple[str, ...] = ()) -> Model:
    """Return the model of a path, a shipped name or ``-`` (stdin) with the changes of ``--set``."""
    from symbiode.system.formats import load, toml

    model = toml.from_bytes(sys.stdin.buffer.read()) if name == "-" else load(name)
    return model.with_values(dict(map(_change, changes)))


def load_cards(cards: tuple[str, ...], loaded: Model, name: str) -> Scenario:
    """Return what several scenario cards make together for a model of a name."""
    from symbiode.errors import ModelFileError
    from symbiode.policy.paths import joined
    from symbiode.system.formats import load_scenario

    try:
        return joined(*(load_scenario(card, loaded) for card in cards))
    except ModelFileError as error:
        if error.path.stem in cards and str(error.path) not in cards:
            told = f"The card {error.path.stem} does not fit {name}"
            raise click.UsageError(f"{told}; symbiode scenario {name} --list shows those that do.") from None
        raise


def _change(text: str) -> tuple[str, str]:
    key, equals, value = _split_outside_quotes(text, "=")
    if not equals:
        raise InvalidValueError("--set", text, "KEY=VALUE, such as shenzhen.growth=0.2")
    return key, value


def _split_outside_quotes(text: str, mark: str) -> tuple[str, str, str]:
    quoted = ""
    for at, character in enumerate(text):
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character in "\"'":
            quoted = character
        elif character == mark:
            return text[:at], mark, text[at + 1 :]
    return text, "", ""


def parse_start(text: str | None) -> Any:
    """Return what ``--start`` means: None, ``"initial"`` or exact levels by unit."""
    from symbiode.system.arithmetic import number

    if text is None or text == "initial":
        return text
    levels, rest = {}, text
    while rest:
        item, _, rest = _split_outside_quotes(rest, ",")
        unit, equals, level = _split_outside_quotes(item, "=")
        if not equals:
            raise InvalidValueError("--start", text, "'initial' or UNIT=LEVEL,UNIT=LEVEL")
        name = unit.strip().strip("\"'")
        levels[name] = number(level.strip(), f"start of {name}")
    return levels


def print_object(verb: str, fields: Mapping[str, object]) -> None:
    """Print one JSON object of finite numbers and nulls."""
    from symbiode import __version__

    head = {"schema": f"symbiode/{verb}/1", "version": __version__}
    click.echo(json.dumps({**head, **fields}, ensure_ascii=False, allow_nan=False))


def print_result(
    verb: str, found: Any, answer: Callable[[Any], Mapping[str, object]], *, kind: str, out: Path | None, force: bool,
    lang: str, json: bool,
) -> None:  # fmt: skip
    """Tell a result: its figure or table into a file, an object or its summary to stdout, a warning to stderr."""
    from symbiode.show import plots, tables

    if not found.status.ok and (json or out is not None):  # a summary says it itself
        click.echo(f"note: {found.status.message}", err=True)
    if out is not None and str(out) != "-":
        drawn = out.suffix.lower() in plots.SUFFIXES
        wide: dict[str, Any] = {"page": True} if kind == "mode_map" else {}
        figure = plots.plot(kind, found, lang=lang, **wide) if drawn else None
        path = plots.write(figure, out, force=force) if figure else tables.write(found, out, lang=lang, force=force)
        click.echo(path, err=json)
    if json:
        print_object(verb, answer(found))
    elif out is None:
        click.echo(found.summary(lang))
    elif str(out) == "-":
        click.echo(tables.text(found), nl=False)


def progress(quiet: bool) -> Callable[[str], None]:
    """Return a function that shows what is being done: on a terminal one line that changes, else nothing."""
    if quiet or not sys.stderr.isatty():
        return lambda text: None

    def show(text: str) -> None:
        click.echo(f"\r\033[K{text}", nl=not text, err=True)

    return show
