"""How an act fails, and how that is said without personal data."""

import re

from temporalio.exceptions import ApplicationError

from lifecycle.domain.texts.text import one_line
from lifecycle.domain.touch import HeldBy

# With a dot in its domain, as every customer's address has; `standard@1f3c` is a playbook.
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+\.[^\s<>\"'(),;:]+")
_LONGEST = 300


def scrub(text: str) -> str:
    """The text on one printable line, without email addresses, at most 300 characters: fit for a receipt, an exception or a log."""
    return _ADDRESS.sub("(address)", one_line(text))[:_LONGEST]


class Refused(Exception):
    """It will never be done: the recipient or provider refuses for good, or the touch itself is faulty."""

    def __init__(self, why: str) -> None:
        self.why = scrub(why)
        super().__init__(self.why)


class PerhapsDone(Exception):
    """The other side failed, and may or may not have done it before."""


class KeyTaken(PerhapsDone):
    """The other side has a request under this key already, and will not say what came of it."""


class NotNow(ApplicationError):
    """It certainly was not done, and may be tried again later. Retryable."""

    def __init__(self, why: str) -> None:
        super().__init__(scrub(why), type="NotNow")


class UnderWay(ApplicationError):
    """Another attempt at the same touch holds its lease. Retryable."""

    def __init__(self, key: str) -> None:
        super().__init__(f"another attempt at {key} is under way; it is asked again when that attempt's lease is over", type="UnderWay")


class Held(Exception):
    """A hold stands that keeps the touch from acting: it was not done, and is to be asked for when the hold is released."""

    def __init__(self, held: HeldBy) -> None:
        self.held = held
        super().__init__(held.words)


class LostClaim(Exception):
    """Somebody else took the touch over, or withdrew it, before this attempt acted."""
