"""The end of an SMTP conversation by hand: DATA, the message, and apart from it the dot after which the server has it."""

import asyncio
import re
from typing import cast

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPDataError, SMTPException, SMTPServerDisconnected
from aiosmtplib.protocol import SMTPProtocol

from activities.ledger.failures import NotNow, PerhapsDone, Refused
from activities.transports.smtp_faults import describe

_GO_ON = 354
_DOT = b".\r\n"
_LEADING_DOT = re.compile(rb"(?m)^\.")
_AT_ONCE = 64 * 1024
_BREATH = 0.03
"""Seconds in which a server that hangs up on what it has read is noticed: a line that is cut after the dot tells less."""


class DataPhase:
    """Hands a message over, step by step. `timeout` is in seconds, for each step up to the dot.

    Until `end` has written the dot nothing has been sent: a server that is cut off before it has to throw away what it has
    (RFC 5321, 4.1.1.4 and 4.1.1.10).
    """

    def __init__(self, client: SMTP, timeout: float) -> None:
        protocol = client.protocol
        if protocol is None or protocol.transport is None:
            raise NotNow("the mail server has closed the connection")
        self._client = client
        self._timeout = timeout
        self._protocol: SMTPProtocol = protocol
        self._transport = cast(asyncio.WriteTransport, protocol.transport)
        self._writer = asyncio.StreamWriter(self._transport, protocol, None, asyncio.get_running_loop())

    async def write(self, content: bytes) -> None:
        """Say DATA, then the message, all but its end. Raises NotNow, or Refused where the server wants none for good."""
        try:
            reply = await self._client.execute_command(b"DATA", timeout=self._timeout)
            if reply.code != _GO_ON:
                raise SMTPDataError(reply.code, reply.message)
            # Nothing of it is to be still on its way out of this process when the dot follows.
            self._transport.set_write_buffer_limits(high=1, low=0)
            whole = as_data(content)
            for start in range(0, len(whole), _AT_ONCE):
                async with asyncio.timeout(self._timeout):
                    self._protocol.write(whole[start : start + _AT_ONCE])
                    await self._writer.drain()
            await asyncio.sleep(_BREATH)
            if self._transport.is_closing():
                raise SMTPServerDisconnected("the line was cut in the middle of the message")
        except SMTPDataError as fault:
            raise refusal(fault) or NotNow(f"the mail server does not take the message now: {describe(fault)}") from None
        except (SMTPException, OSError) as fault:  # a TimeoutError is one of these
            raise NotNow(f"the mail server does not take the message now: {describe(fault)}") from None

    async def end(self) -> None:
        """Write the dot, and wait for the server's word, however long. Raises NotNow and Refused where it says no, or the dot never
        went out; anything else says nothing of what became of the message.
        """
        try:
            self._protocol.write(_DOT)
        except SMTPServerDisconnected as fault:
            raise NotNow(f"the mail server hung up before it had the message: {describe(fault)}") from None
        if self._transport.is_closing():
            raise NotNow("the mail server hung up before it had the message")
        reply = await self._protocol.read_response()
        if 200 <= reply.code < 300:
            return
        no = SMTPDataError(reply.code, reply.message)
        if 400 <= reply.code < 500:
            raise NotNow(f"the mail server does not take the message now: {describe(no)}")
        raise refusal(no) or PerhapsDone(f"the mail server answers {describe(no)}")

    def close(self) -> None:
        """Hang up."""
        self._writer.close()
        self._client.close()


def refusal(fault: SMTPDataError) -> Refused | None:
    """The refusal for good that the server's answer is, if it is one."""
    return Refused(f"the mail server refuses the message: {describe(fault)}") if 500 <= fault.code < 600 else None


def as_data(content: bytes) -> bytes:
    """The message as it stands between DATA and the dot: no line of its own is the dot (RFC 5321, 4.5.2), and the last one ends."""
    stuffed = _LEADING_DOT.sub(b"..", content)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"
