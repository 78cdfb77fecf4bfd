"""A request's head: whole, in time and of a size, or the connection is closed.

The server itself waits for a head for ever, however slowly or endlessly it comes; a few hundred such connections would shut the door.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST = 65_536
"""Bytes that a head may have; one that is still not whole then is cut off."""


def patient(seconds: float) -> type[HttpToolsProtocol]:
    """The server's protocol, with a patience of so many seconds for each head."""

    class Patient(_Patient):
        """It, with these seconds."""

        patience = seconds

    return Patient


class _Patient(HttpToolsProtocol):
    patience: float

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waits: asyncio.TimerHandle | None = None
        self._came = 0
        self._begun = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the server has it
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._begun or self.cycle.response_complete:
            # Bytes that make no request yet: the next head's first ones, or a body that nobody reads any more.
            self._came += len(data)
            if self._came > LARGEST:
                self.transport.close()
            elif self._waits is None and not self.transport.is_closing():
                self._wait()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()
        self._begun = True

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waits = self.loop.call_later(self.patience, self.transport.close)

    def _stop_waiting(self) -> None:
        self._came = 0
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None
