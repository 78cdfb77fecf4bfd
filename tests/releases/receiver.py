"""The receiver of webhooks: an HTTP server that honours idempotency keys and can hold its answers back."""

import asyncio
from collections import Counter
from types import TracebackType
from typing import Self
from urllib.parse import unquote

BRIEF, LONG = "brief", "long"


class WebhookReceiver:
    """Takes a key once. Requests to `/brief` and `/long` are answered when these events are set; `asked` counts requests by key."""

    def __init__(self) -> None:
        self.release = {BRIEF: asyncio.Event(), LONG: asyncio.Event()}
        self.asked: Counter[str] = Counter()
        self.held: set[str] = set()
        self.urls: dict[str, str] = {}
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.urls = {name: f"http://127.0.0.1:{port}/{name}" for name in self.release}
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._server is not None
        for event in self.release.values():
            event.set()
        self._server.close()

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
                await self.release[name].wait()
                self.held.discard(key)
                writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()
