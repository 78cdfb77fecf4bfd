"""How a command ends: what went wrong as a sentence on standard error, and the right status. Never a traceback.

Faults are known by the names of their classes: importing the classes would bring Temporal's library into commands
that need none.
"""

import os
import traceback
from collections.abc import Callable

import typer

from console.output import complain
from runtime.process.failing import Failure, Mistake

TRACEBACK_VARIABLE = "EVERGREEN_TRACEBACK"

_TELLS_ITSELF = {
    "runtime.temporal.connect.Unreachable",
    "runtime.temporal.dev_server.DevServerFailed",
    "runtime.temporal.search_attributes.SearchAttributesRefused",
    "runtime.temporal.time_travel.TimeTravelFailed",
}
_CALLERS_OWN = {"lifecycle.playbook.faults.PlaybookFaults", "runtime.process.logs.UnknownLevel"}
_FAILED, _MISTAKEN = Failure.status, Mistake.status


def status_of(command: Callable[[], object]) -> int:
    """Run the command, say what went wrong, and answer the status. Ctrl-C and closed pipes are passed on."""
    try:
        answer = command()
    except (KeyboardInterrupt, BrokenPipeError, typer.Abort):
        raise
    except typer.TyperException as error:
        return _usage(error)
    except Exception as error:  # noqa: BLE001  the last resort: nobody above would say it in a sentence
        return _fault(error)
    return answer if isinstance(answer, int) else 0


def _usage(error: typer.TyperException) -> int:
    """What Typer found wrong with the words that were typed; without any it has printed the help."""
    if type(error).__name__ != "NoArgsIsHelpError":
        context = getattr(error, "ctx", None)
        told = error.format_message() if hasattr(error, "format_message") else str(error)
        words = " ".join(told.split()).replace("Value error, ", "").rstrip(".")
        complain(f"{words}: '{context.command_path if context else 'starter.py'} --help' says how it is written.")
    return _MISTAKEN


def _fault(error: Exception) -> int:
    while isinstance(error, ExceptionGroup):  # of tasks that ran side by side, the first tells
        error = error.exceptions[0]
    if os.environ.get(TRACEBACK_VARIABLE):
        traceback.print_exception(error)
    kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    if isinstance(error, (Mistake, Failure)):
        complain(str(error))
        return error.status
    if kinds & _CALLERS_OWN:
        complain(str(error))
        return _MISTAKEN
    if kinds & _TELLS_ITSELF:
        complain(str(error))
    elif "temporalio.service.RPCError" in kinds:
        complain(f"The Temporal server did not do it ({_one_line(error)}): try again, or look at its log.")
    elif "sqlalchemy.exc.SQLAlchemyError" in kinds:
        complain(f"The database cannot be used ({_one_line(error)}): look at EVERGREEN_DATABASE_URL and EVERGREEN_HOME.")
    elif isinstance(error, OSError):
        complain(f"{error.filename or 'A file'} cannot be used ({error.strerror or _one_line(error)}): look at its rights and the disk.")
    else:
        complain(f"Something unforeseen went wrong ({type(error).__name__}: {_one_line(error)}): {TRACEBACK_VARIABLE}=1 shows where.")
    return _FAILED


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
