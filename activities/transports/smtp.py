"""Email by SMTP, phase by phase, so that it is known at every moment whether the message can have gone."""

import asyncio
import socket
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from activities.ledger.failures import NotNow, Refused, scrub
from activities.ledger.transport import Delivery, EarlierAttempt, MarkActing, Verdict
from activities.mail.mime import OutgoingMessage
from lifecycle.domain.touch import Touch

ComposeMessage = Callable[[Touch], OutgoingMessage]
"""Makes a touch's message, whole and the same at every attempt. Raises Refused if the touch is faulty, NotNow if it cannot be made yet."""

_LOCAL = ("localhost", "127.0.0.1", "::1")


class MailServer:
    """A mail server by URL: `smtp://` takes TLS where it is offered, `smtps://` and `smtp+starttls://` insist on it.

    A password goes to a server on another host over TLS alone. `timeout` is in seconds, for each reply.
    """

    def __init__(self, url: str, compose: ComposeMessage, timeout: float) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or "localhost"
        self.port = parts.port
        self.user = unquote(parts.username) if parts.username else None
        self.password = unquote(parts.password) if parts.password else None
        self.tls = parts.scheme == "smtps"
        insists = parts.scheme == "smtp+starttls" or (self.password is not None and self.host not in _LOCAL)
        self.start_tls = True if insists and not self.tls else None
        self.compose = compose
        self.timeout = timeout

    async def find_earlier_attempt(self, touch: Touch) -> EarlierAttempt:
        """SMTP has no way of asking after a message."""
        return EarlierAttempt(Verdict.NOBODY_KNOWS)

    async def act(self, touch: Touch, mark: MarkActing) -> Delivery:
        """Send the message to everybody in one go.

        A recipient refused for good does not keep it from the others; a recipient refused for now keeps it from all,
        for those who had it already could not be told apart at the next attempt.
        """
        message = await asyncio.to_thread(self.compose, touch)
        client = await self._connect()
        try:
            refused = await self._send_envelope(client, message)
            await mark()
            await self._send_data(client, message)
        finally:
            client.close()
        why = f"{refused} of {len(touch.to)} recipients was refused" if refused else ""
        return Delivery(message.message_id, why, message.subject)

    async def _connect(self) -> SMTP:
        client = SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            local_hostname=socket.gethostname(),
            timeout=self.timeout,
            use_tls=self.tls,
            start_tls=self.start_tls,
        )
        try:
            await client.connect()
        except (SMTPException, OSError) as fault:
            raise NotNow(f"the mail server does not let us in: {_describe(fault)}") from None
        return client

    async def _send_envelope(self, client: SMTP, message: OutgoingMessage) -> int:
        refused: list[SMTPRecipientRefused] = []
        try:
            await client.mail(message.sender)
            for recipient in message.recipients:
                try:
                    await client.rcpt(recipient)
                except SMTPRecipientRefused as fault:
                    if fault.code < 500:
                        raise
                    refused.append(fault)
        except (SMTPException, OSError) as fault:
            # The sender's refusal too: it is our own set-up that must be mended, not the touch.
            raise NotNow(f"the mail server does not take the message now: {_describe(fault)}") from None
        if len(refused) == len(message.recipients):
            raise Refused(f"the mail server refuses every recipient: {_describe(refused[0])}")
        return len(refused)

    async def _send_data(self, client: SMTP, message: OutgoingMessage) -> None:
        try:
            await client.data(message.content)
        except SMTPDataError as fault:
            if 400 <= fault.code < 500:
                raise NotNow(f"the mail server does not take the message now: {_describe(fault)}") from None
            if 500 <= fault.code < 600:
                raise Refused(f"the mail server refuses the message: {_describe(fault)}") from None
            raise


def _describe(fault: Exception) -> str:
    if isinstance(fault, SMTPResponseException):
        return scrub(f"{fault.code} {fault.message}")
    return scrub(f"{type(fault).__name__}: {fault}")
