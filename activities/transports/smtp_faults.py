"""What went wrong with a mail server, in words without an address."""

from aiosmtplib.errors import SMTPResponseException

from activities.ledger.failures import scrub


def describe(fault: Exception) -> str:
    """The server's answer, or what kind of fault it was."""
    if isinstance(fault, SMTPResponseException):
        return scrub(f"{fault.code} {fault.message}")
    return scrub(f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__)
