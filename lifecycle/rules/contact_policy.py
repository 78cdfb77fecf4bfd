"""The contact policy (R07): whether a message may go now, later, or never. Asked right before each touch."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from lifecycle.domain.bounds import short_key
from lifecycle.domain.calendar import add, opening
from lifecycle.domain.durations import Unit
from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.touch import Recipient, Touch
from lifecycle.domain.zones import local
from lifecycle.facts.people import name_of_address
from lifecycle.playbook.policy import ContactPolicy, Hours
from lifecycle.state.life import Lifecycle

SENDS_KEPT = 600
"""How many messages are counted against the cap, over all addresses of a customer."""

ADDRESSES_KEPT = 300


@dataclass(frozen=True, slots=True)
class Allow:
    """It may go, now."""


@dataclass(frozen=True, slots=True)
class Delay:
    """It may go at `until` at the earliest, because of `why`."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Suppress:
    """It may never go, because of `why`."""

    why: str


Verdict = Allow | Delay | Suppress


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
        capped = _cap_lifts(life, policy, to, at)
        if capped is not None:
            return Delay(_open(life, policy, capped), f"cap of {policy.cap.emails} emails in {policy.cap.per} reached")
    opens = _open(life, policy, at)
    return Allow() if opens == at else Delay(opens, _closed_because(life, policy, at))


def unwanted(life: Lifecycle, person: Recipient, category: Category) -> str | None:
    """Why nothing of that category may go to that person, whatever the hour; None if it may."""
    if life.customer.contact(person.email) is None:
        return "the contact is no longer with the customer"
    if category in life.facts.people.refused_by(person.email):
        return f"the contact has opted out of {category.value} messages"
    return None


def _open(life: Lifecycle, policy: ContactPolicy, at: datetime) -> datetime:
    hours = policy.hours
    opens = opening(at, life.zone, life.customer.country, hours.opens, hours.closes, hours.business_days)
    return at if opens == at else opens + spread(life.customer.id, policy) % _length(hours)


def _length(hours: Hours) -> timedelta:
    return datetime.combine(date.min, hours.closes) - datetime.combine(date.min, hours.opens)


def closes_after(life: Lifecycle, policy: ContactPolicy, at: datetime) -> datetime:
    """When the hours that are open at that moment close."""
    there = local(at, life.zone)
    closes = datetime.combine(there.date(), policy.hours.closes, there.tzinfo)
    return max(at, closes.astimezone(at.tzinfo))


def _closed_because(life: Lifecycle, policy: ContactPolicy, at: datetime) -> str:
    there = local(at, life.zone)
    if policy.hours.opens <= there.time() < policy.hours.closes:
        return f"{there:%A %d %B} is no business day in {life.customer.country}"
    return f"{there:%H:%M} is outside {policy.hours.opens:%H:%M}-{policy.hours.closes:%H:%M} in {life.zone}"


def _cap_lifts(life: Lifecycle, policy: ContactPolicy, to: list[Recipient], at: datetime) -> datetime | None:
    latest: datetime | None = None
    for person in to:
        log = life.plays.sends.get(name_of_address(person.email))
        if not log or len(log) < policy.cap.emails:
            continue
        sends = sorted(log.values())
        counted = [sent for sent in sends if _lifts(life, policy, sent) > at]
        if len(counted) >= policy.cap.emails:
            lifts = _lifts(life, policy, counted[-policy.cap.emails])
            latest = lifts if latest is None else max(latest, lifts)
    return latest


def _lifts(life: Lifecycle, policy: ContactPolicy, sent: datetime) -> datetime:
    return add(sent, policy.cap.per, life.zone, life.customer.country)


def counts(kind: TouchKind, category: Category) -> bool:
    """Whether such a touch counts against the cap."""
    return kind.reaches_the_customer and category is not Category.OPERATIONAL


def count_send(life: Lifecycle, policy: ContactPolicy, touch: Touch) -> None:
    """Count a message against the cap, once, and forget those that no longer count."""
    sends, name = life.plays.sends, short_key(touch.key)
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
        life.plays.sends.get(name_of_address(person.email), {}).pop(short_key(touch.key), None)
