"""What ends a command with a sentence: one tree, and each error says with which status the process ends.

* EvergreenError
  * Mistake                    status 2: the caller's, who can mend it
    · PlaybookFaults             a playbook or its templates do not read
    · UnreadableFile             a YAML file of the gateway's does not read
    · UnknownLevel               EVERGREEN_LOG_LEVEL names no level
    · UsageMistake               the words typed fit no command
    · NothingRuns                a customer has no workflow: it was not enrolled, or its life is over
    · EndedByForce               a customer's workflow was ended at the server, and may be healed
    · HistoryGone                the server has no workflow of a customer, or no history of it any more
  * Failure                    status 1: something did not work
    · Unreachable                no Temporal server, or not the one that was meant
    · DevServerFailed            the embedded Temporal server cannot be started
    · SearchAttributesRefused    the server did not take the search attributes
    · TimeTravelFailed           a customer's clock cannot be moved
    · TemporalFailed             the Temporal server answered a request with an error
    · DatabaseFailed             the database cannot be opened, read or written
    · NotUnderstood              a customer's workflow is on a build that does not read the message
    · NoWorker                   no worker runs that a customer's workflow could answer by
    · OtherVersion               the database is at a version that this build does not work with
    · OtherSecret                the database holds opt-outs of erased people under another secret
    · FileUnusable               a file, folder or socket of this machine does not work
    · Unforeseen                 anything else: a bug, until it has a name here

The message is what a person reads: a sentence that says what is wrong and how to mend it; several faults are a line each.
Other libraries' exceptions become ours by `as_ours`, which the modules that import those libraries teach.
"""

from functools import singledispatch
from typing import ClassVar

from lifecycle.domain.texts import text


class EvergreenError(Exception):
    """A command cannot do what it was asked; raise one of its kinds."""

    status: ClassVar[int] = 1


class Mistake(EvergreenError):
    """The caller's: a file that does not read, a customer that is not there, an event that is refused."""

    status: ClassVar[int] = 2


class Failure(EvergreenError):
    """Not the caller's: a server that does not answer, a database that cannot be opened."""

    status: ClassVar[int] = 1


@singledispatch
def as_ours(error: BaseException) -> EvergreenError | None:
    """The error that a command reports for `error`; None for an exception that no imported module has registered here.

    A module that imports a library registers its exceptions: `@as_ours.register`, a function of that exception.
    """
    return None


@as_ours.register
def _(error: EvergreenError) -> EvergreenError:
    return error


def one_line(error: BaseException, longest: int = 300) -> str:
    """The exception's message on one printable line, cut after `longest` characters."""
    return text.one_line(str(error))[:longest]
