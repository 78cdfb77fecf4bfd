"""Telling events: each is answered at once, and waits in the inbox for its own moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lifecycle.engine.events.validation import validate
from lifecycle.engine.session import Session
from lifecycle.facts.events import Event
from lifecycle.state.inbox import when_told

AHEAD = timedelta(hours=1)
"""How far in the future an event may be told; it waits in the inbox until then."""


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
    first = inbox.first_at
    if judged_later or (first is not None and first <= event.at):
        return None
    return validate(session, event)


def apply(session: Session, event: Event, now: datetime) -> ApplyResult:
    """Take an event in, to be decided on at the moment it was told for. The same id again is answered as before."""
    why = refusal(session, event, now)
    if why is not None:
        return ApplyResult(taken=False, why=why)
    inbox = session.life.inbox
    if inbox.digest_of(event.id) is not None:
        session.life.log.repeat(event, now)
        return ApplyResult(taken=True, repeated=True)
    inbox.put(event)
    return ApplyResult(taken=True)


def apply_all(session: Session, events: Sequence[Event], now: datetime) -> list[ApplyResult]:
    """Take events in that are told together, whatever order they come in; the answers are in the order of the events."""
    if len(events) == 1:
        return [apply(session, events[0], now)]
    answers = {position: apply(session, events[position], now) for position in _in_order(events)}
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
    return None


def _in_order(events: Sequence[Event]) -> list[int]:
    return sorted(range(len(events)), key=lambda position: when_told(events[position]))
