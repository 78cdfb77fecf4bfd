"""Ports of this machine."""

import socket

HOST = "127.0.0.1"
"""Nobody but this machine reaches what listens here."""


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


def any_free() -> int:
    """A port that nobody held a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
