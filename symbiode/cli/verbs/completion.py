"""symbiode completion: the tab key."""

from __future__ import annotations

import click

from symbiode.cli import shared


@shared.command(
    'eval "$(symbiode completion bash)"        in ~/.bashrc',
    'eval "$(symbiode completion zsh)"         in ~/.zshrc, after compinit',
    "symbiode completion fish > ~/.config/fish/completions/symbiode.fish",
)
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
@shared.json_flag
def completion(shell: str, as_object: bool) -> None:
    """Print a script by which SHELL (bash, zsh or fish) completes verbs, options, models, plot kinds and values."""
    from click.shell_completion import get_completion_class

    from symbiode.cli.completing import VARIABLE

    made = get_completion_class(shell)
    assert made is not None
    script = made(click.get_current_context().find_root().command, {}, "symbiode", VARIABLE).source()
    if as_object:
        shared.print_object("completion", {"shell": shell, "script": script, "status": {"level": "ok"}})
    else:
        click.echo(script)


COMMAND = completion
