"""How large each part of a life may become, in bytes of JSON, whatever characters it is made of: together less than can be carried.

Temporal refuses an argument of 2 MB, for ever, and a life that it refuses never continues as new. So what comes in from outside is
bounded where it comes in: names by which things are found are hashed where they are long (`short_key`), what is only shown is cut,
of what is remembered the oldest gives way, and what may do none of these is refused, or waits, while there is no room.
`tests/lifecycle/state/test_room.py` builds the largest of each part.
"""

from collections.abc import Iterable

from pydantic import TypeAdapter

from lifecycle.domain.bounds import json_size
from lifecycle.domain.people.customer import Contact, Customer
from lifecycle.domain.touch import Touch
from lifecycle.facts.events import Event
from lifecycle.state.plays import MissedPlay, PlayRun, SentInvitation, UnknownTouch

MOST_CARRIED = 2_082_000
"""Bytes of a life that is handed from run to run."""

CUSTOMER = 36_000
"""The customer without its contacts; its enrolment is refused with more."""

CONTACTS = 100_000
"""All contacts: one more is refused."""

RUNS = 200_000
"""The runs of plays, as large as they may grow: another is not started."""

TOUCHES = 200_000
"""The touches that are asked for or wait to be tried again: another waits until some of them are settled."""

UNKNOWN = 74_000
"""The touches of which nobody knows whether they were done: of too many the oldest are remembered by the ledger alone."""

INVITATIONS = 45_000
"""The invitations to meetings that are still to be: of too many the one that is soonest is remembered no more."""

MISSED = 5_000
"""The plays of a stage that were not started in time: of too many the earliest are in the timeline alone."""

WAITING = 90_000
"""Events that are told for a moment that lies ahead, and how often each was told again: more are refused, or, where they cannot be,
all of them are taken in at once."""

KEYS_KEPT = 300
"""Of keyed plays that come once, or cool down, for each key, all together."""

MOST: dict[str, int] = {
    "customer": CUSTOMER,
    "customer.contacts": CONTACTS,
    "progress": 6_000,
    "plays": 8_000,
    "plays.states": 260_000,
    "plays.runs": RUNS,
    "plays.in_flight, tried and withdrawn": TOUCHES,
    "plays.unknown": UNKNOWN,
    "plays.invitations": INVITATIONS,
    "plays.missed": MISSED,
    "plays.sends": 138_000,
    "facts": 42_000,
    "facts.times": 92_000,
    "facts.people": 94_000,
    "facts.milestones": 38_000,
    "facts.surveys": 78_000,
    "facts.meetings": 36_000,
    "facts.tickets": 44_000,
    "facts.offers": 72_000,
    "facts.payments": 31_000,
    "health": 4_000,
    "inbox.known and known_routine": 151_000,
    "inbox.commands": 6_000,
    "inbox.waiting and log.repeats": WAITING,
    "log": 3_000,
    "log.timeline": 196_000,
    "record": 31_000,
}
"""The bound of each part; a part that has parts here counts without them.

Not bounded by themselves are `inbox.arriving`, which the next stage takes in before anything else, and `log.unrecorded`, which the
ledger takes while the life goes on; both are waited for before a life is handed on. Of `record.waiting` no more is handed on
than `record.MOST_WAITING`.
"""

FEW_RUNS = 3
"""So many runs have room whatever they are about."""

RUN_GROWTH = 750
"""Bytes by which a run may still grow, apart from the answers that it hears."""

ANSWER = 270
"""Bytes of an answer that a run has heard, and of what told it."""

TOLD_AGAIN = 100
"""Bytes of what is known of an event's being told again while it waits."""

CALLING_OFF = 400
"""Bytes of a touch's being called off, without its key."""

HOLDING = 240
"""Bytes of a hold that keeps something from acting."""

_TOUCH: TypeAdapter[Touch] = TypeAdapter(Touch)
_RUN: TypeAdapter[PlayRun] = TypeAdapter(PlayRun)
_INVITATION: TypeAdapter[SentInvitation] = TypeAdapter(SentInvitation)
_MISSED: TypeAdapter[MissedPlay] = TypeAdapter(MissedPlay)
_UNKNOWN: TypeAdapter[UnknownTouch] = TypeAdapter(UnknownTouch)


def size_of_event(event: Event) -> int:
    """Its bytes in the inbox, and those of its being told again."""
    return len(event.model_dump_json().encode()) + 1 + TOLD_AGAIN


def size_of_touch(touch: Touch) -> int:
    """Its bytes among the plays, with its key, under which it stands and by which it may be called off."""
    return len(_TOUCH.dump_json(touch)) + 2 * json_size(touch.key) + CALLING_OFF


def size_of_unknown(unknown: UnknownTouch) -> int:
    """Its bytes among the plays, with its key."""
    return len(_UNKNOWN.dump_json(unknown)) + json_size(unknown.touch.key) + 4 + HOLDING


def size_of_invitation(invitation: SentInvitation) -> int:
    """Its bytes among the plays, with its key, when it is called off."""
    return len(_INVITATION.dump_json(invitation)) + json_size(invitation.touch.key) + CALLING_OFF + HOLDING


def size_of_missed(missed: MissedPlay) -> int:
    """Its bytes among the plays."""
    return len(_MISSED.dump_json(missed)) + 1


def size_of_run(run: PlayRun, waits: int) -> int:
    """Its bytes among the plays when it has grown; `waits` is how many waits its play has."""
    return len(_RUN.dump_json(run)) + json_size(run.id) + 4 + RUN_GROWTH + ANSWER * max(0, waits - len(run.answered))


def size_of_contacts(contacts: Iterable[Contact]) -> int:
    """Their bytes in the customer."""
    return sum(len(contact.model_dump_json().encode()) + 1 for contact in contacts)


def too_large(customer: Customer) -> str | None:
    """Why a customer has no room in a life, in a sentence; None if it has."""
    if (size := size_of_contacts(customer.contacts)) > CONTACTS:
        return f"{customer.id}'s contacts have {size:,} bytes, and all of them together have at most {CONTACTS:,}; leave some out"
    # Its goal, segment and the like may be told anew later, at their full length.
    size = len(customer.model_dump_json(exclude={"contacts", "goal", "segment", "name", "owner", "contract"}).encode())
    size += sum(map(json_size, (customer.goal, customer.segment, customer.name, customer.owner.name, customer.owner.email)))
    if size > CUSTOMER - GROWTH:
        return (
            f"{customer.id} has {size:,} bytes of goal, segment, attributes and the like, and at most {CUSTOMER - GROWTH:,} of them fit; "
            "shorten them"
        )
    return None


GROWTH = 12_000
"""Bytes by which a customer may grow: events tell another name, segment, goal and owner, each as long as they may be."""
