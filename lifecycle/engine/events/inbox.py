"""Telling events: each is answered at once, and waits in the inbox for its own moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lifecycle.engine.events.validation import validate
from lifecycle.engine.session import Session
from lifecycle.facts.events import Event
from lifecycle.state.inbox import when_told
from lifecycle.state.room import WAITING, size_of_event

AHEAD = timedelta(hours=1)
"""How far in the future an event may be told; it waits in the inbox until then."""


SOON = timedelta(seconds=1)
"""What is told for so short a time ahead needs no room: it is taken in before anything else could be done."""

FEW_EVENTS = 5
"""So many have room to wait whatever they say."""


@dataclass(slots=True)
class ApplyResult:
    """What became of an event that was told: taken in, known already and answered as before, or refused because of `why`."""

    taken: bool
    repeated: bool = False
    why: str = ""


def refusal(session: Session, event: Event, now: datetime, *, judged_later: bool = False) -> str | None:
    """Why the event is not taken in, in a sentence for whoever told it; None if it is.

    What an earlier event, untaken still, makes true or false is seen when both are taken: such an event is `judged_later`.
    """
    inbox = session.life.inbox
    known = inbox.digest_of(event.id)
    if known is not None:
        return (
            None
            if known == event.digest()
            else f"event id '{event.id}' was told before with other content; give this event an id of its own"
        )
    if event.at > now + AHEAD:
        return f"event '{event.id}' is told for {event.at:%Y-%m-%d %H:%M} UTC, over an hour ahead of {now:%Y-%m-%d %H:%M}; tell it when it has happened"
    if event.happened is not None and event.happened > event.at + AHEAD:
        return f"event '{event.id}' happened after it was told, at {event.happened:%Y-%m-%d %H:%M} UTC; correct 'happened'"
    if inbox.may_be_forgotten(event):
        return (
            f"event '{event.id}' happened on {event.fact_time:%Y-%m-%d %H:%M} UTC, before the oldest event whose id is still known, so it may have been "
            "taken in before; if it was not, tell it under a new id without 'happened'"
        )
    first = inbox.first_at
    # What is told as past changes nothing that another event is judged by.
    if not event.past and (judged_later or (first is not None and first <= event.at)):
        return None
    return validate(session, event)


def apply(session: Session, event: Event, now: datetime) -> ApplyResult:
    """Take an event in, to be decided on at the moment it was told for. The same id again is answered as before."""
    why = refusal(session, event, now)
    if why is not None:
        return ApplyResult(taken=False, why=why)
    inbox = session.life.inbox
    if inbox.digest_of(event.id) is not None:
        session.life.log.repeat(event, now, waits=inbox.waits(event.id))
        return ApplyResult(taken=True, repeated=True)
    inbox.put(event)
    return ApplyResult(taken=True)


def no_room(session: Session, events: Sequence[Event], now: datetime) -> str | None:
    """Why events that are told together have no room to wait in, in a sentence; None if they have.

    What is told for now is taken in at once and needs none, unless the life has not begun.
    """
    life = session.life
    ahead = [event for event in events if _waits(session, event, now) and life.inbox.digest_of(event.id) is None]
    if not ahead:
        return None
    waiting = sum(size_of_event(event) for event in life.inbox.waiting if _waits(session, event, now))
    if waiting + sum(map(size_of_event, ahead)) <= WAITING:
        return None
    return (
        f"{life.customer.id} has so much waiting for {life.inbox.waiting[0].at:%Y-%m-%d %H:%M} UTC and later that there is no room for more; "
        if life.inbox.waiting
        else f"these events are too large to wait for {ahead[0].at:%Y-%m-%d %H:%M} UTC together; "
    ) + "tell it when it has happened"


def _waits(session: Session, event: Event, now: datetime) -> bool:
    return event.at > now + SOON or now < session.life.progress.enrolled


def make_room(session: Session, now: datetime) -> None:
    """Have what waits in the inbox be taken in now, in its order, if there is too much of it: it was told for later by a clock that was ahead."""
    inbox = session.life.inbox
    ahead = [event for event in inbox.waiting if event.at > now + SOON]
    if len(ahead) < FEW_EVENTS or sum(map(size_of_event, ahead)) <= WAITING:
        return
    # A microsecond apart, for those of one instant would be taken in by their ids; of two facts the later one still stands.
    moved = [
        event.model_copy(update={"at": now - timedelta(microseconds=len(ahead) - number), "happened": event.fact_time})
        for number, event in enumerate(ahead, 1)
    ]
    inbox.waiting = sorted([*(event for event in inbox.waiting if event.at <= now + SOON), *moved], key=when_told)


def apply_all(session: Session, events: Sequence[Event], now: datetime) -> list[ApplyResult]:
    """Take events in that are told together, whatever order they come in; the answers are in the order of the events."""
    if now < session.life.progress.enrolled and (why := no_room(session, events, now)) is not None:
        return [ApplyResult(taken=False, why=why)] * len(events)
    order = _in_order(events) if len(events) > 1 else [0] * len(events)
    answers = {position: apply(session, events[position], now) for position in order}
    if session.life.inbox.waiting:
        make_room(session, now)
    return [answers[position] for position in range(len(events))]


def refusal_of_any(session: Session, events: Sequence[Event], now: datetime) -> str | None:
    """Why events that are told together are not taken in, in a sentence; None if all of them are."""
    digests: dict[str, str] = {}
    for number, position in enumerate(_in_order(events)):
        event = events[position]
        if digests.setdefault(event.id, event.digest()) != event.digest():
            return f"event id '{event.id}' comes twice with different content; give each event an id of its own"
        why = refusal(session, event, now, judged_later=number > 0)
        if why is not None:
            return why
    return no_room(session, events, now)


def _in_order(events: Sequence[Event]) -> list[int]:
    return sorted(range(len(events)), key=lambda position: when_told(events[position]))
