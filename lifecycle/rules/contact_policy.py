"""The contact policy (R07): whether a message may go now, later, or never. Asked right before each touch."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.texts.addresses import address_key
from lifecycle.domain.time.durations import Unit
from lifecycle.domain.time.hours import Timetable
from lifecycle.domain.time.zones import in_words
from lifecycle.domain.touch import Recipient, Touch, name_of_touch
from lifecycle.domain.why import Cause, Why
from lifecycle.facts.people import name_of_address
from lifecycle.playbook.policy import ContactPolicy
from lifecycle.rules.hours import after, contact_hours, role_hours
from lifecycle.state.life import Lifecycle

SENDS_KEPT = 1000
"""How many messages are counted against the cap, over all addresses of a customer."""

ADDRESSES_KEPT = 300


@dataclass(frozen=True, slots=True)
class Allow:
    """It may go, now."""


@dataclass(frozen=True, slots=True)
class Delay:
    """It may go at `until` at the earliest, because of `why`. `taken` are the messages that have used the cap up: touch key and moment."""

    until: datetime
    why: Why
    taken: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Suppress:
    """It may never go, because of `why`."""

    why: Why


Verdict = Allow | Delay | Suppress

_MOST_NAMED = 3
"""Messages named of those that have used a cap up."""


@lru_cache(maxsize=4096)
def _spread(customer: str, seconds: int) -> timedelta:
    if seconds <= 0:
        return timedelta()
    digest = hashlib.blake2b(customer.encode(), digest_size=8).digest()
    return timedelta(seconds=int.from_bytes(digest, "big") % seconds)


def spread(customer: str, policy: ContactPolicy) -> timedelta:
    """This customer's own share of the jitter: whole seconds below `policy.jitter`, the same every time."""
    return _spread(customer, policy.jitter.amount * _SECONDS.get(policy.jitter.unit, 0))


MOST_OPENINGS = 30
"""How often one opens while another is closed until they are taken to have no hour in common: two weeks of both."""

_SECONDS = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600}


def judge(life: Lifecycle, policy: ContactPolicy, to: list[Recipient], category: Category, at: datetime) -> Verdict:
    """Allow, delay or suppress a message to those people at that moment.

    Opt-outs suppress for good. Operational messages are exempt from the cap, not from the hours.
    """
    for person in to:
        why = unwanted(life, person, category)
        if why is not None:
            return Suppress(why)
    if category is not Category.OPERATIONAL:
        capped = _capped(life, policy, to, at)
        if capped is not None:
            return Delay(_open(life, policy, to, capped.lifts), _capped_because(life, policy, capped), capped.taken)
    opens = _open(life, policy, to, at)
    return Allow() if opens == at else Delay(opens, _closed_because(_hours_of(life, policy, to, at), at))


def judge_internal(life: Lifecycle, policy: ContactPolicy, at: datetime, role: str) -> Allow | Delay:
    """Allow or delay what asks that role of ours to act at that moment: it is done in the working hours of whoever holds it."""
    hours = role_hours(life, policy, role)
    opens = _spread_out(life, policy, [hours], at)
    return Allow() if opens == at else Delay(opens, hours.closed_because(at))


def unwanted(life: Lifecycle, person: Recipient, category: Category) -> Why | None:
    """Why nothing of that category may go to that person, whatever the hour, and since when; None if it may."""
    if life.customer.contact(person.email) is None:
        left = life.facts.times.since(f"contact {address_key(person.email)}")
        return Why(Cause.LEFT, f"the contact is no longer with the customer{_since(life, left)}")
    people = life.facts.people
    if category in people.refused_by(person.email):
        since = _since(life, people.refused_since(person.email, category), ", since before the enrolment")
        return Why(Cause.OPTED_OUT, f"the contact has opted out of {category.value} messages{since}")
    return None


def _since(life: Lifecycle, when: datetime | None, unknown: str = "") -> str:
    return f", since {in_words(when, life.zone)}" if when is not None else unknown


def _hours_of(life: Lifecycle, policy: ContactPolicy, to: list[Recipient], at: datetime) -> list[Timetable]:
    """The hours of all of them, each once; of those who never have the same, the first one's."""
    hours = list(dict.fromkeys(contact_hours(life, policy, person) for person in to))
    return hours if len(hours) <= 1 or _opening(hours, at) is not None else hours[:1]


def _opening(hours: list[Timetable], at: datetime) -> datetime | None:
    """The first instant from that moment on at which all of them are open; None if there is none in MOST_OPENINGS of theirs."""
    for _ in range(MOST_OPENINGS):
        opens = max(each.opening(at) for each in hours)
        if opens == at:
            return opens
        at = opens
    return None


def _open(life: Lifecycle, policy: ContactPolicy, to: list[Recipient], at: datetime) -> datetime:
    return _spread_out(life, policy, _hours_of(life, policy, to, at), at)


