"""The command line: `symbiode VERB MODEL [options]`. Parses, calls, prints; one file of `verbs/` per verb.

Exit codes: 0 done (an undetermined verdict, an undecided or blow-up outcome are answers), 1 ran and refused or failed,
2 wrong usage or bad input, 3 internal error, 75 output locked by another run, 130 interrupted. No traceback ever
reaches a user for bad input.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence

import click

from symbiode import discover
from symbiode.cli import verbs
from symbiode.cli.completing import VARIABLE, equip
from symbiode.errors import InputError, OutputLockedError, RefusedError, did_you_mean


class Verbs(click.Group):
    """The verbs are the files of the folder; each is loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(discover.names(verbs))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in discover.names(verbs):
            return None
        command: click.Command = discover.module(verbs, cmd_name, "verb").COMMAND
        return equip(command) if VARIABLE in os.environ else command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            ctx.fail(f"no verb {args[0]!r}; {did_you_mean(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        from symbiode import __version__

        click.echo(f"symbiode {__version__}")
        ctx.exit()


@click.group(cls=Verbs, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="The version.")
@click.pass_context
def program(ctx: click.Context) -> None:
    """Symbiosis between regions: which mode does the system settle into, and what can the data say?

    MODEL is a model file or the name of a shipped model; `symbiode models` lists them.

    \b
    symbiode study shenzhen-hongkong        the whole line, from data to a report
    symbiode settle shenzhen-hongkong       where it goes, which mode that is, and why
    symbiode policy shenzhen-hongkong       the least change that reaches symmetric mutualism
    symbiode new mine --units east,west     a commented model file to start from
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> None:
    """Run the program with the process's arguments and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the program and return its exit code; faults are printed to stderr.

    Parameters
    ----------
    arguments : sequence of str
        What stands behind ``symbiode``.
    """
    try:
        code = _called(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone; Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _called(arguments: Sequence[str]) -> int:
    try:
        result = program.main(args=list(arguments), prog_name="symbiode", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return _said("interrupted; what was finished is kept", 130)
    except RefusedError as error:
        return _said(f"refused: {error}", 1)
    except OutputLockedError as error:
        return _said(str(error), 75)
    except InputError as error:
        return _said(str(error), 2)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  a fault of ours becomes one line and a trace file
        return _internal(error)
    return result if isinstance(result, int) else 0


def _said(text: str, code: int) -> int:
    click.echo(f"symbiode: {text}" if "\n" not in text and code != 2 else text, err=True)
    return code


def _internal(error: Exception) -> int:
    with tempfile.NamedTemporaryFile("w", prefix="symbiode-trace-", suffix=".txt", delete=False) as trace:
        traceback.print_exception(error, file=trace)
    return _said(f"a fault of ours ({type(error).__name__}: {error}); the trace is in {trace.name}", 3)
