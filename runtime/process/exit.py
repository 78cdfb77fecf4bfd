"""The one place where a process of ours exits.

The interpreter's own teardown aborts now and then once the Temporal SDK is loaded (SIGABRT or SIGSEGV instead of the
right status, in up to a quarter of short runs), so a command flushes what it wrote and leaves without it. Functions
registered with atexit are not called: what `main` started, `main` ends.
"""

import asyncio
import logging
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from typing import IO, Any, NoReturn

from runtime.process.sentences import complain

_FAILED = 1
_INTERRUPTED = 128 + signal.SIGINT
_NOBODY_READS = 128 + signal.SIGPIPE

Main = Callable[[], int | None] | Callable[[], Coroutine[Any, Any, int | None]]


def run_and_exit(main: Main) -> NoReturn:
    """Run `main`, to its end if it is a coroutine, and end the process with its status.

    None is 0, and so `sys.exit` and the exits of Typer do what they say. Ctrl-C is 130, a reader who closed the pipe (as
    `head` does) 141, both without a word; any other exception is 1, with its traceback on standard error.
    """
    exit_now(exit_status(main))


def exit_now(status: int) -> NoReturn:
    """Flush what was written and logged, and end the process with `status`, now."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        fault = _flush(stream)
        status = status or fault
    os._exit(status)


def exit_status(main: Main) -> int:
    """Run `main` and answer the status that its process is to end with."""
    try:
        status = main()
        if isinstance(status, Awaitable):
            status = asyncio.run(status)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        return _NOBODY_READS
    except SystemExit as exit_:
        return _status(exit_.code)
    except Exception as error:  # noqa: BLE001  the last resort: nothing above would report it
        code = getattr(error, "exit_code", None)  # typer.Exit, when it is not in standalone mode
        if isinstance(code, int):
            return code
        complain(traceback.format_exc().rstrip("\n"))
        return _FAILED
    return _status(status)


def _status(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    complain(str(code))  # as the interpreter does for sys.exit("sentence")
    return _FAILED


def _flush(stream: IO[str] | None) -> int:
    """The status that a stream which cannot be flushed gives a command that went well."""
    try:
        if stream is not None and not stream.closed:
            stream.flush()
    except BrokenPipeError:
        return _NOBODY_READS
    except OSError:  # a full disk
        return _FAILED
    return 0
