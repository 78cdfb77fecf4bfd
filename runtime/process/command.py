"""Runs a command: what went wrong is a sentence on standard error and a status, never a traceback."""

import os
import traceback
from collections.abc import Callable, Sequence

from lifecycle.domain.errors import EvergreenError, Failure, Mistake, as_ours, one_line
from runtime.process.sentences import complain

TRACEBACK_VARIABLE = "EVERGREEN_TRACEBACK"
"""Set to anything, it has every error's traceback printed above its sentence."""


class FileUnusable(Failure):
    """A file, folder or socket of this machine does not work: no right to it, no room on the disk."""


class Unforeseen(Failure):
    """An exception that nothing here has a sentence for: a bug, until it gets a name of its own."""


def run_command(command: Callable[[], object]) -> int:
    """Run `command` and return the status that the process is to end with: what it returned if that is a number, else 0.

    An EvergreenError is complained of and gives its own status; any other exception becomes one first. Ctrl-C and closed
    pipes are passed on.
    """
    try:
        answer = command()
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  the last resort: nobody above would say it in a sentence
        return _report(error)
    return answer if isinstance(answer, int) else 0


def run_without_words(command: Callable[[], object], words: Sequence[str], about: str) -> int:
    """As `run_command`, for a command that takes no words: asked for help it prints what it is `about`, and any other word is a mistake.

    Nothing is begun then: who asks how a worker is started does not want one.
    """

    def run() -> object:
        if not words:
            return command()
        if {"-h", "--help"} & set(words):
            return print(about.strip())  # noqa: T201  it is what was asked for
        raise Mistake(
            f"'{' '.join(words)}' is a word too many: this takes none, and is told all by its environment; --help says what it does."
        )

    return run_command(run)


def _report(error: Exception) -> int:
    while isinstance(error, ExceptionGroup):  # of tasks that ran side by side, the first tells
        error = error.exceptions[0]
    if os.environ.get(TRACEBACK_VARIABLE):
        complain("".join(traceback.format_exception(error)).rstrip("\n"))
    ours = as_ours(error) or _unforeseen(error)
    complain(str(ours))
    return ours.status


@as_ours.register
def _(error: OSError) -> FileUnusable:
    return FileUnusable(
        f"{error.filename or 'A file'} cannot be used ({error.strerror or one_line(error)}): look at its rights and the disk."
    )


def _unforeseen(error: Exception) -> EvergreenError:
    why = f"{type(error).__name__}: {one_line(error)}"
    return Unforeseen(f"Something unforeseen went wrong ({why}): {TRACEBACK_VARIABLE}=1 shows where.")
