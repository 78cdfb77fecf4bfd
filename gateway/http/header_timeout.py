"""Closes connections whose request headers come too slowly or grow too large.

uvicorn itself waits for headers without limit; a few hundred such connections would use up all that it accepts.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEADER_BYTES = 65_536
"""Bytes of request line and headers after which an incomplete request is cut off."""


def protocol_with_header_timeout(seconds: float) -> type[HttpToolsProtocol]:
    """uvicorn's HTTP protocol class, closing a connection whose headers are not complete within `seconds`."""

    class Protocol(_HeaderTimeoutProtocol):
        """The protocol with that timeout: uvicorn makes one per connection and passes no settings of ours."""

        header_timeout = seconds

    return Protocol


class _HeaderTimeoutProtocol(HttpToolsProtocol):
    header_timeout: float

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: asyncio.TimerHandle | None = None
        self._header_bytes = 0
        self._had_request = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the server has it
        super().connection_made(transport)
        self._start_timer()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._had_request or self.cycle.response_complete:
            # Bytes that make no request yet: the next request's first ones, or a body that is no longer read.
            self._header_bytes += len(data)
            if self._header_bytes > MAX_HEADER_BYTES:
                self.transport.close()
            elif self._timer is None and not self.transport.is_closing():
                self._start_timer()

    def on_headers_complete(self) -> None:
        self._stop_timer()
        super().on_headers_complete()
        self._had_request = True

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(self.header_timeout, self.transport.close)

    def _stop_timer(self) -> None:
        self._header_bytes = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
