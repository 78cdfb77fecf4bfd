"""What callers say to a customer's workflow, one model a message."""

from typing import Annotated

from pydantic import Field

from lifecycle.domain.enums import Category, Resolution
from lifecycle.domain.model import Frozen
from lifecycle.domain.people.customer import Customer
from lifecycle.explain.status import Status
from lifecycle.facts.events import Event
from lifecycle.state.life import Lifecycle


class Tell(Frozen):
    """Events that happened; those of one call that carry one moment are decided on together."""

    events: list[Event]


class Answered(Frozen):
    """What became of an event: taken in, or already known and answered as before."""

    id: str
    repeated: bool


# `by` is who says so, as the timeline names them: empty where a command is typed by hand at the Temporal UI, or comes from an older client.


class Command(Frozen):
    """What operations people do to a life, and by whom. Given again under its `id` it is answered as before and not done again."""

    by: str = ""
    id: Annotated[str, Field(max_length=200)] = ""


class Pause(Command):
    """Hold every touch back, and why."""

    why: str = ""


class Resume(Command):
    """Let touches go again, and why."""

    why: str = ""


class Skip(Command):
    """Drop a play's next planned occurrence."""

    play: str
    why: str = ""


class RunNow(Command):
    """Send what was missed of a play after all, or take its planned occurrence forward to now."""

    play: str
    why: str = ""


class Remove(Command):
    """End a life that should not have been begun, without a farewell, and why."""

    why: str


class Erase(Command):
    """Take the person with that address out of the life, or every contact where none is given, and why."""

    address: str = ""
    why: str


class LetGo(Frozen):
    """The hold of that number is released, by whom and why: what waits for it is asked for again."""

    hold: int
    by: str = ""
    why: str = ""


class Resolve(Frozen):
    """What a person says became of a touch of which nobody knew whether it was sent, and who says so."""

    key: str
    resolution: Resolution
    by: str


class KnownCustomer(Frozen):
    """The customer as its life knows it now, and which categories of message each contact refuses, by the key of its address."""

    customer: Customer
    refused: dict[str, list[Category]]


class Ended(Frozen):
    """How a customer's life ended: what the closed workflow returns.

    `status` and `life` are its last, so that what is asked after the end needs no worker of the build that it ended on; `life`
    is None where it is too large to be returned.
    """

    customer: str
    why: str
    terms: int
    touches: dict[str, int]
    status: Status | None = None
    life: Lifecycle | None = None
