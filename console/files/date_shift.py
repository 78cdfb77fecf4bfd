"""Moves the dates of an example so that it lies ahead of a clock that only runs forward."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from console.files.customers.customers_file import CustomerRow
from console.files.events_file import CustomerEvent
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.people.past import Past
from lifecycle.domain.time.zones import at_local, local
from lifecycle.facts.events import Event

YEAR_OF_WEEKS = timedelta(weeks=52)
"""By whole weeks, so that a Tuesday stays a Tuesday; fifty-two of them, so that a winter stays a winter."""


def shift_to_follow(now: datetime, earliest: datetime) -> timedelta:
    """The smallest number of 52-week years by which a story that begins at `earliest` comes to begin after `now`."""
    years = 0
    while earliest + years * YEAR_OF_WEEKS <= now:
        years += 1
    return years * YEAR_OF_WEEKS


def shift_customer(row: CustomerRow, by: timedelta) -> CustomerRow:
    """The same customer, contract, past and enrolment that much later."""
    contract, past = row.customer.contract, row.customer.past
    later = contract.model_copy(update={"start": contract.start + by, "end": contract.end + by})
    then = Past(
        since=past.since and past.since + by,
        onboarded=past.onboarded,
        onboarded_on=past.onboarded_on and past.onboarded_on + by,
        milestones={name: day and day + by for name, day in past.milestones.items()},
    )
    customer: Customer = row.customer.model_copy(update={"contract": later, "past": then})
    return replace(row, customer=customer, enrolled_on=row.enrolled_on + by if row.enrolled_on is not None else None)


def shift_event(row: CustomerEvent, by: timedelta, zone: str) -> CustomerEvent:
    """The same event that much later by the customer's own clock, and so the dates that it tells."""
    event = row.event
    shifted = {name: value + by for name, value in event.fields() if isinstance(value, date)}
    data = event.data | {name: value.isoformat() for name, value in shifted.items()}
    happened = None if event.happened is None else _later(event.happened, by, zone)
    return replace(row, event=Event(id=event.id, type=event.type, at=_later(event.at, by, zone), happened=happened, data=data))


def _later(moment: datetime, by: timedelta, zone: str) -> datetime:
    there = local(moment, zone)
    return at_local(there.date() + by, there.time(), zone)
