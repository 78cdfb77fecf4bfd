"""Runs the command line's words: what Typer finds wrong with them becomes one of our errors."""

from collections.abc import Sequence

import typer

from lifecycle.domain.errors import Mistake

PROGRAM = "starter.py"


class UsageMistake(Mistake):
    """The words typed fit no command."""


def run_words(app: typer.Typer, words: Sequence[str] | None = None) -> int:
    """Run the command that `words` (those of the process, if None) name, and return its status. Raises UsageMistake.

    Without any words the help is printed and the status is that of a mistake.
    """
    try:
        status: object = app(words, prog_name=PROGRAM, standalone_mode=False)
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # Typer has no public name for it
            return Mistake.status
        raise UsageMistake(_in_words(error)) from error
    return status if isinstance(status, int) else 0


def _in_words(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    words = " ".join(error.format_message().split()).replace("Value error, ", "").rstrip(".")
    return f"{words}: '{context.command_path if context else PROGRAM} --help' says how it is written."
