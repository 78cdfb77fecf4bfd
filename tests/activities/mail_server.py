"""A real SMTP server (aiosmtpd) in this process's loop, which keeps what it gets and answers as it is told to."""

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailCatcher:
    """`to`, `data` and `mail` are replies to give in turn instead of accepting; `hang_up` drops the line after so many messages' last byte."""

    mail: list[str] = field(default_factory=list)
    to: dict[str, list[str]] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    hang_up: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    envelopes: list[list[str]] = field(default_factory=list)
    url: str = ""
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.get_running_loop().create_server(lambda: SMTP(self, hostname="catcher.example"), "127.0.0.1", 0)
        self.url = f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        if self.mail:
            return self.mail.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        if self.to.get(address):
            return self.to[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data:
            return self.data.pop(0)
        assert isinstance(envelope.content, bytes)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        self.contents.append(envelope.content)
        self.envelopes.append(list(envelope.rcpt_tos))
        if self.hang_up:
            self.hang_up -= 1
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 OK"
