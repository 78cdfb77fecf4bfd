"""A real SMTP server, spoken by hand, which hangs up or answers as it is told to at one point of the conversation."""

import asyncio
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
LINE = {Point.EHLO: b"EHLO", Point.MAIL: b"MAIL", Point.RCPT: b"RCPT", Point.SECOND_RCPT: b"RCPT", Point.DATA: b"DATA"}


@dataclass
class CuttingMailServer:
    """At `point` it does what `does` says, so many `times`: hang up, be silent, or give that reply. Otherwise it takes everything.

    `messages` are those it took, `seen` what it got of the others when it hung up.
    """

    point: Point | None = None
    does: str = HANG_UP
    times: int = 1
    messages: list[bytes] = field(default_factory=list)
    envelopes: list[list[str]] = field(default_factory=list)
    conversations: int = 0
    url: str = ""
    _server: asyncio.Server | None = None
    _release: asyncio.Event = field(default_factory=asyncio.Event)

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
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, _Over):
            pass
        finally:
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipients: list[str] = []
        await self._answer(writer, Point.CONNECTED, "220 cutter.example")
        while line := await reader.readline():
            match line[:4].upper():
                case b"EHLO":
                    await self._answer(writer, Point.EHLO, "250 cutter.example")
                case b"MAIL":
                    await self._answer(writer, Point.MAIL, "250 OK")
                case b"RCPT":
                    reply = await self._answer(writer, Point.SECOND_RCPT if recipients else Point.RCPT, "250 OK")
                    recipients.append(line.decode() if reply.startswith("2") else "")
                case b"DATA":
                    if (await self._answer(writer, Point.DATA, "354 go on")).startswith("354"):
                        await self._take(reader, writer, [one for one in recipients if one])
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    return
                case _:
                    writer.write(b"500 what\r\n")

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recipients: list[str]) -> None:
        content = await reader.read(1)
        if self._is_at(Point.BODY):
            await self._answer(writer, Point.BODY, "")
        if self._is_at(Point.BEFORE_DOT):
            # The end of every message of ours: the last boundary, and its line's end.
            content += await reader.readuntil(b"_0--\r\n")
            await self._answer(writer, Point.BEFORE_DOT, "")
        content += await reader.readuntil(b"\r\n.\r\n")
        if self._is_at(Point.DOT) and self.does in (HANG_UP, SILENCE):
            self.messages.append(content)
            self.envelopes.append(recipients)
        if (await self._answer(writer, Point.DOT, "250 taken")).startswith("250"):
            self.messages.append(content)
            self.envelopes.append(recipients)

    def _is_at(self, point: Point) -> bool:
        return self.times > 0 and self.point is point

    async def _answer(self, writer: asyncio.StreamWriter, point: Point, reply: str) -> str:
        if self._is_at(point):
            self.times -= 1
            if self.does == HANG_UP:
                raise _Over
            if self.does == SILENCE:
                assert isinstance(writer.transport, asyncio.Transport)
                writer.transport.pause_reading()
                await self._release.wait()
                raise _Over
            reply = self.does
        if reply:
            writer.write(f"{reply}\r\n".encode())
            await writer.drain()
        return reply


class _Over(Exception):
    """The conversation is over."""
