"""The contact policy (R07): whether a message may go now, later, or never. Asked right before each touch."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from lifecycle.domain.calendar import add, closing, holiday_name, is_business_day, opening
from lifecycle.domain.durations import Unit
from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.touch import Recipient, Touch, name_of_touch
from lifecycle.domain.why import Cause, Why
from lifecycle.domain.zones import in_words, local
from lifecycle.facts.people import name_of_address
from lifecycle.facts.subject import OPT_OUT
from lifecycle.playbook.policy import ContactPolicy, Hours
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
            return Delay(_open(life, policy, capped.lifts), _capped_because(life, policy, capped.taken), capped.taken)
    opens = _open(life, policy, at)
    return Allow() if opens == at else Delay(opens, _closed_because(life, policy, at, opens))


def unwanted(life: Lifecycle, person: Recipient, category: Category) -> Why | None:
    """Why nothing of that category may go to that person, whatever the hour, and since when; None if it may."""
    address = person.email.casefold()
    if life.customer.contact(person.email) is None:
        return Why(Cause.LEFT, f"the contact is no longer with the customer{_since(life, f'contact {address}')}")
    if category in life.facts.people.refused_by(person.email):
        since = _since(life, f"{OPT_OUT}{address} {category.value}", ", since before the enrolment")
        return Why(Cause.OPTED_OUT, f"the contact has opted out of {category.value} messages{since}")
    return None


def _since(life: Lifecycle, fact: str, unknown: str = "") -> str:
    when = life.facts.times.since(fact)
    return f", since {in_words(when, life.zone)}" if when is not None else unknown


def _open(life: Lifecycle, policy: ContactPolicy, at: datetime) -> datetime:
    hours = policy.hours
    opens = opening(at, life.zone, life.customer.country, hours.opens, hours.closes, hours.business_days)
    return at if opens == at else opens + spread(life.customer.id, policy) % _length(hours)


def _length(hours: Hours) -> timedelta:
    return datetime.combine(date.min, hours.closes) - datetime.combine(date.min, hours.opens)


def closes_after(life: Lifecycle, policy: ContactPolicy, at: datetime) -> datetime:
    """When the hours that are open at that moment close."""
    return max(at, closing(at, life.zone, policy.hours.closes))


def _closed_because(life: Lifecycle, policy: ContactPolicy, at: datetime, opens: datetime) -> Why:
    """Which window or which day keeps the message: the day it is, if that is none for business, else the hour, and the holidays behind it."""
    there, country, hours = local(at, life.zone), life.customer.country, policy.hours
    name = holiday_name(there.date(), country)
    if not hours.business_days or is_business_day(there.date(), country):
        cause, words = Cause.HOURS, f"{there:%H:%M} is outside {hours.opens:%H:%M}-{hours.closes:%H:%M} in {life.zone}"
    elif name:
        cause, words = Cause.HOLIDAY, f"{there:%A %d %B} is {name}, no business day in {country}"
    else:
        cause, words = Cause.DAY_OFF, f"{there:%A %d %B} is no business day in {country}"
    behind = (there.date() + timedelta(days=number) for number in range(1, (local(opens, life.zone).date() - there.date()).days))
    off = [f"{day:%A %d %B} is {name}" for day in behind if hours.business_days and (name := holiday_name(day, country))]
    return Why(cause, ", ".join([words, *off]))


class _Capped(NamedTuple):
    """When the cap lets a message go, and which messages have used it up until then: touch key and moment."""

    lifts: datetime
    taken: tuple[tuple[str, datetime], ...]


def _capped_because(life: Lifecycle, policy: ContactPolicy, taken: tuple[tuple[str, datetime], ...]) -> Why:
    names = [f"{key.split('/')[2]} on {in_words(sent, life.zone)}" for key, sent in taken[:_MOST_NAMED]]
    more = [f"{len(taken) - _MOST_NAMED} more"] if len(taken) > _MOST_NAMED else []
    return Why(Cause.CAP, f"cap of {policy.cap.emails} emails in {policy.cap.per} reached, by {' and '.join([*names, *more])}")


def _capped(life: Lifecycle, policy: ContactPolicy, to: list[Recipient], at: datetime) -> _Capped | None:
    """What the cap says to a message to all of them at that moment; None if it lets it go now."""
    latest: _Capped | None = None
    for person in to:
        log = life.plays.sends.get(name_of_address(person.email))
        if not log or len(log) < policy.cap.emails:
            continue
        counted = sorted(((key, sent) for key, sent in log.items() if _lifts(life, policy, sent) > at), key=lambda each: (each[1], each[0]))
        if len(counted) >= policy.cap.emails:
            lifts = _lifts(life, policy, counted[-policy.cap.emails][1])
            if latest is None or lifts > latest.lifts:
                latest = _Capped(lifts, tuple(counted))
    return latest


def _lifts(life: Lifecycle, policy: ContactPolicy, sent: datetime) -> datetime:
    return add(sent, policy.cap.per, life.zone, life.customer.country)


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
