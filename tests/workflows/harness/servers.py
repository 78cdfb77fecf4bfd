"""Real servers in this process's loop: the endpoint that tasks are posted to, and mail servers that can be slow."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.activities.mail_server import MailCatcher

Mail = TypeVar("Mail", bound=MailCatcher)


@asynccontextmanager
async def serving_mail(mail: Mail) -> AsyncIterator[Mail]:
    """That mail server, for as long as this lasts."""
    await mail.start()
    try:
        yield mail
    finally:
        await mail.stop()


class TaskEndpoint:
    """Answers `status` to every request; while `hold` is set, not before `release`. `keys` are all it saw, `taken` what it took, `bodies` the
    last that it saw of each key.
    """

    def __init__(self) -> None:
        self.status = 201
        self.hold = False
        self.reached = asyncio.Event()
        self.release = asyncio.Event()
        self.keys: list[str] = []
        self.taken: list[str] = []
        self.bodies: dict[str, dict[str, Any]] = {}
        self.url = ""
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._server is not None
        self.release.set()
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                headers = {}
                while (line := await reader.readline()).strip():
                    name, _, value = line.decode().partition(":")
                    headers[name.strip().lower()] = value.strip()
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.bodies[headers["idempotency-key"]] = json.loads(body)
                await self._answer(headers["idempotency-key"], writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _answer(self, key: str, writer: asyncio.StreamWriter) -> None:
        self.keys.append(key)
        status = self.status
        if status < 300 and key not in self.taken:
            self.taken.append(key)
        self.reached.set()
        if self.hold:
            await self.release.wait()
        writer.write(f"HTTP/1.1 {status} Answer\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()


class SlowMailServer(MailCatcher):
    """Says when the first message is on its way, and does not take its recipient before `release`."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()
        self.release = asyncio.Event()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        self.reached.set()
        await self.release.wait()
        return await super().handle_RCPT(server, session, envelope, address, options)
