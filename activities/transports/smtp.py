"""Email by SMTP, phase by phase, so that it is known at every moment whether the message can have gone."""

import asyncio
import socket
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPRecipientRefused

from activities.ledger.failures import NotNow, Refused, scrub
from activities.ledger.transport import Delivery, EarlierAttempt, MarkActing, Request, Verdict, addresses_of
from activities.mail.mime import OutgoingMessage
from activities.transports.smtp_data import DataPhase
from activities.transports.smtp_faults import describe
from lifecycle.domain.touch import Touch

ComposeMessage = Callable[[Touch], OutgoingMessage]
"""Makes a touch's message, whole and the same at every attempt. Raises Refused if the touch is faulty, NotNow if it cannot be made yet."""

_LOCAL = ("localhost", "127.0.0.1", "::1")


class MailServer:
    """A mail server by URL: `smtp://` takes TLS where it is offered, `smtps://` and `smtp+starttls://` insist on it.

    A password goes to a server on another host over TLS alone. `timeout` is in seconds, for each reply but the last: a message that
    the server has whole is waited for as long as the ledger lets an attempt take.
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

    def destination(self, touch: Touch) -> str:
        """Mail by SMTP, whichever server takes it: none can be asked."""
        return "smtp"

    async def prepare(self, touch: Touch) -> Request:
        """The message and its envelope."""
        return await asyncio.to_thread(self._prepare, touch)

    def _prepare(self, touch: Touch) -> Request:
        message = self.compose(touch)
        return Request(
            destination=self.destination(touch),
            content=message.content,
            to=addresses_of(touch),
            sender=message.sender,
            recipients=message.recipients,
            subject=message.subject,
            reference=message.message_id,
            why=message.why_not_all,
        )

    async def find_earlier_attempt(self, touch: Touch) -> EarlierAttempt:
        """SMTP has no way of asking after a message."""
        return EarlierAttempt(Verdict.NOBODY_KNOWS)

    async def act(self, touch: Touch, request: Request, mark: MarkActing) -> Delivery:
        """Send the message to everybody in one go.

        Certainly not sent is whatever ends before the final dot, or with the server's no to it. What ends between the dot and
        the server's word may be sent. A recipient refused for good does not keep it from the others; a recipient refused for
        now keeps it from all, for those who had it already could not be told apart at the next attempt.
        """
        client = await self._connect()
        try:
            refused = await self._send_envelope(client, request)
            data = DataPhase(client, self.timeout)
            try:
                await data.write(request.content)
                await mark()
                await data.end()
            finally:
                data.close()
        finally:
            client.close()
        refusals = f"{refused} of {len(request.recipients)} recipients was refused" if refused else ""
        return Delivery(request.reference, scrub("; ".join(why for why in (refusals, request.why) if why)))

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
            raise NotNow(f"the mail server does not let us in: {describe(fault)}") from None
        return client

    async def _send_envelope(self, client: SMTP, request: Request) -> int:
        refused: list[SMTPRecipientRefused] = []
        try:
            await client.mail(request.sender)
            for recipient in request.recipients:
                try:
                    await client.rcpt(recipient)
                except SMTPRecipientRefused as fault:
                    if fault.code < 500:
                        raise
                    refused.append(fault)
        except (SMTPException, OSError) as fault:
            # The sender's refusal too: it is our own set-up that must be mended, not the touch.
            raise NotNow(f"the mail server does not take the message now: {describe(fault)}") from None
        if len(refused) == len(request.recipients):
            raise Refused(f"the mail server refuses every recipient: {describe(refused[0])}")
        return len(refused)
