"""Ports of this machine."""

import asyncio
import fcntl
import os
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

HOST = "127.0.0.1"
"""Nobody but this machine reaches what listens here."""


_LOOK_AGAIN = 0.05


def is_free(port: int) -> bool:
    """Whether nobody listens at that port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # else a port just closed counts as taken
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def preferred(port: int) -> int:
    """`port` if nobody holds it, else 0: to ask for a well-known port without insisting on it."""
    return port if is_free(port) else 0


@asynccontextmanager
async def choosing_ports() -> AsyncIterator[None]:
    """Be the only process of this user that chooses well-known ports, until the block ends: what was chosen is to be taken by then.

    Of two that begin at one moment both would find a port free, and the later would take the earlier one's server, which answers there, for its own.
    """
    file = os.open(Path(tempfile.gettempdir()) / f"evergreen-{os.getuid()}.ports", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(_LOOK_AGAIN)
        yield
    finally:
        os.close(file)


def any_free() -> int:
    """A port that nobody held a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
