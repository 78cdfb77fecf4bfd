"""What callers say to a customer's workflow, one model a message."""

from lifecycle.domain.model import Frozen
from lifecycle.facts.events import Event


class Tell(Frozen):
    """Events that happened; those of one call that carry one moment are decided on together."""

    events: list[Event]


class Answered(Frozen):
    """What became of an event: taken in, or already known and answered as before."""

    id: str
    repeated: bool


class Pause(Frozen):
    """Hold every touch back, and why."""

    why: str = ""


class Skip(Frozen):
    """Drop a play's next planned occurrence."""

    play: str
    why: str = ""


class RunNow(Frozen):
    """Take a play's planned occurrence forward to now."""

    play: str


class Ended(Frozen):
    """How a customer's life ended: what the closed workflow returns."""

    customer: str
    why: str
    terms: int
    touches: dict[str, int]