def _spread_out(life: Lifecycle, policy: ContactPolicy, hours: list[Timetable], at: datetime) -> datetime:
    """The moment itself if all of them are open, else when they next are, by this customer's share of the jitter later."""
    opens = _opening(hours, at) or hours[0].opening(at)
    return at if opens == at else opens + spread(life.customer.id, policy) % (_closing(hours, opens) - opens)


def _closing(hours: list[Timetable], at: datetime) -> datetime:
    return min(each.closing(at) for each in hours)


def closes_after(life: Lifecycle, policy: ContactPolicy, to: list[Recipient], at: datetime) -> datetime:
    """When the hours of all of them that are open at that moment close."""
    return _closing(_hours_of(life, policy, to, at), at)


def _closed_because(hours: list[Timetable], at: datetime) -> Why:
    return next(each for each in hours if each.opening(at) != at).closed_because(at)


class _Capped(NamedTuple):
    """When the cap lets a message go, and which messages have used it up until then: touch key and moment."""

    lifts: datetime
    taken: tuple[tuple[str, datetime], ...]
    too_near: bool = False


def _capped_because(life: Lifecycle, policy: ContactPolicy, capped: _Capped) -> Why:
    taken = capped.taken
    names = [f"{key.split('/')[2]} on {in_words(sent, life.zone)}" for key, sent in taken[:_MOST_NAMED]]
    more = [f"{len(taken) - _MOST_NAMED} more"] if len(taken) > _MOST_NAMED else []
    named = " and ".join([*names, *more])
    if capped.too_near:
        return Why(Cause.CAP, f"messages are {policy.cap.apart} apart, and the last was {named}")
    return Why(Cause.CAP, f"cap of {policy.cap.emails} emails in {policy.cap.per} reached, by {named}")


def _capped(life: Lifecycle, policy: ContactPolicy, to: list[Recipient], at: datetime) -> _Capped | None:
    """What the cap says to a message to all of them at that moment; None if it lets it go now."""
    latest: _Capped | None = None
    for person in to:
        log = life.plays.sends.get(name_of_address(person.email))
        if not log:
            continue
        if policy.cap.apart is not None:
            last = max(log.items(), key=lambda each: (each[1], each[0]))
            clear = after(life, policy, last[1], policy.cap.apart)
            if clear > at and (latest is None or clear > latest.lifts):
                latest = _Capped(clear, (last,), too_near=True)
        if len(log) < policy.cap.emails:
            continue
        counted = sorted(((key, sent) for key, sent in log.items() if _lifts(life, policy, sent) > at), key=lambda each: (each[1], each[0]))
        if len(counted) >= policy.cap.emails:
            lifts = _lifts(life, policy, counted[-policy.cap.emails][1])
            if latest is None or lifts > latest.lifts:
                latest = _Capped(lifts, tuple(counted))
    return latest


def _lifts(life: Lifecycle, policy: ContactPolicy, sent: datetime) -> datetime:
    return after(life, policy, sent, policy.cap.per)


def counts(kind: TouchKind, category: Category) -> bool:
    """Whether such a touch counts against the cap."""
    return kind.reaches_the_customer and category is not Category.OPERATIONAL


def count_send(life: Lifecycle, policy: ContactPolicy, touch: Touch) -> None:
    """Count a message against the cap, once, and forget those that no longer count."""
    sends, name = life.plays.sends, name_of_touch(touch.key)
    for person in touch.to:
        log = sends.setdefault(name_of_address(person.email), {})
        if log.get(name) == touch.at:
            continue
        _forget_lifted(life, policy, log, touch.at)
        log[name] = touch.at
    if len(sends) > ADDRESSES_KEPT or sum(map(len, sends.values())) > SENDS_KEPT:
        _make_room(life, policy, touch.at)


def _forget_lifted(life: Lifecycle, policy: ContactPolicy, log: dict[str, datetime], at: datetime) -> None:
    for key in [key for key, sent in log.items() if _lifts(life, policy, sent) <= at]:
        del log[key]


def _make_room(life: Lifecycle, policy: ContactPolicy, at: datetime) -> None:
    """Forget what no longer counts for any address, then of too much the earliest: contacts come and go, and the cap is each one's own."""
    sends = life.plays.sends
    for log in sends.values():
        _forget_lifted(life, policy, log, at)
    counted = sorted((sent, address, key) for address, log in sends.items() for key, sent in log.items())
    for _, address, key in counted[: max(0, len(counted) - SENDS_KEPT)]:
        del sends[address][key]
    for address in sorted(sends, key=lambda address: max(sends[address].values(), default=datetime.min.replace(tzinfo=UTC))):
        if sends[address] and len(sends) <= ADDRESSES_KEPT:
            break
        del sends[address]


def uncount_send(life: Lifecycle, touch: Touch) -> None:
    """Take back a count: the message did not go out after all."""
    for person in touch.to:
        life.plays.sends.get(name_of_address(person.email), {}).pop(name_of_touch(touch.key), None)
