"""How a caller is told no."""

from temporalio.exceptions import ApplicationError


def refuse(why: str | None) -> None:
    """Answer no for that reason, in a sentence for the caller; None is no reason. Raises ApplicationError of the type `Refused`."""
    if why is not None:
        raise ApplicationError(why, type="Refused", non_retryable=True)
