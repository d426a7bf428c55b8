"""What the tab key offers where click cannot know: shipped models and files, plot kinds, values of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

from symbiode.errors import SymbiodeError

VARIABLE = "_SYMBIODE_COMPLETE"
"""The environment variable by which a shell asks for completions."""


class _Offered(click.ParamType[str]):
    """Text of which some values are known; any other is as good."""

    name = "text"

    def __init__(self, choices: Callable[[click.Context], Iterable[str]], *, files: bool = False) -> None:
        self.choices, self.files = choices, files

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        found = [CompletionItem(each) for each in self.choices(ctx) if each.startswith(incomplete)]
        # bash forgets the names it was told as soon as files are offered as well
        return found or [CompletionItem(incomplete, type="file")] if self.files else found


def equip(command: click.Command) -> click.Command:
    """Return a verb whose MODEL, KIND and ``--set`` offer what there is."""
    for param in command.params:
        if param.metavar in _OFFERS:
            param.type = _OFFERS[param.metavar]
    return command


def _models(_: click.Context) -> Iterable[str]:
    from symbiode.system.formats import shipped

    return shipped()


def _kinds(_: click.Context) -> Iterable[str]:
    from symbiode import discover
    from symbiode.show import plots

    return discover.names(plots)


def _values(ctx: click.Context) -> Iterable[str]:
    """Return the keys of ``--set`` for the model typed before it, none if that cannot be read."""
    from symbiode.system.formats import load
    from symbiode.system.model import value_names

    # Behind an option without its value click stops, and leaves what stood before it in `args`.
    typed = [*ctx.args, ctx.params.get("model")]
    try:
        return [f"{name}=" for name in value_names(load(next(name for name in reversed(typed) if name)))]
    except (SymbiodeError, StopIteration):
        return ()


_OFFERS = {"MODEL": _Offered(_models, files=True), "KIND": _Offered(_kinds), "KEY=VALUE": _Offered(_values)}
