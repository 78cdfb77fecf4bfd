"""Taking events in: each is answered at once, and waits in the inbox for its own moment."""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lifecycle.engine.transitions import objection
from lifecycle.facts.events import Event
from lifecycle.playbook.program import Program
from lifecycle.state.life import Lifecycle

AHEAD = timedelta(hours=1)
"""How far in the future an event may be told; it waits in the inbox until then."""


@dataclass(slots=True)
class Told:
    """What became of an event that was told."""

    taken: bool
    repeated: bool = False
    why: str = ""


def refusal(life: Lifecycle, program: Program, event: Event, now: datetime, *, judged_later: bool = False) -> str | None:
    """Why the event is not taken in, in a sentence for whoever told it; None if it is.

    What an earlier event, untaken still, makes true or false is seen when both are taken: such an event is `judged_later`.
    """
    known = life.digest_of(event.id)
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
    if judged_later or (life.inbox and life.inbox[0].at <= event.at):
        return None
    return objection(life, program, event)


def apply(life: Lifecycle, program: Program, event: Event, now: datetime) -> Told:
    """Take an event in, to be decided on at the moment it was told for. The same id again is answered as before."""
    why = refusal(life, program, event, now)
    if why is not None:
        return Told(taken=False, why=why)
    if life.digest_of(event.id) is not None:
        return Told(taken=True, repeated=True)
    life.remember(event)
    insort(life.inbox, event, key=when_told)
    return Told(taken=True)


def apply_all(life: Lifecycle, program: Program, events: Sequence[Event], now: datetime) -> list[Told]:
    """Take events in that are told together, whatever order they come in; the answers are in the order of the events."""
    answers = {position: apply(life, program, events[position], now) for position in _in_order(events)}
    return [answers[position] for position in range(len(events))]


def refusal_of_any(life: Lifecycle, program: Program, events: Sequence[Event], now: datetime) -> str | None:
    """Why events that are told together are not taken in, in a sentence; None if all of them are."""
    digests: dict[str, str] = {}
    for number, position in enumerate(_in_order(events)):
        event = events[position]
        if digests.setdefault(event.id, event.digest()) != event.digest():
            return f"event id '{event.id}' comes twice with different content; give each event an id of its own"
        why = refusal(life, program, event, now, judged_later=number > 0)
        if why is not None:
            return why
    return None


def _in_order(events: Sequence[Event]) -> list[int]:
    return sorted(range(len(events)), key=lambda position: when_told(events[position]))


def when_told(event: Event) -> tuple[datetime, str]:
    """The order in which events are taken in: by the moment, and by id within one."""
    return event.at, event.id
