"""The receiver of webhooks: an HTTP server that honours idempotency keys and can hold its answers back."""

import asyncio
from collections import Counter, defaultdict
from types import TracebackType
from typing import Self
from urllib.parse import unquote

BRIEF, LONG = "brief", "long"


class WebhookReceiver:
    """Holds requests to `/brief` until `release_brief`, and those to `/long` until `release_long` of their customer; `asked` counts by key."""

    def __init__(self) -> None:
        self._gates: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._open = False
        self.asked: Counter[str] = Counter()
        self.held: set[str] = set()
        self.urls: dict[str, str] = {}
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.urls = {name: f"http://127.0.0.1:{port}/{name}" for name in (BRIEF, LONG)}
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._server is not None
        self.release_all()
        self._server.close()

    def release_brief(self) -> None:
        """Answer what waits at `/brief`, and what will come there."""
        self._gates[BRIEF].set()

    def release_long(self, customer: str) -> None:
        """Answer what waits at `/long` for that customer, and what will come."""
        self._gates[customer].set()

    def release_all(self) -> None:
        """Hold nothing any more."""
        self._open = True
        for gate in self._gates.values():
            gate.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                name = line.split()[1].decode().strip("/")
                headers = {}
                while (line := await reader.readline()).strip():
                    header, _, value = line.decode().partition(":")
                    headers[header.strip().lower()] = value.strip()
                await reader.readexactly(int(headers.get("content-length", "0")))
                key = unquote(headers["idempotency-key"])
                self.asked[key] += 1
                self.held.add(key)
                if not self._open:
                    await self._gates[BRIEF if name == BRIEF else key.partition("/")[0]].wait()
                self.held.discard(key)
                writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()
