"""Whose clock counts: hours where the customer, its owner or a contact works, and durations by them. All moments are UTC."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from lifecycle.domain.enums import TouchKind
from lifecycle.domain.people.workplaces import OWNER_ROLE, Workplace
from lifecycle.domain.time.calendar import add, subtract
from lifecycle.domain.time.durations import Span, Unit
from lifecycle.domain.time.hours import Timetable
from lifecycle.domain.touch import Recipient
from lifecycle.playbook.play import Play
from lifecycle.playbook.policy import ContactPolicy
from lifecycle.state.life import Lifecycle

AT_ONCE = 1
"""The level of what may reach a person of ours at any hour."""


class Whereabouts(NamedTuple):
    """Where a customer (its id) and its owner are; what is not known of the owner is empty."""

    customer: str
    timezone: str
    country: str
    owner_email: str = ""
    owner_timezone: str = ""
    owner_country: str = ""


def whereabouts(life: Lifecycle) -> Whereabouts:
    """Those of the life's customer."""
    owner = life.customer.owner
    return Whereabouts(life.customer.id, life.zone, life.customer.country, owner.email, owner.timezone, owner.country)


def customer_hours(life: Lifecycle, policy: ContactPolicy) -> Timetable:
    """The policy's hours where the customer is."""
    return policy.hours.on(life.zone, life.customer.country)


def owner_hours(life: Lifecycle, policy: ContactPolicy) -> Timetable:
    """The owner's hours where it works; the policy's, and where the customer is, as far as that is not known."""
    return hours_of_role(whereabouts(life), policy, OWNER_ROLE)


def role_hours(life: Lifecycle, policy: ContactPolicy, role: str) -> Timetable:
    """The hours of whoever holds that role of ours for this customer; the owner's where that is the owner's, or nobody is known."""
    return hours_of_role(whereabouts(life), policy, role)


def hours_of_role(where: Whereabouts, policy: ContactPolicy, role: str) -> Timetable:
    """The same of a customer who is there."""
    people = policy.people
    known = people.of_role(role, where.customer) if people is not None and role not in ("", OWNER_ROLE) else None
    if known is not None:
        return _timetable(where, policy, known)
    known = people.of_person(where.owner_email) if people is not None else None
    if known is not None:
        return _timetable(where, policy, known, where.owner_timezone, where.owner_country)
    return policy.hours.on(where.owner_timezone or where.timezone, where.owner_country or where.country)


def _timetable(where: Whereabouts, policy: ContactPolicy, place: Workplace, zone: str = "", country: str = "") -> Timetable:
    """The hours of that workplace; what it does not say is as given, or as it is where the customer is."""
    hours = place.hours or policy.hours
    return hours.on(place.timezone or zone or where.timezone, place.country or country or where.country)


def contact_hours(life: Lifecycle, policy: ContactPolicy, person: Recipient) -> Timetable:
    """The policy's hours where that contact is; where the customer is, if nothing else is known."""
    known = life.customer.contact(person.email)
    return policy.hours.on((known and known.timezone) or life.zone, life.customer.country)


def hours_of(
    life: Lifecycle, policy: ContactPolicy, play: Play, kind: TouchKind, level: int, to: Sequence[Recipient], role: str
) -> Timetable | None:
    """The hours that such a touch keeps to: the first recipient's, or those of the role of ours that is to do it.

    None for what no person sees to, and for what may be done at any hour: what is of level 1, or of a play that says so.
    """
    if kind.reaches_the_customer:
        return contact_hours(life, policy, to[0]) if to else customer_hours(life, policy)
    return None if not kind.asks_one_of_ours or play.any_hour or level == AT_ONCE else role_hours(life, policy, role)


def after(life: Lifecycle, policy: ContactPolicy, moment: datetime, span: Span, role: str = "") -> datetime:
    """The moment that much later: days by the customer's clock and calendar, working hours (`4bh`) by that of the role of ours that is to
    do it, or of the owner.
    """
    if span.unit is Unit.WORKING_HOUR:
        return role_hours(life, policy, role).add_hours(moment, span.amount)
    return add(moment, span, life.zone, life.customer.country, policy.hours)


def before(life: Lifecycle, policy: ContactPolicy, moment: datetime, span: Span) -> datetime:
    """The moment that much earlier, for a span of hours or less."""
    there = owner_hours(life, policy) if span.unit is Unit.WORKING_HOUR else customer_hours(life, policy)
    return subtract(moment, span, there.zone, there.country, policy.hours)
