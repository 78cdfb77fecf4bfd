"""A real SMTP server, spoken by hand, which hangs up or answers as it is told to at one point of a conversation."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self


class Point(StrEnum):
    """Where in a conversation something happens."""

    CONNECTED = "connected"
    EHLO = "EHLO"
    MAIL = "MAIL"
    RCPT = "RCPT"
    SECOND_RCPT = "the second RCPT"
    DATA = "DATA"
    BODY = "the middle of the message"
    BEFORE_DOT = "the whole message without its dot"
    DOT = "the dot"


HANG_UP = "hang up"
SILENCE = "silence"


@dataclass(frozen=True)
class Fault:
    """What goes wrong in a conversation: at `point` it hangs up, is silent, or gives that reply."""

    point: Point
    does: str = HANG_UP


@dataclass
class CuttingMailServer:
    """`fault_of` says what goes wrong in the first, second, ... conversation. `messages` are those it took, whatever it said of them.

    Before it says what it makes of a message, it thinks for so many seconds.
    """

    fault_of: Callable[[int], Fault | None]
    thinks: float = 0.0
    messages: list[bytes] = field(default_factory=list)
    envelopes: list[list[str]] = field(default_factory=list)
    conversations: int = 0
    url: str = ""
    _server: asyncio.Server | None = None
    _release: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def failing(cls, point: Point, does: str = HANG_UP, times: int = 1) -> Self:
        """One in which this goes wrong so many times, and nothing after."""
        return cls(lambda number: Fault(point, does) if number <= times else None)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0, limit=2**22)
        self.url = f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._server is not None
        self._release.set()
        self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.conversations += 1
        conversation = _Conversation(self, self.fault_of(self.conversations), reader, writer)
        try:
            await conversation.hold()
        except (ConnectionError, asyncio.IncompleteReadError, _Over):
            pass
        finally:
            writer.transport.abort()

    async def wait_for_the_end(self) -> None:
        """Return when nobody needs the server any more."""
        await self._release.wait()

    def take(self, content: bytes, recipients: list[str]) -> None:
        """Have the message."""
        self.messages.append(content)
        self.envelopes.append(recipients)


@dataclass
class _Conversation:
    server: CuttingMailServer
    fault: Fault | None
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def hold(self) -> None:
        recipients: list[str] = []
        await self._answer(Point.CONNECTED, "220 cutter.example")
        while line := await self.reader.readline():
            match line[:4].upper():
                case b"EHLO":
                    await self._answer(Point.EHLO, "250 cutter.example")
                case b"MAIL":
                    await self._answer(Point.MAIL, "250 OK")
                case b"RCPT":
                    reply = await self._answer(Point.SECOND_RCPT if recipients else Point.RCPT, "250 OK")
                    recipients.append(line.decode() if reply.startswith("2") else "")
                case b"DATA":
                    if (await self._answer(Point.DATA, "354 go on")).startswith("354"):
                        await self._take([one for one in recipients if one])
                case _:
                    self.writer.write(b"500 what\r\n")

    async def _take(self, recipients: list[str]) -> None:
        content = await self.reader.read(1)
        if self._is_at(Point.BODY):
            await self._answer(Point.BODY, "")
        if self._is_at(Point.BEFORE_DOT):
            # The end of every message of ours: the last boundary, and its line's end.
            content += await self.reader.readuntil(b"_0--\r\n")
            await self._answer(Point.BEFORE_DOT, "")
        content += await self.reader.readuntil(b"\r\n.\r\n")
        await asyncio.sleep(self.server.thinks)
        if self._is_at(Point.DOT) and self.fault is not None and self.fault.does in (HANG_UP, SILENCE):
            self.server.take(content, recipients)
        if (await self._answer(Point.DOT, "250 taken")).startswith("25"):
            self.server.take(content, recipients)

    def _is_at(self, point: Point) -> bool:
        return self.fault is not None and self.fault.point is point

    async def _answer(self, point: Point, reply: str) -> str:
        if self.fault is not None and self.fault.point is point:
            if self.fault.does == HANG_UP:
                raise _Over
            if self.fault.does == SILENCE:
                assert isinstance(self.writer.transport, asyncio.Transport)
                self.writer.transport.pause_reading()
                await self.server.wait_for_the_end()
                raise _Over
            reply = self.fault.does
        if reply:
            self.writer.write(f"{reply}\r\n".encode())
            await self.writer.drain()
        return reply


class _Over(Exception):
    """The conversation is over."""
